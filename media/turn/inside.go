package turn

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

const (
	// insideQueue is how many packets wait for our media, relayQueue how many for a guest, before some are lost.
	insideQueue = 2048
	relayQueue  = 512
	// firstPort is the first number of a relayed address.
	firstPort = 10_000
)

// Address is where our media is reached through a relay: the dummy address of RFC 7600, which no network carries.
var Address = netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 0, 8}), 34780)

var errPeer = errors.New("a relay reaches our own media only")

// packet is a datagram on its way, and where it comes from or goes to.
type packet struct {
	b    []byte
	from netip.AddrPort
}

// Inside is the side of the relays that our media uses as if it were a socket. It is a net.PacketConn whose peers are
// guests.
type Inside struct {
	in     chan packet
	closed chan struct{}
	once   sync.Once

	mu     sync.RWMutex
	relays map[uint16]*relay
	next   uint16
}

func newInside() *Inside {
	return &Inside{in: make(chan packet, insideQueue), closed: make(chan struct{}), relays: map[uint16]*relay{}, next: firstPort}
}

// Holds tells whether an address is a guest's relayed one.
func (i *Inside) Holds(a netip.AddrPort) bool { return a.Addr() == Address.Addr() }

// Send hands a packet to the guest with a relayed address. It never blocks; what finds no room is lost.
func (i *Inside) Send(b []byte, to netip.AddrPort) {
	if !i.Holds(to) {
		return
	}
	i.mu.RLock()
	r := i.relays[to.Port()]
	i.mu.RUnlock()
	if r != nil {
		r.push(b)
	}
}

// ReadFromAddrPort gives the next packet that a guest sent.
func (i *Inside) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case p := <-i.in:
		return copy(b, p.b), p.from, nil
	case <-i.closed:
		return 0, netip.AddrPort{}, net.ErrClosed
	}
}

// WriteToAddrPort is Send as a socket has it.
func (i *Inside) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	i.Send(b, netip.AddrPortFrom(to.Addr().Unmap(), to.Port()))
	return len(b), nil
}

// ReadFrom is ReadFromAddrPort for net.PacketConn.
func (i *Inside) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := i.ReadFromAddrPort(b)
	return n, net.UDPAddrFromAddrPort(from), err
}

// WriteTo is WriteToAddrPort for net.PacketConn.
func (i *Inside) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, errPeer
	}
	return i.WriteToAddrPort(b, udp.AddrPort())
}

// LocalAddr is Address.
func (i *Inside) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(Address) }

// Close ends it for its reader.
func (i *Inside) Close() error {
	i.once.Do(func() { close(i.closed) })
	return nil
}

// The deadlines of net.PacketConn: nothing here waits for long.
func (i *Inside) SetDeadline(time.Time) error      { return nil }
func (i *Inside) SetReadDeadline(time.Time) error  { return nil }
func (i *Inside) SetWriteDeadline(time.Time) error { return nil }

// open gives a new relayed address.
func (i *Inside) open(u *user, s *Stats) (*relay, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for range 1 << 16 {
		port := i.next
		if i.next++; i.next == 0 {
			i.next = firstPort
		}
		if i.relays[port] != nil {
			continue
		}
		r := &relay{inside: i, user: u, stats: s, address: netip.AddrPortFrom(Address.Addr(), port), ready: make(chan struct{}, 1), closed: make(chan struct{})}
		i.relays[port] = r
		return r, nil
	}
	return nil, errors.New("every relayed address is in use")
}

// relay is one relayed address, as the guest's side uses it.
type relay struct {
	inside  *Inside
	user    *user
	stats   *Stats
	address netip.AddrPort
	closed  chan struct{}
	once    sync.Once
	// ready has a token when something may wait.
	ready chan struct{}

	mu      sync.Mutex
	waiting [][]byte
}

// WriteTo takes a packet from the guest to our media.
func (r *relay) WriteTo(b []byte, to net.Addr) (int, error) {
	if udp, ok := to.(*net.UDPAddr); !ok || udp.AddrPort().Port() != Address.Port() || !udp.IP.Equal(Address.Addr().AsSlice()) {
		r.stats.Refused.Add(1)
		return 0, errPeer
	}
	if !r.user.spend(len(b)) {
		r.stats.Dropped.Add(1)
		return len(b), nil
	}
	select {
	case r.inside.in <- packet{append([]byte(nil), b...), r.address}:
		r.stats.BytesIn.Add(uint64(len(b)))
	default:
		r.stats.Dropped.Add(1)
	}
	return len(b), nil
}

// push takes a packet from our media to the guest.
func (r *relay) push(b []byte) {
	if !r.user.spend(len(b)) {
		r.stats.Dropped.Add(1)
		return
	}
	r.mu.Lock()
	full := len(r.waiting) >= relayQueue
	if !full {
		r.waiting = append(r.waiting, append([]byte(nil), b...))
	}
	r.mu.Unlock()
	if full {
		r.stats.Dropped.Add(1)
		return
	}
	r.stats.BytesOut.Add(uint64(len(b)))
	select {
	case r.ready <- struct{}{}:
	default:
	}
}

func (r *relay) pop() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.waiting) == 0 {
		r.waiting = nil // a burst's room is given back
		return nil
	}
	b := r.waiting[0]
	r.waiting = r.waiting[1:]
	return b
}

// ReadFrom gives the next packet for the guest.
func (r *relay) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		if p := r.pop(); p != nil {
			return copy(b, p), net.UDPAddrFromAddrPort(Address), nil
		}
		select {
		case <-r.ready:
		case <-r.closed:
			return 0, nil, os.ErrClosed
		}
	}
}

// Close gives the relayed address back.
func (r *relay) Close() error {
	r.once.Do(func() {
		close(r.closed)
		r.inside.mu.Lock()
		delete(r.inside.relays, r.address.Port())
		r.inside.mu.Unlock()
		r.user.leave()
		r.stats.Allocations.Add(-1)
	})
	return nil
}

// LocalAddr is the relayed address.
func (r *relay) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(r.address) }

// The deadlines of net.PacketConn: closing ends what waits.
func (r *relay) SetDeadline(time.Time) error      { return nil }
func (r *relay) SetReadDeadline(time.Time) error  { return nil }
func (r *relay) SetWriteDeadline(time.Time) error { return nil }
