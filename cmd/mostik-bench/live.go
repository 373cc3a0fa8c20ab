package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/logging"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"golang.org/x/sys/unix"
)

// liveCommand measures a room: real peers join by WHIP and WHEP, and what they receive is counted.
const liveCommand = "live"

// The load of one publisher: pictures of 1.2 Mbit/s at 30 a second, and sound at 50 packets a second.
const (
	frameRate   = 30
	frameBytes  = 5000
	keyBytes    = 15_000
	payloadSize = 1100
	voiceEvery  = 20 * time.Millisecond
	voiceBytes  = 80
	// manyPeers is from where on receivers only count headers and open one packet in keptOf.
	manyPeers = 300
	keptOf    = 16
	// reportEvery is how often a receiver reports what arrived, as browsers do at this rate.
	reportEvery = 100 * time.Millisecond
)

type liveOptions struct {
	program, galene        string
	publishers, watchers   int
	seconds, joinsASecond  int
	server, load           int // processors, -1 for any
	url, speaker, watching string
	pid                    int
	limit                  int
	feedback               bool
}

// liveFigures is what a run prints.
type liveFigures struct {
	Publishers  int     `json:"publishers"`
	Subscribers int     `json:"subscribers"`
	Seconds     float64 `json:"seconds"`
	Expected    uint64  `json:"expected_packets"`
	Received    uint64  `json:"received_packets"`
	Loss        float64 `json:"loss"`
	// Arrival is the way from the publisher until the packet lies in the subscriber's socket, by the kernel's clock;
	// Delay until this program has opened it, which takes turns with all other subscribers on one processor.
	ArrivalP50         float64 `json:"arrival_p50_ms"`
	ArrivalP95         float64 `json:"arrival_p95_ms"`
	ArrivalP99         float64 `json:"arrival_p99_ms"`
	DelayP50           float64 `json:"delay_p50_ms"`
	DelayP95           float64 `json:"delay_p95_ms"`
	DelayP99           float64 `json:"delay_p99_ms"`
	JoinP50            float64 `json:"join_p50_ms"`
	JoinP95            float64 `json:"join_p95_ms"`
	ServerCPU          float64 `json:"server_cpu_s"`
	MicrosecondsPacket float64 `json:"server_cpu_us_per_packet"`
	// Limit is what sealing and sending alone took, right before and right after; Ratio the packet's cost to it.
	Limit        float64 `json:"limit_us_per_packet,omitempty"`
	Ratio        float64 `json:"ratio_to_limit,omitempty"`
	LoadCPU      float64 `json:"load_cpu_s"`
	KBSubscriber float64 `json:"server_kb_per_subscriber"`
	Opened       string  `json:"packets_opened_by_subscribers"`
	NotJoined    int     `json:"not_joined"`
}

func runLive(args []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var o liveOptions
	flags := flag.NewFlagSet("mostik-bench live", flag.ExitOnError)
	flags.StringVar(&o.program, "mostik", filepath.Join(filepath.Dir(self), "mostik"), "the program to measure")
	flags.StringVar(&o.galene, "galene", "", "measure Galene instead: its program, with the folder static beside it")
	flags.IntVar(&o.publishers, "publishers", 1, "peers that send")
	flags.IntVar(&o.watchers, "subscribers", 200, "peers that receive everything that is sent")
	flags.IntVar(&o.seconds, "seconds", 10, "how long to measure")
	flags.IntVar(&o.joinsASecond, "joins", 40, "how many peers join a second")
	flags.IntVar(&o.server, "server-cpu", 0, "the processor of the server; -1 for any")
	flags.IntVar(&o.load, "load-cpu", 1, "the processor of the load; -1 for any")
	flags.IntVar(&o.limit, "limit", 3, "for how many seconds before and after to measure sealing and sending alone; 0 leaves it out")
	flags.BoolVar(&o.feedback, "feedback", false, "let receivers report what arrived when; a load that is late itself then looks like a weak line, and gets less")
	flags.StringVar(&o.url, "url", "", "measure a server that runs already, at this address of its webinar's routes; needs the tickets and -pid")
	flags.StringVar(&o.speaker, "speaker-ticket", "", "with -url: bearer token for WHIP")
	flags.StringVar(&o.watching, "viewer-ticket", "", "with -url: bearer token for WHEP")
	flags.IntVar(&o.pid, "pid", 0, "with -url: the server's process")
	_ = flags.Parse(args)
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(o.seconds)*time.Second+3*time.Minute)
	defer cancel()
	before, err := o.limitBeside(ctx, self)
	if err != nil {
		return err
	}
	if o.load >= 0 && runtime.NumCPU() > o.load {
		if err := pin(0, o.load); err != nil {
			return err
		}
		runtime.GOMAXPROCS(1)
	}
	if o.url == "" {
		start := o.startLive
		if o.galene != "" {
			start = o.startGalene
		}
		stop, err := start(ctx)
		if err != nil {
			return err
		}
		defer stop()
	}
	f, err := measureLive(ctx, o)
	if err != nil {
		return err
	}
	after, err := o.limitBeside(ctx, self)
	if err != nil {
		return err
	}
	if f.Limit = (before + after) / 2; f.Limit > 0 {
		f.Ratio = f.MicrosecondsPacket / f.Limit
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(f)
}

// limitBeside measures sealing and sending alone to as many peers, on the same processors: microseconds a packet.
func (o *liveOptions) limitBeside(ctx context.Context, self string) (float64, error) {
	if o.limit <= 0 {
		return 0, nil
	}
	raw, err := exec.CommandContext(ctx, self, limitCommand, "-peers", fmt.Sprint(o.watchers), "-seconds", fmt.Sprint(o.limit),
		"-server-cpu", fmt.Sprint(o.server), "-load-cpu", fmt.Sprint(o.load)).Output()
	if err != nil {
		return 0, fmt.Errorf("measuring the limit: %w", err)
	}
	var f limitFigures
	if err := json.Unmarshal(raw, &f); err != nil {
		return 0, fmt.Errorf("reading the limit: %w", err)
	}
	return f.MicrosecondsPacket, nil
}

// pin keeps a process on one processor.
func pin(pid, cpu int) error {
	var set unix.CPUSet
	set.Set(cpu)
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%s/task", whom(pid)))
	if err != nil {
		return err
	}
	for _, t := range tasks {
		var id int
		if _, err := fmt.Sscan(t.Name(), &id); err == nil {
			_ = unix.SchedSetaffinity(id, &set) // a thread may end meanwhile
		}
	}
	return nil
}

func whom(pid int) string {
	if pid == 0 {
		return "self"
	}
	return fmt.Sprint(pid)
}

// startLive starts the very program that is shipped, on data of its own.
func (o *liveOptions) startLive(ctx context.Context) (stop func(), err error) {
	dir, err := os.MkdirTemp("", "mostik-live-")
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	environment := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "MOSTIK_DATA=" + filepath.Join(dir, "data"), "MOSTIK_ADDR=" + address, "MOSTIK_LOG_LEVEL=warn"}
	cmd := exec.CommandContext(ctx, o.program, "serve")
	cmd.Env = environment
	if o.server >= 0 {
		cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
	}
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = log, log, withUs()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd, "http://" + address}
	stop = func() { p.stop(); os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			said, _ := os.ReadFile(log.Name())
			err = fmt.Errorf("%w\n%s", err, said)
			stop()
		}
	}()
	if err := awaitReady(ctx, p.url+"/readyz"); err != nil {
		return nil, err
	}
	o.url, o.pid = p.url+"/api/v1/webinars/bench", cmd.Process.Pid
	for role, to := range map[string]*string{"speaker": &o.speaker, "viewer": &o.watching} {
		ticket := exec.CommandContext(ctx, o.program, "ticket", "--webinar", "bench", "--shared", "--role", role)
		ticket.Env = environment
		out, err := ticket.Output()
		if err != nil {
			return nil, fmt.Errorf("writing a ticket: %w", err)
		}
		*to = strings.TrimSpace(string(out))
	}
	if o.server >= 0 && runtime.NumCPU() > o.server {
		err = pin(o.pid, o.server)
	}
	return stop, err
}

func awaitReady(ctx context.Context, url string) error {
	for range 300 {
		if res, err := http.Get(url); err == nil { //nolint:noctx // bounded by the loop
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return errors.New("the server does not become ready")
}

// room is everybody in a run.
type room struct {
	options   liveOptions
	begun     time.Time
	measuring atomic.Bool
	watchers  []*watcher

	sentPackets atomic.Uint64
}

func measureLive(ctx context.Context, o liveOptions) (f liveFigures, err error) {
	r := &room{options: o, begun: time.Now()}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range o.publishers {
		if err := r.publish(ctx); err != nil {
			return f, fmt.Errorf("publishing: %w", err)
		}
	}
	time.Sleep(time.Second)
	before := residentKB(o.pid)
	r.joinAll(ctx)
	time.Sleep(2 * time.Second)
	after := residentKB(o.pid)

	cpu, err := processTime(o.pid)
	if err != nil {
		return f, err
	}
	own, _ := processTime(os.Getpid())
	r.measuring.Store(true)
	begin := time.Now()
	time.Sleep(time.Duration(o.seconds) * time.Second)
	r.measuring.Store(false)
	used, err := processTime(o.pid)
	if err != nil {
		return f, err
	}
	ownAfter, _ := processTime(os.Getpid())
	sent := r.sentPackets.Load()

	f = liveFigures{Publishers: o.publishers, Subscribers: o.watchers, Seconds: time.Since(begin).Seconds(), Opened: "all"}
	var delays, arrivals, joins []float64
	joined := 0
	for _, w := range r.watchers {
		if !w.joined.Load() {
			f.NotJoined++
			continue
		}
		joined++
		f.Received += w.received.Load()
		joins = append(joins, w.joinTime.Seconds()*1000)
		w.mu.Lock()
		delays, arrivals = append(delays, w.delays...), append(arrivals, w.arrivals...)
		w.mu.Unlock()
	}
	if o.watchers > manyPeers {
		f.Opened = fmt.Sprintf("1 of %d", keptOf)
	}
	f.Expected = sent * uint64(joined)
	if f.Expected > 0 {
		f.Loss = max(0, 1-float64(f.Received)/float64(f.Expected))
	}
	f.ArrivalP50, f.ArrivalP95, f.ArrivalP99 = percentile(arrivals, 50), percentile(arrivals, 95), percentile(arrivals, 99)
	f.DelayP50, f.DelayP95, f.DelayP99 = percentile(delays, 50), percentile(delays, 95), percentile(delays, 99)
	f.JoinP50, f.JoinP95 = percentile(joins, 50), percentile(joins, 95)
	f.ServerCPU, f.LoadCPU = (used - cpu).Seconds(), (ownAfter - own).Seconds()
	if f.Received > 0 {
		f.MicrosecondsPacket = f.ServerCPU * 1e6 / float64(f.Received)
	}
	if joined > 0 {
		f.KBSubscriber = float64(after-before) / float64(joined)
	}
	return f, nil
}

func percentile(list []float64, p int) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[min(len(list)-1, len(list)*p/100)]
}

// residentKB is the memory that a process has in use, in kB.
func residentKB(pid int) int {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	var size, resident int
	_, _ = fmt.Sscan(string(raw), &size, &resident)
	return resident * os.Getpagesize() / 1024
}

// chain is what a peer does beside media: who sends numbers packets for the whole transport, who receives reports
// what arrived when, as browsers do. Receivers that look at one packet in some cannot tell what was lost, and report
// nothing.
func (r *room) chain(sends bool) (*interceptor.Registry, error) {
	chain := &interceptor.Registry{}
	if sends {
		numbers, err := twcc.NewHeaderExtensionInterceptor()
		if err != nil {
			return nil, err
		}
		chain.Add(numbers)
		return chain, nil
	}
	if !r.options.feedback || r.options.watchers > manyPeers {
		return chain, nil
	}
	arrivals, err := twcc.NewSenderInterceptor(twcc.SendInterval(reportEvery))
	if err != nil {
		return nil, err
	}
	chain.Add(arrivals)
	return chain, nil
}

// peer makes a connection as pion does, silent, with what browsers agree on (transport-wide numbers, repeats), on a socket of its own.
func (r *room) peer(filter func([]byte, time.Time) bool) (*webrtc.PeerConnection, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(1 << 20)
	var packets net.PacketConn = conn
	if filter != nil {
		f := &filtered{UDPConn: conn, keep: filter}
		if err := f.timed(); err != nil {
			return nil, err
		}
		packets = f
	}
	m := &webrtc.MediaEngine{}
	for _, c := range []struct {
		mime, fmtp string
		pt         webrtc.PayloadType
		clock      uint32
		kind       webrtc.RTPCodecType
		chans      uint16
	}{
		{webrtc.MimeTypeOpus, "", 111, 48_000, webrtc.RTPCodecTypeAudio, 2},
		{webrtc.MimeTypeVP8, "", 96, 90_000, webrtc.RTPCodecTypeVideo, 0},
		{webrtc.MimeTypeRTX, "apt=96", 97, 90_000, webrtc.RTPCodecTypeVideo, 0},
	} {
		var asks []webrtc.RTCPFeedback
		if c.mime != webrtc.MimeTypeRTX {
			asks = []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
		}
		err := m.RegisterCodec(webrtc.RTPCodecParameters{
			RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: c.mime, ClockRate: c.clock, Channels: c.chans, SDPFmtpLine: c.fmtp, RTCPFeedback: asks},
			PayloadType:        c.pt,
		}, c.kind)
		if err != nil {
			return nil, err
		}
		if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI}, c.kind); err != nil {
			return nil, err
		}
	}
	chain, err := r.chain(filter == nil)
	if err != nil {
		return nil, err
	}
	s := webrtc.SettingEngine{LoggerFactory: logging.NewDefaultLoggerFactory()}
	s.SetICEUDPMux(ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: packets}))
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	return webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(s)).
		NewPeerConnection(webrtc.Configuration{})
}

// filtered is a socket whose packets of media are looked at before pion sees them, with the time of their arrival.
type filtered struct {
	*net.UDPConn
	keep func([]byte, time.Time) bool
	oob  [64]byte
}

// timed asks the kernel to say when each packet arrived.
func (f *filtered) timed() error {
	raw, err := f.UDPConn.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	err = raw.Control(func(fd uintptr) {
		refused = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	})
	return errors.Join(err, refused)
}

func (f *filtered) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, control, _, from, err := f.UDPConn.ReadMsgUDPAddrPort(b, f.oob[:])
		if err != nil {
			return n, nil, err
		}
		if n < 12 || b[0]>>6 != 2 || b[1] >= 192 && b[1] <= 223 || f.keep(b[:n], arrival(f.oob[:control])) {
			return n, net.UDPAddrFromAddrPort(from), nil
		}
	}
}

// arrival reads SCM_TIMESTAMPNS, which is all that is asked of the kernel; the zero time when it is not there.
func arrival(control []byte) time.Time {
	if len(control) < unix.CmsgSpace(16) {
		return time.Time{}
	}
	at := control[unix.CmsgLen(0):]
	return time.Unix(int64(binary.NativeEndian.Uint64(at)), int64(binary.NativeEndian.Uint64(at[8:]))) //nolint:gosec // a timespec
}

// exchange sends an offer and takes the answer.
func (r *room) exchange(ctx context.Context, pc *webrtc.PeerConnection, kind, ticket string) error {
	if err := settled(pc, func() (webrtc.SessionDescription, error) { return pc.CreateOffer(nil) }); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.options.url+"/"+kind, bytes.NewReader([]byte(pc.LocalDescription().SDP)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/sdp")
	req.Header.Set("Authorization", "Bearer "+ticket)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s: %s", res.Status, answer)
	}
	return pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)})
}

// publish sends pictures and sound until the context ends.
func (r *room) publish(ctx context.Context) error {
	pc, err := r.peer(nil)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = pc.Close() })
	var local [2]*webrtc.TrackLocalStaticRTP
	wantsKey := make(chan struct{}, 1)
	for i, mime := range []string{webrtc.MimeTypeOpus, webrtc.MimeTypeVP8} {
		if local[i], err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: mime}, mime, newID()); err != nil {
			return err
		}
		sender, err := pc.AddTrack(local[i])
		if err != nil {
			return err
		}
		go func() {
			for {
				packets, _, err := sender.ReadRTCP()
				if err != nil {
					return
				}
				for _, p := range packets {
					if _, is := p.(*rtcp.PictureLossIndication); is {
						select {
						case wantsKey <- struct{}{}:
						default:
						}
					}
				}
			}
		}()
	}
	connected := make(chan struct{})
	var once sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(connected) })
		}
	})
	if r.options.galene != "" {
		err = r.offerGalene(ctx, pc)
	} else {
		err = r.exchange(ctx, pc, "whip", r.options.speaker)
	}
	if err != nil {
		return err
	}
	select {
	case <-connected:
	case <-time.After(10 * time.Second):
		return errors.New("the publisher was not connected")
	}
	go r.speak(ctx, local[0])
	go r.film(ctx, local[1], wantsKey)
	return nil
}

func (r *room) count(n int) {
	if r.measuring.Load() {
		r.sentPackets.Add(uint64(n)) //nolint:gosec // a count
	}
}

// stamp writes the time into a payload, for the delay.
func (r *room) stamp(b []byte) {
	binary.BigEndian.PutUint64(b, uint64(time.Since(r.begun))) //nolint:gosec // positive
}

func (r *room) speak(ctx context.Context, to *webrtc.TrackLocalStaticRTP) {
	tick := time.NewTicker(voiceEvery)
	defer tick.Stop()
	p := &rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 111}, Payload: make([]byte, voiceBytes)}
	for ctx.Err() == nil {
		<-tick.C
		p.SequenceNumber++
		p.Timestamp += 960
		r.stamp(p.Payload[8:])
		_ = to.WriteRTP(p)
		r.count(1)
	}
}

func (r *room) film(ctx context.Context, to *webrtc.TrackLocalStaticRTP, wantsKey <-chan struct{}) {
	tick := time.NewTicker(time.Second / frameRate)
	defer tick.Stop()
	p := &rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96}}
	for n := 0; ctx.Err() == nil; n++ {
		<-tick.C
		left, key := frameBytes, n == 0
		select {
		case <-wantsKey:
			key = true
		default:
		}
		if key {
			left = keyBytes
		}
		p.Timestamp += 90_000 / frameRate
		for first := true; left > 0; first = false {
			size := min(left, payloadSize)
			left -= size
			b := make([]byte, size)
			if first {
				b[0] = 0x10 // the start of a picture (RFC 7741)
			}
			if len(b) > 1 && !key {
				b[1] = 1
			}
			if len(b) >= 16 {
				r.stamp(b[8:])
			}
			p.SequenceNumber++
			p.Marker, p.Payload = left == 0, b
			_ = to.WriteRTP(p)
			r.count(1)
		}
	}
}

// watcher is a peer that receives.
type watcher struct {
	room     *room
	started  time.Time
	joined   atomic.Bool
	joinTime time.Duration
	seen     atomic.Uint64
	received atomic.Uint64 // while it is measured
	every    uint64

	mu       sync.Mutex
	delays   []float64
	arrivals []float64
	// waiting are packets that pion is about to open, by a hash of stream and number.
	waiting [1024]struct {
		id uint64
		at time.Time
	}
}

// slot gives the place of a packet among those that wait, and its full name.
func slot(ssrc uint32, seq uint16) (at int, id uint64) {
	id = uint64(ssrc)<<16 | uint64(seq)
	return int((ssrc*31 + uint32(seq)) % 1024), id
}

func (r *room) joinAll(ctx context.Context) {
	tick := time.NewTicker(time.Second / time.Duration(max(1, r.options.joinsASecond)))
	defer tick.Stop()
	var all sync.WaitGroup
	for range r.options.watchers {
		<-tick.C
		w := &watcher{room: r, every: 1}
		if r.options.watchers > manyPeers {
			w.every = keptOf
		}
		r.watchers = append(r.watchers, w)
		all.Go(func() {
			if err := w.join(ctx); err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, "a subscriber did not join:", err)
			}
		})
	}
	all.Wait()
}

func (w *watcher) join(ctx context.Context) error {
	w.started = time.Now()
	if w.room.options.galene != "" {
		return w.watchGalene(ctx)
	}
	pc, err := w.room.peer(w.look)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = pc.Close() })
	for range w.room.options.publishers {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
				return err
			}
		}
	}
	ready := make(chan struct{})
	pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { w.read(t, ready) })
	if err := w.room.exchange(ctx, pc, "whep", w.room.options.watching); err != nil {
		return err
	}
	select {
	case <-ready:
		return nil
	case <-time.After(20 * time.Second):
		return errors.New("no key frame came")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// look counts a sealed packet by its header and tells whether it is opened.
func (w *watcher) look(b []byte, at time.Time) bool {
	n := w.seen.Add(1)
	measuring := w.room.measuring.Load()
	if measuring {
		w.received.Add(1)
	}
	if w.joined.Load() && n%w.every != 0 {
		return false
	}
	if measuring {
		i, id := slot(binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint16(b[2:]))
		w.mu.Lock()
		w.waiting[i].id, w.waiting[i].at = id, at
		w.mu.Unlock()
	}
	return true
}

func (w *watcher) read(t *webrtc.TrackRemote, ready chan struct{}) {
	buf := make([]byte, 1500)
	var p rtp.Packet
	for {
		n, _, err := t.Read(buf)
		if err != nil {
			return
		}
		if p.Unmarshal(buf[:n]) != nil || len(p.Payload) < 16 {
			continue
		}
		if t.Kind() == webrtc.RTPCodecTypeVideo && p.Payload[0] == 0x10 && p.Payload[1]&1 == 0 && w.joined.CompareAndSwap(false, true) {
			w.joinTime = time.Since(w.started)
			close(ready)
		}
		if w.room.measuring.Load() {
			sent := time.Duration(binary.BigEndian.Uint64(p.Payload[8:])) //nolint:gosec // written by us
			i, id := slot(p.SSRC, p.SequenceNumber)
			w.mu.Lock()
			w.delays = append(w.delays, (time.Since(w.room.begun)-sent).Seconds()*1000)
			if in := w.waiting[i]; in.id == id && !in.at.IsZero() {
				w.arrivals = append(w.arrivals, time.Duration(in.at.UnixNano()-w.room.begun.UnixNano()-int64(sent)).Seconds()*1000)
			}
			w.mu.Unlock()
		}
	}
}
