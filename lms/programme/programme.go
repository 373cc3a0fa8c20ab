package programme

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// Service keeps programmes.
type Service struct {
	DB           *bun.DB
	Catalog      *catalog.Service
	Certificates *certificate.Service
	// Blobs hold what was handed in as evidence.
	Blobs *blob.Store
	// PublicURL is where mails lead, without a slash at its end; without it none are written.
	PublicURL string
	Now       func() time.Time

	published sync.Map // lms.ID[lms.ProgrammeVersion] to *version; they never change
}

// version is a published definition.
type version struct {
	*Definition
	ID          lms.ID[lms.ProgrammeVersion]
	Number      int
	PublishedAt time.Time
}

// programme is a row with its newest version.
type programme struct {
	ID      lms.ID[lms.Programme]
	Key     string
	Country string // "": of all countries
	Draft   json.RawMessage
	Closed  *time.Time
	// Newest is nil before the first publishing.
	Newest *version
	// courses are those of the newest version, or of the draft before it.
	courses []lms.ID[lms.Course]
}

const programmeColumns = `
	p.id, p.key, coalesce(p.country, ''), p.draft, p.closed_at,
	(SELECT v.id FROM programme_versions v WHERE v.programme_id = p.id ORDER BY v.number DESC LIMIT 1)`

type scanner interface{ Scan(dest ...any) error }

func (p *programme) scan(from scanner, more ...any) (newest lms.ID[lms.ProgrammeVersion], err error) {
	var draft []byte
	err = from.Scan(append([]any{&p.ID, &p.Key, &p.Country, &draft, &p.Closed, &newest}, more...)...)
	p.Draft = draft
	return newest, err
}

// load reads a programme by its key. Errors: NotFound.
func (s *Service) load(ctx context.Context, q db.Queryer, key string) (*programme, error) {
	p := &programme{}
	newest, err := p.scan(db.Row(ctx, q, `SELECT`+programmeColumns+` FROM programmes p WHERE p.key = $1`, key))
	if err != nil {
		return nil, db.Found(err, "programme")
	}
	return p, s.complete(ctx, q, p, newest)
}

// complete adds what does not stand in the row.
func (s *Service) complete(ctx context.Context, q db.Queryer, p *programme, newest lms.ID[lms.ProgrammeVersion]) (err error) {
	def := &Definition{}
	if !newest.IsZero() {
		if p.Newest, err = s.version(ctx, q, newest); err != nil {
			return err
		}
		def = p.Newest.Definition
	} else if read, err := Parse(p.Draft); err == nil {
		def = read
	}
	p.courses, err = coursesOf(ctx, q, def)
	return err
}

// coursesOf gives the ids of the courses that a definition names and that there are.
func coursesOf(ctx context.Context, q db.Queryer, def *Definition) ([]lms.ID[lms.Course], error) {
	return list(ctx, q, func(from scanner) (id lms.ID[lms.Course], err error) { return id, from.Scan(&id) },
		`SELECT id FROM courses WHERE key = ANY ($1::text[])`, def.courses())
}

// version gives a published definition, from memory after the first time.
func (s *Service) version(ctx context.Context, q db.Queryer, id lms.ID[lms.ProgrammeVersion]) (*version, error) {
	if v, ok := s.published.Load(id); ok {
		return v.(*version), nil
	}
	v := &version{ID: id}
	var raw []byte
	err := db.Row(ctx, q, `SELECT number, definition, published_at FROM programme_versions WHERE id = $1`, id).
		Scan(&v.Number, &raw, &v.PublishedAt)
	if err != nil {
		return nil, db.Found(err, "version")
	}
	if v.Definition, err = Parse(raw); err != nil {
		return nil, err
	}
	v.Check() // reads the rules; what was published has no faults
	s.published.Store(id, v)
	return v, nil
}

// list reads the rows of a query.
func list[T any](ctx context.Context, q db.Queryer, scan func(scanner) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := db.Rows(ctx, q, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, db.Translate(err)
		}
		all = append(all, one)
	}
	return all, db.Translate(rows.Err())
}

// reads tells whether the actor may read the programme. It names nobody, so one of all countries is open to whoever may
// read any; one of a country to whoever has a role there: in the country, one of its centres, one of the programme's
// courses or cohorts.
func (s *Service) reads(ctx context.Context, actor lms.Actor, p *programme) (bool, error) {
	if p.Country == "" {
		return actor.May(lms.ReadProgramme) == nil, nil
	}
	facts := lms.Facts{Country: p.Country, Courses: p.courses}
	if actor.Can(lms.ReadProgramme, facts) == nil {
		return true, nil
	}
	scope := actor.Scope(lms.ReadProgramme)
	if len(scope.Centres)+len(scope.Cohorts) == 0 {
		return false, nil
	}
	var there bool
	err := db.Row(ctx, s.DB, `
		SELECT EXISTS (SELECT FROM centres WHERE id = ANY ($1::text[]::uuid[]) AND country = $2)
		    OR EXISTS (SELECT FROM cohorts WHERE id = ANY ($3::text[]::uuid[]) AND (country = $2 OR course_id = ANY ($4::text[]::uuid[])))`,
		texts(scope.Centres), p.Country, texts(scope.Cohorts), texts(p.courses)).Scan(&there)
	return there, db.Translate(err)
}

func texts[T any](ids []lms.ID[T]) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = id.String()
	}
	return all
}

// open loads a programme that the actor may read. Errors: NotFound.
func (s *Service) open(ctx context.Context, actor lms.Actor, key string) (*programme, error) {
	p, err := s.load(ctx, s.DB, key)
	if err != nil {
		return nil, err
	}
	may, err := s.reads(ctx, actor, p)
	if err == nil && !may {
		err = lms.ErrNotFound("programme")
	}
	return p, err
}

// managed loads a programme that the actor may write. Errors: NotFound, Forbidden.
func (s *Service) managed(ctx context.Context, actor lms.Actor, key string) (*programme, error) {
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	if !p.manages(actor) {
		return nil, lms.ErrForbidden("you may see this programme and not write it")
	}
	return p, nil
}

func (p *programme) manages(actor lms.Actor) bool {
	return actor.Can(lms.ManageProgramme, lms.Facts{Country: p.Country}) == nil
}

// Counts are people by where they stand.
type Counts struct {
	Invited   int `json:"invited"`
	Active    int `json:"active"`
	Passed    int `json:"passed"`
	Certified int `json:"certified"`
}

func (c *Counts) add(state string, n int) {
	switch state {
	case stateInvited:
		c.Invited += n
	case stateActive:
		c.Active += n
	case statePassed:
		c.Passed += n
	case stateCertified:
		c.Certified += n
	}
}

// Row is a programme as lists show it.
type Row struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Country string `json:"country"`
	// Version is the newest one's number, 0 before the first.
	Version int  `json:"version"`
	Closed  bool `json:"closed"`
	// Counts are those whose standing the reader may see.
	Counts Counts `json:"counts"`
	// MayManage tells that the reader may write it.
	MayManage bool `json:"may_manage"`
}

// List gives the programmes that the actor may read, by title. Errors: Forbidden.
func (s *Service) List(ctx context.Context, actor lms.Actor) (rows []Row, err error) {
	defer lms.Wrap(&err, "programme.List")
	if err := actor.May(lms.ReadProgramme); err != nil {
		return nil, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	rows = []Row{}
	for _, p := range all {
		if may, err := s.reads(ctx, actor, p); err != nil {
			return nil, err
		} else if !may {
			continue
		}
		row := Row{Key: p.Key, Country: p.Country, Title: p.title(actor.Language), Closed: p.Closed != nil, MayManage: p.manages(actor)}
		if p.Newest != nil {
			row.Version = p.Newest.Number
		}
		if row.Counts, err = s.counts(ctx, actor, p); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// all reads every programme; there are few.
func (s *Service) all(ctx context.Context) ([]*programme, error) {
	type found struct {
		p      *programme
		newest lms.ID[lms.ProgrammeVersion]
	}
	rows, err := list(ctx, s.DB, func(from scanner) (f found, err error) {
		f.p = &programme{}
		f.newest, err = f.p.scan(from)
		return f, err
	}, `SELECT`+programmeColumns+` FROM programmes p ORDER BY p.closed_at IS NOT NULL, p.key`)
	if err != nil {
		return nil, err
	}
	all := make([]*programme, len(rows))
	for i, f := range rows {
		if err := s.complete(ctx, s.DB, f.p, f.newest); err != nil {
			return nil, err
		}
		all[i] = f.p
	}
	return all, nil
}

func (p *programme) title(lang string) string {
	if p.Newest != nil {
		return p.Newest.Title.In(lang)
	}
	if d, err := Parse(p.Draft); err == nil && d.Title.In(lang) != "" {
		return d.Title.In(lang)
	}
	return p.Key
}

func (s *Service) counts(ctx context.Context, actor lms.Actor, p *programme) (c Counts, err error) {
	w := &where{}
	w.add("pa.programme_id = " + w.arg(p.ID))
	scope, persons := actor.Scope(lms.ReadParticipation), ""
	w.people(scope, p.courses)
	if !scope.All { // else the index of states answers alone
		persons = "JOIN persons p ON p.id = pa.person_id"
	}
	_, err = list(ctx, s.DB, func(from scanner) (struct{}, error) {
		var state string
		var n int
		err := from.Scan(&state, &n)
		c.add(state, n)
		return struct{}{}, err
	}, `SELECT pa.state, count(*) FROM participations pa `+persons+` WHERE `+w.String()+` GROUP BY pa.state`, w.args...)
	return c, err
}

// Version is one published state of a programme in a list of them.
type Version struct {
	Number      int       `json:"number"`
	PublishedAt time.Time `json:"published_at"`
	// Current tells the newest.
	Current bool `json:"current"`
}

// View is a programme as staff see it.
type View struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Country string `json:"country"`
	Closed  bool   `json:"closed"`
	// Definition is the newest published one, null before the first.
	Definition json.RawMessage `json:"definition"`
	Versions   []Version       `json:"versions"`
	Counts     Counts          `json:"counts"`
	Days       []Day           `json:"days"`
	Webinars   []WebinarRow    `json:"webinars"`
	MayManage  bool            `json:"may_manage"`
	MayEnrol   bool            `json:"may_enrol"`
	// MayHold tells that the reader may put days of it on the calendar.
	MayHold bool `json:"may_hold"`
}

// Programme gives one as staff see it. Errors: NotFound.
func (s *Service) Programme(ctx context.Context, actor lms.Actor, key string) (v View, err error) {
	defer lms.Wrap(&err, "programme.Programme(%s)", key)
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return View{}, err
	}
	v = View{
		Key: p.Key, Title: p.title(actor.Language), Country: p.Country, Closed: p.Closed != nil, Definition: json.RawMessage("null"),
		MayManage: p.manages(actor), MayEnrol: actor.May(lms.EnrolParticipant) == nil, MayHold: actor.May(lms.ManageProgramme) == nil,
	}
	if p.Newest != nil {
		if v.Definition, err = json.Marshal(p.Newest.Definition); err != nil {
			return View{}, err
		}
	}
	v.Versions, err = list(ctx, s.DB, func(from scanner) (one Version, err error) {
		return one, from.Scan(&one.Number, &one.PublishedAt)
	}, `SELECT number, published_at FROM programme_versions WHERE programme_id = $1 ORDER BY number DESC`, p.ID)
	if err != nil {
		return View{}, err
	}
	if len(v.Versions) > 0 {
		v.Versions[0].Current = true
	}
	if v.Counts, err = s.counts(ctx, actor, p); err != nil {
		return View{}, err
	}
	if v.Days, err = s.days(ctx, actor, p); err != nil {
		return View{}, err
	}
	v.Webinars, err = s.webinars(ctx, p)
	return v, err
}

// Draft is a programme as its editor sees it.
type Draft struct {
	Key        string          `json:"key"`
	Country    string          `json:"country"`
	Definition json.RawMessage `json:"definition"`
	// Problems are what keeps the draft from being published, each with its field.
	Problems []lms.FieldProblem `json:"problems"`
	// Published is the newest version's number, 0 before the first; Changed tells that the draft differs from it.
	Published int  `json:"published"`
	Changed   bool `json:"changed"`
}

// Draft gives the definition that is being written. Errors: NotFound, Forbidden.
func (s *Service) Draft(ctx context.Context, actor lms.Actor, key string) (d Draft, err error) {
	defer lms.Wrap(&err, "programme.Draft(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil {
		return Draft{}, err
	}
	return s.draft(ctx, p)
}

func (s *Service) draft(ctx context.Context, p *programme) (d Draft, err error) {
	d = Draft{Key: p.Key, Country: p.Country, Definition: p.Draft, Problems: []lms.FieldProblem{}, Changed: true}
	def, err := Parse(p.Draft)
	if err != nil {
		return d, err
	}
	if d.Problems, err = s.problems(ctx, p, def); err != nil {
		return d, err
	}
	if d.Problems == nil {
		d.Problems = []lms.FieldProblem{}
	}
	if p.Newest != nil {
		d.Published = p.Newest.Number
		before, err := json.Marshal(p.Newest.Definition)
		if err != nil {
			return d, err
		}
		after, err := json.Marshal(def)
		if err != nil {
			return d, err
		}
		d.Changed = string(before) != string(after)
	}
	return d, nil
}

// reserved are words that stand where a programme's key does in addresses.
var reserved = []string{"mine", "choices", "new", "evidence"}

// NewProgramme is what a programme begins with.
type NewProgramme struct {
	Key     string
	Country string // "" of all countries
	// Definition is the first draft; empty for none.
	Definition json.RawMessage
}

// Create makes a programme with a draft. Errors: NotFound where it may not be made, Invalid, Conflict key-taken.
func (s *Service) Create(ctx context.Context, actor lms.Actor, in NewProgramme) (d Draft, err error) {
	defer lms.Wrap(&err, "programme.Create(%s)", in.Key)
	if err := actor.Can(lms.ManageProgramme, lms.Facts{Country: in.Country}); err != nil {
		return Draft{}, err
	}
	if !rule.IsKey(in.Key) || slices.Contains(reserved, in.Key) {
		return Draft{}, lms.ErrInvalid("key", "key-malformed", "small letters, digits and hyphens")
	}
	if len(in.Definition) == 0 {
		in.Definition = json.RawMessage(`{"title":{},"components":[],"achievement":null,"hours":""}`)
	}
	if _, err := Parse(in.Definition); err != nil {
		return Draft{}, err
	}
	p := &programme{ID: lms.NewID[lms.Programme](), Key: in.Key, Country: in.Country, Draft: in.Definition}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO programmes (id, key, country, draft, created_at) VALUES ($1, $2, nullif($3, ''), $4, $5)`,
			p.ID, p.Key, p.Country, string(p.Draft), s.Now())
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "programme.create", "programme", p.ID.String(), nil)
	})
	switch {
	case lms.KindOf(err) == lms.Conflict:
		return Draft{}, &lms.Error{Kind: lms.Conflict, Code: "key-taken", Field: "key", Detail: "another programme has this key", Err: err}
	case lms.KindOf(err) == lms.Invalid:
		return Draft{}, lms.ErrInvalid("country", "country-unknown", "not one of the countries")
	case err != nil:
		return Draft{}, err
	}
	return s.draft(ctx, p)
}

// write puts an act on record.
func (s *Service) write(ctx context.Context, tx db.Queryer, actor lms.Actor, action, kind, id string, detail map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{At: s.Now(), Actor: actor.Person, Action: action, SubjectKind: kind, SubjectID: id, Detail: detail})
}

// SaveDraft keeps a definition that may still have faults, which come back. Errors: NotFound, Forbidden, Invalid where
// it is no definition at all.
func (s *Service) SaveDraft(ctx context.Context, actor lms.Actor, key string, raw json.RawMessage) (d Draft, err error) {
	defer lms.Wrap(&err, "programme.SaveDraft(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil {
		return Draft{}, err
	}
	if _, err := Parse(raw); err != nil {
		return Draft{}, err
	}
	if _, err := db.Exec(ctx, s.DB, `UPDATE programmes SET draft = $2 WHERE id = $1`, p.ID, string(raw)); err != nil {
		return Draft{}, err
	}
	p.Draft = raw
	return s.draft(ctx, p)
}

// problems adds to Check what stands in other tables.
func (s *Service) problems(ctx context.Context, p *programme, def *Definition) ([]lms.FieldProblem, error) {
	faults := def.Check()
	courses, err := s.choiceCourses(ctx, "en")
	if err != nil {
		return nil, err
	}
	programmes, err := list(ctx, s.DB, func(from scanner) (key string, err error) { return key, from.Scan(&key) }, `SELECT key FROM programmes`)
	if err != nil {
		return nil, err
	}
	unknown := func(field, detail string) {
		faults = append(faults, lms.FieldProblem{Field: field, Code: "reference-unknown", Detail: detail})
	}
	for i, c := range def.Components {
		at := "components/" + itoa(i)
		course := slices.IndexFunc(courses, func(k CourseChoice) bool { return k.Key == c.Course })
		if rule.IsKey(c.Course) && course < 0 {
			unknown(at+"/course", "there is no such course")
		}
		if rule.IsKey(c.Activity) && course >= 0 && !slices.ContainsFunc(courses[course].Quizzes, func(q Choice) bool { return q.Key == c.Activity }) {
			unknown(at+"/activity", "the course has no such quiz")
		}
		for j, key := range append([]string{c.Programme}, c.Equivalents...) {
			field := at + "/programme"
			if j > 0 {
				field = at + "/equivalents/" + itoa(j-1)
			}
			switch {
			case !rule.IsKey(key):
			case key == p.Key:
				faults = append(faults, lms.FieldProblem{Field: field, Code: "reference-self", Detail: "a programme cannot ask for itself"})
			case !slices.Contains(programmes, key):
				unknown(field, "there is no such programme")
			}
		}
	}
	return faults, nil
}

// Publish makes the draft the newest version, if it has no faults. Whoever has not got the certificate yet is moved to
// it where no more is asked of them than before. A draft that is the newest version already publishes nothing.
// Errors: NotFound, Forbidden, Invalid with all the faults.
func (s *Service) Publish(ctx context.Context, actor lms.Actor, key string) (number int, err error) {
	defer lms.Wrap(&err, "programme.Publish(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil {
		return 0, err
	}
	draft, err := s.draft(ctx, p)
	if err != nil || !draft.Changed {
		return draft.Published, err
	}
	if len(draft.Problems) > 0 {
		return 0, &lms.Error{Kind: lms.Invalid, Code: "programme-faulty", Field: draft.Problems[0].Field, Detail: "the programme has faults", Problems: draft.Problems}
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// Locked, so that two who publish at once get two numbers.
		if _, err := db.Exec(ctx, tx, `SELECT FROM programmes WHERE id = $1 FOR NO KEY UPDATE`, p.ID); err != nil {
			return err
		}
		id := lms.NewID[lms.ProgrammeVersion]()
		err := db.Row(ctx, tx, `
			INSERT INTO programme_versions (id, programme_id, number, definition, published_at, published_by)
			SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 FROM programme_versions WHERE programme_id = $2
			RETURNING number`, id, p.ID, string(p.Draft), s.Now(), actor.Person).Scan(&number)
		if err != nil {
			return db.Translate(err)
		}
		if err := changed(ctx, tx, p.ID); err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "programme.publish", "programme", p.ID.String(), map[string]any{"version": number})
	})
	return number, err
}

// changed has everybody in a programme explained again.
func changed(ctx context.Context, tx db.Queryer, id lms.ID[lms.Programme]) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO participations_changed (participation_id)
		SELECT id FROM participations WHERE programme_id = $1 AND state <> 'withdrawn' ORDER BY id`, id)
	return err
}

// Close takes nobody in any more, or opens a programme again. Errors: NotFound, Forbidden.
func (s *Service) Close(ctx context.Context, actor lms.Actor, key string, closed bool) (err error) {
	defer lms.Wrap(&err, "programme.Close(%s)", key)
	p, err := s.managed(ctx, actor, key)
	if err != nil || (p.Closed != nil) == closed {
		return err
	}
	action, at := "programme.open", any(nil)
	if closed {
		action, at = "programme.close", s.Now()
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := db.Exec(ctx, tx, `UPDATE programmes SET closed_at = $2 WHERE id = $1`, p.ID, at); err != nil {
			return err
		}
		return s.write(ctx, tx, actor, action, "programme", p.ID.String(), nil)
	})
}
