package alike

import (
	"slices"
	"strings"
)

// Person is what is compared of somebody. What is not known is empty.
type Person struct {
	Own, Latin           string // the whole name, in any order
	BirthYear            int
	Email, Phone         string
	Centre, Organisation string // ids
	Sex                  string // female, male
}

// Reason says what speaks for two records being of one person, or against it.
type Reason string

// The reasons. Those that end in -differs speak against.
const (
	NameSame           Reason = "name-same"
	NameTransliterated Reason = "name-transliterated"
	NameSimilar        Reason = "name-similar"
	NameSwapped        Reason = "name-swapped"
	YearSame           Reason = "birth-year-same"
	YearDiffers        Reason = "birth-year-differs"
	EmailSame          Reason = "email-same"
	PhoneSame          Reason = "phone-same"
	CentreSame         Reason = "centre-same"
	OrganisationSame   Reason = "organisation-same"
	SexDiffers         Reason = "sex-differs"
)

// Likely is the score from which two records are shown as perhaps of one person: a name that is the same and
// nothing else known, or one that is nearly so with something that supports it.
const Likely = 60

// weights are what each reason adds, once the names are alike.
var weights = map[Reason]int{
	YearSame: 25, YearDiffers: -40, EmailSame: 40, PhoneSame: 30, CentreSame: 8, OrganisationSame: 8, SexDiffers: -35,
}

// Record is a person made ready to be compared with many.
type Record struct {
	Person
	writings []writing
}

// writing is one way in which a name is written.
type writing struct{ folded, plain []string }

// Prepare folds the names once.
func Prepare(p Person) Record {
	r := Record{Person: p}
	for _, name := range []string{p.Own, p.Latin} {
		if w := (writing{given(Fold(name)), plain(name)}); len(w.folded) > 0 {
			r.writings = append(r.writings, w)
		}
	}
	return r
}

// Compare gives a score from 0 to 100 with its reasons. Names that are not alike score 0, whatever else is.
func Compare(a, b Record) (score int, reasons []Reason) {
	score, reasons = names(a, b)
	if score == 0 {
		return 0, nil
	}
	for reason, holds := range map[Reason]bool{
		YearSame:         a.BirthYear != 0 && a.BirthYear == b.BirthYear,
		YearDiffers:      a.BirthYear != 0 && b.BirthYear != 0 && a.BirthYear != b.BirthYear,
		EmailSame:        a.Email != "" && strings.EqualFold(a.Email, b.Email),
		PhoneSame:        samePhone(a.Phone, b.Phone),
		CentreSame:       a.Centre != "" && a.Centre == b.Centre,
		OrganisationSame: a.Organisation != "" && a.Organisation == b.Organisation,
		SexDiffers:       told(a.Sex) && told(b.Sex) && a.Sex != b.Sex,
	} {
		if holds {
			reasons = append(reasons, reason)
			score += weights[reason]
		}
	}
	slices.SortFunc(reasons[1:], func(x, y Reason) int {
		return weights[y] - weights[x] + strings.Compare(string(x), string(y))
	})
	return max(0, min(score, 100)), reasons
}

func told(sex string) bool { return sex == "female" || sex == "male" }

// samePhone compares the last nine digits: 8 701 … and +7 701 … are one number.
func samePhone(a, b string) bool {
	a, b = digits(a), digits(b)
	const own = 9
	return len(a) >= own && len(b) >= own && a[len(a)-own:] == b[len(b)-own:]
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// names compares every writing of one with every writing of the other and takes the best.
func names(a, b Record) (best int, reasons []Reason) {
	for _, x := range a.writings {
		for _, y := range b.writings {
			if score, why := written(x, y); score > best {
				best, reasons = score, why
			}
		}
	}
	return best, reasons
}

// written compares two writings.
func written(a, b writing) (int, []Reason) {
	x, y := a.folded, b.folded
	if len(x) > len(y) {
		x, y = y, x
	}
	likeness, swapped := align(x, y)
	const (
		same, enough = 60, 0.79
		slope        = 120 // a tenth less alike costs twelve points
	)
	if likeness < enough || len(x) == 1 && len(y) > 1 {
		return 0, nil
	}
	score, why := same-int((1-likeness)*slope), NameSimilar
	if likeness == 1 {
		why = NameTransliterated
		if slices.Equal(a.plain, b.plain) {
			why = NameSame
		}
	}
	reasons := []Reason{why}
	if swapped {
		reasons = append(reasons, NameSwapped)
	}
	return score, reasons
}

func plain(s string) []string {
	w := strings.Fields(strings.ToLower(s))
	slices.Sort(w)
	return w
}

// given leaves a patronymic out: many tables do.
func given(folded []string) []string {
	if len(folded) < 3 {
		return folded
	}
	return slices.DeleteFunc(slices.Clone(folded), func(w string) bool {
		return slices.ContainsFunc(patronymics, func(end string) bool { return strings.HasSuffix(w, end) && len(w) > len(end)+1 })
	})
}

// patronymics end like this once they are folded: -ович, -евич, -ич, -овна, -евна, -ична, -ұлы, -уулу, -қызы, -кызы, -зода stays.
var patronymics = []string{"ovic", "evic", "ovna", "evna", "icna", "uli", "ulu", "kizi"}

// align pairs each word of the shorter name with the one of the longer that it is most like, and gives the mean
// likeness, and whether the order differs.
func align(x, y []string) (likeness float64, swapped bool) {
	used := make([]bool, len(y))
	last := -1
	for _, w := range x {
		best, at := -1.0, -1
		for j, v := range y {
			if l := like(w, v); !used[j] && l > best {
				best, at = l, j
			}
		}
		used[at] = true
		if at < last {
			swapped = true
		}
		last = at
		const different = 0.6
		if best < different {
			return 0, false
		}
		likeness += best
	}
	return likeness / float64(len(x)), swapped
}

// like is one less the share of letters that have to be changed, put in, left out or exchanged with their neighbour.
func like(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	return 1 - float64(distance(x, y))/float64(max(len(x), len(y)))
}

// distance is Damerau's and Levenshtein's, of words of a bounded length.
func distance(x, y []rune) int {
	const longest = 40
	x, y = x[:min(len(x), longest)], y[:min(len(y), longest)]
	var d [longest + 1][longest + 1]int
	for i := range len(x) + 1 {
		for j := range len(y) + 1 {
			switch {
			case i == 0:
				d[i][j] = j
			case j == 0:
				d[i][j] = i
			default:
				cost := 1
				if x[i-1] == y[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(x)][len(y)]
}
