package room_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
)

// scene is a room and what everybody in it was told.
type scene struct {
	t     *testing.T
	room  *room.Room
	now   int64
	told  map[string][]*signal.Message
	close map[string]int
	notes []room.Note
	n     int
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, now: 1_795_300_000_000, told: map[string][]*signal.Message{}, close: map[string]int{}}
	s.room = room.Open(room.New("demo", room.Info{Title: "Burnout", WaitingRoom: true}), []byte("secret"))
	return s
}

func (s *scene) carry() {
	for _, e := range s.room.Effects() {
		switch {
		case e.Tell != nil:
			s.told[e.To] = append(s.told[e.To], e.Tell)
		case e.Close != 0:
			s.close[e.To] = e.Close
		case e.Note != nil:
			s.notes = append(s.notes, *e.Note)
		}
	}
}

func (s *scene) join(t live.Ticket) string {
	s.t.Helper()
	s.now += 1000
	s.n++
	if t.ID == "" {
		t.ID = fmt.Sprint("ticket", s.n)
	}
	t.Webinar = "demo"
	person, err := s.room.Join(s.now, t, "", fmt.Sprint("seat", s.n), 0)
	if err != nil {
		s.t.Fatal(err)
	}
	s.carry()
	return person
}

// do sends a command as it stands on the line, and gives the problem's code, "" for none.
func (s *scene) do(person, kind, content string) string {
	s.t.Helper()
	s.now += 1000
	s.n++
	id := fmt.Sprint("c", s.n)
	_, c, err := signal.Decode(fmt.Appendf(nil, `{"t":%q,"id":%q,"d":%s}`, kind, id, content))
	if err != nil {
		return err.(*signal.Problem).Code
	}
	s.room.Apply(s.now, person, id, c)
	s.carry()
	for _, m := range s.told[person] {
		if m.Re == id && m.Type == "no" {
			var p signal.Problem
			_ = json.Unmarshal(m.Data, &p)
			return p.Code
		}
	}
	return ""
}

func (s *scene) must(person, kind, content string) {
	s.t.Helper()
	if code := s.do(person, kind, content); code != "" {
		s.t.Fatalf("%s %s %s: %s", person, kind, content, code)
	}
}

// knows gives what somebody was told last of an item, "" when it is gone or was never told.
func (s *scene) knows(person, part, key string) string {
	last := ""
	for _, m := range s.told[person] {
		var d struct {
			Part, Key string
			Item      json.RawMessage
		}
		if m.Type != "put" && m.Type != "drop" || json.Unmarshal(m.Data, &d) != nil || d.Part != part || d.Key != key {
			continue
		}
		last = string(d.Item)
	}
	return last
}

func (s *scene) people() (host, site, trainee, guest string) {
	host = s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	site = s.join(live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty", City: "Almaty", Zone: "Asia/Almaty"})
	trainee = s.join(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"})
	guest = s.join(live.Ticket{Role: live.Viewer, Name: "Expert"})
	return host, site, trainee, guest
}

func TestGuestsWaitUntilTheyAreLetIn(t *testing.T) {
	s := newScene(t)
	host, _, _, guest := s.people()
	if s.knows(guest, "people", host) != "" || s.do(guest, "chat.send", `{"key":"a","to":"","text":"hello"}`) != "waiting" {
		t.Error("a guest is in before a host let them")
	}
	if s.knows(host, "waiting", guest) == "" {
		t.Error("the host does not see who waits")
	}
	s.must(host, "stage.admit", fmt.Sprintf(`{"person":%q}`, guest))
	if s.knows(guest, "people", host) == "" || s.knows(host, "waiting", guest) != "" {
		t.Error("letting in did not let in")
	}
}

func TestRightsInTheRoom(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	for _, c := range []struct{ kind, content string }{
		{"stage.role", `{"person":"p3","role":"host"}`},
		{"stage.mute", `{"person":"p1"}`},
		{"stage.remove", `{"person":"p1"}`},
		{"room.lock", `{"on":true}`},
		{"room.end", `{}`},
		{"poll.make", `{"key":"k","question":"?","kind":"single","options":[{"key":"a","text":"A"},{"key":"b","text":"B"}]}`},
		{"timer.set", `{"minutes":1}`},
		{"slides.show", `{"deck":"d","page":1}`},
		{"hand.lower", `{"person":"p1"}`},
		{"media.mute", `{"source":"mic","muted":false}`},
		{"site.code", `{}`},
		{"chat.hide", `{"key":"x"}`},
	} {
		if code := s.do(trainee, c.kind, c.content); code != "forbidden" {
			t.Errorf("a trainee's %s was answered %q", c.kind, code)
		}
	}
	if s.room.MayPublish(trainee) || !s.room.MayPublish(host) || !s.room.MayPublish(site) {
		t.Error("who may publish is wrong")
	}
	s.must(trainee, "hand.raise", `{}`)
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"speaker"}`, trainee))
	if !s.room.MayPublish(trainee) || strings.Contains(s.knows(host, "people", trainee), "hand") {
		t.Error("on stage one may speak, and the hand is down")
	}
	if s.do(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"audience"}`, host)) != "last-host" {
		t.Error("a room lost its last host")
	}
}

func TestPrivateChatIsPrivate(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.must(trainee, "chat.send", fmt.Sprintf(`{"key":"a","to":%q,"text":"between us"}`, site))
	s.must(trainee, "chat.send", `{"key":"b","to":"hosts","text":"help"}`)
	s.must(trainee, "chat.send", `{"key":"b","to":"hosts","text":"help"}`) // a repeat
	if s.knows(site, "chat", "a") == "" || s.knows(host, "chat", "a") != "" || s.knows(host, "chat", "b") == "" || s.knows(site, "chat", "b") != "" {
		t.Error("a line reached somebody else")
	}
	if s.do(site, "chat.send", `{"key":"b","to":"","text":"mine"}`) != "taken" {
		t.Error("a line of somebody else was overwritten")
	}
}

func TestAnonymousPoll(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.must(host, "poll.make", `{"key":"k","question":"Tired?","kind":"single","anonymous":true,"options":[{"key":"a","text":"Yes"},{"key":"b","text":"No"}]}`)
	if s.knows(trainee, "polls", "k") != "" {
		t.Error("a draft is seen")
	}
	s.must(host, "poll.open", `{"key":"k"}`)
	s.must(trainee, "poll.vote", `{"key":"k","choices":["a"]}`)
	if s.do(trainee, "poll.vote", `{"key":"k","choices":["b"]}`) != "voted" {
		t.Error("somebody voted twice")
	}
	if got := s.knows(host, "polls", "k"); strings.Contains(got, "results") {
		t.Errorf("one vote is shown: %s", got)
	}
	s.must(site, "site.heads", `{"count":5}`)
	if s.do(site, "poll.vote", `{"key":"k","heads":{"a":4,"b":2}}`) != "too-many" {
		t.Error("more votes than people")
	}
	s.must(site, "poll.vote", `{"key":"k","heads":{"a":3,"b":2}}`)
	for i := range 3 {
		more := s.join(live.Ticket{Role: live.Viewer, Person: fmt.Sprint("more", i), Name: "Trainee"})
		s.must(more, "poll.vote", `{"key":"k","choices":["b"]}`)
	}
	if got := s.knows(host, "polls", "k"); strings.Contains(got, "results") {
		t.Error("results of a poll that is open")
	}
	s.must(host, "poll.close", `{"key":"k"}`)
	if got := s.knows(host, "polls", "k"); !strings.Contains(got, `"a":4`) || !strings.Contains(got, `"votes":9`) {
		t.Errorf("results: %s", got)
	}
	if got := s.knows(trainee, "polls", "k"); strings.Contains(got, "results") {
		t.Error("results are held back from the audience")
	}
	// Nowhere does a vote stand beside who gave it.
	raw, _ := json.Marshal(s.room.State)
	var kept struct {
		Polls map[string]struct{ Votes map[string]any } `json:"polls"`
	}
	_ = json.Unmarshal(raw, &kept)
	if len(kept.Polls["k"].Votes) != 0 {
		t.Errorf("votes are kept with their owners: %s", raw)
	}
	for _, n := range s.notes {
		if strings.Contains(n.Kind, "poll") {
			t.Errorf("the journal knows of a vote: %+v", n)
		}
	}
}

func TestComingBack(t *testing.T) {
	s := newScene(t)
	host, _, trainee, _ := s.people()
	s.must(trainee, "hand.raise", `{}`)
	known := s.room.Number
	s.room.Leave(s.now, trainee)
	s.carry()
	if !strings.Contains(s.knows(host, "people", trainee), `"line":"away"`) {
		t.Error("the host is not told")
	}
	s.must(host, "chat.send", `{"key":"missed","to":"","text":"while you were away"}`)
	s.told[trainee] = nil
	again, err := s.room.Join(s.now+20_000, live.Ticket{ID: "another", Webinar: "demo", Role: live.Viewer, Person: "t", Name: "Dilnoza"}, "", "x", known)
	s.carry()
	if err != nil || again != trainee {
		t.Fatalf("%s came back as %s, %v", trainee, again, err)
	}
	if s.knows(trainee, "chat", "missed") == "" || strings.Contains(string(s.told[trainee][0].Data), `"whole":true`) {
		t.Error("what was missed was not told, or everything was")
	}
	if !strings.Contains(s.knows(host, "people", trainee), `"hand"`) {
		t.Error("the hand went down")
	}
	if people := len(s.room.People); people != 3 {
		t.Errorf("there are %d people", people)
	}
}

// A state that was written down goes on where it was, and commands that were carried out are not again.
// Somebody who was away for longer than they are shown comes back as a person of the room, not as a ghost.
func TestComingBackAfterLong(t *testing.T) {
	s := newScene(t)
	viewer := live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}
	person := s.join(viewer)
	s.room.Leave(s.now, person)
	s.now += 10 * 60 * 1000
	s.room.Tick(s.now)
	s.carry()
	if s.room.People[person] != nil {
		t.Fatal("they are still shown")
	}
	if again := s.join(viewer); again != person {
		t.Errorf("came back as %s, was %s", again, person)
	}
	if p := s.room.People[person]; p == nil || p.Line != "on" {
		t.Errorf("they are %+v", p)
	}
	if code := s.do(person, "hand.raise", "{}"); code != "" {
		t.Errorf("their hand: %s", code)
	}
}

func TestWrittenDownAndReadBack(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.must(site, "site.walkin", `{"key":"w1","name":"Bakyt"}`)
	s.must(host, "timer.set", `{"minutes":5,"label":"break"}`)
	_, c, err := signal.Decode([]byte(`{"t":"notes.write","id":"n1","d":{"text":"agreed","version":0}}`))
	if err != nil {
		t.Fatal(err)
	}
	s.room.Apply(s.now, host, "n1", c)
	raw, err := json.Marshal(s.room.State)
	if err != nil {
		t.Fatal(err)
	}
	state, err := room.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	s.room = room.Open(state, []byte("secret"))
	s.carry()
	s.told = map[string][]*signal.Message{}
	back, err := s.room.Join(s.now, live.Ticket{ID: "later", Webinar: "demo", Role: live.Host, Person: "h", Name: "Trainer"}, "", "y", 0)
	if err != nil || back != host {
		t.Fatalf("%s, %v", back, err)
	}
	s.room.Apply(s.now, host, "n1", c)
	s.carry()
	if got := s.knows(host, "notes", "notes"); !strings.Contains(got, `"version":1`) {
		t.Errorf("notes: %s", got)
	}
	if s.knows(host, "roster", "w1") == "" || s.knows(host, "timer", "timer") == "" || !strings.Contains(s.knows(host, "people", trainee), "away") {
		t.Error("something was lost")
	}
}

// FuzzDecode throws anything at the line, and what is understood at a room.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"t":"chat.send","id":"1","d":{"key":"a","to":"","text":"hello"}}`))
	f.Add([]byte(`{"t":"poll.vote","id":"1","d":{"key":"k","heads":{"a":-1}}}`))
	f.Add([]byte(`{"t":"slides.draw","id":"1","d":{"strokes":[{"colour":"a","points":[[0,1]]}]}}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		id, c, err := signal.Decode(frame)
		if err != nil {
			if p, ok := err.(*signal.Problem); !ok || p.Code == "" {
				t.Errorf("%q: %v", frame, err)
			}
			return
		}
		r := room.Open(room.New("demo", room.Info{}), []byte("s"))
		person, err := r.Join(1, live.Ticket{ID: "t", Role: live.Host, Webinar: "demo", Person: "p"}, "", "x", 0)
		if err != nil {
			t.Fatal(err)
		}
		r.Apply(2, person, id, c)
		if len(r.Effects()) == 0 {
			t.Errorf("%q was not answered", frame)
		}
	})
}

func TestNotesOnSlidesAreThePresenters(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	if p := s.room.AddDeck(s.now, host, "deck0001", "Prevention"); p != nil {
		t.Fatal(p)
	}
	s.room.DeckReady(s.now, "deck0001", 3, "")
	s.must(host, "slides.note", `{"deck":"deck0001","page":2,"text":"Ask Almaty first"}`)
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"speaker"}`, trainee))
	if !strings.Contains(s.knows(host, "decks", "deck0001"), "Ask Almaty first") {
		t.Error("the presenter does not get the note back")
	}
	for name, person := range map[string]string{"a site": site, "a speaker": trainee} {
		for _, m := range s.told[person] {
			if strings.Contains(string(m.Data), "Ask Almaty") {
				t.Errorf("%s was told the note: %s", name, m.Data)
			}
		}
	}
	if !strings.Contains(s.knows(trainee, "decks", "deck0001"), "Prevention") {
		t.Error("a speaker does not see the slides")
	}
	for _, c := range []struct{ who, content, code string }{
		{trainee, `{"deck":"deck0001","page":1,"text":"x"}`, "forbidden"},
		{site, `{"deck":"deck0001","page":1,"text":"x"}`, "forbidden"},
		{host, `{"deck":"deck0001","page":4,"text":"x"}`, "malformed"},
		{host, `{"deck":"deck0002","page":1,"text":"x"}`, "not-found"},
		{host, fmt.Sprintf(`{"deck":"deck0001","page":1,"text":%q}`, strings.Repeat("x", 4001)), "too-long"},
	} {
		if code := s.do(c.who, "slides.note", c.content); code != c.code {
			t.Errorf("slides.note %.60s was answered %q, want %q", c.content, code, c.code)
		}
	}
	s.must(host, "slides.note", `{"deck":"deck0001","page":2,"text":""}`)
	if strings.Contains(s.knows(host, "decks", "deck0001"), "notes") {
		t.Error("an empty note is kept")
	}
}

func TestNotesOnSlidesHaveALimit(t *testing.T) {
	s := newScene(t)
	host, _, _, _ := s.people()
	if p := s.room.AddDeck(s.now, host, "deck0001", "Prevention"); p != nil {
		t.Fatal(p)
	}
	s.room.DeckReady(s.now, "deck0001", 300, "")
	full := ""
	for page := 1; page <= 300 && full == ""; page++ {
		full = s.do(host, "slides.note", fmt.Sprintf(`{"deck":"deck0001","page":%d,"text":%q}`, page, strings.Repeat("ы", 4000)))
	}
	if full != "full" {
		t.Errorf("notes without end were answered %q", full)
	}
	s.must(host, "slides.note", `{"deck":"deck0001","page":1,"text":"short again"}`)
}
