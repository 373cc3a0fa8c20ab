package scenario

import (
	"fmt"
	"slices"
	"strings"
)

// maxExplored bounds the states looked at; a scenario of some dozens of nodes stays far below.
const maxExplored = 200_000

// Place names a choice of a node.
type Place struct {
	Node, Choice string
}

// Branch is one of the two ways of a choice with a condition.
type Branch struct {
	Place
	// Otherwise tells the way taken when the condition does not hold from the other.
	Otherwise bool
}

// Findings is what a walk through every state that can occur has shown.
type Findings struct {
	// Complete is false if the walk was cut off at its bound; then nothing is said to be unreachable.
	Complete bool
	// UnreachableNodes no role ever comes to; UnreachableBranches are places whose Otherwise (or, with a
	// condition, whose To) is never taken.
	UnreachableNodes    []string
	UnreachableBranches []Branch
	// DeadEnds are nodes from which, in some state, no end can be reached.
	DeadEnds []string
	// NoEnd are roles that reach no end; NoPass are roles of which no path passes: no fault of weight
	// 3, ethics at least 60, every owed step taken, and an end that is referred or stopped.
	NoEnd, NoPass []string
	// Ends tells for each role which ends can be reached.
	Ends map[string][]End
	// States is how many states were looked at.
	States int
}

// Explore walks through every state (node, trust, safety, steps, indicators) that any role can come to.
func Explore(s *Scenario) Findings {
	f := Findings{Complete: true, Ends: map[string][]End{}}
	reached := map[string]bool{}
	taken := map[Place]map[string]bool{}
	dead := map[string]bool{}
	for _, role := range s.Roles {
		w := walk(s, role, reached, taken)
		f.States += w.states
		f.Complete = f.Complete && !w.cut
		f.Ends[role.Key] = w.ends
		if len(w.ends) == 0 && !w.cut {
			f.NoEnd = append(f.NoEnd, role.Key)
		}
		if !w.passes && !w.cut {
			f.NoPass = append(f.NoPass, role.Key)
		}
		for n := range w.dead {
			dead[n] = true
		}
	}
	if f.Complete {
		f.unreached(s, reached, taken)
		for _, n := range s.Nodes {
			if dead[n.Key] {
				f.DeadEnds = append(f.DeadEnds, n.Key)
			}
		}
	}
	return f
}

func (f *Findings) unreached(s *Scenario, reached map[string]bool, taken map[Place]map[string]bool) {
	for _, n := range s.Nodes {
		if !reached[n.Key] {
			f.UnreachableNodes = append(f.UnreachableNodes, n.Key)
			continue
		}
		for _, c := range n.Choices {
			at := Place{n.Key, c.Key}
			if !taken[at][c.To] {
				f.UnreachableBranches = append(f.UnreachableBranches, Branch{at, false})
			}
			if c.When != nil && !taken[at][c.Otherwise] {
				f.UnreachableBranches = append(f.UnreachableBranches, Branch{at, true})
			}
		}
	}
}

// walked is what one role's walk found.
type walked struct {
	states int
	cut    bool
	ends   []End
	passes bool
	dead   map[string]bool
}

// walk goes breadth first. What decides the future of a state is its node, trust, safety, steps done
// and indicators shown; ethics is followed apart, keeping the best of each state.
func walk(s *Scenario, role Role, reached map[string]bool, taken map[Place]map[string]bool) walked {
	w := walked{dead: map[string]bool{}}
	start, err := s.Start(role.Key)
	if err != nil {
		return w
	}
	relevant := conditionKeys(s)
	index := map[string]int{}
	var states []State
	var ethics []int
	var back [][]int // states that lead here
	add := func(st State, score, from int) int {
		st.Path = nil // the bound on exchanges does not matter to what can be reached
		key := relevant.of(st, role)
		i, ok := index[key]
		if !ok {
			i = len(states)
			index[key] = i
			states, ethics, back = append(states, st), append(ethics, score), append(back, nil)
			reached[st.Node] = true
		} else if score <= ethics[i] {
			back[i] = append(back[i], from)
			return -1
		} else {
			ethics[i] = score
		}
		if from >= 0 {
			back[i] = append(back[i], from)
		}
		return i
	}
	queue := []int{add(start, 100, -1)}
	for len(queue) > 0 && !w.cut {
		i := queue[0]
		queue = queue[1:]
		st := states[i]
		n := s.Node(st.Node)
		if n.End != "" {
			continue
		}
		for _, c := range n.Choices {
			next, err := s.Apply(st, c.Key)
			if err != nil {
				continue // an unknown node is reported by the check of keys
			}
			at := Place{n.Key, c.Key}
			if taken[at] == nil {
				taken[at] = map[string]bool{}
			}
			taken[at][next.Node] = true
			if j := add(next, afterFaults(ethics[i], c.Faults), i); j >= 0 {
				queue = append(queue, j)
			}
		}
		w.cut = len(states) > maxExplored
	}
	w.states = len(states)
	w.finish(s, role, states, ethics, back)
	return w
}

// afterFaults is the ethics left; a grave fault leaves less than nothing, so that it cannot pass.
func afterFaults(score int, faults []Fault) int {
	for _, f := range faults {
		if f.Weight >= graveFault {
			return -1000
		}
		score -= faultCost[max(1, f.Weight)]
	}
	return score
}

// finish goes backwards from the ends: what is not met on the way is a dead end.
func (w *walked) finish(s *Scenario, role Role, states []State, ethics []int, back [][]int) {
	alive := make([]bool, len(states))
	var queue []int
	for i, st := range states {
		if st.End == "" {
			continue
		}
		alive[i] = true
		queue = append(queue, i)
		if !slices.Contains(w.ends, st.End) {
			w.ends = append(w.ends, st.End)
		}
		good := st.End == Referred || st.End == Stopped
		if good && ethics[i] >= 60 && containsAll(st.Done, role.Owes) {
			w.passes = true
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, from := range back[i] {
			if from >= 0 && !alive[from] {
				alive[from] = true
				queue = append(queue, from)
			}
		}
	}
	for i, st := range states {
		if !alive[i] && !w.cut {
			w.dead[st.Node] = true
		}
	}
	slices.Sort(w.ends)
}

// asked is what conditions ask for; the rest of a state does not decide where it goes.
type asked struct {
	done, shown  map[string]bool
	trust, safer bool
}

func conditionKeys(s *Scenario) asked {
	a := asked{done: map[string]bool{}, shown: map[string]bool{}}
	for _, n := range s.Nodes {
		for _, c := range n.Choices {
			if c.When == nil {
				continue
			}
			a.trust = a.trust || c.When.TrustAtLeast > 0
			a.safer = a.safer || c.When.SafetyAtLeast > 0
			for _, d := range c.When.Done {
				a.done[d] = true
			}
			for _, k := range c.When.Shown {
				a.shown[k] = true
			}
		}
	}
	return a
}

// of gives what matters of a state as a key.
func (a asked) of(st State, role Role) string {
	var b strings.Builder
	b.WriteString(st.Node)
	if a.trust {
		fmt.Fprintf(&b, "|t%d", st.Trust)
	}
	if a.safer {
		fmt.Fprintf(&b, "|s%d", st.Safety)
	}
	var keys []string
	for _, d := range st.Done {
		if a.done[d] || slices.Contains(role.Owes, d) {
			keys = append(keys, "d"+d)
		}
	}
	for _, k := range st.Shown {
		if a.shown[k] {
			keys = append(keys, "i"+k)
		}
	}
	slices.Sort(keys)
	return b.String() + "|" + strings.Join(keys, ",")
}

// Graph draws the scenario as Mermaid text. Ends are rounded, conditions stand on the arrows.
func Graph(s *Scenario) string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for _, r := range s.Roles {
		fmt.Fprintf(&b, "  role_%s([%s]) --> %s\n", id(r.Key), r.Key, id(r.Start))
	}
	for _, n := range s.Nodes {
		if n.End != "" {
			fmt.Fprintf(&b, "  %s((%s: %s))\n", id(n.Key), n.Key, n.End)
		} else {
			fmt.Fprintf(&b, "  %s[%s]\n", id(n.Key), n.Key)
		}
		for _, c := range n.Choices {
			label := c.Key
			for _, f := range c.Faults {
				label += fmt.Sprintf(" !%d %s", f.Weight, f.Principle)
			}
			fmt.Fprintf(&b, "  %s -->|%s| %s\n", id(n.Key), label, id(c.To))
			if c.When != nil {
				fmt.Fprintf(&b, "  %s -.->|%s else| %s\n", id(n.Key), c.Key, id(c.Otherwise))
			}
		}
	}
	return b.String()
}

// id makes a key safe as a Mermaid identifier: "end" alone would close a block.
func id(key string) string { return "n_" + strings.ReplaceAll(key, "-", "_") }
