package webinar

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/live"
	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

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
