package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

// AuditRow is one line of who did what.
type AuditRow struct {
	At time.Time `json:"at"`
	// Actor is missing where the program acted, or the person was erased.
	Actor        *PersonRef      `json:"actor,omitempty"`
	Action       string          `json:"action"`
	SubjectKind  string          `json:"subject_kind"`
	SubjectID    string          `json:"subject_id"`
	SubjectLabel string          `json:"subject_label,omitempty"`
	Detail       json.RawMessage `json:"detail"`
}

// AuditQuery narrows it; Before is the cursor that the page before gave.
type AuditQuery struct {
	Actor  lms.ID[lms.Person]
	Action string
	Before string
}

// AuditLog lists what was done, the newest first, and the cursor of the next page, "" at the end. Errors:
// Forbidden, Invalid.
func (s *Service) AuditLog(ctx context.Context, actor lms.Actor, query AuditQuery) (items []AuditRow, next string, err error) {
	if err := actor.May(lms.ReadAudit); err != nil {
		return nil, "", err
	}
	var w where
	if !query.Actor.IsZero() {
		w.add("a.actor_id = " + w.arg(query.Actor))
	}
	if query.Action != "" {
		w.add("a.action = " + w.arg(query.Action))
	}
	if query.Before != "" {
		id, err := strconv.ParseInt(query.Before, 10, 64)
		if err != nil {
			return nil, "", lms.ErrInvalid("page", "parameter-malformed", "not a cursor")
		}
		w.add("a.id < " + w.arg(id))
	}
	rows, err := db.Rows(ctx, s.db, `
		SELECT a.id, a.at, a.actor_id, p.given_name || ' ' || p.family_name, a.action, a.subject_kind, a.subject_id, a.detail,
		       CASE a.subject_kind
		           WHEN 'person' THEN (SELECT nullif(btrim(x.given_name || ' ' || x.family_name), '') FROM persons x WHERE x.id::text = a.subject_id)
		           WHEN 'centre' THEN (SELECT x.name FROM centres x WHERE x.id::text = a.subject_id)
		           WHEN 'organisation' THEN (SELECT x.name FROM organisations x WHERE x.id::text = a.subject_id)
		           WHEN 'cohort' THEN (SELECT x.name FROM cohorts x WHERE x.id::text = a.subject_id)
		           WHEN 'course' THEN (SELECT x.key FROM courses x WHERE x.id::text = a.subject_id)
		       END
		  FROM (SELECT * FROM audit_events a WHERE `+w.String()+` ORDER BY a.id DESC LIMIT `+strconv.Itoa(perPage+1)+`) a
		  LEFT JOIN persons p ON p.id = a.actor_id
		 ORDER BY a.id DESC`, w.args...)
	if err != nil {
		return nil, "", err
	}
	var last []int64
	items, err = collect(rows, func(scan func(...any) error) (AuditRow, error) {
		var r AuditRow
		var id int64
		var actorID lms.ID[lms.Person]
		var name, label sql.NullString
		var detail []byte
		err := scan(&id, &r.At, &actorID, &name, &r.Action, &r.SubjectKind, &r.SubjectID, &detail, &label)
		if !actorID.IsZero() {
			r.Actor = &PersonRef{ID: actorID, Name: name.String}
		}
		r.SubjectLabel, r.Detail = label.String, detail
		last = append(last, id)
		return r, err
	})
	if len(items) > perPage {
		items = items[:perPage]
		next = strconv.FormatInt(last[perPage-1], 10)
	}
	return items, next, err
}

// Attention is something that somebody should look at.
type Attention struct {
	// Code is stable; the front end has a sentence for it.
	Code   string         `json:"code"`
	Params map[string]int `json:"params"`
	// Link is the page where it can be mended.
	Link string `json:"link"`
}

// attentionQueries count; %s is the scope, on people p or on cohorts c. $1 is now, $2 the day by which
// certificates are valid.
var attentionQueries = []struct{ code, link, sql string }{
	{"never-signed-in", "/admin/codes", `SELECT count(*) FROM persons p WHERE %s AND p.state = 'active' AND p.last_seen_at IS NULL`},
	{"blocked", "/admin/people?state=blocked", `SELECT count(*) FROM persons p WHERE %s AND p.state = 'blocked'`},
	{"to-mark", "/teach", `SELECT count(*) FROM persons p JOIN enrolments e ON e.person_id = p.id AND e.state <> 'withdrawn'
	     JOIN activity_progress t ON t.enrolment_id = e.id AND t.state = 'to-mark' WHERE %s`},
	{"stuck", "/teach", `SELECT count(*) FROM persons p JOIN enrolments e ON e.person_id = p.id
	     WHERE %s AND e.standing = 'stuck'`},
	{"expiring", "/admin/people", `SELECT count(*) FROM persons p JOIN certificates t ON t.person_id = p.id AND t.state = 'valid'
	     WHERE %s AND t.expires_on BETWEEN $2::text::date AND $2::text::date + 60`},
	{"no-trainer", "/admin/cohorts", `SELECT count(*) FROM cohorts c WHERE %s AND (c.ends_on IS NULL OR c.ends_on >= $1::date)
	     AND NOT EXISTS (SELECT FROM memberships m WHERE m.role = 'trainer'
	         AND (m.scope_kind = 'all' OR m.scope_id = c.id OR m.scope_id = c.course_id))`},
}

// Attention lists what needs somebody in the actor's scope; what counts zero is left out. Errors: Forbidden.
func (s *Service) Attention(ctx context.Context, actor lms.Actor) ([]Attention, error) {
	if err := actor.May(lms.ReadAttention); err != nil {
		return nil, err
	}
	scope := actor.Scope(lms.ReadAttention)
	w := where{args: []any{s.now(), lms.DayInForce(s.now()).Format(time.DateOnly)}}
	w.persons(scope)
	people := w.String()
	w.parts = nil
	w.cohorts(scope)
	sql := ""
	for i, q := range attentionQueries {
		if i > 0 {
			sql += "\nUNION ALL\n"
		}
		within := people
		if strings.Contains(q.sql, "FROM cohorts c") {
			within = w.String()
		}
		sql += "SELECT " + strconv.Itoa(i) + ", (" + fmt.Sprintf(q.sql, within) + ")"
	}
	rows, err := db.Rows(ctx, s.db, "SELECT * FROM ("+sql+") counts WHERE $1::timestamptz IS NOT NULL", w.args...)
	if err != nil {
		return nil, err
	}
	type count struct{ query, n int }
	counts, err := collect(rows, func(scan func(...any) error) (c count, err error) { return c, scan(&c.query, &c.n) })
	var items []Attention
	for _, c := range counts {
		if c.n > 0 {
			q := attentionQueries[c.query]
			items = append(items, Attention{Code: q.code, Params: map[string]int{"count": c.n}, Link: q.link})
		}
	}
	return items, err
}
