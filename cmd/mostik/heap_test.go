package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

func TestGrowthOfTheHeap(t *testing.T) {
	for alive, want := range map[uint64]int{0: 400, 5 << 20: 400, 16 << 20: 400, 32 << 20: 200, 64 << 20: 100, 1 << 34: 100} {
		if got := growth(alive); got != want {
			t.Errorf("%d bytes alive: %d %%, want %d", alive, got, want)
		}
	}
}

// A large heap is collected sooner, and a small one again later.
func TestCollectionsArePaced(t *testing.T) {
	before := debug.SetGCPercent(leastGrowth)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	paceCollections()
	settles := func(large bool) bool {
		for range 100 {
			runtime.GC()
			sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
			metrics.Read(sample)
			if got := sample[0].Value.Uint64(); large == (got < 150) {
				return true
			}
		}
		return false
	}
	held := make([]byte, roomToGrow)
	if !settles(true) {
		t.Error("a large heap grows as far as a small one")
	}
	runtime.KeepAlive(held)
	held = nil
	if !settles(false) {
		t.Error("a heap that is small again grows no further than a large one")
	}
}
