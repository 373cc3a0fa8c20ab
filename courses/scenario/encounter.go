package scenario

// First gives the node on which the encounter begins: Start, or the first written.
func (e *Encounter) First() string {
	if e.Start != "" || len(e.Nodes) == 0 {
		return e.Start
	}
	return e.Nodes[0].Key
}

// Node finds a node by its key; nil if there is none.
func (e *Encounter) Node(key string) *EncounterNode {
	for i := range e.Nodes {
		if e.Nodes[i].Key == key {
			return &e.Nodes[i]
		}
	}
	return nil
}

// Explore gives the nodes that cannot be reached and those from which no end can. One may go back in
// an encounter, but the check looks at the way forward.
func (e *Encounter) Explore() (unreachable, deadEnds []string) {
	reached := e.reach([]string{e.First()}, func(n *EncounterNode) []string {
		var to []string
		for _, c := range n.Choices {
			to = append(to, c.To)
		}
		return to
	})
	before := map[string][]string{}
	var ends []string
	for i := range e.Nodes {
		n := &e.Nodes[i]
		if len(n.Choices) == 0 {
			ends = append(ends, n.Key)
		}
		for _, c := range n.Choices {
			before[c.To] = append(before[c.To], n.Key)
		}
	}
	ending := e.reach(ends, func(n *EncounterNode) []string { return before[n.Key] })
	for i := range e.Nodes {
		key := e.Nodes[i].Key
		if !reached[key] {
			unreachable = append(unreachable, key)
		} else if !ending[key] {
			deadEnds = append(deadEnds, key)
		}
	}
	return unreachable, deadEnds
}

func (e *Encounter) reach(from []string, next func(*EncounterNode) []string) map[string]bool {
	seen := map[string]bool{}
	for len(from) > 0 {
		n := e.Node(from[0])
		from = from[1:]
		if n == nil || seen[n.Key] {
			continue
		}
		seen[n.Key] = true
		from = append(from, next(n)...)
	}
	return seen
}
