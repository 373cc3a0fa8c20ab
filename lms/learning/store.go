package learning

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// saveCTE stores one activity's progress and its sum in the enrolment. $1 is the enrolment, $2 to $5 the
// activity's key, revision, state and score, $6 the time, $7 to $12 the sum.
const saveCTE = `
	progress AS (
		INSERT INTO activity_progress AS p
		       (enrolment_id, activity_key, revision, state, score, first_seen_at, done_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $4 = 'done' THEN $6::timestamptz END, $6)
		ON CONFLICT (enrolment_id, activity_key) DO UPDATE
		   SET revision = excluded.revision, state = excluded.state,
		       score = greatest(p.score, excluded.score), updated_at = excluded.updated_at,
		       done_at = CASE WHEN excluded.state = 'done' THEN coalesce(p.done_at, excluded.done_at) END
	),
	summed AS (
		UPDATE enrolments
		   SET done = $7, required_total = $8, required_done = $9, score = $10, stuck_on = $11,
		       last_seen_at = greatest(last_seen_at, $6), started_at = coalesce(started_at, $6),
		       state = CASE WHEN $12 THEN 'completed' ELSE state END,
		       completed_at = CASE WHEN $12 THEN coalesce(completed_at, $6) ELSE completed_at END
		 WHERE id = $1
	)`

const (
	saveSQL = `WITH` + saveCTE + ` SELECT`

	saveOutcomeSQL = `WITH` + saveCTE + `
	UPDATE attempts
	   SET state = $14, submitted_at = coalesce(submitted_at, $15), points = $16, max_points = $17, percent = $18,
	       passed = $19, result = $20
	 WHERE id = $13`

	saveStartSQL = `WITH` + saveCTE + `
	INSERT INTO attempts (id, enrolment_id, version_id, activity_key, kind, number, role, paper, started_at,
	                      deadline_at, grace_until)
	VALUES ($13, $1, $14, $2, $15, $16, $17, $18, $6, $19, $20)`
)

// saveArgs are the arguments of saveCTE.
func saveArgs(st *study, a *catalog.Activity, c change, p Progress, now time.Time) []any {
	return []any{
		st.ID, a.Key, a.Revision, string(p.State(a.Index)), c.Score, now,
		string(p.Marks), p.RequiredTotal, p.RequiredDone, p.Score, p.StuckOn, p.Completed,
	}
}

// saveProgress stores a change of one activity.
func saveProgress(ctx context.Context, tx bun.IDB, st *study, a *catalog.Activity, c change, p Progress, now time.Time) error {
	_, err := db.Exec(ctx, tx, saveSQL, saveArgs(st, a, c, p, now)...)
	return err
}

// saveUnchangedSQL is saveProgress without a lock: it stores only if the enrolment is as it was read, in the
// version, the marks, where the person is stuck and the score: $12 to $15.
const saveUnchangedSQL = `
	WITH summed AS (
		UPDATE enrolments
		   SET done = $7, required_total = $8, required_done = $9, score = $10, stuck_on = $11,
		       last_seen_at = greatest(last_seen_at, $6), started_at = coalesce(started_at, $6)
		 WHERE id = $1 AND version_id = $12 AND done = $13 AND stuck_on = $14 AND state <> 'withdrawn'
		   AND score IS NOT DISTINCT FROM $15::float8::numeric(5,2)
		RETURNING id
	)
	INSERT INTO activity_progress AS p
	       (enrolment_id, activity_key, revision, state, score, first_seen_at, done_at, updated_at)
	SELECT id, $2, $3::int, $4, $5::float8, $6, CASE WHEN $4 = 'done' THEN $6::timestamptz END, $6 FROM summed
	ON CONFLICT (enrolment_id, activity_key) DO UPDATE
	   SET revision = excluded.revision, state = excluded.state,
	       score = greatest(p.score, excluded.score), updated_at = excluded.updated_at,
	       done_at = CASE WHEN excluded.state = 'done' THEN coalesce(p.done_at, excluded.done_at) END`

// saveUnchanged stores a change of one activity if nothing happened since st was read.
func saveUnchanged(ctx context.Context, q bun.IDB, st *study, a *catalog.Activity, c change, p Progress, now time.Time) (bool, error) {
	args := saveArgs(st, a, c, p, now)
	args = append(args[:len(args)-1], st.Version, string(st.Progress.Marks), st.Progress.StuckOn, st.Progress.Score)
	n, err := db.Exec(ctx, q, saveUnchangedSQL, args...)
	return n > 0, err
}

// saveOutcome stores what an attempt is worth, and the progress it makes.
func saveOutcome(ctx context.Context, tx bun.IDB, at *attempt, a *catalog.Activity, c change, p Progress, now time.Time) error {
	args, err := outcomeArgs(at, now)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, saveOutcomeSQL, append(saveArgs(at.study, a, c, p, now), args...)...)
	return err
}

// saveOutcomeAlone stores what an attempt is worth where its activity is gone from the enrolment's version,
// or has a newer revision: no progress follows.
func saveOutcomeAlone(ctx context.Context, tx bun.IDB, at *attempt, now time.Time) error {
	args, err := outcomeArgs(at, now)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE attempts
		   SET state = $2, submitted_at = coalesce(submitted_at, $3), points = $4, max_points = $5, percent = $6,
		       passed = $7, result = $8
		 WHERE id = $1`, args...)
	return err
}

func outcomeArgs(at *attempt, now time.Time) ([]any, error) {
	result, err := json.Marshal(at.Outcome)
	if err != nil {
		return nil, err
	}
	state := scored
	if at.Outcome.ToMark > 0 {
		state = toMark
	}
	if at.Expires != nil && at.Expires.Before(now) {
		now = *at.Expires
	}
	o := at.Outcome
	return []any{at.ID, state, now, o.Points, o.Max, o.Percent, o.Passed, string(result)}, nil
}

// insertAttempt stores a new attempt together with the progress "in progress".
func insertAttempt(ctx context.Context, tx bun.IDB, at *attempt, a *catalog.Activity, p Progress, now time.Time) error {
	paper, err := json.Marshal(at.Paper)
	if err != nil {
		return err
	}
	args := append(saveArgs(at.study, a, change{State: InProgress}, p, now),
		at.ID, at.Version, at.Kind, at.Number, at.Role, string(paper), at.Deadline, at.Expires)
	_, err = db.Exec(ctx, tx, saveStartSQL, args...)
	return err
}

// storedAnswer is an answer as it lies in the table.
type storedAnswer struct {
	Question string
	Revision int64
	Content  []byte
	Late     bool
}

// newestAnswers gives, for each question, the newest answer in time and the newest of those too late. The
// revision decides, and between equal revisions of two tabs the id, so that the order of arrival never does.
func newestAnswers(ctx context.Context, q bun.IDB, id lms.ID[lms.Attempt]) ([]storedAnswer, error) {
	rows, err := db.Rows(ctx, q, `
		SELECT DISTINCT ON (question_key, late) question_key, revision, content, late
		  FROM answers
		 WHERE attempt_id = $1
		 ORDER BY question_key, late, revision DESC, id DESC`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []storedAnswer
	for rows.Next() {
		var a storedAnswer
		if err := rows.Scan(&a.Question, &a.Revision, &a.Content, &a.Late); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, a)
	}
	return list, db.Translate(rows.Err())
}
