package certificate

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/lms/who"
)

// maxZip bounds the file of a batch, in bytes.
const maxZip = 4 << 30

// zip draws the papers of a batch into one file, one after the other: what is in memory is one paper.
func (s *Service) zip(ctx context.Context, b Batch) error {
	r, w := io.Pipe()
	defer w.CloseWithError(errBrokenOff) // however drawing ends: it is the job's own, and what it stumbles over is the job's
	kept := make(chan error, 1)
	var info blob.Info
	go func() {
		var err error
		info, err = s.Blobs.Put(r, maxZip)
		r.CloseWithError(err)
		kept <- err
	}()
	err := s.drawAll(ctx, b, w)
	w.CloseWithError(err)
	if err = errors.Join(err, <-kept); err != nil {
		return err
	}
	return s.finished(ctx, b.ID, info)
}

// errBrokenOff is what the store of a file reads that is not drawn to its end.
var errBrokenOff = errors.New("the drawing of papers was broken off")

func (s *Service) drawAll(ctx context.Context, b Batch, out io.Writer) error {
	z := zip.NewWriter(out)
	for last, drawn, refused := 0, 0, 0; ; {
		actor, err := s.asker(ctx, s.DB, b)
		if err != nil {
			return err
		}
		rows, err := s.nextPapers(ctx, b.ID, last, actor.Scope(lms.IssueCertificate))
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return z.Close()
		}
		for _, p := range rows {
			if last = p.number; !p.within {
				refused++
				continue
			}
			if err := s.drawInto(ctx, z, p); err != nil {
				return err
			}
			drawn++
		}
		if _, err := db.Exec(ctx, s.DB, `UPDATE certificate_batches SET done = $2, refused = $3 WHERE id = $1`, b.ID, drawn, refused); err != nil {
			return err
		}
	}
}

// paperOf is a certificate of a batch.
type paperOf struct {
	number int
	within bool // the scope of whoever asked
	Row
}

// nextPapers leaves out those whose holder asked to be erased meanwhile.
func (s *Service) nextPapers(ctx context.Context, id lms.ID[lms.Batch], after int, scope lms.Scope) ([]paperOf, error) {
	var q who.Query
	batch, first, most := q.Arg(id), q.Arg(after), q.Arg(stride)
	q.Within(scope)
	rows, err := db.Rows(ctx, s.DB, `
		SELECT i.number, coalesce(`+q.Where()+`, false), `+columns+`
		  FROM certificate_batch_items i JOIN certificates c ON c.id = i.certificate_id JOIN persons p ON p.id = c.person_id
		 WHERE i.batch_id = `+batch+` AND i.number > `+first+` AND c.state <> 'erased' ORDER BY i.number LIMIT `+most, q.Args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []paperOf
	for rows.Next() {
		var p paperOf
		if p.Row, err = scan(numbered{rows, []any{&p.number, &p.within}}, s.Now()); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, p)
	}
	return list, db.Translate(rows.Err())
}

// numbered reads what a batch says of a certificate before its columns.
type numbered struct {
	from   interface{ Scan(...any) error }
	before []any
}

// Scan puts it before what is asked for.
func (n numbered) Scan(into ...any) error { return n.from.Scan(slices.Concat(n.before, into)...) }

func (s *Service) drawInto(ctx context.Context, z *zip.Writer, p paperOf) error {
	pdf, err := s.draw(ctx, p.Row, p.Claim.Language)
	if err != nil {
		return fmt.Errorf("drawing number %d: %w", p.number, err)
	}
	// Stored: a PDF is compressed within.
	f, err := z.CreateHeader(&zip.FileHeader{Name: fileName(p.Row), Method: zip.Store, Modified: p.IssuedAt.UTC()})
	if err != nil {
		return err
	}
	_, err = f.Write(pdf)
	return err
}

// fileName is the holder's name and the serial, of letters that every system takes.
func fileName(row Row) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' {
			return r
		}
		if unicode.IsSpace(r) {
			return ' '
		}
		return -1
	}, row.Claim.Holder)
	if runes := []rune(name); len(runes) > 80 {
		name = string(runes[:80])
	}
	return strings.TrimSpace(strings.TrimSpace(name)+" "+row.Serial) + ".pdf"
}

// draw gives the paper of a certificate, as its template was on the day.
func (s *Service) draw(ctx context.Context, row Row, lang string) ([]byte, error) {
	l, err := s.lookOf(ctx, row)
	if err != nil {
		return nil, err
	}
	return render(l, row.Claim, row.sealed, s.PublicURL, lang)
}
