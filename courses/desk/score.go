package desk

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"mostik/courses/scenario"
)

// Points of each part; together 100, so that the sum is a percent.
const (
	factPoints       = 50
	indicatorPoints  = 30
	conclusionPoints = 20
)

// ErrUnknownKey is returned for an answer that names what the desk does not have.
var ErrUnknownKey = errors.New("the desk has nothing under this key")

// Elements gives the headings to sort under: without means where the person is a child.
func (d *Desk) Elements() []scenario.Element {
	if d.Child {
		return []scenario.Element{scenario.Act, scenario.Purpose, scenario.None}
	}
	return []scenario.Element{scenario.Act, scenario.Means, scenario.Purpose, scenario.None}
}

// Score counts an answer against a pass mark in percent; ErrUnknownKey if it does not fit the desk.
// What was left open counts as wrong. A weight one step away from the right one counts half.
func (d *Desk) Score(a Answer, pass int) (Scores, error) {
	if err := d.known(a); err != nil {
		return Scores{}, err
	}
	var s Scores
	right := 0
	for _, f := range d.Facts {
		if a.Sorted[f.Key] == f.Element {
			right++
		}
	}
	s.Facts = share(factPoints, float64(right), len(d.Facts))
	near := 0.0
	for _, i := range d.Indicators {
		near += closeness(a.Weighed[i.Key], i.Weight)
	}
	s.Indicators = share(indicatorPoints, near, len(d.Indicators))
	for _, c := range d.Conclusions {
		if c.Key != a.Conclusion {
			continue
		}
		if c.Right {
			s.Conclusion = conclusionPoints
		}
		s.Broken = c.Source
	}
	s.Percent = int(math.Round(s.Facts + s.Indicators + s.Conclusion))
	s.Passed = s.Percent >= pass && s.Broken == ""
	return s, nil
}

// share gives so many points as right has of all; where there is nothing to err about, all of them.
func share(points, right float64, all int) float64 {
	if all == 0 {
		return points
	}
	return points * right / float64(all)
}

func closeness(given, proper Weight) float64 {
	at := slices.Index(Weights, given)
	if at < 0 {
		return 0
	}
	switch at - slices.Index(Weights, proper) {
	case 0:
		return 1
	case 1, -1:
		return 0.5
	}
	return 0
}

func (d *Desk) known(a Answer) error {
	for f, e := range a.Sorted {
		if !slices.ContainsFunc(d.Facts, func(x Fact) bool { return x.Key == f }) || !slices.Contains(d.Elements(), e) {
			return fmt.Errorf("%w: fact %q under %q", ErrUnknownKey, f, e)
		}
	}
	for i, w := range a.Weighed {
		if !slices.ContainsFunc(d.Indicators, func(x Indicator) bool { return x.Key == i }) || !slices.Contains(Weights, w) {
			return fmt.Errorf("%w: indicator %q weighed %q", ErrUnknownKey, i, w)
		}
	}
	if a.Conclusion != "" && !slices.ContainsFunc(d.Conclusions, func(x Conclusion) bool { return x.Key == a.Conclusion }) {
		return fmt.Errorf("%w: conclusion %q", ErrUnknownKey, a.Conclusion)
	}
	return nil
}
