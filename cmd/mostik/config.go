package main

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"mostik/lms/desk"
)

// Config is every setting, read once. The help tags are what `mostik config` prints.
type Config struct {
	File      string `env:"MOSTIK_CONFIG" help:"A file of KEY=value lines with any of these settings; the environment wins over it."`
	Addr      string `env:"MOSTIK_ADDR" envDefault:"127.0.0.1:8080" help:"Address and port to listen on. ':8443' listens on every address."`
	Data      string `env:"MOSTIK_DATA" envDefault:"./var" help:"Folder of everything that Mostik keeps: database, files, keys."`
	PublicURL string `env:"MOSTIK_PUBLIC_URL" help:"The address that people type, as https://learn.example.org. Without it, the one made of MOSTIK_ADDR."`
	Database  string `env:"DATABASE_URL" secret:"true" help:"A PostgreSQL 15 or newer to use, as postgres://user:password@host/name. Without it, a private one runs under the data folder."`

	TLS         string   `env:"MOSTIK_TLS" envDefault:"off" help:"off, files (a certificate of yours) or acme (one that is fetched and renewed by itself). Cameras need HTTPS unless the browser is on the same machine."`
	TLSCert     string   `env:"MOSTIK_TLS_CERT" help:"With files: the certificate chain in PEM. It is read again when it changes."`
	TLSKey      string   `env:"MOSTIK_TLS_KEY" help:"With files: the private key in PEM."`
	TLSHosts    []string `env:"MOSTIK_TLS_HOSTS" help:"With acme: the host names to fetch certificates for, separated by commas. Without it, the host of MOSTIK_PUBLIC_URL."`
	TLSEmail    string   `env:"MOSTIK_TLS_EMAIL" help:"With acme: where the authority may write about expiring certificates."`
	TLSRedirect string   `env:"MOSTIK_TLS_REDIRECT" help:"An address such as ':80' whose plain HTTP is redirected to HTTPS. With acme it answers the authority's questions too."`

	MediaAddr   string       `env:"MOSTIK_MEDIA_ADDR" help:"UDP address of sound and pictures in webinars: one port for everybody. Without it, the same numbers as MOSTIK_ADDR."`
	MediaTCP    string       `env:"MOSTIK_MEDIA_TCP" help:"TCP address for those whose network lets no UDP through, as ':8443'. Without it, the port of MOSTIK_ADDR serves them too, where it is on the addresses of MOSTIK_MEDIA_ADDR."`
	MediaPublic []netip.Addr `env:"MOSTIK_MEDIA_PUBLIC" help:"Addresses under which others reach this machine, separated by commas, where it stands behind an address translation."`

	Turn            bool     `env:"MOSTIK_TURN" envDefault:"true" help:"Relay sound and pictures (TURN) for those whose network lets nothing but the web out: on the port of MOSTIK_ADDR, within TLS where that is on, and on the media port."`
	TurnURLs        []string `env:"MOSTIK_TURN_URLS" help:"What browsers are told of relays, as turns:learn.example.org:443?transport=tcp, separated by commas. Without it, what follows from MOSTIK_PUBLIC_URL and MOSTIK_MEDIA_ADDR. Another relay than Mostik's needs MOSTIK_TURN_SECRET too."`
	TurnSecret      string   `env:"MOSTIK_TURN_SECRET" secret:"true" help:"What the relay's passwords are made of. Without it, a new one at each start; another relay must know it too."`
	TurnAllocations int      `env:"MOSTIK_TURN_ALLOCATIONS" envDefault:"16" help:"How many ways through the relay one participant may hold. A browser takes up to four, and more after it changed its network."`
	TurnRate        int      `env:"MOSTIK_TURN_RATE" envDefault:"20000" help:"What the relay carries for one participant, both ways together, in kbit/s."`

	Programme    string `env:"MOSTIK_PROGRAMME" envDefault:"Mostik" help:"Name of your training programme, shown on every page."`
	Issuer       string `env:"MOSTIK_ISSUER" help:"Organisation that issues the certificates, as printed on them. Without it, MOSTIK_PROGRAMME."`
	ConcernName  string `env:"MOSTIK_CONCERN_NAME" help:"Who receives reports of a concern: a person or office outside the line of command."`
	ConcernEmail string `env:"MOSTIK_CONCERN_EMAIL" help:"Their e-mail address."`
	ConcernPhone string `env:"MOSTIK_CONCERN_PHONE" help:"Their telephone number."`
	ConcernURL   string `env:"MOSTIK_CONCERN_URL" help:"A page of theirs."`

	SMTPHost     string `env:"MOSTIK_SMTP_HOST" help:"Mail server that takes what Mostik sends: invitations to webinars. Without it, and in demonstration mode, mails are written into the data folder, where an administrator reads them."`
	SMTPPort     int    `env:"MOSTIK_SMTP_PORT" envDefault:"587" help:"Its port: 587 for STARTTLS, 465 for TLS."`
	SMTPSecurity string `env:"MOSTIK_SMTP_SECURITY" envDefault:"starttls" help:"starttls, tls, or none for a server on the same machine."`
	SMTPUser     string `env:"MOSTIK_SMTP_USER" help:"Name to sign in with at the mail server. Without it, nobody signs in."`
	SMTPPassword string `env:"MOSTIK_SMTP_PASSWORD" secret:"true" help:"Its password."`
	MailFrom     string `env:"MOSTIK_MAIL_FROM" help:"Address that mails come from, as training@example.org. Needed with MOSTIK_SMTP_HOST. The name beside it is MOSTIK_PROGRAMME."`

	Reminders      []string `env:"MOSTIK_REMINDERS" envDefault:"expiring,not-started,stuck,webinar" help:"Of what people are reminded without being asked for it, separated by commas: expiring, not-started, stuck, webinar; or none."`
	SMSURL         string   `env:"MOSTIK_SMS_URL" help:"Address of a gateway for short messages, in which {to} stands for the number and {text} for the message: https://sms.example.org/send?to={to}&text={text}. Without it, whoever has no e-mail is put on a list of people to ring up."`
	SMSBody        string   `env:"MOSTIK_SMS_BODY" help:"What is posted to it, with {to} and {text}. Without it, the gateway is asked with GET."`
	SMSContentType string   `env:"MOSTIK_SMS_CONTENT_TYPE" envDefault:"application/x-www-form-urlencoded" help:"The body's type: application/json for a body in JSON."`
	SMSAuthorize   string   `env:"MOSTIK_SMS_AUTHORIZATION" secret:"true" help:"What the gateway wants in the header Authorization, as 'Bearer …'."`

	Demo         bool `env:"MOSTIK_DEMO" envDefault:"false" help:"Demonstration mode: made-up people with a known password. Refused when others could reach it."`
	HookPrivate  bool `env:"MOSTIK_HOOK_PRIVATE" envDefault:"false" help:"Let webhooks and learning record stores lie on this machine or in a private network, and speak plain http. Without it only public addresses with https are told anything."`
	DemoAnywhere bool `env:"MOSTIK_DEMO_ANYWHERE" envDefault:"false" help:"Allow demonstration mode on an address that others can reach. Everybody then is administrator; never with real people's data."`

	MetricsToken   string   `env:"MOSTIK_METRICS_TOKEN" secret:"true" help:"Bearer token for GET /metrics. Without it, only this machine may read them."`
	TrustedProxies []string `env:"MOSTIK_TRUSTED_PROXIES" help:"Addresses or ranges of your reverse proxies, separated by commas. Only their X-Forwarded-For is believed."`
	LogLevel       string   `env:"MOSTIK_LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error."`
}

// variables turns KEY=value pairs into a map.
func variables(environ []string) map[string]string {
	vars := map[string]string{}
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			vars[k] = v
		}
	}
	return vars
}

// readConfig merges file and environment and checks what came out. All faults are reported at once.
func readConfig(vars map[string]string) (Config, error) {
	merged := map[string]string{}
	if path := vars["MOSTIK_CONFIG"]; path != "" {
		fromFile, err := readSettings(path)
		if err != nil {
			return Config{}, err
		}
		maps.Copy(merged, fromFile)
	}
	maps.Copy(merged, vars)
	var cfg Config
	if err := env.ParseWithOptions(&cfg, env.Options{Environment: merged}); err != nil {
		return Config{}, err
	}
	cfg.derive()
	return cfg, cfg.check()
}

// readSettings reads KEY=value lines; blank lines and lines that begin with # are skipped, and quotes
// around a value are taken off.
func readSettings(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("MOSTIK_CONFIG: %w", err)
	}
	defer f.Close()
	known := map[string]bool{}
	for _, s := range settings(Config{}) {
		known[s.name] = true
	}
	found := map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(strings.TrimPrefix(key, "export "))
		if !ok || !known[key] {
			return nil, fmt.Errorf("%s:%d: %q is no setting; 'mostik config' lists them", path, n, key)
		}
		found[key] = unquote(strings.TrimSpace(value))
	}
	return found, lines.Err()
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// derive fills what follows from other settings.
func (c *Config) derive() {
	if c.Issuer == "" {
		c.Issuer = c.Programme
	}
	if c.PublicURL == "" {
		c.PublicURL = c.listenURL()
	}
	if c.MediaAddr == "" {
		c.MediaAddr = c.Addr
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	if c.TLS == "acme" && len(c.TLSHosts) == 0 {
		if u, err := url.Parse(c.PublicURL); err == nil && u.Hostname() != "" {
			c.TLSHosts = []string{u.Hostname()}
		}
	}
}

// listenURL is the address on this machine, as a browser would be given it.
func (c Config) listenURL() string {
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	scheme, usual := "http", "80"
	if c.TLS != "off" {
		scheme, usual = "https", "443"
	}
	if port == usual {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func (c Config) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		fault("MOSTIK_ADDR: %w", err)
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" {
		fault("MOSTIK_PUBLIC_URL: %q is not like https://learn.example.org", c.PublicURL)
	}
	switch c.TLS {
	case "off":
	case "files":
		if c.TLSCert == "" || c.TLSKey == "" {
			fault("MOSTIK_TLS=files needs MOSTIK_TLS_CERT and MOSTIK_TLS_KEY")
		}
	case "acme":
		if len(c.TLSHosts) == 0 {
			fault("MOSTIK_TLS=acme needs MOSTIK_TLS_HOSTS or MOSTIK_PUBLIC_URL")
		}
	default:
		fault("MOSTIK_TLS: %q is none of off, files, acme", c.TLS)
	}
	for _, u := range c.TurnURLs {
		if scheme, rest, _ := strings.Cut(u, ":"); scheme != "turn" && scheme != "turns" || rest == "" {
			fault("MOSTIK_TURN_URLS: %q is not like turns:learn.example.org:443?transport=tcp", u)
		}
	}
	if c.TurnAllocations < 1 || c.TurnRate < 1 {
		fault("MOSTIK_TURN_ALLOCATIONS and MOSTIK_TURN_RATE are 1 or more")
	}
	if err := new(slog.Level).UnmarshalText([]byte(c.LogLevel)); err != nil {
		fault("MOSTIK_LOG_LEVEL: %q is none of debug, info, warn, error", c.LogLevel)
	}
	if _, err := c.proxies(); err != nil {
		fault("MOSTIK_TRUSTED_PROXIES: %w", err)
	}
	for _, reason := range c.Reminders {
		if !slices.Contains(desk.Reasons, reason) && reason != "none" {
			fault("MOSTIK_REMINDERS: %q is none of %s", reason, strings.Join(desk.Reasons, ", "))
		}
	}
	if _, err := c.gateway(); err != nil {
		faults = append(faults, err)
	}
	if err := c.checkMail(); err != nil {
		faults = append(faults, err)
	}
	if err := c.demoSafe(); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// gateway is that for short messages; nil where there is none.
func (c Config) gateway() (*desk.Gateway, error) {
	g, err := desk.NewGateway(desk.GatewayConfig{URL: c.SMSURL, Body: c.SMSBody, ContentType: c.SMSContentType, Authorization: c.SMSAuthorize})
	if err != nil {
		err = fmt.Errorf("MOSTIK_SMS_URL: %w", err)
	}
	return g, err
}

func (c Config) level() slog.Level {
	var l slog.Level
	_ = l.UnmarshalText([]byte(c.LogLevel)) // checked when it was read
	return l
}

// proxies reads addresses and ranges alike.
func (c Config) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, s := range c.TrustedProxies {
		s = strings.TrimSpace(s)
		if a, err := netip.ParseAddr(s); err == nil {
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// demoSafe refuses demonstration mode, whose passwords everybody knows, where others could reach it.
func (c Config) demoSafe() error {
	if !c.Demo || c.DemoAnywhere {
		return nil
	}
	host, _, _ := net.SplitHostPort(c.Addr)
	u, err := url.Parse(c.PublicURL)
	if loopback(host) && err == nil && loopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("MOSTIK_DEMO: demonstration mode runs on this machine only, because its passwords are "+
		"known to everybody; it is refused on %s with the public address %s. Use a loopback address, or "+
		"set MOSTIK_DEMO_ANYWHERE=true if strangers may do what they like with it", c.Addr, c.PublicURL)
}

// loopback tells a host that only this machine can reach.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.Unmap().IsLoopback()
}

// The parts of the data folder.
func (c Config) postgresFolder() string { return filepath.Join(c.Data, "postgres") }
func (c Config) blobFolder() string     { return filepath.Join(c.Data, "blobs") }
func (c Config) keyFolder() string      { return filepath.Join(c.Data, "keys") }
func (c Config) acmeFolder() string     { return filepath.Join(c.Data, "acme") }
func (c Config) liveFolder() string     { return filepath.Join(c.Data, "live") }
func (c Config) mailFolder() string     { return filepath.Join(c.Data, "mail") }

// setting is one line of `mostik config`.
type setting struct {
	name, fallback, help, value string
	secret                      bool
}

// settings lists the fields of Config with their present values.
func settings(c Config) []setting {
	var all []setting
	v := reflect.ValueOf(c)
	for i, f := range slices.Collect(fields(v.Type())) {
		value := fmt.Sprint(v.Field(i))
		if list, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(list, ",")
		}
		all = append(all, setting{
			name: f.Tag.Get("env"), fallback: f.Tag.Get("envDefault"), help: f.Tag.Get("help"),
			value: value, secret: f.Tag.Get("secret") == "true",
		})
	}
	return all
}

func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// unknown lists variables that look like ours and are none: a misspelt setting does nothing, silently.
func unknown(vars map[string]string) []string {
	known := map[string]bool{}
	for _, s := range settings(Config{}) {
		known[s.name] = true
	}
	var odd []string
	for name := range vars {
		if strings.HasPrefix(name, "MOSTIK_") && !known[name] {
			odd = append(odd, name)
		}
	}
	slices.Sort(odd)
	return odd
}

type configCmd struct{}

// Run prints every setting. It prints them even when one is wrong, and says then what.
func (configCmd) Run(e *environment) error {
	cfg, err := readConfig(e.vars)
	for _, s := range settings(cfg) {
		value, fallback := s.value, s.fallback
		if s.secret && value != "" {
			value = "(set, not shown)"
		}
		if value == "" {
			value = "(not set)"
		}
		if fallback == "" {
			fallback = "none"
		}
		fmt.Fprintf(e.out, "%s=%s\n    %s Default: %s.\n", s.name, value, s.help, fallback)
	}
	for _, name := range unknown(e.vars) {
		fmt.Fprintf(e.errOut, "mostik: %s is no setting and does nothing\n", name)
	}
	return err
}
