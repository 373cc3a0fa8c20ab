package lesson

import (
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"mostik/courses"
)

// Inline renders a short text (a stem, an option, a feedback) as inline HTML: several paragraphs are
// parted by <br>, list items by <br> and a sign. Sources that it cites are numbered after those in
// cited, and the grown list is returned.
func Inline(source string, o Options, cited []Cited) (string, []Cited, []courses.Problem) {
	r := newRenderer(o)
	r.inline = true
	r.lesson.Sources = append(r.lesson.Sources, cited...)
	for i, c := range cited {
		r.numbers[c.Source.Key] = i
	}
	r.inlineText(source, max(o.Line, 1))
	return strings.TrimSpace(r.out.String()), r.lesson.Sources, r.problems
}

// Cite numbers a list of citations, a source once. A source that is not known stands under its key.
func Cite(citations []string, sources map[string]courses.Source) []Cited {
	var out []Cited
	index := map[string]int{}
	for _, s := range citations {
		c := courses.ParseCitation(s)
		i, seen := index[c.Source]
		if !seen {
			source, ok := sources[c.Source]
			if !ok {
				source = courses.Source{Key: c.Source, Title: c.Source}
			}
			i = len(out)
			index[c.Source] = i
			out = append(out, Cited{Number: i + 1, Source: source})
		}
		if c.Locator != "" && !slices.Contains(out[i].Locators, c.Locator) {
			out[i].Locators = append(out[i].Locators, c.Locator)
		}
	}
	return out
}

// Refs tells which terms and sources a short text refers to.
func Refs(source string, o Options) (terms []Ref, sources []Cited) {
	r := newRenderer(o)
	r.inline = true
	r.inlineText(source, max(o.Line, 1))
	return r.lesson.Terms, r.lesson.Sources
}

// inlineText renders text that stands inside a paragraph of another text. Its position is the line.
func (r *renderer) inlineText(source string, line int) {
	outerSource, outerFirst, outerStarts, outerRuns := r.source, r.first, r.starts, r.runs
	r.source, r.first, r.starts, r.runs = []byte(source), line, []int{0}, nil
	if r.inline {
		for i := range r.source {
			if r.source[i] == '\n' {
				r.starts = append(r.starts, i+1)
			}
		}
	}
	doc := markdown.Parser().Parse(text.NewReader(r.source))
	r.flat(doc, "")
	r.endBlock(true)
	r.source, r.first, r.starts, r.runs = outerSource, outerFirst, outerStarts, outerRuns
}

// flat writes the inline content of blocks, parted by <br>.
func (r *renderer) flat(n ast.Node, lead string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch b := c.(type) {
		case *ast.List:
			number := b.Start
			for item := b.FirstChild(); item != nil; item = item.NextSibling() {
				sign := string(b.Marker) + " "
				if b.IsOrdered() {
					sign = fmt.Sprintf("%d%c ", number, b.Marker)
					number++
				} else if b.Marker == '-' || b.Marker == '*' {
					sign = "• "
				}
				r.flat(item, sign)
			}
		case *ast.Heading:
			r.line(c, lead+strings.Repeat("#", b.Level)+" ")
		case *ast.HTMLBlock:
			r.breakLine()
			r.rawHTML(c.Lines())
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			r.breakLine()
			for i := range c.Lines().Len() {
				s := c.Lines().At(i)
				r.word(string(s.Value(r.source)), s.Start)
			}
		case *ast.ThematicBreak:
			r.breakLine()
			r.out.WriteString("—")
		case *ast.Blockquote:
			r.flat(c, "")
		default:
			if c.Type() == ast.TypeBlock && c.FirstChild() != nil && c.FirstChild().Type() == ast.TypeBlock {
				r.flat(c, lead) // tables and whatever else holds blocks
				break
			}
			r.line(c, lead)
		}
		lead = ""
	}
}

func (r *renderer) line(n ast.Node, lead string) {
	r.breakLine()
	r.out.WriteString(html.EscapeString(lead))
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		r.inlineNode(c)
	}
}

func (r *renderer) breakLine() {
	if len(r.runs) > 0 {
		r.out.WriteString("<br>")
		r.runs = append(r.runs, run{" ", r.runs[len(r.runs)-1].offset})
	}
}

// word writes text and remembers it for the plain text and the count.
func (r *renderer) word(s string, offset int) {
	r.out.WriteString(html.EscapeString(s))
	r.runs = append(r.runs, run{s, offset})
}

func (r *renderer) inlineNode(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		r.word(unescape(string(n.Segment.Value(r.source))), n.Segment.Start)
		switch {
		case n.HardLineBreak():
			r.out.WriteString("<br>")
			r.runs = append(r.runs, run{" ", n.Segment.Stop})
		case n.SoftLineBreak():
			r.word("\n", n.Segment.Stop)
		}
	case *ast.String:
		r.word(string(n.Value), 0)
	case *ast.CodeSpan:
		r.element("code", n)
	case *ast.Emphasis:
		if n.Level >= 2 {
			r.element("strong", n)
		} else {
			r.element("em", n)
		}
	case *ast.Link:
		r.link(n, string(n.Destination))
	case *ast.AutoLink:
		address := string(n.URL(r.source))
		r.anchor(address, func() { r.word(string(n.Label(r.source)), 0) })
	case *ast.Image:
		r.fail(r.parentPos(n), "image", "pictures are figures or media, alone on a line: ![](figure:key)")
		r.children(n)
	case *ast.RawHTML:
		r.rawHTML(n.Segments)
	case *citation:
		r.cite(n)
	default:
		r.children(n)
	}
}

func (r *renderer) parentPos(n ast.Node) courses.Position {
	if o := firstOffset(n); o >= 0 {
		return r.at(o)
	}
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Type() == ast.TypeBlock && p.Lines() != nil && p.Lines().Len() > 0 {
			return r.at(p.Lines().At(0).Start)
		}
	}
	return r.pos(r.first)
}

func (r *renderer) link(n *ast.Link, address string) {
	if key, ok := strings.CutPrefix(address, "fact:"); ok && r.o.Facts != nil {
		r.fact(n, key)
		return
	}
	key, isTerm := strings.CutPrefix(address, "term:")
	if !isTerm {
		if !allowed(address) {
			r.fail(r.parentPos(n), "bad-link", "links go to https, http, mailto, tel, # or term:, not to %q", address)
			r.children(n)
			return
		}
		r.anchor(address, func() { r.children(n) })
		return
	}
	pos := r.parentPos(n)
	r.lesson.Terms = append(r.lesson.Terms, Ref{key, pos})
	if _, ok := r.o.Terms[key]; !ok && r.o.Terms != nil {
		r.fail(pos, "unknown-term", "the glossary has no term %q", key)
	}
	if !keyForm.MatchString(key) {
		r.children(n)
		return
	}
	fmt.Fprintf(&r.out, "<a class=\"term\" data-term=\"%s\" href=\"#term-%s\">", key, key)
	r.children(n)
	r.out.WriteString("</a>")
}

// fact marks a piece of a document. It leads to the place where the fact is sorted.
func (r *renderer) fact(n *ast.Link, key string) {
	pos := r.parentPos(n)
	if !r.o.Facts[key] || !keyForm.MatchString(key) {
		r.fail(pos, "unknown-fact", "there is no fact %q", key)
		r.children(n)
		return
	}
	r.lesson.Facts = append(r.lesson.Facts, Ref{key, pos})
	fmt.Fprintf(&r.out, "<a class=\"fact\" data-fact=\"%s\" href=\"#fact-%s\">", key, key)
	r.children(n)
	r.out.WriteString("</a>")
}

func (r *renderer) anchor(address string, words func()) {
	if !allowed(address) {
		words()
		return
	}
	extra := " rel=\"noopener noreferrer\""
	if strings.HasPrefix(address, "#") {
		extra = ""
	}
	fmt.Fprintf(&r.out, "<a href=\"%s\"%s>", html.EscapeString(address), extra)
	words()
	r.out.WriteString("</a>")
}

// allowed tells whether an address may stand in a link.
func allowed(address string) bool {
	if key, ok := strings.CutPrefix(address, "#"); ok {
		return keyForm.MatchString(key)
	}
	u, err := url.Parse(address)
	if err != nil || strings.ContainsAny(address, " \t\r\n") {
		return false
	}
	switch u.Scheme {
	case "https", "http":
		return u.Host != ""
	case "mailto", "tel":
		return u.Opaque != ""
	}
	return false
}

func (r *renderer) cite(n *citation) {
	c, pos := courses.ParseCitation(n.raw), r.at(n.offset)
	source, ok := r.o.Sources[c.Source]
	if !ok {
		if r.o.Sources != nil {
			r.fail(pos, "unknown-source", "there is no source %q", c.Source)
		}
		source = courses.Source{Key: c.Source, Title: c.Source}
	}
	i, seen := r.numbers[c.Source]
	if !seen {
		i = len(r.lesson.Sources)
		r.numbers[c.Source] = i
		r.lesson.Sources = append(r.lesson.Sources, Cited{Number: i + 1, Source: source, Pos: pos})
	}
	cited := &r.lesson.Sources[i]
	if c.Locator != "" && !slices.Contains(cited.Locators, c.Locator) {
		cited.Locators = append(cited.Locators, c.Locator)
	}
	title := source.Title
	if c.Locator != "" {
		title += ", " + c.Locator
	}
	fmt.Fprintf(&r.out, "<sup class=\"src\"><a href=\"#%s%s\" title=\"%s\">%d</a></sup>", r.srcPrefix, c.Source, html.EscapeString(title), i+1)
}

// unescape takes back Markdown's backslashes and entities, which the syntax tree keeps as written.
func unescape(s string) string {
	if !strings.ContainsAny(s, "\\&") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return html.UnescapeString(b.String())
}
