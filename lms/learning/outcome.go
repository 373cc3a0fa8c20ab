package learning

import (
	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/quiz"
	"mostik/courses/scenario"
	"mostik/lms/catalog"
)

// seenState is what reading an activity to its end makes of it.
func seenState(a *courses.Activity) State {
	if a.Complete == courses.Seen {
		return Done
	}
	return Seen
}

// handedInState is what handing something in makes of an activity.
func handedInState(a *courses.Activity) State {
	switch a.Complete {
	case courses.Submitted, courses.Seen:
		return Done
	}
	return Submitted
}

// Outcome is what an attempt is worth, as it is stored with it. Only the server reads it.
type Outcome struct {
	// Questions and Answers stand by question; the answers are those that counted, with real keys.
	Questions map[string]quiz.Result `json:"questions,omitempty"`
	Answers   map[string]quiz.Answer `json:"answers,omitempty"`
	// Comments are the trainer's, by question.
	Comments map[string]string `json:"comments,omitempty"`
	// Run and Scores belong to an interview.
	Run    *scenario.Run    `json:"run,omitempty"`
	Scores *scenario.Scores `json:"scores,omitempty"`
	// Desk is what was handed in at a document desk.
	Desk *desk.Answer `json:"desk,omitempty"`

	Points  float64 `json:"points"`
	Max     float64 `json:"max"`
	Percent float64 `json:"percent"`
	// Passed is nil where there is no pass mark, or while marks that decide are missing.
	Passed *bool `json:"passed,omitempty"`
	ToMark int   `json:"to_mark"`
	// Late counts the answers that came too late to be scored.
	Late int `json:"late"`
}

// scorePaper scores the answers that counted. Questions without an answer are unanswered.
func scorePaper(v *catalog.Loaded, spec *courses.QuizSpec, paper quiz.Paper, answers map[string]quiz.Answer) Outcome {
	o := Outcome{Questions: make(map[string]quiz.Result, len(paper.Questions)), Answers: answers}
	for _, pq := range paper.Questions {
		q, ok := v.Question(pq.Key)
		if !ok {
			continue // a version is checked before it is published: every key of a paper is in the bank
		}
		o.Questions[pq.Key] = quiz.Score(q.Question, answers[pq.Key])
	}
	return o.total(spec)
}

// total adds up the questions and decides whether the attempt passed.
//
// An open answer that nobody has marked yet counts for nothing in a final test, and a final test that
// could still be passed by it stays undecided. In practice the marked part decides at once, so that
// nobody waits for a trainer in the middle of a course.
func (o Outcome) total(spec *courses.QuizSpec) Outcome {
	o.Points, o.Max, o.ToMark, o.Passed = 0, 0, 0, nil
	waiting := 0.0
	for _, r := range o.Questions {
		o.Points += r.Points
		o.Max += r.Max
		if r.State == quiz.ToMark {
			o.ToMark++
			waiting += r.Max
		}
	}
	of := o.Max
	if spec.Purpose != courses.Final {
		of -= waiting
	}
	o.Percent = percentOf(o.Points, of)
	if spec.Pass > 0 {
		passed := o.Percent >= float64(spec.Pass) && of > 0
		if passed || o.ToMark == 0 || spec.Purpose != courses.Final && of > 0 {
			o.Passed = &passed
		}
	}
	return o
}

func percentOf(points, of float64) float64 {
	if of <= 0 {
		return 0
	}
	return round2(100 * points / of)
}

// change gives what the outcome of an attempt makes of its activity.
func (o Outcome) change(a *courses.Activity) change {
	percent := o.Percent
	c := change{State: Submitted, Score: &percent}
	switch a.Complete {
	case courses.Submitted, courses.Seen:
		c.State = Done
	case courses.Scored:
		switch {
		case o.Passed != nil && *o.Passed, o.Passed == nil && o.ToMark == 0:
			c.State = Done
		case o.Passed == nil:
			c.State = ToMark
		default:
			c.State = Failed
		}
	}
	return c
}

// interviewOutcome turns the four scores into points: a quarter each, so that percent is their mean.
func interviewOutcome(run scenario.Run, scores scenario.Scores) Outcome {
	sum := scores.Indicators.Percent + scores.Reasoning.Percent + scores.Ethics.Percent + scores.Referral.Percent
	passed := scores.Passed
	return Outcome{
		Run: &run, Scores: &scores, Points: float64(sum), Max: 400, Percent: percentOf(float64(sum), 400), Passed: &passed,
	}
}

// standing is what the review policy looks at.
type standing struct {
	Submitted    bool
	Passed       bool // any attempt at the activity
	AnotherOpen  bool // a different attempt at the activity is open
	AttemptsLeft int  // -1: as many as one likes
}

// mayReview tells whether right answers and reasons may be shown. One who has no attempt left, and none open,
// is shown them too: they can no longer help to pass.
func mayReview(policy courses.ReviewPolicy, s standing) bool {
	spent := s.AttemptsLeft == 0 && !s.AnotherOpen
	switch {
	case !s.Submitted:
		return false
	case policy == courses.ReviewSubmitted:
		return true
	case policy == courses.ReviewPassed:
		return s.Passed || spent
	case policy == courses.ReviewClosed:
		return spent
	}
	return false
}
