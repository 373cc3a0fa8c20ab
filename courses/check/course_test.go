package check_test

import (
	"testing"
	"time"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/content"
	"mostik/courses/pack"
)

// The courses that are shipped have no error. Warnings are for authors to weigh.
func TestShippedCourses(t *testing.T) {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for _, key := range content.Keys() {
		fsys, err := content.Course(key)
		if err != nil {
			t.Fatal(err)
		}
		_, problems := check.Folder(fsys, pack.DefaultLimits(), now)
		for _, p := range problems {
			if p.Severity == courses.Error {
				t.Errorf("%s/%s", key, p)
			} else {
				t.Logf("%s/%s", key, p)
			}
		}
	}
}
