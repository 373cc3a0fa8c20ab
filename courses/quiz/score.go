package quiz

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"mostik/courses"
)

// Score says what an answer is worth. It is a pure function: the same question and answer give the
// same result.
//
// Single choice, true/false, numeric and short answers are right or wrong. Multiple choice gives the
// share of right ticks minus the same share for each wrong tick, never below 0. Matching, ordering (an
// item at its place), categorise and cloze give a share for each part that is right.
func Score(q *Question, a Answer) Result {
	r := Result{Max: float64(q.Points)}
	if IsEmpty(a) {
		r.State = Unanswered
		return r
	}
	var share float64
	switch q.Kind {
	case Single:
		share, r.Parts = scoreSingle(q, a.Choice)
	case Multiple:
		share, r.Parts = scoreMultiple(q, a.Choices)
	case TrueFalse:
		ok := q.Right != nil && a.Value != nil && *q.Right == *a.Value
		share, r.Parts = toShare(ok), map[string]bool{strconv.FormatBool(a.Value != nil && *a.Value): ok}
	case Matching:
		share, r.Parts = scoreMatching(q, a.Pairs)
	case Ordering:
		share, r.Parts = scoreOrdering(q, a.Order)
	case Categorise:
		share, r.Parts = scoreCategorise(q, a.Groups)
	case Numeric:
		share = toShare(nearEnough(q, a.Number))
	case Short:
		share = toShare(accepted(a.Text, q.Accepted["accepted"]))
	case Cloze:
		share, r.Parts = scoreCloze(q, a.Gaps)
	case Open:
		r.State = ToMark
		return r
	}
	r.Points = math.Round(share*r.Max*1000) / 1000
	switch {
	case share >= 1:
		r.State = Right
	case share > 0:
		r.State = Partly
	default:
		r.State = Wrong
	}
	return r
}

// IsEmpty tells whether nothing was answered.
func IsEmpty(a Answer) bool {
	for _, v := range a.Gaps {
		if strings.TrimSpace(v) != "" {
			return false
		}
	}
	return a.Choice == "" && len(a.Choices) == 0 && a.Value == nil && len(a.Pairs) == 0 && len(a.Order) == 0 &&
		len(a.Groups) == 0 && a.Number == "" && strings.TrimSpace(a.Text) == ""
}

func toShare(ok bool) float64 {
	if ok {
		return 1
	}
	return 0
}

func scoreSingle(q *Question, choice string) (float64, map[string]bool) {
	for _, o := range q.Options {
		if o.Key == choice {
			return toShare(o.Right), map[string]bool{choice: o.Right}
		}
	}
	return 0, nil
}

func scoreMultiple(q *Question, chosen []string) (float64, map[string]bool) {
	right, net := 0, 0
	parts := map[string]bool{}
	for _, o := range q.Options {
		if o.Right {
			right++
		}
		if !has(chosen, o.Key) {
			continue
		}
		parts[o.Key] = o.Right
		if o.Right {
			net++
		} else {
			net--
		}
	}
	if right == 0 || net <= 0 {
		return 0, parts
	}
	return float64(net) / float64(right), parts
}

func scoreMatching(q *Question, given map[string]string) (float64, map[string]bool) {
	parts, n := map[string]bool{}, 0
	for _, p := range q.Pairs {
		r, ok := given[p.Left]
		if !ok {
			continue
		}
		parts[p.Left] = r == p.Right
		if r == p.Right {
			n++
		}
	}
	return ratio(n, len(q.Pairs)), parts
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func scoreOrdering(q *Question, given []string) (float64, map[string]bool) {
	parts, n := map[string]bool{}, 0
	for i, k := range given {
		ok := i < len(q.Items) && q.Items[i].Key == k
		parts[k] = ok
		if ok {
			n++
		}
	}
	return ratio(n, len(q.Items)), parts
}

func scoreCategorise(q *Question, given map[string]string) (float64, map[string]bool) {
	parts, n := map[string]bool{}, 0
	for _, i := range q.Items {
		c, ok := given[i.Key]
		if !ok {
			continue
		}
		parts[i.Key] = c == i.In
		if c == i.In {
			n++
		}
	}
	return ratio(n, len(q.Items)), parts
}

func nearEnough(q *Question, given string) bool {
	if q.Answer == nil {
		return false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(given, ",", "."), 64)
	// The tolerance is inclusive; what binary fractions lose (0.1+0.2) is forgiven.
	return err == nil && math.Abs(v-*q.Answer) <= q.Tolerance+1e-9*math.Max(1, math.Abs(*q.Answer))
}

func scoreCloze(q *Question, given map[string]string) (float64, map[string]bool) {
	parts, n := map[string]bool{}, 0
	for _, g := range q.Gaps {
		v := given[g.Key]
		if strings.TrimSpace(v) == "" {
			continue
		}
		ok := false
		if g.Kind == GapText {
			ok = accepted(v, q.Accepted["gaps/"+g.Key])
		} else {
			for _, o := range g.Options {
				ok = ok || (o.Key == v && o.Right)
			}
		}
		parts[g.Key] = ok
		if ok {
			n++
		}
	}
	return ratio(n, len(q.Gaps)), parts
}

// accepted compares with the variants of every language: who learns in Russian may know the English
// word.
func accepted(given string, variants courses.Texts) bool {
	given = Normal(given)
	if given == "" {
		return false
	}
	for _, list := range variants {
		for _, v := range list {
			if Normal(v) == given {
				return true
			}
		}
	}
	return false
}

// Normal brings a short answer into the form in which it is compared: Unicode NFKC, case folded, ё as
// е, dashes and apostrophes of every kind alike, spaces collapsed, outer punctuation left out.
func Normal(s string) string {
	s = cases.Fold().String(norm.NFKC.String(s))
	s = strings.Map(func(c rune) rune {
		switch {
		case c == 'ё':
			return 'е'
		case unicode.Is(unicode.Pd, c) || c == '−':
			return '-'
		case c == '’' || c == '‘' || c == 'ʼ' || c == '`':
			return '\''
		}
		return c
	}, norm.NFC.String(s))
	s = strings.Join(strings.Fields(s), " ")
	return strings.Trim(s, " .,;:!?\"«»“”„()")
}
