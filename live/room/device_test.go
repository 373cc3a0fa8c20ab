package room_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
)

func (s *scene) attach(t live.Ticket) string {
	s.t.Helper()
	s.now += 1000
	t.Webinar = "demo"
	person, err := s.room.Attach(s.now, t)
	if err != nil {
		s.t.Fatal(err)
	}
	s.carry()
	return person
}

func (s *scene) kinds(person string) (kinds []string) {
	for _, n := range s.notes {
		if n.Person == person {
			kinds = append(kinds, n.Kind)
		}
	}
	return kinds
}

// What sends by WHIP is shown like anybody, with a seat of its own beside the account's, and leaves nothing behind.
func TestDeviceHasASeat(t *testing.T) {
	s := newScene(t)
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	studio := s.attach(live.Ticket{ID: "shared", Role: live.Speaker, Shared: true, Name: "Studio"})
	second := s.attach(live.Ticket{ID: "shared", Role: live.Speaker, Shared: true})
	own := s.attach(live.Ticket{ID: "mine", Role: live.Host, Person: "h", Name: "Trainer"})
	if studio == second || own == host {
		t.Fatal("a seat for two")
	}
	if p := s.room.People[studio]; p == nil || p.Name != "Studio" || p.Kind != "device" || p.Role != "speaker" || p.Line != "on" {
		t.Errorf("the studio is shown as %+v", p)
	}
	if p := s.room.People[second]; p.Name != "WHIP" {
		t.Errorf("one without a name is called %q", p.Name)
	}
	if p := s.room.People[own]; p.Role != "speaker" {
		t.Errorf("a program is a %s", p.Role)
	}
	s.room.Published(s.now, studio, "t1", "video", "cam")
	if s.room.Tracks["t1"] == nil || !s.room.People[studio].Cam {
		t.Error("its picture is not announced")
	}
	if !s.room.SameAccount(host, own) || s.room.SameAccount(host, studio) {
		t.Error("whose program it is")
	}
	// The account comes back to its own seat, not to the program's.
	if again := s.join(live.Ticket{ID: "mine", Role: live.Host, Person: "h", Name: "Trainer"}); again != host {
		t.Errorf("the host came back as %s", again)
	}
	s.room.Detach(s.now+60_000, studio)
	s.room.Detach(s.now+60_000, own)
	s.carry()
	if s.room.People[studio] != nil || s.room.Seats[studio] != nil || s.room.Tracks["t1"] != nil {
		t.Error("it left something behind")
	}
	if got := s.kinds(studio); len(got) != 0 {
		t.Errorf("minutes of nobody were written down: %v", got)
	}
	if got := s.kinds(own); !slices.Equal(got, []string{"join", "leave"}) {
		t.Errorf("the account's minutes: %v", got)
	}
}

func TestWhoMayAttach(t *testing.T) {
	s := newScene(t)
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	code := func(t live.Ticket) string {
		_, err := s.room.Attach(s.now, t)
		var p *signal.Problem
		if errors.As(err, &p) {
			return p.Code
		}
		return ""
	}
	if got := code(live.Ticket{ID: "v", Role: live.Viewer, Person: "x"}); got != "forbidden" {
		t.Errorf("somebody of the audience: %q", got)
	}
	s.do(host, "room.lock", `{"on":true}`)
	if got := code(live.Ticket{ID: "s", Role: live.Speaker}); got != "forbidden" {
		t.Errorf("through a locked door: %q", got)
	}
	s.do(host, "room.lock", `{"on":false}`)
	for i := range 256 {
		if got := code(live.Ticket{ID: "s", Role: live.Speaker, Shared: true}); got != "" {
			t.Fatalf("device %d: %s", i, got)
		}
	}
	if got := code(live.Ticket{ID: "s", Role: live.Speaker, Shared: true}); got != "full" {
		t.Errorf("one too many: %q", got)
	}
	s.do(host, "room.end", `{}`)
	if got := code(live.Ticket{ID: "s", Role: live.Speaker}); got != "over" {
		t.Errorf("after the end: %q", got)
	}
}

// A host is over devices as over anybody, and their sound is switched on again by a host: nobody else can.
func TestHostOverDevices(t *testing.T) {
	s := newScene(t)
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	guest := s.join(live.Ticket{Role: live.Speaker, Person: "g", Name: "Guest"})
	studio := s.attach(live.Ticket{ID: "t", Role: live.Speaker, Shared: true, Name: "Studio"})
	s.room.Published(s.now, studio, "t1", "audio", "mic")
	if got := s.do(host, "stage.mute", `{}`); got != "" || s.room.People[studio].Mic || !s.room.Tracks["t1"].Muted {
		t.Errorf("it was not muted with the others: %s", got)
	}
	on := `{"source":"mic","muted":false,"person":"` + studio + `"}`
	if got := s.do(guest, "media.mute", on); got != "forbidden" {
		t.Errorf("somebody else switched it on: %q", got)
	}
	if got := s.do(host, "media.mute", `{"source":"mic","muted":false,"person":"`+guest+`"}`); got != "forbidden" {
		t.Errorf("a host opened somebody's microphone: %q", got)
	}
	if got := s.do(host, "media.mute", on); got != "" || !s.room.People[studio].Mic || s.room.Tracks["t1"].Muted {
		t.Errorf("it stays muted: %q", got)
	}
	if got := s.do(host, "chat.send", `{"key":"k","to":"`+studio+`","text":"hello"}`); got != "not-found" {
		t.Errorf("a line to a program: %q", got)
	}
	if got := s.do(host, "stage.role", `{"person":"`+studio+`","role":"host"}`); got != "forbidden" {
		t.Errorf("a program was made a host: %q", got)
	}
	stops := func() (n int) {
		for _, e := range s.room.Effects() {
			if e.Close != 0 && e.To == studio {
				n++
			}
		}
		return n
	}
	_, c, err := signal.Decode([]byte(`{"t":"stage.role","id":"last","d":{"person":"` + studio + `","role":"audience"}}`))
	if err != nil {
		t.Fatal(err)
	}
	s.room.Apply(s.now, host, "last", c)
	if stops() != 1 || s.room.People[studio] != nil {
		t.Error("off the stage it still has its seat")
	}
	studio = s.attach(live.Ticket{ID: "t", Role: live.Speaker, Shared: true, Name: "Studio"})
	if got := s.do(host, "stage.remove", `{"person":"`+studio+`","ban":true}`); got != "" || s.room.People[studio] != nil {
		t.Errorf("removed: %q", got)
	}
	if _, err := s.room.Attach(s.now, live.Ticket{ID: "t", Role: live.Speaker, Shared: true}); err == nil {
		t.Error("what was banned is back")
	}
	// One of a host of the calendar can be taken out: it is no host.
	own := s.attach(live.Ticket{ID: "mine", Role: live.Host, Person: "h"})
	if got := s.do(host, "stage.remove", `{"person":"`+own+`"}`); got != "" || s.room.People[own] != nil {
		t.Errorf("the host's own program: %q", got)
	}
}

// A program that restarts has no devices: they come anew.
func TestDevicesGoWithTheProgram(t *testing.T) {
	s := newScene(t)
	studio := s.attach(live.Ticket{ID: "t", Role: live.Speaker, Name: "Studio"})
	raw, err := json.Marshal(s.room.State)
	if err != nil {
		t.Fatal(err)
	}
	back, err := room.Read(raw)
	if err != nil || back.Seats[studio] != nil || back.People[studio] != nil {
		t.Errorf("it is still there: %v", err)
	}
}

// A program whose session broke comes back through a door that was locked while it was in: for some minutes, one for each
// that was, and not when a host took it out.
func TestDeviceComesBackThroughALockedDoor(t *testing.T) {
	s := newScene(t)
	host := s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	ticket := live.Ticket{ID: "shared", Webinar: "demo", Role: live.Speaker, Shared: true, Name: "Studio"}
	try := func() string {
		t.Helper()
		person, err := s.room.Attach(s.now, ticket)
		s.carry()
		if err != nil {
			return ""
		}
		return person
	}
	early := try()
	s.room.Detach(s.now, early)
	studio := try()
	s.must(host, "room.lock", `{"on":true}`)
	if try() != "" {
		t.Fatal("a second program came through a locked door")
	}
	s.room.Detach(s.now, studio)
	s.now += 60_000
	if studio = try(); studio == "" {
		t.Fatal("the studio stays out")
	}
	if try() != "" {
		t.Error("two came back for one")
	}
	s.room.Detach(s.now, studio)
	raw := s.kept()
	again, err := room.Read([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	s.room = room.Open(again, []byte("secret"))
	if studio = try(); studio == "" {
		t.Error("a restart keeps the studio out")
	}
	s.room.Detach(s.now, studio)
	s.now += 6 * 60_000
	if try() != "" {
		t.Error("the door stays open for ever")
	}
	s.must(host, "room.lock", `{"on":false}`)
	try()
	s.must(host, "room.lock", `{"on":true}`)
	// The program is killed with the studio in it.
	if again, err = room.Read([]byte(s.kept())); err != nil {
		t.Fatal(err)
	}
	s.room = room.Open(again, []byte("secret"))
	s.room.Restarted(s.now, s.now)
	host = s.join(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	if studio = try(); studio == "" {
		t.Error("a kill keeps the studio out")
	}
	s.must(host, "stage.remove", `{"person":"`+studio+`"}`)
	if try() != "" {
		t.Error("whom a host took out comes back")
	}
}
