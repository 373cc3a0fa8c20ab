package quiz

import (
	"hash/fnv"
	"math/rand/v2"
)

const maxSeed = 1<<53 - 1

// random gives the stream of numbers for a purpose; the same seed and purpose give the same stream
// for ever, for shown papers hang on it.
func random(seed Seed, purpose string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(purpose)) // a hash in memory does not fail
	return rand.New(rand.NewPCG(uint64(seed), h.Sum64()))
}

// shuffled gives a copy in the order that the seed decides.
func shuffled(keys []string, seed Seed, purpose string) []string {
	out := append([]string(nil), keys...)
	random(seed, purpose).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// mixed is like shuffled, but never gives the written order back when another one is possible: it is
// for what was written in the right order.
func mixed(keys []string, seed Seed, purpose string) []string {
	out := shuffled(keys, seed, purpose)
	if len(out) < 2 {
		return out
	}
	for i := range out {
		if out[i] != keys[i] {
			return out
		}
	}
	return append(out[1:], out[0])
}
