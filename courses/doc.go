// Package courses is the vocabulary of the wing that knows what a course is: the tree of course,
// module and activity, the text that stands once per language, sources, terms, figures, country
// overlays, worksheets, and the problems that a reader or a check finds, each with its place. It
// imports nothing of ours and knows no database, no HTTP and no clock.
//
// Structure stands once and is named by keys; words stand in a Text per language. The format that an
// author writes is described in docs/authoring.md; the field names here are the names used there.
package courses
