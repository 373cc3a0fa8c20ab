package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
)

// listening starts an app on a real loopback port, because the tests look at the peer's address.
func listening(t *testing.T, mount func(app *fiber.App)) string {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		// The API's handler, in short: the status by the kind, and never the cause.
		status := map[lms.Kind]int{lms.Forbidden: 403, lms.Unavailable: 503}[lms.KindOf(err)]
		var e *lms.Error
		if !errors.As(err, &e) || status == 0 {
			return c.Status(500).SendString(err.Error())
		}
		return c.Status(status).JSON(fiber.Map{"code": e.Code, "detail": e.Detail})
	}})
	mount(app)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	return "http://" + ln.Addr().String()
}

func get(t *testing.T, address string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func testDatabase(t *testing.T, url string) *database {
	t.Helper()
	pool, err := db.Open(t.Context(), db.Config{URL: url, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	return &database{DB: pool, url: url}
}

func TestReadiness(t *testing.T) {
	whole := newHealth(testDatabase(t, dbtest.URL(t)), "")
	base := listening(t, func(app *fiber.App) { whole.mount(app) })
	if code, body := get(t, base+"/readyz"); code != 200 {
		t.Errorf("migrated: %d %s", code, body)
	}
	whole.draining.Store(true)
	if code, _ := get(t, base+"/readyz"); code != 503 {
		t.Errorf("stopping: %d", code)
	}
	if code, _ := get(t, base+"/healthz"); code != 200 {
		t.Errorf("alive while stopping: %d", code)
	}
	empty := newHealth(testDatabase(t, dbtest.Empty(t)), "")
	base = listening(t, func(app *fiber.App) { empty.mount(app) })
	if code, body := get(t, base+"/readyz"); code != 503 || strings.Contains(body, "migrations are pending") {
		t.Errorf("not migrated: %d %s", code, body)
	}
}

func TestReadinessFollowsTheDatabase(t *testing.T) {
	d := testDatabase(t, dbtest.URL(t))
	h := newHealth(d, "")
	if err := h.check(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.DB.Close()
	if err := h.check(context.Background()); err == nil {
		t.Error("ready without a database")
	}
}

func TestMetricsAreForThisMachineOrTheToken(t *testing.T) {
	h := newHealth(testDatabase(t, dbtest.URL(t)), "token-of-the-watcher")
	base := listening(t, func(app *fiber.App) { h.mount(app) })
	code, body := get(t, base+"/metrics")
	if code != 200 || !strings.Contains(body, "mostik_build_info") || !strings.Contains(body, "go_sql_open_connections") {
		t.Errorf("this machine: %d", code)
	}
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Anything", "X-Real-IP", "Via"} {
		if code, _ := get(t, base+"/metrics", header, "1.2.3.4"); code != 403 {
			t.Errorf("through a proxy that says %s: %d", header, code)
		}
	}
	if code, _ := get(t, base+"/metrics", "Via", "proxy", "Authorization", "Bearer token-of-the-watcher"); code != 200 {
		t.Errorf("with the token: %d", code)
	}
	if code, _ := get(t, base+"/metrics", "Via", "proxy", "Authorization", "Bearer another"); code != 403 {
		t.Errorf("with a wrong token: %d", code)
	}
	none := newHealth(testDatabase(t, dbtest.URL(t)), "")
	base = listening(t, func(app *fiber.App) { none.mount(app) })
	if code, _ := get(t, base+"/metrics", "Via", "proxy", "Authorization", "Bearer "); code != 403 {
		t.Errorf("an empty token where none is set: %d", code)
	}
}

func TestDemoGuard(t *testing.T) {
	base := listening(t, func(app *fiber.App) {
		app.Use(func(c *fiber.Ctx) error {
			if err := demoGuard(c); err != nil {
				return err
			}
			return c.Next()
		})
		app.Get("/", func(c *fiber.Ctx) error { return c.SendString("in") })
	})
	for name, c := range map[string]struct {
		headers []string
		code    int
	}{
		"a browser here":          {nil, 200},
		"by name":                 {[]string{"Host", "localhost:8080"}, 200},
		"IPv6":                    {[]string{"Host", "[::1]:8080"}, 200},
		"IPv6 without port":       {[]string{"Host", "[::1]"}, 200},
		"through a proxy":         {[]string{"X-Forwarded-For", "1.2.3.4"}, 403},
		"a stranger's name":       {[]string{"Host", "evil.example"}, 403},
		"a stranger's name, port": {[]string{"Host", "evil.example:8080"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			code, body := get(t, base+"/", c.headers...)
			if code != c.code || (code == 403 && !strings.Contains(body, `"code":"demo-local-only"`)) {
				t.Errorf("%d %s", code, fmt.Sprintf("%.100s", body))
			}
		})
	}
}
