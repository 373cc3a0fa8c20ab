package turn

import (
	"sync"
	"time"
)

// users counts what each user holds and spends.
type users struct {
	allocations int     // most of one user
	rate        float64 // bytes a second of one user
	now         func() time.Time

	mu  sync.Mutex
	all map[string]*user
}

// user is one user's budget, for as long as they hold a relayed address.
type user struct {
	of   *users
	name string
	held int // guarded by of.mu

	mu   sync.Mutex
	left float64 // bytes that may pass now
	at   time.Time
}

// may tells whether a user may hold one more relayed address.
func (u *users) may(name string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	one := u.all[name]
	return one == nil || one.held < u.allocations
}

// enter takes one more relayed address for a user, nil when they hold too many.
func (u *users) enter(name string) *user {
	u.mu.Lock()
	defer u.mu.Unlock()
	one := u.all[name]
	if one == nil {
		one = &user{of: u, name: name, left: u.rate, at: u.now()}
		u.all[name] = one
	}
	if one.held >= u.allocations {
		return nil
	}
	one.held++
	return one
}

// leave gives one back.
func (u *user) leave() {
	u.of.mu.Lock()
	defer u.of.mu.Unlock()
	if u.held--; u.held == 0 {
		delete(u.of.all, u.name)
	}
}

// spend takes n bytes from what a second allows, false when nothing is left.
func (u *user) spend(n int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.of.now()
	u.left = min(u.of.rate, u.left+now.Sub(u.at).Seconds()*u.of.rate)
	u.at = now
	if u.left < float64(n) {
		return false
	}
	u.left -= float64(n)
	return true
}
