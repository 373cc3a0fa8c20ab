package learning

import (
	"encoding/json"
	"time"

	"mostik/lms"
)

// The rows of a history, as json_to_recordset reads them.
type (
	enrolmentRow struct {
		ID            lms.ID[lms.Enrolment] `json:"id"`
		PersonID      lms.ID[lms.Person]    `json:"person_id"`
		CourseID      lms.ID[lms.Course]    `json:"course_id"`
		VersionID     lms.ID[lms.Version]   `json:"version_id"`
		CohortID      *lms.ID[lms.Cohort]   `json:"cohort_id"`
		State         string                `json:"state"`
		EnrolledAt    time.Time             `json:"enrolled_at"`
		StartedAt     *time.Time            `json:"started_at"`
		LastSeenAt    *time.Time            `json:"last_seen_at"`
		CompletedAt   *time.Time            `json:"completed_at"`
		RequiredTotal int                   `json:"required_total"`
		RequiredDone  int                   `json:"required_done"`
		Score         *float64              `json:"score"`
		StuckOn       string                `json:"stuck_on"`
		Done          string                `json:"done"`
	}
	progressRow struct {
		EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
		ActivityKey string                `json:"activity_key"`
		Revision    int                   `json:"revision"`
		State       string                `json:"state"`
		Score       *float64              `json:"score"`
		FirstSeenAt time.Time             `json:"first_seen_at"`
		DoneAt      *time.Time            `json:"done_at"`
		UpdatedAt   time.Time             `json:"updated_at"`
	}
	attemptRow struct {
		ID          lms.ID[lms.Attempt]   `json:"id"`
		EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
		VersionID   lms.ID[lms.Version]   `json:"version_id"`
		ActivityKey string                `json:"activity_key"`
		Kind        string                `json:"kind"`
		Number      int                   `json:"number"`
		Role        string                `json:"role"`
		State       string                `json:"state"`
		Paper       paper                 `json:"paper"`
		StartedAt   time.Time             `json:"started_at"`
		DeadlineAt  *time.Time            `json:"deadline_at"`
		GraceUntil  *time.Time            `json:"grace_until"`
		SubmittedAt *time.Time            `json:"submitted_at"`
		Points      *float64              `json:"points"`
		MaxPoints   *float64              `json:"max_points"`
		Percent     *float64              `json:"percent"`
		Passed      *bool                 `json:"passed"`
		Result      *Outcome              `json:"result"`
	}
	answerRow struct {
		AttemptID   lms.ID[lms.Attempt] `json:"attempt_id"`
		ID          lms.ID[lms.Answer]  `json:"id"`
		QuestionKey string              `json:"question_key"`
		Revision    int64               `json:"revision"`
		Content     json.RawMessage     `json:"content"`
		ReceivedAt  time.Time           `json:"received_at"`
		Late        bool                `json:"late"`
		Newest      bool                `json:"newest"`
		Answered    int                 `json:"answered"`
	}
	markRow struct {
		ID          lms.ID[lms.Answer]  `json:"id"`
		AttemptID   lms.ID[lms.Attempt] `json:"attempt_id"`
		QuestionKey string              `json:"question_key"`
		Points      float64             `json:"points"`
		Comment     string              `json:"comment"`
		MarkedBy    lms.ID[lms.Person]  `json:"marked_by"`
		MarkedAt    time.Time           `json:"marked_at"`
	}
	submissionRow struct {
		ID          lms.ID[lms.Submission] `json:"id"`
		EnrolmentID lms.ID[lms.Enrolment]  `json:"enrolment_id"`
		ActivityKey string                 `json:"activity_key"`
		Kind        string                 `json:"kind"`
		Number      int                    `json:"number"`
		Fields      json.RawMessage        `json:"fields,omitempty"`
		FileName    string                 `json:"file_name"`
		FileSHA256  string                 `json:"file_sha256"`
		FileBytes   int64                  `json:"file_bytes"`
		FileType    string                 `json:"file_type"`
		State       string                 `json:"state"`
		HandedInAt  time.Time              `json:"handed_in_at"`
		Points      *float64               `json:"points"`
		Rubric      json.RawMessage        `json:"rubric,omitempty"`
		Feedback    string                 `json:"feedback"`
		ReturnedBy  *lms.ID[lms.Person]    `json:"returned_by"`
		ReturnedAt  *time.Time             `json:"returned_at"`
	}
	sealedRow struct {
		EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
		ActivityKey string                `json:"activity_key"`
		Revision    int64                 `json:"revision"`
		Ciphertext  string                `json:"ciphertext"`
		UpdatedAt   time.Time             `json:"updated_at"`
	}
	surveyRow struct {
		VersionID   lms.ID[lms.Version]    `json:"version_id"`
		ActivityKey string                 `json:"activity_key"`
		EnrolmentID *lms.ID[lms.Enrolment] `json:"enrolment_id"`
		Answers     json.RawMessage        `json:"answers"`
		AnsweredOn  string                 `json:"answered_on"`
	}
	postRow struct {
		ID          lms.ID[lms.Post]       `json:"id"`
		CohortID    *lms.ID[lms.Cohort]    `json:"cohort_id"`
		CourseID    lms.ID[lms.Course]     `json:"course_id"`
		ActivityKey string                 `json:"activity_key"`
		ParentID    *lms.ID[lms.Post]      `json:"parent_id"`
		EnrolmentID *lms.ID[lms.Enrolment] `json:"enrolment_id"`
		AuthorID    lms.ID[lms.Person]     `json:"author_id"`
		Body        string                 `json:"body"`
		PostedAt    time.Time              `json:"posted_at"`
	}
)

// historyRows gathers the rows of many histories by table.
type historyRows struct {
	enrolments  []enrolmentRow
	progress    []*progressRow
	attempts    []attemptRow
	answers     []answerRow
	marks       []markRow
	submissions []*submissionRow
	sealed      []sealedRow
	surveys     []surveyRow
	posts       []*postRow
}

func (r *historyRows) add(h *History) error {
	st, p := &h.study, &h.study.Progress
	r.enrolments = append(r.enrolments, enrolmentRow{
		ID: st.ID, PersonID: st.Person, CourseID: st.Course, VersionID: st.Version, CohortID: zeroNil(st.Cohort),
		State: st.State, EnrolledAt: h.enrolled, StartedAt: st.StartedAt, LastSeenAt: h.lastSeen, CompletedAt: st.CompletedAt,
		RequiredTotal: p.RequiredTotal, RequiredDone: p.RequiredDone, Score: p.Score, StuckOn: p.StuckOn, Done: string(p.Marks),
	})
	r.progress = append(r.progress, h.progress...)
	for _, t := range h.trials {
		r.attempts = append(r.attempts, t.row())
		r.answers = append(r.answers, t.answers...)
		r.marks = append(r.marks, t.marks...)
	}
	r.submissions = append(r.submissions, h.submissions...)
	r.sealed = append(r.sealed, h.sealed...)
	r.surveys = append(r.surveys, h.surveys...)
	r.posts = append(r.posts, h.posts...)
	return nil
}

func (t *Trial) row() attemptRow {
	at := t.at
	row := attemptRow{
		ID: at.ID, EnrolmentID: t.h.study.ID, VersionID: at.Version, ActivityKey: at.Activity, Kind: at.Kind, Number: at.Number,
		Role: at.Role, State: at.State, Paper: at.Paper, StartedAt: at.StartedAt, DeadlineAt: at.Deadline, GraceUntil: at.Expires,
		SubmittedAt: at.SubmittedAt,
	}
	if o := at.Outcome; at.State != openState {
		row.Points, row.MaxPoints, row.Percent, row.Passed, row.Result = &o.Points, &o.Max, &o.Percent, o.Passed, &o
	}
	return row
}

type insertStep struct {
	sql  string
	rows any
}

func (r *historyRows) steps() []insertStep {
	return []insertStep{
		{`INSERT INTO enrolments (id, person_id, course_id, version_id, cohort_id, state, enrolled_at, started_at, last_seen_at,
		                          completed_at, required_total, required_done, score, stuck_on, done)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         id uuid, person_id uuid, course_id uuid, version_id uuid, cohort_id uuid, state text, enrolled_at timestamptz,
		         started_at timestamptz, last_seen_at timestamptz, completed_at timestamptz, required_total int,
		         required_done int, score numeric, stuck_on text, done text)`, r.enrolments},
		{`INSERT INTO activity_progress (enrolment_id, activity_key, revision, state, score, first_seen_at, done_at, updated_at)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         enrolment_id uuid, activity_key text, revision int, state text, score numeric, first_seen_at timestamptz,
		         done_at timestamptz, updated_at timestamptz)`, r.progress},
		{`INSERT INTO attempts (id, enrolment_id, version_id, activity_key, kind, number, role, state, paper, started_at,
		                        deadline_at, grace_until, submitted_at, points, max_points, percent, passed, result)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         id uuid, enrolment_id uuid, version_id uuid, activity_key text, kind text, number int, role text, state text,
		         paper json, started_at timestamptz, deadline_at timestamptz, grace_until timestamptz, submitted_at timestamptz,
		         points numeric, max_points numeric, percent numeric, passed boolean, result json)`, r.attempts},
		{`INSERT INTO answers (attempt_id, id, question_key, revision, content, received_at, late, newest, answered)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         attempt_id uuid, id uuid, question_key text, revision bigint, content json, received_at timestamptz,
		         late boolean, newest boolean, answered smallint)`, r.answers},
		{`INSERT INTO marks (id, attempt_id, question_key, points, comment, marked_by, marked_at)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         id uuid, attempt_id uuid, question_key text, points numeric, comment text, marked_by uuid,
		         marked_at timestamptz)`, r.marks},
		{`INSERT INTO submissions (id, enrolment_id, activity_key, kind, number, fields, file_name, file_sha256, file_bytes,
		                           file_type, state, handed_in_at, points, rubric, feedback, returned_by, returned_at)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         id uuid, enrolment_id uuid, activity_key text, kind text, number int, fields json, file_name text,
		         file_sha256 text, file_bytes bigint, file_type text, state text, handed_in_at timestamptz, points numeric,
		         rubric json, feedback text, returned_by uuid, returned_at timestamptz)`, r.submissions},
		{`INSERT INTO sealed_notes (enrolment_id, activity_key, revision, ciphertext, updated_at)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         enrolment_id uuid, activity_key text, revision bigint, ciphertext text, updated_at timestamptz)`, r.sealed},
		{`INSERT INTO survey_responses (version_id, activity_key, enrolment_id, answers, answered_on)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         version_id uuid, activity_key text, enrolment_id uuid, answers json, answered_on date)`, r.surveys},
		{`INSERT INTO posts (id, cohort_id, course_id, activity_key, parent_id, enrolment_id, author_id, body, posted_at)
		  SELECT * FROM json_to_recordset($1::text::json) AS r(
		         id uuid, cohort_id uuid, course_id uuid, activity_key text, parent_id uuid, enrolment_id uuid,
		         author_id uuid, body text, posted_at timestamptz)`, r.posts},
	}
}
