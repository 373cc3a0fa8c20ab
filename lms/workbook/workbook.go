package workbook

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
)

const (
	// MaxRows is how many rows a sheet has, the head among them, and maxCell how long a cell's text may be, in UTF-16
	// units: what Excel takes.
	MaxRows = 1 << 20
	maxCell = 32767
	maxName = 31 // characters of a sheet's name
)

// What is refused, because Excel would not open the file.
var (
	ErrRows = errors.New("workbook: more rows than a sheet has")
	ErrCell = errors.New("workbook: a text is longer than a cell takes")
	ErrName = errors.New("workbook: a sheet has no such name")
)

// Column is a head with the width of its column, in characters.
type Column struct {
	Head  string
	Width float64
}

// Writer writes a workbook. Without Close it is none.
type Writer struct {
	zip   *zip.Writer
	sheet *bufio.Writer
	rows  int
}

const header = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// parts are all but the sheet, in the order in which they stand in the file; %s is the sheet's name.
var parts = []struct{ name, text string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<bookViews><workbookView/></bookViews><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	// Style 1 is bold.
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`},
}

// New begins a workbook whose one sheet has a name and a head, of at least one column. Errors: ErrName, ErrCell, those of the writer.
func New(to io.Writer, name string, columns []Column) (*Writer, error) {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || strings.ContainsAny(name, `:\/?*[]`) || strings.Trim(name, "'") != name {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	w := &Writer{zip: zip.NewWriter(to)}
	// The markup around the texts packs well at the fastest level: twenty times, where the default needs three times as long.
	w.zip.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestSpeed) })
	for _, p := range parts {
		part, err := w.zip.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(part, header+strings.ReplaceAll(p.text, "%s", escape(name))); err != nil {
			return nil, err
		}
	}
	part, err := w.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	w.sheet = bufio.NewWriterSize(part, 32<<10)
	return w, w.head(columns)
}

func (w *Writer) head(columns []Column) error {
	w.put(header, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">`,
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews><cols>`)
	cells := make([]string, len(columns))
	for i, c := range columns {
		n := strconv.Itoa(i + 1)
		w.put(`<col min="`, n, `" max="`, n, `" width="`, strconv.FormatFloat(c.Width, 'f', -1, 64), `" customWidth="1"/>`)
		cells[i] = c.Head
	}
	w.put(`</cols><sheetData>`)
	return w.row(cells, ` s="1"`)
}

// put writes texts; what goes wrong is told by the last of a row, as the buffer keeps its error.
func (w *Writer) put(texts ...string) {
	for _, t := range texts {
		_, _ = w.sheet.WriteString(t)
	}
}

// Row writes the next row; empty texts are no cells. Errors: ErrRows, ErrCell, those of the writer.
func (w *Writer) Row(cells []string) error { return w.row(cells, "") }

func (w *Writer) row(cells []string, style string) error {
	if w.rows++; w.rows > MaxRows {
		return ErrRows
	}
	n := strconv.Itoa(w.rows)
	w.put(`<row r="`, n, `">`)
	for i, c := range cells {
		if c == "" {
			continue
		}
		if len(c) > maxCell && units(c) > maxCell {
			return fmt.Errorf("%w: row %d", ErrCell, w.rows)
		}
		w.put(`<c r="`, letters(i), n, `"`, style, ` t="inlineStr"><is><t`)
		if outer(c[0]) || outer(c[len(c)-1]) {
			w.put(` xml:space="preserve"`)
		}
		w.put(`>`, escape(c), `</t></is></c>`)
	}
	_, err := w.sheet.WriteString(`</row>`)
	return err
}

// Close ends the workbook; it does not close what it is written to.
func (w *Writer) Close() error {
	w.put(`</sheetData></worksheet>`)
	if err := w.sheet.Flush(); err != nil {
		return err
	}
	return w.zip.Close()
}

// units counts what Excel counts: two for a character beyond the basic plane.
func units(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// outer tells white space, which would be lost at the ends of a text.
func outer(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// letters name a column: A to Z, then AA.
func letters(column int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if column < len(alphabet) {
		return alphabet[column : column+1]
	}
	return letters(column/len(alphabet)-1) + letters(column%len(alphabet))
}

// escape writes a text as XML. Characters that XML has no way to write are _x001F_, as Excel does it (ECMA-376, part 1,
// 22.9.2.19), and what looks like that already gets its first line written so.
func escape(s string) string {
	if !strings.ContainsFunc(s, unusual) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '_' && escaped(s[i:]):
			b.WriteString("_x005F_")
		case r == '\r', r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			b.WriteRune(r) // U+FFFD for what is no UTF-8
		}
	}
	return b.String()
}

func unusual(r rune) bool {
	return r < ' ' || r == '&' || r == '<' || r == '>' || r == '"' || r == '_' || r >= utf8.RuneError && r <= 0xffff
}

// escaped tells a text that begins as an escaped character does.
func escaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
