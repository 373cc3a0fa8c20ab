package rtc_test

import (
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v3"
	"github.com/pion/webrtc/v4"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/mediatest"
	"mostik/media/rtc"
)

// asks is a peer with one kind of network that counts what it is asked.
func asks(t *testing.T, network webrtc.NetworkType) (*webrtc.PeerConnection, *atomic.Int64) {
	t.Helper()
	n := &atomic.Int64{}
	s := webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{network})
	s.SetICEBindingRequestHandler(func(*stun.Message, ice.Candidate, ice.Candidate, *ice.CandidatePair) bool {
		n.Add(1)
		return false
	})
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	return pc, n
}

// Peers are asked whether they still want what they get, by whatever way; whose answers stop coming gets no more.
func TestConsentIsKept(t *testing.T) {
	t.Parallel()
	const patience = 3 * time.Second
	for name, network := range map[string]webrtc.NetworkType{"datagrams": webrtc.NetworkTypeUDP4, "a stream": webrtc.NetworkTypeTCP4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Patience: patience})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(e.Close)
			camera := forward.NewTrack("camera", media.VP8)
			play(t, newSource(camera, 0, 30, 3000))
			fan := forward.NewFan(&e.Stats)
			t.Cleanup(fan.Close)
			viewer, asked := asks(t, network)
			got := viewerOf(t, e, fan, viewer, camera, plain)
			await(t, "pictures", func() bool { return got.Load() > 30 })
			begun, before := time.Now(), asked.Load()
			// Longer than a peer may be silent: it is not.
			await(t, "questions for long enough", func() bool { return asked.Load() > before+6 && time.Since(begun) > 2*patience })
			from := got.Load()
			await(t, "pictures still", func() bool { return got.Load() > from+30 })
		})
	}
	t.Run("who is gone", func(t *testing.T) {
		t.Parallel()
		e, err := rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0", Patience: patience})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(e.Close)
		camera := forward.NewTrack("camera", media.VP8)
		play(t, newSource(camera, 0, 30, 3000))
		fan := forward.NewFan(&e.Stats)
		t.Cleanup(fan.Close)
		viewer, _ := asks(t, webrtc.NetworkTypeUDP4)
		line := mediatest.NewLine(t, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), e.Port()))
		got := viewerOf(t, e, fan, viewer, camera, line.Through)
		await(t, "pictures", func() bool { return got.Load() > 30 })
		line.Set(mediatest.Weather{}, mediatest.Weather{Loss: 1})
		await(t, "the end", func() bool { return !camera.Watched() })
	})
}
