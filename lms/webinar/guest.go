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
	Open     bool      `json:"open"`
}

// Invitation finds a webinar by the code of a guest's link. Errors: NotFound.
func (s *Service) Invitation(ctx context.Context, code string) (v Invitation, err error) {
	defer lms.Wrap(&err, "webinar.Invitation")
	w, err := s.byCode(ctx, code)
	if err != nil {
		return Invitation{}, err
	}
	return Invitation{w.ID, w.Title, w.Language, w.StartsAt.UTC(), w.EndsAt.UTC(), w.open(s.Now())}, nil
}

func (s *Service) byCode(ctx context.Context, code string) (*webinar, error) {
	return scan(db.Row(ctx, s.DB, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id
		 WHERE w.guest_code = $2 AND w.cancelled_at IS NULL`, lms.ID[lms.Person]{}, code))
}

// AdmitGuest writes the ticket of somebody without an account. Errors: NotFound, Invalid, Conflict.
func (s *Service) AdmitGuest(ctx context.Context, code, name string) (a Admission, err error) {
	defer lms.Wrap(&err, "webinar.AdmitGuest")
	if name = strings.TrimSpace(name); name == "" {
		return Admission{}, lms.ErrInvalid("name", "required", "say who you are")
	}
	w, err := s.byCode(ctx, code)
	if err != nil {
		return Admission{}, err
	}
	return s.admit(w, live.Ticket{Role: live.Viewer, Name: name})
}
