package indicator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Act is what people do that is counted.
type Act string

// The acts of people in a programme, and the numbers that are handed in as totals.
const (
	Enrolled  Act = "enrolled"  // they are in the programme
	Joined    Act = "joined"    // they did the first thing
	Attended  Act = "attended"  // a webinar, a day, or a course completed
	Course    Act = "course"    // a course completed
	Webinar   Act = "webinar"   // a webinar attended
	Day       Act = "day"       // an in-person day attended
	Passed    Act = "passed"    // the rule held
	Certified Act = "certified" // they have the programme's certificate
	Total     Act = "total"     // beneficiaries, who never enter as persons
)

// Acts lists them in the order in which they are offered.
func Acts() []Act {
	return []Act{Enrolled, Joined, Attended, Course, Webinar, Day, Passed, Certified, Total}
}

// above are the acts that whoever did an act has done, too.
var above = map[Act][]Act{
	Joined: {Enrolled}, Attended: {Joined, Enrolled}, Passed: {Joined, Enrolled}, Certified: {Passed, Joined, Enrolled},
	Course: {Attended, Joined, Enrolled}, Webinar: {Attended, Joined, Enrolled}, Day: {Attended, Joined, Enrolled},
}

// Implies tells that whoever did a has done b.
func (a Act) Implies(b Act) bool { return a == b || slices.Contains(above[a], b) }

// Unit is what a number is a number of.
type Unit string

// The units: somebody who came three times is one person and three attendances.
const (
	Persons     Unit = "persons"
	Attendances Unit = "attendances"
)

// Period is when it must have happened.
type Period string

// The periods: that of the report, or everything until its last day.
const (
	Within Period = "report"
	ToDate Period = "to-date"
)

// Counted is one number before it is broken down.
type Counted struct {
	Act Act `json:"act"`
	// Components of the programme that count, all where there is none.
	Components []string `json:"components,omitempty"`
	// Share is the least part of a webinar's floor, in percent; 0: any minute.
	Share int `json:"share,omitempty"`
	// What names the total that is counted, for the act total.
	What   string `json:"what,omitempty"`
	Period Period `json:"period,omitempty"`
}

// Target is what was promised.
type Target struct {
	// Value is a number of the unit, or a percentage where the indicator has a denominator.
	Value float64 `json:"value"`
	// By is the day until when, 2026-12-31; "" where nobody said.
	By string `json:"by,omitempty"`
}

// Definition is an indicator as data: who reads it knows what the number is.
type Definition struct {
	Key   string            `json:"key"`
	Name  map[string]string `json:"name"`
	Count Counted           `json:"count"`
	// Of is the denominator: whoever is counted is in it, too.
	Of    *Counted `json:"of,omitempty"`
	Units []Unit   `json:"units"`
	// By are the breakdowns, each by one dimension or two.
	By     [][]string `json:"by"`
	Target *Target    `json:"target,omitempty"`
}

// The dimensions that every programme has. A programme's own categories are named category:KEY.
const (
	BySex          = "sex"
	ByAge          = "age"
	ByCountry      = "country"
	ByOrganisation = "organisation"
	ByJob          = "job"
	ByDisability   = "disability"
	ByCategory     = "category:"
)

// Dimensions lists them in the order in which they are offered.
func Dimensions() []string {
	return []string{BySex, ByAge, ByCountry, ByOrganisation, ByJob, ByDisability}
}

// Languages in which an indicator can have a name.
var Languages = []string{"en", "ru", "sk", "kk", "tg", "ky"}

// Bounds of a definition.
const (
	MaxBytes = 16 << 10
	maxBy    = 12
	maxName  = 200
)

// Fault is one thing that is wrong with a definition.
type Fault struct {
	// Path leads to it, without a leading slash: "count/act".
	Path string `json:"path"`
	// Code is stable and becomes words in the reader's language.
	Code string `json:"code"`
	// Detail is one English sentence for a developer.
	Detail string `json:"detail"`
}

// Faults are all that is wrong with a definition.
type Faults []Fault

// Error joins them.
func (f Faults) Error() string {
	all := make([]string, len(f))
	for i, one := range f {
		all[i] = strings.TrimPrefix(one.Path+": ", ": ") + one.Detail
	}
	return strings.Join(all, "; ")
}

// Parse reads a definition from JSON and tells all that is wrong with it. What is left out gets its plain meaning:
// persons, in the report's period.
func Parse(raw []byte) (Definition, Faults) {
	var d Definition
	if len(raw) > MaxBytes {
		return d, Faults{{"", "too-large", fmt.Sprintf("a definition has at most %d bytes", MaxBytes)}}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return Definition{}, Faults{faultOf(err)}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Definition{}, Faults{{"", "body-malformed", "one JSON object, and nothing after it"}}
	}
	d.plain()
	if faults := d.Check(); len(faults) > 0 {
		return Definition{}, faults
	}
	return d, nil
}

func faultOf(err error) Fault {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return Fault{strings.ReplaceAll(e.Field, ".", "/"), "wrong-type", "this takes another type than " + e.Value}
	}
	if _, field, ok := strings.Cut(err.Error(), `json: unknown field "`); ok {
		return Fault{strings.TrimSuffix(field, `"`), "unknown-field", "there is no such field"}
	}
	return Fault{"", "body-malformed", "not the JSON object that this takes"}
}

// plain fills in what goes without saying.
func (d *Definition) plain() {
	if len(d.Units) == 0 {
		d.Units = []Unit{Persons}
	}
	if d.By == nil {
		d.By = [][]string{}
	}
	for _, c := range []*Counted{&d.Count, d.Of} {
		if c != nil && c.Period == "" {
			c.Period = Within
			if c == d.Of {
				c.Period = ToDate
			}
		}
	}
}

var (
	keyForm      = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	categoryForm = regexp.MustCompile(`^category:[a-z0-9][a-z0-9-]{0,62}$`)
	dayForm      = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
)

// Check tells all that is wrong with a definition.
func (d *Definition) Check() Faults {
	var f Faults
	add := func(path, code, detail string) { f = append(f, Fault{path, code, detail}) }
	if !keyForm.MatchString(d.Key) {
		add("key", "malformed", "a key is of small letters, digits and hyphens")
	}
	d.checkName(add)
	d.Count.check("count", add)
	if d.Of != nil {
		d.Of.check("of", add)
		d.checkOf(add)
	}
	for i, u := range d.Units {
		at := "units/" + strconv.Itoa(i)
		switch {
		case u != Persons && u != Attendances:
			add(at, "not-one-of", "persons or attendances")
		case slices.Contains(d.Units[:i], u):
			add(at, "twice", "this stands here already")
		case u == Attendances && !slices.Contains([]Act{Attended, Course, Webinar, Day}, d.Count.Act):
			add(at, "unit-unfit", "only what can happen more than once has attendances")
		}
	}
	d.checkBy(add)
	d.checkTarget(add)
	return f
}

func (d *Definition) checkName(add func(path, code, detail string)) {
	if d.Name["en"] == "" {
		add("name/en", "required", "every indicator has an English name, which stands in where another is missing")
	}
	for lang, name := range d.Name {
		switch {
		case !slices.Contains(Languages, lang):
			add("name/"+lang, "not-one-of", "not a language of the interface")
		case len([]rune(name)) > maxName:
			add("name/"+lang, "too-long", "at most 200 letters")
		case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
			add("name/"+lang, "value-refused", "a name is one line")
		}
	}
}

func (c *Counted) check(at string, add func(path, code, detail string)) {
	if !slices.Contains(Acts(), c.Act) {
		add(at+"/act", "not-one-of", "not an act that is counted")
	}
	if c.Period != Within && c.Period != ToDate {
		add(at+"/period", "not-one-of", "report or to-date")
	}
	if c.Act != Webinar && c.Share != 0 || c.Share < 0 || c.Share > 100 {
		add(at+"/share", "share-unfit", "a share of 1 to 100 percent, of a webinar only")
	}
	if (c.Act == Total) != (c.What != "") || c.What != "" && !keyForm.MatchString(c.What) {
		add(at+"/what", "what-unfit", "a total names what it counts, and nothing else does")
	}
	if len(c.Components) > 0 && !slices.Contains([]Act{Attended, Course, Webinar, Day}, c.Act) || len(c.Components) > 50 {
		add(at+"/components", "components-unfit", "only what is attended has components, at most 50")
	}
	for i, k := range c.Components {
		if !keyForm.MatchString(k) || slices.Contains(c.Components[:i], k) {
			add(at+"/components/"+strconv.Itoa(i), "malformed", "the key of a component, once")
		}
	}
}

// checkOf holds that the denominator contains the numerator whatever people do; a share of something else is no share.
func (d *Definition) checkOf(add func(path, code, detail string)) {
	switch {
	case !d.Count.In(*d.Of):
		add("of", "of-not-containing", "whoever is counted must be in the denominator, too")
	case d.Count.same(*d.Of):
		add("of", "of-the-same", "the denominator is the number itself")
	case slices.Contains(d.Units, Attendances):
		add("units", "unit-unfit", "a share is of persons")
	}
}

// same tells that two count the same.
func (c Counted) same(o Counted) bool { return c.In(o) && o.In(c) }

// In tells that whoever counts here counts there, whatever the report's period is.
func (c Counted) In(o Counted) bool {
	if !c.Act.Implies(o.Act) || c.What != o.What || c.Period == ToDate && o.Period == Within {
		return false
	}
	if c.Act != o.Act && slices.Contains([]Act{Enrolled, Joined, Passed}, o.Act) {
		return o.Period == ToDate // it may have happened before
	}
	if c.Act == o.Act && c.Share < o.Share {
		return false
	}
	return len(o.Components) == 0 || len(c.Components) > 0 && !slices.ContainsFunc(c.Components, func(k string) bool { return !slices.Contains(o.Components, k) })
}

func (d *Definition) checkBy(add func(path, code, detail string)) {
	if len(d.By) > maxBy {
		add("by", "too-many-items", "at most twelve breakdowns")
		return
	}
	var seen []string
	for i, by := range d.By {
		at := "by/" + strconv.Itoa(i)
		if len(by) < 1 || len(by) > 2 || len(by) == 2 && by[0] == by[1] {
			add(at, "by-unfit", "a breakdown is by one dimension or by two")
			continue
		}
		for _, dim := range by {
			if !slices.Contains(Dimensions(), dim) && !categoryForm.MatchString(dim) {
				add(at, "not-one-of", "not a dimension")
			}
			if d.Count.Act == Total && !slices.Contains([]string{BySex, ByAge, ByCountry}, dim) {
				add(at, "by-unfit", "totals are broken down by sex, age and country")
			}
		}
		name := strings.Join(slices.Sorted(slices.Values(by)), " ")
		if slices.Contains(seen, name) {
			add(at, "twice", "this stands here already")
		}
		seen = append(seen, name)
	}
}

func (d *Definition) checkTarget(add func(path, code, detail string)) {
	if d.Target == nil {
		return
	}
	most := 1e9
	if d.Of != nil {
		most = 100
	}
	if v := d.Target.Value; v != v || v <= 0 || v > most {
		add("target/value", "too-big", "above nought, and at most 100 where it is a share")
	}
	if d.Target.By != "" && !dayForm.MatchString(d.Target.By) {
		add("target/by", "malformed", "a day, 2026-12-31")
	}
}

// Title is the name in a language, else the English one.
func (d *Definition) Title(lang string) string {
	if n := d.Name[lang]; n != "" {
		return n
	}
	return d.Name["en"]
}
