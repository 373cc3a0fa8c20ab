package learning

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// Submission is a worksheet or a file that was handed in.
type Submission struct {
	ID     lms.ID[lms.Submission]     `json:"id"`
	Number int                        `json:"number"`
	State  string                     `json:"state"` // handed-in, returned
	At     time.Time                  `json:"at"`
	Fields map[string]json.RawMessage `json:"fields,omitempty"`
	File   *FileRef                   `json:"file,omitempty"`
	// Points, feedback and rubric are the trainer's, once it is returned.
	Points   *float64       `json:"points,omitempty"`
	Feedback string         `json:"feedback,omitempty"`
	Rubric   map[string]int `json:"rubric,omitempty"`
	// Progress is there in the answer to handing in.
	Progress *ProgressView `json:"progress,omitempty"`
}

// FileRef describes an uploaded file: the name as the person gave it, the type by its content.
type FileRef struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	Type  string `json:"type"`
}

const submissionColumns = `id, number, state, handed_in_at, fields, file_name, file_bytes, file_type, points::float8, feedback, rubric`

func scanSubmission(from scanner, more ...any) (Submission, error) {
	var (
		sub            Submission
		fields, rubric []byte
		file           FileRef
	)
	err := from.Scan(append([]any{
		&sub.ID, &sub.Number, &sub.State, &sub.At, &fields, &file.Name, &file.Bytes, &file.Type, &sub.Points,
		&sub.Feedback, &rubric,
	}, more...)...)
	if err != nil {
		return sub, err
	}
	if file.Type != "" {
		sub.File = &file
	}
	if err := unmarshal(fields, &sub.Fields); err != nil {
		return sub, err
	}
	return sub, unmarshal(rubric, &sub.Rubric)
}

func submissionsOf(ctx context.Context, q bun.IDB, id lms.ID[lms.Enrolment], key string) ([]Submission, error) {
	rows, err := db.Rows(ctx, q, `
		SELECT `+submissionColumns+`
		  FROM submissions WHERE enrolment_id = $1 AND activity_key = $2 ORDER BY number`, id, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Submission
	for rows.Next() {
		sub, err := scanSubmission(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, sub)
	}
	return list, db.Translate(rows.Err())
}

// WorksheetInput is a worksheet filled in, under an id made on the device.
type WorksheetInput struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	ID        lms.ID[lms.Submission]
	Fields    map[string]json.RawMessage
	Lang      string
}

// HandInWorksheet keeps a worksheet for the trainer. The same id again is the same submission.
// Errors: NotFound, Forbidden (locked), Invalid with the field to blame.
func (s *Service) HandInWorksheet(ctx context.Context, actor lms.Actor, in WorksheetInput) (sub Submission, err error) {
	defer lms.Wrap(&err, "learning.HandInWorksheet(%s, %s)", in.Enrolment, in.Activity)
	return s.handIn(ctx, actor, in.Enrolment, in.Activity, in.Lang, courses.Worksheet, func(st *study, a *catalog.Activity) (submitted, error) {
		w := st.Loaded.Package.Worksheets[a.Worksheet]
		if w == nil || !a.HandedIn {
			return submitted{}, lms.ErrNotFound("worksheet to hand in")
		}
		if err := checkFields(w, in.Fields); err != nil {
			return submitted{}, err
		}
		fields, err := json.Marshal(in.Fields)
		return submitted{id: in.ID, fields: nullText(string(fields)).String}, err
	})
}

// submitted is a submission on its way into the table.
type submitted struct {
	id     lms.ID[lms.Submission]
	fields string
	file   FileRef
	sha256 string
}

func (s *Service) handIn(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], key, lang string, k kind,
	prepare func(*study, *catalog.Activity) (submitted, error),
) (sub Submission, err error) {
	view, err := s.change(ctx, actor, id, key, lang, []kind{k}, func(tx bun.Tx, st *study, a *catalog.Activity) (*change, error) {
		given, err := prepare(st, a)
		if err != nil {
			return nil, err
		}
		var added bool
		if sub, added, err = insertSubmission(ctx, tx, st.ID, a.Key, k, given, s.now()); err != nil || !added {
			return nil, err // a repeat takes back nothing that a trainer has said meanwhile
		}
		return &change{State: handedInState(a.Activity)}, nil
	})
	sub.Progress = view
	return sub, err
}

// insertSubmission adds a submission, or gives the one that has the id already. The enrolment's row is locked,
// so the numbers count one by one.
func insertSubmission(ctx context.Context, tx bun.IDB, id lms.ID[lms.Enrolment], key string, k kind, given submitted, now time.Time,
) (sub Submission, added bool, err error) {
	var fields any
	if given.fields != "" {
		fields = given.fields
	}
	sub, err = scanSubmission(db.Row(ctx, tx, `
		WITH added AS (
			INSERT INTO submissions (id, enrolment_id, activity_key, kind, number, fields, file_name, file_sha256,
			                         file_bytes, file_type, handed_in_at)
			SELECT $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, $6, $7, $8, $9, $10
			  FROM submissions WHERE enrolment_id = $2 AND activity_key = $3
			ON CONFLICT (id) DO NOTHING
			RETURNING *
		)
		SELECT `+submissionColumns+`, true FROM added
		UNION ALL
		SELECT `+submissionColumns+`, false FROM submissions WHERE id = $1 AND enrolment_id = $2 AND activity_key = $3`,
		given.id, id, key, string(k), fields, given.file.Name, given.sha256, given.file.Bytes, given.file.Type, now), &added)
	if err != nil && lms.KindOf(db.Translate(err)) == lms.NotFound {
		return sub, false, lms.ErrConflict("id-taken", "this id belongs to something else: make a new one")
	}
	return sub, added, db.Translate(err)
}

// FileInput is a file as it streams in.
type FileInput struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	ID        lms.ID[lms.Submission]
	Name      string
	Body      io.Reader
	Lang      string
}

// HandInFile keeps a file for the trainer: its type is told by its content, never by its name, and what
// pictures carry about camera and place is taken off. Errors: NotFound, Forbidden (locked), TooLarge,
// Invalid with code file-type-refused.
func (s *Service) HandInFile(ctx context.Context, actor lms.Actor, in FileInput) (sub Submission, err error) {
	defer lms.Wrap(&err, "learning.HandInFile(%s, %s)", in.Enrolment, in.Activity)
	// Asked before a byte is taken, and again with the row locked when the file is there.
	st, err := s.loadStudy(ctx, in.Enrolment)
	if err != nil {
		return sub, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return sub, err
	}
	a, err := st.open(in.Activity, in.Lang, courses.File)
	if err != nil {
		return sub, err
	}
	file, err := s.keepFile(a.File, in.Body)
	if err != nil {
		return sub, err
	}
	return s.handIn(ctx, actor, in.Enrolment, in.Activity, in.Lang, courses.File, func(*study, *catalog.Activity) (submitted, error) {
		file.Name = safeName(in.Name, file.Type)
		return submitted{id: in.ID, file: file.FileRef, sha256: file.hash.String()}, nil
	})
}

// keptFile is a file in the store.
type keptFile struct {
	FileRef
	hash blob.Hash
}

// keepFile stores a file as far as the task takes it: nothing of what is refused, nor of what is taken off a
// picture, comes into the store or into a backup of it.
func (s *Service) keepFile(spec *courses.FileSpec, body io.Reader) (kept keptFile, err error) {
	if spec == nil {
		return kept, lms.ErrNotFound("file task")
	}
	limit := int64(spec.MaxMB) * 1_000_000
	f, size, err := s.Blobs.Spool(body, limit)
	if err != nil {
		return kept, err
	}
	defer f.Close()
	found, err := sniff(f, size)
	if err != nil {
		return kept, err
	}
	if !found.among(spec.Types) {
		return kept, &lms.Error{
			Kind: lms.Invalid, Code: "file-type-refused", Field: "file", Detail: "the content is " + found.name() + ", which this task does not take",
		}
	}
	var content io.Reader = io.NewSectionReader(f, 0, size)
	if clean, changed, err := stripped(f, found); err != nil {
		return kept, err
	} else if changed {
		content = clean
	}
	info, err := s.Blobs.Put(content, limit)
	return keptFile{FileRef{Bytes: info.Size, Type: found.mediaType}, info.Hash}, err
}

// OpenSubmission opens a file that was handed in, for its owner and for those who mark it. The caller
// closes it. Errors: NotFound.
func (s *Service) OpenSubmission(ctx context.Context, actor lms.Actor, id lms.ID[lms.Submission]) (f *os.File, ref FileRef, err error) {
	defer lms.Wrap(&err, "learning.OpenSubmission(%s)", id)
	var (
		st   study
		hash string
	)
	err = st.scan(db.Row(ctx, s.DB, `
		SELECT`+studyColumns+`, f.file_name, f.file_bytes, f.file_type, f.file_sha256
		  FROM`+studyTables+`
		  JOIN submissions f ON f.enrolment_id = e.id
		 WHERE f.id = $1`, id), &ref.Name, &ref.Bytes, &ref.Type, &hash)
	if err != nil {
		return nil, ref, db.Found(err, "submission")
	}
	if err := st.may(actor, lms.ReadSubmission); err != nil {
		return nil, ref, err
	}
	if hash == "" {
		return nil, ref, lms.ErrNotFound("file")
	}
	h, err := blob.ParseHash(hash)
	if err != nil {
		return nil, ref, err
	}
	f, err = s.Blobs.Open(h)
	return f, ref, err
}
