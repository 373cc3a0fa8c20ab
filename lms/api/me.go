package api

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/account"
)

type changeMeIn struct {
	Language    *string   `json:"language" enum:"en,ru,sk,kk,tg,ky"`
	Theme       *string   `json:"theme" enum:"auto,light,dark"`
	LatinGiven  *string   `json:"latin_given" maxLength:"100"`
	LatinFamily *string   `json:"latin_family" maxLength:"100"`
	Sex         *string   `json:"sex" enum:"female,male,not-stated"`
	BirthYear   *int      `json:"birth_year" minimum:"0" maximum:"2100"`
	Phone       *string   `json:"phone" maxLength:"32"`
	Job         *string   `json:"job" enum:"not-stated,social-worker,lawyer,librarian,police,civil-servant,educator,health,psychologist,interpreter,manager,volunteer,other"`
	Disability  *string   `json:"disability" enum:"not-stated,yes,no"`
	Countries   *[]string `json:"countries"`
}

type passwordIn struct {
	Current  string `json:"current" required:"true" maxLength:"800"`
	Password string `json:"password" required:"true" maxLength:"800"`
}

type erasureIn struct {
	Password string `json:"password" required:"true" maxLength:"800"`
}

func (s *Server) meRoutes(r *router) {
	register(r, http.MethodGet, "/me", op{Summary: "One's own record and roles.", Tag: "me", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (account.Me, error) {
			return s.deps.Account.Profile(ctx, actor)
		})
	registerHTTP(r, http.MethodPatch, "/me", op{
		Summary: "Change one's language, theme, Latin name and what one tells for indicators; a birth year of 0 takes it back.",
		Tag:     "me", Access: signedIn,
	}, s.patchMe)
	register(r, http.MethodPost, "/me/password", op{Summary: "Change one's password; other sessions end.", Tag: "me", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, in passwordIn) (none, error) {
			return none{}, s.deps.Account.ChangePassword(ctx, actor, in.Current, in.Password)
		})
	stream(r, http.MethodGet, "/me/export", op{
		Summary: "Everything that is kept about oneself, as a file.", Tag: "me", Access: signedIn, Produces: fiber.MIMEApplicationJSON,
	}, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, _ none, _ *boundBody) error {
		out, err := s.deps.Account.ExportMe(ctx, actor)
		if err != nil {
			return err
		}
		return sendFile(c, "mostik-my-data.json", out)
	})
	registerHTTP(r, http.MethodPost, "/me/erasure", op{
		Summary: "Erase oneself: personal data, study and the names on certificates. It cannot be undone.", Tag: "me", Access: signedIn,
	}, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in erasureIn) (none, error) {
		if err := s.deps.Account.EraseMe(ctx, actor, in.Password); err != nil {
			return none{}, err
		}
		ClearSession(c, s.deps.Secure)
		return none{}, nil
	})
}

func (s *Server) patchMe(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in changeMeIn) (account.Me, error) {
	me, err := s.deps.Account.ChangeMe(ctx, actor, account.MyChange{
		Language: in.Language, Theme: in.Theme, LatinGiven: in.LatinGiven, LatinFamily: in.LatinFamily, Sex: in.Sex,
		BirthYear: in.BirthYear, Phone: in.Phone, Job: in.Job, Disability: in.Disability, Countries: in.Countries,
	})
	if err != nil || in.Language == nil || c.Get(fiber.HeaderAuthorization) != "" {
		return me, err
	}
	// The access cookie names the language, which the next page is served in.
	t, err := s.deps.Account.Reissue(ctx, actor)
	if err == nil {
		setCookie(c, AccessCookie, t.Access, t.ExpiresAt, s.deps.Secure)
	}
	return me, err
}

// sendFile sends JSON as a file to keep.
func sendFile[T any](c *fiber.Ctx, name string, out T) error {
	raw, err := encode(out)
	if err != nil {
		return err
	}
	c.Attachment(name)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(raw)
}
