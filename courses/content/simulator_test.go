package content_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"mostik/courses"
	"mostik/courses/pack"
	"mostik/courses/scenario"
)

const (
	adultCase = "hostel-cleaner"
	childCase = "bus-station"
	passMark  = 60
)

// everySimulator runs a test on each interview simulator of the course.
func everySimulator(t *testing.T, test func(t *testing.T, s *scenario.Scenario)) {
	for _, name := range []string{adultCase, childCase} {
		t.Run(name, func(t *testing.T) { test(t, simulated(t, name)) })
	}
}

// trafficking is the course, which no test changes, once it was read.
var trafficking *pack.Package

// simulated reads a simulator out of the course and fails on any problem in its files.
func simulated(t *testing.T, simulator string) *scenario.Scenario {
	t.Helper()
	if trafficking == nil {
		p, problems := pack.Read(os.DirFS("trafficking"), pack.DefaultLimits())
		for _, x := range problems {
			if x.Severity == courses.Error {
				t.Errorf("%v", x)
			}
		}
		trafficking = p
	}
	s := trafficking.Scenarios[simulator]
	if s == nil {
		t.Fatalf("the course has no scenario %q", simulator)
	}
	return s
}

// attentive notes what showed itself on the path and sorts every fact where it belongs.
func attentive(t *testing.T, s *scenario.Scenario, role string, path []string) scenario.Run {
	t.Helper()
	st, err := s.Follow(role, path)
	if err != nil {
		t.Fatalf("%s %v: %v", role, path, err)
	}
	run := scenario.Run{Role: role, Path: path, Noted: st.Shown, Sorted: map[string]scenario.Element{}}
	for _, f := range s.Facts {
		if slices.Contains(st.Facts, f.Key) {
			run.Sorted[f.Key] = f.Element
		}
	}
	return run
}

func assess(t *testing.T, s *scenario.Scenario, run scenario.Run) scenario.Scores {
	t.Helper()
	scores, err := s.Assess(run, passMark)
	if err != nil {
		t.Fatalf("%s %v: %v", run.Role, run.Path, err)
	}
	return scores
}

// fourOf gives the four scores in a fixed order.
func fourOf(x scenario.Scores) []scenario.Score {
	return []scenario.Score{x.Indicators, x.Reasoning, x.Ethics, x.Referral}
}

// walkStates goes through every state that a role can come to, by one path to each. States are the same
// if they agree in what decides the way and the scores: node, trust, safety up to where a condition asks
// for it, steps, and what faults have cost. All are bounded, so the walk ends although one may go round.
func walkStates(t *testing.T, s *scenario.Scenario, role string, visit func(scenario.State)) {
	t.Helper()
	start, err := s.Start(role)
	if err != nil {
		t.Fatal(err)
	}
	enough := 0
	for _, n := range s.Nodes {
		for _, c := range n.Choices {
			if c.When != nil {
				enough = max(enough, c.When.SafetyAtLeast)
			}
		}
	}
	identity := func(st scenario.State) string {
		scores := assess(t, s, scenario.Run{Role: role, Path: st.Path})
		return fmt.Sprint(st.Node, st.Trust, st.Safety >= enough, slices.Sorted(slices.Values(st.Done)), scores.Ethics)
	}
	seen := map[string]bool{identity(start): true}
	for queue := []scenario.State{start}; len(queue) > 0; queue = queue[1:] {
		st := queue[0]
		visit(st)
		if len(seen) > 100_000 {
			t.Fatal("more states than a person can meet")
		}
		if st.End != "" {
			continue
		}
		for _, c := range s.Node(st.Node).Choices {
			next, err := s.Apply(st, c.Key)
			if err != nil {
				t.Fatalf("%s, %v then %s: %v", role, st.Path, c.Key, err)
			}
			if id := identity(next); !seen[id] {
				seen[id] = true
				queue = append(queue, next)
			}
		}
	}
}

func TestSimulatorEveryPathLeadsToAnEnd(t *testing.T) {
	everySimulator(t, func(t *testing.T, s *scenario.Scenario) {
		f := scenario.Explore(s)
		if !f.Complete {
			t.Fatal("the walk was cut off, so it proves nothing")
		}
		if len(f.UnreachableNodes)+len(f.UnreachableBranches)+len(f.DeadEnds)+len(f.NoEnd)+len(f.NoPass) > 0 {
			t.Errorf("unreachable nodes %v, branches never taken %v, dead ends %v, roles without an end %v, without a passing path %v",
				f.UnreachableNodes, f.UnreachableBranches, f.DeadEnds, f.NoEnd, f.NoPass)
		}
		for _, role := range s.Roles {
			want := []scenario.End{scenario.Harmed, scenario.Left, scenario.Referred, scenario.Stopped}
			if !reflect.DeepEqual(f.Ends[role.Key], want) {
				t.Errorf("role %s can end as %v, want %v", role.Key, f.Ends[role.Key], want)
			}
		}
		if len(s.Nodes) < 32 {
			t.Errorf("%d nodes, want at least 32", len(s.Nodes))
		}
	})
}

func TestSimulatorScoresOfEveryState(t *testing.T) {
	everySimulator(t, func(t *testing.T, s *scenario.Scenario) {
		for _, role := range s.Roles {
			walkStates(t, s, role.Key, func(st scenario.State) {
				run := attentive(t, s, role.Key, st.Path)
				first, second := assess(t, s, run), assess(t, s, run)
				if !reflect.DeepEqual(first, second) {
					t.Fatalf("%s %v: the same run scored %v and %v", role.Key, st.Path, first, second)
				}
				for i, score := range fourOf(first) {
					if score.Percent < 0 || score.Percent > 100 {
						t.Fatalf("%s %v: score %d is %d", role.Key, st.Path, i, score.Percent)
					}
				}
				if first.Passed && (st.End == scenario.Harmed || st.End == scenario.Left) {
					t.Errorf("%s %v passes although the person was harmed or went away", role.Key, st.Path)
				}
				if st.End == "" && first.Passed {
					t.Errorf("%s %v passes before its end", role.Key, st.Path)
				}
				if first.Passed && pressed(first.Faults) > 3 {
					t.Errorf("%s %v passes although the person was pressed again and again", role.Key, st.Path)
				}
				if st.End == scenario.Harmed && len(first.Faults) == 0 {
					t.Errorf("%s %v does harm without a fault that says why", role.Key, st.Path)
				}
			})
		}
	})
}

// pressed sums the weights of the faults by which somebody was made to tell.
func pressed(faults []scenario.FaultMark) int {
	sum := 0
	for _, f := range faults {
		if slices.Contains([]string{"no-pressing", "no-retraumatising", "no-interview"}, f.Principle) {
			sum += f.Weight
		}
	}
	return sum
}

func TestSimulatorBestPaths(t *testing.T) {
	for _, x := range []struct {
		name, simulator, role string
		path                  []string
		end                   scenario.End
	}{
		{"a desk that asks for no story", adultCase, "notices", []string{"b", "a", "c", "a", "b", "a", "c"}, scenario.Referred},
		{"an interviewer who listens", adultCase, "interviewer", []string{"b", "c", "a", "c", "a", "b", "a", "b"}, scenario.Referred},
		{"a counter that calls and stays", childCase, "notices", []string{"b", "c", "a", "b", "b"}, scenario.Referred},
		{"an interviewer who waits for the guardian", childCase, "interviewer", []string{"c", "a", "c", "a", "b", "a", "b"}, scenario.Referred},
	} {
		t.Run(x.name, func(t *testing.T) {
			s := simulated(t, x.simulator)
			scores := assess(t, s, attentive(t, s, x.role, x.path))
			if scores.End != x.end || !scores.Passed || len(scores.Faults) != 0 {
				t.Errorf("%+v", scores)
			}
			for i, score := range fourOf(scores) {
				if score.Percent != 100 {
					t.Errorf("score %d is %d, want 100", i, score.Percent)
				}
			}
		})
	}
}

// The person's "not today" is an answer: who respects it and leaves a way back passes, and it costs none
// of the steps owed.
func TestSimulatorRespectsNotToday(t *testing.T) {
	s := simulated(t, adultCase)
	passes := assess(t, s, attentive(t, s, "notices", []string{"b", "a", "c", "a", "c", "a", "c"}))
	if passes.End != scenario.Stopped || !passes.Passed {
		t.Errorf("end %s, passed %v: a talk that he ended and that left a way back should pass", passes.End, passes.Passed)
	}
	// Asked at the counter and pressed at the table, he hears a good offer and still says "not yet".
	declined := assess(t, s, attentive(t, s, "notices", []string{"c", "c", "b", "b", "a", "b", "c"}))
	if declined.End != scenario.Stopped || declined.Referral.Percent != 100 {
		t.Errorf("end %q, referral %d: his decision must not cost the learner the steps taken", declined.End, declined.Referral.Percent)
	}
}

// Somebody at a counter does not hold a child. Who has called, says so and leaves a way back has done the
// part of that role; who takes the call back has not.
func TestSimulatorChildWhoGoesIsNotLetDown(t *testing.T) {
	s := simulated(t, childCase)
	told := assess(t, s, attentive(t, s, "notices", []string{"b", "c", "a", "b", "c", "c"}))
	if told.End != scenario.Stopped || !told.Passed {
		t.Errorf("end %q, passed %v", told.End, told.Passed)
	}
	for _, choice := range []string{"a", "b"} {
		let := assess(t, s, attentive(t, s, "notices", []string{"b", "c", "a", "b", "c", choice}))
		if let.End != scenario.Left || let.Passed {
			t.Errorf("choice %s: end %q, passed %v", choice, let.End, let.Passed)
		}
	}
}

// A child is protected by other rules than an adult: the principles of 2003 were written about women, and
// means are nothing that a fact could be sorted under.
func TestSimulatorOfAChildFollowsTheRulesForChildren(t *testing.T) {
	s := simulated(t, childCase)
	if !s.Child || slices.Contains(s.Elements(), scenario.Means) {
		t.Errorf("child %v, elements %v", s.Child, s.Elements())
	}
	unicef := 0
	for key, p := range s.Principles {
		switch source := courses.ParseCitation(p.Source).Source; source {
		case "who-2003":
			t.Errorf("the principle %s cites the principles of 2003", key)
		case "unicef-guidelines":
			unicef++
		}
	}
	if 2*unicef <= len(s.Principles) {
		t.Errorf("%d of %d principles come from the guidelines for children", unicef, len(s.Principles))
	}
	// Nobody talks with him before his guardian is there, and a later guardian does not heal it.
	early := assess(t, s, attentive(t, s, "interviewer", []string{"a", "b", "a", "c", "a", "b", "a", "b"}))
	if early.Passed || early.Referral.Percent != 100 {
		t.Errorf("passed %v, referral %d", early.Passed, early.Referral.Percent)
	}
}

func TestSimulatorCarelessPathsFail(t *testing.T) {
	for _, x := range []struct {
		simulator, name, role string
		path                  []string
		principle             string
		source                string
	}{
		{adultCase, "police without consent", "notices", []string{"b", "a", "c", "a", "a", "c"}, "informed-consent", "who-2003 principle 6"},
		{adultCase, "a promise that spreads", "notices", []string{"b", "a", "c", "b", "a"}, "no-promises", "who-2003 principle 3"},
		{adultCase, "the manager interprets", "notices", []string{"a", "a", "a"}, "interpreter", "who-2003 principle 4"},
		{adultCase, "offer to confront", "notices", []string{"b", "a", "c", "c", "c"}, "do-no-harm", "who-2003 principle 1"},
		{adultCase, "everything is asked for", "notices", []string{"b", "a", "a", "b", "b", "b", "b", "b", "c", "a"}, "no-pressing", "who-pfa"},
		{adultCase, "a signature first", "interviewer", []string{"b", "c", "b", "a"}, "informed-consent", "who-2003 principle 6"},
		{adultCase, "told that he agreed to it", "interviewer", []string{"b", "c", "a", "c", "a", "a", "b"}, "consent-irrelevant", "palermo art. 3(b)"},
		{adultCase, "everything is asked for by a trained person", "interviewer", []string{"b", "c", "c", "c", "a", "a"}, "no-retraumatising", "who-2003 principle 8"},
		{childCase, "handed to a cousin whom nobody checked", "notices", []string{"a", "c"}, "guardian", "unicef-guidelines"},
		{childCase, "a picture that makes him eighteen", "notices", []string{"b", "b", "c"}, "age", "unicef-guidelines"},
		{childCase, "questions from an untrained counter", "notices", []string{"b", "a", "b", "a", "c", "b"}, "no-interview", "unicef-guidelines"},
		{childCase, "a promise to be home tomorrow", "notices", []string{"b", "c", "a", "c", "a"}, "information", "unicef-guidelines"},
		{childCase, "a photograph in a chat", "notices", []string{"b", "a", "a", "a"}, "confidentiality", "unicef-guidelines"},
		{childCase, "the man called out in the hall", "notices", []string{"b", "c", "a", "a", "c"}, "no-verdict", "unodc-indicators"},
		{childCase, "no guardian in the room", "interviewer", []string{"a", "c"}, "guardian", "unicef-guidelines"},
		{childCase, "told that he wanted to", "interviewer", []string{"c", "a", "b", "a"}, "no-means", "palermo art. 3(c)"},
		{childCase, "pressed to finish the sentence", "interviewer", []string{"c", "a", "b", "c", "a"}, "no-pressing", "who-pfa"},
		{childCase, "a boy as a bait", "interviewer", []string{"c", "a", "c", "b"}, "protection", "unicef-guidelines"},
	} {
		t.Run(x.name, func(t *testing.T) {
			s := simulated(t, x.simulator)
			scores := assess(t, s, attentive(t, s, x.role, x.path))
			if scores.End == "" || scores.Passed {
				t.Errorf("end %q, passed %v", scores.End, scores.Passed)
			}
			if !slices.ContainsFunc(scores.Faults, func(f scenario.FaultMark) bool { return f.Principle == x.principle && f.Source == x.source }) {
				t.Errorf("no fault against %s (%s): %+v", x.principle, x.source, scores.Faults)
			}
		})
	}
}

// Who noted everything, whether it showed itself or not, has not looked.
func TestSimulatorNotingEverythingCosts(t *testing.T) {
	for simulator, path := range map[string][]string{
		adultCase: {"b", "a", "c", "a", "b", "a", "c"},
		childCase: {"b", "c", "a", "b", "b"},
	} {
		s := simulated(t, simulator)
		run := attentive(t, s, "notices", path)
		run.Noted = nil
		for _, i := range s.Indicators {
			run.Noted = append(run.Noted, i.Key)
		}
		if got := assess(t, s, run).Indicators.Percent; got >= 100 {
			t.Errorf("%s: noting the whole list scores %d", simulator, got)
		}
	}
}

// A path that got more of the story out of the person never scores more than the shortest good one.
func TestSimulatorDisclosureEarnsNothing(t *testing.T) {
	for _, x := range []struct {
		simulator, role string
		less, more      []string
	}{
		{adultCase, "notices", []string{"b", "a", "c", "a", "b", "a", "c"}, []string{"b", "a", "a", "c", "a", "b", "a", "a", "b"}},
		{childCase, "notices", []string{"b", "c", "a", "b", "b"}, []string{"b", "c", "c", "c", "b", "a", "a"}},
		{childCase, "interviewer", []string{"c", "a", "c", "a", "b", "a", "b"}, []string{"c", "c", "c", "c", "b", "a", "b", "a", "b"}},
	} {
		s := simulated(t, x.simulator)
		short, long := assess(t, s, attentive(t, s, x.role, x.less)), assess(t, s, attentive(t, s, x.role, x.more))
		if long.End != scenario.Referred || len(long.Sorting) <= len(short.Sorting) {
			t.Fatalf("%s, %s: the longer path ends as %q and tells %d facts instead of %d", x.simulator, x.role, long.End, len(long.Sorting), len(short.Sorting))
		}
		for i, score := range fourOf(long) {
			if score.Percent > fourOf(short)[i].Percent {
				t.Errorf("%s, %s: score %d: %d for more story, %d for less", x.simulator, x.role, i, score.Percent, fourOf(short)[i].Percent)
			}
		}
		if long.Ethics.Percent >= short.Ethics.Percent {
			t.Errorf("%s, %s: pressing costs nothing: %d and %d", x.simulator, x.role, long.Ethics.Percent, short.Ethics.Percent)
		}
	}
}

// Every choice says in the replay why it was good or not, in every language, and every fault has a source.
func TestSimulatorExplainsEveryChoice(t *testing.T) {
	everySimulator(t, func(t *testing.T, s *scenario.Scenario) {
		for _, n := range s.Nodes {
			for _, c := range n.Choices {
				for _, lang := range []courses.Lang{"en", "ru"} {
					if c.Say[lang] == "" || c.Comment[lang] == "" {
						t.Errorf("%s %s has no words in %s", n.Key, c.Key, lang)
					}
				}
				for _, f := range c.Faults {
					if s.Principles[f.Principle].Source == "" {
						t.Errorf("%s %s: no source for %s", n.Key, c.Key, f.Principle)
					}
				}
			}
		}
	})
}
