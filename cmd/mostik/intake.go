package main

import (
	"context"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/intake"
	"mostik/lms/job"
)

func newIntake(d *database, s *services) *intake.Service {
	return &intake.Service{
		DB: d.DB, Accounts: s.accounts, Catalog: s.catalog, Learning: s.learning, Now: time.Now,
		Enlist: s.programmes.Enlist, Unlist: s.programmes.Unlist, Invitable: s.programmes.Invitable, Gather: s.programmes.Gather, Enter: s.enterPapers, Strike: s.certificates.StrikePapers,
	}
}

// enterPapers keeps certificates of the past that stand in a table.
func (s *services) enterPapers(ctx context.Context, tx bun.Tx, actor lms.Actor, papers []intake.PastPaper) ([]lms.ID[lms.Certificate], error) {
	ids := make([]lms.ID[lms.Certificate], len(papers))
	for i, p := range papers {
		in := certificate.Paper{
			Person: p.Person, Programme: p.Programme, Kind: certificate.Achievement, Title: p.Title, Number: p.Number, Issuer: p.Issuer,
			IssuedOn: certificate.DateOf(*p.IssuedOn), Language: p.Language,
		}
		if p.ExpiresOn != nil {
			day := certificate.DateOf(*p.ExpiresOn)
			in.ExpiresOn = &day
		}
		if p.Hours > 0 {
			in.Hours = strconv.FormatFloat(p.Hours, 'f', -1, 64)
		}
		serial, err := s.certificates.EnterPaperIn(ctx, tx, actor, in)
		if err != nil {
			return nil, err
		}
		if err := db.Row(ctx, tx, `SELECT id FROM certificates WHERE serial = $1`, serial).Scan(&ids[i]); err != nil {
			return nil, db.Found(err, "certificate")
		}
	}
	return ids, nil
}

// fillByRule asks every rule who fits.
type fillByRule struct{}

// Kind names the job.
func (fillByRule) Kind() string { return "intake.rules" }

// tidyTables drops tables of people that nobody applies.
type tidyTables struct{}

// Kind names the job.
func (tidyTables) Kind() string { return "intake.tidy" }

func handleIntake(q *job.Queue, s *services) {
	job.Handle(q, s.intake.DoApply)
	job.Handle(q, func(ctx context.Context, _ tidyTables) error { return s.intake.Tidy(ctx) })
	job.Every(q, 24*time.Hour, tidyTables{})
	job.Handle(q, func(ctx context.Context, _ fillByRule) error { return s.intake.FillAll(ctx) })
	job.Every(q, time.Hour, fillByRule{})
	job.Handle(q, func(ctx context.Context, m account.MergedJob) error {
		for _, id := range m.Webinars {
			if err := s.webinars.Settle(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}
