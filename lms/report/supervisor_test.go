package report_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/lmstest"
	"mostik/lms/report"
	"mostik/lms/text"
)

var doorIn = regexp.MustCompile(`/asked/([A-Za-z0-9_-]{20,})\?lang=`)

// doors are those in the mails to an address, the newest first.
func (s *site) doors(address string) (all []string) {
	s.T.Helper()
	rows, err := s.World.DB.DB.QueryContext(s.T.Context(), `SELECT body FROM mails WHERE address = $1 ORDER BY queued_at DESC, id DESC`, address)
	s.must(err)
	defer rows.Close()
	for rows.Next() {
		var body string
		s.must(rows.Scan(&body))
		if m := doorIn.FindStringSubmatch(body); m != nil {
			all = append(all, m[1])
		}
	}
	return all
}

func answer(n float64) scale.Response {
	return scale.Response{"used": {Number: &n}, "hindered": {Choices: []string{"time"}}}
}

// A supervisor is named by the person or a coordinator, is asked by mail once, answers without a name, and may have the
// address deleted.
func TestASupervisorIsAsked(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	s.now = s.Start.AddDate(0, 10, 3)
	_, err := s.AskFollowups(t.Context())
	s.must(err)
	var followup, participation string
	var person lms.ID[lms.Person]
	s.must(s.World.DB.DB.QueryRowContext(t.Context(), `
		SELECT f.id::text, f.participation_id::text, f.person_id FROM followups f JOIN persons p ON p.id = f.person_id WHERE p.country = 'SK' ORDER BY f.id LIMIT 1`).
		Scan(&followup, &participation, &person))
	me := lms.Actor{Person: person, Language: "en"}
	own := s.Text(`SELECT email FROM persons WHERE id = $1`, person)
	for email, code := range map[string]string{"nobody": "mail-address", strings.ToUpper(own): "own-address"} {
		if err := s.NameSupervisor(t.Context(), me, followup, email); codeOf(err) != code {
			t.Errorf("%s: %v", email, err)
		}
	}
	s.must(s.NameSupervisor(t.Context(), me, followup, " Chief@Office.example.org"))
	s.must(s.NameSupervisor(t.Context(), me, followup, "chief@office.example.org")) // a repeat asks nobody twice
	_, err = s.AskFollowups(t.Context())
	s.must(err)
	doors := s.doors("chief@office.example.org")
	if len(doors) != 1 {
		t.Fatalf("%d mails to the supervisor", len(doors))
	}
	if a, err := s.MyFollowup(t.Context(), me, followup); err != nil || a.Supervisor.Email != "chief@office.example.org" || a.Supervisor.ByOther {
		t.Errorf("the person sees %+v, %v", a.Supervisor, err)
	}
	behind, err := s.Behind(t.Context(), doors[0], "ru")
	s.must(err)
	if !strings.Contains(behind.About, "Family") || len(behind.Items) != 4 || behind.Items[0].Stem != text.FollowupIn("ru").Used || behind.Answered || behind.Closed {
		t.Errorf("behind the door: %+v", behind)
	}
	if _, err := s.Behind(t.Context(), doors[0][:len(doors[0])-1]+"x", "ru"); lms.KindOf(err) != lms.NotFound {
		t.Errorf("another door: %v", err)
	}
	seven := 7.0
	if err := s.AnswerBehind(t.Context(), doors[0], scale.Response{"used": {Number: &seven}}); lms.KindOf(err) != lms.Invalid {
		t.Errorf("seven of five: %v", err)
	}
	s.must(s.AnswerBehind(t.Context(), doors[0], answer(4)))
	s.must(s.AnswerBehind(t.Context(), doors[0], answer(1))) // a repeat is the same
	if n, own := s.Int(`SELECT count(*) FROM followup_answers WHERE by_supervisor`), s.Int(`SELECT count(*) FROM followups WHERE answered`); n != 1 || own != 0 {
		t.Errorf("%d answers, and %d people are taken for having answered", n, own)
	}
	if row := s.Text(`SELECT a::text FROM followup_answers a`); strings.Contains(row, followup) || strings.Contains(row, participation) || strings.Contains(row, s.now.Format(time.DateOnly)) {
		t.Errorf("the answer leads back: %s", row)
	}
	// The person takes them back: the address is gone everywhere, what was answered stays.
	s.must(s.DropSupervisor(t.Context(), me, followup))
	if n := s.Int(`SELECT (SELECT count(*) FROM followup_supervisors) + (SELECT count(*) FROM mails WHERE address LIKE 'chief@%')`); n != 0 {
		t.Errorf("the address stands in %d places", n)
	}

	// A coordinator names one; the person sees it; who is asked stops it.
	sk := s.country["SK"]
	if v, err := s.Supervisor(t.Context(), sk, participation); err != nil || v.Email != "" {
		t.Errorf("of nobody: %+v, %v", v, err)
	}
	for what, err := range map[string]error{
		"named": s.NameSupervisorOf(t.Context(), s.country["KZ"], participation, "other@office.example.org"),
		"taken": s.DropSupervisorOf(t.Context(), s.country["KZ"], participation),
		"mine":  s.NameSupervisor(t.Context(), lms.Actor{Person: s.Person(lmstest.PersonSpec{})}, followup, "other@office.example.org"),
	} {
		if lms.KindOf(err) != lms.NotFound {
			t.Errorf("%s by somebody elsewhere: %v", what, err)
		}
	}
	var other string
	s.must(s.World.DB.DB.QueryRowContext(t.Context(), `
		SELECT f.participation_id::text FROM followups f JOIN persons p ON p.id = f.person_id WHERE p.country = 'SK' AND f.participation_id::text <> $1 LIMIT 1`, participation).Scan(&other))
	s.must(s.NameSupervisorOf(t.Context(), sk, other, "head@office.example.org"))
	doors = s.doors("head@office.example.org")
	if len(doors) != 1 {
		t.Fatalf("%d mails", len(doors))
	}
	s.must(s.StopAsking(t.Context(), doors[0]))
	if _, err := s.Behind(t.Context(), doors[0], "en"); lms.KindOf(err) != lms.NotFound || s.Int(`SELECT count(*) FROM followup_supervisors`) != 0 {
		t.Errorf("after it was stopped: %v", err)
	}
	// An address is not tried at random.
	last := error(nil)
	for i := range 9 {
		last = s.NameSupervisorOf(t.Context(), sk, other, string(rune('a'+i))+"@office.example.org")
	}
	if codeOf(last) != "named-too-often" || s.Int(`SELECT count(*) FROM mails WHERE address LIKE '_@office.example.org'`) > 5 {
		t.Errorf("nine addresses: %v", last)
	}
	// When the last question is over the address goes.
	s.now = s.now.AddDate(1, 0, 0)
	_, err = s.AskFollowups(t.Context())
	s.must(err)
	if n := s.Int(`SELECT count(*) FROM followup_supervisors`); n != 0 {
		t.Errorf("%d addresses a year later", n)
	}
}

// What supervisors say stands beside what people say, counted apart, and as little of few.
func TestWhatSupervisorsSayIsCountedApart(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	s.now = s.Start.AddDate(0, 10, 3)
	_, err := s.AskFollowups(t.Context())
	s.must(err)
	s.Exec(`INSERT INTO followup_supervisors (participation_id, email, language, named_at)
	        SELECT f.participation_id, 'chief-' || row_number() OVER (ORDER BY f.id) || '@example.org', 'en', $1 FROM followups f JOIN persons p ON p.id = f.person_id WHERE p.country = 'SK' LIMIT 30`, s.now)
	_, err = s.AskFollowups(t.Context())
	s.must(err)
	if n := s.Int(`SELECT count(*) FROM followup_doors`); n != 30 {
		t.Fatalf("%d doors", n)
	}
	for i := range 30 {
		for _, door := range s.doors("chief-" + strings.TrimSpace(s.Text(`SELECT $1::int::text`, i+1)) + "@example.org") {
			s.must(s.AnswerBehind(t.Context(), door, answer(3)))
		}
	}
	outcomes := func() []report.Later {
		v, err := s.Outcomes(t.Context(), s.admin, "slovakia", "")
		s.must(err)
		return v.Later
	}
	bySupervisor := func(l report.Later) bool { return l.By == "supervisor" }
	if all := outcomes(); slices.ContainsFunc(all, func(l report.Later) bool { return bySupervisor(l) && len(l.Results) > 0 }) {
		t.Errorf("told before the month is over: %+v", all)
	}
	s.now = s.now.AddDate(0, 1, 0)
	all := outcomes()
	i := slices.IndexFunc(all, bySupervisor)
	if i < 0 || all[i].Answered.N != 30 || all[i].Asked.N != 30 || len(all[i].Results) == 0 || *all[i].Results[0].Mean != 3 {
		t.Fatalf("%+v", all)
	}
	for _, l := range all {
		if l.By == "" && l.Answered.N != 0 {
			t.Errorf("the people themselves said nothing: %+v", l)
		}
	}
	in := report.Input{Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2027-12-31", Indicators: s.define(trained)}
	v, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, in))
	s.must(err)
	if v.Labels["later:supervisor/used"] != text.FollowupIn("en").Used || v.Labels["later:supervisor"] == "" {
		t.Errorf("labels: %q", v.Labels["later:supervisor/used"])
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Code
	}
	return ""
}
