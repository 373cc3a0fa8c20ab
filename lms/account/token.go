package account

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"mostik/lms"
)

// claims is what an access token says.
type claims struct {
	Subject   lms.ID[lms.Person]  `json:"sub"`
	Session   lms.ID[lms.Session] `json:"sid"`
	Language  string              `json:"lang"`
	Grants    []string            `json:"grants,omitempty"`
	IssuedUS  int64               `json:"ius"` // microseconds: a role bites at once, and whoever signs in right after it is let in
	ExpiresAt *jwt.NumericDate    `json:"exp"`
}

func (c claims) GetExpirationTime() (*jwt.NumericDate, error) { return c.ExpiresAt, nil }
func (c claims) GetIssuedAt() (*jwt.NumericDate, error)       { return nil, nil }
func (c claims) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (c claims) GetIssuer() (string, error)                   { return "", nil }
func (c claims) GetSubject() (string, error)                  { return c.Subject.String(), nil }
func (c claims) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }

// sign makes the access token of an actor.
func (s *Service) sign(actor lms.Actor) (string, error) {
	c := claims{
		Subject: actor.Person, Session: actor.Session, Language: actor.Language,
		IssuedUS: actor.IssuedAt.UnixMicro(), ExpiresAt: jwt.NewNumericDate(actor.ExpiresAt),
	}
	for _, g := range actor.Grants {
		c.Grants = append(c.Grants, g.String())
	}
	return jwt.NewWithClaims(jwt.SigningMethodEdDSA, c).SignedString(s.keys.Access)
}

// Authenticate gives the actor that an access token names, without asking the database. Errors:
// Unauthorized with the code "token-expired" when it is time to refresh, else "sign-in-needed".
func (s *Service) Authenticate(token string) (lms.Actor, error) {
	key := sha256.Sum256([]byte(token))
	now := s.now()
	actor, cached := s.tokens.get(key)
	if !cached {
		var err error
		if actor, err = s.open(token); err != nil {
			return lms.Actor{}, err
		}
	}
	switch {
	case !now.Before(actor.ExpiresAt):
		return lms.Actor{}, &lms.Error{Kind: lms.Unauthorized, Code: "token-expired", Detail: "refresh the session"}
	case s.void.covers(actor):
		return lms.Actor{}, &lms.Error{Kind: lms.Unauthorized, Code: "token-expired", Detail: "this token was made void; refresh the session"}
	}
	if !cached {
		s.tokens.put(key, actor)
	}
	return actor, nil
}

// open checks the seal and reads the claims; time is looked at by the caller.
func (s *Service) open(token string) (lms.Actor, error) {
	refused := func(err error) (lms.Actor, error) {
		return lms.Actor{}, &lms.Error{Kind: lms.Unauthorized, Code: "sign-in-needed", Detail: "this is no valid access token", Err: err}
	}
	var c claims
	_, err := s.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return s.keys.Access.Public(), nil })
	if err != nil {
		return refused(err)
	}
	if c.ExpiresAt == nil || c.Subject.IsZero() {
		return refused(nil)
	}
	actor := lms.Actor{
		Person: c.Subject, Session: c.Session, Language: c.Language,
		IssuedAt: time.UnixMicro(c.IssuedUS), ExpiresAt: c.ExpiresAt.Time,
	}
	for _, text := range c.Grants {
		g, err := lms.ParseGrant(text)
		if err != nil {
			return refused(err)
		}
		actor.Grants = append(actor.Grants, g)
	}
	return actor, nil
}

// tokenCache keeps the actors of tokens whose seal was checked, the least used leaving first.
type tokenCache struct {
	mu    sync.Mutex
	limit int
	order *list.List // front is the newest; values are cachedToken
	at    map[[sha256.Size]byte]*list.Element
}

type cachedToken struct {
	key   [sha256.Size]byte
	actor lms.Actor
}

func newTokenCache(limit int) *tokenCache {
	return &tokenCache{limit: limit, order: list.New(), at: map[[sha256.Size]byte]*list.Element{}}
}

func (c *tokenCache) get(key [sha256.Size]byte) (lms.Actor, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return lms.Actor{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cachedToken).actor, true
}

func (c *tokenCache) put(key [sha256.Size]byte, actor lms.Actor) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.at[key]; ok {
		return
	}
	c.at[key] = c.order.PushFront(cachedToken{key, actor})
	if c.order.Len() > c.limit {
		last := c.order.Back()
		c.order.Remove(last)
		delete(c.at, last.Value.(cachedToken).key)
	}
}

// voided remembers which tokens ended before their time: those of a person from before an instant, and
// those of a session. It forgets what is older than any token can be.
type voided struct {
	mu       sync.RWMutex
	now      func() time.Time
	ttl      time.Duration
	persons  map[lms.ID[lms.Person]]time.Time
	sessions map[lms.ID[lms.Session]]time.Time
	swept    time.Time
}

func newVoided(now func() time.Time, ttl time.Duration) *voided {
	return &voided{
		now: now, ttl: ttl, swept: now(),
		persons: map[lms.ID[lms.Person]]time.Time{}, sessions: map[lms.ID[lms.Session]]time.Time{},
	}
}

func (v *voided) covers(a lms.Actor) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if _, ended := v.sessions[a.Session]; ended {
		return true
	}
	before, ok := v.persons[a.Person]
	return ok && !a.IssuedAt.After(before)
}

// person voids every token of a person that was issued until now.
func (v *voided) person(id lms.ID[lms.Person]) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sweep()
	v.persons[id] = v.now()
}

func (v *voided) session(ids ...lms.ID[lms.Session]) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sweep()
	for _, id := range ids {
		v.sessions[id] = v.now()
	}
}

// sweep is called locked.
func (v *voided) sweep() {
	now := v.now()
	if now.Sub(v.swept) < v.ttl {
		return
	}
	v.swept = now
	for id, at := range v.persons {
		if now.Sub(at) > v.ttl {
			delete(v.persons, id)
		}
	}
	for id, at := range v.sessions {
		if now.Sub(at) > v.ttl {
			delete(v.sessions, id)
		}
	}
}
