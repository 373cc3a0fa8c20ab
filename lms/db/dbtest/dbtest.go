// Package dbtest gives each test a PostgreSQL database of its own, copied from a migrated template.
//
// All test binaries of a machine share one server, which the first of them starts in memory or in
// the folder for temporary files. Every binary holds a shared lock on a file for as long as it lives; a small shell
// process waits until nobody holds it any more, ends the server and removes its folder. The kernel drops
// the locks of a binary however it ends, so a killed test run leaves nothing behind either. When
// DATABASE_URL is set, that server is used instead, and must let us create databases.
package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"mostik/lms/db"
	"mostik/lms/db/postgres"
	"mostik/migrations"
)

// server is where this test binary makes its databases.
type server struct {
	url      func(database string) string
	template string
	tools    *postgres.Server // nil with DATABASE_URL
}

var (
	once    sync.Once
	shared  *server
	failure error
)

// New gives a database with the newest schema and no rows. It is dropped when the test ends.
func New(t testing.TB) *bun.DB {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{URL: URL(t), MaxConns: 8})
	if err != nil {
		t.Fatalf("opening the test's database: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// URL makes a database as New does and gives its connection string, for tests that start a whole program.
func URL(t testing.TB) string {
	t.Helper()
	s := get(t)
	return s.create(t, s.template)
}

// Empty makes a database without any table and gives its connection string, for tests of migrations.
func Empty(t testing.TB) string {
	t.Helper()
	return get(t).create(t, "template1")
}

// Dump gives the schema of a database as pg_dump writes it, and PostgreSQL's major version.
func Dump(t testing.TB, databaseURL string) (schema string, major int) {
	t.Helper()
	return dump(t, databaseURL, "--schema-only", "--no-owner", "--no-privileges")
}

// Data gives the rows of a database as pg_dump writes them, one a line, without those of some tables.
func Data(t testing.TB, databaseURL string, without ...string) string {
	t.Helper()
	args := []string{"--data-only"}
	for _, table := range without {
		args = append(args, "--exclude-table-data="+table)
	}
	rows, _ := dump(t, databaseURL, args...)
	return rows
}

func dump(t testing.TB, databaseURL string, args ...string) (out string, major int) {
	t.Helper()
	s := get(t)
	inst, err := postgres.Find(0)
	if err != nil {
		t.Fatal(err)
	}
	if s.tools != nil {
		inst = s.tools.Installation()
	}
	cmd := exec.CommandContext(t.Context(), inst.Program("pg_dump"), append(args, "--dbname="+databaseURL)...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, complaint.String())
	}
	return string(raw), inst.Major
}

func get(t testing.TB) *server {
	t.Helper()
	once.Do(func() { shared, failure = connect() })
	if failure != nil {
		t.Fatalf("no PostgreSQL for tests: %v", failure)
	}
	return shared
}

func connect() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if given := os.Getenv("DATABASE_URL"); given != "" {
		return external(ctx, given)
	}
	return private(ctx)
}

func external(ctx context.Context, given string) (*server, error) {
	u, err := url.Parse(given)
	if err != nil || u.Scheme == "" {
		return nil, fmt.Errorf("DATABASE_URL must be a postgres:// address for tests: %v", err)
	}
	s := &server{url: func(database string) string {
		v := *u
		v.Path = "/" + database
		return v.String()
	}}
	return s, s.makeTemplate(ctx)
}

// private uses the machine's test server and starts it when there is none. The order of the locks is
// users, then start: the keeper takes only the first, and ends the server while it holds it alone.
func private(ctx context.Context) (*server, error) {
	dir := filepath.Join(base(), fmt.Sprintf("mostik-dbtest-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	// Never closed: it is held until this process ends.
	if _, err := flock(filepath.Join(dir, "users"), syscall.LOCK_SH); err != nil {
		return nil, err
	}
	start, err := flock(filepath.Join(dir, "start"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(start)
	pg, err := running(ctx, dir)
	if err != nil {
		return nil, err
	}
	s := &server{url: pg.URL, tools: pg}
	return s, s.makeTemplate(ctx)
}

// base is memory where there is enough of it (a database is a few hundred files, and copying them is what
// a test waits for), else the folder for temporary files.
func base() string {
	const enough = 2 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= enough {
		return "/dev/shm"
	}
	return os.TempDir()
}

func running(ctx context.Context, dir string) (*postgres.Server, error) {
	cluster := filepath.Join(dir, "postgres")
	if _, err := os.Stat(filepath.Join(cluster, "data", "postmaster.pid")); err == nil {
		quick, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		if pg, err := postgres.Attach(quick, cluster, nil); err == nil {
			return pg, nil
		}
	}
	pg, err := postgres.Open(ctx, postgres.Config{Dir: cluster, Detached: true, Settings: []string{
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300", "autovacuum=off",
	}})
	if err != nil {
		return nil, err
	}
	return pg, keep(dir)
}

// keep starts the process that ends the server after its last user. It looks twice, half a minute apart,
// so that a run of many packages on few cores does not start a server for each.
func keep(dir string) error {
	const script = `
		cd "$1" || exit 1
		exec 9<users
		while :; do
			flock -x 9; flock -u 9
			sleep 30
			flock -x -n 9 && break
		done
		pid=$(head -n 1 postgres/data/postmaster.pid) && kill -INT "$pid"
		for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
		rm -rf postgres`
	cmd := exec.Command("sh", "-c", script, "mostik-dbtest-keeper", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.Start()
}

// flock gives a locked descriptor, and not an os.File, which the garbage collector would close when nothing
// points at it any more.
func flock(path string, how int) (int, error) {
	fd, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return -1, err
	}
	for {
		if err = syscall.Flock(fd, how); err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		syscall.Close(fd)
		return -1, err
	}
	return fd, nil
}

// makeTemplate migrates a database once for each state of the migrations. It is built under another name
// and renamed when it is whole, so that an interrupted run leaves no half template.
func (s *server) makeTemplate(ctx context.Context) error {
	fingerprint, err := migrations.Fingerprint()
	if err != nil {
		return err
	}
	s.template = "mostik_template_" + fingerprint
	admin, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	// With DATABASE_URL several binaries meet here without a lock file.
	if _, err := admin.Exec(ctx, `SELECT pg_advisory_lock(20260101)`); err != nil {
		return err
	}
	var there bool
	err = admin.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, s.template).Scan(&there)
	if err != nil || there {
		return err
	}
	building := s.template + "_building"
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + building, "CREATE DATABASE " + building} {
		if _, err := admin.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := migrate(ctx, s.url(building)); err != nil {
		return err
	}
	_, err = admin.Exec(ctx, "ALTER DATABASE "+building+" RENAME TO "+s.template)
	return err
}

func migrate(ctx context.Context, databaseURL string) error {
	d, err := db.Open(ctx, db.Config{URL: databaseURL, MaxConns: 1})
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = migrations.Apply(ctx, d.DB)
	return err
}

func (s *server) create(t testing.TB, template string) string {
	t.Helper()
	name := "mostik_test_" + strings.ToLower(rand.Text())
	s.administer(t, t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy")
	t.Cleanup(func() { s.administer(t, context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return s.url(name)
}

func (s *server) administer(t testing.TB, ctx context.Context, sql string) {
	t.Helper()
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		t.Fatalf("reaching the test server: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
