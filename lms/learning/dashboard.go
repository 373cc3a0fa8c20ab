package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/text"
)

// Dashboard is what a person sees first.
type Dashboard struct {
	GreetingName string           `json:"greeting_name"`
	Continue     *NextStep        `json:"continue,omitempty"`
	Enrolments   []EnrolmentRow   `json:"enrolments"`
	Due          []DueRow         `json:"due"`
	Events       []EventRow       `json:"events"`
	Certificates []CertificateRow `json:"certificates"`
	// Programmes are those that the person is invited to, these first, or on the way in.
	Programmes []ProgrammeRow `json:"programmes"`
	// Asked is a follow-up that waits for an answer, the one whose time ends first.
	Asked *AskedRow `json:"asked,omitempty"`
}

// ProgrammeRow is a line that leads to a programme.
type ProgrammeRow struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	// Note says what there is to do, or how far one has come.
	Note    string `json:"note"`
	Invited bool   `json:"invited"`
}

// AskedRow is a line that leads to the questions some months after a certificate.
type AskedRow struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Note is the programme.
	Note string `json:"note"`
}

// EnrolmentRow is one course of a person.
type EnrolmentRow struct {
	ID            lms.ID[lms.Enrolment] `json:"id"`
	CourseKey     string                `json:"course_key"`
	Title         string                `json:"title"`
	Summary       string                `json:"summary"`
	State         string                `json:"state"`
	RequiredTotal int                   `json:"required_total"`
	RequiredDone  int                   `json:"required_done"`
	ModulesTotal  int                   `json:"modules_total"`
	ModulesDone   int                   `json:"modules_done"`
	MinutesLeft   int                   `json:"minutes_left"`
	DueAt         *time.Time            `json:"due_at,omitempty"`
	Cohort        *CohortRef            `json:"cohort,omitempty"`
	Next          *NextStep             `json:"next,omitempty"`
}

// CohortRef names a cohort.
type CohortRef struct {
	ID   lms.ID[lms.Cohort] `json:"id"`
	Name string             `json:"name"`
}

// DueRow is something that has a date.
type DueRow struct {
	EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
	ActivityKey string                `json:"activity_key"`
	CourseTitle string                `json:"course_title"`
	Title       string                `json:"title"`
	DueAt       time.Time             `json:"due_at"`
}

// EventRow is a day or a webinar that lies ahead.
type EventRow struct {
	Kind        kind                  `json:"kind"`
	Title       string                `json:"title"`
	StartsAt    time.Time             `json:"starts_at"`
	Place       string                `json:"place,omitempty"`
	EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
	ActivityKey string                `json:"activity_key"`
}

// dashboardEnrolment is an enrolment as the one statement of the dashboard gives it.
type dashboardEnrolment struct {
	ID         lms.ID[lms.Enrolment] `json:"id"`
	Version    lms.ID[lms.Version]   `json:"version_id"`
	Course     lms.ID[lms.Course]    `json:"course_id"`
	State      string                `json:"state"`
	Done       string                `json:"done"`
	Total      int                   `json:"required_total"`
	Count      int                   `json:"required_done"`
	LastSeenAt *time.Time            `json:"last_seen_at"`
	Cohort     *CohortRef            `json:"cohort"`
	Dates      map[string]Dates      `json:"dates"`
}

// Dashboard gives what the actor's first page shows, in two statements.
func (s *Service) Dashboard(ctx context.Context, actor lms.Actor, reader string) (page *Dashboard, err error) {
	defer lms.Wrap(&err, "learning.Dashboard(%s)", actor.Person)
	if err := actor.Can(lms.ReadOwn, lms.Facts{Owner: actor.Person}); err != nil {
		return nil, err
	}
	page = &Dashboard{Enrolments: []EnrolmentRow{}, Due: []DueRow{}, Events: []EventRow{}}
	var raw, asked, programmes []byte
	err = db.Row(ctx, s.DB, `
		SELECT p.given_name,
		       (SELECT json_agg(json_build_object(
		                  'id', e.id, 'version_id', e.version_id, 'course_id', e.course_id, 'state', e.state,
		                  'done', e.done, 'required_total', e.required_total, 'required_done', e.required_done,
		                  'last_seen_at', e.last_seen_at,
		                  'cohort', CASE WHEN c.id IS NOT NULL THEN json_build_object('id', c.id, 'name', c.name) END,
		                  'dates', `+fmt.Sprintf(datesOf, "c.id")+`)
		                ORDER BY e.last_seen_at DESC NULLS LAST, e.enrolled_at DESC)
		          FROM enrolments e LEFT JOIN cohorts c ON c.id = e.cohort_id
		         WHERE e.person_id = p.id AND e.state <> 'withdrawn'),
		       (SELECT json_build_object('id', f.id, 'months', f.months, 'title', v.definition -> 'title')
		          FROM followups f JOIN participations pa ON pa.id = f.participation_id JOIN programme_versions v ON v.id = pa.version_id
		         WHERE f.person_id = p.id AND f.asked_at IS NOT NULL AND NOT f.answered AND f.due_on >= $2::timestamptz - interval '45 days'
		         ORDER BY f.due_on LIMIT 1),
		       (SELECT json_agg(json_build_object('key', g.key, 'title', v.definition -> 'title', 'state', pa.state, 'done', pa.done, 'needed', pa.needed)
		                ORDER BY pa.state <> 'invited', pa.invited_at DESC, pa.id)
		          FROM participations pa JOIN programmes g ON g.id = pa.programme_id JOIN programme_versions v ON v.id = pa.version_id
		         WHERE pa.person_id = p.id AND pa.state IN ('invited', 'active', 'passed'))
		  FROM persons p WHERE p.id = $1`, actor.Person, s.now()).Scan(&page.GreetingName, &raw, &asked, &programmes)
	if err != nil {
		return nil, db.Found(err, "person")
	}
	if page.Asked, err = askedRow(asked, reader); err != nil {
		return nil, err
	}
	if page.Programmes, err = programmeRows(programmes, reader); err != nil {
		return nil, err
	}
	var list []dashboardEnrolment
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
	}
	for _, e := range list {
		if err := s.addEnrolment(ctx, page, e, reader); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(page.Due, func(a, b DueRow) int { return a.DueAt.Compare(b.DueAt) })
	slices.SortStableFunc(page.Events, func(a, b EventRow) int {
		return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.ActivityKey, b.ActivityKey))
	})
	page.Certificates, err = s.CertificateRows(ctx, actor)
	return page, err
}

func askedRow(raw []byte, reader string) (*AskedRow, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var f struct {
		ID     string       `json:"id"`
		Months int          `json:"months"`
		Title  courses.Text `json:"title"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, err
	}
	return &AskedRow{ID: f.ID, Title: text.FollowupIn(reader).Line(f.Months), Note: f.Title.In(courses.Lang(text.Primary(reader)))}, nil
}

func programmeRows(raw []byte, reader string) ([]ProgrammeRow, error) {
	rows := []ProgrammeRow{}
	if len(raw) == 0 {
		return rows, nil
	}
	var list []struct {
		Key          string       `json:"key"`
		Title        courses.Text `json:"title"`
		State        string       `json:"state"`
		Done, Needed int
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	words := text.In(reader).Invitation
	for _, p := range list {
		row := ProgrammeRow{Key: p.Key, Title: p.Title.In(courses.Lang(text.Primary(reader))), Invited: p.State == "invited"}
		switch p.State {
		case "invited":
			row.Note = words.ProgrammeRow
		case "passed":
			row.Note = words.ProgrammePassed
		default:
			row.Note = fmt.Sprintf(words.ProgrammeSteps, p.Done, p.Needed)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Service) addEnrolment(ctx context.Context, page *Dashboard, e dashboardEnrolment, reader string) error {
	v, err := s.Catalog.Version(ctx, e.Version)
	if err != nil {
		return err
	}
	st := &study{
		ID: e.ID, Course: e.Course, State: e.State, Loaded: v, Dates: e.Dates,
		Progress: Progress{Marks: []byte(e.Done), RequiredTotal: e.Total, RequiredDone: e.Count, Completed: e.State == completed},
	}
	row := EnrolmentRow{
		ID: e.ID, CourseKey: v.Course().Key, Title: v.In(v.Course().Title, reader), Summary: v.In(v.Course().Summary, reader),
		State: e.State, RequiredTotal: e.Total, RequiredDone: e.Count, ModulesTotal: len(v.Course().Modules),
		MinutesLeft: minutesLeft(v, st.Progress), Cohort: e.Cohort, Next: st.nextStep(reader),
	}
	for m := range v.Course().Modules {
		if moduleDone(v, st.Progress, m) {
			row.ModulesDone++
		}
	}
	due, events := st.calendar(reader, s.now())
	if len(due) > 0 {
		row.DueAt = &due[0].DueAt
	}
	page.Due, page.Events = append(page.Due, due...), append(page.Events, events...)
	page.Enrolments = append(page.Enrolments, row)
	if page.Continue == nil && e.State == active {
		page.Continue = row.Next
	}
	return nil
}

// calendar gives what is due and not done, the earliest first, and the events that are not over.
func (st *study) calendar(reader string, now time.Time) (due []DueRow, events []EventRow) {
	title := st.Loaded.In(st.Loaded.Course().Title, reader)
	for i := range st.Loaded.Activities {
		a := &st.Loaded.Activities[i]
		d, ok := st.Dates[a.Key]
		if !ok || st.Progress.State(i) == Done {
			continue
		}
		name := a.Title.In(st.Loaded.LangOf(reader, a))
		if d.DueAt != nil {
			due = append(due, DueRow{st.ID, a.Key, title, name, *d.DueAt})
		}
		if d.StartsAt != nil && d.StartsAt.After(now.Add(-12*time.Hour)) {
			events = append(events, EventRow{a.Kind, name, *d.StartsAt, d.Place, st.ID, a.Key})
		}
	}
	slices.SortStableFunc(due, func(a, b DueRow) int { return a.DueAt.Compare(b.DueAt) })
	return due, events
}
