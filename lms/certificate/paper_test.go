package certificate

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

// A paper is drawn whatever its texts are: one that cannot be drawn keeps the file of all the others from its end.
func TestEveryPaperIsDrawn(t *testing.T) {
	word := "Программа"
	long := func(n int) string { return string([]rune(strings.Repeat(word+" ", n))[:n]) }
	for name, change := range map[string]func(*Claim){
		"long": func(c *Claim) {
			c.Holder, c.HolderLatin, c.Programme, c.Document = strings.Repeat("მარიამ ", 28), strings.Repeat("Latin ", 33), strings.Repeat("მარიამ ", 42), long(200)
		},
		"one word":      func(c *Claim) { c.Holder, c.Programme = strings.Repeat("ж", 200), strings.Repeat("ж", 300) },
		"beyond BMP":    func(c *Claim) { c.Holder, c.Document, c.Issuer = "A\U0001F600B \U00020000", "\U0001F393", "\U0001F3E0" },
		"right to left": func(c *Claim) { c.Holder, c.HolderLatin = "محمد رحیمی", "Muhammad Rahimi" },
		"nobody":        func(c *Claim) { c.Holder, c.Programme = "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			claim := testClaim()
			claim.Programme, claim.Kind = "Programme", Achievement
			change(&claim)
			sealed, err := Seal(claim, testKey())
			if err != nil {
				t.Fatal(err)
			}
			for _, layout := range Layouts {
				if _, err := render(look{Template: Template{Layout: layout}}, claim, sealed, "https://mostik.example", "ru"); err != nil {
					t.Errorf("%s: %v", layout, err)
				}
			}
		})
	}
}

// line is a text as it stands in a preview, in millimetres.
type line struct {
	x, y, size, width float64
	text              string
}

func linesOf(t *testing.T, svg string) (all []line) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "text" {
			l := line{}
			for _, a := range e.Attr {
				n, _ := strconv.ParseFloat(a.Value, 64)
				switch a.Name.Local {
				case "x":
					l.x = n
				case "y":
					l.y = n
				case "font-size":
					l.size = n
				case "textLength":
					l.width = n
				}
			}
			all = append(all, l)
		}
		if c, ok := token.(xml.CharData); ok && len(all) > 0 && all[len(all)-1].text == "" {
			all[len(all)-1].text = string(c)
		}
	}
}

// No line stands on another, in any layout, however long the title is.
func TestLinesOfAPaperStandApart(t *testing.T) {
	for _, layout := range Layouts {
		for _, n := range []int{40, 90, 140, 200, 300} {
			t.Run(fmt.Sprint(layout, n), func(t *testing.T) {
				claim := testClaim()
				claim.Kind = Achievement
				claim.Programme = strings.TrimSpace(string([]rune(strings.Repeat("Выявление пострадавших ", 20))[:n]))
				claim.Document = "Удостоверение о повышении квалификации специалистов государственных учреждений"
				sealed, err := Seal(claim, testKey())
				if err != nil {
					t.Fatal(err)
				}
				svg, err := picture(look{Template: Template{Layout: layout}}, claim, sealed, "https://mostik.example", "ru")
				if err != nil {
					t.Fatal(err)
				}
				lay, lines := layoutOf(layout), linesOf(t, svg)
				for i, a := range lines {
					if a.x < 0 || a.x+a.width > lay.width {
						t.Errorf("%q runs off the page", a.text)
					}
					for _, b := range lines[:i] {
						beside := a.x >= b.x+b.width || b.x >= a.x+a.width
						if gap := math.Abs(a.y - b.y); !beside && gap < 0.75*math.Max(a.size, b.size) {
							t.Errorf("%q and %q are %.1f mm apart, with letters of %.1f mm", a.text, b.text, gap, math.Max(a.size, b.size))
						}
					}
				}
			})
		}
	}
}

// A name in letters that the fonts do not have stands in Latin ones, where it was given so.
func TestANameWithoutLettersStandsInLatin(t *testing.T) {
	claim := testClaim()
	claim.Holder, claim.HolderLatin = "მარიამ ბერიძე", "Mariam Beridze"
	sealed, err := Seal(claim, testKey())
	if err != nil {
		t.Fatal(err)
	}
	svg, err := picture(look{}, claim, sealed, "https://mostik.example", "en")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(svg, claim.Holder) || strings.Count(svg, claim.HolderLatin) != 1 {
		t.Error("the paper shows boxes for the name")
	}
	if !printable("Әйгерім Қуанышқызы ӢӯҲҷ Oʻtkir Ľubomíra") || printable("中") {
		t.Error("which letters there are is not known")
	}
}
