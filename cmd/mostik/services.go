package main

import (
	"context"
	"errors"
	"time"

	"mostik/lms/account"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/learning"
	"mostik/lms/mail"
	"mostik/lms/webinar"
	"mostik/migrations"
)

// services are the slices, built from those that stand alone to those that stand on others. The server and
// the commands use the same ones.
type services struct {
	blobs        *blob.Store
	accounts     *account.Service
	catalog      *catalog.Service
	certificates *certificate.Service
	learning     *learning.Service
	webinars     *webinar.Service
	mails        *mail.Service
}

func newServices(ctx context.Context, cfg Config, d *database) (*services, error) {
	var s services
	var err error
	if s.blobs, err = blob.Open(cfg.blobFolder()); err != nil {
		return nil, err
	}
	if s.accounts, err = newAccounts(ctx, cfg, d, s.blobs); err != nil {
		return nil, err
	}
	seal, err := sealingKeys(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	s.catalog = catalog.New(d.DB, s.blobs, time.Now)
	s.certificates = &certificate.Service{DB: d.DB, Keys: seal, Issuer: cfg.Issuer, PublicURL: cfg.PublicURL, Strangers: certificate.NewLimiter(time.Now), Now: time.Now}
	tickets, err := ticketKey(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	s.webinars = &webinar.Service{DB: d.DB, Key: tickets, Now: time.Now, PublicURL: cfg.PublicURL, Organizer: cfg.sender()}
	s.mails = &mail.Service{DB: d.DB, Now: time.Now}
	s.learning = learning.New(d.DB, s.catalog, s.certificates, s.blobs, time.Now)
	return &s, nil
}

func newAccounts(ctx context.Context, cfg Config, d *database, blobs *blob.Store) (*account.Service, error) {
	keys, err := account.LoadKeys(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	return account.New(ctx, d.DB, account.Config{ForgetFile: func(sha256 string) error {
		hash, err := blob.ParseHash(sha256)
		if err != nil {
			return err
		}
		return blobs.Forget(hash)
	}}, keys, time.Now)
}

// withServices runs a command's work on the slices over an up-to-date database, beside a running Mostik or
// without one.
func withServices(e *environment, work func(ctx context.Context, d *database, s *services) error) (err error) {
	cfg, err := readConfig(e.vars)
	if err != nil {
		return err
	}
	d, err := openDatabase(e.ctx, cfg, e.quiet(cfg), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if _, err := migrations.Apply(e.ctx, d.DB.DB); err != nil {
		return err
	}
	s, err := newServices(e.ctx, cfg, d)
	if err != nil {
		return err
	}
	return work(e.ctx, d, s)
}
