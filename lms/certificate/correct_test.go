package certificate_test

import (
	"errors"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/certificate"
)

// Whatever a certificate said wrongly is right in the next: the old one stays as it was sealed and names it.
func TestACertificateIsCorrected(t *testing.T) {
	b := newBench(t)
	serial := b.issue(b.passed(b.aProgramme("corrected", "KZ")))
	before := b.verified(serial)
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	date := func(s string) *certificate.Date { d, _ := certificate.ParseDate(s); return &d }
	end := certificate.DateOf(b.now.AddDate(1, 0, 0))
	right := certificate.Correction{Title: " Interviewing survivors ", Hours: "24.5", ExpiresOn: &end, LawAsOf: date("2025-11-01")}
	for field, wrong := range map[string]certificate.Correction{
		"title":      {Title: strings.Repeat("x", 301)},
		"hours":      {Hours: "twenty"},
		"expires_on": {ExpiresOn: date("2020-01-01")},
		"law_as_of":  {LawAsOf: date("2099-01-01")},
	} {
		if _, err := b.IssueAnew(t.Context(), desk, serial, wrong, "A slip."); lms.KindOf(err) != lms.Invalid || fieldOf(err) != field {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	if _, err := b.IssueAnew(t.Context(), desk, serial, certificate.Correction{ExpiresOn: date("2099-01-01")}, "A slip."); code(err) != "date-too-far" {
		t.Errorf("for ever: %v", err)
	}
	tj := b.may(lms.Coordinator, lms.CountryGround("TJ"))
	if _, err := b.IssueAnew(t.Context(), tj, serial, right, "Not theirs."); lms.KindOf(err) != lms.NotFound {
		t.Errorf("by another country: %v", err)
	}
	newer, err := b.IssueAnew(t.Context(), desk, serial, right, "The title of the draft was printed.")
	if err != nil {
		t.Fatal(err)
	}
	old, now := b.verified(serial), b.verified(newer)
	if old.State != certificate.Superseded || old.Claim.Title() != before.Claim.Title() || old.Claim.Hours != before.Claim.Hours || old.Sealed != before.Sealed {
		t.Errorf("the old one is %s and says %+v", old.State, old.Claim)
	}
	c := now.Claim
	if now.State != certificate.Valid || c.Title() != "Interviewing survivors" || c.Hours != "24.5" || !c.ExpiresOn.Equal(end.Time) ||
		c.LawAsOf.String() != "2025-11-01" || c.Replaces != serial || c.IssueNo != 2 || c.Holder != before.Claim.Holder || c.Key() != before.Claim.Key() {
		t.Errorf("the new one is %s and says %+v", now.State, c)
	}
	life, err := b.Life(t.Context(), desk, newer)
	if err != nil || !life.ExpiresOn.Equal(end.Time) || life.RenewFrom == nil || !life.RenewFrom.Before(end.Time) || life.RenewFrom.Before(end.AddDate(0, -4, 0)) {
		t.Errorf("renewal from %v, %v", life.RenewFrom, err)
	}
	if got := b.Text(`SELECT detail::text FROM audit_events WHERE action = 'certificate.reissue'`); !strings.Contains(got, "title") || !strings.Contains(got, "law_as_of") || strings.Contains(got, "holder") {
		t.Errorf("on record: %s", got)
	}
}

// One reason for what many hold of a programme: each with the right over its holder, what it does not go with left alone.
func TestWhatSomebodyHoldsOfAProgrammeIsChanged(t *testing.T) {
	b := newBench(t)
	programme, version := b.programme("withdrawn", "")
	award := b.passed(programme, version, "KZ", "Aigerim")
	serial := b.issue(award)
	both := award
	both.Kind = certificate.Participation
	paper := b.issue(both)
	kz, tj := b.may(lms.Coordinator, lms.CountryGround("KZ")), b.may(lms.Coordinator, lms.CountryGround("TJ"))
	change := func(a lms.Actor, act certificate.Act) (int, error) {
		return b.ChangeOf(t.Context(), a, award.Person, programme, act, "The examiner was nobody's.")
	}
	if n, err := change(tj, certificate.Revoke); n != 0 || lms.KindOf(err) != lms.NotFound {
		t.Errorf("by another country: %d, %v", n, err)
	}
	for _, step := range []struct {
		act   certificate.Act
		n     int
		state certificate.State
	}{
		{certificate.Reinstate, 0, certificate.Valid},
		{certificate.Suspend, 1, certificate.Suspended},
		{certificate.Suspend, 0, certificate.Suspended},
		{certificate.Reinstate, 1, certificate.Valid},
		{certificate.Revoke, 1, certificate.Revoked},
		{certificate.Revoke, 0, certificate.Revoked},
	} {
		if n, err := change(kz, step.act); n != step.n || err != nil || b.verified(serial).State != step.state {
			t.Errorf("%s: %d, %v, and it is %s", step.act, n, err, b.verified(serial).State)
		}
	}
	if state := b.verified(paper).State; state != certificate.Valid {
		t.Errorf("that they were there is %s", state)
	}
	other, _ := b.programme("another", "")
	if _, err := b.ChangeOf(t.Context(), kz, award.Person, other, certificate.Revoke, "Nothing."); code(err) != "no-certificate" {
		t.Errorf("of another programme: %v", err)
	}
}

func fieldOf(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Field
	}
	return ""
}
