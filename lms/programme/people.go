package programme

import (
	"context"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

// PersonRow is somebody in a programme as the list shows them.
type PersonRow struct {
	ID           lms.ID[lms.Participation] `json:"id"`
	Person       lms.ID[lms.Person]        `json:"person_id"`
	Name         string                    `json:"name"`
	Country      string                    `json:"country"`
	Centre       string                    `json:"centre"`
	Organisation string                    `json:"organisation"`
	State        string                    `json:"state" enum:"invited,active,passed,certified,withdrawn"`
	Done         int                       `json:"done"`
	Needed       int                       `json:"needed"`
	// Missing are the titles of what could bring them further.
	Missing   []string   `json:"missing"`
	InvitedAt time.Time  `json:"invited_at"`
	Certified *time.Time `json:"certified_at,omitempty"`
	// Waiting counts what they handed in and nobody decided.
	Waiting int `json:"waiting"`
	// Review tells that the certificate was issued and the rule does not hold any more: somebody decides.
	Review bool `json:"review"`
}

// PeopleQuery narrows the list of people; empty parts do not.
type PeopleQuery struct {
	State, Text, Country string
	// Missing is the key of a component.
	Missing string
	Page    int // from 1
}

// People are a page of a programme's people.
type People struct {
	Items []PersonRow `json:"items"`
	Total int         `json:"total"`
	Page  int         `json:"page"`
	Pages int         `json:"pages"`
}

const perPage = 50

// People lists who takes part, by name, as far as the actor may see them. Errors: NotFound.
func (s *Service) People(ctx context.Context, actor lms.Actor, key string, query PeopleQuery) (page People, err error) {
	defer lms.Wrap(&err, "programme.People(%s)", key)
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return People{}, err
	}
	w := &where{}
	w.add("pa.programme_id = " + w.arg(p.ID))
	w.people(actor.Scope(lms.ReadParticipation), p.courses)
	if query.State != "" {
		w.add("pa.state = " + w.arg(query.State))
	} else {
		w.add("pa.state <> 'withdrawn'")
	}
	if query.Country != "" {
		w.add("p.country = " + w.arg(query.Country))
	}
	if query.Missing != "" {
		w.add(w.arg(query.Missing) + " = ANY (pa.missing)")
	}
	if query.Text != "" {
		w.add("(p.sort_name || ' ' || lower(p.given_name || ' ' || p.family_name || ' ' || p.latin_family || ' ' || p.latin_given)) LIKE " +
			w.arg("%"+likeText(query.Text)+"%"))
	}
	page.Page = max(1, query.Page)
	err = db.Row(ctx, s.DB, `SELECT count(*) FROM participations pa JOIN persons p ON p.id = pa.person_id WHERE `+w.String(), w.args...).Scan(&page.Total)
	if err != nil {
		return People{}, db.Translate(err)
	}
	var pinned []lms.ID[lms.ProgrammeVersion]
	var keys [][]string
	offset := w.arg((page.Page - 1) * perPage)
	// Counted apart, so that the page itself can follow the index of names and stop.
	page.Items, err = list(ctx, s.DB, func(from scanner) (r PersonRow, err error) {
		var version lms.ID[lms.ProgrammeVersion]
		var missing string
		err = from.Scan(&r.ID, &r.Person, &r.Name, &r.Country, &r.Centre, &r.Organisation, &r.State, &r.Done, &r.Needed, &missing,
			&version, &r.InvitedAt, &r.Certified, &r.Waiting)
		if err != nil {
			return r, err
		}
		r.Review, r.Missing = r.State == stateCertified && r.Done < r.Needed, []string{}
		pinned = append(pinned, version)
		keys = append(keys, strings.Fields(missing))
		return r, nil
	}, `
		SELECT pa.id, p.id, trim(p.given_name || ' ' || p.family_name), coalesce(p.country, ''), coalesce(c.name, ''), coalesce(o.name, ''),
		       pa.state, pa.done, pa.needed, array_to_string(pa.missing, ' '), pa.version_id, pa.invited_at, pa.certified_at,
		       (SELECT count(*) FROM programme_evidence v WHERE v.participation_id = pa.id AND v.state = 'waiting')
		  FROM participations pa JOIN persons p ON p.id = pa.person_id
		  LEFT JOIN centres c ON c.id = p.centre_id LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE `+w.String()+`
		 ORDER BY p.sort_name, p.id LIMIT 50 OFFSET `+offset, w.args...)
	if err != nil {
		return People{}, err
	}
	page.Pages = (page.Total + perPage - 1) / perPage
	for i := range page.Items { // when the rows are read, for a version may have to be
		v, err := s.version(ctx, s.DB, pinned[i])
		if err != nil {
			return People{}, err
		}
		for _, key := range keys[i] {
			if c, ok := v.component(key); ok {
				page.Items[i].Missing = append(page.Items[i].Missing, c.Title.In(actor.Language))
			}
		}
	}
	return page, nil
}

// likeText makes a text that people typed one that LIKE takes as it stands.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(strings.TrimSpace(s)))
}

// Candidate is somebody who could be invited.
type Candidate struct {
	ID     lms.ID[lms.Person] `json:"id"`
	Name   string             `json:"name"`
	Detail string             `json:"detail"`
}

// Candidates finds people by a part of their name who may be invited and do not take part yet. Errors: NotFound, Forbidden.
func (s *Service) Candidates(ctx context.Context, actor lms.Actor, key, text string) (all []Candidate, err error) {
	defer lms.Wrap(&err, "programme.Candidates(%s)", key)
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	if err := actor.May(lms.EnrolParticipant); err != nil {
		return nil, err
	}
	return s.candidates(ctx, actor, p, lms.EnrolParticipant, text, `NOT EXISTS (SELECT FROM participations x
		WHERE x.programme_id = $1 AND x.person_id = p.id AND x.state <> 'withdrawn')`)
}

// candidates finds people in the scope of an action; $1 is the programme in the further condition.
func (s *Service) candidates(ctx context.Context, actor lms.Actor, p *programme, action lms.Action, text, further string) ([]Candidate, error) {
	if strings.TrimSpace(text) == "" {
		return []Candidate{}, nil
	}
	w := &where{}
	w.arg(p.ID)
	w.add("p.state = 'active' AND $1::uuid IS NOT NULL")
	w.add(further)
	w.people(actor.Scope(action), p.courses)
	w.add("(p.sort_name || ' ' || lower(p.given_name || ' ' || p.family_name || ' ' || p.latin_family || ' ' || p.latin_given || ' ' || coalesce(p.email, ''))) LIKE " +
		w.arg("%"+likeText(text)+"%"))
	return list(ctx, s.DB, func(from scanner) (c Candidate, err error) { return c, from.Scan(&c.ID, &c.Name, &c.Detail) }, `
		SELECT p.id, trim(p.given_name || ' ' || p.family_name), concat_ws(', ', p.country, c.name, o.name)
		  FROM persons p LEFT JOIN centres c ON c.id = p.centre_id LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE `+w.String()+` ORDER BY p.sort_name, p.id LIMIT 20`, w.args...)
}
