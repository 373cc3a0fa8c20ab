package rule_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mostik/lms/programme/rule"
)

const whole = `{"all": [
  {"course": "trafficking", "min_percent": 75},
  {"at_least": 2, "of": [{"course": "intercultural"}, {"course": "burnout"}, {"webinar": "exchange", "share": 80}]},
  {"any": [{"webinar": "opening"}, {"quiz": "opening-recording", "min_percent": 70}]},
  {"day": "seminar", "days": 2},
  {"practice": "case-meeting"},
  {"evidence": "first-aid", "months": 36},
  {"programme": "basic"}]}`

var today = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func parse(t testing.TB, text string) rule.Node {
	t.Helper()
	n, faults := rule.Parse([]byte(text))
	if faults != nil {
		t.Fatal(faults)
	}
	return n
}

func TestParseAndMarshalAgree(t *testing.T) {
	n := parse(t, whole)
	raw, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	var again rule.Node
	if err := json.Unmarshal(raw, &again); err != nil || !reflect.DeepEqual(n, again) {
		t.Errorf("%s became %+v, %v", raw, again, err)
	}
	if got := n.Of[2].Of[0].Least; got != 85 {
		t.Errorf("a webinar's share that is left out is %d", got)
	}
	want := []string{"trafficking", "intercultural", "burnout", "exchange", "opening", "opening-recording", "seminar", "case-meeting", "first-aid", "basic"}
	if got := n.Components(); !slices.Equal(got, want) {
		t.Errorf("components: %v", got)
	}
}

func TestFaults(t *testing.T) {
	deep := strings.Repeat(`{"all":[`, rule.MaxDepth) + `{"course":"a"}` + strings.Repeat(`]}`, rule.MaxDepth)
	wide := `{"any":[` + strings.Repeat(`{"course":"a"},`, rule.MaxNodes) + `{"course":"a"}]}`
	for name, c := range map[string]struct{ text, path, code string }{
		"no JSON":                 {`{"all": [`, "", "rule-syntax"},
		"two documents":           {`{"course":"a"} {}`, "", "rule-syntax"},
		"not an object":           {`{"all": [7]}`, "all/0", "rule-shape"},
		"null":                    {`null`, "", "rule-shape"},
		"nothing asked":           {`{"all": [{}]}`, "all/0", "rule-kind"},
		"an empty group":          {`{"all": [{"any": []}]}`, "all/0/any", "rule-empty"},
		"a group of text":         {`{"all": "a"}`, "all", "rule-empty"},
		"two kinds":               {`{"all": [{"course": "a", "day": "b"}]}`, "all/0/day", "rule-two-kinds"},
		"a word twice":            {`{"course": "a", "course": "b"}`, "course", "rule-twice"},
		"an unknown word":         {`{"any": [{"day": "a", "share": 4}]}`, "any/0/share", "rule-word"},
		"a bad key":               {`{"course": "A b"}`, "course", "rule-key"},
		"a share above 100":       {`{"webinar": "a", "share": 101}`, "share", "rule-number"},
		"half a percent":          {`{"course": "a", "min_percent": 0.5}`, "min_percent", "rule-number"},
		"a number as text":        {`{"course": "a", "min_percent": "70"}`, "min_percent", "rule-number"},
		"more of than there are":  {`{"at_least": 3, "of": [{"course": "a"}, {"course": "b"}]}`, "at_least", "rule-number"},
		"no count":                {`{"at_least": null, "of": [{"course": "a"}]}`, "at_least", "rule-number"},
		"too deep":                {deep, strings.TrimSuffix(strings.Repeat("all/0/", rule.MaxDepth), "/"), "rule-too-deep"},
		"too many parts":          {wide, "any/199", "rule-too-large"},
		"too many bytes":          {`{"course":"` + strings.Repeat("a", rule.MaxBytes) + `"}`, "", "rule-too-large"},
		"a thousand open bracket": {strings.Repeat("[", 1000), "", "rule-syntax"},
	} {
		t.Run(name, func(t *testing.T) {
			n, faults := rule.Parse([]byte(c.text))
			if len(faults) == 0 || n.Kind != "" {
				t.Fatalf("passed as %+v", n)
			}
			if faults[0].Path != c.path || faults[0].Code != c.code {
				t.Errorf("%+v", faults)
			}
		})
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	_, faults := rule.Parse([]byte(`{"all": [{"course": "A"}, {"webinar": "a", "share": 0, "x": 1}, {"any": []}]}`))
	var paths []string
	for _, f := range faults {
		paths = append(paths, f.Path)
	}
	if want := []string{"all/0/course", "all/1/share", "all/1/x", "all/2/any"}; !slices.Equal(paths, want) {
		t.Errorf("faults at %v, want %v", paths, want)
	}
}

func fact(kind rule.Kind, component string, done bool, percent float64) rule.Fact {
	return rule.Fact{Kind: kind, Component: component, Ref: component + "-1", Done: done, Percent: percent, At: today.AddDate(0, -1, 0)}
}

func TestLeaves(t *testing.T) {
	old := fact(rule.Evidence, "e", true, 0)
	old.At = today.AddDate(0, -36, -1)
	lastDay := old
	lastDay.At = today.AddDate(0, -36, 0)
	waiting := rule.Fact{Kind: rule.Evidence, Component: "e", State: "waiting", At: today}
	refused := rule.Fact{Kind: rule.Practice, Component: "p", State: "refused", At: today}
	lapsed := fact(rule.Programme, "b", true, 0)
	lapsed.Until = today.AddDate(0, 0, -3)
	second := fact(rule.Day, "d", true, 0)
	second.At = second.At.AddDate(0, 0, 1)
	absent := rule.Fact{Kind: rule.Day, Component: "d", State: "absent", At: today}
	for name, c := range map[string]struct {
		rule   string
		facts  []rule.Fact
		state  rule.State
		figure float64
	}{
		"nothing":                    {`{"course": "c"}`, nil, rule.Open, 0},
		"a course that goes on":      {`{"course": "c"}`, []rule.Fact{fact(rule.Course, "c", false, 0)}, rule.Begun, 0},
		"a course":                   {`{"course": "c"}`, []rule.Fact{fact(rule.Course, "c", true, 60)}, rule.Done, 60},
		"a course too weakly":        {`{"course": "c", "min_percent": 75}`, []rule.Fact{fact(rule.Course, "c", true, 74.9)}, rule.Begun, 74.9},
		"another course":             {`{"course": "c"}`, []rule.Fact{fact(rule.Course, "x", true, 100)}, rule.Open, 0},
		"the name of another kind":   {`{"course": "c"}`, []rule.Fact{fact(rule.Webinar, "c", true, 100)}, rule.Open, 0},
		"enough of the floor":        {`{"webinar": "w", "share": 85}`, []rule.Fact{fact(rule.Webinar, "w", false, 85)}, rule.Done, 85},
		"too little of the floor":    {`{"webinar": "w", "share": 85}`, []rule.Fact{fact(rule.Webinar, "w", false, 84)}, rule.Begun, 84},
		"the better of two webinars": {`{"webinar": "w"}`, []rule.Fact{fact(rule.Webinar, "w", false, 20), fact(rule.Webinar, "w", false, 90)}, rule.Done, 90},
		"a quiz":                     {`{"quiz": "q", "min_percent": 70}`, []rule.Fact{fact(rule.Quiz, "q", false, 70)}, rule.Done, 70},
		"one day of two":             {`{"day": "d", "days": 2}`, []rule.Fact{fact(rule.Day, "d", true, 0)}, rule.Begun, 1},
		"one day on two sheets":      {`{"day": "d", "days": 2}`, []rule.Fact{fact(rule.Day, "d", true, 0), fact(rule.Day, "d", true, 0)}, rule.Begun, 1},
		"two days":                   {`{"day": "d", "days": 2}`, []rule.Fact{fact(rule.Day, "d", true, 0), second}, rule.Done, 2},
		"absent":                     {`{"day": "d"}`, []rule.Fact{absent}, rule.Open, 0},
		"practice refused":           {`{"practice": "p"}`, []rule.Fact{refused}, rule.Open, 0},
		"practice approved after":    {`{"practice": "p"}`, []rule.Fact{refused, fact(rule.Practice, "p", true, 0)}, rule.Done, 0},
		"evidence that waits":        {`{"evidence": "e"}`, []rule.Fact{waiting}, rule.Waiting, 0},
		"evidence too old":           {`{"evidence": "e", "months": 36}`, []rule.Fact{old}, rule.Begun, 0},
		"evidence on its last day":   {`{"evidence": "e", "months": 36}`, []rule.Fact{lastDay}, rule.Done, 0},
		"old evidence without bound": {`{"evidence": "e"}`, []rule.Fact{old}, rule.Done, 0},
		"a certificate that lapsed":  {`{"programme": "b"}`, []rule.Fact{lapsed}, rule.Begun, 0},
		"any of two":                 {`{"any": [{"course": "c"}, {"day": "d"}]}`, []rule.Fact{fact(rule.Day, "d", true, 0)}, rule.Done, 1},
		"all, one missing":           {`{"all": [{"course": "c"}, {"day": "d"}]}`, []rule.Fact{fact(rule.Day, "d", true, 0)}, rule.Begun, 1},
		"all, and a trainer's word":  {`{"all": [{"evidence": "e"}, {"day": "d"}]}`, []rule.Fact{fact(rule.Day, "d", true, 0), waiting}, rule.Waiting, 1},
		"two of three":               {`{"at_least": 2, "of": [{"course": "c"}, {"day": "d"}, {"quiz": "q"}]}`, []rule.Fact{fact(rule.Day, "d", true, 0), fact(rule.Quiz, "q", true, 90)}, rule.Done, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := parse(t, c.rule).Explain(c.facts, today)
			if s.State != c.state || s.Figure != c.figure {
				t.Errorf("%s at %v, want %s at %v", s.State, s.Figure, c.state, c.figure)
			}
			if s.Done() != (s.Remaining == 0) || s.Done() != (len(s.Missing()) == 0) {
				t.Errorf("done %v, remaining %d, missing %v", s.Done(), s.Remaining, s.Missing())
			}
		})
	}
}

func TestNextIsOnTheShortestWay(t *testing.T) {
	n := parse(t, `{"all": [
		{"any": [{"all": [{"course": "long-one"}, {"course": "long-two"}]}, {"quiz": "short"}]},
		{"practice": "meeting"}, {"course": "begun"}]}`)
	s := n.Explain([]rule.Fact{
		{Kind: rule.Practice, Component: "meeting", State: "waiting"}, {Kind: rule.Course, Component: "begun"},
	}, today)
	if next := s.Next(); next == nil || next.Component != "begun" {
		t.Errorf("next is %+v", next)
	}
	if done, needed := s.Steps(); done != 0 || needed != 3 {
		t.Errorf("%d of %d", done, needed)
	}
	if got := s.Missing(); !slices.Equal(got, []string{"long-one", "long-two", "short", "meeting", "begun"}) {
		t.Errorf("missing %v", got)
	}
	s = n.Explain([]rule.Fact{
		{Kind: rule.Practice, Component: "meeting", State: "waiting"},
		{Kind: rule.Course, Component: "begun", Done: true},
		{Kind: rule.Quiz, Component: "short", Percent: 100},
	}, today)
	if s.Next() != nil || s.State != rule.Waiting {
		t.Errorf("what is left waits for a trainer, and next is %+v, state %s", s.Next(), s.State)
	}
}

func TestAttendance(t *testing.T) {
	for text, want := range map[string]bool{
		`{"webinar": "a"}`:                                                              true,
		`{"all": [{"webinar": "a"}, {"day": "b"}]}`:                                     true,
		`{"all": [{"webinar": "a"}, {"quiz": "b"}]}`:                                    false,
		`{"any": [{"course": "a"}, {"day": "b"}]}`:                                      true,
		`{"at_least": 2, "of": [{"course": "a"}, {"day": "b"}, {"webinar": "c"}]}`:      true,
		`{"at_least": 2, "of": [{"course": "a"}, {"practice": "b"}, {"webinar": "c"}]}`: false,
		whole: false,
	} {
		if got := parse(t, text).HoldsByAttendance(); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// random makes a rule over few components, so that facts meet it.
func random(r *rand.Rand, depth int) rule.Node {
	keys := []string{"a", "b", "c"}
	if depth == 0 || r.IntN(3) == 0 {
		n := rule.Node{Kind: rule.Leaves()[r.IntN(7)], Component: keys[r.IntN(3)]}
		switch n.Kind {
		case rule.Course, rule.Webinar, rule.Quiz:
			n.Least = 1 + r.IntN(100)
		case rule.Day:
			n.Least = 1 + r.IntN(2)
		case rule.Evidence:
			n.Months = r.IntN(3)
		}
		return n
	}
	n := rule.Node{Kind: []rule.Kind{rule.All, rule.Any, rule.AtLeast}[r.IntN(3)]}
	for range 1 + r.IntN(4) {
		n.Of = append(n.Of, random(r, depth-1))
	}
	if n.Kind == rule.AtLeast {
		n.Count = 1 + r.IntN(len(n.Of))
	}
	return n
}

func randomFact(r *rand.Rand) rule.Fact {
	f := fact(rule.Leaves()[r.IntN(7)], string("abc"[r.IntN(3)]), r.IntN(2) == 0, float64(r.IntN(101)))
	f.At = today.AddDate(0, 0, -r.IntN(90))
	f.State = []string{"", "waiting", "refused", "absent"}[r.IntN(4)]
	if r.IntN(3) == 0 {
		f.Until = today.AddDate(0, 0, r.IntN(20)-10)
	}
	return f
}

func TestMoreFactsNeverUndo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	held := 0
	for range 3000 {
		n, facts := random(r, 3), []rule.Fact{}
		before := n.Explain(facts, today)
		for range 20 {
			facts = slices.Insert(facts, r.IntN(len(facts)+1), randomFact(r))
			after := n.Explain(facts, today)
			if before.Done() && !after.Done() || after.Remaining > before.Remaining || after.Figure < before.Figure {
				t.Fatalf("%+v\nundone by %+v:\n%+v\n%+v", n, facts, before, after)
			}
			before = after
		}
		if before.Done() {
			held++
		}
	}
	if held < 300 || held > 2900 {
		t.Errorf("%d of 3000 rules held: the facts do not try them", held)
	}
}

func TestNoAttendanceAloneGivesWhatHoldsNotByAttendance(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	refused := 0
	for range 2000 {
		n := random(r, 3)
		var facts []rule.Fact
		for _, c := range []string{"a", "b", "c"} {
			facts = append(facts, fact(rule.Webinar, c, true, 100), fact(rule.Day, c, true, 100))
			second := fact(rule.Day, c, true, 100)
			second.At = second.At.AddDate(0, 0, 1)
			facts = append(facts, second)
		}
		if got := n.Explain(facts, today).Done(); got != n.HoldsByAttendance() {
			t.Fatalf("%+v: by attendance %v, told %v", n, got, n.HoldsByAttendance())
		}
		if n.HoldsByAttendance() {
			refused++
		}
	}
	if refused == 0 || refused == 2000 {
		t.Errorf("%d of 2000 rules hold by attendance", refused)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`{"at_least": 1, "of": [{"evidence": "e", "months": 12}]}`))
	f.Add([]byte(`{"all":[{"all":[{"x":null}]}],"all":1e9}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		n, faults := rule.Parse(raw)
		if len(faults) > 0 {
			if n.Kind != "" {
				t.Error("a rule with faults was given")
			}
			return
		}
		again, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		m, faults := rule.Parse(again)
		if len(faults) > 0 || !reflect.DeepEqual(n, m) {
			t.Fatalf("%s became %s: %v", raw, again, faults)
		}
		if s := n.Explain(nil, today); s.Done() || s.Remaining == 0 || s.Next() == nil {
			t.Errorf("nothing fulfils %s", again)
		}
	})
}
