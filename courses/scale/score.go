package scale

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrResponse is returned, wrapped with the reason, for a response that does not fit its survey.
var ErrResponse = errors.New("the response does not fit the survey")

const maxText = 5000 // characters of a free text

// Validate tells whether a response fits: known items, values within their range. Items may be left
// out. Errors are ErrResponse.
func Validate(s *Survey, r Response) error {
	for key, v := range r {
		i := slices.IndexFunc(s.Items, func(i Item) bool { return i.Key == key })
		if i < 0 {
			return fmt.Errorf("%w: there is no item %q", ErrResponse, key)
		}
		if err := validateValue(s, s.Items[i], v); err != nil {
			return fmt.Errorf("%w: item %q: %s", ErrResponse, key, err.Error())
		}
	}
	return nil
}

func validateValue(s *Survey, item Item, v Value) error {
	form := item.form()
	if (v.Number != nil && form != Scale) || (v.Choice != "" && form != Single) || (v.Choices != nil && form != Multiple) || (v.Text != "" && form != Text) {
		return fmt.Errorf("a value of another kind than %s", form)
	}
	known := func(key string) bool {
		for _, o := range item.Options {
			if o.Key == key {
				return true
			}
		}
		return false
	}
	switch form {
	case Scale:
		from, to := item.span(s)
		if v.Number != nil && (*v.Number != math.Trunc(*v.Number) || *v.Number < from || *v.Number > to) {
			return fmt.Errorf("%v is no step from %v to %v", *v.Number, from, to)
		}
	case Single:
		if v.Choice != "" && !known(v.Choice) {
			return fmt.Errorf("there is no option %q", v.Choice)
		}
	case Multiple:
		for i, c := range v.Choices {
			if !known(c) || slices.Contains(v.Choices[:i], c) {
				return fmt.Errorf("option %q is unknown or chosen twice", c)
			}
		}
	case Text:
		if utf8.RuneCountInString(v.Text) > maxText {
			return fmt.Errorf("more than %d characters", maxText)
		}
		if strings.ContainsRune(v.Text, 0) {
			return errors.New("a text has no NUL")
		}
	}
	return nil
}

// form is the item's kind; an item of an instrument is a step on its frame.
func (i Item) form() ItemKind {
	if i.Kind == "" {
		return Scale
	}
	return i.Kind
}

// span gives the lowest and highest number that may be answered.
func (i Item) span(s *Survey) (from, to float64) {
	if i.Frame != "" {
		return 0, float64(len(s.Frames[i.Frame]) - 1)
	}
	return float64(i.From), float64(i.To)
}

// points gives what an answer counts; false if it was not answered.
func (i Item) points(s *Survey, v Value) (float64, bool) {
	if v.Number == nil {
		return 0, false
	}
	from, to := i.span(s)
	n := *v.Number
	if n != math.Trunc(n) || n < from || n > to {
		return 0, false
	}
	if i.Frame == "" {
		if i.Reversed {
			n = from + to - n
		}
		return n, true
	}
	frame := s.Frames[i.Frame]
	p := frame[int(n)]
	if i.Reversed {
		p = slices.Min(frame) + slices.Max(frame) - p
	}
	return p, true
}

// Score gives the mean of each subscale over the items that were answered, or no value where fewer
// than the subscale's minimum were. For the Copenhagen Burnout Inventory (Kristensen et al. 2005, Work
// & Stress 19:192) that is 0 to 100, higher is worse, with one reversed item; it has no cut-off and is
// no diagnosis.
func Score(s *Survey, r Response) map[string]Reading {
	out := make(map[string]Reading, len(s.Scales))
	for _, sub := range s.Scales {
		reading := Reading{Of: len(sub.Items)}
		sum := 0.0
		for _, item := range s.Items {
			if !slices.Contains(sub.Items, item.Key) {
				continue
			}
			if p, ok := item.points(s, r[item.Key]); ok {
				sum += p
				reading.Answered++
			}
		}
		if reading.Answered > 0 && reading.Answered >= sub.MinAnswered {
			mean := sum / float64(reading.Answered)
			reading.Value = &mean
		}
		out[sub.Key] = reading
	}
	return out
}

// MatchedGain compares persons who took both tests.
func MatchedGain(pairs []Pair) Gain {
	g := Gain{N: len(pairs)}
	if g.N == 0 {
		return g
	}
	n := float64(g.N)
	for _, p := range pairs {
		g.PreMean += p.Pre / n
		g.PostMean += p.Post / n
	}
	if g.PreMean < 1-1e-9 {
		v := (g.PostMean - g.PreMean) / (1 - g.PreMean)
		g.Normalised = &v
	}
	if g.N < 2 {
		return g
	}
	mean, squares := g.PostMean-g.PreMean, 0.0
	for _, p := range pairs {
		squares += (p.Post - p.Pre - mean) * (p.Post - p.Pre - mean)
	}
	if sd := math.Sqrt(squares / (n - 1)); sd > 1e-9 {
		v := mean / sd
		g.Effect = &v
	}
	return g
}
