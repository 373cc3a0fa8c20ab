package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/indicator"
	"mostik/lms/indicator/attacktest"
	"mostik/lms/report"
)

// The attacker of this test has every report that was ever handed over, knows that whoever is in the narrow programme is
// in the wide one, too, and solves for all worlds that the prints allow (attacktest). They use nothing of what hides.

// one is a kind of person: where they belong, and in which half of the year they completed which course, 0 for never.
type one struct {
	country, sex, kind string
	narrow             bool // in both programmes, not in the wide one alone
	done               [2]int
}

func (o one) in(dim string) string {
	return map[string]string{"country": o.country, "sex": o.sex, "organisation": o.kind}[dim]
}

var (
	worldCats  = map[string][]string{"country": {"CZ", "KG", "SK"}, "sex": {"female", "male"}, "organisation": {"ngo", "state"}}
	worldHalf  = [][2]string{{"2026-03-01", "2026-06-30"}, {"2026-07-01", "2026-12-31"}, {"2026-03-01", "2026-12-31"}}
	worldNames = []string{"a", "b"} // courses, and the components of the wide programme
)

func allOnes() (all []one) {
	for _, country := range worldCats["country"] {
		for _, sex := range worldCats["sex"] {
			for _, kind := range worldCats["organisation"] {
				for i := range 18 {
					all = append(all, one{country, sex, kind, i%2 == 1, [2]int{i / 2 % 3, i / 6}})
				}
			}
		}
	}
	return all
}

// asked is a set of people of which a report tells a number, in a part of the world.
type askedSet struct {
	narrow  bool
	counted indicator.Counted
	half    int // of worldHalf
	part    string
	often   bool // its attendances are told
}

// times is how often somebody counts.
func (a askedSet) times(o one) (n int) {
	if a.narrow && !o.narrow || a.part != "" && !strings.Contains(a.part, o.country) {
		return 0
	}
	if a.counted.Act == indicator.Enrolled {
		return 1
	}
	for c, done := range o.done {
		here := c == 0 || !a.narrow // the narrow programme has the first course alone
		if len(a.counted.Components) > 0 {
			here = here && slices.Contains(a.counted.Components, worldNames[c])
		}
		in := done > 0 && (a.half == 2 || done == a.half+1 || a.counted.Period == indicator.ToDate && done <= a.half+1)
		if here && in {
			n++
		}
	}
	return n
}

// within tells that whoever is in one is in the other, for all kinds of person there are.
func (a askedSet) within(b askedSet, kinds []one) bool {
	return !slices.ContainsFunc(kinds, func(o one) bool { return a.times(o) > 0 && b.times(o) == 0 })
}

// shown is one printed number, or one that was not.
type shown struct {
	set         askedSet
	by, cats    []string
	attendances bool
	n           int
	hidden      bool
}

func (s shown) at(o one) bool {
	for i, dim := range s.by {
		if o.in(dim) != s.cats[i] {
			return false
		}
	}
	return true
}

func (s shown) adds(o one) float64 {
	switch n := s.set.times(o); {
	case !s.at(o) || n == 0:
		return 0
	case s.attendances:
		return float64(n)
	}
	return 1
}

// read gives all numbers of a report. A line that is left out is of nobody.
func read(c *report.Content, narrow bool, half int) (all []shown) {
	part := strings.Join(append(slices.Clone(c.Countries), c.Country), "")
	for _, f := range c.Figures {
		d := f.Definition
		add := func(by, cats []string, n report.Number) {
			set := askedSet{narrow, d.Count, half, part, slices.Contains(d.Units, indicator.Attendances)}
			for _, u := range d.Units {
				s := shown{set: set, by: by, cats: cats, attendances: u == indicator.Attendances, hidden: n.Hidden}
				if v := map[bool]*int{false: n.Persons, true: n.Attendances}[s.attendances]; v != nil {
					s.n = *v
				}
				all = append(all, s)
			}
			if d.Of != nil {
				s := shown{set: askedSet{narrow, *d.Of, half, part, false}, by: by, cats: cats, hidden: n.OfHidden}
				if n.Of != nil {
					s.n = *n.Of
				}
				all = append(all, s)
			}
		}
		add(nil, nil, f.Number)
		for _, t := range f.Tables {
			for _, cats := range cellsOf(t.By, part) {
				nobody, zero := report.Number{}, 0
				if d.Of != nil {
					nobody.Of = &zero
				}
				nobody.Persons, nobody.Attendances = &zero, &zero
				if i := slices.IndexFunc(t.Rows, func(l report.Line) bool { return slices.Equal(l.Cats, cats) }); i >= 0 {
					nobody = t.Rows[i].Number
				}
				add(t.By, cats, nobody)
			}
		}
	}
	return all
}

func cellsOf(by []string, part string) [][]string {
	cells := [][]string{{}}
	for _, dim := range by {
		var next [][]string
		for _, c := range cells {
			for _, cat := range worldCats[dim] {
				if dim != "country" || part == "" || strings.Contains(part, cat) {
					next = append(next, append(slices.Clone(c), cat))
				}
			}
		}
		cells = next
	}
	return cells
}

// secretsOf are the people that nobody may learn to be few: every cell and every sum of cells of what was asked, and what
// one such leaves of another in which it lies.
func secretsOf(all []shown, kinds []one) map[string]func(one) bool {
	type cut struct {
		set askedSet
		by  []string
	}
	var cuts []cut
	for _, s := range all {
		for bits := range 1 << len(s.by) {
			by := []string{}
			for x, dim := range s.by {
				if bits>>x&1 == 1 {
					by = append(by, dim)
				}
			}
			slices.Sort(by)
			if !slices.ContainsFunc(cuts, func(c cut) bool { return fmt.Sprint(c) == fmt.Sprint(cut{s.set, by}) }) {
				cuts = append(cuts, cut{s.set, by})
			}
		}
	}
	secrets := map[string]func(one) bool{}
	for i, c := range cuts {
		for _, cats := range cellsOf(c.by, "") {
			cell := shown{set: c.set, by: c.by, cats: cats}
			whole := func(o one) bool { return cell.adds(o) > 0 }
			if c.set.often {
				cell.attendances = true
				secrets[fmt.Sprintf("%+v twice by %v in %v", c.set, c.by, cats)] = func(o one) bool { return cell.adds(o) > 1 }
			}
			secrets[fmt.Sprintf("%+v by %v in %v", c.set, c.by, cats)] = whole
			for j, d := range cuts {
				if i != j && slices.Equal(c.by, d.by) && d.set.within(c.set, kinds) {
					secrets[fmt.Sprintf("%+v without %+v by %v in %v", c.set, d.set, c.by, cats)] = func(o one) bool { return whole(o) && d.set.times(o) == 0 }
				}
			}
		}
	}
	return secrets
}

// attack gives what of the secrets is told by the numbers that are not hidden: bounds narrower than the threshold are told.
func attack(all []shown, people, kinds []one, threshold int) (found []string) {
	print := &attacktest.Print{}
	known := map[string]bool{}
	for _, s := range all {
		row := make([]float64, len(kinds))
		for k, o := range kinds {
			row[k] = s.adds(o)
		}
		if key := fmt.Sprint(row); !s.hidden && !known[key] {
			known[key] = true
			print.Add(row, s.n)
		}
	}
	secrets := secretsOf(all, kinds)
	asked := map[string]bool{}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range secrets {
			if !yield(name) {
				return
			}
		}
	}) {
		n, goal := 0, make([]float64, len(kinds))
		for _, o := range people {
			if secrets[name](o) {
				n++
			}
		}
		if n == 0 || n >= threshold {
			continue
		}
		for k, o := range kinds {
			if secrets[name](o) {
				goal[k] = 1
			}
		}
		if key := fmt.Sprint(goal); asked[key] {
			continue
		} else {
			asked[key] = true
		}
		less := make([]float64, len(goal))
		for k := range goal {
			less[k] = -goal[k]
		}
		least := -print.Most(less, math.Inf(1))
		if most := print.Most(goal, least+float64(threshold)); most-least < float64(threshold)-1e-6 {
			found = append(found, fmt.Sprintf("%s is %d, and from %.2f to %.2f for all that is printed", name, n, least, most))
		}
	}
	return found
}

// world puts people and two programmes into the tables: the narrow one of course a, and the wide one of both courses.
func (s *site) world(seed int, people []one, courses []lms.ID[lms.Course], versions []lms.ID[lms.Version], organisations map[string]lms.ID[lms.Organisation]) {
	s.T.Helper()
	programmes := map[bool]lms.ID[lms.Programme]{}
	pinned := map[bool]lms.ID[lms.ProgrammeVersion]{}
	for _, narrow := range []bool{true, false} {
		components := `{"key":"a","kind":"course","title":{"en":"A"},"course":"a"}`
		if !narrow {
			components += `,{"key":"b","kind":"course","title":{"en":"B"},"course":"b"}`
		}
		definition := `{"title":{"en":"P"},"components":[` + components + `],"achievement":{"course":"a"},"hours":"1","categories":[]}`
		programmes[narrow], pinned[narrow] = lms.NewID[lms.Programme](), lms.NewID[lms.ProgrammeVersion]()
		s.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, $2, $3, $4)`, programmes[narrow], fmt.Sprintf("p%d-%v", seed, narrow), definition, s.Start)
		s.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $2, 1, $3, $4)`, pinned[narrow], programmes[narrow], definition, s.Start)
	}
	rows := map[string][]map[string]any{}
	for i, o := range people {
		id := lms.NewID[lms.Person]()
		rows["persons"] = append(rows["persons"], map[string]any{
			"id": id, "given_name": "Given", "family_name": "Family", "email": fmt.Sprintf("w%d-%d@example.org", seed, i), "language": "en",
			"country": o.country, "organisation_id": organisations[o.kind], "sex": o.sex, "created_at": s.Start,
		})
		for _, narrow := range []bool{false, true} {
			if narrow && !o.narrow {
				continue
			}
			rows["participations"] = append(rows["participations"], map[string]any{
				"id": lms.NewID[lms.Participation](), "programme_id": programmes[narrow], "version_id": pinned[narrow], "person_id": id, "state": "invited", "categories": map[string]string{}, "invited_at": s.Start,
			})
		}
		for c, half := range o.done {
			if half > 0 {
				at := s.Start.AddDate(0, 5*half-4, 0)
				rows["enrolments"] = append(rows["enrolments"], map[string]any{
					"id": lms.NewID[lms.Enrolment](), "person_id": id, "course_id": courses[c], "version_id": versions[c], "state": "completed",
					"enrolled_at": s.Start, "started_at": s.Start, "completed_at": at,
				})
			}
		}
	}
	for _, table := range []string{"persons", "participations", "enrolments"} {
		s.insert(table, rows[table])
	}
}

// randomOnes are people of uneven kinds; of the wide programme's all but some are in the narrow one.
func randomOnes(r *rand.Rand) (people []one) {
	outside := 1 + r.IntN(6)
	for range 25 + r.IntN(50) {
		o := one{country: "SK", sex: "female", kind: "state", narrow: r.IntN(8) > 0}
		if outside < 4 {
			o.narrow = len(people) > outside
		}
		if n := r.IntN(10); n < 3 {
			o.country = worldCats["country"][n/2]
		}
		if r.IntN(4) == 0 {
			o.sex = "male"
		}
		if r.IntN(3) == 0 {
			o.kind = "ngo"
		}
		for c := range o.done {
			o.done[c] = r.IntN(8) * 3 / 8
			if r.IntN(2) == 0 {
				o.done[c] = 1
			}
		}
		people = append(people, o)
	}
	return people
}

// randomIndicator counts something of a programme by something.
func randomIndicator(r *rand.Rand, key string, narrow bool) string {
	count := []string{`{"act":"course"}`, `{"act":"attended"}`, `{"act":"course","components":["a"]}`, `{"act":"enrolled","period":"to-date"}`, `{"act":"attended","period":"to-date"}`}[r.IntN(5)]
	if !narrow && r.IntN(4) == 0 {
		count = `{"act":"course","components":["b"]}`
	}
	more := ""
	if !strings.Contains(count, "enrolled") {
		switch r.IntN(4) {
		case 0:
			more = `,"units":["persons","attendances"]`
		case 1:
			more = `,"of":{"act":"enrolled"}`
		}
	}
	var by []string
	for _, b := range []string{`["sex"]`, `["country"]`, `["organisation"]`, `["sex","country"]`, `["organisation","sex"]`} {
		if r.IntN(3) == 0 {
			by = append(by, b)
		}
	}
	return fmt.Sprintf(`{"key":%q,"name":{"en":"N"},"count":%s%s,"by":[%s]}`, key, count, more, strings.Join(by, ","))
}

// TestNoCombinationOfReportsTellsASmallNumber hands over random reports on two programmes, one of whose people are among
// the other's or are those of one country, of several periods and parts of the world, cut in whatever ways.
func TestNoCombinationOfReportsTellsASmallNumber(t *testing.T) {
	worlds := 8
	if n, err := strconv.Atoi(os.Getenv("MOSTIK_TEST_WORLDS")); err == nil {
		worlds = n
	}
	s := newSite(t)
	var courses []lms.ID[lms.Course]
	var versions []lms.ID[lms.Version]
	for _, key := range worldNames {
		c, v := s.Course(key, `{"course":{"title":{"en":"Course"},"modules":[]},"surveys":{}}`)
		courses, versions = append(courses, c), append(versions, v)
	}
	organisations := map[string]lms.ID[lms.Organisation]{}
	for _, kind := range worldCats["organisation"] {
		organisations[kind] = s.Organisation("SK")
		s.Exec(`UPDATE organisations SET kind = $2 WHERE id = $1`, organisations[kind], kind)
	}
	everybody := allOnes()
	broken, printed, told := 0, 0, 0
	began := time.Now()
	for seed := range worlds {
		r := rand.New(rand.NewPCG(uint64(seed), 17))
		people, kinds := randomOnes(r), everybody
		if seed%3 == 2 { // the narrow programme is Slovakia's part of the wide one, as whoever reads of it knows
			for i := range people {
				people[i].narrow = people[i].country == "SK"
			}
			kinds = slices.DeleteFunc(slices.Clone(everybody), func(o one) bool { return o.narrow != (o.country == "SK") })
		}
		s.world(seed, people, courses, versions, organisations)
		var all []shown
		for n := range 3 + r.IntN(3) {
			narrow, half := r.IntN(2) == 0, r.IntN(3)
			in := report.Input{Title: "R", Programme: fmt.Sprintf("p%d-%v", seed, narrow), Language: "en", From: worldHalf[half][0], To: worldHalf[half][1]}
			switch r.IntN(4) {
			case 0:
				in.Country = worldCats["country"][r.IntN(3)]
			case 1:
				k := r.IntN(3)
				in.Countries = slices.Delete(slices.Clone(worldCats["country"]), k, k+1)
			}
			for i := range 1 + r.IntN(2) {
				in.Indicators = append(in.Indicators, s.define(randomIndicator(r, fmt.Sprintf("i%d-%d-%d", seed, n, i), narrow))...)
			}
			v, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, in))
			s.must(err)
			all = append(all, read(v.Content, narrow, half)...)
		}
		careless := slices.Clone(all)
		for i := range all {
			n := 0
			for _, o := range people {
				n += int(all[i].adds(o))
			}
			if !all[i].hidden && n != all[i].n {
				t.Fatalf("world %d: %+v is printed, and is %d", seed, all[i], n)
			}
			behind := all[i]
			behind.attendances = false
			persons := 0
			for _, o := range people {
				persons += int(behind.adds(o))
			}
			careless[i].n, careless[i].hidden = n, persons > 0 && persons < 5
			printed++
			if !all[i].hidden && n > 0 {
				told++
			}
		}
		if len(attack(careless, people, kinds, 5)) > 0 {
			broken++
		}
		for _, find := range attack(all, people, kinds, 5) {
			t.Errorf("world %d: %s", seed, find)
		}
	}
	t.Logf("%d worlds, %d of %d numbers told; without company the attacker got into %d; %v", worlds, told, printed, broken, time.Since(began))
	if broken < worlds/2 || told < printed/8 {
		t.Errorf("of %d worlds the attacker gets into %d where only small numbers are hidden; %d of %d numbers are told", worlds, broken, told, printed)
	}
}
