package rtc

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
)

// pipe is the part of a connection that carries DTLS (RFC 7983), for as long as the handshake takes.
type pipe struct {
	conn   *ice.Conn
	in     chan []byte
	closed chan struct{}
	once   sync.Once
	silent atomic.Bool

	mu       sync.Mutex
	deadline time.Time
	moved    chan struct{}
}

func newPipe(conn *ice.Conn) *pipe {
	return &pipe{conn: conn, in: make(chan []byte, 16), closed: make(chan struct{}), moved: make(chan struct{})}
}

// push hands a packet in. What finds no room is lost, and DTLS sends it again.
func (p *pipe) push(b []byte) {
	select {
	case <-p.closed:
	case p.in <- append([]byte(nil), b...):
	default:
	}
}

// silence lets nothing out any more.
func (p *pipe) silence() { p.silent.Store(true) }

func (p *pipe) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		p.mu.Lock()
		deadline, moved := p.deadline, p.moved
		p.mu.Unlock()
		var over <-chan time.Time
		if !deadline.IsZero() {
			t := time.NewTimer(time.Until(deadline))
			defer t.Stop()
			over = t.C
		}
		select {
		case packet := <-p.in:
			return copy(b, packet), p.conn.RemoteAddr(), nil
		case <-moved:
		case <-over:
			return 0, nil, os.ErrDeadlineExceeded
		case <-p.closed:
			return 0, nil, net.ErrClosed
		}
	}
}

func (p *pipe) WriteTo(b []byte, _ net.Addr) (int, error) {
	if p.silent.Load() {
		return len(b), nil
	}
	return p.conn.Write(b)
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipe) LocalAddr() net.Addr { return p.conn.LocalAddr() }

func (p *pipe) SetReadDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deadline = t
	close(p.moved)
	p.moved = make(chan struct{})
	return nil
}

func (p *pipe) SetDeadline(t time.Time) error    { return p.SetReadDeadline(t) }
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }
