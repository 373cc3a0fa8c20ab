package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"mostik/lms/db/postgres"
)

// TestHelperProgram is not a test: it is the program, which other tests start in order to kill it.
func TestHelperProgram(t *testing.T) {
	if os.Getenv("MOSTIK_TEST_PROGRAM") == "" {
		return
	}
	vars := variables(os.Environ())
	delete(vars, "MOSTIK_TEST_PROGRAM")
	os.Exit(run(interrupted(), []string{"serve"}, vars, os.Stdout, os.Stderr))
}

// program is a `mostik serve` in a process of its own.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	log  bytes.Buffer // read after the process has ended
}

var addressLine = regexp.MustCompile(`is at (http://\S+)`)

func startProgram(t *testing.T, data string) *program {
	t.Helper()
	p := &program{t: t, cmd: exec.Command(os.Args[0], "-test.run=^TestHelperProgram$")}
	p.cmd.Env = []string{"MOSTIK_TEST_PROGRAM=1", "MOSTIK_DATA=" + data, "MOSTIK_ADDR=127.0.0.1:0", "PATH=" + os.Getenv("PATH")}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := addressLine.FindStringSubmatch(lines.Text()); m != nil {
			p.base = m[1]
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p
		}
	}
	_ = p.cmd.Wait()
	t.Fatalf("the program did not start: %s", p.log.String())
	return nil
}

func (p *program) status(path string) int {
	resp, err := http.Get(p.base + path)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

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

// postmaster reads the pid from the private cluster, 0 when there is none.
func postmaster(data string) (pid int) {
	b, err := os.ReadFile(filepath.Join(data, "postgres", "data", "postmaster.pid"))
	if err == nil {
		_, _ = fmt.Sscan(string(b), &pid)
	}
	return pid
}

// TestStoryOfAPrivateDatabase goes through what happens to a small site in its life: the first start,
// commands beside it, a killed database, a killed program, and an orderly stop.
func TestStoryOfAPrivateDatabase(t *testing.T) {
	data := filepath.Join(t.TempDir(), "var")
	first := startProgram(t, data)
	if code := first.status("/readyz"); code != 200 {
		t.Fatalf("the first start: %d", code)
	}

	s := site{t, map[string]string{"MOSTIK_DATA": data, "MOSTIK_LOG_LEVEL": "error", "PATH": os.Getenv("PATH")}}
	if out := s.must("migrate"); !strings.Contains(out, "up to date") {
		t.Errorf("a command beside the program: %s", out)
	}
	archive := filepath.Join(t.TempDir(), "backup.tar.zst")
	s.must("backup", archive)
	if out, ok := s.run("restore", "--force", archive); ok || !strings.Contains(out, "another Mostik uses") {
		t.Errorf("restored under a running program: %s", out)
	}
	if out, ok := s.run("serve"); ok || !strings.Contains(out, "another Mostik uses") {
		t.Errorf("a second program: %s", out)
	}

	killed := postmaster(data)
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a new database server", func() bool { p := postmaster(data); return p != 0 && p != killed })
	eventually(t, "readiness after the database was killed", func() bool { return first.status("/readyz") == 200 })

	if err := first.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.cmd.Wait()
	second := startProgram(t, data)
	if code := second.status("/readyz"); code != 200 {
		t.Errorf("after the program was killed: %d", code)
	}
	execute(t, data, `INSERT INTO countries VALUES ('XA')`)

	if err := second.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := second.cmd.Wait(); err != nil {
		t.Errorf("an orderly stop: %v\n%s", err, second.log.String())
	}
	eventually(t, "the database stops with the program", func() bool { return postmaster(data) == 0 })

	other := site{t, map[string]string{"MOSTIK_DATA": filepath.Join(t.TempDir(), "var"), "MOSTIK_LOG_LEVEL": "error", "PATH": os.Getenv("PATH")}}
	late := filepath.Join(t.TempDir(), "late.tar.zst")
	s.must("backup", late)
	other.must("restore", late)
	if n := scalar(t, other.vars["MOSTIK_DATA"], `SELECT count(*) FROM countries WHERE code = 'XA'`); n != 1 {
		t.Errorf("rows in the restored private database: %d", n)
	}
}

// private connects to a data folder's own database as commands do.
func private(t *testing.T, data string) *pgx.Conn {
	t.Helper()
	pg, err := postgres.Open(t.Context(), postgres.Config{Dir: filepath.Join(data, "postgres"), Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Stop(context.Background()) })
	conn, err := pgx.Connect(t.Context(), pg.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func execute(t *testing.T, data, sql string) {
	t.Helper()
	if _, err := private(t, data).Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func scalar(t *testing.T, data, sql string) (n int) {
	t.Helper()
	if err := private(t, data).QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
