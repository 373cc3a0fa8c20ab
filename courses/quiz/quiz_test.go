package quiz

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mostik/courses"
)

func ptr[T any](v T) *T { return &v }

// en gives words in two languages, the second marked.
func en(words map[string]string) map[string]courses.Text {
	out := map[string]courses.Text{}
	for k, v := range words {
		out[k] = courses.Text{"en": v, "ru": "ru:" + v}
	}
	return out
}

// samples has one question of each kind.
func samples() map[Kind]*Question {
	list := []*Question{
		{
			Key: "q-single", Kind: Single, Points: 1, Sources: []string{"palermo art. 3"}, Options: []Option{{Key: "a"}, {Key: "b", Right: true}, {Key: "c"}},
			Words: en(map[string]string{"stem": "Which *act*?", "options/a": "Deception", "options/b": "Harbouring", "options/c": "Debt", "feedback/a": "A means [@c29].", "feedback/b": "Yes.", "feedback/c": "No."}),
		},
		{Key: "q-multiple", Kind: Multiple, Points: 2, Options: []Option{{Key: "a", Right: true}, {Key: "b"}, {Key: "c", Right: true}, {Key: "d"}}, Words: en(map[string]string{"stem": "?"})},
		{Key: "q-tf", Kind: TrueFalse, Points: 1, Right: ptr(false), Words: en(map[string]string{"stem": "?", "feedback/true": "no", "feedback/false": "yes"})},
		{
			Key: "q-match", Kind: Matching, Points: 3, Pairs: []Pair{{Left: "l1", Right: "r1"}, {Left: "l2", Right: "r2"}, {Left: "l3", Right: "r3"}}, Extra: []string{"r4"},
			Words: en(map[string]string{"stem": "?", "left/l1": "L1", "left/l2": "L2", "left/l3": "L3", "right/r1": "R1", "right/r2": "R2", "right/r3": "R3", "right/r4": "R4", "feedback/l1": "F1"}),
		},
		{
			Key: "q-order", Kind: Ordering, Points: 4, Items: []Item{{Key: "i1"}, {Key: "i2"}, {Key: "i3"}, {Key: "i4"}},
			Words: en(map[string]string{"stem": "?", "items/i1": "I1", "items/i2": "I2", "items/i3": "I3", "items/i4": "I4", "explain": "because"}),
		},
		{
			Key: "q-cat", Kind: Categorise, Points: 3, Categories: []string{"act", "means"}, Items: []Item{{Key: "i1", In: "act"}, {Key: "i2", In: "means"}, {Key: "i3", In: "act"}},
			Words: en(map[string]string{"stem": "?", "categories/act": "Act", "categories/means": "Means", "items/i1": "I1", "items/i2": "I2", "items/i3": "I3", "feedback/i1": "F1", "feedback/i2": "F2"}),
		},
		{Key: "q-num", Kind: Numeric, Points: 1, Answer: ptr(17.5), Tolerance: 0.5, Words: en(map[string]string{"stem": "?", "unit": "years", "explain": "x"})},
		{
			Key: "q-short", Kind: Short, Points: 1, Words: en(map[string]string{"stem": "?"}),
			Accepted: map[string]courses.Texts{"accepted": {"en": {"debt bondage", "bonded labour"}, "ru": {"долговая кабала", "её долг"}}},
		},
		{
			Key: "q-cloze", Kind: Cloze, Points: 2, Gaps: []Gap{{Key: "g1", Kind: GapChoice, Options: []Option{{Key: "a", Right: true}, {Key: "b"}}}, {Key: "g2", Kind: GapText}},
			Words: en(map[string]string{"stem": "Under {{g1}} and {{g2}}", "gaps/g1/a": "18", "gaps/g1/b": "16"}), Accepted: map[string]courses.Texts{"gaps/g2": {"en": {"means"}}},
		},
		{Key: "q-open", Kind: Open, Points: 4, Words: en(map[string]string{"stem": "?", "guidance": "Looks for *care*"})},
	}
	out := map[Kind]*Question{}
	for _, q := range list {
		out[q.Kind] = q
	}
	return out
}

func TestScore(t *testing.T) {
	for name, c := range map[string]struct {
		kind   Kind
		answer Answer
		points float64
		state  State
	}{
		"single right":                  {Single, Answer{Choice: "b"}, 1, Right},
		"single wrong":                  {Single, Answer{Choice: "a"}, 0, Wrong},
		"multiple all":                  {Multiple, Answer{Choices: []string{"c", "a"}}, 2, Right},
		"multiple half":                 {Multiple, Answer{Choices: []string{"a"}}, 1, Partly},
		"multiple right minus wrong":    {Multiple, Answer{Choices: []string{"a", "c", "b"}}, 1, Partly},
		"multiple never below zero":     {Multiple, Answer{Choices: []string{"b", "d", "a"}}, 0, Wrong},
		"multiple everything ticked":    {Multiple, Answer{Choices: []string{"a", "b", "c", "d"}}, 0, Wrong},
		"false is right":                {TrueFalse, Answer{Value: ptr(false)}, 1, Right},
		"true is wrong":                 {TrueFalse, Answer{Value: ptr(true)}, 0, Wrong},
		"matching two of three":         {Matching, Answer{Pairs: map[string]string{"l1": "r1", "l2": "r2", "l3": "r4"}}, 2, Partly},
		"matching an extra":             {Matching, Answer{Pairs: map[string]string{"l1": "r4"}}, 0, Wrong},
		"ordering two at their place":   {Ordering, Answer{Order: []string{"i1", "i3", "i2", "i4"}}, 2, Partly},
		"ordering right":                {Ordering, Answer{Order: []string{"i1", "i2", "i3", "i4"}}, 4, Right},
		"categorise one of three":       {Categorise, Answer{Groups: map[string]string{"i1": "act", "i3": "means"}}, 1, Partly},
		"numeric at the edge":           {Numeric, Answer{Number: "18"}, 1, Right},
		"numeric over the edge":         {Numeric, Answer{Number: "18.01"}, 0, Wrong},
		"numeric with a comma":          {Numeric, Answer{Number: "17,0"}, 1, Right},
		"short with case and spaces":    {Short, Answer{Text: "  Debt\u00a0 BONDAGE. "}, 1, Right},
		"short in another language":     {Short, Answer{Text: "Ее долг"}, 1, Right},
		"short decomposed":              {Short, Answer{Text: "е\u0308е долг"}, 1, Right},
		"short decomposed the same way": {Short, Answer{Text: "ее\u0308 долг"}, 1, Right},
		"short wrong":                   {Short, Answer{Text: "debt"}, 0, Wrong},
		"cloze half":                    {Cloze, Answer{Gaps: map[string]string{"g1": "a", "g2": "purpose"}}, 1, Partly},
		"cloze right":                   {Cloze, Answer{Gaps: map[string]string{"g1": "a", "g2": "MEANS"}}, 2, Right},
		"cloze of spaces is unanswered": {Cloze, Answer{Gaps: map[string]string{"g2": " "}}, 0, Unanswered},
		"open waits for a trainer":      {Open, Answer{Text: "I would listen."}, 0, ToMark},
		"nothing":                       {Single, Answer{}, 0, Unanswered},
	} {
		t.Run(name, func(t *testing.T) {
			q := samples()[c.kind]
			got := Score(q, c.answer)
			if got.Points != c.points || got.State != c.state || got.Max != float64(q.Points) {
				t.Errorf("got %+v, want %v points, %s", got, c.points, c.state)
			}
		})
	}
}

// Whatever the seed, the right answer travels through the browser and scores all points, and the
// prompt tells nothing of it.
func TestRightAnswerTravels(t *testing.T) {
	for kind, q := range samples() {
		if kind == Open {
			continue
		}
		p := Prepare(q, nil)
		for seed := range Seed(40) {
			raw, err := json.Marshal(ShowAnswer(q, seed, RightAnswer(q)))
			if err != nil {
				t.Fatal(err)
			}
			a, err := ParseAnswer(q, seed, raw)
			if err != nil {
				t.Fatalf("%s, seed %d: %s: %v", kind, seed, raw, err)
			}
			if r := Score(q, a); r.State != Right {
				t.Errorf("%s, seed %d: %s gives %+v", kind, seed, raw, r)
			}
			if again := ShowAnswer(q, seed, a); !sameJSON(again, raw) {
				t.Errorf("%s: shown again as %+v, was %s", kind, again, raw)
			}
			prompt, err := json.Marshal(p.Prompt(seed))
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"right", "feedback", "F1", "because", "bonded", "Looks for", "\"i1\"", "\"r1\""} {
				if strings.Contains(strings.ReplaceAll(string(prompt), `"right":["s`, ""), secret) {
					t.Errorf("%s: the prompt holds %q: %s", kind, secret, prompt)
				}
			}
		}
	}
}

func sameJSON(a Answer, raw []byte) bool {
	var b Answer
	return json.Unmarshal(raw, &b) == nil && reflect.DeepEqual(a, b)
}

func TestWrittenOrderNeverShows(t *testing.T) {
	q := samples()[Ordering]
	seen := map[string]bool{}
	for seed := range Seed(200) {
		text := Prepare(q, nil).Prompt(seed).Text["en"].Labels
		got := text["s1"] + text["s2"] + text["s3"] + text["s4"]
		if got == "I1I2I3I4" {
			t.Fatalf("seed %d shows the right order", seed)
		}
		seen[got] = true
	}
	if len(seen) != 23 {
		t.Errorf("%d orders were shown, 23 are possible", len(seen))
	}
}

func TestPromptWords(t *testing.T) {
	p := Prepare(samples()[Single], nil).Prompt(0)
	if !slices.Equal(p.Options, []string{"a", "b", "c"}) || p.Text["ru"].Labels["b"] != "ru:Harbouring" || p.Text["en"].Stem != "Which <em>act</em>?" {
		t.Errorf("%+v", p)
	}
	if only := p.Only("ru"); len(only.Text) != 1 || only.Text["ru"].Stem == "" {
		t.Errorf("only Russian: %+v", only.Text)
	}
	if only := p.Only("sk"); len(only.Text) != 1 || only.Text["en"].Stem == "" {
		t.Errorf("a language that is missing falls back to English: %+v", only.Text)
	}
	cloze := Prepare(samples()[Cloze], nil).Prompt(3)
	if want := `Under <span data-gap="g1"></span> and <span data-gap="g2"></span>`; cloze.Text["en"].Stem != want || cloze.Text["en"].Labels["g1/a"] != "18" {
		t.Errorf("%+v", cloze.Text["en"])
	}
}

func TestReview(t *testing.T) {
	sources := map[string]courses.Source{"palermo": {Key: "palermo", Title: "Palermo Protocol"}, "c29": {Key: "c29", Title: "Convention"}}
	r := Prepare(samples()[Single], sources).Review(5, Answer{Choice: "a"}, "en")
	if r.Right.Choice != "b" || r.Given.Choice != "a" || r.Result.State != Wrong || r.Feedback["b"] != "Yes." {
		t.Errorf("%+v", r)
	}
	if len(r.Sources) != 2 || r.Sources[0].Source.Title != "Palermo Protocol" || !strings.Contains(r.Feedback["a"], `title="Convention">2</a>`) {
		t.Errorf("sources %+v in %s", r.Sources, r.Feedback["a"])
	}
	q := samples()[Categorise]
	r = Prepare(q, nil).Review(5, Answer{Groups: map[string]string{"i1": "means"}}, "en")
	h := handles(order(q, 5).items)["i1"]
	if r.Feedback[h] != "F1" || r.Right.Groups[h] != "act" || r.Given.Groups[h] != "means" {
		t.Errorf("%+v, handle %s", r, h)
	}
	if ok, there := r.Result.Parts[h]; !there || ok {
		t.Errorf("parts %v", r.Result.Parts)
	}
}

func TestParseAnswerRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		kind Kind
		raw  string
	}{
		"unknown field":         {Single, `{"choice":"a","hint":1}`},
		"another kind's field":  {Single, `{"choices":["a"]}`},
		"unknown option":        {Single, `{"choice":"z"}`},
		"no object":             {Single, `"a"`},
		"two objects":           {Single, `{"choice":"a"}{"choice":"b"}`},
		"option twice":          {Multiple, `{"choices":["a","a"]}`},
		"a key for a handle":    {Ordering, `{"order":["i1"]}`},
		"item twice":            {Ordering, `{"order":["s1","s1"]}`},
		"unknown right":         {Matching, `{"pairs":{"l1":"s9"}}`},
		"unknown left":          {Matching, `{"pairs":{"l9":"s1"}}`},
		"unknown category":      {Categorise, `{"groups":{"s1":"purpose"}}`},
		"no number":             {Numeric, `{"number":"about 18"}`},
		"infinite":              {Numeric, `{"number":"Inf"}`},
		"hexadecimal":           {Numeric, `{"number":"0x12"}`},
		"text too long":         {Short, `{"text":"` + strings.Repeat("x", maxShort+1) + `"}`},
		"text with a zero":      {Open, `{"text":"a\u0000b"}`},
		"unknown gap":           {Cloze, `{"gaps":{"g9":"a"}}`},
		"unknown option of gap": {Cloze, `{"gaps":{"g1":"z"}}`},
		"oversize":              {Open, `{"text":"` + strings.Repeat("x", maxAnswer) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if a, err := ParseAnswer(samples()[c.kind], 7, []byte(c.raw)); !errors.Is(err, ErrAnswer) {
				t.Errorf("got %+v, %v", a, err)
			}
		})
	}
	for _, raw := range []string{`{"number":"17,5"}`, `{"number":" 1 700.5 "}`, `{}`} {
		if _, err := ParseAnswer(samples()[Numeric], 7, []byte(raw)); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func bankOf(tags ...string) []Question {
	var out []Question
	for i, t := range tags {
		out = append(out, Question{Key: fmt.Sprintf("q%02d", i), Tags: strings.Fields(t)})
	}
	return out
}

func TestDraw(t *testing.T) {
	bank := bankOf("m1 final", "m1 final", "m1", "m2 final", "m2 final", "m2 final")
	spec := &courses.QuizSpec{Draw: []courses.DrawRule{{Tags: []string{"m1", "final"}, Count: 2}, {Tags: []string{"m2"}, Count: 2}}, Shuffle: true}
	papers := map[string]bool{}
	for seed := range Seed(50) {
		p, err := Draw(bank, spec, seed)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Draw(bank, spec, seed)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Fatalf("seed %d gives two papers", seed)
		}
		keys := map[string]bool{}
		for _, q := range p.Questions {
			keys[q.Key] = true
			if q.Seed == 0 || q.Seed > maxSeed {
				t.Errorf("seed %d", q.Seed)
			}
		}
		if len(keys) != 4 || !keys["q00"] || !keys["q01"] || keys["q02"] {
			t.Fatalf("drew %v", p)
		}
		raw, _ := json.Marshal(p)
		papers[string(raw)] = true
	}
	if len(papers) < 20 {
		t.Errorf("only %d papers of 50 differ", len(papers))
	}
}

// The first rule could take the only question that the second can use; it never does.
func TestDrawLeavesEnoughForLaterRules(t *testing.T) {
	bank := bankOf("m1", "m1", "m1 child")
	spec := &courses.QuizSpec{Draw: []courses.DrawRule{{Tags: []string{"m1"}, Count: 2}, {Tags: []string{"child"}, Count: 1}}}
	for seed := range Seed(30) {
		p, err := Draw(bank, spec, seed)
		if err != nil || p.Questions[2].Key != "q02" || p.Questions[0].Seed != 0 {
			t.Fatalf("seed %d: %v %v", seed, p, err)
		}
	}
	spec.Draw[0].Count = 3
	if _, err := Draw(bank, spec, 1); !errors.Is(err, ErrBank) {
		t.Errorf("three and one of three questions: %v", err)
	}
	if _, err := Draw(bank, &courses.QuizSpec{Items: []string{"q99"}}, 1); !errors.Is(err, ErrBank) {
		t.Errorf("unknown item: %v", err)
	}
}

func TestStatistics(t *testing.T) {
	q := samples()[Single]
	answers := []Answer{{Choice: "b"}, {Choice: "b"}, {Choice: "a"}, {}, {Choice: "c"}, {Choice: "b"}}
	totals := []float64{9, 8, 4, 2, 3, 7}
	st := Statistics(q, answers, totals)
	if st.N != 6 || st.Difficulty != 0.5 || st.Unanswered != 1 || st.Chosen["b"] != 3 || st.Chosen["a"] != 1 || st.ChosenBest["b"] != 2 || st.ChosenBest["c"] != 0 {
		t.Errorf("%+v", st)
	}
	// By hand: points 1,1,0,0,0,1; rest 8,7,4,2,3,6; covariance 6 (sum), 1.5 and 28 (sums of squares).
	if st.Discrimination == nil || math.Abs(*st.Discrimination-6/math.Sqrt(1.5*28)) > 1e-9 {
		t.Errorf("discrimination %v", *st.Discrimination)
	}
	open := samples()[Open]
	if st := Statistics(open, []Answer{{Text: "x"}, {}, {Text: "y"}, {Text: "z"}}, []float64{4, 0, 3, 1}); st.N != 4 || st.Unanswered != 1 || st.Discrimination != nil {
		t.Errorf("open: %+v", st)
	}
	if st := Statistics(q, answers[:2], totals[:2]); st.Discrimination != nil {
		t.Error("two answers have no discrimination")
	}
	if st := Statistics(q, []Answer{{Choice: "b"}, {Choice: "b"}, {Choice: "b"}}, []float64{1, 2, 3}); st.Discrimination != nil || st.Difficulty != 1 {
		t.Errorf("no spread: %+v", st)
	}
}

func FuzzParseAnswer(f *testing.F) {
	for _, s := range []string{`{}`, `{"choice":"a"}`, `{"choices":["a","c"]}`, `{"value":true}`, `{"pairs":{"l1":"s2"}}`, `{"order":["s3","s1"]}`, `{"groups":{"s1":"act"}}`, `{"number":"17,5"}`, `{"text":"debt"}`, `{"gaps":{"g1":"a","g2":"x"}}`, `[`, `{"number":"1e400"}`} {
		f.Add(uint64(3), []byte(s))
	}
	questions := samples()
	f.Fuzz(func(t *testing.T, seed uint64, raw []byte) {
		for kind, q := range questions {
			a, err := ParseAnswer(q, Seed(seed), raw)
			if err != nil {
				continue
			}
			r := Score(q, a)
			if r.Points < 0 || r.Points > r.Max || r.State == "" {
				t.Fatalf("%s: %s gives %+v", kind, raw, r)
			}
			shown, err := json.Marshal(ShowAnswer(q, Seed(seed), a))
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseAnswer(q, Seed(seed), shown)
			if err != nil || !reflect.DeepEqual(Score(q, again), r) {
				t.Fatalf("%s: %s came back as %s: %v", kind, raw, shown, err)
			}
		}
	})
}
