package forward_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/opus"
	"mostik/media/red"
	"mostik/media/wire"
)

// spoken is a packet of Opus of 20 ms whose bytes tell which it is.
func spoken(n int) []byte { return append([]byte{0x78}, bytes.Repeat([]byte{byte(n)}, 30+n%3)...) }

// talk is a session that gets sound in one form.
func talk(t testing.TB, form uint8) (f *forward.Fan, v *viewer, stream *forward.Stream) {
	t.Helper()
	var stats wire.Stats
	f = forward.NewFan(&stats)
	t.Cleanup(f.Close)
	from, listen := sockets(t)
	track := forward.NewTrack("voice", media.Opus)
	stream = track.Add(0, func() {})
	v = watch(t, f, from, listen(), track, 0)
	in(f, func() { v.session.Form(form) })
	return f, v, stream
}

func say(t testing.TB, to *forward.Stream, numbers ...int) {
	for _, n := range numbers {
		to.Write(packet(t, uint16(1000+n), uint32(n*960), false, spoken(n)))
	}
}

// open opens what a viewer received.
func (v *viewer) open(t *testing.T, raw [][]byte) (list []rtp.Packet) {
	t.Helper()
	context, err := srtp.CreateContext(v.key, make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	if err != nil {
		t.Fatal(err)
	}
	for _, sealed := range raw {
		plain, err := context.DecryptRTP(nil, sealed, nil)
		if err != nil {
			t.Fatal(err)
		}
		var p rtp.Packet
		if err := p.Unmarshal(plain); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// Three packets of 20 ms go out as one of 60 ms; what is left when the speaker pauses goes out soon.
func TestSoundIsJoined(t *testing.T) {
	f, v, stream := talk(t, forward.Joined)
	say(t, stream, 0, 1, 2, 3, 4, 5, 6)
	raw := v.receive(t, 3)
	list := v.open(t, raw)
	for i, p := range list {
		if p.SequenceNumber != list[0].SequenceNumber+uint16(i) || p.Timestamp != list[0].Timestamp+uint32(i*2880) || p.PayloadType != typeVoice {
			t.Errorf("packet %d: %v", i, p.Header)
		}
		want := spoken(6)
		if i < 2 {
			want, _ = opus.Join(nil, spoken(3*i), spoken(3*i+1), spoken(3*i+2))
		}
		if !bytes.Equal(p.Payload, want) {
			t.Errorf("packet %d: % x, want % x", i, p.Payload, want)
		}
	}
	in(f, func() { v.session.Missed(v.slot.SSRC, []uint16{list[0].SequenceNumber, list[2].SequenceNumber}) })
	for i, again := range v.receive(t, 2) {
		if !bytes.Equal(again, raw[2*i]) {
			t.Errorf("packet %d went out again as other bytes", 2*i)
		}
	}
}

// One that is lost on its way to us leaves a gap of one, and takes its place when it comes late.
func TestJoinedSoundHasAGapWhereOneIsMissing(t *testing.T) {
	_, v, stream := talk(t, forward.Joined)
	say(t, stream, 0, 2, 3, 4, 1)
	list := v.open(t, v.receive(t, 3))
	numbers := []uint16{0, 2, 1}
	times := []uint32{0, 2 * 960, 960}
	lengths := []int{960, 2880, 960}
	for i, p := range list {
		if p.SequenceNumber != list[0].SequenceNumber+numbers[i] || p.Timestamp != list[0].Timestamp+times[i] || opus.Duration(p.Payload) != lengths[i] {
			t.Errorf("packet %d: %v of %d ticks", i, p.Header, opus.Duration(p.Payload))
		}
	}
}

// Each packet carries the two before it; a repeat is the same bytes.
func TestSoundCarriesWhatWasBefore(t *testing.T) {
	f, v, stream := talk(t, forward.Thrice)
	say(t, stream, 0, 1, 2, 3, 5)
	raw := v.receive(t, 5)
	var numbers []uint16
	for i, p := range v.open(t, raw) {
		numbers = append(numbers, p.SequenceNumber)
		carried := [][]int{{}, {0}, {0, 1}, {1, 2}, {3}}[i]
		own := []int{0, 1, 2, 3, 5}[i]
		if len(carried) == 0 {
			if p.PayloadType != typeVoice || !bytes.Equal(p.Payload, spoken(own)) {
				t.Errorf("packet %d is no plain one: %v", i, p.Header)
			}
			continue
		}
		blocks, err := red.Parse(p.Payload, nil)
		if err != nil || p.PayloadType != typeRed || len(blocks) != len(carried)+1 {
			t.Fatalf("packet %d: %v with %d blocks, %v", i, p.Header, len(blocks), err)
		}
		for k, n := range append(carried, own) {
			if b := blocks[k]; b.Type != typeVoice || b.Offset != uint32(own-n)*960 || !bytes.Equal(b.Payload, spoken(n)) {
				t.Errorf("packet %d, block %d: type %d, %d before", i, k, b.Type, b.Offset)
			}
		}
	}
	say(t, stream, 4) // what was missing has come: the repeat of 5 must not carry it now
	v.receive(t, 1)
	in(f, func() { v.session.Missed(v.slot.SSRC, numbers) })
	for i, again := range v.receive(t, len(raw)) {
		if !bytes.Equal(again, raw[i]) {
			t.Errorf("packet %d went out again as other bytes", binary.BigEndian.Uint16(again[2:]))
		}
	}
}

func TestSoundInAnyFormAllocatesNothing(t *testing.T) {
	for _, form := range []uint8{forward.Twice, forward.Thrice, forward.Joined} {
		f, _, stream := talk(t, form)
		n := 0
		arrived := make(chan struct{})
		wait := func() { arrived <- struct{}{} }
		payload := spoken(1)
		send := func() {
			for range 3 {
				stream.Write(packet(t, uint16(n), uint32(n*960), false, payload))
				n++
			}
			f.Do(wait)
			<-arrived
		}
		for range 200 { // rings and pools fill
			send()
		}
		if got := testing.AllocsPerRun(500, send); got != 0 && !raced {
			t.Errorf("form %d: three packets allocate %v times", form, got)
		}
	}
}
