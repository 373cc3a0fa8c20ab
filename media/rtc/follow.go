package rtc

import (
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v3"
)

// silence is how long a peer says nothing by the way that it chose before another one that it asks by is taken.
const silence = 3 * time.Second

// follower keeps a session with a peer whose address changes without its knowledge, as when a router forgets which port
// stood for it. Such a peer goes on asking for consent (RFC 7675), from an address that is new to us, and not all of them
// name the way again (USE-CANDIDATE), so that ICE alone would send to the old one until the session ends. Of one agent,
// whose goroutine alone calls it.
type follower struct {
	heard func(ice.Candidate) time.Time // when the peer said something by a way
	names string                        // whom the checks are between, by which a restart shows
	way   ice.Candidate                 // the peer's end of the way that it chose, nil before it did
}

// asked takes note of a check, which ICE has authenticated, and tells whether to send by its pair from now on. Only an
// address that answered a check of ours is followed: one that others could have put in is not flooded.
func (f *follower) asked(m *stun.Message, _, remote ice.Candidate, pair *ice.CandidatePair) bool {
	if names, err := m.Get(stun.AttrUsername); err == nil && string(names) != f.names {
		f.names, f.way = string(names), nil
	}
	switch {
	case m.Contains(stun.AttrUseCandidate):
		f.way = remote
	case f.way == nil || f.way == remote || pair.ResponsesReceived() == 0 || time.Since(f.heard(f.way)) < silence:
	default:
		f.way = remote
		return true
	}
	return false
}
