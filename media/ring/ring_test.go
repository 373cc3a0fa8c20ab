package ring_test

import (
	"testing"

	"mostik/media"
	"mostik/media/ring"
)

func packet(number uint64) *media.Packet {
	p := media.NewPacket()
	p.Number = number
	return p
}

func store(r *ring.Ring, number uint64) bool {
	p := packet(number)
	defer p.Release()
	return r.Store(p)
}

func TestRing(t *testing.T) {
	r := ring.New(4)
	for _, n := range []uint64{10, 12, 11, 13, 14} {
		if !store(r, n) {
			t.Errorf("%d was not stored", n)
		}
	}
	if store(r, 12) {
		t.Error("a repeat was stored")
	}
	if store(r, 10) {
		t.Error("one that the ring has passed was stored")
	}
	if r.Get(10) != nil {
		t.Error("10 was overwritten by 14")
	}
	if p := r.Get(13); p == nil || p.Number != 13 {
		t.Errorf("13 is %v", p)
	}
	var got []uint64
	for _, p := range r.Since(12, nil) {
		got = append(got, p.Number)
		p.Release()
	}
	if len(got) != 3 || got[0] != 12 || got[2] != 14 {
		t.Errorf("since 12: %v", got)
	}
	r.Clear()
	if len(r.Since(0, nil)) != 0 {
		t.Error("something is left")
	}
}
