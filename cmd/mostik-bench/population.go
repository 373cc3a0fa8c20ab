package main

import (
	"context"
	"crypto/sha256"
	_ "embed" // of the text of this file
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/db"
	"mostik/migrations"
)

// populationOf is what belongs to so many persons: of 100,000 two million completions and 60,000 certificates.
const (
	completionsEach = 20
	certificatesOf5 = 3 // of five persons
)

// population is a database of many people in many places, and the shipped program on it.
type population struct {
	*bench
	people  int
	cleanup []func()
	// admin sees everybody; kz coordinates one country; centre one centre.
	admin, kz, centre learner
	programmes        []lms.ID[lms.Programme]
	// baseline is what one plain sequential count of the completions costs, in processor milliseconds.
	baseline float64
	dearest  []dear
}

// makePopulation makes it, or takes the one that an earlier run kept, and starts the program.
func makePopulation(ctx context.Context, o options, people int) (*population, error) {
	dir, err := os.MkdirTemp("", "mostik-bench-")
	if err != nil {
		return nil, err
	}
	p := &population{bench: &bench{options: o}, people: people}
	p.cleanup = append(p.cleanup, func() { _ = os.RemoveAll(dir) })
	if err := p.make(ctx, dir); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *population) make(ctx context.Context, dir string) (err error) {
	if p.kept == "" {
		err = p.open(ctx, dir, p.fill)
	} else {
		err = p.copyKept(ctx, dir)
	}
	if err != nil {
		return err
	}
	if err := p.readers(ctx); err != nil {
		return err
	}
	if err := p.serve(ctx, dir); err != nil {
		return err
	}
	p.baseline, err = p.count(ctx)
	return err
}

// serve starts the program and waits until it has told everybody what it has to tell them.
func (p *population) serve(ctx context.Context, dir string) (err error) {
	if p.server, err = startServer(ctx, p.program, dir, p.world); err != nil {
		return err
	}
	p.cleanup = append(p.cleanup, func() { p.server.stop() })
	return p.settle(ctx)
}

// settle waits until the program does nothing by itself any more. Mails to half of all people would take it minutes, of
// which nothing is to be learnt here: they count as sent.
func (p *population) settle(ctx context.Context) error {
	const (
		most  = 2 * time.Minute
		quiet = 20 * time.Millisecond // of processor time a second
	)
	before, err := p.used(p.server)
	for begin, calm := time.Now(), 0; err == nil && calm < 3 && time.Since(begin) < most; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		var told int64
		told, err = db.Exec(ctx, p.world.db, `UPDATE mails SET state = 'sent', sent_at = now() WHERE state = 'waiting'`)
		after, err2 := p.used(p.server)
		err = errors.Join(err, err2)
		calm++
		if told > 0 || after.program+after.postgres-before.program-before.postgres > quiet {
			calm = 0
		}
		before = after
	}
	return errors.Join(err, p.world.sql(ctx, `SELECT desk_fold((now() AT TIME ZONE 'UTC')::date)`), p.world.sql(ctx, `VACUUM ANALYZE`))
}

// open starts the database of a folder, and fills it.
func (p *population) open(ctx context.Context, dir string, fill func(context.Context) error) error {
	w := &world{data: filepath.Join(dir, "data")}
	if err := w.startDatabase(ctx, dir); err != nil {
		return err
	}
	p.world = w
	p.cleanup = append(p.cleanup, w.close)
	if _, err := migrations.Apply(ctx, w.db.DB); err != nil {
		return err
	}
	if err := w.openServices(ctx); err != nil {
		return err
	}
	if err := fill(ctx); err != nil {
		return err
	}
	rows, err := db.Rows(ctx, w.db, `SELECT id FROM programmes WHERE key LIKE 'programme-%' ORDER BY key`)
	if err != nil {
		return err
	}
	defer rows.Close()
	p.programmes = nil
	for rows.Next() {
		var id lms.ID[lms.Programme]
		if err := rows.Scan(&id); err != nil {
			return err
		}
		p.programmes = append(p.programmes, id)
	}
	return rows.Err()
}

//go:embed population.go
var generator string

// copyKept copies the folder of a run that made so many people by the same program text on the same tables. Where
// there is none it makes one. Days count from the day on which it was made, so the next day makes another.
func (p *population) copyKept(ctx context.Context, dir string) error {
	all, err := migrations.All()
	if err != nil {
		return err
	}
	text := generator
	for _, m := range all {
		text += m.Checksum
	}
	sum := sha256.Sum256([]byte(text))
	kept := filepath.Join(p.kept, fmt.Sprintf("%d-%s-%x", p.people, time.Now().UTC().Format(time.DateOnly), sum[:6]))
	if _, err := os.Stat(kept); errors.Is(err, fs.ErrNotExist) {
		if err := p.makeKept(ctx, kept); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-a", "--reflink=auto", kept+"/.", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("copying %s: %w: %s", kept, err, out)
	}
	return p.open(ctx, dir, func(context.Context) error { return nil })
}

// makeKept leaves a database that is filled and stopped in a folder.
func (p *population) makeKept(ctx context.Context, folder string) error {
	half := folder + ".half"
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(half, 0o711)); err != nil {
		return err
	}
	maker := &population{bench: &bench{options: p.options}, people: p.people}
	err := maker.open(ctx, half, maker.fill)
	if err == nil {
		err = maker.serve(ctx, half)
	}
	maker.close()
	if err != nil {
		return err
	}
	return os.Rename(half, folder)
}

func (p *population) close() {
	for i := len(p.cleanup) - 1; i >= 0; i-- {
		p.cleanup[i]()
	}
}

// count takes the processor time of one plain sequential count, on one processor, when the table is in memory.
func (p *population) count(ctx context.Context) (float64, error) {
	// In a transaction of its own: what is set here must not stay with a connection that others use later.
	tx, err := p.world.db.DB.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	for _, set := range []string{"max_parallel_workers_per_gather = 0", "enable_indexscan = off", "enable_indexonlyscan = off", "enable_bitmapscan = off"} {
		if _, err := tx.ExecContext(ctx, "SET LOCAL "+set); err != nil {
			return 0, err
		}
	}
	const warm, times = 2, 10
	var before cost
	for i := range warm + times {
		if i == warm {
			if before, err = p.used(p.server); err != nil {
				return 0, err
			}
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM activity_progress`).Scan(&n); err != nil {
			return 0, err
		}
		if n != p.people*completionsEach {
			return 0, fmt.Errorf("%d completions where %d were made", n, p.people*completionsEach)
		}
	}
	after, err := p.used(p.server)
	return (after.ms() - before.ms()) / times, err
}

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
		w.sql(ctx, `SELECT desk_fold((now() AT TIME ZONE 'UTC')::date)`),
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

// readers are those who look at it.
func (p *population) readers(ctx context.Context) error {
	for _, r := range []struct {
		who   *learner
		grant lms.Grant
	}{
		{&p.admin, lms.Grant{Role: lms.Admin, Scope: lms.AllGround()}},
		{&p.kz, lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}},
		{&p.centre, lms.Grant{Role: lms.Coordinator, Scope: lms.CentreGround(p.someCentre(ctx))}},
	} {
		*r.who = learner{person: lms.NewID[lms.Person]()}
		if err := p.world.sql(ctx, `INSERT INTO persons (id, given_name, family_name, language, created_at) VALUES ($1, 'Алия', 'Сатпаева', 'ru', now())`,
			r.who.person.String()); err != nil {
			return err
		}
		r.who.token = account.TokenFor(p.world.tokens, lms.Actor{
			Person: r.who.person, Session: lms.NewID[lms.Session](), Grants: []lms.Grant{r.grant}, Language: "ru",
		})
	}
	return nil
}

func (p *population) someCentre(ctx context.Context) (id lms.ID[lms.Centre]) {
	_ = p.world.db.DB.QueryRowContext(ctx, `SELECT id FROM centres WHERE country = 'KZ' ORDER BY name LIMIT 1`).Scan(&id)
	return id
}
