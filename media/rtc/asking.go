package rtc

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"

	"mostik/media/consent"
)

// asking keeps a session's consent by the way that ICE chose, from when keys were agreed on. Its lock is its own: ICE's
// goroutine comes here, and the session's lock may be held by who waits for that.
type asking struct {
	engine *Engine

	mu          sync.Mutex
	credentials consent.Credentials
	pair        *ice.CandidatePair // nil before ICE chose
	secured     bool
	ended       bool
	peer        *consent.Peer
}

// agreed says by which credentials ICE works from now on, and forgets the way of those before.
func (a *asking) agreed(c consent.Credentials) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.credentials, a.pair = c, nil
	a.keep()
}

// by says which way ICE chose.
func (a *asking) by(local, remote ice.Candidate) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pair = &ice.CandidatePair{Local: local, Remote: remote}
	a.keep()
}

// secure says that keys were agreed on, and gives the way, nil for none.
func (a *asking) secure() *ice.CandidatePair {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.secured = true
	a.keep()
	return a.pair
}

func (a *asking) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	a.keep()
}

// keep asks as things stand. Under the lock.
func (a *asking) keep() {
	if a.peer != nil {
		a.peer.End()
		a.peer = nil
	}
	pair := a.pair
	if !a.secured || a.ended || pair == nil {
		return
	}
	send := aside(func(b []byte) { _, _ = pair.Write(b) }) // the next goes out in some seconds
	to, ok := datagrams(pair.Local, pair.Remote)
	by := a.engine.socket(to)
	if !ok || by == nil || a.engine.relayed(to) {
		to = netip.AddrPort{}
	} else {
		send = func(b []byte) { _, _ = by.port.WriteToAddrPort(b, to) }
	}
	a.peer = a.engine.consent.Keep(to, a.credentials, pair.Local.Priority(), send)
}

// aside sends in a goroutine of its own, one at a time: a stream may block, and others are asked after it.
func aside(send func([]byte)) func([]byte) {
	var busy atomic.Bool
	return func(b []byte) {
		if !busy.CompareAndSwap(false, true) {
			return
		}
		go func() {
			defer busy.Store(false)
			send(b)
		}()
	}
}

// heard is when the peer said something last by a way.
func (a *asking) heard(way ice.Candidate) time.Time {
	last := way.LastReceived()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.peer != nil && a.pair.Remote == way {
		if at := a.peer.Heard(); at.After(last) {
			return at
		}
	}
	return last
}

// datagrams gives the address by which a peer is reached from a port of ours, be it in a relay, and tells whether it is.
func datagrams(local, remote ice.Candidate) (to netip.AddrPort, ok bool) {
	if !local.NetworkType().IsUDP() || local.Type() != ice.CandidateTypeHost {
		return to, false
	}
	ip, err := netip.ParseAddr(remote.Address())
	return netip.AddrPortFrom(ip.Unmap(), uint16(remote.Port())), err == nil //nolint:gosec // a port
}
