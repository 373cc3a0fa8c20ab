package webinar

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// event is one line of a webinar's journal.
type event struct {
	Kind, Seat, Person, Centre, Name, Entry, State, Evidence, Detail string
	At                                                               time.Time
}

// Kinds of events that are counted; the journal holds others too, which prove nothing about presence.
const (
	kindBegin   = "begin"   // the first host is there: the floor begins
	kindEnd     = "end"     // a host ended the webinar
	kindPause   = "pause"   // an announced pause; detail is what was said of it
	kindResume  = "resume"  // its end
	kindJoin    = "join"    // a line is there: of a person, or of a site
	kindLeave   = "leave"   // it is gone
	kindPhone   = "phone"   // a site goes on by telephone (state "phone"), or no longer
	kindHeads   = "heads"   // how many people a site says that it has, in detail
	kindRoster  = "roster"  // somebody at a site: here, late, left, expected
	kindAsk     = "ask"     // the host asked who is there
	kindHere    = "here"    // somebody answered
	kindAlive   = "alive"   // each minute while somebody is in the room
	kindRestart = "restart" // the program began anew: whoever was there before has no line
)

const (
	// DefaultGrace is how long a site whose line drops still counts as present, in minutes: people go on sitting there.
	DefaultGrace = 10
	// DefaultShare is the share of the floor that completes an activity, in percent.
	DefaultShare = 85

	// resumed is within what time a person's line is the same one after the program began anew.
	resumed = 2 * time.Minute
	// quiet is how long after its last sign of life a room that nobody ended is over.
	quiet = 5 * time.Minute
	// answerTime is how long after a question of presence an answer counts: the question stands for two minutes.
	answerTime = 150 * time.Second
)

// rule is what a webinar says about counting.
type rule struct {
	grace time.Duration
}

// way is one way by which somebody is there: a connection of their own, or a place on a site's roster.
type way struct {
	who   *whom
	site  *siteLine // nil for a connection of one's own
	since time.Time // zero when not there by this way
	lost  time.Time // when the program ended under this connection, zero when it did not
	spans []Span
}

func (w *way) begin(at time.Time) {
	if !w.lost.IsZero() {
		lost := w.lost
		w.lost = time.Time{}
		if at.Sub(lost) > resumed {
			w.close(lost)
		}
	}
	if w.since.IsZero() {
		w.since = at
	}
}

func (w *way) close(at time.Time) {
	if !w.lost.IsZero() {
		at, w.lost = earlier(at, w.lost), time.Time{}
	}
	if !w.since.IsZero() && at.After(w.since) {
		w.spans = append(w.spans, Span{w.since, at})
	}
	w.since = time.Time{}
}

// siteLine is a site's line: it counts as there while it is connected or on the telephone, and for the grace after.
type siteLine struct {
	centre, name string
	on, phone    bool
	heads        int       // the most that the site said
	down         time.Time // since when it is neither connected nor on the telephone
	gaps         []Span    // stretches beyond the grace, which count for nobody who sat there
	steps        []Step
}

// turn sets how a site is connected from a moment on.
func (l *siteLine) turn(at time.Time, on, phone bool, grace time.Duration) {
	was := l.on || l.phone
	l.on, l.phone = on, phone
	switch is := on || phone; {
	case was && !is:
		l.down = at
	case !was && is:
		l.back(at, grace)
	}
}

func (l *siteLine) back(at time.Time, grace time.Duration) {
	if from := l.down.Add(grace); !l.down.IsZero() && at.After(from) {
		l.gaps = append(l.gaps, Span{from, at})
	}
	l.down = time.Time{}
}

// register is the book of a webinar's presence while its journal is read.
type register struct {
	rule   rule
	now    time.Time
	floor  Floor
	known  map[string]subject // by key: what the whole journal and corrections know of whom a way belongs to
	people map[string]*whom
	ways   map[string]*way
	sites  map[string]*siteLine // by seat
	past   []*way               // of parts of the webinar that ended
	all    []*siteLine
	checks []*check
	part   int // how often a room of this webinar was ended
	last   time.Time
	alive  bool
}

// subject is whose a way is, once somebody knows.
type subject struct{ person, name string }

// check is one question of presence: whoever was there then was asked.
type check struct {
	at       time.Time
	asked    map[*whom]bool
	answered map[*whom]bool
}

// count works out everybody's minutes from the journal, which is in order, and the corrections. What overlaps counts
// once: somebody who sat at a site and came by phone was there once. now closes what is still under way.
func count(events []event, corrections []Correction, r rule, now time.Time) (Floor, []Presence) {
	b := tally(events, corrections, r, now)
	return b.floor, b.presences()
}

// tally reads the journal and the corrections into a book.
func tally(events []event, corrections []Correction, r rule, now time.Time) *register {
	b := &register{
		rule: r, now: now, known: knownOf(events, corrections), people: map[string]*whom{}, ways: map[string]*way{}, sites: map[string]*siteLine{},
	}
	for _, e := range events {
		b.read(e)
		b.last, b.alive = e.At, b.alive || e.Kind == kindAlive
	}
	b.closeAll(b.over())
	if b.floor.From.IsZero() {
		b.people = nil // nobody is present at what has not begun
		return b
	}
	for _, w := range append(b.past, sortedWays(b.ways)...) {
		spans := w.spans
		if w.site != nil {
			spans = subtract(joined(spans), joined(w.site.gaps))
		}
		w.who.spans = append(w.who.spans, spans...)
	}
	b.tellChecks()
	b.correct(corrections)
	return b
}

// presences gives everybody's sums, by name.
func (b *register) presences() []Presence {
	list := make([]Presence, 0, len(b.people))
	for _, p := range b.people {
		list = append(list, p.sum(b.floor))
	}
	slices.SortFunc(list, func(a, b Presence) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key))
	})
	return list
}

// over is when what nobody ended is over: now, or at the last sign of life of a room that fell silent.
func (b *register) over() time.Time {
	if b.alive && b.now.Sub(b.last) > quiet {
		return b.last
	}
	return b.now
}

// key names a way over the parts of a webinar: a room that was ended and opened again gives its seats anew.
func (b *register) key(kind, id string) string { return wayKey(kind, id, b.part) }

func (b *register) whom(key string, e event) *whom {
	s := b.known[key]
	if s.person != "" {
		key = "person/" + s.person
	}
	p := b.people[key]
	if p == nil {
		p = &whom{Presence: Presence{Key: key, Person: s.person, Sites: []string{}, Centres: []string{}, Evidence: []string{}, Corrections: []int{}}}
		b.people[key] = p
	}
	if name := cmp.Or(s.name, e.Name); name != "" {
		p.Name = name
	}
	return p
}

func (b *register) way(key string, e event) *way {
	w := b.ways[key]
	if w == nil {
		w = &way{who: b.whom(key, e)}
		b.ways[key] = w
	}
	return w
}

// site gives a site's line. One that is first heard of by its roster is there.
func (b *register) site(e event) *siteLine {
	l := b.sites[e.Seat]
	if l == nil {
		l = &siteLine{centre: e.Centre, on: e.Kind != kindLeave}
		b.sites[e.Seat] = l
		b.all = append(b.all, l)
	}
	if e.Kind == kindJoin || e.Kind == kindLeave {
		l.name = cmp.Or(e.Name, l.name)
	}
	return l
}

// read takes one line of the journal.
func (b *register) read(e event) {
	switch e.Kind {
	case kindBegin:
		b.floor.open(e.At)
	case kindPause:
		b.floor.pause(e.At, e.Detail)
	case kindResume:
		b.floor.resume(e.At)
	case kindEnd:
		b.closeAll(e.At)
	case kindRestart:
		b.restart(e)
	case kindAsk:
		b.ask(e)
	case kindHere:
		b.here(e)
	case kindRoster:
		b.roster(e)
	case kindPhone, kindHeads:
		b.told(e)
	case kindJoin, kindLeave:
		if e.Centre != "" {
			b.line(e)
		} else {
			b.person(e)
		}
	}
}

// person reads how somebody's own connection comes and goes.
func (b *register) person(e event) {
	key := b.key("seat", e.Seat)
	if e.Kind == kindLeave {
		if w := b.ways[key]; w != nil && !w.since.IsZero() {
			w.who.step(e, "")
			w.close(e.At)
		}
		return
	}
	w := b.way(key, e)
	w.who.Alone = true
	w.who.evidence(ByDevice)
	w.who.step(e, "")
	w.begin(e.At)
}

// line reads how a site's connection comes and goes.
func (b *register) line(e event) {
	if e.Kind == kindLeave && b.sites[e.Seat] == nil {
		return // of a part that ended before
	}
	l := b.site(e)
	l.steps = append(l.steps, Step{At: e.At, Kind: map[string]string{kindJoin: "line-on", kindLeave: "line-off"}[e.Kind], Site: l.name})
	l.turn(e.At, e.Kind == kindJoin, false, b.rule.grace)
}

// told reads what a site says of itself.
func (b *register) told(e event) {
	l := b.site(e)
	if e.Kind == kindHeads {
		l.heads = max(l.heads, number(e.Detail))
		return
	}
	phone := e.State == "phone"
	l.steps = append(l.steps, Step{At: e.At, Kind: map[bool]string{true: "phone-on", false: "phone-off"}[phone], Site: l.name})
	// Whoever says that the telephone is no longer needed says it over the line that is back.
	l.turn(e.At, l.on || e.State == "on", phone, b.rule.grace)
}

func (b *register) roster(e event) {
	l := b.site(event{Kind: kindRoster, Seat: e.Seat, Centre: e.Centre})
	w := b.way(b.key("entry", e.Entry), e)
	w.site = l
	w.who.at(l)
	w.who.evidence(e.Evidence)
	w.who.step(e, l.name)
	if e.State == "here" || e.State == "late" {
		w.begin(e.At)
	} else {
		w.close(e.At)
	}
}

// restart takes every line away at the last sign of life before the program ended; those who come back soon were never
// away.
func (b *register) restart(e event) {
	lost := b.last
	if ms, err := strconv.ParseInt(e.Detail, 10, 64); err == nil && time.UnixMilli(ms).After(lost) {
		lost = earlier(time.UnixMilli(ms), e.At)
	}
	if lost.IsZero() {
		lost = e.At
	}
	for _, w := range b.ways {
		if w.site == nil && !w.since.IsZero() && w.lost.IsZero() {
			w.lost = lost
		}
	}
	for _, l := range b.sites {
		if l.on {
			l.turn(lost, false, l.phone, b.rule.grace)
		}
	}
}

// ask notes whom a question of presence reaches: all who are there but the host who asks.
func (b *register) ask(e event) {
	c := &check{at: e.At, asked: map[*whom]bool{}, answered: map[*whom]bool{}}
	host := b.key("seat", e.Seat)
	for key, w := range b.ways {
		if key != host && !w.since.IsZero() && w.lost.IsZero() && (w.site == nil || w.site.on || w.site.phone) {
			c.asked[w.who] = true
		}
	}
	b.checks = append(b.checks, c)
}

// here notes an answer: somebody's own, or that of a site's facilitator for its roster or for one entry of it.
func (b *register) here(e event) {
	n := len(b.checks)
	if n == 0 || e.At.Sub(b.checks[n-1].at) > answerTime {
		return
	}
	c, site := b.checks[n-1], b.sites[e.Seat]
	for key, w := range b.ways {
		own := w.site == nil && key == b.key("seat", e.Seat)
		seated := w.site != nil && w.site == site && (e.Entry == "" || key == b.key("entry", e.Entry))
		if !w.since.IsZero() && (own || seated) {
			c.answered[w.who] = true
			c.asked[w.who] = true
		}
	}
}

// tellChecks writes into everybody's book what they were asked and whether they answered.
func (b *register) tellChecks() {
	for _, c := range b.checks {
		for who := range c.asked {
			who.Asked++
			kind := "check-missed"
			if c.answered[who] {
				who.Answered++
				kind = "check-answered"
			}
			who.steps = append(who.steps, Step{At: c.at, Kind: kind})
		}
	}
}

// closeAll ends a part of the webinar: the floor, and whatever presence is still open.
func (b *register) closeAll(at time.Time) {
	b.floor.end(at)
	for _, w := range sortedWays(b.ways) {
		w.close(at)
		b.past = append(b.past, w)
	}
	for _, l := range b.sites {
		if !l.down.IsZero() {
			l.back(at, b.rule.grace)
		}
	}
	b.ways, b.sites = map[string]*way{}, map[string]*siteLine{}
	b.part++
}

func sortedWays(m map[string]*way) []*way {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	list := make([]*way, len(keys))
	for i, key := range keys {
		list[i] = m[key]
	}
	return list
}
