package api

import (
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/gofiber/fiber/v2"
)

// presenter gives the function that sends an answer with the status that the route declared.
func presenter[Out any](o op) func(*fiber.Ctx, Out) error {
	empty := reflect.TypeFor[Out]() == reflect.TypeFor[none]()
	status := o.status(empty)
	if empty {
		return func(c *fiber.Ctx, _ Out) error { return c.SendStatus(status) }
	}
	return func(c *fiber.Ctx, out Out) error {
		raw, err := encode(out)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
		return c.Status(status).Send(raw)
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
// that they are always there, and the browser may loop without asking. Lists behind pointers and
// interfaces are left to whoever made them.
func encode[Out any](out Out) ([]byte, error) {
	v := reflect.ValueOf(&out).Elem()
	if hasLists(v.Type(), nil) {
		fillLists(v)
	}
	return json.Marshal(out)
}

var rawJSON = reflect.TypeFor[json.RawMessage]()

// hasLists saves the walk for types that cannot need it.
func hasLists(t reflect.Type, above []reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return t != rawJSON
	case reflect.Pointer, reflect.Array:
		return hasLists(t.Elem(), above)
	case reflect.Struct:
		for _, a := range above {
			if a == t {
				return true // a type within itself: walk to be sure
			}
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && hasLists(f.Type, append(above, t)) {
				return true
			}
		}
	}
	return false
}

func fillLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.Type() == rawJSON || v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Pointer || k == reflect.Slice || k == reflect.Map {
			for i := range v.Len() {
				fillLists(v.Index(i))
			}
		}
	case reflect.Map:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		fillMap(v)
	case reflect.Pointer:
		if !v.IsNil() {
			fillLists(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fillLists(f)
			}
		}
	}
}

// fillMap copies each member that may need filling, for members of a map cannot be set in place.
func fillMap(v reflect.Value) {
	if !hasLists(v.Type().Elem(), nil) {
		return
	}
	for _, key := range v.MapKeys() {
		member := reflect.New(v.Type().Elem()).Elem()
		member.Set(v.MapIndex(key))
		fillLists(member)
		v.SetMapIndex(key, member)
	}
}
