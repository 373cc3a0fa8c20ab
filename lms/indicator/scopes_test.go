package indicator_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"mostik/lms/indicator"
	"mostik/lms/indicator/attacktest"
)

// reportOn are the tables of one report on some countries: the whole of them as one number, by sex, by country, and by
// both. The first dimension is the country. What lies outside is not printed.
func reportOn(r *rand.Rand, w world, in []int) []indicator.Table {
	inside := make([]int, w.dims[0])
	for c := range inside {
		if !slices.Contains(in, c) {
			inside[c] = 1
		}
	}
	merged := func(set int, often bool, dims ...int) indicator.Table {
		t := indicator.Table{Set: set, Attendances: often, Dims: dims, Merged: make([][]int, len(dims))}
		t.Merged[0] = inside
		width := 1
		for _, d := range dims[1:] {
			width *= w.dims[d]
		}
		if slices.Contains(inside, 1) {
			t.Absent = slices.Concat(make([]bool, width), slices.Repeat([]bool{true}, width))
		}
		return t
	}
	var tables []indicator.Table
	for set := range w.sets {
		often := r.IntN(3) == 0
		tables = append(tables, merged(set, often, 0))
		if r.IntN(3) > 0 {
			tables = append(tables, merged(set, often, 0, 1))
		}
		if r.IntN(3) == 0 {
			t := indicator.Table{Set: set, Attendances: often, Dims: []int{0}}
			for c := range w.dims[0] {
				t.Absent = append(t.Absent, inside[c] == 1)
			}
			tables = append(tables, t)
		}
	}
	return tables
}

// TestReportsOnSeveralCountriesGiveNothingAway hands over report after report, each on some of four countries, so that
// they overlap; whoever has all of them learns no small number from the last that the ones before did not tell.
func TestReportsOnSeveralCountriesGiveNothingAway(t *testing.T) {
	tried, shown, broken := 0, 0, 0
	for seed := range 200 {
		r := rand.New(rand.NewPCG(uint64(seed), 11))
		w := world{dims: []int{4, 2}, events: 2, sets: [][]int{{0, 1}, {0}}}
		for range 20 + r.IntN(60) {
			p := person{cats: []int{0, r.IntN(3) / 2}, came: 1 + r.IntN(3)}
			for p.cats[0] < 3 && r.IntN(3) == 0 {
				p.cats[0]++
			}
			w.people = append(w.people, p)
		}
		var before []indicator.Table
		for number := range 3 {
			var in []int
			for len(in) == 0 {
				for c := range w.dims[0] {
					if r.IntN(2) == 0 {
						in = append(in, c)
					}
				}
			}
			now := append(slices.Clone(before), reportOn(r, w, in)...)
			for set := range w.sets { // every set has a whole, printed or not
				if !slices.ContainsFunc(now, func(o indicator.Table) bool { return o.Set == set && len(o.Dims) == 0 }) {
					now = append(now, indicator.Table{Set: set, Absent: []bool{true}})
				}
			}
			s := w.sheet(now, make([]indicator.Set, len(w.sets)))
			s.Suppress()
			silent := *s
			silent.Tables = slices.Clone(s.Tables)
			careless := *s
			careless.Tables = slices.Clone(s.Tables)
			for i := range s.Tables {
				if i < len(before) {
					continue
				}
				persons, _ := s.Sums(&s.Tables[i])
				silent.Tables[i].Hidden = slices.Repeat([]bool{true}, len(persons))
				careless.Tables[i].Hidden = make([]bool, len(persons))
				for cell, n := range persons {
					absent := s.Tables[i].Absent != nil && s.Tables[i].Absent[cell]
					careless.Tables[i].Hidden[cell] = absent || n > 0 && n < s.Threshold
				}
				if len(s.Tables[i].Dims) > 0 && slices.Contains(s.Tables[i].Hidden, false) {
					shown++
				}
			}
			told := w.byCountry(&silent)
			tried++
			if len(w.byCountry(&careless)) > len(told) {
				broken++
			}
			for _, find := range w.byCountry(s) {
				if !slices.Contains(told, find) {
					t.Errorf("world %d, report %d on %v: %s", seed, number, in, find)
				}
			}
			before = slices.Clone(s.Tables)
			for i := range before {
				before[i].Fixed = true
			}
		}
	}
	t.Logf("%d reports show %d tables; where small cells alone are hidden the attacker got into %d", tried, shown, broken)
	if broken < tried/10 || shown < tried {
		t.Errorf("%d reports show %d tables; where small cells alone are hidden the attacker got into %d", tried, shown, broken)
	}
}

// byCountry attacks what is counted of each set in each country alone and in every two together, whether a table tells
// them apart or not, and by sex where a table of the set does.
func (w world) byCountry(s *indicator.Sheet) []string {
	found := w.attack(s)
	kinds := w.kinds()
	print := w.print(s, kinds)
	for set := range w.sets {
		for one := range w.dims[0] {
			for other := one; other < w.dims[0]; other++ {
				for sex := -1; sex < w.dims[1]; sex++ {
					if sex >= 0 && !slices.ContainsFunc(s.Tables, func(t indicator.Table) bool { return t.Set == set && len(t.Dims) == 2 }) {
						continue // of this set nobody asked by sex
					}
					in := func(p person) bool {
						return (p.cats[0] == one || p.cats[0] == other) && (sex < 0 || p.cats[1] == sex) && w.count(p, set) > 0
					}
					if n, most := w.most(print, kinds, in, s.Threshold); n > 0 && n < s.Threshold && most < float64(s.Threshold)-1e-6 {
						found = append(found, fmt.Sprintf("set %d in %d and %d, sex %d, is %d", set, one, other, sex, n))
					}
				}
			}
		}
	}
	return found
}

// most is how many people of a kind there are, and how many there could be at most for all that is printed.
func (w world) most(print *attacktest.Print, kinds []person, in func(person) bool, threshold int) (n int, most float64) {
	goal := make([]float64, len(kinds))
	for _, p := range w.people {
		if in(p) {
			n++
		}
	}
	if n == 0 || n >= threshold {
		return n, 0
	}
	for k, p := range kinds {
		if in(p) {
			goal[k] = 1
		}
	}
	return n, print.Most(goal, float64(threshold))
}
