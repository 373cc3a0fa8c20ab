package desk

import (
	"context"
	"encoding/json"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/who"
)

// Card is one person as a coordinator sees them.
type Card struct {
	Person Person `json:"person"`
	// Programmes are those in which the reader may see how they stand.
	Programmes   []Part     `json:"programmes"`
	Certificates []Paper    `json:"certificates"`
	Webinars     []Minutes  `json:"webinars"`
	Reminders    []Reminder `json:"reminders"`
	// StuckOn are activities at which the last try failed.
	StuckOn []Halt `json:"stuck_on"`
}

// Part is a programme that somebody takes part in.
type Part struct {
	ID        lms.ID[lms.Participation] `json:"id"`
	Programme Choice                    `json:"programme"`
	State     string                    `json:"state" enum:"invited,active,passed,certified,withdrawn"`
	InvitedAt time.Time                 `json:"invited_at"`
	Done      int                       `json:"done"`
	Needed    int                       `json:"needed"`
	// Missing are the titles of what could bring them further.
	Missing []string `json:"missing"`
}

// Paper is a certificate.
type Paper struct {
	Serial string `json:"serial"`
	Title  string `json:"title"`
	Kind   string `json:"kind" enum:"achievement,participation"`
	// State is that of today.
	State     string    `json:"state" enum:"valid,expired,suspended,revoked,superseded"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresOn string    `json:"expires_on"`
}

// Minutes is presence at a webinar.
type Minutes struct {
	Title   string    `json:"title"`
	At      time.Time `json:"at"`
	Minutes int       `json:"minutes"`
	Percent float64   `json:"percent"`
}

// Halt is where somebody is stuck.
type Halt struct {
	Enrolment lms.ID[lms.Enrolment] `json:"enrolment_id"`
	Course    string                `json:"course"`
	Activity  string                `json:"activity"`
	Since     *time.Time            `json:"since,omitempty"`
}

// facts loads what decides about a person. Errors: NotFound.
func (s *Service) facts(ctx context.Context, q db.Queryer, id lms.ID[lms.Person]) (f lms.Facts, err error) {
	f.Owner = id
	var studies []byte
	err = db.Row(ctx, q, `
		SELECT coalesce(p.country, ''), p.centre_id,
		       (SELECT coalesce(jsonb_agg(jsonb_build_object('course', e.course_id, 'cohort', e.cohort_id)), '[]')
		          FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn')
		  FROM persons p WHERE p.id = $1 AND p.state <> 'erased'`, id).Scan(&f.Country, &f.Centre, &studies)
	if err != nil {
		return f, db.Found(err, "person")
	}
	var rows []struct {
		Course lms.ID[lms.Course]
		Cohort *lms.ID[lms.Cohort]
	}
	if err := json.Unmarshal(studies, &rows); err != nil {
		return f, err
	}
	for _, r := range rows {
		f.Courses = append(f.Courses, r.Course)
		if r.Cohort != nil {
			f.Cohorts = append(f.Cohorts, *r.Cohort)
		}
	}
	return f, nil
}

// certificateTitle is what a certificate is of, in the language $2: the title of its programme, else what it says itself, in its own language; an erased
// one says nothing any more.
const certificateTitle = `coalesce(v.definition -> 'title' ->> $2::text, v.definition -> 'title' ->> 'en', nullif(c.claim, '')::json ->> 'course', g.key, cu.key, '')`

// Card gives one person; a record that was made one with another leads to that one. Errors: NotFound.
func (s *Service) Card(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person]) (c Card, err error) {
	defer lms.Wrap(&err, "desk.Card(%s)", id)
	err = db.Row(ctx, s.DB, `SELECT coalesce(merged_into, id) FROM persons WHERE id = $1`, id).Scan(&id)
	if err != nil {
		return Card{}, db.Found(err, "person")
	}
	f, err := s.facts(ctx, s.DB, id)
	if err != nil {
		return Card{}, err
	}
	if err := actor.Can(lms.ReadPerson, f); err != nil {
		return Card{}, err
	}
	var w who.Query
	query := peopleSQL(&w, lms.Scope{All: true}, who.Filter{}, s.Now())
	w.And("p.id = " + w.Arg(id))
	rows, err := db.Rows(ctx, s.DB, query+w.Where(), w.Args()...)
	if err != nil {
		return Card{}, err
	}
	people, err := readPeople(rows)
	if err != nil {
		return Card{}, err
	}
	if len(people) == 0 {
		return Card{}, lms.ErrNotFound("person")
	}
	c = Card{Person: people[0], Programmes: []Part{}, Certificates: []Paper{}, Webinars: []Minutes{}, StuckOn: []Halt{}}
	if actor.Can(lms.ReadParticipation, f) == nil {
		if err := s.parts(ctx, &c, id, actor.Language); err != nil {
			return Card{}, err
		}
	}
	if c.Reminders, err = s.sent(ctx, id, actor.Language); err != nil {
		return Card{}, err
	}
	return c, nil
}

func (s *Service) parts(ctx context.Context, c *Card, id lms.ID[lms.Person], lang string) error {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT pa.id, g.id, g.key, coalesce(v.definition -> 'title' ->> $2::text, v.definition -> 'title' ->> 'en', g.key), pa.state, pa.invited_at, pa.done, pa.needed,
		       (SELECT coalesce(json_agg(coalesce(c -> 'title' ->> $2::text, c -> 'title' ->> 'en', c ->> 'key') ORDER BY c.n), '[]')
		          FROM json_array_elements(v.definition -> 'components') WITH ORDINALITY AS c(c, n) WHERE c ->> 'key' = ANY (pa.missing))
		  FROM participations pa JOIN programmes g ON g.id = pa.programme_id JOIN programme_versions v ON v.id = pa.version_id
		 WHERE pa.person_id = $1 ORDER BY pa.invited_at DESC, pa.id`, id, lang)
	if err != nil {
		return err
	}
	type part struct {
		Part
		missing []byte
	}
	parts, err := collect(rows, func(p *part) []any {
		return []any{&p.ID, &p.Programme.ID, &p.Programme.Key, &p.Programme.Title, &p.State, &p.InvitedAt, &p.Done, &p.Needed, &p.missing}
	})
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := json.Unmarshal(p.missing, &p.Missing); err != nil {
			return err
		}
		c.Programmes = append(c.Programmes, p.Part)
	}
	rows, err = db.Rows(ctx, s.DB, `
		SELECT c.serial, `+certificateTitle+`, c.kind, CASE WHEN c.state = 'valid' AND c.expires_on < $3::date THEN 'expired' ELSE c.state END,
		       c.issued_at, coalesce(c.expires_on::text, '')
		  FROM certificates c LEFT JOIN programmes g ON g.id = c.programme_id LEFT JOIN courses cu ON cu.id = c.course_id
		  LEFT JOIN LATERAL (SELECT definition FROM programme_versions v WHERE v.programme_id = g.id ORDER BY number DESC LIMIT 1) v ON true
		 WHERE c.person_id = $1 ORDER BY c.issued_at DESC, c.serial`, id, lang, s.today())
	if err != nil {
		return err
	}
	if c.Certificates, err = collect(rows, func(p *Paper) []any {
		return []any{&p.Serial, &p.Title, &p.Kind, &p.State, &p.IssuedAt, &p.ExpiresOn}
	}); err != nil {
		return err
	}
	rows, err = db.Rows(ctx, s.DB, `
		SELECT w.title, w.starts_at, m.minutes, m.percent FROM webinar_minutes m JOIN webinars w ON w.id = m.webinar_id
		 WHERE m.person_id = $1 ORDER BY w.starts_at DESC`, id)
	if err != nil {
		return err
	}
	if c.Webinars, err = collect(rows, func(m *Minutes) []any { return []any{&m.Title, &m.At, &m.Minutes, &m.Percent} }); err != nil {
		return err
	}
	rows, err = db.Rows(ctx, s.DB, `
		SELECT e.id, coalesce(v.document -> 'course' -> 'title' ->> $2::text, v.document -> 'course' -> 'title' ->> 'en', cu.key),
		       coalesce((SELECT coalesce(a -> 'title' ->> $2::text, a -> 'title' ->> 'en')
		                   FROM json_array_elements(v.document -> 'course' -> 'modules') m, json_array_elements(m -> 'activities') a
		                  WHERE a ->> 'key' = e.stuck_on LIMIT 1), e.stuck_on),
		       e.last_seen_at
		  FROM enrolments e JOIN courses cu ON cu.id = e.course_id JOIN course_versions v ON v.id = e.version_id
		 WHERE e.person_id = $1 AND e.standing = 'stuck' ORDER BY e.enrolled_at`, id, lang)
	if err != nil {
		return err
	}
	c.StuckOn, err = collect(rows, func(h *Halt) []any { return []any{&h.Enrolment, &h.Course, &h.Activity, &h.Since} })
	return err
}

// Expiry is a certificate that expires soon.
type Expiry struct {
	Serial    string             `json:"serial"`
	Person    lms.ID[lms.Person] `json:"person_id"`
	Name      string             `json:"name"`
	Country   string             `json:"country"`
	Centre    string             `json:"centre,omitempty"`
	Title     string             `json:"title"`
	ExpiresOn string             `json:"expires_on"`
	// Days are left, 0 on the last day.
	Days int `json:"days"`
	// Reminded is when a reminder of it went out the last time.
	Reminded *time.Time `json:"reminded_at,omitempty"`

	id string
}

// Expiries is a page of what expires, the next first.
type Expiries struct {
	Items []Expiry `json:"items"`
	Next  string   `json:"next"`
}

// Expiring lists the certificates of a filter's people that expire within so many days. Errors: Forbidden, Invalid.
func (s *Service) Expiring(ctx context.Context, actor lms.Actor, f who.Filter, days int, after string) (out Expiries, err error) {
	defer lms.Wrap(&err, "desk.Expiring")
	if err := actor.May(lms.ReadPerson); err != nil {
		return Expiries{}, err
	}
	if days < 1 || days > who.MaxDays {
		return Expiries{}, lms.ErrInvalid("days", "value-refused", "from 1 to 3,660 days")
	}
	var w who.Query
	w.Arg(s.today())
	w.Arg(actor.Language)
	programme := f.Programme
	f.Programme = lms.ID[lms.Programme]{} // the certificate's, not the person's
	w.People(actor.Scope(lms.ReadPerson), f, s.Now())
	// In parentheses of their own the days are read by the execution only: the planner would look at them in each request
	// anew, for longer than the whole of it takes.
	w.And("c.state = 'valid' AND c.kind = 'achievement' AND c.expires_on BETWEEN (SELECT $1::date) AND (SELECT $1::date + " + w.Arg(days) + "::int)")
	if !programme.IsZero() {
		w.And("c.programme_id = " + w.Arg(programme))
	}
	if after != "" {
		o := order{by: "c.expires_on", id: "c.id", cast: "date"}
		if err := o.after(&w, after, false); err != nil {
			return Expiries{}, err
		}
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT c.id::text, c.serial, p.id, trim(p.given_name || ' ' || p.family_name), coalesce(p.country, ''), coalesce(ce.name, ''), `+certificateTitle+`,
		       c.expires_on::text, c.expires_on - $1::date,
		       (SELECT max(r.sent_at) FROM reminders r WHERE r.person_id = p.id AND r.reason = 'expiring' AND r.about = c.serial)
		  FROM certificates c JOIN persons p ON p.id = c.person_id LEFT JOIN centres ce ON ce.id = p.centre_id
		  LEFT JOIN programmes g ON g.id = c.programme_id LEFT JOIN courses cu ON cu.id = c.course_id
		  LEFT JOIN LATERAL (SELECT definition FROM programme_versions v WHERE v.programme_id = g.id ORDER BY number DESC LIMIT 1) v ON true
		 WHERE `+w.Where()+` ORDER BY c.expires_on, c.id LIMIT 51`, w.Args()...)
	if err != nil {
		return Expiries{}, err
	}
	out.Items, err = collect(rows, func(e *Expiry) []any {
		return []any{&e.id, &e.Serial, &e.Person, &e.Name, &e.Country, &e.Centre, &e.Title, &e.ExpiresOn, &e.Days, &e.Reminded}
	})
	if len(out.Items) > perPage {
		out.Items = out.Items[:perPage]
		last := out.Items[perPage-1]
		out.Next = mark{last.ExpiresOn, last.id}.String()
	}
	return out, err
}
