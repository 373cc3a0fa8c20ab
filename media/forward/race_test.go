//go:build race

package forward_test

// raced tells that the race detector is on: it makes pools forget on purpose.
const raced = true
