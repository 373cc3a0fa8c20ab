package learning

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// maxQueue bounds the queue as it is shown; the rest follows as marks are given.
const maxQueue = 100

// MarkItem is something that waits for a trainer.
type MarkItem struct {
	ID            string                `json:"id"` // a:<attempt>:<question> or s:<submission>
	Kind          string                `json:"kind"`
	Person        PersonRef             `json:"person"`
	EnrolmentID   lms.ID[lms.Enrolment] `json:"enrolment_id"`
	ActivityKey   string                `json:"activity_key"`
	ActivityTitle string                `json:"activity_title"`
	QuestionHTML  string                `json:"question_html,omitempty"`
	AnswerText    string                `json:"answer_text,omitempty"`
	Fields        []FilledField         `json:"fields,omitempty"`
	File          *FileRef              `json:"file,omitempty"`
	// FileURL is where the file is fetched.
	FileURL      string          `json:"file_url,omitempty"`
	Guidance     string          `json:"guidance,omitempty"`
	Rubric       []CriterionView `json:"rubric,omitempty"`
	PointsMax    float64         `json:"points_max"`
	WaitingSince time.Time       `json:"waiting_since"`
}

// FilledField is a field of a worksheet with what was filled in, in words.
type FilledField struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// Queue is what waits in a cohort, the oldest first.
type Queue struct {
	Items []MarkItem `json:"items"`
	Total int        `json:"total"`
}

// MarkingQueue lists what waits for a trainer in a cohort, in three statements. Errors: NotFound, Forbidden.
func (s *Service) MarkingQueue(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], reader string) (q *Queue, err error) {
	defer lms.Wrap(&err, "learning.MarkingQueue(%s)", id)
	if _, err := s.cohortFor(ctx, actor, id, lms.Mark); err != nil {
		return nil, err
	}
	q = &Queue{Items: []MarkItem{}}
	if err := s.queueAnswers(ctx, q, id, reader); err != nil {
		return nil, err
	}
	return q, s.queueSubmissions(ctx, q, id, reader)
}

// queued is a row of either half of the queue.
type queued struct {
	item    MarkItem
	version lms.ID[lms.Version]
	attempt lms.ID[lms.Attempt]
	outcome Outcome
	sub     Submission
	total   int
}

func (s *Service) queueAnswers(ctx context.Context, q *Queue, id lms.ID[lms.Cohort], reader string) error {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT a.id, e.id, a.version_id, a.activity_key, e.person_id, trim(p.given_name || ' ' || p.family_name), a.submitted_at,
		       a.result, count(*) OVER ()
		  FROM enrolments e
		  JOIN attempts a ON a.enrolment_id = e.id AND a.state = 'to-mark'
		  JOIN persons p ON p.id = e.person_id
		 WHERE e.cohort_id = $1 AND e.state <> 'withdrawn'
		 ORDER BY a.submitted_at, a.id
		 LIMIT $2`, id, maxQueue)
	if err != nil {
		return err
	}
	defer rows.Close()
	var list []queued
	for rows.Next() {
		var r queued
		var result []byte
		if err := rows.Scan(&r.attempt, &r.item.EnrolmentID, &r.version, &r.item.ActivityKey, &r.item.Person.ID, &r.item.Person.Name,
			&r.item.WaitingSince, &result, &r.total); err != nil {
			return db.Translate(err)
		}
		if err := unmarshal(result, &r.outcome); err != nil {
			return err
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	rows.Close()
	for _, r := range list {
		v, err := s.Catalog.Version(ctx, r.version)
		if err != nil {
			return err
		}
		q.addAnswers(r, v, v.Lang(reader))
	}
	if len(list) > 0 {
		q.Total += list[0].total - len(list) // attempts beyond the first count as one each
	}
	return nil
}

func (q *Queue) addAnswers(r queued, v *catalog.Loaded, lang courses.Lang) {
	for _, key := range sortedKeys(r.outcome.Questions) {
		result := r.outcome.Questions[key]
		question, ok := v.Question(key)
		if result.State != quiz.ToMark || !ok {
			continue
		}
		item := r.item
		item.ID, item.Kind = "a:"+r.attempt.String()+":"+key, "open"
		item.ActivityTitle = titleOf(v, item.ActivityKey, lang)
		item.QuestionHTML = promptView(question.Prepared.PromptIn(0, lang)).StemHTML
		item.AnswerText = r.outcome.Answers[key].Text
		item.Guidance = question.Prepared.Guidance(lang)
		item.PointsMax = result.Max
		q.Items = append(q.Items, item)
		q.Total++
	}
}

func titleOf(v *catalog.Loaded, key string, lang courses.Lang) string {
	if a, ok := v.Activity(key); ok {
		return a.Title.In(lang)
	}
	return key
}

func (s *Service) queueSubmissions(ctx context.Context, q *Queue, id lms.ID[lms.Cohort], reader string) error {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT w.id, e.id, e.version_id, w.activity_key, w.kind, e.person_id, trim(p.given_name || ' ' || p.family_name),
		       w.handed_in_at, w.fields, w.file_name, w.file_bytes, w.file_type, count(*) OVER ()
		  FROM enrolments e
		  JOIN submissions w ON w.enrolment_id = e.id AND w.state = 'handed-in'
		  JOIN persons p ON p.id = e.person_id
		 WHERE e.cohort_id = $1 AND e.state <> 'withdrawn'
		 ORDER BY w.handed_in_at, w.id
		 LIMIT $2`, id, maxQueue)
	if err != nil {
		return err
	}
	defer rows.Close()
	var list []queued
	for rows.Next() {
		var r queued
		var fields []byte
		var file FileRef
		if err := rows.Scan(&r.sub.ID, &r.item.EnrolmentID, &r.version, &r.item.ActivityKey, &r.item.Kind, &r.item.Person.ID,
			&r.item.Person.Name, &r.item.WaitingSince, &fields, &file.Name, &file.Bytes, &file.Type, &r.total); err != nil {
			return db.Translate(err)
		}
		if err := unmarshal(fields, &r.sub.Fields); err != nil {
			return err
		}
		r.item.ID = "s:" + r.sub.ID.String()
		if file.Type != "" {
			r.item.File, r.item.FileURL = &file, "/api/v1/submissions/"+r.sub.ID.String()+"/file"
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	rows.Close()
	for _, r := range list {
		v, err := s.Catalog.Version(ctx, r.version)
		if err != nil {
			return err
		}
		q.addSubmission(r, v, v.Lang(reader))
	}
	if len(list) > 0 {
		q.Total += list[0].total
	}
	return nil
}

func (q *Queue) addSubmission(r queued, v *catalog.Loaded, lang courses.Lang) {
	item := r.item
	item.ActivityTitle = titleOf(v, item.ActivityKey, lang)
	if a, ok := v.Activity(item.ActivityKey); ok {
		item.Rubric, item.PointsMax = rubricView(a, lang), float64(rubricPoints(a))
		item.Fields = filled(v.Package.Worksheets[a.Worksheet], r.sub.Fields, lang)
	}
	q.Items = append(q.Items, item)
}

// filled gives what was filled in, in the order of the worksheet and with the words of its options.
func filled(w *courses.WorksheetDoc, fields map[string]json.RawMessage, lang courses.Lang) []FilledField {
	if w == nil {
		return nil
	}
	list := []FilledField{}
	for _, f := range w.Fields {
		field := FilledField{Key: f.Key, Label: f.Label.In(lang)}
		var one string
		var several []string
		switch raw := fields[f.Key]; {
		case len(raw) == 0:
		case f.Kind == courses.Number || f.Kind == courses.Table:
			field.Value = numbersWord(f, raw, lang)
		case json.Unmarshal(raw, &one) == nil:
			field.Value = optionWord(f, one, lang)
		case json.Unmarshal(raw, &several) == nil:
			for i, key := range several {
				several[i] = optionWord(f, key, lang)
			}
			field.Value = strings.Join(several, "; ")
		default:
			field.Value = string(raw) // true or false
		}
		list = append(list, field)
	}
	return list
}

func optionWord(f courses.Field, value string, lang courses.Lang) string {
	for _, o := range f.Options {
		if o.Key == value {
			return o.Text.In(lang)
		}
	}
	return value
}

func rubricPoints(a *catalog.Activity) int {
	sum := 0
	for _, c := range a.Rubric {
		sum += c.Points
	}
	return sum
}

// MarkInput is a trainer's mark. For an open answer Points count, for a submission the rubric's sum where
// there is one.
type MarkInput struct {
	ID      string // as MarkItem has it
	Points  *float64
	Rubric  map[string]int
	Comment string
}

// Mark gives points and a comment, and scores anew what they belong to. A later mark replaces an earlier one.
// Errors: NotFound, Forbidden, Invalid (the points).
func (s *Service) Mark(ctx context.Context, actor lms.Actor, in MarkInput) (err error) {
	defer lms.Wrap(&err, "learning.Mark(%s)", in.ID)
	parts := strings.SplitN(in.ID, ":", 3)
	switch {
	case len(parts) == 3 && parts[0] == "a":
		id, err := lms.ParseID[lms.Attempt](parts[1])
		if err != nil {
			return lms.ErrNotFound("answer")
		}
		return s.markAnswer(ctx, actor, id, parts[2], in)
	case len(parts) == 2 && parts[0] == "s":
		id, err := lms.ParseID[lms.Submission](parts[1])
		if err != nil {
			return lms.ErrNotFound("submission")
		}
		return s.markSubmission(ctx, actor, id, in)
	}
	return lms.ErrNotFound("answer")
}

func (s *Service) markAnswer(ctx context.Context, actor lms.Actor, id lms.ID[lms.Attempt], question string, in MarkInput) error {
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		at, err := s.lockAttempt(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := at.study.may(actor, lms.Mark); err != nil {
			return err
		}
		q, known := at.loaded.Question(question)
		result, asked := at.Outcome.Questions[question]
		if !known || !asked || q.Kind != quiz.Open || at.State == openState {
			return lms.ErrNotFound("answer")
		}
		if in.Points == nil || *in.Points < 0 || *in.Points > result.Max {
			return lms.ErrInvalid("points", "points-out-of-range", "from 0 to the question's points")
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO marks (id, attempt_id, question_key, points, comment, marked_by, marked_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			lms.NewID[struct{}](), id, question, *in.Points, in.Comment, actor.Person, s.now())
		if err != nil {
			return err
		}
		at.mark(question, *in.Points, in.Comment)
		return s.settle(ctx, tx, at)
	})
}

// mark puts a trainer's points in the place of what was to be marked, and adds everything up anew.
func (at *attempt) mark(question string, points float64, comment string) {
	r := at.Outcome.Questions[question]
	r.Points = points
	switch points {
	case r.Max:
		r.State = quiz.Right
	case 0:
		r.State = quiz.Wrong
	default:
		r.State = quiz.Partly
	}
	at.Outcome.Questions[question] = r
	if at.Outcome.Comments == nil {
		at.Outcome.Comments = map[string]string{}
	}
	at.Outcome.Comments[question] = comment
	spec := at.spec()
	at.Outcome = at.Outcome.total(&spec)
}

func (s *Service) markSubmission(ctx context.Context, actor lms.Actor, id lms.ID[lms.Submission], in MarkInput) error {
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var enrolment lms.ID[lms.Enrolment]
		var key string
		err := db.Row(ctx, tx, `SELECT enrolment_id, activity_key FROM submissions WHERE id = $1`, id).Scan(&enrolment, &key)
		if err != nil {
			return db.Found(err, "submission")
		}
		st, err := s.lockStudy(ctx, tx, enrolment)
		if err != nil {
			return err
		}
		if err := st.may(actor, lms.Mark); err != nil {
			return err
		}
		// A newer version may have left the task out: what was handed in is answered all the same.
		a, stands := st.Loaded.Activity(key)
		var rubricOf []courses.Criterion
		if stands {
			rubricOf = a.Rubric
		}
		points, err := rubricSum(rubricOf, in)
		if err != nil {
			return err
		}
		rubric, err := json.Marshal(in.Rubric)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE submissions
			   SET state = 'returned', points = $2, rubric = $3, feedback = $4, returned_by = $5, returned_at = $6
			 WHERE id = $1`, id, points, string(rubric), in.Comment, actor.Person, s.now())
		if err != nil || !stands {
			return err
		}
		return s.apply(ctx, tx, st, a, markedChange(a, points), false)
	})
}

// rubricSum adds up the rubric's points, or takes the points given where the task has no rubric.
func rubricSum(rubric []courses.Criterion, in MarkInput) (*float64, error) {
	if len(rubric) == 0 {
		if in.Points != nil && (*in.Points < 0 || *in.Points > 1000) {
			return nil, lms.ErrInvalid("points", "points-out-of-range", "from 0 to 1000")
		}
		return in.Points, nil
	}
	sum := 0.0
	for _, c := range rubric {
		given, ok := in.Rubric[c.Key]
		if !ok {
			return nil, lms.ErrInvalid("rubric/"+c.Key, "required", "every line of the rubric has points")
		}
		if given < 0 || given > c.Points {
			return nil, lms.ErrInvalid("rubric/"+c.Key, "points-out-of-range", "from 0 to the line's points")
		}
		sum += float64(given)
	}
	if len(in.Rubric) > len(rubric) {
		return nil, lms.ErrInvalid("rubric", "unknown-field", "a line that the rubric does not have")
	}
	return &sum, nil
}

// markedChange is what a returned submission makes of its activity: handing in was enough, unless a pass mark
// is asked for.
func markedChange(a *catalog.Activity, points *float64) *change {
	c := &change{State: handedInState(a.Activity)}
	if limit := rubricPoints(a); points != nil && limit > 0 {
		percent := percentOf(*points, float64(limit))
		c.Score = &percent
		if a.Complete == courses.Scored {
			c.State = Failed
			if percent >= float64(a.Pass) {
				c.State = Done
			}
		}
	}
	return c
}
