package learning_test

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/learning"
)

// waiting waits until some statement of this database waits for a lock.
func (s *site) waiting() {
	s.T.Helper()
	for range 2000 {
		if s.Int(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.T.Fatal("nothing waits")
}

// holding runs work while another transaction holds what a statement locks.
func (s *site) holding(lock string, arg any, work func()) {
	s.T.Helper()
	s.check(s.DB.RunInTx(s.T.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := db.Exec(ctx, tx, lock, arg); err != nil {
			return err
		}
		work()
		return nil
	}))
}

// One who is freed leaves the row "stuck" for the row "active", one who gets stuck the other way round. Both take
// them in the same order: while the first is held by somebody, the second is free.
func TestTotalsAreLockedInOneOrder(t *testing.T) {
	s := newSite(t)
	_, id := s.trainee()
	s.Exec(`UPDATE enrolments SET started_at = now() WHERE id = $1`, id) // the row "active" is there
	s.Exec(`UPDATE enrolments SET stuck_on = 'final' WHERE id = $1`, id)
	freed := make(chan error, 1)
	s.holding(`SELECT FROM cohort_totals WHERE cohort_id = $1 AND standing = 'active' FOR UPDATE`, s.cohort, func() {
		go func() {
			_, err := db.Exec(t.Context(), s.DB, `UPDATE enrolments SET stuck_on = '' WHERE id = $1`, id)
			freed <- err
		}()
		s.waiting()
		if _, err := db.Exec(t.Context(), s.DB, `SELECT FROM cohort_totals WHERE standing = 'stuck' FOR UPDATE NOWAIT`); err != nil {
			t.Errorf("the second row is held before the first was had: %v", err)
		}
	})
	s.check(<-freed)
	if n := s.Int(`SELECT sum(people) FROM cohort_totals WHERE cohort_id = $1 AND standing = 'active'`, s.cohort); n != 1 {
		t.Errorf("%d people are active", n)
	}
}

// Whoever takes attendance holds no sum while waiting for somebody who is studying: that person's step may need
// the very row.
func TestAttendanceWaitsBeforeItCounts(t *testing.T) {
	s := newSite(t)
	_, one := s.trainee()
	_, two := s.trainee()
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	taken := make(chan error, 1)
	last := two
	if one.String() > two.String() {
		last = one
	}
	s.holding(`SELECT FROM enrolments WHERE id = $1 FOR NO KEY UPDATE`, last, func() {
		go func() {
			taken <- s.learning.TakeAttendance(t.Context(), trainer, learning.AttendanceInput{
				Cohort: s.cohort, Activity: "practice-day", Enrolments: []lms.ID[lms.Enrolment]{one, two}, Attended: true,
			})
		}()
		s.waiting()
		if _, err := db.Exec(t.Context(), s.DB, `SELECT FROM cohort_totals WHERE cohort_id = $1 FOR UPDATE NOWAIT`, s.cohort); err != nil {
			t.Errorf("sums are held while it waits: %v", err)
		}
	})
	s.check(<-taken)
	if n := s.Int(`SELECT count(*) FROM activity_progress WHERE activity_key = 'practice-day' AND state = 'done'`); n != 2 {
		t.Errorf("%d were there", n)
	}
}

// A step that PostgreSQL ends because two waited for each other is taken again.
func TestAStepThatLostIsTakenAgain(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one")
	stepped := make(chan error, 1)
	s.check(s.DB.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		// The other way round than a step does, and patient, so that the step is the one that loses.
		if _, err := db.Exec(ctx, tx, `SET LOCAL deadlock_timeout = '1h'`); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `SELECT FROM cohort_totals WHERE cohort_id = $1 FOR UPDATE`, s.cohort); err != nil {
			return err
		}
		go func() {
			_, err := s.learning.MarkSeen(t.Context(), actor, learning.SeenInput{Enrolment: id, Activity: "read-two"})
			stepped <- err
		}()
		s.waiting()
		_, err := db.Exec(ctx, tx, `SELECT FROM enrolments WHERE id = $1 FOR NO KEY UPDATE`, id)
		return err
	}))
	s.check(<-stepped)
	if done := s.Int(`SELECT required_done FROM enrolments WHERE id = $1`, id); done != 2 {
		t.Errorf("%d are done", done)
	}
}
