// Package desk is the document desk: a case file whose facts a learner sorts under the elements of
// trafficking, whose indicators are weighed, and from which one conclusion is drawn. It never confirms
// that somebody was trafficked: a conclusion that does breaks a rule, whose source is named, and fails
// the desk by itself.
//
// What is shown before the hand-in is a Prompt, a type that holds nothing right; after it, a Review.
package desk

import (
	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/scenario"
)

// Desk is a case file with its right answers; it never leaves the server.
type Desk struct {
	Key string `json:"key" yaml:"key"`
	// Child is true where means are not required: sorting then has no means.
	Child       bool         `json:"child,omitempty" yaml:"child"`
	Documents   []Document   `json:"documents" yaml:"documents"`
	Facts       []Fact       `json:"facts" yaml:"facts"`
	Indicators  []Indicator  `json:"indicators" yaml:"indicators"`
	Conclusions []Conclusion `json:"conclusions" yaml:"conclusions"`

	Title       courses.Text     `json:"title" yaml:"-"`
	Intro       courses.Text     `json:"intro" yaml:"-"`
	ContentNote courses.Text     `json:"content_note,omitempty" yaml:"-"`
	Pos         courses.Position `json:"-" yaml:"-"`
}

// Document is one paper of the file. Its text marks the pieces that are facts: [words](fact:key).
type Document struct {
	Key   string           `json:"key" yaml:"key"`
	Kind  Kind             `json:"kind" yaml:"kind"`
	Facts []string         `json:"facts" yaml:"facts"` // keys of Facts that its text marks
	Title courses.Text     `json:"title" yaml:"-"`
	Text  courses.Text     `json:"text" yaml:"-"` // Markdown
	Pos   courses.Position `json:"-" yaml:"-"`
}

// Kind says what sort of paper a document is.
type Kind string

// Kinds lists the sorts of paper.
var Kinds = []Kind{"contract", "payslip", "chat", "note", "statement", "letter", "photo-description"}

// Fact is something that a document tells, and the element under which it belongs.
type Fact struct {
	Key      string           `json:"key" yaml:"key"`
	Element  scenario.Element `json:"element" yaml:"element"`
	Text     courses.Text     `json:"text" yaml:"-"`     // a short restatement
	Feedback courses.Text     `json:"feedback" yaml:"-"` // why it belongs there
	Pos      courses.Position `json:"-" yaml:"-"`
}

// Weight is how far a file supports an indicator.
type Weight string

// The weights, from least to most.
const (
	None   Weight = "none"
	Weak   Weight = "weak"
	Strong Weight = "strong"
)

// Weights lists the weights from least to most.
var Weights = []Weight{None, Weak, Strong}

// Indicator is a sign of trafficking, how far the file supports it, and the facts that bear on it.
type Indicator struct {
	Key      string           `json:"key" yaml:"key"`
	Weight   Weight           `json:"weight" yaml:"weight"`
	Facts    []string         `json:"facts,omitempty" yaml:"facts"`
	Text     courses.Text     `json:"text" yaml:"-"`
	Feedback courses.Text     `json:"feedback" yaml:"-"`
	Pos      courses.Position `json:"-" yaml:"-"`
}

// Conclusion is one of those offered; one is right. Source (a citation) names the rule that a wrong
// one breaks, and such a one fails the desk by itself.
type Conclusion struct {
	Key      string           `json:"key" yaml:"key"`
	Right    bool             `json:"right,omitempty" yaml:"right"`
	Source   string           `json:"source,omitempty" yaml:"source"`
	Text     courses.Text     `json:"text" yaml:"-"`
	Feedback courses.Text     `json:"feedback" yaml:"-"`
	Pos      courses.Position `json:"-" yaml:"-"`
}

// Answer is what a learner hands in, as it is stored.
type Answer struct {
	Sorted     map[string]scenario.Element `json:"sorted"`     // by fact
	Weighed    map[string]Weight           `json:"weighed"`    // by indicator
	Conclusion string                      `json:"conclusion"` // "" if none was drawn
}

// Scores are points out of those given beside them, and together a percent.
type Scores struct {
	Facts      float64 `json:"facts"`      // of 50
	Indicators float64 `json:"indicators"` // of 30
	Conclusion float64 `json:"conclusion"` // of 20
	Percent    int     `json:"percent"`
	// Broken is the citation of the rule that the conclusion breaks; "" if none.
	Broken string `json:"broken,omitempty"`
	// Passed compares Percent with the pass mark; never true where a rule is broken.
	Passed bool `json:"passed"`
}

// Entry is a key with its words in one language: safe inline HTML.
type Entry struct {
	Key  string `json:"key"`
	HTML string `json:"html"`
}

// Cover is what stands before the file is opened, in one language: plain text.
type Cover struct {
	Title       string `json:"title"`
	Intro       string `json:"intro"`
	ContentNote string `json:"content_note,omitempty"`
}

// Prompt is the open file in one language, with nothing right in it.
type Prompt struct {
	Cover
	Elements    []scenario.Element `json:"elements"` // to sort under: without means for a child
	Weights     []Weight           `json:"weights"`
	Documents   []DocumentView     `json:"documents"`
	Facts       []Entry            `json:"facts"`
	Indicators  []Entry            `json:"indicators"`
	Conclusions []Entry            `json:"conclusions"`
	Sources     []lesson.Cited     `json:"-"` // in the order of their numbers
}

// DocumentView is a document as it is read. In its HTML a marked piece is <a class="fact" data-fact="key">.
type DocumentView struct {
	Key   string   `json:"key"`
	Kind  Kind     `json:"kind"`
	Title string   `json:"title"`
	HTML  string   `json:"html"`
	Facts []string `json:"facts"`
}

// Review is everything that was right, with why; only after the hand-in.
type Review struct {
	Scores
	Sorting     []FactMark       `json:"sorting"`
	Weighing    []IndicatorMark  `json:"weighing"`
	Conclusions []ConclusionMark `json:"conclusions"`
	Sources     []lesson.Cited   `json:"-"` // in the order of their numbers
}

// FactMark is a fact as sorted ("" if it was not) and as it belongs.
type FactMark struct {
	Fact     string           `json:"fact"`
	Given    scenario.Element `json:"given,omitempty"`
	Proper   scenario.Element `json:"proper"`
	Feedback string           `json:"feedback"` // safe inline HTML
}

// IndicatorMark is an indicator as weighed ("" if it was not) and as the file supports it.
type IndicatorMark struct {
	Indicator string   `json:"indicator"`
	Given     Weight   `json:"given,omitempty"`
	Proper    Weight   `json:"proper"`
	Facts     []string `json:"facts,omitempty"`
	Feedback  string   `json:"feedback"`
}

// ConclusionMark is a conclusion with what is right or wrong about it.
type ConclusionMark struct {
	Key      string `json:"key"`
	Right    bool   `json:"right"`
	Given    bool   `json:"given"`
	Broken   int    `json:"broken,omitempty"` // number in Sources of the rule that it breaks; 0 if none
	Feedback string `json:"feedback"`
}
