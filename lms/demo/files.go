package demo

import (
	"bytes"
	"fmt"

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
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("drawing a case note: %w", err)
	}
	return out.Bytes(), nil
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
