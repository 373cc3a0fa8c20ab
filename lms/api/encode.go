package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// forGood lets one person's browser keep what never changes under its address.
const forGood = "private, max-age=31536000, immutable"

// presenter gives the function that sends an answer with the status that the route declared.
func presenter[Out any](s *Server, o op) func(*fiber.Ctx, Out) error {
	empty := reflect.TypeFor[Out]() == reflect.TypeFor[none]()
	status := o.status(empty)
	if empty {
		return func(c *fiber.Ctx, _ Out) error {
			c.Status(status) // SendStatus would write the status's name as a body
			return nil
		}
	}
	return func(c *fiber.Ctx, out Out) error {
		if a, ok, err := s.prepared.of(out); err != nil {
			return err
		} else if ok {
			c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
			return a.send(c.Status(status))
		}
		raw, err := encode(out)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
		return Send(c.Status(status), raw)
	}
}

func (o op) status(empty bool) int {
	switch {
	case o.Status != 0:
		return o.Status
	case empty:
		return http.StatusNoContent
	}
	return http.StatusOK
}

// encode writes JSON in which a list without members is [] and a map {}, never null: the document says
// that they are always there, and the browser may loop without asking. What is behind interfaces is left to
// whoever made it. The value itself is never changed, for parts of it may be shared with other requests.
//
// Signs of HTML stand as they are: what is sent says that it is JSON and not to be sniffed, and whoever puts
// it inside a page escapes it there.
func encode[Out any](out Out) ([]byte, error) {
	var value any = out
	if full, changed := filled(reflect.ValueOf(&out).Elem(), false); changed {
		value = full.Interface()
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

var (
	rawJSON       = reflect.TypeFor[json.RawMessage]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// listTypes remembers which types can hold lists, and structFields where in a struct they can be: the rest needs no
// walk, and asking the type each time cost as much as a tenth of a page.
var (
	listTypes    sync.Map // reflect.Type to bool
	structFields sync.Map // reflect.Type to []listField
)

// listField is a field that can hold lists.
type listField struct {
	index int
	omit  bool // it is left out of the JSON when it is empty
}

func hasLists(t reflect.Type) bool {
	if known, ok := listTypes.Load(t); ok {
		return known.(bool)
	}
	has := findLists(t, nil)
	listTypes.Store(t, has)
	return has
}

func listFields(t reflect.Type) []listField {
	if known, ok := structFields.Load(t); ok {
		return known.([]listField)
	}
	var list []listField
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && hasLists(f.Type) {
			list = append(list, listField{i, strings.Contains(f.Tag.Get("json"), ",omit")})
		}
	}
	structFields.Store(t, list)
	return list
}

func findLists(t reflect.Type, above []reflect.Type) bool {
	if t == rawJSON || t.Implements(jsonMarshaler) || t.Implements(textMarshaler) {
		return false
	}
	switch t.Kind() {
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Uint8
	case reflect.Map:
		return true
	case reflect.Pointer, reflect.Array:
		return findLists(t.Elem(), above)
	case reflect.Struct:
		if slices.Contains(above, t) {
			return true // a type within itself: walk to be sure
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && findLists(f.Type, append(above, t)) {
				return true
			}
		}
	}
	return false
}

// filled gives the value with its lists and maps in place of nil, copying what it changes and nothing else.
// Where omit is set, the value itself is left out of the JSON when it is nil, and may stay so.
func filled(v reflect.Value, omit bool) (_ reflect.Value, changed bool) {
	if !hasLists(v.Type()) {
		return v, false
	}
	switch v.Kind() {
	case reflect.Slice:
		return filledSlice(v, omit)
	case reflect.Map:
		return filledMap(v, omit)
	case reflect.Pointer:
		if v.IsNil() {
			return v, false
		}
		if elem, changed := filled(v.Elem(), false); changed {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(elem)
			return p, true
		}
	case reflect.Struct:
		return filledStruct(v)
	}
	return v, false
}

func filledSlice(v reflect.Value, omit bool) (reflect.Value, bool) {
	if v.IsNil() {
		if omit {
			return v, false
		}
		return reflect.MakeSlice(v.Type(), 0, 0), true
	}
	out, any := v, false
	for i := range v.Len() {
		elem, changed := filled(v.Index(i), false)
		if !changed {
			continue
		}
		if !any {
			out, any = reflect.MakeSlice(v.Type(), v.Len(), v.Len()), true
			reflect.Copy(out, v)
		}
		out.Index(i).Set(elem)
	}
	return out, any
}

func filledMap(v reflect.Value, omit bool) (reflect.Value, bool) {
	if v.IsNil() {
		if omit {
			return v, false
		}
		return reflect.MakeMap(v.Type()), true
	}
	if !hasLists(v.Type().Elem()) {
		return v, false
	}
	out, any := v, false
	for it := v.MapRange(); it.Next(); {
		elem, changed := filled(it.Value(), false)
		if !changed {
			continue
		}
		if !any {
			out, any = reflect.MakeMapWithSize(v.Type(), v.Len()), true
			for all := v.MapRange(); all.Next(); {
				out.SetMapIndex(all.Key(), all.Value())
			}
		}
		out.SetMapIndex(it.Key(), elem)
	}
	return out, any
}

func filledStruct(v reflect.Value) (reflect.Value, bool) {
	out, any := v, false
	for _, f := range listFields(v.Type()) {
		field, changed := filled(v.Field(f.index), f.omit)
		if !changed {
			continue
		}
		if !any {
			out, any = reflect.New(v.Type()).Elem(), true
			out.Set(v)
		}
		out.Field(f.index).Set(field)
	}
	return out, any
}
