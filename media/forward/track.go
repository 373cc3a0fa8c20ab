package forward

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mostik/media"
	"mostik/media/ring"
)

// Layers is how many encodings a simulcast has at most.
const Layers = 3

// Track is something that is published: a microphone, a camera, a screen.
type Track struct {
	ID    string
	Codec media.Codec

	mu      sync.Mutex
	streams atomic.Pointer[[]*Stream] // by layer, the smallest first
	fans    atomic.Pointer[[]*Fan]
	watched map[*Fan]int
	loud    atomic.Int32 // thousandths, smoothed
}

// NewTrack makes a track without streams.
func NewTrack(id string, c media.Codec) *Track {
	t := &Track{ID: id, Codec: c, watched: map[*Fan]int{}}
	t.streams.Store(&[]*Stream{})
	t.fans.Store(&[]*Fan{})
	return t
}

// Add adds an encoding. ask asks its publisher for a key frame and must not block.
func (t *Track) Add(layer uint8, ask func()) *Stream {
	size := videoRing
	if t.Codec == media.Opus {
		size = audioRing
	}
	s := &Stream{Layer: layer, track: t, ring: ring.New(size), ask: ask}
	s.timer = time.AfterFunc(time.Hour, s.late)
	s.timer.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	list := append(slices.Clone(*t.streams.Load()), s)
	slices.SortFunc(list, func(a, b *Stream) int { return int(a.Layer) - int(b.Layer) })
	t.streams.Store(&list)
	return s
}

// Streams lists the encodings, the smallest first.
func (t *Track) Streams() []*Stream { return *t.streams.Load() }

// Loudness is how loud a track of sound is at present, smoothed: 0 silent, 1 loudest.
func (t *Track) Loudness() float64 { return float64(t.loud.Load()) / 1000 }

// heard takes the level of a packet of sound (RFC 6464): -dBov, 127 silent. Speech lies between 20 and 50.
func (t *Track) heard(level uint8) {
	if level > 127 {
		return
	}
	now := max(0, 1000-int32(level)*1000/70)
	t.loud.Store((t.loud.Load()*7 + now) / 8)
}

// Watched tells whether any slot shows the track.
func (t *Track) Watched() bool { return len(*t.fans.Load()) > 0 }

// Close takes every encoding away.
func (t *Track) Close() {
	for _, s := range t.Streams() {
		t.Remove(s)
	}
}

func (t *Track) deliver(b *batch) {
	for _, f := range *t.fans.Load() {
		f.offer(b)
	}
}

// watch counts a fan's slots that show the track: its first begins delivery.
func (t *Track) watch(f *Fan) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watched[f]++
	t.publish()
}

func (t *Track) unwatch(f *Fan) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watched[f]--; t.watched[f] <= 0 {
		delete(t.watched, f)
	}
	t.publish()
}

func (t *Track) publish() {
	list := make([]*Fan, 0, len(t.watched))
	for f := range t.watched {
		list = append(list, f)
	}
	t.fans.Store(&list)
}

// Remove takes an encoding away and tells whether it was the last.
func (t *Track) Remove(s *Stream) (last bool) {
	t.mu.Lock()
	list := slices.DeleteFunc(slices.Clone(*t.streams.Load()), func(each *Stream) bool { return each == s })
	t.streams.Store(&list)
	t.mu.Unlock()
	s.mu.Lock()
	s.timer.Stop()
	if s.batch != nil {
		s.batch.release()
		s.batch = nil
	}
	s.mu.Unlock()
	s.ring.Clear()
	return len(list) == 0
}
