package lesson

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

var calloutForm = regexp.MustCompile(`^\[!([A-Z]+)\][ \t]*([^\n]*)`)

// quote writes a block quote, or a callout if its first line says so.
func (r *renderer) quote(n *ast.Blockquote) {
	p, ok := n.FirstChild().(*ast.Paragraph)
	if !ok || p.Lines().Len() == 0 {
		r.element("blockquote", n)
		return
	}
	first := p.Lines().At(0)
	m := calloutForm.FindSubmatch(first.Value(r.source))
	if m == nil {
		r.element("blockquote", n)
		return
	}
	pos := r.at(first.Start)
	kind := strings.ToLower(string(m[1]))
	title, known := r.calloutTitle(kind)
	if !known {
		r.fail(pos, "unknown-callout", "there is no callout %s: KEY, NOTE, PRACTICE, CARE or CASE", m[1])
		kind = "note"
	}
	r.mark("callout-"+kind, "", pos)
	r.out.WriteString("<div class=\"callout " + kind + "\" role=\"note\"><p class=\"callout-title\">")
	if words := strings.TrimSpace(string(m[2])); words != "" {
		r.inlineText(words, pos.Line)
	} else {
		r.out.WriteString(html.EscapeString(title))
	}
	r.out.WriteString("</p>")
	r.afterFirstLine(p, first.Stop)
	for c := p.NextSibling(); c != nil; c = c.NextSibling() {
		r.node(c)
	}
	r.out.WriteString("</div>\n")
}

// afterFirstLine writes the rest of the paragraph that began with the callout's mark.
func (r *renderer) afterFirstLine(p *ast.Paragraph, stop int) {
	open := false
	for c := p.FirstChild(); c != nil; c = c.NextSibling() {
		if !open && firstOffset(c) < stop {
			continue
		}
		if !open {
			r.out.WriteString("<p>")
			open = true
		}
		r.inlineNode(c)
	}
	if open {
		r.out.WriteString("</p>")
		r.endBlock(true)
	}
}

// firstOffset tells where an inline node begins; -1 if nothing in it says.
func firstOffset(n ast.Node) int {
	switch n := n.(type) {
	case *ast.Text:
		return n.Segment.Start
	case *citation:
		return n.offset
	case *ast.RawHTML:
		if n.Segments.Len() > 0 {
			return n.Segments.At(0).Start
		}
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if o := firstOffset(c); o >= 0 {
			return o
		}
	}
	return -1
}

func (r *renderer) calloutTitle(kind string) (string, bool) {
	w := r.o.Words
	title, ok := map[string]string{"key": w.Key, "note": w.Note, "practice": w.Practice, "care": w.Care, "case": w.Case}[kind]
	return title, ok
}
