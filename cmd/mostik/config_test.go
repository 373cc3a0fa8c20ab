package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDefaultsAreLocalAndSafe(t *testing.T) {
	cfg, err := readConfig(map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Addr != "127.0.0.1:8080" || cfg.PublicURL != "http://127.0.0.1:8080" || cfg.Data != "./var" || cfg.Demo || cfg.TLS != "off" {
		t.Errorf("%+v", cfg)
	}
}

func TestPublicURLFollowsTheAddress(t *testing.T) {
	for name, c := range map[string]struct{ addr, tls, want string }{
		"every address":    {":8080", "off", "http://localhost:8080"},
		"the usual port":   {"10.0.0.1:80", "off", "http://10.0.0.1"},
		"IPv6":             {"[::1]:8080", "off", "http://[::1]:8080"},
		"IPv6, usual port": {"[::1]:80", "off", "http://[::1]"},
		"with TLS":         {"127.0.0.1:443", "files", "https://127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := readConfig(map[string]string{
				"MOSTIK_ADDR": c.addr, "MOSTIK_TLS": c.tls, "MOSTIK_TLS_CERT": "c", "MOSTIK_TLS_KEY": "k",
			})
			if err != nil || cfg.PublicURL != c.want {
				t.Errorf("%q, want %q: %v", cfg.PublicURL, c.want, err)
			}
		})
	}
}

func TestDemonstrationModeStaysOnThisMachine(t *testing.T) {
	for name, c := range map[string]struct {
		addr, public, anywhere string
		allowed                bool
	}{
		"both loopback":          {"127.0.0.1:8080", "http://localhost:8080", "", true},
		"IPv6 loopback":          {"[::1]:8080", "", "", true},
		"another of 127/8":       {"127.1.2.3:8080", "", "", true},
		"bound everywhere":       {":8080", "http://localhost:8080", "", false},
		"bound to 0.0.0.0":       {"0.0.0.0:8080", "http://127.0.0.1:8080", "", false},
		"public name":            {"127.0.0.1:8080", "https://learn.example.org", "", false},
		"name that looks local":  {"127.0.0.1:8080", "https://localhost.example.org", "", false},
		"the operator insists":   {":8080", "https://learn.example.org", "true", true},
		"a mapped IPv4 loopback": {"[::ffff:127.0.0.1]:8080", "http://127.0.0.1:8080", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			vars := map[string]string{"MOSTIK_ADDR": c.addr, "MOSTIK_PUBLIC_URL": c.public, "MOSTIK_DEMO": "true"}
			if c.anywhere != "" {
				vars["MOSTIK_DEMO_ANYWHERE"] = c.anywhere
			}
			if _, err := readConfig(vars); (err == nil) != c.allowed {
				t.Errorf("allowed %v: %v", c.allowed, err)
			}
		})
	}
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	_, err := readConfig(map[string]string{
		"MOSTIK_ADDR": "nowhere", "MOSTIK_TLS": "maybe", "MOSTIK_LOG_LEVEL": "loud", "MOSTIK_TRUSTED_PROXIES": "10.0.0.0/99",
	})
	for _, name := range []string{"MOSTIK_ADDR", "MOSTIK_TLS", "MOSTIK_LOG_LEVEL", "MOSTIK_TRUSTED_PROXIES"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestSettingsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mostik.conf")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# ours\n\nMOSTIK_PROGRAMME=\"La Strada – Алматы\"\nexport MOSTIK_ADDR=127.0.0.1:9000\n")
	cfg, err := readConfig(map[string]string{"MOSTIK_CONFIG": path, "MOSTIK_ADDR": "127.0.0.1:9001"})
	if err != nil || cfg.Programme != "La Strada – Алматы" || cfg.Addr != "127.0.0.1:9001" {
		t.Errorf("%+v, %v", cfg, err)
	}
	write("MOSTIK_DATA=/srv\nMOSTIK_ADR=127.0.0.1:9000\n")
	if _, err := readConfig(map[string]string{"MOSTIK_CONFIG": path}); err == nil || !strings.Contains(err.Error(), ":2:") {
		t.Errorf("a slip of the pen: %v", err)
	}
}

func TestConfigListsEverythingAndShowsNoSecret(t *testing.T) {
	var out, errOut bytes.Buffer
	code := run(t.Context(), []string{"config"}, map[string]string{
		"DATABASE_URL": "postgres://me:hunter2@db/mostik", "MOSTIK_METRICS_TOKEN": "s3cret", "MOSTIK_ADR": "x",
	}, &out, &errOut)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	for _, s := range settings(Config{}) {
		if !strings.Contains(out.String(), s.name+"=") || s.help == "" {
			t.Errorf("%s is not listed with its meaning", s.name)
		}
	}
	if strings.Contains(out.String(), "hunter2") || strings.Contains(out.String(), "s3cret") {
		t.Error("a secret is shown")
	}
	if !strings.Contains(errOut.String(), "MOSTIK_ADR is no setting") {
		t.Error("the misspelt setting is not named")
	}
}

func TestHelpOfEveryCommandTeachesIt(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), []string{"--help"}, nil, &out, &out); code != 0 {
		t.Fatal(out.String())
	}
	for _, name := range []string{"serve", "migrate", "demo", "user", "course", "config", "doctor", "backup", "restore", "version"} {
		if !strings.Contains(out.String(), "\n  "+name) {
			t.Errorf("%s is missing", name)
		}
		var one bytes.Buffer
		if code := run(t.Context(), []string{name, "--help"}, nil, &one, &one); code != 0 || !strings.Contains(one.String(), "Usage: mostik "+name) {
			t.Errorf("%s --help: %d %s", name, code, one.String())
		}
	}
	if code := run(t.Context(), []string{"fly"}, nil, &out, &out); code == 0 {
		t.Error("an unknown command succeeded")
	}
}
