package learning_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/learning"
)

// crowd enrols n people in the site's cohort with made-up progress.
func (s *site) crowd(n int) {
	s.T.Helper()
	s.Exec(`
		INSERT INTO persons (id, given_name, family_name, country, created_at)
		SELECT gen_random_uuid(), 'Given' || i, 'Family' || i * 7919 % $1::int, (ARRAY['KZ','RU','TJ'])[1 + i % 3], $2
		  FROM generate_series(1, $1::int) i`, n, s.Start)
	s.Exec(`
		INSERT INTO enrolments (id, person_id, course_id, version_id, cohort_id, state, enrolled_at, started_at, last_seen_at,
		                        required_total, required_done, score, stuck_on, done)
		SELECT gen_random_uuid(), id, $1, $2, $3,
		       (ARRAY['active','active','completed','withdrawn'])[1 + n % 4], $4, CASE WHEN n % 5 > 0 THEN $4::timestamptz END,
		       CASE WHEN n % 7 > 0 THEN $4::timestamptz - n % 90 * interval '1 day' END, 6, n % 7,
		       CASE WHEN n % 3 = 0 THEN n % 101 END, CASE WHEN n % 11 = 0 THEN 'final' ELSE '' END, 'xx..'
		  FROM (SELECT id, row_number() OVER (ORDER BY sort_name)::int AS n FROM persons WHERE family_name LIKE 'Family%'
		           AND given_name LIKE 'Given%' AND id NOT IN (SELECT person_id FROM enrolments)) p`,
		s.version.CourseID, s.version.ID, s.cohort, s.Start)
}

func TestEveryPageOfEveryOrderIsInPlace(t *testing.T) {
	s := newSite(t)
	s.crowd(310)
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	orders := map[string]string{
		"name": "sort_name, id", "-name": "sort_name DESC, id DESC", "progress": "required_done, id", "-progress": "required_done DESC, id DESC",
		"score": "score NULLS FIRST, id", "-score": "score DESC NULLS LAST, id DESC", "last_seen": "last_seen_at NULLS FIRST, id",
		"-last_seen": "last_seen_at DESC NULLS LAST, id DESC", "state": "standing, id", "-state": "standing DESC, id DESC",
		"centre": "centre_name, id", "-country": "country DESC NULLS LAST, id DESC",
	}
	for sort, order := range orders {
		want := strings.Split(s.Text(`SELECT string_agg(id::text, ',' ORDER BY `+order+`) FROM enrolments WHERE state <> 'withdrawn'`), ",")
		var got []string
		for page := 1; ; page++ {
			r, err := s.learning.Report(t.Context(), trainer, learning.ReportQuery{Cohort: s.cohort, Sort: sort, Page: page})
			s.check(err)
			for _, row := range r.Items {
				got = append(got, row.EnrolmentID.String())
			}
			if page >= r.Pages {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the pages together are not the list (%d of %d)", sort, len(got), len(want))
		}
	}
	_, err := s.learning.Report(t.Context(), trainer, learning.ReportQuery{Cohort: s.cohort, Sort: "done; DROP TABLE"})
	s.refused(err, lms.Invalid, "not-one-of")
}

// The totals are kept while rows change; they must be what counting would give.
func TestTotalsAreWhatCountingGives(t *testing.T) {
	s := newSite(t)
	s.crowd(200)
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	other := s.Cohort(s.version.CourseID, "RU", lms.ID[lms.Centre]{})
	for _, change := range []string{
		`SELECT`,
		`UPDATE enrolments SET required_done = 5, score = 77.25 WHERE state = 'active'`,
		`UPDATE enrolments SET state = 'withdrawn' WHERE required_done = 3`,
		`UPDATE enrolments SET state = 'active' WHERE state = 'withdrawn' AND score IS NULL`,
		`UPDATE enrolments SET cohort_id = '` + other.String() + `' WHERE stuck_on <> ''`,
		`DELETE FROM persons WHERE id IN (SELECT person_id FROM enrolments ORDER BY sort_name LIMIT 20)`,
	} {
		s.Exec(change)
		r, err := s.learning.Report(t.Context(), trainer, learning.ReportQuery{Cohort: s.cohort})
		s.check(err)
		mean := 0.0
		if r.Totals.MeanScore != nil {
			mean = *r.Totals.MeanScore
		}
		got := fmt.Sprintf("%d %d %d %d %d %.2f %.2f", r.Totals.People, r.Totals.NotStarted, r.Totals.Active, r.Totals.Stuck,
			r.Totals.Completed, r.Totals.MeanPercent, mean)
		want := s.Text(`
			SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE standing = 'not-started'), count(*) FILTER (WHERE standing = 'active'),
			       count(*) FILTER (WHERE standing = 'stuck'), count(*) FILTER (WHERE standing = 'completed'),
			       round(100.0 * sum(required_done) / sum(required_total), 2), round(coalesce(avg(score), 0), 2))
			  FROM enrolments WHERE cohort_id = $1 AND state <> 'withdrawn'`, s.cohort)
		if got != want {
			t.Errorf("after %s: %s, counted %s", change, got, want)
		}
	}
}

func TestTheReportReadsItsIndexAndNothingElse(t *testing.T) {
	s := newSite(t)
	s.crowd(3000)
	s.Exec(`VACUUM ANALYZE enrolments`)
	s.Exec(`VACUUM ANALYZE persons`)
	for order, index := range map[string]string{
		"sort_name, id": "enrolments_by_name", "required_done DESC, id DESC": "enrolments_by_progress",
		"score DESC NULLS LAST, id DESC": "enrolments_by_score", "score NULLS FIRST, id": "enrolments_by_score",
		"last_seen_at DESC NULLS LAST, id DESC": "enrolments_by_seen", "standing, id": "enrolments_by_standing",
		"centre_name, id": "enrolments_by_centre", "country NULLS FIRST, id": "enrolments_by_country",
	} {
		rows, err := s.DB.QueryContext(t.Context(), `EXPLAIN SELECT id FROM enrolments WHERE cohort_id = '`+s.cohort.String()+
			`' AND state <> 'withdrawn' ORDER BY `+order+` LIMIT 50 OFFSET 1000`)
		s.check(err)
		var plan []string
		for rows.Next() {
			var line string
			s.check(rows.Scan(&line))
			plan = append(plan, line)
		}
		s.check(rows.Err())
		text := strings.Join(plan, "\n")
		if !strings.Contains(text, "Index Only Scan") || !strings.Contains(text, index) || strings.Contains(text, "Sort") {
			t.Errorf("%s:\n%s", order, text)
		}
	}
}

func TestReportsKeepToTheirStatements(t *testing.T) {
	s := newSite(t)
	s.crowd(120)
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	s.statements(3, func(ctx context.Context) {
		r, err := s.learning.Report(ctx, trainer, learning.ReportQuery{Cohort: s.cohort, Sort: "-score", Page: 2})
		s.check(err)
		if len(r.Items) == 0 || len(r.Stuck) == 0 || len(r.Activities) != len(s.version.Activities) {
			t.Errorf("%d items, %d stuck", len(r.Items), len(r.Stuck))
		}
	})
	s.statements(4, func(ctx context.Context) {
		r, err := s.learning.Report(ctx, trainer, learning.ReportQuery{Cohort: s.cohort, Q: "FAMILY11", State: "active"})
		s.check(err)
		for _, row := range r.Items {
			if row.State != "active" || !strings.HasPrefix(row.Person.Name, "Family11") {
				t.Errorf("%+v", row)
			}
		}
	})
	for _, people := range []int{0, 200} {
		if people > 0 {
			s.Exec(`UPDATE persons SET family_name = '=cmd()' WHERE family_name = 'Family1'`)
		}
		// The cohort, the act on record, and all rows at once.
		s.statements(3, func(ctx context.Context) {
			file, err := s.learning.ReportCSV(ctx, trainer, s.cohort, "ru")
			s.check(err)
			var out bytes.Buffer
			s.check(file.Write(ctx, &out))
			text, found := strings.CutPrefix(out.String(), "\uFEFF")
			if !found {
				t.Error("no byte order mark")
			}
			lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			s.check(err)
			if len(lines) != 1+s.Int(`SELECT count(*) FROM enrolments WHERE state <> 'withdrawn'`) {
				t.Errorf("%d lines", len(lines))
			}
			if strings.Contains(text, "\n=cmd") {
				t.Error("a name became a formula")
			}
		})
	}
	s.statements(3, func(ctx context.Context) {
		_, err := s.learning.MarkingQueue(ctx, trainer, s.cohort, "en")
		s.check(err)
	})
	s.statements(1, func(ctx context.Context) {
		_, err := s.learning.Cohorts(ctx, trainer, "en")
		s.check(err)
	})
}

// The list of cohorts and the right to read one come from the same table.
func TestTheListOfCohortsIsWhatCanAllows(t *testing.T) {
	s := newSite(t)
	centres := []lms.ID[lms.Centre]{{}, s.Centre("KZ"), s.Centre("RU")}
	var ids []lms.ID[lms.Cohort]
	for _, country := range []string{"", "KZ", "RU"} {
		for _, centre := range centres {
			ids = append(ids, s.Cohort(s.version.CourseID, country, centre))
		}
	}
	for _, role := range lms.Roles() {
		for _, ground := range []lms.Ground{
			lms.AllGround(), lms.CountryGround("KZ"), lms.CentreGround(centres[1]), lms.CourseGround(s.version.CourseID),
			lms.CourseGround(lms.NewID[lms.Course]()), lms.CohortGround(ids[4]),
		} {
			actor := lms.Actor{Person: lms.NewID[lms.Person](), Grants: []lms.Grant{{Role: role, Scope: ground}}}
			list, err := s.learning.Cohorts(t.Context(), actor, "en")
			if err != nil && lms.KindOf(err) != lms.Forbidden {
				t.Fatal(err)
			}
			for _, id := range ids {
				_, err := s.learning.Report(t.Context(), actor, learning.ReportQuery{Cohort: id})
				listed := slices.ContainsFunc(list, func(r learning.CohortRow) bool { return r.ID == id })
				if listed != (err == nil) {
					t.Errorf("%s on %s: listed %v, opened: %v", role, ground, listed, err)
				}
			}
		}
	}
}
