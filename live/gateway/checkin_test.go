package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"mostik/live"
	"mostik/live/room"
)

// Whoever waits outside hears and sees nothing, whatever their browser asks.
func TestWhoWaitsHearsNothing(t *testing.T) {
	s := start(t)
	s.hub.Info = func(string) (room.Plan, error) {
		return room.Plan{Info: room.Info{Title: "Burnout", WaitingRoom: true}}, nil
	}
	s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	guest := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Name: "Expert"}), nil)
	m := guest.ask("media.play", map[string]string{"offer": "v=0\r\n"})
	if m.Type != "no" || !strings.Contains(string(m.Data), `"waiting"`) {
		t.Errorf("a guest outside was answered %s %s", m.Type, m.Data)
	}
}

// A site that enters is told whom its centre expects, and somebody who checks in through the hub stands on its roster.
func TestRosterOfASite(t *testing.T) {
	s := start(t)
	s.hub.Expected = func(_ context.Context, webinar, centre string) ([]room.Expected, error) {
		if webinar != "demo" || centre != "almaty" {
			return nil, errors.New("another question")
		}
		return []room.Expected{{Account: "account-1", Name: "Aliya"}}, nil
	}
	site := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty"}), nil)
	entry := func(name, state string) func() bool {
		return func() bool {
			site.mu.Lock()
			defer site.mu.Unlock()
			for _, raw := range site.state["roster"] {
				if strings.Contains(string(raw), `"name":"`+name+`"`) && strings.Contains(string(raw), `"state":"`+state+`"`) {
					return true
				}
			}
			return false
		}
	}
	within(t, "whom the site expects", entry("Aliya", "expected"))
	var shown struct{ Code, Word string }
	if err := json.Unmarshal(site.must("site.code", map[string]string{}), &shown); err != nil {
		t.Fatal(err)
	}
	places := s.hub.Shown(shown.Word)
	if len(places) != 1 || len(s.hub.Shown("no such word")) != 0 {
		t.Fatalf("the word leads to %+v", places)
	}
	pass, err := s.hub.CheckIn(places[0].Door, "account-1", "Aliya")
	if err != nil {
		t.Fatal(err)
	}
	within(t, "Aliya to be here", entry("Aliya", "here"))
	if _, err := s.hub.CheckIn(places[0].Door, "", "Bakyt"); err != nil {
		t.Fatal(err)
	}
	within(t, "Bakyt to be here", entry("Bakyt", "here"))
	if err := s.hub.CheckOut(pass, false); err != nil {
		t.Fatal(err)
	}
	within(t, "Aliya to be gone", entry("Aliya", "left"))
	for _, door := range []string{"", "elsewhere." + places[0].Door, strings.Replace(places[0].Door, "demo", "closed", 1)} {
		if _, err := s.hub.At(door); !errors.Is(err, room.ErrDoor) {
			t.Errorf("%q: %v", door, err)
		}
	}
}

// Whoever is taken out for good has no media session left, and gets none.
func TestBannedHearsNothing(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	token := s.ticket(live.Ticket{ID: "expert", Role: live.Viewer, Name: "Expert"})
	guest := s.enter(token, nil)
	view, _ := watcher(t)
	res := s.post("whep", token, offer(t, view))
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("before: %d", res.StatusCode)
	}
	id := path.Base(res.Header.Get("Location"))
	host.must("stage.remove", map[string]any{"person": guest.you, "ban": true})
	within(t, "the session to end", func() bool {
		_, err := s.hub.Session(live.Ticket{ID: "expert", Webinar: "demo"}, id)
		return err != nil
	})
	if res := s.post("whep", token, "v=0"); res.StatusCode != http.StatusForbidden {
		t.Errorf("again: %d", res.StatusCode)
	}
}

func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 500 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited for %s", what)
}
