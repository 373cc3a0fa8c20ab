package intake

import (
	"mostik/lms"
	"mostik/lms/intake/alike"
)

// Level says how grave a problem is.
type Level int

// The levels.
const (
	Fine     Level = iota
	Note           // something was put right
	Question       // somebody must decide
	Fault          // the row cannot be taken
)

// Problem is something about one row. It holds no text of the file.
type Problem struct {
	Code string `json:"code"`
	// Column is the index of the cell to blame, -1 where it is the whole row.
	Column int   `json:"column"`
	Field  Field `json:"field,omitempty"`
	Level  Level `json:"level" enum:"1,2,3"`
	// Line is the other line that it is about, 0 for none.
	Line int `json:"line,omitempty"`
	// Twins are people who have an account and may be this one, the likeliest first.
	Twins []Twin `json:"twins,omitempty"`
	// Score and Reasons are those of the other line.
	Score   int            `json:"score,omitempty"`
	Reasons []alike.Reason `json:"reasons,omitempty"`
}

// Twin is somebody with an account who may be the person of a row.
type Twin struct {
	Person  lms.ID[lms.Person] `json:"person_id"`
	Score   int                `json:"score"`
	Reasons []alike.Reason     `json:"reasons"`
}

// levels of codes; what is not listed is a fault.
var levels = map[string]Level{
	// Put right.
	"odd-space": Note, "invisible": Note, "apostrophe": Note, "quoted-number": Note,
	"script-mended": Note, "date-from-number": Note, "same-as-line": Note, "known": Note, "enrolled-already": Note, "takes-part-already": Note,
	"capitals": Note, "organisation-matched": Note, "organisation-made": Note,
	// To be decided.
	"twin-in-file": Question, "twin-here": Question,
}

func levelOf(code string) Level {
	if l, ok := levels[code]; ok {
		return l
	}
	return Fault
}
