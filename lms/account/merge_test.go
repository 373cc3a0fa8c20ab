package account_test

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/db"
	"mostik/lms/lmstest"
	"mostik/lms/record"
)

// Every column that points at people stands in the list of what moves, or in the one of what stays.
func TestMergeKnowsEveryColumn(t *testing.T) {
	h := newHouse(t)
	listed := account.MergeColumns()
	rows, err := db.Rows(t.Context(), h.DB, `
		SELECT c.conrelid::regclass::text || '.' || a.attname
		  FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
		 WHERE c.contype = 'f' AND c.confrelid = 'persons'::regclass
		UNION
		SELECT table_name || '.' || column_name FROM information_schema.columns
		 WHERE table_schema = 'public' AND column_name IN ('person_id', 'author_id', 'actor_id') ORDER BY 1`)
	h.must(err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var column string
		h.must(rows.Scan(&column))
		all = append(all, column)
		if !slices.Contains(listed, column) {
			t.Errorf("merging two records of one person knows nothing of %s", column)
		}
	}
	h.must(rows.Err())
	for _, column := range listed {
		if !slices.Contains(all, column) {
			t.Errorf("%s is listed and is no column that points at people", column)
		}
	}
}

// doubles are two records of one person who studies the same course twice and left traces everywhere.
func (h *house) doubles() (keep, gone lms.ID[lms.Person], enrolments [2]lms.ID[lms.Enrolment]) {
	keep, course, _ := h.traced()
	version := lms.ID[lms.Version]{}
	h.must(db.Row(h.T.Context(), h.DB, `SELECT id FROM course_versions WHERE course_id = $1`, course).Scan(&version))
	gone = h.Person(lmstest.PersonSpec{
		GivenName: "Айгерім", FamilyName: "Серикова", Email: "old@example.org", Login: "old-login", PasswordHash: h.hash, Country: "KZ",
		Grants: []lms.Grant{{Role: lms.Trainee, Scope: lms.AllGround()}},
	})
	h.Exec(`UPDATE persons SET birth_year = 1987, phone = '+7 701 123 45 67' WHERE id = $1`, gone)
	h.must(db.Row(h.T.Context(), h.DB, `SELECT id FROM enrolments WHERE person_id = $1`, keep).Scan(&enrolments[0]))
	enrolments[1] = h.Enrol(gone, course, version, lms.ID[lms.Cohort]{})
	h.Traces(gone, enrolments[1], course, version, "of the other")
	h.Exec(`UPDATE enrolments SET state = 'completed', completed_at = now(), required_done = 3 WHERE id = $1`, enrolments[1])
	// Both were at one webinar, on one day, in one programme.
	h.Exec(`INSERT INTO webinar_minutes SELECT webinar_id, $1, 30, 50, floor, evidence, spans, counted_at FROM webinar_minutes WHERE person_id = $2`, keep, gone)
	h.Exec(`INSERT INTO webinar_people SELECT webinar_id, $1, 'speaker' FROM webinar_people WHERE person_id = $2`, keep, gone)
	h.Exec(`INSERT INTO webinar_invitations (webinar_id, person_id, sequence, invited_at) SELECT webinar_id, $1, 3, invited_at FROM webinar_invitations WHERE person_id = $2`, keep, gone)
	h.Exec(`INSERT INTO webinar_objections SELECT webinar_id, $1, 'mine', made_at FROM webinar_objections WHERE person_id = $2`, keep, gone)
	h.Exec(`INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_at) SELECT day_id, $1, 'absent', 0, 'tick', recorded_at FROM day_attendance WHERE person_id = $2`, keep, gone)
	h.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at) SELECT gen_random_uuid(), programme_id, version_id, $1, 'passed', invited_at FROM participations WHERE person_id = $2`, keep, gone)
	h.Exec(`UPDATE participations SET passed_at = now() WHERE state = 'passed'`)
	h.must(func() error { _, err := record.Adopt(h.T.Context(), h.DB); return err }())
	return keep, gone, enrolments
}

func TestTwoRecordsOfOnePersonBecomeOne(t *testing.T) {
	h := newHouse(t)
	keep, gone, enrolments := h.doubles()
	certificates := h.Int(`SELECT count(*) FROM certificates WHERE person_id IN ($1, $2)`, keep, gone)
	h.must(func() error { _, err := h.Merge(t.Context(), admin(h), keep, gone); return err }())

	for _, column := range account.MergeColumns() {
		table, name, _ := strings.Cut(column, ".")
		if n := h.Int(`SELECT count(*) FROM `+table+` WHERE `+name+` = $1`, gone); n != 0 {
			t.Errorf("%d rows of %s are still the other's", n, column)
		}
	}
	for what, want := range map[string]string{
		`SELECT string_agg(state, ' ' ORDER BY id = '` + enrolments[1].String() + `') FROM enrolments WHERE person_id = $1`:                                    "withdrawn completed",
		`SELECT (cohort_id IS NOT NULL)::text FROM enrolments WHERE state = 'completed' AND person_id = $1`:                                                    "true",
		`SELECT max(minutes)::text FROM webinar_minutes m WHERE person_id = $1`:                                                                                "60",
		`SELECT string_agg(role, ' ' ORDER BY role) FROM webinar_people WHERE person_id = $1`:                                                                  "host host",
		`SELECT max(sequence)::text FROM webinar_invitations WHERE person_id = $1`:                                                                             "3",
		`SELECT string_agg(state, ' ' ORDER BY state) FROM day_attendance WHERE person_id = $1`:                                                                "present present",
		`SELECT string_agg(state, ' ' ORDER BY state) FROM participations WHERE person_id = $1`:                                                                "invited passed withdrawn",
		`SELECT count(*)::text FROM programme_evidence v JOIN participations p ON p.id = v.participation_id WHERE p.state <> 'withdrawn' AND p.person_id = $1`: "2",
		`SELECT birth_year || ' ' || phone || ' ' || email FROM persons WHERE id = $1`:                                                                         "1987 +7 701 123 45 67 " + trace + "@example.org",
		`SELECT string_agg(login, ' ' ORDER BY login) FROM person_aliases WHERE person_id = $1 AND login LIKE 'old%'`:                                          "old-login old@example.org",
		`SELECT count(*)::text FROM memberships WHERE person_id = $1`:                                                                                          "1",
		`SELECT string_agg(text, '|' ORDER BY text) FROM webinar_objections WHERE person_id = $1 AND text LIKE 'mine%'`:                                        "mine\nof the other",
	} {
		if got := h.Text(what, keep); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	if n := h.Int(`SELECT count(*) FROM certificates WHERE person_id = $1`, keep); n != certificates {
		t.Errorf("%d certificates of %d", n, certificates)
	}
	p, err := h.PersonByID(t.Context(), admin(h), gone)
	h.must(err)
	if p.ID != keep {
		t.Errorf("the old link leads to %s", p.ID)
	}
	h.signIn("old@example.org", home)
	if n := h.Int(`SELECT count(*) FROM sessions WHERE person_id = $1 AND ended_at IS NULL`, keep); n == 0 {
		t.Error("the old e-mail signs somebody else in")
	}
	h.recordFits(t)
	// What was merged can be erased, with every way that led to it.
	h.must(h.ErasePerson(t.Context(), admin(h), keep))
	h.recordFits(t)
	if n := h.Int(`SELECT count(*) FROM persons WHERE merged_into IS NOT NULL`); n != 0 {
		t.Errorf("%d stones still point at somebody who was erased", n)
	}
}

// TestALineageStaysATree makes one record of somebody who, as two, stood above and below themselves.
func TestALineageStaysATree(t *testing.T) {
	h := newHouse(t)
	programme := lms.NewID[lms.Programme]()
	h.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, 'line', '{}', now())`, programme)
	h.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $1, 1, '{}', now())`, programme)
	people := map[string]lms.ID[lms.Person]{}
	for _, name := range []string{"maker", "keep", "third", "gone", "pupil", "loop"} {
		people[name] = h.Person(lmstest.PersonSpec{Country: "KZ", FamilyName: name})
	}
	// The maker trained the one, who trained a third, who trained the other, who trained a pupil.
	line := []string{"maker", "keep", "third", "gone", "pupil"}
	for i, name := range line[1:] {
		h.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, trained_by, generation) VALUES (gen_random_uuid(), $1, $1, $2, 'active', now(), $3, $4)`,
			programme, people[name], people[line[i]], i+1)
	}
	tree := func(want string) {
		t.Helper()
		got := h.Text(`
			SELECT coalesce(string_agg(p.family_name || ' ' || coalesce(t.family_name, '-') || ' ' || coalesce(a.generation, 0), ', ' ORDER BY a.generation, p.family_name), '')
			  FROM participations a JOIN persons p ON p.id = a.person_id LEFT JOIN persons t ON t.id = a.trained_by WHERE a.state <> 'withdrawn'`)
		if got != want {
			t.Errorf("the tree is %s, want %s", got, want)
		}
	}
	tree("keep maker 1, third keep 2, gone third 3, pupil gone 4")
	// The other has done more, so that participation goes on: its trainer would be somebody whom they trained.
	h.Exec(`UPDATE participations SET state = 'certified' WHERE person_id = $1`, people["gone"])
	h.must(func() error { _, err := h.Merge(t.Context(), admin(h), people["keep"], people["gone"]); return err }())
	tree("keep maker 1, pupil keep 2, third keep 2")
	// A pupil who turns out to be the trainer has nobody above.
	h.must(func() error { _, err := h.Merge(t.Context(), admin(h), people["keep"], people["third"]); return err }())
	tree("keep maker 1, pupil keep 2")
	h.Exec(`UPDATE participations SET trained_by = NULL, generation = NULL WHERE person_id = $1`, people["keep"])
	h.must(func() error { _, err := h.Merge(t.Context(), admin(h), people["keep"], people["pupil"]); return err }())
	tree("keep - 0")
}

// recordFits verifies the record against the tables.
func (h *house) recordFits(t *testing.T) {
	t.Helper()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	book := &record.Book{DB: h.DB, Key: key, KeyID: "k", Public: map[string]ed25519.PublicKey{"k": key.Public().(ed25519.PublicKey)}, Now: time.Now}
	for more := true; more; {
		n, err := book.Chain(t.Context())
		h.must(err)
		more = n > 0
	}
	r, err := book.Verify(t.Context())
	h.must(err)
	for _, f := range r.Faults {
		t.Errorf("the record: %s", f)
	}
}

func TestMergingNeedsPowerOverBoth(t *testing.T) {
	h := newHouse(t)
	kz := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}
	actor := h.as(h.Person(lmstest.PersonSpec{Country: "KZ", Grants: []lms.Grant{kz}}), kz)
	plain := h.Person(lmstest.PersonSpec{Country: "KZ"})
	boss := h.Person(lmstest.PersonSpec{Country: "KZ", Grants: []lms.Grant{{Role: lms.Admin, Scope: lms.AllGround()}}})
	away := h.Person(lmstest.PersonSpec{Country: "TJ"})
	for name, c := range map[string]struct {
		keep, gone lms.ID[lms.Person]
		kind       lms.Kind
	}{
		"an administrator is not taken over":       {plain, boss, lms.Forbidden},
		"nor is one merged into":                   {boss, plain, lms.Forbidden},
		"somebody of another country is not there": {plain, away, lms.NotFound},
		"nor the other way round":                  {away, plain, lms.NotFound},
		"nobody is merged with themselves":         {plain, plain, lms.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := h.Merge(t.Context(), actor, c.keep, c.gone); lms.KindOf(err) != c.kind {
				t.Errorf("got %v", err)
			}
		})
	}
}
