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
