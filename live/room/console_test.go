package room_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
)

// consoleWords is what a site's console says and is told from its hello on; the browser's tests read it too.
const consoleWords = "../signal/testdata/console.jsonl"

var almaty = live.Ticket{ID: "almaty", Webinar: "demo", Role: live.Viewer, Site: "almaty", Name: "Almaty", City: "Almaty", Zone: "Asia/Almaty"}

// on takes what the room says to one line of a person.
func on(list []room.Effect, person, line string) (said []*signal.Message) {
	for _, e := range list {
		if e.Tell != nil && e.To == person && (!e.Alone || e.Line == line) {
			said = append(said, e.Tell)
		}
	}
	return said
}

// kindsOf lists the types of messages.
func kindsOf(list []*signal.Message) string {
	var kinds []string
	for _, m := range list {
		kinds = append(kinds, m.Type)
	}
	return strings.Join(kinds, " ")
}

// console sends a command on a console and gives what both lines of the site were told of it.
func (s *scene) console(person, name, id, kind, content string) (there, beside []*signal.Message) {
	s.t.Helper()
	_, c, err := signal.Decode(fmt.Appendf(nil, `{"t":%q,"id":%q,"d":%s}`, kind, id, content))
	if err != nil {
		s.t.Fatal(err)
	}
	s.now += 1000
	s.room.Console(s.now, person, name, id, c)
	list := s.room.Effects()
	return on(list, person, name), on(list, person, "")
}

func (s *scene) consoleIn(t live.Ticket, name string, since uint64) (string, error) {
	s.now += 1000
	return s.room.JoinConsole(s.now, t, name, "", "another secret", since)
}

// A facilitator's telephone is a console beside the projector: nobody is put out, nobody is there twice, both know the same.
func TestAConsoleBesideTheProjector(t *testing.T) {
	s := newScene(t)
	s.room.Room.WaitingRoom = false
	host, site, _, _ := s.people()
	people, notes := len(s.room.People), len(s.notes)
	got, err := s.consoleIn(almaty, "phone", 0)
	if err != nil || got != site {
		t.Fatalf("the console came to %q, %v; the site is %s", got, err, site)
	}
	list := s.room.Effects()
	if beside := on(list, site, ""); len(beside) != 0 {
		t.Errorf("the projector was told %s", kindsOf(beside))
	}
	if len(s.room.People) != people || s.room.People[site].Line != "on" || len(s.notes) != notes || len(s.close) != 0 {
		t.Errorf("it counts as somebody, or put somebody out: %v", s.close)
	}
	var welcome struct{ Grants []string }
	_ = json.Unmarshal(on(list, site, "phone")[0].Data, &welcome)
	if !slices.Equal(welcome.Grants, []string{"files", "roster"}) {
		t.Errorf("it was granted %v", welcome.Grants)
	}

	there, beside := s.console(site, "phone", "1", "site.walkin", `{"name":"Dina","key":"e1"}`)
	if kinds := kindsOf(there); !strings.HasSuffix(kinds, " ok") || !strings.Contains(kinds, "put") {
		t.Errorf("a name that was written down was answered by %s", kinds)
	}
	if kinds := kindsOf(beside); strings.Contains(kinds, "ok") || !strings.Contains(kinds, "put") {
		t.Errorf("and told to the projector as %s", kinds)
	}
	// Each line counts its commands for itself.
	s.do(site, "site.heads", `{"count":7}`)
	if there, _ := s.console(site, "phone", "1", "hand.raise", `{}`); kindsOf(there) != "ok" || s.room.People[site].Hand != 0 {
		t.Error("the same id again on the same line is carried out again")
	}
	_, hand, _ := signal.Decode([]byte(`{"t":"hand.raise","id":"1"}`))
	s.room.Apply(s.now, site, "1", hand)
	if s.room.People[site].Hand == 0 {
		t.Error("an id of the console counts on the projector's line")
	}
	s.carry()
	if there, _ := s.console(site, "phone", "m", "media.mute", `{"source":"mic","muted":true}`); kindsOf(there) != "no" {
		t.Error("a console silences the projector")
	}
	s.must(host, "poll.make", `{"key":"v","question":"Tired?","kind":"single","options":[{"key":"a","text":"Yes"},{"key":"b","text":"No"}]}`)
	s.must(host, "poll.open", `{"key":"v"}`)
	if _, beside := s.console(site, "phone", "v", "poll.vote", `{"key":"v","heads":{"a":2}}`); !bytes.Contains(beside[0].Data, []byte(`"voted":true`)) {
		t.Errorf("the projector was told %s", beside[0].Data)
	}
}

// What a console does not hold: the site's presence is that of the line with sound and pictures.
func TestAConsoleIsNoPresence(t *testing.T) {
	s := newScene(t)
	site, err := s.consoleIn(almaty, "phone", 0)
	if err != nil {
		t.Fatal(err)
	}
	s.carry()
	if p := s.room.People[site]; p == nil || p.Line != "away" || len(s.notes) != 0 {
		t.Fatalf("a console alone: %+v, %v", p, s.notes)
	}
	if again := s.join(almaty); again != site || s.room.People[site].Line != "on" {
		t.Fatalf("the projector came to %s, the console is at %s", again, site)
	}
	s.room.Leave(s.now, site)
	s.room.Effects()
	if p := s.room.People[site]; p.Line != "away" {
		t.Errorf("the projector is gone and the site is %q", p.Line)
	}
	if there, _ := s.console(site, "phone", "1", "site.phone", `{"on":true,"number":"+7"}`); kindsOf(there) != "put ok" || s.room.People[site].Line != "phone" {
		t.Errorf("the console that stayed was told %s", kindsOf(there))
	}
	s.room.LeaveConsole(s.now, site, "phone")
	if p := s.room.People[site]; p.Line != "phone" {
		t.Errorf("the console took the site along: %q", p.Line)
	}
}

func TestWhoHasAConsole(t *testing.T) {
	s := newScene(t)
	host, site, _, _ := s.people()
	refused := func(t live.Ticket, name string) string {
		_, err := s.consoleIn(t, name, 0)
		if err == nil {
			return ""
		}
		return err.(*signal.Problem).Code
	}
	if code := refused(live.Ticket{ID: "d", Webinar: "demo", Role: live.Viewer, Person: "t", Name: "Dilnoza"}, "x"); code != "forbidden" {
		t.Errorf("a person has a console: %q", code)
	}
	for i := range 4 {
		if code := refused(almaty, fmt.Sprint("c", i)); code != "" {
			t.Fatalf("console %d: %s", i+1, code)
		}
	}
	if code := refused(almaty, "c4"); code != "full" {
		t.Errorf("the fifth console: %q", code)
	}
	if code := refused(almaty, "c2"); code != "" {
		t.Errorf("a console that comes back: %q", code)
	}
	s.room.LeaveConsole(s.now, site, "c0")
	if code := refused(almaty, "c4"); code != "" {
		t.Errorf("after one left: %q", code)
	}
	s.room.Effects()

	s.must(host, "stage.role", `{"person":"`+site+`","role":"speaker"}`)
	s.must(host, "stage.remove", `{"person":"`+site+`"}`)
	if s.close[site] != signal.CloseRemoved {
		t.Fatal("the site was not taken out")
	}
	if there, _ := s.console(site, "c1", "1", "hand.raise", `{}`); len(there) != 0 {
		t.Errorf("a console that was taken out was told %s", kindsOf(there))
	}
	if code := refused(almaty, "c1"); code != "" || s.room.People[site] == nil {
		t.Errorf("a site that was removed and not banned comes back: %q", code)
	}
	s.carry()
	s.must(host, "stage.remove", `{"person":"`+site+`","ban":true}`)
	if code := refused(almaty, "c1"); code != "removed" {
		t.Errorf("a banned centre's console: %q", code)
	}
	s.must(host, "room.end", `{}`)
	if code := refused(almaty, "c1"); code != "over" {
		t.Errorf("a console of what is over: %q", code)
	}
}

// A console that was away for a moment is told what it missed, and the end.
func TestAConsoleComesBack(t *testing.T) {
	s := newScene(t)
	host, site, _, _ := s.people()
	if _, err := s.consoleIn(almaty, "phone", 0); err != nil {
		t.Fatal(err)
	}
	known := s.room.Number
	s.room.LeaveConsole(s.now, site, "phone")
	s.carry()
	s.must(host, "chat.send", `{"key":"k1","to":"","text":"Welcome"}`)
	if _, err := s.consoleIn(almaty, "phone", known); err != nil {
		t.Fatal(err)
	}
	told := on(s.room.Effects(), site, "phone")
	if kinds := kindsOf(told); kinds != "welcome put ready" || !bytes.Contains(told[1].Data, []byte("Welcome")) {
		t.Errorf("it was told %s", kinds)
	}
	s.room.Leave(s.now, site) // the end reaches a site that has its console alone
	s.carry()
	s.must(host, "room.end", `{}`)
	if s.close[site] != signal.CloseOver {
		t.Error("the console of a site without a projector is not told of the end")
	}
}

// The words between a console and the room, as examples for whoever writes another client.
func TestConsoleExamples(t *testing.T) {
	s := newScene(t)
	s.room.Room.WaitingRoom = false
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	site := s.join(almaty)
	s.must(host, "poll.make", `{"key":"v1","question":"Tired?","kind":"single","options":[{"key":"a","text":"Yes"},{"key":"b","text":"No"}]}`)
	s.must(host, "poll.open", `{"key":"v1"}`)
	var out bytes.Buffer
	// "<" is what the console says, ">" what it is told.
	says := func(line string) signal.Command {
		_, c, err := signal.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out, "<", line)
		return c
	}
	hears := func() {
		for _, m := range on(s.room.Effects(), site, "x7Kq2") {
			m.Data = shape(t, m)
			raw, _ := json.Marshal(m)
			fmt.Fprintln(&out, ">", string(raw))
		}
	}
	hello := says(`{"t":"hello","id":"1","d":{"ticket":"eyJ","console":"x7Kq2","language":"ru"}}`).(*signal.Hello)
	if _, err := s.consoleIn(almaty, hello.Console, hello.Since); err != nil {
		t.Fatal(err)
	}
	hears()
	for i, line := range []string{
		`{"t":"site.walkin","id":"2","d":{"name":"Dina","key":"e1"}}`,
		`{"t":"site.tick","id":"3","d":{"entry":"e1","state":"late"}}`,
		`{"t":"hand.raise","id":"4"}`,
		`{"t":"poll.vote","id":"5","d":{"key":"v1","heads":{"a":1}}}`,
		`{"t":"site.phone","id":"6","d":{"on":false,"number":"+7 727 000 00 00"}}`,
		`{"t":"media.mute","id":"7","d":{"source":"mic","muted":true}}`,
	} {
		s.room.Console(s.now, site, hello.Console, fmt.Sprint(i+2), says(line))
		hears()
	}
	if *update {
		if err := os.WriteFile(consoleWords, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(consoleWords)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("the examples are\n%s\nrenew them by -update where that is meant", out.Bytes())
	}
}

// shape takes out of a welcome what is made anew each time.
func shape(t *testing.T, m *signal.Message) json.RawMessage {
	t.Helper()
	if m.Type != "welcome" {
		return m.Data
	}
	var d map[string]any
	if err := json.Unmarshal(m.Data, &d); err != nil {
		t.Fatal(err)
	}
	d["seat"], d["key"] = "seat", "key"
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
