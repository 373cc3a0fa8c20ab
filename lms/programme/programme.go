package programme

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/db"
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

// write puts an act on record.
func (s *Service) write(ctx context.Context, tx db.Queryer, actor lms.Actor, action, kind, id string, detail map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{At: s.Now(), Actor: actor.Person, Action: action, SubjectKind: kind, SubjectID: id, Detail: detail})
}
