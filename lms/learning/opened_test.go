package learning_test

import (
	"context"
	"testing"

	"mostik/lms"
	"mostik/lms/learning"
)

// What was remembered from the page decides nothing: another device's step, a withdrawal and a repeat are seen.
func TestReadingAfterOpening(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	open := func(key string) {
		t.Helper()
		_, err := s.learning.Activity(t.Context(), actor, id, key, "en")
		s.check(err)
	}
	done := func() string {
		return s.Text(`SELECT string_agg(activity_key, ' ' ORDER BY activity_key) FROM activity_progress WHERE enrolment_id = $1 AND state = 'done'`, id)
	}

	open("read-one")
	s.statements(1, func(ctx context.Context) {
		view, err := s.learning.MarkSeen(ctx, actor, learning.SeenInput{Enrolment: id, Activity: "read-one"})
		s.check(err)
		if view.RequiredDone != 1 {
			t.Errorf("after the first lesson %d are done", view.RequiredDone)
		}
	})

	other, otherID := s.trainee()
	_, err := s.learning.Activity(t.Context(), other, otherID, "read-one", "en")
	s.check(err)
	s.seen(other, otherID, "read-two") // on another device, which takes what was remembered
	s.seen(other, otherID, "read-one")
	if got := s.Text(`SELECT required_done::text FROM enrolments WHERE id = $1`, otherID); got != "2" {
		t.Errorf("two lessons read are %s", got)
	}

	open("read-two")
	s.Exec(`UPDATE enrolments SET stuck_on = 'elsewhere' WHERE id = $1`, id) // something happened meanwhile
	s.seen(actor, id, "read-two")
	if got := done(); got != "read-one read-two" {
		t.Errorf("done is %q", got)
	}

	third, thirdID := s.trainee()
	_, err = s.learning.Activity(t.Context(), third, thirdID, "read-one", "en")
	s.check(err)
	_, err = s.learning.MarkSeen(t.Context(), actor, learning.SeenInput{Enrolment: thirdID, Activity: "read-one"})
	if lms.KindOf(err) != lms.NotFound && lms.KindOf(err) != lms.Forbidden {
		t.Errorf("a stranger's step gave %v", err)
	}
	_, err = s.learning.Activity(t.Context(), third, thirdID, "read-one", "en")
	s.check(err)
	s.Exec(`UPDATE enrolments SET state = 'withdrawn' WHERE id = $1`, thirdID)
	_, err = s.learning.MarkSeen(t.Context(), third, learning.SeenInput{Enrolment: thirdID, Activity: "read-one"})
	s.refused(err, lms.NotFound, lms.ErrNotFound("enrolment").Code)
}
