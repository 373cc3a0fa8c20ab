package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/intake/value"
)

// Row is an import in the list.
type Row struct {
	ID        lms.ID[lms.Import] `json:"id"`
	MadeBy    string             `json:"made_by"`
	MadeAt    time.Time          `json:"made_at"`
	Country   string             `json:"country,omitempty"`
	State     State              `json:"state" enum:"open,applying,applied,undone,dropped"`
	FileName  string             `json:"file_name"`
	Rows      int                `json:"rows"`
	Faults    int                `json:"faults"`
	Questions int                `json:"questions"`
	Counts    Counts             `json:"counts"`
	// Failure is the code of why the last try to apply it ended, "" for none.
	Failure   string     `json:"failure,omitempty"`
	AppliedAt *time.Time `json:"applied_at,omitempty"`
	UndoneAt  *time.Time `json:"undone_at,omitempty"`
}

// View is an import as its page shows it.
type View struct {
	Row
	Centre   *lms.ID[lms.Centre] `json:"centre_id,omitempty"`
	Format   Format              `json:"format"`
	Heads    []string            `json:"heads"`
	HeadLine int                 `json:"head_line"`
	// Samples are the first cells of each column that hold something.
	Samples [][]string `json:"samples"`
	Mapping Mapping    `json:"mapping"`
	// MappingFault is the code of what keeps the mapping from being used, "" for nothing.
	MappingFault string  `json:"mapping_fault,omitempty"`
	Fields       []Named `json:"fields"`
	// Kinds count the problems that there are.
	Kinds []ProblemCount `json:"kinds"`
	// Cohorts and Programmes are those that everybody could be put into.
	Cohorts    []Choice `json:"cohorts"`
	Programmes []Choice `json:"programmes"`
}

// Choice is a thing to choose.
type Choice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ProblemCount tells how many rows have a problem.
type ProblemCount struct {
	Code  string `json:"code"`
	Level Level  `json:"level" enum:"1,2,3"`
	Rows  int    `json:"rows"`
}

func (r *record) row() Row {
	return Row{
		r.ID, r.MadeBy, r.MadeAt, r.Country, r.State, r.FileName, r.Rows, r.Faults, r.Questions, r.Counts, r.Failure, r.AppliedAt, r.UndoneAt,
	}
}

// maxListed bounds the list of imports.
const maxListed = 200

// Imports lists those of the actor's part of the world, the newest first.
func (s *Service) Imports(ctx context.Context, actor lms.Actor) (list []Row, err error) {
	defer lms.Wrap(&err, "intake.Imports")
	if err := actor.May(lms.ImportPeople); err != nil {
		return nil, err
	}
	list = []Row{}
	scope := actor.Scope(lms.ImportPeople)
	centres := make([]string, len(scope.Centres))
	for i, c := range scope.Centres {
		centres[i] = c.String()
	}
	err = each(ctx, s.DB, func(scan func(...any) error) error {
		var r record
		if err := r.scan(scan); err != nil {
			return err
		}
		list = append(list, r.row())
		return nil
	}, `SELECT `+importColumns+` FROM imports i LEFT JOIN persons m ON m.id = i.made_by
	     WHERE $1 OR i.country = ANY ($2::text[]) OR i.centre_id = ANY ($3::text[]::uuid[])
	     ORDER BY i.made_at DESC LIMIT $4`, scope.All, notNil(scope.Countries), centres, maxListed)
	return list, err
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// Import gives one. Errors: NotFound.
func (s *Service) Import(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import]) (v View, err error) {
	defer lms.Wrap(&err, "intake.Import(%s)", id)
	r, err := s.load(ctx, s.DB, actor, id, false)
	if err != nil {
		return v, err
	}
	v = View{
		Row: r.row(), Format: r.Format, Heads: r.Heads, HeadLine: r.HeadLine, Mapping: r.Mapping, Fields: Fields(actor.Language),
		Samples: [][]string{}, Kinds: []ProblemCount{}, Cohorts: []Choice{}, Programmes: []Choice{},
	}
	if !r.Centre.IsZero() {
		v.Centre = &r.Centre
	}
	if r.State != Open {
		return v, nil
	}
	if e, ok := r.Mapping.check(len(r.Heads)).(*lms.Error); ok {
		v.MappingFault = e.Code
	}
	if v.Samples, err = samples(ctx, s.DB, id, len(r.Heads)); err != nil {
		return v, err
	}
	if err := s.choices(ctx, actor, &v); err != nil {
		return v, err
	}
	err = each(ctx, s.DB, func(scan func(...any) error) error {
		var k ProblemCount
		if err := scan(&k.Code, &k.Level, &k.Rows); err != nil {
			return err
		}
		v.Kinds = append(v.Kinds, k)
		return nil
	}, `SELECT p ->> 'code', max((p ->> 'level')::int), count(DISTINCT r.line)
	      FROM import_rows r, jsonb_array_elements(r.problems) p WHERE r.import_id = $1 AND r.decision <> 'skip'
	     GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1`, id)
	return v, err
}

func (s *Service) choices(ctx context.Context, actor lms.Actor, v *View) error {
	refs, err := s.loadRefs(ctx, s.DB, actor)
	if err != nil {
		return err
	}
	for id, c := range refs.cohortByID {
		v.Cohorts = append(v.Cohorts, Choice{id.String(), c.Name})
	}
	if s.Enlist != nil {
		for id, p := range refs.programmeByID {
			v.Programmes = append(v.Programmes, Choice{id.String(), p.Key})
		}
	}
	for _, list := range [][]Choice{v.Cohorts, v.Programmes} {
		sortChoices(list)
	}
	return nil
}

// samples gives up to three different cells of each column.
func samples(ctx context.Context, q db.Queryer, id lms.ID[lms.Import], columns int) ([][]string, error) {
	const most, look = 3, 50
	list := make([][]string, columns)
	for i := range list {
		list[i] = []string{}
	}
	err := each(ctx, q, func(scan func(...any) error) error {
		var raw []byte
		var cells []string
		if err := scan(&raw); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &cells); err != nil {
			return err
		}
		for i, cell := range cells[:min(len(cells), columns)] {
			if text, _ := value.Clean(cell); text != "" && len(list[i]) < most && !contains(list[i], text) {
				list[i] = append(list[i], text)
			}
		}
		return nil
	}, `SELECT array_to_json(cells) FROM import_rows WHERE import_id = $1 ORDER BY line LIMIT $2`, id, look)
	return list, err
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// Line is a row of the table as the preview shows it.
type Line struct {
	Line     int       `json:"line"`
	Cells    []string  `json:"cells"`
	Problems []Problem `json:"problems"`
	Level    Level     `json:"level" enum:"0,1,2,3"`
	Decision string    `json:"decision" enum:",same,new,skip"`
	SameLine int       `json:"same_line,omitempty"`
	// SameAs is who was decided on, or who came of the row.
	SameAs *lms.ID[lms.Person] `json:"same_as,omitempty"`
	Person *lms.ID[lms.Person] `json:"person_id,omitempty"`
	// Mended are cells of mixed scripts as they would be mended, by column.
	Mended map[string]string `json:"mended,omitempty"`
}

// Somebody is a person that a problem speaks of.
type Somebody struct {
	ID        lms.ID[lms.Person] `json:"id"`
	Name      string             `json:"name"`
	LatinName string             `json:"latin_name,omitempty"`
	BirthYear int                `json:"birth_year,omitempty"`
	Email     string             `json:"email,omitempty"`
	Phone     string             `json:"phone,omitempty"`
	Centre    string             `json:"centre,omitempty"`
	Employer  string             `json:"organisation,omitempty"`
}

// Lines is a page of rows.
type Lines struct {
	Items []Line `json:"items"`
	Total int    `json:"total"`
	Page  int    `json:"page"`
	Pages int    `json:"pages"`
	// People are those whom the problems of the page speak of, as far as the reader may see them.
	People []Somebody `json:"people"`
}

// LinesQuery narrows the rows: by the level of their worst problem, or by one problem.
type LinesQuery struct {
	Level Level
	Code  string
	Page  int // from 1
}

const linesPerPage = 50

// Lines gives a page of rows with what is wrong with each. Errors: NotFound.
func (s *Service) Lines(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import], q LinesQuery) (out Lines, err error) {
	defer lms.Wrap(&err, "intake.Lines(%s)", id)
	if _, err := s.load(ctx, s.DB, actor, id, false); err != nil {
		return out, err
	}
	out.Page, out.Items, out.People = max(1, min(q.Page, 100_000)), []Line{}, []Somebody{}
	code := "[]"
	if q.Code != "" {
		raw, err := json.Marshal([]map[string]string{{"code": q.Code}})
		if err != nil {
			return out, err
		}
		code = string(raw)
	}
	var ids []string
	err = each(ctx, s.DB, func(scan func(...any) error) error {
		l := Line{Problems: []Problem{}}
		var cells, problems []byte
		var sameLine *int
		if err := scan(&out.Total, &l.Line, &cells, &problems, &l.Level, &l.Decision, &sameLine, &l.SameAs, &l.Person); err != nil {
			return err
		}
		if sameLine != nil {
			l.SameLine = *sameLine
		}
		if err := json.Unmarshal(cells, &l.Cells); err != nil {
			return err
		}
		if err := json.Unmarshal(problems, &l.Problems); err != nil {
			return err
		}
		l.mend()
		for _, p := range l.Problems {
			for _, t := range p.Twins {
				ids = append(ids, t.Person.String())
			}
		}
		for _, p := range []*lms.ID[lms.Person]{l.SameAs, l.Person} {
			if p != nil {
				ids = append(ids, p.String())
			}
		}
		out.Items = append(out.Items, l)
		return nil
	}, `SELECT count(*) OVER (), line, array_to_json(cells), problems, level, decision, same_line, same_as, person_id
	      FROM import_rows WHERE import_id = $1 AND level >= $2 AND problems @> $3::jsonb
	     ORDER BY line LIMIT $4 OFFSET $5`, id, int(q.Level), code, linesPerPage, (out.Page-1)*linesPerPage)
	if err != nil {
		return out, err
	}
	out.Pages = (out.Total + linesPerPage - 1) / linesPerPage
	if len(ids) > 0 {
		out.People, err = s.somebody(ctx, s.DB, actor, ids)
	}
	seen := map[lms.ID[lms.Person]]bool{}
	for _, p := range out.People {
		seen[p.ID] = true
	}
	for i := range out.Items {
		out.Items[i].keepTo(seen)
	}
	return out, err
}

// keepTo takes out whom the reader may not see: the table may be of somebody who sees more of the world.
func (l *Line) keepTo(seen map[lms.ID[lms.Person]]bool) {
	for i := range l.Problems {
		p := &l.Problems[i]
		p.Twins = slices.DeleteFunc(p.Twins, func(t Twin) bool { return !seen[t.Person] })
	}
	for _, p := range []**lms.ID[lms.Person]{&l.SameAs, &l.Person} {
		if *p != nil && !seen[**p] {
			*p = nil
		}
	}
}

// mend shows what words of two scripts would become.
func (l *Line) mend() {
	for _, p := range l.Problems {
		if p.Code != "script-mixed" || p.Column < 0 || p.Column >= len(l.Cells) {
			continue
		}
		if mended, whole := value.Mend(l.Cells[p.Column]); whole {
			if l.Mended == nil {
				l.Mended = map[string]string{}
			}
			l.Mended[fmt.Sprint(p.Column)] = mended
		}
	}
}

// recheck stores what is wrong with each row as things are now.
func (s *Service) recheck(ctx context.Context, tx bun.Tx, actor lms.Actor, r *record) error {
	if r.Mapping.check(len(r.Heads)) != nil {
		_, err := db.Exec(ctx, tx, `UPDATE import_rows SET problems = '[]', level = 0 WHERE import_id = $1`, r.ID)
		if err == nil {
			_, err = db.Exec(ctx, tx, `UPDATE imports SET faults = 0, questions = 0 WHERE id = $1`, r.ID)
		}
		return err
	}
	c, err := s.check(ctx, tx, actor, r)
	if err != nil {
		return err
	}
	return c.store(ctx, tx)
}

// store keeps the problems, and counts the rows that wait for somebody.
func (c *checked) store(ctx context.Context, tx bun.Tx) error {
	type row struct {
		Line     int       `json:"line"`
		Problems []Problem `json:"problems"`
		Level    Level     `json:"level"`
		Decision string    `json:"decision"`
	}
	rows := make([]row, len(c.rows))
	c.Faults, c.Questions = 0, 0
	for i := range c.rows {
		l := &c.rows[i]
		rows[i] = row{l.No, l.problems, l.level(), l.decision}
		if rows[i].Problems == nil {
			rows[i].Problems = []Problem{}
		}
		if l.skipped() {
			rows[i].Level = Fine
			continue
		}
		switch rows[i].Level {
		case Fault:
			c.Faults++
		case Question:
			c.Questions++
		}
	}
	const batch = 5000
	for from := 0; from < len(rows); from += batch {
		raw, err := json.Marshal(rows[from:min(from+batch, len(rows))])
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE import_rows r SET problems = x.problems, level = x.level, decision = x.decision
			  FROM jsonb_to_recordset($2::jsonb) AS x (line int, problems jsonb, level int, decision text)
			 WHERE r.import_id = $1 AND r.line = x.line AND (r.problems, r.level, r.decision) IS DISTINCT FROM (x.problems, x.level::smallint, x.decision)`,
			c.ID, string(raw))
		if err != nil {
			return err
		}
	}
	_, err := db.Exec(ctx, tx, `UPDATE imports SET faults = $2, questions = $3 WHERE id = $1`, c.ID, c.Faults, c.Questions)
	return err
}

// somebody gives people by ids, as far as the actor may see them.
func (s *Service) somebody(ctx context.Context, q db.Queryer, actor lms.Actor, ids []string) ([]Somebody, error) {
	list := []Somebody{}
	sql, args := peopleByID(actor, ids, s.Now())
	err := each(ctx, q, func(scan func(...any) error) error {
		var p Somebody
		if err := scan(&p.ID, &p.Name, &p.LatinName, &p.BirthYear, &p.Email, &p.Phone, &p.Centre, &p.Employer); err != nil {
			return err
		}
		p.LatinName = strings.TrimSpace(p.LatinName)
		list = append(list, p)
		return nil
	}, sql, args...)
	return list, err
}
