package learning

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
	"mostik/lms/text"
)

// CSV is a cohort's report as a table, ready to be written.
type CSV struct {
	// Name is a file name without unusual characters.
	Name string

	service *Service
	cohort  *cohort
	version *catalog.Loaded
	// older are other versions that people of the cohort completed.
	older map[lms.ID[lms.Version]]*catalog.Loaded
	lang  string
}

// ReportCSV gives the whole report of a cohort as a table of everybody in it. Errors: NotFound.
func (s *Service) ReportCSV(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], reader string) (file *CSV, err error) {
	defer lms.Wrap(&err, "learning.ReportCSV(%s)", id)
	// Other versions than the current one are asked for with the cohort, and read before the table is, which keeps
	// a connection while it is written.
	var others []byte
	c, err := loadCohort(ctx, s.DB, id, `,
		(SELECT json_agg(DISTINCT e.version_id::text) FROM enrolments e
		  WHERE e.cohort_id = c.id AND e.version_id <> k.current_version_id AND e.state <> 'withdrawn')`, &others)
	if err != nil {
		return nil, err
	}
	if err := actor.Can(lms.ReadCohort, c.facts()); err != nil {
		return nil, err
	}
	if err := audited(ctx, s.DB, actor, s.Now(), "cohort.table", "cohort", id.String(), nil); err != nil {
		return nil, err
	}
	file = &CSV{Name: "report-" + c.Key + "-" + id.String()[:8] + ".csv", service: s, cohort: c, lang: reader}
	if c.Version.IsZero() {
		return file, nil
	}
	if file.version, err = s.Catalog.Version(ctx, c.Version); err != nil {
		return nil, err
	}
	file.older, err = s.versions(ctx, others)
	return file, err
}

// versions reads the versions of a JSON list of ids.
func (s *Service) versions(ctx context.Context, raw []byte) (map[lms.ID[lms.Version]]*catalog.Loaded, error) {
	var ids []lms.ID[lms.Version]
	if err := unmarshal(raw, &ids); err != nil {
		return nil, err
	}
	list := make(map[lms.ID[lms.Version]]*catalog.Loaded, len(ids))
	for _, id := range ids {
		v, err := s.Catalog.Version(ctx, id)
		if err != nil {
			return nil, err
		}
		list[id] = v
	}
	return list, nil
}

// Write streams the table in UTF-8 with a byte order mark, by which spreadsheets know it: one statement, one
// row in memory at a time.
func (f *CSV) Write(ctx context.Context, w io.Writer) error {
	rows, err := db.Rows(ctx, f.service.DB, `
		SELECT`+factColumns+`
		  FROM enrolments e JOIN persons p ON p.id = e.person_id
		 WHERE e.cohort_id = $1 AND e.state <> 'withdrawn'
		 ORDER BY e.sort_name, e.id`, f.cohort.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	out := bufio.NewWriterSize(w, 64<<10)
	if _, err := out.WriteString("\uFEFF"); err != nil {
		return err
	}
	table := csv.NewWriter(out)
	if err := table.Write(f.heads()); err != nil {
		return err
	}
	words := text.In(f.lang).Report
	var line []string
	for rows.Next() {
		var row ReportRow
		if err := rows.Scan(row.facts()...); err != nil {
			return db.Translate(err)
		}
		if from := f.older[row.version]; from != nil {
			row.Done = relaid(from, f.version, row.Done)
		}
		line = f.line(line[:0], &row, words)
		if err := table.Write(line); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	table.Flush()
	if err := table.Error(); err != nil {
		return err
	}
	return out.Flush()
}

func (f *CSV) heads() []string {
	w := text.In(f.lang).Report
	heads := []string{w.Name, w.Country, w.Centre, w.State, w.Done, w.Required, w.Score, w.LastSeen, w.Completed, w.Stuck}
	if f.version != nil {
		for _, a := range activityHeads(f.version, f.version.Lang(f.lang)) {
			heads = append(heads, harmless(a.Title))
		}
	}
	return heads
}

// line appends the cells of one person.
func (f *CSV) line(line []string, r *ReportRow, w text.Report) []string {
	line = append(line, harmless(r.Person.Name), r.Country, harmless(r.Centre), standingWord(r.State, w),
		strconv.Itoa(r.RequiredDone), strconv.Itoa(r.RequiredTotal), "", "", "", f.activityTitle(r.StuckOn))
	if r.Score != nil {
		line[6] = strconv.FormatFloat(*r.Score, 'f', -1, 64)
	}
	if r.LastSeenAt != nil {
		line[7] = r.LastSeenAt.UTC().Format("2006-01-02")
	}
	if r.CompletedAt != nil {
		line[8] = r.CompletedAt.UTC().Format("2006-01-02")
	}
	if f.version != nil {
		for i := range f.version.Activities {
			cell := ""
			if i < len(r.Done) {
				cell = string(stateOf[r.Done[i]])
			}
			line = append(line, cell)
		}
	}
	return line
}

func (f *CSV) activityTitle(key string) string {
	if f.version == nil || key == "" {
		return ""
	}
	a, ok := f.version.Activity(key)
	if !ok {
		return key
	}
	return harmless(a.Title.In(courses.Lang(f.version.Lang(f.lang))))
}

func standingWord(standing string, w text.Report) string {
	switch standing {
	case "not-started":
		return w.NotStarted
	case completed:
		return w.Finished
	case withdrawn:
		return w.Withdrawn
	case "stuck":
		return w.Stuck
	}
	return w.Active
}

// harmless keeps a spreadsheet from taking a person's name for a formula (OWASP, CSV injection).
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
