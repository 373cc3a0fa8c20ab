package indicator

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// secret is a number that nobody may learn while it is small: people who are in all sets of In and in none of Out, in a
// cell. A cell of a table has one set in In; a difference has sets in Out; an overlap has two in In.
type secret struct {
	In, Out []int
	Dims    []int
	Cats    []int
	// least and most, where most is not nought, tell that only those of the one set count who were there so often.
	least, most int
	// over is, for an overlap, the set that both lie in, whose number gives it away; else -1.
	over int
}

// String names the secret for a developer, by numbers.
func (p secret) String() string {
	return fmt.Sprintf("in %v not in %v, dimensions %v categories %v", p.In, p.Out, p.Dims, p.Cats)
}

func (p *secret) has(counts []int) bool {
	if n := counts[p.In[0]]; p.most > 0 && (n < p.least || n > p.most) {
		return false
	}
	for _, i := range p.In {
		if counts[i] == 0 {
			return false
		}
	}
	for _, i := range p.Out {
		if counts[i] > 0 {
			return false
		}
	}
	return true
}

func (p *secret) at(cats []int) bool {
	for i, d := range p.Dims {
		if cats[d] != p.Cats[i] {
			return false
		}
	}
	return true
}

// secrets lists what is to be protected: every cell, every sum of cells of a table by fewer dimensions, and the same of
// what is left of a set without sets within it, by one, by two, and by all of one family, and the overlap of two of a
// family that lie in a third.
func (a *auditor) secrets() []secret {
	var all []secret
	add := func(in, out []int, over int) {
		for _, dims := range a.shapes(append(slices.Clone(in), out...)) {
			a.each(dims, func(cats []int) {
				all = append(all, secret{In: in, Out: out, Dims: dims, Cats: slices.Clone(cats), over: over})
			})
		}
	}
	for i := range a.Sets {
		add([]int{i}, nil, -1)
		all = append(all, a.often(i)...)
	}
	for i := range a.Sets {
		var subs []int
		var family []int
		for j := range a.Sets {
			if j == i || !a.supersets[j][i] || a.supersets[i][j] {
				continue
			}
			subs = append(subs, j)
			if f := a.Sets[j].Family; f != 0 && f == a.Sets[i].Family {
				family = append(family, j)
			}
		}
		for x, j := range subs {
			add([]int{i}, []int{j}, -1)
			for _, k := range subs[x+1:] {
				if f := a.Sets[j].Family; f != 0 && f == a.Sets[k].Family && f == a.Sets[i].Family {
					add([]int{i}, []int{j, k}, -1)
					add([]int{j, k}, nil, i)
				}
			}
		}
		if len(family) > 2 {
			add([]int{i}, family, -1)
		}
	}
	return all
}

// often lists who came more than once, and who came less often than others, of a set whose attendances are printed: nine
// persons and ten attendances are one who came twice.
func (a *auditor) often(set int) (all []secret) {
	most := 0
	for i := range a.whole {
		most = max(most, a.whole[i].Counts[set])
	}
	if most < 2 {
		return nil
	}
	for _, dims := range a.shapes([]int{set}) {
		if !slices.ContainsFunc(a.Tables, func(t Table) bool { return t.Set == set && t.Attendances && covers(t.Dims, dims) }) {
			continue
		}
		a.each(dims, func(cats []int) {
			p := secret{In: []int{set}, Dims: dims, Cats: slices.Clone(cats), over: -1}
			more, less := p, p
			more.least, more.most = 2, most
			less.least, less.most = 1, most-1
			all = append(all, more, less)
		})
	}
	return all
}

// beyond is how often people of a cell came beyond once each or, where the secret is who came less often than others, how
// often they did not: no more people can stand behind it.
func (a *auditor) beyond(p *secret) (n int) {
	whole := secret{In: p.In, Dims: p.Dims, Cats: p.Cats}
	groups := a.groupsFor(p)
	for i := range groups {
		if g := &groups[i]; whole.at(g.Cats) && whole.has(g.Counts) {
			if times := g.Counts[p.In[0]]; p.least > 1 {
				n += g.N * (times - 1)
			} else {
				n += g.N * (p.most + 1 - times)
			}
		}
	}
	return n
}

// covers tells that dimensions are among others.
func covers(all, some []int) bool {
	return !slices.ContainsFunc(some, func(d int) bool { return !slices.Contains(all, d) })
}

// shapes are the dimensions by which a number of each of the sets can be added up: those of a table, and any fewer.
func (a *auditor) shapes(sets []int) [][]int {
	var out [][]int
	for i := range a.Tables {
		t := &a.Tables[i]
		if t.Set != sets[0] {
			continue
		}
		for bits := range 1 << len(t.Dims) {
			var dims []int
			for x, d := range t.Dims {
				if bits>>x&1 == 1 {
					dims = append(dims, d)
				}
			}
			known := slices.ContainsFunc(out, func(d []int) bool { return slices.Equal(d, dims) })
			if !known && !slices.ContainsFunc(sets[1:], func(set int) bool { return !a.adds(set, dims) }) {
				out = append(out, dims)
			}
		}
	}
	return out
}

// adds tells that a table of a set has at least these dimensions.
func (a *auditor) adds(set int, dims []int) bool {
	return slices.ContainsFunc(a.Tables, func(t Table) bool { return t.Set == set && covers(t.Dims, dims) })
}

func (a *auditor) each(dims []int, visit func(cats []int)) {
	cats := make([]int, len(dims))
	for {
		visit(cats)
		i := len(dims) - 1
		for ; i >= 0; i-- {
			if cats[i]++; cats[i] < a.Dims[dims[i]] {
				break
			}
			cats[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

// groupsFor are the groups as far as a secret's dimensions need them told apart.
func (a *auditor) groupsFor(p *secret) []group {
	if len(p.Dims) == 0 {
		return a.whole
	}
	return a.projected[p.Dims[0]]
}

// behind is how many people the secret is about.
func (a *auditor) behind(p *secret) int {
	n := 0
	groups := a.groupsFor(p)
	for i := range groups {
		if g := &groups[i]; p.at(g.Cats) && p.has(g.Counts) {
			n += g.N
		}
	}
	return n
}

// small tells that the number is one to be protected: nought is not.
func (a *auditor) small(p secret) bool {
	n := a.behind(&p)
	return n > 0 && n < a.Threshold && (p.most == 0 || a.beyond(&p) < a.Threshold)
}

// safe tells that there is a world with the same print in which at least a threshold of people stand behind the number.
func (a *auditor) safe(p secret) bool { return a.reach(&p) >= a.Threshold }

// reach is a number of people that could stand behind a secret for all that is printed. It is a lower bound: there may
// be worlds with more.
func (a *auditor) reach(p *secret) int {
	could := a.could(p)
	n := 0
	groups := a.groupsFor(p)
	for i := range groups {
		if g := &groups[i]; p.at(g.Cats) && could(g) {
			n += g.N
		}
	}
	n += a.merges(p)
	best := n
	for x := range p.Dims {
		if best >= a.Threshold {
			break
		}
		best = max(best, n+a.swaps(p, x, could))
	}
	if best < a.Threshold && a.newcomers(p) {
		best = a.Threshold
	}
	return best
}

// swaps counts the people who could have the secret's category in one of its dimensions instead of their own: all whose
// change nobody sees, and, of one other category, those who change places with somebody.
func (a *auditor) swaps(p *secret, x int, could func(*group) bool) int {
	d, to, free, most := p.Dims[x], p.Cats[x], 0, 0
	groups := a.projected[d]
	var key []byte
	for from := range a.Dims[d] {
		if from == to {
			continue
		}
		want, have := map[string]int{}, map[string]int{}
		for i := range groups {
			g := &groups[i]
			if c := g.Cats[d]; c != from && c != to {
				continue
			}
			in, unseen := p.atBut(x, g.Cats) && could(g), false
			if key, unseen = a.trace(key[:0], g, d, from, to); g.Cats[d] == to {
				if !in && !unseen {
					have[string(key)] += g.N
				}
			} else if in && unseen {
				free += g.N
			} else if in {
				want[string(key)] += g.N
			}
		}
		places := 0
		for k, n := range want {
			places += min(n, have[k])
		}
		most = max(most, places)
	}
	return free + most
}

func (p *secret) atBut(x int, cats []int) bool {
	for i, d := range p.Dims {
		if i != x && cats[d] != p.Cats[i] {
			return false
		}
	}
	return true
}

// trace is what would change in print if a person of the group had the category to instead of from, or the other way
// round: free when nothing would.
func (a *auditor) trace(key []byte, g *group, d, from, to int) ([]byte, bool) {
	free := true
	for _, i := range a.tablesOf[d] {
		t := &a.Tables[i]
		n := g.Counts[t.Set]
		if n == 0 {
			continue
		}
		x, y, other := a.pair(t, g.Cats, d, from, to)
		if x == y || t.Hidden[x] && t.Hidden[y] {
			continue
		}
		if !t.Attendances {
			n = 1
		}
		free = false
		key = binary.AppendUvarint(key, uint64(i))
		key = binary.AppendUvarint(key, uint64(other))
		key = binary.AppendUvarint(key, uint64(n))
	}
	return key, free
}

// pair gives the two cells of a table between which a person would move, one cell twice where the table does not tell
// the categories apart, and their place in the table's other dimensions.
func (a *auditor) pair(t *Table, cats []int, d, from, to int) (x, y, other int) {
	for i, e := range t.Dims {
		n := a.width(t, i)
		if e == d {
			x, y = x*n+t.own(i, from), y*n+t.own(i, to)
			continue
		}
		own := t.own(i, cats[e])
		other = other*n + own
		x, y = x*n+own, y*n+own
	}
	return x, y, other
}

// silent tells that nothing of a set is printed.
func (a *auditor) silent(set int) bool {
	for i := range a.Tables {
		if t := &a.Tables[i]; t.Set == set && slices.Contains(t.Hidden, false) {
			return false
		}
	}
	return true
}
