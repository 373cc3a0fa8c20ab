package report

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mostik/lms"
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
}

// earlier is a report that was frozen before.
type earlier struct {
	part      part
	published []published
	learning  []Learning
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
}

// lay finds sets and tables for a report.
func lay(sp *spec) *counted {
	c := &counted{count: newCount(sp.p), spec: sp}
	if len(sp.part) > 0 || slices.ContainsFunc(sp.earlier, func(e earlier) bool { return len(e.part) > 0 }) {
		c.dim(indicator.ByCountry, 0)
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
					own = append(own, c.dim(name, sp.to.Year()))
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
	for _, e := range sp.earlier {
		for _, t := range e.published {
			c.set(t.Set)
			for _, name := range t.Dims {
				c.earlierDim(name)
			}
		}
	}
	for i := range c.sets { // every set has a table without dimensions, printed or not
		if !slices.ContainsFunc(c.sheet.Tables, func(t indicator.Table) bool { return t.Set == i && len(t.Dims) == 0 }) {
			c.sheet.Tables = append(c.sheet.Tables, indicator.Table{Set: i, Absent: []bool{true}})
			c.merged = append(c.merged, nil)
		}
	}
	return c
}

// scoped adds the country to the dimensions of what is not of all, and puts them in order. Several countries are merged
// into one number where the breakdown does not tell them apart.
func (c *counted) scoped(own []int) (dims []int, merged part) {
	dims = slices.Clone(own)
	if len(c.spec.part) > 0 {
		if d := c.dim(indicator.ByCountry, 0); !slices.Contains(dims, d) {
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

// earlierDim finds a dimension by the name under which it was published, which holds the year for ages.
func (c *counted) earlierDim(name string) int {
	for i, d := range c.dims {
		if d.name == name {
			return i
		}
	}
	year := 0
	if len(name) > 4 && name[:4] == "age@" {
		for _, r := range name[4:] {
			year = year*10 + int(r-'0')
		}
		name = indicator.ByAge
	}
	return c.dim(name, year)
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
	for _, e := range c.spec.beside {
		for i := range e.published {
			c.beside(&e.published[i])
		}
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

// fix adds a table that was printed before. Where a number of it changed by less than the threshold since, for rows were
// put in or taken out later, the difference would be people who came or went: it is not printed again, nor what it could
// be added up or subtracted from.
func (c *counted) fix(t *published) {
	dims, order := c.laid(t)
	at := c.set(t.Set)
	f := indicator.Table{Set: at, Dims: dims, Merged: c.merge(dims, t.Part), Attendances: t.Attendances, Fixed: true}
	f.Hidden = slices.Repeat([]bool{true}, c.size(&f))
	persons := c.persons(&f)
	var changed [][]string
	for cell := range f.Hidden {
		cats := c.catsAt(&f, cell)
		old, known := t.cell(cats, order)
		if !known || t.Hidden[old] {
			continue
		}
		f.Hidden[cell] = false
		if near(persons[cell], t.Persons[old], c.sheet.Threshold) {
			changed = append(changed, cats)
		}
	}
	c.withhold(at, dims, t.Part, changed)
	c.sheet.Tables = append(c.sheet.Tables, f)
}

// laid gives the dimensions of a table that was printed in the order that they have now, and for each of them its place
// in the table.
func (c *counted) laid(t *published) (dims, order []int) {
	for i, name := range t.Dims {
		dims, order = append(dims, c.earlierDim(name)), append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return dims[a] - dims[b] })
	slices.Sort(dims)
	return dims, order
}

// cell finds the cell of categories, which are in the order of laid.
func (t *published) cell(cats []string, order []int) (cell int, known bool) {
	own := make([]int, len(cats))
	for x, cat := range cats {
		if own[order[x]] = slices.Index(t.Cats[order[x]], cat); own[order[x]] < 0 {
			return 0, false
		}
	}
	for i, k := range own {
		cell = cell*len(t.Cats[i]) + k
	}
	return cell, true
}

// near tells that two numbers differ by people whom their difference would tell.
func near(a, b, threshold int) bool { return a != b && max(a-b, b-a) < threshold }

// withhold takes every table of a set from the print out of which a changed number, of the cell named by its categories
// in the given dimensions, could be read or added up. One line alone would follow from the others and their sum. Where
// countries are merged into a part, whatever has one of them counts as such.
func (c *counted) withhold(set int, dims []int, of part, changed [][]string) {
	for _, i := range c.now {
		u := &c.sheet.Tables[i]
		if u.Set != set || slices.ContainsFunc(dims, func(d int) bool { return !slices.Contains(u.Dims, d) }) {
			continue
		}
		for cell := range c.size(u) {
			if u.Absent != nil && u.Absent[cell] {
				continue
			}
			all := c.catsAt(u, cell)
			if slices.ContainsFunc(changed, func(cats []string) bool {
				for x, d := range dims {
					if own := all[slices.Index(u.Dims, d)]; !meet(own, c.merged[i], cats[x], of) {
						return false
					}
				}
				return true
			}) {
				u.Absent = slices.Repeat([]bool{true}, c.size(u))
				break
			}
		}
	}
}

// meet tells that two categories have people in common, of tables whose countries may be merged. What lies beyond a part
// is never printed.
func meet(a string, of part, b string, other part) bool {
	switch {
	case of == nil && other == nil || a != withinPart && b != withinPart:
		return a == b
	case a != withinPart:
		return other.has(a)
	case b != withinPart:
		return of.has(b)
	}
	return slices.ContainsFunc(of, other.has)
}

// beside looks at what a report of another programme with nearly the same people printed: where its number of the same
// act and days differs from ours by a few, the difference tells of the few who are in one of the two.
func (c *counted) beside(t *published) {
	ours := func(name string) bool {
		return slices.ContainsFunc(c.dims, func(d *dimension) bool { return d.name == name })
	}
	if slices.ContainsFunc(t.Dims, func(name string) bool { return !ours(name) }) {
		return
	}
	dims, order := c.laid(t)
	for i := range c.sets {
		if !c.sets[i].alike(&t.Set) {
			continue
		}
		f := indicator.Table{Set: i, Dims: dims, Merged: c.merge(dims, t.Part)}
		var changed [][]string
		for cell, n := range c.persons(&f) {
			cats := c.catsAt(&f, cell)
			if other, known := t.cell(cats, order); known && !t.Hidden[other] && near(n, t.Persons[other], c.sheet.Threshold) {
				changed = append(changed, cats)
			}
		}
		c.withhold(i, dims, t.Part, changed)
	}
}

// persons counts the cells of a table before the sheet knows its dimensions.
func (c *counted) persons(t *indicator.Table) []int {
	s := c.sheet
	s.Dims = nil
	for _, d := range c.dims {
		s.Dims = append(s.Dims, len(d.cats))
	}
	persons, _ := s.Sums(t)
	return persons
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

// publish keeps a table for later reports.
func (c *counted) publish(t *indicator.Table, merged part) published {
	out := published{Set: c.sets[t.Set], Part: merged, Dims: []string{}, Cats: [][]string{}, Attendances: t.Attendances, Hidden: t.Hidden}
	for i, d := range t.Dims {
		out.Dims, out.Cats = append(out.Dims, c.dims[d].name), append(out.Cats, c.names(t, i))
	}
	out.Persons, _ = c.sheet.Sums(t)
	for cell, hidden := range t.Hidden {
		if hidden {
			out.Persons[cell] = 0
		}
	}
	return out
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
	}, `SELECT what, country, sex, age, to_day, count FROM report_totals WHERE programme_id = $1 AND count > 0`, c.p.ID)
	if err != nil {
		return err
	}
	for _, t := range all {
		var sets []int
		for i, s := range c.sets {
			if s.Act == indicator.Total && s.What == t.what && !t.on.Before(s.From) && t.on.Before(s.Until) {
				sets = append(sets, i)
			}
		}
		class, counts := c.classOf(sets)
		if !counts {
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
		c.group(cats, map[int]int{class: 1}, t.count)
	}
	return nil
}

// frozenContent is how a frozen report is kept: what it says, and what later ones must know.
type frozenContent struct {
	Content   *Content    `json:"content"`
	Published []published `json:"published"`
}

// earlierReports reads what was frozen of a programme before a moment.
func earlierReports(ctx context.Context, q db.Queryer, id lms.ID[lms.Programme], but lms.ID[lms.Report], before time.Time) ([]earlier, error) {
	return frozenBefore(ctx, q, `r.programme_id = $1 AND r.frozen_at < $3::timestamptz AND r.id <> $2`, id, but, before)
}

// reportsBeside reads what was frozen before a moment of programmes whose people are those of this one, or all but a few
// of the smaller are.
func reportsBeside(ctx context.Context, q db.Queryer, id lms.ID[lms.Programme], before time.Time, threshold int) ([]earlier, error) {
	return frozenBefore(ctx, q, `r.frozen_at < $2::timestamptz AND r.programme_id IN (
		SELECT x.programme_id
		  FROM participations x LEFT JOIN participations m ON m.person_id = x.person_id AND m.programme_id = $1
		 WHERE x.programme_id <> $1 AND x.programme_id IN (SELECT programme_id FROM reports WHERE frozen_at < $2::timestamptz)
		 GROUP BY x.programme_id
		HAVING count(DISTINCT m.person_id) > least(count(DISTINCT x.person_id), (SELECT count(DISTINCT person_id) FROM participations WHERE programme_id = $1)) - $3
		   AND count(m.person_id) > 0)`, id, before, threshold)
}

func frozenBefore(ctx context.Context, q db.Queryer, where string, args ...any) ([]earlier, error) {
	known := map[string]bool{}
	return list(ctx, q, func(from scanner) (e earlier, err error) {
		var raw []byte
		var country, several string
		if err = from.Scan(&country, &several, &raw); err != nil {
			return e, err
		}
		var f struct {
			Content struct {
				Outcomes struct {
					Learning []Learning `json:"learning"`
				} `json:"outcomes"`
			} `json:"content"`
			Published []json.RawMessage `json:"published"`
		}
		if err = json.Unmarshal(raw, &f); err != nil {
			return e, err
		}
		if e.part = partOf(country, nil); several != "" {
			e.part = strings.Split(several, ",")
		}
		e.learning = f.Content.Outcomes.Learning
		for _, one := range f.Published {
			if key := e.part.String() + string(one); !known[key] { // what was printed twice alike tells nothing more
				known[key] = true
				var p published
				if err := json.Unmarshal(one, &p); err != nil {
					return e, err
				}
				e.published = append(e.published, p)
			}
		}
		return e, nil
	}, `SELECT coalesce(r.country, ''), coalesce(array_to_string(r.countries, ','), ''), r.content FROM reports r WHERE `+where+` ORDER BY r.frozen_at DESC, r.id`, args...)
}
