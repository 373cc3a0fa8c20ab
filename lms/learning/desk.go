package learning

import (
	"context"
	"errors"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/desk"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// DeskPart is the open file of a document desk, with nothing right in it, and what was handed in before.
type DeskPart struct {
	DeskFile
	Pass     int          `json:"pass,omitempty"`
	Attempts []AttemptRow `json:"attempts"`
}

// DeskFile is a case file as it is read.
type DeskFile struct {
	desk.Prompt
	// Sources are those that texts of the file cite, in the order of their numbers.
	Sources []catalog.PageSource `json:"sources"`
}

// DeskReview is everything that was right at a desk, with why.
type DeskReview struct {
	desk.Review
	// Sources are those that the reasons cite, in the order of their numbers.
	Sources []catalog.PageSource `json:"sources"`
}

// deskFile shows a desk of a version; nil if there is none.
func deskFile(v *catalog.Loaded, key string, lang courses.Lang) *DeskFile {
	d, ok := v.Desk(key)
	if !ok {
		return nil
	}
	prompt := d.Prompt(lang)
	return &DeskFile{*prompt, catalog.CitedAll(prompt.Sources)}
}

func (st *study) deskPart(a *catalog.Activity, lang courses.Lang) *DeskPart {
	part := &DeskPart{Pass: a.Pass, Attempts: []AttemptRow{}}
	if file := deskFile(st.Loaded, a.Desk, lang); file != nil {
		part.DeskFile = *file
	}
	return part
}

// DeskInput is a file worked through, under an id made on the device.
type DeskInput struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	ID        lms.ID[lms.Attempt]
	Answer    desk.Answer
	Lang      string
}

// HandInDesk scores a document desk. It may be done as often as one likes; the same id again is the same
// hand-in, whatever it holds. Errors: NotFound, Forbidden (locked), Invalid (an answer to something else),
// Conflict with code id-taken.
func (s *Service) HandInDesk(ctx context.Context, actor lms.Actor, in DeskInput) (view *AttemptView, err error) {
	defer lms.Wrap(&err, "learning.HandInDesk(%s, %s)", in.Enrolment, in.Activity)
	var at *attempt
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		at = nil
		st, err := s.lockStudy(ctx, tx, in.Enrolment)
		if err != nil {
			return err
		}
		if err := st.may(actor, lms.Study); err != nil {
			return err
		}
		a, err := st.open(in.Activity, in.Lang, courses.Desk)
		if err != nil {
			return err
		}
		tried, err := triedBefore(ctx, tx, StartInput{Enrolment: in.Enrolment, Activity: in.Activity, ID: in.ID}, st)
		if err != nil || !tried.resume.IsZero() {
			return err
		}
		outcome, err := deskOutcome(st.Loaded, a, in.Answer)
		if err != nil {
			return err
		}
		at = &attempt{
			ID: in.ID, Version: st.Version, Activity: a.Key, Kind: string(courses.Desk), Number: tried.last + 1, State: openState,
			StartedAt: s.now(), Used: tried.used + 1, AnyPassed: tried.passed, Outcome: outcome, study: st, loaded: st.Loaded,
		}
		at.Paper.Desk = a.Desk
		begun := advance(st.Loaded, st.Progress, a, change{State: InProgress}, false)
		if err := insertAttempt(ctx, tx, at, a, begun, at.StartedAt); err != nil {
			return err
		}
		return s.settle(ctx, tx, at)
	})
	switch {
	case err != nil:
		return nil, err
	case at == nil: // handed in before
		return s.Attempt(ctx, actor, in.ID, in.Lang)
	}
	return s.standingView(at, in.Lang), nil
}

// deskOutcome scores what was handed in.
func deskOutcome(v *catalog.Loaded, a *catalog.Activity, answer desk.Answer) (Outcome, error) {
	d, ok := v.Desk(a.Desk)
	if !ok {
		return Outcome{}, lms.ErrNotFound("desk")
	}
	scores, err := d.Desk.Score(answer, a.Pass)
	if errors.Is(err, desk.ErrUnknownKey) {
		return Outcome{}, &lms.Error{Kind: lms.Invalid, Code: "key-unknown", Detail: err.Error(), Err: err}
	}
	return Outcome{
		Desk: &answer, Points: round2(scores.Facts + scores.Indicators + scores.Conclusion), Max: 100,
		Percent: float64(scores.Percent), Passed: &scores.Passed,
	}, err
}

// deskReview is shown once the attempt is handed in; nil where the version has no such desk.
func (at *attempt) deskReview(lang courses.Lang) *DeskReview {
	d, ok := at.loaded.Desk(at.Paper.Desk)
	if !ok || at.Outcome.Desk == nil {
		return nil
	}
	r, err := d.Review(*at.Outcome.Desk, at.spec().Pass, lang)
	if err != nil {
		return nil // it was scored by the same version
	}
	return &DeskReview{r, catalog.CitedAll(r.Sources)}
}
