package programme

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// standingPaper is the newest certificate of achievement of a participation, while it can be renewed.
type standingPaper struct {
	serial string
	// begun is when it was issued or renewed; one that was issued anew since then, with a word mended, began when the first
	// of them did.
	begun     time.Time
	renewFrom *time.Time // the first day of the window; nil where it does not expire
}

func (s *Service) standingPaper(ctx context.Context, q db.Queryer, id lms.ID[lms.Participation]) (p standingPaper, there bool, err error) {
	err = db.Row(ctx, q, `
		SELECT c.serial, c.renew_from,
		       (SELECT min(o.issued_at) FROM certificates o
		         WHERE o.award = c.award AND o.kind = c.kind AND o.issue_no BETWEEN coalesce((
		               -- a renewal takes a certificate's place without a reason, issuing anew gives one
		               SELECT max(r.issue_no) + 1 FROM certificates r
		                WHERE r.award = c.award AND r.kind = c.kind AND r.issue_no < c.issue_no AND r.state = 'superseded' AND r.state_reason = ''), 1) AND c.issue_no)
		  FROM certificates c
		 WHERE c.participation_id = $1 AND c.kind = 'achievement' AND c.state = 'valid' ORDER BY c.issue_no DESC LIMIT 1`, id).
		Scan(&p.serial, &p.renewFrom, &p.begun)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, db.Translate(err)
}

// again is the rule for who is certified already: the shorter way where there is one, counting what was done since.
func (v *version) again(facts []rule.Fact, begun, now time.Time) rule.Standing {
	n := v.rules.achievement
	if v.rules.renewal != nil {
		n = *v.rules.renewal
	}
	return n.Explain(since(facts, begun), now)
}

// renew renews the certificate of somebody whose window is open and who has done what is asked again, by the newest
// version. The participation moves to it where its whole rule holds, too; else it stays with the one by which they passed.
func (e *explained) renew(ctx context.Context) error {
	p, there, err := e.s.standingPaper(ctx, e.tx, e.pa.ID)
	if err != nil || !there || p.renewFrom == nil || e.s.Now().Before(*p.renewFrom) {
		return err
	}
	facts, err := e.s.facts(ctx, e.tx, e.pa, e.newest)
	if err != nil || !e.newest.again(facts, p.begun, e.s.Now()).Done() {
		return err
	}
	award, err := e.s.award(ctx, e.tx, e.pa, e.newest, certificate.Achievement)
	if err != nil {
		return err
	}
	if _, err := e.s.Certificates.RenewFor(ctx, e.tx, p.serial, award); err != nil {
		return err
	}
	if standing := e.newest.rules.achievement.Explain(facts, e.pa.asOf(e.s.Now())); standing.Done() {
		e.v, e.pa.Version, e.facts, e.standing = e.newest, e.newest.ID, facts, standing
	}
	return e.s.write(ctx, e.tx, lms.Actor{}, "participation.renew", "participation", e.pa.ID.String(), nil)
}

// renewal adds to a standing what is asked of who is certified.
func (s *Service) renewal(ctx context.Context, o *one, v *Standing, lang string) error {
	p, there, err := s.standingPaper(ctx, s.DB, o.ID)
	if err != nil || !there || p.renewFrom == nil || o.State != stateCertified {
		return err
	}
	facts, err := s.facts(ctx, s.DB, &o.participation, o.p.Newest)
	if err != nil {
		return err
	}
	again := o.p.Newest.again(facts, p.begun, s.Now())
	from := certificate.DateOf(*p.renewFrom)
	v.Renewal, v.RenewFrom, v.Next = &again, &from, again.Next()
	for _, c := range o.p.Newest.views(lang) { // a shorter way may name what the version of then did not
		if !slices.ContainsFunc(v.Components, func(x ComponentView) bool { return x.Key == c.Key }) {
			v.Components = append(v.Components, c)
		}
	}
	return nil
}

// MarkRenewals has everybody explained again whose window of renewal opened in the last weeks, whose evidence may have
// become too old, or whose certificate of another programme ended: what changes by the calendar, and by nothing that a
// trigger sees. It is called once a day; the weeks are for a program that was off.
func (s *Service) MarkRenewals(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "programme.MarkRenewals")
	_, err = db.Exec(ctx, s.DB, `
		INSERT INTO participations_changed (participation_id)
		SELECT c.participation_id FROM certificates c JOIN participations pa ON pa.id = c.participation_id AND pa.state = 'certified'
		 WHERE c.kind = 'achievement' AND c.state = 'valid' AND c.renew_from BETWEEN $1::date - 31 AND $1::date
		UNION
		SELECT v.participation_id FROM programme_evidence v JOIN participations pa ON pa.id = v.participation_id AND pa.state IN ('active', 'passed')
		 WHERE v.kind = 'evidence' AND v.state = 'accepted'
		UNION
		SELECT pa.id FROM certificates c JOIN participations pa ON pa.person_id = c.person_id AND pa.state IN ('active', 'passed')
		 WHERE c.kind = 'achievement' AND c.state = 'valid' AND c.programme_id IS NOT NULL AND c.expires_on BETWEEN $1::date - 31 AND $1::date
		 ORDER BY 1`, s.Now())
	return err
}
