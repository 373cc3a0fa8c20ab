package rtc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"mostik/media"
	"mostik/media/forward"
	"mostik/media/red"
)

// Header extensions that are agreed on.
const (
	extMID       = sdp.SDESMidURI
	extRID       = sdp.SDESRTPStreamIDURI
	extRepairID  = sdp.SDESRepairRTPStreamIDURI
	extTransport = sdp.TransportCCURI
	extLevel     = sdp.AudioLevelURI
)

// receive prepares pion for publishers: the codecs, and the interceptors that ask for what was lost, report, and
// tell the sender what arrived when.
func (e *Engine) receive() error {
	m := &webrtc.MediaEngine{}
	for _, c := range spokenCodecs() {
		if err := m.RegisterCodec(c.parameters, c.kind); err != nil {
			return err
		}
	}
	for kind, uris := range map[webrtc.RTPCodecType][]string{
		webrtc.RTPCodecTypeAudio: {extMID, extTransport, extLevel},
		webrtc.RTPCodecTypeVideo: {extMID, extRID, extRepairID, extTransport},
	} {
		for _, uri := range uris {
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind, webrtc.RTPTransceiverDirectionRecvonly); err != nil {
				return err
			}
		}
	}
	chain := &interceptor.Registry{}
	lost, err := nack.NewGeneratorInterceptor()
	if err != nil {
		return err
	}
	reports, err := report.NewReceiverInterceptor()
	if err != nil {
		return err
	}
	arrivals, err := twcc.NewSenderInterceptor()
	if err != nil {
		return err
	}
	chain.Add(lost)
	chain.Add(reports)
	chain.Add(arrivals)

	s := webrtc.SettingEngine{LoggerFactory: quiet{}}
	s.SetICEUDPMux(e.udp)
	networks := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if e.tcp != nil {
		s.SetICETCPMux(e.tcp)
		networks = append(networks, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	s.SetNetworkTypes(networks)
	s.SetIncludeLoopbackCandidate(e.loopback)
	s.SetIPFilter(e.near)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(5*time.Second, e.patience, 2*time.Second)
	s.SetHostAcceptanceMinWait(0)
	s.SetPrflxAcceptanceMinWait(0)
	if len(e.public) > 0 {
		list := make([]string, len(e.public))
		for i, a := range e.public {
			list[i] = a.String()
		}
		rule := webrtc.ICEAddressRewriteRule{External: list, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace}
		if err := s.SetICEAddressRewriteRules(rule); err != nil {
			return err
		}
	}
	e.api = func() (*webrtc.API, error) {
		own := s
		machine, err := e.machine.net()
		if err != nil {
			return nil, fmt.Errorf("listing the machine's addresses: %w", err)
		}
		own.SetNet(machine)
		own.SetICEBindingRequestHandler((&follower{heard: ice.Candidate.LastReceived}).asked)
		return webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(own)), nil
	}
	return nil
}

// mimeRed is sound that carries earlier packets along (RFC 2198).
const mimeRed = "audio/red"

// spoken is a codec as it is agreed on.
type spoken struct {
	codec      media.Codec
	kind       webrtc.RTPCodecType
	parameters webrtc.RTPCodecParameters
}

// spokenCodecs lists what publishers may send, in the order of preference: what every browser decodes first.
func spokenCodecs() []spoken {
	feedback := []webrtc.RTCPFeedback{
		{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}, {Type: "transport-cc"},
	}
	sound := []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "nack"}}
	list := []spoken{{media.Opus, webrtc.RTPCodecTypeAudio, webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48_000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1;usedtx=1",
			RTCPFeedback: sound,
		}, PayloadType: 111,
	}}, {media.Opus, webrtc.RTPCodecTypeAudio, webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: mimeRed, ClockRate: 48_000, Channels: 2, SDPFmtpLine: "111/111", RTCPFeedback: sound,
		}, PayloadType: 63,
	}}}
	video := func(codec media.Codec, mime, fmtp string, pt webrtc.PayloadType) {
		list = append(list,
			spoken{codec, webrtc.RTPCodecTypeVideo, webrtc.RTPCodecParameters{
				RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mime, ClockRate: 90_000, SDPFmtpLine: fmtp, RTCPFeedback: feedback},
				PayloadType:        pt,
			}},
			spoken{codec, webrtc.RTPCodecTypeVideo, webrtc.RTPCodecParameters{
				RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90_000, SDPFmtpLine: fmt.Sprintf("apt=%d", pt)},
				PayloadType:        pt + 1,
			}})
	}
	video(media.VP8, webrtc.MimeTypeVP8, "", 96)
	video(media.H264, webrtc.MimeTypeH264, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", 102)
	video(media.H264, webrtc.MimeTypeH264, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f", 104)
	video(media.VP9, webrtc.MimeTypeVP9, "profile-id=0", 98)
	video(media.AV1, webrtc.MimeTypeAV1, "", 45)
	return list
}

// Publication is a session that sends to us.
type Publication struct {
	pc   *webrtc.PeerConnection
	log  func(string, ...any)
	mend func(string) string
	once sync.Once

	mu     sync.Mutex
	tracks map[string]*forward.Track
	closed bool
	events PublishEvents
}

// PublishEvents tells what happens to a publication. The functions must not block.
type PublishEvents struct {
	// Track is called when a track begins, with the section of the offer that it belongs to, and Gone when it ends.
	Track func(track *forward.Track, mid string)
	Gone  func(*forward.Track)
	// Closed is called once, when the session is over, by whichever side.
	Closed func()
}

// ErrOffer is returned for an offer that cannot be answered.
var ErrOffer = errors.New("the offer cannot be answered")

// Publish answers an offer to send. Media begins once the peer has the answer. Errors: ErrOffer.
func (e *Engine) Publish(ctx context.Context, offer string, events PublishEvents) (*Publication, string, error) {
	api, err := e.api()
	if err != nil {
		return nil, "", err
	}
	pc, err := api.NewPeerConnection(e.peers)
	if err != nil {
		return nil, "", fmt.Errorf("opening a session: %w", err)
	}
	p := &Publication{pc: pc, tracks: map[string]*forward.Track{}, events: events, log: e.log.Debug, mend: e.mended}
	pc.OnTrack(p.begin)
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateFailed || s == webrtc.PeerConnectionStateClosed {
			p.Close()
		}
	})
	answer, err := p.Renew(ctx, offer)
	if err != nil {
		p.Close()
		return nil, "", err
	}
	return p, answer, nil
}

// Renew answers a further offer of the same session: more tracks, or a restart of ICE from a new network.
func (p *Publication) Renew(ctx context.Context, offer string) (answer string, err error) {
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	a, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(a); err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return p.mend(p.pc.LocalDescription().SDP), nil
}

// Candidate adds a way to reach the peer that it found after its offer.
func (p *Publication) Candidate(c string) error {
	return p.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: c})
}

// Close ends the session.
func (p *Publication) Close() {
	p.once.Do(func() {
		p.mu.Lock()
		p.closed = true
		p.mu.Unlock()
		_ = p.pc.Close() // whatever it says, the session is over
		if p.events.Closed != nil {
			p.events.Closed()
		}
	})
}

// layerOf gives the layer that a simulcast encoding's name stands for: by convention q, h and f, or their rank.
func layerOf(rid string) uint8 {
	switch rid {
	case "h", "m", "1":
		return 1
	case "f", "hi", "2":
		return 2
	}
	return 0
}

func codecOf(mime string) (media.Codec, bool) {
	for _, c := range spokenCodecs() {
		if c.parameters.MimeType == mime && mime != webrtc.MimeTypeRTX {
			return c.codec, true
		}
	}
	return 0, false
}

// begin takes over a stream that arrives: the first of a track makes the track.
func (p *Publication) begin(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	c, ok := codecOf(remote.Codec().MimeType)
	if !ok {
		return
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	// A browser's stream and track ids are its own words: they only tell streams of one track together.
	id := remote.StreamID() + "/" + remote.ID()
	track, known := p.tracks[id]
	if !known {
		track = forward.NewTrack(id, c)
		p.tracks[id] = track
	}
	ssrc := uint32(remote.SSRC())
	stream := track.Add(layerOf(remote.RID()), func() {
		_ = p.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}) // the next request comes if this is lost
	})
	p.mu.Unlock()
	if !known && p.events.Track != nil {
		p.events.Track(track, p.mid(receiver))
	}
	go p.reports(stream, receiver, remote.RID())
	p.read(stream, remote, levelID(receiver), redundantType(receiver))
	p.end(id, track, stream)
}

// mid gives the section of a receiver.
func (p *Publication) mid(r *webrtc.RTPReceiver) string {
	for _, t := range p.pc.GetTransceivers() {
		if t.Receiver() == r {
			return t.Mid()
		}
	}
	return ""
}

func levelID(r *webrtc.RTPReceiver) uint8 {
	for _, x := range r.GetParameters().HeaderExtensions {
		if x.URI == extLevel {
			return uint8(x.ID) //nolint:gosec // an extension's number is below 256
		}
	}
	return 0
}

// redundantType gives the payload type of sound with earlier packets along, 0 for none.
func redundantType(r *webrtc.RTPReceiver) uint8 {
	for _, c := range r.GetParameters().Codecs {
		if strings.EqualFold(c.MimeType, mimeRed) {
			return uint8(c.PayloadType)
		}
	}
	return 0
}

// unpack sends on what came along with a packet (RFC 2198): the room knows plain packets only, and of one that it
// has already the second is left out. The packet keeps its own block.
func unpack(to *forward.Stream, p *media.Packet) error {
	var room [red.MaxBlocks]red.Block
	list, err := red.Parse(p.Payload, room[:0])
	if err != nil {
		return err
	}
	own := len(list) - 1
	for i, b := range list[:own] {
		if len(b.Payload) == 0 {
			continue
		}
		before := media.NewPacket()
		before.Restore(p, uint16(own-i), b.Offset, b.Payload) //nolint:gosec // few
		to.Write(before)
	}
	p.Payload = list[own].Payload
	return nil
}

// read takes packets until the track ends. level is the header extension of loudness, redundant the payload type of
// sound with earlier packets along; 0 for none.
func (p *Publication) read(to *forward.Stream, from *webrtc.TrackRemote, level, redundant uint8) {
	for {
		packet := media.NewPacket()
		n, _, err := from.Read(packet.Room())
		if err != nil {
			packet.Release()
			return
		}
		if packet.Parse(n, level) != nil || len(packet.Payload) == 0 {
			packet.Release() // padding that probes the line carries nothing
			continue
		}
		packet.Arrived = forward.Now()
		if redundant != 0 && packet.Type == redundant && (unpack(to, packet) != nil || len(packet.Payload) == 0) {
			packet.Release()
			continue
		}
		to.Write(packet)
	}
}

// reports reads the publisher's own reports: how its timestamps and its wall clock belong together.
func (p *Publication) reports(to *forward.Stream, r *webrtc.RTPReceiver, rid string) {
	for {
		var packets []rtcp.Packet
		var err error
		if rid != "" {
			packets, _, err = r.ReadSimulcastRTCP(rid)
		} else {
			packets, _, err = r.ReadRTCP()
		}
		if err != nil {
			return
		}
		for _, each := range packets {
			if sr, ok := each.(*rtcp.SenderReport); ok {
				to.Reported(sr.NTPTime, sr.RTPTime, forward.Now())
			}
		}
	}
}

// end forgets a track whose streams are all over.
func (p *Publication) end(id string, track *forward.Track, stream *forward.Stream) {
	p.mu.Lock()
	over := track.Remove(stream)
	if over {
		delete(p.tracks, id)
	}
	p.mu.Unlock()
	if !over {
		return
	}
	if p.events.Gone != nil {
		p.events.Gone(track)
	}
	track.Close()
}
