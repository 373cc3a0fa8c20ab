package learning

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/db"
)

// AllowanceInput gives a person more attempts or more time at one activity.
type AllowanceInput struct {
	Enrolment     lms.ID[lms.Enrolment]
	Activity      string
	ExtraAttempts int
	ExtraMinutes  int
	Reason        string
}

// Allow grants an allowance. More time reaches an attempt that is open now, too. Errors: NotFound, Forbidden,
// Invalid.
func (s *Service) Allow(ctx context.Context, actor lms.Actor, in AllowanceInput) (err error) {
	defer lms.Wrap(&err, "learning.Allow(%s, %s)", in.Enrolment, in.Activity)
	if in.ExtraAttempts <= 0 && in.ExtraMinutes <= 0 {
		return lms.ErrInvalid("extra_attempts", "required", "at least one attempt or one minute")
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// The open attempt is locked before the enrolment, as everywhere.
		_, err := db.Exec(ctx, tx, `
			UPDATE attempts
			   SET deadline_at = deadline_at + make_interval(mins => $3), grace_until = grace_until + make_interval(mins => $3)
			 WHERE enrolment_id = $1 AND activity_key = $2 AND state = 'open' AND $3 > 0 AND deadline_at IS NOT NULL`,
			in.Enrolment, in.Activity, in.ExtraMinutes)
		if err != nil {
			return err
		}
		st, err := s.lockStudy(ctx, tx, in.Enrolment)
		if err != nil {
			return err
		}
		if err := st.may(actor, lms.GrantAllowance); err != nil {
			return err
		}
		if _, err := st.activity(in.Activity); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO allowances (id, enrolment_id, activity_key, extra_attempts, extra_minutes, reason, granted_by, granted_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			lms.NewID[struct{}](), in.Enrolment, in.Activity, in.ExtraAttempts, in.ExtraMinutes, in.Reason, actor.Person, s.now())
		if err != nil {
			return err
		}
		return audited(ctx, tx, actor, s.now(), "allowance.grant", "enrolment", in.Enrolment.String(), map[string]any{
			"activity": in.Activity, "attempts": in.ExtraAttempts, "minutes": in.ExtraMinutes,
		})
	})
}

// AttendanceInput says who was there, or takes it back.
type AttendanceInput struct {
	Cohort     lms.ID[lms.Cohort]
	Activity   string
	Enrolments []lms.ID[lms.Enrolment]
	Attended   bool
}

// TakeAttendance records presence at a day or a webinar for people of a cohort. Errors: NotFound (the cohort,
// the activity, or one of the people in it), Forbidden.
func (s *Service) TakeAttendance(ctx context.Context, actor lms.Actor, in AttendanceInput) (err error) {
	defer lms.Wrap(&err, "learning.TakeAttendance(%s, %s)", in.Cohort, in.Activity)
	if _, err := s.cohortFor(ctx, actor, in.Cohort, lms.TakeAttendance); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// All are locked before the first is counted: one who is just studying may need the row of sums that the
		// ones before have changed.
		_, err := db.Exec(ctx, tx, `
			SELECT FROM enrolments WHERE id = ANY($1::text[]::uuid[]) ORDER BY id FOR NO KEY UPDATE`, texts(in.Enrolments))
		if err != nil {
			return err
		}
		for _, id := range sorted(in.Enrolments) {
			if err := s.attended(ctx, tx, in, id); err != nil {
				return err
			}
		}
		return audited(ctx, tx, actor, s.now(), "attendance.take", "cohort", in.Cohort.String(), map[string]any{
			"activity": in.Activity, "people": len(in.Enrolments), "attended": in.Attended,
		})
	})
}

func (s *Service) attended(ctx context.Context, tx bun.Tx, in AttendanceInput, id lms.ID[lms.Enrolment]) error {
	st, err := s.lockStudy(ctx, tx, id)
	if err != nil {
		return err
	}
	a, err := st.activity(in.Activity)
	if err != nil {
		return err
	}
	if st.Cohort != in.Cohort || !isKind(a, []kind{courses.InPerson, courses.Webinar}) {
		return lms.ErrNotFound("enrolment")
	}
	if !in.Attended {
		return s.apply(ctx, tx, st, a, &change{State: Seen}, true)
	}
	return s.apply(ctx, tx, st, a, &change{State: Done}, false)
}

// DatesInput is what a cohort adds to an activity; a nil time means that there is none.
type DatesInput struct {
	Cohort   lms.ID[lms.Cohort]
	Activity string
	Dates
}

// SetDates sets a due date, or time and place of a day or a webinar. Errors: NotFound, Forbidden, Invalid.
func (s *Service) SetDates(ctx context.Context, actor lms.Actor, in DatesInput) (err error) {
	defer lms.Wrap(&err, "learning.SetDates(%s, %s)", in.Cohort, in.Activity)
	c, err := s.cohortFor(ctx, actor, in.Cohort, lms.SetDates)
	if err != nil {
		return err
	}
	v, err := s.Catalog.Version(ctx, c.Version)
	if err != nil {
		return err
	}
	if _, ok := v.Activity(in.Activity); !ok {
		return lms.ErrNotFound("activity")
	}
	if in.StartsAt != nil && in.EndsAt != nil && in.EndsAt.Before(*in.StartsAt) {
		return lms.ErrInvalid("ends_at", "ends-before-start", "the end lies before the start")
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO cohort_dates (cohort_id, activity_key, due_at, starts_at, ends_at, place, link)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (cohort_id, activity_key) DO UPDATE
			   SET due_at = excluded.due_at, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
			       place = excluded.place, link = excluded.link`,
			in.Cohort, in.Activity, utc(in.DueAt), utc(in.StartsAt), utc(in.EndsAt), in.Place, in.Link)
		if err != nil {
			return err
		}
		return audited(ctx, tx, actor, s.now(), "cohort.dates", "cohort", in.Cohort.String(), map[string]any{"activity": in.Activity})
	})
}

func utc(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UTC()
}
