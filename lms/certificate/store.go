package certificate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/record"
)

// issued is a certificate on its way into the table.
type issued struct {
	person        lms.ID[lms.Person]
	enrolment     lms.ID[lms.Enrolment]
	course        lms.ID[lms.Course]
	participation lms.ID[lms.Participation]
	programme     lms.ID[lms.Programme]
	actor         lms.ID[lms.Person]
	award         uuid.UUID
	kind          Kind
	number        int
	claim         Claim
	template      lms.ID[lms.Template]
	language      string // in which the template has to be the one in force; "" where it is an older certificate's
	renewFrom     *Date
	sealed        Sealed
	at            time.Time
	facts         []record.Entry // that are put on record with it
}

// errOtherFace says that the template is not in force any more.
var errOtherFace = errors.New("another template is in force")

// insert stores a sealed claim once per award, kind and number, with the first event of its life. The
// serial of the row that is there afterwards comes back, so a repeat gets the first one's. Errors: errOtherFace.
func insert(ctx context.Context, tx bun.IDB, i issued) (serial string, err error) {
	id := lms.NewID[lms.Certificate]()
	err = db.Row(ctx, tx, `
		WITH new AS (
			INSERT INTO certificates (id, serial, person_id, enrolment_id, course_id, participation_id, programme_id,
			                          award, kind, issue_no, claim, seal, key_id, issued_at, changed_at, expires_on, renew_from, template_id)
			SELECT $1::uuid, $2::text, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::uuid,
			       $8::uuid, $9::text, $10::int, $11::text, $12::bytea, $13::text, $14::timestamptz, $14::timestamptz, $15::date, $16::date, $17::uuid
			 WHERE $19::text = '' OR $17::uuid IS NOT DISTINCT FROM (`+inForceID+`)
			ON CONFLICT (award, kind, issue_no) DO NOTHING
			RETURNING id, serial
		), begun AS (
			INSERT INTO certificate_events (certificate_id, number, at, actor_id, state)
			SELECT id, 1, $14, $18, 'valid' FROM new
		)
		SELECT serial FROM new`,
		id, i.claim.Serial, i.person, orNull(i.enrolment), orNull(i.course), orNull(i.participation),
		orNull(i.programme), i.award, i.kind, i.number, string(i.sealed.Claim), i.sealed.Seal, i.sealed.KeyID, i.at,
		nullDate(i.claim.ExpiresOn), nullDate(i.renewFrom), orNull(i.template), orNull(i.actor), i.language,
	).Scan(&serial)
	if errors.Is(err, sql.ErrNoRows) {
		// A statement of its own: one that waited for another issuer does not see in its snapshot what that one wrote.
		err = db.Row(ctx, tx, `SELECT serial FROM certificates WHERE award = $1 AND kind = $2 AND issue_no = $3`,
			i.award, i.kind, i.number).Scan(&serial)
		if errors.Is(err, sql.ErrNoRows) {
			return "", errOtherFace
		}
		if err != nil {
			return "", db.Translate(err)
		}
		return serial, record.Append(ctx, tx, i.facts...)
	}
	if err != nil {
		return "", db.Translate(err)
	}
	return serial, record.Append(ctx, tx, append(i.facts, record.Certificate(id))...)
}

// orNull stores an id that was never set as NULL.
func orNull[T any](id lms.ID[T]) any {
	if id.IsZero() {
		return nil
	}
	return id
}

func nullDate(d *Date) any {
	if d == nil {
		return nil
	}
	return d.Time
}

// columns are those of a certificate c that scan reads.
const columns = `c.id, c.serial, c.person_id, c.course_id, c.programme_id, c.kind, c.claim, c.seal, c.key_id, c.state, c.issued_at, c.changed_at,
	c.expires_on, c.renew_from, coalesce(c.superseded_by, ''), c.origin = 'paper', c.template_id, c.award, c.issue_no`

// scan reads one row of columns and turns a stored state into that of today.
func scan(from interface{ Scan(...any) error }, now time.Time) (Row, error) {
	var (
		row              Row
		sealed           Sealed
		claim            string
		changed          sql.NullTime
		expires, renewal sql.NullTime
	)
	if err := from.Scan(&row.ID, &row.Serial, &row.Person, &row.Course, &row.Programme, &row.Kind, &claim, &sealed.Seal,
		&sealed.KeyID, &row.State, &row.IssuedAt, &changed, &expires, &renewal, &row.Newer, &row.FromPaper, &row.template,
		&row.award, &row.number); err != nil {
		return Row{}, err
	}
	sealed.Claim = []byte(claim)
	row.sealed = sealed
	row.Since = row.IssuedAt
	if changed.Valid {
		row.Since = changed.Time
	}
	row.ExpiresOn, row.RenewFrom = dateOrNil(expires), dateOrNil(renewal)
	if row.ExpiresOn != nil && row.State == Valid && !now.Before(lms.DayOver(row.ExpiresOn.Time)) {
		row.State, row.Since = Expired, row.ExpiresOn.AddDate(0, 0, 1)
	}
	if row.State == Erased {
		return row, nil
	}
	if err := json.Unmarshal(sealed.Claim, &row.Claim); err != nil {
		return Row{}, fmt.Errorf("reading a stored claim: %w", err)
	}
	return row, nil
}

func dateOrNil(t sql.NullTime) *Date {
	if !t.Valid {
		return nil
	}
	d := DateOf(t.Time)
	return &d
}

func bySerial(ctx context.Context, q bun.IDB, serial string, now time.Time) (Row, error) {
	row, err := scan(db.Row(ctx, q, `SELECT `+columns+` FROM certificates c WHERE serial = $1`, serial), now)
	return row, db.Found(err, "certificate")
}

// locked is bySerial for whoever changes it: two who do so at once come one after the other.
func locked(ctx context.Context, tx bun.IDB, serial string, now time.Time) (Row, error) {
	row, err := scan(db.Row(ctx, tx, `SELECT `+columns+` FROM certificates c WHERE serial = $1 FOR UPDATE`, serial), now)
	return row, db.Found(err, "certificate")
}

func byPerson(ctx context.Context, q bun.IDB, person lms.ID[lms.Person], now time.Time) ([]Row, error) {
	rows, err := db.Rows(ctx, q, `
		SELECT `+columns+`
		  FROM certificates c
		 WHERE person_id = $1 AND state <> 'erased'
		 ORDER BY issued_at DESC, serial`, person)
	if err != nil {
		return nil, db.Translate(err)
	}
	defer rows.Close()
	var list []Row
	for rows.Next() {
		row, err := scan(rows, now)
		if err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, row)
	}
	return list, db.Translate(rows.Err())
}

// readers gathers what decides who may read a certificate: its holder, and where the holder belongs.
func readers(ctx context.Context, q bun.IDB, row Row) (lms.Facts, error) {
	facts := lms.Facts{Owner: row.Person, Course: row.Course}
	var country sql.NullString
	err := db.Row(ctx, q, `
		SELECT p.country, p.centre_id, e.cohort_id
		  FROM persons p
		  JOIN certificates c ON c.person_id = p.id
		  LEFT JOIN enrolments e ON e.id = c.enrolment_id
		 WHERE c.serial = $1`, row.Serial).Scan(&country, &facts.Centre, &facts.Cohort)
	facts.Country = country.String
	return facts, db.Found(err, "certificate")
}
