package scenario

import "mostik/courses"

// Scenario is an interview simulator with its effects and scores; it never leaves the server.
type Scenario struct {
	Key string `json:"key" yaml:"key"`
	// Child is true where means are not required: sorting then has no means.
	Child      bool                 `json:"child,omitempty" yaml:"child"`
	StartState StartState           `json:"start_state" yaml:"start_state"`
	Roles      []Role               `json:"roles" yaml:"roles"`
	Indicators []courses.Named      `json:"indicators" yaml:"indicators"`
	Principles map[string]Principle `json:"principles" yaml:"principles"`
	Facts      []Fact               `json:"facts" yaml:"facts"`
	Nodes      []Node               `json:"nodes" yaml:"nodes"`

	Title       courses.Text            `json:"title" yaml:"-"`
	Person      Person                  `json:"person" yaml:"-"`
	Intro       courses.Text            `json:"intro" yaml:"-"`
	ContentNote courses.Text            `json:"content_note,omitempty" yaml:"-"`
	Steps       map[string]courses.Text `json:"steps,omitempty" yaml:"-"` // by step: the words of does and owes
	Pos         courses.Position        `json:"-" yaml:"-"`
}

// StartState is how the conversation begins; both 0 to 100.
type StartState struct {
	Trust  int `json:"trust" yaml:"trust"`
	Safety int `json:"safety" yaml:"safety"`
}

// Role is the learner's part: where it starts and which steps it owes.
type Role struct {
	Key   string           `json:"key" yaml:"key"`
	Start string           `json:"start" yaml:"start"`
	Owes  []string         `json:"owes" yaml:"owes"`
	Title courses.Text     `json:"title" yaml:"-"`
	Task  courses.Text     `json:"task" yaml:"-"`
	Pos   courses.Position `json:"-" yaml:"-"`
}

// Principle is what a fault offends against, with its source (a citation).
type Principle struct {
	Source string           `json:"source" yaml:"source"`
	Text   courses.Text     `json:"text" yaml:"-"`
	Pos    courses.Position `json:"-" yaml:"-"`
}

// Element is the heading under which a fact is sorted.
type Element string

// The elements of Palermo Protocol art. 3(a), and none of them.
const (
	Act     Element = "act"
	Means   Element = "means"
	Purpose Element = "purpose"
	None    Element = "none"
)

// Fact is offered for sorting at the end, if the path showed it.
type Fact struct {
	Key     string           `json:"key" yaml:"key"`
	Element Element          `json:"element" yaml:"element"`
	Text    courses.Text     `json:"text" yaml:"-"`
	Pos     courses.Position `json:"-" yaml:"-"`
}

// End is how a conversation ends.
type End string

// The ends.
const (
	Referred End = "referred"
	Stopped  End = "stopped"
	Left     End = "left"
	Harmed   End = "harmed"
)

// Node is a moment of the conversation.
type Node struct {
	Key     string           `json:"key" yaml:"key"`
	Shows   []string         `json:"shows,omitempty" yaml:"shows"` // indicators that show themselves here
	Facts   []string         `json:"facts,omitempty" yaml:"facts"`
	Choices []Choice         `json:"choices,omitempty" yaml:"choices"`
	End     End              `json:"end,omitempty" yaml:"end"`
	Scene   courses.Text     `json:"scene,omitempty" yaml:"-"`
	Says    courses.Text     `json:"says" yaml:"-"`
	Ending  courses.Text     `json:"ending,omitempty" yaml:"-"`
	Pos     courses.Position `json:"-" yaml:"-"`
}

// Choice is a sentence that the learner may say, and its effects.
type Choice struct {
	Key       string           `json:"key" yaml:"key"`
	To        string           `json:"to" yaml:"to"`
	Trust     int              `json:"trust,omitempty" yaml:"trust"`
	Safety    int              `json:"safety,omitempty" yaml:"safety"`
	Does      []string         `json:"does,omitempty" yaml:"does"`
	Faults    []Fault          `json:"faults,omitempty" yaml:"faults"`
	When      *Condition       `json:"when,omitempty" yaml:"when"` // decides between To and Otherwise
	Otherwise string           `json:"otherwise,omitempty" yaml:"otherwise"`
	Say       courses.Text     `json:"say" yaml:"-"`
	Comment   courses.Text     `json:"comment" yaml:"-"`
	Pos       courses.Position `json:"-" yaml:"-"`
}

// Fault offends against a principle; Weight is 1 to 3, and 3 fails ethics by itself.
type Fault struct {
	Principle string           `json:"principle" yaml:"principle"`
	Weight    int              `json:"weight" yaml:"weight"`
	Pos       courses.Position `json:"-" yaml:"-"`
}

// Condition holds when every part that is set holds, judged after the choice's own effects.
type Condition struct {
	TrustAtLeast  int      `json:"trust_at_least,omitempty" yaml:"trust_at_least"`
	SafetyAtLeast int      `json:"safety_at_least,omitempty" yaml:"safety_at_least"`
	Done          []string `json:"done,omitempty" yaml:"done"`
	Shown         []string `json:"shown,omitempty" yaml:"shown"`
}

// Person is the simulated person.
type Person struct {
	Name  courses.Text `json:"name"`
	About courses.Text `json:"about"`
}

// State is where a conversation stands; made by Start and Apply, never by hand.
type State struct {
	Role   string   `json:"role"`
	Node   string   `json:"node"`
	Trust  int      `json:"trust"`
	Safety int      `json:"safety"`
	Done   []string `json:"done,omitempty"`  // steps, in the order taken
	Shown  []string `json:"shown,omitempty"` // indicators, in the order shown
	Facts  []string `json:"facts,omitempty"`
	Path   []string `json:"path,omitempty"` // choice keys from the start
	End    End      `json:"end,omitempty"`  // set at an end
}

// Run is everything that a learner did, as it is stored: the scores follow from it alone.
type Run struct {
	Role  string   `json:"role"`
	Path  []string `json:"path"`
	Noted []string `json:"noted,omitempty"` // indicators
	// Sorted puts facts under elements.
	Sorted map[string]Element `json:"sorted,omitempty"`
}

// View is what the learner sees now: no effect of any choice in it. The words are plain text.
type View struct {
	Scenario string       `json:"scenario"`
	Role     string       `json:"role"`
	Node     string       `json:"node"`
	Scene    string       `json:"scene,omitempty"`
	Says     string       `json:"says"`
	Choices  []ViewChoice `json:"choices,omitempty"`
	End      End          `json:"end,omitempty"`
	Ending   string       `json:"ending,omitempty"`
	// Indicators is the whole list that may be noted, whether shown or not.
	Indicators []Label `json:"indicators"`
	// Facts are those that the path has shown, for sorting.
	Facts []Label `json:"facts,omitempty"`
	// Elements to sort under: without means for a child.
	Elements []Element `json:"elements"`
}

// ViewChoice is a sentence to say.
type ViewChoice struct {
	Key string `json:"key"`
	Say string `json:"say"`
}

// Label is a key with its words in one language.
type Label struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Cover is what stands before a conversation, in one language.
type Cover struct {
	Key         string      `json:"key"`
	Title       string      `json:"title"`
	Name        string      `json:"name"`
	About       string      `json:"about"`
	Intro       string      `json:"intro"`
	ContentNote string      `json:"content_note,omitempty"`
	Child       bool        `json:"child,omitempty"`
	Roles       []CoverRole `json:"roles"`
}

// CoverRole is a part that one may take.
type CoverRole struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Task  string `json:"task"`
}

// Score is 0 to 100 percent; Passed compares it with the activity's pass mark, and for ethics also
// with the rule that a fault of weight 3 fails it.
type Score struct {
	Percent int  `json:"percent"`
	Passed  bool `json:"passed"`
}

// Scores keeps the four apart and says where each came from.
type Scores struct {
	Indicators Score `json:"indicators"`
	Reasoning  Score `json:"reasoning"`
	Ethics     Score `json:"ethics"`
	Referral   Score `json:"referral"`
	// Passed is true when all four are.
	Passed bool `json:"passed"`
	End    End  `json:"end,omitempty"`

	Seen        []string    `json:"seen,omitempty"`         // shown and noted
	Missed      []string    `json:"missed,omitempty"`       // shown, not noted
	FalseAlarms []string    `json:"false_alarms,omitempty"` // noted, not shown
	Sorting     []SortMark  `json:"sorting,omitempty"`
	Faults      []FaultMark `json:"faults,omitempty"`
	Owed        []string    `json:"owed,omitempty"` // steps that the role owes
	Done        []string    `json:"done,omitempty"` // those of Owed that were taken
}

// SortMark is a fact as sorted and as it belongs.
type SortMark struct {
	Fact   string  `json:"fact"`
	Given  Element `json:"given,omitempty"`
	Proper Element `json:"proper"`
}

// FaultMark is a fault on the path with what it offends against.
type FaultMark struct {
	Principle string `json:"principle"`
	Source    string `json:"source"` // citation
	Node      string `json:"node"`
	Choice    string `json:"choice"`
	Weight    int    `json:"weight"`
}

// ReplayStep is one exchange looked at afterwards.
type ReplayStep struct {
	Node    string        `json:"node"`
	Scene   string        `json:"scene,omitempty"`
	Says    string        `json:"says"`
	Shown   []Label       `json:"shown,omitempty"` // indicators that showed themselves first here
	Choice  string        `json:"choice,omitempty"`
	Say     string        `json:"say,omitempty"`
	Comment string        `json:"comment,omitempty"`
	Faults  []ReplayFault `json:"faults,omitempty"`
	Does    []Label       `json:"does,omitempty"`
	Ending  string        `json:"ending,omitempty"`
}

// ReplayFault is a fault in words.
type ReplayFault struct {
	Principle string           `json:"principle"`
	Text      string           `json:"text"`
	Citation  courses.Citation `json:"citation"`
	Weight    int              `json:"weight"`
}

// Encounter is a branching dialogue without scores. It holds no secret and may be sent whole.
type Encounter struct {
	Key         string           `json:"key" yaml:"key"`
	Start       string           `json:"start" yaml:"start"` // first node; default: the first written
	Nodes       []EncounterNode  `json:"nodes" yaml:"nodes"`
	Title       courses.Text     `json:"title" yaml:"-"`
	Person      Person           `json:"person" yaml:"-"`
	Intro       courses.Text     `json:"intro,omitempty" yaml:"-"`
	ContentNote courses.Text     `json:"content_note,omitempty" yaml:"-"`
	Pos         courses.Position `json:"-" yaml:"-"`
}

// EncounterNode is a moment of an encounter; an end has no choices.
type EncounterNode struct {
	Key     string            `json:"key" yaml:"key"`
	Choices []EncounterChoice `json:"choices,omitempty" yaml:"choices"`
	End     End               `json:"end,omitempty" yaml:"end"`
	Scene   courses.Text      `json:"scene,omitempty" yaml:"-"`
	Says    courses.Text      `json:"says,omitempty" yaml:"-"`
	Ending  courses.Text      `json:"ending,omitempty" yaml:"-"`
	Pos     courses.Position  `json:"-" yaml:"-"`
}

// EncounterChoice leads to a node; its Comment tells the consequence.
type EncounterChoice struct {
	Key     string           `json:"key" yaml:"key"`
	To      string           `json:"to" yaml:"to"`
	Say     courses.Text     `json:"say" yaml:"-"`
	Comment courses.Text     `json:"comment,omitempty" yaml:"-"`
	Pos     courses.Position `json:"-" yaml:"-"`
}
