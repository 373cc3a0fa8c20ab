package learning_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"mostik/courses/scale"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

func TestACourseIsFinishedAndCertifiedOnce(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	_, err := s.learning.Activity(t.Context(), actor, id, "final", "en")
	s.refused(err, lms.Forbidden, "locked")
	_, err = s.learning.MarkSeen(t.Context(), actor, learning.SeenInput{Enrolment: id, Activity: "check", Lang: "en"})
	s.refused(err, lms.NotFound, "not-found") // nothing is noted of a self-check

	s.readyForFinal(actor, id)
	failed := s.quiz(actor, id, "final", false)
	if *failed.Result.Passed || failed.Result.Review != nil || failed.Result.ReviewWhen != "passed" || *failed.Result.AttemptsLeft != 1 {
		t.Fatalf("a failed try: %+v", failed.Result)
	}
	if s.Text(`SELECT stuck_on || ' ' || standing FROM enrolments WHERE id = $1`, id) != "final stuck" {
		t.Error("the report does not know where the person is stuck")
	}
	done := s.quiz(actor, id, "final", true)
	if !*done.Result.Passed || len(done.Result.Review) != 2 || !done.Progress.Completed || done.Progress.Certificate == nil {
		t.Fatalf("result %+v, progress %+v", done.Result, done.Progress)
	}
	if again := s.submit(actor, done.ID); again.Result.Points != done.Result.Points {
		t.Error("handing in again changed the result")
	}
	if n := s.Int(`SELECT count(*) FROM certificates WHERE enrolment_id = $1`, id); n != 1 {
		t.Errorf("%d certificates", n)
	}
	_, err = s.learning.Start(t.Context(), actor, learning.StartInput{Enrolment: id, Activity: "final", ID: lms.NewID[lms.Attempt]()})
	s.refused(err, lms.Conflict, "attempts-used")
	page, err := s.learning.Enrolment(t.Context(), actor, id, "ru")
	s.check(err)
	if page.Enrolment.State != "completed" || page.Enrolment.Certificate == nil || !strings.Contains(page.Title, "по-русски") {
		t.Errorf("%+v", page.Enrolment)
	}
}

func TestPagesKeepToTheirStatements(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	other, otherID := s.trainee()
	s.readyForFinal(other, otherID)
	s.quiz(other, otherID, "final", true)
	for _, who := range []struct {
		actor lms.Actor
		id    lms.ID[lms.Enrolment]
	}{{actor, id}, {other, otherID}} {
		s.statements(2, func(ctx context.Context) {
			_, err := s.learning.Dashboard(ctx, who.actor, "en")
			s.check(err)
		})
		s.statements(2, func(ctx context.Context) {
			_, err := s.learning.Enrolment(ctx, who.actor, who.id, "en")
			s.check(err)
		})
		for _, key := range []string{"read-one", "pre", "practice"} {
			if who.id == id && key == "practice" {
				continue // locked
			}
			s.statements(2, func(ctx context.Context) {
				_, err := s.learning.Activity(ctx, who.actor, who.id, key, "en")
				s.check(err)
			})
		}
		s.statements(1, func(ctx context.Context) {
			_, err := s.learning.Catalogue(ctx, who.actor, "en")
			s.check(err)
		})
	}
	s.statements(2, func(ctx context.Context) {
		_, err := s.learning.MarkSeen(ctx, actor, learning.SeenInput{Enrolment: id, Activity: "read-one"})
		s.check(err)
	})
	s.statements(1, func(ctx context.Context) { // a repeat writes nothing
		_, err := s.learning.MarkSeen(ctx, actor, learning.SeenInput{Enrolment: id, Activity: "read-one"})
		s.check(err)
	})
	var at *learning.AttemptView
	s.statements(3, func(ctx context.Context) {
		var err error
		at, err = s.learning.Start(ctx, actor, learning.StartInput{Enrolment: id, Activity: "pre", ID: lms.NewID[lms.Attempt]()})
		s.check(err)
	})
	s.statements(2, func(ctx context.Context) {
		_, err := s.learning.Attempt(ctx, actor, at.ID, "en")
		s.check(err)
	})
	s.statements(4, func(ctx context.Context) { // the last one puts the result on record
		_, err := s.learning.Submit(ctx, actor, at.ID, "en")
		s.check(err)
	})
	third, thirdID := s.trainee()
	s.readyForFinal(third, thirdID)
	final := s.start(third, thirdID, "final")
	for i, q := range final.Questions {
		s.answer(third, final.ID, q.Key, int64(i+1), s.right(final.ID, q.Key))
	}
	s.statements(5, func(ctx context.Context) { // and the certificate with its first event
		_, err := s.learning.Submit(ctx, third, final.ID, "en")
		s.check(err)
	})
	if n := s.Int(`SELECT count(*) FROM certificates WHERE person_id = $1`, third.Person); n != 1 {
		t.Errorf("%d certificates", n)
	}
}

func TestStartingAgainResumes(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	in := learning.StartInput{Enrolment: id, Activity: "pre", ID: lms.NewID[lms.Attempt](), Lang: "en"}
	first, err := s.learning.Start(t.Context(), actor, in)
	s.check(err)
	s.answer(actor, first.ID, "q-single", 7, json.RawMessage(`{"choice":"c"}`))
	for _, device := range []lms.ID[lms.Attempt]{in.ID, lms.NewID[lms.Attempt]()} {
		in.ID = device
		again, err := s.learning.Start(t.Context(), actor, in)
		s.check(err)
		if again.ID != first.ID || again.MaxRevision != 7 || again.Answers["q-single"].Content.Choice != "c" {
			t.Errorf("%+v", again)
		}
	}
	other, otherID := s.trainee()
	_, err = s.learning.Start(t.Context(), other, learning.StartInput{Enrolment: otherID, Activity: "pre", ID: first.ID})
	s.refused(err, lms.Conflict, "id-taken")
}

func TestRightAnswersStayUntilTheyMayBeShown(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	at := s.start(actor, id, "pre")
	raw, err := json.Marshal(at)
	s.check(err)
	for _, secret := range []string{"That is an act", `"right":{`, "feedback"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("an open attempt says %q", secret)
		}
	}
	// The pre-test is never reviewed: its questions come again.
	if done := s.submit(actor, at.ID); done.Result.Review != nil || done.Result.ReviewWhen != "never" {
		t.Errorf("%+v", done.Result)
	}
}

func TestAllowancesGiveTimeAndAttempts(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	s.readyForFinal(actor, id)
	at := s.start(actor, id, "final")
	s.check(s.learning.Allow(t.Context(), trainer, learning.AllowanceInput{Enrolment: id, Activity: "final", ExtraAttempts: 1, ExtraMinutes: 15, Reason: "a slow line"}))
	got, err := s.learning.Attempt(t.Context(), actor, at.ID, "en")
	s.check(err)
	if !got.DeadlineAt.Equal(at.DeadlineAt.Add(15 * time.Minute)) {
		t.Errorf("the open attempt's deadline is %v, was %v", got.DeadlineAt, at.DeadlineAt)
	}
	s.submit(actor, at.ID)
	s.quiz(actor, id, "final", false)
	third := s.quiz(actor, id, "final", false)
	if *third.Result.AttemptsLeft != 0 {
		t.Errorf("%d attempts left", *third.Result.AttemptsLeft)
	}
	outsider := s.staff(lms.Trainer, lms.CohortGround(s.Cohort(s.version.CourseID, "RU", lms.ID[lms.Centre]{})))
	err = s.learning.Allow(t.Context(), outsider, learning.AllowanceInput{Enrolment: id, Activity: "final", ExtraAttempts: 1})
	s.refused(err, lms.NotFound, "not-found")
}

func TestExpiredAttemptsAreClosedWhenTheNextBegins(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	first := s.start(actor, id, "final")
	s.pass(time.Hour)
	second := s.start(actor, id, "final")
	if second.ID == first.ID || second.Number != 2 {
		t.Fatalf("%+v", second)
	}
	if state := s.Text(`SELECT state FROM attempts WHERE id = $1`, first.ID); state != "scored" {
		t.Errorf("the first is %s", state)
	}
}

func TestMarksScoreAnew(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one")
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	done := s.quiz(actor, id, "practice", true)
	if done.State != "to-mark" || done.Result.ToMark != 1 || !*done.Result.Passed {
		t.Fatalf("%s %+v", done.State, done.Result)
	}
	queue, err := s.learning.MarkingQueue(t.Context(), trainer, s.cohort, "en")
	s.check(err)
	if len(queue.Items) != 1 || queue.Total != 1 || queue.Items[0].Guidance == "" || queue.Items[0].PointsMax != 4 {
		t.Fatalf("%+v", queue)
	}
	for _, points := range []float64{1, 3} {
		s.check(s.learning.Mark(t.Context(), trainer, learning.MarkInput{ID: queue.Items[0].ID, Points: &points, Comment: "Well seen."}))
	}
	got, err := s.learning.Attempt(t.Context(), actor, done.ID, "en")
	s.check(err)
	if r := got.Result.Review["q-open"]; got.State != "scored" || got.Result.Points != 7 || r.Points != 3 || r.Comment != "Well seen." {
		t.Errorf("%s %+v", got.State, got.Result)
	}
	if n := s.Int(`SELECT count(*) FROM marks WHERE attempt_id = $1`, done.ID); n != 2 {
		t.Errorf("%d marks are kept", n)
	}
	tooMany := 5.0
	s.refused(s.learning.Mark(t.Context(), trainer, learning.MarkInput{ID: queue.Items[0].ID, Points: &tooMany}), lms.Invalid, "points-out-of-range")
	s.refused(s.learning.Mark(t.Context(), s.staff(lms.Coordinator, lms.CountryGround("KZ")), learning.MarkInput{ID: queue.Items[0].ID}), lms.Forbidden, "forbidden")
}

func TestInterviewsTakeTheFirstAnswerToAStep(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one", "read-two")
	s.quiz(actor, id, "pre", true)
	s.quiz(actor, id, "practice", true)
	at := s.start(actor, id, "talk")
	if at.Interview == nil || len(at.Interview.Node.Choices) != 2 {
		t.Fatalf("%+v", at.Interview)
	}
	move := func(step int, choice string) *learning.InterviewView {
		view, err := s.learning.Move(t.Context(), actor, learning.MoveInput{Attempt: at.ID, ID: lms.NewID[lms.Answer](), Step: step, Choice: choice, Lang: "en"})
		s.check(err)
		return view
	}
	move(0, "a")
	if view := move(0, "b"); view.Step != 1 || view.Node.Says == "I go." {
		t.Errorf("a step was taken twice: %+v", view)
	}
	_, err := s.learning.Assess(t.Context(), actor, learning.AssessInput{Attempt: at.ID})
	s.refused(err, lms.Conflict, "conversation-open")
	view := move(1, "a")
	if view.Node.End != "referred" || len(view.Facts) != 3 || len(view.Transcript) != 2 {
		t.Fatalf("%+v", view)
	}
	s.check(s.learning.Note(t.Context(), actor, learning.NotesInput{Attempt: at.ID, ID: lms.NewID[lms.Answer](), Revision: 2, Noted: []string{"papers-held"}}))
	s.check(s.learning.Note(t.Context(), actor, learning.NotesInput{Attempt: at.ID, ID: lms.NewID[lms.Answer](), Revision: 1, Noted: []string{"threats"}}))
	done, err := s.learning.Assess(t.Context(), actor, learning.AssessInput{Attempt: at.ID, Lang: "en", Sorted: map[string]scenario.Element{
		"f-recruited": scenario.Act, "f-deceived": scenario.Means, "f-labour": scenario.Purpose,
	}})
	s.check(err)
	if sc := done.Result.Scores; sc == nil || !sc.Passed || sc.Indicators != 100 || len(sc.Replay) == 0 || !sc.StepsOwed[0].Done {
		t.Errorf("%+v", sc)
	}
	if done.Progress.Activity.State != "done" {
		t.Errorf("%+v", done.Progress)
	}
}

func TestAnonymousSurveysCarryNobody(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one", "read-two")
	s.quiz(actor, id, "pre", true)
	s.quiz(actor, id, "practice", true)
	four := 4.0
	in := learning.SurveyInput{Enrolment: id, Activity: "reaction", Answers: scale.Response{"s1": {Number: &four}}}
	for range 2 {
		view, err := s.learning.AnswerSurvey(t.Context(), actor, in)
		s.check(err)
		if view.Activity.State != "done" {
			t.Errorf("%+v", view)
		}
	}
	if n := s.Int(`SELECT count(*) FROM survey_responses WHERE enrolment_id IS NULL`); n != 1 {
		t.Errorf("%d rows without a person", n)
	}
	row := s.Text(`SELECT row_to_json(r)::text FROM survey_responses r`)
	for _, trace := range []string{id.String(), actor.Person.String(), "T09"} {
		if strings.Contains(row, trace) {
			t.Errorf("%s leads to the person: %s", trace, row)
		}
	}
}

func TestProgressIsCarriedToANewerVersion(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one", "read-two")
	s.quiz(actor, id, "pre", true)
	open := s.start(actor, id, "practice")
	old := s.version
	if again := s.publish(nil); again.New || again.Version != old.ID {
		t.Fatalf("the same package twice: %+v", again)
	}
	changed := strings.Replace(lmstest.SmallCourseYAML, "key: read-two, kind: lesson, revision: 1", "key: read-two, kind: lesson, revision: 2", 1)
	if next := s.publish(map[string]string{"course.yaml": changed}); !next.New || next.Number != 2 {
		t.Fatalf("%+v", next)
	}
	moved, err := s.learning.Upgrade(t.Context(), s.version.CourseID)
	s.check(err)
	if moved != 1 {
		t.Errorf("%d moved", moved)
	}
	page, err := s.learning.Enrolment(t.Context(), actor, id, "en")
	s.check(err)
	states := map[string]string{}
	for _, m := range page.Modules {
		for _, a := range m.Activities {
			states[a.Key] = a.State
		}
	}
	if page.Enrolment.VersionNumber != 2 || states["read-one"] != "done" || states["read-two"] != "open" || states["pre"] != "done" || page.Enrolment.RequiredDone != 2 {
		t.Errorf("version %d, done %d, %v", page.Enrolment.VersionNumber, page.Enrolment.RequiredDone, states)
	}
	// The attempt stays with the version it was begun with, and its result counts.
	if v := s.Text(`SELECT version_id::text FROM attempts WHERE id = $1`, open.ID); v != old.ID.String() {
		t.Errorf("the attempt moved to %s", v)
	}
	for i, q := range open.Questions {
		if q.Key != "q-open" {
			s.answer(actor, open.ID, q.Key, int64(i+1), s.right(open.ID, q.Key))
		}
	}
	if got := s.submit(actor, open.ID); got.Progress.RequiredDone != 2 || got.Progress.Activity.State != "failed" {
		t.Errorf("%+v", got.Progress)
	}
}

func TestSealedNotesAreTheOwnersAlone(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one", "read-two")
	s.quiz(actor, id, "pre", true)
	s.quiz(actor, id, "practice", true)
	for _, revision := range []int64{1, 3, 2} {
		_, err := s.learning.Seal(t.Context(), actor, learning.SealedInput{Enrolment: id, Activity: "think", Ciphertext: strings.Repeat("x", int(revision)), Revision: revision})
		s.check(err)
	}
	page, err := s.learning.Activity(t.Context(), actor, id, "think", "en")
	s.check(err)
	if page.Reflection.Sealed == nil || page.Reflection.Sealed.Ciphertext != "xxx" {
		t.Errorf("%+v", page.Reflection)
	}
	for _, role := range []lms.Role{lms.Admin, lms.Trainer, lms.Coordinator} {
		_, err := s.learning.Activity(t.Context(), s.staff(role, lms.AllGround()), id, "think", "en")
		s.refused(err, lms.NotFound, "not-found")
	}
}

func TestAttendanceIsTakenAndTakenBack(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	for _, there := range []bool{true, false} {
		s.check(s.learning.TakeAttendance(t.Context(), trainer, learning.AttendanceInput{
			Cohort: s.cohort, Activity: "practice-day", Enrolments: []lms.ID[lms.Enrolment]{id}, Attended: there,
		}))
		done := s.Text(`SELECT state FROM activity_progress WHERE enrolment_id = $1 AND activity_key = 'practice-day'`, id) == "done"
		if done != there {
			t.Errorf("attended %v, stored %v", there, done)
		}
	}
	s.refused(s.learning.TakeAttendance(t.Context(), actor, learning.AttendanceInput{Cohort: s.cohort}), lms.NotFound, "not-found")
}

func TestStatisticsAndGain(t *testing.T) {
	s := newSite(t)
	for i := range 6 {
		if i == 4 {
			s.fewToldNothing()
		}
		actor, id := s.trainee()
		s.seen(actor, id, "read-one", "read-two")
		s.quiz(actor, id, "pre", i == 0)
		s.quiz(actor, id, "practice", true)
		if i < 5 {
			s.quiz(actor, id, "post", true)
		}
	}
	var st *learning.Statistics
	s.statements(2, func(ctx context.Context) {
		var err error
		st, err = s.learning.CohortStatistics(ctx, s.staff(lms.Trainer, lms.CohortGround(s.cohort)), s.cohort, "en")
		s.check(err)
	})
	if st.Gain == nil || st.Gain.N != 5 || st.Gain.MeanPre != 20 || st.Gain.MeanPost != 100 || st.Gain.Unpaired != 1 {
		t.Errorf("%+v", st.Gain)
	}
	for _, q := range st.Questions {
		if q.Key == "q-single" && q.ActivityKey == "pre" && (q.N != 6 || q.Unanswered != 5 || len(q.Options) != 3 || q.Options[1].Count != 1) {
			t.Errorf("%+v", q)
		}
	}
}

// An author sees how questions serve and nobody's name: what they are told changes by five people at a time, so that
// looking before and after one test tells nothing of who took it.
func TestAnAuthorIsToldInWholeFives(t *testing.T) {
	s := newSite(t)
	author := s.staff(lms.Author, lms.AllGround())
	look := func() string {
		st, err := s.learning.CohortStatistics(t.Context(), author, s.cohort, "en")
		s.check(err)
		raw, err := json.Marshal(st)
		s.check(err)
		return string(raw)
	}
	var told []string
	for i := range 10 {
		actor, id := s.trainee()
		s.seen(actor, id, "read-one", "read-two")
		s.quiz(actor, id, "pre", i != 2 && i != 7)
		told = append(told, look())
	}
	for i := range told {
		same := i > 0 && told[i] == told[i-1]
		if changes := i == 4 || i == 9; i > 0 && same == changes {
			t.Errorf("after %d tests the author is told %s, before %s", i+1, told[i], told[i-1])
		}
	}
	st, err := s.learning.CohortStatistics(t.Context(), author, s.cohort, "en")
	s.check(err)
	means := 0
	for _, q := range st.Questions {
		for _, o := range q.Options {
			if o.MeanTotal != nil {
				means++
			}
			if o.Count < 5 && o.MeanTotal != nil {
				t.Errorf("what %d people reached is told as a mean: %+v", o.Count, o)
			}
		}
	}
	if means == 0 {
		t.Error("no mean is told at all")
	}
}

// fewToldNothing holds that the choices of fewer than five are not told.
func (s *site) fewToldNothing() {
	s.T.Helper()
	st, err := s.learning.CohortStatistics(s.T.Context(), s.staff(lms.Trainer, lms.CohortGround(s.cohort)), s.cohort, "en")
	s.check(err)
	if st.Gain != nil {
		s.T.Errorf("the gain of four is told: %+v", st.Gain)
	}
	for _, q := range st.Questions {
		if len(q.Options) > 0 || q.Difficulty != 0 || q.Unanswered != 0 {
			s.T.Errorf("the choices of four are told: %+v", q)
		}
	}
}

func TestOverviewsShowProgressAndNoAnswers(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	s.statements(2, func(ctx context.Context) {
		o, err := s.learning.Overview(ctx, s.staff(lms.Facilitator, lms.AllGround()), id, "en")
		s.refused(err, lms.NotFound, "not-found")
		_ = o
	})
	o, err := s.learning.Overview(t.Context(), s.staff(lms.Coordinator, lms.CountryGround("KZ")), id, "en")
	s.check(err)
	raw, err := json.Marshal(o)
	s.check(err)
	if o.Enrolment.RequiredDone != 5 || len(o.Attempts) != 3 || o.Activities[0].DoneAt == nil || strings.Contains(string(raw), "quiet place") {
		t.Errorf("%s", raw)
	}
}

func TestEnrollingTwiceIsEnrollingOnce(t *testing.T) {
	s := newSite(t)
	person := s.Person(lmstest.PersonSpec{Country: "KZ"})
	first, err := s.learning.EnrolSelf(t.Context(), lms.Actor{Person: person}, lmstest.CourseKey)
	s.check(err)
	coordinator := s.staff(lms.Coordinator, lms.CountryGround("KZ"))
	for i := range 2 {
		done, err := s.learning.EnrolInCohort(t.Context(), coordinator, s.cohort, []lms.ID[lms.Person]{person, person})
		s.check(err)
		if done.Enrolled != 0 || done.Already != 1 {
			t.Errorf("round %d: %+v", i, done)
		}
	}
	if again, err := s.learning.EnrolSelf(t.Context(), lms.Actor{Person: person}, lmstest.CourseKey); err != nil || again != first {
		t.Errorf("%v, %v", again, err)
	}
	if got := s.Text(`SELECT cohort_id::text FROM enrolments WHERE id = $1`, first); got != s.cohort.String() {
		t.Errorf("who enrolled alone did not join the cohort: %s", got)
	}
	abroad := s.Person(lmstest.PersonSpec{Country: "RU"})
	_, err = s.learning.EnrolInCohort(t.Context(), coordinator, s.cohort, []lms.ID[lms.Person]{abroad})
	s.refused(err, lms.NotFound, "not-found")
	s.check(s.catalog.SetOpen(t.Context(), lmstest.CourseKey, false))
	_, err = s.learning.EnrolSelf(t.Context(), lms.Actor{Person: abroad}, lmstest.CourseKey)
	s.refused(err, lms.Forbidden, "course-not-open")
}

func TestStepsTakenAtOnceAllCount(t *testing.T) {
	s := newSite(t)
	for range 10 {
		actor, id := s.trainee()
		var all sync.WaitGroup
		for _, key := range []string{"read-one", "read-two", "read-one"} {
			all.Go(func() {
				if _, err := s.learning.MarkSeen(t.Context(), actor, learning.SeenInput{Enrolment: id, Activity: key}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() { s.quiz(actor, id, "pre", true) })
		all.Wait()
		if n := s.Int(`SELECT required_done FROM enrolments WHERE id = $1`, id); n != 3 {
			t.Errorf("%d of 3 steps count", n)
		}
		if n := s.Int(`SELECT count(*) FROM activity_progress WHERE enrolment_id = $1 AND state = 'done'`, id); n != 3 {
			t.Errorf("%d of 3 activities are done", n)
		}
	}
}
