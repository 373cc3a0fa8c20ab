package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mostik/lms"
	"mostik/lms/report"
)

// The attacker of these tests holds everything that was ever handed over or could be opened, and adds and subtracts.

const attackedTables = `"by":[["sex"],["organisation"],["sex","organisation"],["category:setting"]]`

// figures are the numbers of a figure that an attacker has: those that are printed, and those that follow from them.
type figures map[string]int

func at(by, cats []string) string {
	return strings.Join(by, "×") + "=" + strings.Join(cats, "×")
}

// derive solves every sum of which one number is missing, again and again.
func derive(f report.Figure) figures {
	known := figures{}
	tables := append([]report.Table{{By: []string{}, Rows: []report.Line{{Cats: []string{}, Number: f.Number}}}}, f.Tables...)
	hidden := map[string]bool{}
	for _, t := range tables {
		for _, r := range t.Rows {
			if key := at(t.By, r.Cats); r.Hidden {
				hidden[key] = true
			} else {
				known[key] = *r.Persons
			}
		}
	}
	for again := true; again; {
		again = false
		for _, whole := range tables {
			for _, parts := range tables {
				if len(parts.By) != len(whole.By)+1 || slices.ContainsFunc(whole.By, func(d string) bool { return !slices.Contains(parts.By, d) }) {
					continue
				}
				for _, w := range whole.Rows {
					sum, missing := 0, []string{}
					for _, p := range parts.Rows {
						within := true
						for x, d := range whole.By {
							within = within && p.Cats[slices.Index(parts.By, d)] == w.Cats[x]
						}
						if key := at(parts.By, p.Cats); within && hidden[key] {
							missing = append(missing, key)
						} else if within {
							sum += known[key]
						}
					}
					key := at(whole.By, w.Cats)
					switch {
					case hidden[key] && len(missing) == 0:
						known[key], hidden[key], again = sum, false, true
					case !hidden[key] && len(missing) == 1:
						known[missing[0]], hidden[missing[0]], again = known[key]-sum, false, true
					}
				}
			}
		}
	}
	return known
}

// apart lists what differs by fewer people than the threshold between what an attacker knows of two reports.
func apart(before, after figures) (found []string) {
	for key, n := range before {
		if m, known := after[key]; known && m != n && max(m-n, n-m) < 5 {
			found = append(found, fmt.Sprintf("%s was %d and is %d", key, n, m))
		}
	}
	return found
}

// come puts people into the programme who were at the seminar.
func (s *site) come(n int, sex, kind string) {
	s.T.Helper()
	for range n {
		p := lms.NewID[lms.Person]()
		s.Exec(`INSERT INTO persons (id, given_name, family_name, language, country, organisation_id, sex, created_at)
		        SELECT $1, 'New', 'Comer', 'sk', 'SK', o.id, $2, $4 FROM organisations o WHERE o.kind = $3 ORDER BY o.id LIMIT 1`, p, sex, kind, s.Start)
		s.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, categories, invited_at)
		        SELECT gen_random_uuid(), g.id, v.id, $1, 'invited', '{"setting": "office"}', $2 FROM programmes g JOIN programme_versions v ON v.programme_id = g.id WHERE g.key = 'slovakia'`, p, s.Start)
		s.Exec(`INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_at) SELECT id, $1, 'present', 330, 'sheet', $2 FROM programme_days LIMIT 1`, p, s.Start)
	}
}

// strike takes everything away that some did.
func (s *site) strike(n int, where string) {
	s.T.Helper()
	who := s.Text(`SELECT coalesce(string_agg(id::text, ','), '') FROM (SELECT DISTINCT p.id FROM persons p JOIN day_attendance a ON a.person_id = p.id
		LEFT JOIN organisations o ON o.id = p.organisation_id WHERE `+where+` ORDER BY 1 LIMIT $1) x`, n)
	for _, table := range []string{"day_attendance", "webinar_minutes", "enrolments"} {
		s.Exec(`DELETE FROM `+table+` WHERE person_id = ANY (string_to_array($1, ',')::uuid[])`, who)
	}
}

// Rows that are put in or struck off after a report was handed over are not told by the difference to the next one, be it
// by a number itself or by what it can be added up from.
func TestAFewWhoCameOrWentAreNotSubtracted(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	define := func(key, tables string) string {
		return s.define(`{"key":"` + key + `","name":{"en":"Trained"},"count":{"act":"attended"},"units":["persons"],` + tables + `}`)[0]
	}
	in := report.Input{
		Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31",
		Indicators: []string{define("first", attackedTables)},
	}
	others := []string{in.Indicators[0], define("second", `"by":[["organisation"],["organisation","sex"],["sex"]]`), define("third", `"by":[["sex","organisation"],["category:setting"]]`)}
	r := rand.New(rand.NewPCG(3, 14))
	kinds := []string{"state", "municipality", "ngo"}
	steps := []func(){
		func() { s.strike(2, `p.sex = 'female'`); s.come(10, "male", "state") }, // the whole grows by 8, the women shrink by 2
		func() { s.come(7, "male", "state"); s.strike(5, `p.sex = 'female'`) },  // only the whole changes by few
		func() { s.come(1, "female", "ngo"); s.come(1, "male", "state") },
		func() { s.come(6, "female", "ngo"); s.strike(6, `p.sex = 'female' AND o.kind = 'state'`) }, // the women stay as many
		func() {
			for range 4 {
				s.come(r.IntN(6), []string{"female", "male"}[r.IntN(2)], kinds[r.IntN(3)])
				s.strike(r.IntN(6), `o.kind = '`+kinds[r.IntN(3)]+`'`)
			}
		},
	}
	known, shown := map[string][]figures{}, 0
	for i, step := range append([]func(){func() {}}, steps...) {
		step()
		in.Indicators = others[i%len(others) : i%len(others)+1]
		v, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, in))
		s.must(err)
		now := derive(v.Content.Figures[0])
		// Names of two dimensions may stand in either order.
		for key, n := range now {
			if by, cats, _ := strings.Cut(key, "="); by == "organisation×sex" {
				kind, sex, _ := strings.Cut(cats, "×")
				now["sex×organisation="+sex+"×"+kind] = n
			}
		}
		for _, before := range known["all"] {
			for _, find := range apart(before, now) {
				t.Errorf("report %d: %s", i, find)
			}
		}
		known["all"] = append(known["all"], now)
		shown += len(now)
	}
	t.Logf("%d numbers of %d reports are told or follow", shown, len(known["all"]))
	if shown < 20 {
		t.Errorf("the reports tell next to nothing: %d numbers", shown)
	}
}

// What a finer table of an earlier report adds up to is not subtracted from a coarser one of a later.
func TestSumsOfAnEarlierTableAreNotSubtracted(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	s.Exec(`UPDATE persons SET sex = 'male' WHERE sex = 'not-stated'`)
	keys := s.define(
		`{"key":"fine","name":{"en":"Trained"},"count":{"act":"attended"},"by":[["sex","category:setting"]]}`,
		`{"key":"coarse","name":{"en":"Trained"},"count":{"act":"attended"},"by":[["sex"]]}`)
	in := report.Input{Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31"}
	freeze := func(key string) figures {
		in.Indicators = []string{key}
		v, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, in))
		s.must(err)
		return derive(v.Content.Figures[0])
	}
	before, women := freeze(keys[0]), 0
	for _, setting := range []string{"home", "street", "office"} {
		women += before["sex×category:setting=female×"+setting]
	}
	if women < 300 {
		t.Fatalf("the first report tells of %d women", women)
	}
	s.strike(2, `p.sex = 'female'`)
	s.come(20, "male", "state") // the whole changes by many
	if n, told := freeze(keys[1])["sex=female"]; told && n != women {
		t.Errorf("%d women were told by setting, now %d: two are gone", women, n)
	}
}

// What the few of one country reached is not told by the gains of all and of the other countries, in whatever order the
// reports are handed over.
func TestGainsOfARestAreNotSubtracted(t *testing.T) {
	for _, order := range [][]string{{"", "SK", "CZ"}, {"CZ", "SK", ""}} {
		s := newSite(t)
		s.slovakia()
		keys, told := s.define(trained), map[string][]report.Learning{}
		for _, country := range order {
			v, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, report.Input{
				Title: "Report", Programme: "slovakia", Country: country, Language: "en", From: "2026-03-01", To: "2026-12-31", Indicators: keys,
			}))
			s.must(err)
			told[country] = v.Content.Outcomes.Learning
		}
		means := 0
		for i, all := range told[""] {
			rest, complete := all.Pairs.N, all.Before != nil && !all.Pairs.AtLeast
			for _, part := range []string{"SK", "CZ"} {
				l := told[part][i]
				rest, complete = rest-l.Pairs.N, complete && l.Before != nil && !l.Pairs.AtLeast
				if l.Before != nil {
					means++
				}
			}
			if complete && rest > 0 && rest < 5 {
				t.Errorf("%q: the %d of Kyrgyzstan in %s are told by %+v less %+v and %+v", order, rest, all.Course, all, told["SK"][i], told["CZ"][i])
			}
		}
		if means < 2 {
			t.Errorf("%q: no country is told anything", order)
		}
	}
}

// react hands in answers without a name to the closing survey of a course.
func (s *site) react(on string, n, value int) {
	s.T.Helper()
	s.Exec(`INSERT INTO survey_responses (version_id, activity_key, answers, answered_on)
	        SELECT v.id, 'close', json_build_object('useful', json_build_object('number', $3::int)), $1::date
	          FROM course_versions v JOIN courses c ON c.id = v.course_id, generate_series(1, $2::int) WHERE c.key = 'c1'`, on, n, value)
}

// Somebody who opens the page of outcomes before and after one person answered, and knows who it was, learns nothing.
func TestOneAnswerIsNotReadOffTheDifference(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	open := func() report.Outcomes {
		t.Helper()
		v, err := s.Outcomes(t.Context(), s.admin, "slovakia", "")
		s.must(err)
		return v.Outcomes
	}
	text := func(v any) string {
		raw, err := json.Marshal(v)
		s.must(err)
		return string(raw)
	}
	s.react("2026-11-01", 20, 4)
	programme := s.Text(`SELECT id FROM programmes WHERE key = 'slovakia'`)
	later := func(on, country string, n, value int) {
		s.Exec(`INSERT INTO followups (id, participation_id, person_id, months, due_on, asked_at, answered)
		        SELECT gen_random_uuid(), pa.id, pa.person_id, 3, $1::date, $1::timestamptz, true FROM participations pa JOIN persons p ON p.id = pa.person_id
		         WHERE p.country = $2 AND NOT EXISTS (SELECT FROM followups f WHERE f.person_id = p.id) ORDER BY pa.id LIMIT $3`, on, country, n)
		s.Exec(`INSERT INTO followup_answers (programme_id, country, months, answers, answered_on)
		        SELECT $1, $2, 3, json_build_object('used', json_build_object('number', $4::int)), $3::date FROM generate_series(1, $5::int)`, programme, country, on, value, n)
	}
	later("2026-11-01", "SK", 20, 4)
	before := open()
	if r := before.Reaction[0]; r.N != 20 || *r.Mean != 4 {
		t.Fatalf("twenty answered in November: %+v", r)
	}
	if l := before.Later[0]; l.Answered.N != 20 || l.Asked.N != 20 || *l.Results[0].Mean != 4 {
		t.Fatalf("twenty were asked and answered in November: %+v", l)
	}
	one := func(on string) {
		s.react(on, 1, 1)
		later(on, "SK", 1, 1)
	}
	one("2027-01-01") // in the month of now
	if after := open(); text(after) != text(before) {
		t.Errorf("one answered:\n%s\n%s", text(before), text(after))
	}
	s.now = s.now.AddDate(0, 1, 0)
	if after := open(); text(after) != text(before) {
		t.Errorf("one answered, and the month is over:\n%s\n%s", text(before), text(after))
	}
	for range 4 {
		one("2027-02-01")
	}
	s.now = s.now.AddDate(0, 1, 0)
	if r, l := open().Reaction[0], open().Later[0]; r.N != 25 || *r.Mean != 3.4 || l.Answered.N != 25 || *l.Results[0].Mean != 3.4 {
		t.Errorf("five answered: %+v, %+v", r, l)
	}
	// The two of Kyrgyzstan are not told by all less the others.
	later("2026-11-01", "CZ", 6, 3)
	later("2026-11-01", "KG", 2, 1)
	parts := 0
	for _, country := range []string{"SK", "CZ", "KG"} {
		v, err := s.Outcomes(t.Context(), s.admin, "slovakia", country)
		s.must(err)
		parts += v.Later[0].Answered.N
	}
	if all := open().Later[0]; all.Answered.N != parts || all.Asked.N-parts != 0 {
		t.Errorf("%+v of all, %d of the countries", all, parts)
	}
}

// A percentage of few is a number of people: whatever is printed of an option could be of none, or of a threshold.
func TestSharesTellNoCount(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	programme, told := s.Text(`SELECT id FROM programmes WHERE key = 'slovakia'`), 0
	for _, n := range []int{5, 24, 120} {
		s.Exec(`DELETE FROM followup_answers`)
		s.Exec(`DELETE FROM followups`)
		s.Exec(`INSERT INTO followups (id, participation_id, person_id, months, due_on, asked_at, answered)
		        SELECT gen_random_uuid(), pa.id, pa.person_id, 3, '2026-11-01', '2026-11-01', true FROM participations pa JOIN persons p ON p.id = pa.person_id WHERE p.country = 'SK' LIMIT $1`, n)
		printed := map[int]float64{}
		for few := range min(n, 6) {
			s.Exec(`DELETE FROM followup_answers`)
			s.Exec(`INSERT INTO followup_answers (programme_id, country, months, answers, answered_on)
			        SELECT $1, 'SK', 3, json_build_object('hindered', json_build_object('choices', json_build_array(CASE WHEN i <= $3::int THEN 'support' ELSE 'time' END))), '2026-11-01'
			          FROM generate_series(1, $2::int) i`, programme, n, few)
			v, err := s.Outcomes(t.Context(), s.admin, "slovakia", "SK")
			s.must(err)
			for _, item := range v.Later[0].Results {
				if share, there := item.Shares["support"]; there {
					printed[few] = share
					told++
				}
			}
		}
		for few := 1; few < 5; few++ {
			if share, there := printed[few]; there && (share != printed[0] || share != printed[5]) {
				t.Errorf("%d of %d are printed as %v %%, none as %v and five as %v", few, n, share, printed[0], printed[5])
			}
		}
	}
	if told == 0 {
		t.Error("no share is ever told")
	}
}

// Two programmes with the same people are not subtracted from one another.
func TestTwoProgrammesWithTheSamePeople(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	in := report.Input{Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31", Indicators: s.define(`{"key":"attended","name":{"en":"Attended"},"count":{"act":"attended"},` + attackedTables + `}`)}
	// The second is of all that take part in the first but for two men and a woman, and counts the same courses and webinars.
	s.Exec(`INSERT INTO programmes (id, key, draft, created_at) SELECT gen_random_uuid(), 'twin', draft, created_at FROM programmes WHERE key = 'slovakia'`)
	s.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at)
	        SELECT gen_random_uuid(), t.id, 1, v.definition, v.published_at FROM programmes t, programme_versions v WHERE t.key = 'twin'`)
	s.Exec(`INSERT INTO programme_webinars (programme_id, component, webinar_id) SELECT t.id, w.component, w.webinar_id FROM programmes t, programme_webinars w WHERE t.key = 'twin'`)
	s.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, categories, invited_at)
	        SELECT gen_random_uuid(), t.id, v.id, pa.person_id, 'invited', pa.categories, pa.invited_at
	          FROM programmes t JOIN programme_versions v ON v.programme_id = t.id, participations pa JOIN programmes g ON g.id = pa.programme_id
	         WHERE t.key = 'twin' AND g.key = 'slovakia'`)
	s.Exec(`UPDATE day_attendance SET state = 'absent'`) // the day is the first programme's alone
	s.Exec(`DELETE FROM participations WHERE id IN (
	            SELECT pa.id FROM participations pa JOIN programmes g ON g.id = pa.programme_id JOIN persons p ON p.id = pa.person_id
	             WHERE g.key = 'twin' AND p.sex = 'male' AND EXISTS (SELECT FROM webinar_minutes m WHERE m.person_id = p.id) ORDER BY p.id LIMIT 2)`)
	whole, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, in))
	s.must(err)
	in.Programme = "twin"
	second, err := s.Report(t.Context(), s.admin, s.create(s.admin, in))
	s.must(err)
	for _, find := range apart(derive(whole.Content.Figures[0]), derive(second.Content.Figures[0])) {
		t.Errorf("in one programme and not in the other: %s", find)
	}
	for i, l := range second.Content.Outcomes.Learning {
		if w := whole.Content.Outcomes.Learning[i]; l.Before != nil && w.Before != nil && l.Pairs.N != w.Pairs.N && max(l.Pairs.N-w.Pairs.N, w.Pairs.N-l.Pairs.N) < 5 {
			t.Errorf("gain of %s: %+v beside %+v", l.Course, l, w)
		}
	}
	// Where many are in one alone the two are told beside each other.
	s.Exec(`DELETE FROM participations WHERE id IN (
	            SELECT pa.id FROM participations pa JOIN programmes g ON g.id = pa.programme_id JOIN persons p ON p.id = pa.person_id
	             WHERE g.key = 'twin' AND p.sex = 'female' AND EXISTS (SELECT FROM webinar_minutes m WHERE m.person_id = p.id) ORDER BY p.id LIMIT 100)`)
	if second, err = s.Report(t.Context(), s.admin, second.ID); err != nil || second.Content.Figures[0].Hidden {
		t.Errorf("a hundred less, and still hidden: %v", err)
	}
}

// CSV, XLSX, PDF and JSON of one report tell the same cells with the same digits, and none what another hides.
func TestAllDocumentsTellTheSame(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	s.react("2026-11-01", 20, 4)
	v, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, report.Input{
		Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31", Indicators: s.define(trained, certified, seminar),
	}))
	s.must(err)
	file := func(kind string) []byte {
		raw, _, err := s.File(t.Context(), s.admin, v.ID, kind)
		s.must(err)
		return raw
	}
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file("csv")), "\ufeff"))).ReadAll()
	s.must(err)
	book, err := excelize.OpenReader(bytes.NewReader(file("xlsx")))
	s.must(err)
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	s.must(err)
	if len(rows) != len(table) {
		t.Fatalf("%d lines of XLSX, %d of CSV", len(rows), len(table))
	}
	for i := range rows {
		if !slices.Equal(rows[i], table[i]) {
			t.Errorf("line %d: %q in XLSX, %q in CSV", i, rows[i], table[i])
		}
	}
	var paper struct {
		Report report.Content `json:"report"`
	}
	s.must(json.Unmarshal(file("json"), &paper))
	var numbers []string
	hidden, mark := 0, ""
	number := func(units int, n report.Number, of bool) {
		say := func(v *int, away bool) {
			if away {
				hidden++
				numbers = append(numbers, "hidden")
				return
			}
			numbers = append(numbers, fmt.Sprint(*v))
		}
		if n.Hidden && (n.Persons != nil || n.Attendances != nil || n.Share != nil) || n.OfHidden && (n.Of != nil || n.Share != nil) {
			t.Errorf("hidden and told: %+v", n)
		}
		if n.Share != nil && *n.Share != float64(*n.Persons*1000 / *n.Of)/10 {
			t.Errorf("the share has more digits than its numbers: %+v", n)
		}
		say(n.Persons, n.Hidden)
		if units > 1 {
			say(n.Attendances, n.Hidden)
		}
		if of {
			say(n.Of, n.OfHidden)
		}
	}
	for _, f := range paper.Report.Figures {
		number(len(f.Definition.Units), f.Number, f.Definition.Of != nil)
		for _, b := range f.Tables {
			for _, r := range b.Rows {
				number(len(f.Definition.Units), r.Number, f.Definition.Of != nil)
			}
		}
	}
	if len(numbers) != len(table)-1 || hidden < 5 {
		t.Fatalf("%d numbers of JSON, %d hidden, %d of CSV", len(numbers), hidden, len(table)-1)
	}
	for i, n := range numbers {
		if got := table[i+1][4]; n == "hidden" && (mark == "" || mark == got) && strings.Trim(got, "0123456789") != "" {
			mark = got
		} else if n != got {
			t.Errorf("%s of JSON is %s in CSV", n, got)
		}
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (Debian: poppler-utils) reads the paper back, and is not installed")
	}
	path := filepath.Join(t.TempDir(), "report.pdf")
	s.must(os.WriteFile(path, file("pdf"), 0o600))
	out, err := exec.Command(tool, "-layout", path, "-").Output()
	s.must(err)
	if n := strings.Count(string(out), mark); n < hidden {
		t.Errorf("%d marks of hidden numbers in the PDF, %d numbers are hidden:\n%s", n, hidden, out)
	}
	printed := map[string]bool{}
	for _, word := range strings.Fields(string(out)) {
		printed[strings.Trim(word, "():")] = true
	}
	for i, n := range numbers {
		if n != "hidden" && !printed[n] {
			t.Errorf("%v is not in the PDF", table[i+1])
		}
	}
}
