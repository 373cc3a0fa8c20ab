package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/content"
	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/db/postgres"
	"mostik/lms/learning"
	"mostik/migrations"
)

// actors is the number of people in each of the two groups that are made to act.
const actors = 300

// smallCohort is the number of people in the cohort that growth is measured against.
const smallCohort = 5_000

const password = "mostik-bench-1"

// learner is somebody who acts.
type learner struct {
	person    lms.ID[lms.Person]
	enrolment lms.ID[lms.Enrolment]
	token     string
}

// world is the database with everything that the operations need.
type world struct {
	pg      *postgres.Server
	db      *bun.DB
	url     string
	data    string // the server's data folder
	version *catalog.Loaded
	study   *learning.Service
	tokens  *account.Service

	large, small lms.ID[lms.Cohort]
	// beginners have read the first lessons, finishers have all but the last two tests behind them.
	beginners, finishers []learner
	trainer              learner
	// counts tells that pg_stat_statements counts statements.
	counts bool
}

func (w *world) close() {
	if w.db != nil {
		_ = w.db.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_ = w.pg.Stop(ctx)
}

func makeWorld(ctx context.Context, dir string, people int) (w *world, err error) {
	w = &world{data: filepath.Join(dir, "data")}
	if err := w.startDatabase(ctx, dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if _, err := migrations.Apply(ctx, w.db.DB); err != nil {
		return nil, err
	}
	if err := w.openServices(ctx); err != nil {
		return nil, err
	}
	if err := w.fill(ctx, people); err != nil {
		return nil, err
	}
	_, err = w.db.ExecContext(ctx, `VACUUM ANALYZE`)
	return w, err
}

func (w *world) startDatabase(ctx context.Context, dir string) error {
	cfg := postgres.Config{Dir: filepath.Join(dir, "pg"), Log: slog.New(slog.DiscardHandler)}
	inst, err := postgres.Find(0)
	if err != nil {
		return err
	}
	const counter = "pg_stat_statements"
	if _, err := os.Stat(filepath.Join(inst.Bin, "..", "lib", counter+".so")); err == nil {
		cfg.Settings, w.counts = []string{"shared_preload_libraries=" + counter}, true
	}
	// A folder of mode 0700 would keep the server's own user out when this program runs as root.
	if err := os.Chmod(dir, 0o711); err != nil {
		return err
	}
	if w.pg, err = postgres.Open(ctx, cfg); err != nil {
		return err
	}
	w.url = w.pg.URL("")
	if w.db, err = db.Open(ctx, db.Config{URL: w.url, MaxConns: 4}); err != nil {
		return err
	}
	if w.counts {
		return errors.Join(w.sql(ctx, `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`), w.count(ctx, false))
	}
	return nil
}

func (w *world) sql(ctx context.Context, query string, args ...any) error {
	_, err := w.db.DB.ExecContext(ctx, query, args...)
	return err
}

// fold adds up the desk's sums for the day that the program shows.
func (w *world) fold(ctx context.Context) error {
	return w.sql(ctx, `SELECT desk_fold('`+lms.DayInForce(time.Now()).Format(time.DateOnly)+`')`)
}

// count turns the counting of statements on or off: while time is measured it is off.
func (w *world) count(ctx context.Context, on bool) error {
	mode := map[bool]string{true: "top", false: "none"}[on]
	err := errors.Join(w.sql(ctx, `ALTER SYSTEM SET pg_stat_statements.track = `+mode), w.sql(ctx, `SELECT pg_reload_conf()`))
	time.Sleep(150 * time.Millisecond) // until every connection has read it
	return err
}

// counted gives the statements since the last reset, without what opens and closes transactions.
func (w *world) counted(ctx context.Context) (n int, err error) {
	err = w.db.DB.QueryRowContext(ctx, `
		SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
		 WHERE d.datname = current_database() AND query NOT ILIKE '%pg_stat_statements%' AND query NOT ILIKE '%pg_reload_conf%'
		   AND query !~* '^\s*(begin|commit|rollback|savepoint|release|alter system|--|$)'`).Scan(&n)
	return n, err
}

func (w *world) openServices(ctx context.Context) error {
	blobs, err := blob.Open(filepath.Join(w.data, "blobs"))
	if err != nil {
		return err
	}
	keys, err := account.LoadKeys(filepath.Join(w.data, "keys"))
	if err != nil {
		return err
	}
	if w.tokens, err = account.New(ctx, w.db, account.Config{}, keys, time.Now); err != nil {
		return err
	}
	cat := catalog.New(w.db, blobs, time.Now)
	folder, err := content.Course("trafficking")
	if err != nil {
		return err
	}
	done, err := cat.ImportFolder(ctx, folder)
	if err != nil {
		return fmt.Errorf("%w: %v", err, done.Problems)
	}
	if w.version, err = cat.Version(ctx, done.Version); err != nil {
		return err
	}
	w.study = learning.New(w.db, cat, noCertificates{}, blobs, time.Now)
	return nil
}

// noCertificates stands where nobody completes a course: the finishers do that on the server.
type noCertificates struct{}

// Issue is never called while the world is made.
func (noCertificates) Issue(context.Context, bun.IDB, certificate.Award) (string, error) {
	return "", errors.New("nobody completes the course while the database is made")
}

// Mine lists nothing.
func (noCertificates) Mine(context.Context, lms.Actor) ([]certificate.Row, error) { return nil, nil }

func (w *world) fill(ctx context.Context, people int) error {
	if err := w.sql(ctx, `INSERT INTO countries VALUES ('KZ'), ('RU'), ('TJ'), ('SK'), ('CZ'), ('KG') ON CONFLICT DO NOTHING`); err != nil {
		return err
	}
	err := w.sql(ctx, `
		INSERT INTO centres (id, name, country, time_zone, created_at)
		SELECT gen_random_uuid(), n, c, 'Asia/Almaty', now()
		  FROM unnest(ARRAY['Almaty', 'Astana', 'Moscow', 'Dushanbe', 'Bratislava', 'Bishkek'],
		              ARRAY['KZ', 'KZ', 'RU', 'TJ', 'SK', 'KG']) AS t(n, c)`)
	if err != nil {
		return err
	}
	for _, co := range []struct {
		id     *lms.ID[lms.Cohort]
		name   string
		people int
	}{{&w.large, "Large", people - 2*actors}, {&w.small, "Small", smallCohort}} {
		*co.id = lms.NewID[lms.Cohort]()
		err := w.sql(ctx, `INSERT INTO cohorts (id, course_id, name, starts_on, ends_on, created_at)
			VALUES ($1, $2, $3, current_date - 40, current_date + 40, now())`, co.id.String(), w.version.CourseID.String(), co.name)
		if err != nil {
			return err
		}
		if err := w.crowd(ctx, *co.id, co.name, co.people); err != nil {
			return err
		}
	}
	if err := w.sql(ctx, `
		INSERT INTO cohort_dates (cohort_id, activity_key, due_at)
		SELECT id, k, now() + interval '9 days' FROM cohorts, unnest(ARRAY['m2-quiz', 'final']) k`); err != nil {
		return err
	}
	return w.act(ctx)
}

// crowd fills a cohort with people who are somewhere in the course.
func (w *world) crowd(ctx context.Context, cohort lms.ID[lms.Cohort], prefix string, n int) error {
	type stage struct {
		Done     string `json:"done"`
		Required int    `json:"required"`
	}
	stages := []stage{{Done: strings.Repeat(".", len(w.version.Activities))}}
	required := 0
	for i := range w.version.Activities {
		if w.version.Activities[i].Counts() {
			required++
		}
		stages = append(stages, stage{strings.Repeat("x", i+1) + strings.Repeat(".", len(w.version.Activities)-i-1), required})
	}
	raw, err := json.Marshal(stages)
	if err != nil {
		return err
	}
	err = w.sql(ctx, `
		INSERT INTO persons (id, given_name, family_name, email, language, country, centre_id, sex, created_at)
		SELECT gen_random_uuid(), (ARRAY['Анна', 'Ерлан', 'Зарина', 'Ján', 'Бакыт', 'Әсел', 'Сергей'])[1 + i % 7],
		       (ARRAY['Ахметова', 'Смирнова', 'Раҳимов', 'Kováč', 'Асанов', 'Оспанов'])[1 + i % 6] || ' ' || i,
		       lower($1) || i || '@example.org', 'ru', c.country, c.id, 'not-stated', now()
		  FROM generate_series(1, $2) i
		  JOIN (SELECT row_number() OVER (ORDER BY name) - 1 AS n, id, country FROM centres) c ON c.n = i % 6`, prefix, n)
	if err != nil {
		return err
	}
	return w.sql(ctx, `
		INSERT INTO enrolments (id, person_id, course_id, version_id, cohort_id, state, enrolled_at, started_at, last_seen_at,
		                        completed_at, required_total, required_done, score, stuck_on, done)
		SELECT gen_random_uuid(), p.id, $1, $2, $3, CASE WHEN s.required = $4 THEN 'completed' ELSE 'active' END,
		       now() - interval '40 days', CASE WHEN s.required > 0 THEN now() - interval '35 days' END,
		       CASE WHEN s.required > 0 THEN now() - random() * interval '30 days' END,
		       CASE WHEN s.required = $4 THEN now() - random() * interval '5 days' END, $4, s.required,
		       CASE WHEN s.required >= $4 - 1 THEN round((60 + 40 * random())::numeric, 2) END,
		       CASE WHEN s.required BETWEEN 8 AND 9 THEN 'm2-quiz' ELSE '' END, s.done
		  FROM (SELECT id, floor(random() * json_array_length($6::json))::int AS at FROM persons
		         WHERE email LIKE lower($5) || '%@example.org') p
		  JOIN (SELECT ordinality - 1 AS at, r->>'done' AS done, (r->>'required')::int AS required
		          FROM json_array_elements($6::json) WITH ORDINALITY AS t(r, ordinality)) s USING (at)`,
		w.version.CourseID.String(), w.version.ID.String(), cohort.String(), w.version.RequiredTotal, prefix, string(raw))
}

// act makes the people who act, with studies of their own, and somebody who teaches them.
func (w *world) act(ctx context.Context) error {
	hash, err := w.tokens.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	w.trainer, err = w.person(ctx, "trainer", hash, []lms.Grant{
		{Role: lms.Trainer, Scope: lms.CohortGround(w.large)}, {Role: lms.Trainer, Scope: lms.CohortGround(w.small)},
	})
	if err != nil {
		return err
	}
	var histories []*learning.History
	for i := range 2 * actors {
		who, err := w.person(ctx, fmt.Sprint("actor", i), hash, []lms.Grant{{Role: lms.Trainee, Scope: lms.AllGround()}})
		if err != nil {
			return err
		}
		who.enrolment = lms.NewID[lms.Enrolment]()
		h := learning.NewHistory(w.version, who.enrolment, who.person, w.large, time.Now().AddDate(0, 0, -30))
		last := "m1-quiz"
		group := &w.beginners
		if i >= actors {
			last, group = "post-test", &w.finishers
		}
		if err := studyUntil(h, w.version, last); err != nil {
			return err
		}
		*group = append(*group, who)
		histories = append(histories, h)
	}
	return db.InTx(ctx, w.db, func(ctx context.Context, tx bun.Tx) error { return w.study.StoreHistories(ctx, tx, histories) })
}

func (w *world) person(ctx context.Context, name, hash string, grants []lms.Grant) (learner, error) {
	who := learner{person: lms.NewID[lms.Person]()}
	err := w.sql(ctx, `
		INSERT INTO persons (id, given_name, family_name, latin_given, latin_family, email, login, password_hash, language, country,
		                     countries, centre_id, created_at)
		SELECT $1, 'Алия', 'Сатпаева', 'Aliya', 'Satpayeva', $2 || '@bench.example.org', $2, $3, 'ru', country, ARRAY[country], id, now()
		  FROM centres WHERE name = 'Almaty'`, who.person.String(), name, hash)
	if err != nil {
		return who, err
	}
	for _, g := range grants {
		var id any
		if !g.Scope.ID.IsZero() {
			id = g.Scope.ID.String()
		}
		err := w.sql(ctx, `
			INSERT INTO memberships (id, person_id, role, scope_kind, scope_id, created_at)
			VALUES (gen_random_uuid(), $1, $2, $3, $4, now())`, who.person.String(), string(g.Role), string(g.Scope.Kind), id)
		if err != nil {
			return who, err
		}
	}
	who.token = account.TokenFor(w.tokens, lms.Actor{
		Person: who.person, Session: lms.NewID[lms.Session](), Grants: grants, Language: "ru",
	})
	return who, nil
}

// studyUntil does what is required up to an activity, without it: lessons are read, quizzes answered rightly.
func studyUntil(h *learning.History, v *catalog.Loaded, last string) error {
	at := time.Now().AddDate(0, 0, -20)
	for i := range v.Activities {
		a := &v.Activities[i]
		if a.Key == last {
			return nil
		}
		if !a.Counts() {
			continue
		}
		at = at.Add(20 * time.Minute)
		if err := doActivity(h, v, a, at); err != nil {
			return fmt.Errorf("%s: %w", a.Key, err)
		}
	}
	return nil
}

func doActivity(h *learning.History, v *catalog.Loaded, a *catalog.Activity, at time.Time) error {
	switch a.Kind {
	case courses.Quiz:
		t, err := h.Try(a.Key, lms.NewID[lms.Attempt](), 7, "", at)
		if err != nil {
			return err
		}
		for _, q := range t.Questions() {
			answer := quiz.RightAnswer(q)
			if q.Kind == quiz.Open {
				answer.Text = "Предложу пройти в соседнюю комнату и спрошу, что ему нужно сегодня."
			}
			if err := t.Answer(lms.NewID[lms.Answer](), q.Key, answer, at); err != nil {
				return err
			}
		}
		_, err = t.Submit(at.Add(5 * time.Minute))
		return err
	case courses.Worksheet:
		fields := map[string]string{}
		for _, f := range v.Package.Worksheets[a.Worksheet].Fields {
			fields[f.Key] = "…"
			if len(f.Options) > 0 {
				fields[f.Key] = f.Options[0].Key
			}
		}
		_, err := h.HandIn(a.Key, lms.NewID[lms.Submission](), fields, learning.FileKept{}, at)
		return err
	case courses.Interview, courses.Desk:
		return h.Attend(a.Key, at) // passed; how is of no matter here
	}
	return h.See(a.Key, at)
}
