package learning_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"mostik/courses/desk"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/learning"
)

func deskAnswer() desk.Answer {
	return desk.Answer{
		Sorted:     map[string]scenario.Element{"f1": scenario.Act, "f2": scenario.Means, "f3": scenario.Purpose, "f4": scenario.None},
		Weighed:    map[string]desk.Weight{"deception": desk.Strong, "isolation": desk.None},
		Conclusion: "refer",
	}
}

// reader is a trainee before whom every activity of the second module lies open.
func (s *site) reader() (lms.Actor, lms.ID[lms.Enrolment]) {
	s.T.Helper()
	actor, id := s.trainee()
	s.Exec(`UPDATE enrolments SET done = overlay(done placing 'xxxx' from 1 for 4) WHERE id = $1`, id)
	return actor, id
}

func (s *site) handInDesk(actor lms.Actor, id lms.ID[lms.Enrolment], attempt lms.ID[lms.Attempt], a desk.Answer) (*learning.AttemptView, error) {
	return s.learning.HandInDesk(s.T.Context(), actor, learning.DeskInput{Enrolment: id, Activity: "desk", ID: attempt, Answer: a, Lang: "en"})
}

// Nothing right reaches the browser before the hand-in: neither the page nor the text of it in any language.
func TestDeskKeepsWhatIsRight(t *testing.T) {
	s := newSite(t)
	actor, id := s.reader()
	for _, lang := range []string{"en", "ru"} {
		page, err := s.learning.Activity(t.Context(), actor, id, "desk", lang)
		s.check(err)
		raw, err := json.Marshal(page)
		s.check(err)
		for _, word := range []string{"Why ", `"right"`, `"proper"`, `"broken"`, `"element"`, `"weight"`, "Protocol"} {
			if strings.Contains(string(raw), word) {
				t.Errorf("%s: the page says %q: %s", lang, word, raw)
			}
		}
		if len(page.Desk.Documents) != 2 || len(page.Desk.Facts) != 4 || page.Desk.ContentNote == "" {
			t.Errorf("%+v", page.Desk)
		}
	}
}

func TestDeskIsHandedInAndTriedAgain(t *testing.T) {
	s := newSite(t)
	actor, id := s.reader()
	answer := deskAnswer()
	answer.Conclusion = "confirm"
	first := lms.NewID[lms.Attempt]()
	view, err := s.handInDesk(actor, id, first, answer)
	s.check(err)
	if r := view.Result; r.Percent != 80 || *r.Passed || r.Desk.Broken != "palermo art. 6" || view.Progress.Activity.State != "failed" {
		t.Errorf("%+v %+v", view.Result, view.Progress)
	}
	if m := view.Result.Desk.Sorting[0]; m.Proper != scenario.Act || !strings.Contains(m.Feedback, "Why transport") || len(view.Result.Desk.Sources) == 0 {
		t.Errorf("%+v", m)
	}
	// The same id again is the same hand-in, whatever it holds.
	again, err := s.handInDesk(actor, id, first, deskAnswer())
	s.check(err)
	if again.ID != first || again.Result.Percent != 80 || again.Result.Desk == nil {
		t.Errorf("%+v", again.Result)
	}
	second, err := s.handInDesk(actor, id, lms.NewID[lms.Attempt](), deskAnswer())
	s.check(err)
	if second.Number != 2 || second.Result.Percent != 100 || !*second.Result.Passed || second.Progress.Activity.State != "done" || second.Desk == nil {
		t.Errorf("%+v %+v", second, second.Result)
	}
	page, err := s.learning.Activity(t.Context(), actor, id, "desk", "en")
	s.check(err)
	if len(page.Desk.Attempts) != 2 || page.State != "done" {
		t.Errorf("%+v", page.Desk.Attempts)
	}
	// A later failure takes nothing back.
	worse, err := s.handInDesk(actor, id, lms.NewID[lms.Attempt](), desk.Answer{})
	s.check(err)
	if worse.Result.Percent != 0 || worse.Progress.Activity.State != "done" {
		t.Errorf("%+v", worse.Progress)
	}
}

func TestDeskRefuses(t *testing.T) {
	s := newSite(t)
	actor, id := s.reader()
	other, otherID := s.reader()
	mine := lms.NewID[lms.Attempt]()
	_, err := s.handInDesk(actor, id, mine, deskAnswer())
	s.check(err)

	_, err = s.handInDesk(other, id, lms.NewID[lms.Attempt](), deskAnswer())
	s.refused(err, lms.NotFound, "not-found")
	_, err = s.handInDesk(other, otherID, mine, deskAnswer())
	s.refused(err, lms.Conflict, "id-taken")
	_, err = s.learning.Attempt(t.Context(), other, mine, "en")
	s.refused(err, lms.NotFound, "not-found")
	unknown := deskAnswer()
	unknown.Sorted["f9"] = scenario.Act
	_, err = s.handInDesk(actor, id, lms.NewID[lms.Attempt](), unknown)
	s.refused(err, lms.Invalid, "key-unknown")
	if n := s.Int(`SELECT count(*) FROM attempts`); n != 1 {
		t.Errorf("%d attempts", n)
	}
	early, earlyID := s.trainee()
	_, err = s.handInDesk(early, earlyID, lms.NewID[lms.Attempt](), deskAnswer())
	s.refused(err, lms.Forbidden, "locked")
	_, err = s.learning.Start(t.Context(), actor, learning.StartInput{Enrolment: id, Activity: "desk", ID: lms.NewID[lms.Attempt](), Lang: "en"})
	s.refused(err, lms.NotFound, "not-found")
}

func TestDeskStatements(t *testing.T) {
	s := newSite(t)
	actor, id := s.reader()
	s.statements(2, func(ctx context.Context) {
		_, err := s.learning.Activity(ctx, actor, id, "desk", "en")
		s.check(err)
	})
	s.statements(6, func(ctx context.Context) { // a transaction around lock, tries, attempt, outcome
		_, err := s.learning.HandInDesk(ctx, actor, learning.DeskInput{
			Enrolment: id, Activity: "desk", ID: lms.NewID[lms.Attempt](), Answer: deskAnswer(), Lang: "en",
		})
		s.check(err)
	})
}

func TestWorksheetNumbersAndTables(t *testing.T) {
	s := newSite(t)
	actor, id := s.reader()
	for name, c := range map[string]struct{ hours, cases, code string }{
		"a number and a table":      {`20.5`, `[{"label":"A","hours":3,"weight":"2"},{"label":"B","hours":null}]`, ""},
		"an empty table":            {`20`, `[]`, ""},
		"no number":                 {`null`, `[]`, "required"},
		"words for a number":        {`"20"`, `[]`, "wrong-type"},
		"a number beyond reason":    {`1e12`, `[]`, "wrong-type"},
		"too many rows":             {`20`, `[{},{},{},{}]`, "too-long"},
		"an unknown column":         {`20`, `[{"name":"Aida"}]`, "wrong-type"},
		"an unknown choice":         {`20`, `[{"weight":"9"}]`, "wrong-type"},
		"words in a number's place": {`20`, `[{"hours":"3"}]`, "wrong-type"},
		"no table":                  {`20`, `{"label":"A"}`, "wrong-type"},
		"a line that is too long":   {`20`, `[{"label":"` + strings.Repeat("x", 501) + `"}]`, "wrong-type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.learning.HandInWorksheet(t.Context(), actor, learning.WorksheetInput{
				Enrolment: id, Activity: "load", ID: lms.NewID[lms.Submission](), Lang: "en",
				Fields: map[string]json.RawMessage{"hours": json.RawMessage(c.hours), "cases": json.RawMessage(c.cases)},
			})
			if codeOf(err) != c.code {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
	page, err := s.learning.Activity(t.Context(), actor, id, "load", "ru")
	s.check(err)
	f := page.Worksheet.Fields
	if f[0].Unit != "hours a week по-русски" || len(f[1].Columns) != 3 || f[1].Capacity != "hours" || f[1].Columns[2].Options[1].Text != "Heavy по-русски" || f[1].Over == "" {
		t.Errorf("%+v", f)
	}
}

func TestTrainersReadNumbersAndTables(t *testing.T) {
	s := newSite(t)
	actor, id := s.reader()
	_, err := s.learning.HandInWorksheet(t.Context(), actor, learning.WorksheetInput{
		Enrolment: id, Activity: "load", ID: lms.NewID[lms.Submission](), Lang: "en",
		Fields: map[string]json.RawMessage{"hours": json.RawMessage(`20.5`), "cases": json.RawMessage(`[{"label":"A","hours":3,"weight":"2"},{"label":"","hours":null},{"label":"B"}]`)},
	})
	s.check(err)
	queue, err := s.learning.MarkingQueue(t.Context(), s.staff(lms.Trainer, lms.CohortGround(s.cohort)), s.cohort, "en")
	s.check(err)
	f := queue.Items[0].Fields
	if f[0].Value != "20.5 hours a week" || f[1].Value != "Label: A; Hours: 3; Weight: Heavy\nLabel: B" {
		t.Errorf("%+v", f)
	}
}
