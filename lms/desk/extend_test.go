package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"mostik/lms"
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

func codeOf(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Code
	}
	return ""
}
