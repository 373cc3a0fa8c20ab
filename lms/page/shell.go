package page

import (
	"bytes"
	"context"
	"encoding/json"
	"html/template"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"mostik/frontend"
	"mostik/lms"
	"mostik/lms/api"
	"mostik/lms/text"
)

// preload says which answers of the API a page draws first. Names in braces are the page's own
// parameters, in the order of the API's.
type preload struct {
	route  string            // the API's, "GET /enrolments/{id}"
	params map[string]string // the API's parameter → the page's
}

// preloads by the path of the page in routes.json. A page that is not here asks for itself.
var preloads = map[string][]preload{
	"/learn":                         {{route: "GET /dashboard"}, {route: "GET /webinars"}},
	"/catalogue":                     {{route: "GET /catalogue"}},
	"/courses/:course":               {{"GET /courses/{key}", map[string]string{"key": "course"}}},
	"/courses/:course/papers/:paper": {{"GET /courses/{key}/papers/{paper}", map[string]string{"key": "course", "paper": "paper"}}},
	"/glossary":                      {{route: "GET /glossary"}},
	"/learn/:enrolment":              {{"GET /enrolments/{id}", map[string]string{"id": "enrolment"}}},
	"/learn/:enrolment/:activity":    {{"GET /enrolments/{id}/activities/{key}", map[string]string{"id": "enrolment", "key": "activity"}}},
	"/attempts/:attempt":             {{"GET /attempts/{id}", map[string]string{"id": "attempt"}}},
	"/teach":                         {{route: "GET /cohorts"}},
	"/admin":                         {{route: "GET /admin/attention"}},
}

// open are the pages that need nobody signed in.
var open = map[string]bool{"/concern": true, "/guest/:code": true}

type shellPage struct {
	Lang, Theme, Programme string
	Words                  *text.Words
	Styles, Preload        []string
	Script                 string
	Boot                   template.JS
}

// boot is what the page's script finds beside it; its reader is frontend/src/lib/boot.ts.
type boot struct {
	Me      json.RawMessage            `json:"me"`
	Lang    string                     `json:"lang"`
	Preload map[string]json.RawMessage `json:"preload"`
	Config  bootConfig                 `json:"config"`
	// Webinars tells that there are some for the reader: their door then stands in the bar.
	Webinars bool `json:"webinars"`
}

type bootConfig struct {
	Name    string        `json:"name"`
	Concern []api.Contact `json:"concern"`
}

// getShell serves every page that is drawn in the browser, with its first data inside.
func (p *Pages) getShell(c *fiber.Ctx) error {
	path := c.Path()
	if strings.HasPrefix(path, "/api/") || p.deps.Assets == nil {
		return fiber.ErrNotFound
	}
	route, params, known := p.deps.Assets.Route(path)
	actor, err := p.reader(c)
	if err != nil {
		return err
	}
	if path == "/" {
		if !actor.SignedIn() {
			return c.Redirect("/sign-in", fiber.StatusSeeOther)
		}
		return c.Redirect("/learn", fiber.StatusSeeOther)
	}
	if !actor.SignedIn() && !open[route.Path] {
		if !known {
			return p.notFound(c)
		}
		return c.Redirect("/sign-in?next="+url.QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
	}
	status := fiber.StatusOK
	if !known {
		status = fiber.StatusNotFound
	}
	page, err := p.shell(c, actor, route, params)
	if err != nil {
		return err
	}
	return p.draw(c, status, "shell", page)
}

// reader finds who opens a page: by the access cookie, else by the refresh cookie, which is then renewed
// in this very answer. Nobody is the zero actor; it is no failure here that a session has ended.
func (p *Pages) reader(c *fiber.Ctx) (lms.Actor, error) {
	if token := c.Cookies(api.AccessCookie); token != "" {
		actor, err := p.deps.Account.Authenticate(token)
		if err == nil {
			return actor, nil
		}
	}
	refresh := c.Cookies(api.RefreshCookie)
	if refresh == "" {
		return lms.Actor{}, nil
	}
	tokens, err := p.deps.Account.Refresh(c.UserContext(), refresh)
	if err != nil {
		if lms.KindOf(err) == lms.Unauthorized {
			return lms.Actor{}, nil
		}
		return lms.Actor{}, err
	}
	api.SetSession(c, tokens, p.deps.Secure)
	return p.deps.Account.Authenticate(tokens.Access)
}

func (p *Pages) shell(c *fiber.Ctx, actor lms.Actor, route frontend.Route, params map[string]string) (shellPage, error) {
	b := boot{
		Me: json.RawMessage("null"), Lang: p.language(c), Preload: map[string]json.RawMessage{},
		Config: bootConfig{Name: p.deps.Programme, Concern: p.deps.Contacts},
	}
	chosen := theme(c)
	if actor.SignedIn() {
		var err error
		if b.Me, b.Lang, chosen, err = p.me(c.UserContext(), actor); err != nil {
			return shellPage{}, err
		}
		if b.Webinars, err = p.deps.Webinar.Any(c.UserContext(), actor); err != nil {
			return shellPage{}, err
		}
		route = withParts(route, p.fill(c.UserContext(), b.Preload, actor, b.Lang, route, params))
	}
	entry := p.deps.Assets.Entry(route, b.Lang)
	data, err := scriptSafe(b)
	if err != nil {
		return shellPage{}, err
	}
	return shellPage{
		Lang: b.Lang, Theme: chosen, Programme: p.deps.Programme, Words: text.In(b.Lang), Styles: entry.Styles,
		Preload: entry.Preload, Script: entry.Script, Boot: data,
	}, nil
}

// me is who reads, and what of it the frame itself needs.
func (p *Pages) me(ctx context.Context, actor lms.Actor) (me json.RawMessage, lang, theme string, err error) {
	me, err = p.deps.API.Render(ctx, actor, "", "GET /me", nil)
	if err != nil {
		return nil, "", "", err
	}
	var read struct {
		Language, Theme string
	}
	if err := json.Unmarshal(me, &read); err != nil {
		return nil, "", "", err
	}
	if read.Theme == "auto" {
		read.Theme = ""
	}
	return me, text.Primary(read.Language), read.Theme, nil
}

// fill runs the API's use cases for the page. One that fails is left out: the page then asks for itself
// and shows the failure where it belongs. The first one's answer comes back too.
func (p *Pages) fill(ctx context.Context, into map[string]json.RawMessage, actor lms.Actor, lang string, route frontend.Route, params map[string]string) (first []byte) {
	for i, need := range preloads[route.Path] {
		_, path, _ := strings.Cut(need.route, " ")
		values := map[string]string{}
		for theirs, ours := range need.params {
			values[theirs] = params[ours]
			path = strings.ReplaceAll(path, "{"+theirs+"}", url.PathEscape(params[ours]))
		}
		data, err := p.deps.API.Render(ctx, actor, lang, need.route, values)
		if err != nil {
			if lms.KindOf(err) == lms.Internal {
				p.log.ErrorContext(ctx, "preparing a page's data", "route", need.route, "error", err)
			}
			continue
		}
		into["/api/v1"+path] = data
		if i == 0 {
			first = data
		}
	}
	return first
}

// scriptSafe writes JSON that may stand inside a script element: no "<", so nothing can end the element.
func scriptSafe(v any) (template.JS, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(true)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return template.JS(bytes.TrimSpace(out.Bytes())), nil //nolint:gosec // escaped above
}
