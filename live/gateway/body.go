package gateway

import (
	"bytes"
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"
)

// errTooLarge is returned for a body beyond its bound.
var errTooLarge = errors.New("the body is too large")

// stream gives the request's body as it arrives. With streamed bodies switched on, Fiber bounds nothing by itself.
func stream(c *fiber.Ctx, most int64) io.Reader {
	if s := c.Context().RequestBodyStream(); s != nil { // asked first: Body would read it all into memory
		return &bounded{s, most}
	}
	return &bounded{bytes.NewReader(c.Request().Body()), most}
}

// bounded reads up to a bound, and fails beyond it.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// body reads a small body whole.
func body(c *fiber.Ctx, most int64) (string, error) {
	raw, err := io.ReadAll(stream(c, most))
	return string(raw), err
}
