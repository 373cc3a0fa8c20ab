package programme

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
)

// CreditRow is what one certificate gave in hours of professional development.
type CreditRow struct {
	Year     int       `json:"year"`
	Title    string    `json:"title"`
	Serial   string    `json:"serial"`
	Hours    string    `json:"hours"`
	IssuedAt time.Time `json:"issued_at"`
	// Within is the serial of the programme's certificate that counts these hours already: of a course that is part of it.
	Within string `json:"within,omitempty"`
}

// CreditYear adds a year up.
type CreditYear struct {
	Year  int    `json:"year"`
	Hours string `json:"hours"`
}

// Credits are somebody's hours of professional development.
type Credits struct {
	Years []CreditYear `json:"years"`
	Rows  []CreditRow  `json:"rows"`
	Total string       `json:"total"`
}

// Credits gives a person's hours by year, from the certificates of achievement that stand: each counts in the year in
// which it was given or renewed, one that was issued anew in that of the first, with the hours of the last. A course that
// is part of a certified programme counts with it and not twice. Errors: NotFound.
func (s *Service) Credits(ctx context.Context, actor lms.Actor, person lms.ID[lms.Person]) (c Credits, err error) {
	defer lms.Wrap(&err, "programme.Credits(%s)", person)
	m, err := personFacts(ctx, s.DB, person, nil)
	if err != nil {
		return Credits{}, err
	}
	if err := actor.Can(lms.ReadParticipation, m.facts); err != nil {
		return Credits{}, err
	}
	type row struct {
		CreditRow
		claim   certificate.Claim
		version lms.ID[lms.ProgrammeVersion]
		anew    bool // another one says what this one was meant to
	}
	rows, err := list(ctx, s.DB, func(from scanner) (r row, err error) {
		var claim []byte
		if err := from.Scan(&r.Serial, &claim, &r.IssuedAt, &r.version, &r.anew); err != nil {
			return r, err
		}
		r.IssuedAt = r.IssuedAt.UTC()
		return r, json.Unmarshal(claim, &r.claim)
	}, `
		SELECT c.serial, c.claim, c.issued_at, pa.version_id,
		       c.state = 'superseded' AND c.state_reason <> ''   -- issuing anew has a reason, renewing has none
		  FROM certificates c LEFT JOIN participations pa ON pa.id = c.participation_id
		 WHERE c.person_id = $1 AND c.kind = 'achievement' AND c.state IN ('valid', 'superseded') AND c.claim <> ''
		 ORDER BY c.issued_at DESC, c.serial`, person)
	if err != nil {
		return Credits{}, err
	}
	given := map[string]time.Time{} // when what was issued anew was given first, by serial
	for i := range slices.Backward(rows) {
		r := &rows[i]
		if first, anew := given[r.claim.Replaces]; anew {
			r.IssuedAt = first
		}
		if r.anew {
			given[r.Serial] = r.IssuedAt
		}
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.anew })
	slices.SortStableFunc(rows, func(a, b row) int { return b.IssuedAt.Compare(a.IssuedAt) })
	within := map[string]string{} // course key to the serial that counts it
	for _, r := range rows {
		if r.version.IsZero() {
			continue
		}
		v, err := s.version(ctx, s.DB, r.version)
		if err != nil {
			return Credits{}, err
		}
		for _, key := range v.courses() {
			within[key] = r.Serial
		}
	}
	years, total := map[int]float64{}, 0.0
	c = Credits{Years: []CreditYear{}, Rows: []CreditRow{}}
	for _, r := range rows {
		r.Year, r.Title, r.Hours = r.IssuedAt.Year(), r.claim.Title(), r.claim.Hours
		if r.version.IsZero() {
			r.Within = within[r.claim.CourseKey]
		}
		if hours, err := strconv.ParseFloat(r.Hours, 64); err == nil && r.Within == "" {
			years[r.Year] += hours
			total += hours
		}
		c.Rows = append(c.Rows, r.CreditRow)
	}
	for year, hours := range years {
		c.Years = append(c.Years, CreditYear{year, decimal(hours)})
	}
	slices.SortFunc(c.Years, func(a, b CreditYear) int { return b.Year - a.Year })
	c.Total = decimal(total)
	return c, nil
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
