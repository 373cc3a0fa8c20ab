// Package scale knows surveys and self-checks: their items, how the scales of an instrument are
// scored, and the gain between a matched pre-test and post-test.
package scale

import "mostik/courses"

// Kind tells a survey, whose answers are kept, from a self-check, of which nothing leaves the device.
type Kind string

// The kinds.
const (
	KindSurvey    Kind = "survey"
	KindSelfCheck Kind = "selfcheck"
)

// ItemKind is the form of an item; empty for the items of an instrument, which are answered on a
// frame.
type ItemKind string

// The kinds of item.
const (
	Scale    ItemKind = "scale"
	Single   ItemKind = "single"
	Multiple ItemKind = "multiple"
	Text     ItemKind = "text"
)

// Survey is a survey or a self-check. It holds no secret and is sent to the browser whole.
type Survey struct {
	Key  string `json:"key" yaml:"key"`
	Kind Kind   `json:"kind" yaml:"kind"`
	// Anonymous answers are stored without the person.
	Anonymous bool   `json:"anonymous,omitempty" yaml:"anonymous"`
	Items     []Item `json:"items" yaml:"items"`
	// Instrument names a validated instrument ("cbi"); self-checks only.
	Instrument string `json:"instrument,omitempty" yaml:"instrument"`
	// Frames are answer frames: the value of each answer, first to last.
	Frames map[string][]float64 `json:"frames,omitempty" yaml:"frames"`
	Scales []Subscale           `json:"scales,omitempty" yaml:"scales"`

	Title      courses.Text             `json:"title" yaml:"-"`
	Intro      courses.Text             `json:"intro,omitempty" yaml:"-"`
	Source     courses.Text             `json:"source,omitempty" yaml:"-"`
	FrameWords map[string]courses.Texts `json:"frame_words,omitempty" yaml:"-"`
	Pos        courses.Position         `json:"-" yaml:"-"`
}

// Item is one thing asked.
type Item struct {
	Key      string          `json:"key" yaml:"key"`
	Kind     ItemKind        `json:"kind,omitempty" yaml:"kind"`
	From     int             `json:"from,omitempty" yaml:"from"` // scale, inclusive
	To       int             `json:"to,omitempty" yaml:"to"`
	Options  []courses.Named `json:"options,omitempty" yaml:"options"`
	Frame    string          `json:"frame,omitempty" yaml:"frame"`
	Reversed bool            `json:"reversed,omitempty" yaml:"reversed"`

	Stem courses.Text     `json:"stem" yaml:"-"`
	Low  courses.Text     `json:"low,omitempty" yaml:"-"`
	High courses.Text     `json:"high,omitempty" yaml:"-"`
	Pos  courses.Position `json:"-" yaml:"-"`
}

// Subscale is the mean of its items, if at least MinAnswered were answered.
type Subscale struct {
	Key         string           `json:"key" yaml:"key"`
	Items       []string         `json:"items" yaml:"items"`
	MinAnswered int              `json:"min_answered" yaml:"min_answered"`
	Title       courses.Text     `json:"title" yaml:"-"`
	About       courses.Text     `json:"about,omitempty" yaml:"-"`
	Pos         courses.Position `json:"-" yaml:"-"`
}

// Reading is the score of one subscale.
type Reading struct {
	// Value is nil when too few items were answered.
	Value    *float64 `json:"value"`
	Answered int      `json:"answered"`
	Of       int      `json:"of"`
}

// Response is an answer to a survey: each item's value by key.
type Response map[string]Value

// Value is what was answered to one item; only the field of the item's kind is set.
type Value struct {
	Number  *float64 `json:"number,omitempty"`  // scale; on a frame the index of the answer, from 0
	Choice  string   `json:"choice,omitempty"`  // single
	Choices []string `json:"choices,omitempty"` // multiple
	Text    string   `json:"text,omitempty"`
}

// Pair is one person's share of points before and after, each 0 to 1.
type Pair struct {
	Pre  float64 `json:"pre"`
	Post float64 `json:"post"`
}

// Gain compares matched pairs.
type Gain struct {
	N        int     `json:"n"` // matched pairs
	PreMean  float64 `json:"pre_mean"`
	PostMean float64 `json:"post_mean"`
	// Normalised is (post-pre)/(1-pre) of the means (Hake 1998, Am. J. Phys. 66:64); nil when pre is
	// perfect or there is no pair.
	Normalised *float64 `json:"normalised"`
	// Effect is the mean of the differences over their standard deviation (Cohen's d_z, 1988); nil
	// with fewer than two pairs or no spread.
	Effect *float64 `json:"effect"`
}
