package courses

// Paper is something to print: a handout, or what a facilitator needs in the room. Its words are
// Markdown, one file a language.
type Paper struct {
	Key  string    `json:"key" yaml:"key"`
	Kind PaperKind `json:"kind" yaml:"kind"`
	// Module is the key of the module that a handout sums up.
	Module string   `json:"module,omitempty" yaml:"module"`
	Title  Text     `json:"title" yaml:"-"`
	Pos    Position `json:"-" yaml:"-"`
}

// PaperKind is what a paper is for.
type PaperKind string

// The kinds of paper.
const (
	Handout  PaperKind = "handout"   // one page, for everybody who takes the course
	Guide    PaperKind = "guide"     // an in-person session, for facilitators
	RunSheet PaperKind = "run-sheet" // a webinar, for facilitators
	Game     PaperKind = "game"      // rules, board, cards, debriefing sheet, for facilitators
)

// PaperKinds lists the kinds in the order in which they are offered.
var PaperKinds = []PaperKind{Handout, Guide, RunSheet, Game}

// ForFacilitators tells whether a kind is kept from learners, who would lose the surprise.
func (k PaperKind) ForFacilitators() bool { return k != Handout }

// Paper finds a paper by its key.
func (c *Course) Paper(key string) (*Paper, bool) {
	for i := range c.Papers {
		if c.Papers[i].Key == key {
			return &c.Papers[i], true
		}
	}
	return nil, false
}

// Deck is a set of cards to print and cut.
type Deck struct {
	Key   string          `json:"key" yaml:"key"`
	Cards []Card          `json:"cards" yaml:"cards"`
	Title Text            `json:"title" yaml:"-"`
	Kinds map[string]Text `json:"kinds,omitempty" yaml:"-"` // the words of each kind of card
	Pos   Position        `json:"-" yaml:"-"`
}

// Card is one card. Its kind is a free word of letters by which cards are coloured and sorted.
type Card struct {
	Key   string   `json:"key" yaml:"key"`
	Kind  string   `json:"kind" yaml:"kind"`
	Title Text     `json:"title" yaml:"-"`
	Text  Text     `json:"text" yaml:"-"`
	Back  Text     `json:"back,omitempty" yaml:"-"` // for the debriefing
	Pos   Position `json:"-" yaml:"-"`
}

// KindKeys lists the kinds of a deck's cards in the order in which they come up.
func (d *Deck) KindKeys() []string {
	seen := map[string]bool{}
	var keys []string
	for _, c := range d.Cards {
		if c.Kind != "" && !seen[c.Kind] {
			seen[c.Kind] = true
			keys = append(keys, c.Kind)
		}
	}
	return keys
}
