package demo

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
)

// event is one line of "who did what".
type event struct {
	At          time.Time      `json:"at"`
	ActorID     *string        `json:"actor_id"`
	Action      string         `json:"action"`
	SubjectKind string         `json:"subject_kind"`
	SubjectID   string         `json:"subject_id"`
	Detail      map[string]any `json:"detail"`
}

// storeEvents writes down who made the people, gave the roles, opened the cohorts and printed the codes.
func (l *loading) storeEvents(ctx context.Context, tx bun.IDB) error {
	admin := l.personOf("admin")
	var list []event
	add := func(at time.Time, actor *person, action, kind, id string, detail map[string]any) {
		if detail == nil {
			detail = map[string]any{}
		}
		list = append(list, event{at, text(actor.id.String()), action, kind, id, detail})
	}
	for _, p := range l.people {
		for _, g := range p.roles {
			if g.Role != lms.Trainee {
				add(p.createdAt.Add(time.Hour), admin, "role.grant", "person", p.id.String(),
					map[string]any{"role": string(g.Role), "scope": g.Scope.String()})
			}
		}
	}
	for _, p := range l.people {
		by := l.coordinatorOf(p.country)
		if p.staff() {
			by = admin
		}
		add(p.createdAt, by, "person.create", "person", p.id.String(), nil)
		if p.email == "" && p.lastSeen != nil {
			add(p.createdAt.Add(26*time.Hour), by, "code.issue", "person", p.id.String(), nil)
		}
		if p.codeAt != nil {
			add(*p.codeAt, by, "code.issue", "person", p.id.String(), nil)
		}
		if p.state == "blocked" {
			add(p.createdAt.Add(31*24*time.Hour), by, "person.block", "person", p.id.String(), nil)
		}
	}
	for _, co := range l.cohorts {
		by := l.coordinatorOf(co.country)
		made := l.weeks(co.starts - 1.5)
		add(made, by, "cohort.create", "cohort", co.id.String(), nil)
		add(made.Add(2*time.Hour), by, "cohort.enrol", "cohort", co.id.String(), map[string]any{"enrolled": len(co.people)})
		for _, key := range slices.Sorted(maps.Keys(co.due)) {
			add(made.Add(3*time.Hour), co.trainer, "cohort.dates", "cohort", co.id.String(), map[string]any{"activity": key})
		}
		if taken := l.at(co, co.practice, 15); taken.Before(l.now) {
			add(taken, co.trainer, "attendance.take", "cohort", co.id.String(), map[string]any{"activity": practiceDay, "attended": true})
		}
		if moved := l.at(co, -0.7, 11); !co.pilot && co.webinar > 0 && moved.Before(l.now) {
			add(moved, co.trainer, "cohort.dates", "cohort", co.id.String(), map[string]any{"activity": theirWebinar})
		}
	}
	slices.SortStableFunc(list, func(a, b event) int { return a.At.Compare(b.At) })
	return l.insert(ctx, tx, into{`
		INSERT INTO audit_events (at, actor_id, action, subject_kind, subject_id, detail)
		SELECT * FROM json_to_recordset($1::text::json) AS r(
		       at timestamptz, actor_id uuid, action text, subject_kind text, subject_id text, detail jsonb)`, list})
}

// coordinatorOf gives who coordinates a country, the account to look around with first; the administrator
// where nobody does.
func (l *loading) coordinatorOf(country string) *person {
	for _, p := range l.people {
		for _, g := range p.roles {
			if g.Role == lms.Coordinator && g.Scope.Country == country {
				return p
			}
		}
	}
	return l.personOf("admin")
}
