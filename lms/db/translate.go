package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"mostik/lms"
)

// SQLSTATE codes that code decides on (PostgreSQL's documentation, appendix A).
const (
	notNullViolation     = "23502"
	foreignKeyViolation  = "23503"
	uniqueViolation      = "23505"
	checkViolation       = "23514"
	exclusionViolation   = "23P01"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014"
	textTooLong          = "22001"
	numberOutOfRange     = "22003"
	dayOutOfRange        = "22008"
	zoneOutOfRange       = "22009"
	malformedText        = "22P02"
	nulInText            = "22021"
)

// Translate gives an error of PostgreSQL a kind. What is an lms.Error already, or nil, is left alone, and
// what it does not know stays Internal. The cause stays in the chain.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*lms.Error](err); ok {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		e := lms.ErrNotFound("row")
		e.Err = err // callers look for it in the chain
		return e
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return ofState(pg, err)
	}
	if gone(err) {
		return unavailable(err)
	}
	return err
}

func ofState(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case uniqueViolation, exclusionViolation:
		return &lms.Error{Kind: lms.Conflict, Code: "already-exists", Err: err}
	case foreignKeyViolation:
		// The same state tells of a row that points nowhere and of one that is still pointed at.
		if strings.HasPrefix(pg.Message, "update or delete") {
			return &lms.Error{Kind: lms.Conflict, Code: "in-use", Err: err}
		}
		return &lms.Error{Kind: lms.Invalid, Code: "reference-unknown", Field: pg.ColumnName, Err: err}
	case notNullViolation, checkViolation, textTooLong, numberOutOfRange, dayOutOfRange, zoneOutOfRange, malformedText, nulInText:
		return &lms.Error{Kind: lms.Invalid, Code: "value-refused", Field: pg.ColumnName, Err: err}
	case serializationFailure, deadlockDetected, lockNotAvailable:
		return unavailable(err)
	case queryCanceled:
		return &lms.Error{Kind: lms.Unavailable, Code: "took-too-long", Err: err}
	}
	switch pg.Code[:min(2, len(pg.Code))] {
	case "08", "53", "57", "58": // connection, resources, operator intervention, system
		return unavailable(err)
	}
	return err
}

func unavailable(err error) error {
	return &lms.Error{Kind: lms.Unavailable, Code: "database-unavailable", RetryAfter: 1, Err: err}
}

// gone tells errors of a server that is not there, or went while we spoke with it.
func gone(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	return connecting || network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, sql.ErrConnDone) || strings.Contains(err.Error(), "conn closed")
}

// Constraint names the constraint that refused a row, "" when none did. Slices use it to tell which rule
// of theirs was broken.
func Constraint(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.ConstraintName
	}
	return ""
}

func retryable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == serializationFailure || pg.Code == deadlockDetected)
}
