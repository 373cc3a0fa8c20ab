package rtc

import (
	"os"
	"strings"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/sdp/v3"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/wire"
)

const plainOffer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=fingerprint:sha-256 AA:BB\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n" +
	"a=setup:actpass\r\na=recvonly\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\na=rtcp-fb:111 transport-cc\r\n" +
	"a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n" +
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=recvonly\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\n" +
	"a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=candidate:1 1 udp 2130706431 127.0.0.1 5000 typ host\r\n"

// answered answers an offer as Play does, without a network.
func answered(o *offer) string {
	p := &Playing{offer: o, fan: fuzzFan}
	p.accept()
	a := answering{ufrag: "u", password: "p", fingerprint: "AA", candidates: []string{"1 1 udp 1 127.0.0.1 1 typ host"}, session: 1}
	text := a.answer(o, p.slots)
	fuzzFan.Do(p.Session.Close)
	return text
}

var fuzzFan *forward.Fan

func TestMain(m *testing.M) {
	fuzzFan = forward.NewFan(&wire.Stats{})
	os.Exit(m.Run())
}

// Whatever can be read is answered by as many sections as it has, in words that can be read again; nothing of the
// offer becomes a line of its own in the answer.
func FuzzOffer(f *testing.F) {
	f.Add(plainOffer)
	f.Add(strings.ReplaceAll(plainOffer, "\r\n", "\n"))
	f.Add(strings.ReplaceAll(plainOffer, "a=mid:1", "a=mid:1 x\ra=candidate:evil"))
	f.Add(strings.ReplaceAll(plainOffer, "96", "0"))
	f.Add(strings.ReplaceAll(plainOffer, "m=video 9", "m=video 0"))
	f.Add(strings.ReplaceAll(plainOffer, "m=audio", "m=application"))
	f.Fuzz(func(t *testing.T, text string) {
		o, err := parseOffer(text)
		if err != nil {
			return
		}
		answer := answered(o)
		var d sdp.SessionDescription
		if err := d.UnmarshalString(answer); err != nil {
			t.Fatalf("%v:\n%q\nanswers\n%q", err, answer, text)
		}
		if len(d.MediaDescriptions) != len(o.sections) {
			t.Fatalf("%d sections for %d:\n%q", len(d.MediaDescriptions), len(o.sections), answer)
		}
		if n := strings.Count(answer, "\na=candidate:"); n > len(o.sections) {
			t.Fatalf("a line slipped in:\n%q", answer)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(answer, "\r\n"), "\r\n") {
			if strings.ContainsAny(line, "\r\n") {
				t.Fatalf("a line with an end in it: %q", line)
			}
		}
	})
}

// Whatever a peer reports, nothing breaks and nothing grows without bounds.
func FuzzFeedback(f *testing.F) {
	for _, p := range []rtcp.Packet{
		&rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: []rtcp.NackPair{{PacketID: 65535, LostPackets: 0xFFFF}}},
		&rtcp.PictureLossIndication{MediaSSRC: 7},
		&rtcp.FullIntraRequest{FIR: []rtcp.FIREntry{{SSRC: 7}}},
		&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: 7, FractionLost: 255}}},
		&rtcp.TransportLayerCC{
			Header:             rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 5},
			BaseSequenceNumber: 65530, PacketStatusCount: 4, ReferenceTime: 1,
			PacketChunks: []rtcp.PacketStatusChunk{&rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketReceivedSmallDelta, RunLength: 4}},
			RecvDeltas:   []*rtcp.RecvDelta{{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 250}, {Type: rtcp.TypeTCCPacketReceivedSmallDelta}, {Type: rtcp.TypeTCCPacketReceivedSmallDelta}, {Type: rtcp.TypeTCCPacketReceivedSmallDelta}},
		},
	} {
		raw, err := p.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	track := forward.NewTrack("t", media.VP8)
	p := &Playing{fan: fuzzFan, Session: forward.NewSession(fuzzFan, 3)}
	slot := &forward.Slot{MID: "0", Kind: media.Video, SSRC: 7, Again: 8}
	fuzzFan.Do(func() {
		p.Session.Add(map[media.Codec]forward.Types{media.VP8: {Media: 96, Again: 97}}, slot)
		p.Session.Show(slot, track)
	})
	f.Fuzz(func(t *testing.T, raw []byte) {
		packets, err := rtcp.Unmarshal(raw)
		if err != nil {
			return
		}
		for _, each := range packets {
			if cc, ok := each.(*rtcp.TransportLayerCC); ok {
				if n := len(arrivals(cc)); n > maxArrivals {
					t.Fatalf("%d arrivals", n)
				}
			}
		}
		p.feedback(packets)
		done := make(chan struct{})
		fuzzFan.Do(func() { close(done) })
		<-done
	})
}
