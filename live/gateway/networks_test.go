package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"mostik/live"
)

// counted makes a peer that receives pictures and counts their packets.
func counted(t *testing.T, pc *webrtc.PeerConnection) *atomic.Int64 {
	t.Helper()
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	n := &atomic.Int64{}
	pc.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			if _, _, err := tr.ReadRTP(); err != nil {
				return
			}
			n.Add(1)
		}
	})
	return n
}

type answer struct{ Answer, Session string }

// offers sends an offer and takes the answer.
func (b *browser) offers(kind, text, session string, pc *webrtc.PeerConnection) answer {
	b.t.Helper()
	d := map[string]any{"offer": text}
	if kind == "media.publish" {
		d["tracks"] = []map[string]string{{"mid": "0", "source": "cam"}}
	}
	if session != "" {
		d["session"] = session
	}
	var a answer
	if err := json.Unmarshal(b.must(kind, d), &a); err != nil || a.Session == "" {
		b.t.Fatalf("%v, %+v", err, a)
	}
	accept(b.t, pc, a.Answer)
	return a
}

// anew makes an offer from a new network: new credentials, and new sockets.
func anew(t *testing.T, pc *webrtc.PeerConnection) string {
	t.Helper()
	o, err := pc.CreateOffer(&webrtc.OfferOptions{ICERestart: true})
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

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1500 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited for %s in vain", what)
}

// From Wi-Fi to a mobile network in mid-call: the line breaks without a word, every address is another, and who comes
// back to the seat finds the same sessions. The host's picture never leaves the room, the trainee's slot is the same.
func TestChangeOfNetworkInMidCall(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	cam, view := camera(t), peer(t)
	sent := host.offers("media.publish", offer(t, cam), "", cam)
	trainee.until("the camera", func() bool { return len(trainee.state["tracks"]) == 1 })
	seen := counted(t, view)
	played := trainee.offers("media.play", offer(t, view), "", view)
	eventually(t, "pictures", func() bool { return seen.Load() > 30 })

	for _, c := range []struct {
		who           string
		line          **browser
		ticket        live.Ticket
		kind, session string
		pc            *webrtc.PeerConnection
	}{
		{"who receives", &trainee, live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}, "media.play", played.Session, view},
		{"who sends", &host, live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}, "media.publish", sent.Session, cam},
	} {
		old := *c.line
		_ = old.conn.NetConn().Close() // no word of farewell
		back := s.enter(s.ticket(c.ticket), map[string]any{"seat": old.seat})
		*c.line = back
		if back.you != old.you {
			t.Fatalf("%s came back as %s and was %s", c.who, back.you, old.you)
		}
		begun := time.Now()
		before, was := seen.Load(), c.pc.SCTP() // nothing of the connection is made anew
		got := back.offers(c.kind, anew(t, c.pc), c.session, c.pc)
		if got.Session != c.session || c.pc.SCTP() != was {
			t.Errorf("%s has another session", c.who)
		}
		eventually(t, "pictures after "+c.who+" changed the network", func() bool { return seen.Load() > before+60 })
		t.Logf("%s: 60 packets after %v", c.who, time.Since(begun).Round(time.Millisecond))
	}
	host.until("the room to know the camera again", func() bool {
		return len(host.state["tracks"]) == 1 && strings.Contains(string(host.state["people"][host.you]), `"cam":true`)
	})
	if m := trainee.ask("media.play", map[string]any{"offer": offer(t, view), "session": sent.Session}); m.Type != "no" || !strings.Contains(string(m.Data), "gone") {
		t.Errorf("another's session was given: %s", m.Data)
	}
}

// The network changes and the line holds, as over a proxy: the session restarts on the spot.
func TestRestartOnTheSameLine(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	cam, view := camera(t), peer(t)
	first := host.offers("media.publish", offer(t, cam), "", cam)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	seen := counted(t, view)
	trainee.offers("media.play", offer(t, view), "", view)
	eventually(t, "pictures", func() bool { return seen.Load() > 30 })
	for range 3 {
		before := seen.Load()
		if got := host.offers("media.publish", anew(t, cam), "", cam); got.Session != first.Session {
			t.Error("another session")
		}
		trainee.offers("media.play", anew(t, view), "", view)
		eventually(t, "pictures", func() bool { return seen.Load() > before+60 })
	}
}

// Who leaves the page is gone at once; a page that begins anew ends what the one before left; what nobody comes back for
// is not given to others.
func TestWhatALostLineLeaves(t *testing.T) {
	s := start(t)
	ticket := live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}
	host := s.enter(s.ticket(ticket), nil)
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "t", Name: "Dilnoza"}), nil)
	cam := camera(t)
	first := host.offers("media.publish", offer(t, cam), "", cam)
	trainee.until("the camera", func() bool { return len(trainee.state["tracks"]) == 1 })

	_ = host.conn.NetConn().Close()
	stolen := trainee.ask("media.publish", map[string]any{"offer": offer(t, camera(t)), "session": first.Session})
	if stolen.Type != "no" || !strings.Contains(string(stolen.Data), "gone") {
		t.Errorf("another's session was given: %s", stolen.Data)
	}
	again := s.enter(s.ticket(ticket), map[string]any{"seat": host.seat})
	fresh := camera(t)
	second := again.offers("media.publish", offer(t, fresh), "", fresh)
	if second.Session == first.Session {
		t.Error("a new page has the old session")
	}
	again.until("one camera, the new one", func() bool { return len(again.state["tracks"]) == 1 })
	eventually(t, "the old connection to end", func() bool {
		return cam.ConnectionState() == webrtc.PeerConnectionStateClosed || cam.ConnectionState() == webrtc.PeerConnectionStateFailed ||
			cam.ConnectionState() == webrtc.PeerConnectionStateDisconnected
	})
	if m := again.ask("media.publish", map[string]any{"offer": offer(t, fresh), "session": first.Session}); m.Type != "no" {
		t.Error("what a new page replaced is still there")
	}
}

// A browser is told of relays, and reaches the room by them alone; WHIP and WHEP are told too (RFC 9725, 4.6).
func TestRelaysOfARoom(t *testing.T) {
	s := start(t)
	host := s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil)
	var told struct {
		Servers []webrtc.ICEServer
		Until   int64
	}
	if err := json.Unmarshal(host.must("media.servers", nil), &told); err != nil || len(told.Servers) != 1 || len(told.Servers[0].URLs) != 2 {
		t.Fatalf("%+v, %v", told, err)
	}
	if left := time.Until(time.UnixMilli(told.Until)); left < 5*time.Minute || left > 2*time.Hour {
		t.Errorf("credentials for %v", left)
	}
	if !strings.HasSuffix(told.Servers[0].Username, ":"+host.you+"@demo") {
		t.Errorf("the name is %q", told.Servers[0].Username)
	}
	relayed := func() *webrtc.PeerConnection {
		engine := webrtc.SettingEngine{}
		engine.SetRelayAcceptanceMinWait(0)
		pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(engine)).NewPeerConnection(webrtc.Configuration{
			ICEServers: told.Servers, ICETransportPolicy: webrtc.ICETransportPolicyRelay,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { pc.Close() })
		return pc
	}
	cam := camera(t)
	sent := host.offers("media.publish", offer(t, cam), "", cam)
	if sent.Session == "" {
		t.Fatal("no session")
	}
	trainee := s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	view := relayed()
	seen := counted(t, view)
	trainee.offers("media.play", offer(t, view), "", view)
	eventually(t, "pictures by the relay", func() bool { return seen.Load() > 60 })
	if s.relay.Stats.BytesOut.Load() == 0 {
		t.Error("nothing went by the relay")
	}

	expires := time.Now().Add(time.Hour).Unix()
	res := s.post("whep", s.ticket(live.Ticket{Role: live.Viewer, Shared: true}), offer(t, relayedView(t, relayed())))
	links := strings.Join(res.Header.Values("Link"), ", ")
	if res.StatusCode != http.StatusCreated || strings.Count(links, `rel="ice-server"`) != 2 || !strings.Contains(links, `credential-type="password"`) ||
		!strings.Contains(links, fmt.Sprintf(`username="%d`, expires/1000)) || !strings.Contains(links, "<turn:") {
		t.Errorf("%d %s", res.StatusCode, links)
	}
	if res := s.post("whep", "forged", "v=0"); res.Header.Get("Link") != "" {
		t.Error("credentials without a ticket")
	}
}

func relayedView(t *testing.T, pc *webrtc.PeerConnection) *webrtc.PeerConnection {
	t.Helper()
	counted(t, pc)
	return pc
}
