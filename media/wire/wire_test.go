package wire_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"

	"mostik/media/wire"
)

// peer is somebody who receives: a socket, and pion's opinion of what comes.
type peer struct {
	conn    *net.UDPConn
	context *srtp.Context
	session *wire.Session
}

func listen(t testing.TB) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetReadBuffer(4 << 20)
	return conn
}

func newPeer(t testing.TB, from *wire.Socket, profile srtp.ProtectionProfile) *peer {
	t.Helper()
	keyLen, err := profile.KeyLen()
	if err != nil {
		t.Fatal(err)
	}
	saltLen, err := profile.SaltLen()
	if err != nil {
		t.Fatal(err)
	}
	key, salt := make([]byte, keyLen), make([]byte, saltLen)
	_, _ = rand.Read(key)
	_, _ = rand.Read(salt)
	p := &peer{conn: listen(t)}
	if p.session, err = wire.NewSession(profile, key, salt); err != nil {
		t.Fatal(err)
	}
	if p.context, err = srtp.CreateContext(key, salt, profile); err != nil {
		t.Fatal(err)
	}
	p.session.SetRoute(from.To(p.conn.LocalAddr().(*net.UDPAddr).AddrPort()))
	return p
}

// receive reads one packet as pion opens it.
func (p *peer) receive(t *testing.T) *rtp.Packet {
	t.Helper()
	b := make([]byte, 2000)
	_ = p.conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	n, err := p.conn.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := p.context.DecryptRTP(nil, b[:n], nil)
	if err != nil {
		t.Fatalf("pion does not open it: %v", err)
	}
	var out rtp.Packet
	if err := out.Unmarshal(plain); err != nil {
		t.Fatal(err)
	}
	return &out
}

func payload(n int, seed byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = seed + byte(i)
	}
	return b
}

// What goes out is opened by pion, in order, whatever the profile, the sizes and the rollover of numbers.
func TestPionOpensWhatIsSent(t *testing.T) {
	for _, profile := range []srtp.ProtectionProfile{
		srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm, srtp.ProtectionProfileAes128CmHmacSha1_80,
	} {
		t.Run(fmt.Sprint(profile), func(t *testing.T) {
			socket, err := wire.NewSocket(listen(t))
			if err != nil {
				t.Fatal(err)
			}
			var stats wire.Stats
			s := wire.NewSender(&stats)
			peers := []*peer{newPeer(t, socket, profile), newPeer(t, socket, profile)}
			sizes := []int{1100, 1099, 1100, 1098, 400, 1100, 20, 1100}
			for _, p := range peers {
				for i, size := range sizes {
					s.Add(p.session, &wire.Header{
						Number: 65533 + uint64(i), Time: 7, SSRC: 0x01020304, Type: 96, Marker: i == len(sizes)-1,
						Transport: uint16(100 + i), TransportID: 3,
					}, payload(size, byte(i)), 1100)
				}
			}
			s.Flush()
			for _, p := range peers {
				for i, size := range sizes {
					got := p.receive(t)
					if !bytes.Equal(got.Payload, payload(size, byte(i))) || got.SequenceNumber != uint16(65533+i) || got.Timestamp != 7 ||
						got.PayloadType != 96 || got.Marker != (i == len(sizes)-1) || !bytes.Equal(got.GetExtension(3), []byte{0, byte(100 + i)}) {
						t.Fatalf("packet %d: %v, %d bytes", i, got.Header, len(got.Payload))
					}
				}
			}
			if want := uint64(2 * len(sizes)); stats.Packets.Load() != want || stats.Dropped.Load() != 0 {
				t.Errorf("%d packets, %d lost, want %d", stats.Packets.Load(), stats.Dropped.Load(), want)
			}
			if socket.Segmented() && stats.Messages.Load() >= uint64(2*len(sizes)) {
				t.Errorf("%d messages for %d packets: nothing went out together", stats.Messages.Load(), 2*len(sizes))
			}
		})
	}
}

// More peers and packets than one call holds all arrive.
func TestManyPeers(t *testing.T) {
	socket, err := wire.NewSocket(listen(t))
	if err != nil {
		t.Fatal(err)
	}
	var stats wire.Stats
	s := wire.NewSender(&stats)
	peers := make([]*peer, 300)
	for i := range peers {
		peers[i] = newPeer(t, socket, srtp.ProtectionProfileAeadAes128Gcm)
	}
	for i, p := range peers {
		for n := range 3 {
			s.Add(p.session, &wire.Header{Number: uint64(n + 1), SSRC: uint32(i)}, payload(900+i, byte(n)), 0)
		}
	}
	s.Flush()
	for i, p := range peers {
		for n := range 3 {
			if got := p.receive(t); got.SSRC != uint32(i) || int(got.SequenceNumber) != n+1 || len(got.Payload) != 900+i {
				t.Fatalf("peer %d, packet %d: %v", i, n, got.Header)
			}
		}
	}
}

// A peer behind a stream gets packets one by one.
func TestStream(t *testing.T) {
	socket, err := wire.NewSocket(listen(t))
	if err != nil {
		t.Fatal(err)
	}
	var stats wire.Stats
	s := wire.NewSender(&stats)
	p := newPeer(t, socket, srtp.ProtectionProfileAeadAes128Gcm)
	var got int
	p.session.SetRoute(&wire.Route{Stream: func(b []byte) {
		if _, err := p.context.DecryptRTP(nil, bytes.Clone(b), nil); err != nil {
			t.Error(err)
		}
		got++
	}})
	for n := range 5 {
		s.Add(p.session, &wire.Header{Number: uint64(n), SSRC: 1}, payload(50, 1), 0)
	}
	s.Flush()
	if got != 5 {
		t.Errorf("%d packets", got)
	}
}

// BenchmarkFanOut is one frame of ten packets to 200 peers; a packet is an operation.
func BenchmarkFanOut(b *testing.B) {
	socket, err := wire.NewSocket(listen(b))
	if err != nil {
		b.Fatal(err)
	}
	var stats wire.Stats
	s := wire.NewSender(&stats)
	to := listen(b)
	peers := make([]*wire.Session, 200)
	for i := range peers {
		peers[i] = newPeer(b, socket, srtp.ProtectionProfileAeadAes128Gcm).session
		peers[i].SetRoute(socket.To(netip.MustParseAddrPort(to.LocalAddr().String())))
	}
	frame := payload(1100, 1)
	b.ReportAllocs()
	b.ResetTimer()
	for n := uint64(0); n < uint64(b.N); {
		for _, p := range peers {
			for i := range uint64(10) {
				s.Add(p, &wire.Header{Number: n + i, SSRC: 1, Type: 96, Transport: 1, TransportID: 3}, frame, 0)
			}
		}
		s.Flush()
		n += 2000
	}
}
