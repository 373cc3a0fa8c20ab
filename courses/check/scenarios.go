package check

import (
	"fmt"
	"slices"

	"mostik/courses"
	"mostik/courses/scenario"
)

func (c *checker) scenarios() {
	for _, s := range c.p.Scenarios {
		c.interview(s)
	}
	for _, e := range c.p.Encounters {
		c.encounter(e)
	}
	used := map[string]bool{}
	for _, m := range c.p.Course.Modules {
		for _, a := range m.Activities {
			used[a.Scenario] = true
		}
	}
	for key, s := range c.p.Scenarios {
		if !used[key] {
			c.warn(s.Pos, "unused-scenario", "no activity plays the scenario %q", key)
		}
	}
	for key, e := range c.p.Encounters {
		if !used[key] {
			c.warn(e.Pos, "unused-scenario", "no activity plays the encounter %q", key)
		}
	}
}

// cast is what a scenario's parts may refer to.
type cast struct {
	nodes, indicators, facts *keys
	steps                    map[string]bool
}

func (c *checker) interview(s *scenario.Scenario) {
	before := len(c.problems)
	k := cast{nodes: c.keys("node"), indicators: c.keys("indicator"), facts: c.keys("fact"), steps: map[string]bool{}}
	for _, n := range s.Nodes {
		k.nodes.add(n.Key, n.Pos)
		for _, choice := range n.Choices {
			for _, d := range choice.Does {
				k.steps[d] = true
			}
		}
	}
	for _, i := range s.Indicators {
		k.indicators.add(i.Key, i.Pos)
	}
	c.facts(s, k)
	c.roles(s, k)
	for key, p := range s.Principles {
		if p.Source == "" {
			c.fail(p.Pos, "no-source", "the principle %q cites no source", key)
			continue
		}
		c.cites(p.Source, c.p.Near(p.Pos, "source"))
	}
	if s.StartState.Trust < 0 || s.StartState.Trust > 100 || s.StartState.Safety < 0 || s.StartState.Safety > 100 {
		c.fail(s.Pos, "bad-number", "trust and safety are from 0 to 100")
	}
	for i := range s.Nodes {
		c.node(s, &s.Nodes[i], k)
	}
	if !courses.HasErrors(c.problems[before:]) { // arrows that lead nowhere would only be told twice
		c.walk(s)
	}
}

func (c *checker) facts(s *scenario.Scenario, k cast) {
	shown := map[string]bool{}
	for _, n := range s.Nodes {
		for _, f := range append(slices.Clone(n.Facts), n.Shows...) {
			shown[f] = true
		}
	}
	for _, f := range s.Facts {
		k.facts.add(f.Key, f.Pos)
		if !slices.Contains([]scenario.Element{scenario.Act, scenario.Means, scenario.Purpose, scenario.None}, f.Element) {
			c.fail(f.Pos, "unknown-element", "a fact is act, means, purpose or none, not %q", f.Element)
		}
		if s.Child && f.Element == scenario.Means {
			c.fail(f.Pos, "child-means", "means are not required where the person is a child: %q cannot be sorted under them", f.Key)
		}
		if !shown[f.Key] {
			c.warn(f.Pos, "never-shown", "no node shows the fact %q", f.Key)
		}
	}
	for _, i := range s.Indicators {
		if !shown[i.Key] {
			c.warn(i.Pos, "never-shown", "no node shows the indicator %q", i.Key)
		}
	}
}

func (c *checker) roles(s *scenario.Scenario, k cast) {
	roles := c.keys("role")
	for _, r := range s.Roles {
		roles.add(r.Key, r.Pos)
		if !k.nodes.has(r.Start) {
			c.fail(c.p.Near(r.Pos, "start"), "unknown-node", "the role %q starts at %q, which is no node", r.Key, r.Start)
		}
		for i, step := range r.Owes {
			if !k.steps[step] {
				c.fail(c.p.Near(r.Pos, fmt.Sprintf("owes/%d", i)), "unknown-step", "no choice does the step %q that %q owes", step, r.Key)
			}
		}
	}
	if len(s.Roles) == 0 {
		c.fail(s.Pos, "missing-field", "the scenario %q needs roles", s.Key)
	}
}

func (c *checker) node(s *scenario.Scenario, n *scenario.Node, k cast) {
	switch {
	case n.End == "" && len(n.Choices) == 0:
		c.fail(n.Pos, "dead-end", "the node %q has neither choices nor an end", n.Key)
	case n.End != "" && len(n.Choices) > 0:
		c.fail(n.Pos, "end-with-choices", "the node %q is an end and has choices", n.Key)
	case n.End != "" && !slices.Contains([]scenario.End{scenario.Referred, scenario.Stopped, scenario.Left, scenario.Harmed}, n.End):
		c.fail(n.Pos, "unknown-end", "an end is referred, stopped, left or harmed, not %q", n.End)
	}
	for i, key := range n.Shows {
		if !k.indicators.has(key) {
			c.fail(c.p.Near(n.Pos, fmt.Sprintf("shows/%d", i)), "unknown-indicator", "there is no indicator %q", key)
		}
	}
	for i, key := range n.Facts {
		if !k.facts.has(key) {
			c.fail(c.p.Near(n.Pos, fmt.Sprintf("facts/%d", i)), "unknown-fact", "there is no fact %q", key)
		}
	}
	choices := c.keys("choice")
	for i := range n.Choices {
		choices.add(n.Choices[i].Key, n.Choices[i].Pos)
		c.choice(s, n, &n.Choices[i], k)
	}
}

func (c *checker) choice(s *scenario.Scenario, n *scenario.Node, choice *scenario.Choice, k cast) {
	if !k.nodes.has(choice.To) {
		c.fail(c.p.Near(choice.Pos, "to"), "unknown-node", "choice %q of %q leads to %q, which is no node", choice.Key, n.Key, choice.To)
	}
	if (choice.When == nil) != (choice.Otherwise == "") {
		c.fail(choice.Pos, "when-otherwise", "when and otherwise stand together (choice %q of %q)", choice.Key, n.Key)
	} else if choice.When != nil && !k.nodes.has(choice.Otherwise) {
		c.fail(c.p.Near(choice.Pos, "otherwise"), "unknown-node", "otherwise leads to %q, which is no node", choice.Otherwise)
	}
	if choice.When != nil {
		for _, d := range choice.When.Done {
			if !k.steps[d] {
				c.fail(c.p.Near(choice.Pos, "when"), "unknown-step", "no choice does the step %q", d)
			}
		}
		for _, i := range choice.When.Shown {
			if !k.indicators.has(i) {
				c.fail(c.p.Near(choice.Pos, "when"), "unknown-indicator", "there is no indicator %q", i)
			}
		}
	}
	for _, f := range choice.Faults {
		if _, ok := s.Principles[f.Principle]; !ok {
			c.fail(f.Pos, "unknown-principle", "the fault cites %q, which is no principle of the scenario", f.Principle)
		}
		if f.Weight < 1 || f.Weight > 3 {
			c.fail(f.Pos, "bad-weight", "the weight of a fault is 1 to 3")
		}
	}
}

// walk tells what a walk through every state has shown.
func (c *checker) walk(s *scenario.Scenario) {
	f := scenario.Explore(s)
	if !f.Complete {
		c.warn(s.Pos, "too-large-to-prove", "the scenario %q has too many states to prove that all can be reached", s.Key)
	}
	at := func(key string) courses.Position { return s.Node(key).Pos }
	for _, n := range f.UnreachableNodes {
		if end := s.Node(n).End; end != "" {
			c.fail(at(n), "unreachable-end", "no path comes to the end %q (%s)", n, end)
			continue
		}
		c.fail(at(n), "unreachable-node", "no path comes to the node %q", n)
	}
	for _, n := range f.DeadEnds {
		c.fail(at(n), "dead-end", "from the node %q no end can be reached in some state", n)
	}
	for _, b := range f.UnreachableBranches {
		for _, choice := range s.Node(b.Node).Choices {
			switch {
			case choice.Key != b.Choice:
			case b.Otherwise: // no harm to a learner, but not what the author thinks
				c.warn(choice.Pos, "condition-always-holds", "the condition of choice %q of %q holds on every path: otherwise is never taken", b.Choice, b.Node)
			default:
				c.fail(choice.Pos, "unreachable-branch", "no path takes choice %q of %q to %q", b.Choice, b.Node, choice.To)
			}
		}
	}
	for _, role := range f.NoEnd {
		c.fail(s.RoleByKey(role).Pos, "no-end", "the role %q comes to no end", role)
	}
	for _, role := range f.NoPass {
		c.fail(s.RoleByKey(role).Pos, "no-passing-path", "no path of the role %q takes all the steps it owes without failing ethics", role)
	}
}

func (c *checker) encounter(e *scenario.Encounter) {
	nodes := c.keys("node")
	for _, n := range e.Nodes {
		nodes.add(n.Key, n.Pos)
	}
	if len(e.Nodes) == 0 || !nodes.has(e.First()) {
		c.fail(e.Pos, "unknown-node", "the encounter %q begins nowhere", e.Key)
		return
	}
	for i, n := range e.Nodes {
		choices := c.keys("choice")
		for _, choice := range n.Choices {
			choices.add(choice.Key, choice.Pos)
			if !nodes.has(choice.To) {
				c.fail(c.p.Near(choice.Pos, "to"), "unknown-node", "choice %q of %q leads to %q, which is no node", choice.Key, n.Key, choice.To)
			}
		}
		for _, lang := range c.languagesOf(e.Key) {
			if n := &e.Nodes[i]; n.Scene[lang] == "" && n.Says[lang] == "" && n.Ending[lang] == "" {
				c.fail(c.p.Place(textFile(lang, e.Pos.File), "nodes/"+n.Key), "missing-text", "the node %q has no words in %s", n.Key, lang)
			}
		}
	}
	unreachable, dead := e.Explore()
	for _, n := range unreachable {
		c.fail(e.Node(n).Pos, "unreachable-node", "no path comes to the node %q", n)
	}
	for _, n := range dead {
		c.fail(e.Node(n).Pos, "dead-end", "from the node %q no end can be reached", n)
	}
}

// languagesOf lists the languages that owe the words of a scenario: the complete ones, and the partial ones
// with a whole module that plays it.
func (c *checker) languagesOf(scenario string) []courses.Lang {
	plays := func(a courses.Activity) bool { return a.Scenario == scenario }
	return slices.DeleteFunc(c.p.Course.AllLanguages(), func(lang courses.Lang) bool {
		return !slices.Contains(c.p.Course.Languages, lang) && !slices.ContainsFunc(c.p.Course.Modules, func(m courses.Module) bool {
			return c.p.Course.Has(lang, m.Key) && slices.ContainsFunc(m.Activities, plays)
		})
	})
}
