package learning

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

// reportPage is the number of rows of a page. It stands in the SQL as a literal: with a parameter the
// planner prepares for a tenth of the cohort and reads all of it.
const reportPage = 50

// ReportQuery chooses a page of a cohort's report.
type ReportQuery struct {
	Cohort lms.ID[lms.Cohort]
	// Sort is name, progress, score, last_seen, state, centre or country; with "-" before it the other way
	// round. A missing value is the least.
	Sort string
	// Page counts from 1.
	Page int
	// Q is part of a name; State is a standing: not-started, active, stuck, completed.
	Q, State string
	Lang     string
}

// CohortReport is a page of it, with the totals over everybody in the cohort.
type CohortReport struct {
	Cohort     CohortHead     `json:"cohort"`
	Totals     Totals         `json:"totals"`
	Activities []ActivityHead `json:"activities"`
	// Stuck are the first of those whose last try failed.
	Stuck []ReportRow `json:"stuck"`
	Items []ReportRow `json:"items"`
	// Total counts the rows of all pages, after filters.
	Total int `json:"total"`
	Page  int `json:"page"`
	Pages int `json:"pages"`
}

// CohortHead is a cohort with its dates.
type CohortHead struct {
	ID          lms.ID[lms.Cohort] `json:"id"`
	Name        string             `json:"name"`
	CourseKey   string             `json:"course_key"`
	CourseTitle string             `json:"course_title"`
	StartsOn    *certificate.Date  `json:"starts_on,omitempty"`
	EndsOn      *certificate.Date  `json:"ends_on,omitempty"`
	Dates       []DatesRow         `json:"dates"`
}

// DatesRow is what the cohort adds to an activity.
type DatesRow struct {
	ActivityKey string `json:"activity_key"`
	Dates
}

// Totals counts everybody in the cohort who has not withdrawn.
type Totals struct {
	People     int `json:"people"`
	NotStarted int `json:"not_started"`
	Active     int `json:"active"`
	Completed  int `json:"completed"`
	Stuck      int `json:"stuck"`
	// MeanPercent is the share of the required activities that are done, over all people.
	MeanPercent float64 `json:"mean_percent"`
	// MeanScore is the mean of the final tests' best scores, in percent; null without any.
	MeanScore *float64 `json:"mean_score"`
}

// ActivityHead is a column of the report.
type ActivityHead struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Kind  kind   `json:"kind"`
}

// ReportRow is one person of the report.
type ReportRow struct {
	EnrolmentID   lms.ID[lms.Enrolment] `json:"enrolment_id"`
	Person        PersonRef             `json:"person"`
	Centre        string                `json:"centre,omitempty"`
	Country       string                `json:"country"`
	State         string                `json:"state"`
	RequiredDone  int                   `json:"required_done"`
	RequiredTotal int                   `json:"required_total"`
	Score         *float64              `json:"score,omitempty"`
	LastSeenAt    *time.Time            `json:"last_seen_at,omitempty"`
	CompletedAt   *time.Time            `json:"completed_at,omitempty"`
	StuckOn       string                `json:"stuck_on,omitempty"`
	// Done has one character an activity, in the order of Activities: "." nothing, "s" seen, "p" in
	// progress, "h" handed in, "m" to mark, "f" failed, "x" done.
	Done string `json:"done"`

	version lms.ID[lms.Version]
}

// PersonRef names a person.
type PersonRef struct {
	ID   lms.ID[lms.Person] `json:"id"`
	Name string             `json:"name"`
}

// reportOrders are the orders of the report, forwards and backwards; each has its index.
var reportOrders = map[string][2]string{
	"name":      {"sort_name, id", "sort_name DESC, id DESC"},
	"progress":  {"required_done, id", "required_done DESC, id DESC"},
	"score":     {"score NULLS FIRST, id", "score DESC NULLS LAST, id DESC"},
	"last_seen": {"last_seen_at NULLS FIRST, id", "last_seen_at DESC NULLS LAST, id DESC"},
	"state":     {"standing, id", "standing DESC, id DESC"},
	"centre":    {"centre_name, id", "centre_name DESC, id DESC"},
	"country":   {"country NULLS FIRST, id", "country DESC NULLS LAST, id DESC"},
}

// Report gives a page of a cohort's report, in three statements. Errors: NotFound, Invalid (the sort).
func (s *Service) Report(ctx context.Context, actor lms.Actor, q ReportQuery) (r *CohortReport, err error) {
	defer lms.Wrap(&err, "learning.Report(%s)", q.Cohort)
	name, backwards := strings.CutPrefix(q.Sort, "-")
	orders, known := reportOrders[orDefault(name, "name")]
	if !known {
		return nil, lms.ErrInvalid("sort", "not-one-of", "name, progress, score, last_seen, state, centre or country")
	}
	r, c, err := s.reportHead(ctx, q.Cohort, q.Lang)
	if err != nil {
		return nil, err
	}
	if err := actor.Can(lms.ReadCohort, c.facts()); err != nil {
		return nil, err
	}
	if r.Totals.Stuck > 0 {
		if r.Stuck, err = s.reportRows(ctx, `AND standing = 'stuck'`, "id", 10, 0, q.Cohort); err != nil {
			return nil, err
		}
	}
	filter, args := q.filter()
	r.Total = r.Totals.People
	if filter != "" {
		err := db.Row(ctx, s.DB, `SELECT count(*) FROM enrolments WHERE cohort_id = $1 AND state <> 'withdrawn' `+filter,
			append([]any{q.Cohort}, args...)...).Scan(&r.Total)
		if err != nil {
			return nil, db.Translate(err)
		}
	}
	r.Pages = max(1, (r.Total+reportPage-1)/reportPage)
	r.Page = min(max(1, q.Page), r.Pages)
	if r.Items, err = s.reportPage(ctx, q.Cohort, filter, args, orders, backwards, r); err != nil {
		return nil, err
	}
	return r, errors.Join(s.relay(ctx, c.Version, r.Items), s.relay(ctx, c.Version, r.Stuck))
}

// relay lays the marks of people who completed an older version out in the columns of the report's.
func (s *Service) relay(ctx context.Context, current lms.ID[lms.Version], rows []ReportRow) error {
	for i := range rows {
		if rows[i].version == current || current.IsZero() {
			continue
		}
		from, err := s.Catalog.Version(ctx, rows[i].version)
		if err != nil {
			return err
		}
		to, err := s.Catalog.Version(ctx, current)
		if err != nil {
			return err
		}
		rows[i].Done = relaid(from, to, rows[i].Done)
	}
	return nil
}

// relaid gives marks in the order of another version; what the one did not have is untouched.
func relaid(from, to *catalog.Loaded, done string) string {
	out := fitted(nil, len(to.Activities))
	for i := range to.Activities {
		if a, ok := from.Activity(to.Activities[i].Key); ok && a.Index < len(done) {
			out[i] = done[a.Index]
		}
	}
	return string(out)
}

func orDefault(s, d string) string {
	if s == "" {
		return d
	}
	return s
}

// filter gives the conditions of a query; their parameters count from $3.
func (q ReportQuery) filter() (where string, args []any) {
	if q.State != "" {
		args = append(args, q.State)
		where += ` AND standing = $2`
	}
	if text := strings.ToLower(strings.TrimSpace(q.Q)); text != "" {
		args = append(args, "%"+likeEscaped(text)+"%")
		where += fmt.Sprintf(` AND sort_name LIKE $%d`, len(args)+1)
	}
	return where, args
}

var likeMarks = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func likeEscaped(s string) string { return likeMarks.Replace(s) }

// reportPage reads a page by an index. A page of the second half is read from the other end, so that no page
// passes over more than half of the cohort.
func (s *Service) reportPage(ctx context.Context, id lms.ID[lms.Cohort], filter string, args []any, orders [2]string,
	backwards bool, r *CohortReport,
) ([]ReportRow, error) {
	first := (r.Page - 1) * reportPage
	n := min(reportPage, r.Total-first)
	order, offset := orders[0], first
	if backwards {
		order = orders[1]
	}
	fromEnd := first > r.Total/2
	if fromEnd {
		offset = r.Total - first - n
		order = orders[1]
		if backwards {
			order = orders[0]
		}
	}
	rows, err := s.reportRows(ctx, filter, order, reportPage, offset, append([]any{id}, args...)...)
	if err != nil {
		return nil, err
	}
	if fromEnd {
		rows = rows[:min(max(n, 0), len(rows))]
		slices.Reverse(rows)
	}
	return rows, nil
}

// factColumns are what a row says; rowColumns say also whose it is.
const (
	factColumns = `
	trim(p.family_name || ' ' || p.given_name), e.centre_name, coalesce(e.country, ''), e.standing, e.required_done,
	e.required_total, e.score::float8, e.last_seen_at, e.completed_at, e.stuck_on, e.done, e.version_id`
	rowColumns = factColumns + `, e.id, e.person_id`
)

// facts gives where factColumns are read to.
func (r *ReportRow) facts() []any {
	return []any{
		&r.Person.Name, &r.Centre, &r.Country, &r.State, &r.RequiredDone, &r.RequiredTotal, &r.Score, &r.LastSeenAt,
		&r.CompletedAt, &r.StuckOn, &r.Done, &r.version,
	}
}

// reportRows reads rows in an order. The inner query reads nothing but the order's index where there is no
// filter; limit and order come from constants of this file, never from a request.
func (s *Service) reportRows(ctx context.Context, filter, order string, limit, offset int, args ...any) ([]ReportRow, error) {
	query := fmt.Sprintf(`
		WITH page AS (
			SELECT id FROM enrolments
			 WHERE cohort_id = $1 AND state <> 'withdrawn' %s
			 ORDER BY %s
			 LIMIT %d OFFSET $%d
		)
		SELECT %s
		  FROM page JOIN enrolments e ON e.id = page.id JOIN persons p ON p.id = e.person_id
		 ORDER BY %s`, filter, order, limit, len(args)+1, rowColumns, qualified(order))
	rows, err := db.Rows(ctx, s.DB, query, append(args, offset)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([]ReportRow, 0, limit)
	for rows.Next() {
		row, err := scanRow(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, row)
	}
	return list, db.Translate(rows.Err())
}

// qualified puts the table before the columns of an order.
func qualified(order string) string { return "e." + strings.ReplaceAll(order, ", ", ", e.") }

func scanRow(from scanner) (r ReportRow, err error) {
	err = from.Scan(append(r.facts(), &r.EnrolmentID, &r.Person.ID)...)
	return r, err
}

// standingTotals is one line of the totals.
type standingTotals struct {
	Standing string `json:"standing"`
	People   int    `json:"people"`
	Done     int64  `json:"required_done"`
	Total    int64  `json:"required_total"`
	Scored   int    `json:"scored"`
	ScoreSum int64  `json:"score_sum"` // hundredths of a percent
}

// reportHead reads cohort, totals and dates in one statement.
func (s *Service) reportHead(ctx context.Context, id lms.ID[lms.Cohort], reader string) (*CohortReport, *cohort, error) {
	var totals, dates []byte
	c, err := loadCohort(ctx, s.DB, id, `,
		(SELECT json_agg(t) FROM (
			SELECT standing, sum(people) AS people, sum(required_done) AS required_done, sum(required_total) AS required_total,
			       sum(scored) AS scored, sum(score_sum) AS score_sum
			  FROM cohort_totals WHERE cohort_id = c.id GROUP BY standing) t),
		(SELECT json_agg(json_build_object('activity_key', activity_key, 'due_at', due_at, 'starts_at', starts_at,
		                                   'ends_at', ends_at, 'place', place, 'link', link) ORDER BY activity_key)
		   FROM cohort_dates WHERE cohort_id = c.id)`, &totals, &dates)
	if err != nil {
		return nil, nil, err
	}
	r := &CohortReport{Stuck: []ReportRow{}, Cohort: CohortHead{
		ID: c.ID, Name: c.Name, CourseKey: c.Key, StartsOn: day(c.Starts), EndsOn: day(c.Ends), Dates: []DatesRow{},
	}, Activities: []ActivityHead{}}
	var lines []standingTotals
	if err := unmarshal(totals, &lines); err != nil {
		return nil, nil, err
	}
	r.Totals = added(lines)
	if err := unmarshal(dates, &r.Cohort.Dates); err != nil {
		return nil, nil, err
	}
	if c.Version.IsZero() {
		return r, c, nil
	}
	v, err := s.Catalog.Version(ctx, c.Version)
	if err != nil {
		return nil, nil, err
	}
	lang := v.Lang(reader)
	r.Cohort.CourseTitle = v.Course().Title.In(lang)
	r.Activities = activityHeads(v, lang)
	return r, c, nil
}

func activityHeads(v *catalog.Loaded, lang courses.Lang) []ActivityHead {
	list := make([]ActivityHead, len(v.Activities))
	for i := range v.Activities {
		a := &v.Activities[i]
		list[i] = ActivityHead{a.Key, a.Title.In(lang), a.Kind}
	}
	return list
}

// added adds the lines of the totals up.
func added(lines []standingTotals) (t Totals) {
	var done, total, sum int64
	scored := 0
	for _, l := range lines {
		t.People += l.People
		switch l.Standing {
		case "not-started":
			t.NotStarted += l.People
		case "active":
			t.Active += l.People
		case "stuck":
			t.Stuck += l.People
		case completed:
			t.Completed += l.People
		}
		done, total, sum, scored = done+l.Done, total+l.Total, sum+l.ScoreSum, scored+l.Scored
	}
	t.MeanPercent = percentOf(float64(done), float64(total))
	if scored > 0 {
		mean := round2(float64(sum) / 100 / float64(scored))
		t.MeanScore = &mean
	}
	return t
}
