package catalog

import (
	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/exercise"
	"mostik/courses/lesson"
)

// practice renders the desks and the exercises of the package.
func (l *Loaded) practice() {
	options := func(lang courses.Lang) lesson.Options { return l.Package.LessonOptions(lang, "") }
	l.desks, l.exercises = map[string]*desk.Prepared{}, map[string]*exercise.Prepared{}
	for key, d := range l.Package.Desks {
		l.desks[key] = desk.Prepare(d, options)
	}
	for key, e := range l.Package.Exercises {
		l.exercises[key] = exercise.Prepare(e, options)
	}
}

// Desk finds a document desk by the key of its file.
func (l *Loaded) Desk(key string) (*desk.Prepared, bool) {
	d, ok := l.desks[key]
	return d, ok
}

// Exercise finds a multi-agency exercise by the key of its file.
func (l *Loaded) Exercise(key string) (*exercise.Prepared, bool) {
	e, ok := l.exercises[key]
	return e, ok
}

// CitedAll gives numbered sources as they are shown.
func CitedAll(list []lesson.Cited) []PageSource { return sourcesOf(list) }
