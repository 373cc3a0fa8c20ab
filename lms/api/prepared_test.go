package api

import (
	"bytes"
	"testing"
)

type sharedOut struct {
	State string `json:"state"`
	Text  string `json:"text,omitempty"`
	name  string
}

func (s sharedOut) Prepared() (string, any) { return s.name, sharedOut{State: s.State} }

func TestPreparedAnswers(t *testing.T) {
	p := newPreparedAnswers()
	of := func(out any) []byte {
		t.Helper()
		a, ok, err := p.of(out)
		if err != nil || !ok {
			t.Fatalf("of(%v) = %v, %v", out, ok, err)
		}
		return a.raw
	}
	first := of(sharedOut{"open", "words", "lesson 1"})
	if want := `{"state":"open","text":"words"}`; string(first) != want {
		t.Errorf("got %s", first)
	}
	// The same name and rest are the same bytes, which were not written again.
	if again := of(sharedOut{"open", "never looked at", "lesson 1"}); &again[0] != &first[0] {
		t.Error("written twice")
	}
	for _, other := range []sharedOut{{"done", "words", "lesson 1"}, {"open", "words", "lesson 2"}} {
		if bytes.Equal(of(other), first) && other.State != "open" {
			t.Errorf("%v was answered with another's", other)
		}
	}
	if kept := p.kept.Len(); kept != 3 {
		t.Errorf("%d answers are kept, want 3", kept)
	}
	if _, ok, _ := p.of(sharedOut{State: "open"}); ok {
		t.Error("an answer without a name was kept")
	}
	if _, ok, _ := p.of(none{}); ok {
		t.Error("an answer that nobody shares was kept")
	}
}
