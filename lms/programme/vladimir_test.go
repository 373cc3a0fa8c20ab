package programme_test

import (
	"slices"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/programme"
	"mostik/lms/programme/rule"
)

// vladimir is the course for librarians as it was held: two days in a library, and a test at its end.
const vladimir = `{
  "title": {"en": "Librarians for integration", "ru": "Библиотекари — интеграции"}, "hours": "16", "validity_months": 36,
  "components": [
    {"key": "seminar", "kind": "day", "title": {"en": "Seminar in the library", "ru": "Семинар в библиотеке"}},
    {"key": "course", "kind": "course", "course": "small", "title": {"en": "Online course", "ru": "Онлайн-курс"}}],
  "achievement": {"all": [{"day": "seminar"}, {"course": "course", "min_percent": 75}]},
  "participation": {"day": "seminar"},
  "documents": {"achievement": {"en": "Certificate of advanced training"}, "participation": {"en": "Certificate of attendance"}}
}`

// Thirty librarians attend, twenty-four pass: twenty-four papers of achievement, thirty of participation. Attendance
// alone gives no achievement, and the rule shows each of the six what is missing.
func TestVladimir(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("vladimir", "", vladimir)
	var librarians []lms.Actor
	for range 30 {
		librarians = append(librarians, s.trainee("KZ"))
	}
	ids := s.invite("vladimir", librarians...)
	day, err := s.programmes.CreateDay(ctx, s.coordinator, "vladimir", programme.DayInput{
		Component: "seminar", Title: "Regional library", Country: "KZ", Place: "Reading room", StartsAt: s.now.Add(time.Hour), EndsAt: s.now.Add(9 * time.Hour),
	})
	s.check(err)
	s.now = s.now.Add(9 * time.Hour)
	var ticks []programme.Tick
	for _, l := range librarians {
		ticks = append(ticks, programme.Tick{Person: l.Person, State: "present", Evidence: "sheet"})
	}
	s.check(s.programmes.TickDay(ctx, s.coordinator, day, ticks))
	s.settle()
	if n := s.Int(`SELECT count(*) FROM certificates WHERE kind = 'achievement' AND programme_id IS NOT NULL`); n != 0 {
		t.Fatalf("attendance alone gave %d papers of achievement", n)
	}
	if n := s.Int(`SELECT count(*) FROM certificates WHERE kind = 'participation'`); n != 30 {
		t.Fatalf("%d papers of participation for 30 who attended", n)
	}
	for i, l := range librarians[:28] { // 24 pass, 4 fail, 2 never begin
		s.studies(l, i < 24)
	}
	s.settle()
	s.settle()
	for kind, want := range map[certificate.Kind]int{certificate.Achievement: 24, certificate.Participation: 30} {
		n := s.Int(`SELECT count(*) FROM certificates c JOIN programmes p ON p.id = c.programme_id WHERE p.key = 'vladimir' AND c.kind = $1 AND c.state = 'valid'`, kind)
		people := s.Int(`SELECT count(DISTINCT c.person_id) FROM certificates c WHERE c.programme_id IS NOT NULL AND c.kind = $1`, kind)
		if n != want || people != want {
			t.Errorf("%d papers of %s for %d people, want %d", n, kind, people, want)
		}
	}
	if n := s.Int(`SELECT count(*) FROM participations WHERE state = 'certified'`); n != 24 {
		t.Errorf("%d are certified", n)
	}
	for i, id := range ids[24:] {
		v := s.standing(id)
		if !slices.Equal(v.Rule.Missing(), []string{"course"}) || v.State != "active" || v.Done != 1 || v.Needed != 2 || v.Next == nil || v.Next.Component != "course" {
			t.Errorf("the rule tells number %d: missing %v, %s, %d of %d", 24+i, v.Rule.Missing(), v.State, v.Done, v.Needed)
		}
		day, course := v.Rule.Of[0], v.Rule.Of[1]
		if !day.Done() || len(day.Evidence) != 1 || day.Evidence[0].Title != "Regional library" || day.Evidence[0].Minutes != 480 {
			t.Errorf("the day of number %d: %+v", 24+i, day)
		}
		if want := map[bool]rule.State{true: rule.Begun, false: rule.Open}[i < 4]; course.State != want || course.Figure != 0 {
			t.Errorf("the course of number %d is %s at %v, want %s", 24+i, course.State, course.Figure, want)
		}
		if len(v.Papers) != 1 || v.Papers[0].Kind != certificate.Participation {
			t.Errorf("the papers of number %d: %+v", 24+i, v.Papers)
		}
	}
	document := s.Text(`SELECT claim::json ->> 'document' FROM certificates WHERE kind = 'participation' LIMIT 1`)
	if document != "Certificate of attendance" {
		t.Errorf("the paper is called %q", document)
	}
	page, err := s.programmes.People(ctx, s.coordinator, "vladimir", programme.PeopleQuery{Missing: "course"})
	s.check(err)
	if page.Total != 6 || !slices.Equal(page.Items[0].Missing, []string{"Online course"}) {
		t.Errorf("the list of who lacks the course has %d: %+v", page.Total, page.Items)
	}
}

// A programme that attendance alone would fulfil is not published.
func TestAttendanceAloneIsRefused(t *testing.T) {
	s := newSite(t)
	_, err := s.programmes.Create(t.Context(), s.author, programme.NewProgramme{Key: "easy", Definition: []byte(`{
		"title": {"en": "Easy"}, "hours": "8", "components": [{"key": "day", "kind": "day", "title": {"en": "Day"}}], "achievement": {"day": "day"}}`)})
	s.check(err)
	_, err = s.programmes.Publish(t.Context(), s.author, "easy")
	s.refused(err, lms.Invalid, "programme-faulty")
}
