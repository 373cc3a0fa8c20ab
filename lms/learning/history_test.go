package learning_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses/quiz"
	"mostik/courses/scale"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

// told is a study that is lived through the use cases and told to a history at the same moments.
type told struct {
	*site
	actor lms.Actor
	id    lms.ID[lms.Enrolment]
	h     *learning.History
	by    lms.Actor // the trainer
}

func (s *told) see(keys ...string) {
	s.T.Helper()
	for _, key := range keys {
		s.pass(time.Minute)
		s.seen(s.actor, s.id, key)
		s.check(s.h.See(key, s.clock()))
	}
}

// try does a quiz in both ways; wrong names questions that are left out.
func (s *told) try(key string, wrong ...string) (lms.ID[lms.Attempt], *learning.Trial) {
	s.T.Helper()
	s.pass(time.Minute)
	s.learning.Seed = func() uint64 { return 4242 }
	at := s.start(s.actor, s.id, key)
	trial, err := s.h.Try(key, lms.NewID[lms.Attempt](), 4242, "", s.clock())
	s.check(err)
	revision := int64(0)
	for _, q := range trial.Questions() {
		answer, raw := quiz.RightAnswer(q), s.right(at.ID, q.Key)
		if q.Kind == quiz.Open {
			answer, raw = quiz.Answer{Text: "A quiet place."}, json.RawMessage(`{"text":"A quiet place."}`)
		}
		if len(wrong) > 0 && wrong[0] == q.Key {
			answer, raw = quiz.Answer{}, json.RawMessage(`null`)
		}
		s.pass(time.Second)
		revision++
		s.answer(s.actor, at.ID, q.Key, revision, raw)
		s.check(trial.Answer(lms.NewID[lms.Answer](), q.Key, answer, s.clock()))
	}
	s.pass(time.Minute)
	s.submit(s.actor, at.ID)
	_, err = trial.Submit(s.clock())
	s.check(err)
	return at.ID, trial
}

func (s *told) interview() {
	s.T.Helper()
	s.pass(time.Minute)
	at := s.start(s.actor, s.id, "talk")
	trial, err := s.h.Try("talk", lms.NewID[lms.Attempt](), 1, "desk", s.clock())
	s.check(err)
	for step := range 2 {
		s.pass(time.Minute)
		_, err := s.learning.Move(s.T.Context(), s.actor, learning.MoveInput{Attempt: at.ID, ID: lms.NewID[lms.Answer](), Step: step, Choice: "a", Lang: "en"})
		s.check(err)
		s.check(trial.Say(lms.NewID[lms.Answer](), "a", s.clock()))
	}
	noted, sorted := []string{"papers-held"}, map[string]scenario.Element{"f-recruited": scenario.Act, "f-labour": scenario.Means}
	_, err = s.learning.Assess(s.T.Context(), s.actor, learning.AssessInput{Attempt: at.ID, Lang: "en", Noted: noted, Sorted: sorted})
	s.check(err)
	_, err = trial.Assess(noted, sorted, s.clock())
	s.check(err)
}

func (s *told) mark(attempt lms.ID[lms.Attempt], trial *learning.Trial) {
	s.T.Helper()
	s.pass(time.Hour)
	points := 3.0
	s.check(s.learning.Mark(s.T.Context(), s.by, learning.MarkInput{ID: "a:" + attempt.String() + ":q-open", Points: &points, Comment: "Well seen."}))
	s.check(trial.Mark(lms.NewID[lms.Answer](), "q-open", points, "Well seen.", s.by.Person, s.clock()))
}

func (s *told) handIn() {
	s.T.Helper()
	s.pass(time.Minute)
	sub, err := s.learning.HandInWorksheet(s.T.Context(), s.actor, learning.WorksheetInput{
		Enrolment: s.id, Activity: "map", ID: lms.NewID[lms.Submission](), Lang: "en", Fields: map[string]json.RawMessage{"who": json.RawMessage(`"the desk"`)},
	})
	s.check(err)
	handed, err := s.h.HandIn("map", lms.NewID[lms.Submission](), map[string]string{"who": "the desk"}, learning.FileKept{}, s.clock())
	s.check(err)
	s.pass(time.Hour)
	s.check(s.learning.Mark(s.T.Context(), s.by, learning.MarkInput{ID: "s:" + sub.ID.String(), Comment: "Good."}))
	s.check(handed.Return(s.by.Person, "Good.", nil, s.clock()))
}

func (s *told) rest() {
	s.T.Helper()
	s.pass(time.Minute)
	_, err := s.learning.Post(s.T.Context(), s.actor, learning.PostInput{Enrolment: s.id, Activity: "exchange", ID: lms.NewID[lms.Post](), Text: "A list.", Lang: "en"})
	s.check(err)
	_, err = s.h.Post("exchange", lms.NewID[lms.Post](), "A list.", s.clock())
	s.check(err)
	s.pass(time.Minute)
	_, err = s.learning.Seal(s.T.Context(), s.actor, learning.SealedInput{Enrolment: s.id, Activity: "think", Ciphertext: "AAAA", Revision: 1, Lang: "en"})
	s.check(err)
	s.check(s.h.Seal("think", "AAAA", s.clock()))
	s.pass(time.Minute)
	four := 4.0
	answers := scale.Response{"s1": {Number: &four}}
	_, err = s.learning.AnswerSurvey(s.T.Context(), s.actor, learning.SurveyInput{Enrolment: s.id, Activity: "reaction", Answers: answers, Lang: "en"})
	s.check(err)
	s.check(s.h.Survey("reaction", answers, s.clock()))
}

// TestAHistoryIsStoredAsItWouldHaveBeenLived goes through a whole course in both ways and compares the rows.
func TestAHistoryIsStoredAsItWouldHaveBeenLived(t *testing.T) {
	site := newSite(t)
	s := &told{site: site, by: site.staff(lms.Trainer, lms.CohortGround(site.cohort))}
	s.actor, s.id = s.trainee()
	person := s.Person(lmstest.PersonSpec{Country: "KZ"})
	s.h = learning.NewHistory(s.version, lms.NewID[lms.Enrolment](), person, s.cohort, s.clock())

	s.see("read-one")
	s.try("practice", "q-match") // and stuck on it
	practice, trial := s.try("practice")
	s.mark(practice, trial)
	s.see("read-two")
	s.try("pre", "q-single")
	s.interview()
	s.handIn()
	s.rest()
	s.try("post")
	s.try("final", "q-match")
	s.try("final")
	s.check(db.InTx(t.Context(), s.DB, func(ctx context.Context, tx bun.Tx) error {
		return s.learning.StoreHistories(ctx, tx, []*learning.History{s.h})
	}))

	for table, query := range map[string]string{
		"enrolments": `SELECT course_id, version_id, cohort_id, state, standing, started_at, last_seen_at, completed_at, required_total,
		                      required_done, score, stuck_on, done FROM enrolments e WHERE id = $1`,
		"activity_progress": `SELECT activity_key, revision, state, score, first_seen_at, done_at, updated_at
		                        FROM activity_progress WHERE enrolment_id = $1 ORDER BY activity_key`,
		"attempts": `SELECT version_id, activity_key, kind, number, role, state, paper::text, started_at, deadline_at, grace_until,
		                    submitted_at, points, max_points, percent, passed, result::text
		               FROM attempts WHERE enrolment_id = $1 ORDER BY started_at`,
		"answers": `SELECT question_key, revision, content::text, received_at, late, newest, answered
		              FROM answers WHERE attempt_id IN (SELECT id FROM attempts WHERE enrolment_id = $1) ORDER BY received_at`,
		"marks": `SELECT question_key, points, comment, marked_by, marked_at
		            FROM marks WHERE attempt_id IN (SELECT id FROM attempts WHERE enrolment_id = $1)`,
		"submissions": `SELECT activity_key, kind, number, fields::text, file_name, state, handed_in_at, points, nullif(rubric::text, 'null'), feedback,
		                       returned_by, returned_at FROM submissions WHERE enrolment_id = $1`,
		"sealed_notes": `SELECT activity_key, revision, ciphertext, updated_at FROM sealed_notes WHERE enrolment_id = $1`,
		"posts":        `SELECT cohort_id, course_id, activity_key, parent_id, body, posted_at FROM posts WHERE enrolment_id = $1`,
		"certificates": `SELECT issue_no, state, issued_at, expires_on FROM certificates WHERE enrolment_id = $1`,
	} {
		rows := `SELECT coalesce(json_agg(r)::text, '') FROM (` + query + `) r`
		lived, stored := s.Text(rows, s.id), s.Text(rows, s.h.ID())
		if lived == "" {
			t.Errorf("%s: nothing was compared", table)
		}
		if lived != stored {
			t.Errorf("%s: lived and stored differ\n%s\n%s", table, lived, stored)
		}
	}
	if n := s.Int(`SELECT count(*) FROM survey_responses WHERE enrolment_id IS NULL`); n != 2 {
		t.Errorf("%d anonymous responses", n)
	}
}
