package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// burn uses processor time until the clock of this process has moved by some ticks.
func burn(t *testing.T, ticks int) {
	t.Helper()
	begin, err := processTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	const tries = 1 << 24
	x := uint64(1)
	for i := range tries {
		for range 1000 {
			x = x*6364136223846793005 + 1
		}
		if i%64 == 0 {
			if now, err := processTime(os.Getpid()); err != nil {
				t.Fatal(err)
			} else if now-begin >= time.Duration(ticks)*tick {
				return
			}
		}
	}
	t.Fatalf("no processor time was counted (%d)", x)
}

func TestProcessTimeCountsOwnWork(t *testing.T) {
	before, err := processTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	burn(t, 3)
	after, err := processTime(os.Getpid())
	if err != nil || after < before+3*tick {
		t.Errorf("%v, then %v, %v", before, after, err)
	}
}

func TestFamilyTimeCountsChildrenThatEnded(t *testing.T) {
	before, err := familyTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	own, err := processTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	// The shell counts, which takes it several ticks.
	if out, err := exec.Command("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	after, err := familyTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	ownAfter, err := processTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if child := after - before - (ownAfter - own); child < tick {
		t.Errorf("the child used %v", child)
	}
}

func TestTheTableShowsRatios(t *testing.T) {
	var out strings.Builder
	printTable(&out, []result{{
		operation: operation{name: "save an answer", target: 0.9, moodle: 22},
		cost:      cost{n: 10, program: 300 * time.Microsecond, postgres: 330 * time.Microsecond, statements: 1, bytes: 1427},
		bare:      0.45,
	}})
	for _, want := range []string{"save an answer", "0.63", "0.70", "1.40", "34.92", "1427"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
