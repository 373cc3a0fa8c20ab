package courses

import (
	"cmp"
	"fmt"
	"slices"
)

// Position is a place in a file of a course, with lines and columns counted from 1; 0 means that the
// place is the file as a whole.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// String gives "file:line:column", leaving out what is not known.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Severity says whether a course with the problem may be published.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing to mend in a course.
type Problem struct {
	Pos      Position `json:"pos"`
	Severity Severity `json:"severity"`
	// Code is stable ("unknown-source"); the front end has words for it.
	Code string `json:"code"`
	// Message is one English sentence that names the keys concerned.
	Message string `json:"message"`
}

// String gives the line that the command prints.
func (p Problem) String() string {
	return fmt.Sprintf("%s: %s: %s [%s]", p.Pos, p.Severity, p.Message, p.Code)
}

// SortProblems orders by file, line, column and code, and drops repeats.
func SortProblems(list []Problem) []Problem {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(list)
}

// HasErrors tells whether any of the problems is an error.
func HasErrors(list []Problem) bool {
	return slices.ContainsFunc(list, func(p Problem) bool { return p.Severity == Error })
}
