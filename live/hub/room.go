package hub

import (
	"runtime"
	"slices"
	"sync"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/rtc"
)

// Room is one webinar while it happens: who sends, who watches, and what is shown where.
type Room struct {
	webinar string
	hub     *Hub
	users   int // guarded by the hub

	mu       sync.Mutex
	sessions map[string]*Session
	tracks   []*forward.Track
	watchers map[*Session]*rtc.Playing
	fans     []*forward.Fan
	next     int
}

func newRoom(webinar string, h *Hub) *Room {
	return &Room{webinar: webinar, hub: h, sessions: map[string]*Session{}, watchers: map[*Session]*rtc.Playing{}}
}

// fan gives the fan of the next session: as many as there are processors, in turn.
func (r *Room) fan() *forward.Fan {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.fans) < runtime.GOMAXPROCS(0) {
		r.fans = append(r.fans, forward.NewFan(&r.hub.engine.Stats))
	}
	f := r.fans[r.next%len(r.fans)]
	r.next++
	return f
}

func (r *Room) add(s *Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions[s.ID] = s
}

func (r *Room) remove(s *Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sessions, s.ID)
	delete(r.watchers, s)
}

func (r *Room) session(id string) *Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sessions[id]
}

func (r *Room) all() []*Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*Session, 0, len(r.sessions))
	for _, s := range r.sessions {
		list = append(list, s)
	}
	return list
}

func (r *Room) publish(t *forward.Track) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tracks = append(r.tracks, t)
	for _, p := range r.watchers {
		r.fill(p)
	}
}

func (r *Room) unpublish(t *forward.Track) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.tracks, t); i >= 0 {
		r.tracks = slices.Delete(r.tracks, i, i+1)
	}
	for _, p := range r.watchers {
		r.fill(p)
	}
}

func (r *Room) watch(s *Session, p *rtc.Playing) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions[s.ID] == nil {
		return // over already
	}
	r.watchers[s] = p
	r.fill(p)
}

// fill puts the room's tracks into the slots of who watches: a track keeps its slot, a new one takes the first
// that is free.
func (r *Room) fill(p *rtc.Playing) {
	tracks := slices.Clone(r.tracks)
	fan := p.Session.Fan()
	fan.Do(func() {
		place(p.Session, p.Audio, tracks, media.Audio)
		place(p.Session, p.Video, tracks, media.Video)
	})
}

func place(s *forward.Session, slots []*forward.Slot, tracks []*forward.Track, kind media.Kind) {
	var waiting []*forward.Track
	for _, t := range tracks {
		if t.Codec.Kind() != kind || slices.ContainsFunc(slots, func(slot *forward.Slot) bool { return slot.Track() == t }) {
			continue
		}
		waiting = append(waiting, t)
	}
	for _, slot := range slots {
		if t := slot.Track(); t != nil && slices.Contains(tracks, t) {
			continue
		}
		var next *forward.Track
		if len(waiting) > 0 {
			next, waiting = waiting[0], waiting[1:]
		}
		s.Show(slot, next)
	}
}

func (r *Room) close() {
	r.mu.Lock()
	fans := r.fans
	r.fans = nil
	r.mu.Unlock()
	for _, f := range fans {
		f.Close()
	}
}
