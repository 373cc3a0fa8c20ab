package learning

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

// CohortRow is a cohort as lists show it.
type CohortRow struct {
	ID          lms.ID[lms.Cohort]  `json:"id"`
	Name        string              `json:"name"`
	CourseID    lms.ID[lms.Course]  `json:"course_id"`
	CourseKey   string              `json:"course_key"`
	CourseTitle string              `json:"course_title"`
	Country     string              `json:"country,omitempty"`
	CentreID    *lms.ID[lms.Centre] `json:"centre_id,omitempty"`
	StartsOn    *certificate.Date   `json:"starts_on,omitempty"`
	EndsOn      *certificate.Date   `json:"ends_on,omitempty"`
	People      int                 `json:"people"`
	Completed   int                 `json:"completed"`
	// ToMark counts what waits for a trainer; only those who may mark are told.
	ToMark int `json:"to_mark"`
	// Tables counts the tables at exercises; only those who may read them are told.
	Tables int `json:"tables,omitempty"`
}

// cohort is a cohort with what decides about it.
type cohort struct {
	ID      lms.ID[lms.Cohort]
	Name    string
	Course  lms.ID[lms.Course]
	Key     string
	Version lms.ID[lms.Version] // the course's current one
	Country string
	Centre  lms.ID[lms.Centre]
	Starts  *time.Time
	Ends    *time.Time
}

const cohortColumns = `
	c.id, c.name, c.course_id, k.key, k.current_version_id, coalesce(c.country, ''), c.centre_id, c.starts_on, c.ends_on`

func (c *cohort) scan(from scanner, more ...any) error {
	return from.Scan(append([]any{
		&c.ID, &c.Name, &c.Course, &c.Key, &c.Version, &c.Country, &c.Centre, &c.Starts, &c.Ends,
	}, more...)...)
}

func (c *cohort) facts() lms.Facts {
	return lms.Facts{Course: c.Course, Cohort: c.ID, Country: c.Country, Centre: c.Centre}
}

func loadCohort(ctx context.Context, q bun.IDB, id lms.ID[lms.Cohort], more string, into ...any) (*cohort, error) {
	c := &cohort{}
	err := c.scan(db.Row(ctx, q, `
		SELECT`+cohortColumns+more+`
		  FROM cohorts c JOIN courses k ON k.id = c.course_id
		 WHERE c.id = $1`, id), into...)
	return c, db.Found(err, "cohort")
}

// cohortFor reads a cohort and asks for a right over it.
func (s *Service) cohortFor(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], action lms.Action) (*cohort, error) {
	c, err := loadCohort(ctx, s.DB, id, "")
	if err != nil {
		return nil, err
	}
	return c, actor.Can(action, c.facts())
}

func (c *cohort) row() CohortRow {
	row := CohortRow{ID: c.ID, Name: c.Name, CourseID: c.Course, CourseKey: c.Key, Country: c.Country, StartsOn: day(c.Starts), EndsOn: day(c.Ends)}
	if !c.Centre.IsZero() {
		row.CentreID = &c.Centre
	}
	return row
}

func day(t *time.Time) *certificate.Date {
	if t == nil {
		return nil
	}
	d := certificate.DateOf(*t)
	return &d
}

// Cohorts lists the cohorts that the actor may read, the newest first, in one statement.
func (s *Service) Cohorts(ctx context.Context, actor lms.Actor, reader string) (list []CohortRow, err error) {
	defer lms.Wrap(&err, "learning.Cohorts")
	if err := actor.May(lms.ReadCohort); err != nil {
		return nil, err
	}
	where, args := cohortsIn(actor.Scope(lms.ReadCohort))
	rows, err := db.Rows(ctx, s.DB, `
		SELECT`+cohortColumns+`,
		       coalesce(t.people, 0), coalesce(t.completed, 0),
		       (SELECT count(*) FROM attempts a JOIN enrolments e ON e.id = a.enrolment_id
		         WHERE e.cohort_id = c.id AND e.state <> 'withdrawn' AND a.state = 'to-mark')
		     + (SELECT count(*) FROM submissions w JOIN enrolments e ON e.id = w.enrolment_id
		         WHERE e.cohort_id = c.id AND e.state <> 'withdrawn' AND w.state = 'handed-in'),
		       (SELECT count(*) FROM exercise_tables x WHERE x.cohort_id = c.id)
		  FROM cohorts c
		  JOIN courses k ON k.id = c.course_id
		  LEFT JOIN (SELECT cohort_id, sum(people) AS people, sum(people) FILTER (WHERE standing = 'completed') AS completed
		               FROM cohort_totals GROUP BY cohort_id) t ON t.cohort_id = c.id
		 WHERE `+where+`
		 ORDER BY c.starts_on DESC NULLS LAST, c.name, c.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var cohorts []cohort
	list = []CohortRow{}
	for rows.Next() {
		var c cohort
		var people, done, waiting, tables int
		if err := c.scan(rows, &people, &done, &waiting, &tables); err != nil {
			return nil, db.Translate(err)
		}
		row := c.row()
		row.People, row.Completed = people, done
		if actor.Can(lms.Mark, c.facts()) == nil {
			row.ToMark = waiting
		}
		if actor.Can(lms.ReadTables, c.facts()) == nil {
			row.Tables = tables
		}
		cohorts, list = append(cohorts, c), append(list, row)
	}
	if err := rows.Err(); err != nil {
		return nil, db.Translate(err)
	}
	rows.Close()
	for i := range list {
		if list[i].CourseTitle, err = s.courseTitle(ctx, cohorts[i].Version, reader); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s *Service) courseTitle(ctx context.Context, version lms.ID[lms.Version], reader string) (string, error) {
	if version.IsZero() {
		return "", nil
	}
	v, err := s.Catalog.Version(ctx, version)
	if err != nil {
		return "", err
	}
	return v.Course().Title.In(v.Lang(reader)), nil
}

// cohortsIn turns a scope into a WHERE over cohorts c. Its counterpart is Scope.Covers.
func cohortsIn(scope lms.Scope) (where string, args []any) {
	if scope.All {
		return "true", nil
	}
	parts := []string{"false"}
	add := func(column, cast string, values []string) {
		if len(values) > 0 {
			args = append(args, values)
			parts = append(parts, fmt.Sprintf("%s = ANY($%d::text[]%s)", column, len(args), cast))
		}
	}
	add("c.country", "", scope.Countries)
	add("c.centre_id", "::uuid[]", texts(scope.Centres))
	add("c.course_id", "::uuid[]", texts(scope.Courses))
	add("c.id", "::uuid[]", texts(scope.Cohorts))
	return "(" + strings.Join(parts, " OR ") + ")", args
}

func texts[T any](ids []lms.ID[T]) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// CohortInput is a cohort to be made, or what is to be changed of one: nil leaves a field as it is.
type CohortInput struct {
	Name      *string
	CourseKey string // only when it is made
	Country   *string
	Centre    *lms.ID[lms.Centre]
	StartsOn  *certificate.Date
	EndsOn    *certificate.Date
}

func (in CohortInput) values() (name, country, centre, starts, ends any) {
	if in.Name != nil {
		name = *in.Name
	}
	if in.Country != nil && *in.Country != "" {
		country = *in.Country
	}
	if in.Centre != nil {
		centre = nullID(*in.Centre)
	}
	if in.StartsOn != nil {
		starts = in.StartsOn.Time
	}
	if in.EndsOn != nil {
		ends = in.EndsOn.Time
	}
	return name, country, centre, starts, ends
}

// CreateCohort makes a cohort. Errors: NotFound (the course), Forbidden, Invalid.
func (s *Service) CreateCohort(ctx context.Context, actor lms.Actor, in CohortInput, reader string) (row CohortRow, err error) {
	defer lms.Wrap(&err, "learning.CreateCohort(%s)", in.CourseKey)
	facts := lms.Facts{}
	if err := db.Row(ctx, s.DB, `SELECT id FROM courses WHERE key = $1`, in.CourseKey).Scan(&facts.Course); err != nil {
		return row, db.Found(err, "course")
	}
	if in.Country != nil {
		facts.Country = *in.Country
	}
	if in.Centre != nil {
		facts.Centre = *in.Centre
	}
	if err := actor.Can(lms.ManageCohort, facts); err != nil {
		return row, err
	}
	id := lms.NewID[lms.Cohort]()
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		name, country, centre, starts, ends := in.values()
		_, err := db.Exec(ctx, tx, `
			INSERT INTO cohorts (id, course_id, name, country, centre_id, starts_on, ends_on, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, id, facts.Course, name, country, centre, starts, ends, s.now())
		if err != nil {
			return err
		}
		return audited(ctx, tx, actor, s.now(), "cohort.create", "cohort", id.String(), nil)
	})
	if err != nil {
		return row, err
	}
	return s.cohortRow(ctx, id, reader)
}

// ChangeCohort changes what is given of a cohort. Errors: NotFound, Forbidden, Invalid.
func (s *Service) ChangeCohort(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], in CohortInput, reader string) (row CohortRow, err error) {
	defer lms.Wrap(&err, "learning.ChangeCohort(%s)", id)
	c, err := s.cohortFor(ctx, actor, id, lms.ManageCohort)
	if err != nil {
		return row, err
	}
	// Whoever moves a cohort to another place must answer for that place too.
	after := c.facts()
	if in.Country != nil {
		after.Country = *in.Country
	}
	if in.Centre != nil {
		after.Centre = *in.Centre
	}
	if err := actor.Can(lms.ManageCohort, after); err != nil {
		return row, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		name, country, centre, starts, ends := in.values()
		_, err := db.Exec(ctx, tx, `
			UPDATE cohorts
			   SET name = coalesce($2, name), starts_on = coalesce($5, starts_on), ends_on = coalesce($6, ends_on),
			       country = CASE WHEN $7 THEN $3 ELSE country END, centre_id = CASE WHEN $8 THEN $4 ELSE centre_id END
			 WHERE id = $1`, id, name, country, centre, starts, ends, in.Country != nil, in.Centre != nil)
		if err != nil {
			return err
		}
		return audited(ctx, tx, actor, s.now(), "cohort.change", "cohort", id.String(), nil)
	})
	if err != nil {
		return row, err
	}
	return s.cohortRow(ctx, id, reader)
}

func (s *Service) cohortRow(ctx context.Context, id lms.ID[lms.Cohort], reader string) (CohortRow, error) {
	var people, done int
	c, err := loadCohort(ctx, s.DB, id, `,
		(SELECT coalesce(sum(people), 0) FROM cohort_totals WHERE cohort_id = c.id),
		(SELECT coalesce(sum(people), 0) FROM cohort_totals WHERE cohort_id = c.id AND standing = 'completed')`, &people, &done)
	if err != nil {
		return CohortRow{}, err
	}
	row := c.row()
	row.People, row.Completed = people, done
	row.CourseTitle, err = s.courseTitle(ctx, c.Version, reader)
	return row, err
}

// Enrolled tells what became of people who were enrolled.
type Enrolled struct {
	Enrolled int `json:"enrolled"`
	Already  int `json:"already"`
}

// EnrolInCohort enrols people in the course of a cohort. Only people whom the actor may read can be
// enrolled. Errors: NotFound (the cohort, or one of the people), Forbidden, Conflict (nothing is published).
func (s *Service) EnrolInCohort(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], people []lms.ID[lms.Person]) (done Enrolled, err error) {
	defer lms.Wrap(&err, "learning.EnrolInCohort(%s)", id)
	c, err := s.cohortFor(ctx, actor, id, lms.Enrol)
	if err != nil {
		return done, err
	}
	if c.Version.IsZero() {
		return done, lms.ErrConflict("course-unpublished", "the course has no published version")
	}
	if err := s.mayRead(ctx, actor, people); err != nil {
		return done, err
	}
	people = sorted(people)
	v, err := s.Catalog.Version(ctx, c.Version)
	if err != nil {
		return done, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := insertEnrolments(ctx, tx, v, id, people, s.now())
		if err != nil {
			return err
		}
		done = Enrolled{n, len(people) - n}
		return audited(ctx, tx, actor, s.now(), "cohort.enrol", "cohort", id.String(), map[string]any{"enrolled": n})
	})
	return done, err
}

// mayRead asks whether the actor may read every one of several people, in one statement.
func (s *Service) mayRead(ctx context.Context, actor lms.Actor, people []lms.ID[lms.Person]) error {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT p.id, coalesce(p.country, ''), p.centre_id,
		       array_to_json(array(SELECT course_id FROM enrolments WHERE person_id = p.id AND state <> 'withdrawn')),
		       array_to_json(array(SELECT cohort_id FROM enrolments
		                            WHERE person_id = p.id AND state <> 'withdrawn' AND cohort_id IS NOT NULL))
		  FROM persons p WHERE p.id = ANY($1::text[]::uuid[]) AND p.state <> 'erased'`, texts(people))
	if err != nil {
		return err
	}
	defer rows.Close()
	readable := map[lms.ID[lms.Person]]bool{}
	for rows.Next() {
		var f lms.Facts
		var inCourses, inCohorts []byte
		if err := rows.Scan(&f.Owner, &f.Country, &f.Centre, &inCourses, &inCohorts); err != nil {
			return db.Translate(err)
		}
		if err := unmarshal(inCourses, &f.Courses); err != nil {
			return err
		}
		if err := unmarshal(inCohorts, &f.Cohorts); err != nil {
			return err
		}
		readable[f.Owner] = actor.Can(lms.ReadPerson, f) == nil
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	for _, p := range people {
		if !readable[p] {
			return lms.ErrNotFound("person")
		}
	}
	return nil
}

// Withdraw ends an enrolment; what was done stays on record and can no longer be added to.
// Errors: NotFound, Forbidden, Conflict with code already-completed.
func (s *Service) Withdraw(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment]) (err error) {
	defer lms.Wrap(&err, "learning.Withdraw(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		st, err := s.lockStudy(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := st.may(actor, lms.Enrol); err != nil {
			return err
		}
		if st.State == completed {
			// Enrolled again, they would complete again and hold two certificates of one course.
			return lms.ErrConflict("already-completed", "a course that was completed stays with the person")
		}
		if err := emptySeats(ctx, tx, id); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE enrolments SET state = 'withdrawn' WHERE id = $1`, id); err != nil {
			return err
		}
		return audited(ctx, tx, actor, s.now(), "enrolment.withdraw", "enrolment", id.String(), nil)
	})
}
