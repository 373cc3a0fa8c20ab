package demo

import (
	"math"
	"slices"
	"strconv"

	"mostik/courses"
	"mostik/courses/quiz"
)

// item is how a question behaves, after the two-parameter logistic model of item response theory
// (Birnbaum 1968): the chance to answer rightly is 1/(1+exp(-sharp·(ability-hard))). A few questions are
// far too easy, and a few have a wrong option that attracts the able too, so that an author has something
// to find among the statistics.
type item struct {
	hard, sharp float64
	// decoy is the wrong option that attracts; "" where all attract alike.
	decoy string
}

func itemOf(q *quiz.Question) item {
	c := chanceOf("question", q.Key)
	i := item{hard: -0.7 + 0.75*c.NormFloat64() + 0.25*float64(q.Level-1), sharp: 1 + 1.2*c.Float64()}
	switch luck := c.Float64(); {
	case luck < 0.09:
		i.hard = -5
	case luck < 0.20 && q.Kind == quiz.Single:
		i.hard, i.sharp = 0.5, 0.12
		i.decoy = oneOf(c, wrongOptions(q))
	}
	return i
}

func (i item) knows(ability float64) float64 { return 1 / (1 + math.Exp(-i.sharp*(ability-i.hard))) }

func wrongOptions(q *quiz.Question) []string {
	var keys []string
	for _, o := range q.Options {
		if !o.Right {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// answer gives what somebody of an ability answers, in the language they study in.
func (i item) answer(c chance, q *quiz.Question, ability float64, lang string) quiz.Answer {
	p := i.knows(ability)
	if q.Kind == quiz.Open {
		return quiz.Answer{Text: oneOf(c, openAnswers[lang])}
	}
	if c.in(p) {
		return rightAnswer(q, lang)
	}
	// Of a question of several parts most people know some.
	part := math.Sqrt(p)
	a := quiz.RightAnswer(q)
	switch q.Kind {
	case quiz.Single:
		a.Choice = i.mistake(c, q)
	case quiz.TrueFalse:
		no := a.Value == nil || !*a.Value
		a.Value = &no
	case quiz.Multiple:
		a.Choices = someOptions(c, q, part)
	case quiz.Matching:
		mixPairs(c, q, a.Pairs)
	case quiz.Ordering:
		at := c.IntN(len(a.Order) - 1)
		a.Order = slices.Clone(a.Order)
		a.Order[at], a.Order[at+1] = a.Order[at+1], a.Order[at]
		if c.in(1 - part) {
			c.Shuffle(len(a.Order), func(x, y int) { a.Order[x], a.Order[y] = a.Order[y], a.Order[x] })
		}
	case quiz.Categorise:
		for _, it := range q.Items {
			if c.in(1 - part) {
				a.Groups[it.Key] = oneOf(c, q.Categories)
			}
		}
	case quiz.Numeric:
		a.Number = wrongNumber(c, q)
	case quiz.Short:
		a.Text = oneOf(c, shortAnswers[lang])
	case quiz.Cloze:
		for _, g := range q.Gaps {
			if c.in(1-part) && g.Kind == quiz.GapChoice {
				a.Gaps[g.Key] = oneOf(c, g.Options).Key
			}
		}
	}
	return a
}

// rightAnswer gives the right one; words are written in the person's language.
func rightAnswer(q *quiz.Question, lang string) quiz.Answer {
	a := quiz.RightAnswer(q)
	if words := q.Accepted["accepted"].In(courses.Lang(lang)); q.Kind == quiz.Short && len(words) > 0 {
		a.Text = words[0]
	}
	return a
}

func (i item) mistake(c chance, q *quiz.Question) string {
	if i.decoy != "" && c.in(0.85) {
		return i.decoy
	}
	return oneOf(c, wrongOptions(q))
}

func someOptions(c chance, q *quiz.Question, part float64) []string {
	var chosen []string
	for _, o := range q.Options {
		if o.Right && c.in(part) || !o.Right && c.in((1-part)*0.6) {
			chosen = append(chosen, o.Key)
		}
	}
	return chosen
}

// mixPairs exchanges the right sides of two lefts.
func mixPairs(c chance, q *quiz.Question, pairs map[string]string) {
	if len(q.Pairs) < 2 {
		return
	}
	at := c.IntN(len(q.Pairs) - 1)
	x, y := q.Pairs[at].Left, q.Pairs[at+1].Left
	pairs[x], pairs[y] = pairs[y], pairs[x]
}

func wrongNumber(c chance, q *quiz.Question) string {
	right := 0.0
	if q.Answer != nil {
		right = *q.Answer
	}
	off := q.Tolerance + float64(c.between(1, 4))
	if c.in(0.5) && right > off {
		off = -off
	}
	return strconv.FormatFloat(right+off, 'f', -1, 64)
}
