package check

import (
	"fmt"
	"slices"

	"mostik/courses"
	"mostik/courses/quiz"
)

func (c *checker) quizzes() {
	used := map[string]bool{}
	pairs := map[string][]*courses.Activity{}
	for m := range c.p.Course.Modules {
		for i := range c.p.Course.Modules[m].Activities {
			a := &c.p.Course.Modules[m].Activities[i]
			if a.Quiz == nil {
				continue
			}
			c.quizSpec(a, used)
			if a.Quiz.Pair != "" {
				pairs[a.Quiz.Pair] = append(pairs[a.Quiz.Pair], a)
			}
		}
	}
	for name, list := range pairs {
		c.pair(name, list)
	}
	for _, q := range c.p.Bank {
		if !used[q.Key] {
			c.warn(q.Pos, "unused-question", "no quiz asks or draws the question %q", q.Key)
		}
	}
}

func (c *checker) quizSpec(a *courses.Activity, used map[string]bool) {
	q := a.Quiz
	if !slices.Contains([]courses.Purpose{courses.Pre, courses.Post, courses.Practice, courses.Final}, q.Purpose) {
		c.fail(c.p.Near(q.Pos, "purpose"), "bad-purpose", "a quiz is pre, post, practice or final, not %q", q.Purpose)
	}
	if !slices.Contains([]courses.ReviewPolicy{courses.ReviewSubmitted, courses.ReviewPassed, courses.ReviewClosed, courses.ReviewNever}, q.Review) {
		c.fail(c.p.Near(q.Pos, "review"), "bad-review", "the review is submitted, passed, closed or never, not %q", q.Review)
	}
	if q.Attempts < 0 || q.TimeMinutes < 0 || q.GraceSeconds < 0 || q.Pass < 0 || q.Pass > 100 {
		c.fail(q.Pos, "bad-number", "attempts, time and grace are not below 0, the pass mark is a percent")
	}
	if (a.Complete == courses.Scored || q.Review == courses.ReviewPassed) && q.Pass == 0 {
		c.fail(q.Pos, "bad-pass", "%q is complete or reviewed by its score, so it needs a pass mark", a.Key)
	}
	if (len(q.Items) > 0) == (len(q.Draw) > 0) {
		c.fail(q.Pos, "items-or-draw", "%q has either items or a draw", a.Key)
		return
	}
	if len(q.Items) > 0 {
		c.quizItems(q, used)
		return
	}
	for i, rule := range q.Draw {
		if rule.Count < 1 || len(rule.Tags) == 0 {
			c.fail(rule.Pos, "bad-draw", "a rule of a draw has tags and a count from 1")
		}
		c.drawn(rule, used)
		alone := courses.QuizSpec{Draw: q.Draw[:i+1]}
		if _, err := quiz.Draw(c.p.Bank, &alone, 1); err != nil {
			c.fail(rule.Pos, "draw-too-large", "%v", err)
			return
		}
	}
}

func (c *checker) quizItems(q *courses.QuizSpec, used map[string]bool) {
	seen := map[string]bool{}
	for i, key := range q.Items {
		pos := c.p.Near(q.Pos, fmt.Sprintf("items/%d", i))
		if _, ok := c.p.Question(key); !ok {
			c.fail(pos, "unknown-question", "the bank has no question %q", key)
		}
		if seen[key] {
			c.fail(pos, "duplicate-key", "the question %q stands twice", key)
		}
		seen[key], used[key] = true, true
	}
}

func (c *checker) drawn(rule courses.DrawRule, used map[string]bool) {
	for _, q := range c.p.Bank {
		fits := true
		for _, t := range rule.Tags {
			fits = fits && slices.Contains(q.Tags, t)
		}
		if fits {
			used[q.Key] = true
		}
	}
}

// pair holds a pre-test and a post-test against each other: a gain is measured on the same items.
func (c *checker) pair(name string, list []*courses.Activity) {
	var pre, post *courses.Activity
	for _, a := range list {
		switch a.Quiz.Purpose {
		case courses.Pre:
			pre = a
		case courses.Post:
			post = a
		}
	}
	if pre == nil || post == nil || len(list) != 2 {
		c.fail(c.p.Near(list[0].Quiz.Pos, "pair"), "pair", "the pair %q is one pre-test and one post-test", name)
		return
	}
	a, b := slices.Clone(pre.Quiz.Items), slices.Clone(post.Quiz.Items)
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		c.fail(c.p.Near(post.Quiz.Pos, "items"), "pair-items", "%q and %q have to ask the same items", pre.Key, post.Key)
	}
}
