package learning_test

import (
	"testing"

	"mostik/lms"
	"mostik/lms/learning"
)

// Presence at a webinar completes an activity and, when a correction says so, takes back what it gave: not what was
// entered by hand, and not what a certificate stands on.
func TestAWebinarCompletesAnActivity(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	credit := func(reached, given bool) string {
		t.Helper()
		got, state, err := s.learning.CreditWebinar(t.Context(), learning.WebinarCredit{
			Webinar: "w", Cohort: s.cohort, Activity: "practice-day", Person: actor.Person, Reached: reached, Given: given, Minutes: 80, Percent: 89, Evidence: []string{"device"},
		})
		s.check(err)
		if got != id {
			t.Errorf("the enrolment is %v", got)
		}
		return state
	}
	stored := func() string {
		return s.Text(`SELECT coalesce((SELECT state FROM activity_progress WHERE enrolment_id = $1 AND activity_key = 'practice-day'), '')`, id)
	}
	for _, c := range []struct {
		reached, given bool
		state, stored  string
	}{
		{false, false, "", ""},
		{true, false, learning.CreditGiven, "done"},
		{true, true, learning.CreditGiven, "done"},
		{false, true, learning.CreditTaken, "seen"},
		{false, false, "", "seen"},
		{true, false, learning.CreditGiven, "done"},
	} {
		if state := credit(c.reached, c.given); state != c.state || stored() != c.stored {
			t.Errorf("%+v: state %q, stored %q", c, state, stored())
		}
	}
	if n := s.Int(`SELECT count(*) FROM audit_events WHERE action LIKE 'webinar.credit%' AND subject_id = $1`, id.String()); n != 3 {
		t.Errorf("%d acts on record", n)
	}
	// What a trainer entered is theirs.
	credit(false, true)
	s.check(s.learning.TakeAttendance(t.Context(), trainer, learning.AttendanceInput{
		Cohort: s.cohort, Activity: "practice-day", Enrolments: []lms.ID[lms.Enrolment]{id}, Attended: true,
	}))
	if state := credit(true, false); state != "" {
		t.Errorf("what was done by hand became the webinar's: %q", state)
	}
	if state := credit(false, false); state != "" || stored() != "done" {
		t.Errorf("what was done by hand was taken back: %q, %q", state, stored())
	}
	s.Exec(`UPDATE enrolments SET done = repeat('x', length(done)), required_done = required_total, state = 'completed' WHERE id = $1`, id)
	if state := credit(false, true); state != learning.CreditReview || stored() != "done" {
		t.Errorf("under a certificate: %q, %q", state, stored())
	}
	_, state, err := s.learning.CreditWebinar(t.Context(), learning.WebinarCredit{Cohort: s.cohort, Activity: "practice-day", Person: trainer.Person, Reached: true})
	if err != nil || state != "" {
		t.Errorf("somebody of no cohort: %q %v", state, err)
	}
}
