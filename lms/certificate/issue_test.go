package certificate_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/lmstest"
)

// blobInfo is what the store tells of a file.
type blobInfo = blob.Info

// bench is a service over a database of its own, with a clock that the test sets.
type bench struct {
	*lmstest.World
	*certificate.Service
	now time.Time
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return benchOn(lmstest.New(t))
}

// benchOver is one over a database that others use too.
func benchOver(t testing.TB, d *bun.DB) *bench {
	t.Helper()
	b := benchOn(&lmstest.World{T: t, DB: d, Start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)})
	b.Certify = b.certify
	return b
}

func benchOn(w *lmstest.World) *bench {
	b := &bench{World: w, now: w.Start}
	b.Service = &certificate.Service{
		DB: w.DB, Keys: certificate.NewKeys(ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))),
		Issuer: "A network", PublicURL: "https://mostik.example", Now: func() time.Time { return b.now },
	}
	return b
}

// programme makes one, of a country or ("") of all.
func (b *bench) programme(key, country string) (lms.ID[lms.Programme], lms.ID[lms.ProgrammeVersion]) {
	b.T.Helper()
	id, version := lms.NewID[lms.Programme](), lms.NewID[lms.ProgrammeVersion]()
	b.Exec(`INSERT INTO programmes (id, key, country, draft, created_at) VALUES ($1, $2, nullif($3, ''), '{}', $4)`, id, key, country, b.Start)
	b.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $2, 1, '{}', $3)`, version, id, b.Start)
	return id, version
}

// passed is an award of somebody who passed a programme.
func (b *bench) passed(programme lms.ID[lms.Programme], version lms.ID[lms.ProgrammeVersion], country, name string) certificate.Award {
	b.T.Helper()
	person := b.Person(lmstest.PersonSpec{GivenName: name, FamilyName: "Holder", Country: country})
	participation := lms.NewID[lms.Participation]()
	b.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, passed_at) VALUES ($1, $2, $3, $4, 'passed', $5, $5)`,
		participation, programme, version, person, b.Start)
	return certificate.Award{
		Person: person, Participation: participation, Programme: programme, Holder: name + " Holder", Title: "A programme",
		Key: "a-programme", Version: 1, Hours: "24", ValidityMonths: 36, Language: "en",
	}
}

func (b *bench) issue(a certificate.Award) string {
	b.T.Helper()
	var serial string
	err := db.InTx(b.T.Context(), b.World.DB, func(ctx context.Context, tx bun.Tx) (err error) {
		serial, err = b.Issue(ctx, tx, a)
		return err
	})
	if err != nil {
		b.T.Fatal(err)
	}
	return serial
}

// events writes a certificate's life as one line: "valid, suspended, valid".
func (b *bench) events(serial string) string {
	b.T.Helper()
	return b.Text(`SELECT coalesce(string_agg(e.state, ', ' ORDER BY e.number), '') FROM certificate_events e JOIN certificates c ON c.id = e.certificate_id
	                WHERE c.serial = $1`, serial)
}

func (b *bench) verified(serial string) certificate.Verification {
	b.T.Helper()
	v, err := b.Verify(b.T.Context(), "192.0.2.1", serial)
	if err != nil {
		b.T.Fatal(err)
	}
	return v
}

func TestIssueGivesEachKindOnce(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("once", ""))
	first := b.issue(award)
	if again := b.issue(award); again != first {
		t.Errorf("a repeat gave %s, not %s", again, first)
	}
	award.Kind = certificate.Participation
	other := b.issue(award)
	if other == first {
		t.Error("participation and achievement are one paper")
	}
	if n := b.Int(`SELECT count(*) FROM certificates`); n != 2 {
		t.Errorf("%d certificates, not 2", n)
	}
	if got := b.events(first); got != "valid" {
		t.Errorf("its life: %q", got)
	}
	v := b.verified(other)
	if v.State != certificate.Valid || v.Claim.Of() != certificate.Participation || v.Claim.Title() != "A programme" || v.Claim.Course != "" {
		t.Errorf("%s: %+v", v.State, v.Claim)
	}
	if v := b.verified(first); v.Claim.Of() != certificate.Achievement || v.Claim.ExpiresOn.String() != "2029-03-02" {
		t.Errorf("%+v", v.Claim)
	}
}

func (b *bench) aProgramme(key, country string) (lms.ID[lms.Programme], lms.ID[lms.ProgrammeVersion], string, string) {
	id, version := b.programme(key, country)
	return id, version, "KZ", "Aigerim"
}

// Whoever comes second waits for the first and gets its serial, and not an error.
func TestIssueAtOnceGivesOneSerial(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("at-once", ""))
	var (
		all     sync.WaitGroup
		serials [8]string
		errs    [8]error
	)
	for i := range serials {
		all.Go(func() {
			errs[i] = db.InTx(t.Context(), b.World.DB, func(ctx context.Context, tx bun.Tx) (err error) {
				serials[i], err = b.Issue(ctx, tx, award)
				return err
			})
		})
	}
	all.Wait()
	for i := range serials {
		if errs[i] != nil || serials[i] != serials[0] {
			t.Errorf("%d: %s, %v; the first has %s", i, serials[i], errs[i], serials[0])
		}
	}
	if got := fmt.Sprint(b.Int(`SELECT count(*) FROM certificates`), b.Int(`SELECT count(*) FROM certificate_events`)); got != "1 1" {
		t.Errorf("certificates and events: %s", got)
	}
}

// may is somebody with a role on a ground.
func (b *bench) may(role lms.Role, ground lms.Ground) lms.Actor {
	g := lms.Grant{Role: role, Scope: ground}
	return lms.Actor{Person: b.Person(lmstest.PersonSpec{GivenName: "Dana", FamilyName: "Desk", Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}}
}

// What a certificate costs the database: the row with its first event, and the record; the template is looked up with the row.
func TestIssuingTakesTwoStatements(t *testing.T) {
	b := newBench(t)
	programme, version := b.programme("budget", "KZ")
	b.issue(b.passed(programme, version, "KZ", "First"))
	award := b.passed(programme, version, "KZ", "Second")
	ctx, counter := db.CountStatements(t.Context())
	err := db.InTx(ctx, b.World.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := b.Issue(ctx, tx, award)
		return err
	})
	if err != nil || counter.N() != 2 {
		t.Errorf("%d statements, %v:\n%s", counter.N(), err, strings.Join(counter.Statements(), "\n\n"))
	}
}
