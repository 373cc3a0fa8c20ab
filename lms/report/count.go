package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mostik/lms/indicator"
)

// notStated is the category of whoever did not say.
const notStated = "not-stated"

// set is one thing that is counted, with its days.
type set struct {
	Act        indicator.Act `json:"act"`
	Components []string      `json:"components,omitempty"`
	Share      int           `json:"share,omitempty"`
	What       string        `json:"what,omitempty"`
	// From and Until bound it, From zero for everything before; Until is not in it.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until"`
	// lens is which programme's it is, of those that are counted together.
	lens int
}

func setOf(c *indicator.Counted, from, to time.Time) set {
	s := set{Act: c.Act, Components: slices.Sorted(slices.Values(c.Components)), Share: c.Share, What: c.What, Until: to.AddDate(0, 0, 1)}
	if c.Period == indicator.Within {
		s.From = from
	}
	return s
}

// family is what sets share that count the same on other days.
func (s *set) family() string {
	return fmt.Sprint(s.Act, s.Components, s.Share, s.What)
}

func (s *set) key() string {
	return strconv.Itoa(s.lens) + s.family() + s.From.Format(time.DateOnly) + s.Until.Format(time.DateOnly)
}

// in tells that whoever counts here counts there, whatever people do.
func (s *set) in(o *set) bool {
	c := indicator.Counted{Act: s.Act, Components: s.Components, Share: s.Share, What: s.What, Period: indicator.Within}
	d := indicator.Counted{Act: o.Act, Components: o.Components, Share: o.Share, What: o.What, Period: indicator.Within}
	if o.From.IsZero() {
		d.Period = indicator.ToDate
	}
	if s.From.IsZero() {
		c.Period = indicator.ToDate
	}
	return s.lens == o.lens && c.In(d) && !s.From.Before(o.From) && !o.Until.Before(s.Until)
}

// dimension of a count: an own category list, and where it comes from in SQL.
type dimension struct {
	name string
	of   *lens // the programme whose category it is; nil where it is everybody's
	sql  string
	cats []string
	at   map[string]int
}

func (d *dimension) add(cats ...string) {
	for _, c := range cats {
		if _, known := d.at[c]; !known {
			d.at[c] = len(d.cats)
			d.cats = append(d.cats, c)
		}
	}
}

// count is one counting of a programme, and of others whose people are nearly the same.
type count struct {
	lenses  []*lens // that of the programme itself first
	dims    []*dimension
	sets    []set
	sheet   indicator.Sheet
	merged  []part // for each table that is printed now, the countries that are one category of it
	classes map[string]int
}

func newCount(p *programme) *count {
	return &count{lenses: []*lens{newLens(p)}, classes: map[string]int{}}
}

// ageBands are staff's; those of beneficiaries begin with children.
var ageBands = []string{"0-17", "18-24", "0-24", "25-34", "35-44", "45-54", "55-64", "65+", notStated}

// dim gives the number of a dimension. Ages are as of a year, categories are of a programme.
func (c *count) dim(of *lens, name string, year int) int {
	full := name
	if name == indicator.ByAge {
		full += "@" + strconv.Itoa(year)
	}
	if !strings.HasPrefix(name, indicator.ByCategory) {
		of = nil
	}
	for i, d := range c.dims {
		if d.name == full && d.of == of {
			return i
		}
	}
	d := &dimension{name: full, of: of, at: map[string]int{}}
	switch {
	case name == indicator.BySex:
		d.sql = `p.sex`
		d.add("female", "male", notStated)
	case name == indicator.ByAge:
		d.sql = fmt.Sprintf(`CASE WHEN p.birth_year IS NULL THEN 'not-stated' WHEN %[1]d - p.birth_year < 25 THEN '0-24' WHEN %[1]d - p.birth_year < 35 THEN '25-34'
			WHEN %[1]d - p.birth_year < 45 THEN '35-44' WHEN %[1]d - p.birth_year < 55 THEN '45-54' WHEN %[1]d - p.birth_year < 65 THEN '55-64' ELSE '65+' END`, year)
		d.add(ageBands...)
	case name == indicator.ByCountry:
		d.sql = `coalesce(p.country, '')`
	case name == indicator.ByOrganisation:
		d.sql = `coalesce(o.kind, 'none')`
		d.add("state", "municipality", "ngo", "international", "library", "police", "education", "health", "other", "none")
	case name == indicator.ByJob:
		d.sql = `p.job`
		d.add("social-worker", "lawyer", "librarian", "police", "civil-servant", "educator", "health", "psychologist", "interpreter", "manager", "volunteer", "other", notStated)
	case name == indicator.ByDisability:
		d.sql = `p.disability`
		d.add("yes", "no", notStated)
	default:
		key := strings.TrimPrefix(name, indicator.ByCategory)
		d.sql = `coalesce(w.categories->>` + quoted(key) + `, 'not-stated')`
		for _, k := range of.p.Categories {
			for _, o := range k.Options {
				if k.Key == key {
					d.add(o.Key)
				}
			}
		}
		d.add(notStated)
	}
	c.dims = append(c.dims, d)
	return len(c.dims) - 1
}

// quoted is a text for SQL; categories are checked to be of small letters, digits and hyphens.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// set gives the number of a set.
func (c *count) set(s set) int {
	for i := range c.sets {
		if c.sets[i].key() == s.key() {
			return i
		}
	}
	c.sets = append(c.sets, s)
	return len(c.sets) - 1
}

// table gives the number of a table of a set that is printed now; merged countries are one category of it.
func (c *count) table(set int, dims []int, merged part, attendances bool) int {
	for i := range c.sheet.Tables {
		if t := &c.sheet.Tables[i]; !t.Fixed && t.Set == set && slices.Equal(t.Dims, dims) && slices.Equal(c.merged[i], merged) {
			t.Attendances = t.Attendances || attendances
			return i
		}
	}
	c.sheet.Tables = append(c.sheet.Tables, indicator.Table{Set: set, Dims: dims, Attendances: attendances})
	c.merged = append(c.merged, merged)
	return len(c.sheet.Tables) - 1
}

// group adds people.
func (c *count) group(cats []string, acts map[int]int, n int) {
	g := indicator.Group{N: n, Cats: make([]int, len(cats)), Acts: nil}
	for i, cat := range cats {
		d := c.dims[i]
		if _, known := d.at[cat]; !known && d.name != indicator.ByCountry {
			cat = notStated // a category that the programme lists no more
		}
		d.add(cat)
		g.Cats[i] = d.at[cat]
	}
	for class, times := range acts {
		for len(g.Acts) <= class {
			g.Acts = append(g.Acts, 0)
		}
		g.Acts[class] = times
	}
	c.sheet.Groups = append(c.sheet.Groups, g)
}

// canonical puts categories and classes into an order that hangs on nothing but themselves, and joins groups that are
// alike: the same data give the same sheet, however the database gave its rows.
func (c *count) canonical() {
	for i, d := range c.dims {
		if d.name != indicator.ByCountry {
			continue
		}
		before := slices.Clone(d.cats)
		slices.Sort(d.cats)
		for at, cat := range d.cats {
			d.at[cat] = at
		}
		for g := range c.sheet.Groups {
			cats := c.sheet.Groups[g].Cats
			cats[i] = d.at[before[cats[i]]]
		}
	}
	order := make([]int, len(c.sheet.Classes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return slices.Compare(c.sheet.Classes[a], c.sheet.Classes[b]) })
	classes, place := make([][]int, len(order)), make([]int, len(order))
	for to, from := range order {
		classes[to], place[from] = c.sheet.Classes[from], to
	}
	c.sheet.Classes = classes
	for g := range c.sheet.Groups {
		acts := make([]int, len(classes))
		for class, n := range c.sheet.Groups[g].Acts {
			acts[place[class]] = n
		}
		c.sheet.Groups[g].Acts = acts
	}
	slices.SortFunc(c.sheet.Groups, func(a, b indicator.Group) int {
		return cmp.Or(slices.Compare(a.Cats, b.Cats), slices.Compare(a.Acts, b.Acts))
	})
	var joined []indicator.Group
	for _, g := range c.sheet.Groups {
		if n := len(joined); n > 0 && slices.Equal(joined[n-1].Cats, g.Cats) && slices.Equal(joined[n-1].Acts, g.Acts) {
			joined[n-1].N += g.N
			continue
		}
		joined = append(joined, g)
	}
	c.sheet.Groups = joined
}

// finish tells the sheet how sets lie in one another and how many categories there are.
func (c *count) finish() {
	families := map[string]int{}
	within := c.within()
	for i := range c.sets {
		f := c.sets[i].family()
		if families[f] == 0 {
			families[f] = len(families) + 1
		}
		s := indicator.Set{Family: families[f]}
		for j := range c.sets {
			if within[i][j] {
				s.Within = append(s.Within, j)
			}
		}
		c.sheet.Sets = append(c.sheet.Sets, s)
	}
	for _, d := range c.dims {
		c.sheet.Dims = append(c.sheet.Dims, len(d.cats))
	}
}

// within tells which sets lie in which others: of one programme by what they count, of two where the people are so today,
// for whoever made one programme of another knows it.
func (c *count) within() [][]bool {
	n := len(c.sets)
	within, longest, shortest := make([][]bool, n), make([]set, n), make([]set, n)
	for i, s := range c.sets {
		l := c.lenses[s.lens]
		longest[i], shortest[i] = l.stretched(l.plain(s))
	}
	for i := range within {
		within[i] = make([]bool, n)
		for j := range within {
			within[i][j] = i != j && shortest[i].in(&longest[j])
		}
	}
	if len(c.lenses) == 1 {
		return within
	}
	seen, somebody := c.together()
	for i := range c.sets {
		for j := range c.sets {
			if c.sets[i].lens != c.sets[j].lens && somebody[i] {
				within[i][j] = !slices.ContainsFunc(seen, func(counts []bool) bool { return counts[i] && !counts[j] })
			}
		}
	}
	for k := range c.sets { // what lies in something lies in whatever that lies in
		for i := range c.sets {
			for j := range c.sets {
				within[i][j] = within[i][j] || i != j && within[i][k] && within[k][j]
			}
		}
	}
	return within
}

// together lists which sets somebody is in at once, and in which there is anybody.
func (c *count) together() (seen [][]bool, somebody []bool) {
	somebody = make([]bool, len(c.sets))
	known := map[string]bool{}
	for i := range c.sheet.Groups {
		key := fmt.Sprint(c.sheet.Groups[i].Acts)
		if known[key] {
			continue
		}
		known[key] = true
		in := make([]bool, len(c.sets))
		for class, times := range c.sheet.Groups[i].Acts {
			for _, set := range c.sheet.Classes[class] {
				in[set] = in[set] || times > 0
				somebody[set] = somebody[set] || times > 0
			}
		}
		seen = append(seen, in)
	}
	return seen, somebody
}
