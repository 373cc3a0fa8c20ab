package account

import "mostik/lms"

// Bare is a service without a database: it opens tokens and does nothing else. Tests of what stands above
// use it.
func Bare(keys Keys) *Service { return build(nil, Config{}, keys, nil) }

// TokenFor signs an access token for an actor, now and for the usual time. Tests use it; people sign in.
func TokenFor(s *Service, actor lms.Actor) string {
	actor.IssuedAt = s.now()
	actor.ExpiresAt = actor.IssuedAt.Add(s.cfg.AccessTTL)
	token, err := s.sign(actor)
	if err != nil {
		panic(err) // an Ed25519 key in memory always signs
	}
	return token
}
