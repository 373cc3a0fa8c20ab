package report

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/indicator"
)

// Row is a report in the list.
type Row struct {
	ID             lms.ID[lms.Report] `json:"id"`
	Title          string             `json:"title"`
	Programme      string             `json:"programme"`
	ProgrammeTitle string             `json:"programme_title"`
	Country        string             `json:"country"`
	Countries      []string           `json:"countries,omitempty"` // where it is on several, and not on all
	Language       string             `json:"language"`
	From           string             `json:"from_day"`
	To             string             `json:"to_day"`
	Threshold      int                `json:"threshold"`
	Indicators     []string           `json:"indicators"`
	Author         string             `json:"author"`
	CreatedAt      time.Time          `json:"created_at"`
	FrozenAt       *time.Time         `json:"frozen_at,omitempty"`
	FrozenBy       string             `json:"frozen_by,omitempty"`
	Digest         string             `json:"digest,omitempty"`
	Manages        bool               `json:"manages"`
}

// part is where the report counts.
func (r *Row) part() part { return partOf(r.Country, r.Countries) }

const reportSQL = `
	SELECT r.id, r.title, g.key, coalesce(r.country, ''), coalesce(array_to_string(r.countries, ','), ''), r.language, r.from_day::text, r.to_day::text, r.threshold, array_to_string(r.indicators, ','),
	       coalesce(trim(a.given_name || ' ' || a.family_name), ''), r.created_at, r.frozen_at, coalesce(trim(f.given_name || ' ' || f.family_name), ''),
	       coalesce(r.digest, ''), coalesce((SELECT v.definition FROM programme_versions v WHERE v.programme_id = g.id ORDER BY v.number DESC LIMIT 1), g.draft)
	  FROM reports r JOIN programmes g ON g.id = r.programme_id LEFT JOIN persons a ON a.id = r.created_by LEFT JOIN persons f ON f.id = r.frozen_by`

func scanReport(lang string) func(scanner) (Row, error) {
	return func(from scanner) (r Row, err error) {
		var raw []byte
		var def definition
		var keys, several string
		if err = from.Scan(&r.ID, &r.Title, &r.Programme, &r.Country, &several, &r.Language, &r.From, &r.To, &r.Threshold, &keys, &r.Author, &r.CreatedAt,
			&r.FrozenAt, &r.FrozenBy, &r.Digest, &raw); err != nil {
			return r, err
		}
		err = json.Unmarshal(raw, &def)
		r.Indicators = strings.Split(keys, ",")
		if several != "" {
			r.Countries = strings.Split(several, ",")
		}
		r.ProgrammeTitle = in(def.Title, lang, r.Programme)
		r.CreatedAt = r.CreatedAt.UTC()
		if r.FrozenAt != nil {
			at := r.FrozenAt.UTC()
			r.FrozenAt = &at
		}
		return r, err
	}
}

// Reports lists those of the actor's countries, and of all for whoever answers for all. Errors: Forbidden.
func (s *Service) Reports(ctx context.Context, actor lms.Actor) (all []Row, err error) {
	defer lms.Wrap(&err, "report.Reports")
	if err := actor.May(lms.ReadReports); err != nil {
		return nil, err
	}
	all, err = list(ctx, s.DB, scanReport(actor.Language), reportSQL+`
		 WHERE $1::text[] IS NULL OR r.country = ANY ($1::text[]) OR r.countries <@ $1::text[] ORDER BY r.created_at DESC, r.id LIMIT 500`, within(actor.Scope(lms.ReadReports)))
	for i := range all {
		all[i].Manages = all[i].part().can(actor, lms.ManageReports) == nil
	}
	return all, err
}

// Choices are what a new report can be of.
type Choices struct {
	Programmes []ProgrammeChoice `json:"programmes"`
	Indicators []Indicator       `json:"indicators"`
	// Countries the actor may report on; All tells that a report on all may be made.
	Countries []string `json:"countries"`
	All       bool     `json:"all"`
}

// ProgrammeChoice is one programme with what indicators can name of it.
type ProgrammeChoice struct {
	Key        string   `json:"key"`
	Title      string   `json:"title"`
	Country    string   `json:"country"`
	Components []Choice `json:"components"`
	Categories []Choice `json:"categories"`
}

// Choice is a key with its title.
type Choice struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Kind  string `json:"kind,omitempty"`
}

// Choices lists them. Errors: Forbidden.
func (s *Service) Choices(ctx context.Context, actor lms.Actor) (c Choices, err error) {
	defer lms.Wrap(&err, "report.Choices")
	if c.Indicators, err = s.Indicators(ctx, actor); err != nil {
		return c, err
	}
	scope := actor.Scope(lms.ReadReports)
	programmes, err := list(ctx, s.DB, scanProgramme, programmeSQL+` WHERE p.country IS NULL OR $1::text[] IS NULL OR p.country = ANY ($1::text[]) ORDER BY p.key`, within(scope))
	if err != nil {
		return c, err
	}
	c.Programmes = []ProgrammeChoice{}
	for i := range programmes {
		p := &programmes[i]
		choice := ProgrammeChoice{Key: p.Key, Title: in(p.Title, actor.Language, p.Key), Country: p.Country, Components: []Choice{}, Categories: []Choice{}}
		for _, k := range p.Components {
			choice.Components = append(choice.Components, Choice{k.Key, in(k.Title, actor.Language, k.Key), k.Kind})
		}
		for _, k := range p.Categories {
			choice.Categories = append(choice.Categories, Choice{k.Key, in(k.Title, actor.Language, k.Key), ""})
		}
		c.Programmes = append(c.Programmes, choice)
	}
	c.All = scope.All
	c.Countries, err = list(ctx, s.DB, func(from scanner) (code string, err error) { return code, from.Scan(&code) },
		`SELECT code FROM countries WHERE $1::text[] IS NULL OR code = ANY ($1::text[]) ORDER BY code`, within(scope))
	return c, err
}

// Input is a report as it is asked for.
type Input struct {
	Title, Programme, Country, Language, From, To string
	// Countries are several, where it is neither one nor all.
	Countries  []string
	Threshold  int
	Indicators []string
}

// Create makes a draft, which is counted whenever it is opened. Errors: Invalid with the field, Forbidden.
func (s *Service) Create(ctx context.Context, actor lms.Actor, in Input) (id lms.ID[lms.Report], err error) {
	defer lms.Wrap(&err, "report.Create")
	if err := actor.May(lms.ManageReports); err != nil {
		return id, err
	}
	p, err := s.check(ctx, actor, &in)
	if err != nil {
		return id, err
	}
	id = lms.NewID[lms.Report]()
	return id, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO reports (id, programme_id, country, countries, title, language, from_day, to_day, threshold, indicators, created_by, created_at)
			VALUES ($1, $2, nullif($3, ''), nullif($12::text[], '{}'), $4, $5, $6::date, $7::date, $8, $9, $10, $11)`,
			id, p.ID, in.part().one(), in.Title, in.Language, in.From, in.To, in.Threshold, in.Indicators, actor.Person, s.now(), append([]string{}, in.part().several()...))
		return errors.Join(err, s.wrote(ctx, tx, actor, "report.create", "report", id.String(), map[string]any{"programme": p.Key, "country": in.part().String()}))
	})
}

func (in *Input) part() part { return partOf(in.Country, in.Countries) }

func (s *Service) check(ctx context.Context, actor lms.Actor, in *Input) (p programme, err error) {
	if in.Country != "" && len(in.Countries) > 0 {
		return p, lms.ErrInvalid("countries", "value-refused", "one country or several, not both")
	}
	if err := in.part().can(actor, lms.ManageReports); err != nil {
		return p, err
	}
	if several := in.part().several(); several != nil {
		var known int
		if err := db.Row(ctx, s.DB, `SELECT count(*) FROM countries WHERE code = ANY ($1::text[])`, several).Scan(&known); err != nil {
			return p, db.Translate(err)
		}
		if known != len(several) {
			return p, lms.ErrInvalid("countries", "not-one-of", "one of them is no country here")
		}
	}
	if p, err = s.programmeFor(ctx, s.DB, actor, in.Programme); err != nil {
		return p, blame(err, "programme")
	}
	if here := in.part(); p.Country != "" && len(here) > 0 && here.one() != p.Country {
		return p, lms.ErrInvalid("country", "not-of-programme", "a country of the programme")
	}
	if _, _, err := span(in.From, in.To); err != nil {
		return p, err
	}
	if in.Threshold == 0 {
		in.Threshold = indicator.Threshold
	}
	if in.Threshold < 3 || in.Threshold > 50 {
		return p, lms.ErrInvalid("threshold", "too-small", "3 to 50")
	}
	for i, key := range in.Indicators {
		if slices.Contains(in.Indicators[:i], key) {
			return p, lms.ErrInvalid("indicators", "twice", "an indicator stands twice")
		}
		if _, err := s.indicator(ctx, s.DB, actor, key); err != nil {
			return p, blame(err, "indicators")
		}
	}
	if len(in.Indicators) == 0 {
		return p, lms.ErrInvalid("indicators", "too-few", "at least one indicator")
	}
	return p, nil
}

// Remove takes a draft away; a frozen report stays. Errors: NotFound, Conflict.
func (s *Service) Remove(ctx context.Context, actor lms.Actor, id lms.ID[lms.Report]) (err error) {
	defer lms.Wrap(&err, "report.Remove(%s)", id)
	r, err := s.row(ctx, s.DB, actor, id)
	if err != nil {
		return err
	}
	if err := s.managesAll(actor, r.part()); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `DELETE FROM reports WHERE id = $1 AND frozen_at IS NULL`, id)
		if err == nil && n == 0 {
			return lms.ErrConflict("frozen", "what was handed over stays")
		}
		return errors.Join(err, s.wrote(ctx, tx, actor, "report.remove", "report", id.String(), nil))
	})
}

// row reads one. Errors: NotFound.
func (s *Service) row(ctx context.Context, q db.Queryer, actor lms.Actor, id lms.ID[lms.Report]) (Row, error) {
	r, err := scanReport(actor.Language)(db.Row(ctx, q, reportSQL+` WHERE r.id = $1`, id))
	if err != nil {
		return r, db.Found(err, "report")
	}
	if !r.part().covered(actor.Scope(lms.ReadReports)) {
		return Row{}, lms.ErrNotFound("report")
	}
	r.Manages = r.part().can(actor, lms.ManageReports) == nil
	return r, nil
}

// View is a report with its numbers and the words of the reader's language.
type View struct {
	Row
	Content *Content `json:"content"`
	// Labels name indicators, dimensions (dim:NAME), categories (dim:NAME/CATEGORY) and definitions (what:KEY).
	Labels map[string]string `json:"labels"`
	Files  []File            `json:"files"`
}

// File is one document of a frozen report.
type File struct {
	Kind   string `json:"kind"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Report opens one: a frozen one as it was handed over, a draft counted now. Errors: NotFound.
func (s *Service) Report(ctx context.Context, actor lms.Actor, id lms.ID[lms.Report]) (v View, err error) {
	defer lms.Wrap(&err, "report.Report(%s)", id)
	r, err := s.row(ctx, s.DB, actor, id)
	if err != nil {
		return v, err
	}
	v = View{Row: r, Files: []File{}}
	p, err := scanProgramme(db.Row(ctx, s.DB, programmeSQL+` WHERE p.key = $1`, r.Programme))
	if err != nil {
		return v, db.Found(err, "programme")
	}
	if r.FrozenAt != nil {
		if v.Content, err = frozen(ctx, s.DB, id); err != nil {
			return v, err
		}
		if v.Files, err = files(ctx, s.DB, id); err != nil {
			return v, err
		}
	} else {
		sp, err := s.spec(ctx, s.DB, &p, &r)
		if err != nil {
			return v, err
		}
		if v.Content, err = s.fill(ctx, s.DB, sp); err != nil {
			return v, err
		}
	}
	v.Labels = labels(&p, v.Content, actor.Language)
	return v, nil
}

// fill counts everything of a report.
func (s *Service) fill(ctx context.Context, q db.Queryer, sp *spec) (*Content, error) {
	c, err := s.compute(ctx, q, sp)
	if err != nil {
		return nil, err
	}
	c.Outcomes, err = s.outcomes(ctx, q, sp)
	return c, err
}

// spec reads what a report is made of.
func (s *Service) spec(ctx context.Context, q db.Queryer, p *programme, r *Row) (*spec, error) {
	from, to, err := span(r.From, r.To)
	if err != nil {
		return nil, err
	}
	sp := &spec{p: p, part: r.part(), from: from, to: to, threshold: r.Threshold}
	for _, key := range r.Indicators {
		i, err := scanIndicator(db.Row(ctx, q, indicatorSQL+` WHERE i.key = $1`, key))
		if err != nil {
			return nil, db.Found(err, "indicator")
		}
		sp.defs = append(sp.defs, i.Definition)
	}
	return sp, sp.before(ctx, q, r.ID, s.now().Add(time.Hour))
}

func frozen(ctx context.Context, q db.Queryer, id lms.ID[lms.Report]) (*Content, error) {
	var raw []byte
	if err := db.Row(ctx, q, `SELECT content FROM reports WHERE id = $1`, id).Scan(&raw); err != nil {
		return nil, db.Found(err, "report")
	}
	var f frozenContent
	err := json.Unmarshal(raw, &f)
	return f.Content, err
}

func files(ctx context.Context, q db.Queryer, id lms.ID[lms.Report]) ([]File, error) {
	return list(ctx, q, func(from scanner) (f File, err error) { return f, from.Scan(&f.Kind, &f.SHA256, &f.Bytes) },
		`SELECT kind, sha256, bytes FROM report_files WHERE report_id = $1 ORDER BY array_position(ARRAY['pdf', 'xlsx', 'csv', 'json'], kind)`, id)
}

// labels names everything that stands in a report.
func labels(p *programme, c *Content, lang string) map[string]string {
	all := map[string]string{}
	from, to, _ := span(c.From, c.To) // they were checked when the report was made
	for _, f := range c.Figures {
		d := &f.Definition
		all[d.Key] = d.Title(lang)
		all["what:"+d.Key] = Words(d, lang, p.titles(lang)) + " " + ended(capital(period(&d.Count, from, to, lang)))
		for _, t := range f.Tables {
			for x, dim := range t.By {
				all["dim:"+dim] = p.dimension(dim, lang)
				for _, row := range t.Rows {
					all["dim:"+dim+"/"+row.Cats[x]] = p.label(dim, row.Cats[x], lang)
				}
			}
		}
	}
	for _, o := range c.Outcomes.Learning {
		all["course:"+o.Course] = in(o.Titles, lang, o.Course)
	}
	for _, o := range c.Outcomes.Reaction {
		all["item:"+o.Course+"/"+o.Item] = in(o.Stems, lang, o.Item)
	}
	for k, w := range laterWords(lang) {
		all["later:"+k] = w
	}
	return all
}
