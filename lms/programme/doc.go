// Package programme keeps what somebody must do to be certified: programmes in immutable versions, who takes part and
// where they stand, in-person days, evidence from outside, approved practice, and who trained whom.
//
// A standing is worked out from the rows that hold the facts, by the rule of the version that a participation is
// pinned to (package rule), and never entered by hand. When the rule holds, the certificate is issued in the same
// transaction. Triggers on the tables of facts write the participations that may have changed into
// participations_changed; Run explains them again. Nobody who studies waits for it.
package programme
