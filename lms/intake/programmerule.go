package intake

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/who"
)

// A programme of several countries is filled by several coordinators: each has a rule of their own for it, which looks
// into their own part of the world; whoever answers for all of that part sees it too (colleague.go).

// invitable gives the programme and who would come by a filter, within some parts of the world where they are given.
func (s *Service) invitable(ctx context.Context, q db.Queryer, actor lms.Actor, key string, f who.Filter, within []part) (lms.ID[lms.Programme], []lms.ID[lms.Person], error) {
	fits, err := s.fitting(ctx, q, actor, f, within)
	if err != nil {
		return lms.ID[lms.Programme]{}, nil, err
	}
	return s.Invitable(ctx, q, actor, key, fits)
}

// ProgrammeRule gives the actor's own rule for a programme with who would come, or, with a filter, what that filter would
// do. Errors: NotFound, Forbidden, Conflict not-published, programme-closed.
func (s *Service) ProgrammeRule(ctx context.Context, actor lms.Actor, key string, try *who.Filter) (r Rule, err error) {
	defer lms.Wrap(&err, "intake.ProgrammeRule(%s)", key)
	id, _, err := s.Invitable(ctx, s.DB, actor, key, []string{})
	if err != nil {
		return r, err
	}
	if err := s.readRule(ctx, &r, `r.programme_id = $1 AND r.made_by = $2`, id, actor.Person); err != nil {
		return r, err
	}
	if try != nil {
		r.Filter = *try
	}
	r.Comes, r.Stays = Crowd{People: []Somebody{}}, Crowd{People: []Somebody{}}
	if !r.Exists && try == nil {
		return r, nil
	}
	_, people, err := s.invitable(ctx, s.DB, actor, key, r.Filter, nil)
	if err != nil {
		return r, err
	}
	r.Comes.Total = len(people)
	r.Comes.People, err = s.somebody(ctx, s.DB, actor, texts(people[:min(len(people), maxCrowd)]))
	return r, err
}

// SetProgrammeRule keeps the actor's rule for a programme and invites who fits now. Errors: NotFound, Forbidden, Conflict,
// Invalid filter-empty.
func (s *Service) SetProgrammeRule(ctx context.Context, actor lms.Actor, key string, f who.Filter, active bool) (r Rule, err error) {
	defer lms.Wrap(&err, "intake.SetProgrammeRule(%s)", key)
	if f.IsZero() {
		return r, lms.ErrInvalid("filter", "filter-empty", "a rule that narrows nothing would invite everybody")
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		id, _, err := s.Invitable(ctx, tx, actor, key, []string{})
		if err != nil {
			return err
		}
		rule := stored{programme: key, by: actor.Person, filter: f}
		if rule.reach, err = reach(ctx, tx, actor, f); err != nil {
			return err
		}
		raw, err := json.Marshal(rule.reach)
		if err != nil {
			return err
		}
		err = db.Row(ctx, tx, `
			INSERT INTO enrolment_rules (id, programme_id, filter, reach, active, made_by, changed_at) VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7)
			ON CONFLICT (programme_id, made_by) DO UPDATE SET filter = excluded.filter, reach = excluded.reach, active = excluded.active,
			   changed_at = excluded.changed_at, failure = '' RETURNING id`,
			lms.NewID[Rule](), id, f.JSON(), string(raw), active, actor.Person, s.Now()).Scan(&rule.id)
		if err != nil {
			return err
		}
		if err := s.programmeEvent(ctx, tx, actor, "programme.rule", id, map[string]any{"active": active}); err != nil || !active {
			return err
		}
		return s.fillProgramme(ctx, tx, actor, rule)
	})
	if err != nil {
		return r, err
	}
	return s.ProgrammeRule(ctx, actor, key, nil)
}

// DropProgrammeRule takes the actor's rule for a programme away; who came by it stays. Errors: NotFound, Forbidden.
func (s *Service) DropProgrammeRule(ctx context.Context, actor lms.Actor, key string) (err error) {
	defer lms.Wrap(&err, "intake.DropProgrammeRule(%s)", key)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		id, _, err := s.Invitable(ctx, tx, actor, key, []string{})
		if err != nil && lms.KindOf(err) != lms.Conflict { // a programme that is closed keeps no rule that cannot be dropped
			return err
		}
		if err != nil {
			if err := db.Row(ctx, tx, `SELECT id FROM programmes WHERE key = $1`, key).Scan(&id); err != nil {
				return db.Found(err, "programme")
			}
		}
		n, err := db.Exec(ctx, tx, `DELETE FROM enrolment_rules WHERE programme_id = $1 AND made_by = $2`, id, actor.Person)
		if err != nil || n == 0 {
			return err
		}
		return s.programmeEvent(ctx, tx, actor, "programme.rule-drop", id, nil)
	})
}

func (s *Service) programmeEvent(ctx context.Context, tx db.Queryer, actor lms.Actor, action string, id lms.ID[lms.Programme], detail map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{
		At: s.Now(), Actor: actor.Person, Action: action, SubjectKind: "programme", SubjectID: id.String(), Detail: detail,
	})
}

// fillProgramme invites who fits and was never in the programme.
func (s *Service) fillProgramme(ctx context.Context, tx bun.Tx, actor lms.Actor, r stored) error {
	id, people, err := s.invitable(ctx, tx, actor, r.programme, r.filter, r.reach)
	if err != nil {
		return err
	}
	made, err := s.Gather(ctx, tx, id, people)
	if err != nil {
		return err
	}
	added := 0
	for _, one := range made {
		if !one.IsZero() {
			added++
		}
	}
	if added > 0 {
		if err := s.programmeEvent(ctx, tx, actor, "programme.rule-invite", id, map[string]any{"invited": added}); err != nil {
			return err
		}
	}
	_, err = db.Exec(ctx, tx, `UPDATE enrolment_rules SET ran_at = $2, added = $3, failure = '' WHERE id = $1`, r.id, s.Now(), added)
	return err
}
