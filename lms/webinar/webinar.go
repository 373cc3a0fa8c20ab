package webinar

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/live"
	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Service keeps webinars.
type Service struct {
	DB  *bun.DB
	Key ed25519.PrivateKey // signs tickets
	Now func() time.Time
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
	// GuestPath opens the room to guests; only those who lead it are told.
	GuestPath string `json:"guest_path,omitempty"`
	// MayManage tells that the reader may change it and read its attendance.
	MayManage bool `json:"may_manage"`
}

// webinar is a row with what decides about it.
type webinar struct {
	View
	country  string
	cohort   lms.ID[lms.Cohort]
	course   lms.ID[lms.Course]
	waiting  bool
	code     string
	people   map[lms.ID[lms.Person]]live.Role
	invited  bool // the reader, by cohort or centre
	canceled bool
}

const columns = `
	w.id, w.title, w.language, w.agenda, w.starts_at, w.ends_at, w.cohort_id, w.activity_key, coalesce(w.country, ''), w.waiting_room,
	w.guest_code, w.cancelled_at IS NOT NULL, c.course_id,
	coalesce((SELECT json_agg(json_build_object('id', t.id, 'name', t.name, 'city', t.name, 'zone', t.time_zone) ORDER BY t.name)
	            FROM webinar_sites s JOIN centres t ON t.id = s.centre_id WHERE s.webinar_id = w.id), '[]'),
	coalesce((SELECT json_agg(json_build_object('id', x.person_id, 'role', x.role, 'name', trim(p.given_name || ' ' || p.family_name)) ORDER BY x.role, p.family_name)
	            FROM webinar_people x JOIN persons p ON p.id = x.person_id WHERE x.webinar_id = w.id), '[]'),
	EXISTS (SELECT FROM enrolments e WHERE e.cohort_id = w.cohort_id AND e.person_id = $1 AND e.state <> 'withdrawn')
	 OR EXISTS (SELECT FROM webinar_sites s JOIN persons p ON p.centre_id = s.centre_id WHERE s.webinar_id = w.id AND p.id = $1)`

type scanner interface{ Scan(dest ...any) error }

func scan(from scanner) (*webinar, error) {
	var w webinar
	var agenda, sites, people []byte
	err := from.Scan(&w.ID, &w.Title, &w.Language, &agenda, &w.StartsAt, &w.EndsAt, &w.cohort, &w.Activity, &w.country, &w.waiting,
		&w.code, &w.canceled, &w.course, &sites, &people, &w.invited)
	if err != nil {
		return nil, db.Found(err, "webinar")
	}
	var led []struct {
		ID   lms.ID[lms.Person] `json:"id"`
		Role live.Role          `json:"role"`
		Name string             `json:"name"`
	}
	for _, each := range []struct {
		raw  []byte
		into any
	}{{agenda, &w.Agenda}, {sites, &w.Sites}, {people, &led}} {
		if err := json.Unmarshal(each.raw, each.into); err != nil {
			return nil, err
		}
	}
	w.people = map[lms.ID[lms.Person]]live.Role{}
	for _, p := range led {
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

// facts are the grounds on which somebody may have to do with the webinar: what it is for, and each centre.
func (w *webinar) facts(actor lms.Actor) []lms.Facts {
	own := lms.Facts{Country: w.country, Course: w.course, Cohort: w.cohort}
	if w.invited || w.people[actor.Person] != "" {
		own.Owner = actor.Person // the invitation is theirs
	}
	list := []lms.Facts{own}
	for _, s := range w.Sites {
		list = append(list, lms.Facts{Country: w.country, Centre: s.ID})
	}
	return list
}

func (w *webinar) can(actor lms.Actor, action lms.Action) error {
	var refused error
	for _, f := range w.facts(actor) {
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
	return !w.canceled && now.After(w.StartsAt.Add(-early)) && now.Before(w.EndsAt.Add(late))
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
	for rows.Next() {
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

// Input is a webinar to be made.
type Input struct {
	Title    string
	Language string
	Agenda   []Item
	StartsAt time.Time
	EndsAt   time.Time
	Cohort   *lms.ID[lms.Cohort]
	Activity string
	Country  string
	Centres  []lms.ID[lms.Centre]
	Speakers []lms.ID[lms.Person]
	// WaitingRoom keeps guests outside until a host lets them in.
	WaitingRoom bool
}

// Create puts a webinar on the calendar; the actor is its host. Errors: NotFound (the cohort, or no right to it),
// Invalid.
func (s *Service) Create(ctx context.Context, actor lms.Actor, in Input) (v View, err error) {
	defer lms.Wrap(&err, "webinar.Create")
	if err := in.check(); err != nil {
		return View{}, err
	}
	id := strings.ToLower(rand.Text()[:12])
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		facts, err := in.facts(ctx, tx)
		if err != nil {
			return err
		}
		if err := actor.Can(lms.ManageWebinar, facts); err != nil {
			return err
		}
		return s.insert(ctx, tx, actor, id, in)
	})
	if err != nil {
		return View{}, err
	}
	return s.Webinar(ctx, actor, id)
}

func (in *Input) check() error {
	switch {
	case strings.TrimSpace(in.Title) == "":
		return lms.ErrInvalid("title", "required", "a webinar has a title")
	case !in.EndsAt.After(in.StartsAt):
		return lms.ErrInvalid("ends_at", "before-start", "it ends after it begins")
	case in.EndsAt.Sub(in.StartsAt) > 24*time.Hour:
		return lms.ErrInvalid("ends_at", "too-long", "a webinar lasts a day at most")
	}
	for i := range in.Agenda {
		in.Agenda[i].Key = fmt.Sprintf("a%d", i+1)
	}
	return nil
}

func (in *Input) facts(ctx context.Context, tx bun.IDB) (f lms.Facts, err error) {
	f.Country = in.Country
	if in.Cohort == nil {
		return f, nil
	}
	f.Cohort = *in.Cohort
	var country string
	err = db.Row(ctx, tx, `SELECT course_id, coalesce(country, ''), centre_id FROM cohorts WHERE id = $1`, in.Cohort).Scan(&f.Course, &country, &f.Centre)
	if f.Country == "" {
		f.Country = country
	}
	return f, db.Found(err, "cohort")
}

func (s *Service) insert(ctx context.Context, tx bun.IDB, actor lms.Actor, id string, in Input) error {
	agenda, err := json.Marshal(in.Agenda)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO webinars (id, title, language, agenda, country, cohort_id, activity_key, starts_at, ends_at, waiting_room, guest_code, created_at)
		VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, $10, $11, $12)`,
		id, strings.TrimSpace(in.Title), in.Language, string(agenda), in.Country, in.Cohort, in.Activity, in.StartsAt, in.EndsAt, in.WaitingRoom,
		strings.ToLower(rand.Text()[:20]), s.Now())
	if err != nil {
		return err
	}
	for _, c := range in.Centres {
		if _, err := db.Exec(ctx, tx, `INSERT INTO webinar_sites (webinar_id, centre_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, id, c); err != nil {
			return err
		}
	}
	for _, p := range append([]lms.ID[lms.Person]{actor.Person}, in.Speakers...) {
		role := live.Speaker
		if p == actor.Person {
			role = live.Host
		}
		if _, err := db.Exec(ctx, tx, `
			INSERT INTO webinar_people (webinar_id, person_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, id, p, role); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, audit.Event{At: s.Now(), Actor: actor.Person, Action: "webinar.make", SubjectKind: "webinar", SubjectID: id})
}

// Admission is a ticket and where it opens.
type Admission struct {
	Ticket    string    `json:"ticket"`
	Webinar   string    `json:"webinar"`
	Title     string    `json:"title"`
	Role      live.Role `json:"role"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Admit writes the actor's ticket: as a person, or as the site of a centre. Errors: NotFound, Forbidden, Conflict
// with code webinar-closed outside of its hours.
func (s *Service) Admit(ctx context.Context, actor lms.Actor, id string, site *lms.ID[lms.Centre]) (a Admission, err error) {
	defer lms.Wrap(&err, "webinar.Admit(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ReadWebinar)
	if err != nil {
		return Admission{}, err
	}
	t := live.Ticket{Person: actor.Person.String(), Role: w.role(actor)}
	err = db.Row(ctx, s.DB, `
		SELECT trim(p.given_name || ' ' || p.family_name), coalesce(c.name, ''), coalesce(c.time_zone, '')
		  FROM persons p LEFT JOIN centres c ON c.id = p.centre_id WHERE p.id = $1`, actor.Person).Scan(&t.Name, &t.City, &t.Zone)
	if err != nil {
		return Admission{}, db.Found(err, "person")
	}
	if site != nil {
		i := slices.IndexFunc(w.Sites, func(s Site) bool { return s.ID == *site })
		if i < 0 {
			return Admission{}, lms.ErrNotFound("centre")
		}
		if err := actor.Can(lms.SitWebinar, lms.Facts{Country: w.country, Centre: *site}); err != nil {
			return Admission{}, err
		}
		c := w.Sites[i]
		t.Person, t.Role, t.Site, t.Name, t.City, t.Zone = "", live.Viewer, c.ID.String(), c.Name, c.City, c.Zone
	}
	return s.admit(w, t)
}

func (s *Service) admit(w *webinar, t live.Ticket) (Admission, error) {
	now := s.Now()
	if !w.open(now) {
		return Admission{}, lms.ErrConflict("webinar-closed", "the room opens an hour before the webinar")
	}
	t.Webinar, t.Expires = w.ID, now.Add(ticketTime)
	token, err := t.Sign(s.Key)
	return Admission{Ticket: token, Webinar: w.ID, Title: w.Title, Role: t.Role, ExpiresAt: t.Expires.UTC()}, err
}

// Invitation is what a guest sees before they enter.
type Invitation struct {
	Webinar  string    `json:"webinar"`
	Title    string    `json:"title"`
	Language string    `json:"language"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	Open     bool      `json:"open"`
}

// Invitation finds a webinar by the code of a guest's link. Errors: NotFound.
func (s *Service) Invitation(ctx context.Context, code string) (v Invitation, err error) {
	defer lms.Wrap(&err, "webinar.Invitation")
	w, err := s.byCode(ctx, code)
	if err != nil {
		return Invitation{}, err
	}
	return Invitation{w.ID, w.Title, w.Language, w.StartsAt.UTC(), w.EndsAt.UTC(), w.open(s.Now())}, nil
}

func (s *Service) byCode(ctx context.Context, code string) (*webinar, error) {
	return scan(db.Row(ctx, s.DB, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id
		 WHERE w.guest_code = $2 AND w.cancelled_at IS NULL`, lms.ID[lms.Person]{}, code))
}

// AdmitGuest writes the ticket of somebody without an account. Errors: NotFound, Invalid, Conflict.
func (s *Service) AdmitGuest(ctx context.Context, code, name string) (a Admission, err error) {
	defer lms.Wrap(&err, "webinar.AdmitGuest")
	if name = strings.TrimSpace(name); name == "" {
		return Admission{}, lms.ErrInvalid("name", "required", "say who you are")
	}
	w, err := s.byCode(ctx, code)
	if err != nil {
		return Admission{}, err
	}
	return s.admit(w, live.Ticket{Role: live.Viewer, Name: name})
}
