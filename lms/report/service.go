package report

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/lms/indicator"
)

// Service is the use cases of reports.
type Service struct {
	DB    *bun.DB
	Blobs *blob.Store
	// Issuer is whose report it is; it stands on the paper.
	Issuer string
	// PublicURL is the site's address without a slash at the end, for links in mails.
	PublicURL string
	Now       func() time.Time
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// Name is a person as reports show them.
type Name struct {
	ID   lms.ID[lms.Person] `json:"id"`
	Name string             `json:"name"`
}

// programme is what reports need of one.
type programme struct {
	ID      lms.ID[lms.Programme]
	Key     string
	Country string // "" for all
	definition
}

// definition is as much of a programme's as reports read.
type definition struct {
	Title      map[string]string `json:"title"`
	Components []struct {
		Key    string            `json:"key"`
		Kind   string            `json:"kind"`
		Title  map[string]string `json:"title"`
		Course string            `json:"course"`
	} `json:"components"`
	Categories []category `json:"categories"`
}

// category is something that a programme asks its people, with what they can say.
type category struct {
	Key     string            `json:"key"`
	Title   map[string]string `json:"title"`
	Options []struct {
		Key   string            `json:"key"`
		Title map[string]string `json:"title"`
	} `json:"options"`
}

// in gives a text in a language, else in English, else in any.
func in(texts map[string]string, lang, otherwise string) string {
	for _, l := range []string{lang, "en"} {
		if texts[l] != "" {
			return texts[l]
		}
	}
	for _, l := range indicator.Languages {
		if texts[l] != "" {
			return texts[l]
		}
	}
	return otherwise
}

const programmeSQL = `
	SELECT p.id, p.key, coalesce(p.country, ''),
	       coalesce((SELECT v.definition FROM programme_versions v WHERE v.programme_id = p.id ORDER BY v.number DESC LIMIT 1), p.draft)
	  FROM programmes p`

type scanner interface{ Scan(...any) error }

func scanProgramme(from scanner) (p programme, err error) {
	var raw []byte
	if err = from.Scan(&p.ID, &p.Key, &p.Country, &raw); err != nil {
		return p, err
	}
	return p, json.Unmarshal(raw, &p.definition)
}

// programmeFor reads a programme on which the actor may report. Errors: NotFound.
func (s *Service) programmeFor(ctx context.Context, q db.Queryer, actor lms.Actor, key string) (programme, error) {
	p, err := scanProgramme(db.Row(ctx, q, programmeSQL+` WHERE p.key = $1`, key))
	if err != nil {
		return p, db.Found(err, "programme")
	}
	if scope := actor.Scope(lms.ReadReports); scope.Empty() || p.Country != "" && !scope.Covers(lms.Facts{Country: p.Country}) {
		return programme{}, lms.ErrNotFound("programme")
	}
	return p, nil
}

// list runs a query and scans its rows.
func list[T any](ctx context.Context, q db.Queryer, scan func(scanner) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := db.Rows(ctx, q, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		all = append(all, one)
	}
	return all, db.Translate(rows.Err())
}

// within asks that the country of a row lies in the scope: the argument is for ANY, all where it is null.
func within(scope lms.Scope) any {
	if scope.All {
		return nil
	}
	if scope.Countries == nil {
		return []string{}
	}
	return scope.Countries
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func personOrNull(id lms.ID[lms.Person]) any {
	if id.IsZero() {
		return nil
	}
	return id
}

// wrote writes down who did it.
func (s *Service) wrote(ctx context.Context, tx db.Queryer, actor lms.Actor, action, kind, id string, detail map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{
		At: s.now(), Actor: actor.Person, Action: action, SubjectKind: kind, SubjectID: id, Detail: detail,
	})
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// day reads 2006-01-02. Errors: Invalid with the field.
func day(field, text string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return time.Time{}, lms.ErrInvalid(field, "malformed", "a day, 2026-12-31")
	}
	return t, nil
}

// span reads two days in order.
func span(from, to string) (a, b time.Time, err error) {
	if a, err = day("from_day", from); err != nil {
		return a, b, err
	}
	if b, err = day("to_day", to); err != nil {
		return a, b, err
	}
	if b.Before(a) {
		return a, b, lms.ErrInvalid("to_day", "end-before-start", "the last day is before the first")
	}
	return a, b, nil
}
