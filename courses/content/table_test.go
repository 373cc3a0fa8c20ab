package content_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"mostik/courses/check"
	"mostik/courses/content"
	"mostik/courses/pack"
)

var update = flag.Bool("update", false, "write docs/courses.md anew")

// read holds the courses as shipped, which no test changes, once they were read.
var read []*pack.Package

// shipped reads every course that Mostik ships.
func shipped(t *testing.T) []*pack.Package {
	t.Helper()
	if read != nil {
		return read
	}
	var list []*pack.Package
	for _, key := range content.Keys() {
		fsys, err := content.Course(key)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := pack.Read(fsys, pack.DefaultLimits())
		if p.Course.Key != key {
			t.Fatalf("the folder %s holds the course %q", key, p.Course.Key)
		}
		list = append(list, p)
	}
	read = list
	return list
}

func TestTheTableOfCoursesIsCurrent(t *testing.T) {
	const file = "../../docs/courses.md"
	var b bytes.Buffer
	if err := check.Table(&b, shipped(t)); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, b.Bytes()) {
		t.Error("docs/courses.md is not what the courses hold: make course-table")
	}
}

func TestOneTermOneWordInAllCourses(t *testing.T) {
	for course, problems := range check.Together(shipped(t)) {
		for _, p := range problems {
			t.Errorf("%s/%s", course, p)
		}
	}
}
