package forward

import (
	"time"

	"mostik/media"
	"mostik/media/wire"
)

// Types are the payload types that a peer agreed on for a codec; 0 for none.
type Types struct{ Media, Again uint8 }

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
}

// NewSession makes a session of a fan. transportID is the header extension of transport-wide numbers, 0 where
// it was not agreed on. It may be called anywhere.
func NewSession(f *Fan, transportID uint8, spoken map[media.Codec]Types) *Session {
	s := &Session{fan: f, transportID: transportID}
	for c, t := range spoken {
		s.types[c] = t
	}
	return s
}

// Open lets media out: the peer has keys.
func (s *Session) Open(w *wire.Session) { s.Wire = w }

// Fan gives the fan that the session belongs to. It may be called anywhere.
func (s *Session) Fan() *Fan { return s.fan }

// Add adds slots, in the order of the offer's sections.
func (s *Session) Add(slots ...*Slot) {
	if len(s.slots) == 0 && len(slots) > 0 {
		s.fan.sessions = append(s.fan.sessions, s)
	}
	for _, slot := range slots {
		slot.session, slot.most, slot.temporal = s, Layers-1, 3
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

// Limit sets the highest layer and temporal layer of a slot.
func (s *Session) Limit(slot *Slot, layer, temporal uint8) {
	slot.temporal = temporal
	if slot.most == layer {
		return
	}
	slot.most = layer
	if slot.track == nil {
		return
	}
	if to := slot.aim(); to != nil && to != slot.stream {
		to.RequestKey(s.now())
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
				slot.resend(seq)
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

func (s *Session) nextTransport(int) uint16 {
	s.transport++
	return s.transport
}

// reportEvery is how often receivers are told how timestamps and the wall clock belong together.
const reportEvery = time.Second

func (s *Session) tick(now time.Time) {
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
