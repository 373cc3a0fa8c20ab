package learning_test

import (
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/learning"
)

// A webinar on the calendar stands in its course: with its own time, and what the trainer set beside it.
func TestAWebinarStandsInItsCourse(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	const key = "practice-day"
	begin := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
	set := begin.Add(-24 * time.Hour)
	s.check(s.learning.SetDates(t.Context(), s.staff(lms.Trainer, lms.CohortGround(s.cohort)), learning.DatesInput{
		Cohort: s.cohort, Activity: key, Dates: learning.Dates{DueAt: &set, StartsAt: &set, Place: "Room 2"},
	}))
	for name, starts := range map[string]time.Time{"past": begin.Add(-1000 * time.Hour), "next": begin, "later": begin.Add(time.Hour), "cancelled": begin.Add(-time.Hour)} {
		s.Exec(`INSERT INTO webinars (id, title, language, cohort_id, activity_key, starts_at, ends_at, guest_code, created_at, cancelled_at)
		        VALUES ($1, 'Cases', 'en', $2, $3, $4::timestamptz, $4::timestamptz + interval '1 hour', $1, now(), CASE WHEN $1 = 'cancelled' THEN now() END)`, name, s.cohort, key, starts)
	}
	page, err := s.learning.Activity(t.Context(), actor, id, key, "en")
	s.check(err)
	if e := page.Event; e.Webinar != "next" || !e.StartsAt.Equal(begin) || e.Place != "Room 2" || page.DueAt == nil || !page.DueAt.Equal(set) {
		t.Errorf("%+v, due %v", e, page.DueAt)
	}
	for _, told := range []struct {
		kind string
		over bool
	}{{"begin", false}, {"end", true}, {"leave", true}, {"begin", false}} {
		s.Exec(`INSERT INTO webinar_events (webinar_id, number, kind, at) SELECT 'next', coalesce(max(number), 0) + 1, $1, now() FROM webinar_events`, told.kind)
		if page, err = s.learning.Activity(t.Context(), actor, id, key, "en"); err != nil || page.Event.Over != told.over {
			t.Errorf("after %q: over %v, %v", told.kind, page.Event.Over, err)
		}
	}
	dash, err := s.learning.Dashboard(t.Context(), actor, "en")
	s.check(err)
	if len(dash.Events) != 1 || !dash.Events[0].StartsAt.Equal(begin) {
		t.Errorf("%+v", dash.Events)
	}
	s.Exec(`DELETE FROM cohort_dates`)
	s.Exec(`DELETE FROM webinars WHERE id IN ('next', 'later')`)
	if page, err = s.learning.Activity(t.Context(), actor, id, key, "en"); err != nil || page.Event.Webinar != "past" {
		t.Errorf("with nothing to come: %+v, %v", page.Event, err)
	}
}
