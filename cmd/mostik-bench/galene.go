package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/pion/webrtc/v4"
)

// galeneGroup lets anybody in, and anybody send.
const galeneGroup = `{"public": true, "max-clients": 5000, "codecs": ["vp8", "opus"],
"wildcard-user": {"password": {"type": "wildcard"}, "permissions": "present"}}`

// startGalene starts Galene (galene.org), built from its own repository, so that the same load stands before both.
func (o *liveOptions) startGalene(ctx context.Context) (stop func(), err error) {
	dir, err := os.MkdirTemp("", "galene-live-")
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"groups/bench.json": galeneGroup, "data/config.json": "{}"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	media, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, o.galene, "-http", address, "-insecure", "-turn", "", "-udp-range", fmt.Sprint(media),
		"-data", filepath.Join(dir, "data"), "-groups", filepath.Join(dir, "groups"),
		"-static", filepath.Join(filepath.Dir(o.galene), "static"), "-recordings", filepath.Join(dir, "recordings"))
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	if o.server >= 0 {
		cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
	}
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = log, log, withUs()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd, "http://" + address}
	stop = func() { p.stop(); os.RemoveAll(dir) }
	if err := awaitReady(ctx, p.url+"/group/bench/.status"); err != nil {
		said, _ := os.ReadFile(log.Name())
		stop()
		return nil, fmt.Errorf("%w\n%s", err, said)
	}
	o.url, o.pid = "ws://"+address+"/ws", cmd.Process.Pid
	if o.server >= 0 && runtime.NumCPU() > o.server {
		err = pin(o.pid, o.server)
	}
	return stop, err
}

func freePort() (int, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).Port, nil
}

// galeneMessage is what is said to Galene and by it (galene-protocol.md).
type galeneMessage struct {
	Type      string                   `json:"type"`
	Kind      string                   `json:"kind,omitempty"`
	Version   []string                 `json:"version,omitempty"`
	ID        string                   `json:"id,omitempty"`
	Label     string                   `json:"label,omitempty"`
	Group     string                   `json:"group,omitempty"`
	Username  string                   `json:"username,omitempty"`
	Request   map[string][]string      `json:"request,omitempty"`
	SDP       string                   `json:"sdp,omitempty"`
	Candidate *webrtc.ICECandidateInit `json:"candidate,omitempty"`
}

// galeneLine is one client's line.
type galeneLine struct {
	ws *websocket.Conn
	mu sync.Mutex

	peers map[string]*webrtc.PeerConnection
	early map[string][]webrtc.ICECandidateInit
}

func (l *galeneLine) say(m galeneMessage) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ws.WriteJSON(m)
}

// joinGalene opens a line and enters the group.
func joinGalene(ctx context.Context, url, name string) (*galeneLine, error) {
	ws, res, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	context.AfterFunc(ctx, func() { ws.Close() })
	l := &galeneLine{ws: ws, peers: map[string]*webrtc.PeerConnection{}, early: map[string][]webrtc.ICECandidateInit{}}
	if err := l.say(galeneMessage{Type: "handshake", Version: []string{"2"}, ID: newID()}); err != nil {
		return nil, err
	}
	if err := l.say(galeneMessage{Type: "join", Kind: "join", Group: "bench", Username: name}); err != nil {
		return nil, err
	}
	for {
		var m galeneMessage
		if err := ws.ReadJSON(&m); err != nil {
			return nil, err
		}
		if m.Type == "joined" && m.Kind == "join" {
			return l, nil
		}
		if m.Type == "joined" && m.Kind == "fail" {
			return nil, errors.New("galene lets nobody in")
		}
	}
}

// read carries out what Galene says; offered answers the offer of a stream.
func (l *galeneLine) read(offered func(id, offer string) error) error {
	for {
		var m struct {
			galeneMessage
			Request any `json:"request"`
		}
		if err := l.ws.ReadJSON(&m); err != nil {
			return err
		}
		var err error
		switch m.Type {
		case "ping":
			err = l.say(galeneMessage{Type: "pong"})
		case "offer":
			err = offered(m.ID, m.SDP)
		case "answer":
			err = l.known(m.ID, webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: m.SDP})
		case "ice":
			err = l.candidate(m.ID, *m.Candidate)
		case "abort":
			err = errors.New("galene refused a stream")
		}
		if err != nil {
			return err
		}
	}
}

// known takes what the other side says of a stream, and the candidates that came before it.
func (l *galeneLine) known(id string, far webrtc.SessionDescription) error {
	if err := l.peers[id].SetRemoteDescription(far); err != nil {
		return err
	}
	for _, c := range l.early[id] {
		if err := l.peers[id].AddICECandidate(c); err != nil {
			return err
		}
	}
	delete(l.early, id)
	return nil
}

func (l *galeneLine) candidate(id string, c webrtc.ICECandidateInit) error {
	pc := l.peers[id]
	if pc == nil || pc.RemoteDescription() == nil {
		l.early[id] = append(l.early[id], c)
		return nil
	}
	return pc.AddICECandidate(c)
}

// offerGalene sends what pc has to send.
func (r *room) offerGalene(ctx context.Context, pc *webrtc.PeerConnection) error {
	l, err := joinGalene(ctx, r.options.url, "publisher")
	if err != nil {
		return err
	}
	id := newID()
	l.peers[id] = pc
	if err := settled(pc, func() (webrtc.SessionDescription, error) { return pc.CreateOffer(nil) }); err != nil {
		return err
	}
	if err := l.say(galeneMessage{Type: "offer", ID: id, Label: "camera", SDP: pc.LocalDescription().SDP}); err != nil {
		return err
	}
	go func() { _ = l.read(func(string, string) error { return nil }) }()
	return nil
}

// watchGalene receives all streams, each on a connection of its own, as Galene has it.
func (w *watcher) watchGalene(ctx context.Context) error {
	l, err := joinGalene(ctx, w.room.options.url, "watcher")
	if err != nil {
		return err
	}
	if err := l.say(galeneMessage{Type: "request", Request: map[string][]string{"": {"audio", "video"}}}); err != nil {
		return err
	}
	ready := make(chan struct{})
	over := make(chan error, 1)
	go func() {
		over <- l.read(func(id, offer string) error { return w.answerGalene(ctx, l, id, offer, ready) })
	}()
	select {
	case <-ready:
		return nil
	case err := <-over:
		return err
	case <-time.After(20 * time.Second):
		return errors.New("no key frame came")
	}
}

func (w *watcher) answerGalene(ctx context.Context, l *galeneLine, id, offer string, ready chan struct{}) error {
	pc := l.peers[id]
	if pc == nil {
		var err error
		if pc, err = w.room.peer(w.look); err != nil {
			return err
		}
		context.AfterFunc(ctx, func() { _ = pc.Close() })
		pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { w.read(t, ready) })
		l.peers[id] = pc
	}
	if err := l.known(id, webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return err
	}
	if err := settled(pc, func() (webrtc.SessionDescription, error) { return pc.CreateAnswer(nil) }); err != nil {
		return err
	}
	return l.say(galeneMessage{Type: "answer", ID: id, SDP: pc.LocalDescription().SDP})
}

// settled makes a description and waits until the addresses stand in it.
func settled(pc *webrtc.PeerConnection, make func() (webrtc.SessionDescription, error)) error {
	d, err := make()
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(d); err != nil {
		return err
	}
	<-gathered
	return nil
}
