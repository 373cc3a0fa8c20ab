package forward

import (
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"mostik/media"
	"mostik/media/codec"
	"mostik/media/layer"
	"mostik/media/seqmap"
	"mostik/media/wire"
)

// How many packets of a slot can be asked for again: about two seconds of 1.2 Mbit/s, or of a voice.
const (
	rememberedPictures = 256
	rememberedVoice    = 64
)

// Slot is one section of a play session: one SSRC for its life, and any track in it. It belongs to its session's
// fan.
type Slot struct {
	// MID is the section of the peer's offer.
	MID  string
	Kind media.Kind
	SSRC uint32
	// Again is the SSRC of repeats (RFC 4588), 0 where they were not agreed on.
	Again uint32
	// Shown is for whoever arranges slots, who keeps there what is in this one. The fan does not look at it.
	Shown string

	session *Session
	track   *Track
	stream  *Stream
	// demand is the highest layer that the screen can use, most the highest that the line carries now,
	// layer.None for nothing; temporal is the highest temporal layer that is sent. rank is the slot's place when not
	// all can have something, the lowest first.
	demand, most int
	temporal     uint8
	rank         int
	still        atomic.Bool
	held         held

	seq   seqmap.Map
	again uint64
	after uint64 // packets of the stream below it were sent already
	// what is added to the stream's times, picture ids and TL0 indexes
	shift   uint32
	picture uint16
	tl0     uint8
	// of the last packet sent
	lastTime    uint32
	lastAt      int64
	lastPicture uint16
	lastTL0     uint8

	packets, octets uint32
	sent            []remembered // made with the first packet
	origins         [origins]origin
	begun           uint16 // how many sources there were
}

// sent is the form in which a packet goes out.
type sent struct {
	number    uint64 // outgoing
	source    uint64
	stream    *Stream
	shift     uint32
	picture   uint16
	tl0       uint8
	transport uint16
	// level is what the payload was padded to: it goes out again with the same padding, or not at all.
	level uint16
	// joined is how many packets of sound, from source on, went out as one; past has a bit for each earlier packet
	// that went along (RFC 2198), the lowest for the one just before. Again it is the same ones, or nothing.
	joined, past uint8
}

// remembered is what is kept of a packet that went out, so that it can go out again: with many viewers each byte counts.
// Of numbers the low bits are enough, and what changes with the source stands apart.
type remembered struct {
	number, source            uint32
	transport, level, picture uint16
	tl0, joined, past         uint8
	origin                    uint16 // which source of the slot's
}

// origins is of how many sources packets can go out again.
const origins = 4

// origin is what packets of one source have in common.
type origin struct {
	stream *Stream
	shift  uint32
}

// write forwards what the slot shows of a batch.
func (s *Slot) write(b *batch) {
	if s.session.Wire == nil {
		return // the peer is not there yet
	}
	for i := range b.n {
		p := b.packets[i]
		if b.stream != s.stream && !s.switches(b.stream, p) {
			continue
		}
		if p.Number >= s.after {
			s.forward(p, b.level)
		}
	}
}

// touch reads a little of all that write will need. With hundreds of viewers it lies in memory that the processor's caches
// let go of since the last packet; read for some slots in a row it comes from there side by side, and not one after the
// other with each slot's turn.
func (s *Slot) touch() int {
	to := s.session
	n := int(s.seq.Last()) + to.line.Touch(to.transport+1) //nolint:gosec // of no meaning
	if len(s.sent) > 0 {
		n += int(s.sent[(s.seq.Last()+1)%uint64(len(s.sent))].level)
	}
	if to.Wire != nil {
		n += to.Wire.Touch()
	}
	return n
}

// switches tells whether the slot goes over to a stream at this packet: at a key frame of a better fit.
func (s *Slot) switches(to *Stream, p *media.Packet) bool {
	if to != s.aim() || to.track.Codec != media.Opus && !p.Marks.Key {
		return false
	}
	s.begin(to, p)
	return true
}

// aim is the stream that the slot should show.
func (s *Slot) aim() *Stream {
	if s.most == layer.None {
		return nil
	}
	streams := s.track.Streams()
	best := (*Stream)(nil)
	for _, each := range streams {
		if best == nil || int(each.Layer) <= s.most {
			best = each
		}
	}
	return best
}

// start shows the track from its last key frame on, or asks for one.
func (s *Slot) start() {
	to := s.aim()
	if to == nil || s.session.Wire == nil {
		return
	}
	if s.Kind == media.Audio {
		return // the next packet begins
	}
	now := s.session.now()
	packets := to.fromKey()
	if len(packets) == 0 {
		to.RequestKey(now)
		return
	}
	s.begin(to, packets[0])
	for _, p := range packets {
		s.forward(p, 0)
		s.after = p.Number + 1
		p.Release()
	}
}

// begin joins a stream to what was sent before, so that the decoder sees one.
func (s *Slot) begin(to *Stream, p *media.Packet) {
	now := s.session.now()
	s.seq.Begin(p.Number)
	if s.packets == 0 {
		s.shift = rand.Uint32() - p.Time
	} else {
		passed := max(now-s.lastAt, 0)
		ticks := uint32(passed * int64(to.track.Codec.Clock()) / int64(time.Second)) //nolint:gosec // wraps as timestamps do
		s.shift = s.lastTime + max(ticks, 1) - p.Time
	}
	s.picture, s.tl0 = 0, 0
	if s.packets > 0 {
		s.picture, s.tl0 = s.lastPicture+1-p.Marks.PictureID, s.lastTL0+1-p.Marks.TL0
	}
	s.stream, s.after, s.held = to, 0, held{}
	s.begun++
	s.origins[s.begun%origins] = origin{to, s.shift}
}

func (s *Slot) forward(p *media.Packet, level int) {
	if p.Marks.Temporal > s.temporal {
		s.seq.Skip(p.Number)
		if p.Marks.Start {
			s.picture-- // the pictures that follow move up
		}
		return
	}
	if s.Kind == media.Audio {
		s.speak(p)
		return
	}
	if number, ok := s.seq.Number(p.Number); ok {
		s.send(p, &sent{number: number, source: p.Number, level: uint16(level)}) //nolint:gosec // below a packet's size
	}
}

// send sends a packet for the first time, in the form that the entry says, and remembers the entry.
func (s *Slot) send(p *media.Packet, entry *sent) {
	to := s.session
	entry.stream, entry.shift, entry.picture, entry.tl0 = s.stream, s.shift, s.picture, s.tl0
	payload := s.payload(p, entry, to.fan.scratch[:])
	if payload == nil {
		return
	}
	entry.transport = to.nextTransport()
	s.emit(p, entry, payload)
	// What is noted of the packet lies where nobody looked for seconds, and comes from far. Written after the packet was
	// sealed, that goes on while the next one is.
	to.note(len(payload))
	to.numbered++
	s.remember(entry)
	s.packets++
	s.octets += uint32(len(payload)) //nolint:gosec // below a packet's size
	s.lastTime, s.lastAt = p.Time+s.shift, p.Arrived
	if p.Marks.HasPictureID {
		s.lastPicture = p.Marks.PictureID + s.picture
	}
	if p.Marks.HasTL0 {
		s.lastTL0 = p.Marks.TL0 + s.tl0
	}
}

func (s *Slot) remember(e *sent) {
	if s.sent == nil {
		size := rememberedPictures
		if s.Kind == media.Audio {
			size = rememberedVoice
		}
		s.sent = make([]remembered, size)
	}
	s.sent[e.number%uint64(len(s.sent))] = remembered{
		number: uint32(e.number), source: uint32(e.source), transport: e.transport, level: e.level, picture: e.picture, //nolint:gosec // the low bits
		tl0: e.tl0, joined: e.joined, past: e.past, origin: s.begun,
	}
}

// recall gives the form in which a packet went out, and tells whether it is known still.
func (s *Slot) recall(number uint64) (e sent, ok bool) {
	if len(s.sent) == 0 {
		return e, false
	}
	r := &s.sent[number%uint64(len(s.sent))]
	from := s.origins[r.origin%origins]
	if r.number != uint32(number) || s.begun-r.origin >= origins || from.stream == nil { //nolint:gosec // the low bits
		return e, false
	}
	last := from.stream.ring.Next() - 1
	return sent{
		number: number, source: last - uint64(uint32(last)-r.source), stream: from.stream, shift: from.shift, //nolint:gosec // modular arithmetic is meant
		picture: r.picture, tl0: r.tl0, transport: r.transport, level: r.level, joined: r.joined, past: r.past,
	}, true
}

func (s *Slot) emit(p *media.Packet, e *sent, payload []byte) {
	to := s.session
	kind := &to.types[e.stream.track.Codec]
	h := &to.fan.header // set field by field: a literal would be made elsewhere and copied
	h.Number, h.Time, h.SSRC, h.Type, h.Marker = e.number, p.Time+e.shift, s.SSRC, kind.Media, p.Marker
	h.Transport, h.TransportID = e.transport, to.transportID
	if e.past != 0 {
		h.Type = kind.Red
	}
	if h.Type == 0 {
		return // the peer does not speak the codec
	}
	to.fan.sender.Add(to.Wire, h, payload, int(e.level))
}

// payload gives what a packet carries in the form of its entry; nil where a part of it is gone.
func (s *Slot) payload(p *media.Packet, e *sent, scratch []byte) []byte {
	switch {
	case e.joined > 1:
		return join(e, scratch)
	case e.past != 0:
		return s.withPast(p, e, scratch)
	}
	return s.adjusted(p, e, scratch)
}

// adjusted gives the payload with the slot's own picture numbers.
func (s *Slot) adjusted(p *media.Packet, e *sent, scratch []byte) []byte {
	if e.stream.track.Codec != media.VP8 || e.picture == 0 && e.tl0 == 0 || !p.Marks.HasPictureID && !p.Marks.HasTL0 {
		return p.Payload
	}
	b := scratch[:copy(scratch, p.Payload)]
	codec.RewriteVP8(b, p.Marks, e.picture, e.tl0)
	return b
}

// resend answers for a packet that the peer misses, and tells whether one went out.
func (s *Slot) resend(seq uint16) bool {
	last := s.seq.Last()
	number := last - uint64(uint16(last)-seq) //nolint:gosec // modular arithmetic is meant
	e, ok := s.recall(number)
	if !ok {
		return false
	}
	p := e.stream.ring.Get(e.source)
	if p == nil {
		return false
	}
	defer p.Release()
	to := s.session
	kind := to.types[e.stream.track.Codec]
	if s.Again == 0 || kind.Again == 0 {
		// Sealed again with the very same header and padding: one nonce must never seal two different packets.
		payload := s.payload(p, &e, to.fan.scratch[:])
		if payload != nil {
			s.emit(p, &e, payload)
		}
		return payload != nil
	}
	alone := e
	alone.past = 0 // the repeat's type stands for the codec alone
	payload := s.payload(p, &alone, to.fan.scratch[2:])
	if payload == nil {
		return false
	}
	s.again++
	b := to.fan.scratch[:2+len(payload)]
	copy(b[2:], payload)
	binary.BigEndian.PutUint16(b, seq)
	to.fan.sender.Add(to.Wire, &wire.Header{
		Number: s.again, Time: p.Time + e.shift, SSRC: s.Again, Type: kind.Again, Marker: p.Marker,
		Transport: to.nextTransport(), TransportID: to.transportID,
	}, b, 0)
	to.note(len(b))
	return true
}

// Still tells whether the line carries nothing of what the slot shows: the last picture stands. It may be called
// anywhere.
func (s *Slot) Still() bool { return s.still.Load() }

// Track is what the slot shows, nil for nothing. In the fan.
func (s *Slot) Track() *Track { return s.track }
