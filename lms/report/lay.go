package report

import (
	"slices"
	"time"

	"mostik/lms/indicator"
)

// spec is a report as it is asked for.
type spec struct {
	p         *programme
	part      part
	from, to  time.Time
	threshold int
	defs      []indicator.Definition
	earlier   []earlier
	// beside are frozen reports of other programmes with nearly the same people.
	beside []earlier
	others []*programme
}

// place is where a figure's numbers lie: tables of the sheet by breakdown, the first without one.
type place struct {
	count, of []int
	by        [][]int // the figure's own dimensions
}

// counted is a count with where everything lies.
type counted struct {
	*count
	spec   *spec
	places []place
	now    []int // the tables that are printed now
	silent []int // those of which nothing is, of sets that would follow from others
}

// lay finds sets and tables for a report.
func lay(sp *spec) *counted {
	c := &counted{count: newCount(sp.p), spec: sp}
	if len(sp.part) > 0 || len(sp.beside) > 0 || slices.ContainsFunc(sp.earlier, func(e earlier) bool { return len(e.part) > 0 }) {
		c.dim(nil, indicator.ByCountry, 0)
	}
	for i := range sp.defs {
		d := &sp.defs[i]
		pl := place{}
		add := func(k *indicator.Counted, attendances bool) []int {
			at := c.set(setOf(k, sp.from, sp.to))
			var tables []int
			for _, by := range append([][]string{{}}, d.By...) {
				var own []int
				for _, name := range by {
					own = append(own, c.dim(c.lenses[0], name, sp.to.Year()))
				}
				if k == &d.Count {
					pl.by = append(pl.by, own)
				}
				dims, merged := c.scoped(own)
				tables = append(tables, c.table(at, dims, merged, attendances))
			}
			return tables
		}
		pl.count = add(&d.Count, slices.Contains(d.Units, indicator.Attendances))
		if d.Of != nil {
			pl.of = add(d.Of, false)
		}
		c.places = append(c.places, pl)
	}
	for i := range c.sheet.Tables {
		c.now = append(c.now, i)
	}
	for _, e := range slices.Concat(sp.earlier, sp.beside) {
		for i := range e.published {
			c.asked(&e, &e.published[i])
		}
	}
	c.rests()
	for i := range c.sets { // every set has a table without dimensions, printed or not
		if !slices.ContainsFunc(c.sheet.Tables, func(t indicator.Table) bool { return t.Set == i && len(t.Dims) == 0 }) {
			c.sheet.Tables = append(c.sheet.Tables, indicator.Table{Set: i, Absent: []bool{true}})
			c.merged = append(c.merged, nil)
		}
	}
	return c
}

// cut is a way in which numbers of a set were or are printed.
type cut struct {
	set         int
	dims        []int
	merged      part
	attendances bool
}

// cuts lists those of now and before.
func (c *counted) cuts() (all []cut) {
	for i, t := range c.sheet.Tables {
		all = append(all, cut{t.Set, t.Dims, c.merged[i], t.Attendances})
	}
	for _, e := range slices.Concat(c.spec.earlier, c.spec.beside) {
		for i := range e.published {
			t := &e.published[i]
			dims, _ := c.laid(t)
			all = append(all, cut{c.set(t.Set), dims, t.Part, t.Attendances})
		}
	}
	return all
}

// rests adds what is left of components: how often people completed two courses, less how many completed the one, is how
// many completed the other. Nothing is printed of it, and a small number of it is protected all the same.
func (c *counted) rests() {
	cuts := c.cuts()
	for _, whole := range cuts {
		w := c.sets[whole.set]
		w = c.lenses[w.lens].plain(w)
		for _, part := range cuts {
			p := c.sets[part.set]
			p = c.lenses[p.lens].plain(p)
			rest := slices.DeleteFunc(slices.Clone(w.Components), func(k string) bool { return slices.Contains(p.Components, k) })
			if !whole.attendances || p.lens != w.lens || len(rest) != 1 || len(p.Components) != 1 && !part.attendances || !slices.Contains(attendable, p.Act) {
				continue
			}
			left, dims := w, slices.DeleteFunc(slices.Clone(whole.dims), func(d int) bool { return !slices.Contains(part.dims, d) })
			left.Components = rest
			at := c.set(c.lenses[w.lens].plain(left))
			if !slices.ContainsFunc(c.sheet.Tables, func(t indicator.Table) bool { return t.Set == at && slices.Equal(t.Dims, dims) }) {
				c.sheet.Tables, c.merged = append(c.sheet.Tables, indicator.Table{Set: at, Dims: dims}), append(c.merged, whole.merged)
				c.silent = append(c.silent, len(c.sheet.Tables)-1)
			}
		}
	}
}

// scoped adds the country to the dimensions of what is not of all, and puts them in order. Several countries are merged
// into one number where the breakdown does not tell them apart.
func (c *counted) scoped(own []int) (dims []int, merged part) {
	dims = slices.Clone(own)
	if len(c.spec.part) > 0 {
		if d := c.dim(nil, indicator.ByCountry, 0); !slices.Contains(dims, d) {
			dims, merged = append(dims, d), c.spec.part.several()
		}
	}
	slices.Sort(dims)
	return dims, merged
}

// merge gives the categories of a table's dimensions where countries are merged: those of a part of the world, and all
// others.
func (c *counted) merge(dims []int, countries part) [][]int {
	if countries == nil {
		return nil
	}
	merged := make([][]int, len(dims))
	for i, d := range dims {
		if c.dims[d].name != indicator.ByCountry {
			continue
		}
		for _, cat := range c.dims[d].cats {
			side := 1
			if countries.has(cat) {
				side = 0
			}
			merged[i] = append(merged[i], side)
		}
	}
	return merged
}

// The categories of merged countries. No country is called so.
const withinPart, beyondPart = "within", "beyond"

// names are the categories of a table's i-th dimension.
func (c *counted) names(t *indicator.Table, i int) []string {
	if t.Merged != nil && t.Merged[i] != nil {
		return []string{withinPart, beyondPart}[:1+slices.Max(t.Merged[i])]
	}
	return c.dims[t.Dims[i]].cats
}

// mask marks what of the tables is not printed for it lies in another country, and adds what was printed before.
func (c *counted) mask() {
	for i := range c.sheet.Tables {
		c.sheet.Tables[i].Merged = c.merge(c.sheet.Tables[i].Dims, c.merged[i])
	}
	if len(c.spec.part) > 0 {
		for _, i := range c.now {
			t := &c.sheet.Tables[i]
			t.Absent = make([]bool, c.size(t))
			for cell := range t.Absent {
				t.Absent[cell] = c.elsewhere(t, c.catsAt(t, cell))
			}
		}
	}
	for _, i := range c.silent {
		t := &c.sheet.Tables[i]
		t.Absent = slices.Repeat([]bool{true}, c.size(t))
	}
	if len(c.spec.beside) > 0 {
		c.beside()
	}
	for _, e := range c.spec.earlier {
		for i := range e.published {
			c.fix(&e.published[i])
		}
	}
}

// size is how many cells a table has.
func (c *counted) size(t *indicator.Table) int {
	n := 1
	for i := range t.Dims {
		n *= len(c.names(t, i))
	}
	return n
}

// catsAt names the categories of a cell.
func (c *counted) catsAt(t *indicator.Table, cell int) []string {
	cats := make([]string, len(t.Dims))
	for x := len(t.Dims) - 1; x >= 0; x-- {
		names := c.names(t, x)
		cats[x] = names[cell%len(names)]
		cell /= len(names)
	}
	return cats
}
