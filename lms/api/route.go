package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
)

// prefix is where version 1 of the API lives.
const prefix = "/api/v1"

// defaultMaxBody bounds a request's body where the route does not say otherwise, in bytes.
const defaultMaxBody = 256 << 10

// access says whom a route may answer at all. The decision about the thing itself is Actor.Can in the use
// case; this documents it, makes the test of rights, and turns strangers away early.
type access struct {
	public  bool
	actions []lms.Action
	said    bool
}

var (
	// public routes answer everybody.
	public = access{public: true, said: true}
	// signedIn routes answer every person about themselves.
	signedIn = access{said: true}
)

// asks names the actions that the use case will ask for.
func asks(actions ...lms.Action) access { return access{actions: actions, said: true} }

// words gives the access as the document shows it.
func (a access) words() []string {
	if a.public {
		return []string{"public"}
	}
	if len(a.actions) == 0 {
		return []string{"signed-in"}
	}
	words := make([]string, len(a.actions))
	for i, action := range a.actions {
		words[i] = string(action)
	}
	return words
}

// op declares a route beside its handler.
type op struct {
	Summary string
	// Tag groups routes in the document: auth, study, teach, people …
	Tag    string
	Access access
	// Status of success; 0 means 200, or 204 where there is nothing to say.
	Status int
	// MaxBody in bytes; 0 means defaultMaxBody. It does not bound streams, which bound themselves.
	MaxBody int
	// Consumes and Produces are media types of streams: of the request's body and of the answer's.
	Consumes, Produces string
	// OwnProof marks routes that act by a cookie and ask for no actor (refresh, sign-out): they are held to
	// the same-origin rule although nobody is signed in by the access token.
	OwnProof bool
}

// none is what a route takes or gives that takes or gives nothing.
type none = struct{}

// route is one line of the table that the document, the metrics and the tests are made of.
type route struct {
	method, path string // path with {names}, without the prefix
	op           op
	in, out      any // zero values of the request's and the answer's struct
	handler      fiber.Handler
	// call runs a route without HTTP; nil for routes that need the connection.
	call func(ctx context.Context, actor lms.Actor, params map[string]string) ([]byte, error)
}

// key names a route as the table and the tests do: "GET /enrolments/{id}".
func (r *route) key() string { return r.method + " " + r.path }

// fiberPath is the path in the router's own writing, with the prefix.
func (r *route) fiberPath() string {
	return prefix + strings.NewReplacer("{", ":", "}", "").Replace(r.path)
}

// router collects the routes of one server.
type router struct {
	server *Server
	routes []*route
	byKey  map[string]*route
}

func newRouter(s *Server) *router { return &router{server: s, byKey: map[string]*route{}} }

// add checks a declaration; a wrong one is a fault of the program and stops it at its start.
func (r *router) add(rt *route) {
	switch {
	case !rt.op.Access.said:
		panic(fmt.Sprintf("api: %s does not say whom it answers", rt.key()))
	case rt.op.Summary == "" || rt.op.Tag == "":
		panic(fmt.Sprintf("api: %s has no summary or no tag", rt.key()))
	case r.byKey[rt.key()] != nil:
		panic(fmt.Sprintf("api: %s is declared twice", rt.key()))
	}
	r.byKey[rt.key()] = rt
	r.routes = append(r.routes, rt)
}

// register declares a route whose handler takes a struct and gives a struct, and knows nothing of HTTP.
// Fields of In carry `path:"id"`, `query:"page"` or `json:"name"`; the body is read strictly.
func register[In, Out any](r *router, method, path string, o op, fn func(context.Context, lms.Actor, In) (Out, error)) {
	rt := &route{method: method, path: path, op: o, in: *new(In), out: *new(Out)}
	plan := planOf[In](rt.key(), path)
	present := presenter[Out](r.server, o)
	rt.handler = r.server.handle(rt, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor) error {
		var in In
		if err := plan.read(c, rt.maxBody(), &in); err != nil {
			return err
		}
		out, err := fn(ctx, actor, in)
		if err != nil {
			return err
		}
		return present(c, out)
	})
	if method == http.MethodGet {
		rt.call = func(ctx context.Context, actor lms.Actor, params map[string]string) ([]byte, error) {
			var in In
			if err := plan.fill(&in, params); err != nil {
				return nil, err
			}
			out, err := fn(ctx, actor, in)
			if err != nil {
				return nil, err
			}
			if a, ok, err := r.server.prepared.of(out); ok || err != nil {
				return a.raw, err
			}
			return encode(out)
		}
	}
	r.add(rt)
}

// registerHTTP is register for the few handlers that also set cookies or headers.
func registerHTTP[In, Out any](r *router, method, path string, o op, fn func(*fiber.Ctx, context.Context, lms.Actor, In) (Out, error)) {
	rt := &route{method: method, path: path, op: o, in: *new(In), out: *new(Out)}
	plan := planOf[In](rt.key(), path)
	present := presenter[Out](r.server, o)
	rt.handler = r.server.handle(rt, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor) error {
		var in In
		if err := plan.read(c, rt.maxBody(), &in); err != nil {
			return err
		}
		out, err := fn(c, ctx, actor, in)
		if err != nil {
			return err
		}
		return present(c, out)
	})
	r.add(rt)
}

// stream declares a route whose body or answer is bytes and not JSON. The handler gets path and query
// parameters decoded and does the rest itself; where Consumes is set it reads body, which is bounded by
// MaxBody, and must not use c.Body.
func stream[In any](r *router, method, path string, o op, fn func(*fiber.Ctx, context.Context, lms.Actor, In, *boundBody) error) *route {
	rt := &route{method: method, path: path, op: o, in: *new(In)}
	if o.Consumes == "" && o.Produces == "" {
		panic("api: " + rt.key() + " is a stream of nothing")
	}
	plan := planOf[In](rt.key(), path)
	if plan.body != nil {
		panic("api: " + rt.key() + " is a stream and cannot take JSON too")
	}
	rt.handler = r.server.handle(rt, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor) error {
		var in In
		if err := plan.params(c, &in); err != nil {
			return err
		}
		return fn(c, ctx, actor, in, bodyOf(c, rt.maxBody()))
	})
	r.add(rt)
	return rt
}

// upload declares a route that takes a file's bytes, at most limit of them, and gives a struct. Its handler knows nothing
// of HTTP.
func upload[In, Out any](r *router, method, path string, o op, limit int, fn func(context.Context, lms.Actor, In, *boundBody) (Out, error)) {
	o.Consumes, o.MaxBody = fiber.MIMEOctetStream, limit
	present := presenter[Out](r.server, o)
	stream(r, method, path, o, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in In, body *boundBody) error {
		out, err := fn(ctx, actor, in, body)
		if err != nil {
			return err
		}
		return present(c, out)
	}).out = *new(Out)
}

func (r *route) maxBody() int {
	if r.op.MaxBody > 0 {
		return r.op.MaxBody
	}
	return defaultMaxBody
}

// isStream tells routes that do not speak JSON in at least one direction.
func (r *route) isStream() bool { return r.op.Consumes != "" || r.op.Produces != "" }
