package learning

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Extend gives a person until then for what they have not done and would be due earlier: in their active studies, or in
// those of one cohort where it is not zero, as far as the actor may give allowances in them. It tells for how many
// activities; asked for twice, it changes nothing the second time. Errors: NotFound, Forbidden where the actor may in none
// of them.
func (s *Service) Extend(ctx context.Context, actor lms.Actor, person lms.ID[lms.Person], in lms.ID[lms.Cohort], until time.Time) (n int, err error) {
	defer lms.Wrap(&err, "learning.Extend(%s)", person)
	ids, err := studiesWithDates(ctx, s.DB, person, in)
	if err != nil {
		return 0, err
	}
	var refused error
	may := false
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, refused, may = 0, nil, false
		for _, id := range ids {
			st, err := s.lockStudy(ctx, tx, id)
			if err != nil {
				return err
			}
			if refused = st.may(actor, lms.GrantAllowance); refused != nil {
				continue
			}
			may = true
			some, err := s.extend(ctx, tx, actor, st, until)
			if err != nil {
				return err
			}
			n += some
		}
		return nil
	})
	if err == nil && !may {
		err = refused
	}
	return n, err
}

// studiesWithDates gives somebody's active studies in a cohort, in the order in which they are locked.
func studiesWithDates(ctx context.Context, q bun.IDB, person lms.ID[lms.Person], in lms.ID[lms.Cohort]) (ids []lms.ID[lms.Enrolment], err error) {
	rows, err := db.Rows(ctx, q, `
		SELECT id FROM enrolments
		 WHERE person_id = $1 AND state = 'active' AND cohort_id IS NOT NULL AND ($2::uuid IS NULL OR cohort_id = $2)
		 ORDER BY id`, person, nullID(in))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id lms.ID[lms.Enrolment]
		if err := rows.Scan(&id); err != nil {
			return nil, db.Translate(err)
		}
		ids = append(ids, id)
	}
	return ids, db.Translate(rows.Err())
}

// extend puts off what is open of a study and due before.
func (s *Service) extend(ctx context.Context, tx bun.Tx, actor lms.Actor, st *study, until time.Time) (int, error) {
	var open []string
	for i := range st.Loaded.Activities {
		if st.Progress.State(i) != Done {
			open = append(open, st.Loaded.Activities[i].Key)
		}
	}
	rows, err := db.Rows(ctx, tx, `
		INSERT INTO due_dates AS o (enrolment_id, activity_key, due_at, set_by, set_at)
		SELECT $1, d.activity_key, $4, $5, $6 FROM cohort_dates d WHERE d.cohort_id = $2 AND d.activity_key = ANY ($3::text[]) AND d.due_at < $4
		ON CONFLICT (enrolment_id, activity_key) DO UPDATE SET due_at = $4, set_by = $5, set_at = $6 WHERE o.due_at < $4
		RETURNING activity_key`, st.ID, st.Cohort, open, until.UTC(), actor.Person, s.now())
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var moved []string
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return 0, db.Translate(err)
		}
		moved = append(moved, key)
	}
	if err := rows.Err(); err != nil || len(moved) == 0 {
		return 0, db.Translate(err)
	}
	slices.Sort(moved)
	return len(moved), audited(ctx, tx, actor, s.now(), "due.extend", "enrolment", st.ID.String(), map[string]any{"activities": moved, "until": until.UTC()})
}
