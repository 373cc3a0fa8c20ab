package check

import (
	"fmt"
	"slices"

	"mostik/courses"
)

const courseFile = "course.yaml"

func (c *checker) place(path string) courses.Position { return c.p.Place(courseFile, path) }

func (c *checker) course() {
	course := &c.p.Course
	if !keyForm.MatchString(course.Key) {
		c.fail(c.place("key"), "bad-key", "%q is no key", course.Key)
	}
	if len(course.Languages) == 0 {
		c.fail(c.place("languages"), "no-language", "a course has at least one language")
	}
	if !slices.Contains([]courses.Level{courses.Foundation, courses.Practitioner, courses.Trainer}, course.Level) {
		c.fail(c.place("level"), "bad-level", "the level is foundation, practitioner or trainer, not %q", course.Level)
	}
	if course.Hours <= 0 || course.Certificate.ValidityMonths < 0 {
		c.fail(c.place("hours"), "bad-hours", "hours are more than 0 and validity_months not less")
	}
	c.date(course.Certificate.LawAsOf, c.place("certificate/law_as_of"))
	c.hours()
	c.languages()
	c.outcomes()
	c.modules()
}

// hours compares what the certificate states with what the required activities take.
func (c *checker) hours() {
	minutes := c.p.Course.Minutes(true)
	if stated := c.p.Course.Hours * 60; float64(minutes) < stated*0.75 || float64(minutes) > stated*1.25 {
		c.warn(c.place("hours"), "hours-and-minutes", "the certificate states %v hours, the required activities take %d minutes", c.p.Course.Hours, minutes)
	}
}

func (c *checker) outcomes() {
	for i, lang := range c.p.Course.AllLanguages() {
		first := c.p.Course.Languages[0]
		if n, want := len(c.p.Course.Outcomes[lang]), len(c.p.Course.Outcomes[first]); i > 0 && n != want {
			c.fail(c.p.Place(textFile(lang, courseFile), "outcomes"), "list-length", "%d outcomes in %s, %d in %s", n, lang, want, first)
		}
	}
}

func textFile(lang courses.Lang, file string) string { return "text/" + string(lang) + "/" + file }

func (c *checker) modules() {
	all := c.keys("module or activity")
	for _, m := range c.p.Course.Modules {
		all.add(m.Key, m.Pos)
		if len(m.Activities) == 0 {
			c.fail(m.Pos, "empty-module", "the module %q has no activities", m.Key)
		}
		for _, a := range m.Activities {
			all.add(a.Key, a.Pos)
		}
	}
	for _, m := range c.p.Course.Modules {
		c.requires(all, m.Key, m.Requires, m.Pos)
		for i := range m.Activities {
			c.requires(all, m.Activities[i].Key, m.Activities[i].Requires, m.Activities[i].Pos)
			c.activity(&m.Activities[i])
		}
	}
	c.cycles()
}

func (c *checker) requires(all *keys, self string, list []string, pos courses.Position) {
	for i, key := range list {
		at := c.p.Near(pos, fmt.Sprintf("requires/%d", i))
		if !all.has(key) {
			c.fail(at, "unknown-requirement", "%q requires %q, which is neither a module nor an activity", self, key)
		}
	}
}

// cycles finds requirements that wait for each other. A module is done when its activities are, and
// its activities wait for what the module requires.
func (c *checker) cycles() {
	needs := map[string][]string{}
	pos := map[string]courses.Position{}
	for _, m := range c.p.Course.Modules {
		pos[m.Key] = c.p.Near(m.Pos, "requires")
		for _, a := range m.Activities {
			needs[m.Key] = append(needs[m.Key], a.Key)
			needs[a.Key] = append(slices.Clone(a.Requires), m.Requires...)
			pos[a.Key] = c.p.Near(a.Pos, "requires")
		}
	}
	state := map[string]int{} // 1 on the way, 2 done
	var visit func(key string)
	visit = func(key string) {
		state[key] = 1
		for _, n := range needs[key] {
			switch state[n] {
			case 0:
				visit(n)
			case 1:
				at := n
				if _, isModule := c.module(n); isModule {
					at = key
				}
				c.fail(pos[at], "requirement-cycle", "%q waits for itself: %q comes first and waits for it too", n, key)
			}
		}
		state[key] = 2
	}
	for _, m := range c.p.Course.Modules {
		for _, a := range m.Activities {
			if state[a.Key] == 0 {
				visit(a.Key)
			}
		}
	}
}

func (c *checker) module(key string) (*courses.Module, bool) {
	for i := range c.p.Course.Modules {
		if c.p.Course.Modules[i].Key == key {
			return &c.p.Course.Modules[i], true
		}
	}
	return nil, false
}

// completions lists the rules that suit each kind of activity; the first is the usual one.
var completions = map[courses.Kind][]courses.Completion{
	courses.Lesson: {courses.Seen}, courses.Quiz: {courses.Scored, courses.Submitted}, courses.Interview: {courses.Scored, courses.Submitted, courses.Seen},
	courses.Encounter: {courses.Seen}, courses.Survey: {courses.Submitted}, courses.SelfCheck: {courses.Never},
	courses.Reflection: {courses.Submitted, courses.Seen}, courses.Worksheet: {courses.Submitted, courses.Seen}, courses.File: {courses.Submitted, courses.Scored},
	courses.Discussion: {courses.Submitted, courses.Seen}, courses.InPerson: {courses.Attended}, courses.Webinar: {courses.Attended},
	courses.Desk: {courses.Scored, courses.Submitted}, courses.Exercise: {courses.Submitted},
}

func (c *checker) activity(a *courses.Activity) {
	rules, known := completions[a.Kind]
	if !known {
		c.fail(c.p.Near(a.Pos, "kind"), "unknown-kind", "there is no kind of activity %q", a.Kind)
		return
	}
	if !slices.Contains(rules, a.Complete) && (a.Complete != courses.Never || a.Required) {
		c.fail(c.p.Near(a.Pos, "complete"), "completion", "a %s is complete when %v, not %q", a.Kind, rules, a.Complete)
	}
	if a.Complete == courses.Never && a.Required {
		c.fail(a.Pos, "completion", "%q never counts as complete, so it cannot be required", a.Key)
	}
	if a.Revision < 1 || a.Minutes < 1 {
		c.fail(a.Pos, "revision-minutes", "%q needs a revision and minutes, both from 1", a.Key)
	}
	c.needs(a, a.Kind == courses.Quiz, a.Quiz != nil, "quiz")
	c.needs(a, a.Kind == courses.Interview || a.Kind == courses.Encounter, a.Scenario != "", "scenario")
	c.needs(a, a.Kind == courses.Survey || a.Kind == courses.SelfCheck, a.Survey != "", "survey")
	c.needs(a, a.Kind == courses.Worksheet, a.Worksheet != "", "worksheet")
	c.needs(a, a.Kind == courses.File, a.File != nil, "file")
	c.needs(a, a.Kind == courses.Desk, a.Desk != "", "desk")
	c.needs(a, a.Kind == courses.Exercise, a.Exercise != "", "exercise")
	c.target(a)
}

func (c *checker) needs(a *courses.Activity, wanted, there bool, field string) {
	switch {
	case wanted && !there:
		c.fail(a.Pos, "missing-field", "the %s %q needs the field %s", a.Kind, a.Key, field)
	case !wanted && there:
		c.fail(c.p.Near(a.Pos, field), "needless-field", "a %s has no field %s", a.Kind, field)
	}
}

// target looks at what an activity points to.
func (c *checker) target(a *courses.Activity) {
	unknown := func(field, key string) {
		c.fail(c.p.Near(a.Pos, field), "unknown-"+field, "there is no %s %q", a.Kind, key)
	}
	switch a.Kind {
	case courses.Interview:
		if c.p.Scenarios[a.Scenario] == nil && a.Scenario != "" {
			unknown("scenario", a.Scenario)
		}
		c.passMark(a)
	case courses.Encounter:
		if c.p.Encounters[a.Scenario] == nil && a.Scenario != "" {
			unknown("scenario", a.Scenario)
		}
	case courses.Survey, courses.SelfCheck:
		s := c.p.Surveys[a.Survey]
		if s == nil {
			if a.Survey != "" {
				unknown("survey", a.Survey)
			}
		} else if string(s.Kind) != string(a.Kind) {
			c.fail(c.p.Near(a.Pos, "survey"), "unknown-survey", "%q is a %s, not a %s", a.Survey, s.Kind, a.Kind)
		}
	case courses.Worksheet:
		if c.p.Worksheets[a.Worksheet] == nil && a.Worksheet != "" {
			unknown("worksheet", a.Worksheet)
		}
	case courses.File:
		c.fileTask(a)
	case courses.Desk:
		if c.p.Desks[a.Desk] == nil && a.Desk != "" {
			unknown("desk", a.Desk)
		}
		c.passMark(a)
	case courses.Exercise:
		if c.p.Exercises[a.Exercise] == nil && a.Exercise != "" {
			unknown("exercise", a.Exercise)
		}
	}
}

func (c *checker) passMark(a *courses.Activity) {
	if a.Pass < 0 || a.Pass > 100 || (a.Complete == courses.Scored && a.Pass == 0) {
		c.fail(a.Pos, "bad-pass", "the pass mark of %q is a percent from 1 to 100", a.Key)
	}
}

func (c *checker) fileTask(a *courses.Activity) {
	if a.File != nil && (a.File.MaxMB < 1 || len(a.File.Types) == 0) {
		c.fail(c.p.Near(a.Pos, "file"), "file-spec", "%q says max_mb from 1 and at least one type", a.Key)
	}
	criteria := c.keys("criterion")
	for _, r := range a.Rubric {
		criteria.add(r.Key, r.Pos)
		if r.Points < 1 {
			c.fail(r.Pos, "rubric-points", "the criterion %q gives points from 1", r.Key)
		}
	}
}
