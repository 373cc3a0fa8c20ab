package api

import (
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"mostik/live"
)

// A guest's browser is the same one when it comes again under another name, by which a ban knows it; another is not.
func TestAGuestsBrowserIsKnownAgain(t *testing.T) {
	w := newRightsWorld(t)
	_, code := w.webinarHere()
	key := w.webinars().Key.Public().(ed25519.PublicKey)
	device := func(b *browser, name string) string {
		out := b.want(200, "", "POST", "/guest/"+code, `{"name":"`+name+`"}`)
		ticket, err := live.Open(out["ticket"].(string), key, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return ticket.Device
	}
	one, other := newBrowser(t, w), newBrowser(t, w)
	first := device(one, "Expert")
	if first == "" || device(one, "Somebody else") != first {
		t.Error("the browser is not known again")
	}
	if device(other, "Expert") == first {
		t.Error("two browsers are taken for one")
	}
	one.cookies[GuestCookie].Value = strings.Repeat("x", 4000) // no mark of ours
	if got := device(one, "Expert"); len(got) != len(first) || got == first {
		t.Errorf("the mark is %d letters long", len(got))
	}
}
