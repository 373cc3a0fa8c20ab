package learning

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
	"mostik/lms/record"
)

// Past is somebody who comes into a course from a table: to study it, or with what they did before there was this
// program.
type Past struct {
	Person lms.ID[lms.Person]
	Cohort lms.ID[lms.Cohort] // zero for none
	// CompletedOn is the day on which they completed it elsewhere; Score is in percent. Both nil: they will study.
	CompletedOn *time.Time
	Score       *float64
}

// Admitted tells what became of them, in their order.
type Admitted struct {
	// Enrolment is new where Made is set; where Joined is set, it was there without a cohort and has this one now.
	Enrolment    lms.ID[lms.Enrolment]
	Made, Joined bool
}

type pastRow struct {
	ID        lms.ID[lms.Enrolment] `json:"id"`
	Person    lms.ID[lms.Person]    `json:"person"`
	Cohort    *lms.ID[lms.Cohort]   `json:"cohort"`
	State     string                `json:"state"`
	Completed *time.Time            `json:"completed"`
	Score     *float64              `json:"score"`
	Done      int                   `json:"done"`
}

// Admit enrols people in a course's version, each with a cohort of their own, in the caller's transaction; it is Enrol
// for tables that are imported. What somebody completed elsewhere is completed, without steps beneath and without
// a certificate. Who is enrolled already keeps that enrolment. The caller has asked for the rights and writes it down.
func (s *Service) Admit(ctx context.Context, tx db.Queryer, v *catalog.Loaded, people []Past) ([]Admitted, error) {
	rows, place := make([]pastRow, len(people)), map[lms.ID[lms.Person]]int{}
	for i, p := range people {
		rows[i] = pastRow{ID: lms.NewID[lms.Enrolment](), Person: p.Person, State: "active", Completed: p.CompletedOn, Score: p.Score}
		if !p.Cohort.IsZero() {
			rows[i].Cohort = &p.Cohort
		}
		if p.CompletedOn != nil {
			rows[i].State, rows[i].Done = completed, v.RequiredTotal
		}
		place[p.Person] = i
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	untouched := bytes.Repeat([]byte{marks[Untouched]}, len(v.Activities))
	result, err := db.Rows(ctx, tx, `
		WITH wanted AS (
			SELECT * FROM json_to_recordset($1::json)
			    AS x (id uuid, person uuid, cohort uuid, state text, completed timestamptz, score numeric, done int)
		), made AS (
			INSERT INTO enrolments (id, person_id, course_id, version_id, cohort_id, state, enrolled_at, started_at, completed_at,
			                        required_total, required_done, score, done)
			SELECT id, person, $2, $3, cohort, state, $4, completed, completed, $5, done, score, $6 FROM wanted ORDER BY id
			ON CONFLICT (person_id, course_id) WHERE state <> 'withdrawn' DO NOTHING
			RETURNING id, person_id
		), joined AS (
			UPDATE enrolments e SET cohort_id = w.cohort FROM wanted w
			 WHERE e.person_id = w.person AND e.course_id = $2 AND e.state <> 'withdrawn' AND e.cohort_id IS NULL AND w.cohort IS NOT NULL
			RETURNING e.id, e.person_id
		)
		SELECT id, person_id, true, false FROM made
		UNION ALL SELECT id, person_id, false, true FROM joined
		UNION ALL SELECT e.id, e.person_id, false, false FROM enrolments e JOIN wanted w ON w.person = e.person_id
		           WHERE e.course_id = $2 AND e.state <> 'withdrawn' AND NOT EXISTS (SELECT FROM joined j WHERE j.id = e.id)`,
		string(raw), v.CourseID, v.ID, s.now(), v.RequiredTotal, string(untouched))
	if err != nil {
		return nil, err
	}
	defer result.Close()
	all := make([]Admitted, len(people))
	for result.Next() {
		var a Admitted
		var person lms.ID[lms.Person]
		if err := result.Scan(&a.Enrolment, &person, &a.Made, &a.Joined); err != nil {
			return nil, db.Translate(err)
		}
		all[place[person]] = a
	}
	if err := result.Err(); err != nil {
		return nil, db.Translate(err)
	}
	result.Close()
	return all, s.recordPast(ctx, tx, people, all)
}

// recordPast puts completions that came from a table on record, a part at a time.
func (s *Service) recordPast(ctx context.Context, tx db.Queryer, people []Past, all []Admitted) error {
	var entries []record.Entry
	for i, a := range all {
		if a.Made && people[i].CompletedOn != nil {
			entries = append(entries, record.Completion(a.Enrolment))
		}
	}
	const most = 500 // each is a part of one statement
	for part := range slices.Chunk(entries, most) {
		if err := record.Append(ctx, tx, part...); err != nil {
			return err
		}
	}
	return nil
}

// Totals names the rows of the totals of cohorts that there are, to be handed to Dismiss: a table of sums must be left
// as it was found.
func (s *Service) Totals(ctx context.Context, tx db.Queryer, cohorts []lms.ID[lms.Cohort]) ([]string, error) {
	rows, err := db.Rows(ctx, tx, `
		SELECT concat_ws('/', cohort_id, shard, standing) FROM cohort_totals WHERE cohort_id = ANY ($1::text[]::uuid[])`, texts(cohorts))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []string{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, name)
	}
	return list, db.Translate(rows.Err())
}

// Dismiss takes back what Admit did: the enrolments that it made, on which nothing was built since, and the cohorts
// that others joined. Rows of totals that were not there before, and in which nobody is counted now, go with them.
func (s *Service) Dismiss(ctx context.Context, tx db.Queryer, made, joined []lms.ID[lms.Enrolment], before []string) error {
	var cohorts []byte
	err := db.Row(ctx, tx, `
		SELECT coalesce(json_agg(DISTINCT cohort_id), '[]') FROM enrolments WHERE id = ANY ($1::text[]::uuid[]) AND cohort_id IS NOT NULL`,
		append(texts(made), texts(joined)...)).Scan(&cohorts)
	if err != nil {
		return db.Translate(err)
	}
	if err := s.forgetPast(ctx, tx, made); err != nil {
		return err
	}
	for _, step := range []struct {
		sql string
		ids []lms.ID[lms.Enrolment]
	}{
		{`UPDATE enrolments SET cohort_id = NULL WHERE id = ANY ($1::text[]::uuid[])`, joined},
		{`DELETE FROM enrolments WHERE id = ANY ($1::text[]::uuid[])`, made},
	} {
		if _, err := db.Exec(ctx, tx, step.sql, texts(step.ids)); err != nil {
			return err
		}
	}
	_, err = db.Exec(ctx, tx, `
		DELETE FROM cohort_totals
		 WHERE cohort_id IN (SELECT json_array_elements_text($1::json)::uuid) AND people = 0
		   AND concat_ws('/', cohort_id, shard, standing) <> ALL ($2::text[])`, string(cohorts), before)
	return err
}

// forgetPast puts on record that completions were taken back by the program.
func (s *Service) forgetPast(ctx context.Context, tx db.Queryer, made []lms.ID[lms.Enrolment]) error {
	rows, err := db.Rows(ctx, tx, `SELECT id, person_id FROM enrolments WHERE id = ANY ($1::text[]::uuid[]) AND completed_at IS NOT NULL`, texts(made))
	if err != nil {
		return err
	}
	defer rows.Close()
	whose := map[lms.ID[lms.Enrolment]]lms.ID[lms.Person]{}
	for rows.Next() {
		var id lms.ID[lms.Enrolment]
		var person lms.ID[lms.Person]
		if err := rows.Scan(&id, &person); err != nil {
			return db.Translate(err)
		}
		whose[id] = person
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	rows.Close()
	for id, person := range whose {
		if err := record.Gone(ctx, tx, person, record.Completion(id)); err != nil {
			return err
		}
	}
	return nil
}
