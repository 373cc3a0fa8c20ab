package learning

import (
	"testing"

	"mostik/courses"
	"mostik/courses/pack"
	"mostik/courses/quiz"
	"mostik/lms/catalog"
	"mostik/lms/lmstest"
)

func smallVersion(t *testing.T) *catalog.Loaded {
	t.Helper()
	p, problems := pack.Read(lmstest.SmallCourse(nil), pack.DefaultLimits())
	if p == nil {
		t.Fatal(problems)
	}
	return catalog.Prepare(p)
}

func TestAdvance(t *testing.T) {
	v := smallVersion(t)
	score := func(f float64) *float64 { return &f }
	for name, c := range map[string]struct {
		marks  string
		stuck  string
		key    string
		change change
		undo   bool

		state State
		done  int
		after string
	}{
		"the first lesson is read":             {"", "", "read-one", change{State: Done}, false, Done, 1, ""},
		"marks of another length are fitted":   {"x", "", "read-two", change{State: Done}, false, Done, 2, ""},
		"what is done stays done":              {"...x", "", "practice", change{State: Failed, Score: score(10)}, false, Done, 1, ""},
		"a look does not undo an attempt":      {"...p", "", "practice", change{State: Seen}, false, InProgress, 0, ""},
		"a failed try is where one is stuck":   {"...p", "", "practice", change{State: Failed, Score: score(10)}, false, Failed, 0, "practice"},
		"a passed try frees":                   {"...f", "practice", "practice", change{State: Done, Score: score(90)}, false, Done, 1, ""},
		"passing another thing does not free":  {"...f", "practice", "read-one", change{State: Done}, false, Done, 1, "practice"},
		"what waits for marks goes on waiting": {"...m", "", "practice", change{State: InProgress}, false, ToMark, 0, ""},
		"attendance can be taken back":         {"..........x", "", "practice-day", change{State: Seen}, true, Seen, 0, ""},
		"what is not required counts nothing":  {"", "", "practice-day", change{State: Done}, false, Done, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, _ := v.Activity(c.key)
			before := Progress{Marks: []byte(c.marks), StuckOn: c.stuck}
			got := advance(v, before, a, c.change, c.undo)
			if got.State(a.Index) != c.state || got.RequiredDone != c.done || got.StuckOn != c.after {
				t.Errorf("state %q, done %d, stuck on %q", got.State(a.Index), got.RequiredDone, got.StuckOn)
			}
			if string(before.Marks) != c.marks {
				t.Error("the progress before was changed")
			}
		})
	}
}

func TestTheBestScoreOfTheFinalTestStays(t *testing.T) {
	v := smallVersion(t)
	a, _ := v.Activity("final")
	p := Progress{}
	for _, percent := range []float64{40, 80, 60} {
		p = advance(v, p, a, change{State: Failed, Score: &percent}, false)
	}
	if *p.Score != 80 {
		t.Errorf("score %v", *p.Score)
	}
	pre, _ := v.Activity("pre")
	hundred := 100.0
	if p = advance(v, p, pre, change{State: Done, Score: &hundred}, false); *p.Score != 80 {
		t.Errorf("the pre-test counts as the final: %v", *p.Score)
	}
}

func TestModulesOpenWhenWhatComesFirstIsDone(t *testing.T) {
	v := smallVersion(t)
	a, _ := v.Activity("post")
	for marks, locked := range map[string]bool{"": true, "xxx.": true, "xxxx": false} {
		if got := len(missing(v, Progress{Marks: []byte(marks)}, a)) > 0; got != locked {
			t.Errorf("%q: locked %v", marks, got)
		}
	}
	if step, ok := next(v, Progress{Marks: []byte("xxxf")}); !ok || step.Key != "practice" {
		t.Errorf("after a failed try comes %+v", step)
	}
}

func TestReviewPolicies(t *testing.T) {
	open := standing{AttemptsLeft: 1}
	handedIn := standing{Submitted: true, AttemptsLeft: 1}
	passed := standing{Submitted: true, Passed: true, AttemptsLeft: 1}
	usedUp := standing{Submitted: true}
	unlimited := standing{Submitted: true, AttemptsLeft: -1}
	lastOpen := standing{Submitted: true, AnotherOpen: true}
	for policy, want := range map[courses.ReviewPolicy][6]bool{
		courses.ReviewSubmitted: {false, true, true, true, true, true},
		courses.ReviewPassed:    {false, false, true, true, false, false},
		courses.ReviewClosed:    {false, false, false, true, false, false},
		courses.ReviewNever:     {},
	} {
		for i, s := range []standing{open, handedIn, passed, usedUp, unlimited, lastOpen} {
			if got := mayReview(policy, s); got != want[i] {
				t.Errorf("%s, %+v: %v", policy, s, got)
			}
		}
	}
}

func TestUnmarkedAnswersHoldUpFinalTestsOnly(t *testing.T) {
	answered := Outcome{Questions: map[string]quiz.Result{
		"a": {Points: 3, Max: 4, State: quiz.Partly}, "b": {Max: 4, State: quiz.ToMark},
	}}
	practice := answered.total(&courses.QuizSpec{Purpose: courses.Practice, Pass: 60})
	if practice.Percent != 75 || practice.Passed == nil || !*practice.Passed || practice.ToMark != 1 {
		t.Errorf("practice: %+v", practice)
	}
	final := answered.total(&courses.QuizSpec{Purpose: courses.Final, Pass: 60})
	if final.Percent != 37.5 || final.Passed != nil {
		t.Errorf("final: %+v", final)
	}
	if low := answered.total(&courses.QuizSpec{Purpose: courses.Final, Pass: 30}); low.Passed == nil || !*low.Passed {
		t.Errorf("what has passed already has passed: %+v", low)
	}
}

func TestVerdicts(t *testing.T) {
	q := &quiz.Question{Kind: quiz.Single, Options: []quiz.Option{{Key: "a", Right: true}, {Key: "b"}}}
	poor, good := 0.05, 0.5
	for want, st := range map[string]quiz.Stats{
		"ok":         {N: 50, Difficulty: 0.6, Discrimination: &good, ChosenBest: map[string]int{"a": 9, "b": 1}},
		"too-easy":   {N: 50, Difficulty: 0.98, ChosenBest: map[string]int{"a": 9}},
		"too-hard":   {N: 50, Difficulty: 0.1, ChosenBest: map[string]int{"a": 5, "b": 5}},
		"weak":       {N: 50, Difficulty: 0.6, Discrimination: &poor, ChosenBest: map[string]int{"a": 9}},
		"distractor": {N: 50, Difficulty: 0.4, ChosenBest: map[string]int{"a": 4, "b": 6}},
	} {
		if got := verdict(q, st); got != want {
			t.Errorf("%+v: %s, want %s", st, got, want)
		}
	}
	if got := verdict(q, quiz.Stats{N: 3, Difficulty: 1}); got != "ok" {
		t.Errorf("three answers are judged: %s", got)
	}
}
