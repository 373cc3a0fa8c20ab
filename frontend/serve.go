package frontend

import (
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Cache rules: a hashed name never changes its bytes, any other file is asked for again each time; but for
// the icon, which browsers fetch anew at every change of a page's address.
const (
	cacheForever = "max-age=31536000, immutable"
	cacheDay     = "public, max-age=86400"
	cacheAsk     = "no-cache"
)

// forDocuments are heads that a browser reads on documents and workers, and not on a script or style that
// one of them loads: there they would weigh more than many a file. The files are the same for everybody, so
// neither a request's id nor a bar to other sites tells or keeps anything.
var forDocuments = []string{
	"Content-Security-Policy", "Permissions-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy",
	"Cross-Origin-Resource-Policy", fiber.HeaderXRequestID,
}

// Mount serves the built files: `/assets/…`, the service worker and the icon. A file that does not
// exist is 404, never the start page: an old page that asks for an old chunk must notice.
func (a *Assets) Mount(app fiber.Router) {
	app.Get("/assets/*", func(c *fiber.Ctx) error {
		name := "assets/" + c.Params("*")
		if ext := path.Ext(name); ext == ".js" || ext == ".css" {
			for _, head := range forDocuments {
				c.Response().Header.Del(head)
			}
		}
		return a.send(c, name, cacheForever)
	})
	for _, name := range a.rootFiles() {
		cache := cacheAsk
		if path.Ext(name) == ".svg" {
			cache = cacheDay
		}
		app.Get("/"+name, func(c *fiber.Ctx) error { return a.send(c, name, cache) })
	}
}

// RootFiles names what lies beside the assets folder, without compressed twins and hidden files.
func (a *Assets) rootFiles() []string {
	var names []string
	entries, _ := fs.ReadDir(a.files, ".")
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || name[0] == '.' || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
			continue
		}
		names = append(names, name)
	}
	return names
}

func (a *Assets) send(c *fiber.Ctx, name, cache string) error {
	if !fs.ValidPath(name) || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return fiber.ErrNotFound
	}
	body, encoding, err := a.read(c, name)
	if err != nil {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, contentType(name))
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	return c.Send(body)
}

// Read gives the smallest form of a file that the client takes.
func (a *Assets) read(c *fiber.Ctx, name string) (body []byte, encoding string, err error) {
	accept := c.Get(fiber.HeaderAcceptEncoding)
	for _, twin := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(accept, twin.encoding) {
			continue
		}
		if body, err = fs.ReadFile(a.files, name+twin.suffix); err == nil {
			return body, twin.encoding, nil
		}
	}
	body, err = fs.ReadFile(a.files, name)
	return body, "", err
}

// Accepts reads an Accept-Encoding header (RFC 9110, section 12.5.3) for one coding.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(weight, " ", "")
			return q != "q=0" && strings.TrimRight(q, "0") != "q=0."
		}
	}
	return false
}

// ContentType does not trust the machine's own table for the kinds that we ship.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript" // modules and workers are read as UTF-8, whatever is said
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return fiber.MIMEOctetStream
	}
}
