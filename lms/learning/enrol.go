package learning

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// CatalogueRow is a course that one may look at.
type CatalogueRow struct {
	CourseKey string         `json:"course_key"`
	Title     string         `json:"title"`
	Summary   string         `json:"summary"`
	Hours     float64        `json:"hours"`
	Level     courses.Level  `json:"level"`
	Languages []courses.Lang `json:"languages"`
	// Partial are further languages in which a part of the course is whole.
	Partial     []courses.Lang         `json:"partial,omitempty"`
	Modules     int                    `json:"modules"`
	Activities  int                    `json:"activities"`
	Minutes     int                    `json:"minutes"`
	EnrolmentID *lms.ID[lms.Enrolment] `json:"enrolment_id,omitempty"`
	// Open tells that one may enrol oneself.
	Open bool `json:"open"`
}

// listed is a published course with the actor's enrolment in it.
type listed struct {
	version   lms.ID[lms.Version]
	open      bool
	enrolment lms.ID[lms.Enrolment]
	reviews   []string
}

const listedSQL = `
	SELECT c.current_version_id, c.open, e.id,
	       ARRAY(SELECT r.language FROM language_reviews r WHERE r.course_id = c.id)
	  FROM courses c
	  LEFT JOIN enrolments e ON e.course_id = c.id AND e.person_id = $1 AND e.state <> 'withdrawn'
	 WHERE c.current_version_id IS NOT NULL`

// Catalogue lists the published courses in one statement.
func (s *Service) Catalogue(ctx context.Context, actor lms.Actor, reader string) (list []CatalogueRow, err error) {
	defer lms.Wrap(&err, "learning.Catalogue")
	if err := actor.Can(lms.Browse, lms.Facts{}); err != nil {
		return nil, err
	}
	rows, err := db.Rows(ctx, s.DB, listedSQL+` ORDER BY c.created_at, c.id`, actor.Person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []listed
	for rows.Next() {
		var l listed
		if err := rows.Scan(&l.version, &l.open, &l.enrolment, pgdialect.Array(&l.reviews)); err != nil {
			return nil, db.Translate(err)
		}
		all = append(all, l)
	}
	if err := rows.Err(); err != nil {
		return nil, db.Translate(err)
	}
	rows.Close() // before versions are read, which may want a connection
	list = []CatalogueRow{}
	for _, l := range all {
		v, err := s.Catalog.Version(ctx, l.version)
		if err != nil {
			return nil, err
		}
		list = append(list, catalogueRow(v, l, v.HeadLang(reader)))
	}
	return list, nil
}

func catalogueRow(v *catalog.Loaded, l listed, lang courses.Lang) CatalogueRow {
	c := v.Course()
	row := CatalogueRow{
		CourseKey: c.Key, Title: c.Title.In(lang), Summary: c.Summary.In(lang), Hours: c.Hours, Level: c.Level,
		Languages: c.Languages, Partial: partialOf(c), Modules: len(c.Modules), Activities: len(v.Activities), Minutes: c.Minutes(true), Open: l.open,
	}
	if !l.enrolment.IsZero() {
		row.EnrolmentID = &l.enrolment
	}
	return row
}

func partialOf(c *courses.Course) []courses.Lang {
	return c.AllLanguages()[len(c.Languages):]
}

// CourseOverview is a course looked at without studying it.
type CourseOverview struct {
	CourseHead
	Modules     []ModuleView           `json:"modules"`
	EnrolmentID *lms.ID[lms.Enrolment] `json:"enrolment_id,omitempty"`
	Open        bool                   `json:"open"`
}

// Course gives a course's outline. Errors: NotFound.
func (s *Service) Course(ctx context.Context, actor lms.Actor, key, reader string) (page *CourseOverview, err error) {
	defer lms.Wrap(&err, "learning.Course(%s)", key)
	if err := actor.Can(lms.Browse, lms.Facts{}); err != nil {
		return nil, err
	}
	var l listed
	err = db.Row(ctx, s.DB, listedSQL+` AND c.key = $2`, actor.Person, key).Scan(&l.version, &l.open, &l.enrolment, pgdialect.Array(&l.reviews))
	if err != nil {
		return nil, db.Found(err, "course")
	}
	v, err := s.Catalog.Version(ctx, l.version)
	if err != nil {
		return nil, err
	}
	blank := &study{Loaded: v, Reviews: l.reviews}
	page = &CourseOverview{CourseHead: blank.head(actor, reader), Modules: blank.modules(reader), Open: l.open}
	if !l.enrolment.IsZero() {
		page.EnrolmentID = &l.enrolment
	}
	return page, nil
}

// EnrolSelf enrols the actor in an open course; who is enrolled already gets that enrolment.
// Errors: NotFound, Forbidden with code course-not-open.
func (s *Service) EnrolSelf(ctx context.Context, actor lms.Actor, key string) (id lms.ID[lms.Enrolment], err error) {
	defer lms.Wrap(&err, "learning.EnrolSelf(%s)", key)
	if err := actor.Can(lms.Browse, lms.Facts{}); err != nil {
		return id, err
	}
	var l listed
	err = db.Row(ctx, s.DB, listedSQL+` AND c.key = $2`, actor.Person, key).Scan(&l.version, &l.open, &l.enrolment, pgdialect.Array(&l.reviews))
	if err != nil {
		return id, db.Found(err, "course")
	}
	if !l.enrolment.IsZero() {
		return l.enrolment, nil
	}
	if !l.open {
		return id, &lms.Error{Kind: lms.Forbidden, Code: "course-not-open", Detail: "one is invited to this course"}
	}
	v, err := s.Catalog.Version(ctx, l.version)
	if err != nil {
		return id, err
	}
	if _, err := insertEnrolments(ctx, s.DB, v, lms.ID[lms.Cohort]{}, []lms.ID[lms.Person]{actor.Person}, s.now()); err != nil {
		return id, err
	}
	err = db.Row(ctx, s.DB, `
		SELECT id FROM enrolments WHERE person_id = $1 AND course_id = $2 AND state <> 'withdrawn'`,
		actor.Person, v.CourseID).Scan(&id)
	return id, db.Found(err, "enrolment")
}

// Enrol enrols people in a course's current version, without asking for rights: for the operator at the
// machine and for demonstrations. It gives the number of new enrolments.
func (s *Service) Enrol(ctx context.Context, v *catalog.Loaded, cohort lms.ID[lms.Cohort], people []lms.ID[lms.Person]) (int, error) {
	return insertEnrolments(ctx, s.DB, v, cohort, people, s.now())
}

// insertEnrolments enrols in one statement, whatever the number of people. Who studies the course already
// and belongs to no cohort joins this one; who belongs to another stays there.
func insertEnrolments(ctx context.Context, tx bun.IDB, v *catalog.Loaded, cohort lms.ID[lms.Cohort],
	people []lms.ID[lms.Person], now time.Time,
) (added int, err error) {
	people = sorted(people)
	ids, persons := make([]string, len(people)), make([]string, len(people))
	for i, p := range people {
		ids[i], persons[i] = lms.NewID[lms.Enrolment]().String(), p.String()
	}
	marks := bytes.Repeat([]byte{marks[Untouched]}, len(v.Activities))
	err = db.Row(ctx, tx, `
		WITH wanted AS (
			SELECT w.id, p.id AS person_id
			  FROM unnest($1::text[]::uuid[], $2::text[]::uuid[]) AS w (id, person_id)
			  JOIN persons p ON p.id = w.person_id AND p.state <> 'erased'
		), added AS (
			INSERT INTO enrolments (id, person_id, course_id, version_id, cohort_id, enrolled_at, required_total, done)
			SELECT id, person_id, $3, $4, $5, $6, $7, $8 FROM wanted
			ON CONFLICT (person_id, course_id) WHERE state <> 'withdrawn' DO UPDATE
			   SET cohort_id = excluded.cohort_id WHERE enrolments.cohort_id IS NULL
			RETURNING xmax = 0 AS new
		)
		SELECT count(*) FILTER (WHERE new) FROM added`,
		ids, persons, v.CourseID, v.ID, nullID(cohort), now, v.RequiredTotal, string(marks)).Scan(&added)
	return added, db.Translate(err)
}

// CheckCountries refuses countries of which the course has no overlay. Errors: NotFound, Invalid.
func (s *Service) CheckCountries(ctx context.Context, actor lms.Actor, id lms.ID[lms.Enrolment], countries []string) (err error) {
	defer lms.Wrap(&err, "learning.CheckCountries(%s)", id)
	st, err := s.loadStudy(ctx, id)
	if err != nil {
		return err
	}
	if err := st.may(actor, lms.Study); err != nil {
		return err
	}
	for _, c := range countries {
		if !slices.Contains(st.Loaded.Course().Countries, c) {
			return lms.ErrInvalid("countries", "country-unknown", "the course has no overlay of "+c)
		}
	}
	return nil
}
