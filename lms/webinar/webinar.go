package webinar

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"mostik/live"
	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/lms/mail"
)

// Service keeps webinars.
type Service struct {
	DB  *bun.DB
	Key ed25519.PrivateKey // signs tickets
	Now func() time.Time
	// Rooms are those under way; nil where the live wing does not run.
	Rooms Rooms
	// PublicURL is the site's own address, for links in mails: "https://learn.example.org".
	PublicURL string
	// Organizer is the address that invitations come from.
	Organizer mail.Sender

	tries tries // of codes for check-in

	// Blobs hold scans of attendance sheets.
	Blobs *blob.Store
	// Award lets the learning core complete an activity, or take that back; nil leaves courses alone. The state is
	// "given", "taken", "review", or "" when it is not this webinar's doing.
	Award func(context.Context, Credit) (enrolment lms.ID[lms.Enrolment], state string, err error)
	// KeptFile tells where a file ("file") or a set of slides ("deck") of a webinar lies, fs.ErrNotExist for one that is
	// gone; nil has none.
	KeptFile func(webinar, part, key string) (path string, err error)

	// Changed lets a room that is open know that its webinar was changed; nil tells nobody.
	Changed func(webinar string)

	kept sync.Map // when each room's state was changed that is kept, by its path
}

const (
	// past and most bound the list: webinars that ended longer ago are found by their address.
	past = 30 * 24 * time.Hour
	most = 500
	// early is how long before its time one may enter, late how long after its end.
	early = 60 * time.Minute
	late  = 4 * time.Hour
	// ticketTime is how long a ticket opens the door; the seat inside is kept by its own secret.
	ticketTime = 10 * time.Minute
)

// Item is a point of the agenda.
type Item struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Minutes int    `json:"minutes,omitempty"`
}

// Site is a centre that comes as one connection.
type Site struct {
	ID   lms.ID[lms.Centre] `json:"id"`
	Name string             `json:"name"`
	City string             `json:"city"`
	Zone string             `json:"zone"`
}

// View is a webinar as somebody sees it.
type View struct {
	ID       string              `json:"id"`
	Title    string              `json:"title"`
	Language string              `json:"language"`
	Agenda   []Item              `json:"agenda"`
	StartsAt time.Time           `json:"starts_at"`
	EndsAt   time.Time           `json:"ends_at"`
	Cohort   *lms.ID[lms.Cohort] `json:"cohort_id,omitempty"`
	Activity string              `json:"activity_key,omitempty"`
	Sites    []Site              `json:"sites"`
	Hosts    []string            `json:"hosts"`
	// Role is what the reader would be in the room.
	Role live.Role `json:"role"`
	// MySites are the centres for which the reader may come as a site.
	MySites []Site `json:"my_sites"`
	// Open tells that one may enter now.
	Open bool `json:"open"`
	// Over tells that a host has ended it, whatever the clock says. Whoever leads it opens it anew by coming in.
	Over bool `json:"over,omitempty"`
	// GuestPath opens the room to guests; only those who lead it are told.
	GuestPath string `json:"guest_path,omitempty"`
	// MayManage tells that the reader may change it and read its attendance.
	MayManage bool `json:"may_manage"`
	// Cancelled tells that it does not take place, CancelReason why.
	Cancelled    bool   `json:"cancelled,omitempty"`
	CancelReason string `json:"cancel_reason,omitempty"`
}

// webinar is a row with what decides about it.
type webinar struct {
	View
	country  string
	cohort   lms.ID[lms.Cohort]
	course   lms.ID[lms.Course]
	centre   lms.ID[lms.Centre] // of the cohort
	waiting  bool
	code     string
	people   map[lms.ID[lms.Person]]live.Role
	invited  bool     // the reader, by cohort or centre
	led      []leader // hosts and speakers, in order
	sequence int      // of its invitation
	made     time.Time
}

const columns = `
	w.id, w.title, w.language, w.agenda, w.starts_at, w.ends_at, w.cohort_id, w.activity_key, coalesce(w.country, ''), w.waiting_room,
	w.guest_code, w.cancelled_at IS NOT NULL, w.cancel_reason, w.sequence, w.created_at, c.course_id, c.centre_id,
	coalesce((SELECT x.kind = 'end' FROM webinar_events x WHERE x.webinar_id = w.id AND x.kind IN ('begin', 'end') ORDER BY x.number DESC LIMIT 1), false),
	coalesce((SELECT json_agg(json_build_object('id', t.id, 'name', t.name, 'city', t.name, 'zone', t.time_zone) ORDER BY t.name)
	            FROM webinar_sites s JOIN centres t ON t.id = s.centre_id WHERE s.webinar_id = w.id), '[]'),
	coalesce((SELECT json_agg(json_build_object('id', x.person_id, 'role', x.role, 'name', trim(p.given_name || ' ' || p.family_name), 'centre', t.name,
	                   'zone', t.time_zone) ORDER BY x.role, p.family_name)
	            FROM webinar_people x JOIN persons p ON p.id = x.person_id LEFT JOIN centres t ON t.id = p.centre_id WHERE x.webinar_id = w.id), '[]'),
	EXISTS (SELECT FROM enrolments e WHERE e.cohort_id = w.cohort_id AND e.person_id = $1 AND e.state <> 'withdrawn')
	 OR EXISTS (SELECT FROM webinar_sites s JOIN persons p ON p.centre_id = s.centre_id WHERE s.webinar_id = w.id AND p.id = $1)`

type scanner interface{ Scan(dest ...any) error }

func scan(from scanner) (*webinar, error) {
	var w webinar
	var agenda, sites, people []byte
	err := from.Scan(&w.ID, &w.Title, &w.Language, &agenda, &w.StartsAt, &w.EndsAt, &w.cohort, &w.Activity, &w.country, &w.waiting,
		&w.code, &w.Cancelled, &w.CancelReason, &w.sequence, &w.made, &w.course, &w.centre, &w.Over, &sites, &people, &w.invited)
	if err != nil {
		return nil, db.Found(err, "webinar")
	}
	for _, each := range []struct {
		raw  []byte
		into any
	}{{agenda, &w.Agenda}, {sites, &w.Sites}, {people, &w.led}} {
		if err := json.Unmarshal(each.raw, each.into); err != nil {
			return nil, err
		}
	}
	w.people = map[lms.ID[lms.Person]]live.Role{}
	for _, p := range w.led {
		w.people[p.ID] = p.Role
		if p.Role == live.Host {
			w.Hosts = append(w.Hosts, p.Name)
		}
	}
	if !w.cohort.IsZero() {
		w.Cohort = &w.cohort
	}
	return &w, nil
}

// own are the grounds of the webinar itself: what it is for.
func (w *webinar) own() lms.Facts {
	return lms.Facts{Country: w.country, Course: w.course, Cohort: w.cohort, Centre: w.centre}
}

// facts are the grounds on which somebody may have to do with the webinar: what it is for, and each centre.
func (w *webinar) facts(actor lms.Actor) []lms.Facts {
	own := w.own()
	if w.invited || w.people[actor.Person] != "" {
		own.Owner = actor.Person // the invitation is theirs
	}
	list := []lms.Facts{own}
	for _, s := range w.Sites {
		list = append(list, lms.Facts{Country: w.country, Centre: s.ID})
	}
	return list
}

// can decides. Whoever answers for one of the centres that come has to do with the webinar, and neither manages nor
// leads it for all the others.
func (w *webinar) can(actor lms.Actor, action lms.Action) error {
	facts := w.facts(actor)
	if action == lms.ManageWebinar || action == lms.HostWebinar {
		err := actor.Can(action, facts[0])
		if lms.KindOf(err) == lms.NotFound && w.can(actor, lms.ReadWebinar) == nil {
			return lms.ErrForbidden("you may come to this webinar and not " + string(action))
		}
		return err
	}
	var refused error
	for _, f := range facts {
		err := actor.Can(action, f)
		if err == nil {
			return nil
		}
		if refused == nil || lms.KindOf(err) == lms.Forbidden {
			refused = err
		}
	}
	return refused
}

// role is what somebody is in the room: who leads or speaks, whoever may lead by their own role, else audience.
func (w *webinar) role(actor lms.Actor) live.Role {
	if r := w.people[actor.Person]; r != "" {
		return r
	}
	if w.can(actor, lms.HostWebinar) == nil {
		return live.Host
	}
	return live.Viewer
}

func (w *webinar) open(now time.Time) bool {
	return !w.Cancelled && now.After(w.StartsAt.Add(-early)) && now.Before(w.EndsAt.Add(late))
}

func (w *webinar) view(actor lms.Actor, now time.Time) View {
	v := w.View
	v.Role, v.Open = w.role(actor), w.open(now)
	v.MySites, v.Hosts = []Site{}, slices.Clone(w.Hosts)
	for _, s := range w.Sites {
		if actor.Can(lms.SitWebinar, lms.Facts{Country: w.country, Centre: s.ID}) == nil {
			v.MySites = append(v.MySites, s)
		}
	}
	v.MayManage = w.can(actor, lms.ManageWebinar) == nil
	if v.Role == live.Host {
		v.GuestPath = "/guest/" + w.code
	}
	v.StartsAt, v.EndsAt = v.StartsAt.UTC(), v.EndsAt.UTC()
	return v
}

// List gives the webinars that the actor has to do with, the next first, in one statement.
func (s *Service) List(ctx context.Context, actor lms.Actor) (list []View, err error) {
	defer lms.Wrap(&err, "webinar.List")
	return s.list(ctx, actor, most)
}

// list stops after n.
func (s *Service) list(ctx context.Context, actor lms.Actor, n int) (list []View, err error) {
	now := s.Now()
	rows, err := db.Rows(ctx, s.DB, `
		SELECT`+columns+`
		  FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id
		 WHERE w.cancelled_at IS NULL AND w.ends_at > $2
		 ORDER BY w.starts_at, w.id LIMIT $3`, actor.Person, now.Add(-past), most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list = []View{}
	for len(list) < n && rows.Next() {
		w, err := scan(rows)
		if err != nil {
			return nil, err
		}
		if w.can(actor, lms.ReadWebinar) == nil {
			list = append(list, w.view(actor, now))
		}
	}
	return list, db.Translate(rows.Err())
}

// Any tells whether List would give anything: whether the door to webinars stands open for the actor.
func (s *Service) Any(ctx context.Context, actor lms.Actor) (any bool, err error) {
	defer lms.Wrap(&err, "webinar.Any")
	list, err := s.list(ctx, actor, 1)
	return len(list) > 0, err
}

func (s *Service) load(ctx context.Context, actor lms.Actor, id string, action lms.Action) (*webinar, error) {
	w, err := scan(db.Row(ctx, s.DB, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id WHERE w.id = $2`, actor.Person, id))
	if err != nil {
		return nil, err
	}
	return w, w.can(actor, action)
}

// Webinar gives one. Errors: NotFound.
func (s *Service) Webinar(ctx context.Context, actor lms.Actor, id string) (v View, err error) {
	defer lms.Wrap(&err, "webinar.Webinar(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ReadWebinar)
	if err != nil {
		return View{}, err
	}
	return w.view(actor, s.Now()), nil
}

// Room gives the room what the calendar knows of a webinar, with the polls that were prepared. Errors: NotFound.
func (s *Service) Room(ctx context.Context, id string) (p room.Plan, err error) {
	defer lms.Wrap(&err, "webinar.Room(%s)", id)
	w, err := scan(db.Row(ctx, s.DB, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id WHERE w.id = $2`, lms.ID[lms.Person]{}, id))
	if err != nil {
		return room.Plan{}, err
	}
	p.Info = room.Info{Title: w.Title, Language: w.Language, WaitingRoom: w.waiting}
	for _, a := range w.Agenda {
		p.Info.Agenda = append(p.Info.Agenda, room.AgendaItem(a))
	}
	polls, err := s.polls(ctx, s.DB, id)
	for _, each := range polls {
		p.Polls = append(p.Polls, room.PlannedPoll(each))
	}
	return p, err
}
