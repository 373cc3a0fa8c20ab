package learning

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses/exercise"
	"mostik/lms"
	"mostik/lms/db"
)

// openTable is a table at which people sit down.
type openTable struct {
	id      lms.ID[lms.Table]
	version lms.ID[lms.Version]
	taken   []string // parts
}

// openTables lists the tables of a cohort that have not started, the oldest first, and tells whether the
// person has a seat already.
func openTables(ctx context.Context, tx bun.IDB, st *study, key string) (list []openTable, seated bool, err error) {
	rows, err := db.Rows(ctx, tx, `
		SELECT t.id, t.version_id, (SELECT coalesce(json_agg(part), '[]') FROM exercise_seats s WHERE s.table_id = t.id),
		       EXISTS (SELECT FROM exercise_seats s WHERE s.enrolment_id = $3 AND s.activity_key = $2)
		  FROM exercise_tables t
		 WHERE t.cohort_id = $1 AND t.activity_key = $2
		   AND (t.state = 'open' OR EXISTS (SELECT FROM exercise_seats s WHERE s.table_id = t.id AND s.enrolment_id = $3))
		 ORDER BY t.number
		   FOR UPDATE OF t`, st.Cohort, key, st.ID)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for rows.Next() {
		var t openTable
		var parts []byte
		if err := rows.Scan(&t.id, &t.version, &parts, &seated); err != nil {
			return nil, false, db.Translate(err)
		}
		if err := json.Unmarshal(parts, &t.taken); err != nil {
			return nil, false, err
		}
		list = append(list, t)
	}
	return list, seated, db.Translate(rows.Err())
}

func insertTable(ctx context.Context, tx bun.IDB, st *study, key string, now time.Time) (lms.ID[lms.Table], error) {
	id := lms.NewID[lms.Table]()
	_, err := db.Exec(ctx, tx, `
		INSERT INTO exercise_tables (id, cohort_id, version_id, activity_key, number, opened_at)
		SELECT $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5
		  FROM exercise_tables WHERE cohort_id = $2 AND activity_key = $4`, id, st.Cohort, st.Version, key, now)
	return id, err
}

// takeSeat sits somebody down; a table that is full with them begins.
func takeSeat(ctx context.Context, tx bun.IDB, id lms.ID[lms.Table], part string, full bool, enrolment lms.ID[lms.Enrolment], key string, now time.Time) error {
	_, err := db.Exec(ctx, tx, `
		WITH counted AS (
			UPDATE exercise_tables
			   SET changed = changed + 1, state = CASE WHEN $5 THEN 'started' ELSE state END,
			       started_at = CASE WHEN $5 THEN $6::timestamptz ELSE started_at END
			 WHERE id = $1
		)
		INSERT INTO exercise_seats (table_id, part, enrolment_id, activity_key, sat_at) VALUES ($1, $2, $3, $4, $6)`,
		id, part, enrolment, key, full, now)
	return err
}

// emptySeats frees the seats of somebody who withdraws; what was agreed stays.
func emptySeats(ctx context.Context, tx bun.IDB, enrolment lms.ID[lms.Enrolment]) error {
	_, err := db.Exec(ctx, tx, `
		WITH left_tables AS (
			DELETE FROM exercise_seats s USING exercise_tables t
			 WHERE t.id = s.table_id AND s.enrolment_id = $1 AND t.state <> 'done'
			RETURNING s.table_id
		)
		UPDATE exercise_tables SET changed = changed + 1 WHERE id IN (SELECT table_id FROM left_tables)`, enrolment)
	return err
}

// tableSeat is who holds a part.
type tableSeat struct {
	Part      string                `json:"part"`
	Enrolment lms.ID[lms.Enrolment] `json:"enrolment"`
	Name      string                `json:"name"`
	// Agreed is the version of the proposal that was agreed to.
	Agreed *int `json:"agreed"`
}

// seatedTable is the table at which somebody sits, locked until the transaction ends.
type seatedTable struct {
	id        lms.ID[lms.Table]
	enrolment lms.ID[lms.Enrolment]
	activity  string
	part      string
	state     string
	version   int    // of the proposal
	raw       []byte // the proposal
	seats     []tableSeat
	exercise  *exercise.Exercise

	// dirty tells that there is something to store; own is what the last agreement made of the exercise.
	dirty bool
	own   *ProgressView
}

const seatsColumn = `
	(SELECT coalesce(json_agg(json_build_object('part', x.part, 'enrolment', x.enrolment_id, 'agreed', x.agreed,
	        'name', trim(p.given_name || ' ' || p.family_name))), '[]')
	   FROM exercise_seats x JOIN enrolments e ON e.id = x.enrolment_id JOIN persons p ON p.id = e.person_id
	  WHERE x.table_id = t.id)`

// lockTable reads the table at which the enrolment sits, and locks it. Errors: NotFound.
func (s *Service) lockTable(ctx context.Context, tx bun.IDB, enrolment lms.ID[lms.Enrolment], key string) (*seatedTable, error) {
	t := &seatedTable{enrolment: enrolment, activity: key}
	// Locked by a statement of its own: the next one sees what those before have stored.
	var version lms.ID[lms.Version]
	err := db.Row(ctx, tx, `
		SELECT t.id FROM exercise_seats s JOIN exercise_tables t ON t.id = s.table_id
		 WHERE s.enrolment_id = $1 AND s.activity_key = $2 FOR UPDATE OF t`, enrolment, key).Scan(&t.id)
	if err != nil {
		return nil, db.Found(err, "seat at a table")
	}
	var seats []byte
	err = db.Row(ctx, tx, `
		SELECT t.version_id, s.part, t.state, t.proposal, t.proposal_version,`+seatsColumn+`
		  FROM exercise_tables t JOIN exercise_seats s ON s.table_id = t.id AND s.enrolment_id = $2
		 WHERE t.id = $1`, t.id, enrolment,
	).Scan(&version, &t.part, &t.state, &t.raw, &t.version, &seats)
	if err != nil {
		return nil, db.Found(err, "seat at a table")
	}
	if err := json.Unmarshal(seats, &t.seats); err != nil {
		return nil, err
	}
	v, err := s.Catalog.Version(ctx, version)
	if err != nil {
		return nil, err
	}
	e, ok := exerciseOf(v, key)
	if !ok {
		return nil, lms.ErrNotFound("exercise")
	}
	t.exercise = e.Exercise
	return t, nil
}

func (t *seatedTable) set(state string) { t.state, t.dirty = state, true }

func (t *seatedTable) proposal() (p exercise.Proposal, err error) {
	return p, unmarshal(t.raw, &p)
}

// mayAgree tells whether the proposal may be changed or agreed to, as it is known under the version.
func (t *seatedTable) mayAgree(version int) error {
	switch {
	case t.state == tableOpen:
		return lms.ErrConflict("table-not-started", "the table has not begun")
	case t.state == tableDone:
		return lms.ErrConflict("table-done", "all have agreed")
	case version != t.version:
		return lms.ErrConflict("proposal-changed", "somebody changed the proposal meanwhile")
	}
	return nil
}

// store counts the change and keeps state and proposal.
func (t *seatedTable) store(ctx context.Context, tx bun.IDB, now time.Time) error {
	if !t.dirty {
		return nil
	}
	if len(t.seats) == 0 {
		_, err := db.Exec(ctx, tx, `DELETE FROM exercise_tables WHERE id = $1`, t.id)
		return err
	}
	_, err := db.Exec(ctx, tx, `
		UPDATE exercise_tables
		   SET changed = changed + 1, state = $2, proposal = $3, proposal_version = $4,
		       started_at = CASE WHEN $2 <> 'open' THEN coalesce(started_at, $5::timestamptz) END,
		       done_at = CASE WHEN $2 = 'done' THEN coalesce(done_at, $5::timestamptz) END
		 WHERE id = $1`, t.id, t.state, string(t.raw), t.version, now)
	return err
}

func (t *seatedTable) leave(ctx context.Context, tx bun.IDB, enrolment lms.ID[lms.Enrolment]) error {
	t.seats = slices.DeleteFunc(t.seats, func(x tableSeat) bool { return x.Enrolment == enrolment })
	t.dirty = true
	_, err := db.Exec(ctx, tx, `DELETE FROM exercise_seats WHERE table_id = $1 AND enrolment_id = $2`, t.id, enrolment)
	return err
}

func (t *seatedTable) agree(ctx context.Context, tx bun.IDB, enrolment lms.ID[lms.Enrolment]) error {
	for i := range t.seats {
		if t.seats[i].Enrolment == enrolment {
			t.seats[i].Agreed = &t.version
		}
	}
	t.dirty = true
	_, err := db.Exec(ctx, tx, `UPDATE exercise_seats SET agreed = $3 WHERE table_id = $1 AND enrolment_id = $2`, t.id, enrolment, t.version)
	return err
}

func (t *seatedTable) say(ctx context.Context, tx bun.IDB, in SayInput, now time.Time) error {
	var said, count int
	err := db.Row(ctx, tx, `
		WITH before AS (SELECT count(*) AS n, coalesce(max(number), 0) AS last FROM exercise_messages WHERE table_id = $2),
		added AS (
			INSERT INTO exercise_messages (id, table_id, number, enrolment_id, part, body, sent_at)
			SELECT $1, $2, last + 1, $3, $4, $5, $6 FROM before WHERE n < $7
			ON CONFLICT (id) DO NOTHING
			RETURNING 1
		)
		SELECT (SELECT count(*) FROM added), n FROM before`,
		in.ID, t.id, in.Enrolment, t.part, in.Text, now, maxMessages).Scan(&said, &count)
	if err != nil {
		return db.Translate(err)
	}
	if said == 0 && count >= maxMessages {
		return lms.ErrConflict("too-many-messages", "the table has said enough")
	}
	t.dirty = t.dirty || said > 0
	return nil
}
