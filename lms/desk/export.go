package desk

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/text"
	"mostik/lms/who"
	"mostik/lms/workbook"
)

// Table is the list of people, ready to be written.
type Table struct {
	// Name is a file name without an ending and without unusual characters.
	Name string

	service *Service
	scope   lms.Scope
	filter  who.Filter
	words   *text.Desk
}

// Table gives the people of a filter to be written as a table, by name. That somebody took so many people's data along is
// on record, before they have it. Errors: Forbidden.
func (s *Service) Table(ctx context.Context, actor lms.Actor, f who.Filter) (*Table, error) {
	if err := actor.May(lms.ReadPerson); err != nil {
		return nil, err
	}
	err := audit.Write(ctx, s.DB, audit.Event{
		At: s.Now(), Actor: actor.Person, Action: "desk.table", SubjectKind: "people", SubjectID: "desk", Detail: map[string]any{"countries": f.Countries},
	})
	if err != nil {
		return nil, err
	}
	return &Table{Name: "people-" + s.date(), service: s, scope: actor.Scope(lms.ReadPerson), filter: f, words: text.DeskIn(actor.Language)}, nil
}

// heads are the columns.
func (t *Table) heads() []string {
	w := t.words
	return []string{
		w.Name, w.Latin, w.Country, w.Centre, w.Organisation, w.Kind, w.Job, w.Mail, w.Phone, w.Standing, w.Done, w.Stuck, w.ValidUntil, w.Seen,
	}
}

// row writes a person into cells, which it is given to use again.
func (t *Table) row(cells []string, p *Person) []string {
	w := t.words
	done, stuck, until, seen := "", "", p.ValidUntil, ""
	if p.Needed > 0 {
		done = strconv.Itoa(p.Done) + "/" + strconv.Itoa(p.Needed)
	}
	if p.Stuck {
		stuck = w.Yes
	}
	if p.ForEver {
		until = w.ForEver
	}
	if p.LastSeenAt != nil {
		seen = p.LastSeenAt.UTC().Format(time.DateOnly)
	}
	return append(cells[:0], p.Name, p.Latin, p.Country, p.Centre, p.Organisation, w.Kinds[p.Kind], w.Jobs[p.Job], p.Email, p.Phone,
		w.Standings[p.Standing], done, stuck, until, seen)
}

// each reads the people one by one.
func (t *Table) each(ctx context.Context, do func(cells []string) error) error {
	var w who.Query
	query := peopleSQL(&w, t.scope, t.filter, t.service.Now())
	rows, err := db.Rows(ctx, t.service.DB, query+w.Where()+" ORDER BY p.sort_name, p.id", w.Args()...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var cells []string
	for rows.Next() {
		var p Person
		if err := p.scan(rows); err != nil {
			return err
		}
		cells = t.row(cells, &p)
		if err := do(cells); err != nil {
			return err
		}
	}
	return db.Translate(rows.Err())
}

// WriteCSV writes it in UTF-8 with a byte order mark, by which spreadsheets know it, row by row.
func (t *Table) WriteCSV(ctx context.Context, to io.Writer) error {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(to)
	if err := out.Write(t.heads()); err != nil {
		return err
	}
	err := t.each(ctx, func(cells []string) error {
		for i := range cells {
			cells[i] = harmless(cells[i])
		}
		return out.Write(cells)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

// harmless keeps a spreadsheet from taking a text for a formula (OWASP, CSV injection). A telephone number in
// international form is none.
func harmless(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if s[0] == '+' && strings.Trim(s[1:], "0123456789 ()-") == "" {
		return s
	}
	return "'" + s
}

// widths are those of the heads' columns in a workbook, in characters.
var widths = [...]float64{32, 28, 8, 26, 32, 16, 16, 28, 18, 14, 8, 8, 12, 12}

// WriteXLSX writes it as a workbook, row by row: a hundred thousand need no more memory than a thousand.
func (t *Table) WriteXLSX(ctx context.Context, to io.Writer) error {
	heads := t.heads()
	columns := make([]workbook.Column, len(heads))
	for i, h := range heads {
		columns[i] = workbook.Column{Head: h, Width: widths[i]}
	}
	w, err := workbook.New(to, t.words.People, columns)
	if err != nil {
		return err
	}
	if err := t.each(ctx, w.Row); err != nil {
		return err
	}
	return w.Close()
}
