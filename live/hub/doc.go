// Package hub runs webinars: one Room each, whose loop owns what is in it, and carries out with packets what was
// decided.
package hub
