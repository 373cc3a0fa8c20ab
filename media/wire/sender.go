package wire

import (
	"sync/atomic"
)

const (
	// slabSize bounds what one system call carries.
	slabSize = 256 << 10
	// maxMessages and maxSegments are the kernel's and our bounds of one call and one message.
	maxMessages = 128
	maxSegments = 64
	maxTrain    = 60_000
)

// Stats counts what senders did, for metrics.
type Stats struct {
	Packets, Bytes, Messages, Calls, Dropped atomic.Uint64
}

// message is packets of equal size for one peer: the last may be shorter.
type message struct {
	route     *Route
	from, to  int // in the slab
	size      int // of a segment
	packets   int
	closed    bool
	ofSession *Session
}

// Sender collects sealed packets and sends them together. One goroutine uses it.
type Sender struct {
	stats    *Stats
	slab     []byte
	used     int
	messages []message
	kernel   batch
	// nonce is scratch, kept here because what is handed to an interface would be allocated for each packet.
	nonce [nonceSize]byte
}

// NewSender makes a sender that counts into stats.
func NewSender(stats *Stats) *Sender {
	return &Sender{stats: stats, slab: make([]byte, slabSize), messages: make([]message, 0, maxMessages)}
}

// Add seals a packet for a peer; Flush sends it. level is the payload length, in bytes, that the packets of the
// run have: a payload that is a little shorter is padded to it, so that they go out as one message. 0 is no wish.
func (s *Sender) Add(to *Session, h *Header, payload []byte, level int) {
	route := to.route.Load()
	if route == nil {
		return
	}
	to.nonce(&s.nonce, h) // first of all: it is read in other pieces than it is written in, which takes the processor a while
	if s.used+len(payload)+overhead+maxPad > len(s.slab) {
		s.Flush()
	}
	pad := level - len(payload)
	if pad < 0 || pad > maxPad {
		pad = 0
	}
	n, err := to.seal(s.slab[s.used:], h, payload, pad, s.nonce[:])
	if err != nil {
		s.stats.Dropped.Add(1)
		return
	}
	if route.Stream != nil {
		route.Stream(s.slab[s.used : s.used+n])
		s.stats.Packets.Add(1)
		s.stats.Bytes.Add(uint64(n)) //nolint:gosec // a length
		return
	}
	s.append(route, to, n)
}

// append puts a sealed packet of n bytes, which lies at the slab's end, into the run before it or a new one.
func (s *Sender) append(route *Route, to *Session, n int) {
	if last := len(s.messages) - 1; last >= 0 {
		m := &s.messages[last]
		fits := m.ofSession == to && m.route == route && !m.closed && n <= m.size &&
			m.packets < route.Socket.segments() && m.to-m.from+n <= maxTrain
		if fits {
			m.to += n
			m.packets++
			m.closed = n < m.size
			s.used += n
			return
		}
	}
	if len(s.messages) == maxMessages {
		// The packet is moved to the front of the slab that Flush empties.
		packet := s.slab[s.used : s.used+n]
		s.Flush()
		copy(s.slab, packet)
	}
	s.messages = append(s.messages, message{
		route: route, ofSession: to, from: s.used, to: s.used + n, size: n, packets: 1,
	})
	s.used += n
}

// Flush sends everything collected. What the kernel does not take is lost and counted: the next packet is
// worth more than a late one.
func (s *Sender) Flush() {
	if len(s.messages) == 0 {
		s.used = 0
		return
	}
	for begin := 0; begin < len(s.messages); {
		socket := s.messages[begin].route.Socket
		end := begin + 1
		for end < len(s.messages) && s.messages[end].route.Socket == socket {
			end++
		}
		s.send(socket, s.messages[begin:end])
		begin = end
	}
	clear(s.messages)
	s.messages, s.used = s.messages[:0], 0
}

func (s *Sender) send(socket *Socket, messages []message) {
	sent := s.kernel.send(socket, s.slab, messages, s.stats)
	for i := range messages {
		m := &messages[i]
		if i >= sent {
			s.stats.Dropped.Add(uint64(m.packets)) //nolint:gosec // a count
			continue
		}
		s.stats.Packets.Add(uint64(m.packets))   //nolint:gosec // a count
		s.stats.Bytes.Add(uint64(m.to - m.from)) //nolint:gosec // a length
	}
	s.stats.Messages.Add(uint64(sent)) //nolint:gosec // a count
}
