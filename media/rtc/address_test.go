package rtc_test

import (
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/mediatest"
	"mostik/media/rtc"
)

// Who has IPv6 alone sends and receives.
func TestPublishToPlayByIPv6(t *testing.T) {
	t.Parallel()
	probe, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		t.Skipf("this machine has no IPv6 loopback: %v", err)
	}
	probe.Close()
	e, err := rtc.NewEngine(rtc.Config{UDP: "[::1]:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	six := func(answer string) string {
		if !strings.Contains(answer, " ::1 ") {
			t.Errorf("no way by IPv6 is offered:\n%s", answer)
		}
		return answer
	}
	track, _ := cameraOf(t, e, clientBy(t, webrtc.NetworkTypeUDP6), plain, six)
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)
	got := viewerOf(t, e, fan, clientBy(t, webrtc.NetworkTypeUDP6), track, six)
	await(t, "pictures by IPv6", func() bool { return got.Load() > 100 })
}

// Where all addresses are listened on, people of both families come in, each by a socket of their own family.
func TestPublishToPlayOnAllAddresses(t *testing.T) {
	t.Parallel()
	for name, network := range map[string]webrtc.NetworkType{"udp4": webrtc.NetworkTypeUDP4, "udp6": webrtc.NetworkTypeUDP6} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if probe, err := net.ListenPacket("udp6", "[::1]:0"); err == nil {
				probe.Close()
			} else if network == webrtc.NetworkTypeUDP6 {
				t.Skipf("this machine has no IPv6 loopback: %v", err)
			}
			e, err := rtc.NewEngine(rtc.Config{UDP: ":0"})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(e.Close)
			same := func(answer string) string { return answer }
			track, _ := cameraOf(t, e, clientBy(t, network), plain, same)
			fan := forward.NewFan(&e.Stats)
			t.Cleanup(fan.Close)
			got := viewerOf(t, e, fan, clientBy(t, network), track, same)
			await(t, "pictures", func() bool { return got.Load() > 100 })
		})
	}
}

// Browsers take a candidate that names a restarted session's former credentials for one of the past, and leave it out.
func TestCandidatesNameNoCredentials(t *testing.T) {
	t.Parallel()
	e := engine(t)
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)
	viewer := client(t)
	if _, err := viewer.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	playing, answer, err := e.Play(t.Context(), offer(t, viewer), fan, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(playing.Close)
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") && strings.Contains(line, "ufrag") {
			t.Error(line)
		}
	}
}

// Behind a translation of addresses, answers name the address that the world sees and no other.
func TestAnswersNameThePublicAddress(t *testing.T) {
	t.Parallel()
	const public = "203.0.113.5"
	e, err := rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Public: []netip.Addr{netip.MustParseAddr(public)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)
	sender, viewer := client(t), client(t)
	for pc, direction := range map[*webrtc.PeerConnection]webrtc.RTPTransceiverDirection{
		sender: webrtc.RTPTransceiverDirectionSendonly, viewer: webrtc.RTPTransceiverDirectionRecvonly,
	} {
		if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: direction}); err != nil {
			t.Fatal(err)
		}
	}
	p, published, err := e.Publish(t.Context(), offer(t, sender), rtc.PublishEvents{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	playing, played, err := e.Play(t.Context(), offer(t, viewer), fan, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(playing.Close)
	for _, answer := range []string{published, played} {
		named := 0
		for line := range strings.Lines(answer) {
			if !strings.HasPrefix(line, "a=candidate:") {
				continue
			}
			if named++; strings.Fields(line)[4] != public {
				t.Errorf("%s", line)
			}
		}
		if named < 2 {
			t.Errorf("%d candidates in\n%s", named, answer)
		}
	}
}

// A router gives a peer another port in mid-call, which no peer notices. Peers of this library name their way once, which
// is the hard case: without following them sound is away until the session ends.
func TestRouterGivesAnotherPort(t *testing.T) {
	t.Run("who receives", func(t *testing.T) {
		t.Parallel()
		e := engine(t)
		voice, camera := forward.NewTrack("voice", media.Opus), forward.NewTrack("camera", media.VP8)
		play(t, newSource(voice, 0, 50, 80), newSource(camera, 0, 30, 3000))
		line, heard, watched := behind(t, e, client(t), voice, camera)
		for range 2 {
			line.Rebind()
			begun, from := time.Now(), heard.last()
			await(t, "sound by the new port", func() bool { return heard.last() > from+25 })
			t.Logf("sound was away for %v", time.Since(begun).Round(time.Millisecond))
			seen := watched.last()
			await(t, "pictures by the new port", func() bool { return watched.last() > seen+60 })
		}
	})
	t.Run("who sends", func(t *testing.T) {
		t.Parallel()
		e := engine(t)
		line := mediatest.NewLine(t, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), e.Port()))
		sender := client(t)
		track, _ := cameraOf(t, e, sender, mediatest.Hidden, line.Through)
		fan := forward.NewFan(&e.Stats)
		t.Cleanup(fan.Close)
		got := viewerOf(t, e, fan, client(t), track, plain)
		reports := reported(sender)
		await(t, "pictures and reports", func() bool { return got.Load() > 30 && reports.Load() > 0 })
		for range 2 {
			line.Rebind()
			begun, before, told := time.Now(), got.Load(), reports.Load()
			await(t, "pictures by the new port", func() bool { return got.Load() > before+15 })
			t.Logf("pictures were away for %v", time.Since(begun).Round(time.Millisecond))
			await(t, "our reports to reach the new port", func() bool { return reports.Load() > told+2 })
			t.Logf("reports were away for %v", time.Since(begun).Round(time.Millisecond))
		}
	})
}

// reported counts what is reported to a peer on what it sends.
func reported(pc *webrtc.PeerConnection) *atomic.Int64 {
	n := &atomic.Int64{}
	go func() {
		for {
			if _, _, err := pc.GetSenders()[0].ReadRTCP(); err != nil {
				return
			}
			n.Add(1)
		}
	}()
	return n
}
