package catalog

import (
	"container/list"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"mostik/courses/pack"
	"mostik/lms"
	"mostik/lms/db"
)

// maxVersions bounds the versions kept in memory; a course of 40 activities in two languages takes about
// 2 MB.
const maxVersions = 48

// Version gives a published version from memory, and reads it once when it is not there; callers that ask
// meanwhile wait for the same reading. Errors: NotFound.
func (s *Service) Version(ctx context.Context, id lms.ID[lms.Version]) (*Loaded, error) {
	return s.versions.get(ctx, id, s.load)
}

func (s *Service) load(ctx context.Context, id lms.ID[lms.Version]) (l *Loaded, err error) {
	defer lms.Wrap(&err, "catalog.Version(%s)", id)
	var (
		course    lms.ID[lms.Course]
		number    int
		published time.Time
		document  []byte
	)
	err = db.Row(ctx, s.DB, `
		SELECT course_id, number, published_at, document FROM course_versions WHERE id = $1`, id,
	).Scan(&course, &number, &published, &document)
	if err != nil {
		return nil, db.Found(err, "course version")
	}
	p := &pack.Package{}
	if err := json.Unmarshal(document, p); err != nil {
		return nil, fmt.Errorf("reading the stored package: %w", err)
	}
	l = Prepare(p)
	l.ID, l.CourseID, l.Number, l.PublishedAt = id, course, number, published
	return l, nil
}

// versions is a cache with a bound that evicts what was used least recently. The zero value with a limit
// is ready.
type versions struct {
	mu    sync.Mutex
	limit int
	byID  map[lms.ID[lms.Version]]*list.Element
	order list.List // of *slot, the most recently used in front
}

// slot is a version that is there, or is being read until ready is closed.
type slot struct {
	id     lms.ID[lms.Version]
	ready  chan struct{}
	loaded *Loaded
	err    error
}

func (v *versions) get(ctx context.Context, id lms.ID[lms.Version],
	load func(context.Context, lms.ID[lms.Version]) (*Loaded, error),
) (*Loaded, error) {
	s, mine := v.claim(id)
	if mine {
		// Whoever reads does so for all who wait, so its own giving up must not end the reading.
		s.loaded, s.err = load(context.WithoutCancel(ctx), id)
		if s.err != nil {
			v.forget(s)
		}
		close(s.ready)
	}
	select {
	case <-s.ready: // what is in memory is given even to one who is giving up
		return s.loaded, s.err
	default:
	}
	select {
	case <-s.ready:
		return s.loaded, s.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// claim gives the slot of a version; mine tells that it is new and the caller has to fill it.
func (v *versions) claim(id lms.ID[lms.Version]) (s *slot, mine bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e, ok := v.byID[id]; ok {
		v.order.MoveToFront(e)
		return e.Value.(*slot), false
	}
	if v.byID == nil {
		v.byID = map[lms.ID[lms.Version]]*list.Element{}
	}
	s = &slot{id: id, ready: make(chan struct{})}
	v.byID[id] = v.order.PushFront(s)
	for v.order.Len() > v.limit {
		oldest := v.order.Back()
		v.order.Remove(oldest)
		delete(v.byID, oldest.Value.(*slot).id)
	}
	return s, true
}

func (v *versions) forget(s *slot) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e, ok := v.byID[s.id]; ok && e.Value.(*slot) == s {
		v.order.Remove(e)
		delete(v.byID, s.id)
	}
}
