package certificate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/text"
)

// Recognition is that a body recognises an issuer's certificates: where, until when, on what conditions.
type Recognition struct {
	ID     lms.ID[lms.Recognition] `json:"id"`
	Issuer string                  `json:"issuer"`
	// ProgrammeKey narrows it to one programme's; "" is all that the issuer gives.
	ProgrammeKey string       `json:"programme,omitempty"`
	Body         string       `json:"body"`
	Country      string       `json:"country,omitempty"` // "": everywhere
	ValidFrom    *Date        `json:"valid_from,omitempty"`
	ValidUntil   *Date        `json:"valid_until,omitempty"`
	Conditions   courses.Text `json:"conditions,omitempty"`
	Source       string       `json:"source,omitempty"`
	// MayChange tells that the reader may change this line.
	MayChange bool `json:"may_change"`
}

// ConditionsIn gives the conditions in a language, else in English, else in what there is, with the language that it is;
// "" where there are none.
func (r Recognition) ConditionsIn(lang string) (words, language string) {
	words = r.Conditions.In(courses.Lang(lang))
	if words == "" || r.Conditions[courses.Lang(lang)] == words {
		return words, lang
	}
	for l, t := range r.Conditions {
		if t == words && (language == "" || string(l) < language) {
			language = string(l)
		}
	}
	return words, language
}

const recognitionColumns = ` r.id, r.issuer, coalesce(g.key, ''), r.body, coalesce(r.country, ''), r.valid_from, r.valid_until,
	r.conditions, r.source`

func scanRecognition(from interface{ Scan(...any) error }) (Recognition, error) {
	var (
		r           Recognition
		since, till sql.NullTime
		conditions  []byte
	)
	err := from.Scan(&r.ID, &r.Issuer, &r.ProgrammeKey, &r.Body, &r.Country, &since, &till, &conditions, &r.Source)
	if err != nil {
		return r, err
	}
	r.ValidFrom, r.ValidUntil = dateOrNil(since), dateOrNil(till)
	return r, json.Unmarshal(conditions, &r.Conditions)
}

func recognitions(ctx context.Context, q bun.IDB, where string, args ...any) ([]Recognition, error) {
	rows, err := db.Rows(ctx, q, `
		SELECT`+recognitionColumns+`
		  FROM recognitions r LEFT JOIN programmes g ON g.id = r.programme_id
		 WHERE `+where+` ORDER BY r.issuer, r.country NULLS FIRST, r.body, r.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Recognition
	for rows.Next() {
		r, err := scanRecognition(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, r)
	}
	return list, db.Translate(rows.Err())
}

// recognising lists who recognises a certificate at a moment. What is asked is who issued it and for which programme.
func recognising(ctx context.Context, q bun.IDB, row Row, now time.Time) ([]Recognition, error) {
	return recognitions(ctx, q, `r.issuer = $1 AND (r.programme_id IS NULL OR r.programme_id = $2)
		AND (r.valid_from IS NULL OR r.valid_from <= $3) AND (r.valid_until IS NULL OR r.valid_until >= $4::text::date)`,
		row.Claim.Issuer, orNull(row.Programme), DateOf(now).Time, lms.DayInForce(now).Format(time.DateOnly))
}

// Recognitions lists the whole table: it names nobody, and stands on public pages. Errors: Forbidden.
func (s *Service) Recognitions(ctx context.Context, actor lms.Actor) ([]Recognition, error) {
	if err := actor.May(lms.ManageRecognition); err != nil {
		return nil, err
	}
	list, err := recognitions(ctx, s.DB, `true`)
	for i := range list {
		list[i].MayChange = actor.Can(lms.ManageRecognition, lms.Facts{Country: list[i].Country}) == nil
	}
	return list, err
}

// SetRecognition writes a line of the table; one with a zero id is new. Whoever has a country writes what holds
// there; what holds everywhere is the administration's. Errors: NotFound, Invalid.
func (s *Service) SetRecognition(ctx context.Context, actor lms.Actor, r Recognition) (id lms.ID[lms.Recognition], err error) {
	defer lms.Wrap(&err, "certificate.SetRecognition")
	r.Issuer, r.Body = strings.TrimSpace(r.Issuer), strings.TrimSpace(r.Body)
	conditions, err := checkConditions(r.Conditions)
	if err != nil {
		return id, err
	}
	if r.Issuer == "" {
		return id, lms.ErrInvalid("issuer", "required", "say who issues")
	}
	if r.Body == "" {
		return id, lms.ErrInvalid("body", "required", "say who recognises")
	}
	if r.ValidFrom != nil && r.ValidUntil != nil && r.ValidUntil.Before(r.ValidFrom.Time) {
		return id, lms.ErrInvalid("valid_until", "ends-before-it-begins", "it ends before it begins")
	}
	if err := actor.Can(lms.ManageRecognition, lms.Facts{Country: r.Country}); err != nil {
		return id, err
	}
	programme, err := s.ProgrammeOf(ctx, actor, r.ProgrammeKey)
	if err != nil {
		return id, err
	}
	action := "recognition.change"
	if r.ID.IsZero() {
		r.ID, action = lms.NewID[lms.Recognition](), "recognition.add"
	}
	return r.ID, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if action == "recognition.change" {
			if err := s.mayChangeRecognition(ctx, tx, actor, r.ID); err != nil {
				return err
			}
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO recognitions (id, issuer, programme_id, body, country, valid_from, valid_until, conditions, source, changed_at, changed_by)
			VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, $10, $11)
			ON CONFLICT (id) DO UPDATE SET issuer = $2, programme_id = $3, body = $4, country = nullif($5, ''), valid_from = $6, valid_until = $7,
			       conditions = $8, source = $9, changed_at = $10, changed_by = $11`,
			r.ID, r.Issuer, orNull(programme), r.Body, r.Country, nullDate(r.ValidFrom), nullDate(r.ValidUntil), conditions,
			strings.TrimSpace(r.Source), s.Now().UTC(), actor.Person)
		if err != nil {
			return err
		}
		return s.wrote(ctx, tx, actor, action, r.ID)
	})
}

// maxConditions bounds conditions in one language, in characters.
const maxConditions = 1000

// checkConditions gives conditions as they are stored: in our languages, without empty ones.
func checkConditions(t courses.Text) (string, error) {
	kept := courses.Text{}
	for lang, words := range t {
		words = strings.TrimSpace(words)
		switch {
		case !text.Known(string(lang)):
			return "", lms.ErrInvalid("conditions", "language-unknown", "not one of the languages")
		case utf8.RuneCountInString(words) > maxConditions:
			return "", lms.ErrInvalid("conditions", "too-long", "at most 1,000 characters in each language")
		case words != "":
			kept[lang] = words
		}
	}
	raw, err := json.Marshal(kept)
	return string(raw), err
}

// DropRecognition takes a line out of the table. Errors: NotFound.
func (s *Service) DropRecognition(ctx context.Context, actor lms.Actor, id lms.ID[lms.Recognition]) (err error) {
	defer lms.Wrap(&err, "certificate.DropRecognition(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if err := s.mayChangeRecognition(ctx, tx, actor, id); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM recognitions WHERE id = $1`, id); err != nil {
			return err
		}
		return s.wrote(ctx, tx, actor, "recognition.drop", id)
	})
}

func (s *Service) mayChangeRecognition(ctx context.Context, tx bun.IDB, actor lms.Actor, id lms.ID[lms.Recognition]) error {
	var country string
	err := db.Row(ctx, tx, `SELECT coalesce(country, '') FROM recognitions WHERE id = $1 FOR UPDATE`, id).Scan(&country)
	if err != nil {
		return db.Found(err, "recognition")
	}
	return actor.Can(lms.ManageRecognition, lms.Facts{Country: country})
}

func (s *Service) wrote(ctx context.Context, tx bun.IDB, actor lms.Actor, action string, id lms.ID[lms.Recognition]) error {
	return audit.Write(ctx, tx, audit.Event{
		At: s.Now().UTC(), Actor: actor.Person, Action: action, SubjectKind: "recognition", SubjectID: id.String(),
	})
}

// ProgrammeOf gives the programme of a key, and the zero id for "". One of a country that the actor has nothing to do
// with is as unknown as one that is not. Errors: Invalid.
func (s *Service) ProgrammeOf(ctx context.Context, actor lms.Actor, key string) (id lms.ID[lms.Programme], err error) {
	if key == "" {
		return id, nil
	}
	scope := actor.Scope(lms.ReadProgramme)
	centres := make([]string, len(scope.Centres))
	for i, c := range scope.Centres {
		centres[i] = c.String()
	}
	err = db.Row(ctx, s.DB, `
		SELECT g.id FROM programmes g
		 WHERE g.key = $1 AND (g.country IS NULL OR $2 OR g.country = ANY ($3::text[])
		       OR g.country IN (SELECT c.country FROM centres c WHERE c.id = ANY ($4::text[]::uuid[])))`,
		key, scope.All, scope.Countries, centres).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return id, lms.ErrInvalid("programme", "reference-unknown", "there is no such programme")
	}
	return id, db.Translate(err)
}
