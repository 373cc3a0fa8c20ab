package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/lmstest"
	"mostik/lms/report"
)

func init() { rightsTables = append(rightsTables, reportRights) }

func (w *rightsWorld) reports() *report.Service {
	return &report.Service{DB: w.DB, Blobs: w.blobs, Issuer: "Bridges", PublicURL: "https://learn.example.org", Now: time.Now}
}

var madeReports int

func indicatorBody(key string) object {
	return object{"key": key, "name": object{"en": "People in the programme"}, "count": object{"act": "enrolled"}, "by": [][]string{{"sex"}}}
}

// indicatorHere defines one of the first country.
func (w *rightsWorld) indicatorHere() (key string) {
	madeReports++
	key = fmt.Sprintf("indicator-%d", madeReports)
	w.Exec(`INSERT INTO indicators (id, key, country, definition, created_at, changed_at)
	        VALUES (gen_random_uuid(), $1, $2, json_build_object('key', $1::text, 'name', json_build_object('en', 'People'), 'count', json_build_object('act', 'enrolled', 'period', 'report'),
	               'units', json_build_array('persons'), 'by', json_build_array(json_build_array('sex'))), now(), now())`, key, rightsCountry)
	return key
}

// reportHere makes a draft of the first country, frozen where it says so.
func (w *rightsWorld) reportHere(frozen bool) (id string) {
	programme, _, _ := w.participation()
	made, err := w.reports().Create(w.T.Context(), w.coordinator(), report.Input{
		Title: "A report", Programme: programme, Country: rightsCountry, Language: "en", From: "2026-01-01", To: "2030-12-31", Indicators: []string{w.indicatorHere()},
	})
	if err == nil && frozen {
		_, err = w.reports().Freeze(w.T.Context(), w.coordinator(), made)
	}
	if err != nil {
		w.T.Fatal(err)
	}
	return made.String()
}

func ofReport(frozen bool) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"id": w.reportHere(frozen)}, facts: lms.Facts{Country: rightsCountry}, right: w.coordinator()}
	}
}

// counting is a request of the first country's coordinator.
func counting(params map[string]string, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		return rightsCase{params: params, facts: lms.Facts{Country: rightsCountry}, right: w.coordinator(), body: body}
	}
}

func (w *rightsWorld) kept(table, columns, values string) (id string) {
	id = lms.NewID[lms.Report]().String()
	w.Exec(`INSERT INTO `+table+` (id, programme_id, country, `+columns+`) SELECT $1::text::uuid, id, $2, `+values+` FROM programmes WHERE key = $3`,
		id, rightsCountry, w.programmeHere())
	return id
}

// followup asks somebody of the first country.
func (w *rightsWorld) followup() (id string, person lms.Actor) {
	_, participation, person := w.participation()
	id = lms.NewID[lms.Report]().String()
	w.Exec(`INSERT INTO followups (id, participation_id, person_id, months, due_on, asked_at) VALUES ($1::text::uuid, $2::text::uuid, $3, 3, now()::date, now())`, id, participation, person.Person)
	return id, person
}

func ofFollowup(body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		id, person := w.followup()
		return rightsCase{params: map[string]string{"id": id}, facts: lms.Facts{Owner: person.Person}, right: person, body: body}
	}
}

var reportRights = map[string]func(*rightsWorld) rightsCase{
	"PUT /followups/{id}/supervisor":         ofFollowup(object{"email": "chief@office.example.org"}),
	"DELETE /followups/{id}/supervisor":      ofFollowup(nil),
	"GET /participations/{id}/supervisor":    ofParticipation((*rightsWorld).coordinator, nil),
	"PUT /participations/{id}/supervisor":    ofParticipation((*rightsWorld).coordinator, object{"email": "chief@office.example.org"}),
	"DELETE /participations/{id}/supervisor": ofParticipation((*rightsWorld).coordinator, nil),
	"GET /indicators": func(w *rightsWorld) rightsCase {
		c := counting(nil, nil)(w)
		c.hidden = []string{`"` + w.indicatorHere() + `"`}
		return c
	},
	"POST /indicators": counting(nil, object{"country": rightsCountry, "definition": indicatorBody("of-rights")}),
	"GET /indicators/{key}": func(w *rightsWorld) rightsCase {
		return counting(map[string]string{"key": w.indicatorHere()}, nil)(w)
	},
	"PUT /indicators/{key}": func(w *rightsWorld) rightsCase {
		key := w.indicatorHere()
		return counting(map[string]string{"key": key}, object{"definition": indicatorBody(key)})(w)
	},
	"GET /reports": func(w *rightsWorld) rightsCase {
		c := counting(nil, nil)(w)
		c.hidden = []string{w.reportHere(false)}
		return c
	},
	"GET /reports/choices": func(w *rightsWorld) rightsCase {
		c := counting(nil, nil)(w)
		c.hidden = []string{`"` + w.programmeHere() + `"`}
		return c
	},
	"POST /reports": func(w *rightsWorld) rightsCase {
		return counting(nil, object{
			"title": "A report", "programme": w.programmeHere(), "country": rightsCountry, "language": "en", "from_day": "2026-01-01", "to_day": "2026-12-31",
			"indicators": []string{w.indicatorHere()},
		})(w)
	},
	"GET /reports/{id}":              ofReport(false),
	"DELETE /reports/{id}":           ofReport(false),
	"POST /reports/{id}/freeze":      ofReport(false),
	"GET /reports/{id}/verification": ofReport(true),
	"GET /reports/{id}/people": func(w *rightsWorld) rightsCase {
		c := ofReport(false)(w)
		c.query = "indicator=" + w.Text(`SELECT indicators[1] FROM reports WHERE id = $1::text::uuid`, c.params["id"]) + "&cells=sex%3Dnot-stated"
		return c
	},
	"GET /reports/{id}/files/{kind}": func(w *rightsWorld) rightsCase {
		c := ofReport(true)(w)
		c.params["kind"] = "csv"
		return c
	},
	"GET /totals": func(w *rightsWorld) rightsCase {
		c := counting(nil, nil)(w)
		c.hidden = []string{w.kept("report_totals", "what, from_day, to_day, count, source, entered_at", "'advised', '2026-01-01', '2026-03-31', 7, 'A list', now()")}
		return c
	},
	"POST /totals": func(w *rightsWorld) rightsCase {
		return counting(nil, object{
			"programme": w.programmeHere(), "country": rightsCountry, "what": "advised", "from_day": "2026-01-01", "to_day": "2026-03-31", "sex": "female", "age": "25-34",
			"count": 12, "source": "The partner's list",
		})(w)
	},
	"DELETE /totals/{id}": func(w *rightsWorld) rightsCase {
		return counting(map[string]string{"id": w.kept("report_totals", "what, from_day, to_day, count, source, entered_at", "'advised', '2026-01-01', '2026-03-31', 7, 'A list', now()")}, nil)(w)
	},
	"GET /outcomes/{programme}": func(w *rightsWorld) rightsCase {
		c := counting(map[string]string{"programme": w.programmeHere()}, nil)(w)
		c.query = "country=" + rightsCountry
		return c
	},
	"POST /outcomes": func(w *rightsWorld) rightsCase {
		return counting(nil, object{"programme": w.programmeHere(), "country": rightsCountry, "happened_on": "2026-03-01", "words": "The ministry changed its rule."})(w)
	},
	"DELETE /outcomes/{id}": func(w *rightsWorld) rightsCase {
		return counting(map[string]string{"id": w.kept("outcome_notes", "happened_on, words, created_at", "'2026-03-01', 'It changed.', now()")}, nil)(w)
	},
	"GET /followups":               func(w *rightsWorld) rightsCase { _, person := w.followup(); return rightsCase{right: person} },
	"GET /followups/{id}":          ofFollowup(nil),
	"POST /followups/{id}/answers": ofFollowup(object{"answers": object{"used": object{"number": 4}}}),
}

// TestACoordinatorsReportIsOfTheirCountry holds that nothing of another country comes through any number, list, people or
// error of reports.
func TestACoordinatorsReportIsOfTheirCountry(t *testing.T) {
	w := newRightsWorld(t)
	// A programme of all countries, with people here and elsewhere.
	key := w.programmeHere()
	w.Exec(`UPDATE programmes SET country = NULL WHERE key = $1`, key)
	for i := range 40 {
		country := []string{rightsCountry, elsewhere}[i%2]
		person := w.Person(lmstest.PersonSpec{GivenName: "Of" + country, Country: country})
		w.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, invited_at)
		        SELECT gen_random_uuid(), p.id, v.id, $2, now() FROM programmes p JOIN programme_versions v ON v.programme_id = p.id WHERE p.key = $1`, key, person)
	}
	indicator := w.indicatorHere()
	ask := func(method, path string, body any, want int) string {
		t.Helper()
		status, answer := w.send(t, method, path, rightsCase{body: body}, w.coordinator())
		if status != want {
			t.Fatalf("%s %s: %d %s", method, path, status, answer)
		}
		if strings.Contains(answer, elsewhere) && !strings.Contains(path, "choices") {
			t.Errorf("%s %s tells of elsewhere: %s", method, path, answer)
		}
		return answer
	}
	body := object{"title": "Ours", "programme": key, "country": rightsCountry, "language": "en", "from_day": "2026-01-01", "to_day": "2030-12-31", "indicators": []string{indicator}}
	made := ask("POST", "/reports", body, 201)
	id := made[strings.Index(made, `:"`)+2 : strings.LastIndex(made, `"`)]
	if answer := ask("GET", "/reports/"+id, nil, 200); !strings.Contains(answer, `"persons":20`) {
		t.Errorf("not the twenty of this country: %s", answer)
	}
	if answer := ask("GET", "/reports/"+id+"/people?indicator="+indicator, nil, 200); !strings.Contains(answer, `"total":20`) {
		t.Errorf("people: %s", answer)
	}
	ask("GET", "/reports/"+id+"/files/csv", nil, 200)
	ask("GET", "/outcomes/"+key+"?country="+rightsCountry, nil, 200)
	for _, country := range []string{elsewhere, "ZZ", ""} { // of elsewhere they hear what they hear of nowhere
		body["country"] = country
		if _, answer := w.send(t, "POST", "/reports", rightsCase{body: body}, w.coordinator()); !strings.Contains(answer, "not-found") {
			t.Errorf("a report of %q: %s", country, answer)
		}
		if _, answer := w.send(t, "GET", "/outcomes/"+key+"?country="+country, rightsCase{}, w.coordinator()); !strings.Contains(answer, "not-found") {
			t.Errorf("outcomes of %q: %s", country, answer)
		}
	}
}
