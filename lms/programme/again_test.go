package programme_test

import (
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/programme"
)

// openTo is an assistance that anybody may join.
func openTo(rule string) string {
	return strings.Replace(assisting(rule), `"hours"`, `"join": "open", "hours"`, 1)
}

// own gives the participation that somebody is in.
func (s *site) own(who lms.Actor, key string) programme.Standing {
	s.T.Helper()
	v, err := s.programmes.Own(s.T.Context(), who, key)
	s.check(err)
	if v.Standing == nil {
		s.T.Fatal("they take no part")
	}
	return *v.Standing
}

// Whoever leaves a programme and joins it again does not get round a certificate that was taken from them: what they did
// still stands, but it is certified by a person.
func TestNobodyComesBackRoundARevocation(t *testing.T) {
	for act, again := range map[certificate.Act]bool{certificate.Suspend: false, certificate.Revoke: true} {
		t.Run(string(act), func(t *testing.T) {
			s := newSite(t)
			ctx := t.Context()
			s.published("open", "", openTo(`{"course": "course"}`))
			who := s.trainee("KZ")
			s.check(s.programmes.Join(ctx, who, "open", nil))
			s.studies(who, true)
			s.settle()
			first := s.own(who, "open")
			if first.State != "certified" || len(first.Papers) != 1 {
				t.Fatalf("%s with %d papers", first.State, len(first.Papers))
			}
			s.check(s.certificates.Change(ctx, s.coordinator, first.Papers[0].Serial, act, "Somebody else sat the test."))
			s.check(s.programmes.Withdraw(ctx, who, first.ID))
			s.check(s.programmes.Join(ctx, who, "open", nil))
			s.settle()
			second := s.own(who, "open")
			if n := s.Int(`SELECT count(*) FROM certificates WHERE programme_id IS NOT NULL AND state = 'valid'`); n != 0 || second.State != "passed" {
				t.Fatalf("%d valid certificates, and they are %s", n, second.State)
			}
			// Nor in a batch or a selection of many.
			_, err := s.certificates.StartIssue(ctx, s.coordinator, certificate.Selection{Programme: s.programmeID("open")})
			s.refused(err, lms.Conflict, "nobody-to-issue")
			_, err = s.programmes.CertifyOfMany(ctx, s.coordinator, second.ID)
			s.refused(err, lms.Conflict, "certified-before")
			// Somebody who looks at this one person may, once nothing is open any more.
			s.now = s.now.Add(time.Hour)
			_, err = s.programmes.Certify(ctx, s.coordinator, second.ID)
			if again {
				s.check(err)
				if v := s.own(who, "open"); v.State != "certified" || v.Papers[0].State != "valid" {
					t.Errorf("certified again: %+v", v.Papers)
				}
			} else {
				s.refused(err, lms.Conflict, "certified-before")
			}
		})
	}
}

func TestNobodyIsCertifiedTwiceByComingBack(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("open", "", strings.Replace(openTo(`{"practice": "meeting"}`), `"hours"`, `"participation": {"course": "course"}, "hours"`, 1))
	who := s.trainee("KZ")
	s.check(s.programmes.Join(ctx, who, "open", nil))
	s.studies(who, true)
	for range 2 {
		id := s.own(who, "open").ID
		_, err := s.programmes.Approve(ctx, s.author, id, programme.HandIn{Component: "meeting", Words: "seen"})
		s.check(err)
		s.settle()
		s.check(s.programmes.Withdraw(ctx, who, id))
		s.check(s.programmes.Join(ctx, who, "open", nil))
		s.settle()
	}
	if got := s.Text(`SELECT string_agg(kind, ', ' ORDER BY kind) FROM certificates WHERE programme_id IS NOT NULL`); got != "achievement, participation" {
		t.Errorf("they hold %s", got)
	}
}

func TestNobodyCertifiesThemselves(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("hand", "", strings.Replace(assisting(`{"practice": "meeting"}`), `"trainers": true`, `"issue": "by-hand"`, 1))
	id := s.invite("hand", s.coordinator)[0]
	_, err := s.programmes.Approve(ctx, s.author, id, programme.HandIn{Component: "meeting", Words: "seen"})
	s.check(err)
	_, err = s.programmes.Certify(ctx, s.coordinator, id)
	s.refused(err, lms.Forbidden, "")
	v, err := s.programmes.Standing(ctx, s.coordinator, id)
	s.check(err)
	if v.MayIssue || !s.standing(id).MayIssue {
		t.Errorf("the holder may: %v, another may: %v", v.MayIssue, s.standing(id).MayIssue)
	}
	_, err = s.programmes.Certify(ctx, s.author, id)
	s.check(err)
}

// A certificate that is asked for runs out by the calendar: whoever had passed has not passed any more.
func TestAPrerequisiteRunsOut(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("basic", "", assisting(`{"practice": "meeting"}`))
	s.published("further", "", strings.Replace(strings.Replace(assisting(`{"programme": "before"}`), `"trainers": true`, `"issue": "by-hand"`, 1),
		`{"key": "course"`, `{"key": "before", "kind": "programme", "programme": "basic", "title": {"en": "Basic"}}, {"key": "course"`, 1))
	who := s.trainee("KZ")
	_, err := s.programmes.Approve(ctx, s.author, s.invite("basic", who)[0], programme.HandIn{Component: "meeting", Words: "seen"})
	s.check(err)
	id := s.invite("further", who)[0]
	s.settle()
	if got := s.state(id); got != "passed" {
		t.Fatalf("with the basic certificate they are %s", got)
	}
	s.now = time.Date(2027, 3, 3, 11, 0, 0, 0, time.UTC) // its last day is over in most of the world
	s.check(s.programmes.MarkRenewals(ctx))
	s.settle()
	if got := s.state(id); got != "passed" {
		t.Errorf("before noon they are %s", got)
	}
	s.now = time.Date(2027, 3, 10, 9, 0, 0, 0, time.UTC) // the program was off for some days
	s.check(s.programmes.MarkRenewals(ctx))
	s.settle()
	if got := s.state(id); got != "active" {
		t.Errorf("without it they are %s", got)
	}
}

// A program that was off for a week misses no window that opened meanwhile.
func TestRenewalsOfAWeekAgoAreNoticed(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	for range 2 {
		_, err := s.programmes.Approve(ctx, s.author, id, programme.HandIn{Component: "meeting", Words: "seen"})
		s.check(err)
		s.now = s.now.AddDate(0, 1, 0)
	}
	s.now = time.Date(2026, 12, 9, 9, 0, 0, 0, time.UTC)
	s.check(s.programmes.MarkRenewals(ctx))
	s.settle()
	if n := s.Int(`SELECT count(*) FROM certificates WHERE participation_id = $1`, id); n != 2 {
		t.Errorf("%d certificates", n)
	}
}

// A wrong letter is mended: the hours stay in the year in which they were earned, and what was done for the renewal
// still counts.
func TestIssuingAnewChangesNeitherHoursNorRenewal(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	approve := func() {
		t.Helper()
		_, err := s.programmes.Approve(ctx, s.author, id, programme.HandIn{Component: "meeting", Words: "seen"})
		s.check(err)
	}
	hours := func(want string) {
		t.Helper()
		c, err := s.programmes.Credits(ctx, who, who.Person)
		s.check(err)
		got := c.Total
		for _, y := range c.Years {
			got += " " + y.Hours + "/" + time.Date(y.Year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
		}
		if got != want {
			t.Errorf("hours %s, want %s", got, want)
		}
	}
	approve()
	hours("24 24/2026")
	s.now = s.now.AddDate(0, 6, 0)
	approve() // for the renewal
	s.now = time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC)
	end := certificate.DateOf(time.Date(2027, 3, 20, 0, 0, 0, 0, time.UTC))
	_, err := s.certificates.IssueAnew(ctx, s.coordinator, s.standing(id).Papers[0].Serial, certificate.Correction{Holder: "Aigerim Holder", ExpiresOn: &end, Hours: "20"}, "A wrong letter, and a wrong end.")
	s.check(err)
	hours("20 20/2026")
	if v := s.standing(id); v.Renewal == nil || !v.Renewal.Done() {
		t.Errorf("what was done for the renewal is forgotten: %+v", v.Renewal)
	}
	s.settle()
	hours("44 24/2027 20/2026")
	if got := s.Text(`SELECT string_agg(state, ', ' ORDER BY issue_no) FROM certificates WHERE participation_id = $1`, id); got != "superseded, superseded, valid" {
		t.Errorf("they are %s", got)
	}
}

// A trainer of another country is not named to whoever may not see them, and cannot be found out by naming them.
func TestTrainersOfElsewhereAreNotNamed(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	abroad, who := s.trainee("TJ"), s.trainee("KZ")
	ids := s.invite("assist", who)
	s.check(s.programmes.Change(ctx, s.author, ids[0], programme.ParticipationChange{TrainedBy: &abroad.Person}))
	for name, c := range map[string]struct {
		actor lms.Actor
		named bool
	}{"the coordinator of KZ": {s.coordinator, false}, "who was trained": {who, true}, "the coordinator of all": {s.author, true}} {
		v, err := s.programmes.Standing(ctx, c.actor, ids[0])
		s.check(err)
		if (v.TrainedBy != "") != c.named {
			t.Errorf("%s is told %q", name, v.TrainedBy)
		}
	}
	nobody := lms.NewID[lms.Person]()
	change := func(trainer lms.ID[lms.Person]) error {
		return s.programmes.Change(ctx, s.coordinator, ids[0], programme.ParticipationChange{TrainedBy: &trainer})
	}
	if theirs, none := told(change(abroad.Person)), told(change(nobody)); theirs != none {
		t.Errorf("a trainer abroad: %q; none: %q", theirs, none)
	}
	other := s.trainee("KZ")
	s.check(change(other.Person))
	s.check(change(s.coordinator.Person)) // oneself
}

// Whoever is certified is looked at again where a fact is taken back, and not because time goes by: evidence grows old, a
// prerequisite runs out, a later version asks for more than the shorter way did.
func TestTimeAloneCallsForNoReview(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"all": [{"practice": "meeting"}, {"evidence": "aid", "months": 6}]}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	approve := func(in programme.HandIn) {
		t.Helper()
		_, err := s.programmes.Approve(ctx, s.author, id, in)
		s.check(err)
	}
	reviewed := func(when string, want bool) {
		t.Helper()
		s.Exec(`INSERT INTO participations_changed (participation_id) VALUES ($1)`, id)
		s.settle()
		page, err := s.programmes.People(ctx, s.author, "assist", programme.PeopleQuery{})
		s.check(err)
		if v := s.standing(id); v.Review != want || page.Items[0].Review != want || v.State != "certified" {
			t.Errorf("%s: %s, to be looked at: %v, in the list: %v", when, v.State, v.Review, page.Items[0].Review)
		}
	}
	approve(programme.HandIn{Component: "meeting", Words: "seen"})
	approve(programme.HandIn{Component: "aid", Words: "Red Cross", ObtainedOn: "2026-01-10"})
	reviewed("on the day", false)
	s.now = s.now.AddDate(0, 8, 0)
	reviewed("when the evidence is old", false)
	_, err := s.programmes.SaveDraft(ctx, s.author, "assist", []byte(assisting(`{"all": [{"practice": "meeting"}, {"course": "course"}]}`)))
	s.check(err)
	_, err = s.programmes.Publish(ctx, s.author, "assist")
	s.check(err)
	s.now = time.Date(2026, 12, 20, 9, 0, 0, 0, time.UTC)
	approve(programme.HandIn{Component: "meeting", Words: "seen again"})
	if n := s.Int(`SELECT count(*) FROM certificates WHERE participation_id = $1`, id); n != 2 {
		t.Fatalf("%d certificates: not renewed by the shorter way", n)
	}
	reviewed("renewed by the shorter way of a version that asks for more", false)
	s.Exec(`UPDATE programme_evidence SET state = 'refused' WHERE component = 'aid'`)
	reviewed("when the evidence is taken back", true)
}

func TestWhatWaitsIsBounded(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("assist", "", assisting(`{"practice": "meeting"}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	in := programme.HandIn{Component: "meeting", Words: "I led a meeting."}
	var last programme.Handed
	for range 20 {
		h, err := s.programmes.HandIn(ctx, who, id, in)
		s.check(err)
		last = h
	}
	_, err := s.programmes.HandIn(ctx, who, id, in)
	s.refused(err, lms.Conflict, "too-many-waiting")
	s.check(s.programmes.TakeBack(ctx, who, last.ID))
	_, err = s.programmes.HandIn(ctx, who, id, in)
	s.check(err)
}

// In the east it is tomorrow already: what was obtained there today is taken.
func TestEvidenceOfTodayIsTakenInTheEast(t *testing.T) {
	s := newSite(t)
	s.published("assist", "", assisting(`{"evidence": "aid"}`))
	who := s.trainee("KZ")
	id := s.invite("assist", who)[0]
	s.now = time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
	for day, want := range map[string]string{"2026-11-23": "", "2026-11-24": "date-malformed"} {
		_, err := s.programmes.HandIn(t.Context(), who, id, programme.HandIn{Component: "aid", Words: "Red Cross", ObtainedOn: day})
		if want == "" {
			s.check(err)
			continue
		}
		s.refused(err, lms.Invalid, want)
	}
}
