package live_test

import (
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"mostik/live"
)

func TestTicket(t *testing.T) {
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	in := live.Ticket{ID: "t1", Webinar: "demo", Role: live.Speaker, Shared: true, Name: "Прага", Expires: now.Add(time.Minute)}
	token, err := in.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := live.Open(token, public, now)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Expires.Equal(in.Expires) {
		t.Errorf("it ends %v", got.Expires)
	}
	got.Expires = in.Expires
	if got != in {
		t.Errorf("%+v, signed %+v", got, in)
	}
	other, _, _ := ed25519.GenerateKey(nil)
	for name, try := range map[string]func() (live.Ticket, error){
		"over":        func() (live.Ticket, error) { return live.Open(token, public, now.Add(2*time.Minute)) },
		"another key": func() (live.Ticket, error) { return live.Open(token, other, now) },
		"a byte changed": func() (live.Ticket, error) {
			b := []byte(token)
			b[len(b)/2] ^= 1
			return live.Open(string(b), public, now)
		},
		"unsigned": func() (live.Ticket, error) {
			none, _ := jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{"sub": "demo", "role": "host", "aud": "live", "exp": now.Unix() + 60}).
				SignedString(jwt.UnsafeAllowNoneSignatureType)
			return live.Open(none, public, now)
		},
		"for something else": func() (live.Ticket, error) {
			elsewhere, _ := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"sub": "demo", "role": "host", "aud": "api", "exp": now.Unix() + 60}).SignedString(key)
			return live.Open(elsewhere, public, now)
		},
		"without an end": func() (live.Ticket, error) {
			endless, _ := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"sub": "demo", "role": "host", "aud": "live"}).SignedString(key)
			return live.Open(endless, public, now)
		},
	} {
		if _, err := try(); !errors.Is(err, live.ErrTicket) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	public, key, _ := ed25519.GenerateKey(nil)
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	good, _ := live.Ticket{Webinar: "demo", Role: live.Viewer, Expires: now.Add(time.Minute)}.Sign(key)
	f.Add(good)
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := live.Open(s, public, now); err == nil && s != good {
			t.Errorf("%q passed", s)
		}
	})
}
