package certificate

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/record"
)

// State is what a certificate is worth today. The zero state is "not set".
type State string

// The states. Expired and unknown are never stored: the first follows from the date, the second from
// the lack of a row.
const (
	Valid      State = "valid"
	Expired    State = "expired"
	Suspended  State = "suspended"
	Revoked    State = "revoked"
	Superseded State = "superseded"
	Erased     State = "erased"
	Unknown    State = "unknown"
)

// Keys are the pair that seals now, and every public key that ever sealed, by id: a seal must verify for
// as long as its paper exists.
type Keys struct {
	Sealing ed25519.PrivateKey
	Public  map[string]ed25519.PublicKey
}

// NewKeys builds the set from the sealing key and public keys of earlier ones.
func NewKeys(sealing ed25519.PrivateKey, earlier ...ed25519.PublicKey) Keys {
	keys := Keys{Sealing: sealing, Public: map[string]ed25519.PublicKey{}}
	for _, k := range append(earlier, sealing.Public().(ed25519.PublicKey)) {
		keys.Public[KeyID(k)] = k
	}
	return keys
}

// ID names the key that seals now.
func (k Keys) ID() string { return KeyID(k.Sealing.Public().(ed25519.PublicKey)) }

// Service keeps certificates.
type Service struct {
	DB *bun.DB
	// Keys seal and verify.
	Keys Keys
	// Issuer is the name that stands on the paper.
	Issuer string
	// PublicURL is where the verification page lives, without a slash at the end.
	PublicURL string
	// Blobs keeps files: scans, pictures of templates, papers of many in one.
	Blobs *blob.Store
	// Certify issues what a participation has earned, by its programme's rule, in the caller's transaction, and gives
	// the serial; whoever has it already keeps it. Refusals are Conflict and Forbidden. The programme's slice stands above this one
	// and hands it down.
	Certify func(ctx context.Context, tx bun.IDB, participation lms.ID[lms.Participation], actor lms.ID[lms.Person]) (serial string, err error)
	// Strangers bounds what one network may look up; nil lets everybody.
	Strangers *Limiter
	Now       func() time.Time

	// looks keeps templates with their pictures, by id: a template never changes.
	looks sync.Map
	// faces keeps what was in force when it was last looked up, by faceOf.
	faces sync.Map
	// smalls keeps pictures as they are offered, by their hash.
	smalls sync.Map
	lists  lists
}

// Award is what earned a certificate: who, for a course or a programme, and the texts of the day.
type Award struct {
	Person lms.ID[lms.Person]
	// Enrolment and Course are of a course's award.
	Enrolment lms.ID[lms.Enrolment]
	Course    lms.ID[lms.Course]
	// Participation and Programme are of a programme's.
	Participation lms.ID[lms.Participation]
	Programme     lms.ID[lms.Programme]
	Kind          Kind // "": of achievement
	// Actor is who issues, and zero where the program does by itself.
	Actor lms.ID[lms.Person]

	Holder, HolderLatin string
	Title               string // of the course or the programme, in Language
	Key                 string // of the course or the programme
	Version             int
	Hours               string // decimal, "4" or "4.5"
	ValidityMonths      int    // 0: does not expire
	RenewMonths         int    // the window of renewal before the end; 0: three
	LawAsOf             *Date
	Language            string
	Document            string // the paper's name where the template's is not meant; "": the template's
	// At is the moment of the issue for one that happened earlier; zero is now.
	At time.Time
	// Facts are put on record with the certificate, in the same statement: those by which it was earned.
	Facts []record.Entry
}

// award is the id that stays when enrolment or participation are erased.
func (a Award) award() uuid.UUID {
	if !a.Participation.IsZero() {
		return uuid.UUID(a.Participation)
	}
	return uuid.UUID(a.Enrolment)
}

// Row is one certificate as lists show it.
type Row struct {
	ID        lms.ID[lms.Certificate]
	Serial    string
	Person    lms.ID[lms.Person]
	Course    lms.ID[lms.Course]    // zero for a programme's
	Programme lms.ID[lms.Programme] // zero for a course's
	Kind      Kind
	Claim     Claim
	State     State // of today
	// Since is when it came into its state; an expired one, the day after its last.
	Since     time.Time
	IssuedAt  time.Time
	ExpiresOn *Date
	// RenewFrom is the first day on which it may be renewed.
	RenewFrom *Date
	// Newer is the serial that took its place, once it is superseded.
	Newer string
	// FromPaper tells one that was entered from a paper of the past: no seal of ours is on it.
	FromPaper bool
	sealed    Sealed
	template  lms.ID[lms.Template]
	award     uuid.UUID
	number    int
}

// Issue seals and stores the first certificate of an award within the caller's transaction and gives its
// serial. Unique is the award (enrolment or participation), its kind and the issue's number, so called
// again for the same it changes nothing and gives the serial of the first.
func (s *Service) Issue(ctx context.Context, tx bun.IDB, award Award) (serial string, err error) {
	defer lms.Wrap(&err, "certificate.Issue(%s)", award.award())
	return s.issue(ctx, tx, award, 1)
}

// issue gives the certificate of an award with a number, and makes it where there is none yet. What the paper looks like is
// taken from memory and held against the table in the statement that stores it: a template that was saved meanwhile, by
// whichever program, is looked up then.
func (s *Service) issue(ctx context.Context, tx bun.IDB, award Award, number int) (serial string, err error) {
	if award.Kind == "" {
		award.Kind = Achievement
	}
	key := faceOf{award.Programme, award.Language}
	kept, known := s.faces.Load(key)
	for range 3 {
		if !known {
			f := face{}
			if f.id, f.Template, err = s.inForce(ctx, tx, award.Programme, award.Language); err != nil {
				return "", err
			}
			kept, known = f, true
			s.faces.Store(key, f)
		}
		if serial, err = s.issueWith(ctx, tx, award, number, kept.(face)); !errors.Is(err, errOtherFace) {
			return serial, err
		}
		known = false
	}
	return "", err
}

// faceOf is whose templates are in force for certificates: a programme's or the house's, in a language.
type faceOf struct {
	programme lms.ID[lms.Programme]
	language  string
}

// face is the template in force; the zero face where there is none.
type face struct {
	id lms.ID[lms.Template]
	Template
}

func (s *Service) issueWith(ctx context.Context, tx bun.IDB, award Award, number int, f face) (string, error) {
	if award.Document == "" {
		award.Document = f.nameOf(award.Kind)
	}
	at := award.At.UTC()
	if award.At.IsZero() {
		at = s.Now().UTC()
	}
	claim := s.claim(award, at)
	if number > 1 {
		claim.IssueNo = number
	}
	i := issued{
		person: award.Person, enrolment: award.Enrolment, course: award.Course, participation: award.Participation,
		programme: award.Programme, award: award.award(), kind: award.Kind, actor: award.Actor, number: number, claim: claim,
		template: f.id, language: award.Language, renewFrom: window(claim.ExpiresOn, award.RenewMonths), at: at, facts: award.Facts,
	}
	return s.seal(ctx, tx, i)
}

// seal seals a claim and stores it once.
func (s *Service) seal(ctx context.Context, tx bun.IDB, i issued) (string, error) {
	sealed, err := Seal(i.claim, s.Keys.Sealing)
	if err != nil {
		return "", err
	}
	if i.sealed = sealed; i.at.IsZero() {
		i.at = s.Now().UTC()
	}
	return insert(ctx, tx, i)
}

func (s *Service) claim(a Award, now time.Time) Claim {
	claim := Claim{
		Serial: NewSerial(), Holder: oneLine(a.Holder), HolderLatin: oneLine(a.HolderLatin), Version: a.Version, Hours: a.Hours,
		IssuedOn: DateOf(now), LawAsOf: a.LawAsOf, Issuer: s.Issuer, Language: a.Language, Document: oneLine(a.Document),
	}
	if a.Programme.IsZero() {
		claim.Course, claim.CourseKey = oneLine(a.Title), a.Key
	} else {
		claim.Programme, claim.ProgrammeKey, claim.Kind = oneLine(a.Title), a.Key, a.Kind
	}
	if a.ValidityMonths > 0 {
		expires := addMonths(claim.IssuedOn, a.ValidityMonths)
		claim.ExpiresOn, claim.ValidMonths = &expires, a.ValidityMonths
	}
	return claim
}

// Mine lists the actor's own certificates, the newest first.
func (s *Service) Mine(ctx context.Context, actor lms.Actor) ([]Row, error) {
	return byPerson(ctx, s.DB, actor.Person, s.Now())
}

// Verification is all that a stranger is told: the state and since when, and the facts as printed. Why it was
// suspended or revoked is nobody's business.
type Verification struct {
	State  State
	Since  time.Time
	Claim  Claim
	KeyID  string
	Sealed string // for checking offline; "" for one entered from paper
	// FromPaper tells one that was entered from a paper of the past.
	FromPaper bool
	// Recognised lists who recognises it today.
	Recognised []Recognition
}

// Verify looks a serial up for a stranger. A typing error is ErrSerial, told apart before any query; a
// serial that was never given has the state Unknown. A row whose seal does not fit its claim, or whose claim is of
// another serial or another end, was changed behind our back: that is an internal error and never shown as valid. The address is the stranger's, for
// TooMany.
func (s *Service) Verify(ctx context.Context, address, typed string) (v Verification, err error) {
	serial, err := ParseSerial(typed)
	if err != nil {
		return Verification{}, err
	}
	if s.Strangers != nil && !s.Strangers.allow(address) {
		return Verification{}, &lms.Error{
			Kind: lms.TooMany, Code: "too-many", Detail: "too many checks from this network", RetryAfter: 60,
		}
	}
	defer lms.Wrap(&err, "certificate.Verify")
	row, err := bySerial(ctx, s.DB, serial, s.Now())
	if lms.KindOf(err) == lms.NotFound {
		return Verification{State: Unknown}, nil
	}
	if err != nil {
		return Verification{}, err
	}
	if row.State == Erased {
		return Verification{State: Erased, Since: row.Since}, nil
	}
	v = Verification{State: row.State, Since: row.Since, Claim: row.Claim, FromPaper: row.FromPaper}
	if !row.FromPaper {
		if v.Claim, err = s.opened(row); err != nil {
			return Verification{}, err
		}
		v.KeyID, v.Sealed = row.sealed.KeyID, row.sealed.String()
	}
	v.Recognised, err = recognising(ctx, s.DB, row, s.Now())
	return v, err
}

// opened gives what was sealed, of a row that still is of it.
func (s *Service) opened(row Row) (Claim, error) {
	claim, err := Open(row.sealed.String(), s.Keys.Public)
	ends := claim.ExpiresOn == nil && row.ExpiresOn == nil || claim.ExpiresOn != nil && row.ExpiresOn != nil && claim.ExpiresOn.Equal(row.ExpiresOn.Time)
	if err == nil && (claim.Serial != row.Serial || !ends) {
		err = errors.New("the seal is of another serial or another end")
	}
	if err != nil {
		return Claim{}, fmt.Errorf("a stored certificate does not verify: %w", err)
	}
	return claim, nil
}

// PDF draws a certificate for its holder, or for somebody whose role lets him read the holder's
// certificates. Errors: NotFound, also for what may not be seen.
func (s *Service) PDF(ctx context.Context, actor lms.Actor, typed, lang string) (pdf []byte, err error) {
	serial, err := ParseSerial(typed)
	if err != nil {
		return nil, lms.ErrNotFound("certificate")
	}
	defer lms.Wrap(&err, "certificate.PDF")
	row, _, err := s.seen(ctx, actor, serial)
	if err != nil {
		return nil, err
	}
	if row.FromPaper {
		return nil, &lms.Error{Kind: lms.Conflict, Code: "from-paper", Detail: "it was given on paper by somebody else; there is its scan"}
	}
	if lang == "" {
		lang = row.Claim.Language
	}
	return s.draw(ctx, row, lang)
}

// PublishedKeys is the document at /.well-known/mostik-keys.json: a JSON Web Key Set (RFC 7517, and
// RFC 8037 for Ed25519).
func (s *Service) PublishedKeys() ([]byte, error) {
	type jwk struct {
		Type  string `json:"kty"`
		Curve string `json:"crv"`
		ID    string `json:"kid"`
		Use   string `json:"use"`
		Alg   string `json:"alg"`
		X     string `json:"x"`
	}
	set := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, id := range sortedIDs(s.Keys.Public) {
		set.Keys = append(set.Keys, jwk{
			Type: "OKP", Curve: "Ed25519", ID: id, Use: "sig", Alg: "EdDSA", X: base64URL(s.Keys.Public[id]),
		})
	}
	return json.Marshal(set)
}

// IsTypingError tells a serial that was mistyped from every other failure.
func IsTypingError(err error) bool { return errors.Is(err, ErrSerial) }
