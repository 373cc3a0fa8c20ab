package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"mostik/lms"
	"mostik/lms/db"
)

// knownPerson is what a decision about a person needs: where they belong, where they study, what they hold.
type knownPerson struct {
	facts       lms.Facts
	state       string
	name, login string // login is the e-mail where there is no login
}

// known loads it in one statement. Errors: NotFound, also for people who were erased.
func known(ctx context.Context, q db.Queryer, id lms.ID[lms.Person]) (knownPerson, error) {
	k := knownPerson{facts: lms.Facts{Owner: id}}
	var country sql.NullString
	var studies, holds []byte
	err := db.Row(ctx, q, `
		SELECT p.state, p.given_name || ' ' || p.family_name, coalesce(p.login, p.email, ''), p.country, p.centre_id,
		       (SELECT coalesce(jsonb_agg(jsonb_build_object('course', e.course_id, 'cohort', e.cohort_id)), '[]')
		          FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn'),
		       (SELECT coalesce(jsonb_agg(jsonb_build_object(
		                   'role', m.role, 'kind', m.scope_kind,
		                   'country', coalesce(m.country, ce.country, co.country, ''),
		                   'centre', coalesce(ce.id, co.centre_id), 'cohort', co.id,
		                   'course', CASE WHEN m.scope_kind = 'course' THEN m.scope_id ELSE co.course_id END)), '[]')
		          FROM memberships m
		          LEFT JOIN centres ce ON m.scope_kind = 'centre' AND ce.id = m.scope_id
		          LEFT JOIN cohorts co ON m.scope_kind = 'cohort' AND co.id = m.scope_id
		         WHERE m.person_id = p.id)
		  FROM persons p
		 WHERE p.id = $1 AND p.state <> 'erased'`, id).
		Scan(&k.state, &k.name, &k.login, &country, &k.facts.Centre, &studies, &holds)
	if err != nil {
		return k, db.Found(err, "person")
	}
	k.facts.Country = country.String
	if err := k.studies(studies); err != nil {
		return k, err
	}
	return k, k.holds(holds)
}

func (k *knownPerson) studies(raw []byte) error {
	var rows []struct {
		Course lms.ID[lms.Course]
		Cohort *lms.ID[lms.Cohort]
	}
	if err := json.Unmarshal(raw, &rows); err != nil {
		return fmt.Errorf("reading a person's enrolments: %w", err)
	}
	for _, r := range rows {
		k.facts.Courses = append(k.facts.Courses, r.Course)
		if r.Cohort != nil {
			k.facts.Cohorts = append(k.facts.Cohorts, *r.Cohort)
		}
	}
	return nil
}

func (k *knownPerson) holds(raw []byte) error {
	var rows []struct {
		Role    lms.Role
		Kind    lms.GroundKind
		Country string
		Centre  *lms.ID[lms.Centre]
		Course  *lms.ID[lms.Course]
		Cohort  *lms.ID[lms.Cohort]
	}
	if err := json.Unmarshal(raw, &rows); err != nil {
		return fmt.Errorf("reading a person's roles: %w", err)
	}
	for _, r := range rows {
		h := lms.Holding{Role: r.Role, Everywhere: r.Kind == lms.Everywhere, Country: r.Country}
		if r.Centre != nil {
			h.Centre = *r.Centre
		}
		if r.Course != nil {
			h.Course = *r.Course
		}
		if r.Cohort != nil {
			h.Cohort = *r.Cohort
		}
		k.facts.Holds = append(k.facts.Holds, h)
	}
	return nil
}

// groundFacts describes the ground of a role that is to be given or taken. Errors: Invalid for a thing that
// does not exist.
func groundFacts(ctx context.Context, q db.Queryer, g lms.Grant) (lms.Facts, error) {
	f := lms.Facts{Role: g.Role, Country: g.Scope.Country}
	var err error
	switch id := g.Scope.ID; g.Scope.Kind {
	case lms.InCountry:
		err = db.Row(ctx, q, `SELECT code FROM countries WHERE code = $1`, g.Scope.Country).Scan(&f.Country)
	case lms.InCentre:
		err = db.Row(ctx, q, `SELECT id, country FROM centres WHERE id = $1`, id).Scan(&f.Centre, &f.Country)
	case lms.InCourse:
		err = db.Row(ctx, q, `SELECT id FROM courses WHERE id = $1`, id).Scan(&f.Course)
	case lms.InCohort:
		err = db.Row(ctx, q, `SELECT id, course_id, coalesce(country, ''), centre_id FROM cohorts WHERE id = $1`, id).
			Scan(&f.Cohort, &f.Course, &f.Country, &f.Centre)
	}
	if err = db.Found(err, "scope"); lms.KindOf(err) == lms.NotFound {
		err = lms.ErrInvalid("scope", "reference-unknown", "there is no such country, course, cohort or centre")
	}
	return f, err
}

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

func (w *where) String() string {
	if len(w.parts) == 0 {
		return "true"
	}
	return strings.Join(w.parts, "\n   AND ")
}

// persons turns a scope into a condition on the persons row p, as Facts of a person would be covered.
func (w *where) persons(s lms.Scope) {
	if s.All {
		return
	}
	var any []string
	if len(s.Countries) > 0 {
		any = append(any, "p.country = ANY ("+w.arg(s.Countries)+"::text[])")
	}
	if len(s.Centres) > 0 {
		any = append(any, "p.centre_id = ANY ("+w.arg(texts(s.Centres))+"::text[]::uuid[])")
	}
	studies := func(column string, ids []string) {
		if len(ids) > 0 {
			any = append(any, "EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND e."+
				column+" = ANY ("+w.arg(ids)+"::text[]::uuid[]))")
		}
	}
	studies("course_id", texts(s.Courses))
	studies("cohort_id", texts(s.Cohorts))
	if !s.Self.IsZero() {
		any = append(any, "p.id = "+w.arg(s.Self))
	}
	w.any(any)
}

// cohorts turns a scope into a condition on the cohorts row c.
func (w *where) cohorts(s lms.Scope) {
	if s.All {
		return
	}
	var any []string
	if len(s.Countries) > 0 {
		any = append(any, "c.country = ANY ("+w.arg(s.Countries)+"::text[])")
	}
	ids := func(column string, ids []string) {
		if len(ids) > 0 {
			any = append(any, "c."+column+" = ANY ("+w.arg(ids)+"::text[]::uuid[])")
		}
	}
	ids("centre_id", texts(s.Centres))
	ids("course_id", texts(s.Courses))
	ids("id", texts(s.Cohorts))
	w.any(any)
}

func (w *where) any(conditions []string) {
	if len(conditions) == 0 {
		w.add("false")
		return
	}
	w.add("(" + strings.Join(conditions, " OR ") + ")")
}

func texts[T any](ids []lms.ID[T]) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = id.String()
	}
	return all
}
