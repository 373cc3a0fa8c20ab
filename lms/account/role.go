package account

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Grant reads a ground as it is sent. Errors: Invalid.
func (v ScopeView) Grant(role lms.Role) (lms.Grant, error) {
	g := lms.Grant{Role: role, Scope: lms.Ground{Kind: lms.GroundKind(v.Kind), Country: v.Country}}
	if v.ID != "" {
		id, err := lms.ParseID[lms.Ground](v.ID)
		if err != nil {
			return g, lms.ErrInvalid("scope/id", "id-malformed", "not an id")
		}
		g.Scope.ID = id
	}
	return g, g.Check()
}

// GrantRole gives somebody a role. The role that exists already is no error and gives its id. The person's
// tokens from before are void, so that the role counts with the next request. Errors: NotFound, Forbidden
// beyond-scope, Invalid.
func (s *Service) GrantRole(ctx context.Context, actor lms.Actor, person lms.ID[lms.Person], g lms.Grant) (lms.ID[lms.Membership], error) {
	var id lms.ID[lms.Membership]
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		k, err := known(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := actor.Can(lms.ReadPerson, k.facts); err != nil {
			return err
		}
		id, err = s.grant(ctx, tx, actor, person, g)
		return err
	})
	if err == nil {
		s.void.person(person)
	}
	return id, err
}

// grant gives a role to somebody whom the actor may see.
func (s *Service) grant(ctx context.Context, tx bun.Tx, actor lms.Actor, person lms.ID[lms.Person], g lms.Grant) (lms.ID[lms.Membership], error) {
	if err := s.mayGrant(ctx, tx, actor, g); err != nil {
		return lms.ID[lms.Membership]{}, err
	}
	id, err := s.insertMembership(ctx, tx, actor.Person, person, g)
	if err != nil {
		return id, err
	}
	return id, audit.Write(ctx, tx, s.event(actor, "role.grant", "person", person.String(),
		map[string]any{"role": g.Role, "scope": g.Scope.String()}))
}

func (s *Service) mayGrant(ctx context.Context, q db.Queryer, actor lms.Actor, g lms.Grant) error {
	if err := g.Check(); err != nil {
		return err
	}
	f, err := groundFacts(ctx, q, g)
	if err != nil {
		return err
	}
	if err := actor.Can(lms.GrantRole, f); err != nil {
		return &lms.Error{Kind: lms.Forbidden, Code: "beyond-scope", Field: "role", Detail: "nobody gives more than they hold", Err: err}
	}
	return nil
}

func (s *Service) insertMembership(ctx context.Context, tx bun.Tx, by, person lms.ID[lms.Person], g lms.Grant) (lms.ID[lms.Membership], error) {
	var id lms.ID[lms.Membership]
	var giver, scope any
	if !by.IsZero() {
		giver = by
	}
	if !g.Scope.ID.IsZero() {
		scope = g.Scope.ID
	}
	err := db.Row(ctx, tx, `
		INSERT INTO memberships AS m (id, person_id, role, scope_kind, country, scope_id, granted_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (person_id, role, scope_kind, coalesce(country, ''), coalesce(scope_id, '00000000-0000-0000-0000-000000000000'))
		DO UPDATE SET role = m.role
		RETURNING m.id`,
		lms.NewID[lms.Membership](), person, g.Role, string(g.Scope.Kind), null(g.Scope.Country), scope, giver, s.now()).Scan(&id)
	return id, db.Translate(err)
}

// TakeRole takes a role from somebody. The last administrator keeps theirs. Errors: NotFound, Forbidden
// beyond-scope, Conflict last-administrator.
func (s *Service) TakeRole(ctx context.Context, actor lms.Actor, person lms.ID[lms.Person], membership lms.ID[lms.Membership]) error {
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		k, err := known(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := actor.Can(lms.ReadPerson, k.facts); err != nil {
			return err
		}
		g, err := readGrant(ctx, tx, person, membership)
		if err != nil {
			return err
		}
		if err := s.mayGrant(ctx, tx, actor, g); err != nil {
			return err
		}
		if g.Role == lms.Admin {
			if err := othersAdminister(ctx, tx, person); err != nil {
				return err
			}
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM memberships WHERE id = $1`, membership); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.event(actor, "role.take", "person", person.String(),
			map[string]any{"role": g.Role, "scope": g.Scope.String()}))
	})
	if err == nil {
		s.void.person(person)
	}
	return err
}

func readGrant(ctx context.Context, q db.Queryer, person lms.ID[lms.Person], membership lms.ID[lms.Membership]) (lms.Grant, error) {
	var g lms.Grant
	err := db.Row(ctx, q, `
		SELECT role, scope_kind, coalesce(country, ''), scope_id FROM memberships WHERE id = $1 AND person_id = $2`,
		membership, person).Scan(&g.Role, &g.Scope.Kind, &g.Scope.Country, &g.Scope.ID)
	return g, db.Found(err, "role")
}

// othersAdminister refuses to leave the house without an administrator. The rows are locked, so that two
// cannot take each other's role at once.
func othersAdminister(ctx context.Context, tx bun.Tx, but lms.ID[lms.Person]) error {
	rows, err := db.Rows(ctx, tx, `
		SELECT m.person_id FROM memberships m JOIN persons p ON p.id = m.person_id AND p.state = 'active'
		 WHERE m.role = 'admin' ORDER BY m.id FOR UPDATE OF m`)
	if err != nil {
		return err
	}
	admins, err := collect(rows, func(scan func(...any) error) (id lms.ID[lms.Person], err error) { return id, scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range admins {
		if id != but {
			return nil
		}
	}
	return lms.ErrConflict("last-administrator", "somebody must administer")
}
