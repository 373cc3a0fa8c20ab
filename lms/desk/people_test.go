package desk_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mostik/lms"
	"mostik/lms/desk"
	"mostik/lms/who"
)

// names reads all pages of a list.
func (w *land) names(a lms.Actor, f who.Filter, sort string) (names []string, total int) {
	w.T.Helper()
	q := desk.PeopleQuery{Filter: f, Sort: sort}
	for range 20 {
		page, err := w.desk.People(w.T.Context(), a, q)
		if err != nil {
			w.T.Fatal(err)
		}
		if page.Total != nil {
			total = *page.Total
		}
		for _, p := range page.Items {
			names = append(names, p.Name)
		}
		if q.After = page.Next; q.After == "" {
			return names, total
		}
	}
	w.T.Fatal("the pages do not end")
	return nil, 0
}

func TestPeoplePageByPage(t *testing.T) {
	w := newLand(t)
	for i := range 120 {
		p := w.person(i % 3)
		if i%3 > 0 {
			w.takesPart(p, 0, "active")
		}
		if i%5 == 0 {
			w.paper(p, 0, i)
		}
		if i%4 > 0 {
			w.Exec(`UPDATE persons SET last_seen_at = $2::timestamptz - $3 * interval '1 day' WHERE id = $1`, p, now, i%7)
		}
	}
	all := coordinator(lms.AllGround())
	for _, f := range []who.Filter{{}, {Programme: w.programmes[0]}, {Programme: w.programmes[0], Certificate: "none"}, {Countries: []string{"KZ", "SK"}}} {
		want, total := w.names(all, f, "")
		if len(want) != total || total == 0 {
			t.Errorf("%s: %d of %d people", f.JSON(), len(want), total)
		}
		for _, sort := range []string{"name", "-name", "seen", "-seen", "until", "-until"} {
			got, _ := w.names(all, f, sort)
			slices.Sort(got)
			if other := slices.Sorted(slices.Values(want)); !slices.Equal(got, other) {
				t.Errorf("%s by %s: %d people and not the same %d", f.JSON(), sort, len(got), len(other))
			}
		}
	}
	if got, total := w.names(coordinator(lms.CountryGround("TJ")), who.Filter{}, "until"); len(got) != 40 || total != 40 {
		t.Errorf("TJ has %d people of %d", len(got), total)
	}
	if got, total := w.names(coordinator(lms.CountryGround("TJ")), who.Filter{Countries: []string{"KZ"}}, "name"); len(got) != 0 || total != 0 {
		t.Errorf("TJ sees of KZ %v", got)
	}
	mark := func(value string) string {
		return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `[%q, "`+lms.NewID[lms.Person]().String()+`"]`, value))
	}
	for _, q := range []desk.PeopleQuery{
		{Sort: "age"},
		{After: "x"},
		{Sort: "until", After: "WyJ4IiwieCJd"},
		{Sort: "until", After: mark("0000-01-01")},
		{Sort: "seen", After: mark("0000-01-01T00:00:00Z")},
		{Sort: "seen", After: mark("2026-01-01T00:00:00+23:00")},
	} {
		if _, err := w.desk.People(t.Context(), all, q); lms.KindOf(err) != lms.Invalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// The link to a record that was made one with another leads to that one.
func TestTheCardOfAMergedRecord(t *testing.T) {
	w := newLand(t)
	kept, gone := w.person(0), w.person(0)
	w.Exec(`UPDATE persons SET state = 'erased', merged_into = $2 WHERE id = $1`, gone, kept)
	c, err := w.desk.Card(t.Context(), coordinator(lms.CountryGround("KZ")), gone)
	if err != nil || c.Person.ID != kept {
		t.Errorf("it leads to %v, %v", c.Person.ID, err)
	}
	if _, err := w.desk.Card(t.Context(), coordinator(lms.CountryGround("TJ")), gone); lms.KindOf(err) != lms.NotFound {
		t.Errorf("from elsewhere: %v", err)
	}
}

func TestTables(t *testing.T) {
	w := newLand(t)
	p := w.person(0)
	w.person(1)
	w.Exec(`UPDATE persons SET family_name = '=1+1', given_name = '', phone = '+7 700 1', job = 'lawyer' WHERE id = $1`, p)
	w.takesPart(p, 0, "certified")
	w.paper(p, 0, forever)
	kz := coordinator(lms.CountryGround("KZ"))
	kz.Person = w.person(1)
	table, err := w.desk.Table(t.Context(), kz, who.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if n := w.Int(`SELECT count(*) FROM audit_events WHERE action = 'desk.table' AND actor_id = $1`, kz.Person); n != 1 {
		t.Errorf("who took the table along stands %d times on record", n)
	}
	var b bytes.Buffer
	if err := table.WriteCSV(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "'=1+1" || rows[1][6] != "lawyer" || rows[1][8] != "+7 700 1" || rows[1][9] != "certified" || rows[1][12] != "without end" {
		t.Errorf("the CSV of KZ: %v, %v", rows, err)
	}
	b.Reset()
	if err := table.WriteXLSX(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := f.GetRows("People"); err != nil || len(rows) != 2 || rows[1][0] != "=1+1" {
		t.Errorf("the workbook of KZ: %v, %v", rows, err)
	}
}

func TestCardAndExpiring(t *testing.T) {
	w := newLand(t)
	p, other := w.person(0), w.person(1)
	w.Exec(`UPDATE participations SET missing = '{a}' WHERE id = $1`, w.takesPart(p, 0, "certified"))
	w.paper(p, 0, 20)
	w.paper(p, 1, -3)
	w.paper(other, 0, 20)
	kz := coordinator(lms.CountryGround("KZ"))
	c, err := w.desk.Card(t.Context(), kz, p)
	if err != nil || len(c.Programmes) != 1 || c.Programmes[0].Programme.Title != "Counter-trafficking" || fmt.Sprint(c.Programmes[0].Missing) != "[The course]" || len(c.Certificates) != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	states := []string{c.Certificates[0].State, c.Certificates[1].State}
	if slices.Sort(states); fmt.Sprint(states) != "[expired valid]" {
		t.Errorf("certificates are %v", states)
	}
	w.Exec(`UPDATE course_versions SET document = $2 WHERE id = $1`, w.version,
		`{"course": {"title": {"en": "Identifying trafficking"}, "modules": [{"activities": [{"key": "m2-quiz", "title": {"ru": "Тест", "en": "Check yourself"}}]}]}}`)
	w.Exec(`UPDATE enrolments SET stuck_on = 'm2-quiz' WHERE id = $1`, w.Enrol(p, w.course, w.version, w.cohort))
	w.Exec(`INSERT INTO certificates (id, serial, person_id, course_id, award, claim, seal, key_id, issued_at)
	        VALUES ($1, 'OF-A-COURSE', $2, $3, $1, '{"course": "Распознавание торговли людьми"}', '', 'k', $4)`,
		lms.NewID[lms.Certificate](), p, w.course, w.Start.AddDate(1, 0, 0))
	c, err = w.desk.Card(t.Context(), kz, p)
	if err != nil || c.Certificates[0].Title != "Распознавание торговли людьми" || len(c.StuckOn) != 1 ||
		c.StuckOn[0].Course != "Identifying trafficking" || c.StuckOn[0].Activity != "Check yourself" {
		t.Errorf("keys instead of titles: %+v, %v", c, err)
	}
	_, there := w.desk.Card(t.Context(), kz, other)
	_, nowhere := w.desk.Card(t.Context(), kz, lms.NewID[lms.Person]())
	if lms.KindOf(there) != lms.NotFound || lms.KindOf(nowhere) != lms.NotFound {
		t.Errorf("somebody of TJ: %v; nobody: %v", there, nowhere)
	}
	for actor, want := range map[*lms.Actor]int{&kz: 1, {Person: lms.NewID[lms.Person](), Grants: coordinator(lms.AllGround()).Grants}: 2} {
		list, err := w.desk.Expiring(t.Context(), *actor, who.Filter{}, 30, "")
		if err != nil || len(list.Items) != want || list.Items[0].Days != 20 {
			t.Errorf("%d expire, %v; want %d", len(list.Items), err, want)
		}
	}
	// A paper of the past, of something that is neither a programme nor a course here.
	w.desk.Reasons = desk.Reasons
	w.Exec(`INSERT INTO certificates (id, serial, person_id, award, origin, claim, seal, key_id, issued_at, expires_on)
	        VALUES (gen_random_uuid(), 'OLD-1', $1, gen_random_uuid(), 'paper', '{"course":"First aid"}', '', '', $2, $3)`, p, w.Start, now.AddDate(0, 0, 5).Format("2006-01-02"))
	w.Exec(`UPDATE persons SET email = 'p@example.org' WHERE id = $1`, p)
	if list, err := w.desk.Expiring(t.Context(), kz, who.Filter{}, 19, ""); err != nil || len(list.Items) != 1 || list.Items[0].Title != "First aid" {
		t.Errorf("a paper of the past: %v, %v", list.Items, err)
	}
	if n, err := w.desk.Remind(t.Context()); err != nil || n == 0 || w.Int(`SELECT count(*) FROM mails WHERE subject = 'First aid'`) != 1 {
		t.Errorf("%d reminders, %v", n, err)
	}
	w.Exec(`DELETE FROM certificates WHERE serial = 'OLD-1'`)
	if list, err := w.desk.Expiring(t.Context(), kz, who.Filter{}, 19, ""); err != nil || len(list.Items) != 0 {
		t.Errorf("within 19 days: %v, %v", list.Items, err)
	}
}
