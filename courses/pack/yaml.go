package pack

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"mostik/courses"
)

// maxDepth bounds how deep a YAML file may be nested.
const maxDepth = 20

// doc is one YAML file being read: its tree, and the place of everything in it.
type doc struct {
	file     string
	root     *yaml.Node // nil if the file cannot be read
	places   map[string]courses.Position
	paths    map[courses.Position]string // the outermost path that begins at a place
	problems *[]courses.Problem
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

var yamlPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)

// The library counts lines from 0 in the messages of its parser, and from 1 in those of its scanner.
var fromZero = regexp.MustCompile(`did not find expected (node content|'-' indicator|key|',' or|<)`)

// parse reads the syntax. Anchors and aliases are refused: a few lines of them grow without bound.
func parse(file string, data []byte, problems *[]courses.Problem) *doc {
	d := &doc{file: file, places: map[string]courses.Position{}, paths: map[courses.Position]string{}, problems: problems}
	var n yaml.Node
	if err := unmarshal(data, &n); err != nil {
		pos := courses.Position{File: file}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			pos.Line, _ = strconv.Atoi(m[1]) // digits, by the expression
			if fromZero.MatchString(err.Error()) {
				pos.Line++
			}
		}
		d.fail(pos, "yaml-syntax", "%s", yamlPrefix.ReplaceAllString(err.Error(), ""))
		return d
	}
	if n.Kind != yaml.DocumentNode || len(n.Content) != 1 {
		d.fail(courses.Position{File: file}, "yaml-empty", "the file is empty")
		return d
	}
	if d.sound(n.Content[0], 0) {
		d.root = n.Content[0]
		d.locate(d.root, "", d.pos(d.root))
	}
	return d
}

// unmarshal keeps a slip of the library, should there be one, from ending the program.
func unmarshal(data []byte, n *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: cannot be read: %v", r)
		}
	}()
	return yaml.Unmarshal(data, n)
}

func (d *doc) fail(pos courses.Position, code, format string, args ...any) {
	*d.problems = append(*d.problems, courses.Problem{Pos: pos, Severity: courses.Error, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (d *doc) pos(n *yaml.Node) courses.Position {
	return courses.Position{File: d.file, Line: n.Line, Column: n.Column}
}

// sound refuses what a course never needs.
func (d *doc) sound(n *yaml.Node, depth int) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.fail(d.pos(n), "yaml-alias", "anchors and aliases are not used in a course")
		return false
	case depth > maxDepth:
		d.fail(d.pos(n), "yaml-depth", "nested deeper than %d", maxDepth)
		return false
	}
	ok := true
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && c.Kind != yaml.ScalarNode {
			d.fail(d.pos(c), "yaml-key", "a key is one word")
			return false
		}
		ok = d.sound(c, depth+1) && ok
	}
	return ok
}

// locate remembers where everything stands and reports keys that stand twice.
func (d *doc) locate(n *yaml.Node, path string, at courses.Position) {
	if _, ok := d.places[path]; ok && path != "" {
		return
	}
	d.places[path] = at
	if _, ok := d.paths[at]; !ok {
		d.paths[at] = path
	}
	switch n.Kind {
	case yaml.MappingNode:
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if seen[key.Value] {
				d.fail(d.pos(key), "duplicate-key", "the key %q stands twice", key.Value)
				continue
			}
			seen[key.Value] = true
			d.locate(n.Content[i+1], join(path, key.Value), d.pos(key))
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			d.locate(c, join(path, strconv.Itoa(i)), d.pos(c))
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}

// near gives the place of a path, or of the nearest thing that holds it.
func near(places map[string]courses.Position, file, path string) courses.Position {
	for {
		if pos, ok := places[path]; ok {
			return pos
		}
		i := strings.LastIndexByte(path, '/')
		if i < 0 {
			break
		}
		path = path[:i]
	}
	return courses.Position{File: file}
}

// field is what a struct field's tag says: `yaml:"name,scalar,default=1"`. A struct with a scalar
// field may be written as that field's bare value.
type field struct {
	name, preset string
	scalar       bool
	index        int
}

func fields(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		parts := strings.Split(t.Field(i).Tag.Get("yaml"), ",")
		if parts[0] == "" || parts[0] == "-" {
			continue
		}
		f := field{name: parts[0], index: i}
		for _, p := range parts[1:] {
			f.scalar = f.scalar || p == "scalar"
			if v, ok := strings.CutPrefix(p, "default="); ok {
				f.preset = v
			}
		}
		out = append(out, f)
	}
	return out
}

// decode fills v from a node; whatever does not fit is a problem at its place.
func (d *doc) decode(n *yaml.Node, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if n.Tag == "!!null" {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(n, v.Elem(), path)
	case reflect.Struct:
		d.decodeStruct(n, v, path, nil)
	case reflect.Map:
		d.decodeMap(n, v, path)
	case reflect.Slice:
		d.decodeSlice(n, v, path)
	default:
		d.decodeScalar(n, v, path)
	}
}

func (d *doc) at(path string) courses.Position { return near(d.places, d.file, path) }

func (d *doc) decodeStruct(n *yaml.Node, v reflect.Value, path string, ignore []string) {
	list := fields(v.Type())
	setPos(v, d.at(path))
	if n.Kind == yaml.ScalarNode {
		if i := slices.IndexFunc(list, func(f field) bool { return f.scalar }); i >= 0 {
			d.decode(n, v.Field(list[i].index), path)
			return
		}
	}
	if n.Kind != yaml.MappingNode {
		d.fail(d.at(path), "wrong-form", "here stand fields with values")
		return
	}
	for _, f := range list {
		if f.preset != "" {
			d.decodeScalar(&yaml.Node{Kind: yaml.ScalarNode, Value: f.preset}, v.Field(f.index), path)
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		at := slices.IndexFunc(list, func(f field) bool { return f.name == name })
		switch {
		case slices.Contains(ignore, name):
		case at < 0:
			d.fail(d.pos(n.Content[i]), "unknown-field", "there is no field %q here", name)
		default:
			d.decode(n.Content[i+1], v.Field(list[at].index), join(path, name))
		}
	}
}

func setPos(v reflect.Value, pos courses.Position) {
	if f := v.FieldByName("Pos"); f.IsValid() && f.CanSet() && f.Type() == reflect.TypeFor[courses.Position]() {
		f.Set(reflect.ValueOf(pos))
	}
}

func (d *doc) decodeMap(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fail(d.at(path), "wrong-form", "here stand keys with values")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := reflect.New(v.Type().Elem()).Elem()
		d.decode(n.Content[i+1], value, join(path, n.Content[i].Value))
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value).Convert(v.Type().Key()), value)
	}
}

func (d *doc) decodeSlice(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.fail(d.at(path), "wrong-form", "here stands a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		d.decode(c, v.Index(i), join(path, strconv.Itoa(i)))
	}
	if len(n.Content) == 0 {
		v.SetZero() // an empty list and none are the same, in a document and in the JSON of it
	}
}

func (d *doc) decodeScalar(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.ScalarNode {
		d.fail(d.at(path), "wrong-form", "here stands one value")
		return
	}
	var err error
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.TrimSpace(n.Value))
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(n.Value)
		v.SetBool(b)
	case reflect.Int:
		var i int64
		i, err = strconv.ParseInt(n.Value, 10, 32)
		v.SetInt(i)
	case reflect.Float64:
		var f float64
		f, err = strconv.ParseFloat(n.Value, 64)
		if err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
			f, err = 0, strconv.ErrRange
		}
		v.SetFloat(f)
	default:
		err = fmt.Errorf("%s is not read from a file", v.Type())
	}
	if err != nil {
		d.fail(d.at(path), "wrong-value", "%q is not a %s", n.Value, kindWord(v.Kind()))
	}
}

func kindWord(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "yes or no (true, false)"
	case reflect.Int:
		return "whole number"
	case reflect.Float64:
		return "number"
	}
	return "value"
}

// leaves gives every word of a text file by its path, lists as path/0, path/1 ….
func (d *doc) leaves() map[string]string {
	out := map[string]string{}
	if d.root != nil {
		collect(d.root, "", out)
	}
	return out
}

func collect(n *yaml.Node, path string, out map[string]string) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			out[path] = ""
			return
		}
		out[path] = strings.TrimSpace(n.Value)
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			collect(n.Content[i+1], join(path, n.Content[i].Value), out)
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			collect(c, join(path, strconv.Itoa(i)), out)
		}
	}
}

// encode writes a value by the same tags that decode reads; what is zero or preset is left out.
func encode(v reflect.Value) *yaml.Node {
	switch v.Kind() {
	case reflect.Pointer:
		return encode(v.Elem())
	case reflect.Struct:
		return encodeStruct(v)
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			n.Content = append(n.Content, scalar(k.String()), encode(v.MapIndex(k)))
		}
		return n
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			n.Content = append(n.Content, encode(v.Index(i)))
		}
		return n
	case reflect.String:
		return scalar(v.String())
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatBool(v.Bool())}
	case reflect.Int:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatInt(v.Int(), 10)}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(v.Float(), 'f', -1, 64)}
}

func encodeStruct(v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, f := range fields(v.Type()) {
		value := v.Field(f.index)
		plain := value.IsZero() && f.preset == ""
		if plain || (f.preset != "" && fmt.Sprint(value.Interface()) == f.preset) {
			continue
		}
		n.Content = append(n.Content, scalar(f.name), encode(value))
	}
	return n
}

func scalar(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
