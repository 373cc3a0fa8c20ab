package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms/db/dbtest"
)

// certificateFiles writes a self-signed certificate and its key, and gives their paths.
func certificateFiles(t *testing.T, dir, host string, until time.Time) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(until.Unix()), DNSNames: []string{host},
		NotBefore: time.Now().Add(-365 * 24 * time.Hour), NotAfter: until,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", keyDER)
}

func TestDoctor(t *testing.T) {
	good, soon, over := t.TempDir(), t.TempDir(), t.TempDir()
	goodCert, goodKey := certificateFiles(t, good, "learn.example.org", time.Now().AddDate(0, 3, 0))
	soonCert, soonKey := certificateFiles(t, soon, "learn.example.org", time.Now().AddDate(0, 0, 3))
	overCert, overKey := certificateFiles(t, over, "learn.example.org", time.Now().AddDate(0, 0, -1))
	withTLS := func(cert, key, public string) map[string]string {
		return map[string]string{"MOSTIK_TLS": "files", "MOSTIK_TLS_CERT": cert, "MOSTIK_TLS_KEY": key, "MOSTIK_PUBLIC_URL": public}
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()

	for name, c := range map[string]struct {
		vars map[string]string
		want string // a line of the report begins with this
		ok   bool
	}{
		"private database":      {nil, "ok    PostgreSQL ", true},
		"misspelt setting":      {map[string]string{"MOSTIK_ADR": "x"}, "warn  MOSTIK_ADR is no setting", true},
		"wrong setting":         {map[string]string{"MOSTIK_TLS": "maybe"}, "bad   MOSTIK_TLS", false},
		"unsafe demonstration":  {map[string]string{"MOSTIK_DEMO": "true", "MOSTIK_ADDR": ":8080"}, "bad   MOSTIK_DEMO", false},
		"demonstration":         {map[string]string{"MOSTIK_DEMO": "true"}, "warn  demonstration mode is on", true},
		"nobody for concerns":   {nil, "warn  nobody is named", true},
		"no encryption":         {map[string]string{"MOSTIK_PUBLIC_URL": "http://learn.example.org"}, "bad   people reach Mostik without encryption", false},
		"proxy not named":       {map[string]string{"MOSTIK_PUBLIC_URL": "https://learn.example.org"}, "warn  the public address is https://", true},
		"TLS but http":          {withTLS(goodCert, goodKey, "http://127.0.0.1:8080"), "bad   MOSTIK_TLS is on", false},
		"good certificate":      {withTLS(goodCert, goodKey, "https://learn.example.org"), "ok    the certificate is good until", true},
		"other host":            {withTLS(goodCert, goodKey, "https://other.example.org"), "bad   the certificate is not for other", false},
		"key of another":        {withTLS(goodCert, soonKey, "https://learn.example.org"), "bad   MOSTIK_TLS_CERT", false},
		"runs out soon":         {withTLS(soonCert, soonKey, "https://learn.example.org"), "warn  the certificate runs out", true},
		"ran out":               {withTLS(overCert, overKey, "https://learn.example.org"), "bad   the certificate ran out", false},
		"port taken":            {map[string]string{"MOSTIK_ADDR": busy.Addr().String()}, "warn  " + busy.Addr().String(), true},
		"own database":          {map[string]string{"DATABASE_URL": dbtest.URL(t)}, "ok    DATABASE_URL leads to PostgreSQL", true},
		"database not migrated": {map[string]string{"DATABASE_URL": dbtest.Empty(t)}, "warn  ", true},
		"no database there":     {map[string]string{"DATABASE_URL": "postgres://me@127.0.0.1:1/x"}, "bad   DATABASE_URL does not lead", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "")
			s.vars["MOSTIK_ADDR"] = "127.0.0.1:0"
			for k, v := range c.vars {
				s.vars[k] = v
			}
			out, ok := s.run("doctor")
			if ok != c.ok || !strings.Contains("\n"+out, "\n"+c.want) {
				t.Errorf("ok %v, and no line begins with %q:\n%s", ok, c.want, out)
			}
			for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
				if strings.HasPrefix(line, "bad") && !strings.Contains(out, line+"\n      → ") {
					t.Errorf("nothing is said to do about %q", line)
				}
			}
		})
	}
}

func TestDoctorSeesOpenKeysAndAWrongClock(t *testing.T) {
	s := newSite(t, "")
	if err := os.MkdirAll(s.config().keyFolder(), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, ok := s.run("doctor"); ok || !strings.Contains(out, "other users may enter") {
		t.Error(out)
	}
	if f := examineClock(s.config(), time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)); f.verdict != bad {
		t.Errorf("1970: %+v", f)
	}
	if f := examineClock(s.config(), time.Now()); f.verdict != ok {
		t.Errorf("now: %+v", f)
	}
}

// client trusts any certificate: the tests look at which one is shown.
func tlsClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true,
	}}
}

func TestCertificateFilesAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	first := time.Now().AddDate(0, 1, 0)
	cert, key := certificateFiles(t, dir, "learn.example.org", first)
	cfg, err := readConfig(map[string]string{
		"MOSTIK_ADDR": "127.0.0.1:0", "MOSTIK_TLS": "files", "MOSTIK_TLS_CERT": cert, "MOSTIK_TLS_KEY": key,
		"MOSTIK_PUBLIC_URL": "https://learn.example.org", "MOSTIK_TLS_REDIRECT": "127.0.0.1:0",
	})
	if err != nil {
		t.Fatal(err)
	}
	port, redirect, err := listen(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer redirect.Close()
	ln := port.Web()
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("sealed") })
	go func() { _ = app.Listener(ln) }()
	defer func() { _ = app.Shutdown() }()

	shown := func() time.Time {
		resp, err := tlsClient().Get("https://" + ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "sealed" {
			t.Fatalf("%q, %v", body, err)
		}
		return resp.TLS.PeerCertificates[0].NotAfter
	}
	if !shown().Equal(first.UTC().Truncate(time.Second)) {
		t.Fatal("the first certificate is not shown")
	}
	second := first.AddDate(0, 1, 0)
	certificateFiles(t, dir, "learn.example.org", second)
	for range 500 { // files are looked at once a second
		if shown().Equal(second.UTC().Truncate(time.Second)) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the new certificate is never shown")
}

func TestPlainPortLeadsToThePublicAddress(t *testing.T) {
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := probe.Addr().String()
	probe.Close()
	server, err := redirector(Config{TLSRedirect: addr, PublicURL: "https://learn.example.org"}, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for path, want := range map[string]string{
		"/learn?x=1":   "https://learn.example.org/learn?x=1",
		"//evil.org/x": "https://learn.example.org/evil.org/x",
	} {
		resp, err := client.Get("http://" + addr + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusMovedPermanently || got != want {
			t.Errorf("%s leads to %q with %d", path, got, resp.StatusCode)
		}
	}
}
