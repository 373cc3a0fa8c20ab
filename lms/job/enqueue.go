package job

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"mostik/lms/db"
)

// Args is what a job is told: a struct that JSON can carry, whose kind says which function does it. Kinds are
// stable words with a dot: certificate.issue, desk.remind.
type Args interface{ Kind() string }

// Option changes one enqueued job.
type Option func(*insert)

// insert is one row to be.
type insert struct {
	at    time.Time // zero: now
	once  bool
	queue string
}

// At has the job done at a moment, or soon after it.
func At(t time.Time) Option { return func(i *insert) { i.at = t } }

// OnceWhileWaiting lets no second job of the same kind and arguments wait beside one that waits already. One
// that runs does not count, for it may have read its facts before the change that asks for another.
func OnceWhileWaiting() Option { return func(i *insert) { i.once = true } }

// Slow puts the job among those that may take minutes, so that they never stand before the quick ones.
func Slow() Option { return func(i *insert) { i.queue = slow } }

// The queues: each has workers of its own.
const (
	quick = "default"
	slow  = "slow"
)

// waiting are the states in which OnceWhileWaiting counts a job: available and scheduled, as river.s bits. One that
// failed and waits for its next try does not count: it could not come back to wait beside another.
const waiting = "10000001"

// Enqueue adds a job within the caller's transaction; without a transaction it is there at once.
func Enqueue(ctx context.Context, tx db.Queryer, args Args, options ...Option) (err error) {
	i := insert{queue: quick}
	for _, o := range options {
		o(&i)
	}
	body, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("writing a job %s: %w", args.Kind(), err)
	}
	var unique, states, at any
	if i.once {
		sum := sha256.Sum256(append([]byte(args.Kind()+"\x00"), body...))
		unique, states = sum[:], waiting
	}
	if !i.at.IsZero() {
		at = i.at
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO river_job (state, scheduled_at, args, kind, max_attempts, queue, unique_key, unique_states)
		SELECT (CASE WHEN $1::timestamptz > now() THEN 'scheduled' ELSE 'available' END)::river_job_state,
		       coalesce($1::timestamptz, now()), $2::jsonb, $3, $4, $5, $6::bytea, $7::text::bit(8)
		ON CONFLICT (unique_key)
		   WHERE unique_key IS NOT NULL AND unique_states IS NOT NULL AND river_job_state_in_bitmask(unique_states, state)
		   DO NOTHING`, at, string(body), args.Kind(), maxAttempts, i.queue, unique, states)
	if err != nil {
		return fmt.Errorf("enqueueing %s: %w", args.Kind(), err)
	}
	return nil
}
