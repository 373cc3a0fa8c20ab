package programme

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// WebinarRow is a webinar that counts for a component, or may.
type WebinarRow struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Component string    `json:"component"` // "" where it does not count yet
	Country   string    `json:"country"`
	StartsAt  time.Time `json:"starts_at"`
	Over      bool      `json:"over"`
}

const webinarColumns = ` w.id, w.title, coalesce(w.country, ''), w.starts_at, w.ends_at < $2`

func scanWebinar(from scanner) (w WebinarRow, err error) {
	err = from.Scan(&w.ID, &w.Title, &w.Country, &w.StartsAt, &w.Over, &w.Component)
	w.StartsAt = w.StartsAt.UTC()
	return w, err
}

// webinars lists those that count, the newest first.
func (s *Service) webinars(ctx context.Context, p *programme) ([]WebinarRow, error) {
	return list(ctx, s.DB, scanWebinar, `
		SELECT`+webinarColumns+`, x.component FROM programme_webinars x JOIN webinars w ON w.id = x.webinar_id
		 WHERE x.programme_id = $1 ORDER BY w.starts_at DESC, w.id`, p.ID, s.Now())
}

// WebinarChoices lists webinars of the actor's part of the world that could count, the newest first. Errors: NotFound,
// Forbidden.
func (s *Service) WebinarChoices(ctx context.Context, actor lms.Actor, key string) (rows []WebinarRow, err error) {
	defer lms.Wrap(&err, "programme.WebinarChoices(%s)", key)
	p, err := s.holding(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	scope := actor.Scope(lms.ManageProgramme)
	return list(ctx, s.DB, scanWebinar, `
		SELECT`+webinarColumns+`, '' FROM webinars w
		 WHERE w.cancelled_at IS NULL AND ($3 OR w.country = ANY ($4::text[])) AND w.starts_at > $2::timestamptz - interval '2 years'
		   AND NOT EXISTS (SELECT FROM programme_webinars x WHERE x.programme_id = $1 AND x.webinar_id = w.id)
		 ORDER BY w.starts_at DESC, w.id LIMIT 100`, p.ID, s.Now(), scope.All, scope.Countries)
}

// holding loads a programme for which the actor may put days and webinars on the calendar somewhere. Errors: NotFound,
// Forbidden.
func (s *Service) holding(ctx context.Context, actor lms.Actor, key string) (*programme, error) {
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return p, actor.May(lms.ManageProgramme)
}

// heldIn asks whether the actor may hold something of a programme in a country. What is of no country is the
// programme's own matter. Errors: NotFound, Forbidden.
func (p *programme) heldIn(actor lms.Actor, country string) error {
	if p.Country != "" && country != "" && p.Country != country {
		return lms.ErrInvalid("country", "country-unfit", "the programme is of another country")
	}
	return actor.Can(lms.ManageProgramme, lms.Facts{Country: country})
}

// componentOf asks for a component of a kind in the newest version. Errors: Conflict, Invalid.
func (p *programme) componentOf(key string, kind rule.Kind) error {
	if p.Newest == nil {
		return lms.ErrConflict("not-published", "this programme has not been published yet")
	}
	if c, ok := p.Newest.component(key); !ok || c.Kind != kind {
		return lms.ErrInvalid("component", "component-unknown", "the programme has no such component of this kind")
	}
	return nil
}

// SetWebinar says that a webinar counts for a component, or with "" that it counts for none. Errors: NotFound,
// Forbidden, Invalid.
func (s *Service) SetWebinar(ctx context.Context, actor lms.Actor, key, id, component string) (err error) {
	defer lms.Wrap(&err, "programme.SetWebinar(%s, %s)", key, id)
	p, err := s.holding(ctx, actor, key)
	if err != nil {
		return err
	}
	var country string
	if err := db.Row(ctx, s.DB, `SELECT coalesce(country, '') FROM webinars WHERE id = $1`, id).Scan(&country); err != nil {
		return db.Found(err, "webinar")
	}
	if err := p.heldIn(actor, country); err != nil {
		return err
	}
	if component != "" {
		if err := p.componentOf(component, rule.Webinar); err != nil {
			return err
		}
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := db.Exec(ctx, tx, `DELETE FROM programme_webinars WHERE programme_id = $1 AND webinar_id = $2`, p.ID, id); err != nil {
			return err
		}
		if component != "" {
			_, err := db.Exec(ctx, tx, `INSERT INTO programme_webinars (programme_id, component, webinar_id) VALUES ($1, $2, $3)`, p.ID, component, id)
			if err != nil {
				return err
			}
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO participations_changed (participation_id)
			SELECT pa.id FROM participations pa JOIN webinar_minutes m ON m.person_id = pa.person_id AND m.webinar_id = $2
			 WHERE pa.programme_id = $1 AND pa.state <> 'withdrawn' ORDER BY pa.id`, p.ID, id)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "programme.webinar", "programme", p.ID.String(), map[string]any{"webinar": id, "component": component})
	})
}
