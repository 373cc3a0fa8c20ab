package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/catalog"
)

// cohort is a group that takes the course together. Times are weeks from now, negative in the past.
type cohort struct {
	key, country, centre string
	name                 string // the season is put after it
	from                 []string
	starts, ends         float64
	// practice and webinar are the in-person day and the webinar.
	practice, webinar float64
	// held tells that the webinar took place in a room of this program, whose journal says who was there.
	held  bool
	place string
	// due holds due dates by activity.
	due map[string]float64

	// version is what the cohort studies.
	version *catalog.Loaded
	id      lms.ID[lms.Cohort]
	people  []*person
	trainer *person
	// pilot groups studied years ago.
	pilot bool
	// keen groups were sent by their employers, who gave them the hours: more of them finish.
	keen bool
	// talk holds the posts that begin a talk in the discussion.
	talk []writtenPost
}

func cohorts() []*cohort {
	return []*cohort{
		{
			key: "almaty", name: "Almaty", country: "KZ", centre: "almaty", from: []string{"almaty", "esik"}, starts: -7, ends: 5,
			practice: 1.4, webinar: 0.8, place: "Learning room 2, ground floor",
			due: map[string]float64{"m2-quiz": 0.6, "m4-interview": 2, "final": 4},
		},
		{
			key: "north", name: "Astana, Karaganda, Petropavlovsk", country: "KZ", from: []string{"astana", "karaganda", "petropavlovsk"},
			starts: -10, ends: 2, practice: -3, webinar: -4, place: "Training hall, Astana",
			due: map[string]float64{"m4-interview": -2, "final": 1},
		},
		{
			key: "shymkent", name: "Shymkent", country: "KZ", centre: "shymkent", from: []string{"shymkent"}, starts: -6, ends: 6,
			practice: 2, webinar: 0.8, place: "Room 12", due: map[string]float64{"m3-quiz": -1, "final": 5},
		},
		{
			key: "aktobe", name: "Aktobe, border staff", country: "KZ", centre: "aktobe", from: []string{"aktobe"}, starts: -3, ends: 9,
			practice: 4, webinar: 5, place: "Training base", due: map[string]float64{"m2-quiz": 1, "final": 8},
		},
		{
			key: "moscow", name: "Moscow", country: "RU", centre: "moscow", from: []string{"moscow"}, starts: -12, ends: -1,
			practice: -5, webinar: -4, place: "Library for languages, hall on the second floor",
			due: map[string]float64{"m4-interview": -4, "final": -1},
		},
		{
			key: "north-west", name: "St Petersburg and Vladimir", country: "RU", from: []string{"st-petersburg", "vladimir"},
			starts: -8, ends: 4, practice: -1, webinar: 0.8, place: "University, room 214",
			due: map[string]float64{"m3-quiz": -2, "final": 3},
		},
		{
			key: "tajikistan", name: "Tajikistan", country: "TJ", centre: "dushanbe", from: []string{"dushanbe"}, starts: -9, ends: 5,
			practice: -2, webinar: 1.8, place: "Conference room, third floor", due: map[string]float64{"m4-interview": 0.5, "final": 4},
		},
		{
			key: "slovakia", name: "Slovakia", country: "SK", centre: "bratislava", from: []string{"bratislava"}, starts: -7, ends: 5,
			practice: -0.5, webinar: 1.8, place: "Integration centre, room 3", due: map[string]float64{"m4-interview": 1, "final": 4},
		},
		{
			key: "czechia", name: "Czechia", country: "CZ", centre: "prague", from: []string{"prague"}, starts: -2, ends: 10,
			practice: 5, webinar: 6, place: "Branch 7, reading room", due: map[string]float64{"m2-quiz": 2, "final": 9},
		},
		{
			key: "kyrgyzstan", name: "Kyrgyzstan", country: "KG", centre: "bishkek", from: []string{"bishkek"}, starts: -5, ends: 7,
			practice: 2, webinar: 1.8, place: "Room 5", due: map[string]float64{"m2-quiz": -1, "final": 6},
		},
		slovakCohort("kosice", "Košice"), slovakCohort("presov", "Prešov"), slovakCohort("banska-bystrica", "Banská Bystrica"),
		slovakCohort("zilina", "Žilina"), slovakCohort("nitra", "Nitra"), slovakCohort("trnava", "Trnava"), slovakCohort("trencin", "Trenčín"),
		{
			key: firstRound, name: "East Slovakia, first round", country: "SK", from: []string{"kosice", "presov"}, starts: -158, ends: -140,
			practice: -150, webinar: -149, place: "Library, hall", due: map[string]float64{"final": -143}, pilot: true,
		},
		{
			key: "pilot", name: "Pilot group", from: []string{"almaty", "moscow"}, starts: -182, ends: -166,
			practice: -172, webinar: -171, place: "Library, hall", due: map[string]float64{"final": -167}, pilot: true,
		},
	}
}

// firstRound is the group whose certificates are about to expire.
const firstRound = "first-round"

// slovakCohort is the group of a town in the Slovak programme.
func slovakCohort(centre, name string) *cohort {
	return &cohort{
		key: centre, name: name, country: "SK", centre: centre, from: []string{centre}, starts: -34, ends: -18,
		practice: -21, webinar: -23, place: "Town library", keen: true, due: map[string]float64{"m4-interview": -25, "final": -18},
	}
}

// season names the part of the year in which a cohort begins.
func season(t time.Time) string {
	return fmt.Sprintf("%s %d", [...]string{"winter", "spring", "summer", "autumn"}[int(t.Month())%12/3], t.Year())
}

// at gives the moment so many weeks from now, on a weekday at an hour of the cohort's place.
func (l *loading) at(co *cohort, weeks float64, hour int) time.Time {
	loc := l.centre(co.from[0]).loc
	d := l.weeks(weeks).In(loc)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDate(0, 0, 1)
	}
	return time.Date(d.Year(), d.Month(), d.Day(), hour, 0, 0, 0, loc).UTC()
}

// storeCohorts stores the cohorts with their dates, puts people into them, and gives everybody their roles.
func (l *loading) storeCohorts(ctx context.Context, tx bun.IDB) error {
	l.cohorts = cohorts()
	for _, co := range l.cohorts {
		co.version = l.version
	}
	l.cohorts = append(l.cohorts, furtherCohorts(l.further)...)
	type row struct {
		ID        string    `json:"id"`
		CourseID  string    `json:"course_id"`
		Name      string    `json:"name"`
		Country   *string   `json:"country"`
		CentreID  *string   `json:"centre_id"`
		StartsOn  string    `json:"starts_on"`
		EndsOn    string    `json:"ends_on"`
		CreatedAt time.Time `json:"created_at"`
	}
	type date struct {
		CohortID    string     `json:"cohort_id"`
		ActivityKey string     `json:"activity_key"`
		DueAt       *time.Time `json:"due_at"`
		StartsAt    *time.Time `json:"starts_at"`
		EndsAt      *time.Time `json:"ends_at"`
		Place       string     `json:"place"`
		Link        string     `json:"link"`
	}
	var (
		rows  []row
		dates []date
	)
	for _, co := range l.cohorts {
		made := l.weeks(co.starts - 1.5)
		co.id = newID[lms.Cohort](chanceOf("cohort", co.key), made)
		co.name += ", " + season(l.weeks(co.starts))
		r := row{
			ID: co.id.String(), CourseID: co.version.CourseID.String(), Name: co.name, Country: text(co.country),
			StartsOn: l.at(co, co.starts, 9).Format(time.DateOnly), EndsOn: l.at(co, co.ends, 18).Format(time.DateOnly), CreatedAt: made,
		}
		if co.centre != "" {
			r.CentreID = text(l.centre(co.centre).id.String())
		}
		rows = append(rows, r)
		for key, weeks := range co.due {
			due := l.at(co, weeks, 18)
			dates = append(dates, date{CohortID: r.ID, ActivityKey: key, DueAt: &due})
		}
		for key, event := range map[string]struct {
			weeks       float64
			hour, hours int
			place       string
		}{practiceDay: {co.practice, 10, 4, co.place}, theirWebinar: {co.webinar, 14, 1, ""}} {
			begin := l.at(co, event.weeks, event.hour)
			end := begin.Add(time.Duration(event.hours) * time.Hour)
			dates = append(dates, date{CohortID: r.ID, ActivityKey: key, StartsAt: &begin, EndsAt: &end, Place: event.place})
		}
	}
	err := l.insert(ctx, tx,
		into{`INSERT INTO cohorts (id, course_id, name, country, centre_id, starts_on, ends_on, created_at)
		      SELECT * FROM json_to_recordset($1::text::json) AS r(
		             id uuid, course_id uuid, name text, country text, centre_id uuid, starts_on date, ends_on date,
		             created_at timestamptz)`, rows},
		into{`INSERT INTO cohort_dates (cohort_id, activity_key, due_at, starts_at, ends_at, place, link)
		      SELECT * FROM json_to_recordset($1::text::json) AS r(
		             cohort_id uuid, activity_key text, due_at timestamptz, starts_at timestamptz, ends_at timestamptz,
		             place text, link text)`, dates})
	if err != nil {
		return err
	}
	l.appoint()
	l.fill()
	return l.storeRoles(ctx, tx)
}

// Activities whose date a cohort sets.
const (
	practiceDay  = "m6-practice-day"
	theirWebinar = "m6-webinar"
)

// appoint gives roles: to the accounts, to a facilitator of each centre, a coordinator of each country, and
// a trainer of each cohort. Everybody else is a trainee.
func (l *loading) appoint() {
	give := func(p *person, role lms.Role, on lms.Ground) {
		p.roles = append(p.roles, lms.Grant{Role: role, Scope: on})
	}
	give(l.personOf("trainer"), lms.Trainer, lms.CohortGround(l.cohort("almaty").id))
	give(l.personOf("trainer"), lms.Trainer, lms.CohortGround(l.cohort("north").id))
	for _, country := range []string{"KZ", "KG", "TJ", "SK"} {
		give(l.personOf("coordinator"), lms.Coordinator, lms.CountryGround(country))
	}
	give(l.personOf("author"), lms.Author, lms.CourseGround(l.version.CourseID))
	for _, v := range l.further {
		give(l.personOf("author"), lms.Author, lms.CourseGround(v.CourseID))
	}
	give(l.personOf("facilitator"), lms.Facilitator, lms.CentreGround(l.centre("almaty").id))
	give(l.personOf("interpreter"), lms.Interpreter, lms.AllGround())
	give(l.personOf("admin"), lms.Admin, lms.AllGround())

	next := map[string]int{} // the next person of a centre who has no role yet
	pick := func(centre string) *person {
		seen := 0
		for _, p := range l.people[len(Accounts()):] {
			if p.centre.key != centre || p.state != "active" {
				continue
			}
			if seen++; seen > next[centre] {
				next[centre]++
				return p
			}
		}
		return l.people[0]
	}
	for _, c := range l.centres {
		give(pick(c.key), lms.Facilitator, lms.CentreGround(c.id))
	}
	for country, centre := range map[string]string{
		"KZ": "astana", "RU": "moscow", "TJ": "dushanbe", "SK": "bratislava", "CZ": "prague", "KG": "bishkek",
	} {
		give(pick(centre), lms.Coordinator, lms.CountryGround(country))
	}
	for _, co := range l.cohorts {
		if first := l.cohortOf(co.from[0]); co.version != l.version && first != nil && first.trainer != nil {
			co.trainer = first.trainer // who teaches the first course at a place teaches the others too
		} else {
			co.trainer = pick(co.from[0])
		}
		give(co.trainer, lms.Trainer, lms.CohortGround(co.id))
	}
	l.cohort("almaty").trainer, l.cohort("north").trainer = l.personOf("trainer"), l.personOf("trainer")
	for _, centre := range []string{"almaty", "moscow", "dushanbe", "bratislava"} {
		give(pick(centre), lms.Interpreter, lms.AllGround())
	}
	for _, p := range l.people {
		if len(p.roles) == 0 {
			give(p, lms.Trainee, lms.AllGround())
		}
	}
}

// cohort finds one by its key. A key that there is none for is a mistake of this package.
func (l *loading) cohort(key string) *cohort {
	for _, co := range l.cohorts {
		if co.key == key {
			return co
		}
	}
	panic("demo: there is no cohort " + key)
}

// fill puts trainees into cohorts: a few of two centres were in the pilot, some have no cohort yet.
func (l *loading) fill() {
	pilot, first := l.cohort("pilot"), l.cohort(firstRound)
	for _, p := range l.people {
		c := p.chance("cohort")
		if p.staff() || p.isAccount || p.state != "active" {
			continue
		}
		in := l.cohortOf(p.centre.key)
		switch {
		case in == nil || c.in(0.06):
			continue
		case (p.centre.key == "almaty" || p.centre.key == "moscow") && len(pilot.people) < 16 && c.in(0.25):
			in = pilot
		case slices.Contains(first.from, p.centre.key) && len(first.people) < 44 && c.in(0.3):
			in = first
		}
		p.cohort = in
		in.people = append(in.people, p)
	}
	l.fillFurther()
	trainee := l.personOf("trainee")
	trainee.cohort = l.cohort("almaty")
	trainee.cohort.people = append(trainee.cohort.people, trainee)
}

func (l *loading) cohortOf(centre string) *cohort {
	for _, co := range l.cohorts {
		for _, from := range co.from {
			if from == centre && !co.pilot && co.version == l.version {
				return co
			}
		}
	}
	return nil
}

func (l *loading) storeRoles(ctx context.Context, tx bun.IDB) error {
	type row struct {
		ID        string    `json:"id"`
		PersonID  string    `json:"person_id"`
		Role      string    `json:"role"`
		ScopeKind string    `json:"scope_kind"`
		Country   *string   `json:"country"`
		ScopeID   *string   `json:"scope_id"`
		GrantedBy string    `json:"granted_by"`
		CreatedAt time.Time `json:"created_at"`
	}
	admin := l.personOf("admin").id.String()
	var rows []row
	for _, p := range l.people {
		for _, g := range p.roles {
			c := p.chance("role " + g.String())
			r := row{
				ID: newID[lms.Membership](c, p.createdAt).String(), PersonID: p.id.String(), Role: string(g.Role),
				ScopeKind: string(g.Scope.Kind), Country: text(g.Scope.Country), GrantedBy: admin, CreatedAt: p.createdAt.Add(time.Hour),
			}
			if !g.Scope.ID.IsZero() {
				r.ScopeID = text(g.Scope.ID.String())
			}
			rows = append(rows, r)
		}
	}
	return l.insert(ctx, tx, into{`
		INSERT INTO memberships (id, person_id, role, scope_kind, country, scope_id, granted_by, created_at)
		SELECT * FROM json_to_recordset($1::text::json) AS r(
		       id uuid, person_id uuid, role text, scope_kind text, country text, scope_id uuid, granted_by uuid,
		       created_at timestamptz)`, rows})
}
