package desk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/desk"
	"mostik/lms/who"
)

// More time for many ends with the day where each of them lives.
func TestMoreTimeForManyEndsWithTheirDay(t *testing.T) {
	w := newLand(t)
	zones := []string{"Asia/Almaty", "Europe/Bratislava", "Nowhere/Atall"}
	until := map[lms.ID[lms.Person]]time.Time{}
	for i, zone := range zones {
		p := w.person(i)
		w.Exec(`UPDATE centres SET time_zone = $2 WHERE id = (SELECT centre_id FROM persons WHERE id = $1)`, p, zone)
	}
	w.desk.Extend = func(_ context.Context, _ lms.Actor, p lms.ID[lms.Person], cohort lms.ID[lms.Cohort], at time.Time) (int, error) {
		if cohort != w.cohort {
			t.Errorf("in cohort %s", cohort)
		}
		until[p] = at.UTC()
		if p == w.people[2] {
			return 0, nil
		}
		return 2, nil
	}
	a := coordinator(lms.AllGround())
	in := desk.ActionInput{Kind: desk.PutOff, Cohort: w.cohort, Until: "2026-12-10", People: w.people}
	done := w.act(a, in)
	if len(done.Outcomes) != 2 || done.Outcomes[0].Word != "done" || done.Outcomes[0].Count != 2 || done.Outcomes[1].Word != "nothing-due" {
		t.Errorf("%+v", done.Outcomes)
	}
	for i, want := range []string{"2026-12-10T18:59:00Z", "2026-12-10T22:59:00Z", "2026-12-10T23:59:00Z"} {
		if got := until[w.people[i]].Format(time.RFC3339); got != want {
			t.Errorf("in %s until %s, want %s", zones[i], got, want)
		}
	}
	for day, code := range map[string]string{"": "required", "10.12.2026": "required", "2026-11-21": "date-behind", "2036-12-10": "date-too-far"} {
		in.Until = day
		if _, err := w.desk.Start(t.Context(), a, in); lms.KindOf(err) != lms.Invalid || codeOf(err) != code {
			t.Errorf("until %q: %v, want %s", day, err, code)
		}
	}
}

// A certificate holds through its last day wherever on earth, in every sum and list alike.
func TestACertificateHoldsThroughItsLastDay(t *testing.T) {
	w := newLand(t)
	p := w.person(0)
	w.paper(p, 0, -1)
	all := coordinator(lms.AllGround())
	for _, day := range []struct {
		at    time.Time
		valid int
	}{{now.Add(-time.Second), 1}, {now, 0}} {
		w.desk.Now = func() time.Time { return day.at }
		board := w.board(all, desk.BoardQuery{})
		valid, _ := w.names(all, who.Filter{Certificate: "valid"}, "name")
		expired, _ := w.names(all, who.Filter{Certificate: "expired"}, "name")
		expiring, err := w.desk.Expiring(t.Context(), all, who.Filter{}, 30, "")
		card, other := w.desk.Card(t.Context(), all, p)
		if err != nil || other != nil {
			t.Fatal(err, other)
		}
		state := map[int]string{1: "valid", 0: "expired"}[day.valid]
		if board.Totals.Valid != day.valid || len(valid) != day.valid || len(expired) != 1-day.valid || len(expiring.Items) != day.valid || card.Certificates[0].State != state {
			t.Errorf("at %v: the board has %d, the lists %d valid and %d expired, %d expire soon, the card says %s",
				day.at, board.Totals.Valid, len(valid), len(expired), len(expiring.Items), card.Certificates[0].State)
		}
	}
}

// Certificates of many are changed with one reason; each has an outcome of its own.
func TestCertificatesOfManyAreChanged(t *testing.T) {
	w := newLand(t)
	for i := range 3 {
		w.person(i)
	}
	w.desk.Change = func(_ context.Context, actor lms.Actor, p lms.ID[lms.Person], programme lms.ID[lms.Programme], act certificate.Act, reason string) (int, error) {
		if programme != w.programmes[0] || act != certificate.Revoke || reason != "A forged sheet." || len(actor.Grants) == 0 {
			t.Errorf("%s of %s by %v: %q", act, programme, actor.Grants, reason)
		}
		switch p {
		case w.people[1]:
			return 0, nil
		case w.people[2]:
			return 0, &lms.Error{Kind: lms.NotFound, Code: "no-certificate"}
		}
		return 1, nil
	}
	all := coordinator(lms.AllGround())
	in := desk.ActionInput{Kind: desk.Revoke, Programme: w.programmes[0], People: w.people, Reason: "A forged sheet."}
	got := ""
	for _, o := range w.act(all, in).Outcomes {
		got += fmt.Sprint(o.Word, " ", o.Count, ", ")
	}
	if got != "done 1, no-certificate 1, state-forbids 1, " {
		t.Errorf("revoked: %s", got)
	}
	in.Reason = ""
	if _, err := w.desk.Start(t.Context(), all, in); codeOf(err) != "reason-missing" {
		t.Errorf("without a reason: %v", err)
	}
	in.Reason, in.Programme = "A forged sheet.", lms.ID[lms.Programme]{}
	if _, err := w.desk.Start(t.Context(), all, in); codeOf(err) != "required" {
		t.Errorf("of no programme: %v", err)
	}
	in.Programme, in.People = w.programmes[0], w.people[1:2]
	kz := coordinator(lms.CountryGround("KZ"))
	w.Exec(`INSERT INTO persons (id, given_name, family_name, created_at) VALUES ($1, 'Co', 'Ordinator', now())`, kz.Person)
	if _, err := w.desk.Start(t.Context(), kz, in); lms.KindOf(err) != lms.NotFound {
		t.Errorf("of another country: %v", err)
	}
	if _, err := w.desk.Start(t.Context(), coordinator(lms.CohortGround(w.cohort)), in); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("by whoever coordinates a group only: %v", err)
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Code
	}
	return ""
}
