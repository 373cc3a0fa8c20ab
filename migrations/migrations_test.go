package migrations_test

import (
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/migrations"
)

func emptyDatabase(t *testing.T) *sql.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{URL: dbtest.Empty(t), MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d.DB
}

func parse(t *testing.T, texts map[string]string) []migrations.Migration {
	t.Helper()
	from := fstest.MapFS{}
	for name, text := range texts {
		from[name] = &fstest.MapFile{Data: []byte(text)}
	}
	all, err := migrations.Load(from)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEmbeddedMigrationsApplyOnce(t *testing.T) {
	d := emptyDatabase(t)
	before, err := migrations.Pending(t.Context(), d)
	if err != nil || len(before) == 0 {
		t.Fatalf("pending in an empty database: %v, %v", before, err)
	}
	ran, err := migrations.Apply(t.Context(), d)
	if err != nil || len(ran) != len(before) {
		t.Fatalf("ran %v of %v: %v", ran, before, err)
	}
	if again, err := migrations.Apply(t.Context(), d); err != nil || len(again) != 0 {
		t.Errorf("the second time ran %v, %v", again, err)
	}
	if left, err := migrations.Pending(t.Context(), d); err != nil || len(left) != 0 {
		t.Errorf("still pending: %v, %v", left, err)
	}
}

func TestTwoProcessesMigrateOneAfterTheOther(t *testing.T) {
	d := emptyDatabase(t)
	all := parse(t, map[string]string{"0001_one.sql": `CREATE TABLE one (n int); SELECT pg_sleep(0.05);`})
	var wg sync.WaitGroup
	counts := make([]int, 3)
	for i := range counts {
		wg.Go(func() {
			ran, err := migrations.ApplyList(t.Context(), d, all)
			if err != nil {
				t.Error(err)
			}
			counts[i] = len(ran)
		})
	}
	wg.Wait()
	if counts[0]+counts[1]+counts[2] != 1 {
		t.Errorf("ran %v times", counts)
	}
}

func TestFailingMigrationLeavesNothingOfItself(t *testing.T) {
	d := emptyDatabase(t)
	all := parse(t, map[string]string{
		"0001_good.sql": `CREATE TABLE good (n int)`,
		"0002_bad.sql":  `CREATE TABLE half (n int); SELECT nonsense;`,
	})
	ran, err := migrations.ApplyList(t.Context(), d, all)
	if err == nil || !strings.Contains(err.Error(), "0002_bad.sql") || len(ran) != 1 {
		t.Fatalf("ran %v, %v", ran, err)
	}
	var half, good bool
	err = d.QueryRow(`SELECT to_regclass('half') IS NOT NULL, to_regclass('good') IS NOT NULL`).Scan(&half, &good)
	if err != nil || half || !good {
		t.Errorf("half %v, good %v, %v", half, good, err)
	}
}

func TestChangedMigrationIsRefused(t *testing.T) {
	d := emptyDatabase(t)
	if _, err := migrations.ApplyList(t.Context(), d, parse(t, map[string]string{"0001_one.sql": `SELECT 1`})); err != nil {
		t.Fatal(err)
	}
	_, err := migrations.ApplyList(t.Context(), d, parse(t, map[string]string{"0001_one.sql": `SELECT 2`}))
	if err == nil || !strings.Contains(err.Error(), "0001_one.sql was changed") {
		t.Errorf("got %v", err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	d := emptyDatabase(t)
	two := map[string]string{"0001_one.sql": `SELECT 1`, "0002_two.sql": `SELECT 2`}
	if _, err := migrations.ApplyList(t.Context(), d, parse(t, two)); err != nil {
		t.Fatal(err)
	}
	delete(two, "0002_two.sql")
	if _, err := migrations.ApplyList(t.Context(), d, parse(t, two)); !errors.Is(err, migrations.ErrNewer) {
		t.Errorf("got %v", err)
	}
}

func TestNamesAndNumbers(t *testing.T) {
	for name, files := range map[string][]string{
		"gap":       {"0001_a.sql", "0003_b.sql"},
		"twice":     {"0001_a.sql", "0001_b.sql"},
		"not named": {"first.sql"},
	} {
		t.Run(name, func(t *testing.T) {
			from := fstest.MapFS{}
			for _, f := range files {
				from[f] = &fstest.MapFile{}
			}
			if _, err := migrations.Load(from); err == nil {
				t.Error("was taken")
			}
		})
	}
}
