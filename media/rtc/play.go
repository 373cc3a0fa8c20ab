package rtc

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"

	"mostik/media"
	"mostik/media/consent"
	"mostik/media/forward"
	"mostik/media/wire"
)

const (
	// streamQueue is how many packets wait for a peer behind a stream or a relay before it loses some.
	streamQueue = 512
	// maxReports and maxParts bound what one peer reports: packets a second, and reports in a packet. A browser that
	// watches sixteen streams stays far below.
	maxReports = 500
	maxParts   = 64
)

// Playing is a session that receives from us.
type Playing struct {
	Session *forward.Session

	engine *Engine
	agent  *ice.Agent
	fan    *forward.Fan
	closed func()
	once   sync.Once
	cancel context.CancelFunc

	asking asking

	mu    sync.Mutex
	offer *offer
	ours  answering
	// slots are of the offer's sections, nil for one that is not served.
	slots []*forward.Slot

	// queue holds what waits for a peer behind a stream; over ends the goroutine that empties it. Of the fan.
	queue chan []byte
	over  <-chan struct{}

	conn    atomic.Pointer[ice.Conn]
	control atomic.Pointer[srtp.Context] // seals our RTCP; used by the fan alone
	heard   atomic.Pointer[srtp.Context] // opens the peer's; used by the reader alone
}

// Play answers an offer to receive. The slots show what is put into them from the moment the peer is connected.
// closed is called once when the session is over; it must not block. Errors: ErrOffer.
func (e *Engine) Play(ctx context.Context, text string, fan *forward.Fan, closed func()) (p *Playing, answer string, err error) {
	o, err := parseOffer(text)
	if err != nil {
		return nil, "", err
	}
	p = &Playing{engine: e, fan: fan, closed: closed, offer: o}
	p.asking.engine = e
	if err := p.gather(ctx); err != nil {
		return nil, "", err
	}
	p.asking.agreed(p.credentials(o))
	running, cancel := context.WithCancel(context.Background())
	p.cancel, p.over = cancel, running.Done()
	p.accept()
	p.listen()
	go p.run(running)
	return p, p.ours.answer(o, p.slots), nil
}

// gather opens the agent and finds our own candidates, which are there at once: the ports are open.
func (p *Playing) gather(ctx context.Context) error {
	networks := []ice.NetworkType{ice.NetworkTypeUDP4, ice.NetworkTypeUDP6}
	if p.engine.tcp != nil {
		networks = append(networks, ice.NetworkTypeTCP4, ice.NetworkTypeTCP6)
	}
	machine, err := p.engine.machine.net()
	if err != nil {
		return fmt.Errorf("listing the machine's addresses: %w", err)
	}
	options := []ice.AgentOption{
		ice.WithNet(machine), ice.WithUDPMux(p.engine.udp), ice.WithNetworkTypes(networks), ice.WithLoggerFactory(quiet{}),
		ice.WithMulticastDNSMode(ice.MulticastDNSModeDisabled), ice.WithCandidateTypes([]ice.CandidateType{ice.CandidateTypeHost}),
		// One after the other. The keeper of consent asks, and lets ICE see that the peer is there once in a third of it.
		ice.WithDisconnectedTimeout(p.engine.patience * 2 / 3), ice.WithFailedTimeout(p.engine.patience * 2 / 3),
		ice.WithKeepaliveInterval(0),
		ice.WithIPFilter(p.engine.near), ice.WithHostAcceptanceMinWait(0), ice.WithPrflxAcceptanceMinWait(0), ice.WithDisableActiveTCP(),
		ice.WithBindingRequestHandler((&follower{heard: p.asking.heard}).asked),
	}
	if p.engine.tcp != nil {
		options = append(options, ice.WithTCPMux(p.engine.tcp))
	}
	if p.engine.loopback {
		options = append(options, ice.WithIncludeLoopback())
	}
	agent, err := ice.NewAgentWithOptions(options...)
	if err != nil {
		return fmt.Errorf("opening an ICE agent: %w", err)
	}
	p.agent = agent
	found := make(chan struct{})
	var candidates []string
	done := false // a restart gathers again, and finds the same ports
	err = agent.OnCandidate(func(c ice.Candidate) {
		switch {
		case done:
			return
		case c == nil:
			done = true
			close(found)
			return
		}
		candidates = append(candidates, p.engine.offered(c)...)
	})
	if err == nil {
		err = agent.GatherCandidates()
	}
	if err != nil {
		_ = agent.Close()
		return fmt.Errorf("looking for candidates: %w", err)
	}
	select {
	case <-found:
	case <-ctx.Done():
		_ = agent.Close()
		return ctx.Err()
	}
	p.ours.ufrag, p.ours.password, err = agent.GetLocalUserCredentials()
	if err != nil {
		_ = agent.Close()
		return err
	}
	p.ours.candidates, p.ours.fingerprint, p.ours.session = candidates, p.engine.fingerprint, rand.Uint64N(1<<62)
	return nil
}

// credentials are ICE's with an offer.
func (p *Playing) credentials(o *offer) consent.Credentials {
	return consent.Credentials{OurName: p.ours.ufrag, OurPassword: p.ours.password, TheirName: o.ufrag, TheirPassword: o.password}
}

// accept begins the session with a slot for each section that we can serve.
func (p *Playing) accept() {
	transportID := uint8(0)
	for i := range p.offer.sections {
		transportID = max(transportID, p.offer.sections[i].transportID)
	}
	p.Session = forward.NewSession(p.fan, transportID)
	p.Session.Report = p.report
	p.serve()
}

// serve makes a slot of each section of the offer that has none and that we can serve.
func (p *Playing) serve() {
	slots := make([]*forward.Slot, len(p.offer.sections)) // a new list: others may read the old one
	copy(slots, p.slots)
	var fresh []*forward.Slot
	types := map[media.Codec]forward.Types{}
	for i := range p.offer.sections {
		s := &p.offer.sections[i]
		if slots[i] != nil || s.rejected || !s.receives {
			continue
		}
		slots[i] = newSlot(s)
		fresh = append(fresh, slots[i])
		for c, t := range s.types {
			if _, have := types[c]; !have {
				types[c] = t
			}
		}
	}
	p.slots = slots
	if len(fresh) > 0 {
		p.fan.Do(func() { p.Session.Add(types, fresh...) })
	}
}

func newSlot(s *section) *forward.Slot {
	slot := &forward.Slot{MID: s.mid, Kind: s.kind, SSRC: 1 + rand.Uint32N(1<<31-2)}
	for _, t := range s.types {
		if t.Again != 0 && slot.Again == 0 {
			slot.Again = 1<<31 + rand.Uint32N(1<<31-1)
		}
	}
	return slot
}

// Sections are the slots of the sections that the peer offered and we serve, by kind, in the offer's order.
func (p *Playing) Sections() (audio, video []*forward.Slot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, slot := range p.slots {
		switch {
		case slot == nil:
		case slot.Kind == media.Audio:
			audio = append(audio, slot)
		default:
			video = append(video, slot)
		}
	}
	return audio, video
}

func (p *Playing) listen() {
	_ = p.agent.OnConnectionStateChange(func(s ice.ConnectionState) {
		if s == ice.ConnectionStateFailed || s == ice.ConnectionStateClosed {
			go p.Close() // closing waits for the agent, whose own goroutine this is
		}
	})
	_ = p.agent.OnSelectedCandidatePairChange(func(local, remote ice.Candidate) {
		p.asking.by(local, remote)
		p.fan.Do(func() { p.reach(local, remote) })
	})
	for _, c := range p.offer.candidates {
		_ = p.Candidate(c) // one that cannot be read is one way less
	}
}

// Candidate adds a way to reach the peer that it found after its offer.
func (p *Playing) Candidate(text string) error {
	if text == "" {
		return nil
	}
	c, err := ice.UnmarshalCandidate(strings.TrimPrefix(text, "candidate:"))
	if err != nil {
		return fmt.Errorf("reading a candidate: %w", err)
	}
	return p.agent.AddRemoteCandidate(c)
}

// Restart answers a further offer of the session: from a new network, or with more sections after those that there
// are, which show on what they show. Errors: ErrOffer.
func (p *Playing) Restart(ctx context.Context, text string) (answer string, err error) {
	o, err := parseOffer(text)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !o.goesOn(p.offer) {
		return "", fmt.Errorf("%w: a session keeps its sections", ErrOffer)
	}
	if o.ufrag != p.offer.ufrag || o.password != p.offer.password {
		if err := p.agent.Restart("", ""); err != nil {
			return "", fmt.Errorf("restarting ICE: %w", err)
		}
		if p.ours.ufrag, p.ours.password, err = p.agent.GetLocalUserCredentials(); err != nil {
			return "", err
		}
		if err := p.agent.SetRemoteCredentials(o.ufrag, o.password); err != nil {
			return "", fmt.Errorf("restarting ICE: %w", err)
		}
		p.asking.agreed(p.credentials(o))
		if err := p.agent.GatherCandidates(); err != nil {
			return "", fmt.Errorf("restarting ICE: %w", err)
		}
	}
	p.offer = o
	p.serve()
	p.ours.version++
	for _, c := range o.candidates {
		_ = p.Candidate(c)
	}
	return p.ours.answer(o, p.slots), ctx.Err()
}

// Close ends the session.
func (p *Playing) Close() {
	p.once.Do(func() {
		p.cancel()
		p.asking.end()
		p.fan.Do(p.Session.Close)
		_ = p.agent.Close() // whatever it says, the session is over
		if p.closed != nil {
			p.closed()
		}
	})
}

// run connects, agrees on keys, and then reads what the peer reports.
func (p *Playing) run(ctx context.Context) {
	defer p.Close()
	connecting, cancel := context.WithTimeout(ctx, p.engine.patience) //nolint:govet // ends by its time: secure goes on with it
	context.AfterFunc(ctx, cancel)
	conn, err := p.agent.Accept(connecting, p.offer.ufrag, p.offer.password)
	if err != nil {
		return
	}
	pipe := newPipe(conn)
	go func() {
		if err := p.secure(connecting, conn, pipe); err != nil {
			p.engine.log.Debug("a play session was not secured", "error", err)
			p.Close()
		}
	}()
	p.read(conn, pipe)
	pipe.Close()
}

// secure agrees on keys by DTLS and opens the session to media. We are the client, and so the last to hear of the
// handshake: nothing of DTLS is needed afterwards and its memory is given back. What the peer says by it later
// (only that it closes) is learnt from ICE.
func (p *Playing) secure(ctx context.Context, conn *ice.Conn, pipe *pipe) error {
	defer pipe.Close()
	d, err := dtls.ClientWithOptions(pipe, conn.RemoteAddr(),
		dtls.WithCertificates(p.engine.certificate), dtls.WithInsecureSkipVerify(true), dtls.WithLoggerFactory(quiet{}),
		dtls.WithSRTPProtectionProfiles(
			dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80,
		),
		dtls.WithVerifyPeerCertificate(p.verify), dtls.WithMTU(1200), dtls.WithReplayProtectionWindow(0),
	)
	if err != nil {
		return fmt.Errorf("starting DTLS: %w", err)
	}
	defer func() {
		pipe.silence()
		_ = d.Close() // nothing goes out: the peer keeps its side
	}()
	if err := d.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("shaking hands: %w", err)
	}
	return p.agree(d, conn)
}

// verify checks that the certificate is the one that the offer names; the offer came over an authenticated way.
func (p *Playing) verify(raw [][]byte, _ [][]*x509.Certificate) error {
	algorithm, want, _ := strings.Cut(p.offer.fingerprint, " ")
	if len(raw) == 0 || !strings.EqualFold(algorithm, "sha-256") {
		return errors.New("no certificate of a known hash")
	}
	sum := sha256.Sum256(raw[0])
	if !strings.EqualFold(strings.ReplaceAll(want, ":", ""), fmt.Sprintf("%x", sum)) {
		return errors.New("the certificate is not the one of the offer")
	}
	return nil
}

// agree takes the keys out of the handshake (RFC 5764, 4.2) and begins to send.
func (p *Playing) agree(d *dtls.Conn, conn *ice.Conn) error {
	chosen, ok := d.SelectedSRTPProtectionProfile()
	if !ok {
		return errors.New("no SRTP profile was agreed on")
	}
	profile := srtp.ProtectionProfile(chosen)
	state, ok := d.ConnectionState()
	if !ok {
		return errors.New("the handshake left no keys")
	}
	config := &srtp.Config{Profile: profile}
	if err := config.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return fmt.Errorf("exporting keys: %w", err)
	}
	keys := config.Keys
	out, err := wire.NewSession(profile, keys.LocalMasterKey, keys.LocalMasterSalt)
	if err != nil {
		return err
	}
	control, err := srtp.CreateContext(keys.LocalMasterKey, keys.LocalMasterSalt, profile)
	if err != nil {
		return err
	}
	in, err := srtp.CreateContext(keys.RemoteMasterKey, keys.RemoteMasterSalt, profile)
	if err != nil {
		return err
	}
	p.control.Store(control)
	p.heard.Store(in)
	p.conn.Store(conn)
	pair := p.asking.secure()
	if pair == nil {
		return errors.New("the way to the peer is gone")
	}
	p.fan.Do(func() {
		p.Session.Open(out)
		p.reach(pair.Local, pair.Remote)
		p.Session.Restart()
	})
	return nil
}

// reach sends by the pair that ICE chose: by the shared port, or by the peer's own stream. In the fan.
func (p *Playing) reach(local, remote ice.Candidate) {
	if p.Session.Wire == nil {
		return // not secured yet: agree comes here again
	}
	if to, ok := datagrams(local, remote); ok {
		if r := p.engine.route(to); r != nil {
			p.Session.Wire.SetRoute(r)
			return
		}
	}
	if p.queue == nil {
		p.queue = make(chan []byte, streamQueue)
		go p.pour()
	}
	p.Session.Wire.SetRoute(&wire.Route{Stream: p.stream})
}

// stream hands a packet to a peer behind a stream or a relay. It never blocks: what finds no room is lost. In the fan.
func (p *Playing) stream(b []byte) {
	select {
	case p.queue <- append([]byte(nil), b...):
	default:
	}
}

// pour writes what waits for a peer behind a stream, for as long as the session lives.
func (p *Playing) pour() {
	for {
		select {
		case b := <-p.queue:
			if conn := p.conn.Load(); conn != nil {
				_, _ = conn.Write(b) // the session ends by its own clock when nothing comes through
			}
		case <-p.over:
			return
		}
	}
}

// read takes what comes until the session ends: DTLS at its beginning, then RTCP.
func (p *Playing) read(conn *ice.Conn, pipe *pipe) {
	buf := make([]byte, media.MaxPacket)
	var plain []byte
	begun, reports := time.Now(), 0
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		in := p.heard.Load()
		switch {
		case isDTLS(buf[:n]):
			pipe.push(buf[:n])
			continue
		case in == nil || !isRTCP(buf[:n]):
			continue
		}
		if plain, err = in.DecryptRTCP(plain[:0], buf[:n], nil); err != nil {
			continue // forged, or older than what was read
		}
		if now := time.Now(); now.Sub(begun) > time.Second {
			begun, reports = now, 0
		}
		if reports++; reports > maxReports {
			continue // whoever says so much must not fill the fan that others share
		}
		packets, err := rtcp.Unmarshal(plain)
		if err != nil {
			continue
		}
		p.feedback(packets)
	}
}

// isDTLS tells DTLS from what else a connection carries (RFC 7983).
func isDTLS(b []byte) bool { return len(b) > 0 && b[0] >= 20 && b[0] <= 63 }

// isRTCP tells RTCP from DTLS, STUN and RTP (RFC 7983, RFC 5761).
func isRTCP(b []byte) bool { return len(b) >= 8 && b[0]>>6 == 2 && b[1] >= 192 && b[1] <= 223 }

func (p *Playing) feedback(packets []rtcp.Packet) {
	for _, each := range packets[:min(len(packets), maxParts)] {
		switch f := each.(type) {
		case *rtcp.TransportLayerNack:
			var seqs []uint16
			for _, pair := range f.Nacks[:min(len(f.Nacks), maxParts)] {
				seqs = append(seqs, pair.PacketList()...)
			}
			p.fan.Do(func() { p.Session.Missed(f.MediaSSRC, seqs) })
		case *rtcp.TransportLayerCC:
			if list := arrivals(f); len(list) > 0 {
				p.fan.Do(func() { p.Session.Arrived(list) })
			}
		case *rtcp.ReceiverReport:
			worst := uint8(0)
			for _, r := range f.Reports {
				worst = max(worst, r.FractionLost)
			}
			p.fan.Do(func() { p.Session.Lost(float64(worst) / 256) })
		case *rtcp.PictureLossIndication:
			p.fan.Do(func() { p.Session.WantsKey(f.MediaSSRC) })
		case *rtcp.FullIntraRequest:
			for _, e := range f.FIR[:min(len(f.FIR), maxParts)] {
				p.fan.Do(func() { p.Session.WantsKey(e.SSRC) })
			}
		}
	}
}

// report sends a sender report, in the fan's goroutine.
func (p *Playing) report(ssrc uint32, ntp uint64, rtp, packets, octets uint32) {
	control, conn := p.control.Load(), p.conn.Load()
	if control == nil || conn == nil {
		return
	}
	raw, err := (&rtcp.SenderReport{SSRC: ssrc, NTPTime: ntp, RTPTime: rtp, PacketCount: packets, OctetCount: octets}).Marshal()
	if err != nil {
		return
	}
	if raw, err = control.EncryptRTCP(nil, raw, nil); err != nil {
		return
	}
	if p.queue != nil {
		p.stream(raw) // a stream may block, and the fan must not
		return
	}
	_, _ = conn.Write(raw) // the next comes in a second
}
