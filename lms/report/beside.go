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
	for _, i := range c.now {
		t := &c.sheet.Tables[i]
		persons := c.persons(t)
		ours = append(ours, c.tallies(t, c.merged[i], persons, persons, t.Absent)...)
	}
	for i := range c.spec.earlier {
		for k := range c.spec.earlier[i].published {
			p := &c.spec.earlier[i].published[k]
			t, told := c.printed(p)
			ours = append(ours, c.tallies(&t, p.Part, told, c.persons(&t), t.Hidden)...)
		}
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
	c.national()
}

// national puts on the sheet what everybody knows of a programme whose people are all of one country: none are of another.
func (c *counted) national() {
	d := slices.IndexFunc(c.dims, func(d *dimension) bool { return d.name == indicator.ByCountry })
	lands := make([]map[int]bool, len(c.lenses))
	for _, g := range c.sheet.Groups {
		for class, times := range g.Acts {
			if l := c.sets[c.sheet.Classes[class][0]].lens; times > 0 {
				if lands[l] == nil {
					lands[l] = map[int]bool{}
				}
				lands[l][g.Cats[d]] = true
			}
		}
	}
	for i, s := range c.sets {
		if len(lands[s.lens]) != 1 {
			continue
		}
		t := indicator.Table{Set: i, Dims: []int{d}, Hidden: make([]bool, len(c.dims[d].cats)), Fixed: true}
		for land := range lands[s.lens] {
			t.Hidden[land] = true
		}
		c.sheet.Tables = append(c.sheet.Tables, t)
	}
}

// compare looks at two numbers of nearly the same people. Ours is taken out of print where it differs by few; where both
// are of the same people, by another cut, ours has been told.
func (c *counted) compare(a, b *tally, within [][]bool) {
	i, j := a.table.Set, b.table.Set
	alike := a.part == nil && b.part == nil && slices.Equal(a.dims, b.dims) && slices.Equal(a.cats, b.cats)
	onSheet := alike && b.fixed && (within[i][j] || within[j][i])
	if onSheet || a.n != b.n && !near(a.n, b.n, c.sheet.Threshold) {
		return
	}
	both := 0
	for _, g := range c.behind(a) {
		if _, too := slices.BinarySearch(c.behind(b), g); too {
			both += c.sheet.Groups[g].N
		}
	}
	switch n, m := c.people(a.who), c.people(b.who); {
	case a.n != b.n && 2*both > max(n, m) && min(n, m)-both < c.sheet.Threshold:
		c.withhold(i, a.dims, a.part, a.cats)
	case a.n == b.n && n == both && m == both && n == a.n && n > 0:
		c.told(a)
	}
}

// told puts a number of ours on the sheet as printed.
func (c *counted) told(a *tally) {
	t := indicator.Table{Set: a.table.Set, Dims: a.dims, Merged: c.merge(a.dims, a.part), Fixed: true}
	for cell := range c.size(&t) {
		t.Hidden = append(t.Hidden, !slices.Equal(c.catsAt(&t, cell), a.cats))
	}
	known := func(o indicator.Table) bool {
		return o.Fixed && o.Set == t.Set && slices.Equal(o.Dims, t.Dims) && slices.Equal(o.Hidden, t.Hidden)
	}
	if !slices.ContainsFunc(c.sheet.Tables, known) {
		c.sheet.Tables = append(c.sheet.Tables, t)
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
