package account

import (
	"net/netip"
	"sync"
	"time"

	"mostik/lms"
)

// Failures to sign in are counted in two places. The rows of sign_in_failures are keyed by login and
// network, or by login and a device that has signed in before; they slow down who guesses one login.
// netLimiter counts what one network does in all, in memory; it slows down who guesses many.
//
// A stranger fills only rows of the own network. The owner's own devices have rows of their own, so the
// owner gets in whatever strangers do, even from the same building.
const (
	// freeFailures may happen before anybody waits: people mistype.
	freeFailures = 5
	// firstWait doubles with each failure beyond them, up to maxWait.
	firstWait = 4 * time.Second
	maxWait   = 15 * time.Minute
	// forgetAfter is when a row without new failures counts from zero again.
	forgetAfter = 24 * time.Hour
	// netBurst tries of one network pass at once, and netEvery brings one more.
	netBurst = 60
	netEvery = 2 * time.Second
	// maxNets bounds the memory; beyond it the networks that were quiet longest are forgotten.
	maxNets = 20_000
)

// waitAfter is how long to wait after so many failures in a row.
func waitAfter(failures int) time.Duration {
	over := failures - freeFailures
	if over < 0 {
		return 0
	}
	if over > 12 {
		return maxWait
	}
	return min(firstWait<<over, maxWait)
}

// network is what one subscriber usually has: an IPv4 address, or an IPv6 /64.
func network(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

func tooMany(wait time.Duration) error {
	return &lms.Error{
		Kind: lms.TooMany, Code: "too-many", RetryAfter: int((wait + time.Second - 1) / time.Second),
		Detail: "too many wrong tries; wait",
	}
}

// netLimiter is a bucket of tries a network.
type netLimiter struct {
	mu   sync.Mutex
	now  func() time.Time
	nets map[netip.Prefix]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newNetLimiter(now func() time.Time) *netLimiter {
	return &netLimiter{now: now, nets: map[netip.Prefix]*bucket{}}
}

// check says how long a network must wait before its next try; it takes nothing.
func (l *netLimiter) check(net netip.Prefix) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.nets[net]
	if b == nil {
		return nil
	}
	b.fill(l.now())
	if b.tokens >= 1 {
		return nil
	}
	return tooMany(time.Duration((1 - b.tokens) * float64(netEvery)))
}

// failed takes one try from a network. Those that succeed cost nothing: a centre with one address signs in
// a hundred people in a morning.
func (l *netLimiter) failed(net netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.nets[net]
	if b == nil {
		l.sweep()
		b = &bucket{tokens: netBurst, at: l.now()}
		l.nets[net] = b
	}
	b.fill(l.now())
	b.tokens = max(0, b.tokens-1)
}

func (b *bucket) fill(now time.Time) {
	b.tokens = min(netBurst, b.tokens+float64(now.Sub(b.at))/float64(netEvery))
	b.at = now
}

// sweep is called locked. Full buckets say nothing; if that does not make room, any others go.
func (l *netLimiter) sweep() {
	if len(l.nets) < maxNets {
		return
	}
	now := l.now()
	for net, b := range l.nets {
		if b.fill(now); b.tokens >= netBurst {
			delete(l.nets, net)
		}
	}
	for net := range l.nets {
		if len(l.nets) < maxNets {
			break
		}
		delete(l.nets, net)
	}
}
