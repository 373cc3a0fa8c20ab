// Package check finds every problem of a course, each with its file and line: keys, references,
// translations, structure that differs between languages, items that give their answer away, draws
// that the bank cannot fill, conversations without an end, law past its review date, and text that
// reads hard. An error keeps a course from being published; a warning asks an author to look.
package check

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"time"

	"mostik/courses"
	"mostik/courses/pack"
)

// Folder reads a course folder and checks it. Now decides which review dates are past.
func Folder(fsys fs.FS, l pack.Limits, now time.Time) (*pack.Package, []courses.Problem) {
	p, problems := pack.Read(fsys, l)
	if !slices.ContainsFunc(problems, func(x courses.Problem) bool { return x.Pos.File == "course.yaml" && x.Pos.Line == 0 }) {
		problems = append(problems, Check(p, now)...)
	}
	return p, courses.SortProblems(problems)
}

// Check looks at a package that was read. A package that was kept as JSON has lost its places: its
// problems name keys only.
func Check(p *pack.Package, now time.Time) []courses.Problem {
	c := &checker{p: p, now: now, sources: map[string]bool{}, figures: map[string]bool{}, media: map[string]bool{}, overlays: map[string]bool{}, printed: map[string]bool{}}
	c.course()
	c.bank()
	c.quizzes()
	c.scenarios()
	c.surveys()
	c.worksheets()
	c.desks()
	c.exercises()
	c.lessons()
	c.papers()
	c.decks()
	c.overlayFiles()
	c.drawings()
	c.soundAndFilm()
	c.unused()
	return courses.SortProblems(c.problems)
}

// checker gathers problems and what was used on the way.
type checker struct {
	p        *pack.Package
	now      time.Time
	problems []courses.Problem

	sources, figures, media, overlays, printed map[string]bool
}

func (c *checker) add(s courses.Severity, pos courses.Position, code, format string, args ...any) {
	c.problems = append(c.problems, courses.Problem{Pos: pos, Severity: s, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) fail(pos courses.Position, code, format string, args ...any) {
	c.add(courses.Error, pos, code, format, args...)
}

func (c *checker) warn(pos courses.Position, code, format string, args ...any) {
	c.add(courses.Warning, pos, code, format, args...)
}

var keyForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)

// keys tells of keys that are no keys, or stand twice.
type keys struct {
	c    *checker
	what string
	seen map[string]courses.Position
}

func (c *checker) keys(what string) *keys {
	return &keys{c: c, what: what, seen: map[string]courses.Position{}}
}

func (k *keys) add(key string, pos courses.Position) {
	if !keyForm.MatchString(key) {
		k.c.fail(pos, "bad-key", "%q is no key for a %s: lower-case letters, digits and hyphens, at most 64", key, k.what)
		return
	}
	if first, twice := k.seen[key]; twice {
		k.c.fail(pos, "duplicate-key", "the %s %q stands twice, first at %s", k.what, key, first)
		return
	}
	k.seen[key] = pos
}

func (k *keys) has(key string) bool { _, ok := k.seen[key]; return ok }

// cites holds a citation against the sources.
func (c *checker) cites(citation string, pos courses.Position) {
	key := courses.ParseCitation(citation).Source
	c.sources[key] = true
	if _, ok := c.p.Sources[key]; !ok {
		c.fail(pos, "unknown-source", "there is no source %q", key)
	}
}

// date reads a date; what is written and is none is a problem.
func (c *checker) date(s string, pos courses.Position) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		c.fail(pos, "bad-date", "%q is no date like 2026-11-30", s)
		return time.Time{}, false
	}
	return t, true
}

func (c *checker) unused() {
	for key, s := range c.p.Sources {
		if s.Title == "" {
			c.fail(s.Pos, "source-title", "the source %q has no title", key)
		}
		if t, ok := c.date(s.Checked, c.p.Near(s.Pos, "checked")); ok && t.After(c.now) {
			c.warn(c.p.Near(s.Pos, "checked"), "future-date", "the source %q was checked on a day to come", key)
		}
		if !c.sources[key] {
			c.warn(s.Pos, "unused-source", "nothing cites the source %q", key)
		}
	}
	for key, f := range c.p.Figures {
		if !c.figures[key] {
			c.warn(f.Pos, "unused-figure", "no lesson and no paper shows the figure %q", key)
		}
	}
}
