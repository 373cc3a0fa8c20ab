package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"

	"mostik/lms/indicator"
	"mostik/lms/text"
)

// Sizes of the page, in millimetres: A4 standing up.
const (
	pageWidth, pageHeight = 210.0, 297.0
	margin                = 20.0
	column                = pageWidth - 2*margin
)

// Colours: ink, a quieter ink, teal, its pale line and ground.
var (
	ink    = [3]int{28, 37, 40}
	quiet  = [3]int{84, 98, 102}
	teal   = [3]int{11, 92, 92}
	hair   = [3]int{190, 208, 207}
	ground = [3]int{240, 246, 245}
)

// sheet is a document under the pen.
type sheet struct {
	*fpdf.Fpdf
	d *paper
	w *text.Donor
}

// CellFormat, MultiCell, SplitText, GetStringWidth and Text draw what people typed.
func (p *sheet) CellFormat(w, h float64, s, border string, ln int, align string, fill bool, link int, url string) {
	p.Fpdf.CellFormat(w, h, text.Drawn(s), border, ln, align, fill, link, url)
}

// MultiCell is CellFormat over several lines.
func (p *sheet) MultiCell(w, h float64, s, border, align string, fill bool) {
	p.Fpdf.MultiCell(w, h, text.Drawn(s), border, align, fill)
}

// SplitText breaks a text into lines.
func (p *sheet) SplitText(s string, w float64) []string { return p.Fpdf.SplitText(text.Drawn(s), w) }

// GetStringWidth measures a text.
func (p *sheet) GetStringWidth(s string) float64 { return p.Fpdf.GetStringWidth(text.Drawn(s)) }

// Text writes one line.
func (p *sheet) Text(x, y float64, s string) { p.Fpdf.Text(x, y, text.Drawn(s)) }

// pdf draws the report. The same content gives the same bytes.
func (d *paper) pdf() ([]byte, error) {
	p := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), d: d, w: d.words()}
	p.setUp()
	p.head()
	for i := range d.content.Figures {
		p.figure(&d.content.Figures[i])
	}
	p.outcomes(&d.content.Outcomes)
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("drawing a report: %w", err)
	}
	return out.Bytes(), nil
}

func (p *sheet) setUp() {
	on := p.d.lastDay()
	p.SetCreationDate(on)
	p.SetModificationDate(on)
	p.SetCatalogSort(true) // otherwise maps decide the order of the bytes
	p.SetProducer("Mostik", true)
	p.SetTitle(p.d.row.Title, true)
	p.SetAuthor(p.d.issuer, true)
	p.SetLang(p.d.lang)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, 22)
	p.AliasNbPages("{nb}")
	p.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	p.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	p.AddUTF8FontFromBytes("sans", "B", liberationsansbold.TTF)
	p.SetFooterFunc(func() {
		p.SetY(-14)
		p.font("", 8, quiet)
		p.CellFormat(column/2, 5, p.d.row.Title, "", 0, "L", false, 0, "")
		p.CellFormat(column/2, 5, fmt.Sprintf("%s %d / {nb}", p.w.Page, p.PageNo()), "", 0, "R", false, 0, "")
	})
	p.AddPage()
}

func (p *sheet) font(style string, size float64, c [3]int) {
	p.SetFont("sans", style, size)
	p.SetTextColor(c[0], c[1], c[2])
}

// keep goes to a new page where less room is left than is needed.
func (p *sheet) keep(room float64) {
	if p.GetY()+room > pageHeight-22 {
		p.AddPage()
	}
}

func (p *sheet) head() {
	p.font("", 10, quiet)
	p.MultiCell(column, 5, p.d.issuer, "", "L", false)
	p.Ln(2)
	p.SetFont("serif", "B", 22)
	p.SetTextColor(teal[0], teal[1], teal[2])
	p.MultiCell(column, 9, p.d.row.Title, "", "L", false)
	p.Ln(3)
	for _, fact := range [][2]string{{p.w.Programme, p.d.row.ProgrammeTitle}, {p.w.Period, p.d.days()}, {p.w.Countries, p.d.where()}} {
		p.font("", 9.5, quiet)
		p.CellFormat(34, 6, fact[0], "", 0, "L", false, 0, "")
		p.font("", 10.5, ink)
		p.MultiCell(column-34, 6, fact[1], "", "L", false)
	}
	p.Ln(2)
	p.font("", 9, quiet)
	p.MultiCell(column, 4.6, fill(p.w.HiddenNote, strconv.Itoa(p.d.content.Threshold)), "", "L", false)
}

// title of a part.
func (p *sheet) title(s string) {
	p.Ln(7)
	p.keep(40)
	p.SetFont("serif", "B", 14)
	p.SetTextColor(ink[0], ink[1], ink[2])
	p.MultiCell(column, 6.5, s, "", "L", false)
}

func (p *sheet) note(s string) {
	p.font("", 9, quiet)
	p.MultiCell(column, 4.6, s, "", "L", false)
	p.Ln(1.5)
}

func (p *sheet) figure(f *Figure) {
	d := &f.Definition
	p.title(p.d.labels[d.Key])
	p.note(p.d.labels["what:"+d.Key])
	p.font("B", 13, teal)
	p.MultiCell(column, 7, p.value(f), "", "L", false)
	if t := d.Target; t != nil {
		p.font("", 9.5, quiet)
		p.MultiCell(column, 5, p.target(f), "", "L", false)
	}
	for i := range f.Tables {
		p.table(f, &f.Tables[i])
	}
}

// value says the whole number in a line.
func (p *sheet) value(f *Figure) string {
	if f.Hidden {
		return p.w.HiddenMark
	}
	s := ""
	if f.Persons != nil {
		s = p.w.Persons + ": " + strconv.Itoa(*f.Persons)
		if f.Of != nil {
			s += fmt.Sprintf(" (%s %d: %s)", p.w.OfAll, *f.Of, p.d.share(f.Share))
		}
	}
	if f.Attendances != nil {
		if s != "" {
			s += "    "
		}
		s += p.w.Attendances + ": " + strconv.Itoa(*f.Attendances)
	}
	return s
}

func (p *sheet) target(f *Figure) string {
	t, reached := f.Definition.Target, ""
	if f.Definition.Of != nil {
		reached = p.d.share(f.Share)
	} else if n := first(f.Persons, f.Attendances); n != nil {
		share := float64(int(float64(*n)/t.Value*1000)) / 10
		reached = p.d.share(&share)
	}
	s := p.w.Target + ": " + text.Decimal(p.d.lang, strconv.FormatFloat(t.Value, 'f', -1, 64))
	if f.Definition.Of != nil {
		s += " %"
	}
	if t.By != "" {
		if by, err := day("by", t.By); err == nil {
			s += " (" + fill(p.w.Until, text.Date(p.d.lang, by)) + ")"
		}
	}
	if reached != "" {
		s += " · " + p.w.Reached + ": " + reached
	}
	return s
}

func first(values ...*int) *int {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
}

// table draws a breakdown: the category, a bar, and the numbers.
func (p *sheet) table(f *Figure, t *Table) {
	if len(t.Rows) == 0 {
		return
	}
	p.Ln(3)
	p.keep(22)
	heads, most := p.heads(f), 1
	for _, r := range t.Rows {
		if n := first(r.Persons, r.Attendances); n != nil {
			most = max(most, *n)
		}
	}
	const number = 26.0
	bar := 34.0
	label := column - bar - number*float64(len(heads))
	if label < 48 { // many numbers leave no room for a bar
		label, bar = label+bar, 0
	}
	p.row(label, bar, p.d.by(t.By), heads, 0, true)
	for _, r := range t.Rows {
		part := 0.0
		if n := first(r.Persons, r.Attendances); n != nil {
			part = float64(*n) / float64(most)
		}
		p.row(label, bar, p.d.category(t.By, r.Cats), p.numbers(f, &r.Number), part, false)
	}
}

func (p *sheet) heads(f *Figure) []string {
	var heads []string
	for _, u := range f.Definition.Units {
		if u == indicator.Persons {
			heads = append(heads, p.w.Persons)
		} else {
			heads = append(heads, p.w.Attendances)
		}
	}
	if f.Definition.Of != nil {
		heads = append(heads, p.w.OfAll, p.w.Share1)
	}
	return heads
}

func (p *sheet) numbers(f *Figure, n *Number) []string {
	var all []string
	for _, u := range f.Definition.Units {
		if u == indicator.Persons {
			all = append(all, p.d.cell(n.Persons, n.Hidden))
		} else {
			all = append(all, p.d.cell(n.Attendances, n.Hidden))
		}
	}
	if f.Definition.Of != nil {
		all = append(all, p.d.cell(n.Of, n.OfHidden), p.d.share(n.Share))
	}
	return all
}

// row draws one line of a table over a hairline.
func (p *sheet) row(label, bar float64, name string, numbers []string, part float64, head bool) {
	style, colour := "", ink
	if head {
		style, colour = "B", quiet
	}
	p.font(style, 9.5, colour)
	lines, width := p.SplitText(name, label-2), (column-label-bar)/float64(len(numbers))
	most := len(lines)
	cells := make([][]string, len(numbers))
	for i, n := range numbers {
		cells[i] = p.SplitText(n, width-2)
		most = max(most, len(cells[i]))
	}
	high := 5.2*float64(max(1, most)) + 1
	p.keep(high)
	x, y := margin, p.GetY()
	if head {
		p.SetFillColor(ground[0], ground[1], ground[2])
		p.Rect(x, y, column, high, "F")
	}
	for i, l := range lines {
		p.Text(x+1, y+4.3+5.2*float64(i), l)
	}
	if part > 0 && bar > 0 {
		p.SetFillColor(teal[0], teal[1], teal[2])
		p.Rect(x+label, y+2, (bar-4)*part, 2.6, "F")
	}
	at := x + label + bar
	for i, n := range numbers {
		if n == p.w.HiddenMark {
			p.SetTextColor(quiet[0], quiet[1], quiet[2])
		} else {
			p.SetTextColor(colour[0], colour[1], colour[2])
		}
		at += width
		for k, l := range cells[i] {
			p.Text(at-1-p.GetStringWidth(l), y+4.3+5.2*float64(k), l)
		}
	}
	p.SetDrawColor(hair[0], hair[1], hair[2])
	p.SetLineWidth(0.2)
	p.Line(x, y+high, x+column, y+high)
	p.SetY(y + high)
}

// lines draws a table of texts without bars.
func (p *sheet) lines(heads []string, rows [][]string) {
	p.Ln(1)
	label := 74.0
	if len(heads) > 5 {
		label = 44
	}
	p.row(label, 0, heads[0], heads[1:], 0, true)
	for _, r := range rows {
		p.row(label, 0, r[0], r[1:], 0, false)
	}
}

func (p *sheet) outcomes(o *Outcomes) {
	if len(o.Learning) > 0 {
		p.title(p.w.Learning)
		p.note(p.w.LearningNote)
		var rows [][]string
		for _, l := range o.Learning {
			effect := p.d.decimal(l.Effect)
			if l.Small && l.Effect != nil {
				effect += " *"
			}
			rows = append(rows, []string{p.d.labels["course:"+l.Course], p.d.group(l.Pairs), p.percent(l.Before), p.percent(l.After), p.percent(l.Gain), effect})
		}
		p.lines([]string{p.w.Course, p.w.Pairs, p.w.Before, p.w.After, p.w.Gain, p.w.Effect}, rows)
		for _, l := range o.Learning {
			p.missing(&l)
		}
	}
	if slices.ContainsFunc(o.Reaction, func(r Reaction) bool { return r.Mean != nil }) {
		p.title(p.w.Reaction)
		p.note(p.w.ReactionNote)
		// The same questions close every course, so each course has a table of its own.
		for i := 0; i < len(o.Reaction); {
			course, rows := o.Reaction[i].Course, [][]string(nil)
			for ; i < len(o.Reaction) && o.Reaction[i].Course == course; i++ {
				if r := o.Reaction[i]; r.Mean != nil {
					rows = append(rows, []string{p.d.labels["item:"+r.Course+"/"+r.Item], strconv.Itoa(r.N), p.d.decimal(r.Mean) + " / " + strconv.Itoa(r.To)})
				}
			}
			if len(rows) > 0 {
				p.lines([]string{cmp.Or(p.d.labels["course:"+course], p.w.Question), p.w.Answers, p.w.Mean}, rows)
			}
		}
	}
	if len(o.Later) > 0 {
		p.title(p.w.Later)
		p.note(p.w.LaterNote)
		for _, l := range o.Later {
			p.later(&l)
		}
	}
	if len(o.Notes) > 0 {
		p.title(p.w.Notes)
		for _, n := range o.Notes {
			p.Ln(1.5)
			if on, err := day("happened_on", n.On); err == nil {
				p.font("B", 9.5, quiet)
				p.MultiCell(column, 5, text.Date(p.d.lang, on), "", "L", false)
			}
			p.font("", 10.5, ink)
			p.MultiCell(column, 5.2, n.Words, "", "L", false)
			if n.Source != "" {
				p.note(p.w.Source + ": " + n.Source)
			}
		}
	}
}

func (p *sheet) percent(v *float64) string {
	if v == nil {
		return "–"
	}
	return p.d.share(v)
}

// missing says below the table who is not compared.
func (p *sheet) missing(l *Learning) {
	p.Ln(1)
	s := p.d.labels["course:"+l.Course] + ". " + p.w.Missing + ": "
	switch m := l.Missing; {
	case m == nil:
		s += p.w.HiddenMark
	case m.total() == 0:
		s += "0"
	default:
		s += fmt.Sprintf("%d (%s %d, %s %d, %s %d)", m.total(), p.w.OnlyBefore, m.OnlyBefore, p.w.OnlyAfter, m.OnlyAfter, p.w.Neither, m.Neither)
	}
	if l.Small {
		s += ". * " + p.w.SmallSample
	}
	p.note(s + ".")
}

// later draws one follow-up, the response rate before the results.
func (p *sheet) later(l *Later) {
	p.Ln(2)
	p.keep(24)
	p.font("B", 10.5, ink)
	head, stems := capital(fill(p.w.Months, strconv.Itoa(l.Months))), "later:"
	if l.By == bySupervisor {
		head, stems = head+", "+p.w.Supervisors, "later:"+bySupervisor+"/"
	}
	p.MultiCell(column, 5.4, head, "", "L", false)
	p.font("", 9.5, quiet)
	rate := p.w.HiddenMark
	if l.Rate != nil {
		rate = p.d.share(l.Rate)
	}
	p.MultiCell(column, 5, fmt.Sprintf("%s: %s · %s: %s · %s: %s", p.w.Asked, p.d.group(l.Asked), p.w.Answered, p.d.group(l.Answered), p.w.Rate, rate), "", "L", false)
	var rows [][]string
	for _, r := range l.Results {
		if r.Mean != nil {
			rows = append(rows, []string{p.d.labels[stems+r.Item], rate, p.d.decimal(r.Mean) + " / 5"})
			continue
		}
		for _, o := range Followup().Items {
			for _, option := range o.Options {
				if share, there := r.Shares[option.Key]; there && o.Key == r.Item {
					rows = append(rows, []string{p.d.labels[stems+r.Item] + " " + p.d.labels["later:"+r.Item+"/"+option.Key], rate, "≈ " + p.d.share(&share)})
				}
			}
		}
	}
	if len(rows) > 0 {
		p.lines([]string{p.w.Question, p.w.Rate, p.w.Value}, rows)
	}
}
