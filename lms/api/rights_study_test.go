package api

import (
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mostik/courses/pack"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

func init() { rightsTables = append(rightsTables, studyRights, teachRights) }

// smallDocument is the small course as a version keeps it.
func smallDocument(t testing.TB) string {
	t.Helper()
	p, problems := pack.Read(lmstest.SmallCourse(nil), pack.DefaultLimits())
	if p == nil {
		t.Fatal(problems)
	}
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// study gives the services of courses and study on the world's database.
func (w *rightsWorld) study() (*catalog.Service, *learning.Service) {
	w.T.Helper()
	blobs, err := blob.Open(w.T.TempDir())
	if err != nil {
		w.T.Fatal(err)
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		w.T.Fatal(err)
	}
	w.blobs = blobs
	w.certificates = &certificate.Service{
		Blobs: w.blobs,
		DB:    w.DB, Keys: certificate.NewKeys(key), Issuer: "Mostik", PublicURL: "http://localhost", Now: time.Now,
	}
	cat := catalog.New(w.DB, blobs, time.Now)
	return cat, learning.New(w.DB, cat, w.certificates, blobs, time.Now)
}

// enrolled is somebody who studies in the first cohort and has done what opens every activity.
func (w *rightsWorld) enrolled() (lms.Actor, lms.ID[lms.Enrolment], lms.Facts) {
	w.T.Helper()
	actor := lms.Actor{Person: w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre})}
	id := w.Enrol(actor.Person, w.course, w.version, w.cohort)
	w.Exec(`UPDATE enrolments SET done = 'xxxx.......x', required_total = 6, required_done = 5 WHERE id = $1`, id)
	facts := w.here()
	facts.Owner = actor.Person
	return actor, id, facts
}

const rightsPaper = `{"questions":[{"key":"q-single","seed":1},{"key":"q-open","seed":2}]}`

// ofActivity is a request about an activity of somebody's own.
func ofActivity(key string, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		actor, id, facts := w.enrolled()
		return rightsCase{params: map[string]string{"id": id.String(), "key": key}, body: body, facts: facts, right: actor}
	}
}

// ofEnrolment is a request about an enrolment of somebody's own.
func ofEnrolment(body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		actor, id, facts := w.enrolled()
		return rightsCase{params: map[string]string{"id": id.String()}, body: body, facts: facts, right: actor}
	}
}

// ofAttempt is a request about an open attempt at a quiz.
func ofAttempt(params map[string]string, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		actor, id, facts := w.enrolled()
		c := rightsCase{params: map[string]string{"id": w.Attempt(id, w.version, "practice", rightsPaper).String()}, body: body, facts: facts, right: actor}
		for k, v := range params {
			c.params[k] = v
		}
		return c
	}
}

// ofInterview is a request about an interview after the path given.
func ofInterview(path string, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		actor, id, facts := w.enrolled()
		attempt := w.Attempt(id, w.version, "talk", `{"scenario":"talk"}`)
		w.Exec(`UPDATE attempts SET kind = 'interview', role = 'desk' WHERE id = $1`, attempt)
		for i, choice := range strings.Split(path, "") {
			w.Exec(`INSERT INTO answers (attempt_id, id, question_key, revision, content, received_at)
			        VALUES ($1, gen_random_uuid(), 'step:' || $2::int, $2, json_build_object('choice', $3::text), now())`, attempt, i, choice)
		}
		return rightsCase{params: map[string]string{"id": attempt.String()}, body: body, facts: facts, right: actor}
	}
}

// ofTable is a request of one who sits with two others at a table of the first cohort, whose proposal is whole.
func ofTable(state string, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		c := ofActivity("together", body)(w)
		table := lms.NewID[lms.Table]()
		w.Exec(`INSERT INTO exercise_tables (id, cohort_id, version_id, activity_key, number, state, opened_at, proposal)
		        VALUES ($1, $2, $3, 'together', (SELECT count(*) FROM exercise_tables) + 1, $4, $5,
		                '{"first":{"chosen":["a"]},"share":{"chosen":["a"]},"because":{"text":"So it is."}}')`, table, w.cohort, w.version, state, w.Start)
		sit := func(part, enrolment string) {
			w.Exec(`INSERT INTO exercise_seats (table_id, part, enrolment_id, activity_key, sat_at) VALUES ($1, $2, $3, 'together', $4)`, table, part, enrolment, w.Start)
		}
		sit("police", c.params["id"])
		for _, part := range []string{"health", "ngo"} {
			_, id, _ := w.enrolled()
			sit(part, id.String())
		}
		return c
	}
}

func newID() string { return lms.NewID[lms.Answer]().String() }

var studyRights = map[string]func(*rightsWorld) rightsCase{
	"GET /dashboard": func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody()} },
	"GET /catalogue": func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody()} },
	"GET /courses/{key}": func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"key": "here"}, right: w.nobody()}
	},
	"POST /courses/{key}/enrol": func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"key": "here"}, right: w.nobody()}
	},
	"GET /courses/{key}/papers/{paper}": func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"key": "here", "paper": "m1-handout"}, right: w.nobody()}
	},
	"GET /glossary":                         func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody()} },
	"GET /enrolments/{id}":                  ofEnrolment(nil),
	"GET /enrolments/{id}/self-checks":      ofEnrolment(nil),
	"POST /enrolments/{id}/countries":       ofEnrolment(object{"countries": []string{"RU"}}),
	"GET /enrolments/{id}/activities/{key}": ofActivity("read-one", nil),
	"GET /enrolments/{id}/activities/{key}/countries/{country}": func(w *rightsWorld) rightsCase {
		read := ofActivity("read-one", nil)(w)
		read.params["country"] = "RU"
		return read
	},
	"POST /enrolments/{id}/activities/{key}/seen":        ofActivity("read-one", object{"id": newID()}),
	"PUT /enrolments/{id}/activities/{key}/sealed":       ofActivity("think", object{"ciphertext": "abc", "revision": 1}),
	"POST /enrolments/{id}/activities/{key}/survey":      ofActivity("reaction", object{"id": newID(), "answers": object{"s1": object{"number": 3}}}),
	"POST /enrolments/{id}/activities/{key}/submissions": ofActivity("map", object{"id": newID(), "fields": object{"who": "The help desk"}}),
	"POST /enrolments/{id}/activities/{key}/attempts":    ofActivity("practice", object{"id": newID()}),
	"GET /enrolments/{id}/activities/{key}/posts":        ofActivity("exchange", nil),
	"POST /enrolments/{id}/activities/{key}/posts": func(w *rightsWorld) rightsCase {
		return ofActivity("exchange", object{"id": newID(), "text": "We saw it too."})(w)
	},
	"POST /enrolments/{id}/activities/{key}/files": func(w *rightsWorld) rightsCase {
		c := ofActivity("note", nil)(w)
		c.query, c.raw, c.rawType = "name=note.pdf", []byte("%PDF-1.7\n"), "application/octet-stream"
		return c
	},
	"POST /enrolments/{id}/activities/{key}/desk": func(w *rightsWorld) rightsCase {
		return ofActivity("desk", object{"id": newID(), "sorted": object{"f1": "act"}, "weighed": object{"isolation": "none"}, "conclusion": "refer"})(w)
	},
	"POST /enrolments/{id}/activities/{key}/table":           ofActivity("together", nil),
	"GET /enrolments/{id}/activities/{key}/table":            ofTable("open", nil),
	"DELETE /enrolments/{id}/activities/{key}/table":         ofTable("started", nil),
	"POST /enrolments/{id}/activities/{key}/table/start":     ofTable("open", nil),
	"POST /enrolments/{id}/activities/{key}/table/messages":  ofTable("started", object{"id": newID(), "text": "Good evening."}),
	"PUT /enrolments/{id}/activities/{key}/table/proposal":   ofTable("started", object{"version": 0, "items": object{"because": object{"text": "So."}}}),
	"POST /enrolments/{id}/activities/{key}/table/agreement": ofTable("started", object{"version": 0}),
	"GET /attempts/{id}":         ofAttempt(nil, nil),
	"POST /attempts/{id}/submit": ofAttempt(nil, nil),
	"PUT /attempts/{id}/answers/{answer_id}": ofAttempt(map[string]string{"answer_id": newID()},
		object{"question_key": "q-single", "revision": 1, "content": object{"choice": "a"}}),
	"POST /attempts/{id}/moves":  ofInterview("", object{"id": newID(), "step": 0, "choice": "a"}),
	"POST /attempts/{id}/notes":  ofInterview("", object{"id": newID(), "revision": 1, "noted": []string{"threats"}}),
	"POST /attempts/{id}/assess": ofInterview("aa", object{"noted": []string{"papers-held"}, "sorted": object{"f-labour": "purpose"}}),
	"GET /submissions/{id}/file": func(w *rightsWorld) rightsCase {
		actor, id, facts := w.enrolled()
		info, err := w.blobs.Put(strings.NewReader("%PDF-1.7\n"), 100)
		if err != nil {
			w.T.Fatal(err)
		}
		sub := lms.NewID[lms.Submission]()
		w.Exec(`INSERT INTO submissions (id, enrolment_id, activity_key, kind, number, file_name, file_sha256, file_bytes, file_type, handed_in_at)
		        VALUES ($1, $2, 'note', 'file', 1, 'note.pdf', $3, $4, 'application/pdf', now())`, sub, id, info.Hash, info.Size)
		return rightsCase{params: map[string]string{"id": sub.String()}, facts: facts, right: actor}
	},
	"GET /versions/{id}/media/{name}": func(w *rightsWorld) rightsCase {
		info, err := w.blobs.Put(strings.NewReader("sound"), 100)
		if err != nil {
			w.T.Fatal(err)
		}
		w.Exec(`INSERT INTO course_assets (version_id, path, sha256, bytes, media_type) VALUES ($1, 'media/a.webm', $2, 5, 'video/webm')`, w.version, info.Hash)
		return rightsCase{params: map[string]string{"id": w.version.String(), "name": "a.webm"}, right: w.nobody()}
	},
	"DELETE /posts/{id}": func(w *rightsWorld) rightsCase {
		actor, id, facts := w.enrolled()
		return rightsCase{params: map[string]string{"id": w.Post(actor.Person, id, w.course, "Mine").String()}, facts: facts, right: actor}
	},
	"POST /posts/{id}/hide": func(w *rightsWorld) rightsCase {
		actor, id, facts := w.enrolled()
		post := w.Post(actor.Person, id, w.course, "Not kind")
		w.Exec(`UPDATE posts SET cohort_id = $2 WHERE id = $1`, post, w.cohort)
		return rightsCase{params: map[string]string{"id": post.String()}, body: object{"reason": "It hurts."}, facts: facts, right: w.coordinator()}
	},
}

// ofCohort is a request about the first cohort by one who may make it.
func ofCohort(right func(*rightsWorld) lms.Actor, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"id": w.cohort.String()}, body: body, facts: w.here(), right: right(w)}
	}
}

func trainerOf(w *rightsWorld) lms.Actor {
	return w.holding(lms.Grant{Role: lms.Trainer, Scope: lms.CohortGround(w.cohort)})
}

func authorOf(w *rightsWorld) lms.Actor {
	return w.holding(lms.Grant{Role: lms.Author, Scope: lms.CourseGround(w.course)})
}

func coordinatorOf(w *rightsWorld) lms.Actor { return w.coordinator() }

// staffOf is a request of staff about somebody's enrolment.
func staffOf(right func(*rightsWorld) lms.Actor, body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		_, id, facts := w.enrolled()
		return rightsCase{params: map[string]string{"id": id.String()}, body: body, facts: facts, right: right(w)}
	}
}

// ofReview is a request about the mark of a translation.
func ofReview(w *rightsWorld) rightsCase {
	return rightsCase{params: map[string]string{"key": "here", "language": "ru"}, facts: lms.Facts{Course: w.course}, right: w.admin()}
}

// cohorts is the list, which shows the first cohort to those who may read it.
func cohorts(w *rightsWorld) rightsCase {
	return rightsCase{facts: w.here(), right: trainerOf(w), hidden: []string{w.cohort.String()}}
}

var teachRights = map[string]func(*rightsWorld) rightsCase{
	"GET /cohorts":                 cohorts,
	"GET /admin/cohorts":           cohorts,
	"GET /cohorts/{id}/report":     ofCohort(trainerOf, nil),
	"GET /cohorts/{id}/report.csv": ofCohort(trainerOf, nil),
	"GET /cohorts/{id}/marking":    ofCohort(trainerOf, nil),
	"GET /cohorts/{id}/statistics": ofCohort(trainerOf, nil),
	"GET /cohorts/{id}/tables":     ofCohort(trainerOf, nil),
	"PUT /cohorts/{id}/dates":      ofCohort(trainerOf, object{"activity_key": "final", "due_at": "2026-05-01T12:00:00Z"}),
	"POST /cohorts/{id}/attendance": func(w *rightsWorld) rightsCase {
		_, id, facts := w.enrolled()
		return rightsCase{
			params: map[string]string{"id": w.cohort.String()}, facts: facts, right: trainerOf(w),
			body: object{"activity_key": "practice-day", "enrolment_ids": []string{id.String()}, "attended": true},
		}
	},
	"POST /cohorts/{id}/enrolments": func(w *rightsWorld) rightsCase {
		person := w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre})
		// In the course and the cohort already, so that every coordinator of the ground may read the person.
		w.Enrol(person, w.course, w.version, w.cohort)
		return ofCohort(coordinatorOf, object{"person_ids": []string{person.String()}})(w)
	},
	"PATCH /admin/cohorts/{id}": ofCohort(coordinatorOf, object{"name": "Another name"}),
	"POST /admin/cohorts": func(w *rightsWorld) rightsCase {
		facts := w.here()
		facts.Cohort = lms.ID[lms.Cohort]{}
		return rightsCase{
			facts: facts, right: w.coordinator(),
			body: object{"name": "Spring", "course_key": "here", "country": rightsCountry, "centre_id": w.centre.String()},
		}
	},
	"GET /enrolments/{id}/overview":    staffOf(trainerOf, nil),
	"POST /enrolments/{id}/allowances": staffOf(trainerOf, object{"activity_key": "final", "extra_attempts": 1, "reason": "a slow line"}),
	"DELETE /enrolments/{id}":          staffOf(coordinatorOf, nil),
	"POST /marking/{id}": func(w *rightsWorld) rightsCase {
		_, id, facts := w.enrolled()
		attempt := w.Attempt(id, w.version, "practice", rightsPaper)
		w.Exec(`UPDATE attempts SET state = 'to-mark', submitted_at = now(),
		               result = '{"questions":{"q-open":{"points":0,"max":4,"state":"to-mark"}},"to_mark":1}' WHERE id = $1`, attempt)
		return rightsCase{
			params: map[string]string{"id": "a:" + attempt.String() + ":q-open"}, facts: facts, right: trainerOf(w),
			body: object{"points": 3, "comment": "Well seen."},
		}
	},
	"GET /author/courses": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: lms.Facts{Course: w.course}, right: authorOf(w)}
	},
	"PUT /author/courses/{key}/reviews/{language}":    ofReview,
	"DELETE /author/courses/{key}/reviews/{language}": ofReview,
	"GET /author/courses/{key}": func(w *rightsWorld) rightsCase {
		return rightsCase{params: map[string]string{"key": "here"}, facts: lms.Facts{Course: w.course}, right: authorOf(w)}
	},
}
