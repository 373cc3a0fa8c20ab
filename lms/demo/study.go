package demo

import (
	"encoding/base64"
	"math"
	"time"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/learning"
)

// student is one person at work on the course, session after session.
type student struct {
	*person
	// cohort is the one in which this course is studied; the person may be in another one too.
	cohort  *cohort
	c       chance
	version *catalog.Loaded
	h       *learning.History
	now     time.Time // of the loading: nobody studies later
	lang    string
	tools   *tools

	// wants holds the optional activities that this person does.
	wants   map[string]bool
	tries   map[string]int
	stopped bool
	open    *openQuiz
	waiting []later
	posts   []*learning.Contribution
}

// tools are what all students share.
type tools struct {
	files map[string][]learning.FileKept
	talks map[string]map[string][]talk // scenario, role: ways through it, the worst first
}

// openQuiz is an attempt that was left in the middle.
type openQuiz struct {
	trial *learning.Trial
	key   string
	next  int
}

// later is what somebody else does after a while: marking, returning.
type later struct {
	at time.Time
	do func(at time.Time) error
}

// rhythm of the week, Sunday first, and of the day.
var (
	weekdays = [7]float64{0.2, 1, 1, 0.95, 0.9, 0.7, 0.25}
	hours    = [24]float64{
		6: 0.1, 7: 0.4, 8: 1, 9: 2, 10: 2.4, 11: 2.2, 12: 1.1, 13: 1, 14: 1.8, 15: 1.9, 16: 1.5, 17: 0.9, 18: 0.8, 19: 1.1,
		20: 1.4, 21: 1.1, 22: 0.5, 23: 0.1,
	}
)

// nextSession gives a moment some days after another one, when people work.
func (st *student) nextSession(after time.Time) time.Time {
	days := 0.6 + st.c.ExpFloat64()*(2+6*(1-st.energy))
	t := after.Add(time.Duration(days * 24 * float64(time.Hour))).In(st.centre.loc)
	// One of the next days, by what day of the week it is and how near.
	var weights [6]float64
	for i := range weights {
		weights[i] = weekdays[t.AddDate(0, 0, i).Weekday()] * math.Exp(-float64(i)/2)
	}
	t = t.AddDate(0, 0, st.c.weighted(weights[:]))
	hour := st.c.weighted(hours[:])
	t = time.Date(t.Year(), t.Month(), t.Day(), hour, st.c.IntN(60), st.c.IntN(60), 0, st.centre.loc).UTC()
	if !t.After(after) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// run studies from the cohort's beginning until today, or until something ends it.
func (st *student) run(begin time.Time, events []later) error {
	st.waiting = append(st.waiting, events...)
	if st.c.in(0.03 + 0.12*(1-st.energy)*(1-st.energy)) {
		return nil // enrolled, and never began
	}
	const maxSessions = 60
	at := st.nextSession(begin.Add(time.Duration(st.c.ExpFloat64() * 3 * 24 * float64(time.Hour))))
	for range maxSessions {
		if at.After(st.now.Add(-20*time.Minute)) || st.stopped || st.h.CompletedAt() != nil {
			break
		}
		if err := st.catchUp(at); err != nil {
			return err
		}
		end, err := st.session(at)
		if err != nil {
			return err
		}
		if st.c.in(0.015 + 0.07*(1-st.energy)*(1-st.energy)) {
			st.stopped = true // other things came first
		}
		at = st.nextSession(end)
	}
	return st.catchUp(st.now)
}

// catchUp lets others do what they have done by a moment.
func (st *student) catchUp(until time.Time) error {
	var still []later
	for _, w := range st.waiting {
		if w.at.After(until) {
			still = append(still, w)
			continue
		}
		if err := w.do(w.at); err != nil {
			return err
		}
	}
	st.waiting = still
	return nil
}

// session works for most of an hour and gives its end.
func (st *student) session(t time.Time) (time.Time, error) {
	end := t.Add(st.c.minutes(40))
	const maxSteps = 40
	for range maxSteps {
		if t.After(end) || st.stopped {
			break
		}
		if st.open != nil {
			var err error
			if t, _, err = st.goOn(t); err != nil {
				return t, err
			}
			continue
		}
		a := st.pick()
		if a == nil {
			break
		}
		var goOn bool
		var err error
		if t, goOn, err = st.do(a, t); err != nil {
			return t, err
		}
		if !goOn {
			break
		}
	}
	return t, nil
}

// pick chooses what to do next: in the order of the course what is required, and what the person wants.
func (st *student) pick() *catalog.Activity {
	for i := range st.version.Activities {
		a := &st.version.Activities[i]
		switch st.h.State(a.Key) {
		case learning.Done, learning.ToMark, learning.Submitted:
			continue
		}
		if a.Complete == courses.Never || a.Complete == courses.Attended || !a.Required && !st.wants[a.Key] || st.h.Locked(a.Key) {
			continue
		}
		return a
	}
	return nil
}

// do works at one activity and tells when it was done, and whether the person goes on today.
func (st *student) do(a *catalog.Activity, t time.Time) (time.Time, bool, error) {
	spent := st.c.minutes(float64(a.Minutes) * 0.85)
	if t = t.Add(spent); t.After(st.now) {
		return t, false, nil
	}
	var err error
	switch a.Kind {
	case courses.Quiz:
		return st.quiz(a, t.Add(-spent))
	case courses.Interview:
		return st.interview(a, t.Add(-spent))
	case courses.Desk:
		return st.desk(a, t)
	case courses.Reflection:
		err = st.h.Seal(a.Key, st.cipher(), t)
	case courses.Worksheet:
		err = st.worksheet(a, t)
	case courses.File:
		err = st.file(a, t)
	case courses.Discussion:
		var post *learning.Contribution
		if post, err = st.h.Post(a.Key, newID[lms.Post](st.c, t), "…", t); err == nil {
			st.posts = append(st.posts, post)
		}
	case courses.Survey:
		err = st.h.Survey(a.Key, st.survey(a), t)
	default:
		err = st.h.See(a.Key, t)
	}
	return t, true, err
}

// skill is what somebody knows by now: the course teaches, and so does trying again.
func (st *student) skill(a *catalog.Activity) float64 {
	done := float64(st.h.Progress().RequiredDone) / float64(max(1, st.h.Progress().RequiredTotal))
	return st.ability - 0.2 + 1.3*done + 0.7*float64(st.tries[a.Key])
}

// quiz tries a quiz.
func (st *student) quiz(a *catalog.Activity, t time.Time) (time.Time, bool, error) {
	seed := quiz.Seed(st.c.Uint64N(1<<53-2) + 1)
	trial, err := st.h.Try(a.Key, newID[lms.Attempt](st.c, t), seed, "", t)
	if lms.KindOf(err) == lms.Conflict { // no attempt is left
		st.stopped = true
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	st.open = &openQuiz{trial: trial, key: a.Key}
	return st.goOn(t)
}

// goOn answers the questions that are left and hands the attempt in, unless something comes between.
func (st *student) goOn(t time.Time) (time.Time, bool, error) {
	o := st.open
	a, _ := st.version.Activity(o.key)
	questions := o.trial.Questions()
	pace := 0.85 * float64(a.Minutes) / float64(len(questions)+1)
	breakAt := -1
	if a.Quiz.TimeMinutes == 0 && o.next == 0 && st.c.in(0.03) {
		breakAt = st.c.between(1, len(questions)-1)
	}
	lateFrom := -1 // somebody was called away, and the clock ran on
	if a.Quiz.TimeMinutes > 0 && st.c.in(0.03) {
		lateFrom = st.c.between(len(questions)/2, len(questions)-1)
	}
	skill := st.skill(a)
	for i := o.next; i < len(questions); i++ {
		if t = t.Add(st.c.minutes(pace)); t.After(st.now) || i == breakAt {
			o.next = i
			return t, false, nil
		}
		if i == lateFrom {
			t = t.Add(time.Duration(a.Quiz.TimeMinutes) * time.Minute)
		}
		if err := st.answer(o.trial, questions[i], skill, t); err != nil {
			return t, false, err
		}
	}
	if t = t.Add(st.c.minutes(pace)); t.After(st.now) {
		o.next = len(questions)
		return t, false, nil
	}
	outcome, err := o.trial.Submit(t)
	st.open = nil
	st.tries[a.Key]++
	if err != nil {
		return t, false, err
	}
	st.letMark(o.trial, t)
	return t, st.takeItWell(a, outcome), nil
}

// takeItWell tells whether somebody goes on today after an outcome. Some who fail give up.
func (st *student) takeItWell(a *catalog.Activity, o learning.Outcome) bool {
	if o.Passed == nil || *o.Passed {
		return true
	}
	if st.c.in(0.05 + 0.13*(1-st.energy)) {
		st.stopped = true
	}
	return st.c.in(0.55)
}

func (st *student) answer(trial *learning.Trial, q *quiz.Question, skill float64, t time.Time) error {
	if st.c.in(0.015) {
		return nil // left out
	}
	model := itemOf(q)
	if st.c.in(0.1) && q.Kind != quiz.Open { // thought again
		first := model.answer(st.c, q, skill-1.5, st.lang)
		if err := trial.Answer(newID[lms.Answer](st.c, t), q.Key, first, t.Add(-8*time.Second)); err != nil {
			return err
		}
	}
	return trial.Answer(newID[lms.Answer](st.c, t), q.Key, model.answer(st.c, q, skill, st.lang), t)
}

// letMark has the cohort's trainer mark open answers after some days; a few wait for long.
func (st *student) letMark(trial *learning.Trial, handedIn time.Time) {
	for _, question := range trial.Waiting() {
		quality := st.c.between(0, 4)
		id := newID[lms.Answer](st.c, handedIn)
		st.after(handedIn, func(at time.Time) error {
			said := comments[st.lang]
			return trial.Mark(id, question, float64(quality), said[min(quality, len(said)-1)], st.cohort.trainer.id, at)
		})
	}
}

// after plans what the trainer does one to nine days later; one time in twelve it takes too long.
func (st *student) after(handedIn time.Time, do func(time.Time) error) {
	days := 1 + 3*st.c.ExpFloat64()
	if st.c.in(0.08) {
		days += 30
	}
	st.waiting = append(st.waiting, later{handedIn.Add(time.Duration(math.Min(days, 60) * 24 * float64(time.Hour))), do})
}

func (st *student) worksheet(a *catalog.Activity, t time.Time) error {
	if !a.HandedIn { // it stays sealed on the device
		return st.h.Seal(a.Key, st.cipher(), t)
	}
	doc := st.version.Package.Worksheets[a.Worksheet]
	fields := map[string]string{}
	for _, f := range doc.Fields {
		var value string
		switch words := worksheet[st.lang][f.Key]; {
		case len(words) > 0:
			value = oneOf(st.c, words)
		case f.Kind == courses.Choice:
			value = oneOf(st.c, f.Options).Key
		case f.Kind == courses.Date:
			value = t.AddDate(0, 0, -st.c.IntN(9)).Format(time.DateOnly)
		}
		if value == "" && f.Required {
			value = "—"
		}
		if value != "" {
			fields[f.Key] = value
		}
	}
	handed, err := st.h.HandIn(a.Key, newID[lms.Submission](st.c, t), fields, learning.FileKept{}, t)
	if err != nil {
		return err
	}
	words := oneOf(st.c, worksheetReturns[st.lang])
	st.after(t, func(at time.Time) error { return handed.Return(st.cohort.trainer.id, words, nil, at) })
	return nil
}

func (st *student) file(a *catalog.Activity, t time.Time) error {
	handed, err := st.h.HandIn(a.Key, newID[lms.Submission](st.c, t), nil, oneOf(st.c, st.tools.files[st.lang]), t)
	if err != nil {
		return err
	}
	rubric := map[string]int{}
	for _, r := range a.Rubric {
		rubric[r.Key] = st.c.between(r.Points/2, r.Points)
	}
	words := oneOf(st.c, noteReturns[st.lang])
	st.after(t, func(at time.Time) error { return handed.Return(st.cohort.trainer.id, words, rubric, at) })
	return nil
}

// cipher gives bytes as a device would have encrypted them: to us they say nothing, as they should.
func (st *student) cipher() string {
	raw := make([]byte, 12+st.c.between(180, 700))
	for i := range raw {
		raw[i] = byte(st.c.Uint32())
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func (st *student) survey(a *catalog.Activity) scale.Response {
	answers := scale.Response{}
	words := reaction[st.lang]
	texts := 0
	for _, item := range st.version.Package.Surveys[a.Survey].Items {
		switch item.Kind {
		case scale.Scale:
			v := float64(item.To - st.c.weighted([]float64{0.46, 0.36, 0.13, 0.04, 0.01}))
			v = max(v, float64(item.From))
			answers[item.Key] = scale.Value{Number: &v}
		case scale.Single:
			answers[item.Key] = scale.Value{Choice: item.Options[st.c.weighted([]float64{0.08, 0.8, 0.12}[:min(3, len(item.Options))])].Key}
		case scale.Multiple:
			var chosen []string
			for _, o := range item.Options {
				if st.c.in(0.45) {
					chosen = append(chosen, o.Key)
				}
			}
			if len(chosen) > 0 {
				answers[item.Key] = scale.Value{Choices: chosen}
			}
		case scale.Text:
			if word := oneOf(st.c, words[texts%2]); word != "" {
				answers[item.Key] = scale.Value{Text: word}
			}
			texts++
		}
	}
	return answers
}
