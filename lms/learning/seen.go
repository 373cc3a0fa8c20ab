package learning

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// SeenInput says that an activity was read to its end, or an encounter came to one of its ends.
type SeenInput struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	// End is the node at which an encounter ended.
	End  string
	Lang string
}

// MarkSeen notes that an activity was read to its end. Doing it again changes nothing. A self-check cannot be
// seen: its opening stays on the device. Errors: NotFound, Forbidden (locked), Invalid (no such end).
func (s *Service) MarkSeen(ctx context.Context, actor lms.Actor, in SeenInput) (view *ProgressView, err error) {
	defer lms.Wrap(&err, "learning.MarkSeen(%s, %s)", in.Enrolment, in.Activity)
	if view := s.seenAfterOpening(ctx, actor, in); view != nil {
		return view, nil
	}
	st, err := s.readOwn(ctx, in.Enrolment)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return nil, err
	}
	a, c, err := st.seen(in)
	if err != nil {
		return nil, err
	}
	// Most steps change nobody's mind: they are stored by one statement that asks whether the enrolment is
	// still as it was read. Where it is not, or the course is completed by it, the way with locks is taken.
	done, err := s.step(ctx, st, a, c)
	if err != nil {
		return nil, err
	}
	if done {
		return st.progressView(a.Key, nil), nil
	}
	return s.change(ctx, actor, in.Enrolment, in.Activity, in.Lang, seenable, func(_ bun.Tx, st *study, _ *catalog.Activity) (*change, error) {
		_, c, err := st.seen(in)
		return &c, err
	})
}

// seenAfterOpening stores the step by one statement where the page was opened here a moment ago and nothing has
// happened since; nil where that is not so, or where something is amiss: then the database is asked.
func (s *Service) seenAfterOpening(ctx context.Context, actor lms.Actor, in SeenInput) *ProgressView {
	st := s.opened.take(in.Enrolment)
	if st == nil || st.may(actor, lms.Study) != nil {
		return nil
	}
	a, c, err := st.seen(in)
	if err != nil || st.unchanged(a, st.Progress, advance(st.Loaded, st.Progress, a, c, false)) {
		return nil
	}
	if done, err := s.step(ctx, st, a, c); err != nil || !done {
		return nil
	}
	return st.progressView(a.Key, nil)
}

// seen decides what reading an activity to its end makes of it.
func (st *study) seen(in SeenInput) (*catalog.Activity, change, error) {
	a, err := st.open(in.Activity, in.Lang, seenable...)
	if err != nil {
		return nil, change{}, err
	}
	if a.Kind == courses.Encounter {
		e := st.Loaded.Package.Encounters[a.Scenario]
		if e == nil {
			return nil, change{}, lms.ErrNotFound("encounter")
		}
		if n := e.Node(in.End); n == nil || len(n.Choices) > 0 {
			return nil, change{}, lms.ErrInvalid("end", "end-unknown", "the encounter has no such end")
		}
	}
	return a, change{State: seenState(a.Activity)}, nil
}

// step stores a change in one statement, if the enrolment is still as it was read. False means that nothing
// was stored.
func (s *Service) step(ctx context.Context, st *study, a *catalog.Activity, c change) (bool, error) {
	before := st.Progress
	after := advance(st.Loaded, before, a, c, false)
	if st.unchanged(a, before, after) {
		return true, nil
	}
	if after.Completed && !before.Completed {
		return false, nil
	}
	stored, err := saveUnchanged(ctx, s.DB, st, a, c, after, s.now())
	if stored {
		st.Progress = after
	}
	if lms.KindOf(err) == lms.Unavailable && ctx.Err() == nil {
		return false, nil // it lost against another one, say; the way with locks is tried again where that helps
	}
	return stored, err
}

// unchanged tells whether there is nothing to store.
func (st *study) unchanged(a *catalog.Activity, before, after Progress) bool {
	return st.StartedAt != nil && after.State(a.Index) == before.State(a.Index) && len(before.Marks) == len(after.Marks)
}

// seenable are the kinds that one can look at; of a self-check nothing is noted.
var seenable = []kind{
	courses.Lesson, courses.Encounter, courses.Quiz, courses.Interview, courses.Survey, courses.Reflection,
	courses.Worksheet, courses.File, courses.Discussion, courses.InPerson, courses.Webinar, courses.Desk, courses.Exercise,
}

// change is the way of every small step: lock the enrolment, ask, let decide say what becomes of the
// activity, and store it with the sum in one statement. Where nothing would change, nothing is written.
// decide may give nil to leave things as they are.
func (s *Service) change(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], key, lang string, kinds []kind,
	decide func(tx bun.Tx, st *study, a *catalog.Activity) (*change, error),
) (view *ProgressView, err error) {
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		st, err := s.lockStudy(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := st.may(actor, lms.Study); err != nil {
			return err
		}
		a, err := st.open(key, lang, kinds...)
		if err != nil {
			return err
		}
		c, err := decide(tx, st, a)
		if err != nil {
			return err
		}
		if err := s.apply(ctx, tx, st, a, c, false); err != nil {
			return err
		}
		view = st.progressView(key, nil)
		return nil
	})
	return view, err
}

// apply stores a change of an activity, and issues the certificate when it completes the course.
func (s *Service) apply(ctx context.Context, tx bun.Tx, st *study, a *catalog.Activity, c *change, undo bool) error {
	if c == nil {
		return nil
	}
	before := st.Progress
	after := advance(st.Loaded, before, a, *c, undo)
	if c.Score == nil && st.unchanged(a, before, after) {
		return nil
	}
	st.Progress = after
	if err := saveProgress(ctx, tx, st, a, *c, after, s.now()); err != nil {
		return err
	}
	return s.certify(ctx, tx, st, before)
}
