package room_test

import (
	"fmt"
	"strings"
	"testing"

	"mostik/live"
	"mostik/live/signal"
)

func person(key string) string { return fmt.Sprintf(`{"person":%q}`, key) }

func TestStageIsGivenAndTaken(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.must(trainee, "hand.raise", `{}`)
	s.must(site, "hand.raise", `{}`)
	first, second := s.room.People[trainee].Hand, s.room.People[site].Hand
	s.must(trainee, "hand.raise", `{}`)
	if first == 0 || second <= first || s.room.People[trainee].Hand != first {
		t.Errorf("the queue: %d, %d, then %d", first, second, s.room.People[trainee].Hand)
	}
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"speaker"}`, trainee))
	s.room.Published(s.now, trainee, "t1", "audio", "mic")
	s.carry()
	if s.room.People[trainee].Hand != 0 || !s.room.MayPublish(trainee) || !s.room.People[trainee].Mic {
		t.Errorf("on stage: %+v", s.room.People[trainee])
	}
	s.must(host, "stage.mute", person(trainee))
	if s.room.People[trainee].Mic || !s.room.Tracks["t1"].Muted {
		t.Error("muted, and heard")
	}
	s.must(trainee, "media.mute", `{"source":"mic","muted":false}`)
	s.room.Published(s.now, host, "t2", "audio", "mic")
	s.must(host, "stage.mute", `{}`)
	if s.room.People[trainee].Mic || !s.room.People[host].Mic {
		t.Error("silence for all but hosts")
	}
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"audience"}`, trainee))
	if s.room.MayPublish(trainee) || s.do(trainee, "media.mute", `{"source":"mic","muted":false}`) != "forbidden" {
		t.Error("off the stage, and still speaking")
	}
}

func TestRemovedComesBackAndBannedDoesNot(t *testing.T) {
	s := newScene(t)
	host, site, trainee, guest := s.people()
	s.must(host, "stage.admit", person(guest))
	s.must(site, "site.walkin", `{"key":"w","name":"Bakyt"}`)
	again := func(t live.Ticket, seat string) error {
		s.n++
		t.ID, t.Webinar = fmt.Sprint("new", s.n), "demo"
		_, err := s.room.Join(s.now, t, seat, "fresh", 0)
		s.carry()
		return err
	}
	dilnoza := live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}
	almaty := live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty"}

	s.must(host, "stage.remove", person(trainee))
	if s.close[trainee] != signal.CloseRemoved || s.room.People[trainee] != nil {
		t.Fatalf("taken out: closed with %d", s.close[trainee])
	}
	if err := again(dilnoza, ""); err != nil {
		t.Errorf("taken out and not banned: %v", err)
	}
	back := ""
	for key, p := range s.room.People {
		if p.Name == "Dilnoza" {
			back = key
		}
	}
	// A centre's roster waits for it.
	s.must(host, "stage.remove", person(site))
	if err := again(almaty, ""); err != nil || s.room.People[site] == nil || s.room.People[site].Heads != 1 || s.room.Roster["w"].Site != site {
		t.Errorf("the site lost its roster: %v", err)
	}

	seat := s.room.Seats[guest].Secret
	for _, each := range []string{back, guest, site} {
		s.must(host, "stage.remove", fmt.Sprintf(`{"person":%q,"ban":true}`, each))
	}
	for name, c := range map[string]struct {
		ticket live.Ticket
		seat   string
	}{
		"the account":         {dilnoza, ""},
		"as a speaker":        {live.Ticket{Role: live.Speaker, Person: "t", Name: "Another"}, ""},
		"the guest's name":    {live.Ticket{Role: live.Viewer, Name: " expert"}, ""},
		"the guest's seat":    {live.Ticket{Role: live.Viewer, Name: "Expert"}, seat},
		"the centre":          {almaty, ""},
		"the centre, renamed": {live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Alma-Ata"}, ""},
	} {
		if err := again(c.ticket, c.seat); err == nil || err.(*signal.Problem).Code != "removed" {
			t.Errorf("%s came back: %v", name, err)
		}
	}
	if err := again(live.Ticket{Role: live.Viewer, Name: "Another expert"}, ""); err != nil {
		t.Errorf("somebody else is kept out: %v", err)
	}
	// A guest is known by their own link and by their browser, whatever name they give; somebody with neither is new.
	taken := s.join(live.Ticket{Role: live.Viewer, Name: "Taken", Link: "own", Device: "laptop"})
	s.must(host, "stage.admit", person(taken))
	s.must(host, "stage.remove", fmt.Sprintf(`{"person":%q,"ban":true}`, taken))
	for name, c := range map[string]struct {
		ticket live.Ticket
		out    bool
	}{
		"by their own link elsewhere":            {live.Ticket{Role: live.Viewer, Name: "New name", Link: "own", Device: "phone"}, true},
		"in the same browser":                    {live.Ticket{Role: live.Viewer, Name: "New name", Device: "laptop"}, true},
		"by another link, in another browser":    {live.Ticket{Role: live.Viewer, Name: "New name", Link: "other", Device: "phone"}, false},
		"somebody who comes without any browser": {live.Ticket{Role: live.Viewer, Name: "New name"}, false},
	} {
		if err := again(c.ticket, ""); (err != nil) != c.out {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Hosts see who is banned, and lift it.
	lifted := ""
	for key := range s.room.Bans {
		if got := s.knows(host, "banned", key); strings.Contains(got, "Dilnoza") {
			lifted = key
		} else if got == "" || strings.Contains(got, "marks") {
			t.Errorf("the host is told %q", got)
		}
	}
	if s.do(site, "stage.pardon", fmt.Sprintf(`{"key":%q}`, lifted)) == "" && s.room.Bans[lifted] == nil {
		t.Error("somebody banned lifted a ban")
	}
	s.must(host, "stage.pardon", fmt.Sprintf(`{"key":%q}`, lifted))
	if err := again(dilnoza, ""); err != nil {
		t.Errorf("pardoned: %v", err)
	}
}

func TestHostsAreNeverLockedOut(t *testing.T) {
	s := newScene(t)
	host, _, trainee, guest := s.people()
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"host"}`, trainee))
	s.must(trainee, "room.lock", `{"on":true}`)
	if _, err := s.room.Join(s.now, live.Ticket{ID: "late", Webinar: "demo", Role: live.Viewer, Person: "late"}, "", "z", 0); err == nil {
		t.Error("a locked door let somebody in")
	}
	for _, c := range []string{"stage.remove", "stage.role"} {
		if code := s.do(trainee, c, fmt.Sprintf(`{"person":%q%s}`, host, map[string]string{"stage.role": `,"role":"audience"`, "stage.remove": `,"ban":true`}[c])); code != "forbidden" {
			t.Errorf("a co-host's %s of the calendar's host: %q", c, code)
		}
	}
	if s.do(host, "stage.remove", fmt.Sprintf(`{"person":%q,"ban":true}`, host)) != "forbidden" {
		t.Error("a host banned themselves")
	}
	// The host drops: the room goes on, and the co-host leads.
	s.room.Leave(s.now, host)
	s.now += 30 * minute
	s.room.Tick(s.now)
	s.carry()
	if s.room.Room.Ended != 0 || s.room.People[host] == nil {
		t.Fatal("the room ended with its host's line")
	}
	s.must(trainee, "stage.admit", person(guest))
	// And comes back through the locked door, with a new ticket and no seat.
	if back, err := s.room.Join(s.now, live.Ticket{ID: "n", Webinar: "demo", Role: live.Host, Person: "h", Name: "Trainer"}, "", "q", 0); err != nil || back != host || s.room.People[host].Role != "host" {
		t.Errorf("the host is %s, %v", back, err)
	}
	// So does the co-host, by the account.
	s.room.Leave(s.now, trainee)
	if back, err := s.room.Join(s.now, live.Ticket{ID: "m", Webinar: "demo", Role: live.Viewer, Person: "t", Name: "Dilnoza"}, "", "q", 0); err != nil || back != trainee || s.room.People[trainee].Role != "host" {
		t.Errorf("the co-host is %s, %v", back, err)
	}
	// Another host of the calendar, who was never here.
	if _, err := s.room.Join(s.now, live.Ticket{ID: "o", Webinar: "demo", Role: live.Host, Person: "second"}, "", "q", 0); err != nil {
		t.Errorf("a second host: %v", err)
	}
	// One who stepped down is a host again by entering anew.
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"audience"}`, host))
	s.room.Leave(s.now, host)
	if _, err := s.room.Join(s.now, live.Ticket{ID: "p", Webinar: "demo", Role: live.Host, Person: "h"}, "", "q", 0); err != nil || s.room.People[host].Role != "host" {
		t.Errorf("who stepped down: %v", err)
	}
}

// A ban of somebody whom the calendar makes a host later does not hold.
func TestBannedAndThenHost(t *testing.T) {
	s := newScene(t)
	host, _, trainee, _ := s.people()
	s.must(host, "stage.remove", fmt.Sprintf(`{"person":%q,"ban":true}`, trainee))
	if _, err := s.room.Join(s.now, live.Ticket{ID: "n", Webinar: "demo", Role: live.Host, Person: "t"}, "", "q", 0); err != nil {
		t.Error(err)
	}
}

// Two hosts press the same button in the same moment: the second is told what is so, and nothing happens twice.
func TestTwoHostsAtOnce(t *testing.T) {
	s := newScene(t)
	host, site, trainee, guest := s.people()
	second := s.join(live.Ticket{Role: live.Host, Person: "h2", Name: "Second"})
	s.must(host, "stage.admit", person(guest))
	s.must(second, "stage.admit", person(guest))
	joins := 0
	for _, n := range s.notes {
		if n.Kind == "join" && n.Person == guest {
			joins++
		}
	}
	if joins != 1 {
		t.Errorf("the guest joined %d times", joins)
	}
	s.must(site, "hand.raise", `{}`)
	s.must(host, "hand.lower", person(site))
	s.must(second, "hand.lower", person(site))
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"speaker"}`, trainee))
	s.must(second, "stage.role", fmt.Sprintf(`{"person":%q,"role":"speaker"}`, trainee))
	s.must(host, "stage.remove", person(trainee))
	if code := s.do(second, "stage.remove", person(trainee)); code != "gone" {
		t.Errorf("removed twice: %q", code)
	}
	if code := s.do(second, "stage.role", fmt.Sprintf(`{"person":%q,"role":"speaker"}`, trainee)); code != "gone" {
		t.Errorf("brought on stage who was removed: %q", code)
	}
	// Both step down at once: the room keeps one.
	s.must(host, "stage.role", fmt.Sprintf(`{"person":%q,"role":"audience"}`, host))
	if code := s.do(second, "stage.role", fmt.Sprintf(`{"person":%q,"role":"audience"}`, second)); code != "last-host" {
		t.Errorf("the last host stepped down: %q", code)
	}
}

// Who waits and is let in while their line is broken comes in when it is back.
func TestAdmittedWhileAway(t *testing.T) {
	s := newScene(t)
	host, _, _, guest := s.people()
	s.room.Leave(s.now, guest)
	s.must(host, "stage.admit", person(guest))
	if s.room.People[guest] != nil {
		t.Error("somebody without a line is in the room")
	}
	seat := s.room.Seats[guest].Secret
	if back, err := s.room.Join(s.now, live.Ticket{ID: "x", Webinar: "demo", Role: live.Viewer, Name: "Expert"}, seat, "y", 0); err != nil || back != guest || s.room.People[guest] == nil {
		t.Errorf("%s, %v", back, err)
	}
}

// Sessions without a line, by WHIP and WHEP, keep to the same door.
func TestMediaSessionsKeepToTheDoor(t *testing.T) {
	s := newScene(t)
	host, _, trainee, guest := s.people()
	expert := s.room.Seats[guest].Ticket
	account := live.Ticket{ID: "w", Role: live.Viewer, Person: "t", Name: "Dilnoza"}
	link := live.Ticket{ID: "l", Role: live.Viewer, Shared: true}
	trainer := live.Ticket{ID: "h", Role: live.Host, Person: "h"}
	may := func(what string, want ...bool) {
		t.Helper()
		for i, ticket := range []live.Ticket{expert, {ID: "g", Role: live.Viewer, Name: "Nobody"}, account, link, trainer} {
			if got := s.room.MayConnect(ticket); got != want[i] {
				t.Errorf("%s: ticket %d may connect: %v", what, i, got)
			}
		}
	}
	may("a guest waits", false, false, true, true, true)
	s.must(host, "stage.admit", person(guest))
	may("the guest is in", true, false, true, true, true)
	s.must(host, "room.lock", `{"on":true}`)
	may("the door is locked", true, false, true, false, true)
	s.must(host, "stage.remove", fmt.Sprintf(`{"person":%q,"ban":true}`, trainee))
	s.must(host, "stage.remove", fmt.Sprintf(`{"person":%q,"ban":true}`, guest))
	s.must(host, "room.lock", `{"on":false}`)
	may("both are taken out", false, false, false, true, true)
}
