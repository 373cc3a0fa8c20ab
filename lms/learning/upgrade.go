package learning

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// upgradeBatch is how many enrolments move in one transaction, so that nobody who studies meanwhile waits.
const upgradeBatch = 200

// Upgrade moves everybody who is studying a course to its current version and gives their number. What was
// done stays done where the activity has the same key and the same revision; an activity with a newer
// revision, or a new one, is to be done. Attempts stay pinned to the version they were begun with, and those
// who have completed the course keep theirs. It may be stopped and run again.
func (s *Service) Upgrade(ctx context.Context, course lms.ID[lms.Course]) (moved int, err error) {
	defer lms.Wrap(&err, "learning.Upgrade(%s)", course)
	var current lms.ID[lms.Version]
	err = db.Row(ctx, s.DB, `SELECT current_version_id FROM courses WHERE id = $1`, course).Scan(&current)
	if err != nil {
		return 0, db.Found(err, "course")
	}
	v, err := s.Catalog.Version(ctx, current)
	if err != nil {
		return 0, err
	}
	for {
		n, err := s.upgradeSome(ctx, v)
		moved += n
		if err != nil || n == 0 {
			return moved, err
		}
	}
}

func (s *Service) upgradeSome(ctx context.Context, v *catalog.Loaded) (n int, err error) {
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n = 0
		list, err := behind(ctx, tx, v)
		if err != nil {
			return err
		}
		for _, id := range list {
			if err := s.upgradeOne(ctx, tx, v, id); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

func behind(ctx context.Context, tx bun.IDB, v *catalog.Loaded) ([]lms.ID[lms.Enrolment], error) {
	rows, err := db.Rows(ctx, tx, `
		SELECT id FROM enrolments
		 WHERE course_id = $1 AND version_id <> $2 AND state = 'active'
		 ORDER BY id
		 LIMIT $3
		   FOR NO KEY UPDATE`, v.CourseID, v.ID, upgradeBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []lms.ID[lms.Enrolment]
	for rows.Next() {
		var id lms.ID[lms.Enrolment]
		if err := rows.Scan(&id); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, id)
	}
	return list, db.Translate(rows.Err())
}

func (s *Service) upgradeOne(ctx context.Context, tx bun.Tx, v *catalog.Loaded, id lms.ID[lms.Enrolment]) error {
	st, err := s.lockStudy(ctx, tx, id)
	if err != nil {
		return err
	}
	before := st.Progress
	st.Progress = carry(st.Loaded, v, before)
	st.Loaded, st.Version = v, v.ID
	p := st.Progress
	_, err = db.Exec(ctx, tx, `
		UPDATE enrolments
		   SET version_id = $2, done = $3, required_total = $4, required_done = $5, stuck_on = $6,
		       state = CASE WHEN $7 THEN 'completed' ELSE state END,
		       completed_at = CASE WHEN $7 THEN coalesce(completed_at, $8) ELSE completed_at END
		 WHERE id = $1`,
		id, v.ID, string(p.Marks), p.RequiredTotal, p.RequiredDone, p.StuckOn, p.Completed, s.now())
	if err != nil {
		return err
	}
	// A version that asks for less may complete a course.
	return s.certify(ctx, tx, st, before)
}

// carry gives the progress on a newer version: an activity keeps its state where its key and the author's
// revision are the same.
func carry(from, to *catalog.Loaded, p Progress) Progress {
	next := Progress{Marks: fitted(nil, len(to.Activities)), Score: p.Score}
	for i := range to.Activities {
		a := &to.Activities[i]
		old, ok := from.Activity(a.Key)
		if !ok || old.Revision != a.Revision || old.Kind != a.Kind {
			continue
		}
		next.Marks[i] = marks[p.State(old.Index)]
		if p.StuckOn == a.Key {
			next.StuckOn = a.Key
		}
	}
	return sum(to, next)
}
