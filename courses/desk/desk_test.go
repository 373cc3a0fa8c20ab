package desk_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/lesson"
	"mostik/courses/scenario"
)

func text(s string) courses.Text { return courses.Text{"en": s, "ru": s + " ру"} }

func sample() *desk.Desk {
	return &desk.Desk{
		Key: "yard", Title: text("A yard"), Intro: text("Read the file."),
		Documents: []desk.Document{
			{Key: "contract", Kind: "contract", Facts: []string{"f1", "f2"}, Title: text("Contract"), Text: text("He was [brought by bus](fact:f1) and [told of a good job](fact:f2).")},
			{Key: "note", Kind: "note", Facts: []string{"f3", "f4"}, Title: text("Note"), Text: text("[No wages](fact:f3). [He likes football](fact:f4).")},
		},
		Facts: []desk.Fact{
			{Key: "f1", Element: scenario.Act, Text: text("Brought by bus"), Feedback: text("SECRET transport is an act [@palermo art. 3(a)].")},
			{Key: "f2", Element: scenario.Means, Text: text("Told of a good job"), Feedback: text("SECRET deception")},
			{Key: "f3", Element: scenario.Purpose, Text: text("No wages"), Feedback: text("SECRET labour")},
			{Key: "f4", Element: scenario.None, Text: text("Likes football"), Feedback: text("SECRET nothing")},
		},
		Indicators: []desk.Indicator{
			{Key: "deception", Weight: desk.Strong, Facts: []string{"f2"}, Text: text("Deception"), Feedback: text("SECRET strong")},
			{Key: "isolation", Weight: desk.None, Text: text("Isolation"), Feedback: text("SECRET none")},
		},
		Conclusions: []desk.Conclusion{
			{Key: "refer", Right: true, Text: text("Refer"), Feedback: text("SECRET yes")},
			{Key: "wait", Text: text("Wait"), Feedback: text("SECRET no")},
			{Key: "confirm", Source: "unodc p. 3", Text: text("Confirm"), Feedback: text("SECRET never")},
		},
	}
}

func right() desk.Answer {
	return desk.Answer{
		Sorted:     map[string]scenario.Element{"f1": scenario.Act, "f2": scenario.Means, "f3": scenario.Purpose, "f4": scenario.None},
		Weighed:    map[string]desk.Weight{"deception": desk.Strong, "isolation": desk.None},
		Conclusion: "refer",
	}
}

func options(courses.Lang) lesson.Options {
	return lesson.Options{Sources: map[string]courses.Source{"palermo": {Key: "palermo", Title: "Protocol"}, "unodc": {Key: "unodc", Title: "Indicators"}}}
}

func TestScore(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*desk.Answer)
		want   int
		passed bool
		broken string
	}{
		"everything right":                  {func(*desk.Answer) {}, 100, true, ""},
		"one fact of four wrong":            {func(a *desk.Answer) { a.Sorted["f4"] = scenario.Act }, 88, true, ""},
		"a fact left open counts as wrong":  {func(a *desk.Answer) { delete(a.Sorted, "f4") }, 88, true, ""},
		"one step away is half":             {func(a *desk.Answer) { a.Weighed["deception"] = desk.Weak }, 93, true, ""},
		"two steps away is nothing":         {func(a *desk.Answer) { a.Weighed["deception"] = desk.None }, 85, true, ""},
		"an indicator left open is nothing": {func(a *desk.Answer) { delete(a.Weighed, "isolation") }, 85, true, ""},
		"a wrong conclusion":                {func(a *desk.Answer) { a.Conclusion = "wait" }, 80, true, ""},
		"confirming fails by itself":        {func(a *desk.Answer) { a.Conclusion = "confirm" }, 80, false, "unodc p. 3"},
		"no conclusion":                     {func(a *desk.Answer) { a.Conclusion = "" }, 80, true, ""},
		"nothing":                           {func(a *desk.Answer) { *a = desk.Answer{} }, 0, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := right()
			c.change(&a)
			s, err := sample().Score(a, 60)
			if err != nil || s.Percent != c.want || s.Passed != c.passed || s.Broken != c.broken {
				t.Errorf("%+v %v, want %d %v %q", s, err, c.want, c.passed, c.broken)
			}
		})
	}
}

func TestScoreRefusesWhatTheDeskDoesNotHave(t *testing.T) {
	for name, change := range map[string]func(*desk.Desk, *desk.Answer){
		"unknown fact":       func(_ *desk.Desk, a *desk.Answer) { a.Sorted["f9"] = scenario.Act },
		"unknown element":    func(_ *desk.Desk, a *desk.Answer) { a.Sorted["f1"] = "deed" },
		"unknown indicator":  func(_ *desk.Desk, a *desk.Answer) { a.Weighed["debt"] = desk.Weak },
		"unknown weight":     func(_ *desk.Desk, a *desk.Answer) { a.Weighed["deception"] = "heavy" },
		"unknown conclusion": func(_ *desk.Desk, a *desk.Answer) { a.Conclusion = "leave" },
		"means of a child":   func(d *desk.Desk, _ *desk.Answer) { d.Child = true },
	} {
		t.Run(name, func(t *testing.T) {
			d, a := sample(), right()
			change(d, &a)
			if _, err := d.Score(a, 60); !errors.Is(err, desk.ErrUnknownKey) {
				t.Error(err)
			}
		})
	}
}

// What leaves before the hand-in holds neither an element, a weight, a right conclusion nor a reason.
func TestPromptHoldsNothingRight(t *testing.T) {
	p := desk.Prepare(sample(), options)
	for _, lang := range []courses.Lang{"en", "ru", "sk"} {
		prompt := *p.Prompt(lang)
		raw, err := json.Marshal(prompt)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"SECRET", "right", "source", "unodc", `"weight"`, `"element"`} {
			if strings.Contains(string(raw), word) {
				t.Errorf("%s: the prompt says %q: %s", lang, word, raw)
			}
		}
		if len(prompt.Documents) != 2 || !strings.Contains(prompt.Documents[0].HTML, `<a class="fact" data-fact="f1" href="#fact-f1">brought by bus</a>`) {
			t.Errorf("%+v", prompt.Documents)
		}
	}
	d := sample()
	d.Child, d.Facts[1].Element = true, scenario.None
	if got := desk.Prepare(d, options).Prompt("en").Elements; len(got) != 3 {
		t.Errorf("a child's facts are sorted under %v", got)
	}
}

func TestReview(t *testing.T) {
	p := desk.Prepare(sample(), options)
	a := right()
	a.Conclusion, a.Sorted["f2"] = "confirm", scenario.Act
	r, err := p.Review(a, 60, "en")
	if err != nil || r.Passed || r.Percent != 68 {
		t.Fatalf("%+v %v", r, err)
	}
	if m := r.Sorting[1]; m.Given != scenario.Act || m.Proper != scenario.Means || !strings.Contains(m.Feedback, "deception") {
		t.Errorf("%+v", m)
	}
	if len(r.Sources) != 2 || r.Sources[1].Source.Key != "unodc" || r.Conclusions[2].Broken != 2 || !r.Conclusions[2].Given || r.Conclusions[0].Broken != 0 {
		t.Errorf("%+v %+v", r.Sources, r.Conclusions)
	}
	if r.Sources[1].Locators[0] != "p. 3" {
		t.Errorf("%+v", r.Sources[1])
	}
}

// Whatever a browser sends, the score lies between 0 and 100 or the answer is refused.
func FuzzScore(f *testing.F) {
	raw, err := json.Marshal(right())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw, false)
	f.Add([]byte(`{"sorted":{"f1":"means"},"weighed":{"isolation":"strong"},"conclusion":"confirm"}`), true)
	f.Add([]byte(`null`), true)
	p := desk.Prepare(sample(), options)
	f.Fuzz(func(t *testing.T, raw []byte, child bool) {
		var a desk.Answer
		if json.Unmarshal(raw, &a) != nil {
			return
		}
		d := sample()
		d.Child = child
		s, err := d.Score(a, 60)
		if err != nil {
			if !errors.Is(err, desk.ErrUnknownKey) {
				t.Error(err)
			}
			return
		}
		if s.Percent < 0 || s.Percent > 100 || s.Passed && (s.Broken != "" || s.Percent < 60) {
			t.Errorf("%+v", s)
		}
		if !child {
			if r, err := p.Review(a, 60, "en"); err != nil || r.Percent != s.Percent {
				t.Errorf("%+v %v", r, err)
			}
		}
	})
}
