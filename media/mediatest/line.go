// Package mediatest holds what tests of media need: a line between peers that loses, delays and is narrow.
package mediatest

import (
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// Weather is how a line behaves in one direction. The zero Weather is a perfect line.
type Weather struct {
	// Loss is the share of datagrams that are lost, from 0 to 1.
	Loss  float64       `json:"loss"`
	Delay time.Duration `json:"delay"`
	// Rate is what the line carries in bits a second, headers of IP counted, 0 for no bound. What is more waits, and is
	// lost when it would wait for longer than Queue.
	Rate  int           `json:"rate"`
	Queue time.Duration `json:"queue"`
}

// Line is a relay in user space: whoever sends datagrams to Address reaches the far side, which sees an address of the
// line for each; streams come by Streams and share its rate.
type Line struct {
	near *net.UDPConn
	all  sync.WaitGroup

	mu       sync.Mutex
	to       netip.AddrPort
	peers    map[netip.AddrPort]*net.UDPConn
	closers  []io.Closer
	closed   bool
	down, up way // from the far side, and to it
	dice     *rand.Rand
}

// way is one direction.
type way struct {
	weather Weather
	free    time.Time
	due     chan datagram
	lost    int
}

type datagram struct {
	at time.Time
	b  []byte
	by *net.UDPConn
	to netip.AddrPort
}

// NewLine makes a perfect line to an address, of loopback, that ends with the test.
func NewLine(t testing.TB, to netip.AddrPort) *Line {
	t.Helper()
	l, err := Open(to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// Open makes a perfect line to an address of loopback.
func Open(to netip.AddrPort) (*Line, error) {
	near, err := socket()
	if err != nil {
		return nil, err
	}
	l := &Line{near: near, to: to, dice: rand.New(rand.NewPCG(1, 2)), peers: map[netip.AddrPort]*net.UDPConn{}, closers: []io.Closer{near}}
	for _, w := range []*way{&l.down, &l.up} {
		w.due = make(chan datagram, 1<<14)
		l.all.Go(w.deliver)
	}
	l.all.Go(l.fromPeers)
	return l, nil
}

func socket() (*net.UDPConn, error) {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err == nil {
		_ = c.SetReadBuffer(4 << 20)
	}
	return c, err
}

// Close ends the line.
func (l *Line) Close() {
	l.mu.Lock()
	l.closed = true
	list := l.closers
	l.closers = nil
	close(l.down.due)
	close(l.up.due)
	l.mu.Unlock()
	for _, c := range list {
		_ = c.Close()
	}
	l.all.Wait()
}

// Address is where peers send datagrams to.
func (l *Line) Address() netip.AddrPort { return l.near.LocalAddr().(*net.UDPAddr).AddrPort() }

// Set changes how the line behaves: down from the far side to the peers, up from them.
func (l *Line) Set(down, up Weather) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down.weather, l.up.weather = down, up
}

// Rebind forgets who stands for whom, as a router does that was asleep for too long: the far side sees peers at new
// addresses from now on, and what it sends to the old ones is lost without a word.
func (l *Line) Rebind() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.peers)
}

// Lost is how many datagrams were lost so far, down and up.
func (l *Line) Lost() (down, up int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.down.lost, l.up.lost
}

// fromPeers reads what peers send, until the line closes.
func (l *Line) fromPeers() {
	b := make([]byte, 2000)
	for {
		n, peer, err := l.near.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		if far := l.far(peer); far != nil {
			l.carry(&l.up, b[:n], far, l.to)
		}
	}
}

// far gives the socket that stands for a peer on the far side.
func (l *Line) far(peer netip.AddrPort) *net.UDPConn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.peers[peer]; c != nil || l.closed {
		return c
	}
	c, err := socket()
	if err != nil {
		return nil
	}
	l.peers[peer] = c
	l.closers = append(l.closers, c)
	l.all.Go(func() {
		b := make([]byte, 2000)
		for {
			n, _, err := c.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			l.mu.Lock()
			stands := l.peers[peer] == c
			l.mu.Unlock()
			if stands {
				l.carry(&l.down, b[:n], l.near, peer)
			}
		}
	})
	return c
}

// around is what IP and UDP put around a datagram, in bytes.
const around = 28

// carry takes a datagram on its way, or loses it.
func (l *Line) carry(w *way, b []byte, by *net.UDPConn, to netip.AddrPort) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	now := time.Now()
	w.free = later(w.free, now)
	if l.dice.Float64() < w.weather.Loss || w.weather.Rate > 0 && w.free.Sub(now) > w.weather.Queue {
		w.lost++
		return
	}
	select {
	case w.due <- datagram{w.passes(now, len(b)+around), append([]byte(nil), b...), by, to}:
	default:
		w.lost++
	}
}

// passes gives when so many bytes are through.
func (w *way) passes(now time.Time, n int) time.Time {
	if w.weather.Rate > 0 {
		w.free = later(w.free, now).Add(time.Duration(int64(n) * 8 * int64(time.Second) / int64(w.weather.Rate)))
		now = w.free
	}
	return now.Add(w.weather.Delay)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// deliver sends what is due, in order.
func (w *way) deliver() {
	for d := range w.due {
		time.Sleep(time.Until(d.at))
		_, _ = d.by.WriteToUDPAddrPort(d.b, d.to) // the other side may be gone
	}
}

// Streams opens a port for streams to an address. They share the line's rate and have its delay: what is lost the
// system repeats, which takes the place of their loss here. They keep the line's queue short and get a
// turn all the same where others fill it, as by a router with fair queues.
func (l *Line) Streams(to string) (address string, err error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	l.closes(listener)
	l.all.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp4", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			l.closes(near)
			l.closes(far)
			l.all.Go(func() { l.pour(&l.up, near, far) })
			l.all.Go(func() { l.pour(&l.down, far, near) })
		}
	})
	return listener.Addr().String(), nil
}

func (l *Line) closes(c io.Closer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = c.Close()
		return
	}
	l.closers = append(l.closers, c)
}

// piece is some of a stream.
type piece struct {
	at time.Time
	b  []byte
}

// pour carries one direction of a stream until one end closes.
func (l *Line) pour(w *way, from, to net.Conn) {
	defer to.Close()
	defer from.Close()
	const size, backlog, turn = 500, 60 * time.Millisecond, 300 * time.Millisecond
	under := make(chan piece, 1024)
	var writing sync.WaitGroup
	writing.Go(func() {
		for p := range under {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.b); err != nil {
				_ = from.Close()
			}
		}
	})
	defer writing.Wait()
	defer close(under)
	b := make([]byte, 16<<10)
	for {
		l.mu.Lock()
		narrow := w.weather.Rate > 0
		l.mu.Unlock()
		most := len(b)
		if narrow {
			most = size
		}
		n, err := from.Read(b[:most])
		if err != nil {
			return
		}
		for came := time.Now(); ; {
			l.mu.Lock()
			wait := time.Until(w.free) - backlog
			if wait <= 0 || w.weather.Rate == 0 || time.Since(came) > turn {
				at := w.passes(time.Now(), n+around)
				l.mu.Unlock()
				under <- piece{at, append([]byte(nil), b[:n]...)}
				break
			}
			l.mu.Unlock()
			time.Sleep(min(wait, turn))
		}
	}
}

// Through rewrites the candidates of an answer so that its reader comes by the line, and by it alone.
func (l *Line) Through(answer string) string {
	var b strings.Builder
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") {
			f := strings.Fields(line)
			if len(f) < 8 || !strings.EqualFold(f[2], "udp") {
				continue
			}
			f[4], f[5] = l.Address().Addr().String(), portOf(l.Address())
			line = strings.Join(f, " ") + "\r\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// Hidden takes the candidates out of an offer: its reader waits to be spoken to, as behind a router.
func Hidden(offer string) string {
	var b strings.Builder
	for line := range strings.Lines(offer) {
		if !strings.HasPrefix(line, "a=candidate:") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func portOf(a netip.AddrPort) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

// Far gives the address of the first candidate for datagrams of an answer.
func Far(t testing.TB, answer string) netip.AddrPort {
	t.Helper()
	for line := range strings.Lines(answer) {
		f := strings.Fields(line)
		if strings.HasPrefix(line, "a=candidate:") && len(f) >= 8 && strings.EqualFold(f[2], "udp") {
			a, err := netip.ParseAddrPort(net.JoinHostPort(f[4], f[5]))
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
	}
	t.Fatalf("no candidate in\n%s", answer)
	return netip.AddrPort{}
}
