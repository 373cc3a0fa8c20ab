package report

import (
	"context"
	"errors"
	"slices"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Total is a number of beneficiaries as somebody handed it in.
type Total struct {
	ID        string `json:"id"`
	Programme string `json:"programme"`
	Country   string `json:"country"`
	What      string `json:"what"`
	From      string `json:"from_day"`
	To        string `json:"to_day"`
	Sex       string `json:"sex"`
	Age       string `json:"age"`
	Count     int    `json:"count"`
	Source    string `json:"source"`
	Author    string `json:"author"`
	EnteredAt string `json:"entered_at"`
	Manages   bool   `json:"manages"`
}

// TotalInput is what is entered: a number, never a person.
type TotalInput struct {
	Programme, Country, What, From, To, Sex, Age, Source string
	Count                                                int
}

// beneficiaryAges are the bands of totals.
var beneficiaryAges = []string{"0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", notStated}

const totalSQL = `
	SELECT t.id::text, g.key, t.country, t.what, t.from_day::text, t.to_day::text, t.sex, t.age, t.count, t.source,
	       coalesce(trim(p.given_name || ' ' || p.family_name), ''), to_char(t.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
	  FROM report_totals t JOIN programmes g ON g.id = t.programme_id LEFT JOIN persons p ON p.id = t.author_id`

func scanTotal(from scanner) (t Total, err error) {
	return t, from.Scan(&t.ID, &t.Programme, &t.Country, &t.What, &t.From, &t.To, &t.Sex, &t.Age, &t.Count, &t.Source, &t.Author, &t.EnteredAt)
}

// Totals lists what was entered in the actor's countries, the newest first. Errors: Forbidden.
func (s *Service) Totals(ctx context.Context, actor lms.Actor) (all []Total, err error) {
	defer lms.Wrap(&err, "report.Totals")
	if err := actor.May(lms.ReadReports); err != nil {
		return nil, err
	}
	all, err = list(ctx, s.DB, scanTotal, totalSQL+` WHERE $1::text[] IS NULL OR t.country = ANY ($1::text[]) ORDER BY t.entered_at DESC, t.id LIMIT 1000`,
		within(actor.Scope(lms.ReadReports)))
	for i := range all {
		all[i].Manages = actor.Can(lms.ManageReports, lms.Facts{Country: all[i].Country}) == nil
	}
	return all, err
}

// EnterTotal keeps a number with its source and who entered it. Errors: Invalid with the field, NotFound.
func (s *Service) EnterTotal(ctx context.Context, actor lms.Actor, in TotalInput) (t Total, err error) {
	defer lms.Wrap(&err, "report.EnterTotal")
	if err := actor.May(lms.ManageReports); err != nil {
		return t, err
	}
	if in.Country == "" {
		return t, lms.ErrInvalid("country", "required", "a total is of a country")
	}
	if err := actor.Can(lms.ManageReports, lms.Facts{Country: in.Country}); err != nil {
		return t, err
	}
	p, err := s.programmeFor(ctx, s.DB, actor, in.Programme)
	if err != nil {
		return t, blame(err, "programme")
	}
	if p.Country != "" && p.Country != in.Country {
		return t, lms.ErrInvalid("country", "not-of-programme", "a country of the programme")
	}
	if _, _, err := span(in.From, in.To); err != nil {
		return t, err
	}
	if !slices.Contains(beneficiaryAges, in.Age) {
		return t, lms.ErrInvalid("age", "not-one-of", "not an age band")
	}
	id := lms.NewID[lms.Report]().String()
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO report_totals (id, programme_id, country, what, from_day, to_day, sex, age, count, source, author_id, entered_at)
			VALUES ($1, $2, $3, $4, $5::date, $6::date, $7, $8, $9, $10, $11, $12)`,
			id, p.ID, in.Country, in.What, in.From, in.To, in.Sex, in.Age, in.Count, in.Source, actor.Person, s.now())
		if err != nil {
			return err
		}
		return s.wrote(ctx, tx, actor, "total.enter", "total", id, map[string]any{"what": in.What, "count": in.Count, "country": in.Country})
	})
	if err != nil {
		return t, err
	}
	t, err = scanTotal(db.Row(ctx, s.DB, totalSQL+` WHERE t.id = $1`, id))
	t.Manages = true
	return t, db.Translate(err)
}

// RemoveTotal takes back what was entered wrongly; frozen reports stay as they are. Errors: NotFound.
func (s *Service) RemoveTotal(ctx context.Context, actor lms.Actor, id string) (err error) {
	defer lms.Wrap(&err, "report.RemoveTotal")
	return s.remove(ctx, actor, "report_totals", "total", id)
}

// remove takes a row of a country away.
func (s *Service) remove(ctx context.Context, actor lms.Actor, table, kind, id string) error {
	if _, err := lms.ParseID[lms.Person](id); err != nil {
		return lms.ErrNotFound(kind)
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var country string
		if err := db.Row(ctx, tx, `SELECT coalesce(country, '') FROM `+table+` WHERE id = $1 FOR UPDATE`, id).Scan(&country); err != nil {
			return db.Found(err, kind)
		}
		if err := s.manages(actor, country); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `DELETE FROM `+table+` WHERE id = $1`, id)
		return errors.Join(err, s.wrote(ctx, tx, actor, kind+".remove", kind, id, nil))
	})
}

// reads asks whether the actor may count in a country, "" for all.
func (s *Service) reads(actor lms.Actor, country string) error {
	if !actor.Scope(lms.ReadReports).Covers(lms.Facts{Country: country}) {
		return lms.ErrNotFound("country")
	}
	return nil
}

// NoteInput is an outcome in words.
type NoteInput struct {
	Programme, Country, On, Words, Source string
}

// WriteNote keeps what changed. Errors: Invalid with the field, NotFound.
func (s *Service) WriteNote(ctx context.Context, actor lms.Actor, in NoteInput) (id string, err error) {
	defer lms.Wrap(&err, "report.WriteNote")
	if err := actor.May(lms.ManageReports); err != nil {
		return "", err
	}
	if err := actor.Can(lms.ManageReports, lms.Facts{Country: in.Country}); err != nil {
		return "", err
	}
	p, err := s.programmeFor(ctx, s.DB, actor, in.Programme)
	if err != nil {
		return "", blame(err, "programme")
	}
	if _, err := day("happened_on", in.On); err != nil {
		return "", err
	}
	id = lms.NewID[lms.Report]().String()
	return id, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO outcome_notes (id, programme_id, country, happened_on, words, source, author_id, created_at) VALUES ($1, $2, $3, $4::date, $5, $6, $7, $8)`,
			id, p.ID, orNull(in.Country), in.On, in.Words, in.Source, actor.Person, s.now())
		return errors.Join(err, s.wrote(ctx, tx, actor, "outcome.write", "outcome", id, map[string]any{"programme": p.Key}))
	})
}

// RemoveNote takes a note away. Errors: NotFound.
func (s *Service) RemoveNote(ctx context.Context, actor lms.Actor, id string) (err error) {
	defer lms.Wrap(&err, "report.RemoveNote")
	return s.remove(ctx, actor, "outcome_notes", "outcome", id)
}

// blame gives a not-found thing that was named in a form its field.
func blame(err error, field string) error {
	if lms.KindOf(err) == lms.NotFound {
		return lms.ErrInvalid(field, "not-found", "this is not there")
	}
	return err
}
