package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"mostik/live/clean"
)

// nobody is the user for whom nothing is there, on every Unix that we know.
const nobody = 65534

// bench is a folder in which other people's programs work on other people's files: as nobody where we are root, without
// a network where the system lets us, with bounds of memory, time and what they write.
type bench struct {
	dir  string
	attr *syscall.SysProcAttr
}

// newBench makes one. The caller closes it.
func newBench() (*bench, error) {
	dir, err := os.MkdirTemp("", "mostik-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{dir, confined()}
	if b.attr.Credential != nil {
		err = os.Chown(dir, nobody, nobody)
	}
	return b, err
}

func (b *bench) close() error { return os.RemoveAll(b.dir) }

// path is that of a file on the bench.
func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// bring puts a copy of a file on the bench.
func (b *bench) bring(from, name string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(b.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if b.attr.Credential != nil {
		err = errors.Join(err, out.Chown(nobody, nobody))
	}
	return errors.Join(err, out.Close())
}

// confined is how a program is started: in a session of its own, and in a network of its own with nothing in it where
// we may make one.
func confined() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() == 0 {
		a.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	lonely := *a
	lonely.Cloneflags = syscall.CLONE_NEWNET
	if a.Credential == nil {
		lonely.Cloneflags |= syscall.CLONE_NEWUSER
		lonely.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		lonely.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	}
	probe := exec.Command("true")
	probe.SysProcAttr = &lonely
	if probe.Run() == nil {
		return &lonely
	}
	return a
}

// command is a program with bounds of memory in megabytes and of processor time in seconds, where the system has
// prlimit. It is told nothing of our environment.
func (b *bench) command(ctx context.Context, megabytes, seconds int, name string, args ...string) *exec.Cmd {
	if path, err := exec.LookPath(name); err == nil {
		name = path // before the environment goes
	}
	if path, err := exec.LookPath("prlimit"); err == nil {
		args = append([]string{"--as=" + strconv.Itoa(megabytes<<20), "--cpu=" + strconv.Itoa(seconds), "--fsize=1073741824", "--core=0", "--", name}, args...)
		name = path
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = b.dir
	cmd.Env = []string{"LC_ALL=C.UTF-8", "HOME=" + b.dir, "TMPDIR=" + b.dir, "PATH=/usr/bin:/bin"}
	attr := *b.attr
	cmd.SysProcAttr = &attr
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // and its children
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// CleanPDF is what the process that reads PDF does: it cleans what comes in, and writes what was taken out, or the
// refusal, as a line of JSON to said.
func CleanPDF(in *os.File, out, said io.Writer) error {
	info, err := in.Stat()
	if err != nil {
		return err
	}
	kind, err := clean.Look(in, info.Size())
	var words []string
	if err == nil {
		words, err = kind.Clean(in, info.Size(), out)
	}
	var refused *clean.Refused
	if errors.As(err, &refused) {
		return json.NewEncoder(said).Encode(verdict{Refused: refused.Code})
	} else if err != nil {
		return err
	}
	return json.NewEncoder(said).Encode(verdict{Taken: words})
}

// verdict is what such a process found.
type verdict struct {
	Taken   []string `json:"taken,omitempty"`
	Refused string   `json:"refused,omitempty"`
}

// cleanApart has a PDF cleaned by a process of its own: by our own program, started again with the arguments of
// Config.CleanPDF, which calls CleanPDF. What does not end in its bounds is broken.
func (h *Hub) cleanApart(ctx context.Context, path string, to *os.File) ([]string, error) {
	if len(h.CleanPDF) == 0 {
		return nil, errors.New("no program to clean PDF is set")
	}
	ctx, cancel := context.WithTimeout(ctx, cleanTime)
	defer cancel()
	b, err := newBench()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := b.close(); err != nil {
			h.Log.Error("clearing a bench", "error", err)
		}
	}()
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	// It is started by an open file: its folder may be closed to nobody.
	program, err := os.Open(h.CleanPDF[0])
	if err != nil {
		return nil, err
	}
	defer program.Close()
	cmd := b.command(ctx, 3072, int(cleanTime/time.Second), "/proc/self/fd/3", h.CleanPDF[1:]...)
	cmd.ExtraFiles = []*os.File{program}
	// The files are handed over open: the program need not see our folders. It writes its verdict to its errors.
	cmd.Stdin, cmd.Stdout = in, to
	said := &bounded{left: 64 << 10}
	cmd.Stderr = said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %w: %s", clean.ErrBroken, err, said.text)
	}
	var v verdict
	if err := json.Unmarshal(said.text, &v); err != nil {
		return nil, fmt.Errorf("%w: %w", clean.ErrBroken, err)
	}
	if v.Refused != "" {
		return nil, outcome(v.Refused)
	}
	return v.Taken, nil
}

// bounded keeps the beginning of what is written to it.
type bounded struct {
	text []byte
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	n := min(len(p), b.left)
	b.text, b.left = append(b.text, p[:n]...), b.left-n
	return len(p), nil
}
