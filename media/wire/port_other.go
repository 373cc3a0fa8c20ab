//go:build !linux

package wire

import (
	"net"
	"net/netip"
)

// Port is a socket for what is not sent by a Sender: what comes in, and the checks of ICE.
type Port struct{ *net.UDPConn }

// NewPort wraps a socket.
func NewPort(conn *net.UDPConn) (*Port, error) { return &Port{conn}, nil }

// ReadFromAddrPort gives the next datagram. Errors: those of net.UDPConn.
func (p *Port) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	return p.ReadFromUDPAddrPort(b)
}

// WriteToAddrPort sends a datagram. Errors: those of net.UDPConn.
func (p *Port) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return p.WriteToUDPAddrPort(b, to)
}
