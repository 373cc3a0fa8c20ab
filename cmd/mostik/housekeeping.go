package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"mostik/lms/blob"
	"mostik/lms/db"
)

// orphanAge is how old a file must be before its lack of a row counts: a younger one may belong to an upload
// whose transaction is still open.
const orphanAge = 24 * time.Hour

func clearAway(ctx context.Context, d *database, s *services, log *slog.Logger) error {
	if err := s.accounts.SweepFailures(ctx); err != nil {
		return fmt.Errorf("forgetting old failures of sign-in: %w", err)
	}
	if _, err := s.mails.Sweep(ctx); err != nil {
		return fmt.Errorf("forgetting old mails: %w", err)
	}
	if _, err := s.certificates.SweepBatches(ctx); err != nil {
		return fmt.Errorf("forgetting old files of certificates: %w", err)
	}
	if _, err := s.record.Thin(ctx); err != nil {
		return fmt.Errorf("thinning the record's signed ends: %w", err)
	}
	n, err := sweepFiles(ctx, d, s.blobs, time.Now().Add(-orphanAge))
	if n > 0 {
		log.Info("removed files that no row names", "files", n)
	}
	return err
}

// sweepFiles removes files older than a moment that no row names: what a crash between file and row, or
// between an erasure and its files, left behind.
func sweepFiles(ctx context.Context, d *database, store *blob.Store, before time.Time) (removed int, err error) {
	named, err := namesFile(ctx, d)
	if err != nil {
		return 0, err
	}
	err = store.Walk(func(info blob.Info) error {
		stat, err := os.Stat(store.Path(info.Hash))
		if err != nil || !stat.ModTime().Before(before) {
			return nil // gone meanwhile, or young
		}
		var kept bool
		if err := db.Row(ctx, d.DB, named, info.Hash.String()).Scan(&kept); err != nil {
			return db.Translate(err)
		}
		if kept {
			return nil
		}
		removed++
		return store.Forget(info.Hash)
	})
	return removed, err
}

// namesFile writes the query that tells whether any row names a file. It asks the schema which columns hold
// hashes of files, all of which end in sha256: a list kept by hand would one day lack a table, and its files
// would be swept away.
func namesFile(ctx context.Context, d *database) (string, error) {
	rows, err := db.Rows(ctx, d.DB, `
		SELECT table_name, column_name FROM information_schema.columns
		 WHERE table_schema = 'public' AND data_type = 'text' AND column_name LIKE '%sha256'
		 ORDER BY 1, 2`)
	if err != nil {
		return "", db.Translate(err)
	}
	defer rows.Close()
	query := `SELECT false`
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return "", db.Translate(err)
		}
		query += fmt.Sprintf(` OR EXISTS (SELECT FROM %s WHERE %s = $1)`, pgx.Identifier{table}.Sanitize(), pgx.Identifier{column}.Sanitize())
	}
	return query, db.Translate(rows.Err())
}
