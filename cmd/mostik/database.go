package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"mostik/lms/db"
	"mostik/lms/db/postgres"
	"mostik/migrations"
)

// database is the pool, and the private server beneath it where there is one.
type database struct {
	*bun.DB
	url string
	pg  *postgres.Server // nil with DATABASE_URL
}

// openDatabase connects, and starts the private server first when no DATABASE_URL is given. With shared,
// a server that a running Mostik has started is used too.
func openDatabase(ctx context.Context, cfg Config, log *slog.Logger, shared bool) (*database, error) {
	d := &database{url: cfg.Database}
	if d.url == "" {
		pg, err := postgres.Open(ctx, postgres.Config{Dir: cfg.postgresFolder(), Log: log, Shared: shared})
		if err != nil {
			return nil, err
		}
		d.pg, d.url = pg, pg.URL("")
	}
	pool, err := db.Open(ctx, db.Config{URL: d.url})
	if err != nil {
		d.close()
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	d.DB = pool
	return d, nil
}

// close ends the pool, then the private server. It does not ask a context: what began must end.
func (d *database) close() error {
	var err error
	if d.DB != nil {
		err = d.DB.Close()
	}
	if d.pg != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		err = errors.Join(err, d.pg.Stop(ctx))
	}
	return err
}

// tool prepares pg_dump, pg_restore or psql to work on this database.
func (d *database) tool(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	if d.pg != nil {
		return d.pg.Tool(ctx, "", name, args...), nil
	}
	inst, err := postgres.Find(0)
	if err != nil {
		return nil, fmt.Errorf("%s is needed: %w", name, err)
	}
	cmd := exec.CommandContext(ctx, inst.Program(name), args...)
	vars, err := libpqVariables(d.url)
	cmd.Env = append(os.Environ(), vars...)
	return cmd, err
}

// libpqVariables spells a connection string as libpq's environment variables. A password in the arguments
// of a program could be read by every user of the machine; in its environment it cannot.
func libpqVariables(connection string) ([]string, error) {
	c, err := pgconn.ParseConfig(connection)
	if err != nil {
		return nil, err
	}
	vars := []string{
		"PGHOST=" + c.Host, "PGPORT=" + strconv.Itoa(int(c.Port)), "PGUSER=" + c.User,
		"PGPASSWORD=" + c.Password, "PGDATABASE=" + c.Database,
	}
	if u, err := url.Parse(connection); err == nil {
		for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
			if v := u.Query().Get(name); v != "" {
				vars = append(vars, "PG"+strings.ToUpper(name)+"="+v)
			}
		}
	}
	return vars, nil
}

// lockData makes sure that one Mostik at a time serves or replaces a data folder. The kernel frees the
// lock when its holder ends, however it ends.
func lockData(cfg Config) (*os.File, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(cfg.Data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another Mostik uses the data folder %s: stop it, or set MOSTIK_DATA to another folder", cfg.Data)
	}
	return f, nil
}

type migrateCmd struct {
	DryRun bool `help:"Only list what would run."`
}

// Run applies the migrations that the database lacks.
func (m migrateCmd) Run(e *environment) (err error) {
	cfg, err := readConfig(e.vars)
	if err != nil {
		return err
	}
	d, err := openDatabase(e.ctx, cfg, e.quiet(cfg), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	list, verb := migrations.Apply, "applied"
	if m.DryRun {
		list, verb = migrations.Pending, "would apply"
	}
	names, err := list(e.ctx, d.DB.DB)
	for _, name := range names {
		fmt.Fprintln(e.out, verb, name)
	}
	if err == nil && len(names) == 0 {
		fmt.Fprintln(e.out, "the database is up to date")
	}
	return err
}
