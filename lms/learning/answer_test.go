package learning_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/learning"
)

// tap is one answer as a device sends it.
type tap struct {
	id       lms.ID[lms.Answer]
	question string
	revision int64
	content  string
}

// taps are what two tabs sent: several revisions of each question, some equal.
func taps() []tap {
	var list []tap
	for i, choice := range []string{"a", "c", "b"} {
		list = append(list, tap{lms.NewID[lms.Answer](), "q-single", int64(i + 1), fmt.Sprintf(`{"choice":%q}`, choice)})
	}
	// Two tabs gave the same revision: the id decides, in any order of arrival.
	list = append(list, tap{lms.NewID[lms.Answer](), "q-open", 5, `{"text":"from the one tab"}`},
		tap{lms.NewID[lms.Answer](), "q-open", 5, `{"text":"from the other tab"}`})
	for i, pairs := range []string{`{"pairs":{"l1":"s1"}}`, `{}`, `{"pairs":{"l1":"s1","l2":"s2"}}`} {
		list = append(list, tap{lms.NewID[lms.Answer](), "q-match", int64(10 + i), pairs})
	}
	return list
}

func TestAnswersThreeTimesOutOfOrderGiveTheSameAsOnce(t *testing.T) {
	s := newSite(t)
	s.learning.Seed = func() uint64 { return 42 }
	given := taps()
	var want *learning.AttemptView
	for round := range 12 {
		actor, id := s.trainee()
		s.seen(actor, id, "read-one")
		at := s.start(actor, id, "practice")
		order := make([]int, 0, 3*len(given))
		for i := range given {
			order = append(order, i)
			if round > 0 {
				order = append(order, i, i)
			}
		}
		if round > 0 {
			rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		first := map[int]learning.Saved{}
		for _, i := range order {
			saved, err := s.learning.Answer(t.Context(), actor, learning.AnswerInput{
				Attempt: at.ID, ID: given[i].id, Question: given[i].question, Revision: given[i].revision,
				Content: json.RawMessage(given[i].content),
			})
			s.check(err)
			if before, again := first[i]; again && before != saved {
				t.Fatalf("a repeat was told %+v, the first time %+v", saved, before)
			}
			first[i] = saved
		}
		got := s.submit(actor, at.ID)
		if want == nil {
			want = got
			if got.Answers["q-single"].Content.Choice != "b" || got.Answers["q-open"].Content.Text != "from the other tab" {
				t.Fatalf("the highest revision does not count: %+v", got.Answers)
			}
			continue
		}
		if !reflect.DeepEqual(want.Answers, got.Answers) || want.Result.Points != got.Result.Points {
			t.Fatalf("order %v gave %+v and %v points, in order it was %+v and %v", order, got.Answers, got.Result.Points,
				want.Answers, want.Result.Points)
		}
	}
}

func TestConcurrentRepeatsOfOneAnswerAreOneAnswer(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one")
	at := s.start(actor, id, "practice")
	one := learning.AnswerInput{
		Attempt: at.ID, ID: lms.NewID[lms.Answer](), Question: "q-single", Revision: 1, Content: json.RawMessage(`{"choice":"a"}`),
	}
	told := make([]learning.Saved, 16)
	var all sync.WaitGroup
	for i := range told {
		all.Go(func() {
			var err error
			if told[i], err = s.learning.Answer(t.Context(), actor, one); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, saved := range told {
		if saved != told[0] {
			t.Errorf("told %+v and %+v", saved, told[0])
		}
	}
	if n := s.Int(`SELECT count(*) FROM answers WHERE attempt_id = $1`, at.ID); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// Whatever was acknowledged in time is scored, however closely the submission follows.
func TestNoAcknowledgedAnswerMissesTheSubmission(t *testing.T) {
	s := newSite(t)
	for range 15 {
		actor, id := s.trainee()
		at := s.start(actor, id, "pre")
		match := s.right(at.ID, "q-match")
		var (
			all   sync.WaitGroup
			saved learning.Saved
		)
		all.Go(func() {
			var err error
			saved, err = s.learning.Answer(t.Context(), actor, learning.AnswerInput{
				Attempt: at.ID, ID: lms.NewID[lms.Answer](), Question: "q-match", Revision: 1, Content: match,
			})
			if err != nil {
				t.Error(err)
			}
		})
		all.Go(func() { s.submit(actor, at.ID) })
		all.Wait()
		got := s.submit(actor, at.ID)
		if scored := got.Result.Points == 2; scored == saved.Late {
			t.Fatalf("late %v, points %v", saved.Late, got.Result.Points)
		}
		if a := got.Answers["q-match"]; a.Late != saved.Late {
			t.Fatalf("it is shown as late %v, told as late %v", a.Late, saved.Late)
		}
	}
}

func TestLateAnswersAreKeptAndShownAndNotScored(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	at := s.start(actor, id, "final")
	if at.DeadlineAt == nil || !at.DeadlineAt.Equal(s.now.Add(20*time.Minute)) {
		t.Fatalf("deadline %v", at.DeadlineAt)
	}
	s.answer(actor, at.ID, "q-single", 1, json.RawMessage(`{"choice":"a"}`))
	s.pass(20*time.Minute + 20*time.Second) // within the grace
	if saved := s.answer(actor, at.ID, "q-match", 2, s.right(at.ID, "q-match")); saved.Late {
		t.Error("within the grace it was late")
	}
	s.pass(20 * time.Second)
	saved := s.answer(actor, at.ID, "q-single", 3, json.RawMessage(`{"choice":"b"}`))
	if !saved.Late || saved.Newest {
		t.Errorf("after the grace: %+v", saved)
	}
	got, err := s.learning.Attempt(t.Context(), actor, at.ID, "en")
	s.check(err)
	if got.State != "scored" || got.Result.Points != 2 || got.Result.Late != 1 {
		t.Errorf("state %s, result %+v", got.State, got.Result)
	}
	if a := got.Answers["q-single"]; !a.Late || a.Content.Choice != "b" {
		t.Errorf("shown: %+v", a)
	}
}

func TestAnswersOfOthersAreNotFound(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	stranger, _ := s.trainee()
	at := s.start(actor, id, "pre")
	in := learning.AnswerInput{Attempt: at.ID, ID: lms.NewID[lms.Answer](), Question: "q-single", Revision: 1, Content: json.RawMessage(`{"choice":"a"}`)}
	_, err := s.learning.Answer(t.Context(), stranger, in)
	s.refused(err, lms.NotFound, "not-found")
	_, err = s.learning.Answer(t.Context(), s.staff(lms.Admin, lms.AllGround()), in)
	s.refused(err, lms.NotFound, "not-found")
	_, err = s.learning.Submit(t.Context(), stranger, at.ID, "en")
	s.refused(err, lms.NotFound, "not-found")
	in.Question = "q-order" // in the bank, but not on this paper
	_, err = s.learning.Answer(t.Context(), actor, in)
	s.refused(err, lms.NotFound, "not-found")
	in.Question, in.Content = "q-single", json.RawMessage(`{"choice":"z"}`)
	_, err = s.learning.Answer(t.Context(), actor, in)
	s.refused(err, lms.Invalid, "answer-malformed")
}

func TestWithdrawnPeopleAnswerNoMore(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	at := s.start(actor, id, "pre")
	s.answer(actor, at.ID, "q-single", 1, json.RawMessage(`{"choice":"a"}`)) // the paper is in memory now
	s.check(s.learning.Withdraw(t.Context(), s.staff(lms.Coordinator, lms.CountryGround("KZ")), id))
	_, err := s.learning.Answer(t.Context(), actor, learning.AnswerInput{
		Attempt: at.ID, ID: lms.NewID[lms.Answer](), Question: "q-single", Revision: 2, Content: json.RawMessage(`{"choice":"b"}`),
	})
	s.refused(err, lms.NotFound, "not-found")
}

func TestSavingAnAnswerTakesOneStatement(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	at := s.start(actor, id, "pre")
	save := func(revision int64) func(context.Context) {
		return func(ctx context.Context) {
			_, err := s.learning.Answer(ctx, actor, learning.AnswerInput{
				Attempt: at.ID, ID: lms.NewID[lms.Answer](), Question: "q-single", Revision: revision, Content: json.RawMessage(`{"choice":"a"}`),
			})
			s.check(err)
		}
	}
	s.statements(2, save(1)) // the paper is read once
	s.statements(1, save(2))
}

func TestLanguageChangesKeepTheAnswer(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	at := s.start(actor, id, "pre")
	s.answer(actor, at.ID, "q-match", 1, s.right(at.ID, "q-match"))
	en, err := s.learning.Attempt(t.Context(), actor, at.ID, "en")
	s.check(err)
	ru, err := s.learning.Attempt(t.Context(), actor, at.ID, "ru")
	s.check(err)
	if !reflect.DeepEqual(en.Answers, ru.Answers) {
		t.Errorf("en %+v, ru %+v", en.Answers, ru.Answers)
	}
	for i := range en.Questions {
		if en.Questions[i].StemHTML == ru.Questions[i].StemHTML {
			t.Errorf("both languages say %q", en.Questions[i].StemHTML)
		}
		for j := range en.Questions[i].Options {
			if en.Questions[i].Options[j].Key != ru.Questions[i].Options[j].Key {
				t.Error("the options stand in another order")
			}
		}
	}
}

// readyForFinal does everything that comes before the final test.
func (s *site) readyForFinal(actor lms.Actor, id lms.ID[lms.Enrolment]) {
	s.T.Helper()
	s.seen(actor, id, "read-one", "read-two")
	s.quiz(actor, id, "pre", true)
	s.quiz(actor, id, "practice", true)
	s.quiz(actor, id, "post", true)
}
