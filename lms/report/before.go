package report

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/indicator"
)

// published is a table that was printed, as later reports need it.
type published struct {
	Set set `json:"set"`
	// Part are the countries that are merged into one category of two, where they are.
	Part        part       `json:"part,omitempty"`
	Dims        []string   `json:"dims"`
	Cats        [][]string `json:"cats"`
	Attendances bool       `json:"attendances,omitempty"`
	// Persons are the numbers that were printed; Hidden says which were not.
	Persons []int  `json:"persons"`
	Hidden  []bool `json:"hidden"`
}

// earlier is a report that was frozen before.
type earlier struct {
	programme lms.ID[lms.Programme]
	part      part
	published []published
	learning  []Learning
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

// asked finds the set and the dimensions of a table that was printed before.
func (c *counted) asked(e *earlier, t *published) {
	t.Set.lens = c.lens(c.spec.programme(e.programme))
	c.set(t.Set)
	for _, name := range t.Dims {
		c.earlierDim(c.lenses[t.Set.lens], name)
	}
}

// earlierDim finds a dimension by the name under which it was published, which holds the year for ages.
func (c *counted) earlierDim(of *lens, name string) int {
	name, as, _ := strings.Cut(name, "@")
	year, _ := strconv.Atoi(as) // nought where it is no age
	return c.dim(of, name, year)
}

// fix adds a table that was printed before. Where a number of it changed by less than the threshold since, for rows were
// put in or taken out later, the difference would be people who came or went: it is not printed again, nor what it could
// be added up or subtracted from.
func (c *counted) fix(t *published) {
	f, told := c.printed(t)
	now := c.tallies(&f, t.Part, c.persons(&f), told, f.Hidden)
	for i, then := range c.tallies(&f, t.Part, told, told, f.Hidden) {
		if near(now[i].n, then.n, c.sheet.Threshold) {
			c.withhold(f.Set, then.dims, then.part, then.cats)
		}
	}
	c.sheet.Tables = append(c.sheet.Tables, f)
}

// printed is a table that was printed before in the categories that there are now, with its numbers.
func (c *counted) printed(t *published) (f indicator.Table, told []int) {
	dims, order := c.laid(t)
	f = indicator.Table{Set: c.set(t.Set), Dims: dims, Merged: c.merge(dims, t.Part), Attendances: t.Attendances, Fixed: true}
	f.Hidden, told = slices.Repeat([]bool{true}, c.size(&f)), make([]int, c.size(&f))
	for cell := range f.Hidden {
		if old, known := t.cell(c.catsAt(&f, cell), order); known && !t.Hidden[old] {
			f.Hidden[cell], told[cell] = false, t.Persons[old]
		}
	}
	return f, told
}

// laid gives the dimensions of a table that was printed in the order that they have now, and for each of them its place
// in the table.
func (c *counted) laid(t *published) (dims, order []int) {
	for i, name := range t.Dims {
		dims, order = append(dims, c.earlierDim(c.lenses[t.Set.lens], name)), append(order, i)
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
func (c *counted) withhold(set int, dims []int, of part, cats []string) {
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
			met := true
			for x, d := range dims {
				met = met && meet(all[slices.Index(u.Dims, d)], c.merged[i], cats[x], of)
			}
			if met {
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
// of the smaller are, everywhere or in one country.
func reportsBeside(ctx context.Context, q db.Queryer, id lms.ID[lms.Programme], before time.Time, threshold int) ([]earlier, error) {
	return frozenBefore(ctx, q, `r.frozen_at < $2::timestamptz AND r.programme_id IN (
		WITH ours AS (
			SELECT DISTINCT p.id, coalesce(p.country, '') AS country FROM participations x JOIN persons p ON p.id = x.person_id WHERE x.programme_id = $1
		), theirs AS (
			SELECT DISTINCT x.programme_id, p.id, coalesce(p.country, '') AS country FROM participations x JOIN persons p ON p.id = x.person_id
			 WHERE x.programme_id <> $1 AND x.programme_id IN (SELECT programme_id FROM reports WHERE frozen_at < $2::timestamptz)
		), shared AS (
			SELECT t.programme_id, t.country, count(*) AS n, count(o.id) AS both
			  FROM theirs t LEFT JOIN ours o ON o.id = t.id GROUP BY GROUPING SETS ((t.programme_id), (t.programme_id, t.country))
		)
		SELECT s.programme_id FROM shared s
		 WHERE s.both > least(s.n, (SELECT count(*) FROM ours o WHERE s.country IS NULL OR o.country = s.country)) - $3
		   AND s.both >= CASE WHEN s.country IS NULL THEN 1 ELSE $3 END)`, id, before, threshold)
}

// before reads what was handed over before a moment.
func (sp *spec) before(ctx context.Context, q db.Queryer, but lms.ID[lms.Report], moment time.Time) (err error) {
	if sp.earlier, err = earlierReports(ctx, q, sp.p.ID, but, moment); err != nil {
		return err
	}
	if sp.beside, err = reportsBeside(ctx, q, sp.p.ID, moment, sp.threshold); err != nil {
		return err
	}
	for _, e := range sp.beside {
		if sp.programme(e.programme) == nil {
			p, err := scanProgramme(db.Row(ctx, q, programmeSQL+` WHERE p.id = $1`, e.programme))
			if err != nil {
				return db.Found(err, "programme")
			}
			sp.others = append(sp.others, &p)
		}
	}
	return nil
}

// programme gives the report's own or one of those beside it.
func (sp *spec) programme(id lms.ID[lms.Programme]) *programme {
	if id == sp.p.ID {
		return sp.p
	}
	if i := slices.IndexFunc(sp.others, func(p *programme) bool { return p.ID == id }); i >= 0 {
		return sp.others[i]
	}
	return nil
}

func frozenBefore(ctx context.Context, q db.Queryer, where string, args ...any) ([]earlier, error) {
	known := map[string]bool{}
	return list(ctx, q, func(from scanner) (e earlier, err error) {
		var raw []byte
		var country, several string
		if err = from.Scan(&e.programme, &country, &several, &raw); err != nil {
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
			if key := e.programme.String() + e.part.String() + string(one); !known[key] { // what was printed twice alike tells nothing more
				known[key] = true
				var p published
				if err := json.Unmarshal(one, &p); err != nil {
					return e, err
				}
				e.published = append(e.published, p)
			}
		}
		return e, nil
	}, `SELECT r.programme_id, coalesce(r.country, ''), coalesce(array_to_string(r.countries, ','), ''), r.content FROM reports r WHERE `+where+` ORDER BY r.frozen_at DESC, r.id`, args...)
}
