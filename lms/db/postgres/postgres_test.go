package postgres

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// quick keeps the tests' clusters off the disk. The crash tests keep what they need by leaving the
// operating system alive: fsync matters when the machine dies, not when a process does.
var quick = []string{"fsync=off", "shared_buffers=16MB"}

// folder is a place below a folder that only we may enter, as a home of mode 0700 is.
func folder(t *testing.T) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(home, "postgres")
}

func open(t *testing.T, cfg Config) *Server {
	t.Helper()
	cfg.Settings = append(cfg.Settings, quick...)
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

func execute(t *testing.T, s *Server, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, s *Server) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM kept`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// eventually waits for a condition; the deadline only ends a test that would fail anyway.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 3000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never happened: %s", what)
}

func TestClusterIsMadeOnceAndKept(t *testing.T) {
	dir := folder(t)
	s := open(t, Config{Dir: dir})
	execute(t, s, `CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)`)
	first := s.PID()
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := inFolder(filepath.Join(dir, "data")); err != nil || len(left) != 0 {
		t.Fatalf("after Stop: %v, %v", left, err)
	}
	again := open(t, Config{Dir: dir})
	if n := count(t, again); n != 1 {
		t.Errorf("rows after a restart: %d", n)
	}
	if again.PID() == first {
		t.Error("the pid did not change")
	}
}

func TestCyrillicIsLowerCasedAndStemmed(t *testing.T) {
	s := open(t, Config{Dir: folder(t)})
	conn, err := pgx.Connect(t.Context(), s.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var lower, stem string
	err = conn.QueryRow(t.Context(), `SELECT lower('ҚАЗАҚ ЁЖ'), to_tsvector('russian', 'свидетельства')::text`).Scan(&lower, &stem)
	if err != nil || lower != "қазақ ёж" || stem != "'свидетельств':1" {
		t.Errorf("%q, %q, %v", lower, stem, err)
	}
}

func TestPasswordIsAsked(t *testing.T) {
	s := open(t, Config{Dir: folder(t)})
	wrong := strings.Replace(s.URL(""), s.cluster.password, "wrong", 1)
	if _, err := pgx.Connect(t.Context(), wrong); err == nil {
		t.Error("a wrong password was let in")
	}
	st, err := os.Stat(filepath.Join(s.cluster.dir, "password"))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
}

func TestLongPathsAreReachedThroughADescriptor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("a-long-name/", 12), "postgres")
	s := open(t, Config{Dir: dir})
	execute(t, s, `SELECT 1`)
	out, err := s.Tool(t.Context(), "", "pg_dump", "--schema-only").Output()
	if err != nil || !strings.Contains(string(out), "PostgreSQL database dump") {
		t.Errorf("pg_dump: %v", err)
	}
}

func TestKilledPostmasterIsRestartedWithItsData(t *testing.T) {
	s := open(t, Config{Dir: folder(t)})
	execute(t, s, `CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 100)`)
	pid := s.PID()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a new postmaster", func() bool { p := s.PID(); return p != 0 && p != pid })
	eventually(t, "a connection", func() bool {
		conn, err := pgx.Connect(t.Context(), s.URL(""))
		return err == nil && conn.Close(t.Context()) == nil
	})
	if n := count(t, s); n != 100 {
		t.Errorf("rows after kill -9: %d", n)
	}
	if s.Restarts() != 1 {
		t.Errorf("restarts: %d", s.Restarts())
	}
}

// TestHelperOwner is not a test: other tests run it as a process of its own, to kill it.
func TestHelperOwner(t *testing.T) {
	dir := os.Getenv("POSTGRES_TEST_DIR")
	if dir == "" {
		return
	}
	s, err := Open(context.Background(), Config{Dir: dir, Settings: quick, Detached: os.Getenv("POSTGRES_TEST_DETACHED") != ""})
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	fmt.Println("pid", s.PID())
	select {}
}

// ownerProcess runs a server in another process and gives that process and the postmaster's pid.
func ownerProcess(t *testing.T, dir string, env ...string) (*exec.Cmd, int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHelperOwner$")
	cmd.Env = append(append(os.Environ(), "POSTGRES_TEST_DIR="+dir), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "pid "); ok {
			pid, err := strconv.Atoi(rest)
			if err != nil {
				t.Fatal(err)
			}
			return cmd, pid
		}
	}
	t.Fatal("the helper did not start a server")
	return nil, 0
}

func alive(pid int) bool { _, _, ok := describe(pid); return ok }

func TestKilledOwnerTakesItsServerAlong(t *testing.T) {
	dir := folder(t)
	owner, pid := ownerProcess(t, dir)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the postmaster ends with its owner", func() bool { return !alive(pid) })
	s := open(t, Config{Dir: dir})
	execute(t, s, `SELECT 1`)
}

func TestOrphanedServerIsEndedAndReplaced(t *testing.T) {
	dir := folder(t)
	owner, orphan := ownerProcess(t, dir, "POSTGRES_TEST_DETACHED=1")
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	if !alive(orphan) {
		t.Fatal("the server was to outlive its owner here")
	}
	s := open(t, Config{Dir: dir})
	if alive(orphan) {
		t.Error("the orphan still runs")
	}
	execute(t, s, `SELECT 1`)
}

func TestStalePidFileOfALivingStrangerDoesNotStopUs(t *testing.T) {
	dir := folder(t)
	s := open(t, Config{Dir: dir})
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Our own parent is alive, is not a server, and must be left alone.
	stranger := os.Getppid()
	stale := fmt.Sprintf("%d\n/proc/self/fd/3\n1\n5432\n../run\n\n  0 0\n", stranger)
	if err := os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	lock := filepath.Join(dir, "run", ".s.PGSQL.5432.lock")
	if err := os.WriteFile(lock, []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	execute(t, open(t, Config{Dir: dir}), `SELECT 1`)
}

func TestSecondOwnerIsRefusedAndACommandShares(t *testing.T) {
	dir := folder(t)
	owner := open(t, Config{Dir: dir})
	if _, err := Open(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Errorf("a second owner: %v", err)
	}
	shared := open(t, Config{Dir: dir, Shared: true})
	execute(t, shared, `CREATE TABLE kept (n int)`)
	if err := shared.Stop(t.Context()); err != nil || !shared.Shared() {
		t.Errorf("shared %v, %v", shared.Shared(), err)
	}
	if n := count(t, owner); n != 0 {
		t.Error("the owner's server is gone")
	}
}

func TestInterruptedInitialisationBeginsAgain(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "data.new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	execute(t, open(t, Config{Dir: dir}), `SELECT 1`)
}

func TestOtherMajorVersionIsRefusedAndNothingIsTouched(t *testing.T) {
	dir := folder(t)
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "made by PostgreSQL 9") {
		t.Errorf("got %v", err)
	}
	if b, err := os.ReadFile(filepath.Join(data, "PG_VERSION")); err != nil || string(b) != "9\n" {
		t.Errorf("PG_VERSION is now %q, %v", b, err)
	}
}
