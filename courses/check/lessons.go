package check

import (
	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/pack"
)

// longSentence is how many words a sentence may have before an author is asked to look. Languages that
// put into one word what English puts into three have lower bounds.
var longSentence = map[courses.Lang]int{"en": 28, "ru": 25, "sk": 25, "cs": 25, "kk": 22, "ky": 22, "tg": 26}

// A lesson's length in words of English; other languages may be a quarter shorter or longer.
const (
	fewWords  = 500
	manyWords = 1100
)

func (c *checker) lessons() {
	for _, m := range c.p.Course.Modules {
		for i := range m.Activities {
			if m.Activities[i].Kind == courses.Lesson {
				c.lesson(&m.Activities[i])
			}
		}
	}
}

func (c *checker) lesson(a *courses.Activity) {
	var source []lesson.Mark
	for i, lang := range c.p.Course.AllLanguages() {
		text, ok := c.p.Lessons[lang][a.Key]
		if !ok {
			continue
		}
		file := pack.LessonFile(lang, a.Key)
		l, problems := lesson.Render(text, c.p.LessonOptions(lang, file))
		c.problems = append(c.problems, problems...)
		c.uses(l)
		c.reading(a, lang, file, l)
		c.blocksKnown(l)
		if len(l.Parts) > 0 && !a.Sensitive && i == 0 {
			c.warn(a.Pos, "not-marked-sensitive", "the lesson %q has a part that may distress; sensitive: true puts a note on its page", a.Key)
		}
		if len(l.Sources) == 0 && len(l.Overlays) == 0 {
			c.warn(courses.Position{File: file, Line: 1}, "uncited-lesson", "the lesson cites no source")
		}
		if i == 0 {
			source = l.Skeleton
		} else if source != nil {
			c.sameSkeleton(c.p.Course.Languages[0], source, l.Skeleton, file)
		}
	}
}

func (c *checker) uses(l lesson.Lesson) {
	for _, s := range l.Sources {
		c.sources[s.Source.Key] = true
	}
	for _, f := range l.Figures {
		c.figures[f.Key] = true
	}
	for _, m := range l.Media {
		c.media[m.Key] = true
	}
}

func (c *checker) blocksKnown(l lesson.Lesson) {
	for _, ref := range l.Overlays {
		found := false
		for _, o := range c.p.Overlays {
			for _, b := range o.Blocks {
				found = found || b.Key == ref.Key
			}
		}
		if !found {
			c.fail(ref.Pos, "unknown-overlay", "no country has a block %q", ref.Key)
		}
	}
}

func (c *checker) reading(a *courses.Activity, lang courses.Lang, file string, l lesson.Lesson) {
	first := courses.Position{File: file, Line: 1}
	limit := longSentence[lang]
	if limit == 0 {
		limit = 25
	}
	for _, s := range l.Sentences {
		if s.Words > limit {
			c.warn(s.Pos, "long-sentence", "a sentence of %d words; more than %d are hard to read", s.Words, limit)
		}
	}
	if m := measure(a.Key, lang, l); m.Level == "C1" {
		c.warn(first, "reads-hard", "about level C1: %.0f words a sentence, LIX %.0f; a lesson is at most B2", m.Mean, m.LIX)
	}
	low, high := fewWords, manyWords
	if lang != "en" {
		low, high = fewWords*3/4, manyWords*5/4
	}
	if l.Words < low || l.Words > high {
		c.warn(first, "lesson-length", "%d words; a lesson has %d to %d", l.Words, low, high)
	}
	if l.Minutes > a.Minutes+2 || a.Minutes > 3*l.Minutes+3 {
		c.warn(first, "reading-minutes", "reading takes about %d minutes, course.yaml states %d", l.Minutes, a.Minutes)
	}
}

// sameSkeleton compares the order of blocks with that of the source language.
func (c *checker) sameSkeleton(lang courses.Lang, want, got []lesson.Mark, file string) {
	for i, w := range want {
		if i >= len(got) {
			c.fail(courses.Position{File: file, Line: lastLine(got)}, "skeleton", "after this %s has %s", lang, name(w))
			return
		}
		if got[i].Kind != w.Kind || got[i].Key != w.Key {
			c.fail(got[i].Pos, "skeleton", "here stands %s, in %s %s", name(got[i]), lang, name(w))
			return
		}
	}
	if len(got) > len(want) {
		c.fail(got[len(want)].Pos, "skeleton", "here stands %s, in %s nothing more", name(got[len(want)]), lang)
	}
}

func name(m lesson.Mark) string {
	if m.Key == "" {
		return m.Kind
	}
	return m.Kind + " " + m.Key
}

func lastLine(marks []lesson.Mark) int {
	if len(marks) == 0 {
		return 1
	}
	return marks[len(marks)-1].Pos.Line
}
