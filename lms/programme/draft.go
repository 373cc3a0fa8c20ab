package programme

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// Draft is a programme as its editor sees it.
type Draft struct {
	Key        string          `json:"key"`
	Country    string          `json:"country"`
	Definition json.RawMessage `json:"definition"`
	// Problems are what keeps the draft from being published, each with its field.
	Problems []lms.FieldProblem `json:"problems"`
	// Published is the newest version's number, 0 before the first; Changed tells that the draft differs from it.
	Published int  `json:"published"`
	Changed   bool `json:"changed"`
}

// Draft gives the definition that is being written. Errors: NotFound, Forbidden.
func (s *Service) Draft(ctx context.Context, actor lms.Actor, key string) (d Draft, err error) {
	defer lms.Wrap(&err, "programme.Draft(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil {
		return Draft{}, err
	}
	return s.draft(ctx, p)
}

func (s *Service) draft(ctx context.Context, p *programme) (d Draft, err error) {
	d = Draft{Key: p.Key, Country: p.Country, Definition: p.Draft, Problems: []lms.FieldProblem{}, Changed: true}
	def, err := Parse(p.Draft)
	if err != nil {
		return d, err
	}
	if d.Problems, err = s.problems(ctx, p, def); err != nil {
		return d, err
	}
	if d.Problems == nil {
		d.Problems = []lms.FieldProblem{}
	}
	if p.Newest != nil {
		d.Published = p.Newest.Number
		before, err := json.Marshal(p.Newest.Definition)
		if err != nil {
			return d, err
		}
		after, err := json.Marshal(def)
		if err != nil {
			return d, err
		}
		d.Changed = string(before) != string(after)
	}
	return d, nil
}

// reserved are words that stand where a programme's key does in addresses.
var reserved = []string{"mine", "choices", "new", "evidence"}

// NewProgramme is what a programme begins with.
type NewProgramme struct {
	Key     string
	Country string // "" of all countries
	// Definition is the first draft; empty for none.
	Definition json.RawMessage
}

// Create makes a programme with a draft. Errors: NotFound where it may not be made, Invalid, Conflict key-taken.
func (s *Service) Create(ctx context.Context, actor lms.Actor, in NewProgramme) (d Draft, err error) {
	defer lms.Wrap(&err, "programme.Create(%s)", in.Key)
	if err := actor.Can(lms.ManageProgramme, lms.Facts{Country: in.Country}); err != nil {
		return Draft{}, err
	}
	if !rule.IsKey(in.Key) || slices.Contains(reserved, in.Key) {
		return Draft{}, lms.ErrInvalid("key", "key-malformed", "small letters, digits and hyphens")
	}
	if len(in.Definition) == 0 {
		in.Definition = json.RawMessage(`{"title":{},"components":[],"achievement":null,"hours":""}`)
	}
	if _, err := Parse(in.Definition); err != nil {
		return Draft{}, err
	}
	p := &programme{ID: lms.NewID[lms.Programme](), Key: in.Key, Country: in.Country, Draft: in.Definition}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO programmes (id, key, country, draft, created_at) VALUES ($1, $2, nullif($3, ''), $4, $5)`,
			p.ID, p.Key, p.Country, string(p.Draft), s.Now())
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "programme.create", "programme", p.ID.String(), nil)
	})
	switch {
	case lms.KindOf(err) == lms.Conflict:
		return Draft{}, &lms.Error{Kind: lms.Conflict, Code: "key-taken", Field: "key", Detail: "another programme has this key", Err: err}
	case lms.KindOf(err) == lms.Invalid:
		return Draft{}, lms.ErrInvalid("country", "country-unknown", "not one of the countries")
	case err != nil:
		return Draft{}, err
	}
	return s.draft(ctx, p)
}

// SaveDraft keeps a definition that may still have faults, which come back. Errors: NotFound, Forbidden, Invalid where
// it is no definition at all.
func (s *Service) SaveDraft(ctx context.Context, actor lms.Actor, key string, raw json.RawMessage) (d Draft, err error) {
	defer lms.Wrap(&err, "programme.SaveDraft(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil {
		return Draft{}, err
	}
	if _, err := Parse(raw); err != nil {
		return Draft{}, err
	}
	if _, err := db.Exec(ctx, s.DB, `UPDATE programmes SET draft = $2 WHERE id = $1`, p.ID, string(raw)); err != nil {
		return Draft{}, err
	}
	p.Draft = raw
	return s.draft(ctx, p)
}

// problems adds to Check what stands in other tables.
func (s *Service) problems(ctx context.Context, p *programme, def *Definition) ([]lms.FieldProblem, error) {
	faults := def.Check()
	courses, err := s.choiceCourses(ctx, "en")
	if err != nil {
		return nil, err
	}
	programmes, err := list(ctx, s.DB, func(from scanner) (key string, err error) { return key, from.Scan(&key) }, `SELECT key FROM programmes`)
	if err != nil {
		return nil, err
	}
	unknown := func(field, detail string) {
		faults = append(faults, lms.FieldProblem{Field: field, Code: "reference-unknown", Detail: detail})
	}
	for i, c := range def.Components {
		at := "components/" + itoa(i)
		course := slices.IndexFunc(courses, func(k CourseChoice) bool { return k.Key == c.Course })
		if rule.IsKey(c.Course) && course < 0 {
			unknown(at+"/course", "there is no such course")
		}
		if rule.IsKey(c.Activity) && course >= 0 && !slices.ContainsFunc(courses[course].Quizzes, func(q Choice) bool { return q.Key == c.Activity }) {
			unknown(at+"/activity", "the course has no such quiz")
		}
		for j, key := range append([]string{c.Programme}, c.Equivalents...) {
			field := at + "/programme"
			if j > 0 {
				field = at + "/equivalents/" + itoa(j-1)
			}
			switch {
			case !rule.IsKey(key):
			case key == p.Key:
				faults = append(faults, lms.FieldProblem{Field: field, Code: "reference-self", Detail: "a programme cannot ask for itself"})
			case !slices.Contains(programmes, key):
				unknown(field, "there is no such programme")
			}
		}
	}
	return faults, nil
}

// Publish makes the draft the newest version, if it has no faults. Whoever has not got the certificate yet is moved to
// it where no more is asked of them than before. A draft that is the newest version already publishes nothing.
// Errors: NotFound, Forbidden, Invalid with all the faults.
func (s *Service) Publish(ctx context.Context, actor lms.Actor, key string) (number int, err error) {
	defer lms.Wrap(&err, "programme.Publish(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil {
		return 0, err
	}
	draft, err := s.draft(ctx, p)
	if err != nil || !draft.Changed {
		return draft.Published, err
	}
	if len(draft.Problems) > 0 {
		return 0, &lms.Error{Kind: lms.Invalid, Code: "programme-faulty", Field: draft.Problems[0].Field, Detail: "the programme has faults", Problems: draft.Problems}
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// Locked, so that two who publish at once get two numbers.
		if _, err := db.Exec(ctx, tx, `SELECT FROM programmes WHERE id = $1 FOR NO KEY UPDATE`, p.ID); err != nil {
			return err
		}
		id := lms.NewID[lms.ProgrammeVersion]()
		err := db.Row(ctx, tx, `
			INSERT INTO programme_versions (id, programme_id, number, definition, published_at, published_by)
			SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 FROM programme_versions WHERE programme_id = $2
			RETURNING number`, id, p.ID, string(p.Draft), s.Now(), actor.Person).Scan(&number)
		if err != nil {
			return db.Translate(err)
		}
		if err := changed(ctx, tx, p.ID); err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "programme.publish", "programme", p.ID.String(), map[string]any{"version": number})
	})
	return number, err
}

// changed has everybody in a programme explained again.
func changed(ctx context.Context, tx db.Queryer, id lms.ID[lms.Programme]) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO participations_changed (participation_id)
		SELECT id FROM participations WHERE programme_id = $1 AND state <> 'withdrawn' ORDER BY id`, id)
	return err
}

// Close takes nobody in any more, or opens a programme again. Errors: NotFound, Forbidden.
func (s *Service) Close(ctx context.Context, actor lms.Actor, key string, closed bool) (err error) {
	defer lms.Wrap(&err, "programme.Close(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil || (p.Closed != nil) == closed {
		return err
	}
	action, at := "programme.open", any(nil)
	if closed {
		action, at = "programme.close", s.Now()
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := db.Exec(ctx, tx, `UPDATE programmes SET closed_at = $2 WHERE id = $1`, p.ID, at); err != nil {
			return err
		}
		return s.write(ctx, tx, actor, action, "programme", p.ID.String(), nil)
	})
}
