package lesson

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"mostik/courses"
)

// wordsPerMinute is how fast one reads to learn. It lies about a tenth under the means of readers
// aloud in their first language (IReST: Trauzettel-Klosinski and Dietz 2012, IOVS 53:5452, English
// 228, Russian 184, and 160 to 170 in languages that build long words), because many read in their
// second.
var wordsPerMinute = map[courses.Lang]int{"en": 200, "ru": 165, "sk": 165, "cs": 165, "kk": 145, "ky": 145, "tg": 165}

// ReadingMinutes is the time to read so many words, rounded up.
func ReadingMinutes(words int, lang courses.Lang) int {
	rate := wordsPerMinute[lang]
	if rate == 0 {
		rate = 165
	}
	return (words + rate - 1) / rate
}

func isWordRune(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) }

func countWords(s string) int {
	n, in := 0, false
	for _, c := range s {
		switch {
		case isWordRune(c):
			if !in {
				n++
			}
			in = true
		case c == '\'' || c == '’' || c == '-' || c == '.' || c == ',':
			// inside a word or a number these go on: don't, half-hour, 27.6
		default:
			in = false
		}
	}
	return n
}

// Abbreviations after which a capital letter does not begin a sentence.
var abbreviations = map[string]bool{
	"art": true, "no": true, "dr": true, "mr": true, "ms": true, "mrs": true, "st": true, "e.g": true, "i.e": true, "etc": true, "p": true, "pp": true,
	"ст": true, "п": true, "пп": true, "ч": true, "г": true, "гг": true, "им": true, "т.е": true, "т.д": true, "т.п": true, "др": true, "см": true, "ул": true,
	"č": true, "čl": true, "ods": true, "písm": true, "napr": true, "tzv": true,
}

// sentences splits a block of running text and notes the length and place of each.
func (r *renderer) sentences(block string) {
	start := 0
	for i := 0; i < len(block); {
		c, size := utf8.DecodeRuneInString(block[i:])
		i += size
		if strings.ContainsRune(".!?…", c) && endsSentence(block[start:i], block[i:]) {
			r.sentence(block, start, i)
			start = i
		}
	}
	r.sentence(block, start, len(block))
}

func endsSentence(before, after string) bool {
	rest := strings.TrimLeft(after, "\"»”’')")
	trimmed := strings.TrimLeft(rest, " \n\t")
	if trimmed == "" {
		return true
	}
	if len(trimmed) == len(rest) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(trimmed, "\"«“„‘'("))
	if !unicode.IsUpper(next) {
		return false
	}
	if !strings.HasSuffix(before, ".") {
		return true
	}
	words := strings.FieldsFunc(strings.TrimSuffix(before, "."), func(c rune) bool { return unicode.IsSpace(c) || c == '(' })
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return utf8.RuneCountInString(last) > 1 && !abbreviations[strings.ToLower(last)]
}

func (r *renderer) sentence(block string, start, end int) {
	n := countWords(block[start:end])
	if n == 0 {
		return
	}
	start += len(block[start:end]) - len(strings.TrimLeft(block[start:end], " \n\t\"»”’')"))
	at := 0
	for _, x := range r.runs {
		if start < at+len(x.text) {
			r.lesson.Sentences = append(r.lesson.Sentences, Sentence{Words: n, Pos: r.at(x.offset)})
			return
		}
		at += len(x.text)
	}
}
