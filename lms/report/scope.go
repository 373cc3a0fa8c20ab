package report

import (
	"fmt"
	"slices"
	"strings"

	"mostik/lms"
)

// part is the part of the world that a report is on: the countries by code, sorted, each once. Empty is all of them.
type part []string

// partOf reads what a form or a row says: one country, or several, or neither for all.
func partOf(country string, several []string) part {
	if country != "" {
		return part{country}
	}
	p := part(slices.Clone(several))
	slices.Sort(p)
	return slices.Compact(p)
}

// one is the country where it is a single one, else "".
func (p part) one() string {
	if len(p) == 1 {
		return p[0]
	}
	return ""
}

// several are the countries where they are more than one and not all.
func (p part) several() []string {
	if len(p) > 1 {
		return p
	}
	return nil
}

// has tells that a country lies in it.
func (p part) has(country string) bool { return len(p) == 0 || slices.Contains(p, country) }

// in tells that all of it lies in another.
func (p part) in(o part) bool {
	return len(o) == 0 || len(p) > 0 && !slices.ContainsFunc(p, func(c string) bool { return !o.has(c) })
}

// String is a key.
func (p part) String() string { return strings.Join(p, ",") }

// covered tells that a right reaches over all of it.
func (p part) covered(by lms.Scope) bool {
	if len(p) == 0 {
		return by.Covers(lms.Facts{})
	}
	return !slices.ContainsFunc(p, func(c string) bool { return !by.Covers(lms.Facts{Country: c}) })
}

// can asks for a right over all of it.
func (p part) can(actor lms.Actor, action lms.Action) error {
	if len(p) == 0 {
		return actor.Can(action, lms.Facts{})
	}
	for _, c := range p {
		if err := actor.Can(action, lms.Facts{Country: c}); err != nil {
			return err
		}
	}
	return nil
}

// told is that something was said of a number of people in a part of the world before.
type told struct {
	part part
	// n is how many they may have been, for whoever read it.
	n int
	// alike tells that the same is said again, of what may be other people.
	alike bool
	// beside tells that it was said of another programme with nearly the same people, which is no part of this one's.
	beside bool
}

// givesAway tells that to say something of here's people, too, would say it of few: counts are how many there are by
// country today, before is what was told. Few are those by whom two tellings of one part differ, those whom parts that
// were told, at whatever time, leave of another in which they lie, and those in countries that only this telling would
// hold apart from others.
func givesAway(here part, counts map[string]int, before []told, threshold int) bool {
	n := 0
	for c, k := range counts {
		if here.has(c) {
			n += k
		}
	}
	few := func(n int) bool { return n > 0 && n < threshold }
	all := []told{{part: here, n: n}}
	for _, t := range before {
		if t.part.String() == here.String() && !t.alike && few(max(n-t.n, t.n-n)) {
			return true
		}
		if !t.beside {
			all = append(all, t)
		}
	}
	for _, whole := range all {
		if leavesFew(whole, all, few) {
			return true
		}
	}
	return holdsApart(here, counts, before, few)
}

// maxSums bounds how many ways of adding parts up are tried; more are taken for one that tells.
const maxSums = 20_000

// leavesFew tells that parts which do not overlap and lie in a whole add up to all but a few of it, as it was told.
func leavesFew(whole told, all []told, few func(int) bool) bool {
	type sum struct {
		union part
		n     int
	}
	sums := []sum{{}}
	seen := map[string]bool{}
	for _, t := range all {
		if len(t.part) == 0 || !t.part.in(whole.part) || t.part.String() == whole.part.String() {
			continue
		}
		for _, s := range slices.Clone(sums) {
			if slices.ContainsFunc(s.union, func(c string) bool { return slices.Contains(t.part, c) }) {
				continue
			}
			more := sum{partOf("", slices.Concat(s.union, t.part)), s.n + t.n}
			if few(max(whole.n-more.n, more.n-whole.n)) {
				return true
			}
			if key := fmt.Sprint(more); !seen[key] {
				seen[key] = true
				if sums = append(sums, more); len(sums) > maxSums {
					return true
				}
			}
		}
	}
	return false
}

// holdsApart tells that a telling would hold countries apart from others, in which there are few today: countries that lie
// in the same tellings stay together whatever is added and subtracted.
func holdsApart(here part, counts map[string]int, before []told, few func(int) bool) bool {
	together := func(parts []part) map[string]int {
		sums := map[string]int{}
		for c, k := range counts {
			key := make([]byte, len(parts))
			inside := false
			for i, p := range parts {
				if p.has(c) {
					key[i], inside = 1, true
				}
			}
			if inside {
				sums[string(key)] += k
			}
		}
		return sums
	}
	var parts []part
	for _, t := range before {
		if !t.beside {
			parts = append(parts, t.part)
		}
	}
	was := together(parts)
	for key, k := range together(append(parts, here)) {
		if few(k) && was[key[:len(key)-1]] != k {
			return true
		}
	}
	return false
}
