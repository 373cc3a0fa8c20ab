package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mostik/lms"
)

// populationOf is what belongs to so many persons: of 100,000 two million completions and 60,000 certificates.
const (
	completionsEach = 20
	certificatesOf5 = 3 // of five persons
)

// fill makes places, people, programmes, what they study and what they were given. Everybody has a place; who has
// come how far, and when what they have expires, is spread as chance would, and the same in each run.
func (p *population) fill(ctx context.Context) error {
	w := p.world
	// Keys and triggers look at every row; what they would find is so by construction, and is counted once at the end.
	quiet := []string{"persons", "participations", "certificates", "activity_progress"}
	for _, table := range quiet {
		if err := w.sql(ctx, `ALTER TABLE `+table+` DISABLE TRIGGER ALL`); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context) error{p.places, p.persons, p.programmesAndParts, p.studies, p.papers} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, table := range quiet {
		if err := w.sql(ctx, `ALTER TABLE `+table+` ENABLE TRIGGER ALL`); err != nil {
			return err
		}
	}
	return errors.Join(
		w.sql(ctx, `SELECT desk_refresh(ARRAY(SELECT id FROM persons))`),
		w.fold(ctx),
		w.sql(ctx, `VACUUM ANALYZE`),
	)
}

// places are 8 countries with 20 centres and 300 organisations each.
func (p *population) places(ctx context.Context) error {
	return errors.Join(
		p.world.sql(ctx, `
			INSERT INTO centres (id, name, country, time_zone, created_at)
			SELECT md5('centre' || c || i)::uuid, 'Centre ' || c || ' ' || i, c, 'Asia/Almaty', now()
			  FROM unnest(ARRAY['KZ', 'RU', 'TJ', 'SK', 'CZ', 'KG', 'UZ', 'GE']) c, generate_series(0, 19) i`),
		p.world.sql(ctx, `
			INSERT INTO organisations (id, name, kind, country, created_at)
			SELECT md5('office' || c || i)::uuid, 'Office ' || c || ' ' || i,
			       (ARRAY['state', 'municipality', 'ngo', 'ngo', 'international', 'library', 'police', 'education', 'health', 'other'])[1 + i % 10], c, now()
			  FROM unnest(ARRAY['KZ', 'RU', 'TJ', 'SK', 'CZ', 'KG', 'UZ', 'GE']) c, generate_series(0, 299) i`),
	)
}

func (p *population) persons(ctx context.Context) error {
	return p.world.sql(ctx, `
		INSERT INTO persons (id, given_name, family_name, latin_given, latin_family, email, login, phone, language, country, countries,
		                     centre_id, organisation_id, sex, birth_year, job, created_at, last_seen_at)
		SELECT md5('person' || i)::uuid, (ARRAY['Анна', 'Ерлан', 'Зарина', 'Ján', 'Бакыт', 'Әсел', 'Сергей', 'Гүлнара', 'Oľga', 'Мадина'])[1 + h % 10],
		       (ARRAY['Ахметова', 'Смирнова', 'Раҳимов', 'Kováč', 'Асанов', 'Оспанов', 'Novák', 'Иванова', 'Каримов', 'Бекова', 'Мамедов'])[1 + h / 10 % 11] || ' ' || i,
		       '', '', CASE WHEN h % 3 > 0 THEN 'person' || i || '@example.org' END, 'person-' || i,
		       CASE WHEN h % 3 = 0 THEN '+7 700 ' || lpad(i::text, 7, '0') ELSE '' END, (ARRAY['ru', 'kk', 'tg', 'sk', 'en', 'ky'])[1 + h % 6], c, ARRAY[c],
		       md5('centre' || c || h / 7 % 20)::uuid, md5('office' || c || h / 140 % 300)::uuid, (ARRAY['female', 'female', 'male', 'not-stated'])[1 + h / 3 % 4],
		       1960 + h % 45, (ARRAY['social-worker', 'lawyer', 'librarian', 'police', 'educator', 'civil-servant', 'volunteer', 'not-stated'])[1 + h / 11 % 8],
		       now() - interval '400 days', CASE WHEN h % 10 > 0 THEN now() - (h % 40000) * interval '10 minutes' END
		  FROM (SELECT i, h, (ARRAY['KZ', 'KZ', 'KZ', 'RU', 'RU', 'TJ', 'SK', 'SK', 'CZ', 'KG', 'UZ', 'GE'])[1 + h % 12] AS c
		          FROM (SELECT i, abs(hashint4(i)) AS h FROM generate_series(1, $1::int) i) n) p`, p.people)
}

// programmesAndParts are six programmes, each over the course, and everybody in one or two of them.
func (p *population) programmesAndParts(ctx context.Context) error {
	for i := range 6 {
		id := lms.NewID[lms.Programme]()
		p.programmes = append(p.programmes, id)
		definition := fmt.Sprintf(`{"title": {"en": "Programme %[1]d", "ru": "Программа %[1]d"},
			"components": [{"key": "course", "kind": "course", "title": {"en": "The course"}, "course": "trafficking"},
			               {"key": "practice", "kind": "practice", "title": {"en": "Practice"}}],
			"achievement": {"all": [{"course": "course"}, {"practice": "practice"}]}, "hours": "24", "validity_months": 24}`, i+1)
		err := errors.Join(
			p.world.sql(ctx, `INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, $2, $3, now() - interval '500 days')`, id.String(), fmt.Sprintf("programme-%d", i+1), definition),
			p.world.sql(ctx, `INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $1, 1, $2, now() - interval '500 days')`, id.String(), definition),
		)
		if err != nil {
			return err
		}
	}
	list := make([]string, len(p.programmes))
	for i, id := range p.programmes {
		list[i] = id.String()
	}
	return p.world.sql(ctx, `
		INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, joined_at, passed_at, certified_at, done, needed, missing)
		SELECT md5('part' || n || p.id)::uuid, x.id, x.id, p.id, s, now() - interval '390 days',
		       CASE WHEN s <> 'invited' THEN now() - interval '380 days' END,
		       CASE WHEN s IN ('passed', 'certified') THEN now() - interval '200 days' END,
		       CASE WHEN s = 'certified' THEN now() - interval '199 days' END,
		       CASE s WHEN 'invited' THEN 0 WHEN 'active' THEN 1 ELSE 2 END, 2,
		       CASE s WHEN 'invited' THEN ARRAY['course', 'practice'] WHEN 'active' THEN ARRAY['practice'] ELSE '{}' END
		  FROM (SELECT id, ('x' || substr(md5(id::text), 1, 7))::bit(28)::int AS h FROM persons) p
		 CROSS JOIN generate_series(1, 2) n
		  JOIN LATERAL (SELECT ($1::text[])[1 + (p.h + 3 * n) % 6]::uuid AS id) x ON true
		  JOIN LATERAL (SELECT CASE WHEN p.h / 6 % 20 < 3 THEN 'invited' WHEN p.h / 6 % 20 < 7 THEN 'active' WHEN p.h / 6 % 20 < 8 THEN 'passed' ELSE 'certified' END AS s) y ON true
		 WHERE n = 1 OR p.h % 5 = 0`, list)
}

// studies are an enrolment each, in cohorts of 500, with what they have done.
func (p *population) studies(ctx context.Context) error {
	w := p.world
	var keys []string
	for i := range w.version.Activities {
		keys = append(keys, w.version.Activities[i].Key)
	}
	if len(keys) < completionsEach {
		return fmt.Errorf("the course has %d activities and not %d", len(keys), completionsEach)
	}
	return errors.Join(
		w.sql(ctx, `
			INSERT INTO cohorts (id, course_id, name, country, starts_on, ends_on, created_at)
			SELECT md5('cohort' || i)::uuid, $1, 'Group ' || i, 'KZ', current_date - 300, current_date + 60, now() FROM generate_series(0, $2::int / 500) i`,
			w.version.CourseID.String(), p.people),
		w.sql(ctx, `ALTER TABLE enrolments DISABLE TRIGGER desk_enrolments_insert`),
		w.sql(ctx, `
			INSERT INTO enrolments (id, person_id, course_id, version_id, cohort_id, state, enrolled_at, started_at, last_seen_at,
			                        completed_at, required_total, required_done, score, stuck_on, done)
			SELECT md5('study' || p.id)::uuid, p.id, $1, $2, md5('cohort' || n / 500)::uuid, CASE WHEN certified THEN 'completed' ELSE 'active' END,
			       now() - interval '390 days', now() - interval '380 days', now() - interval '100 days',
			       CASE WHEN certified THEN now() - interval '200 days' END, $3, CASE WHEN certified THEN $3::int ELSE $4::int END,
			       CASE WHEN certified THEN 60 + n % 40 END, CASE WHEN NOT certified AND n % 9 = 0 THEN $6 ELSE '' END, repeat('x', $4::int) || repeat('.', $5::int - $4::int)
			  FROM (SELECT pa.person_id AS id, bool_or(pa.state = 'certified') AS certified, row_number() OVER (ORDER BY pa.person_id) AS n
			          FROM participations pa GROUP BY 1) p`,
			w.version.CourseID.String(), w.version.ID.String(), w.version.RequiredTotal, completionsEach, len(keys), keys[completionsEach]),
		w.sql(ctx, `ALTER TABLE enrolments ENABLE TRIGGER desk_enrolments_insert`),
		w.sql(ctx, `
			INSERT INTO activity_progress (enrolment_id, activity_key, revision, state, score, first_seen_at, done_at, updated_at)
			SELECT e.id, k, 1, 'done', NULL, e.enrolled_at + n * interval '9 days', e.enrolled_at + n * interval '9 days', e.enrolled_at + n * interval '9 days'
			  FROM enrolments e, unnest($1::text[]) WITH ORDINALITY a(k, n)`, keys[:completionsEach]),
	)
}

// papers are certificates of those who are certified, until there are three for five persons: some expired, some soon to.
func (p *population) papers(ctx context.Context) error {
	claim := `{"holder":{"name":"Анна Ахметова","latin":"Anna Akhmetova"},"subject":"Programme","hours":"24","aims":"` + strings.Repeat("a", 300) + `"}`
	return p.world.sql(ctx, `
		INSERT INTO certificates (id, serial, person_id, programme_id, participation_id, award, kind, claim, seal, key_id, state, issued_at, expires_on)
		SELECT md5('paper' || pa.id)::uuid, 'B-' || md5(pa.id::text), pa.person_id, pa.programme_id, pa.id, pa.id, 'achievement', $1,
		       decode(repeat('ab', 64), 'hex'), 'bench', CASE WHEN h % 60 = 0 THEN 'revoked' WHEN h % 61 = 0 THEN 'suspended' ELSE 'valid' END,
		       now() - interval '199 days', current_date - 150 + h % 880
		  FROM (SELECT *, ('x' || substr(md5(id::text), 1, 7))::bit(28)::int AS h FROM participations WHERE state = 'certified' ORDER BY id LIMIT $2) pa`,
		claim, p.people*certificatesOf5/5)
}
