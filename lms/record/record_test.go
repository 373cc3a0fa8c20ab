package record_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/lmstest"
	"mostik/lms/record"
)

// shelf is a world with a record over it.
type shelf struct {
	*lmstest.World
	*record.Book
	people     []lms.ID[lms.Person]
	enrolments []lms.ID[lms.Enrolment]
}

func newShelf(t *testing.T, people int) *shelf {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	w := lmstest.New(t)
	s := &shelf{World: w, Book: &record.Book{
		DB: w.DB, Key: key, KeyID: "k", Public: map[string]ed25519.PublicKey{"k": key.Public().(ed25519.PublicKey)}, Now: time.Now,
	}}
	course, version := w.Course("recorded", `{}`)
	for i := range people {
		person := w.Person(lmstest.PersonSpec{})
		enrolment := w.Enrol(person, course, version, lms.ID[lms.Cohort]{})
		w.Traces(person, enrolment, course, version, fmt.Sprint("trace ", i))
		w.Exec(`UPDATE attempts SET state = 'scored', submitted_at = $2, points = 7.5, max_points = 10, percent = 75, passed = true WHERE enrolment_id = $1`, enrolment, w.Start)
		w.Exec(`UPDATE enrolments SET completed_at = $2, state = 'completed', score = 75 WHERE id = $1`, enrolment, w.Start)
		w.Exec(`UPDATE certificate_events SET number = 2`)
		w.Exec(`UPDATE participations SET passed_at = $2 WHERE person_id = $1`, person, w.Start)
		s.people, s.enrolments = append(s.people, person), append(s.enrolments, enrolment)
	}
	s.must(record.Adopt(t.Context(), w.DB))
	s.chain()
	return s
}

func (s *shelf) must(_ any, err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

func (s *shelf) chain() { s.T.Helper(); s.must(s.Chain(s.T.Context())) }

func (s *shelf) verify(kept ...record.Head) *record.Report {
	s.T.Helper()
	r, err := s.Verify(s.T.Context(), kept...)
	s.must(r, err)
	return r
}

func (s *shelf) holds() *record.Report {
	s.T.Helper()
	r := s.verify()
	for _, f := range r.Faults {
		s.T.Errorf("nothing was tampered with: %s", f)
	}
	return r
}

func (s *shelf) append(entries ...record.Entry) {
	s.T.Helper()
	s.must(nil, record.Append(s.T.Context(), s.Book.DB, entries...))
}

func TestTheRecordHolds(t *testing.T) {
	s := newShelf(t, 3)
	r := s.holds()
	for kind, want := range map[string]int64{"attempt": 3, "completion": 3, "credit": 3, "day": 3, "passed": 3, "certificate": 6, "state": 3} {
		if r.Rows[kind] != want {
			t.Errorf("%d rows of %s, want %d", r.Rows[kind], kind, want)
		}
	}
	if r.Entries != 24 || r.Waiting != 0 || r.Heads == 0 {
		t.Errorf("%+v", r)
	}
	// A fact that changes by the program is written down again, and the newest entry counts.
	s.Exec(`UPDATE enrolments SET score = 90 WHERE id = $1`, s.enrolments[0])
	s.append(record.Completion(s.enrolments[0]))
	if r := s.holds(); r.Waiting != 1 {
		t.Errorf("%d wait", r.Waiting)
	}
	s.chain()
	s.holds()
}

func TestAppendAsksForTheRow(t *testing.T) {
	s := newShelf(t, 1)
	if err := record.Append(t.Context(), s.Book.DB, record.Completion(lms.NewID[lms.Enrolment]())); err == nil {
		t.Error("a completion that is nowhere was recorded")
	}
	person := s.people[0]
	s.Exec(`DELETE FROM day_attendance WHERE person_id = $1`, person)
	if r := s.verify(); len(r.Faults) != 1 || r.Faults[0].What != record.RowMissing || r.Faults[0].Kind != "day" {
		t.Errorf("%v", r.Faults)
	}
	day := s.Text(`SELECT split_part(key, '/', 1) FROM record_entries WHERE kind = 'day'`)
	id, err := lms.ParseID[lms.Day](day)
	s.must(nil, err)
	s.must(nil, record.Gone(t.Context(), s.Book.DB, person, record.Day(id, person)))
	s.chain()
	s.holds()
}

func TestErasingLeavesAChainThatHolds(t *testing.T) {
	s := newShelf(t, 3)
	before, err := s.Head(t.Context())
	s.must(nil, err)
	gone := s.people[1]
	erase(t, s, gone)
	if n := s.Int(`SELECT count(*) FROM record_entries WHERE person_id = $1 OR key LIKE '%' || ($1::uuid)::text || '%'`, gone); n != 0 {
		t.Errorf("%d entries still lead to them", n)
	}
	s.chain()
	r := s.verify(before)
	if len(r.Faults) != 0 || r.Erased != 8 || r.Erasures != 1 {
		t.Errorf("%d erased by %d: %v", r.Erased, r.Erasures, r.Faults)
	}
}

// erase does to the recorded rows what account.Erase does, whose own test looks at the record too.
func erase(t *testing.T, s *shelf, person lms.ID[lms.Person]) {
	t.Helper()
	s.must(nil, db.InTx(t.Context(), s.Book.DB, func(ctx context.Context, tx bun.Tx) error {
		for _, sql := range []string{
			`UPDATE certificates SET claim = '', seal = '', state = 'erased', person_id = NULL, enrolment_id = NULL WHERE person_id = $1`,
			`DELETE FROM enrolments WHERE person_id = $1`, `DELETE FROM participations WHERE person_id = $1`, `DELETE FROM day_attendance WHERE person_id = $1`,
		} {
			if _, err := db.Exec(ctx, tx, sql, person); err != nil {
				return err
			}
		}
		return record.Erase(ctx, tx, person)
	}))
}

func TestMergingMovesTheRecord(t *testing.T) {
	s := newShelf(t, 2)
	from, to := s.people[0], s.people[1]
	s.Exec(`UPDATE certificates SET person_id = $2 WHERE person_id = $1`, from, to)
	s.Exec(`UPDATE day_attendance SET person_id = $2 WHERE person_id = $1`, from, to)
	if r := s.verify(); len(r.Faults) == 0 {
		t.Error("moved rows were not noticed")
	}
	var day lms.ID[lms.Day]
	s.must(nil, db.Row(t.Context(), s.Book.DB, `SELECT split_part(key, '/', 1)::uuid FROM record_entries WHERE kind = 'day' AND person_id = $1`, from).Scan(&day))
	s.Exec(`UPDATE enrolments SET person_id = $2, course_id = (SELECT id FROM courses WHERE key <> 'recorded' LIMIT 1) WHERE person_id = $1`, from, s.other(to))
	s.Exec(`UPDATE participations SET person_id = $2 WHERE person_id = $1`, from, to)
	s.must(nil, record.Gone(t.Context(), s.Book.DB, from, record.Day(day, from)))
	s.must(nil, record.Move(t.Context(), s.Book.DB, from, to))
	s.chain()
	s.holds()
}

// other makes room for a second enrolment: a course that the person does not study yet.
func (s *shelf) other(to lms.ID[lms.Person]) lms.ID[lms.Person] {
	s.Course("another", `{}`)
	return to
}

// hands are ways to tamper; each takes what it touches by chance.
var hands = map[string]string{
	"a grade":                      `UPDATE attempts SET percent = percent + 1 WHERE id = (SELECT id FROM attempts ORDER BY random() LIMIT 1)`,
	"a verdict":                    `UPDATE attempts SET passed = NOT passed WHERE id = (SELECT id FROM attempts ORDER BY random() LIMIT 1)`,
	"whose attempt":                `UPDATE attempts SET number = number + 1, enrolment_id = (SELECT id FROM enrolments WHERE id <> enrolment_id LIMIT 1) WHERE id = (SELECT id FROM attempts ORDER BY random() LIMIT 1)`,
	"an attempt opened":            `UPDATE attempts SET state = 'open' WHERE id = (SELECT id FROM attempts ORDER BY random() LIMIT 1)`,
	"an attempt deleted":           `DELETE FROM attempts WHERE id = (SELECT id FROM attempts ORDER BY random() LIMIT 1)`,
	"an attempt invented":          `INSERT INTO attempts (id, enrolment_id, version_id, activity_key, kind, number, state, paper, started_at, percent) SELECT gen_random_uuid(), enrolment_id, version_id, 'new', kind, 1, 'scored', '{}', now(), 100 FROM attempts LIMIT 1`,
	"a day of completion":          `UPDATE enrolments SET completed_at = completed_at - interval '1 microsecond' WHERE id = (SELECT id FROM enrolments ORDER BY random() LIMIT 1)`,
	"a score":                      `UPDATE enrolments SET score = 99.99 WHERE id = (SELECT id FROM enrolments ORDER BY random() LIMIT 1)`,
	"a completion undone":          `UPDATE enrolments SET completed_at = NULL WHERE id = (SELECT id FROM enrolments ORDER BY random() LIMIT 1)`,
	"an enrolment deleted":         `DELETE FROM enrolments WHERE id = (SELECT id FROM enrolments ORDER BY random() LIMIT 1)`,
	"a credit's percent":           `UPDATE webinar_credits SET percent = 86 WHERE enrolment_id = (SELECT enrolment_id FROM webinar_credits ORDER BY random() LIMIT 1)`,
	"a credit deleted":             `DELETE FROM webinar_credits WHERE enrolment_id = (SELECT enrolment_id FROM webinar_credits ORDER BY random() LIMIT 1)`,
	"minutes of a day":             `UPDATE day_attendance SET minutes = minutes + 1 WHERE person_id = (SELECT person_id FROM day_attendance ORDER BY random() LIMIT 1)`,
	"when a rule held":             `UPDATE participations SET passed_at = now() WHERE id = (SELECT id FROM participations ORDER BY random() LIMIT 1)`,
	"a certificate's holder":       `UPDATE certificates SET person_id = (SELECT p.id FROM persons p WHERE p.id <> person_id LIMIT 1) WHERE id = (SELECT id FROM certificates WHERE state <> 'erased' ORDER BY random() LIMIT 1)`,
	"a certificate's claim":        `UPDATE certificates SET claim = claim || ' ' WHERE id = (SELECT id FROM certificates WHERE state <> 'erased' ORDER BY random() LIMIT 1)`,
	"a certificate's seal":         `UPDATE certificates SET seal = seal || '\x00' WHERE id = (SELECT id FROM certificates WHERE state <> 'erased' ORDER BY random() LIMIT 1)`,
	"a certificate's state":        `UPDATE certificates SET state = 'revoked' WHERE id = (SELECT id FROM certificates WHERE state <> 'erased' ORDER BY random() LIMIT 1)`,
	"a certificate's last day":     `UPDATE certificates SET expires_on = '2099-01-01' WHERE id = (SELECT id FROM certificates WHERE state <> 'erased' ORDER BY random() LIMIT 1)`,
	"a certificate erased":         `UPDATE certificates SET state = 'erased', claim = '', person_id = NULL WHERE id = (SELECT id FROM certificates WHERE state <> 'erased' ORDER BY random() LIMIT 1)`,
	"a certificate deleted":        `DELETE FROM certificates WHERE id = (SELECT id FROM certificates WHERE state <> 'erased' ORDER BY random() LIMIT 1)`,
	"a certificate invented":       `INSERT INTO certificates (id, serial, course_id, person_id, award, claim, seal, key_id, issued_at) SELECT gen_random_uuid(), 'new', course_id, person_id, gen_random_uuid(), claim, seal, key_id, now() FROM certificates WHERE course_id IS NOT NULL LIMIT 1`,
	"an event of a certificate":    `UPDATE certificate_events SET state = 'valid' WHERE certificate_id = (SELECT certificate_id FROM certificate_events JOIN certificates c ON c.id = certificate_id WHERE c.state <> 'erased' ORDER BY random() LIMIT 1)`,
	"an event deleted":             `DELETE FROM certificate_events WHERE certificate_id = (SELECT certificate_id FROM certificate_events JOIN certificates c ON c.id = certificate_id WHERE c.state <> 'erased' ORDER BY random() LIMIT 1)`,
	"an entry's digest":            `UPDATE record_entries SET digest = sha256(digest) WHERE number = (SELECT number FROM record_entries ORDER BY random() LIMIT 1)`,
	"an entry's salt":              `UPDATE record_entries SET salt = sha256(coalesce(salt, '')) WHERE number = (SELECT number FROM record_entries WHERE salt IS NOT NULL AND (kind, key, number) IN (SELECT kind, key, max(number) FROM record_entries GROUP BY 1, 2) ORDER BY random() LIMIT 1)`,
	"an entry's time":              `UPDATE record_entries SET at = at + interval '1 day' WHERE number = (SELECT number FROM record_entries WHERE position IS NOT NULL ORDER BY random() LIMIT 1)`,
	"an entry's kind":              `UPDATE record_entries SET kind = kind || 'x' WHERE number = (SELECT number FROM record_entries ORDER BY random() LIMIT 1)`,
	"an entry's key":               `UPDATE record_entries SET key = key || 'x' WHERE number = (SELECT number FROM record_entries WHERE salt IS NOT NULL AND kind <> 'erasure' AND (kind, key, number) IN (SELECT kind, key, max(number) FROM record_entries GROUP BY 1, 2) ORDER BY random() LIMIT 1)`,
	"an entry's person":            `UPDATE record_entries SET person_id = gen_random_uuid() WHERE number = (SELECT max(number) FROM record_entries WHERE person_id IS NOT NULL)`,
	"an entry deleted":             `DELETE FROM record_entries WHERE number = (SELECT number FROM record_entries ORDER BY random() LIMIT 1)`,
	"an entry deleted, others up":  `WITH gone AS (DELETE FROM record_entries WHERE position = 3) UPDATE record_entries SET position = position - 1000001 WHERE position > 3; UPDATE record_entries SET position = position + 1000000 WHERE position < 0`,
	"an entry copied":              `INSERT INTO record_entries (at, kind, key, person_id, salt, digest) SELECT at, kind, key, person_id, salt, digest FROM record_entries WHERE salt IS NOT NULL ORDER BY random() LIMIT 1`,
	"an entry invented":            `INSERT INTO record_entries (at, kind, key, salt, digest) VALUES (now(), 'completion', gen_random_uuid(), '\x01', sha256('\x01'))`,
	"an entry put at the end":      `INSERT INTO record_entries (at, kind, key, salt, digest, position, hash) SELECT now(), kind, key, '\x02', sha256('\x02'), (SELECT max(position) + 1 FROM record_entries), sha256('x') FROM record_entries LIMIT 1`,
	"entries exchanged":            `UPDATE record_entries SET position = -position WHERE position IN (2, 4); UPDATE record_entries SET position = CASE position WHEN -2 THEN 4 ELSE 2 END WHERE position < 0`,
	"an entry emptied":             `UPDATE record_entries SET salt = NULL, key = '', person_id = NULL WHERE number = (SELECT number FROM record_entries WHERE salt IS NOT NULL ORDER BY random() LIMIT 1)`,
	"an erasure's list":            `UPDATE record_entries SET erased = erased || (SELECT number FROM record_entries WHERE salt IS NOT NULL LIMIT 1) WHERE kind = 'erasure'`,
	"a row and its entry":          `DELETE FROM certificate_events; DELETE FROM record_entries WHERE kind = 'state' AND salt IS NOT NULL`,
	"a signature":                  `UPDATE record_heads SET signature = sha256(signature) || sha256('x') WHERE position = (SELECT max(position) FROM record_heads)`,
	"the end and its signed ends":  `DELETE FROM record_heads; UPDATE record_entries SET hash = sha256(hash) WHERE position = (SELECT max(position) FROM record_entries)`,
	"the end cut off, signed ends": `DELETE FROM record_heads; DELETE FROM record_entries WHERE position > 5`,
}

// Whatever somebody does to the rows or to the record is found, a hundred times by chance, in a record with history,
// with an erasure, and with entries that still wait.
func TestTamperingIsAlwaysFound(t *testing.T) {
	s := newShelf(t, 4)
	s.Exec(`UPDATE enrolments SET score = 80 WHERE id = $1`, s.enrolments[0])
	s.append(record.Completion(s.enrolments[0]))
	erase(t, s, s.people[3])
	s.chain()
	s.Exec(`UPDATE enrolments SET score = 85 WHERE id = $1`, s.enrolments[0])
	s.append(record.Completion(s.enrolments[0]))
	s.holds()
	names := make([]string, 0, len(hands))
	for name := range hands {
		names = append(names, name)
	}
	for i := range max(100, len(names)) {
		first := names[i%len(names)]
		t.Run(first, func(t *testing.T) {
			tampered(t, s, nil, first)
			// A second hand must not undo the first: what is done and undone was never done.
			if second := names[rand.IntN(len(names))]; second != first && !strings.Contains(second, "deleted") {
				tampered(t, s, nil, first, second)
			}
		})
	}
}

var errBack = errors.New("taken back")

// tampered lays hands on the database, verifies, and takes everything back.
func tampered(t *testing.T, s *shelf, more func(context.Context, bun.Tx) error, names ...string) {
	t.Helper()
	err := s.Book.DB.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		for _, name := range names {
			for sql := range strings.SplitSeq(hands[name], "; ") {
				if _, err := tx.ExecContext(ctx, sql); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		if more != nil {
			if err := more(ctx, tx); err != nil {
				return err
			}
		}
		r, err := s.VerifyIn(ctx, tx)
		if err != nil {
			return err
		}
		if len(r.Faults) == 0 {
			t.Errorf("not noticed: %v", names)
		}
		return errBack
	})
	if !errors.Is(err, errBack) && len(names) == 1 { // two hands may get in each other's way
		t.Error(err)
	}
}

// Somebody who writes all hashes anew has not the key: the signed ends tell.
func TestRechainingIsFound(t *testing.T) {
	s := newShelf(t, 2)
	for _, name := range []string{"an entry's time", "an entry deleted, others up", "entries exchanged", "an entry's digest"} {
		tampered(t, s, s.Rechain, name)
	}
}

// One who has the key too cannot change what was kept elsewhere.
func TestAHeadKeptElsewhere(t *testing.T) {
	s := newShelf(t, 2)
	kept, err := s.Head(t.Context())
	s.must(nil, err)
	again, err := record.ParseHead(kept.String() + "\n")
	s.must(nil, err)
	if again.String() != kept.String() {
		t.Errorf("%s became %s", kept, again)
	}
	s.Exec(`UPDATE enrolments SET score = 80 WHERE id = $1`, s.enrolments[0])
	s.append(record.Completion(s.enrolments[0]))
	s.chain()
	if r := s.verify(kept); len(r.Faults) != 0 {
		t.Errorf("an earlier end: %v", r.Faults)
	}
	// Everything is made anew, rows, entries, chain and signatures.
	s.Exec(`UPDATE enrolments SET score = 100 WHERE id = $1`, s.enrolments[1])
	s.Exec(`TRUNCATE record_entries, record_heads`)
	s.must(record.Adopt(t.Context(), s.Book.DB))
	s.chain()
	s.holds()
	if r := s.verify(kept); len(r.Faults) != 1 || r.Faults[0].What != record.Rewritten {
		t.Errorf("a record made anew: %v", r.Faults)
	}
	forged := kept
	forged.Position++
	if r := s.verify(forged); len(r.Faults) != 1 || r.Faults[0].What != record.HeadBroken {
		t.Errorf("a forged end: %v", r.Faults)
	}
	for _, text := range []string{"", "x", kept.String() + " x", strings.Replace(kept.String(), "-1 ", "-2 ", 1)} {
		if _, err := record.ParseHead(text); !errors.Is(err, record.ErrHead) {
			t.Errorf("%q was read: %v", text, err)
		}
	}
}

func TestManyBatchesAndTwoChainers(t *testing.T) {
	s := newShelf(t, 1)
	s.Exec(`INSERT INTO record_entries (at, kind, key, salt, digest) SELECT now(), 'completion', gen_random_uuid(), uuid_send(gen_random_uuid()), '\x00' FROM generate_series(1, 2500)`)
	errs := make(chan error, 2)
	for range 2 {
		go func() { _, err := s.Chain(t.Context()); errs <- err }()
	}
	s.must(nil, errors.Join(<-errs, <-errs))
	s.chain()
	if n := s.Int(`SELECT count(*) - max(position) FROM record_entries`); n != 0 {
		t.Errorf("%d places too many or too few", n)
	}
	for _, f := range s.verify().Faults {
		if f.What != record.RowMissing {
			t.Fatal(f)
		}
	}
}

// Who holds the database can add a fact and its entry, and let the program chain it; but not with a date of before.
func TestAnEntryIsNotDatedBack(t *testing.T) {
	s := newShelf(t, 2)
	s.Exec(`UPDATE enrolments SET score = 99 WHERE id = $1`, s.enrolments[0])
	s.append(record.Completion(s.enrolments[0]))
	number := s.Int(`SELECT max(number) FROM record_entries`)
	s.Exec(`UPDATE record_entries SET at = at - interval '1 year' WHERE number = $1`, number)
	s.chain()
	r := s.verify()
	if len(r.Faults) != 1 || r.Faults[0].What != record.EntryDated || r.Faults[0].Number != int64(number) || r.Faults[0].Kind != "completion" {
		t.Errorf("%v", r.Faults)
	}
}

// A clock that was ahead for a while makes nobody a forger.
func TestAClockThatWasAheadIsNoFault(t *testing.T) {
	s := newShelf(t, 2)
	step := func(ahead time.Duration) {
		s.Now = func() time.Time { return time.Now().Add(ahead) }
		s.append(record.Completion(s.enrolments[1]))
		s.chain()
	}
	step(48 * time.Hour)
	step(0)
	s.append(record.Completion(s.enrolments[0]))
	s.chain()
	s.holds()
}

// Signed ends of long ago are thinned to one an hour, and the record still holds and knows its end.
func TestOldEndsAreThinned(t *testing.T) {
	s := newShelf(t, 1)
	now := time.Now().Truncate(time.Hour)
	for i := range 12 { // four hours of three ends each, of which the last is an end of now
		s.Now = func() time.Time { return now.Add(-53*time.Hour + time.Duration(i)*20*time.Minute) }
		s.append(record.Completion(s.enrolments[0]))
		s.chain()
	}
	s.Now = time.Now
	s.Exec(`DELETE FROM record_heads WHERE position = (SELECT min(position) FROM record_heads)`) // the shelf's own, of now
	n, err := s.Thin(t.Context())
	s.must(nil, err)
	if left := s.Int(`SELECT count(*) FROM record_heads`); n != 8 || left != 4 {
		t.Errorf("%d were dropped, %d are left", n, left)
	}
	s.holds()
}
