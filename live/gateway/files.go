package gateway

import (
	"context"
	"errors"
	"mime"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/live/hub"
	"mostik/live/signal"
)

// uploadTime is how long a set of slides may take from its first byte to its last picture.
const uploadTime = 10 * time.Minute

func (g *Gateway) mountFiles(app fiber.Router) {
	app.Post(Root+"/:webinar/files", g.postFile)
	app.Get(Root+"/:webinar/files/:key", g.getFile)
	app.Post(Root+"/:webinar/decks", g.postDeck)
	app.Get(Root+"/:webinar/decks/:deck/:page", g.getPage)
}

func (g *Gateway) explainFile(c *fiber.Ctx, err error) error {
	if p := (*signal.Problem)(nil); errors.As(err, &p) {
		return fail(c, fiber.StatusConflict, p.Code, p.Detail)
	}
	for known, as := range map[error]struct {
		status       int
		code, detail string
	}{
		hub.ErrForbidden: {fiber.StatusForbidden, "forbidden", "this is not yours to do here"},
		hub.ErrUnknown:   {fiber.StatusNotFound, "not-found", "there is no such thing here"},
		hub.ErrKind:      {fiber.StatusUnsupportedMediaType, "file-kind", "programs and pages with scripts are not taken"},
		hub.ErrPages:     {fiber.StatusUnprocessableEntity, "slides", "these are no slides in PDF, or more than 300 pages"},
		hub.ErrNoTools:   {fiber.StatusNotImplemented, "slides-tools", "this server cannot draw slides"},
		errTooLarge:      {fiber.StatusRequestEntityTooLarge, "too-large", "the file is too large"},
	} {
		if errors.Is(err, known) {
			return fail(c, as.status, as.code, as.detail)
		}
	}
	g.log.ErrorContext(c.UserContext(), "a file of a webinar failed", "error", err)
	return fail(c, fiber.StatusInternalServerError, "internal", "something went wrong here")
}

func (g *Gateway) postFile(c *fiber.Ctx) error {
	err := g.hub.AddFile(c.Params("webinar"), c.Query("k"), c.Query("key"), c.Query("name"), stream(c, hub.MaxFile))
	if err != nil {
		return g.explainFile(c, err)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// getFile sends a file to be kept, never to be opened as a page of ours.
func (g *Gateway) getFile(c *fiber.Ctx) error {
	path, name, err := g.hub.File(c.Params("webinar"), c.Query("k"), c.Params("key"))
	if err != nil {
		return g.explainFile(c, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return g.explainFile(c, hub.ErrUnknown)
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderCacheControl, "private, max-age=3600")
	return c.SendStream(f, int(info.Size()))
}

func (g *Gateway) postDeck(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), uploadTime)
	defer cancel()
	pages, err := g.hub.AddDeck(ctx, c.Params("webinar"), c.Query("k"), c.Query("key"), c.Query("title"), stream(c, hub.MaxDeck))
	if err != nil {
		return g.explainFile(c, err)
	}
	return c.Status(fiber.StatusCreated).JSON(map[string]int{"pages": pages})
}

// getPage sends the picture of a page. It never changes, so that a page costs a line once.
func (g *Gateway) getPage(c *fiber.Ctx) error {
	page, err := c.ParamsInt("page")
	if err != nil {
		return g.explainFile(c, hub.ErrUnknown)
	}
	path, err := g.hub.Page(c.Params("webinar"), c.Query("k"), c.Params("deck"), page, c.QueryInt("w", hub.Widths[1]))
	if err != nil {
		return g.explainFile(c, err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return g.explainFile(c, hub.ErrUnknown)
	}
	c.Set(fiber.HeaderContentType, "image/jpeg")
	c.Set(fiber.HeaderCacheControl, "private, max-age=86400, immutable")
	return c.Send(raw)
}
