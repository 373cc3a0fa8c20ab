package programme

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
	"mostik/lms/record"
)

// Day is an in-person day.
type Day struct {
	ID         lms.ID[lms.Day]     `json:"id"`
	Component  string              `json:"component"`
	Title      string              `json:"title"`
	Country    string              `json:"country"`
	CentreID   *lms.ID[lms.Centre] `json:"centre_id,omitempty"`
	CentreName string              `json:"centre_name,omitempty"`
	// TimeZone is the centre's, "" where the day is at none.
	TimeZone string    `json:"time_zone,omitempty"`
	Place    string    `json:"place"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	// Present counts those whom the reader may see.
	Present int `json:"present"`
}

const dayColumns = ` d.id, d.component, d.title, d.country, d.centre_id, coalesce(c.name, ''), coalesce(c.time_zone, ''), d.place, d.starts_at, d.ends_at`

func (d *Day) scan(from scanner, more ...any) error {
	var centre lms.ID[lms.Centre]
	err := from.Scan(append([]any{&d.ID, &d.Component, &d.Title, &d.Country, &centre, &d.CentreName, &d.TimeZone, &d.Place, &d.StartsAt, &d.EndsAt}, more...)...)
	if !centre.IsZero() {
		d.CentreID = &centre
	}
	d.StartsAt, d.EndsAt = d.StartsAt.UTC(), d.EndsAt.UTC()
	return err
}

// days lists the days of a programme in the actor's part of the world, the newest first.
func (s *Service) days(ctx context.Context, actor lms.Actor, p *programme) ([]Day, error) {
	w := &where{}
	w.add("d.programme_id = " + w.arg(p.ID))
	s.daysIn(w, actor, p)
	seen := &where{args: w.args}
	seen.add("a.day_id = d.id AND a.state <> 'absent'")
	seen.people(actor.Scope(lms.ReadParticipation), p.courses)
	return list(ctx, s.DB, func(from scanner) (d Day, err error) { return d, d.scan(from, &d.Present) }, `
		SELECT`+dayColumns+`, (SELECT count(*) FROM day_attendance a JOIN persons p ON p.id = a.person_id WHERE `+seen.String()+`)
		  FROM programme_days d LEFT JOIN centres c ON c.id = d.centre_id
		 WHERE `+w.String()+` ORDER BY d.starts_at DESC, d.id`, seen.args...)
}

// daysIn bounds days to where the actor may take attendance or read the desk: a day's country, its centre. Whoever
// teaches sees the days of the programmes that they may read.
func (s *Service) daysIn(w *where, actor lms.Actor, p *programme) {
	scope := actor.Scope(lms.ReadProgramme)
	if scope.All || len(scope.Courses)+len(scope.Cohorts) > 0 {
		return
	}
	w.add("(d.country = ANY (" + w.arg(scope.Countries) + "::text[]) OR d.centre_id = ANY (" + w.arg(texts(scope.Centres)) + "::text[]::uuid[])" +
		" OR EXISTS (SELECT FROM centres y WHERE y.country = d.country AND y.id = ANY (" + w.arg(texts(scope.Centres)) + "::text[]::uuid[])))")
}

// DayInput is a day to be made or changed.
type DayInput struct {
	Component, Title, Country, Place string
	Centre                           lms.ID[lms.Centre]
	StartsAt, EndsAt                 time.Time
}

func (in *DayInput) check() error {
	in.Title, in.Place = strings.TrimSpace(in.Title), strings.TrimSpace(in.Place)
	switch {
	case in.Title == "" || utf8.RuneCountInString(in.Title) > 200:
		return lms.ErrInvalid("title", "required", "1 to 200 characters")
	case utf8.RuneCountInString(in.Place) > 200:
		return lms.ErrInvalid("place", "too-long", "at most 200 characters")
	case !in.EndsAt.After(in.StartsAt):
		return lms.ErrInvalid("ends_at", "ends-before-start", "it ends after it begins")
	case in.EndsAt.Sub(in.StartsAt) > 24*time.Hour:
		return lms.ErrInvalid("ends_at", "too-long", "a seminar of several days is several days")
	}
	return nil
}

// CreateDay puts an in-person day on the calendar. Errors: NotFound, Forbidden, Invalid, Conflict not-published.
func (s *Service) CreateDay(ctx context.Context, actor lms.Actor, key string, in DayInput) (id lms.ID[lms.Day], err error) {
	defer lms.Wrap(&err, "programme.CreateDay(%s)", key)
	p, err := s.holding(ctx, actor, key)
	if err != nil {
		return id, err
	}
	if err := s.dayInput(ctx, actor, p, &in); err != nil {
		return id, err
	}
	id = lms.NewID[lms.Day]()
	return id, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO programme_days (id, programme_id, component, title, country, centre_id, place, starts_at, ends_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, p.ID, in.Component, in.Title, in.Country, orNull(in.Centre), in.Place, in.StartsAt, in.EndsAt)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "day.create", "day", id.String(), map[string]any{"programme": p.Key})
	})
}

func (s *Service) dayInput(ctx context.Context, actor lms.Actor, p *programme, in *DayInput) error {
	if err := in.check(); err != nil {
		return err
	}
	if !in.Centre.IsZero() {
		if err := db.Row(ctx, s.DB, `SELECT country FROM centres WHERE id = $1`, in.Centre).Scan(&in.Country); err != nil {
			return db.Found(err, "centre")
		}
	}
	if in.Country == "" {
		return lms.ErrInvalid("country", "required", "a day is held somewhere")
	}
	if err := p.heldIn(actor, in.Country); err != nil {
		return err
	}
	return p.componentOf(in.Component, rule.Day)
}

// day loads one with its programme, for who may read it. Errors: NotFound.
func (s *Service) day(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day]) (d Day, p *programme, err error) {
	var key string
	err = d.scan(db.Row(ctx, s.DB, `
		SELECT`+dayColumns+`, g.key FROM programme_days d JOIN programmes g ON g.id = d.programme_id LEFT JOIN centres c ON c.id = d.centre_id WHERE d.id = $1`,
		id), &key)
	if err != nil {
		return d, nil, db.Found(err, "day")
	}
	if p, err = s.open(ctx, actor, key); err != nil {
		return d, nil, err
	}
	w := &where{}
	w.add("d.id = " + w.arg(id))
	s.daysIn(w, actor, p)
	var there bool
	if err := db.Row(ctx, s.DB, `SELECT EXISTS (SELECT FROM programme_days d WHERE `+w.String()+`)`, w.args...).Scan(&there); err != nil {
		return d, nil, db.Translate(err)
	}
	if !there {
		return d, nil, lms.ErrNotFound("day")
	}
	return d, p, nil
}

// ChangeDay changes title, place and time of a day. Errors: NotFound, Forbidden, Invalid.
func (s *Service) ChangeDay(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day], in DayInput) (err error) {
	defer lms.Wrap(&err, "programme.ChangeDay(%s)", id)
	d, p, err := s.day(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := seen(actor.Can(lms.ManageProgramme, lms.Facts{Country: d.Country})); err != nil {
		return err
	}
	if err := s.dayInput(ctx, actor, p, &in); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			UPDATE programme_days SET component = $2, title = $3, country = $4, centre_id = $5, place = $6, starts_at = $7, ends_at = $8 WHERE id = $1`,
			id, in.Component, in.Title, in.Country, orNull(in.Centre), in.Place, in.StartsAt, in.EndsAt)
		if err != nil {
			return err
		}
		if err := attended(ctx, tx, id); err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "day.change", "day", id.String(), nil)
	})
}

// attended has everybody explained again who stands on the sheet of a day.
func attended(ctx context.Context, tx db.Queryer, id lms.ID[lms.Day]) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO participations_changed (participation_id)
		SELECT pa.id FROM day_attendance a JOIN participations pa ON pa.person_id = a.person_id AND pa.state <> 'withdrawn'
		  JOIN programme_days d ON d.id = a.day_id AND d.programme_id = pa.programme_id
		 WHERE a.day_id = $1 ORDER BY pa.id`, id)
	return err
}

// seen makes not-found of a thing that the actor has seen forbidden.
func seen(err error) error {
	if lms.KindOf(err) == lms.NotFound {
		return lms.ErrForbidden("you may see this day and not change it")
	}
	return err
}

// SheetRow is one line of a day's sheet.
type SheetRow struct {
	Person       lms.ID[lms.Person] `json:"person_id"`
	Name         string             `json:"name"`
	LatinName    string             `json:"latin_name"`
	Country      string             `json:"country"`
	Centre       string             `json:"centre"`
	Organisation string             `json:"organisation"`
	// State is "" before anybody said it.
	State      string     `json:"state" enum:",present,part,absent"`
	Minutes    int        `json:"minutes"`
	Evidence   string     `json:"evidence" enum:",code,tick,sheet"`
	RecordedBy string     `json:"recorded_by"`
	RecordedAt *time.Time `json:"recorded_at,omitempty"`
	// TakesPart tells who is in the programme from who came without being asked.
	TakesPart bool `json:"takes_part"`
	// MayTick tells that the reader may say whether they were there.
	MayTick bool `json:"may_tick"`
}

// Sheet is a day with who is expected and who was there.
type Sheet struct {
	Day       Day        `json:"day"`
	Programme string     `json:"programme"` // its key
	Title     string     `json:"title"`
	Component string     `json:"component"` // its title
	Rows      []SheetRow `json:"rows"`
	// MayManage tells that the reader may change the day.
	MayManage bool `json:"may_manage"`
	// MayShow tells that the reader may take attendance for the day as a whole: show its code, see and add the scans of
	// signed sheets. CodeOpen tells that the code may be shown now.
	MayShow  bool   `json:"may_show"`
	CodeOpen bool   `json:"code_open"`
	Scans    []Scan `json:"scans"`
}

// Sheet gives the attendance sheet of a day: those who take part and are still expected there, and those on it already,
// as far as the actor may see them. Errors: NotFound.
func (s *Service) Sheet(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day]) (v Sheet, err error) {
	defer lms.Wrap(&err, "programme.Sheet(%s)", id)
	d, p, err := s.day(ctx, actor, id)
	if err != nil {
		return Sheet{}, err
	}
	w := &where{}
	day, prog := w.arg(id), w.arg(p.ID)
	w.people(actor.Scope(lms.TakeAttendance), p.courses)
	if len(w.parts) == 0 {
		w.add("true")
	}
	v = Sheet{Day: d, Programme: p.Key, Title: p.title(actor.Language), MayManage: actor.Can(lms.ManageProgramme, lms.Facts{Country: d.Country}) == nil}
	if p.Newest != nil {
		if c, ok := p.Newest.component(d.Component); ok {
			v.Component = c.Title.In(actor.Language)
		}
	}
	// Expected are those of the day's country to whom it could bring something.
	v.Rows, err = list(ctx, s.DB, func(from scanner) (r SheetRow, err error) {
		err = from.Scan(&r.Person, &r.Name, &r.LatinName, &r.Country, &r.Centre, &r.Organisation, &r.State, &r.Minutes, &r.Evidence, &r.RecordedBy, &r.RecordedAt, &r.TakesPart)
		r.MayTick = r.Person != actor.Person // of the rest, the scope is that of taking attendance
		return r, err
	}, `
		SELECT p.id, trim(p.given_name || ' ' || p.family_name), trim(p.latin_given || ' ' || p.latin_family), coalesce(p.country, ''),
		       coalesce(c.name, ''), coalesce(o.name, ''), coalesce(a.state, ''), coalesce(a.minutes, 0), coalesce(a.evidence, ''),
		       coalesce(trim(r.given_name || ' ' || r.family_name), ''), a.recorded_at, pa.id IS NOT NULL
		  FROM persons p
		  LEFT JOIN day_attendance a ON a.person_id = p.id AND a.day_id = `+day+`
		  LEFT JOIN participations pa ON pa.person_id = p.id AND pa.programme_id = `+prog+` AND pa.state <> 'withdrawn'
		  LEFT JOIN persons r ON r.id = a.recorded_by
		  LEFT JOIN centres c ON c.id = p.centre_id LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE (a.day_id IS NOT NULL OR pa.id IS NOT NULL AND p.country = `+w.arg(d.Country)+` AND pa.state <> 'certified') AND p.state <> 'erased'
		   AND `+w.String()+`
		 ORDER BY p.sort_name, p.id LIMIT 2000`, w.args...)
	for i := range v.Rows {
		if v.Rows[i].State == "present" || v.Rows[i].State == "part" {
			v.Day.Present++
		}
	}
	if err != nil {
		return v, err
	}
	v.Scans, v.CodeOpen = []Scan{}, d.codeOpen(s.Now())
	if v.MayShow = s.takesAttendance(ctx, actor, &d, p) == nil; v.MayShow {
		v.Scans, err = s.scans(ctx, id)
	}
	return v, err
}

// Tick says whether somebody was there.
type Tick struct {
	Person lms.ID[lms.Person] `json:"person_id"`
	State  string             `json:"state" enum:"present,part,absent,none"`
	// Minutes are asked for part; present without them is the whole day.
	Minutes int `json:"minutes"`
	// Evidence is how it is known: a tick, a signed sheet. By a code people check in themselves.
	Evidence string `json:"evidence" enum:"tick,sheet"`
}

// TickDay says of people whether they were there; "none" takes what was said back. Somebody who came without being
// asked is put on the sheet the same way. Nobody ticks themselves. Errors: NotFound, Forbidden, Invalid.
func (s *Service) TickDay(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day], ticks []Tick) (err error) {
	defer lms.Wrap(&err, "programme.TickDay(%s)", id)
	d, p, err := s.day(ctx, actor, id)
	if err != nil {
		return err
	}
	if s.Now().Before(d.StartsAt.Add(-12 * time.Hour)) {
		return lms.ErrConflict("day-ahead", "attendance is taken when the day has come")
	}
	if len(ticks) > 2000 {
		return lms.ErrInvalid("ticks", "too-many", "at most 2,000 lines")
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		for i, t := range ticks {
			if err := s.tick(ctx, tx, actor, d, p, t, "ticks/"+itoa(i)); err != nil {
				return err
			}
		}
		return s.write(ctx, tx, actor, "day.attendance", "day", id.String(), map[string]any{"people": len(ticks)})
	})
	if err != nil {
		return err
	}
	return s.settlePeople(ctx, p, ticks)
}

func (s *Service) tick(ctx context.Context, tx bun.Tx, actor lms.Actor, d Day, p *programme, t Tick, at string) error {
	m, err := personFacts(ctx, tx, t.Person, p.courses)
	if err != nil {
		return err
	}
	if err := actor.Can(lms.TakeAttendance, m.facts); err != nil {
		return err
	}
	if t.Person == actor.Person {
		return lms.ErrForbidden("nobody says of themselves that they were there")
	}
	whole := int(d.EndsAt.Sub(d.StartsAt).Minutes())
	switch t.State {
	case "none":
		n, err := db.Exec(ctx, tx, `DELETE FROM day_attendance WHERE day_id = $1 AND person_id = $2`, d.ID, t.Person)
		if err != nil || n == 0 {
			return err
		}
		return record.Gone(ctx, tx, t.Person, record.Day(d.ID, t.Person))
	case "present":
		if t.Minutes == 0 {
			t.Minutes = whole
		}
	case "absent":
		t.Minutes = 0
	case "part":
		if t.Minutes <= 0 {
			return lms.ErrInvalid(at+"/minutes", "required", "how long were they there")
		}
	default:
		return lms.ErrInvalid(at+"/state", "state-unknown", "present, part, absent or none")
	}
	if t.Minutes < 0 || t.Minutes > whole {
		return lms.ErrInvalid(at+"/minutes", "out-of-range", "no longer than the day")
	}
	switch t.Evidence {
	case "":
		t.Evidence = "tick"
	case "tick", "sheet":
	default:
		return lms.ErrInvalid(at+"/evidence", "evidence-unknown", "tick or sheet")
	}
	// What is known by stronger evidence is not said again by weaker: code, then sheet, then tick.
	changed, err := db.Exec(ctx, tx, `
		INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (day_id, person_id) DO UPDATE
		   SET state = excluded.state, minutes = excluded.minutes, evidence = excluded.evidence, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
		 WHERE (day_attendance.state, day_attendance.minutes) <> (excluded.state, excluded.minutes)
		    OR array_position(ARRAY['tick', 'sheet', 'code'], excluded.evidence) > array_position(ARRAY['tick', 'sheet', 'code'], day_attendance.evidence)`,
		d.ID, t.Person, t.State, t.Minutes, t.Evidence, actor.Person, s.Now())
	if err != nil || changed == 0 {
		return err
	}
	return record.Append(ctx, tx, record.Day(d.ID, t.Person))
}

// settlePeople explains those of a few ticks at once; more of them are the queue's.
func (s *Service) settlePeople(ctx context.Context, p *programme, ticks []Tick) error {
	if len(ticks) > 20 {
		return nil
	}
	people := make([]string, len(ticks))
	for i, t := range ticks {
		people[i] = t.Person.String()
	}
	ids, err := list(ctx, s.DB, func(from scanner) (id lms.ID[lms.Participation], err error) { return id, from.Scan(&id) },
		`SELECT id FROM participations WHERE programme_id = $1 AND person_id = ANY ($2::text[]::uuid[]) AND state <> 'withdrawn'`, p.ID, people)
	if err != nil {
		return err
	}
	return s.settleNow(ctx, ids...)
}

// WalkIns finds people by a part of their name who could be put on a day's sheet. Errors: NotFound, Forbidden.
func (s *Service) WalkIns(ctx context.Context, actor lms.Actor, id lms.ID[lms.Day], text string) (all []Candidate, err error) {
	defer lms.Wrap(&err, "programme.WalkIns(%s)", id)
	_, p, err := s.day(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if err := actor.May(lms.TakeAttendance); err != nil {
		return nil, err
	}
	return s.candidates(ctx, actor, p, lms.TakeAttendance, text, "true")
}
