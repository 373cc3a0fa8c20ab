package turn

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

const (
	// maxFrame bounds a frame of a guest's stream, in bytes: what the library reads at once.
	maxFrame = 1599
	// maxStreams bounds the streams of all guests.
	maxStreams = 20_000
	// strangeTime is how long a stream may take to prove who it is, quietTime how long it may be silent afterwards:
	// allocations are refreshed within ten minutes. writeTime is how long a guest may keep us from writing.
	strangeTime = 30 * time.Second
	quietTime   = 11 * time.Minute
	writeTime   = 10 * time.Second
)

var errFrame = errors.New("neither STUN nor channel data")

// readFrame reads a frame of a stream (RFC 8656, 2.1 and 12.5: STUN, or channel data padded to words) and gives its length.
func readFrame(from io.Reader, b []byte) (int, error) {
	if _, err := io.ReadFull(from, b[:4]); err != nil {
		return 0, err
	}
	n, stun := int(binary.BigEndian.Uint16(b[2:])), b[0] < 4
	switch {
	case stun && n%4 == 0:
		n += 20
	case b[0]&0xF0 == 0x40:
		n = 4 + (n+3)/4*4
	default:
		return 0, errFrame
	}
	if n > maxFrame || n > len(b) {
		return 0, errFrame
	}
	if _, err := io.ReadFull(from, b[4:n]); err != nil {
		return 0, err
	}
	if stun && binary.BigEndian.Uint32(b[4:]) != cookie {
		return 0, errFrame
	}
	return n, nil
}

// streams is a listener whose connections give one whole frame at a read, and end when they are of no use. (The library
// would go round for ever over a length that overflows.)
type streams struct {
	net.Listener

	mu  sync.Mutex
	all map[string]*stream
}

func newStreams(l net.Listener) *streams { return &streams{Listener: l, all: map[string]*stream{}} }

// Accept gives the next guest's stream.
func (s *streams) Accept() (net.Conn, error) {
	for {
		conn, err := s.Listener.Accept()
		if err != nil {
			return nil, err
		}
		one := &stream{Conn: conn, of: s, in: bufio.NewReaderSize(conn, 2048), until: time.Now().Add(strangeTime)}
		s.mu.Lock()
		full := len(s.all) >= maxStreams
		if !full {
			s.all[conn.RemoteAddr().String()] = one
		}
		s.mu.Unlock()
		if !full {
			return one, nil
		}
		_ = conn.Close() // there is no room
	}
}

// welcome lets the stream of an address stay: its guest is known.
func (s *streams) welcome(from net.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.all[from.String()]; one != nil {
		one.setKnown()
	}
}

// Close ends the listener and every stream.
func (s *streams) Close() error {
	err := s.Listener.Close()
	s.mu.Lock()
	all := s.all
	s.all = map[string]*stream{}
	s.mu.Unlock()
	for _, one := range all {
		_ = one.Conn.Close() // closing: nothing is left to do about it
	}
	return err
}

type stream struct {
	net.Conn
	of    *streams
	in    *bufio.Reader
	until time.Time // for a stranger

	mu    sync.Mutex
	known bool
}

func (s *stream) setKnown() {
	s.mu.Lock()
	s.known = true
	s.mu.Unlock()
	_ = s.SetReadDeadline(time.Now().Add(quietTime)) // a read that waits already is told too
}

// Read gives one frame. A stream that says anything else is closed.
func (s *stream) Read(b []byte) (int, error) {
	until := time.Now().Add(quietTime)
	s.mu.Lock()
	if !s.known {
		until = s.until
	}
	err := s.SetReadDeadline(until)
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return readFrame(s.in, b)
}

// Write fails when the guest takes nothing for a while, and ends the stream then: half a frame may have gone.
func (s *stream) Write(b []byte) (int, error) {
	_ = s.SetWriteDeadline(time.Now().Add(writeTime)) // a closed one says so below
	n, err := s.Conn.Write(b)
	if err != nil {
		_ = s.Conn.Close() // the reader ends with it
	}
	return n, err
}

// Close ends the stream.
func (s *stream) Close() error {
	s.of.mu.Lock()
	if key := s.RemoteAddr().String(); s.of.all[key] == s {
		delete(s.of.all, key)
	}
	s.of.mu.Unlock()
	return s.Conn.Close()
}
