package webinar

import (
	"context"
	"slices"
	"time"

	"mostik/live"
	"mostik/lms"
	"mostik/lms/db"
)

// Admission is a ticket and where it opens.
type Admission struct {
	Ticket    string    `json:"ticket"`
	Webinar   string    `json:"webinar"`
	Title     string    `json:"title"`
	Role      live.Role `json:"role"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Admit writes the actor's ticket: as a person, or as the site of a centre. Errors: NotFound, Forbidden, Conflict
// with code webinar-closed outside of its hours.
func (s *Service) Admit(ctx context.Context, actor lms.Actor, id string, site *lms.ID[lms.Centre]) (a Admission, err error) {
	defer lms.Wrap(&err, "webinar.Admit(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ReadWebinar)
	if err != nil {
		return Admission{}, err
	}
	t := live.Ticket{Person: actor.Person.String(), Role: w.role(actor)}
	err = db.Row(ctx, s.DB, `
		SELECT trim(p.given_name || ' ' || p.family_name), coalesce(c.name, ''), coalesce(c.time_zone, '')
		  FROM persons p LEFT JOIN centres c ON c.id = p.centre_id WHERE p.id = $1`, actor.Person).Scan(&t.Name, &t.City, &t.Zone)
	if err != nil {
		return Admission{}, db.Found(err, "person")
	}
	if site != nil {
		i := slices.IndexFunc(w.Sites, func(s Site) bool { return s.ID == *site })
		if i < 0 {
			return Admission{}, lms.ErrNotFound("centre")
		}
		if err := actor.Can(lms.SitWebinar, lms.Facts{Country: w.country, Centre: *site}); err != nil {
			return Admission{}, err
		}
		c := w.Sites[i]
		t.Person, t.Role, t.Site, t.Name, t.City, t.Zone = "", live.Viewer, c.ID.String(), c.Name, c.City, c.Zone
	}
	return s.admit(w, t)
}

func (s *Service) admit(w *webinar, t live.Ticket) (Admission, error) {
	now := s.Now()
	if !w.open(now) {
		return Admission{}, lms.ErrConflict("webinar-closed", "the room opens an hour before the webinar")
	}
	t.Webinar, t.Expires = w.ID, now.Add(ticketTime)
	token, err := t.Sign(s.Key)
	return Admission{Ticket: token, Webinar: w.ID, Title: w.Title, Role: t.Role, ExpiresAt: t.Expires.UTC()}, err
}
