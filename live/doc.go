// Package live holds the words of a webinar while it happens: the ticket that lets somebody in, and what it
// grants. The live wing asks nobody about rights again and has no database (docs/live.md).
package live
