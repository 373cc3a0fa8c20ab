package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/frontend"
	"mostik/lms/account"
	"mostik/lms/api"
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
	app, err := newApp(e.ctx, cfg, d, h, log)
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

// newApp builds the slices, from those that stand alone to those that stand on others, and puts the routes
// together.
func newApp(ctx context.Context, cfg Config, d *database, h *health, log *slog.Logger) (*fiber.App, error) {
	accounts, err := newAccounts(ctx, cfg, d)
	if err != nil {
		return nil, err
	}
	server, err := api.New(api.Deps{
		Account: accounts, PublicURL: cfg.PublicURL, Secure: strings.HasPrefix(cfg.PublicURL, "https:"),
		Guards: guards(cfg), Contacts: contacts(cfg), TrustedProxies: cfg.TrustedProxies,
		Log: log, Metrics: h.registry, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	assets, err := frontend.Load()
	if err != nil {
		return nil, err
	}
	app := server.NewApp()
	h.mount(app)
	assets.Mount(app)
	return app, nil
}

func newAccounts(ctx context.Context, cfg Config, d *database) (*account.Service, error) {
	keys, err := account.LoadKeys(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	return account.New(ctx, d.DB, account.Config{}, keys, time.Now)
}

func guards(cfg Config) []api.Guard {
	if cfg.Demo && !cfg.DemoAnywhere {
		return []api.Guard{demoGuard}
	}
	return nil
}

// contacts are what "Report a concern" leads to.
func contacts(cfg Config) []api.Contact {
	var all []api.Contact
	for _, c := range []api.Contact{
		{Kind: "mail", Value: cfg.ConcernEmail}, {Kind: "tel", Value: cfg.ConcernPhone}, {Kind: "url", Value: cfg.ConcernURL},
	} {
		if c.Value != "" {
			c.Label = cfg.ConcernName
			all = append(all, c)
		}
	}
	return all
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
