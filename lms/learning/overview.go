package learning

import (
	"context"
	"errors"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

// Overview is one person's study as a trainer sees it: progress and attempts, no answers and no notes.
type Overview struct {
	Enrolment   OverviewEnrolment  `json:"enrolment"`
	Person      OverviewPerson     `json:"person"`
	CourseTitle string             `json:"course_title"`
	Cohort      *CohortRef         `json:"cohort,omitempty"`
	Activities  []OverviewActivity `json:"activities"`
	Attempts    []OverviewAttempt  `json:"attempts"`
	Allowances  []AllowanceRow     `json:"allowances"`
}

// OverviewEnrolment is where the person stands.
type OverviewEnrolment struct {
	ID            lms.ID[lms.Enrolment] `json:"id"`
	State         string                `json:"state"`
	RequiredDone  int                   `json:"required_done"`
	RequiredTotal int                   `json:"required_total"`
	Score         *float64              `json:"score,omitempty"`
	StuckOn       string                `json:"stuck_on,omitempty"`
	EnrolledAt    time.Time             `json:"enrolled_at"`
	StartedAt     *time.Time            `json:"started_at,omitempty"`
	LastSeenAt    *time.Time            `json:"last_seen_at,omitempty"`
	CompletedAt   *time.Time            `json:"completed_at,omitempty"`
}

// OverviewPerson is the person with where they belong.
type OverviewPerson struct {
	ID      lms.ID[lms.Person] `json:"id"`
	Name    string             `json:"name"`
	Centre  string             `json:"centre,omitempty"`
	Country string             `json:"country,omitempty"`
}

// OverviewActivity is one activity with its state.
type OverviewActivity struct {
	Key      string     `json:"key"`
	Title    string     `json:"title"`
	Kind     kind       `json:"kind"`
	State    string     `json:"state"`
	Required bool       `json:"required"`
	Score    *float64   `json:"score,omitempty"`
	DoneAt   *time.Time `json:"done_at,omitempty"`
	DueAt    *time.Time `json:"due_at,omitempty"`
	// Extended tells that the due date is the person's own, later than the cohort's.
	Extended bool `json:"extended,omitempty"`
}

// OverviewAttempt is an attempt with its activity.
type OverviewAttempt struct {
	ActivityKey string `json:"activity_key"`
	AttemptRow
}

// AllowanceRow is an allowance that was granted.
type AllowanceRow struct {
	ActivityKey   string    `json:"activity_key"`
	ExtraAttempts int       `json:"extra_attempts"`
	ExtraMinutes  int       `json:"extra_minutes"`
	Reason        string    `json:"reason"`
	GrantedBy     string    `json:"granted_by,omitempty"`
	GrantedAt     time.Time `json:"granted_at"`
}

// Overview gives one person's progress in a course, in two statements. Errors: NotFound.
func (s *Service) Overview(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], reader string) (o *Overview, err error) {
	defer lms.Wrap(&err, "learning.Overview(%s)", id)
	st, err := s.loadStudy(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := st.may(actor, lms.ReadProgress); err != nil {
		return nil, err
	}
	o = &Overview{
		Enrolment: OverviewEnrolment{
			ID: id, RequiredDone: st.Progress.RequiredDone, RequiredTotal: st.Progress.RequiredTotal, Score: st.Progress.Score,
			StuckOn: st.Progress.StuckOn, StartedAt: st.StartedAt, CompletedAt: st.CompletedAt,
		},
		Person: OverviewPerson{ID: st.Person, Country: st.Country}, CourseTitle: st.Loaded.In(st.Loaded.Course().Title, reader),
		Activities: []OverviewActivity{}, Attempts: []OverviewAttempt{}, Allowances: []AllowanceRow{},
	}
	done, err := s.fillOverview(ctx, o)
	if err != nil {
		return nil, err
	}
	for i := range st.Loaded.Activities {
		row := st.activityRow(&st.Loaded.Activities[i], reader)
		activity := OverviewActivity{
			Key: row.Key, Title: row.Title, Kind: row.Kind, State: row.State, Required: row.Required, Score: row.Score, DueAt: row.DueAt,
			Extended: row.Extended,
		}
		if at, ok := done[row.Key]; ok {
			activity.DoneAt = &at
		}
		o.Activities = append(o.Activities, activity)
	}
	return o, nil
}

// fillOverview adds what only the database knows, and gives when each activity was done.
func (s *Service) fillOverview(ctx context.Context, o *Overview) (done map[string]time.Time, err error) {
	var attempts, allowances, cohort, dones []byte
	err = db.Row(ctx, s.DB, `
		SELECT trim(p.given_name || ' ' || p.family_name), e.centre_name, e.standing, e.enrolled_at, e.last_seen_at,
		       (SELECT json_build_object('id', c.id, 'name', c.name) FROM cohorts c WHERE c.id = e.cohort_id),
		       (SELECT json_agg(json_build_object('activity_key', activity_key, 'id', id, 'number', number, 'state', state,
		               'role', role, 'started_at', started_at, 'submitted_at', submitted_at, 'percent', percent,
		               'passed', passed) ORDER BY started_at, number)
		          FROM attempts WHERE enrolment_id = e.id),
		       (SELECT json_agg(json_build_object('activity_key', w.activity_key, 'extra_attempts', w.extra_attempts,
		               'extra_minutes', w.extra_minutes, 'reason', w.reason, 'granted_at', w.granted_at,
		               'granted_by', coalesce(trim(g.given_name || ' ' || g.family_name), '')) ORDER BY w.granted_at)
		          FROM allowances w LEFT JOIN persons g ON g.id = w.granted_by WHERE w.enrolment_id = e.id),
		       (SELECT json_object_agg(activity_key, done_at) FROM activity_progress
		         WHERE enrolment_id = e.id AND done_at IS NOT NULL)
		  FROM enrolments e JOIN persons p ON p.id = e.person_id
		 WHERE e.id = $1`, o.Enrolment.ID,
	).Scan(&o.Person.Name, &o.Person.Centre, &o.Enrolment.State, &o.Enrolment.EnrolledAt, &o.Enrolment.LastSeenAt,
		&cohort, &attempts, &allowances, &dones)
	if err != nil {
		return nil, db.Found(err, "enrolment")
	}
	err = errors.Join(unmarshal(cohort, &o.Cohort), unmarshal(attempts, &o.Attempts), unmarshal(allowances, &o.Allowances),
		unmarshal(dones, &done))
	return done, err
}
