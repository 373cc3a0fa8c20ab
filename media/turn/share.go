package turn

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
)

const (
	// guestQueue is how many datagrams of guests wait to be read.
	guestQueue = 1024
	cookie     = 0x2112A442 // of STUN (RFC 8489, 5)
	binding    = 1          // the method that ICE uses
)

// isGuest tells a datagram of TURN from those of ICE, DTLS and RTP on the same port (RFC 7983): channel data, or STUN of
// another method than ICE's.
func isGuest(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	if b[0]&0xF0 == 0x40 {
		return true
	}
	if b[0] > 3 || len(b) < 20 || binary.BigEndian.Uint32(b[4:]) != cookie {
		return false
	}
	t := binary.BigEndian.Uint16(b)
	return t&0xF|t&0xE0>>1|t&0x3E00>>2 != binding // the bits of the class lie between those of the method
}

// Port is a socket of datagrams.
type Port interface {
	net.PacketConn
	ReadFromAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToAddrPort(b []byte, to netip.AddrPort) (int, error)
}

// Rest is a socket without what belongs to guests.
type Rest struct {
	Port
	guests *guests
}

// guests is the same socket with nothing else.
type guests struct {
	Port
	in     chan packet
	closed chan struct{}
	once   sync.Once
}

func share(conn Port) (*Rest, *guests) {
	g := &guests{Port: conn, in: make(chan packet, guestQueue), closed: make(chan struct{})}
	return &Rest{conn, g}, g
}

// ReadFromAddrPort gives the next datagram that is no guest's.
func (r *Rest) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := r.Port.ReadFromAddrPort(b)
		if err != nil || !isGuest(b[:n]) {
			return n, from, err
		}
		select {
		case r.guests.in <- packet{append([]byte(nil), b[:n]...), from}:
		default: // lost, as on any line that is full
		}
	}
}

// ReadFrom is ReadFromAddrPort for net.PacketConn.
func (r *Rest) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := r.ReadFromAddrPort(b)
	return n, net.UDPAddrFromAddrPort(from), err
}

// ReadFrom gives the next datagram of a guest.
func (g *guests) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case p := <-g.in:
		return copy(b, p.b), net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.from.Addr().Unmap(), p.from.Port())), nil
	case <-g.closed:
		return 0, nil, net.ErrClosed
	}
}

// Close ends the guests' side; the socket is the media's.
func (g *guests) Close() error {
	g.once.Do(func() { close(g.closed) })
	return nil
}
