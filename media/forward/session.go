package forward

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"mostik/media"
	"mostik/media/estimate"
	"mostik/media/layer"
	"mostik/media/wire"
)

// Types are the payload types that a peer agreed on for a codec; 0 for none. Again repeats (RFC 4588), Red carries
// earlier packets along (RFC 2198).
type Types struct{ Media, Again, Red uint8 }

// Session is one peer that watches. Its methods run in its fan's goroutine, by Fan.Do, save where they say
// otherwise.
type Session struct {
	// Wire is there once the peer is connected and keys are agreed on.
	Wire *wire.Session
	// Report sends a sender report for a slot; set before the session is added.
	Report func(ssrc uint32, ntp uint64, rtp, packets, octets uint32)

	fan         *Fan
	slots       []*Slot
	types       [6]Types
	transportID uint8
	transport   uint16
	last        time.Time

	line   estimate.Line
	limit  layer.Limit
	looked int64
	// receiverLoss is what peers without transport-wide numbers report, from 0 to 1.
	receiverLoss float64
	ranked       []*Slot // those with pictures
	speaking     []*Slot
	wants        []layer.Want
	rates        [][Layers]int
	chosen       []int
	voice        voice
	heard        voices        // of the last seconds
	state        atomic.Uint64 // of the line, for Line
	// repeats is how many packets may still go out again before the next tick; numbered counts all that went out for the
	// first time, ticked those until the last tick.
	repeats          int
	numbered, ticked uint32
}

// repeatsATick bounds what one peer's requests cost: some 6 Mbit/s of large packets. A longer loss is better mended
// by a key frame, and who asks for everything again and again gets no more than that.
// Beyond a few, they are no more than what is sent anyway: on a line that loses much, repeats must not take the place
// of what is new.
const (
	repeatsATick = 64
	leastRepeats = 8
)

// NewSession makes a session of a fan. transportID is the header extension of transport-wide numbers, 0 where
// it was not agreed on. It may be called anywhere.
func NewSession(f *Fan, transportID uint8) *Session {
	return &Session{fan: f, transportID: transportID, repeats: repeatsATick}
}

// Open lets media out: the peer has keys.
func (s *Session) Open(w *wire.Session) { s.Wire = w }

// Fan gives the fan that the session belongs to. It may be called anywhere.
func (s *Session) Fan() *Fan { return s.fan }

// Add adds slots, in the order of the offer's sections, and the codecs that their peer speaks: what was agreed on
// before stays.
func (s *Session) Add(spoken map[media.Codec]Types, slots ...*Slot) {
	for c, t := range spoken {
		if s.types[c] == (Types{}) {
			s.types[c] = t
		}
	}
	if len(s.slots) == 0 && len(slots) > 0 {
		s.fan.sessions = append(s.fan.sessions, s)
	}
	for i, slot := range slots {
		slot.session, slot.most, slot.demand, slot.temporal, slot.rank = s, Layers-1, Layers-1, 3, len(s.slots)+i
	}
	s.slots = append(s.slots, slots...)
}

// Slots lists the slots.
func (s *Session) Slots() []*Slot { return s.slots }

// Close takes the session out of its fan.
func (s *Session) Close() {
	for _, slot := range s.slots {
		s.fan.hide(slot)
	}
	for i, each := range s.fan.sessions {
		if each == s {
			s.fan.sessions = append(s.fan.sessions[:i:i], s.fan.sessions[i+1:]...)
			break
		}
	}
	if s.Wire != nil {
		s.Wire.SetRoute(nil)
	}
}

// Show puts a track into a slot; nil empties it. The same track again changes nothing.
func (s *Session) Show(slot *Slot, track *Track) {
	switch {
	case slot.track == track:
	case track == nil:
		s.fan.hide(slot)
	default:
		s.fan.show(slot, track)
		slot.start()
	}
}

// Demand says which layer of a picture its place on the screen can use at most; layer.None for no place.
func (s *Session) Demand(slot *Slot, most int) {
	slot.demand = most
	s.looked = 0
}

// Rank says which place a slot has when the line does not carry all, the lowest first.
func (s *Session) Rank(slot *Slot, rank int) { slot.rank = rank }

// carry sets the layer that a slot shows from the next key frame on; layer.None sends nothing from now on.
func (s *Session) carry(slot *Slot, to int) {
	if slot.most == to {
		return
	}
	slot.most = to
	if slot.track == nil {
		return
	}
	if to == layer.None {
		slot.stream = nil
		return
	}
	if aim := slot.aim(); aim != nil && aim != slot.stream {
		if slot.stream == nil {
			slot.start()
		} else {
			aim.RequestKey(s.now())
		}
	}
}

// Restart begins every slot anew: the peer can receive from now on, and has nothing yet.
func (s *Session) Restart() {
	for _, slot := range s.slots {
		if slot.track != nil {
			slot.start()
		}
	}
}

// Missed answers a negative acknowledgement (RFC 4585, 6.2.1).
func (s *Session) Missed(ssrc uint32, seqs []uint16) {
	for _, slot := range s.slots {
		if slot.SSRC == ssrc {
			for _, seq := range seqs {
				if s.repeats <= 0 {
					return
				}
				if slot.resend(seq) {
					s.repeats--
				}
			}
		}
	}
}

// WantsKey answers a request for a key frame (RFC 4585, 6.3.1 and RFC 5104, 4.3.1).
func (s *Session) WantsKey(ssrc uint32) {
	for _, slot := range s.slots {
		if slot.SSRC == ssrc && slot.track != nil {
			if to := slot.aim(); to != nil {
				to.RequestKey(s.now())
			}
		}
	}
}

// now is the process's clock in nanoseconds, the one of packets' arrival.
func (s *Session) now() int64 { return Now() }

var began = time.Now()

// Now is the clock of packets' arrival: nanoseconds since the process began, never going back.
func Now() int64 { return int64(time.Since(began)) + 1 }

// overhead is what surrounds a payload on the line, in bytes: IP and UDP 28, RTP with its number for the peer's report
// 20, the seal 16.
const overhead = 64

// nextTransport numbers a packet for the peer's report of what arrived.
func (s *Session) nextTransport() uint16 {
	s.transport++
	return s.transport
}

// note keeps how long the payload of the last number was, and when it went out.
func (s *Session) note(size int) {
	if s.transportID != 0 {
		s.line.Sent(s.transport, size+overhead, s.fan.now)
	}
}

// Arrived takes the peer's report of what arrived when (draft-holmer-rmcat-transport-wide-cc-extensions-01).
// Where packets begin to queue, layers are chosen at once: each moment makes the queue longer.
func (s *Session) Arrived(list []estimate.Arrival) {
	now, before := s.now(), s.line.Queueing()
	s.line.Report(list, now)
	if s.line.Queueing() && !before && s.Wire != nil {
		s.looked = 0
		s.look(now)
	}
}

// Lost takes the loss of a receiver report (RFC 3550, 6.4.1), from 0 to 1.
func (s *Session) Lost(share float64) { s.receiverLoss = share }

const (
	// lookEvery is how often layers are chosen anew.
	lookEvery = int64(500 * time.Millisecond)
	// stale is how long a report of the line is believed.
	stale = int64(3 * time.Second)
)

// look chooses what the line is given: sound first, then pictures in the order of their rank.
func (s *Session) look(now int64) {
	if now-s.looked < lookEvery {
		return
	}
	s.looked = now
	voices, pictures := s.count(now)
	wanted := voices.bits
	for i, w := range s.wants {
		most := 0
		for l, r := range s.rates[i][:len(w.Rates)] {
			if l <= w.Most {
				most = max(most, r)
			}
		}
		wanted += most
	}
	arrives, loss, queueing := s.line.Rate(), s.line.Loss(), s.line.Queueing()
	sending := pictures + voices.bits
	if now-s.line.Heard() > stale || s.line.Heard() == 0 {
		arrives, loss, queueing = sending, s.receiverLoss, false
	}
	if arrives == 0 {
		arrives = sending // it began a moment ago
	}
	s.heard = s.heard.goesOn(voices)
	next := 0
	if more := layer.Next(s.wants, s.chosen); more > 0 {
		next = more + s.voice.cost(s.heard)
	}
	limit := s.limit.Update(now, arrives, loss, queueing, wanted, next)
	s.voice = s.voice.next(s.heard, limit, loss)
	left := limit
	if limit > 0 {
		left = max(1, limit-s.voice.cost(s.heard))
		s.hear(limit)
	}
	s.chosen = layer.Choose(left, s.wants, s.chosen)
	for i, slot := range s.ranked {
		s.carry(slot, s.chosen[i])
		slot.still.Store(slot.track != nil && slot.demand != layer.None && s.chosen[i] == layer.None)
	}
	s.tell(layer.Grade(s.wants, s.chosen, s.voice == joined), loss)
}

// count lists what pictures are wanted, by rank, and adds up what sound and pictures take now.
func (s *Session) count(now int64) (voices voices, pictures int) {
	s.ranked, s.wants, s.rates = s.ranked[:0], s.wants[:0], s.rates[:0]
	for _, slot := range s.slots {
		switch {
		case slot.Kind == media.Video:
			s.ranked = append(s.ranked, slot)
		case slot.track != nil:
			for _, stream := range slot.track.Streams() {
				voices.add(stream.Rate(now))
			}
		}
	}
	slices.SortStableFunc(s.ranked, func(a, b *Slot) int { return cmp.Compare(a.rank, b.rank) })
	for range s.ranked {
		s.rates = append(s.rates, [Layers]int{})
	}
	for i, slot := range s.ranked {
		if slot.track == nil {
			s.wants = append(s.wants, layer.Want{Most: layer.None, Now: layer.None})
			continue
		}
		rates, streams, shown := &s.rates[i], slot.track.Streams(), layer.None
		for l, stream := range streams {
			rates[l] = stream.Rate(now)
			if stream == slot.stream {
				pictures += rates[l]
				shown = l
			}
		}
		s.wants = append(s.wants, layer.Want{Rates: rates[:len(streams)], Most: slot.demand, Now: shown})
	}
	return voices, pictures
}

// hear keeps, of several who speak at once, as many as the line carries, the loudest first; one it carries always.
func (s *Session) hear(limit int) {
	s.speaking = s.speaking[:0]
	for _, slot := range s.slots {
		if slot.Kind == media.Audio && slot.track != nil {
			s.speaking = append(s.speaking, slot)
		}
	}
	slices.SortStableFunc(s.speaking, func(a, b *Slot) int { return cmp.Compare(b.track.Loudness(), a.track.Loudness()) })
	for i, slot := range s.speaking {
		var one voices
		for _, stream := range slot.track.Streams() {
			one.add(stream.Rate(s.looked))
		}
		cost := s.voice.cost(one)
		if i > 0 && cost > limit {
			s.carry(slot, layer.None)
			continue
		}
		limit -= cost
		s.carry(slot, Layers-1)
	}
}

// Line is how a session's line does.
type Line struct {
	Level layer.Level
	// Loss is the share of packets that do not arrive, from 0 to 1.
	Loss float64
}

func (s *Session) tell(l layer.Level, loss float64) {
	s.state.Store(uint64(l)<<32 | uint64(min(1, max(0, loss))*1000))
}

// Line tells how the line does. It may be called anywhere.
func (s *Session) Line() Line {
	v := s.state.Load()
	return Line{layer.Level(v >> 32), float64(v&0xffffffff) / 1000}
}

// reportEvery is how often receivers are told how timestamps and the wall clock belong together.
const reportEvery = time.Second

func (s *Session) tick(now time.Time) {
	if s.Wire == nil {
		return
	}
	s.repeats = min(repeatsATick, leastRepeats+int(s.numbered-s.ticked))
	s.ticked = s.numbered
	s.letGo(s.now())
	s.look(s.now())
	if now.Sub(s.last) < reportEvery {
		return
	}
	s.last = now
	for _, slot := range s.slots {
		if slot.stream == nil || slot.packets == 0 || s.Report == nil {
			continue
		}
		if c := slot.stream.reported(); c.ntp != 0 {
			s.Report(slot.SSRC, c.ntp, c.time+slot.shift, slot.packets, slot.octets)
		}
	}
}
