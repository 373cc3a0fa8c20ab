package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Why a session ended, as sessions.end_reason keeps it.
const (
	endSignedOut = "signed-out"
	endAll       = "signed-out-everywhere"
	endReused    = "token-reused"
	endBlocked   = "blocked"
	endPassword  = "password-changed"
	endErased    = "erased"
)

// A refresh token is base64url of
//
//	session id (16 bytes) | time of the rotation that made it, µs since 1970 (8, big endian) | HMAC-SHA-256 (32)
//
// It verifies itself, so a token of any generation is told from a guess, and the one that is good now can
// be made again for a tab, or after an answer that was lost, within the grace.
const refreshLength = 16 + 8 + sha256.Size

func (k Keys) refreshToken(session lms.ID[lms.Session], rotated time.Time) string {
	raw := make([]byte, 0, refreshLength)
	raw = append(raw, session[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(rotated.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(raw, mac(k.refresh, raw)...))
}

// parseRefresh gives the session that a refresh token of any generation belongs to.
func (k Keys) parseRefresh(token string) (lms.ID[lms.Session], bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != refreshLength || !hmac.Equal(raw[24:], mac(k.refresh, raw[:24])) {
		return lms.ID[lms.Session]{}, false
	}
	return lms.ID[lms.Session](raw[:16]), true
}

func mac(key, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(message)
	return h.Sum(nil)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// who is what a session needs to know of its person.
type who struct {
	id       lms.ID[lms.Person]
	language string
	state    string
	grants   []lms.Grant
	// read is a moment before the grants were read. The access token counts as issued then, so that one that
	// raced a change of roles is void with those from before the change.
	read time.Time
}

// grantsJSON is the part of a query that gives a person's grants; p is the persons row.
const grantsJSON = `(SELECT coalesce(jsonb_agg(m.role || ':' || m.scope_kind || coalesce(':' || m.country, ':' || m.scope_id, '')), '[]')
	    FROM memberships m WHERE m.person_id = p.id)`

func parseGrants(raw []byte) ([]lms.Grant, error) {
	var texts []string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("reading grants: %w", err)
	}
	var grants []lms.Grant
	for _, text := range texts {
		g, err := lms.ParseGrant(text)
		if err != nil {
			return nil, err
		}
		// What the table of rights knows nothing of gives no right, so it need not travel.
		if g.Role != lms.Trainee {
			grants = append(grants, g)
		}
	}
	return grants, nil
}

// begin opens a session in the caller's transaction.
func (s *Service) begin(ctx context.Context, tx bun.Tx, w who) (Tokens, error) {
	now, id := s.now(), lms.NewID[lms.Session]()
	refresh := s.keys.refreshToken(id, now)
	expires := now.Add(s.cfg.SessionTTL)
	_, err := db.Exec(ctx, tx, `
		INSERT INTO sessions (id, person_id, refresh_hash, rotated_at, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $4, $5)`, id, w.id, hashToken(refresh), now, expires)
	if err != nil {
		return Tokens{}, err
	}
	if _, err := db.Exec(ctx, tx, `UPDATE persons SET last_seen_at = $2 WHERE id = $1`, w.id, now); err != nil {
		return Tokens{}, err
	}
	return s.tokensFor(w, id, refresh, expires)
}

func (s *Service) tokensFor(w who, id lms.ID[lms.Session], refresh string, refreshExpires time.Time) (Tokens, error) {
	now := s.now()
	t := Tokens{ExpiresAt: now.Add(s.cfg.AccessTTL), Refresh: refresh, RefreshExpiresAt: refreshExpires}
	var err error
	t.Access, err = s.sign(lms.Actor{
		Person: w.id, Session: id, Grants: w.grants, Language: w.language, IssuedAt: w.read, ExpiresAt: t.ExpiresAt,
	})
	return t, err
}

var errSessionEnded = &lms.Error{Kind: lms.Unauthorized, Code: "session-ended", Detail: "sign in again"}

// Refresh gives new tokens for a session. The token changes at each use. The one before it is taken for
// another 30 seconds and gives the same newest token, so that two tabs that wake together stay signed in;
// any older one means that two parties hold the session, and ends it. Errors: Unauthorized with the code
// session-ended or session-reused.
func (s *Service) Refresh(ctx context.Context, token string) (t Tokens, err error) {
	id, ok := s.keys.parseRefresh(token)
	if !ok {
		return Tokens{}, errSessionEnded
	}
	var reused bool
	err = db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		reused = false
		row, err := s.lockSession(ctx, tx, id)
		if err != nil {
			return err
		}
		now := s.now()
		if row.ended || !now.Before(row.expires) || row.who.state != "active" {
			return errSessionEnded
		}
		switch {
		case row.isNewest(token):
			t, err = s.rotate(ctx, tx, row)
		case row.isPrevious(token) && now.Sub(row.rotated) <= refreshGrace:
			t, err = s.tokensFor(row.who, id, s.keys.refreshToken(id, row.rotated), row.expires)
		default:
			reused = true
			err = s.endReused(ctx, tx, row)
		}
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	if reused {
		s.void.session(id)
		return Tokens{}, &lms.Error{Kind: lms.Unauthorized, Code: "session-reused", Detail: "this session was used from two places and was ended"}
	}
	return t, nil
}

type sessionRow struct {
	id               lms.ID[lms.Session]
	who              who
	newest, previous []byte
	rotated, expires time.Time
	ended            bool
}

func (r sessionRow) isNewest(token string) bool   { return hmac.Equal(r.newest, hashToken(token)) }
func (r sessionRow) isPrevious(token string) bool { return hmac.Equal(r.previous, hashToken(token)) }

func (s *Service) lockSession(ctx context.Context, tx bun.Tx, id lms.ID[lms.Session]) (sessionRow, error) {
	r := sessionRow{id: id}
	r.who.read = s.now()
	var grants []byte
	err := db.Row(ctx, tx, `
		SELECT s.person_id, s.refresh_hash, s.previous_hash, s.rotated_at, s.expires_at, s.ended_at IS NOT NULL,
		       p.language, p.state, `+grantsJSON+`
		  FROM sessions s JOIN persons p ON p.id = s.person_id
		 WHERE s.id = $1
		   FOR UPDATE OF s`, id).
		Scan(&r.who.id, &r.newest, &r.previous, &r.rotated, &r.expires, &r.ended, &r.who.language, &r.who.state, &grants)
	if errors.Is(err, sql.ErrNoRows) {
		return r, errSessionEnded
	}
	if err != nil {
		return r, db.Translate(err)
	}
	r.who.grants, err = parseGrants(grants)
	return r, err
}

func (s *Service) rotate(ctx context.Context, tx bun.Tx, r sessionRow) (Tokens, error) {
	now := s.now()
	if !now.After(r.rotated) {
		now = r.rotated.Add(time.Microsecond) // a token is named by its time, so times never repeat
	}
	refresh, expires := s.keys.refreshToken(r.id, now), now.Add(s.cfg.SessionTTL)
	_, err := db.Exec(ctx, tx, `
		WITH seen AS (UPDATE persons SET last_seen_at = $3 WHERE id = $5)
		UPDATE sessions SET previous_hash = refresh_hash, refresh_hash = $2, rotated_at = $3, expires_at = $4
		 WHERE id = $1`, r.id, hashToken(refresh), now, expires, r.who.id)
	if err != nil {
		return Tokens{}, err
	}
	return s.tokensFor(r.who, r.id, refresh, expires)
}

func (s *Service) endReused(ctx context.Context, tx bun.Tx, r sessionRow) error {
	_, err := db.Exec(ctx, tx, `UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1`, r.id, s.now(), endReused)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		At: s.now(), Action: "session.reused", SubjectKind: "person", SubjectID: r.who.id.String(),
	})
}

// SignOut ends the session that a refresh token belongs to, or the actor's where there is none. A session
// that ended already is no error.
func (s *Service) SignOut(ctx context.Context, actor lms.Actor, refresh string) error {
	ids := []lms.ID[lms.Session]{actor.Session}
	if id, ok := s.keys.parseRefresh(refresh); ok {
		ids = append(ids, id)
	}
	for _, id := range ids {
		if id.IsZero() {
			continue
		}
		_, err := db.Exec(ctx, s.db, `
			UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL`, id, s.now(), endSignedOut)
		if err != nil {
			return err
		}
		s.void.session(id)
	}
	return nil
}

// SignOutEverywhere ends every session of the actor.
func (s *Service) SignOutEverywhere(ctx context.Context, actor lms.Actor) error {
	var ended []lms.ID[lms.Session]
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) (err error) {
		if ended, err = s.endSessions(ctx, tx, actor.Person, lms.ID[lms.Session]{}, endAll); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.event(actor, "person.sign-out", "person", actor.Person.String(), nil))
	})
	if err == nil {
		s.void.session(ended...)
	}
	return err
}

// endSessions ends a person's sessions but one, and gives them, so that the caller voids their tokens once
// the transaction stands.
func (s *Service) endSessions(ctx context.Context, q db.Queryer, person lms.ID[lms.Person], but lms.ID[lms.Session], reason string) ([]lms.ID[lms.Session], error) {
	rows, err := db.Rows(ctx, q, `
		UPDATE sessions SET ended_at = $3, end_reason = $4
		 WHERE person_id = $1 AND id <> $2 AND ended_at IS NULL RETURNING id`, person, but, s.now(), reason)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(scan func(...any) error) (id lms.ID[lms.Session], err error) { return id, scan(&id) })
}

// Reissue gives a fresh access token for the actor's session, after something that the token carries was
// changed by the person (the language). The refresh token stays.
func (s *Service) Reissue(ctx context.Context, actor lms.Actor) (Tokens, error) {
	w := who{read: s.now()}
	var grants []byte
	err := db.Row(ctx, s.db, `SELECT p.id, p.language, p.state, `+grantsJSON+` FROM persons p WHERE p.id = $1`, actor.Person).
		Scan(&w.id, &w.language, &w.state, &grants)
	if err != nil {
		return Tokens{}, db.Found(err, "person")
	}
	if w.grants, err = parseGrants(grants); err != nil {
		return Tokens{}, err
	}
	return s.tokensFor(w, actor.Session, "", time.Time{})
}

// event is an act of an actor now.
func (s *Service) event(actor lms.Actor, action, kind, id string, detail map[string]any) audit.Event {
	return audit.Event{At: s.now(), Actor: actor.Person, Action: action, SubjectKind: kind, SubjectID: id, Detail: detail}
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, read func(scan func(...any) error) (T, error)) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, db.Translate(rows.Err())
}
