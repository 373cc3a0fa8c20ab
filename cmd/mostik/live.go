package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"mostik/live"
	"mostik/live/gateway"
	"mostik/live/hub"
	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/webinar"
	"mostik/media/rtc"
	"mostik/media/turn"
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
	dir     string
	engine  *rtc.Engine
	relay   *turn.Server
	hub     *hub.Hub
	gateway *gateway.Gateway
}

func openLive(cfg Config, calendar *webinar.Service, port *turn.Split, metrics prometheus.Registerer, log *slog.Logger) (*liveWing, error) {
	key, err := ticketKey(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	relay, credentials := newRelay(cfg)
	engine, err := rtc.NewEngine(rtc.Config{
		UDP: cfg.MediaAddr, TCP: cfg.MediaTCP, Streams: streams(cfg, port), Relay: relay, Public: cfg.MediaPublic, Log: log,
	})
	if err != nil {
		return nil, err
	}
	if relay != nil {
		if err := relay.Serve(port.Relay()); err != nil {
			engine.Close()
			return nil, err
		}
		watchRelay(metrics, &relay.Stats)
	}
	self, err := os.Executable()
	if err != nil {
		engine.Close()
		return nil, err
	}
	h, err := hub.New(hub.Config{
		Engine: engine, Dir: cfg.liveFolder(), Info: known(calendar), Expected: calendar.Expected, KeepDays: keepDays(calendar),
		Servers: servers(cfg, credentials, port, engine), Now: time.Now, Log: log,
		CleanPDF: []string{self, "clean-pdf"},
	})
	if err != nil {
		engine.Close()
		return nil, err
	}
	calendar.Rooms, calendar.Changed = h, h.Replan
	return &liveWing{cfg.liveFolder(), engine, relay, h, gateway.New(h, key.Public().(ed25519.PublicKey), time.Now, log)}, nil
}

// infoTime bounds what a room waits for the calendar.
const infoTime = 5 * time.Second

// known asks the calendar. A webinar that it does not know, such as one of a load test, has its id for a title.
func known(calendar *webinar.Service) func(string) (room.Plan, error) {
	return func(id string) (room.Plan, error) {
		ctx, cancel := context.WithTimeout(context.Background(), infoTime)
		defer cancel()
		plan, err := calendar.Room(ctx, id)
		if lms.KindOf(err) == lms.NotFound {
			return room.Plan{Info: room.Info{Title: id}}, nil
		}
		return plan, err
	}
}

// keepDays asks the calendar how long a webinar's files stay.
func keepDays(calendar *webinar.Service) func(string) (int, error) {
	return func(id string) (int, error) {
		ctx, cancel := context.WithTimeout(context.Background(), infoTime)
		defer cancel()
		days, err := calendar.KeepDays(ctx, id)
		if lms.KindOf(err) == lms.NotFound {
			return 0, nil
		}
		return days, err
	}
}

// sweepEvery is how often what need not be kept any longer is taken away.
const sweepEvery = 24 * time.Hour

// sweep takes away, now and once a day until the context ends, what webinars need not keep any longer.
func (l *liveWing) sweep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := l.hub.Sweep(); err != nil {
			log.Error("taking away what webinars need not keep", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// cleanPDFCmd is what the server starts to have a PDF read by a process of its own.
type cleanPDFCmd struct{}

// Run cleans what comes in.
func (cleanPDFCmd) Run(*environment) error { return hub.CleanPDF(os.Stdin, os.Stdout, os.Stderr) }

// drainEvery is how often journals are read into the database.
const drainEvery = 2 * time.Second

// drain reads journals into the database until the context ends. A database that is away delays nobody's room.
func (l *liveWing) drain(ctx context.Context, calendar *webinar.Service, log *slog.Logger) {
	var tidied time.Time
	tick := time.NewTicker(drainEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := calendar.Drain(ctx, filepath.Join(l.dir, hub.JournalDir)); err != nil && ctx.Err() == nil {
			log.Warn("reading journals of webinars", "error", err)
		}
		if err := calendar.KeepRooms(ctx, filepath.Join(l.dir, hub.RoomsDir)); err != nil && ctx.Err() == nil {
			log.Warn("keeping what was said at webinars", "error", err)
		}
		if time.Since(tidied) < tidyEvery {
			continue
		}
		tidied = time.Now()
		if err := l.tidy(ctx, calendar); err != nil && ctx.Err() == nil {
			log.Warn("clearing up after webinars", "error", err)
		}
	}
}

// tidyEvery is how often webinars that are over are looked after.
const tidyEvery = time.Hour

// tidy counts webinars that nobody ended, removes journals that the database has, and what was kept long enough.
func (l *liveWing) tidy(ctx context.Context, calendar *webinar.Service) error {
	return errors.Join(
		calendar.SettleRecent(ctx),
		calendar.Retire(ctx, filepath.Join(l.dir, hub.JournalDir), filepath.Join(l.dir, hub.RoomsDir), l.hub.Retire),
		calendar.Tidy(ctx),
	)
}

func (l *liveWing) close() {
	l.hub.Close()
	l.engine.Close()
	if l.relay != nil {
		l.relay.Close()
	}
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
