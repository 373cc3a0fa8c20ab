package webinar

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

// Attendance is who was at a webinar.
type Attendance struct {
	Title    string    `json:"title"`
	Language string    `json:"language"`
	StartsAt time.Time `json:"starts_at"`
	Rules    Rules     `json:"rules"`
	Summary  Summary   `json:"summary"`
	Floor    Floor     `json:"floor"`
	// Over tells that the webinar has ended: until then figures move.
	Over        bool         `json:"over"`
	Centres     []CentreRow  `json:"centres"`
	People      []Presence   `json:"people"`
	Corrections []Correction `json:"corrections"`
	Papers      []Paper      `json:"papers"`
	Objections  []Objection  `json:"objections"`
	// Whole tells that all are shown, and that one may read what was said.
	Whole bool `json:"whole"`
	// MaySet tells that the reader may change the rules.
	MaySet bool `json:"may_set"`
}

// Summary is a webinar in figures.
type Summary struct {
	People int `json:"people"`
	Sites  int `json:"sites"`
	// Heads are people by the sites' own count, and those who came alone.
	Heads         int `json:"heads"`
	Countries     int `json:"countries"`
	MedianMinutes int `json:"median_minutes"`
	MedianPercent int `json:"median_percent"`
	// Reached is how many have the share of the floor, Unmatched how many have no account.
	Reached   int `json:"reached"`
	Unmatched int `json:"unmatched"`
}

// CentreRow is a centre of which somebody was there, or that was invited.
type CentreRow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country"`
	// Heads is the most that its site said, 0 for a centre that did not come as a site.
	Heads int `json:"heads"`
}

// Objection is what somebody says against their own minutes.
type Objection struct {
	Person string    `json:"person_id"`
	Name   string    `json:"name"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

// book is a webinar's attendance with all that is known of those in it.
type book struct {
	*register
	people      []Presence
	rules       Rules
	corrections []Correction
	centres     map[string]CentreRow
	over        bool
}

// read counts a webinar and names people and centres as their accounts do.
func (s *Service) book(ctx context.Context, id string) (*book, error) {
	b := &book{centres: map[string]CentreRow{}}
	var err error
	if b.rules, err = s.rules(ctx, s.DB, id); err != nil {
		return nil, err
	}
	events, err := s.events(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.corrections, err = s.corrections(ctx, id); err != nil {
		return nil, err
	}
	b.register = tally(events, b.corrections, b.rules.counting(), s.Now())
	b.people = b.presences()
	for _, e := range events {
		if e.Kind == kindBegin || e.Kind == kindEnd {
			b.over = e.Kind == kindEnd
		}
	}
	return b, s.name(ctx, id, b)
}

// name puts the accounts' names, homes and countries in, and what the presence completed.
func (s *Service) name(ctx context.Context, id string, b *book) error {
	persons, centres := map[string]*Presence{}, []string{}
	var accounts []string
	for i := range b.people {
		p := &b.people[i]
		if p.Person != "" {
			persons[p.Person] = p
			accounts = append(accounts, p.Person)
		}
		centres = append(centres, p.Centres...)
	}
	for _, l := range b.all {
		centres = append(centres, l.centre)
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT p.id::text, trim(p.given_name || ' ' || p.family_name), coalesce(p.country, c.country, ''), coalesce(p.centre_id::text, ''), coalesce(k.state, '')
		  FROM persons p
		  LEFT JOIN centres c ON c.id = p.centre_id
		  LEFT JOIN (webinar_credits k JOIN enrolments e ON e.id = k.enrolment_id) ON e.person_id = p.id AND k.webinar_id = $2
		 WHERE p.id = ANY($1::text[]::uuid[])`, accounts, id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, name, country, home, credit string
		if err := rows.Scan(&id, &name, &country, &home, &credit); err != nil {
			return db.Translate(err)
		}
		p := persons[id]
		p.Name, p.Country, p.Home, p.Credit = cmp.Or(name, p.Name), country, home, credit
		centres = append(centres, home)
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	rows.Close()
	return s.place(ctx, id, b, centres)
}

// place loads the centres and says under which each person is shown.
func (s *Service) place(ctx context.Context, id string, b *book, centres []string) error {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT c.id::text, c.name, c.country FROM centres c
		 WHERE c.id::text = ANY($1::text[]) OR c.id IN (SELECT centre_id FROM webinar_sites WHERE webinar_id = $2)`, centres, id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c CentreRow
		if err := rows.Scan(&c.ID, &c.Name, &c.Country); err != nil {
			return db.Translate(err)
		}
		b.centres[c.ID] = c
	}
	for _, l := range b.all {
		if c, ok := b.centres[l.centre]; ok {
			c.Heads = max(c.Heads, l.heads)
			b.centres[l.centre] = c
		}
	}
	for i := range b.people {
		p := &b.people[i]
		if len(p.Centres) > 0 {
			p.Home = p.Centres[0]
		}
		p.Country = cmp.Or(b.centres[p.Home].Country, p.Country)
	}
	slices.SortFunc(b.people, func(x, y Presence) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Key, y.Key)) })
	return db.Translate(rows.Err())
}

// Attendance gives everybody's minutes, or those of the centres of which the actor is the facilitator. Errors: NotFound,
// Forbidden.
func (s *Service) Attendance(ctx context.Context, actor lms.Actor, id string) (a Attendance, err error) {
	defer lms.Wrap(&err, "webinar.Attendance(%s)", id)
	r, err := s.reported(ctx, actor, id, lms.CorrectAttendance)
	if err != nil {
		return Attendance{}, err
	}
	return s.attendance(ctx, r, id)
}

func (s *Service) attendance(ctx context.Context, r *reader, id string) (a Attendance, err error) {
	b, err := s.book(ctx, id)
	if err != nil {
		return Attendance{}, err
	}
	a = Attendance{
		Title: r.w.Title, Language: r.w.Language, StartsAt: r.w.StartsAt.UTC(), Rules: b.rules, Floor: b.floor, Whole: r.whole,
		Over: b.over || s.Now().After(r.w.EndsAt.Add(late)), MaySet: r.w.can(r.actor, lms.ManageWebinar) == nil,
	}
	shown := map[string]bool{}
	for _, p := range b.people {
		if r.sees(&p) {
			a.People = append(a.People, p)
			shown[p.Key] = true
		}
	}
	for _, c := range b.corrections {
		if r.whole || shown[b.canonical(c.Who)] {
			a.Corrections = append(a.Corrections, c)
		}
	}
	for id, c := range b.centres {
		if r.whole || r.centres[id] {
			a.Centres = append(a.Centres, c)
		}
	}
	slices.SortFunc(a.Centres, func(x, y CentreRow) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	a.Summary = b.sum(a.People, r)
	if a.Papers, err = s.papers(ctx, r, id); err != nil || !r.whole {
		return a, err
	}
	a.Objections, err = s.objections(ctx, id)
	return a, err
}

// sum works the figures out over the people who are shown.
func (b *book) sum(people []Presence, r *reader) (f Summary) {
	countries := map[string]bool{}
	var mins, percents []int
	bySite := map[string]int{} // people on the roster of a site
	for _, p := range people {
		if p.Minutes == 0 && len(p.Spans) == 0 {
			continue
		}
		f.People++
		mins, percents = append(mins, p.Minutes), append(percents, p.Percent)
		if p.Country != "" {
			countries[p.Country] = true
		}
		if p.Person == "" {
			f.Unmatched++
		}
		if p.Percent >= b.rules.FloorShare {
			f.Reached++
		}
		if len(p.Centres) > 0 {
			bySite[p.Centres[0]]++
		} else {
			f.Heads++
		}
	}
	seen := map[string]bool{}
	for _, l := range b.all {
		if l.centre != "" && !seen[l.centre] && (r.whole || r.centres[l.centre]) {
			seen[l.centre] = true
			f.Sites++
			bySite[l.centre] = max(bySite[l.centre], b.centres[l.centre].Heads)
		}
	}
	for _, n := range bySite {
		f.Heads += n
	}
	f.Countries, f.MedianMinutes, f.MedianPercent = len(countries), median(mins), median(percents)
	return f
}

// median gives the middle one, of an even number the mean of the middle two, rounded up.
func median(list []int) int {
	slices.Sort(list)
	n := len(list)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return list[n/2]
	}
	return (list[n/2-1] + list[n/2] + 1) / 2
}

// Evidence is somebody's presence minute by minute.
type Evidence struct {
	Presence Presence `json:"presence"`
	Floor    Floor    `json:"floor"`
	Rules    Rules    `json:"rules"`
	Steps    []Step   `json:"steps"`
	// Corrections are those that are about them, with those that were withdrawn.
	Corrections []Correction `json:"corrections"`
	// Counts tells that this is one's own, and that one's course asks for the share of the floor.
	Counts bool `json:"counts,omitempty"`
}

// Evidence opens one line of the attendance. Errors: NotFound, Forbidden.
func (s *Service) Evidence(ctx context.Context, actor lms.Actor, id, who string) (e Evidence, err error) {
	defer lms.Wrap(&err, "webinar.Evidence(%s)", id)
	r, err := s.reported(ctx, actor, id, lms.CorrectAttendance)
	if err != nil {
		return Evidence{}, err
	}
	b, err := s.book(ctx, id)
	if err != nil {
		return Evidence{}, err
	}
	for i := range b.people {
		if p := &b.people[i]; p.Key == who && r.sees(p) {
			return b.evidence(p), nil
		}
	}
	return Evidence{}, lms.ErrNotFound("presence")
}

func (b *book) evidence(p *Presence) Evidence {
	e := Evidence{Presence: *p, Floor: b.floor, Rules: b.rules, Steps: b.register.people[p.Key].trail()}
	for _, c := range b.corrections {
		if b.canonical(c.Who) == p.Key {
			e.Corrections = append(e.Corrections, c)
		}
	}
	return e
}

// counts tells whether a webinar is part of somebody's own course.
func (s *Service) counts(ctx context.Context, w *webinar, person lms.ID[lms.Person]) (is bool, err error) {
	if w.cohort.IsZero() || w.Activity == "" {
		return false, nil
	}
	err = db.Row(ctx, s.DB, `SELECT EXISTS (SELECT FROM enrolments WHERE cohort_id = $1 AND person_id = $2 AND state <> 'withdrawn')`, w.cohort, person).Scan(&is)
	return is, db.Translate(err)
}

// Mine gives the actor's own minutes at a webinar with their evidence, nil before anything happened. Errors: NotFound.
func (s *Service) Mine(ctx context.Context, actor lms.Actor, id string) (mine *Evidence, err error) {
	defer lms.Wrap(&err, "webinar.Mine(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ReadWebinar)
	if err != nil {
		return nil, err
	}
	b, err := s.book(ctx, id)
	if err != nil {
		return nil, err
	}
	for i := range b.people {
		if b.people[i].Person == actor.Person.String() {
			e := b.evidence(&b.people[i])
			if e.Counts, err = s.counts(ctx, w, actor.Person); err != nil {
				return nil, err
			}
			return &e, nil
		}
	}
	return nil, nil
}

func (s *Service) objections(ctx context.Context, id string) ([]Objection, error) {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT o.person_id::text, trim(p.given_name || ' ' || p.family_name), o.text, o.made_at
		  FROM webinar_objections o JOIN persons p ON p.id = o.person_id WHERE o.webinar_id = $1 ORDER BY o.made_at`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Objection
	for rows.Next() {
		var o Objection
		if err := rows.Scan(&o.Person, &o.Name, &o.Text, &o.At); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, o)
	}
	return list, db.Translate(rows.Err())
}
