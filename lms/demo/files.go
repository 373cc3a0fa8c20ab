package demo

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansregular"

	"mostik/lms/learning"
)

// drawNote draws a case note as a small PDF.
func drawNote(lines []string) ([]byte, error) {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCatalogSort(true)
	p.SetTitle(lines[0], true)
	p.SetMargins(25, 25, 25)
	p.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	p.AddPage()
	for i, line := range lines {
		p.SetFont("sans", "", map[bool]float64{true: 16, false: 11}[i == 0])
		p.MultiCell(0, 8, line, "", "L", false)
		p.Ln(3)
	}
	return output(p, "a case note")
}

// keepNotes draws the case notes that people hand in, and keeps them among the blobs.
func (l *loading) keepNotes() (map[string][]learning.FileKept, error) {
	kept := map[string][]learning.FileKept{}
	for lang, list := range notes {
		for i, lines := range list {
			pdf, err := drawNote(lines)
			if err != nil {
				return nil, err
			}
			info, err := l.Catalog.Blobs.Put(bytes.NewReader(pdf), int64(len(pdf)))
			if err != nil {
				return nil, err
			}
			name := map[string]string{"en": "case-note-%d.pdf", "ru": "записка-%d.pdf"}[lang]
			kept[lang] = append(kept[lang], learning.FileKept{
				Name: fmt.Sprintf(name, i+1), SHA256: info.Hash.String(), Type: "application/pdf", Bytes: info.Size,
			})
		}
	}
	return kept, nil
}

// drawSlides draws a set of slides, a page for each title.
func drawSlides(titles []string) ([]byte, error) {
	p := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: 254, Ht: 143}})
	p.SetCatalogSort(true)
	p.SetTitle(titles[0], true)
	p.SetMargins(25, 50, 25)
	p.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	for _, title := range titles {
		p.AddPage()
		p.SetFont("sans", "", 32)
		p.MultiCell(0, 16, title, "", "L", false)
	}
	return output(p, "slides")
}

// drawSheet draws the sheet that people signed at a centre without a list.
func drawSheet(people []*person, day time.Time) ([]byte, error) {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCatalogSort(true)
	p.SetMargins(25, 25, 25)
	p.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	p.AddPage()
	p.SetFont("sans", "", 14)
	p.MultiCell(0, 9, "Лист присутствия, Есик, "+day.Format("02.01.2006"), "", "L", false)
	p.SetFont("sans", "", 11)
	for i, who := range people {
		p.CellFormat(90, 14, fmt.Sprintf("%d. %s", i+1, who.fullName()), "1", 0, "L", false, 0, "")
		x, y := p.GetX(), p.GetY()
		p.CellFormat(60, 14, "", "1", 1, "L", false, 0, "")
		p.Curve(x+8, y+10, x+20+float64(5*i), y-2, x+42, y+9, "D")
	}
	return output(p, "a sheet")
}

func output(p *fpdf.Fpdf, what string) ([]byte, error) {
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("drawing %s: %w", what, err)
	}
	return out.Bytes(), nil
}
