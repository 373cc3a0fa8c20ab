package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/account"
)

type loginIn struct {
	Login    string `json:"login" required:"true" maxLength:"320"`
	Password string `json:"password" required:"true" maxLength:"800"`
}

type codeIn struct {
	Login    string `json:"login" maxLength:"320"`
	Code     string `json:"code" required:"true" maxLength:"40"`
	Password string `json:"password" required:"true" maxLength:"800"`
}

type refreshIn struct {
	// RefreshToken is for programs without cookies.
	RefreshToken string `json:"refresh_token" maxLength:"200"`
}

// tokensOut is what a sign-in gives; the refresh token travels in its cookie.
type tokensOut struct {
	AccessToken string `json:"access_token"`
	// ExpiresIn is in seconds.
	ExpiresIn int `json:"expires_in"`
}

// refreshedOut also names the refresh token, to programs that sent theirs in the body.
type refreshedOut struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

// concernOut is where a concern can be reported.
type concernOut struct {
	Contacts []Contact `json:"contacts"`
}

func (s *Server) authRoutes(r *router) {
	registerHTTP(r, http.MethodPost, "/auth/login", op{
		Summary: "Sign in with a login or e-mail and a password.", Tag: "auth", Access: public,
	}, s.postLogin)
	registerHTTP(r, http.MethodPost, "/auth/code", op{
		Summary: "Set a password with a printed one-time code, and sign in.", Tag: "auth", Access: public,
	}, s.postCode)
	registerHTTP(r, http.MethodPost, "/auth/refresh", op{
		Summary: "Get a new access token for the session of the refresh cookie.", Tag: "auth", Access: public, OwnProof: true,
	}, s.postRefresh)
	registerHTTP(r, http.MethodPost, "/auth/logout", op{
		Summary: "End this session.", Tag: "auth", Access: public, OwnProof: true,
	}, s.postLogout)
	registerHTTP(r, http.MethodPost, "/auth/logout-everywhere", op{
		Summary: "End all of one's sessions.", Tag: "auth", Access: signedIn,
	}, s.postLogoutEverywhere)
	register(r, http.MethodGet, "/concern", op{
		Summary: "Where a concern can be reported, outside of the line of command.", Tag: "auth", Access: public,
	}, func(context.Context, lms.Actor, none) (concernOut, error) {
		return concernOut{Contacts: s.deps.Contacts}, nil
	})
}

// from is where a request's sign-in comes from.
func from(ctx context.Context) account.From {
	c := clientOf(ctx)
	return account.From{Address: c.address, Device: c.device}
}

// expiresIn is how long an access token lasts, in whole seconds.
func (s *Server) expiresIn(t account.Tokens) int {
	return int(t.ExpiresAt.Sub(s.deps.Now()) / time.Second)
}

func (s *Server) postLogin(c *fiber.Ctx, ctx context.Context, _ lms.Actor, in loginIn) (tokensOut, error) {
	t, err := s.deps.Account.SignIn(ctx, in.Login, in.Password, from(ctx))
	if err != nil {
		return tokensOut{}, err
	}
	SetSession(c, t, s.deps.Secure)
	return tokensOut{t.Access, s.expiresIn(t)}, nil
}

func (s *Server) postCode(c *fiber.Ctx, ctx context.Context, _ lms.Actor, in codeIn) (tokensOut, error) {
	t, err := s.deps.Account.RedeemCode(ctx, in.Login, in.Code, in.Password, from(ctx))
	if err != nil {
		return tokensOut{}, err
	}
	SetSession(c, t, s.deps.Secure)
	return tokensOut{t.Access, s.expiresIn(t)}, nil
}

func (s *Server) postRefresh(c *fiber.Ctx, ctx context.Context, _ lms.Actor, in refreshIn) (refreshedOut, error) {
	token := in.RefreshToken
	if token == "" {
		token = c.Cookies(RefreshCookie)
	}
	t, err := s.deps.Account.Refresh(ctx, token)
	if lms.KindOf(err) == lms.Unauthorized && in.RefreshToken == "" {
		ClearSession(c, s.deps.Secure)
	}
	if err != nil {
		return refreshedOut{}, err
	}
	out := refreshedOut{AccessToken: t.Access, ExpiresIn: s.expiresIn(t)}
	if in.RefreshToken != "" {
		out.RefreshToken = t.Refresh
	} else {
		SetSession(c, t, s.deps.Secure)
	}
	return out, nil
}

func (s *Server) postLogout(c *fiber.Ctx, ctx context.Context, actor lms.Actor, _ none) (none, error) {
	ClearSession(c, s.deps.Secure)
	return none{}, s.deps.Account.SignOut(ctx, actor, c.Cookies(RefreshCookie))
}

func (s *Server) postLogoutEverywhere(c *fiber.Ctx, ctx context.Context, actor lms.Actor, _ none) (none, error) {
	if err := s.deps.Account.SignOutEverywhere(ctx, actor); err != nil {
		return none{}, err
	}
	ClearSession(c, s.deps.Secure)
	return none{}, nil
}
