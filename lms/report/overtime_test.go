package report_test

import (
	"testing"

	"mostik/lms/report"
)

// What was handed over long ago is still known: a report after many others does not give away who came in between.
func TestReportsOfLongAgoAreNotForgotten(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	in := report.Input{Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31", Indicators: s.define(trained)}
	first, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, in))
	s.must(err)
	if first.Content.Figures[0].Hidden {
		t.Fatalf("the whole was hidden at once: %+v", first.Content.Figures[0].Number)
	}
	// Many reports of something else.
	s.Exec(`INSERT INTO reports (id, programme_id, title, language, from_day, to_day, threshold, indicators, created_at, frozen_at, content, digest)
	        SELECT gen_random_uuid(), programme_id, 'Another', 'en', from_day, to_day, 5, '{}', created_at, frozen_at + i * interval '1 minute', '{"published":[]}', digest
	          FROM reports, generate_series(1, 30) i WHERE id = $1`, first.ID)
	// Everything of two people is struck off.
	two := s.Text(`SELECT string_agg(id::text, ',') FROM (SELECT DISTINCT person_id AS id FROM day_attendance ORDER BY 1 LIMIT 2) x`)
	for _, table := range []string{"day_attendance", "webinar_minutes", "enrolments"} {
		s.Exec(`DELETE FROM `+table+` WHERE person_id = ANY (string_to_array($1, ',')::uuid[])`, two)
	}
	second, err := s.Report(t.Context(), s.admin, s.create(s.admin, in))
	s.must(err)
	if n := second.Content.Figures[0].Number; !n.Hidden {
		t.Errorf("%d were told, now %d: the difference is two people", *first.Content.Figures[0].Persons, *n.Persons)
	}
}

// Who came or went since an earlier report is not told by the difference of two means.
func TestGainsAreNotSubtracted(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	in := report.Input{Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31", Indicators: s.define(trained)}
	first, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, in))
	s.must(err)
	if l := first.Content.Outcomes.Learning[0]; l.Pairs.Hidden || l.Pairs.AtLeast || l.Before == nil {
		t.Fatalf("nothing is told: %+v", l)
	}
	// One person's tests are gone: whoever has both reports could tell their percentages.
	s.Exec(`DELETE FROM attempts WHERE enrolment_id = (
	            SELECT a.enrolment_id FROM attempts a JOIN enrolments e ON e.id = a.enrolment_id JOIN courses c ON c.id = e.course_id
	             WHERE c.key = 'c1' AND a.activity_key = 'post' ORDER BY 1 LIMIT 1)`)
	second, err := s.Report(t.Context(), s.admin, s.create(s.admin, in))
	s.must(err)
	if l := second.Content.Outcomes.Learning[0]; l.Before != nil {
		t.Errorf("%+v beside %+v", l, first.Content.Outcomes.Learning[0])
	}
}
