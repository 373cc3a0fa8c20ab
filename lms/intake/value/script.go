package value

import (
	"strings"
	"unicode"
)

// looks are Cyrillic letters and the Latin ones that cannot be told from them on a screen.
var looks = map[rune]rune{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'i', 'ј': 'j', 'ѕ': 's', 'һ': 'h', 'к': 'k', 'м': 'm',
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'Х': 'X', 'У': 'Y', 'І': 'I', 'Ѕ': 'S', 'Ј': 'J',
}

var cyrillicOf = func() map[rune]rune {
	back := map[rune]rune{}
	for cyrillic, latin := range looks {
		back[latin] = cyrillic
	}
	return back
}()

// MixedScripts tells whether a word of the text has both Cyrillic and Latin letters.
func MixedScripts(s string) bool {
	for word := range strings.FieldsFuncSeq(s, notLetter) {
		if c, l := count(word); c > 0 && l > 0 {
			return true
		}
	}
	return false
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }

func count(s string) (cyrillic, latin int) {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	return cyrillic, latin
}

// Mend writes each word of mixed scripts in the one that most of its letters are of, or in the other where
// they cannot be. It fails where neither can be: then only a person can tell.
func Mend(s string) (string, bool) {
	var out, word []rune
	whole := true
	flush := func() {
		mended, ok := mendWord(word)
		out, whole, word = append(out, mended...), whole && ok, word[:0]
	}
	for _, r := range s {
		if notLetter(r) {
			flush()
			out = append(out, r)
			continue
		}
		word = append(word, r)
	}
	flush()
	return string(out), whole
}

func mendWord(word []rune) ([]rune, bool) {
	cyrillic, latin := count(string(word))
	if cyrillic == 0 || latin == 0 {
		return word, true
	}
	toCyrillic := func() ([]rune, bool) { return swap(word, unicode.Latin, cyrillicOf) }
	toLatin := func() ([]rune, bool) { return swap(word, unicode.Cyrillic, looks) }
	first, second := toCyrillic, toLatin
	if latin > cyrillic {
		first, second = toLatin, toCyrillic
	}
	if mended, ok := first(); ok {
		return mended, true
	}
	return second()
}

// swap puts the look-alike in the place of each letter of a script.
func swap(word []rune, of *unicode.RangeTable, other map[rune]rune) ([]rune, bool) {
	mended := make([]rune, len(word))
	for i, r := range word {
		mended[i] = r
		if unicode.Is(of, r) {
			to, ok := other[r]
			if !ok {
				return word, false
			}
			mended[i] = to
		}
	}
	return mended, true
}
