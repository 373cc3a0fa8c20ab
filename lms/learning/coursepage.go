package learning

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"mostik/courses"
	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/catalog"
)

// CoursePage is a course as one person studies it.
type CoursePage struct {
	Enrolment EnrolmentView `json:"enrolment"`
	CourseHead
	Modules []ModuleView `json:"modules"`
	Next    *NextStep    `json:"next,omitempty"`
	// SelfChecks names the course's self-checks as this reader is shown them, "" where it has none: the words are
	// asked for with every visit and under this name, so that a browser keeps them and opening one asks for nothing.
	SelfChecks string `json:"self_checks,omitempty"`
}

// EnrolmentView is where the person stands.
type EnrolmentView struct {
	ID            lms.ID[lms.Enrolment] `json:"id"`
	State         string                `json:"state"`
	RequiredTotal int                   `json:"required_total"`
	RequiredDone  int                   `json:"required_done"`
	VersionNumber int                   `json:"version_number"`
	CompletedAt   *time.Time            `json:"completed_at,omitempty"`
	Certificate   *CertificateRow       `json:"certificate,omitempty"`
	Countries     []string              `json:"countries"`
}

// CourseHead is what a course is about.
type CourseHead struct {
	CourseKey string         `json:"course_key"`
	Title     string         `json:"title"`
	Summary   string         `json:"summary"`
	Audience  string         `json:"audience"`
	Outcomes  []string       `json:"outcomes"`
	Hours     float64        `json:"hours"`
	Level     courses.Level  `json:"level"`
	Languages []courses.Lang `json:"languages"`
	// Language is that of the title and the summary.
	Language courses.Lang `json:"language"`
	// Partial names the modules that are whole in a further language.
	Partial map[courses.Lang][]string `json:"partial,omitempty"`
	// Unreviewed tells that the reader is shown a translation, in the head or in a module, that no native
	// speaker has reviewed yet; it names those languages.
	Unreviewed []courses.Lang     `json:"unreviewed,omitempty"`
	Papers     []catalog.PaperRow `json:"papers"`
	Minutes    int                `json:"minutes"`
}

// ModuleView is a module with its activities.
type ModuleView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	// Language is that of the module, where it is another than the course's head.
	Language   courses.Lang  `json:"language,omitempty"`
	Summary    string        `json:"summary"`
	Locked     bool          `json:"locked"`
	Done       bool          `json:"done"`
	Minutes    int           `json:"minutes"`
	Activities []ActivityRow `json:"activities"`
}

// ActivityRow is an activity in the outline.
type ActivityRow struct {
	Key       string     `json:"key"`
	Kind      kind       `json:"kind"`
	Title     string     `json:"title"`
	Minutes   int        `json:"minutes"`
	Required  bool       `json:"required"`
	Sensitive bool       `json:"sensitive"`
	State     string     `json:"state"`
	Score     *float64   `json:"score,omitempty"`
	DueAt     *time.Time `json:"due_at,omitempty"`
	// Extended tells that the due date is one's own, later than the cohort's.
	Extended bool              `json:"extended,omitempty"`
	StartsAt *time.Time        `json:"starts_at,omitempty"`
	Requires []RequirementView `json:"requires,omitempty"`
}

// RequirementView is what comes first.
type RequirementView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// NextStep is the activity to go on with.
type NextStep struct {
	EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
	CourseTitle string                `json:"course_title"`
	ActivityKey string                `json:"activity_key"`
	Kind        kind                  `json:"kind"`
	Title       string                `json:"title"`
	Minutes     int                   `json:"minutes"`
}

// The states of an activity that are shown and not stored.
const (
	stateOpen   = "open"
	stateLocked = "locked"
)

// shownState is the state with what only the outline shows: locked, or open to be begun.
func shownState(v *catalog.Loaded, p Progress, a *catalog.Activity) string {
	state := p.State(a.Index)
	switch {
	case state == Done:
		return string(state)
	case len(missing(v, p, a)) > 0:
		return stateLocked
	case state == Untouched:
		return stateOpen
	}
	return string(state)
}

// Enrolment gives the page of a course that the actor studies, in two statements at most.
// Errors: NotFound.
func (s *Service) Enrolment(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], lang string) (page *CoursePage, err error) {
	defer lms.Wrap(&err, "learning.Enrolment(%s)", id)
	st, err := s.loadStudy(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return nil, err
	}
	page = st.coursePage(actor, lang)
	if st.State == completed {
		rows, err := s.CertificateRows(ctx, actor)
		if err != nil {
			return nil, err
		}
		page.Enrolment.Certificate = ofCourse(rows, st.Course)
	}
	return page, nil
}

func ofCourse(rows []CertificateRow, course lms.ID[lms.Course]) *CertificateRow {
	for i := range rows {
		if rows[i].course == course {
			return &rows[i]
		}
	}
	return nil
}

func (st *study) coursePage(actor lms.Actor, reader string) *CoursePage {
	page := &CoursePage{
		Enrolment: EnrolmentView{
			ID: st.ID, State: st.State, RequiredTotal: st.Progress.RequiredTotal, RequiredDone: st.Progress.RequiredDone,
			VersionNumber: st.Loaded.Number, CompletedAt: st.CompletedAt,
			Countries: orEmpty(st.countries()),
		},
		CourseHead: st.head(actor, reader),
		Modules:    st.modules(reader),
		Next:       st.nextStep(reader),
	}
	if slices.ContainsFunc(st.Loaded.Activities, isSelfCheck) {
		page.SelfChecks = st.selfChecksName(reader)
	}
	return page
}

// head describes the course to a reader.
func (st *study) head(actor lms.Actor, reader string) CourseHead {
	v := st.Loaded
	c, lang := v.Course(), v.HeadLang(reader)
	return CourseHead{
		CourseKey: c.Key, Title: c.Title.In(lang), Summary: c.Summary.In(lang), Audience: c.Audience.In(lang),
		Outcomes: orEmpty(c.Outcomes.In(lang)), Hours: c.Hours, Level: c.Level, Languages: c.Languages, Language: lang,
		Partial: c.Partial, Unreviewed: st.unreviewed(reader), Papers: v.PaperRows(actor, reader),
		Minutes: c.Minutes(true),
	}
}

func (st *study) modules(reader string) []ModuleView {
	v := st.Loaded
	head := v.HeadLang(reader)
	list := make([]ModuleView, len(v.Course().Modules))
	for m := range list {
		module := &v.Course().Modules[m]
		lang := v.Course().LangOf(courses.Lang(reader), module.Key)
		list[m] = ModuleView{
			Key: module.Key, Title: module.Title.In(lang), Summary: module.Summary.In(lang), Locked: true,
			Done: moduleDone(v, st.Progress, m), Activities: make([]ActivityRow, 0, len(module.Activities)),
		}
		if lang != head {
			list[m].Language = lang
		}
	}
	for i := range v.Activities {
		a := &v.Activities[i]
		row := st.activityRow(a, reader)
		m := &list[a.ModuleIndex]
		m.Minutes += a.Minutes
		m.Locked = m.Locked && row.State == stateLocked
		m.Activities = append(m.Activities, row)
	}
	return list
}

func (st *study) activityRow(a *catalog.Activity, reader string) ActivityRow {
	row := ActivityRow{
		Key: a.Key, Kind: a.Kind, Title: a.Title.In(st.Loaded.LangOf(reader, a)), Minutes: a.Minutes, Required: a.Counts(),
		Sensitive: a.Sensitive, State: shownState(st.Loaded, st.Progress, a), DueAt: st.Dates[a.Key].DueAt,
		Extended: st.Dates[a.Key].Extended, StartsAt: st.Dates[a.Key].StartsAt,
	}
	if score, ok := st.Scores[a.Key]; ok {
		row.Score = &score
	}
	if row.State == stateLocked {
		for _, r := range missing(st.Loaded, st.Progress, a) {
			row.Requires = append(row.Requires, RequirementView{r.Key, st.Loaded.In(r.Title, reader)})
		}
	}
	return row
}

func (st *study) nextStep(reader string) *NextStep {
	a, ok := next(st.Loaded, st.Progress)
	if !ok {
		return nil
	}
	return &NextStep{
		EnrolmentID: st.ID, CourseTitle: st.Loaded.In(st.Loaded.Course().Title, reader), ActivityKey: a.Key, Kind: a.Kind,
		Title: a.Title.In(st.Loaded.LangOf(reader, a)), Minutes: a.Minutes,
	}
}

// SelfChecks holds the whole of every self-check of a course, by activity.
type SelfChecks struct {
	SelfChecks map[string]SelfCheck `json:"self_checks"`

	name string
}

// Prepared tells that many readers share all of it.
func (c *SelfChecks) Prepared() (identity string, rest any) { return c.name, struct{}{} }

// SelfChecks gives the self-checks of a course that the actor studies, in one statement. Nothing tells which of
// them is opened, or whether any is. Errors: NotFound.
func (s *Service) SelfChecks(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], lang string) (checks *SelfChecks, err error) {
	defer lms.Wrap(&err, "learning.SelfChecks(%s)", id)
	st, err := s.loadStudy(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return nil, err
	}
	checks = &SelfChecks{SelfChecks: map[string]SelfCheck{}, name: "self-checks " + st.selfChecksName(lang)}
	for i := range st.Loaded.Activities {
		a := &st.Loaded.Activities[i]
		if survey := st.Loaded.Package.Surveys[a.Survey]; isSelfCheck(*a) && survey != nil {
			checks.SelfChecks[a.Key] = selfCheckView(st, survey, st.Loaded.LangOf(lang, a))
		}
	}
	return checks, nil
}

// selfChecksName is another wherever the words may be others.
func (st *study) selfChecksName(reader string) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(st.Version, reader, st.countries())))
	return hex.EncodeToString(sum[:8])
}

func isSelfCheck(a catalog.Activity) bool { return a.Kind == courses.SelfCheck }

// SelfCheck is a self-check whole: it is answered and scored on the device, and nothing of it comes back.
type SelfCheck struct {
	Key        string                 `json:"key"`
	Instrument string                 `json:"instrument"`
	Title      string                 `json:"title"`
	Intro      string                 `json:"intro"`
	Source     string                 `json:"source"`
	Frames     map[string][]FrameStep `json:"frames"`
	Scales     []ScaleView            `json:"scales"`
	Items      []SelfCheckItem        `json:"items"`
	// Contacts are the help contacts of the reader's countries, their own first; of all where there are none.
	Contacts []catalog.PageCountry `json:"contacts"`
}

// FrameStep is one answer of a frame with its value, 0 to 100.
type FrameStep struct {
	Value float64 `json:"value"`
	Label string  `json:"label"`
}

// ScaleView is a scale of the instrument: the mean of its items.
type ScaleView struct {
	Key         string   `json:"key"`
	Title       string   `json:"title"`
	About       string   `json:"about"`
	Items       []string `json:"items"`
	MinAnswered int      `json:"min_answered"`
}

// SelfCheckItem is one question of the instrument.
type SelfCheckItem struct {
	Key      string `json:"key"`
	Stem     string `json:"stem"`
	Frame    string `json:"frame"`
	Reversed bool   `json:"reversed"`
}

// ownContacts leaves the contacts of the reader's countries, and everybody's where none is of theirs: the others weigh
// more than the questions.
func ownContacts(all []catalog.PageCountry, countries []string) []catalog.PageCountry {
	own := slices.DeleteFunc(slices.Clone(all), func(c catalog.PageCountry) bool { return !slices.Contains(countries, c.Country) })
	if len(own) == 0 {
		return all
	}
	return own
}

func selfCheckView(st *study, s *scale.Survey, lang courses.Lang) SelfCheck {
	view := SelfCheck{
		Key: s.Key, Instrument: s.Instrument, Title: s.Title.In(lang), Intro: s.Intro.In(lang), Source: s.Source.In(lang),
		Frames: map[string][]FrameStep{}, Scales: []ScaleView{}, Items: []SelfCheckItem{},
		Contacts: ownContacts(st.Loaded.Contacts(lang, st.countries()), st.countries()),
	}
	for key, values := range s.Frames {
		words := s.FrameWords[key].In(lang)
		for i, v := range values {
			step := FrameStep{Value: v}
			if i < len(words) {
				step.Label = words[i]
			}
			view.Frames[key] = append(view.Frames[key], step)
		}
	}
	for _, sub := range s.Scales {
		view.Scales = append(view.Scales, ScaleView{sub.Key, sub.Title.In(lang), sub.About.In(lang), sub.Items, sub.MinAnswered})
	}
	for _, item := range s.Items {
		view.Items = append(view.Items, SelfCheckItem{item.Key, item.Stem.In(lang), item.Frame, item.Reversed})
	}
	return view
}
