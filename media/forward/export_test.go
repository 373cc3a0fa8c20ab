package forward

import "math"

// The forms of sound, for tests.
const (
	Twice  = uint8(twice)
	Thrice = uint8(thrice)
	Joined = uint8(joined)
)

// Form keeps a session's sound in one form, whatever its line does.
func (s *Session) Form(v uint8) { s.voice, s.looked = voice(v), math.MaxInt64 }
