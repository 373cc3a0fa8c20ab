package lesson

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"

	"mostik/courses"
)

// What a drawing may consist of. Everything else is refused, so no script, link, style or foreign
// content can come in with one.
var (
	svgElements = set("svg g path line polyline polygon rect circle ellipse text tspan title desc defs marker clipPath")
	svgAttrs    = set(`viewBox class d x y x1 y1 x2 y2 cx cy r rx ry dx dy width height points transform pathLength
		text-anchor dominant-baseline font-size font-weight font-style letter-spacing textLength lengthAdjust
		stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset stroke-miterlimit stroke-opacity
		fill-rule clip-rule fill-opacity opacity fill stroke vector-effect
		markerWidth markerHeight markerUnits refX refY orient preserveAspectRatio
		marker-start marker-mid marker-end clip-path id role aria-hidden`)
	svgClasses = set("ink ink-2 act warm paper line")
	localRef   = regexp.MustCompile(`^url\(#([A-Za-z][A-Za-z0-9_-]*)\)$`)
	svgID      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)
	svgMark    = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// maxSVG bounds a drawing, in bytes; one by hand has a tenth of it.
const maxSVG = 256 << 10

// SVG gives a drawing as an element to put into a page, with its words in lang. It is built from an
// allow-list and is safe whatever came in; problems have their place in figures/<key>.svg. With an
// error among the problems the drawing is "".
func SVG(fig courses.Figure, lang courses.Lang) (string, []courses.Problem) {
	w := &svgWriter{fig: fig, lang: lang, used: map[string]bool{}, file: fig.Pos.File}
	if w.file == "" {
		w.file = "figures/" + fig.Key + ".svg"
	}
	w.read()
	for label := range fig.Labels {
		if !w.used[label] {
			w.problem(courses.Warning, courses.Position{File: w.file}, "unused-label", "the label %q stands nowhere in the drawing", label)
		}
	}
	if courses.HasErrors(w.problems) {
		return "", w.problems
	}
	return w.out.String(), w.problems
}

type svgWriter struct {
	fig      courses.Figure
	lang     courses.Lang
	file     string
	out      strings.Builder
	used     map[string]bool
	problems []courses.Problem
	dec      *xml.Decoder
	open     []string
	skip     int // depth inside a title or desc of the file, which ours replace
}

func (w *svgWriter) pos() courses.Position {
	line, column := w.dec.InputPos()
	return courses.Position{File: w.file, Line: line, Column: column}
}

func (w *svgWriter) problem(s courses.Severity, pos courses.Position, code, format string, args ...any) {
	w.problems = append(w.problems, courses.Problem{Pos: pos, Severity: s, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (w *svgWriter) fail(code, format string, args ...any) {
	w.problem(courses.Error, w.pos(), code, format, args...)
}

func (w *svgWriter) read() {
	w.dec = xml.NewDecoder(strings.NewReader(w.fig.SVG))
	if len(w.fig.SVG) > maxSVG {
		w.fail("svg-size", "the drawing is larger than %d bytes", maxSVG)
		return
	}
	for {
		token, err := w.dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			w.fail("svg-syntax", "%v", err)
			return
		}
		if !w.token(token) {
			return
		}
	}
	if len(w.open) > 0 || w.out.Len() == 0 {
		w.fail("svg-syntax", "the drawing is not one whole svg element")
	}
}

func (w *svgWriter) token(token xml.Token) bool {
	switch t := token.(type) {
	case xml.StartElement:
		return w.start(t)
	case xml.EndElement:
		return w.end(t)
	case xml.CharData:
		w.words(string(t))
	case xml.Directive:
		w.fail("svg-forbidden", "a drawing has no document type and no entities")
		return false
	}
	return true // comments and processing instructions are left out
}

func (w *svgWriter) start(t xml.StartElement) bool {
	name := t.Name.Local
	if t.Name.Space != "" || !svgElements[name] {
		w.fail("svg-forbidden", "the element %s is not allowed in a drawing", name)
		return false
	}
	if (len(w.open) == 0) != (name == "svg") || (len(w.open) == 0 && w.out.Len() > 0) {
		w.fail("svg-forbidden", "a drawing is one svg element with no svg in it")
		return false
	}
	w.open = append(w.open, name)
	if len(w.open) > 32 {
		w.fail("svg-forbidden", "the drawing is nested too deep")
		return false
	}
	if name == "title" || name == "desc" {
		w.skip++
	}
	if w.skip > 0 {
		return true
	}
	w.out.WriteString("<" + name)
	for _, a := range t.Attr {
		w.attr(name, a)
	}
	if name == "svg" {
		w.root(t)
	} else {
		w.out.WriteString(">")
	}
	return true
}

// root closes the first tag and names the drawing for readers of the screen.
func (w *svgWriter) root(t xml.StartElement) {
	if !hasAttr(t, "viewBox") {
		w.fail("svg-viewbox", "the svg element needs a viewBox")
	}
	id := "fig-" + w.fig.Key
	title, desc := w.fig.Title.In(w.lang), w.fig.Description.In(w.lang)
	fmt.Fprintf(&w.out, ` role="img" aria-labelledby="%s-title %s-desc"><title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`,
		html.EscapeString(id), html.EscapeString(id), html.EscapeString(id), html.EscapeString(title), html.EscapeString(id), html.EscapeString(desc))
}

func hasAttr(t xml.StartElement, name string) bool {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return true
		}
	}
	return false
}

func (w *svgWriter) attr(element string, a xml.Attr) {
	name, value := a.Name.Local, strings.TrimSpace(a.Value)
	switch {
	case name == "xmlns" || a.Name.Space == "xmlns" || (a.Name.Space == "xml" && name == "space"):
		return
	case a.Name.Space != "" || !svgAttrs[name]:
		w.fail("svg-forbidden", "the attribute %s is not allowed in a drawing", name)
		return
	case element == "svg" && (name == "width" || name == "height"):
		w.fail("svg-size", "a drawing has a viewBox and no fixed %s", name)
		return
	case element == "svg" && (name == "role" || name == "id"):
		return // ours
	}
	switch name {
	case "id":
		if !svgID.MatchString(value) {
			w.fail("svg-forbidden", "%q is not an id", value)
			return
		}
		value = w.localID(value)
	case "fill", "stroke":
		if value != "none" && value != "currentColor" {
			w.fail("svg-colour", "colours come from the classes ink, ink-2, act, warm, paper and line, not from %s=%q", name, value)
			return
		}
	case "class":
		for _, c := range strings.Fields(value) {
			if !svgClasses[c] {
				w.problem(courses.Warning, w.pos(), "svg-class", "the page knows no class %q", c)
			}
		}
	default:
		if m := localRef.FindStringSubmatch(value); m != nil {
			value = "url(#" + w.localID(m[1]) + ")"
		} else if strings.ContainsAny(value, ":;\\@") || strings.Contains(strings.ToLower(value), "url") {
			w.fail("svg-forbidden", "the value of %s is not allowed in a drawing", name)
			return
		}
	}
	fmt.Fprintf(&w.out, ` %s="%s"`, name, html.EscapeString(value))
}

// localID keeps the ids of several drawings on one page apart.
func (w *svgWriter) localID(id string) string { return "fig-" + w.fig.Key + "-" + id }

func (w *svgWriter) end(t xml.EndElement) bool {
	if len(w.open) == 0 || w.open[len(w.open)-1] != t.Name.Local || t.Name.Space != "" {
		w.fail("svg-syntax", "</%s> closes nothing", t.Name.Local)
		return false
	}
	w.open = w.open[:len(w.open)-1]
	if w.skip > 0 {
		if t.Name.Local == "title" || t.Name.Local == "desc" {
			w.skip--
		}
		return true
	}
	w.out.WriteString("</" + t.Name.Local + ">")
	return true
}

func (w *svgWriter) words(s string) {
	if w.skip > 0 {
		return
	}
	if len(w.open) == 0 {
		if strings.TrimSpace(s) != "" {
			w.fail("svg-syntax", "words outside the svg element")
		}
		return
	}
	w.out.WriteString(html.EscapeString(svgMark.ReplaceAllStringFunc(s, func(m string) string {
		label := strings.TrimSpace(m[2 : len(m)-2])
		w.used[label] = true
		text, ok := w.fig.Labels[label]
		if !ok {
			w.fail("missing-label", "figures.yaml has no label %q for the figure %q", label, w.fig.Key)
		}
		return text.In(w.lang)
	})))
}

// Labels lists the marks {{label}} of a drawing in their order, each once.
func Labels(svg string) []string {
	seen := map[string]bool{}
	var out []string
	for _, m := range svgMark.FindAllStringSubmatch(svg, -1) {
		if label := strings.TrimSpace(m[1]); !seen[label] {
			seen[label] = true
			out = append(out, label)
		}
	}
	return out
}
