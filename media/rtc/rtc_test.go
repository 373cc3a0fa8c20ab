package rtc_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
	wm "github.com/pion/webrtc/v4/pkg/media"

	"mostik/media/forward"
	"mostik/media/rtc"
	"mostik/media/wire"
)

func engine(t testing.TB) *rtc.Engine {
	t.Helper()
	e, err := rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// client is a peer as pion makes one.
func client(t testing.TB) *webrtc.PeerConnection {
	t.Helper()
	return clientBy(t, webrtc.NetworkTypeUDP4)
}

func clientBy(t testing.TB, network webrtc.NetworkType) *webrtc.PeerConnection {
	t.Helper()
	s := webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{network})
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	return pc
}

func offer(t testing.TB, pc *webrtc.PeerConnection) string {
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

func take(t testing.TB, pc *webrtc.PeerConnection, answer string) {
	t.Helper()
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		t.Fatalf("%v\n%s", err, answer)
	}
}

// publish sends sound and VP8 until the test ends, and gives our tracks for it.
func publish(t testing.TB, e *rtc.Engine) map[string]*forward.Track {
	t.Helper()
	pc := client(t)
	var local []*webrtc.TrackLocalStaticSample
	for _, c := range []struct{ mime, id string }{{webrtc.MimeTypeOpus, "voice"}, {webrtc.MimeTypeVP8, "camera"}} {
		track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: c.mime}, c.id, "somebody")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pc.AddTrack(track); err != nil {
			t.Fatal(err)
		}
		local = append(local, track)
	}
	begun := make(chan *forward.Track, 4)
	p, answer, err := e.Publish(t.Context(), offer(t, pc), rtc.PublishEvents{Track: func(tr *forward.Track, _ string) { begun <- tr }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	take(t, pc, answer)
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ctx.Err() == nil; n++ {
			<-tick.C
			frame := make([]byte, 4000)
			if n%10 != 0 {
				frame[0] = 1 // not a key frame
			}
			_ = local[0].WriteSample(wm.Sample{Data: make([]byte, 80), Duration: 20 * time.Millisecond})
			_ = local[1].WriteSample(wm.Sample{Data: frame, Duration: 20 * time.Millisecond})
		}
	}()
	tracks := map[string]*forward.Track{}
	for range 2 {
		select {
		case tr := <-begun:
			tracks[tr.Codec.String()] = tr
		case <-time.After(10 * time.Second):
			t.Fatal("no track arrived")
		}
	}
	return tracks
}

// A publisher's sound and pictures arrive at a viewer whose session was put together here, without a gap.
func TestPublishToPlay(t *testing.T) {
	e := engine(t)
	tracks := publish(t, e)
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)

	viewer := client(t)
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeVideo} {
		if _, err := viewer.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
	}
	type got struct {
		mime string
		n    int
		gap  bool
	}
	arrived := make(chan got, 8)
	viewer.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		g := got{mime: tr.Codec().MimeType}
		var last uint16
		for g.n < 100 {
			p, _, err := tr.ReadRTP()
			if err != nil {
				return
			}
			g.gap = g.gap || g.n > 0 && p.SequenceNumber != last+1
			last = p.SequenceNumber
			g.n++
		}
		arrived <- g
	})
	playing, answer, err := e.Play(t.Context(), offer(t, viewer), fan, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(playing.Close)
	take(t, viewer, answer)
	fan.Do(func() {
		playing.Session.Show(first(playing.Sections()), tracks["opus"])
		playing.Session.Show(second(playing.Sections()), tracks["VP8"])
	})
	for range 2 {
		select {
		case g := <-arrived:
			if g.gap {
				t.Errorf("%s has a gap", g.mime)
			}
		case <-time.After(15 * time.Second):
			t.Fatalf("nothing arrived: %s", statsOf(&e.Stats))
		}
	}
}

func statsOf(s *wire.Stats) string {
	return fmt.Sprintf("%d packets, %d lost", s.Packets.Load(), s.Dropped.Load())
}
