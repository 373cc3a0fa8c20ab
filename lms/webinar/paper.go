package webinar

import (
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/blob"
	"mostik/lms/db"
)

// MaxPaper is the largest scan, in bytes.
const MaxPaper = 20 << 20

// paperTypes are what a scan or a photograph of a sheet may be, by its content.
var paperTypes = []string{"image/jpeg", "image/png", "image/webp", "application/pdf"}

// Paper is a sheet that was signed in a room.
type Paper struct {
	ID         string    `json:"id"`
	Centre     string    `json:"centre_id,omitempty"`
	CentreName string    `json:"centre_name,omitempty"`
	Name       string    `json:"name"`
	Type       string    `json:"type"`
	Size       int64     `json:"size"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	// Gone tells that the file was removed: its time was over, or somebody on it asked to be forgotten.
	Gone bool `json:"gone"`
	hash string
}

// AddPaper keeps a scan of a sheet; its names are typed in by corrections that name it. Errors: NotFound, Forbidden,
// Invalid, TooLarge.
func (s *Service) AddPaper(ctx context.Context, actor lms.Actor, id string, centre lms.ID[lms.Centre], name string, from io.Reader) (p Paper, err error) {
	defer lms.Wrap(&err, "webinar.AddPaper(%s)", id)
	r, err := s.reported(ctx, actor, id, lms.CorrectAttendance)
	if err != nil {
		return Paper{}, err
	}
	site := slices.ContainsFunc(r.w.Sites, func(s Site) bool { return s.ID == centre })
	if !centre.IsZero() && !site || !r.whole && !r.centres[centre.String()] {
		return Paper{}, lms.ErrNotFound("centre")
	}
	info, err := s.Blobs.Put(from, MaxPaper)
	if err != nil {
		return Paper{}, err
	}
	kind, err := contentType(s.Blobs.Path(info.Hash))
	if err != nil {
		return Paper{}, err
	}
	if !slices.Contains(paperTypes, kind) {
		return Paper{}, lms.ErrInvalid("file", "file-kind", "a sheet is a picture or a PDF") // the sweep takes the bytes
	}
	p = Paper{ID: lms.NewID[Paper]().String(), Name: strings.TrimSpace(name), Type: kind, Size: info.Size, At: s.Now().UTC()}
	if p.Name == "" {
		p.Name = "sheet"
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO webinar_papers (id, webinar_id, centre_id, file_name, file_type, file_sha256, file_bytes, uploaded_by, uploaded_at)
			VALUES ($1::text::uuid, $2, $3, $4, $5, $6, $7, $8, $9)`, p.ID, id, orNull(centre), p.Name, p.Type, info.Hash.String(), p.Size, actor.Person, p.At)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: "webinar.paper", SubjectKind: "webinar", SubjectID: id, Detail: map[string]any{"paper": p.ID},
		})
	})
	return p, err
}

// contentType tells what a file is by how it begins.
func contentType(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return "", lms.ErrInvalid("file", "file-empty", "the file is empty")
	}
	return http.DetectContentType(head[:n]), nil
}

// papers lists the sheets that the reader may see.
func (s *Service) papers(ctx context.Context, r *reader, id string) ([]Paper, error) {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT x.id::text, coalesce(x.centre_id::text, ''), coalesce(c.name, ''), x.file_name, x.file_type, x.file_bytes, x.file_sha256,
		       coalesce(trim(p.given_name || ' ' || p.family_name), ''), x.uploaded_at
		  FROM webinar_papers x LEFT JOIN centres c ON c.id = x.centre_id LEFT JOIN persons p ON p.id = x.uploaded_by
		 WHERE x.webinar_id = $1 ORDER BY x.uploaded_at, x.id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Paper
	for rows.Next() {
		var p Paper
		if err := rows.Scan(&p.ID, &p.Centre, &p.CentreName, &p.Name, &p.Type, &p.Size, &p.hash, &p.By, &p.At); err != nil {
			return nil, db.Translate(err)
		}
		p.Gone = p.hash == ""
		if r.whole || r.centres[p.Centre] {
			list = append(list, p)
		}
	}
	return list, db.Translate(rows.Err())
}

// OpenPaper gives the file of a sheet. Errors: NotFound, Forbidden.
func (s *Service) OpenPaper(ctx context.Context, actor lms.Actor, id, paper string) (f *os.File, p Paper, err error) {
	defer lms.Wrap(&err, "webinar.OpenPaper(%s)", id)
	r, err := s.reported(ctx, actor, id, lms.CorrectAttendance)
	if err != nil {
		return nil, Paper{}, err
	}
	list, err := s.papers(ctx, r, id)
	if err != nil {
		return nil, Paper{}, err
	}
	i := slices.IndexFunc(list, func(p Paper) bool { return p.ID == paper && !p.Gone })
	if i < 0 {
		return nil, Paper{}, lms.ErrNotFound("paper")
	}
	f, err = s.openBlob(list[i].hash)
	return f, list[i], err
}

func (s *Service) openBlob(hash string) (*os.File, error) {
	h, err := blob.ParseHash(hash)
	if err != nil {
		return nil, err
	}
	return os.Open(s.Blobs.Path(h))
}
