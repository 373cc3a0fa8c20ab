package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"mostik/media/turn"
)

// listen opens the port that people's browsers come to, with TLS where the settings say so, and the plain
// port that leads there where one is wished. The port serves the relay and media over TCP as well. The second result,
// to be closed at the end, may be nil.
func listen(cfg Config, log *slog.Logger) (*turn.Split, *http.Server, error) {
	config, challenge, err := tlsConfig(cfg)
	if err != nil {
		return nil, nil, err
	}
	ln, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return nil, nil, fmt.Errorf("MOSTIK_ADDR: %w", err)
	}
	if config == nil {
		return turn.NewSplit(ln, nil), nil, nil
	}
	redirect, err := redirector(cfg, challenge, log)
	if err != nil {
		ln.Close()
		return nil, nil, err
	}
	return turn.NewSplit(ln, config), redirect, nil
}

// tlsConfig is nil when TLS is off. With acme it comes with a wrapper for the plain port that answers the
// authority's HTTP-01 challenge (RFC 8555, section 8.3).
func tlsConfig(cfg Config) (*tls.Config, func(http.Handler) http.Handler, error) {
	// HTTP/1.1 only: it is what fasthttp speaks.
	base := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	switch cfg.TLS {
	case "files":
		r := &reloader{certFile: cfg.TLSCert, keyFile: cfg.TLSKey}
		if _, err := r.get(nil); err != nil {
			return nil, nil, err
		}
		base.GetCertificate = r.get
		return base, nil, nil
	case "acme":
		m := &autocert.Manager{
			Prompt: autocert.AcceptTOS, Email: cfg.TLSEmail,
			Cache: autocert.DirCache(cfg.acmeFolder()), HostPolicy: autocert.HostWhitelist(cfg.TLSHosts...),
		}
		base.GetCertificate = m.GetCertificate
		base.NextProtos = append(base.NextProtos, "acme-tls/1") // RFC 8737
		return base, m.HTTPHandler, nil
	}
	return nil, nil, nil
}

// reloader gives the certificate in two files and reads them again when either changes, so that whatever
// renews them need not restart Mostik.
type reloader struct {
	certFile, keyFile string

	mu      sync.Mutex
	cert    *tls.Certificate
	stamp   string
	checked time.Time
}

// get implements tls.Config.GetCertificate. While the new files do not fit together, as in the middle of
// a renewal, the old certificate goes on.
func (r *reloader) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cert != nil && time.Since(r.checked) < time.Second {
		return r.cert, nil
	}
	r.checked = time.Now()
	stamp := stampOf(r.certFile) + stampOf(r.keyFile)
	if r.cert != nil && stamp == r.stamp {
		return r.cert, nil
	}
	cert, err := tls.LoadX509KeyPair(r.certFile, r.keyFile)
	if err != nil && r.cert == nil {
		return nil, fmt.Errorf("MOSTIK_TLS_CERT and MOSTIK_TLS_KEY: %w", err)
	}
	if err == nil {
		r.cert, r.stamp = &cert, stamp
	}
	return r.cert, nil
}

func stampOf(path string) string {
	st, err := os.Stat(path)
	if err != nil {
		return "missing"
	}
	return fmt.Sprint(st.ModTime().UnixNano(), st.Size(), ";")
}

// redirector sends plain HTTP to the public address. It is nil when no address was set for it.
func redirector(cfg Config, challenge func(http.Handler) http.Handler, log *slog.Logger) (*http.Server, error) {
	if cfg.TLSRedirect == "" {
		return nil, nil
	}
	ln, err := net.Listen("tcp", cfg.TLSRedirect)
	if err != nil {
		return nil, fmt.Errorf("MOSTIK_TLS_REDIRECT: %w", err)
	}
	var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := "/" + strings.TrimLeft(r.URL.RequestURI(), "/") // "//host" would lead elsewhere
		http.Redirect(w, r, cfg.PublicURL+path, http.StatusMovedPermanently)
	})
	if challenge != nil {
		handler = challenge(handler)
	}
	server := &http.Server{Handler: handler, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(ln); err != nil && err != http.ErrServerClosed {
			log.Error("the plain port ended", "cause", err)
		}
	}()
	return server, nil
}
