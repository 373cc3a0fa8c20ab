package intake

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/intake/sheet"
	"mostik/lms/intake/value"
)

// Upload is a file with what its reader says of it.
type Upload struct {
	Name string
	Data []byte
	// Country and Centre are where the people belong; without a country the table has to tell, which only those may
	// ask for who import for all.
	Country string
	Centre  lms.ID[lms.Centre]
	// Encoding is set where the file's own was taken for another.
	Encoding sheet.Encoding
}

// fileCodes tell which fault of a file is which.
var fileCodes = []struct {
	err  error
	code string
}{
	{sheet.ErrEmpty, "file-empty"},
	{sheet.ErrTooLarge, "table-too-large"},
	{sheet.ErrOld, "file-old-excel"},
	{sheet.ErrLocked, "file-locked"},
	{sheet.ErrQuote, "file-quote-open"},
	{sheet.ErrMalformed, "file-no-table"},
}

func fileError(err error) error {
	for _, f := range fileCodes {
		if errors.Is(err, f.err) {
			return &lms.Error{Kind: lms.Invalid, Code: f.code, Field: "file", Detail: f.err.Error(), Err: err}
		}
	}
	return err
}

// Upload reads a table, keeps its cells, guesses what its columns are and checks every row. Errors: Forbidden, NotFound
// for a place beyond the actor, Invalid for a file that cannot be read.
func (s *Service) Upload(ctx context.Context, actor lms.Actor, in Upload) (view View, err error) {
	defer lms.Wrap(&err, "intake.Upload")
	if err := actor.May(lms.ImportPeople); err != nil {
		return view, err
	}
	r := &record{
		ID: lms.NewID[lms.Import](), Country: in.Country, Centre: in.Centre, State: Open, FileName: fileName(in.Name), now: s.Now(),
	}
	if err := s.placed(ctx, r); err != nil {
		return view, err
	}
	if err := actor.Can(lms.ImportPeople, r.facts()); err != nil {
		return view, err
	}
	if in.Encoding != "" && !in.Encoding.Known() {
		return view, lms.ErrInvalid("encoding", "not-one-of", "not one of the encodings")
	}
	var rows []line
	info, err := sheet.Read(in.Data, sheet.Options{Encoding: in.Encoding}, func(no int, cells []string) error {
		rows = append(rows, line{No: no, cells: cells})
		return nil
	})
	if err != nil {
		return view, fileError(err)
	}
	r.Format = Format{info.Kind, info.Encoding, info.Separator, info.Sheet, info.Date1904}
	rows = r.head(rows)
	if len(rows) == 0 {
		return view, fileError(sheet.ErrEmpty)
	}
	r.Rows = len(rows)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if err := r.remember(ctx, tx, actor); err != nil {
			return err
		}
		if err := s.insert(ctx, tx, actor, r, rows); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, s.event(actor, "import.upload", r, map[string]any{"rows": r.Rows})); err != nil {
			return err
		}
		return s.recheck(ctx, tx, actor, r)
	})
	if err != nil {
		return view, err
	}
	return s.Import(ctx, actor, r.ID)
}

// fileName keeps the last part of a name, bounded.
func fileName(s string) string {
	s, _ = value.Clean(filepath.Base(strings.ReplaceAll(s, `\`, "/")))
	runes := []rune(s)
	const longest = 120
	return string(runes[max(0, len(runes)-longest):])
}

// placed finds the country of a centre, so that both agree.
func (s *Service) placed(ctx context.Context, r *record) error {
	if r.Centre.IsZero() {
		return nil
	}
	var country string
	err := db.Row(ctx, s.DB, `SELECT country FROM centres WHERE id = $1`, r.Centre).Scan(&country)
	if err != nil {
		return db.Found(err, "centre")
	}
	if r.Country != "" && r.Country != country {
		return lms.ErrInvalid("centre_id", "centre-elsewhere", "the centre lies in another country")
	}
	r.Country = country
	return nil
}

// head finds the row of heads among the first ones, since many tables begin with a title, and takes it off.
func (r *record) head(rows []line) []line {
	const look = 10
	best, most := 0, 0
	for i, l := range rows[:min(look, len(rows))] {
		if _, sure := guess(l.cells); sure > most {
			best, most = i, sure
		}
	}
	r.HeadLine = rows[best].No
	for _, cell := range rows[best].cells {
		text, _ := value.Clean(cell)
		r.Heads = append(r.Heads, text)
	}
	columns, _ := guess(r.Heads)
	r.Mapping = Mapping{Columns: columns, Language: "en"}
	return rows[best+1:]
}

// remember takes the mapping of the last table with the same heads that the actor brought.
func (r *record) remember(ctx context.Context, tx bun.Tx, actor lms.Actor) error {
	r.Mapping.Language = actor.Language
	if _, ok := languageWords[r.Mapping.Language]; !ok {
		r.Mapping.Language = "en"
	}
	heads, err := json.Marshal(r.Heads)
	if err != nil {
		return err
	}
	return each(ctx, tx, func(scan func(...any) error) error {
		var raw []byte
		if err := scan(&raw); err != nil {
			return err
		}
		var m Mapping
		if err := json.Unmarshal(raw, &m); err != nil || m.check(len(r.Heads)) != nil {
			return nil // of an earlier form: the guess stands
		}
		// What was chosen for those people is not chosen for these.
		m.Cohort, m.Programme, m.SkipFaulty = lms.ID[lms.Cohort]{}, lms.ID[lms.Programme]{}, false
		m.Organisations = slices.DeleteFunc(m.Organisations, func(n Naming) bool { return n.Same.IsZero() }) // what was made is known now
		r.Mapping = m
		return nil
	}, `SELECT mapping FROM imports
	     WHERE made_by = $1 AND heads = array(SELECT json_array_elements_text($2::json)) ORDER BY made_at DESC LIMIT 1`, actor.Person, string(heads))
}

func (s *Service) insert(ctx context.Context, tx bun.Tx, actor lms.Actor, r *record, rows []line) error {
	texts := make([][]byte, 0, 3)
	for _, v := range []any{r.Format, r.Heads, r.Mapping} {
		raw, err := json.Marshal(v)
		if err != nil {
			return err
		}
		texts = append(texts, raw)
	}
	var country, centre any
	if r.Country != "" {
		country = r.Country
	}
	if !r.Centre.IsZero() {
		centre = r.Centre
	}
	_, err := db.Exec(ctx, tx, `
		INSERT INTO imports (id, made_by, made_at, country, centre_id, file_name, format, heads, head_line, mapping, rows)
		VALUES ($1, $2, $3, $4, $5, $6, $7, array(SELECT json_array_elements_text($8::json)), $9, $10, $11)`,
		r.ID, actor.Person, r.now, country, centre, r.FileName, string(texts[0]), string(texts[1]), r.HeadLine, string(texts[2]), r.Rows)
	if err != nil {
		return err
	}
	type row struct {
		Line  int      `json:"line"`
		Cells []string `json:"cells"`
	}
	const batch = 2000
	for len(rows) > 0 {
		n := min(batch, len(rows))
		part := make([]row, n)
		for i, l := range rows[:n] {
			part[i] = row{l.No, withoutZeros(l.cells)}
		}
		raw, err := json.Marshal(part)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO import_rows (import_id, line, cells)
			SELECT $1, line, array(SELECT json_array_elements_text(cells)) FROM json_to_recordset($2::json) AS x (line int, cells json)`, r.ID, string(raw))
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// withoutZeros takes out what PostgreSQL keeps in no text.
func withoutZeros(cells []string) []string {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "\x00", "")
	}
	return cells
}
