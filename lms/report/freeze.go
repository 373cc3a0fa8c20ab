package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/db"
)

// freezeKey is the advisory lock that a report holds while it is frozen: "reports" in ASCII.
const freezeKey = 0x7265706f727473

// maxDocument bounds one file of a report, in bytes.
const maxDocument = 64 << 20

// paper is what documents are drawn from. Nothing in it hangs on when it is drawn.
type paper struct {
	issuer, lang string
	row          *Row
	p            *programme
	content      *Content
	labels       map[string]string
}

// draw makes a document of a kind. The same paper gives the same bytes.
func (d *paper) draw(kind string) ([]byte, error) {
	switch kind {
	case "pdf":
		return d.pdf()
	case "xlsx":
		return d.xlsx()
	case "csv":
		return d.csv()
	}
	return d.json()
}

// kinds are the documents of a report.
var kinds = []string{"pdf", "xlsx", "csv", "json"}

// document gives what documents of a report are drawn from. Free of the moment: the day on them is the last of the period.
func (s *Service) document(ctx context.Context, q db.Queryer, r *Row, c *Content) (*paper, error) {
	p, err := scanProgramme(db.Row(ctx, q, programmeSQL+` WHERE p.key = $1`, r.Programme))
	if err != nil {
		return nil, db.Found(err, "programme")
	}
	row := *r
	row.ProgrammeTitle = in(p.Title, r.Language, p.Key) // in the document's language, whoever draws it
	return &paper{issuer: s.Issuer, lang: r.Language, row: &row, p: &p, content: c, labels: labels(&p, c, r.Language)}, nil
}

// Freeze counts a report once more, draws its documents and keeps them: from then on it is what was handed over. Done
// again it changes nothing. Errors: NotFound, Forbidden.
func (s *Service) Freeze(ctx context.Context, actor lms.Actor, id lms.ID[lms.Report]) (v View, err error) {
	defer lms.Wrap(&err, "report.Freeze(%s)", id)
	r, err := s.row(ctx, s.DB, actor, id)
	if err != nil {
		return v, err
	}
	if err := s.managesAll(actor, r.part()); err != nil {
		return v, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// Two reports that are frozen at a time must know of each other, also those of two programmes.
		if _, err := db.Exec(ctx, tx, `SELECT pg_advisory_xact_lock($1)`, freezeKey); err != nil {
			return err
		}
		var done bool
		if err := db.Row(ctx, tx, `SELECT frozen_at IS NOT NULL FROM reports WHERE id = $1 FOR UPDATE`, id).Scan(&done); err != nil {
			return db.Found(err, "report")
		}
		if done {
			return nil
		}
		return s.freeze(ctx, tx, actor, &r)
	})
	if err != nil {
		return v, err
	}
	return s.Report(ctx, actor, id)
}

func (s *Service) freeze(ctx context.Context, tx bun.Tx, actor lms.Actor, r *Row) error {
	p, err := scanProgramme(db.Row(ctx, tx, programmeSQL+` WHERE p.key = $1`, r.Programme))
	if err != nil {
		return db.Found(err, "programme")
	}
	sp, err := s.spec(ctx, tx, &p, r)
	if err != nil {
		return err
	}
	c, err := s.fill(ctx, tx, sp)
	if err != nil {
		return err
	}
	d, err := s.document(ctx, tx, r, c)
	if err != nil {
		return err
	}
	sums := sha256.New()
	for _, kind := range kinds {
		raw, err := d.draw(kind)
		if err != nil {
			return fmt.Errorf("drawing the %s: %w", kind, err)
		}
		info, err := s.Blobs.Put(bytes.NewReader(raw), maxDocument)
		if err != nil {
			return err
		}
		fmt.Fprintf(sums, "%s  %s\n", info.Hash, kind)
		if _, err := db.Exec(ctx, tx, `INSERT INTO report_files (report_id, kind, sha256, bytes) VALUES ($1, $2, $3, $4)`, r.ID, kind, info.Hash, info.Size); err != nil {
			return err
		}
	}
	raw, err := json.Marshal(frozenContent{Content: c, Published: c.published})
	if err != nil {
		return err
	}
	digest := hex.EncodeToString(sums.Sum(nil))
	_, err = db.Exec(ctx, tx, `UPDATE reports SET frozen_at = $2, frozen_by = $3, content = $4, digest = $5 WHERE id = $1`,
		r.ID, s.now(), personOrNull(actor.Person), string(raw), digest)
	return errors.Join(err, s.record(ctx, tx, r.ID), s.wrote(ctx, tx, actor, "report.freeze", "report", r.ID.String(), map[string]any{"digest": digest}))
}

// File gives a document of a report: of a frozen one the bytes that were handed over, of a draft as it would be now.
// Errors: NotFound.
func (s *Service) File(ctx context.Context, actor lms.Actor, id lms.ID[lms.Report], kind string) (raw []byte, name string, err error) {
	defer lms.Wrap(&err, "report.File(%s, %s)", id, kind)
	r, err := s.row(ctx, s.DB, actor, id)
	if err != nil {
		return nil, "", err
	}
	name = fmt.Sprintf("report-%s-%s-%s.%s", r.Programme, r.From, r.To, kind)
	if r.FrozenAt != nil {
		var sum string
		if err := db.Row(ctx, s.DB, `SELECT sha256 FROM report_files WHERE report_id = $1 AND kind = $2`, id, kind).Scan(&sum); err != nil {
			return nil, "", db.Found(err, "document")
		}
		h, err := blob.ParseHash(sum)
		if err != nil {
			return nil, "", err
		}
		f, err := s.Blobs.Open(h)
		if err != nil {
			return nil, "", err
		}
		defer f.Close()
		raw, err = io.ReadAll(f)
		return raw, name, err
	}
	p, err := scanProgramme(db.Row(ctx, s.DB, programmeSQL+` WHERE p.key = $1`, r.Programme))
	if err != nil {
		return nil, "", db.Found(err, "programme")
	}
	sp, err := s.spec(ctx, s.DB, &p, &r)
	if err != nil {
		return nil, "", err
	}
	c, err := s.fill(ctx, s.DB, sp)
	if err != nil {
		return nil, "", err
	}
	d, err := s.document(ctx, s.DB, &r, c)
	if err != nil {
		return nil, "", err
	}
	raw, err = d.draw(kind)
	return raw, "draft-" + name, err
}

// Verification is what a second run says of a frozen report.
type Verification struct {
	// Kept tells that each file still has the hash under which it was handed over.
	Kept bool `json:"kept"`
	// Same tells that counting again today gives the same bytes; where it does not, rows have changed since.
	Same bool `json:"same"`
	// Files are the hashes as they are kept, and Again those of a run today.
	Files []File            `json:"files"`
	Again map[string]string `json:"again"`
	At    time.Time         `json:"at"`
}

// Verify reads the kept files and hashes them, and counts and draws the report once more. Errors: NotFound, Conflict
// where it is not frozen.
func (s *Service) Verify(ctx context.Context, actor lms.Actor, id lms.ID[lms.Report]) (v Verification, err error) {
	defer lms.Wrap(&err, "report.Verify(%s)", id)
	r, err := s.row(ctx, s.DB, actor, id)
	if err != nil {
		return v, err
	}
	if r.FrozenAt == nil {
		return v, lms.ErrConflict("not-frozen", "only what was handed over can be verified")
	}
	v = Verification{Kept: true, Same: true, Again: map[string]string{}, At: s.now()}
	if v.Files, err = files(ctx, s.DB, id); err != nil {
		return v, err
	}
	again, err := s.again(ctx, &r)
	if err != nil {
		return v, err
	}
	for _, f := range v.Files {
		raw, _, err := s.File(ctx, actor, id, f.Kind)
		sum := sha256.Sum256(raw)
		v.Kept = v.Kept && err == nil && hex.EncodeToString(sum[:]) == f.SHA256
		fresh, err := again.draw(f.Kind)
		if err != nil {
			return v, err
		}
		sum = sha256.Sum256(fresh)
		v.Again[f.Kind] = hex.EncodeToString(sum[:])
		v.Same = v.Same && v.Again[f.Kind] == f.SHA256
	}
	return v, nil
}

// again counts a frozen report by its own definitions, beside what had been frozen before it.
func (s *Service) again(ctx context.Context, r *Row) (*paper, error) {
	p, err := scanProgramme(db.Row(ctx, s.DB, programmeSQL+` WHERE p.key = $1`, r.Programme))
	if err != nil {
		return nil, db.Found(err, "programme")
	}
	old, err := frozen(ctx, s.DB, r.ID)
	if err != nil {
		return nil, err
	}
	sp, err := s.spec(ctx, s.DB, &p, r)
	if err != nil {
		return nil, err
	}
	sp.defs = nil
	for _, f := range old.Figures {
		sp.defs = append(sp.defs, f.Definition)
	}
	if err := sp.before(ctx, s.DB, r.ID, *r.FrozenAt); err != nil {
		return nil, err
	}
	c, err := s.fill(ctx, s.DB, sp)
	if err != nil {
		return nil, err
	}
	return s.document(ctx, s.DB, r, c)
}
