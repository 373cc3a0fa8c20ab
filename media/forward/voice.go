package forward

import (
	"mostik/media"
	"mostik/media/opus"
	"mostik/media/red"
)

// voice is in which form a session is sent sound.
type voice uint8

const (
	// plain is as it came.
	plain voice = iota
	// twice and thrice carry the packet before, or the two before, along with each.
	twice
	thrice
	// joined makes one packet of three of 20 ms: a narrow line carries a third of the headers.
	joined
)

const (
	// rare, some and much are shares of loss: below rare nothing is carried along any more, from some the packet
	// before, from much the two before.
	rare, some, much = 0.015, 0.03, 0.10
	// frame is 20 ms in ticks of 48 kHz, together how many of them are joined, and patient how long one waits for the
	// others, in nanoseconds.
	frame    = 960
	together = 3
	patient  = 60e6
	// longestJoined is the most that a packet may have to be joined, in bytes: three must fit into one.
	longestJoined = 400
)

// voices is what the sound of a session takes as it comes, in bits a second, and how much of it is packets' surroundings.
type voices struct{ bits, around int }

// add adds one who speaks. Who is silent sends a packet now and then.
func (v *voices) add(bits int) {
	v.bits += bits
	if each := 50 * overhead * 8; bits > each {
		v.around += each
	}
}

// goesOn gives what sound takes, and for a while what it took: people pause, and go on.
func (v voices) goesOn(now voices) voices {
	if slowly := (voices{v.bits * 19 / 20, v.around * 19 / 20}); now.bits < slowly.bits {
		return slowly
	}
	return now
}

// cost is what sound takes in a form, in bits a second.
func (v voice) cost(of voices) int {
	switch v {
	case twice, thrice:
		return of.bits + int(v)*(of.bits-of.around)
	case joined:
		return of.bits - of.around*(together-1)/together
	}
	return of.bits
}

// next chooses the form for a limit of the line in bits a second (0 for none) and its loss. What is in use stays a
// little longer than it would be begun.
func (v voice) next(of voices, limit int, loss float64) voice {
	narrow := of.bits * 3 / 2
	if v == joined {
		narrow = of.bits * 2
	}
	fits := func(form voice) bool { return limit == 0 || form.cost(of) <= limit*4/5 }
	switch {
	case limit > 0 && limit < narrow:
		return joined
	case loss >= much && fits(thrice), v == thrice && loss >= much/2 && fits(thrice):
		return thrice
	case loss >= some && fits(twice), v != plain && loss >= rare && fits(twice):
		return twice
	}
	return plain
}

// held is packets of sound that wait for others to be joined with, by their numbers.
type held struct {
	first uint64
	n     int
	time  uint32
	at    int64
	toc   byte
}

// speak forwards a packet of sound in the session's form.
func (s *Slot) speak(p *media.Packet) {
	if s.held.n > 0 && p.Number < s.held.first {
		s.say(p, 1) // late
		return
	}
	if s.held.n > 0 && !s.follows(p) {
		s.together()
	}
	if s.session.voice != joined || len(p.Payload) < 3 || len(p.Payload) > longestJoined || opus.Duration(p.Payload) != frame {
		s.together()
		s.say(p, 1)
		return
	}
	if s.held.n == 0 {
		s.held = held{first: p.Number, time: p.Time, at: p.Arrived, toc: p.Payload[0] >> 2}
	}
	if s.held.n++; s.held.n == together {
		s.together()
	}
}

// follows tells whether a packet is the next of those that are held, and can be joined with them.
func (s *Slot) follows(p *media.Packet) bool {
	h := &s.held
	return p.Number == h.first+uint64(h.n) && p.Time == h.time+uint32(h.n)*frame && len(p.Payload) > 0 && p.Payload[0]>>2 == h.toc //nolint:gosec // few
}

// together sends what is held as one packet.
func (s *Slot) together() {
	n := s.held.n
	s.held.n = 0
	if n == 0 || s.stream == nil {
		return
	}
	if p := s.stream.ring.Get(s.held.first); p != nil {
		s.say(p, n)
		p.Release()
	}
}

// letGo sends what waited too long for others: the speaker paused.
func (s *Session) letGo(now int64) {
	for _, slot := range s.slots {
		if slot.held.n > 0 && now-slot.held.at > patient {
			slot.together()
		}
	}
}

// say sends n packets of sound from p on as one, or p with those before it.
func (s *Slot) say(p *media.Packet, n int) {
	last := p.Number + uint64(n) - 1 //nolint:gosec // few
	for skipped := p.Number; skipped < last; skipped++ {
		s.seq.Skip(skipped)
	}
	number, ok := s.seq.Number(last)
	if !ok {
		return
	}
	entry := sent{number: number, source: p.Number, joined: uint8(n)} //nolint:gosec // few
	if v := s.session.voice; n == 1 && (v == twice || v == thrice) && s.session.types[media.Opus].Red != 0 {
		entry.past = s.past(p, int(v))
	}
	s.send(p, &entry)
}

// past marks which of the packets before can go along with one: those that there are, whose time and length their
// headers can tell.
func (s *Slot) past(p *media.Packet, most int) (mask uint8) {
	room := media.MaxPacket - 200 - len(p.Payload)
	for i := 1; i <= most; i++ {
		before := s.stream.ring.Get(p.Number - uint64(i)) //nolint:gosec // few
		if before == nil {
			continue
		}
		offset, size := p.Time-before.Time, len(before.Payload)
		if offset > 0 && offset <= red.MaxOffset && size > 2 && size <= red.MaxLength && size < room {
			mask |= 1 << (i - 1)
			room -= size
		}
		before.Release()
	}
	return mask
}

// withPast writes a packet and those before it (RFC 2198), nil where one of them is gone.
func (s *Slot) withPast(p *media.Packet, e *sent, scratch []byte) []byte {
	kind := s.session.types[media.Opus].Media
	var list [thrice]*media.Packet
	n := 0
	defer func() {
		for _, each := range list[:n] {
			each.Release()
		}
	}()
	b := scratch[:0]
	for i := uint64(thrice); i >= 1; i-- { // the oldest first
		if e.past&(1<<(i-1)) == 0 {
			continue
		}
		before := e.stream.ring.Get(e.source - i)
		if before == nil {
			return nil
		}
		list[n] = before
		n++
		b = red.Begin(b, kind, p.Time-before.Time, len(before.Payload))
	}
	b = red.Own(b, kind)
	for _, each := range list[:n] {
		b = append(b, each.Payload...)
	}
	return append(b, p.Payload...)
}

// join writes the packets of an entry as one, nil where one of them is gone.
func join(e *sent, scratch []byte) []byte {
	var list [together]*media.Packet
	var payloads [together][]byte
	defer func() {
		for _, each := range list {
			if each != nil {
				each.Release()
			}
		}
	}()
	for i := range int(e.joined) {
		if list[i] = e.stream.ring.Get(e.source + uint64(i)); list[i] == nil { //nolint:gosec // few
			return nil
		}
		payloads[i] = list[i].Payload
	}
	b, ok := opus.Join(scratch[:0], payloads[:e.joined]...)
	if !ok {
		return nil
	}
	return b
}
