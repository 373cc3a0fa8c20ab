package certificate

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/record"
)

// Act is something that is done to a certificate.
type Act string

// The acts. Superseding is no act of its own: it follows from renewing and issuing anew.
const (
	Suspend   Act = "suspend"
	Reinstate Act = "reinstate"
	Revoke    Act = "revoke"
	Renew     Act = "renew"
	Reissue   Act = "reissue"
)

// life says in which states of today an act may be done, and what the state is then.
var life = map[Act]struct {
	from []State
	to   State
}{
	Suspend:   {[]State{Valid}, Suspended},
	Reinstate: {[]State{Suspended}, Valid},
	Revoke:    {[]State{Valid, Suspended, Expired}, Revoked},
	Renew:     {[]State{Valid, Expired}, Superseded},
	Reissue:   {[]State{Valid, Expired}, Superseded},
}

// Allows tells whether an act may be done in a state of today.
func (a Act) Allows(state State) bool { return slices.Contains(life[a].from, state) }

// MaxReason bounds a reason, in characters.
const MaxReason = 500

// Change suspends, reinstates or revokes. A reason is needed except for reinstating; it is shown to those who
// may change certificates and to nobody else. Errors: NotFound, Forbidden, Invalid, Conflict state-forbids.
func (s *Service) Change(ctx context.Context, actor lms.Actor, typed string, act Act, reason string) (err error) {
	defer lms.Wrap(&err, "certificate.Change(%s)", act)
	if act != Suspend && act != Reinstate && act != Revoke {
		return lms.ErrInvalid("act", "act-unknown", "not something that is done to a certificate alone")
	}
	if reason, err = checkReason(reason, act != Reinstate); err != nil {
		return err
	}
	return s.changing(ctx, actor, typed, act, func(ctx context.Context, tx bun.Tx, row Row) error {
		return s.becomes(ctx, tx, row, change{actor: actor.Person, act: act, reason: reason})
	})
}

func checkReason(reason string, needed bool) (string, error) {
	reason = strings.TrimSpace(reason)
	if needed && reason == "" {
		return "", lms.ErrInvalid("reason", "reason-missing", "say why")
	}
	if utf8.RuneCountInString(reason) > MaxReason {
		return "", lms.ErrInvalid("reason", "too-long", "at most 500 characters")
	}
	return reason, nil
}

// changing locks a certificate, asks whether the actor may, and whether its state lets it.
func (s *Service) changing(ctx context.Context, actor lms.Actor, typed string, act Act, do func(context.Context, bun.Tx, Row) error) error {
	serial, err := ParseSerial(typed)
	if err != nil {
		return lms.ErrNotFound("certificate")
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		row, err := locked(ctx, tx, serial, s.Now())
		if err != nil {
			return err
		}
		facts, err := readers(ctx, tx, row)
		if err != nil {
			return err
		}
		if err := actor.Can(lms.ChangeCertificate, facts); err != nil {
			return err
		}
		if row.Person == actor.Person {
			return errOwn
		}
		if err := permits(row, act); err != nil {
			return err
		}
		return do(ctx, tx, row)
	})
}

// errOwn refuses whoever would decide about a certificate of their own.
var errOwn = lms.ErrForbidden("somebody else decides about one's own certificate")

func permits(row Row, act Act) error {
	if !act.Allows(row.State) || row.FromPaper && (act == Renew || act == Reissue) {
		return &lms.Error{Kind: lms.Conflict, Code: "state-forbids", Detail: string(act) + " does not go with " + string(row.State)}
	}
	return nil
}

// change is what becomes of a certificate.
type change struct {
	actor  lms.ID[lms.Person] // zero: the program itself
	act    Act
	reason string
	newer  string // the serial that takes its place
}

// becomes stores a state with its event, in the caller's transaction and under the row's lock.
func (s *Service) becomes(ctx context.Context, tx bun.IDB, row Row, c change) error {
	to, now := life[c.act].to, s.Now().UTC()
	var number int
	err := db.Row(ctx, tx, `
		WITH changed AS (
			UPDATE certificates SET state = $2, state_reason = $3, changed_at = $4, superseded_by = nullif($5, '') WHERE id = $1
		)
		INSERT INTO certificate_events (certificate_id, number, at, actor_id, state, reason)
		SELECT $1, coalesce(max(number), 0) + 1, $4, $6, $2, $3 FROM certificate_events WHERE certificate_id = $1
		RETURNING number`,
		row.ID, string(to), c.reason, now, c.newer, orNull(c.actor)).Scan(&number)
	if err != nil {
		return db.Translate(err)
	}
	if err := record.Append(ctx, tx, record.Certificate(row.ID), record.State(row.ID, number)); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		At: now, Actor: c.actor, Action: "certificate." + string(c.act), SubjectKind: "certificate", SubjectID: row.ID.String(),
	})
}

// Correction is what a certificate that is issued anew says otherwise; what is empty stays.
type Correction struct {
	Holder      string
	HolderLatin string
}

// IssueAnew gives a certificate a new serial and a corrected name, and supersedes the old one: same end, same
// award. The new serial is returned. Errors: NotFound, Forbidden, Invalid, Conflict state-forbids.
func (s *Service) IssueAnew(ctx context.Context, actor lms.Actor, typed string, c Correction, reason string) (serial string, err error) {
	defer lms.Wrap(&err, "certificate.IssueAnew")
	if reason, err = checkReason(reason, true); err != nil {
		return "", err
	}
	c.Holder, c.HolderLatin = strings.TrimSpace(c.Holder), strings.TrimSpace(c.HolderLatin)
	for field, name := range map[string]string{"holder": c.Holder, "holder_latin": c.HolderLatin} {
		if utf8.RuneCountInString(name) > 200 {
			return "", lms.ErrInvalid(field, "too-long", "at most 200 characters")
		}
	}
	err = s.changing(ctx, actor, typed, Reissue, func(ctx context.Context, tx bun.Tx, row Row) error {
		claim := row.Claim
		if c.Holder != "" {
			claim.Holder = c.Holder
		}
		if c.HolderLatin != "" {
			claim.HolderLatin = c.HolderLatin
		}
		serial, err = s.follow(ctx, tx, row, claim, change{actor: actor.Person, act: Reissue, reason: reason})
		return err
	})
	return serial, err
}

// RenewAlike renews a certificate with the facts that it has, for as long as it was given for. Time that the old
// one still had is not lost. Errors: NotFound, Forbidden, Conflict state-forbids, endless, renewal-not-open.
func (s *Service) RenewAlike(ctx context.Context, actor lms.Actor, typed string) (serial string, err error) {
	defer lms.Wrap(&err, "certificate.RenewAlike")
	err = s.changing(ctx, actor, typed, Renew, func(ctx context.Context, tx bun.Tx, row Row) error {
		if err := s.mayRenew(row); err != nil {
			return err
		}
		claim := row.Claim
		months := claim.ValidMonths
		if months == 0 { // sealed before claims said so
			months = monthsBetween(claim.IssuedOn, *row.ExpiresOn)
		}
		expires := s.nextEnd(row, months)
		claim.ExpiresOn = &expires
		serial, err = s.follow(ctx, tx, row, claim, change{actor: actor.Person, act: Renew})
		return err
	})
	return serial, err
}

// RenewFor renews a certificate by what its holder did for it, within the caller's transaction: the award says the
// facts of the new one, whose number follows the old one's. The caller has decided that it is earned. One that was
// renewed or issued anew already gives the newer serial, so a repeat changes nothing. Errors: NotFound, Conflict
// state-forbids, endless, renewal-not-open.
func (s *Service) RenewFor(ctx context.Context, tx bun.IDB, old string, award Award) (serial string, err error) {
	defer lms.Wrap(&err, "certificate.RenewFor")
	row, err := locked(ctx, tx, old, s.Now())
	if err != nil {
		return "", err
	}
	if row.State == Superseded {
		return row.Newer, nil
	}
	if err := permits(row, Renew); err != nil {
		return "", err
	}
	if err := s.mayRenew(row); err != nil {
		return "", err
	}
	if award.Kind == "" {
		award.Kind = row.Kind
	}
	template, look, err := s.inForce(ctx, tx, award.Programme, award.Language)
	if err != nil {
		return "", err
	}
	if row.template = template; award.Document == "" {
		award.Document = look.nameOf(award.Kind)
	}
	claim := s.claim(award, s.Now().UTC())
	if award.ValidityMonths > 0 {
		expires := s.nextEnd(row, award.ValidityMonths)
		claim.ExpiresOn = &expires
	}
	return s.follow(ctx, tx, row, claim, change{actor: award.Actor, act: Renew})
}

// mayRenew asks for an end, and for the window before it to be open.
func (s *Service) mayRenew(row Row) error {
	if row.ExpiresOn == nil {
		return &lms.Error{Kind: lms.Conflict, Code: "endless", Detail: "it does not expire, so there is nothing to renew"}
	}
	if from := row.RenewFrom; from != nil && DateOf(s.Now()).Before(from.Time) {
		return &lms.Error{Kind: lms.Conflict, Code: "renewal-not-open", Detail: "it can be renewed from " + from.String() + " on"}
	}
	return nil
}

// nextEnd counts from the old end while it is ahead, and from today once it is over.
func (s *Service) nextEnd(row Row, months int) Date {
	from := DateOf(s.Now())
	if row.ExpiresOn.After(from.Time) {
		from = *row.ExpiresOn
	}
	return addMonths(from, months)
}

// follow issues the certificate that takes another's place, and supersedes that one. Both are of the same award.
func (s *Service) follow(ctx context.Context, tx bun.IDB, row Row, claim Claim, c change) (string, error) {
	i := issued{
		person: row.Person, course: row.Course, programme: row.Programme, award: row.award, kind: row.Kind, actor: c.actor,
		template: row.template, renewFrom: row.RenewFrom,
	}
	err := db.Row(ctx, tx, `
		SELECT enrolment_id, participation_id, (SELECT max(issue_no) + 1 FROM certificates o WHERE o.award = c.award AND o.kind = c.kind)
		  FROM certificates c WHERE id = $1`, row.ID).Scan(&i.enrolment, &i.participation, &i.number)
	if err != nil {
		return "", db.Translate(err)
	}
	claim.Serial, claim.Replaces, claim.IssueNo = NewSerial(), row.Serial, i.number
	claim.IssuedOn, claim.Issuer = DateOf(s.Now()), s.Issuer
	if c.act == Renew {
		i.renewFrom = nil
		if row.ExpiresOn != nil && row.RenewFrom != nil {
			i.renewFrom = window(claim.ExpiresOn, monthsBetween(*row.RenewFrom, *row.ExpiresOn))
		}
	}
	i.claim = claim
	if c.newer, err = s.seal(ctx, tx, i); err != nil {
		return "", err
	}
	return c.newer, s.becomes(ctx, tx, row, c)
}
