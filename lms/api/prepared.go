package api

import (
	"crypto/sha256"

	"github.com/gofiber/fiber/v2"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/valyala/fasthttp"
)

// preparable is an answer with a large part that many readers share, such as a lesson's text. Prepared
// gives the identity of that part ("" for none) and the rest of the answer: two answers with the same
// identity and the same rest are the same bytes.
type preparable interface {
	Prepared() (identity string, rest any)
}

// prepared is an answer written once: the JSON, and the same compressed by gzip and by Brotli.
type prepared struct{ raw, zipped, brotli []byte }

// maxPrepared is how many answers are kept. A course of 16 lessons in two languages, for readers of six
// countries in a handful of states, has some hundreds, of 35 kB each.
const maxPrepared = 512

// preparedQuality is Brotli's, of 11.
const preparedQuality = 9

// preparedAnswers keeps what was written for many readers. Writing and compressing a lesson took most of
// the time of showing it.
type preparedAnswers struct {
	kept *lru.Cache[[sha256.Size]byte, prepared]
}

func newPreparedAnswers() *preparedAnswers {
	kept, err := lru.New[[sha256.Size]byte, prepared](maxPrepared)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &preparedAnswers{kept}
}

// of gives the answer as bytes, from what is kept or new; ok is false for an answer that nobody shares.
func (p *preparedAnswers) of(out any) (a prepared, ok bool, err error) {
	shared, is := out.(preparable)
	if !is {
		return prepared{}, false, nil
	}
	identity, rest := shared.Prepared()
	if identity == "" {
		return prepared{}, false, nil
	}
	small, err := encode(rest)
	if err != nil {
		return prepared{}, false, err
	}
	key := sha256.Sum256(append(append(small, 0), identity...))
	if a, ok := p.kept.Get(key); ok {
		return a, true, nil
	}
	if a.raw, err = encode(out); err != nil {
		return prepared{}, false, err
	}
	// Done once for many readers, so it may take its time: 30 ms for a lesson, a fifth smaller than gzip.
	a.zipped = fasthttp.AppendGzipBytesLevel(nil, a.raw, fasthttp.CompressBestCompression)
	a.brotli = fasthttp.AppendBrotliBytesLevel(nil, a.raw, preparedQuality)
	p.kept.Add(key, a)
	return a, true, nil
}

// send answers with what was prepared.
func (a prepared) send(c *fiber.Ctx) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	accepted := c.Get(fiber.HeaderAcceptEncoding)
	switch {
	case len(a.raw) < tooSmall:
	case takes(accepted, "br"):
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(a.brotli)
	case takes(accepted, "gzip"):
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(a.zipped)
	}
	return c.Send(a.raw)
}
