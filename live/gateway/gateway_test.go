package gateway_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/pion/webrtc/v4"
	wm "github.com/pion/webrtc/v4/pkg/media"

	"mostik/live"
	"mostik/live/gateway"
	"mostik/live/hub"
	"mostik/live/livetest"
	"mostik/live/signal"
	"mostik/media/rtc"
	"mostik/media/turn"
)

// site is a running live wing.
type site struct {
	t     *testing.T
	key   ed25519.PrivateKey
	url   string
	dir   string
	hub   *hub.Hub
	relay *turn.Server
	// stop ends the program as a restart does.
	stop func()
}

func newSite(t *testing.T, dir string, key ed25519.PrivateKey) *site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := turn.NewSplit(l, nil)
	relay := turn.New(turn.Config{Secret: []byte("secret"), Allocations: 8, Rate: 50_000_000, Now: time.Now})
	engine, err := rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0", Patience: 5 * time.Second, Relay: relay})
	if err != nil {
		t.Fatal(err)
	}
	if err := relay.Serve(port.Relay()); err != nil {
		t.Fatal(err)
	}
	servers := func(user string, until time.Time) []signal.ICEServer {
		name, password := relay.Credentials(user, until)
		urls := []string{fmt.Sprintf("turn:127.0.0.1:%d?transport=udp", engine.Port()), "turn:" + l.Addr().String() + "?transport=tcp"}
		return []signal.ICEServer{{URLs: urls, Username: name, Credential: password}}
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	h, err := hub.New(hub.Config{Engine: engine, Dir: dir, Servers: servers, Now: time.Now, Log: quiet, CleanPDF: []string{os.Args[0], cleanPDF}})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true, StreamRequestBody: true})
	gateway.New(h, key.Public().(ed25519.PublicKey), time.Now, quiet).Mount(app)
	go func() { _ = app.Listener(port.Web()) }()
	var once sync.Once
	s := &site{t: t, key: key, url: l.Addr().String() + gateway.Root + "/demo", dir: dir, hub: h, relay: relay}
	s.stop = func() {
		once.Do(func() {
			h.Close()
			_ = app.ShutdownWithTimeout(time.Second)
			engine.Close()
			relay.Close()
		})
	}
	t.Cleanup(s.stop)
	return s
}

func start(t *testing.T) *site {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return newSite(t, t.TempDir(), key)
}

func (s *site) ticket(t live.Ticket) string {
	s.t.Helper()
	if t.Webinar == "" {
		t.Webinar = "demo"
	}
	t.Expires = time.Now().Add(time.Hour)
	token, err := t.Sign(s.key)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// browser is a line as a browser holds it: it draws what the room says.
type browser struct {
	t    *testing.T
	conn *websocket.Conn
	you  string
	seat string
	key  string

	mu      sync.Mutex
	number  uint64
	state   livetest.State
	slots   map[string]map[string]string
	answers map[string]chan signal.Message
	closed  chan int
	n       int
}

func (s *site) enter(token string, more map[string]any) *browser {
	s.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{signal.Subprotocol}}
	conn, res, err := d.Dial("ws://"+s.url+"/socket", nil)
	if err != nil {
		s.t.Fatalf("%v %v", err, res)
	}
	b := &browser{
		t: s.t, conn: conn, state: livetest.State{}, answers: map[string]chan signal.Message{}, closed: make(chan int, 1),
	}
	hello := map[string]any{"ticket": token}
	for k, v := range more {
		hello[k] = v
	}
	ready := make(chan struct{})
	go b.listen(ready)
	b.send("hello", "hello", hello)
	select {
	case <-ready:
	case code := <-b.closed:
		b.closed <- code
	case <-time.After(10 * time.Second):
		s.t.Fatal("the room does not answer")
	}
	s.t.Cleanup(func() { conn.Close() })
	return b
}

func (b *browser) listen(ready chan struct{}) {
	for {
		_, raw, err := b.conn.ReadMessage()
		if err != nil {
			code := 0
			if e, ok := err.(*websocket.CloseError); ok {
				code = e.Code
			}
			b.closed <- code
			return
		}
		var m signal.Message
		if json.Unmarshal(raw, &m) != nil {
			continue
		}
		b.mu.Lock()
		b.number = max(b.number, m.Number)
		switch m.Type {
		case "welcome":
			b.you, b.seat, b.key = livetest.Welcomed(m)
		case "put", "drop":
			b.state.Draw(m)
		case "slots":
			b.slots = nil
			_ = json.Unmarshal(m.Data, &b.slots)
		case "ok", "no":
			if c := b.answers[m.Re]; c != nil {
				c <- m
			}
		case "ready":
			close(ready)
		}
		b.mu.Unlock()
	}
}

// last is the number of the last change that came.
func (b *browser) last() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.number
}

func (b *browser) send(kind, id string, d any) {
	raw, _ := json.Marshal(map[string]any{"t": kind, "id": id, "d": d})
	_ = b.conn.WriteMessage(websocket.TextMessage, raw)
}

// ask sends a command and gives the answer.
func (b *browser) ask(kind string, d any) signal.Message {
	b.t.Helper()
	b.mu.Lock()
	b.n++
	id := "c" + strconv.Itoa(b.n)
	c := make(chan signal.Message, 1)
	b.answers[id] = c
	b.mu.Unlock()
	b.send(kind, id, d)
	select {
	case m := <-c:
		return m
	case <-time.After(15 * time.Second):
		b.t.Fatalf("%s was not answered", kind)
		return signal.Message{}
	}
}

func (b *browser) must(kind string, d any) json.RawMessage {
	b.t.Helper()
	m := b.ask(kind, d)
	if m.Type != "ok" {
		b.t.Fatalf("%s: %s", kind, m.Data)
	}
	return m.Data
}

// until waits for something to be so.
func (b *browser) until(what string, is func() bool) {
	b.t.Helper()
	for range 400 {
		b.mu.Lock()
		ok := is()
		b.mu.Unlock()
		if ok {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.t.Fatalf("waited for %s in vain", what)
}

func peer(t *testing.T) *webrtc.PeerConnection {
	t.Helper()
	e := webrtc.SettingEngine{}
	e.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(e)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pc.Close() })
	return pc
}

func offer(t *testing.T, pc *webrtc.PeerConnection) string {
	t.Helper()
	o, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	done := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(o); err != nil {
		t.Fatal(err)
	}
	<-done
	return pc.LocalDescription().SDP
}

func accept(t *testing.T, pc *webrtc.PeerConnection, sdp string) {
	t.Helper()
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}); err != nil {
		t.Fatal(err)
	}
}

// camera makes a peer that sends pictures until the test ends.
func camera(t *testing.T) *webrtc.PeerConnection {
	t.Helper()
	pc := peer(t)
	track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "cam", "me")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pc.AddTrack(track); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() {
		for n := 0; ctx.Err() == nil; n++ {
			frame := make([]byte, 3000)
			if n%10 != 0 {
				frame[0] = 1
			}
			_ = track.WriteSample(wm.Sample{Data: frame, Duration: 33 * time.Millisecond})
			time.Sleep(33 * time.Millisecond)
		}
	}()
	return pc
}

func watcher(t *testing.T) (pc *webrtc.PeerConnection, seen chan struct{}) {
	t.Helper()
	pc = peer(t)
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	seen = make(chan struct{}, 1)
	pc.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for range 30 {
			if _, _, err := tr.ReadRTP(); err != nil {
				return
			}
		}
		seen <- struct{}{}
	})
	return pc, seen
}

func arrive(t *testing.T, seen chan struct{}) {
	t.Helper()
	select {
	case <-seen:
	case <-time.After(15 * time.Second):
		t.Fatal("no picture arrives")
	}
}

// A host opens a room, a trainee sees the host, is brought on stage, speaks, and is sent back.
func TestRoomOverTheLine(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	host.until("the trainee", func() bool { return len(host.state["people"]) == 2 })

	cam := camera(t)
	var answered struct{ Answer string }
	_ = json.Unmarshal(host.must("media.publish", map[string]any{"offer": offer(t, cam), "tracks": []map[string]string{{"mid": "0", "source": "cam"}}}), &answered)
	accept(t, cam, answered.Answer)
	trainee.until("the host's camera", func() bool { return strings.Contains(string(trainee.state["people"][host.you]), `"cam":true`) })

	view, seen := watcher(t)
	_ = json.Unmarshal(trainee.must("media.play", map[string]any{"offer": offer(t, view)}), &answered)
	accept(t, view, answered.Answer)
	arrive(t, seen)
	trainee.until("word of what the slot shows", func() bool { return trainee.slots["0"]["person"] == host.you && trainee.slots["0"]["source"] == "cam" })

	own := camera(t)
	mine := offer(t, own)
	if m := trainee.ask("media.publish", map[string]any{"offer": mine}); m.Type != "no" || !strings.Contains(string(m.Data), "forbidden") {
		t.Fatalf("somebody of the audience published: %s", m.Data)
	}
	host.must("stage.role", map[string]string{"person": trainee.you, "role": "speaker"})
	_ = json.Unmarshal(trainee.must("media.publish", map[string]any{"offer": mine}), &answered)
	accept(t, own, answered.Answer)
	host.until("the trainee's camera", func() bool { return strings.Contains(string(host.state["people"][trainee.you]), `"cam":true`) })
	host.must("stage.role", map[string]string{"person": trainee.you, "role": "audience"})
	host.until("the camera to be gone", func() bool { return len(host.state["tracks"]) == 1 })
}

// The program restarts: who comes back has the same place, and what was said is there.
func TestRestartKeepsTheRoom(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	trainee.must("hand.raise", nil)
	host.must("chat.send", map[string]string{"key": "k", "to": "", "text": "hello"})
	s.stop()
	select {
	case code := <-trainee.closed:
		if code != signal.CloseRestarting {
			t.Errorf("closed with %d", code)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the line stays open")
	}
	again := newSite(t, s.dir, s.key)
	back := again.enter(again.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), map[string]any{"seat": trainee.seat})
	if back.you != trainee.you {
		t.Errorf("%s came back as %s", trainee.you, back.you)
	}
	back.until("the room as it was", func() bool {
		return strings.Contains(string(back.state["people"][back.you]), "hand") && strings.Contains(string(back.state["chat"]["k"]), "hello")
	})
}

func TestDoors(t *testing.T) {
	s := start(t)
	for name, token := range map[string]string{
		"none": "", "forged": s.ticket(live.Ticket{Role: live.Host}) + "x", "of another webinar": s.ticket(live.Ticket{Webinar: "other", Role: live.Host}),
	} {
		b := s.enter(token, nil)
		select {
		case code := <-b.closed:
			if code != signal.CloseRefused {
				t.Errorf("a ticket that is %s was closed with %d", name, code)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("a ticket that is %s opened", name)
		}
		for _, kind := range []string{"whip", "whep"} {
			if got := s.post(kind, token, "v=0").StatusCode; got != http.StatusUnauthorized {
				t.Errorf("%s with a ticket that is %s: %d", kind, name, got)
			}
		}
	}
	viewer := s.ticket(live.Ticket{Role: live.Viewer, Shared: true})
	if got := s.post("whip", viewer, offer(t, camera(t))).StatusCode; got != http.StatusForbidden {
		t.Errorf("a viewer published: %d", got)
	}
	if got := s.post("whep", viewer, "nonsense").StatusCode; got != http.StatusBadRequest {
		t.Errorf("nonsense was answered %d", got)
	}
}

func (s *site) post(kind, token, body string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.url+"/"+kind, bytes.NewReader([]byte(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/sdp")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { res.Body.Close() })
	return res
}

// WHIP in, WHEP out, and both taken down by DELETE: the room closes behind the last.
func TestWhipToWhep(t *testing.T) {
	s := start(t)
	speaker, viewer := s.ticket(live.Ticket{Role: live.Speaker, Shared: true}), s.ticket(live.Ticket{Role: live.Viewer, Shared: true})
	cam := camera(t)
	in := s.post("whip", speaker, offer(t, cam))
	body, _ := io.ReadAll(in.Body)
	if in.StatusCode != http.StatusCreated || in.Header.Get("Location") == "" {
		t.Fatalf("%s: %s", in.Status, body)
	}
	accept(t, cam, string(body))
	view, seen := watcher(t)
	out := s.post("whep", viewer, offer(t, view))
	body, _ = io.ReadAll(out.Body)
	if out.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s", out.Status, body)
	}
	accept(t, view, string(body))
	arrive(t, seen)
	host := strings.SplitN(s.url, "/", 2)[0]
	for _, each := range []struct{ location, token string }{{in.Header.Get("Location"), speaker}, {out.Header.Get("Location"), viewer}} {
		for _, token := range []string{s.ticket(live.Ticket{Role: live.Host}), each.token} {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodDelete, "http://"+host+each.location, nil)
			req.Header.Set("Authorization", "Bearer "+token)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[token == each.token]; res.StatusCode != want {
				t.Errorf("taking down: %d, want %d", res.StatusCode, want)
			}
		}
	}
	for range 200 {
		if s.hub.Rooms() == 0 {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Error("the room stays open")
}
