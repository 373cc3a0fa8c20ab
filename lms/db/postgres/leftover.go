package postgres

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a running process that works in our data folder.
type process struct {
	pid, parent int
}

// inFolder lists the PostgreSQL processes whose working folder is the given one. A server enters its data
// folder when it starts and stays, so this finds the postmaster and its backends whatever a pid file
// says, and never a stranger that was given an old pid.
func inFolder(data string) ([]process, error) {
	var want syscall.Stat_t
	if err := syscall.Stat(data, &want); err != nil {
		if os.IsNotExist(err) {
			return nil, nil
		}
		return nil, err
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("looking for servers that were left running: %w", err)
	}
	var found []process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		var at syscall.Stat_t
		// Processes of other users cannot be looked into and cannot be ours.
		if syscall.Stat(fmt.Sprintf("/proc/%d/cwd", pid), &at) != nil || at.Dev != want.Dev || at.Ino != want.Ino {
			continue
		}
		if name, parent, ok := describe(pid); ok && strings.HasPrefix(name, "postgres") {
			found = append(found, process{pid, parent})
		}
	}
	return found, nil
}

// describe reads /proc/PID/stat (proc(5)): the program's name stands in parentheses, its state and its
// parent follow. A zombie has ended already and does not count.
func describe(pid int) (name string, parent int, ok bool) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", 0, false
	}
	s := string(b)
	open, shut := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
	if open < 0 || shut < open {
		return "", 0, false
	}
	rest := strings.Fields(s[shut+1:])
	if len(rest) < 2 || rest[0] == "Z" {
		return "", 0, false
	}
	parent, err = strconv.Atoi(rest[1])
	return s[open+1 : shut], parent, err == nil
}

// postmasters keeps those whose parent is not one of the others.
func postmasters(ps []process) []process {
	ours := map[int]bool{}
	for _, p := range ps {
		ours[p.pid] = true
	}
	var top []process
	for _, p := range ps {
		if !ours[p.parent] {
			top = append(top, p)
		}
	}
	return top
}

// endLeftovers ends whatever still runs in the data folder, politely first: fast shutdown, then immediate
// shutdown (which recovers at the next start), then SIGKILL. Backends whose postmaster was killed end by
// themselves and are only waited for in the first round.
func endLeftovers(ctx context.Context, data string) error {
	steps := []struct {
		signal syscall.Signal
		wait   time.Duration
	}{
		{syscall.SIGINT, 20 * time.Second},
		{syscall.SIGQUIT, 5 * time.Second},
		{syscall.SIGKILL, 5 * time.Second},
	}
	for _, step := range steps {
		left, err := inFolder(data)
		if err != nil || len(left) == 0 {
			return err
		}
		targets := postmasters(left)
		if step.signal == syscall.SIGKILL {
			targets = left
		}
		for _, p := range targets {
			_ = syscall.Kill(p.pid, step.signal)
		}
		if err := waitEmpty(ctx, data, step.wait); err == nil {
			return nil
		} else if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return fmt.Errorf("a PostgreSQL server is still running in %s and does not end", data)
}

func waitEmpty(ctx context.Context, data string, limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for {
		left, err := inFolder(data)
		if err != nil || len(left) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d processes are left", len(left))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// clearFiles removes what a server that was killed left behind. PostgreSQL itself refuses to start when
// the pid in postmaster.pid lives, and after a restart of the machine that pid may be anyone's. It is only
// called when nothing runs in the data folder, which is the very thing that those files protect.
func clearFiles(data, run string) error {
	paths := []string{filepath.Join(data, "postmaster.pid")}
	sockets, err := filepath.Glob(filepath.Join(run, ".s.PGSQL.*"))
	if err != nil {
		return err
	}
	for _, p := range append(paths, sockets...) {
		if err := os.Remove(p); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}
