package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/learning"
	"mostik/lms/record"
)

// storeStudies lets everybody study and stores what they did.
func (l *loading) storeStudies(ctx context.Context, tx bun.IDB) error {
	files, err := l.keepNotes()
	if err != nil {
		return err
	}
	ways, err := talks(l.version)
	if err != nil {
		return err
	}
	shared := &tools{files, ways}
	var histories []*learning.History
	completed := map[lms.ID[lms.Enrolment]]time.Time{}
	for _, co := range l.cohorts {
		var posts []writtenPost
		for _, p := range co.people {
			st := l.student(p, co, shared)
			if err := l.studyAs(st); err != nil {
				return fmt.Errorf("the study of %s %s: %w", p.given.own, p.family.own, err)
			}
			histories = append(histories, st.h)
			if at := st.h.LastSeenAt(); p.lastSeen == nil || at != nil && at.After(*p.lastSeen) {
				p.lastSeen = at
			}
			if at := st.h.CompletedAt(); at != nil {
				completed[st.h.ID()] = *at
			}
			for _, post := range st.posts {
				posts = append(posts, writtenPost{post, st.lang})
			}
		}
		talkAbout(co, posts)
	}
	service := learning.New(l.DB, l.Catalog, issuer{l.Certificates, completed}, l.Catalog.Blobs, l.Now)
	if err := service.StoreHistories(ctx, tx, histories); err != nil {
		return err
	}
	if err := l.storeSeen(ctx, tx); err != nil {
		return err
	}
	return l.storeExceptions(ctx, tx)
}

func (l *loading) student(p *person, co *cohort, shared *tools) *student {
	c := p.chance("study")
	if co.version != l.version {
		c = p.chance("study " + co.key)
	}
	enrolled := l.at(co, co.starts, 9).Add(-c.minutes(60 * 24 * 4))
	st := &student{
		person: p, cohort: co, c: c, version: co.version, now: l.now, lang: p.studyLang(), tools: shared, tries: map[string]int{},
		h: learning.NewHistory(co.version, newID[lms.Enrolment](c, enrolled), p.id, co.id, enrolled), wants: map[string]bool{},
	}
	st.h.Reads(st.lang)
	shares := map[string]float64{"m4-reflection": 0.4, "m5-exchange": 0.42, "m6-case-note": 0.16, "reaction": 0.72}
	if co.version != l.version {
		shares = map[string]float64{"m4-reflection": 0.4, "m6-reflection": 0.4, "reaction": 0.7} // nobody wrote words for their talks
	}
	for key, share := range shares {
		st.wants[key] = p.chance("wants " + key).in(share)
	}
	return st
}

// studyAs lets one person study: the account to look around with by a plan, everybody else by chance.
func (l *loading) studyAs(st *student) error {
	co := st.cohort
	if st.isAccount && co.version == l.version {
		return l.followPlan(st)
	}
	if co.pilot {
		st.energy, st.ability = 1, max(st.ability, 1.2)
	}
	if co.keen {
		st.energy, st.ability = 0.45+0.55*st.energy, st.ability+0.5
	}
	var events []later
	for key, weeks := range map[string]float64{practiceDay: co.practice, theirWebinar: co.webinar} {
		if at := l.at(co, weeks, 15); at.Before(l.now) && !(key == theirWebinar && co.held) && st.chance("attends "+key).in(0.35+0.4*st.energy) {
			events = append(events, later{at, func(at time.Time) error { return st.h.Attend(key, at) }})
		}
	}
	slices.SortFunc(events, func(a, b later) int { return a.at.Compare(b.at) })
	begin := l.at(co, co.starts, 9)
	if co.key == firstRound { // they took turns, so that their certificates do not all end in one week
		begin = begin.Add(time.Duration(st.chance("turn").Float64() * 80 * 24 * float64(time.Hour)))
	}
	if err := st.run(begin, events); err != nil {
		return err
	}
	if st.stopped && st.h.CompletedAt() == nil && st.c.in(0.08) {
		st.h.Withdraw()
	}
	return nil
}

// followPlan is the study of the trainee to look around with: the first module is done, the quiz passed, the
// second begun, and something is due next week.
func (l *loading) followPlan(st *student) error {
	day := func(ago, hour, minute int) time.Time {
		d := l.now.In(st.centre.loc).AddDate(0, 0, -ago)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, st.centre.loc).UTC()
	}
	clear(st.wants)
	for _, step := range []struct {
		key     string
		at      time.Time
		ability float64
	}{
		{"m1-welcome", day(16, 18, 42), 0},
		{"pre-test", day(16, 18, 55), -0.2},
		{"m1-elements", day(13, 10, 12), 0},
		{"m1-consent", day(9, 19, 5), 0},
		{"m1-quiz", day(9, 19, 20), 9},
		{"m2-indicators", day(2, 20, 31), 0},
	} {
		a, ok := l.version.Activity(step.key)
		if !ok {
			return fmt.Errorf("the course has no activity %s", step.key)
		}
		if a.Quiz == nil {
			if err := st.h.See(step.key, step.at); err != nil {
				return err
			}
			continue
		}
		st.ability = step.ability
		if _, _, err := st.quiz(a, step.at); err != nil {
			return err
		}
		if st.open != nil { // called away in the middle: goes on after ten minutes
			if _, _, err := st.goOn(step.at.Add(10 * time.Minute)); err != nil {
				return err
			}
		}
	}
	return nil
}

// writtenPost is a place for words in a cohort's discussion.
type writtenPost struct {
	*learning.Contribution
	lang string
}

// talkAbout gives the posts of a cohort their words in the order of time: talks begin, others answer.
func talkAbout(co *cohort, posts []writtenPost) {
	slices.SortFunc(posts, func(a, b writtenPost) int { return a.At().Compare(b.At()) })
	c := chanceOf("discussion", co.key)
	used := map[string]int{}
	var begun []writtenPost
	take := func(list []string, what, lang string) (string, bool) {
		key := what + lang
		if used[key] >= len(list) {
			return "", false
		}
		used[key]++
		return list[(used[key]-1+len(co.key))%len(list)], true
	}
	for _, p := range posts {
		if len(begun) > 0 && c.in(0.45) {
			if words, ok := take(replies[p.lang], "reply", p.lang); ok {
				p.Say(words, oneOf(c, begun).ID())
				continue
			}
		}
		if words, ok := take(openers[p.lang], "opener", p.lang); ok {
			p.Say(words, lms.ID[lms.Post]{})
			begun = append(begun, p)
			continue
		}
		p.Say(oneOf(c, replies[p.lang]), begun[len(begun)-1].ID())
	}
	co.talk = begun
}

// issuer issues each certificate on the day on which the course was completed.
type issuer struct {
	*certificate.Service
	completed map[lms.ID[lms.Enrolment]]time.Time
}

// Issue seals with the date of the completion. What was completed before the date of the law in today's
// course names the law of its own month.
func (i issuer) Issue(ctx context.Context, tx bun.IDB, award certificate.Award) (string, error) {
	at := i.completed[award.Enrolment]
	if award.LawAsOf != nil && award.LawAsOf.After(at) {
		month := certificate.DateOf(time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC))
		award.LawAsOf = &month
	}
	award.At = at
	return i.Service.Issue(ctx, tx, award)
}

// storeSeen notes when people were there last, and that they have a password then: one that nobody knows.
// Those who do not study come by every few days.
func (l *loading) storeSeen(ctx context.Context, tx bun.IDB) error {
	type row struct {
		ID string    `json:"id"`
		At time.Time `json:"at"`
	}
	var rows []row
	for _, p := range l.people {
		if p.lastSeen == nil && p.staff() {
			t := l.now.Add(-p.chance("seen").minutes(60 * 26))
			p.lastSeen = &t
		}
		if p.lastSeen != nil {
			rows = append(rows, row{p.id.String(), *p.lastSeen})
		}
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE persons p SET last_seen_at = r.at, password_hash = coalesce(p.password_hash, $2)
		  FROM json_to_recordset($1::text::json) AS r(id uuid, at timestamptz) WHERE p.id = r.id`, string(raw), l.unknown)
	if err != nil {
		return err
	}
	return l.storeCodes(ctx, tx)
}

// storeCodes prints codes for most of those who were never there. Nobody holds the slips.
func (l *loading) storeCodes(ctx context.Context, tx bun.IDB) error {
	type row struct {
		ID        string    `json:"id"`
		PersonID  string    `json:"person_id"`
		CodeHash  string    `json:"code_hash"`
		CreatedBy string    `json:"created_by"`
		CreatedAt time.Time `json:"created_at"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	var rows []row
	for _, p := range l.people {
		c := p.chance("code")
		if p.lastSeen != nil || p.isAccount || p.state != "active" || c.in(0.25) {
			continue
		}
		at := l.now.Add(-c.minutes(60 * 24 * 4))
		rows = append(rows, row{
			newID[struct{}](c, at).String(), p.id.String(), fmt.Sprintf("\\x%064x", c.Uint64()), l.coordinatorOf(p.country).id.String(),
			at, at.AddDate(0, 0, 14),
		})
		p.codeAt = &at
	}
	return l.insert(ctx, tx, into{`
		INSERT INTO one_time_codes (id, person_id, code_hash, created_by, created_at, expires_at)
		SELECT * FROM json_to_recordset($1::text::json) AS r(
		       id uuid, person_id uuid, code_hash bytea, created_by uuid, created_at timestamptz, expires_at timestamptz)`, rows})
}

// storeExceptions stores what does not follow from studying: a trainer's words in a discussion, one more
// attempt for somebody, a certificate taken back.
func (l *loading) storeExceptions(ctx context.Context, tx bun.IDB) error {
	for _, co := range l.cohorts {
		if len(co.talk) < 2 {
			continue
		}
		c := chanceOf("trainer's post", co.key)
		last := co.talk[len(co.talk)-1]
		at := last.At().Add(c.minutes(60 * 9))
		if at.After(l.now) {
			continue
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO posts (id, cohort_id, course_id, activity_key, parent_id, author_id, body, posted_at)
			VALUES ($1, $2, $3, 'm5-exchange', $4, $5, $6, $7)`,
			newID[lms.Post](c, at), co.id, l.version.CourseID, last.ID(), co.trainer.id, oneOf(c, trainerReplies[last.lang]), at)
		if err != nil {
			return err
		}
	}
	_, err := db.Exec(ctx, tx, `
		INSERT INTO allowances (id, enrolment_id, activity_key, extra_attempts, extra_minutes, reason, granted_by, granted_at)
		SELECT gen_random_uuid(), e.id, e.stuck_on, 1, 15, 'The connection broke off during the test.', m.person_id,
		       e.last_seen_at + interval '1 day'
		  FROM enrolments e
		  JOIN memberships m ON m.role = 'trainer' AND m.scope_id = e.cohort_id
		 WHERE e.stuck_on = 'final' AND e.last_seen_at < $1::timestamptz - interval '1 day'
		 ORDER BY e.id LIMIT 4`, l.now)
	if err != nil {
		return err
	}
	return l.revoke(ctx, tx)
}

// revoke takes two certificates back, as a coordinator would.
func (l *loading) revoke(ctx context.Context, tx bun.IDB) error {
	rows, err := db.Rows(ctx, tx, `
		WITH revoked AS (
			UPDATE certificates SET state = 'revoked', state_reason = 'Issued under a wrong name; a new one follows.', changed_at = $1
			 WHERE id IN (SELECT id FROM certificates WHERE expires_on > $1::timestamptz::date ORDER BY issued_at LIMIT 2)
			RETURNING id
		)
		INSERT INTO certificate_events (certificate_id, number, at, state, reason)
		SELECT id, 2, $1, 'revoked', 'Issued under a wrong name; a new one follows.' FROM revoked
		RETURNING certificate_id`, l.now)
	if err != nil {
		return err
	}
	defer rows.Close()
	var changed []record.Entry
	for rows.Next() {
		var id lms.ID[lms.Certificate]
		if err := rows.Scan(&id); err != nil {
			return db.Translate(err)
		}
		changed = append(changed, record.Certificate(id), record.State(id, 2))
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	rows.Close()
	return record.Append(ctx, tx, changed...)
}
