package webinar

import (
	"cmp"
	"slices"
	"time"
)

// event is one line of a webinar's journal.
type event struct {
	Kind, Seat, Person, Centre, Name, Entry, State, Evidence string
	At                                                       time.Time
}

// Presence is how long somebody was there, and by what evidence.
type Presence struct {
	// Person is the account, "" for a guest or somebody who is not matched yet.
	Person string `json:"person_id,omitempty"`
	Name   string `json:"name"`
	// Sites are the centres where they sat, Alone tells that they also came by themselves.
	Sites    []string  `json:"sites"`
	Alone    bool      `json:"alone"`
	Evidence []string  `json:"evidence"` // device, code, tick
	Minutes  int       `json:"minutes"`
	Percent  int       `json:"percent"` // of the floor
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Spans    []Span    `json:"spans"`
}

// Span is a stretch of presence.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// grace is how long a site whose line drops still counts as present: people go on sitting there.
const grace = 10 * time.Minute

// Floor is the webinar's own time: from the host's beginning to the end.
type Floor struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Minutes int       `json:"minutes"`
}

// whom is somebody whose presence is counted, over all the ways by which they came.
type whom struct {
	Presence
	spans []Span
}

// way is one way by which somebody is there: a connection of their own, or a place on a site's roster.
type way struct {
	who   *whom
	site  string    // the site's seat, "" for a connection of one's own
	since time.Time // zero when not there by this way
}

func (w *way) begin(at time.Time) {
	if w.since.IsZero() {
		w.since = at
	}
}

func (w *way) end(at time.Time) {
	if !w.since.IsZero() && at.After(w.since) {
		w.who.spans = append(w.who.spans, Span{w.since, at})
	}
	w.since = time.Time{}
}

// register is the book of a webinar's presence while its journal is read.
type register struct {
	people map[string]*whom
	ways   map[string]*way
	down   map[string]time.Time // sites whose line is gone, since when
	phone  map[string]bool      // sites that go on by telephone
}

// way gives the way under a key, and makes it.
func (r *register) way(key string, e event) *way {
	if w := r.ways[key]; w != nil {
		return w
	}
	who := key
	if e.Person != "" {
		who = "person/" + e.Person
	}
	if r.people[who] == nil {
		r.people[who] = &whom{Presence: Presence{Person: e.Person, Name: e.Name, Sites: []string{}, Evidence: []string{}}}
	}
	w := &way{who: r.people[who]}
	r.ways[key] = w
	return w
}

// count works out everybody's minutes from the journal, which is in order. What overlaps counts once: somebody who sat
// at a site and came by phone was there once. now closes what is still under way.
func count(events []event, now time.Time) (f Floor, list []Presence) {
	r := &register{people: map[string]*whom{}, ways: map[string]*way{}, down: map[string]time.Time{}, phone: map[string]bool{}}
	for _, e := range events {
		switch {
		case e.Kind == "begin" && f.From.IsZero():
			f.From = e.At
		case e.Kind == "end":
			f.To = e.At
		default:
			r.read(e)
		}
	}
	if f.From.IsZero() {
		return f, []Presence{}
	}
	if f.To.IsZero() {
		f.To = now
	}
	f.Minutes = minutes(f.To.Sub(f.From))
	for _, w := range r.ways {
		w.end(r.cutOff(w, f.To))
	}
	for _, p := range r.people {
		list = append(list, p.sum(f))
	}
	slices.SortFunc(list, func(a, b Presence) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person)) })
	return f, list
}

// read takes one line of the journal.
func (r *register) read(e event) {
	site := e.Centre != ""
	switch {
	case e.Kind == "phone":
		r.phone[e.Seat] = e.State == "phone"
	case e.Kind == "join" && site:
		r.back(e)
	case e.Kind == "leave" && site:
		r.down[e.Seat] = e.At
	case e.Kind == "join":
		w := r.way("seat/"+e.Seat, e)
		w.who.Alone = true
		w.who.evidence("device")
		w.begin(e.At)
	case e.Kind == "leave":
		if w := r.ways["seat/"+e.Seat]; w != nil {
			w.end(e.At)
		}
	case e.Kind == "roster":
		w := r.way("entry/"+e.Entry, e)
		w.site = e.Seat
		if !slices.Contains(w.who.Sites, e.Seat) {
			w.who.Sites = append(w.who.Sites, e.Seat)
		}
		w.who.evidence(e.Evidence)
		if e.State == "here" || e.State == "late" {
			w.begin(e.At)
		} else {
			w.end(e.At)
		}
	}
}

// back is a site whose line returns: a pause longer than the grace counts for nobody who sat there.
func (r *register) back(e event) {
	since, was := r.down[e.Seat]
	delete(r.down, e.Seat)
	if !was || r.phone[e.Seat] || e.At.Sub(since) <= grace {
		return
	}
	for _, w := range r.ways {
		if w.site == e.Seat && !w.since.IsZero() {
			w.end(since.Add(grace))
			w.begin(e.At)
		}
	}
}

// cutOff is when a presence ends that nobody ended: with the floor, or with the grace of a site whose line went and
// did not come back.
func (r *register) cutOff(w *way, end time.Time) time.Time {
	since, is := r.down[w.site]
	if is && !r.phone[w.site] && since.Add(grace).Before(end) {
		return since.Add(grace)
	}
	return end
}

func (p *whom) evidence(kind string) {
	if kind != "" && !slices.Contains(p.Evidence, kind) {
		p.Evidence = append(p.Evidence, kind)
	}
}

// sum joins the spans within the floor and adds them up.
func (p *whom) sum(f Floor) Presence {
	slices.SortFunc(p.spans, func(a, b Span) int { return a.From.Compare(b.From) })
	p.Spans = []Span{}
	var all time.Duration
	for _, s := range p.spans {
		s.From, s.To = later(s.From, f.From), earlier(s.To, f.To)
		if !s.To.After(s.From) {
			continue
		}
		if n := len(p.Spans); n > 0 && !s.From.After(p.Spans[n-1].To) {
			p.Spans[n-1].To = later(p.Spans[n-1].To, s.To)
			continue
		}
		p.Spans = append(p.Spans, s)
	}
	for _, s := range p.Spans {
		all += s.To.Sub(s.From)
	}
	if len(p.Spans) > 0 {
		p.First, p.Last = p.Spans[0].From, p.Spans[len(p.Spans)-1].To
	}
	p.Minutes = minutes(all)
	if floor := f.To.Sub(f.From); floor > 0 {
		p.Percent = int((100*all + floor/2) / floor)
	}
	return p.Presence
}

func minutes(d time.Duration) int { return int((d + 30*time.Second) / time.Minute) }

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
