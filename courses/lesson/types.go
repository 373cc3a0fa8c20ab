// Package lesson turns Mostik's Markdown into safe HTML for one language and tells what the text
// holds: headings, references with their places, the skeleton by which languages are compared, words
// and reading time. Raw HTML is refused; what leaves is built from known elements and then passed
// through an allow-list.
package lesson

import "mostik/courses"

// Options is what a text may refer to.
type Options struct {
	Lang courses.Lang
	// File and Line (of the first line; 0 counts as 1) place the problems found.
	File    string
	Line    int
	Sources map[string]courses.Source
	Terms   map[string]courses.Term
	Figures map[string]courses.Figure
	Media   map[string]courses.Media
	// Decks may be printed by ::cards[key]; a lesson has none.
	Decks map[string]*courses.Deck
	// Facts may be marked by [words](fact:key); nil where nothing is sorted.
	Facts map[string]bool
	// MediaURL gives the address of a file of the package; nil leaves "media/…" as written.
	MediaURL func(file string) string
	Words    Words
}

// Words are the few words of the page's frame in the text's language.
type Words struct {
	Skip, Summary, Read             string // the three ways past a sensitive part
	Table                           string // label of a table's scrolling region
	Captions                        string
	Unconfirmed                     string // before a block that the operator still completes
	AsOf                            string // "law as of"
	ReviewBy                        string
	Key, Note, Practice, Care, Case string // titles of callouts without one
}

// Lesson is a text ready to be shown.
type Lesson struct {
	// HTML is safe. A country's block stands as <section class="overlay" data-overlay="key"></section>
	// and is filled when it is served.
	HTML      string     `json:"html"`
	Headings  []Heading  `json:"headings,omitempty"`
	Sources   []Cited    `json:"sources,omitempty"` // in the order of their numbers
	Terms     []Ref      `json:"terms,omitempty"`
	Figures   []Ref      `json:"figures,omitempty"`
	Media     []Ref      `json:"media,omitempty"`
	Overlays  []Ref      `json:"overlays,omitempty"`
	Parts     []Ref      `json:"parts,omitempty"` // sensitive parts
	Facts     []Ref      `json:"facts,omitempty"` // marked, in the order of the text
	Decks     []Ref      `json:"decks,omitempty"`
	Skeleton  []Mark     `json:"-"`
	Words     int        `json:"words"`
	Minutes   int        `json:"minutes"` // reading time, rounded up
	Plain     string     `json:"-"`       // plain text, a block a line
	Sentences []Sentence `json:"-"`
}

// Heading is an entry of the page's outline.
type Heading struct {
	Level int    `json:"level"`
	ID    string `json:"id"`
	Text  string `json:"text"`
}

// Cited is a source with its number on the page and the places cited.
type Cited struct {
	Number   int              `json:"number"`
	Source   courses.Source   `json:"source"`
	Locators []string         `json:"locators,omitempty"`
	Pos      courses.Position `json:"-"`
}

// Ref is a reference to something of the package.
type Ref struct {
	Key string           `json:"key"`
	Pos courses.Position `json:"-"`
}

// Mark is one block of the skeleton: its kind ("h2", "callout-key", "figure", "media", "table",
// "overlay", "sensitive", "end-sensitive", "cards") and its key where it has one.
type Mark struct {
	Kind string
	Key  string
	Pos  courses.Position
}

// Sentence is one sentence of the running text, to judge its length.
type Sentence struct {
	Words int
	Pos   courses.Position
}
