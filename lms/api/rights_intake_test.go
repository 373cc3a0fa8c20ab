package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/intake"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
	"mostik/lms/who"
)

func init() { rightsTables = append(rightsTables, intakeRights) }

func (w *rightsWorld) intake(books *catalog.Service, study *learning.Service) *intake.Service {
	programmes := w.programmes(books)
	return &intake.Service{
		DB: w.DB, Accounts: w.accounts, Catalog: books, Learning: study, Now: time.Now,
		Invitable: programmes.Invitable, Gather: programmes.Gather,
	}
}

// broughtTo brings a table to the first centre, or to another place of its country.
func (w *rightsWorld) broughtTo(text string) string {
	w.T.Helper()
	v, err := w.server.deps.Intake.Upload(w.T.Context(), w.coordinator(), intake.Upload{
		Name: "people.csv", Data: []byte(text), Country: rightsCountry, Centre: w.centre,
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return v.ID.String()
}

// ofImport is a request about a table that was brought to the first centre.
func ofImport(text string, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		return rightsCase{
			params: map[string]string{"id": w.broughtTo(text)}, right: w.coordinator(), body: body,
			facts: lms.Facts{Country: rightsCountry, Centre: w.centre},
		}
	}
}

var applied int

// ofApplied is one about a table that was applied.
func ofApplied(w *rightsWorld) rightsCase {
	applied++
	c := ofImport(fmt.Sprintf("ФИО;Почта\n%s Человек;new%d@example.org\n", []string{"Новый", "Другой", "Третий", "Четвертый", "Пятый"}[applied%5], applied), nil)(w)
	id, err := lms.ParseID[lms.Import](c.params["id"])
	if err != nil {
		w.T.Fatal(err)
	}
	in := w.server.deps.Intake
	if _, err := in.Apply(w.T.Context(), c.right, id); err != nil {
		w.T.Fatal(err)
	}
	if err := in.DoApply(w.T.Context(), intake.ApplyJob{Import: id}); err != nil {
		w.T.Fatal(err)
	}
	return c
}

// doubles are two records of one name, in the first centre.
func (w *rightsWorld) doubles() (one, other lms.ID[lms.Person]) {
	name := "Twin" + strings.ReplaceAll(lms.NewID[lms.Person]().String()[24:], "-", "")
	name = strings.Map(func(r rune) rune { return 'a' + r%26 }, name)
	spec := lmstest.PersonSpec{GivenName: "Айгерим", FamilyName: name, Country: rightsCountry, Centre: w.centre}
	one, other = w.Person(spec), w.Person(spec)
	w.Exec(`UPDATE persons SET birth_year = 1987, phone = '+7 701 123 45 67' WHERE id IN ($1, $2)`, one, other)
	return one, other
}

func (w *rightsWorld) inCentre() lms.Facts {
	return lms.Facts{Country: rightsCountry, Centre: w.centre}
}

func ofRule(body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"id": w.cohort.String()}, right: w.coordinator(), facts: w.here(), body: body}
	}
}

// inviting is a request of whoever puts people into a programme that is read here.
func inviting(body any) func(*rightsWorld) rightsCase {
	return ofProgramme((*rightsWorld).coordinator, body)
}

// ofColleague is a request about the rule of somebody else in the country, which brings people of it.
func ofColleague(w *rightsWorld) rightsCase {
	g := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround(rightsCountry)}
	colleague := lms.Actor{Person: w.Person(lmstest.PersonSpec{Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}}
	key := w.programmeHere()
	if _, err := w.server.deps.Intake.SetProgrammeRule(w.T.Context(), colleague, key, who.Filter{Jobs: []string{"volunteer"}}, true); err != nil {
		w.T.Fatal(err)
	}
	id := w.Text(`SELECT id FROM enrolment_rules WHERE made_by = $1`, colleague.Person)
	return rightsCase{params: map[string]string{"id": id}, right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}}
}

var intakeRights = map[string]func(*rightsWorld) rightsCase{
	"GET /imports": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.coordinator(), facts: w.inCentre(), hidden: []string{w.broughtTo("ФИО\nА Б\n")}}
	},
	"POST /imports": func(w *rightsWorld) rightsCase {
		return rightsCase{
			right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, query: "name=people.csv&country=" + rightsCountry,
			raw: []byte("ФИО\nСерикова Айгерим\n"), rawType: "application/octet-stream",
		}
	},
	"GET /imports/{id}":               ofImport("ФИО\nА Б\n", nil),
	"DELETE /imports/{id}":            ofImport("ФИО\nА Б\n", nil),
	"PUT /imports/{id}/mapping":       ofImport("Кто\nСерикова Айгерим\n", object{"columns": []string{"full_name"}}),
	"GET /imports/{id}/rows":          ofImport("ФИО\nА Б\n", nil),
	"GET /imports/{id}/organisations": ofImport("ФИО;Организация\nА Б;Дом\n", nil),
	"POST /imports/{id}/decisions":    ofImport("ФИО\nАхметов Ерлан\n", object{"lines": []int{2}, "decision": "skip"}),
	"POST /imports/{id}/dry-run":      ofImport("ФИО\nКаримова Зарина\n", nil),
	"POST /imports/{id}/apply":        ofImport("ФИО\nКаримова Зарина\n", nil),
	"GET /imports/{id}/blockers":      ofApplied,
	"POST /imports/{id}/undo":         ofApplied,
	"GET /samples/people.csv":         func(w *rightsWorld) rightsCase { return rightsCase{right: w.coordinator(), facts: w.inCentre()} },
	"GET /samples/people.xlsx":        func(w *rightsWorld) rightsCase { return rightsCase{right: w.coordinator(), facts: w.inCentre()} },
	"GET /duplicates": func(w *rightsWorld) rightsCase {
		one, other := w.doubles()
		return rightsCase{right: w.coordinator(), facts: w.inCentre(), hidden: []string{one.String(), other.String()}}
	},
	"POST /duplicates/distinct": func(w *rightsWorld) rightsCase {
		one, other := w.doubles()
		return rightsCase{right: w.coordinator(), facts: w.inCentre(), body: object{"one": one.String(), "other": other.String()}}
	},
	"POST /people/{id}/merge": func(w *rightsWorld) rightsCase {
		one, other := w.doubles()
		return rightsCase{params: map[string]string{"id": one.String()}, right: w.coordinator(), facts: w.inCentre(), body: object{"other": other.String()}}
	},
	"GET /programmes/{key}/rule":          inviting(nil),
	"POST /programmes/{key}/rule/preview": inviting(object{"filter": object{"jobs": []string{"librarian"}}}),
	"PUT /programmes/{key}/rule":          inviting(object{"filter": object{"jobs": []string{"librarian"}}, "active": true}),
	"DELETE /programmes/{key}/rule":       inviting(nil),
	"GET /rules": func(w *rightsWorld) rightsCase {
		c := ofColleague(w)
		return rightsCase{right: c.right, facts: c.facts, hidden: []string{c.params["id"]}}
	},
	"POST /rules/{id}/stop":           ofColleague,
	"POST /rules/{id}/take":           ofColleague,
	"DELETE /rules/{id}":              ofColleague,
	"GET /cohorts/{id}/rule":          ofRule(nil),
	"POST /cohorts/{id}/rule/preview": ofRule(object{"filter": object{"centres": []string{}, "jobs": []string{"librarian"}}}),
	"PUT /cohorts/{id}/rule":          ofRule(object{"filter": object{"jobs": []string{"librarian"}}, "active": true}),
	"DELETE /cohorts/{id}/rule":       ofRule(nil),
}

// A coordinator of one country learns nothing of a double in another: not in the list, nor from a table that they bring,
// nor by a rule.
func TestDoublesElsewhereAreNotTold(t *testing.T) {
	w := newRightsWorld(t)
	there := w.Person(lmstest.PersonSpec{GivenName: "Саодат", FamilyName: "Раҳимова", Country: elsewhere, Email: "secret@example.org"})
	w.Person(lmstest.PersonSpec{GivenName: "Саодат", FamilyName: "Рахимова", Country: rightsCountry})
	_, list := w.send(t, http.MethodGet, "/duplicates", rightsCase{}, w.coordinator())
	if strings.Contains(list, there.String()) || strings.Contains(list, "Раҳимова") {
		t.Errorf("the list tells of them: %s", list)
	}
	id := w.broughtTo("ФИО;Почта\nРаҳимова Саодат;secret@example.org\n")
	for _, path := range []string{"/imports/" + id, "/imports/" + id + "/rows"} {
		_, body := w.send(t, http.MethodGet, path, rightsCase{}, w.coordinator())
		if strings.Contains(body, there.String()) || strings.Contains(body, elsewhere+`"`) {
			t.Errorf("%s tells of them: %s", path, body)
		}
	}
	status, body := w.send(t, http.MethodPost, "/cohorts/"+w.cohort.String()+"/rule/preview", rightsCase{body: object{"filter": object{"countries": []string{elsewhere}}}}, w.coordinator())
	var r intake.Rule
	if err := json.NewDecoder(bytes.NewReader([]byte(body))).Decode(&r); err != nil || status != http.StatusOK || r.Comes.Total != 0 {
		t.Errorf("%d %v: a rule finds %d people in another country", status, err, r.Comes.Total)
	}
}

// Who fits comes, who does not fit any more stays, and who was withdrawn is not brought back.
func TestCohortsByRule(t *testing.T) {
	w := newRightsWorld(t)
	in := w.server.deps.Intake
	here := w.Person(lmstest.PersonSpec{Country: rightsCountry})
	w.Person(lmstest.PersonSpec{Country: elsewhere})
	w.Exec(`UPDATE persons SET job = 'librarian' WHERE id = $1 OR country = $2`, here, elsewhere)
	rule := `/cohorts/` + w.cohort.String() + `/rule`
	if status, body := w.send(t, http.MethodPut, rule, rightsCase{body: object{"filter": object{"jobs": []string{"librarian"}}, "active": true}}, w.coordinator()); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	members := func() int {
		return w.Int(`SELECT count(*) FROM enrolments WHERE cohort_id = $1 AND state <> 'withdrawn'`, w.cohort)
	}
	if members() != 1 {
		t.Fatalf("%d are enrolled", members())
	}
	w.Exec(`UPDATE persons SET job = 'police' WHERE id = $1`, here)
	later := w.Person(lmstest.PersonSpec{Country: rightsCountry})
	w.Exec(`UPDATE persons SET job = 'librarian' WHERE id = $1`, later)
	fill := func() {
		if err := in.FillAll(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	fill()
	fill()
	r, err := in.CohortRule(t.Context(), w.coordinator(), w.cohort, nil)
	if err != nil || members() != 2 || r.Stays.Total != 1 || r.Stays.People[0].ID != here || r.Comes.Total != 0 {
		t.Errorf("%v: %d are enrolled; %+v", err, members(), r)
	}
	w.Exec(`UPDATE enrolments SET state = 'withdrawn' WHERE person_id = $1`, later)
	fill()
	if members() != 1 {
		t.Error("somebody was brought back whom somebody had withdrawn")
	}
	w.Exec(`DELETE FROM memberships WHERE person_id = $1`, w.coordinator().Person)
	fill()
	if r, err = in.CohortRule(t.Context(), w.admin(), w.cohort, nil); err != nil || r.Failure == "" {
		t.Errorf("the rule goes on without the rights of who made it: %v %q", err, r.Failure)
	}
}
