package api

import (
	"time"

	"mostik/lms"
	"mostik/lms/desk"
	"mostik/lms/lmstest"
)

func init() { rightsTables = append(rightsTables, deskRights) }

func (w *rightsWorld) desk() *desk.Service { return &desk.Service{DB: w.DB, Now: time.Now} }

// member is somebody of the first of everything, with something to be reminded of.
func (w *rightsWorld) member() (person lms.ID[lms.Person], reminder string) {
	person = w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre})
	w.Enrol(person, w.course, w.version, w.cohort)
	reminder = lms.NewID[desk.ReminderID]().String()
	w.Exec(`INSERT INTO reminders (id, person_id, reason, about, in_window, title, channel, made_at)
	        VALUES ($1::text::uuid, $2, 'by-hand', $1, 'final', 'Preventing burnout', 'call', now())`, reminder, person)
	return person, reminder
}

// ofMember is a request that shows somebody of the first of everything to whoever may see them.
func ofMember(query string, hidden func(person, reminder string) string) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		person, reminder := w.member()
		return rightsCase{query: query, facts: w.here(), right: w.coordinator(), hidden: []string{hidden(person.String(), reminder)}}
	}
}

func thePerson(person, _ string) string     { return person }
func theReminder(_, reminder string) string { return reminder }

var deskRights = map[string]func(*rightsWorld) rightsCase{
	"GET /desk": func(w *rightsWorld) rightsCase {
		w.member()
		return rightsCase{query: "by=centre", facts: w.here(), right: w.coordinator(), hidden: []string{w.centre.String()}}
	},
	"GET /desk/people": ofMember("sort=-seen", thePerson),
	"GET /desk/people.csv": func(w *rightsWorld) rightsCase {
		name := "Ospanova-" + lms.NewID[lms.Person]().String()
		person := w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre, FamilyName: name})
		w.Enrol(person, w.course, w.version, w.cohort)
		return rightsCase{facts: w.here(), right: w.coordinator(), hidden: []string{name}}
	},
	"GET /desk/people.xlsx": func(w *rightsWorld) rightsCase { return rightsCase{facts: w.here(), right: w.coordinator()} },
	"GET /desk/people/{id}": func(w *rightsWorld) rightsCase {
		person, _ := w.member()
		return rightsCase{params: map[string]string{"id": person.String()}, facts: w.here(), right: w.coordinator()}
	},
	"GET /desk/expiring": func(w *rightsWorld) rightsCase {
		person, _ := w.member()
		w.Exec(`INSERT INTO certificates (id, serial, person_id, course_id, award, claim, seal, key_id, issued_at, expires_on)
		        VALUES (gen_random_uuid(), gen_random_uuid()::text, $1, $2, gen_random_uuid(), '{}', '', 'k', now(), current_date + 20)`, person, w.course)
		return rightsCase{facts: w.here(), right: w.coordinator(), hidden: []string{person.String()}}
	},
	"POST /desk/actions": func(w *rightsWorld) rightsCase {
		person, _ := w.member()
		return rightsCase{facts: w.here(), right: w.coordinator(), body: object{"kind": "remind", "people": []string{person.String()}}}
	},
	"GET /desk/actions/{id}": func(w *rightsWorld) rightsCase {
		person, _ := w.member()
		a, err := w.desk().Start(w.T.Context(), w.coordinator(), desk.ActionInput{Kind: desk.Nudge, People: []lms.ID[lms.Person]{person}})
		if err != nil {
			w.T.Fatal(err)
		}
		return rightsCase{params: map[string]string{"id": a.ID.String()}, facts: w.here(), right: w.coordinator()}
	},
	"GET /desk/reminders": ofMember("", theReminder),
	"GET /desk/calls":     ofMember("", theReminder),
	"POST /desk/calls/{id}": func(w *rightsWorld) rightsCase {
		_, reminder := w.member()
		return rightsCase{params: map[string]string{"id": reminder}, facts: w.here(), right: w.coordinator(), body: object{"outcome": "not-reached"}}
	},
	"GET /me/notices": func(w *rightsWorld) rightsCase {
		person, reminder := w.member()
		return rightsCase{facts: lms.Facts{Owner: person}, right: lms.Actor{Person: person}, hidden: []string{reminder}}
	},
	"POST /me/notices/{id}/seen": func(w *rightsWorld) rightsCase {
		person, reminder := w.member()
		return rightsCase{params: map[string]string{"id": reminder}, facts: lms.Facts{Owner: person}, right: lms.Actor{Person: person}, body: object{}}
	},
}
