package wire

import (
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Socket is a UDP socket that many peers share. It is the one that ICE uses, so that the mapping in a router
// on the way holds.
type Socket struct {
	conn  syscall.RawConn
	plain *net.UDPConn
	six   bool
	gso   atomic.Bool
}

// NewSocket wraps a socket. It tells whether the kernel takes many packets as one message; a device on the
// way may still refuse, and then the socket goes over to single ones by itself.
func NewSocket(conn *net.UDPConn) (*Socket, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	s := &Socket{conn: raw, plain: conn}
	s.six = conn.LocalAddr().(*net.UDPAddr).IP.To4() == nil
	var probe error
	err = raw.Control(func(fd uintptr) {
		_, probe = unix.GetsockoptInt(int(fd), unix.SOL_UDP, unix.UDP_SEGMENT)
	})
	if err != nil {
		return nil, err
	}
	s.gso.Store(probe == nil)
	return s, nil
}

// Segmented tells whether many packets go out as one message.
func (s *Socket) Segmented() bool { return s.gso.Load() }

func (s *Socket) segments() int {
	if s.gso.Load() {
		return maxSegments
	}
	return 1
}

// sockaddr is an address as the kernel reads it.
type sockaddr struct {
	raw  [unix.SizeofSockaddrInet6]byte
	size uint32
}

// To makes the route to an address.
func (s *Socket) To(to netip.AddrPort) *Route {
	return &Route{Socket: s, address: sockaddrOf(to, s.six)}
}

func (r *Route) size() int { return int(r.address.size) }

// sockaddrOf writes an address as the kernel reads it, for a socket of one of the two families.
func sockaddrOf(to netip.AddrPort, six bool) (s sockaddr) {
	port := to.Port()
	if !six {
		a := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: to.Addr().Unmap().As4()}
		p := (*[2]byte)(unsafe.Pointer(&a.Port))
		p[0], p[1] = byte(port>>8), byte(port)
		s.size = unix.SizeofSockaddrInet4
		*(*unix.RawSockaddrInet4)(unsafe.Pointer(&s.raw)) = a
		return s
	}
	a := unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: to.Addr().As16()}
	p := (*[2]byte)(unsafe.Pointer(&a.Port))
	p[0], p[1] = byte(port>>8), byte(port)
	if zone := to.Addr().Zone(); zone != "" {
		if i, err := net.InterfaceByName(zone); err == nil {
			a.Scope_id = uint32(i.Index) //nolint:gosec // an interface's number
		}
	}
	s.size = unix.SizeofSockaddrInet6
	*(*unix.RawSockaddrInet6)(unsafe.Pointer(&s.raw)) = a
	return s
}

// mmsghdr is struct mmsghdr of sendmmsg(2).
type mmsghdr struct {
	header unix.Msghdr
	sent   uint32
	_      [4]byte
}

// segmentControl is the control message that gives the size of a segment: struct cmsghdr and a uint16.
type segmentControl struct {
	header unix.Cmsghdr
	size   uint16
	_      [6]byte
}

// batch is what one goroutine needs to call the kernel without allocating.
type batch struct {
	headers  [maxMessages]mmsghdr
	vectors  [maxMessages]unix.Iovec
	controls [maxMessages]segmentControl

	// write calls the kernel for the first count messages; it is made once, for a closure would be allocated each time.
	write   func(fd uintptr) bool
	count   int
	taken   int
	failure unix.Errno
}

// send sends messages by one system call, or as few as the kernel asks for, and gives how many it took. It
// never waits: a full buffer is a loss.
func (b *batch) send(socket *Socket, slab []byte, messages []message, stats *Stats) int {
	done := 0
	for done < len(messages) {
		n, err := b.call(socket, slab, messages[done:], stats)
		switch {
		case err == nil && n > 0:
			done += n
		case isSegmentRefusal(err) && messages[done].packets > 1:
			socket.gso.Store(false)
			b.single(socket, slab, &messages[done])
			done++
		case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.ENOBUFS), errors.Is(err, net.ErrClosed):
			return done
		default:
			// The address cannot be reached: the peers behind it are served all the same.
			messages[done].packets = 0
			done++
		}
	}
	return done
}

// isSegmentRefusal tells an error by which kernels and devices refuse many packets in one message.
func isSegmentRefusal(err error) bool {
	return errors.Is(err, unix.EIO) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EMSGSIZE)
}

func (b *batch) call(socket *Socket, slab []byte, messages []message, stats *Stats) (int, error) {
	for i := range messages {
		m := &messages[i]
		b.vectors[i] = unix.Iovec{Base: &slab[m.from]}
		b.vectors[i].SetLen(m.to - m.from)
		h := &b.headers[i].header
		*h = unix.Msghdr{
			Name: &m.route.address.raw[0], Namelen: m.route.address.size,
			Iov: &b.vectors[i], Iovlen: 1,
		}
		if m.packets > 1 {
			c := &b.controls[i]
			c.header.Level, c.header.Type = unix.SOL_UDP, unix.UDP_SEGMENT
			c.header.SetLen(unix.CmsgLen(2))
			c.size = uint16(m.size) //nolint:gosec // below the packet size
			h.Control = (*byte)(unsafe.Pointer(c))
			h.SetControllen(unix.CmsgSpace(2))
		}
	}
	stats.Calls.Add(1)
	if b.write == nil {
		b.write = b.sendmmsg
	}
	b.count, b.taken, b.failure = len(messages), 0, 0
	if err := socket.conn.Write(b.write); err != nil {
		return 0, err
	}
	if b.failure != 0 {
		return 0, b.failure
	}
	return b.taken, nil
}

// sendmmsg calls the kernel without a word to Go's scheduler: the call never waits, and ends within a fraction of a
// millisecond. Told of it, the scheduler takes the processor away from whoever sends for longer than 20 µs, wakes another
// thread for it and looks again every 20 µs, which on a busy server was a tenth of all that it did.
func (b *batch) sendmmsg(fd uintptr) bool {
	for {
		n, _, e := unix.RawSyscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&b.headers[0])), uintptr(b.count), unix.MSG_DONTWAIT, 0, 0)
		if e == unix.EINTR {
			continue
		}
		b.taken, b.failure = int(n), e //nolint:gosec // at most count
		return true
	}
}

// single sends the packets of one message one by one.
func (b *batch) single(socket *Socket, slab []byte, m *message) {
	one := *m
	one.packets = 1
	for at := m.from; at < m.to; at += m.size {
		one.from, one.to = at, min(at+m.size, m.to)
		_, _ = b.call(socket, slab, []message{one}, &Stats{}) // a loss, as any other
	}
}
