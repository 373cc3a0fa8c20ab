package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"mostik/lms/db"
)

// Drain does every job that is due, one after the other, those that they enqueue too, and tells how many it
// did. It stops at the first that fails. It is for commands that do not serve, and for tests.
func (q *Queue) Drain(ctx context.Context, d *bun.DB) (n int, err error) {
	for ; ; n++ {
		if more, err := q.drainOne(ctx, d); err != nil || !more {
			return n, err
		}
	}
}

func (q *Queue) drainOne(ctx context.Context, d *bun.DB) (bool, error) {
	var id int64
	var kind string
	var body []byte
	err := db.Row(ctx, d, `
		UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_at = now()
		 WHERE id = (SELECT id FROM river_job
		              WHERE state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= now()
		              ORDER BY priority, scheduled_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, args`).Scan(&id, &kind, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, db.Translate(err)
	}
	do, known := q.handlers[kind]
	if !known {
		return false, fmt.Errorf("nobody does jobs of the kind %s", kind)
	}
	if err := do(ctx, body); err != nil {
		// Left as running it would wait for somebody to see that nobody runs it.
		_, back := db.Exec(context.WithoutCancel(ctx), d, `UPDATE river_job SET state = 'retryable', scheduled_at = now() + $2::interval WHERE id = $1`, id, firstWait.String())
		return false, errors.Join(fmt.Errorf("doing a job %s: %w", kind, err), back)
	}
	_, err = db.Exec(ctx, d, `UPDATE river_job SET state = 'completed', finalized_at = now() WHERE id = $1`, id)
	return err == nil, db.Translate(err)
}
