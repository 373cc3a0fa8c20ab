package demo

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/programme"
)

// The two programmes as their authors would write them.
var (
	//go:embed vladimir.yaml
	vladimirYAML []byte
	//go:embed slovakia.yaml
	slovakiaYAML []byte
)

// Keys of the programmes of the demonstration.
const (
	VladimirKey = "librarians"
	SlovakiaKey = "first-contact"
)

// Vladimir is the definition of the course for librarians, as JSON.
func Vladimir() ([]byte, error) { return programme.ParseYAML(vladimirYAML) }

// Slovakia is the definition of the Slovak programme for state, municipal and other staff, as JSON: three courses, two
// webinars, an in-person day.
func Slovakia() ([]byte, error) { return programme.ParseYAML(slovakiaYAML) }

// slovakWebinars are those of the programme, held in the past, by component; weeks from now.
var slovakWebinars = []struct {
	id, component, title string
	weeks                float64
}{
	{"sk-opening", "opening", "Prvý kontakt: úvodný webinár", -6},
	{"sk-exchange", "exchange", "Výmena skúseností", -2},
}

// storeProgrammes makes the two programmes, puts people into them, and lets what they have done count.
func (l *loading) storeProgrammes(ctx context.Context) error {
	s := &programme.Service{DB: l.DB, Catalog: l.Catalog, Certificates: l.Certificates, Now: l.Deps.Now}
	admin := l.personOf("admin")
	actor := lms.Actor{Person: admin.id, Grants: admin.roles, Language: "en"}
	for _, make := range []func(context.Context, *programme.Service, lms.Actor) error{l.librarians, l.firstContact} {
		if err := make(ctx, s, actor); err != nil {
			return err
		}
	}
	_, err := s.Settle(ctx)
	return err
}

func (l *loading) publish(ctx context.Context, s *programme.Service, actor lms.Actor, key, country string, definition func() ([]byte, error)) error {
	raw, err := definition()
	if err != nil {
		return err
	}
	if _, err := s.Create(ctx, actor, programme.NewProgramme{Key: key, Country: country, Definition: raw}); err != nil {
		return err
	}
	_, err = s.Publish(ctx, actor, key)
	return err
}

// learners are those who study in a country, at the named centres where there are any.
func (l *loading) learners(country string, centres ...string) []*person {
	var list []*person
	for _, p := range l.people {
		if p.country == country && !p.staff() && p.state == "active" && (len(centres) == 0 || p.centre != nil && slices.Contains(centres, p.centre.key)) {
			list = append(list, p)
		}
	}
	return list
}

// librarians is the course as it was held in Vladimir: two days and a test.
func (l *loading) librarians(ctx context.Context, s *programme.Service, actor lms.Actor) error {
	if err := l.publish(ctx, s, actor, VladimirKey, "", Vladimir); err != nil {
		return err
	}
	people := l.learners("RU", "vladimir", "st-petersburg")
	if len(people) > 30 {
		people = people[:30]
	}
	// Somebody from elsewhere was invited and could not come.
	if err := l.takePart(ctx, s, actor, VladimirKey, append(slices.Clone(people), l.personOf("trainee")), nil); err != nil {
		return err
	}
	for i := range 2 {
		starts := l.weeks(-3).Add(time.Duration(i) * 24 * time.Hour)
		title := fmt.Sprintf("Областная научная библиотека, день %d", i+1)
		if err := l.day(ctx, s, actor, VladimirKey, "RU", title, "Владимир, читальный зал", starts, people, func(p *person) bool { return true }); err != nil {
			return err
		}
	}
	return nil
}

// firstContact is the Slovak programme.
func (l *loading) firstContact(ctx context.Context, s *programme.Service, actor lms.Actor) error {
	if err := l.publish(ctx, s, actor, SlovakiaKey, "SK", Slovakia); err != nil {
		return err
	}
	people := l.learners("SK")
	if len(people) < 8 {
		return fmt.Errorf("the demonstration has %d people in Slovakia", len(people))
	}
	if err := l.slovakWebinars(ctx, s, actor, people); err != nil {
		return err
	}
	// Three were trained by the makers; they trained the rest.
	if err := l.takePart(ctx, s, actor, SlovakiaKey, people[:3], l.personOf("trainer")); err != nil {
		return err
	}
	for i, first := range people[:3] {
		var theirs []*person
		for j, p := range people[3:] {
			if j%3 == i {
				theirs = append(theirs, p)
			}
		}
		if err := l.takePart(ctx, s, actor, SlovakiaKey, theirs, first); err != nil {
			return err
		}
	}
	here := func(p *person) bool { return p.chance("seminar").in(0.75) }
	if err := l.day(ctx, s, actor, SlovakiaKey, "SK", "Seminár: prvý rozhovor", "Integračné centrum, sála 1", l.weeks(-1), people, here); err != nil {
		return err
	}
	return l.handIns(ctx, s, people[:5])
}

func (l *loading) takePart(ctx context.Context, s *programme.Service, actor lms.Actor, key string, people []*person, trainer *person) error {
	in := programme.Invitation{}
	for _, p := range people {
		in.People = append(in.People, p.id)
	}
	if trainer != nil {
		in.TrainedBy = trainer.id
	}
	_, err := s.Invite(ctx, actor, key, in)
	return err
}

// day is an in-person day with its sheet.
func (l *loading) day(ctx context.Context, s *programme.Service, actor lms.Actor, key, country, title, place string, starts time.Time, people []*person, here func(*person) bool) error {
	id, err := s.CreateDay(ctx, actor, key, programme.DayInput{
		Component: "seminar", Title: title, Country: country, Place: place, StartsAt: starts, EndsAt: starts.Add(6 * time.Hour),
	})
	if err != nil {
		return err
	}
	var ticks []programme.Tick
	for _, p := range people {
		state := "absent"
		if here(p) {
			state = "present"
		}
		ticks = append(ticks, programme.Tick{Person: p.id, State: state, Evidence: "sheet"})
	}
	return s.TickDay(ctx, actor, id, ticks)
}

// slovakWebinars puts the two webinars into the past, with everybody's minutes.
func (l *loading) slovakWebinars(ctx context.Context, s *programme.Service, actor lms.Actor, people []*person) error {
	for _, w := range slovakWebinars {
		starts := l.weeks(w.weeks)
		err := db.InTx(ctx, l.DB, func(ctx context.Context, tx bun.Tx) error {
			_, err := db.Exec(ctx, tx, `
				INSERT INTO webinars (id, title, language, country, starts_at, ends_at, guest_code, created_at)
				VALUES ($1, $2, 'sk', 'SK', $3::timestamptz, $3::timestamptz + interval '2 hours', 'guest-of-' || $1, $3::timestamptz - interval '20 days')`, w.id, w.title, starts)
			if err != nil {
				return err
			}
			for _, p := range people {
				c := p.chance(w.id)
				if !c.in(0.85) {
					continue
				}
				minutes := 60 + int(p.energy*60)
				_, err := db.Exec(ctx, tx, `
					INSERT INTO webinar_minutes (webinar_id, person_id, minutes, percent, floor, evidence, spans, counted_at)
					VALUES ($1, $2, $3, $4, 120, 'device', '[]', $5)`, w.id, p.id, minutes, minutes*100/120, starts.Add(3*time.Hour))
				if err != nil {
					return err
				}
			}
			return nil
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

// handIns is evidence that waits for a decision.
func (l *loading) handIns(ctx context.Context, s *programme.Service, people []*person) error {
	for i, p := range people {
		var id lms.ID[lms.Participation]
		err := db.Row(ctx, l.DB, `
			SELECT pa.id FROM participations pa JOIN programmes g ON g.id = pa.programme_id WHERE g.key = $1 AND pa.person_id = $2`, SlovakiaKey, p.id).Scan(&id)
		if err != nil {
			return db.Found(err, "participation")
		}
		in := programme.HandIn{Component: "case-meeting", Words: "Viedla som poradu o prípade s tromi inštitúciami; dohodli sme sa na jednom odporúčaní."}
		if i%2 == 1 {
			in = programme.HandIn{Component: "first-aid", Words: "Kurz prvej pomoci, Červený kríž, 16 hodín.", ObtainedOn: l.weeks(-30).Format(time.DateOnly)}
		}
		if _, err := s.HandIn(ctx, lms.Actor{Person: p.id, Language: "sk"}, id, in); err != nil {
			return err
		}
	}
	return nil
}
