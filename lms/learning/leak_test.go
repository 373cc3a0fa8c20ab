package learning_test

import (
	"strings"
	"testing"
	"time"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

func TestNoReviewWhileTheLastAttemptIsOpen(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	first := s.quiz(actor, id, "final", false)
	second := s.start(actor, id, "final") // uses up the last of two attempts
	got, err := s.learning.Attempt(t.Context(), actor, first.ID, "en")
	s.check(err)
	if got.Result.Review != nil {
		t.Errorf("the right answers of the first attempt are shown while the second is open: %+v", got.Result.Review)
	}
	s.submit(actor, second.ID)
	if got, err = s.learning.Attempt(t.Context(), actor, first.ID, "en"); err != nil || len(got.Result.Review) != 2 {
		t.Errorf("with no attempt left the review stays hidden: %v %+v", err, got.Result)
	}
}

func TestAClosedTestTakesNoAttemptOnceItsAnswersAreShown(t *testing.T) {
	s := newSite(t)
	s.publish(map[string]string{"course.yaml": strings.Replace(lmstest.SmallCourseYAML, "review: passed", "review: closed", 1)})
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	due := s.clock().Add(time.Hour)
	s.check(s.learning.SetDates(t.Context(), s.staff(lms.Trainer, lms.CohortGround(s.cohort)), learning.DatesInput{
		Cohort: s.cohort, Activity: "final", Dates: learning.Dates{DueAt: &due},
	}))
	if first := s.quiz(actor, id, "final", false); first.Result.Review != nil || *first.Result.AttemptsLeft != 1 {
		t.Fatalf("before the date: %+v", first.Result)
	}
	s.pass(2 * time.Hour)
	_, err := s.learning.Start(t.Context(), actor, learning.StartInput{Enrolment: id, Activity: "final", ID: lms.NewID[lms.Attempt]()})
	s.refused(err, lms.Conflict, "attempts-used")
	var first lms.ID[lms.Attempt]
	s.check(db.Row(t.Context(), s.DB, `SELECT id FROM attempts WHERE enrolment_id = $1 AND activity_key = 'final'`, id).Scan(&first))
	got, err := s.learning.Attempt(t.Context(), actor, first, "en")
	s.check(err)
	if len(got.Result.Review) != 2 || *got.Result.AttemptsLeft != 0 {
		t.Errorf("after the date: %+v", got.Result)
	}
}

func TestARepeatedFileTakesNoMarkBack(t *testing.T) {
	s := newSite(t)
	s.publish(map[string]string{"course.yaml": strings.Replace(lmstest.SmallCourseYAML,
		"kind: file\n        revision: 1\n        minutes: 5\n        complete: submitted",
		"kind: file\n        revision: 1\n        minutes: 5\n        complete: score\n        pass: 90", 1)})
	actor, id := s.opened()
	in := learning.FileInput{Enrolment: id, Activity: "note", ID: lms.NewID[lms.Submission](), Name: "a.pdf"}
	hand := func() string {
		in.Body = strings.NewReader("%PDF-1.7")
		sub, err := s.learning.HandInFile(t.Context(), actor, in)
		s.check(err)
		return sub.Progress.Activity.State
	}
	if state := hand(); state != "submitted" {
		t.Fatalf("handed in it is %s", state)
	}
	s.check(s.learning.Mark(t.Context(), s.staff(lms.Trainer, lms.CohortGround(s.cohort)), learning.MarkInput{
		ID: "s:" + in.ID.String(), Rubric: map[string]int{"safety": 1},
	}))
	if state := hand(); state != "failed" {
		t.Errorf("after the mark the outbox sent the file again, and it is %s", state)
	}
}

func TestAnonymousResponsesAreMixedWithEarlierOnes(t *testing.T) {
	s := newSite(t)
	for n := range 5 {
		actor, id := s.opened()
		number := float64(n + 1)
		_, err := s.learning.AnswerSurvey(t.Context(), actor, learning.SurveyInput{
			Enrolment: id, Activity: "reaction", Answers: scale.Response{"s1": {Number: &number}},
		})
		s.check(err)
	}
	if sum := s.Int(`SELECT sum((answers -> 's1' ->> 'number')::int) FROM survey_responses`); sum != 15 {
		t.Errorf("the answers 1 to 5 add up to %d: %s", sum, s.Text(`SELECT string_agg(answers::text, ' ') FROM survey_responses`))
	}
	if n := s.Int(`SELECT count(DISTINCT xmin::text) FROM survey_responses`); n != 1 {
		t.Errorf("%d transactions stand with the rows: they tell whose is whose", n)
	}
	if n := s.Int(`SELECT count(*) FROM survey_responses WHERE extract(day FROM answered_on) <> 1`); n != 0 {
		t.Errorf("%d rows tell the day", n)
	}
}

func TestWhatWasHandedInIsAnsweredThoughTheTaskIsGone(t *testing.T) {
	s := newSite(t)
	actor, id := s.opened()
	in := learning.FileInput{Enrolment: id, Activity: "note", ID: lms.NewID[lms.Submission](), Name: "a.pdf", Body: strings.NewReader("%PDF-1.7")}
	_, err := s.learning.HandInFile(t.Context(), actor, in)
	s.check(err)
	s.Exec(`UPDATE submissions SET activity_key = 'left-out-since' WHERE id = $1`, in.ID)
	s.check(s.learning.Mark(t.Context(), s.staff(lms.Trainer, lms.CohortGround(s.cohort)), learning.MarkInput{ID: "s:" + in.ID.String(), Comment: "Thank you."}))
	if state := s.Text(`SELECT state || ' ' || feedback FROM submissions WHERE id = $1`, in.ID); state != "returned Thank you." {
		t.Error(state)
	}
}

// Whoever got more time can try until it is over, and sees the answers only then.
func TestAClosedTestStaysOpenForWhoGotMoreTime(t *testing.T) {
	s := newSite(t)
	s.publish(map[string]string{"course.yaml": strings.Replace(lmstest.SmallCourseYAML, "review: passed", "review: closed", 1)})
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	due := s.clock().Add(time.Hour)
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	s.check(s.learning.SetDates(t.Context(), trainer, learning.DatesInput{Cohort: s.cohort, Activity: "final", Dates: learning.Dates{DueAt: &due}}))
	_, err := s.learning.Extend(t.Context(), trainer, actor.Person, s.cohort, due.Add(48*time.Hour))
	s.check(err)
	s.pass(2 * time.Hour)
	if first := s.quiz(actor, id, "final", false); first.Result.Review != nil || *first.Result.AttemptsLeft != 1 {
		t.Fatalf("before the own date: %+v", first.Result)
	}
	s.pass(48 * time.Hour)
	_, err = s.learning.Start(t.Context(), actor, learning.StartInput{Enrolment: id, Activity: "final", ID: lms.NewID[lms.Attempt]()})
	s.refused(err, lms.Conflict, "attempts-used")
}
