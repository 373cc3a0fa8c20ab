package learning

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/exercise"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// States of a table.
const (
	tableOpen    = "open"    // people sit down
	tableStarted = "started" // they talk and agree
	tableDone    = "done"    // all have agreed
)

// Bounds of what is said at a table.
const (
	MaxMessage  = 500 // characters
	maxMessages = 400
)

// TableQuery asks for the actor's own table at an exercise, from where the device stands.
type TableQuery struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	// Changed is the table's count of changes that the device knows; 0 knows nothing.
	Changed int
	// Since is the number of the last message that the device has.
	Since int
	// Cards are the parts, joined by dots, whose cards the device has.
	Cards string
	Lang  string
}

// Table gives the table at which the actor sits, if anything changed there. Nobody is shown a table of
// others. Errors: NotFound, Forbidden (locked).
func (s *Service) Table(ctx context.Context, actor lms.Actor, in TableQuery) (out TableAnswer, err error) {
	defer lms.Wrap(&err, "learning.Table(%s, %s)", in.Enrolment, in.Activity)
	st, a, err := s.atExercise(ctx, actor, in)
	if err != nil {
		return out, err
	}
	return s.readTable(ctx, st, a, in)
}

// atExercise reads the actor's own enrolment for an exercise, and locks nothing.
func (s *Service) atExercise(ctx context.Context, actor lms.Actor, in TableQuery) (*study, *catalog.Activity, error) {
	st, err := s.readOwn(ctx, in.Enrolment)
	if err != nil {
		return nil, nil, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return nil, nil, err
	}
	a, err := st.open(in.Activity, in.Lang, courses.Exercise)
	return st, a, err
}

// SitDown gives the actor the first free part at the first table of the cohort that has not started, or at
// a new one. Who sits already stays there. A table that is full starts. Errors: NotFound, Forbidden
// (locked), Conflict with code no-cohort.
func (s *Service) SitDown(ctx context.Context, actor lms.Actor, in TableQuery) (out TableAnswer, err error) {
	defer lms.Wrap(&err, "learning.SitDown(%s, %s)", in.Enrolment, in.Activity)
	st, _, err := s.atExercise(ctx, actor, in)
	if err != nil {
		return out, err
	}
	if st.Cohort.IsZero() {
		return out, lms.ErrConflict("no-cohort", "an exercise is done with others of one's cohort")
	}
	var a *catalog.Activity
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// Two who come at once shall not open two tables.
		_, err := db.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, "exercise "+st.Cohort.String()+" "+in.Activity)
		if err != nil {
			return err
		}
		if st, err = s.lockStudy(ctx, tx, in.Enrolment); err != nil {
			return err
		}
		if a, err = st.open(in.Activity, in.Lang, courses.Exercise); err != nil {
			return err
		}
		seated, err := s.sit(ctx, tx, st, a)
		if err != nil || !seated {
			return err
		}
		return s.apply(ctx, tx, st, a, &change{State: InProgress}, false)
	})
	if err != nil {
		return out, err
	}
	return s.readTable(ctx, st, a, in)
}

// sit takes a seat; false if there was one already.
func (s *Service) sit(ctx context.Context, tx bun.Tx, st *study, a *catalog.Activity) (bool, error) {
	tables, seated, err := openTables(ctx, tx, st, a.Key)
	if err != nil || seated {
		return false, err
	}
	for _, t := range tables {
		v, err := s.Catalog.Version(ctx, t.version)
		if err != nil {
			return false, err
		}
		e, ok := exerciseOf(v, a.Key)
		if !ok {
			continue
		}
		if part := e.Exercise.FreePart(t.taken); part != "" {
			full := len(t.taken)+1 == len(e.Exercise.Parts)
			return true, takeSeat(ctx, tx, t.id, part, full, st.ID, a.Key, s.now())
		}
	}
	e, ok := st.Loaded.Exercise(a.Exercise)
	if !ok {
		return false, lms.ErrNotFound("exercise")
	}
	id, err := insertTable(ctx, tx, st, a.Key, s.now())
	if err != nil {
		return false, err
	}
	return true, takeSeat(ctx, tx, id, e.Exercise.FreePart(nil), false, st.ID, a.Key, s.now())
}

// exerciseOf finds the exercise of an activity.
func exerciseOf(v *catalog.Loaded, activity string) (*exercise.Prepared, bool) {
	a, ok := v.Activity(activity)
	if !ok || a.Kind != courses.Exercise {
		return nil, false
	}
	return v.Exercise(a.Exercise)
}

// atTable is the way of every step at a table: read the own enrolment, lock the table at which one sits, let
// step do it, count the change, and show the table.
func (s *Service) atTable(ctx context.Context, actor lms.Actor, in TableQuery,
	step func(context.Context, bun.Tx, *seatedTable) error,
) (out TableAnswer, err error) {
	st, a, err := s.atExercise(ctx, actor, in)
	if err != nil {
		return out, err
	}
	var own *ProgressView
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		own = nil
		t, err := s.lockTable(ctx, tx, st.ID, a.Key)
		if err != nil {
			return err
		}
		if err := step(ctx, tx, t); err != nil {
			return err
		}
		own = t.own
		return t.store(ctx, tx, s.now())
	})
	if err != nil {
		return out, err
	}
	out, err = s.readTable(ctx, st, a, in)
	if out.Table != nil && own != nil {
		out.Table.Progress = own
	}
	return out, err
}

// StartTable begins with the people who sit there, from three on. Errors: NotFound, Conflict with code
// table-too-small; a table that has begun stays as it is.
func (s *Service) StartTable(ctx context.Context, actor lms.Actor, in TableQuery) (out TableAnswer, err error) {
	defer lms.Wrap(&err, "learning.StartTable(%s, %s)", in.Enrolment, in.Activity)
	return s.atTable(ctx, actor, in, func(_ context.Context, _ bun.Tx, t *seatedTable) error {
		if t.state != tableOpen {
			return nil
		}
		if len(t.seats) < exercise.FewestParts {
			return lms.ErrConflict("table-too-small", "a table begins with three people or more")
		}
		t.set(tableStarted)
		return nil
	})
}

// LeaveTable gives up the seat. What one said stays; the part's card is then open to the others. Where all
// who stay have agreed, the exercise is done for them. Errors: NotFound, Conflict with code table-done.
func (s *Service) LeaveTable(ctx context.Context, actor lms.Actor, in TableQuery) (out TableAnswer, err error) {
	defer lms.Wrap(&err, "learning.LeaveTable(%s, %s)", in.Enrolment, in.Activity)
	return s.atTable(ctx, actor, in, func(ctx context.Context, tx bun.Tx, t *seatedTable) error {
		if t.state == tableDone {
			return lms.ErrConflict("table-done", "all have agreed: what was agreed stays with each of them")
		}
		if err := t.leave(ctx, tx, in.Enrolment); err != nil {
			return err
		}
		return s.finishIfAgreed(ctx, tx, t)
	})
}

// SayInput is a message at the table, under an id made on the device.
type SayInput struct {
	TableQuery
	ID   lms.ID[lms.Message]
	Text string
}

// SayAtTable adds a message; the same id again is the same message. Errors: NotFound, Invalid, Conflict with
// code too-many-messages or table-done.
func (s *Service) SayAtTable(ctx context.Context, actor lms.Actor, in SayInput) (out TableAnswer, err error) {
	defer lms.Wrap(&err, "learning.SayAtTable(%s, %s)", in.Enrolment, in.Activity)
	in.Text = strings.TrimSpace(in.Text)
	switch n := len([]rune(in.Text)); {
	case n == 0:
		return out, lms.ErrInvalid("text", "required", "a message has words")
	case n > MaxMessage || strings.ContainsRune(in.Text, 0):
		return out, lms.ErrInvalid("text", "too-long", "a message has at most 500 characters")
	}
	return s.atTable(ctx, actor, in.TableQuery, func(ctx context.Context, tx bun.Tx, t *seatedTable) error {
		if t.state == tableDone {
			return lms.ErrConflict("table-done", "all have agreed")
		}
		return t.say(ctx, tx, in, s.now())
	})
}

// ProposeInput is the referral as the actor would have it, made from a version of it.
type ProposeInput struct {
	TableQuery
	Version  int
	Proposal exercise.Proposal
}

// Propose changes the one proposal of the table, and clears every agreement. Errors: NotFound, Invalid,
// Conflict with code proposal-changed where somebody was quicker, or table-not-started, table-done.
func (s *Service) Propose(ctx context.Context, actor lms.Actor, in ProposeInput) (out TableAnswer, err error) {
	defer lms.Wrap(&err, "learning.Propose(%s, %s)", in.Enrolment, in.Activity)
	return s.atTable(ctx, actor, in.TableQuery, func(_ context.Context, _ bun.Tx, t *seatedTable) error {
		if err := t.mayAgree(in.Version); err != nil {
			return err
		}
		if err := fits(t.exercise, in.Proposal); err != nil {
			return err
		}
		raw, err := json.Marshal(in.Proposal)
		if err != nil {
			return err
		}
		if string(raw) == string(t.raw) {
			return nil // nothing new: those who agreed still do
		}
		t.raw, t.version = raw, t.version+1
		t.dirty = true
		return nil
	})
}

// fits turns what an exercise refuses into what was wrong with the request.
func fits(e *exercise.Exercise, p exercise.Proposal) error {
	for _, v := range p {
		if strings.ContainsRune(v.Text, 0) {
			return lms.ErrInvalid("items", "answer-malformed", "a text holds no NUL")
		}
	}
	err := e.Fits(p)
	code := "answer-malformed"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exercise.ErrUnknownKey):
		code = "key-unknown"
	case errors.Is(err, exercise.ErrTooLong):
		code = "too-long"
	}
	return &lms.Error{Kind: lms.Invalid, Code: code, Field: "items", Detail: err.Error(), Err: err}
}

// AgreeInput agrees to a version of the proposal.
type AgreeInput struct {
	TableQuery
	Version int
}

// Agree says yes to the proposal as it stands. When all who sit there have said so, the exercise is done for
// each of them. Errors: NotFound, Conflict with code proposal-changed, proposal-open, table-not-started.
func (s *Service) Agree(ctx context.Context, actor lms.Actor, in AgreeInput) (out TableAnswer, err error) {
	defer lms.Wrap(&err, "learning.Agree(%s, %s)", in.Enrolment, in.Activity)
	return s.atTable(ctx, actor, in.TableQuery, func(ctx context.Context, tx bun.Tx, t *seatedTable) error {
		if t.state == tableDone && in.Version == t.version {
			return nil // said before
		}
		if err := t.mayAgree(in.Version); err != nil {
			return err
		}
		proposal, err := t.proposal()
		if err != nil {
			return err
		}
		if open := t.exercise.Open(proposal); len(open) > 0 {
			return lms.ErrConflict("proposal-open", "still open: "+strings.Join(open, ", "))
		}
		if err := t.agree(ctx, tx, in.Enrolment); err != nil {
			return err
		}
		return s.finishIfAgreed(ctx, tx, t)
	})
}

// finishIfAgreed makes the exercise done for everybody at the table when all have agreed to the proposal.
func (s *Service) finishIfAgreed(ctx context.Context, tx bun.Tx, t *seatedTable) error {
	if t.state != tableStarted || len(t.seats) == 0 ||
		slices.ContainsFunc(t.seats, func(x tableSeat) bool { return x.Agreed == nil || *x.Agreed != t.version }) {
		return nil
	}
	t.set(tableDone)
	seats := slices.Clone(t.seats)
	// Always in one order, so that two tables never wait for each other.
	slices.SortFunc(seats, func(a, b tableSeat) int { return strings.Compare(a.Enrolment.String(), b.Enrolment.String()) })
	for _, seat := range seats {
		st, err := s.lockStudy(ctx, tx, seat.Enrolment)
		if lms.KindOf(err) == lms.NotFound {
			continue // withdrawn just now
		}
		if err != nil {
			return err
		}
		a, ok := st.Loaded.Activity(t.activity)
		if !ok || a.Kind != courses.Exercise {
			continue // the person's version of the course has no such exercise
		}
		if err := s.apply(ctx, tx, st, a, &change{State: handedInState(a.Activity)}, false); err != nil {
			return err
		}
		if seat.Enrolment == t.enrolment {
			t.own = st.progressView(t.activity, nil)
		}
	}
	return nil
}
