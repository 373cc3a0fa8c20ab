package learning

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/quiz"
	"mostik/courses/scale"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// History is one person's study written down after the fact, under the same rules as the use cases:
// [Service.StoreHistories] loads many of them at once. What happened is told in the order of time.
type History struct {
	study    study
	language string
	enrolled time.Time
	lastSeen *time.Time

	progress    []*progressRow
	trials      []*Trial
	submissions []*submissionRow
	sealed      []sealedRow
	surveys     []surveyRow
	posts       []*postRow
}

// Reads says in which language the person studies; the source language is meant without it.
func (h *History) Reads(language string) { h.language = language }

// examLanguage is the language in which the person takes a test that certifies.
func (h *History) examLanguage(a *catalog.Activity) string {
	if offered := h.study.examLanguages(h.language); isFinal(a.Activity) && len(offered) > 0 {
		return string(offered[0])
	}
	return ""
}

// NewHistory begins the study of one person in a version. The cohort may be zero.
func NewHistory(v *catalog.Loaded, id lms.ID[lms.Enrolment], person lms.ID[lms.Person], cohort lms.ID[lms.Cohort], enrolled time.Time) *History {
	h := &History{enrolled: enrolled, study: study{
		ID: id, Person: person, Course: v.CourseID, Version: v.ID, Cohort: cohort, State: active, Loaded: v,
	}}
	h.study.Progress = sum(v, Progress{Marks: fitted(nil, len(v.Activities))})
	return h
}

// ID is the enrolment's.
func (h *History) ID() lms.ID[lms.Enrolment] { return h.study.ID }

// State gives how far the person is with an activity.
func (h *History) State(key string) State {
	if a, ok := h.study.Loaded.Activity(key); ok {
		return h.study.Progress.State(a.Index)
	}
	return Untouched
}

// Locked tells whether something else comes before an activity.
func (h *History) Locked(key string) bool {
	a, ok := h.study.Loaded.Activity(key)
	return !ok || len(missing(h.study.Loaded, h.study.Progress, a)) > 0
}

// Progress gives the sums so far.
func (h *History) Progress() Progress { return h.study.Progress }

// CompletedAt is the moment at which the last required activity was done; nil before.
func (h *History) CompletedAt() *time.Time { return h.study.CompletedAt }

// LastSeenAt is the moment of the latest event; nil when there was none.
func (h *History) LastSeenAt() *time.Time { return h.lastSeen }

// Withdraw ends the study; what was done is kept.
func (h *History) Withdraw() { h.study.State = withdrawn }

// See notes that an activity was read to its end. Errors: NotFound, Forbidden (locked).
func (h *History) See(key string, at time.Time) error {
	a, err := h.study.open(key, "en")
	if err != nil {
		return err
	}
	h.apply(a, change{State: seenState(a.Activity)}, at)
	return nil
}

// Attend notes that the person was present. Errors: NotFound.
func (h *History) Attend(key string, at time.Time) error {
	a, err := h.study.activity(key)
	if err != nil {
		return err
	}
	h.apply(a, change{State: Done}, at)
	return nil
}

// handIn notes that something was handed in.
func (h *History) handIn(key string, at time.Time, k courses.Kind) error {
	a, err := h.study.open(key, "en", k)
	if err != nil {
		return err
	}
	h.apply(a, change{State: handedInState(a.Activity)}, at)
	return nil
}

// Seal keeps a reflection: bytes that only the person's device can open.
func (h *History) Seal(key, ciphertext string, at time.Time) error {
	k := courses.Reflection
	if a, ok := h.study.Loaded.Activity(key); ok && a.Kind == courses.Worksheet && !a.HandedIn {
		k = courses.Worksheet
	}
	if err := h.handIn(key, at, k); err != nil {
		return err
	}
	h.sealed = append(h.sealed, sealedRow{h.study.ID, key, 1, ciphertext, at})
	return nil
}

// Survey keeps the answers to a survey; of an anonymous one they stand apart from the person.
func (h *History) Survey(key string, answers scale.Response, at time.Time) error {
	if err := h.handIn(key, at, courses.Survey); err != nil {
		return err
	}
	a, _ := h.study.Loaded.Activity(key)
	raw, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	row := surveyRow{h.study.Version, key, &h.study.ID, raw, at.Format(time.DateOnly)}
	if s := h.study.Loaded.Package.Surveys[a.Survey]; s != nil && s.Anonymous {
		row.EnrolmentID = nil
	}
	h.surveys = append(h.surveys, row)
	return nil
}

// Contribution is a post of a history. Parent and text may be set until the history is stored.
type Contribution struct{ row *postRow }

// Post writes into an activity's thread.
func (h *History) Post(key string, id lms.ID[lms.Post], text string, at time.Time) (*Contribution, error) {
	if err := h.handIn(key, at, courses.Discussion); err != nil {
		return nil, err
	}
	row := &postRow{
		ID: id, CohortID: zeroNil(h.study.Cohort), CourseID: h.study.Course, ActivityKey: key, EnrolmentID: &h.study.ID,
		AuthorID: h.study.Person, Body: text, PostedAt: at,
	}
	h.posts = append(h.posts, row)
	return &Contribution{row}, nil
}

// At is when it was posted.
func (c *Contribution) At() time.Time { return c.row.PostedAt }

// ID is the post's.
func (c *Contribution) ID() lms.ID[lms.Post] { return c.row.ID }

// Say sets the words, and the post that they answer; a zero parent begins a talk.
func (c *Contribution) Say(text string, parent lms.ID[lms.Post]) {
	c.row.Body, c.row.ParentID = text, zeroNil(parent)
}

// FileKept is a file that lies among the blobs.
type FileKept struct {
	Name, SHA256, Type string
	Bytes              int64
}

// HandIn keeps a worksheet's fields, or a file, and gives what a trainer may return.
func (h *History) HandIn(key string, id lms.ID[lms.Submission], fields map[string]string, file FileKept, at time.Time) (*Handed, error) {
	k := courses.Worksheet
	if file.SHA256 != "" {
		k = courses.File
	}
	if err := h.handIn(key, at, k); err != nil {
		return nil, err
	}
	row := &submissionRow{
		ID: id, EnrolmentID: h.study.ID, ActivityKey: key, Kind: string(k), Number: 1, State: "handed-in", HandedInAt: at,
		FileName: file.Name, FileSHA256: file.SHA256, FileBytes: file.Bytes, FileType: file.Type,
	}
	for _, s := range h.submissions {
		if s.ActivityKey == key {
			row.Number++
		}
	}
	if len(fields) > 0 {
		raw, err := json.Marshal(fields)
		if err != nil {
			return nil, err
		}
		row.Fields = raw
	}
	h.submissions = append(h.submissions, row)
	return &Handed{h, row}, nil
}

// Handed is something that was handed in.
type Handed struct {
	h   *History
	row *submissionRow
}

// Return gives it back with a trainer's words, and points by criterion where there is a rubric.
func (s *Handed) Return(by lms.ID[lms.Person], feedback string, rubric map[string]int, at time.Time) error {
	a, err := s.h.study.activity(s.row.ActivityKey)
	if err != nil {
		return err
	}
	points, err := rubricSum(a.Rubric, MarkInput{Rubric: rubric})
	if err != nil {
		return err
	}
	raw, err := json.Marshal(rubric)
	if err != nil {
		return err
	}
	s.row.State, s.row.Feedback, s.row.ReturnedBy, s.row.ReturnedAt = "returned", feedback, &by, &at
	s.row.Rubric, s.row.Points = raw, points
	if c := markedChange(a, points); s.h.matters(a, *c) {
		s.h.byOthers(a, *c, at)
	}
	return nil
}

// matters tells whether the use case would write anything.
func (h *History) matters(a *catalog.Activity, c change) bool {
	p := h.study.Progress
	after := advance(h.study.Loaded, p, a, c, false)
	return h.study.StartedAt == nil || c.Score != nil || after.State(a.Index) != p.State(a.Index)
}

func (h *History) apply(a *catalog.Activity, c change, at time.Time) {
	if h.matters(a, c) {
		h.change(a, c, at)
	}
}

// change is what saveCTE does to the rows.
func (h *History) change(a *catalog.Activity, c change, at time.Time) {
	st := &h.study
	st.Progress = advance(st.Loaded, st.Progress, a, c, false)
	state := st.Progress.State(a.Index)
	row := h.row(a, at)
	row.State, row.UpdatedAt = string(state), at
	if c.Score != nil && (row.Score == nil || *c.Score > *row.Score) {
		row.Score = c.Score
	}
	switch {
	case state != Done:
		row.DoneAt = nil
	case row.DoneAt == nil:
		row.DoneAt = &at
	}
	if st.StartedAt == nil {
		st.StartedAt = &at
	}
	if h.lastSeen == nil || h.lastSeen.Before(at) {
		h.lastSeen = &at
	}
	if st.Progress.Completed && st.CompletedAt == nil {
		st.State, st.CompletedAt = completed, &at
	}
}

func (h *History) row(a *catalog.Activity, at time.Time) *progressRow {
	for _, r := range h.progress {
		if r.ActivityKey == a.Key {
			return r
		}
	}
	r := &progressRow{EnrolmentID: h.study.ID, ActivityKey: a.Key, Revision: a.Revision, FirstSeenAt: at}
	h.progress = append(h.progress, r)
	return r
}

// Trial is one attempt of a history.
type Trial struct {
	h        *History
	at       *attempt
	answers  []answerRow
	marks    []markRow
	answered map[string]bool
}

// Try begins an attempt. Errors: NotFound, Forbidden (locked), Conflict with code attempts-used.
func (h *History) Try(key string, id lms.ID[lms.Attempt], seed quiz.Seed, role string, at time.Time) (*Trial, error) {
	a, err := h.study.open(key, "en", courses.Quiz, courses.Interview)
	if err != nil {
		return nil, err
	}
	t := tried{}
	for _, other := range h.trials {
		if other.at.Activity == key {
			t.used, t.last, t.passed = t.used+1, other.at.Number, t.passed || other.at.AnyPassed
		}
	}
	spec := specOf(a)
	if attemptsLeft(spec, t.used, t.extra, false) == 0 {
		return nil, lms.ErrConflict("attempts-used", "no attempt is left")
	}
	then := Service{Now: func() time.Time { return at }, Seed: func() uint64 { return uint64(seed) }}
	made, err := then.newAttempt(&h.study, a, spec, t, StartInput{
		Enrolment: h.study.ID, Activity: key, ID: id, Role: role, Language: h.examLanguage(a),
	})
	if err != nil {
		return nil, err
	}
	trial := &Trial{h: h, at: made, answered: map[string]bool{}}
	h.trials = append(h.trials, trial)
	h.change(a, change{State: InProgress}, at)
	return trial, nil
}

// Questions gives the questions of the paper in its order.
func (t *Trial) Questions() []*quiz.Question {
	var list []*quiz.Question
	for _, pq := range t.at.Paper.Questions {
		if q, ok := t.at.loaded.Question(pq.Key); ok {
			list = append(list, q.Question)
		}
	}
	return list
}

// Answer keeps an answer with real keys; a later one to the same question replaces it.
func (t *Trial) Answer(id lms.ID[lms.Answer], question string, a quiz.Answer, at time.Time) error {
	if t.at.Expires == nil || !t.at.Expires.Before(at) {
		t.answered[question] = !quiz.IsEmpty(a)
	}
	return t.keep(id, question, int64(len(t.answers)+1), a, at)
}

// Say takes the next step of an interview.
func (t *Trial) Say(id lms.ID[lms.Answer], choice string, at time.Time) error {
	path, _, err := t.at.path()
	if err != nil {
		return err
	}
	return t.keep(id, stepPrefix+strconv.Itoa(len(path)), int64(len(path)), storedMove{choice}, at)
}

// Note keeps the notebook of an interview.
func (t *Trial) Note(id lms.ID[lms.Answer], noted []string, at time.Time) error {
	return t.keep(id, notesKey, int64(len(t.answers)+1), storedNotes{noted}, at)
}

func (t *Trial) keep(id lms.ID[lms.Answer], key string, revision int64, content any, at time.Time) error {
	raw, err := json.Marshal(content)
	if err != nil {
		return err
	}
	late := t.at.Expires != nil && t.at.Expires.Before(at)
	row := answerRow{
		AttemptID: t.at.ID, ID: id, QuestionKey: key, Revision: revision, Content: raw, ReceivedAt: at, Late: late, Newest: !late,
	}
	for _, yes := range t.answered {
		if yes {
			row.Answered++
		}
	}
	t.answers = append(t.answers, row)
	kept := t.at.answers[:0:0]
	for _, a := range t.at.answers {
		if a.Question != key || a.Late != late {
			kept = append(kept, a)
		}
	}
	t.at.answers = append(kept, storedAnswer{Question: key, Revision: revision, Content: raw, Late: late})
	return nil
}

// Submit hands a quiz in and gives what it is worth.
func (t *Trial) Submit(at time.Time) (Outcome, error) {
	if err := t.at.score(); err != nil {
		return Outcome{}, err
	}
	return t.at.Outcome, t.settle(at)
}

// Assess ends an interview and gives what it is worth.
func (t *Trial) Assess(noted []string, sorted map[string]scenario.Element, at time.Time) (Outcome, error) {
	a, err := t.at.activity()
	if err != nil {
		return Outcome{}, err
	}
	if err := t.at.assess(a, noted, sorted); err != nil {
		return Outcome{}, err
	}
	return t.at.Outcome, t.settle(at)
}

// Waiting lists the questions that a trainer has to mark.
func (t *Trial) Waiting() []string {
	var list []string
	for _, pq := range t.at.Paper.Questions {
		if t.at.State == toMark && t.at.Outcome.Questions[pq.Key].State == quiz.ToMark {
			list = append(list, pq.Key)
		}
	}
	return list
}

// Mark gives a trainer's points for an open answer.
func (t *Trial) Mark(id lms.ID[lms.Answer], question string, points float64, comment string, by lms.ID[lms.Person], at time.Time) error {
	a, err := t.at.activity()
	if err != nil {
		return err
	}
	t.at.mark(question, points, comment)
	t.marks = append(t.marks, markRow{id, t.at.ID, question, points, comment, by, at})
	if t.at.Outcome.ToMark == 0 {
		t.at.State = scored
	}
	t.h.byOthers(a, t.at.Outcome.change(a.Activity), at)
	return nil
}

// byOthers is a change that the trainer makes: the person was not there.
func (h *History) byOthers(a *catalog.Activity, c change, at time.Time) {
	seen := h.lastSeen
	h.change(a, c, at)
	h.lastSeen = seen
}

// SubmittedAt is when it was handed in; nil while it is open.
func (t *Trial) SubmittedAt() *time.Time { return t.at.SubmittedAt }

// settle is what the use case's settle does to the rows.
func (t *Trial) settle(at time.Time) error {
	a, err := t.at.activity()
	if err != nil {
		return err
	}
	t.at.State = scored
	if t.at.Outcome.ToMark > 0 {
		t.at.State = toMark
	}
	if t.at.SubmittedAt == nil {
		if t.at.Expires != nil && t.at.Expires.Before(at) {
			at = *t.at.Expires
		}
		t.at.SubmittedAt = &at
	}
	t.at.AnyPassed = t.at.AnyPassed || t.at.Outcome.Passed != nil && *t.at.Outcome.Passed
	t.h.change(a, t.at.Outcome.change(a.Activity), at)
	return nil
}

// StoreHistories stores histories of people and cohorts that are there, and issues the certificates that
// they earned. It takes a few statements, however many histories there are.
func (s *Service) StoreHistories(ctx context.Context, tx bun.IDB, list []*History) error {
	var rows historyRows
	for _, h := range list {
		if err := rows.add(h); err != nil {
			return err
		}
	}
	for _, step := range rows.steps() {
		if err := insertRows(ctx, tx, step.sql, step.rows); err != nil {
			return err
		}
	}
	for _, h := range list {
		if err := s.certify(ctx, tx, &h.study, Progress{}); err != nil {
			return err
		}
	}
	return nil
}

// insertRows hands rows over as one JSON text; the statement turns it into records.
func insertRows(ctx context.Context, tx bun.IDB, sql string, rows any) error {
	raw, err := json.Marshal(rows)
	if err != nil || string(raw) == "null" {
		return err
	}
	_, err = db.Exec(ctx, tx, sql, string(raw))
	return err
}

func zeroNil[T any](id lms.ID[T]) *lms.ID[T] {
	if id.IsZero() {
		return nil
	}
	return &id
}

// WorkDesk hands a document desk in and gives what it is worth. Errors: NotFound, Forbidden (locked), Invalid.
func (h *History) WorkDesk(key string, id lms.ID[lms.Attempt], answer desk.Answer, at time.Time) (Outcome, error) {
	a, err := h.study.open(key, "en", courses.Desk)
	if err != nil {
		return Outcome{}, err
	}
	outcome, err := deskOutcome(h.study.Loaded, a, answer)
	if err != nil {
		return Outcome{}, err
	}
	made := &attempt{
		ID: id, Version: h.study.Version, Activity: key, Kind: string(courses.Desk), Number: 1, State: openState,
		StartedAt: at, Outcome: outcome, study: &h.study, loaded: h.study.Loaded,
	}
	made.Paper.Desk = a.Desk
	for _, other := range h.trials {
		if other.at.Activity == key {
			made.Number++
			made.AnyPassed = made.AnyPassed || other.at.AnyPassed
		}
	}
	trial := &Trial{h: h, at: made, answered: map[string]bool{}}
	h.trials = append(h.trials, trial)
	h.change(a, change{State: InProgress}, at)
	return outcome, trial.settle(at)
}
