package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/frontend"
	"mostik/migrations"
)

// drainTime is how long requests may take to finish after the program was asked to stop.
const drainTime = 10 * time.Second

type serveCmd struct {
	Demo bool `help:"Demonstration mode, as MOSTIK_DEMO=true: made-up people are loaded into an empty database."`
}

// Run opens everything from top to bottom, serves, and closes it from bottom to top.
func (s serveCmd) Run(e *environment) (err error) {
	if s.Demo {
		e.vars["MOSTIK_DEMO"] = "true"
	}
	cfg, err := readConfig(e.vars)
	if err != nil {
		return err
	}
	log := e.logger(cfg)
	for _, name := range unknown(e.vars) {
		log.Warn("unknown setting", "name", name)
	}
	lock, err := lockData(cfg)
	if err != nil {
		return err
	}
	defer lock.Close()

	d, err := openDatabase(e.ctx, cfg, log, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	ran, err := migrations.Apply(e.ctx, d.DB.DB)
	if err != nil {
		return err
	}
	if len(ran) > 0 {
		log.Info("migrated", "applied", ran)
	}

	h := newHealth(d, cfg.MetricsToken)
	app, err := newApp(cfg, h)
	if err != nil {
		return err
	}
	ln, redirect, err := listen(cfg, log)
	if err != nil {
		return err
	}
	s.announce(e, cfg, ln)
	return serveUntilDone(e.ctx, app, h, ln, redirect, log)
}

// newApp puts the routes together.
func newApp(cfg Config, h *health) (*fiber.App, error) {
	app := fiber.New(fiber.Config{
		// Without Immutable, strings of a request change under whoever keeps them.
		Immutable: true, DisableStartupMessage: true, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
	})
	if cfg.Demo && !cfg.DemoAnywhere {
		app.Use(demoGuard)
	}
	h.mount(app)
	assets, err := frontend.Load()
	if err != nil {
		return nil, err
	}
	assets.Mount(app)
	return app, nil
}

// announce tells whoever started the program what they need now.
func (s serveCmd) announce(e *environment, cfg Config, ln net.Listener) {
	data, err := filepath.Abs(cfg.Data)
	if err != nil {
		data = cfg.Data
	}
	where := cfg.PublicURL
	if _, port, _ := net.SplitHostPort(cfg.Addr); port == "0" { // a test, which lets the system choose
		where = "http://" + ln.Addr().String()
	}
	fmt.Fprintf(e.out, "\n  Mostik %s is at %s\n", version, where)
	fmt.Fprintf(e.out, "  Data lies in %s. Ctrl-C stops it.\n\n", data)
}

// serveUntilDone answers requests until the context ends, then lets the ones in hand finish.
func serveUntilDone(ctx context.Context, app *fiber.App, h *health, ln net.Listener, redirect *http.Server, log *slog.Logger) error {
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(ln) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		log.Info("stopping; requests in hand are finished first")
		h.draining.Store(true)
		drain, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		if err := app.ShutdownWithContext(drain); err != nil {
			log.Warn("requests were cut off", "cause", err)
		}
	}
	if redirect != nil {
		err = errors.Join(err, redirect.Close())
	}
	return err
}
