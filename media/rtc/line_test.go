package rtc_test

import (
	"context"
	"encoding/binary"
	"sync"
	"testing"
	"time"

	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/webrtc/v4"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/mediatest"
	"mostik/media/opus"
	"mostik/media/rtc"
)

// source sends into a track without a publisher: packets whose first free bytes count them.
type source struct {
	stream *forward.Stream
	sound  bool
	// frames a second, and bytes of each
	rate, size int
	wanted     chan struct{}
}

func newSource(track *forward.Track, layer uint8, rate, size int) *source {
	s := &source{sound: track.Codec == media.Opus, rate: rate, size: size, wanted: make(chan struct{}, 1)}
	s.stream = track.Add(layer, func() {
		select {
		case s.wanted <- struct{}{}:
		default:
		}
	})
	return s
}

// run sends until the context ends.
func (s *source) run(ctx context.Context) {
	tick := time.NewTicker(time.Second / time.Duration(s.rate))
	defer tick.Stop()
	var seq uint16
	var at, count uint32
	for n := 0; ctx.Err() == nil; n++ {
		<-tick.C
		key := n == 0
		select {
		case <-s.wanted:
			key = true
		default:
		}
		at += s.stream.Clock() / uint32(s.rate)
		for left, first := s.size, true; left > 0; first = false {
			k := min(left, 1100)
			left -= k
			b := make([]byte, max(k, 12))
			switch {
			case s.sound:
				b[0] = 0x78 // 20 ms of Opus
			case first:
				b[0] = 0x10
			}
			if !key && !s.sound {
				b[1] = 1
			}
			count++
			seq++
			b[2] = s.stream.Layer
			binary.BigEndian.PutUint32(b[8:], count)
			p := media.NewPacket()
			raw := p.Room()
			raw[0], raw[1] = 2<<6, 96
			if left <= 0 {
				raw[1] |= 0x80
			}
			binary.BigEndian.PutUint16(raw[2:], seq)
			binary.BigEndian.PutUint32(raw[4:], at)
			if p.Parse(12+copy(raw[12:], b), 0) != nil {
				panic("our own packet")
			}
			p.Arrived = forward.Now()
			s.stream.Write(p)
		}
	}
}

// seen is what a viewer got of one track.
type seen struct {
	mu     sync.Mutex
	counts map[uint32]bool
	first  uint32
	most   uint32
	layers [forward.Layers]time.Time // when the last packet of each layer came
	got    [forward.Layers]int       // packets of each layer
}

func (s *seen) read(t *webrtc.TrackRemote) {
	for {
		p, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		if len(p.Payload) < 12 {
			continue
		}
		if t.Kind() == webrtc.RTPCodecTypeAudio && p.Payload[0]&3 == 3 {
			if frames, ok := opus.Frames(p.Payload, nil); ok { // several as one: the byte before each is its own again
				for _, f := range frames {
					s.count(append([]byte{0}, f...))
				}
				continue
			}
		}
		s.count(p.Payload)
	}
}

func (s *seen) count(payload []byte) {
	n := binary.BigEndian.Uint32(payload[8:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.counts) == 0 {
		s.first = n
	}
	s.counts[n] = true
	s.most = max(s.most, n)
	if l := int(payload[2]); l < len(s.layers) {
		s.layers[l] = time.Now()
		s.got[l]++
	}
}

// missing counts what did not arrive of all between two packets.
func (s *seen) missing(from, to uint32) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := from; i <= to; i++ {
		if !s.counts[i] {
			n++
		}
	}
	return n
}

func (s *seen) last() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// shows tells whether a layer came within the last half second, and how many packets of it came at all.
func (s *seen) shows(layer int) (is bool, packets int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.layers[layer]) < 500*time.Millisecond, s.got[layer]
}

// behind puts a viewer behind a line, and shows it a voice and a picture.
func behind(t *testing.T, e *rtc.Engine, viewer *webrtc.PeerConnection, voice, camera *forward.Track) (line *mediatest.Line, heard, watched *seen) {
	t.Helper()
	line, _, heard, watched = behindOf(t, e, viewer, voice, camera)
	return line, heard, watched
}

func behindOf(t *testing.T, e *rtc.Engine, viewer *webrtc.PeerConnection, voice, camera *forward.Track) (line *mediatest.Line, playing *rtc.Playing, heard, watched *seen) {
	t.Helper()
	fan := forward.NewFan(&e.Stats)
	t.Cleanup(fan.Close)
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if _, err := viewer.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
	}
	heard, watched = &seen{counts: map[uint32]bool{}}, &seen{counts: map[uint32]bool{}}
	viewer.OnTrack(func(tr *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		if tr.Kind() == webrtc.RTPCodecTypeAudio {
			heard.read(tr)
		} else {
			watched.read(tr)
		}
	})
	playing, answer, err := e.Play(t.Context(), mediatest.Hidden(offer(t, viewer)), fan, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(playing.Close)
	line = mediatest.NewLine(t, mediatest.Far(t, answer))
	take(t, viewer, line.Through(answer))
	fan.Do(func() {
		playing.Session.Show(first(playing.Sections()), voice)
		playing.Session.Show(second(playing.Sections()), camera)
	})
	await(t, "sound and a picture", func() bool { return heard.last() > 0 && watched.last() > 0 })
	return line, playing, heard, watched
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1200 {
		if is() {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("waited for %s in vain", what)
}

func play(t *testing.T, sources ...*source) {
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, s := range sources {
		all.Go(func() { s.run(ctx) })
	}
	t.Cleanup(func() { stop(); all.Wait() })
}

// Where one packet in twenty is lost, repeats mend the picture: none is missing in the end.
func TestLostPacketsAreRepeated(t *testing.T) {
	t.Parallel()
	e := engine(t)
	voice, camera := forward.NewTrack("voice", media.Opus), forward.NewTrack("camera", media.VP8)
	play(t, newSource(voice, 0, 50, 80), newSource(camera, 0, 30, 5000))
	repeats, err := nack.NewGeneratorInterceptor()
	if err != nil {
		t.Fatal(err)
	}
	line, _, watched := behind(t, e, silent(t, repeats), voice, camera)
	line.Set(mediatest.Weather{Loss: 0.05, Delay: 30 * time.Millisecond}, mediatest.Weather{Loss: 0.05, Delay: 30 * time.Millisecond})
	from := watched.last()
	await(t, "1,000 packets", func() bool { return watched.last() >= from+1000 })
	down, _ := line.Lost()
	if down < 20 {
		t.Fatalf("the line lost %d packets: the test shows nothing", down)
	}
	line.Set(mediatest.Weather{}, mediatest.Weather{})
	to := from + 1000
	for range 200 {
		if watched.missing(from, to) == 0 {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Errorf("%d of 1,000 packets never came; the line lost %d", watched.missing(from, to), down)
}

// A line that carries 500 kbit/s gets a smaller layer of 1.2 Mbit/s within seconds, the voice loses nothing, and a
// line that recovers gets the large one back.
func TestNarrowLineGetsASmallerLayer(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes half a minute")
	}
	t.Parallel()
	e := engine(t)
	voice, camera := forward.NewTrack("voice", media.Opus), forward.NewTrack("camera", media.VP8)
	play(t, newSource(voice, 0, 50, 80),
		newSource(camera, 0, 30, 600), newSource(camera, 1, 30, 1500), newSource(camera, 2, 30, 5000))
	line, heard, watched := behind(t, e, client(t), voice, camera)
	shows := func(layer int) bool { is, _ := watched.shows(layer); return is }
	steady := watched.last() + 300
	await(t, "the large layer", func() bool { return shows(2) && watched.last() > steady })
	line.Set(mediatest.Weather{Rate: 500_000, Queue: 3 * time.Second}, mediatest.Weather{})
	from := heard.last()
	_, before := watched.shows(2)
	await(t, "a smaller layer", func() bool { return !shows(2) && (shows(0) || shows(1)) })
	_, after := watched.shows(2)
	t.Logf("%d packets of the large layer came by the narrow line", after-before)
	// On a machine with nothing else to do it is less than a second of the line; busy ones notice later.
	if most := 5 * 500_000 / 8 / 1100; after-before > most {
		t.Errorf("%d packets of the large layer came by the narrow line: more than five seconds of it, which are %d", after-before, most)
	}
	await(t, "five seconds of voice", func() bool { return heard.last() >= from+250 })
	if n := heard.missing(from, heard.last()-5); n != 0 {
		t.Errorf("%d packets of the voice are missing", n)
	}
	line.Set(mediatest.Weather{}, mediatest.Weather{})
	wide := time.Now()
	await(t, "the large layer again", func() bool { return shows(2) })
	t.Logf("the large layer was back after %v", time.Since(wide))
}

// first and second give the first slot of sound and of pictures.
func first(audio, _ []*forward.Slot) *forward.Slot { return audio[0] }

func second(_, video []*forward.Slot) *forward.Slot { return video[0] }
