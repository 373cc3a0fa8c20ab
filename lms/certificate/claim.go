package certificate

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Claim is what a certificate says. Its JSON in this order of fields, without spaces, is the form that
// is sealed; a field is only ever added at the end with omitempty, so that old seals keep fitting.
type Claim struct {
	Serial      string `json:"serial"`
	Holder      string `json:"holder"`                 // as printed
	HolderLatin string `json:"holder_latin,omitempty"` // as in the passport, where given
	Course      string `json:"course"`                 // the title, in Language
	CourseKey   string `json:"course_key"`
	Version     int    `json:"version"`
	Hours       string `json:"hours"`     // of professional development, decimal: "4" or "4.5"
	IssuedOn    Date   `json:"issued_on"` // in UTC
	ExpiresOn   *Date  `json:"expires_on,omitempty"`
	LawAsOf     *Date  `json:"law_as_of,omitempty"`
	Issuer      string `json:"issuer"`
	Language    string `json:"language"` // of the texts above, BCP 47

	// Since programmes are certified. Course and CourseKey are empty where these two are not.
	Programme    string `json:"programme,omitempty"` // the title, in Language
	ProgrammeKey string `json:"programme_key,omitempty"`
	Kind         Kind   `json:"kind,omitempty"`         // empty: of achievement, as all the first ones were
	Document     string `json:"document,omitempty"`     // the paper's name as the issuer may give it, in Language
	IssueNo      int    `json:"issue_no,omitempty"`     // of the award, from the second on
	ValidMonths  int    `json:"valid_months,omitempty"` // for how long it was given, where it ends
	Replaces     string `json:"replaces,omitempty"`     // the serial that this one follows
	PaperNumber  string `json:"paper_number,omitempty"` // of a paper of the past: its own number; such a claim is never sealed
}

// Kind tells what a certificate says of its holder.
type Kind string

// The kinds. They are separate documents: having been there is no achievement.
const (
	Achievement   Kind = "achievement"
	Participation Kind = "participation"
)

// oneLine takes out of a text what cannot stand on a line of print, and what a credential cannot be signed with.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// Title is what the certificate is for: the programme's or the course's, in Language.
func (c Claim) Title() string {
	if c.Programme != "" {
		return c.Programme
	}
	return c.Course
}

// Key is the stable name of the programme or the course.
func (c Claim) Key() string {
	if c.ProgrammeKey != "" {
		return c.ProgrammeKey
	}
	return c.CourseKey
}

// Of tells what the certificate says of its holder.
func (c Claim) Of() Kind {
	if c.Kind == "" {
		return Achievement
	}
	return c.Kind
}

// Date is a day without a clock, written 2006-01-02.
type Date struct{ time.Time }

// DateOf takes the day of a moment in UTC.
func DateOf(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date{time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// ParseDate reads 2006-01-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("reading a date: %w", err)
	}
	return Date{t}, nil
}

// String writes 2006-01-02.
func (d Date) String() string { return d.Format(time.DateOnly) }

// MarshalText writes 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// MarshalJSON writes "2006-01-02" and not the moment that time.Time would write.
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads "2006-01-02".
func (d *Date) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("reading a date: %w", err)
	}
	v, err := ParseDate(s)
	if err == nil {
		*d = v
	}
	return err
}
