package webinar_test

import (
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"mostik/lms"
	"mostik/lms/webinar"
)

func (h *house) followed(f webinar.Feed) (titles []string) {
	h.T.Helper()
	file, err := h.Followed(h.T.Context(), strings.TrimPrefix(f.Path, "/api/v1/calendars/"))
	h.must(err)
	c, err := ical.NewDecoder(strings.NewReader(file)).Decode()
	if err != nil {
		h.T.Fatalf("another program cannot read it: %v\n%s", err, file)
	}
	for _, e := range c.Events() {
		titles = append(titles, e.Props.Get(ical.PropSummary).Value)
	}
	if len(c.Events()) > 0 && len(c.Events()[0].Props.Values(ical.PropAttendee)) != 0 {
		h.T.Error("a feed names who comes")
	}
	return titles
}

func TestAFeedHoldsOnesOwnWebinars(t *testing.T) {
	h := newHouse(t)
	id := h.create()
	member := h.person("member@example.org", "ru", lms.ID[lms.Centre]{})
	feed := func(a lms.Actor) webinar.Feed {
		f, err := h.MakeFeed(t.Context(), a)
		h.must(err)
		return f
	}
	none := feed(member)
	if got := h.followed(none); len(got) != 0 {
		t.Errorf("who is not invited follows %v", got)
	}
	h.Enrol(member.Person, h.course, h.version, h.cohort)
	for name, a := range map[string]lms.Actor{"trainer": h.trainer, "facilitator": h.facilitator, "member": member} {
		if got := h.followed(feed(a)); len(got) != 1 || got[0] != "Preventing burnout" {
			t.Errorf("the %s follows %v", name, got)
		}
	}
	if got := h.followed(feed(h.outsider)); len(got) != 0 {
		t.Errorf("an outsider follows %v", got)
	}
	// A new address takes the place of the old; one that was dropped leads nowhere.
	gone := func(f webinar.Feed) {
		t.Helper()
		if _, err := h.Followed(t.Context(), strings.TrimPrefix(f.Path, "/api/v1/calendars/")); lms.KindOf(err) != lms.NotFound {
			t.Errorf("the old address: %v", err)
		}
	}
	gone(none)
	mine, err := h.MyFeed(t.Context(), h.trainer)
	h.must(err)
	_, err = h.Cancel(t.Context(), h.trainer, id, "The trainer is ill.")
	h.must(err)
	if got := h.followed(mine); len(got) != 0 {
		t.Errorf("what was cancelled is followed: %v", got)
	}
	h.must(h.DropFeed(t.Context(), h.trainer))
	gone(mine)
	if f, err := h.MyFeed(t.Context(), h.trainer); err != nil || f.Path != "" {
		t.Errorf("a dropped address is shown: %+v %v", f, err)
	}
	if _, err := h.Followed(t.Context(), ""); lms.KindOf(err) != lms.NotFound {
		t.Errorf("no code: %v", err)
	}
	// An account that is closed is followed by nobody.
	closed := feed(member)
	h.Exec(`UPDATE persons SET state = 'blocked' WHERE id = $1`, member.Person)
	gone(closed)
}
