package lesson

import (
	"slices"
	"strings"
	"testing"

	"mostik/courses"
)

func options() Options {
	return Options{
		Lang: "en", File: "text/en/lessons/m1.md",
		Sources: map[string]courses.Source{"palermo": {Key: "palermo", Title: "Palermo Protocol"}, "c29": {Key: "c29", Title: "Convention 29"}},
		Terms:   map[string]courses.Term{"debt-bondage": {Key: "debt-bondage"}},
		Figures: map[string]courses.Figure{"three": {
			Key: "three", SVG: `<svg viewBox="0 0 10 10"><defs><marker id="arrow" viewBox="0 0 1 1"><path d="M0 0"/></marker></defs><text class="ink" x="1" y="2">{{act}}</text><path marker-end="url(#arrow)" d="M1 1"/></svg>`,
			Title: courses.Text{"en": "Three <elements>"}, Description: courses.Text{"en": "Three circles"},
			Labels: map[string]courses.Text{"act": {"en": "Act & more"}},
		}},
		Media: map[string]courses.Media{"welcome": {Key: "welcome", File: "media/welcome.webm", Captions: map[courses.Lang]string{"en": "media/welcome.en.vtt"}}},
	}
}

const sample = `## Three elements {#three-elements}

Trafficking has *three* elements [@palermo art. 3(a)]. A person may owe [a debt](term:debt-bondage). It is **hard** to pay [@c29].
The second line cites again [@palermo art. 3(b)].

> [!KEY] Consent & *means*
> Where means are used, consent is irrelevant.
>
> - even here

> [!CARE]
> Slowly.

![](figure:three)

| Act | Means |
|---|:-:|
| a | b |

::overlay[definition]

::: sensitive {#case-brick}
note: This part describes threats. About 2 minutes.
summary: A worker could not leave.
---
### The case {#the-case}

He was *told* to stay.
:::

![](media:welcome)
`

func TestRender(t *testing.T) {
	l, problems := Render(sample, options())
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	for _, want := range []string{
		`<h2 id="three-elements">Three elements</h2>`,
		`has <em>three</em> elements <sup class="src"><a href="#src-palermo" title="Palermo Protocol, art. 3(a)">1</a></sup>.`,
		`<a class="term" data-term="debt-bondage" href="#term-debt-bondage">a debt</a>`,
		`<sup class="src"><a href="#src-c29" title="Convention 29">2</a></sup>`,
		`title="Palermo Protocol, art. 3(b)">1</a>`,
		`<div class="callout key" role="note"><p class="callout-title">Consent &amp; <em>means</em></p><p>Where means are used, consent is irrelevant.</p><ul>`,
		`<div class="callout care" role="note"><p class="callout-title">Take care</p><p>Slowly.</p></div>`,
		`<figure class="figure" role="group" data-figure="three"><svg viewBox="0 0 10 10" role="img" aria-labelledby="fig-three-title fig-three-desc"><title id="fig-three-title">Three &lt;elements&gt;</title>`,
		`>Act &amp; more</text>`, `marker-end="url(#fig-three-arrow)"`, `<marker id="fig-three-arrow"`,
		`<div class="table-wrap" tabindex="0" role="region" aria-label="Table: Three elements"><table><thead><tr><th scope="col">Act</th><th scope="col" class="center">Means</th></tr></thead><tbody><tr>`,
		`<section class="overlay" data-overlay="definition"></section>`,
		`<section class="sensitive" id="case-brick"><div class="sensitive-note"><p>This part describes threats. About 2 minutes.</p>`,
		`<details class="sensitive-body"><summary>Read this part</summary>` + "\n" + `<h3 id="the-case">`,
		`<video controls preload="metadata" src="media/welcome.webm"><track kind="captions" srclang="en"`,
	} {
		if !strings.Contains(l.HTML, want) {
			t.Errorf("the HTML lacks %s\n%s", want, l.HTML)
		}
	}
	var marks []string
	for _, m := range l.Skeleton {
		marks = append(marks, m.Kind+" "+m.Key)
	}
	want := []string{"h2 three-elements", "callout-key ", "callout-care ", "figure three", "table ", "overlay definition", "sensitive case-brick", "h3 the-case", "end-sensitive case-brick", "media welcome"}
	if !slices.Equal(marks, want) {
		t.Errorf("skeleton %q", marks)
	}
	if len(l.Sources) != 2 || !slices.Equal(l.Sources[0].Locators, []string{"art. 3(a)", "art. 3(b)"}) {
		t.Errorf("sources %+v", l.Sources)
	}
	if l.Terms[0].Pos.Line != 3 || l.Overlays[0].Pos.Line != 20 || l.Figures[0].Pos.Line != 14 || l.Parts[0].Pos.Line != 22 {
		t.Errorf("places: %v %v %v %v", l.Terms, l.Overlays, l.Figures, l.Parts)
	}
	if l.Sources[1].Pos.Line != 3 || l.Skeleton[7].Pos.Line != 26 {
		t.Errorf("places: %v %v", l.Sources[1].Pos, l.Skeleton[7])
	}
}

func TestRenderProblemsHavePlaces(t *testing.T) {
	for name, c := range map[string]struct {
		text, code string
		line       int
	}{
		"raw block":         {"## A {#a}\n\n<div onclick=x>\n", "raw-html", 3},
		"raw inline":        {"text\nmore <b>x</b>\n", "raw-html", 2},
		"script address":    {"[x](javascript:alert)\n", "bad-link", 1},
		"unknown source":    {"\n\nclaim [@nobody]\n", "unknown-source", 3},
		"unknown term":      {"a\nb [x](term:nothing)\n", "unknown-term", 2},
		"unknown figure":    {"a\n\n![](figure:none)\n", "unknown-figure", 3},
		"unknown media":     {"![](media:none)\n", "unknown-media", 1},
		"no anchor":         {"## Heading\n", "heading-anchor", 1},
		"anchor twice":      {"## A {#a}\n\n## B {#a}\n", "duplicate-anchor", 3},
		"first level":       {"# A {#a}\n", "heading-level", 1},
		"unknown callout":   {"x\n\n> [!BOO] x\n> y\n", "unknown-callout", 3},
		"unclosed part":     {"x\n\n::: sensitive {#a}\nnote: n\nsummary: s\n---\ntext\n", "sensitive-open", 3},
		"part without line": {"::: sensitive {#a}\nnote: n\nsummary: s\n:::\n", "sensitive-body", 1},
		"part without note": {"::: sensitive {#a}\nsummary: s\n---\nx\n:::\n", "sensitive-head", 1},
		"picture":           {"a\n\nb ![alt](https://x.org/a.png)\n", "image", 3},
		"other container":   {"a\n::: warning\n", "unknown-container", 2},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Render(c.text, options())
			if len(problems) == 0 || problems[0].Code != c.code || problems[0].Pos.Line != c.line || problems[0].Pos.File == "" {
				t.Errorf("want %s on line %d, got %v", c.code, c.line, problems)
			}
		})
	}
}

func TestSVGRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		svg, code string
		line      int
	}{
		"script":        {"<svg viewBox='0 0 1 1'>\n<script>x</script></svg>", "svg-forbidden", 2},
		"event":         {"<svg viewBox='0 0 1 1'>\n<g onload='x'/></svg>", "svg-forbidden", 2},
		"style":         {"<svg viewBox='0 0 1 1'><g style='x'/></svg>", "svg-forbidden", 1},
		"link":          {"<svg viewBox='0 0 1 1'><a href='https://x'/></svg>", "svg-forbidden", 1},
		"use":           {"<svg viewBox='0 0 1 1'><use href='#a'/></svg>", "svg-forbidden", 1},
		"far reference": {"<svg viewBox='0 0 1 1'><path marker-end='url(https://x/#a)'/></svg>", "svg-forbidden", 1},
		"colour":        {"<svg viewBox='0 0 1 1'>\n\n<path fill='#f00'/></svg>", "svg-colour", 3},
		"entity":        {"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg viewBox='0 0 1 1'/>", "svg-forbidden", 1},
		"label":         {"<svg viewBox='0 0 1 1'>\n<text>{{nothing}}</text></svg>", "missing-label", 2},
		"unclosed":      {"<svg viewBox='0 0 1 1'><g></svg>", "svg-syntax", 1},
		"no viewBox":    {"<svg/>", "svg-viewbox", 1},
		"fixed width":   {"<svg viewBox='0 0 1 1' width='10'/>", "svg-size", 1},
		"empty":         {"", "svg-syntax", 1},
	} {
		t.Run(name, func(t *testing.T) {
			out, problems := SVG(courses.Figure{Key: "f", SVG: c.svg}, "en")
			if len(problems) == 0 || problems[0].Code != c.code || problems[0].Pos.Line != c.line {
				t.Errorf("want %s on line %d, got %v", c.code, c.line, problems)
			}
			if out != "" {
				t.Errorf("a refused drawing came out: %s", out)
			}
		})
	}
}

func TestInlineKeepsToOneLine(t *testing.T) {
	got, cited, _ := Inline("First *one* [@palermo].\n\nSecond\n\n- a\n- b", options(), nil)
	want := `First <em>one</em> <sup class="src"><a href="#src-palermo" title="Palermo Protocol">1</a></sup>.<br>Second<br>• a<br>• b`
	if got != want || len(cited) != 1 {
		t.Errorf("got  %s\nwant %s\n%v", got, want, cited)
	}
	if got, _, _ := Inline(`5 \* 3 &lt; 20`, options(), nil); got != "5 * 3 &lt; 20" {
		t.Errorf("escapes: %s", got)
	}
}

func TestSentencesAndMinutes(t *testing.T) {
	l, _ := Render("See art. 3 of the Protocol. Dr. Who came!\nIt was late… And dark.\n\n- One item here\n", options())
	var lengths []int
	var lines []int
	for _, s := range l.Sentences {
		lengths, lines = append(lengths, s.Words), append(lines, s.Pos.Line)
	}
	if !slices.Equal(lengths, []int{6, 3, 3, 2, 3}) || !slices.Equal(lines, []int{1, 1, 2, 2, 4}) {
		t.Errorf("lengths %v on lines %v", lengths, lines)
	}
	if l.Words != 17 || l.Minutes != 1 || ReadingMinutes(330, "ru") != 2 || ReadingMinutes(331, "ru") != 3 {
		t.Errorf("%d words, %d minutes", l.Words, l.Minutes)
	}
}

func TestFillOverlays(t *testing.T) {
	o := options()
	overlays := []courses.Overlay{
		{Country: "KZ", Blocks: []courses.Block{{Key: "definition", Kind: courses.Law, AsOf: "2024-07-05", Sources: []string{"palermo art. 1"}, Text: courses.Text{"en": "The *law* [@palermo art. 2] and [@c29]."}}}},
		{Country: "TJ", Blocks: []courses.Block{{Key: "definition", Kind: courses.Law, Status: courses.Unconfirmed, Text: courses.Text{"en": "To complete."}}}},
		{Country: "RU", Blocks: []courses.Block{{Key: "contacts"}}},
	}
	got := FillOverlays("<p>a</p>"+`<section class="overlay" data-overlay="definition"></section>`+"<p>b</p>", o, overlays, 1)
	for _, want := range []string{
		`<p>a</p><section class="overlay" data-overlay="definition">`,
		`<details class="overlay-country law" data-country="KZ" open><summary>Kazakhstan</summary>`,
		`<time datetime="2024-07-05">`, `<li id="src-kz-definition-palermo">Palermo Protocol, art. 1; art. 2</li><li id="src-kz-definition-c29">Convention 29</li>`, `href="#src-kz-definition-c29" title="Convention 29">2</a></sup>`,
		`data-country="TJ"><summary>Tajikistan</summary>` + "\n" + `<p class="overlay-unconfirmed">`, `</section>` + "\n" + `<p>b</p>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s\n%s", want, got)
		}
	}
	if strings.Contains(got, "RU") {
		t.Error("a country without the block stands in it")
	}
}
