package programme_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
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
	"mostik/lms/programme"
)

// site is a world with the small course published, and programmes on it.
type site struct {
	*lmstest.World
	catalog      *catalog.Service
	learning     *learning.Service
	programmes   *programme.Service
	certificates *certificate.Service
	version      *catalog.Loaded
	cohort       lms.ID[lms.Cohort]
	now          time.Time
	// coordinator is of the country KZ, author may write programmes of all countries.
	coordinator, author lms.Actor
}

func newSite(t testing.TB) *site {
	t.Helper()
	w := lmstest.New(t)
	s := &site{World: w, now: w.Start}
	clock := func() time.Time { return s.now }
	blobs, err := blob.Open(t.TempDir())
	s.check(err)
	_, key, err := ed25519.GenerateKey(nil)
	s.check(err)
	s.catalog = catalog.New(w.DB, blobs, clock)
	certificates := &certificate.Service{DB: w.DB, Keys: certificate.NewKeys(key), Issuer: "Mostik", PublicURL: "http://localhost", Now: clock}
	s.certificates = certificates
	s.learning = learning.New(w.DB, s.catalog, certificates, blobs, clock)
	s.programmes = &programme.Service{DB: w.DB, Catalog: s.catalog, Certificates: certificates, Blobs: blobs, Now: clock}
	certificates.Certify = s.programmes.CertifyIn
	done, err := s.catalog.ImportFolder(t.Context(), lmstest.SmallCourse(nil))
	s.check(err)
	s.version, err = s.catalog.Version(t.Context(), done.Version)
	s.check(err)
	s.cohort = w.Cohort(s.version.CourseID, "KZ", lms.ID[lms.Centre]{})
	s.coordinator = s.staff(lms.Coordinator, lms.CountryGround("KZ"))
	s.author = s.staff(lms.Coordinator, lms.AllGround())
	return s
}

func (s *site) check(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

func (s *site) refused(err error, kind lms.Kind, code string) {
	s.T.Helper()
	e, ok := errors.AsType[*lms.Error](err)
	if !ok || e.Kind != kind || code != "" && e.Code != code {
		s.T.Fatalf("got %v, want %s: %s", err, kind, code)
	}
}

// staff makes somebody with one role.
func (s *site) staff(role lms.Role, ground lms.Ground) lms.Actor {
	g := lms.Grant{Role: role, Scope: ground}
	return lms.Actor{Person: s.Person(lmstest.PersonSpec{Country: "KZ", Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}, Language: "en"}
}

// trainee makes somebody of a country.
func (s *site) trainee(country string) lms.Actor {
	return lms.Actor{Person: s.Person(lmstest.PersonSpec{Country: country}), Language: "en"}
}

// published makes a programme and publishes it.
func (s *site) published(key, country, definition string) {
	s.T.Helper()
	d, err := s.programmes.Create(s.T.Context(), s.author, programme.NewProgramme{Key: key, Country: country, Definition: json.RawMessage(definition)})
	s.check(err)
	if _, err := s.programmes.Publish(s.T.Context(), s.author, key); err != nil {
		s.T.Fatalf("%v: %+v", err, d.Problems)
	}
}

// invite puts somebody into a programme and gives the participation.
func (s *site) invite(key string, who ...lms.Actor) []lms.ID[lms.Participation] {
	s.T.Helper()
	in := programme.Invitation{}
	for _, a := range who {
		in.People = append(in.People, a.Person)
	}
	done, err := s.programmes.Invite(s.T.Context(), s.author, key, in)
	s.check(err)
	if done.Added != len(who) {
		s.T.Fatalf("invited %+v of %d", done, len(who))
	}
	ids := make([]lms.ID[lms.Participation], len(who))
	for i, a := range who {
		s.check(db.Row(s.T.Context(), s.DB, `
			SELECT pa.id FROM participations pa JOIN programmes g ON g.id = pa.programme_id WHERE g.key = $1 AND pa.person_id = $2 AND pa.state <> 'withdrawn'`,
			key, a.Person).Scan(&ids[i]))
	}
	return ids
}

func (s *site) standing(id lms.ID[lms.Participation]) programme.Standing {
	s.T.Helper()
	v, err := s.programmes.Standing(s.T.Context(), s.author, id)
	s.check(err)
	return v
}

func (s *site) programmeID(key string) (id lms.ID[lms.Programme]) {
	s.T.Helper()
	s.check(db.Row(s.T.Context(), s.DB, `SELECT id FROM programmes WHERE key = $1`, key).Scan(&id))
	return id
}

// settle does what the queue holds.
func (s *site) settle() {
	s.T.Helper()
	_, err := s.programmes.Settle(s.T.Context())
	s.check(err)
	if n := s.Int(`SELECT count(*) FROM participations_changed`); n != 0 {
		s.T.Fatalf("%d lines are left in the queue", n)
	}
}

// studies takes the small course from the beginning to its final, which is answered rightly or not at all.
func (s *site) studies(actor lms.Actor, rightly bool) {
	s.T.Helper()
	ctx := s.T.Context()
	_, err := s.learning.Enrol(ctx, s.version, s.cohort, []lms.ID[lms.Person]{actor.Person})
	s.check(err)
	var id lms.ID[lms.Enrolment]
	s.check(db.Row(ctx, s.DB, `SELECT id FROM enrolments WHERE person_id = $1`, actor.Person).Scan(&id))
	for _, key := range []string{"read-one", "read-two"} {
		_, err := s.learning.MarkSeen(ctx, actor, learning.SeenInput{Enrolment: id, Activity: key, Lang: "en"})
		s.check(err)
	}
	for _, key := range []string{"pre", "practice", "post"} {
		s.quiz(actor, id, key, true)
	}
	s.quiz(actor, id, "final", rightly)
}

func (s *site) quiz(actor lms.Actor, id lms.ID[lms.Enrolment], key string, rightly bool) {
	s.T.Helper()
	ctx := s.T.Context()
	at, err := s.learning.Start(ctx, actor, learning.StartInput{Enrolment: id, Activity: key, ID: lms.NewID[lms.Attempt](), Lang: "en"})
	s.check(err)
	var paper quiz.Paper
	s.check(json.Unmarshal([]byte(s.Text(`SELECT paper FROM attempts WHERE id = $1`, at.ID)), &paper))
	for i, shown := range paper.Questions {
		q, _ := s.version.Question(shown.Key)
		content := json.RawMessage(`{"text":"Bring her to a quiet place."}`)
		if q.Kind != quiz.Open {
			content, err = json.Marshal(quiz.ShowAnswer(q.Question, shown.Seed, quiz.RightAnswer(q.Question)))
			s.check(err)
		}
		if !rightly {
			continue
		}
		_, err = s.learning.Answer(ctx, actor, learning.AnswerInput{Attempt: at.ID, ID: lms.NewID[lms.Answer](), Question: shown.Key, Revision: int64(i + 1), Content: content})
		s.check(err)
	}
	_, err = s.learning.Submit(ctx, actor, at.ID, "en")
	s.check(err)
}
