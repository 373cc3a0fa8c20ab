// Package scenario is the interview simulator as a pure state machine: a conversation with a simulated
// person that has trust, safety, indicators that show themselves on the way, and four separate scores.
// Disclosure by the person earns nothing. The same path gives the same scores, so a run is stored as
// its role, the keys chosen, what was noted and what was sorted.
//
// An Encounter is a branching dialogue without state and scores; it is sent to the browser whole.
package scenario
