package report_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/lmstest"
	"mostik/lms/report"
)

// site is a world with a service of reports.
type site struct {
	*lmstest.World
	*report.Service
	now     time.Time
	admin   lms.Actor
	country map[string]lms.Actor
}

func newSite(t *testing.T) *site {
	t.Helper()
	return siteOn(t, lmstest.New(t), t.TempDir())
}

func siteOn(t *testing.T, w *lmstest.World, folder string) *site {
	t.Helper()
	s := &site{World: w, country: map[string]lms.Actor{}}
	s.now = time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC)
	blobs, err := blob.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	s.Service = &report.Service{DB: s.World.DB, Blobs: blobs, Issuer: "Bridges without borders", PublicURL: "https://learn.example.org", Now: func() time.Time { return s.now }}
	s.admin = s.actor(lms.Grant{Role: lms.Admin, Scope: lms.AllGround()})
	for _, code := range []string{"SK", "KZ", "TJ"} {
		s.country[code] = s.actor(lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround(code)})
	}
	return s
}

func (s *site) actor(g lms.Grant) lms.Actor {
	return lms.Actor{Person: s.Person(lmstest.PersonSpec{Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}, Language: "en"}
}

func (s *site) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// insert puts many rows into a table in one statement; columns that are not given get their defaults.
func (s *site) insert(table string, rows []map[string]any) {
	s.T.Helper()
	columns := map[string]bool{}
	for _, r := range rows {
		for c := range r {
			columns[c] = true
		}
	}
	names := strings.Join(slices.Sorted(maps.Keys(columns)), ", ")
	raw, err := json.Marshal(rows)
	s.must(err)
	s.Exec(`INSERT INTO `+table+` (`+names+`) SELECT `+names+` FROM json_populate_recordset(NULL::`+table+`, $1)`, string(raw))
}

// staff is one person of the re-enactment with what they did, as the script remembers it.
type staff struct {
	id                   lms.ID[lms.Person]
	sex, country, kind   string
	courses, attendances int
}

const slovakDefinition = `{"title":{"en":"Recognising trafficking in children's homes and in the street","sk":"Rozpoznávanie obchodovania s ľuďmi v detských domovoch a v teréne"},
	"components":[
		{"key":"basics","kind":"course","title":{"en":"Basics"},"course":"c1"},
		{"key":"work","kind":"course","title":{"en":"Work across cultures"},"course":"c2"},
		{"key":"care","kind":"course","title":{"en":"Care for oneself"},"course":"c3"},
		{"key":"opening","kind":"webinar","title":{"en":"Opening"}},
		{"key":"exchange","kind":"webinar","title":{"en":"Exchange"}},
		{"key":"seminar","kind":"day","title":{"en":"Seminar"}}],
	"achievement":{"all":[{"course":"basics"},{"course":"work"}]},"hours":"24",
	"categories":[{"key":"setting","title":{"en":"Setting"},"options":[{"key":"home","title":{"en":"children's home"}},{"key":"street","title":{"en":"street work"}},{"key":"office","title":{"en":"office"}}]}]}`

// slovakia puts the programme into the tables: more than 500 staff of state, municipalities and NGOs, children's homes
// and street work among them, three courses, two webinars, an in-person day. It keeps its own tally.
func (s *site) slovakia() []*staff {
	s.T.Helper()
	programme, version := lms.NewID[lms.Programme](), lms.NewID[lms.ProgrammeVersion]()
	s.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, 'slovakia', $2, $3)`, programme, slovakDefinition, s.Start)
	s.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $2, 1, $3, $4)`, version, programme, slovakDefinition, s.Start)
	var courses []lms.ID[lms.Course]
	var versions []lms.ID[lms.Version]
	for i := range 3 {
		c, v := s.Course(fmt.Sprintf("c%d", i+1), `{"course":{"title":{"en":"Course"},"modules":[{"activities":[
			{"key":"pre","kind":"quiz","quiz":{"purpose":"pre","pair":"base"}},{"key":"post","kind":"quiz","quiz":{"purpose":"post","pair":"base"}},
			{"key":"close","kind":"survey","survey":"reaction"}]}]},
			"surveys":{"reaction":{"kind":"survey","items":[{"key":"useful","kind":"scale","from":1,"to":5,"stem":{"en":"It was useful"}}]},"strain":{"kind":"selfcheck","items":[{"key":"w1"}]}}}`)
		courses, versions = append(courses, c), append(versions, v)
	}
	for i, component := range []string{"opening", "exchange"} {
		s.Exec(`INSERT INTO webinars (id, title, language, starts_at, ends_at, guest_code, created_at)
		        VALUES ($1, 'A webinar', 'sk', $2::timestamptz, $2::timestamptz + interval '90 minutes', $1, $2)`, component, s.Start.AddDate(0, i+1, 0))
		s.Exec(`INSERT INTO programme_webinars (programme_id, component, webinar_id) VALUES ($1, $2, $2)`, programme, component)
	}
	day := lms.NewID[lms.Day]()
	s.Exec(`INSERT INTO programme_days (id, programme_id, component, title, country, starts_at, ends_at)
	        VALUES ($1, $2, 'seminar', 'Seminar', 'SK', $3::timestamptz, $3::timestamptz + interval '6 hours')`, day, programme, s.Start.AddDate(0, 3, 0))
	kinds := []string{"state", "municipality", "ngo", "ngo", "state", "other"}
	organisations := map[string]lms.ID[lms.Organisation]{}
	for _, k := range kinds {
		if _, known := organisations[k]; !known {
			organisations[k] = s.Organisation("SK")
			s.Exec(`UPDATE organisations SET kind = $2 WHERE id = $1`, organisations[k], k)
		}
	}
	r := rand.New(rand.NewPCG(7, 11))
	var all []*staff
	rows := map[string][]map[string]any{}
	add := func(table string, row map[string]any) { rows[table] = append(rows[table], row) }
	for i := range 540 {
		one := &staff{sex: "female", country: "SK", kind: kinds[(i*7/3)%5]}
		switch {
		case i%5 == 0:
			one.sex = "male"
		case i%31 == 0:
			one.sex = "not-stated"
		}
		switch {
		case i%9 == 0:
			one.country = "CZ"
		case i%180 == 1:
			one.country = "KG"
		}
		if i%60 == 7 {
			one.kind = "other"
		}
		one.id = lms.NewID[lms.Person]()
		add("persons", map[string]any{
			"id": one.id, "given_name": "Given", "family_name": fmt.Sprint("Family", i), "email": fmt.Sprintf("staff%d@example.org", i), "language": "sk",
			"country": one.country, "organisation_id": organisations[one.kind], "sex": one.sex, "birth_year": 1960 + r.IntN(45), "created_at": s.Start,
		})
		setting, participation := []string{"home", "street", "office"}[i%3], lms.NewID[lms.Participation]()
		part := map[string]any{"id": participation, "programme_id": programme, "version_id": version, "person_id": one.id, "state": "invited", "categories": map[string]string{"setting": setting}, "invited_at": s.Start}
		for c := range 3 {
			if r.IntN(10) <= 3+c {
				continue
			}
			enrolment, at := lms.NewID[lms.Enrolment](), s.Start.AddDate(0, 0, 10+r.IntN(200))
			add("enrolments", map[string]any{
				"id": enrolment, "person_id": one.id, "course_id": courses[c], "version_id": versions[c], "state": "completed",
				"enrolled_at": s.Start, "started_at": at.AddDate(0, 0, -5), "completed_at": at,
			})
			for k, activity := range []string{"pre", "post"} {
				if k == 0 || r.IntN(8) > 0 {
					add("attempts", map[string]any{
						"id": lms.NewID[lms.Attempt](), "enrolment_id": enrolment, "version_id": versions[c], "activity_key": activity, "kind": "quiz", "number": 1,
						"paper": map[string]any{}, "started_at": at, "submitted_at": at, "state": "scored", "percent": 40 + 20*k + r.IntN(30),
					})
				}
			}
			one.courses++
			one.attendances++
		}
		for k, webinar := range []string{"opening", "exchange"} {
			if r.IntN(10) > 2+2*k {
				add("webinar_minutes", map[string]any{"webinar_id": webinar, "person_id": one.id, "minutes": 80, "percent": 90, "floor": 88, "evidence": "device", "spans": []int{}, "counted_at": s.Start})
				one.attendances++
			}
		}
		if r.IntN(10) > 4 {
			add("day_attendance", map[string]any{"day_id": day, "person_id": one.id, "state": "present", "minutes": 330, "evidence": "sheet", "recorded_at": s.Start})
			one.attendances++
		}
		if one.courses >= 2 {
			at := s.Start.AddDate(0, 7, 0)
			part["state"], part["joined_at"], part["passed_at"], part["certified_at"] = "certified", at, at, at
		}
		add("participations", part)
		all = append(all, one)
	}
	for _, table := range []string{"persons", "participations", "enrolments", "attempts", "webinar_minutes", "day_attendance"} {
		s.insert(table, rows[table])
	}
	return all
}

const (
	trained   = `{"key":"trained","name":{"en":"Staff trained","sk":"Vyškolení pracovníci"},"count":{"act":"attended"},"units":["persons","attendances"],"by":[["sex"],["country"],["organisation"],["category:setting"],["age"],["sex","organisation"]],"target":{"value":500,"by":"2026-12-31"}}`
	seminar   = `{"key":"seminar","name":{"en":"Seminar"},"count":{"act":"day","components":["seminar"]},"by":[["sex"],["organisation"]]}`
	certified = `{"key":"certified","name":{"en":"Certified"},"count":{"act":"certified"},"of":{"act":"enrolled"},"by":[["sex"],["country"]],"target":{"value":40}}`
	advised   = `{"key":"advised","name":{"en":"People advised"},"count":{"act":"total","what":"advised"},"by":[["sex"],["age"],["country"]]}`
)

func (s *site) define(definitions ...string) []string {
	s.T.Helper()
	var keys []string
	for _, d := range definitions {
		i, err := s.Define(s.T.Context(), s.admin, "", []byte(d))
		s.must(err)
		keys = append(keys, i.Key)
	}
	return keys
}

func (s *site) create(actor lms.Actor, in report.Input) lms.ID[lms.Report] {
	s.T.Helper()
	id, err := s.Create(s.T.Context(), actor, in)
	s.must(err)
	return id
}

func TestTheSlovakProgramme(t *testing.T) {
	s := newSite(t)
	people := s.slovakia()
	keys := s.define(trained, seminar, certified, advised)
	for i, n := range []int{120, 40, 3} {
		_, err := s.EnterTotal(t.Context(), s.admin, report.TotalInput{
			Programme: "slovakia", Country: "SK", What: "advised", From: "2026-03-01", To: "2026-11-30", Sex: []string{"female", "male", "not-stated"}[i], Age: "25-34", Count: n, Source: "Yearly statistics of the partner",
		})
		s.must(err)
	}
	in := report.Input{Title: "Report for the donor", Programme: "slovakia", Language: "sk", From: "2026-03-01", To: "2026-12-31", Indicators: keys}
	id := s.create(s.admin, in)
	v, err := s.Report(t.Context(), s.admin, id)
	s.must(err)

	// The script's own tally.
	persons, attendances := map[string]int{}, map[string]int{}
	for _, p := range people {
		if p.attendances == 0 {
			continue
		}
		for _, key := range []string{"", "sex=" + p.sex, "country=" + p.country, "organisation=" + p.kind} {
			persons[key]++
			attendances[key] += p.attendances
		}
	}
	f := v.Content.Figures[0]
	check := func(key string, n report.Number) {
		t.Helper()
		switch {
		case n.Hidden && persons[key] >= 5:
			t.Logf("%s is hidden beside a small one: %d persons", key, persons[key])
		case n.Hidden:
		case persons[key] > 0 && persons[key] < 5:
			t.Errorf("%s: %d persons are printed", key, persons[key])
		case *n.Persons != persons[key] || *n.Attendances != attendances[key]:
			t.Errorf("%s: %d persons, %d attendances; the tally says %d and %d", key, *n.Persons, *n.Attendances, persons[key], attendances[key])
		}
	}
	check("", f.Number)
	if f.Hidden || *f.Persons < 500 {
		t.Errorf("the whole: %+v", f.Number)
	}
	shown := 0
	for _, table := range f.Tables {
		if len(table.By) > 1 || !slices.Contains([]string{"sex", "country", "organisation"}, table.By[0]) {
			continue
		}
		for _, r := range table.Rows {
			check(table.By[0]+"="+r.Cats[0], r.Number)
			if !r.Hidden {
				shown++
			}
		}
	}
	if shown < 8 {
		t.Errorf("only %d lines are shown: %+v", shown, f.Tables)
	}
	// Three who came from Kyrgyzstan are not told, nor is who would give them away.
	hidden := 0
	for _, r := range f.Tables[1].Rows {
		if r.Hidden {
			hidden++
		}
	}
	if hidden < 2 {
		t.Errorf("by country: %+v", f.Tables[1].Rows)
	}
	if l := v.Content.Outcomes.Learning; len(l) != 3 || l[0].Pairs.N < 100 || l[0].Effect == nil {
		t.Errorf("gain: %+v", l)
	}

	frozen, err := s.Freeze(t.Context(), s.admin, id)
	s.must(err)
	again := s.create(s.admin, in)
	s.now = s.now.AddDate(0, 0, 3)
	second, err := s.Freeze(t.Context(), s.admin, again)
	s.must(err)
	for i, file := range frozen.Files {
		if second.Files[i].SHA256 != file.SHA256 || file.Bytes == 0 {
			t.Errorf("the second %s is not the first's bytes", file.Kind)
		}
	}
	elsewhere := s.admin
	elsewhere.Language = "ru" // the document's language decides, not the reader's
	checked, err := s.Verify(t.Context(), elsewhere, id)
	s.must(err)
	if !checked.Kept || !checked.Same {
		t.Errorf("verified: %+v", checked)
	}
	if n := s.Int(`SELECT count(*) FROM record_entries WHERE kind = 'report'`); n != 2 {
		t.Errorf("%d entries in the record", n)
	}
	raw, _, err := s.File(t.Context(), s.admin, id, "csv")
	s.must(err)
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff"))).ReadAll()
	s.must(err)
	if len(table) < 30 || table[1][4] != fmt.Sprint(persons[""]) {
		t.Errorf("the CSV begins %v", table[:3])
	}
	for _, kind := range []string{"pdf", "xlsx", "json"} {
		raw, _, err := s.File(t.Context(), s.admin, id, kind)
		s.must(err)
		if len(raw) < 1000 {
			t.Errorf("%s of %d bytes", kind, len(raw))
		}
	}

	// A number opens to its people.
	behind, err := s.People(t.Context(), s.admin, id, "trained", []string{"sex=male"})
	s.must(err)
	if behind.Total != persons["sex=male"] {
		t.Errorf("%d men behind a number of %d", behind.Total, persons["sex=male"])
	}
	// Somebody at three events is one person and three attendances.
	for _, p := range people {
		if p.attendances == 3 && p.sex == "male" {
			i := slices.IndexFunc(behind.Items, func(b report.BehindPerson) bool { return b.ID == p.id })
			if i < 0 || behind.Items[i].Times != 3 {
				t.Errorf("three events: %d of %+v", i, behind.Items)
			}
			break
		}
	}
}

// TestNothingOfTheSelfCheckIsCounted holds that no table keeps anything of it, and that no query of reports names it.
func TestNothingOfTheSelfCheckIsCounted(t *testing.T) {
	s := newSite(t)
	if n := s.Int(`SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'
		AND (table_name ~ '(self.?check|burnout|strain|cbi)' OR column_name ~ '(self.?check|burnout|strain|cbi)')`); n != 0 {
		t.Errorf("%d columns are of a self-check", n)
	}
	s.slovakia()
	id := s.create(s.admin, report.Input{Title: "All", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31", Indicators: s.define(trained)})
	// A self-check's answers that somebody smuggled in among surveys are not read.
	s.Exec(`INSERT INTO survey_responses (version_id, activity_key, answers, answered_on)
	        SELECT v.id, 'strain', '{"w1": {"number": 4}}', '2026-05-01' FROM course_versions v, generate_series(1, 20)`)
	raw, _, err := s.File(t.Context(), s.admin, id, "json")
	s.must(err)
	if strings.Contains(string(raw), "w1") || strings.Contains(string(raw), "strain") {
		t.Error("the report tells of the self-check")
	}
}

// TestFollowupsAreAskedOnceAndAnsweredWithoutAName walks from the certificate to the result.
func TestFollowupsAreAskedOnceAndAnsweredWithoutAName(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	s.now = s.Start.AddDate(0, 10, 3) // three months after the certificates
	asked, err := s.AskFollowups(t.Context())
	s.must(err)
	again, err := s.AskFollowups(t.Context())
	s.must(err)
	certified := s.Int(`SELECT count(*) FROM participations WHERE certified_at IS NOT NULL`)
	if asked != certified || again != 0 || s.Int(`SELECT count(*) FROM mails WHERE language = 'sk' AND body LIKE '%/followups/%'`) != certified {
		t.Errorf("%d asked of %d, then %d", asked, certified, again)
	}
	ids, err := s.World.DB.DB.QueryContext(t.Context(), `SELECT f.id::text, f.person_id FROM followups f JOIN persons p ON p.id = f.person_id WHERE p.country = 'SK' ORDER BY f.id LIMIT 20`)
	s.must(err)
	defer ids.Close()
	var answered []string
	for ids.Next() {
		var id string
		var person lms.ID[lms.Person]
		s.must(ids.Scan(&id, &person))
		actor := lms.Actor{Person: person, Language: "sk"}
		four := 4.0
		s.must(s.AnswerFollowup(t.Context(), actor, id, scale.Response{"used": {Number: &four}}))
		s.must(s.AnswerFollowup(t.Context(), actor, id, scale.Response{"used": {Number: &four}})) // a repeat is the same
		if _, err := s.MyFollowup(t.Context(), s.country["KZ"], id); lms.KindOf(err) != lms.NotFound {
			t.Errorf("somebody else opens it: %v", err)
		}
		answered = append(answered, id)
	}
	if n := s.Int(`SELECT count(*) FROM followup_answers`); n != len(answered) || n != 20 {
		t.Errorf("%d answers of %d", n, len(answered))
	}
	// Of the countries with few who were asked nothing is told, and of nobody before the month is over.
	s.now = s.now.AddDate(0, 1, 0)
	told := s.Int(`SELECT sum(n)::int FROM (SELECT count(*) AS n FROM followups f JOIN persons p ON p.id = f.person_id GROUP BY p.country HAVING count(*) >= 5) x`)
	v, err := s.Outcomes(t.Context(), s.admin, "slovakia", "")
	s.must(err)
	if len(v.Later) != 1 || v.Later[0].Answered.N != 20 || v.Later[0].Asked.N != told || told > asked || told < asked-4 || v.Later[0].Rate == nil || *v.Later[0].Results[0].Mean != 4 {
		t.Errorf("%+v", v.Later)
	}
}
