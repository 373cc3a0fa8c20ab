package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"
	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

func (s *Server) getDocument(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return c.Send(s.document)
}

func (s *Server) getPage(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	// The page is one file, so its style stands in it.
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	return c.Send(s.page)
}

// Document is the OpenAPI 3.1 description of all routes.
func (s *Server) Document() []byte { return s.document }

// document describes the table of routes in OpenAPI 3.1.
func (r *router) document() ([]byte, error) {
	ref := openapi31.NewReflector()
	ref.Spec.Info.WithTitle("Mostik").WithVersion("1").WithDescription(
		"Texts in answers are in the language of `lang`, else the person's, else Accept-Language. " +
			"Failures are RFC 9457 problems with a stable code.")
	ref.Spec.WithServers(openapi31.Server{URL: prefix})
	bearer := "JWT"
	ref.Spec.SetHTTPBearerTokenSecurity("bearer", bearer, "The access token that signing in gives.")
	ref.Spec.SetAPIKeySecurity("cookie", AccessCookie, openapi.InCookie, "The same token as a cookie; unsafe methods must come from the site's own pages.")
	ref.DefaultOptions = append(ref.DefaultOptions, schemaOptions(r.requestTypes())...)
	for _, rt := range r.routes {
		if err := rt.describe(ref); err != nil {
			return nil, fmt.Errorf("%s: %w", rt.key(), err)
		}
	}
	return json.MarshalIndent(ref.Spec, "", " ")
}

// requestTypes are the structs that requests are made of, with those inside them.
func (r *router) requestTypes() map[reflect.Type]bool {
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(t.Elem())
		case reflect.Struct:
			if !seen[t] {
				seen[t] = true
				for i := range t.NumField() {
					walk(t.Field(i).Type)
				}
			}
		}
	}
	for _, rt := range r.routes {
		if rt.in != nil {
			walk(reflect.TypeOf(rt.in))
		}
	}
	return seen
}

// schemaOptions say how our Go types become schemas: what an answer does not leave out is required in it,
// lists are never null, ids are UUIDs, and names carry no package.
func schemaOptions(requests map[reflect.Type]bool) []func(*jsonschema.ReflectContext) {
	return []func(*jsonschema.ReflectContext){
		jsonschema.InterceptDefName(func(t reflect.Type, name string) string { return defName(t, name) }),
		jsonschema.InterceptNullability(func(p jsonschema.InterceptNullabilityParams) {
			if k := p.Type.Kind(); k == reflect.Slice || k == reflect.Map {
				p.Schema.RemoveType(jsonschema.Null)
			}
		}),
		jsonschema.InterceptSchema(func(p jsonschema.InterceptSchemaParams) (bool, error) {
			t := p.Value.Type()
			switch {
			case isID(t):
				p.Schema.AddType(jsonschema.String)
				p.Schema.WithFormat("uuid")
				return true, nil
			case t == reflect.TypeFor[clearable]():
				p.Schema.AddType(jsonschema.String)
				p.Schema.AddType(jsonschema.Null)
				return true, nil
			case t == reflect.TypeFor[clearableYear]():
				p.Schema.AddType(jsonschema.Integer)
				p.Schema.AddType(jsonschema.Null)
				return true, nil
			case t == rawJSON:
				p.Schema.WithDescription("any JSON")
				return true, nil
			}
			return false, nil
		}),
		jsonschema.InterceptSchema(func(p jsonschema.InterceptSchemaParams) (bool, error) {
			t := p.Value.Type()
			for t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			if p.Processed && t.Kind() == reflect.Struct && !requests[t] {
				p.Schema.Required = alwaysThere(t)
			}
			return false, nil
		}),
		jsonschema.InterceptProp(func(p jsonschema.InterceptPropParams) error {
			// What is left out when it is empty is never sent as null.
			if p.Processed && strings.Contains(p.Field.Tag.Get("json"), ",omit") {
				p.PropertySchema.RemoveType(jsonschema.Null)
			}
			return nil
		}),
	}
}

// alwaysThere lists the members that an answer's struct never leaves out.
func alwaysThere(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			names = append(names, alwaysThere(f.Type)...)
		case name == "" || name == "-" || strings.Contains(options, "omit"):
		default:
			names = append(names, name)
		}
	}
	return names
}

var idType = regexp.MustCompile(`^mostik/lms\.ID\[`)

func isID(t reflect.Type) bool {
	return t.Kind() == reflect.Array && t.PkgPath() == "mostik/lms" && idType.MatchString(t.PkgPath()+"."+t.Name())
}

// defName drops the package and makes generic types readable: Page[account.PersonRow] is PagePersonRow.
func defName(t reflect.Type, name string) string {
	n := t.Name()
	if n == "" {
		return name
	}
	head, args, generic := strings.Cut(n, "[")
	if generic {
		for arg := range strings.SplitSeq(strings.TrimSuffix(args, "]"), ",") {
			head += upper(arg[strings.LastIndexByte(arg, '.')+1:])
		}
	}
	return upper(head)
}

func upper(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// langIn is what every route takes besides: see languageOf.
type langIn struct {
	Lang string `query:"lang" enum:"en,ru,sk,kk,tg,ky" description:"The language of texts in the answer."`
}

func (rt *route) describe(ref *openapi31.Reflector) error {
	oc, err := ref.NewOperationContext(rt.method, rt.path)
	if err != nil {
		return err
	}
	oc.SetTags(rt.op.Tag)
	oc.SetSummary(rt.op.Summary)
	oc.SetID(rt.operationID())
	if !rt.op.Access.public {
		oc.AddSecurity("bearer")
		oc.AddSecurity("cookie")
	}
	if rt.in != nil && reflect.TypeOf(rt.in).NumField() > 0 {
		oc.AddReqStructure(rt.in)
	}
	if !slices.Contains(fieldsOf(rt.in), "lang") {
		oc.AddReqStructure(langIn{})
	}
	if rt.op.Consumes != "" {
		oc.AddReqStructure(nil, openapi.WithContentType(rt.op.Consumes), func(cu *openapi.ContentUnit) { cu.Format = "binary" })
	}
	rt.describeAnswers(oc)
	exposed, ok := oc.(openapi31.OperationExposer)
	if !ok {
		return errors.New("the reflector hides its operation")
	}
	exposed.Operation().WithMapOfAnythingItem("x-access", rt.op.Access.words())
	return ref.AddOperation(oc)
}

func (rt *route) describeAnswers(oc openapi.OperationContext) {
	empty := rt.out == nil || reflect.TypeOf(rt.out) == reflect.TypeFor[none]()
	switch {
	case rt.op.Produces != "":
		oc.AddRespStructure(nil, openapi.WithHTTPStatus(rt.op.status(false)), openapi.WithContentType(rt.op.Produces),
			func(cu *openapi.ContentUnit) { cu.Format = "binary"; cu.Description = "bytes" })
	case empty:
		oc.AddRespStructure(nil, openapi.WithHTTPStatus(rt.op.status(true)),
			func(cu *openapi.ContentUnit) { cu.Description = "done" })
	default:
		oc.AddRespStructure(rt.out, openapi.WithHTTPStatus(rt.op.status(false)),
			func(cu *openapi.ContentUnit) { cu.Description = "done" })
	}
	oc.AddRespStructure(Problem{}, openapi.WithContentType(problemType), func(cu *openapi.ContentUnit) {
		cu.IsDefault = true
		cu.Description = "a problem"
	})
}

// operationID is the route in one word: getEnrolmentsIdActivitiesKey.
func (rt *route) operationID() string {
	words := strings.FieldsFunc(rt.path, func(r rune) bool { return r == '/' || r == '{' || r == '}' || r == '-' || r == '_' || r == '.' })
	id := strings.ToLower(rt.method)
	for _, w := range words {
		id += upper(w)
	}
	return id
}

// page draws the table for a reader without tools.
func (r *router) page() []byte {
	type line struct {
		Method, Path, Summary, Access string
		In                            []string
	}
	type group struct {
		Tag   string
		Lines []line
	}
	var groups []*group
	byTag := map[string]*group{}
	for _, rt := range r.routes {
		g := byTag[rt.op.Tag]
		if g == nil {
			g = &group{Tag: rt.op.Tag}
			byTag[rt.op.Tag] = g
			groups = append(groups, g)
		}
		g.Lines = append(g.Lines, line{
			rt.method, prefix + rt.path, rt.op.Summary, strings.Join(rt.op.Access.words(), ", "), fieldsOf(rt.in),
		})
	}
	type fault struct {
		Kind   string
		Status int
	}
	var faults []fault
	for kind, status := range statuses {
		faults = append(faults, fault{kind.String(), status})
	}
	slices.SortFunc(faults, func(a, b fault) int { return strings.Compare(a.Kind, b.Kind) })
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, map[string]any{"Groups": groups, "Faults": faults}); err != nil {
		panic(err) // the template is ours and its data too
	}
	return b.Bytes()
}

func fieldsOf(in any) []string {
	if in == nil {
		return nil
	}
	var names []string
	t := reflect.TypeOf(in)
	for i := range t.NumField() {
		f := t.Field(i)
		for _, from := range []string{"query", "json"} {
			if name, _, _ := strings.Cut(f.Tag.Get(from), ","); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

var pageTemplate = template.Must(template.New("api").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mostik API</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
code{font:14px/1.5 ui-monospace,monospace}table{border-collapse:collapse;width:100%}
td,th{border-top:1px solid #8885;padding:.4rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
</style></head><body><main><h1>Mostik API, version 1</h1>
<p>The same as a machine reads it: <a href="/api/openapi.json">OpenAPI 3.1</a>. Sign in with
<code>POST /api/v1/auth/login</code> and send the access token as <code>Authorization: Bearer …</code>.</p>
{{range .Groups}}<h2>{{.Tag}}</h2><table><tr><th>Route<th>What it does<th>Takes<th>Who</tr>
{{range .Lines}}<tr><td><code>{{.Method}} {{.Path}}</code><td>{{.Summary}}<td>{{range .In}}<code>{{.}}</code> {{end}}<td>{{.Access}}</tr>
{{end}}</table>{{end}}
<h2>Problems</h2><p>Failures are <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>.</p>
<table><tr><th>Kind<th>Status</tr>{{range .Faults}}<tr id="{{.Kind}}"><td>{{.Kind}}<td>{{.Status}}</tr>{{end}}</table>
</main></body></html>
`))
