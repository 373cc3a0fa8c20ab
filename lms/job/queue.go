package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"mostik/lms"
	"mostik/lms/db"
)

const (
	// maxAttempts is how often a job is tried: with the waits of backoff, for some three days.
	maxAttempts = 12
	// firstWait is how long a job waits after its first failure; each further one triples it up to longestWait.
	// It is longer than river's schedulers take, which move a job that waits in one place.
	firstWait, longestWait = 10 * time.Second, 12 * time.Hour
	// pollEvery is how often idle workers look. Polling needs no connection that listens, and costs one
	// statement.
	pollEvery = 400 * time.Millisecond
	// kept is how long finished jobs stay to be looked at.
	kept = 24 * time.Hour
	// quickWorkers and slowWorkers are how many jobs run side by side.
	quickWorkers, slowWorkers = 4, 2
	// jobTime is what one try may take: more than the largest issue or report does. One that hangs, as on a connection that
	// nobody answers, must not hold its worker for good; and it ends before another program takes it for left behind.
	jobTime = longestWait / 2
	// stopTime is what jobs get to finish when the program stops. One that does not is tried again.
	stopTime = 8 * time.Second
	// aliveKey is the advisory lock that a program holds while its workers run: "jobs" in ASCII.
	aliveKey = 0x6a6f6273
)

// Queue holds what does the jobs. Handlers are registered before Start.
type Queue struct {
	handlers map[string]func(context.Context, []byte) error
	workers  *river.Workers
	periodic []*river.PeriodicJob
}

// New gives a queue without handlers.
func New() *Queue {
	return &Queue{handlers: map[string]func(context.Context, []byte) error{}, workers: river.NewWorkers()}
}

// Handle says which function does the jobs of a kind. It returns an error to be tried again later, one wrapped
// by [Permanent] to be given up. It may be called twice for one job, and by several goroutines.
func Handle[A Args](q *Queue, do func(context.Context, A) error) {
	var zero A
	q.handlers[zero.Kind()] = func(ctx context.Context, body []byte) error {
		var args A
		if err := json.Unmarshal(body, &args); err != nil {
			return Permanent(fmt.Errorf("reading a job %s: %w", zero.Kind(), err))
		}
		return do(ctx, args)
	}
	river.AddWorker(q.workers, river.WorkFunc(func(ctx context.Context, j *river.Job[A]) error {
		err := do(ctx, j.Args)
		var final *permanentError
		if errors.As(err, &final) {
			return river.JobCancel(err)
		}
		return err
	}))
}

// Every has a job done at the start and at an interval, by one program where several share a database.
func Every(q *Queue, interval time.Duration, args Args) {
	q.periodic = append(q.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: true}))
}

// permanentError marks a failure that another try would not mend.
type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }

// Permanent gives a job up: another try would end alike.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

// Run works until the context ends, and then lets running jobs finish for a few seconds. It opens connections
// of its own, of which it needs few. The error is that of the start; later ones are logged.
func (q *Queue) Run(ctx context.Context, url string, log *slog.Logger) (err error) {
	defer lms.Wrap(&err, "job.Run")
	pool, err := open(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	release, err := takeOver(ctx, pool)
	if err != nil {
		return err
	}
	defer release()
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Queues:  map[string]river.QueueConfig{quick: {MaxWorkers: quickWorkers}, slow: {MaxWorkers: slowWorkers}},
		Workers: q.workers, PeriodicJobs: q.periodic, MaxAttempts: maxAttempts,
		PollOnly: true, FetchPollInterval: pollEvery,
		JobTimeout: jobTime, RescueStuckJobsAfter: longestWait, RetryPolicy: backoff{}, SoftStopTimeout: stopTime,
		CompletedJobRetentionPeriod: kept, CancelledJobRetentionPeriod: 30 * kept, DiscardedJobRetentionPeriod: 30 * kept,
		ReindexerIndexNames: []string{"river_job_fetching"},
		Logger:              slog.New(quiet{log.Handler()}), ErrorHandler: &told{log},
	})
	if err != nil {
		return err
	}
	if err := client.Start(ctx); err != nil {
		return err
	}
	<-client.Stopped()
	return nil
}

func open(ctx context.Context, url string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading the database's address: %w", err)
	}
	cfg.MaxConns = 4
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "mostik-jobs"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	return pool, db.Translate(err)
}

// takeOver frees the jobs of a program that died while it did them: nobody else's run as long as the lock could
// be had. Where another program works on the database, river's own rescue takes them after longestWait.
func takeOver(ctx context.Context, pool *pgxpool.Pool) (release func(), err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	var alone bool
	if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, aliveKey).Scan(&alone); err != nil {
		conn.Release()
		return nil, db.Translate(err)
	}
	if !alone {
		conn.Release()
		return func() {}, nil
	}
	// To retryable and not to available: the scheduler settles it with a twin that waits.
	if _, err := conn.Exec(ctx, `
		UPDATE river_job SET state = 'retryable', scheduled_at = now(), max_attempts = greatest(max_attempts, attempt + 1)
		 WHERE state = 'running'`); err != nil {
		conn.Release()
		return nil, db.Translate(err)
	}
	// Nor does its leadership stand any more, which would else be waited for until it runs out.
	if _, err := conn.Exec(ctx, `DELETE FROM river_leader`); err != nil {
		conn.Release()
		return nil, db.Translate(err)
	}
	return func() {
		// The lock is the session's, so the connection must not go back to the pool with it.
		_ = conn.Hijack().Close(context.Background())
	}, nil
}

// backoff is river's retry policy with waits that triple.
type backoff struct{}

// NextRetry gives the moment of the next try.
func (backoff) NextRetry(j *rivertype.JobRow) time.Time {
	wait := firstWait
	for range len(j.Errors) {
		if wait = 3 * wait; wait >= longestWait {
			return time.Now().Add(longestWait)
		}
	}
	return time.Now().Add(wait)
}

// told logs what failed, without the arguments.
type told struct{ log *slog.Logger }

// HandleError logs a failed try.
func (t *told) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	if ctx.Err() == nil {
		t.log.Warn("doing a job", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "error", err)
	}
	return nil
}

// HandlePanic logs a try that panicked.
func (t *told) HandlePanic(_ context.Context, j *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	t.log.Error("doing a job", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "panic", value, "trace", trace)
	return nil
}

// quiet lets river's own words through from warnings on: what it tells of every poll is of no use to anybody.
type quiet struct{ slog.Handler }

// Enabled refuses what is below a warning.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}
