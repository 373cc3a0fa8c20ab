package text

import "strings"

// Drawn gives a text as our PDFs draw it: a box stands for signs beyond the Basic Multilingual Plane (U+FFFF), such as
// emoji. No font of ours has them, and the library that writes the files breaks off at one.
func Drawn(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return '\u25a1'
		}
		return r
	}, s)
}
