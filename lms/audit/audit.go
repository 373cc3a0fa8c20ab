// Package audit writes down who did what to whom: one appended row an act, in the transaction of the act.
// It holds ids, codes and counts, never names or addresses, so that erasing a person leaves it true.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

// Event is one act.
type Event struct {
	At    time.Time
	Actor lms.ID[lms.Person] // zero for the program itself
	// Action is a stable word with a dot: person.block, role.grant, allowance.grant.
	Action string
	// SubjectKind and SubjectID name what it was done to: person, centre, cohort, enrolment …
	SubjectKind, SubjectID string
	// Detail holds ids, codes and counts. No names, no addresses, nothing that people typed.
	Detail map[string]any
}

// Write appends an event in the caller's transaction.
func Write(ctx context.Context, q db.Queryer, e Event) error {
	detail := []byte("{}")
	if len(e.Detail) > 0 {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("writing down %s: %w", e.Action, err)
		}
	}
	var actor any
	if !e.Actor.IsZero() {
		actor = e.Actor
	}
	_, err := db.Exec(ctx, q, `
		INSERT INTO audit_events (at, actor_id, action, subject_kind, subject_id, detail)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		e.At, actor, e.Action, e.SubjectKind, e.SubjectID, string(detail))
	if err != nil {
		return fmt.Errorf("writing down %s: %w", e.Action, err)
	}
	return nil
}
