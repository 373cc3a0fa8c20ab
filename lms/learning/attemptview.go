package learning

import (
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/catalog"
)

// AttemptView is an attempt as its own trainee sees it.
type AttemptView struct {
	ID          lms.ID[lms.Attempt]   `json:"id"`
	EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
	ActivityKey string                `json:"activity_key"`
	Title       string                `json:"title"`
	Kind        string                `json:"kind"`
	// Language is that of everything in it.
	Language    courses.Lang `json:"language"`
	Number      int          `json:"number"`
	State       string       `json:"state"` // open, to-mark, scored
	StartedAt   time.Time    `json:"started_at"`
	DeadlineAt  *time.Time   `json:"deadline_at,omitempty"`
	ServerNow   time.Time    `json:"server_now"`
	MaxRevision int64        `json:"max_revision"`
	// Questions are left out of the answer to handing in: the device that hands in shows them already.
	Questions []PromptView          `json:"questions,omitempty"`
	Answers   map[string]AnswerView `json:"answers"`
	Result    *ResultView           `json:"result,omitempty"`
	Interview *InterviewView        `json:"interview,omitempty"`
	// Desk is the file that was worked at.
	Desk *DeskFile `json:"desk,omitempty"`
	// Progress is there once the attempt is handed in.
	Progress *ProgressView `json:"progress,omitempty"`
}

// AnswerView is an answer as the browser sent it.
type AnswerView struct {
	Revision int64       `json:"revision"`
	Content  quiz.Answer `json:"content"`
	Late     bool        `json:"late"`
}

// PromptView is a question in one language without its answer: it is made from a quiz.Prompt, a type that
// has no key in it.
type PromptView struct {
	Key        string      `json:"key"`
	Kind       quiz.Kind   `json:"kind"`
	Points     int         `json:"points"`
	StemHTML   string      `json:"stem_html"`
	Options    []LabelView `json:"options,omitempty"`
	Left       []LabelView `json:"left,omitempty"`
	Right      []LabelView `json:"right,omitempty"`
	Items      []LabelView `json:"items,omitempty"`
	Categories []LabelView `json:"categories,omitempty"`
	Unit       string      `json:"unit,omitempty"`
	Cloze      []ClozePart `json:"cloze,omitempty"`
}

// LabelView is a key (or a handle) with safe inline HTML.
type LabelView struct {
	Key  string `json:"key"`
	HTML string `json:"html"`
}

// ClozePart is a piece of text (safe inline HTML), or a gap to fill: from options, or freely.
type ClozePart struct {
	Text    string      `json:"text,omitempty"`
	Gap     string      `json:"gap,omitempty"`
	Options []GapOption `json:"options,omitempty"`
}

// GapOption is a choice for a gap.
type GapOption struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// promptView shows a prompt of one language.
func promptView(p quiz.Prompt) PromptView {
	var text quiz.PromptText
	for _, t := range p.Text {
		text = t
	}
	labels := func(keys []string) []LabelView {
		if len(keys) == 0 {
			return nil
		}
		list := make([]LabelView, len(keys))
		for i, k := range keys {
			list[i] = LabelView{k, text.Labels[k]}
		}
		return list
	}
	view := PromptView{
		Key: p.Key, Kind: p.Kind, Points: p.Points, StemHTML: text.Stem, Unit: text.Unit,
		Options: labels(p.Options), Left: labels(p.Left), Right: labels(p.Right), Items: labels(p.Items),
		Categories: labels(p.Categories),
	}
	if p.Kind == quiz.Cloze {
		view.Cloze = clozeParts(text, p.Gaps)
	}
	return view
}

var gapSpan = regexp.MustCompile(`<span data-gap="([a-z0-9-]+)"></span>`)

// clozeParts cuts a stem at its gaps.
func clozeParts(text quiz.PromptText, gaps []quiz.PromptGap) []ClozePart {
	byKey := map[string]quiz.PromptGap{}
	for _, g := range gaps {
		byKey[g.Key] = g
	}
	var parts []ClozePart
	at := 0
	for _, m := range gapSpan.FindAllStringSubmatchIndex(text.Stem, -1) {
		if m[0] > at {
			parts = append(parts, ClozePart{Text: text.Stem[at:m[0]]})
		}
		part := ClozePart{Gap: text.Stem[m[2]:m[3]]}
		for _, k := range byKey[part.Gap].Options {
			part.Options = append(part.Options, GapOption{k, text.Labels[part.Gap+"/"+k]})
		}
		parts = append(parts, part)
		at = m[1]
	}
	if at < len(text.Stem) {
		parts = append(parts, ClozePart{Text: text.Stem[at:]})
	}
	return parts
}

// ResultView is what an attempt was worth. Review is there only when the policy allows it.
type ResultView struct {
	Points  float64 `json:"points"`
	Max     float64 `json:"max"`
	Percent float64 `json:"percent"`
	Passed  *bool   `json:"passed,omitempty"`
	ToMark  int     `json:"to_mark"`
	// Late counts questions whose last answer came too late to be scored.
	Late   int         `json:"late"`
	Scores *ScoresView `json:"scores,omitempty"`
	// Desk tells what was right at a document desk.
	Desk   *DeskReview           `json:"desk,omitempty"`
	Review map[string]ReviewView `json:"review,omitempty"`
	// ReviewWhen says on what the review waits: passed, closed, never.
	ReviewWhen courses.ReviewPolicy `json:"review_when,omitempty"`
	// AttemptsLeft is null where one may try as often as one likes.
	AttemptsLeft *int `json:"attempts_left"`
}

// ReviewView is one question looked at afterwards.
type ReviewView struct {
	State       quiz.State           `json:"state"`
	Points      float64              `json:"points"`
	Max         float64              `json:"max"`
	Right       quiz.Answer          `json:"right"`
	Parts       map[string]bool      `json:"parts,omitempty"`
	Accepted    map[string][]string  `json:"accepted,omitempty"`
	Feedback    map[string]string    `json:"feedback"`
	ExplainHTML string               `json:"explain_html,omitempty"`
	Sources     []catalog.PageSource `json:"sources"`
	Comment     string               `json:"comment,omitempty"`
}

// ProgressView is what the person is told after something was done.
type ProgressView struct {
	Activity      ActivityProgress `json:"activity"`
	RequiredTotal int              `json:"required_total"`
	RequiredDone  int              `json:"required_done"`
	Completed     bool             `json:"completed"`
	Certificate   *SerialView      `json:"certificate,omitempty"`
}

// ActivityProgress is the state of one activity.
type ActivityProgress struct {
	Key   string   `json:"key"`
	State string   `json:"state"`
	Score *float64 `json:"score,omitempty"`
}

// SerialView names a certificate that has just been issued.
type SerialView struct {
	Serial string `json:"serial"`
}

func (st *study) progressView(key string, score *float64) *ProgressView {
	view := &ProgressView{
		Activity:      ActivityProgress{Key: key, State: string(Untouched), Score: score},
		RequiredTotal: st.Progress.RequiredTotal, RequiredDone: st.Progress.RequiredDone, Completed: st.Progress.Completed,
	}
	if a, ok := st.Loaded.Activity(key); ok {
		view.Activity.State = shownState(st.Loaded, st.Progress, a)
	}
	if st.serial != "" {
		view.Certificate = &SerialView{st.serial}
	}
	return view
}

// attemptView shows an attempt in a language, with its questions.
func (s *Service) attemptView(at *attempt, reader string) *AttemptView {
	view := s.standingView(at, reader)
	lang := at.lang(reader)
	view.Questions = make([]PromptView, 0, len(at.Paper.Questions))
	for _, pq := range at.Paper.Questions {
		if q, ok := at.loaded.Question(pq.Key); ok {
			view.Questions = append(view.Questions, promptView(q.Prepared.PromptIn(pq.Seed, lang)))
		}
	}
	return view
}

// standingView shows where an attempt stands. The outcome is shown once the attempt is closed, and the right
// answers only when they may be.
func (s *Service) standingView(at *attempt, reader string) *AttemptView {
	now := s.now()
	lang := at.lang(reader)
	view := &AttemptView{
		ID: at.ID, EnrolmentID: at.study.ID, ActivityKey: at.Activity, Kind: at.Kind, Number: at.Number, State: at.State,
		StartedAt: at.StartedAt.UTC(), DeadlineAt: at.Deadline, ServerNow: now, Answers: map[string]AnswerView{},
		Title: titleOf(at.loaded, at.Activity, lang), Language: lang,
	}
	for _, stored := range at.answers {
		view.MaxRevision = max(view.MaxRevision, stored.Revision)
		at.showAnswer(view.Answers, stored)
	}
	if at.Kind == string(courses.Interview) {
		view.Interview, _ = at.interviewView(reader) // checked when the attempt began; a version never changes
	}
	if at.Kind == string(courses.Desk) {
		view.Desk = deskFile(at.loaded, at.Paper.Desk, lang)
	}
	if at.State != openState {
		view.Result = at.resultView(lang, now)
		percent := at.Outcome.Percent
		view.Progress = at.study.progressView(at.Activity, &percent)
	}
	return view
}

// showAnswer keeps the highest revision of each question, in time or late.
func (at *attempt) showAnswer(to map[string]AnswerView, stored storedAnswer) {
	seed, ok := at.Paper.seedOf(stored.Question)
	if have, there := to[stored.Question]; !ok || there && have.Revision > stored.Revision {
		return
	}
	q, ok := at.loaded.Question(stored.Question)
	var answer quiz.Answer
	if !ok || json.Unmarshal(stored.Content, &answer) != nil {
		return
	}
	to[stored.Question] = AnswerView{stored.Revision, quiz.ShowAnswer(q.Question, seed, answer), stored.Late}
}

func (at *attempt) resultView(lang courses.Lang, now time.Time) *ResultView {
	o := at.Outcome
	spec, stands := at.spec(), at.standing(now)
	view := &ResultView{Points: o.Points, Max: o.Max, Percent: o.Percent, Passed: o.Passed, ToMark: o.ToMark, Late: o.Late}
	if stands.AttemptsLeft >= 0 {
		view.AttemptsLeft = &stands.AttemptsLeft
	}
	if o.Scores != nil {
		view.Scores = at.scoresView(lang)
		return view
	}
	if o.Desk != nil {
		view.Desk = at.deskReview(lang)
		return view
	}
	if !mayReview(spec.Review, stands) {
		view.ReviewWhen = spec.Review
		return view
	}
	view.Review = make(map[string]ReviewView, len(at.Paper.Questions))
	for _, pq := range at.Paper.Questions {
		if q, ok := at.loaded.Question(pq.Key); ok {
			view.Review[pq.Key] = at.reviewView(q, pq, lang)
		}
	}
	return view
}

func (at *attempt) reviewView(q catalog.Question, pq quiz.PaperQuestion, lang courses.Lang) ReviewView {
	r := q.Prepared.Review(pq.Seed, at.Outcome.Answers[pq.Key], lang)
	result := at.Outcome.Questions[pq.Key] // a trainer's points are in it
	view := ReviewView{
		State: result.State, Points: result.Points, Max: result.Max, Right: r.Right, Parts: r.Result.Parts,
		Accepted: r.Accepted, Feedback: r.Feedback, ExplainHTML: r.Explain, Comment: at.Outcome.Comments[pq.Key],
		Sources: make([]catalog.PageSource, 0, len(r.Sources)),
	}
	for _, c := range r.Sources {
		view.Sources = append(view.Sources, catalog.Cited(c))
	}
	return view
}

// InterviewView is where a conversation stands: no effect of any choice, no score.
type InterviewView struct {
	Step       int                `json:"step"`
	Role       string             `json:"role"`
	Node       NodeView           `json:"node"`
	Transcript []ExchangeView     `json:"transcript"`
	Indicators []scenario.Label   `json:"indicators"`
	Noted      []string           `json:"noted"`
	Facts      []scenario.Label   `json:"facts,omitempty"` // at the end, to be sorted
	Elements   []scenario.Element `json:"elements"`
	Child      bool               `json:"child"`
	// Person is the simulated one.
	Person PersonView `json:"person"`
}

// NodeView is a moment of the conversation.
type NodeView struct {
	Scene   string                `json:"scene,omitempty"`
	Says    string                `json:"says"`
	Choices []scenario.ViewChoice `json:"choices"`
	End     scenario.End          `json:"end,omitempty"`
	Ending  string                `json:"ending,omitempty"`
}

// ExchangeView is what was said on both sides.
type ExchangeView struct {
	Scene string `json:"scene,omitempty"`
	Says  string `json:"says,omitempty"`
	Said  string `json:"said,omitempty"`
}

func (at *attempt) interviewView(reader string) (*InterviewView, error) {
	sc, err := at.scenario()
	if err != nil {
		return nil, err
	}
	lang := at.lang(reader)
	path, noted, err := at.path()
	if err != nil {
		return nil, err
	}
	st, err := sc.Follow(at.Role, path)
	if err != nil {
		return nil, blameScenario(err)
	}
	steps, err := sc.Replay(at.Role, path, lang)
	if err != nil {
		return nil, blameScenario(err)
	}
	v := sc.View(st, lang)
	view := &InterviewView{
		Step: len(path), Role: at.Role, Child: sc.Child, Indicators: v.Indicators, Elements: v.Elements, Noted: noted,
		Node:       NodeView{Scene: v.Scene, Says: v.Says, Choices: v.Choices, End: v.End, Ending: v.Ending},
		Transcript: []ExchangeView{}, Person: PersonView{sc.Person.Name.In(lang), sc.Person.About.In(lang)},
	}
	if noted == nil {
		view.Noted = []string{}
	}
	if v.Choices == nil {
		view.Node.Choices = []scenario.ViewChoice{}
	}
	if v.End != "" {
		view.Facts = v.Facts
	}
	for _, step := range steps {
		if step.Choice != "" { // the last, where nothing was said yet, is the node itself
			view.Transcript = append(view.Transcript, ExchangeView{step.Scene, step.Says, step.Say})
		}
	}
	return view, nil
}

// ScoresView keeps the four scores apart, in percent, and shows where each came from.
type ScoresView struct {
	Indicators int  `json:"indicators"`
	Reasoning  int  `json:"reasoning"`
	Ethics     int  `json:"ethics"`
	Referral   int  `json:"referral"`
	Passed     bool `json:"passed"`
	// PassedEach tells which of them reached the pass mark.
	PassedEach  map[string]bool     `json:"passed_each"`
	End         scenario.End        `json:"end"`
	Seen        []string            `json:"seen"`
	Missed      []string            `json:"missed"`
	FalseAlarms []string            `json:"false_alarms"`
	Sorting     []scenario.SortMark `json:"sorting"`
	Faults      []FaultView         `json:"faults"`
	StepsOwed   []StepView          `json:"steps_owed"`
	Replay      []ReplayView        `json:"replay"`
}

// FaultView is a fault with the principle it offends against and its source.
type FaultView struct {
	Step      int                `json:"step"`
	Principle string             `json:"principle"`
	Source    catalog.PageSource `json:"source"`
	Weight    int                `json:"weight"`
	Comment   string             `json:"comment"`
}

// StepView is a step that the role owed.
type StepView struct {
	Key  string `json:"key"`
	Text string `json:"text"`
	Done bool   `json:"done"`
}

// ReplayView is one exchange with its comment.
type ReplayView struct {
	Scene   string           `json:"scene,omitempty"`
	Says    string           `json:"says"`
	Shown   []scenario.Label `json:"shown,omitempty"`
	Said    string           `json:"said,omitempty"`
	Comment string           `json:"comment,omitempty"`
	Faults  []FaultView      `json:"faults,omitempty"`
	Does    []scenario.Label `json:"does,omitempty"`
	Ending  string           `json:"ending,omitempty"`
}

func (at *attempt) scoresView(lang courses.Lang) *ScoresView {
	sc, err := at.scenario()
	run, scores := at.Outcome.Run, at.Outcome.Scores
	if err != nil || run == nil || scores == nil {
		return nil
	}
	steps, err := sc.Replay(run.Role, run.Path, lang)
	if err != nil {
		return nil
	}
	view := &ScoresView{
		Indicators: scores.Indicators.Percent, Reasoning: scores.Reasoning.Percent, Ethics: scores.Ethics.Percent,
		Referral: scores.Referral.Percent, Passed: scores.Passed, End: scores.End,
		PassedEach: map[string]bool{
			"indicators": scores.Indicators.Passed, "reasoning": scores.Reasoning.Passed,
			"ethics": scores.Ethics.Passed, "referral": scores.Referral.Passed,
		},
		Seen: orEmpty(scores.Seen), Missed: orEmpty(scores.Missed), FalseAlarms: orEmpty(scores.FalseAlarms),
		Sorting: orEmpty(scores.Sorting), Faults: []FaultView{}, StepsOwed: []StepView{}, Replay: []ReplayView{},
	}
	for _, key := range scores.Owed {
		view.StepsOwed = append(view.StepsOwed, StepView{key, sc.Steps[key].In(lang), slices.Contains(scores.Done, key)})
	}
	for i, step := range steps {
		exchange := ReplayView{
			Scene: step.Scene, Says: step.Says, Shown: step.Shown, Said: step.Say, Comment: step.Comment, Does: step.Does,
			Ending: step.Ending,
		}
		for _, f := range step.Faults {
			fault := FaultView{i, f.Text, at.loaded.Cite(f.Citation), f.Weight, step.Comment}
			exchange.Faults = append(exchange.Faults, fault)
			view.Faults = append(view.Faults, fault)
		}
		view.Replay = append(view.Replay, exchange)
	}
	return view
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
