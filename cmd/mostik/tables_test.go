package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/desk"
	"mostik/lms/intake"
	"mostik/lms/lmstest"
	"mostik/lms/programme"
	"mostik/lms/who"
)

// tables are the services as the program puts them together, over a world with a programme and coordinators.
type tables struct {
	*lmstest.World
	*services
	url    string
	kz, tj lms.Actor
}

const kept = `{
  "title": {"en": "Assistance", "ru": "Помощь"}, "hours": "8", "components": [{"key": "meeting", "kind": "practice", "title": {"en": "Meeting"}}],
  "achievement": {"practice": "meeting"}}`

func newTables(t *testing.T) *tables {
	t.Helper()
	url := dbtest.URL(t)
	d, err := db.Open(t.Context(), db.Config{URL: url, MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	x := &tables{World: lmstest.On(t, d), url: url}
	site := newSite(t, url)
	site.vars["MOSTIK_PUBLIC_URL"] = "https://mostik.example"
	x.services, err = newServices(t.Context(), site.config(), &database{DB: d, url: url})
	x.must(err)
	x.kz, x.tj = x.coordinator(lms.CountryGround("KZ")), x.coordinator(lms.CountryGround("TJ"))
	x.publish("assist", "")
	return x
}

func (x *tables) must(err error) {
	x.T.Helper()
	if err != nil {
		x.T.Fatal(err)
	}
}

func (x *tables) coordinator(ground lms.Ground) lms.Actor {
	g := lms.Grant{Role: lms.Coordinator, Scope: ground}
	return lms.Actor{Person: x.Person(lmstest.PersonSpec{Country: "KZ", Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}, Language: "en"}
}

func (x *tables) publish(key, country string) {
	x.T.Helper()
	author := x.coordinator(lms.AllGround())
	_, err := x.programmes.Create(x.T.Context(), author, programme.NewProgramme{Key: key, Country: country, Definition: json.RawMessage(kept)})
	x.must(err)
	_, err = x.programmes.Publish(x.T.Context(), author, key)
	x.must(err)
}

// rows are three people: one is invited, one holds a paper that counts for the programme, one a paper of elsewhere.
func rows() [][]string {
	return [][]string{
		{"Фамилия", "Имя", "Эл. почта", "Программа", "Название сертификата", "Кем выдан", "Номер сертификата", "Дата выдачи", "Действителен до", "Часы"},
		{"Серикова", "Айгерим", "invited@example.org", "assist", "", "", "", "", "", ""},
		{"Омарова", "Дана", "holder@example.org", "assist", "Первая помощь", "Красный Полумесяц", "К-17", "12.03.2025", "12.03.2035", "16"},
		{"Ким", "Олег", "", "", "Право", "Университет", "У-4", "01.09.2020", "01.09.2023", ""},
	}
}

func asCSV(rows [][]string) []byte {
	var out strings.Builder
	for _, r := range rows {
		out.WriteString(strings.Join(r, ";") + "\r\n")
	}
	return []byte(out.String())
}

func (x *tables) asXLSX(rows [][]string) []byte {
	x.T.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		x.must(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r))
	}
	var out bytes.Buffer
	x.must(f.Write(&out))
	return out.Bytes()
}

// everything is what the database holds, without logs, imports, jobs, the record and the sums, which are folded now and
// then and compared by what the desk shows.
func (x *tables) everything() []string {
	x.T.Helper()
	out := dbtest.Data(x.T, x.url, "audit_events", "imports", "import_rows", "import_made", "river_*", "desk_changes", "desk_sums", "record_entries", "record_heads")
	lines := slices.DeleteFunc(strings.Split(out, "\n"), func(s string) bool {
		return strings.HasPrefix(s, "SELECT pg_catalog.setval") || strings.HasPrefix(s, `\restrict`) || strings.HasPrefix(s, `\unrestrict`)
	})
	slices.Sort(lines)
	return lines
}

func (x *tables) totals(actor lms.Actor) desk.Figures {
	x.T.Helper()
	b, err := x.desk.Board(x.T.Context(), actor, desk.BoardQuery{})
	x.must(err)
	return b.Totals
}

// Certificates of the past and places in a programme come by a table, stand at the person, are counted by the desk, and go
// again when the table is taken back.
func TestTablesBringProgrammesAndPapers(t *testing.T) {
	for name, made := range map[string]func(*tables) (string, []byte){
		"csv":  func(*tables) (string, []byte) { return "people.csv", asCSV(rows()) },
		"xlsx": func(x *tables) (string, []byte) { return "people.xlsx", x.asXLSX(rows()) },
	} {
		t.Run(name, func(t *testing.T) {
			x := newTables(t)
			ctx := t.Context()
			before, counted, elsewhere := x.everything(), x.totals(x.kz), x.totals(x.tj)
			file, data := made(x)
			v, err := x.intake.Upload(ctx, x.kz, intake.Upload{Name: file, Data: data, Country: "KZ"})
			x.must(err)
			if v.Rows != 3 || v.Faults != 0 || v.MappingFault != "" {
				lines, err := x.intake.Lines(ctx, x.kz, v.ID, intake.LinesQuery{})
				t.Fatalf("%d rows, %d faults, %s: %+v %v", v.Rows, v.Faults, v.MappingFault, lines, err)
			}
			x.apply(v.ID)
			x.shown()
			after := x.totals(x.kz)
			if after.People-counted.People != 3 || after.Invited-counted.Invited < 1 || after.Valid-counted.Valid != 1 || after.Lapsed-counted.Lapsed != 1 {
				t.Errorf("counted %+v, before %+v", after, counted)
			}
			if x.totals(x.tj) != elsewhere {
				t.Error("another country's desk counts them")
			}
			if n := x.Int(`SELECT count(*) FROM mails`); n != 0 {
				t.Errorf("a table wrote %d mails", n)
			}
			_, err = x.intake.Undo(ctx, x.kz, v.ID)
			x.must(err)
			if now := x.everything(); !slices.Equal(now, before) {
				t.Errorf("%d lines became %d", len(before), len(now))
				for _, line := range now {
					if _, known := slices.BinarySearch(before, line); !known {
						t.Errorf("left over: %.200s", line)
					}
				}
			}
			if x.totals(x.kz) != counted {
				t.Errorf("the desk counts %+v after all was taken back, %+v before", x.totals(x.kz), counted)
			}
		})
	}
}

func (x *tables) apply(id lms.ID[lms.Import]) {
	x.T.Helper()
	_, err := x.intake.Apply(x.T.Context(), x.kz, id)
	x.must(err)
	x.must(x.intake.DoApply(x.T.Context(), intake.ApplyJob{Import: id}))
	v, err := x.intake.Import(x.T.Context(), x.kz, id)
	x.must(err)
	if v.State != intake.Applied || v.Counts.People != 3 || v.Counts.Participations != 2 || v.Counts.Papers != 2 {
		x.T.Fatalf("%s, %+v", v.State, v.Counts)
	}
}

// shown looks at the people as a coordinator does.
func (x *tables) shown() {
	x.T.Helper()
	card := func(family string) desk.Card {
		var id lms.ID[lms.Person]
		x.must(db.Row(x.T.Context(), x.DB, `SELECT id FROM persons WHERE family_name = $1`, family).Scan(&id))
		c, err := x.desk.Card(x.T.Context(), x.kz, id)
		x.must(err)
		if _, err := x.desk.Card(x.T.Context(), x.tj, id); lms.KindOf(err) != lms.NotFound {
			x.T.Errorf("%s is shown to another country: %v", family, err)
		}
		return c
	}
	invited, holder, lapsed := card("Серикова"), card("Омарова"), card("Ким")
	if len(invited.Programmes) != 1 || invited.Programmes[0].Programme.Key != "assist" || invited.Programmes[0].State != "invited" || len(invited.Certificates) != 0 {
		x.T.Errorf("who is invited: %+v %+v", invited.Programmes, invited.Certificates)
	}
	if len(holder.Certificates) != 1 || holder.Certificates[0].State != "valid" || holder.Certificates[0].Title != "Assistance" || len(holder.Programmes) != 1 {
		x.T.Errorf("who holds a paper: %+v %+v", holder.Programmes, holder.Certificates)
	}
	if len(lapsed.Certificates) != 1 || lapsed.Certificates[0].State != "expired" || len(lapsed.Programmes) != 0 {
		x.T.Errorf("whose paper is over: %+v %+v", lapsed.Programmes, lapsed.Certificates)
	}
}

// Programmes are filled by rule: in the part of the world of whoever made it, with the rights that they have then; nobody
// goes by it, nobody who was taken out comes back, and each who comes is written to once.
func TestProgrammesByRule(t *testing.T) {
	x := newTables(t)
	ctx := t.Context()
	librarian := func(country string) lms.ID[lms.Person] {
		id := x.Person(lmstest.PersonSpec{Country: country, Email: fmt.Sprintf("p%d@example.org", x.Int(`SELECT count(*) FROM persons`))})
		x.Exec(`UPDATE persons SET job = 'librarian', language = 'ru' WHERE id = $1`, id)
		return id
	}
	one, two, abroad := librarian("KZ"), librarian("KZ"), librarian("TJ")
	f := who.Filter{Jobs: []string{"librarian"}}
	if _, err := x.intake.SetProgrammeRule(ctx, x.kz, "assist", who.Filter{}, true); lms.KindOf(err) != lms.Invalid {
		t.Errorf("a rule that narrows nothing: %v", err)
	}
	r, err := x.intake.ProgrammeRule(ctx, x.kz, "assist", &f)
	x.must(err)
	if r.Exists || r.Comes.Total != 2 {
		t.Fatalf("before the rule: %+v", r)
	}
	in := func(want string) {
		t.Helper()
		got := x.Text(`SELECT coalesce(string_agg(pa.state || ' ' || p.country, ', ' ORDER BY pa.invited_at, pa.id), '') FROM participations pa JOIN persons p ON p.id = pa.person_id`)
		if got != want {
			t.Errorf("in the programme: %s, want %s", got, want)
		}
	}
	in("")
	r, err = x.intake.SetProgrammeRule(ctx, x.kz, "assist", f, true)
	x.must(err)
	if !r.Exists || r.Added != 2 || r.Comes.Total != 0 {
		t.Errorf("the rule: %+v", r)
	}
	in("invited KZ, invited KZ")
	x.mailed(2)

	// Another coordinator has a rule of their own, and does not see this one.
	other, err := x.intake.ProgrammeRule(ctx, x.tj, "assist", nil)
	x.must(err)
	if other.Exists || other.MadeBy != "" || len(other.Filter.Jobs) != 0 {
		t.Errorf("the other coordinator reads %+v", other)
	}
	x.publish("only-kz", "KZ")
	if _, err := x.intake.SetProgrammeRule(ctx, x.tj, "only-kz", f, true); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a programme elsewhere: %v", err)
	}

	// Who was taken out stays out, who is new comes at the hour, who fits no more stays.
	x.Exec(`UPDATE participations SET state = 'withdrawn' WHERE person_id = $1`, one)
	x.Exec(`UPDATE persons SET job = 'police' WHERE id = $1`, two)
	librarian("KZ")
	x.must(x.intake.FillAll(ctx))
	x.must(x.intake.FillAll(ctx))
	in("withdrawn KZ, invited KZ, invited KZ")
	x.mailed(3)
	_, err = x.intake.SetProgrammeRule(ctx, x.tj, "assist", f, true)
	x.must(err)
	if n := x.Int(`SELECT count(*) FROM participations WHERE person_id = $1`, abroad); n != 1 {
		t.Errorf("the other rule invited %d of the one who fits", n)
	}

	// Whoever made it loses the right: it stands still and says so; the other one goes on.
	x.Exec(`DELETE FROM memberships WHERE person_id = $1`, x.kz.Person)
	librarian("KZ")
	librarian("TJ")
	x.must(x.intake.FillAll(ctx))
	if n := x.Int(`SELECT count(*) FROM participations`); n != 5 {
		t.Errorf("%d take part", n)
	}
	if n := x.Int(`SELECT count(*) FROM enrolment_rules WHERE failure <> '' AND made_by = $1`, x.kz.Person); n != 1 {
		t.Error("the rule does not say that it stands still")
	}
	x.must(x.intake.DropProgrammeRule(ctx, x.tj, "assist"))
	if n := x.Int(`SELECT count(*) FROM enrolment_rules`); n != 1 {
		t.Errorf("%d rules are left", n)
	}
}

// A rule outlives nobody's job: whoever answers for everybody whom it can bring sees it, stops it and takes it over; it
// says at once that its maker may no longer, and invites nobody then. Of a rule that reaches further nothing is told.
func TestRulesOutliveTheirMakers(t *testing.T) {
	x := newTables(t)
	ctx := t.Context()
	librarian := func(country string) {
		id := x.Person(lmstest.PersonSpec{Country: country})
		x.Exec(`UPDATE persons SET job = 'librarian' WHERE id = $1`, id)
	}
	librarian("KZ")
	librarian("TJ")
	f := who.Filter{Jobs: []string{"librarian"}}
	taking := func(want int) {
		t.Helper()
		if n := x.Int(`SELECT count(*) FROM participations`); n != want {
			t.Errorf("%d take part, want %d", n, want)
		}
	}
	keep := func(actor lms.Actor, f who.Filter) lms.ID[intake.Rule] {
		t.Helper()
		_, err := x.intake.SetProgrammeRule(ctx, actor, "assist", f, true)
		x.must(err)
		id, err := lms.ParseID[intake.Rule](x.Text(`SELECT id FROM enrolment_rules WHERE made_by = $1`, actor.Person))
		x.must(err)
		return id
	}
	// sees gives the rule as somebody sees it, in the list and by what they may do with it.
	sees := func(actor lms.Actor, id lms.ID[intake.Rule]) *intake.ProgrammeRule {
		t.Helper()
		list, err := x.intake.Rules(ctx, actor, "assist")
		x.must(err)
		for _, one := range list {
			if one.ID == id {
				return &one
			}
		}
		for _, err := range []error{x.intake.StopRule(ctx, actor, id), x.intake.TakeRule(ctx, actor, id), x.intake.DropRule(ctx, actor, id)} {
			if lms.KindOf(err) != lms.NotFound {
				t.Errorf("a rule that is not listed: %v", err)
			}
		}
		return nil
	}
	leaver, colleague, all := x.coordinator(lms.CountryGround("KZ")), x.coordinator(lms.CountryGround("KZ")), x.coordinator(lms.AllGround())
	here := x.Centre("KZ")
	of := x.coordinator(lms.CentreGround(here))
	rule := keep(leaver, f)
	taking(1)
	if r := sees(colleague, rule); r == nil || r.Own || r.MadeBy == "" || r.Failure != "" || !r.Active || len(r.Filter.Jobs) != 1 {
		t.Fatalf("a colleague sees %+v", r)
	}
	if sees(leaver, rule) == nil || sees(all, rule) == nil || sees(x.tj, rule) != nil || sees(of, rule) != nil {
		t.Error("seen by those who answer for less, or not by those who answer for more")
	}

	// Another's that reaches beyond is not there, though it brings people from here; one that names the country is.
	wide := keep(all, f)
	taking(2)
	if sees(colleague, wide) != nil {
		t.Error("a rule for the whole world is shown to one country")
	}
	keep(all, who.Filter{Jobs: f.Jobs, Countries: []string{"KZ"}})
	if sees(colleague, wide) == nil || sees(x.tj, wide) != nil {
		t.Error("a rule for one country is that country's")
	}
	// Nor is one that names what lies elsewhere, whoever it can bring.
	keep(all, who.Filter{Countries: []string{"KZ"}, Organisations: []lms.ID[lms.Organisation]{x.Organisation("TJ")}})
	if sees(colleague, wide) != nil {
		t.Error("a rule names what lies elsewhere")
	}
	// A rule does not grow with its maker.
	x.Exec(`UPDATE memberships SET scope_kind = 'all', country = NULL WHERE person_id = $1`, leaver.Person)
	librarian("TJ")
	x.must(x.intake.DropRule(ctx, all, wide))
	x.must(x.intake.FillAll(ctx))
	taking(2)
	x.Exec(`UPDATE memberships SET scope_kind = 'country', country = 'KZ' WHERE person_id = $1`, leaver.Person)

	still := func(why string) {
		t.Helper()
		before := x.Int(`SELECT count(*) FROM participations`)
		librarian("KZ")
		if r := sees(colleague, rule); r == nil || r.Failure != why || r.Comes.Total != 1 {
			t.Errorf("before its hour it says %+v, want %s", r, why)
		}
		x.must(x.intake.FillAll(ctx))
		taking(before)
		if got := x.Text(`SELECT failure FROM enrolment_rules WHERE id = $1`, rule); got != why {
			t.Errorf("it stands still for %q, want %q", got, why)
		}
		x.Exec(`DELETE FROM persons WHERE job = 'librarian' AND NOT EXISTS (SELECT FROM participations WHERE person_id = persons.id)`)
	}
	x.Exec(`UPDATE persons SET state = 'blocked' WHERE id = $1`, leaver.Person)
	still("rule-maker-gone")
	x.Exec(`UPDATE persons SET state = 'active' WHERE id = $1`, leaver.Person)
	x.Exec(`UPDATE memberships SET country = 'TJ' WHERE person_id = $1`, leaver.Person)
	still("rule-rights")
	x.Exec(`DELETE FROM memberships WHERE person_id = $1`, leaver.Person)
	still("rule-rights")
	keys, err := account.KeysFromSeed(make([]byte, 32))
	x.must(err)
	accounts, err := account.New(ctx, x.DB, account.Config{}, keys, nil) // without rooms to leave
	x.must(err)
	x.must(accounts.ErasePerson(ctx, all, leaver.Person))
	still("rule-maker-gone")
	if r := sees(colleague, rule); r.MadeBy != "" {
		t.Errorf("an erased maker is named %q", r.MadeBy)
	}

	// Taken over, it goes on.
	librarian("KZ")
	x.must(x.intake.TakeRule(ctx, colleague, rule))
	taking(3)
	if r := sees(colleague, rule); r == nil || !r.Own || r.Failure != "" || !r.Active {
		t.Errorf("taken over: %+v", r)
	}
	// Stopped by somebody else, its maker reads so, and may keep it again.
	x.must(x.intake.StopRule(ctx, x.kz, rule))
	librarian("KZ")
	x.must(x.intake.FillAll(ctx))
	taking(3)
	own, err := x.intake.ProgrammeRule(ctx, colleague, "assist", nil)
	x.must(err)
	if own.Active || own.Failure != "rule-stopped" {
		t.Errorf("its maker reads %+v", own)
	}
	other := keep(x.kz, who.Filter{Jobs: []string{"police"}})
	if err := x.intake.TakeRule(ctx, x.kz, rule); lms.KindOf(err) != lms.Conflict {
		t.Errorf("a second rule of one's own: %v", err)
	}
	x.must(x.intake.DropRule(ctx, colleague, other))
	x.must(x.intake.TakeRule(ctx, x.kz, rule))
	taking(4)
	acts := x.Text(`SELECT string_agg(action || ' ' || count, ', ' ORDER BY action) FROM (SELECT action, count(*) FROM audit_events WHERE action LIKE 'programme.rule%' GROUP BY 1) a`)
	if acts != "programme.rule 5, programme.rule-drop 2, programme.rule-invite 4, programme.rule-stop 1, programme.rule-take 2" {
		t.Errorf("on record: %s", acts)
	}
}

func (x *tables) mailed(n int) {
	x.T.Helper()
	if got := x.Int(`SELECT count(*) FROM mails`); got != n {
		x.T.Errorf("%d mails, want %d", got, n)
	}
	if got := x.Int(`SELECT count(*) FROM mails WHERE language = 'ru' AND subject = 'Приглашение: Помощь' AND body LIKE '%https://mostik.example/programmes/assist%'`); got != n {
		x.T.Errorf("%d mails in Russian lead to the programme: %s", got, x.Text(`SELECT subject || body FROM mails LIMIT 1`))
	}
}

// What keeps a paper out is told by its row, before anything is done: the same paper twice in the table, or entered
// already, one's own, and texts that no certificate has room for.
func TestPapersThatCannotBeEntered(t *testing.T) {
	x := newTables(t)
	ctx := t.Context()
	const heads = "Фамилия;Имя;Эл. почта;Название сертификата;Кем выдан;Номер сертификата;Дата выдачи;Часы\n"
	table := func(text string) intake.View {
		t.Helper()
		v, err := x.intake.Upload(ctx, x.kz, intake.Upload{Name: "papers.csv", Data: []byte(heads + text), Country: "KZ"})
		x.must(err)
		return v
	}
	v := table("Омарова;Дана;holder@example.org;Первая помощь;Красный Полумесяц;К-17;12.03.2025;16\n")
	_, err := x.intake.Apply(ctx, x.kz, v.ID)
	x.must(err)
	x.must(x.intake.DoApply(ctx, intake.ApplyJob{Import: v.ID}))
	x.Exec(`UPDATE persons SET email = 'me@example.org', given_name = 'Мира', family_name = 'Линд' WHERE id = $1`, x.kz.Person)
	v = table("Омарова;Дана;holder@example.org;Первая помощь;красный полумесяц;к-17;12.03.2025;16\n" +
		"Ким;Олег;o@example.org;Право;Университет;У-4;01.09.2020;8\n" +
		"Ким;Олег;o@example.org;Право;УНИВЕРСИТЕТ;у-4;01.09.2020;8\n" +
		"Линд;Мира;me@example.org;Право;Университет;У-5;01.09.2020;8\n" +
		"Цой;Юлия;;" + strings.Repeat("Право ", 60) + ";Университет;У-6;01.09.2020;8\n" +
		"Пак;Инна;;Право;Университет;У-7;01.09.2020;0,333333333\n")
	lines, err := x.intake.Lines(ctx, x.kz, v.ID, intake.LinesQuery{Level: intake.Fault})
	x.must(err)
	told := ""
	for _, l := range lines.Items {
		for _, p := range l.Problems {
			if p.Level == intake.Fault {
				told += fmt.Sprintf("%d %s, ", l.Line, p.Code)
			}
		}
	}
	if told != "2 paper-known, 4 paper-twice, 5 paper-own, 6 too-long, 7 hours-malformed, " {
		t.Errorf("told: %s", told)
	}
	m := v.Mapping
	m.SkipFaulty = true
	_, err = x.intake.SetMapping(ctx, x.kz, v.ID, m)
	x.must(err)
	if c, err := x.intake.DryRun(ctx, x.kz, v.ID); err != nil || c.Papers != 1 {
		t.Errorf("%v, %d papers", err, c.Papers)
	}
}

// What others did since with what a table brought keeps it from being taken back: a paper that was suspended, a place in a
// programme that somebody was taken out of.
func TestWhatOthersDidSinceIsNotTakenBack(t *testing.T) {
	for name, since := range map[string]func(x *tables) error{
		"suspended": func(x *tables) error {
			serial := x.Text(`SELECT serial FROM certificates WHERE paper_number = 'К-17'`)
			return x.certificates.Change(x.T.Context(), x.kz, serial, certificate.Suspend, "the office has burnt down")
		},
		"scanned": func(x *tables) error {
			x.Exec(`UPDATE certificates SET scan_sha256 = 'x', scan_type = 'image/png', scan_bytes = 1 WHERE paper_number = 'К-17'`)
			return nil
		},
		"withdrawn": func(x *tables) error {
			id, err := lms.ParseID[lms.Participation](x.Text(`SELECT x.id FROM participations x JOIN persons p ON p.id = x.person_id WHERE p.family_name = 'Серикова'`))
			x.must(err)
			return x.programmes.Withdraw(x.T.Context(), x.kz, id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTables(t)
			// They were there before: nothing of themselves keeps the table.
			for _, r := range rows()[1:] {
				x.Person(lmstest.PersonSpec{FamilyName: r[0], GivenName: r[1], Email: r[2], Country: "KZ"})
			}
			v, err := x.intake.Upload(t.Context(), x.kz, intake.Upload{Name: "people.csv", Data: asCSV(rows()), Country: "KZ"})
			x.must(err)
			_, err = x.intake.Decide(t.Context(), x.kz, v.ID, intake.Decision{Code: "twin-here", What: "same"})
			x.must(err)
			_, err = x.intake.Apply(t.Context(), x.kz, v.ID)
			x.must(err)
			x.must(x.intake.DoApply(t.Context(), intake.ApplyJob{Import: v.ID}))
			if out, err := x.intake.Blockers(t.Context(), x.kz, v.ID); err != nil || out.Total != 0 {
				t.Fatalf("before: %v %+v", err, out)
			}
			x.must(since(x))
			if _, err = x.intake.Undo(t.Context(), x.kz, v.ID); lms.KindOf(err) != lms.Conflict {
				t.Errorf("taken back: %v", err)
			}
			if out, err := x.intake.Blockers(t.Context(), x.kz, v.ID); err != nil || out.Total != 1 || out.Blockers[0].What != "changed" {
				t.Errorf("in its way: %v %+v", err, out)
			}
		})
	}
}

// A table for one country is no way to somebody of another, whom the actor sees by a cohort only.
func TestTablesReachNobodyElsewhere(t *testing.T) {
	x := newTables(t)
	ctx := t.Context()
	course, version := x.Course("a-course", `{}`)
	cohort := x.Cohort(course, "TJ", x.Centre("TJ"))
	there := x.Person(lmstest.PersonSpec{GivenName: "Саодат", FamilyName: "Раҳимова", Email: "s@example.org", Country: "TJ"})
	x.Enrol(there, course, version, cohort)
	actor := x.kz
	actor.Grants = append(slices.Clone(actor.Grants), lms.Grant{Role: lms.Coordinator, Scope: lms.CohortGround(cohort)})
	v, err := x.intake.Upload(ctx, actor, intake.Upload{Name: "p.csv", Country: "KZ", Data: []byte(
		"Фамилия;Имя;Эл. почта;Программа\nРаҳимова;Саодат;s@example.org;assist\n")})
	x.must(err)
	if v.Faults != 1 || !slices.ContainsFunc(v.Kinds, func(k intake.ProblemCount) bool { return k.Code == "beyond-scope" }) {
		t.Errorf("told: %+v", v.Kinds)
	}
}

// Each invitation writes once, in the person's language, and only who has an address.
func TestInvitationsAreWritten(t *testing.T) {
	x := newTables(t)
	ctx := t.Context()
	with, without := x.Person(lmstest.PersonSpec{Country: "KZ", Email: "with@example.org"}), x.Person(lmstest.PersonSpec{Country: "KZ"})
	x.Exec(`UPDATE persons SET language = 'ru' WHERE id = $1`, with)
	x.Exec(`UPDATE persons SET email = NULL WHERE id = $1`, without)
	for range 2 {
		_, err := x.programmes.Invite(ctx, x.kz, "assist", programme.Invitation{People: []lms.ID[lms.Person]{with, without}})
		x.must(err)
	}
	x.mailed(1)
	if got := x.Text(`SELECT address FROM mails`); got != "with@example.org" {
		t.Errorf("it goes to %s", got)
	}
}
