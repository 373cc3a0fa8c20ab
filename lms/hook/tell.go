package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/job"
)

// Dispatch is the job that looks what hooks are to be told.
type Dispatch struct{}

// Kind names the job.
func (Dispatch) Kind() string { return "hook.dispatch" }

// Deliver is the job that tells one of them one thing.
type Deliver struct {
	ID lms.ID[Delivery] `json:"id"`
}

// Kind names the job.
func (Deliver) Kind() string { return "hook.deliver" }

// Sweep is the job that clears away.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "hook.sweep" }

// Handle says who does the jobs.
func (s *Service) Handle(q *job.Queue) {
	job.Handle(q, func(ctx context.Context, _ Dispatch) error { return s.Look(ctx) })
	job.Every(q, 10*time.Second, Dispatch{})
	job.Handle(q, func(ctx context.Context, d Deliver) error { return s.Deliver(ctx, d.ID) })
	job.Handle(q, func(ctx context.Context, _ Sweep) error { return s.Sweep(ctx) })
	job.Every(q, 6*time.Hour, Sweep{})
}

// kept is how long a delivery stays to be looked at after it was told, or given up. lost is after how long without a try
// one that waits has no job any more: the longest wait between two tries is half of it.
const kept, lost = 90 * 24 * time.Hour, 24 * time.Hour

// Sweep drops deliveries that were told or given up long ago, and gives a job to those that wait and have none: theirs was
// given up for something else than the receiver's answer, as a database that did not.
func (s *Service) Sweep(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "hook.Sweep")
	now := s.Now().UTC()
	if _, err := db.Exec(ctx, s.DB, `
		DELETE FROM hook_deliveries WHERE state IN ('done', 'given-up', 'gone') AND coalesce(tried_at, happened_at) < $1`, now.Add(-kept)); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		return enqueue(ctx, tx, `
			SELECT d.id FROM hook_deliveries d JOIN hooks h ON h.id = d.hook_id
			 WHERE d.state IN ('waiting', 'failing') AND NOT h.paused AND coalesce(d.tried_at, d.happened_at) < $1 ORDER BY d.entry LIMIT 10000`, now.Add(-lost))
	})
}

// enqueue gives a job to each delivery that the query finds; one that has a job waiting already needs no other.
func enqueue(ctx context.Context, tx bun.Tx, query string, arg any) error {
	rows, err := db.Rows(ctx, tx, query, arg)
	if err != nil {
		return err
	}
	found, err := idsOf(rows)
	for _, d := range found {
		err = errors.Join(err, job.Enqueue(ctx, tx, Deliver{d}, job.OnceWhileWaiting()))
	}
	return err
}

func idsOf(rows *sql.Rows) (list []lms.ID[Delivery], err error) {
	defer rows.Close()
	for rows.Next() {
		var d lms.ID[Delivery]
		if err := rows.Scan(&d); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, d)
	}
	return list, db.Translate(rows.Err())
}

func words(s string) []string { return strings.Fields(s) }

// happened gives the entries of the record that are events, with their names: the first entry of a completion, of a
// certificate and of each change of its state. A later one of the same row is no news: a better score, or two records of
// one person that were made one, after which all of theirs is written down anew.
const happened = `
	SELECT e.number, e.position, e.at, CASE e.kind
	           WHEN 'completion' THEN 'course.completed' WHEN 'passed' THEN 'programme.completed'
	           WHEN 'certificate' THEN 'certificate.issued' ELSE 'certificate.changed' END AS event
	  FROM record_entries e
	 WHERE e.position > $2 AND e.position <= $3 AND e.salt IS NOT NULL AND e.kind IN ('completion', 'passed', 'certificate', 'state')
	   AND NOT EXISTS (
	        SELECT FROM record_entries o WHERE o.person_id = e.person_id AND o.kind = e.kind AND o.key = e.key AND o.number < e.number)`

// Look makes a delivery of everything that hooks have not been told, with its job. It may be called again and again.
func (s *Service) Look(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "hook.Look")
	for {
		more, err := s.lookOnce(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// stretch is how much of the record one transaction looks at.
const stretch = 5000

func (s *Service) lookOnce(ctx context.Context) (more bool, err error) {
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		more = false
		var id lms.ID[lms.Hook]
		var told, end int64
		var events string
		err := db.Row(ctx, tx, `
			SELECT h.id, h.told, least(h.told + $1, e.last), array_to_string(h.events, ' ')
			  FROM hooks h, (SELECT coalesce(max(position), 0) AS last FROM record_entries) e
			 WHERE NOT h.paused AND h.told < e.last ORDER BY h.id LIMIT 1 FOR UPDATE OF h SKIP LOCKED`, stretch).Scan(&id, &told, &end, &events)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return db.Translate(err)
		}
		more = true
		if err := s.make(ctx, tx, id, told, end, words(events)); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE hooks SET told = $2 WHERE id = $1`, id, end)
		return err
	})
	return more, err
}

func (s *Service) make(ctx context.Context, tx bun.Tx, id lms.ID[lms.Hook], told, end int64, events []string) error {
	rows, err := db.Rows(ctx, tx, `
		INSERT INTO hook_deliveries (id, hook_id, entry, event, happened_at)
		SELECT gen_random_uuid(), $1, x.number, x.event, x.at FROM (`+happened+`) x WHERE x.event = ANY ($4::text[]) ORDER BY x.position
		ON CONFLICT (hook_id, entry) DO NOTHING
		RETURNING id`, id, told, end, events)
	if err != nil {
		return err
	}
	made, err := idsOf(rows)
	if err != nil {
		return err
	}
	for _, d := range made {
		if err := job.Enqueue(ctx, tx, Deliver{d}); err != nil {
			return err
		}
	}
	return nil
}

// Again tells something once more, whatever became of it. Errors: NotFound, Forbidden.
func (s *Service) Again(ctx context.Context, actor lms.Actor, id lms.ID[Delivery]) (err error) {
	defer lms.Wrap(&err, "hook.Again")
	if err := actor.Can(lms.ManageHooks, lms.Facts{}); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var hook lms.ID[lms.Hook]
		err := db.Row(ctx, tx, `UPDATE hook_deliveries SET state = 'waiting', attempts = 0 WHERE id = $1 AND state <> 'gone' RETURNING hook_id`, id).Scan(&hook)
		if err := db.Found(err, "delivery"); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, Deliver{id}, job.OnceWhileWaiting()); err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "hook.redeliver", hook)
	})
}

// told is a delivery with what it takes to make it.
type told struct {
	id       lms.ID[Delivery]
	entry    int64
	event    string
	at       time.Time
	state    string
	attempts int
	hook     Hook
	secret   string
}

// maxAttempts is how often one thing is told: as often as lms/job tries.
const maxAttempts = 12

// Deliver tells one thing. What was told is not told again; an error has it tried later.
func (s *Service) Deliver(ctx context.Context, id lms.ID[Delivery]) (err error) {
	defer lms.Wrap(&err, "hook.Deliver(%s)", id)
	t := told{id: id}
	err = db.Row(ctx, s.DB, `
		SELECT d.entry, d.event, d.happened_at, d.state, d.attempts, h.id, h.kind, h.url, h.login, h.secret, h.paused
		  FROM hook_deliveries d JOIN hooks h ON h.id = d.hook_id WHERE d.id = $1`, id).
		Scan(&t.entry, &t.event, &t.at, &t.state, &t.attempts, &t.hook.ID, &t.hook.Kind, &t.hook.URL, &t.hook.Login, &t.secret, &t.hook.Paused)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // the hook was removed
	}
	if err != nil {
		return db.Translate(err)
	}
	if t.state != "waiting" && t.state != "failing" {
		return nil
	}
	if t.hook.Paused {
		return nil // whoever lets it go on makes a new job
	}
	f, err := s.fact(ctx, t)
	if lms.KindOf(err) == lms.NotFound { // its person was erased, or the program took it away
		return s.note(ctx, id, "gone", 0, "")
	}
	if err != nil {
		return err
	}
	request, err := s.request(ctx, t, f)
	if err != nil {
		return err
	}
	status, failure := s.send(request, t.hook.Kind)
	if failure == nil {
		return s.note(ctx, id, "done", status, "")
	}
	state := "failing"
	if t.attempts+1 >= maxAttempts || status == http.StatusGone {
		state = "given-up"
	}
	if err := s.note(ctx, id, state, status, problem(failure)); err != nil {
		return err
	}
	// The failure itself names the address, which may hold a secret of the receiver's, and is kept and logged with the job.
	failure = fmt.Errorf("telling it: %s", problem(failure))
	if state == "given-up" {
		return job.Permanent(failure)
	}
	return failure
}

func (s *Service) note(ctx context.Context, id lms.ID[Delivery], state string, status int, problem string) error {
	_, err := db.Exec(ctx, s.DB, `
		UPDATE hook_deliveries SET state = $2, status = $3, problem = $4, tried_at = $5, attempts = attempts + 1 WHERE id = $1`,
		id, state, status, problem, s.Now().UTC())
	return err
}

// problem is a failure in few words: what a receiver answered is not kept, it may hold anything.
func problem(err error) string {
	switch {
	case errors.Is(err, errPrivate):
		return "private-address"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, errStatus):
		return "status"
	}
	return "connection"
}

var errStatus = errors.New("the receiver did not say 2xx")

func (s *Service) send(request *http.Request, kind Kind) (status int, err error) {
	client := s.Client
	if client == nil {
		client = s.guarded()
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // what it says is not kept, and it may say it
	// An LRS says 409 to a statement that it has already: that is what was wanted.
	if response.StatusCode/100 == 2 || kind == XAPI && response.StatusCode == http.StatusConflict {
		return response.StatusCode, nil
	}
	return response.StatusCode, fmt.Errorf("%w: %d", errStatus, response.StatusCode)
}

func (s *Service) request(ctx context.Context, t told, f fact) (*http.Request, error) {
	address, body := t.hook.URL, []byte(nil)
	var err error
	if t.hook.Kind == XAPI {
		address = strings.TrimSuffix(address, "/") + "/statements"
		body, err = s.statement(t, f)
	} else {
		body, err = message(t, f)
	}
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Mostik")
	if t.hook.Kind == XAPI {
		r.Header.Set("X-Experience-API-Version", "1.0.3")
		r.SetBasicAuth(t.hook.Login, t.secret)
		return r, nil
	}
	at := strconv.FormatInt(s.Now().Unix(), 10)
	signature, err := Sign(t.secret, t.id.String(), at, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Webhook-Id", t.id.String())
	r.Header.Set("Webhook-Timestamp", at)
	r.Header.Set("Webhook-Signature", signature)
	return r, nil
}

// Sign gives the signature of a message in the manner of Standard Webhooks. The error tells a secret that is none.
func Sign(secret, id, timestamp string, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return "", fmt.Errorf("the secret of a hook: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}
