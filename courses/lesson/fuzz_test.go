package lesson

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"mostik/courses"
)

// What may leave: elements, and attributes beyond those that every element may have.
var mayLeave = set(`section div p a h2 h3 h4 ul ol li blockquote hr pre code em strong br sup figure figcaption details summary span
	table thead tbody tr th td video audio track svg g path line polyline polygon rect circle ellipse text tspan title desc defs marker clippath time`)

// assertSafe reads HTML as a browser would and refuses whatever could act.
func assertSafe(t *testing.T, out string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(out))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		if kind == html.CommentToken || kind == html.DoctypeToken {
			t.Fatalf("a comment or document type in %q", out)
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		token := z.Token()
		if !mayLeave[token.Data] {
			t.Fatalf("the element %s in %q", token.Data, out)
		}
		for _, a := range token.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") {
				t.Fatalf("the attribute %s=%q in %q", a.Key, a.Val, out)
			}
			for _, ours := range []string{"#src-kz-definition-", "#src-", "#term-", "#after-"} { // before a key of up to 64 characters
				if rest, ok := strings.CutPrefix(a.Val, ours); ok {
					a.Val = "#" + rest
				}
			}
			if a.Key == "href" && !allowed(a.Val) {
				t.Fatalf("the address %q in %q", a.Val, out)
			}
		}
	}
}

func FuzzLesson(f *testing.F) {
	f.Add(sample)
	for _, s := range []string{
		"<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](JaVaScRiPt&#58;alert(1))", "![a](figure:\"onload=x)", "## A {#a\" onclick=x}",
		"::overlay[\"><script>]", "::: sensitive {#a}\nnote: <img src=x onerror=y>\nsummary: s\n---\n::: sensitive {#b}\n:::\n", "> [!KEY] <b>\n> [!CASE]\n> x",
		"[@palermo \"><script>]", "[a](term:\"><x)", "<https://example.org/\"onclick=x>", "| a |\n|---|\n| <svg onload=x> |", "```\n<script>\n```\n", "![](media:welcome)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, _ := Render(text, options())
		assertSafe(t, l.HTML)
		inline, _, _ := Inline(text, options(), nil)
		assertSafe(t, inline)
		if l.Words < 0 || l.Minutes < 0 {
			t.Fatalf("%d words, %d minutes", l.Words, l.Minutes)
		}
		for _, m := range l.Skeleton {
			if m.Pos.Line < 1 || m.Pos.Line > 1+strings.Count(text, "\n") {
				t.Fatalf("%v stands outside the %d lines", m, 1+strings.Count(text, "\n"))
			}
		}
		block := courses.Overlay{Country: "KZ", Blocks: []courses.Block{{Key: "definition", Text: courses.Text{"en": text}, AsOf: text, Sources: []string{text}}}}
		assertSafe(t, FillOverlays(l.HTML, options(), []courses.Overlay{block}, 1))
	})
}

func FuzzSVG(f *testing.F) {
	f.Add(options().Figures["three"].SVG)
	for _, s := range []string{
		"<svg viewBox='0 0 1 1'><script>x</script></svg>", "<svg viewBox='0 0 1 1' onload='x'/>", "<svg viewBox='0 0 1 1'><text>{{act}}&lt;script></text></svg>",
		"<svg viewBox='0 0 1 1'><path d='\"><script>'/></svg>", "<svg viewBox='0 0 1 1'><a href='javascript:x'/></svg>", "<svg viewBox='0 0 1 1'><title><script>x</script></title></svg>",
		"<svg viewBox='0 0 1 1'><g class='a\" onclick=\"x'/></svg>", "<svg viewBox='0 0 1 1'><foreignObject><p/></foreignObject></svg>", "<?xml version='1.0'?><svg viewBox='0 0 1 1'><![CDATA[<script>]]></svg>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, svg string) {
		fig := options().Figures["three"]
		fig.SVG = svg
		out, problems := SVG(fig, "en")
		if courses.HasErrors(problems) != (out == "") {
			t.Fatalf("errors and a drawing, or neither: %v %q", problems, out)
		}
		assertSafe(t, out)
	})
}
