package mail

import (
	"context"
	"encoding/json"
	"net/mail"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Mail marks the ids of mails.
type Mail struct{}

// State is how far a mail has come.
type State string

// The states of a mail.
const (
	Waiting State = "waiting" // for its first or next try
	Sending State = "sending" // a worker has it
	Sent    State = "sent"
	Failed  State = "failed" // given up; somebody may try it again
)

// Draft is a mail to be queued.
type Draft struct {
	// Person is who gets it, zero for somebody without an account.
	Person  lms.ID[lms.Person]
	Webinar string // what it is about, "" for anything else
	Name    string
	Address string
	Subject string
	Letter  Letter
	// Method and Calendar are an iCalendar file and what it is for: REQUEST or CANCEL.
	Method, Calendar string
}

// Service keeps the queue.
type Service struct {
	DB  *bun.DB
	Now func() time.Time
}

// maxSubject bounds a subject in characters.
const maxSubject = 300

// CheckAddress refuses what is no address of a mailbox: "name@host.example", without a display name. Errors:
// Invalid with code mail-address at the given field.
func CheckAddress(field, address string) error {
	a, err := mail.ParseAddress(address)
	_, host, _ := strings.Cut(address, "@")
	if err != nil || a.Address != address || len(address) > 254 || !strings.Contains(host, ".") {
		return lms.ErrInvalid(field, "mail-address", "not an address such as name@example.org")
	}
	return nil
}

// Queue takes a mail in the caller's transaction; it goes out after the commit, within seconds. Errors: Invalid.
func Queue(ctx context.Context, tx bun.IDB, now time.Time, d Draft) error {
	html, err := d.Letter.HTML()
	if err != nil {
		return err
	}
	subject := []rune(strings.Join(strings.Fields(d.Subject), " ")) // a line break would end the header
	if len(subject) > maxSubject {
		subject = subject[:maxSubject]
	}
	var person any
	if !d.Person.IsZero() {
		person = d.Person
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO mails (id, person_id, webinar_id, language, name, address, subject, body, html, method, calendar, queued_at, next_at)
		VALUES ($1, $2, nullif($3, ''), $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
		lms.NewID[Mail](), person, d.Webinar, d.Letter.Language, strings.TrimSpace(d.Name), d.Address, string(subject),
		d.Letter.Text(), html, d.Method, d.Calendar, now)
	return err
}

// Row is a mail in the administrator's list.
type Row struct {
	ID      lms.ID[Mail] `json:"id"`
	State   State        `json:"state"`
	Name    string       `json:"name"`
	Address string       `json:"address"`
	Subject string       `json:"subject"`
	Tries   int          `json:"tries"`
	// Fault is what the last try met, in the words of the mail server.
	Fault    string     `json:"fault,omitempty"`
	QueuedAt time.Time  `json:"queued_at"`
	NextAt   *time.Time `json:"next_at,omitempty"`
	SentAt   *time.Time `json:"sent_at,omitempty"`
}

// View is one mail whole.
type View struct {
	Row
	Language string `json:"language"`
	Text     string `json:"text"`
	// Method tells what the calendar file is for, "" where there is none.
	Method   string `json:"method,omitempty"`
	Calendar string `json:"calendar,omitempty"`
}

// List is a page of mails, with what all of them come to.
type List struct {
	Items []Row `json:"items"`
	Total int   `json:"total"`
	Page  int   `json:"page"`
	Pages int   `json:"pages"`
	// Counts is how many are in each state.
	Counts map[State]int `json:"counts"`
}

// perPage is how many mails stand on a page.
const perPage = 50

const columns = `id, state, name, address, subject, tries, fault, queued_at, CASE WHEN state = 'waiting' THEN next_at END, sent_at`

func (r *Row) into() []any {
	return []any{&r.ID, &r.State, &r.Name, &r.Address, &r.Subject, &r.Tries, &r.Fault, &r.QueuedAt, &r.NextAt, &r.SentAt}
}

// List gives the mails of a state, or of all for "", the newest first; page 1 is the first. Errors: Forbidden.
func (s *Service) List(ctx context.Context, actor lms.Actor, state State, page int) (l List, err error) {
	defer lms.Wrap(&err, "mail.List")
	if err := actor.Can(lms.ReadMail, lms.Facts{}); err != nil {
		return List{}, err
	}
	l = List{Items: []Row{}, Page: max(1, page), Counts: map[State]int{}}
	var counts []byte
	err = db.Row(ctx, s.DB, `SELECT coalesce(json_object_agg(state, n), '{}') FROM (SELECT state, count(*) n FROM mails GROUP BY state) c`).Scan(&counts)
	if err != nil {
		return List{}, db.Translate(err)
	}
	if err := json.Unmarshal(counts, &l.Counts); err != nil {
		return List{}, err
	}
	for each, n := range l.Counts {
		if state == "" || state == each {
			l.Total += n
		}
	}
	l.Pages = max(1, (l.Total+perPage-1)/perPage)
	rows, err := db.Rows(ctx, s.DB, `
		SELECT `+columns+` FROM mails WHERE $1 IN ('', state) ORDER BY queued_at DESC, id DESC LIMIT $2 OFFSET $3`,
		string(state), perPage, (l.Page-1)*perPage)
	if err != nil {
		return List{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Row
		if err := rows.Scan(r.into()...); err != nil {
			return List{}, db.Translate(err)
		}
		l.Items = append(l.Items, r)
	}
	return l, db.Translate(rows.Err())
}

// Mail gives one mail whole. Errors: NotFound.
func (s *Service) Mail(ctx context.Context, actor lms.Actor, id lms.ID[Mail]) (v View, err error) {
	defer lms.Wrap(&err, "mail.Mail(%s)", id)
	if err := actor.Can(lms.ReadMail, lms.Facts{}); err != nil {
		return View{}, err
	}
	err = db.Row(ctx, s.DB, `SELECT `+columns+`, language, body, method, calendar FROM mails WHERE id = $1`, id).
		Scan(append(v.into(), &v.Language, &v.Text, &v.Method, &v.Calendar)...)
	return v, db.Found(err, "mail")
}

// Retry sends a mail that was given up once more. Errors: NotFound, Conflict with code mail-not-failed.
func (s *Service) Retry(ctx context.Context, actor lms.Actor, id lms.ID[Mail]) (v View, err error) {
	defer lms.Wrap(&err, "mail.Retry(%s)", id)
	if _, err := s.Mail(ctx, actor, id); err != nil {
		return View{}, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE mails SET state = 'waiting', tries = 0, next_at = $2 WHERE id = $1 AND state = 'failed'`, id, s.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return lms.ErrConflict("mail-not-failed", "this mail was not given up")
		}
		return audit.Write(ctx, tx, audit.Event{At: s.Now(), Actor: actor.Person, Action: "mail.retry", SubjectKind: "mail", SubjectID: id.String()})
	})
	if err != nil {
		return View{}, err
	}
	return s.Mail(ctx, actor, id)
}

// kept is how long mails that are done with are kept: to see that they went out, and why not.
const kept = 14 * 24 * time.Hour

// Sweep forgets mails that were sent or given up some time ago. What still waits after that time is stale and goes too.
func (s *Service) Sweep(ctx context.Context) (n int64, err error) {
	defer lms.Wrap(&err, "mail.Sweep")
	return db.Exec(ctx, s.DB, `DELETE FROM mails WHERE queued_at < $1`, s.Now().Add(-kept))
}

// known tells which of some ids are still mails.
func (s *Service) known(ctx context.Context, ids []string) (map[string]bool, error) {
	rows, err := db.Rows(ctx, s.DB, `SELECT id::text FROM mails WHERE id::text = ANY($1::text[])`, ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, db.Translate(err)
		}
		found[id] = true
	}
	return found, db.Translate(rows.Err())
}
