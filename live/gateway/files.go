package gateway

import (
	"errors"
	"mime"
	"os"

	"github.com/gofiber/fiber/v2"

	"mostik/live/clean"
	"mostik/live/hub"
	"mostik/live/signal"
	"mostik/live/upload"
)

func (g *Gateway) mountFiles(app fiber.Router) {
	g.mountUploads(app)
	app.Get(Root+"/:webinar/files/:key", g.getFile)
	app.Get(Root+"/:webinar/decks/:deck/:page", g.getPage)
}

// trouble is how an error of files is told.
type trouble struct {
	err                 error
	status              int
	code, field, detail string
}

var troubles = []trouble{
	{hub.ErrForbidden, fiber.StatusForbidden, "forbidden", "", "this is not yours to do here"},
	{hub.ErrUnknown, fiber.StatusNotFound, "not-found", "", "there is no such thing here"},
	{hub.ErrLarge, fiber.StatusRequestEntityTooLarge, "too-large", "file", "the file is too large"},
	{hub.ErrSpace, fiber.StatusInsufficientStorage, "no-space", "file", "the webinar has no room for more files"},
	{hub.ErrMeta, fiber.StatusBadRequest, "malformed", "Upload-Metadata", "say key, name and how long it is kept"},
	{upload.ErrUnknown, fiber.StatusNotFound, "not-found", "", "there is no such upload, or it has expired"},
	{upload.ErrOffset, fiber.StatusConflict, "offset", "Upload-Offset", "the upload goes on elsewhere: ask where"},
	{upload.ErrTaken, fiber.StatusLocked, "locked", "", "another request goes on with the upload"},
	{upload.ErrLong, fiber.StatusRequestEntityTooLarge, "too-long", "file", "there is more than was announced"},
	{upload.ErrMany, fiber.StatusTooManyRequests, "too-many", "file", "finish the uploads that are under way"},
	{errTooLarge, fiber.StatusRequestEntityTooLarge, "too-large", "file", "the file is too large"},
}

func (g *Gateway) explainFile(c *fiber.Ctx, err error) error {
	if p := (*signal.Problem)(nil); errors.As(err, &p) {
		status := fiber.StatusConflict
		if p.Code == "forbidden" {
			status = fiber.StatusForbidden
		} else if p.Field == "file" {
			status = fiber.StatusUnprocessableEntity
		}
		return failField(c, status, p.Code, p.Detail, p.Field)
	}
	if r := (*clean.Refused)(nil); errors.As(err, &r) {
		return failField(c, fiber.StatusUnsupportedMediaType, r.Code, r.Detail, "file")
	}
	for _, t := range troubles {
		if errors.Is(err, t.err) {
			return failField(c, t.status, t.code, t.detail, t.field)
		}
	}
	g.log.ErrorContext(c.UserContext(), "a file of a webinar failed", "error", err)
	return fail(c, fiber.StatusInternalServerError, "internal", "something went wrong here")
}

// getFile sends a file to be kept, never to be opened as a page of ours. A part of it can be asked for.
func (g *Gateway) getFile(c *fiber.Ctx) error {
	path, name, err := g.hub.File(c.Params("webinar"), c.Query("k"), c.Params("key"))
	if err != nil {
		return g.explainFile(c, err)
	}
	if _, err := os.Stat(path); err != nil {
		return g.explainFile(c, hub.ErrUnknown)
	}
	if err := c.SendFile(path); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderCacheControl, "private, no-store") // a file that was dropped is gone here too
	return nil
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
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Send(raw)
}
