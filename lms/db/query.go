package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"mostik/lms"
)

// Queryer is what can run SQL: *sql.DB, *sql.Tx and *sql.Conn, and bun.IDB with its *bun.DB, bun.Tx and
// bun.Conn.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// beneath takes bun's layer off, which would write the arguments into the text.
func beneath(q Queryer) Queryer {
	switch b := q.(type) {
	case *bun.DB:
		return b.DB
	case bun.Tx:
		return b.Tx
	case *bun.Tx:
		return b.Tx
	case bun.Conn:
		return b.Conn
	}
	return q
}

// cached puts pgx's mode before the arguments, where it looks for options.
func cached(args []any) []any {
	return append([]any{pgx.QueryExecModeCacheStatement}, args...)
}

// Row runs a query of one row as a cached prepared statement, with $1 … as its parameters. Found
// translates what Scan returns.
func Row(ctx context.Context, q Queryer, query string, args ...any) *sql.Row {
	return beneath(q).QueryRowContext(ctx, query, cached(args)...)
}

// Rows runs a query of many rows as a cached prepared statement. The caller closes them and asks Err.
func Rows(ctx context.Context, q Queryer, query string, args ...any) (*sql.Rows, error) {
	rows, err := beneath(q).QueryContext(ctx, query, cached(args)...)
	return rows, Translate(err)
}

// Exec runs a statement without rows as a cached prepared statement and gives the number of rows it
// changed.
func Exec(ctx context.Context, q Queryer, query string, args ...any) (int64, error) {
	res, err := beneath(q).ExecContext(ctx, query, cached(args)...)
	if err != nil {
		return 0, Translate(err)
	}
	return res.RowsAffected()
}

// Found translates the error of a query of one row: no row becomes NotFound, which names what was looked
// for ("course").
func Found(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return lms.ErrNotFound(what)
	}
	return Translate(err)
}
