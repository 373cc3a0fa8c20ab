package webinar_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/lmstest"
	"mostik/lms/webinar"
)

// hall is a webinar of one cohort with a site, its folder, and whoever reports on it.
type hall struct {
	*lmstest.World
	*webinar.Service
	id, dir                    string
	host, trainee, facilitator lms.Actor
	centre                     lms.ID[lms.Centre]
	enrolment                  lms.ID[lms.Enrolment]
	now                        time.Time
	awards                     []webinar.Credit
	kept                       int // how often a room was written down
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{World: lmstest.New(t), id: "w1", dir: t.TempDir(), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	blobs, err := blob.Open(t.TempDir())
	h.must(err)
	h.centre = h.Centre("KZ")
	course, version := h.Course("live", `{}`)
	cohort := h.Cohort(course, "KZ", lms.ID[lms.Centre]{})
	grant := func(g lms.Grant) lms.Actor {
		return lms.Actor{Person: h.Person(lmstest.PersonSpec{Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}}
	}
	h.host = lms.Actor{Person: h.Person(lmstest.PersonSpec{GivenName: "Vera", FamilyName: "Host"})}
	h.trainee = lms.Actor{Person: h.Person(lmstest.PersonSpec{GivenName: "Dilnoza", FamilyName: "Rahimova", Country: "KZ", Centre: h.centre})}
	h.facilitator = grant(lms.Grant{Role: lms.Facilitator, Scope: lms.CentreGround(h.centre)})
	h.enrolment = h.Enrol(h.trainee.Person, course, version, cohort)
	h.Exec(`INSERT INTO webinars (id, title, language, country, cohort_id, activity_key, starts_at, ends_at, guest_code, created_at)
	        VALUES ($1, 'Preventing burnout', 'en', 'KZ', $2, 'w', $3, $4, 'g', $3)`, h.id, cohort, h.now, h.now.Add(2*time.Hour))
	h.Exec(`INSERT INTO webinar_people (webinar_id, person_id, role) VALUES ($1, $2, 'host')`, h.id, h.host.Person)
	h.Exec(`INSERT INTO webinar_sites (webinar_id, centre_id) VALUES ($1, $2)`, h.id, h.centre)
	h.Service = &webinar.Service{
		DB: h.World.DB, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Now: func() time.Time { return h.now }, Blobs: blobs,
		Award: func(_ context.Context, c webinar.Credit) (lms.ID[lms.Enrolment], string, error) {
			h.awards = append(h.awards, c)
			switch {
			case c.Person != h.trainee.Person:
				return lms.ID[lms.Enrolment]{}, "", nil
			case c.Reached:
				return h.enrolment, "given", nil
			}
			return h.enrolment, "taken", nil
		},
		KeptFile: func(webinar, part, key string) (string, error) { return filepath.Join(h.dir, part+"-"+key), nil },
	}
	for _, dir := range []string{"journal", "rooms"} {
		h.must(os.Mkdir(filepath.Join(h.dir, dir), 0o700))
	}
	return h
}

func (h *hall) must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

func (h *hall) journal() string { return filepath.Join(h.dir, "journal", h.id+".jsonl") }

// play lets a room happen: the host for 100 minutes with a pause of ten, a site with a walk-in, the trainee for some.
func (h *hall) play(minutes int) {
	h.T.Helper()
	r := room.Open(room.New(h.id, room.Info{Title: "Preventing burnout"}), []byte("secret"))
	f, err := os.OpenFile(h.journal(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	h.must(err)
	defer f.Close()
	at := func(minute int) int64 { return h.now.Add(time.Duration(minute) * time.Minute).UnixMilli() }
	carry := func() {
		for _, e := range r.Effects() {
			if e.Note != nil {
				raw, err := json.Marshal(e.Note)
				h.must(err)
				_, err = f.Write(append(raw, '\n'))
				h.must(err)
			}
		}
	}
	join := func(minute int, t live.Ticket) string {
		t.Webinar, t.ID = h.id, t.Name
		person, err := r.Join(at(minute), t, "", t.Name, 0)
		h.must(err)
		carry()
		return person
	}
	do := func(minute int, person, id string, c signal.Command) {
		r.Apply(at(minute), person, id, c)
		carry()
	}
	host := join(0, live.Ticket{Role: live.Host, Person: h.host.Person.String(), Name: "Vera Host"})
	site := join(0, live.Ticket{Role: live.Viewer, Site: h.centre.String(), Name: "Almaty"})
	trainee := join(0, live.Ticket{Role: live.Viewer, Person: h.trainee.Person.String(), Name: "Dilnoza Rahimova"})
	do(0, site, "1", &signal.WalkIn{Key: "e1", Visitor: "=Aliya"})
	do(1, trainee, "1", &signal.SendChat{Key: "c1", Text: "hello all"})
	do(1, trainee, "2", &signal.SendChat{Key: "c2", To: "hosts", Text: "hello hosts"})
	do(1, trainee, "3", &signal.SendChat{Key: "c3", To: host, Text: "hello privately"})
	do(2, trainee, "4", &signal.Ask{Key: "q1", Text: "an open question"})
	do(2, trainee, "5", &signal.Ask{Key: "q2", Text: "a question of nobody", Anonymous: true})
	do(2, host, "1", &signal.VoteQuestion{Key: "q1", On: true})
	options := []signal.Option{{Key: "a", Text: "A"}, {Key: "b", Text: "B"}}
	do(3, host, "2", &signal.MakePoll{Key: "p1", Question: "anonymous?", Kind: "single", Options: options, Anonymous: true})
	do(3, host, "3", &signal.OpenPoll{Key: "p1"})
	do(3, trainee, "6", &signal.VotePoll{Key: "p1", Choices: []string{"a"}})
	do(3, host, "4", &signal.WriteNotes{Text: "what we agreed"})
	if p := r.AddFile(at(4), trainee, "f1", room.File{Name: "../plan.txt", Type: "text/plain", Size: 4, Keep: "webinar"}); p != nil {
		h.T.Fatal(p)
	}
	if p := r.AddFile(at(4), trainee, "f2", room.File{Name: "Case of Anna K.docx", Size: 4, Keep: "case"}); p != nil {
		h.T.Fatal(p)
	}
	carry()
	h.keep(r) // under way, with an anonymous poll of one open and a case on the table
	if n := h.Int(`SELECT count(*) FROM webinar_items WHERE body::text LIKE '%Anna%'`); n != 0 {
		h.T.Error("the name of case material is written down")
	}
	h.must(os.WriteFile(filepath.Join(h.dir, "file-f1"), []byte("plan"), 0o600))
	do(50, host, "5", &signal.SetPause{On: true, Label: "tea"})
	do(60, host, "6", &signal.SetPause{})
	r.Leave(at(minutes), trainee)
	carry()
	do(100, host, "7", &signal.EndRoom{})
	raw, err := json.Marshal(r.State)
	h.must(err)
	h.must(os.WriteFile(filepath.Join(h.dir, "rooms", h.id+".json"), raw, 0o600))
	h.now = h.now.Add(101 * time.Minute)
}

func (h *hall) drain() {
	h.T.Helper()
	h.must(h.Drain(h.T.Context(), filepath.Join(h.dir, "journal")))
	h.must(h.KeepRooms(h.T.Context(), filepath.Join(h.dir, "rooms")))
}

func (h *hall) line(key string) webinar.Presence {
	h.T.Helper()
	a, err := h.Attendance(h.T.Context(), h.host, h.id)
	h.must(err)
	i := slices.IndexFunc(a.People, func(p webinar.Presence) bool { return p.Key == key })
	if i < 0 {
		h.T.Fatalf("nobody is %s in %+v", key, a.People)
	}
	return a.People[i]
}

func (h *hall) credit() string {
	return h.Text(`SELECT coalesce((SELECT state || ' ' || percent FROM webinar_credits WHERE enrolment_id = $1), '')`, h.enrolment)
}

// From the journal to the course: enough is given, a correction takes it back, and taking the correction back gives it
// again.
func TestPresenceFeedsTheCourse(t *testing.T) {
	h := newHall(t)
	h.play(90) // 80 of 90 minutes: the pause is nobody's
	h.drain()
	h.drain()
	me := "person/" + h.trainee.Person.String()
	if p := h.line(me); p.Minutes != 80 || p.Percent != 89 || p.Credit != "given" {
		t.Errorf("%+v", p)
	}
	if got := h.credit(); got != "given 89" {
		t.Errorf("the credit is %q", got)
	}
	if n := h.Int(`SELECT count(*) FROM webinar_minutes WHERE person_id = $1 AND minutes = 80 AND floor = 90`, h.trainee.Person); n != 1 {
		t.Errorf("%d rows of one's own minutes", n)
	}
	_, err := h.Correct(t.Context(), h.host, h.id, webinar.CorrectionInput{Kind: "strike", Who: me, Reason: "somebody else's account"})
	h.must(err)
	if p := h.line(me); p.Minutes != 0 || p.Before == nil || p.Before.Minutes != 80 || h.credit() != "taken 0" {
		t.Errorf("after the correction: %+v, credit %q", p, h.credit())
	}
	h.awards = slices.DeleteFunc(h.awards, func(c webinar.Credit) bool { return c.Person != h.trainee.Person })
	if last := h.awards[len(h.awards)-1]; last.Reached || !last.Given {
		t.Errorf("the learning core was told %+v", last)
	}
	_, err = h.Correct(t.Context(), h.host, h.id, webinar.CorrectionInput{Kind: "withdraw", Withdraws: 1, Reason: "it was her after all"})
	h.must(err)
	if h.credit() != "given 89" {
		t.Errorf("after the withdrawal: %q", h.credit())
	}
	e, err := h.Evidence(t.Context(), h.host, h.id, me)
	h.must(err)
	if len(e.Corrections) != 2 || e.Corrections[0].Author != "Vera Host" || e.Corrections[0].Reason != "somebody else's account" {
		t.Errorf("the corrections: %+v", e.Corrections)
	}
	if n := h.Int(`SELECT count(*) FROM audit_events WHERE action = 'webinar.correct' AND subject_id = $1`, h.id); n != 2 {
		t.Errorf("%d acts on record", n)
	}
}

// A walk-in is matched to a person by the facilitator, who sees the own centre alone.
func TestAFacilitatorCorrectsTheOwnCentre(t *testing.T) {
	h := newHall(t)
	h.play(30)
	h.drain()
	a, err := h.Attendance(t.Context(), h.facilitator, h.id)
	h.must(err)
	if a.Whole || len(a.People) != 2 { // the walk-in, and the trainee whose home it is
		t.Errorf("a facilitator sees %+v", a.People)
	}
	if _, err := h.Said(t.Context(), h.facilitator, h.id); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("and what was said: %v", err)
	}
	list, err := h.Candidates(t.Context(), h.facilitator, h.id, "Dilnosa Rahimowa")
	h.must(err)
	if len(list) != 1 || list[0].ID != h.trainee.Person.String() || !list[0].Likely {
		t.Errorf("candidates: %+v", list)
	}
	if _, err := h.Correct(t.Context(), h.facilitator, h.id, webinar.CorrectionInput{
		Kind: "match", Who: "entry/e1", Person: h.host.Person, Reason: "not of this centre",
	}); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a facilitator names somebody from elsewhere: %v", err)
	}
	_, err = h.Correct(t.Context(), h.facilitator, h.id, webinar.CorrectionInput{Kind: "match", Who: "entry/e1", Person: h.trainee.Person, Reason: "I know her"})
	h.must(err)
	p := h.line("person/" + h.trainee.Person.String())
	if p.Minutes != 90 || !slices.Equal(p.Evidence, []string{"device", "tick"}) || p.Credit != "given" {
		t.Errorf("matched: %+v", p)
	}
	sheet, err := h.AddPaper(t.Context(), h.facilitator, h.id, h.centre, "sheet.pdf", strings.NewReader("%PDF-1.7\n"))
	h.must(err)
	if _, err := h.AddPaper(t.Context(), h.facilitator, h.id, h.centre, "x", strings.NewReader("<script>")); lms.KindOf(err) != lms.Invalid {
		t.Errorf("a page is taken for a sheet: %v", err)
	}
	began := h.now.Add(-101 * time.Minute)
	n, err := h.Correct(t.Context(), h.facilitator, h.id, webinar.CorrectionInput{
		Kind: "add", Name: "Bakyt", Centre: h.centre, From: began, To: began.Add(50 * time.Minute), Paper: sheet.ID, Reason: "on the sheet",
	})
	h.must(err)
	if p := h.line("added/2"); n != 2 || p.Minutes != 50 || !slices.Equal(p.Evidence, []string{"paper"}) || p.Home != h.centre.String() {
		t.Errorf("added from the sheet: %+v", p)
	}
}

// Whoever coordinates one of the centres that came has that centre's people, and neither the others nor what was said.
func TestACoordinatorOfOneCentreHasTheOwnPeople(t *testing.T) {
	h := newHall(t)
	h.play(90)
	h.drain()
	other := h.Centre("KZ")
	h.Exec(`INSERT INTO webinar_sites (webinar_id, centre_id) VALUES ($1, $2)`, h.id, other)
	g := lms.Grant{Role: lms.Coordinator, Scope: lms.CentreGround(other)}
	local := lms.Actor{Person: h.Person(lmstest.PersonSpec{Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}}
	a, err := h.Attendance(t.Context(), local, h.id)
	h.must(err)
	if a.Whole || len(a.People) != 0 || len(a.Centres) != 1 || a.Summary.People != 0 {
		t.Errorf("they see %+v of %+v", a.People, a.Centres)
	}
	if _, err := h.Evidence(t.Context(), local, h.id, "person/"+h.trainee.Person.String()); lms.KindOf(err) != lms.NotFound {
		t.Errorf("and the minutes of somebody elsewhere: %v", err)
	}
	for name, do := range map[string]func() error{
		"said": func() error { _, err := h.Said(t.Context(), local, h.id); return err },
		"zip":  func() error { _, err := h.ExportAll(t.Context(), local, h.id, "en"); return err },
		"file": func() error { _, _, err := h.OpenFile(t.Context(), local, h.id, "file", "f1"); return err },
		"plan": func() error { _, err := h.Plan(t.Context(), local, h.id); return err },
		"end":  func() error { _, err := h.Cancel(t.Context(), local, h.id, "no"); return err },
	} {
		if err := do(); lms.KindOf(err) != lms.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v, err := h.Webinar(t.Context(), local, h.id); err != nil || v.Role != live.Viewer || v.MayManage || v.GuestPath != "" {
		t.Errorf("for a centre that is invited they are %+v, %v", v, err)
	}
	g.Scope = lms.CentreGround(h.centre) // which the cohort is of
	h.Exec(`UPDATE cohorts SET centre_id = $1 WHERE id = (SELECT cohort_id FROM webinars WHERE id = $2)`, h.centre, h.id)
	own := lms.Actor{Person: h.Person(lmstest.PersonSpec{Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}}
	if _, err := h.Plan(t.Context(), own, h.id); err != nil {
		t.Errorf("whoever coordinates the cohort's centre does not manage its webinar: %v", err)
	}
}

// PostgreSQL has no NUL: what somebody sends with one is kept without it, and keeps back nothing.
func TestNobodyKeepsTheReportBackByACharacter(t *testing.T) {
	h := newHall(t)
	h.play(90)
	f, err := os.OpenFile(h.journal(), os.O_APPEND|os.O_WRONLY, 0)
	h.must(err)
	_, err = f.WriteString(`{"kind":"roster","at":1795300000000,"person":"p9","name":"Ai\u0000da \\u0000","entry":"e9","state":"here"}` + "\n")
	h.must(errors.Join(err, f.Close()))
	h.must(h.Drain(t.Context(), filepath.Join(h.dir, "journal")))
	if got := h.Text(`SELECT name FROM webinar_events WHERE entry = 'e9'`); got != `Aida \u0000` {
		t.Errorf("the name is %q", got)
	}
	r := room.Open(room.New(h.id, room.Info{Title: "Preventing burnout"}), []byte("secret"))
	host, err := r.Join(h.now.UnixMilli(), live.Ticket{Webinar: h.id, ID: "1", Role: live.Host, Person: h.host.Person.String(), Name: "Vera Host"}, "", "1", 0)
	h.must(err)
	guest, err := r.Join(h.now.UnixMilli(), live.Ticket{Webinar: h.id, ID: "2", Role: live.Viewer, Person: h.trainee.Person.String(), Name: "Dilnoza"}, "", "2", 0)
	h.must(err)
	r.Apply(h.now.UnixMilli(), guest, "c1", &signal.SendChat{Key: "nul", Text: "before\x00after"})
	h.keep(r)
	if got := h.Text(`SELECT name || ': ' || (body->>'text') FROM webinar_items WHERE key = 'nul'`); got != "Dilnoza: beforeafter" {
		t.Errorf("the line is %q", got)
	}
	// Whom a host takes out stays the author of what they wrote; and what was erased does not come back.
	r.Apply(h.now.UnixMilli(), host, "c2", &signal.RemovePerson{Person: guest, Ban: true})
	r.Apply(h.now.UnixMilli(), host, "c3", &signal.HideChat{Key: "nul"})
	h.keep(r)
	if got := h.Text(`SELECT name || ': ' || (body->>'hidden') FROM webinar_items WHERE key = 'nul' AND person_id = $1`, h.trainee.Person); got != "Dilnoza: true" {
		t.Errorf("after they were taken out: %q", got)
	}
	h.Exec(`UPDATE webinar_items SET name = '', person_id = NULL, body = body || '{"text": "…"}' WHERE person_id = $1`, h.trainee.Person)
	h.keep(r)
	if n := h.Int(`SELECT count(*) FROM webinar_items WHERE body::text LIKE '%before%' OR name LIKE 'Dil%'`); n != 0 {
		t.Error("words that were erased are back")
	}
}

// keep writes a room's state down and reads it as the program does.
func (h *hall) keep(r *room.Room) {
	h.T.Helper()
	raw, err := json.Marshal(r.State)
	h.must(err)
	path := filepath.Join(h.dir, "rooms", h.id+".json")
	h.must(os.WriteFile(path, raw, 0o600))
	h.kept++
	at := time.Now().Add(-time.Hour + time.Duration(h.kept)*time.Minute)
	h.must(os.Chtimes(path, at, at))
	h.must(h.KeepRooms(h.T.Context(), filepath.Dir(path)))
}

func TestMyOwnMinutes(t *testing.T) {
	h := newHall(t)
	if mine, err := h.Mine(t.Context(), h.trainee, h.id); err != nil || mine != nil {
		t.Errorf("before anything: %+v %v", mine, err)
	}
	h.play(45)
	h.drain()
	mine, err := h.Mine(t.Context(), h.trainee, h.id)
	h.must(err)
	if !mine.Counts {
		t.Error("the own course is said to ask for nothing")
	}
	h.Exec(`UPDATE enrolments SET state = 'withdrawn' WHERE person_id = $1`, h.trainee.Person)
	if other, err := h.Mine(t.Context(), h.trainee, h.id); err != nil || other != nil && other.Counts {
		t.Errorf("somebody whose course it is not is told what a course asks: %+v %v", other, err)
	}
	if mine.Presence.Minutes != 45 || len(mine.Steps) != 2 || mine.Presence.Person != h.trainee.Person.String() {
		t.Errorf("%+v", mine)
	}
	h.Exec(`UPDATE persons SET email = 'vera@example.org' WHERE id = $1`, h.host.Person)
	h.must(h.Object(t.Context(), h.trainee, h.id, "I was there by telephone."))
	h.must(h.Object(t.Context(), h.trainee, h.id, "I was there by telephone, twenty minutes."))
	if got := h.Text(`SELECT string_agg(subject || ' ' || body, '') FROM mails`); strings.Count(got, "/webinars/"+h.id+"/report") != 1 ||
		strings.Contains(got, "telephone") || strings.Contains(got, "Dilnoza") {
		t.Errorf("whoever leads the webinar is told %q", got)
	}
	a, err := h.Attendance(t.Context(), h.host, h.id)
	h.must(err)
	if len(a.Objections) != 1 || a.Objections[0].Name != "Dilnoza Rahimova" {
		t.Errorf("objections: %+v", a.Objections)
	}
	if _, err := h.Attendance(t.Context(), h.trainee, h.id); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("a trainee reads everybody's: %v", err)
	}
}

func TestWhatIsKeptAndTakenAlong(t *testing.T) {
	h := newHall(t)
	h.play(90)
	h.drain()
	if seats := h.Text(`SELECT string_agg(key || ' ' || seat, ',' ORDER BY key) FROM webinar_items WHERE key IN ('c1', 'q1', 'q2', 'p1')`); seats != "c1 p3,p1 ,q1 p3,q2 " {
		t.Errorf("the seats are %q", seats)
	}
	if v, err := h.Webinar(t.Context(), h.host, h.id); err != nil || !v.Over {
		t.Errorf("a webinar that was ended is over: %v, %v", v.Over, err)
	}
	said, err := h.Said(t.Context(), h.host, h.id)
	h.must(err)
	raw, err := json.Marshal(said)
	h.must(err)
	for text, there := range map[string]bool{
		"hello all": true, "hello hosts": true, "hello privately": false, "an open question": true, "a question of nobody": true, "what we agreed": true, "plan.txt": true,
	} {
		if strings.Contains(string(raw), text) != there {
			t.Errorf("%q is kept: %v", text, !there)
		}
	}
	if p := said.Polls[0].Body; p.Results != nil || p.Votes != 1 {
		t.Errorf("an anonymous poll of one shows %+v", p)
	}
	if q := said.Questions[1]; q.Name != "" || !q.Body.Anonymous {
		t.Errorf("the anonymous question is of %+v", q)
	}
	x, err := h.ExportAll(t.Context(), h.host, h.id, "ru")
	h.must(err)
	var all bytes.Buffer
	h.must(x.WriteZIP(t.Context(), &all))
	z, err := zip.NewReader(bytes.NewReader(all.Bytes()), int64(all.Len()))
	h.must(err)
	read := func(name string) []byte {
		f, err := z.Open(name)
		h.must(err)
		defer f.Close()
		raw, err := io.ReadAll(f)
		h.must(err)
		return raw
	}
	if got := string(read("files/.._plan.txt")); got != "plan" {
		t.Errorf("the file says %q", got)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(read("attendance.csv"), []byte("\uFEFF")))).ReadAll()
	h.must(err)
	if len(rows) != 4 || rows[0][0] != "Имя" || rows[1][0] != "'=Aliya" || rows[1][3] != "90" {
		t.Errorf("the table: %q", rows)
	}
	book, err := excelize.OpenReader(bytes.NewReader(read("attendance.xlsx")))
	h.must(err)
	defer book.Close()
	if cell, err := book.GetCellValue("Посещаемость", "D2"); err != nil || cell != "90" {
		t.Errorf("the workbook says %q (%v)", cell, err)
	}
	var evidence []webinar.Evidence
	h.must(json.Unmarshal(read("evidence.json"), &evidence))
	if len(evidence) != 3 {
		t.Errorf("evidence of %d people", len(evidence))
	}

	h.Exec(`INSERT INTO webinar_guests (id, webinar_id, name, email, language, code) VALUES (gen_random_uuid(), $1, 'Expert', 'expert@example.org', 'en', 'c')`, h.id)
	h.Exec(`INSERT INTO webinar_items (webinar_id, began_at, part, key, at, name, body)
	        VALUES ($1, now() - interval '1 year', 'file', 'course-file', now(), 'Trainer', '{"name": "Handbook.pdf", "type": "application/pdf", "size": 4, "keep": "course"}')`, h.id)
	h.now = h.now.Add(366 * 24 * time.Hour)
	h.must(h.Tidy(t.Context()))
	if n := h.Int(`SELECT count(*) FROM webinar_guests`); n != 0 {
		t.Error("guests' names and addresses are kept for ever")
	}
	h.must(h.KeepRooms(t.Context(), filepath.Join(h.dir, "rooms")))
	if left := h.Text(`SELECT string_agg(key || ' ' || name || (body->>'name'), ',') FROM webinar_items`); left != "course-file Handbook.pdf" {
		t.Errorf("kept for ever is %q", left)
	}
	if p := h.line("person/" + h.trainee.Person.String()); p.Minutes != 80 {
		t.Errorf("minutes went too: %+v", p)
	}
}

// What was brought stays for those who were there, once it is over: not before, not for who stayed away, not the case.
func TestFilesStayForThoseWhoWereThere(t *testing.T) {
	h := newHall(t)
	away := lms.Actor{Person: h.Person(lmstest.PersonSpec{Country: "KZ", Centre: h.centre})} // invited by the centre
	stranger := lms.Actor{Person: h.Person(lmstest.PersonSpec{})}
	left := func(who lms.Actor) (names []string) {
		list, err := h.LeftFiles(t.Context(), who, h.id)
		h.must(err)
		for _, f := range list {
			names = append(names, f.Name+" of "+f.From)
		}
		return names
	}
	h.play(90)
	h.must(h.KeepRooms(t.Context(), filepath.Join(h.dir, "rooms")))
	if got := left(h.trainee); got != nil {
		t.Errorf("before the end is known: %q", got)
	}
	h.drain()
	h.must(h.Settle(t.Context(), h.id))
	if got := left(h.trainee); len(got) != 1 || got[0] != "../plan.txt of Dilnoza Rahimova" {
		t.Errorf("who was there is left %q", got)
	}
	if got := left(away); got != nil {
		t.Errorf("who stayed away is left %q", got)
	}
	if _, err := h.LeftFiles(t.Context(), stranger, h.id); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a stranger: %v", err)
	}
	f, name, err := h.OpenFile(t.Context(), h.trainee, h.id, "file", "f1")
	h.must(err)
	f.Close()
	if name != "../plan.txt" {
		t.Errorf("its name is %q", name)
	}
	for _, c := range []struct {
		who  lms.Actor
		part string
		want lms.Kind
	}{{away, "file", lms.Forbidden}, {stranger, "file", lms.NotFound}, {h.trainee, "deck", lms.Forbidden}} {
		if _, _, err := h.OpenFile(t.Context(), c.who, h.id, c.part, "f1"); lms.KindOf(err) != c.want {
			t.Errorf("%s: %v, want %v", c.part, err, c.want)
		}
	}
	h.must(os.Remove(filepath.Join(h.dir, "file-f1")))
	if got := left(h.trainee); got != nil {
		t.Errorf("a file that is gone is offered: %q", got)
	}
}

// A journal's file goes when the database has it, and what is written after it, in a file of its own, is read too.
func TestJournalFilesGo(t *testing.T) {
	h := newHall(t)
	h.play(90)
	h.drain()
	events := h.Int(`SELECT count(*) FROM webinar_events`)
	dir, rooms := filepath.Join(h.dir, "journal"), filepath.Join(h.dir, "rooms")
	aside := func(id string) error { return os.Rename(h.journal(), h.journal()+room.Retired) }
	h.must(h.Retire(t.Context(), dir, rooms, aside))
	if _, err := os.Stat(h.journal()); err != nil {
		t.Errorf("a journal went while people may come back: %v", err)
	}
	h.now = h.now.Add(30 * time.Hour)
	h.must(os.WriteFile(filepath.Join(rooms, "torn.json"), []byte("{"), 0o600)) // of another webinar, which keeps this one back from nothing
	h.must(h.Retire(t.Context(), dir, rooms, aside))
	h.must(os.Remove(filepath.Join(rooms, "torn.json")))
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
	h.must(os.WriteFile(h.journal(), []byte(`{"kind":"agenda","at":1795300000000,"text":"later"}`+"\n"), 0o600))
	// A crash after the file was read and before it was counted.
	h.must(os.Rename(h.journal(), h.journal()+room.Retired))
	h.drain()
	h.must(os.WriteFile(h.journal(), []byte(`{"kind":"agenda","at":1795300000001,"text":"last"}`+"\n"), 0o600))
	h.drain()
	if n := h.Int(`SELECT count(*) FROM webinar_events`); n != events+2 {
		t.Errorf("%d events, and %d before", n, events)
	}
	if _, err := os.Stat(h.journal() + room.Retired); !os.IsNotExist(err) {
		t.Errorf("the file stays: %v", err)
	}
}

// A correction is kept before its sums are counted: when counting fails and it is sent again, there is one, and it counts.
func TestACorrectionIsMadeOnce(t *testing.T) {
	h := newHall(t)
	h.play(30)
	h.drain()
	award := h.Award
	h.Award = func(context.Context, webinar.Credit) (lms.ID[lms.Enrolment], string, error) {
		return lms.ID[lms.Enrolment]{}, "", errors.New("the course does not answer")
	}
	in := webinar.CorrectionInput{Kind: "match", Who: "entry/e1", Person: h.trainee.Person, Reason: "I know her", Key: "one-try"}
	if _, err := h.Correct(t.Context(), h.facilitator, h.id, in); err == nil {
		t.Fatal("counting did not fail")
	}
	h.Award = award
	n, err := h.Correct(t.Context(), h.facilitator, h.id, in)
	h.must(err)
	if all := h.Int(`SELECT count(*) FROM webinar_corrections`); n != 1 || all != 1 {
		t.Errorf("there are %d corrections, and the one is number %d", all, n)
	}
	if p := h.line("person/" + h.trainee.Person.String()); p.Minutes != 90 || p.Credit != "given" {
		t.Errorf("it is not counted: %+v", p)
	}
	in = webinar.CorrectionInput{Kind: "strike", Who: "person/" + h.trainee.Person.String(), Reason: "another word", Key: "another"}
	if n, err = h.Correct(t.Context(), h.facilitator, h.id, in); err != nil || n != 2 {
		t.Errorf("another correction is number %d: %v", n, err)
	}
}
