package db

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
)

// Counter holds the statements that were sent, in order. BEGIN, COMMIT, ROLLBACK and savepoints do not
// count. Tests use it to hold a page to its budget.
type Counter struct {
	mu         sync.Mutex
	statements []string
}

// N is the number of statements so far.
func (c *Counter) N() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.statements)
}

// Statements lists them, to be shown when a test fails.
func (c *Counter) Statements() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.statements...)
}

// Reset begins again at zero.
func (c *Counter) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statements = nil
}

func (c *Counter) add(sql string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statements = append(c.statements, sql)
}

type counterKey struct{}

// CountStatements gives a context whose statements are counted.
func CountStatements(ctx context.Context) (context.Context, *Counter) {
	c := &Counter{}
	return context.WithValue(ctx, counterKey{}, c), c
}

// CountPool counts every statement of a pool from now on, for tests that cannot hand in a context: those
// that go through HTTP. One counter a pool; a second call replaces the first.
func CountPool(ctx context.Context, db *bun.DB) (*Counter, error) {
	conn, err := db.DB.Conn(ctx)
	if err != nil {
		return nil, Translate(err)
	}
	defer conn.Close()
	c := &Counter{}
	err = conn.Raw(func(raw any) error {
		pgxConn, ok := raw.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the pool was not opened by this package: %T", raw)
		}
		t, ok := pgxConn.Conn().Config().Tracer.(*tracer)
		if !ok {
			return fmt.Errorf("the pool was not opened by this package: no tracer")
		}
		t.set(c)
		return nil
	})
	return c, err
}

// tracer sees each statement of a pool as pgx sends it.
type tracer struct {
	mu   sync.Mutex
	pool *Counter
}

func (t *tracer) set(c *Counter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pool = c
}

// TraceQueryStart is called by pgx before a statement is sent.
func (t *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if boundary(data.SQL) {
		return ctx
	}
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.add(data.SQL)
	}
	t.mu.Lock()
	pool := t.pool
	t.mu.Unlock()
	if pool != nil {
		pool.add(data.SQL)
	}
	return ctx
}

// TraceQueryEnd is called by pgx when a statement is done.
func (t *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// boundary tells the statements that open and close transactions, and pgx's empty ping.
func boundary(sql string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	switch strings.ToLower(strings.TrimSuffix(word, ";")) {
	case "begin", "commit", "rollback", "savepoint", "release", "--", "":
		return true
	}
	return false
}
