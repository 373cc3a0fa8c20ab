package demo

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"mostik/lms"
)

// chance is the randomness of one thing (a person, a question). It follows from a name, so that adding a
// person or a centre changes nobody else.
type chance struct{ *rand.Rand }

func chanceOf(parts ...string) chance {
	h := fnv.New128a()
	for _, p := range parts {
		_, _ = h.Write(append([]byte(p), 0))
	}
	sum := h.Sum(nil)
	return chance{rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])))}
}

// in tells whether something of a probability happens.
func (c chance) in(p float64) bool { return c.Float64() < p }

// between gives a number from lo to hi, both possible.
func (c chance) between(lo, hi int) int { return lo + c.IntN(hi-lo+1) }

// minutes gives a time span around a mean, never shorter than a third of it.
func (c chance) minutes(mean float64) time.Duration {
	m := mean * math.Exp(0.35*c.NormFloat64())
	return time.Duration(max(m, mean/3) * float64(time.Minute)).Round(time.Second)
}

func oneOf[T any](c chance, list []T) T { return list[c.IntN(len(list))] }

// weighted gives an index; the weights need not add up to one.
func (c chance) weighted(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	at := c.Float64() * sum
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// newID makes a UUIDv7 of a moment. The same chance gives the same id.
func newID[T any](c chance, at time.Time) lms.ID[T] {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[8:], c.Uint64())
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|c.Uint64()&0x0fff)
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return lms.ID[T](u)
}
