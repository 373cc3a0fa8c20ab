package report

import (
	"context"
	"slices"
	"time"

	"mostik/lms/db"
	"mostik/lms/indicator"
)

// Content is what a report says, in codes; words are added where somebody reads it.
type Content struct {
	Programme string `json:"programme"`
	Country   string `json:"country,omitempty"`
	// Countries are several, where it is neither one nor all.
	Countries []string `json:"countries,omitempty"`
	From      string   `json:"from_day"`
	To        string   `json:"to_day"`
	Threshold int      `json:"threshold"`
	// Figures are the indicators, in the order of the document.
	Figures []Figure `json:"indicators"`
	// Outcomes are what was learnt and what became of it.
	Outcomes Outcomes `json:"outcomes"`

	// published is what later reports must not give away.
	published []published
}

// Figure is one indicator with its numbers.
type Figure struct {
	Definition indicator.Definition `json:"definition"`
	Number
	Tables []Table `json:"tables"`
}

// Number is what stands at one place. What is hidden has no numbers, and no reader can tell why of two reasons.
type Number struct {
	Persons     *int `json:"persons,omitempty"`
	Attendances *int `json:"attendances,omitempty"`
	Hidden      bool `json:"hidden,omitempty"`
	// Of is the denominator, Share the percentage of it.
	Of       *int     `json:"of,omitempty"`
	OfHidden bool     `json:"of_hidden,omitempty"`
	Share    *float64 `json:"share,omitempty"`
}

// Table is a breakdown.
type Table struct {
	By   []string `json:"by"`
	Rows []Line   `json:"rows"`
}

// Line is one line of a breakdown: its categories, in the order of By. Lines of nought, visible and of nought, are left
// out but for sex.
type Line struct {
	Cats []string `json:"cats"`
	Number
}

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
			if !whole.attendances || len(rest) != 1 || len(p.Components) != 1 && !part.attendances || !slices.Contains(attendable, p.Act) {
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

// compute counts a report and hides what must be hidden.
func (s *Service) compute(ctx context.Context, q db.Queryer, sp *spec) (*Content, error) {
	c := lay(sp)
	c.sheet.Threshold = sp.threshold
	if len(c.sets) > 0 {
		if err := c.read(ctx, q); err != nil {
			return nil, err
		}
		if err := c.totals(ctx, q); err != nil {
			return nil, err
		}
		for _, d := range c.dims {
			if d.name == indicator.ByCountry {
				d.add(sp.part...)
			}
		}
		c.canonical()
		c.mask()
		c.finish()
		c.sheet.Suppress()
	}
	return c.content(), nil
}

// content reads the figures off the sheet.
func (c *counted) content() *Content {
	sp := c.spec
	out := &Content{
		Programme: sp.p.Key, Country: sp.part.one(), Countries: sp.part.several(), From: sp.from.Format(time.DateOnly), To: sp.to.Format(time.DateOnly), Threshold: sp.threshold, Figures: []Figure{},
	}
	for i := range sp.defs {
		d, pl := &sp.defs[i], &c.places[i]
		f := Figure{Definition: *d, Tables: []Table{}}
		for k := range pl.count {
			rows := c.rows(d, pl, k)
			if k == 0 {
				f.Number = rows[0].Number
				continue
			}
			f.Tables = append(f.Tables, Table{By: d.By[k-1], Rows: rows})
		}
		out.Figures = append(out.Figures, f)
	}
	for _, i := range c.now {
		out.published = append(out.published, c.publish(&c.sheet.Tables[i], c.merged[i]))
	}
	return out
}

// rows gives the lines of one breakdown.
func (c *counted) rows(d *indicator.Definition, pl *place, k int) []Line {
	t := &c.sheet.Tables[pl.count[k]]
	persons, attendances := c.sheet.Sums(t)
	var of []int
	var ofTable *indicator.Table
	if pl.of != nil {
		ofTable = &c.sheet.Tables[pl.of[k]]
		of, _ = c.sheet.Sums(ofTable)
	}
	rows := []Line{}
	for cell := range persons {
		all := c.catsAt(t, cell)
		if len(c.spec.part) > 0 && c.elsewhere(t, all) {
			continue
		}
		row := Line{Cats: []string{}}
		for _, own := range pl.by[k] {
			row.Cats = append(row.Cats, all[slices.Index(t.Dims, own)])
		}
		row.Number = number(d, persons[cell], attendances[cell], t.Hidden[cell])
		if of != nil {
			row.divide(of[cell], ofTable.Hidden[cell])
			if of[cell] == 0 && !ofTable.Hidden[cell] { // of nobody, nobody: it needs no hiding
				row.Number = number(d, 0, 0, false)
				row.divide(0, false)
			}
		}
		if k > 0 && row.empty() && !(len(d.By[k-1]) == 1 && d.By[k-1][0] == indicator.BySex) {
			continue
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b Line) int { return c.byCats(pl.by[k], a.Cats, b.Cats) })
	return rows
}

// elsewhere tells that categories lie outside of the report's part of the world.
func (c *counted) elsewhere(t *indicator.Table, cats []string) bool {
	for x, d := range t.Dims {
		if c.dims[d].name == indicator.ByCountry && cats[x] != withinPart && !c.spec.part.has(cats[x]) {
			return true
		}
	}
	return false
}

// byCats compares lines in the order of the categories.
func (c *counted) byCats(dims []int, a, b []string) int {
	for x, d := range dims {
		if i := c.dims[d].at[a[x]] - c.dims[d].at[b[x]]; i != 0 {
			return i
		}
	}
	return 0
}

func number(d *indicator.Definition, persons, attendances int, hidden bool) Number {
	if hidden {
		return Number{Hidden: true}
	}
	n := Number{}
	for _, u := range d.Units {
		if u == indicator.Persons {
			n.Persons = &persons
		} else {
			n.Attendances = &attendances
		}
	}
	return n
}

func (n *Number) divide(of int, hidden bool) {
	if hidden {
		n.OfHidden = true
		return
	}
	n.Of = &of
	if n.Persons != nil && of > 0 {
		share := float64(*n.Persons*1000/of) / 10
		n.Share = &share
	}
}

func (n *Number) empty() bool {
	nought := func(v *int) bool { return v == nil || *v == 0 }
	return !n.Hidden && !n.OfHidden && nought(n.Persons) && nought(n.Attendances) && nought(n.Of)
}

// totals adds beneficiaries, each of whom is somebody else.
func (c *counted) totals(ctx context.Context, q db.Queryer) error {
	if !slices.ContainsFunc(c.sets, func(s set) bool { return s.Act == indicator.Total }) {
		return nil
	}
	type total struct {
		what, country, sex, age string
		on                      time.Time
		count                   int
	}
	all, err := list(ctx, q, func(from scanner) (t total, err error) {
		return t, from.Scan(&t.what, &t.country, &t.sex, &t.age, &t.on, &t.count)
	}, `SELECT what, country, sex, age, to_day, count FROM report_totals WHERE programme_id = $1 AND count > 0`, c.spec.p.ID)
	if err != nil {
		return err
	}
	for _, t := range all {
		var sets []int
		for i, s := range c.sets {
			if s.lens == 0 && s.Act == indicator.Total && s.What == t.what && !t.on.Before(s.From) && t.on.Before(s.Until) {
				sets = append(sets, i)
			}
		}
		class := c.classOf(sets)
		if !class.counted {
			continue
		}
		cats := make([]string, len(c.dims))
		for i, d := range c.dims {
			cats[i] = notStated
			switch {
			case d.name == indicator.BySex:
				cats[i] = t.sex
			case d.name == indicator.ByCountry:
				cats[i] = t.country
			case d.name == indicator.ByOrganisation:
				cats[i] = "none"
			case len(d.name) > 4 && d.name[:4] == "age@":
				cats[i] = t.age
			}
		}
		c.group(cats, map[int]int{class.number: 1}, t.count)
	}
	return nil
}
