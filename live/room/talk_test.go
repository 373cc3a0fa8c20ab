package room_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"mostik/live"
	"mostik/live/room"
)

// kept is what the disk would hold of the room now.
func (s *scene) kept() string {
	s.t.Helper()
	raw, err := json.Marshal(s.room.State)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(raw)
}

const tired = `{"key":"k","question":"Tired?","kind":"single","anonymous":true,"options":[{"key":"a","text":"Yes"},{"key":"b","text":"No"}]}`

func (s *scene) voters(n int) (host string, people []string) {
	s.t.Helper()
	host = s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	for i := range n {
		people = append(people, s.join(live.Ticket{Role: live.Viewer, Person: fmt.Sprint("t", i), Name: fmt.Sprint("Trainee ", i)}))
	}
	s.must(host, "poll.make", tired)
	s.must(host, "poll.open", `{"key":"k"}`)
	return host, people
}

// poll is what is kept of the poll.
func (s *scene) poll() (p struct {
	Voted        map[string]bool
	Votes        map[string]any
	Counts       map[string]int
	Cast         int
	Shown, Right any
},
) {
	s.t.Helper()
	var state struct{ Polls map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(s.kept()), &state); err != nil {
		s.t.Fatal(err)
	}
	if err := json.Unmarshal(state.Polls["k"], &p); err != nil {
		s.t.Fatal(err)
	}
	return p
}

// Somebody who has every state that was ever written, and everything that the host was told, subtracts.
func TestSubtractingTellsNoVote(t *testing.T) {
	s := newScene(t)
	host, people := s.voters(12)
	before := s.poll()
	for i, p := range people {
		s.must(p, "poll.vote", fmt.Sprintf(`{"key":"k","choices":[%q]}`, map[bool]string{true: "a", false: "b"}[i%3 == 0]))
		now := s.poll()
		if marks := len(now.Voted) - len(before.Voted); marks != 0 && marks < 5 || len(now.Votes) > 0 {
			t.Fatalf("after vote %d: %d marks are new in the state", i+1, marks)
		}
		if len(now.Voted) == len(before.Voted) && now.Cast != before.Cast {
			t.Fatalf("after vote %d: a vote was written without its marks", i+1)
		}
		before = now
		if got := s.knows(host, "polls", "k"); strings.Contains(got, "results") || !strings.Contains(got, fmt.Sprintf(`"votes":%d`, i+1)) {
			t.Fatalf("after vote %d the host knows %s", i+1, got)
		}
	}
	s.must(host, "poll.close", `{"key":"k"}`)
	if now := s.poll(); len(now.Voted) != 0 || now.Counts["a"] != 4 || now.Counts["b"] != 8 {
		t.Errorf("at the end it holds %+v", now)
	}
	if got := s.knows(host, "polls", "k"); !strings.Contains(got, `"results":{"a":4,"b":8}`) {
		t.Errorf("at the end the host knows %s", got)
	}
	if s.do(host, "poll.open", `{"key":"k"}`) != "closed" {
		t.Error("it was opened again: one vote more, and a subtraction tells it")
	}
	for _, n := range s.notes {
		if n.Kind != "join" && n.Kind != "begin" {
			t.Errorf("the journal tells of %q", n.Kind)
		}
	}
}

// A site's facilitator knows what the site's people chose: what is left without them must be four votes too.
func TestASiteCannotSubtractItself(t *testing.T) {
	for others, shown := range map[int]bool{0: true, 1: false, 3: false, 4: true} {
		s := newScene(t)
		host, people := s.voters(others)
		site := s.join(live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty"})
		s.must(site, "site.heads", `{"count":6}`)
		s.must(site, "poll.vote", `{"key":"k","heads":{"a":4,"b":2}}`)
		for _, p := range people {
			s.must(p, "poll.vote", `{"key":"k","choices":["b"]}`)
		}
		s.must(host, "poll.close", `{"key":"k"}`)
		if got := strings.Contains(s.knows(host, "polls", "k"), "results"); got != shown {
			t.Errorf("%d others: shown is %v", others, got)
		}
	}
}

// Who voted just before the program was killed votes again, and is counted once.
func TestAKilledProgramForgetsMarksAndVotesAlike(t *testing.T) {
	s := newScene(t)
	host, people := s.voters(7)
	vote := func(from, to int) {
		for _, p := range people[from:to] {
			s.must(p, "poll.vote", `{"key":"k","choices":["a"]}`)
		}
	}
	vote(0, 6)
	state, err := room.Read([]byte(s.kept()))
	if err != nil {
		t.Fatal(err)
	}
	s.room = room.Open(state, []byte("secret"))
	for i, p := range people {
		if _, err := s.room.Join(s.now, live.Ticket{ID: fmt.Sprint("again", i), Webinar: "demo", Role: live.Viewer, Person: fmt.Sprint("t", i)}, "", "x", 0); err != nil {
			t.Fatal(err)
		}
		if got := s.do(p, "poll.vote", `{"key":"k","choices":["a"]}`); (got == "voted") != (i < 5) {
			t.Errorf("person %d: %q", i, got)
		}
	}
	if _, err := s.room.Join(s.now, live.Ticket{ID: "host again", Webinar: "demo", Role: live.Host, Person: "h"}, "", "x", 0); err != nil {
		t.Fatal(err)
	}
	s.must(host, "poll.close", `{"key":"k"}`)
	if p := s.poll(); p.Cast != 7 {
		t.Errorf("%d votes of seven people", p.Cast)
	}
}

func TestModeratedChat(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.must(trainee, "chat.send", `{"key":"a","to":"","text":"rude words"}`)
	s.must(host, "chat.hide", `{"key":"a"}`)
	if got := s.knows(site, "chat", "a"); !strings.Contains(got, `"hidden":true`) || strings.Contains(got, "rude") {
		t.Errorf("the others see %s", got)
	}
	if got := s.knows(host, "chat", "a"); !strings.Contains(got, "rude") {
		t.Errorf("the host sees %s", got)
	}
	s.must(host, "chat.mute", fmt.Sprintf(`{"person":%q,"on":true}`, trainee))
	if s.do(trainee, "chat.send", `{"key":"b","to":"","text":"x"}`) != "muted" || s.do(trainee, "question.ask", `{"key":"q","text":"x","anonymous":true}`) != "muted" {
		t.Error("who was silenced writes")
	}
	if s.do(trainee, "chat.mute", fmt.Sprintf(`{"person":%q,"on":false}`, trainee)) != "forbidden" || s.do(host, "chat.mute", fmt.Sprintf(`{"person":%q,"on":true}`, host)) != "forbidden" {
		t.Error("somebody who may not, or a host, was asked")
	}
	s.must(host, "chat.mute", fmt.Sprintf(`{"person":%q,"on":false}`, trainee))
	s.must(trainee, "chat.send", `{"key":"b","to":"","text":"sorry"}`)
	s.must(host, "room.talk", `{"private":false,"nameless":false}`)
	if s.do(trainee, "chat.send", fmt.Sprintf(`{"key":"c","to":%q,"text":"x"}`, site)) != "closed" || s.do(trainee, "question.ask", `{"key":"q","text":"x","anonymous":true}`) != "closed" {
		t.Error("what the room does not allow was taken")
	}
	s.must(trainee, "chat.send", fmt.Sprintf(`{"key":"c","to":%q,"text":"to a host"}`, host))
	s.must(trainee, "question.ask", `{"key":"q","text":"with my name"}`)
}

func TestNobodyFloodsTheChat(t *testing.T) {
	s := newScene(t)
	_, _, trainee, _ := s.people()
	sent := 0
	for i := range 30 {
		s.now -= 990 // ten milliseconds apart
		if s.do(trainee, "chat.send", fmt.Sprintf(`{"key":"k%d","to":"","text":"x"}`, i)) == "" {
			sent++
		}
	}
	if sent != 10 {
		t.Errorf("%d messages at once were taken", sent)
	}
	s.now += 30_000
	s.must(trainee, "chat.send", `{"key":"later","to":"","text":"x"}`)
}

// The report reads the state that is written down: of an open anonymous poll it tells no more than the room does, and the
// end of the webinar ends the voting.
func TestTheReportTellsNoMoreThanTheRoom(t *testing.T) {
	s := newScene(t)
	host, people := s.voters(6)
	for i, p := range people {
		s.must(p, "poll.vote", fmt.Sprintf(`{"key":"k","choices":[%q]}`, map[bool]string{true: "a", false: "b"}[i%3 == 0]))
	}
	results := func() map[string]int {
		state, err := room.Read([]byte(s.kept()))
		if err != nil {
			t.Fatal(err)
		}
		counts, _ := state.Polls["k"].Results()
		return counts
	}
	if got := results(); got != nil {
		t.Errorf("while people vote the report shows %v", got)
	}
	s.must(host, "room.end", `{}`)
	if got := results(); got["a"] != 2 || got["b"] != 4 {
		t.Errorf("after the end it shows %v", got)
	}
}

// Two people write at once: the second learns that the first was quicker, and loses nothing of the first's words.
func TestNotesWrittenAtOnceAreNotLost(t *testing.T) {
	s := newScene(t)
	host, people := s.voters(2)
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"speaker"}`, people[0]))
	s.must(host, "notes.write", `{"text":"first","version":0}`)
	for _, seen := range []string{`{"text":"at once","version":0}`, `{"text":"from the future","version":7}`} {
		if code := s.do(people[0], "notes.write", seen); code != "changed" {
			t.Errorf("%s was answered %q", seen, code)
		}
	}
	if got := s.knows(people[0], "notes", "notes"); !strings.Contains(got, "first") || !strings.Contains(got, `"version":1`) {
		t.Errorf("the notes after two wrote at once: %s", got)
	}
	s.must(people[0], "notes.write", `{"text":"first, and at once","version":1}`)
	if got := s.knows(host, "notes", "notes"); !strings.Contains(got, "and at once") || !strings.Contains(got, `"version":2`) {
		t.Errorf("the notes after the second wrote again: %s", got)
	}
}
