package learning_test

import (
	"strings"
	"testing"
	"time"

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
