package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a rule: a larger one nobody can read.
const (
	MaxBytes = 64 << 10
	MaxDepth = 8
	MaxNodes = 200
)

// Fault is one thing that is wrong with a rule.
type Fault struct {
	// Path leads to it from the root, without a leading slash: "all/1/share".
	Path string `json:"path"`
	// Code is stable and becomes words in the reader's language.
	Code string `json:"code"`
	// Detail is one English sentence for a developer.
	Detail string `json:"detail"`
}

// Faults are all that is wrong with a rule.
type Faults []Fault

// Error joins them.
func (f Faults) Error() string {
	all := make([]string, len(f))
	for i, one := range f {
		all[i] = strings.TrimPrefix(one.Path+": ", ": ") + one.Detail
	}
	return strings.Join(all, "; ")
}

// Parse reads a rule from JSON. Nothing is guessed: a word that is not known, a word that stands twice, a number out of
// its bounds are faults, and all of them are told. Where there are faults, the node is the zero node.
func Parse(raw []byte) (Node, Faults) {
	if len(raw) > MaxBytes {
		return Node{}, Faults{{"", "rule-too-large", fmt.Sprintf("a rule has at most %d bytes", MaxBytes)}}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := value(d, 0)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the rule")
		}
	}
	if err != nil {
		return Node{}, Faults{{"", "rule-syntax", err.Error()}}
	}
	p := parser{}
	n := p.node("", v, 1)
	if len(p.faults) > 0 {
		return Node{}, p.faults
	}
	return n, nil
}

// member is one name and value of an object; an object is a []member, so that a name that stands twice is seen.
type member struct {
	name  string
	value any
}

// value reads one JSON value: []member, []any, string, json.Number, bool or nil.
func value(d *json.Decoder, depth int) (any, error) {
	if depth > 4*MaxDepth {
		return nil, errors.New("it is nested too deep")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		object := []member{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := value(d, depth+1)
			if err != nil {
				return nil, err
			}
			object = append(object, member{name.(string), v}) // names are texts, or Token fails
		}
		_, err := d.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := value(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return t, nil
}

type parser struct {
	faults Faults
	nodes  int
}

func (p *parser) fault(path, code, format string, args ...any) {
	p.faults = append(p.faults, Fault{path, code, fmt.Sprintf(format, args...)})
}

func (p *parser) node(path string, v any, depth int) (n Node) {
	p.nodes++
	switch {
	case depth > MaxDepth:
		p.fault(path, "rule-too-deep", "a rule is at most %d deep", MaxDepth)
		return n
	case p.nodes == MaxNodes+1:
		p.fault(path, "rule-too-large", "a rule has at most %d parts", MaxNodes)
		return n
	case p.nodes > MaxNodes:
		return n
	}
	object, ok := v.([]member)
	if !ok {
		p.fault(path, "rule-shape", "a part of a rule is an object")
		return n
	}
	given := map[string]any{}
	for _, m := range object {
		if _, twice := given[m.name]; twice {
			p.fault(at(path, m.name), "rule-twice", "this word stands here twice")
		}
		given[m.name] = m.value
		if k := Kind(m.name); k.Group() || slices.Contains(Leaves(), k) {
			if n.Kind != "" {
				p.fault(at(path, m.name), "rule-two-kinds", "one part asks for one thing, and this asks for %s and %s", n.Kind, k)
				return Node{}
			}
			n.Kind = k
		}
	}
	if n.Kind == "" {
		p.fault(path, "rule-kind", "a part says what it asks for: all, any, at_least, course, webinar, quiz, day, practice, evidence or programme")
		return n
	}
	known := []string{string(n.Kind)}
	if n.Kind.Group() {
		known = append(known, p.group(path, &n, given, depth))
	} else {
		known = append(known, p.leaf(path, &n, given)...)
	}
	for _, m := range object {
		if !slices.Contains(known, m.name) {
			p.fault(at(path, m.name), "rule-word", "%s does not know this word", n.Kind)
		}
	}
	return n
}

// group reads the parts, and gives the word under which they stand.
func (p *parser) group(path string, n *Node, given map[string]any, depth int) string {
	list, ok := given[n.list()].([]any)
	if !ok || len(list) == 0 {
		p.fault(at(path, n.list()), "rule-empty", "a group has at least one part")
		return n.list()
	}
	for i, v := range list {
		n.Of = append(n.Of, p.node(join(path, n.list(), i), v, depth+1))
	}
	if n.Kind == AtLeast {
		n.Count = p.number(at(path, "at_least"), given["at_least"], 1, len(list), 0)
	}
	return n.list()
}

// leaf reads what a leaf may say, and gives the words for it.
func (p *parser) leaf(path string, n *Node, given map[string]any) (known []string) {
	key, ok := given[string(n.Kind)].(string)
	if !ok || !IsKey(key) {
		p.fault(at(path, string(n.Kind)), "rule-key", "a leaf names a component by its key: small letters, digits and hyphens")
	}
	n.Component = key
	if w, has := numbers[n.Kind]; has {
		known = append(known, w.name)
		if v, said := given[w.name]; said {
			n.Least = p.number(at(path, w.name), v, w.min, w.max, w.without)
		} else {
			n.Least = w.without
		}
	}
	if n.Kind == Evidence {
		known = append(known, "months")
		if v, said := given["months"]; said {
			n.Months = p.number(at(path, "months"), v, 1, 600, 0)
		}
	}
	return known
}

func (p *parser) number(path string, v any, low, high, without int) int {
	text, ok := v.(json.Number)
	n, err := strconv.Atoi(text.String())
	if !ok || err != nil || n < low || n > high {
		p.fault(path, "rule-number", "a whole number from %d to %d", low, high)
		return without
	}
	return n
}

// IsKey tells whether a text may be a component's key.
func IsKey(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func at(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

func join(path, list string, i int) string { return at(path, list) + "/" + strconv.Itoa(i) }
