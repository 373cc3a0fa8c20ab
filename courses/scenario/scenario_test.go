package scenario

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mostik/courses"
)

func text(s string) courses.Text { return courses.Text{"en": s} }

// cleaner is a small interview with everything in it.
func cleaner() *Scenario {
	return &Scenario{
		Key: "cleaner", StartState: StartState{Trust: 40, Safety: 50},
		Roles: []Role{
			{Key: "notices", Start: "n1", Owes: []string{"made-safe", "referred"}},
			{Key: "interviewer", Start: "i1", Owes: []string{"consent"}},
		},
		Indicators: []courses.Named{{Key: "papers", Text: text("Papers kept")}, {Key: "wages"}, {Key: "threats"}},
		Principles: map[string]Principle{"no-promises": {Source: "who-2003 principle 3", Text: text("No promises")}, "do-no-harm": {Source: "who-2003 principle 1"}},
		Facts:      []Fact{{Key: "f-act", Element: Act}, {Key: "f-means", Element: Means}, {Key: "f-none", Element: None}, {Key: "f-late", Element: Purpose}},
		Steps:      map[string]courses.Text{"made-safe": text("Moved to a quiet place")},
		Nodes: []Node{
			{Key: "n1", Says: text("I am fine."), Shows: []string{"papers"}, Facts: []string{"f-act", "f-none"}, Choices: []Choice{
				{Key: "a", To: "n2", Trust: 10, Does: []string{"made-safe"}, Say: text("Let us sit down."), Comment: text("Good.")},
				{Key: "b", To: "n3", Trust: -15, Faults: []Fault{{Principle: "no-promises", Weight: 2}}},
				{Key: "c", To: "n1", Trust: -5, Safety: -5},
			}},
			{Key: "n2", Shows: []string{"wages"}, Facts: []string{"f-means"}, Choices: []Choice{
				{Key: "a", To: "n4", Does: []string{"referred"}, When: &Condition{TrustAtLeast: 50, Done: []string{"made-safe"}}, Otherwise: "n5"},
				{Key: "b", To: "n6", Faults: []Fault{{Principle: "do-no-harm", Weight: 3}}, Does: []string{"referred"}},
			}},
			{Key: "n3", Choices: []Choice{{Key: "a", To: "n5"}, {Key: "b", To: "n2"}}},
			{Key: "n4", End: Referred, Ending: text("She calls.")},
			{Key: "n5", End: Left},
			{Key: "n6", End: Harmed, Shows: []string{"threats"}, Facts: []string{"f-late"}},
			{Key: "i1", Choices: []Choice{{Key: "a", To: "n4", Does: []string{"consent"}}}},
		},
	}
}

func TestApplyIsPure(t *testing.T) {
	s := cleaner()
	st, err := s.Start("notices")
	if err != nil {
		t.Fatal(err)
	}
	before, _ := json.Marshal(st)
	a, err := s.Apply(st, "a")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := s.Apply(st, "b")
	c, _ := s.Apply(a, "a")
	if after, _ := json.Marshal(st); string(after) != string(before) {
		t.Errorf("the state changed: %s", after)
	}
	if a.Trust != 50 || a.Node != "n2" || !slices.Equal(a.Shown, []string{"papers", "wages"}) || !slices.Equal(a.Done, []string{"made-safe"}) {
		t.Errorf("%+v", a)
	}
	if b.Trust != 25 || b.Node != "n3" || c.End != Referred || !slices.Equal(c.Path, []string{"a", "a"}) {
		t.Errorf("%+v %+v", b, c)
	}
	if _, err := s.Apply(c, "a"); !errors.Is(err, ErrEnded) {
		t.Error(err)
	}
	if _, err := s.Apply(st, "z"); !errors.Is(err, ErrUnknownChoice) {
		t.Error(err)
	}
	if _, err := s.Start("guard"); !errors.Is(err, ErrUnknownRole) {
		t.Error(err)
	}
}

func TestConditionDecidesTheWay(t *testing.T) {
	s := cleaner()
	// One detour lowers trust below what the condition asks for.
	st, err := s.Follow("notices", []string{"c", "a", "a"})
	if err != nil || st.Node != "n5" {
		t.Errorf("with trust 45: %+v %v", st, err)
	}
}

func TestViewTellsNoEffect(t *testing.T) {
	s := cleaner()
	st, _ := s.Start("notices")
	raw, err := json.Marshal(s.View(st, "en"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"trust", "no-promises", "weight", "Good.", "made-safe", `"to"`, "f-means"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the view holds %q: %s", secret, raw)
		}
	}
	if !strings.Contains(string(raw), "Let us sit down.") || !strings.Contains(string(raw), `{"key":"threats"`) || !strings.Contains(string(raw), "f-act") {
		t.Errorf("the view lacks something: %s", raw)
	}
}

func TestAssess(t *testing.T) {
	best := Run{Role: "notices", Path: []string{"a", "a"}, Noted: []string{"papers", "wages"}, Sorted: map[string]Element{"f-act": Act, "f-means": Means, "f-none": None}}
	for name, c := range map[string]struct {
		change func(*Run)
		want   [4]int
		passed [4]bool
	}{
		"the best path":            {func(*Run) {}, [4]int{100, 100, 100, 100}, [4]bool{true, true, true, true}},
		"noting everything costs":  {func(r *Run) { r.Noted = []string{"papers", "wages", "threats"} }, [4]int{80, 100, 100, 100}, [4]bool{true, true, true, true}},
		"missing costs":            {func(r *Run) { r.Noted = []string{"papers"} }, [4]int{67, 100, 100, 100}, [4]bool{true, true, true, true}},
		"noting nothing":           {func(r *Run) { r.Noted = nil }, [4]int{0, 100, 100, 100}, [4]bool{false, true, true, true}},
		"a note twice counts once": {func(r *Run) { r.Noted = []string{"papers", "papers", "wages"} }, [4]int{100, 100, 100, 100}, [4]bool{true, true, true, true}},
		"one fact sorted wrongly":  {func(r *Run) { r.Sorted["f-none"] = Means }, [4]int{100, 67, 100, 100}, [4]bool{true, true, true, true}},
		"not sorted":               {func(r *Run) { r.Sorted = nil }, [4]int{100, 0, 100, 100}, [4]bool{true, false, true, true}},
		"a promise":                {func(r *Run) { r.Path = []string{"b", "a"}; r.Noted = []string{"papers"}; delete(r.Sorted, "f-means") }, [4]int{100, 100, 75, 0}, [4]bool{true, true, true, false}},
		"a grave fault fails alone": {func(r *Run) {
			r.Path = []string{"a", "b"}
			r.Noted = append(r.Noted, "threats")
			r.Sorted["f-late"] = Purpose
		}, [4]int{100, 100, 40, 100}, [4]bool{true, true, false, true}},
		// Disclosure earns nothing: the short way, on which less was told, has the same indicator score.
		"little told, all noted": {func(r *Run) { r.Path = nil; r.Noted = []string{"papers"}; delete(r.Sorted, "f-means") }, [4]int{100, 100, 100, 0}, [4]bool{true, true, true, false}},
	} {
		t.Run(name, func(t *testing.T) {
			r := best
			r.Noted, r.Sorted = slices.Clone(best.Noted), map[string]Element{}
			for k, v := range best.Sorted {
				r.Sorted[k] = v
			}
			c.change(&r)
			got, err := cleaner().Assess(r, 60)
			if err != nil {
				t.Fatal(err)
			}
			percents := [4]int{got.Indicators.Percent, got.Reasoning.Percent, got.Ethics.Percent, got.Referral.Percent}
			passed := [4]bool{got.Indicators.Passed, got.Reasoning.Passed, got.Ethics.Passed, got.Referral.Passed}
			if percents != c.want || passed != c.passed {
				t.Errorf("got %v %v, want %v %v\n%+v", percents, passed, c.want, c.passed, got)
			}
		})
	}
}

func TestFaultCitesItsPrinciple(t *testing.T) {
	got, err := cleaner().Assess(Run{Role: "notices", Path: []string{"b", "b", "b"}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []FaultMark{{"no-promises", "who-2003 principle 3", "n1", "b", 2}, {"do-no-harm", "who-2003 principle 1", "n2", "b", 3}}
	if !reflect.DeepEqual(got.Faults, want) || got.Ethics.Percent != 15 || got.Ethics.Passed || got.Passed {
		t.Errorf("%+v", got)
	}
}

func TestUnfinishedRunCannotPass(t *testing.T) {
	got, err := cleaner().Assess(Run{Role: "notices", Path: []string{"a"}}, 0)
	if err != nil || got.Passed || !got.Referral.Passed {
		t.Errorf("%+v %v", got, err)
	}
}

func TestAssessRefusesUnknownKeys(t *testing.T) {
	child := cleaner()
	child.Child = true
	for name, r := range map[string]Run{
		"indicator":        {Role: "notices", Noted: []string{"nothing"}},
		"fact":             {Role: "notices", Sorted: map[string]Element{"f-x": Act}},
		"means of a child": {Role: "notices", Sorted: map[string]Element{"f-act": Means}},
	} {
		if _, err := child.Assess(r, 60); !errors.Is(err, ErrUnknownKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReplay(t *testing.T) {
	steps, err := cleaner().Replay("notices", []string{"b", "b", "a"}, "en")
	if err != nil || len(steps) != 4 {
		t.Fatalf("%+v %v", steps, err)
	}
	if steps[0].Faults[0].Text != "No promises" || steps[0].Faults[0].Citation.Locator != "principle 3" || steps[0].Shown[0].Text != "Papers kept" {
		t.Errorf("%+v", steps[0])
	}
	if len(steps[1].Shown) != 0 || steps[2].Shown[0].Key != "wages" || steps[3].Choice != "" {
		t.Errorf("%+v", steps[1:])
	}
}

func TestExplore(t *testing.T) {
	f := Explore(cleaner())
	if !f.Complete || len(f.UnreachableNodes)+len(f.UnreachableBranches)+len(f.DeadEnds)+len(f.NoEnd)+len(f.NoPass) != 0 {
		t.Fatalf("the sample is sound: %+v", f)
	}
	if !slices.Equal(f.Ends["notices"], []End{Harmed, Left, Referred}) {
		t.Errorf("ends %v", f.Ends)
	}
	for name, c := range map[string]struct {
		change func(*Scenario)
		want   func(Findings) bool
	}{
		"unreachable node": {func(s *Scenario) { s.Nodes = append(s.Nodes, Node{Key: "n9", End: Stopped}) }, func(f Findings) bool { return slices.Equal(f.UnreachableNodes, []string{"n9"}) }},
		"trust that cannot be had": {func(s *Scenario) { s.Nodes[1].Choices[0].When.TrustAtLeast = 80 }, func(f Findings) bool {
			return slices.Equal(f.UnreachableBranches, []Branch{{Place{"n2", "a"}, false}}) && slices.Equal(f.NoPass, []string{"notices"})
		}},
		"a circle without an end": {func(s *Scenario) {
			s.Nodes[2].Choices = append(s.Nodes[2].Choices, Choice{Key: "c", To: "n7"})
			s.Nodes = append(s.Nodes, Node{Key: "n7", Choices: []Choice{{Key: "a", To: "n7"}}})
		}, func(f Findings) bool { return slices.Equal(f.DeadEnds, []string{"n7"}) }},
		"a role without an end": {func(s *Scenario) { s.Nodes[6].Choices[0].To = "i1" }, func(f Findings) bool {
			return slices.Equal(f.NoEnd, []string{"interviewer"}) && slices.Contains(f.DeadEnds, "i1")
		}},
		"a step that nobody can take": {func(s *Scenario) { s.Roles[1].Owes = []string{"safety-plan"} }, func(f Findings) bool { return slices.Equal(f.NoPass, []string{"interviewer"}) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := cleaner()
			c.change(s)
			if f := Explore(s); !c.want(f) {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestGraphNamesEveryNode(t *testing.T) {
	g := Graph(cleaner())
	for _, want := range []string{"flowchart TD", "role_n_notices([notices]) --> n_n1", "n_n4((n4: referred))", "n_n1 -->|b !2 no-promises| n_n3", "n_n2 -.->|a else| n_n5"} {
		if !strings.Contains(g, want) {
			t.Errorf("lacks %s in\n%s", want, g)
		}
	}
}

func TestEncounterExplore(t *testing.T) {
	e := &Encounter{Nodes: []EncounterNode{
		{Key: "a", Choices: []EncounterChoice{{Key: "x", To: "b"}, {Key: "y", To: "c"}}},
		{Key: "b"},
		{Key: "c", Choices: []EncounterChoice{{Key: "x", To: "c"}}},
		{Key: "d"},
	}}
	if u, d := e.Explore(); !slices.Equal(u, []string{"d"}) || !slices.Equal(d, []string{"c"}) {
		t.Errorf("unreachable %v, dead %v", u, d)
	}
}

// Random walks never panic, scores stay within 0 and 100, and the same path gives the same score.
func FuzzScenario(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, []byte("aabbccz"))
	}
	f.Fuzz(func(t *testing.T, seed uint64, walk []byte) {
		s := cleaner()
		rng := rand.New(rand.NewPCG(seed, 1))
		distort(s, rng)
		run := Run{Role: s.Roles[rng.IntN(len(s.Roles))].Key, Sorted: map[string]Element{}}
		st, err := s.Start(run.Role)
		for _, b := range walk {
			if err != nil {
				break
			}
			run.Path = append(run.Path, string(rune('a'+b%4)))
			st, err = s.Apply(st, run.Path[len(run.Path)-1])
		}
		if err != nil {
			run.Path = run.Path[:max(0, len(run.Path)-1)]
		}
		for _, i := range s.Indicators {
			if rng.IntN(2) == 0 {
				run.Noted = append(run.Noted, i.Key)
			}
		}
		for _, x := range s.Facts {
			run.Sorted[x.Key] = s.Elements()[rng.IntN(len(s.Elements()))]
		}
		first, err1 := s.Assess(run, 60)
		second, err2 := s.Assess(run, 60)
		if !reflect.DeepEqual(first, second) || (err1 == nil) != (err2 == nil) {
			t.Fatalf("two scores for one path: %+v %+v", first, second)
		}
		for _, p := range []int{first.Indicators.Percent, first.Reasoning.Percent, first.Ethics.Percent, first.Referral.Percent} {
			if p < 0 || p > 100 {
				t.Fatalf("a score of %d", p)
			}
		}
		if _, err := s.Replay(run.Role, run.Path, "en"); (err == nil) != (err1 == nil) {
			t.Fatalf("scored with %v but replayed with %v", err1, err)
		}
		Explore(s)
		_ = Graph(s)
	})
}

// distort bends arrows, effects and conditions, as an author's slips would.
func distort(s *Scenario, rng *rand.Rand) {
	for i := range s.Nodes {
		for j := range s.Nodes[i].Choices {
			c := &s.Nodes[i].Choices[j]
			switch rng.IntN(6) {
			case 0:
				c.To = s.Nodes[rng.IntN(len(s.Nodes))].Key
			case 1:
				c.To = "nowhere"
			case 2:
				c.Trust = rng.IntN(1000) - 500
			case 3:
				c.Faults = append(c.Faults, Fault{Principle: "unknown", Weight: rng.IntN(9) - 4})
			case 4:
				c.When = &Condition{SafetyAtLeast: rng.IntN(120), Shown: []string{"threats"}}
			}
		}
	}
}
