package certificate_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

func code(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Code
	}
	return "none"
}

// A certificate through its whole life: each change is an event, each state is what a stranger sees.
func TestWholeLife(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("life", "KZ"))
	serial := b.issue(award)
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	change := func(act certificate.Act, reason string) {
		t.Helper()
		if err := b.Change(t.Context(), desk, serial, act, reason); err != nil {
			t.Fatal(act, err)
		}
	}
	is := func(state certificate.State, life string) {
		t.Helper()
		v := b.verified(serial)
		if v.State != state || b.events(serial) != life {
			t.Fatalf("state %s, events %q; want %s, %q", v.State, b.events(serial), state, life)
		}
	}
	is(certificate.Valid, "valid")
	b.now = b.now.AddDate(0, 1, 0)
	change(certificate.Suspend, "A complaint is looked into.")
	is(certificate.Suspended, "valid, suspended")
	if v := b.verified(serial); !v.Since.Equal(b.now) {
		t.Errorf("suspended since %s, not %s", v.Since, b.now)
	}
	change(certificate.Reinstate, "")
	is(certificate.Valid, "valid, suspended, valid")

	// A wrong name: the second takes the first's place, with the same end.
	anew, err := b.IssueAnew(t.Context(), desk, serial, certificate.Correction{HolderLatin: "Aygerim Holder"}, "The passport spells it so.")
	if err != nil {
		t.Fatal(err)
	}
	is(certificate.Superseded, "valid, suspended, valid, superseded")
	if _, err := b.IssueAnew(t.Context(), desk, serial, certificate.Correction{}, "Again."); code(err) != "state-forbids" {
		t.Errorf("issued anew twice: %v", err)
	}
	old := serial
	serial = anew
	is(certificate.Valid, "valid")
	if c := b.verified(serial).Claim; c.HolderLatin != "Aygerim Holder" || c.Holder != award.Holder || c.ExpiresOn.String() != "2029-03-02" || c.Replaces != old || c.IssueNo != 2 {
		t.Errorf("issued anew: %+v", c)
	}

	// The end, and the window before it.
	if _, err := b.RenewAlike(t.Context(), desk, serial); code(err) != "renewal-not-open" {
		t.Errorf("renewed years before its end: %v", err)
	}
	b.now = time.Date(2029, 1, 10, 9, 0, 0, 0, time.UTC)
	holder, err := b.Life(t.Context(), lms.Actor{Person: award.Person}, serial)
	if err != nil || !holder.RenewalOpen || holder.RenewFrom.String() != "2028-12-02" || len(holder.Acts) != 0 {
		t.Errorf("the holder sees %+v, %v", holder, err)
	}
	renewed, err := b.RenewAlike(t.Context(), desk, serial)
	if err != nil {
		t.Fatal(err)
	}
	is(certificate.Superseded, "valid, superseded")
	serial = renewed
	// From the old end on, although it was renewed before, for as long as the first was given for.
	if c := b.verified(serial).Claim; c.ExpiresOn.String() != "2032-03-02" || c.IssueNo != 3 {
		t.Errorf("renewed: %+v", c)
	}
	b.now = time.Date(2033, 1, 1, 9, 0, 0, 0, time.UTC)
	is(certificate.Expired, "valid")
	if err := b.Change(t.Context(), desk, serial, certificate.Suspend, "No."); code(err) != "state-forbids" {
		t.Errorf("an expired one was suspended: %v", err)
	}
	change(certificate.Revoke, "The certificate was got by a lie.")
	is(certificate.Revoked, "valid, revoked")
	for _, act := range []certificate.Act{certificate.Suspend, certificate.Reinstate, certificate.Revoke} {
		if err := b.Change(t.Context(), desk, serial, act, "More."); code(err) != "state-forbids" {
			t.Errorf("%s after it was revoked: %v", act, err)
		}
	}
	life, err := b.Life(t.Context(), desk, serial)
	if err != nil {
		t.Fatal(err)
	}
	if len(life.Relatives) != 2 || life.Events[1].Reason != "The certificate was got by a lie." || life.Events[1].By != "Dana Desk" || len(life.Acts) != 0 {
		t.Errorf("the desk sees %+v", life)
	}
	own, err := b.Life(t.Context(), lms.Actor{Person: award.Person}, serial)
	if err != nil || own.Events[1].Reason != "" || own.Events[1].By != "" || own.Person != nil {
		t.Errorf("the holder sees %+v, %v", own, err)
	}
}

// Whoever renews late begins anew on the day, and a repeat renews nothing.
func TestRenewForAnAwardIsOnceOnly(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("renewal", ""))
	award.RenewMonths = 6
	first := b.issue(award)
	b.now = time.Date(2029, 6, 1, 9, 0, 0, 0, time.UTC) // expired meanwhile
	award.ValidityMonths, award.Hours = 24, "6"
	renew := func(old string) (serial string, err error) {
		err = db.InTx(t.Context(), b.World.DB, func(ctx context.Context, tx bun.Tx) error {
			serial, err = b.RenewFor(ctx, tx, old, award)
			return err
		})
		return serial, err
	}
	second, err := renew(first)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := renew(first); again != second || err != nil {
		t.Errorf("a repeat gave %s, %v; not %s", again, err, second)
	}
	if c := b.verified(second).Claim; c.ExpiresOn.String() != "2031-06-01" || c.Hours != "6" || c.Replaces != first {
		t.Errorf("%+v", c)
	}
	if _, err := renew(second); code(err) != "renewal-not-open" {
		t.Errorf("renewed again at once: %v", err)
	}
	if n := b.Int(`SELECT count(*) FROM certificates WHERE superseded_by IS NOT NULL`); n != 1 {
		t.Errorf("%d are superseded", n)
	}
	if got := b.Text(`SELECT renew_from::text FROM certificates WHERE serial = $1`, first); got != "2028-09-02" {
		t.Errorf("the first one's window opens on %s", got)
	}
}

func TestReasonsAreGivenAndBounded(t *testing.T) {
	b := newBench(t)
	serial := b.issue(b.passed(b.aProgramme("reasons", "KZ")))
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	for reason, want := range map[string]string{" \n": "reason-missing", strings.Repeat("ж", certificate.MaxReason+1): "too-long"} {
		if err := b.Change(t.Context(), desk, serial, certificate.Revoke, reason); code(err) != want {
			t.Errorf("%.9q: %v", reason, err)
		}
	}
	if got := b.events(serial); got != "valid" {
		t.Errorf("it became %s", got)
	}
}

// A coordinator changes what lies in the own country. Of others they are told what they would be told of none.
func TestOnlyTheOwnCountrysCertificatesAreChanged(t *testing.T) {
	b := newBench(t)
	programme, version := b.programme("of-two", "")
	here, there := b.issue(b.passed(programme, version, "KZ", "Aigerim")), b.issue(b.passed(programme, version, "TJ", "Farzona"))
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	for name, do := range map[string]func(serial string) error{
		"life": func(serial string) error { _, err := b.Life(t.Context(), desk, serial); return err },
		"change": func(serial string) error {
			return b.Change(t.Context(), desk, serial, certificate.Suspend, "A reason.")
		},
		"anew": func(serial string) error {
			_, err := b.IssueAnew(t.Context(), desk, serial, certificate.Correction{}, "A reason.")
			return err
		},
		"renew": func(serial string) error { _, err := b.RenewAlike(t.Context(), desk, serial); return err },
		"pdf":   func(serial string) error { _, err := b.PDF(t.Context(), desk, serial, "en"); return err },
	} {
		gotThere, gotNowhere := do(there), do(certificate.NewSerial())
		if lms.KindOf(gotThere) != lms.NotFound || code(gotThere) != code(gotNowhere) {
			t.Errorf("%s: of TJ %v, of none %v", name, gotThere, gotNowhere)
		}
		if lms.KindOf(do(here)) == lms.NotFound {
			t.Errorf("%s: the own country's was not found", name)
		}
	}
	trainer := b.may(lms.Trainer, lms.AllGround())
	if err := b.Change(t.Context(), trainer, here, certificate.Revoke, "A reason."); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a trainer: %v", err)
	}
	if got := b.events(there); got != "valid" {
		t.Errorf("the other country's became %s", got)
	}
}

// A coordinator who holds a certificate changes everybody's in the own country but their own.
func TestNobodyChangesTheirOwnCertificate(t *testing.T) {
	b := newBench(t)
	programme, version := b.programme("own", "")
	award := b.passed(programme, version, "KZ", "Aigerim")
	serial := b.issue(award)
	g := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}
	own := lms.Actor{Person: award.Person, Grants: []lms.Grant{g}, Language: "en"}
	other := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	if err := b.Change(t.Context(), other, serial, certificate.Suspend, "A question."); err != nil {
		t.Fatal(err)
	}
	if err := b.Change(t.Context(), own, serial, certificate.Reinstate, ""); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("reinstating one's own: %v", err)
	}
	if err := b.Change(t.Context(), other, serial, certificate.Reinstate, ""); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.AddDate(3, 0, -10)
	for name, do := range map[string]func() error{
		"renew": func() error { _, err := b.RenewAlike(t.Context(), own, serial); return err },
		"anew": func() error {
			_, err := b.IssueAnew(t.Context(), own, serial, certificate.Correction{Holder: "Somebody Else"}, "A reason.")
			return err
		},
		"paper": func() error {
			p := b.paper("KZ")
			p.Person = own.Person
			_, err := b.EnterPaper(t.Context(), own, p)
			return err
		},
	} {
		if err := do(); lms.KindOf(err) != lms.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	life, err := b.Life(t.Context(), own, serial)
	if err != nil || len(life.Acts) != 0 || life.Events[1].Reason != "" {
		t.Errorf("one's own life: %+v, %v", life, err)
	}
}

func TestRecognitionIsShownWhereItHolds(t *testing.T) {
	b := newBench(t)
	programme, version := b.programme("recognised", "")
	b.programme("other", "")
	serial := b.issue(b.passed(programme, version, "KZ", "Aigerim"))
	admin, kz := b.may(lms.Admin, lms.AllGround()), b.may(lms.Coordinator, lms.CountryGround("KZ"))
	date := func(s string) *certificate.Date { d, _ := certificate.ParseDate(s); return &d }
	add := func(actor lms.Actor, r certificate.Recognition) lms.ID[lms.Recognition] {
		t.Helper()
		if r.Issuer == "" {
			r.Issuer = "A network"
		}
		id, err := b.SetRecognition(t.Context(), actor, r)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	of := add(kz, certificate.Recognition{Body: "The ministry", Country: "KZ", ValidUntil: date("2027-12-31"), Conditions: courses.Text{"en": "With an exam of its own.", "ru": " С отдельным экзаменом. ", "kk": " "}})
	add(admin, certificate.Recognition{Body: "The network of shelters", ProgrammeKey: "recognised"})
	add(admin, certificate.Recognition{Body: "Of another programme", ProgrammeKey: "other"})
	add(admin, certificate.Recognition{Body: "Of another issuer", Issuer: "Somebody"})
	add(admin, certificate.Recognition{Body: "Of the past", ValidUntil: date("2025-12-31")})
	names := func() (all []string) {
		for _, r := range b.verified(serial).Recognised {
			all = append(all, r.Body)
		}
		return all
	}
	if got := strings.Join(names(), "; "); got != "The network of shelters; The ministry" {
		t.Errorf("recognised by %s", got)
	}
	var told certificate.Recognition
	for _, r := range b.verified(serial).Recognised {
		if r.Body == "The ministry" {
			told = r
		}
	}
	for lang, want := range map[string]string{"ru": "С отдельным экзаменом. ru", "en": "With an exam of its own. en", "kk": "With an exam of its own. en"} {
		if words, language := told.ConditionsIn(lang); words+" "+language != want {
			t.Errorf("a reader of %s reads %q in %s", lang, words, language)
		}
	}
	if words, language := (certificate.Recognition{Conditions: courses.Text{"tg": "Бо имтиҳон.", "sk": "So skúškou."}}).ConditionsIn("en"); words+language != "So skúškou.sk" {
		t.Errorf("without English: %q in %s", words, language)
	}
	b.now = b.now.AddDate(2, 0, 0)
	if got := strings.Join(names(), "; "); got != "The network of shelters" {
		t.Errorf("two years on, by %s", got)
	}
	for what, r := range map[string]certificate.Recognition{
		"everywhere":  {Issuer: "X", Body: "Y"},
		"elsewhere":   {Issuer: "X", Body: "Y", Country: "TJ"},
		"made one's":  {ID: of, Issuer: "X", Body: "Y", Country: "TJ"},
		"backwards":   {Issuer: "X", Body: "Y", Country: "KZ", ValidFrom: date("2027-01-01"), ValidUntil: date("2026-01-01")},
		"without who": {Issuer: "X", Country: "KZ"},
		"in Klingon":  {Issuer: "X", Body: "Y", Country: "KZ", Conditions: courses.Text{"tlh": "Qapla'"}},
		"a book":      {Issuer: "X", Body: "Y", Country: "KZ", Conditions: courses.Text{"en": strings.Repeat("x", 1001)}},
	} {
		if _, err := b.SetRecognition(t.Context(), kz, r); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	b.programme("of-tj", "TJ")
	_, hidden := b.ProgrammeOf(t.Context(), kz, "of-tj")
	if _, none := b.ProgrammeOf(t.Context(), kz, "of-nobody"); code(hidden) != "reference-unknown" || code(none) != code(hidden) {
		t.Errorf("another country's programme: %v; none: %v", hidden, none)
	}
	tj := b.may(lms.Coordinator, lms.CountryGround("TJ"))
	if _, err := b.ProgrammeOf(t.Context(), tj, "of-tj"); err != nil {
		t.Error(err)
	}
	if err := b.DropRecognition(t.Context(), tj, of); lms.KindOf(err) != lms.NotFound {
		t.Errorf("dropped by another country: %v", err)
	}
	if err := b.DropRecognition(t.Context(), kz, of); err != nil {
		t.Error(err)
	}
}
