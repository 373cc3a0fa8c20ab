//go:build !linux

package wire

import (
	"net"
	"net/netip"
)

// Socket is a UDP socket that many peers share.
type Socket struct{ plain *net.UDPConn }

// NewSocket wraps a socket.
func NewSocket(conn *net.UDPConn) (*Socket, error) { return &Socket{conn}, nil }

// Segmented tells whether many packets go out as one message: not on this system.
func (s *Socket) Segmented() bool { return false }

func (s *Socket) segments() int { return 1 }

type sockaddr struct{ to netip.AddrPort }

// To makes the route to an address.
func (s *Socket) To(to netip.AddrPort) *Route { return &Route{Socket: s, address: sockaddr{to}} }

func (r *Route) size() int { return int(r.address.to.Port()) }

type batch struct{}

func (b *batch) send(socket *Socket, slab []byte, messages []message, stats *Stats) int {
	for i := range messages {
		m := &messages[i]
		stats.Calls.Add(1)
		_, _ = socket.plain.WriteToUDPAddrPort(slab[m.from:m.to], m.route.address.to) // a loss, as any other
	}
	return len(messages)
}
