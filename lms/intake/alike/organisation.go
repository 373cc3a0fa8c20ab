package alike

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// LikelyOrganisation is the score from which a name is offered for another: the same words but for case, marks, letters
// of another script and the legal form, or nearly the same.
const LikelyOrganisation = 75

// legalForms are what organisations are registered as, in words without marks; each stands at the beginning or the end of
// a name and tells little of which one it is.
var legalForms = func() [][]string {
	var forms [][]string
	for form := range strings.SplitSeq(`общественное объединение|общественная организация|общественный фонд|благотворительный фонд|фонд|оо|о о|оф|о ф|бф|роо|
автономная некоммерческая организация|некоммерческая организация|ано|нко|нпо|учреждение|частное учреждение|чу|корпоративный фонд|кф|
государственное учреждение|коммунальное государственное учреждение|гу|кгу|гкп|кгп|гккп|муниципальное учреждение|му|мбу|гбу|гку|
тоо|ооо|оао|зао|ао|ип|қоғамдық бірлестігі|қоғамдық бірлестік|қоғамдық қоры|қоғамдық қор|қб|ққ|мекемесі|кмм|жшс|
коомдук бирикмеси|коомдук бирикме|коомдук фонду|коомдук фонд|кб|мекемеси|ташкилоти ҷамъиятӣ|иттиҳодияи ҷамъиятӣ|фонди ҷамъиятӣ|тҷ|иҷ|
občianske združenie|o z|oz|nezisková organizácia|n o|nadácia|neinvestičný fond|s r o|spol s r o|a s|rozpočtová organizácia|
zapsaný spolek|z s|z u|obecně prospěšná společnost|o p s|public association|public organisation|public organization|public foundation|pa|pf|
ngo|non governmental organisation|foundation|association|llc|ltd|inc|gmbh|e v`, "|") {
		forms = append(forms, strings.Fields(form))
	}
	// The longest first: what they have in common is not left over.
	slices.SortStableFunc(forms, func(a, b []string) int { return len(b) - len(a) })
	return forms
}()

// OrganisationName is an organisation's name made ready to be compared with many.
type OrganisationName struct {
	folded  []string
	numbers string
}

// PrepareOrganisation takes off the legal form and folds the rest.
func PrepareOrganisation(name string) OrganisationName {
	own := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) })
	for again := true; again; {
		own, again = withoutForm(own)
	}
	rest := strings.Join(own, " ")
	return OrganisationName{Fold(rest), strings.Join(figures.FindAllString(rest, -1), " ")}
}

var figures = regexp.MustCompile(`[0-9]+`)

// withoutForm takes one legal form off, where something is left without it.
func withoutForm(words []string) ([]string, bool) {
	for _, form := range legalForms {
		n := len(words) - len(form)
		switch {
		case n <= 0:
		case slices.Equal(words[:len(form)], form):
			return words[len(form):], true
		case slices.Equal(words[n:], form):
			return words[:n], true
		}
	}
	return words, false
}

// CompareOrganisations gives a score from 0 to 100. School 5 is not School 6, however alike the rest is.
func CompareOrganisations(a, b OrganisationName) int {
	x, y := a.folded, b.folded
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 || a.numbers != b.numbers {
		return 0
	}
	likeness, _ := align(x, y)
	return int(likeness * 100 * 2 * float64(len(x)) / float64(len(x)+len(y)))
}
