package account

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/job"
	"mostik/lms/record"
)

// Two records of one person are made one here, for the same reason for which export and erasure are here: the question
// goes through every table. A test reads the schema and refuses a column that points at people and stands neither in
// this list nor among those that stay.

// moving is a column that points at people. What would clash is settled first; then the column is changed from the one
// who is given up ($2) to the one who is kept ($1).
type moving struct {
	table, column string
	settle        []string
}

// further orders enrolments and participations: the one that is further comes first.
const (
	furtherEnrolment   = `(e.state = 'completed') DESC, e.required_done DESC, e.score DESC NULLS LAST, e.last_seen_at DESC NULLS LAST, e.enrolled_at, e.id`
	furtherParticipant = `array_position(ARRAY['certified', 'passed', 'active', 'invited'], e.state), e.done DESC, e.invited_at, e.id`
	othersOfThePair    = `SELECT id, first FROM (SELECT e.id, first_value(e.id) OVER w AS first, row_number() OVER w AS place FROM %s e WHERE e.person_id IN ($1, $2) AND e.state <> 'withdrawn' WINDOW w AS (PARTITION BY e.%s ORDER BY %s)) x WHERE place > 1`
)

var (
	laggingEnrolments     = fmt.Sprintf(othersOfThePair, "enrolments", "course_id", furtherEnrolment)
	laggingParticipations = fmt.Sprintf(othersOfThePair, "participations", "programme_id", furtherParticipant)
)

// mergeMoves are all of them, in order.
var mergeMoves = []moving{
	// Somebody who studies a course twice goes on with the enrolment that is further, in a cohort if either was; the
	// other stays as history, withdrawn, with what was done in it.
	{"enrolments", "person_id", []string{
		`UPDATE enrolments k SET cohort_id = o.cohort_id FROM (` + laggingEnrolments + `) l JOIN enrolments o ON o.id = l.id
		  WHERE k.id = l.first AND k.cohort_id IS NULL AND o.cohort_id IS NOT NULL`,
		`UPDATE enrolments SET state = 'withdrawn' WHERE id IN (SELECT id FROM (` + laggingEnrolments + `) l)`,
	}},
	// The same of programmes. What was handed in for the other counts for the one that goes on, and so do the categories that
	// were chosen there, and the trainer who is nearer to the programme's makers.
	{"participations", "person_id", []string{
		`UPDATE participations k SET categories = o.categories || k.categories FROM (` + laggingParticipations + `) l JOIN participations o ON o.id = l.id WHERE k.id = l.first`,
		`UPDATE participations k SET trained_by = o.trained_by, generation = o.generation FROM (` + laggingParticipations + `) l JOIN participations o ON o.id = l.id
		  WHERE k.id = l.first AND o.trained_by NOT IN ($1, $2)
		    AND (k.trained_by IS NULL OR k.trained_by IN ($1, $2) OR coalesce(o.generation, 1) < coalesce(k.generation, 1))`,
		`UPDATE programme_evidence v SET participation_id = l.first FROM (` + laggingParticipations + `) l WHERE v.participation_id = l.id`,
		`INSERT INTO participations_changed (participation_id) SELECT first FROM (` + laggingParticipations + `) l`,
		`UPDATE participations SET state = 'withdrawn' WHERE id IN (SELECT id FROM (` + laggingParticipations + `) l)`,
	}},
	{"participations", "trained_by", nil},
	{"followups", "person_id", nil},
	{"certificates", "person_id", nil},
	{"day_attendance", "person_id", []string{
		// The better word of the two counts.
		`UPDATE day_attendance k SET state = o.state, minutes = o.minutes, evidence = o.evidence, recorded_by = o.recorded_by, recorded_at = o.recorded_at
		   FROM day_attendance o WHERE k.person_id = $1 AND o.person_id = $2 AND o.day_id = k.day_id
		    AND (array_position(ARRAY['present', 'part', 'absent'], o.state), -o.minutes) < (array_position(ARRAY['present', 'part', 'absent'], k.state), -k.minutes)`,
		`DELETE FROM day_attendance o USING day_attendance k WHERE o.person_id = $2 AND k.person_id = $1 AND k.day_id = o.day_id`,
	}},
	{"memberships", "person_id", []string{
		`DELETE FROM memberships o USING memberships k WHERE o.person_id = $2 AND k.person_id = $1 AND o.role = k.role AND o.scope_kind = k.scope_kind
		    AND o.country IS NOT DISTINCT FROM k.country AND o.scope_id IS NOT DISTINCT FROM k.scope_id`,
	}},
	{"webinar_people", "person_id", []string{
		`UPDATE webinar_people k SET role = 'host' FROM webinar_people o WHERE k.person_id = $1 AND o.person_id = $2 AND o.webinar_id = k.webinar_id AND o.role = 'host'`,
		`DELETE FROM webinar_people o USING webinar_people k WHERE o.person_id = $2 AND k.person_id = $1 AND k.webinar_id = o.webinar_id`,
	}},
	{"webinar_invitations", "person_id", []string{
		`UPDATE webinar_invitations k SET sequence = greatest(k.sequence, o.sequence) FROM webinar_invitations o
		  WHERE k.person_id = $1 AND o.person_id = $2 AND o.webinar_id = k.webinar_id`,
		`DELETE FROM webinar_invitations o USING webinar_invitations k WHERE o.person_id = $2 AND k.person_id = $1 AND k.webinar_id = o.webinar_id`,
	}},
	// The webinar counts anew afterwards: two devices of one person may overlap.
	{"webinar_minutes", "person_id", []string{
		`DELETE FROM webinar_minutes o USING webinar_minutes k WHERE k.webinar_id = o.webinar_id AND o.person_id IN ($1, $2) AND k.person_id IN ($1, $2)
		    AND o.person_id <> k.person_id AND (o.minutes, o.person_id = $1) < (k.minutes, k.person_id = $1)`,
	}},
	{"webinar_objections", "person_id", []string{
		`UPDATE webinar_objections k SET text = left(k.text || E'\n' || o.text, 2000) FROM webinar_objections o
		  WHERE k.person_id = $1 AND o.person_id = $2 AND o.webinar_id = k.webinar_id`,
		`DELETE FROM webinar_objections o USING webinar_objections k WHERE o.person_id = $2 AND k.person_id = $1 AND k.webinar_id = o.webinar_id`,
	}},
	{"webinar_corrections", "person_id", []string{
		`UPDATE webinar_corrections SET who = 'person/' || ($1::uuid)::text WHERE who = 'person/' || ($2::uuid)::text`,
	}},
	{"webinar_events", "person_id", nil},
	{"webinar_items", "person_id", nil},
	{"mails", "person_id", nil},
	{"posts", "author_id", nil},
	{"calendar_feeds", "person_id", []string{
		`DELETE FROM calendar_feeds WHERE person_id = $2 AND EXISTS (SELECT FROM calendar_feeds WHERE person_id = $1)`,
	}},
	{"reminders", "person_id", []string{
		`DELETE FROM reminders o USING reminders k WHERE o.person_id = $2 AND k.person_id = $1 AND k.reason = o.reason AND k.about = o.about AND k.in_window = o.in_window`,
	}},
	{"desk_action_people", "person_id", []string{
		`DELETE FROM desk_action_people o USING desk_action_people k WHERE o.person_id = $2 AND k.person_id = $1 AND k.action_id = o.action_id`,
	}},
	// Whoever is signed in with the record that is given up signs in again; codes that were printed for it open nothing.
	{"sessions", "person_id", []string{`UPDATE sessions SET ended_at = coalesce(ended_at, now()), end_reason = coalesce(end_reason, 'merged') WHERE person_id = $2`}},
	{"one_time_codes", "person_id", []string{`DELETE FROM one_time_codes WHERE person_id = $2`}},
	{"person_aliases", "person_id", nil},
	{"import_rows", "person_id", nil},
	{"import_rows", "same_as", nil},
	{"import_made", "person_id", nil},
	// A third whom either was said not to be is neither's double.
	{"distinct_people", "one", []string{`
		WITH gone AS (
			DELETE FROM distinct_people WHERE $2 IN (one, other) RETURNING one, other, decided_by, decided_at
		), third AS (
			SELECT CASE WHEN one = $2 THEN other ELSE one END AS id, decided_by, decided_at FROM gone
		)
		INSERT INTO distinct_people (one, other, decided_by, decided_at)
		SELECT least($1::uuid, id), greatest($1::uuid, id), decided_by, decided_at FROM third WHERE id <> $1 ON CONFLICT DO NOTHING`}},
	{"distinct_people", "other", nil},
	// Records that were given up for this one lead on.
	{"persons", "merged_into", nil},

	// What they did to others.
	{"audit_events", "actor_id", nil},
	{"memberships", "granted_by", nil},
	{"one_time_codes", "created_by", nil},
	{"course_versions", "published_by", nil},
	{"programme_versions", "published_by", nil},
	{"language_reviews", "reviewed_by", nil},
	{"marks", "marked_by", nil},
	{"submissions", "returned_by", nil},
	{"posts", "hidden_by", nil},
	{"allowances", "granted_by", nil},
	{"due_dates", "set_by", nil},
	{"followup_supervisors", "named_by", nil},
	{"webinar_papers", "uploaded_by", nil},
	{"webinar_corrections", "author_id", nil},
	{"day_attendance", "recorded_by", nil},
	{"day_sheets", "uploaded_by", nil},
	{"programme_evidence", "decided_by", nil},
	{"certificate_events", "actor_id", nil},
	{"certificate_templates", "created_by", nil},
	{"certificate_pictures", "uploaded_by", nil},
	{"certificate_batches", "asked_by", nil},
	{"recognitions", "changed_by", nil},
	{"distinct_people", "decided_by", nil},
	{"reminders", "sent_by", nil},
	{"indicators", "created_by", nil},
	{"outcome_notes", "author_id", nil},
	{"report_totals", "author_id", nil},
	{"reports", "created_by", nil},
	{"reports", "frozen_by", nil},
	{"desk_actions", "asked_by", nil},
	{"imports", "made_by", nil},
	{"imports", "applied_by", nil},
	{"enrolment_rules", "made_by", []string{
		`DELETE FROM enrolment_rules o USING enrolment_rules k WHERE o.made_by = $2 AND k.made_by = $1 AND k.programme_id = o.programme_id`,
	}},
}

// mergeStays are columns that point at people and are changed by something else: what keeps them.
var mergeStays = map[string]string{
	"desk_standings.person_id": "the desk's triggers follow the rows beneath",
	"record_entries.person_id": "record.Move",
}

// MergedJob asks for webinars to be counted anew in which two records of one person were.
type MergedJob struct {
	Webinars []string `json:"webinars"`
}

// Kind names the job.
func (MergedJob) Kind() string { return "account.merged" }

// Merge makes two records of one person one: everything of the one who is given up goes to the one who is kept, in one
// transaction. What the kept one lacks (an e-mail, a birth year) is taken over; the other's logins open the kept
// account. The record that is given up stays as an empty stone that leads to the other. Errors: NotFound, Forbidden,
// Invalid merge-oneself, Conflict last-administrator.
func (s *Service) Merge(ctx context.Context, actor lms.Actor, keep, gone lms.ID[lms.Person]) (Person, error) {
	var p Person
	if keep == gone {
		return p, lms.ErrInvalid("other", "merge-same", "these are one record")
	}
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		// Locked in one order: whoever signs in or merges the other way round waits.
		if _, err := db.Exec(ctx, tx, `SELECT FROM persons WHERE id IN ($1, $2) ORDER BY id FOR UPDATE`, keep, gone); err != nil {
			return err
		}
		for _, id := range []lms.ID[lms.Person]{keep, gone} {
			k, err := known(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := actor.Can(lms.MergePeople, k.facts); err != nil {
				return err
			}
		}
		if err := s.merge(ctx, tx, keep, gone); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, s.event(actor, "person.merge", "person", keep.String(), map[string]any{"other": gone.String()})); err != nil {
			return err
		}
		var err error
		if p, err = readPerson(ctx, tx, keep); err != nil {
			return err
		}
		k, err := known(ctx, tx, keep)
		if err != nil {
			return err
		}
		p.Enrolments, err = readEnrolments(ctx, tx, actor, k.facts)
		return err
	})
	if err == nil {
		s.void.person(gone) // signed in with it nobody is any more
		s.void.person(keep) // who has got more roles
	}
	return p, err
}

func (s *Service) merge(ctx context.Context, tx bun.Tx, keep, gone lms.ID[lms.Person]) error {
	webinars, err := webinarsOf(ctx, tx, keep, gone)
	if err != nil {
		return err
	}
	if err := daysGone(ctx, tx, gone); err != nil {
		return err
	}
	for _, m := range mergeMoves {
		move := fmt.Sprintf(`UPDATE %[1]s SET %[2]s = $1 WHERE %[2]s = $2`, m.table, m.column)
		for _, sql := range append(m.settle, move) {
			if err := mergeStep(ctx, tx, sql, keep, gone); err != nil {
				return fmt.Errorf("moving %s.%s: %w", m.table, m.column, err)
			}
		}
	}
	if err := mergeLineage(ctx, tx, keep); err != nil {
		return err
	}
	if err := mergeRows(ctx, tx, keep, gone); err != nil {
		return err
	}
	if err := record.Move(ctx, tx, gone, keep); err != nil {
		return err
	}
	if len(webinars) == 0 {
		return nil
	}
	return job.Enqueue(ctx, tx, MergedJob{webinars})
}

// mergeLineage keeps who trained whom a tree: nobody is above themselves, and whoever is beneath is of the generation after.
func mergeLineage(ctx context.Context, tx bun.Tx, keep lms.ID[lms.Person]) error {
	const deepest = ` WHERE far < 100` // as for one who is given another trainer
	for _, sql := range []string{
		`
		WITH RECURSIVE above AS (
		    SELECT programme_id, trained_by AS person, 1 AS far FROM participations WHERE person_id = $1 AND state <> 'withdrawn' AND trained_by IS NOT NULL
		    UNION
		    SELECT a.programme_id, pa.trained_by, a.far + 1
		      FROM above a JOIN participations pa ON pa.person_id = a.person AND pa.programme_id = a.programme_id AND pa.state <> 'withdrawn'
		       AND pa.trained_by IS NOT NULL AND a.person <> $1` + deepest + `)
		UPDATE participations SET trained_by = NULL, generation = NULL
		 WHERE person_id = $1 AND state <> 'withdrawn' AND programme_id IN (SELECT programme_id FROM above WHERE person = $1)`, `
		WITH RECURSIVE below AS (
		    SELECT pa.id, pa.person_id, pa.programme_id, coalesce((SELECT coalesce(k.generation, 1) FROM participations k
		           WHERE k.person_id = $1 AND k.programme_id = pa.programme_id AND k.state <> 'withdrawn'), 0) + 1 AS generation, 1 AS far
		      FROM participations pa WHERE pa.trained_by = $1 AND pa.state <> 'withdrawn'
		    UNION ALL
		    SELECT pa.id, pa.person_id, pa.programme_id, b.generation + 1, b.far + 1
		      FROM below b JOIN participations pa ON pa.trained_by = b.person_id AND pa.programme_id = b.programme_id AND pa.state <> 'withdrawn'` + deepest + `)
		UPDATE participations pa SET generation = b.generation FROM below b WHERE pa.id = b.id AND pa.generation IS DISTINCT FROM b.generation`,
	} {
		if _, err := db.Exec(ctx, tx, sql, keep); err != nil {
			return fmt.Errorf("putting a lineage in order: %w", err)
		}
	}
	return nil
}

// mergeStep runs a statement that speaks of one of the two, or of both.
func mergeStep(ctx context.Context, tx bun.Tx, sql string, keep, gone lms.ID[lms.Person]) error {
	args := []any{keep, gone}
	switch {
	case !strings.Contains(sql, "$1"): // a parameter that no statement names has no type
		sql, args = strings.ReplaceAll(sql, "$2", "$1"), args[1:]
	case !strings.Contains(sql, "$2"):
		args = args[:1]
	}
	_, err := db.Exec(ctx, tx, sql, args...)
	return err
}

// webinarsOf lists those that count minutes of the one who is given up.
func webinarsOf(ctx context.Context, tx bun.Tx, keep, gone lms.ID[lms.Person]) ([]string, error) {
	rows, err := db.Rows(ctx, tx, `SELECT DISTINCT webinar_id FROM webinar_events WHERE person_id = $2 AND $1::uuid IS NOT NULL ORDER BY 1`, keep, gone)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(scan func(...any) error) (id string, err error) { return id, scan(&id) })
}

// daysGone puts on record that days of the one who is given up are no longer under that name: the person is a part of
// their key.
func daysGone(ctx context.Context, tx bun.Tx, gone lms.ID[lms.Person]) error {
	var raw []byte
	err := db.Row(ctx, tx, `SELECT coalesce(json_agg(day_id), '[]') FROM day_attendance WHERE person_id = $1`, gone).Scan(&raw)
	if err != nil {
		return db.Translate(err)
	}
	var days []lms.ID[lms.Day]
	if err := json.Unmarshal(raw, &days); err != nil {
		return err
	}
	for _, d := range days {
		if err := record.Gone(ctx, tx, gone, record.Day(d, gone)); err != nil {
			return err
		}
	}
	return nil
}

// mergeRows fills what the kept record lacks and empties the other, whose logins lead to the kept one from now on. The
// kept one's password is the one that counts.
func mergeRows(ctx context.Context, tx bun.Tx, keep, gone lms.ID[lms.Person]) error {
	var other []byte
	if err := db.Row(ctx, tx, `SELECT to_jsonb(p) FROM persons p WHERE id = $1`, gone).Scan(&other); err != nil {
		return db.Found(err, "person")
	}
	// Its unique addresses are given up first.
	_, err := db.Exec(ctx, tx, `
		UPDATE persons SET given_name = '', family_name = '', latin_given = '', latin_family = '', email = NULL, login = NULL,
		       password_hash = NULL, country = NULL, countries = '{}', organisation_id = NULL, centre_id = NULL, sex = 'not-stated',
		       birth_year = NULL, phone = '', job = 'not-stated', disability = 'not-stated', state = 'erased', last_seen_at = NULL, merged_into = $1
		 WHERE id = $2`, keep, gone)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE persons k
		   SET email = coalesce(k.email, g.email), login = coalesce(k.login, g.login), password_hash = coalesce(k.password_hash, g.password_hash),
		       latin_given = CASE WHEN k.latin_given || k.latin_family = '' THEN g.latin_given ELSE k.latin_given END,
		       latin_family = CASE WHEN k.latin_given || k.latin_family = '' THEN g.latin_family ELSE k.latin_family END,
		       country = coalesce(k.country, g.country), countries = array(SELECT DISTINCT c FROM unnest(k.countries || g.countries) c ORDER BY c),
		       organisation_id = coalesce(k.organisation_id, g.organisation_id),
		       centre_id = CASE WHEN k.centre_id IS NULL AND coalesce(k.country, g.country) = g.country THEN g.centre_id ELSE k.centre_id END,
		       sex = CASE k.sex WHEN 'not-stated' THEN g.sex ELSE k.sex END, birth_year = coalesce(k.birth_year, g.birth_year),
		       phone = CASE k.phone WHEN '' THEN g.phone ELSE k.phone END, job = CASE k.job WHEN 'not-stated' THEN g.job ELSE k.job END,
		       disability = CASE k.disability WHEN 'not-stated' THEN g.disability ELSE k.disability END,
		       last_seen_at = greatest(k.last_seen_at, g.last_seen_at), created_at = least(k.created_at, g.created_at)
		  FROM jsonb_populate_record(NULL::persons, $2::jsonb) g
		 WHERE k.id = $1`, keep, string(other))
	if err != nil {
		return personError(err)
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO person_aliases (login, person_id)
		SELECT DISTINCT lower(l), $1::uuid FROM jsonb_populate_record(NULL::persons, $2::jsonb) g, persons k, unnest(ARRAY[g.login, g.email]) l
		 WHERE k.id = $1 AND l IS NOT NULL AND lower(l) IS DISTINCT FROM lower(k.login) AND lower(l) IS DISTINCT FROM lower(k.email)
		ON CONFLICT (login) DO UPDATE SET person_id = excluded.person_id`, keep, string(other))
	return err
}

// mergedInto gives the record that took the place of another, zero where there is none.
func mergedInto(ctx context.Context, q db.Queryer, id lms.ID[lms.Person]) (lms.ID[lms.Person], error) {
	var keep lms.ID[lms.Person]
	err := db.Row(ctx, q, `SELECT merged_into FROM persons WHERE id = $1`, id).Scan(&keep)
	return keep, db.Found(err, "person")
}

// MergeColumns lists every column that merging knows of, as table.column.
func MergeColumns() []string {
	var all []string
	for _, m := range mergeMoves {
		all = append(all, m.table+"."+m.column)
	}
	for column := range mergeStays {
		all = append(all, column)
	}
	return all
}
