package room_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"mostik/live"
	"mostik/live/room"
)

var update = flag.Bool("update", false, "write the messages anew that other programs are tested with")

// latecomer is what somebody is told who comes when others have left; the browser's tests read it too.
const latecomer = "../signal/testdata/latecomer.jsonl"

// spoken is a room in which a trainee, a site and a guest said and brought something and left.
func spoken(t *testing.T) (s *scene, trainee, late string) {
	t.Helper()
	s = newScene(t)
	s.room.Room.WaitingRoom = false
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	trainee = s.join(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"})
	site := s.join(live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty", City: "Almaty", Zone: "Asia/Almaty"})
	guest := s.join(live.Ticket{Role: live.Viewer, Name: "Expert"})
	s.must(trainee, "chat.send", `{"key":"c1","to":"","text":"Good morning"}`)
	s.must(guest, "chat.send", `{"key":"c2","to":"`+host+`","text":"Between us"}`)
	s.must(host, "chat.send", `{"key":"c3","to":"`+trainee+`","text":"Only for you"}`)
	s.must(trainee, "question.ask", `{"key":"q1","text":"Who is asked first?"}`)
	s.must(guest, "question.ask", `{"key":"q2","text":"What if nobody dares?","anonymous":true}`)
	s.must(site, "notes.write", `{"text":"Call back on Monday","version":0}`)
	s.must(host, "poll.make", `{"key":"v1","question":"Tired?","kind":"single","options":[{"key":"a","text":"Yes"},{"key":"b","text":"No"}]}`)
	s.must(host, "poll.open", `{"key":"v1"}`)
	if p := s.room.AddFile(s.now, trainee, "f1", room.File{Name: "plan.pdf", Size: 1200, Type: "application/pdf"}); p != nil {
		t.Fatal(p)
	}
	s.must(host, "stage.remove", `{"person":"`+guest+`"}`)
	for _, person := range []string{trainee, site} {
		s.room.Leave(s.now, person)
	}
	s.now += 10 * 60_000
	s.room.Tick(s.now)
	s.carry()
	if s.knows(host, "people", trainee) != "" {
		t.Fatal("who left ten minutes ago is still there")
	}
	return s, trainee, s.join(live.Ticket{Role: live.Host, Person: "second", Name: "Second trainer"})
}

// Who comes late learns from the items themselves whose they are, and not whose an anonymous question is.
func TestLateComersLearnNames(t *testing.T) {
	s, _, late := spoken(t)
	for _, c := range []struct{ part, key, want string }{
		{"chat", "c1", `"from_name":"Dilnoza"`},
		{"files", "f1", `"from_name":"Dilnoza"`},
		{"questions", "q1", `"name":"Dilnoza"`},
		{"notes", "notes", `"by_name":"Almaty"`},
	} {
		if got := s.knows(late, c.part, c.key); !strings.Contains(got, c.want) {
			t.Errorf("%s %s says %s, not %s", c.part, c.key, got, c.want)
		}
	}
	if q := s.knows(late, "questions", "q2"); q == "" || strings.Contains(q, "Expert") {
		t.Errorf("the anonymous question says %s", q)
	}
	if s.knows(late, "chat", "c2") != "" {
		t.Error("another host reads what was said in private")
	}
	host := "p1"
	if got := s.knows(host, "chat", "c2"); !strings.Contains(got, `"from_name":"Expert"`) {
		t.Errorf("a line of one who was taken out says %s", got)
	}
	if got := s.knows(host, "chat", "c3"); !strings.Contains(got, `"to_name":"Dilnoza"`) {
		t.Errorf("a line to one who left says %s", got)
	}
	var out bytes.Buffer
	for _, m := range s.told[late] {
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(raw, '\n'))
	}
	if *update {
		if err := os.WriteFile(latecomer, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(latecomer); err != nil || !bytes.Equal(want, out.Bytes()) {
		t.Errorf("%s differs (%v): go test ./live/room -update\n%s", latecomer, err, out.Bytes())
	}
}

// Whose account is erased is named by no item any more, for those who are there and those who come.
func TestErasureTakesNamesFromItems(t *testing.T) {
	s, _, late := spoken(t)
	s.now += 1000
	s.room.Erase(s.now, "t", nil)
	s.carry()
	later := s.join(live.Ticket{Role: live.Host, Person: "third", Name: "Third trainer"})
	for _, who := range []string{"p1", late, later} {
		for _, item := range [][2]string{{"chat", "c1"}, {"chat", "c3"}, {"files", "f1"}, {"questions", "q1"}} {
			if got := s.knows(who, item[0], item[1]); strings.Contains(got, "Dilnoza") {
				t.Errorf("%s is told %s", who, got)
			}
		}
	}
	if raw := s.kept(); strings.Contains(raw, "Dilnoza") {
		t.Errorf("the disk keeps the name: %s", raw)
	}
}
