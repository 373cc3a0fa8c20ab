package learning_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"mostik/courses/exercise"
	"mostik/lms"
	"mostik/lms/learning"
)

// member is somebody of the cohort at an exercise.
type member struct {
	s     *site
	actor lms.Actor
	id    lms.ID[lms.Enrolment]
}

func (s *site) members(n int) []member {
	s.T.Helper()
	list := make([]member, n)
	for i := range list {
		actor, id := s.reader()
		list[i] = member{s, actor, id}
	}
	return list
}

func (m member) query() learning.TableQuery {
	return learning.TableQuery{Enrolment: m.id, Activity: "together", Lang: "en"}
}

func (m member) sit() *learning.TableView {
	m.s.T.Helper()
	out, err := m.s.learning.SitDown(m.s.T.Context(), m.actor, m.query())
	m.s.check(err)
	return out.Table
}

func (m member) look() *learning.TableView {
	m.s.T.Helper()
	out, err := m.s.learning.Table(m.s.T.Context(), m.actor, m.query())
	m.s.check(err)
	return out.Table
}

func (m member) start() *learning.TableView {
	m.s.T.Helper()
	out, err := m.s.learning.StartTable(m.s.T.Context(), m.actor, m.query())
	m.s.check(err)
	return out.Table
}

func (m member) say(text string) *learning.TableView {
	m.s.T.Helper()
	out, err := m.s.learning.SayAtTable(m.s.T.Context(), m.actor, learning.SayInput{TableQuery: m.query(), ID: lms.NewID[lms.Message](), Text: text})
	m.s.check(err)
	return out.Table
}

func (m member) propose(version int, p exercise.Proposal) (learning.TableAnswer, error) {
	return m.s.learning.Propose(m.s.T.Context(), m.actor, learning.ProposeInput{TableQuery: m.query(), Version: version, Proposal: p})
}

func (m member) agree(version int) (learning.TableAnswer, error) {
	return m.s.learning.Agree(m.s.T.Context(), m.actor, learning.AgreeInput{TableQuery: m.query(), Version: version})
}

func (m member) leave() error {
	_, err := m.s.learning.LeaveTable(m.s.T.Context(), m.actor, m.query())
	return err
}

func whole() exercise.Proposal {
	return exercise.Proposal{"first": {Chosen: []string{"a"}}, "share": {Chosen: []string{"a"}}, "because": {Text: "Safety first."}}
}

func cardsOf(v *learning.TableView) string {
	var parts []string
	for _, c := range v.Cards {
		parts = append(parts, c.Part)
	}
	return strings.Join(parts, " ")
}

func TestThreeAgree(t *testing.T) {
	s := newSite(t)
	m := s.members(3)
	if v := m[0].sit(); v.State != "open" || v.Part != "police" || cardsOf(v) != "police" || v.Number != 1 {
		t.Fatalf("%+v", v)
	}
	m[1].sit()
	_, err := s.learning.StartTable(t.Context(), m[0].actor, m[0].query())
	s.refused(err, lms.Conflict, "table-too-small")
	if v := m[2].sit(); v.Part != "health" || len(v.Seats) != 3 {
		t.Fatalf("%+v", v)
	}
	if v := m[2].sit(); v.Part != "health" || len(v.Seats) != 3 {
		t.Errorf("sitting down twice: %+v", v)
	}
	_, err = m[0].propose(0, whole())
	s.refused(err, lms.Conflict, "table-not-started")
	v := m[1].start()
	if v.State != "started" || cardsOf(v) != "inspection ngo" {
		t.Fatalf("after the start one reads the own card and that of the empty part: %s", cardsOf(v))
	}
	if v := m[0].say("  I know the address.  "); len(v.Messages) != 1 || v.Messages[0].Text != "I know the address." || !v.Messages[0].Mine || v.Messages[0].Part != "police" {
		t.Errorf("%+v", v.Messages)
	}
	if v := m[2].look(); len(v.Messages) != 1 || v.Messages[0].Mine || v.Debrief != nil {
		t.Errorf("%+v", v)
	}
	_, err = m[0].agree(0)
	s.refused(err, lms.Conflict, "proposal-open")
	out, err := m[0].propose(0, whole())
	s.check(err)
	if out.Table.Proposal.Version != 1 || len(out.Table.Proposal.Open) != 0 {
		t.Errorf("%+v", out.Table.Proposal)
	}
	for _, x := range m[:2] {
		_, err := x.agree(1)
		s.check(err)
	}
	// An edit clears the agreements; one who was slower is told so.
	changed := whole()
	changed["first"] = exercise.ItemValue{Chosen: []string{"b"}}
	_, err = m[2].propose(0, changed)
	s.refused(err, lms.Conflict, "proposal-changed")
	_, err = m[2].propose(1, changed)
	s.check(err)
	for _, seat := range m[0].look().Seats {
		if seat.Agreed {
			t.Errorf("%s still agrees", seat.Part)
		}
	}
	_, err = m[0].agree(1)
	s.refused(err, lms.Conflict, "proposal-changed")
	for i, x := range m {
		out, err := x.agree(2)
		s.check(err)
		if done := out.Table.State == "done"; done != (i == 2) {
			t.Errorf("after %d agreements the table is %s", i+1, out.Table.State)
		}
		if i == 2 && (out.Table.Progress == nil || out.Table.Progress.Activity.State != "done") {
			t.Errorf("%+v", out.Table.Progress)
		}
	}
	for _, x := range m {
		page, err := s.learning.Activity(t.Context(), x.actor, x.id, "together", "en")
		s.check(err)
		v := page.Exercise.Table
		if page.State != "done" || cardsOf(v) != "police inspection health ngo" || !strings.Contains(v.Debrief.HTML, "Look back") {
			t.Errorf("%s %+v", page.State, v)
		}
		if o := v.Debrief.Items[0].Options; o[0].Chosen || !o[0].Right || !o[1].Chosen || !strings.Contains(o[1].Feedback, "Why no raid") {
			t.Errorf("%+v", o)
		}
	}
	s.refused(m[0].leave(), lms.Conflict, "table-done")
	_, err = s.learning.SayAtTable(t.Context(), m[0].actor, learning.SayInput{TableQuery: m[0].query(), ID: lms.NewID[lms.Message](), Text: "One more"})
	s.refused(err, lms.Conflict, "table-done")
}

// Everything that one may not see yet stays on the server: others' cards, what is right, the debriefing.
func TestTableKeepsWhatOneMayNotSee(t *testing.T) {
	s := newSite(t)
	m := s.members(4)
	for _, x := range m[:3] {
		x.sit()
	}
	raw := func(v any) string {
		data, err := json.Marshal(v)
		s.check(err)
		return string(data)
	}
	page, err := s.learning.Activity(t.Context(), m[0].actor, m[0].id, "together", "en")
	s.check(err)
	for _, word := range []string{"Card of the inspection", "Card of the clinic", "Card of the organisation", "Why ", "Look back", `"right"`} {
		if strings.Contains(raw(page), word) {
			t.Errorf("the page says %q", word)
		}
	}
	if !strings.Contains(raw(page), "Card of the police") {
		t.Error("the own card is missing")
	}
	if v := m[1].start(); strings.Contains(raw(v), "Card of the police") || strings.Contains(raw(v), "Why ") {
		t.Errorf("%s", raw(v))
	}
	// Who comes after the start sits at another table and sees nothing of the first.
	m[1].say("Nobody else reads this.")
	v := m[3].sit()
	if v.Number != 2 || v.Part != "police" || strings.Contains(raw(v), "Nobody else") {
		t.Errorf("%s", raw(v))
	}
	// Nor does anybody with another's enrolment.
	_, err = s.learning.Table(t.Context(), m[3].actor, m[0].query())
	s.refused(err, lms.NotFound, "not-found")
	// Somebody of another cohort finds no table of this one.
	other := s.Cohort(s.version.CourseID, "KZ", lms.ID[lms.Centre]{})
	stranger := s.members(1)[0]
	s.Exec(`UPDATE enrolments SET cohort_id = $2 WHERE id = $1`, stranger.id, other)
	if v := stranger.sit(); v.Number != 1 || len(v.Seats) != 1 {
		t.Errorf("%+v", v)
	}
}

func TestLeavingATable(t *testing.T) {
	s := newSite(t)
	m := s.members(4)
	for _, x := range m {
		x.sit()
	}
	if v := m[0].look(); v.State != "started" {
		t.Fatal("a full table begins by itself:", v.State)
	}
	_, err := m[0].propose(0, whole())
	s.check(err)
	for _, x := range m[:3] {
		_, err := x.agree(1)
		s.check(err)
	}
	s.check(m[3].leave()) // the only one who had not agreed
	v := m[0].look()
	if v.State != "done" || len(v.Seats) != 3 {
		t.Errorf("all who stay have agreed, and the table is %s", v.State)
	}
	if out, err := s.learning.Table(t.Context(), m[3].actor, m[3].query()); err != nil || out.Seated || out.Table != nil {
		t.Errorf("%+v %v", out, err)
	}
	if v := m[3].sit(); v.Number != 2 {
		t.Errorf("%+v", v)
	}
	s.check(m[3].leave())
	if n := s.Int(`SELECT count(*) FROM exercise_tables`); n != 1 {
		t.Errorf("a table at which nobody sits is kept: %d", n)
	}
	page, err := s.learning.Activity(t.Context(), m[3].actor, m[3].id, "together", "en")
	s.check(err)
	if page.State == "done" {
		t.Error("one who left has not done it")
	}
}

func TestEmptyPartsAfterLeaving(t *testing.T) {
	s := newSite(t)
	m := s.members(4)
	for _, x := range m {
		x.sit()
	}
	s.check(m[1].leave())
	if v := m[0].look(); cardsOf(v) != "police inspection" {
		t.Error(cardsOf(v))
	}
	s.check(s.learning.Withdraw(t.Context(), s.staff(lms.Coordinator, lms.CountryGround("KZ")), m[2].id))
	if v := m[0].look(); cardsOf(v) != "police inspection health" || len(v.Seats) != 2 {
		t.Error(cardsOf(v), v.Seats)
	}
}

func TestSittingDownAtOnce(t *testing.T) {
	s := newSite(t)
	m := s.members(8)
	var wg sync.WaitGroup
	errs := make([]error, len(m))
	for i, x := range m {
		wg.Go(func() { _, errs[i] = s.learning.SitDown(t.Context(), x.actor, x.query()) })
	}
	wg.Wait()
	for _, err := range errs {
		s.check(err)
	}
	if full := s.Int(`SELECT count(*) FROM exercise_tables WHERE state = 'started'`); full != 2 {
		t.Errorf("%d full tables of eight people", full)
	}
}

// All press the button in the same moment: nobody's agreement is lost, and it is done for everyone.
func TestAgreeingAtOnce(t *testing.T) {
	s := newSite(t)
	m := s.members(4)
	for _, x := range m {
		x.sit()
	}
	_, err := m[0].propose(0, whole())
	s.check(err)
	var wg sync.WaitGroup
	errs := make([]error, len(m))
	for i, x := range m {
		wg.Go(func() { _, errs[i] = x.agree(1) })
	}
	wg.Wait()
	for _, err := range errs {
		s.check(err)
	}
	if n := s.Int(`SELECT count(*) FROM activity_progress WHERE activity_key = 'together' AND state = 'done'`); n != 4 {
		t.Errorf("done for %d", n)
	}
}

func TestTableRefuses(t *testing.T) {
	s := newSite(t)
	m := s.members(4)
	for _, x := range m {
		x.sit()
	}
	_, err := m[0].propose(0, exercise.Proposal{"second": {Text: "x"}})
	s.refused(err, lms.Invalid, "key-unknown")
	_, err = m[0].propose(0, exercise.Proposal{"because": {Text: strings.Repeat("x", exercise.MaxText+1)}})
	s.refused(err, lms.Invalid, "too-long")
	_, err = m[0].propose(0, exercise.Proposal{"because": {Text: "a\x00b"}})
	s.refused(err, lms.Invalid, "answer-malformed")
	say := func(text string, id lms.ID[lms.Message]) error {
		_, err := s.learning.SayAtTable(t.Context(), m[0].actor, learning.SayInput{TableQuery: m[0].query(), ID: id, Text: text})
		return err
	}
	s.refused(say("  ", lms.NewID[lms.Message]()), lms.Invalid, "required")
	s.refused(say(strings.Repeat("ж", learning.MaxMessage+1), lms.NewID[lms.Message]()), lms.Invalid, "too-long")
	id := lms.NewID[lms.Message]()
	s.check(say(strings.Repeat("ж", learning.MaxMessage), id))
	s.check(say("again", id))
	if n := s.Int(`SELECT count(*) FROM exercise_messages`); n != 1 {
		t.Errorf("%d messages", n)
	}
	alone, aloneID := s.reader()
	s.Exec(`UPDATE enrolments SET cohort_id = NULL WHERE id = $1`, aloneID)
	_, err = s.learning.SitDown(t.Context(), alone, learning.TableQuery{Enrolment: aloneID, Activity: "together", Lang: "en"})
	s.refused(err, lms.Conflict, "no-cohort")
	early, earlyID := s.trainee()
	_, err = s.learning.SitDown(t.Context(), early, learning.TableQuery{Enrolment: earlyID, Activity: "together", Lang: "en"})
	s.refused(err, lms.Forbidden, "locked")
}

// What a device has already is not sent again.
func TestTableAsksForLittle(t *testing.T) {
	s := newSite(t)
	m := s.members(4)
	for _, x := range m {
		x.sit()
	}
	m[0].say("One")
	v := m[0].say("Two")
	q := m[0].query()
	q.Changed, q.Since, q.Cards = v.Changed, 2, "police"
	s.statements(2, func(ctx context.Context) {
		out, err := s.learning.Table(ctx, m[0].actor, q)
		s.check(err)
		if !out.Seated || out.Table != nil || out.Changed != v.Changed {
			t.Errorf("%+v", out)
		}
	})
	m[1].say("Three")
	s.statements(2, func(ctx context.Context) {
		out, err := s.learning.Table(ctx, m[0].actor, q)
		s.check(err)
		if len(out.Table.Messages) != 1 || out.Table.Messages[0].Number != 3 || out.Table.Cards != nil {
			t.Errorf("%+v", out.Table)
		}
	})
	s.statements(2, func(ctx context.Context) {
		_, err := s.learning.Activity(ctx, m[0].actor, m[0].id, "together", "en")
		s.check(err)
	})
}

func TestTrainersSeeTables(t *testing.T) {
	s := newSite(t)
	m := s.members(3)
	for _, x := range m {
		x.sit()
	}
	m[0].start()
	m[0].say("Read by the trainer.")
	_, err := m[0].propose(0, whole())
	s.check(err)
	_, err = m[0].agree(1)
	s.check(err)
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	s.statements(2, func(ctx context.Context) {
		list, err := s.learning.Tables(ctx, trainer, s.cohort, "ru")
		s.check(err)
		if len(list) != 1 || len(list[0].Seats) != 3 || !list[0].Seats[0].Agreed || list[0].Messages[0].Text != "Read by the trainer." ||
			list[0].Title != "The night market по-русски" || list[0].Proposal["because"].Text != "Safety first." || len(list[0].Items) != 3 {
			t.Errorf("%+v", list)
		}
	})
	_, err = s.learning.Tables(t.Context(), s.staff(lms.Coordinator, lms.CountryGround("KZ")), s.cohort, "en")
	s.refused(err, lms.Forbidden, "forbidden")
	_, err = s.learning.Tables(t.Context(), m[0].actor, s.cohort, "en")
	s.refused(err, lms.NotFound, "not-found")
}
