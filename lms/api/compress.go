package api

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// tooSmall is where compression stops paying, in bytes: the answer fits one packet anyway.
const tooSmall = 1200

// Send answers with text, compressed where the reader can take that: on a line of 400 kbit/s a lesson
// arrives a third of a second earlier. What is compressed holds no secret beside text that a stranger could
// choose, so there is nothing for BREACH to measure: browsers carry their tokens in HttpOnly cookies, and
// the answers that hold a token are too small to be compressed.
func Send(c *fiber.Ctx, body []byte) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	if len(body) < tooSmall || !takes(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		return c.Send(body)
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	return c.Send(fasthttp.AppendGzipBytesLevel(nil, body, gzipLevel))
}

// gzipLevel costs what the cheapest level costs, and finds more; above it the price doubles (measured).
const gzipLevel = 3

// takes reads an Accept-Encoding header (RFC 9110, 12.5.3) for one coding. No header is no wish: Fiber's own
// reading would take it for any encoding.
func takes(header, wanted string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding != wanted && coding != "*" {
			continue
		}
		q := strings.ReplaceAll(params, " ", "")
		return q != "q=0" && !strings.HasPrefix(q, "q=0.0")
	}
	return false
}
