package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"

	"mostik/lms"
	"mostik/migrations"
)

// forwarding lists the headers by which a proxy betrays itself (RFC 7239, RFC 9110 section 7.6.3, and
// the ones that grew by use).
var forwarding = []string{"Forwarded", "Via", "X-Real-IP", "X-Forwarded"}

// forwarded tells a request that came through a proxy.
func forwarded(c *fiber.Ctx) bool {
	for _, name := range forwarding {
		if c.Request().Header.Peek(name) != nil {
			return true
		}
	}
	found := false
	c.Request().Header.VisitAll(func(name, _ []byte) {
		found = found || strings.HasPrefix(strings.ToLower(string(name)), "x-forwarded-")
	})
	return found
}

// fromThisMachine looks at the connection itself, which no header can pretend.
func fromThisMachine(c *fiber.Ctx) bool {
	a, err := netip.ParseAddrPort(c.Context().RemoteAddr().String())
	return err == nil && a.Addr().Unmap().IsLoopback()
}

// demoGuard is a guard of the API that refuses what did not come straight from a browser on this machine. The name in Host is
// looked at too: a page of a stranger can point its own name at 127.0.0.1, but cannot change that header.
func demoGuard(c *fiber.Ctx) error {
	host := string(c.Request().Host())
	if a, err := netip.ParseAddrPort(host); err == nil {
		host = a.Addr().String()
	} else if name, _, ok := strings.Cut(host, ":"); ok && strings.Count(host, ":") == 1 {
		host = name
	}
	if forwarded(c) || !loopback(host) {
		return &lms.Error{Kind: lms.Forbidden, Code: "demo-local-only", Detail: "demonstration mode answers only to browsers on its own machine"}
	}
	return nil
}

// health answers whoever watches the program.
type health struct {
	db       *database
	token    string
	registry *prometheus.Registry
	draining atomic.Bool // set when the program was asked to stop

	mu       sync.Mutex
	migrated bool // once the schema is the newest it stays so while this program runs
}

func newHealth(d *database, token string) *health {
	h := &health{db: d, token: token, registry: prometheus.NewRegistry()}
	h.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(d.DB.DB, "mostik"),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "mostik_build_info", Help: "Always 1; the version is the label.",
			ConstLabels: prometheus.Labels{"version": version},
		}, func() float64 { return 1 }),
	)
	if d.pg != nil {
		h.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "mostik_postgres_restarts_total", Help: "How often the private PostgreSQL died and was started again.",
		}, func() float64 { return float64(d.pg.Restarts()) }))
	}
	return h
}

// mount adds /healthz, /readyz and /metrics.
func (h *health) mount(app fiber.Router) {
	app.Get("/healthz", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
	app.Get("/readyz", h.ready)
	metrics := fasthttpadaptor.NewFastHTTPHandler(promhttp.HandlerFor(h.registry, promhttp.HandlerOpts{}))
	app.Get("/metrics", func(c *fiber.Ctx) error {
		if !h.mayRead(c) {
			return lms.ErrForbidden("metrics are for this machine, or for the holder of the token")
		}
		metrics(c.Context())
		return nil
	})
}

// ready tells whether requests would succeed now.
func (h *health) ready(c *fiber.Ctx) error {
	if h.draining.Load() {
		return &lms.Error{Kind: lms.Unavailable, Code: "stopping", Detail: "the program is stopping"}
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
	defer cancel()
	if err := h.check(ctx); err != nil {
		return &lms.Error{
			Kind: lms.Unavailable, Code: "database-unavailable", RetryAfter: 1, Err: err,
			Detail: "the database does not answer, or its schema is not the newest",
		}
	}
	return c.JSON(fiber.Map{"status": "ok"})
}

func (h *health) check(ctx context.Context) error {
	if h.isMigrated() {
		return h.db.DB.DB.PingContext(ctx)
	}
	names, err := migrations.Pending(ctx, h.db.DB.DB)
	if err == nil && len(names) > 0 {
		err = errors.New("migrations are pending")
	}
	if err == nil {
		h.mu.Lock()
		h.migrated = true
		h.mu.Unlock()
	}
	return err
}

func (h *health) isMigrated() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.migrated
}

// mayRead admits the holder of the token, and this machine when nobody is hidden behind it.
func (h *health) mayRead(c *fiber.Ctx) bool {
	given, bearer := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	if h.token != "" && bearer && subtle.ConstantTimeCompare([]byte(given), []byte(h.token)) == 1 {
		return true
	}
	return fromThisMachine(c) && !forwarded(c)
}
