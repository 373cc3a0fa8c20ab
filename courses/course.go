package courses

// Course is the tree that course.yaml describes, with its words.
type Course struct {
	Key string `json:"key" yaml:"key"`
	// Languages that are complete; the first is the source language.
	Languages []Lang `json:"languages" yaml:"languages"`
	// Partial names the modules that are whole in a further language.
	Partial map[Lang][]string `json:"partial,omitempty" yaml:"partial"`
	// Reviewed languages were read by a native speaker. The source language is no translation and needs
	// no such review; see IsReviewed.
	Reviewed []Lang `json:"reviewed,omitempty" yaml:"reviewed"`
	// Hours of continuing professional development, as printed on the certificate.
	Hours       float64     `json:"hours" yaml:"hours"`
	Level       Level       `json:"level" yaml:"level"`
	Certificate Certificate `json:"certificate" yaml:"certificate"`
	// Countries (ISO 3166-1 alpha-2, upper case) whose overlays exist.
	Countries []string `json:"countries,omitempty" yaml:"countries"`
	Media     []Media  `json:"media,omitempty" yaml:"media"`
	Papers    []Paper  `json:"papers,omitempty" yaml:"papers"`
	Modules   []Module `json:"modules" yaml:"modules"`

	Title    Text     `json:"title" yaml:"-"`
	Summary  Text     `json:"summary" yaml:"-"`
	Audience Text     `json:"audience,omitempty" yaml:"-"`
	Outcomes Texts    `json:"outcomes,omitempty" yaml:"-"`
	Pos      Position `json:"-" yaml:"-"`
}

// Level says for whom a course is meant.
type Level string

// The levels.
const (
	Foundation   Level = "foundation"
	Practitioner Level = "practitioner"
	Trainer      Level = "trainer"
)

// Certificate says what a certificate of the course states.
type Certificate struct {
	// ValidityMonths counts from the day of issue; 0 means that it does not expire.
	ValidityMonths int `json:"validity_months" yaml:"validity_months"`
	// LawAsOf is a date (2006-01-02) printed as "law as of"; may be empty.
	LawAsOf string `json:"law_as_of,omitempty" yaml:"law_as_of"`
}

// Module groups activities.
type Module struct {
	Key string `json:"key" yaml:"key"`
	// Requires names activities or modules that come first.
	Requires   []string   `json:"requires,omitempty" yaml:"requires"`
	Activities []Activity `json:"activities" yaml:"activities"`

	Title   Text     `json:"title" yaml:"-"`
	Summary Text     `json:"summary,omitempty" yaml:"-"`
	Pos     Position `json:"-" yaml:"-"`
}

// Kind is what a trainee does in an activity.
type Kind string

// The kinds of activity.
const (
	Lesson     Kind = "lesson"
	Quiz       Kind = "quiz"
	Interview  Kind = "interview"  // simulator with scores
	Encounter  Kind = "encounter"  // branching dialogue without scores
	Survey     Kind = "survey"     // answers are kept, perhaps without the person
	SelfCheck  Kind = "selfcheck"  // nothing about it leaves the device
	Reflection Kind = "reflection" // encrypted on the device
	Worksheet  Kind = "worksheet"  // private, or handed in
	File       Kind = "file"       // uploaded and marked by a trainer
	Discussion Kind = "discussion"
	InPerson   Kind = "in-person"
	Webinar    Kind = "webinar"
	Desk       Kind = "desk"     // facts of a case file sorted and weighed
	Exercise   Kind = "exercise" // several people at a table agree on one referral
)

// Kinds lists every kind of activity in the order of docs/authoring.md.
var Kinds = []Kind{Lesson, Quiz, Interview, Encounter, Survey, SelfCheck, Reflection, Worksheet, File, Discussion, InPerson, Webinar, Desk, Exercise}

// Completion is the rule by which an activity counts as done.
type Completion string

// The rules of completion.
const (
	Seen      Completion = "seen"      // the page was read to its end
	Submitted Completion = "submitted" // something was handed in, whatever the score
	Scored    Completion = "score"     // the pass mark was reached
	Attended  Completion = "attended"  // somebody recorded the person's presence
	Never     Completion = "none"      // does not count
)

// Activity is one thing to do.
type Activity struct {
	Key  string `json:"key" yaml:"key"`
	Kind Kind   `json:"kind" yaml:"kind"`
	// Revision is raised by the author when progress on an older version should no longer count.
	Revision int        `json:"revision" yaml:"revision"`
	Minutes  int        `json:"minutes" yaml:"minutes"`
	Complete Completion `json:"complete" yaml:"complete"`
	// Required activities hold up the certificate; the default is true.
	Required bool `json:"required" yaml:"required,default=true"`
	// Requires names activities or modules that come first.
	Requires []string `json:"requires,omitempty" yaml:"requires"`
	// Sensitive pages carry a content note and "leave quickly".
	Sensitive bool `json:"sensitive,omitempty" yaml:"sensitive"`

	Quiz *QuizSpec `json:"quiz,omitempty" yaml:"quiz"` // quiz only
	// Scenario, Survey, Worksheet, Desk and Exercise are keys of files of the package.
	Scenario  string `json:"scenario,omitempty" yaml:"scenario"`
	Survey    string `json:"survey,omitempty" yaml:"survey"`
	Worksheet string `json:"worksheet,omitempty" yaml:"worksheet"`
	Desk      string `json:"desk,omitempty" yaml:"desk"`
	Exercise  string `json:"exercise,omitempty" yaml:"exercise"`
	// Pass is the percent that each score of an interview, or the score of a desk, must reach.
	Pass int `json:"pass,omitempty" yaml:"pass"`
	// HandedIn tells a worksheet that a trainer reads from one encrypted on the device.
	HandedIn bool        `json:"handed_in,omitempty" yaml:"handed_in"`
	File     *FileSpec   `json:"file,omitempty" yaml:"file"`
	Rubric   []Criterion `json:"rubric,omitempty" yaml:"rubric"`

	Title Text `json:"title" yaml:"-"`
	// Prompt is the opening text of a reflection, a discussion or a file task.
	Prompt Text     `json:"prompt,omitempty" yaml:"-"`
	Pos    Position `json:"-" yaml:"-"`
}

// QuizSpec says which questions a quiz asks and under which rules.
type QuizSpec struct {
	Purpose Purpose `json:"purpose" yaml:"purpose"`
	// Pair is shared by a pre-test and a post-test that ask the same items.
	Pair string `json:"pair,omitempty" yaml:"pair"`
	// Items are question keys in order; either Items or Draw is set.
	Items []string   `json:"items,omitempty" yaml:"items"`
	Draw  []DrawRule `json:"draw,omitempty" yaml:"draw"`
	// Pass is in percent of all points; 0 means there is no pass mark.
	Pass int `json:"pass,omitempty" yaml:"pass"`
	// Attempts allowed; 0 means as many as one likes.
	Attempts int `json:"attempts" yaml:"attempts"`
	// TimeMinutes limits an attempt; 0 means no limit. Answers that arrive within GraceSeconds after
	// the deadline still count.
	TimeMinutes  int          `json:"time_minutes,omitempty" yaml:"time_minutes"`
	GraceSeconds int          `json:"grace_seconds,omitempty" yaml:"grace_seconds"`
	Shuffle      bool         `json:"shuffle,omitempty" yaml:"shuffle"`
	Review       ReviewPolicy `json:"review" yaml:"review"`
	Pos          Position     `json:"-" yaml:"-"`
}

// Purpose is what a quiz is for.
type Purpose string

// The purposes of a quiz.
const (
	Pre      Purpose = "pre"
	Post     Purpose = "post"
	Practice Purpose = "practice"
	Final    Purpose = "final"
)

// ReviewPolicy says from when right answers and reasons are shown.
type ReviewPolicy string

// The review policies.
const (
	ReviewSubmitted ReviewPolicy = "submitted" // once the attempt is handed in
	ReviewPassed    ReviewPolicy = "passed"    // once the pass mark is reached
	ReviewClosed    ReviewPolicy = "closed"    // once no attempt is left or the cohort's date is over
	ReviewNever     ReviewPolicy = "never"
)

// DrawRule asks for Count questions that carry every one of Tags and, unless Level is 0, have that level.
type DrawRule struct {
	Tags  []string `json:"tags" yaml:"tags"`
	Level int      `json:"level,omitempty" yaml:"level"`
	Count int      `json:"count" yaml:"count"`
	Pos   Position `json:"-" yaml:"-"`
}

// FileSpec limits what may be uploaded: megabytes (10^6 bytes) and file name endings without the dot.
type FileSpec struct {
	MaxMB int      `json:"max_mb" yaml:"max_mb"`
	Types []string `json:"types" yaml:"types"`
}

// Criterion is one line of a rubric; a marker gives 0 to Points.
type Criterion struct {
	Key    string   `json:"key" yaml:"key"`
	Points int      `json:"points" yaml:"points"`
	Title  Text     `json:"title,omitempty" yaml:"-"`
	Levels Texts    `json:"levels,omitempty" yaml:"-"`
	Pos    Position `json:"-" yaml:"-"`
}

// Media is a sound or a film with its captions per language. Its bytes lie in the package's files.
type Media struct {
	Key      string          `json:"key" yaml:"key"`
	File     string          `json:"file" yaml:"file"`
	Captions map[Lang]string `json:"captions,omitempty" yaml:"captions"`
	// Transcript says that the words can be read as text, which the page makes from the captions.
	Transcript bool     `json:"transcript,omitempty" yaml:"transcript"`
	Pos        Position `json:"-" yaml:"-"`
}

// Activity finds an activity and its module by the activity's key.
func (c *Course) Activity(key string) (*Activity, *Module, bool) {
	for m := range c.Modules {
		for a := range c.Modules[m].Activities {
			if c.Modules[m].Activities[a].Key == key {
				return &c.Modules[m].Activities[a], &c.Modules[m], true
			}
		}
	}
	return nil, nil, false
}

// Minutes adds up the minutes of every activity, or only of the required ones.
func (c *Course) Minutes(requiredOnly bool) int {
	sum := 0
	for _, m := range c.Modules {
		for _, a := range m.Activities {
			if a.Required || !requiredOnly {
				sum += a.Minutes
			}
		}
	}
	return sum
}
