package page

import (
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
	"mostik/lms/api"
	"mostik/lms/text"
	"mostik/lms/webinar"
)

// stage is the check-in pages before rooms with two sites, of two webinars.
type stage struct {
	t     *testing.T
	app   *fiber.App
	rooms map[string]*room.Room
	sites map[string]string
	now   time.Time
}

func (s *stage) at() int64 { return s.now.UnixMilli() }

func (s *stage) of(sealed string) *room.Room {
	webinar, _, _ := strings.Cut(sealed, ".")
	if r := s.rooms[webinar]; r != nil {
		return r
	}
	return room.Open(room.New("none", room.Info{}), []byte("none"))
}

func (s *stage) Shown(code string) (list []room.Place) {
	for _, r := range s.rooms {
		list = append(list, r.Shown(s.at(), code)...)
	}
	return list
}
func (s *stage) At(door string) (room.Place, error) { return s.of(door).At(s.at(), door) }
func (s *stage) CheckIn(door, account, name string) (string, error) {
	return s.of(door).CheckIn(s.at(), door, account, name)
}

func (s *stage) CheckedIn(pass string) (room.Presence, error) {
	return s.of(pass).CheckedIn(s.at(), pass)
}

func (s *stage) CheckOut(pass string, back bool) error {
	return s.of(pass).CheckOut(s.at(), pass, back)
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, rooms: map[string]*room.Room{}, sites: map[string]string{}, now: time.Date(2026, 11, 22, 9, 5, 1, 0, time.UTC)}
	for _, webinar := range []string{"burnout", "games"} {
		r := room.Open(room.New(webinar, room.Info{Title: "About " + webinar, Language: "en"}), []byte("secret"))
		site, err := r.Join(s.at(), live.Ticket{ID: "t", Webinar: webinar, Role: live.Viewer, Site: "almaty", Name: "Almaty", Zone: "Asia/Almaty"}, "", "seat", 0)
		if err != nil {
			t.Fatal(err)
		}
		s.rooms[webinar], s.sites[webinar] = r, site
	}
	templates, err := template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	p := &Pages{
		deps:      Deps{API: &api.Server{}, Webinar: &webinar.Service{Rooms: s, Now: func() time.Time { return s.now }}, Programme: "Mostik"},
		templates: templates, stylePath: "/page.css",
	}
	s.app = fiber.New(fiber.Config{Immutable: true})
	p.Mount(s.app)
	return s
}

// code is what a webinar's site shows now.
func (s *stage) code(webinar string) (digits, word string) {
	s.t.Helper()
	r := s.rooms[webinar]
	r.Effects()
	r.Apply(s.at(), s.sites[webinar], "c"+s.now.String(), &signal.SiteCode{})
	for _, e := range r.Effects() {
		if e.Tell != nil && e.Tell.Type == "ok" {
			_, digits, _ = strings.Cut(string(e.Tell.Data), `"code":"`)
			_, word, _ = strings.Cut(string(e.Tell.Data), `"word":"`)
			return digits[:6], word[:12]
		}
	}
	s.t.Fatal("no code")
	return "", ""
}

// ask sends a request, a form where there is one, and gives the status, where it leads and the page.
func (s *stage) ask(path string, form url.Values) (status int, to, body string) {
	s.t.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		req = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "http://"+req.Host)
	}
	answer, err := s.app.Test(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), string(raw)
}

func TestCheckInByPhone(t *testing.T) {
	s := newStage(t)
	digits, word := s.code("burnout")
	status, door, _ := s.ask("/HERE/"+word, nil) // as the QR code has it
	if status != http.StatusSeeOther || !strings.HasPrefix(door, "/here/door/burnout.") {
		t.Fatalf("%d to %s", status, door)
	}
	if status, typed, _ := s.ask("/here?code="+digits[:3]+"+"+digits[3:], nil); status != http.StatusSeeOther || !strings.HasPrefix(typed, "/here/door/burnout.") {
		t.Errorf("typed digits: %d to %s", status, typed)
	}
	status, _, body := s.ask(door, nil)
	if status != http.StatusOK || !strings.Contains(body, "Almaty") || !strings.Contains(body, "About burnout") || !strings.Contains(body, `name="name"`) {
		t.Fatalf("the door: %d %s", status, body)
	}
	if len(body) > 6000 || strings.Contains(body, "<script") {
		t.Errorf("the page has %d bytes, or a script", len(body))
	}
	if status, _, body := s.ask(door, url.Values{"name": {"  "}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Write your name") {
		t.Errorf("no name: %d", status)
	}
	status, pass, _ := s.ask(door, url.Values{"name": {"Bakyt"}})
	if status != http.StatusSeeOther || !strings.HasPrefix(pass, "/here/me/burnout.") {
		t.Fatalf("checked in: %d to %s", status, pass)
	}
	s.now = s.now.Add(time.Minute)
	if status, _, body := s.ask(pass, nil); status != http.StatusOK || !strings.Contains(body, "You are checked in") || !strings.Contains(body, "Bakyt") || !strings.Contains(body, "14:05") {
		t.Errorf("how they stand: %d %s", status, body)
	}
	if status, to, _ := s.ask(pass, url.Values{"leave": {"1"}}); status != http.StatusSeeOther || to != pass {
		t.Errorf("leaving: %d to %s", status, to)
	}
	if _, _, body := s.ask(pass, nil); !strings.Contains(body, "You have left") {
		t.Error("who left is not told so")
	}
	s.ask(pass, url.Values{"back": {"1"}})
	if _, _, body := s.ask(pass, nil); !strings.Contains(body, "You are checked in") {
		t.Error("who is back is not told so")
	}
	if n := len(s.rooms["burnout"].Roster); n != 1 || len(s.rooms["games"].Roster) != 0 {
		t.Errorf("%d on the roster", n)
	}
}

func TestCheckInRefused(t *testing.T) {
	s := newStage(t)
	digits, word := s.code("burnout")
	_, door, _ := s.ask("/here/"+word, nil)
	_, pass, _ := s.ask(door, url.Values{"name": {"Bakyt"}})
	s.now = s.now.Add(6 * time.Minute)
	for path, want := range map[string]int{
		"/here":                 http.StatusOK,
		"/here/" + digits:       http.StatusNotFound,
		"/here?code=" + digits:  http.StatusNotFound,
		"/here/" + word:         http.StatusNotFound,
		"/here/%2e%2e%2f":       http.StatusNotFound,
		"/here/nonsense%3Cb%3E": http.StatusNotFound,
		door:                    http.StatusGone,
		"/here/door/x":          http.StatusGone,
		"/here/me/" + door[11:]: http.StatusGone, // a door is no pass
		pass:                    http.StatusOK,
		strings.Replace(pass, "burnout", "games", 1): http.StatusGone,
	} {
		status, to, body := s.ask(path, nil)
		if status != want || strings.Contains(body, "<b>") {
			t.Errorf("%s: %d to %q, want %d", path, status, to, want)
		}
	}
	if status, _, _ := s.ask(door, url.Values{"name": {"Late"}}); status != http.StatusGone {
		t.Errorf("through a door of six minutes ago: %d", status)
	}
	// A form of another site checks nobody in.
	req := httptest.NewRequest(http.MethodPost, pass, strings.NewReader("leave=1"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://elsewhere.example")
	if answer, err := s.app.Test(req); err != nil || answer.StatusCode < 400 {
		t.Errorf("another site's form: %v, %v", answer, err)
	}
	for range 20 {
		s.ask("/here?code="+digits, nil)
	}
	if status, _, body := s.ask("/here?code="+digits, nil); status != http.StatusTooManyRequests || !strings.Contains(body, "QR") {
		t.Errorf("after 20 wrong codes: %d", status)
	}
}

// Two sites that happen to show the same digits: one is asked which.
func TestTheSameDigitsAtTwoSites(t *testing.T) {
	s := newStage(t)
	two := &twice{s}
	templates, err := template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	pages := &Pages{deps: Deps{API: &api.Server{}, Webinar: &webinar.Service{Rooms: two, Now: func() time.Time { return s.now }}}, templates: templates}
	s.app = fiber.New()
	pages.Mount(s.app)
	status, _, body := s.ask("/here?code=123456", nil)
	doors := regexp.MustCompile(`href="(/here/door/[^"]+)"`).FindAllStringSubmatch(body, -1)
	if status != http.StatusOK || len(doors) != 2 || !strings.Contains(body, "About games") {
		t.Fatalf("%d %v", status, doors)
	}
	if status, _, _ := s.ask(doors[1][1], nil); status != http.StatusOK {
		t.Errorf("the second door: %d", status)
	}
}

// twice finds the sites of all rooms whatever the code.
type twice struct{ *stage }

func (s *twice) Shown(string) (list []room.Place) {
	for _, webinar := range []string{"burnout", "games"} {
		_, word := s.code(webinar)
		list = append(list, s.rooms[webinar].Shown(s.at(), word)...)
	}
	return list
}

// In every language the pages are drawn, and say different things.
func TestCheckInSpeaks(t *testing.T) {
	s := newStage(t)
	_, word := s.code("burnout")
	_, door, _ := s.ask("/here/"+word, nil)
	_, pass, _ := s.ask(door, url.Values{"name": {"Bakyt"}})
	for _, path := range []string{"/here", "/here/000000000000", door, pass} {
		seen := map[string]string{}
		for _, lang := range text.Languages {
			_, _, body := s.ask(path+"?lang="+lang, nil)
			_, main, _ := strings.Cut(body, "<main")
			if other := seen[main]; other != "" || !strings.Contains(body, `lang="`+lang+`"`) {
				t.Errorf("%s: %s speaks as %s", path, lang, other)
			}
			seen[main] = lang
		}
	}
}
