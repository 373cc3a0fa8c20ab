package lesson

import (
	"fmt"
	"html"
	"strings"

	"mostik/courses"
)

// RenderOverlay gives what replaces <section class="overlay" data-overlay="key"></section>: the block
// of each country in the order given, the first open open and the rest to be unfolded. Countries
// without the block are left out.
func RenderOverlay(o Options, key string, overlays []courses.Overlay, open int) string {
	if !keyForm.MatchString(key) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<section class=\"overlay\" data-overlay=\"%s\">\n", key)
	shown := 0
	for _, country := range overlays {
		for _, block := range country.Blocks {
			if block.Key != key {
				continue
			}
			b.WriteString(overlayBlock(o, country.Country, block, shown < open))
			shown++
		}
	}
	b.WriteString("</section>\n")
	return b.String()
}

// FillOverlays replaces the marker of every overlay in a rendered lesson.
func FillOverlays(lessonHTML string, o Options, overlays []courses.Overlay, open int) string {
	const before, after = `<section class="overlay" data-overlay="`, `"></section>`
	var b strings.Builder
	for {
		i := strings.Index(lessonHTML, before)
		if i < 0 {
			break
		}
		rest := lessonHTML[i+len(before):]
		key, tail, ok := strings.Cut(rest, after)
		if !ok || !keyForm.MatchString(key) {
			b.WriteString(lessonHTML[:i+len(before)])
			lessonHTML = rest
			continue
		}
		b.WriteString(lessonHTML[:i])
		b.WriteString(RenderOverlay(o, key, overlays, open))
		lessonHTML = tail
	}
	b.WriteString(lessonHTML)
	return b.String()
}

func overlayBlock(o Options, country string, block courses.Block, open bool) string {
	if o.Words == (Words{}) {
		o.Words = WordsFor(o.Lang)
	}
	var b strings.Builder
	state := ""
	if open {
		state = " open"
	}
	fmt.Fprintf(&b, "<details class=\"overlay-country %s\" data-country=\"%s\"%s><summary>%s</summary>\n",
		html.EscapeString(string(block.Kind)), html.EscapeString(country), state, html.EscapeString(CountryName(country, o.Lang)))
	if block.Status == courses.Unconfirmed {
		fmt.Fprintf(&b, "<p class=\"overlay-unconfirmed\">%s</p>\n", html.EscapeString(o.Words.Unconfirmed))
	}
	r := newRenderer(o)
	if keyForm.MatchString(strings.ToLower(country)) && keyForm.MatchString(block.Key) {
		r.srcPrefix = "src-" + strings.ToLower(country) + "-" + block.Key + "-"
	}
	r.lesson.Sources = Cite(block.Sources, o.Sources)
	for i, c := range r.lesson.Sources {
		r.numbers[c.Source.Key] = i
	}
	r.text(block.Text.In(o.Lang), 1)
	b.WriteString(r.out.String())
	b.WriteString(overlayFoot(o, block, r.srcPrefix, r.lesson.Sources))
	b.WriteString("</details>\n")
	return b.String()
}

func overlayFoot(o Options, block courses.Block, anchor string, cited []Cited) string {
	var b strings.Builder
	if block.AsOf != "" {
		d := html.EscapeString(block.AsOf)
		fmt.Fprintf(&b, "<p class=\"overlay-date\">%s <time datetime=\"%s\">%s</time></p>\n", html.EscapeString(o.Words.AsOf), d, d)
	}
	if block.ReviewBy != "" {
		d := html.EscapeString(block.ReviewBy)
		fmt.Fprintf(&b, "<p class=\"overlay-review\">%s <time datetime=\"%s\">%s</time></p>\n", html.EscapeString(o.Words.ReviewBy), d, d)
	}
	if len(cited) == 0 {
		return b.String()
	}
	b.WriteString("<ol class=\"overlay-sources\">")
	for _, c := range cited {
		line := c.Source.Title
		if len(c.Locators) > 0 {
			line += ", " + strings.Join(c.Locators, "; ")
		}
		fmt.Fprintf(&b, "<li id=\"%s\">%s</li>", html.EscapeString(anchor+c.Source.Key), html.EscapeString(line))
	}
	b.WriteString("</ol>\n")
	return b.String()
}
