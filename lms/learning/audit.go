package learning

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
)

// audited writes down who did what to whom: ids, counts and codes, never names or texts.
func audited(ctx context.Context, tx bun.IDB, actor lms.Actor, now time.Time, action, kind, id string, detail map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{
		At: now, Actor: actor.Person, Action: action, SubjectKind: kind, SubjectID: id, Detail: detail,
	})
}
