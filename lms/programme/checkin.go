package programme

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/live/turnstile"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/record"
)

const (
	// codeBefore is how long before a day its code may be shown; afterwards it may until the day ends.
	codeBefore = 2 * time.Hour
	// doorTime is how long a door stays open for whoever came by a code: to sign in.
	doorTime = 5 * time.Minute
	// onTime is how late somebody may check in who was there the whole day.
	onTime = 30 * time.Minute
	// dayDoor begins a door of a day, so that it is told from one into a webinar.
	dayDoor = "day"
)

// takesAttendance asks whether the actor may take the attendance of a day as a whole: show its code, keep the scans of its
// sheets. It is asked of the place where the day is held, and of those who teach the programme's courses there.
// Errors: NotFound, Forbidden.
func (s *Service) takesAttendance(ctx context.Context, actor lms.Actor, d *Day, p *programme) error {
	facts := lms.Facts{Country: d.Country, Courses: p.courses}
	if d.CentreID != nil {
		facts.Centre = *d.CentreID
	}
	cohorts, err := list(ctx, s.DB, func(from scanner) (id lms.ID[lms.Cohort], err error) { return id, from.Scan(&id) },
		`SELECT id FROM cohorts WHERE course_id = ANY ($1::text[]::uuid[]) AND coalesce(country, $2) = $2`, texts(p.courses), d.Country)
	if err != nil {
		return err
	}
	facts.Cohorts = cohorts
	return seen(actor.Can(lms.TakeAttendance, facts))
}

// codeOpen tells whether a day's code may be shown now.
func (d *Day) codeOpen(now time.Time) bool {
	return now.After(d.StartsAt.Add(-codeBefore)) && now.Before(d.EndsAt)
}

// Code gives what a screen at a day shows for check-in now; the picture leads to the site at an address. Errors: NotFound,
// Forbidden, Conflict day-closed.
func (s *Service) Code(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day], address string) (shown turnstile.Shown, err error) {
	defer lms.Wrap(&err, "programme.Code(%s)", id)
	d, p, err := s.day(ctx, actor, id)
	if err != nil {
		return shown, err
	}
	if err := s.takesAttendance(ctx, actor, &d, p); err != nil {
		return shown, err
	}
	if !d.codeOpen(s.Now()) {
		return shown, lms.ErrConflict("day-closed", "the code is shown from two hours before the day until it ends")
	}
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return shown, err
	}
	var secret []byte
	err = db.Row(ctx, s.DB, `UPDATE programme_days SET code_secret = coalesce(code_secret, $2) WHERE id = $1 RETURNING code_secret`, id, fresh).Scan(&secret)
	if err != nil {
		return shown, db.Found(err, "day")
	}
	return turnstile.Secret(secret).Show(id.String(), s.Now().UnixMilli(), address), nil
}

// Entrance is a day before whose door somebody stands.
type Entrance struct {
	Title, Place string
	StartsAt     time.Time
	TimeZone     string // "" where the day is at no centre
	Door         string
	// Name is that of the account that is signed in, "" for a stranger.
	Name string
	// At is when they checked in, nil before that.
	At *time.Time
}

// IsDayDoor tells a door of a day from one into a webinar.
func IsDayDoor(door string) bool { return strings.HasPrefix(door, dayDoor+".") }

// DaysShowing gives the days that show a code now, with a door into each. Whoever asks bounds how often that is tried.
func (s *Service) DaysShowing(ctx context.Context, code string) (found []Entrance, err error) {
	defer lms.Wrap(&err, "programme.DaysShowing")
	type coded struct {
		Day
		secret turnstile.Secret
	}
	now := s.Now()
	days, err := list(ctx, s.DB, func(from scanner) (c coded, err error) {
		var secret []byte
		err = c.scan(from, &secret)
		c.secret = secret
		return c, err
	}, `SELECT`+dayColumns+`, d.code_secret FROM programme_days d LEFT JOIN centres c ON c.id = d.centre_id
	     WHERE d.code_secret IS NOT NULL AND d.ends_at > $1 AND d.starts_at < $2 ORDER BY d.starts_at, d.id`, now, now.Add(codeBefore))
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		if d.secret.Shows(d.ID.String(), now.UnixMilli(), code) {
			e := d.entrance()
			e.Door = d.secret.Seal("door", now.Add(doorTime).UnixMilli(), dayDoor, d.ID.String())
			found = append(found, e)
		}
	}
	return found, nil
}

func (d *Day) entrance() Entrance {
	place := d.Place
	if place == "" {
		place = d.CentreName
	}
	return Entrance{Title: d.Title, Place: place, StartsAt: d.StartsAt, TimeZone: d.TimeZone}
}

// behind gives the day of a door. Errors: Gone check-in-over.
func (s *Service) behind(ctx context.Context, door string) (d Day, key string, err error) {
	over := &lms.Error{Kind: lms.Gone, Code: "check-in-over", Detail: "the check-in was too long ago, or the day is over"}
	words := strings.Split(door, ".")
	if len(words) < 2 {
		return d, "", over
	}
	id, err := lms.ParseID[lms.Day](words[1])
	if err != nil {
		return d, "", over
	}
	var secret []byte
	err = d.scan(db.Row(ctx, s.DB, `
		SELECT`+dayColumns+`, g.key, d.code_secret FROM programme_days d JOIN programmes g ON g.id = d.programme_id LEFT JOIN centres c ON c.id = d.centre_id
		 WHERE d.id = $1 AND d.code_secret IS NOT NULL`, id), &key, &secret)
	if err = db.Found(err, "day"); lms.KindOf(err) == lms.NotFound {
		return d, "", over
	} else if err != nil {
		return d, "", err
	}
	if turnstile.Secret(secret).Unseal("door", s.Now().UnixMilli(), door) == nil || !d.codeOpen(s.Now()) {
		return d, "", over
	}
	return d, key, nil
}

// DayEntrance tells where a door leads and who stands before it. Errors: Gone check-in-over.
func (s *Service) DayEntrance(ctx context.Context, actor lms.Actor, door string) (e Entrance, err error) {
	defer lms.Wrap(&err, "programme.DayEntrance")
	d, _, err := s.behind(ctx, door)
	if err != nil {
		return Entrance{}, err
	}
	e = d.entrance()
	e.Door = door
	if !actor.SignedIn() {
		return e, nil
	}
	err = db.Row(ctx, s.DB, `
		SELECT trim(p.given_name || ' ' || p.family_name), a.recorded_at FROM persons p
		  LEFT JOIN day_attendance a ON a.person_id = p.id AND a.day_id = $2 AND a.state <> 'absent' WHERE p.id = $1`, actor.Person, d.ID).Scan(&e.Name, &e.At)
	return e, db.Found(err, "person")
}

// CheckInDay writes down that the actor stands before the code of a day, with their own account: the strongest evidence.
// Whoever comes half an hour late was there for a part. What somebody said of them before is not overruled. Whoever may
// show the code does not check in by it. Errors: Gone check-in-over, Unauthorized, Forbidden not-oneself, Conflict
// said-absent.
func (s *Service) CheckInDay(ctx context.Context, actor lms.Actor, door string) (err error) {
	defer lms.Wrap(&err, "programme.CheckInDay")
	if !actor.SignedIn() {
		return &lms.Error{Kind: lms.Unauthorized, Code: "sign-in-needed", Detail: "a day counts for an account"}
	}
	d, key, err := s.behind(ctx, door)
	if err != nil {
		return err
	}
	p, err := s.load(ctx, s.DB, key)
	if err != nil {
		return err
	}
	if s.takesAttendance(ctx, actor, &d, p) == nil {
		return &lms.Error{Kind: lms.Forbidden, Code: "not-oneself", Detail: "whoever may show the code does not check in by it"}
	}
	now := s.Now()
	state, minutes := "present", int(d.EndsAt.Sub(d.StartsAt).Minutes())
	if now.After(d.StartsAt.Add(onTime)) {
		state, minutes = "part", int(d.EndsAt.Sub(now).Minutes())
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		changed, err := db.Exec(ctx, tx, `
			INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, 'code', $2, $5)
			ON CONFLICT (day_id, person_id) DO UPDATE SET evidence = 'code', recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
			 WHERE day_attendance.state = 'present' AND day_attendance.evidence <> 'code'`, d.ID, actor.Person, state, minutes, now)
		if err != nil {
			return err
		}
		if changed == 0 {
			return s.saidAbsent(ctx, tx, d.ID, actor.Person)
		}
		if err := record.Append(ctx, tx, record.Day(d.ID, actor.Person)); err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "day.check-in", "day", d.ID.String(), nil)
	})
	if err != nil {
		return err
	}
	return s.settlePeople(ctx, p, []Tick{{Person: actor.Person}})
}

// saidAbsent refuses whoever somebody said of that they were not there.
func (s *Service) saidAbsent(ctx context.Context, tx db.Queryer, day lms.ID[lms.Day], person lms.ID[lms.Person]) error {
	var state string
	err := db.Row(ctx, tx, `SELECT state FROM day_attendance WHERE day_id = $1 AND person_id = $2`, day, person).Scan(&state)
	if err == nil && state == "absent" {
		return lms.ErrConflict("said-absent", "somebody said that you are not there; speak with them")
	}
	return db.Found(err, "attendance")
}
