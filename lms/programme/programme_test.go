package programme_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/lmstest"
	"mostik/lms/programme"
)

// assist asks for one of each kind, so that each table of facts can matter.
const assist = `{
  "title": {"en": "Assistance", "ru": "Помощь"}, "hours": "24", "validity_months": 12, "renewal_months": 3, "trainers": true,
  "components": [
    {"key": "course", "kind": "course", "course": "small", "title": {"en": "Course"}},
    {"key": "final", "kind": "quiz", "course": "small", "activity": "final", "title": {"en": "Final"}},
    {"key": "online", "kind": "webinar", "title": {"en": "Webinar"}},
    {"key": "day", "kind": "day", "title": {"en": "Day"}},
    {"key": "meeting", "kind": "practice", "title": {"en": "Meeting"}},
    {"key": "aid", "kind": "evidence", "title": {"en": "First aid"}}],
  "achievement": %s,
  "renewal": {"practice": "meeting"},
  "categories": [{"key": "field", "title": {"en": "Field"}, "options": [{"key": "street", "title": {"en": "Street"}}, {"key": "home", "title": {"en": "Home"}}]}]
}`

func assisting(rule string) string { return fmt.Sprintf(assist, rule) }

// day plans one that is over and gives its id.
func (s *site) day(key, country string) lms.ID[lms.Day] {
	s.T.Helper()
	id, err := s.programmes.CreateDay(s.T.Context(), s.author, key, programme.DayInput{
		Component: "day", Title: "Seminar", Country: country, StartsAt: s.now.Add(-3 * time.Hour), EndsAt: s.now.Add(-time.Hour),
	})
	s.check(err)
	return id
}

func (s *site) state(id lms.ID[lms.Participation]) string {
	return s.Text(`SELECT state FROM participations WHERE id = $1`, id)
}

func TestEveryFactIsNoticed(t *testing.T) {
	s := newSite(t)
	s.published("assist", "", assisting(`{"all": [{"course": "course"}, {"quiz": "final"}, {"webinar": "online"}, {"day": "day"}, {"practice": "meeting"}, {"evidence": "aid"}]}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	s.settle()
	ctx := t.Context()
	day := s.day("assist", "KZ")
	s.Exec(`INSERT INTO webinars (id, title, language, country, starts_at, ends_at, guest_code, created_at) VALUES ('w', 'Exchange', 'en', 'KZ', $1::timestamptz, $1::timestamptz + interval '1 hour', 'g', $1)`, s.now.Add(-2*time.Hour))
	s.check(s.programmes.SetWebinar(ctx, s.author, "assist", "w", "online"))
	missing := func(want ...string) {
		t.Helper()
		s.settle() // what the triggers told, and nothing else
		got := strings.Fields(s.Text(`SELECT array_to_string(missing, ' ') FROM participations WHERE id = $1`, id))
		if !slices.Equal(got, want) {
			t.Fatalf("missing %v, want %v", got, want)
		}
	}
	missing("course", "final", "online", "day", "meeting", "aid")
	s.studies(who, true)
	missing("online", "day", "meeting", "aid")
	s.Exec(`INSERT INTO webinar_minutes (webinar_id, person_id, minutes, percent, floor, evidence, spans, counted_at) VALUES ('w', $1, 60, 100, 60, 'device', '[]', now())`, who.Person)
	missing("day", "meeting", "aid")
	s.Exec(`UPDATE webinar_minutes SET percent = 10 WHERE person_id = $1`, who.Person)
	missing("online", "day", "meeting", "aid")
	s.Exec(`UPDATE webinar_minutes SET percent = 90 WHERE person_id = $1`, who.Person)
	s.Exec(`INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_at) VALUES ($1, $2, 'present', 120, 'tick', now())`, day, who.Person)
	missing("meeting", "aid")
	handed, err := s.programmes.HandIn(ctx, who, id, programme.HandIn{Component: "meeting", Words: "I led a meeting."})
	s.check(err)
	missing("meeting", "aid")
	s.Exec(`UPDATE programme_evidence SET state = 'accepted' WHERE id = $1`, handed.ID)
	missing("aid")
	if s.state(id) != "active" || s.Int(`SELECT count(*) FROM certificates WHERE programme_id IS NOT NULL`) != 0 {
		t.Error("something is missing, and the certificate is there")
	}
	_, err = s.programmes.Approve(ctx, s.author, id, programme.HandIn{Component: "aid", Words: "Red Cross", ObtainedOn: "2026-01-10"})
	s.check(err)
	missing()
	if s.state(id) != "certified" {
		t.Errorf("all is done, and the state is %s", s.state(id))
	}
	// What is taken back later leaves the paper standing, and says so.
	s.Exec(`DELETE FROM day_attendance WHERE person_id = $1`, who.Person)
	missing("day")
	if v := s.standing(id); v.State != "certified" || !v.Review {
		t.Errorf("%s, to be looked at: %v", v.State, v.Review)
	}
}

// What somebody did comes to the record that theirs was made one with, and goes when an import is taken back.
func TestFactsThatMoveOrGoAreNoticed(t *testing.T) {
	s := newSite(t)
	s.published("assist", "", assisting(`{"all": [{"course": "course"}, {"practice": "meeting"}]}`))
	s.published("further", "", `{"title": {"en": "Further"}, "hours": "2", "components": [{"key": "before", "kind": "programme", "programme": "assist", "title": {"en": "Assistance"}},
		{"key": "meeting", "kind": "practice", "title": {"en": "Meeting"}}], "achievement": {"all": [{"programme": "before"}, {"practice": "meeting"}]}}`)
	kept, given := s.trainee("KZ"), s.trainee("KZ")
	id, further := s.invite("assist", kept)[0], s.invite("further", kept)[0]
	s.studies(given, true)
	s.Exec(`INSERT INTO certificates (id, serial, person_id, programme_id, award, claim, seal, key_id, issued_at)
	        SELECT gen_random_uuid(), 'GIVEN', $1, id, gen_random_uuid(), '{}', '', 'k', now() FROM programmes WHERE key = 'assist'`, given.Person)
	missing := func(want ...string) {
		t.Helper()
		s.settle() // what the triggers told, and nothing else
		got := s.Text(`SELECT array_to_string(missing, ' ') FROM participations WHERE id = $1`, id)
		got += ", " + s.Text(`SELECT array_to_string(missing, ' ') FROM participations WHERE id = $1`, further)
		if got != strings.Join(want, ", ") {
			t.Fatalf("missing %s, want %v", got, want)
		}
	}
	missing("course meeting", "before meeting")
	s.Exec(`UPDATE enrolments SET person_id = $2 WHERE person_id = $1`, given.Person, kept.Person)
	missing("meeting", "before meeting")
	s.Exec(`UPDATE certificates SET person_id = $2 WHERE serial = 'GIVEN' AND person_id = $1`, given.Person, kept.Person)
	missing("meeting", "meeting")
	s.Exec(`UPDATE participations SET person_id = $2 WHERE id = $1`, id, given.Person)
	missing("course meeting", "meeting")
	s.Exec(`UPDATE participations SET person_id = $2 WHERE id = $1`, id, kept.Person)
	missing("meeting", "meeting")
	s.Exec(`DELETE FROM certificates WHERE serial = 'GIVEN'`)
	missing("meeting", "before meeting")
	s.Exec(`DELETE FROM enrolments WHERE person_id = $1`, kept.Person)
	missing("course meeting", "before meeting")
}

// After any history, what is stored is what a fresh explanation gives, and the queue is empty.
func TestStoredStandingsAreFresh(t *testing.T) {
	s := newSite(t)
	s.published("assist", "", assisting(`{"at_least": 2, "of": [{"webinar": "online", "share": 50}, {"practice": "meeting"}, {"evidence": "aid", "months": 6}]}`))
	s.Exec(`INSERT INTO webinars (id, title, language, country, starts_at, ends_at, guest_code, created_at) VALUES ('w', 'Exchange', 'en', 'KZ', $1::timestamptz, $1::timestamptz + interval '1 hour', 'g', $1)`, s.now)
	s.check(s.programmes.SetWebinar(t.Context(), s.author, "assist", "w", "online"))
	var people []lms.Actor
	for range 8 {
		people = append(people, s.trainee("KZ"))
	}
	ids := s.invite("assist", people...)
	r := rand.New(rand.NewPCG(5, 6))
	for range 120 {
		i := r.IntN(len(people))
		switch r.IntN(5) {
		case 0:
			s.Exec(`INSERT INTO webinar_minutes (webinar_id, person_id, minutes, percent, floor, evidence, spans, counted_at) VALUES ('w', $1, 10, $2, 60, 'device', '[]', now())
			        ON CONFLICT (webinar_id, person_id) DO UPDATE SET percent = excluded.percent`, people[i].Person, r.IntN(101))
		case 1:
			s.Exec(`DELETE FROM webinar_minutes WHERE person_id = $1`, people[i].Person)
		case 2, 3:
			h, err := s.programmes.HandIn(t.Context(), people[i], ids[i], programme.HandIn{
				Component: []string{"meeting", "aid"}[r.IntN(2)], Words: "something", ObtainedOn: s.now.AddDate(0, -r.IntN(12), -1).Format(time.DateOnly),
			})
			s.check(err)
			if r.IntN(2) == 0 {
				s.check(s.programmes.Decide(t.Context(), s.author, h.ID, r.IntN(2) == 0, "because it is so"))
			}
		case 4:
			s.settle()
		}
	}
	s.settle()
	s.settle()
	certified := 0
	for i, id := range ids {
		v := s.standing(id)
		stored := s.Text(`SELECT state || ' ' || done || '/' || needed || ' ' || array_to_string(missing, ' ') FROM participations WHERE id = $1`, id)
		fresh := fmt.Sprintf("%s %d/%d %s", v.State, v.Done, v.Needed, strings.Join(v.Rule.Missing(), " "))
		if stored != fresh || v.Rule.Done() && v.State != "certified" {
			t.Errorf("number %d: stored %s, fresh %s", i, stored, fresh)
		}
		if v.State == "certified" {
			certified++
		}
	}
	if certified == 0 || certified == len(ids) {
		t.Errorf("%d of %d are certified: the history tries too little", certified, len(ids))
	}
	if n := s.Int(`SELECT count(*) FROM certificates WHERE kind = 'achievement' AND programme_id IS NOT NULL`); n != certified {
		t.Errorf("%d certificates for %d people", n, certified)
	}
}

func TestManyWorkersIssueOnce(t *testing.T) {
	s := newSite(t)
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	var people []lms.Actor
	for range 12 {
		people = append(people, s.trainee("KZ"))
	}
	for _, id := range s.invite("assist", people...) {
		s.Exec(`INSERT INTO programme_evidence (id, participation_id, component, kind, words, state, handed_in_at) VALUES (gen_random_uuid(), $1, 'meeting', 'practice', 'seen', 'accepted', now())`, id)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := s.programmes.Settle(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := s.Int(`SELECT count(*) FROM certificates WHERE programme_id IS NOT NULL`); n != 12 {
		t.Errorf("%d certificates for 12 people", n)
	}
}

func TestNewerVersionWhereItIsBetter(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"all": [{"practice": "meeting"}, {"evidence": "aid"}]}`))
	begun, fresh := s.trainee("KZ"), s.trainee("KZ")
	ids := s.invite("assist", begun, fresh)
	_, err := s.programmes.Approve(ctx, s.author, ids[0], programme.HandIn{Component: "meeting", Words: "seen"})
	s.check(err)
	publish := func(rule string, want int) {
		t.Helper()
		_, err := s.programmes.SaveDraft(ctx, s.author, "assist", json.RawMessage(assisting(rule)))
		s.check(err)
		n, err := s.programmes.Publish(ctx, s.author, "assist")
		s.check(err)
		if n != want {
			t.Fatalf("version %d, want %d", n, want)
		}
		s.settle()
	}
	versions := func(want ...int) {
		t.Helper()
		for i, id := range ids {
			if v := s.standing(id); v.Version != want[i] {
				t.Errorf("number %d stands in version %d, want %d", i, v.Version, want[i])
			}
		}
	}
	publish(`{"all": [{"practice": "meeting"}, {"evidence": "aid"}]}`, 1) // nothing changed
	// More is asked of both: who is on the way stays, by the rule that they began with.
	publish(`{"all": [{"course": "course"}, {"evidence": "aid"}, {"quiz": "final"}]}`, 2)
	versions(1, 1)
	// Less is asked.
	publish(`{"evidence": "aid"}`, 3)
	versions(3, 3)
	// What somebody has done does not count any more, and one who has done nothing loses nothing.
	publish(`{"course": "course"}`, 4)
	versions(4, 4)
	publish(`{"practice": "meeting"}`, 5)
	versions(5, 5)
	if s.state(ids[0]) != "certified" || s.state(ids[1]) != "invited" {
		t.Errorf("%s and %s", s.state(ids[0]), s.state(ids[1]))
	}
	publish(`{"evidence": "aid"}`, 6)
	versions(5, 6) // a certificate stays with the rule that gave it
}

func TestRenewalByTheShorterWay(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"all": [{"practice": "meeting"}, {"evidence": "aid"}]}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	for _, in := range []programme.HandIn{{Component: "meeting", Words: "seen"}, {Component: "aid", Words: "Red Cross", ObtainedOn: "2026-01-10"}} {
		_, err := s.programmes.Approve(ctx, s.author, id, in)
		s.check(err)
	}
	papers := func() string {
		return s.Text(`SELECT string_agg(issue_no || ' ' || state || ' ' || expires_on, ', ' ORDER BY issue_no) FROM certificates WHERE participation_id = $1`, id)
	}
	if got := papers(); got != "1 valid 2027-03-02" {
		t.Fatal(got)
	}
	s.now = s.now.AddDate(0, 4, 0)
	if v := s.standing(id); v.Renewal == nil || v.Renewal.Done() || v.RenewFrom.String() != "2026-12-02" || v.Next == nil || v.Next.Component != "meeting" {
		t.Fatalf("before the window: %+v, from %v", v.Renewal, v.RenewFrom)
	}
	// Done early: it counts when the window opens.
	_, err := s.programmes.Approve(ctx, s.author, id, programme.HandIn{Component: "meeting", Words: "seen again"})
	s.check(err)
	s.settle()
	if got := papers(); got != "1 valid 2027-03-02" {
		t.Fatalf("before the window: %s", got)
	}
	s.now = time.Date(2026, 12, 2, 10, 0, 0, 0, time.UTC)
	s.check(s.programmes.MarkRenewals(ctx))
	s.settle()
	s.settle()
	if got := papers(); got != "1 superseded 2027-03-02, 2 valid 2028-03-02" {
		t.Errorf("renewed: %s", got)
	}
	credits, err := s.programmes.Credits(ctx, who, who.Person)
	s.check(err)
	if credits.Total != "48" || len(credits.Rows) != 2 || credits.Years[0].Year != 2026 {
		t.Errorf("hours: %+v", credits)
	}
}

func TestHoursOfACourseCountOnceWithItsProgramme(t *testing.T) {
	s := newSite(t)
	s.published("assist", "", assisting(`{"all": [{"course": "course"}, {"practice": "meeting"}]}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	s.studies(who, true)
	hours := func(want string) {
		t.Helper()
		credits, err := s.programmes.Credits(t.Context(), who, who.Person)
		s.check(err)
		if credits.Total != want {
			t.Errorf("%s hours, want %s: %+v", credits.Total, want, credits.Rows)
		}
	}
	hours("2.5")
	_, err := s.programmes.Approve(t.Context(), s.author, id, programme.HandIn{Component: "meeting", Words: "seen"})
	s.check(err)
	hours("24")
}

// secretPlace stands in a picture's Exif block where a camera writes.
const secretPlace = "N41.2995 E69.2401"

func TestEvidenceIsKeptWithoutWhatItCarries(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"evidence": "aid"}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	_, err := s.programmes.HandIn(ctx, who, id, programme.HandIn{Component: "aid", Words: "A course"})
	s.refused(err, lms.Invalid, "required") // when was it
	_, err = s.programmes.HandIn(ctx, who, id, programme.HandIn{Component: "course", Words: "A course"})
	s.refused(err, lms.Invalid, "component-unknown")
	h, err := s.programmes.HandIn(ctx, who, id, programme.HandIn{Component: "aid", Words: "A course", ObtainedOn: "2026-01-10"})
	s.check(err)
	_, err = s.programmes.Attach(ctx, who, h.ID, "paper.pdf", strings.NewReader("MZ a program"))
	s.refused(err, lms.Invalid, "file-program")
	var plain bytes.Buffer
	s.check(jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 8, 8)), nil))
	exif := append([]byte("Exif\x00\x00"), secretPlace...)
	picture := slices.Concat(plain.Bytes()[:2], []byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif, plain.Bytes()[2:])
	h, err = s.programmes.Attach(ctx, who, h.ID, "paper.pdf", bytes.NewReader(picture))
	s.check(err)
	f, _, err := s.programmes.OpenEvidence(ctx, s.author, h.ID)
	s.check(err)
	defer f.Close()
	var kept bytes.Buffer
	_, err = kept.ReadFrom(f)
	s.check(err)
	if h.FileType != "image/jpeg" || kept.Len() == 0 || bytes.Contains(kept.Bytes(), []byte(secretPlace)) {
		t.Errorf("%s of %d bytes tells the place: %v", h.FileType, kept.Len(), bytes.Contains(kept.Bytes(), []byte(secretPlace)))
	}
	s.check(s.programmes.Decide(ctx, s.author, h.ID, true, ""))
	_, err = s.programmes.Attach(ctx, who, h.ID, "other.jpg", bytes.NewReader(picture))
	s.refused(err, lms.Conflict, "decided")
	s.refused(s.programmes.TakeBack(ctx, who, h.ID), lms.Conflict, "decided")
}

func TestNobodyDecidesAboutTheirOwn(t *testing.T) {
	s := newSite(t)
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	id := s.invite("assist", s.coordinator)[0]
	_, err := s.programmes.Approve(t.Context(), s.coordinator, id, programme.HandIn{Component: "meeting", Words: "I saw myself"})
	s.refused(err, lms.Forbidden, "forbidden")
	h, err := s.programmes.HandIn(t.Context(), s.coordinator, id, programme.HandIn{Component: "meeting", Words: "I did it"})
	s.check(err)
	s.refused(s.programmes.Decide(t.Context(), s.coordinator, h.ID, true, ""), lms.Forbidden, "forbidden")
	rows, err := s.programmes.Queue(t.Context(), s.coordinator, "")
	s.check(err)
	if len(rows) != 0 {
		t.Errorf("their own stands in their queue: %+v", rows)
	}
}

func TestLineage(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	maker, first, second, third, far := s.trainee("KZ"), s.trainee("KZ"), s.trainee("KZ"), s.trainee("KZ"), s.trainee("TJ")
	ids := s.invite("assist", first, second, third, far)
	for i, trainer := range []lms.Actor{maker, first, second, second} {
		s.check(s.programmes.Change(ctx, s.author, ids[i], programme.ParticipationChange{TrainedBy: &trainer.Person}))
	}
	generations := func(actor lms.Actor) (all []int) {
		l, err := s.programmes.Lineage(ctx, actor, "assist")
		s.check(err)
		for _, g := range l.Generations {
			all = append(all, g.People)
		}
		return all
	}
	if got := generations(s.author); !slices.Equal(got, []int{1, 1, 2}) {
		t.Errorf("generations of all: %v", got)
	}
	if got := generations(s.coordinator); !slices.Equal(got, []int{1, 1, 1}) {
		t.Errorf("generations of KZ: %v", got)
	}
	err := s.programmes.Change(ctx, s.author, ids[0], programme.ParticipationChange{TrainedBy: &third.Person})
	s.refused(err, lms.Invalid, "trained-in-a-circle")
	// The second was trained by the makers after all: those beneath move up.
	s.check(s.programmes.Change(ctx, s.author, ids[1], programme.ParticipationChange{TrainedBy: &maker.Person}))
	if got := generations(s.author); !slices.Equal(got, []int{2, 2}) {
		t.Errorf("after the change: %v", got)
	}
}

// A coordinator of KZ gets nothing of TJ by any door: the answer for somebody there is that for nobody.
func TestCountriesApart(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	s.published("only-tj", "TJ", assisting(`{"practice": "meeting"}`))
	here := s.trainee("KZ")
	there := lms.Actor{Person: s.Person(lmstest.PersonSpec{Country: "TJ", GivenName: "Zarina", FamilyName: "Abroad"}), Language: "en"}
	ids := s.invite("assist", here, there)
	abroad := ids[1]
	h, err := s.programmes.HandIn(ctx, there, abroad, programme.HandIn{Component: "meeting", Words: "in Khujand"})
	s.check(err)
	day := s.day("assist", "TJ")
	s.check(s.programmes.TickDay(ctx, s.author, day, []programme.Tick{{Person: there.Person, State: "present"}}))
	kz := s.coordinator
	nobody := lms.NewID[lms.Participation]()
	zero := lms.ID[lms.Person]{}
	for name, ask := range map[string]func(lms.ID[lms.Participation]) error{
		"standing": func(id lms.ID[lms.Participation]) error { _, err := s.programmes.Standing(ctx, kz, id); return err },
		"withdraw": func(id lms.ID[lms.Participation]) error { return s.programmes.Withdraw(ctx, kz, id) },
		"change": func(id lms.ID[lms.Participation]) error {
			return s.programmes.Change(ctx, kz, id, programme.ParticipationChange{TrainedBy: &zero})
		},
		"certify": func(id lms.ID[lms.Participation]) error { _, err := s.programmes.Certify(ctx, kz, id); return err },
		"approve": func(id lms.ID[lms.Participation]) error {
			_, err := s.programmes.Approve(ctx, kz, id, programme.HandIn{Component: "meeting", Words: "seen"})
			return err
		},
	} {
		theirs, none := told(ask(abroad)), told(ask(nobody))
		if !strings.HasPrefix(theirs, "not-found") || theirs != none {
			t.Errorf("%s: %q for somebody abroad, %q for nobody", name, theirs, none)
		}
	}
	crowd := s.World.Cohort(s.version.CourseID, "TJ", lms.ID[lms.Centre]{})
	s.Enrol(there.Person, s.version.CourseID, s.version.ID, crowd)
	byCohort := func(id lms.ID[lms.Cohort]) string {
		return told(second(s.programmes.Invite(ctx, kz, "assist", programme.Invitation{Cohort: id})))
	}
	none := byCohort(lms.NewID[lms.Cohort]())
	for _, id := range []lms.ID[lms.Cohort]{crowd, s.World.Cohort(s.version.CourseID, "TJ", lms.ID[lms.Centre]{})} {
		if theirs := byCohort(id); theirs != none || !strings.HasPrefix(none, "not-found") {
			t.Errorf("a group abroad: %q, none: %q", theirs, none)
		}
	}
	for name, err := range map[string]error{
		"decide":         s.programmes.Decide(ctx, kz, h.ID, true, ""),
		"sheet":          second(s.programmes.Sheet(ctx, kz, day)),
		"tick":           s.programmes.TickDay(ctx, kz, day, []programme.Tick{{Person: there.Person, State: "none"}}),
		"credits":        second(s.programmes.Credits(ctx, kz, there.Person)),
		"invite":         second(s.programmes.Invite(ctx, kz, "assist", programme.Invitation{People: []lms.ID[lms.Person]{there.Person}})),
		"the programme":  second(s.programmes.Programme(ctx, kz, "only-tj")),
		"its people":     second(s.programmes.People(ctx, kz, "only-tj", programme.PeopleQuery{})),
		"its draft":      second(s.programmes.Draft(ctx, kz, "only-tj")),
		"its lineage":    second(s.programmes.Lineage(ctx, kz, "only-tj")),
		"its candidates": second(s.programmes.Candidates(ctx, kz, "only-tj", "a")),
		"a day there":    second(s.programmes.CreateDay(ctx, kz, "assist", programme.DayInput{Component: "day", Title: "x", Country: "TJ", StartsAt: s.now, EndsAt: s.now.Add(time.Hour)})),
	} {
		if lms.KindOf(err) != lms.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	view, err := s.programmes.Programme(ctx, kz, "assist")
	s.check(err)
	list, err := s.programmes.List(ctx, kz)
	s.check(err)
	people, err := s.programmes.People(ctx, kz, "assist", programme.PeopleQuery{})
	s.check(err)
	found, err := s.programmes.People(ctx, kz, "assist", programme.PeopleQuery{Text: "abroad"})
	s.check(err)
	candidates, err := s.programmes.Candidates(ctx, kz, "assist", "abroad")
	s.check(err)
	queue, err := s.programmes.Queue(ctx, kz, "")
	s.check(err)
	all, err := json.Marshal([]any{view, list, people, found, candidates, queue})
	s.check(err)
	for _, trace := range []string{"Zarina", "Khujand", "only-tj", abroad.String(), there.Person.String(), day.String()} {
		if strings.Contains(string(all), trace) {
			t.Errorf("the coordinator of KZ reads %s", trace)
		}
	}
	if c := view.Counts; c.Invited+c.Active+c.Certified != 1 || people.Total != 1 || found.Total != 0 || len(list) != 1 {
		t.Errorf("counts tell of others: %+v, %d, %d, %d", c, people.Total, found.Total, len(list))
	}
}

// told is what a failure says to whoever asks.
func told(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Kind.String() + " " + e.Code + " " + e.Detail
	}
	return fmt.Sprint(err)
}

func second[T any](_ T, err error) error { return err }

func TestJoining(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	open := strings.Replace(assisting(`{"practice": "meeting"}`), `"trainers": true`, `"join": "open", "countries": ["KZ"]`, 1)
	s.published("open", "", open)
	s.published("closed", "", assisting(`{"practice": "meeting"}`))
	who, other := s.trainee("KZ"), s.trainee("TJ")
	s.refused(s.programmes.Join(ctx, who, "closed", nil), lms.NotFound, "")
	s.refused(s.programmes.Join(ctx, other, "open", nil), lms.NotFound, "")
	_, err := s.programmes.Own(ctx, other, "open")
	s.refused(err, lms.NotFound, "")
	before, err := s.programmes.Own(ctx, who, "open")
	s.check(err)
	if !before.MayJoin || before.Standing != nil || before.Rule == nil {
		t.Errorf("before joining: %+v", before)
	}
	s.check(s.programmes.Join(ctx, who, "open", nil))
	s.check(s.programmes.Join(ctx, who, "open", nil))
	after, err := s.programmes.Own(ctx, who, "open")
	s.check(err)
	if after.Standing == nil || after.Standing.Next == nil || after.Standing.Next.Component != "meeting" {
		t.Errorf("after joining: %+v", after.Standing)
	}
	mine, err := s.programmes.Mine(ctx, who)
	s.check(err)
	if len(mine) != 1 || mine[0].State != "active" {
		t.Errorf("mine: %+v", mine)
	}
	s.check(s.programmes.Close(ctx, s.author, "open", true))
	_, err = s.programmes.Invite(ctx, s.author, "open", programme.Invitation{People: []lms.ID[lms.Person]{s.trainee("KZ").Person}})
	s.refused(err, lms.Conflict, "programme-closed")
}

func TestByHand(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("hand", "", strings.Replace(assisting(`{"practice": "meeting"}`), `"trainers": true`, `"issue": "by-hand"`, 1))
	id := s.invite("hand", s.trainee("KZ"))[0]
	_, err := s.programmes.Certify(ctx, s.coordinator, id)
	s.refused(err, lms.Conflict, "not-passed")
	_, err = s.programmes.Approve(ctx, s.author, id, programme.HandIn{Component: "meeting", Words: "seen"})
	s.check(err)
	if s.state(id) != "passed" || s.Int(`SELECT count(*) FROM certificates`) != 0 {
		t.Fatalf("%s before anybody issued", s.state(id))
	}
	first, err := s.programmes.Certify(ctx, s.coordinator, id)
	s.check(err)
	again, err := s.programmes.Certify(ctx, s.coordinator, id)
	s.check(err)
	if first != again || s.state(id) != "certified" {
		t.Errorf("%s, then %s; %s", first, again, s.state(id))
	}
}

func TestDraftsTellTheirFaults(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	_, err := s.programmes.Create(ctx, s.coordinator, programme.NewProgramme{Key: "of-all"})
	s.refused(err, lms.NotFound, "") // of all countries: not theirs to make
	_, err = s.programmes.Create(ctx, s.coordinator, programme.NewProgramme{Key: "mine", Country: "KZ"})
	s.refused(err, lms.Invalid, "key-malformed") // an address of the site
	d, err := s.programmes.Create(ctx, s.coordinator, programme.NewProgramme{Key: "shelter", Country: "KZ"})
	s.check(err)
	if len(d.Problems) == 0 {
		t.Error("an empty programme has no faults")
	}
	draft := strings.Replace(assisting(`{"practice": "meeting"}`), `"activity": "final"`, `"activity": "no-such"`, 1)
	d, err = s.programmes.SaveDraft(ctx, s.coordinator, "shelter", json.RawMessage(strings.Replace(draft, `"course": "small", "title": {"en": "Course"}`, `"course": "none", "title": {"en": "Course"}`, 1)))
	s.check(err)
	var fields []string
	for _, p := range d.Problems {
		fields = append(fields, p.Field)
	}
	if want := []string{"components/0/course", "components/1/activity"}; !slices.Equal(fields, want) {
		t.Errorf("faults at %v, want %v", fields, want)
	}
	_, err = s.programmes.Create(ctx, s.coordinator, programme.NewProgramme{Key: "shelter", Country: "KZ"})
	s.refused(err, lms.Conflict, "key-taken")
}
