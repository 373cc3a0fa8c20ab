package certificate

import (
	"context"
	"regexp"
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

// ChangeOf suspends, reinstates or revokes what somebody holds of achievement for a programme, of which it is one as a
// rule, and tells how many it were. What the act does not go with is left alone. Errors: Forbidden, Invalid; NotFound
// where they hold none.
func (s *Service) ChangeOf(ctx context.Context, actor lms.Actor, person lms.ID[lms.Person], programme lms.ID[lms.Programme], act Act, reason string) (n int, err error) {
	defer lms.Wrap(&err, "certificate.ChangeOf(%s)", act)
	all, err := byPerson(ctx, s.DB, person, s.Now())
	if err != nil {
		return 0, err
	}
	held := slices.DeleteFunc(all, func(row Row) bool {
		return row.Programme != programme || row.Kind != Achievement || row.State == Superseded
	})
	if len(held) == 0 {
		return 0, &lms.Error{Kind: lms.NotFound, Code: "no-certificate", Detail: "they hold none of this programme"}
	}
	for _, row := range held {
		if !act.Allows(row.State) {
			continue
		}
		if err := s.Change(ctx, actor, row.Serial, act, reason); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// CheckChange refuses an act that is not done to many, and a reason that no change has.
func CheckChange(act Act, reason string) error {
	if act != Suspend && act != Reinstate && act != Revoke {
		return lms.ErrInvalid("act", "act-unknown", "suspend, reinstate or revoke")
	}
	_, err := checkReason(reason, act != Reinstate)
	return err
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
	// corrected names what the newer one says otherwise.
	corrected []string
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
	event := audit.Event{
		At: now, Actor: c.actor, Action: "certificate." + string(c.act), SubjectKind: "certificate", SubjectID: row.ID.String(),
	}
	if len(c.corrected) > 0 {
		event.Detail = map[string]any{"corrected": c.corrected}
	}
	return audit.Write(ctx, tx, event)
}

// Correction is what a certificate that is issued anew says otherwise; what is empty stays. The day of issue is that on
// which it is issued anew, and what it is for (key, version, kind, issuer) follows from the award: whoever was given the
// wrong one has it revoked.
type Correction struct {
	Holder, HolderLatin string
	Title               string
	Hours               string // decimal, "24" or "24.5"
	// ExpiresOn is its last day, and LawAsOf the day of the law that was taught.
	ExpiresOn, LawAsOf *Date
}

// check trims a correction and refuses what no certificate says.
func (c *Correction) check(today Date) error {
	for field, f := range map[string]struct {
		text  *string
		limit int
	}{"holder": {&c.Holder, 200}, "holder_latin": {&c.HolderLatin, 200}, "title": {&c.Title, 300}, "hours": {&c.Hours, 8}} {
		*f.text = oneLine(*f.text)
		if utf8.RuneCountInString(*f.text) > f.limit {
			return lms.ErrInvalid(field, "too-long", "it is too long")
		}
	}
	switch {
	case c.Hours != "" && !decimal.MatchString(c.Hours):
		return lms.ErrInvalid("hours", "number-malformed", "hours are a number, 24 or 24.5")
	case c.ExpiresOn != nil && c.ExpiresOn.Before(today.Time):
		return lms.ErrInvalid("expires_on", "date-behind", "whoever has it no more has it revoked")
	case c.ExpiresOn != nil && c.ExpiresOn.After(today.AddDate(maxYears, 0, 0)):
		return lms.ErrInvalid("expires_on", "date-too-far", "at most twenty years ahead")
	case c.LawAsOf != nil && c.LawAsOf.After(today.Time):
		return lms.ErrInvalid("law_as_of", "date-ahead", "a law that is not there yet was not taught")
	}
	return nil
}

// maxYears bounds how long a certificate lasts after it was corrected.
const maxYears = 20

var decimal = regexp.MustCompile(`^[0-9]{1,5}(\.[0-9]{1,2})?$`)

// of gives a claim as it is corrected, and the names of what was.
func (c *Correction) of(claim Claim) (_ Claim, changed []string) {
	put := func(name string, into *string, to string) {
		if to != "" && to != *into {
			*into, changed = to, append(changed, name)
		}
	}
	put("holder", &claim.Holder, c.Holder)
	put("holder_latin", &claim.HolderLatin, c.HolderLatin)
	title := &claim.Course
	if claim.Programme != "" {
		title = &claim.Programme
	}
	put("title", title, c.Title)
	put("hours", &claim.Hours, c.Hours)
	day := func(name string, into **Date, to *Date) {
		if to != nil && (*into == nil || !(*into).Equal(to.Time)) {
			*into, changed = to, append(changed, name)
		}
	}
	day("expires_on", &claim.ExpiresOn, c.ExpiresOn)
	day("law_as_of", &claim.LawAsOf, c.LawAsOf)
	return claim, changed
}

// IssueAnew gives a certificate a new serial and corrects what was wrong in it, and supersedes the old one: the award
// is the same, and so is the end where it was not corrected. The new serial is returned. Errors: NotFound, Forbidden,
// Invalid, Conflict state-forbids.
func (s *Service) IssueAnew(ctx context.Context, actor lms.Actor, typed string, c Correction, reason string) (serial string, err error) {
	defer lms.Wrap(&err, "certificate.IssueAnew")
	if reason, err = checkReason(reason, true); err != nil {
		return "", err
	}
	if err := c.check(DateOf(s.Now())); err != nil {
		return "", err
	}
	err = s.changing(ctx, actor, typed, Reissue, func(ctx context.Context, tx bun.Tx, row Row) error {
		claim, corrected := c.of(row.Claim)
		claim.ValidMonths = row.months()
		window := row.RenewFrom
		if slices.Contains(corrected, "expires_on") {
			window = row.windowBefore(claim.ExpiresOn)
		}
		serial, err = s.follow(ctx, tx, row, claim, window, change{actor: actor.Person, act: Reissue, reason: reason, corrected: corrected})
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
		expires := s.nextEnd(row, max(1, row.months()))
		claim.ExpiresOn = &expires
		serial, err = s.follow(ctx, tx, row, claim, row.windowBefore(&expires), change{actor: actor.Person, act: Renew})
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
	return s.follow(ctx, tx, row, claim, window(claim.ExpiresOn, award.RenewMonths), change{actor: award.Actor, act: Renew})
}

// months tells for how long a certificate was given, 0 where it does not end. Claims that were sealed first do not say it.
func (row Row) months() int {
	if row.Claim.ValidMonths > 0 || row.ExpiresOn == nil {
		return row.Claim.ValidMonths
	}
	return monthsBetween(row.Claim.IssuedOn, *row.ExpiresOn)
}

// windowBefore gives the first day of renewal before another end, as long before it as it was.
func (row Row) windowBefore(end *Date) *Date {
	months := 0 // the usual ones
	if row.ExpiresOn != nil && row.RenewFrom != nil {
		months = monthsBetween(*row.RenewFrom, *row.ExpiresOn)
	}
	return window(end, months)
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

// follow issues the certificate that takes another's place, and supersedes that one. Both are of the same award. Renewing
// gives no reason and issuing anew does: queries tell the two apart by it.
func (s *Service) follow(ctx context.Context, tx bun.IDB, row Row, claim Claim, renewFrom *Date, c change) (string, error) {
	i := issued{
		person: row.Person, course: row.Course, programme: row.Programme, award: row.award, kind: row.Kind, actor: c.actor,
		template: row.template, renewFrom: renewFrom,
	}
	err := db.Row(ctx, tx, `
		SELECT enrolment_id, participation_id, (SELECT max(issue_no) + 1 FROM certificates o WHERE o.award = c.award AND o.kind = c.kind)
		  FROM certificates c WHERE id = $1`, row.ID).Scan(&i.enrolment, &i.participation, &i.number)
	if err != nil {
		return "", db.Translate(err)
	}
	claim.Serial, claim.Replaces, claim.IssueNo = NewSerial(), row.Serial, i.number
	claim.IssuedOn, claim.Issuer = DateOf(s.Now()), s.Issuer
	i.claim = claim
	if c.newer, err = s.seal(ctx, tx, i); err != nil {
		return "", err
	}
	return c.newer, s.becomes(ctx, tx, row, c)
}
