// Package lms is the vocabulary of the wing that keeps people and what they do: failures with a kind,
// typed identifiers, the actor behind a request, and the one table that says who may do what. It
// imports nothing of ours, so every other package of the wing may speak these words.
package lms
