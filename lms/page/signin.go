package page

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/api"
	"mostik/lms/text"
)

// signInPage is both forms: with a password, and with a printed code.
type signInPage struct {
	frame
	Message, Next, Login, Code string
	CodeHref, SignInHref       string
	Demo                       *Demo
}

func (p *Pages) signIn(c *fiber.Ctx, title func(*text.Words) string, to string) signInPage {
	page := signInPage{frame: p.frame(c, title), Next: next(to), Demo: p.deps.Demo}
	query := "?next=" + url.QueryEscape(page.Next)
	page.CodeHref, page.SignInHref = "/code"+query, "/sign-in"+query
	// While somebody types a password, the files of the page behind it come.
	if p.deps.Assets != nil {
		if route, _, ok := p.deps.Assets.Route("/learn"); ok {
			entry := p.deps.Assets.Entry(route, page.Lang)
			page.Prefetch = append(entry.Preload, entry.Script)
		}
	}
	return page
}

func signInTitle(w *text.Words) string { return w.SignIn.Title }
func codeTitle(w *text.Words) string   { return w.SignIn.CodeTitle }

func (p *Pages) getSignIn(c *fiber.Ctx) error {
	page := p.signIn(c, signInTitle, c.Query("next"))
	if c.Query("ended") != "" {
		page.Message = page.Words.SignIn.Ended
	}
	return p.draw(c, fiber.StatusOK, "signin", page)
}

// postSignIn takes the form, sets the session's cookies and leads on. What was typed as login comes back
// with a failure; the password does not.
func (p *Pages) postSignIn(c *fiber.Ctx) error {
	if err := p.deps.API.SameOrigin(c); err != nil {
		return err
	}
	tokens, err := p.deps.Account.SignIn(c.UserContext(), c.FormValue("login"), c.FormValue("password"), from(c))
	if err == nil {
		return p.enter(c, tokens)
	}
	page := p.signIn(c, signInTitle, c.FormValue("next"))
	page.Login = c.FormValue("login")
	return p.refuse(c, err, "signin", &page)
}

func (p *Pages) getCode(c *fiber.Ctx) error {
	return p.draw(c, fiber.StatusOK, "code", p.signIn(c, codeTitle, c.Query("next")))
}

func (p *Pages) postCode(c *fiber.Ctx) error {
	if err := p.deps.API.SameOrigin(c); err != nil {
		return err
	}
	tokens, err := p.deps.Account.RedeemCode(c.UserContext(), "", c.FormValue("code"), c.FormValue("password"), from(c))
	if err == nil {
		return p.enter(c, tokens)
	}
	page := p.signIn(c, codeTitle, c.FormValue("next"))
	page.Code = c.FormValue("code")
	return p.refuse(c, err, "code", &page)
}

func (p *Pages) enter(c *fiber.Ctx, tokens account.Tokens) error {
	api.SetSession(c, tokens, p.deps.Secure)
	return c.Redirect(next(c.FormValue("next")), fiber.StatusSeeOther)
}

// refuse draws the form again with what went wrong in the reader's language.
func (p *Pages) refuse(c *fiber.Ctx, err error, name string, page *signInPage) error {
	w := page.Words.SignIn
	status := fiber.StatusUnprocessableEntity
	switch e := asError(err); e.Kind {
	case lms.TooMany:
		status, page.Message = fiber.StatusTooManyRequests, w.TooMany
		if e.RetryAfter > 0 {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(e.RetryAfter))
		}
	case lms.Invalid:
		page.Message = w.PasswordShort
	case lms.Unauthorized, lms.Gone, lms.Forbidden:
		page.Message = w.Failed
		if name == "code" {
			page.Message = w.CodeWrong
		}
	default:
		p.log.ErrorContext(c.UserContext(), "signing in", "error", err)
		status, page.Message = fiber.StatusServiceUnavailable, w.Trouble
	}
	return p.draw(c, status, name, page)
}

// from is where a sign-in comes from: whose budget of wrong passwords it is counted on.
func from(c *fiber.Ctx) account.From {
	return account.From{Address: api.AddressOf(c), Device: c.Cookies(api.DeviceCookie)}
}
