package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"mostik/lms/blob"
	"mostik/lms/db"
)

const (
	// housekeepingEvery is how often what nobody needs is cleared away.
	housekeepingEvery = 6 * time.Hour
	// orphanAge is how old a file must be before its lack of a row counts: a younger one may belong to an
	// upload whose transaction is still open.
	orphanAge = 24 * time.Hour
)

// keepHouse clears away at the start and then every few hours, until the context ends. A failure is logged
// and tried again the next time.
func keepHouse(ctx context.Context, d *database, s *services, log *slog.Logger) {
	tick := time.NewTicker(housekeepingEvery)
	defer tick.Stop()
	for {
		if err := clearAway(ctx, d, s, log); err != nil && ctx.Err() == nil {
			log.Error("housekeeping", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func clearAway(ctx context.Context, d *database, s *services, log *slog.Logger) error {
	if err := s.accounts.SweepFailures(ctx); err != nil {
		return fmt.Errorf("forgetting old failures of sign-in: %w", err)
	}
	if _, err := s.mails.Sweep(ctx); err != nil {
		return fmt.Errorf("forgetting old mails: %w", err)
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
	err = store.Walk(func(info blob.Info) error {
		stat, err := os.Stat(store.Path(info.Hash))
		if err != nil || !stat.ModTime().Before(before) {
			return nil // gone meanwhile, or young
		}
		var named bool
		if err := db.Row(ctx, d.DB, `
			SELECT EXISTS (SELECT FROM submissions WHERE file_sha256 = $1)
			    OR EXISTS (SELECT FROM webinar_papers WHERE file_sha256 = $1)
			    OR EXISTS (SELECT FROM course_assets WHERE sha256 = $1)`, info.Hash.String()).Scan(&named); err != nil {
			return db.Translate(err)
		}
		if named {
			return nil
		}
		removed++
		return store.Forget(info.Hash)
	})
	return removed, err
}
