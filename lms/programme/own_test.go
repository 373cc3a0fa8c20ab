package programme_test

import (
	"slices"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/programme"
)

// Nobody says of themselves that they were there: whoever takes attendance is ticked by somebody else.
func TestNobodyTicksThemselves(t *testing.T) {
	s := newSite(t)
	s.published("vladimir", "", vladimir)
	s.invite("vladimir", s.coordinator)
	day, err := s.programmes.CreateDay(t.Context(), s.author, "vladimir", programme.DayInput{
		Component: "seminar", Title: "Regional library", Country: "KZ", StartsAt: s.now.Add(time.Hour), EndsAt: s.now.Add(9 * time.Hour),
	})
	s.check(err)
	s.now = s.now.Add(9 * time.Hour)
	own := []programme.Tick{{Person: s.coordinator.Person, State: "present", Evidence: "sheet"}}
	s.refused(s.programmes.TickDay(t.Context(), s.coordinator, day, own), lms.Forbidden, "")
	s.check(s.programmes.TickDay(t.Context(), s.author, day, own))
	v, err := s.programmes.Sheet(t.Context(), s.coordinator, day)
	s.check(err)
	if len(v.Rows) != 1 || v.Rows[0].MayTick || v.Rows[0].State != "present" {
		t.Errorf("the own line of the sheet: %+v", v.Rows)
	}
}

// Who takes part is told when and where the days and webinars of their country are, as long as they are not over.
func TestWhatLiesAheadIsTold(t *testing.T) {
	s := newSite(t)
	s.published("vladimir", "", vladimir)
	s.invite("vladimir", s.coordinator)
	day := func(title, country string, from time.Duration) {
		_, err := s.programmes.CreateDay(t.Context(), s.author, "vladimir", programme.DayInput{
			Component: "seminar", Title: title, Place: "Regional library", Country: country, StartsAt: s.now.Add(from), EndsAt: s.now.Add(from + 2*time.Hour),
		})
		s.check(err)
	}
	day("Later", "KZ", 72*time.Hour)
	day("Now", "KZ", -time.Hour)
	day("Over", "KZ", -3*time.Hour)
	day("Elsewhere", "TJ", time.Hour)
	webinar := func(title, country string, from time.Duration) {
		s.Exec(`WITH w AS (INSERT INTO webinars (id, title, language, country, starts_at, ends_at, guest_code, created_at) VALUES (replace(lower($1), ' ', '-'), $1, 'en', nullif($2, ''), $3, $3::timestamptz + interval '1 hour', $1, $4) RETURNING id)
		        INSERT INTO programme_webinars (programme_id, component, webinar_id) SELECT p.id, 'seminar', w.id FROM w, programmes p`, title, country, s.now.Add(from), s.now)
	}
	webinar("Exchange", "KZ", 24*time.Hour)
	webinar("For all", "", 48*time.Hour)
	webinar("Of others", "TJ", 24*time.Hour)
	webinar("Held", "KZ", -24*time.Hour)
	v, err := s.programmes.Own(t.Context(), s.coordinator, "vladimir")
	s.check(err)
	var told []string
	for _, a := range v.Ahead {
		told = append(told, a.Component+" "+a.Title+" "+a.Place)
	}
	if want := []string{"seminar Now Regional library", "seminar Exchange ", "seminar For all ", "seminar Later Regional library"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
