package rule

import (
	"slices"
	"time"

	"mostik/lms"
)

// Fact is one thing that a person has done, or that was said of it: evidence of a leaf.
type Fact struct {
	Kind      Kind   `json:"kind"`
	Component string `json:"component"`
	// Ref identifies the evidence among its like: an enrolment, a webinar, a day, what was handed in, a serial.
	Ref string `json:"ref"`
	// Title is what the evidence is called, where it has a name of its own.
	Title string `json:"title,omitempty"`
	// Done tells a course that was completed, a day that was attended, practice or evidence that was accepted, a
	// certificate that is valid.
	Done bool `json:"done"`
	// State is a word more where there is one: waiting, refused, part, absent, a certificate's state.
	State string `json:"state,omitempty"`
	// Percent is a score or the share of a webinar's floor; 0 where there is none.
	Percent float64 `json:"percent,omitempty"`
	Minutes int     `json:"minutes,omitempty"`
	// At is when it was done, for evidence when it was obtained. In UTC.
	At time.Time `json:"at,omitzero"`
	// Until is the last day on which it counts; zero for ever.
	Until time.Time `json:"until,omitzero"`
}

// State is where a node stands.
type State string

// The states, the best first.
const (
	Done    State = "done"
	Waiting State = "waiting" // somebody has to decide
	Begun   State = "begun"
	Open    State = "open"
)

// Standing is a rule explained for one person: the same tree with what is done and what is missing.
type Standing struct {
	Kind      Kind   `json:"kind"`
	Component string `json:"component,omitempty"`
	// Count and Months are the rule's own; Least is what a leaf asks for, see [Node].
	Count  int   `json:"count,omitempty"`
	Least  int   `json:"least,omitempty"`
	Months int   `json:"months,omitempty"`
	State  State `json:"state"`
	// Figure is what was reached: percent for a course, a quiz and a webinar, attended days for days, held parts for a
	// group.
	Figure float64 `json:"figure"`
	// Remaining is the least number of leaves that are still to be done here.
	Remaining int `json:"remaining"`
	// Evidence is what counts towards a leaf, the best first.
	Evidence []Fact     `json:"evidence,omitempty"`
	Of       []Standing `json:"of,omitempty"`
}

// Done tells that the rule holds.
func (s Standing) Done() bool { return s.State == Done }

// maxEvidence bounds what a leaf lists.
const maxEvidence = 20

// Explain tells where a person with these facts stands on a day. More facts never undo what was done.
func (n Node) Explain(facts []Fact, on time.Time) Standing {
	s := Standing{Kind: n.Kind, Component: n.Component, Count: n.Count, Least: n.Least, Months: n.Months, State: Open}
	if n.Kind.Group() {
		for _, c := range n.Of {
			s.Of = append(s.Of, c.Explain(facts, on))
		}
		s.group(n)
		return s
	}
	for _, f := range facts {
		if f.Kind == n.Kind && f.Component == n.Component {
			s.Evidence = append(s.Evidence, f)
		}
	}
	s.leaf(n, on)
	return s
}

// need is how many parts of a group must hold.
func (n Node) need() int {
	switch n.Kind {
	case All:
		return len(n.Of)
	case AtLeast:
		return n.Count
	}
	return 1
}

func (s *Standing) group(n Node) {
	var missing []int
	for _, c := range s.Of {
		if c.Done() {
			s.Figure++
		}
		if c.State != Open {
			s.State = Begun
		}
		missing = append(missing, c.Remaining)
	}
	slices.Sort(missing)
	for _, m := range missing[:n.need()] {
		s.Remaining += m
	}
	switch {
	case s.Remaining == 0:
		s.State = Done
	case s.Next() == nil:
		s.State = Waiting
	}
}

func rank(s State) int {
	return 3 - slices.Index([]State{Done, Waiting, Begun, Open}, s)
}

func better(a, b State) State {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

func (s *Standing) leaf(n Node, on time.Time) {
	days := map[string]bool{}
	for _, f := range s.Evidence {
		state := Open
		switch {
		case n.Kind == Day:
			if f.Done {
				days[f.At.UTC().Format(time.DateOnly)] = true // two sheets of one day are one day
			}
			if f.State != "absent" {
				state = Begun
			}
		case n.holds(f, on):
			state = Done
		case f.State == "waiting":
			state = Waiting
		case f.State != "refused" && f.State != "not-started": // somebody enrolled them in the course, and that is all
			state = Begun
		}
		s.State = better(s.State, state)
		if f.Percent > s.Figure {
			s.Figure = f.Percent
		}
	}
	if n.Kind == Day {
		s.Figure = float64(len(days))
		if len(days) >= n.Least {
			s.State = Done
		}
	}
	if s.State != Done {
		s.Remaining = 1
	}
	slices.SortStableFunc(s.Evidence, func(a, b Fact) int {
		if x, y := n.weight(a, on), n.weight(b, on); x != y {
			if x > y {
				return -1
			}
			return 1
		}
		return b.At.Compare(a.At)
	})
	s.Evidence = s.Evidence[:len(s.Evidence)-max(0, len(s.Evidence)-maxEvidence)]
}

// holds tells whether one fact alone fulfils a leaf.
func (n Node) holds(f Fact, on time.Time) bool {
	if !f.Until.IsZero() && !on.Before(lms.DayOver(f.Until)) {
		return false
	}
	switch n.Kind {
	case Webinar, Quiz:
		return f.Percent >= float64(n.Least)
	case Course:
		return f.Done && f.Percent >= float64(n.Least)
	case Evidence:
		return f.Done && (n.Months == 0 || !f.At.IsZero() && !on.After(addMonths(f.At, n.Months)))
	}
	return f.Done
}

// weight puts what fulfils a leaf before what does not, and the better figure before the worse.
func (n Node) weight(f Fact, on time.Time) float64 {
	w := f.Percent
	if n.holds(f, on) {
		w += 1000
	}
	return w
}

// addMonths keeps the day within the month that is reached, to its end.
func addMonths(t time.Time, months int) time.Time {
	y, m, day := t.UTC().Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	if day < last.Day() {
		last = time.Date(last.Year(), last.Month(), day, 0, 0, 0, 0, time.UTC)
	}
	return last.AddDate(0, 0, 1).Add(-time.Second)
}

// Missing lists the components that could still bring the person further, each once, in the order of the rule: the
// open leaves of parts that do not hold yet.
func (s Standing) Missing() []string {
	keys := []string{}
	s.open(func(leaf Standing) {
		if !slices.Contains(keys, leaf.Component) {
			keys = append(keys, leaf.Component)
		}
	})
	return keys
}

func (s Standing) open(visit func(Standing)) {
	switch {
	case s.Done():
	case !s.Kind.Group():
		visit(s)
	default:
		for _, c := range s.Of {
			c.open(visit)
		}
	}
}

// Next is the one thing to do next: of the shortest way, what was begun before what was not, in the order of the rule.
// Nil when the rule holds, or when all that is left waits for somebody else.
func (s Standing) Next() *Standing {
	way := s.shortest(nil)
	for _, state := range []State{Begun, Open} {
		for i := range way {
			if way[i].State == state {
				return &way[i]
			}
		}
	}
	return nil
}

// shortest collects the leaves of the shortest way to the end.
func (s Standing) shortest(way []Standing) []Standing {
	if s.Done() {
		return way
	}
	if !s.Kind.Group() {
		return append(way, s)
	}
	need := Node{Kind: s.Kind, Count: s.Count, Of: make([]Node, len(s.Of))}.need()
	order := make([]int, len(s.Of))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.Of[a].Remaining - s.Of[b].Remaining })
	chosen := slices.Clone(order[:need])
	slices.Sort(chosen)
	for _, i := range chosen {
		way = s.Of[i].shortest(way)
	}
	return way
}

// Steps counts the leaves of the shortest way: how many of them are done, and how many there are.
func (s Standing) Steps() (done, needed int) {
	if !s.Kind.Group() {
		if s.Done() {
			done = 1
		}
		return done, 1
	}
	type way struct{ remaining, done, needed int }
	ways := make([]way, len(s.Of))
	for i, c := range s.Of {
		d, n := c.Steps()
		ways[i] = way{c.Remaining, d, n}
	}
	slices.SortStableFunc(ways, func(a, b way) int { return a.remaining - b.remaining })
	for _, w := range ways[:Node{Kind: s.Kind, Count: s.Count, Of: make([]Node, len(s.Of))}.need()] {
		done, needed = done+w.done, needed+w.needed
	}
	return done, needed
}
