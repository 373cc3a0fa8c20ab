package account

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Config holds what an operator may set.
type Config struct {
	// AccessTTL is how long an access token lasts, and so how long another process may believe in a role
	// that was taken; 0 means 10 minutes.
	AccessTTL time.Duration
	// SessionTTL ends a session that was not used for so long; 0 means 30 days.
	SessionTTL time.Duration
	// CodeTTL is how long a printed code is good; 0 means 14 days.
	CodeTTL time.Duration
	// Hashers bounds how many passwords are hashed at once; 0 means one a core.
	Hashers int
	// ForgetFile removes the bytes of a file that was handed in, by its SHA-256 in hex; what is not there is
	// no error. Nil leaves them to the sweep.
	ForgetFile func(sha256 string) error
	// ForgetRooms takes a person's account, and entries of rosters by webinar that are theirs without one, out of what
	// webinars left as files. Nil has none.
	ForgetRooms func(account string, entries map[string][]string) error
}

func (c Config) filled() Config {
	if c.AccessTTL == 0 {
		c.AccessTTL = 10 * time.Minute
	}
	if c.SessionTTL == 0 {
		c.SessionTTL = 30 * 24 * time.Hour
	}
	if c.CodeTTL == 0 {
		c.CodeTTL = 14 * 24 * time.Hour
	}
	return c
}

// refreshGrace is how long the token before the newest is still taken: two tabs that wake together both
// refresh, and an answer that was lost on the way is asked for again.
const refreshGrace = 30 * time.Second

// Service is the slice's use cases.
type Service struct {
	db     *bun.DB
	cfg    Config
	keys   Keys
	clock  func() time.Time
	parser *jwt.Parser
	tokens *tokenCache
	void   *voided
	hasher *hasher
	nets   *netLimiter
}

// New builds the service and reads which sessions ended so recently that their access tokens may still
// be about.
func New(ctx context.Context, database *bun.DB, cfg Config, keys Keys, now func() time.Time) (*Service, error) {
	s := build(database, cfg, keys, now)
	if err := s.recall(ctx); err != nil {
		return nil, fmt.Errorf("reading the sessions that ended: %w", err)
	}
	return s, nil
}

func build(database *bun.DB, cfg Config, keys Keys, now func() time.Time) *Service {
	if now == nil {
		now = time.Now
	}
	s := &Service{db: database, cfg: cfg.filled(), keys: keys, clock: now}
	// The clock is ours, so the parser checks the seal and the algorithm only.
	s.parser = jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithoutClaimsValidation())
	s.tokens = newTokenCache(8192)
	s.void = newVoided(s.now, s.cfg.AccessTTL)
	s.hasher = newHasher(s.cfg.Hashers)
	s.nets = newNetLimiter(s.now)
	return s
}

// now is UTC and in whole microseconds, as PostgreSQL keeps it.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// recall fills the list of void tokens after a restart: those of sessions that ended, and those of persons whose
// roles changed or who are no more.
func (s *Service) recall(ctx context.Context) error {
	since := s.now().Add(-s.cfg.AccessTTL)
	sessions, err := idsOf[lms.Session](ctx, s.db, `SELECT id FROM sessions WHERE ended_at > $1`, since)
	if err != nil {
		return err
	}
	s.void.session(sessions...)
	// Read from the newest backwards, as time has no index.
	persons, err := idsOf[lms.Person](ctx, s.db, `
		SELECT DISTINCT who::uuid FROM audit_events, unnest(ARRAY[subject_id, detail->>'other']) who
		 WHERE id > coalesce((SELECT max(id) FROM audit_events WHERE at <= $1), 0) AND who IS NOT NULL
		   AND subject_kind = 'person' AND action IN ('role.grant', 'role.take', 'person.merge', 'person.erase')`, since)
	for _, id := range persons {
		s.void.person(id)
	}
	return err
}

func idsOf[T any](ctx context.Context, q db.Queryer, query string, args ...any) (list []lms.ID[T], err error) {
	rows, err := db.Rows(ctx, q, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id lms.ID[T]
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

// Tokens is what a sign-in gives.
type Tokens struct {
	Access    string
	ExpiresAt time.Time // of the access token
	Refresh   string
	// RefreshExpiresAt is when the session ends if nobody comes back.
	RefreshExpiresAt time.Time
	// Device is the value of the device's cookie, "" where it stays as it is.
	Device          string
	DeviceExpiresAt time.Time
}
