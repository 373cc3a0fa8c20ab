package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/learning"
)

const api = "/api/v1"

// get, post and put ask the server as somebody.
func (b *bench) get(ctx context.Context, c *client, who learner, path string, into any) error {
	_, _, err := c.do(ctx, request{method: http.MethodGet, url: b.server.url + api + path, token: who.token, into: into})
	return err
}

func (b *bench) post(ctx context.Context, c *client, who learner, path string, body any) error {
	_, _, err := c.do(ctx, request{method: http.MethodPost, url: b.server.url + api + path, token: who.token, body: body})
	return err
}

type withID struct {
	ID string `json:"id"`
}

func newID() string { return lms.NewID[struct{}]().String() }

// operations lists what is measured by itself, in the order in which one thing makes the next possible.
func (b *bench) operations() []operation {
	w := b.world
	beginner := func(i int) learner { return w.beginners[i%len(w.beginners)] }
	finisher := func(i int) learner { return w.finishers[i%len(w.finishers)] }
	attempts := map[string][]string{"post-test": ids(len(w.finishers)), "final": ids(len(w.finishers))}
	page := func(who learner, key string) string {
		return fmt.Sprintf("/enrolments/%s/activities/%s", who.enrolment, key)
	}
	start := func(key string) func(context.Context, *client, int) error {
		return func(ctx context.Context, c *client, i int) error {
			return b.post(ctx, c, finisher(i), page(finisher(i), key)+"/attempts", withID{attempts[key][i]})
		}
	}
	submit := func(key string) func(context.Context, *client, int) error {
		return func(ctx context.Context, c *client, i int) error {
			return b.post(ctx, c, finisher(i), "/attempts/"+attempts[key][i]+"/submit", struct{}{})
		}
	}
	answered := func(key string) func(context.Context) error {
		return func(ctx context.Context) error { return b.answerAll(ctx, attempts[key]) }
	}
	lessons := w.unread()
	var ops []operation
	ops = append(ops,
		operation{
			name: "dashboard", target: 1.2, moodle: 79, warm: 100, n: 800, counted: 20,
			do: func(ctx context.Context, c *client, i int) error {
				return b.get(ctx, c, beginner(i), "/dashboard", nil)
			},
		},
		operation{
			name: "course page", target: 1.2, moodle: 86, warm: 100, n: 800, counted: 20,
			do: func(ctx context.Context, c *client, i int) error {
				return b.get(ctx, c, beginner(i), "/enrolments/"+beginner(i).enrolment.String(), nil)
			},
		},
		operation{
			name: "activity page (lesson)", warm: 100, n: 800, counted: 20,
			do: func(ctx context.Context, c *client, i int) error {
				return b.get(ctx, c, beginner(i), page(beginner(i), "m1-elements"), nil)
			},
		},
		operation{
			name: "first read: page and completion", target: 1.3, moodle: 77, warm: 60, n: min(900, len(w.beginners)*len(lessons)-90), counted: 20,
			do: func(ctx context.Context, c *client, i int) error {
				who, key := beginner(i), lessons[i/len(w.beginners)]
				if err := b.get(ctx, c, who, page(who, key), nil); err != nil {
					return err
				}
				return b.post(ctx, c, who, page(who, key)+"/seen", withID{newID()})
			},
		},
		operation{
			name: "  of it, the completion alone", warm: 20, n: min(600, len(w.beginners)*(len(lessons)-4)-40), counted: 20,
			do: func(ctx context.Context, c *client, i int) error {
				i += 4 * len(w.beginners) // lessons that nobody has read yet
				return b.post(ctx, c, beginner(i), page(beginner(i), lessons[i/len(w.beginners)])+"/seen", withID{newID()})
			},
		},
		operation{name: "start a quiz of 10", target: 2, moodle: 131, warm: 20, n: 260, counted: 20, do: start("post-test")},
		operation{
			name: "submit 10 answers, with review", target: 3, moodle: 172, warm: 20, n: 260, counted: 20,
			before: answered("post-test"), do: submit("post-test"),
		},
		operation{name: "start the final: 20 drawn", target: 2, moodle: 131, warm: 20, n: 260, counted: 20, do: start("final")},
		operation{
			name: "submit the final, review, certificate", target: 3, moodle: 172, warm: 20, n: 260, counted: 20,
			before: answered("final"), do: submit("final"),
		},
	)
	for _, sort := range []string{"name", "-name", "progress", "-progress", "score", "-score", "last_seen", "-last_seen", "state", "-state", "centre", "-country"} {
		ops = append(ops, b.report(sort, 1))
	}
	ops = append(ops, b.report("name", b.people/100), operation{
		name: "sign-in", warm: 3, n: 20, counted: 5,
		do: func(ctx context.Context, c *client, i int) error {
			return b.post(ctx, c, learner{}, "/auth/login", map[string]string{"login": fmt.Sprint("actor", i), "password": password})
		},
	})
	return ops
}

// report is the completion report of the large cohort in one order.
func (b *bench) report(sort string, page int) operation {
	path := fmt.Sprintf("/cohorts/%s/report?sort=%s&page=%d", b.world.large, sort, page)
	name := "report of " + thousands(b.people) + ", by " + sort
	if page > 1 {
		name += fmt.Sprintf(", page %d", page)
	}
	return operation{
		name: name, target: 6, moodle: 340, warm: 10, n: 120, counted: 5,
		do: func(ctx context.Context, c *client, _ int) error { return b.get(ctx, c, b.world.trainer, path, nil) },
	}
}

func ids(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = newID()
	}
	return list
}

// unread lists the lessons that a beginner has not read and may open.
func (w *world) unread() []string {
	var keys []string
	for i := range w.version.Activities {
		a := &w.version.Activities[i]
		if a.Kind == courses.Lesson && a.ModuleIndex > 0 && len(a.After) == 0 {
			keys = append(keys, a.Key)
		}
	}
	return keys
}

// answerAll answers every question of attempts rightly, without the server: only handing in is measured.
func (b *bench) answerAll(ctx context.Context, attempts []string) error {
	for _, id := range attempts {
		attempt, err := lms.ParseID[lms.Attempt](id)
		if err != nil {
			return err
		}
		var raw []byte
		var person lms.ID[lms.Person]
		err = db.Row(ctx, b.world.db, `
			SELECT a.paper, e.person_id FROM attempts a JOIN enrolments e ON e.id = a.enrolment_id WHERE a.id = $1`, attempt).Scan(&raw, &person)
		if err != nil {
			return db.Found(err, "attempt")
		}
		var paper quiz.Paper
		if err := json.Unmarshal(raw, &paper); err != nil {
			return err
		}
		for n, pq := range paper.Questions {
			q, _ := b.world.version.Question(pq.Key)
			content, err := json.Marshal(quiz.ShowAnswer(q.Question, pq.Seed, quiz.RightAnswer(q.Question)))
			if err != nil {
				return err
			}
			_, err = b.world.study.Answer(ctx, lms.Actor{Person: person}, learning.AnswerInput{
				Attempt: attempt, ID: lms.NewID[lms.Answer](), Question: pq.Key, Revision: int64(n + 1), Content: content,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

const saveAnswer = "save an answer"

// answersEach is how many answers an attempt gets while saving is measured; each is told from the others by
// its revision.
const answersEach = 60

// answers measures saving by turns: the server, the bare handler, the server … so that both meet the same
// table as it grows.
func (b *bench) answers(ctx context.Context) ([]result, error) {
	w := b.world
	attempts := ids(len(w.beginners))
	web := newClient(b.clients)
	for i, who := range w.beginners {
		path := fmt.Sprintf("/enrolments/%s/activities/m1-quiz/attempts", who.enrolment)
		if err := b.post(ctx, web, who, path, withID{attempts[i]}); err != nil {
			return nil, err
		}
	}
	questions, err := w.choiceQuestions("m1-quiz")
	if err != nil {
		return nil, err
	}
	// The first half of the attempts is the server's, the second the bare handler's.
	half := len(attempts) / 2
	save := func(base string, first int, bare bool) func(context.Context, *client, int) error {
		return func(ctx context.Context, c *client, i int) error {
			at := first + i%half
			q := questions[i/half%len(questions)]
			r := request{
				method: http.MethodPut, url: base + "/attempts/" + attempts[at] + "/answers/" + newID(),
				body: bareAnswer{Question: q.Key, Revision: int64(i/half + 1), Content: q.content},
			}
			if bare {
				r.person = w.beginners[at].person.String()
			} else {
				r.token = w.beginners[at].token
			}
			_, _, err := c.do(ctx, r)
			return err
		}
	}
	const rounds = 6
	n := half * answersEach / rounds
	var sums [2]cost
	ops := [2]operation{
		{name: saveAnswer, target: 0.9, moodle: 22, do: save(b.server.url+api, 0, false), program: b.server},
		{name: "  the bare handler", do: save(b.bare.url, half, true), program: b.bare},
	}
	for round := range rounds {
		for k, op := range ops {
			op.n = n
			run := op.do
			op.do = func(ctx context.Context, c *client, i int) error { return run(ctx, c, i+round*n) }
			if round == 0 { // the first round warms up: plans, connections, pages
				if err := b.repeat(ctx, newClient(b.clients), op, 0, n); err != nil {
					return nil, fmt.Errorf("%s: %w", op.name, err)
				}
				continue
			}
			c, err := b.measure(ctx, op)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", op.name, err)
			}
			sums[k].program += c.program / (rounds - 1)
			sums[k].postgres += c.postgres / (rounds - 1)
			sums[k].bytes += c.bytes / (rounds - 1)
			sums[k].n += c.n
		}
	}
	for k, op := range ops {
		sums[k].statements = -1
		if w.counts {
			op.warm, op.n, op.counted = 0, rounds*n, 40
			if sums[k].statements, err = b.statements(ctx, web, op); err != nil {
				return nil, err
			}
		}
	}
	return []result{
		{operation: ops[0], cost: sums[0], bare: sums[1].ms()},
		{operation: ops[1], cost: sums[1]},
	}, nil
}

type choiceQuestion struct {
	*quiz.Question
	content json.RawMessage
}

// choiceQuestions gives the questions of a quiz whose answers need no handles, with an answer each.
func (w *world) choiceQuestions(key string) ([]choiceQuestion, error) {
	a, ok := w.version.Activity(key)
	if !ok {
		return nil, fmt.Errorf("the course has no activity %s", key)
	}
	var list []choiceQuestion
	for _, item := range a.Quiz.Items {
		q, _ := w.version.Question(item)
		switch q.Kind {
		case quiz.Single, quiz.Multiple, quiz.TrueFalse, quiz.Numeric, quiz.Short, quiz.Cloze:
			content, err := json.Marshal(quiz.RightAnswer(q.Question))
			if err != nil {
				return nil, err
			}
			list = append(list, choiceQuestion{q.Question, content})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no question to choose in", key)
	}
	return list, nil
}

// csv measures the whole report as a file, for both cohorts: four times the people may cost four times as
// much, and not more.
func (b *bench) csv(ctx context.Context) ([]result, error) {
	op := func(name string, cohort lms.ID[lms.Cohort], target, moodle float64, n int) operation {
		return operation{
			name: name, target: target, moodle: moodle, warm: 4, n: n, counted: 2,
			do: func(ctx context.Context, c *client, _ int) error {
				return b.get(ctx, c, b.world.trainer, "/cohorts/"+cohort.String()+"/report.csv", nil)
			},
		}
	}
	large := op("CSV of "+thousands(b.people), b.world.large, 250, 21_080, 8)
	small := op("CSV of "+thousands(smallCohort), b.world.small, 0, 0, 24)
	cl, err := b.measure(ctx, large)
	if err != nil {
		return nil, err
	}
	cs, err := b.measure(ctx, small)
	if err != nil {
		return nil, err
	}
	growth := cl.ms() / cs.ms() / (float64(b.people) / smallCohort)
	return []result{
		{operation: large, cost: cl, note: fmt.Sprintf("a person costs %.2f of what one costs in the CSV of %s", growth, thousands(smallCohort))},
		{operation: small, cost: cs},
	}, nil
}

func thousands(n int) string {
	if n >= 1000 && n%1000 == 0 {
		return thousands(n/1000) + ",000"
	}
	return fmt.Sprint(n)
}
