package webinar

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"mostik/lms"
	"mostik/lms/text"
)

// Export is a webinar's report, ready to be written out.
type Export struct {
	// Name is a file name without an ending and without unusual characters.
	Name string

	service    *Service
	book       *book
	reader     *reader
	attendance Attendance
	words      *text.Attendance
}

// Export reads a webinar's attendance to be written as a file. Errors: NotFound, Forbidden.
func (s *Service) Export(ctx context.Context, actor lms.Actor, id, lang string) (x *Export, err error) {
	defer lms.Wrap(&err, "webinar.Export(%s)", id)
	return s.export(ctx, actor, id, lang, lms.CorrectAttendance)
}

// ExportAll is Export with all that was said, for those who may read it. Errors: NotFound, Forbidden.
func (s *Service) ExportAll(ctx context.Context, actor lms.Actor, id, lang string) (x *Export, err error) {
	defer lms.Wrap(&err, "webinar.ExportAll(%s)", id)
	return s.export(ctx, actor, id, lang, lms.ReadReport)
}

func (s *Service) export(ctx context.Context, actor lms.Actor, id, lang string, action lms.Action) (*Export, error) {
	r, err := s.reported(ctx, actor, id, action)
	if err != nil {
		return nil, err
	}
	x := &Export{Name: "webinar-" + id, service: s, reader: r, words: text.AttendanceIn(lang)}
	if x.book, err = s.book(ctx, id); err != nil {
		return nil, err
	}
	x.attendance, err = s.attendance(ctx, r, id)
	return x, err
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// people gives the table of attendance with its head.
func (x *Export) people() [][]any {
	w := x.words
	rows := [][]any{{w.Name, w.Centre, w.Country, w.Minutes, w.Percent, w.Evidence, w.First, w.Last, w.Checks, w.Before, w.Corrections}}
	for _, p := range x.attendance.People {
		var evidence []string
		for _, by := range p.Evidence {
			evidence = append(evidence, w.Grade(by))
		}
		row := []any{
			p.Name, x.book.centres[p.Home].Name, p.Country, p.Minutes, p.Percent, strings.Join(evidence, ", "), moment(p.First), moment(p.Last), "", "", "",
		}
		if p.Asked > 0 {
			row[8] = fmt.Sprintf("%d/%d", p.Answered, p.Asked)
		}
		if p.Before != nil {
			row[9] = p.Before.Minutes
		}
		var numbers []string
		for _, n := range p.Corrections {
			numbers = append(numbers, strconv.Itoa(n))
		}
		row[10] = strings.Join(numbers, ", ")
		rows = append(rows, row)
	}
	return rows
}

// corrections gives the table of corrections with its head.
func (x *Export) corrections() [][]any {
	w := x.words
	rows := [][]any{{w.Number, w.Kind, w.Name, w.From, w.To, w.Reason, w.By, w.At}}
	names := map[string]string{}
	for _, p := range x.attendance.People {
		names[p.Key] = p.Name
	}
	for _, c := range x.attendance.Corrections {
		name := c.Name
		if name == "" {
			name = names[x.book.canonical(c.Who)]
		}
		rows = append(rows, []any{c.Number, w.Act(c.Kind), name, moment(c.From), moment(c.To), c.Reason, c.Author, moment(c.At)})
	}
	return rows
}

// WriteCSV writes the table of attendance in UTF-8 with a byte order mark, by which spreadsheets know it.
func (x *Export) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	for _, row := range x.people() {
		line := make([]string, len(row))
		for i, cell := range row {
			line[i] = harmless(fmt.Sprint(cell))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from taking a person's name for a formula (OWASP, CSV injection).
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// WriteXLSX writes attendance and corrections as two sheets of a workbook.
func (x *Export) WriteXLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, sheet := range []struct {
		name   string
		rows   [][]any
		widths []float64
	}{
		{x.words.Sheet, x.people(), []float64{32, 26, 9, 9, 9, 28, 17, 17, 14, 14, 12}},
		{x.words.Corrections, x.corrections(), []float64{6, 22, 32, 17, 17, 48, 28, 17}},
	} {
		if i == 0 {
			err = f.SetSheetName("Sheet1", sheet.name)
		} else {
			_, err = f.NewSheet(sheet.name)
		}
		if err == nil {
			err = writeSheet(f, sheet.name, sheet.rows, sheet.widths, bold)
		}
		if err != nil {
			return err
		}
	}
	return f.Write(w)
}

func writeSheet(f *excelize.File, name string, rows [][]any, widths []float64, bold int) error {
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range widths {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range rows {
		var opts []excelize.RowOpts
		if i == 0 {
			opts = append(opts, excelize.RowOpts{StyleID: bold})
		}
		if err := s.SetRow("A"+strconv.Itoa(i+1), row, opts...); err != nil {
			return err
		}
	}
	return s.Flush()
}

// WriteZIP writes everything there is: tables, the report and the evidence as JSON, files, slides and scans.
func (x *Export) WriteZIP(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	said, err := x.service.said(ctx, x.reader.w.ID)
	if err != nil {
		return err
	}
	evidence := []Evidence{}
	for i := range x.book.people {
		if p := &x.book.people[i]; x.reader.sees(p) {
			evidence = append(evidence, x.book.evidence(p))
		}
	}
	for _, each := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"attendance.csv", x.WriteCSV},
		{"attendance.xlsx", x.WriteXLSX},
		{"attendance.json", asJSON(x.attendance)},
		{"evidence.json", asJSON(evidence)},
		{"said.json", asJSON(said)},
	} {
		to, err := z.CreateHeader(&zip.FileHeader{Name: each.name, Method: zip.Deflate, Modified: x.service.Now()})
		if err != nil {
			return err
		}
		if err := each.write(to); err != nil {
			return err
		}
	}
	if err := x.writeFiles(z, said); err != nil {
		return err
	}
	return z.Close()
}

func asJSON(v any) func(io.Writer) error {
	return func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(v)
	}
}

// writeFiles adds what was brought. A file whose time is over is left out; its line stands in said.json.
func (x *Export) writeFiles(z *zip.Writer, said Said) error {
	taken := map[string]bool{}
	id := x.reader.w.ID
	for _, f := range said.Files {
		if err := addFile(z, taken, "files/", f.Body.Name, func() (io.ReadCloser, error) { return x.service.openKept(id, "file", f.Key) }); err != nil {
			return err
		}
	}
	for _, d := range said.Decks {
		if err := addFile(z, taken, "slides/", d.Body.Title+".pdf", func() (io.ReadCloser, error) { return x.service.openKept(id, "deck", d.Key) }); err != nil {
			return err
		}
	}
	for _, p := range x.attendance.Papers {
		if p.Gone {
			continue
		}
		if err := addFile(z, taken, "sheets/", p.Name, func() (io.ReadCloser, error) { return x.service.openBlob(p.hash) }); err != nil {
			return err
		}
	}
	return nil
}

// addFile puts one file in under a name that no other has and that leads out of no folder.
func addFile(z *zip.Writer, taken map[string]bool, folder, name string, open func() (io.ReadCloser, error)) error {
	from, err := open()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer from.Close()
	name = strings.Map(func(r rune) rune {
		if r < 32 || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(name, ". ") == "" {
		name = "file"
	}
	full := folder + name
	for n := 2; taken[full]; n++ {
		end := path.Ext(name)
		full = fmt.Sprintf("%s%s (%d)%s", folder, strings.TrimSuffix(name, end), n, end)
	}
	taken[full] = true
	to, err := z.Create(full)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}
