package lms

import (
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"
)

// ID identifies a thing of type T: a UUIDv7, so that ids sort by the time they were made. Ids of
// different things are different types, and mixing them up does not compile.
//
// It is defined on uuid.UUID and not as a struct around it, because bun scans lists of the former only.
type ID[T any] uuid.UUID

// NewID makes an id. It panics only when the system has no randomness left, which no caller can mend.
func NewID[T any]() ID[T] { return ID[T](uuid.Must(uuid.NewV7())) }

// ParseID reads the 36-character form. The error is Invalid and blames no field; callers that know
// the field add it.
func ParseID[T any](s string) (ID[T], error) {
	if len(s) != 36 {
		return ID[T]{}, &Error{Kind: Invalid, Code: "id-malformed", Detail: "an id has 36 characters"}
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return ID[T]{}, &Error{Kind: Invalid, Code: "id-malformed", Detail: "not a UUID", Err: err}
	}
	return ID[T](u), nil
}

// String gives the 36-character form.
func (id ID[T]) String() string { return uuid.UUID(id).String() }

// IsZero tells an id that was never set.
func (id ID[T]) IsZero() bool { return id == ID[T]{} }

// Value stores the id as PostgreSQL's uuid.
func (id ID[T]) Value() (driver.Value, error) { return id.String(), nil }

// Scan reads PostgreSQL's uuid. NULL becomes the zero id.
func (id *ID[T]) Scan(src any) error {
	if src == nil {
		*id = ID[T]{}
		return nil
	}
	var u uuid.UUID
	if err := u.Scan(src); err != nil {
		return fmt.Errorf("reading an id: %w", err)
	}
	*id = ID[T](u)
	return nil
}

// MarshalText gives the 36-character form, for JSON and logs.
func (id ID[T]) MarshalText() ([]byte, error) { return uuid.UUID(id).MarshalText() }

// UnmarshalText reads the 36-character form.
func (id *ID[T]) UnmarshalText(b []byte) error {
	v, err := ParseID[T](string(b))
	if err == nil {
		*id = v
	}
	return err
}
