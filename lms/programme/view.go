package programme

import (
	"context"
	"encoding/json"
	"time"

	"mostik/lms"
)

// Counts are people by where they stand.
type Counts struct {
	Invited   int `json:"invited"`
	Active    int `json:"active"`
	Passed    int `json:"passed"`
	Certified int `json:"certified"`
}

func (c *Counts) add(state string, n int) {
	switch state {
	case stateInvited:
		c.Invited += n
	case stateActive:
		c.Active += n
	case statePassed:
		c.Passed += n
	case stateCertified:
		c.Certified += n
	}
}

// Row is a programme as lists show it.
type Row struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Country string `json:"country"`
	// Version is the newest one's number, 0 before the first.
	Version int  `json:"version"`
	Closed  bool `json:"closed"`
	// Counts are those whose standing the reader may see.
	Counts Counts `json:"counts"`
	// MayManage tells that the reader may write it.
	MayManage bool `json:"may_manage"`
}

// List gives the programmes that the actor may read, by title. Errors: Forbidden.
func (s *Service) List(ctx context.Context, actor lms.Actor) (rows []Row, err error) {
	defer lms.Wrap(&err, "programme.List")
	if err := actor.May(lms.ReadProgramme); err != nil {
		return nil, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	rows = []Row{}
	for _, p := range all {
		if may, err := s.reads(ctx, actor, p); err != nil {
			return nil, err
		} else if !may {
			continue
		}
		row := Row{Key: p.Key, Country: p.Country, Title: p.title(actor.Language), Closed: p.Closed != nil, MayManage: p.manages(actor)}
		if p.Newest != nil {
			row.Version = p.Newest.Number
		}
		if row.Counts, err = s.counts(ctx, actor, p); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// all reads every programme; there are few.
func (s *Service) all(ctx context.Context) ([]*programme, error) {
	type found struct {
		p      *programme
		newest lms.ID[lms.ProgrammeVersion]
	}
	rows, err := list(ctx, s.DB, func(from scanner) (f found, err error) {
		f.p = &programme{}
		f.newest, err = f.p.scan(from)
		return f, err
	}, `SELECT`+programmeColumns+` FROM programmes p ORDER BY p.closed_at IS NOT NULL, p.key`)
	if err != nil {
		return nil, err
	}
	all := make([]*programme, len(rows))
	for i, f := range rows {
		if err := s.complete(ctx, s.DB, f.p, f.newest); err != nil {
			return nil, err
		}
		all[i] = f.p
	}
	return all, nil
}

func (p *programme) title(lang string) string {
	if p.Newest != nil {
		return p.Newest.Title.In(lang)
	}
	if d, err := Parse(p.Draft); err == nil && d.Title.In(lang) != "" {
		return d.Title.In(lang)
	}
	return p.Key
}

func (s *Service) counts(ctx context.Context, actor lms.Actor, p *programme) (c Counts, err error) {
	w := &where{}
	w.add("pa.programme_id = " + w.arg(p.ID))
	scope, persons := actor.Scope(lms.ReadParticipation), ""
	w.people(scope, p.courses)
	if !scope.All { // else the index of states answers alone
		persons = "JOIN persons p ON p.id = pa.person_id"
	}
	_, err = list(ctx, s.DB, func(from scanner) (struct{}, error) {
		var state string
		var n int
		err := from.Scan(&state, &n)
		c.add(state, n)
		return struct{}{}, err
	}, `SELECT pa.state, count(*) FROM participations pa `+persons+` WHERE `+w.String()+` GROUP BY pa.state`, w.args...)
	return c, err
}

// Version is one published state of a programme in a list of them.
type Version struct {
	Number      int       `json:"number"`
	PublishedAt time.Time `json:"published_at"`
	// Current tells the newest.
	Current bool `json:"current"`
}

// View is a programme as staff see it.
type View struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Country string `json:"country"`
	Closed  bool   `json:"closed"`
	// Definition is the newest published one, null before the first.
	Definition json.RawMessage `json:"definition"`
	Versions   []Version       `json:"versions"`
	Counts     Counts          `json:"counts"`
	Days       []Day           `json:"days"`
	Webinars   []WebinarRow    `json:"webinars"`
	MayManage  bool            `json:"may_manage"`
	MayEnrol   bool            `json:"may_enrol"`
	// MayHold tells that the reader may put days of it on the calendar.
	MayHold bool `json:"may_hold"`
}

// Programme gives one as staff see it. Errors: NotFound.
func (s *Service) Programme(ctx context.Context, actor lms.Actor, key string) (v View, err error) {
	defer lms.Wrap(&err, "programme.Programme(%s)", key)
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return View{}, err
	}
	v = View{
		Key: p.Key, Title: p.title(actor.Language), Country: p.Country, Closed: p.Closed != nil, Definition: json.RawMessage("null"),
		MayManage: p.manages(actor), MayEnrol: actor.May(lms.EnrolParticipant) == nil, MayHold: actor.May(lms.ManageProgramme) == nil,
	}
	if p.Newest != nil {
		if v.Definition, err = json.Marshal(p.Newest.Definition); err != nil {
			return View{}, err
		}
	}
	v.Versions, err = list(ctx, s.DB, func(from scanner) (one Version, err error) {
		return one, from.Scan(&one.Number, &one.PublishedAt)
	}, `SELECT number, published_at FROM programme_versions WHERE programme_id = $1 ORDER BY number DESC`, p.ID)
	if err != nil {
		return View{}, err
	}
	if len(v.Versions) > 0 {
		v.Versions[0].Current = true
	}
	if v.Counts, err = s.counts(ctx, actor, p); err != nil {
		return View{}, err
	}
	if v.Days, err = s.days(ctx, actor, p); err != nil {
		return View{}, err
	}
	v.Webinars, err = s.webinars(ctx, p)
	return v, err
}
