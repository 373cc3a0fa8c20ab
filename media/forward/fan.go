package forward

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mostik/media"
	"mostik/media/wire"
)

// queued is how many batches wait for a fan before it loses some: about two seconds of a meeting of eight.
const queued = 1024

// Fan serves play sessions of one room. Everything of a session happens in the fan's goroutine.
type Fan struct {
	work   chan task
	sender *wire.Sender
	quit   chan struct{}
	done   sync.WaitGroup
	// Lost counts batches that found the queue full.
	Lost atomic.Uint64

	// of the goroutine
	slots    map[*Track][]*Slot
	sessions []*Session
	scratch  [media.MaxPacket]byte
	header   wire.Header
	touched  int   // sum of what touch gave, so that it is not left out
	now      int64 // when the task at hand was taken, by Now
}

// task is a batch to forward, or something else to do.
type task struct {
	batch *batch
	do    func()
}

// NewFan starts a fan that counts what it sends into stats.
func NewFan(stats *wire.Stats) *Fan {
	f := &Fan{
		work: make(chan task, queued), sender: wire.NewSender(stats), quit: make(chan struct{}),
		slots: map[*Track][]*Slot{},
	}
	f.done.Add(1)
	go f.run()
	return f
}

// Close ends the fan. Its sessions are gone with it.
func (f *Fan) Close() {
	close(f.quit)
	f.done.Wait()
}

// Do runs something in the fan's goroutine, soon. It is how everything rare reaches a session.
func (f *Fan) Do(do func()) {
	select {
	case f.work <- task{do: do}:
	case <-f.quit:
	}
}

// offer hands a batch over, or loses it: the publisher never waits.
func (f *Fan) offer(b *batch) {
	select {
	case f.work <- task{batch: b.retain()}:
	default:
		b.release()
		f.Lost.Add(1)
	}
}

func (f *Fan) run() {
	defer f.done.Done()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case t := <-f.work:
			f.take(t)
			// What waits goes out by the same call to the kernel.
			for range len(f.work) {
				f.take(<-f.work)
			}
			f.sender.Flush()
		case now := <-tick.C:
			for _, s := range f.sessions {
				s.tick(now)
			}
			f.sender.Flush()
		case <-f.quit:
			f.empty()
			return
		}
	}
}

func (f *Fan) take(t task) {
	f.now = Now()
	if t.do != nil {
		t.do()
		return
	}
	for slots := f.slots[t.batch.stream.track]; len(slots) > 0; {
		some := slots[:min(len(slots), atOnce)]
		slots = slots[len(some):]
		for _, slot := range some {
			f.touched += slot.touch()
		}
		for _, slot := range some {
			slot.write(t.batch)
		}
	}
	t.batch.release()
}

// atOnce is for how many slots memory is fetched before they are served.
const atOnce = 16

// empty gives back what nobody will send.
func (f *Fan) empty() {
	for track, slots := range f.slots {
		for range slots {
			track.unwatch(f)
		}
	}
	for {
		select {
		case t := <-f.work:
			if t.batch != nil {
				t.batch.release()
			}
		default:
			return
		}
	}
}

func (f *Fan) show(slot *Slot, track *Track) {
	f.hide(slot)
	slot.track = track
	f.slots[track] = append(f.slots[track], slot)
	track.watch(f)
}

func (f *Fan) hide(slot *Slot) {
	if slot.track == nil {
		return
	}
	list := f.slots[slot.track]
	if i := slices.Index(list, slot); i >= 0 {
		list = slices.Delete(slices.Clone(list), i, i+1)
	}
	if len(list) == 0 {
		delete(f.slots, slot.track)
	} else {
		f.slots[slot.track] = list
	}
	slot.track.unwatch(f)
	slot.track, slot.stream = nil, nil
}
