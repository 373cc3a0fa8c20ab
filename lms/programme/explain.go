package programme

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
	"mostik/lms/record"
)

const (
	// lookEvery is how often Run looks for participations that may have changed.
	lookEvery = time.Second
	// waitAfterFailure keeps one that cannot be explained from filling the log.
	waitAfterFailure = time.Minute
	// batch is how many of them are read at a time.
	batch = 200
)

// Run explains participations again when something under them changed, until the context ends. Failures are logged
// and tried again. Several programs may do it beside each other.
func (s *Service) Run(ctx context.Context, log *slog.Logger) {
	wait := time.NewTicker(lookEvery)
	defer wait.Stop()
	for {
		wait.Reset(lookEvery)
		if _, err := s.Settle(ctx); err != nil && ctx.Err() == nil {
			log.Error("explaining participations again", "cause", err)
			wait.Reset(waitAfterFailure)
		}
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
	}
}

// Settle explains every participation that may have changed, and tells how many it was. It ends when there is nothing
// left that it can do; what fails stays for the next time, and its error is told.
func (s *Service) Settle(ctx context.Context) (n int, err error) {
	defer lms.Wrap(&err, "programme.Settle")
	var failed []error
	var after int64
	for ctx.Err() == nil {
		type line struct {
			id   lms.ID[lms.Participation]
			last int64
		}
		lines, err := list(ctx, s.DB, func(from scanner) (l line, err error) { return l, from.Scan(&l.id, &l.last) }, `
			SELECT participation_id, max(number)
			  FROM (SELECT * FROM participations_changed WHERE number > $1 ORDER BY number LIMIT $2) c
			 GROUP BY participation_id ORDER BY max(number)`, after, batch)
		if err != nil || len(lines) == 0 {
			return n, errors.Join(append(failed, err)...)
		}
		for _, l := range lines {
			switch err := s.explain(ctx, l.id); {
			case err != nil:
				failed = append(failed, err)
			default:
				n++
			}
			after = max(after, l.last)
		}
	}
	return n, errors.Join(append(failed, ctx.Err())...)
}

// settleNow explains one participation at once, for who just did something to it and looks at the answer. The line in
// the queue stays as it is where that fails.
func (s *Service) settleNow(ctx context.Context, ids ...lms.ID[lms.Participation]) error {
	for _, id := range ids {
		if err := s.explain(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// explain works out a standing again and draws the consequences, in one transaction: it moves the participation to a
// newer version where no more is missing there, stores the standing, and issues what was earned.
func (s *Service) explain(ctx context.Context, id lms.ID[lms.Participation]) (err error) {
	defer lms.Wrap(&err, "explaining %s", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		pa := &participation{}
		// No key is changed, so whoever puts a line into the queue does not wait for this lock.
		err := pa.scan(db.Row(ctx, tx, `
			SELECT `+participationColumns+` FROM participations pa WHERE pa.id = $1 AND pa.state <> 'withdrawn' FOR NO KEY UPDATE`, id))
		gone := errors.Is(err, sql.ErrNoRows)
		if err != nil && !gone {
			return db.Translate(err)
		}
		// Before the facts are read: what comes after this statement leaves a line that stays.
		if _, err := db.Exec(ctx, tx, `DELETE FROM participations_changed WHERE participation_id = $1`, id); err != nil || gone {
			return err
		}
		e := &explained{s: s, tx: tx, pa: pa}
		return e.settle(ctx)
	})
}

// explained is one participation while it is explained.
type explained struct {
	s  *Service
	tx bun.Tx
	pa *participation

	v        *version // the one that it is pinned to
	newest   *version
	facts    []rule.Fact
	standing rule.Standing
}

func (e *explained) settle(ctx context.Context) error {
	passed, version := e.pa.Passed, e.pa.Version
	if err := e.weigh(ctx); err != nil {
		return err
	}
	if err := e.papers(ctx); err != nil {
		return err
	}
	if err := e.store(ctx); err != nil {
		return err
	}
	switch entry := record.Passed(e.pa.ID); {
	case e.pa.Passed != nil && (e.pa.Passed != passed || e.pa.Version != version):
		return record.Append(ctx, e.tx, entry)
	case e.pa.Passed == nil && passed != nil:
		return record.Gone(ctx, e.tx, e.pa.Person, entry)
	}
	return nil
}

// weigh explains the pinned version's rule, and the newest one's, and pins the newest where no more is missing by it.
func (e *explained) weigh(ctx context.Context) (err error) {
	if e.v, err = e.s.version(ctx, e.tx, e.pa.Version); err != nil {
		return err
	}
	if e.facts, err = e.s.facts(ctx, e.tx, e.pa, e.v); err != nil {
		return err
	}
	e.standing = e.v.rules.achievement.Explain(e.facts, e.pa.asOf(e.s.Now()))
	var newest lms.ID[lms.ProgrammeVersion]
	err = db.Row(ctx, e.tx, `SELECT id FROM programme_versions WHERE programme_id = $1 ORDER BY number DESC LIMIT 1`, e.pa.Programme).Scan(&newest)
	if err != nil {
		return db.Translate(err)
	}
	e.newest = e.v
	if newest == e.v.ID {
		return nil
	}
	if e.newest, err = e.s.version(ctx, e.tx, newest); err != nil || e.pa.State == stateCertified {
		return err
	}
	facts, err := e.s.facts(ctx, e.tx, e.pa, e.newest)
	if err != nil {
		return err
	}
	if standing := e.newest.rules.achievement.Explain(facts, e.s.Now()); standing.Remaining <= e.standing.Remaining {
		detail := map[string]any{"from": e.v.Number, "to": e.newest.Number}
		e.v, e.facts, e.standing, e.pa.Version = e.newest, facts, standing, newest
		return e.s.write(ctx, e.tx, lms.Actor{}, "participation.move", "participation", e.pa.ID.String(), detail)
	}
	return nil
}

// papers issues what was earned, and moves the state on. What was issued stays issued when a fact is taken back later:
// a person decides about that.
func (e *explained) papers(ctx context.Context) error {
	now := e.s.Now()
	if r := e.v.rules.participation; r != nil && r.Explain(e.facts, now).Done() {
		held, err := e.s.held(ctx, e.tx, e.pa, certificate.Participation)
		if err == nil && !held.own && !held.before {
			err = e.issue(ctx, certificate.Participation)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case e.pa.State == stateCertified:
		return e.renew(ctx)
	case e.standing.Done():
		if e.pa.Passed == nil {
			e.pa.Passed = &now
		}
		e.pa.State = statePassed
		if e.v.Issue == IssueByHand {
			return nil
		}
		held, err := e.s.held(ctx, e.tx, e.pa, certificate.Achievement)
		if err != nil || held.before { // who was withdrawn and came back: perhaps it was revoked, so a person decides
			return err
		}
		if err := e.issue(ctx, certificate.Achievement); err != nil {
			return err
		}
		e.pa.State = stateCertified
	default:
		e.pa.Passed = nil
		if e.pa.State == statePassed || e.begun() {
			e.pa.State = stateActive
		}
	}
	return nil
}

// begun tells that the person has done something.
func (e *explained) begun() bool {
	for _, f := range e.facts {
		if f.State != "not-started" && f.State != "absent" && f.State != "refused" {
			return true
		}
	}
	return false
}

func (e *explained) issue(ctx context.Context, kind certificate.Kind) error {
	award, err := e.s.award(ctx, e.tx, e.pa, e.v, kind)
	if err != nil {
		return err
	}
	_, err = e.s.Certificates.Issue(ctx, e.tx, award)
	return err
}

// store writes the standing down.
func (e *explained) store(ctx context.Context) error {
	raw, err := json.Marshal(e.standing)
	if err != nil {
		return err
	}
	now := e.s.Now()
	if e.pa.Joined == nil && e.pa.State != stateInvited {
		e.pa.Joined = &now
		for _, f := range e.facts {
			if f.At.Before(*e.pa.Joined) {
				e.pa.Joined = &f.At
			}
		}
	}
	done, needed := e.standing.Steps()
	_, err = db.Exec(ctx, e.tx, `
		UPDATE participations
		   SET version_id = $2, state = $3, joined_at = $4, passed_at = $5, done = $6, needed = $7, missing = $8, standing = $9, explained_at = $10,
		       certified_at = CASE WHEN $3 = 'certified' THEN coalesce(certified_at, $10) END
		 WHERE id = $1`,
		e.pa.ID, e.pa.Version, e.pa.State, e.pa.Joined, e.pa.Passed, done, needed, e.standing.Missing(), string(raw), now)
	return err
}

// award is what a participation earned, with the texts of the day in the person's language.
func (s *Service) award(ctx context.Context, tx bun.IDB, pa *participation, v *version, kind certificate.Kind) (a certificate.Award, err error) {
	var given, family, latinGiven, latinFamily, lang, key string
	err = db.Row(ctx, tx, `
		SELECT p.given_name, p.family_name, p.latin_given, p.latin_family, p.language, g.key
		  FROM persons p, programmes g WHERE p.id = $1 AND p.state <> 'erased' AND g.id = $2`, pa.Person, pa.Programme).
		Scan(&given, &family, &latinGiven, &latinFamily, &lang, &key)
	if err != nil {
		return a, db.Found(err, "person")
	}
	in := v.Title.language(lang)
	a = certificate.Award{
		Person: pa.Person, Participation: pa.ID, Programme: pa.Programme, Kind: kind,
		Holder: joined(given, family), HolderLatin: joined(latinGiven, latinFamily),
		Title: v.Title.In(lang), Key: key, Version: v.Number, Hours: v.Hours, Language: in,
	}
	if kind == certificate.Participation {
		a.Document = v.Documents.Participation[in]
		return a, nil // having been there does not expire
	}
	a.Document, a.ValidityMonths, a.RenewMonths = v.Documents.Achievement[in], v.ValidityMonths, v.RenewalMonths
	if v.LawAsOf != "" {
		day, err := certificate.ParseDate(v.LawAsOf)
		if err != nil {
			return a, err
		}
		a.LawAsOf = &day
	}
	return a, nil
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + " " + b
	}
	return a + b
}
