package programme

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Invitation puts people into a programme.
type Invitation struct {
	// People are asked one by one; Cohort brings everybody who studies in it.
	People []lms.ID[lms.Person]
	Cohort lms.ID[lms.Cohort]
	// TrainedBy is who trains them, where the programme knows trainers.
	TrainedBy lms.ID[lms.Person]
	// Categories are the programme's own, by key.
	Categories map[string]string
}

// Invited tells what an invitation did.
type Invited struct {
	// Added are new; There took part before; Elsewhere belong to no country of the programme.
	Added     int `json:"added"`
	There     int `json:"there"`
	Elsewhere int `json:"elsewhere"`
}

// maxInvited bounds one invitation.
const maxInvited = 2000

// Invite puts people into a programme and writes to them. Whoever takes part already stays where they are. Errors: NotFound, Forbidden,
// Conflict not-published, programme-closed, Invalid.
func (s *Service) Invite(ctx context.Context, actor lms.Actor, key string, in Invitation) (done Invited, err error) {
	defer lms.Wrap(&err, "programme.Invite(%s)", key)
	p, err := s.taking(ctx, actor, key)
	if err != nil {
		return Invited{}, err
	}
	if err := actor.May(lms.EnrolParticipant); err != nil {
		return Invited{}, err
	}
	if err := p.Newest.choose(in.Categories); err != nil {
		return Invited{}, err
	}
	people := slices.Clone(in.People)
	if !in.Cohort.IsZero() {
		if err := s.mayName(ctx, actor, in.Cohort); err != nil {
			return Invited{}, err
		}
		more, err := list(ctx, s.DB, func(from scanner) (id lms.ID[lms.Person], err error) { return id, from.Scan(&id) },
			`SELECT person_id FROM enrolments WHERE cohort_id = $1 AND state <> 'withdrawn' ORDER BY sort_name, id`, in.Cohort)
		if err != nil {
			return Invited{}, err
		}
		if len(more) == 0 {
			return Invited{}, lms.ErrInvalid("cohort", "cohort-empty", "nobody studies in this group")
		}
		people = append(people, more...)
	}
	if len(people) > maxInvited {
		return Invited{}, lms.ErrInvalid("people", "too-many", "at most 2,000 people at once")
	}
	var ids []lms.ID[lms.Participation]
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		done, ids = Invited{}, nil
		generation, err := s.generation(ctx, tx, actor, p, in.TrainedBy)
		if err != nil {
			return err
		}
		for _, person := range people {
			m, err := personFacts(ctx, tx, person, p.courses)
			if err != nil {
				return err
			}
			if err := actor.Can(lms.EnrolParticipant, m.facts); err != nil {
				return err
			}
			if !p.Newest.takes(m.Country) {
				done.Elsewhere++
				continue
			}
			id, added, err := s.add(ctx, tx, p, person, stateInvited, in, generation)
			if err != nil {
				return err
			}
			if !added {
				done.There++
				continue
			}
			if err := s.tell(ctx, tx, p, person); err != nil {
				return err
			}
			done.Added, ids = done.Added+1, append(ids, id)
		}
		return s.write(ctx, tx, actor, "participation.invite", "programme", p.ID.String(), map[string]any{"added": done.Added})
	})
	if err != nil {
		return Invited{}, err
	}
	if len(ids) <= 20 { // more of them are the queue's
		err = s.settleNow(ctx, ids...)
	}
	return done, err
}

// mayName refuses a cohort that the actor may not read as it refuses one that does not exist, whoever studies in it.
func (s *Service) mayName(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort]) error {
	f := lms.Facts{Cohort: id}
	err := db.Row(ctx, s.DB, `SELECT course_id, coalesce(country, ''), centre_id FROM cohorts WHERE id = $1`, id).
		Scan(&f.Course, &f.Country, &f.Centre)
	if err != nil {
		return db.Found(err, "cohort")
	}
	return actor.Can(lms.ReadCohort, f)
}

// taking loads a programme that takes people in and that the actor may read. Errors: NotFound, Conflict.
func (s *Service) taking(ctx context.Context, actor lms.Actor, key string) (*programme, error) {
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return p, p.taken()
}

func (p *programme) taken() error {
	switch {
	case p.Newest == nil:
		return lms.ErrConflict("not-published", "this programme has not been published yet")
	case p.Closed != nil:
		return lms.ErrConflict("programme-closed", "this programme takes nobody in any more")
	}
	return nil
}

// takes tells whether people of a country may come.
func (d *Definition) takes(country string) bool {
	return len(d.Countries) == 0 || slices.Contains(d.Countries, country)
}

// choose checks categories against what the programme lists.
func (d *Definition) choose(categories map[string]string) error {
	for key, option := range categories {
		i := slices.IndexFunc(d.Categories, func(c Category) bool { return c.Key == key })
		if i < 0 || !slices.ContainsFunc(d.Categories[i].Options, func(o Option) bool { return o.Key == option }) {
			return lms.ErrInvalid("categories/"+key, "category-unknown", "the programme has no such category or option")
		}
	}
	return nil
}

// add makes a participation, or gives the one that there is.
func (s *Service) add(ctx context.Context, tx db.Queryer, p *programme, person lms.ID[lms.Person], state string, in Invitation, generation *int,
) (id lms.ID[lms.Participation], added bool, err error) {
	categories := in.Categories
	if categories == nil {
		categories = map[string]string{}
	}
	raw, err := json.Marshal(categories)
	if err != nil {
		return id, false, err
	}
	var joined any
	if state == stateActive {
		joined = s.Now()
	}
	id = lms.NewID[lms.Participation]()
	n, err := db.Exec(ctx, tx, `
		INSERT INTO participations (id, programme_id, version_id, person_id, state, categories, trained_by, generation, invited_at, joined_at)
		VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10)
		ON CONFLICT (programme_id, person_id) WHERE state <> 'withdrawn' DO NOTHING`,
		id, p.ID, p.Newest.ID, person, state, string(raw), orNull(in.TrainedBy), generation, s.Now(), joined)
	if err != nil || n == 0 {
		return id, false, err
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO participations_changed (participation_id) VALUES ($1)`, id)
	return id, true, err
}

// Join lets the actor take part in an open programme, with the categories that they say of themselves; what they leave
// out is not stated. Errors: NotFound, Conflict, Invalid category-unknown.
func (s *Service) Join(ctx context.Context, actor lms.Actor, key string, categories map[string]string) (err error) {
	defer lms.Wrap(&err, "programme.Join(%s)", key)
	p, err := s.load(ctx, s.DB, key)
	if err != nil {
		return err
	}
	m, err := personFacts(ctx, s.DB, actor.Person, nil)
	if err != nil {
		return err
	}
	if err := actor.Can(lms.Participate, lms.Facts{Owner: actor.Person}); err != nil {
		return err
	}
	if !p.openTo(m.Country) {
		return lms.ErrNotFound("programme")
	}
	if err := p.taken(); err != nil {
		return err
	}
	if err := p.Newest.choose(categories); err != nil {
		return err
	}
	var id lms.ID[lms.Participation]
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var added bool
		if id, added, err = s.add(ctx, tx, p, actor.Person, stateActive, Invitation{Categories: categories}, nil); err != nil || !added {
			return err
		}
		return s.write(ctx, tx, actor, "participation.join", "programme", p.ID.String(), nil)
	})
	if err != nil {
		return err
	}
	return s.settleNow(ctx, id)
}

// openTo tells whether people of a country may come without being asked.
func (p *programme) openTo(country string) bool {
	return p.Newest != nil && p.Newest.Join == JoinOpen && p.Newest.takes(country) && (p.Country == "" || p.Country == country)
}
