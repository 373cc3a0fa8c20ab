package who

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mostik/lms"
)

// Filter narrows people; empty parts do not. Several values of a part are joined by "or", the parts by "and".
type Filter struct {
	// Text are words that each stand somewhere in a name, a Latin name, an e-mail, a login or a phone number.
	Text string `json:"text,omitempty"`

	Countries     []string                   `json:"countries,omitempty"` // ISO 3166-1 alpha-2
	Centres       []lms.ID[lms.Centre]       `json:"centres,omitempty"`
	Organisations []lms.ID[lms.Organisation] `json:"organisations,omitempty"`
	// Kinds are those of organisations: state, municipality, ngo …
	Kinds []string   `json:"kinds,omitempty"`
	Jobs  []string   `json:"jobs,omitempty"`
	Sex   []string   `json:"sex,omitempty"`
	Roles []lms.Role `json:"roles,omitempty"`
	// Account is active or blocked.
	Account string `json:"account,omitempty"`

	// Programme bounds what Standings, Certificate, ExpiresIn and Stuck ask for; without it they ask for any.
	Programme lms.ID[lms.Programme] `json:"programme,omitzero"`
	// Standings are invited, active, passed, certified and withdrawn, or none: takes no part.
	Standings []string           `json:"standings,omitempty"`
	Course    lms.ID[lms.Course] `json:"course,omitzero"` // studies it
	Cohort    lms.ID[lms.Cohort] `json:"cohort,omitzero"` // studies in it
	// Certificate is valid; expired: was valid, and none is any more; suspended, revoked; or none: has none that is
	// valid. Of achievement only.
	Certificate string `json:"certificate,omitempty"`
	// ExpiresIn asks for a valid certificate that expires within so many days from today, 0 for no such question.
	ExpiresIn int `json:"expires_in,omitempty"`
	// Stuck asks for somebody whose last try at something failed, or whose evidence was refused.
	Stuck bool `json:"stuck,omitempty"`

	// UnseenSince asks for whoever was not seen on that day or later, or never: 2006-01-02.
	UnseenSince string `json:"unseen_since,omitempty"`
	// Reach is mail or phone for whoever has one, none for whoever has neither.
	Reach string `json:"reach,omitempty"`
}

// The words that parts of a filter take.
var (
	Kinds        = []string{"state", "municipality", "ngo", "international", "library", "police", "education", "health", "other"}
	Jobs         = []string{"not-stated", "social-worker", "lawyer", "librarian", "police", "civil-servant", "educator", "health", "psychologist", "interpreter", "manager", "volunteer", "other"}
	Sexes        = []string{"female", "male", "not-stated"}
	Accounts     = []string{"active", "blocked"}
	Standings    = []string{"invited", "active", "passed", "certified", "withdrawn", "none"}
	Certificates = []string{"valid", "expired", "suspended", "revoked", "none"}
	Reaches      = []string{"mail", "phone", "none"}
)

const (
	// MaxValues bounds a list of a filter, MaxText its text in characters and MaxDays ExpiresIn.
	MaxValues = 200
	MaxText   = 200
	MaxDays   = 3660
)

var goodCountry = regexp.MustCompile(`^[A-Z]{2}$`)

// Param gives the parameter of a name, "" where it was not sent.
type Param func(name string) string

// Names are the parameters that FromQuery asks for.
var Names = []string{
	"q", "country", "centre", "organisation", "kind", "job", "sex", "role", "account", "programme", "standing", "course",
	"cohort", "certificate", "expires_in", "stuck", "unseen_since", "reach",
}

// FromQuery reads a filter from a query, in which commas part the values of a list. Errors: Invalid, with every
// parameter to blame.
func FromQuery(param Param) (Filter, error) {
	var bad problems
	list := func(name string) []string {
		text := param(name)
		if text == "" {
			return nil
		}
		return strings.Split(text, ",")
	}
	f := Filter{
		Text: param("q"), Countries: list("country"), Kinds: list("kind"), Jobs: list("job"), Sex: list("sex"),
		Account: param("account"), Standings: list("standing"), Certificate: param("certificate"),
		UnseenSince: param("unseen_since"), Reach: param("reach"),
	}
	for _, r := range list("role") {
		f.Roles = append(f.Roles, lms.Role(r))
	}
	f.Centres = ids[lms.Centre](&bad, "centre", list("centre"))
	f.Organisations = ids[lms.Organisation](&bad, "organisation", list("organisation"))
	f.Programme = one[lms.Programme](&bad, "programme", param("programme"))
	f.Course = one[lms.Course](&bad, "course", param("course"))
	f.Cohort = one[lms.Cohort](&bad, "cohort", param("cohort"))
	if text := param("expires_in"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			bad.add("expires_in", "parameter-malformed")
		}
		f.ExpiresIn = n
	}
	if text := param("stuck"); text != "" {
		stuck, err := strconv.ParseBool(text)
		if err != nil {
			bad.add("stuck", "parameter-malformed")
		}
		f.Stuck = stuck
	}
	f.check(&bad, inQuery)
	return f, bad.err()
}

func ids[T any](bad *problems, field string, texts []string) []lms.ID[T] {
	var all []lms.ID[T]
	for _, text := range texts {
		id, err := lms.ParseID[T](text)
		if err != nil {
			bad.add(field, "id-malformed")
			continue
		}
		all = append(all, id)
	}
	return all
}

func one[T any](bad *problems, field, text string) lms.ID[T] {
	if text == "" {
		return lms.ID[T]{}
	}
	id, err := lms.ParseID[T](text)
	if err != nil {
		bad.add(field, "id-malformed")
	}
	return id
}

// plain is a Filter without its own way to be read.
type plain Filter

// UnmarshalJSON reads a filter strictly: unknown fields and values are refused. Errors: Invalid.
func (f *Filter) UnmarshalJSON(raw []byte) error {
	var p plain
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return blame(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return lms.ErrInvalid("", "filter-malformed", "one JSON object, and nothing after it")
	}
	read := Filter(p)
	if err := read.Check(); err != nil {
		return err
	}
	*f = read
	return nil
}

// ParseJSON reads what was stored. Errors: Invalid.
func ParseJSON(raw []byte) (Filter, error) {
	var f Filter
	err := f.UnmarshalJSON(raw)
	return f, err
}

func blame(err error) error {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &lms.Error{Kind: lms.Invalid, Code: "wrong-type", Field: strings.ReplaceAll(e.Field, ".", "/"), Err: err}
	}
	if _, field, ok := strings.Cut(err.Error(), `json: unknown field "`); ok {
		return &lms.Error{Kind: lms.Invalid, Code: "unknown-field", Field: strings.TrimSuffix(field, `"`), Err: err}
	}
	return &lms.Error{Kind: lms.Invalid, Code: "filter-malformed", Detail: "not the JSON object that a filter is", Err: err}
}

// JSON is the one form in which a filter that was checked is stored.
func (f Filter) JSON() string {
	raw, err := json.Marshal(f)
	if err != nil {
		panic(err) // texts, numbers and ids: nothing that JSON has no form for
	}
	return string(raw)
}

// IsZero tells a filter that narrows nothing.
func (f Filter) IsZero() bool { return f.JSON() == "{}" }

// Check refuses what a filter does not take, and brings the rest into its one form. Fields are named as in JSON.
func (f *Filter) Check() error {
	var bad problems
	f.check(&bad, inJSON)
	return bad.err()
}

// naming says what the parts are called where they came from.
type naming int

const (
	inJSON naming = iota
	inQuery
)

var plural = map[string]string{
	"q": "text", "country": "countries", "centre": "centres", "organisation": "organisations", "kind": "kinds", "job": "jobs",
	"role": "roles", "standing": "standings",
}

// of gives the name of a part by its parameter's name.
func (n naming) of(param string) string {
	if n == inJSON {
		return cmp.Or(plural[param], param)
	}
	return param
}

func (f *Filter) check(bad *problems, n naming) {
	f.Text = strings.Join(strings.Fields(norm.NFC.String(f.Text)), " ")
	if utf8.RuneCountInString(f.Text) > MaxText {
		bad.add(n.of("q"), "too-long")
	}
	if strings.ContainsRune(f.Text, 0) || !utf8.ValidString(f.Text) {
		bad.add(n.of("q"), "value-refused")
	}
	f.Countries = several(bad, n.of("country"), f.Countries, strings.Compare)
	for _, c := range f.Countries {
		if !goodCountry.MatchString(c) {
			bad.add(n.of("country"), "malformed")
		}
	}
	f.Centres = several(bad, n.of("centre"), f.Centres, byText)
	f.Organisations = several(bad, n.of("organisation"), f.Organisations, byText)
	f.Kinds = several(bad, n.of("kind"), f.Kinds, strings.Compare)
	f.Jobs = several(bad, n.of("job"), f.Jobs, strings.Compare)
	f.Sex = several(bad, n.of("sex"), f.Sex, strings.Compare)
	f.Roles = several(bad, n.of("role"), f.Roles, cmp.Compare)
	f.Standings = several(bad, n.of("standing"), f.Standings, strings.Compare)
	oneOf(bad, n.of("kind"), Kinds, f.Kinds...)
	oneOf(bad, n.of("job"), Jobs, f.Jobs...)
	oneOf(bad, n.of("sex"), Sexes, f.Sex...)
	oneOf(bad, n.of("role"), lms.Roles(), f.Roles...)
	oneOf(bad, n.of("standing"), Standings, f.Standings...)
	oneOf(bad, "account", Accounts, set(f.Account)...)
	oneOf(bad, "certificate", Certificates, set(f.Certificate)...)
	oneOf(bad, "reach", Reaches, set(f.Reach)...)
	if f.ExpiresIn < 0 || f.ExpiresIn > MaxDays {
		bad.add("expires_in", "value-refused")
	}
	if f.UnseenSince != "" {
		if day, err := time.Parse(time.DateOnly, f.UnseenSince); err != nil || day.Year() < 1 { // PostgreSQL knows no year 0
			bad.add("unseen_since", "malformed")
		}
	}
}

func byText[T any](a, b lms.ID[T]) int { return strings.Compare(a.String(), b.String()) }

func set(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// several sorts a list and takes out what stands in it twice.
func several[T comparable](bad *problems, field string, list []T, compare func(a, b T) int) []T {
	if len(list) > MaxValues {
		bad.add(field, "too-many-items")
		return nil
	}
	list = slices.Clone(list)
	slices.SortFunc(list, compare)
	list = slices.Compact(list)
	if len(list) == 0 {
		return nil
	}
	var zero T
	if slices.Contains(list, zero) {
		bad.add(field, "value-refused")
	}
	return list
}

func oneOf[T comparable](bad *problems, field string, known []T, list ...T) {
	for _, v := range list {
		if !slices.Contains(known, v) {
			bad.add(field, "not-one-of")
			return
		}
	}
}

// problems gathers what is wrong with a filter.
type problems []lms.FieldProblem

func (p *problems) add(field, code string) {
	*p = append(*p, lms.FieldProblem{Field: field, Code: code})
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return &lms.Error{Kind: lms.Invalid, Code: p[0].Code, Field: p[0].Field, Detail: "a part of the filter is not known", Problems: p}
}
