package certificate

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/lms/record"
	"mostik/lms/text"
)

// Paper is a certificate of the past, given on paper by whoever is named on it. It gets a serial for the public page,
// is marked there as entered from paper, and is never sealed as ours.
type Paper struct {
	Person lms.ID[lms.Person]
	// Programme is one of ours that it counts for, where there is one.
	Programme           lms.ID[lms.Programme]
	Kind                Kind
	Holder, HolderLatin string // as on the paper; "": as the person is called here
	Title               string
	Number              string // its own, as printed
	Issuer              string
	IssuedOn            Date
	ExpiresOn           *Date
	Hours               string // decimal; "" where it does not say
	Language            string
}

func (p *Paper) check(now time.Time) error {
	for field, f := range map[string]struct {
		text   *string
		limit  int
		needed bool
	}{
		"holder": {&p.Holder, 200, false}, "holder_latin": {&p.HolderLatin, 200, false}, "title": {&p.Title, 300, true},
		"number": {&p.Number, 100, true}, "issuer": {&p.Issuer, 200, true}, "hours": {&p.Hours, 8, false},
	} {
		*f.text = oneLine(*f.text)
		if f.needed && *f.text == "" {
			return lms.ErrInvalid(field, "required", "say it as it stands on the paper")
		}
		if utf8.RuneCountInString(*f.text) > f.limit {
			return lms.ErrInvalid(field, "too-long", "it is too long")
		}
	}
	if strings.Trim(p.Hours, "0123456789.") != "" {
		return lms.ErrInvalid("hours", "number-malformed", "hours are a number, 24 or 24.5")
	}
	switch {
	case p.IssuedOn.IsZero() || !lms.DayBegun(p.IssuedOn.Time, now):
		return lms.ErrInvalid("issued_on", "date-ahead", "a paper of the past was issued by today")
	case p.ExpiresOn != nil && p.ExpiresOn.Before(p.IssuedOn.Time):
		return lms.ErrInvalid("expires_on", "ends-before-it-begins", "it ends before it begins")
	case p.Kind != Achievement && p.Kind != Participation:
		return lms.ErrInvalid("kind", "kind-unknown", "achievement or participation")
	case !text.Known(p.Language):
		return lms.ErrInvalid("language", "language-unknown", "not one of the languages")
	}
	return nil
}

// EnterPaper enters a certificate of the past and gives its serial. The same paper of the same person (issuer and
// number) is entered once. Errors: NotFound, Forbidden, Invalid, Conflict already-exists.
func (s *Service) EnterPaper(ctx context.Context, actor lms.Actor, p Paper) (serial string, err error) {
	defer lms.Wrap(&err, "certificate.EnterPaper")
	return serial, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		serial, err = s.EnterPaperIn(ctx, tx, actor, p)
		return err
	})
}

// EnterPaperIn is EnterPaper in the caller's transaction, for many at once.
func (s *Service) EnterPaperIn(ctx context.Context, tx bun.Tx, actor lms.Actor, p Paper) (serial string, err error) {
	if err := p.check(s.Now()); err != nil {
		return "", err
	}
	var given, family, latinGiven, latinFamily string
	facts := lms.Facts{}
	err = db.Row(ctx, tx, `
		SELECT coalesce(country, ''), centre_id, given_name, family_name, latin_given, latin_family
		  FROM persons WHERE id = $1 AND state <> 'erased' FOR UPDATE`, p.Person).
		Scan(&facts.Country, &facts.Centre, &given, &family, &latinGiven, &latinFamily)
	if err != nil {
		return "", db.Found(err, "person")
	}
	if err := actor.Can(lms.IssueCertificate, facts); err != nil {
		return "", err
	}
	if p.Person == actor.Person {
		return "", errOwn
	}
	if p.Holder == "" {
		p.Holder = strings.TrimSpace(given + " " + family)
	}
	if p.HolderLatin == "" {
		p.HolderLatin = strings.TrimSpace(latinGiven + " " + latinFamily)
	}
	var there bool
	err = db.Row(ctx, tx, `
		SELECT EXISTS (SELECT FROM certificates WHERE person_id = $1 AND origin = 'paper' AND lower(paper_number) = lower($2)
		                  AND lower(claim::json ->> 'issuer') = lower($3) AND state <> 'revoked')`, p.Person, p.Number, p.Issuer).Scan(&there)
	if err != nil {
		return "", db.Translate(err)
	}
	if there {
		return "", &lms.Error{Kind: lms.Conflict, Code: "already-exists", Field: "number", Detail: "this paper is entered already"}
	}
	return s.enter(ctx, tx, actor, p)
}

// StrikePapers takes papers back that an import entered and with which nothing has happened since. The caller writes
// it down. Others are left alone.
func (s *Service) StrikePapers(ctx context.Context, tx bun.Tx, ids []lms.ID[lms.Certificate]) error {
	for _, id := range ids {
		var person lms.ID[lms.Person]
		err := db.Row(ctx, tx, `DELETE FROM certificates WHERE id = $1 AND origin = 'paper' RETURNING person_id`, id).Scan(&person) // its events go with it
		if err != nil {
			return db.Found(err, "certificate")
		}
		if err := record.Gone(ctx, tx, person, record.Certificate(id)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) enter(ctx context.Context, tx bun.IDB, actor lms.Actor, p Paper) (string, error) {
	now, id := s.Now().UTC(), lms.NewID[lms.Certificate]()
	claim := Claim{
		Serial: NewSerial(), Holder: p.Holder, HolderLatin: p.HolderLatin, Course: p.Title, Hours: p.Hours, IssuedOn: p.IssuedOn,
		ExpiresOn: p.ExpiresOn, Issuer: p.Issuer, Language: p.Language, Kind: p.Kind, PaperNumber: p.Number,
	}
	body, err := json.Marshal(claim)
	if err != nil {
		return "", err
	}
	_, err = db.Exec(ctx, tx, `
		WITH new AS (
			INSERT INTO certificates (id, serial, person_id, programme_id, award, kind, claim, seal, key_id, issued_at, changed_at, expires_on, origin, paper_number)
			VALUES ($1, $2, $3, $4, $1, $5, $6, '', '', $7, $8, $9, 'paper', $10) RETURNING id
		)
		INSERT INTO certificate_events (certificate_id, number, at, actor_id, state) SELECT id, 1, $8, $11, 'valid' FROM new`,
		id, claim.Serial, p.Person, orNull(p.Programme), string(p.Kind), string(body), p.IssuedOn.Time, now, nullDate(p.ExpiresOn), p.Number, actor.Person)
	if err != nil {
		return "", err
	}
	if err := record.Append(ctx, tx, record.Certificate(id)); err != nil {
		return "", err
	}
	return claim.Serial, audit.Write(ctx, tx, audit.Event{
		At: now, Actor: actor.Person, Action: "certificate.enter", SubjectKind: "certificate", SubjectID: id.String(),
	})
}

// MaxScan bounds a scan, in bytes.
const MaxScan = 20 << 20

// scans are what a scan may be, by its content.
var scans = []string{"pdf", "jpg", "png", "webp"}

// AddScan keeps the scan of a paper of the past, without what the file carries about people, places and devices. A
// second one takes the place of the first. Errors: NotFound, Forbidden, Invalid, TooLarge, Conflict not-from-paper.
func (s *Service) AddScan(ctx context.Context, actor lms.Actor, typed string, from io.Reader) (err error) {
	defer lms.Wrap(&err, "certificate.AddScan")
	row, err := s.paperOf(ctx, actor, typed, lms.IssueCertificate)
	if err != nil {
		return err
	}
	f, err := KeepFile(s.Blobs, "", from, MaxScan, scans)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// The file that it had is named by no row then, and the sweep takes it.
		_, err := db.Exec(ctx, tx, `UPDATE certificates SET scan_sha256 = $2, scan_type = $3, scan_bytes = $4 WHERE id = $1 AND state <> 'erased'`,
			row.ID, f.Hash, f.Media, f.Size)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{
			At: s.Now().UTC(), Actor: actor.Person, Action: "certificate.scan", SubjectKind: "certificate", SubjectID: row.ID.String(),
		})
	})
}

func (s *Service) paperOf(ctx context.Context, actor lms.Actor, typed string, action lms.Action) (Row, error) {
	serial, err := ParseSerial(typed)
	if err != nil {
		return Row{}, lms.ErrNotFound("certificate")
	}
	row, err := bySerial(ctx, s.DB, serial, s.Now())
	if err != nil {
		return Row{}, err
	}
	facts, err := readers(ctx, s.DB, row)
	if err != nil {
		return Row{}, err
	}
	if err := actor.Can(action, facts); err != nil {
		return Row{}, err
	}
	if !row.FromPaper || row.State == Erased {
		return Row{}, lms.ErrConflict("not-from-paper", "only a paper of the past has a scan")
	}
	return row, nil
}

// OpenScan gives the scan of a paper of the past with a name for it; the caller closes it. Errors: NotFound.
func (s *Service) OpenScan(ctx context.Context, actor lms.Actor, typed string) (_ *os.File, name string, err error) {
	defer lms.Wrap(&err, "certificate.OpenScan")
	row, err := s.paperOf(ctx, actor, typed, lms.ReadCertificate)
	if err != nil {
		return nil, "", err
	}
	var hash, media string
	if err := db.Row(ctx, s.DB, `SELECT scan_sha256, scan_type FROM certificates WHERE id = $1`, row.ID).Scan(&hash, &media); err != nil {
		return nil, "", db.Translate(err)
	}
	if hash == "" {
		return nil, "", lms.ErrNotFound("scan")
	}
	h, err := blob.ParseHash(hash)
	if err != nil {
		return nil, "", err
	}
	_, ending, _ := strings.Cut(media, "/")
	f, err := s.Blobs.Open(h)
	return f, row.Serial + "." + ending, err
}
