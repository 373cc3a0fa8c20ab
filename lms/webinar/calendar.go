package webinar

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"mostik/live"
	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/mail"
	"mostik/lms/text"
)

// Bounds of what a webinar on the calendar holds, in characters, pieces and time.
const (
	maxTitle   = 200
	maxPoint   = 200
	maxPoints  = 50
	maxMinutes = 600
	maxCentres = 100
	maxLed     = 50
	maxGuests  = 100
	maxName    = 80
	maxReason  = 500
	longest    = 24 * time.Hour
)

// GuestInput is a guest who is asked by name; their address is what they are known by.
type GuestInput struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Language string `json:"language"` // of their mail, "" for the webinar's
}

// Input is a webinar to be made.
type Input struct {
	Title    string
	Language string
	Agenda   []Item
	StartsAt time.Time
	EndsAt   time.Time
	// Cohort is whom it is for, and Activity the place in their course; a cohort's webinar is of its country.
	Cohort   *lms.ID[lms.Cohort]
	Activity string
	Country  string
	Centres  []lms.ID[lms.Centre]
	// Hosts lead it; without one whoever makes it does.
	Hosts    []lms.ID[lms.Person]
	Speakers []lms.ID[lms.Person]
	Guests   []GuestInput
	// WaitingRoom keeps guests outside until a host lets them in.
	WaitingRoom bool
}

// Change is what to change of a webinar; nil leaves a part as it is.
type Change struct {
	Title, Language  *string
	Agenda           *[]Item
	StartsAt, EndsAt *time.Time
	// Cohort and Activity go together; the zero cohort takes the webinar out of its cohort.
	Cohort          *lms.ID[lms.Cohort]
	Activity        *string
	Country         *string
	Centres         *[]lms.ID[lms.Centre]
	Hosts, Speakers *[]lms.ID[lms.Person]
	Guests          *[]GuestInput
	WaitingRoom     *bool
}

// Person is somebody who leads or speaks, or could.
type Person struct {
	ID     lms.ID[lms.Person] `json:"id"`
	Name   string             `json:"name"`
	Role   live.Role          `json:"role,omitempty"`
	Centre string             `json:"centre,omitempty"`
}

// leader is somebody who leads or speaks, with the zone of their centre.
type leader struct {
	Person
	Zone string `json:"zone"`
}

// Guest is somebody without an account who was asked by name.
type Guest struct {
	GuestInput
	// Path is their own way in.
	Path string `json:"path"`
}

// Plan is a webinar for whoever manages it: what the form shows and sends back.
type Plan struct {
	ID          string               `json:"id"`
	Title       string               `json:"title"`
	Language    string               `json:"language"`
	Agenda      []Item               `json:"agenda"`
	StartsAt    time.Time            `json:"starts_at"`
	EndsAt      time.Time            `json:"ends_at"`
	Cohort      *lms.ID[lms.Cohort]  `json:"cohort_id,omitempty"`
	Activity    string               `json:"activity_key,omitempty"`
	Country     string               `json:"country,omitempty"`
	Centres     []lms.ID[lms.Centre] `json:"centre_ids"`
	Hosts       []Person             `json:"hosts"`
	Speakers    []Person             `json:"speakers"`
	Guests      []Guest              `json:"guests"`
	WaitingRoom bool                 `json:"waiting_room"`
	Cancelled   bool                 `json:"cancelled"`
	// GuestPath is the way in for any guest.
	GuestPath string `json:"guest_path"`
}

// Plan gives a webinar for its form. Errors: NotFound, Forbidden.
func (s *Service) Plan(ctx context.Context, actor lms.Actor, id string) (p Plan, err error) {
	defer lms.Wrap(&err, "webinar.Plan(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ManageWebinar)
	if err != nil {
		return Plan{}, err
	}
	return plan(ctx, s.DB, w)
}

func plan(ctx context.Context, q bun.IDB, w *webinar) (p Plan, err error) {
	p = Plan{
		ID: w.ID, Title: w.Title, Language: w.Language, Agenda: w.Agenda, StartsAt: w.StartsAt.UTC(), EndsAt: w.EndsAt.UTC(),
		Cohort: w.Cohort, Activity: w.Activity, Country: w.country, WaitingRoom: w.waiting, Cancelled: w.Cancelled, GuestPath: "/guest/" + w.code,
	}
	for _, s := range w.Sites {
		p.Centres = append(p.Centres, s.ID)
	}
	for _, l := range w.led {
		if l.Role == live.Host {
			p.Hosts = append(p.Hosts, l.Person)
		} else {
			p.Speakers = append(p.Speakers, l.Person)
		}
	}
	rows, err := db.Rows(ctx, q, `SELECT name, email, language, '/guest/' || code FROM webinar_guests WHERE webinar_id = $1 ORDER BY name, email`, w.ID)
	if err != nil {
		return Plan{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var g Guest
		if err := rows.Scan(&g.Name, &g.Email, &g.Language, &g.Path); err != nil {
			return Plan{}, db.Translate(err)
		}
		p.Guests = append(p.Guests, g)
	}
	return p, db.Translate(rows.Err())
}

// input is the plan as it would be sent back unchanged.
func (p *Plan) input() Input {
	in := Input{
		Title: p.Title, Language: p.Language, Agenda: p.Agenda, StartsAt: p.StartsAt, EndsAt: p.EndsAt, Cohort: p.Cohort,
		Activity: p.Activity, Country: p.Country, Centres: p.Centres, WaitingRoom: p.WaitingRoom,
	}
	for _, h := range p.Hosts {
		in.Hosts = append(in.Hosts, h.ID)
	}
	for _, each := range p.Speakers {
		in.Speakers = append(in.Speakers, each.ID)
	}
	for _, g := range p.Guests {
		in.Guests = append(in.Guests, g.GuestInput)
	}
	return in
}

func put[T any](into *T, from *T) {
	if from != nil {
		*into = *from
	}
}

func (c *Change) apply(in *Input) {
	put(&in.Title, c.Title)
	put(&in.Language, c.Language)
	put(&in.Agenda, c.Agenda)
	put(&in.StartsAt, c.StartsAt)
	put(&in.EndsAt, c.EndsAt)
	put(&in.Activity, c.Activity)
	put(&in.Country, c.Country)
	put(&in.Centres, c.Centres)
	put(&in.Hosts, c.Hosts)
	put(&in.Speakers, c.Speakers)
	put(&in.Guests, c.Guests)
	put(&in.WaitingRoom, c.WaitingRoom)
	if c.Cohort != nil {
		if in.Cohort = c.Cohort; c.Cohort.IsZero() {
			in.Cohort = nil
		}
	}
}

// Create puts a webinar on the calendar. Errors: NotFound (the cohort, or no right to it), Invalid with every fault.
func (s *Service) Create(ctx context.Context, actor lms.Actor, in Input) (v View, err error) {
	defer lms.Wrap(&err, "webinar.Create")
	if len(in.Hosts) == 0 {
		in.Hosts = []lms.ID[lms.Person]{actor.Person}
	}
	f := in.check()
	f.times(&in, s.Now())
	if err := f.err(); err != nil {
		return View{}, err
	}
	id := strings.ToLower(rand.Text()[:12])
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if err := in.allow(ctx, tx, actor); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO webinars (id, title, language, starts_at, ends_at, guest_code, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			id, in.Title, in.Language, in.StartsAt, in.EndsAt, strings.ToLower(rand.Text()[:20]), s.Now())
		if err != nil {
			return err
		}
		if err := s.store(ctx, tx, actor, id, in); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "webinar.make", id, nil)
	})
	if err != nil {
		return View{}, err
	}
	return s.Webinar(ctx, actor, id)
}

// Change changes a webinar. What an invitation says has then a new sequence; whoever manages it sends it out. Guests
// who are taken off the list get their cancellation at once. Errors: NotFound, Forbidden, Invalid, Conflict with code
// webinar-cancelled.
func (s *Service) Change(ctx context.Context, actor lms.Actor, id string, c Change) (p Plan, err error) {
	defer lms.Wrap(&err, "webinar.Change(%s)", id)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		w, err := lock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		was, err := plan(ctx, tx, w)
		if err != nil {
			return err
		}
		in := was.input()
		c.apply(&in)
		f := in.check()
		if !in.StartsAt.Equal(was.StartsAt) || !in.EndsAt.Equal(was.EndsAt) {
			f.times(&in, s.Now())
		}
		if err := f.err(); err != nil {
			return err
		}
		if err := in.allow(ctx, tx, actor); err != nil {
			return err
		}
		if err := s.dropGuests(ctx, tx, w, in.Guests); err != nil {
			return err
		}
		if err := s.store(ctx, tx, actor, id, in); err != nil {
			return err
		}
		if saysOther(was, in) {
			if _, err := db.Exec(ctx, tx, `UPDATE webinars SET sequence = sequence + 1 WHERE id = $1`, id); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, "webinar.change", id, nil)
	})
	if err != nil {
		return Plan{}, err
	}
	s.changed(id)
	return s.Plan(ctx, actor, id)
}

// lock reads a webinar for a change of it, and makes others who change it wait.
func lock(ctx context.Context, tx bun.IDB, actor lms.Actor, id string) (*webinar, error) {
	if _, err := db.Exec(ctx, tx, `SELECT FROM webinars WHERE id = $1 FOR UPDATE`, id); err != nil {
		return nil, err
	}
	w, err := scan(db.Row(ctx, tx, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id WHERE w.id = $2`, actor.Person, id))
	if err != nil {
		return nil, err
	}
	if err := w.can(actor, lms.ManageWebinar); err != nil {
		return nil, err
	}
	if w.Cancelled {
		return nil, lms.ErrConflict("webinar-cancelled", "the webinar was cancelled")
	}
	return w, nil
}

// saysOther tells that an invitation to it would read differently.
func saysOther(was Plan, in Input) bool {
	hosts := was.input().Hosts
	return was.Title != in.Title || was.Language != in.Language || !was.StartsAt.Equal(in.StartsAt) || !was.EndsAt.Equal(in.EndsAt) ||
		!slices.EqualFunc(was.Agenda, in.Agenda, func(a, b Item) bool { return a.Title == b.Title && a.Minutes == b.Minutes }) ||
		len(hosts) != len(in.Hosts) || slices.ContainsFunc(in.Hosts, func(h lms.ID[lms.Person]) bool { return !slices.Contains(hosts, h) })
}

// faults gathers what is wrong with an input, each with its field.
type faults []lms.FieldProblem

func (f *faults) add(field, code string) { *f = append(*f, lms.FieldProblem{Field: field, Code: code}) }

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &lms.Error{Kind: lms.Invalid, Code: f[0].Code, Field: f[0].Field, Detail: "a field breaks its rule", Problems: f}
}

// line cleans a text of one line.
func (f *faults) line(field, s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case s == "":
		f.add(field, "required")
	case strings.ContainsFunc(s, unicode.IsControl):
		f.add(field, "value-refused") // neither PostgreSQL nor a calendar file (RFC 5545, 3.3.11) holds it
	case len([]rune(s)) > most:
		f.add(field, "too-long")
	}
	return s
}

// times holds the rules of beginning and end, for times that are new.
func (f *faults) times(in *Input, now time.Time) {
	switch {
	case !in.EndsAt.After(in.StartsAt):
		f.add("ends_at", "before-start")
	case in.EndsAt.Sub(in.StartsAt) > longest:
		f.add("ends_at", "webinar-too-long")
	case !in.EndsAt.After(now):
		f.add("ends_at", "webinar-over")
	}
}

// check cleans the input and gives what is wrong with it, but for the times.
func (in *Input) check() (f faults) {
	in.Title = f.line("title", in.Title, maxTitle)
	if !slices.Contains(text.Languages, in.Language) {
		f.add("language", "not-one-of")
	}
	if in.Agenda == nil {
		in.Agenda = []Item{}
	}
	if len(in.Agenda) > maxPoints {
		f.add("agenda", "too-many")
		return f
	}
	for i := range in.Agenda {
		at := fmt.Sprintf("agenda/%d", i)
		in.Agenda[i].Key = fmt.Sprintf("a%d", i+1)
		in.Agenda[i].Title = f.line(at+"/title", in.Agenda[i].Title, maxPoint)
		if m := in.Agenda[i].Minutes; m < 0 || m > maxMinutes {
			f.add(at+"/minutes", "out-of-range")
		}
	}
	if in.Activity != "" && in.Cohort == nil {
		f.add("cohort_id", "required")
	}
	if len(in.Centres) > maxCentres {
		f.add("centre_ids", "too-many")
	}
	if len(in.Hosts) == 0 {
		f.add("host_ids", "required")
	}
	if len(in.Hosts)+len(in.Speakers) > maxLed {
		f.add("speaker_ids", "too-many")
	}
	in.checkGuests(&f)
	return f
}

func (in *Input) checkGuests(f *faults) {
	if len(in.Guests) > maxGuests {
		f.add("guests", "too-many")
		return
	}
	seen := map[string]bool{}
	for i := range in.Guests {
		g := &in.Guests[i]
		at := fmt.Sprintf("guests/%d", i)
		g.Name, g.Email = f.line(at+"/name", g.Name, maxName), strings.TrimSpace(g.Email)
		if mail.CheckAddress(at+"/email", g.Email) != nil {
			f.add(at+"/email", "mail-address")
		} else if seen[strings.ToLower(g.Email)] {
			f.add(at+"/email", "twice")
		}
		seen[strings.ToLower(g.Email)] = true
		if g.Language == "" {
			g.Language = in.Language
		}
		if !slices.Contains(text.Languages, g.Language) {
			f.add(at+"/language", "not-one-of")
		}
	}
}

// allow asks whether the actor may have a webinar for this cohort or country. A cohort brings its own country: nobody
// gets at a cohort by naming theirs. Errors: NotFound, Forbidden.
func (in *Input) allow(ctx context.Context, tx bun.IDB, actor lms.Actor) error {
	f := lms.Facts{Country: in.Country}
	if in.Cohort != nil {
		f.Cohort = *in.Cohort
		err := db.Row(ctx, tx, `SELECT course_id, coalesce(country, ''), centre_id FROM cohorts WHERE id = $1`, in.Cohort).Scan(&f.Course, &f.Country, &f.Centre)
		if err != nil {
			return db.Found(err, "cohort")
		}
		in.Country = f.Country
	}
	return actor.Can(lms.ManageWebinar, f)
}

// store writes the webinar's row and all that belongs to it.
func (s *Service) store(ctx context.Context, tx bun.IDB, actor lms.Actor, id string, in Input) error {
	agenda, err := json.Marshal(in.Agenda)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE webinars SET title = $2, language = $3, agenda = $4, country = nullif($5, ''), cohort_id = $6, activity_key = $7,
		       starts_at = $8, ends_at = $9, waiting_room = $10 WHERE id = $1`,
		id, in.Title, in.Language, string(agenda), in.Country, in.Cohort, in.Activity, in.StartsAt, in.EndsAt, in.WaitingRoom)
	if err != nil {
		return err
	}
	if err := storeCentres(ctx, tx, id, in.Centres); err != nil {
		return err
	}
	if err := storeLed(ctx, tx, actor, id, in); err != nil {
		return err
	}
	for _, g := range in.Guests {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO webinar_guests (id, webinar_id, name, email, language, code) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (webinar_id, lower(email)) DO UPDATE SET name = EXCLUDED.name, language = EXCLUDED.language`,
			lms.NewID[Guest](), id, g.Name, g.Email, g.Language, strings.ToLower(rand.Text()[:20]))
		if err != nil {
			return err
		}
	}
	return nil
}

func storeCentres(ctx context.Context, tx bun.IDB, id string, centres []lms.ID[lms.Centre]) error {
	texts := make([]string, len(centres))
	for i, c := range centres {
		texts[i] = c.String()
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM webinar_sites WHERE webinar_id = $1 AND centre_id::text <> ALL($2::text[])`, id, texts); err != nil {
		return err
	}
	for i, c := range centres {
		n, err := db.Exec(ctx, tx, `
			INSERT INTO webinar_sites (webinar_id, centre_id) SELECT $1, id FROM centres WHERE id = $2
			ON CONFLICT (webinar_id, centre_id) DO UPDATE SET centre_id = EXCLUDED.centre_id`, id, c)
		if err != nil {
			return err
		}
		if n == 0 {
			return lms.ErrInvalid(fmt.Sprintf("centre_ids/%d", i), "reference-unknown", "there is no such centre")
		}
	}
	return nil
}

// storeLed writes who leads and who speaks. Somebody new on the list is one whom the actor could have found.
func storeLed(ctx context.Context, tx bun.IDB, actor lms.Actor, id string, in Input) error {
	var texts []string
	for _, p := range append(slices.Clone(in.Hosts), in.Speakers...) {
		texts = append(texts, p.String())
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM webinar_people WHERE webinar_id = $1 AND person_id::text <> ALL($2::text[])`, id, texts); err != nil {
		return err
	}
	for _, each := range []struct {
		role   live.Role
		field  string
		people []lms.ID[lms.Person]
	}{{live.Host, "host_ids", in.Hosts}, {live.Speaker, "speaker_ids", in.Speakers}} {
		for i, p := range each.people {
			if each.role == live.Speaker && slices.Contains(in.Hosts, p) {
				continue // whoever leads may speak
			}
			n, err := db.Exec(ctx, tx, `
				INSERT INTO webinar_people (webinar_id, person_id, role)
				SELECT $1, p.id, $3 FROM persons p
				 WHERE p.id = $2 AND (p.id = $4 OR EXISTS (SELECT FROM webinar_people x WHERE x.webinar_id = $1 AND x.person_id = p.id) OR `+eligible("$5")+`)
				ON CONFLICT (webinar_id, person_id) DO UPDATE SET role = EXCLUDED.role`, id, p, string(each.role), actor.Person, in.Cohort)
			if err != nil {
				return err
			}
			if n == 0 {
				return lms.ErrInvalid(fmt.Sprintf("%s/%d", each.field, i), "reference-unknown", "there is no such person to lead or speak")
			}
		}
	}
	return nil
}

func (s *Service) record(ctx context.Context, tx bun.IDB, actor lms.Actor, action, id string, detail map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{At: s.Now(), Actor: actor.Person, Action: action, SubjectKind: "webinar", SubjectID: id, Detail: detail})
}

// eligible is the SQL of who may be asked to lead or to speak: those who hold a role other than a trainee's, and the
// members of the webinar's cohort.
func eligible(cohort string) string {
	return `p.state = 'active' AND (
		EXISTS (SELECT FROM memberships m WHERE m.person_id = p.id AND m.role <> 'trainee')
		OR EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.cohort_id = ` + cohort + `::uuid AND e.state <> 'withdrawn'))`
}

// found bounds a search for people.
const found = 12

// People finds who may lead or speak, by a part of the name: those who hold a role, and members of the cohort where
// the actor may have a webinar for it. Errors: Forbidden, NotFound (the cohort).
func (s *Service) People(ctx context.Context, actor lms.Actor, q string, cohort lms.ID[lms.Cohort]) (list []Person, err error) {
	defer lms.Wrap(&err, "webinar.People")
	if err := actor.May(lms.ManageWebinar); err != nil {
		return nil, err
	}
	var of any
	if !cohort.IsZero() {
		in := Input{Cohort: &cohort}
		if err := in.allow(ctx, s.DB, actor); err != nil {
			return nil, err
		}
		of = cohort
	}
	list = []Person{}
	if q = strings.ToLower(strings.Join(strings.Fields(q), " ")); q == "" {
		return list, nil
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT p.id, trim(p.given_name || ' ' || p.family_name), coalesce(c.name, '')
		  FROM persons p LEFT JOIN centres c ON c.id = p.centre_id
		 WHERE (strpos(p.sort_name, $1) > 0 OR strpos(lower(p.given_name || ' ' || p.family_name), $1) > 0) AND `+eligible("$2")+`
		 ORDER BY p.sort_name, p.id LIMIT $3`, q, of, found)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Person
		if err := rows.Scan(&p.ID, &p.Name, &p.Centre); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, p)
	}
	return list, db.Translate(rows.Err())
}

// Choices are what the form of a webinar offers.
type Choices struct {
	// Centres are all that there are: a webinar links them across borders.
	Centres []CentreChoice `json:"centres"`
	// Countries are those for which the actor may have a webinar without a cohort, Anywhere also for none.
	Countries []string `json:"countries"`
	Anywhere  bool     `json:"anywhere"`
}

// CentreChoice is a centre that may be invited.
type CentreChoice struct {
	ID      lms.ID[lms.Centre] `json:"id"`
	Name    string             `json:"name"`
	Country string             `json:"country"`
	Zone    string             `json:"zone"`
}

// Choices gives what the form offers the actor. Errors: Forbidden.
func (s *Service) Choices(ctx context.Context, actor lms.Actor) (c Choices, err error) {
	defer lms.Wrap(&err, "webinar.Choices")
	if err := actor.May(lms.ManageWebinar); err != nil {
		return Choices{}, err
	}
	var countries, centres []byte
	err = db.Row(ctx, s.DB, `
		SELECT (SELECT coalesce(json_agg(code ORDER BY code), '[]') FROM countries),
		       (SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'country', country, 'zone', time_zone) ORDER BY name), '[]') FROM centres)`).
		Scan(&countries, &centres)
	if err != nil {
		return Choices{}, db.Translate(err)
	}
	var all []string
	if err := json.Unmarshal(countries, &all); err != nil {
		return Choices{}, err
	}
	if err := json.Unmarshal(centres, &c.Centres); err != nil {
		return Choices{}, err
	}
	for _, code := range all {
		if actor.Can(lms.ManageWebinar, lms.Facts{Country: code}) == nil {
			c.Countries = append(c.Countries, code)
		}
	}
	c.Anywhere = actor.Can(lms.ManageWebinar, lms.Facts{}) == nil
	return c, nil
}
