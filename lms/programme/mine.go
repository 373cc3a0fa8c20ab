package programme

import (
	"context"
	"slices"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// MineRow is a programme that the actor takes part in, or may join.
type MineRow struct {
	Key    string `json:"key"`
	Title  string `json:"title"`
	State  string `json:"state" enum:"open,invited,active,passed,certified"`
	Done   int    `json:"done"`
	Needed int    `json:"needed"`
}

// Mine lists the programmes of the actor, and those that they may join.
func (s *Service) Mine(ctx context.Context, actor lms.Actor) (rows []MineRow, err error) {
	defer lms.Wrap(&err, "programme.Mine")
	type taking struct {
		row     MineRow
		version lms.ID[lms.ProgrammeVersion]
	}
	mine, err := list(ctx, s.DB, func(from scanner) (t taking, err error) {
		return t, from.Scan(&t.row.Key, &t.version, &t.row.State, &t.row.Done, &t.row.Needed)
	}, `SELECT g.key, pa.version_id, pa.state, pa.done, pa.needed FROM participations pa JOIN programmes g ON g.id = pa.programme_id
	     WHERE pa.person_id = $1 AND pa.state <> 'withdrawn' ORDER BY pa.state = 'certified', pa.invited_at`, actor.Person)
	if err != nil {
		return nil, err
	}
	rows = []MineRow{}
	for _, t := range mine {
		v, err := s.version(ctx, s.DB, t.version)
		if err != nil {
			return nil, err
		}
		t.row.Title = v.Title.In(actor.Language)
		rows = append(rows, t.row)
	}
	m, err := personFacts(ctx, s.DB, actor.Person, nil)
	if err != nil {
		return nil, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		in := slices.ContainsFunc(rows, func(r MineRow) bool { return r.Key == p.Key })
		if !in && p.openTo(m.Country) && p.Closed == nil {
			rows = append(rows, MineRow{Key: p.Key, Title: p.title(actor.Language), State: "open"})
		}
	}
	return rows, nil
}

// OwnView is a programme as the actor stands in it, or may join it.
type OwnView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Aims  string `json:"aims"`
	Hours string `json:"hours"`
	// Standing is null for who does not take part yet.
	Standing *Standing `json:"standing"`
	// Rule is what is asked, for who does not take part yet.
	Rule       *rule.Standing  `json:"rule,omitempty"`
	Components []ComponentView `json:"components"`
	// Ahead is when and where components can be done, for who takes part: what is not over in their country, the next first.
	Ahead []Ahead `json:"ahead"`
	// Asked are what the programme tells people apart by, for who does not take part yet.
	Asked   []CategoryView `json:"asked,omitempty"`
	MayJoin bool           `json:"may_join"`
}

// Ahead is a day or a webinar that counts for a component and is not over.
type Ahead struct {
	Component string    `json:"component"`
	Title     string    `json:"title"`
	Place     string    `json:"place"` // "" for a webinar
	StartsAt  time.Time `json:"starts_at"`
}

// ahead lists what of a programme lies ahead for the people of a country.
func (s *Service) ahead(ctx context.Context, p *programme, country string) ([]Ahead, error) {
	return list(ctx, s.DB, func(from scanner) (a Ahead, err error) {
		err = from.Scan(&a.Component, &a.Title, &a.Place, &a.StartsAt)
		a.StartsAt = a.StartsAt.UTC()
		return a, err
	}, `SELECT d.component, d.title, coalesce(nullif(d.place, ''), c.name, ''), d.starts_at FROM programme_days d LEFT JOIN centres c ON c.id = d.centre_id
	     WHERE d.programme_id = $1 AND d.country = $2 AND d.ends_at > $3
	    UNION ALL
	    SELECT x.component, w.title, '', w.starts_at FROM programme_webinars x JOIN webinars w ON w.id = x.webinar_id
	     WHERE x.programme_id = $1 AND coalesce(w.country, $2) = $2 AND w.cancelled_at IS NULL AND w.ends_at > $3
	     ORDER BY 4, 2 LIMIT 20`, p.ID, country, s.Now())
}

// Own gives the actor's own standing in a programme, or what an open one asks for. Errors: NotFound.
func (s *Service) Own(ctx context.Context, actor lms.Actor, key string) (v OwnView, err error) {
	defer lms.Wrap(&err, "programme.Own(%s)", key)
	p, err := s.load(ctx, s.DB, key)
	if err != nil {
		return OwnView{}, err
	}
	var id lms.ID[lms.Participation]
	err = db.Row(ctx, s.DB, `SELECT id FROM participations WHERE programme_id = $1 AND person_id = $2 AND state <> 'withdrawn'`, p.ID, actor.Person).Scan(&id)
	if err = db.Found(err, "participation"); lms.KindOf(err) == lms.NotFound {
		return s.joinable(ctx, actor, p)
	} else if err != nil {
		return OwnView{}, err
	}
	o, err := s.one(ctx, s.DB, actor, id, lms.Participate)
	if err != nil {
		return OwnView{}, err
	}
	standing, err := s.standing(ctx, actor, o)
	if err != nil {
		return OwnView{}, err
	}
	ahead, err := s.ahead(ctx, p, o.m.Country)
	return OwnView{Key: key, Title: standing.Title, Aims: standing.Aims, Hours: o.v.Hours, Standing: &standing, Components: standing.Components, Ahead: ahead}, err
}

func (s *Service) joinable(ctx context.Context, actor lms.Actor, p *programme) (OwnView, error) {
	m, err := personFacts(ctx, s.DB, actor.Person, nil)
	if err != nil {
		return OwnView{}, err
	}
	if !p.openTo(m.Country) || p.Closed != nil {
		return OwnView{}, lms.ErrNotFound("programme")
	}
	asked := p.Newest.rules.achievement.Explain(nil, s.Now())
	return OwnView{
		Key: p.Key, Title: p.title(actor.Language), Aims: p.Newest.Aims.In(actor.Language), Hours: p.Newest.Hours, Rule: &asked,
		Components: p.Newest.views(actor.Language), Ahead: []Ahead{}, Asked: p.Newest.asks(actor.Language, nil), MayJoin: true,
	}, nil
}
