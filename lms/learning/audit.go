package learning

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// audit records who did what to whom: ids, counts and codes, never names or texts.
func audit(ctx context.Context, tx bun.IDB, actor lms.Actor, now time.Time, action, kind, id string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	raw, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO audit_events (at, actor_id, action, subject_kind, subject_id, detail)
		VALUES ($1, $2, $3, $4, $5, $6)`, now, nullID(actor.Person), action, kind, id, string(raw))
	return err
}
