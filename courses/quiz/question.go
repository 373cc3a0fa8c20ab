package quiz

import "mostik/courses"

// Kind is the form of a question.
type Kind string

// The kinds of question.
const (
	Single     Kind = "single"
	Multiple   Kind = "multiple"
	TrueFalse  Kind = "truefalse"
	Matching   Kind = "matching"
	Ordering   Kind = "ordering"
	Categorise Kind = "categorise"
	Numeric    Kind = "numeric"
	Short      Kind = "short"
	Cloze      Kind = "cloze"
	Open       Kind = "open" // marked by a trainer
)

// Kinds lists every kind in the order of docs/authoring.md.
var Kinds = []Kind{Single, Multiple, TrueFalse, Matching, Ordering, Categorise, Numeric, Short, Cloze, Open}

// Question is an item of the bank, its right answers inside. It never leaves the server: people are
// shown a Prompt, and a Review once that is allowed.
type Question struct {
	Key  string `json:"key" yaml:"key"`
	Kind Kind   `json:"kind" yaml:"kind"`
	// Level is 1 recall, 2 apply, 3 judge.
	Level   int      `json:"level,omitempty" yaml:"level"`
	Points  int      `json:"points" yaml:"points,default=1"`
	Tags    []string `json:"tags,omitempty" yaml:"tags"`
	Sources []string `json:"sources,omitempty" yaml:"sources"` // citations

	Options    []Option `json:"options,omitempty" yaml:"options"`       // single, multiple
	Right      *bool    `json:"right,omitempty" yaml:"right"`           // truefalse
	Pairs      []Pair   `json:"pairs,omitempty" yaml:"pairs"`           // matching
	Extra      []string `json:"extra,omitempty" yaml:"extra"`           // matching: right items of no pair
	Items      []Item   `json:"items,omitempty" yaml:"items"`           // ordering (in the right order), categorise
	Categories []string `json:"categories,omitempty" yaml:"categories"` // categorise
	Answer     *float64 `json:"answer,omitempty" yaml:"answer"`         // numeric
	Tolerance  float64  `json:"tolerance,omitempty" yaml:"tolerance"`   // numeric, either side, inclusive
	Gaps       []Gap    `json:"gaps,omitempty" yaml:"gaps"`             // cloze

	// Words holds every segment under its path in the text file: "stem", "explain", "unit",
	// "guidance", "options/a", "left/l1", "right/r1", "items/i1", "categories/act", "gaps/g1/a",
	// "feedback/a", "feedback/true". Inline Markdown.
	Words map[string]courses.Text `json:"words"`
	// Accepted holds the accepted variants of a short answer under "accepted" and of a text gap under
	// "gaps/g2", per language.
	Accepted map[string]courses.Texts `json:"accepted,omitempty"`
	Pos      courses.Position         `json:"-"`
}

// Option is a choice. In YAML it may be the bare key.
type Option struct {
	Key   string           `json:"key" yaml:"key,scalar"`
	Right bool             `json:"right,omitempty" yaml:"right"`
	Pos   courses.Position `json:"-"`
}

// Pair joins a left item with its right item.
type Pair struct {
	Left  string           `json:"left" yaml:"left"`
	Right string           `json:"right" yaml:"right"`
	Pos   courses.Position `json:"-"`
}

// Item is something to order, or to put In a category.
type Item struct {
	Key string           `json:"key" yaml:"key,scalar"`
	In  string           `json:"in,omitempty" yaml:"in"`
	Pos courses.Position `json:"-"`
}

// GapKind is how a gap of a cloze is filled.
type GapKind string

// The kinds of gap.
const (
	GapChoice GapKind = "choice"
	GapText   GapKind = "text"
)

// Gap is a place {{key}} in the stem of a cloze.
type Gap struct {
	Key     string           `json:"key" yaml:"key"`
	Kind    GapKind          `json:"kind" yaml:"kind"`
	Options []Option         `json:"options,omitempty" yaml:"options"`
	Pos     courses.Position `json:"-"`
}

// Say gives the segment at path ("stem", "options/a") in lang, or in a language there is.
func (q *Question) Say(path string, lang courses.Lang) string { return q.Words[path].In(lang) }
