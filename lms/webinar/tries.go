package webinar

import (
	"net/netip"
	"sync"
	"time"

	"mostik/lms"
)

// Six digits are guessed by trying: nine sites show eighteen of a million codes. What is right costs nothing, for a
// centre of forty people has one address; what is wrong is bounded for an address and, against many addresses, in all:
// the latter at 30 a minute guess one code in 30 hours.
var (
	wrongHere  = budget{20, 20 * time.Second}
	wrongInAll = budget{120, 2 * time.Second}
	// onceShown is how many people come in by one six-digit code: a site's room holds no more in two minutes.
	onceShown = budget{100, time.Second}
)

// mostKept bounds the memory of addresses and codes each.
const mostKept = 10_000

// budget lets so many through at once, and one more in each time.
type budget struct {
	burst int
	every time.Duration
}

// spent is what was taken of a budget: as many as would be there again at full.
type spent struct {
	n  float64
	at time.Time
}

// left is what has not come back yet.
func (s spent) left(now time.Time, b budget) float64 {
	return max(0, s.n-float64(now.Sub(s.at))/float64(b.every))
}

func (s spent) wait(now time.Time, b budget) time.Duration {
	over := s.left(now, b) - float64(b.burst) + 1
	return time.Duration(max(0, over) * float64(b.every))
}

func (s *spent) take(now time.Time, b budget) { *s = spent{s.left(now, b) + 1, now} }

// tries counts check-ins by six digits. The zero value is ready.
type tries struct {
	mu    sync.Mutex
	nets  map[netip.Prefix]*spent
	codes map[string]*spent
	all   spent
}

// netOf is what one subscriber usually has: an IPv4 address, or an IPv6 /64.
func netOf(a netip.Addr) netip.Prefix {
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

// wait is how long somebody has to wait before they may try a code, 0 for not at all. It takes nothing.
func (t *tries) wait(now time.Time, from netip.Addr, code string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait := t.all.wait(now, wrongInAll)
	if s := t.nets[netOf(from)]; s != nil {
		wait = max(wait, s.wait(now, wrongHere))
	}
	if s := t.codes[code]; s != nil {
		wait = max(wait, s.wait(now, onceShown))
	}
	return wait
}

// wrong takes a try from an address and from all.
func (t *tries) wrong(now time.Time, from netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all.take(now, wrongInAll)
	kept(&t.nets, netOf(from), now, wrongHere).take(now, wrongHere)
}

// right takes one from the code.
func (t *tries) right(now time.Time, code string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept(&t.codes, code, now, onceShown).take(now, onceShown)
}

// kept finds what was spent under a key. Beyond the bound, what has come back whole is forgotten, and if that makes no
// room, anything.
func kept[K comparable](m *map[K]*spent, key K, now time.Time, b budget) *spent {
	if *m == nil {
		*m = map[K]*spent{}
	}
	if s := (*m)[key]; s != nil {
		return s
	}
	if len(*m) >= mostKept {
		for k, s := range *m {
			if s.left(now, b) == 0 {
				delete(*m, k)
			}
		}
		for k := range *m {
			if len(*m) < mostKept {
				break
			}
			delete(*m, k)
		}
	}
	s := &spent{}
	(*m)[key] = s
	return s
}

func tooMany(wait time.Duration) error {
	return &lms.Error{
		Kind: lms.TooMany, Code: "too-many", RetryAfter: int((wait + time.Second - 1) / time.Second), Detail: "too many wrong codes; wait",
	}
}
