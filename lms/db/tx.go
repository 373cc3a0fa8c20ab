package db

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/uptrace/bun"
)

// maxTries bounds the repeats of a transaction that PostgreSQL asked to have repeated.
const maxTries = 6

// InTx runs a function in a transaction and commits it when the function returns nil. Where PostgreSQL
// answers that the transaction lost against another one (serialization failure, deadlock), it is rolled
// back and run again, so the function may run several times and must touch nothing but the database.
// Errors are translated.
func InTx(ctx context.Context, db *bun.DB, fn func(ctx context.Context, tx bun.Tx) error) error {
	var err error
	for try := range maxTries {
		if try > 0 && !pause(ctx, try) {
			break
		}
		if err = db.RunInTx(ctx, nil, fn); !retryable(err) {
			break
		}
	}
	return Translate(err)
}

// pause waits up to 10 ms, 20 ms, 40 ms …, by chance, so that two that clashed do not clash again. False
// means that the caller gave up.
func pause(ctx context.Context, try int) bool {
	limit := 10 * time.Millisecond << (try - 1)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Millisecond + rand.N(limit)):
		return true
	}
}
