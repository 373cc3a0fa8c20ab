package page

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mostik/frontend"
)

func TestPartsOfWhatIsShown(t *testing.T) {
	for _, tt := range []struct {
		name, path, answer string
		also, words        []string
	}{
		{"a lesson", "/learn/:enrolment/:activity", `{"key":"a","kind":"lesson","lesson":{"kind":"quiz"}}`, []string{"features/course/LessonText.svelte"}, nil},
		{"a survey and the words of tasks", "/learn/:enrolment/:activity", `{"kind":"survey","module":{"kind":"quiz"}}`, []string{"features/activity/Survey.svelte"}, []string{"task"}},
		{"a quiz of choices", "/attempts/:attempt", `{"kind":"quiz","state":"open","questions":[{"kind":"single"}]}`, []string{"features/quiz/QuizPlayer.svelte"}, nil},
		{"a quiz with more kinds", "/attempts/:attempt", `{"kind":"quiz","state":"open","questions":[{"kind":"single"},{"kind":"cloze"},{"kind":"open"}]}`, []string{"features/quiz/QuizPlayer.svelte", "features/quiz/kinds/more.ts"}, nil},
		{"a review", "/attempts/:attempt", `{"kind":"quiz","state":"scored","questions":[{"kind":"cloze"}]}`, []string{"features/quiz/QuizPlayer.svelte", "features/quiz/Review.svelte"}, []string{"review"}},
		{"a conversation that is over", "/attempts/:attempt", `{"kind":"interview","state":"scored"}`, []string{"features/interview/Interview.svelte", "features/interview/Scores.svelte"}, []string{"talk"}},
		{"another page", "/learn", `{"kind":"quiz"}`, nil, nil},
		{"no answer", "/attempts/:attempt", ``, nil, nil},
		{"a broken answer", "/attempts/:attempt", `{"kind":`, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := withParts(frontend.Route{Path: tt.path}, []byte(tt.answer))
			if !slices.Equal(got.Also, tt.also) || !slices.Equal(got.Words, tt.words) {
				t.Errorf("got %v %v, want %v %v", got.Also, got.Words, tt.also, tt.words)
			}
		})
	}
}

// A route is shared by all requests: what one page adds must not stand in another's.
func TestPartsLeaveTheRouteAsItIs(t *testing.T) {
	route := frontend.Route{Path: "/attempts/:attempt", Also: make([]string, 0, 8), Words: make([]string, 0, 8)}
	withParts(route, []byte(`{"kind":"quiz","state":"scored"}`))
	if left := append(route.Also[:1:1], route.Words[:1:1]...); strings.Join(left, "") != "" {
		t.Errorf("the route was written into: %v", left)
	}
}

// A part that was moved would be fetched late and nobody would notice.
func TestPartsExist(t *testing.T) {
	for path, kinds := range parts {
		for kind, route := range kinds {
			for _, source := range route.Also {
				if _, err := os.Stat(filepath.Join("..", "..", "frontend", "src", source)); err != nil {
					t.Errorf("%s, %s: %v", path, kind, err)
				}
			}
		}
	}
	for _, source := range []string{"features/quiz/kinds/more.ts", "features/quiz/Review.svelte", "features/interview/Scores.svelte"} {
		if _, err := os.Stat(filepath.Join("..", "..", "frontend", "src", source)); err != nil {
			t.Error(err)
		}
	}
}
