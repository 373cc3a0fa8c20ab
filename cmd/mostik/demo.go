package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"mostik/live/hub"
	"mostik/live/shelf"
	"mostik/lms/demo"
)

type demoCmd struct {
	AmongOthers bool `help:"Load them also into a database that has people already."`
}

// Run loads the made-up programme.
func (c demoCmd) Run(e *environment) error {
	return withServices(e, func(ctx context.Context, d *database, s *services) error {
		return fillDemo(ctx, e, d, s, c.AmongOthers)
	})
}

// loadDemo fills an empty database when the server starts in demonstration mode, and leaves any other alone.
func loadDemo(ctx context.Context, e *environment, d *database, s *services) error {
	empty, err := demo.Empty(ctx, d.DB)
	if err != nil || !empty {
		return err
	}
	return fillDemo(ctx, e, d, s, false)
}

func fillDemo(ctx context.Context, e *environment, d *database, s *services, amongOthers bool) error {
	cfg, err := readConfig(e.vars)
	if err != nil {
		return err
	}
	live := cfg.liveFolder()
	return demo.Load(ctx, demo.Deps{
		Journals: filepath.Join(live, hub.JournalDir), Rooms: filepath.Join(live, hub.RoomsDir),
		Shelf:    shelf.Open(filepath.Join(live, hub.FilesDir)),
		DeckFile: func(webinar, key string) (string, error) { return hub.DeckFile(live, webinar, key) },
		DB:       d.DB, Accounts: s.accounts, Catalog: s.catalog, Certificates: s.certificates, Webinars: s.webinars, Now: time.Now, AmongOthers: amongOthers,
	}, func(step string) { fmt.Fprintf(e.out, "  %s\n", step) })
}
