package programme

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

// participation is a row with what decides about it.
type participation struct {
	ID        lms.ID[lms.Participation]
	Programme lms.ID[lms.Programme]
	Version   lms.ID[lms.ProgrammeVersion]
	Person    lms.ID[lms.Person]
	State     string
	Joined    *time.Time
	Passed    *time.Time
}

// States of a participation.
const (
	stateInvited   = "invited"
	stateActive    = "active"
	statePassed    = "passed"
	stateCertified = "certified"
	stateWithdrawn = "withdrawn"
)

const participationColumns = `pa.id, pa.programme_id, pa.version_id, pa.person_id, pa.state, pa.joined_at, pa.passed_at`

func (pa *participation) scan(from scanner, more ...any) error {
	return from.Scan(append([]any{&pa.ID, &pa.Programme, &pa.Version, &pa.Person, &pa.State, &pa.Joined, &pa.Passed}, more...)...)
}

// one is a participation with its programme, its person, and what decides about them.
type one struct {
	participation
	p *programme
	m member
	v *version
}

// one loads a participation and asks for a right over it. Errors: NotFound, Forbidden.
func (s *Service) one(ctx context.Context, q db.Queryer, actor lms.Actor, id lms.ID[lms.Participation], action lms.Action) (*one, error) {
	o := &one{}
	var key string
	err := o.scan(db.Row(ctx, q, `
		SELECT `+participationColumns+`, g.key FROM participations pa JOIN programmes g ON g.id = pa.programme_id WHERE pa.id = $1`, id), &key)
	if err != nil {
		return nil, db.Found(err, "participation")
	}
	if o.p, err = s.load(ctx, q, key); err != nil {
		return nil, err
	}
	if o.v, err = s.version(ctx, q, o.Version); err != nil {
		return nil, err
	}
	if o.m, err = personFacts(ctx, q, o.Person, o.p.courses); err != nil {
		return nil, err
	}
	return o, actor.Can(action, o.m.facts)
}

// Withdraw takes somebody out of a programme: the person themselves, or whoever put people in. What was issued stays.
// Errors: NotFound, Forbidden.
func (s *Service) Withdraw(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation]) (err error) {
	defer lms.Wrap(&err, "programme.Withdraw(%s)", id)
	o, err := s.one(ctx, s.DB, actor, id, lms.EnrolParticipant)
	if err != nil && (o == nil || actor.Can(lms.Participate, o.m.facts) != nil) {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE participations SET state = 'withdrawn' WHERE id = $1 AND state <> 'withdrawn'`, id)
		if err != nil || n == 0 {
			return err
		}
		return s.write(ctx, tx, actor, "participation.withdraw", "participation", id.String(), nil)
	})
}

// ParticipationChange changes what was said of somebody in a programme; nil leaves it.
type ParticipationChange struct {
	Categories map[string]string
	// TrainedBy is who trained them; the zero id takes it back.
	TrainedBy *lms.ID[lms.Person]
}

// Change changes categories and trainer. People say their own categories themselves, and nothing else. Errors: NotFound,
// Forbidden, Invalid trained-in-a-circle.
func (s *Service) Change(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation], in ParticipationChange) (err error) {
	defer lms.Wrap(&err, "programme.Change(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		o, err := s.one(ctx, tx, actor, id, lms.EnrolParticipant)
		if err != nil && (o == nil || in.TrainedBy != nil || actor.Can(lms.Participate, o.m.facts) != nil) {
			return err
		}
		if in.Categories != nil {
			if err := o.v.choose(in.Categories); err != nil {
				return err
			}
			raw, err := json.Marshal(in.Categories)
			if err != nil {
				return err
			}
			if _, err := db.Exec(ctx, tx, `UPDATE participations SET categories = $2::jsonb WHERE id = $1`, id, string(raw)); err != nil {
				return err
			}
		}
		if in.TrainedBy != nil {
			if err := s.trained(ctx, tx, actor, o, *in.TrainedBy); err != nil {
				return err
			}
		}
		return s.write(ctx, tx, actor, "participation.change", "participation", id.String(), nil)
	})
}

// Certify issues the certificate of achievement of somebody who passed: in a programme in which that is done by hand, or
// to who came back after the one of an earlier participation ended or was revoked. Issued twice, it is the same. Errors:
// NotFound, Forbidden, Conflict not-passed, certified-before.
func (s *Service) Certify(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation]) (serial string, err error) {
	defer lms.Wrap(&err, "programme.Certify(%s)", id)
	return s.certify(ctx, actor, id, false)
}

// CertifyOfMany is Certify for one of a selection, in which nobody is looked at alone: whoever was certified in an
// earlier participation is refused.
func (s *Service) CertifyOfMany(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation]) (serial string, err error) {
	defer lms.Wrap(&err, "programme.CertifyOfMany(%s)", id)
	return s.certify(ctx, actor, id, true)
}

func (s *Service) certify(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation], many bool) (serial string, err error) {
	if _, err := s.one(ctx, s.DB, actor, id, lms.IssueCertificate); err != nil {
		return "", err
	}
	if err := s.explain(ctx, id); err != nil {
		return "", err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) (err error) {
		serial, err = s.certifyIn(ctx, tx, id, actor.Person, many)
		return err
	})
	return serial, err
}

// CertifyIn is CertifyOfMany within the caller's transaction: who may do it was asked before, and the rule was explained
// when something under it last changed. Errors: NotFound, Forbidden, Conflict not-passed, certified-before.
func (s *Service) CertifyIn(ctx context.Context, tx bun.IDB, id lms.ID[lms.Participation], actor lms.ID[lms.Person]) (serial string, err error) {
	return s.certifyIn(ctx, tx, id, actor, true)
}

func (s *Service) certifyIn(ctx context.Context, tx bun.IDB, id lms.ID[lms.Participation], actor lms.ID[lms.Person], many bool) (serial string, err error) {
	var pa participation
	if err := pa.scan(db.Row(ctx, tx, `SELECT `+participationColumns+` FROM participations pa WHERE pa.id = $1 FOR NO KEY UPDATE`, id)); err != nil {
		return "", db.Found(err, "participation")
	}
	if pa.Person == actor {
		return "", lms.ErrForbidden("somebody else issues one's own certificate")
	}
	if pa.State != statePassed && pa.State != stateCertified {
		return "", lms.ErrConflict("not-passed", "the rule does not hold for this person yet")
	}
	if held, err := s.held(ctx, tx, &pa, certificate.Achievement); err != nil {
		return "", err
	} else if held.stands || many && held.before {
		return "", lms.ErrConflict("certified-before", "an earlier participation gave a certificate of this programme")
	}
	v, err := s.version(ctx, tx, pa.Version)
	if err != nil {
		return "", err
	}
	award, err := s.award(ctx, tx, &pa, v, certificate.Achievement)
	if err != nil {
		return "", err
	}
	award.Actor = actor
	if serial, err = s.Certificates.Issue(ctx, tx, award); err != nil {
		return "", err
	}
	_, err = db.Exec(ctx, tx, `UPDATE participations SET state = 'certified', certified_at = coalesce(certified_at, $2) WHERE id = $1`, id, s.Now())
	return serial, err
}

// asOf is the moment for which a rule is explained: for who is certified, that at which it held. Evidence that has grown
// old since, or a prerequisite that ran out, takes nothing from a certificate; what is taken back does.
func (pa *participation) asOf(now time.Time) time.Time {
	if pa.State == stateCertified && pa.Passed != nil {
		return *pa.Passed
	}
	return now
}

// holding is what somebody has of one kind of paper of a programme.
type holding struct {
	// own tells that this participation gave one; before, that an earlier one did, from which they were withdrawn; stands,
	// that one of those is valid or suspended today.
	own, before, stands bool
}

func (s *Service) held(ctx context.Context, q db.Queryer, pa *participation, kind certificate.Kind) (h holding, err error) {
	err = db.Row(ctx, q, `
		SELECT coalesce(bool_or(award = $4), false), coalesce(bool_or(award <> $4), false),
		       coalesce(bool_or(award <> $4 AND state IN ('valid', 'suspended') AND (expires_on IS NULL OR expires_on >= $5::text::date)), false)
		  FROM certificates WHERE person_id = $1 AND programme_id = $2 AND kind = $3 AND origin = 'issued' AND state <> 'erased'`,
		pa.Person, pa.Programme, kind, pa.ID, lms.DayInForce(s.Now()).Format(time.DateOnly)).Scan(&h.own, &h.before, &h.stands)
	return h, db.Translate(err)
}
