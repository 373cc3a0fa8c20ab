package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"mostik/lms/db"
	"mostik/lms/db/postgres"
	"mostik/migrations"
)

type doctorCmd struct{}

// verdict is how a check came out.
type verdict string

const (
	ok   verdict = "ok"
	warn verdict = "warn"
	bad  verdict = "bad"
)

// finding is one line of the report; remedy says what to do when it is not ok.
type finding struct {
	verdict verdict
	what    string
	remedy  string
}

// Run prints every finding and fails when one of them is bad.
func (doctorCmd) Run(e *environment) error {
	cfg, err := readConfig(e.vars)
	findings := examineSettings(cfg, e.vars, err)
	if err == nil {
		findings = append(findings, examineData(cfg)...)
		findings = append(findings, examineDatabase(e.ctx, cfg)...)
		findings = append(findings, examineNetwork(cfg)...)
		findings = append(findings, examineMail(e.ctx, cfg))
		findings = append(findings, examineClock(cfg, time.Now()))
	}
	failed := 0
	for _, f := range findings {
		fmt.Fprintf(e.out, "%-4s  %s\n", f.verdict, strings.Join(strings.Fields(f.what), " "))
		if f.remedy != "" {
			fmt.Fprintf(e.out, "      → %s\n", f.remedy)
		}
		if f.verdict == bad {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks are bad", failed, len(findings))
	}
	return nil
}

func examineSettings(cfg Config, vars map[string]string, err error) []finding {
	var all []finding
	for _, name := range unknown(vars) {
		all = append(all, finding{warn, name + " is no setting", "it does nothing; look for a slip of the pen, 'mostik config' lists the names"})
	}
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			all = append(all, finding{bad, line, "correct the setting"})
		}
		return all
	}
	all = append(all, finding{verdict: ok, what: "the settings can be read"})
	if cfg.Demo {
		f := finding{warn, "demonstration mode is on: everybody knows its passwords", "leave MOSTIK_DEMO unset before real people are entered"}
		if cfg.DemoAnywhere {
			f.remedy = "MOSTIK_DEMO_ANYWHERE lets strangers in as administrators; " + f.remedy
		}
		all = append(all, f)
	}
	if cfg.ConcernEmail == "" && cfg.ConcernPhone == "" && cfg.ConcernURL == "" && !cfg.Demo {
		all = append(all, finding{warn, "nobody is named for reports of a concern", "set MOSTIK_CONCERN_NAME and one of MOSTIK_CONCERN_EMAIL, _PHONE, _URL"})
	}
	return all
}

func examineData(cfg Config) []finding {
	var all []finding
	probe := existing(cfg.Data)
	if err := writable(probe); err != nil {
		return append(all, finding{bad, fmt.Sprintf("the data folder %s cannot be written: %v", cfg.Data, err), "give the user who runs Mostik the right to write there, or set MOSTIK_DATA"})
	}
	all = append(all, finding{verdict: ok, what: "the data folder " + cfg.Data + " can be written"})
	if st, err := os.Stat(cfg.keyFolder()); err == nil && st.Mode().Perm()&0o077 != 0 {
		all = append(all, finding{bad, fmt.Sprintf("other users may enter %s (%v)", cfg.keyFolder(), st.Mode().Perm()), "chmod 700 " + cfg.keyFolder()})
	}
	return append(all, examineSpace(probe))
}

func examineSpace(path string) finding {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return finding{warn, fmt.Sprintf("the free space of %s cannot be read: %v", path, err), "look with df"}
	}
	free := int64(st.Bavail) * st.Bsize
	what := fmt.Sprintf("%.1f GB are free for data", float64(free)/1e9)
	switch {
	case free < 500e6:
		return finding{bad, what, "PostgreSQL stops when the disk is full: free some space"}
	case free < 5e9:
		return finding{warn, what, "recordings and uploads need room: plan for 20 GB or more"}
	}
	return finding{verdict: ok, what: what}
}

// existing is the nearest folder above that is there.
func existing(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return "."
	}
	for {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) || path == "/" {
			return path
		}
		path = filepath.Dir(path)
	}
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".mostik-doctor-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func examineDatabase(ctx context.Context, cfg Config) []finding {
	inst, err := postgres.Find(0)
	if cfg.Database == "" {
		if err != nil {
			return []finding{{bad, "PostgreSQL was not found", err.Error()}}
		}
		return append(examineCluster(cfg), finding{verdict: ok, what: fmt.Sprintf("PostgreSQL %d was found in %s and is run privately", inst.Major, inst.Bin)})
	}
	var all []finding
	if err != nil {
		all = append(all, finding{warn, "pg_dump was not found", "backups need it: install the package postgresql-client"})
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	d, err := db.Open(ctx, db.Config{URL: cfg.Database, MaxConns: 1})
	if err != nil {
		return append(all, finding{bad, "DATABASE_URL does not lead to a database: " + err.Error(), "check that the server runs, and host, user, password and name"})
	}
	defer d.Close()
	var number int
	if err := db.Row(ctx, d, `SELECT current_setting('server_version_num')::int`).Scan(&number); err != nil {
		return append(all, finding{bad, "the database does not answer: " + err.Error(), "look into its log"})
	}
	if number < postgres.MinMajor*10_000 {
		all = append(all, finding{bad, fmt.Sprintf("the database is PostgreSQL %d", number/10_000), fmt.Sprintf("Mostik needs %d or newer", postgres.MinMajor)})
	} else {
		all = append(all, finding{verdict: ok, what: fmt.Sprintf("DATABASE_URL leads to PostgreSQL %d", number/10_000)})
	}
	open, err := migrations.Pending(ctx, d.DB)
	switch {
	case err != nil:
		all = append(all, finding{bad, "the schema does not fit this program: " + err.Error(), "run the version of Mostik that the database belongs to"})
	case len(open) > 0:
		all = append(all, finding{warn, fmt.Sprintf("%d migrations are pending", len(open)), "they run when Mostik starts; take a backup before"})
	}
	return all
}

// examineCluster looks whether the programs of an existing private cluster are still installed.
func examineCluster(cfg Config) []finding {
	b, err := os.ReadFile(filepath.Join(cfg.postgresFolder(), "data", "PG_VERSION"))
	if err != nil {
		return nil // none was made yet
	}
	major := 0
	if _, err := fmt.Sscan(string(b), &major); err != nil {
		return []finding{{bad, "PG_VERSION of the private database is damaged", "restore a backup into another data folder"}}
	}
	if _, err := postgres.Find(major); err != nil {
		return []finding{{bad, err.Error(), fmt.Sprintf("install postgresql-%d", major)}}
	}
	return nil
}

func examineNetwork(cfg Config) []finding {
	var all []finding
	for _, addr := range []string{cfg.Addr, cfg.TLSRedirect} {
		if addr != "" {
			all = append(all, examinePort(addr))
		}
	}
	u, err := url.Parse(cfg.PublicURL)
	if err != nil {
		return append(all, finding{bad, err.Error(), "correct MOSTIK_PUBLIC_URL"})
	}
	switch {
	case u.Scheme == "http" && !loopback(u.Hostname()):
		all = append(all, finding{bad, "people reach Mostik without encryption at " + cfg.PublicURL, "passwords travel in the open and cameras do not work: set MOSTIK_TLS, or put a proxy with HTTPS in front and give its https:// address"})
	case u.Scheme == "http" && cfg.TLS != "off":
		all = append(all, finding{bad, "MOSTIK_TLS is on, but the public address begins with http://", "write it with https://"})
	case u.Scheme == "https" && cfg.TLS == "off" && len(cfg.TrustedProxies) == 0:
		all = append(all, finding{warn, "the public address is https://, but Mostik speaks plain HTTP", "right behind a proxy that holds the certificate; then name it in MOSTIK_TRUSTED_PROXIES"})
	default:
		all = append(all, finding{verdict: ok, what: "people reach Mostik at " + cfg.PublicURL})
	}
	if cfg.TLS == "files" {
		all = append(all, examineCertificate(cfg, u.Hostname(), time.Now()))
	}
	return all
}

func examinePort(addr string) finding {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return finding{warn, fmt.Sprintf("%s cannot be listened on: %v", addr, err), "well if Mostik runs already; else stop what holds the port, or choose another"}
	}
	ln.Close()
	return finding{verdict: ok, what: addr + " is free to listen on"}
}

func examineCertificate(cfg Config, host string, now time.Time) finding {
	r := &reloader{certFile: cfg.TLSCert, keyFile: cfg.TLSKey}
	pair, err := r.get(nil)
	if err != nil {
		return finding{bad, err.Error(), "give the chain and its own key, both in PEM and readable by the user who runs Mostik"}
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return finding{bad, "the certificate cannot be read: " + err.Error(), "give a certificate in PEM"}
	}
	switch {
	case leaf.VerifyHostname(host) != nil:
		return finding{bad, "the certificate is not for " + host, "get one that names it, or correct MOSTIK_PUBLIC_URL"}
	case now.After(leaf.NotAfter):
		return finding{bad, "the certificate ran out on " + leaf.NotAfter.Format(time.DateOnly), "renew it; Mostik reads the new files by itself"}
	case now.AddDate(0, 0, 14).After(leaf.NotAfter):
		return finding{warn, "the certificate runs out on " + leaf.NotAfter.Format(time.DateOnly), "renew it; Mostik reads the new files by itself"}
	}
	return finding{verdict: ok, what: "the certificate is good until " + leaf.NotAfter.Format(time.DateOnly)}
}

// examineClock finds a clock that was never set: before this program's time, or behind its own data.
// Deadlines, tokens and certificates depend on it.
func examineClock(cfg Config, now time.Time) finding {
	const remedy = "set the clock and keep it right, with systemd-timesyncd or chrony"
	if now.Year() < 2026 {
		return finding{bad, "the clock says " + now.Format(time.DateOnly), remedy}
	}
	if st, err := os.Stat(filepath.Join(cfg.postgresFolder(), "server.log")); err == nil && st.ModTime().After(now.Add(time.Minute)) {
		return finding{bad, "the clock is behind the files that Mostik wrote: " + now.Format(time.RFC3339), remedy}
	}
	return finding{verdict: ok, what: "the clock says " + now.UTC().Format("2006-01-02 15:04") + " UTC"}
}
