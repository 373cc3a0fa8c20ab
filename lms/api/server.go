package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
)

// Guard may refuse a request before any route sees it, by returning an error; nil lets it pass.
type Guard func(c *fiber.Ctx) error

// Server holds the routes and what they stand on.
type Server struct {
	deps     Deps
	log      *slog.Logger
	metrics  *metrics
	router   *router
	proxies  []netip.Prefix
	prepared *preparedAnswers
	// document and page are made once: routes do not change while the program runs.
	document []byte
	page     []byte
}

// maxOther bounds bodies outside of the API's streams: forms of the pages served without script.
const maxOther = 1 << 20

// New builds the API. It panics on a route that is declared wrongly, for no request could mend that. Errors:
// a trusted proxy that is no address, or of the OpenAPI document.
func New(deps Deps) (*Server, error) {
	if deps.Log == nil {
		deps.Log = slog.Default()
	}
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.RequestTimeout == 0 {
		deps.RequestTimeout = 20 * time.Second
	}
	s := &Server{deps: deps, log: deps.Log, metrics: newMetrics(deps.Metrics), prepared: newPreparedAnswers()}
	s.router = newRouter(s)
	for _, routes := range routeFiles {
		routes(s, s.router)
	}
	var err error
	if s.proxies, err = prefixes(deps.TrustedProxies); err != nil {
		return nil, err
	}
	if s.document, err = s.router.document(); err != nil {
		return nil, fmt.Errorf("describing the API: %w", err)
	}
	s.page = s.router.page()
	return s, nil
}

// NewApp gives the application with everything that stands before routes, and the API mounted. Pages and
// the built front end are mounted on it by cmd, afterwards.
// Routes that stand beside the table are mounted by beside, before what answers for unknown addresses.
func (s *Server) NewApp(beside ...func(fiber.Router)) *fiber.App {
	app := fiber.New(fiber.Config{
		// Without it strings taken from a request change when the next one comes.
		Immutable:             true,
		DisableStartupMessage: true,
		StreamRequestBody:     true,
		BodyLimit:             maxOther,
		ReadBufferSize:        16 << 10,
		ReadTimeout:           0, // uploads over slow lines take their time
		IdleTimeout:           75 * time.Second,
		ErrorHandler:          s.sendProblem,
		AppName:               "Mostik",

		EnableTrustedProxyCheck: true,
		TrustedProxies:          s.deps.TrustedProxies,
		ProxyHeader:             proxyHeader(s.deps.TrustedProxies),
		EnableIPValidation:      len(s.deps.TrustedProxies) > 0, // the header holds one address: see trueAddress
	})
	app.Use(settleBody, s.trueAddress, s.identify, s.recover, securityHeaders, s.boundOthers)
	if s.deps.Secure {
		app.Use(strictTransport)
	}
	for _, guard := range s.deps.Guards {
		app.Use(func(c *fiber.Ctx) error {
			if err := guard(c); err != nil {
				return err
			}
			return c.Next()
		})
	}
	for _, rt := range s.router.routes {
		app.Add(rt.method, rt.fiberPath(), rt.handler)
	}
	app.Get("/api/openapi.json", s.getDocument)
	app.Get("/api", s.getPage)
	for _, mount := range beside {
		mount(app)
	}
	app.Use(prefix, s.noRoute)
	return app
}

// noRoute answers what no route took, so that nothing mounted later answers for the API.
func (s *Server) noRoute(c *fiber.Ctx) error {
	for _, rt := range s.router.routes {
		if fiber.RoutePatternMatch(c.Path(), rt.fiberPath()) {
			return fiber.ErrMethodNotAllowed
		}
	}
	return fiber.ErrNotFound
}

func proxyHeader(trusted []string) string {
	if len(trusted) == 0 {
		return ""
	}
	return fiber.HeaderXForwardedFor
}

// trueAddress leaves in X-Forwarded-For the one address that our own proxies vouch for: the last that is
// not theirs. What stands before it was written by the client, who would otherwise choose under whose name
// to guess passwords. Fiber (2.52) believes the first.
func (s *Server) trueAddress(c *fiber.Ctx) error {
	if len(s.proxies) == 0 {
		return c.Next()
	}
	peer, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok || !s.isProxy(peer) {
		return c.Next()
	}
	client := peer
	hops := strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")
	for _, hop := range slices.Backward(hops) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if client = addr; !s.isProxy(addr) {
			break
		}
	}
	c.Request().Header.Set(fiber.HeaderXForwardedFor, client.Unmap().String())
	return c.Next()
}

func (s *Server) isProxy(a netip.Addr) bool {
	return slices.ContainsFunc(s.proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// prefixes reads addresses and networks.
func prefixes(texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("a trusted proxy is an address or a network, and not %q", text)
			}
			p = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// maxDrained is how much of a body that nobody read is thrown away to keep a connection, in bytes.
const maxDrained = 64 << 10

// settleBody leaves nothing of a request's body on the connection. With streams switched on, fasthttp
// (1.51) takes what a handler left unread for the next request, which is how requests are smuggled past a
// proxy. What is short is read to its end; after the rest the connection is closed.
func settleBody(c *fiber.Ctx) error {
	err := c.Next()
	s := c.Context().RequestBodyStream()
	if s == nil {
		return err
	}
	if c.Request().Header.ContentLength() < 0 {
		// The end of a chunked body cannot be asked for twice.
		c.Context().SetConnectionClose()
		return err
	}
	if _, e := io.CopyN(io.Discard, s, maxDrained); !errors.Is(e, io.EOF) {
		c.Context().SetConnectionClose()
	}
	return err
}

var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// identify gives each request an id, which the answer carries and the log repeats.
func (s *Server) identify(c *fiber.Ctx) error {
	id := c.Get(fiber.HeaderXRequestID)
	if !goodRequestID.MatchString(id) {
		var b [10]byte
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		id = hex.EncodeToString(b[:])
	}
	c.Set(fiber.HeaderXRequestID, id)
	c.SetUserContext(context.WithValue(c.UserContext(), requestIDKey, id))
	return c.Next()
}

// recover turns a panic into a failure of ours, so that one request ends and not the program.
func (s *Server) recover(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return c.Next()
}

// securityHeaders are the same for every answer; a page that needs less sets its own policy afterwards.
func securityHeaders(c *fiber.Ctx) error {
	// WebAssembly is what cleans sound and blurs backgrounds in a room. It may be compiled, from this server's own
	// files (default-src); text still never becomes script.
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "+
		"img-src 'self' data: blob:; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()")
	return c.Next()
}

// strictTransport keeps browsers that came with TLS from coming without it for a year (RFC 6797), for what is sent
// to the plain port can be read on the way. Names below this one may be other people's and are left alone.
func strictTransport(c *fiber.Ctx) error {
	c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	return c.Next()
}

// boundOthers reads bodies of routes that are not ours whole and bounded: with streams switched on,
// Fiber's own limit holds nothing (2.52), and a form handler would read without end.
func (s *Server) boundOthers(c *fiber.Ctx) error {
	if c.Context().RequestBodyStream() == nil || strings.HasPrefix(c.Path(), prefix+"/") {
		return c.Next()
	}
	body, err := bodyOf(c, maxOther).all()
	if err != nil {
		return err
	}
	c.Request().SetBody(body)
	return c.Next()
}

// handle is what stands around every route: who asks, in which language, how long it may take, and the
// counting of it.
func (s *Server) handle(rt *route, fn func(*fiber.Ctx, context.Context, lms.Actor) error) fiber.Handler {
	count := s.metrics.route(rt)
	return func(c *fiber.Ctx) error {
		begun := time.Now()
		err := s.answer(c, rt, fn)
		if err != nil {
			err = s.sendProblem(c, err)
		}
		count(c.Response().StatusCode(), time.Since(begun))
		return err
	}
}

func (s *Server) answer(c *fiber.Ctx, rt *route, fn func(*fiber.Ctx, context.Context, lms.Actor) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	c.Set(fiber.HeaderCacheControl, "no-store") // answers are about people; a handler may say otherwise
	if !rt.isStream() {
		// Data loads nothing and is no page: the short policy is the stricter one, and slow lines feel each byte.
		c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
		c.Response().Header.Del("Permissions-Policy")
		c.Response().Header.Del("Cross-Origin-Opener-Policy")
	}
	actor, err := s.admit(c, rt)
	if err != nil {
		return err
	}
	actor.Language = languageOf(c, actor)
	ctx := withClient(c.UserContext(), c)
	if !rt.isStream() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.deps.RequestTimeout)
		defer cancel()
	}
	return fn(c, ctx, actor)
}

// admit turns strangers away from what is not public. A public route works with a proof that is no longer
// valid: sign-in is one.
func (s *Server) admit(c *fiber.Ctx, rt *route) (lms.Actor, error) {
	if rt.op.Access.public {
		if err := s.checkOrigin(c, rt.op.OwnProof && c.Cookies(RefreshCookie) != ""); err != nil {
			return lms.Actor{}, err
		}
		actor, err := s.actorOf(c)
		if err != nil {
			return lms.Actor{}, nil
		}
		return actor, nil
	}
	actor, err := s.actorOf(c)
	if err != nil {
		return lms.Actor{}, err
	}
	if !actor.SignedIn() {
		return lms.Actor{}, &lms.Error{Kind: lms.Unauthorized, Code: "sign-in-needed", Detail: "sign in first"}
	}
	// What waited on a shared device for one person is not done in the session of another.
	if meant := c.Get(personHeader); meant != "" && meant != actor.Person.String() {
		return lms.Actor{}, lms.ErrConflict("wrong-person", "this was meant for another person's session")
	}
	return actor, nil
}

// personHeader names the person for whom a kept request is meant; the page's outbox sends it.
const personHeader = "Mostik-Person"

// Renders tells whether Render knows a route.
func (s *Server) Renders(key string) bool {
	rt := s.router.byKey[key]
	return rt != nil && rt.call != nil
}

// Render runs a GET route for an actor without HTTP, so that a page can carry its data in its first
// answer. The key is the route's as in the document, "GET /enrolments/{id}"; params hold path and query.
// The JSON has <, > and & escaped and may stand in a script element. Errors are those of the use case.
func (s *Server) Render(ctx context.Context, actor lms.Actor, lang, key string, params map[string]string) ([]byte, error) {
	rt := s.router.byKey[key]
	if rt == nil || rt.call == nil {
		return nil, fmt.Errorf("api: no route to render: %s", key)
	}
	if !rt.op.Access.public && !actor.SignedIn() {
		return nil, &lms.Error{Kind: lms.Unauthorized, Code: "sign-in-needed", Detail: "sign in first"}
	}
	if lang != "" {
		actor.Language = lang
	}
	return rt.call(ctx, actor, params)
}
