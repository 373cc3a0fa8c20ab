package gateway_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mostik/live"
	"mostik/live/signal"
)

// closes waits for the code by which a line was closed.
func (b *browser) closes() int {
	b.t.Helper()
	select {
	case code := <-b.closed:
		return code
	case <-time.After(5 * time.Second):
		b.t.Fatal("the line stays open")
		return 0
	}
}

// A site's projector and the facilitator's telephone at once, over real lines: neither puts the other out, and the roster goes
// on when the projector's line breaks.
func TestConsoleBesideTheProjector(t *testing.T) {
	s := start(t)
	almaty := s.ticket(live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty", City: "Almaty", Zone: "Asia/Almaty"})
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	projector := s.enter(almaty, nil)
	cam := camera(t)
	answered := projector.offers("media.publish", offer(t, cam), "", cam)
	phone := s.enter(almaty, map[string]any{"console": "phone"})
	if phone.you != projector.you || answered.Session == "" {
		t.Fatalf("the console is %s, the projector %s", phone.you, projector.you)
	}
	if m := phone.ask("media.play", map[string]any{"offer": "v=0"}); !strings.Contains(string(m.Data), "forbidden") {
		t.Errorf("a console receives pictures: %s %s", m.Type, m.Data)
	}
	phone.must("media.demand", map[string]any{"slots": []any{}})
	phone.must("site.walkin", map[string]string{"name": "Dina", "key": "e1"})
	projector.until("the name that the console wrote", func() bool { return strings.Contains(string(projector.state["roster"]["e1"]), "Dina") })
	projector.must("site.walkin", map[string]string{"name": "Erlan", "key": "e2"})
	phone.until("the name that the projector wrote", func() bool { return strings.Contains(string(phone.state["roster"]["e2"]), "Erlan") })
	host.until("both", func() bool {
		return len(host.state["people"]) == 2 && strings.Contains(string(host.state["people"][projector.you]), `"heads":2`)
	})

	// The telephone changes its network and comes back under its name, while its old line is not yet known to be dead.
	back := s.enter(almaty, map[string]any{"console": "phone", "seat": phone.seat, "since": phone.last()})
	if code := phone.closes(); code != signal.CloseReplaced {
		t.Errorf("the console's old line was closed with %d", code)
	}
	_ = projector.conn.Close()
	host.until("the site to be away", func() bool { return strings.Contains(string(host.state["people"][projector.you]), `"line":"away"`) })
	back.must("hand.raise", nil)
	back.must("site.tick", map[string]string{"entry": "e1", "state": "left"})
	host.until("the hand of a site that has its console alone", func() bool { return strings.Contains(string(host.state["people"][projector.you]), `"hand"`) })
	again := s.enter(almaty, nil)
	if again.you != projector.you {
		t.Errorf("the projector came back as %s", again.you)
	}
	back.until("the site to be there", func() bool { return strings.Contains(string(back.state["people"][again.you]), `"line":"on"`) })

	for i := range 3 {
		s.enter(almaty, map[string]any{"console": fmt.Sprint("more", i)})
	}
	if code := s.enter(almaty, map[string]any{"console": "toomany"}).closes(); code != signal.CloseRefused {
		t.Errorf("the fifth console was closed with %d", code)
	}
	host.send("room.end", "end", nil) // the line is closed before an answer
	for _, b := range []*browser{back, again} {
		if code := b.closes(); code != signal.CloseOver {
			t.Errorf("at the end a line of the site was closed with %d", code)
		}
	}
}

// A console that has nobody beside it is sent to the next program as every line is.
func TestConsoleAndARestart(t *testing.T) {
	s := start(t)
	almaty := live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty"}
	phone := s.enter(s.ticket(almaty), map[string]any{"console": "phone"})
	phone.must("site.walkin", map[string]string{"name": "Dina", "key": "e1"})
	s.stop()
	if code := phone.closes(); code != signal.CloseRestarting {
		t.Errorf("closed with %d", code)
	}
	next := newSite(t, s.dir, s.key)
	back := next.enter(next.ticket(almaty), map[string]any{"console": "phone", "seat": phone.seat})
	back.until("the roster", func() bool { return strings.Contains(string(back.state["roster"]["e1"]), "Dina") })
}

// Whoever is no host does not open a room anew that a host has ended: not by a line, and not by a program.
func TestEndedRoomsOpenForHosts(t *testing.T) {
	s := start(t)
	trainer := s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"})
	trainee := s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"})
	almaty := s.ticket(live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty"})
	host := s.enter(trainer, nil)
	view, _ := watcher(t)
	watch := s.ticket(live.Ticket{Role: live.Viewer, Shared: true})
	if got := s.post("whep", watch, offer(t, view)).StatusCode; got != 201 {
		t.Fatalf("WHEP: %d", got)
	}
	host.must("chat.send", map[string]string{"key": "k", "to": "", "text": "hello"})
	host.send("room.end", "end", nil) // the line is closed before an answer
	if code := host.closes(); code != signal.CloseOver {
		t.Fatalf("the end closed with %d", code)
	}
	waitFor(t, "the room to close, watched as it is", func() bool { return s.hub.Rooms() == 0 })
	for name, more := range map[string]map[string]any{trainee: nil, almaty: {"console": "phone"}, s.ticket(live.Ticket{Role: live.Speaker, Person: "s", Name: "Speaker"}): nil} {
		if code := s.enter(name, more).closes(); code != signal.CloseOver {
			t.Errorf("an ended room: closed with %d", code)
		}
	}
	if got := s.post("whip", s.ticket(live.Ticket{Role: live.Speaker, Shared: true}), offer(t, camera(t))).StatusCode; got != 403 {
		t.Errorf("a program sends into an ended room: %d", got)
	}
	late, _ := watcher(t)
	if got := s.post("whep", watch, offer(t, late)).StatusCode; got != 403 {
		t.Errorf("an ended room is watched: %d", got)
	}
	if s.hub.Rooms() != 0 {
		t.Error("a refusal left the room open")
	}
	anew := s.enter(trainer, nil)
	if anew.you == "" || len(anew.state["chat"]) != 0 {
		t.Fatalf("a host opens it anew: %q, %v", anew.you, anew.state["chat"])
	}
	if back := s.enter(trainee, nil); back.you == "" {
		t.Error("then the others come in")
	}
}
