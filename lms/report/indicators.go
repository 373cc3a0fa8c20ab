package report

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/indicator"
)

// Indicator is one as it is kept.
type Indicator struct {
	ID  lms.ID[lms.Indicator] `json:"id"`
	Key string                `json:"key"`
	// Country is whose it is, "" for all countries.
	Country    string               `json:"country"`
	Definition indicator.Definition `json:"definition"`
	// Title and Words are its name and what is counted, in the reader's language.
	Title     string    `json:"title"`
	Words     string    `json:"words"`
	ChangedAt time.Time `json:"changed_at"`
	Ended     bool      `json:"ended"`
	Manages   bool      `json:"manages"`
}

const indicatorSQL = `SELECT i.id, i.key, coalesce(i.country, ''), i.definition, i.changed_at, i.ended_at IS NOT NULL FROM indicators i`

func scanIndicator(from scanner) (i Indicator, err error) {
	var raw []byte
	if err = from.Scan(&i.ID, &i.Key, &i.Country, &raw, &i.ChangedAt, &i.Ended); err == nil {
		err = json.Unmarshal(raw, &i.Definition)
	}
	i.ChangedAt = i.ChangedAt.UTC()
	return i, err
}

func (i *Indicator) present(actor lms.Actor) {
	i.Title = i.Definition.Title(actor.Language)
	i.Words = Words(&i.Definition, actor.Language, nil)
	i.Manages = actor.Can(lms.ManageReports, lms.Facts{Country: i.Country}) == nil
}

// Indicators lists those of all countries and of the actor's. Errors: Forbidden.
func (s *Service) Indicators(ctx context.Context, actor lms.Actor) (all []Indicator, err error) {
	defer lms.Wrap(&err, "report.Indicators")
	if err := actor.May(lms.ReadReports); err != nil {
		return nil, err
	}
	all, err = list(ctx, s.DB, scanIndicator, indicatorSQL+`
		 WHERE i.country IS NULL OR $1::text[] IS NULL OR i.country = ANY ($1::text[])
		 ORDER BY i.ended_at IS NOT NULL, i.created_at, i.key`, within(actor.Scope(lms.ReadReports)))
	for i := range all {
		all[i].present(actor)
	}
	return all, err
}

// Indicator opens one. Errors: NotFound.
func (s *Service) Indicator(ctx context.Context, actor lms.Actor, key string) (i Indicator, err error) {
	defer lms.Wrap(&err, "report.Indicator(%s)", key)
	if i, err = s.indicator(ctx, s.DB, actor, key); err == nil {
		i.present(actor)
	}
	return i, err
}

func (s *Service) indicator(ctx context.Context, q db.Queryer, actor lms.Actor, key string) (Indicator, error) {
	i, err := scanIndicator(db.Row(ctx, q, indicatorSQL+` WHERE i.key = $1`, key))
	if err != nil {
		return i, db.Found(err, "indicator")
	}
	if scope := actor.Scope(lms.ReadReports); scope.Empty() || i.Country != "" && !scope.Covers(lms.Facts{Country: i.Country}) {
		return Indicator{}, lms.ErrNotFound("indicator")
	}
	return i, nil
}

// parse reads a definition and blames its fields.
func parse(raw []byte) (indicator.Definition, error) {
	d, faults := indicator.Parse(raw)
	if len(faults) == 0 {
		return d, nil
	}
	e := &lms.Error{Kind: lms.Invalid, Code: faults[0].Code, Field: "definition/" + faults[0].Path, Detail: faults[0].Detail}
	for _, f := range faults {
		e.Problems = append(e.Problems, lms.FieldProblem{Field: "definition/" + f.Path, Code: f.Code, Detail: f.Detail})
	}
	return d, e
}

// Define keeps a new indicator, of a country or, where that is empty, of all. Errors: Invalid with every field to
// blame, Forbidden, Conflict with code key-taken.
func (s *Service) Define(ctx context.Context, actor lms.Actor, country string, raw []byte) (i Indicator, err error) {
	defer lms.Wrap(&err, "report.Define")
	if err := actor.May(lms.ManageReports); err != nil {
		return i, err
	}
	if err := actor.Can(lms.ManageReports, lms.Facts{Country: country}); err != nil {
		return i, err
	}
	d, err := parse(raw)
	if err != nil {
		return i, err
	}
	i = Indicator{ID: lms.NewID[lms.Indicator](), Key: d.Key, Country: country, Definition: d, ChangedAt: s.now()}
	body, err := json.Marshal(d)
	if err != nil {
		return i, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO indicators (id, key, country, definition, created_by, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $6)`,
			i.ID, i.Key, orNull(country), string(body), actor.Person, i.ChangedAt)
		if lms.KindOf(err) == lms.Conflict {
			return &lms.Error{Kind: lms.Conflict, Code: "key-taken", Field: "definition/key", Detail: "an indicator has this key already"}
		}
		return errors.Join(err, s.wrote(ctx, tx, actor, "indicator.define", "indicator", i.ID.String(), map[string]any{"key": i.Key}))
	})
	i.present(actor)
	return i, err
}

// Redefine changes an indicator; its key stays. Frozen reports keep the definition that they were counted by, drafts
// follow. Errors: Invalid, NotFound, Forbidden.
func (s *Service) Redefine(ctx context.Context, actor lms.Actor, key string, raw []byte, ended bool) (i Indicator, err error) {
	defer lms.Wrap(&err, "report.Redefine(%s)", key)
	if i, err = s.indicator(ctx, s.DB, actor, key); err != nil {
		return i, err
	}
	if err := s.manages(actor, i.Country); err != nil {
		return i, err
	}
	d, err := parse(raw)
	if err != nil {
		return i, err
	}
	if d.Key != key {
		return i, lms.ErrInvalid("definition/key", "key-stays", "reports name an indicator by its key")
	}
	body, err := json.Marshal(d)
	if err != nil {
		return i, err
	}
	i.Definition, i.Ended, i.ChangedAt = d, ended, s.now()
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			UPDATE indicators SET definition = $2, changed_at = $3, ended_at = CASE WHEN $4 THEN coalesce(ended_at, $3) END WHERE id = $1`,
			i.ID, string(body), i.ChangedAt, ended)
		return errors.Join(err, s.wrote(ctx, tx, actor, "indicator.change", "indicator", i.ID.String(), map[string]any{"key": key}))
	})
	i.present(actor)
	return i, err
}

// managesAll asks to change what is of a part of the world. What may not be seen is not there.
func (s *Service) managesAll(actor lms.Actor, of part) error {
	if len(of) < 2 {
		return s.manages(actor, of.one())
	}
	return of.can(actor, lms.ManageReports)
}

// manages asks to change what is of a country; what is of all countries can be seen by all who read reports.
func (s *Service) manages(actor lms.Actor, country string) error {
	if actor.Can(lms.ManageReports, lms.Facts{Country: country}) == nil {
		return nil
	}
	if country == "" && actor.May(lms.ReadReports) == nil {
		return lms.ErrForbidden("what is of all countries is changed by whoever answers for all")
	}
	return lms.ErrNotFound("this")
}
