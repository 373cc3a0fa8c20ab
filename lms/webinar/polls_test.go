package webinar_test

import (
	"errors"
	"reflect"
	"testing"

	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/webinar"
)

func TestPollsArePrepared(t *testing.T) {
	h := newHouse(t)
	id := h.create()
	var told []string
	h.Changed = func(webinar string) { told = append(told, webinar) }
	kept, err := h.SetPolls(t.Context(), h.trainer, id, []webinar.Poll{
		{Question: " How   tired are you? ", Kind: "scale", Anonymous: true},
		{Question: "How many stages are there?", Kind: "quiz", Options: []string{"three", "five"}, Right: []int{1, 1}, Reveal: true},
	})
	h.must(err)
	if len(kept) != 2 || kept[0].Key == "" || kept[0].Key == kept[1].Key || kept[0].Question != "How tired are you?" || !reflect.DeepEqual(kept[1].Right, []int{1}) {
		t.Errorf("kept is %+v", kept)
	}
	plan, err := h.Room(t.Context(), id)
	h.must(err)
	if len(plan.Polls) != 2 || plan.Info.Title != "Preventing burnout" ||
		!reflect.DeepEqual(plan.Polls[1], room.PlannedPoll{Key: kept[1].Key, Question: "How many stages are there?", Kind: "quiz", Options: []string{"three", "five"}, Right: []int{1}, Reveal: true}) {
		t.Errorf("the room begins with %+v", plan.Polls)
	}
	// A poll keeps its key through changes; a key that somebody made up, or gave twice, is none.
	kept[1].Question = "How many stages?"
	again, err := h.SetPolls(t.Context(), h.trainer, id, []webinar.Poll{kept[1], kept[1], {Key: "made-up", Question: "Third?", Kind: "scale"}})
	h.must(err)
	if again[0].Key != kept[1].Key || again[1].Key == kept[1].Key || again[2].Key == "made-up" {
		t.Errorf("keys are %s, %s, %s", again[0].Key, again[1].Key, again[2].Key)
	}
	read, err := h.Polls(t.Context(), h.trainer, id)
	h.must(err)
	if !reflect.DeepEqual(read, again) {
		t.Errorf("read %+v, want %+v", read, again)
	}
	title := "Preventing burnout, again"
	_, err = h.Change(t.Context(), h.trainer, id, webinar.Change{Title: &title})
	h.must(err)
	if len(told) != 3 || told[2] != id {
		t.Errorf("open rooms were told of %v", told)
	}
	if _, err := h.Polls(t.Context(), h.facilitator, id); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("a facilitator of a centre that comes: %v", err)
	}
	if _, err := h.SetPolls(t.Context(), h.outsider, id, nil); lms.KindOf(err) != lms.NotFound {
		t.Errorf("an outsider: %v", err)
	}
}

func TestEveryFaultOfAPollHasItsField(t *testing.T) {
	h := newHouse(t)
	id := h.create()
	_, err := h.SetPolls(t.Context(), h.trainer, id, []webinar.Poll{
		{Question: "", Kind: "single", Options: []string{"a"}},
		{Question: "q", Kind: "rank", Options: []string{"a", " "}},
		{Question: "q", Kind: "quiz", Options: []string{"a", "b"}, Right: []int{2}},
		{Question: "q", Kind: "quiz", Options: []string{"a", "b"}},
		{Question: "q", Kind: "multiple", Options: make([]string, 13)},
	})
	var e *lms.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range e.Problems {
		got[p.Field] = p.Code
	}
	want := map[string]string{
		"polls/0/question": "required", "polls/0/options": "too-few", "polls/1/kind": "not-one-of", "polls/1/options/1": "required",
		"polls/2/right": "out-of-range", "polls/3/right": "required", "polls/4/options": "too-many",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("faults are %v, want %v", got, want)
	}
	if _, err := h.SetPolls(t.Context(), h.trainer, id, make([]webinar.Poll, 51)); lms.KindOf(err) != lms.Invalid {
		t.Errorf("too many: %v", err)
	}
}
