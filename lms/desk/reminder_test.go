package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/desk"
	"mostik/lms/job"
	"mostik/lms/lmstest"
	"mostik/lms/who"
)

func (w *land) remind(want int) {
	w.T.Helper()
	if n, err := w.desk.Remind(w.T.Context()); err != nil || n != want {
		w.T.Errorf("%d reminders were made, %v; want %d", n, err, want)
	}
}

// gateway is one for short messages that keeps what it was sent, and refuses one number.
func gateway(t *testing.T, refuses string) (*desk.Gateway, *[]string) {
	var sent []string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var m struct{ To, Text string }
		if err := json.Unmarshal(raw, &m); err != nil || r.Header.Get("Authorization") != "Bearer key" {
			t.Errorf("the gateway got %s, %v", raw, err)
		}
		if m.To == refuses {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		sent = append(sent, m.To+": "+m.Text)
	}))
	t.Cleanup(server.Close)
	g, err := desk.NewGateway(desk.GatewayConfig{
		URL: server.URL, Body: `{"to":"{to}","text":"{text}"}`, ContentType: "application/json", Authorization: "Bearer key",
	})
	if err != nil {
		t.Fatal(err)
	}
	return g, &sent
}

func TestRemindersGoOutOnce(t *testing.T) {
	w := newLand(t)
	w.desk.Reasons, w.desk.PublicURL = desk.Reasons, "https://learn.example.org"
	w.desk.Now = func() time.Time { return time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC) } // ten in the morning in Almaty
	aliya := w.Person(lmstest.PersonSpec{Country: "KZ", Centre: w.centres[0], Email: "aliya@example.org", Language: "ru", GivenName: "Алия"})
	w.paper(aliya, 0, 85)
	bakyt := w.person(0)
	w.Exec(`UPDATE persons SET phone = '+7 (700) 1', language = 'kk' WHERE id = $1`, bakyt)
	w.takesPart(bakyt, 0, "invited")
	w.Exec(`UPDATE participations SET invited_at = $1`, now.AddDate(0, 0, -20))
	zarina := w.person(1)
	e := w.Enrol(zarina, w.course, w.version, lms.ID[lms.Cohort]{})
	w.Exec(`UPDATE enrolments SET stuck_on = 'm2-quiz', last_seen_at = $2 WHERE id = $1`, e, now.AddDate(0, 0, -8))

	w.remind(3)
	w.remind(0)
	if got := w.Text(`SELECT string_agg(reason || ' ' || in_window || ' ' || channel, ', ' ORDER BY reason) FROM reminders`); got != "expiring 90 mail, not-started  call, stuck m2-quiz call" {
		t.Errorf("reminded: %s", got)
	}
	if got := w.Text(`SELECT string_agg(subject || '|' || body, '') FROM mails`); !strings.Contains(got, "Counter-trafficking|") || !strings.Contains(got, "Здравствуйте, Алия") || !strings.Contains(got, "действует до") {
		t.Errorf("the mail: %s", got)
	}
	later := w.desk.Now().AddDate(0, 0, 26)
	w.desk.Now = func() time.Time { return later }
	w.remind(1)
	w.remind(0)
	later = later.AddDate(0, 0, 30)
	w.remind(1)
	if got := w.Text(`SELECT string_agg(in_window, ' ' ORDER BY made_at) FROM reminders WHERE reason = 'expiring'`); got != "90 60 30" {
		t.Errorf("windows: %s", got)
	}
	notices, err := w.desk.Notices(t.Context(), lms.Actor{Person: aliya, Language: "ru"})
	if err != nil || len(notices) != 3 {
		t.Fatalf("notices: %v, %v", notices, err)
	}
	if err := w.desk.PutAway(t.Context(), lms.Actor{Person: bakyt}, notices[0].ID); lms.KindOf(err) != lms.NotFound {
		t.Errorf("another's notice: %v", err)
	}
	if err := w.desk.PutAway(t.Context(), lms.Actor{Person: aliya}, notices[0].ID); err != nil {
		t.Error(err)
	}
	if notices, _ := w.desk.Notices(t.Context(), lms.Actor{Person: aliya}); len(notices) != 2 {
		t.Errorf("after one was put away: %v", notices)
	}
}

// A paper of the past is for neither a programme nor a course of ours, and still has a name.
func TestAPaperOfThePastIsNamed(t *testing.T) {
	w := newLand(t)
	w.desk.Reasons = desk.Reasons
	w.desk.Now = func() time.Time { return time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC) }
	aliya := w.Person(lmstest.PersonSpec{Country: "KZ", Centre: w.centres[0], Email: "aliya@example.org", Language: "en"})
	w.paper(aliya, 0, 45)
	w.Exec(`UPDATE certificates SET programme_id = NULL, course_id = NULL, origin = 'paper', seal = '', key_id = '', claim = '{"course": "First aid"}'`)
	w.remind(1)
	if got := w.Text(`SELECT subject FROM mails`); got != "First aid" {
		t.Errorf("the mail is about %q", got)
	}
	list, err := w.desk.Expiring(t.Context(), coordinator(lms.AllGround()), who.Filter{}, 60, "")
	if err != nil || len(list.Items) != 1 || list.Items[0].Title != "First aid" {
		t.Errorf("what expires: %+v, %v", list.Items, err)
	}
}

func TestNobodyIsWoken(t *testing.T) {
	w := newLand(t)
	w.desk.Reasons = desk.Reasons
	w.Exec(`UPDATE centres SET time_zone = 'Europe/Bratislava' WHERE country = 'SK'`)
	for i := range 3 {
		w.paper(w.person(i), 0, 40)
	}
	w.paper(w.person(3), 0, 40) // of no country: UTC
	w.desk.Now = func() time.Time { return time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC) }
	w.remind(2) // nine in Almaty and, by the test's centres, in Dushanbe
	w.desk.Now = func() time.Time { return time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC) }
	w.remind(1) // Bratislava
	w.desk.Now = func() time.Time { return time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC) }
	w.remind(0)
	w.desk.Now = func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	w.remind(1)
	// By hand, at night: the mail waits for the morning.
	p := w.Person(lmstest.PersonSpec{Country: "KZ", Centre: w.centres[0], Email: "a@example.org"})
	w.takesPart(p, 0, "active")
	w.desk.Now = func() time.Time { return time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC) }
	w.act(coordinator(lms.AllGround()), desk.ActionInput{Kind: desk.Nudge, Programme: w.programmes[0], People: []lms.ID[lms.Person]{p}})
	if got := w.Text(`SELECT to_char(next_at AT TIME ZONE 'UTC', 'DD HH24:MI') FROM mails`); got != "23 04:00" {
		t.Errorf("the mail goes out at %s", got)
	}
}

func TestShortMessagesAndCalls(t *testing.T) {
	w := newLand(t)
	var sent *[]string
	w.desk.SMS, sent = gateway(t, "+7999")
	w.desk.Reasons = desk.Reasons
	people := []lms.ID[lms.Person]{w.person(0), w.person(0), w.person(0), w.person(1)}
	for i, phone := range []string{"+7 (700) 123", "+7 999", "", "+992 1"} {
		w.Exec(`UPDATE persons SET phone = $2 WHERE id = $1`, people[i], phone)
		w.paper(people[i], 0, 10)
	}
	w.remind(4)
	if len(*sent) != 2 || !strings.Contains(strings.Join(*sent, ""), "+7700123: Your certificate “Counter-trafficking” is valid until") {
		t.Errorf("sent: %q", *sent)
	}
	w.remind(0)
	w.remind(0)
	w.remind(0)
	if len(*sent) != 2 {
		t.Errorf("sent again: %q", *sent)
	}
	facilitator := lms.Actor{Person: w.Person(lmstest.PersonSpec{}), Grants: []lms.Grant{{Role: lms.Facilitator, Scope: lms.CentreGround(w.centres[0])}}}
	lists, err := w.desk.Calls(t.Context(), facilitator)
	if err != nil || len(lists) != 1 || len(lists[0].Calls) != 2 { // one refused three times, one without a number
		t.Fatalf("calls: %+v, %v", lists, err)
	}
	other := lms.Actor{Person: facilitator.Person, Grants: []lms.Grant{{Role: lms.Facilitator, Scope: lms.CentreGround(w.centres[2])}}}
	call := lists[0].Calls[0]
	if err := w.desk.Rang(t.Context(), other, call.ID, "reached"); lms.KindOf(err) != lms.NotFound {
		t.Errorf("another centre's facilitator: %v", err)
	}
	if lists, err := w.desk.Calls(t.Context(), other); err != nil || len(lists) != 0 {
		t.Errorf("another centre's list: %+v, %v", lists, err)
	}
	if err := w.desk.Rang(t.Context(), facilitator, call.ID, "reached"); err != nil {
		t.Error(err)
	}
	if err := w.desk.Rang(t.Context(), facilitator, call.ID, "reached"); lms.KindOf(err) != lms.Conflict {
		t.Errorf("rung up twice: %v", err)
	}
	for range 3 {
		if err := w.desk.Rang(t.Context(), facilitator, lists[0].Calls[1].ID, "not-reached"); err != nil {
			t.Error(err)
		}
	}
	if lists, _ := w.desk.Calls(t.Context(), facilitator); len(lists) != 0 {
		t.Errorf("left: %+v", lists)
	}
}

// texts makes short messages that wait, one a person.
func (w *land) texts(n int) (people []lms.ID[lms.Person]) {
	for i := range n {
		p := w.person(0)
		w.Exec(`UPDATE persons SET phone = '+7 700 ' || $2::int::text WHERE id = $1`, p, 100+i)
		w.Exec(`INSERT INTO reminders (id, person_id, reason, about, in_window, title, channel, made_at) VALUES (gen_random_uuid(), $1, 'by-hand', '', '', 'Work', 'sms', $2)`, p, w.desk.Now())
		people = append(people, p)
	}
	return people
}

// A gateway that is away is not asked for each of a thousand, and what it does not take for a day is rung up.
func TestAGatewayThatIsAwayHoldsNobodyUp(t *testing.T) {
	w := newLand(t)
	at := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	w.desk.Now = func() time.Time { return at }
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { asked++; rw.WriteHeader(http.StatusServiceUnavailable) }))
	defer server.Close()
	var err error
	if w.desk.SMS, err = desk.NewGateway(desk.GatewayConfig{URL: server.URL + "/?to={to}&text={text}"}); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	w.desk.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.texts(9)
	for round := 1; round <= 3; round++ {
		w.remind(0)
		if asked != 3*round {
			t.Fatalf("in %d rounds it was asked %d times", round, asked)
		}
	}
	if !strings.Contains(log.String(), "503") || strings.Contains(log.String(), "700") {
		t.Errorf("the log: %s", log.String())
	}
	if n := w.Int(`SELECT count(*) FROM reminders WHERE tries = 1`); n != 9 {
		t.Errorf("%d of 9 had their turn", n)
	}
	at = at.AddDate(0, 0, 1).Add(time.Hour)
	w.remind(0)
	if n := w.Int(`SELECT count(*) FROM reminders WHERE channel = 'call'`); n != 9 || asked != 9 {
		t.Errorf("%d are left to be rung up, after %d tries", n, asked)
	}
}

// It becomes evening while messages go out, and somebody is blocked before theirs does.
func TestShortMessagesKeepToTheDay(t *testing.T) {
	w := newLand(t)
	at := time.Date(2026, 11, 22, 13, 59, 0, 0, time.UTC) // a minute to seven in Almaty
	w.desk.Now = func() time.Time { return at }
	sent := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if sent++; sent == 2 {
			at = at.Add(time.Minute)
		}
	}))
	defer server.Close()
	var err error
	if w.desk.SMS, err = desk.NewGateway(desk.GatewayConfig{URL: server.URL + "/?to={to}&text={text}"}); err != nil {
		t.Fatal(err)
	}
	people := w.texts(5)
	w.Exec(`UPDATE persons SET state = 'blocked' WHERE id = $1`, people[0])
	w.remind(0) // of nothing by itself, and still what somebody asked for
	if sent != 2 || w.Int(`SELECT count(*) FROM reminders WHERE sent_at IS NULL`) != 3 {
		t.Errorf("%d went out", sent)
	}
}

func TestGatewayConfig(t *testing.T) {
	if g, err := desk.NewGateway(desk.GatewayConfig{}); g != nil || err != nil {
		t.Errorf("without an address: %v, %v", g, err)
	}
	for _, c := range []desk.GatewayConfig{{URL: "sms.example.org/{to}/{text}"}, {URL: "https://sms.example.org/{to}"}, {URL: "ftp://x/{to}{text}"}} {
		if _, err := desk.NewGateway(c); err == nil || strings.Contains(err.Error(), "sms.example") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	g, _ := desk.NewGateway(desk.GatewayConfig{URL: "http://127.0.0.1:1/?to={to}&text={text}"})
	if err := g.Send(t.Context(), "+7 700 1", "secret words"); err == nil || strings.Contains(err.Error(), "700") || strings.Contains(err.Error(), "secret") {
		t.Errorf("the error tells: %v", err)
	}
}

// act starts an action and has it done.
func (w *land) act(a lms.Actor, in desk.ActionInput) desk.Action {
	w.T.Helper()
	w.Person(lmstest.PersonSpec{}) // nobody
	if w.Int(`SELECT count(*) FROM persons WHERE id = $1`, a.Person) == 0 {
		w.Exec(`INSERT INTO persons (id, given_name, family_name, created_at) VALUES ($1, 'Co', 'Ordinator', now())`, a.Person)
		for _, g := range a.Grants {
			w.Grant(a.Person, g)
		}
	}
	started, err := w.desk.Start(w.T.Context(), a, in)
	if err != nil {
		w.T.Fatal(err)
	}
	q := job.New()
	w.desk.Handle(q)
	if _, err := q.Drain(w.T.Context(), w.DB); err != nil {
		w.T.Fatal(err)
	}
	done, err := w.desk.Action(w.T.Context(), a, started.ID)
	if err != nil || done.FinishedAt == nil {
		w.T.Fatalf("%+v, %v", done, err)
	}
	return done
}

func TestActionsAreDoneOnceForEach(t *testing.T) {
	w := newLand(t)
	for i := range 9 {
		w.person(i % 3)
	}
	invited := map[lms.ID[lms.Person]]int{}
	fails := 1
	w.desk.Invite = func(_ context.Context, _ lms.Actor, key string, p lms.ID[lms.Person]) (string, error) {
		if key != "programme-0" {
			t.Errorf("invited to %s", key)
		}
		if len(invited) == 2 && fails > 0 {
			fails--
			return "", fmt.Errorf("the database went away")
		}
		invited[p]++
		if len(invited) == 1 {
			return "", lms.ErrConflict("programme-closed", "")
		}
		return "done", nil
	}
	kz := coordinator(lms.CountryGround("KZ"))
	w.Exec(`INSERT INTO persons (id, given_name, family_name, created_at) VALUES ($1, 'Co', 'Ordinator', now())`, kz.Person)
	w.Grant(kz.Person, kz.Grants[0])
	filter := who.Filter{Countries: []string{"KZ", "TJ"}}
	in := desk.ActionInput{Kind: desk.Assign, Programme: w.programmes[0], Filter: filter, Count: 6}
	if _, err := w.desk.Start(t.Context(), kz, in); lms.KindOf(err) != lms.Conflict {
		t.Errorf("with the number of people of two countries: %v", err)
	}
	in.Count = 3
	a, err := w.desk.Start(t.Context(), kz, in)
	if err != nil || a.Total != 3 {
		t.Fatalf("%+v, %v", a, err)
	}
	if err := w.desk.Do(t.Context(), a.ID); err == nil {
		t.Error("a failure of ours was taken for an outcome")
	}
	for range 2 {
		if err := w.desk.Do(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
	}
	a, err = w.desk.Action(t.Context(), kz, a.ID)
	if err != nil || a.Done != 3 || a.FinishedAt == nil || len(a.Outcomes) != 2 || a.Outcomes[1].Word != "programme-closed" || len(a.Outcomes[1].Names) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	for p, n := range invited {
		if n != 1 {
			t.Errorf("%s was invited %d times", p, n)
		}
	}
	if _, err := w.desk.Action(t.Context(), coordinator(lms.AllGround()), a.ID); lms.KindOf(err) != lms.NotFound {
		t.Errorf("another's action: %v", err)
	}
	// Beyond the scope nobody can be chosen, nor told from nobody.
	for _, p := range []lms.ID[lms.Person]{w.people[1], lms.NewID[lms.Person]()} {
		if _, err := w.desk.Start(t.Context(), kz, desk.ActionInput{Kind: desk.Nudge, People: []lms.ID[lms.Person]{p}}); lms.KindOf(err) != lms.NotFound {
			t.Errorf("somebody beyond: %v", err)
		}
	}
	// Whoever is blocked meanwhile does nothing any more, nor whoever lost the role.
	a, err = w.desk.Start(t.Context(), kz, desk.ActionInput{Kind: desk.Nudge, Filter: filter, Count: 3})
	if err != nil {
		t.Fatal(err)
	}
	w.Exec(`UPDATE persons SET state = 'blocked' WHERE id = $1`, kz.Person)
	if err := w.desk.Do(t.Context(), a.ID); lms.KindOf(err) != lms.NotFound {
		t.Errorf("of somebody who is blocked: %v", err)
	}
	w.Exec(`UPDATE persons SET state = 'active' WHERE id = $1`, kz.Person)
	a, err = w.desk.Start(t.Context(), kz, desk.ActionInput{Kind: desk.Nudge, Filter: filter, Count: 3})
	if err != nil {
		t.Fatal(err)
	}
	w.Exec(`DELETE FROM memberships WHERE person_id = $1`, kz.Person)
	if err := w.desk.Do(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.Text(`SELECT string_agg(DISTINCT outcome, ' ') FROM desk_action_people WHERE action_id = $1`, a.ID); got != "not-found" {
		t.Errorf("without the role: %s", got)
	}
}

// What an act needs is asked before anything is written, and of each person again when it is done.
func TestAnActionIsRefusedBeforeOrTold(t *testing.T) {
	w := newLand(t)
	p, q := w.person(0), w.person(1)
	e := w.Enrol(q, w.course, w.version, w.cohort)
	w.takesPart(p, 0, "passed")
	w.takesPart(q, 0, "passed")
	trainer := lms.Actor{Person: lms.NewID[lms.Person](), Grants: []lms.Grant{{Role: lms.Trainer, Scope: lms.CohortGround(w.cohort)}}}
	w.Exec(`INSERT INTO persons (id, given_name, family_name, created_at) VALUES ($1, 'Tr', 'Ainer', now())`, trainer.Person)
	_, err := w.desk.Start(t.Context(), trainer, desk.ActionInput{Kind: desk.PutOff, Until: "2026-12-01", People: []lms.ID[lms.Person]{q}})
	if n := w.Int(`SELECT count(*) FROM desk_actions`); lms.KindOf(err) != lms.Forbidden || n != 0 {
		t.Errorf("whoever has no desk began %d actions: %v", n, err)
	}
	// Of those whom they see, a coordinator of a country and of a cohort elsewhere certifies the country's.
	a := coordinator(lms.CountryGround("KZ"), lms.CohortGround(w.cohort))
	w.desk.Issue = func(context.Context, lms.Actor, lms.ID[lms.Participation]) (string, error) { return "done", nil }
	in := desk.ActionInput{Kind: desk.Certify, Programme: w.programmes[0], Count: 2, Filter: who.Filter{Text: "family"}}
	done := w.act(a, in)
	got := fmt.Sprint(done.Outcomes)
	if !strings.Contains(got, "{done 1 []}") || !strings.Contains(got, "{not-found 1 [") {
		t.Errorf("certified: %s", got)
	}
	// Nothing of what was typed stays when it is done.
	if got := w.Text(`SELECT filter::text || args::text FROM desk_actions WHERE id = $1`, done.ID); strings.Contains(got, "family") {
		t.Errorf("kept: %s", got)
	}
	w.desk.Change = func(context.Context, lms.Actor, lms.ID[lms.Person], lms.ID[lms.Programme], certificate.Act, string) (int, error) {
		return 1, nil
	}
	done = w.act(a, desk.ActionInput{Kind: desk.Revoke, Reason: "She lied.", Programme: w.programmes[0], People: []lms.ID[lms.Person]{p, p}})
	if got := w.Text(`SELECT total || args::text FROM desk_actions WHERE id = $1`, done.ID); got[0] != '1' || strings.Contains(got, "lied") {
		t.Errorf("kept: %s", got)
	}
	// Nobody is told to go on who cannot sign in.
	w.Exec(`UPDATE persons SET state = 'blocked', email = 'p@example.org' WHERE id = $1`, p)
	done = w.act(a, desk.ActionInput{Kind: desk.Nudge, Programme: w.programmes[0], People: []lms.ID[lms.Person]{p}})
	if n := w.Int(`SELECT count(*) FROM mails`); n != 0 || done.Outcomes[0].Word != "account-blocked" {
		t.Errorf("%d mails: %+v", n, done.Outcomes)
	}
	_ = e
}

// One who cannot be done with does not keep the others waiting.
func TestAFailureOfOneIsNotThatOfAll(t *testing.T) {
	w := newLand(t)
	people := []lms.ID[lms.Person]{w.person(0), w.person(0), w.person(0)}
	times := map[lms.ID[lms.Person]]int{}
	w.desk.Invite = func(_ context.Context, _ lms.Actor, _ string, p lms.ID[lms.Person]) (string, error) {
		if times[p]++; p == people[1] && times[p] < 3 {
			return "", errors.New("a fault of ours")
		}
		return "done", nil
	}
	a := coordinator(lms.AllGround())
	w.Exec(`INSERT INTO persons (id, given_name, family_name, created_at) VALUES ($1, 'Co', 'Ordinator', now())`, a.Person)
	w.Grant(a.Person, a.Grants[0])
	started, err := w.desk.Start(t.Context(), a, desk.ActionInput{Kind: desk.Assign, Programme: w.programmes[0], People: people})
	if err != nil {
		t.Fatal(err)
	}
	for try, want := range []int{2, 2, 3} {
		err := w.desk.Do(t.Context(), started.ID)
		done, err2 := w.desk.Action(t.Context(), a, started.ID)
		if (err == nil) != (try == 2) || err2 != nil || done.Done != want || (done.FinishedAt != nil) != (try == 2) {
			t.Errorf("try %d: %v, %+v, %v", try, err, done, err2)
		}
	}
	if times[people[0]] != 1 || times[people[2]] != 1 {
		t.Errorf("done: %v", times)
	}
}

// What was said is said no more when it is not so any longer: to whom it was said, and by whoever rings up.
func TestRemindersThatAreOverLeaveTheLists(t *testing.T) {
	w := newLand(t)
	a := coordinator(lms.AllGround())
	w.desk.Reasons = desk.Reasons
	at := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	w.desk.Now = func() time.Time { return at }
	p := w.person(0)
	paper := w.paper(p, 0, 20)
	part := w.takesPart(p, 0, "invited")
	w.Exec(`UPDATE participations SET invited_at = $1`, now.AddDate(0, 0, -20))
	e := w.Enrol(p, w.course, w.version, w.cohort)
	w.Exec(`UPDATE enrolments SET stuck_on = 'm2-quiz', last_seen_at = $2 WHERE id = $1`, e, now.AddDate(0, 0, -8))
	w.Exec(`INSERT INTO webinars (id, title, language, country, starts_at, ends_at, guest_code, created_at, cohort_id)
	        VALUES ('w', 'Exchange', 'en', 'KZ', $1::timestamptz, $1::timestamptz + interval '1 hour', 'g', $1, $2)`, at.Add(5*time.Hour), w.cohort)
	w.remind(4)
	lists := func(want string) {
		t.Helper()
		var called, noticed []string
		lists, err := w.desk.Calls(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lists {
			for _, c := range l.Calls {
				called = append(called, c.Reason)
			}
		}
		notices, err := w.desk.Notices(t.Context(), lms.Actor{Person: p})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notices {
			noticed = append(noticed, n.Reason)
		}
		slices.Sort(called)
		slices.Sort(noticed)
		if got := fmt.Sprint(called); got != want || fmt.Sprint(noticed) != want {
			t.Errorf("to ring up: %v, told: %v, want %s", called, noticed, want)
		}
	}
	lists("[expiring not-started stuck webinar]")
	w.Exec(`UPDATE certificates SET state = 'superseded' WHERE id = $1`, paper)
	lists("[not-started stuck webinar]")
	w.Exec(`UPDATE participations SET state = 'active' WHERE id = $1`, part)
	lists("[stuck webinar]")
	w.Exec(`UPDATE enrolments SET stuck_on = '' WHERE id = $1`, e)
	lists("[webinar]")
	// Put off by two days, it is told of again when the day comes.
	w.Exec(`UPDATE webinars SET starts_at = starts_at + interval '2 days', ends_at = ends_at + interval '2 days'`)
	lists("[]")
	w.remind(0)
	at = at.AddDate(0, 0, 2)
	w.remind(1)
	w.remind(0)
	lists("[webinar]")
	w.Exec(`UPDATE webinars SET cancelled_at = now()`)
	lists("[]")
	w.Exec(`UPDATE webinars SET cancelled_at = NULL`)
	at = at.Add(6 * time.Hour)
	lists("[]")
}

func TestRemindAndIssueByHand(t *testing.T) {
	w := newLand(t)
	a := coordinator(lms.AllGround())
	p, q := w.person(0), w.person(1)
	w.takesPart(p, 0, "passed")
	w.takesPart(q, 0, "active")
	words := func(done desk.Action) (s string) {
		for _, o := range done.Outcomes {
			s += fmt.Sprintf("%s %d ", o.Word, o.Count)
		}
		return s
	}
	both := desk.ActionInput{Kind: desk.Nudge, Programme: w.programmes[0], People: []lms.ID[lms.Person]{p, q}}
	if got := words(w.act(a, both)); got != "done 2 " {
		t.Errorf("reminded: %s", got)
	}
	if got := words(w.act(a, both)); got != "reminded-today 2 " {
		t.Errorf("reminded again: %s", got)
	}
	w.desk.Issue = func(ctx context.Context, _ lms.Actor, id lms.ID[lms.Participation]) (string, error) {
		w.Exec(`UPDATE participations SET state = 'certified' WHERE id = $1`, id)
		return "done", nil
	}
	both.Kind = desk.Certify
	if got := words(w.act(a, both)); got != "done 1 not-passed 1 " {
		t.Errorf("issued: %s", got)
	}
	if got := words(w.act(a, both)); got != "not-passed 1 there 1 " {
		t.Errorf("issued again: %s", got)
	}
}
