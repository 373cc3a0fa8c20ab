// Package ring keeps the last packets of a track, to answer for what was lost and to begin a late viewer at
// the last key frame.
package ring

import (
	"sync"

	"mostik/media"
)

// Ring holds the last packets by number. The zero ring holds none; make one by New.
type Ring struct {
	mu    sync.Mutex
	slots []*media.Packet
	next  uint64 // one above the highest number stored
	from  uint64 // the lowest number that may be there
}

// New makes a ring of size packets, a power of two.
func New(size int) *Ring {
	if size <= 0 || size&(size-1) != 0 {
		panic("ring: the size is not a power of two")
	}
	return &Ring{slots: make([]*media.Packet, size)}
}

// Store keeps a packet under its Number in place of the one a whole ring before it. One that is older than
// all the ring remembers, or stored already, is left alone and false.
func (r *Ring) Store(p *media.Packet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == 0 {
		r.from = p.Number
	} else if p.Number+uint64(len(r.slots)) <= r.next || p.Number < r.from && r.next-r.from >= uint64(len(r.slots)) {
		return false
	}
	at := &r.slots[p.Number&uint64(len(r.slots)-1)]
	if *at != nil {
		if (*at).Number >= p.Number {
			return false
		}
		(*at).Release()
	}
	*at = p.Retain()
	r.next, r.from = max(r.next, p.Number+1), min(r.from, p.Number)
	return true
}

// Get gives the packet of a number, retained, or nil.
func (r *Ring) Get(number uint64) *media.Packet {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.slots[number&uint64(len(r.slots)-1)]; p != nil && p.Number == number {
		return p.Retain()
	}
	return nil
}

// Since appends the packets from a number on in order, each retained.
func (r *Ring) Since(number uint64, to []*media.Packet) []*media.Packet {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first := r.next - min(r.next, uint64(len(r.slots))); number < first {
		number = first
	}
	for ; number < r.next; number++ {
		if p := r.slots[number&uint64(len(r.slots)-1)]; p != nil && p.Number == number {
			to = append(to, p.Retain())
		}
	}
	return to
}

// Next is one above the highest number stored.
func (r *Ring) Next() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.next
}

// Clear releases everything.
func (r *Ring) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, p := range r.slots {
		if p != nil {
			p.Release()
			r.slots[i] = nil
		}
	}
}
