package programme

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/programme/rule"
)

// Text is one text in the languages that it was written in.
type Text map[string]string

// In gives the text in a language, else in English, else in the alphabetically first one that it has.
func (t Text) In(lang string) string { return t[t.language(lang)] }

// language is the one in which In answers; lang itself where there is no text.
func (t Text) language(lang string) string {
	for _, l := range append([]string{lang, "en"}, slices.Sorted(maps.Keys(t))...) {
		if t[l] != "" {
			return l
		}
	}
	return lang
}

// Definition is what a programme asks for and what it gives. Its JSON is what authors write.
type Definition struct {
	Title Text `json:"title"`
	Aims  Text `json:"aims,omitempty"`
	// Components are the parts that the rules name.
	Components []Component `json:"components"`
	// Achievement is the rule for the certificate of achievement; Participation the one for having taken part, where
	// such a paper is given.
	Achievement   json.RawMessage `json:"achievement"`
	Participation json.RawMessage `json:"participation,omitempty"`
	// Renewal is the shorter way for who is certified already: only what was done since then counts. Without it the
	// whole rule is asked again.
	Renewal json.RawMessage `json:"renewal,omitempty"`
	// Hours of professional development, decimal: "24" or "24.5".
	Hours string `json:"hours"`
	// ValidityMonths is how long the certificate of achievement is good, 0 for ever; RenewalMonths how long before its
	// end it may be renewed, 0 for the usual three.
	ValidityMonths int `json:"validity_months,omitempty"`
	RenewalMonths  int `json:"renewal_months,omitempty"`
	// Documents are the names of the two papers, where the issuer may not use the usual ones.
	Documents Documents `json:"documents,omitzero"`
	// LawAsOf is the day of the law that is taught, 2006-01-02.
	LawAsOf string `json:"law_as_of,omitempty"`
	// Categories are what people are told apart by in reports of this programme, beside those that all have.
	Categories []Category `json:"categories,omitempty"`
	// Join says who may come: invited, or open to whoever belongs to one of the countries (none: all).
	Join      string   `json:"join,omitempty"`
	Countries []string `json:"countries,omitempty"`
	// Issue says when the certificate of achievement is issued for the first time: at-once, or by-hand by whoever may.
	Issue string `json:"issue,omitempty"`
	// Trainers marks a training of trainers, whose people train others.
	Trainers bool `json:"trainers,omitempty"`

	rules struct {
		achievement            rule.Node
		participation, renewal *rule.Node
	}
}

// Documents are the names of a programme's papers.
type Documents struct {
	Achievement   Text `json:"achievement,omitempty"`
	Participation Text `json:"participation,omitempty"`
}

// Component is a named part of a programme.
type Component struct {
	Key   string    `json:"key"`
	Kind  rule.Kind `json:"kind"`
	Title Text      `json:"title"`
	// Course is a course's key, Activity the key of a quiz in it.
	Course   string `json:"course,omitempty"`
	Activity string `json:"activity,omitempty"`
	// Programme is the key of another programme, Equivalents those of programmes that count as much.
	Programme   string   `json:"programme,omitempty"`
	Equivalents []string `json:"equivalents,omitempty"`
}

// Category tells people apart in reports: one of its options is chosen for each.
type Category struct {
	Key     string   `json:"key"`
	Title   Text     `json:"title"`
	Options []Option `json:"options"`
}

// Option is one value of a category.
type Option struct {
	Key   string `json:"key"`
	Title Text   `json:"title"`
}

// Words of a definition.
const (
	JoinInvited, JoinOpen    = "invited", "open"
	IssueAtOnce, IssueByHand = "at-once", "by-hand"
)

// Bounds of a definition.
const (
	maxDefinition = 256 << 10
	maxComponents = 60
	maxTitle      = 200
	maxAims       = 4000
)

var (
	languages   = []string{"en", "ru", "sk", "kk", "tg", "ky"}
	hoursForm   = regexp.MustCompile(`^[0-9]{1,4}(\.[0-9]{1,2})?$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
)

// Parse reads a definition from JSON as far as it goes: words that are not known are refused, and a draft may still
// have the faults that Check finds. Errors: Invalid, TooLarge.
func Parse(raw []byte) (*Definition, error) {
	if len(raw) > maxDefinition {
		return nil, &lms.Error{Kind: lms.TooLarge, Code: "too-large", Field: "definition", Detail: "a definition has at most 256 KB"}
	}
	d := &Definition{}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err := dec.Decode(d)
	if _, more := dec.Token(); err == nil && !errors.Is(more, io.EOF) {
		err = errors.New("there is more behind the definition")
	}
	if err != nil {
		field := "definition"
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			field += "/" + strings.ReplaceAll(wrong.Field, ".", "/")
		}
		return nil, lms.ErrInvalid(field, "definition-malformed", err.Error())
	}
	return d, nil
}

// ParseYAML reads a definition as an author may write it in a file. Errors: Invalid, TooLarge.
func ParseYAML(text []byte) (raw []byte, err error) {
	if len(text) > maxDefinition {
		return nil, &lms.Error{Kind: lms.TooLarge, Code: "too-large", Field: "definition", Detail: "a definition has at most 256 KB"}
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, lms.ErrInvalid("definition", "definition-malformed", err.Error())
	}
	raw, err = json.Marshal(tree)
	if err != nil { // keys that are no texts
		return nil, lms.ErrInvalid("definition", "definition-malformed", err.Error())
	}
	_, err = Parse(raw)
	return raw, err
}

// checker collects the faults of a definition.
type checker struct {
	*Definition
	faults []lms.FieldProblem
	kinds  map[string]rule.Kind
}

func (c *checker) fault(field, code, detail string) {
	c.faults = append(c.faults, lms.FieldProblem{Field: field, Code: code, Detail: detail})
}

// Check finds everything that keeps a definition from being published, each with its field, and reads its rules. What
// stands in other tables (courses, programmes) is not looked at.
func (d *Definition) Check() []lms.FieldProblem {
	c := checker{Definition: d, kinds: map[string]rule.Kind{}}
	c.text("title", d.Title, maxTitle, true)
	c.text("aims", d.Aims, maxAims, false)
	c.text("documents/achievement", d.Documents.Achievement, maxTitle, false)
	c.text("documents/participation", d.Documents.Participation, maxTitle, false)
	c.components()
	c.numbers()
	c.categories()
	if n := c.rule("achievement", d.Achievement, true); n != nil {
		d.rules.achievement = *n
	}
	d.rules.participation = c.rule("participation", d.Participation, false)
	d.rules.renewal = c.rule("renewal", d.Renewal, false)
	return c.faults
}

func (c *checker) text(field string, t Text, most int, needed bool) {
	some := false
	for lang, s := range t {
		switch {
		case !slices.Contains(languages, lang):
			c.fault(field+"/"+lang, "language-unknown", "not a language of the interface")
		case utf8.RuneCountInString(s) > most:
			c.fault(field+"/"+lang, "too-long", fmt.Sprintf("at most %d characters", most))
		}
		some = some || strings.TrimSpace(s) != ""
	}
	if needed && !some {
		c.fault(field, "required", "a text in one language at least")
	}
}

func (c *checker) components() {
	if len(c.Components) == 0 {
		c.fault("components", "required", "a programme has one component at least")
	}
	if len(c.Components) > maxComponents {
		c.fault("components", "too-many", fmt.Sprintf("at most %d components", maxComponents))
	}
	for i := range c.Components {
		p, at := &c.Components[i], "components/"+strconv.Itoa(i)
		switch {
		case !rule.IsKey(p.Key):
			c.fault(at+"/key", "key-malformed", "small letters, digits and hyphens")
		case c.kinds[p.Key] != "":
			c.fault(at+"/key", "key-twice", "another component has this key")
		}
		if !slices.Contains(rule.Leaves(), p.Kind) {
			c.fault(at+"/kind", "kind-unknown", "not a kind of component")
		}
		c.kinds[p.Key] = p.Kind
		c.text(at+"/title", p.Title, maxTitle, true)
		c.refers(at+"/course", p.Course, p.Kind == rule.Course || p.Kind == rule.Quiz)
		c.refers(at+"/activity", p.Activity, p.Kind == rule.Quiz)
		c.refers(at+"/programme", p.Programme, p.Kind == rule.Programme)
		for j, key := range p.Equivalents {
			c.refers(fmt.Sprintf("%s/equivalents/%d", at, j), key, true)
		}
		if len(p.Equivalents) > 0 && p.Kind != rule.Programme || len(p.Equivalents) > maxComponents {
			c.fault(at+"/equivalents", "equivalents-unfit", "only a programme has equivalents")
		}
	}
}

// refers checks a key of something else: there where the kind asks for it, and only there.
func (c *checker) refers(field, key string, needed bool) {
	switch {
	case needed && key == "":
		c.fault(field, "required", "this kind of component names it")
	case !needed && key != "":
		c.fault(field, "reference-unfit", "this kind of component has none")
	case key != "" && !rule.IsKey(key):
		c.fault(field, "key-malformed", "small letters, digits and hyphens")
	}
}

func (c *checker) numbers() {
	if !hoursForm.MatchString(c.Hours) {
		c.fault("hours", "hours-malformed", `hours of professional development, "24" or "24.5"`)
	}
	if c.ValidityMonths < 0 || c.ValidityMonths > 600 {
		c.fault("validity_months", "out-of-range", "0 to 600 months")
	}
	if c.RenewalMonths < 0 || c.RenewalMonths > 24 || c.RenewalMonths > 0 && c.ValidityMonths == 0 {
		c.fault("renewal_months", "out-of-range", "0 to 24 months, and only where the certificate expires")
	}
	if c.LawAsOf != "" {
		if _, err := certificate.ParseDate(c.LawAsOf); err != nil {
			c.fault("law_as_of", "date-malformed", "2006-01-02")
		}
	}
	if !slices.Contains([]string{"", JoinInvited, JoinOpen}, c.Join) {
		c.fault("join", "join-unknown", "invited or open")
	}
	if !slices.Contains([]string{"", IssueAtOnce, IssueByHand}, c.Issue) {
		c.fault("issue", "issue-unknown", "at-once or by-hand")
	}
	for i, country := range c.Countries {
		if !countryForm.MatchString(country) {
			c.fault("countries/"+strconv.Itoa(i), "country-unknown", "two capital letters")
		}
	}
}

// never lists what people are never told apart by.
var never = []string{"migration-status", "migrant", "gender-identity", "religion", "ethnicity", "nationality", "victim"}

// refusedTitle tells a title that asks for it under another key.
func refusedTitle(t Text) bool {
	return slices.Contains(never, strings.Join(strings.Fields(strings.ToLower(t["en"])), "-"))
}

func (c *checker) categories() {
	if len(c.Categories) > 10 {
		c.fault("categories", "too-many", "at most 10 categories")
	}
	keys := map[string]bool{}
	for i, k := range c.Categories {
		at := "categories/" + strconv.Itoa(i)
		switch {
		case !rule.IsKey(k.Key):
			c.fault(at+"/key", "key-malformed", "small letters, digits and hyphens")
		case keys[k.Key]:
			c.fault(at+"/key", "key-twice", "another category has this key")
		case slices.Contains(never, k.Key):
			c.fault(at+"/key", "category-refused", "people who are trained are never asked this")
		}
		keys[k.Key] = true
		c.text(at+"/title", k.Title, maxTitle, true)
		if refusedTitle(k.Title) {
			c.fault(at+"/title", "category-refused", "people who are trained are never asked this")
		}
		if len(k.Options) < 2 || len(k.Options) > 50 {
			c.fault(at+"/options", "out-of-range", "2 to 50 options")
		}
		options := map[string]bool{}
		for j, o := range k.Options {
			at := fmt.Sprintf("%s/options/%d", at, j)
			if !rule.IsKey(o.Key) {
				c.fault(at+"/key", "key-malformed", "small letters, digits and hyphens")
			} else if options[o.Key] {
				c.fault(at+"/key", "key-twice", "another option has this key")
			}
			options[o.Key] = true
			c.text(at+"/title", o.Title, maxTitle, true)
		}
	}
}

// rule reads one of the rules and holds it against the components.
func (c *checker) rule(field string, raw json.RawMessage, needed bool) *rule.Node {
	if len(raw) == 0 || string(raw) == "null" {
		if needed {
			c.fault(field, "required", "a programme has a rule")
		}
		return nil
	}
	n, faults := rule.Parse(raw)
	for _, f := range faults {
		c.fault(strings.TrimSuffix(field+"/"+f.Path, "/"), f.Code, f.Detail)
	}
	if len(faults) > 0 {
		return nil
	}
	n.Walk(func(path string, n rule.Node) {
		if n.Kind.Group() {
			c.apart(field, path, n)
			return
		}
		at := fieldOf(field, path, n.Kind)
		switch kind, there := c.kinds[n.Component]; {
		case !there:
			c.fault(at, "component-unknown", "no component has this key")
		case kind != n.Kind:
			c.fault(at, "component-unfit", "this component is of another kind: "+string(kind))
		}
	})
	if field != "participation" && n.HoldsByAttendance() {
		c.fault(field, "attendance-alone", "an achievement is never given for being there alone: ask for a course, a quiz, practice or evidence besides")
	}
	return &n
}

// fieldOf names the field of a leaf.
func fieldOf(field, path string, kind rule.Kind) string {
	return strings.ReplaceAll(field+"/"+path+"/"+string(kind), "//", "/")
}

// apart refuses a group that asks for so many of its parts and names one of them twice: whoever did it would have done two.
func (c *checker) apart(field, path string, group rule.Node) {
	if group.Kind != rule.AtLeast {
		return
	}
	seen := map[string]bool{}
	for i, n := range group.Of {
		if n.Kind.Group() {
			continue
		}
		what := n.Component
		if k, ok := c.component(n.Component); ok && k.Course != "" { // of two names for one course
			what = k.Course + "/" + k.Activity
		}
		if what = string(n.Kind) + " " + what; seen[what] {
			c.fault(fieldOf(field, path+"/of/"+strconv.Itoa(i), n.Kind), "component-twice", "it would count twice")
		}
		seen[what] = true
	}
}

// component finds one by its key.
func (d *Definition) component(key string) (Component, bool) {
	i := slices.IndexFunc(d.Components, func(c Component) bool { return c.Key == key })
	if i < 0 {
		return Component{}, false
	}
	return d.Components[i], true
}

// courses lists the keys of the courses that the programme names.
func (d *Definition) courses() []string {
	keys := []string{}
	for _, c := range d.Components {
		if c.Course != "" && !slices.Contains(keys, c.Course) {
			keys = append(keys, c.Course)
		}
	}
	return keys
}
