package catalog_test

import (
	"testing"
	"time"

	"mostik/courses/check"
	"mostik/courses/pack"
	"mostik/lms/lmstest"
)

func TestTheCourseOfTheTestsHasNoErrors(t *testing.T) {
	_, problems := check.Folder(lmstest.SmallCourse(nil), pack.DefaultLimits(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	for _, p := range problems {
		if p.Severity == "error" {
			t.Error(p)
		}
	}
}
