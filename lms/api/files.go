package api

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/learning"
)

// maxUpload bounds an uploaded file whatever its task allows, in bytes.
const maxUpload = 200 << 20

type uploadIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	Name      string                `query:"name"`
	// ID is the device's, so that a repeat is the same submission; without it one is made.
	ID lms.ID[lms.Submission] `query:"id"`
}

type submissionIn struct {
	ID lms.ID[lms.Submission] `path:"id"`
}

type mediaIn struct {
	Version lms.ID[lms.Version] `path:"id"`
	Name    string              `path:"name"`
}

func (s *Server) fileRoutes(r *router) {
	upload(r, http.MethodPost, "/enrolments/{id}/activities/{key}/files", op{
		Summary: "Hand a file in: its bytes are the body. The type is told by the content.", Tag: "study", Access: asks(lms.Study),
	}, maxUpload, s.postFile)
	stream(r, http.MethodGet, "/submissions/{id}/file", op{
		Summary: "A file that was handed in, as an attachment.", Tag: "study", Access: asks(lms.ReadSubmission), Produces: fiber.MIMEOctetStream,
	}, s.getSubmissionFile)
	stream(r, http.MethodGet, "/versions/{id}/media/{name}", op{
		Summary: "Sound, film or captions of a course; takes one byte range.", Tag: "study", Access: asks(lms.Browse), Produces: fiber.MIMEOctetStream,
	}, s.getMedia)
}

func (s *Server) postFile(ctx context.Context, actor lms.Actor, in uploadIn, body *boundBody) (learning.Submission, error) {
	if in.ID.IsZero() {
		in.ID = lms.NewID[lms.Submission]()
	}
	return s.deps.Learning.HandInFile(ctx, actor, learning.FileInput{
		Enrolment: in.Enrolment, Activity: in.Key, ID: in.ID, Name: in.Name, Body: body, Lang: actor.Language,
	})
}

func (s *Server) getSubmissionFile(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in submissionIn, _ *boundBody) error {
	f, ref, err := s.deps.Learning.OpenSubmission(ctx, actor, in.ID)
	if err != nil {
		return err
	}
	// Never shown as a page of ours, whatever is in it.
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderContentType, ref.Type)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": ref.Name}))
	return c.SendStream(f, int(ref.Bytes))
}

// getMedia serves a file of a version, which never changes; players ask for parts of it (RFC 9110, 14).
func (s *Server) getMedia(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in mediaIn, _ *boundBody) error {
	f, size, mediaType, err := s.deps.Catalog.OpenFile(ctx, actor, in.Version, "media/"+in.Name)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderCacheControl, forGood)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	from, to, partial := byteRange(c.Get(fiber.HeaderRange), size)
	if !partial {
		return c.SendStream(f, int(size))
	}
	if from >= size {
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", size))
		return closeAnd(f, c.SendStatus(http.StatusRequestedRangeNotSatisfiable))
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return closeAnd(f, err)
	}
	c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", from, to, size))
	n := to - from + 1
	return c.Status(http.StatusPartialContent).SendStream(part{io.LimitReader(f, n), f}, int(n))
}

// part is a piece of a file that closes the file.
type part struct {
	io.Reader
	io.Closer
}

func closeAnd(f *os.File, err error) error {
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// byteRange reads a Range header of one range; others are answered whole, which RFC 9110 allows.
func byteRange(header string, size int64) (from, to int64, ok bool) {
	spec, found := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !found || !dash || strings.Contains(spec, ",") {
		return 0, 0, false
	}
	if first == "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n <= 0 {
			return 0, 0, false
		}
		return max(0, size-n), size - 1, true
	}
	from, err := strconv.ParseInt(first, 10, 64)
	if err != nil || from < 0 {
		return 0, 0, false
	}
	to = size - 1
	if last != "" {
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < from {
			return 0, 0, false
		}
		to = min(to, n)
	}
	return from, to, true
}
