package webinar

import (
	"context"
	"strings"
	"time"

	"mostik/live"
	"mostik/lms"
	"mostik/lms/db"
)

// Invitation is what a guest sees before they enter.
type Invitation struct {
	Webinar  string    `json:"webinar"`
	Title    string    `json:"title"`
	Language string    `json:"language"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	Hosts    []string  `json:"hosts"`
	Open     bool      `json:"open"`
	// Over tells that a host has ended it, whatever the clock says.
	Over bool `json:"over,omitempty"`
	// Name is the guest's, where the link is their own.
	Name string `json:"name,omitempty"`
}

// Invitation finds a webinar by the code of a guest's link. Errors: NotFound.
func (s *Service) Invitation(ctx context.Context, code string) (v Invitation, err error) {
	defer lms.Wrap(&err, "webinar.Invitation")
	w, name, _, err := s.byCode(ctx, code)
	if err != nil {
		return Invitation{}, err
	}
	return Invitation{w.ID, w.Title, w.Language, w.StartsAt.UTC(), w.EndsAt.UTC(), w.Hosts, w.open(s.Now()), w.Over, name}, nil
}

// byCode finds a webinar by the code that all guests share, or by a guest's own, which brings their name and their place on
// the list.
func (s *Service) byCode(ctx context.Context, code string) (w *webinar, name, guest string, err error) {
	id := ""
	err = db.Row(ctx, s.DB, `
		SELECT id, '', '' FROM webinars WHERE guest_code = $1 AND cancelled_at IS NULL
		UNION ALL
		SELECT w.id, g.name, g.id::text FROM webinar_guests g JOIN webinars w ON w.id = g.webinar_id AND w.cancelled_at IS NULL WHERE g.code = $1
		LIMIT 1`, code).Scan(&id, &name, &guest)
	if err != nil {
		return nil, "", "", db.Found(err, "webinar")
	}
	w, err = scan(db.Row(ctx, s.DB, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id WHERE w.id = $2`, lms.ID[lms.Person]{}, id))
	return w, name, guest, err
}

// AdmitGuest writes the ticket of somebody without an account. device is what their browser is known by, for bans. Errors:
// NotFound, Invalid, Conflict.
func (s *Service) AdmitGuest(ctx context.Context, code, name, device string) (a Admission, err error) {
	defer lms.Wrap(&err, "webinar.AdmitGuest")
	if name = strings.TrimSpace(name); name == "" {
		return Admission{}, lms.ErrInvalid("name", "required", "say who you are")
	}
	w, _, link, err := s.byCode(ctx, code)
	if err != nil {
		return Admission{}, err
	}
	return s.admit(w, live.Ticket{Role: live.Viewer, Name: name, Link: link, Device: device})
}
