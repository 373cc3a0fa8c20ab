package rtc_test

import (
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
	wm "github.com/pion/webrtc/v4/pkg/media"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/rtc"
)

// streamed is a peer that has nothing but TCP.
func streamed(t testing.TB) *webrtc.PeerConnection {
	t.Helper()
	s := webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	return pc
}

// silent is a peer that does only what is named beside receiving, and does not report what arrived when: a machine that
// is busy would be taken for a line that is.
func silent(t testing.TB, does ...interceptor.Factory) *webrtc.PeerConnection {
	t.Helper()
	s := webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	chain := &interceptor.Registry{}
	for _, f := range does {
		chain.Add(f)
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithInterceptorRegistry(chain)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	return pc
}

// onlyTCP leaves an answer the candidates of streams, at an address of the test's own where it has one.
func onlyTCP(t testing.TB, answer, at string) string {
	t.Helper()
	var b strings.Builder
	found := 0
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") {
			f := strings.Fields(line)
			if !strings.EqualFold(f[2], "tcp") {
				continue
			}
			found++
			if at != "" {
				f[4], f[5] = strings.Split(at, ":")[0], strings.Split(at, ":")[1]
				line = strings.Join(f, " ") + "\r\n"
			}
		}
		b.WriteString(line)
	}
	if found == 0 {
		t.Fatalf("no way by TCP is offered:\n%s", answer)
	}
	return b.String()
}

func tcpEngine(t testing.TB) *rtc.Engine {
	t.Helper()
	e, err := rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0", TCP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// viewerOf opens a play session with a slot for pictures, and counts what comes.
func viewerOf(t testing.TB, e *rtc.Engine, fan *forward.Fan, pc *webrtc.PeerConnection, track *forward.Track, change func(string) string) *atomic.Int64 {
	t.Helper()
	got := &atomic.Int64{}
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	pc.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			if _, _, err := tr.ReadRTP(); err != nil {
				return
			}
			got.Add(1)
		}
	})
	playing, answer, err := e.Play(t.Context(), offer(t, pc), fan, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(playing.Close)
	take(t, pc, change(answer))
	fan.Do(func() { playing.Session.Show(second(playing.Sections()), track) })
	return got
}

// Who has only TCP sends and receives all the same.
func TestPeersWithOnlyTCP(t *testing.T) {
	e := tcpEngine(t)
	sender := streamed(t)
	local, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "camera", "me")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.AddTrack(local); err != nil {
		t.Fatal(err)
	}
	begun := make(chan *forward.Track, 1)
	p, answer, err := e.Publish(t.Context(), offer(t, sender), rtc.PublishEvents{Track: func(tr *forward.Track, _ string) { begun <- tr }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	take(t, sender, onlyTCP(t, answer, ""))
	var all sync.WaitGroup
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop); all.Wait() })
	all.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(33 * time.Millisecond):
				_ = local.WriteSample(wm.Sample{Data: make([]byte, 4000), Duration: 33 * time.Millisecond})
			}
		}
	})
	var track *forward.Track
	select {
	case track = <-begun:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing of the sender arrived")
	}
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)
	got := viewerOf(t, e, fan, streamed(t), track, func(a string) string { return onlyTCP(t, a, "") })
	await(t, "pictures by TCP", func() bool { return got.Load() > 60 })
}

// A peer behind TCP that stops reading holds up nobody: neither media nor reports of the fan that it shares wait.
func TestStuckStreamHoldsUpNobody(t *testing.T) {
	t.Parallel()
	e := tcpEngine(t)
	track := forward.NewTrack("camera", media.VP8)
	source := newSource(track, 0, 60, 8_000) // what a stream cannot hide in its buffers for long
	play(t, source)
	go func() {
		for t.Context().Err() == nil { // so that sender reports go out
			source.stream.Reported(1<<32, 1, forward.Now())
			time.Sleep(200 * time.Millisecond)
		}
	}()
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)

	gate := newGate(t)
	stuck := viewerOf(t, e, fan, streamed(t), track, func(a string) string {
		for line := range strings.Lines(a) {
			if f := strings.Fields(line); strings.HasPrefix(line, "a=candidate:") && strings.EqualFold(f[2], "tcp") {
				gate.to.Store(net.JoinHostPort(f[4], f[5]))
			}
		}
		return onlyTCP(t, a, gate.listener.Addr().String())
	})
	await(t, "pictures by TCP", func() bool { return stuck.Load() > 60 })
	well := viewerOf(t, e, fan, silent(t), track, func(a string) string { return a })
	await(t, "pictures by UDP", func() bool { return well.Load() > 60 })
	gate.shut.Store(true)
	from := well.Load()
	await(t, "pictures beside a stream that is stuck", func() bool { return well.Load() > from+5_000 })
	if lost := fan.Lost.Load(); lost != 0 {
		t.Errorf("%d batches found no room in the fan", lost)
	}
}

// gate is a relay of streams that can stop reading what comes from the far side.
type gate struct {
	listener net.Listener
	to       atomic.Value // the address, once it is known
	shut     atomic.Bool
}

func newGate(t *testing.T) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: l}
	over := make(chan struct{})
	var all sync.WaitGroup
	t.Cleanup(func() { close(over); l.Close(); all.Wait() })
	pass := func(to, from net.Conn, gated bool) {
		defer to.Close()
		b := make([]byte, 4096)
		for {
			for gated && g.shut.Load() {
				select {
				case <-over:
					return
				case <-time.After(10 * time.Millisecond):
				}
			}
			n, err := from.Read(b)
			if err != nil {
				return
			}
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
	}
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			address, _ := g.to.Load().(string)
			far, err := net.Dial("tcp", address)
			if err != nil {
				near.Close()
				continue
			}
			go func() { <-over; near.Close(); far.Close() }()
			all.Go(func() { pass(near, far, true) })
			all.Go(func() { pass(far, near, false) })
		}
	})
	return g
}
