package check

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/pack"
)

// Reading says how hard a lesson reads in one language.
type Reading struct {
	Activity  string
	Lang      courses.Lang
	Words     int
	Minutes   int     // to read it, rounded up
	Sentences int     // of running text
	Mean      float64 // words a sentence
	Longest   int     // words of the longest sentence
	// LIX is the mean sentence length plus the percentage of long words (Björnsson 1968), in which languages
	// that build long words count as long only what is long for them.
	LIX float64
	// Level is a rough translation of LIX into the levels of the Common European Framework, A2 to C1.
	Level string
}

// longWord is from how many letters a word counts as long. LIX has seven for Swedish and English; the mean word
// of the others is longer by that much.
var longWord = map[courses.Lang]int{"en": 7, "tg": 7, "ru": 9, "sk": 8, "cs": 8, "kk": 9, "ky": 9}

// levels are the upper bounds of LIX: to 25 very easy, to 35 easy, to 45 middling, to 55 hard. Texts of the field
// have long words that learners know, so a level is not lost by them alone.
var levels = []struct {
	to    float64
	level string
}{{28, "A2"}, {38, "B1"}, {50, "B2"}}

// Readings measures every lesson in every language, in the order of the course.
func Readings(p *pack.Package) []Reading {
	var list []Reading
	for _, m := range p.Course.Modules {
		for _, a := range m.Activities {
			for _, lang := range p.Course.AllLanguages() {
				if text, ok := p.Lessons[lang][a.Key]; ok {
					l, _ := lesson.Render(text, p.LessonOptions(lang, pack.LessonFile(lang, a.Key)))
					list = append(list, measure(a.Key, lang, l))
				}
			}
		}
	}
	return list
}

func measure(activity string, lang courses.Lang, l lesson.Lesson) Reading {
	r := Reading{Activity: activity, Lang: lang, Words: l.Words, Minutes: l.Minutes, Sentences: len(l.Sentences)}
	inSentences := 0
	for _, s := range l.Sentences {
		inSentences += s.Words
		r.Longest = max(r.Longest, s.Words)
	}
	if r.Sentences > 0 {
		r.Mean = float64(inSentences) / float64(r.Sentences)
	}
	if r.Words > 0 {
		r.LIX = r.Mean + 100*float64(longWords(l.Plain, lang))/float64(r.Words)
	}
	r.Level = levelOf(r.LIX)
	return r
}

func levelOf(lix float64) string {
	for _, l := range levels {
		if lix <= l.to {
			return l.level
		}
	}
	return "C1"
}

func longWords(text string, lang courses.Lang) int {
	from := longWord[lang]
	if from == 0 {
		from = 8
	}
	n := 0
	for _, w := range strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsMark(c) }) {
		if utf8.RuneCountInString(w) >= from {
			n++
		}
	}
	return n
}
