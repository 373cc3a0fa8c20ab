package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
	wm "github.com/pion/webrtc/v4/pkg/media"

	"mostik/live/gateway"
	"mostik/live/livetest"
	"mostik/live/signal"
)

// seat is somebody in a room by a line and real WebRTC, as a browser is: a centre, a host, a guest.
type seat struct {
	t      *testing.T
	name   string
	mark   byte // fills what they send, so that others know whose packet it is
	url    string
	ticket string

	you, secret, key string

	mu      sync.Mutex
	conn    *websocket.Conn
	n       int
	state   livetest.State
	slots   map[string]map[string]string
	line    string // how weak the room says that it is
	answers map[string]chan signal.Message
	ready   chan struct{}
	gone    chan struct{}

	player, sender *webrtc.PeerConnection
	still          context.CancelFunc // ends what is sent
	got            map[heardOf]int
	streams        []*stream
}

// heardOf is what somebody received: whose, and of which kind.
type heardOf struct {
	mark byte
	kind webrtc.RTPCodecType
}

// stream is what arrived in one slot: how many packets, and between which numbers.
type stream struct {
	seen        map[uint16]bool
	first, last uint16
	span        int
}

// take notes a packet's number. Numbers of a slot go on whatever it shows.
func (s *stream) take(n uint16) {
	if s.seen == nil {
		s.seen, s.first, s.last, s.span = map[uint16]bool{}, n, n, 1
	}
	s.seen[n] = true
	if ahead := int16(n - s.last); ahead > 0 {
		s.last, s.span = n, s.span+int(ahead)
	}
}

// enter opens a line, or the same seat again, and receives two voices and two pictures.
func (s *seat) enter() {
	s.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{signal.Subprotocol}}
	conn, _, err := d.Dial("ws://"+s.url+"/socket", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.conn, s.ready, s.gone = conn, make(chan struct{}), make(chan struct{})
	s.state, s.answers = livetest.State{}, map[string]chan signal.Message{}
	s.mu.Unlock()
	go s.listen(conn, s.ready, s.gone)
	s.say("hello", "hello", map[string]any{"ticket": s.ticket, "seat": s.secret})
	select {
	case <-s.ready:
	case <-s.gone:
		s.t.Fatalf("the room does not let %s in", s.name)
	case <-time.After(20 * time.Second):
		s.t.Fatalf("the room does not answer %s", s.name)
	}
}

func (s *seat) listen(conn *websocket.Conn, ready, gone chan struct{}) {
	defer close(gone)
	var once sync.Once
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var m signal.Message
		if json.Unmarshal(raw, &m) != nil {
			continue
		}
		s.mu.Lock()
		s.told(m)
		s.mu.Unlock()
		if m.Type == "ready" {
			once.Do(func() { close(ready) })
		}
	}
}

// told draws what the room says.
func (s *seat) told(m signal.Message) {
	switch m.Type {
	case "welcome":
		s.you, s.secret, s.key = livetest.Welcomed(m)
	case "put", "drop":
		s.state.Draw(m)
	case "slots":
		s.slots = nil
		_ = json.Unmarshal(m.Data, &s.slots)
	case "line":
		s.line = string(m.Data)
	case "ok", "no":
		if c := s.answers[m.Re]; c != nil {
			c <- m
		}
	}
}

func (s *seat) say(kind, id string, d any) {
	raw, _ := json.Marshal(map[string]any{"t": kind, "id": id, "d": d})
	_ = s.conn.WriteMessage(websocket.TextMessage, raw)
}

// ask sends a command and gives the answer.
func (s *seat) ask(kind string, d any) signal.Message {
	s.t.Helper()
	s.mu.Lock()
	s.n++
	id, c := "c"+strconv.Itoa(s.n), make(chan signal.Message, 1)
	s.answers[id] = c
	s.mu.Unlock()
	s.say(kind, id, d)
	select {
	case m := <-c:
		return m
	case <-time.After(20 * time.Second):
		s.t.Fatalf("%s: %s was not answered", s.name, kind)
		return signal.Message{}
	}
}

// must is ask for what has to be carried out, and reads the answer into a value where one is given.
func (s *seat) must(kind string, d any, into ...any) {
	s.t.Helper()
	m := s.ask(kind, d)
	if m.Type != "ok" {
		s.t.Fatalf("%s: %s: %s", s.name, kind, m.Data)
	}
	for _, v := range into {
		if err := json.Unmarshal(m.Data, v); err != nil {
			s.t.Fatal(err)
		}
	}
}

// item reads an item of the state into a value; false when it is not there.
func (s *seat) item(part, key string, into any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw, ok := s.state[part][key]
	return ok && json.Unmarshal(raw, into) == nil
}

// sees waits until an item is as wanted.
func (s *seat) sees(part, key, what string) {
	s.t.Helper()
	eventually(s.t, s.name+" sees "+part+"/"+key+" with "+what, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return strings.Contains(string(s.state[part][key]), what)
	})
}

// leave closes the line and what hangs on it, as a power cut does: nothing is said.
func (s *seat) leave() {
	s.silence()
	if s.player != nil {
		_ = s.player.Close()
	}
	s.conn.Close()
	<-s.gone
	s.player = nil
}

// peer makes a peer that repeats what was lost and does not report when packets came: several dozen peers on a busy
// machine are late, and their lines are not weak for that.
func (s *seat) peer() *webrtc.PeerConnection {
	s.t.Helper()
	m, chain := &webrtc.MediaEngine{}, &interceptor.Registry{}
	for _, err := range []error{m.RegisterDefaultCodecs(), webrtc.ConfigureNack(m, chain), webrtc.ConfigureRTCPReports(chain)} {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	e := webrtc.SettingEngine{}
	e.SetIncludeLoopbackCandidate(true)
	e.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(e), webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(chain)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = pc.Close() })
	return pc
}

// exchange sends the peer's offer by the line and takes the answer.
func (s *seat) exchange(pc *webrtc.PeerConnection, kind string, more map[string]any) {
	s.t.Helper()
	o, err := pc.CreateOffer(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(o); err != nil {
		s.t.Fatal(err)
	}
	<-gathered
	more["offer"] = pc.LocalDescription().SDP
	var answered struct{ Answer string }
	s.must(kind, more, &answered)
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answered.Answer}); err != nil {
		s.t.Fatal(err)
	}
}

// play receives what the room shows in two sections of sound and two of pictures, and counts it.
func (s *seat) play() {
	s.t.Helper()
	s.player = s.peer()
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeVideo} {
		if _, err := s.player.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			s.t.Fatal(err)
		}
	}
	s.player.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		in := &stream{}
		s.mu.Lock()
		s.streams = append(s.streams, in)
		s.mu.Unlock()
		for {
			p, _, err := tr.ReadRTP()
			if err != nil {
				return
			}
			if len(p.Payload) == 0 {
				continue
			}
			s.mu.Lock()
			in.take(p.SequenceNumber)
			s.got[heardOf{p.Payload[len(p.Payload)-1], tr.Kind()}]++
			s.mu.Unlock()
		}
	})
	s.exchange(s.player, "media.play", map[string]any{})
}

// speak sends a camera of 1.2 Mbit/s and a voice of 32 kbit/s until silence.
func (s *seat) speak() {
	s.t.Helper()
	s.sender = s.peer()
	var tracks []*webrtc.TrackLocalStaticSample
	for _, mime := range []string{webrtc.MimeTypeVP8, webrtc.MimeTypeOpus} {
		track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: mime}, mime[:5], "me")
		if err == nil {
			_, err = s.sender.AddTrack(track)
		}
		if err != nil {
			s.t.Fatal(err)
		}
		tracks = append(tracks, track)
	}
	s.exchange(s.sender, "media.publish", map[string]any{"tracks": []map[string]string{{"mid": "0", "source": "cam"}, {"mid": "1", "source": "mic"}}})
	ctx, stop := context.WithCancel(s.t.Context())
	s.still = stop
	go send(ctx, tracks[0], s.mark, 5000, 33*time.Millisecond)
	go send(ctx, tracks[1], s.mark, 80, 20*time.Millisecond)
}

// send writes samples of so many bytes in time. Of pictures, one in ten is a key frame; a packet of sound is one frame
// of 20 ms (RFC 6716, 3.1).
func send(ctx context.Context, to *webrtc.TrackLocalStaticSample, mark byte, size int, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		sample := bytes.Repeat([]byte{mark}, size)
		copy(sample, make([]byte, 10))
		switch {
		case to.Kind() == webrtc.RTPCodecTypeAudio:
			sample[0] = 1 << 3
		case n%10 != 0:
			sample[0] = 1
		}
		_ = to.WriteSample(wm.Sample{Data: sample, Duration: every})
	}
}

// silence ends what is sent.
func (s *seat) silence() {
	if s.still != nil {
		s.still()
		_ = s.sender.Close()
		s.still = nil
	}
}

// count is how many packets of somebody's came.
func (s *seat) count(of *seat, kind webrtc.RTPCodecType) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got[heardOf{of.mark, kind}]
}

// shown tells whether one of the slots shows somebody's camera.
func (s *seat) shown(of *seat) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, slot := range s.slots {
		if slot["person"] == of.you && slot["source"] == "cam" {
			return true
		}
	}
	return false
}

// lost is how many packets were expected, and how many of them never came.
func (s *seat) lost() (expected, missing int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, in := range s.streams {
		expected, missing = expected+in.span, missing+in.span-len(in.seen)
	}
	return expected, missing
}

// upload brings a file whole by tus 1.0; about names what it is to become: key, name and, for slides, as.
func (s *seat) upload(body []byte, about map[string]string) {
	s.t.Helper()
	var meta []string
	for name, value := range about {
		meta = append(meta, name+" "+base64.StdEncoding.EncodeToString([]byte(value)))
	}
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.url+"/uploads?k="+url.QueryEscape(s.key), bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream",
		"Upload-Length": strconv.Itoa(len(body)), "Upload-Metadata": strings.Join(meta, ","),
	} {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		why, _ := io.ReadAll(res.Body)
		s.t.Fatalf("%s: %v: %s %s", s.name, about, res.Status, why)
	}
}

// fetch reads something of the room.
func (s *seat) fetch(path string) []byte {
	s.t.Helper()
	res, err := http.Get("http://" + s.url + path + "?w=640&k=" + url.QueryEscape(s.key))
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s: %s %s", s.name, path, res.Status, raw)
	}
	return raw
}

// sit makes a seat for a ticket.
func sit(t *testing.T, address, webinar, name, ticket string, mark byte) *seat {
	return &seat{t: t, name: name, mark: mark, url: address + gateway.Root + "/" + webinar, ticket: ticket, got: map[heardOf]int{}}
}
