package certificate

import (
	"net/netip"
	"sync"
	"time"
)

// checksPerMinute is how many serials one network may look up. A coordinator with a pile of papers does
// not reach it; 2^59 serials are not reached with it.
const checksPerMinute = 30

// Limiter counts the look-ups of strangers per network and minute: /24 of IPv4, /56 of IPv6, the sizes that one subscriber has.
type Limiter struct {
	now   func() time.Time
	limit int

	mu     sync.Mutex
	minute time.Time
	counts map[netip.Prefix]int
}

// NewLimiter counts against checksPerMinute.
func NewLimiter(now func() time.Time) *Limiter { return newLimiter(now, checksPerMinute) }

func newLimiter(now func() time.Time, limit int) *Limiter {
	return &Limiter{now: now, limit: limit, counts: map[netip.Prefix]int{}}
}

// allow counts one more for a network and tells whether it is within the limit.
func (l *Limiter) allow(address string) bool {
	network := networkOf(address)
	l.mu.Lock()
	defer l.mu.Unlock()
	if minute := l.now().Truncate(time.Minute); !minute.Equal(l.minute) {
		l.minute = minute
		clear(l.counts)
	}
	l.counts[network]++
	return l.counts[network] <= l.limit
}

func networkOf(address string) netip.Prefix {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{} // unknown peers share one count
	}
	addr = addr.Unmap()
	bits := 56
	if addr.Is4() {
		bits = 24
	}
	prefix, _ := addr.Prefix(bits)
	return prefix
}
