package certificate_test

import (
	"context"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/credential"
	"mostik/lms/db"
)

// The window of renewal is the award's of today, and not the one that the old certificate was given with.
func TestRenewalTakesTheNewWindow(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("windows", ""))
	first := b.issue(award) // three months, the usual window
	b.now = time.Date(2029, 1, 10, 9, 0, 0, 0, time.UTC)
	award.RenewMonths = 6
	var second string
	err := db.InTx(t.Context(), b.World.DB, func(ctx context.Context, tx bun.Tx) (err error) {
		second, err = b.RenewFor(ctx, tx, first, award)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Text(`SELECT renew_from || ' ' || expires_on FROM certificates WHERE serial = $1`, second); got != "2031-09-02 2032-03-02" {
		t.Errorf("it may be renewed from, and ends: %s", got)
	}
}

// A certificate that was sealed before claims said for how long is still renewed for as long after a letter was mended.
func TestIssuingAnewKeepsForHowLongItWasGiven(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("terms", "KZ"))
	end := certificate.DateOf(b.now.AddDate(3, 0, 0))
	serial := b.issue(award)
	old := certificate.Claim{
		Serial: serial, Holder: award.Holder, Programme: award.Title, ProgrammeKey: award.Key, Version: 1, Hours: "24",
		IssuedOn: certificate.DateOf(b.now), ExpiresOn: &end, Issuer: "A network", Language: "en", Kind: certificate.Achievement,
	}
	sealed, err := certificate.Seal(old, b.Keys.Sealing)
	if err != nil {
		t.Fatal(err)
	}
	b.Exec(`UPDATE certificates SET claim = $2, seal = $3 WHERE serial = $1`, serial, string(sealed.Claim), sealed.Seal)
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	b.now = b.now.AddDate(2, 0, 0)
	anew, err := b.IssueAnew(t.Context(), desk, serial, certificate.Correction{Holder: "Aigerim Right"}, "A letter.")
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.AddDate(0, 11, 0)
	renewed, err := b.RenewAlike(t.Context(), desk, anew)
	if err != nil {
		t.Fatal(err)
	}
	if c := b.verified(renewed).Claim; c.ExpiresOn.String() != "2032-03-02" || c.ValidMonths != 36 {
		t.Errorf("renewed to %s for %d months", c.ExpiresOn, c.ValidMonths)
	}
}

// A text with signs that are none on paper is sealed without them, so that its credential can be signed.
func TestClaimsStandOnOneLine(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("lines", "KZ"))
	award.Title, award.Document = "Safe\nreturn \x07", "Attes\btation"
	serial := b.issue(award)
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	anew, err := b.IssueAnew(t.Context(), desk, serial, certificate.Correction{Holder: "Aigerim\t\x01Holder"}, "A letter.")
	if err != nil {
		t.Fatal(err)
	}
	if c := b.verified(anew).Claim; c.Holder != "Aigerim Holder" || c.Title() != "Safe return" || c.Document != "Attes tation" {
		t.Errorf("sealed: %q, %q, %q", c.Holder, c.Title(), c.Document)
	}
	for _, form := range []credential.Form{credential.JWT, credential.Integrity} {
		if _, err := b.Credential(t.Context(), desk, anew, form); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
}

// A row that was changed behind the program's back is never shown as valid: neither by another's seal nor by another end.
func TestARowOfAnotherSealIsNotShown(t *testing.T) {
	b := newBench(t)
	programme, version := b.programme("swapped", "")
	mine, theirs := b.issue(b.passed(programme, version, "KZ", "Mine")), b.issue(b.passed(programme, version, "KZ", "Theirs"))
	for name, change := range map[string]string{
		"another end":   `UPDATE certificates SET expires_on = '2099-01-01' WHERE serial = $1 AND $2 <> ''`,
		"no end":        `UPDATE certificates SET expires_on = NULL WHERE serial = $1 AND $2 <> ''`,
		"another claim": `UPDATE certificates c SET claim = o.claim, seal = o.seal, expires_on = o.expires_on FROM certificates o WHERE c.serial = $1 AND o.serial = $2`,
	} {
		b.Exec(change, mine, theirs)
		v, err := b.Verify(t.Context(), "192.0.2.1", mine)
		if err == nil || lms.KindOf(err) != lms.Internal {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
