package rtc_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
	wm "github.com/pion/webrtc/v4/pkg/media"

	"mostik/media/forward"
	"mostik/media/rtc"
	"mostik/media/turn"
)

// house is an engine with its relay and a web server, all on one port for streams and one for datagrams.
type house struct {
	engine *rtc.Engine
	relay  *turn.Server
	web    string // address of the port for streams
	trust  *tls.Config
}

func newHouse(t testing.TB, secure bool, change func(*turn.Config)) *house {
	t.Helper()
	config := turn.Config{Secret: []byte("a secret of this test"), Allocations: 8, Rate: 50_000_000, Now: time.Now}
	if change != nil {
		change(&config)
	}
	b := &house{relay: turn.New(config)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.web = l.Addr().String()
	pages := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a page") }))
	var own *tls.Config
	if secure {
		pages.StartTLS() // for its certificate
		own = &tls.Config{Certificates: pages.TLS.Certificates, NextProtos: []string{"http/1.1"}}
		b.trust = pages.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		pages.Close()
		pages = httptest.NewUnstartedServer(pages.Config.Handler)
	}
	split := turn.NewSplit(l, own)
	pages.Listener.Close()
	pages.Listener = split.Web()
	pages.Start()
	t.Cleanup(pages.Close)
	if err := b.relay.Serve(split.Relay()); err != nil {
		t.Fatal(err)
	}
	if b.engine, err = rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0", Streams: split.ICE(), Relay: b.relay}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.engine.Close()
		b.relay.Close()
		split.Close()
	})
	return b
}

// dialer reaches TURN within TLS, which the client's library does with no certificate of a test.
type dialer struct{ config *tls.Config }

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return tls.Dial(network, address, d.config)
}

// by gives a peer that comes by the relay alone.
func (b *house) by(t testing.TB, transport string) *webrtc.PeerConnection {
	t.Helper()
	name, password := b.relay.Credentials("p1@demo", time.Now().Add(time.Minute))
	server := webrtc.ICEServer{Username: name, Credential: password, URLs: []string{"turn:" + b.web + "?transport=tcp"}}
	s := webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetRelayAcceptanceMinWait(0)
	switch transport {
	case "udp":
		server.URLs = []string{fmt.Sprintf("turn:127.0.0.1:%d?transport=udp", b.engine.Port())}
	case "tls":
		s.SetICEProxyDialer(dialer{b.trust})
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{
		ICEServers: []webrtc.ICEServer{server}, ICETransportPolicy: webrtc.ICETransportPolicyRelay,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	return pc
}

// camera sends pictures from a peer until the test ends, and gives our track for them.
func camera(t testing.TB, e *rtc.Engine, pc *webrtc.PeerConnection) (*forward.Track, *rtc.Publication) {
	t.Helper()
	return cameraOf(t, e, pc, plain, plain)
}

// cameraOf is a camera whose offer and answer are changed on their way.
func cameraOf(t testing.TB, e *rtc.Engine, pc *webrtc.PeerConnection, there, back func(string) string) (*forward.Track, *rtc.Publication) {
	t.Helper()
	local, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "camera", "me")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pc.AddTrack(local); err != nil {
		t.Fatal(err)
	}
	begun := make(chan *forward.Track, 1)
	p, answer, err := e.Publish(t.Context(), there(offer(t, pc)), rtc.PublishEvents{Track: func(tr *forward.Track, _ string) { begun <- tr }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	take(t, pc, back(answer))
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ctx.Err() == nil; n++ {
			<-tick.C
			frame := make([]byte, 2500)
			if n%10 != 0 {
				frame[0] = 1 // not a key frame
			}
			_ = local.WriteSample(wm.Sample{Data: frame, Duration: 20 * time.Millisecond})
		}
	}()
	select {
	case track := <-begun:
		return track, p
	case <-time.After(20 * time.Second):
		t.Fatal("no track arrived")
	}
	return nil, nil
}

func plain(text string) string { return text }

// Who reaches nothing but the relay sends and receives all the same, by whichever transport; the web server on the same
// port notices nothing.
func TestPeersBehindTheRelay(t *testing.T) {
	for _, transport := range []string{"udp", "tcp", "tls"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			b := newHouse(t, transport == "tls", nil)
			track, _ := camera(t, b.engine, b.by(t, transport))
			fan := forward.NewFan(&b.engine.Stats)
			t.Cleanup(fan.Close)
			got := viewerOf(t, b.engine, fan, b.by(t, transport), track, plain)
			await(t, "pictures by the relay", func() bool { return got.Load() > 100 })
			s := &b.relay.Stats
			if s.BytesIn.Load() == 0 || s.BytesOut.Load() == 0 || s.Allocations.Load() < 2 {
				t.Errorf("%d bytes in, %d out, %d allocations", s.BytesIn.Load(), s.BytesOut.Load(), s.Allocations.Load())
			}
			scheme, web := "http://", &http.Client{Transport: &http.Transport{TLSClientConfig: b.trust}}
			if b.trust != nil {
				scheme = "https://"
			}
			res, err := web.Get(scheme + b.web)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if page, _ := io.ReadAll(res.Body); string(page) != "a page" {
				t.Errorf("the web server says %q", page)
			}
		})
	}
}

// ICE over TCP has no port of its own: it shares the web server's.
func TestICEOverTheWebsPort(t *testing.T) {
	b := newHouse(t, true, nil)
	track, _ := camera(t, b.engine, streamed(t))
	fan := forward.NewFan(&b.engine.Stats)
	t.Cleanup(fan.Close)
	got := viewerOf(t, b.engine, fan, streamed(t), track, func(answer string) string { return onlyTCP(t, answer, "") })
	await(t, "pictures by TCP", func() bool { return got.Load() > 100 })
}
