package certificate

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"rsc.io/qr"

	"mostik/lms/text"
)

// Sizes of the paper, in millimetres: A4 lying down.
const (
	paperWidth, paperHeight = 297.0, 210.0
	margin                  = 22.0
	qrSide                  = 44.0
)

// Colours of the paper, as on the screen: ink, a quieter ink, the teal of action and its pale line.
var (
	ink   = [3]int{28, 37, 40}
	quiet = [3]int{84, 98, 102}
	teal  = [3]int{11, 92, 92}
	hair  = [3]int{190, 208, 207}
)

// Render draws a certificate on one A4 page as a PDF with subsets of its fonts, in a language of the
// interface. The same claim, seal, address and language give the same bytes each time, so that nothing
// has to be kept. Letters of Kazakh, Kyrgyz and Tajik are in the fonts (Liberation, SIL OFL).
func Render(claim Claim, sealed Sealed, publicURL, lang string) ([]byte, error) {
	w := text.In(lang).Certificate
	p := &paper{Fpdf: fpdf.New("L", "mm", "A4", "")}
	p.setUp(claim, w)
	p.frame()
	p.heading(claim, lang)
	p.holder(claim, w)
	p.course(claim, lang)
	p.facts(claim, w, lang)
	address := publicURL + "/verify/" + claim.Serial
	if err := p.check(address, address+"#"+sealed.String(), w); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("drawing a certificate: %w", err)
	}
	return out.Bytes(), nil
}

// paper is one page under the pen.
type paper struct{ *fpdf.Fpdf }

func (p *paper) setUp(claim Claim, w text.Certificate) {
	issued := time.Date(claim.IssuedOn.Year(), claim.IssuedOn.Month(), claim.IssuedOn.Day(), 0, 0, 0, 0, time.UTC)
	p.SetCreationDate(issued)
	p.SetModificationDate(issued)
	p.SetCatalogSort(true) // otherwise maps decide the order of the bytes
	p.SetProducer("Mostik", true)
	p.SetTitle(w.Title+" "+claim.Serial, true)
	p.SetAuthor(claim.Issuer, true)
	p.SetLang(claim.Language)
	p.SetMargins(0, 0, 0)
	p.SetAutoPageBreak(false, 0)
	p.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	p.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	p.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	p.AddPage()
}

func (p *paper) ink(c [3]int) { p.SetTextColor(c[0], c[1], c[2]) }

// frame is a hairline with a bridge in it: the sign of Mostik.
func (p *paper) frame() {
	p.SetDrawColor(hair[0], hair[1], hair[2])
	p.SetLineWidth(0.3)
	p.Rect(10, 10, paperWidth-20, paperHeight-20, "D")
	p.SetDrawColor(teal[0], teal[1], teal[2])
	p.SetLineWidth(1.1)
	x, y := paperWidth/2-17, 29.0
	p.Curve(x, y, x+17, y-14, x+34, y, "D")
	p.SetLineWidth(0.6)
	p.Line(x-4, y, x+38, y)
	for _, at := range []float64{8.5, 17, 25.5} {
		t := at / 34
		rise := 2 * t * (1 - t) * 14
		p.Line(x+at, y, x+at, y-rise)
	}
}

func (p *paper) heading(claim Claim, lang string) {
	p.ink(quiet)
	p.centred("sans", "", 11, 38, claim.Issuer)
	p.ink(teal)
	p.centred("serif", "B", 34, 56, DocumentName(claim, lang))
}

// DocumentName is what the paper is called: the issuer's word in the certificate's own language, and ours in others.
func DocumentName(claim Claim, lang string) string {
	w := text.In(lang)
	switch {
	case claim.Document != "" && lang == claim.Language:
		return claim.Document
	case claim.Of() == Participation:
		return w.Life.Participation
	}
	return w.Life.Achievement
}

// did is what the holder did, in a sentence that goes on with the title.
func did(claim Claim, lang string) string {
	w := text.In(lang)
	switch {
	case claim.Of() == Participation && claim.Programme != "":
		return w.Life.TookPartProgramme
	case claim.Of() == Participation:
		return w.Life.TookPartCourse
	case claim.Programme != "":
		return w.Life.CompletedProgramme
	}
	return w.Certificate.Completed
}

func (p *paper) holder(claim Claim, w text.Certificate) {
	p.ink(quiet)
	p.centred("sans", "", 11, 70, w.Certifies)
	p.ink(ink)
	p.centred("serif", "B", 27, 85, claim.Holder)
	if claim.HolderLatin != "" && claim.HolderLatin != claim.Holder {
		p.ink(quiet)
		p.centred("serif", "", 15, 94, claim.HolderLatin)
	}
}

func (p *paper) course(claim Claim, lang string) {
	p.ink(quiet)
	p.centred("sans", "", 11, 106, did(claim, lang))
	p.ink(ink)
	p.centred("serif", "B", 20, 119, claim.Title())
}

// facts is the column at the left: hours, dates, the law's day, the serial.
func (p *paper) facts(claim Claim, w text.Certificate, lang string) {
	expires := w.NoExpiry
	if claim.ExpiresOn != nil {
		expires = text.Date(lang, claim.ExpiresOn.Time)
	}
	lines := [][2]string{
		{w.Hours, text.Decimal(lang, claim.Hours)},
		{w.IssuedOn, text.Date(lang, claim.IssuedOn.Time)},
		{w.ValidUntil, expires},
	}
	if claim.LawAsOf != nil {
		lines = append(lines, [2]string{w.LawAsOf, text.Date(lang, claim.LawAsOf.Time)})
	}
	lines = append(lines, [2]string{w.Issuer, claim.Issuer}, [2]string{w.Serial, claim.Serial})
	y := paperHeight - margin - float64(len(lines)-1)*8.5
	for _, l := range lines {
		p.ink(quiet)
		p.within("sans", 9.5, margin, y, 74, l[0])
		p.ink(ink)
		p.within("sans", 11, margin+78, y, 105, l[1])
		y += 8.5
	}
}

// check is the QR code at the right with the address under it.
func (p *paper) check(address, content string, w text.Certificate) error {
	picture, err := qrPNG(content)
	if err != nil {
		return err
	}
	x, y := paperWidth-margin-qrSide, paperHeight-margin-qrSide-9
	p.RegisterImageOptionsReader("qr", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(picture))
	p.ImageOptions("qr", x, y, qrSide, qrSide, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, address)
	p.ink(quiet)
	p.right("sans", 8, y+qrSide+4.5, w.Check)
	p.ink(teal)
	p.right("sans", 8, y+qrSide+9, address)
	return nil
}

// centred writes one line in the middle, smaller where it would not fit between the margins.
func (p *paper) centred(family, style string, size, y float64, s string) {
	p.SetFont(family, style, size)
	room := paperWidth - 2*margin
	if width := p.GetStringWidth(s); width > room {
		if lines := p.halves(s); size*room/width < size*0.7 && len(lines) == 2 {
			p.centred(family, style, size*0.8, y-size*0.16, lines[0])
			p.centred(family, style, size*0.8, y+size*0.16, lines[1])
			return
		}
		p.SetFont(family, style, size*room/width)
	}
	p.Text((paperWidth-p.GetStringWidth(s))/2, y, s)
}

// halves breaks a long line at the space nearest to its middle.
func (p *paper) halves(s string) []string {
	best := -1
	for i, r := range s {
		if r == ' ' && (best < 0 || abs(i-len(s)/2) < abs(best-len(s)/2)) {
			best = i
		}
	}
	if best < 0 {
		return []string{s}
	}
	return []string{s[:best], strings.TrimSpace(s[best:])}
}

func abs(n int) int { return max(n, -n) }

func (p *paper) right(family string, size, y float64, s string) {
	p.SetFont(family, "", size)
	p.Text(paperWidth-margin-p.GetStringWidth(s), y, s)
}

// within writes one line from x on, smaller where it would be wider than the room.
func (p *paper) within(family string, size, x, y, room float64, s string) {
	p.SetFont(family, "", size)
	if width := p.GetStringWidth(s); width > room {
		p.SetFont(family, "", size*room/width)
	}
	p.Text(x, y, s)
}

// qrPNG draws a QR code with its quiet zone. Level L: the code is large, the paper flat, and less error
// correction means larger squares for a cheap camera.
func qrPNG(content string) ([]byte, error) {
	code, err := qr.Encode(content, qr.L)
	if err != nil {
		return nil, fmt.Errorf("encoding a QR code of %d bytes: %w", len(content), err)
	}
	const zone, scale = 4, 4
	side := (code.Size + 2*zone) * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if code.Black(x/scale-zone, y/scale-zone) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("writing a QR code: %w", err)
	}
	return out.Bytes(), nil
}
