package courses

// Lang is a language tag in lower case as the folders under text/ are named: "en", "ru", "sk", "kk"
// (Cyrillic), "tg", "ky".
type Lang string

// Text holds one segment in each language it was written in.
type Text map[Lang]string

// In gives the text in lang, else in the first fallback that has it, else in English, else in the
// alphabetically first language there is, so that a reader never meets an empty place while some
// words exist. It gives "" only when there are none.
func (t Text) In(lang Lang, fallback ...Lang) string {
	if s := t[lang]; s != "" {
		return s
	}
	for _, l := range fallback {
		if s := t[l]; s != "" {
			return s
		}
	}
	if s := t["en"]; s != "" {
		return s
	}
	first := Lang("")
	for l, s := range t {
		if s != "" && (first == "" || l < first) {
			first = l
		}
	}
	return t[first]
}

// Texts is a list of segments per language, as many in each language.
type Texts map[Lang][]string

// In gives the list in lang, else in the first fallback that has one, else in English.
func (t Texts) In(lang Lang, fallback ...Lang) []string {
	for _, l := range append([]Lang{lang}, fallback...) {
		if s := t[l]; len(s) > 0 {
			return s
		}
	}
	return t["en"]
}
