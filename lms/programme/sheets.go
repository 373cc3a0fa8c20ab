package programme

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

// sheetKinds are what the scan of a signed sheet may be, by its content.
var sheetKinds = []string{"pdf", "jpg", "png", "webp"}

// Scan is a signed sheet of a day.
type Scan struct {
	ID         string    `json:"id"`
	FileName   string    `json:"file_name"`
	FileType   string    `json:"file_type"`
	FileBytes  int64     `json:"file_bytes"`
	UploadedBy string    `json:"uploaded_by"`
	UploadedAt time.Time `json:"uploaded_at"`
	// Gone tells that the file was removed, because somebody on it was erased.
	Gone bool `json:"gone"`
	hash string
}

func (c *Scan) scan(from scanner) error {
	err := from.Scan(&c.ID, &c.FileName, &c.FileType, &c.FileBytes, &c.UploadedBy, &c.UploadedAt, &c.hash)
	c.UploadedAt, c.Gone = c.UploadedAt.UTC(), c.hash == ""
	return err
}

const scanColumns = `
	x.id::text, x.file_name, x.file_type, x.file_bytes, coalesce(trim(p.given_name || ' ' || p.family_name), ''), x.uploaded_at, x.file_sha256
	  FROM day_sheets x LEFT JOIN persons p ON p.id = x.uploaded_by`

// scans lists the signed sheets of a day, in the order in which they came.
func (s *Service) scans(ctx context.Context, id lms.ID[lms.Day]) ([]Scan, error) {
	return list(ctx, s.DB, func(from scanner) (c Scan, err error) { return c, c.scan(from) },
		`SELECT`+scanColumns+` WHERE x.day_id = $1 ORDER BY x.uploaded_at, x.id`, id)
}

// taken loads a day whose attendance the actor may take as a whole. Errors: NotFound, Forbidden.
func (s *Service) taken(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day]) (d Day, err error) {
	d, p, err := s.day(ctx, actor, id)
	if err != nil {
		return d, err
	}
	return d, s.takesAttendance(ctx, actor, &d, p)
}

// AddScan keeps the scan of a signed sheet, without what the file carries about camera, place and author. Errors:
// NotFound, Forbidden, Conflict day-ahead, Invalid with the code of the refusal, TooLarge.
func (s *Service) AddScan(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day], name string, body io.Reader) (c Scan, err error) {
	defer lms.Wrap(&err, "programme.AddScan(%s)", id)
	d, err := s.taken(ctx, actor, id)
	if err != nil {
		return Scan{}, err
	}
	if s.Now().Before(d.StartsAt) {
		return Scan{}, lms.ErrConflict("day-ahead", "nobody has signed it yet")
	}
	f, err := certificate.KeepFile(s.Blobs, name, body, MaxEvidence, sheetKinds)
	if err != nil {
		return Scan{}, err
	}
	c = Scan{ID: lms.NewID[Scan]().String(), FileName: f.Name, FileType: f.Media, FileBytes: f.Size, UploadedAt: s.Now().UTC()}
	return c, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO day_sheets (id, day_id, file_name, file_type, file_sha256, file_bytes, uploaded_by, uploaded_at)
			VALUES ($1::text::uuid, $2, $3, $4, $5, $6, $7, $8)`, c.ID, id, f.Name, f.Media, f.Hash, f.Size, actor.Person, c.UploadedAt)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "day.sheet", "day", id.String(), map[string]any{"sheet": c.ID})
	})
}

// OpenScan opens the file of a signed sheet. The caller closes it. Errors: NotFound, Forbidden.
func (s *Service) OpenScan(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day], scan string) (f *os.File, c Scan, err error) {
	defer lms.Wrap(&err, "programme.OpenScan(%s, %s)", id, scan)
	if _, err := s.taken(ctx, actor, id); err != nil {
		return nil, Scan{}, err
	}
	if err := c.scan(db.Row(ctx, s.DB, `SELECT`+scanColumns+` WHERE x.day_id = $1 AND x.id::text = $2 AND x.file_sha256 <> ''`, id, scan)); err != nil {
		return nil, Scan{}, db.Found(err, "sheet")
	}
	hash, err := blob.ParseHash(c.hash)
	if err != nil {
		return nil, Scan{}, err
	}
	f, err = s.Blobs.Open(hash)
	return f, c, err
}

// DropScan takes a scan away that was added by mistake; the sweep takes its bytes. Errors: NotFound, Forbidden.
func (s *Service) DropScan(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day], scan string) (err error) {
	defer lms.Wrap(&err, "programme.DropScan(%s, %s)", id, scan)
	if _, err := s.taken(ctx, actor, id); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `DELETE FROM day_sheets WHERE day_id = $1 AND id::text = $2`, id, scan)
		if err == nil && n == 0 {
			err = lms.ErrNotFound("sheet")
		}
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "day.sheet-drop", "day", id.String(), map[string]any{"sheet": scan})
	})
}
