package intake

import (
	"mostik/lms"
	"mostik/lms/intake/value"
)

// Mapping says what the columns of a table are, and how what stands in them is read.
type Mapping struct {
	// Columns gives each column's field, "" leaves it out.
	Columns []Field `json:"columns"`
	// DateOrder is that of dates with slashes which could be read both ways: dmy, mdy, or "" to ask.
	DateOrder value.Order `json:"date_order" enum:",dmy,mdy"`
	// GivenFirst tells that full names begin with the given name.
	GivenFirst bool `json:"given_first"`
	// MendScripts replaces look-alike letters in words of two scripts, where there is one for each.
	MendScripts bool `json:"mend_scripts"`
	// Language is that of the accounts where the table does not say.
	Language string `json:"language" enum:"en,ru,sk,kk,tg,ky"`
	// Cohort and Programme take everybody whose row names none.
	Cohort    lms.ID[lms.Cohort]    `json:"cohort_id,omitzero"`
	Programme lms.ID[lms.Programme] `json:"programme_id,omitzero"`
	// Organisations say what the names are that no organisation has.
	Organisations []Naming `json:"organisations,omitempty"`
	// SkipFaulty leaves rows with faults out; without it, one faulty row keeps all out.
	SkipFaulty bool `json:"skip_faulty"`
}

// check refuses a mapping that makes no sense, whatever the rows.
func (m *Mapping) check(columns int) error {
	if len(m.Columns) != columns {
		return lms.ErrInvalid("columns", "columns-other", "a field, or nothing, for each column of the table")
	}
	seen := map[Field]bool{}
	for _, f := range m.Columns {
		switch {
		case !f.Known():
			return lms.ErrInvalid("columns", "not-one-of", "there is no such field")
		case f != "" && seen[f]:
			return lms.ErrInvalid("columns", "field-twice", "two columns cannot be the same field")
		}
		seen[f] = true
	}
	if !seen[FullName] && !(seen[FamilyName] && seen[GivenName]) {
		return lms.ErrInvalid("columns", "name-unmapped", "no column is the name")
	}
	if m.DateOrder != "" && m.DateOrder != value.DayFirst && m.DateOrder != value.MonthFirst {
		return lms.ErrInvalid("date_order", "not-one-of", "dmy or mdy")
	}
	if _, ok := languageWords[m.Language]; !ok || len(m.Language) != 2 {
		return lms.ErrInvalid("language", "not-one-of", "not one of the languages")
	}
	return checkNamings(m.Organisations)
}

func (m *Mapping) has(f Field) bool { return m.column(f) >= 0 }

// column gives the index of a field's column, -1 where there is none.
func (m *Mapping) column(f Field) int {
	for i, c := range m.Columns {
		if c == f {
			return i
		}
	}
	return -1
}
