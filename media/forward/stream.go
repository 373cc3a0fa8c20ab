package forward

import (
	"sync"
	"sync/atomic"
	"time"

	"mostik/media"
	"mostik/media/codec"
	"mostik/media/ring"
)

const (
	// patience is how long packets of a frame wait for the rest of it: publishers pace a frame's packets.
	patience = 2 * time.Millisecond
	// keyPause is the least time between two requests for a key frame of one stream.
	keyPause = 300 * time.Millisecond
	// replayed is how many packets since the last key frame a late viewer is given at once; with more, a new
	// key frame costs less.
	replayed = 96

	videoRing = 1024
	audioRing = 256
)

// Stream is one encoding of a track: one SSRC of its publisher.
type Stream struct {
	// Layer is 0 for the smallest of a simulcast.
	Layer uint8

	track *Track
	ring  *ring.Ring
	// ask asks the publisher for a key frame.
	ask   func()
	asked atomic.Int64 // of the process's clock, in nanoseconds

	mu    sync.Mutex
	batch *batch
	timer *time.Timer
	high  uint64 // the highest number; 0 before the first
	key   uint64 // the number of the last key frame's first packet; 0 before the first
	rate  meter
	// report is the publisher's last word on its clock.
	report clock
}

// clock joins a stream's timestamps to the publisher's wall clock (RFC 3550, 6.4.1).
type clock struct {
	ntp  uint64
	time uint32
	at   int64
}

// Write takes over a parsed packet and sends it on. One goroutine writes a stream.
func (s *Stream) Write(p *media.Packet) {
	s.mu.Lock()
	p.Number = s.unwrap(p.Seq)
	if s.track.Codec != media.Opus {
		p.Marks = codec.Inspect(s.track.Codec, p.Payload)
	}
	if !s.ring.Store(p) {
		s.mu.Unlock()
		p.Release()
		return
	}
	if s.track.Codec == media.Opus {
		s.track.heard(p.Level)
	}
	if p.Marks.Key && p.Number > s.key {
		s.key = p.Number
	}
	s.rate.add(p.Arrived, len(p.Payload)+overhead)
	if s.batch == nil {
		s.batch = newBatch(s)
		if s.track.Codec != media.Opus {
			s.timer.Reset(patience)
		}
	}
	full := s.batch.add(p)
	if full || p.Marker || s.track.Codec == media.Opus {
		s.flush()
	}
	s.mu.Unlock()
}

// unwrap counts the rollovers of a sequence number: the nearest to the highest so far is meant.
func (s *Stream) unwrap(seq uint16) uint64 {
	if s.high == 0 {
		s.high = 1<<16 | uint64(seq)
		return s.high
	}
	n := s.high + uint64(int64(int16(seq-uint16(s.high)))) //nolint:gosec // modular arithmetic is meant
	s.high = max(s.high, n)
	return n
}

// late sends a batch whose frame takes its time.
func (s *Stream) late() {
	s.mu.Lock()
	s.flush()
	s.mu.Unlock()
}

func (s *Stream) flush() {
	if s.batch == nil {
		return
	}
	b := s.batch
	s.batch = nil
	s.timer.Stop()
	s.track.deliver(b)
	b.release()
}

// RequestKey asks the publisher for a key frame, once for all who wish one.
func (s *Stream) RequestKey(now int64) {
	if s.track.Codec == media.Opus {
		return
	}
	last := s.asked.Load()
	if now-last < int64(keyPause) && last != 0 {
		return
	}
	if s.asked.CompareAndSwap(last, now) {
		s.ask()
	}
}

// fromKey gives the packets since the last key frame, retained, while they are few; else none.
func (s *Stream) fromKey() []*media.Packet {
	s.mu.Lock()
	key, high := s.key, s.high
	s.mu.Unlock()
	if key == 0 || high-key >= replayed {
		return nil
	}
	return s.ring.Since(key, nil)
}

// Reported takes the publisher's report on its clock.
func (s *Stream) Reported(ntp uint64, rtp uint32, now int64) {
	s.mu.Lock()
	s.report = clock{ntp, rtp, now}
	s.mu.Unlock()
}

func (s *Stream) reported() clock {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.report
}

// Rate is what the stream takes of a line at present, in bits a second; 0 when it is silent.
func (s *Stream) Rate(now int64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rate.bits(now)
}

// batch is packets of one stream that belong together. It is read-only once delivered.
type batch struct {
	refs    atomic.Int32
	stream  *Stream
	packets [10]*media.Packet
	n       int
	// level is the length of the payloads that fill their packets, 0 where they differ too much.
	level int
}

var batches = sync.Pool{New: func() any { return new(batch) }}

func newBatch(s *Stream) *batch {
	b := batches.Get().(*batch)
	b.refs.Store(1)
	b.stream, b.n, b.level = s, 0, 0
	return b
}

// add takes over a packet and tells whether the batch is full.
func (b *batch) add(p *media.Packet) bool {
	b.packets[b.n] = p
	b.n++
	b.level = max(b.level, len(p.Payload))
	return b.n == len(b.packets)
}

func (b *batch) retain() *batch {
	b.refs.Add(1)
	return b
}

func (b *batch) release() {
	if b.refs.Add(-1) > 0 {
		return
	}
	for i := range b.n {
		b.packets[i].Release()
		b.packets[i] = nil
	}
	batches.Put(b)
}

// meter measures a rate over about a second.
type meter struct {
	from, last int64
	bytes      int
	perSecond  float64
}

const window = int64(500 * time.Millisecond)

func (m *meter) add(now int64, n int) {
	if m.from == 0 {
		m.from = now
	}
	m.bytes, m.last = m.bytes+n, now
	if span := now - m.from; span >= window {
		m.perSecond = float64(m.bytes) * 8 * 1e9 / float64(span)
		m.from, m.bytes = now, 0
	}
}

func (m *meter) bits(now int64) int {
	if now-m.last > 3*window {
		return 0
	}
	return int(m.perSecond)
}

// Clock is the rate of the stream's timestamps in Hz.
func (s *Stream) Clock() uint32 { return s.track.Codec.Clock() }
