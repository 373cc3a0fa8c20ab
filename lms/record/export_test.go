package record

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms/db"
)

// VerifyIn is Verify inside a transaction, so that a test can take back what it tampered with.
func (b *Book) VerifyIn(ctx context.Context, tx bun.Tx, kept ...Head) (*Report, error) {
	return b.verify(ctx, tx, kept)
}

// Rechain writes every hash anew, as somebody would who knows how the chain is made and has not the key.
func (b *Book) Rechain(ctx context.Context, tx bun.Tx) error {
	rows, err := db.Rows(ctx, tx, `SELECT position, number, at, kind, digest FROM record_entries WHERE position IS NOT NULL ORDER BY position`)
	if err != nil {
		return err
	}
	var links []link
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.position, &l.number, &l.at, &l.kind, &l.digest); err != nil {
			return err
		}
		links = append(links, l)
	}
	rows.Close()
	hash := beginning
	for _, l := range links {
		hash = l.hash(hash)
		if _, err := db.Exec(ctx, tx, `UPDATE record_entries SET hash = $2 WHERE number = $1`, l.number, hash); err != nil {
			return err
		}
	}
	return rows.Err()
}
