package indicator_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"mostik/lms/indicator"
	"mostik/lms/indicator/attacktest"
)

// The attacker knows everything that is published, what each number counts, and how sets lie in one another. They solve
// for all worlds at once: an unknown for every kind of person there could be, an equation for every printed number, and
// ask how large a hidden number could be at most (a linear programme). They share no code with the auditor.

// world is people who each came to some of the events; a set is some of the events.
type world struct {
	dims   []int
	events int
	sets   [][]int // the events of each set
	people []person
}

type person struct {
	cats []int
	came int // bits of events
}

func (w world) count(p person, set int) int {
	n := 0
	for _, e := range w.sets[set] {
		n += p.came >> e & 1
	}
	return n
}

func (w world) within(i, j int) bool {
	for _, e := range w.sets[i] {
		if !slices.Contains(w.sets[j], e) {
			return false
		}
	}
	return i != j
}

// sheet writes the world down as the publisher does.
func (w world) sheet(tables []indicator.Table, printed []indicator.Set) *indicator.Sheet {
	s := &indicator.Sheet{Dims: w.dims, Sets: printed, Tables: tables, Threshold: 5}
	for i := range w.sets {
		for j := range w.sets {
			if w.within(i, j) {
				s.Sets[i].Within = append(s.Sets[i].Within, j)
			}
		}
	}
	for e := range w.events {
		var counted []int
		for i, set := range w.sets {
			if slices.Contains(set, e) {
				counted = append(counted, i)
			}
		}
		s.Classes = append(s.Classes, counted)
	}
	for _, p := range w.people {
		g := indicator.Group{N: 1, Cats: p.cats}
		for e := range w.events {
			g.Acts = append(g.Acts, p.came>>e&1)
		}
		s.Groups = append(s.Groups, g)
	}
	return s
}

// kinds are all kinds of person that there could be.
func (w world) kinds() []person {
	cats := [][]int{{}}
	for _, n := range w.dims {
		var next [][]int
		for _, c := range cats {
			for i := range n {
				next = append(next, append(slices.Clone(c), i))
			}
		}
		cats = next
	}
	var all []person
	for _, c := range cats {
		for came := range 1 << w.events {
			all = append(all, person{c, came})
		}
	}
	return all
}

// print is the printed numbers: what each kind of person adds to each of them.
func (w world) print(s *indicator.Sheet, kinds []person) *attacktest.Print {
	p := &attacktest.Print{}
	for i := range s.Tables {
		t := &s.Tables[i]
		persons, attendances := s.Sums(t)
		for cell, hidden := range t.Hidden {
			if hidden {
				continue
			}
			one, all := make([]float64, len(kinds)), make([]float64, len(kinds))
			for k, who := range kinds {
				at := make([]int, len(t.Dims))
				for x, d := range t.Dims {
					at[x] = who.cats[d]
				}
				if n := w.count(who, t.Set); n > 0 && s.Cell(t, at) == cell {
					one[k], all[k] = 1, float64(n)
				}
			}
			p.Add(one, persons[cell])
			if t.Attendances {
				p.Add(all, attendances[cell])
			}
		}
	}
	return p
}

// attack gives every number that the attacker can tell to be small: a cell of a table, or of what is left of one set
// without another within it.
func (w world) attack(s *indicator.Sheet) []string {
	kinds := w.kinds()
	print := w.print(s, kinds)
	var found []string
	try := func(name string, target func(person) bool) {
		n, goal := 0, make([]float64, len(kinds))
		for _, p := range w.people {
			if target(p) {
				n++
			}
		}
		if n == 0 || n >= s.Threshold {
			return
		}
		for k, p := range kinds {
			if target(p) {
				goal[k] = 1
			}
		}
		if most := print.Most(goal, float64(s.Threshold)); most < float64(s.Threshold)-1e-6 {
			found = append(found, fmt.Sprintf("%s is %d, and at most %.2f for all that is printed", name, n, most))
		}
	}
	for set := range w.sets {
		for _, dims := range printedBy(s, set) {
			for _, cats := range w.cells(dims) {
				in := func(p person) bool {
					for x, d := range dims {
						if p.cats[d] != cats[x] {
							return false
						}
					}
					return w.count(p, set) > 0
				}
				try(fmt.Sprintf("set %d by %v in %v", set, dims, cats), in)
				if slices.ContainsFunc(s.Tables, func(t indicator.Table) bool { return t.Set == set && t.Attendances }) {
					try(fmt.Sprintf("set %d twice by %v in %v", set, dims, cats), func(p person) bool { return in(p) && w.count(p, set) > 1 })
				}
				for j := range w.sets {
					if w.within(j, set) && slices.ContainsFunc(printedBy(s, j), func(o []int) bool { return slices.Equal(o, dims) }) {
						try(fmt.Sprintf("set %d without %d by %v in %v", set, j, dims, cats), func(p person) bool { return in(p) && w.count(p, j) == 0 })
					}
				}
			}
		}
	}
	return found
}

// printedBy are the dimensions by which something of a set can be added up from a table: all there are in one, and fewer.
func printedBy(s *indicator.Sheet, set int) (all [][]int) {
	for _, t := range s.Tables {
		for bits := range 1 << len(t.Dims) {
			var dims []int
			for x, d := range t.Dims {
				if bits>>x&1 == 1 {
					dims = append(dims, d)
				}
			}
			if t.Set == set && !slices.ContainsFunc(all, func(o []int) bool { return slices.Equal(o, dims) }) {
				all = append(all, dims)
			}
		}
	}
	return all
}

// cells are all categories of dimensions.
func (w world) cells(dims []int) [][]int {
	cells := [][]int{{}}
	for _, d := range dims {
		var next [][]int
		for _, c := range cells {
			for i := range w.dims[d] {
				next = append(next, append(slices.Clone(c), i))
			}
		}
		cells = next
	}
	return cells
}

// randomWorld has uneven categories, so that small cells are many, and sets that lie in one another.
func randomWorld(r *rand.Rand) (world, []indicator.Table, []indicator.Set) {
	w := world{dims: []int{2, 3}, events: 4}
	if r.IntN(2) == 0 {
		w.dims = []int{3, 2, 2}
		w.events = 3
	}
	w.sets = [][]int{{0, 1, 2}}
	if w.events == 4 {
		w.sets = [][]int{{0, 1, 2, 3}}
		if r.IntN(2) == 0 {
			w.sets[0] = []int{0, 1, 2}
		}
	}
	for len(w.sets) < 3+r.IntN(2) {
		var set []int
		for e := range w.events {
			if r.IntN(2) == 0 {
				set = append(set, e)
			}
		}
		if len(set) > 0 && !slices.ContainsFunc(w.sets, func(o []int) bool { return slices.Equal(o, set) }) {
			w.sets = append(w.sets, set)
		}
	}
	for range 15 + r.IntN(80) {
		p := person{}
		for _, n := range w.dims {
			c := 0
			for c < n-1 && r.IntN(4) == 0 {
				c++
			}
			p.cats = append(p.cats, c)
		}
		for e := range w.events {
			if r.IntN(1+e) == 0 || r.IntN(3) == 0 {
				p.came |= 1 << e
			}
		}
		w.people = append(w.people, p)
	}
	var tables []indicator.Table
	printed := make([]indicator.Set, len(w.sets))
	for i := range w.sets {
		often := r.IntN(3) == 0
		tables = append(tables, indicator.Table{Set: i, Attendances: often})
		for d := range w.dims {
			if r.IntN(5) > 0 {
				tables = append(tables, indicator.Table{Set: i, Attendances: often, Dims: []int{d}})
			}
		}
		if r.IntN(3) == 0 {
			tables = append(tables, indicator.Table{Set: i, Attendances: often, Dims: []int{0, 1}})
		}
	}
	return w, tables, printed
}

func TestAnAttackerNeverRecoversASmallNumber(t *testing.T) {
	worlds, broken, cells, hidden, small := 400, 0, 0, 0, 0
	for seed := range worlds {
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		w, tables, printed := randomWorld(r)
		s := w.sheet(tables, printed)
		for i := range s.Tables { // the attacker is no good who finds nothing when only small cells are hidden
			persons, _ := s.Sums(&s.Tables[i])
			s.Tables[i].Hidden = make([]bool, len(persons))
			for c, n := range persons {
				s.Tables[i].Hidden[c] = n > 0 && n < s.Threshold
			}
		}
		if len(w.attack(s)) > 0 {
			broken++
		}
		for i := range s.Tables {
			s.Tables[i].Hidden = nil
		}
		s.Suppress()
		for _, find := range w.attack(s) {
			t.Errorf("world %d: %s", seed, find)
		}
		for i := range s.Tables {
			persons, _ := s.Sums(&s.Tables[i])
			for c, n := range persons {
				cells++
				if n > 0 && n < s.Threshold {
					small++
				}
				if s.Tables[i].Hidden[c] {
					hidden++
				}
			}
		}
	}
	if broken < worlds/2 {
		t.Errorf("the attacker got into %d of %d reports that hide small cells alone; it ought to be most", broken, worlds)
	}
	if hidden > cells*3/4 {
		t.Errorf("%d of %d cells are hidden, for %d small ones", hidden, cells, small)
	}
	t.Logf("%d reports, %d cells, %d small, %d hidden; without company the attacker got into %d", worlds, cells, small, hidden, broken)
}

// TestALaterReportDoesNotGiveAnEarlierOneAway publishes some sets first, and the others beside them later.
func TestALaterReportDoesNotGiveAnEarlierOneAway(t *testing.T) {
	printed := 0
	for seed := range 200 {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		w, tables, sets := randomWorld(r)
		first := w
		first.sets = w.sets[:2]
		early := first.sheet(slices.DeleteFunc(slices.Clone(tables), func(t indicator.Table) bool { return t.Set >= 2 }), slices.Clone(sets[:2]))
		early.Suppress()
		all := slices.Clone(early.Tables)
		for _, t := range tables {
			if t.Set >= 2 {
				all = append(all, t)
			}
		}
		for i := range all {
			all[i].Fixed = all[i].Set < 2
		}
		late := w.sheet(all, sets)
		before := slices.Clone(early.Tables[0].Hidden)
		late.Suppress()
		if !slices.Equal(before, late.Tables[0].Hidden) {
			t.Fatalf("world %d: what was printed before changed", seed)
		}
		// What the first report tells of sets that it did not know is no fault of the later one.
		silent := *late
		silent.Tables = slices.Clone(late.Tables)
		for i := range silent.Tables {
			if t := &silent.Tables[i]; t.Set >= 2 {
				t.Hidden = slices.Repeat([]bool{true}, len(t.Hidden))
			}
		}
		told := w.attack(&silent)
		for _, find := range w.attack(late) {
			if !slices.Contains(told, find) {
				t.Errorf("world %d: %s", seed, find)
			}
		}
		for i := range late.Tables {
			if late.Tables[i].Set >= 2 && slices.Contains(late.Tables[i].Hidden, false) {
				printed++
			}
		}
	}
	if printed < 200 {
		t.Errorf("of later reports only %d tables show anything", printed)
	}
}

// TestCountriesBesideTheWhole publishes reports on single countries and on all of them, one after the other in any order:
// the second dimension is the country.
func TestCountriesBesideTheWhole(t *testing.T) {
	shown, broken := 0, 0
	for seed := range 150 {
		r := rand.New(rand.NewPCG(uint64(seed), 9))
		w, tables, sets := randomWorld(r)
		w.sets, sets = w.sets[:2], sets[:2] // few sets and many tables: what is new here is the country
		tables = slices.DeleteFunc(tables, func(t indicator.Table) bool { return t.Set >= 2 || len(t.Dims) > 1 })
		parts := r.Perm(w.dims[1] + 1) // the last stands for all
		if seed%2 == 0 {
			parts = parts[:2]
		}
		var printed []indicator.Table
		alone := [2]int{}
		for step, country := range parts {
			now := slices.Clone(printed)
			for i := range now {
				now[i].Fixed = true
			}
			for _, t := range tables {
				t.Hidden = nil
				if country < w.dims[1] {
					t.Dims, t.Absent = scoped(w.dims, t.Dims, country)
				}
				now = append(now, t)
			}
			for i := range w.sets {
				if !slices.ContainsFunc(now, func(t indicator.Table) bool { return t.Set == i && len(t.Dims) == 0 }) {
					now = append(now, indicator.Table{Set: i, Absent: []bool{true}})
				}
			}
			s := w.sheet(now, slices.Clone(sets))
			// What was told before is no fault of this one.
			silent := *s
			silent.Tables = slices.Clone(now)
			for i := range silent.Tables {
				if t := &silent.Tables[i]; !t.Fixed {
					persons, _ := s.Sums(t)
					t.Hidden = slices.Repeat([]bool{true}, len(persons))
				}
			}
			told := w.attack(&silent)
			open := *s // nothing is hidden but small cells
			open.Tables = slices.Clone(now)
			for i := range open.Tables {
				if t := &open.Tables[i]; !t.Fixed {
					persons, _ := s.Sums(t)
					t.Hidden = make([]bool, len(persons))
					for c, n := range persons {
						t.Hidden[c] = n > 0 && n < s.Threshold || t.Absent != nil && t.Absent[c]
					}
				}
			}
			if len(w.attack(&open)) > len(told) {
				alone[min(step, 1)]++
			}
			s.Suppress()
			for _, find := range w.attack(s) {
				if !slices.Contains(told, find) {
					t.Errorf("world %d, report %d of %v: %s", seed, step, parts, find)
				}
			}
			for i := range s.Tables {
				if u := s.Tables[i]; !u.Fixed && slices.Contains(u.Hidden, false) {
					shown++
				}
			}
			printed = nil
			for _, t := range s.Tables {
				if slices.Contains(t.Hidden, false) {
					printed = append(printed, t)
				}
			}
		}
		broken += min(alone[1], 1)
	}
	t.Logf("%d tables show something; without company the attacker got into %d of 150 sequels", shown, broken)
	if shown < 400 || broken < 75 {
		t.Errorf("%d tables show something, %d sequels were open without company", shown, broken)
	}
}

// scoped is a table with the country among its dimensions, and what of it lies in other countries.
func scoped(sizes, dims []int, country int) (with []int, absent []bool) {
	with = slices.Clone(dims)
	if !slices.Contains(with, 1) {
		with = append(with, 1)
	}
	slices.Sort(with)
	size := 1
	for _, d := range with {
		size *= sizes[d]
	}
	absent = make([]bool, size)
	for cell := range absent {
		at := cell
		for x := len(with) - 1; x >= 0; x-- {
			if d := with[x]; d == 1 && at%sizes[d] != country {
				absent[cell] = true
			}
			at /= sizes[with[x]]
		}
	}
	return with, absent
}
