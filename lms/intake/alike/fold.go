package alike

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters write Cyrillic, after its marks were taken off (й is и with a breve), and what Latin alphabets add.
var letters = map[rune]string{
	'а': "a", 'ә': "a", 'б': "b", 'в': "v", 'г': "g", 'ғ': "g", 'ґ': "g", 'д': "d", 'е': "e", 'є': "e", 'ж': "j", 'ҷ': "j",
	'з': "z", 'и': "i", 'і': "i", 'к': "k", 'қ': "k", 'л': "l", 'м': "m", 'н': "n", 'ң': "n", 'о': "o", 'ө': "o", 'п': "p",
	'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ү': "u", 'ұ': "u", 'ф': "f", 'х': "g", 'ҳ': "g", 'һ': "g", 'ц': "c", 'ч': "c",
	'ш': "s", 'щ': "sc", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia",
	'ı': "i", 'ł': "l", 'đ': "d", 'ø': "o", 'ß': "s", 'æ': "e", 'œ': "e", 'ə': "a", 'ŋ': "n",
}

// digraphs are what Latin writings of Cyrillic disagree about. Throats are one: г, ғ, х, h and kh.
// They are replaced one after the other.
var digraphs = [][2]string{
	{"shch", "sc"},
	{"zh", "j"},
	{"kh", "g"},
	{"gh", "g"},
	{"sh", "s"},
	{"ch", "c"},
	{"ts", "c"},
	{"tz", "c"},
	{"ph", "f"},
	{"th", "t"},
	{"x", "ks"},
	{"w", "v"},
	{"q", "k"},
	{"h", "g"},
}

// words gives a text's words in plain Latin letters, one letter a sound.
func words(s string) []string {
	s = strings.ReplaceAll(strings.ToLower(norm.NFC.String(s)), "ž", "j") // as ж, where its mark would fall off
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		latin, cyrillic := letters[r]
		switch {
		case cyrillic:
			b.WriteString(latin)
		case r >= 0x300 && r <= 0x36f, strings.ContainsRune("'’ʼ`ʻ", r): // marks, and apostrophes within words
		case unicode.IsLetter(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	out := b.String()
	for _, d := range digraphs {
		out = strings.ReplaceAll(out, d[0], d[1])
	}
	return strings.Fields(out)
}

// Fold gives a name's words as all its transliterations write them alike, or nearly so.
func Fold(name string) []string {
	all := words(name)
	for i, w := range all {
		all[i] = foldWord(w)
	}
	return all
}

func vowel(r rune) bool { return strings.ContainsRune("aeiou", r) }

// foldWord makes y and a j without a vowel after it an i, one letter of two alike, and drops an i before a vowel.
func foldWord(w string) string {
	runes := []rune(w)
	for i, r := range runes {
		if r == 'y' || r == 'j' && (i+1 == len(runes) || !vowel(runes[i+1]) && runes[i+1] != 'y') {
			runes[i] = 'i'
		}
	}
	runes = slices.Compact(runes)
	var out []rune
	for i, r := range runes {
		if r == 'i' && i+1 < len(runes) && vowel(runes[i+1]) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// maxWords is how many words of a name take part in keys.
const maxWords = 4

// Keys gives what two writings of one name have in common: each pair of words, consonants only. They are
// coarse on purpose; Compare decides.
func Keys(names ...string) []string {
	var keys []string
	for _, name := range names {
		all := words(name)
		all = all[:min(len(all), maxWords)]
		for i, w := range all {
			all[i] = skeleton(w)
		}
		if len(all) == 1 {
			keys = append(keys, all[0])
		}
		for i := range all {
			for j := i + 1; j < len(all); j++ {
				keys = append(keys, min(all[i], all[j])+" "+max(all[i], all[j]))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// skeleton keeps a word's consonants. A word without any is "a".
func skeleton(w string) string {
	w = string(slices.Compact([]rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune("aeiouyj", r) {
			return -1
		}
		return r
	}, w))))
	if w == "" {
		return "a"
	}
	return w
}
