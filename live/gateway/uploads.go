package gateway

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/live/hub"
	"mostik/live/upload"
)

// tus 1.0 (tus.io/protocols/resumable-upload): the core, creation, creation-with-upload, expiration and termination.
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,creation-with-upload,expiration,termination"
	tusType       = "application/offset+octet-stream"

	// takeTime is how long looking through a file that has arrived may take.
	takeTime = 3 * time.Minute
	// pieceSilence is how long a line may give nothing of a piece.
	pieceSilence = time.Minute
	// maxMetadata bounds the header that says what an upload is to become.
	maxMetadata = 4096
)

func (g *Gateway) mountUploads(app fiber.Router) {
	all, one := Root+"/:webinar/uploads", Root+"/:webinar/uploads/:upload"
	app.Options(all, g.tusOptions)
	app.Options(one, g.tusOptions)
	app.Post(all, tus(g.createUpload))
	app.Head(one, tus(g.headUpload))
	app.Patch(one, tus(g.patchUpload))
	app.Delete(one, tus(g.deleteUpload))
	// What stands between may let neither PATCH nor DELETE through.
	app.Post(one, tus(func(c *fiber.Ctx) error {
		switch c.Get("X-HTTP-Method-Override") {
		case fiber.MethodPatch:
			return g.patchUpload(c)
		case fiber.MethodDelete:
			return g.deleteUpload(c)
		}
		return fiber.ErrMethodNotAllowed
	}))
}

// tusOptions tells what we can. It asks for no version.
func (g *Gateway) tusOptions(c *fiber.Ctx) error {
	c.Set("Tus-Resumable", tusVersion)
	c.Set("Tus-Version", tusVersion)
	c.Set("Tus-Extension", tusExtensions)
	c.Set("Tus-Max-Size", strconv.Itoa(hub.MaxFile))
	return c.SendStatus(fiber.StatusNoContent)
}

// tus refuses other versions of the protocol, and tells ours in every answer.
func tus(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set("Tus-Resumable", tusVersion)
		if c.Get("Tus-Resumable") != tusVersion {
			c.Set("Tus-Version", tusVersion)
			return failField(c, fiber.StatusPreconditionFailed, "tus-version", "this address speaks tus 1.0.0", "Tus-Resumable")
		}
		return next(c)
	}
}

// createUpload begins an upload. Its metadata are key, name (or filename), keep and, for slides, as.
func (g *Gateway) createUpload(c *fiber.Ctx) error {
	length, err := strconv.ParseInt(c.Get("Upload-Length"), 10, 64)
	if err != nil || length < 0 {
		return failField(c, fiber.StatusBadRequest, "malformed", "say how large the file is", "Upload-Length")
	}
	meta, ok := readMetadata(c.Get("Upload-Metadata"))
	if !ok {
		return g.explainFile(c, hub.ErrMeta)
	}
	name := meta["name"]
	if name == "" {
		name = meta["filename"]
	}
	webinar, pass := c.Params("webinar"), c.Query("k")
	u, err := g.hub.BeginUpload(webinar, pass, length, hub.Intent{Key: meta["key"], Name: name, Keep: meta["keep"], Slides: meta["as"] == "slides"})
	if err != nil {
		return g.explainFile(c, err)
	}
	c.Set(fiber.HeaderLocation, Root+"/"+url.PathEscape(webinar)+"/uploads/"+u.ID+"?"+url.Values{"k": {pass}}.Encode())
	if c.Get(fiber.HeaderContentType) == tusType {
		if u, err = g.append(c, u.ID, 0); err != nil {
			return g.explainFile(c, err)
		}
		c.Set("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	}
	expires(c, u)
	return c.SendStatus(fiber.StatusCreated)
}

func expires(c *fiber.Ctx, u upload.Upload) {
	c.Set("Upload-Expires", u.Expires.UTC().Format(http.TimeFormat))
}

// headUpload tells how far an upload is.
func (g *Gateway) headUpload(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	u, err := g.hub.FindUpload(c.Params("webinar"), c.Query("k"), c.Params("upload"))
	if err != nil {
		return g.explainFile(c, err)
	}
	c.Set("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	c.Set("Upload-Length", strconv.FormatInt(u.Length, 10))
	expires(c, u)
	c.Status(fiber.StatusOK)
	return nil
}

// patchUpload takes a piece.
func (g *Gateway) patchUpload(c *fiber.Ctx) error {
	if c.Get(fiber.HeaderContentType) != tusType {
		return failField(c, fiber.StatusUnsupportedMediaType, "malformed", "a piece has the type "+tusType, "Content-Type")
	}
	offset, err := strconv.ParseInt(c.Get("Upload-Offset"), 10, 64)
	if err != nil || offset < 0 {
		return failField(c, fiber.StatusBadRequest, "malformed", "say where the piece begins", "Upload-Offset")
	}
	u, err := g.append(c, c.Params("upload"), offset)
	if err != nil {
		return g.explainFile(c, err)
	}
	c.Set("Upload-Offset", strconv.FormatInt(u.Offset, 10))
	expires(c, u)
	return c.SendStatus(fiber.StatusNoContent)
}

func (g *Gateway) append(c *fiber.Ctx, id string, offset int64) (upload.Upload, error) {
	ctx, cancel := context.WithTimeout(c.UserContext(), takeTime+pieceSilence)
	defer cancel()
	return g.hub.Append(ctx, c.Params("webinar"), c.Query("k"), id, offset, patient(c, stream(c, hub.MaxFile)))
}

// patient reads a body whose line may pause, and gives a line up that says nothing at all: the upload goes on by
// another.
func patient(c *fiber.Ctx, from io.Reader) io.Reader {
	if c.Context().RequestBodyStream() == nil {
		return from
	}
	return &hurried{from, c.Context().Conn()}
}

type hurried struct {
	from io.Reader
	conn net.Conn
}

func (h *hurried) Read(p []byte) (int, error) {
	_ = h.conn.SetReadDeadline(time.Now().Add(pieceSilence))
	n, err := h.from.Read(p)
	_ = h.conn.SetReadDeadline(time.Time{})
	return n, err
}

// deleteUpload forgets an upload that is not wanted any more.
func (g *Gateway) deleteUpload(c *fiber.Ctx) error {
	if err := g.hub.DropUpload(c.Params("webinar"), c.Query("k"), c.Params("upload")); err != nil {
		return g.explainFile(c, err)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// readMetadata reads pairs of a word and a value in base64, with commas between.
func readMetadata(text string) (meta map[string]string, ok bool) {
	meta = map[string]string{}
	if len(text) > maxMetadata {
		return nil, false
	}
	for pair := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if key == "" {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
		if err != nil {
			return nil, false
		}
		if _, twice := meta[key]; twice {
			return nil, false
		}
		meta[key] = string(raw)
	}
	return meta, true
}
