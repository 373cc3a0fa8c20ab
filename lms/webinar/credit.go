package webinar

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/record"
)

// Credit is what somebody's presence is worth to their course.
type Credit struct {
	Webinar  string
	Cohort   lms.ID[lms.Cohort]
	Activity string
	Person   lms.ID[lms.Person]
	// Reached tells that the presence has the share of the floor that is asked; Given that an earlier credit stands.
	Reached, Given   bool
	Minutes, Percent int
	Evidence         []string
}

// Settle keeps everybody's minutes and works out what their presence at a webinar completes, once it is over, and again after each correction. It may be
// called again and again.
func (s *Service) Settle(ctx context.Context, id string) (err error) {
	defer lms.Wrap(&err, "webinar.Settle(%s)", id)
	w, err := scan(db.Row(ctx, s.DB, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id WHERE w.id = $2`, lms.ID[lms.Person]{}, id))
	if err != nil {
		return err
	}
	b, err := s.book(ctx, id)
	if err != nil || !b.over && !s.Now().After(w.EndsAt.Add(late)) {
		return err
	}
	if err := s.keepMinutes(ctx, id, b); err != nil || w.cohort.IsZero() || w.Activity == "" || s.Award == nil {
		return err
	}
	standing, err := s.credits(ctx, id)
	if err != nil {
		return err
	}
	for i := range b.people {
		p := &b.people[i]
		if p.Person == "" {
			continue
		}
		if err := s.settle(ctx, w, b, p, standing[p.Person]); err != nil {
			return err
		}
		delete(standing, p.Person)
	}
	// Whoever is no longer in the book at all was matched or added by mistake.
	for person, state := range standing {
		if err := s.settle(ctx, w, b, &Presence{Person: person}, state); err != nil {
			return err
		}
	}
	return nil
}

// keepMinutes writes down the sums of all who have an account.
func (s *Service) keepMinutes(ctx context.Context, id string, b *book) error {
	type row struct {
		Person   string `json:"person"`
		Minutes  int    `json:"minutes"`
		Percent  int    `json:"percent"`
		Evidence string `json:"evidence"`
		Spans    []Span `json:"spans"`
	}
	rows := []row{}
	for _, p := range b.people {
		if p.Person != "" {
			rows = append(rows, row{p.Person, p.Minutes, p.Percent, strings.Join(p.Evidence, ","), p.Spans})
		}
	}
	all, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			DELETE FROM webinar_minutes x WHERE x.webinar_id = $1
			   AND NOT EXISTS (SELECT FROM json_to_recordset($2) AS r(person uuid) WHERE r.person = x.person_id)`, id, string(all))
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO webinar_minutes (webinar_id, person_id, minutes, percent, floor, evidence, spans, counted_at)
			SELECT $1, r.person, r.minutes, r.percent, $3, r.evidence, r.spans, $4
			  FROM json_to_recordset($2) AS r(person uuid, minutes int, percent int, evidence text, spans json)
			  JOIN persons p ON p.id = r.person AND p.state <> 'erased'
			 ORDER BY r.person
			ON CONFLICT (webinar_id, person_id) DO UPDATE
			   SET minutes = excluded.minutes, percent = excluded.percent, floor = excluded.floor, evidence = excluded.evidence, spans = excluded.spans,
			       counted_at = excluded.counted_at
			 WHERE (webinar_minutes.minutes, webinar_minutes.percent, webinar_minutes.floor, webinar_minutes.evidence, webinar_minutes.spans::text)
			    <> (excluded.minutes, excluded.percent, excluded.floor, excluded.evidence, excluded.spans::text)`, id, string(all), b.floor.Minutes, s.Now())
		return err
	})
}

func (s *Service) settle(ctx context.Context, w *webinar, b *book, p *Presence, before string) error {
	reached := len(p.Spans) > 0 && p.Percent >= b.rules.FloorShare
	given := before == "given" || before == "review"
	if !reached && !given {
		return nil
	}
	person, err := lms.ParseID[lms.Person](p.Person)
	if err != nil {
		return err
	}
	enrolment, state, err := s.Award(ctx, Credit{
		Webinar: w.ID, Cohort: w.cohort, Activity: w.Activity, Person: person, Reached: reached, Given: given,
		Minutes: p.Minutes, Percent: p.Percent, Evidence: p.Evidence,
	})
	if err != nil || state == "" {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		changed, err := db.Exec(ctx, tx, `
			INSERT INTO webinar_credits (webinar_id, enrolment_id, state, minutes, percent, evidence, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (webinar_id, enrolment_id) DO UPDATE
			   SET state = excluded.state, minutes = excluded.minutes, percent = excluded.percent, evidence = excluded.evidence, changed_at = excluded.changed_at
			 WHERE (webinar_credits.state, webinar_credits.minutes, webinar_credits.percent, webinar_credits.evidence)
			    <> (excluded.state, excluded.minutes, excluded.percent, excluded.evidence)`,
			w.ID, enrolment, state, p.Minutes, p.Percent, strings.Join(p.Evidence, ","), s.Now())
		if err != nil || changed == 0 {
			return err
		}
		return record.Append(ctx, tx, record.Credit(w.ID, enrolment))
	})
}

// credits gives the states of a webinar's credits, by person.
func (s *Service) credits(ctx context.Context, id string) (map[string]string, error) {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT e.person_id::text, k.state FROM webinar_credits k JOIN enrolments e ON e.id = k.enrolment_id WHERE k.webinar_id = $1`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	states := map[string]string{}
	for rows.Next() {
		var person, state string
		if err := rows.Scan(&person, &state); err != nil {
			return nil, db.Translate(err)
		}
		states[person] = state
	}
	return states, db.Translate(rows.Err())
}

// SettleRecent works out the webinars of the last days again: those whose room nobody ended are over by the calendar.
func (s *Service) SettleRecent(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "webinar.SettleRecent")
	ids, err := texts(ctx, s.DB, `
		SELECT id FROM webinars WHERE ends_at BETWEEN $1::timestamptz - interval '3 days' AND $1 ORDER BY id`, s.Now())
	if err != nil {
		return err
	}
	for _, id := range ids {
		err = errors.Join(err, s.Settle(ctx, id)) // one that cannot be counted keeps no other from it
	}
	return err
}

// texts reads a column.
func texts(ctx context.Context, q db.Queryer, sql string, args ...any) (list []string, err error) {
	rows, err := db.Rows(ctx, q, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, s)
	}
	return slices.Clip(list), db.Translate(rows.Err())
}
