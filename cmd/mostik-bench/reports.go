package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mostik/lms"
)

func init() { certify("donor report", donorReport) }

// donorReport counts a full report of a programme that everybody is in: four indicators with shares, by sex, country,
// kind of organisation, age and sex by country; small numbers hidden; every table drawn. Nothing of it is kept sums.
func donorReport(ctx context.Context, p *population) ([]reading, error) {
	id, report := lms.NewID[lms.Programme](), lms.NewID[lms.Report]()
	definition := `{"title": {"en": "Everybody"}, "components": [{"key": "course", "kind": "course", "title": {"en": "The course"}, "course": "trafficking"}],
		"achievement": {"course": "course"}, "hours": "24"}`
	by := `[["sex"], ["country"], ["organisation"], ["age"], ["sex", "country"]]`
	indicators := map[string]string{
		"bench-trained":   `{"key": "bench-trained", "name": {"en": "Trained"}, "count": {"act": "attended", "period": "report"}, "units": ["persons", "attendances"], "by": ` + by + `}`,
		"bench-course":    `{"key": "bench-course", "name": {"en": "Course"}, "count": {"act": "course", "period": "report"}, "units": ["persons"], "by": ` + by + `}`,
		"bench-certified": `{"key": "bench-certified", "name": {"en": "Certified"}, "count": {"act": "certified", "period": "report"}, "of": {"act": "enrolled", "period": "to-date"}, "units": ["persons"], "by": ` + by + `}`,
		"bench-joined":    `{"key": "bench-joined", "name": {"en": "Began"}, "count": {"act": "joined", "period": "to-date"}, "units": ["persons"], "by": ` + by + `}`,
	}
	w := p.world
	err := errors.Join(
		w.sql(ctx, `INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, 'bench-everybody', $2, now())`, id.String(), definition),
		w.sql(ctx, `INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $1, 1, $2, now())`, id.String(), definition),
		w.sql(ctx, `ALTER TABLE participations DISABLE TRIGGER ALL`),
		w.sql(ctx, `
			INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, joined_at, passed_at, certified_at)
			SELECT DISTINCT ON (person_id) md5('donor' || person_id)::uuid, $1::uuid, $1::uuid, person_id, state, invited_at, joined_at, passed_at, certified_at
			  FROM participations ORDER BY person_id, certified_at NULLS LAST`, id.String()),
		w.sql(ctx, `ALTER TABLE participations ENABLE TRIGGER ALL`),
		w.sql(ctx, `ANALYZE participations`),
	)
	for key, raw := range indicators {
		err = errors.Join(err, w.sql(ctx, `INSERT INTO indicators (id, key, definition, created_at, changed_at) VALUES (gen_random_uuid(), $1, $2, now(), now())`, key, raw))
	}
	now := time.Now().UTC()
	err = errors.Join(err, w.sql(ctx, `
		INSERT INTO reports (id, programme_id, title, language, from_day, to_day, threshold, indicators, created_at)
		VALUES ($1, $2, 'Everybody', 'en', $3::date, $4::date, 5, ARRAY['bench-trained', 'bench-course', 'bench-certified', 'bench-joined'], now())`,
		report.String(), id.String(), now.AddDate(-1, 0, 0).Format(time.DateOnly), now.Format(time.DateOnly)))
	if err != nil {
		return nil, err
	}
	var figures []reading
	for _, one := range []struct{ name, path string }{{"donor report, counted", ""}, {"donor report, as PDF", "/files/pdf"}} {
		c, err := p.measure(ctx, operation{name: one.name, warm: 1, n: 4, do: func(ctx context.Context, c *client, _ int) error {
			return p.get(ctx, c, p.admin, "/reports/"+report.String()+one.path, nil)
		}})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.name, err)
		}
		p.remember(one.name, p.admin, "/reports/"+report.String()+one.path, c.ms())
		figures = append(figures, reading{name: one.name, unit: ofCount, value: c.ms() / p.baseline, limit: 20, note: fmt.Sprintf("%.0f ms, %s people", c.ms(), thousands(p.people))})
	}
	return figures, nil
}
