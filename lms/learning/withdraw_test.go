package learning_test

import (
	"testing"

	"mostik/lms"
)

// Somebody who completed a course keeps that: enrolled anew, they would earn a second certificate for it.
func TestWithdrawRefusesWhatWasCompleted(t *testing.T) {
	s := newSite(t)
	_, enrolment := s.trainee()
	s.Exec(`UPDATE enrolments SET state = 'completed', completed_at = now() WHERE id = $1`, enrolment)
	err := s.learning.Withdraw(t.Context(), s.staff(lms.Coordinator, lms.CountryGround("KZ")), enrolment)
	if lms.KindOf(err) != lms.Conflict {
		t.Errorf("withdrawing a completed enrolment: %v", err)
	}
	if got := s.Text(`SELECT state FROM enrolments WHERE id = $1`, enrolment); got != "completed" {
		t.Errorf("the enrolment is %s", got)
	}
}
