package page

import (
	"crypto/ed25519"
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/api"
	"mostik/lms/certificate"
	"mostik/lms/lmstest"
	"mostik/lms/text"
)

func TestNextStaysOnThisSite(t *testing.T) {
	for asked, want := range map[string]string{
		"":                          "/",
		"/learn/1?x=2#y":            "/learn/1?x=2#y",
		"learn":                     "/",
		"https://elsewhere.example": "/",
		"//elsewhere.example/learn": "/",
		`/\elsewhere.example`:       "/",
		"javascript:alert(1)":       "/",
		"/a\r\nSet-Cookie: b":       "/",
	} {
		if got := next(asked); got != want {
			t.Errorf("next(%q) = %q, want %q", asked, got, want)
		}
	}
}

func TestWeeksOfAMonth(t *testing.T) {
	got := weeks(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)) // begins on a Sunday, has 30 days
	if len(got) != 6 || got[0] != [7]int{0, 0, 0, 0, 0, 0, 1} || got[5] != [7]int{30} {
		t.Errorf("weeks = %v", got)
	}
}

// Every state has a sign and words of its own in every language: none is told by colour alone.
func TestEveryStateIsDistinct(t *testing.T) {
	for _, lang := range text.Languages {
		seen := map[string]certificate.State{}
		for _, state := range []certificate.State{
			certificate.Valid, certificate.Expired, certificate.Suspended, certificate.Revoked,
			certificate.Superseded, certificate.Erased, certificate.Unknown,
		} {
			page := verifyPage{frame: frame{Lang: lang, Words: text.In(lang)}}
			page.show(certificate.Verification{State: state}, "")
			for _, word := range []string{page.Sign, page.StateWord, page.StateNote} {
				if other, ok := seen[word]; word == "" || ok {
					t.Errorf("%s: %q stands for %s and %s", lang, word, state, other)
				}
				seen[word] = state
			}
		}
	}
}

// A paper of the past bears no seal of ours, whatever its state; where it does not hold, the page says so in words, too.
func TestAPaperOfThePastIsNeverOurs(t *testing.T) {
	for _, lang := range text.Languages {
		seen := map[string]certificate.State{}
		for _, state := range []certificate.State{certificate.Valid, certificate.Expired, certificate.Suspended, certificate.Revoked, certificate.Superseded} {
			page := verifyPage{frame: frame{Lang: lang, Words: text.In(lang)}}
			page.show(certificate.Verification{State: state, FromPaper: true}, "")
			if other, ok := seen[page.StateNote]; ok || !strings.HasSuffix(page.StateNote, page.Words.Life.PaperNote) {
				t.Errorf("%s: a paper that is %s, as one that is %s: %q", lang, state, other, page.StateNote)
			}
			seen[page.StateNote] = state
		}
	}
}

// The page of a certificate names somebody: nobody keeps it, no proxy and no search engine, for its state may change.
func TestNobodyKeepsThePageOfACertificate(t *testing.T) {
	w := lmstest.New(t)
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	certificates := &certificate.Service{DB: w.DB, Keys: certificate.NewKeys(key), Issuer: "A network", PublicURL: "https://mostik.example", Now: time.Now}
	course, version := w.Course("safe", "{}")
	person := w.Person(lmstest.PersonSpec{GivenName: "Aigerim", FamilyName: "Seitova"})
	serial, err := certificates.Issue(t.Context(), w.DB, certificate.Award{
		Person: person, Course: course, Enrolment: w.Enrol(person, course, version, lms.ID[lms.Cohort]{}), Holder: "Aigerim Seitova", Title: "Safe return", Key: "safe", Version: 1, Hours: "4", Language: "en",
	})
	if err != nil {
		t.Fatal(err)
	}
	templates, err := template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	p := &Pages{deps: Deps{API: &api.Server{}, Certificate: certificates, Programme: "Mostik", Now: time.Now}, templates: templates, stylePath: "/page.css"}
	app := fiber.New(fiber.Config{Immutable: true})
	p.Mount(app)
	response, err := app.Test(httptest.NewRequest(http.MethodGet, "/verify/"+serial, nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), "Aigerim Seitova") {
		t.Fatalf("%d, %v: %s", response.StatusCode, err, body)
	}
	if got := response.Header.Get("Cache-Control") + "; " + response.Header.Get("X-Robots-Tag"); got != "no-store; noindex, noarchive" {
		t.Errorf("it is kept: %s", got)
	}
}

// What stands in the page's script element cannot end it.
func TestBootCannotEndItsElement(t *testing.T) {
	// The second is what the API wrote, with its signs of HTML as they are.
	const evil = "</script><script>alert(1)</script>"
	for _, v := range []any{evil, json.RawMessage(`"` + evil + `"`)} {
		js, err := scriptSafe(map[string]any{"name": v})
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"name":"\u003c/script\u003e\u003cscript\u003ealert(1)\u003c/script\u003e"}`; string(js) != want {
			t.Errorf("got %s", js)
		}
	}
}

// Whatever asks the database on behalf of a page gives up some day.
func TestPagesThatAskTheDatabaseHaveADeadline(t *testing.T) {
	app := fiber.New()
	app.Get("/*", timed(func(c *fiber.Ctx) error {
		_, bounded := c.UserContext().Deadline()
		return c.SendString(strconv.FormatBool(bounded))
	}))
	answer, err := app.Test(httptest.NewRequest(http.MethodGet, "/learn", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err != nil || string(got) != "true" {
		t.Errorf("bounded: %s, %v", got, err)
	}
}
