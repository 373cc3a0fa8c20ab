package intake

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// A rule of a programme acts in the name of whoever made it. Whoever answers for everybody whom it can bring sees it,
// stops it, takes it over or takes it away, so that it outlives nobody's job. A rule that reaches further is not found by
// them at all: what it asks for, and that it does, belongs to other countries, and stopping it would stop it there too.

// ProgrammeRule is a rule of a programme as colleagues see it.
type ProgrammeRule struct {
	ID        lms.ID[Rule] `json:"id"`
	Programme string       `json:"programme"` // its key
	// Own tells that the reader made it.
	Own bool `json:"own"`
	// Comes is counted, and nobody named, where the rules of one programme are asked for.
	Rule
}

// Rules lists the rules, of one programme or all ("") that the actor sees, for which they answer. Why one stands still is
// told as things are now and not as they were at its last hour. Errors: Forbidden.
func (s *Service) Rules(ctx context.Context, actor lms.Actor, programme string) (list []ProgrammeRule, err error) {
	defer lms.Wrap(&err, "intake.Rules(%s)", programme)
	if err := actor.May(lms.EnrolParticipant); err != nil {
		return nil, err
	}
	var all []colleague
	err = each(ctx, s.DB, func(scan func(...any) error) error {
		var c colleague
		err := c.scan(scan)
		all = append(all, c)
		return err
	}, colleagueSQL+` AND ($1 = '' OR g.key = $1) ORDER BY g.key, r.changed_at, r.id`, programme)
	if err != nil {
		return nil, err
	}
	list = []ProgrammeRule{}
	for _, c := range all {
		if seen, err := s.sees(ctx, s.DB, actor, c.stored); err != nil {
			return nil, err
		} else if !seen {
			continue
		}
		one, err := s.shown(ctx, actor, c, programme != "")
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// colleague is a rule with what is told of it.
type colleague struct {
	stored
	told Rule
}

const colleagueSQL = `
	SELECT ` + storedColumns + `, r.active, coalesce(p.given_name || ' ' || p.family_name, ''), r.changed_at, r.ran_at, r.added, r.failure
	  FROM enrolment_rules r JOIN programmes g ON g.id = r.programme_id LEFT JOIN persons p ON p.id = r.made_by WHERE true`

func (c *colleague) scan(scan func(...any) error) error {
	t := &c.told
	err := c.stored.scan(scan, &t.Active, &t.MadeBy, &t.ChangedAt, &t.RanAt, &t.Added, &t.Failure)
	t.Filter, t.Exists = c.filter, true
	t.Comes, t.Stays = Crowd{People: []Somebody{}}, Crowd{People: []Somebody{}}
	return err
}

// sees tells whether a rule of a programme is the actor's own, or lies wholly in their part of the world.
func (s *Service) sees(ctx context.Context, q db.Queryer, actor lms.Actor, r stored) (bool, error) {
	if r.by != actor.Person {
		if !invites(actor, r.reach) {
			return false, nil
		}
		if known, err := knows(ctx, q, actor, r.filter); err != nil || !known {
			return false, err
		}
	}
	_, _, err := s.Invitable(ctx, q, actor, r.programme, []string{})
	switch lms.KindOf(err) {
	case lms.NotFound, lms.Forbidden:
		return false, nil
	case lms.Conflict: // a programme that is closed keeps no rule that cannot be taken away
		return true, nil
	}
	return err == nil, err
}

func (s *Service) shown(ctx context.Context, actor lms.Actor, c colleague, count bool) (ProgrammeRule, error) {
	one := ProgrammeRule{ID: c.id, Programme: c.programme, Own: c.by == actor.Person, Rule: c.told}
	if one.Active {
		_, err := s.maker(ctx, s.DB, c.stored)
		if code := refusal(err); code != "" {
			one.Failure = code
		} else if err != nil {
			return one, err
		}
	}
	if !count {
		return one, nil
	}
	_, people, err := s.invitable(ctx, s.DB, actor, c.programme, c.filter, c.reach)
	if code := refusal(err); code != "" {
		one.Failure, err = code, nil
	}
	one.Comes.Total = len(people)
	return one, err
}

// ruleFor finds a rule of a programme that the actor sees, and holds it. Errors: NotFound, Forbidden.
func (s *Service) ruleFor(ctx context.Context, tx bun.Tx, actor lms.Actor, id lms.ID[Rule]) (r stored, programme lms.ID[lms.Programme], err error) {
	if err := actor.May(lms.EnrolParticipant); err != nil {
		return r, programme, err
	}
	err = r.scan(db.Row(ctx, tx, `
		SELECT `+storedColumns+`, g.id FROM enrolment_rules r JOIN programmes g ON g.id = r.programme_id
		 WHERE r.id = $1 FOR UPDATE OF r`, id).Scan, &programme)
	if err != nil {
		return r, programme, db.Found(err, "rule")
	}
	seen, err := s.sees(ctx, tx, actor, r)
	if err == nil && !seen {
		err = lms.ErrNotFound("rule")
	}
	return r, programme, err
}

// StopRule makes a rule of a programme stand still, in whoever's name it is. It is kept, and its maker is told. Errors:
// NotFound, Forbidden.
func (s *Service) StopRule(ctx context.Context, actor lms.Actor, id lms.ID[Rule]) (err error) {
	defer lms.Wrap(&err, "intake.StopRule(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, programme, err := s.ruleFor(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		n, err := db.Exec(ctx, tx, `UPDATE enrolment_rules SET active = false, failure = 'rule-stopped', changed_at = $2 WHERE id = $1 AND active`, id, s.Now())
		if err != nil || n == 0 {
			return err
		}
		return s.programmeEvent(ctx, tx, actor, "programme.rule-stop", programme, nil)
	})
}

// TakeRule makes a rule of a programme the actor's own, whom it reaches unchanged, and invites who fits now. Errors:
// NotFound, Forbidden, Conflict rule-own where they have one of their own there, not-published, programme-closed.
func (s *Service) TakeRule(ctx context.Context, actor lms.Actor, id lms.ID[Rule]) (err error) {
	defer lms.Wrap(&err, "intake.TakeRule(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		r, programme, err := s.ruleFor(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if !invites(actor, r.reach) { // one's own, of the time before
			return lms.ErrConflict("rule-rights", "you answer for less than the rule reaches")
		}
		_, err = db.Exec(ctx, tx, `UPDATE enrolment_rules SET made_by = $2, active = true, failure = '', changed_at = $3 WHERE id = $1`, id, actor.Person, s.Now())
		if lms.KindOf(err) == lms.Conflict {
			return lms.ErrConflict("rule-own", "you have a rule of your own for this programme: take it away first")
		}
		if err != nil {
			return err
		}
		if err := s.programmeEvent(ctx, tx, actor, "programme.rule-take", programme, nil); err != nil {
			return err
		}
		return s.fillProgramme(ctx, tx, actor, r)
	})
}

// DropRule takes a rule of a programme away, in whoever's name it is; who came by it stays. Errors: NotFound, Forbidden.
func (s *Service) DropRule(ctx context.Context, actor lms.Actor, id lms.ID[Rule]) (err error) {
	defer lms.Wrap(&err, "intake.DropRule(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, programme, err := s.ruleFor(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM enrolment_rules WHERE id = $1`, id); err != nil {
			return err
		}
		return s.programmeEvent(ctx, tx, actor, "programme.rule-drop", programme, nil)
	})
}
