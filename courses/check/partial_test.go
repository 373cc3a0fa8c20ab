package check_test

import (
	"strings"
	"testing"

	"mostik/courses/check"
	"mostik/courses/pack"
)

// A partial language owes no words of an encounter that only a further module plays.
func TestPartialLanguageOwesNoEncounterOfAFurtherModule(t *testing.T) {
	files := sample(t)
	const activity = "      - {key: m1-meet, kind: encounter, revision: 1, minutes: 5, complete: seen, scenario: desk}\n"
	const sheet = "      - {key: m2-sheet,"
	course := files["course.yaml"]
	if !strings.Contains(course, activity) || !strings.Contains(course, sheet) {
		t.Fatal("the sample has another encounter or another worksheet")
	}
	course = strings.Replace(course, activity, "", 1)
	files["course.yaml"] = strings.Replace(course, sheet, activity+sheet, 1)
	delete(files, "text/kk/scenarios/desk.yaml")
	_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
	for _, p := range problems {
		t.Error(p)
	}
}
