package rtc_test

import (
	"encoding/binary"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/layer"
	"mostik/media/mediatest"
	"mostik/media/red"
	"mostik/media/rtc"
)

// A line that narrows goes down the ladder, and no packet of the voice is lost to a picture: a camera of one layer stays
// while it fits, then its picture stands still, then sound goes in long packets.
func TestSoundComesFirst(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes a quarter of a minute")
	}
	t.Parallel()
	e := engine(t)
	voice, camera := forward.NewTrack("voice", media.Opus), forward.NewTrack("camera", media.VP8)
	play(t, newSource(voice, 0, 50, 80), newSource(camera, 0, 30, 1200))
	line, playing, heard, watched := behindOf(t, e, client(t), voice, camera)
	moves := func() bool { is, _ := watched.shows(0); return is }
	// Headers counted the camera takes 320 kbit/s, the voice 58.
	line.Set(mediatest.Weather{Rate: 480_000, Queue: 2 * time.Second}, mediatest.Weather{})
	from := heard.last()
	steady := watched.last()
	await(t, "three seconds of pictures", func() bool { return watched.last() > steady+3*60 })
	if second(playing.Sections()).Still() {
		t.Error("a camera that fits was dropped")
	}
	line.Set(mediatest.Weather{Rate: 150_000, Queue: 2 * time.Second}, mediatest.Weather{})
	await(t, "slides and sound", func() bool { return playing.Session.Line().Level >= layer.Slides })
	line.Set(mediatest.Weather{Rate: 60_000, Queue: 2 * time.Second}, mediatest.Weather{})
	await(t, "the picture to stand", func() bool { return second(playing.Sections()).Still() && !moves() })
	await(t, "long packets", func() bool { return playing.Session.Line().Level == layer.Voice })
	to := heard.last()
	await(t, "two seconds more of voice", func() bool { return heard.last() >= to+100 })
	down, _ := line.Lost()
	if n := heard.missing(from, to); n > 0 {
		t.Errorf("%d of %d packets of the voice are missing; the line lost %d", n, to-from, down)
	}
}

// More sections come by a further offer, and what plays meanwhile has no gap.
func TestMoreSections(t *testing.T) {
	e := engine(t)
	voice, camera, second := forward.NewTrack("voice", media.Opus), forward.NewTrack("camera", media.VP8), forward.NewTrack("second", media.VP8)
	play(t, newSource(voice, 0, 50, 80), newSource(camera, 0, 30, 1200), newSource(second, 0, 30, 1200))
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)
	viewer := client(t)
	receive := func(kind webrtc.RTPCodecType) {
		t.Helper()
		if _, err := viewer.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
	}
	var gaps, tracks atomic.Int32
	var got [3]atomic.Int64
	viewer.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		which := tracks.Add(1) - 1
		var last uint16
		for n := 0; ; n++ {
			p, _, err := tr.ReadRTP()
			if err != nil {
				return
			}
			if n > 0 && p.SequenceNumber != last+1 {
				gaps.Add(1)
			}
			last = p.SequenceNumber
			got[which].Add(1)
		}
	})
	receive(webrtc.RTPCodecTypeAudio)
	receive(webrtc.RTPCodecTypeVideo)
	playing, answer, err := e.Play(t.Context(), offer(t, viewer), fan, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(playing.Close)
	take(t, viewer, answer)
	audio, video := playing.Sections()
	fan.Do(func() { playing.Session.Show(audio[0], voice); playing.Session.Show(video[0], camera) })
	await(t, "two tracks", func() bool { return tracks.Load() == 2 })

	receive(webrtc.RTPCodecTypeVideo)
	if answer, err = playing.Restart(t.Context(), offer(t, viewer)); err != nil {
		t.Fatal(err)
	}
	take(t, viewer, answer)
	voices, more := playing.Sections()
	if len(voices) != 1 || len(more) != 2 || more[0] != video[0] {
		t.Fatalf("%d and %d sections", len(voices), len(more))
	}
	fan.Do(func() { playing.Session.Show(more[1], second) })
	await(t, "a third", func() bool { return tracks.Load() == 3 && got[2].Load() > 60 && got[0].Load() > 100 })
	if n := gaps.Load(); n != 0 {
		t.Errorf("%d gaps", n)
	}
	if _, err := playing.Restart(t.Context(), offer(t, client(t))); err == nil {
		t.Error("an offer without the sections of before is answered")
	}
}

// Firefox offers the sections that may only go along with the first at port 0 (RFC 9143, 6), which refuses nothing.
func TestSectionsThatOnlyGoAlong(t *testing.T) {
	head, rest, _ := strings.Cut(offer(t, receiver(t, webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo)), "m=video 9 ")
	for _, tt := range []struct {
		name, text string
		videos     int
	}{
		{"goes along", head + "m=video 0 " + rest + "a=bundle-only\r\n", 1},
		{"refused", head + "m=video 0 " + rest, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := engine(t)
			fan := forward.NewFan(&e.Stats)
			t.Cleanup(fan.Close)
			playing, answer, err := e.Play(t.Context(), tt.text, fan, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(playing.Close)
			if _, videos := playing.Sections(); len(videos) != tt.videos {
				t.Errorf("%d sections of pictures", len(videos))
			}
			if n := strings.Count(answer, "m=video 9 "); n != tt.videos {
				t.Errorf("%d are taken in the answer:\n%s", n, answer)
			}
		})
	}
}

// receiver is a client that offers to receive.
func receiver(t *testing.T, kinds ...webrtc.RTPCodecType) *webrtc.PeerConnection {
	t.Helper()
	pc := client(t)
	for _, kind := range kinds {
		if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
	}
	return pc
}

// redundant is a client that sends sound with what was before it.
func redundant(t *testing.T) *webrtc.PeerConnection {
	t.Helper()
	m := &webrtc.MediaEngine{}
	for _, c := range []webrtc.RTPCodecParameters{
		{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/red", ClockRate: 48_000, Channels: 2, SDPFmtpLine: "111/111"}, PayloadType: 63},
		{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48_000, Channels: 2}, PayloadType: 111},
	} {
		if err := m.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			t.Fatal(err)
		}
	}
	s := webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithMediaEngine(m)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	return pc
}

// What a publisher lets come along with each packet is plain sound here, and mends what was lost on the way.
func TestPublishedRedundancyMendsLoss(t *testing.T) {
	e := engine(t)
	publisher := redundant(t)
	track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{
		MimeType: "audio/red", ClockRate: 48_000, Channels: 2, SDPFmtpLine: "111/111",
	}, "voice", "voice")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := publisher.AddTrack(track); err != nil {
		t.Fatal(err)
	}
	tracks := make(chan *forward.Track, 1)
	publication, answer, err := e.Publish(t.Context(), offer(t, publisher), rtc.PublishEvents{Track: func(tr *forward.Track, _ string) { tracks <- tr }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(publication.Close)
	take(t, publisher, answer)
	payload := func(n int) []byte {
		b := make([]byte, 40)
		b[0] = 0x78
		binary.BigEndian.PutUint32(b[8:], uint32(n))
		return b
	}
	send := func(n int) {
		b := red.Begin(nil, 111, 960, 40)
		b = append(append(red.Own(b, 111), payload(n-1)...), payload(n)...)
		if err := track.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: uint32(n) * 960}, Payload: b}); err != nil {
			t.Fatal(err)
		}
	}
	var voice *forward.Track
	n := 1
	for voice == nil {
		select {
		case voice = <-tracks:
		case <-time.After(20 * time.Millisecond):
			send(n)
			n++
		}
		if n > 1000 {
			t.Fatal("no track")
		}
	}
	if voice.Codec != media.Opus {
		t.Fatalf("the track is %v", voice.Codec)
	}
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)
	viewer := client(t)
	if _, err := viewer.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	heard := &seen{counts: map[uint32]bool{}}
	viewer.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { heard.read(tr) })
	playing, answer, err := e.Play(t.Context(), offer(t, viewer), fan, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(playing.Close)
	take(t, viewer, answer)
	fan.Do(func() { playing.Session.Show(first(playing.Sections()), voice) })
	await(t, "sound", func() bool { send(n); n++; return heard.last() > 0 })
	from := uint32(n)
	for range 20 { // one of two is lost
		n++
		send(n)
		n++
		time.Sleep(5 * time.Millisecond)
	}
	await(t, "the last", func() bool { return heard.last() >= uint32(n-1) })
	await(t, "all between", func() bool { return heard.missing(from, uint32(n-1)) == 0 })
}

// VP9 and AV1 pass where both ends speak them, from a key frame on.
func TestOtherCodecsPass(t *testing.T) {
	e := engine(t)
	for codec, mime := range map[media.Codec]string{media.VP9: webrtc.MimeTypeVP9, media.AV1: webrtc.MimeTypeAV1} {
		track := forward.NewTrack(mime, codec)
		wanted := make(chan struct{}, 1)
		stream := track.Add(0, func() {
			select {
			case wanted <- struct{}{}:
			default:
			}
		})
		fan := forward.NewFan(&e.Stats)
		t.Cleanup(fan.Close)
		viewer := client(t)
		if _, err := viewer.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
		came := make(chan string, 1)
		viewer.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
			if p, _, err := tr.ReadRTP(); err == nil {
				came <- tr.Codec().MimeType + " " + string(p.Payload[1:])
			}
		})
		playing, answer, err := e.Play(t.Context(), offer(t, viewer), fan, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(playing.Close)
		take(t, viewer, answer)
		fan.Do(func() { playing.Session.Show(second(playing.Sections()), track) })
		got := ""
		for n := uint16(1); got == "" && n < 1500; n++ {
			// The bit that begins a picture of VP9 is the one that begins a sequence of AV1; a picture of VP9 that needs
			// another has the bit beside it, a packet of AV1 that goes on the highest.
			first, text := byte(map[media.Codec]int{media.VP9: 0x48, media.AV1: 0x80}[codec]), "later"
			select {
			case <-wanted:
				first, text = 0x08, "key"
			default:
			}
			p := media.NewPacket()
			raw := append(append(p.Room()[:0], 2<<6, 0x80|96, byte(n>>8), byte(n), 0, 0, byte(n>>4), byte(n<<4), 0, 0, 0, 1, first), text...)
			if err := p.Parse(len(raw), 0); err != nil {
				t.Fatal(err)
			}
			p.Arrived = forward.Now()
			stream.Write(p)
			select {
			case got = <-came:
			case <-time.After(20 * time.Millisecond):
			}
		}
		if got != mime+" key" {
			t.Errorf("%v: %q came first", codec, got)
		}
	}
}
