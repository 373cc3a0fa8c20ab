package turn

import (
	"crypto/tls"
	"encoding/binary"
	"net"
	"slices"
	"sync"
	"time"
)

const (
	// quietStart is how long a connection may say nothing at all: browsers open some ahead of need. startTime is how
	// long it may take once it began.
	quietStart = 75 * time.Second
	startTime  = 10 * time.Second
	// alpn is TURN's name within TLS (RFC 7443).
	alpn = "stun.turn"
	// peekSize is how much of a connection's beginning is read at once.
	peekSize = 512
)

// Split gives connections that come to one port to those whom they are for: the web server, the relay (plain or within
// TLS), and ICE over TCP (RFC 6544). It tells them by their first bytes.
type Split struct {
	from   net.Listener
	config *tls.Config
	web    chan net.Conn
	relay  chan net.Conn
	ice    chan net.Conn
	closed chan struct{}
	once   sync.Once
	waits  waiting
}

// NewSplit begins to accept. config is for TLS on the port, nil for none: then the web and the relay are spoken to plainly.
func NewSplit(l net.Listener, config *tls.Config) *Split { return newSplit(l, config, mostWaiting) }

func newSplit(l net.Listener, config *tls.Config, most int) *Split {
	s := &Split{
		waits: waiting{most: most},
		from:  l, web: make(chan net.Conn), relay: make(chan net.Conn), ice: make(chan net.Conn), closed: make(chan struct{}),
	}
	if config != nil {
		s.config = config.Clone()
		s.config.NextProtos = append(slices.Clone(config.NextProtos), alpn)
	}
	go s.accept()
	return s
}

// Web, Relay and ICE are the parts. Closing one closes the port.
func (s *Split) Web() net.Listener   { return part{s, s.web} }
func (s *Split) Relay() net.Listener { return part{s, s.relay} }
func (s *Split) ICE() net.Listener   { return part{s, s.ice} }

func (s *Split) accept() {
	defer s.close()
	for {
		conn, err := s.from.Accept()
		if err != nil {
			if t, ok := err.(interface{ Temporary() bool }); ok && t.Temporary() { //nolint:errorlint,staticcheck // too many open files, say
				time.Sleep(10 * time.Millisecond)
				continue
			}
			return
		}
		go s.sort(conn, s.waits.enter(conn)) // in the order in which they came: goroutines may begin in another
	}
}

// sort finds out what a connection is and hands it over.
func (s *Split) sort(conn net.Conn, leave func()) {
	to, ready := s.look(conn)
	leave()
	if to == nil || ready.SetDeadline(time.Time{}) != nil {
		_ = conn.Close() // nobody here is meant
		return
	}
	select {
	case to <- ready:
	case <-s.closed:
		_ = conn.Close()
	}
}

// look gives whom a connection is for, nil for nobody, and the connection from its beginning.
func (s *Split) look(conn net.Conn) (chan<- net.Conn, net.Conn) {
	head, err := peek(conn, 1)
	if err == nil && kindOf(head) == unsure {
		head, err = peekMore(conn, head, enough)
	}
	if err != nil {
		return nil, nil
	}
	switch kind := kindOf(head); {
	case kind == relayed:
		return s.relay, replay(conn, head)
	case kind == framed:
		return s.ice, replay(conn, head)
	case kind == nothing:
		return nil, nil
	case s.config == nil:
		return s.web, replay(conn, head)
	case kind == secured:
		return s.secure(replay(conn, head))
	}
	return nil, nil // plain words where TLS is spoken
}

// secure shakes hands and looks again.
func (s *Split) secure(conn net.Conn) (chan<- net.Conn, net.Conn) {
	inner := tls.Server(conn, s.config)
	if conn.SetDeadline(time.Now().Add(startTime)) != nil || inner.Handshake() != nil {
		return nil, nil
	}
	if inner.ConnectionState().NegotiatedProtocol == alpn {
		return s.relay, inner
	}
	head, err := peek(inner, 1)
	if err != nil {
		return nil, nil
	}
	secured := &securedConn{Conn: inner, head: head}
	if head[0] < 4 { // STUN
		return s.relay, secured
	}
	return s.web, secured
}

// peek reads a connection's beginning, n bytes at least.
func peek(conn net.Conn, n int) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(quietStart)); err != nil {
		return nil, err
	}
	return peekBytes(conn, nil, n)
}

func peekMore(conn net.Conn, head []byte, n int) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(startTime)); err != nil {
		return nil, err
	}
	return peekBytes(conn, head, n)
}

func peekBytes(conn net.Conn, head []byte, n int) ([]byte, error) {
	b := make([]byte, peekSize)
	have := copy(b, head)
	for have < n {
		m, err := conn.Read(b[have:])
		if have += m; err != nil && have < n {
			return nil, err
		}
	}
	return b[:have], nil
}

// kind is what a connection's first bytes tell.
type kind uint8

const (
	spoken  kind = iota + 1 // a word: HTTP
	secured                 // TLS
	unsure                  // STUN in some form; more bytes tell
	relayed                 // STUN as TURN has it on streams (RFC 8656)
	framed                  // STUN in frames (RFC 4571), as ICE has it
	nothing
)

// enough bytes tell every kind.
const enough = 10

// kindOf tells what begins so. Fewer than enough bytes may leave it unsure.
func kindOf(b []byte) kind {
	switch {
	case len(b) == 0:
		return nothing
	case b[0] == 0x16: // a handshake's record (RFC 8446, 5.1)
		return secured
	case b[0] > 3:
		return spoken
	case len(b) < enough:
		return unsure
	case binary.BigEndian.Uint32(b[4:]) == cookie:
		return relayed
	case b[2] < 4 && binary.BigEndian.Uint32(b[6:]) == cookie:
		return framed
	}
	return nothing
}

// part is a listener for one kind of connection.
type part struct {
	of *Split
	in <-chan net.Conn
}

func (p part) Accept() (net.Conn, error) {
	select {
	case c := <-p.in:
		return c, nil
	case <-p.of.closed:
		return nil, net.ErrClosed
	}
}

func (p part) Addr() net.Addr { return p.of.from.Addr() }

func (p part) Close() error { return p.of.close() }

// Close closes the port. Connections that were handed over go on.
func (s *Split) Close() error { return s.close() }

func (s *Split) close() (err error) {
	s.once.Do(func() {
		close(s.closed)
		err = s.from.Close()
	})
	return err
}

// replay is a connection from its beginning.
func replay(conn net.Conn, head []byte) net.Conn {
	if t, ok := conn.(*net.TCPConn); ok {
		return &plainConn{TCPConn: t, head: head} // keeps what the kernel can do for files
	}
	return &anyConn{Conn: conn, head: head}
}

// The connections that give their beginning again: one for each kind, so that its own abilities show through.
type (
	plainConn struct {
		*net.TCPConn
		head []byte
	}
	securedConn struct {
		*tls.Conn
		head []byte
	}
	anyConn struct {
		net.Conn
		head []byte
	}
)

func (c *plainConn) Read(b []byte) (int, error)   { return again(&c.head, c.TCPConn, b) }
func (c *securedConn) Read(b []byte) (int, error) { return again(&c.head, c.Conn, b) }
func (c *anyConn) Read(b []byte) (int, error)     { return again(&c.head, c.Conn, b) }

// again reads what was read before first.
func again(head *[]byte, conn net.Conn, b []byte) (int, error) {
	if len(*head) == 0 {
		return conn.Read(b)
	}
	n := copy(b, *head)
	if *head = (*head)[n:]; len(*head) == 0 {
		*head = nil
	}
	return n, nil
}
