package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/db/postgres"
)

// empty gives a pool on a database without tables.
func empty(t *testing.T) *bun.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{URL: dbtest.Empty(t), MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func run(t *testing.T, d *bun.DB, sql string) {
	t.Helper()
	if _, err := d.DB.ExecContext(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

type thing struct{}

func TestHotPathsUseCachedPreparedStatements(t *testing.T) {
	d := empty(t)
	run(t, d, `CREATE TABLE things (id uuid PRIMARY KEY, name text, n int)`)
	d.SetMaxOpenConns(1) // prepared statements live on a connection, and we look at one
	id := lms.NewID[thing]()
	n, err := db.Exec(t.Context(), d, `INSERT INTO things (id, name, n) VALUES ($1, $2, $3)`, id, "мост", 7)
	if err != nil || n != 1 {
		t.Fatalf("%d rows, %v", n, err)
	}
	const query = `SELECT id, name, n FROM things WHERE id = $1`
	for range 3 {
		var got lms.ID[thing]
		var name string
		var n int
		if err := db.Row(t.Context(), d, query, id).Scan(&got, &name, &n); err != nil || got != id || name != "мост" || n != 7 {
			t.Fatalf("%v %q %d, %v", got, name, n, err)
		}
	}
	var generic, custom int
	err = d.DB.QueryRowContext(t.Context(),
		`SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1`, query).Scan(&generic, &custom)
	if err != nil || generic+custom != 3 {
		t.Errorf("the statement was planned %d times from the cache, %v", generic+custom, err)
	}
	if err := d.NewSelect().ColumnExpr("count(*)").TableExpr("things").Where("name = ?", "мост").Scan(t.Context(), &n); err != nil || n != 1 {
		t.Errorf("bun counted %d, %v", n, err)
	}
	var prepared int
	err = d.DB.QueryRowContext(t.Context(),
		`SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%мост%'`).Scan(&prepared)
	if err != nil || prepared != 0 {
		t.Errorf("bun's text was prepared %d times, %v", prepared, err)
	}
}

func TestRowsInsideATransaction(t *testing.T) {
	d := empty(t)
	err := db.InTx(t.Context(), d, func(ctx context.Context, tx bun.Tx) error {
		rows, err := db.Rows(ctx, tx, `SELECT generate_series(1, $1)`, 3)
		if err != nil {
			return err
		}
		defer rows.Close()
		sum := 0
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				return err
			}
			sum += n
		}
		if sum != 6 {
			return fmt.Errorf("sum %d", sum)
		}
		return rows.Err()
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTranslate(t *testing.T) {
	d := empty(t)
	run(t, d, `
		CREATE TABLE parents (id int PRIMARY KEY);
		CREATE TABLE children (
			id     int CONSTRAINT children_id_once UNIQUE,
			parent int CONSTRAINT children_parent REFERENCES parents,
			age    int NOT NULL DEFAULT 1 CONSTRAINT children_age CHECK (age > 0)
		);
		INSERT INTO parents VALUES (1);
		INSERT INTO children VALUES (1, 1, 1)`)
	for name, c := range map[string]struct {
		sql        string
		kind       lms.Kind
		code       string
		constraint string
	}{
		"unique":        {`INSERT INTO children VALUES (1, 1, 1)`, lms.Conflict, "already-exists", "children_id_once"},
		"points away":   {`INSERT INTO children VALUES (2, 9, 1)`, lms.Invalid, "reference-unknown", "children_parent"},
		"pointed at":    {`DELETE FROM parents`, lms.Conflict, "in-use", "children_parent"},
		"check":         {`INSERT INTO children VALUES (3, 1, 0)`, lms.Invalid, "value-refused", "children_age"},
		"not null":      {`INSERT INTO children VALUES (3, 1, NULL)`, lms.Invalid, "value-refused", ""},
		"shutting down": {`DO $$ BEGIN RAISE EXCEPTION 'bye' USING ERRCODE = '57P01'; END $$`, lms.Unavailable, "database-unavailable", ""},
		"our mistake":   {`SELECT nonsense`, lms.Internal, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := db.Exec(t.Context(), d, c.sql)
			var e *lms.Error
			if code := ""; errors.As(err, &e) {
				if code = e.Code; code != c.code {
					t.Errorf("code %q, want %q", code, c.code)
				}
			} else if c.code != "" {
				t.Errorf("no lms.Error: %v", err)
			}
			if lms.KindOf(err) != c.kind || db.Constraint(err) != c.constraint {
				t.Errorf("%v, constraint %q: %v", lms.KindOf(err), db.Constraint(err), err)
			}
		})
	}
	if err := db.Found(db.Row(t.Context(), d, `SELECT 1 WHERE false`).Scan(new(int)), "course"); lms.KindOf(err) != lms.NotFound {
		t.Errorf("no rows: %v", err)
	}
	if db.Translate(nil) != nil || db.Found(nil, "course") != nil {
		t.Error("nil became an error")
	}
}

func TestNobodyListeningIsUnavailable(t *testing.T) {
	_, err := db.Open(t.Context(), db.Config{URL: "postgres://nobody@127.0.0.1:1/none"})
	if lms.KindOf(err) != lms.Unavailable {
		t.Errorf("got %v", err)
	}
}

// TestTransactionsThatClashAreRepeated lets several serializable transactions read and write the same row;
// without the repeats all but one of them fail.
func TestTransactionsThatClashAreRepeated(t *testing.T) {
	d := empty(t)
	run(t, d, `CREATE TABLE counters (n int); INSERT INTO counters VALUES (0)`)
	var wg sync.WaitGroup
	tries := make([]int, 3)
	barrier := make(chan struct{})
	var once sync.WaitGroup
	once.Add(len(tries))
	go func() { once.Wait(); close(barrier) }()
	for i := range tries {
		wg.Go(func() {
			err := db.InTx(t.Context(), d, func(ctx context.Context, tx bun.Tx) error {
				tries[i]++
				if _, err := tx.ExecContext(ctx, `SET TRANSACTION ISOLATION LEVEL SERIALIZABLE`); err != nil {
					return err
				}
				var n int
				if err := db.Row(ctx, tx, `SELECT n FROM counters`).Scan(&n); err != nil {
					return err
				}
				if tries[i] == 1 { // all have read before any writes
					once.Done()
					<-barrier
				}
				_, err := db.Exec(ctx, tx, `UPDATE counters SET n = $1`, n+1)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var n int
	if err := db.Row(t.Context(), d, `SELECT n FROM counters`).Scan(&n); err != nil || n != len(tries) {
		t.Errorf("counted %d, %v", n, err)
	}
	if tries[0]+tries[1]+tries[2] == len(tries) {
		t.Error("nothing clashed, so nothing was shown")
	}
}

func TestErrorOfTheFunctionRollsBack(t *testing.T) {
	d := empty(t)
	run(t, d, `CREATE TABLE things (n int)`)
	refused := lms.ErrForbidden("no")
	err := db.InTx(t.Context(), d, func(ctx context.Context, tx bun.Tx) error {
		if _, err := db.Exec(ctx, tx, `INSERT INTO things VALUES (1)`); err != nil {
			return err
		}
		return refused
	})
	var n int
	if scan := d.DB.QueryRow(`SELECT count(*) FROM things`).Scan(&n); scan != nil || n != 0 || !errors.Is(err, refused) {
		t.Errorf("%d rows, %v, %v", n, err, scan)
	}
}

func TestStatementsAreCountedWithoutTheTransaction(t *testing.T) {
	d := empty(t)
	pool, err := db.CountPool(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	ctx, counter := db.CountStatements(t.Context())
	err = db.InTx(ctx, d, func(ctx context.Context, tx bun.Tx) error {
		if err := db.Row(ctx, tx, `SELECT $1::int`, 1).Scan(new(int)); err != nil {
			return err
		}
		_, err := tx.NewRaw(`SELECT ?`, 2).Exec(ctx)
		return err
	})
	if err != nil || counter.N() != 2 || pool.N() != 2 {
		t.Errorf("%v in the context, %v in the pool, %v", counter.Statements(), pool.Statements(), err)
	}
	counter.Reset()
	if _, err := d.DB.Exec(`SELECT 3`); err != nil || counter.N() != 0 || pool.N() != 3 {
		t.Errorf("%v in the context, %v in the pool, %v", counter.Statements(), pool.Statements(), err)
	}
}

// TestPoolOutlivesTheServer kills PostgreSQL under a pool with open connections: what happens meanwhile is
// Unavailable and nothing else, and afterwards the pool goes on.
func TestPoolOutlivesTheServer(t *testing.T) {
	pg, err := postgres.Open(t.Context(), postgres.Config{Dir: t.TempDir() + "/postgres", Settings: []string{"fsync=off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Stop(context.Background()) })
	d, err := db.Open(t.Context(), db.Config{URL: pg.URL("")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	run(t, d, `CREATE TABLE acknowledged (n int PRIMARY KEY)`)
	insert := func(n int) error {
		return db.InTx(t.Context(), d, func(ctx context.Context, tx bun.Tx) error {
			_, err := db.Exec(ctx, tx, `INSERT INTO acknowledged VALUES ($1) ON CONFLICT DO NOTHING`, n)
			return err
		})
	}
	var known []string
	// The backends of a killed postmaster may serve on for a moment: what counts is that the pool still goes
	// on when the server was started anew.
	for n := range 300 {
		if n == 100 {
			kill(t, pg.PID())
		}
		for tries := 0; n == 200 && pg.Restarts() == 0; tries++ {
			if tries > 3000 {
				t.Fatal("the server was not started anew")
			}
			pause()
		}
		for tries := 0; ; tries++ {
			err := insert(n)
			if err == nil {
				known = append(known, fmt.Sprint(n))
				break
			}
			if lms.KindOf(err) != lms.Unavailable || tries > 5000 {
				t.Fatalf("while the server was away: %v", err)
			}
			pause()
		}
	}
	var kept int
	err = d.DB.QueryRow(`SELECT count(*) FROM acknowledged WHERE n IN (` + strings.Join(known, ",") + `)`).Scan(&kept)
	if err != nil || kept != 300 || pg.Restarts() == 0 {
		t.Errorf("%d kept after %d restarts, %v", kept, pg.Restarts(), err)
	}
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// pause waits between tries; what is tested does not depend on it.
func pause() { time.Sleep(10 * time.Millisecond) }

// The kinds of value that the helpers are handed.
var (
	_ db.Queryer = (*sql.DB)(nil)
	_ db.Queryer = (*sql.Tx)(nil)
	_ db.Queryer = bun.IDB(nil)
)
