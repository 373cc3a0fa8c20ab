// Package room holds the rules of one webinar as a state machine: commands go in, effects come out. It has no
// goroutine, no clock, no network and no randomness of its own, so that a webinar can be replayed as a table in a
// test. The state is one value that is written down and read back as JSON.
package room
