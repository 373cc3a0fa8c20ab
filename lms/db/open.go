package db

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Config says which database to open and how many connections to keep.
type Config struct {
	// URL is a connection string in one of libpq's two forms.
	URL string
	// MaxConns bounds the pool; 0 means four a core, at least 8 and at most 40, which stays below the
	// 100 of a PostgreSQL that nobody tuned.
	MaxConns int
}

func (c Config) maxConns() int {
	if c.MaxConns > 0 {
		return c.MaxConns
	}
	return min(max(8, 4*runtime.NumCPU()), 40)
}

// Open gives a pool whose server has answered once. Errors: Unavailable when it does not answer.
func Open(ctx context.Context, cfg Config) (*bun.DB, error) {
	conn, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("reading the database's address: %w", err)
	}
	conn.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn.StatementCacheCapacity = 256
	conn.Tracer = &tracer{}
	if conn.ConnectTimeout == 0 {
		conn.ConnectTimeout = 5 * time.Second
	}
	// A server or a role may have other habits; days are read and written as 2026-12-31.
	conn.RuntimeParams["timezone"] = "UTC"
	conn.RuntimeParams["datestyle"] = "ISO, YMD"
	conn.RuntimeParams["intervalstyle"] = "postgres"
	conn.RuntimeParams["application_name"] = "mostik"
	// OpenDB and not OpenDBFromPool: two pools on top of each other deadlocked with idle connections.
	pool := stdlib.OpenDB(*conn)
	pool.SetMaxOpenConns(cfg.maxConns())
	pool.SetMaxIdleConns(cfg.maxConns())
	pool.SetConnMaxIdleTime(10 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, Translate(err)
	}
	return bun.NewDB(pool, pgdialect.New(), bun.WithDiscardUnknownColumns()), nil
}
