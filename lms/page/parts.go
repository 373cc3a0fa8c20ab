package page

import (
	"bytes"
	"encoding/json"
	"slices"

	"mostik/frontend"
)

// shown is what of a page's first data tells which further files draw it.
type shown struct {
	Kind, State string
	Questions   []struct{ Kind string }
}

// parts names what the page's script fetches once it knows the kind of what it shows. The server knows that
// before, and names the files with the page's own: on a line of 400 ms that is most of a second. The key is the
// page's path and the kind. What is not here is fetched by the script in its own time.
var parts = map[string]map[string]frontend.Route{
	"/learn/:enrolment/:activity": {
		"lesson":     activityPart("LessonText", "course"),
		"quiz":       activityPart("QuizStart", "quiz"),
		"interview":  activityPart("InterviewStart", "interview"),
		"encounter":  activityPart("Encounter", "activity", "task"),
		"survey":     activityPart("Survey", "activity", "task"),
		"reflection": activityPart("Reflection", "activity", "task"),
		"worksheet":  activityPart("Worksheet", "activity", "task"),
		"file":       activityPart("FileTask", "activity", "task"),
		"discussion": activityPart("Discussion", "activity", "task"),
		"in-person":  activityPart("Event", "activity", "task"),
		"webinar":    activityPart("Event", "activity", "task"),
		"desk":       activityPart("Desk", "practice", "practice"),
		"exercise":   activityPart("Exercise", "practice", "round"),
	},
	"/attempts/:attempt": {
		"quiz":      {Also: []string{"features/quiz/QuizPlayer.svelte"}},
		"interview": {Also: []string{"features/interview/Interview.svelte"}, Words: []string{"talk"}},
		"desk":      {Also: []string{"features/practice/DeskPast.svelte"}, Words: []string{"practice"}},
	},
}

func activityPart(component, folder string, words ...string) frontend.Route {
	return frontend.Route{Also: []string{"features/" + folder + "/" + component + ".svelte"}, Words: words}
}

// choosing are the kinds of question whose code comes with every quiz; the others' lies in a file of its own.
var choosing = []string{"single", "multiple", "truefalse"}

// withParts adds to a page's route what draws this very content.
func withParts(route frontend.Route, first []byte) frontend.Route {
	kinds := parts[route.Path]
	if kinds == nil || first == nil {
		return route
	}
	what := read(first)
	more, known := kinds[what.Kind]
	if !known {
		return route
	}
	route.Also = slices.Concat(route.Also, more.Also)
	route.Words = slices.Concat(route.Words, more.Words)
	if route.Path != "/attempts/:attempt" {
		return route
	}
	if what.State != "open" {
		return withResult(route, what.Kind)
	}
	for _, question := range what.Questions {
		if !slices.Contains(choosing, question.Kind) {
			route.Also = append(route.Also, "features/quiz/kinds/more.ts")
			break
		}
	}
	return route
}

// withResult adds what shows an attempt that is over.
func withResult(route frontend.Route, kind string) frontend.Route {
	if kind == "quiz" {
		route.Also = append(route.Also, "features/quiz/Review.svelte")
		route.Words = append(route.Words, "review")
	} else {
		route.Also = append(route.Also, "features/interview/Scores.svelte")
	}
	return route
}

// read takes the few words that matter out of an answer. A lesson's text, the largest part of any, stands after
// them: reading ends at the first part that is large, so that its tens of kilobytes are not looked through.
func read(answer []byte) shown {
	var what shown
	dec := json.NewDecoder(bytes.NewReader(answer))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return what
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return what
		}
		var into any
		switch name {
		case "kind":
			into = &what.Kind
		case "state":
			into = &what.State
		case "questions":
			into = &what.Questions
		case "lesson", "answers":
			return what
		default:
			into = &json.RawMessage{}
		}
		if err := dec.Decode(into); err != nil {
			return what
		}
	}
	return what
}
