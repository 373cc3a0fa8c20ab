package webinar

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Grades of evidence, the strongest first. A device proves that somebody's own account was connected; a code, that
// somebody in the room saw it; a tick is the facilitator's word; a sheet of paper is signatures that somebody typed in;
// a correction is the word of its author, with a reason.
const (
	ByDevice     = "device"
	ByCode       = "code"
	ByTick       = "tick"
	ByPaper      = "paper"
	ByCorrection = "correction"
)

// Presence is how long somebody was there, and by what evidence.
type Presence struct {
	// Key names them within this webinar: person/…, entry/… on a roster, seat/… of a guest, added/… by a correction.
	Key string `json:"key"`
	// Person is the account, "" for a guest or somebody who is not matched yet.
	Person string `json:"person_id,omitempty"`
	Name   string `json:"name"`
	// Sites are the names of centres where they sat and Centres their ids; Alone tells that they also came by
	// themselves.
	Sites   []string `json:"sites"`
	Centres []string `json:"centre_ids"`
	Alone   bool     `json:"alone"`
	// Home is the centre under which a table shows them: where they sat, else their own; Country is its or theirs.
	Home     string   `json:"home,omitempty"`
	Country  string   `json:"country,omitempty"`
	Evidence []string `json:"evidence"`
	Minutes  int      `json:"minutes"`
	Percent  int      `json:"percent"` // of the floor
	// Asked and Answered count questions of presence.
	Asked    int       `json:"asked"`
	Answered int       `json:"answered"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Spans    []Span    `json:"spans"`
	// Corrections are the numbers of those that are about them; Before is what the journal alone says, where a
	// correction changed it.
	Corrections []int   `json:"corrections"`
	Before      *Before `json:"before,omitempty"`
	// Credit is what their presence made of the course's activity: "given", "taken", "review", "" for nothing.
	Credit string `json:"credit,omitempty"`
}

// Before is a presence as it was before any correction.
type Before struct {
	Minutes int    `json:"minutes"`
	Percent int    `json:"percent"`
	Spans   []Span `json:"spans"`
}

// Step is one line of somebody's evidence.
type Step struct {
	At time.Time `json:"at"`
	// Kind is join, leave, here, late, left, expected; line-on, line-off, phone-on, phone-off of the site where they
	// sat; check-answered, check-missed; add, change, strike, match of a correction.
	Kind string `json:"kind"`
	// By is the grade of evidence.
	By   string `json:"by,omitempty"`
	Site string `json:"site,omitempty"`
	// Correction is its number.
	Correction int `json:"correction,omitempty"`
}

// whom is somebody whose presence is counted, over all the ways by which they came.
type whom struct {
	Presence
	spans []Span
	sites []*siteLine
	steps []Step
}

func (p *whom) evidence(kind string) {
	if kind != "" && !slices.Contains(p.Evidence, kind) {
		p.Evidence = append(p.Evidence, kind)
	}
}

// at notes a site at which somebody sat.
func (p *whom) at(l *siteLine) {
	if slices.Contains(p.sites, l) {
		return
	}
	p.sites = append(p.sites, l)
}

func (p *whom) step(e event, site string) {
	kind := e.Kind
	if kind == kindRoster {
		kind = e.State
	}
	p.steps = append(p.steps, Step{At: e.At, Kind: kind, By: e.Evidence, Site: site})
}

// sum joins the spans within the floor and adds them up.
func (p *whom) sum(f Floor) Presence {
	p.Spans, p.Minutes, p.Percent = measure(p.spans, f)
	if len(p.Spans) > 0 {
		p.First, p.Last = p.Spans[0].From, p.Spans[len(p.Spans)-1].To
	}
	for _, l := range p.sites {
		if name := cmp.Or(l.name, l.centre); !slices.Contains(p.Sites, name) {
			p.Sites = append(p.Sites, name)
		}
		if l.centre != "" && !slices.Contains(p.Centres, l.centre) {
			p.Centres = append(p.Centres, l.centre)
		}
	}
	slices.Sort(p.Sites)
	slices.Sort(p.Centres)
	slices.SortFunc(p.Evidence, func(a, b string) int { return cmp.Compare(grade(a), grade(b)) })
	return p.Presence
}

// grade orders evidence.
func grade(by string) int {
	return slices.Index([]string{ByDevice, ByCode, ByTick, ByPaper, ByCorrection}, by)
}

// measure gives what counts of some spans: shown is what lies between the floor's beginning and end, and minutes are
// of the floor without its pauses.
func measure(spans []Span, f Floor) (shown []Span, mins, percent int) {
	shown = common(joined(spans), []Span{{f.From, f.To}})
	if shown == nil {
		shown = []Span{}
	}
	all := length(common(shown, joined(f.parts)))
	if floor := f.length(); floor > 0 {
		percent = int((100*all + floor/2) / floor)
	}
	return shown, minutes(all), percent
}

// trail is somebody's evidence in order of time, with what happened to the lines of the sites where they sat.
func (p *whom) trail() []Step {
	steps := slices.Clone(p.steps)
	for _, l := range p.sites {
		for _, s := range l.steps {
			s.Site = l.name
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return a.At.Compare(b.At) })
	return steps
}

// wayKey names a way by which somebody came; part counts how often the room was ended before.
func wayKey(kind, id string, part int) string {
	if part > 0 {
		return fmt.Sprintf("%s/%d/%s", kind, part+1, id)
	}
	return kind + "/" + id
}

// knownOf reads ahead whose each way is: an entry of a roster may be matched long after it was ticked.
func knownOf(events []event, corrections []Correction) map[string]subject {
	known := map[string]subject{}
	part := 0
	for _, e := range events {
		switch {
		case e.Kind == kindEnd:
			part++
		case e.Person == "" || e.Kind != kindRoster && e.Kind != kindJoin:
		case e.Entry != "":
			known[wayKey("entry", e.Entry, part)] = subject{person: e.Person}
		case e.Centre == "":
			known[wayKey("seat", e.Seat, part)] = subject{person: e.Person}
		}
	}
	for _, c := range standing(corrections) {
		if c.Kind == CorrectMatch && c.Person != "" {
			known[c.Who] = subject{c.Person, c.Name}
		}
	}
	return known
}
