package room_test

import (
	"strings"
	"testing"
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
	s.room.Erase(s.now, "t", []string{"e1"})
	s.carry()
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
