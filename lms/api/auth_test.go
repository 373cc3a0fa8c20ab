package api

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/lmstest"
)

// browser keeps cookies as a browser does, and says that its pages are the site's own.
type browser struct {
	t       *testing.T
	app     *fiber.App
	cookies map[string]*http.Cookie
	site    string
}

func newBrowser(t *testing.T, w *rightsWorld) *browser {
	return &browser{t: t, app: w.app, cookies: map[string]*http.Cookie{}, site: "same-origin"}
}

func (b *browser) do(method, path, body string) (int, map[string]any) {
	b.t.Helper()
	req := httptest.NewRequest(method, prefix+path, strings.NewReader(body))
	req.Header.Set("Sec-Fetch-Site", b.site)
	for _, c := range b.cookies {
		req.AddCookie(c)
	}
	res, err := b.app.Test(req, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			b.t.Errorf("the cookie %s is set carelessly: %s", c.Name, c.Raw)
		}
		if c.Value == "" {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	var out map[string]any
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &out); err != nil {
			b.t.Fatalf("%s: %v", raw, err)
		}
	}
	return res.StatusCode, out
}

// want is do, for an answer that is known.
func (b *browser) want(status int, code, method, path, body string) map[string]any {
	b.t.Helper()
	got, out := b.do(method, path, body)
	if c, _ := out["code"].(string); got != status || c != code {
		b.t.Fatalf("%s %s: %d %v, want %d %s", method, path, got, out, status, code)
	}
	return out
}

func loginBody(login string) string {
	return `{"login":"` + login + `","password":"` + rightsPassword + `"}`
}

func TestSessionInABrowser(t *testing.T) {
	w := newRightsWorld(t)
	_, login := w.withPassword()
	b := newBrowser(t, w)

	b.want(401, "sign-in-needed", "GET", "/me", "")
	b.want(401, "sign-in-failed", "POST", "/auth/login", `{"login":"`+login+`","password":"wrong wrong"}`)
	out := b.want(200, "", "POST", "/auth/login", loginBody(login))
	if out["access_token"] == "" || out["expires_in"].(float64) < 60 {
		t.Errorf("%v", out)
	}
	for _, name := range []string{AccessCookie, RefreshCookie, DeviceCookie} {
		if b.cookies[name] == nil {
			t.Errorf("there is no cookie %s", name)
		}
	}
	b.want(200, "", "GET", "/me", "")

	t.Run("another site's page does nothing", func(t *testing.T) {
		before := b.cookies[RefreshCookie].Value
		b.site = "cross-site"
		defer func() { b.site = "same-origin" }()
		b.want(403, "cross-site", "PATCH", "/me", `{"theme":"dark"}`)
		b.want(403, "cross-site", "POST", "/auth/refresh", `{}`)
		b.want(403, "cross-site", "POST", "/auth/logout", ``)
		b.want(403, "cross-site", "POST", "/auth/login", loginBody(login))
		if b.cookies[RefreshCookie].Value != before {
			t.Error("the session changed")
		}
	})
	t.Run("the language travels with the access cookie", func(t *testing.T) {
		b.want(200, "", "PATCH", "/me", `{"language":"kk"}`)
		actor, err := w.accounts.Authenticate(b.cookies[AccessCookie].Value)
		if err != nil || actor.Language != "kk" {
			t.Errorf("%v, %v", actor.Language, err)
		}
	})
	t.Run("two tabs refresh and stay", func(t *testing.T) {
		tab := newBrowser(t, w)
		for name, c := range b.cookies {
			tab.cookies[name] = c
		}
		b.want(200, "", "POST", "/auth/refresh", `{}`)
		tab.want(200, "", "POST", "/auth/refresh", ``)
		if tab.cookies[RefreshCookie].Value != b.cookies[RefreshCookie].Value {
			t.Error("the tabs hold different tokens")
		}
		b.want(200, "", "POST", "/auth/refresh", `{}`)
	})
	t.Run("a stolen old token ends the session", func(t *testing.T) {
		thief := newBrowser(t, w)
		thief.cookies[RefreshCookie] = b.cookies[RefreshCookie]
		b.want(200, "", "POST", "/auth/refresh", `{}`)
		b.want(200, "", "POST", "/auth/refresh", `{}`) // now the thief's is two back, within any grace
		thief.want(401, "session-reused", "POST", "/auth/refresh", `{}`)
		if thief.cookies[RefreshCookie] != nil {
			t.Error("the cookie was left")
		}
		b.want(401, "token-expired", "GET", "/me", "")
		b.want(401, "session-ended", "POST", "/auth/refresh", `{}`)
	})
	b.want(200, "", "POST", "/auth/login", loginBody(login))
	b.want(204, "", "POST", "/auth/logout", "")
	b.want(401, "sign-in-needed", "GET", "/me", "")
	b.want(204, "", "POST", "/auth/logout", "") // twice is no fault
}

func TestLockoutIsATooManyWithATime(t *testing.T) {
	w := newRightsWorld(t)
	_, login := w.withPassword()
	b := newBrowser(t, w)
	for range 10 {
		status, out := b.do("POST", "/auth/login", `{"login":"`+login+`","password":"guess guess"}`)
		if status == 429 {
			if out["code"] != "too-many" || out["retry_after"].(float64) < 1 {
				t.Errorf("%v", out)
			}
			return
		}
	}
	t.Error("ten guesses and no wait")
}

func TestErasureOverHTTP(t *testing.T) {
	w := newRightsWorld(t)
	_, login := w.withPassword()
	b := newBrowser(t, w)
	b.want(200, "", "POST", "/auth/login", loginBody(login))
	if out := b.want(200, "", "GET", "/me/export", ""); out["tables"] == nil {
		t.Errorf("%v", out)
	}
	b.want(422, "password-wrong", "POST", "/me/erasure", `{"password":"wrong wrong"}`)
	b.want(204, "", "POST", "/me/erasure", `{"password":"`+rightsPassword+`"}`)
	b.want(401, "sign-in-needed", "GET", "/me", "")
	b.want(401, "sign-in-failed", "POST", "/auth/login", loginBody(login))
}

func TestGuardStandsBeforeEverything(t *testing.T) {
	w := newRightsWorld(t)
	d := w.deps()
	d.Guards = []Guard{func(c *fiber.Ctx) error {
		if c.Get("X-Forwarded-For") != "" {
			return lms.ErrForbidden("a demonstration answers nobody behind a proxy")
		}
		return nil
	}}
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	for path, header := range map[string]string{prefix + "/concern": "", "/api": ""} {
		for forwarded, want := range map[string]int{header: 200, "192.0.2.1": 403} {
			req := httptest.NewRequest("GET", path, nil)
			if forwarded != "" {
				req.Header.Set("X-Forwarded-For", forwarded)
			}
			if status, _, _ := send(t, s, req); status != want {
				t.Errorf("%s with %q: %d", path, forwarded, status)
			}
		}
	}
}

// A request that is signed in asks the database nothing for it: one statement reads one's record.
func TestAuthenticationAsksNothing(t *testing.T) {
	w := newRightsWorld(t)
	person := w.Person(lmstest.PersonSpec{Country: "KZ"})
	n := w.statements(t, func() {
		if status, body := w.send(t, "GET", "/me", rightsCase{}, lms.Actor{Person: person}); status != 200 {
			t.Fatal(status, body)
		}
	})
	if n != 1 {
		t.Errorf("GET /me took %d statements", n)
	}
}

// What a form sends: null clears, what is left out stays.
func TestChangingAPerson(t *testing.T) {
	w := newRightsWorld(t)
	id := w.somebody()
	change := func(body string) (int, map[string]any) {
		t.Helper()
		status, text := w.send(t, "PATCH", "/people/{id}", rightsCase{
			params: map[string]string{"id": id.String()}, raw: []byte(body), rawType: "application/json",
		}, w.coordinator())
		var out map[string]any
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatal(err)
		}
		return status, out
	}
	status, out := change(`{"email":"a@example.org","birth_year":1990,"sex":"female","given_name":"Анна"}`)
	if status != 200 || out["email"] != "a@example.org" || out["birth_year"] != 1990.0 || out["centre"] == nil {
		t.Fatalf("%d %v", status, out)
	}
	if list := out["enrolments"].([]any); len(list) != 1 || list[0].(map[string]any)["course_title"] != "A small course" {
		t.Errorf("enrolments: %v", out["enrolments"])
	}
	status, out = change(`{"login":null,"birth_year":null,"centre_id":null}`)
	if status != 200 || out["login"] != nil || out["email"] != "a@example.org" || out["birth_year"] != nil || out["centre"] != nil ||
		out["sex"] != "female" || out["given_name"] != "Анна" {
		t.Errorf("%d %v", status, out)
	}
	if status, out = change(`{"email":null}`); status != 422 || out["code"] != "login-needed" {
		t.Errorf("nobody could sign in: %d %v", status, out)
	}
	if status, out = change(`{"email":5}`); status != 422 || out["code"] != "wrong-type" {
		t.Errorf("a number as an e-mail: %d %v", status, out)
	}
}
