package demo

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"mostik/lms"
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

// storeProgrammes makes the two programmes, puts people into them, and lets what they have done count.
func (l *loading) storeProgrammes(ctx context.Context) error {
	s := &programme.Service{DB: l.DB, Catalog: l.Catalog, Certificates: l.Certificates, Now: l.Deps.Now}
	admin := l.personOf("admin")
	actor := lms.Actor{Person: admin.id, Grants: admin.roles, Language: "en"}
	for _, make := range []func(context.Context, *programme.Service, lms.Actor) error{l.librarians, l.firstContact} {
		if err := make(ctx, s, actor); err != nil {
			return err
		}
		if _, err := s.Settle(ctx); err != nil {
			return err
		}
	}
	return nil
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
