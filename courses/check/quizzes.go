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
		if rule.Count < 1 || len(rule.Tags) == 0 || rule.Level < 0 || rule.Level > 3 {
			c.fail(rule.Pos, "bad-draw", "a rule of a draw has tags, a count from 1 and, if any, a level from 1 to 3")
		}
		if n := c.drawn(rule, used); n < 2*rule.Count && n >= rule.Count {
			c.warn(rule.Pos, "thin-draw", "%d questions stand ready where %d are drawn; twice as many keep two papers apart", n, rule.Count)
		}
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

// drawn counts the candidates of a rule and notes them as used.
func (c *checker) drawn(rule courses.DrawRule, used map[string]bool) int {
	n := 0
	for i := range c.p.Bank {
		if quiz.Fits(&c.p.Bank[i], rule) {
			used[c.p.Bank[i].Key] = true
			n++
		}
	}
	return n
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
