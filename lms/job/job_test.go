package job_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/job"
)

type note struct {
	Text string `json:"text"`
}

func (note) Kind() string { return "test.note" }

// book remembers what was done.
type book struct {
	mu    sync.Mutex
	notes []string
	seen  chan string
	fail  map[string]error // the first try of a note fails with this
}

func (b *book) queue() *job.Queue {
	q := job.New()
	job.Handle(q, func(_ context.Context, n note) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if err := b.fail[n.Text]; err != nil {
			delete(b.fail, n.Text)
			return err
		}
		b.notes = append(b.notes, n.Text)
		if b.seen != nil {
			b.seen <- n.Text
		}
		return nil
	})
	return q
}

func open(t *testing.T) (*bun.DB, string) {
	t.Helper()
	url := dbtest.URL(t)
	d, err := db.Open(t.Context(), db.Config{URL: url, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, url
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAJobIsThereIfItsTransactionIs(t *testing.T) {
	d, _ := open(t)
	enqueue := func(text string, end error) {
		err := db.InTx(t.Context(), d, func(ctx context.Context, tx bun.Tx) error {
			return errors.Join(job.Enqueue(ctx, tx, note{text}), end)
		})
		if !errors.Is(err, end) {
			t.Fatalf("enqueueing %s: %v", text, err)
		}
	}
	enqueue("kept", nil)
	enqueue("taken back", errors.New("no"))
	var b book
	if n, err := b.queue().Drain(t.Context(), d); n != 1 || err != nil || b.notes[0] != "kept" {
		t.Errorf("%d jobs, %v: %v", n, b.notes, err)
	}
}

func TestOnceWhileWaiting(t *testing.T) {
	d, _ := open(t)
	for range 3 {
		must(t, job.Enqueue(t.Context(), d, note{"once"}, job.OnceWhileWaiting()))
	}
	must(t, job.Enqueue(t.Context(), d, note{"another"}, job.OnceWhileWaiting()))
	var b book
	q := b.queue()
	n, err := q.Drain(t.Context(), d)
	if n != 2 || err != nil {
		t.Fatalf("%d jobs were done: %v", n, err)
	}
	must(t, job.Enqueue(t.Context(), d, note{"once"}, job.OnceWhileWaiting()))
	if n, err := q.Drain(t.Context(), d); n != 1 || err != nil {
		t.Errorf("asked again after the first was done: %d jobs, %v", n, err)
	}
}

// One that a dead program left running is done, one that failed is tried again, one that cannot succeed is
// given up.
func TestWorkersFinishWhatOthersLeft(t *testing.T) {
	d, url := open(t)
	b := &book{seen: make(chan string, 9), fail: map[string]error{"never": job.Permanent(errors.New("no such thing"))}}
	must(t, job.Enqueue(t.Context(), d, note{"left"}))
	if _, err := db.Exec(t.Context(), d, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{dead}'`); err != nil {
		t.Fatal(err)
	}
	must(t, job.Enqueue(t.Context(), d, note{"never"}))
	must(t, job.Enqueue(t.Context(), d, note{"new"}, job.Slow()))

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.queue().Run(ctx, url, slog.New(slog.NewTextHandler(io.Discard, nil))) }()
	got := map[string]bool{<-b.seen: true, <-b.seen: true}
	if !got["left"] || !got["new"] {
		t.Errorf("done: %v", got)
	}
	stop()
	must(t, <-ended)
	var cancelled int
	must(t, db.Row(t.Context(), d, `SELECT count(*) FROM river_job WHERE state = 'cancelled'`).Scan(&cancelled))
	if cancelled != 1 {
		t.Errorf("%d were given up", cancelled)
	}
}

// One that fails in a command that does not serve is tried again later, by whoever comes next.
func TestAJobThatFailedIsNotLeftRunning(t *testing.T) {
	d, _ := open(t)
	must(t, job.Enqueue(t.Context(), d, note{"fails"}))
	b := &book{fail: map[string]error{"fails": errors.New("not now")}}
	if _, err := b.queue().Drain(t.Context(), d); err == nil {
		t.Fatal("it did not fail")
	}
	var state string
	must(t, db.Row(t.Context(), d, `SELECT state::text FROM river_job WHERE scheduled_at > now()`).Scan(&state))
	if state != "retryable" {
		t.Errorf("the job is %s", state)
	}
}
