package certificate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/lms/job"
	"mostik/lms/who"
)

// Task is what a batch does.
type Task string

// The tasks.
const (
	// IssueAll issues a certificate to each of those who passed a programme.
	IssueAll Task = "issue"
	// ZipAll puts the papers of many certificates into one file.
	ZipAll Task = "zip"
)

const (
	// maxBatch bounds a batch, in certificates.
	maxBatch = 50_000
	// stride is how many certificates are issued in one transaction, or drawn between two words of progress.
	stride = 50
	// keepFile is how long the file of a batch can be fetched: it holds names.
	keepFile = 7 * 24 * time.Hour
)

// RunBatch is the job that does a batch.
type RunBatch struct {
	ID lms.ID[lms.Batch] `json:"id"`
}

// Kind names the job.
func (RunBatch) Kind() string { return "certificate.batch" }

// Batch is many certificates at once, and how far it is.
type Batch struct {
	ID      lms.ID[lms.Batch] `json:"id"`
	Task    Task              `json:"task" enum:"issue,zip"`
	State   string            `json:"state" enum:"waiting,running,done,gone"`
	Total   int               `json:"total"`
	Done    int               `json:"done"`
	Refused int               `json:"refused"`
	// Bytes is the size of the file, once there is one.
	Bytes      int64      `json:"bytes,omitempty"`
	AskedAt    time.Time  `json:"asked_at"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`

	asker lms.ID[lms.Person]
	hash  string
}

// Selection says whose certificates a batch is about: people by a filter, or certificates by their serials.
type Selection struct {
	// Programme is whose certificates; zero with Serials.
	Programme lms.ID[lms.Programme]
	Filter    who.Filter
	Serials   []string
}

// StartIssue begins to issue certificates of achievement to those who passed a programme and never had one of it, within
// the actor's part of the world. Whoever had one in an earlier participation is looked at alone: it may have been revoked. Errors: Forbidden, Invalid, Conflict nobody-to-issue.
func (s *Service) StartIssue(ctx context.Context, actor lms.Actor, sel Selection) (b Batch, err error) {
	defer lms.Wrap(&err, "certificate.StartIssue")
	if sel.Programme.IsZero() {
		return Batch{}, lms.ErrInvalid("programme_id", "required", "say of which programme")
	}
	if s.Certify == nil {
		return Batch{}, &lms.Error{Kind: lms.Unavailable, Code: "no-programmes", Detail: "nobody here knows programmes"}
	}
	var q who.Query
	programme := q.Arg(sel.Programme)
	q.People(actor.Scope(lms.IssueCertificate), sel.Filter, s.Now())
	return s.start(ctx, actor, IssueAll, `
		SELECT x.id, NULL::uuid
		  FROM participations x JOIN persons p ON p.id = x.person_id
		 WHERE x.programme_id = `+programme+` AND x.state = 'passed'
		   AND NOT EXISTS (SELECT FROM certificates c WHERE c.person_id = x.person_id AND c.programme_id = x.programme_id
		                     AND c.kind = 'achievement' AND c.origin = 'issued')
		   AND `+q.Where()+`
		 ORDER BY x.id`, q.Args(), errNobody)
}

var errNobody = lms.ErrConflict("nobody-to-issue", "nobody is among them")

// StartZip begins to put the papers of certificates that are valid today into one file. Errors: Forbidden, Invalid,
// Conflict nobody-to-issue, NotFound where serials are given and none of them is seen.
func (s *Service) StartZip(ctx context.Context, actor lms.Actor, sel Selection) (b Batch, err error) {
	defer lms.Wrap(&err, "certificate.StartZip")
	var q who.Query
	narrowed, none := "", errNobody
	switch {
	case len(sel.Serials) > 0:
		none = lms.ErrNotFound("certificate")
		narrowed = " AND t.serial = ANY (" + q.Arg(sel.Serials) + "::text[])"
	case !sel.Programme.IsZero():
		narrowed = " AND t.programme_id = " + q.Arg(sel.Programme)
	default:
		return Batch{}, lms.ErrInvalid("programme_id", "required", "say of which programme, or which certificates")
	}
	today := q.Arg(lms.DayInForce(s.Now()).Format(time.DateOnly)) + "::text::date"
	q.People(actor.Scope(lms.IssueCertificate), sel.Filter, s.Now())
	return s.start(ctx, actor, ZipAll, `
		SELECT NULL::uuid, t.id
		  FROM certificates t JOIN persons p ON p.id = t.person_id
		 WHERE t.origin = 'issued' AND t.state = 'valid' AND (t.expires_on IS NULL OR t.expires_on >= `+today+`)`+narrowed+`
		   AND `+q.Where()+`
		 ORDER BY p.sort_name, t.serial`, q.Args(), none)
}

// start writes a batch with what it is about, and enqueues its job in the same transaction; none is the error where it is
// about nothing.
func (s *Service) start(ctx context.Context, actor lms.Actor, task Task, items string, args []any, none error) (Batch, error) {
	if err := actor.May(lms.IssueCertificate); err != nil {
		return Batch{}, err
	}
	b := Batch{ID: lms.NewID[lms.Batch](), Task: task, State: "waiting", AskedAt: s.Now().UTC()}
	return b, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO certificate_batches (id, task, kind, total, asked_by, asked_at, grants) VALUES ($1, $2, 'achievement', 0, $3, $4, $5::text[])`,
			b.ID, string(task), actor.Person, b.AskedAt, who.Written(actor))
		if err != nil {
			return err
		}
		n, err := db.Exec(ctx, tx, fmt.Sprintf(`
			INSERT INTO certificate_batch_items (batch_id, number, participation_id, certificate_id)
			SELECT $%d, row_number() OVER (), i.* FROM (%s) i LIMIT $%d`, len(args)+1, items, len(args)+2), append(args, b.ID, maxBatch)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return none
		}
		b.Total = int(n)
		if _, err := db.Exec(ctx, tx, `UPDATE certificate_batches SET total = $2 WHERE id = $1`, b.ID, n); err != nil {
			return err
		}
		err = audit.Write(ctx, tx, audit.Event{
			At: b.AskedAt, Actor: actor.Person, Action: "certificate." + string(task) + "-all", SubjectKind: "batch", SubjectID: b.ID.String(),
			Detail: map[string]any{"certificates": n},
		})
		if err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, RunBatch{b.ID}, job.Slow())
	})
}

const batchColumns = `id, task, state, total, done, refused, file_bytes, asked_at, finished_at, asked_by, file_sha256`

func scanBatch(from interface{ Scan(...any) error }) (Batch, error) {
	var b Batch
	var finished sql.NullTime
	err := from.Scan(&b.ID, &b.Task, &b.State, &b.Total, &b.Done, &b.Refused, &b.Bytes, &b.AskedAt, &finished, &b.asker, &b.hash)
	if finished.Valid {
		b.FinishedAt = &finished.Time
	}
	return b, err
}

// Batch tells how far a batch of the actor's is. Errors: NotFound.
func (s *Service) Batch(ctx context.Context, actor lms.Actor, id lms.ID[lms.Batch]) (Batch, error) {
	if err := actor.May(lms.IssueCertificate); err != nil {
		return Batch{}, lms.ErrNotFound("batch")
	}
	b, err := scanBatch(db.Row(ctx, s.DB, `SELECT `+batchColumns+` FROM certificate_batches WHERE id = $1 AND asked_by = $2`, id, actor.Person))
	return b, db.Found(err, "batch")
}

// Batches lists the actor's own batches, the newest first, at most twenty.
func (s *Service) Batches(ctx context.Context, actor lms.Actor) ([]Batch, error) {
	if err := actor.May(lms.IssueCertificate); err != nil {
		return nil, err
	}
	rows, err := db.Rows(ctx, s.DB, `SELECT `+batchColumns+` FROM certificate_batches WHERE asked_by = $1 ORDER BY asked_at DESC, id DESC LIMIT 20`, actor.Person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Batch{}
	for rows.Next() {
		b, err := scanBatch(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, b)
	}
	return list, db.Translate(rows.Err())
}

// OpenBatch gives the file of a batch; the caller closes it. Whoever lost the right over one of its certificates since
// then does not get it. Errors: NotFound, Gone.
func (s *Service) OpenBatch(ctx context.Context, actor lms.Actor, id lms.ID[lms.Batch]) (*os.File, Batch, error) {
	b, err := s.Batch(ctx, actor, id)
	if err != nil {
		return nil, Batch{}, err
	}
	if b.hash == "" {
		if b.State == "gone" {
			return nil, Batch{}, &lms.Error{Kind: lms.Gone, Code: "file-gone", Detail: "its time is over: ask for it again"}
		}
		return nil, Batch{}, lms.ErrNotFound("file")
	}
	var q who.Query
	batch := q.Arg(id)
	q.Within(actor.Scope(lms.IssueCertificate))
	var all bool
	err = db.Row(ctx, s.DB, `
		SELECT NOT EXISTS (
			SELECT FROM certificate_batch_items i JOIN certificates t ON t.id = i.certificate_id LEFT JOIN persons p ON p.id = t.person_id
			 WHERE i.batch_id = `+batch+` AND (`+q.Where()+`) IS NOT TRUE)`, q.Args()...).Scan(&all)
	if err != nil {
		return nil, Batch{}, db.Translate(err)
	}
	if !all {
		return nil, Batch{}, lms.ErrNotFound("batch")
	}
	hash, err := blob.ParseHash(b.hash)
	if err != nil {
		return nil, Batch{}, err
	}
	f, err := s.Blobs.Open(hash)
	return f, b, err
}

// asker gives whoever asked for a batch, with the rights that they still have; nobody where they were erased or blocked.
func (s *Service) asker(ctx context.Context, q bun.IDB, b Batch) (lms.Actor, error) {
	var written []byte
	if err := db.Row(ctx, q, `SELECT array_to_json(grants) FROM certificate_batches WHERE id = $1`, b.ID).Scan(&written); err != nil {
		return lms.Actor{}, db.Found(err, "batch")
	}
	var grants []string
	if err := json.Unmarshal(written, &grants); err != nil {
		return lms.Actor{}, err
	}
	actor, err := who.Still(ctx, q, b.asker, grants)
	if lms.KindOf(err) == lms.NotFound {
		return lms.Actor{}, nil
	}
	return actor, err
}

// DoBatch does a batch, or the rest of one that was broken off, with the rights that whoever asked for it still has. It
// may be called again at any time: what is done is done once.
func (s *Service) DoBatch(ctx context.Context, id lms.ID[lms.Batch]) (err error) {
	defer lms.Wrap(&err, "certificate.DoBatch(%s)", id)
	b, err := scanBatch(db.Row(ctx, s.DB, `
		UPDATE certificate_batches SET state = 'running' WHERE id = $1 AND state IN ('waiting', 'running') RETURNING `+batchColumns, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil // done, or taken away
	}
	if err != nil {
		return db.Translate(err)
	}
	if b.Task == ZipAll {
		return s.zip(ctx, b)
	}
	for {
		n, err := s.issueSome(ctx, b)
		if err != nil {
			return err
		}
		if n == 0 {
			return s.finished(ctx, b.ID, blob.Info{})
		}
	}
}

// issueSome issues the next few of a batch in one transaction: their certificates and the note that they are done are
// both there, or neither.
func (s *Service) issueSome(ctx context.Context, b Batch) (n int, err error) {
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		actor, err := s.asker(ctx, tx, b) // for each few: a right may be taken in the middle
		if err != nil {
			return err
		}
		items, err := waiting(ctx, tx, b.ID)
		if n = len(items); err != nil || n == 0 {
			return err
		}
		done, refused := 0, 0
		for _, i := range items {
			problem, err := s.issueOne(ctx, tx, actor, b, i)
			if err != nil {
				return err
			}
			if problem == "" {
				done++
			} else {
				refused++
			}
		}
		_, err = db.Exec(ctx, tx, `UPDATE certificate_batches SET done = done + $2, refused = refused + $3 WHERE id = $1`, b.ID, done, refused)
		return err
	})
	return n, err
}

// item is one certificate of a batch.
type item struct {
	number        int
	participation lms.ID[lms.Participation]
	facts         lms.Facts
}

func waiting(ctx context.Context, tx bun.Tx, id lms.ID[lms.Batch]) ([]item, error) {
	rows, err := db.Rows(ctx, tx, `
		SELECT i.number, i.participation_id, p.id, coalesce(p.country, ''), p.centre_id
		  FROM certificate_batch_items i JOIN participations x ON x.id = i.participation_id JOIN persons p ON p.id = x.person_id
		 WHERE i.batch_id = $1 AND i.state = 'waiting' ORDER BY i.number LIMIT $2 FOR UPDATE OF i`, id, stride)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []item
	for rows.Next() {
		var i item
		if err := rows.Scan(&i.number, &i.participation, &i.facts.Owner, &i.facts.Country, &i.facts.Centre); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, i)
	}
	return list, db.Translate(rows.Err())
}

// issueOne gives the code of why somebody gets none, for instance because the rule no longer holds. Failures that are
// nobody's fault are errors, and the whole stride is tried again.
func (s *Service) issueOne(ctx context.Context, tx bun.Tx, actor lms.Actor, b Batch, i item) (problem string, err error) {
	var serial string
	if err = actor.Can(lms.IssueCertificate, i.facts); err == nil {
		err = tx.RunInTx(ctx, nil, func(ctx context.Context, inner bun.Tx) (err error) {
			serial, err = s.Certify(ctx, inner, i.participation, actor.Person)
			return err
		})
	}
	if e, ok := errors.AsType[*lms.Error](err); ok && slices.Contains([]lms.Kind{lms.Conflict, lms.NotFound, lms.Invalid, lms.Gone, lms.Forbidden, lms.Unauthorized}, e.Kind) {
		problem, err = e.Code, nil
	}
	if err != nil {
		return "", err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE certificate_batch_items
		   SET state = CASE WHEN $3 = '' THEN 'done' ELSE 'refused' END, problem = $3,
		       certificate_id = (SELECT id FROM certificates WHERE serial = nullif($4, ''))
		 WHERE batch_id = $1 AND number = $2`, b.ID, i.number, problem, serial)
	return problem, err
}

func (s *Service) finished(ctx context.Context, id lms.ID[lms.Batch], file blob.Info) error {
	n, err := db.Exec(ctx, s.DB, `
		UPDATE certificate_batches SET state = 'done', finished_at = $2, file_sha256 = $3, file_bytes = $4 WHERE id = $1 AND state = 'running'`,
		id, s.Now().UTC(), file.Hash.String(), file.Size)
	if err == nil && n == 0 && file.Size > 0 {
		return errDrawnInVain
	}
	return err
}

// errDrawnInVain ends a job whose file is worth nothing, for somebody in it was erased meanwhile: it is done once more.
var errDrawnInVain = errors.New("somebody was erased while their paper was drawn")

// SweepBatches takes away the files of batches whose time is over; the sweep of files that no row names takes the
// bytes. It tells how many.
func (s *Service) SweepBatches(ctx context.Context) (int64, error) {
	return db.Exec(ctx, s.DB, `
		UPDATE certificate_batches SET state = 'gone', file_sha256 = '' WHERE file_sha256 <> '' AND finished_at < $1`, s.Now().UTC().Add(-keepFile))
}
