package indicator

import "slices"

// could gives who could stand behind a secret as far as sets go: whoever does, and whoever could have done other acts
// without a difference in print.
func (a *auditor) could(p *secret) func(*group) bool {
	if !slices.ContainsFunc(p.In, a.silent) && !slices.ContainsFunc(p.Out, a.silent) {
		return func(g *group) bool { return p.has(g.Counts) }
	}
	mute := make([]bool, len(a.Sets))
	for i := range mute {
		mute[i] = a.silent(i)
	}
	w, known := a.wardrobe(mute), map[*int]bool{}
	return func(g *group) bool {
		if p.has(g.Counts) {
			return true
		}
		could, asked := known[&g.Counts[0]] // groups of the same acts share their counts
		if !asked {
			could = w.fits(p, g.Acts)
			known[&g.Counts[0]] = could
		}
		return could
	}
}

// newcomers tells that people whom nothing printed counts could stand behind a secret, any number of them: of some
// categories, everything that they would count in is hidden.
func (a *auditor) newcomers(p *secret) bool {
	for _, cats := range a.sorts {
		if !p.at(cats) {
			continue
		}
		mute, any := a.muteAt(cats), false
		for _, i := range p.In {
			any = any || mute[i]
		}
		if any && a.wardrobe(mute).fits(p, make([]int, len(a.Classes))) {
			return true
		}
	}
	return false
}

// muteAt lists the sets that print nothing of people of these categories.
func (a *auditor) muteAt(cats []int) []bool {
	mute := slices.Repeat([]bool{true}, len(a.Sets))
	for i := range a.Tables {
		t := &a.Tables[i]
		mute[t.Set] = mute[t.Set] && t.Hidden[a.cellOf(t, cats)]
	}
	return mute
}

// wardrobe knows which acts cannot be told apart in what is printed.
type wardrobe struct {
	*sheetView
	mute  []bool  // sets of which nothing is printed
	seen  [][]int // for each class, the sets with something in print that count it
	often []bool  // sets of which attendances are printed somewhere
	most  []int   // for each class, how often somebody did it: more often may be more than there were
}

func (a *auditor) wardrobe(mute []bool) *wardrobe {
	w := &wardrobe{sheetView: a.sheetView, mute: mute, most: a.most}
	for i := range a.Sets {
		w.often = append(w.often, slices.ContainsFunc(a.Tables, func(t Table) bool {
			return t.Set == i && t.Attendances && slices.Contains(t.Hidden, false)
		}))
	}
	for _, sets := range a.Classes {
		var seen []int
		for _, s := range sets {
			if !w.mute[s] {
				seen = append(seen, s)
			}
		}
		w.seen = append(w.seen, seen)
	}
	return w
}

// fits tells that somebody with these acts could have done others, of kinds that there are, so that they stand behind
// the secret and nothing printed is different.
func (w *wardrobe) fits(p *secret, acts []int) bool {
	acts = slices.Clone(acts)
	need := slices.Clone(p.In)
	for c, n := range acts {
		if n > 0 && w.counted(c, p.Out) && !w.change(p, acts, c, need) {
			return false
		}
	}
	for done := 0; done < len(need); done++ {
		i := need[done]
		if w.times(acts, i) == 0 && !w.join(p, acts, i) {
			return false
		}
		for _, k := range w.Sets[i].Within {
			if !slices.Contains(need, k) {
				need = append(need, k)
			}
		}
	}
	return w.consistent(acts) && !slices.ContainsFunc(p.Out, func(j int) bool { return w.times(acts, j) > 0 })
}

// counted tells that one of the sets counts a class.
func (w *wardrobe) counted(c int, sets []int) bool {
	return slices.ContainsFunc(w.Classes[c], func(s int) bool { return slices.Contains(sets, s) })
}

// change puts all acts of a class that must not be into another class that looks the same, or takes them away where
// nobody would miss them.
func (w *wardrobe) change(p *secret, acts []int, c int, need []int) bool {
	for acts[c] > 0 {
		best, good := -1, -1
		for f := range w.Classes {
			if f == c || acts[f] == w.most[f] || w.counted(f, p.Out) || !slices.Equal(w.seen[f], w.seen[c]) {
				continue
			}
			n := 0
			for _, i := range need {
				if slices.Contains(w.Classes[f], i) {
					n++
				}
			}
			if n > good {
				best, good = f, n
			}
		}
		if best < 0 {
			break
		}
		acts[c]--
		acts[best]++
	}
	if acts[c] == 0 {
		return true
	}
	acts[c] = 0
	for _, k := range w.seen[c] {
		if w.often[k] || w.times(acts, k) == 0 {
			return false
		}
	}
	return true
}

// join adds an act of a set that nobody would notice: an own act becomes one of another class that looks the same, or a
// further act is counted only where the person is already and attendances are not printed.
func (w *wardrobe) join(p *secret, acts []int, i int) bool {
	for e, sets := range w.Classes {
		if !slices.Contains(sets, i) || acts[e] == w.most[e] || w.counted(e, p.Out) {
			continue
		}
		unseen := true
		for _, k := range w.seen[e] {
			unseen = unseen && !w.often[k] && w.times(acts, k) > 0
		}
		if unseen {
			acts[e]++
			return true
		}
		for f, n := range acts {
			if n > 0 && slices.Equal(w.seen[e], w.seen[f]) && !w.counted(f, p.In) {
				acts[f], acts[e] = n-1, acts[e]+1
				return true
			}
		}
	}
	return false
}

// consistent tells that whoever is in a set is in all that it lies in.
func (w *wardrobe) consistent(acts []int) bool {
	counts := make([]int, len(w.Sets))
	for c, n := range acts {
		for _, set := range w.Classes[c] {
			counts[set] += n
		}
	}
	for i, n := range counts {
		if n > 0 && slices.ContainsFunc(w.Sets[i].Within, func(k int) bool { return counts[k] == 0 }) {
			return false
		}
	}
	return true
}

// merges counts, for an overlap whose whole is silent, those who are in the first set alone and could have been in the
// second instead of somebody alike who is in the second alone.
func (a *auditor) merges(p *secret) int {
	if p.over < 0 || len(p.In) != 2 || !a.silent(p.over) || !a.alone(p.In[1]) {
		return 0
	}
	type one struct {
		cats  string
		count int
	}
	first, second := map[string]int{}, map[one]int{}
	for i := range a.all {
		g := &a.all[i]
		if !p.at(g.Cats) {
			continue
		}
		key := string(bytesOf(g.Cats))
		switch in, also := g.Counts[p.In[0]] > 0, g.Counts[p.In[1]]; {
		case in && also == 0 && a.inAllOf(p.In[1], g):
			first[key] += g.N
		case !in && also > 0:
			second[one{key, also}] += g.N
		}
	}
	n := 0
	for k, m := range second {
		m = min(m, first[k.cats])
		first[k.cats] -= m
		n += m
	}
	return n
}

// alone tells that acts of a set are counted in no other of which something is printed.
func (a *auditor) alone(i int) bool {
	for _, sets := range a.Classes {
		if slices.Contains(sets, i) && slices.ContainsFunc(sets, func(k int) bool { return k != i && !a.silent(k) }) {
			return false
		}
	}
	return true
}

func (a *auditor) inAllOf(i int, g *group) bool {
	for _, k := range a.Sets[i].Within {
		if g.Counts[k] == 0 && !a.silent(k) {
			return false
		}
	}
	return true
}

func bytesOf(cats []int) []byte {
	b := make([]byte, len(cats))
	for i, c := range cats {
		b[i] = byte(c)
	}
	return b
}
