package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"mostik/live/hub"
	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/desk"
	"mostik/lms/hook"
	"mostik/lms/intake"
	"mostik/lms/learning"
	"mostik/lms/mail"
	"mostik/lms/programme"
	"mostik/lms/record"
	"mostik/lms/report"
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
	record       *record.Book
	hooks        *hook.Service
	programmes   *programme.Service
	intake       *intake.Service
	desk         *desk.Service
	reports      *report.Service
	// rooms is the live wing once it is open, and nil in commands beside a running Mostik.
	rooms *hub.Hub
}

func newServices(ctx context.Context, cfg Config, d *database) (*services, error) {
	s := &services{}
	var err error
	if s.blobs, err = blob.Open(cfg.blobFolder()); err != nil {
		return nil, err
	}
	if s.accounts, err = newAccounts(ctx, cfg, d, s.blobs, s.forgetRooms); err != nil {
		return nil, err
	}
	seal, err := sealingKeys(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	s.record = &record.Book{DB: d.DB, Key: seal.Sealing, KeyID: seal.ID(), Public: seal.Public, Now: time.Now}
	s.catalog = catalog.New(d.DB, s.blobs, time.Now)
	s.certificates = &certificate.Service{DB: d.DB, Blobs: s.blobs, Keys: seal, Issuer: cfg.Issuer, PublicURL: cfg.PublicURL, Strangers: certificate.NewLimiter(time.Now), Now: time.Now}
	tickets, err := ticketKey(cfg.keyFolder())
	if err != nil {
		return nil, err
	}
	s.hooks = &hook.Service{DB: d.DB, PublicURL: cfg.PublicURL, Private: cfg.HookPrivate, Now: time.Now}
	s.mails = &mail.Service{DB: d.DB, Now: time.Now}
	s.programmes = &programme.Service{DB: d.DB, Catalog: s.catalog, Certificates: s.certificates, Blobs: s.blobs, PublicURL: cfg.PublicURL, Now: time.Now}
	s.certificates.Certify = s.programmes.CertifyIn
	s.reports = &report.Service{DB: d.DB, Blobs: s.blobs, Issuer: cfg.Issuer, PublicURL: cfg.PublicURL, Now: time.Now}
	s.intake = newIntake(d, s)
	s.learning = learning.New(d.DB, s.catalog, s.certificates, s.blobs, time.Now)
	s.webinars = &webinar.Service{
		DB: d.DB, Key: tickets, Now: time.Now, PublicURL: cfg.PublicURL, Organizer: cfg.sender(),
		Blobs: s.blobs, Award: s.award, KeptFile: s.keptFile,
	}
	s.desk, err = newDesk(cfg, d, s)
	return s, err
}

// newDesk puts the desk on the slices that do what it asks for.
func newDesk(cfg Config, d *database, s *services) (*desk.Service, error) {
	gateway, err := cfg.gateway()
	if err != nil {
		return nil, err
	}
	return &desk.Service{
		DB: d.DB, Now: time.Now, PublicURL: cfg.PublicURL, Reasons: cfg.Reminders, SMS: gateway,
		Invite: func(ctx context.Context, actor lms.Actor, key string, person lms.ID[lms.Person]) (string, error) {
			done, err := s.programmes.Invite(ctx, actor, key, programme.Invitation{People: []lms.ID[lms.Person]{person}})
			switch {
			case done.There > 0:
				return "there", err
			case done.Elsewhere > 0:
				return "elsewhere", err
			}
			return "done", err
		},
		Enrol: func(ctx context.Context, actor lms.Actor, cohort lms.ID[lms.Cohort], person lms.ID[lms.Person]) (string, error) {
			done, err := s.learning.EnrolInCohort(ctx, actor, cohort, []lms.ID[lms.Person]{person})
			if err == nil && done.Enrolled == 0 {
				return "there", nil
			}
			return "done", err
		},
		Issue: func(ctx context.Context, actor lms.Actor, participation lms.ID[lms.Participation]) (string, error) {
			_, err := s.programmes.CertifyOfMany(ctx, actor, participation)
			return "done", err
		},
		Extend: s.learning.Extend,
		Change: s.certificates.ChangeOf,
	}, nil
}

// award hands what presence at a webinar is worth to the learning core.
func (s *services) award(ctx context.Context, c webinar.Credit) (lms.ID[lms.Enrolment], string, error) {
	return s.learning.CreditWebinar(ctx, learning.WebinarCredit(c))
}

// errNoRooms tells that files of webinars are with the running program.
var errNoRooms = errors.New("the live wing is not open here")

func (s *services) keptFile(webinar, part, key string) (string, error) {
	if s.rooms == nil {
		return "", errNoRooms
	}
	return s.rooms.KeptFile(webinar, part, key)
}

// forgetRooms takes somebody out of what webinars left as files.
func (s *services) forgetRooms(account string, entries map[string][]string) error {
	if s.rooms == nil {
		return errNoRooms
	}
	return s.rooms.Erase(account, entries)
}

func newAccounts(ctx context.Context, cfg Config, d *database, blobs *blob.Store, rooms func(string, map[string][]string) error) (*account.Service, error) {
	keys, err := account.LoadKeys(cfg.keyFolder())
	if err == nil {
		err = closed(filepath.Join(cfg.keyFolder(), account.AccessFile))
	}
	if err != nil {
		return nil, err
	}
	return account.New(ctx, d.DB, account.Config{ForgetRooms: rooms, ForgetFile: func(sha256 string) error {
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
