package intake

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/who"
)

func sortChoices(list []Choice) {
	slices.SortFunc(list, func(a, b Choice) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
}

func peopleByID(actor lms.Actor, ids []string, now time.Time) (string, []any) {
	var w who.Query
	list := w.Arg(ids)
	w.People(actor.Scope(lms.ReadPerson), who.Filter{}, now)
	return `
		SELECT p.id, p.given_name || ' ' || p.family_name, p.latin_given || ' ' || p.latin_family, coalesce(p.birth_year, 0), coalesce(p.email, ''),
		       p.phone, coalesce(c.name, ''), coalesce(o.name, '')
		  FROM persons p LEFT JOIN centres c ON c.id = p.centre_id LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE p.id = ANY (` + list + `::text[]::uuid[]) AND ` + w.Where() + ` ORDER BY p.id`, w.Args()
}

// open loads an import to be worked on and holds it. Errors: NotFound, Conflict import-closed.
func (s *Service) open(ctx context.Context, tx bun.Tx, actor lms.Actor, id lms.ID[lms.Import]) (*record, error) {
	r, err := s.load(ctx, tx, actor, id, true)
	if err != nil {
		return nil, err
	}
	if r.State != Open {
		return nil, lms.ErrConflict("import-closed", "this import is not open any more")
	}
	return r, nil
}

// SetMapping says what the columns are, and checks every row anew. Errors: NotFound, Conflict, Invalid.
func (s *Service) SetMapping(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import], m Mapping) (v View, err error) {
	defer lms.Wrap(&err, "intake.SetMapping(%s)", id)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		r, err := s.open(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if m.Language == "" {
			m.Language = r.Mapping.Language
		}
		if err := m.check(len(r.Heads)); err != nil {
			return err
		}
		r.Mapping = m
		raw, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE imports SET mapping = $2, failure = '' WHERE id = $1`, id, string(raw)); err != nil {
			return err
		}
		return s.recheck(ctx, tx, actor, r)
	})
	if err != nil {
		return v, err
	}
	return s.Import(ctx, actor, id)
}

// Decision says what is to be done with rows.
type Decision struct {
	// Lines are those that it is about; none: all that have the problem Code and are not decided.
	Lines []int
	Code  string
	// What is same, new, skip, or "" to take a decision back. Same without a person or a line is the likeliest.
	What     string
	Person   lms.ID[lms.Person]
	SameLine int
}

// Decide answers questions of rows, or leaves rows out. Errors: NotFound, Conflict, Invalid.
func (s *Service) Decide(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import], d Decision) (v View, err error) {
	defer lms.Wrap(&err, "intake.Decide(%s)", id)
	if !slices.Contains([]string{"", "same", "new", "skip"}, d.What) {
		return v, lms.ErrInvalid("decision", "not-one-of", "same, new, skip, or nothing")
	}
	if len(d.Lines) == 0 && d.Code == "" {
		return v, lms.ErrInvalid("lines", "required", "the lines, or a problem")
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		r, err := s.open(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if !d.Person.IsZero() {
			people, err := s.somebody(ctx, tx, actor, []string{d.Person.String()})
			if err != nil {
				return err
			}
			if len(people) == 0 {
				return lms.ErrNotFound("person")
			}
		}
		if err := d.store(ctx, tx, id); err != nil {
			return err
		}
		return s.recheck(ctx, tx, actor, r)
	})
	if err != nil {
		return v, err
	}
	return s.Import(ctx, actor, id)
}

// store writes the decision into its rows; without a person or a line, each row's likeliest twin is taken.
func (d Decision) store(ctx context.Context, tx bun.Tx, id lms.ID[lms.Import]) error {
	lines := d.Lines
	if lines == nil {
		lines = []int{}
	}
	rawLines, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	code, err := json.Marshal([]map[string]string{{"code": d.Code}})
	if err != nil {
		return err
	}
	var person, line any
	if d.What == "same" && !d.Person.IsZero() {
		person = d.Person
	}
	if d.What == "same" && d.SameLine > 0 {
		line = d.SameLine
	}
	_, err = db.Exec(ctx, tx, `
		WITH asked AS (
			SELECT r.line,
			       (SELECT (p -> 'twins' -> 0 ->> 'person_id')::uuid FROM jsonb_array_elements(r.problems) p WHERE p ->> 'code' = 'twin-here' LIMIT 1) AS twin,
			       (SELECT (p ->> 'line')::int FROM jsonb_array_elements(r.problems) p WHERE p ->> 'code' = 'twin-in-file' LIMIT 1) AS other
			  FROM import_rows r
			 WHERE r.import_id = $1 AND (r.line IN (SELECT json_array_elements_text($2::json)::int)
			    OR json_array_length($2::json) = 0 AND r.problems @> $3::jsonb AND r.decision = '')
		)
		UPDATE import_rows r
		   SET decision = $4::text,
		       same_as = CASE WHEN $4 = 'same' THEN CASE WHEN $5::uuid IS NULL AND $6::int IS NULL THEN a.twin ELSE $5::uuid END END,
		       same_line = CASE WHEN $4 = 'same' THEN CASE WHEN $5::uuid IS NULL AND $6::int IS NULL AND a.twin IS NULL THEN a.other ELSE $6::int END END
		  FROM asked a WHERE r.import_id = $1 AND r.line = a.line`,
		id, string(rawLines), string(code), d.What, person, line)
	return err
}

// Drop gives an import up: its cells are taken out. Errors: NotFound, Conflict.
func (s *Service) Drop(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import]) (err error) {
	defer lms.Wrap(&err, "intake.Drop(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		r, err := s.open(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := drop(ctx, tx, []string{id.String()}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.event(actor, "import.drop", r, nil))
	})
}

func drop(ctx context.Context, tx bun.Tx, ids []string) error {
	for _, sql := range []string{
		`DELETE FROM import_rows WHERE import_id = ANY ($1::text[]::uuid[])`,
		`UPDATE imports SET state = 'dropped' WHERE id = ANY ($1::text[]::uuid[])`,
	} {
		if _, err := db.Exec(ctx, tx, sql, ids); err != nil {
			return err
		}
	}
	return nil
}

// keptOpen is how long a table that nobody applies is kept: it is full of people's data.
const keptOpen = 30 * 24 * time.Hour

// Tidy drops tables that lay open for too long, and those whose job was given up. It may run at any time.
func (s *Service) Tidy(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "intake.Tidy")
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var ids []string
		err := each(ctx, tx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		}, `SELECT id::text FROM imports WHERE state IN ('open', 'applying') AND made_at < $1 FOR UPDATE SKIP LOCKED`, s.Now().Add(-keptOpen))
		if err != nil || len(ids) == 0 {
			return err
		}
		return drop(ctx, tx, ids)
	})
}
