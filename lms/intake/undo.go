package intake

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Blocker is something that was built on what an import made.
type Blocker struct {
	Person lms.ID[lms.Person] `json:"person_id"`
	Name   string             `json:"name,omitempty"`
	// What is the table in which it lies, or signed-in, changed.
	What string `json:"what"`
}

// Undoable tells whether an import can be taken back.
type Undoable struct {
	Blockers []Blocker `json:"blockers"`
	// Total counts them; the list is bounded.
	Total int `json:"total"`
}

// maxBlockers bounds what is listed.
const maxBlockers = 100

// Blockers lists what was built since on what an import made. Errors: NotFound, Conflict import-not-applied.
func (s *Service) Blockers(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import]) (out Undoable, err error) {
	defer lms.Wrap(&err, "intake.Blockers(%s)", id)
	r, err := s.load(ctx, s.DB, actor, id, false)
	if err != nil {
		return out, err
	}
	if r.State != Applied {
		return out, lms.ErrConflict("import-not-applied", "there is nothing to take back")
	}
	list, err := s.blockers(ctx, s.DB, r)
	if err != nil {
		return out, err
	}
	out.Total = len(list)
	out.Blockers = list[:min(len(list), maxBlockers)]
	return out, s.name(ctx, actor, out.Blockers)
}

// name adds names, as far as the actor may see them.
func (s *Service) name(ctx context.Context, actor lms.Actor, list []Blocker) error {
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.Person.String()
	}
	people, err := s.somebody(ctx, s.DB, actor, ids)
	for i := range list {
		for _, p := range people {
			if p.ID == list[i].Person {
				list[i].Name = p.Name
			}
		}
	}
	return err
}

// Undo takes an import back, in one transaction: what it made is gone, and the rest is as it was. Errors: NotFound,
// Conflict import-not-applied, built-upon where something hangs on what it made.
func (s *Service) Undo(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import]) (v View, err error) {
	defer lms.Wrap(&err, "intake.Undo(%s)", id)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		r, err := s.load(ctx, tx, actor, id, true)
		if err != nil {
			return err
		}
		if r.State != Applied {
			return lms.ErrConflict("import-not-applied", "there is nothing to take back")
		}
		// Whoever builds on one of them now waits, and finds nothing.
		if _, err := db.Exec(ctx, tx, `SELECT FROM persons WHERE id IN (SELECT id FROM import_made WHERE import_id = $1 AND kind = 'person') ORDER BY id FOR UPDATE`, id); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `SELECT FROM enrolments WHERE id IN (SELECT id FROM import_made WHERE import_id = $1 AND kind = 'enrolment') ORDER BY id FOR UPDATE`, id); err != nil {
			return err
		}
		list, err := s.blockers(ctx, tx, r)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			return lms.ErrConflict("built-upon", fmt.Sprintf("%d things were built on what the import made", len(list)))
		}
		return s.unmake(ctx, tx, actor, r)
	})
	if err != nil {
		return v, err
	}
	return s.Import(ctx, actor, id)
}

// reference is a column that points at rows of a table.
type reference struct{ table, column string }

// references reads from the catalogue which columns point at a table: one that is added later is not forgotten.
func references(ctx context.Context, q db.Queryer, table string) ([]reference, error) {
	var list []reference
	err := each(ctx, q, func(scan func(...any) error) error {
		var r reference
		err := scan(&r.table, &r.column)
		list = append(list, r)
		return err
	}, `SELECT c.conrelid::regclass::text, a.attname
	      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
	      JOIN pg_attribute o ON o.attrelid = c.confrelid AND o.attnum = c.confkey[1]
	     WHERE c.contype = 'f' AND c.confrelid = $1::text::regclass AND o.attname = 'id' ORDER BY 1, 2`, table)
	return list, err
}

// kindOf tells which kind of made rows lie in a table.
var kindOf = map[string]string{"enrolments": "enrolment", "participations": "participation", "certificates": "paper"}

// notBuilding are tables that point at what an import made and build nothing on it: the import's own log, a queue, what
// the program wrote with the rows themselves.
var notBuilding = []string{
	"import_rows", "import_made", "distinct_people", "participations_changed", "certificate_events", "desk_standings",
}

// blockers looks through everything that points at what the import made.
func (s *Service) blockers(ctx context.Context, q db.Queryer, r *record) ([]Blocker, error) {
	var list []Blocker
	add := func(sql string, args ...any) error {
		return each(ctx, q, func(scan func(...any) error) error {
			var b Blocker
			if err := scan(&b.Person, &b.What); err != nil {
				return err
			}
			if !slices.Contains(list, b) {
				list = append(list, b)
			}
			return nil
		}, sql, args...)
	}
	err := add(`
		SELECT m.person_id, CASE WHEN p.state = 'erased' THEN 'erased' WHEN p.password_hash IS NOT NULL OR p.last_seen_at IS NOT NULL THEN 'signed-in' ELSE 'changed' END
		  FROM import_made m JOIN persons p ON p.id = m.id JOIN imports i ON i.id = m.import_id
		 WHERE m.import_id = $1 AND m.kind = 'person'
		   AND (p.state <> 'active' OR p.password_hash IS NOT NULL OR p.last_seen_at IS NOT NULL
		        OR EXISTS (SELECT FROM audit_events e WHERE e.subject_kind = 'person' AND e.subject_id = p.id::text AND e.at > i.applied_at))
		UNION ALL
		SELECT m.person_id, 'changed'
		  FROM import_made m JOIN enrolments e ON e.id = m.id JOIN imports i ON i.id = m.import_id
		 WHERE m.import_id = $1 AND m.kind = 'enrolment'
		   AND (e.state = 'withdrawn' OR e.last_seen_at IS NOT NULL OR e.state = 'active' AND e.started_at IS NOT NULL)
		UNION ALL
		SELECT m.person_id, 'changed'
		  FROM import_made m JOIN certificates c ON c.id = m.id
		 WHERE m.import_id = $1 AND m.kind = 'paper'
		   AND (c.scan_sha256 <> '' OR EXISTS (SELECT FROM certificate_events v WHERE v.certificate_id = m.id AND v.number > 1))
		UNION ALL
		SELECT m.person_id, 'changed' -- by somebody: what the program found out of itself goes with it
		  FROM import_made m JOIN imports i ON i.id = m.import_id
		 WHERE m.import_id = $1 AND m.kind = 'participation'
		   AND EXISTS (SELECT FROM audit_events e
		                WHERE e.subject_kind = 'participation' AND e.subject_id = m.id::text AND e.actor_id IS NOT NULL AND e.at > i.applied_at)`, r.ID)
	if err != nil {
		return nil, err
	}
	for table, kind := range map[string]string{"persons": "person", "enrolments": "enrolment", "participations": "participation", "certificates": "paper"} {
		refs, err := references(ctx, q, table)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			if slices.Contains(notBuilding, ref.table) {
				continue
			}
			// Names come from the catalogue, quoted as it quotes them.
			sql := fmt.Sprintf(`SELECT DISTINCT m.person_id, '%s' FROM import_made m JOIN %s t ON t.%s = m.id WHERE m.import_id = $1 AND m.kind = $2`,
				ref.table, ref.table, ref.column)
			args := []any{r.ID, kind}
			if own, ok := kindOf[ref.table]; ok {
				sql += ` AND NOT EXISTS (SELECT FROM import_made o WHERE o.import_id = $1 AND o.kind = $3 AND o.id = t.id)`
				args = append(args, own)
			}
			if err := add(sql, args...); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// unmake takes the rows back, the last first.
func (s *Service) unmake(ctx context.Context, tx bun.Tx, actor lms.Actor, r *record) error {
	papers, err := madeOf[lms.Certificate](ctx, tx, r.ID, "paper")
	if err != nil {
		return err
	}
	if len(papers) > 0 {
		if err := s.Strike(ctx, tx, papers); err != nil {
			return err
		}
	}
	participations, err := madeOf[lms.Participation](ctx, tx, r.ID, "participation")
	if err != nil {
		return err
	}
	if len(participations) > 0 {
		if err := s.Unlist(ctx, tx, participations); err != nil {
			return err
		}
	}
	enrolments, err := madeOf[lms.Enrolment](ctx, tx, r.ID, "enrolment")
	if err != nil {
		return err
	}
	joined, err := madeOf[lms.Enrolment](ctx, tx, r.ID, "joined")
	if err != nil {
		return err
	}
	if err := s.Learning.Dismiss(ctx, tx, enrolments, joined, notNil(r.Totals)); err != nil {
		return err
	}
	people, err := madeOf[lms.Person](ctx, tx, r.ID, "person")
	if err != nil {
		return err
	}
	if err := s.Accounts.RemovePeople(ctx, tx, people); err != nil {
		return err
	}
	if err := s.unmakeOrganisations(ctx, tx, r); err != nil {
		return err
	}
	for _, sql := range []string{
		`DELETE FROM import_rows WHERE import_id = $1`,
		`DELETE FROM import_made WHERE import_id = $1`,
	} {
		if _, err := db.Exec(ctx, tx, sql, r.ID); err != nil {
			return err
		}
	}
	if _, err := db.Exec(ctx, tx, `UPDATE imports SET state = 'undone', undone_at = $2 WHERE id = $1`, r.ID, s.Now()); err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.event(actor, "import.undo", r, map[string]any{"people": len(people), "enrolments": len(enrolments)}))
}

func madeOf[T any](ctx context.Context, q db.Queryer, id lms.ID[lms.Import], kind string) (list []lms.ID[T], err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var one lms.ID[T]
		err := scan(&one)
		list = append(list, one)
		return err
	}, `SELECT id FROM import_made WHERE import_id = $1 AND kind = $2 ORDER BY id`, id, kind)
	return list, err
}
