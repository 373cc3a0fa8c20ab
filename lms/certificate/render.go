package certificate

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"rsc.io/qr"

	"mostik/lms/text"
)

// Render draws a certificate on one page of A4 as a PDF with subsets of its fonts, in a language of the interface. The
// same claim, seal, address and language give the same bytes each time, so that nothing has to be kept. Letters of
// Kazakh, Kyrgyz and Tajik are in the fonts (Liberation, SIL OFL).
func Render(claim Claim, sealed Sealed, publicURL, lang string) ([]byte, error) {
	return render(look{}, claim, sealed, publicURL, lang)
}

func render(l look, claim Claim, sealed Sealed, publicURL, lang string) ([]byte, error) {
	lay := layoutOf(l.Layout)
	doc := newDocument(lay, claim, lang)
	p := &paper{canvas: onPDF{doc}, layout: lay, look: l}
	if err := p.draw(claim, sealed, publicURL, lang); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return nil, fmt.Errorf("drawing a certificate: %w", err)
	}
	return out.Bytes(), nil
}

// picture draws what render does as an SVG.
func picture(l look, claim Claim, sealed Sealed, publicURL, lang string) (string, error) {
	lay := layoutOf(l.Layout)
	svg := newSVG(newDocument(lay, claim, lang), lay.width, lay.height)
	p := &paper{canvas: svg, layout: lay, look: l}
	if err := p.draw(claim, sealed, publicURL, lang); err != nil {
		return "", err
	}
	return svg.end(), nil
}

// paper is one page under the pen.
type paper struct {
	canvas
	layout
	look look
}

// width0 is the page's width; the canvas has a width of its own, of letters.
func (p *paper) width0() float64 { return p.layout.width }

func newDocument(lay layout, claim Claim, lang string) *fpdf.Fpdf {
	doc := fpdf.New(lay.orientation, "mm", "A4", "")
	issued := time.Date(claim.IssuedOn.Year(), claim.IssuedOn.Month(), claim.IssuedOn.Day(), 0, 0, 0, 0, time.UTC)
	doc.SetCreationDate(issued)
	doc.SetModificationDate(issued)
	doc.SetCatalogSort(true) // otherwise maps decide the order of the bytes
	doc.SetProducer("Mostik", true)
	doc.SetTitle(DocumentName(claim, lang)+" "+claim.Serial, true)
	doc.SetAuthor(claim.Issuer, true)
	doc.SetLang(claim.Language)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	doc.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	doc.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	doc.AddPage()
	return doc
}

func (p *paper) draw(claim Claim, sealed Sealed, publicURL, lang string) error {
	w := text.In(lang)
	own := lang == claim.Language // a template's words are of its own language
	p.ornament(p)
	p.drawLogos()
	p.middle("sans", "", 11, p.issuer, quiet, claim.Issuer)
	p.middle("serif", "B", p.nameSize, p.name, teal, DocumentName(claim, lang))
	p.middle("sans", "", 11, p.certifies, quiet, either(own, p.look.Opening, w.Certificate.Certifies))
	holder := claim.Holder
	if claim.HolderLatin != "" && !printable(holder) {
		holder = claim.HolderLatin // else boxes would stand where the name does
	}
	p.middle("serif", "B", 27, p.holder, ink, holder)
	if claim.HolderLatin != "" && claim.HolderLatin != holder {
		p.middle("serif", "", 15, p.latin, quiet, claim.HolderLatin)
	}
	statement := p.look.Achievement.Statement
	if claim.Of() == Participation {
		statement = p.look.Participation.Statement
	}
	p.middle("sans", "", 11, p.did, quiet, either(own, statement, did(claim, lang)))
	p.middle("serif", "B", 20, p.title, ink, claim.Title())
	if own && p.look.Note != "" {
		p.middle("sans", "", 9.5, p.note, quiet, p.look.Note)
	}
	p.drawFacts(claim, w, lang)
	p.drawSignatures()
	address := publicURL + "/verify/" + claim.Serial
	return p.drawCode(address, address+"#"+sealed.String(), w.Certificate)
}

// either takes the template's words where it has some in the language of the paper.
func either(own bool, theirs, ours string) string {
	if own && theirs != "" {
		return theirs
	}
	return ours
}

// drawLogos puts the signs of the house into one row, each 16 mm high at most and 60 wide.
func (p *paper) drawLogos() {
	var list []drawn
	total := 0.0
	const high, wide, gap = 16.0, 60.0, 10.0
	size := func(d drawn) (w, h float64) {
		h = high
		if w = h * float64(d.width) / float64(d.height); w > wide {
			w, h = wide, wide*float64(d.height)/float64(d.width)
		}
		return w, h
	}
	for _, id := range p.look.Logos {
		if d, ok := p.look.pictures[id.String()]; ok {
			w, _ := size(d)
			total += w + gap
			list = append(list, d)
		}
	}
	x := (p.width0() - total + gap) / 2
	if p.left > 0 {
		x = p.left
	}
	for i, d := range list {
		w, h := size(d)
		p.picture("logo"+strconv.Itoa(i), d.png, x, p.logos+(high-h)/2, w, h, "")
		x += w + gap
	}
}

// drawFacts is the column at the left: hours, dates, the law's day, the serial.
func (p *paper) drawFacts(claim Claim, words *text.Words, lang string) {
	w := words.Certificate
	expires := w.NoExpiry
	if claim.ExpiresOn != nil {
		expires = text.Date(lang, claim.ExpiresOn.Time)
	}
	lines := [][2]string{
		{w.Hours, text.Decimal(lang, claim.Hours)},
		{w.IssuedOn, text.Date(lang, claim.IssuedOn.Time)},
	}
	if claim.ExpiresOn != nil || claim.Of() == Achievement { // having been there never ends
		lines = append(lines, [2]string{w.ValidUntil, expires})
	}
	if claim.LawAsOf != nil {
		lines = append(lines, [2]string{w.LawAsOf, text.Date(lang, claim.LawAsOf.Time)})
	}
	lines = append(lines, [2]string{w.Issuer, claim.Issuer}, [2]string{w.Serial, claim.Serial})
	if claim.Replaces != "" {
		lines = append(lines, [2]string{words.Life.Replaces, claim.Replaces})
	}
	step, x, room := 8.5, max(p.margin, p.left), p.facts
	if p.beside && len(p.look.Signatures) > 0 {
		room = 118 // the signatures stand beside
	}
	room -= x - p.margin
	y := p.height - p.margin - float64(len(lines)-1)*step
	for _, l := range lines {
		p.within("sans", 9.5, x, y, room*0.4, quiet, l[0])
		p.within("sans", 11, x+room*0.43, y, room*0.57, ink, l[1])
		y += step
	}
}

// drawSignatures puts a line for each who signs, with the picture of the hand above it and the name below.
func (p *paper) drawSignatures() {
	n := len(p.look.Signatures)
	for i, s := range p.look.Signatures {
		x, y, w := 146.0, p.height-p.margin-6-float64(n-1-i)*23, 60.0
		if !p.beside {
			w = (p.width0() - 2*p.margin - float64(n-1)*8) / float64(n)
			x, y = p.margin+float64(i)*(w+8), p.signTop+14
		}
		if d, ok := p.look.pictures[s.Picture.String()]; ok {
			h := 12.0
			pw := h * float64(d.width) / float64(d.height)
			if pw > w {
				pw, h = w, w*float64(d.height)/float64(d.width)
			}
			p.picture("hand"+strconv.Itoa(i), d.png, x+(w-pw)/2, y-h-0.5, pw, h, "")
		}
		p.line(x, y, x+w, y, 0.25, quiet)
		p.within("sans", 9.5, x, y+4.2, w, ink, s.Name)
		p.within("sans", 8, x, y+7.8, w, quiet, s.Role)
	}
}

// drawCode is the QR code at the right with the address under it. A claim of very long texts has no room in a code: then
// it leads to the public page alone.
func (p *paper) drawCode(address, content string, w text.Certificate) error {
	if len(content) > maxCode {
		content = address
	}
	code, err := qrPNG(content)
	if err != nil {
		return err
	}
	x, y := p.width0()-p.margin-qrSide, p.height-p.margin-qrSide-p.qrBottom
	p.picture("qr", code, x, y, qrSide, qrSide, address)
	p.right("sans", 8, y+qrSide+4.5, quiet, w.Check)
	p.right("sans", 8, y+qrSide+9, teal, address)
	return nil
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

// middle writes one line in the middle, or from the layout's left on; a long one breaks into two, smaller ones.
func (p *paper) middle(family, style string, size, y float64, c colour, s string) {
	p.font(family, style, size)
	if lines := halves(s); p.canvas.width(s)*0.7 > p.room() && len(lines) == 2 {
		p.fit(family, style, size*0.8, y-size*0.16, c, lines[0])
		p.fit(family, style, size*0.8, y+size*0.16, c, lines[1])
		return
	}
	p.fit(family, style, size, y, c, s)
}

// room is how wide a line in the middle may be, in millimetres.
func (p *paper) room() float64 { return p.width0() - p.margin - max(p.margin, p.left) }

// fit writes one line in the middle, smaller where it would not fit.
func (p *paper) fit(family, style string, size, y float64, c colour, s string) {
	p.font(family, style, size)
	if width := p.canvas.width(s); width > p.room() {
		p.font(family, style, size*p.room()/width)
	}
	x := p.left
	if x == 0 {
		x = (p.width0() - p.canvas.width(s)) / 2
	}
	p.write(x, y, c, s)
}

// halves breaks a long line at the space nearest to its middle.
func halves(s string) []string {
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

func (p *paper) right(family string, size, y float64, c colour, s string) {
	p.font(family, "", size)
	p.write(p.width0()-p.margin-p.canvas.width(s), y, c, s)
}

// within writes one line from x on, smaller where it would be wider than the room.
func (p *paper) within(family string, size, x, y, room float64, c colour, s string) {
	p.font(family, "", size)
	if width := p.canvas.width(s); width > room {
		p.font(family, "", size*room/width)
	}
	p.write(x, y, c, s)
}

// maxCode is what the largest QR code holds at level L, in bytes (ISO/IEC 18004, version 40).
const maxCode = 2953

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
