package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/intake"
	"mostik/lms/intake/alike"
	"mostik/lms/job"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

// house is a world with an intake, a course, a cohort in Kazakhstan and coordinators.
type house struct {
	*lmstest.World
	*intake.Service
	url             string
	jobs            *job.Queue
	kz, tj          lms.Actor
	course          lms.ID[lms.Course]
	cohort          lms.ID[lms.Cohort]
	home, elsewhere lms.ID[lms.Centre]
}

func newHouse(t *testing.T) *house {
	t.Helper()
	url := dbtest.URL(t)
	d, err := db.Open(t.Context(), db.Config{URL: url, MaxConns: 8})
	must(t, err)
	t.Cleanup(func() { d.Close() })
	h := &house{World: lmstest.On(t, d), url: url, jobs: job.New()}
	blobs, err := blob.Open(t.TempDir())
	must(t, err)
	keys, err := account.KeysFromSeed(make([]byte, 32))
	must(t, err)
	now := func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }
	accounts, err := account.New(t.Context(), d, account.Config{}, keys, now)
	must(t, err)
	books := catalog.New(d, blobs, now)
	_, err = books.ImportFolder(t.Context(), lmstest.SmallCourse(nil))
	must(t, err)
	must(t, db.Row(t.Context(), d, `SELECT id FROM courses`).Scan(&h.course))
	h.Service = &intake.Service{DB: d, Accounts: accounts, Catalog: books, Learning: learning.New(d, books, nil, blobs, now), Now: now}
	job.Handle(h.jobs, h.DoApply)
	h.home, h.elsewhere = h.Centre("KZ"), h.Centre("TJ")
	h.cohort = h.Cohort(h.course, "KZ", h.home)
	h.Exec(`UPDATE cohorts SET name = 'Весна' WHERE id = $1`, h.cohort)
	h.Exec(`UPDATE organisations SET name = 'Дом надежды' WHERE id = $1`, h.Organisation("KZ"))
	h.kz, h.tj = h.coordinator("KZ"), h.coordinator("TJ")
	for i := range 6 {
		h.Person(lmstest.PersonSpec{GivenName: "Саодат", FamilyName: "Раҳимова", Email: fmt.Sprintf("taken%d@example.org", i), Country: "TJ"})
	}
	return h
}

func (h *house) coordinator(country string) lms.Actor {
	g := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround(country)}
	return lms.Actor{Person: h.Person(lmstest.PersonSpec{Country: country, Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}, Language: "ru"}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) upload(t *testing.T, actor lms.Actor, country, text string) intake.View {
	t.Helper()
	v, err := h.Upload(t.Context(), actor, intake.Upload{Name: "people.csv", Data: []byte(text), Country: country})
	must(t, err)
	return v
}

// lines reads all rows with a problem of at least a level.
func (h *house) lines(t *testing.T, id lms.ID[lms.Import], level intake.Level) []intake.Line {
	t.Helper()
	var all []intake.Line
	for page := 1; ; page++ {
		p, err := h.Lines(t.Context(), h.kz, id, intake.LinesQuery{Level: level, Page: page})
		must(t, err)
		all = append(all, p.Items...)
		if page >= p.Pages {
			return all
		}
	}
}

// apply has the import done and gives it as it is then.
func (h *house) apply(t *testing.T, id lms.ID[lms.Import]) intake.View {
	t.Helper()
	_, err := h.Apply(t.Context(), h.kz, id)
	must(t, err)
	_, err = h.jobs.Drain(t.Context(), h.DB())
	must(t, err)
	v, err := h.Import(t.Context(), h.kz, id)
	must(t, err)
	return v
}

// DB is the world's pool; the service has one of the same name.
func (h *house) DB() *bun.DB { return h.World.DB }

// everything is what the database holds, in one order, without the log of acts, of imports and of jobs, the record, which is
// only ever appended to, and the numbers that sequences have reached.
func (h *house) everything(t *testing.T) []string {
	t.Helper()
	out := dbtest.Data(t, h.url, "audit_events", "imports", "import_rows", "import_made", "river_*", "desk_changes", "desk_sums", "desk_today", "desk_today_is", "record_entries", "record_heads")
	lines := slices.DeleteFunc(strings.Split(out, "\n"), func(s string) bool {
		return strings.HasPrefix(s, "SELECT pg_catalog.setval") || strings.HasPrefix(s, `\restrict`) || strings.HasPrefix(s, `\unrestrict`)
	})
	// The desk's sums are kept in two tables, of which one is added to the other now and then.
	sums := h.Text(`
		SELECT coalesce(string_agg(s::text, E'\n' ORDER BY s::text), '') FROM (
		  SELECT subject, level, country, place, day, sum(people), sum(invited), sum(joined), sum(passed), sum(certified), sum(stuck), sum(valid), sum(papers) FROM (
		    SELECT subject, level, country, place, day, people, invited, joined, passed, certified, stuck, valid, papers FROM desk_sums
		    UNION ALL
		    SELECT subject, l, country, CASE l WHEN 'centre' THEN centre_id::text WHEN 'organisation' THEN organisation_id::text WHEN 'kind' THEN kind ELSE '' END,
		           day, people, invited, joined, passed, certified, stuck, valid, papers
		      FROM desk_changes, unnest(ARRAY['country', 'centre', 'organisation', 'kind']) l) x
		   GROUP BY 1, 2, 3, 4, 5
		  HAVING sum(people) <> 0 OR sum(invited) <> 0 OR sum(joined) <> 0 OR sum(passed) <> 0 OR sum(certified) <> 0 OR sum(stuck) <> 0 OR sum(valid) <> 0 OR sum(papers) <> 0) s`)
	lines = append(lines, strings.Split(sums, "\n")...)
	slices.Sort(lines)
	return lines
}

func same(t *testing.T, before, after []string) {
	t.Helper()
	diff := func(word string, a, b []string) {
		for _, s := range a {
			if _, found := slices.BinarySearch(b, s); !found {
				t.Errorf("%s: %.200s", word, s)
			}
		}
	}
	diff("lost", before, after)
	diff("left over", after, before)
	if len(before) != len(after) {
		t.Errorf("%d lines became %d", len(before), len(after))
	}
}

// TestADirtyTable is the fourth of what issue 5 shows: every problem by row, nothing half-imported, and undo leaves
// the database as it was.
func TestADirtyTable(t *testing.T) {
	h := newHouse(t)
	d := newDirty(1000)
	d.spoil()
	before := h.everything(t)
	v := h.upload(t, h.kz, "KZ", d.csv())
	if v.Rows != 1000 || v.MappingFault != "" || v.HeadLine != 3 {
		t.Fatalf("%d rows, heads in line %d, %s", v.Rows, v.HeadLine, v.MappingFault)
	}
	for _, f := range v.Mapping.Columns {
		if f == "" {
			t.Errorf("a column was not guessed: %v of %v", v.Mapping.Columns, v.Heads)
		}
	}
	h.expect(t, v, d.faults)

	_, err := h.Apply(t.Context(), h.kz, v.ID)
	if !isCode(err, "rows-undecided") {
		t.Errorf("with open questions: %v", err)
	}
	for _, code := range []string{"twin-in-file", "twin-here"} {
		if v, err = h.Decide(t.Context(), h.kz, v.ID, intake.Decision{Code: code, What: "same"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err = h.Apply(t.Context(), h.kz, v.ID); !isCode(err, "rows-faulty") {
		t.Errorf("with faults: %v", err)
	}
	same(t, before, h.everything(t))

	m := v.Mapping
	m.SkipFaulty = true
	v, err = h.SetMapping(t.Context(), h.kz, v.ID, m)
	must(t, err)
	dry, err := h.DryRun(t.Context(), h.kz, v.ID)
	must(t, err)
	same(t, before, h.everything(t))

	v = h.apply(t, v.ID)
	if v.State != intake.Applied || v.Counts != dry || v.Counts.People+v.Counts.Skipped > 1000 || v.Counts.People < 800 {
		t.Fatalf("%s %s, made %+v, the dry run said %+v", v.State, v.Failure, v.Counts, dry)
	}
	if n := h.Int(`SELECT count(*) FROM persons WHERE country = 'KZ'`); n != v.Counts.People+1 { // and the coordinator
		t.Errorf("%d people are there", n)
	}
	if n := h.Int(`SELECT count(*) FROM enrolments WHERE cohort_id = $1`, h.cohort); n != v.Counts.Enrolments || n != v.Counts.People {
		t.Errorf("%d are enrolled of %d", n, v.Counts.Enrolments)
	}
	t.Logf("%d problems planted; %+v", len(d.faults), v.Counts)

	v, err = h.Undo(t.Context(), h.kz, v.ID)
	must(t, err)
	if v.State != intake.Undone {
		t.Errorf("it is %s", v.State)
	}
	same(t, before, h.everything(t))
}

// expect holds what is told against what was planted: all of it, and no fault where none was planted.
func (h *house) expect(t *testing.T, v intake.View, faults []planted) {
	t.Helper()
	type where struct {
		line         int
		column, code string
	}
	told := map[where]bool{}
	lines := map[int]bool{}
	for _, l := range h.lines(t, v.ID, intake.Note) {
		for _, p := range l.Problems {
			column := ""
			if p.Column >= 0 && p.Column < len(v.Heads) {
				column = v.Heads[p.Column]
			}
			told[where{l.Line, column, p.Code}] = true
			if p.Level > intake.Note {
				lines[l.Line] = true
			}
		}
	}
	grave := map[int]bool{}
	for _, f := range faults {
		if !told[where(f)] {
			t.Errorf("line %d, %s: %s was planted and is not told", f.line, f.column, f.code)
		}
		grave[f.line] = true
	}
	for line := range lines {
		if !grave[line] {
			t.Errorf("line %d has faults, and none was planted", line)
		}
	}
}

func isCode(err error, code string) bool {
	e, ok := errors.AsType[*lms.Error](err)
	return ok && e.Code == code
}

// A crash between any two statements leaves nothing: the transaction is one. A second try does it once.
func TestApplyingTwiceIsApplyingOnce(t *testing.T) {
	h := newHouse(t)
	v := h.upload(t, h.kz, "KZ", "Фамилия;Имя;Группа\nСерикова;Айгерим;Весна\n")
	_, err := h.Apply(t.Context(), h.kz, v.ID)
	must(t, err)
	before := h.everything(t)
	// The job dies after everything is written and before it is committed.
	died := errors.New("died")
	err = db.InTx(t.Context(), h.DB(), func(ctx context.Context, tx bun.Tx) error {
		if err := intake.ApplyIn(ctx, h.Service, tx, v.ID); err != nil {
			return err
		}
		return died
	})
	if !errors.Is(err, died) {
		t.Fatal(err)
	}
	same(t, before, h.everything(t))
	for range 2 {
		must(t, h.DoApply(t.Context(), intake.ApplyJob{Import: v.ID}))
	}
	if n := h.Int(`SELECT count(*) FROM persons WHERE family_name = 'Серикова'`); n != 1 {
		t.Errorf("there are %d of them", n)
	}
}

// What changes between asking and doing is noticed: the import is open again, and says why.
func TestWhatChangedSinceIsNoticed(t *testing.T) {
	h := newHouse(t)
	v := h.upload(t, h.kz, "KZ", "Фамилия;Имя;Почта\nСерикова;Айгерим;a@example.org\n")
	_, err := h.Apply(t.Context(), h.kz, v.ID)
	must(t, err)
	h.Person(lmstest.PersonSpec{Email: "a@example.org", Country: "TJ"})
	_, err = h.jobs.Drain(t.Context(), h.DB())
	must(t, err)
	v, err = h.Import(t.Context(), h.kz, v.ID)
	must(t, err)
	if v.State != intake.Open || v.Failure != "rows-faulty" {
		t.Errorf("it is %s: %s", v.State, v.Failure)
	}
}

// A table goes on from people who are there, and undoing refuses when somebody built on it.
func TestKnownPeopleAndWhatWasBuiltOnThem(t *testing.T) {
	h := newHouse(t)
	known := h.Person(lmstest.PersonSpec{GivenName: "Айгерим", FamilyName: "Серикова", Email: "a@example.org", Country: "KZ"})
	v := h.upload(t, h.kz, "KZ", "Фамилия;Имя;Почта;Группа;Дата завершения;Балл\n"+
		"Серикова;Айгерім;A@example.org;Весна;;\n"+
		"Цой;Юлия;;Весна;3.5.2024;91\n")
	v = h.apply(t, v.ID)
	if v.Counts != (intake.Counts{People: 1, Known: 1, Enrolments: 2, Completions: 1}) {
		t.Fatalf("%s %+v", v.Failure, v.Counts)
	}
	if got := h.Text(`SELECT e.state || ' ' || score || ' ' || (completed_at AT TIME ZONE 'UTC')::date FROM enrolments e JOIN persons p ON p.id = e.person_id
	                   WHERE p.family_name = 'Цой'`); got != "completed 91.00 2024-05-03" {
		t.Errorf("the completion is %s", got)
	}
	enrolment := h.Text(`SELECT id::text FROM enrolments WHERE person_id = $1`, known)
	h.Exec(`INSERT INTO activity_progress (enrolment_id, activity_key, revision, state, first_seen_at, updated_at) VALUES ($1::text::uuid, 'read-one', 1, 'seen', now(), now())`, enrolment)
	_, err := h.Undo(t.Context(), h.kz, v.ID)
	if !isCode(err, "built-upon") {
		t.Fatalf("undone although somebody studies: %v", err)
	}
	out, err := h.Blockers(t.Context(), h.kz, v.ID)
	must(t, err)
	if len(out.Blockers) != 1 || out.Blockers[0] != (intake.Blocker{Person: known, Name: "Айгерим Серикова", What: "activity_progress"}) {
		t.Errorf("in its way: %+v", out)
	}
	h.Exec(`DELETE FROM activity_progress`)
	_, err = h.Undo(t.Context(), h.kz, v.ID)
	must(t, err)
	if n := h.Int(`SELECT count(*) FROM persons WHERE id = $1`, known); n != 1 {
		t.Error("who was there before is gone")
	}
}

// A paper that was revoked since is not taken back with the table: what was said about it is on record.
func TestAPaperThatWasChangedIsInTheWay(t *testing.T) {
	h := newHouse(t)
	v := h.apply(t, h.upload(t, h.kz, "KZ", "Фамилия;Имя\nСерикова;Айгерім\n").ID)
	h.Exec(`INSERT INTO certificates (id, serial, person_id, award, origin, claim, seal, key_id, state, issued_at)
	        SELECT gen_random_uuid(), 'OLD', m.id, gen_random_uuid(), 'paper', '{}', '', '', 'valid', now() FROM import_made m WHERE m.import_id = $1 AND m.kind = 'person'`, v.ID)
	h.Exec(`INSERT INTO import_made (import_id, kind, id, person_id) SELECT $1, 'paper', id, person_id FROM certificates WHERE serial = 'OLD'`, v.ID)
	h.Exec(`INSERT INTO certificate_events (certificate_id, number, at, state) SELECT id, 1, now(), 'valid' FROM certificates WHERE serial = 'OLD'`)
	blockers := func() intake.Undoable {
		out, err := h.Blockers(t.Context(), h.kz, v.ID)
		must(t, err)
		return out
	}
	if out := blockers(); out.Total != 0 {
		t.Fatalf("in its way: %+v", out)
	}
	h.Exec(`INSERT INTO certificate_events (certificate_id, number, at, state) SELECT id, 2, now(), 'revoked' FROM certificates WHERE serial = 'OLD'`)
	if out := blockers(); out.Total != 1 || out.Blockers[0].What != "changed" {
		t.Errorf("in its way: %+v", out)
	}
}

// Twins are asked about where the actor may see them, and nothing is told of others.
func TestTwinsInSight(t *testing.T) {
	h := newHouse(t)
	here := h.Person(lmstest.PersonSpec{GivenName: "Aigerim", FamilyName: "Serikova", Country: "KZ"})
	h.Person(lmstest.PersonSpec{GivenName: "Юлия", FamilyName: "Цой", Country: "TJ"})
	v := h.upload(t, h.kz, "KZ", "ФИО\nСерикова Айгерім\nЦой Юлия\n")
	lines := h.lines(t, v.ID, intake.Note)
	if len(lines) != 1 || lines[0].Line != 2 || lines[0].Problems[0].Code != "twin-here" || lines[0].Problems[0].Twins[0].Person != here ||
		!slices.Contains(lines[0].Problems[0].Twins[0].Reasons, alike.NameTransliterated) {
		t.Fatalf("told: %+v", lines)
	}
	if _, err := h.Import(t.Context(), h.tj, v.ID); lms.KindOf(err) != lms.NotFound {
		t.Errorf("in another country: %v", err)
	}
	if list, err := h.Imports(t.Context(), h.tj); err != nil || len(list) != 0 {
		t.Errorf("in another country: %v %v", list, err)
	}
	if _, err := h.Upload(t.Context(), h.tj, intake.Upload{Data: []byte("ФИО\nА Б\n"), Country: "KZ"}); err == nil {
		t.Error("somebody brings people into another country")
	}
	if _, err := h.Upload(t.Context(), h.kz, intake.Upload{Data: []byte("ФИО;Страна\nА Б;KZ\n")}); err == nil {
		t.Error("a coordinator of one country brings a table of all")
	}
	v, err := h.Decide(t.Context(), h.kz, v.ID, intake.Decision{Lines: []int{2}, What: "same"})
	must(t, err)
	if v.Questions != 0 {
		t.Errorf("%d questions are left", v.Questions)
	}
	if v = h.apply(t, v.ID); v.Counts.People != 1 || v.Counts.Known != 1 {
		t.Errorf("%s %+v", v.Failure, v.Counts)
	}
}

// A mapping is remembered for tables with the same heads, without what was chosen for those people.
func TestMappingsAreRemembered(t *testing.T) {
	h := newHouse(t)
	const table = "Кто;Откуда\nСерикова Айгерим;Дом надежды\n"
	v := h.upload(t, h.kz, "KZ", table)
	if v.MappingFault != "name-unmapped" {
		t.Fatalf("guessed %v: %s", v.Mapping.Columns, v.MappingFault)
	}
	m := v.Mapping
	m.Columns, m.Cohort = []intake.Field{intake.FullName, intake.Organised}, h.cohort
	v, err := h.SetMapping(t.Context(), h.kz, v.ID, m)
	must(t, err)
	if v.Faults+v.Questions != 0 || v.MappingFault != "" {
		t.Errorf("%+v", v.Kinds)
	}
	again := h.upload(t, h.kz, "KZ", table)
	if !slices.Equal(again.Mapping.Columns, m.Columns) || !again.Mapping.Cohort.IsZero() {
		t.Errorf("remembered %+v", again.Mapping)
	}
	m.Columns = []intake.Field{intake.FullName, intake.FullName}
	if _, err := h.SetMapping(t.Context(), h.kz, v.ID, m); !isCode(err, "field-twice") {
		t.Errorf("one field twice: %v", err)
	}
}

// The database's keys of names are those of the package that compares them.
func TestKeysOfNamesAreTheDatabases(t *testing.T) {
	h := newHouse(t)
	names := []string{
		"Айгерім Серикова", "Aigerim Serikova", "Щербаков Дмитрий", "Dmitry Shcherbakov", "Ľubica Kováčová", "Žanna Štefánikova", "Юлия Цой", "Ия", "Ғаффор Раҳимзода",
		"O'Neil Нуъмон", "Алла Иоанновна Ким-Цой Пятая", "Æsa Łódź-ßen", "", "Серикова", "Жүсүп Токтогул уулу", "ÉLODIE", "Ёлкина Фёкла", "Їжакевич Ґалаґан Єва",
		"тхх шщх ТСХ tshch", "Ayşe Çelik İnci", "Ағайша Қасымқызы", "Эльмира Өмүрбек кызы",
	}
	for _, own := range names {
		for _, other := range []string{"", "Aigerim Serikova"} {
			got := h.Text(`SELECT array_to_string(name_keys($1, $2), '|')`, own, other)
			if want := strings.Join(alike.Keys(own, other), "|"); got != want {
				t.Errorf("%q, %q: the database says %s, the package %s", own, other, got, want)
			}
		}
	}
}

// Tables that nobody applies are not kept for ever.
func TestOldTablesAreDropped(t *testing.T) {
	h := newHouse(t)
	v := h.upload(t, h.kz, "KZ", "ФИО\nСерикова Айгерим\n")
	h.Exec(`UPDATE imports SET made_at = made_at - interval '31 days'`)
	must(t, h.Tidy(t.Context()))
	if n := h.Int(`SELECT count(*) FROM import_rows`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if _, err := h.SetMapping(t.Context(), h.kz, v.ID, v.Mapping); !isCode(err, "import-closed") {
		t.Errorf("a dropped import: %v", err)
	}
}

func TestFilesThatAreNoTables(t *testing.T) {
	h := newHouse(t)
	for code, data := range map[string]string{
		"file-empty": "", "file-no-table": "\x89PNG\x00\x00", "file-old-excel": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-quote-open": "ФИО;Имя\n\"" + strings.Repeat("a\n", 99),
	} {
		_, err := h.Upload(t.Context(), h.kz, intake.Upload{Name: "x", Data: []byte(data), Country: "KZ"})
		if !isCode(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if n := h.Int(`SELECT count(*) FROM imports`); n != 0 {
		t.Errorf("%d imports were kept", n)
	}
}

// Somebody who sees the world brings a table for Kazakhstan; the coordinator there opens it, and learns nothing of the
// namesake in Tajikistan.
func TestTwinsBeyondTheReaderAreNotTold(t *testing.T) {
	h := newHouse(t)
	g := lms.Grant{Role: lms.Admin, Scope: lms.AllGround()}
	admin := lms.Actor{Person: h.Person(lmstest.PersonSpec{Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}, Language: "ru"}
	v := h.upload(t, admin, "KZ", "Фамилия;Имя;E-mail\nРаҳимова;Саодат;taken0@example.org\nРаҳимова;Саодат;new@example.org\n")
	whole, err := h.Lines(t.Context(), admin, v.ID, intake.LinesQuery{})
	must(t, err)
	told := 0
	for _, l := range whole.Items {
		for _, p := range l.Problems {
			told += len(p.Twins)
		}
	}
	if told < 2 || len(whole.People) == 0 {
		t.Fatalf("there is nothing to hide: %+v", whole)
	}
	seen, err := h.Lines(t.Context(), h.kz, v.ID, intake.LinesQuery{})
	must(t, err)
	for _, l := range seen.Items {
		for _, p := range l.Problems {
			if len(p.Twins) > 0 {
				t.Errorf("line %d tells of somebody in TJ: %+v", l.Line, p)
			}
		}
		if l.SameAs != nil || l.Person != nil {
			t.Errorf("line %d names somebody in TJ", l.Line)
		}
	}
}

// An e-mail of one person and a login of another name nobody: who is meant is never drawn by lot.
func TestAddressesOfTwoPeople(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{GivenName: "Айгерим", FamilyName: "Серикова", Email: "a@example.org", Country: "KZ"})
	other := h.Person(lmstest.PersonSpec{GivenName: "Айгерим", FamilyName: "Серикова", Country: "KZ"})
	h.Exec(`UPDATE persons SET login = 'serikova' WHERE id = $1`, other)
	for range 8 {
		v := h.upload(t, h.kz, "KZ", "Фамилия;Имя;Почта;Логин\nСерикова;Айгерим;a@example.org;serikova\n")
		if v.Faults != 1 || !slices.ContainsFunc(v.Kinds, func(k intake.ProblemCount) bool { return k.Code == "login-of-another" }) {
			t.Fatalf("told: %+v", v.Kinds)
		}
		must(t, h.Drop(t.Context(), h.kz, v.ID))
	}
}

// A table whose job was given up is not kept for ever either.
func TestTablesThatWereNeverDoneAreDropped(t *testing.T) {
	h := newHouse(t)
	v := h.upload(t, h.kz, "KZ", "ФИО\nСерикова Айгерим\n")
	_, err := h.Apply(t.Context(), h.kz, v.ID)
	must(t, err)
	h.Exec(`UPDATE imports SET made_at = made_at - interval '31 days'`)
	must(t, h.Tidy(t.Context()))
	if got := h.Text(`SELECT state || ' ' || (SELECT count(*) FROM import_rows) FROM imports`); got != "dropped 0" {
		t.Errorf("it is %s", got)
	}
	must(t, h.DoApply(t.Context(), intake.ApplyJob{Import: v.ID}))
	if n := h.Int(`SELECT count(*) FROM persons WHERE family_name = 'Серикова'`); n != 0 {
		t.Error("a dropped table was done")
	}
}
