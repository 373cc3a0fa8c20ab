package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/record"
)

// Export and erasure go through every slice's tables from here: a person asks one question, and a table
// that was forgotten would answer it wrongly. A test reads the schema and refuses a table that leads to a
// person and stands in neither list.

// exportQueries give everything about a person, one statement a table, rows as JSON; $1 is the person.
// Left out is only what proves who somebody is (hashes), what the program keeps for its own order, and which
// parts of an answer were right: that is shown when the course's rule says so, and not before the next attempt.
var exportQueries = []struct{ table, sql string }{
	{"persons", `SELECT to_jsonb(t) - 'password_hash' - 'sort_name' - 'search_text' FROM persons t WHERE t.id = $1`},
	{"memberships", `SELECT to_jsonb(t) - 'granted_by' FROM memberships t WHERE t.person_id = $1 ORDER BY t.created_at`},
	{"sessions", `SELECT to_jsonb(t) - 'refresh_hash' - 'previous_hash' FROM sessions t WHERE t.person_id = $1 ORDER BY t.created_at`},
	{"one_time_codes", `SELECT to_jsonb(t) - 'code_hash' - 'created_by' FROM one_time_codes t WHERE t.person_id = $1 ORDER BY t.created_at`},
	{"audit_events", `SELECT to_jsonb(t) FROM audit_events t WHERE t.actor_id = $1::uuid
	                     OR t.subject_kind = 'person' AND t.subject_id = ($1::uuid)::text ORDER BY t.id`},
	{"enrolments", `SELECT to_jsonb(t) - 'sort_name' FROM enrolments t WHERE t.person_id = $1 ORDER BY t.enrolled_at`},
	{"activity_progress", `SELECT to_jsonb(t) FROM activity_progress t JOIN enrolments e ON e.id = t.enrolment_id
	                        WHERE e.person_id = $1 ORDER BY t.first_seen_at`},
	{"attempts", `SELECT to_jsonb(t) - 'paper' - 'result' || jsonb_strip_nulls(jsonb_build_object('run', t.result -> 'run', 'desk', t.result -> 'desk'))
	                FROM attempts t JOIN enrolments e ON e.id = t.enrolment_id
	               WHERE e.person_id = $1 ORDER BY t.started_at`},
	{"answers", `SELECT to_jsonb(t) FROM answers t JOIN attempts a ON a.id = t.attempt_id JOIN enrolments e ON e.id = a.enrolment_id
	              WHERE e.person_id = $1 ORDER BY t.received_at`},
	{"marks", `SELECT to_jsonb(t) - 'marked_by' FROM marks t JOIN attempts a ON a.id = t.attempt_id JOIN enrolments e ON e.id = a.enrolment_id
	            WHERE e.person_id = $1 ORDER BY t.marked_at`},
	{"submissions", `SELECT to_jsonb(t) - 'returned_by' FROM submissions t JOIN enrolments e ON e.id = t.enrolment_id
	                  WHERE e.person_id = $1 ORDER BY t.handed_in_at`},
	{"sealed_notes", `SELECT to_jsonb(t) FROM sealed_notes t JOIN enrolments e ON e.id = t.enrolment_id
	                   WHERE e.person_id = $1 ORDER BY t.updated_at`},
	{"survey_responses", `SELECT to_jsonb(t) FROM survey_responses t JOIN enrolments e ON e.id = t.enrolment_id
	                       WHERE e.person_id = $1 ORDER BY t.answered_on`},
	{"posts", `SELECT to_jsonb(t) - 'hidden_by' FROM posts t WHERE t.author_id = $1 ORDER BY t.posted_at`},
	{"allowances", `SELECT to_jsonb(t) - 'granted_by' FROM allowances t JOIN enrolments e ON e.id = t.enrolment_id
	                 WHERE e.person_id = $1 ORDER BY t.granted_at`},
	{"due_dates", `SELECT to_jsonb(t) - 'set_by' FROM due_dates t JOIN enrolments e ON e.id = t.enrolment_id
	                WHERE e.person_id = $1 ORDER BY t.set_at`},
	{"exercise_seats", `SELECT to_jsonb(t) FROM exercise_seats t JOIN enrolments e ON e.id = t.enrolment_id
	                     WHERE e.person_id = $1 ORDER BY t.sat_at`},
	{"mails", `SELECT to_jsonb(t) FROM mails t WHERE t.person_id = $1 ORDER BY t.queued_at`},
	{"webinar_invitations", `SELECT to_jsonb(t) FROM webinar_invitations t WHERE t.person_id = $1 ORDER BY t.invited_at`},
	{"webinar_people", `SELECT to_jsonb(t) FROM webinar_people t WHERE t.person_id = $1`},
	{"webinar_events", `SELECT to_jsonb(t) FROM webinar_events t WHERE t.person_id = $1 ORDER BY at`},
	{"webinar_minutes", `SELECT to_jsonb(t) FROM webinar_minutes t WHERE t.person_id = $1 ORDER BY t.counted_at`},
	{"webinar_credits", `SELECT to_jsonb(t) FROM webinar_credits t JOIN enrolments e ON e.id = t.enrolment_id WHERE e.person_id = $1 ORDER BY t.changed_at`},
	{"webinar_corrections", `SELECT to_jsonb(t) - 'author_id' FROM webinar_corrections t WHERE t.person_id = $1 OR t.who = 'person/' || ($1::uuid)::text ORDER BY t.made_at`},
	{"webinar_items", `SELECT to_jsonb(t) FROM webinar_items t WHERE t.person_id = $1 OR (t.webinar_id, t.began_at, t.part, t.key) IN (` + matchedItems + `) ORDER BY t.at`},
	{"calendar_feeds", `SELECT to_jsonb(t) - 'code' FROM calendar_feeds t WHERE t.person_id = $1`},
	{"webinar_objections", `SELECT to_jsonb(t) FROM webinar_objections t WHERE t.person_id = $1 ORDER BY t.made_at`},
	{"webinar_papers", `SELECT to_jsonb(t) FROM webinar_papers t WHERE t.uploaded_by = $1 ORDER BY t.uploaded_at`},
	{"exercise_messages", `SELECT to_jsonb(t) FROM exercise_messages t JOIN enrolments e ON e.id = t.enrolment_id
	                        WHERE e.person_id = $1 ORDER BY t.sent_at`},
	{"participations", `SELECT to_jsonb(t) FROM participations t WHERE t.person_id = $1 ORDER BY t.invited_at`},
	{"report_totals", `SELECT to_jsonb(t) FROM report_totals t WHERE t.author_id = $1 ORDER BY t.entered_at`},
	{"outcome_notes", `SELECT to_jsonb(t) FROM outcome_notes t WHERE t.author_id = $1 ORDER BY t.created_at`},
	{"followup_supervisors", `SELECT to_jsonb(t) - 'named_by' FROM followup_supervisors t JOIN participations p ON p.id = t.participation_id WHERE p.person_id = $1`},
	{"followup_doors", `SELECT to_jsonb(t) - 'door_hash' - 'answered' FROM followup_doors t JOIN followups f ON f.id = t.followup_id WHERE f.person_id = $1`},
	{"followups", `SELECT to_jsonb(t) FROM followups t WHERE t.person_id = $1 ORDER BY t.due_on`},
	{"participations_changed", `SELECT to_jsonb(t) FROM participations_changed t JOIN participations p ON p.id = t.participation_id WHERE p.person_id = $1`},
	{"programme_evidence", `SELECT to_jsonb(t) - 'decided_by' FROM programme_evidence t JOIN participations p ON p.id = t.participation_id
	                         WHERE p.person_id = $1 ORDER BY t.handed_in_at`},
	{"day_sheets", `SELECT to_jsonb(t) FROM day_sheets t WHERE t.uploaded_by = $1 ORDER BY t.uploaded_at`},
	{"day_attendance", `SELECT to_jsonb(t) - 'recorded_by' FROM day_attendance t WHERE t.person_id = $1 ORDER BY t.recorded_at`},
	{"certificate_events", `SELECT to_jsonb(t) - 'actor_id' FROM certificate_events t JOIN certificates c ON c.id = t.certificate_id
	                         WHERE c.person_id = $1 ORDER BY t.at`},
	{"reminders", `SELECT to_jsonb(t) - 'sent_by' FROM reminders t WHERE t.person_id = $1 ORDER BY t.made_at`},
	{"desk_action_people", `SELECT to_jsonb(t) FROM desk_action_people t WHERE t.person_id = $1`},
	{"desk_standings", `SELECT to_jsonb(t) FROM desk_standings t WHERE t.person_id = $1`},
	{"person_aliases", `SELECT to_jsonb(t) FROM person_aliases t WHERE t.person_id = $1`},
	{"import_rows", `SELECT to_jsonb(t) FROM import_rows t WHERE t.person_id = $1 OR t.same_as = $1`},
	{"import_made", `SELECT to_jsonb(t) FROM import_made t WHERE t.person_id = $1`},
	{"distinct_people", `SELECT to_jsonb(t) - 'decided_by' FROM distinct_people t WHERE $1 IN (t.one, t.other)`},
	{"record_entries", `SELECT to_jsonb(t) FROM record_entries t WHERE t.person_id = $1 ORDER BY t.number`},
	{"certificates", `SELECT to_jsonb(t) - 'seal' FROM certificates t WHERE t.person_id = $1 ORDER BY t.issued_at`},
}

// privateTables stay out of an export that somebody else makes: no role reads them, sealed or not.
var privateTables = map[string]bool{"sealed_notes": true}

// Export is everything that is kept about a person.
type Export struct {
	MadeAt time.Time          `json:"made_at"`
	Person lms.ID[lms.Person] `json:"person_id"`
	// Tables hold the rows as they are stored, by table.
	Tables map[string][]json.RawMessage `json:"tables"`
}

// ExportMe gives everything about the actor, as of one moment.
func (s *Service) ExportMe(ctx context.Context, actor lms.Actor) (Export, error) {
	return s.export(ctx, actor, actor.Person, nil)
}

// ExportPerson gives everything about a person who asked for it, without what no role may read. Errors:
// NotFound, Forbidden.
func (s *Service) ExportPerson(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person]) (Export, error) {
	k, err := known(ctx, s.db, id)
	if err != nil {
		return Export{}, err
	}
	if err := actor.Can(lms.ExportPerson, k.facts); err != nil {
		return Export{}, err
	}
	return s.export(ctx, actor, id, privateTables)
}

func (s *Service) export(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person], without map[string]bool) (Export, error) {
	out := Export{MadeAt: s.now(), Person: id, Tables: map[string][]json.RawMessage{}}
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		clear(out.Tables)
		if _, err := tx.ExecContext(ctx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`); err != nil {
			return err
		}
		for _, q := range exportQueries {
			if without[q.table] {
				continue
			}
			rows, err := db.Rows(ctx, tx, q.sql, id)
			if err != nil {
				return fmt.Errorf("exporting %s: %w", q.table, err)
			}
			out.Tables[q.table], err = collect(rows, func(scan func(...any) error) (row json.RawMessage, err error) {
				var raw []byte
				err = scan(&raw)
				return raw, err
			})
			if err != nil {
				return fmt.Errorf("exporting %s: %w", q.table, err)
			}
		}
		return audit.Write(ctx, tx, s.event(actor, "person.export", "person", id.String(), nil))
	})
	return out, err
}

// erasedBody stands where a post was that others answered, so that their words keep their place.
const erasedBody = "…"

// eraseStatements take a person out of the database, in order; $1 is the person. What hangs on an
// enrolment goes with it by its foreign key: progress, attempts, answers, marks, submissions, sealed notes,
// named survey answers, allowances, seats and messages at a table. The person's row stays as an empty stone, for posts that others
// answered point to it. Certificates keep that one was issued, and nothing of whose.
var eraseStatements = []string{
	`DELETE FROM sessions WHERE person_id = $1`,
	`DELETE FROM one_time_codes WHERE person_id = $1`,
	`DELETE FROM memberships WHERE person_id = $1`,
	`UPDATE posts SET body = '` + erasedBody + `', enrolment_id = NULL, hidden_why = '' WHERE author_id = $1`,
	`DELETE FROM posts t WHERE t.author_id = $1 AND NOT EXISTS (
	   WITH RECURSIVE below AS (
	       SELECT r.id, r.author_id FROM posts r WHERE r.parent_id = t.id
	       UNION ALL
	       SELECT r.id, r.author_id FROM posts r JOIN below b ON r.parent_id = b.id)
	   SELECT FROM below WHERE author_id <> $1)`,
	`UPDATE certificate_events SET reason = '' WHERE certificate_id IN (SELECT id FROM certificates WHERE person_id = $1)`,
	// A file with papers of many names them too.
	// One that is being drawn is drawn anew.
	`UPDATE certificate_batches b SET file_sha256 = '', state = CASE state WHEN 'running' THEN 'waiting' ELSE 'gone' END
	  WHERE (file_sha256 <> '' OR task = 'zip' AND state = 'running') AND EXISTS (SELECT FROM certificate_batch_items i JOIN certificates c ON c.id = i.certificate_id
	                                       WHERE i.batch_id = b.id AND c.person_id = $1)`,
	`UPDATE certificates SET claim = '', seal = '', state = 'erased', state_reason = '', person_id = NULL, enrolment_id = NULL, changed_at = now(),
	        paper_number = '', scan_sha256 = '', scan_type = '', scan_bytes = 0
	  WHERE person_id = $1`,
	// A table at which only this person sat holds nobody else's words.
	`DELETE FROM exercise_tables t
	  WHERE EXISTS (SELECT FROM exercise_seats s JOIN enrolments e ON e.id = s.enrolment_id WHERE s.table_id = t.id AND e.person_id = $1)
	    AND NOT EXISTS (SELECT FROM exercise_seats s JOIN enrolments e ON e.id = s.enrolment_id WHERE s.table_id = t.id AND e.person_id <> $1)`,
	`UPDATE exercise_tables t SET changed = changed + 1
	  WHERE EXISTS (SELECT FROM exercise_seats s JOIN enrolments e ON e.id = s.enrolment_id WHERE s.table_id = t.id AND e.person_id = $1)`,
	`DELETE FROM enrolments WHERE person_id = $1`,
	`DELETE FROM followups WHERE person_id = $1`,
	`DELETE FROM participations WHERE person_id = $1`, // evidence goes with it
	// A signed sheet shows everybody's hand: it goes, and what was ticked from it stays for the others.
	`UPDATE day_sheets t SET file_sha256 = '', file_name = '', file_bytes = 0
	  WHERE EXISTS (SELECT FROM day_attendance a WHERE a.day_id = t.day_id AND a.person_id = $1)`,
	`UPDATE day_sheets SET uploaded_by = NULL WHERE uploaded_by = $1`,
	`DELETE FROM day_attendance WHERE person_id = $1`,
	`DELETE FROM reminders WHERE person_id = $1`,
	`DELETE FROM desk_action_people WHERE person_id = $1`,
	// Mails to the same address go too, by whichever way it came to be known.
	`DELETE FROM mails WHERE person_id = $1 OR lower(address) = (SELECT lower(email) FROM persons WHERE id = $1)`,
	`DELETE FROM webinar_guests WHERE lower(email) = (SELECT lower(email) FROM persons WHERE id = $1)`,
	`DELETE FROM webinar_invitations WHERE person_id = $1`,
	`DELETE FROM webinar_people WHERE person_id = $1`,
	// Rows of a roster that were matched to them later carry the name that was typed.
	`WITH matched AS (` + matched + `),
	      parts AS (SELECT e.*, count(*) FILTER (WHERE e.kind = 'end') OVER (PARTITION BY e.webinar_id ORDER BY e.number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS part
	                  FROM webinar_events e WHERE e.webinar_id IN (SELECT webinar_id FROM matched))
	 UPDATE webinar_events t SET name = '', detail = '' FROM parts p, matched c
	  WHERE p.webinar_id = t.webinar_id AND p.number = t.number AND c.webinar_id = t.webinar_id AND (t.entry <> '' OR t.centre_id IS NULL)
	    AND c.who = CASE WHEN t.entry <> '' THEN 'entry/' ELSE 'seat/' END || CASE WHEN p.part > 0 THEN (p.part + 1) || '/' ELSE '' END || CASE WHEN t.entry <> '' THEN t.entry ELSE t.seat END`,
	`UPDATE webinar_events SET name = '', detail = '', person_id = NULL WHERE person_id = $1`,
	// What they wrote, as a guest too who was matched later. The ending of a file's name tells what it is, and nothing of anybody.
	`UPDATE webinar_items SET name = '', person_id = NULL, body = CASE
	        WHEN part IN ('chat', 'question') THEN body || '{"text": "…"}'
	        WHEN part = 'deck' THEN body || '{"title": "…"}'
	        WHEN part = 'file' THEN body || jsonb_build_object('name', '…' || coalesce(substring(body->>'name' FROM '\.[A-Za-z0-9]{1,8}$'), ''))
	        ELSE body END
	  WHERE person_id = $1 OR (webinar_id, began_at, part, key) IN (` + matchedItems + `)`,
	// A picture of a sheet cannot be written over: it goes, and what was typed from it stays for the others.
	`UPDATE webinar_papers t SET file_sha256 = '', file_name = '' WHERE EXISTS (
	   SELECT FROM webinar_corrections c WHERE c.paper_id = t.id AND (c.person_id = $1 OR c.who = 'person/' || ($1::uuid)::text))`,
	`UPDATE webinar_papers SET uploaded_by = NULL WHERE uploaded_by = $1`,
	`UPDATE webinar_corrections SET name = '', reason = '(…)', who = CASE WHEN kind = 'add' THEN 'added/' || number WHEN who LIKE 'person/%' THEN '' ELSE who END, person_id = NULL
	  WHERE person_id = $1 OR who = 'person/' || ($1::uuid)::text`,
	`UPDATE webinar_corrections SET author_id = NULL WHERE author_id = $1`,
	`DELETE FROM webinar_objections WHERE person_id = $1`,
	`DELETE FROM calendar_feeds WHERE person_id = $1`,
	`DELETE FROM webinar_minutes WHERE person_id = $1`,
	// Tables of people that are still being mapped hold them by an address, or by a name that was taken for theirs.
	`DELETE FROM import_rows t USING imports i, persons p
	  WHERE i.id = t.import_id AND p.id = $1 AND (t.person_id = $1 OR t.same_as = $1 OR i.state IN ('open', 'applying')
	    AND (EXISTS (SELECT FROM unnest(t.cells) c WHERE btrim(lower(c)) IN (lower(p.email), lower(p.login)))
	         OR (SELECT bool_or(strpos(lower(array_to_string(t.cells, ' ')), lower(n)) > 0)
	               FROM unnest(ARRAY[p.family_name || ' ' || p.given_name, p.given_name || ' ' || p.family_name]) n WHERE btrim(n) <> '')))`,
	`DELETE FROM import_made WHERE person_id = $1`,
	`DELETE FROM person_aliases WHERE person_id = $1`,
	`DELETE FROM distinct_people WHERE $1 IN (one, other)`,
	`UPDATE distinct_people SET decided_by = NULL WHERE decided_by = $1`,
	`UPDATE imports SET made_by = NULL WHERE made_by = $1`,
	`UPDATE imports SET applied_by = NULL WHERE applied_by = $1`,
	`UPDATE enrolment_rules SET made_by = NULL WHERE made_by = $1`,
	`UPDATE indicators SET created_by = NULL WHERE created_by = $1`,
	`UPDATE reports SET created_by = CASE WHEN created_by <> $1 THEN created_by END, frozen_by = CASE WHEN frozen_by <> $1 THEN frozen_by END
	  WHERE $1 IN (created_by, frozen_by)`,
	`UPDATE report_totals SET author_id = NULL WHERE author_id = $1`,
	`UPDATE outcome_notes SET author_id = NULL WHERE author_id = $1`,
	`UPDATE persons SET merged_into = NULL WHERE merged_into = $1`,
	`UPDATE audit_events SET actor_id = NULL WHERE actor_id = $1`,
	`UPDATE memberships SET granted_by = NULL WHERE granted_by = $1`,
	`UPDATE one_time_codes SET created_by = NULL WHERE created_by = $1`,
	`UPDATE course_versions SET published_by = NULL WHERE published_by = $1`,
	`UPDATE marks SET marked_by = NULL WHERE marked_by = $1`,
	`UPDATE submissions SET returned_by = NULL WHERE returned_by = $1`,
	`UPDATE posts SET hidden_by = NULL WHERE hidden_by = $1`,
	`UPDATE followup_supervisors SET named_by = NULL WHERE named_by = $1`,
	`UPDATE allowances SET granted_by = NULL WHERE granted_by = $1`,
	`UPDATE due_dates SET set_by = NULL WHERE set_by = $1`,
	`UPDATE certificate_events SET actor_id = NULL WHERE actor_id = $1`,
	`UPDATE certificate_templates SET created_by = NULL WHERE created_by = $1`,
	`UPDATE certificate_pictures SET uploaded_by = NULL WHERE uploaded_by = $1`,
	`UPDATE certificate_batches SET asked_by = NULL WHERE asked_by = $1`,
	`UPDATE recognitions SET changed_by = NULL WHERE changed_by = $1`,
	`UPDATE persons SET given_name = '', family_name = '', latin_given = '', latin_family = '', email = NULL, login = NULL,
	        password_hash = NULL, language = 'en', theme = 'auto', country = NULL, countries = '{}', organisation_id = NULL,
	        centre_id = NULL, sex = 'not-stated', birth_year = NULL, phone = '', job = 'not-stated',
	        disability = 'not-stated', state = 'erased', last_seen_at = NULL,
	        created_at = date_trunc('year', created_at)
	  WHERE id = $1`,
}

// EraseMe erases the actor, who confirms with the password. Errors: Invalid password-wrong, Conflict
// last-administrator, TooMany.
func (s *Service) EraseMe(ctx context.Context, actor lms.Actor, password string) error {
	if err := s.confirm(ctx, actor, "password", password); err != nil {
		return err
	}
	return s.erase(ctx, lms.Actor{}, actor.Person, func(knownPerson) error { return nil })
}

// ErasePerson erases somebody who asked for it. Errors: NotFound, Forbidden, Conflict last-administrator.
func (s *Service) ErasePerson(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person]) error {
	return s.erase(ctx, actor, id, func(k knownPerson) error { return actor.Can(lms.ErasePerson, k.facts) })
}

func (s *Service) erase(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person], may func(knownPerson) error) error {
	var files []string
	rooms := map[string][]string{}
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		// Locked first: whoever signs in or refreshes now waits, and finds nobody.
		if _, err := db.Exec(ctx, tx, `SELECT FROM persons WHERE id = $1 FOR UPDATE`, id); err != nil {
			return err
		}
		k, err := known(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := may(k); err != nil {
			return err
		}
		if err := othersAdminister(ctx, tx, id); err != nil && holdsAdmin(k.facts) {
			return err
		}
		if files, err = ownFiles(ctx, tx, id); err != nil {
			return err
		}
		if err := inRooms(ctx, tx, id, rooms); err != nil {
			return err
		}
		for _, sql := range eraseStatements {
			if _, err := db.Exec(ctx, tx, sql, id); err != nil {
				return fmt.Errorf("erasing a person (%.40s…): %w", sql, err)
			}
		}
		// Last: what was on its way while rows went is in by now.
		if err := record.Erase(ctx, tx, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.event(actor, "person.erase", "person", id.String(), nil))
	})
	if err != nil {
		return err
	}
	s.void.person(id)
	if s.cfg.ForgetRooms != nil {
		if err := s.cfg.ForgetRooms(id.String(), rooms); err != nil {
			return fmt.Errorf("taking somebody who was erased out of webinars: %w", err)
		}
	}
	return s.forgetFiles(files)
}

// matched is the SQL of the corrections that say which entries and seats were $1, but for those that were taken back.
const matched = `
	SELECT c.webinar_id, c.who FROM webinar_corrections c
	 WHERE c.person_id = $1 AND c.kind = 'match' AND NOT EXISTS (
	       SELECT FROM webinar_corrections w WHERE w.webinar_id = c.webinar_id AND w.kind = 'withdraw' AND w.withdraws = c.number
	          AND NOT EXISTS (SELECT FROM webinar_corrections x WHERE x.webinar_id = w.webinar_id AND x.kind = 'withdraw' AND x.withdraws = w.number))`

// matchedItems is the SQL of what was said and brought from seats that were matched to $1 after the event. A room that was
// ended and opened again gives its seats anew: which part an item is of, its room's beginning tells.
const matchedItems = `
	SELECT x.webinar_id, x.began_at, x.part, x.key
	  FROM webinar_items x JOIN (` + matched + `) m ON m.webinar_id = x.webinar_id
	 CROSS JOIN LATERAL (SELECT count(*) FROM webinar_events e WHERE e.webinar_id = x.webinar_id AND e.kind = 'end' AND e.at <= x.began_at) AS ended(n)
	 WHERE x.person_id IS NULL AND x.seat <> '' AND m.who = 'seat/' || CASE WHEN ended.n > 0 THEN (ended.n + 1) || '/' ELSE '' END || x.seat`

// inRooms lists, by webinar, the entries of rosters and the seats that were matched to the person after the event: in
// files of rooms they stand under a name alone. Their parts are counted from the beginning of the file that there is:
// what is in earlier ones is in the database alone. Files that the person brought are listed too, whose rooms may be gone.
func inRooms(ctx context.Context, tx bun.Tx, id lms.ID[lms.Person], rooms map[string][]string) error {
	clear(rooms)
	rows, err := db.Rows(ctx, tx, `
		WITH matched AS (`+matched+`),
		     ways AS (
		         SELECT m.webinar_id, split_part(m.who, '/', 1) AS kind, regexp_replace(m.who, '^.*/', '') AS key,
		                CASE WHEN m.who LIKE '%/%/%' THEN split_part(m.who, '/', 2)::int ELSE 1 END
		                - (SELECT count(*) FROM webinar_events e JOIN webinars w ON w.id = e.webinar_id
		                    WHERE e.webinar_id = m.webinar_id AND e.kind = 'end' AND e.number <= w.journal_base) AS part
		           FROM matched m WHERE m.who LIKE 'entry/%' OR m.who LIKE 'seat/%')
		SELECT webinar_id, kind || '/' || CASE WHEN part > 1 THEN part || '/' ELSE '' END || key FROM ways WHERE part > 0
		UNION ALL
		SELECT webinar_id, 'file/' || key FROM webinar_items
		 WHERE part = 'file' AND (person_id = $1 OR (webinar_id, began_at, part, key) IN (`+matchedItems+`))`, id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var webinar, key string
		if err := rows.Scan(&webinar, &key); err != nil {
			return db.Translate(err)
		}
		rooms[webinar] = append(rooms[webinar], key)
	}
	return db.Translate(rows.Err())
}

func holdsAdmin(f lms.Facts) bool {
	for _, h := range f.Holds {
		if h.Role == lms.Admin {
			return true
		}
	}
	return false
}

// ownFiles lists the files that only this person's submissions hold.
func ownFiles(ctx context.Context, tx bun.Tx, id lms.ID[lms.Person]) ([]string, error) {
	rows, err := db.Rows(ctx, tx, `
		WITH handed_in AS (
			SELECT t.file_sha256, e.person_id FROM submissions t JOIN enrolments e ON e.id = t.enrolment_id
			UNION ALL
			SELECT c.scan_sha256, c.person_id FROM certificates c WHERE c.scan_sha256 <> ''
			UNION ALL
			SELECT t.file_sha256, p.person_id FROM programme_evidence t JOIN participations p ON p.id = t.participation_id
		)
		SELECT DISTINCT t.file_sha256 FROM handed_in t
		 WHERE t.person_id = $1 AND t.file_sha256 <> ''
		   AND NOT EXISTS (SELECT FROM handed_in o WHERE o.file_sha256 = t.file_sha256 AND o.person_id <> $1)
		   AND NOT EXISTS (SELECT FROM course_assets c WHERE c.sha256 = t.file_sha256)
		UNION
		SELECT b.file_sha256 FROM certificate_batches b
		 WHERE b.file_sha256 <> '' AND EXISTS (SELECT FROM certificate_batch_items i JOIN certificates c ON c.id = i.certificate_id
		                                        WHERE i.batch_id = b.id AND c.person_id = $1)`, id)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(scan func(...any) error) (sha string, err error) { return sha, scan(&sha) })
}

// forgetFiles removes the bytes after the rows are gone. What fails is told; the daily sweep of files that
// no row names takes the rest.
func (s *Service) forgetFiles(files []string) error {
	if s.cfg.ForgetFile == nil {
		return nil
	}
	for _, sha := range files {
		if err := s.cfg.ForgetFile(sha); err != nil {
			return fmt.Errorf("removing a file of somebody who was erased: %w", err)
		}
	}
	return nil
}
