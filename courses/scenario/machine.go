package scenario

import (
	"errors"
	"fmt"
	"slices"

	"mostik/courses"
)

// What can be wrong with a run.
var (
	ErrUnknownRole   = errors.New("the scenario has no such role")
	ErrUnknownChoice = errors.New("there is no such choice here")
	ErrEnded         = errors.New("the conversation has ended")
	ErrUnknownKey    = errors.New("the scenario has no such indicator, fact or element")
	ErrBroken        = errors.New("the scenario leads to a node that does not exist")
)

// maxSteps bounds a path; a conversation of so many exchanges goes round in circles.
const maxSteps = 500

// Node finds a node by its key; nil if there is none.
func (s *Scenario) Node(key string) *Node {
	for i := range s.Nodes {
		if s.Nodes[i].Key == key {
			return &s.Nodes[i]
		}
	}
	return nil
}

// RoleByKey finds a role; nil if there is none.
func (s *Scenario) RoleByKey(key string) *Role {
	for i := range s.Roles {
		if s.Roles[i].Key == key {
			return &s.Roles[i]
		}
	}
	return nil
}

// Start begins the conversation in a role: ErrUnknownRole, or ErrBroken if the first node is missing.
func (s *Scenario) Start(role string) (State, error) {
	r := s.RoleByKey(role)
	if r == nil {
		return State{}, fmt.Errorf("%w: %q", ErrUnknownRole, role)
	}
	st := State{Role: role, Trust: clamp(s.StartState.Trust), Safety: clamp(s.StartState.Safety)}
	return s.enter(st, r.Start)
}

func clamp(v int) int { return max(0, min(100, v)) }

// enter goes to a node and notes what shows itself there. st is the caller's own copy.
func (s *Scenario) enter(st State, key string) (State, error) {
	n := s.Node(key)
	if n == nil {
		return State{}, fmt.Errorf("%w: %q", ErrBroken, key)
	}
	st.Node, st.End = key, n.End
	st.Shown, st.Facts = with(st.Shown, n.Shows), with(st.Facts, n.Facts)
	return st, nil
}

// with gives a new list that also holds more, each once; states share no memory.
func with(list, more []string) []string {
	out := slices.Clone(list)
	for _, k := range more {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// Apply says a sentence. The state given stays as it was. Errors: ErrEnded, ErrUnknownChoice, ErrBroken.
func (s *Scenario) Apply(st State, choice string) (State, error) {
	n := s.Node(st.Node)
	switch {
	case n == nil:
		return State{}, fmt.Errorf("%w: %q", ErrBroken, st.Node)
	case n.End != "":
		return State{}, ErrEnded
	case len(st.Path) >= maxSteps:
		return State{}, fmt.Errorf("%w: after %d exchanges", ErrEnded, maxSteps)
	}
	c := n.choice(choice)
	if c == nil {
		return State{}, fmt.Errorf("%w: %q at %q", ErrUnknownChoice, choice, n.Key)
	}
	next := st
	next.Trust, next.Safety = clamp(st.Trust+c.Trust), clamp(st.Safety+c.Safety)
	next.Done = with(st.Done, c.Does)
	next.Path = append(slices.Clone(st.Path), choice)
	to := c.To
	if !c.When.holds(next) {
		to = c.Otherwise
	}
	return s.enter(next, to)
}

func (n *Node) choice(key string) *Choice {
	for i := range n.Choices {
		if n.Choices[i].Key == key {
			return &n.Choices[i]
		}
	}
	return nil
}

func (c *Condition) holds(st State) bool {
	if c == nil {
		return true
	}
	return st.Trust >= c.TrustAtLeast && st.Safety >= c.SafetyAtLeast && containsAll(st.Done, c.Done) && containsAll(st.Shown, c.Shown)
}

func containsAll(list, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(list, w) {
			return false
		}
	}
	return true
}

// Follow starts in a role and goes the whole path.
func (s *Scenario) Follow(role string, path []string) (State, error) {
	st, err := s.Start(role)
	for _, choice := range path {
		if err != nil {
			return State{}, err
		}
		st, err = s.Apply(st, choice)
	}
	return st, err
}

// Elements gives the headings to sort under; a child's case has no means.
func (s *Scenario) Elements() []Element {
	if s.Child {
		return []Element{Act, Purpose, None}
	}
	return []Element{Act, Means, Purpose, None}
}

// Cover gives what stands before the conversation.
func (s *Scenario) Cover(lang courses.Lang) Cover {
	c := Cover{
		Key: s.Key, Title: s.Title.In(lang), Name: s.Person.Name.In(lang), About: s.Person.About.In(lang),
		Intro: s.Intro.In(lang), ContentNote: s.ContentNote.In(lang), Child: s.Child,
	}
	for _, r := range s.Roles {
		c.Roles = append(c.Roles, CoverRole{Key: r.Key, Title: r.Title.In(lang), Task: r.Task.In(lang)})
	}
	return c
}

// View gives what the learner sees now.
func (s *Scenario) View(st State, lang courses.Lang) View {
	v := View{Scenario: s.Key, Role: st.Role, Node: st.Node, End: st.End, Elements: s.Elements(), Indicators: []Label{}}
	if n := s.Node(st.Node); n != nil {
		v.Scene, v.Says, v.Ending = n.Scene.In(lang), n.Says.In(lang), n.Ending.In(lang)
		for _, c := range n.Choices {
			v.Choices = append(v.Choices, ViewChoice{Key: c.Key, Say: c.Say.In(lang)})
		}
	}
	for _, i := range s.Indicators {
		v.Indicators = append(v.Indicators, Label{Key: i.Key, Text: i.Text.In(lang)})
	}
	for _, f := range s.Facts {
		if slices.Contains(st.Facts, f.Key) {
			v.Facts = append(v.Facts, Label{Key: f.Key, Text: f.Text.In(lang)})
		}
	}
	return v
}
