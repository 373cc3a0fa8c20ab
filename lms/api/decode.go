package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
)

// plan is how one request's struct is read. It is made once a route, at the start.
type plan struct {
	fromPath  []param
	fromQuery []param
	// body has the json fields only, so that a body can never fill what the path or the query says.
	body   reflect.Type
	fields []bodyField
}

type param struct {
	name  string
	index int
}

// bodyField carries the limits that the document shows and the reader holds: one tag for both.
type bodyField struct {
	name       string
	index      int // in the request's struct
	required   bool
	minLength  int
	maxLength  int
	minItems   int
	maxItems   int
	enum       []string
	minimum    *int64
	maximum    *int64
	pattern    *regexp.Regexp
	underlying reflect.Type
}

// planOf reads the tags of In. Wrong tags are a fault of the program and stop it at its start.
func planOf[In any](key, path string) *plan {
	t := reflect.TypeFor[In]()
	p := &plan{}
	if t.Kind() != reflect.Struct {
		panic("api: " + key + " takes something that is no struct")
	}
	var body []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous || !f.IsExported() {
			panic("api: " + key + ": fields of a request are exported and not embedded")
		}
		switch {
		case f.Tag.Get("path") != "":
			p.fromPath = append(p.fromPath, param{f.Tag.Get("path"), i})
		case f.Tag.Get("query") != "":
			p.fromQuery = append(p.fromQuery, param{f.Tag.Get("query"), i})
		case f.Tag.Get("json") != "":
			body = append(body, f)
			p.fields = append(p.fields, fieldOf(key, f, i))
		default:
			panic("api: " + key + ": field " + f.Name + " says nowhere to come from")
		}
	}
	p.checkPath(key, path)
	if len(body) > 0 {
		p.body = reflect.StructOf(body)
	}
	return p
}

var pathName = regexp.MustCompile(`\{([a-z_]+)\}`)

func (p *plan) checkPath(key, path string) {
	var inPath, inStruct []string
	for _, m := range pathName.FindAllStringSubmatch(path, -1) {
		inPath = append(inPath, m[1])
	}
	for _, f := range p.fromPath {
		inStruct = append(inStruct, f.name)
	}
	slices.Sort(inPath)
	slices.Sort(inStruct)
	if !slices.Equal(inPath, inStruct) {
		panic(fmt.Sprintf("api: %s: the path names %v, the struct %v", key, inPath, inStruct))
	}
}

func fieldOf(key string, f reflect.StructField, index int) bodyField {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	b := bodyField{name: name, index: index, required: f.Tag.Get("required") == "true", underlying: f.Type}
	number := func(tag string) int {
		v := f.Tag.Get(tag)
		if v == "" {
			return 0
		}
		n, err := strconv.Atoi(v)
		if err != nil {
			panic("api: " + key + ": " + tag + " of " + f.Name + " is no number")
		}
		return n
	}
	b.minLength, b.maxLength = number("minLength"), number("maxLength")
	b.minItems, b.maxItems = number("minItems"), number("maxItems")
	for tag, to := range map[string]**int64{"minimum": &b.minimum, "maximum": &b.maximum} {
		if f.Tag.Get(tag) != "" {
			n := int64(number(tag))
			*to = &n
		}
	}
	if e := f.Tag.Get("enum"); e != "" {
		b.enum = strings.Split(e, ",")
	}
	if e := f.Tag.Get("pattern"); e != "" {
		b.pattern = regexp.MustCompile(e)
	}
	return b
}

// read fills a request's struct from path, query and body. Errors: Invalid with the field to blame,
// TooLarge.
func (p *plan) read(c *fiber.Ctx, maxBody int, into any) error {
	if err := p.params(c, into); err != nil || p.body == nil {
		return err
	}
	raw, err := bodyOf(c, maxBody).all()
	if err != nil {
		return err
	}
	return p.decode(raw, reflect.ValueOf(into).Elem())
}

// params fills what comes from path and query.
func (p *plan) params(c *fiber.Ctx, into any) error {
	v := reflect.ValueOf(into).Elem()
	for _, f := range p.fromPath {
		// An id of the wrong form names nothing, and is not found like any other.
		text, err := url.PathUnescape(c.Params(f.name)) // Fiber gives the path as it was sent
		if err == nil {
			err = setText(v.Field(f.index), text)
		}
		if err != nil {
			return &lms.Error{Kind: lms.NotFound, Code: "not-found", Field: f.name, Detail: "this was not found", Err: err}
		}
	}
	for _, f := range p.fromQuery {
		if text := c.Query(f.name); text != "" {
			if err := setText(v.Field(f.index), text); err != nil {
				return &lms.Error{Kind: lms.Invalid, Code: "parameter-malformed", Field: f.name, Err: err}
			}
		}
	}
	return nil
}

// fill is params for calls without HTTP.
func (p *plan) fill(into any, params map[string]string) error {
	v := reflect.ValueOf(into).Elem()
	for _, f := range slices.Concat(p.fromPath, p.fromQuery) {
		if text := params[f.name]; text != "" {
			if err := setText(v.Field(f.index), text); err != nil {
				return &lms.Error{Kind: lms.NotFound, Code: "not-found", Field: f.name, Err: err}
			}
		}
	}
	return nil
}

// setText writes a parameter into a field: texts, numbers, truths and whatever reads itself from text.
func setText(v reflect.Value, text string) error {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return errors.New("not text")
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		v.SetInt(n)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return err
		}
		v.SetBool(b)
	default:
		return fmt.Errorf("parameters of type %s are not read", v.Type())
	}
	return nil
}

// decode reads a JSON object strictly: unknown fields, a second value and wrong types are refused with
// the field to blame. An empty body is an empty object.
func (p *plan) decode(raw []byte, v reflect.Value) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte("{}")
	}
	if !utf8.Valid(raw) {
		return lms.ErrInvalid("", "body-malformed", "the body is not UTF-8")
	}
	body := reflect.New(p.body)
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(body.Interface()); err != nil {
		return blame(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return lms.ErrInvalid("", "body-malformed", "one JSON object, and nothing after it")
	}
	var present map[string]json.RawMessage
	var problems []lms.FieldProblem
	for i, f := range p.fields {
		value := body.Elem().Field(i)
		if f.required && value.IsZero() && !isText(value) {
			// Zero is a good value where it was sent; only then is the body looked at twice.
			if present == nil {
				_ = json.Unmarshal(raw, &present)
			}
			if sent, ok := present[f.name]; !ok || string(sent) == "null" {
				problems = append(problems, lms.FieldProblem{Field: f.name, Code: "required"})
				continue
			}
		}
		if code := f.fault(value); code != "" {
			problems = append(problems, lms.FieldProblem{Field: f.name, Code: code})
		}
		v.Field(f.index).Set(value)
	}
	if len(problems) > 0 {
		return &lms.Error{
			Kind: lms.Invalid, Code: problems[0].Code, Field: problems[0].Field,
			Detail: "a field is missing or breaks its limits", Problems: problems,
		}
	}
	return nil
}

func isText(v reflect.Value) bool { return v.Kind() == reflect.String }

// fault names the limit that a value breaks, "" when none.
func (f *bodyField) fault(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		return f.textFault(v.String())
	case reflect.Slice, reflect.Map:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			return ""
		}
		switch n := v.Len(); {
		case n < f.minItems:
			return "too-few"
		case f.maxItems > 0 && n > f.maxItems:
			return "too-many-items"
		}
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16:
		if f.minimum != nil && v.Int() < *f.minimum {
			return "too-small"
		}
		if f.maximum != nil && v.Int() > *f.maximum {
			return "too-big"
		}
	}
	return ""
}

func (f *bodyField) textFault(s string) string {
	n := utf8.RuneCountInString(s)
	switch {
	case f.required && s == "":
		return "required"
	case strings.ContainsRune(s, 0):
		return "value-refused" // PostgreSQL's text has no NUL
	case n < f.minLength && s != "":
		return "too-short"
	case f.maxLength > 0 && n > f.maxLength:
		return "too-long"
	case len(f.enum) > 0 && s != "" && !slices.Contains(f.enum, s):
		return "not-one-of"
	case f.pattern != nil && s != "" && !f.pattern.MatchString(s):
		return "malformed"
	}
	return ""
}

// blame turns what encoding/json says into a problem with a field.
func blame(err error) error {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &lms.Error{
			Kind: lms.Invalid, Code: "wrong-type", Field: strings.ReplaceAll(e.Field, ".", "/"),
			Detail: "this takes another type than " + e.Value, Err: err,
		}
	}
	if _, field, ok := strings.Cut(err.Error(), `json: unknown field "`); ok {
		field = strings.TrimSuffix(field, `"`)
		return &lms.Error{Kind: lms.Invalid, Code: "unknown-field", Field: field, Detail: "there is no such field", Err: err}
	}
	return &lms.Error{Kind: lms.Invalid, Code: "body-malformed", Detail: "the body is not the JSON object that this takes", Err: err}
}

// boundBody is a request's body that stops at a limit.
type boundBody struct {
	c    *fiber.Ctx
	max  int64
	read int64
	from io.Reader
}

// bodyOf never unpacks: a body that says it is compressed is refused by all and is only bytes to Read.
func bodyOf(c *fiber.Ctx, limit int) *boundBody {
	b := &boundBody{c: c, max: int64(limit)}
	if s := c.Context().RequestBodyStream(); s != nil {
		b.from = s
	} else {
		b.from = bytes.NewReader(c.Request().Body())
	}
	return b
}

// Length is what the client announced, -1 when it did not.
func (b *boundBody) Length() int64 { return int64(b.c.Request().Header.ContentLength()) }

// Read gives the next bytes. Errors: TooLarge beyond the limit.
func (b *boundBody) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.read += int64(n)
	if b.read > b.max {
		return 0, tooLarge(b.c, b.max)
	}
	return n, err
}

func (b *boundBody) all() ([]byte, error) {
	if len(b.c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		return nil, lms.ErrInvalid("", "encoding-refused", "a compressed body is not read")
	}
	if b.Length() > b.max {
		return nil, tooLarge(b.c, b.max)
	}
	if b.c.Context().RequestBodyStream() == nil {
		body := b.c.Request().Body()
		if int64(len(body)) > b.max {
			return nil, tooLarge(b.c, b.max)
		}
		return body, nil
	}
	return io.ReadAll(b)
}

// tooLarge also ends the connection, on which the rest of the body would follow.
func tooLarge(c *fiber.Ctx, limit int64) error {
	c.Context().SetConnectionClose()
	return &lms.Error{Kind: lms.TooLarge, Code: "too-large", Detail: fmt.Sprintf("at most %d bytes", limit)}
}
