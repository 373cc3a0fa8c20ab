package lesson

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// citation is the inline node of [@key locator].
type citation struct {
	ast.BaseInline
	raw    string // key and locator
	offset int
}

var kindCitation = ast.NewNodeKind("Citation")

func (c *citation) Kind() ast.NodeKind            { return kindCitation }
func (c *citation) Dump(source []byte, level int) { ast.DumpHelper(c, source, level, nil, nil) }

// The place in a source may itself hold brackets of the round kind, never square ones.
var citationForm = regexp.MustCompile(`^\[@([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?(?: [^\[\]\n]{1,200})?)\]`)

type citationParser struct{}

func (citationParser) Trigger() []byte { return []byte{'['} }

func (citationParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	m := citationForm.FindSubmatch(line)
	if m == nil {
		return nil
	}
	block.Advance(len(m[0]))
	return &citation{raw: string(m[1]), offset: segment.Start}
}
