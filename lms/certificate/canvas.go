package certificate

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"golang.org/x/image/font/sfnt"

	"mostik/lms/text"
)

// colour is red, green and blue, 0 to 255.
type colour = [3]int

// canvas is what a certificate is drawn on: the PDF, or the picture that shows whoever writes a template what it
// will look like. Measures are millimetres from the top left corner, sizes of letters points. Both measure letters
// with the fonts of the PDF, so a line that fits on one fits on the other.
type canvas interface {
	font(family, style string, size float64)
	width(s string) float64
	write(x, y float64, c colour, s string)
	line(x1, y1, x2, y2, thick float64, c colour)
	box(x, y, w, h float64, fill bool, thick float64, c colour)
	arch(x1, y1, xTop, yTop, x2, y2, thick float64, c colour)
	picture(name string, png []byte, x, y, w, h float64, link string)
}

// onPDF draws with fpdf.
type onPDF struct{ *fpdf.Fpdf }

func (p onPDF) font(family, style string, size float64) { p.SetFont(family, style, size) }
func (p onPDF) width(s string) float64                  { return p.GetStringWidth(text.Drawn(s)) }

func (p onPDF) write(x, y float64, c colour, s string) {
	p.SetTextColor(c[0], c[1], c[2])
	p.Text(x, y, text.Drawn(s))
}

func (p onPDF) pen(thick float64, c colour) {
	p.SetDrawColor(c[0], c[1], c[2])
	p.SetFillColor(c[0], c[1], c[2])
	p.SetLineWidth(thick)
}

func (p onPDF) line(x1, y1, x2, y2, thick float64, c colour) {
	p.pen(thick, c)
	p.Line(x1, y1, x2, y2)
}

func (p onPDF) box(x, y, w, h float64, fill bool, thick float64, c colour) {
	p.pen(thick, c)
	style := "D"
	if fill {
		style = "F"
	}
	p.Rect(x, y, w, h, style)
}

func (p onPDF) arch(x1, y1, xTop, yTop, x2, y2, thick float64, c colour) {
	p.pen(thick, c)
	p.Curve(x1, y1, xTop, yTop, x2, y2, "D")
}

func (p onPDF) picture(name string, png []byte, x, y, w, h float64, link string) {
	p.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(png))
	p.ImageOptions(name, x, y, w, h, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, link)
}

// holderFont is the one in which names stand.
var holderFont = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(liberationserifbold.TTF) })

// printable tells whether the font of names has a letter for every sign of a text. It has those of Latin, Cyrillic and
// Greek scripts, and none of Georgian, Armenian or Arabic.
func printable(s string) bool {
	f, err := holderFont()
	if err != nil {
		return true
	}
	var b sfnt.Buffer
	for _, r := range s {
		if glyph, err := f.GlyphIndex(&b, r); err != nil || glyph == 0 {
			return false
		}
	}
	return true
}

// onSVG draws one SVG document; the PDF beside it only measures.
type onSVG struct {
	onPDF
	out           *strings.Builder
	family, style string
	size          float64 // in millimetres
}

// pointMM is one point in millimetres.
const pointMM = 25.4 / 72

func newSVG(measure *fpdf.Fpdf, width, height float64) *onSVG {
	s := &onSVG{onPDF: onPDF{measure}, out: &strings.Builder{}}
	fmt.Fprintf(s.out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s">`, mm(width), mm(height))
	fmt.Fprintf(s.out, `<rect width="%s" height="%s" fill="#fff"/>`, mm(width), mm(height))
	return s
}

func (s *onSVG) end() string { return s.out.String() + `</svg>` }

func mm(v float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
}

func hex(c colour) string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

func (s *onSVG) font(family, style string, size float64) {
	s.onPDF.font(family, style, size)
	s.family, s.style, s.size = family, style, size*pointMM
}

// escape makes text out of what people typed.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func (s *onSVG) write(x, y float64, c colour, words string) {
	if strings.TrimSpace(words) == "" {
		return
	}
	family, weight := "Liberation Sans, Arial, sans-serif", "400"
	if s.family == "serif" {
		family = "Liberation Serif, Times New Roman, serif"
	}
	if s.style == "B" {
		weight = "700"
	}
	fmt.Fprintf(s.out, `<text x="%s" y="%s" font-family="%s" font-weight="%s" font-size="%s" fill="%s" textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`,
		mm(x), mm(y), family, weight, mm(s.size), hex(c), mm(s.width(words)), escape.Replace(words))
}

func (s *onSVG) line(x1, y1, x2, y2, thick float64, c colour) {
	fmt.Fprintf(s.out, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-width="%s"/>`, mm(x1), mm(y1), mm(x2), mm(y2), hex(c), mm(thick))
}

func (s *onSVG) box(x, y, w, h float64, fill bool, thick float64, c colour) {
	paint := fmt.Sprintf(`fill="none" stroke="%s" stroke-width="%s"`, hex(c), mm(thick))
	if fill {
		paint = `fill="` + hex(c) + `"`
	}
	fmt.Fprintf(s.out, `<rect x="%s" y="%s" width="%s" height="%s" %s/>`, mm(x), mm(y), mm(w), mm(h), paint)
}

func (s *onSVG) arch(x1, y1, xTop, yTop, x2, y2, thick float64, c colour) {
	fmt.Fprintf(s.out, `<path d="M%s %sQ%s %s %s %s" fill="none" stroke="%s" stroke-width="%s"/>`,
		mm(x1), mm(y1), mm(xTop), mm(yTop), mm(x2), mm(y2), hex(c), mm(thick))
}

func (s *onSVG) picture(_ string, png []byte, x, y, w, h float64, _ string) {
	fmt.Fprintf(s.out, `<image x="%s" y="%s" width="%s" height="%s" href="data:image/png;base64,%s"/>`,
		mm(x), mm(y), mm(w), mm(h), base64.StdEncoding.EncodeToString(png))
}
