package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How far the heap grows between two collections, in percent of what is alive. Ours is small at most times, some tens of
// megabytes of courses, and at Go's default of 100 collecting it took 15 % of the program's time. With a room of a thousand
// viewers it is not, and five times that is memory that nobody has: from where roomToGrow bytes are enough, it grows by
// those, and by as much again as is alive at least.
const (
	mostGrowth  = 400
	leastGrowth = 100
	roomToGrow  = 64 << 20
)

// growth is how far the heap may grow with so many bytes alive, in percent.
func growth(alive uint64) int {
	return max(leastGrowth, min(mostGrowth, int(roomToGrow*100/max(1, alive)))) //nolint:gosec // some thousand millions
}

// paceCollections lets each collection set when the next one comes.
func paceCollections() {
	now := mostGrowth
	debug.SetGCPercent(now)
	afterEachCollection(func() {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		if next := growth(sample[0].Value.Uint64()); next < now*9/10 || next > now*11/10 { // setting it stops the world
			now = next
			debug.SetGCPercent(now)
		}
	})
}

// mark is something that nobody holds, and each collection finds.
type mark struct{ do func() }

func afterEachCollection(do func()) { runtime.SetFinalizer(&mark{do}, (*mark).found) }

func (m *mark) found() {
	m.do()
	runtime.SetFinalizer(m, (*mark).found)
}
