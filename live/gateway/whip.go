package gateway

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/live"
	"mostik/live/hub"
	"mostik/live/signal"
	"mostik/media/rtc"
)

const (
	// Root is where the routes begin.
	Root = "/api/v1/webinars"

	typeOffer    = "application/sdp"
	typeFragment = "application/trickle-ice-sdpfrag"
	typeProblem  = "application/problem+json"

	// maxOffer bounds an offer, in bytes: one of 64 sections has some 60 kB.
	maxOffer    = 128 << 10
	maxFragment = 16 << 10
	// answerTime is how long an answer may take.
	answerTime = 10 * time.Second
)

// Gateway serves media sessions over HTTP.
type Gateway struct {
	hub *hub.Hub
	key ed25519.PublicKey
	now func() time.Time
	log *slog.Logger
}

// New makes a gateway that opens tickets with a public key.
func New(h *hub.Hub, key ed25519.PublicKey, now func() time.Time, log *slog.Logger) *Gateway {
	return &Gateway{hub: h, key: key, now: now, log: log}
}

// Mount adds the routes.
func (g *Gateway) Mount(app fiber.Router) {
	app.Get(Root+"/:webinar/socket", g.upgrade, g.socket())
	g.mountFiles(app)
	for _, kind := range []string{"whip", "whep"} {
		path := Root + "/:webinar/" + kind
		app.Options(path, g.options)
		app.Options(path+"/:session", g.options)
		app.Post(path, g.post(kind))
		app.Patch(path+"/:session", g.patch)
		app.Delete(path+"/:session", g.remove)
	}
}

// problem is an error as RFC 9457 writes it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Field is what is to blame.
	Field string `json:"field,omitempty"`
}

func fail(c *fiber.Ctx, status int, code, detail string) error {
	return failField(c, status, code, detail, "")
}

func failField(c *fiber.Ctx, status int, code, detail, field string) error {
	c.Status(status)
	titles := map[int]string{400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 413: "Too large", 426: "Upgrade required", 415: "Unsupported media type", 409: "Conflict", 412: "Precondition failed", 422: "Unprocessable content", 423: "Locked", 429: "Too many", 507: "Insufficient storage", 500: "Internal error", 503: "Unavailable"}
	err := c.JSON(problem{"/api#" + code, titles[status], status, code, detail, field})
	c.Set(fiber.HeaderContentType, typeProblem)
	return err
}

// anywhere lets players on other sites in: what opens the door is the ticket in a header, which no browser adds
// by itself.
func anywhere(c *fiber.Ctx) {
	c.Set("Access-Control-Allow-Origin", "*")
	c.Set("Access-Control-Expose-Headers", "Location, ETag, Link, Accept-Patch")
	c.Set(fiber.HeaderCacheControl, "no-store")
}

func (g *Gateway) options(c *fiber.Ctx) error {
	anywhere(c)
	c.Set("Access-Control-Allow-Methods", "POST, PATCH, DELETE, OPTIONS")
	c.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, ETag") // some clients send the ETag back as such
	c.Set("Accept-Post", typeOffer)
	return c.SendStatus(fiber.StatusNoContent)
}

// ticket opens the request's ticket for the webinar of its path. A ticket of another room is as none.
func (g *Gateway) ticket(c *fiber.Ctx) (live.Ticket, error) {
	scheme, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return live.Ticket{}, live.ErrTicket
	}
	t, err := live.Open(strings.TrimSpace(token), g.key, g.now())
	if err != nil {
		return live.Ticket{}, err
	}
	if t.Webinar != c.Params("webinar") {
		return live.Ticket{}, live.ErrTicket
	}
	return t, nil
}

func refuse(c *fiber.Ctx) error {
	c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="webinar"`)
	return fail(c, fiber.StatusUnauthorized, "ticket", "this needs a valid ticket of the webinar as a bearer token")
}

// post answers an offer.
func (g *Gateway) post(kind string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		anywhere(c)
		t, err := g.ticket(c)
		if err != nil {
			return refuse(c)
		}
		if mime, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";"); !strings.EqualFold(strings.TrimSpace(mime), typeOffer) {
			return fail(c, fiber.StatusUnsupportedMediaType, "content-type", "send the offer as "+typeOffer)
		}
		offer, err := body(c, maxOffer)
		if err != nil {
			return fail(c, fiber.StatusRequestEntityTooLarge, "too-large", "the offer is too long")
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), answerTime)
		defer cancel()
		open := g.hub.Publish
		if kind == "whep" {
			open = g.hub.Play
		}
		s, err := open(ctx, t, offer)
		if err != nil {
			return g.explain(c, err)
		}
		g.relays(c, t, s)
		c.Set(fiber.HeaderLocation, Root+"/"+t.Webinar+"/"+kind+"/"+s.ID)
		c.Set(fiber.HeaderETag, `"`+s.ID+`"`)
		c.Set("Accept-Patch", typeFragment)
		c.Set(fiber.HeaderContentType, typeOffer)
		return c.Status(fiber.StatusCreated).SendString(s.TakeAnswer())
	}
}

// relays tells of relays (RFC 9725, 4.6), with credentials for as long as the ticket.
func (g *Gateway) relays(c *fiber.Ctx, t live.Ticket, s *hub.Session) {
	if g.hub.Servers == nil {
		return
	}
	for _, server := range g.hub.Servers(s.ID+"@"+t.Webinar, t.Expires) {
		for _, u := range server.URLs {
			c.Append(fiber.HeaderLink, fmt.Sprintf(`<%s>; rel="ice-server"; username="%s"; credential="%s"; credential-type="password"`,
				u, server.Username, server.Credential))
		}
	}
}

func (g *Gateway) explain(c *fiber.Ctx, err error) error {
	p := (*signal.Problem)(nil)
	switch {
	case errors.As(err, &p):
		return fail(c, fiber.StatusForbidden, p.Code, p.Detail)
	case errors.Is(err, hub.ErrForbidden):
		return fail(c, fiber.StatusForbidden, "forbidden", "this ticket does not let sound and pictures in")
	case errors.Is(err, rtc.ErrOffer):
		return fail(c, fiber.StatusBadRequest, "offer", err.Error())
	case errors.Is(err, hub.ErrUnknown):
		return fail(c, fiber.StatusNotFound, "not-found", "there is no such session")
	}
	g.log.ErrorContext(c.UserContext(), "a media session failed", "error", err)
	return fail(c, fiber.StatusInternalServerError, "internal", "something went wrong here")
}

// session finds the session of the path for the holder of a ticket of its webinar.
func (g *Gateway) session(c *fiber.Ctx) (*hub.Session, error) {
	t, err := g.ticket(c)
	if err != nil {
		return nil, err
	}
	return g.hub.Session(t, c.Params("session"))
}

// patch adds candidates (trickle ICE), or begins ICE anew where the fragment has other credentials.
func (g *Gateway) patch(c *fiber.Ctx) error {
	anywhere(c)
	s, err := g.session(c)
	switch {
	case errors.Is(err, live.ErrTicket):
		return refuse(c)
	case err != nil:
		return g.explain(c, err)
	}
	if mime, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";"); !strings.EqualFold(strings.TrimSpace(mime), typeFragment) {
		return fail(c, fiber.StatusUnsupportedMediaType, "content-type", "send the fragment as "+typeFragment)
	}
	text, err := body(c, maxFragment)
	if err != nil {
		return fail(c, fiber.StatusRequestEntityTooLarge, "too-large", "the fragment is too long")
	}
	f := readFragment(text)
	if s.Same(f.ufrag) {
		for _, candidate := range f.candidates {
			if err := s.Candidate(candidate); err != nil {
				return fail(c, fiber.StatusBadRequest, "candidate", err.Error())
			}
		}
		return c.SendStatus(fiber.StatusNoContent)
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), answerTime)
	defer cancel()
	answer, err := s.Restart(ctx, f.ufrag, f.password, f.candidates)
	if err != nil {
		return g.explain(c, err)
	}
	c.Set(fiber.HeaderContentType, typeFragment)
	c.Set(fiber.HeaderETag, `"`+s.ID+`"`)
	return c.SendString(fragmentOf(answer))
}

// remove ends a session.
func (g *Gateway) remove(c *fiber.Ctx) error {
	anywhere(c)
	s, err := g.session(c)
	switch {
	case errors.Is(err, live.ErrTicket):
		return refuse(c)
	case err != nil:
		return g.explain(c, err)
	}
	s.Close()
	return c.SendStatus(fiber.StatusOK)
}
