package programme

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Enlist invites people in the caller's transaction, for tables that are imported and for rules that fill a programme. It
// gives their new participations in order; zero for whoever takes part already or belongs to no country of the
// programme. The caller has asked for the rights and writes it down. Errors: NotFound, Conflict.
func (s *Service) Enlist(ctx context.Context, tx bun.Tx, id lms.ID[lms.Programme], people []lms.ID[lms.Person]) ([]lms.ID[lms.Participation], error) {
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
		if added {
			made[i] = id
		}
	}
	return made, nil
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
