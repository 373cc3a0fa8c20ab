package exercise_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"mostik/courses"
	"mostik/courses/exercise"
	"mostik/courses/lesson"
)

func text(s string) courses.Text { return courses.Text{"en": s, "ru": s + " ру"} }

func sample() *exercise.Exercise {
	return &exercise.Exercise{
		Key: "market", Title: text("A market"), Intro: text("Agree."),
		Parts: []exercise.Part{
			{Key: "police", Title: text("Police"), Card: text("CARD-POLICE [@palermo art. 6]")},
			{Key: "health", Title: text("Health"), Card: text("CARD-HEALTH")},
			{Key: "ngo", Title: text("NGO"), Card: text("CARD-NGO")},
		},
		Proposal: []exercise.Item{
			{Key: "first", Kind: exercise.Choice, Label: text("First"), Options: []exercise.Option{
				{Key: "a", Right: true, Text: text("Shelter"), Feedback: text("SECRET yes")}, {Key: "b", Text: text("Raid"), Feedback: text("SECRET no")},
			}},
			{Key: "share", Kind: exercise.Choices, Label: text("Share"), Options: []exercise.Option{
				{Key: "a", Right: true, Text: text("Name"), Feedback: text("SECRET ok")}, {Key: "b", Text: text("File"), Feedback: text("SECRET not")},
			}},
			{Key: "because", Kind: exercise.Text, Label: text("Because")},
		},
		Debrief: text("SECRET debrief [@palermo]"),
	}
}

func options(courses.Lang) lesson.Options {
	return lesson.Options{Sources: map[string]courses.Source{"palermo": {Key: "palermo", Title: "Protocol"}}}
}

func TestFits(t *testing.T) {
	long := strings.Repeat("ж", exercise.MaxText+1)
	for name, c := range map[string]struct {
		proposal exercise.Proposal
		want     error
	}{
		"nothing yet":              {exercise.Proposal{}, nil},
		"filled in":                {exercise.Proposal{"first": {Chosen: []string{"b"}}, "share": {Chosen: []string{"a", "b"}}, "because": {Text: "so"}}, nil},
		"the longest text":         {exercise.Proposal{"because": {Text: long[:len(long)-2]}}, nil},
		"too long a text":          {exercise.Proposal{"because": {Text: long}}, exercise.ErrTooLong},
		"unknown item":             {exercise.Proposal{"second": {Text: "so"}}, exercise.ErrUnknownKey},
		"unknown option":           {exercise.Proposal{"first": {Chosen: []string{"z"}}}, exercise.ErrUnknownKey},
		"two of a single choice":   {exercise.Proposal{"first": {Chosen: []string{"a", "b"}}}, exercise.ErrWrongForm},
		"the same option twice":    {exercise.Proposal{"share": {Chosen: []string{"a", "a"}}}, exercise.ErrWrongForm},
		"words where one chooses":  {exercise.Proposal{"first": {Text: "a"}}, exercise.ErrWrongForm},
		"a choice where one words": {exercise.Proposal{"because": {Chosen: []string{"a"}}}, exercise.ErrWrongForm},
	} {
		t.Run(name, func(t *testing.T) {
			if err := sample().Fits(c.proposal); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestOpenAndFreePart(t *testing.T) {
	e := sample()
	if got := e.Open(exercise.Proposal{"share": {Chosen: []string{"b"}}}); len(got) != 2 || got[0] != "first" || got[1] != "because" {
		t.Error(got)
	}
	if got := e.FreePart([]string{"police", "ngo"}); got != "health" {
		t.Error(got)
	}
	if got := e.FreePart([]string{"ngo", "health", "police"}); got != "" {
		t.Error(got)
	}
}

func TestPromptHoldsNoCardAndNothingRight(t *testing.T) {
	p := exercise.Prepare(sample(), options)
	for _, lang := range []courses.Lang{"en", "ru", "tg"} {
		raw, err := json.Marshal(p.Prompt(lang))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"SECRET", "CARD", "right", "feedback"} {
			if strings.Contains(string(raw), word) {
				t.Errorf("%s: the prompt says %q: %s", lang, word, raw)
			}
		}
	}
	cards := p.Cards("ru", []string{"ngo", "police"})
	if len(cards) != 2 || cards[0].Part != "police" || !strings.Contains(cards[1].HTML, "CARD-NGO ру") || len(cards[0].Sources) != 1 {
		t.Errorf("%+v", cards)
	}
}

func TestDebrief(t *testing.T) {
	d := exercise.Prepare(sample(), options).Debrief("en", exercise.Proposal{"first": {Chosen: []string{"b"}}})
	if !strings.Contains(d.HTML, "debrief") || len(d.Items) != 2 || len(d.Sources) != 1 {
		t.Fatalf("%+v", d)
	}
	if o := d.Items[0].Options; !o[0].Right || o[0].Chosen || o[1].Right || !o[1].Chosen || o[1].Feedback != "SECRET no" {
		t.Errorf("%+v", o)
	}
}

// What fits names only what the exercise has.
func FuzzFits(f *testing.F) {
	f.Add([]byte(`{"first":{"chosen":["a"]},"share":{"chosen":["a","b"]},"because":{"text":"so"}}`))
	f.Add([]byte(`{"first":{"chosen":["a","a"],"text":"x"}}`))
	f.Add([]byte(`null`))
	e := sample()
	f.Fuzz(func(t *testing.T, raw []byte) {
		var p exercise.Proposal
		if json.Unmarshal(raw, &p) != nil || e.Fits(p) != nil {
			return
		}
		for key, v := range p {
			item := e.Item(key)
			if item == nil || item.Kind == exercise.Choice && len(v.Chosen) > 1 || len(v.Chosen) > len(item.Options) {
				t.Errorf("%s fits", raw)
			}
		}
		if open := e.Open(p); len(open) > len(e.Proposal) {
			t.Error(open)
		}
	})
}
