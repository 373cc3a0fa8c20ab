package page

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/frontend"
	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/api"
	"mostik/lms/certificate"
	"mostik/lms/programme"
	"mostik/lms/report"
	"mostik/lms/text"
	"mostik/lms/webinar"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/page.css
var styleSheet []byte

// The cookies by which a browser remembers a choice of language and colours. They are no secret and name
// nobody; the page's script writes them too.
const (
	LanguageCookie = "mostik_lang"
	ThemeCookie    = "mostik_theme"
)

// Demo is shown on the sign-in page of a demonstration, and nowhere else.
type Demo struct {
	Logins   []string
	Password string
}

// Deps are what the pages stand on.
type Deps struct {
	Account     *account.Service
	API         *api.Server
	Certificate *certificate.Service
	Webinar     *webinar.Service
	// Days are the in-person days of programmes, to check in there.
	Days *programme.Service
	// Report asks supervisors, who have no account.
	Report *report.Service
	// Assets are the built pages; nil where the program was compiled without them, and then the shell says so.
	Assets *frontend.Assets
	// Programme is the name that the operator gave.
	Programme string
	// Contacts are where a concern goes, for the page's frame.
	Contacts []api.Contact
	// Demo is nil outside of demonstration mode.
	Demo *Demo
	// Secure marks cookies for TLS.
	Secure bool
	// Log takes failures that are ours; nil means slog's default.
	Log *slog.Logger
	Now func() time.Time
}

// Pages draws them.
type Pages struct {
	deps      Deps
	log       *slog.Logger
	templates *template.Template
	stylePath string
}

// New parses the templates.
func New(deps Deps) (*Pages, error) {
	t, err := template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("reading the page templates: %w", err)
	}
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.Log == nil {
		deps.Log = slog.Default()
	}
	for page, list := range preloads {
		for _, need := range list {
			if deps.API != nil && !deps.API.Renders(need.route) {
				return nil, fmt.Errorf("the page %s wants %s, which the API does not have", page, need.route)
			}
		}
	}
	sum := sha256.Sum256(styleSheet)
	return &Pages{
		deps: deps, log: deps.Log, templates: t,
		stylePath: "/page-" + hex.EncodeToString(sum[:6]) + ".css",
	}, nil
}

// Mount adds the pages to an application on which the API and the built files are mounted already: the
// shell answers what nobody else did.
func (p *Pages) Mount(app *fiber.App) {
	app.Get(p.stylePath, p.getStyle)
	app.Get("/sign-in", p.getSignIn)
	app.Post("/sign-in", timed(p.postSignIn))
	app.Get("/code", p.getCode)
	app.Post("/code", timed(p.postCode))
	app.Get("/leave", p.getLeave)
	app.Get("/verify", p.getVerifyForm)
	p.mountIssuer(app)
	app.Get("/verify/offline", timed(p.getOffline))
	app.Get("/verify/:serial", timed(p.getVerification))
	app.Get("/here", p.getHere)
	app.Get("/here/:code", p.getHereCode)
	app.Get("/here/door/:door", timed(p.getDoor))
	app.Post("/here/door/:door", timed(p.postDoor))
	app.Get("/here/me/:pass", p.getPresence)
	app.Post("/here/me/:pass", p.postPresence)
	app.Get("/asked/:door", timed(p.getAsked))
	app.Post("/asked/:door", timed(p.postAsked))
	app.Get("/.well-known/mostik-keys.json", p.getKeys)
	app.Get("/*", timed(p.getShell))
}

// drawTime is how long a page may wait for the database: as long as a request of the API.
const drawTime = 20 * time.Second

// timed bounds a page that asks the database. Without it a database that stalls would keep every page that
// anybody opens, and answer none.
func timed(draw fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), drawTime)
		defer cancel()
		c.SetUserContext(ctx)
		return draw(c)
	}
}

func (p *Pages) getStyle(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, "text/css; charset=utf-8")
	return c.Send(styleSheet)
}

// frame is what every drawn page has.
type frame struct {
	Lang, Theme, Title, Programme string
	Words                         *text.Words
	Styles, Prefetch              []string
	PageStyle                     string
	Languages                     []languageLink
}

type languageLink struct {
	Tag, Name, Href string
	Current         bool
}

// frame builds the surroundings of a page in the stranger's language.
func (p *Pages) frame(c *fiber.Ctx, title func(*text.Words) string) frame {
	lang := p.language(c)
	words := text.In(lang)
	f := frame{
		Lang: lang, Theme: theme(c), Title: title(words), Programme: p.deps.Programme, Words: words, PageStyle: p.stylePath,
	}
	if p.deps.Assets != nil {
		f.Styles = p.deps.Assets.Entry(frontend.Route{}, lang).Styles
	}
	for _, tag := range text.Languages {
		f.Languages = append(f.Languages, languageLink{
			Tag: tag, Name: text.In(tag).Name, Href: withQuery(c, "lang", tag), Current: tag == lang,
		})
	}
	return f
}

// language of somebody who is not known: as asked for, as chosen before, as the browser says. A choice
// made by a link is remembered.
func (p *Pages) language(c *fiber.Ctx) string {
	if lang := c.Query("lang"); text.Known(lang) {
		lang = text.Primary(lang)
		c.Cookie(&fiber.Cookie{
			Name: LanguageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600,
			SameSite: fiber.CookieSameSiteLaxMode, Secure: p.deps.Secure,
		})
		return lang
	}
	if lang := c.Cookies(LanguageCookie); text.Known(lang) {
		return text.Primary(lang)
	}
	return text.Negotiate(c.Get(fiber.HeaderAcceptLanguage))
}

// theme is the choice that this browser remembers; "" leaves it to the device.
func theme(c *fiber.Ctx) string {
	if t := c.Cookies(ThemeCookie); t == "light" || t == "dark" {
		return t
	}
	return ""
}

// withQuery is the address of the same page with one parameter set.
func withQuery(c *fiber.Ctx, name, value string) string {
	q := url.Values{}
	c.Request().URI().QueryArgs().VisitAll(func(k, v []byte) { q.Set(string(k), string(v)) })
	q.Set(name, value)
	return c.Path() + "?" + q.Encode()
}

// draw answers with a template. Drawn pages are about nobody who is signed in, but a proxy shall not keep
// them either: they speak the visitor's language.
func (p *Pages) draw(c *fiber.Ctx, status int, name string, data any) error {
	var out bytes.Buffer
	if err := p.templates.ExecuteTemplate(&out, name, data); err != nil {
		return fmt.Errorf("drawing the page %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
	if c.GetRespHeader(fiber.HeaderCacheControl) == "" {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	return api.Send(c.Status(status), out.Bytes())
}

// next is where to go after sign-in: a path of this site, and never another site's address.
func next(asked string) string {
	u, err := url.Parse(asked)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(asked, "//") || strings.ContainsAny(asked, "\\\r\n") {
		return "/"
	}
	return asked
}

func (p *Pages) notFound(c *fiber.Ctx) error {
	f := p.frame(c, func(w *text.Words) string { return w.Page.NotFound })
	return p.draw(c, fiber.StatusNotFound, "notfound", f)
}

// asError finds our error in a chain; the zero kind is Internal.
func asError(err error) *lms.Error {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e
	}
	return &lms.Error{Kind: lms.Internal, Code: "internal", Err: err}
}
