package indicator

// place is one cell of one table.
type place struct{ table, cell int }

// hide marks cells that may still be hidden and gives those that were printed until now.
func (a *auditor) hide(cells ...place) []place {
	var done []place
	for _, c := range cells {
		t := &a.Tables[c.table]
		if !t.Hidden[c.cell] && !t.Fixed {
			t.Hidden[c.cell] = true
			done = append(done, c)
		}
	}
	return done
}

func (a *auditor) show(cells []place) {
	for _, c := range cells {
		a.Tables[c.table].Hidden[c.cell] = false
	}
}

// cost is how many people's numbers go with cells; an empty one costs a little, too. What a reader looks at first is
// dearest: the whole, then breakdowns by one dimension.
func (a *auditor) cost(cells []place) int {
	n := len(cells)
	for _, c := range cells {
		n += a.weight(c.table) * a.persons[c.table][c.cell]
	}
	return n
}

func (a *auditor) weight(table int) int {
	switch len(a.Tables[table].Dims) {
	case 0:
		return 32
	case 1:
		return 8
	}
	return 1
}

// hideFor hides more until a secret is safe, at the least cost that it finds. False when there is nothing left to hide.
func (a *auditor) hideFor(p secret) bool {
	var best []place
	for x, d := range p.Dims {
		for from := range a.Dims[d] {
			if from == p.Cats[x] {
				continue
			}
			hidden, ok := a.company(&p, x, from)
			a.show(hidden)
			if ok && (best == nil || a.cost(hidden) < a.cost(best)) {
				best = hidden
			}
		}
	}
	if best != nil {
		a.hide(best...)
		return true
	}
	return a.silence(&p)
}

// company hides, for a secret in one category, cells of another with which people could change places, first those of
// the secret's own sets and then whichever brings most for its cost, until it is safe.
func (a *auditor) company(p *secret, x, from int) (hidden []place, ok bool) {
	d, to := p.Dims[x], p.Cats[x]
	for _, pair := range a.pairs(p, d, from, to, true) {
		hidden = append(hidden, a.hide(pair...)...)
	}
	for reached := a.reach(p); reached < a.Threshold; {
		var best []place
		bestReach, bestGain := 0, -1.0
		for _, pair := range a.pairs(p, d, from, to, false) {
			tried := a.hide(pair...)
			if len(tried) == 0 {
				continue
			}
			r := min(a.reach(p), a.Threshold) // more than enough is worth no more
			a.show(tried)
			gain := float64(r-reached) / float64(a.cost(tried))
			if best == nil || gain > bestGain || gain == bestGain && a.cost(tried) < a.cost(best) {
				best, bestReach, bestGain = tried, r, gain
			}
		}
		if best == nil {
			return hidden, false
		}
		hidden, reached = append(hidden, a.hide(best...)...), bestReach
	}
	return hidden, len(hidden) > 0
}

// pairs lists the cells of tables between which people of two categories would move: of the secret's own sets, at its
// own place, or of all others.
func (a *auditor) pairs(p *secret, d, from, to int, own bool) [][]place {
	var all [][]place
	for _, i := range a.tablesOf[d] {
		t := &a.Tables[i]
		mine := false
		for _, s := range append(append([]int{}, p.In...), p.Out...) {
			mine = mine || s == t.Set
		}
		a.each(t.Dims, func(cats []int) {
			full, here := make([]int, len(a.Dims)), mine
			for x, e := range t.Dims {
				full[e] = cats[x]
				if e == d && cats[x] != from {
					return // once for each place in the other dimensions
				}
				for y, dim := range p.Dims {
					here = here && (dim != e || e == d || p.Cats[y] == cats[x])
				}
			}
			x, y, _ := a.pair(t, full, d, from, to)
			if x != y && here == own && (own || a.persons[i][x] > 0 || a.persons[i][y] > 0) {
				all = append(all, []place{{i, x}, {i, y}})
			}
		})
	}
	return all
}

// silence hides all of one set, of those that the secret is made of or whose attendances count it: the one that makes it
// safe at the least cost, else the smallest.
func (a *auditor) silence(p *secret) bool {
	var best []place
	bestSafe := false
	for set := range a.Sets {
		if !a.touches(p, set) {
			continue
		}
		hidden := a.hide(a.cellsOf(set)...)
		if len(hidden) == 0 {
			continue
		}
		safe := a.reach(p) >= a.Threshold
		if best == nil || safe && !bestSafe || safe == bestSafe && a.cost(hidden) < a.cost(best) {
			best, bestSafe = hidden, safe
		}
		a.show(hidden)
	}
	a.hide(best...)
	return best != nil
}

func (a *auditor) touches(p *secret, set int) bool {
	if set == p.over {
		return true
	}
	for _, i := range append(append([]int{}, p.In...), p.Out...) {
		if i == set || a.supersets[i][set] || a.supersets[set][i] {
			return true
		}
	}
	return false
}

func (a *auditor) cellsOf(set int) []place {
	var all []place
	for i := range a.Tables {
		if a.Tables[i].Set == set {
			for c := range a.Tables[i].Hidden {
				all = append(all, place{i, c})
			}
		}
	}
	return all
}
