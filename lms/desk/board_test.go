package desk_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/desk"
	"mostik/lms/job"
	"mostik/lms/lmstest"
	"mostik/lms/who"
)

// now is the day of the tests.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// land is people in three countries and two programmes of the same course.
type land struct {
	*lmstest.World
	desk       *desk.Service
	people     []lms.ID[lms.Person]
	centres    []lms.ID[lms.Centre]
	offices    []lms.ID[lms.Organisation]
	course     lms.ID[lms.Course]
	version    lms.ID[lms.Version]
	cohort     lms.ID[lms.Cohort]
	programmes []lms.ID[lms.Programme]
}

var countries = []string{"KZ", "TJ", "SK"}

func newLand(t testing.TB) *land {
	w := &land{World: lmstest.New(t)}
	w.desk = &desk.Service{DB: w.DB, Now: func() time.Time { return now }}
	for _, c := range countries {
		w.centres = append(w.centres, w.Centre(c), w.Centre(c))
		w.offices = append(w.offices, w.Organisation(c))
	}
	w.course, w.version = w.Course("trafficking", `{}`)
	w.cohort = w.Cohort(w.course, "KZ", w.centres[0])
	for i := range 2 {
		id := lms.NewID[lms.Programme]()
		w.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, $2, '{}', $3)`, id, fmt.Sprintf("programme-%d", i), w.Start)
		w.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $1, 1, $2, $3)`,
			id, []string{`{"title": {"en": "Counter-trafficking"}, "components": [{"key": "a", "kind": "course", "course": "trafficking", "title": {"en": "The course"}}]}`, `{}`}[i], w.Start)
		w.programmes = append(w.programmes, id)
	}
	return w
}

// person makes somebody of a country by its number, 3 for none.
func (w *land) person(country int) lms.ID[lms.Person] {
	spec := lmstest.PersonSpec{}
	if country < len(countries) {
		spec = lmstest.PersonSpec{Country: countries[country], Centre: w.centres[2*country], Organisation: w.offices[country]}
	}
	id := w.Person(spec)
	w.people = append(w.people, id)
	return id
}

func (w *land) takesPart(person lms.ID[lms.Person], programme int, state string) lms.ID[lms.Participation] {
	id := lms.NewID[lms.Participation]()
	w.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at) VALUES ($1, $2, $2, $3, $4, $5)
	        ON CONFLICT DO NOTHING`, id, w.programmes[programme], person, state, w.Start)
	return id
}

// paper issues a certificate that expires so many days from now, never where they are negative a thousand.
func (w *land) paper(person lms.ID[lms.Person], programme, days int) lms.ID[lms.Certificate] {
	id := lms.NewID[lms.Certificate]()
	var expires any
	if days != forever {
		expires = now.AddDate(0, 0, days).Format(time.DateOnly)
	}
	w.Exec(`INSERT INTO certificates (id, serial, person_id, programme_id, award, claim, seal, key_id, issued_at, expires_on)
	        VALUES ($1, ($1::uuid)::text, $2, $3, $1, '{}', '', 'k', $4, $5::text::date)`, id, person, w.programmes[programme], w.Start, expires)
	return id
}

const forever = -1000

func coordinator(grounds ...lms.Ground) lms.Actor {
	a := lms.Actor{Person: lms.NewID[lms.Person](), Language: "en"}
	for _, g := range grounds {
		a.Grants = append(a.Grants, lms.Grant{Role: lms.Coordinator, Scope: g})
	}
	return a
}

func (w *land) board(a lms.Actor, q desk.BoardQuery) desk.Board {
	w.T.Helper()
	b, err := w.desk.Board(w.T.Context(), a, q)
	if err != nil {
		w.T.Fatal(err)
	}
	return b
}

func TestBoardCounts(t *testing.T) {
	w := newLand(t)
	all := coordinator(lms.AllGround())
	w.person(3)
	aliya, bakyt, zarina := w.person(0), w.person(0), w.person(1)
	w.takesPart(aliya, 0, "active")
	w.takesPart(aliya, 1, "certified")
	w.paper(aliya, 1, 10)
	w.takesPart(bakyt, 0, "passed")
	w.takesPart(zarina, 0, "certified")
	w.paper(zarina, 0, 0)
	w.paper(zarina, 1, -1)
	e := w.Enrol(aliya, w.course, w.version, w.cohort)
	w.Exec(`UPDATE enrolments SET stuck_on = 'm2-quiz' WHERE id = $1`, e)

	b := w.board(all, desk.BoardQuery{})
	if want := (desk.Figures{People: 4, Invited: 3, Joined: 3, Passed: 3, Certified: 2, Stuck: 1, Valid: 2, Expiring30: 2, Expiring60: 2, Expiring90: 2}); b.Totals != want {
		t.Errorf("all of it: %+v, want %+v", b.Totals, want)
	}
	if len(b.Items) != 3 || b.Items[0].Key != "" || b.Items[1].Key != "KZ" || b.Countries != 2 || len(b.Programmes) != 2 {
		t.Errorf("%d countries, %+v", b.Countries, b.Items)
	}
	b = w.board(all, desk.BoardQuery{Programme: w.programmes[0], By: "centre", Country: "KZ"})
	if want := (desk.Figures{People: 2, Invited: 2, Joined: 2, Passed: 1, Stuck: 1}); b.Totals != want || b.Programme.Title != "Counter-trafficking" {
		t.Errorf("one programme in KZ: %+v, want %+v", b.Totals, want)
	}
	b = w.board(all, desk.BoardQuery{Programme: w.programmes[1], By: "kind"})
	if want := (desk.Figures{People: 2, Invited: 1, Joined: 1, Passed: 1, Certified: 1, Valid: 1, Lapsed: 1, Expiring30: 1, Expiring60: 1, Expiring90: 1}); b.Totals != want {
		t.Errorf("the other by kind: %+v, want %+v", b.Totals, want)
	}
	w.desk.Now = func() time.Time { return now.AddDate(0, 0, 1) }
	if b := w.board(all, desk.BoardQuery{}); b.Totals.Valid != 1 || b.Totals.Lapsed != 1 || b.Totals.Expiring30 != 1 {
		t.Errorf("a midnight later, when nothing ran: %+v", b.Totals)
	}
}

// TestBoardKeepsToTheScope asks for another country, as it asks for one that does not exist.
func TestBoardKeepsToTheScope(t *testing.T) {
	w := newLand(t)
	w.takesPart(w.person(0), 0, "active")
	w.takesPart(w.person(1), 0, "active")
	kz := coordinator(lms.CountryGround("KZ"))
	for _, by := range []string{"country", "centre", "organisation", "kind"} {
		there, nowhere := w.board(kz, desk.BoardQuery{By: by, Country: "TJ"}), w.board(kz, desk.BoardQuery{By: by, Country: "ZZ"})
		if len(there.Items) != 0 || there.Totals != nowhere.Totals || there.Totals != (desk.Figures{}) {
			t.Errorf("by %s TJ looked like %+v", by, there)
		}
		if b := w.board(kz, desk.BoardQuery{By: by}); b.Totals.People != 1 {
			t.Errorf("by %s KZ has %+v", by, b.Totals)
		}
	}
	w.Exec(`UPDATE programmes SET country = 'TJ' WHERE id = $1`, w.programmes[0])
	if _, err := w.desk.Board(t.Context(), kz, desk.BoardQuery{Programme: w.programmes[0]}); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a programme of TJ: %v", err)
	}
	if _, err := w.desk.Board(t.Context(), lms.Actor{Person: lms.NewID[lms.Person]()}, desk.BoardQuery{}); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("without a role: %v", err)
	}
}

// TestSumsAreThoseOfTheRows does by chance what people, programmes and coordinators do, several at once, and then
// compares the kept sums with a count of all rows.
func TestSumsAreThoseOfTheRows(t *testing.T) {
	w := newLand(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for i := range 24 {
		w.person(i % 4)
	}
	var enrolments []lms.ID[lms.Enrolment]
	for _, p := range w.people[:12] {
		enrolments = append(enrolments, w.Enrol(p, w.course, w.version, w.cohort))
	}
	var running sync.WaitGroup
	w.fold()
	w.Exec(`UPDATE desk_sums SET people = people + 1`)
	running.Go(func() { // mended while the others are at it, and right from then on
		for round := range 4 {
			d, err := w.desk.Check(t.Context(), true)
			if err != nil && lms.KindOf(err) != lms.Unavailable || d.Any() != (round == 0) {
				t.Errorf("checked for the %d. time: %+v, %v", round+1, d, err)
			}
		}
	})
	for worker := range 3 {
		r := rand.New(rand.NewPCG(seed, uint64(worker)))
		running.Go(func() {
			for range 60 {
				w.something(r, enrolments)
			}
		})
	}
	running.Wait()
	for step, do := range []func(){
		func() {}, // as it was left
		w.fold,    // the sums of another day, or of none, are made anew
		func() {
			for r := rand.New(rand.NewPCG(seed, 9)); r.IntN(12) > 0; {
				w.something(r, enrolments)
			}
		},
		w.fold, // and added to
		func() { w.desk.Now = func() time.Time { return now.AddDate(0, 0, 41) } },
		w.fold,
	} {
		do()
		w.sumsAreThoseOfTheRows(step)
		if d, err := w.desk.Check(t.Context(), false); err != nil || d.Any() || d.People == 0 {
			t.Errorf("step %d: %+v, %v", step, d, err)
		}
	}
	w.numbersAreThoseOfTheRows()
	// The standings themselves, made anew from nothing, are the same.
	before := w.standings()
	w.Exec(`DELETE FROM desk_standings`)
	w.Exec(`SELECT desk_refresh(ARRAY(SELECT id FROM persons))`)
	if after := w.standings(); after != before {
		t.Errorf("kept\n%s\nmade anew\n%s", before, after)
	}
}

// TestDriftIsFoundAndMended spoils what is kept, as an edit by hand would.
func TestDriftIsFoundAndMended(t *testing.T) {
	w := newLand(t)
	for i := range 12 {
		p := w.person(i % 4)
		w.takesPart(p, i%2, "certified")
		w.paper(p, i%2, 20*i-60)
	}
	w.fold()
	w.takesPart(w.person(0), 0, "active") // and something that was not added up yet
	var log strings.Builder
	w.desk.Log = slog.New(slog.NewTextHandler(&log, nil))
	for sql, want := range map[string]desk.Drift{
		`UPDATE desk_standings SET stuck = true WHERE person_id = (SELECT person_id FROM desk_standings ORDER BY person_id LIMIT 1) AND subject <> '00000000-0000-0000-0000-000000000000'`: {Standings: 1},
		`DELETE FROM desk_standings WHERE person_id = (SELECT min(person_id::text)::uuid FROM desk_standings)`:                                                                             {Standings: 1},
		`UPDATE desk_sums SET people = people + 1 WHERE (subject, level, country, place, day) = (SELECT subject, level, country, place, day FROM desk_sums LIMIT 1)`:                       {Sums: 1, Today: 1},
		`UPDATE desk_today SET expiring_60 = expiring_60 + 1 WHERE (subject, level, country, place) = (SELECT subject, level, country, place FROM desk_today LIMIT 1)`:                     {Today: 1},
		`DELETE FROM desk_changes WHERE number = (SELECT min(number) FROM desk_changes)`:                                                                                                   {Sums: 4},
	} {
		w.takesPart(w.person(1), 1, "active")
		w.Exec(sql)
		for _, mend := range []bool{false, true} {
			got, err := w.desk.Check(t.Context(), mend)
			if got.People != len(w.people) {
				t.Errorf("%d of %d people were looked at", got.People, len(w.people))
			}
			if got.People = 0; err != nil || got != want {
				t.Errorf("%s: %+v, %v; want %+v", sql, got, err, want)
			}
		}
		if got, err := w.desk.Check(t.Context(), false); err != nil || got.Any() {
			t.Errorf("%s: after it was mended %+v, %v", sql, got, err)
		}
		w.sumsAreThoseOfTheRows(0)
	}
	q := job.New()
	w.desk.Handle(q)
	daily := func(want int) {
		t.Helper()
		log.Reset()
		w.Exec(`UPDATE desk_sums SET people = people + 1`)
		if err := job.Enqueue(t.Context(), w.DB, daily{}); err != nil {
			t.Fatal(err)
		}
		if _, err := q.Drain(t.Context(), w.DB); err != nil || strings.Count(log.String(), "counted anew") != want {
			t.Errorf("the daily job: %v, %s", err, log.String())
		}
	}
	daily(1)
	w.sumsAreThoseOfTheRows(0)
	daily(0) // not again with the next start
	w.Exec(`UPDATE river_job SET finalized_at = now() - interval '21 hours'`)
	daily(1)
	w.sumsAreThoseOfTheRows(0)
}

// daily is the job that checks.
type daily struct{}

func (daily) Kind() string { return "desk.check" }

// TestLookingAtAFewReadsNoTableWhole plans what runs with each fact as the first connection of a new house does, and keeps.
func TestLookingAtAFewReadsNoTableWhole(t *testing.T) {
	w := newLand(t)
	body := w.Text(`SELECT prosrc FROM pg_proc WHERE proname = 'desk_refresh_few'`)
	body = body[strings.Index(body, "PERFORM"):strings.LastIndex(body, ";")] // without its last line, END
	body = strings.NewReplacer("PERFORM", "SELECT", "ANY (people)", "ANY ($1)", "nobody", "'00000000-0000-0000-0000-000000000000'::uuid").Replace(body)
	lock, look, _ := strings.Cut(body, ";")
	look, _, _ = strings.Cut(look, ";\nEND")
	tx, err := w.DB.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	settings := w.Text(`SELECT 'SET LOCAL ' || array_to_string(proconfig, '; SET LOCAL ') FROM pg_proc WHERE proname = 'desk_refresh_few'`)
	for _, sql := range append(strings.Split(settings, "; "), `PREPARE locked(uuid[]) AS `+lock, `PREPARE looked(uuid[]) AS `+strings.TrimSuffix(strings.TrimSpace(look), ";")) {
		if _, err := tx.ExecContext(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for _, name := range []string{"locked", "looked"} {
		rows, err := tx.QueryContext(t.Context(), `EXPLAIN EXECUTE `+name+`('{}')`)
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			lines++
			for _, whole := range []string{"Seq Scan", "participations_once", "participations_state", "certificates_expiry", "enrolments_once", "desk_standings_until", "desk_standings_none"} {
				if strings.Contains(line, whole) {
					t.Errorf("%s reads a whole one: %s", name, strings.TrimSpace(line))
				}
			}
		}
		if err := rows.Err(); err != nil || lines < 4 {
			t.Fatalf("%d lines, %v", lines, err)
		}
	}
}

// TestAKindThatChangesWhileSomebodyComes lets two transactions meet, whichever of them is the first.
func TestAKindThatChangesWhileSomebodyComes(t *testing.T) {
	w := newLand(t)
	p := w.Person(lmstest.PersonSpec{Country: "KZ"})
	move := []any{`UPDATE persons SET organisation_id = $2 WHERE id = $1`, p, w.offices[0]}
	change := []any{`UPDATE organisations SET kind = $2 WHERE id = $1`, w.offices[0], "police"}
	for name, order := range map[string][2][]any{"the person first": {move, change}, "the kind first": {change, move}} {
		t.Run(name, func(t *testing.T) {
			w.Exec(`UPDATE persons SET organisation_id = NULL WHERE id = $1`, p)
			w.Exec(`UPDATE organisations SET kind = 'ngo' WHERE id = $1`, w.offices[0])
			first, err := w.DB.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer first.Rollback()
			if _, err := db.Exec(t.Context(), first, order[0][0].(string), order[0][1:]...); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() {
				_, err := db.Exec(t.Context(), w.DB, order[1][0].(string), order[1][1:]...)
				done <- err
			}()
			select {
			case err := <-done: // it did not wait
				done <- err
			case <-time.After(200 * time.Millisecond):
			}
			if err := errors.Join(first.Commit(), <-done); err != nil {
				t.Fatal(err)
			}
			if got := w.Text(`SELECT kind FROM desk_standings WHERE person_id = $1`, p); got != "police" {
				t.Errorf("the desk has the kind %q", got)
			}
		})
	}
}

func (w *land) fold() {
	if err := w.desk.Fold(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
	if n := w.Int(`SELECT count(*) FROM desk_changes`); n != 0 {
		w.T.Errorf("%d changes were left", n)
	}
	if day := w.Text(`SELECT day::text FROM desk_today_is`); day != w.desk.Now().Format(time.DateOnly) {
		w.T.Errorf("the sums are of %s", day)
	}
}

// sumsAreThoseOfTheRows compares the kept sums with a count, and what one country sees with all of it.
func (w *land) sumsAreThoseOfTheRows(step int) {
	w.T.Helper()
	all, kz := coordinator(lms.AllGround()), coordinator(lms.CountryGround("KZ"))
	// A cohort that nobody is in makes the scope one that is counted.
	allCounted := coordinator(lms.CohortGround(w.Cohort(w.course, "", lms.ID[lms.Centre]{})))
	for _, c := range countries {
		allCounted.Grants = append(allCounted.Grants, lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround(c)})
	}
	for _, by := range []string{"country", "centre", "organisation", "kind"} {
		for _, programme := range append(slices.Clone(w.programmes), lms.ID[lms.Programme]{}) {
			q := desk.BoardQuery{By: by, Programme: programme}
			kept, counted := w.board(all, q), w.board(allCounted, q)
			var here []desk.Line
			for _, l := range kept.Items {
				if l.Country != "" || by == "country" && l.Key != "" {
					here = append(here, l)
				}
			}
			if fmt.Sprint(here) != fmt.Sprint(counted.Items) {
				w.T.Errorf("step %d, by %s: kept\n%+v, counted\n%+v", step, by, here, counted.Items)
			}
			one := w.board(kz, q)
			var ofAll []string
			for _, l := range kept.Items {
				if l.Country == "KZ" || l.Key == "KZ" {
					ofAll = append(ofAll, fmt.Sprint(l))
				}
			}
			var ofOne []string
			for _, l := range one.Items {
				ofOne = append(ofOne, fmt.Sprint(l))
			}
			if strings.Join(ofAll, "\n") != strings.Join(ofOne, "\n") {
				w.T.Errorf("KZ sees %v, which for all is %v", ofOne, ofAll)
			}
		}
	}
}

// numbersAreThoseOfTheRows compares the numbers of filters that are kept with a count of people.
func (w *land) numbersAreThoseOfTheRows() {
	w.T.Helper()
	filters := []who.Filter{{}, {Stuck: true}, {Certificate: "valid"}, {Certificate: "expired"}, {Certificate: "none"}, {Standings: []string{"none"}}}
	for _, days := range []int{30, 60, 61, 90} {
		filters = append(filters, who.Filter{ExpiresIn: days})
	}
	for _, s := range who.Standings {
		filters = append(filters, who.Filter{Standings: []string{s}}, who.Filter{Standings: []string{"active", s}}, who.Filter{Standings: []string{s}, Stuck: true})
	}
	for _, f := range filters {
		for _, programme := range append(slices.Clone(w.programmes), lms.ID[lms.Programme]{}) {
			for _, within := range [][]string{nil, {"KZ"}, {"SK", "TJ"}} {
				f.Programme, f.Countries = programme, within
				counted := f
				counted.Sex = who.Sexes // everybody is one of them, and no sum knows it
				scope := lms.Scope{All: true}
				got, err := w.desk.Count(w.T.Context(), scope, f)
				want, err2 := w.desk.Count(w.T.Context(), scope, counted)
				if err != nil || err2 != nil || got != want {
					w.T.Errorf("%s: %d are kept, %d were counted, %v", f.JSON(), got, want, errors.Join(err, err2))
				}
			}
		}
	}
}

func (w *land) standings() string {
	return w.Text(`SELECT coalesce(string_agg(d::text, E'\n' ORDER BY d.person_id, d.subject), '') FROM desk_standings d`)
}

// something changes one thing by chance; what cannot be done is left.
func (w *land) something(r *rand.Rand, enrolments []lms.ID[lms.Enrolment]) {
	person := w.people[r.IntN(len(w.people))]
	programme := w.programmes[r.IntN(2)]
	states := []string{"invited", "active", "passed", "certified", "withdrawn"}
	do := func(sql string, args ...any) {
		if _, err := db.Exec(w.T.Context(), w.DB, sql, args...); err != nil && lms.KindOf(err) != lms.Conflict && lms.KindOf(err) != lms.Unavailable {
			w.T.Errorf("%s: %v", sql, err)
		}
	}
	switch r.IntN(13) {
	case 10: // two records of one person are made one
		do(`UPDATE certificates SET person_id = $2 WHERE person_id = $1`, person, w.people[r.IntN(len(w.people))])
	case 11: // an import is taken back
		do(`DELETE FROM participations WHERE person_id = $1 AND programme_id = $2`, person, programme)
		do(`DELETE FROM certificates WHERE id IN (SELECT id FROM certificates WHERE person_id = $1 LIMIT 1)`, person)
	case 12: // a dry run
		tx, err := w.DB.BeginTx(w.T.Context(), nil)
		if err != nil {
			w.T.Error(err)
			return
		}
		_, err = db.Exec(w.T.Context(), tx, `UPDATE persons SET country = 'KZ', centre_id = NULL WHERE id = $1`, person)
		if err := errors.Join(err, tx.Rollback()); err != nil && lms.KindOf(err) != lms.Unavailable {
			w.T.Error(err)
		}
	case 0, 1:
		do(`INSERT INTO participations (id, programme_id, version_id, person_id, invited_at) VALUES (gen_random_uuid(), $1, $1, $2, now())`, programme, person)
	case 2, 3:
		do(`UPDATE participations SET state = $3 WHERE person_id = $1 AND programme_id = $2`, person, programme, states[r.IntN(5)])
	case 4:
		do(`INSERT INTO certificates (id, serial, person_id, programme_id, award, claim, seal, key_id, issued_at, expires_on)
		    VALUES (gen_random_uuid(), gen_random_uuid()::text, $1, $2, gen_random_uuid(), '{}', '', 'k', now(), $3::text::date)`,
			person, programme, now.AddDate(0, 0, r.IntN(200)-80).Format(time.DateOnly))
	case 5:
		do(`UPDATE certificates SET state = $2 WHERE id IN (SELECT id FROM certificates WHERE person_id = $1 LIMIT 1)`,
			person, []string{"valid", "suspended", "revoked"}[r.IntN(3)])
	case 6:
		do(`UPDATE enrolments SET stuck_on = $2 WHERE id = $1`, enrolments[r.IntN(len(enrolments))], []string{"", "quiz"}[r.IntN(2)])
	case 7:
		c := r.IntN(3)
		do(`UPDATE persons SET country = $2, centre_id = $3, organisation_id = $4 WHERE id = $1`, person, countries[c], w.centres[2*c+r.IntN(2)], w.offices[r.IntN(3)])
	case 8:
		do(`UPDATE organisations SET kind = $2 WHERE id = $1`, w.offices[r.IntN(3)], []string{"ngo", "state", "police"}[r.IntN(3)])
	case 9:
		if r.IntN(4) == 0 {
			do(`UPDATE persons SET state = 'erased' WHERE id = $1`, person)
		}
	}
	if r.IntN(12) == 0 {
		if err := w.desk.Fold(w.T.Context()); err != nil && lms.KindOf(err) != lms.Unavailable {
			w.T.Error(err)
		}
	}
}
