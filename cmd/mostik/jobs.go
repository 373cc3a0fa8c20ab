package main

import (
	"context"
	"log/slog"
	"time"

	"mostik/lms/certificate"
	"mostik/lms/job"
	"mostik/lms/report"
)

// housekeeping clears away what nobody needs.
type housekeeping struct{}

// Kind names the job.
func (housekeeping) Kind() string { return "house.clear" }

// newQueue says who does which job: one line a kind.
func newQueue(d *database, s *services, log *slog.Logger) *job.Queue {
	q := job.New()
	job.Handle(q, func(ctx context.Context, _ housekeeping) error { return clearAway(ctx, d, s, log) })
	job.Handle(q, func(ctx context.Context, b certificate.RunBatch) error { return s.certificates.DoBatch(ctx, b.ID) })
	job.Every(q, 6*time.Hour, housekeeping{})
	job.Handle(q, func(ctx context.Context, _ markRenewals) error { return s.programmes.MarkRenewals(ctx) })
	job.Every(q, 24*time.Hour, markRenewals{})
	s.desk.Log = log
	s.desk.Handle(q)
	s.hooks.Handle(q)
	job.Handle(q, func(ctx context.Context, _ report.FollowupJob) error {
		_, err := s.reports.AskFollowups(ctx)
		return err
	})
	job.Every(q, 24*time.Hour, report.FollowupJob{})
	handleIntake(q, s)
	return q
}

// markRenewals looks for standings that change by the calendar.
type markRenewals struct{}

// Kind names the job.
func (markRenewals) Kind() string { return "programme.renewals" }

// work does jobs until the context ends. Where the workers cannot start, for the database went away just then,
// they try again.
func work(ctx context.Context, d *database, s *services, log *slog.Logger) {
	for ctx.Err() == nil {
		if err := newQueue(d, s, log).Run(ctx, d.url, log); err != nil && ctx.Err() == nil {
			log.Error("starting the workers", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Second):
			}
		}
	}
}
