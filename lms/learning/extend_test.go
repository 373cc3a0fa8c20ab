package learning_test

import (
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/learning"
)

// More time for one person: it stands wherever the date stood, holds where the date decides, never shortens, and nobody
// else has it.
func TestMoreTimeForOnePerson(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	other, otherID := s.trainee()
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	due := s.clock().Add(24 * time.Hour).UTC().Truncate(time.Second)
	dates := func(key string, at *time.Time) {
		t.Helper()
		s.check(s.learning.SetDates(t.Context(), trainer, learning.DatesInput{Cohort: s.cohort, Activity: key, Dates: learning.Dates{DueAt: at}}))
	}
	for _, key := range []string{"pre", "final", "read-one"} {
		dates(key, &due)
	}
	s.seen(actor, id, "read-one") // done: there is nothing to put off
	extend := func(a lms.Actor, until time.Time) int {
		t.Helper()
		n, err := s.learning.Extend(t.Context(), a, actor.Person, lms.ID[lms.Cohort]{}, until)
		s.check(err)
		return n
	}
	later := due.Add(240 * time.Hour)
	if n := extend(trainer, due.Add(-time.Hour)); n != 0 {
		t.Errorf("%d activities were brought forward", n)
	}
	if n, again := extend(trainer, later), extend(trainer, later); n != 2 || again != 0 {
		t.Errorf("%d activities were put off, and %d again", n, again)
	}
	if n := extend(trainer, later.Add(-time.Hour)); n != 0 {
		t.Errorf("an earlier date took the place of a later one at %d activities", n)
	}
	shown := func(who lms.Actor, enrolment lms.ID[lms.Enrolment], key string, want time.Time, extended bool) {
		t.Helper()
		o, err := s.learning.Overview(t.Context(), trainer, enrolment, "en")
		s.check(err)
		for _, a := range o.Activities {
			if a.Key == key && (a.DueAt == nil || !a.DueAt.Equal(want) || a.Extended != extended) {
				t.Errorf("the overview has %s due at %v, extended: %v; want %v, %v", key, a.DueAt, a.Extended, want, extended)
			}
		}
		page, err := s.learning.Activity(t.Context(), who, enrolment, key, "en")
		s.check(err)
		if page.DueAt == nil || !page.DueAt.Equal(want) {
			t.Errorf("the activity is due at %v, want %v", page.DueAt, want)
		}
		dash, err := s.learning.Dashboard(t.Context(), who, "en")
		s.check(err)
		for _, d := range dash.Due {
			if d.ActivityKey == key && !d.DueAt.Equal(want) {
				t.Errorf("the first page has it due at %v, want %v", d.DueAt, want)
			}
		}
	}
	shown(actor, id, "pre", later, true)
	shown(other, otherID, "pre", due, false)
	// A date of the group that is later still goes before; without one nothing is due.
	latest := later.Add(240 * time.Hour)
	dates("pre", &latest)
	shown(actor, id, "pre", latest, false)
	dates("pre", nil)
	if page, err := s.learning.Activity(t.Context(), actor, id, "pre", "en"); err != nil || page.DueAt != nil {
		t.Errorf("due at %v without a date of the group, %v", page.DueAt, err)
	}
	outsider := s.staff(lms.Trainer, lms.CohortGround(s.Cohort(s.version.CourseID, "RU", lms.ID[lms.Centre]{})))
	_, err := s.learning.Extend(t.Context(), outsider, actor.Person, lms.ID[lms.Cohort]{}, latest)
	s.refused(err, lms.NotFound, "not-found")
	if _, err := s.learning.Extend(t.Context(), actor, actor.Person, lms.ID[lms.Cohort]{}, latest); lms.KindOf(err) != lms.NotFound && lms.KindOf(err) != lms.Forbidden {
		t.Errorf("a trainee gave themselves more time: %v", err)
	}
	if n, err := s.learning.Extend(t.Context(), trainer, actor.Person, lms.NewID[lms.Cohort](), latest); n != 0 || err != nil {
		t.Errorf("in another group: %d, %v", n, err)
	}
	if got := s.Text(`SELECT string_agg(action || ' ' || subject_id, ',') FROM audit_events WHERE action = 'due.extend'`); got != "due.extend "+id.String() {
		t.Errorf("on record: %s", got)
	}
}
