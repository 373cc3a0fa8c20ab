package gateway_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/pion/webrtc/v4"

	"mostik/live"
	"mostik/live/signal"
)

// standing is what a process holds: goroutines, and bytes in use.
type standing struct {
	goroutines int
	heap       uint64
}

func stand() standing {
	http.DefaultClient.CloseIdleConnections()
	runtime.GC()
	runtime.GC() // pools give up what they hold by the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return standing{runtime.NumGoroutine(), m.HeapAlloc}
}

// returns waits until the process holds no more than before.
func returns(t *testing.T, before standing) {
	t.Helper()
	const spare = 4 << 20 // bytes: tables of the libraries that grow once
	var now standing
	for range 300 {
		if now = stand(); now.goroutines <= before.goroutines && now.heap <= before.heap+spare {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	buf := make([]byte, 1<<20)
	t.Fatalf("%+v before, %+v after; goroutines:\n%.6000s", before, now, buf[:runtime.Stack(buf, true)])
}

// visit opens and closes one publication, one play session and one line with both.
func (s *site) visit(t *testing.T) {
	speaker, viewer := s.ticket(live.Ticket{Role: live.Speaker, Shared: true}), s.ticket(live.Ticket{Role: live.Viewer, Shared: true})
	host := strings.SplitN(s.url, "/", 2)[0]
	var peers []*webrtc.PeerConnection
	var locations []string
	for kind, token := range map[string]string{"whip": speaker, "whep": viewer} {
		pc := sending(t, kind == "whip")
		peers = append(peers, pc)
		res := s.post(kind, token, offer(t, pc))
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %s", res.Status, body)
		}
		accept(t, pc, string(body))
		connected(t, pc)
		locations = append(locations, res.Header.Get("Location")+" "+token)
	}
	b := s.enter(s.ticket(live.Ticket{Role: live.Speaker, Person: fmt.Sprint(rand.Uint32()), Name: "Guest"}), nil)
	for _, kind := range []string{"media.publish", "media.play"} {
		pc := sending(t, kind == "media.publish")
		peers = append(peers, pc)
		var answered struct{ Answer string }
		_ = json.Unmarshal(b.must(kind, map[string]any{"offer": offer(t, pc)}), &answered)
		accept(t, pc, answered.Answer)
		connected(t, pc)
	}
	b.conn.Close()
	for _, l := range locations {
		location, token, _ := strings.Cut(l, " ")
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodDelete, "http://"+host+location, nil)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	for _, pc := range peers {
		_ = pc.Close()
	}
}

// sending makes a peer with one section of pictures.
func sending(t *testing.T, sends bool) *webrtc.PeerConnection {
	t.Helper()
	e := webrtc.SettingEngine{}
	e.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(e)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	if !sends {
		_, err = pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	} else {
		var track *webrtc.TrackLocalStaticSample
		if track, err = webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "cam", "me"); err == nil {
			_, err = pc.AddTrack(track)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return pc
}

func connected(t *testing.T, pc *webrtc.PeerConnection) {
	t.Helper()
	for range 600 {
		if pc.ConnectionState() == webrtc.PeerConnectionStateConnected {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("a peer is not connected")
}

// Sessions come and go, by WHIP, by WHEP and by the line, and leave nothing behind.
func TestSessionsLeaveNothingBehind(t *testing.T) {
	s := start(t)
	s.visit(t) // what is made once is made
	s.empty(t)
	before := stand()
	for range 13 { // four sessions each
		s.visit(t)
	}
	returns(t, before)
}

// empty waits until the last room is closed.
func (s *site) empty(t *testing.T) {
	t.Helper()
	for range 400 {
		if s.hub.Rooms() == 0 {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("a room stays open behind the last")
}

// hostile makes what somebody sends who wishes no good, or cannot do better.
type hostile struct {
	dice *rand.Rand
	site *site
	real string // an offer that could be answered
}

func (h *hostile) pick(list ...string) string { return list[h.dice.IntN(len(list))] }

// spoil changes, repeats and cuts some bytes of a text.
func (h *hostile) spoil(text string) string {
	b := []byte(text)
	for range 1 + h.dice.IntN(8) {
		if len(b) < 4 {
			break
		}
		at := h.dice.IntN(len(b) - 2)
		switch h.dice.IntN(4) {
		case 0:
			b[at] = byte(h.dice.Uint32())
		case 1:
			b = append(b[:at], b[at+1+h.dice.IntN(len(b)-at-1):]...)
		case 2:
			b = append(b, b[at:]...)
		case 3:
			b = bytes.Replace(b, b[at:at+2], []byte("\x00\r"), h.dice.IntN(3))
		}
	}
	return string(b)
}

// frame is one message of the line: malformed, too long, out of order or forged.
func (h *hostile) frame(victim string) []byte {
	kinds := []string{
		"media.publish", "media.play", "media.mute", "media.demand", "hand.raise", "hand.lower", "chat.send", "chat.hide", "question.ask", "question.vote",
		"question.state", "poll.make", "poll.open", "poll.close", "poll.show", "poll.vote", "stage.role", "stage.mute", "stage.remove", "stage.admit", "stage.host",
		"room.lock", "room.layout", "room.chat", "room.agenda", "room.end", "slides.show", "slides.point", "slides.draw", "slides.note", "timer.set", "notes.write", "react",
		"site.code", "site.tick", "site.walkin", "site.heads", "site.phone", "file.drop", "here", "hello", "welcome", "put", "nothing",
	}
	data := h.pick(
		`{}`, `null`, `[]`, `7`, `"x"`, `{"person":"`+victim+`","role":"audience","ban":true,"on":true}`, `{"person":"`+victim+`"}`,
		`{"key":"k","text":"x","to":"`+victim+`"}`, `{"key":"../../etc/passwd"}`, `{"key":"k","choices":["a"],"heads":{"a":99999999}}`,
		`{"count":-1}`, `{"deck":"d","page":-7}`, `{"x":1e308,"y":-1e308}`, `{"minutes":9007199254740993}`, `{"source":"screen","muted":false}`,
		`{"slots":[{"mid":"0","width":-1}],"save":"speaker"}`, `{"entry":"e","state":"here","site":"`+victim+`"}`, `{"ticket":"x.y.z"}`,
		`{"text":"`+strings.Repeat("ы", 3000)+`","version":1}`, strings.Repeat(`{"a":`, 5000)+`1`+strings.Repeat(`}`, 5000),
		`{"offer":`+string(quoted(h.spoil(h.real)))+`}`, `{"offer":`+string(quoted(h.real))+`}`, `{"offer":""}`,
	)
	text := fmt.Sprintf(`{"t":%q,"id":"h%d","d":%s}`, kinds[h.dice.IntN(len(kinds))], h.dice.IntN(50), data)
	switch h.dice.IntN(6) {
	case 0:
		return []byte(h.spoil(text))
	case 1:
		return []byte(text + h.pick("{}", " x", "\x00", "\xff\xfe"))
	}
	return []byte(text)
}

func quoted(s string) []byte { b, _ := json.Marshal(s); return b }

// line opens a line, says some things and goes, in one of the ways of going.
func (h *hostile) line(t *testing.T, victim string, frames int) (sent int) {
	d := websocket.Dialer{Subprotocols: []string{signal.Subprotocol}}
	conn, _, err := d.Dial("ws://"+h.site.url+"/socket", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	say := func(kind int, b []byte) {
		_ = conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
		_ = conn.WriteMessage(kind, b) // the server may have closed the line, as it should
		sent++
	}
	role := []live.Role{live.Viewer, live.Speaker}[h.dice.IntN(2)]
	token := h.site.ticket(live.Ticket{Role: role, Person: fmt.Sprint("bad", h.dice.IntN(5)), Name: "Bad \u202e <b>"})
	switch h.dice.IntN(8) {
	case 0: // no greeting at all
	case 1:
		say(websocket.TextMessage, []byte(h.spoil(`{"t":"hello","id":"1","d":{"ticket":"`+token+`"}}`)))
	case 2: // another seat's secret, guessed; a future that was never told
		say(websocket.TextMessage, []byte(`{"t":"hello","id":"1","d":{"ticket":"`+token+`","seat":"`+victim+`","since":18446744073709551615}}`))
	default:
		say(websocket.TextMessage, []byte(`{"t":"hello","id":"1","d":{"ticket":"`+token+`"}}`))
	}
	for range frames {
		kind := websocket.TextMessage
		if h.dice.IntN(10) == 0 {
			kind = websocket.BinaryMessage
		}
		if h.dice.IntN(60) == 0 {
			say(kind, bytes.Repeat([]byte("x"), signal.MaxMessage+1))
			return sent
		}
		say(kind, h.frame(victim))
	}
	return sent
}

// offers posts an offer and gives the status, 0 where the server refused it before it had read it all: the answer to what
// is too long may come while it is being sent, and is lost with the connection then.
func (s *site) offers(kind, token, body string) (status int) {
	s.t.Helper()
	req, _ := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.url+"/"+kind, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/sdp")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if len(body) > 128<<10 && (errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)) {
		return 0
	}
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// Two people go on talking while a thousand messages that are malformed, too long, out of order or forged come by lines,
// as offers and as datagrams: they lose neither a packet nor a right, and the process gives everything back.
func TestHostileMessages(t *testing.T) {
	if testing.Short() {
		t.Skip("peers that never come are waited for, half a minute")
	}
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	cam := camera(t)
	var answered struct{ Answer string }
	_ = json.Unmarshal(host.must("media.publish", map[string]any{"offer": offer(t, cam), "tracks": []map[string]string{{"mid": "0", "source": "cam"}}}), &answered)
	accept(t, cam, answered.Answer)
	view := sending(t, false)
	t.Cleanup(func() { _ = view.Close() })
	var packets, gaps atomic.Int64
	view.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		seen := map[uint16]bool{}
		for {
			p, _, err := tr.ReadRTP()
			if err != nil {
				return
			}
			seen[p.SequenceNumber] = true
			if n := packets.Add(1); n > 20 && !seen[p.SequenceNumber-10] { // a repeat has had time to come
				gaps.Add(1)
			}
		}
	})
	_ = json.Unmarshal(trainee.must("media.play", map[string]any{"offer": offer(t, view)}), &answered)
	accept(t, view, answered.Answer)
	trainee.until("pictures", func() bool { return packets.Load() > 30 })
	said := "before"
	host.must("chat.send", map[string]string{"key": "said", "to": trainee.you, "text": said})

	spare := sending(t, true)
	h := &hostile{dice: rand.New(rand.NewPCG(7, 11)), site: s, real: offer(t, spare)}
	_ = spare.Close()
	h.line(t, host.you, 5)
	before := stand()
	sent := 0
	for range 40 {
		sent += h.line(t, h.pick(host.you, trainee.you), 25)
	}
	_, stranger, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := live.Ticket{Webinar: "demo", Role: live.Host, Expires: time.Now().Add(time.Hour)}.Sign(stranger)
	if err != nil {
		t.Fatal(err)
	}
	tokens := []string{forged, s.ticket(live.Ticket{Webinar: "other", Role: live.Host}), s.ticket(live.Ticket{Role: live.Viewer, Shared: true}), s.ticket(live.Ticket{Role: live.Speaker, Shared: true})}
	for i := range 150 {
		body := h.spoil(h.real)
		if i%50 == 0 {
			body = strings.Repeat("a=x\r\n", 200_000)
		}
		if status := s.offers(h.pick("whip", "whep"), tokens[h.dice.IntN(len(tokens))], body); status >= 500 {
			t.Errorf("offer %d: %d\n%q", i, status, body)
		}
		sent++
	}
	sent += h.datagrams(t, answered.Answer, 300)
	if sent < 1000 {
		t.Fatalf("only %d messages", sent)
	}

	at := packets.Load()
	trainee.until("pictures afterwards", func() bool { return packets.Load() > at+60 })
	if n := gaps.Load(); n != 0 {
		t.Errorf("%d packets of %d were missing to the one who watches", n, packets.Load())
	}
	host.until("the room without strangers", func() bool {
		for _, raw := range host.state["people"] {
			if strings.Contains(string(raw), "Bad") && strings.Contains(string(raw), `"line":"on"`) {
				return false
			}
		}
		return true
	})
	for _, b := range []*browser{host, trainee} {
		select {
		case code := <-b.closed:
			t.Errorf("a line that did nothing was closed with %d", code)
		default:
		}
		b.mu.Lock()
		if !strings.Contains(string(b.state["people"][host.you]), `"role":"host"`) || !strings.Contains(string(b.state["chat"]["said"]), said) {
			t.Errorf("the room is not as it was: %s %s", b.state["people"][host.you], b.state["chat"]["said"])
		}
		b.mu.Unlock()
	}
	if m := host.ask("room.lock", map[string]bool{"on": true}); m.Type != "ok" {
		t.Errorf("the host lost the room: %s", m.Data)
	}
	returns(t, standing{before.goroutines, before.heap + 8<<20}) // what strangers said in the chat stays with the room
	for _, b := range []*browser{host, trainee} {
		b.conn.Close()
	}
	s.empty(t)
}

// datagrams sends what is no media, or somebody else's, to the media port.
func (h *hostile) datagrams(t *testing.T, answer string, n int) int {
	t.Helper()
	var to string
	for line := range strings.Lines(answer) {
		if f := strings.Fields(line); strings.HasPrefix(line, "a=candidate:") && len(f) > 7 && strings.EqualFold(f[2], "udp") {
			to = net.JoinHostPort(f[4], f[5])
		}
	}
	conn, err := net.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for i := range n {
		b := make([]byte, 1+h.dice.IntN(1400))
		for k := range b {
			b[k] = byte(h.dice.Uint32())
		}
		switch first := []byte{0x80, 0x81, 22, 0, 1, 0x80}; {
		case len(b) > 20 && i%6 != 5:
			b[0] = first[i%6]
			if i%6 == 1 {
				b[1] = 200 + byte(i%7) // reports
			}
			if i%6 >= 3 { // a binding request with a broken list of attributes
				copy(b, []byte{0, 1, byte(len(b) >> 8), byte(len(b)) &^ 3, 0x21, 0x12, 0xA4, 0x42})
			}
		}
		_, _ = conn.Write(b)
	}
	return n
}
