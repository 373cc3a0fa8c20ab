package learning_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

// Who has completed the course keeps the version they completed. The report's columns are the current version's.
func TestReportsShowAnOlderVersionInTheColumnsOfTheNewer(t *testing.T) {
	s := newSite(t)
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	s.quiz(actor, id, "final", true)
	const one = "{key: read-two, kind: lesson, revision: 1, minutes: 5, complete: seen}"
	const two = "{key: practice-day, kind: in-person, revision: 1, minutes: 60, complete: attended, required: false}"
	s.publish(map[string]string{"course.yaml": strings.NewReplacer(one, two, two, one).Replace(lmstest.SmallCourseYAML)})
	if moved, err := s.learning.Upgrade(t.Context(), s.version.CourseID); err != nil || moved != 0 {
		t.Fatalf("%d moved, %v", moved, err)
	}
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	r, err := s.learning.Report(t.Context(), trainer, learning.ReportQuery{Cohort: s.cohort, Lang: "en"})
	s.check(err)
	file, err := s.learning.ReportCSV(t.Context(), trainer, s.cohort, "en")
	s.check(err)
	if n := s.Int(`SELECT count(*) FROM audit_events WHERE action = 'cohort.table' AND actor_id = $1 AND subject_id = $2`, trainer.Person, s.cohort.String()); n != 1 {
		t.Errorf("that the table was taken along stands %d times on record", n)
	}
	var out bytes.Buffer
	s.check(file.Write(t.Context(), &out))
	table, err := csv.NewReader(&out).ReadAll()
	s.check(err)
	cells := table[1][len(table[1])-len(r.Activities):]
	for i, a := range r.Activities {
		done := map[string]bool{"read-one": true, "read-two": true, "pre": true, "practice": true, "post": true, "final": true}[a.Key]
		if mark := r.Items[0].Done[i]; (mark == 'x') != done {
			t.Errorf("the report has %c at %s", mark, a.Key)
		}
		if (cells[i] == "done") != done {
			t.Errorf("the table has %q at %s", cells[i], a.Key)
		}
	}
}
