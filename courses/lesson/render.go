package lesson

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"mostik/courses"
)

var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table),
	goldmark.WithParserOptions(
		parser.WithHeadingAttribute(),
		parser.WithInlineParsers(util.Prioritized(citationParser{}, 150)), // before links, which have 200
	),
)

// Render turns a lesson's Markdown into HTML and tells what it holds. The HTML is safe whatever the
// problems say: unknown references become plain text, raw HTML becomes visible text.
func Render(source string, o Options) (Lesson, []courses.Problem) {
	r := newRenderer(o)
	r.text(source, max(o.Line, 1))
	r.lesson.HTML = r.out.String()
	r.lesson.Plain = strings.TrimSpace(r.plain.String())
	r.lesson.Words = countWords(r.lesson.Plain)
	r.lesson.Minutes = ReadingMinutes(r.lesson.Words, o.Lang)
	return r.lesson, r.problems
}

// renderer writes one text. It walks the syntax tree itself and knows every element that may leave,
// so nothing can slip through that nobody thought of.
type renderer struct {
	o         Options
	out       strings.Builder
	plain     strings.Builder
	lesson    Lesson
	problems  []courses.Problem
	numbers   map[string]int // source: index in lesson.Sources
	ids       map[string]bool
	parts     int // depth of sensitive parts
	inline    bool
	srcPrefix string // before a source's key, so that a page's lists of sources do not clash

	source  []byte
	starts  []int // offset of each line of source
	first   int   // line of the file on which source begins
	heading string
	runs    []run // words of the block being written
}

// run is a piece of text and where it stands in the source.
type run struct {
	text   string
	offset int
}

func newRenderer(o Options) *renderer {
	if o.Words == (Words{}) {
		o.Words = WordsFor(o.Lang)
	}
	return &renderer{o: o, numbers: map[string]int{}, ids: map[string]bool{}, srcPrefix: "src-"}
}

func (r *renderer) pos(line int) courses.Position {
	return courses.Position{File: r.o.File, Line: line}
}

func (r *renderer) at(offset int) courses.Position {
	line := sort.SearchInts(r.starts, offset+1) // lines that begin at or before offset
	return r.pos(r.first + max(line, 1) - 1)
}

func (r *renderer) fail(pos courses.Position, code, format string, args ...any) {
	r.problems = append(r.problems, courses.Problem{Pos: pos, Severity: courses.Error, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (r *renderer) mark(kind, key string, pos courses.Position) {
	r.lesson.Skeleton = append(r.lesson.Skeleton, Mark{Kind: kind, Key: key, Pos: pos})
}

// text renders a text that begins on the given line of the file.
func (r *renderer) text(source string, line int) {
	for _, c := range split(source, line) {
		switch {
		case c.fault != "":
			r.faultyChunk(c)
		case c.kind == chunkMarkdown:
			r.markdown(c.text, c.line)
		case c.kind == chunkOverlay:
			r.overlay(c)
		case c.kind == chunkFigure:
			r.figure(c)
		case c.kind == chunkMedia:
			r.media(c)
		case c.kind == chunkSensitive:
			r.sensitive(c)
		case c.kind == chunkCards:
			r.cards(c)
		}
	}
}

var chunkFaults = map[string]string{
	"unknown-container": "only ::: sensitive {#key} opens a part, and ::: alone closes it",
	"sensitive-head":    "a sensitive part begins with note: and summary:, then a line ---",
	"sensitive-body":    "a sensitive part needs a line --- between its summary and its text",
	"sensitive-open":    "the sensitive part is not closed by :::",
}

func (r *renderer) faultyChunk(c chunk) {
	r.fail(r.pos(c.line), c.fault, "%s", chunkFaults[c.fault])
	if c.part != nil && c.part.body != "" && r.parts == 0 {
		r.sensitive(c)
	}
}

func (r *renderer) markdown(source string, line int) {
	r.source, r.first, r.starts = []byte(source), line, []int{0}
	for i := range r.source {
		if r.source[i] == '\n' {
			r.starts = append(r.starts, i+1)
		}
	}
	doc := markdown.Parser().Parse(text.NewReader(r.source))
	r.children(doc)
}

func (r *renderer) overlay(c chunk) {
	pos := r.pos(c.line)
	if !keyForm.MatchString(c.text) {
		r.fail(pos, "bad-key", "%q is not a key", c.text)
		return
	}
	r.lesson.Overlays = append(r.lesson.Overlays, Ref{c.text, pos})
	r.mark("overlay", c.text, pos)
	fmt.Fprintf(&r.out, "<section class=\"overlay\" data-overlay=\"%s\"></section>\n", c.text)
}

func (r *renderer) figure(c chunk) {
	pos := r.pos(c.line)
	r.lesson.Figures = append(r.lesson.Figures, Ref{c.text, pos})
	r.mark("figure", c.text, pos)
	fig, ok := r.o.Figures[c.text]
	if !ok {
		r.fail(pos, "unknown-figure", "there is no figure %q", c.text)
		return
	}
	drawing, problems := SVG(fig, r.o.Lang)
	if courses.HasErrors(problems) {
		r.fail(pos, "bad-figure", "the figure %q is not fit to show", c.text)
		return
	}
	fmt.Fprintf(&r.out, "<figure class=\"figure\" role=\"group\" data-figure=\"%s\">%s<figcaption>%s</figcaption></figure>\n",
		html.EscapeString(fig.Key), drawing, html.EscapeString(fig.Title.In(r.o.Lang)))
}

func (r *renderer) media(c chunk) {
	pos := r.pos(c.line)
	r.lesson.Media = append(r.lesson.Media, Ref{c.text, pos})
	r.mark("media", c.text, pos)
	m, ok := r.o.Media[c.text]
	if !ok {
		r.fail(pos, "unknown-media", "there is no sound or film %q", c.text)
		return
	}
	address := func(file string) string {
		if r.o.MediaURL != nil {
			file = r.o.MediaURL(file)
		}
		return html.EscapeString(file)
	}
	element := "video"
	if isSound(m.File) {
		element = "audio"
	}
	fmt.Fprintf(&r.out, "<figure class=\"media\" data-media=\"%s\"><%s controls preload=\"metadata\" src=\"%s\">",
		html.EscapeString(m.Key), element, address(m.File))
	langs := make([]string, 0, len(m.Captions))
	for l := range m.Captions {
		langs = append(langs, string(l))
	}
	slices.Sort(langs)
	for _, l := range langs {
		def := ""
		if courses.Lang(l) == r.o.Lang {
			def = " default"
		}
		fmt.Fprintf(&r.out, "<track kind=\"captions\" srclang=\"%s\" label=\"%s %s\" src=\"%s\"%s>", html.EscapeString(l),
			html.EscapeString(r.o.Words.Captions), html.EscapeString(l), address(m.Captions[courses.Lang(l)]), def)
	}
	fmt.Fprintf(&r.out, "</%s></figure>\n", element)
}

func isSound(file string) bool {
	for _, ending := range []string{".mp3", ".ogg", ".opus", ".m4a", ".wav", ".flac"} {
		if strings.HasSuffix(strings.ToLower(file), ending) {
			return true
		}
	}
	return false
}

func (r *renderer) sensitive(c chunk) {
	pos, p := r.pos(c.line), c.part
	switch {
	case r.parts > 0:
		r.fail(pos, "sensitive-nested", "a sensitive part cannot lie in another")
		return
	case !keyForm.MatchString(p.key):
		r.fail(pos, "sensitive-key", "a sensitive part needs a key: ::: sensitive {#key}")
		return
	case p.note == "" || p.summary == "":
		r.fail(pos, "sensitive-head", "the sensitive part %q needs note: and summary:", p.key)
	}
	r.id(p.key, pos)
	r.lesson.Parts = append(r.lesson.Parts, Ref{p.key, pos})
	r.mark("sensitive", p.key, pos)
	w := r.o.Words
	fmt.Fprintf(&r.out, "<section class=\"sensitive\" id=\"%s\"><div class=\"sensitive-note\"><p>", p.key)
	r.inlineText(p.note, c.line+1)
	fmt.Fprintf(&r.out, "</p><p><a class=\"sensitive-skip\" href=\"#after-%s\">%s</a></p></div>", p.key, html.EscapeString(w.Skip))
	fmt.Fprintf(&r.out, "<details class=\"sensitive-summary\"><summary>%s</summary><p>", html.EscapeString(w.Summary))
	r.inlineText(p.summary, c.line+1)
	fmt.Fprintf(&r.out, "</p></details><details class=\"sensitive-body\"><summary>%s</summary>\n", html.EscapeString(w.Read))
	r.parts++
	r.text(p.body, p.bodyLine)
	r.parts--
	fmt.Fprintf(&r.out, "</details></section><span id=\"after-%s\"></span>\n", p.key)
	r.mark("end-sensitive", p.key, pos)
}

var keyForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)

// id notes an anchor and refuses one that stands twice on the page.
func (r *renderer) id(id string, pos courses.Position) {
	if r.ids[id] {
		r.fail(pos, "duplicate-anchor", "the anchor %q stands twice", id)
	}
	r.ids[id] = true
}

func (r *renderer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		r.node(c)
	}
}

// start gives the place where a block begins.
func (r *renderer) start(n ast.Node) courses.Position {
	for ; n != nil; n = n.FirstChild() {
		if n.Type() != ast.TypeInline && n.Lines() != nil && n.Lines().Len() > 0 {
			return r.at(n.Lines().At(0).Start)
		}
		if t, ok := n.(*ast.Text); ok {
			return r.at(t.Segment.Start)
		}
	}
	return r.pos(r.first)
}

func (r *renderer) element(name string, n ast.Node) {
	r.out.WriteString("<" + name + ">")
	r.children(n)
	r.out.WriteString("</" + name + ">")
}

func (r *renderer) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		r.headingNode(n)
	case *ast.Paragraph:
		r.element("p", n)
		r.endBlock(true)
	case *ast.TextBlock:
		r.children(n)
		r.endBlock(true)
	case *ast.List:
		r.list(n)
	case *ast.ListItem:
		r.element("li", n)
	case *ast.Blockquote:
		r.quote(n)
	case *ast.ThematicBreak:
		r.out.WriteString("<hr>\n")
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		r.code(n)
	case *ast.HTMLBlock:
		r.rawHTML(n.Lines())
	case *extast.Table:
		r.table(n)
	case *extast.TableHeader:
		r.out.WriteString("<thead><tr>")
		r.children(n)
		r.out.WriteString("</tr></thead><tbody>")
	case *extast.TableRow:
		r.element("tr", n)
	case *extast.TableCell:
		r.cell(n)
	default:
		r.inlineNode(n)
	}
}

func (r *renderer) headingNode(n *ast.Heading) {
	pos := r.start(n)
	if n.Level < 2 || n.Level > 4 {
		r.fail(pos, "heading-level", "headings are ## to ####: the title is the activity's")
	}
	level := min(max(n.Level, 2), 4)
	id := ""
	if v, ok := n.AttributeString("id"); ok {
		if b, isBytes := v.([]byte); isBytes {
			id = string(b)
		}
	}
	if !keyForm.MatchString(id) {
		r.fail(pos, "heading-anchor", "the heading needs an anchor that is the same in every language: {#key}")
		id = ""
	} else {
		r.id(id, pos)
	}
	r.mark(fmt.Sprintf("h%d", level), id, pos)
	fmt.Fprintf(&r.out, "<h%d", level)
	if id != "" {
		fmt.Fprintf(&r.out, " id=\"%s\"", id)
	}
	r.out.WriteString(">")
	r.children(n)
	fmt.Fprintf(&r.out, "</h%d>\n", level)
	r.heading = strings.TrimSpace(r.endBlock(false))
	r.lesson.Headings = append(r.lesson.Headings, Heading{Level: level, ID: id, Text: r.heading})
}

func (r *renderer) list(n *ast.List) {
	name := "ul"
	if n.IsOrdered() {
		name = "ol"
	}
	r.out.WriteString("<" + name)
	if n.IsOrdered() && n.Start > 1 {
		fmt.Fprintf(&r.out, " start=\"%d\"", n.Start)
	}
	r.out.WriteString(">\n")
	r.children(n)
	r.out.WriteString("</" + name + ">\n")
}

func (r *renderer) code(n ast.Node) {
	r.out.WriteString("<pre><code>")
	for i := range n.Lines().Len() {
		s := n.Lines().At(i)
		r.out.WriteString(html.EscapeString(string(s.Value(r.source))))
	}
	r.out.WriteString("</code></pre>\n")
}

func (r *renderer) rawHTML(lines *text.Segments) {
	for i := range lines.Len() {
		s := lines.At(i)
		if i == 0 {
			r.fail(r.at(s.Start), "raw-html", "raw HTML is refused")
		}
		r.out.WriteString(html.EscapeString(string(s.Value(r.source))))
	}
}

func (r *renderer) table(n *extast.Table) {
	r.mark("table", "", r.start(n))
	label := r.o.Words.Table
	if r.heading != "" {
		label += ": " + r.heading
	}
	fmt.Fprintf(&r.out, "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>", html.EscapeString(label))
	r.children(n)
	r.out.WriteString("</tbody></table></div>\n")
}

func (r *renderer) cell(n *extast.TableCell) {
	name := "td"
	if n.Parent().Kind() == extast.KindTableHeader {
		name = "th"
	}
	r.out.WriteString("<" + name)
	if name == "th" {
		r.out.WriteString(" scope=\"col\"")
	}
	if n.Alignment != extast.AlignNone {
		fmt.Fprintf(&r.out, " class=\"%s\"", n.Alignment)
	}
	r.out.WriteString(">")
	r.children(n)
	r.out.WriteString("</" + name + ">")
	r.endBlock(false)
}

// endBlock closes a block of words: into the plain text and, for running text, into the sentences.
func (r *renderer) endBlock(running bool) string {
	var b strings.Builder
	for _, x := range r.runs {
		b.WriteString(x.text)
	}
	words := b.String()
	if running {
		r.sentences(words)
	}
	r.runs = r.runs[:0]
	r.plain.WriteString(strings.TrimSpace(words) + "\n")
	return words
}
