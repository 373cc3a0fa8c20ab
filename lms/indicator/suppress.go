package indicator

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Threshold is how many people must stand behind a number for it to be printed, where a report says nothing else.
const Threshold = 5

// Group is people who are alike in all that is published.
type Group struct {
	// N is how many they are.
	N int
	// Cats is their category in each dimension.
	Cats []int
	// Acts is how often each of them did what the sheet's classes list.
	Acts []int
}

// Set is what a number counts: the same act, period and part of the world.
type Set struct {
	// Within lists the sets that whoever is in this one is in, too, all of them and not only the next.
	Within []int
	// Family joins sets that count the same in different periods or countries. Sets of no family have 0.
	Family int
}

// Table is the numbers of one set by none, one or more dimensions. Every set has one without dimensions, be it Absent.
type Table struct {
	Set  int
	Dims []int
	// Merged tells, for a dimension whose categories are not all told apart, to which of the table's own each belongs; nil,
	// also as a whole: each by itself. Three countries that are printed as one number are a table by country of which
	// those three are one category and all others another.
	Merged [][]int
	// Attendances tells that how often people were there is printed beside how many they are, or instead.
	Attendances bool
	// Fixed tables were published before: what they show cannot be hidden any more.
	Fixed bool
	// Absent marks cells that are not printed whatever they hold, nil: none.
	Absent []bool
	// Hidden marks the cells that are not printed, in the order of [Sheet.Cell]; nil before [Sheet.Suppress].
	Hidden []bool
}

// Sheet is all that is published together.
type Sheet struct {
	// Dims is how many categories each dimension has.
	Dims   []int
	Sets   []Set
	Tables []Table
	// Classes are the kinds of act that the sets cannot tell apart, each with the sets that count it.
	Classes   [][]int
	Groups    []Group
	Threshold int
}

// times is how often somebody who did these acts counts in a set.
func (s *Sheet) times(acts []int, set int) int {
	n := 0
	for c, times := range acts {
		if times > 0 && slices.Contains(s.Classes[c], set) {
			n += times
		}
	}
	return n
}

// Cell is the place of categories in a table's cells.
func (s *Sheet) Cell(t *Table, cats []int) int {
	at := 0
	for i := range t.Dims {
		at = at*s.width(t, i) + t.own(i, cats[i])
	}
	return at
}

// own is the table's category of one of its i-th dimension.
func (t *Table) own(i, cat int) int {
	if t.Merged == nil || t.Merged[i] == nil {
		return cat
	}
	return t.Merged[i][cat]
}

// width is how many categories of its i-th dimension a table tells apart.
func (s *Sheet) width(t *Table, i int) int {
	if t.Merged == nil || t.Merged[i] == nil {
		return s.Dims[t.Dims[i]]
	}
	return 1 + slices.Max(t.Merged[i])
}

// cellOf is the cell of a table in which somebody of categories in all dimensions stands.
func (s *Sheet) cellOf(t *Table, cats []int) int {
	at := 0
	for i, d := range t.Dims {
		at = at*s.width(t, i) + t.own(i, cats[d])
	}
	return at
}

// Size is how many cells a table has.
func (s *Sheet) Size(t *Table) int {
	n := 1
	for i := range t.Dims {
		n *= s.width(t, i)
	}
	return n
}

// Sums gives people and attendances of every cell of a table.
func (s *Sheet) Sums(t *Table) (persons, attendances []int) {
	persons, attendances = make([]int, s.Size(t)), make([]int, s.Size(t))
	for i := range s.Groups {
		g := &s.Groups[i]
		if n := s.times(g.Acts, t.Set); n > 0 {
			at := s.cellOf(t, g.Cats)
			persons[at] += g.N
			attendances[at] += g.N * n
		}
	}
	return persons, attendances
}

// Suppress marks what must not be printed, in all tables together: cells with fewer people behind them than the
// threshold, and further cells until none of the former can be told from the rest, by sums over a table, by the same
// people in another table, by the difference of sets that lie within each other (numerator and denominator, a month and
// its year, a country and all), also from what fixed tables published before.
//
// The proof for every hidden number is a witness: another world, in which everything that is printed is the same and at
// least a threshold of people stand behind the hidden number. Whoever has the report alone cannot tell the two worlds
// apart, whatever they calculate. Worlds are made in three ways, and each is counted and not assumed: people of hidden
// categories change places; two people change places whose counts in all that is printed are equal; people join or
// leave a set of which nothing is printed. A cell for which no world is found gets company until there is one.
//
// Nought is printed as nought: that nobody came from a country is what a report must be able to say.
func (s *Sheet) Suppress() {
	if s.Threshold == 0 {
		s.Threshold = Threshold
	}
	a := newAuditor(s)
	a.primary()
	a.settle()
	a.reveal()
}

// Unproven lists what a hidden number could still be told from; empty after [Sheet.Suppress] unless fixed tables told it
// already. It is for tests and for a warning beside the report.
func (s *Sheet) Unproven() []string {
	a := newAuditor(s)
	var all []string
	for _, p := range a.protected {
		if a.small(p) && !a.safe(p) {
			all = append(all, p.String())
		}
	}
	return all
}

// auditor looks at a sheet with the eyes of somebody who wants to know.
type auditor struct {
	*sheetView
	protected []secret
}

// sheetView is the sheet with what is looked up often.
type sheetView struct {
	*Sheet
	persons [][]int // by table and cell
	// tablesOf lists the tables of a dimension; total is the table of a set without dimensions.
	tablesOf [][]int
	total    []int
	// projected are the groups as far as one dimension and its partners in tables can tell them apart.
	projected [][]group
	whole     []group // told apart by acts alone
	all       []group
	most      []int   // for each class, how often somebody did it
	sorts     [][]int // categories that there are together, not more than maxSorts
	supersets [][]bool
}

func newAuditor(s *Sheet) *auditor {
	v := &sheetView{Sheet: s, tablesOf: make([][]int, len(s.Dims)), total: make([]int, len(s.Sets)), projected: make([][]group, len(s.Dims))}
	v.classify()
	for i := range s.Tables {
		t := &s.Tables[i]
		persons := v.count(t)
		v.persons = append(v.persons, persons)
		if t.Hidden == nil {
			t.Hidden = make([]bool, len(persons))
		}
		for c, absent := range t.Absent {
			t.Hidden[c] = t.Hidden[c] || absent
		}
		for _, d := range t.Dims {
			v.tablesOf[d] = append(v.tablesOf[d], i)
		}
		if len(t.Dims) == 0 {
			v.total[t.Set] = i
		}
	}
	for d := range s.Dims {
		keep := make([]bool, len(s.Dims))
		keep[d] = true
		for _, t := range v.tablesOf[d] {
			for _, e := range s.Tables[t].Dims {
				keep[e] = true
			}
		}
		v.projected[d] = project(v.all, keep)
	}
	v.whole = project(v.all, make([]bool, len(s.Dims)))
	v.supersets = make([][]bool, len(s.Sets))
	for i := range s.Sets {
		v.supersets[i] = make([]bool, len(s.Sets))
		for _, j := range s.Sets[i].Within {
			v.supersets[i][j] = true
		}
	}
	a := &auditor{sheetView: v}
	a.protected = a.secrets()
	return a
}

// group is a group with what its acts add up to in each set.
type group struct {
	Group
	Counts []int
}

// classify adds up the acts of every group, once for all alike.
func (v *sheetView) classify() {
	known := map[string][]int{}
	var key []byte
	for _, g := range v.Groups {
		key = key[:0]
		for _, n := range g.Acts {
			key = binary.AppendUvarint(key, uint64(n))
		}
		counts := known[string(key)]
		if counts == nil {
			counts = make([]int, len(v.Sets))
			for c, n := range g.Acts {
				for _, set := range v.Classes[c] {
					counts[set] += n
				}
			}
			known[string(key)] = counts
		}
		v.all = append(v.all, group{g, counts})
	}
	v.most = make([]int, len(v.Classes))
	seen := map[string]bool{}
	for _, g := range v.all {
		for c, n := range g.Acts {
			v.most[c] = max(v.most[c], n)
		}
		if key := string(bytesOf(g.Cats)); !seen[key] && len(v.sorts) < maxSorts {
			seen[key] = true
			v.sorts = append(v.sorts, g.Cats)
		}
	}
}

// maxSorts bounds how many combinations of categories are looked at for newcomers.
const maxSorts = 4000

// count gives the people of every cell of a table.
func (v *sheetView) count(t *Table) []int {
	persons := make([]int, v.Size(t))
	for i := range v.all {
		if g := &v.all[i]; g.Counts[t.Set] > 0 {
			persons[v.cellOf(t, g.Cats)] += g.N
		}
	}
	return persons
}

// project joins groups that differ only in dimensions that are not kept.
func project(groups []group, keep []bool) []group {
	at := map[string]int{}
	var out []group
	var key []byte
	for i := range groups {
		g := &groups[i]
		key = key[:0]
		for d, c := range g.Cats {
			if keep[d] {
				key = binary.AppendUvarint(key, uint64(c))
			}
		}
		for _, c := range g.Acts {
			key = binary.AppendUvarint(key, uint64(c))
		}
		if j, ok := at[string(key)]; ok {
			out[j].N += g.N
			continue
		}
		at[string(key)] = len(out)
		out = append(out, *g)
	}
	return out
}

// primary hides every cell behind which there are too few.
func (a *auditor) primary() {
	for i := range a.Tables {
		for c, n := range a.persons[i] {
			if n > 0 && n < a.Threshold {
				a.hide(place{i, c})
			}
		}
	}
	for i := range a.Sets {
		if n := a.persons[a.total[i]][0]; n > 0 && n < a.Threshold {
			a.hide(a.cellsOf(i)...)
		}
	}
}

// settle gives company to what has no witness, until everything has one or nothing is left to hide.
func (a *auditor) settle() {
	for again := true; again; {
		again = false
		for _, p := range a.protected {
			if a.small(p) && !a.safe(p) && a.hideFor(p) {
				again = true
			}
		}
	}
}

// reveal prints again what was hidden for company and is not needed: the dearest first.
func (a *auditor) reveal() {
	var extra []place
	for i := range a.Tables {
		t := &a.Tables[i]
		if t.Fixed {
			continue
		}
		for c, hidden := range t.Hidden {
			if n := a.persons[i][c]; hidden && (t.Absent == nil || !t.Absent[c]) && (n == 0 || n >= a.Threshold) {
				extra = append(extra, place{i, c})
			}
		}
	}
	slices.SortStableFunc(extra, func(x, y place) int {
		return cmp.Or(cmp.Compare(a.weight(y.table), a.weight(x.table)), cmp.Compare(a.persons[y.table][y.cell], a.persons[x.table][x.cell]))
	})
	if len(extra) == 0 {
		return
	}
	var hot, open []secret // open ones have no witness that we know of: what is fixed tells them, or nearly
	for _, p := range a.protected {
		if a.small(p) {
			if a.safe(p) {
				hot = append(hot, p)
			} else {
				open = append(open, p)
			}
		}
	}
	for _, e := range extra {
		if slices.ContainsFunc(open, func(p secret) bool { return a.touches(&p, a.Tables[e.table].Set) }) {
			continue
		}
		a.show([]place{e})
		if slices.ContainsFunc(hot, func(p secret) bool { return !a.safe(p) }) {
			a.hide(e)
		}
	}
}
