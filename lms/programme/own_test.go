package programme_test

import (
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
