// Package lmstest builds people, places, courses and study for tests, straight into the tables: what a
// slice's own tests are about goes through its use cases, and everything around it comes from here.
package lmstest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/record"
)

// World is a database with builders. Every builder ends the test when a row is refused.
type World struct {
	T  testing.TB
	DB *bun.DB
	// Start is the time that rows carry as theirs: fixed, in UTC.
	Start time.Time

	serial atomic.Int64
}

// New gives an empty world with the programme's countries in a database of its own.
func New(t testing.TB) *World {
	t.Helper()
	return On(t, dbtest.New(t))
}

// On is New on a database that is there already.
func On(t testing.TB, d *bun.DB) *World {
	t.Helper()
	w := &World{T: t, DB: d, Start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	for _, code := range []string{"KZ", "RU", "TJ", "SK", "CZ", "KG"} {
		w.Exec(`INSERT INTO countries (code) VALUES ($1) ON CONFLICT DO NOTHING`, code)
	}
	return w
}

// Exec runs a statement with $1 … as parameters.
func (w *World) Exec(sql string, args ...any) {
	w.T.Helper()
	if _, err := db.Exec(w.T.Context(), w.DB, sql, args...); err != nil {
		w.T.Fatalf("%s: %v", sql, err)
	}
}

// Int reads one number.
func (w *World) Int(sql string, args ...any) int {
	w.T.Helper()
	var n int
	if err := db.Row(w.T.Context(), w.DB, sql, args...).Scan(&n); err != nil {
		w.T.Fatalf("%s: %v", sql, err)
	}
	return n
}

// Text reads one text.
func (w *World) Text(sql string, args ...any) string {
	w.T.Helper()
	var s string
	if err := db.Row(w.T.Context(), w.DB, sql, args...).Scan(&s); err != nil {
		w.T.Fatalf("%s: %v", sql, err)
	}
	return s
}

// next numbers what has no name of its own.
func (w *World) next() int64 { return w.serial.Add(1) }

// Centre makes one in a country.
func (w *World) Centre(country string) lms.ID[lms.Centre] {
	w.T.Helper()
	id := lms.NewID[lms.Centre]()
	w.Exec(`INSERT INTO centres (id, name, country, time_zone, created_at) VALUES ($1, $2, $3, 'Asia/Almaty', $4)`,
		id, fmt.Sprintf("Centre %d", w.next()), country, w.Start)
	return id
}

// Organisation makes one in a country.
func (w *World) Organisation(country string) lms.ID[lms.Organisation] {
	w.T.Helper()
	id := lms.NewID[lms.Organisation]()
	w.Exec(`INSERT INTO organisations (id, name, kind, country, created_at) VALUES ($1, $2, 'ngo', $3, $4)`,
		id, fmt.Sprintf("Organisation %d", w.next()), country, w.Start)
	return id
}

// PersonSpec is what a test says of a person; empty parts are made up.
type PersonSpec struct {
	GivenName, FamilyName, Email, Login string
	Country                             string // "" is none
	Centre                              lms.ID[lms.Centre]
	Organisation                        lms.ID[lms.Organisation]
	// PasswordHash is in PHC form; "" lets nobody sign in with a password.
	PasswordHash string
	Language     string
	Grants       []lms.Grant
}

// Person makes one.
func (w *World) Person(spec PersonSpec) lms.ID[lms.Person] {
	w.T.Helper()
	id, n := lms.NewID[lms.Person](), w.next()
	if spec.GivenName == "" {
		spec.GivenName = fmt.Sprintf("Given%d", n)
	}
	if spec.FamilyName == "" {
		spec.FamilyName = fmt.Sprintf("Family%d", n)
	}
	if spec.Login == "" && spec.Email == "" {
		spec.Login = fmt.Sprintf("person-%d", n)
	}
	if spec.Language == "" {
		spec.Language = "en"
	}
	w.Exec(`
		INSERT INTO persons (id, given_name, family_name, email, login, password_hash, language, country, countries, centre_id, organisation_id, created_at)
		VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), $7, nullif($8, ''), array_remove(ARRAY[$8], ''), $9, $10, $11)`,
		id, spec.GivenName, spec.FamilyName, spec.Email, spec.Login, spec.PasswordHash, spec.Language, spec.Country,
		orNull(spec.Centre), orNull(spec.Organisation), w.Start)
	for _, g := range spec.Grants {
		w.Grant(id, g)
	}
	return id
}

// Grant gives a role and returns the membership's id.
func (w *World) Grant(person lms.ID[lms.Person], g lms.Grant) lms.ID[lms.Membership] {
	w.T.Helper()
	id := lms.NewID[lms.Membership]()
	w.Exec(`
		INSERT INTO memberships (id, person_id, role, scope_kind, country, scope_id, created_at)
		VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7)`,
		id, person, string(g.Role), string(g.Scope.Kind), g.Scope.Country, orNull(g.Scope.ID), w.Start)
	return id
}

// Course makes a course with one published version, whose document is given as JSON.
func (w *World) Course(key, document string) (lms.ID[lms.Course], lms.ID[lms.Version]) {
	w.T.Helper()
	course, version := lms.NewID[lms.Course](), lms.NewID[lms.Version]()
	w.Exec(`INSERT INTO courses (id, key, open, created_at) VALUES ($1, $2, true, $3)`, course, key, w.Start)
	w.Exec(`INSERT INTO course_versions (id, course_id, number, digest, document, published_at) VALUES ($1, $2, 1, $3, $4, $5)`,
		version, course, version.String(), document, w.Start)
	w.Exec(`UPDATE courses SET current_version_id = $2 WHERE id = $1`, course, version)
	return course, version
}

// Cohort makes one of a course; country and centre may be empty.
func (w *World) Cohort(course lms.ID[lms.Course], country string, centre lms.ID[lms.Centre]) lms.ID[lms.Cohort] {
	w.T.Helper()
	id := lms.NewID[lms.Cohort]()
	w.Exec(`
		INSERT INTO cohorts (id, course_id, name, country, centre_id, starts_on, ends_on, created_at)
		VALUES ($1, $2, $3, nullif($4, ''), $5, '2026-03-01', '2026-06-30', $6)`,
		id, course, fmt.Sprintf("Cohort %d", w.next()), country, orNull(centre), w.Start)
	return id
}

// Enrol puts a person into a course, and into a cohort where it is not zero.
func (w *World) Enrol(person lms.ID[lms.Person], course lms.ID[lms.Course], version lms.ID[lms.Version], cohort lms.ID[lms.Cohort]) lms.ID[lms.Enrolment] {
	w.T.Helper()
	id := lms.NewID[lms.Enrolment]()
	w.Exec(`INSERT INTO enrolments (id, person_id, course_id, version_id, cohort_id, enrolled_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, person, course, version, orNull(cohort), w.Start)
	return id
}

func orNull[T any](id lms.ID[T]) any {
	if id.IsZero() {
		return nil
	}
	return id
}

// Attempt opens a quiz attempt with the given paper as JSON.
func (w *World) Attempt(enrolment lms.ID[lms.Enrolment], version lms.ID[lms.Version], activity, paper string) lms.ID[lms.Attempt] {
	w.T.Helper()
	id := lms.NewID[lms.Attempt]()
	w.Exec(`
		INSERT INTO attempts (id, enrolment_id, version_id, activity_key, kind, number, paper, started_at)
		VALUES ($1, $2, $3, $4, 'quiz', 1, $5, $6)`, id, enrolment, version, activity, paper, w.Start)
	return id
}

// Traces leaves something of a person in every table that leads to them, each text holding the mark, and
// gives the SHA-256 of the file they handed in.
func (w *World) Traces(person lms.ID[lms.Person], enrolment lms.ID[lms.Enrolment], course lms.ID[lms.Course], version lms.ID[lms.Version], mark string) string {
	w.T.Helper()
	sha := fmt.Sprintf("%064x", w.next())
	attempt := w.Attempt(enrolment, version, "final", `{"mark":"`+mark+`"}`)
	j := `{"text":"` + mark + `"}`
	w.Exec(`INSERT INTO answers (attempt_id, id, question_key, revision, content, received_at) VALUES ($1, gen_random_uuid(), 'q1', 1, $2, $3)`, attempt, j, w.Start)
	w.Exec(`INSERT INTO marks (id, attempt_id, question_key, points, comment, marked_at) VALUES (gen_random_uuid(), $1, 'q1', 1, $2, $3)`, attempt, mark, w.Start)
	w.Exec(`INSERT INTO activity_progress (enrolment_id, activity_key, revision, state, first_seen_at, updated_at) VALUES ($1, 'final', 1, 'seen', $2, $2)`, enrolment, w.Start)
	w.Exec(`INSERT INTO submissions (id, enrolment_id, activity_key, kind, number, fields, file_name, file_sha256, file_bytes, handed_in_at, feedback)
	        VALUES (gen_random_uuid(), $1, 'file', 'file', 1, $2, $3, $4, 5, $5, $3)`, enrolment, j, mark, sha, w.Start)
	w.Exec(`INSERT INTO sealed_notes (enrolment_id, activity_key, revision, ciphertext, updated_at) VALUES ($1, 'reflection', 1, $2, $3)`, enrolment, mark, w.Start)
	w.Exec(`INSERT INTO survey_responses (version_id, activity_key, enrolment_id, answers, answered_on) VALUES ($1, 'survey', $2, $3, '2026-03-03')`, version, enrolment, j)
	w.Exec(`INSERT INTO allowances (id, enrolment_id, activity_key, extra_attempts, reason, granted_at) VALUES (gen_random_uuid(), $1, 'final', 1, $2, $3)`, enrolment, mark, w.Start)
	w.Exec(`INSERT INTO due_dates (enrolment_id, activity_key, due_at, set_at) VALUES ($1, 'final', $2, $2)`, enrolment, w.Start)
	w.Post(person, enrolment, course, mark)
	w.Table(enrolment, course, version, mark)
	w.Exec(`INSERT INTO certificates (id, serial, person_id, enrolment_id, course_id, award, claim, seal, key_id, issued_at)
	        VALUES (gen_random_uuid(), $1, $2, $3, $4, $3, $5, $6, 'k', $7)`,
		fmt.Sprintf("S-%d", w.next()), person, enrolment, course, `{"holder":"`+mark+`"}`, []byte(mark), w.Start)
	w.Exec(`INSERT INTO audit_events (at, actor_id, action, subject_kind, subject_id) VALUES ($1, $2, 'test.act', 'person', $3)`, w.Start, person, person.String())
	w.Exec(`INSERT INTO sessions (id, person_id, refresh_hash, rotated_at, created_at, expires_at) VALUES (gen_random_uuid(), $1, $2, $3, $3, $3)`, person, []byte(sha), w.Start)
	w.Exec(`INSERT INTO one_time_codes (id, person_id, code_hash, created_at, expires_at) VALUES (gen_random_uuid(), $1, $2, $3, $3)`, person, []byte(sha), w.Start)
	w.webinar(person, enrolment, mark)
	w.programme(person, mark, sha)
	w.intake(person, mark)
	if _, err := record.Adopt(w.T.Context(), w.DB); err != nil {
		w.T.Fatal(err)
	}
	return sha
}

// intake leaves somebody's traces in a table that is being mapped, and in one that was applied.
func (w *World) intake(person lms.ID[lms.Person], mark string) {
	for _, state := range []string{"open", "applied"} {
		id := lms.NewID[lms.Import]()
		w.Exec(`INSERT INTO imports (id, made_by, made_at, state, file_name, format, heads, head_line, mapping, rows)
		        VALUES ($1, $2, $3, $4, 'people.csv', '{}', '{}', 1, '{}', 1)`, id, person, w.Start, state)
		w.Exec(`INSERT INTO import_rows (import_id, line, cells, person_id) VALUES ($1, 2, ARRAY[$2, $2 || '@example.org'], $3)`, id, mark, person)
		w.Exec(`INSERT INTO import_rows (import_id, line, cells) VALUES ($1, 3, ARRAY[$2 || ' ' || $2])`, id, mark)
		w.Exec(`UPDATE import_rows SET cells = '{}' WHERE import_id = $1 AND $2 = 'applied'`, id, state)
		w.Exec(`INSERT INTO import_made (import_id, kind, id, person_id) VALUES ($1, 'person', $2, $2)`, id, person)
	}
	w.Exec(`INSERT INTO person_aliases (login, person_id) VALUES (lower($1) || '@old.example.org', $2)`, mark, person)
	w.Exec(`INSERT INTO distinct_people (one, other, decided_by, decided_at) VALUES (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $1, $3)`,
		person, w.Person(PersonSpec{}), w.Start)
}

// programme leaves somebody's traces in a programme: evidence handed in, a day attended, a certificate.
func (w *World) programme(person lms.ID[lms.Person], mark, sha string) {
	programme, version, day := lms.NewID[lms.Programme](), lms.NewID[lms.ProgrammeVersion](), lms.NewID[lms.Day]()
	participation, certificate := lms.NewID[lms.Participation](), lms.NewID[lms.Certificate]()
	w.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, $2, '{}', $3)`, programme, fmt.Sprintf("programme-%d", w.next()), w.Start)
	w.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at) VALUES ($1, $2, 1, '{}', $3)`, version, programme, w.Start)
	w.Exec(`INSERT INTO programme_days (id, programme_id, component, title, country, starts_at, ends_at)
	        VALUES ($1, $2, 'day', 'A day', (SELECT min(code) FROM countries), $3::timestamptz, $3::timestamptz + interval '6 hours')`, day, programme, w.Start)
	w.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, invited_at) VALUES ($1, $2, $3, $4, $5)`,
		participation, programme, version, person, w.Start)
	w.Exec(`INSERT INTO participations_changed (participation_id) VALUES ($1)`, participation)
	w.Exec(`INSERT INTO followups (id, participation_id, person_id, months, due_on, asked_at) VALUES (gen_random_uuid(), $1, $2, 3, '2026-06-02', $3)`,
		participation, person, w.Start)
	w.Exec(`INSERT INTO followup_supervisors (participation_id, email, language, named_at) VALUES ($1, lower($2) || '@office.example.org', 'en', $3)`, participation, mark, w.Start)
	w.Exec(`INSERT INTO followup_doors (followup_id, door_hash, asked_at) SELECT id, sha256(id::text::bytea), $2 FROM followups WHERE participation_id = $1`, participation, w.Start)
	w.Exec(`INSERT INTO report_totals (id, programme_id, country, what, from_day, to_day, count, source, author_id, entered_at)
	        VALUES (gen_random_uuid(), $1, (SELECT min(code) FROM countries), 'advised', '2026-01-01', '2026-03-31', 12, 'A list', $2, $3)`, programme, person, w.Start)
	w.Exec(`INSERT INTO outcome_notes (id, programme_id, happened_on, words, author_id, created_at) VALUES (gen_random_uuid(), $1, '2026-03-01', 'It changed.', $2, $3)`,
		programme, person, w.Start)
	w.Exec(`INSERT INTO day_attendance (day_id, person_id, state, minutes, evidence, recorded_at) VALUES ($1, $2, 'present', 300, 'sheet', $3)`, day, person, w.Start)
	w.Exec(`INSERT INTO day_sheets (id, day_id, file_name, file_type, file_sha256, file_bytes, uploaded_by, uploaded_at)
	        VALUES (gen_random_uuid(), $1, $2, 'image/png', $3, 5, $4, $5)`, day, mark, fmt.Sprintf("%064x", w.next()), person, w.Start)
	w.Exec(`INSERT INTO programme_evidence (id, participation_id, component, kind, words, file_name, file_sha256, handed_in_at)
	        VALUES (gen_random_uuid(), $1, 'practice', 'practice', $2, $2, $3, $4)`, participation, mark, sha, w.Start)
	w.Exec(`INSERT INTO certificates (id, serial, person_id, programme_id, participation_id, award, claim, seal, key_id, issued_at)
	        VALUES ($1, $2, $3, $4, $5, $5, $6, $7, 'k', $8)`,
		certificate, fmt.Sprintf("S-%d", w.next()), person, programme, participation, `{"holder":"`+mark+`"}`, []byte(mark), w.Start)
	w.Exec(`INSERT INTO reminders (id, person_id, reason, about, in_window, title, channel, made_at) VALUES (gen_random_uuid(), $1, 'stuck', $2, 'final', $3, 'call', $4)`,
		person, participation.String(), mark, w.Start)
	action := lms.NewID[struct{}]()
	w.Exec(`INSERT INTO desk_actions (id, kind, args, filter, grants, language, total, asked_at) VALUES ($1, 'remind', '{}', '{}', '{}', 'en', 1, $2)`, action, w.Start)
	w.Exec(`INSERT INTO desk_action_people (action_id, person_id, outcome) VALUES ($1, $2, 'done')`, action, person)
	w.Exec(`INSERT INTO certificate_events (certificate_id, number, at, state, reason) VALUES ($1, 1, $2, 'suspended', $3)`, certificate, w.Start, mark)
}

// webinar leaves somebody's traces at a webinar: they led it, and its journal names them.
func (w *World) webinar(person lms.ID[lms.Person], enrolment lms.ID[lms.Enrolment], name string) {
	id := fmt.Sprintf("webinar-%d", w.next())
	w.Exec(`INSERT INTO webinars (id, title, language, starts_at, ends_at, guest_code, created_at)
	        VALUES ($1, 'A webinar', 'en', $2::timestamptz, $2::timestamptz + interval '1 hour', $1, $2)`, id, w.Start)
	w.Exec(`INSERT INTO webinar_people (webinar_id, person_id, role) VALUES ($1, $2, 'host')`, id, person)
	w.Exec(`INSERT INTO webinar_invitations (webinar_id, person_id, sequence, invited_at) VALUES ($1, $2, 0, $3)`, id, person, w.Start)
	w.Exec(`INSERT INTO mails (id, person_id, webinar_id, language, name, address, subject, body, html, queued_at, next_at)
	        VALUES (gen_random_uuid(), $1, $2, 'en', $3, 'somebody@example.org', $3, $3, $3, $4, $4)`, person, id, name, w.Start)
	w.Exec(`INSERT INTO webinar_events (webinar_id, number, kind, at, person_id, name) VALUES ($1, 1, 'join', $2, $3, $4)`, id, w.Start, person, name)
	w.Exec(`INSERT INTO webinar_events (webinar_id, number, kind, at, entry, name) VALUES ($1, 2, 'roster', $2, 'e1', $3)`, id, w.Start, name)
	paper := lms.NewID[struct{}]()
	w.Exec(`INSERT INTO webinar_papers (id, webinar_id, file_name, file_type, file_sha256, file_bytes, uploaded_by, uploaded_at)
	        VALUES ($1, $2, $3, 'image/png', $4, 5, $5, $6)`, paper, id, name, fmt.Sprintf("%064x", w.next()), person, w.Start)
	for number, kind := range []string{"match", "add", "strike"} {
		w.Exec(`INSERT INTO webinar_corrections (webinar_id, number, kind, made_at, author_id, reason, who, person_id, name, paper_id)
		        VALUES ($1, $2, $3, $4, $5, 'because ' || $6, CASE $3 WHEN 'match' THEN 'entry/e1' ELSE 'person/' || ($5::uuid)::text END, $5, $6, $7)`,
			id, number+1, kind, w.Start, person, name, paper)
	}
	for _, part := range []string{"chat", "question", "notes"} {
		w.Exec(`INSERT INTO webinar_items (webinar_id, began_at, part, key, at, person_id, name, body)
		        VALUES ($1, $2, $3, 'k', $2, $4, $5, jsonb_build_object('text', CASE $3 WHEN 'notes' THEN 'of all' ELSE $5 END))`, id, w.Start, part, person, name)
	}
	w.Exec(`INSERT INTO webinar_objections (webinar_id, person_id, text, made_at) VALUES ($1, $2, $3, $4)`, id, person, name, w.Start)
	w.Exec(`INSERT INTO calendar_feeds (person_id, code, made_at) VALUES ($1, $2, $3)`, person, fmt.Sprintf("feed-%d", w.next()), w.Start)
	w.Exec(`INSERT INTO webinar_minutes (webinar_id, person_id, minutes, percent, floor, evidence, spans, counted_at)
	        VALUES ($1, $2, 60, 100, 60, 'device', '[]', $3)`, id, person, w.Start)
	w.Exec(`INSERT INTO webinar_credits (webinar_id, enrolment_id, state, minutes, percent, evidence, changed_at)
	        VALUES ($1, $2, 'given', 60, 100, 'device', $3)`, id, enrolment, w.Start)
}

// Table seats somebody alone at a table of a cohort of their own, where they said something.
func (w *World) Table(enrolment lms.ID[lms.Enrolment], course lms.ID[lms.Course], version lms.ID[lms.Version], said string) lms.ID[lms.Table] {
	w.T.Helper()
	id := lms.NewID[lms.Table]()
	w.Exec(`INSERT INTO exercise_tables (id, cohort_id, version_id, activity_key, number, proposal, opened_at)
	        VALUES ($1, $2, $3, 'together', 1, json_build_object('because', json_build_object('text', $4::text)), $5)`,
		id, w.Cohort(course, "", lms.ID[lms.Centre]{}), version, said, w.Start)
	w.Exec(`INSERT INTO exercise_seats (table_id, part, enrolment_id, activity_key, sat_at) VALUES ($1, 'police', $2, 'together', $3)`, id, enrolment, w.Start)
	w.Exec(`INSERT INTO exercise_messages (id, table_id, number, enrolment_id, part, body, sent_at)
	        VALUES (gen_random_uuid(), $1, 1, $2, 'police', $3, $4)`, id, enrolment, said, w.Start)
	return id
}

// Post writes in a discussion of a course.
func (w *World) Post(person lms.ID[lms.Person], enrolment lms.ID[lms.Enrolment], course lms.ID[lms.Course], body string) lms.ID[lms.Post] {
	w.T.Helper()
	id := lms.NewID[lms.Post]()
	w.Exec(`INSERT INTO posts (id, course_id, activity_key, enrolment_id, author_id, body, posted_at) VALUES ($1, $2, 'talk', $3, $4, $5, $6)`,
		id, course, orNull(enrolment), person, body, w.Start)
	return id
}
