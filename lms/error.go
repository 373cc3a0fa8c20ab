package lms

import (
	"errors"
	"fmt"
)

// Kind sorts failures by what a program can do about them. The zero kind is Internal, so that a
// failure nobody classified is never shown to a person as if it were theirs.
type Kind int

// The kinds of failure.
const (
	Internal     Kind = iota // ours: logged with its cause, shown as a request id only
	Invalid                  // the input is wrong; Field names the part to blame
	Unauthorized             // nobody is signed in, or the proof of it is not valid
	Forbidden                // the actor may see the thing but not do this to it
	NotFound                 // it does not exist or may not be seen: the two are not told apart
	Conflict                 // it clashes with what is stored
	Gone                     // it existed and its time is over (a deadline, a used code)
	TooMany                  // a limit was reached; RetryAfter says when to come back
	TooLarge                 // more bytes than the route takes
	Unavailable              // a part we need does not answer now; trying again may help
)

var kindNames = [...]string{
	"internal", "invalid", "unauthorized", "forbidden", "not-found", "conflict", "gone", "too-many",
	"too-large", "unavailable",
}

// String gives the kind's name as it stands in logs and metrics.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind-%d", int(k))
	}
	return kindNames[k]
}

// Error is a failure with a kind for programs, a stable code that becomes words in the reader's
// language, the field to blame where there is one, and a cause that stays with us.
type Error struct {
	Kind Kind
	// Code is stable, in lower case with hyphens ("login-taken"). The front end has a sentence for it.
	Code string
	// Field is a JSON pointer without the leading slash into the request's body, or a parameter's name.
	Field string
	// Detail is one English sentence for a developer who reads the response. No personal data.
	Detail string
	// RetryAfter is in seconds; zero means not said.
	RetryAfter int
	// Problems lists several faults of one input, each with its own field.
	Problems []FieldProblem
	// Err is the cause. It is logged and never sent.
	Err error
}

// FieldProblem is one fault of an input that has several.
type FieldProblem struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
}

// Error joins kind, code, field and cause for a log line.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Code
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf finds the kind of an error anywhere in its chain; Internal where there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// ErrNotFound is the answer for what does not exist or may not be seen. What was looked for is for our own eyes: were
// it sent, a word more or less would tell a thing elsewhere, stopped by Can, from one that was never there.
func ErrNotFound(what string) *Error {
	return &Error{Kind: NotFound, Code: "not-found", Detail: "this was not found", Err: errors.New(what)}
}

// ErrInvalid blames a field of the input, with a stable code.
func ErrInvalid(field, code, detail string) *Error {
	return &Error{Kind: Invalid, Code: code, Field: field, Detail: detail}
}

// ErrForbidden says that the thing may be seen, but this may not be done to it.
func ErrForbidden(detail string) *Error {
	return &Error{Kind: Forbidden, Code: "forbidden", Detail: detail}
}

// ErrConflict says that the request clashes with what is stored.
func ErrConflict(code, detail string) *Error {
	return &Error{Kind: Conflict, Code: code, Detail: detail}
}

// Wrap adds what was being done to an error on its way out, and leaves nil alone. It is meant for a
// deferred call at the top of an exported function.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf(format+": %w", append(args, *err)...)
	}
}
