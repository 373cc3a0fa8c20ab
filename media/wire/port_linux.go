package wire

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// readAhead is how many datagrams are read by one call, largest how many bytes of each: more than crosses the Internet
	// in one piece.
	readAhead = 16
	largest   = 2048
)

// Port is a socket for what is not sent by a Sender: what comes in, and the checks of ICE. It reads many datagrams by one
// call, and like a Sender's its calls never wait and are not told to Go's scheduler. One goroutine reads, any write.
type Port struct {
	*net.UDPConn
	raw syscall.RawConn
	six bool

	// of the reader
	headers   [readAhead]mmsghdr
	vectors   [readAhead]unix.Iovec
	addresses [readAhead]unix.RawSockaddrInet6 // room for the other family, too
	buffers   [readAhead][largest]byte
	next, n   int
	failure   unix.Errno
	read      func(fd uintptr) bool
	zones     map[uint32]string // of link-local addresses

	writers sync.Pool // of *portWrite
}

// NewPort wraps a socket.
func NewPort(conn *net.UDPConn) (*Port, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	p := &Port{UDPConn: conn, raw: raw, zones: map[uint32]string{}}
	p.six = conn.LocalAddr().(*net.UDPAddr).IP.To4() == nil
	for i := range p.headers {
		p.vectors[i].Base = &p.buffers[i][0]
		p.vectors[i].SetLen(largest)
		h := &p.headers[i].header
		h.Name, h.Iov, h.Iovlen = (*byte)(unsafe.Pointer(&p.addresses[i])), &p.vectors[i], 1
	}
	p.read = p.recvmmsg
	p.writers.New = func() any {
		w := new(portWrite)
		w.call = w.sendto
		return w
	}
	return p, nil
}

// ReadFromAddrPort gives the next datagram. Errors: those of net.UDPConn.
func (p *Port) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	if p.next == p.n {
		p.next, p.n, p.failure = 0, 0, 0
		if err := p.raw.Read(p.read); err != nil {
			return 0, netip.AddrPort{}, err
		}
		if p.failure != 0 {
			return 0, netip.AddrPort{}, &net.OpError{Op: "read", Net: "udp", Source: p.LocalAddr(), Err: p.failure}
		}
	}
	i := p.next
	p.next++
	size := min(int(p.headers[i].sent), largest)
	return copy(b, p.buffers[i][:size]), p.address(&p.addresses[i]), nil
}

// recvmmsg reads what is there, and tells whether that is something.
func (p *Port) recvmmsg(fd uintptr) bool {
	for i := range p.headers {
		p.headers[i].header.Namelen = unix.SizeofSockaddrInet6
	}
	for {
		n, _, e := unix.RawSyscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&p.headers[0])), readAhead, unix.MSG_DONTWAIT, 0, 0)
		switch e {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false
		}
		p.n, p.failure = int(n), e //nolint:gosec // at most readAhead
		if e != 0 {
			p.n = 0
		}
		return true
	}
}

// address reads an address as the kernel writes it.
func (p *Port) address(a *unix.RawSockaddrInet6) netip.AddrPort {
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&a.Port))[:])
	if a.Family == unix.AF_INET {
		return netip.AddrPortFrom(netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(a)).Addr), port)
	}
	ip := netip.AddrFrom16(a.Addr)
	if a.Scope_id != 0 {
		ip = ip.WithZone(p.zone(a.Scope_id))
	}
	return netip.AddrPortFrom(ip, port)
}

// zone gives the name of an interface.
func (p *Port) zone(id uint32) string {
	name, known := p.zones[id]
	if known {
		return name
	}
	name = strconv.Itoa(int(id))
	if i, err := net.InterfaceByIndex(int(id)); err == nil {
		name = i.Name
	}
	p.zones[id] = name
	return name
}

// WriteToAddrPort sends a datagram. What the kernel has no room for is lost, as it may be on the way. Errors: those of
// net.UDPConn.
func (p *Port) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if len(b) == 0 || to.Addr().Zone() != "" || to.Addr().Unmap().Is4() == p.six {
		return p.WriteToUDPAddrPort(b, to)
	}
	w := p.writers.Get().(*portWrite)
	defer p.writers.Put(w)
	w.b, w.to, w.failure = b, sockaddrOf(to, p.six), 0
	err := p.raw.Write(w.call)
	w.b = nil
	if err != nil {
		return 0, err
	}
	if w.failure != 0 {
		return 0, &net.OpError{Op: "write", Net: "udp", Source: p.LocalAddr(), Addr: net.UDPAddrFromAddrPort(to), Err: w.failure}
	}
	return len(b), nil
}

// portWrite is a datagram on its way out.
type portWrite struct {
	b       []byte
	to      sockaddr
	failure unix.Errno
	call    func(fd uintptr) bool // made once, for a closure would be allocated each time
}

func (w *portWrite) sendto(fd uintptr) bool {
	for {
		_, _, e := unix.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(unsafe.Pointer(&w.b[0])), uintptr(len(w.b)), unix.MSG_DONTWAIT,
			uintptr(unsafe.Pointer(&w.to.raw)), uintptr(w.to.size))
		switch e {
		case unix.EINTR:
			continue
		case unix.EAGAIN, unix.ENOBUFS:
			return true
		}
		w.failure = e
		return true
	}
}

// ReadFrom is ReadFromAddrPort for net.PacketConn.
func (p *Port) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.ReadFromAddrPort(b)
	if err != nil {
		return n, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// WriteTo is WriteToAddrPort for net.PacketConn. Errors: those of net.UDPConn.
func (p *Port) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok {
		return p.UDPConn.WriteTo(b, to)
	}
	return p.WriteToAddrPort(b, udp.AddrPort())
}
