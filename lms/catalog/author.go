package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/lesson"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/db"
)

// AuthorRow is a course as authors list it.
type AuthorRow struct {
	CourseKey   string         `json:"course_key"`
	Title       string         `json:"title"`
	Version     int            `json:"version"`
	PublishedAt time.Time      `json:"published_at"`
	Languages   []courses.Lang `json:"languages"`
	Activities  int            `json:"activities"`
	Questions   int            `json:"questions"`
	Problems    ProblemCount   `json:"problems"`
}

// ProblemCount counts what the check said.
type ProblemCount struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
}

// AuthorView is a course as its authors look at it: everything but a way to change it.
type AuthorView struct {
	AuthorRow
	Summary   string           `json:"summary"`
	Hours     float64          `json:"hours"`
	Words     map[string]int   `json:"words"`           // of the lessons, by language
	Minutes   int              `json:"minutes"`         // the author's, of what is required
	Reading   map[string]int   `json:"reading_minutes"` // of the lessons, by language
	Coverage  []Coverage       `json:"coverage"`
	Modules   []AuthorModule   `json:"modules"`
	Bank      QuestionCount    `json:"questions"`
	Versions  []AuthorVersion  `json:"versions"`
	Sources   int              `json:"sources"`
	Countries []AuthorOverlay  `json:"overlays"`
	Scenarios []AuthorScenario `json:"scenarios"`
	Problems  []AuthorProblem  `json:"problems"`
	States    []LanguageState  `json:"language_states"`
	// MayReview tells whether the reader may lift the mark of a language.
	MayReview bool `json:"may_review"`
	// Counts are those of the row, which the list of problems hides.
	Counts ProblemCount `json:"problem_counts"`
}

// Coverage tells how much of the words a language has.
type Coverage struct {
	Language   courses.Lang `json:"language"`
	Segments   int          `json:"segments"`
	Translated int          `json:"translated"`
}

// AuthorModule is a module with its activities.
type AuthorModule struct {
	Key        string           `json:"key"`
	Title      string           `json:"title"`
	Minutes    int              `json:"minutes"`
	Activities []AuthorActivity `json:"activities"`
}

// QuestionCount counts the questions of the bank: all, by kind, and by the module whose key is among their
// tags.
type QuestionCount struct {
	Total    int            `json:"total"`
	ByKind   map[string]int `json:"by_kind"`
	ByModule map[string]int `json:"by_module"`
}

// AuthorVersion is a published version.
type AuthorVersion struct {
	Number      int       `json:"number"`
	PublishedAt time.Time `json:"published_at"`
}

// AuthorActivity is an activity with its rules.
type AuthorActivity struct {
	Key       string             `json:"key"`
	Kind      courses.Kind       `json:"kind"`
	Title     string             `json:"title"`
	Revision  int                `json:"revision"`
	Minutes   int                `json:"minutes"`
	Complete  courses.Completion `json:"complete"`
	Required  bool               `json:"required"`
	Sensitive bool               `json:"sensitive"`
	Requires  []string           `json:"requires"`
	Questions int                `json:"questions,omitempty"`
	Words     map[string]int     `json:"words"`
}

// AuthorOverlay is a country's block and when it has to be looked at again.
type AuthorOverlay struct {
	Country  string `json:"country"`
	Key      string `json:"key"`
	Kind     string `json:"kind"`
	Status   string `json:"status"`
	AsOf     string `json:"as_of,omitempty"`
	ReviewBy string `json:"review_by,omitempty"`
}

// AuthorScenario is an interview with its graph.
type AuthorScenario struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Kind  string `json:"kind"` // interview, encounter
	Nodes int    `json:"nodes"`
	// Graph is Mermaid text; empty for an encounter.
	Graph string `json:"graph"`
}

// AuthorProblem is something to mend.
type AuthorProblem struct {
	File     string           `json:"file"`
	Line     int              `json:"line"`
	Severity courses.Severity `json:"severity"`
	Code     string           `json:"code"`
	Message  string           `json:"message"`
}

// AuthorCourses lists the published courses that the actor may read as an author, in one statement.
// Errors: Forbidden.
func (s *Service) AuthorCourses(ctx context.Context, actor lms.Actor) (list []AuthorRow, err error) {
	defer lms.Wrap(&err, "catalog.AuthorCourses")
	if err := actor.May(lms.ReadDraft); err != nil {
		return nil, err
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT c.id, v.id, v.problems FROM courses c JOIN course_versions v ON v.id = c.current_version_id ORDER BY c.key`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	type found struct {
		version  lms.ID[lms.Version]
		problems []byte
	}
	var all []found
	for rows.Next() {
		var course lms.ID[lms.Course]
		var f found
		if err := rows.Scan(&course, &f.version, &f.problems); err != nil {
			return nil, db.Translate(err)
		}
		if actor.Can(lms.ReadDraft, lms.Facts{Course: course}) == nil {
			all = append(all, f)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, db.Translate(err)
	}
	rows.Close()
	list = []AuthorRow{}
	for _, f := range all {
		l, err := s.Version(ctx, f.version)
		if err != nil {
			return nil, err
		}
		row, _, err := l.authorRow(f.problems, actor.Language)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, nil
}

// AuthorCourse gives one course as its authors look at it. Errors: NotFound.
func (s *Service) AuthorCourse(ctx context.Context, actor lms.Actor, key string) (view *AuthorView, err error) {
	defer lms.Wrap(&err, "catalog.AuthorCourse(%s)", key)
	var (
		course   lms.ID[lms.Course]
		version  lms.ID[lms.Version]
		problems []byte
		numbers  []byte
		reviews  []byte
		versions []AuthorVersion
		lifted   map[courses.Lang]time.Time
	)
	err = db.Row(ctx, s.DB, `
		SELECT c.id, v.id, v.problems,
		       (SELECT json_agg(json_build_object('number', n.number, 'published_at', n.published_at) ORDER BY n.number DESC)
		          FROM course_versions n WHERE n.course_id = c.id),
		       (SELECT coalesce(json_object_agg(r.language, r.reviewed_at), '{}') FROM language_reviews r WHERE r.course_id = c.id)
		  FROM courses c JOIN course_versions v ON v.id = c.current_version_id WHERE c.key = $1`, key,
	).Scan(&course, &version, &problems, &numbers, &reviews)
	if err != nil {
		return nil, db.Found(err, "course")
	}
	if err := errors.Join(json.Unmarshal(numbers, &versions), json.Unmarshal(reviews, &lifted)); err != nil {
		return nil, err
	}
	if err := actor.Can(lms.ReadDraft, lms.Facts{Course: course}); err != nil {
		return nil, err
	}
	l, err := s.Version(ctx, version)
	if err != nil {
		return nil, err
	}
	if view, err = l.authorView(problems, versions, actor.Language); err != nil {
		return nil, err
	}
	view.States = l.languageStates(lifted)
	view.MayReview = actor.Can(lms.ReviewLanguage, lms.Facts{Course: course}) == nil
	return view, nil
}

func (l *Loaded) authorRow(raw []byte, reader string) (AuthorRow, []AuthorProblem, error) {
	var problems []courses.Problem
	if err := json.Unmarshal(raw, &problems); err != nil {
		return AuthorRow{}, nil, fmt.Errorf("reading the check's problems: %w", err)
	}
	c := l.Course()
	row := AuthorRow{
		CourseKey: c.Key, Title: c.Title.In(l.Lang(reader)), Version: l.Number, PublishedAt: l.PublishedAt.UTC(),
		Languages: c.Languages, Activities: len(l.Activities), Questions: len(l.Package.Bank),
	}
	list := []AuthorProblem{}
	for _, p := range problems {
		if p.Severity == courses.Error {
			row.Problems.Errors++
		} else {
			row.Problems.Warnings++
		}
		list = append(list, AuthorProblem{p.Pos.File, p.Pos.Line, p.Severity, p.Code, p.Message})
	}
	return row, list, nil
}

func (l *Loaded) authorView(problems []byte, versions []AuthorVersion, reader string) (*AuthorView, error) {
	row, list, err := l.authorRow(problems, reader)
	if err != nil {
		return nil, err
	}
	lang, c := l.Lang(reader), l.Course()
	view := &AuthorView{
		AuthorRow: row, Problems: list, Counts: row.Problems, Summary: c.Summary.In(lang), Hours: c.Hours, Minutes: c.Minutes(true),
		Words: map[string]int{}, Reading: map[string]int{}, Coverage: l.coverage(), Modules: []AuthorModule{},
		Bank: l.questionCount(), Versions: versions, Sources: len(l.Package.Sources), Countries: l.authorOverlays(),
		Scenarios: l.authorScenarios(lang),
	}
	for m := range c.Modules {
		module := AuthorModule{Key: c.Modules[m].Key, Title: c.Modules[m].Title.In(lang), Activities: []AuthorActivity{}}
		for a := range c.Modules[m].Activities {
			module.Activities = append(module.Activities, l.authorActivity(&c.Modules[m].Activities[a], lang, view))
			module.Minutes += c.Modules[m].Activities[a].Minutes
		}
		view.Modules = append(view.Modules, module)
	}
	return view, nil
}

func (l *Loaded) questionCount() QuestionCount {
	n := QuestionCount{Total: len(l.Package.Bank), ByKind: map[string]int{}, ByModule: map[string]int{}}
	for i := range l.Package.Bank {
		q := &l.Package.Bank[i]
		n.ByKind[string(q.Kind)]++
		for m := range l.Course().Modules {
			if key := l.Course().Modules[m].Key; slices.Contains(q.Tags, key) {
				n.ByModule[key]++
			}
		}
	}
	return n
}

func (l *Loaded) authorActivity(a *courses.Activity, lang courses.Lang, sum *AuthorView) AuthorActivity {
	out := AuthorActivity{
		Key: a.Key, Kind: a.Kind, Title: a.Title.In(lang), Revision: a.Revision, Minutes: a.Minutes, Complete: a.Complete,
		Required: a.Required, Sensitive: a.Sensitive, Requires: a.Requires, Words: map[string]int{},
	}
	if out.Requires == nil {
		out.Requires = []string{}
	}
	if a.Quiz != nil {
		out.Questions = len(a.Quiz.Items)
		for _, rule := range a.Quiz.Draw {
			out.Questions += rule.Count
		}
	}
	for _, each := range l.Course().AllLanguages() {
		text, ok := l.Package.Lessons[each][a.Key]
		if !ok {
			continue
		}
		rendered, _ := lesson.Render(text, l.options(each, a.Key))
		out.Words[string(each)] = rendered.Words
		sum.Words[string(each)] += rendered.Words
		sum.Reading[string(each)] += rendered.Minutes
	}
	return out
}

func (l *Loaded) authorOverlays() []AuthorOverlay {
	list := []AuthorOverlay{}
	for _, country := range l.Course().Countries {
		for _, b := range l.Package.Overlays[country].Blocks {
			status := "confirmed"
			if b.Status != "" {
				status = string(b.Status)
			}
			list = append(list, AuthorOverlay{country, b.Key, string(b.Kind), status, b.AsOf, b.ReviewBy})
		}
	}
	return list
}

func (l *Loaded) authorScenarios(lang courses.Lang) []AuthorScenario {
	list := []AuthorScenario{}
	for _, key := range slices.Sorted(maps.Keys(l.Package.Scenarios)) {
		sc := l.Package.Scenarios[key]
		list = append(list, AuthorScenario{key, sc.Title.In(lang), "interview", len(sc.Nodes), scenario.Graph(sc)})
	}
	for _, key := range slices.Sorted(maps.Keys(l.Package.Encounters)) {
		e := l.Package.Encounters[key]
		list = append(list, AuthorScenario{key, e.Title.In(lang), "encounter", len(e.Nodes), ""})
	}
	return list
}

// coverage tells how much of the whole package each language has.
func (l *Loaded) coverage() []Coverage {
	have, of := check.Coverage(l.Package)
	list := []Coverage{}
	seen := l.Course().AllLanguages()
	for _, lang := range slices.Sorted(maps.Keys(have)) {
		if !slices.Contains(seen, lang) {
			seen = append(seen, lang)
		}
	}
	for _, lang := range seen {
		list = append(list, Coverage{lang, of, have[lang]})
	}
	return list
}
