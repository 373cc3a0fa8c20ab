package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
)

// Problem is a failure as it is sent: RFC 9457, with a stable code, the field to blame and the id under
// which we find the cause.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
	// Field is a JSON pointer without its first slash, or a parameter's name.
	Field      string             `json:"field,omitempty"`
	Problems   []lms.FieldProblem `json:"problems,omitempty"`
	RetryAfter int                `json:"retry_after,omitempty"` // seconds
	RequestID  string             `json:"request_id"`
}

// problemType is RFC 9457's media type.
const problemType = "application/problem+json"

// statuses is the one table from kinds to HTTP.
var statuses = map[lms.Kind]int{
	lms.Internal:     http.StatusInternalServerError,
	lms.Invalid:      http.StatusUnprocessableEntity,
	lms.Unauthorized: http.StatusUnauthorized,
	lms.Forbidden:    http.StatusForbidden,
	lms.NotFound:     http.StatusNotFound,
	lms.Conflict:     http.StatusConflict,
	lms.Gone:         http.StatusGone,
	lms.TooMany:      http.StatusTooManyRequests,
	lms.TooLarge:     http.StatusRequestEntityTooLarge,
	lms.Unavailable:  http.StatusServiceUnavailable,
}

// problemOf turns any error into what is sent.
func problemOf(err error, requestID string) Problem {
	e, ok := errors.AsType[*lms.Error](err)
	if !ok {
		e = foreign(err)
	}
	p := Problem{
		Type: "/api#" + e.Kind.String(), Status: statuses[e.Kind], Code: e.Code, Detail: e.Detail,
		Field: e.Field, Problems: e.Problems, RetryAfter: e.RetryAfter, RequestID: requestID,
	}
	if e.Kind == lms.Internal {
		p.Code, p.Detail, p.Field, p.Problems = "internal", "the fault is ours; the request id leads to it", "", nil
	}
	if p.Code == "method-not-allowed" {
		p.Status = http.StatusMethodNotAllowed
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// foreign gives a kind to errors that are not ours: the router's and those of a request that ended.
func foreign(err error) *lms.Error {
	if f, ok := errors.AsType[*fiber.Error](err); ok {
		switch f.Code {
		case http.StatusNotFound:
			return lms.ErrNotFound("this address")
		case http.StatusMethodNotAllowed:
			return &lms.Error{Kind: lms.NotFound, Code: "method-not-allowed", Detail: "this address does not take that method"}
		case http.StatusRequestEntityTooLarge:
			return &lms.Error{Kind: lms.TooLarge, Code: "too-large"}
		case http.StatusRequestTimeout:
			return &lms.Error{Kind: lms.Unavailable, Code: "took-too-long"}
		}
		if f.Code >= 400 && f.Code < 500 {
			return &lms.Error{Kind: lms.Invalid, Code: "request-malformed", Err: err}
		}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &lms.Error{Kind: lms.Unavailable, Code: "took-too-long", RetryAfter: 1, Err: err}
	}
	return &lms.Error{Kind: lms.Internal, Code: "internal", Err: err}
}

// sendProblem is the only door by which failures leave. Ours are logged here, once, without personal data:
// the route's template and not its address.
func (s *Server) sendProblem(c *fiber.Ctx, err error) error {
	id := RequestID(c.UserContext())
	p := problemOf(err, id)
	if p.Status >= http.StatusInternalServerError {
		s.log.LogAttrs(c.UserContext(), slog.LevelError, "request failed",
			slog.String("request_id", id), slog.String("method", c.Method()),
			slog.String("route", routeOf(c)), slog.String("code", p.Code), slog.Any("error", err))
	}
	if p.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(p.RetryAfter))
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, problemType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(p.Status).Send(raw)
}

// routeOf is the pattern that matched, never the address, which may name people.
func routeOf(c *fiber.Ctx) string {
	if r := c.Route(); r != nil {
		return r.Path
	}
	return ""
}
