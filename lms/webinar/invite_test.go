package webinar_test

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"mostik/lms"
	"mostik/lms/lmstest"
	"mostik/lms/mail"
	"mostik/lms/webinar"
)

// house has a cohort in Kazakhstan with two members, a centre in Almaty with a facilitator, and a trainer.
type house struct {
	*lmstest.World
	*webinar.Service
	now                            time.Time
	course                         lms.ID[lms.Course]
	version                        lms.ID[lms.Version]
	cohort                         lms.ID[lms.Cohort]
	almaty                         lms.ID[lms.Centre]
	trainer, facilitator, outsider lms.Actor
}

func newHouse(t *testing.T) *house {
	w := lmstest.New(t)
	h := &house{World: w, now: w.Start}
	h.Service = &webinar.Service{
		DB: w.DB, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Now: func() time.Time { return h.now },
		PublicURL: "https://learn.example.org", Organizer: mail.Sender{Name: "Training", Address: "training@example.org"},
	}
	h.almaty = w.Centre("KZ")
	h.course, h.version = w.Course("burnout", `{}`)
	h.cohort = w.Cohort(h.course, "KZ", h.almaty)
	h.trainer = h.person("trainer@example.org", "ru", h.almaty, lms.Grant{Role: lms.Trainer, Scope: lms.CohortGround(h.cohort)})
	h.facilitator = h.person("almaty@example.org", "kk", h.almaty, lms.Grant{Role: lms.Facilitator, Scope: lms.CentreGround(h.almaty)})
	h.outsider = h.person("outsider@example.org", "sk", lms.ID[lms.Centre]{}, lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("SK")})
	for _, address := range []string{"one@example.org", ""} {
		w.Enrol(h.person(address, "en", h.almaty).Person, h.course, h.version, h.cohort)
	}
	return h
}

func (h *house) person(email, language string, centre lms.ID[lms.Centre], grants ...lms.Grant) lms.Actor {
	id := h.Person(lmstest.PersonSpec{Email: email, Language: language, Centre: centre, Grants: grants})
	return lms.Actor{Person: id, Grants: grants}
}

func (h *house) input() webinar.Input {
	return webinar.Input{
		Title: "Preventing burnout", Language: "ru", Cohort: &h.cohort, Activity: "m6-webinar",
		StartsAt: h.now.Add(48 * time.Hour), EndsAt: h.now.Add(50 * time.Hour),
		Agenda: []webinar.Item{{Title: "Hello, everybody; and, welcome", Minutes: 15}}, Centres: []lms.ID[lms.Centre]{h.almaty},
		Guests: []webinar.GuestInput{{Name: `Dr. "Expert", Ján; Novák: MD`, Email: "expert@example.org", Language: "sk"}}, WaitingRoom: true,
	}
}

func (h *house) create() string {
	h.T.Helper()
	v, err := h.Create(h.T.Context(), h.trainer, h.input())
	h.must(err)
	return v.ID
}

func (h *house) must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// letter is a queued mail with its calendar file as another program reads it.
type letter struct {
	subject, body, method, uid, sequence, status string
	starts                                       time.Time
	alarms                                       int
}

// post takes all mails out of the queue, by address.
func (h *house) post() map[string]letter {
	h.T.Helper()
	rows, err := h.World.DB.QueryContext(h.T.Context(), `DELETE FROM mails RETURNING address, subject, body, calendar, method`)
	h.must(err)
	defer rows.Close()
	got := map[string]letter{}
	for rows.Next() {
		var address, file, method string
		var l letter
		h.must(rows.Scan(&address, &l.subject, &l.body, &file, &method))
		if _, twice := got[address]; twice {
			h.T.Errorf("%s gets two mails", address)
		}
		c, err := ical.NewDecoder(strings.NewReader(file)).Decode()
		if err != nil {
			h.T.Fatalf("another program cannot read it: %v\n%s", err, file)
		}
		l.method = c.Props.Get(ical.PropMethod).Value
		if l.method != method {
			h.T.Errorf("the mail says %s, its file %s", method, l.method)
		}
		e := c.Events()[0]
		l.uid, l.sequence, l.status = e.Props.Get(ical.PropUID).Value, e.Props.Get(ical.PropSequence).Value, e.Props.Get(ical.PropStatus).Value
		l.starts, err = e.DateTimeStart(nil)
		h.must(err)
		for _, child := range e.Children {
			if child.Name == ical.CompAlarm {
				l.alarms++
			}
		}
		for _, line := range strings.Split(file, "\r\n") {
			if len(line) > 75 || strings.Contains(line, "\n") {
				h.T.Errorf("a line of %d octets (RFC 5545, 3.1): %s", len(line), line)
			}
		}
		if to := e.Props.Values(ical.PropAttendee); len(to) != 1 || to[0].Value != "mailto:"+address ||
			address == "expert@example.org" && to[0].Params.Get("CN") != "Dr. Expert Ján Novák MD" {
			h.T.Errorf("%s is told of %v", address, to)
		}
		got[address] = l
	}
	h.must(rows.Err())
	return got
}

func (h *house) invite(id string, want int) map[string]letter {
	h.T.Helper()
	q, err := h.Invite(h.T.Context(), h.trainer, id)
	h.must(err)
	if q.Queued != want {
		h.T.Errorf("%d mails, want %d", q.Queued, want)
	}
	return h.post()
}

func TestInvitationsAreSentOnceAndFollowTheWebinar(t *testing.T) {
	h := newHouse(t)
	id := h.create()
	first := h.invite(id, 4) // trainer, facilitator, the member with an address, the guest
	for address, want := range map[string][]string{
		"trainer@example.org": {"Приглашение: Preventing burnout", "Вы ведёте", "https://learn.example.org/webinars/" + id + "\n", "Asia/Almaty"},
		"almaty@example.org":  {"Шақыру", "?site=" + h.almaty.String()},
		"one@example.org":     {"Invitation", "Your group", "Hello, everybody; and, welcome · 15 min", "14:00–16:00 (Asia/Almaty, UTC+05:00)", "UTC: 09:00–11:00"},
		"expert@example.org":  {"Pozvánka", "/guest/"},
	} {
		l, ok := first[address]
		for _, words := range want {
			if !strings.Contains(l.subject+"\n"+l.body, words) {
				t.Errorf("%s lacks %q: %v\n%s\n%s", address, words, ok, l.subject, l.body)
			}
		}
		if l.method != "REQUEST" || l.sequence != "0" || l.status != "CONFIRMED" || l.alarms != 1 || !l.starts.Equal(h.now.Add(48*time.Hour)) {
			t.Errorf("%s: %+v", address, l)
		}
	}
	h.invite(id, 0)

	later := h.now.Add(72 * time.Hour)
	end := later.Add(time.Hour)
	_, err := h.Change(t.Context(), h.trainer, id, webinar.Change{StartsAt: &later, EndsAt: &end})
	h.must(err)
	if n := len(h.post()); n != 0 {
		t.Errorf("a change sent %d mails by itself", n)
	}
	for address, l := range h.invite(id, 4) {
		if l.uid != first[address].uid || l.sequence != "1" || !l.starts.Equal(later) || l.method != "REQUEST" {
			t.Errorf("%s: %+v after %+v", address, l, first[address])
		}
	}

	none, nobody := []lms.ID[lms.Centre]{}, []webinar.GuestInput{}
	_, err = h.Change(t.Context(), h.trainer, id, webinar.Change{Centres: &none, Guests: &nobody})
	h.must(err)
	if l := h.post()["expert@example.org"]; l.method != "CANCEL" || l.uid != first["expert@example.org"].uid || l.sequence != "1" {
		t.Errorf("the guest who is no longer asked: %+v", l)
	}
	if l := h.invite(id, 1)["almaty@example.org"]; l.method != "CANCEL" || l.uid != first["almaty@example.org"].uid {
		t.Errorf("the facilitator who is no longer asked: %+v", l)
	}

	if _, err := h.Cancel(t.Context(), h.trainer, id, " "); lms.KindOf(err) != lms.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	q, err := h.Cancel(t.Context(), h.trainer, id, "The trainer is ill.")
	h.must(err)
	got := h.post()
	if q.Queued != 2 || len(got) != 2 {
		t.Errorf("%d were told: %v", q.Queued, got)
	}
	for address, l := range got {
		if l.method != "CANCEL" || l.sequence != "2" || l.status != "CANCELLED" || l.alarms != 0 || !strings.Contains(l.body, "The trainer is ill.") {
			t.Errorf("%s: %+v", address, l)
		}
	}
	if _, err := h.Invite(t.Context(), h.trainer, id); lms.KindOf(err) != lms.Conflict {
		t.Errorf("inviting to what was cancelled: %v", err)
	}
	if list, err := h.List(t.Context(), h.trainer); err != nil || len(list) != 0 {
		t.Errorf("it is still on the calendar: %v %v", list, err)
	}
}

func TestAPreviewIsWhatIsSent(t *testing.T) {
	h := newHouse(t)
	id := h.create()
	seen, err := h.Invitations(t.Context(), h.trainer, id, webinar.AsMember, "en")
	h.must(err)
	if seen.Waiting != 4 || len(seen.People) != 5 {
		t.Errorf("%+v", seen)
	}
	i := slices.IndexFunc(seen.People, func(p webinar.Invitee) bool { return p.Told == webinar.NoMail })
	if i < 0 || seen.People[i].Part != webinar.AsMember {
		t.Errorf("nobody says that a member has no address: %+v", seen.People)
	}
	sent := h.invite(id, 4)["one@example.org"]
	if sent.subject != seen.Subject || sent.body != seen.Text {
		t.Errorf("shown\n%s\n%s\nsent\n%s\n%s", seen.Subject, seen.Text, sent.subject, sent.body)
	}
	after, err := h.Invitations(t.Context(), h.trainer, id, "", "")
	h.must(err)
	if after.Waiting != 0 {
		t.Errorf("%d wait after all was sent", after.Waiting)
	}
}

func TestAGuestComesByTheirOwnLinkWhileTheyAreAsked(t *testing.T) {
	h := newHouse(t)
	id := h.create()
	p, err := h.Plan(t.Context(), h.trainer, id)
	h.must(err)
	code := strings.TrimPrefix(p.Guests[0].Path, "/guest/")
	v, err := h.Invitation(t.Context(), code)
	if err != nil || v.Name != `Dr. "Expert", Ján; Novák: MD` || v.Webinar != id {
		t.Errorf("%+v, %v", v, err)
	}
	shared, err := h.Invitation(t.Context(), strings.TrimPrefix(p.GuestPath, "/guest/"))
	if err != nil || shared.Name != "" {
		t.Errorf("%+v, %v", shared, err)
	}
	h.now = h.now.Add(48 * time.Hour)
	if a, err := h.AdmitGuest(t.Context(), code, "Expert", "browser"); err != nil || a.Ticket == "" {
		t.Errorf("%+v, %v", a, err)
	}
	guests := []webinar.GuestInput{{Name: "Another", Email: "another@example.org"}}
	_, err = h.Change(t.Context(), h.trainer, id, webinar.Change{Guests: &guests})
	h.must(err)
	if _, err := h.Invitation(t.Context(), code); lms.KindOf(err) != lms.NotFound {
		t.Errorf("the link of a guest who was taken off the list: %v", err)
	}
}

func TestEveryFaultHasItsField(t *testing.T) {
	h := newHouse(t)
	in := h.input()
	in.Title, in.Language, in.EndsAt = " ", "xx", in.StartsAt
	in.Agenda = []webinar.Item{{Title: "Good"}, {Title: "", Minutes: -1}}
	in.Guests = []webinar.GuestInput{{Name: "", Email: "no address", Language: "ru"}, {Name: "A", Email: "a@example.org"}, {Name: "B", Email: "A@example.org", Language: "ru"}}
	_, err := h.Create(t.Context(), h.trainer, in)
	var fields []string
	if e := lmsError(err); e != nil {
		for _, p := range e.Problems {
			fields = append(fields, p.Field)
		}
	}
	want := []string{"title", "language", "agenda/1/title", "agenda/1/minutes", "guests/0/name", "guests/0/email", "guests/1/language", "guests/2/email", "ends_at"}
	if !slices.Equal(fields, want) {
		t.Errorf("blamed %v, want %v (%v)", fields, want, err)
	}
	in = h.input()
	in.StartsAt, in.EndsAt = h.now.Add(-3*time.Hour), h.now.Add(-time.Hour)
	if _, err := h.Create(t.Context(), h.trainer, in); lmsError(err) == nil || lmsError(err).Code != "webinar-over" {
		t.Errorf("a webinar in the past: %v", err)
	}
	in = h.input()
	in.Speakers = []lms.ID[lms.Person]{h.Person(lmstest.PersonSpec{})}
	if _, err := h.Create(t.Context(), h.trainer, in); lmsError(err) == nil || lmsError(err).Field != "speaker_ids/0" {
		t.Errorf("a stranger who speaks: %v", err)
	}
}

func lmsError(err error) *lms.Error {
	for err != nil {
		if e, ok := err.(*lms.Error); ok {
			return e
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return nil
		}
		err = u.Unwrap()
	}
	return nil
}

// Whoever answers for one country or one centre gets at no other's webinar or people by naming their own.
func TestNobodyGetsAtACohortByNamingTheirCountry(t *testing.T) {
	h := newHouse(t)
	in := h.input()
	in.Country = "SK"
	if _, err := h.Create(t.Context(), h.outsider, in); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a coordinator of another country put a webinar into the cohort: %v", err)
	}
	in.Cohort, in.Activity = nil, ""
	v, err := h.Create(t.Context(), h.outsider, in)
	h.must(err)
	if _, err := h.Change(t.Context(), h.outsider, v.ID, webinar.Change{Cohort: &h.cohort}); lms.KindOf(err) != lms.NotFound {
		t.Errorf("by a change: %v", err)
	}
	local := h.person("local@example.org", "kk", h.almaty, lms.Grant{Role: lms.Coordinator, Scope: lms.CentreGround(h.almaty)})
	seen, err := h.Webinar(t.Context(), local, v.ID)
	if err != nil || seen.MayManage {
		t.Errorf("whose centre is invited sees it, and does not manage it: %+v, %v", seen, err)
	}
	if _, err := h.Cancel(t.Context(), local, v.ID, "No."); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("they cancel it for everybody: %v", err)
	}
	away := h.person("away@example.org", "kk", lms.ID[lms.Centre]{}, lms.Grant{Role: lms.Coordinator, Scope: lms.CentreGround(h.almaty)})
	if _, err := h.Cancel(t.Context(), away, v.ID, "No."); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("nor does whoever answers for the centre from elsewhere: %v", err)
	}
	in = h.input()
	own, err := h.Create(t.Context(), away, in)
	h.must(err)
	if _, err := h.Plan(t.Context(), away, own.ID); err != nil {
		t.Errorf("whoever made a webinar for the cohort of their centre cannot change it: %v", err)
	}
	people, err := h.People(t.Context(), h.outsider, "given", lms.ID[lms.Cohort]{})
	h.must(err)
	for _, p := range people {
		if h.Int(`SELECT count(*) FROM enrolments WHERE person_id = $1`, p.ID) > 0 {
			t.Errorf("a trainee of another country is found: %+v", p)
		}
	}
	if _, err := h.People(t.Context(), h.outsider, "given", h.cohort); lms.KindOf(err) != lms.NotFound {
		t.Errorf("by the cohort: %v", err)
	}
}

func TestACalendarFileForOneself(t *testing.T) {
	h := newHouse(t)
	id := h.create()
	file, err := h.File(t.Context(), h.facilitator, id)
	h.must(err)
	c, err := ical.NewDecoder(strings.NewReader(file)).Decode()
	h.must(err)
	e := c.Events()[0]
	if c.Props.Get(ical.PropMethod).Value != "PUBLISH" || len(e.Props.Values(ical.PropAttendee)) != 0 {
		t.Errorf("somebody is asked by a file that is only noted:\n%s", file)
	}
	if _, err := h.File(t.Context(), h.outsider, id); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a stranger's calendar: %v", err)
	}
}
