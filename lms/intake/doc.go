// Package intake brings people in from tables that others keep, finds records that are of one person, and keeps
// cohorts and programmes filled by rule.
//
// A table goes through an import: its cells are read and kept ([Service.Upload]), its columns are mapped to fields,
// and every row is checked against the fields, against the other rows and against what is there ([Service.SetMapping]);
// what is wrong is told by line and column, all of it. Applying makes everything in one transaction, or nothing; a dry
// run is the same transaction, rolled back. What an import made can be taken back as long as nothing was built on it.
//
// A row is of three kinds of problem: a note tells what was put right, a question asks somebody to decide (is this
// the person who has an account?), a fault keeps the row out.
package intake
