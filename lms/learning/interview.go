package learning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// Moves and notes of an interview lie in the table of answers under these keys.
const (
	stepPrefix = "step:"
	notesKey   = "notes"
)

type storedMove struct {
	Choice string `json:"choice"`
}

type storedNotes struct {
	Noted []string `json:"noted"`
}

// scenario gives the interview's scenario.
func (at *attempt) scenario() (*scenario.Scenario, error) {
	sc := at.loaded.Package.Scenarios[at.Paper.Scenario]
	if sc == nil {
		return nil, lms.ErrNotFound("scenario")
	}
	return sc, nil
}

// path gives the choices so far, and what was noted.
func (at *attempt) path() (path, noted []string, err error) {
	steps := map[int]string{}
	for _, stored := range at.answers {
		switch n, isStep := strings.CutPrefix(stored.Question, stepPrefix); {
		case isStep && !stored.Late:
			step, err := strconv.Atoi(n)
			if err != nil {
				return nil, nil, err
			}
			var m storedMove
			if err := json.Unmarshal(stored.Content, &m); err != nil {
				return nil, nil, err
			}
			steps[step] = m.Choice
		case stored.Question == notesKey && !stored.Late:
			var n storedNotes
			if err := json.Unmarshal(stored.Content, &n); err != nil {
				return nil, nil, err
			}
			noted = n.Noted
		}
	}
	for i := 0; steps[i] != ""; i++ {
		path = append(path, steps[i])
	}
	return path, noted, nil
}

// conversation gives where the interview stands.
func (at *attempt) conversation() (st scenario.State, err error) {
	sc, err := at.scenario()
	if err != nil {
		return st, err
	}
	path, _, err := at.path()
	if err != nil {
		return st, err
	}
	st, err = sc.Follow(at.Role, path)
	return st, blameScenario(err)
}

// blameScenario turns what a scenario refuses into what was wrong with the request.
func blameScenario(err error) error {
	switch {
	case errors.Is(err, scenario.ErrUnknownRole):
		return &lms.Error{Kind: lms.Invalid, Code: "role-unknown", Field: "role", Err: err}
	case errors.Is(err, scenario.ErrUnknownChoice):
		return &lms.Error{Kind: lms.Invalid, Code: "choice-unknown", Field: "choice", Err: err}
	case errors.Is(err, scenario.ErrEnded):
		return &lms.Error{Kind: lms.Conflict, Code: "conversation-ended", Err: err}
	case errors.Is(err, scenario.ErrUnknownKey):
		return &lms.Error{Kind: lms.Invalid, Code: "key-unknown", Err: err}
	}
	return err
}

// MoveInput is one sentence said in an interview.
type MoveInput struct {
	Attempt lms.ID[lms.Attempt]
	ID      lms.ID[lms.Answer]
	// Step counts from 0; the first answer to a step stands.
	Step   int
	Choice string
	Lang   string
}

// Move says a sentence and gives where the conversation stands. A step that was taken already, from this
// device or another, stays as it is. Errors: NotFound, Invalid (no such choice), Conflict (the
// conversation or the attempt is over, or a step was left out).
func (s *Service) Move(ctx context.Context, actor lms.Actor, in MoveInput) (view *InterviewView, err error) {
	defer lms.Wrap(&err, "learning.Move(%s, %d)", in.Attempt, in.Step)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		at, err := s.interview(ctx, tx, actor, in.Attempt)
		if err != nil {
			return err
		}
		path, _, err := at.path()
		if err != nil {
			return err
		}
		if in.Step == len(path) {
			if err := s.say(ctx, tx, at, in); err != nil {
				return err
			}
		} else if in.Step > len(path) {
			return lms.ErrConflict("step-missing", fmt.Sprintf("step %d comes next", len(path)))
		}
		view, err = at.interviewView(in.Lang)
		return err
	})
	return view, err
}

// interview locks the actor's own interview and reads what was said so far.
func (s *Service) interview(ctx context.Context, tx bun.Tx, actor lms.Actor, id lms.ID[lms.Attempt]) (*attempt, error) {
	at, err := s.lockAttempt(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if err := at.study.may(actor, lms.Study); err != nil {
		return nil, err
	}
	if at.Kind != string(courses.Interview) {
		return nil, lms.ErrNotFound("interview")
	}
	at.answers, err = newestAnswers(ctx, tx, id)
	return at, err
}

func (s *Service) say(ctx context.Context, tx bun.Tx, at *attempt, in MoveInput) error {
	if at.State != openState {
		return lms.ErrConflict("attempt-over", "the attempt was handed in")
	}
	sc, err := at.scenario()
	if err != nil {
		return err
	}
	state, err := at.conversation()
	if err != nil {
		return err
	}
	if _, err := sc.Apply(state, in.Choice); err != nil {
		return blameScenario(err)
	}
	content, err := json.Marshal(storedMove{in.Choice})
	if err != nil {
		return err
	}
	key := stepPrefix + strconv.Itoa(in.Step)
	n, err := db.Exec(ctx, tx, `
		INSERT INTO answers (attempt_id, id, question_key, revision, content, received_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, at.ID, in.ID, key, in.Step, string(content), s.now())
	if err != nil || n == 0 {
		// The id was used for another step: a device that repeats itself is shown where things stand.
		return err
	}
	at.answers = append(at.answers, storedAnswer{Question: key, Revision: int64(in.Step), Content: content})
	return nil
}

// NotesInput is the learner's list of indicators.
type NotesInput struct {
	Attempt  lms.ID[lms.Attempt]
	ID       lms.ID[lms.Answer]
	Revision int64
	Noted    []string
}

// Note keeps the notebook of an interview; the highest revision counts. Errors: NotFound, Invalid.
func (s *Service) Note(ctx context.Context, actor lms.Actor, in NotesInput) (err error) {
	defer lms.Wrap(&err, "learning.Note(%s)", in.Attempt)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		at, err := s.interview(ctx, tx, actor, in.Attempt)
		if err != nil {
			return err
		}
		sc, err := at.scenario()
		if err != nil {
			return err
		}
		if err := knownIndicators(sc, in.Noted); err != nil {
			return err
		}
		content, err := json.Marshal(storedNotes{in.Noted})
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO answers (attempt_id, id, question_key, revision, content, received_at, late)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT DO NOTHING`,
			at.ID, in.ID, notesKey, in.Revision, string(content), s.now(), at.State != openState)
		return err
	})
}

func knownIndicators(sc *scenario.Scenario, noted []string) error {
	for _, key := range noted {
		if !slices.ContainsFunc(sc.Indicators, func(n courses.Named) bool { return n.Key == key }) {
			return lms.ErrInvalid("noted", "indicator-unknown", "the scenario has no such indicator")
		}
	}
	return nil
}

// AssessInput ends an interview: what was noted, and the facts under the elements.
type AssessInput struct {
	Attempt lms.ID[lms.Attempt]
	Noted   []string
	Sorted  map[string]scenario.Element
	Lang    string
}

// Assess scores an interview whose conversation has ended. Once assessed it stays so. Errors: NotFound,
// Invalid, Conflict with code conversation-open.
func (s *Service) Assess(ctx context.Context, actor lms.Actor, in AssessInput) (view *AttemptView, err error) {
	defer lms.Wrap(&err, "learning.Assess(%s)", in.Attempt)
	var at *attempt
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if at, err = s.interview(ctx, tx, actor, in.Attempt); err != nil || at.State != openState {
			return err
		}
		a, err := at.activity()
		if err != nil {
			return err
		}
		if err := at.assess(a, in.Noted, in.Sorted); err != nil {
			return err
		}
		return s.settle(ctx, tx, at)
	})
	if err != nil {
		return nil, err
	}
	return s.attemptView(at, in.Lang), nil
}

// assess scores the conversation. Without notes of its own it takes those in the notebook.
func (at *attempt) assess(a *catalog.Activity, noted []string, sorted map[string]scenario.Element) error {
	sc, err := at.scenario()
	if err != nil {
		return err
	}
	path, inNotebook, err := at.path()
	if err != nil {
		return err
	}
	if noted == nil {
		noted = inNotebook
	}
	state, err := sc.Follow(at.Role, path)
	if err != nil {
		return blameScenario(err)
	}
	if state.End == "" {
		return lms.ErrConflict("conversation-open", "the conversation has not come to an end yet")
	}
	run := scenario.Run{Role: at.Role, Path: path, Noted: noted, Sorted: sorted}
	scores, err := sc.Assess(run, a.Pass)
	if err != nil {
		return blameScenario(err)
	}
	at.Outcome = interviewOutcome(run, scores)
	return nil
}
