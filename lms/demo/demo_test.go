package demo_test

import (
	"context"
	"crypto/ed25519"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses/content"
	"mostik/live/shelf"
	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/demo"
	"mostik/lms/learning"
	"mostik/lms/webinar"
)

// loaded gives a database with the demonstration in it.
func loaded(t *testing.T) (*bun.DB, demo.Deps) {
	t.Helper()
	d := dbtest.New(t)
	seed := make([]byte, ed25519.SeedSize)
	keys, err := account.KeysFromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := account.New(t.Context(), d, account.Config{}, keys, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	live := t.TempDir()
	deps := demo.Deps{
		DB: d, Accounts: accounts, Catalog: catalog.New(d, blobs, time.Now), Now: time.Now,
		Certificates: &certificate.Service{
			DB: d, Keys: certificate.NewKeys(ed25519.NewKeyFromSeed(seed)), Issuer: "Demonstration", PublicURL: "http://127.0.0.1:8080", Now: time.Now,
		},
		Journals: filepath.Join(live, "journal"), Rooms: filepath.Join(live, "rooms"),
		Shelf: shelf.Open(filepath.Join(live, "files")),
		DeckFile: func(webinar, key string) (string, error) {
			return filepath.Join(live, "decks", webinar, key, "deck.pdf"), nil
		},
	}
	studies := learning.New(d, deps.Catalog, deps.Certificates, blobs, time.Now)
	deps.Webinars = &webinar.Service{
		DB: d, Now: time.Now, PublicURL: "http://127.0.0.1:8080", Blobs: blobs,
		Award: func(ctx context.Context, c webinar.Credit) (lms.ID[lms.Enrolment], string, error) {
			return studies.CreditWebinar(ctx, learning.WebinarCredit(c))
		},
	}
	begin := time.Now()
	if err := demo.Load(t.Context(), deps, func(s string) { t.Log(time.Since(begin).Round(10*time.Millisecond), s) }); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %v", time.Since(begin).Round(time.Millisecond))
	return d, deps
}

func count(t *testing.T, d *bun.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.Row(t.Context(), d, query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestLoad(t *testing.T) {
	d, deps := loaded(t)
	t.Run("there is enough of everything", func(t *testing.T) {
		for what, c := range map[string]struct {
			query    string
			min, max int
		}{
			"people":                {`SELECT count(*) FROM persons`, 1000, 1060},
			"names twice":           {`SELECT count(*) - count(DISTINCT (given_name, family_name)) FROM persons`, 0, 0},
			"without e-mail":        {`SELECT count(*) FROM persons WHERE email IS NULL AND login IS NOT NULL`, 200, 330},
			"sex stated":            {`SELECT count(*) FROM persons WHERE sex <> 'not-stated'`, 880, 1010},
			"Latin names":           {`SELECT count(*) FROM persons WHERE latin_family <> ''`, 150, 400},
			"countries":             {`SELECT count(DISTINCT country) FROM centres`, 6, 6},
			"centres":               {`SELECT count(*) FROM centres`, 21, 21},
			"organisations":         {`SELECT count(*) FROM organisations`, 60, 75},
			"kinds of organisation": {`SELECT count(DISTINCT kind) FROM organisations`, 9, 9},
			"roles":                 {`SELECT count(DISTINCT role) FROM memberships`, 7, 7},
			"people without role":   {`SELECT count(*) FROM persons p WHERE created_at < now() - interval '7 days' AND NOT EXISTS (SELECT FROM memberships WHERE person_id = p.id)`, 0, 0},
			"enrolments":            {`SELECT count(*) FROM enrolments`, 1100, 1600},
			"courses studied":       {`SELECT count(DISTINCT course_id) FROM enrolments WHERE started_at IS NOT NULL`, len(content.Keys()), len(content.Keys())},
			"people in two courses": {`SELECT count(*) FROM (SELECT FROM enrolments GROUP BY person_id HAVING count(*) > 1) p`, 200, 520},
			"certified elsewhere": {`SELECT count(*) FROM enrolments e JOIN courses c ON c.id = e.course_id
			                          WHERE c.key <> 'trafficking' AND e.state = 'completed'`, 100, 600},
			"not started":           {`SELECT count(*) FROM enrolments WHERE standing = 'not-started'`, 20, 160},
			"under way":             {`SELECT count(*) FROM enrolments WHERE standing = 'active'`, 80, 420},
			"stuck":                 {`SELECT count(*) FROM enrolments WHERE standing = 'stuck'`, 20, 240},
			"completed":             {`SELECT count(*) FROM enrolments WHERE standing = 'completed'`, 500, 1100},
			"open attempts":         {`SELECT count(*) FROM attempts WHERE state = 'open'`, 1, 60},
			"open answers to mark":  {`SELECT count(*) FROM attempts WHERE state = 'to-mark'`, 10, 90},
			"marked":                {`SELECT count(*) FROM marks`, 60, 1000},
			"worksheets waiting":    {`SELECT count(*) FROM submissions WHERE kind = 'worksheet' AND state = 'handed-in'`, 10, 200},
			"files":                 {`SELECT count(*) FROM submissions WHERE kind = 'file'`, 8, 100},
			"interviews":            {`SELECT count(*) FROM attempts WHERE kind = 'interview'`, 400, 1500},
			"interviews passed":     {`SELECT count(*) FROM attempts WHERE kind = 'interview' AND passed`, 200, 900},
			"finals":                {`SELECT count(*) FROM attempts WHERE activity_key = 'final'`, 400, 1400},
			"posts":                 {`SELECT count(*) FROM posts`, 40, 500},
			"talks in one language": {`SELECT count(*) FROM posts WHERE body = '…'`, 0, 0},
			"survey responses":      {`SELECT count(*) FROM survey_responses WHERE enrolment_id IS NULL`, 100, 700},
			"certificates":          {`SELECT count(*) FROM certificates WHERE course_id IS NOT NULL`, 500, 1100},
			"expired":               {`SELECT count(*) FROM certificates WHERE expires_on < current_date`, 3, 40},
			"revoked":               {`SELECT count(*) FROM certificates WHERE state = 'revoked'`, 1, 5},
			"Slovak staff": {`SELECT count(*) FROM participations pa JOIN programmes g ON g.id = pa.programme_id
			                   WHERE g.key = 'first-contact' AND pa.state <> 'withdrawn'`, 520, 600},
			"Slovak certified": {`SELECT count(*) FROM participations pa JOIN programmes g ON g.id = pa.programme_id
			                       WHERE g.key = 'first-contact' AND pa.state = 'certified'`, 140, 400},
			"generations":         {`SELECT count(DISTINCT generation) FROM participations WHERE generation IS NOT NULL`, 3, 4},
			"evidence waiting":    {`SELECT count(*) FROM programme_evidence WHERE state = 'waiting'`, 9, 9},
			"expiring":            {`SELECT count(*) FROM certificates WHERE expires_on BETWEEN current_date AND current_date + 90`, 15, 80},
			"papers of the past":  {`SELECT count(*) FROM certificates WHERE origin = 'paper'`, 6, 6},
			"reminders":           {`SELECT count(*) FROM reminders`, 40, 600},
			"calls to make":       {`SELECT count(*) FROM reminders WHERE channel = 'call' AND sent_at IS NULL`, 3, 120},
			"applied imports":     {`SELECT count(*) FROM imports WHERE state = 'applied'`, 1, 1},
			"faults of a table":   {`SELECT coalesce(max(faults), 0) FROM imports WHERE state = 'open'`, 3, 12},
			"deliveries":          {`SELECT count(*) FROM hook_deliveries`, 28, 28},
			"hooks that send":     {`SELECT count(*) FROM hooks WHERE NOT paused AND url NOT LIKE '%//127.0.0.1:%'`, 0, 0},
			"followups answered":  {`SELECT count(*) FROM followups WHERE answered`, 80, 260},
			"frozen reports":      {`SELECT count(*) FROM reports WHERE frozen_at IS NOT NULL`, 1, 1},
			"mails":               {`SELECT count(*) FROM mails WHERE state = 'waiting' AND method = 'REQUEST'`, 10, 60},
			"languages of mails":  {`SELECT count(DISTINCT language) FROM mails`, 3, 6},
			"audit":               {`SELECT count(*) FROM audit_events`, 1000, 4000},
			"answers of tomorrow": {`SELECT count(*) FROM answers WHERE received_at > now()`, 0, 0},
			"days without answers": {`SELECT 84 - count(DISTINCT received_at::date)
			                            FROM answers WHERE received_at > now() - interval '84 days'`, -1, 14},
		} {
			if n := count(t, d, c.query); n < c.min || n > c.max {
				t.Errorf("%s: %d, want %d to %d", what, n, c.min, c.max)
			}
		}
	})
	t.Run("every cohort has activity", func(t *testing.T) {
		if n := count(t, d, `
			SELECT count(*) FROM cohorts c
			 WHERE 5 > (SELECT count(*) FROM enrolments e WHERE e.cohort_id = c.id AND e.started_at IS NOT NULL)
			    OR NOT EXISTS (SELECT FROM cohort_dates WHERE cohort_id = c.id)`); n != 0 {
			t.Errorf("%d cohorts have hardly anybody", n)
		}
	})
	t.Run("sums are what the rows say", func(t *testing.T) { sums(t, d) })
	t.Run("certificates verify", func(t *testing.T) { certificates(t, d, deps) })
	t.Run("every account signs in", func(t *testing.T) {
		for _, a := range demo.Accounts() {
			for _, login := range []string{a.Login, a.Email} {
				from := account.From{Address: netip.MustParseAddr("127.0.0.1")}
				if _, err := deps.Accounts.SignIn(t.Context(), login, demo.Password, from); err != nil {
					t.Errorf("%s: %v", login, err)
				}
			}
		}
	})
	t.Run("the trainee is in the middle and the newcomer before the beginning", func(t *testing.T) {
		if n := count(t, d, `
			SELECT count(*) FROM enrolments e JOIN persons p ON p.id = e.person_id JOIN cohort_dates d ON d.cohort_id = e.cohort_id
			 WHERE p.login = 'trainee' AND e.standing = 'active' AND e.required_done BETWEEN 4 AND 10
			   AND d.due_at BETWEEN now() AND now() + interval '10 days'
			   AND EXISTS (SELECT FROM attempts a WHERE a.enrolment_id = e.id AND a.passed)`); n == 0 {
			t.Error("the trainee has no course under way with a date next week and a passed quiz")
		}
		if n := count(t, d, `SELECT count(*) FROM enrolments e JOIN persons p ON p.id = e.person_id WHERE p.login = 'newcomer'`); n != 0 {
			t.Error("the newcomer is enrolled")
		}
	})
	t.Run("a webinar has been held", func(t *testing.T) { heldWebinar(t, d, deps) })
	t.Run("a second loading is refused", func(t *testing.T) {
		if err := demo.Load(t.Context(), deps, nil); lms.KindOf(err) != lms.Conflict {
			t.Errorf("got %v", err)
		}
	})
}

// sums compares what an enrolment keeps with its rows, and what a cohort keeps with its enrolments.
func sums(t *testing.T, d *bun.DB) {
	for what, query := range map[string]string{
		"required_done": `
			WITH required AS MATERIALIZED (
			       SELECT v.id AS version_id, a->>'key' AS key
			         FROM course_versions v, json_array_elements(v.document->'course'->'modules') m,
			              json_array_elements(m->'activities') a
			        WHERE (a->>'required')::boolean AND a->>'complete' <> 'none')
			SELECT count(*) FROM enrolments e
			 WHERE required_done <> (
			       SELECT count(*) FROM activity_progress p JOIN required r ON r.key = p.activity_key AND r.version_id = e.version_id
			        WHERE p.enrolment_id = e.id AND p.state = 'done')
			    OR required_total <> (SELECT count(*) FROM required r WHERE r.version_id = e.version_id)`,
		"done": `
			SELECT count(*) FROM enrolments e
			 WHERE length(translate(done, '.', '')) <> (SELECT count(*) FROM activity_progress WHERE enrolment_id = e.id)
			    OR length(regexp_replace(done, '[^x]', '', 'g')) <>
			       (SELECT count(*) FROM activity_progress WHERE enrolment_id = e.id AND state = 'done')`,
		"score": `
			SELECT count(*) FROM enrolments e
			 WHERE score IS DISTINCT FROM (SELECT max(percent) FROM attempts
			        WHERE enrolment_id = e.id AND activity_key = 'final' AND state <> 'open')`,
		"completed": `
			SELECT count(*) FROM enrolments
			 WHERE (state = 'completed') <> (required_done = required_total) AND state <> 'withdrawn'
			    OR (completed_at IS NOT NULL) <> (required_done = required_total)`,
		"a certificate each": `
			SELECT count(*) FROM enrolments e
			 WHERE (state = 'completed') <> EXISTS (SELECT FROM certificates WHERE enrolment_id = e.id)`,
		"last seen": `
			SELECT count(*) FROM enrolments e
			 WHERE last_seen_at < (SELECT max(started_at) FROM attempts WHERE enrolment_id = e.id)
			    OR started_at > last_seen_at OR started_at < enrolled_at OR last_seen_at > now()`,
		"cohort totals": `
			SELECT count(*) FROM (
			       SELECT cohort_id, standing, sum(people) AS people, sum(required_done) AS done, sum(score_sum) AS score
			         FROM cohort_totals GROUP BY 1, 2 HAVING sum(people) <> 0) kept
			  FULL JOIN (
			       SELECT cohort_id, standing, count(*) AS people, sum(required_done) AS done, coalesce(sum(score * 100), 0) AS score
			         FROM enrolments WHERE standing <> 'withdrawn' GROUP BY 1, 2) counted USING (cohort_id, standing)
			 WHERE (kept.people, kept.done, kept.score) IS DISTINCT FROM (counted.people, counted.done, counted.score)`,
		"points": `
			SELECT count(*) FROM attempts
			 WHERE kind = 'quiz' AND state <> 'open' AND abs(points - (
			       SELECT sum((q.value->>'points')::numeric) FROM json_each(result->'questions') q)) > 0.001`,
		"order of attempts": `
			SELECT count(*) FROM attempts a JOIN attempts b
			    ON a.enrolment_id = b.enrolment_id AND a.activity_key = b.activity_key AND a.number < b.number
			 WHERE a.started_at >= b.started_at OR a.submitted_at > b.started_at`,
	} {
		if n := count(t, d, query); n != 0 {
			t.Errorf("%s: %d rows differ", what, n)
		}
	}
}

func certificates(t *testing.T, d *bun.DB, deps demo.Deps) {
	rows, err := db.Rows(t.Context(), d, `SELECT serial FROM certificates`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	states := map[certificate.State]int{}
	for rows.Next() {
		var serial string
		if err := rows.Scan(&serial); err != nil {
			t.Fatal(err)
		}
		v, err := deps.Certificates.Verify(context.Background(), "", serial)
		if err != nil {
			t.Fatalf("%s: %v", serial, err)
		}
		states[v.State]++
		if v.Claim.LawAsOf != nil && v.Claim.LawAsOf.After(v.Claim.IssuedOn.Time) {
			t.Errorf("%s names the law of %s and was issued on %s", serial, v.Claim.LawAsOf, v.Claim.IssuedOn)
		}
	}
	for _, s := range []certificate.State{certificate.Valid, certificate.Expired, certificate.Revoked} {
		if states[s] == 0 {
			t.Errorf("no certificate is %s", s)
		}
	}
}

// heldWebinar looks at the report of the past webinar: what was made up is who came and went, and the sums follow.
func heldWebinar(t *testing.T, d *bun.DB, deps demo.Deps) {
	person := func(login string) lms.Actor {
		var id lms.ID[lms.Person]
		if err := db.Row(t.Context(), d, `SELECT id FROM persons WHERE login = $1`, login).Scan(&id); err != nil {
			t.Fatal(err)
		}
		return lms.Actor{Person: id}
	}
	a, err := deps.Webinars.Attendance(t.Context(), person("trainer"), "nine-centres")
	if err != nil {
		t.Fatal(err)
	}
	// 45 at nine centres, the host, the interpreter and the guest expert.
	if len(a.People) != 48 || a.Floor.Minutes != 158 || len(a.Floor.Pauses) != 1 || len(a.Corrections) != 4 || len(a.Objections) != 1 {
		t.Errorf("%d people, a floor of %d minutes with %d pauses, %d corrections, %d objections",
			len(a.People), a.Floor.Minutes, len(a.Floor.Pauses), len(a.Corrections), len(a.Objections))
	}
	if !a.Over || !a.StartsAt.Before(time.Now()) {
		t.Errorf("it begins at %v", a.StartsAt)
	}
	grades, given := map[string]int{}, 0
	for _, p := range a.People {
		for _, by := range p.Evidence {
			grades[by]++
		}
		if p.Credit == "given" {
			given++
		}
	}
	for _, by := range []string{webinar.ByDevice, webinar.ByCode, webinar.ByTick, webinar.ByPaper, webinar.ByCorrection} {
		if grades[by] == 0 {
			t.Errorf("nobody is there by %s", by)
		}
	}
	if given < 3 {
		t.Errorf("it completes the activity of %d people", given)
	}
	mine, err := deps.Webinars.Mine(t.Context(), person("trainee"), "nine-centres")
	if err != nil {
		t.Fatal(err)
	}
	// Until 140 at the centre and until 162 by her own telephone, without the pause of twelve.
	if mine == nil || mine.Presence.Minutes != 150 {
		t.Errorf("the trainee's own minutes: %+v", mine)
	}
	said, err := deps.Webinars.Said(t.Context(), person("trainer"), "nine-centres")
	if err != nil {
		t.Fatal(err)
	}
	if len(said.Chat) != 14 || len(said.Questions) != 6 || len(said.Files) != 3 || len(said.Decks) != 2 || len(said.Notes) != 1 || len(said.Polls) != 2 {
		t.Errorf("kept: %d lines, %d questions, %d files, %d decks, %d polls", len(said.Chat), len(said.Questions), len(said.Files), len(said.Decks), len(said.Polls))
	}
	if p := said.Polls[1].Body; !p.Anonymous || p.Votes < 5 || p.Results == nil {
		t.Errorf("the anonymous poll: %+v", p)
	}
}
