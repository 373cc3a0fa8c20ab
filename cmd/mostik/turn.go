package main

import (
	"crypto/rand"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"mostik/live/signal"
	"mostik/media/rtc"
	"mostik/media/turn"
)

// newRelay makes the relay as the settings want it. It is nil when it is off; who is told of another one still needs
// credentials, which the second result makes.
func newRelay(cfg Config) (relay, credentials *turn.Server) {
	secret := []byte(cfg.TurnSecret)
	if len(secret) == 0 {
		secret = make([]byte, 32)
		_, _ = rand.Read(secret)
	}
	s := turn.New(turn.Config{Secret: secret, Allocations: cfg.TurnAllocations, Rate: cfg.TurnRate * 1000, Now: time.Now})
	if !cfg.Turn {
		return nil, s
	}
	return s, s
}

// streams is the web server's port for ICE over TCP, nil where another port is set for it, or where the web server
// listens on less than the media port does: behind a proxy of HTTP it would lead nowhere.
func streams(cfg Config, port *turn.Split) net.Listener {
	if cfg.MediaTCP != "" || !covers(cfg.Addr, cfg.MediaAddr) {
		return nil
	}
	return port.ICE()
}

// covers tells whether one address to listen on has all that another has.
func covers(one, other string) bool {
	a, _, err := net.SplitHostPort(one)
	b, _, err2 := net.SplitHostPort(other)
	ip, bad := netip.ParseAddr(a)
	return err == nil && err2 == nil && (a == b || a == "" || bad == nil && ip.IsUnspecified())
}

// relayURLs is what browsers are told (RFC 7065). web is the port of the web server, media that of datagrams.
func relayURLs(cfg Config, web net.Addr, media uint16) []string {
	if len(cfg.TurnURLs) > 0 || !cfg.Turn {
		return cfg.TurnURLs
	}
	u, err := url.Parse(cfg.PublicURL)
	if err != nil {
		return nil // it was checked when it was read
	}
	scheme, port := "turn:", u.Port()
	if u.Scheme == "https" {
		scheme = "turns:"
	}
	switch {
	case port == "0": // a test, which lets the system choose
		_, port, _ = net.SplitHostPort(web.String())
	case port == "" && u.Scheme == "https":
		port = "443"
	case port == "":
		port = "80"
	}
	urls := []string{"turn:" + net.JoinHostPort(mediaHost(cfg, u.Hostname()), strconv.Itoa(int(media))) + "?transport=udp"}
	if behindProxy := u.Scheme == "https" && cfg.TLS == "off"; behindProxy {
		return urls // which speaks HTTP alone
	}
	return append(urls, scheme+net.JoinHostPort(u.Hostname(), port)+"?transport=tcp")
}

// mediaHost is where others reach the media port.
func mediaHost(cfg Config, public string) string {
	if len(cfg.MediaPublic) > 0 {
		return cfg.MediaPublic[0].String()
	}
	host, _, _ := net.SplitHostPort(cfg.MediaAddr)
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
		return ip.String()
	}
	return public
}

// servers tells a participant of the relays, until a moment.
func servers(cfg Config, credentials *turn.Server, port *turn.Split, e *rtc.Engine) func(string, time.Time) []signal.ICEServer {
	urls := relayURLs(cfg, port.Web().Addr(), e.Port())
	if len(urls) == 0 {
		return nil
	}
	return func(user string, until time.Time) []signal.ICEServer {
		name, password := credentials.Credentials(user, until)
		return []signal.ICEServer{{URLs: urls, Username: name, Credential: password}}
	}
}

// watchRelay counts what the relay does.
func watchRelay(r prometheus.Registerer, s *turn.Stats) {
	count := func(name, help string, read func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "mostik_turn_" + name, Help: help}, read))
	}
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "mostik_turn_allocations", Help: "Ways through the relay that are held now.",
	}, func() float64 { return float64(s.Allocations.Load()) }))
	count("allocations_total", "Ways through the relay that were ever opened.", func() float64 { return float64(s.Opened.Load()) })
	count("received_bytes_total", "What participants sent through the relay.", func() float64 { return float64(s.BytesIn.Load()) })
	count("sent_bytes_total", "What participants were sent through the relay.", func() float64 { return float64(s.BytesOut.Load()) })
	count("dropped_packets_total", "Packets beyond a participant's rate or a queue's length.", func() float64 { return float64(s.Dropped.Load()) })
	count("refused_total", "Wrong credentials, too many ways, or other peers than our own media.", func() float64 { return float64(s.Refused.Load()) })
}
