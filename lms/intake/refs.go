package intake

import (
	"context"
	"encoding/json"

	"mostik/lms"
	"mostik/lms/db"
)

type courseRef struct {
	ID      lms.ID[lms.Course]
	Version lms.ID[lms.Version]
}

type cohortRef struct {
	ID     lms.ID[lms.Cohort]
	Name   string
	course courseRef
}

type programmeRef struct {
	ID  lms.ID[lms.Programme]
	Key string
}

// refs are the things that a table may name, by what it may call them, as far as the actor may put people there.
type refs struct {
	countries     map[string]bool
	centres       map[string]string // by country and plain name
	organisations map[string]organisationRef
	courses       map[string]courseRef
	cohorts       map[string]cohortRef
	cohortByID    map[lms.ID[lms.Cohort]]cohortRef
	programmes    map[string]programmeRef
	programmeByID map[lms.ID[lms.Programme]]programmeRef

	organisationByID map[lms.ID[lms.Organisation]]organisationRef
}

// loadRefs reads them. A name that two things have is the newer one's.
func (s *Service) loadRefs(ctx context.Context, q db.Queryer, actor lms.Actor) (*refs, error) {
	r := &refs{
		map[string]bool{},
		map[string]string{},
		map[string]organisationRef{},
		map[string]courseRef{},
		map[string]cohortRef{},
		map[lms.ID[lms.Cohort]]cohortRef{},
		map[string]programmeRef{},
		map[lms.ID[lms.Programme]]programmeRef{},
		map[lms.ID[lms.Organisation]]organisationRef{},
	}
	steps := []func(context.Context, db.Queryer, lms.Actor) error{r.loadPlaces, r.loadCohorts}
	if s.Enlist != nil {
		steps = append(steps, r.loadProgrammes)
	}
	for _, step := range steps {
		if err := step(ctx, q, actor); err != nil {
			return nil, err
		}
	}
	return r, s.loadCourses(ctx, q, r)
}

func (r *refs) loadPlaces(ctx context.Context, q db.Queryer, actor lms.Actor) error {
	err := each(ctx, q, func(scan func(...any) error) error {
		var kind, country, name string
		var id lms.ID[lms.Centre]
		if err := scan(&kind, &country, &name, &id); err != nil {
			return err
		}
		f := lms.Facts{Country: country}
		switch kind {
		case "country":
			r.countries[country] = true
		case "centre":
			f.Centre = id
			if actor.Can(lms.ImportPeople, f) == nil {
				r.centres[country+"/"+plainHead(name)] = id.String()
			}
		case "organisation":
			o := organisationRef{lms.ID[lms.Organisation](id), country, name}
			r.organisations[organisationKey(country, name)], r.organisationByID[o.ID] = o, o
		}
		return nil
	}, `SELECT 'country', code, '', NULL::uuid FROM countries
	    UNION ALL SELECT 'centre', country, name, id FROM centres
	    UNION ALL SELECT 'organisation', country, name, id FROM organisations`)
	return err
}

func (r *refs) loadCohorts(ctx context.Context, q db.Queryer, actor lms.Actor) error {
	return each(ctx, q, func(scan func(...any) error) error {
		var c cohortRef
		f := lms.Facts{}
		if err := scan(&c.ID, &c.Name, &c.course.ID, &c.course.Version, &f.Country, &f.Centre); err != nil {
			return err
		}
		f.Cohort, f.Course = c.ID, c.course.ID
		if actor.Can(lms.Enrol, f) != nil || c.course.Version.IsZero() {
			return nil
		}
		r.cohortByID[c.ID] = c
		r.cohorts[plainHead(c.Name)] = c
		return nil
	}, `SELECT c.id, c.name, c.course_id, k.current_version_id, coalesce(c.country, ''), c.centre_id
	      FROM cohorts c JOIN courses k ON k.id = c.course_id ORDER BY c.created_at, c.id`)
}

// loadProgrammes knows programmes by key and by the titles of their newest version.
func (r *refs) loadProgrammes(ctx context.Context, q db.Queryer, actor lms.Actor) error {
	if actor.May(lms.EnrolParticipant) != nil {
		return nil
	}
	return each(ctx, q, func(scan func(...any) error) error {
		var p programmeRef
		var country string
		var raw []byte
		if err := scan(&p.ID, &p.Key, &country, &raw); err != nil {
			return err
		}
		if country != "" && actor.Can(lms.ReadProgramme, lms.Facts{Country: country}) != nil {
			return nil
		}
		var titles map[string]string
		if err := json.Unmarshal(raw, &titles); err != nil {
			titles = nil // a definition without titles is known by its key
		}
		r.programmeByID[p.ID] = p
		r.programmes[plainHead(p.Key)] = p
		for _, title := range titles {
			r.programmes[plainHead(title)] = p
		}
		return nil
	}, `SELECT DISTINCT ON (p.id) p.id, p.key, coalesce(p.country, ''), coalesce(v.definition -> 'title', '{}')
	      FROM programmes p JOIN programme_versions v ON v.programme_id = p.id
	     WHERE p.closed_at IS NULL ORDER BY p.id, v.number DESC`)
}

// loadCourses knows courses by key and by their title in every language.
func (s *Service) loadCourses(ctx context.Context, q db.Queryer, r *refs) error {
	var all []courseRef
	err := each(ctx, q, func(scan func(...any) error) error {
		var c courseRef
		var key string
		if err := scan(&c.ID, &key, &c.Version); err != nil {
			return err
		}
		r.courses[plainHead(key)] = c
		all = append(all, c)
		return nil
	}, `SELECT id, key, current_version_id FROM courses WHERE current_version_id IS NOT NULL`)
	if err != nil {
		return err
	}
	for _, c := range all {
		v, err := s.Catalog.Version(ctx, c.Version)
		if err != nil {
			return err
		}
		for _, title := range v.Course().Title {
			r.courses[plainHead(title)] = c
		}
	}
	return nil
}

// each runs a query and hands every row over.
func each(ctx context.Context, q db.Queryer, take func(scan func(...any) error) error, sql string, args ...any) error {
	rows, err := db.Rows(ctx, q, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return db.Translate(err)
		}
	}
	return db.Translate(rows.Err())
}
