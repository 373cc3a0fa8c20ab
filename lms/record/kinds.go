package record

import (
	"fmt"
	"strings"

	"mostik/lms"
)

// kind is a sort of fact: where its rows lie and what of a row is recorded. A column that is set to null by a foreign
// key, or that the program changes without a new entry, has no place in the content.
type kind struct {
	name string
	// rows selects key, person and content of every row that ought to have an entry; its last part is a WHERE, so
	// that more can be asked. The key is of the row, the person is whose erasure takes the entry's salt, or null.
	rows string
	// one asks for the row whose key has the given parts.
	one []string
	// of asks for the rows of a person.
	of string
}

// kinds are all there are. A new one is a new line here, with a function beside those below.
var kinds = []kind{
	{
		name: "attempt",
		rows: `SELECT a.id::text AS key, e.person_id AS person, jsonb_build_array(a.id, a.enrolment_id, a.version_id, a.activity_key, a.kind,
		              a.number, a.state, {a.submitted_at}, a.points, a.max_points, a.percent, a.passed)::text AS content
		         FROM attempts a JOIN enrolments e ON e.id = a.enrolment_id
		        WHERE a.state <> 'open'`,
		one: []string{`a.id = $?::uuid`}, of: `e.person_id`,
	},
	{
		name: "completion",
		rows: `SELECT e.id::text AS key, e.person_id AS person, jsonb_build_array(e.id, e.person_id, e.course_id, {e.completed_at}, e.score)::text AS content
		         FROM enrolments e
		        WHERE e.completed_at IS NOT NULL`,
		one: []string{`e.id = $?::uuid`}, of: `e.person_id`,
	},
	{
		name: "credit",
		rows: `SELECT k.webinar_id || '/' || k.enrolment_id AS key, e.person_id AS person, jsonb_build_array(k.webinar_id, k.enrolment_id, k.state,
		              k.minutes, k.percent, k.evidence, {k.changed_at})::text AS content
		         FROM webinar_credits k JOIN enrolments e ON e.id = k.enrolment_id
		        WHERE true`,
		one: []string{`k.webinar_id = $?`, `k.enrolment_id = $?::uuid`}, of: `e.person_id`,
	},
	{
		name: "day",
		rows: `SELECT d.day_id || '/' || d.person_id AS key, d.person_id AS person, jsonb_build_array(d.day_id, d.person_id, d.state, d.minutes,
		              d.evidence, {d.recorded_at})::text AS content
		         FROM day_attendance d
		        WHERE true`,
		one: []string{`d.day_id = $?::uuid`, `d.person_id = $?::uuid`}, of: `d.person_id`,
	},
	{
		name: "passed",
		rows: `SELECT p.id::text AS key, p.person_id AS person, jsonb_build_array(p.id, p.person_id, p.programme_id, p.version_id, {p.passed_at})::text AS content
		         FROM participations p
		        WHERE p.passed_at IS NOT NULL`,
		one: []string{`p.id = $?::uuid`}, of: `p.person_id`,
	},
	{
		name: "certificate",
		rows: `SELECT c.id::text AS key, c.person_id AS person, jsonb_build_array(c.id, c.serial, c.person_id, c.award, c.kind, c.issue_no, c.course_id,
		              c.programme_id, encode(sha256(convert_to(c.claim, 'UTF8')), 'hex'), encode(c.seal, 'hex'), c.key_id, c.state, c.superseded_by, c.paper_number, c.scan_sha256,
		              {c.issued_at}, c.expires_on)::text AS content
		         FROM certificates c
		        WHERE c.state <> 'erased'`,
		one: []string{`c.id = $?::uuid`}, of: `c.person_id`,
	},
	{
		name: "state",
		rows: `SELECT v.certificate_id || '/' || v.number AS key, c.person_id AS person, jsonb_build_array(v.certificate_id, v.number, {v.at}, v.state,
		              v.reason)::text AS content
		         FROM certificate_events v JOIN certificates c ON c.id = v.certificate_id
		        WHERE c.state <> 'erased' AND v.number > 1`, // the first is the issue, which the certificate's own entry tells
		one: []string{`v.certificate_id = $?::uuid`, `v.number = $?::int`}, of: `c.person_id`,
	},
	{
		name: "report",
		rows: `SELECT r.id::text AS key, NULL::uuid AS person, jsonb_build_array(r.id, r.programme_id, coalesce(r.country, array_to_string(r.countries, ',')), r.from_day, r.to_day, r.digest,
		              encode(sha256(convert_to(r.content::text, 'UTF8')), 'hex'), {r.frozen_at})::text AS content
		         FROM reports r
		        WHERE r.frozen_at IS NOT NULL`,
		one: []string{`r.id = $?::uuid`}, of: `NULL::uuid`,
	},
}

// erasure is the kind of the entries that tell of others that they were emptied; it has no table of its own.
const erasure = "erasure"

func init() {
	for i := range kinds {
		kinds[i].rows = moments(kinds[i].rows)
	}
}

// moments writes {column} as microseconds since 1970: a number reads the same in every session's time zone.
func moments(sql string) string {
	return strings.NewReplacer("{", "(extract(epoch FROM ", "}", ") * 1000000)::bigint").Replace(sql)
}

// Entry names a row that was written.
type Entry struct {
	kind  *kind
	parts []any
}

func entry(name string, parts ...any) Entry {
	for i := range kinds {
		if kinds[i].name == name {
			return Entry{&kinds[i], parts}
		}
	}
	panic("no kind of fact is called " + name) // a slip of this file's author
}

// key is the row's key as the entry holds it.
func (e Entry) key() string {
	words := make([]string, len(e.parts))
	for i, p := range e.parts {
		words[i] = fmt.Sprint(p)
	}
	return strings.Join(words, "/")
}

// Attempt is an attempt that was handed in, or marked.
func Attempt(id lms.ID[lms.Attempt]) Entry { return entry("attempt", id.String()) }

// Completion is a course completed, with its score.
func Completion(id lms.ID[lms.Enrolment]) Entry { return entry("completion", id.String()) }

// Credit is what presence at a webinar was worth.
func Credit(webinar string, enrolment lms.ID[lms.Enrolment]) Entry {
	return entry("credit", webinar, enrolment.String())
}

// Day is somebody's attendance at an in-person day.
func Day(day lms.ID[lms.Day], person lms.ID[lms.Person]) Entry {
	return entry("day", day.String(), person.String())
}

// Passed is a participation whose rule held.
func Passed(id lms.ID[lms.Participation]) Entry { return entry("passed", id.String()) }

// Certificate is a certificate that was issued, or whose state changed.
func Certificate(id lms.ID[lms.Certificate]) Entry { return entry("certificate", id.String()) }

// State is one change of a certificate's state, by its number in certificate_events, from 2 on. The certificate itself
// is appended with it.
func State(id lms.ID[lms.Certificate], number int) Entry { return entry("state", id.String(), number) }

// FrozenReport is a report that was frozen.
func FrozenReport(id lms.ID[lms.Report]) Entry { return entry("report", id.String()) }
