package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// tick is the unit of /proc/<pid>/stat on Linux (USER_HZ is 100 on every architecture). A page costs a few
// milliseconds, so living processes are asked for their clock instead, which counts nanoseconds.
const tick = 10 * time.Millisecond

// stat is what /proc/<pid>/stat tells of a process.
type stat struct {
	parent int
	// own is the time of the process in user and kernel mode, children that of those who ended and were
	// waited for.
	own, children time.Duration
}

func readStat(pid string) (s stat, err error) {
	raw, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return s, err
	}
	// The name stands in parentheses and may hold anything, so fields are counted after the last one
	// (proc(5): the state is field 3).
	end := bytes.LastIndexByte(raw, ')')
	if end < 0 {
		return s, fmt.Errorf("/proc/%s/stat: no name", pid)
	}
	fields := bytes.Fields(raw[end+1:])
	const parent, utime, stime, cutime, cstime = 4 - 3, 14 - 3, 15 - 3, 16 - 3, 17 - 3
	if len(fields) <= cstime {
		return s, fmt.Errorf("/proc/%s/stat: %d fields", pid, len(fields))
	}
	n := func(i int) int {
		v, e := strconv.Atoi(string(fields[i]))
		if e != nil && err == nil {
			err = fmt.Errorf("/proc/%s/stat: %w", pid, e)
		}
		return v
	}
	s.parent = n(parent)
	s.own = processClock(pid, time.Duration(n(utime)+n(stime))*tick)
	s.children = time.Duration(n(cutime)+n(cstime)) * tick
	return s, err
}

// processClock reads the processor clock of a process with all its threads, dead ones too; what stat told where there is none.
// Its number is the kernel's, as clock_getcpuclockid(3) makes it.
func processClock(pid string, told time.Duration) time.Duration {
	number, err := strconv.Atoi(pid)
	var t unix.Timespec
	const scheduled = 2 // CPUCLOCK_SCHED
	if err != nil || unix.ClockGettime(int32(^number<<3|scheduled), &t) != nil {
		return told
	}
	return time.Duration(t.Nano())
}

// processTime is the processor time that a process has used so far.
func processTime(pid int) (time.Duration, error) {
	s, err := readStat(strconv.Itoa(pid))
	return s.own, err
}

// familyTime is the processor time of a process, of its living children and of those that ended: for
// PostgreSQL the postmaster, its workers and all connections, old and new.
func familyTime(pid int) (time.Duration, error) {
	head, err := readStat(strconv.Itoa(pid))
	if err != nil {
		return 0, err
	}
	sum := head.own + head.children
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if name := e.Name(); name[0] >= '1' && name[0] <= '9' {
			if s, err := readStat(name); err == nil && s.parent == pid { // a process may end meanwhile
				sum += s.own
			}
		}
	}
	return sum, nil
}
