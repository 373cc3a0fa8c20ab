package programme

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Enlist puts people into a programme in the caller's transaction, for tables that are imported. It gives their new
// participations in order; zero for whoever takes part already or belongs to no country of the programme. Nobody is
// written to: what a table brings may be long past, and may be taken back. The caller has asked for the rights and writes
// it down. Errors: NotFound, Conflict.
func (s *Service) Enlist(ctx context.Context, tx bun.Tx, id lms.ID[lms.Programme], people []lms.ID[lms.Person]) ([]lms.ID[lms.Participation], error) {
	return s.enlist(ctx, tx, id, people, false)
}

// Gather is Enlist for rules that fill a programme: whoever comes by one is written to.
func (s *Service) Gather(ctx context.Context, tx bun.Tx, id lms.ID[lms.Programme], people []lms.ID[lms.Person]) ([]lms.ID[lms.Participation], error) {
	return s.enlist(ctx, tx, id, people, true)
}

func (s *Service) enlist(ctx context.Context, tx bun.Tx, id lms.ID[lms.Programme], people []lms.ID[lms.Person], tell bool) ([]lms.ID[lms.Participation], error) {
	var key string
	if err := db.Row(ctx, tx, `SELECT key FROM programmes WHERE id = $1`, id).Scan(&key); err != nil {
		return nil, db.Found(err, "programme")
	}
	p, err := s.load(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	if err := p.taken(); err != nil {
		return nil, err
	}
	made := make([]lms.ID[lms.Participation], len(people))
	for i, person := range people {
		m, err := personFacts(ctx, tx, person, nil)
		if err != nil {
			return nil, err
		}
		if !p.Newest.takes(m.Country) {
			continue
		}
		id, added, err := s.add(ctx, tx, p, person, stateInvited, Invitation{}, nil)
		if err != nil {
			return nil, err
		}
		if !added {
			continue
		}
		made[i] = id
		if tell {
			if err := s.tell(ctx, tx, p, person); err != nil {
				return nil, err
			}
		}
	}
	return made, nil
}

// Invitable gives those among some people whom the actor may put into a programme and who were never in it: who was
// withdrawn is not brought back by a rule. Errors: NotFound, Forbidden, Conflict not-published, programme-closed.
func (s *Service) Invitable(ctx context.Context, q db.Queryer, actor lms.Actor, key string, people []string) (id lms.ID[lms.Programme], fit []lms.ID[lms.Person], err error) {
	defer lms.Wrap(&err, "programme.Invitable(%s)", key)
	p, err := s.taking(ctx, actor, key)
	if err != nil {
		return id, nil, err
	}
	if err := actor.May(lms.EnrolParticipant); err != nil {
		return id, nil, err
	}
	w := &where{}
	programme := w.arg(p.ID)
	w.add("p.id = ANY (" + w.arg(people) + "::text[]::uuid[])")
	w.people(actor.Scope(lms.EnrolParticipant), p.courses)
	if len(p.Newest.Countries) > 0 {
		w.add("p.country = ANY (" + w.arg(p.Newest.Countries) + "::text[])")
	}
	fit, err = list(ctx, q, func(from scanner) (one lms.ID[lms.Person], err error) { return one, from.Scan(&one) }, `
		SELECT p.id FROM persons p WHERE NOT EXISTS (SELECT FROM participations x WHERE x.programme_id = `+programme+` AND x.person_id = p.id)
		   AND `+w.String()+` ORDER BY p.sort_name, p.id`, w.args...)
	return p.ID, fit, err
}

// Unlist takes participations back that Enlist made and on which nothing was built since. The caller writes it down.
func (s *Service) Unlist(ctx context.Context, tx bun.Tx, made []lms.ID[lms.Participation]) error {
	ids := make([]string, len(made))
	for i, id := range made {
		ids[i] = id.String()
	}
	_, err := db.Exec(ctx, tx, `DELETE FROM participations WHERE id = ANY ($1::text[]::uuid[])`, ids)
	return err
}
