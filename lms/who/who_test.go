package who_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/lmstest"
	"mostik/lms/who"
)

var today = time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)

func query(t *testing.T, params map[string]string) (who.Filter, error) {
	t.Helper()
	return who.FromQuery(func(name string) string { return params[name] })
}

func TestFilterHasOneForm(t *testing.T) {
	f, err := query(t, map[string]string{"country": "TJ,KZ,TJ", "q": "  Ахметова   a ", "stuck": "true", "role": "trainer", "expires_in": "30"})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"text":"Ахметова a","countries":["KZ","TJ"],"roles":["trainer"],"expires_in":30,"stuck":true}`
	if got := f.JSON(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	again, err := who.ParseJSON([]byte(`{"stuck":true, "roles":["trainer","trainer"], "countries":["TJ","KZ"], "text":"Ахметова a", "expires_in":30}`))
	if err != nil || again.JSON() != want {
		t.Errorf("the same in another order became %s, %v", again.JSON(), err)
	}
	if empty, err := query(t, nil); err != nil || !empty.IsZero() || f.IsZero() {
		t.Errorf("a query without parts is %s, %v", empty.JSON(), err)
	}
}

func TestFilterBlames(t *testing.T) {
	fields := func(err error) []string {
		e, ok := errors.AsType[*lms.Error](err)
		if !ok || e.Kind != lms.Invalid {
			t.Fatalf("not Invalid: %v", err)
		}
		if len(e.Problems) == 0 {
			return []string{e.Field}
		}
		var all []string
		for _, p := range e.Problems {
			all = append(all, p.Field)
		}
		return all
	}
	_, err := query(t, map[string]string{"country": "kz", "centre": "x", "sex": "f", "expires_in": "-1", "stuck": "maybe", "unseen_since": "22.11.2026"})
	if got := strings.Join(fields(err), " "); got != "centre stuck country sex expires_in unseen_since" {
		t.Errorf("a query blamed %s", got)
	}
	for raw, want := range map[string]string{
		`{"countries":["Kazakhstan"]}`: "countries", `{"jobs":["spy"]}`: "jobs", `{"colour":"red"}`: "colour",
		`{"stuck":1}`: "stuck", `{"reach":"pigeon"}`: "reach", `{"unseen_since":"0000-01-01"}`: "unseen_since", `{"centres":["x"]}`: "", `[]`: "", `{} {}`: "",
	} {
		if _, err := who.ParseJSON([]byte(raw)); fields(err)[0] != want {
			t.Errorf("%s blamed %q, want %q", raw, fields(err)[0], want)
		}
	}
	var body struct{ Filter who.Filter }
	if err := json.Unmarshal([]byte(`{"Filter":{"sex":["x"]}}`), &body); fields(err)[0] != "sex" {
		t.Errorf("inside another object: %v", err)
	}
}

func FuzzFilter(f *testing.F) {
	f.Add(`{"text":"Ахметова","countries":["KZ"],"expires_in":30,"stuck":true}`, "KZ,TJ", "active")
	f.Add(`{"centres":["0190c5a4-0000-7000-8000-000000000000"],"unseen_since":"2026-01-01"}`, "", "x")
	f.Fuzz(func(t *testing.T, raw, countries, standing string) {
		if f, err := who.ParseJSON([]byte(raw)); err == nil {
			again, err := who.ParseJSON([]byte(f.JSON()))
			if err != nil || again.JSON() != f.JSON() {
				t.Errorf("%q has two forms: %s and %s (%v)", raw, f.JSON(), again.JSON(), err)
			}
		}
		params := map[string]string{"country": countries, "standing": standing}
		if f, err := who.FromQuery(func(name string) string { return params[name] }); err == nil {
			if _, err := who.ParseJSON([]byte(f.JSON())); err != nil {
				t.Errorf("%q, %q were taken and are no filter: %v", countries, standing, err)
			}
		}
	})
}

// town is people of several kinds, by a short name.
type town struct {
	*lmstest.World
	people               map[string]lms.ID[lms.Person]
	almaty, dushanbe     lms.ID[lms.Centre]
	office               lms.ID[lms.Organisation]
	course               lms.ID[lms.Course]
	cohort               lms.ID[lms.Cohort]
	programme, elsewhere lms.ID[lms.Programme]
}

func newTown(t *testing.T) *town {
	w := &town{World: lmstest.New(t), people: map[string]lms.ID[lms.Person]{}}
	w.almaty, w.dushanbe, w.office = w.Centre("KZ"), w.Centre("TJ"), w.Organisation("KZ")
	person := func(name string, spec lmstest.PersonSpec) lms.ID[lms.Person] {
		spec.FamilyName = name
		w.people[name] = w.Person(spec)
		return w.people[name]
	}
	aliya := person("Aliya", lmstest.PersonSpec{Country: "KZ", Centre: w.almaty, Organisation: w.office, Email: "a@example.org"})
	bakyt := person("Bakyt", lmstest.PersonSpec{Country: "KG", Grants: []lms.Grant{{Role: lms.Trainer, Scope: lms.AllGround()}}})
	zarina := person("Zarina", lmstest.PersonSpec{Country: "TJ", Centre: w.dushanbe})
	person("Nobody", lmstest.PersonSpec{})
	gone := person("Gone", lmstest.PersonSpec{Country: "KZ"})
	w.Exec(`UPDATE persons SET state = 'erased' WHERE id = $1`, gone)
	w.Exec(`UPDATE persons SET phone = '+992 44 600', job = 'lawyer', sex = 'female', last_seen_at = '2026-06-01' WHERE id = $1`, zarina)
	w.Exec(`UPDATE persons SET state = 'blocked', last_seen_at = '2026-11-01' WHERE id = $1`, bakyt)

	var version lms.ID[lms.Version]
	w.course, version = w.Course("trafficking", `{}`)
	w.cohort = w.Cohort(w.course, "KZ", w.almaty)
	stuck := w.Enrol(aliya, w.course, version, w.cohort)
	w.Exec(`UPDATE enrolments SET stuck_on = 'm2-quiz' WHERE id = $1`, stuck)
	w.Enrol(zarina, w.course, version, lms.ID[lms.Cohort]{})

	for _, p := range []*lms.ID[lms.Programme]{&w.programme, &w.elsewhere} {
		*p = lms.NewID[lms.Programme]()
		w.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, 'p' || left($1::uuid::text, 8) || right($1::uuid::text, 8), '{}', $2)`, *p, w.Start)
		w.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at)
		        VALUES ($1, $1, 1, '{"components": [{"key": "a", "kind": "course", "course": "trafficking"}]}', $2)`, *p, w.Start)
	}
	part := func(person lms.ID[lms.Person], programme lms.ID[lms.Programme], state string) {
		w.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at) VALUES (gen_random_uuid(), $1, $1, $2, $3, $4)`,
			programme, person, state, w.Start)
	}
	part(aliya, w.programme, "active")
	part(zarina, w.programme, "certified")
	part(bakyt, w.elsewhere, "certified")
	paper := func(person lms.ID[lms.Person], programme lms.ID[lms.Programme], state string, expires any) {
		w.Exec(`INSERT INTO certificates (id, serial, person_id, programme_id, award, claim, seal, key_id, state, issued_at, expires_on)
		        VALUES (gen_random_uuid(), gen_random_uuid()::text, $1, $2, gen_random_uuid(), '{}', '', 'k', $3, $4, $5::text::date)`,
			person, programme, state, w.Start, expires)
	}
	paper(zarina, w.programme, "valid", "2026-11-22")
	paper(bakyt, w.elsewhere, "valid", nil)
	paper(aliya, w.elsewhere, "valid", "2026-11-21")
	paper(aliya, w.elsewhere, "revoked", "2027-11-21")
	return w
}

func (w *town) names(scope lms.Scope, f who.Filter) string {
	w.T.Helper()
	var q who.Query
	q.People(scope, f, today)
	rows, err := db.Rows(w.T.Context(), w.DB, `SELECT p.family_name FROM persons p WHERE `+q.Where()+` ORDER BY p.sort_name`, q.Args()...)
	if err != nil {
		w.T.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			w.T.Fatal(err)
		}
		all = append(all, name)
	}
	if err := rows.Err(); err != nil {
		w.T.Fatalf("%s: %v", q.Where(), err)
	}
	return strings.Join(all, " ")
}

func TestFilterFinds(t *testing.T) {
	w := newTown(t)
	all := lms.Scope{All: true}
	for name, c := range map[string]struct {
		filter who.Filter
		want   string
	}{
		"everybody":              {who.Filter{}, "Aliya Bakyt Nobody Zarina"},
		"words":                  {who.Filter{Text: "ali GIVEN"}, "Aliya"},
		"a sign of LIKE":         {who.Filter{Text: "%"}, ""},
		"a phone":                {who.Filter{Text: "+992"}, "Zarina"},
		"countries":              {who.Filter{Countries: []string{"KG", "TJ"}}, "Bakyt Zarina"},
		"a centre":               {who.Filter{Centres: []lms.ID[lms.Centre]{w.almaty}}, "Aliya"},
		"an organisation":        {who.Filter{Organisations: []lms.ID[lms.Organisation]{w.office}}, "Aliya"},
		"a kind":                 {who.Filter{Kinds: []string{"ngo"}}, "Aliya"},
		"a job and a sex":        {who.Filter{Jobs: []string{"lawyer"}, Sex: []string{"female"}}, "Zarina"},
		"a role":                 {who.Filter{Roles: []lms.Role{lms.Trainer}}, "Bakyt"},
		"blocked":                {who.Filter{Account: "blocked"}, "Bakyt"},
		"in the programme":       {who.Filter{Programme: w.programme}, "Aliya Zarina"},
		"certified there":        {who.Filter{Programme: w.programme, Standings: []string{"certified"}}, "Zarina"},
		"certified anywhere":     {who.Filter{Standings: []string{"certified"}}, "Bakyt Zarina"},
		"in none":                {who.Filter{Standings: []string{"none"}}, "Nobody"},
		"none or active":         {who.Filter{Programme: w.programme, Standings: []string{"none", "active"}}, "Aliya Bakyt Nobody"},
		"a course":               {who.Filter{Course: w.course}, "Aliya Zarina"},
		"a cohort":               {who.Filter{Cohort: w.cohort}, "Aliya"},
		"valid, the last day":    {who.Filter{Certificate: "valid"}, "Bakyt Zarina"},
		"valid in the programme": {who.Filter{Certificate: "valid", Programme: w.programme}, "Zarina"},
		"expired":                {who.Filter{Certificate: "expired"}, "Aliya"},
		"expired elsewhere":      {who.Filter{Certificate: "expired", Programme: w.programme}, ""},
		"revoked":                {who.Filter{Certificate: "revoked"}, "Aliya"},
		"no valid one":           {who.Filter{Certificate: "none"}, "Aliya Nobody"},
		"expires soon":           {who.Filter{ExpiresIn: 30}, "Zarina"},
		"stuck":                  {who.Filter{Stuck: true}, "Aliya"},
		"stuck there":            {who.Filter{Stuck: true, Programme: w.programme}, "Aliya"},
		"stuck elsewhere":        {who.Filter{Stuck: true, Programme: w.elsewhere}, ""},
		"unseen":                 {who.Filter{UnseenSince: "2026-07-01"}, "Aliya Nobody Zarina"},
		"by mail":                {who.Filter{Reach: "mail"}, "Aliya"},
		"by phone":               {who.Filter{Reach: "phone"}, "Zarina"},
		"by nothing":             {who.Filter{Reach: "none"}, "Bakyt Nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			w.T = t
			if err := c.filter.Check(); err != nil {
				t.Fatal(err)
			}
			if got := w.names(all, c.filter); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
			for _, scope := range []lms.Scope{{}, {Countries: []string{"ZZ"}}} {
				if got := w.names(scope, c.filter); got != "" {
					t.Errorf("a scope without people saw %q", got)
				}
			}
		})
	}
}

// TestScopeIsThatOfCan asks each person's facts and the list, and both say the same.
func TestScopeIsThatOfCan(t *testing.T) {
	w := newTown(t)
	facts := map[string]lms.Facts{
		"Aliya":  {Owner: w.people["Aliya"], Country: "KZ", Centre: w.almaty, Courses: []lms.ID[lms.Course]{w.course}, Cohorts: []lms.ID[lms.Cohort]{w.cohort}},
		"Bakyt":  {Owner: w.people["Bakyt"], Country: "KG"},
		"Zarina": {Owner: w.people["Zarina"], Country: "TJ", Centre: w.dushanbe, Courses: []lms.ID[lms.Course]{w.course}},
		"Nobody": {Owner: w.people["Nobody"]},
	}
	for name, scope := range map[string]lms.Scope{
		"all": {All: true}, "none": {}, "KZ": {Countries: []string{"KZ"}}, "two": {Countries: []string{"KG"}, Centres: []lms.ID[lms.Centre]{w.dushanbe}},
		"course": {Courses: []lms.ID[lms.Course]{w.course}}, "cohort": {Cohorts: []lms.ID[lms.Cohort]{w.cohort}}, "self": {Self: w.people["Nobody"]},
	} {
		var want []string
		for _, person := range slices.Sorted(maps.Keys(facts)) {
			if scope.Covers(facts[person]) {
				want = append(want, person)
			}
		}
		if got := w.names(scope, who.Filter{}); got != strings.Join(want, " ") {
			t.Errorf("%s: the list has %q, the facts %q", name, got, want)
		}
	}
}
