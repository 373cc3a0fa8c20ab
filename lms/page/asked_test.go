package page

import (
	"crypto/sha256"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/api"
	"mostik/lms/lmstest"
	"mostik/lms/report"
	"mostik/lms/text"
)

// A supervisor without an account opens the mail's link, answers once, and may have the address deleted.
func TestASupervisorAnswersWithoutAnAccount(t *testing.T) {
	w := lmstest.New(t)
	programme, participation := lms.NewID[lms.Programme](), lms.NewID[lms.Participation]()
	person := w.Person(lmstest.PersonSpec{GivenName: "Aigerim", FamilyName: "Seitova"})
	w.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, 'asked', '{}', now())`, programme)
	w.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $1, 1, '{"title": {"en": "Interviewing"}}', now())`, programme)
	w.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, certified_at) VALUES ($1, $2, $2, $3, 'certified', now(), now())`, participation, programme, person)
	w.Exec(`INSERT INTO followup_supervisors (participation_id, email, language, named_at) VALUES ($1, 'chief@example.org', 'en', now())`, participation)
	followup := func(months int, due, door string) {
		hash := sha256.Sum256([]byte(door))
		w.Exec(`WITH f AS (INSERT INTO followups (id, participation_id, person_id, months, due_on, asked_at) VALUES (gen_random_uuid(), $1, $2, $3, now()::date + $4::interval, now()) RETURNING id)
		        INSERT INTO followup_doors (followup_id, door_hash, asked_at) SELECT id, $5, now() FROM f`, participation, person, months, due, hash[:])
	}
	followup(3, "0 days", "the-door-of-now")
	followup(6, "-60 days", "the-door-of-then")
	templates, err := template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	p := &Pages{
		deps:      Deps{API: &api.Server{}, Report: &report.Service{DB: w.DB, Now: time.Now}, Programme: "Mostik"},
		templates: templates, stylePath: "/page.css",
	}
	s := &stage{t: t, app: fiber.New(fiber.Config{Immutable: true})}
	p.Mount(s.app)

	for _, lang := range text.Languages {
		words := text.FollowupIn(lang)
		status, _, body := s.ask("/asked/the-door-of-now?lang="+lang, nil)
		if status != http.StatusOK || !strings.Contains(body, "Aigerim Seitova") || !strings.Contains(body, template.HTMLEscapeString(words.Used)) ||
			strings.Count(body, `type="radio"`) != 15 || !strings.Contains(body, words.Stop) {
			t.Errorf("%s: status %d, %s", lang, status, body)
		}
	}
	if status, _, body := s.ask("/asked/no-door?lang=en", nil); status != http.StatusNotFound || strings.Contains(body, "Aigerim") {
		t.Errorf("no door: %d, %s", status, body)
	}
	if status, _, body := s.ask("/asked/the-door-of-then?lang=en", nil); status != http.StatusOK || strings.Contains(body, "Aigerim") || !strings.Contains(body, text.FollowupIn("en").Closed) {
		t.Errorf("too late: %d, %s", status, body)
	}
	foreign := httptest.NewRequest(http.MethodPost, "/asked/the-door-of-now", strings.NewReader("used=4"))
	foreign.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	foreign.Header.Set("Origin", "https://elsewhere.example")
	if answer, err := s.app.Test(foreign); err != nil || answer.StatusCode < 400 {
		t.Errorf("another site's form: %v, %v", answer.StatusCode, err)
	}
	for _, form := range []url.Values{{"x": {"1"}}, {"used": {"9"}}, {"hindered": {"weather"}}} {
		if status, _, body := s.ask("/asked/the-door-of-now?lang=en", form); status != http.StatusUnprocessableEntity || !strings.Contains(body, text.FollowupIn("en").Missing) {
			t.Errorf("%v: %d", form, status)
		}
	}
	if n := w.Int(`SELECT count(*) FROM followup_answers`); n != 0 {
		t.Fatalf("%d answers before any was given", n)
	}
	status, to, _ := s.ask("/asked/the-door-of-now?lang=en", url.Values{"used": {"4"}, "hindered": {"time", "cases"}})
	if status != http.StatusSeeOther || to != "/asked/the-door-of-now?lang=en" {
		t.Errorf("answered: %d to %s", status, to)
	}
	if got := w.Text(`SELECT answers::text FROM followup_answers WHERE by_supervisor`); !strings.Contains(got, `"number":4`) || !strings.Contains(got, "cases") {
		t.Errorf("kept: %s", got)
	}
	if _, _, body := s.ask(to, nil); !strings.Contains(body, text.FollowupIn("en").Thanks) || strings.Contains(body, `type="radio"`) {
		t.Errorf("afterwards: %s", body)
	}
	for range 2 {
		if status, _, body := s.ask(to, url.Values{"stop": {"1"}}); status != http.StatusOK || !strings.Contains(body, text.FollowupIn("en").Stopped) {
			t.Errorf("stopped: %d", status)
		}
	}
	if n := w.Int(`SELECT count(*) FROM followup_supervisors`); n != 0 {
		t.Error("the address is still there")
	}
}
