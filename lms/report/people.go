package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/indicator"
)

// maxBehind bounds how many people of a number are listed.
const maxBehind = 500

// Behind are the people of one number, as the rows are now.
type Behind struct {
	Total int            `json:"total"`
	Items []BehindPerson `json:"items"`
}

// BehindPerson is one of them.
type BehindPerson struct {
	ID           lms.ID[lms.Person] `json:"id"`
	Name         string             `json:"name"`
	Country      string             `json:"country"`
	Organisation string             `json:"organisation"`
	// Times is how often they count.
	Times int `json:"times"`
}

// People lists who stands behind a number of a report: of an indicator, and of the categories "sex=female". Only people
// whom the actor may see in person are listed and counted here. Errors: NotFound, Forbidden.
func (s *Service) People(ctx context.Context, actor lms.Actor, id lms.ID[lms.Report], key string, cells []string) (b Behind, err error) {
	defer lms.Wrap(&err, "report.People(%s, %s)", id, key)
	b.Items = []BehindPerson{}
	r, err := s.row(ctx, s.DB, actor, id)
	if err != nil {
		return b, err
	}
	if err := actor.May(lms.ReadPerson); err != nil {
		return b, err
	}
	p, err := scanProgramme(db.Row(ctx, s.DB, programmeSQL+` WHERE p.key = $1`, r.Programme))
	if err != nil {
		return b, db.Found(err, "programme")
	}
	sp, err := s.spec(ctx, s.DB, &p, &r)
	if err != nil {
		return b, err
	}
	i := slices.IndexFunc(sp.defs, func(d indicator.Definition) bool { return d.Key == key })
	if i < 0 || sp.defs[i].Count.Act == indicator.Total {
		return b, lms.ErrNotFound("people")
	}
	c := newCount(&p)
	at := c.set(setOf(&sp.defs[i].Count, sp.from, sp.to))
	c.prepare(0)
	args, err := c.lenses[0].args()
	if err != nil {
		return b, err
	}
	conditions := ""
	only := func(column, fits string, value any) {
		args = append(args, value)
		conditions += " AND " + column + fmt.Sprintf(fits, len(args))
	}
	for _, cell := range cells {
		dim, cat, _ := strings.Cut(cell, "=")
		if !p.tellsApart(dim) {
			return b, lms.ErrInvalid("cell", "not-one-of", "a dimension of the report")
		}
		only(c.dims[c.dim(c.lenses[0], dim, sp.to.Year())].sql, " = $%d", cat)
	}
	if len(sp.part) > 0 {
		only("p.country", " = ANY ($%d::text[])", []string(sp.part))
	}
	if scope := actor.Scope(lms.ReadPerson); !scope.All {
		only("p.country", " = ANY ($%d::text[])", within(scope))
	}
	rows, err := db.Rows(ctx, s.DB, fmt.Sprintf(peopleSQL, "p.id, trim(p.given_name || ' ' || p.family_name), coalesce(p.country, ''), coalesce(o.name, ''), ",
		"1", conditions+" ORDER BY p.sort_name, p.id"), args...)
	if err != nil {
		return b, err
	}
	defer rows.Close()
	for rows.Next() {
		var one BehindPerson
		var row personRow
		var n int
		if err := rows.Scan(append(append([]any{&one.ID, &one.Name, &one.Country, &one.Organisation}, row.into()...), &n)...); err != nil {
			return b, db.Translate(err)
		}
		acts, err := c.acts(0, &row)
		if err != nil {
			return b, err
		}
		for class, times := range acts {
			if slices.Contains(c.sheet.Classes[class], at) {
				one.Times += times
			}
		}
		if one.Times == 0 {
			continue
		}
		if b.Total++; len(b.Items) < maxBehind {
			b.Items = append(b.Items, one)
		}
	}
	return b, db.Translate(rows.Err())
}

// tellsApart tells that people of a programme are told apart by a dimension.
func (p *programme) tellsApart(dim string) bool {
	return slices.Contains(indicator.Dimensions(), dim) ||
		slices.ContainsFunc(p.Categories, func(k category) bool { return indicator.ByCategory+k.Key == dim })
}
