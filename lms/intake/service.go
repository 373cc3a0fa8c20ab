package intake

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/audit"
	"mostik/lms/catalog"
	"mostik/lms/db"
	"mostik/lms/intake/sheet"
	"mostik/lms/learning"
)

// Service brings people in.
type Service struct {
	DB       *bun.DB
	Accounts *account.Service
	Catalog  *catalog.Service
	Learning *learning.Service
	// Enlist puts people into a programme in the caller's transaction and gives their new participations, in order;
	// zero for whoever takes part already or cannot.
	Enlist func(ctx context.Context, tx bun.Tx, programme lms.ID[lms.Programme], people []lms.ID[lms.Person]) ([]lms.ID[lms.Participation], error)
	// Unlist takes participations back that Enlist made.
	Unlist func(ctx context.Context, tx bun.Tx, made []lms.ID[lms.Participation]) error
	// Invitable gives those among people whom an actor may put into a programme and who were never in it; Gather puts them
	// there and writes to them.
	Invitable func(ctx context.Context, q db.Queryer, actor lms.Actor, programme string, people []string) (lms.ID[lms.Programme], []lms.ID[lms.Person], error)
	Gather    func(ctx context.Context, tx bun.Tx, programme lms.ID[lms.Programme], people []lms.ID[lms.Person]) ([]lms.ID[lms.Participation], error)
	// Enter keeps certificates of the past, and Strike takes them back.
	Enter  func(ctx context.Context, tx bun.Tx, actor lms.Actor, papers []PastPaper) ([]lms.ID[lms.Certificate], error)
	Strike func(ctx context.Context, tx bun.Tx, made []lms.ID[lms.Certificate]) error
	Now    func() time.Time
}

// PastPaper is a certificate of the past and whose it is.
type PastPaper struct {
	Paper
	Person    lms.ID[lms.Person]
	Programme lms.ID[lms.Programme] // that it counts for, zero for none
	Language  string                // of the person
}

// State is where an import stands.
type State string

// The states.
const (
	Open     State = "open"     // is being mapped and decided on
	Applying State = "applying" // a job does it
	Applied  State = "applied"
	Undone   State = "undone"
	Dropped  State = "dropped" // given up; nothing was made
)

// Format is what was found out about the file.
type Format struct {
	Kind      sheet.Kind     `json:"kind" enum:"csv,xlsx"`
	Encoding  sheet.Encoding `json:"encoding,omitempty"`
	Separator string         `json:"separator,omitempty"`
	Sheet     string         `json:"sheet,omitempty"`
	Date1904  bool           `json:"date_1904,omitempty"`
}

// Counts tell what an import made, or would make.
type Counts struct {
	People         int `json:"people"`
	Known          int `json:"known"` // had an account
	Enrolments     int `json:"enrolments"`
	Completions    int `json:"completions"`
	Participations int `json:"participations"`
	Papers         int `json:"papers"`
	Organisations  int `json:"organisations"`
	Skipped        int `json:"skipped"` // rows that were left out
}

// record is an import as it is stored.
type record struct {
	ID                      lms.ID[lms.Import]
	MadeBy                  string // a name
	MadeAt                  time.Time
	Country                 string
	Centre                  lms.ID[lms.Centre]
	State                   State
	FileName                string
	Format                  Format
	Heads                   []string
	HeadLine                int
	Mapping                 Mapping
	Rows, Faults, Questions int
	Counts                  Counts
	Failure                 string
	AppliedBy               lms.ID[lms.Person]
	AppliedAt, UndoneAt     *time.Time
	Totals                  []string

	now time.Time
}

func (r *record) facts() lms.Facts { return lms.Facts{Country: r.Country, Centre: r.Centre} }

const importColumns = `i.id, coalesce(m.given_name || ' ' || m.family_name, ''), i.made_at, coalesce(i.country, ''), i.centre_id, i.state, i.file_name,
	i.format, array_to_json(i.heads), i.head_line, i.mapping, i.rows, i.faults, i.questions, i.counts, i.failure, i.applied_by, i.applied_at, i.undone_at, i.totals`

func (r *record) scan(scan func(...any) error) error {
	var format, heads, mapping, counts, totals []byte
	err := scan(&r.ID, &r.MadeBy, &r.MadeAt, &r.Country, &r.Centre, &r.State, &r.FileName, &format, &heads, &r.HeadLine, &mapping,
		&r.Rows, &r.Faults, &r.Questions, &counts, &r.Failure, &r.AppliedBy, &r.AppliedAt, &r.UndoneAt, &totals)
	if err != nil {
		return err
	}
	return errors.Join(json.Unmarshal(format, &r.Format), json.Unmarshal(heads, &r.Heads), json.Unmarshal(mapping, &r.Mapping),
		json.Unmarshal(counts, &r.Counts), json.Unmarshal(totals, &r.Totals))
}

// load reads an import that the actor may see. With lock it waits for whoever works on it. Errors: NotFound.
func (s *Service) load(ctx context.Context, q db.Queryer, actor lms.Actor, id lms.ID[lms.Import], lock bool) (*record, error) {
	if err := actor.May(lms.ImportPeople); err != nil {
		return nil, err
	}
	r := &record{now: s.Now()}
	sql := `SELECT ` + importColumns + ` FROM imports i LEFT JOIN persons m ON m.id = i.made_by WHERE i.id = $1`
	if lock {
		sql += ` FOR UPDATE OF i`
	}
	if err := r.scan(db.Row(ctx, q, sql, id).Scan); err != nil {
		return nil, db.Found(err, "import")
	}
	return r, actor.Can(lms.ImportPeople, r.facts())
}

// readRows gives all rows of an import, by line.
func readRows(ctx context.Context, q db.Queryer, id lms.ID[lms.Import]) ([]line, error) {
	var list []line
	err := each(ctx, q, func(scan func(...any) error) error {
		var l line
		var cells []byte
		var sameLine *int
		if err := scan(&l.No, &cells, &l.decision, &l.sameAs, &sameLine); err != nil {
			return err
		}
		if sameLine != nil {
			l.sameLine = *sameLine
		}
		if err := json.Unmarshal(cells, &l.cells); err != nil {
			return err
		}
		list = append(list, l)
		return nil
	}, `SELECT line, array_to_json(cells), decision, same_as, same_line FROM import_rows WHERE import_id = $1 ORDER BY line`, id)
	return list, err
}

// event is one act with an import.
func (s *Service) event(actor lms.Actor, action string, r *record, detail map[string]any) audit.Event {
	return audit.Event{At: s.Now(), Actor: actor.Person, Action: action, SubjectKind: "import", SubjectID: r.ID.String(), Detail: detail}
}
