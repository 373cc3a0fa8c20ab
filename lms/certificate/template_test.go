package certificate_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"mostik/lms"
	"mostik/lms/certificate"
)

func painted(w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			m.Set(x, y, color.NRGBA{uint8(x), uint8(y), 120, 255})
		}
	}
	return m
}

func asPNG(t *testing.T, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, painted(w, h)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wellFormed reads XML to its end and gives its letters.
func wellFormed(t *testing.T, doc string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	var letters strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return letters.String()
		}
		if err != nil {
			t.Fatalf("the preview is no XML: %v", err)
		}
		if c, ok := token.(xml.CharData); ok {
			letters.Write(c)
			letters.WriteByte('\n')
		}
	}
}

func words(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (Debian: poppler-utils) reads the paper back, and is not installed")
	}
	cmd := exec.Command(tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A paper is drawn as its template was on the day, however often the template is saved afterwards.
func TestAnOldPaperKeepsItsLook(t *testing.T) {
	b := newBench(t).withBlobs()
	programme, version := b.programme("looks", "KZ")
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	picture, err := b.AddPicture(t.Context(), desk, programme, bytes.NewReader(asPNG(t, 300, 120)))
	if err != nil {
		t.Fatal(err)
	}
	save := func(tp certificate.Template) {
		t.Helper()
		if _, err := b.SaveTemplate(t.Context(), desk, programme, "en", tp); err != nil {
			t.Fatal(err)
		}
	}
	drawn := func(serial string) []byte {
		t.Helper()
		pdf, err := b.PDF(t.Context(), desk, serial, "")
		if err != nil {
			t.Fatal(err)
		}
		return pdf
	}
	plain := b.issue(b.passed(programme, version, "KZ", "Before"))
	first := certificate.Template{
		Layout: "band", Achievement: certificate.Document{Name: "Attestation", Statement: "has done all that was asked for in"},
		Participation: certificate.Document{Name: "Note of attendance"}, Note: "By order 12 of the ministry",
		Signatures: []certificate.Signature{{Name: "Saule Director", Role: "Director", Picture: picture.ID}}, Logos: []lms.ID[lms.Picture]{picture.ID},
	}
	save(first)
	award := b.passed(programme, version, "KZ", "Aigerim")
	serial := b.issue(award)
	award.Kind = certificate.Participation
	attended := b.issue(award)
	before := drawn(serial)
	second := first
	second.Layout, second.Signatures = "upright", []certificate.Signature{{Name: "Somebody Else"}, {Name: "And Another"}}
	save(second)
	if !bytes.Equal(before, drawn(serial)) {
		t.Error("the old paper changed with its template")
	}
	later := b.issue(b.passed(programme, version, "KZ", "Later"))
	for serial, want := range map[string][]string{
		plain:    {"Certificate", "has successfully completed the programme"},
		serial:   {"Attestation", "has done all that was asked for in", "Saule Director", "By order 12 of the ministry"},
		attended: {"Note of attendance", "took part in the programme"},
		later:    {"Attestation", "Somebody Else", "And Another"},
	} {
		got := words(t, drawn(serial))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("the paper does not say %q:\n%s", w, got)
			}
		}
	}
	if got := b.verified(serial).Claim.Document; got != "Attestation" {
		t.Errorf("the sealed name is %q", got)
	}
	v, err := b.Template(t.Context(), desk, programme, "en")
	if err != nil || v.Number != 2 || v.Layout != "upright" || v.Papers != 1 || v.Earlier != 2 || len(v.Pictures) != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	if other, err := b.PDF(t.Context(), desk, serial, "ru"); err != nil || strings.Contains(words(t, other), "Attestation") {
		t.Errorf("the issuer's English words stand on the Russian paper: %v", err)
	}
}

// Several programs run over one database: what is saved in one is in force in all, for the next certificate.
func TestATemplateSavedByAnotherProgramIsInForce(t *testing.T) {
	b := newBench(t).withBlobs()
	other := benchOn(b.World)
	programme, version := b.programme("faces", "KZ")
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	named := func(want string) {
		t.Helper()
		for range 2 {
			if got := b.verified(b.issue(b.passed(programme, version, "KZ", "Aigerim"))).Claim.Document; got != want {
				t.Fatalf("it is called %q, not %q", got, want)
			}
		}
	}
	named("")
	for _, name := range []string{"Attestation", "Certificate of practice"} {
		tp := certificate.Template{Layout: "band", Achievement: certificate.Document{Name: name}}
		if _, err := other.SaveTemplate(t.Context(), desk, programme, "en", tp); err != nil {
			t.Fatal(err)
		}
		named(name)
	}
	if n := b.Int(`SELECT count(DISTINCT template_id) FROM certificates`); n != 2 {
		t.Errorf("%d templates are named", n)
	}
}

func TestTwoWhoSaveATemplateAtOnceGetTwoNumbers(t *testing.T) {
	b := newBench(t).withBlobs()
	programme, _ := b.programme("crowd", "KZ")
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := b.SaveTemplate(t.Context(), desk, programme, "en", certificate.Template{Layout: "band"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := b.Int(`SELECT max(number) FROM certificate_templates`); n != 8 {
		t.Errorf("the last is number %d", n)
	}
}

func TestPreviewIsDrawnFromWhatWasTyped(t *testing.T) {
	b := newBench(t).withBlobs()
	programme, _ := b.programme("preview", "KZ")
	b.Exec(`UPDATE programmes SET draft = '{"title": {"en": "Safe return", "ru": "Безопасное возвращение"}}' WHERE id = $1`, programme)
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	for _, layout := range certificate.Layouts {
		tp := certificate.Template{Layout: layout, Opening: `<script>&"'`, Achievement: certificate.Document{Name: "Удостоверение"}, Signatures: []certificate.Signature{{Name: "A & B"}}}
		svg, err := b.Preview(t.Context(), desk, programme, "ru", certificate.Achievement, tp)
		if err != nil {
			t.Fatal(err)
		}
		got := wellFormed(t, svg)
		for _, want := range []string{`<script>&"'`, "Удостоверение", "A & B", "Безопасное возвращение", "Анна Примерова"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the preview does not say %q:\n%s", layout, want, got)
			}
		}
		if strings.Contains(svg, "<script") {
			t.Error("what was typed became an element")
		}
	}
}

func TestTemplatesAreChecked(t *testing.T) {
	b := newBench(t).withBlobs()
	programme, _ := b.programme("checked", "KZ")
	other, _ := b.programme("other", "KZ")
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	foreign, err := b.AddPicture(t.Context(), desk, other, bytes.NewReader(asPNG(t, 30, 30)))
	if err != nil {
		t.Fatal(err)
	}
	for field, tp := range map[string]certificate.Template{
		"layout":            {Layout: "baroque"},
		"note":              {Layout: "band", Note: strings.Repeat("x", 201)},
		"opening":           {Layout: "band", Opening: "two\nlines"},
		"signatures/0/name": {Layout: "band", Signatures: []certificate.Signature{{Role: "Nobody"}}},
		"logos/0":           {Layout: "band", Logos: []lms.ID[lms.Picture]{foreign.ID}},
	} {
		_, err := b.SaveTemplate(t.Context(), desk, programme, "en", tp)
		if e, ok := errors.AsType[*lms.Error](err); !ok || e.Kind != lms.Invalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	good := certificate.Template{Layout: "band"}
	for name, actor := range map[string]lms.Actor{"another country": b.may(lms.Coordinator, lms.CountryGround("TJ")), "a centre": b.may(lms.Coordinator, lms.CentreGround(b.Centre("KZ")))} {
		if _, err := b.SaveTemplate(t.Context(), actor, programme, "en", good); lms.KindOf(err) != lms.NotFound {
			t.Errorf("%s saved: %v", name, err)
		}
		if _, err := b.Template(t.Context(), actor, programme, "en"); lms.KindOf(err) != lms.NotFound {
			t.Errorf("%s read: %v", name, err)
		}
	}
	if _, err := b.SaveTemplate(t.Context(), desk, lms.ID[lms.Programme]{}, "en", good); lms.KindOf(err) != lms.NotFound {
		t.Errorf("the house's own template, by a country: %v", err)
	}
	list, err := b.Templates(t.Context(), b.may(lms.Coordinator, lms.CountryGround("TJ")))
	if err != nil || len(list) != 0 {
		t.Errorf("another country sees %+v, %v", list, err)
	}
	if list, err := b.Templates(t.Context(), desk); err != nil || len(list) != 2 {
		t.Errorf("its own country sees %+v, %v", list, err)
	}
}

// What is kept of a picture is the picture: nothing that the file carried besides, and nothing that is none.
func TestPicturesAreDrawnAnew(t *testing.T) {
	b := newBench(t).withBlobs()
	programme, _ := b.programme("pictures", "KZ")
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	add := func(raw []byte) (certificate.PictureView, error) {
		return b.AddPicture(t.Context(), desk, programme, bytes.NewReader(raw))
	}
	const secret = "Dilnoza-Karimova"
	carrying := append(asPNG(t, 1600, 400), []byte(secret)...)
	v, err := add(carrying)
	if err != nil || v.Width != 1200 || v.Height != 300 {
		t.Fatalf("%+v, %v", v, err)
	}
	if again, err := add(carrying); err != nil || again.ID != v.ID {
		t.Errorf("the same picture again is %s, not %s: %v", again.ID, v.ID, err)
	}
	err = b.Blobs.Walk(func(info blobInfo) error {
		f, err := b.Blobs.Open(info.Hash)
		if err != nil {
			return err
		}
		defer f.Close()
		raw, err := io.ReadAll(f)
		if bytes.Contains(raw, []byte(secret)) {
			t.Error("what stood behind the picture was kept")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var jpg, moving bytes.Buffer
	if err := errors.Join(jpeg.Encode(&jpg, painted(40, 40), nil), gif.Encode(&moving, painted(40, 40), nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := add(jpg.Bytes()); err != nil {
		t.Errorf("a JPEG: %v", err)
	}
	for name, raw := range map[string][]byte{
		"a GIF": moving.Bytes(), "a page": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "nothing": nil, "cut off": asPNG(t, 300, 300)[:100],
		"too small": asPNG(t, 4, 4), "too broad": asPNG(t, 4001, 8),
	} {
		if _, err := add(raw); lms.KindOf(err) != lms.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := add(make([]byte, certificate.MaxPicture+1)); lms.KindOf(err) != lms.TooLarge {
		t.Errorf("too many bytes: %v", err)
	}
}
