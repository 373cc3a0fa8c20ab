package learning

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// study is an enrolment with everything that decides about it.
type study struct {
	ID       lms.ID[lms.Enrolment]
	Person   lms.ID[lms.Person]
	Course   lms.ID[lms.Course]
	Version  lms.ID[lms.Version]
	Cohort   lms.ID[lms.Cohort]
	State    string // active, completed, withdrawn
	Progress Progress

	StartedAt, CompletedAt *time.Time

	// Where the person belongs, and where the cohort does: whoever answers for one of them may look.
	Country, CohortCountry string
	Centre, CohortCentre   lms.ID[lms.Centre]
	// Countries are the overlays that the person opens first, besides the own.
	Countries []string
	// Reviews are the languages of the course whose mark an operator lifted.
	Reviews []string

	// Loaded is the pinned version.
	Loaded *catalog.Loaded
	// holder is there where the step that was read for may earn the certificate.
	holder *holder
	// serial is that of the certificate that this change has earned.
	serial string

	// Scores by activity and Dates by activity are there only where a page asked for them.
	Scores map[string]float64
	Dates  map[string]Dates
}

// Dates is what a cohort adds to an activity.
type Dates struct {
	DueAt *time.Time `json:"due_at,omitempty"`
	// Extended tells that the due date is somebody's own, later than their cohort's.
	Extended bool       `json:"extended,omitempty"`
	StartsAt *time.Time `json:"starts_at,omitempty"`
	EndsAt   *time.Time `json:"ends_at,omitempty"`
	Place    string     `json:"place,omitempty"`
	Link     string     `json:"link,omitempty"`
	// Webinar is the one on the calendar that takes place here, "" for none; its times go before the others.
	Webinar string `json:"webinar,omitempty"`
	over    bool   // a host has ended it; read for an activity's own page only
}

// nextFirst orders webinars: the next one first, then those to come, then the past ones from the last on.
const nextFirst = `ends_at < now(), abs(extract(epoch FROM starts_at - now()))`

// webinarOver is the SQL of whether a host has ended the webinar w, and nobody has begun it anew.
const webinarOver = `coalesce((SELECT x.kind = 'end' FROM webinar_events x WHERE x.webinar_id = w.id AND x.kind IN ('begin', 'end') ORDER BY x.number DESC LIMIT 1), false)`

// dueOf is the SQL of when something is due for somebody: what their cohort says in d, or later by a date of their own in
// o. Where the cohort sets no date, nothing is due.
const dueOf = `CASE WHEN d.due_at IS NOT NULL THEN greatest(d.due_at, o.due_at) END`

// datesOf is the SQL of an enrolment e's dates by activity, with the webinars that stand on the calendar for one: of
// several the one that comes next, else the last. %s is its cohort.
const datesOf = `(SELECT json_object_agg(coalesce(d.activity_key, w.activity_key), json_build_object('due_at', ` + dueOf + `,
	        'extended', coalesce(o.due_at > d.due_at, false), 'starts_at', coalesce(w.starts_at, d.starts_at), 'ends_at', coalesce(w.ends_at, d.ends_at), 'place', d.place, 'link', d.link, 'webinar', w.id))
	   FROM (SELECT * FROM cohort_dates WHERE cohort_id = %[1]s) d
	   FULL JOIN (SELECT DISTINCT ON (activity_key) activity_key, id, starts_at, ends_at FROM webinars
	               WHERE cohort_id = %[1]s AND activity_key <> '' AND cancelled_at IS NULL
	               ORDER BY activity_key, ` + nextFirst + `) w
	     ON w.activity_key = d.activity_key
	   LEFT JOIN due_dates o ON o.enrolment_id = e.id AND o.activity_key = d.activity_key)`

const studyColumns = `
	e.id, e.person_id, e.course_id, e.version_id, e.cohort_id, e.state, e.done, e.required_total,
	e.required_done, e.score::float8, e.stuck_on, e.started_at, e.completed_at,
	coalesce(p.country, ''), p.centre_id, p.countries, coalesce(c.country, ''), c.centre_id,
	ARRAY(SELECT r.language FROM language_reviews r WHERE r.course_id = e.course_id)`

const studyTables = `
	enrolments e
	JOIN persons p ON p.id = e.person_id
	LEFT JOIN cohorts c ON c.id = e.cohort_id`

// pageColumns follow studyColumns where a page is shown.
var pageColumns = `,
	(SELECT json_object_agg(activity_key, score) FROM activity_progress
	  WHERE enrolment_id = e.id AND score IS NOT NULL),
	` + fmt.Sprintf(datesOf, "e.cohort_id")

type scanner interface{ Scan(dest ...any) error }

// scan reads studyColumns and then what follows them.
func (st *study) scan(from scanner, more ...any) error {
	var done string
	err := from.Scan(append([]any{
		&st.ID, &st.Person, &st.Course, &st.Version, &st.Cohort, &st.State, &done,
		&st.Progress.RequiredTotal, &st.Progress.RequiredDone, &st.Progress.Score, &st.Progress.StuckOn,
		&st.StartedAt, &st.CompletedAt,
		&st.Country, &st.Centre, pgdialect.Array(&st.Countries), &st.CohortCountry, &st.CohortCentre,
		pgdialect.Array(&st.Reviews),
	}, more...)...)
	st.Progress.Marks = []byte(done)
	st.Progress.Completed = st.State == completed
	return err
}

// Enrolment states.
const (
	active    = "active"
	completed = "completed"
	withdrawn = "withdrawn"
)

// loadStudy reads an enrolment for its page.
func (s *Service) loadStudy(ctx context.Context, id lms.ID[lms.Enrolment]) (*study, error) {
	var (
		st            study
		scores, dates []byte
	)
	err := st.scan(db.Row(ctx, s.DB, `
		SELECT`+studyColumns+pageColumns+`
		  FROM`+studyTables+`
		 WHERE e.id = $1 AND e.state <> 'withdrawn'`, id), &scores, &dates)
	if err != nil {
		return nil, db.Found(err, "enrolment")
	}
	if err := unmarshal(scores, &st.Scores); err != nil {
		return nil, err
	}
	if err := unmarshal(dates, &st.Dates); err != nil {
		return nil, err
	}
	st.Loaded, err = s.Catalog.Version(ctx, st.Version)
	return &st, err
}

// unmarshal reads JSON that may be NULL.
func unmarshal(raw []byte, into any) error {
	if len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, into)
}

// ownColumns are studyColumns for what only the owner does: where the person and the cohort belong decides
// nothing then, and two tables are left alone.
const ownColumns = `
	e.id, e.person_id, e.course_id, e.version_id, e.cohort_id, e.state, e.done, e.required_total,
	e.required_done, e.score::float8, e.stuck_on, e.started_at, e.completed_at,
	'', NULL::uuid, '{}'::text[], '', NULL::uuid, '{}'::text[]`

// readOwn reads an enrolment for one of the owner's steps, and locks nothing.
func (s *Service) readOwn(ctx context.Context, id lms.ID[lms.Enrolment]) (*study, error) {
	var st study
	err := st.scan(db.Row(ctx, s.DB, `SELECT`+ownColumns+` FROM enrolments e WHERE e.id = $1 AND e.state <> 'withdrawn'`, id))
	if err != nil {
		return nil, db.Found(err, "enrolment")
	}
	st.Loaded, err = s.Catalog.Version(ctx, st.Version)
	return &st, err
}

// loadActivity reads an enrolment for the page of one activity.
func (s *Service) loadActivity(ctx context.Context, id lms.ID[lms.Enrolment], key string) (*study, error) {
	var (
		st          study
		score       *float64
		d           Dates
		place, link *string
		webinar     *string
	)
	err := st.scan(db.Row(ctx, s.DB, `
		SELECT`+studyColumns+`, a.score::float8, `+dueOf+`, coalesce(o.due_at > d.due_at, false), coalesce(w.starts_at, d.starts_at), coalesce(w.ends_at, d.ends_at), d.place, d.link, w.id, `+webinarOver+`
		  FROM`+studyTables+`
		  LEFT JOIN activity_progress a ON a.enrolment_id = e.id AND a.activity_key = $2
		  LEFT JOIN cohort_dates d ON d.cohort_id = e.cohort_id AND d.activity_key = $2
		  LEFT JOIN due_dates o ON o.enrolment_id = e.id AND o.activity_key = $2
		  LEFT JOIN LATERAL (SELECT id, starts_at, ends_at FROM webinars
		                      WHERE cohort_id = e.cohort_id AND activity_key = $2 AND cancelled_at IS NULL ORDER BY `+nextFirst+` LIMIT 1) w ON true
		 WHERE e.id = $1 AND e.state <> 'withdrawn'`, id, key), &score, &d.DueAt, &d.Extended, &d.StartsAt, &d.EndsAt, &place, &link, &webinar, &d.over)
	if err != nil {
		return nil, db.Found(err, "enrolment")
	}
	if score != nil {
		st.Scores = map[string]float64{key: *score}
	}
	if place != nil && link != nil {
		d.Place, d.Link = *place, *link
	}
	if webinar != nil {
		d.Webinar = *webinar
	}
	if place != nil || webinar != nil {
		st.Dates = map[string]Dates{key: d}
	}
	st.Loaded, err = s.Catalog.Version(ctx, st.Version)
	return &st, err
}

// lockStudy reads an enrolment and locks its row until the transaction ends.
func (s *Service) lockStudy(ctx context.Context, tx bun.IDB, id lms.ID[lms.Enrolment]) (*study, error) {
	var st study
	err := st.scan(db.Row(ctx, tx, `
		SELECT`+studyColumns+`
		  FROM`+studyTables+`
		 WHERE e.id = $1 AND e.state <> 'withdrawn'
		   FOR NO KEY UPDATE OF e`, id))
	if err != nil {
		return nil, db.Found(err, "enrolment")
	}
	st.Loaded, err = s.Catalog.Version(ctx, st.Version)
	return &st, err
}

// facts are the two ways in which an enrolment belongs somewhere: through its person, and through its
// cohort. Whoever has a right by either has it.
func (st *study) facts() []lms.Facts {
	own := lms.Facts{Owner: st.Person, Course: st.Course, Cohort: st.Cohort, Country: st.Country, Centre: st.Centre}
	cohort := own
	cohort.Country, cohort.Centre = st.CohortCountry, st.CohortCentre
	return []lms.Facts{own, cohort}
}

// canAny asks for a right on any of several grounds, and gives the friendliest refusal.
func canAny(actor lms.Actor, action lms.Action, grounds []lms.Facts) error {
	var refused error
	for _, f := range grounds {
		err := actor.Can(action, f)
		if err == nil {
			return nil
		}
		if refused == nil || lms.KindOf(err) == lms.Forbidden {
			refused = err
		}
	}
	return refused
}

// may asks for a right over the enrolment.
func (st *study) may(actor lms.Actor, action lms.Action) error {
	return canAny(actor, action, st.facts())
}

// activity finds an activity of the pinned version. Errors: NotFound.
func (st *study) activity(key string) (*catalog.Activity, error) {
	a, ok := st.Loaded.Activity(key)
	if !ok {
		return nil, lms.ErrNotFound("activity")
	}
	return a, nil
}

// open finds an activity that the person may work at now. Errors: NotFound, Forbidden with code locked,
// whose problems name what comes first.
func (st *study) open(key, lang string, kinds ...kind) (*catalog.Activity, error) {
	a, err := st.activity(key)
	if err != nil {
		return nil, err
	}
	if len(kinds) > 0 && !isKind(a, kinds) {
		return nil, lms.ErrNotFound("activity of this kind")
	}
	first := missing(st.Loaded, st.Progress, a)
	if len(first) == 0 {
		return a, nil
	}
	locked := &lms.Error{Kind: lms.Forbidden, Code: "locked", Detail: "something else comes first"}
	for _, r := range first {
		locked.Problems = append(locked.Problems, lms.FieldProblem{
			Field: r.Key, Code: "required-first", Detail: st.Loaded.In(r.Title, lang),
		})
	}
	return nil, locked
}

// countries gives the reader's countries in the order in which overlays open: the own, then the others.
func (st *study) countries() []string {
	var list []string
	if st.Country != "" {
		list = append(list, st.Country)
	}
	for _, c := range st.Countries {
		if c != st.Country {
			list = append(list, c)
		}
	}
	return list
}

func nullID[T any](id lms.ID[T]) any {
	if id.IsZero() {
		return nil
	}
	return id
}

func nullText(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }
