package main

import (
	"net"
	"slices"
	"testing"
)

func TestWhatBrowsersAreToldOfTheRelay(t *testing.T) {
	for name, c := range map[string]struct {
		vars map[string]string
		want []string
	}{
		"with a certificate": {
			map[string]string{"MOSTIK_ADDR": ":443", "MOSTIK_MEDIA_ADDR": ":8189", "MOSTIK_TLS": "acme", "MOSTIK_PUBLIC_URL": "https://learn.example.org"},
			[]string{"turn:learn.example.org:8189?transport=udp", "turns:learn.example.org:443?transport=tcp"},
		},
		"a demonstration": {nil, []string{"turn:127.0.0.1:8189?transport=udp", "turn:127.0.0.1:8080?transport=tcp"}},
		"behind a proxy": {
			map[string]string{"MOSTIK_PUBLIC_URL": "https://learn.example.org", "MOSTIK_MEDIA_ADDR": ":8189"},
			[]string{"turn:learn.example.org:8189?transport=udp"},
		},
		"IPv6": {
			map[string]string{"MOSTIK_ADDR": "[::1]:8080"},
			[]string{"turn:[::1]:8189?transport=udp", "turn:[::1]:8080?transport=tcp"},
		},
		"behind a translation": {
			map[string]string{"MOSTIK_ADDR": ":8443", "MOSTIK_TLS": "acme", "MOSTIK_MEDIA_PUBLIC": "203.0.113.5", "MOSTIK_PUBLIC_URL": "https://learn.example.org:8443"},
			[]string{"turn:203.0.113.5:8189?transport=udp", "turns:learn.example.org:8443?transport=tcp"},
		},
		"a port that the system chooses": {
			map[string]string{"MOSTIK_ADDR": "127.0.0.1:0"},
			[]string{"turn:127.0.0.1:8189?transport=udp", "turn:127.0.0.1:4567?transport=tcp"},
		},
		"named":   {map[string]string{"MOSTIK_TURN_URLS": "turns:relay.example.org:443"}, []string{"turns:relay.example.org:443"}},
		"another": {map[string]string{"MOSTIK_TURN": "false", "MOSTIK_TURN_URLS": "turn:relay.example.org"}, []string{"turn:relay.example.org"}},
		"none":    {map[string]string{"MOSTIK_TURN": "false"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := readConfig(c.vars)
			if err != nil {
				t.Fatal(err)
			}
			got := relayURLs(cfg, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4567}, 8189)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	if _, err := readConfig(map[string]string{"MOSTIK_TURN_URLS": "https://relay.example.org"}); err == nil {
		t.Error("a web address for a relay is taken")
	}
}

// Behind a proxy of HTTP nothing but HTTP reaches the port.
func TestWhereMediaSharesTheWebsPort(t *testing.T) {
	for name, c := range map[string]struct {
		web, media string
		want       bool
	}{
		"everywhere both":     {":443", ":8189", true},
		"the same address":    {"127.0.0.1:8080", "127.0.0.1:8080", true},
		"all, and one of all": {"0.0.0.0:443", "203.0.113.5:8189", true},
		"behind a proxy":      {"127.0.0.1:8080", ":8189", false},
	} {
		if got := covers(c.web, c.media); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
