package room_test

import (
	"strings"
	"testing"

	"mostik/live"
	"mostik/live/room"
)

func asked(polls ...room.PlannedPoll) room.Plan {
	return room.Plan{Info: room.Info{Title: "Burnout", Language: "ru", WaitingRoom: true}, Polls: polls}
}

// Polls that were prepared are drafts for a host to open with one press, and nobody else sees them before.
func TestPreparedPolls(t *testing.T) {
	s := newScene(t)
	mood := room.PlannedPoll{Key: "mood", Question: "Tired?", Kind: "scale", Anonymous: true}
	quiz := room.PlannedPoll{Key: "quiz", Question: "How many stages?", Kind: "quiz", Options: []string{"Three", "Five"}, Right: []int{1}, Reveal: true}
	s.room.Replan(s.now, asked(mood, quiz))
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	trainee := s.join(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"})
	if p := s.room.Polls["mood"]; p.State != "draft" || len(p.Options) != 5 || p.Options[4].Text != "5" || !p.Anonymous {
		t.Errorf("the scale is %+v", p)
	}
	if p := s.room.Polls["quiz"]; len(p.Right) != 1 || p.Right[0] != "o2" {
		t.Errorf("the right answer is %v", p.Right)
	}
	if s.room.Polls["mood"].At >= s.room.Polls["quiz"].At {
		t.Error("they are out of order")
	}
	told := func(person, word string) bool {
		for _, m := range s.told[person] {
			if strings.Contains(string(m.Data), word) {
				return true
			}
		}
		return false
	}
	if !told(host, "How many stages?") || told(trainee, "How many stages?") {
		t.Error("who is told of a draft")
	}
	if got := s.do(host, "poll.open", `{"key":"quiz"}`); got != "" {
		t.Fatal(got)
	}
	if got := s.do(trainee, "poll.vote", `{"key":"quiz","choices":["o2"]}`); got != "" {
		t.Fatal(got)
	}
	if told(trainee, `"right"`) {
		t.Error("the right answer is told while people vote")
	}
	if got := s.do(host, "poll.close", `{"key":"quiz"}`); got != "" || !told(trainee, `"right":["o2"]`) {
		t.Errorf("what was to be shown at the end is not: %s", got)
	}
	if got := s.do(host, "poll.open", `{"key":"mood"}`); got != "" {
		t.Fatal(got)
	}
	if s.do(host, "poll.close", `{"key":"mood"}`); s.room.Polls["mood"].Shown {
		t.Error("held results are shown")
	}
}

// A change of the webinar reaches the room: drafts follow the calendar, what has begun stays.
func TestReplanning(t *testing.T) {
	s := newScene(t)
	one := room.PlannedPoll{Key: "one", Question: "First?", Kind: "single", Options: []string{"Yes", "No"}}
	two := room.PlannedPoll{Key: "two", Question: "Second?", Kind: "single", Options: []string{"Yes", "No"}}
	three := room.PlannedPoll{Key: "three", Question: "Third?", Kind: "single", Options: []string{"Yes", "No"}}
	s.room.Replan(s.now, asked(one, two, three))
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	s.do(host, "poll.open", `{"key":"one"}`)
	s.do(host, "poll.make", `{"key":"own","question":"Mine?","kind":"single","options":[{"key":"a","text":"a"},{"key":"b","text":"b"}]}`)
	s.do(host, "room.lock", `{"on":true}`)

	one.Question, two.Question = "Changed?", "Second, changed?"
	p := asked(one, two)
	p.Info.Title, p.Info.Agenda = "Burnout, again", []room.AgendaItem{{Key: "a1", Title: "Welcome"}}
	before := len(s.told[host])
	s.room.Replan(s.now, p)
	s.carry()
	if s.room.Room.Title != "Burnout, again" || len(s.room.Room.Agenda) != 1 || !s.room.Room.Locked || s.room.Room.Began == 0 {
		t.Errorf("the room is %+v", s.room.Room)
	}
	if len(s.told[host]) == before {
		t.Error("nobody was told")
	}
	if got := s.room.Polls["one"].Question; got != "First?" {
		t.Errorf("a poll that has begun was changed to %q", got)
	}
	if got := s.room.Polls["two"].Question; got != "Second, changed?" {
		t.Errorf("the draft is %q", got)
	}
	if s.room.Polls["three"] != nil || s.room.Polls["own"] == nil {
		t.Error("the wrong draft is gone")
	}
	before = len(s.told[host])
	s.room.Replan(s.now, p)
	s.carry()
	if len(s.told[host]) != before {
		t.Error("people were told of no change")
	}
}
