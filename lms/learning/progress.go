package learning

import (
	"math"

	"mostik/courses"
	"mostik/lms/catalog"
)

// State says how far a person is with an activity. The zero state is "nothing done yet".
type State string

// The states.
const (
	Untouched  State = ""
	Seen       State = "seen"        // opened, and more is wanted
	InProgress State = "in-progress" // an attempt is open
	Submitted  State = "submitted"   // handed in, and more is wanted
	ToMark     State = "to-mark"     // a trainer has to mark before it counts
	Failed     State = "failed"      // the last try did not reach the pass mark
	Done       State = "done"
)

// marks are the states as characters of an enrolment's string, which has one for each activity.
var marks = map[State]byte{
	Untouched: '.', Seen: 's', InProgress: 'p', Submitted: 'h', ToMark: 'm', Failed: 'f', Done: 'x',
}

var stateOf = func() (m [256]State) {
	for s, c := range marks {
		m[c] = s
	}
	return m
}()

// Progress is the sum of one person's study of one version: what an enrolment's row holds.
type Progress struct {
	// Marks has one character an activity, in the order of the version.
	Marks                       []byte
	RequiredTotal, RequiredDone int
	// Score is the best of the final test, in percent; nil without one.
	Score *float64
	// StuckOn is the key of the activity whose last try failed.
	StuckOn string
	// Completed is true when every required activity is done.
	Completed bool
}

// State gives the state of the activity with an index.
func (p *Progress) State(index int) State {
	if index >= len(p.Marks) {
		return Untouched
	}
	return stateOf[p.Marks[index]]
}

// change is what became of one activity.
type change struct {
	State State
	// Score of the try in percent, where there is one.
	Score *float64
}

// advance gives the progress after a change of one activity. It is pure: what is done stays done (unless
// undo says that it was entered by mistake), the score is the best so far.
func advance(v *catalog.Loaded, p Progress, a *catalog.Activity, c change, undo bool) Progress {
	next := p
	next.Marks = fitted(p.Marks, len(v.Activities))
	before := stateOf[next.Marks[a.Index]]
	state := merge(before, c.State)
	if undo {
		state = c.State
	}
	next.Marks[a.Index] = marks[state]
	switch {
	case state == Failed:
		next.StuckOn = a.Key
	case state == Done && next.StuckOn == a.Key:
		next.StuckOn = ""
	}
	if c.Score != nil && isFinal(a.Activity) && (next.Score == nil || *c.Score > *next.Score) {
		next.Score = c.Score
	}
	return sum(v, next)
}

// merge decides between the state that was and the one that a new event brings.
func merge(before, event State) State {
	switch {
	case before == Done, event == Seen && before != Untouched:
		return before
	case event == InProgress && before == ToMark:
		return before // the open answer still waits, whatever is tried meanwhile
	}
	return event
}

// sum counts what is done.
func sum(v *catalog.Loaded, p Progress) Progress {
	p.RequiredTotal, p.RequiredDone = v.RequiredTotal, 0
	for i := range v.Activities {
		if v.Activities[i].Counts() && p.State(i) == Done {
			p.RequiredDone++
		}
	}
	p.Completed = p.RequiredTotal > 0 && p.RequiredDone >= p.RequiredTotal
	return p
}

// fitted copies marks into a string of n, in which what is missing is untouched.
func fitted(from []byte, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = marks[Untouched]
		if i < len(from) {
			out[i] = from[i]
		}
	}
	return out
}

func isFinal(a *courses.Activity) bool { return a.Quiz != nil && a.Quiz.Purpose == courses.Final }

// missing lists what must be done before an activity may be opened.
func missing(v *catalog.Loaded, p Progress, a *catalog.Activity) []catalog.Requirement {
	var list []catalog.Requirement
	for _, r := range a.After {
		for _, i := range r.Activities {
			if p.State(i) != Done {
				list = append(list, r)
				break
			}
		}
	}
	return list
}

// next gives the activity to go on with: the first required one, in the order of the course, that is
// neither done, nor waiting for a trainer or for a day, nor locked; else the first that is not required.
func next(v *catalog.Loaded, p Progress) (*catalog.Activity, bool) {
	for _, required := range []bool{true, false} {
		for i := range v.Activities {
			a := &v.Activities[i]
			if a.Counts() == required && waits(a, p.State(i)) && len(missing(v, p, a)) == 0 {
				return a, true
			}
		}
	}
	return nil, false
}

// waits tells whether the person can do something about an activity now.
func waits(a *catalog.Activity, s State) bool {
	return a.Complete != courses.Never && a.Complete != courses.Attended && s != Done && s != ToMark && s != Submitted
}

// moduleDone tells whether everything in a module that counts is done.
func moduleDone(v *catalog.Loaded, p Progress, module int) bool {
	counted := false
	for i := range v.Activities {
		a := &v.Activities[i]
		if a.ModuleIndex != module || !a.Counts() {
			continue
		}
		if p.State(i) != Done {
			return false
		}
		counted = true
	}
	return counted
}

// minutesLeft adds up the author's minutes of the required activities that are not done.
func minutesLeft(v *catalog.Loaded, p Progress) int {
	n := 0
	for i := range v.Activities {
		if a := &v.Activities[i]; a.Counts() && p.State(i) != Done {
			n += a.Minutes
		}
	}
	return n
}

// round2 keeps two decimals, as the tables do.
func round2(f float64) float64 { return math.Round(f*100) / 100 }
