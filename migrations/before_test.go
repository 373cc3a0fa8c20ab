package migrations_test

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/desk"
	"mostik/lms/record"
	"mostik/migrations"
)

// before is a database of the release without programmes: two countries, three people with and without a place, one
// stuck in a course, one who completed it and has a certificate, and one certificate of somebody who was erased.
const before = `
INSERT INTO countries (code) VALUES ('KZ'), ('TJ') ON CONFLICT DO NOTHING;
INSERT INTO organisations (id, name, kind, country, created_at) VALUES ('00000000-0000-4000-8000-0000000000b1', 'Hope', 'ngo', 'KZ', '2026-01-02Z');
INSERT INTO centres (id, name, country, time_zone, created_at) VALUES ('00000000-0000-4000-8000-0000000000c1', 'Almaty', 'KZ', 'Asia/Almaty', '2026-01-02Z');
INSERT INTO persons (id, given_name, family_name, email, country, organisation_id, centre_id, created_at) VALUES
    ('00000000-0000-4000-8000-000000000001', 'Әсел', 'Нұрлан', 'asel@example.org', 'KZ', '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', '2026-01-02Z'),
    ('00000000-0000-4000-8000-000000000002', 'Farzona', 'Rahimova', NULL, 'TJ', NULL, NULL, '2026-01-02Z'),
    ('00000000-0000-4000-8000-000000000003', 'No', 'Place', 'no@example.org', NULL, NULL, NULL, '2026-01-02Z');
INSERT INTO persons (id, given_name, family_name, state, created_at) VALUES ('00000000-0000-4000-8000-000000000004', '', '', 'erased', '2026-01-02Z');
INSERT INTO courses (id, key, created_at) VALUES ('00000000-0000-4000-8000-0000000000d1', 'old', '2026-01-02Z');
INSERT INTO course_versions (id, course_id, number, digest, document, published_at) VALUES
    ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000d1', 1, 'x', '{}', '2026-01-02Z');
INSERT INTO enrolments (id, person_id, course_id, version_id, state, enrolled_at, started_at, completed_at, required_total, required_done, score, stuck_on) VALUES
    ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000d2',
     'completed', '2026-01-03Z', '2026-01-03Z', '2026-02-03Z', 1, 1, 90, ''),
    ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000d2',
     'active', '2026-01-03Z', '2026-01-03Z', NULL, 1, 0, NULL, 'final');
INSERT INTO certificates (id, serial, enrolment_id, course_id, award, claim, seal, key_id, state, issued_at) VALUES
    ('00000000-0000-4000-8000-0000000000f9', 'ERASED', NULL, '00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000e9', '', '', '', 'erased', '2026-01-05Z');`

// A database with rows of the release before takes the new migrations: what was sealed verifies, nobody is missing from
// the desk's sums, and the record begins with what there is.
func TestRowsOfTheReleaseBeforeAreTakenAlong(t *testing.T) {
	d, err := db.Open(t.Context(), db.Config{URL: dbtest.Empty(t), MaxConns: 4})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	t.Cleanup(func() { d.Close() })
	all, err := migrations.All()
	must(err)
	const last = 13 // of the release without programmes
	_, err = migrations.ApplyList(t.Context(), d.DB, all[:last])
	must(err)
	_, err = d.DB.ExecContext(t.Context(), before)
	must(err)
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize))
	issued, err := certificate.ParseDate("2026-02-03")
	must(err)
	expires, err := certificate.ParseDate("2026-12-10")
	must(err)
	serial := certificate.NewSerial()
	sealed, err := certificate.Seal(certificate.Claim{
		Serial: serial, Holder: "Әсел Нұрлан", Course: "An old course", CourseKey: "old", Version: 1, Hours: "4", IssuedOn: issued, ExpiresOn: &expires,
		Issuer: "A network", Language: "kk",
	}, key)
	must(err)
	_, err = d.DB.ExecContext(t.Context(), `
		INSERT INTO certificates (id, serial, person_id, enrolment_id, course_id, award, claim, seal, key_id, issued_at, expires_on)
		VALUES ('00000000-0000-4000-8000-0000000000f1', $1, '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-0000000000e1',
		        '00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000e1', $2, $3, $4, '2026-02-03Z', '2026-12-10')`,
		serial, string(sealed.Claim), sealed.Seal, sealed.KeyID)
	must(err)

	ran, err := migrations.Apply(t.Context(), d.DB)
	must(err)
	if len(ran) != len(all)-last {
		t.Errorf("ran %v", ran)
	}

	papers := &certificate.Service{DB: d, Keys: certificate.NewKeys(key), Issuer: "A network", Now: func() time.Time { return now }}
	v, err := papers.Verify(t.Context(), "", serial)
	must(err)
	if v.State != certificate.Valid || v.Claim.Holder != "Әсел Нұрлан" || v.FromPaper {
		t.Errorf("the certificate of before: %+v", v)
	}
	somebody, err := lms.ParseID[lms.Person]("00000000-0000-4000-8000-000000000003")
	must(err)
	admin := lms.Actor{Person: somebody, Grants: []lms.Grant{{Role: lms.Admin, Scope: lms.AllGround()}}, Language: "en"}
	life, err := papers.Life(t.Context(), admin, serial)
	must(err)
	if life.State != certificate.Valid || life.Kind != certificate.Achievement || len(life.Acts) == 0 {
		t.Errorf("its life: %+v", life)
	}

	board, err := (&desk.Service{DB: d, Now: func() time.Time { return now }}).Board(t.Context(), admin, desk.BoardQuery{})
	must(err)
	if b := board.Totals; b.People != 3 || b.Stuck != 1 || b.Valid != 1 || b.Expiring30 != 1 || len(board.Items) != 3 {
		t.Errorf("the desk counts %+v in %d lines: everybody but who was erased, in KZ, in TJ and in none", b, len(board.Items))
	}

	book := &record.Book{DB: d, Key: key, KeyID: "k", Public: map[string]ed25519.PublicKey{"k": key.Public().(ed25519.PublicKey)}, Now: func() time.Time { return now }}
	if n, err := book.Begin(t.Context()); err != nil || n == 0 {
		t.Errorf("the record began with %d rows, %v", n, err)
	}
	_, err = book.Chain(t.Context())
	must(err)
	must(papers.Change(t.Context(), admin, serial, certificate.Suspend, "A question."))
	_, err = book.Chain(t.Context())
	must(err)
	report, err := book.Verify(t.Context())
	must(err)
	for _, f := range report.Faults {
		t.Errorf("the record says: %s", f)
	}
}
