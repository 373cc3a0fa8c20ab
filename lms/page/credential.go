package page

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/credential"
)

// mountIssuer adds what programs of strangers read to verify credentials. All of it is public and may be read by pages
// of other sites; nothing here names a person.
func (p *Pages) mountIssuer(app *fiber.App) {
	app.Get("/issuer", p.getIssuer)
	app.Get("/issuer/keys/:key", p.getKey)
	app.Get("/.well-known/jwks.json", p.getKeySet)
	app.Get("/credentials/status/:list<int>/:purpose", timed(p.getStatusList))
}

// publish sends a document that anybody may keep for so many seconds.
func publish(c *fiber.Ctx, kind string, seconds string, document []byte) error {
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderCacheControl, "public, max-age="+seconds)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderVary, fiber.HeaderAccept)
	return c.Send(document)
}

func (p *Pages) getIssuer(c *fiber.Ctx) error {
	document, err := p.deps.Certificate.CredentialIssuer().Profile()
	if err != nil {
		return err
	}
	return publish(c, "application/json", "3600", document)
}

func (p *Pages) getKey(c *fiber.Ctx) error {
	document, known, err := p.deps.Certificate.CredentialIssuer().PublishedKey(c.Params("key"))
	if err != nil {
		return err
	}
	if !known {
		return lms.ErrNotFound("key")
	}
	return publish(c, "application/json", "3600", document)
}

func (p *Pages) getKeySet(c *fiber.Ctx) error {
	document, err := p.deps.Certificate.CredentialIssuer().KeySet()
	if err != nil {
		return err
	}
	return publish(c, "application/jwk-set+json", "3600", document)
}

// getStatusList gives the form with a Data Integrity proof, and a token to whoever accepts one or says ?form=jwt.
func (p *Pages) getStatusList(c *fiber.Ctx) error {
	list, err := c.ParamsInt("list")
	if err != nil || list < 1 || list > 1<<20 {
		return lms.ErrNotFound("status list")
	}
	form, kind := credential.Integrity, "application/vc"
	if c.Query("form") == string(credential.JWT) || strings.Contains(c.Get(fiber.HeaderAccept), "jwt") {
		form, kind = credential.JWT, "application/vc+jwt"
	}
	document, err := p.deps.Certificate.StatusList(c.UserContext(), list, credential.Purpose(c.Params("purpose")), form)
	if err != nil {
		return err
	}
	return publish(c, kind, "60", document)
}
