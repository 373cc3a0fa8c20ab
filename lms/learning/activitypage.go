package learning

import (
	"context"
	"fmt"
	"time"

	"mostik/courses"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// ActivityPage is one activity as its trainee sees it. The part of its kind is set.
type ActivityPage struct {
	Key       string         `json:"key"`
	Kind      kind           `json:"kind"`
	Title     string         `json:"title"`
	Minutes   int            `json:"minutes"`
	Required  bool           `json:"required"`
	Sensitive bool           `json:"sensitive"`
	State     string         `json:"state"`
	Score     *float64       `json:"score,omitempty"`
	Module    ModuleRef      `json:"module"`
	Prev      *Neighbour     `json:"prev,omitempty"`
	Next      *Neighbour     `json:"next,omitempty"`
	Languages []courses.Lang `json:"languages"`
	// Language is the one in which the whole activity is shown.
	Language courses.Lang `json:"language"`
	// Unreviewed puts the mark "translation not yet reviewed by a native speaker" on it.
	Unreviewed bool       `json:"unreviewed,omitempty"`
	DueAt      *time.Time `json:"due_at,omitempty"`

	Lesson     *LessonPart     `json:"lesson,omitempty"`
	Quiz       *QuizPart       `json:"quiz,omitempty"`
	Interview  *InterviewPart  `json:"interview,omitempty"`
	Encounter  *EncounterPart  `json:"encounter,omitempty"`
	Survey     *SurveyPart     `json:"survey,omitempty"`
	Reflection *ReflectionPart `json:"reflection,omitempty"`
	Worksheet  *WorksheetPart  `json:"worksheet,omitempty"`
	File       *FilePart       `json:"file,omitempty"`
	Discussion *DiscussionPart `json:"discussion,omitempty"`
	Event      *EventPart      `json:"event,omitempty"`
	Desk       *DeskPart       `json:"desk,omitempty"`
	Exercise   *ExercisePart   `json:"exercise,omitempty"`

	// lesson names the lesson's text, which many readers share: version, activity, language, countries.
	lesson string
}

// Prepared tells the text of a lesson from what is this reader's own, so that one who presents the page may
// write the text once for many readers.
func (p *ActivityPage) Prepared() (identity string, rest any) {
	own := *p
	own.Lesson = nil
	return p.lesson, &own
}

// ModuleRef names the module.
type ModuleRef struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// Neighbour is the activity before or after.
type Neighbour struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Kind    kind   `json:"kind"`
	Minutes int    `json:"minutes"`
}

// LessonPart is a lesson's text.
type LessonPart struct {
	catalog.Page
	// Overlays are the page's with the words of the reader's countries; CountryBlocks gives the others'.
	Overlays []catalog.PageOverlay `json:"overlays"`
}

// QuizPart is what stands before a quiz.
type QuizPart struct {
	Purpose         courses.Purpose      `json:"purpose"`
	Questions       int                  `json:"questions"`
	Pass            int                  `json:"pass,omitempty"`
	TimeMinutes     int                  `json:"time_minutes,omitempty"`
	AttemptsAllowed int                  `json:"attempts_allowed"` // 0: any number
	AttemptsUsed    int                  `json:"attempts_used"`
	Attempts        []AttemptRow         `json:"attempts"`
	OpenAttempt     *string              `json:"open_attempt,omitempty"`
	Review          courses.ReviewPolicy `json:"review"`
	// Languages are those in which a test that certifies may be taken, the reader's next one first.
	Languages []courses.Lang `json:"languages,omitempty"`
}

// AttemptRow is one of the person's attempts.
type AttemptRow struct {
	ID          string     `json:"id"`
	Number      int        `json:"number"`
	State       string     `json:"state"`
	Role        string     `json:"role,omitempty"`
	StartedAt   time.Time  `json:"started_at"`
	SubmittedAt *time.Time `json:"submitted_at,omitempty"`
	Percent     *float64   `json:"percent,omitempty"`
	Passed      *bool      `json:"passed,omitempty"`
}

// InterviewPart is what stands before an interview.
type InterviewPart struct {
	Title       string               `json:"title"`
	Intro       string               `json:"intro"`
	Person      PersonView           `json:"person"`
	ContentNote string               `json:"content_note,omitempty"`
	Child       bool                 `json:"child"`
	Roles       []scenario.CoverRole `json:"roles"`
	Attempts    []AttemptRow         `json:"attempts"`
	OpenAttempt *string              `json:"open_attempt,omitempty"`
	Pass        int                  `json:"pass"`
}

// PersonView is the simulated person.
type PersonView struct {
	Name  string `json:"name"`
	About string `json:"about"`
}

// EncounterPart is a branching dialogue, whole.
type EncounterPart struct {
	Title       string                   `json:"title"`
	Intro       string                   `json:"intro"`
	Person      PersonView               `json:"person"`
	ContentNote string                   `json:"content_note,omitempty"`
	Start       string                   `json:"start"`
	Nodes       map[string]EncounterNode `json:"nodes"`
}

// EncounterNode is a moment of an encounter.
type EncounterNode struct {
	Scene   string            `json:"scene,omitempty"`
	Says    string            `json:"says,omitempty"`
	End     bool              `json:"end,omitempty"`
	Ending  string            `json:"ending,omitempty"`
	Choices []EncounterChoice `json:"choices"`
}

// EncounterChoice leads on.
type EncounterChoice struct {
	Key     string `json:"key"`
	Say     string `json:"say"`
	To      string `json:"to"`
	Comment string `json:"comment,omitempty"`
}

// SurveyPart is a survey to answer.
type SurveyPart struct {
	Anonymous bool         `json:"anonymous"`
	Title     string       `json:"title"`
	Intro     string       `json:"intro"`
	Items     []SurveyItem `json:"items"`
	Submitted bool         `json:"submitted"`
}

// SurveyItem is one thing asked.
type SurveyItem struct {
	Key     string      `json:"key"`
	Kind    string      `json:"kind"` // scale, single, multiple, text
	Stem    string      `json:"stem"`
	From    int         `json:"from,omitempty"`
	To      int         `json:"to,omitempty"`
	Low     string      `json:"low,omitempty"`
	High    string      `json:"high,omitempty"`
	Options []GapOption `json:"options,omitempty"`
}

// ReflectionPart is a prompt, and the bytes that only the person's device can open.
type ReflectionPart struct {
	Prompt string  `json:"prompt"`
	Sealed *Sealed `json:"sealed,omitempty"`
}

// WorksheetPart is a worksheet, private or handed in.
type WorksheetPart struct {
	Title      string           `json:"title"`
	Intro      string           `json:"intro"`
	HandedIn   bool             `json:"handed_in"`
	Fields     []WorksheetField `json:"fields"`
	Submission *Submission      `json:"submission,omitempty"`
	Sealed     *Sealed          `json:"sealed,omitempty"`
}

// WorksheetField is one place to fill in.
type WorksheetField struct {
	Key      string            `json:"key"`
	Kind     courses.FieldKind `json:"kind"`
	Label    string            `json:"label"`
	Help     string            `json:"help,omitempty"`
	Required bool              `json:"required"`
	Options  []GapOption       `json:"options,omitempty"`
	// Unit is a number's, in words.
	Unit string `json:"unit,omitempty"`
	// Rows to Within are a table's: Totals are summed up, the first is compared with the number Capacity.
	Rows     int              `json:"rows,omitempty"`
	Columns  []WorksheetField `json:"columns,omitempty"`
	Totals   []string         `json:"totals,omitempty"`
	Capacity string           `json:"capacity,omitempty"`
	Over     string           `json:"over,omitempty"`
	Within   string           `json:"within,omitempty"`
}

// FilePart is a file task.
type FilePart struct {
	Prompt      string          `json:"prompt"`
	MaxBytes    int64           `json:"max_bytes"`
	Types       []string        `json:"types"`
	Rubric      []CriterionView `json:"rubric"`
	Submissions []Submission    `json:"submissions"`
}

// CriterionView is one line of a rubric.
type CriterionView struct {
	Key    string   `json:"key"`
	Title  string   `json:"title"`
	Points int      `json:"points"`
	Levels []string `json:"levels"`
}

// DiscussionPart is the opening of a discussion; its posts are asked for on their own.
type DiscussionPart struct {
	Prompt string `json:"prompt"`
}

// EventPart is a day or a webinar.
type EventPart struct {
	Prompt   string     `json:"prompt"`
	StartsAt *time.Time `json:"starts_at,omitempty"`
	EndsAt   *time.Time `json:"ends_at,omitempty"`
	Place    string     `json:"place,omitempty"`
	Link     string     `json:"link,omitempty"`
	Attended bool       `json:"attended"`
	// Webinar is the one on the calendar that takes place here, "" for none.
	Webinar string `json:"webinar,omitempty"`
	// Over tells that a host has ended it, whatever the clock says.
	Over bool `json:"over,omitempty"`
}

// Activity gives the page of an activity, in two statements at most. A self-check is never asked for: its
// content came with the course page. Errors: NotFound, Forbidden with code locked.
func (s *Service) Activity(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], key, lang string) (page *ActivityPage, err error) {
	defer lms.Wrap(&err, "learning.Activity(%s, %s)", id, key)
	st, err := s.loadActivity(ctx, id, key)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return nil, err
	}
	a, err := st.open(key, lang)
	if err != nil {
		return nil, err
	}
	if a.Kind == courses.SelfCheck {
		return nil, lms.ErrNotFound("activity")
	}
	page = st.activityPage(a, lang)
	s.opened.keep(st)
	return page, s.fillPage(ctx, st, a, page)
}

// CountryBlocks gives what a country says in a lesson, for a reader who opens it; one statement. Errors: NotFound,
// also for a country that the lesson does not have, Forbidden with code locked.
func (s *Service) CountryBlocks(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], key, country, lang string) (blocks []catalog.CountryBlock, err error) {
	defer lms.Wrap(&err, "learning.CountryBlocks(%s, %s, %s)", id, key, country)
	st, err := s.loadActivity(ctx, id, key)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return nil, err
	}
	a, err := st.open(key, lang)
	if err != nil {
		return nil, err
	}
	if page, ok := st.Loaded.Page(st.Loaded.LangOf(lang, a), a.Key); ok {
		blocks = page.BlocksOf(country)
	}
	if len(blocks) == 0 {
		return nil, lms.ErrNotFound("country")
	}
	return blocks, nil
}

func (st *study) activityPage(a *catalog.Activity, reader string) *ActivityPage {
	row := st.activityRow(a, reader)
	lang := st.Loaded.LangOf(reader, a)
	page := &ActivityPage{
		Key: a.Key, Kind: a.Kind, Title: row.Title, Minutes: a.Minutes, Required: row.Required, Sensitive: a.Sensitive,
		State: row.State, Score: row.Score, Module: ModuleRef{a.Module.Key, a.Module.Title.In(lang)},
		Languages: st.Loaded.Course().Languages, Language: lang, Unreviewed: !st.reviewed(lang), DueAt: row.DueAt,
		Prev: st.neighbour(a.Index-1, reader), Next: st.neighbour(a.Index+1, reader),
	}
	switch a.Kind {
	case courses.Lesson:
		page.Lesson = st.lessonPart(a, lang)
		page.lesson = fmt.Sprint(st.Version, a.Key, lang, st.countries())
	case courses.Quiz:
		page.Quiz = quizPart(a.Quiz)
		if isFinal(a.Activity) {
			page.Quiz.Languages = st.examLanguages(reader)
		}
	case courses.Interview:
		page.Interview = st.interviewPart(a, lang)
	case courses.Encounter:
		page.Encounter = st.encounterPart(a, lang)
	case courses.Survey:
		page.Survey = st.surveyPart(a, lang)
	case courses.Reflection:
		page.Reflection = &ReflectionPart{Prompt: a.Prompt.In(lang)}
	case courses.Worksheet:
		page.Worksheet = st.worksheetPart(a, lang)
	case courses.File:
		page.File = filePart(a, lang)
	case courses.Discussion:
		page.Discussion = &DiscussionPart{Prompt: a.Prompt.In(lang)}
	case courses.Desk:
		page.Desk = st.deskPart(a, lang)
	case courses.Exercise:
		page.Exercise = st.exercisePart(a, lang)
	case courses.InPerson, courses.Webinar:
		d := st.Dates[a.Key]
		page.Event = &EventPart{
			Prompt: a.Prompt.In(lang), StartsAt: d.StartsAt, EndsAt: d.EndsAt, Place: d.Place, Link: d.Link, Webinar: d.Webinar, Over: d.over,
			Attended: st.Progress.State(a.Index) == Done,
		}
	}
	return page
}

func (st *study) neighbour(index int, reader string) *Neighbour {
	if index < 0 || index >= len(st.Loaded.Activities) {
		return nil
	}
	a := &st.Loaded.Activities[index]
	return &Neighbour{a.Key, a.Title.In(st.Loaded.LangOf(reader, a)), a.Kind, a.Minutes}
}

func (st *study) lessonPart(a *catalog.Activity, lang courses.Lang) *LessonPart {
	page, ok := st.Loaded.Page(lang, a.Key)
	if !ok {
		return nil
	}
	return &LessonPart{*page, page.Shown(st.countries())}
}

func quizPart(spec *courses.QuizSpec) *QuizPart {
	part := &QuizPart{
		Purpose: spec.Purpose, Questions: len(spec.Items), Pass: spec.Pass, TimeMinutes: spec.TimeMinutes,
		AttemptsAllowed: spec.Attempts, Attempts: []AttemptRow{}, Review: spec.Review,
	}
	for _, rule := range spec.Draw {
		part.Questions += rule.Count
	}
	return part
}

func (st *study) interviewPart(a *catalog.Activity, lang courses.Lang) *InterviewPart {
	part := &InterviewPart{Pass: a.Pass, Attempts: []AttemptRow{}}
	if sc := st.Loaded.Package.Scenarios[a.Scenario]; sc != nil {
		c := sc.Cover(lang)
		part.Title, part.Intro, part.ContentNote, part.Child, part.Roles = c.Title, c.Intro, c.ContentNote, c.Child, c.Roles
		part.Person = PersonView{c.Name, c.About}
	}
	return part
}

func (st *study) encounterPart(a *catalog.Activity, lang courses.Lang) *EncounterPart {
	e := st.Loaded.Package.Encounters[a.Scenario]
	if e == nil {
		return nil
	}
	part := &EncounterPart{
		Title: e.Title.In(lang), Intro: e.Intro.In(lang), Person: PersonView{e.Person.Name.In(lang), e.Person.About.In(lang)},
		ContentNote: e.ContentNote.In(lang), Start: e.First(), Nodes: map[string]EncounterNode{},
	}
	for i := range e.Nodes {
		n := &e.Nodes[i]
		node := EncounterNode{
			Scene: n.Scene.In(lang), Says: n.Says.In(lang), End: len(n.Choices) == 0, Ending: n.Ending.In(lang),
			Choices: make([]EncounterChoice, 0, len(n.Choices)),
		}
		for _, c := range n.Choices {
			node.Choices = append(node.Choices, EncounterChoice{c.Key, c.Say.In(lang), c.To, c.Comment.In(lang)})
		}
		part.Nodes[n.Key] = node
	}
	return part
}

func (st *study) surveyPart(a *catalog.Activity, lang courses.Lang) *SurveyPart {
	s := st.Loaded.Package.Surveys[a.Survey]
	if s == nil {
		return nil
	}
	part := &SurveyPart{
		Anonymous: s.Anonymous, Title: s.Title.In(lang), Intro: s.Intro.In(lang), Items: []SurveyItem{},
		Submitted: st.Progress.State(a.Index) == Done || st.Progress.State(a.Index) == Submitted,
	}
	for _, item := range s.Items {
		part.Items = append(part.Items, SurveyItem{
			Key: item.Key, Kind: string(item.Kind), Stem: item.Stem.In(lang), From: item.From, To: item.To,
			Low: item.Low.In(lang), High: item.High.In(lang), Options: named(item.Options, lang),
		})
	}
	return part
}

func named(list []courses.Named, lang courses.Lang) []GapOption {
	var out []GapOption
	for _, n := range list {
		out = append(out, GapOption{n.Key, n.Text.In(lang)})
	}
	return out
}

func (st *study) worksheetPart(a *catalog.Activity, lang courses.Lang) *WorksheetPart {
	w := st.Loaded.Package.Worksheets[a.Worksheet]
	if w == nil {
		return nil
	}
	part := &WorksheetPart{Title: w.Title.In(lang), Intro: w.Intro.In(lang), HandedIn: a.HandedIn, Fields: []WorksheetField{}}
	for _, f := range w.Fields {
		part.Fields = append(part.Fields, worksheetField(f, lang))
	}
	return part
}

func filePart(a *catalog.Activity, lang courses.Lang) *FilePart {
	part := &FilePart{Prompt: a.Prompt.In(lang), Rubric: rubricView(a, lang), Submissions: []Submission{}, Types: []string{}}
	if a.File != nil {
		part.MaxBytes, part.Types = int64(a.File.MaxMB)*1_000_000, a.File.Types
	}
	return part
}

func rubricView(a *catalog.Activity, lang courses.Lang) []CriterionView {
	list := []CriterionView{}
	for _, c := range a.Rubric {
		list = append(list, CriterionView{c.Key, c.Title.In(lang), c.Points, orEmpty(c.Levels.In(lang))})
	}
	return list
}

// fillPage adds what only the database knows of an activity, in one statement at most.
func (s *Service) fillPage(ctx context.Context, st *study, a *catalog.Activity, page *ActivityPage) error {
	switch {
	case page.Quiz != nil:
		return s.fillAttempts(ctx, st, a, func(rows []AttemptRow, extra int) {
			page.Quiz.Attempts, page.Quiz.AttemptsUsed, page.Quiz.OpenAttempt = rows, len(rows), openOf(rows)
			if page.Quiz.AttemptsAllowed > 0 {
				page.Quiz.AttemptsAllowed += extra
			}
		})
	case page.Interview != nil:
		return s.fillAttempts(ctx, st, a, func(rows []AttemptRow, _ int) {
			page.Interview.Attempts, page.Interview.OpenAttempt = rows, openOf(rows)
		})
	case page.Desk != nil:
		return s.fillAttempts(ctx, st, a, func(rows []AttemptRow, _ int) { page.Desk.Attempts = rows })
	case page.Exercise != nil:
		answer, err := s.readTable(ctx, st, a, TableQuery{Lang: string(page.Language)})
		page.Exercise.Table = answer.Table
		return err
	case page.Reflection != nil:
		sealed, err := readSealed(ctx, s.DB, st.ID, a.Key)
		page.Reflection.Sealed = sealed
		return err
	case page.Worksheet != nil && !page.Worksheet.HandedIn:
		sealed, err := readSealed(ctx, s.DB, st.ID, a.Key)
		page.Worksheet.Sealed = sealed
		return err
	case page.Worksheet != nil:
		list, err := submissionsOf(ctx, s.DB, st.ID, a.Key)
		if len(list) > 0 {
			page.Worksheet.Submission = &list[len(list)-1]
		}
		return err
	case page.File != nil:
		list, err := submissionsOf(ctx, s.DB, st.ID, a.Key)
		page.File.Submissions = orEmpty(list)
		return err
	}
	return nil
}

func openOf(rows []AttemptRow) *string {
	for i := range rows {
		if rows[i].State == openState {
			return &rows[i].ID
		}
	}
	return nil
}

func (s *Service) fillAttempts(ctx context.Context, st *study, a *catalog.Activity, fill func([]AttemptRow, int)) error {
	var raw []byte
	var extra int
	err := db.Row(ctx, s.DB, `
		SELECT (SELECT coalesce(json_agg(json_build_object(
		                  'id', id, 'number', number, 'state', state, 'role', role, 'started_at', started_at,
		                  'submitted_at', submitted_at, 'percent', percent, 'passed', passed) ORDER BY number), '[]')
		          FROM attempts WHERE enrolment_id = $1 AND activity_key = $2),
		       (SELECT coalesce(sum(extra_attempts), 0) FROM allowances WHERE enrolment_id = $1 AND activity_key = $2)`,
		st.ID, a.Key).Scan(&raw, &extra)
	if err != nil {
		return db.Translate(err)
	}
	var rows []AttemptRow
	if err := unmarshal(raw, &rows); err != nil {
		return err
	}
	fill(rows, extra)
	return nil
}
