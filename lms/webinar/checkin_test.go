package webinar

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
	"mostik/lms"
	"mostik/lms/lmstest"
)

// oneRoom is a room that is under way, with one site in it.
type oneRoom struct {
	*room.Room
	site string
	now  time.Time
}

func newOneRoom(t *testing.T) *oneRoom {
	t.Helper()
	r := &oneRoom{Room: room.Open(room.New("demo", room.Info{Title: "Burnout"}), []byte("secret")), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	site, err := r.Join(r.now.UnixMilli(), live.Ticket{ID: "t", Webinar: "demo", Role: live.Viewer, Site: "almaty", Name: "Almaty", Zone: "Asia/Almaty"}, "", "seat", 0)
	if err != nil {
		t.Fatal(err)
	}
	r.site = site
	return r
}

// digits are those shown now.
func (r *oneRoom) digits(t *testing.T) (code, word string) {
	t.Helper()
	r.Effects()
	r.Apply(r.now.UnixMilli(), r.site, strconv.FormatInt(r.now.UnixNano(), 36), &signal.SiteCode{})
	for _, e := range r.Effects() {
		if e.Tell != nil && e.Tell.Type == "ok" {
			said := string(e.Tell.Data)
			_, code, _ = strings.Cut(said, `"code":"`)
			_, word, _ = strings.Cut(said, `"word":"`)
			return code[:6], word[:12]
		}
	}
	t.Fatal("the site is shown no code")
	return "", ""
}

func (r *oneRoom) Shown(code string) []room.Place     { return r.Room.Shown(r.now.UnixMilli(), code) }
func (r *oneRoom) At(door string) (room.Place, error) { return r.Room.At(r.now.UnixMilli(), door) }
func (r *oneRoom) CheckOut(pass string, back bool) error {
	return r.Room.CheckOut(r.now.UnixMilli(), pass, back)
}

func (r *oneRoom) CheckedIn(pass string) (room.Presence, error) {
	return r.Room.CheckedIn(r.now.UnixMilli(), pass)
}

func (r *oneRoom) CheckIn(door, account, name string) (string, error) {
	return r.Room.CheckIn(r.now.UnixMilli(), door, account, name)
}

func wrongFrom(code string) string {
	n, _ := strconv.Atoi(code)
	return fmt.Sprintf("%06d", (n+500_000)%1_000_000)
}

// An address that tries digits out has to wait; other addresses, and the QR code's word, do not.
func TestDigitsAreNotGuessed(t *testing.T) {
	r := newOneRoom(t)
	s := &Service{Rooms: r, Now: func() time.Time { return r.now }}
	code, word := r.digits(t)
	mallory, centre := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.7")
	for i := range 20 {
		if _, err := s.FindSite(mallory, wrongFrom(code)); lms.KindOf(err) != lms.NotFound {
			t.Fatalf("wrong try %d: %v", i+1, err)
		}
	}
	_, err := s.FindSite(mallory, code)
	if lms.KindOf(err) != lms.TooMany {
		t.Errorf("the right digits after 20 wrong ones: %v", err)
	}
	if list, err := s.FindSite(mallory, word); err != nil || len(list) != 1 {
		t.Errorf("the word: %v", err)
	}
	if _, err := s.FindSite(centre, code[:3]+" "+code[3:]); err != nil {
		t.Errorf("another address: %v", err)
	}
	r.now = r.now.Add(21 * time.Second)
	if _, err := s.FindSite(mallory, code); err != nil {
		t.Errorf("after waiting: %v", err)
	}
	// The whole of an IPv6 network is one address.
	for i := range 20 {
		_, _ = s.FindSite(netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i+1)), wrongFrom(code))
	}
	if _, err := s.FindSite(netip.MustParseAddr("2001:db8::ffff"), code); lms.KindOf(err) != lms.TooMany {
		t.Errorf("the next address of a network: %v", err)
	}
}

// Many addresses together are bounded too.
func TestDigitsAreNotGuessedByMany(t *testing.T) {
	r := newOneRoom(t)
	s := &Service{Rooms: r, Now: func() time.Time { return r.now }}
	code, word := r.digits(t)
	tried := 0
	for i := range 1000 {
		if _, err := s.FindSite(netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}), wrongFrom(code)); lms.KindOf(err) == lms.NotFound {
			tried++
		}
	}
	if tried != wrongInAll.burst {
		t.Errorf("%d tries passed", tried)
	}
	if _, err := s.FindSite(netip.MustParseAddr("192.0.2.7"), word); err != nil {
		t.Errorf("the word: %v", err)
	}
}

// One address checks forty people in: what is right costs it nothing. But one code lets in no crowd.
func TestOneAddressChecksManyIn(t *testing.T) {
	r := newOneRoom(t)
	s := &Service{Rooms: r, Now: func() time.Time { return r.now }}
	code, _ := r.digits(t)
	centre := netip.MustParseAddr("192.0.2.7")
	let := 0
	for range 300 {
		if _, err := s.FindSite(centre, code); err == nil {
			let++
		} else if lms.KindOf(err) != lms.TooMany {
			t.Fatal(err)
		}
	}
	if let != onceShown.burst {
		t.Errorf("%d came in by one code", let)
	}
}

func TestBudgetsForget(t *testing.T) {
	var tr tries
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for i := range mostKept + 50 {
		tr.wrong(now, netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if len(tr.nets) > mostKept {
		t.Errorf("%d addresses are kept", len(tr.nets))
	}
}

func TestCheckInOfAccountsAndNames(t *testing.T) {
	w := lmstest.New(t)
	r := newOneRoom(t)
	s := &Service{DB: w.DB, Rooms: r, Now: func() time.Time { return r.now }}
	person := w.Person(lmstest.PersonSpec{Country: "KZ", GivenName: "Aliya", FamilyName: "Satpaeva"})
	actor := lms.Actor{Person: person}
	_, word := r.digits(t)
	list, err := s.FindSite(netip.MustParseAddr("192.0.2.7"), strings.ToLower(word))
	if err != nil {
		t.Fatal(err)
	}
	door := list[0].Door
	e, err := s.Entrance(t.Context(), actor, door)
	if err != nil || e.Site != "Almaty" || e.Title != "Burnout" || e.Name == "" {
		t.Fatalf("%+v, %v", e, err)
	}
	if stranger, err := s.Entrance(t.Context(), lms.Actor{}, door); err != nil || stranger.Name != "" {
		t.Errorf("a stranger is %+v, %v", stranger, err)
	}
	pass, err := s.CheckIn(t.Context(), actor, door, "")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := s.CheckedIn(pass); err != nil || p.Name != e.Name || p.State != "here" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := s.CheckIn(t.Context(), lms.Actor{}, door, " "); lms.KindOf(err) != lms.Invalid {
		t.Errorf("no name and no account: %v", err)
	}
	if _, err := s.CheckIn(t.Context(), lms.Actor{}, door, "Bakyt"); err != nil {
		t.Error(err)
	}
	found := ""
	for _, each := range r.Roster {
		if each.Person == person.String() && each.By == "device" {
			found = each.Name
		} else if each.Name != "Bakyt" || each.Person != "" || each.By != "code" {
			t.Errorf("%+v", each)
		}
	}
	if found != e.Name || len(r.Roster) != 2 {
		t.Errorf("the account's entry: %q of %d", found, len(r.Roster))
	}
	r.now = r.now.Add(6 * time.Minute)
	if _, err := s.CheckIn(t.Context(), actor, door, ""); lms.KindOf(err) != lms.Gone {
		t.Errorf("a door of six minutes ago: %v", err)
	}
	if err := s.CheckOut(pass, false); err != nil {
		t.Error(err)
	}
}

func TestExpected(t *testing.T) {
	w := lmstest.New(t)
	s := &Service{DB: w.DB, Now: time.Now}
	here, there := w.Centre("KZ"), w.Centre("KZ")
	course, version := w.Course("burnout", `{}`)
	cohort := w.Cohort(course, "KZ", here)
	w.Exec(`INSERT INTO webinars (id, title, language, cohort_id, starts_at, ends_at, guest_code, created_at)
	        VALUES ('of-cohort', 'Burnout', 'en', $1, now(), now() + interval '1 hour', 'a', now()),
	               ('of-nobody', 'Burnout', 'en', NULL, now(), now() + interval '1 hour', 'b', now())`, cohort)
	w.Exec(`INSERT INTO webinar_sites (webinar_id, centre_id) VALUES ('of-cohort', $1), ('of-nobody', $1), ('of-nobody', $2)`, here, there)
	at := func(centre lms.ID[lms.Centre], enrolled lms.ID[lms.Cohort]) string {
		p := w.Person(lmstest.PersonSpec{Country: "KZ", Centre: centre})
		if !enrolled.IsZero() {
			w.Enrol(p, course, version, enrolled)
		}
		return p.String()
	}
	another := w.Cohort(course, "KZ", here)
	member, other, idle, elsewhere := at(here, cohort), at(here, another), at(here, lms.ID[lms.Cohort]{}), at(there, cohort)
	leads, away := at(here, cohort), at(here, cohort)
	w.Exec(`INSERT INTO webinar_people (webinar_id, person_id, role) VALUES ('of-cohort', $1, 'speaker'), ('of-nobody', $1, 'host')`, leads)
	w.Exec(`UPDATE enrolments SET state = 'withdrawn' WHERE person_id = $1`, away)
	for _, c := range []struct {
		webinar string
		centre  lms.ID[lms.Centre]
		want    []string
	}{
		{"of-cohort", here, []string{member}},
		{"of-cohort", there, nil}, // not invited
		{"of-nobody", here, []string{member, other}},
		{"of-nobody", there, []string{elsewhere}},
		{"unknown", here, nil},
	} {
		list, err := s.Expected(t.Context(), c.webinar, c.centre.String())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range list {
			if e.Name == "" {
				t.Errorf("%s has no name", e.Account)
			}
			got = append(got, e.Account)
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s expects %v, want %v (idle is %s)", c.webinar, got, c.want, idle)
		}
	}
	if list, err := s.Expected(t.Context(), "of-cohort", "no centre"); err != nil || len(list) != 0 {
		t.Errorf("no centre: %v, %v", list, err)
	}
}
