package intake

import (
	"context"
	"slices"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/who"
)

// part is a part of the world into which a rule reaches; the zero part is all of it.
type part struct {
	Country string             `json:"country,omitempty"`
	Centre  lms.ID[lms.Centre] `json:"centre,omitzero"`
	Course  lms.ID[lms.Course] `json:"course,omitzero"`
	Cohort  lms.ID[lms.Cohort] `json:"cohort,omitzero"`
}

// invites tells whether the actor may put the people of all parts into programmes.
func invites(actor lms.Actor, parts []part) bool {
	return !slices.ContainsFunc(parts, func(p part) bool {
		return actor.Can(lms.EnrolParticipant, lms.Facts{Country: p.Country, Centre: p.Centre, Course: p.Course, Cohort: p.Cohort}) != nil
	})
}

// scopeOf is the parts as lists are bounded by them.
func scopeOf(parts []part) (s lms.Scope) {
	for _, p := range parts {
		switch {
		case !p.Cohort.IsZero():
			s.Cohorts = append(s.Cohorts, p.Cohort)
		case !p.Course.IsZero():
			s.Courses = append(s.Courses, p.Course)
		case !p.Centre.IsZero():
			s.Centres = append(s.Centres, p.Centre)
		case p.Country != "":
			s.Countries = append(s.Countries, p.Country)
		default:
			s.All = true
		}
	}
	return s
}

// reach tells whom a filter can bring for somebody who invites: the centres or countries that it names, where all of them
// are the actor's, else the whole of the actor's part of the world.
func reach(ctx context.Context, q db.Queryer, actor lms.Actor, f who.Filter) ([]part, error) {
	named, err := placesOf(ctx, q, lms.Scope{Centres: f.Centres})
	if err != nil {
		return nil, err
	}
	if len(f.Centres) == 0 {
		named = countries(f.Countries)
	}
	if len(named) > 0 && invites(actor, named) {
		return named, nil
	}
	scope := actor.Scope(lms.EnrolParticipant)
	if scope.All {
		return []part{{}}, nil
	}
	parts, err := placesOf(ctx, q, scope)
	return append(countries(scope.Countries), parts...), err
}

func countries(codes []string) []part {
	list := make([]part, len(codes))
	for i, c := range codes {
		list[i].Country = c
	}
	return list
}

// placesOf gives the centres, courses and cohorts of a scope as parts, each with what it lies in.
func placesOf(ctx context.Context, q db.Queryer, s lms.Scope) ([]part, error) {
	return parts(ctx, q, `
		SELECT country, id, NULL::uuid, NULL::uuid FROM centres WHERE id = ANY ($1::text[]::uuid[])
		 UNION ALL SELECT '', NULL, id, NULL FROM courses WHERE id = ANY ($2::text[]::uuid[])
		 UNION ALL SELECT '', NULL, course_id, id FROM cohorts WHERE id = ANY ($3::text[]::uuid[])`, texts(s.Centres), texts(s.Courses), texts(s.Cohorts))
}

// knows tells whether everything that a filter names lies in the actor's part of the world: what a colleague asks for
// tells of what there is.
func knows(ctx context.Context, q db.Queryer, actor lms.Actor, f who.Filter) (bool, error) {
	named, err := parts(ctx, q, `
		SELECT country, id, NULL::uuid, NULL::uuid FROM centres WHERE id = ANY ($1::text[]::uuid[])
		 UNION ALL SELECT country, NULL, NULL, NULL FROM organisations WHERE id = ANY ($2::text[]::uuid[])
		 UNION ALL SELECT country, NULL, NULL, NULL FROM programmes WHERE id = $3 AND country IS NOT NULL
		 UNION ALL SELECT coalesce(country, ''), centre_id, course_id, id FROM cohorts WHERE id = $4`,
		texts(f.Centres), texts(f.Organisations), f.Programme, f.Cohort)
	return invites(actor, append(named, countries(f.Countries)...)), err
}

func parts(ctx context.Context, q db.Queryer, sql string, args ...any) (list []part, err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var p part
		err := scan(&p.Country, &p.Centre, &p.Course, &p.Cohort)
		list = append(list, p)
		return err
	}, sql, args...)
	return list, err
}

func texts[T any](ids []lms.ID[T]) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}
