package learning

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
	"mostik/lms/record"
)

// States of an attempt.
const (
	openState = "open"
	toMark    = "to-mark"
	scored    = "scored"
)

// maxSeed is the largest seed that JSON readers keep whole.
const maxSeed = 1<<53 - 1

func randomSeed() uint64 { return 1 + rand.Uint64N(maxSeed) }

// paper is what an attempt asks: questions of a quiz in order, the scenario of an interview, or a desk.
type paper struct {
	quiz.Paper
	Scenario string `json:"scenario,omitempty"`
	// Lang is the language of a test that certifies: it is taken whole in one reviewed language.
	Lang courses.Lang `json:"lang,omitempty"`
	Desk string       `json:"desk,omitempty"`
}

// attempt is one try with everything that decides about it.
type attempt struct {
	ID       lms.ID[lms.Attempt]
	Version  lms.ID[lms.Version]
	Activity string
	Kind     string // quiz, interview, desk
	Number   int
	Role     string
	State    string
	Paper    paper

	StartedAt time.Time
	// Deadline is what the person is told, Expires is the deadline with its grace; both nil without limit.
	Deadline, Expires *time.Time
	SubmittedAt       *time.Time
	Outcome           Outcome

	// Of all attempts of the enrolment at the activity.
	Used, Extra int
	AnyPassed   bool
	// AnotherOpen tells that a different one of them is open now.
	AnotherOpen bool
	DueAt       *time.Time

	study   *study
	loaded  *catalog.Loaded // the version that the attempt is pinned to
	answers []storedAnswer
}

const attemptColumns = `,
	a.id, a.version_id, a.activity_key, a.kind, a.number, a.role, a.state, a.paper, a.started_at, a.deadline_at,
	a.grace_until, a.submitted_at, a.result,
	(SELECT count(*) FROM attempts o WHERE o.enrolment_id = a.enrolment_id AND o.activity_key = a.activity_key),
	coalesce((SELECT bool_or(o.passed) FROM attempts o
	           WHERE o.enrolment_id = a.enrolment_id AND o.activity_key = a.activity_key), false),
	EXISTS (SELECT FROM attempts o
	         WHERE o.enrolment_id = a.enrolment_id AND o.activity_key = a.activity_key AND o.state = 'open' AND o.id <> a.id),
	(SELECT coalesce(sum(w.extra_attempts), 0) FROM allowances w
	  WHERE w.enrolment_id = a.enrolment_id AND w.activity_key = a.activity_key),
	(SELECT ` + dueOf + ` FROM cohort_dates d LEFT JOIN due_dates o ON o.enrolment_id = e.id AND o.activity_key = d.activity_key
	  WHERE d.cohort_id = e.cohort_id AND d.activity_key = a.activity_key)`

const attemptFrom = studyTables + `
	JOIN attempts a ON a.enrolment_id = e.id
	 WHERE a.id = $1 AND e.state <> 'withdrawn'`

func (s *Service) scanAttempt(ctx context.Context, from scanner, more ...any) (*attempt, error) {
	at := &attempt{study: &study{}}
	var paper, result []byte
	err := at.study.scan(from, append([]any{
		&at.ID, &at.Version, &at.Activity, &at.Kind, &at.Number, &at.Role, &at.State, &paper,
		&at.StartedAt, &at.Deadline, &at.Expires, &at.SubmittedAt, &result, &at.Used, &at.AnyPassed, &at.AnotherOpen,
		&at.Extra, &at.DueAt,
	}, more...)...)
	if err != nil {
		return nil, db.Found(err, "attempt")
	}
	if err := json.Unmarshal(paper, &at.Paper); err != nil {
		return nil, err
	}
	if err := unmarshal(result, &at.Outcome); err != nil {
		return nil, err
	}
	if at.loaded, err = s.Catalog.Version(ctx, at.Version); err != nil {
		return nil, err
	}
	at.study.Loaded, err = s.Catalog.Version(ctx, at.study.Version)
	return at, err
}

func (s *Service) loadAttempt(ctx context.Context, id lms.ID[lms.Attempt]) (*attempt, error) {
	return s.scanAttempt(ctx, db.Row(ctx, s.DB, `SELECT`+studyColumns+attemptColumns+` FROM`+attemptFrom, id))
}

// lockAttempt reads an attempt and locks it, and then its enrolment, until the transaction ends. Answers
// lock the attempt too, so whoever holds it sees every answer that was acknowledged. The holder of the
// certificate that the attempt may earn comes along.
func (s *Service) lockAttempt(ctx context.Context, tx bun.IDB, id lms.ID[lms.Attempt]) (*attempt, error) {
	var h holder
	at, err := s.scanAttempt(ctx, db.Row(ctx, tx, `
		SELECT`+studyColumns+attemptColumns+`,`+holderColumns+`
		  FROM`+attemptFrom+`
		   FOR UPDATE OF a
		   FOR NO KEY UPDATE OF e`, id), h.into()...)
	if err != nil {
		return nil, err
	}
	at.study.holder = &h
	return at, nil
}

// activity gives the activity of the attempt's own version.
func (at *attempt) activity() (*catalog.Activity, error) {
	a, ok := at.loaded.Activity(at.Activity)
	if !ok {
		return nil, lms.ErrNotFound("activity")
	}
	return a, nil
}

// spec gives the rules of the attempt: an interview is a practice that may be repeated and is always looked
// at afterwards.
func (at *attempt) spec() courses.QuizSpec {
	if a, ok := at.loaded.Activity(at.Activity); ok {
		return specOf(a)
	}
	return courses.QuizSpec{}
}

func specOf(a *catalog.Activity) courses.QuizSpec {
	if a.Quiz != nil {
		return *a.Quiz
	}
	return courses.QuizSpec{Purpose: courses.Practice, Pass: a.Pass, Review: courses.ReviewSubmitted}
}

func (at *attempt) expired(now time.Time) bool {
	return at.State == openState && at.Expires != nil && at.Expires.Before(now)
}

// attemptsLeft is -1 where one may try as often as one likes. A test whose answers are shown once its due date
// is over takes no attempt afterwards.
func attemptsLeft(spec courses.QuizSpec, used, extra int, over bool) int {
	switch {
	case over && spec.Review == courses.ReviewClosed:
		return 0
	case spec.Attempts == 0:
		return -1
	}
	return max(0, spec.Attempts+extra-used)
}

func (at *attempt) standing(now time.Time) standing {
	return standing{
		Submitted: at.State != openState, Passed: at.AnyPassed, AnotherOpen: at.AnotherOpen,
		AttemptsLeft: attemptsLeft(at.spec(), at.Used, at.Extra, isOver(at.DueAt, now)),
	}
}

func isOver(due *time.Time, now time.Time) bool { return due != nil && due.Before(now) }

// StartInput asks for a new attempt under an id made on the device.
type StartInput struct {
	Enrolment lms.ID[lms.Enrolment]
	Activity  string
	ID        lms.ID[lms.Attempt]
	// Role is the learner's part in an interview.
	Role string
	// Language is the one chosen for a test that certifies; "" stands for the one that is shown to a reader of Lang.
	Language string
	Lang     string
}

// Start begins an attempt, or gives the one that is open. The same id again gives the same attempt.
// Errors: NotFound, Forbidden (locked), Conflict with code attempts-used, or with code language-not-offered for
// a test that certifies in a language that is not complete and reviewed; its problems name those that are.
func (s *Service) Start(ctx context.Context, actor lms.Actor, in StartInput) (view *AttemptView, err error) {
	defer lms.Wrap(&err, "learning.Start(%s, %s)", in.Enrolment, in.Activity)
	for range 2 { // the second time when an attempt whose time was over stood in the way and was closed
		var at *attempt
		err := db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
			var err error
			at, err = s.start(ctx, tx, actor, in)
			return err
		})
		if err != nil {
			return nil, err
		}
		if at.loaded != nil { // made just now
			return s.attemptView(at, in.Lang), nil
		}
		if at.ID != in.ID && at.expired(s.now()) {
			if _, err := s.finish(ctx, actor, at.ID, true); err != nil {
				return nil, err
			}
			continue
		}
		return s.Attempt(ctx, actor, at.ID, in.Lang)
	}
	return nil, lms.ErrConflict("attempt-expired", "the attempt before this one has just ended: ask again")
}

func (s *Service) start(ctx context.Context, tx bun.Tx, actor lms.Actor, in StartInput) (*attempt, error) {
	st, err := s.lockStudy(ctx, tx, in.Enrolment)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return nil, err
	}
	a, err := st.open(in.Activity, in.Lang, courses.Quiz, courses.Interview)
	if err != nil {
		return nil, err
	}
	tried, err := triedBefore(ctx, tx, in, st)
	if err != nil {
		return nil, err
	}
	if !tried.resume.IsZero() {
		// Only what tells whether its time is over; the rest is read when it is shown.
		return &attempt{ID: tried.resume, State: openState, Expires: tried.expires}, nil
	}
	spec := specOf(a)
	if attemptsLeft(spec, tried.used, tried.extra, isOver(tried.due, s.now())) == 0 {
		return nil, lms.ErrConflict("attempts-used", "no attempt is left")
	}
	at, err := s.newAttempt(st, a, spec, tried, in)
	if err != nil {
		return nil, err
	}
	st.Progress = advance(st.Loaded, st.Progress, a, change{State: InProgress}, false)
	return at, insertAttempt(ctx, tx, at, a, st.Progress, at.StartedAt)
}

// tried is what there is already of an activity.
type tried struct {
	used, last, extra, minutes int
	passed                     bool
	due                        *time.Time
	// resume is the open attempt, or the one that has the device's id.
	resume  lms.ID[lms.Attempt]
	expires *time.Time
}

func triedBefore(ctx context.Context, tx bun.IDB, in StartInput, st *study) (t tried, err error) {
	var foreign bool
	err = db.Row(ctx, tx, `
		SELECT count(a.id), coalesce(max(a.number), 0), coalesce(bool_or(a.passed), false),
		       coalesce((array_agg(a.id) FILTER (WHERE a.id = $3))[1], (array_agg(a.id) FILTER (WHERE a.state = 'open'))[1]),
		       min(a.grace_until) FILTER (WHERE a.state = 'open'),
		       (SELECT coalesce(sum(extra_attempts), 0) FROM allowances WHERE enrolment_id = $1 AND activity_key = $2),
		       (SELECT coalesce(sum(extra_minutes), 0) FROM allowances WHERE enrolment_id = $1 AND activity_key = $2),
		       (SELECT `+dueOf+` FROM cohort_dates d LEFT JOIN due_dates o ON o.enrolment_id = $1 AND o.activity_key = $2
		         WHERE d.cohort_id = $4 AND d.activity_key = $2),
		       EXISTS (SELECT FROM attempts o WHERE o.id = $3 AND (o.enrolment_id <> $1 OR o.activity_key <> $2))
		  FROM attempts a
		 WHERE a.enrolment_id = $1 AND a.activity_key = $2`, in.Enrolment, in.Activity, in.ID, nullID(st.Cohort),
	).Scan(&t.used, &t.last, &t.passed, &t.resume, &t.expires, &t.extra, &t.minutes, &t.due, &foreign)
	if err == nil && foreign {
		return t, lms.ErrConflict("id-taken", "this id belongs to another attempt: make a new one")
	}
	return t, db.Translate(err)
}

func (s *Service) newAttempt(st *study, a *catalog.Activity, spec courses.QuizSpec, t tried, in StartInput) (*attempt, error) {
	at := &attempt{
		ID: in.ID, Version: st.Version, Activity: a.Key, Kind: string(a.Kind), Number: t.last + 1, State: openState,
		StartedAt: s.now(), Used: t.used + 1, Extra: t.extra, AnyPassed: t.passed, DueAt: t.due, study: st, loaded: st.Loaded,
	}
	if a.Kind == courses.Interview {
		at.Role, at.Paper.Scenario = in.Role, a.Scenario
		_, err := at.conversation()
		return at, err
	}
	if spec.TimeMinutes > 0 {
		deadline := at.StartedAt.Add(time.Duration(spec.TimeMinutes+t.minutes) * time.Minute)
		expires := deadline.Add(time.Duration(spec.GraceSeconds) * time.Second)
		at.Deadline, at.Expires = &deadline, &expires
	}
	lang, err := st.examLanguage(a, in)
	if err != nil {
		return nil, err
	}
	at.Paper.Lang = lang
	at.Paper.Paper, err = quiz.Draw(st.Loaded.Package.Bank, &spec, quiz.Seed(s.Seed()))
	return at, err
}

// Attempt gives the actor's own attempt, in any language. One whose time is over is closed first.
// Errors: NotFound.
func (s *Service) Attempt(ctx context.Context, actor lms.Actor, id lms.ID[lms.Attempt], lang string) (view *AttemptView, err error) {
	defer lms.Wrap(&err, "learning.Attempt(%s)", id)
	at, err := s.loadAttempt(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := at.study.may(actor, lms.Study); err != nil {
		return nil, err
	}
	if at.expired(s.now()) {
		if at, err = s.finish(ctx, actor, id, true); err != nil {
			return nil, err
		}
		return s.attemptView(at, lang), nil
	}
	if at.answers, err = newestAnswers(ctx, s.DB, id); err != nil {
		return nil, err
	}
	return s.attemptView(at, lang), nil
}

// Submit hands an attempt in and scores it; the view is without the questions. Handing it in again changes
// nothing. Errors: NotFound.
func (s *Service) Submit(ctx context.Context, actor lms.Actor, id lms.ID[lms.Attempt], lang string) (view *AttemptView, err error) {
	defer lms.Wrap(&err, "learning.Submit(%s)", id)
	at, err := s.finish(ctx, actor, id, false)
	if err != nil {
		return nil, err
	}
	return s.standingView(at, lang), nil
}

// finish scores what is open and gives what is closed as it is. With onlyExpired it leaves alone what has
// time left.
func (s *Service) finish(ctx context.Context, actor lms.Actor, id lms.ID[lms.Attempt], onlyExpired bool) (at *attempt, err error) {
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if at, err = s.lockAttempt(ctx, tx, id); err != nil {
			return err
		}
		if err := at.study.may(actor, lms.Study); err != nil {
			return err
		}
		// A statement of its own: it sees every answer that was saved before the lock was had.
		if at.answers, err = newestAnswers(ctx, tx, id); err != nil {
			return err
		}
		if at.State != openState || onlyExpired && !at.expired(s.now()) {
			return nil
		}
		if err := at.score(); err != nil {
			return err
		}
		return s.settle(ctx, tx, at)
	})
	return at, err
}

// score works out what the answers that came in time are worth.
func (at *attempt) score() error {
	a, err := at.activity()
	if err != nil {
		return err
	}
	if at.Kind == string(courses.Interview) {
		return at.assess(a, nil, nil)
	}
	answers, late, err := at.counted()
	if err != nil {
		return err
	}
	spec := specOf(a)
	at.Outcome = scorePaper(at.loaded, &spec, at.Paper.Paper, answers)
	at.Outcome.Late = late
	return nil
}

// counted gives the answers that are scored, and how many questions have one that came too late.
func (at *attempt) counted() (map[string]quiz.Answer, int, error) {
	answers, late := map[string]quiz.Answer{}, 0
	for _, stored := range at.answers {
		if stored.Late {
			late++
			continue
		}
		var a quiz.Answer
		if err := json.Unmarshal(stored.Content, &a); err != nil {
			return nil, 0, err
		}
		answers[stored.Question] = a
	}
	return answers, late, nil
}

// settle stores an attempt's outcome and what it means for the course.
func (s *Service) settle(ctx context.Context, tx bun.Tx, at *attempt) error {
	now := s.now()
	st := at.study
	at.State = scored
	if at.Outcome.ToMark > 0 {
		at.State = toMark
	}
	at.SubmittedAt = &now
	at.AnyPassed = at.AnyPassed || at.Outcome.Passed != nil && *at.Outcome.Passed
	a, ok := st.Loaded.Activity(at.Activity)
	own, err := at.activity()
	if err != nil {
		return err
	}
	if !ok || a.Revision != own.Revision {
		if err := saveOutcomeAlone(ctx, tx, at, now); err != nil {
			return err
		}
		return record.Append(ctx, tx, record.Attempt(at.ID))
	}
	c := at.Outcome.change(a.Activity)
	before := st.Progress
	st.Progress = advance(st.Loaded, before, a, c, false)
	if err := saveOutcome(ctx, tx, at, a, c, st.Progress, now); err != nil {
		return err
	}
	return s.certify(ctx, tx, st, before, record.Attempt(at.ID))
}
