package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/text"
)

// actorOf finds who asks: by the Authorization header, else by the cookie, which for unsafe methods is
// only believed from our own pages. A stranger is the zero actor. Errors: Unauthorized for a proof that is
// not valid, Forbidden for a foreign page.
func (s *Server) actorOf(c *fiber.Ctx) (lms.Actor, error) {
	if header := c.Get(fiber.HeaderAuthorization); header != "" {
		token, ok := strings.CutPrefix(header, "Bearer ")
		if !ok {
			return lms.Actor{}, &lms.Error{Kind: lms.Unauthorized, Code: "sign-in-needed", Detail: "Authorization takes a Bearer token"}
		}
		return s.deps.Account.Authenticate(token)
	}
	token := c.Cookies(AccessCookie)
	if token == "" {
		return lms.Actor{}, nil
	}
	actor, err := s.deps.Account.Authenticate(token)
	if err != nil {
		return lms.Actor{}, err
	}
	return actor, s.checkOrigin(c, true)
}

// checkOrigin refuses unsafe requests that another site's page sends with our cookies. Where strict is
// false, a request that says nothing of its origin passes: it comes from a program and not from a page,
// and carries no cookie that would matter.
func (s *Server) checkOrigin(c *fiber.Ctx, strict bool) error {
	switch c.Method() {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	foreign := &lms.Error{Kind: lms.Forbidden, Code: "cross-site", Detail: "this was not sent by a page of this site"}
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		if site == "same-origin" {
			return nil
		}
		return foreign
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" && !strict || s.ownOrigin(c, origin) {
		return nil
	}
	return foreign
}

// SameOrigin refuses what was not sent by a page of this site; for forms of pages that are drawn elsewhere.
func (s *Server) SameOrigin(c *fiber.Ctx) error { return s.checkOrigin(c, true) }

func (s *Server) ownOrigin(c *fiber.Ctx, origin string) bool {
	if origin == "" {
		return false
	}
	if s.deps.PublicURL != "" && origin == strings.TrimSuffix(s.deps.PublicURL, "/") {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && u.Host == string(c.Request().Host())
}

// languageOf is the language of texts in the answer: what was asked for, else the person's, else the
// first that the browser names and we speak.
func languageOf(c *fiber.Ctx, actor lms.Actor) string {
	if lang := c.Query("lang"); slices.Contains(text.Languages, lang) {
		return lang
	}
	if slices.Contains(text.Languages, actor.Language) {
		return actor.Language
	}
	return text.Negotiate(c.Get(fiber.HeaderAcceptLanguage))
}

type contextKey int

const (
	requestIDKey contextKey = iota
	clientKey
)

// RequestID is the id of the request that a context belongs to, "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey).(string)
	return id
}
