package scale

import (
	"errors"
	"math"
	"strings"
	"testing"

	"mostik/courses"
)

func num(v float64) Value { return Value{Number: &v} }

// personal is a scale of six items as the Copenhagen Burnout Inventory has them, with one reversed.
func personal() *Survey {
	return &Survey{
		Key: "cbi", Kind: KindSelfCheck, Frames: map[string][]float64{"frequency": {100, 75, 50, 25, 0}},
		Items: []Item{
			{Key: "p1", Frame: "frequency"},
			{Key: "p2", Frame: "frequency"},
			{Key: "p3", Frame: "frequency"},
			{Key: "w7", Frame: "frequency", Reversed: true},
			{Key: "s1", Kind: Scale, From: 1, To: 5},
			{Key: "s2", Kind: Single, Options: []courses.Named{{Key: "a"}, {Key: "b"}}},
			{Key: "s3", Kind: Multiple, Options: []courses.Named{{Key: "a"}, {Key: "b"}}},
			{Key: "s4", Kind: Text},
		},
		Scales: []Subscale{{Key: "personal", Items: []string{"p1", "p2", "p3", "w7"}, MinAnswered: 3}},
	}
}

func TestScore(t *testing.T) {
	for name, c := range map[string]struct {
		r        Response
		want     float64
		answered int
	}{
		"all always, reversed too":  {Response{"p1": num(0), "p2": num(0), "p3": num(0), "w7": num(0)}, 75, 4},
		"worst":                     {Response{"p1": num(0), "p2": num(0), "p3": num(0), "w7": num(4)}, 100, 4},
		"best":                      {Response{"p1": num(4), "p2": num(4), "p3": num(4), "w7": num(0)}, 0, 4},
		"the mean of three":         {Response{"p1": num(0), "p2": num(1), "p3": num(2)}, 75, 3},
		"too few":                   {Response{"p1": num(0), "p2": num(1)}, -1, 2},
		"out of range is no answer": {Response{"p1": num(0), "p2": num(1), "p3": num(9)}, -1, 2},
		"half a step is no answer":  {Response{"p1": num(0), "p2": num(1), "p3": num(0.5)}, -1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			got := Score(personal(), c.r)["personal"]
			if got.Answered != c.answered || got.Of != 4 {
				t.Errorf("%+v", got)
			}
			switch {
			case c.want < 0 && got.Value != nil:
				t.Errorf("a value of %v from too few answers", *got.Value)
			case c.want >= 0 && (got.Value == nil || math.Abs(*got.Value-c.want) > 1e-9):
				t.Errorf("got %v, want %v", got.Value, c.want)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	for name, c := range map[string]struct {
		r  Response
		ok bool
	}{
		"everything fits":      {Response{"p1": num(4), "s1": num(5), "s2": {Choice: "b"}, "s3": {Choices: []string{"a", "b"}}, "s4": {Text: "Thanks"}}, true},
		"nothing answered":     {Response{}, true},
		"unknown item":         {Response{"x": num(1)}, false},
		"frame has five steps": {Response{"p1": num(5)}, false},
		"scale begins at one":  {Response{"s1": num(0)}, false},
		"half a step":          {Response{"s1": num(1.5)}, false},
		"unknown option":       {Response{"s2": {Choice: "c"}}, false},
		"option twice":         {Response{"s3": {Choices: []string{"a", "a"}}}, false},
		"number for a text":    {Response{"s4": num(1)}, false},
		"text for a scale":     {Response{"s1": {Text: "5"}}, false},
		"NUL in a text":        {Response{"s4": {Text: "a\x00b"}}, false},
		"long text":            {Response{"s4": {Text: strings.Repeat("ж", maxText+1)}}, false},
	} {
		if err := Validate(personal(), c.r); (err == nil) != c.ok || (err != nil && !errors.Is(err, ErrResponse)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMatchedGain(t *testing.T) {
	g := MatchedGain([]Pair{{0.4, 0.8}, {0.5, 0.7}, {0.6, 0.9}})
	// Differences 0.4, 0.2, 0.3: mean 0.3, deviation 0.1.
	if g.N != 3 || math.Abs(g.PreMean-0.5) > 1e-9 || math.Abs(g.PostMean-0.8) > 1e-9 || math.Abs(*g.Normalised-0.6) > 1e-9 || math.Abs(*g.Effect-3) > 1e-9 {
		t.Errorf("%+v %v %v", g, *g.Normalised, *g.Effect)
	}
	if g := MatchedGain(nil); g.N != 0 || g.Normalised != nil {
		t.Errorf("%+v", g)
	}
	if g := MatchedGain([]Pair{{1, 1}, {1, 1}}); g.Normalised != nil || g.Effect != nil {
		t.Errorf("perfect before: %+v", g)
	}
	if g := MatchedGain([]Pair{{0.2, 0.4}}); g.Effect != nil || g.Normalised == nil {
		t.Errorf("one pair: %+v", g)
	}
}
