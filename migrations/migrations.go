// Package migrations holds the schema in order, as numbered SQL files, and the runner that applies them.
//
// A file is named 0001_what_it_does.sql. It runs once, in a transaction of its own, and only forward: what
// a migration did wrong is mended by a later one. Its checksum is recorded, and a file that changed after
// it ran is refused, because two databases would then differ without anybody knowing. schema.sql beside
// them is the result, to be read; `make schema` writes it and a test holds it to the truth.
package migrations

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
)

//go:embed *.sql
var files embed.FS

// lockKey is the advisory lock that lets one process migrate at a time: "mostik" in ASCII.
const lockKey = 0x6d6f7374696b

var namePattern = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.sql$`)

// Migration is one numbered file.
type Migration struct {
	Number   int
	Name     string // the file's name
	SQL      string
	Checksum string // SHA-256 of the file, in hex
}

// All lists the embedded migrations in order. The error names a file whose name or number is wrong.
func All() ([]Migration, error) { return load(files) }

func load(from fs.FS) ([]Migration, error) {
	names, err := fs.Glob(from, "*.sql")
	if err != nil {
		return nil, err
	}
	var all []Migration
	for _, name := range names {
		if name == "schema.sql" {
			continue
		}
		m, err := read(from, name)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Migration) int { return cmp.Compare(a.Number, b.Number) })
	for i, m := range all {
		if m.Number != i+1 {
			return nil, fmt.Errorf("migration %s stands where number %04d was expected", m.Name, i+1)
		}
	}
	return all, nil
}

func read(from fs.FS, name string) (Migration, error) {
	parts := namePattern.FindStringSubmatch(name)
	if parts == nil {
		return Migration{}, fmt.Errorf("migration %s is not named like 0001_what_it_does.sql", name)
	}
	text, err := fs.ReadFile(from, name)
	if err != nil {
		return Migration{}, err
	}
	number, err := strconv.Atoi(parts[1])
	sum := sha256.Sum256(text)
	return Migration{Number: number, Name: name, SQL: string(text), Checksum: hex.EncodeToString(sum[:])}, err
}

// Fingerprint names the schema that all embedded migrations make together; it changes with any of them.
func Fingerprint() (string, error) {
	all, err := All()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, m := range all {
		fmt.Fprintln(h, m.Name, m.Checksum)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// ErrNewer says that the database was migrated by a newer Mostik than this one.
var ErrNewer = errors.New("the database was written by a newer Mostik: run that version or a later one, " +
	"or restore a backup that was taken before the upgrade")

// Apply brings the database to the newest schema and lists the names of what it ran. Errors: ErrNewer, a
// changed checksum, or what PostgreSQL said of a file, in which case the files before it stay applied.
func Apply(ctx context.Context, db *sql.DB) ([]string, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	return apply(ctx, db, all)
}

func apply(ctx context.Context, db *sql.DB, all []Migration) (ran []string, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(`SELECT pg_advisory_lock(%d)`, lockKey)); err != nil {
		return nil, fmt.Errorf("waiting for the migration lock: %w", err)
	}
	defer func() {
		// The connection goes back to the pool, so the lock must not stay on it, whatever became of ctx.
		_, unlock := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf(`SELECT pg_advisory_unlock(%d)`, lockKey))
		err = errors.Join(err, unlock)
	}()
	if _, err := conn.ExecContext(ctx, createTable); err != nil {
		return nil, fmt.Errorf("making schema_migrations: %w", err)
	}
	open, err := pending(ctx, conn, all)
	if err != nil {
		return nil, err
	}
	for _, m := range open {
		if err := run(ctx, conn, m); err != nil {
			return ran, fmt.Errorf("migration %s: %w", m.Name, err)
		}
		ran = append(ran, m.Name)
	}
	return ran, nil
}

const createTable = `
	CREATE TABLE IF NOT EXISTS schema_migrations (
		number     integer PRIMARY KEY,
		name       text NOT NULL,
		checksum   text NOT NULL,
		applied_at timestamptz NOT NULL DEFAULT now()
	)`

func run(ctx context.Context, conn *sql.Conn, m Migration) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	// Without arguments pgx uses the simple protocol, which takes many statements at once.
	if _, err := tx.ExecContext(ctx, m.SQL); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)`,
		m.Number, m.Name, m.Checksum)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// Pending lists the names of the migrations that the database lacks. Errors as for Apply.
func Pending(ctx context.Context, db *sql.DB) ([]string, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var there bool
	if err := conn.QueryRowContext(ctx, `SELECT to_regclass('schema_migrations') IS NOT NULL`).Scan(&there); err != nil {
		return nil, err
	}
	open := all
	if there {
		if open, err = pending(ctx, conn, all); err != nil {
			return nil, err
		}
	}
	var names []string
	for _, m := range open {
		names = append(names, m.Name)
	}
	return names, nil
}

// pending compares what the database recorded with the files, which must begin alike.
func pending(ctx context.Context, conn *sql.Conn, all []Migration) ([]Migration, error) {
	rows, err := conn.QueryContext(ctx, `SELECT number, name, checksum FROM schema_migrations ORDER BY number`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	done := 0
	for rows.Next() {
		var m Migration
		if err := rows.Scan(&m.Number, &m.Name, &m.Checksum); err != nil {
			return nil, err
		}
		if done >= len(all) {
			return nil, fmt.Errorf("%w (it holds migration %s)", ErrNewer, m.Name)
		}
		if want := all[done]; m.Number != want.Number || m.Checksum != want.Checksum {
			return nil, fmt.Errorf("migration %s was changed after this database ran it as %s: bring the file "+
				"back as it was and put the change into a new migration", want.Name, m.Name)
		}
		done++
	}
	return all[done:], rows.Err()
}
