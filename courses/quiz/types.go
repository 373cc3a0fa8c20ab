package quiz

import (
	"mostik/courses"
	"mostik/courses/lesson"
)

// Answer is what a trainee chose, with the keys of the question. Only the field of the question's
// kind is set; the zero value is unanswered. It is stored as JSON.
type Answer struct {
	Choice  string            `json:"choice,omitempty"`
	Choices []string          `json:"choices,omitempty"`
	Value   *bool             `json:"value,omitempty"`
	Pairs   map[string]string `json:"pairs,omitempty"`
	Order   []string          `json:"order,omitempty"`
	Groups  map[string]string `json:"groups,omitempty"`
	Number  string            `json:"number,omitempty"`
	Text    string            `json:"text,omitempty"`
	Gaps    map[string]string `json:"gaps,omitempty"`
}

// Prompt is what a trainee sees of a question: no right answer, no feedback, and handles instead of
// keys wherever a key would tell.
type Prompt struct {
	Key    string `json:"key"`
	Kind   Kind   `json:"kind"`
	Points int    `json:"points"`
	// Options are keys in shown order (single, multiple; "true", "false" for truefalse).
	Options []string `json:"options,omitempty"`
	// Left are keys, Right are handles (matching).
	Left  []string `json:"left,omitempty"`
	Right []string `json:"right,omitempty"`
	// Items are handles in shown order (ordering, categorise).
	Items      []string    `json:"items,omitempty"`
	Categories []string    `json:"categories,omitempty"`
	Gaps       []PromptGap `json:"gaps,omitempty"`
	// Text holds the words of each language.
	Text map[courses.Lang]PromptText `json:"text"`
}

// PromptGap is a gap to fill; Options are keys in shown order and empty for a text gap.
type PromptGap struct {
	Key     string   `json:"key"`
	Kind    GapKind  `json:"kind"`
	Options []string `json:"options,omitempty"`
}

// PromptText holds safe inline HTML. In the stem of a cloze each gap is `<span data-gap="g1"></span>`.
type PromptText struct {
	Stem string `json:"stem"`
	Unit string `json:"unit,omitempty"` // plain
	// Labels has one entry a key or handle of Options, Left, Right, Items and Categories; the labels of
	// truefalse are the page's own words. An option of a gap stands under "g1/a".
	Labels map[string]string `json:"labels,omitempty"`
}

// State says how an answer turned out.
type State string

// The states of a result.
const (
	Right      State = "right"
	Partly     State = "partly"
	Wrong      State = "wrong"
	Unanswered State = "unanswered"
	ToMark     State = "to-mark" // a trainer gives the points
)

// Result is what an answer is worth.
type Result struct {
	// Points are between 0 and Max, rounded to a thousandth.
	Points float64 `json:"points"`
	Max    float64 `json:"max"`
	State  State   `json:"state"`
	// Parts tells for each part that was answered (option, left item, item, gap; by key) whether it is
	// right.
	Parts map[string]bool `json:"parts,omitempty"`
}

// Review is what is shown once the review policy allows it, with the handles of the trainee's Prompt.
type Review struct {
	Key    string `json:"key"`
	Result Result `json:"result"`
	// Right is the right one, in the form of an answer; for text the first accepted variant.
	Right Answer `json:"right"`
	// Given is the trainee's answer.
	Given Answer `json:"given"`
	// Accepted are the accepted variants of a short answer (under "") and of text gaps, in the language.
	Accepted map[string][]string `json:"accepted,omitempty"`
	// Feedback is safe HTML, by option, left key, handle, "true", "false".
	Feedback map[string]string `json:"feedback,omitempty"`
	Explain  string            `json:"explain,omitempty"` // safe HTML
	// Sources are numbered as the feedback cites them, the question's own first.
	Sources []lesson.Cited `json:"sources,omitempty"`
}

// Paper is the list of questions that one attempt asks; stored as JSON with the attempt.
type Paper struct {
	Questions []PaperQuestion `json:"questions"`
}

// PaperQuestion is a question of the bank and the seed that orders its options.
type PaperQuestion struct {
	Key  string `json:"key"`
	Seed Seed   `json:"seed"`
}

// Seed decides a shuffle. Zero leaves options as written; what would tell is mixed all the same. It is
// at most 2^53-1, so that JSON readers keep it whole.
type Seed uint64

// Stats describes how a question served over many answers.
type Stats struct {
	N int `json:"n"` // answers counted, unanswered included
	// Difficulty is the mean share of points, 0 to 1: the higher, the easier.
	Difficulty float64 `json:"difficulty"`
	// Discrimination is the correlation of the item's points with the rest of the total (corrected
	// item-total point-biserial), -1 to 1; nil when it is not defined (fewer than three answers, or no
	// spread).
	Discrimination *float64 `json:"discrimination"`
	Unanswered     int      `json:"unanswered"`
	// Chosen counts how often each option was chosen (single, multiple, truefalse).
	Chosen map[string]int `json:"chosen,omitempty"`
	// ChosenBest counts the same among the best third by total, to see a distractor that attracts them.
	ChosenBest map[string]int `json:"chosen_best,omitempty"`
}
