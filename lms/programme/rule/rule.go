// Package rule is the tree that says what of a programme must be done: reading it, checking it, and explaining it for
// one person's facts. It is pure: a rule and facts go in, a standing comes out.
//
//	{"all": [
//	  {"course": "trafficking", "min_percent": 75},
//	  {"at_least": 2, "of": [{"course": "intercultural"}, {"course": "burnout"}, {"webinar": "exchange", "share": 85}]},
//	  {"any": [{"webinar": "opening", "share": 85}, {"quiz": "opening-recording", "min_percent": 70}]},
//	  {"day": "seminar", "days": 2},
//	  {"practice": "case-meeting"},
//	  {"evidence": "first-aid", "months": 36},
//	  {"programme": "basic"}
//	]}
//
// A node has exactly one of these words. Leaves name a component of the programme by its key; which course, which
// webinars or days that is, the component says.
package rule

import (
	"encoding/json"
	"slices"
)

// Kind is what a node asks for. The zero kind is "not set".
type Kind string

// The kinds: three groups, and the leaves.
const (
	All     Kind = "all"      // each of them
	Any     Kind = "any"      // one of them
	AtLeast Kind = "at_least" // so many of them

	Course    Kind = "course"    // completed; with min_percent, its final so well
	Webinar   Kind = "webinar"   // there for a share of the floor
	Quiz      Kind = "quiz"      // a quiz of a course, so well
	Day       Kind = "day"       // in person, by the sheet
	Practice  Kind = "practice"  // approved by a trainer
	Evidence  Kind = "evidence"  // from outside, accepted
	Programme Kind = "programme" // certified there, and still valid
)

// Leaves lists the kinds of leaves, in the order in which people are offered them.
func Leaves() []Kind { return []Kind{Course, Webinar, Quiz, Day, Practice, Evidence, Programme} }

// Group tells all, any and at_least from leaves.
func (k Kind) Group() bool { return k == All || k == Any || k == AtLeast }

// Attendance tells leaves that being there fulfils.
func (k Kind) Attendance() bool { return k == Webinar || k == Day }

// Node is a rule, or a part of one.
type Node struct {
	Kind Kind
	// Of are the parts of a group.
	Of []Node
	// Count is how many of an at_least must hold.
	Count int
	// Component is the key that a leaf names.
	Component string
	// Least is what a leaf asks for: min_percent of a course's final (0: completing is enough) or of a quiz, the share
	// of a webinar's floor minutes in whole percent (rounded to the nearest, as people read it), the number of days.
	Least int
	// Months is how old evidence may be; 0 sets no bound.
	Months int
}

// words are a kind's number as it is written, with its bounds and what is taken where it is left out.
type words struct {
	name              string
	min, max, without int
}

// numbers of leaves; a kind that is not here has none.
var numbers = map[Kind]words{
	Course:  {"min_percent", 1, 100, 0},
	Webinar: {"share", 1, 100, 85},
	Quiz:    {"min_percent", 1, 100, 70},
	Day:     {"days", 1, 60, 1},
}

// MarshalJSON writes a node as its author would.
func (n Node) MarshalJSON() ([]byte, error) {
	m := map[string]any{}
	switch {
	case n.Kind == AtLeast:
		m["at_least"], m["of"] = n.Count, parts(n.Of)
	case n.Kind.Group():
		m[string(n.Kind)] = parts(n.Of)
	case n.Kind == "":
		return []byte("null"), nil
	default:
		m[string(n.Kind)] = n.Component
		if w, ok := numbers[n.Kind]; ok && n.Least != w.without {
			m[w.name] = n.Least
		}
		if n.Months > 0 {
			m["months"] = n.Months
		}
	}
	return json.Marshal(m)
}

// UnmarshalJSON reads what Parse does.
func (n *Node) UnmarshalJSON(raw []byte) error {
	read, faults := Parse(raw)
	if len(faults) > 0 {
		return faults
	}
	*n = read
	return nil
}

func parts(of []Node) []Node {
	if of == nil {
		return []Node{}
	}
	return of
}

// Walk visits a node and all beneath it, with the path of each ("all/1/of/0").
func (n Node) Walk(visit func(path string, n Node)) { n.walk("", visit) }

func (n Node) walk(path string, visit func(string, Node)) {
	visit(path, n)
	for i, c := range n.Of {
		c.walk(join(path, n.list(), i), visit)
	}
}

// list is the word under which a group's parts stand.
func (n Node) list() string {
	if n.Kind == AtLeast {
		return "of"
	}
	return string(n.Kind)
}

// Components lists the components that the rule names, each once, in the order of the rule.
func (n Node) Components() []string {
	var keys []string
	n.Walk(func(_ string, n Node) {
		if !n.Kind.Group() && !slices.Contains(keys, n.Component) {
			keys = append(keys, n.Component)
		}
	})
	return keys
}

// HoldsByAttendance tells a rule that could hold for somebody who was only ever there: it never gives an achievement.
func (n Node) HoldsByAttendance() bool {
	held := 0
	for _, c := range n.Of {
		if c.HoldsByAttendance() {
			held++
		}
	}
	switch n.Kind {
	case All:
		return held == len(n.Of)
	case Any:
		return held > 0
	case AtLeast:
		return held >= n.Count
	}
	return n.Kind.Attendance()
}
