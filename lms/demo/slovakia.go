package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/programme"
)

// stayedAway tells who was invited and never came.
func (p *person) stayedAway() bool { return p.chance("stays away").in(0.09) }

// slovakWebinars are those of the programme, held in the past, by component; weeks from now.
var slovakWebinars = []struct {
	id, component, title string
	weeks, share         float64
}{
	{"sk-opening", "opening", "Prvý kontakt: úvodný webinár", -33, 0.88},
	{"sk-exchange", "exchange", "Výmena skúseností", -20, 0.8},
}

// seminars are the in-person day, held in each part of the country.
var seminars = []struct {
	title, place string
	towns        []string
	weeks        float64
}{
	{"Seminár: prvý rozhovor (západ)", "Integračné centrum, Bratislava", []string{"bratislava", "nitra", "trnava", "trencin"}, -19.3},
	{"Seminár: prvý rozhovor (stred)", "Robotnícky dom, Banská Bystrica", []string{"banska-bystrica", "zilina", "prague"}, -19},
	{"Seminár: prvý rozhovor (východ)", "Dom umenia, Košice", []string{"kosice", "presov", "bishkek"}, -18.7},
}

// handed is when the certificates of the Slovak programme were handed over, in weeks from now.
const handed = -18.0

// firstContact is the Slovak programme as it was held: over 500 staff of state, municipalities and organisations,
// children's homes and street work among them, and some from beside; three courses, two webinars, a day in person. Most
// were certified on one day; whoever finished later, later.
func (l *loading) firstContact(ctx context.Context, s *programme.Service, actor lms.Actor) error {
	if err := l.publish(ctx, s, actor, SlovakiaKey, "SK", Slovakia); err != nil {
		return err
	}
	if err := l.looks(ctx, actor); err != nil {
		return err
	}
	people := l.learners("SK")
	if czech, kyrgyz := l.learners("CZ"), l.learners("KG"); len(people) < 500 || len(czech) < 24 || len(kyrgyz) < 3 {
		return fmt.Errorf("the demonstration has %d people in Slovakia", len(people))
	} else { // some came from beside
		people = slices.Concat(people, czech[:24], kyrgyz[:3])
	}
	if err := l.slovakWebinars(ctx, s, actor, people); err != nil {
		return err
	}
	day := func() time.Time { return l.weeks(handed) }
	papers := &certificate.Service{DB: l.DB, Keys: l.Certificates.Keys, Issuer: l.Certificates.Issuer, PublicURL: l.Certificates.PublicURL, Now: day}
	then := &programme.Service{DB: l.DB, Catalog: l.Catalog, Certificates: papers, Now: day}
	if err := l.seminars(ctx, then, actor, people); err != nil {
		return err
	}
	done := func(p *person) bool { return p.lastSeen == nil || p.lastSeen.Before(day()) }
	if err := l.trainTrainers(ctx, then, actor, people, done); err != nil {
		return err
	}
	if err := l.analyse(ctx, "participations, participations_changed, day_attendance, webinar_minutes, programmes, programme_versions"); err != nil {
		return err
	}
	if _, err := then.Settle(ctx); err != nil {
		return err
	}
	if err := l.trainTrainers(ctx, s, actor, people, func(p *person) bool { return !done(p) }); err != nil {
		return err
	}
	if err := l.chosen(ctx, people); err != nil {
		return err
	}
	return l.handIns(ctx, s, people)
}

// trainTrainers invites those of the people whom a test picks: the first of a town was trained by the makers of the
// course, trained five, and those trained the rest.
func (l *loading) trainTrainers(ctx context.Context, s *programme.Service, actor lms.Actor, people []*person, in func(*person) bool) error {
	const second = 5
	towns := map[string][]*person{}
	var order []string
	for _, p := range people {
		if towns[p.centre.key] == nil {
			order = append(order, p.centre.key)
		}
		towns[p.centre.key] = append(towns[p.centre.key], p)
	}
	for generation := range 3 {
		for _, town := range order {
			groups := map[*person][]*person{}
			for i, p := range towns[town] {
				trainer := l.personOf("trainer")
				of := min(i, 1)
				switch {
				case i > second:
					trainer, of = towns[town][1+i%second], 2
				case i > 0:
					trainer = towns[town][0]
				}
				if of == generation && in(p) {
					groups[trainer] = append(groups[trainer], p)
				}
			}
			for _, trainer := range append([]*person{l.personOf("trainer")}, towns[town][:min(second+1, len(towns[town]))]...) {
				if len(groups[trainer]) == 0 {
					continue
				}
				if err := l.takePart(ctx, s, actor, SlovakiaKey, groups[trainer], trainer); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// chosen tells what field everybody works in, and that they were asked before it all began.
func (l *loading) chosen(ctx context.Context, people []*person) error {
	type row struct {
		PersonID string    `json:"person_id"`
		Field    string    `json:"field"`
		At       time.Time `json:"at"`
	}
	var rows []row
	for _, p := range people {
		r := row{p.id.String(), "other", l.weeks(-35).Add(p.chance("asked").minutes(60 * 24 * 3))}
		if p.organisation != nil && p.organisation.field != "" {
			r.Field = p.organisation.field
		}
		rows = append(rows, r)
	}
	return l.insert(ctx, l.DB, into{`
		UPDATE participations pa SET categories = json_build_object('field', r.field), invited_at = r.at,
		       joined_at = CASE WHEN pa.joined_at IS NOT NULL THEN r.at + interval '2 days' END
		  FROM json_to_recordset($1::text::json) AS r(person_id uuid, field text, at timestamptz), programmes g
		 WHERE g.key = '` + SlovakiaKey + `' AND pa.programme_id = g.id AND pa.person_id = r.person_id`, rows})
}

// seminars holds the day in person in three towns, with its sheets.
func (l *loading) seminars(ctx context.Context, s *programme.Service, actor lms.Actor, people []*person) error {
	type row struct {
		DayID      string    `json:"day_id"`
		PersonID   string    `json:"person_id"`
		State      string    `json:"state"`
		Minutes    int       `json:"minutes"`
		RecordedAt time.Time `json:"recorded_at"`
	}
	var rows []row
	for _, seminar := range seminars {
		starts := l.at(l.cohort("kosice"), seminar.weeks, 9)
		id, err := s.CreateDay(ctx, actor, SlovakiaKey, programme.DayInput{
			Component: "seminar", Title: seminar.title, Country: "SK", Place: seminar.place, StartsAt: starts, EndsAt: starts.Add(6 * time.Hour),
		})
		if err != nil {
			return err
		}
		for _, p := range people {
			if !slices.Contains(seminar.towns, p.centre.key) {
				continue
			}
			r := row{id.String(), p.id.String(), "absent", 0, starts.Add(8 * time.Hour)}
			switch c := p.chance("seminar"); {
			case p.stayedAway():
			case c.in(0.74):
				r.State, r.Minutes = "present", 360
			case c.in(0.12):
				r.State, r.Minutes = "part", 180
			}
			rows = append(rows, r)
		}
	}
	return l.insert(ctx, l.DB, into{`
		INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_by, recorded_at)
		SELECT day_id, person_id, state, minutes, 'sheet', '` + actor.Person.String() + `'::uuid, recorded_at
		  FROM json_to_recordset($1::text::json) AS r(day_id uuid, person_id uuid, state text, minutes int, recorded_at timestamptz)`, rows})
}

// slovakWebinars puts the two webinars into the past, with everybody's minutes.
func (l *loading) slovakWebinars(ctx context.Context, s *programme.Service, actor lms.Actor, people []*person) error {
	type row struct {
		WebinarID string    `json:"webinar_id"`
		PersonID  string    `json:"person_id"`
		Minutes   int       `json:"minutes"`
		CountedAt time.Time `json:"counted_at"`
	}
	for _, w := range slovakWebinars {
		starts := l.at(l.cohort("kosice"), w.weeks, 10)
		var rows []row
		for _, p := range people {
			if p.chance(w.id).in(w.share) && !p.stayedAway() {
				rows = append(rows, row{w.id, p.id.String(), 60 + int(p.energy*60), starts.Add(3 * time.Hour)})
			}
		}
		err := db.InTx(ctx, l.DB, func(ctx context.Context, tx bun.Tx) error {
			_, err := db.Exec(ctx, tx, `
				INSERT INTO webinars (id, title, language, country, starts_at, ends_at, guest_code, created_at)
				VALUES ($1, $2, 'sk', 'SK', $3::timestamptz, $3::timestamptz + interval '2 hours', 'guest-of-' || $1, $3::timestamptz - interval '20 days')`, w.id, w.title, starts)
			if err != nil {
				return err
			}
			return l.insert(ctx, tx, into{`
				INSERT INTO webinar_minutes (webinar_id, person_id, minutes, percent, floor, evidence, spans, counted_at)
				SELECT webinar_id, person_id, minutes, minutes * 100 / 120, 120, 'device', '[]', counted_at
				  FROM json_to_recordset($1::text::json) AS r(webinar_id text, person_id uuid, minutes int, counted_at timestamptz)`, rows})
		})
		if err != nil {
			return err
		}
		if err := s.SetWebinar(ctx, actor, SlovakiaKey, w.id, w.component); err != nil {
			return err
		}
	}
	return nil
}

// handIns is evidence of some who are not certified yet: it waits for a decision.
func (l *loading) handIns(ctx context.Context, s *programme.Service, people []*person) error {
	waiting := 0
	for _, p := range people {
		if waiting == 9 || !p.chance("hands in").in(0.1) {
			continue
		}
		var id lms.ID[lms.Participation]
		var state string
		err := db.Row(ctx, l.DB, `
			SELECT pa.id, pa.state FROM participations pa JOIN programmes g ON g.id = pa.programme_id
			 WHERE g.key = $1 AND pa.person_id = $2`, SlovakiaKey, p.id).Scan(&id, &state)
		if err != nil {
			return db.Found(err, "participation")
		}
		if state == "certified" {
			continue
		}
		in := programme.HandIn{Component: "case-meeting", Words: "Viedla som poradu o prípade s tromi inštitúciami; dohodli sme sa na jednom odporúčaní."}
		if !p.woman {
			in.Words = "Viedol som poradu o prípade s tromi inštitúciami; dohodli sme sa na jednom odporúčaní."
		}
		if waiting%2 == 1 {
			in = programme.HandIn{Component: "first-aid", Words: "Kurz prvej pomoci, Červený kríž, 16 hodín.", ObtainedOn: l.weeks(-30).Format(time.DateOnly)}
		}
		if _, err := s.HandIn(ctx, lms.Actor{Person: p.id, Language: "sk"}, id, in); err != nil {
			return err
		}
		waiting++
	}
	return nil
}
