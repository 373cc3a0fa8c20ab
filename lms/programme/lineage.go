package programme

import (
	"context"
	"database/sql"
	"errors"

	"mostik/lms"
	"mostik/lms/db"
)

// generation is that of people whom a trainer trains: one more than the trainer's own in the programme. Somebody who is
// not in it made it, and theirs are the first. Nil where nobody is named. A trainer whom the actor may not see is as
// unknown as one who is not. Errors: Invalid reference-unknown.
func (s *Service) generation(ctx context.Context, tx db.Queryer, actor lms.Actor, p *programme, trainer lms.ID[lms.Person]) (*int, error) {
	if trainer.IsZero() {
		return nil, nil
	}
	m, err := personFacts(ctx, tx, trainer, p.courses)
	if err == nil {
		err = actor.Can(lms.ReadParticipation, m.facts)
	}
	if lms.KindOf(err) == lms.NotFound {
		return nil, lms.ErrInvalid("trained_by", "reference-unknown", "there is no such trainer")
	}
	if err != nil {
		return nil, err
	}
	n := 1
	err = db.Row(ctx, tx, `
		SELECT coalesce(generation, 1) + 1 FROM participations WHERE programme_id = $1 AND person_id = $2 AND state <> 'withdrawn'`, p.ID, trainer).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return &n, db.Translate(err)
}

// trained says who trained somebody, and counts the generations beneath anew. Errors: Invalid trained-in-a-circle.
func (s *Service) trained(ctx context.Context, tx db.Queryer, actor lms.Actor, o *one, trainer lms.ID[lms.Person]) error {
	generation, err := s.generation(ctx, tx, actor, o.p, trainer)
	if err != nil {
		return err
	}
	const above = `
		WITH RECURSIVE above AS (
		    SELECT $2::uuid AS person, 1 AS far
		    UNION
		    SELECT pa.trained_by, a.far + 1 FROM above a JOIN participations pa ON pa.person_id = a.person AND pa.programme_id = $1 AND pa.state <> 'withdrawn'
		     WHERE pa.trained_by IS NOT NULL AND a.far < 100)
		SELECT EXISTS (SELECT FROM above WHERE person = $3)`
	var circle bool
	if err := db.Row(ctx, tx, above, o.Programme, orNull(trainer), o.Person).Scan(&circle); err != nil {
		return db.Translate(err)
	}
	if circle {
		return lms.ErrInvalid("trained_by", "trained-in-a-circle", "this trainer was trained by them")
	}
	_, err = db.Exec(ctx, tx, `UPDATE participations SET trained_by = $2, generation = $3 WHERE id = $1`, o.ID, orNull(trainer), generation)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		WITH RECURSIVE below AS (
		    SELECT id, person_id, coalesce(generation, 1) AS generation, 1 AS far FROM participations WHERE id = $1
		    UNION ALL
		    SELECT pa.id, pa.person_id, b.generation + 1, b.far + 1
		      FROM below b JOIN participations pa ON pa.trained_by = b.person_id AND pa.programme_id = $2 AND pa.state <> 'withdrawn' WHERE b.far < 100)
		UPDATE participations pa SET generation = b.generation FROM below b WHERE pa.id = b.id AND b.far > 1`, o.ID, o.Programme)
	return err
}

// LineageRow is a trainer, or somebody who was trained, in the tree of a programme.
type LineageRow struct {
	// Person is the node; Parent that of who trained them. A trainer whom the reader may not see has no row, and theirs
	// stand without a parent.
	Person     lms.ID[lms.Person] `json:"person_id"`
	Parent     string             `json:"parent_id"`
	Name       string             `json:"name"`
	Country    string             `json:"country"`
	Generation int                `json:"generation"`
	State      string             `json:"state"` // "" for a trainer who does not take part
	// Trained are those directly beneath whom the reader may see; Certified those of them who are.
	Trained   int `json:"trained"`
	Certified int `json:"certified"`
}

// GenerationRow counts a generation.
type GenerationRow struct {
	Generation int `json:"generation"`
	People     int `json:"people"`
	Certified  int `json:"certified"`
}

// Lineage is who trained whom in a programme.
type Lineage struct {
	Generations []GenerationRow `json:"generations"`
	// Rows are trainers and those whom they trained, parents before children.
	Rows []LineageRow `json:"rows"`
}

// Lineage tells who trained whom, as far as the actor may see the people. Errors: NotFound.
func (s *Service) Lineage(ctx context.Context, actor lms.Actor, key string) (l Lineage, err error) {
	defer lms.Wrap(&err, "programme.Lineage(%s)", key)
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return Lineage{}, err
	}
	w := &where{}
	prog := w.arg(p.ID)
	w.people(actor.Scope(lms.ReadParticipation), p.courses)
	if len(w.parts) == 0 {
		w.add("true")
	}
	l.Rows, err = list(ctx, s.DB, func(from scanner) (r LineageRow, err error) {
		return r, from.Scan(&r.Person, &r.Parent, &r.Name, &r.Country, &r.Generation, &r.State, &r.Trained, &r.Certified)
	}, `
		WITH shown AS (
		    SELECT p.id, trim(p.given_name || ' ' || p.family_name) AS name, p.sort_name, coalesce(p.country, '') AS country,
		           pa.trained_by, coalesce(pa.generation, 0) AS generation, coalesce(pa.state, '') AS state
		      FROM persons p LEFT JOIN participations pa ON pa.person_id = p.id AND pa.programme_id = `+prog+` AND pa.state <> 'withdrawn'
		     WHERE (pa.trained_by IS NOT NULL OR EXISTS (
		               SELECT FROM participations y WHERE y.trained_by = p.id AND y.programme_id = `+prog+` AND y.state <> 'withdrawn'))
		       AND p.state <> 'erased' AND `+w.String()+`)
		SELECT s.id, coalesce((SELECT t.id::text FROM shown t WHERE t.id = s.trained_by), ''), s.name, s.country, s.generation, s.state,
		       (SELECT count(*) FROM shown c WHERE c.trained_by = s.id),
		       (SELECT count(*) FROM shown c WHERE c.trained_by = s.id AND c.state = 'certified')
		  FROM shown s ORDER BY s.generation, s.sort_name, s.id LIMIT 5000`, w.args...)
	if err != nil {
		return Lineage{}, err
	}
	l.Generations = []GenerationRow{}
	for _, r := range l.Rows {
		if r.Generation == 0 {
			continue // makers of the programme
		}
		if n := len(l.Generations); n == 0 || l.Generations[n-1].Generation != r.Generation {
			l.Generations = append(l.Generations, GenerationRow{Generation: r.Generation})
		}
		g := &l.Generations[len(l.Generations)-1]
		g.People++
		if r.State == stateCertified {
			g.Certified++
		}
	}
	return l, nil
}
