package consent

import (
	"crypto/rand"
	"encoding/binary"
	mathrand "math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// A round of the keeper is a fiftieth of the time between two checks of a peer, which is varied by a fifth so that
// peers who came together are not asked together for ever (RFC 7675, 5.1).
const (
	rounds   = 64
	ordinary = 50
	soonest  = ordinary * 4 / 5
	spread   = ordinary*6/5 - soonest + 1
)

// Credentials are what ICE agreed on for both ends of a session (RFC 8445, 5.3): names and passwords.
type Credentials struct {
	OurName, OurPassword, TheirName, TheirPassword string
}

// Keeper keeps the consent of many peers.
type Keeper struct {
	step, tell time.Duration
	begun      time.Time

	mu    sync.RWMutex
	peers map[netip.AddrPort]*Peer
	// wheel has those who are asked in a round; timer turns it while there are any.
	wheel  [rounds][]*Peer
	at     int
	count  int
	timer  *time.Timer
	closed bool
}

// Peer is one whose consent is kept.
type Peer struct {
	keeper   *Keeper
	address  netip.AddrPort
	username string // of what it asks
	check    []byte // a check of ours without its transaction and proof
	ours     []byte
	theirs   []byte
	send     func([]byte)
	ended    atomic.Bool
	heard    atomic.Int64 // nanoseconds since the keeper began, 0 for never

	mu      sync.Mutex
	id      [12]byte // of the check that is under way
	waiting bool
	told    int64 // when ICE saw something of it last
}

// New makes a keeper that asks each peer once in a while, five seconds by the norm, and lets ICE see an authentic
// message of a peer that says any at least each time that tell has passed.
func New(every, tell time.Duration) *Keeper {
	k := &Keeper{step: every / ordinary, tell: tell, begun: time.Now(), peers: map[netip.AddrPort]*Peer{}}
	k.timer = time.AfterFunc(time.Hour, k.turn)
	k.timer.Stop()
	return k
}

// Close ends the keeper and its peers.
func (k *Keeper) Close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	k.timer.Stop()
	clear(k.peers)
}

// Keep begins with a peer, until its End. address is where its datagrams come from, and with it checks are taken off
// what ICE sees; the zero address is for a peer that is reached otherwise, whose answers ICE alone sees. send sends to the
// peer, whose bytes it may keep; it must not block. priority is what ICE gives our end (RFC 8445, 5.1.2).
func (k *Keeper) Keep(address netip.AddrPort, c Credentials, priority uint32, send func([]byte)) *Peer {
	p := &Peer{
		keeper: k, username: c.OurName + ":" + c.TheirName, ours: []byte(c.OurPassword), theirs: []byte(c.TheirPassword),
		send: send, check: checkOf(c, priority),
	}
	if address.IsValid() {
		p.address = canonical(address)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if p.address.IsValid() {
		k.peers[p.address] = p
	}
	k.enter(p)
	if k.count == 1 && !k.closed {
		k.timer.Reset(k.step)
	}
	return p
}

// checkOf writes what all checks to a peer have in common.
func checkOf(c Credentials, priority uint32) []byte {
	b := begin(nil, request, [12]byte{})
	name := c.TheirName + ":" + c.OurName
	b = padded(append(attribute(b, attrUsername, len(name)), name...))
	b = binary.BigEndian.AppendUint64(attribute(b, attrControlled, 8), mathrand.Uint64())
	return binary.BigEndian.AppendUint32(attribute(b, attrPriority, 4), priority)
}

func canonical(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// End ends with a peer.
func (p *Peer) End() {
	p.ended.Store(true)
	k := p.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.peers[p.address] == p {
		delete(k.peers, p.address)
	}
}

// Heard is when the peer said something authentic last; the zero time when it did not yet.
func (p *Peer) Heard() time.Time {
	if at := p.heard.Load(); at != 0 {
		return p.keeper.begun.Add(time.Duration(at))
	}
	return time.Time{}
}

func (k *Keeper) now() int64 { return int64(time.Since(k.begun)) + 1 }

// enter puts a peer on the wheel. Under the lock.
func (k *Keeper) enter(p *Peer) {
	round := (k.at + soonest + mathrand.IntN(spread)) % rounds
	k.wheel[round] = append(k.wheel[round], p)
	k.count++
}

// turn asks those whose turn it is.
func (k *Keeper) turn() {
	k.mu.Lock()
	k.at = (k.at + 1) % rounds
	due := k.wheel[k.at]
	k.wheel[k.at] = nil
	k.count -= len(due)
	for _, p := range due {
		if !p.ended.Load() {
			k.enter(p)
		}
	}
	if k.count > 0 && !k.closed {
		k.timer.Reset(k.step)
	}
	k.mu.Unlock()
	for _, p := range due {
		if !p.ended.Load() {
			p.ask()
		}
	}
}

// ask sends a check.
func (p *Peer) ask() {
	var id [12]byte
	_, _ = rand.Read(id[:]) // it never fails
	p.mu.Lock()
	p.id, p.waiting = id, true
	p.mu.Unlock()
	b := append(make([]byte, 0, len(p.check)+integritySize+fingerprintSize), p.check...)
	copy(b[8:], id[:])
	p.send(end(b, p.theirs))
}

// Take looks at a datagram, and tells whether that was all that it needs: a check, which is answered at once by send, or
// an answer to a check. One goroutine for each address calls it.
func (k *Keeper) Take(b []byte, from netip.AddrPort) bool {
	if !isCheck(b) {
		return false
	}
	from = canonical(from)
	k.mu.RLock()
	p := k.peers[from]
	k.mu.RUnlock()
	if p == nil {
		return false
	}
	m, ok := parse(b)
	if !ok || m.strange {
		return false
	}
	if m.kind == request {
		return p.asked(&m)
	}
	return p.answered(&m)
}

func (p *Peer) asked(m *message) bool {
	if string(m.username) != p.username || !m.by(p.ours) {
		return false
	}
	if !p.keeps() {
		return false
	}
	b := mapped(begin(make([]byte, 0, 128), success, m.id), p.address)
	p.send(end(b, p.ours))
	return true
}

func (p *Peer) answered(m *message) bool {
	p.mu.Lock()
	mine := p.waiting && p.id == m.id
	p.mu.Unlock()
	if !mine || !m.by(p.theirs) {
		return false
	}
	p.mu.Lock()
	if p.id == m.id {
		p.waiting = false
	}
	p.mu.Unlock()
	return p.keeps()
}

// keeps notes that the peer is there, and tells whether that stays here: ICE is told now and then.
func (p *Peer) keeps() bool {
	now := p.keeper.now()
	p.heard.Store(now)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told != 0 && now-p.told < int64(p.keeper.tell) {
		return true
	}
	p.told = now
	return false
}
