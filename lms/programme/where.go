package programme

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mostik/lms"
	"mostik/lms/db"
)

// where collects conditions with numbered arguments.
type where struct {
	parts []string
	args  []any
}

// arg gives the placeholder of a value.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *where) add(condition string) { w.parts = append(w.parts, condition) }

func (w *where) String() string { return strings.Join(w.parts, "\n   AND ") }

// people turns a scope into a condition on the persons row p, as the facts of somebody in a programme would be covered:
// of what they study only the programme's courses count, so that a trainer of another course sees nothing of it.
func (w *where) people(s lms.Scope, courses []lms.ID[lms.Course]) {
	if s.All {
		return
	}
	any := []string{"false"}
	if len(s.Countries) > 0 {
		any = append(any, "p.country = ANY ("+w.arg(s.Countries)+"::text[])")
	}
	if len(s.Centres) > 0 {
		any = append(any, "p.centre_id = ANY ("+w.arg(texts(s.Centres))+"::text[]::uuid[])")
	}
	studies := func(column string, ids []string) {
		if len(ids) > 0 {
			any = append(any, "EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND e.course_id = ANY ("+
				w.arg(texts(courses))+"::text[]::uuid[]) AND e."+column+" = ANY ("+w.arg(ids)+"::text[]::uuid[]))")
		}
	}
	studies("course_id", texts(s.Courses))
	studies("cohort_id", texts(s.Cohorts))
	if !s.Self.IsZero() {
		any = append(any, "p.id = "+w.arg(s.Self))
	}
	w.add("(" + strings.Join(any, " OR ") + ")")
}

// member is somebody as decisions need them.
type member struct {
	ID            lms.ID[lms.Person]
	Name, Country string
	facts         lms.Facts
}

// personFacts loads what decides about a person in a programme with these courses. Errors: NotFound.
func personFacts(ctx context.Context, q db.Queryer, id lms.ID[lms.Person], courses []lms.ID[lms.Course]) (m member, err error) {
	m = member{ID: id, facts: lms.Facts{Owner: id}}
	err = db.Row(ctx, q, `
		SELECT trim(p.given_name || ' ' || p.family_name), coalesce(p.country, ''), p.centre_id
		  FROM persons p WHERE p.id = $1 AND p.state <> 'erased'`, id).Scan(&m.Name, &m.Country, &m.facts.Centre)
	if err != nil {
		return m, db.Found(err, "person")
	}
	m.facts.Country = m.Country
	type study struct {
		course lms.ID[lms.Course]
		cohort lms.ID[lms.Cohort]
	}
	studies, err := list(ctx, q, func(from scanner) (s study, err error) { return s, from.Scan(&s.course, &s.cohort) },
		`SELECT course_id, cohort_id FROM enrolments WHERE person_id = $1 AND state <> 'withdrawn' AND course_id = ANY ($2::text[]::uuid[])`,
		id, texts(courses))
	for _, e := range studies {
		m.facts.Courses = append(m.facts.Courses, e.course)
		if !e.cohort.IsZero() && !slices.Contains(m.facts.Cohorts, e.cohort) {
			m.facts.Cohorts = append(m.facts.Cohorts, e.cohort)
		}
	}
	return m, err
}

// orNull stores an id that was never set as NULL.
func orNull[T any](id lms.ID[T]) any {
	if id.IsZero() {
		return nil
	}
	return id
}
