package room_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mostik/live/room"
)

func TestAPauseIsToldAndWrittenDown(t *testing.T) {
	s := newScene(t)
	host, _, trainee, _ := s.people()
	if code := s.do(trainee, "room.pause", `{"on":true}`); code != "forbidden" {
		t.Errorf("a trainee's pause: %q", code)
	}
	s.notes = nil
	s.must(host, "room.pause", `{"on":true,"label":"tea"}`)
	s.must(host, "room.pause", `{"on":true,"label":"twice"}`)
	if got := s.knows(trainee, "room", "room"); !strings.Contains(got, `"pause_label":"tea"`) || !strings.Contains(got, `"paused":`) {
		t.Errorf("the trainee knows %s", got)
	}
	s.must(host, "room.pause", `{"on":false}`)
	s.must(host, "room.pause", `{"on":false}`)
	if len(s.notes) != 2 || s.notes[0].Kind != "pause" || s.notes[0].Text != "tea" || s.notes[1].Kind != "resume" {
		t.Errorf("the journal: %+v", s.notes)
	}
	if got := s.knows(trainee, "room", "room"); strings.Contains(got, "pause") {
		t.Errorf("after it the trainee knows %s", got)
	}
}

func TestAQuestionOfPresence(t *testing.T) {
	s := newScene(t)
	host, site, trainee, guest := s.people()
	if code := s.do(trainee, "presence.ask", `{}`); code != "forbidden" {
		t.Errorf("a trainee asks: %q", code)
	}
	s.must(site, "site.walkin", `{"key":"e1","name":"Aliya"}`)
	s.notes = nil
	s.must(trainee, "here", `{}`)
	if len(s.notes) != 0 {
		t.Errorf("nobody asked, and the journal holds %+v", s.notes)
	}
	s.must(host, "presence.ask", `{}`)
	if code := s.do(host, "presence.ask", `{}`); code != "too-soon" {
		t.Errorf("again at once: %q", code)
	}
	if got := s.knows(trainee, "check", "check"); !strings.Contains(got, `"mine":false`) || strings.Contains(got, "answered") {
		t.Errorf("the trainee knows %s", got)
	}
	if got := s.knows(guest, "check", "check"); got != "" {
		t.Errorf("whoever waits outside is asked: %s", got)
	}
	s.notes = nil
	for range 20 { // as often as a line may send
		s.must(trainee, "here", `{}`)
	}
	s.must(site, "here", `{"entries":["e1"]}`)
	if code := s.do(trainee, "here", `{"entries":["e1"]}`); code != "forbidden" {
		t.Errorf("a trainee answers for a roster: %q", code)
	}
	if code := s.do(site, "here", `{"entries":["nobody"]}`); code != "not-found" {
		t.Errorf("a site answers for nobody: %q", code)
	}
	if got := s.knows(host, "check", "check"); !strings.Contains(got, `"asked":2`) || !strings.Contains(got, `"answered":2`) || !strings.Contains(got, `"mine":true`) {
		t.Errorf("the host knows %s", got)
	}
	if len(s.notes) != 2 || s.notes[0].By != "device" || s.notes[1].By != "tick" || s.notes[1].Entry != "e1" {
		t.Errorf("the journal: %+v", s.notes)
	}
	s.now += 10 * 60_000
	s.must(host, "presence.ask", `{}`)
	if got := s.knows(trainee, "check", "check"); !strings.Contains(got, `"mine":false`) {
		t.Errorf("a second question knows the answer to the first: %s", got)
	}
}

func TestErasedFromARoom(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.must(trainee, "chat.send", `{"key":"c","to":"","text":"my words"}`)
	s.must(trainee, "question.ask", `{"key":"q","text":"my question"}`)
	s.must(site, "site.walkin", `{"key":"e1","name":"Dilnoza by hand"}`)
	s.must(host, "stage.role", `{"person":"`+trainee+`","role":"speaker"}`)
	if p := s.room.AddFile(s.now, trainee, "f", room.File{Name: "Dilnoza's plan.pdf", Size: 3}); p != nil {
		t.Fatal(p)
	}
	s.room.Decks["d"] = &room.Deck{Title: "Dilnoza's slides", Pages: 2, By: trainee, Notes: map[int]string{1: "my notes"}}
	s.must(trainee, "slides.show", `{"deck":"d","page":1}`)
	if files := s.room.Erase(s.now, "t", []string{"e1"}); len(files) != 1 || files[0] != "f" {
		t.Errorf("files to be renamed: %v", files)
	}
	s.carry()
	if got := s.room.Files["f"].Name; got != "….pdf" {
		t.Errorf("the file is called %q", got)
	}
	if d := s.room.Decks["d"]; d.Title != room.Erased || d.Notes != nil || s.room.Slide.Title != room.Erased {
		t.Errorf("the slides are %+v, shown as %q", d, s.room.Slide.Title)
	}
	for part, key := range map[string]string{"people": trainee, "chat": "c", "questions": "q", "roster": "e1"} {
		got := s.knows(host, part, key)
		if got == "" || strings.Contains(got, "Dilnoza") || strings.Contains(got, "my ") {
			t.Errorf("%s is %s", part, got)
		}
	}
	if got := s.knows(site, "people", host); !strings.Contains(got, "Trainer") {
		t.Errorf("the host is %s", got)
	}
}

// Whom a host took out is forgotten with their words as well, and somebody else keeps theirs.
func TestWhoWasRemovedIsErased(t *testing.T) {
	s := newScene(t)
	host, _, trainee, _ := s.people()
	s.must(trainee, "chat.send", `{"key":"c","to":"","text":"my words"}`)
	s.must(host, "chat.send", `{"key":"h","to":"","text":"words of the host"}`)
	s.must(host, "stage.remove", `{"person":"`+trainee+`"}`)
	if got := s.room.NameOf(trainee); got != "Dilnoza" || s.room.AccountOf(trainee) != "t" {
		t.Errorf("the report would call them %q", got)
	}
	s.room.Erase(s.now, "t", nil)
	raw, err := json.Marshal(s.room.State)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(raw); strings.Contains(text, "my words") || strings.Contains(text, "Dilnoza") || !strings.Contains(text, "words of the host") {
		t.Errorf("the room remembers %s", text)
	}
}
