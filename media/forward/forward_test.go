package forward_test

import (
	"encoding/binary"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/wire"
)

const (
	typeVoice, typePicture, typeAgain, typeRed = 111, 96, 97, 63
	extension                                  = 3
)

// viewer is a session with one slot for pictures, whose packets come to a socket.
type viewer struct {
	conn    *net.UDPConn
	session *forward.Session
	slot    *forward.Slot
	key     []byte
}

func sockets(t testing.TB) (*wire.Socket, func() *net.UDPConn) {
	t.Helper()
	listen := func() *net.UDPConn {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	s, err := wire.NewSocket(listen())
	if err != nil {
		t.Fatal(err)
	}
	return s, listen
}

// watch opens a session that shows a track. again is the payload type of repeats, 0 for none.
func watch(t testing.TB, f *forward.Fan, from *wire.Socket, conn *net.UDPConn, track *forward.Track, again uint8) *viewer {
	t.Helper()
	v := &viewer{conn: conn, key: make([]byte, 16)}
	v.key[0] = byte(conn.LocalAddr().(*net.UDPAddr).Port)
	w, err := wire.NewSession(srtp.ProtectionProfileAeadAes128Gcm, v.key, make([]byte, 12))
	if err != nil {
		t.Fatal(err)
	}
	w.SetRoute(from.To(conn.LocalAddr().(*net.UDPAddr).AddrPort()))
	v.session = forward.NewSession(f, extension)
	spoken := map[media.Codec]forward.Types{
		media.Opus: {Media: typeVoice, Red: typeRed}, media.VP8: {Media: typePicture, Again: again},
	}
	v.slot = &forward.Slot{MID: "0", Kind: track.Codec.Kind(), SSRC: 7}
	if again != 0 {
		v.slot.Again = 8
	}
	in(f, func() {
		v.session.Add(spoken, v.slot)
		v.session.Open(w)
		v.session.Show(v.slot, track)
	})
	return v
}

// in runs something in the fan and waits for it.
func in(f *forward.Fan, do func()) {
	done := make(chan struct{})
	f.Do(func() { do(); close(done) })
	<-done
}

// packet writes one as a publisher sends it.
func packet(t testing.TB, seq uint16, time uint32, marker bool, payload []byte) *media.Packet {
	p := media.NewPacket()
	b := p.Room()
	b[0], b[1] = 2<<6, typePicture
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], seq)
	binary.BigEndian.PutUint32(b[4:], time)
	binary.BigEndian.PutUint32(b[8:], 1234)
	n := 12 + copy(b[12:], payload)
	if err := p.Parse(n, 0); err != nil {
		t.Fatal(err)
	}
	p.Arrived = forward.Now()
	return p
}

// picture is the payloads of one picture of VP8 in packets of almost equal length, as encoders cut it.
func picture(key bool, packets int) [][]byte {
	var list [][]byte
	for i := range packets {
		b := make([]byte, 1100-i)
		if i == 0 {
			b[0] = 0x10
		}
		if !key {
			b[1] = 1
		}
		list = append(list, b)
	}
	return list
}

// The way of a packet allocates nothing: neither of its own nor for each who watches.
func TestForwardingAllocatesNothing(t *testing.T) {
	var stats wire.Stats
	f := forward.NewFan(&stats)
	defer f.Close()
	from, listen := sockets(t)
	track := forward.NewTrack("camera", media.VP8)
	stream := track.Add(0, func() {})
	const viewers = 10
	for range viewers {
		watch(t, f, from, listen(), track, typeAgain)
	}
	seq, at := uint16(0), uint32(0)
	arrived := make(chan struct{})
	wait := func() { arrived <- struct{}{} }
	payloads := [2][][]byte{picture(true, 5), picture(false, 5)}
	send := func(which int) {
		at += 3000
		for i, b := range payloads[which] {
			seq++
			stream.Write(packet(t, seq, at, i == 4, b))
		}
		f.Do(wait)
		<-arrived
	}
	send(0)
	for range 300 { // rings and pools fill
		send(1)
	}
	if n := testing.AllocsPerRun(1000, func() { send(1) }); n != 0 && !raced {
		t.Errorf("a picture of five packets to %d viewers allocates %v times", viewers, n)
	}
	in(f, func() {})
	if got := stats.Packets.Load(); got < 1300*5*viewers {
		t.Errorf("%d packets went out", got)
	}
}

// A packet that is asked for again where repeats have no stream of their own is the very same bytes: one nonce of
// GCM never seals two different packets, not even in their padding.
func TestRepeatIsTheSameBytes(t *testing.T) {
	var stats wire.Stats
	f := forward.NewFan(&stats)
	defer f.Close()
	from, listen := sockets(t)
	track := forward.NewTrack("camera", media.VP8)
	stream := track.Add(0, func() {})
	v := watch(t, f, from, listen(), track, 0)
	for i, b := range picture(true, 5) {
		stream.Write(packet(t, uint16(100+i), 1, i == 4, b))
	}
	first := v.receive(t, 5)
	var seqs []uint16
	for _, raw := range first {
		seqs = append(seqs, binary.BigEndian.Uint16(raw[2:]))
	}
	in(f, func() { v.session.Missed(v.slot.SSRC, seqs) })
	for i, raw := range v.receive(t, 5) {
		if string(raw) != string(first[i]) {
			t.Errorf("packet %d went out again as other bytes", seqs[i])
		}
	}
}

// A packet can be asked for again after its slot went over to other sources, as the very same bytes, until there were too
// many of them to know.
func TestRepeatOfAFormerSource(t *testing.T) {
	var stats wire.Stats
	f := forward.NewFan(&stats)
	defer f.Close()
	from, listen := sockets(t)
	var streams []*forward.Stream
	var tracks []*forward.Track
	for i := range 5 {
		tracks = append(tracks, forward.NewTrack(string(rune('a'+i)), media.VP8))
		streams = append(streams, tracks[i].Add(0, func() {}))
	}
	v := watch(t, f, from, listen(), tracks[0], 0)
	show := func(i int) []byte {
		in(f, func() { v.session.Show(v.slot, tracks[i]) })
		b := picture(true, 1)[0]
		b[50] = byte(i)
		streams[i].Write(packet(t, uint16(1000*i), uint32(i), true, b))
		return v.receive(t, 1)[0]
	}
	first := show(0)
	seq := binary.BigEndian.Uint16(first[2:])
	ask := func() { in(f, func() { v.session.Missed(v.slot.SSRC, []uint16{seq}) }) }
	for i := 1; i < 4; i++ {
		show(i)
		ask()
		if again := v.receive(t, 1)[0]; string(again) != string(first) {
			t.Fatalf("after %d other sources it went out as other bytes", i)
		}
	}
	show(4)
	before := stats.Packets.Load()
	ask()
	if stats.Packets.Load() != before {
		t.Error("a packet of a source that is forgotten went out again")
	}
}

// Repeats by a stream of their own carry the number of what was lost (RFC 4588).
func TestRepeatByItsOwnStream(t *testing.T) {
	var stats wire.Stats
	f := forward.NewFan(&stats)
	defer f.Close()
	from, listen := sockets(t)
	track := forward.NewTrack("camera", media.VP8)
	stream := track.Add(0, func() {})
	v := watch(t, f, from, listen(), track, typeAgain)
	for i, b := range picture(true, 3) {
		stream.Write(packet(t, uint16(100+i), 1, i == 2, b))
	}
	sent := v.receive(t, 3)
	lost := binary.BigEndian.Uint16(sent[1][2:])
	in(f, func() { v.session.Missed(v.slot.SSRC, []uint16{lost, lost + 500}) })
	context, err := srtp.CreateContext(v.key, make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	if err != nil {
		t.Fatal(err)
	}
	var p rtp.Packet
	plain, err := context.DecryptRTP(nil, v.receive(t, 1)[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Unmarshal(plain); err != nil {
		t.Fatal(err)
	}
	if p.SSRC != v.slot.Again || p.PayloadType != typeAgain || binary.BigEndian.Uint16(p.Payload) != lost || len(p.Payload) != 2+1099 {
		t.Errorf("%v with %d bytes, want a repeat of %d", p.Header, len(p.Payload), lost)
	}
}

func (v *viewer) receive(t *testing.T, n int) [][]byte {
	t.Helper()
	var list [][]byte
	b := make([]byte, 2000)
	for range n {
		_ = v.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		k, err := v.conn.Read(b)
		if err != nil {
			t.Fatalf("%d of %d came: %v", len(list), n, err)
		}
		list = append(list, append([]byte(nil), b[:k]...))
	}
	return list
}

// A fan that ends while it is used takes nobody with it.
func TestFanEndsWhileItIsUsed(t *testing.T) {
	var stats wire.Stats
	f := forward.NewFan(&stats)
	from, listen := sockets(t)
	track := forward.NewTrack("camera", media.VP8)
	stream := track.Add(0, func() {})
	v := watch(t, f, from, listen(), track, typeAgain)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for range 200 {
				if worker == 0 {
					for i, b := range picture(true, 2) {
						stream.Write(packet(t, uint16(i), 1, i == 1, b))
					}
					continue
				}
				f.Do(func() { v.session.WantsKey(v.slot.SSRC) })
			}
		})
	}
	f.Close()
	all.Wait()
	if track.Watched() {
		t.Error("the track believes that somebody watches")
	}
}
