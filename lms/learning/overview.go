package learning

import (
	"context"
	"encoding/json"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

// Overview is one person's study as a trainer sees it: progress and attempts, no answers and no notes.
type Overview struct {
	EnrolmentID   lms.ID[lms.Enrolment] `json:"enrolment_id"`
	Person        PersonRef             `json:"person"`
	Centre        string                `json:"centre,omitempty"`
	Country       string                `json:"country"`
	Cohort        *CohortRef            `json:"cohort,omitempty"`
	CourseTitle   string                `json:"course_title"`
	State         string                `json:"state"`
	RequiredDone  int                   `json:"required_done"`
	RequiredTotal int                   `json:"required_total"`
	EnrolledAt    time.Time             `json:"enrolled_at"`
	StartedAt     *time.Time            `json:"started_at,omitempty"`
	LastSeenAt    *time.Time            `json:"last_seen_at,omitempty"`
	CompletedAt   *time.Time            `json:"completed_at,omitempty"`
	Modules       []ModuleView          `json:"modules"`
	Attempts      []OverviewAttempt     `json:"attempts"`
	Allowances    []AllowanceRow        `json:"allowances"`
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
	lang := st.Loaded.Lang(reader)
	o = &Overview{
		EnrolmentID: id, Country: st.Country, CourseTitle: st.Loaded.Course().Title.In(lang), State: st.State,
		RequiredDone: st.Progress.RequiredDone, RequiredTotal: st.Progress.RequiredTotal, StartedAt: st.StartedAt,
		CompletedAt: st.CompletedAt, Modules: st.modules(lang), Attempts: []OverviewAttempt{}, Allowances: []AllowanceRow{},
	}
	return o, s.fillOverview(ctx, o)
}

func (s *Service) fillOverview(ctx context.Context, o *Overview) error {
	var attempts, allowances, cohort []byte
	err := db.Row(ctx, s.DB, `
		SELECT e.person_id, trim(p.given_name || ' ' || p.family_name), e.centre_name, e.enrolled_at, e.last_seen_at,
		       (SELECT json_build_object('id', c.id, 'name', c.name) FROM cohorts c WHERE c.id = e.cohort_id),
		       (SELECT json_agg(json_build_object('activity_key', activity_key, 'id', id, 'number', number, 'state', state,
		               'role', role, 'started_at', started_at, 'submitted_at', submitted_at, 'percent', percent,
		               'passed', passed) ORDER BY started_at, number)
		          FROM attempts WHERE enrolment_id = e.id),
		       (SELECT json_agg(json_build_object('activity_key', w.activity_key, 'extra_attempts', w.extra_attempts,
		               'extra_minutes', w.extra_minutes, 'reason', w.reason, 'granted_at', w.granted_at,
		               'granted_by', coalesce(trim(g.given_name || ' ' || g.family_name), '')) ORDER BY w.granted_at)
		          FROM allowances w LEFT JOIN persons g ON g.id = w.granted_by WHERE w.enrolment_id = e.id)
		  FROM enrolments e JOIN persons p ON p.id = e.person_id
		 WHERE e.id = $1`, o.EnrolmentID,
	).Scan(&o.Person.ID, &o.Person.Name, &o.Centre, &o.EnrolledAt, &o.LastSeenAt, &cohort, &attempts, &allowances)
	if err != nil {
		return db.Found(err, "enrolment")
	}
	for raw, into := range map[*[]byte]any{&cohort: &o.Cohort, &attempts: &o.Attempts, &allowances: &o.Allowances} {
		if len(*raw) == 0 {
			continue
		}
		if err := json.Unmarshal(*raw, into); err != nil {
			return err
		}
	}
	return nil
}
