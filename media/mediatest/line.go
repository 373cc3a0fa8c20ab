// Package mediatest holds what tests of media need: a line between two peers that loses, delays and is narrow.
package mediatest

import (
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
	// Loss is the share of packets that are lost, from 0 to 1.
	Loss  float64
	Delay time.Duration
	// Rate is what the line carries in bits a second, 0 for no bound. What is more waits, and is lost when it would
	// wait for longer than Queue.
	Rate  int
	Queue time.Duration
}

// Line is a relay of datagrams in user space: a peer that sends to Address reaches the far side, and the far side
// sees the line's own address.
type Line struct {
	near, far *net.UDPConn
	to        netip.AddrPort

	mu   sync.Mutex
	peer netip.AddrPort
	// Down is from the far side to the peer, up the other way.
	down, up way
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
	to netip.AddrPort
}

// NewLine makes a perfect line to an address, of loopback, that ends with the test.
func NewLine(t testing.TB, to netip.AddrPort) *Line {
	t.Helper()
	l := &Line{to: to, dice: rand.New(rand.NewPCG(1, 2))}
	for _, c := range []**net.UDPConn{&l.near, &l.far} {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadBuffer(4 << 20)
		*c = conn
	}
	var all sync.WaitGroup
	for _, w := range []struct {
		way      *way
		from, to *net.UDPConn
	}{{&l.down, l.far, l.near}, {&l.up, l.near, l.far}} {
		w.way.due = make(chan datagram, 1<<14)
		all.Go(func() { l.take(w.way, w.from) })
		all.Go(func() { w.way.deliver(w.to) })
	}
	t.Cleanup(func() {
		l.near.Close()
		l.far.Close()
		all.Wait()
	})
	return l
}

// Address is where the peer sends to.
func (l *Line) Address() netip.AddrPort { return l.near.LocalAddr().(*net.UDPAddr).AddrPort() }

// Set changes how the line behaves: down from the far side to the peer, up from the peer.
func (l *Line) Set(down, up Weather) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down.weather, l.up.weather = down, up
}

// Lost is how many packets were lost so far, down and up.
func (l *Line) Lost() (down, up int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.down.lost, l.up.lost
}

// take reads one side until its socket closes.
func (l *Line) take(w *way, from *net.UDPConn) {
	defer close(w.due)
	b := make([]byte, 2000)
	for {
		n, sender, err := from.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		l.mu.Lock()
		to := l.to
		if w == &l.up {
			l.peer = sender
		} else {
			to = l.peer
		}
		at, lost := w.pass(n, l.dice)
		l.mu.Unlock()
		if !lost && to.IsValid() {
			w.due <- datagram{at, append([]byte(nil), b[:n]...), to}
		}
	}
}

// pass decides what becomes of a packet of n bytes.
func (w *way) pass(n int, dice *rand.Rand) (at time.Time, lost bool) {
	now := time.Now()
	if dice.Float64() < w.weather.Loss {
		w.lost++
		return now, true
	}
	if w.weather.Rate > 0 {
		w.free = later(w.free, now)
		if w.free.Sub(now) > w.weather.Queue {
			w.lost++
			return now, true
		}
		w.free = w.free.Add(time.Duration(int64(n) * 8 * int64(time.Second) / int64(w.weather.Rate)))
		now = w.free
	}
	return now.Add(w.weather.Delay), false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// deliver sends what is due, in order.
func (w *way) deliver(by *net.UDPConn) {
	for d := range w.due {
		time.Sleep(time.Until(d.at))
		_, _ = by.WriteToUDPAddrPort(d.b, d.to) // the other side may be gone
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
