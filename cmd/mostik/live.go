package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"mostik/live"
	"mostik/live/gateway"
	"mostik/live/hub"
	"mostik/media/rtc"
)

// ticketFile holds the private key that signs tickets into webinars.
const ticketFile = "tickets.pem"

// ticketKey reads the key of tickets, and makes it when there is none.
func ticketKey(dir string) (ed25519.PrivateKey, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, ticketFile)
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(path); err == nil {
			key, err = readKey(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the key that signs tickets: %w", err)
	}
	return key, nil
}

// liveWing is what runs webinars.
type liveWing struct {
	engine  *rtc.Engine
	hub     *hub.Hub
	gateway *gateway.Gateway
}

func openLive(cfg Config, log *slog.Logger) (*liveWing, error) {
	key, err := ticketKey(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	engine, err := rtc.NewEngine(rtc.Config{UDP: cfg.MediaAddr, TCP: cfg.MediaTCP, Public: cfg.MediaPublic, Log: log})
	if err != nil {
		return nil, err
	}
	h, err := hub.New(hub.Config{Engine: engine, Dir: filepath.Join(cfg.Data, "live"), Now: time.Now, Log: log})
	if err != nil {
		engine.Close()
		return nil, err
	}
	return &liveWing{engine, h, gateway.New(h, key.Public().(ed25519.PublicKey), time.Now, log)}, nil
}

func (l *liveWing) close() {
	l.hub.Close()
	l.engine.Close()
}

// ticketCmd prints a ticket, for a room system, a streaming program or a load test.
type ticketCmd struct {
	Webinar string        `required:"" help:"The webinar's id; a demonstration has 'demo'."`
	Role    string        `enum:"host,speaker,viewer" default:"viewer" help:"host, speaker or viewer: only the first two may send sound and pictures."`
	Name    string        `help:"The name that the room shows."`
	Shared  bool          `help:"Serves any number of sessions: a watch link."`
	For     time.Duration `default:"12h" help:"How long it is valid."`
}

// Run signs the ticket with the key in the data folder.
func (t ticketCmd) Run(e *environment) error {
	cfg, err := readConfig(e.vars)
	if err != nil {
		return err
	}
	key, err := ticketKey(cfg.keyFolder())
	if err != nil {
		return err
	}
	token, err := live.Ticket{
		Webinar: t.Webinar, Role: live.Role(t.Role), Name: t.Name, Shared: t.Shared, Expires: time.Now().Add(t.For),
	}.Sign(key)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, token)
	return nil
}
