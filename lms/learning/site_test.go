package learning_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

// site is a world with the small course published and the services on it.
type site struct {
	*lmstest.World
	catalog  *catalog.Service
	learning *learning.Service
	version  *catalog.Loaded
	cohort   lms.ID[lms.Cohort]

	mu  sync.Mutex
	now time.Time
}

func newSite(t testing.TB) *site {
	t.Helper()
	w := lmstest.New(t)
	s := &site{World: w, now: w.Start}
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.catalog = catalog.New(w.DB, blobs, s.clock)
	certificates := &certificate.Service{
		DB: w.DB, Keys: certificate.NewKeys(key), Issuer: "Mostik", PublicURL: "http://localhost", Now: s.clock,
	}
	s.learning = learning.New(w.DB, s.catalog, certificates, blobs, s.clock)
	s.publish(nil)
	if err := s.catalog.SetOpen(t.Context(), lmstest.CourseKey, true); err != nil {
		t.Fatal(err)
	}
	s.cohort = w.Cohort(s.version.CourseID, "KZ", lms.ID[lms.Centre]{})
	return s
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// publish imports the small course with changes and makes it the site's version.
func (s *site) publish(changed map[string]string) catalog.Imported {
	s.T.Helper()
	done, err := s.catalog.ImportFolder(s.T.Context(), lmstest.SmallCourse(changed))
	if err != nil {
		s.T.Fatalf("importing: %v %v", err, done.Problems)
	}
	s.version, err = s.catalog.Version(s.T.Context(), done.Version)
	s.check(err)
	return done
}

func (s *site) check(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// refused asks for a kind of failure and its code.
func (s *site) refused(err error, kind lms.Kind, code string) {
	s.T.Helper()
	if err == nil || lms.KindOf(err) != kind || codeOf(err) != code {
		s.T.Fatalf("got %v, want %s: %s", err, kind, code)
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Code
	}
	return ""
}

// trainee makes a person of the cohort.
func (s *site) trainee() (lms.Actor, lms.ID[lms.Enrolment]) {
	s.T.Helper()
	person := s.Person(lmstest.PersonSpec{Country: "KZ"})
	_, err := s.learning.Enrol(s.T.Context(), s.version, s.cohort, []lms.ID[lms.Person]{person})
	s.check(err)
	var id lms.ID[lms.Enrolment]
	s.check(db.Row(s.T.Context(), s.DB, `SELECT id FROM enrolments WHERE person_id = $1`, person).Scan(&id))
	return lms.Actor{Person: person}, id
}

// staff makes somebody with one role.
func (s *site) staff(role lms.Role, ground lms.Ground) lms.Actor {
	g := lms.Grant{Role: role, Scope: ground}
	return lms.Actor{Person: s.Person(lmstest.PersonSpec{Country: "KZ", Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}}
}

func (s *site) seen(actor lms.Actor, id lms.ID[lms.Enrolment], keys ...string) *learning.ProgressView {
	s.T.Helper()
	var view *learning.ProgressView
	for _, key := range keys {
		var err error
		view, err = s.learning.MarkSeen(s.T.Context(), actor, learning.SeenInput{Enrolment: id, Activity: key, Lang: "en"})
		s.check(err)
	}
	return view
}

func (s *site) start(actor lms.Actor, id lms.ID[lms.Enrolment], key string) *learning.AttemptView {
	s.T.Helper()
	at, err := s.learning.Start(s.T.Context(), actor, learning.StartInput{
		Enrolment: id, Activity: key, ID: lms.NewID[lms.Attempt](), Lang: "en", Role: "desk",
	})
	s.check(err)
	return at
}

// seeds gives the seeds of an attempt's paper.
func (s *site) seeds(id lms.ID[lms.Attempt]) map[string]quiz.Seed {
	s.T.Helper()
	var paper quiz.Paper
	s.check(json.Unmarshal([]byte(s.Text(`SELECT paper FROM attempts WHERE id = $1`, id)), &paper))
	seeds := map[string]quiz.Seed{}
	for _, q := range paper.Questions {
		seeds[q.Key] = q.Seed
	}
	return seeds
}

// right gives the right answer to a question as a browser would send it.
func (s *site) right(id lms.ID[lms.Attempt], key string) json.RawMessage {
	s.T.Helper()
	q, _ := s.version.Question(key)
	raw, err := json.Marshal(quiz.ShowAnswer(q.Question, s.seeds(id)[key], quiz.RightAnswer(q.Question)))
	s.check(err)
	return raw
}

func (s *site) answer(actor lms.Actor, id lms.ID[lms.Attempt], key string, revision int64, content json.RawMessage) learning.Saved {
	s.T.Helper()
	saved, err := s.learning.Answer(s.T.Context(), actor, learning.AnswerInput{
		Attempt: id, ID: lms.NewID[lms.Answer](), Question: key, Revision: revision, Content: content,
	})
	s.check(err)
	return saved
}

func (s *site) submit(actor lms.Actor, id lms.ID[lms.Attempt]) *learning.AttemptView {
	s.T.Helper()
	at, err := s.learning.Submit(s.T.Context(), actor, id, "en")
	s.check(err)
	return at
}

// quiz does a quiz with every answer right, or with none.
func (s *site) quiz(actor lms.Actor, id lms.ID[lms.Enrolment], key string, rightly bool) *learning.AttemptView {
	s.T.Helper()
	at := s.start(actor, id, key)
	for i, q := range at.Questions {
		switch {
		case rightly && q.Kind == quiz.Open:
			s.answer(actor, at.ID, q.Key, int64(i+1), json.RawMessage(`{"text":"Bring her to a quiet place."}`))
		case rightly:
			s.answer(actor, at.ID, q.Key, int64(i+1), s.right(at.ID, q.Key))
		}
	}
	return s.submit(actor, at.ID)
}

// statements counts what a call sends to the database. Versions are warm.
func (s *site) statements(most int, call func(ctx context.Context)) {
	s.T.Helper()
	ctx, counter := db.CountStatements(s.T.Context())
	call(ctx)
	if counter.N() > most {
		s.T.Errorf("%d statements, at most %d are allowed:", counter.N(), most)
		for _, q := range counter.Statements() {
			s.T.Log(q)
		}
	}
}
