package seqmap_test

import (
	"math/rand/v2"
	"testing"

	"mostik/media/seqmap"
)

func numbers(t *testing.T, m *seqmap.Map, in ...uint64) []uint64 {
	t.Helper()
	var out []uint64
	for _, n := range in {
		o, ok := m.Number(n)
		if !ok {
			t.Fatalf("%d has no number", n)
		}
		out = append(out, o)
	}
	return out
}

func TestLeavesNoGap(t *testing.T) {
	var m seqmap.Map
	m.Begin(100)
	first := numbers(t, &m, 100, 101)
	m.Skip(102)
	m.Skip(103)
	next := numbers(t, &m, 104, 106, 105) // 105 is late
	base := first[0]
	want := []uint64{base + 2, base + 4, base + 3}
	for i := range want {
		if next[i] != want[i] {
			t.Fatalf("%v after %v", next, first)
		}
	}
	m.Skip(107)
	late := numbers(t, &m, 108)
	if late[0] != base+5 {
		t.Errorf("%v", late)
	}
	m.Begin(5) // another source, which counts lower
	if got := numbers(t, &m, 5, 6); got[0] != base+6 || got[1] != base+7 {
		t.Errorf("the next source has %v, the last was %d", got, late[0])
	}
	if _, ok := m.Number(4); ok {
		t.Error("a packet of before the change has a number")
	}
}

// Whatever is left out, what is forwarded in order is numbered one after the other, over several sources.
func TestRandomly(t *testing.T) {
	var m seqmap.Map
	r := rand.New(rand.NewPCG(1, 2))
	last := uint64(0)
	for range 50 {
		n := r.Uint64N(1 << 40)
		m.Begin(n)
		for range 200 {
			if r.IntN(3) == 0 {
				m.Skip(n)
			} else {
				got, ok := m.Number(n)
				if !ok || last != 0 && got != last+1 {
					t.Fatalf("%d after %d", got, last)
				}
				last = got
			}
			n++
		}
	}
}
