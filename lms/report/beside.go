package report

import (
	"slices"

	"mostik/lms/indicator"
)

// Programmes with nearly the same people are counted together: whoever has reports on both can subtract. Where all people
// of a set are in a set of the other programme, what was printed of that one lies on the sheet, fixed, and numbers are
// hidden until no small one follows from both. Where all but a few are, or where cells of different cuts are of nearly the
// same people (all of a national programme, and a country of an international one), what the sheet cannot know is kept
// out of print: a number that differs by less than the threshold.

// tally is a number that a table prints, or that its numbers add up to, with the people behind it.
type tally struct {
	table *indicator.Table
	part  part
	dims  []int
	cats  []string
	n     int
	fixed bool // it was printed of as many as there are now
	who   []int
}

// beside looks at what was printed of other programmes.
func (c *counted) beside() {
	within := c.within()
	var ours []tally
	printed := make([]bool, len(c.sets))
	for _, i := range c.now {
		t := &c.sheet.Tables[i]
		printed[t.Set] = true
		persons := c.persons(t)
		ours = append(ours, c.tallies(t, c.merged[i], persons, persons, t.Absent)...)
	}
	var fixed []indicator.Table
	for i := range c.spec.beside {
		e := &c.spec.beside[i]
		for k := range e.published {
			p := &e.published[k]
			t, told := c.printed(p)
			joined := slices.ContainsFunc(c.now, func(i int) bool {
				s := c.sheet.Tables[i].Set
				return within[s][t.Set] || within[t.Set][s]
			})
			if joined {
				fixed = append(fixed, t)
			}
			for _, m := range c.tallies(&t, p.Part, told, c.persons(&t), t.Hidden) {
				for i := range ours {
					c.compare(&ours[i], &m, within)
				}
			}
		}
	}
	c.sheet.Tables = append(c.sheet.Tables, fixed...)
}

// compare takes a number of ours out of print that differs by few from one of another programme with nearly the same people.
func (c *counted) compare(a, b *tally, within [][]bool) {
	if !near(a.n, b.n, c.sheet.Threshold) {
		return
	}
	i, j := a.table.Set, b.table.Set
	if onSheet := within[i][j] || within[j][i]; onSheet && b.fixed && a.part == nil && b.part == nil && slices.Equal(a.dims, b.dims) && slices.Equal(a.cats, b.cats) {
		return
	}
	both := 0
	for _, g := range c.behind(a) {
		if _, too := slices.BinarySearch(c.behind(b), g); too {
			both += c.sheet.Groups[g].N
		}
	}
	n, m := c.people(a.who), c.people(b.who)
	if 2*both > max(n, m) && min(n, m)-both < c.sheet.Threshold {
		c.withhold(i, a.dims, a.part, a.cats)
	}
}

// tallies gives the numbers that a table tells: its own, and sums over dimensions of which nothing is missing. told are
// its numbers, now those of today.
func (c *counted) tallies(t *indicator.Table, merged part, told, now []int, hidden []bool) (all []tally) {
	for bits := range 1 << len(t.Dims) {
		sums := map[string]*tally{}
		var order []*tally
		for cell, n := range told {
			m := tally{table: t, dims: []int{}, fixed: true}
			key := ""
			cats := c.catsAt(t, cell)
			for x, d := range t.Dims {
				if bits>>x&1 == 0 {
					continue
				}
				if m.dims, m.cats, key = append(m.dims, d), append(m.cats, cats[x]), key+"/"+cats[x]; t.Merged != nil && t.Merged[x] != nil {
					m.part = merged
				}
			}
			sum := sums[key]
			if sum == nil {
				sum = &m
				sums[key], order = sum, append(order, sum)
			}
			if hidden != nil && hidden[cell] {
				sum.n = -1 << 40 // never near to anything
			}
			sum.n, sum.fixed = sum.n+n, sum.fixed && n == now[cell]
		}
		for _, m := range order {
			if m.n >= 0 {
				all = append(all, *m)
			}
		}
	}
	return all
}

// behind are the groups of the people of a tally.
func (c *counted) behind(m *tally) []int {
	if m.who != nil {
		return m.who
	}
	m.who = []int{}
	for i := range c.sheet.Groups {
		g := &c.sheet.Groups[i]
		in := false
		for class, times := range g.Acts {
			in = in || times > 0 && slices.Contains(c.sheet.Classes[class], m.table.Set)
		}
		for x, d := range m.dims {
			cat := c.dims[d].cats[g.Cats[d]]
			in = in && (cat == m.cats[x] || m.cats[x] == withinPart && m.part.has(cat) || m.cats[x] == beyondPart && !m.part.has(cat))
		}
		if in {
			m.who = append(m.who, i)
		}
	}
	return m.who
}

// people adds up groups.
func (c *counted) people(groups []int) (n int) {
	for _, g := range groups {
		n += c.sheet.Groups[g].N
	}
	return n
}
