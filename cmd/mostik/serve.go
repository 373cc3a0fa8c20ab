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
	"mostik/lms/api"
	"mostik/lms/demo"
	"mostik/lms/page"
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

	ctx, stop := context.WithCancel(e.ctx)
	defer stop()
	h := newHealth(d, cfg.MetricsToken)
	slices, err := newServices(e.ctx, cfg, d)
	if err != nil {
		return err
	}
	if cfg.Demo {
		if err := loadDemo(e.ctx, e, d, slices); err != nil {
			return err
		}
	}
	if n, err := slices.record.Begin(e.ctx); err != nil {
		return err
	} else if n > 0 {
		log.Info("the record begins", "entries", n)
	}
	port, redirect, err := listen(cfg, log)
	if err != nil {
		return err
	}
	defer port.Close()
	wing, err := openLive(cfg, slices.webinars, port, h.registry, log)
	if err != nil {
		return err
	}
	defer wing.close()
	slices.rooms = wing.hub
	app, err := newApp(cfg, slices, wing, h, log)
	if err != nil {
		return err
	}
	ln := port.Web()
	s.announce(e, cfg, ln)
	stopped := make(chan struct{})
	go func() { defer close(stopped); work(ctx, d, slices, log) }()
	drained := make(chan struct{})
	go func() { defer close(drained); wing.drain(ctx, slices.webinars, log) }()
	posted := make(chan struct{})
	go func() { defer close(posted); slices.mails.Run(ctx, cfg.transport(), log) }()
	chained := make(chan struct{})
	go func() { defer close(chained); slices.record.Run(ctx, log) }()
	explained := make(chan struct{})
	go func() { defer close(explained); slices.programmes.Run(ctx, log) }()
	swept := make(chan struct{})
	go func() { defer close(swept); wing.sweep(ctx, log) }()
	err = serveUntilDone(e.ctx, app, h, ln, redirect, log)
	stop()
	<-stopped
	<-drained
	<-posted
	<-chained
	<-explained
	<-swept
	return err
}

// newApp puts the routes together: watching, the API, the built files, and the pages, which answer what
// nobody else did.
func newApp(cfg Config, s *services, wing *liveWing, h *health, log *slog.Logger) (*fiber.App, error) {
	secure := strings.HasPrefix(cfg.PublicURL, "https:")
	server, err := api.New(api.Deps{
		Account: s.accounts, Learning: s.learning, Intake: s.intake, Catalog: s.catalog, Certificate: s.certificates, Webinar: s.webinars, Mail: s.mails, Programme: s.programmes, Desk: s.desk, Report: s.reports, Hook: s.hooks, PublicURL: cfg.PublicURL, Secure: secure,
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
	pages, err := page.New(page.Deps{
		Account: s.accounts, API: server, Certificate: s.certificates, Webinar: s.webinars, Days: s.programmes, Report: s.reports, Assets: assets, Programme: cfg.Programme,
		Contacts: contacts(cfg), Demo: demoAccounts(cfg), Secure: secure, Log: log, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	app := server.NewApp(wing.gateway.Mount)
	h.mount(app)
	assets.Mount(app)
	pages.Mount(app)
	return app, nil
}

// demoAccounts are shown on the sign-in page of a demonstration.
func demoAccounts(cfg Config) *page.Demo {
	if !cfg.Demo {
		return nil
	}
	d := &page.Demo{Password: demo.Password}
	for _, a := range demo.Accounts() {
		d.Logins = append(d.Logins, a.Email)
	}
	return d
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
	if cfg.Demo {
		fmt.Fprintf(e.out, "  Sign in with the password %s as", demo.Password)
		for _, a := range demo.Accounts() {
			fmt.Fprint(e.out, " ", a.Email)
		}
		fmt.Fprintln(e.out)
	} else {
		fmt.Fprintln(e.out, "  'mostik user list' shows who can sign in, 'mostik user add' makes accounts.")
	}
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
