// Package exercise is the multi-agency exercise: three to six people at a table, each with a part and a
// card that only that part may read, agree on one referral. The table itself lies with whoever keeps
// state; here are the parts, the form of the proposal and what is right about it.
//
// A Prompt holds no card and nothing right; Card gives one part's card, Debrief what is shown when all
// have agreed.
package exercise

import (
	"mostik/courses"
	"mostik/courses/lesson"
)

// Bounds of how many parts an exercise has.
const (
	FewestParts = 3
	MostParts   = 6
)

// Exercise is the whole of it with cards and right answers; it never leaves the server.
type Exercise struct {
	Key      string `json:"key" yaml:"key"`
	Parts    []Part `json:"parts" yaml:"parts"`
	Proposal []Item `json:"proposal" yaml:"proposal"`

	Title       courses.Text     `json:"title" yaml:"-"`
	Intro       courses.Text     `json:"intro" yaml:"-"`
	ContentNote courses.Text     `json:"content_note,omitempty" yaml:"-"`
	Debrief     courses.Text     `json:"debrief" yaml:"-"` // Markdown
	Pos         courses.Position `json:"-" yaml:"-"`
}

// Part is one agency at the table.
type Part struct {
	Key   string           `json:"key" yaml:"key"`
	Title courses.Text     `json:"title" yaml:"-"`
	Card  courses.Text     `json:"card" yaml:"-"` // Markdown
	Pos   courses.Position `json:"-" yaml:"-"`
}

// Kind is how an item of the proposal is filled in.
type Kind string

// The kinds of item.
const (
	Choice  Kind = "choice"  // one option, one of which is right
	Choices Kind = "choices" // any options
	Text    Kind = "text"    // in words; nobody scores them
)

// Item is one point on which all agree.
type Item struct {
	Key     string           `json:"key" yaml:"key"`
	Kind    Kind             `json:"kind" yaml:"kind"`
	Options []Option         `json:"options,omitempty" yaml:"options"`
	Label   courses.Text     `json:"label" yaml:"-"`
	Help    courses.Text     `json:"help,omitempty" yaml:"-"`
	Pos     courses.Position `json:"-" yaml:"-"`
}

// Option is something to choose.
type Option struct {
	Key      string           `json:"key" yaml:"key"`
	Right    bool             `json:"right,omitempty" yaml:"right"`
	Text     courses.Text     `json:"text" yaml:"-"`
	Feedback courses.Text     `json:"feedback" yaml:"-"`
	Pos      courses.Position `json:"-" yaml:"-"`
}

// ItemValue is what a proposal says under one item: Chosen for choice (at most one) and choices, Text for text.
type ItemValue struct {
	Chosen []string `json:"chosen,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// Proposal is the referral as it stands, by item.
type Proposal map[string]ItemValue

// Prompt is the exercise in one language, with no card and nothing right in it.
type Prompt struct {
	Title       string         `json:"title"`
	Intro       string         `json:"intro"`
	ContentNote string         `json:"content_note,omitempty"`
	Parts       []Word         `json:"parts"`
	Proposal    []ProposalItem `json:"proposal"`
}

// ProposalItem is an item to fill in.
type ProposalItem struct {
	Key     string `json:"key"`
	Kind    Kind   `json:"kind"`
	Label   string `json:"label"`
	Help    string `json:"help,omitempty"`
	Options []Word `json:"options,omitempty"`
}

// Word is a key with its words in one language: plain text.
type Word struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// PartCard is what a part knows, in one language.
type PartCard struct {
	Part    string         `json:"part"`
	Title   string         `json:"title"`
	HTML    string         `json:"html"` // safe
	Sources []lesson.Cited `json:"-"`    // in the order of their numbers
}

// Debrief is what is shown when all have agreed.
type Debrief struct {
	HTML    string         `json:"html"` // safe
	Items   []ItemMark     `json:"items"`
	Sources []lesson.Cited `json:"-"` // in the order of their numbers
}

// ItemMark looks back at an item that has options.
type ItemMark struct {
	Key     string       `json:"key"`
	Options []OptionMark `json:"options"`
}

// OptionMark tells whether an option is right, whether it was chosen, and why.
type OptionMark struct {
	Key      string `json:"key"`
	Right    bool   `json:"right"`
	Chosen   bool   `json:"chosen"`
	Feedback string `json:"feedback"` // safe inline HTML
}
