package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestTLSIsAskedForOnlyWhereThereIsTLS(t *testing.T) {
	for secure, want := range map[bool]string{true: "max-age=31536000", false: ""} {
		s, err := New(Deps{Secure: secure})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := s.NewApp().Test(httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if got := answer.Header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("secure %v: %q", secure, got)
		}
	}
}
