package report

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"mostik/lms/text"
)

func (d *paper) words() *text.Donor { return text.DonorIn(d.lang) }

// cell says a number as papers write it.
func (d *paper) cell(v *int, hidden bool) string {
	switch {
	case hidden:
		return d.words().HiddenMark
	case v == nil:
		return ""
	}
	return strconv.Itoa(*v)
}

func (d *paper) share(v *float64) string {
	if v == nil {
		return ""
	}
	return text.Decimal(d.lang, strconv.FormatFloat(*v, 'f', -1, 64)) + " %"
}

func (d *paper) decimal(v *float64) string {
	if v == nil {
		return "–"
	}
	return text.Decimal(d.lang, strconv.FormatFloat(*v, 'f', -1, 64))
}

// group says how many people a result is of.
func (d *paper) group(g Group) string {
	switch {
	case g.Hidden:
		return d.words().HiddenMark
	case g.AtLeast:
		return "≥ " + strconv.Itoa(g.N)
	}
	return strconv.Itoa(g.N)
}

// line is one row of the flat table that CSV and the sheet of numbers hold.
type line struct {
	indicator, by, category, unit string
	value                         *int
	hidden                        bool
}

// lines flattens the figures: one number a line.
func (d *paper) lines() []line {
	w := d.words()
	var all []line
	for _, f := range d.content.Figures {
		name := d.labels[f.Definition.Key]
		add := func(by, category string, n Number) {
			for _, u := range f.Definition.Units {
				unit, v := w.Persons, n.Persons
				if u == "attendances" {
					unit, v = w.Attendances, n.Attendances
				}
				all = append(all, line{name, by, category, unit, v, n.Hidden})
			}
			if f.Definition.Of != nil {
				all = append(all, line{name, by, category, w.OfAll, n.Of, n.OfHidden})
			}
		}
		add("", w.Total, f.Number)
		for _, t := range f.Tables {
			for _, r := range t.Rows {
				add(d.by(t.By), d.category(t.By, r.Cats), r.Number)
			}
		}
	}
	return all
}

func (d *paper) by(dims []string) string {
	names := make([]string, len(dims))
	for i, dim := range dims {
		names[i] = d.labels["dim:"+dim]
	}
	return strings.Join(names, " × ")
}

func (d *paper) category(dims, cats []string) string {
	names := make([]string, len(dims))
	for i, dim := range dims {
		names[i] = d.labels["dim:"+dim+"/"+cats[i]]
	}
	return strings.Join(names, " · ")
}

// csv has a byte order mark, by which spreadsheets know UTF-8. A text that a spreadsheet would take for a formula gets
// a quote in front.
func (d *paper) csv() ([]byte, error) {
	w := d.words()
	var out bytes.Buffer
	out.WriteString("\ufeff")
	c := csv.NewWriter(&out)
	c.UseCRLF = true
	if err := c.Write([]string{w.Indicator, w.By, w.Category, w.Unit, w.Value}); err != nil {
		return nil, err
	}
	for _, l := range d.lines() {
		record := []string{l.indicator, l.by, l.category, l.unit, d.cell(l.value, l.hidden)}
		for i, s := range record[:4] {
			if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
				record[i] = "'" + s
			}
		}
		if err := c.Write(record); err != nil {
			return nil, err
		}
	}
	c.Flush()
	return out.Bytes(), c.Error()
}

func (d *paper) json() ([]byte, error) {
	out := struct {
		Title    string            `json:"title"`
		Issuer   string            `json:"issuer"`
		Language string            `json:"language"`
		Content  *Content          `json:"report"`
		Labels   map[string]string `json:"labels"`
	}{d.row.Title, d.issuer, d.lang, d.content, d.labels}
	raw, err := json.MarshalIndent(out, "", "  ")
	return append(raw, '\n'), err
}

// xlsx has a sheet of all numbers and one of definitions. It is streamed, and written anew as a zip whose bytes hang on
// its content alone: names in order, no times.
func (d *paper) xlsx() ([]byte, error) {
	w := d.words()
	f := excelize.NewFile()
	defer f.Close()
	on := d.content.To + "T00:00:00Z"
	if err := f.SetDocProps(&excelize.DocProperties{Creator: d.issuer, LastModifiedBy: d.issuer, Title: d.row.Title, Created: on, Modified: on, Language: d.lang}); err != nil {
		return nil, err
	}
	numbers, definitions := sheetName(w.Report), sheetName(w.Definition)
	if err := f.SetSheetName("Sheet1", numbers); err != nil {
		return nil, err
	}
	rows := [][]any{{w.Indicator, w.By, w.Category, w.Unit, w.Value}}
	for _, l := range d.lines() {
		var v any = d.cell(l.value, l.hidden)
		if !l.hidden && l.value != nil {
			v = *l.value
		}
		rows = append(rows, []any{l.indicator, l.by, l.category, l.unit, v})
	}
	if err := stream(f, numbers, []float64{44, 28, 36, 14, 12}, rows); err != nil {
		return nil, err
	}
	if _, err := f.NewSheet(definitions); err != nil {
		return nil, err
	}
	rows = [][]any{{w.Report, d.row.Title}, {w.Programme, d.row.ProgrammeTitle}, {w.Period, d.days()}, {w.Countries, d.where()}, {"", fill(w.HiddenNote, strconv.Itoa(d.content.Threshold))}}
	for _, f := range d.content.Figures {
		rows = append(rows, []any{d.labels[f.Definition.Key], d.labels["what:"+f.Definition.Key]})
	}
	if err := stream(f, definitions, []float64{44, 120}, rows); err != nil {
		return nil, err
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return rezip(buf.Bytes())
}

// sheetName is a name that a sheet may have: at most 31 letters, none of those that formulas use.
func sheetName(s string) string {
	r := []rune(strings.NewReplacer(":", "", "\\", "", "/", "", "?", "", "*", "", "[", "", "]", "", "'", "").Replace(s))
	return string(r[:min(len(r), 31)])
}

func stream(f *excelize.File, sheet string, widths []float64, rows [][]any) error {
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for i, width := range widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	for i, row := range rows {
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
			return err
		}
	}
	return w.Flush()
}

// rezip writes a zip anew so that its bytes follow from what is in it.
func rezip(raw []byte) ([]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	sort.Slice(r.File, func(i, j int) bool { return r.File[i].Name < r.File[j].Name })
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		from, err := f.Open()
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(to, from)
		from.Close()
		if err != nil {
			return nil, err
		}
	}
	// Closed before its bytes are taken: the list of what is in it comes last.
	err = w.Close()
	return out.Bytes(), err
}

// days says the period in words.
func (d *paper) days() string {
	from, to, _ := span(d.content.From, d.content.To) // they were checked when the report was made
	return fill(d.words().Between, text.Date(d.lang, from), text.Date(d.lang, to))
}

func (d *paper) where() string {
	here := partOf(d.content.Country, d.content.Countries)
	if len(here) == 0 {
		return d.words().AllCountries
	}
	names := make([]string, len(here))
	for i, code := range here {
		names[i] = text.Country(d.lang, code)
	}
	return strings.Join(names, ", ")
}

// lastDay is the day that stands as the document's: its own data hang on no other.
func (d *paper) lastDay() time.Time {
	_, to, _ := span(d.content.From, d.content.To) // as above
	return to
}
