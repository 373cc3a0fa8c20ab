package certificate

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Event is one thing that became of a certificate.
type Event struct {
	At    time.Time `json:"at"`
	State State     `json:"state" enum:"valid,suspended,revoked,superseded,erased"`
	// By names who did it; "" is the program, or somebody who was erased.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Relative is another certificate of the same award and kind: an earlier or a later issue.
type Relative struct {
	Serial   string    `json:"serial"`
	State    State     `json:"state" enum:"valid,expired,suspended,revoked,superseded,erased"`
	IssueNo  int       `json:"issue_no"`
	IssuedAt time.Time `json:"issued_at"`
}

// Life is a certificate with all that became of it, for those who answer for it and for its holder.
type Life struct {
	Serial    string    `json:"serial"`
	State     State     `json:"state" enum:"valid,expired,suspended,revoked,superseded,erased"`
	Since     time.Time `json:"since"`
	Kind      Kind      `json:"kind" enum:"achievement,participation"`
	FromPaper bool      `json:"from_paper"`
	// Person is who holds it; only for those who may change it.
	Person *lms.ID[lms.Person] `json:"person_id,omitempty"`

	Holder      string `json:"holder"`
	HolderLatin string `json:"holder_latin,omitempty"`
	Title       string `json:"title"`
	Document    string `json:"document,omitempty"`
	Hours       string `json:"hours"`
	Issuer      string `json:"issuer"`
	Language    string `json:"language"`
	PaperNumber string `json:"paper_number,omitempty"`
	HasScan     bool   `json:"has_scan"`
	IssuedOn    Date   `json:"issued_on"`
	ExpiresOn   *Date  `json:"expires_on,omitempty"`
	LawAsOf     *Date  `json:"law_as_of,omitempty"`
	RenewFrom   *Date  `json:"renew_from,omitempty"`
	// RenewalOpen tells that the window of renewal is open today.
	RenewalOpen bool   `json:"renewal_open"`
	Newer       string `json:"newer,omitempty"`
	Replaces    string `json:"replaces,omitempty"`

	// Events and Relatives are the history, the first first; reasons and names only for those who may change it.
	Events     []Event       `json:"events"`
	Relatives  []Relative    `json:"relatives"`
	Recognised []Recognition `json:"recognised"`
	// Acts are what the reader may do to it today.
	Acts []Act  `json:"acts"`
	PDF  string `json:"pdf,omitempty"`
	// Verify is the public page.
	Verify string `json:"verify"`
}

// Life gives a certificate with its history. Errors: NotFound, also for what may not be seen.
func (s *Service) Life(ctx context.Context, actor lms.Actor, typed string) (_ *Life, err error) {
	serial, err := ParseSerial(typed)
	if err != nil {
		return nil, lms.ErrNotFound("certificate")
	}
	defer lms.Wrap(&err, "certificate.Life")
	row, facts, err := s.seen(ctx, actor, serial)
	if err != nil {
		return nil, err
	}
	out := lifeOf(row, DateOf(s.Now()))
	answers := actor.Can(lms.ChangeCertificate, facts) == nil && row.Person != actor.Person // nobody about their own
	if out.Events, err = events(ctx, s.DB, row.ID, answers); err != nil {
		return nil, err
	}
	// Those of before there were events have their beginning from the row.
	if len(out.Events) == 0 || out.Events[0].State != Valid {
		out.Events = slices.Insert(out.Events, 0, Event{At: row.IssuedAt, State: Valid})
	}
	if out.Relatives, err = s.relatives(ctx, row); err != nil {
		return nil, err
	}
	if out.Recognised, err = recognising(ctx, s.DB, row, s.Now()); err != nil {
		return nil, err
	}
	if answers {
		out.Person = &row.Person
		for _, act := range []Act{Suspend, Reinstate, Renew, Reissue, Revoke} {
			if permits(row, act) == nil && (act != Renew || s.mayRenew(row) == nil) {
				out.Acts = append(out.Acts, act)
			}
		}
	}
	err = db.Row(ctx, s.DB, `SELECT scan_sha256 <> '' FROM certificates WHERE id = $1`, row.ID).Scan(&out.HasScan)
	return out, db.Translate(err)
}

// seen loads a certificate for somebody who may read it.
func (s *Service) seen(ctx context.Context, actor lms.Actor, serial string) (Row, lms.Facts, error) {
	row, err := bySerial(ctx, s.DB, serial, s.Now())
	if err != nil {
		return Row{}, lms.Facts{}, err
	}
	facts, err := readers(ctx, s.DB, row)
	if err != nil {
		return Row{}, lms.Facts{}, err
	}
	if err := actor.Can(lms.ReadCertificate, facts); err != nil {
		return Row{}, lms.Facts{}, err
	}
	if row.State == Erased {
		return Row{}, lms.Facts{}, lms.ErrNotFound("certificate")
	}
	return row, facts, nil
}

func lifeOf(row Row, today Date) *Life {
	c := row.Claim
	out := &Life{
		Serial: row.Serial, State: row.State, Since: row.Since, Kind: row.Kind, FromPaper: row.FromPaper, Holder: c.Holder,
		HolderLatin: c.HolderLatin, Title: c.Title(), Document: c.Document, Hours: c.Hours, Issuer: c.Issuer, Language: c.Language,
		PaperNumber: c.PaperNumber, IssuedOn: c.IssuedOn, ExpiresOn: row.ExpiresOn, LawAsOf: c.LawAsOf, RenewFrom: row.RenewFrom,
		Newer: row.Newer, Replaces: c.Replaces, Acts: []Act{}, Verify: "/verify/" + row.Serial,
	}
	out.RenewalOpen = RenewalOpen(row, today)
	if !row.FromPaper {
		out.PDF = "/api/v1/certificates/" + row.Serial + "/pdf"
	}
	return out
}

// RenewalOpen tells that a certificate may be renewed on a day: its window has begun, and nothing stands in the way.
func RenewalOpen(row Row, today Date) bool {
	return permits(row, Renew) == nil && row.ExpiresOn != nil && (row.RenewFrom == nil || !today.Before(row.RenewFrom.Time))
}

func events(ctx context.Context, q bun.IDB, id lms.ID[lms.Certificate], whole bool) ([]Event, error) {
	rows, err := db.Rows(ctx, q, `
		SELECT e.at, e.state, coalesce(trim(p.given_name || ' ' || p.family_name), ''), e.reason
		  FROM certificate_events e LEFT JOIN persons p ON p.id = e.actor_id
		 WHERE e.certificate_id = $1 ORDER BY e.number`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Event{}
	for rows.Next() {
		var e Event
		if err := rows.Scan(&e.At, &e.State, &e.By, &e.Reason); err != nil {
			return nil, db.Translate(err)
		}
		if !whole {
			e.By, e.Reason = "", ""
		}
		list = append(list, e)
	}
	return list, db.Translate(rows.Err())
}

func (s *Service) relatives(ctx context.Context, row Row) ([]Relative, error) {
	rows, err := db.Rows(ctx, s.DB, `SELECT `+columns+` FROM certificates c WHERE award = $1 AND kind = $2 AND id <> $3 ORDER BY issue_no`,
		row.award, string(row.Kind), row.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Relative{}
	for rows.Next() {
		r, err := scan(rows, s.Now())
		if err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, Relative{Serial: r.Serial, State: r.State, IssueNo: r.number, IssuedAt: r.IssuedAt})
	}
	return list, db.Translate(rows.Err())
}
