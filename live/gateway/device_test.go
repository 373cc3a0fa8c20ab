package gateway_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"mostik/live"
)

// device publishes a camera by WHIP and gives the address of its session.
func (s *site) device(token string) (location string) {
	s.t.Helper()
	cam := camera(s.t)
	in := s.post("whip", token, offer(s.t, cam))
	answer, _ := io.ReadAll(in.Body)
	if in.StatusCode != http.StatusCreated {
		s.t.Fatalf("%s: %s", in.Status, answer)
	}
	accept(s.t, cam, string(answer))
	host, _, _ := strings.Cut(s.url, "/")
	return "http://" + host + in.Header.Get("Location")
}

// drop takes a session down and gives the status.
func (s *site) drop(token, location string) int {
	s.t.Helper()
	req, _ := http.NewRequestWithContext(s.t.Context(), http.MethodDelete, location, nil)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// named gives the key of somebody whom a browser is told of, "" for nobody.
func (b *browser) named(name string) string {
	for key, raw := range b.state["people"] {
		var p struct{ Name string }
		if json.Unmarshal(raw, &p) == nil && p.Name == name {
			return key
		}
	}
	return ""
}

// What is sent by WHIP is somebody in the room: with a name, a picture in a slot, and a host's hand over it.
func TestDeviceInTheRoom(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	studio := s.ticket(live.Ticket{ID: "studio", Role: live.Speaker, Shared: true, Name: "Studio"})
	location := s.device(studio)
	var key string
	trainee.until("the studio", func() bool {
		key = trainee.named("Studio")
		return key != "" && strings.Contains(string(trainee.state["people"][key]), `"cam":true`) && len(trainee.state["tracks"]) == 1
	})
	view, seen := watcher(t)
	var answered struct{ Answer string }
	_ = json.Unmarshal(trainee.must("media.play", map[string]any{"offer": offer(t, view)}), &answered)
	accept(t, view, answered.Answer)
	arrive(t, seen)
	trainee.until("word of what the slot shows", func() bool { return trainee.slots["0"]["person"] == key && trainee.slots["0"]["source"] == "cam" })

	if got := s.drop(studio, location); got != http.StatusOK {
		t.Fatalf("taking down: %d", got)
	}
	trainee.until("the studio to be gone", func() bool { return trainee.named("Studio") == "" && len(trainee.state["tracks"]) == 0 })

	// A host takes it out; what was banned does not come back.
	location = s.device(studio)
	host.until("the studio", func() bool { key = host.named("Studio"); return key != "" && len(host.state["tracks"]) == 1 })
	host.must("stage.remove", map[string]any{"person": key, "ban": true})
	host.until("the studio to be gone", func() bool { return host.named("Studio") == "" && len(host.state["tracks"]) == 0 })
	trainee.until("the session to be over", func() bool { return s.drop(studio, location) == http.StatusNotFound })
	if got := s.post("whip", studio, offer(t, camera(t))).StatusCode; got != http.StatusForbidden {
		t.Errorf("what was banned is back: %d", got)
	}
}

// The end of a webinar ends what devices send, and lets none in that comes later.
func TestEndEndsDevices(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	studio := s.ticket(live.Ticket{Role: live.Speaker, Name: "Studio"})
	location := s.device(studio)
	host.until("the studio", func() bool { return host.named("Studio") != "" })
	host.send("room.end", "end", map[string]any{}) // the line is closed before an answer
	host.until("the session to be over", func() bool { return s.drop(studio, location) == http.StatusNotFound })
	host.until("the room to close", func() bool { return s.hub.Rooms() == 0 })
}
