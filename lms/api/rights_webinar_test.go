package api

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/lmstest"
	"mostik/lms/mail"
	"mostik/lms/webinar"
)

func init() { rightsTables = append(rightsTables, webinarRights) }

func (w *rightsWorld) webinars() *webinar.Service {
	return &webinar.Service{
		DB: w.DB, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Now: time.Now, Blobs: w.blobs, KeptFile: w.keptFile,
	}
}

// keptFile is where files of webinars lie: one file for all.
func (w *rightsWorld) keptFile(string, string, string) (string, error) {
	path := filepath.Join(w.T.TempDir(), "kept")
	return path, os.WriteFile(path, []byte("kept"), 0o600)
}

var madeWebinars int

// webinarHere puts a webinar of the first cohort on the calendar that is open now.
func (w *rightsWorld) webinarHere() (id, code string) {
	madeWebinars++
	id, code = fmt.Sprintf("webinar-%d", madeWebinars), fmt.Sprintf("guest-code-%d", madeWebinars)
	w.Exec(`INSERT INTO webinars (id, title, language, country, cohort_id, starts_at, ends_at, guest_code, created_at)
	        VALUES ($1, 'Preventing burnout', 'en', $2, $3, now() - interval '10 minutes', now() + interval '1 hour', $4, now())`,
		id, rightsCountry, w.cohort, code)
	return id, code
}

// ofWebinar is a request about a webinar of the first cohort.
func ofWebinar(right func(*rightsWorld) lms.Actor, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		id, _ := w.webinarHere()
		facts := w.here()
		facts.Centre = lms.ID[lms.Centre]{} // no centre comes as a site
		return rightsCase{params: map[string]string{"id": id}, facts: facts, right: right(w), body: body}
	}
}

// invited is somebody of the first cohort.
func invited(w *rightsWorld) lms.Actor {
	person := w.Person(lmstest.PersonSpec{Country: rightsCountry})
	w.Enrol(person, w.course, w.version, w.cohort)
	return lms.Actor{Person: person}
}

// followed is a request about one's own calendar.
func followed(w *rightsWorld) rightsCase { return rightsCase{right: invited(w)} }

// leading is a request about a webinar of the first cohort that has a host.
func leading(body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		c := ofWebinar(trainerOf, body)(w)
		w.Exec(`INSERT INTO webinar_people (webinar_id, person_id, role) VALUES ($1, $2, 'host')`, c.params["id"], c.right.Person)
		return c
	}
}

// mail puts one into the queue.
func (w *rightsWorld) mail(state string) string {
	id := lms.NewID[mail.Mail]().String()
	w.Exec(`INSERT INTO mails (id, language, address, subject, body, html, state, queued_at, next_at)
	        VALUES ($1, 'en', 'expert@example.org', 'Invitation', 'Come', '<p>Come</p>', $2, now(), now())`, id, state)
	return id
}

var webinarRights = map[string]func(*rightsWorld) rightsCase{
	"GET /webinars": func(w *rightsWorld) rightsCase {
		id, _ := w.webinarHere()
		facts := w.here()
		facts.Centre = lms.ID[lms.Centre]{}
		return rightsCase{facts: facts, right: invited(w), hidden: []string{id}}
	},
	"POST /webinars": func(w *rightsWorld) rightsCase {
		facts := w.here()
		return rightsCase{facts: facts, right: trainerOf(w), body: object{
			"title": "Shared experience", "language": "ru", "cohort_id": w.cohort.String(), "country": rightsCountry,
			"starts_at": "2027-01-17T10:00:00Z", "ends_at": "2027-01-17T12:00:00Z",
		}}
	},
	"GET /webinars/{id}": ofWebinar(invited, nil),
	"GET /webinars/choices": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: w.here(), right: trainerOf(w)}
	},
	"GET /webinars/people": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: w.here(), right: trainerOf(w), query: "q=given&cohort=" + w.cohort.String()}
	},
	"PATCH /webinars/{id}":            leading(object{"title": "Shared experience, again"}),
	"GET /webinars/{id}/plan":         leading(nil),
	"GET /webinars/{id}/polls":        leading(nil),
	"PUT /webinars/{id}/polls":        leading(object{"polls": []object{{"question": "Tired?", "kind": "scale", "anonymous": true}}}),
	"POST /webinars/{id}/cancel":      leading(object{"reason": "The trainer is ill."}),
	"GET /webinars/{id}/invitations":  leading(nil),
	"POST /webinars/{id}/invitations": leading(object{}),
	"GET /webinars/{id}/calendar.ics": ofWebinar(invited, nil),
	"GET /me/calendar":                followed,
	"POST /me/calendar":               followed,
	"DELETE /me/calendar":             followed,
	"GET /calendars/{code}": func(w *rightsWorld) rightsCase {
		c := followed(w)
		w.Exec(`INSERT INTO calendar_feeds (person_id, code, made_at) VALUES ($1, 'a-private-code', now())
		        ON CONFLICT (code) DO UPDATE SET person_id = EXCLUDED.person_id`, c.right.Person)
		return rightsCase{params: map[string]string{"code": "a-private-code.ics"}, right: w.nobody()}
	},
	"GET /guest/{code}/calendar.ics": func(w *rightsWorld) rightsCase {
		_, code := w.webinarHere()
		return rightsCase{params: map[string]string{"code": code}, right: w.nobody()}
	},
	"GET /admin/mail": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.admin(), hidden: []string{w.mail("waiting")}}
	},
	"GET /admin/mail/{id}": func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"id": w.mail("sent")}, right: w.admin()}
	},
	"POST /admin/mail/{id}/retry": func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"id": w.mail("failed")}, right: w.admin()}
	},
	"POST /webinars/{id}/ticket":         ofWebinar(invited, object{}),
	"GET /webinars/{id}/minutes":         ofWebinar(invited, nil),
	"POST /webinars/{id}/objection":      ofWebinar(invited, object{"text": "I was there from the beginning."}),
	"GET /webinars/{id}/attendance":      ofWebinar(trainerOf, nil),
	"GET /webinars/{id}/attendance.csv":  ofWebinar(trainerOf, nil),
	"GET /webinars/{id}/attendance.xlsx": ofWebinar(trainerOf, nil),
	"GET /webinars/{id}/report.zip":      ofWebinar(trainerOf, nil),
	"GET /webinars/{id}/said":            ofWebinar(trainerOf, nil),
	"GET /webinars/{id}/candidates":      ofWebinar(trainerOf, nil),
	"PUT /webinars/{id}/rules":           ofWebinar(trainerOf, object{"site_grace": 5, "floor_share": 80, "keep_days": 100}),
	"POST /webinars/{id}/corrections": ofWebinar(trainerOf, object{
		"kind": "add", "reason": "on the sheet", "name": "Somebody", "from": "2027-01-17T10:00:00Z", "to": "2027-01-17T11:00:00Z",
	}),
	"GET /webinars/{id}/evidence": func(w *rightsWorld) rightsCase {
		c := ofWebinar(trainerOf, nil)(w)
		w.Exec(`INSERT INTO webinar_events (webinar_id, number, kind, at, seat, name) VALUES
			($1, 1, 'begin', now() - interval '9 minutes', 'p1', ''), ($1, 2, 'join', now() - interval '9 minutes', 'p2', 'A guest')`, c.params["id"])
		c.query = "who=seat/p2"
		return c
	},
	"POST /webinars/{id}/papers": func(w *rightsWorld) rightsCase {
		c := ofWebinar(trainerOf, nil)(w)
		c.raw, c.rawType, c.query = []byte("%PDF-1.7\n"), "application/octet-stream", "name=sheet.pdf"
		return c
	},
	"GET /webinars/{id}/papers/{paper}": func(w *rightsWorld) rightsCase {
		c := ofWebinar(trainerOf, nil)(w)
		info, err := w.blobs.Put(strings.NewReader("%PDF-1.7\n"), 100)
		if err != nil {
			w.T.Fatal(err)
		}
		c.params["paper"] = lms.NewID[webinar.Paper]().String()
		w.Exec(`INSERT INTO webinar_papers (id, webinar_id, file_name, file_type, file_sha256, file_bytes, uploaded_at)
		        VALUES ($1::text::uuid, $2, 'sheet.pdf', 'application/pdf', $3, 9, now())`, c.params["paper"], c.params["id"], info.Hash.String())
		return c
	},
	"GET /webinars/{id}/kept/{part}/{key}": func(w *rightsWorld) rightsCase {
		c := ofWebinar(trainerOf, nil)(w)
		c.params["part"], c.params["key"] = "file", "k"
		w.Exec(`INSERT INTO webinar_items (webinar_id, began_at, part, key, at, body) VALUES ($1, now(), 'file', 'k', now(), '{"name": "plan.txt"}')`, c.params["id"])
		return c
	},
	"GET /guest/{code}": func(w *rightsWorld) rightsCase {
		_, code := w.webinarHere()
		return rightsCase{params: map[string]string{"code": code}, right: w.nobody()}
	},
	"POST /guest/{code}": func(w *rightsWorld) rightsCase {
		_, code := w.webinarHere()
		return rightsCase{params: map[string]string{"code": code}, right: w.nobody(), body: object{"name": "An expert"}}
	},
}
