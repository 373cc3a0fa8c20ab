package catalog

import (
	"slices"
	"sync"
	"time"

	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/exercise"
	"mostik/courses/pack"
	"mostik/courses/quiz"
	"mostik/lms"
)

// Loaded is a published version in memory with everything that follows from it. Nobody changes it; any
// number of goroutines read it.
type Loaded struct {
	ID          lms.ID[lms.Version]
	CourseID    lms.ID[lms.Course]
	Number      int
	PublishedAt time.Time
	Package     *pack.Package
	// Activities stand in the order of the course; an index into them is the place of the activity in an
	// enrolment's string of marks.
	Activities []Activity
	// RequiredTotal counts the activities that hold up the certificate.
	RequiredTotal int

	byKey     map[string]int
	questions map[string]Question
	desks     map[string]*desk.Prepared
	exercises map[string]*exercise.Prepared

	mu    sync.RWMutex
	pages map[pageKey]*Page
}

// Activity is an activity with its place.
type Activity struct {
	*courses.Activity
	Module *courses.Module
	Index  int
	// ModuleIndex is the place of its module.
	ModuleIndex int
	// After lists what must be done first, its own and its module's requirements.
	After []Requirement
}

// Counts tells whether the activity holds up the certificate.
func (a *Activity) Counts() bool { return a.Required && a.Complete != courses.Never }

// Requirement is one activity or module that comes first: done when all its Activities are.
type Requirement struct {
	Key   string
	Title courses.Text
	// Activities are indexes.
	Activities []int
}

// Question is a question with its prompts and reviews rendered.
type Question struct {
	*quiz.Question
	Prepared *quiz.Prepared
}

// Prepare computes everything that follows from a package.
func Prepare(p *pack.Package) *Loaded {
	l := &Loaded{Package: p, byKey: map[string]int{}, questions: map[string]Question{}, pages: map[pageKey]*Page{}}
	for m := range p.Course.Modules {
		module := &p.Course.Modules[m]
		for a := range module.Activities {
			activity := Activity{Activity: &module.Activities[a], Module: module, Index: len(l.Activities), ModuleIndex: m}
			l.byKey[activity.Key] = activity.Index
			l.Activities = append(l.Activities, activity)
			if activity.Counts() {
				l.RequiredTotal++
			}
		}
	}
	for i := range l.Activities {
		l.Activities[i].After = l.requirements(&l.Activities[i])
	}
	for i := range p.Bank {
		q := &p.Bank[i]
		l.questions[q.Key] = Question{q, quiz.Prepare(q, p.Sources)}
	}
	l.practice()
	return l
}

func (l *Loaded) requirements(a *Activity) []Requirement {
	var list []Requirement
	for _, key := range append(slices.Clone(a.Module.Requires), a.Requires...) {
		if r, ok := l.requirement(key); ok {
			list = append(list, r)
		}
	}
	return list
}

// requirement resolves the key of an activity or a module. What never counts as done cannot hold anybody
// up, so it is left out.
func (l *Loaded) requirement(key string) (Requirement, bool) {
	if i, ok := l.byKey[key]; ok {
		a := l.Activities[i]
		return Requirement{Key: key, Title: a.Title, Activities: []int{i}}, a.Complete != courses.Never
	}
	for m := range l.Package.Course.Modules {
		module := &l.Package.Course.Modules[m]
		if module.Key != key {
			continue
		}
		r := Requirement{Key: key, Title: module.Title}
		for i := range l.Activities {
			if l.Activities[i].Module == module && l.Activities[i].Counts() {
				r.Activities = append(r.Activities, i)
			}
		}
		return r, len(r.Activities) > 0
	}
	return Requirement{}, false
}

// Course is the tree.
func (l *Loaded) Course() *courses.Course { return &l.Package.Course }

// Activity finds an activity by its key.
func (l *Loaded) Activity(key string) (*Activity, bool) {
	i, ok := l.byKey[key]
	if !ok {
		return nil, false
	}
	return &l.Activities[i], true
}

// Question finds a question of the bank by its key.
func (l *Loaded) Question(key string) (Question, bool) {
	q, ok := l.questions[key]
	return q, ok
}

// Lang gives the complete language of the course that a reader of the language is shown: their own, else a
// neighbouring one, else the source language.
func (l *Loaded) Lang(reader string) courses.Lang { return l.Course().LangOf(courses.Lang(reader), "") }

// HeadLang gives the language of the course's own title and summary: the reader's where the course has at
// least a part in it.
func (l *Loaded) HeadLang(reader string) courses.Lang {
	if lang := courses.Lang(reader); slices.Contains(l.Course().AllLanguages(), lang) {
		return lang
	}
	return l.Lang(reader)
}

// LangOf gives the language in which a reader is shown an activity, whole in that one language.
func (l *Loaded) LangOf(reader string, a *Activity) courses.Lang {
	return l.Course().LangOf(courses.Lang(reader), a.Module.Key)
}

// In gives words of the course's frame, as titles, in the reader's language or in the one that they are shown
// instead.
func (l *Loaded) In(t courses.Text, reader string) string {
	return t.In(courses.Lang(reader), l.Course().Fallbacks(courses.Lang(reader))...)
}
