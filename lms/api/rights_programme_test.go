package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/lmstest"
	"mostik/lms/programme"
)

func init() { rightsTables = append(rightsTables, programmeRights) }

func (w *rightsWorld) programmes(cat *catalog.Service) *programme.Service {
	return &programme.Service{DB: w.DB, Catalog: cat, Certificates: w.certificates, Blobs: w.blobs, Now: time.Now}
}

const rightsDefinition = `{
  "title": {"en": "Programme %[1]s"}, "hours": "8", "join": "open",
  "components": [
    {"key": "day", "kind": "day", "title": {"en": "Day"}}, {"key": "practice", "kind": "practice", "title": {"en": "Practice"}},
    {"key": "online", "kind": "webinar", "title": {"en": "Webinar"}}, {"key": "course", "kind": "course", "course": "%[2]s", "title": {"en": "Course"}}],
  "achievement": {"all": [{"day": "day"}, {"practice": "practice"}]}}`

var madeProgrammes int

// programmeHere publishes a programme of the first country.
func (w *rightsWorld) programmeHere() (key string) {
	madeProgrammes++
	key = fmt.Sprintf("programme-%d", madeProgrammes)
	definition := fmt.Sprintf(rightsDefinition, key, w.Text(`SELECT key FROM courses WHERE id = $1`, w.course))
	id, version := lms.NewID[lms.Programme](), lms.NewID[lms.ProgrammeVersion]()
	w.Exec(`INSERT INTO programmes (id, key, country, draft, created_at) VALUES ($1, $2, $3, $4, now())`, id, key, rightsCountry, definition)
	w.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $2, 1, $3, now())`, version, id, definition)
	return key
}

// participation puts somebody of the first cohort into a programme of their own.
func (w *rightsWorld) participation() (key, id string, person lms.Actor) {
	key = w.programmeHere()
	person = lms.Actor{Person: w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre})}
	w.Enrol(person.Person, w.course, w.version, w.cohort)
	id = lms.NewID[lms.Participation]().String()
	w.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at)
	        SELECT $1::text::uuid, v.programme_id, v.id, $2, 'active', now() FROM programme_versions v JOIN programmes p ON p.id = v.programme_id WHERE p.key = $3`,
		id, person.Person, key)
	return key, id, person
}

// dayHere puts a day of a programme on the calendar, which has begun.
func (w *rightsWorld) dayHere(key string) (id string) {
	id = lms.NewID[lms.Day]().String()
	w.Exec(`INSERT INTO programme_days (id, programme_id, component, title, country, centre_id, starts_at, ends_at)
	        SELECT $1::text::uuid, id, 'day', 'A day', $2, $3, now() - interval '1 hour', now() + interval '1 hour' FROM programmes WHERE key = $4`, id, rightsCountry, w.centre, key)
	return id
}

// evidenceHere is practice that waits for a decision.
func (w *rightsWorld) evidenceHere(participation string) (id string) {
	id = lms.NewID[lms.Evidence]().String()
	w.Exec(`INSERT INTO programme_evidence (id, participation_id, component, kind, words, handed_in_at)
	        VALUES ($1::text::uuid, $2::text::uuid, 'practice', 'practice', 'I led a case meeting.', now())`, id, participation)
	return id
}

// ofProgramme is a request about a programme of the first country.
func ofProgramme(right func(*rightsWorld) lms.Actor, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"key": w.programmeHere()}, facts: w.here(), right: right(w), body: body}
	}
}

// writing is a request that only who may write programmes of the country may make: their facts name no course.
func writing(body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		c := ofProgramme((*rightsWorld).coordinator, body)(w)
		c.facts = lms.Facts{Country: rightsCountry}
		return c
	}
}

// ofParticipation is a request about somebody of the first cohort.
func ofParticipation(right func(*rightsWorld) lms.Actor, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		_, id, person := w.participation()
		facts := w.here()
		facts.Owner = person.Person
		c := rightsCase{params: map[string]string{"id": id}, facts: facts, right: person, body: body}
		if right != nil {
			c.right = right(w)
		}
		return c
	}
}

// ofEvidence is a request about what somebody handed in.
func ofEvidence(right func(*rightsWorld) lms.Actor, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		c := ofParticipation(right, body)(w)
		c.params["id"] = w.evidenceHere(c.params["id"])
		return c
	}
}

func ofDay(right func(*rightsWorld) lms.Actor, body func(person string) any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		key, _, person := w.participation()
		c := rightsCase{params: map[string]string{"id": w.dayHere(key)}, facts: w.here(), right: right(w)}
		if body != nil {
			c.body = body(person.Person.String())
		}
		return c
	}
}

// ofScan is a request about the signed sheet of a day.
func ofScan(w *rightsWorld) rightsCase {
	c := ofDay(trainerOf, nil)(w)
	info, err := w.blobs.Put(strings.NewReader("%PDF-1.7\n"), 100)
	if err != nil {
		w.T.Fatal(err)
	}
	c.params["scan"] = lms.NewID[programme.Scan]().String()
	w.Exec(`INSERT INTO day_sheets (id, day_id, file_name, file_type, file_sha256, file_bytes, uploaded_at)
	        VALUES ($1::text::uuid, $2::text::uuid, 'sheet.pdf', 'application/pdf', $3, 9, now())`, c.params["scan"], c.params["id"], info.Hash.String())
	return c
}

var programmeRights = map[string]func(*rightsWorld) rightsCase{
	"GET /programmes": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: w.here(), right: trainerOf(w), hidden: []string{`"` + w.programmeHere() + `"`}}
	},
	"POST /programmes": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: lms.Facts{Country: rightsCountry}, right: w.coordinator(), body: object{"key": "a-new-one", "country": rightsCountry}}
	},
	"GET /programmes/choices": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: lms.Facts{Country: rightsCountry}, right: w.coordinator(), hidden: []string{`"` + w.programmeHere() + `"`}}
	},
	"GET /programmes/mine": func(w *rightsWorld) rightsCase {
		key, _, person := w.participation()
		return rightsCase{right: person, hidden: []string{`"` + key + `"`}}
	},
	"GET /programmes/{key}":          ofProgramme(trainerOf, nil),
	"GET /programmes/{key}/draft":    writing(nil),
	"PUT /programmes/{key}/draft":    writing(object{"definition": json.RawMessage(fmt.Sprintf(rightsDefinition, "changed", "here"))}),
	"POST /programmes/{key}/publish": writing(object{}),
	"PUT /programmes/{key}/closed":   writing(object{"closed": false}),
	"GET /programmes/{key}/own": func(w *rightsWorld) rightsCase {
		key, _, person := w.participation()
		return rightsCase{params: map[string]string{"key": key}, facts: lms.Facts{Owner: person.Person}, right: person}
	},
	"POST /programmes/{key}/join": func(w *rightsWorld) rightsCase {
		person := lms.Actor{Person: w.Person(lmstest.PersonSpec{Country: rightsCountry})}
		return rightsCase{params: map[string]string{"key": w.programmeHere()}, facts: lms.Facts{Owner: person.Person}, right: person, body: object{}}
	},
	"GET /programmes/{key}/people": func(w *rightsWorld) rightsCase {
		key, _, _ := w.participation()
		return rightsCase{params: map[string]string{"key": key}, facts: w.here(), right: trainerOf(w)}
	},
	"POST /programmes/{key}/people": func(w *rightsWorld) rightsCase {
		person := w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre})
		w.Enrol(person, w.course, w.version, w.cohort)
		return rightsCase{
			params: map[string]string{"key": w.programmeHere()}, facts: w.here(), right: w.coordinator(), body: object{"person_ids": []string{person.String()}},
		}
	},
	"GET /programmes/{key}/candidates": func(w *rightsWorld) rightsCase {
		c := ofProgramme((*rightsWorld).coordinator, nil)(w)
		c.query = "q=given"
		return c
	},
	"GET /programmes/{key}/lineage":  ofProgramme(trainerOf, nil),
	"GET /programmes/{key}/webinars": writing(nil),
	"PUT /programmes/{key}/webinars/{webinar}": func(w *rightsWorld) rightsCase {
		c := writing(object{"component": "online"})(w)
		c.params["webinar"], _ = w.webinarHere()
		return c
	},
	"POST /programmes/{key}/days": writing(object{
		"component": "day", "title": "Seminar", "country": rightsCountry, "starts_at": "2027-01-17T10:00:00Z", "ends_at": "2027-01-17T16:00:00Z",
	}),
	"GET /days/{id}": ofDay(trainerOf, nil),
	"PUT /days/{id}": func(w *rightsWorld) rightsCase {
		c := ofDay((*rightsWorld).coordinator, func(string) any {
			return object{"component": "day", "title": "Seminar", "country": rightsCountry, "starts_at": "2027-01-17T10:00:00Z", "ends_at": "2027-01-17T16:00:00Z"}
		})(w)
		c.facts = lms.Facts{Country: rightsCountry}
		return c
	},
	"GET /days/{id}/code": ofDay(trainerOf, nil),
	"POST /days/{id}/scans": func(w *rightsWorld) rightsCase {
		c := ofDay(trainerOf, nil)(w)
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
			w.T.Fatal(err)
		}
		c.raw, c.rawType, c.query = picture.Bytes(), "application/octet-stream", "name=sheet.png"
		return c
	},
	"GET /days/{id}/scans/{scan}":    ofScan,
	"DELETE /days/{id}/scans/{scan}": ofScan,
	"POST /days/{id}/attendance": ofDay(trainerOf, func(person string) any {
		return object{"ticks": []object{{"person_id": person, "state": "present", "evidence": "tick"}}}
	}),
	"GET /days/{id}/candidates": func(w *rightsWorld) rightsCase {
		c := ofDay(trainerOf, nil)(w)
		c.query = "q=given"
		return c
	},
	"GET /participations/{id}":            ofParticipation(trainerOf, nil),
	"PATCH /participations/{id}":          ofParticipation((*rightsWorld).coordinator, object{"categories": object{}}),
	"POST /participations/{id}/withdraw":  ofParticipation(nil, object{}),
	"POST /participations/{id}/evidence":  ofParticipation(nil, object{"component": "practice", "words": "I led a case meeting."}),
	"POST /participations/{id}/approvals": ofParticipation(trainerOf, object{"component": "practice", "words": "She led a case meeting."}),
	"POST /participations/{id}/certify": func(w *rightsWorld) rightsCase {
		c := ofParticipation((*rightsWorld).coordinator, object{})(w)
		w.Exec(`INSERT INTO programme_evidence (id, participation_id, component, kind, words, state, handed_in_at)
		        VALUES (gen_random_uuid(), $1::text::uuid, 'practice', 'practice', 'seen', 'accepted', now())`, c.params["id"])
		w.Exec(`INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_at)
		        SELECT $1::text::uuid, person_id, 'present', 60, 'tick', now() FROM participations WHERE id = $2::text::uuid`,
			w.dayHere(w.Text(`SELECT g.key FROM programmes g JOIN participations p ON p.programme_id = g.id WHERE p.id = $1::text::uuid`, c.params["id"])), c.params["id"])
		return c
	},
	"GET /people/{id}/credits": func(w *rightsWorld) rightsCase {
		person := lms.Actor{Person: w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre})}
		return rightsCase{params: map[string]string{"id": person.Person.String()}, facts: lms.Facts{Owner: person.Person, Country: rightsCountry, Centre: w.centre}, right: person}
	},
	"GET /me/credits": func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody()} },
	"GET /evidence": func(w *rightsWorld) rightsCase {
		_, id, _ := w.participation()
		return rightsCase{facts: w.here(), right: trainerOf(w), hidden: []string{w.evidenceHere(id)}}
	},
	"POST /evidence/{id}/decision": ofEvidence(trainerOf, object{"accept": true}),
	"DELETE /evidence/{id}":        ofEvidence(nil, nil),
	"PUT /evidence/{id}/file": func(w *rightsWorld) rightsCase {
		c := ofEvidence(nil, nil)(w)
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
			w.T.Fatal(err)
		}
		c.raw, c.rawType, c.query = picture.Bytes(), "application/octet-stream", "name=paper.png"
		return c
	},
	"GET /evidence/{id}/file": func(w *rightsWorld) rightsCase {
		c := ofEvidence(trainerOf, nil)(w)
		info, err := w.blobs.Put(strings.NewReader("%PDF-1.7\n"), 100)
		if err != nil {
			w.T.Fatal(err)
		}
		w.Exec(`UPDATE programme_evidence SET file_name = 'paper.pdf', file_type = 'application/pdf', file_bytes = 9, file_sha256 = $2 WHERE id = $1::text::uuid`,
			c.params["id"], info.Hash.String())
		return c
	},
}
