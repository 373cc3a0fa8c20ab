package page

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms/certificate"
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
