package gateway_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mostik/live"
)

// everything is all that somebody was told, as one text.
func (b *browser) everything() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	all, _ := json.Marshal(b.state)
	return string(all)
}

// Somebody of the audience does not publish, does not speak or act as another, and a secret or a pass that is not theirs
// opens nothing.
func TestAudienceCannotBeSomebodyElse(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	host.until("the trainee", func() bool { return len(host.state["people"]) == 2 })

	own := offer(t, camera(t))
	for kind, d := range map[string]any{
		"media.publish": map[string]any{"offer": own}, "stage.role": map[string]string{"person": trainee.you, "role": "host"},
		"hand.lower": map[string]string{"person": host.you}, "hand.raise": map[string]string{"person": host.you},
		"stage.mute": map[string]string{"person": host.you}, "stage.remove": map[string]string{"person": host.you},
		"room.end": map[string]any{}, "slides.show": map[string]any{"deck": "d", "page": 1}, "site.code": map[string]any{},
		"chat.hide": map[string]string{"key": "k"}, "poll.open": map[string]string{"key": "k"},
	} {
		if m := trainee.ask(kind, d); m.Type != "no" {
			t.Errorf("%s was carried out for somebody of the audience", kind)
		}
	}
	if m := trainee.ask("chat.send", map[string]string{"key": "k", "to": "", "text": "I am the trainer", "from": host.you}); m.Type != "no" {
		t.Error("a line in another's name was taken")
	}
	viewer := s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"})
	if got := s.post("whip", viewer, own).StatusCode; got != http.StatusForbidden {
		t.Errorf("a viewer published by WHIP: %d", got)
	}

	// The host's secret with a ticket of one's own is nobody's place but one's own.
	thief := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "x", Name: "Thief"}), map[string]any{"seat": host.seat})
	thief.until("a place", func() bool { return thief.you != "" })
	if thief.you == host.you || thief.you == trainee.you || !strings.Contains(thief.everything(), `"name":"Thief","kind":"person","role":"audience"`) {
		t.Errorf("with the host's secret one came in as %s: %s", thief.you, thief.everything())
	}
	select {
	case code := <-host.closed:
		t.Errorf("the host's line was closed with %d", code)
	default:
	}

	// A pass of another room does not fetch what is here.
	other := strings.Replace(s.url, "/demo", "/other", 1)
	elsewhere := &site{t: t, key: s.key, url: other, dir: s.dir, hub: s.hub}
	stranger := elsewhere.enter(s.ticket(live.Ticket{Webinar: "other", Role: live.Host, Person: "o", Name: "Other"}), nil)
	stranger.until("a pass", func() bool { return stranger.key != "" })
	for _, path := range []string{"/files/k", "/decks/d/1"} {
		res, err := http.Get("http://" + s.url + path + "?k=" + url.QueryEscape(stranger.key))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%s with a pass of another room: %d", path, res.StatusCode)
		}
	}
}

// What two say to each other is told to nobody else, and who gave an anonymous vote or asked an anonymous question is
// told to nobody and written down nowhere.
func TestSecretsOfTheRoom(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	third := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "x", Name: "Third"}), nil)

	const secret = "something between two"
	trainee.must("chat.send", map[string]string{"key": "secret", "to": host.you, "text": secret})
	host.until("the word", func() bool { return strings.Contains(string(host.state["chat"]["secret"]), secret) })
	third.must("chat.send", map[string]string{"key": "after", "to": "", "text": "hello"}) // what came before was told by now
	again := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "x", Name: "Third"}), map[string]any{"seat": third.seat, "since": 0})
	again.n = 100 // a command's number is used once in a seat
	again.until("the line", func() bool { return again.state["chat"]["after"] != nil })
	for _, b := range []*browser{third, again} {
		if strings.Contains(b.everything(), secret) {
			t.Error("a third one was told what two said")
		}
	}

	trainee.must("question.ask", map[string]any{"key": "q", "text": "How do I refuse?", "anonymous": true})
	options := []map[string]string{{"key": "often", "text": "Often"}, {"key": "seldom", "text": "Seldom"}}
	host.must("poll.make", map[string]any{"key": "p", "question": "Tired?", "kind": "single", "options": options, "anonymous": true})
	host.must("poll.open", map[string]any{"key": "p"})
	trainee.must("poll.vote", map[string]any{"key": "p", "choices": []string{"often"}})
	again.must("poll.vote", map[string]any{"key": "p", "choices": []string{"seldom"}})
	host.must("poll.close", map[string]any{"key": "p"})
	host.must("poll.show", map[string]any{"key": "p", "on": true})
	host.until("the question and two votes", func() bool {
		return host.state["questions"]["q"] != nil && strings.Contains(string(host.state["polls"]["p"]), `"votes":2`)
	})
	for _, b := range []*browser{host, again} {
		b.mu.Lock()
		question, poll := string(b.state["questions"]["q"]), string(b.state["polls"]["p"])
		b.mu.Unlock()
		if strings.Contains(question, trainee.you) || strings.Contains(question, "Dilnoza") {
			t.Errorf("an anonymous question names its asker: %s", question)
		}
		if strings.Contains(poll, trainee.you) || strings.Contains(poll, "Dilnoza") || strings.Contains(poll, `"results"`) {
			t.Errorf("an anonymous poll of two votes tells too much: %s", poll)
		}
	}
	s.stop() // all is written down
	kept, err := os.ReadFile(filepath.Join(s.dir, "rooms", "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Polls     map[string]json.RawMessage `json:"polls"`
		Questions map[string]struct{ From, Name string }
	}
	if err := json.Unmarshal(kept, &state); err != nil {
		t.Fatal(err)
	}
	if q := state.Questions["q"]; q.From != "" || q.Name != "" {
		t.Errorf("the asker is written down: %+v", q)
	}
	var poll struct {
		Votes map[string]json.RawMessage `json:"votes"`
	}
	if err := json.Unmarshal(state.Polls["p"], &poll); err != nil || len(poll.Votes) != 0 {
		t.Errorf("votes stand beside people: %s %v", state.Polls["p"], err)
	}
	book, err := os.ReadFile(filepath.Join(s.dir, "journal", "demo.jsonl"))
	if err != nil || strings.Contains(string(book), "often") || strings.Contains(string(book), "seldom") || strings.Contains(string(book), secret) {
		t.Errorf("the journal tells what it should not: %s %v", book, err)
	}
}

// A page of another site may publish and watch: its browser asks first, and is told so.
func TestBrowsersOfOtherSitesMayAsk(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/whip", "/whep", "/whip/session"} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodOptions, "http://"+s.url+path, nil)
		req.Header.Set("Origin", "https://studio.example")
		req.Header.Set("Access-Control-Request-Method", "PATCH")
		req.Header.Set("Access-Control-Request-Headers", "authorization,content-type,etag")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		allowed := strings.ToLower(res.Header.Get("Access-Control-Allow-Headers"))
		for _, header := range []string{"authorization", "content-type", "etag", "if-match"} {
			if res.StatusCode != http.StatusNoContent || !strings.Contains(allowed, header) {
				t.Errorf("%s: %d, %s may not be sent (%s)", path, res.StatusCode, header, allowed)
			}
		}
	}
}
