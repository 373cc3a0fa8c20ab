package webinar

import (
	"slices"
	"strconv"
	"time"
)

// Span is a stretch of time.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Pause is one that a host announced: it belongs to nobody's minutes, and not to the floor.
type Pause struct {
	Span
	Label string `json:"label,omitempty"`
}

// Floor is the webinar's own time: from the host's beginning to the end, without announced pauses.
type Floor struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Minutes int       `json:"minutes"`
	Pauses  []Pause   `json:"pauses"`

	parts   []Span    // what counts
	since   time.Time // of the part that is open
	stopped time.Time // of the pause that is open
	label   string
}

func (f *Floor) open(at time.Time) {
	if !f.since.IsZero() || !f.stopped.IsZero() {
		return
	}
	if f.From.IsZero() {
		f.From = at
	}
	f.since = at
}

func (f *Floor) pause(at time.Time, label string) {
	if f.since.IsZero() {
		return // nothing has begun, or it is paused already
	}
	f.add(at)
	f.stopped, f.label = at, label
}

func (f *Floor) resume(at time.Time) {
	if f.stopped.IsZero() {
		return
	}
	f.Pauses = append(f.Pauses, Pause{Span{f.stopped, at}, f.label})
	f.stopped, f.since = time.Time{}, at
}

// end closes what is open.
func (f *Floor) end(at time.Time) {
	if f.since.IsZero() && f.stopped.IsZero() {
		return
	}
	f.resume(at)
	f.add(at)
	f.To = at
	f.Minutes = minutes(f.length())
}

func (f *Floor) add(at time.Time) {
	if at.After(f.since) {
		f.parts = append(f.parts, Span{f.since, at})
	}
	f.since = time.Time{}
}

func (f *Floor) length() time.Duration { return length(joined(f.parts)) }

// minutes rounds to the nearest.
func minutes(d time.Duration) int { return int((d + 30*time.Second) / time.Minute) }

// number reads a count, 0 for what is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func length(spans []Span) (all time.Duration) {
	for _, s := range spans {
		all += s.To.Sub(s.From)
	}
	return all
}

// joined puts spans in order and makes one of those that touch.
func joined(spans []Span) []Span {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b Span) int { return a.From.Compare(b.From) })
	list := spans[:0]
	for _, s := range spans {
		if !s.To.After(s.From) {
			continue
		}
		if n := len(list); n > 0 && !s.From.After(list[n-1].To) {
			list[n-1].To = later(list[n-1].To, s.To)
			continue
		}
		list = append(list, s)
	}
	return list
}

// common gives what lies in both of two joined lists.
func common(a, b []Span) (list []Span) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		from, to := later(a[i].From, b[j].From), earlier(a[i].To, b[j].To)
		if to.After(from) {
			list = append(list, Span{from, to})
		}
		if a[i].To.Before(b[j].To) {
			i++
		} else {
			j++
		}
	}
	return list
}

// subtract gives what of a joined list lies in none of another.
func subtract(from, what []Span) (list []Span) {
	for _, s := range from {
		for _, gap := range what {
			if !gap.To.After(s.From) || !s.To.After(gap.From) {
				continue
			}
			if gap.From.After(s.From) {
				list = append(list, Span{s.From, gap.From})
			}
			s.From = later(s.From, gap.To)
		}
		if s.To.After(s.From) {
			list = append(list, s)
		}
	}
	return list
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
