package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/mail"
	"mostik/lms/text"
	"mostik/lms/who"
)

// ReminderID marks the ids of reminders.
type ReminderID struct{}

// Reminder is what somebody was told, or is to be told on the telephone.
type Reminder struct {
	ID     lms.ID[ReminderID] `json:"id"`
	Reason string             `json:"reason" enum:"expiring,not-started,stuck,webinar,by-hand"`
	Title  string             `json:"title"`
	// Text is the sentence in the reader's language.
	Text    string     `json:"text"`
	Channel string     `json:"channel" enum:"mail,sms,call"`
	MadeAt  time.Time  `json:"made_at"`
	SentAt  *time.Time `json:"sent_at,omitempty"`
	Outcome string     `json:"outcome,omitempty"`
}

// The hours of the day, where somebody's centre is, in which they are reminded: from the first to before the second.
const firstHour, lastHour = 9, 19

const (
	// idleDays is how long somebody may leave an invitation or a failed test alone, and forgetDays how old it may
	// be: what lies longer is a matter for people.
	idleDays, forgetDays = 7, 60
	// batch is how many are looked for at once: a search looks at everybody who may be told of something, so that a few at
	// a time would make many of them quadratic.
	batch = 5000
)

// due finds whom to tell of what: people who are awake now ($2 are the time zones in which it is day), and were not
// told yet. $1 is now, $3 the day by which certificates are valid. Of several windows that are over only the last is told of.
const due = `
	WITH candidates AS (
	    SELECT c.person_id, 'expiring' AS reason, c.serial AS about,
	           CASE WHEN c.expires_on - $3::date <= 30 THEN '30' WHEN c.expires_on - $3::date <= 60 THEN '60' ELSE '90' END AS in_window,
	           c.expires_on AS day, NULL::timestamptz AS at, c.programme_id, c.course_id,
	           -- a paper of the past may be for neither a programme nor a course of ours
	           CASE WHEN c.programme_id IS NULL AND c.course_id IS NULL THEN nullif(c.claim, '')::json ->> 'course' END AS title
	      FROM certificates c
	     WHERE c.state = 'valid' AND c.kind = 'achievement' AND c.expires_on BETWEEN $3::date AND $3::date + 90 AND c.person_id IS NOT NULL
	    UNION ALL
	    SELECT pa.person_id, 'not-started', pa.id::text, '', NULL, NULL, pa.programme_id, NULL, ''
	      FROM participations pa
	     WHERE pa.state = 'invited' AND pa.invited_at BETWEEN $1::timestamptz - interval '60 days' AND $1::timestamptz - interval '7 days'
	    UNION ALL
	    SELECT e.person_id, 'stuck', e.id::text, e.stuck_on, NULL, NULL, NULL, e.course_id, ''
	      FROM enrolments e
	     WHERE e.standing = 'stuck' AND e.last_seen_at BETWEEN $1::timestamptz - interval '60 days' AND $1::timestamptz - interval '7 days'
	    UNION ALL
	    SELECT i.person_id, 'webinar', w.id, to_char(w.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), NULL, w.starts_at, NULL, NULL, w.title
	      FROM webinars w
	      JOIN LATERAL (SELECT person_id FROM webinar_people WHERE webinar_id = w.id
	                     UNION SELECT person_id FROM enrolments e WHERE e.cohort_id = w.cohort_id AND e.state <> 'withdrawn') i ON true
	     WHERE w.cancelled_at IS NULL AND w.starts_at BETWEEN $1::timestamptz + interval '1 hour' AND $1::timestamptz + interval '24 hours')
	SELECT k.person_id, k.reason, k.about, k.in_window, k.day::text, k.at,
	       coalesce(nullif(k.title, ''), v.definition -> 'title' ->> p.language, v.definition -> 'title' ->> 'en', g.key,
	                cv.document -> 'course' -> 'title' ->> p.language, cv.document -> 'course' -> 'title' ->> 'en', cu.key, k.about),
	       trim(p.given_name || ' ' || p.family_name), coalesce(p.email, ''), p.phone, p.language, z.zone
	  FROM candidates k
	  JOIN persons p ON p.id = k.person_id AND p.state = 'active'
	  JOIN LATERAL (SELECT ` + zoneOf + ` AS zone) z ON z.zone = ANY ($2::text[])
	  LEFT JOIN programmes g ON g.id = k.programme_id
	  LEFT JOIN LATERAL (SELECT definition FROM programme_versions v WHERE v.programme_id = g.id ORDER BY number DESC LIMIT 1) v ON true
	  LEFT JOIN courses cu ON cu.id = k.course_id
	  LEFT JOIN course_versions cv ON cv.id = cu.current_version_id
	 WHERE k.reason = ANY ($4::text[])
	   AND NOT EXISTS (SELECT FROM reminders r WHERE r.person_id = k.person_id AND r.reason = k.reason AND r.about = k.about AND r.in_window = k.in_window)
	 LIMIT 5000`

// holds tells of a reminder r whether what it says still does: nobody is texted or rung up about a certificate that there is
// a newer one of, a webinar that was cancelled or put off, a test that was passed. now is the argument of the moment.
func holds(now string) string {
	return `CASE r.reason
	    WHEN 'expiring' THEN EXISTS (SELECT FROM certificates c WHERE c.serial = r.about AND c.state = 'valid')
	    WHEN 'not-started' THEN EXISTS (SELECT FROM participations pa WHERE pa.id = r.about::uuid AND pa.state = 'invited')
	    WHEN 'stuck' THEN EXISTS (SELECT FROM enrolments e WHERE e.id = r.about::uuid AND e.standing = 'stuck')
	    WHEN 'webinar' THEN EXISTS (SELECT FROM webinars w WHERE w.id = r.about AND w.cancelled_at IS NULL AND w.starts_at > ` + now + `::timestamptz
	                                   AND (w.starts_at AT TIME ZONE 'UTC')::date = r.day)
	    ELSE true END`
}

// message is a reminder that is to be made.
type message struct {
	person                         lms.ID[lms.Person]
	reason, about, window          string
	day                            *string
	at                             *time.Time
	title                          string
	name, email, phone, lang, zone string
	by                             lms.ID[lms.Person]
}

// Reasons are those for which somebody is reminded by the program itself.
var Reasons = []string{"expiring", "not-started", "stuck", "webinar"}

// Remind tells everybody what they are to be told of now, each thing once in each of its windows, and gives how many
// reminders it made. It may run at any time and be killed at any place: a reminder and its mail are one transaction.
func (s *Service) Remind(ctx context.Context) (n int, err error) {
	defer lms.Wrap(&err, "desk.Remind")
	awake, err := s.awake(ctx)
	if err != nil || len(awake) == 0 {
		return 0, err
	}
	for {
		rows, err := db.Rows(ctx, s.DB, due, s.Now(), awake, s.today(), s.Reasons)
		if err != nil {
			return n, err
		}
		list, err := collect(rows, func(m *message) []any {
			return []any{&m.person, &m.reason, &m.about, &m.window, &m.day, &m.at, &m.title, &m.name, &m.email, &m.phone, &m.lang, &m.zone}
		})
		if err != nil {
			return n, err
		}
		for _, m := range list {
			made, err := s.make(ctx, m)
			if err != nil {
				return n, err
			}
			if made {
				n++
			}
		}
		if len(list) < batch {
			return n, s.text(ctx)
		}
	}
}

// awake gives the time zones of centres in which nobody's sleep or evening is disturbed now.
func (s *Service) awake(ctx context.Context) ([]string, error) {
	rows, err := db.Rows(ctx, s.DB, `SELECT DISTINCT time_zone FROM centres UNION SELECT 'UTC'`)
	if err != nil {
		return nil, err
	}
	zones, err := collect(rows, func(z *string) []any { return []any{z} })
	return slices.DeleteFunc(zones, func(zone string) bool { return !daytime(s.Now(), zone) }), err
}

// in gives a moment where somebody lives; a time zone that is not known is UTC.
func in(t time.Time, zone string) time.Time {
	where, err := time.LoadLocation(zone)
	if err != nil {
		where = time.UTC
	}
	return t.In(where)
}

// daytime tells whether somebody may be reminded then.
func daytime(t time.Time, zone string) bool {
	hour := in(t, zone).Hour()
	return hour >= firstHour && hour < lastHour
}

// channel is how somebody can be reached: by mail, else by a short message where there is a gateway, else somebody
// has to ring them up.
func (s *Service) channel(m message) string {
	switch {
	case m.email != "":
		return "mail"
	case m.phone != "" && s.SMS != nil:
		return "sms"
	}
	return "call"
}

// make writes a reminder down and queues its mail, unless there is the same one. A short message goes out after.
func (s *Service) make(ctx context.Context, m message) (made bool, err error) {
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		channel, now := s.channel(m), s.Now()
		var sent, by any
		if channel == "mail" {
			sent = now
		}
		if !m.by.IsZero() {
			by = m.by
		}
		day := m.day
		if m.at != nil {
			d := m.at.UTC().Format(time.DateOnly)
			day = &d
		}
		n, err := db.Exec(ctx, tx, `
			INSERT INTO reminders (id, person_id, reason, about, in_window, title, day, channel, made_at, sent_at, sent_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7::text::date, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
			lms.NewID[ReminderID](), m.person, m.reason, m.about, m.window, m.title, day, channel, now, sent, by)
		if made = n == 1; err != nil || !made || channel != "mail" {
			return err
		}
		return mail.Queue(ctx, tx, morning(now, m.zone), s.letter(m))
	})
	return made, err
}

// zoneOf is the SQL of the time zone in which a person p lives: that of their centre, or of one of their country.
const zoneOf = `coalesce((SELECT time_zone FROM centres WHERE id = p.centre_id), (SELECT min(time_zone) FROM centres WHERE country = p.country), 'UTC')`

// morning gives a moment, or where it lies in somebody's evening or night the beginning of their next day.
func morning(t time.Time, zone string) time.Time {
	if daytime(t, zone) {
		return t
	}
	local := in(t, zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), firstHour, 0, 0, 0, local.Location())
	if local.Hour() >= lastHour {
		day = day.AddDate(0, 0, 1)
	}
	return day.UTC()
}

func (s *Service) letter(m message) mail.Draft {
	words := text.ReminderIn(m.lang)
	when := ""
	if m.day != nil {
		when = dayIn(m.lang, *m.day)
	}
	if m.at != nil {
		at := in(*m.at, m.zone)
		when = text.Date(m.lang, at) + ", " + at.Format("15:04")
	}
	return mail.Draft{
		Person: m.person, Name: m.name, Address: m.email, Subject: m.title,
		Letter: mail.Letter{
			Language: text.Primary(m.lang), Heading: m.title,
			Paragraphs: []string{fmt.Sprintf(text.In(m.lang).Invitation.Greeting, m.name), sentence(words, m.reason, m.title, when)},
			Button:     words.Open, URL: s.PublicURL + "/", Foot: []string{words.Why},
		},
	}
}

// sentence fills in what a reminder says; not every sentence holds a day.
func sentence(w *text.Reminder, reason, title, when string) string {
	form := w.Sentence(reason)
	if reason == "expiring" || reason == "webinar" {
		return text.Stopped(fmt.Sprintf(form, title, when))
	}
	return fmt.Sprintf(form, title)
}

func dayIn(lang, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return text.Date(lang, t)
}

const (
	// textTime is how long one round of short messages may take: less than the time to the next one, so that a gateway
	// that hangs never holds more than one worker.
	textTime = 5 * time.Minute
	// textsAway is after how many in a row that the gateway did not answer a round is given up.
	textsAway = 3
	// textsWait is how long a short message waits for a gateway before somebody has to ring up.
	textsWait = 24 * time.Hour
)

// waiting is a short message that is to be sent.
type waiting struct {
	id                                    lms.ID[ReminderID]
	reason, title, day, phone, lang, zone string
}

// text sends the short messages that wait, to whom it is day when their turn comes. What the gateway refuses three times,
// or does not take for a day, is left to be rung up. What failed is logged, and is no error: the next round comes.
func (s *Service) text(ctx context.Context) error {
	if s.SMS == nil {
		return nil
	}
	if _, err := db.Exec(ctx, s.DB, `UPDATE reminders SET channel = 'call' WHERE channel = 'sms' AND sent_at IS NULL AND made_at < $1`, s.Now().Add(-textsWait)); err != nil {
		return err
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT r.id, r.reason, r.title, coalesce(r.day::text, ''), p.phone, p.language, `+zoneOf+` FROM reminders r JOIN persons p ON p.id = r.person_id
		 WHERE r.channel = 'sms' AND r.sent_at IS NULL AND p.state = 'active' AND `+holds("$1")+` ORDER BY r.tries, r.made_at, r.id LIMIT 1000`, s.Now())
	if err != nil {
		return err
	}
	list, err := collect(rows, func(w *waiting) []any { return []any{&w.id, &w.reason, &w.title, &w.day, &w.phone, &w.lang, &w.zone} })
	if err != nil {
		return err
	}
	var last error
	failed, away := 0, 0
	for end := s.Now().Add(textTime); len(list) > 0 && away < textsAway && s.Now().Before(end); list = list[1:] {
		w := list[0]
		if !daytime(s.Now(), w.zone) {
			continue
		}
		refused, err := s.textOne(ctx, w)
		switch {
		case err != nil:
			return err
		case refused == nil:
			away = 0
			continue
		case errors.Is(refused, errAway):
			away++
		}
		failed, last = failed+1, refused
	}
	if failed > 0 {
		s.log().WarnContext(ctx, "short messages were not taken", "messages", failed, "given_up", away == textsAway, "last", last)
	}
	return nil
}

// textOne takes the row, sends, and notes it: a program that dies between sends the same message once more, as with
// mails, and never two at once.
func (s *Service) textOne(ctx context.Context, w waiting) (refused, err error) {
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var tries int
		err := db.Row(ctx, tx, `SELECT tries FROM reminders WHERE id = $1 AND channel = 'sms' AND sent_at IS NULL FOR UPDATE SKIP LOCKED`, w.id).Scan(&tries)
		if err != nil {
			if lms.KindOf(db.Found(err, "reminder")) == lms.NotFound {
				return nil // another has it
			}
			return db.Translate(err)
		}
		refused = s.SMS.Send(ctx, w.phone, sentence(text.ReminderIn(w.lang), w.reason, w.title, dayIn(w.lang, w.day)))
		if refused != nil {
			_, err = db.Exec(ctx, tx, `UPDATE reminders SET tries = tries + 1, channel = CASE WHEN tries >= 2 THEN 'call' ELSE channel END WHERE id = $1`, w.id)
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE reminders SET sent_at = $2, tries = tries + 1 WHERE id = $1`, w.id, s.Now())
		return err
	})
	return refused, err
}

const reminderColumns = `r.id, r.reason, r.title, coalesce(r.day::text, ''), r.channel, r.made_at, r.sent_at, r.outcome`

// told is a reminder as it is read.
type told struct {
	Reminder
	day string
}

func (t *told) into() []any {
	return []any{&t.ID, &t.Reason, &t.Title, &t.day, &t.Channel, &t.MadeAt, &t.SentAt, &t.Outcome}
}

func (t *told) in(lang string) Reminder {
	t.Text = sentence(text.ReminderIn(lang), t.Reason, t.Title, dayIn(lang, t.day))
	return t.Reminder
}

func (s *Service) told(ctx context.Context, lang, where string, args ...any) ([]Reminder, error) {
	rows, err := db.Rows(ctx, s.DB, `SELECT `+reminderColumns+` FROM reminders r WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, (*told).into)
	out := make([]Reminder, len(list))
	for i := range list {
		out[i] = list[i].in(lang)
	}
	return out, err
}

// sent lists what one person was told, the newest first.
func (s *Service) sent(ctx context.Context, id lms.ID[lms.Person], lang string) ([]Reminder, error) {
	return s.told(ctx, lang, `r.person_id = $1 ORDER BY r.made_at DESC, r.id LIMIT 50`, id)
}

// Notices are what the actor was reminded of, has not put away, and what still is so.
func (s *Service) Notices(ctx context.Context, actor lms.Actor) (list []Reminder, err error) {
	defer lms.Wrap(&err, "desk.Notices")
	if err := actor.Can(lms.ReadOwn, lms.Facts{Owner: actor.Person}); err != nil {
		return nil, err
	}
	return s.told(ctx, actor.Language, `r.person_id = $1 AND r.seen_at IS NULL AND r.made_at > $2 AND `+holds("$3")+` ORDER BY r.made_at DESC, r.id LIMIT 20`,
		actor.Person, s.Now().AddDate(0, 0, -forgetDays), s.Now())
}

// PutAway takes one of the actor's own notices off their list. Errors: NotFound.
func (s *Service) PutAway(ctx context.Context, actor lms.Actor, id lms.ID[ReminderID]) (err error) {
	defer lms.Wrap(&err, "desk.PutAway(%s)", id)
	n, err := db.Exec(ctx, s.DB, `UPDATE reminders SET seen_at = coalesce(seen_at, $3) WHERE id = $1 AND person_id = $2`, id, actor.Person, s.Now())
	if err == nil && n == 0 {
		return lms.ErrNotFound("notice")
	}
	return err
}

// Sent is a reminder with whom it went to.
type Sent struct {
	Reminder
	Person  lms.ID[lms.Person] `json:"person_id"`
	Name    string             `json:"name"`
	Country string             `json:"country"`
}

// SentPage is a page of them.
type SentPage struct {
	Items []Sent `json:"items"`
	Next  string `json:"next"`
}

// Reminders lists what went out within the actor's scope, the newest first. Errors: Forbidden, Invalid.
func (s *Service) Reminders(ctx context.Context, actor lms.Actor, reason, after string) (out SentPage, err error) {
	defer lms.Wrap(&err, "desk.Reminders")
	if err := actor.May(lms.ReadPerson); err != nil {
		return SentPage{}, err
	}
	var w who.Query
	w.People(actor.Scope(lms.ReadPerson), who.Filter{}, s.Now())
	if reason != "" {
		w.And("r.reason = " + w.Arg(reason))
	}
	if after != "" {
		if err := (order{by: "r.made_at", id: "r.id", cast: "timestamptz"}).after(&w, after, true); err != nil {
			return SentPage{}, err
		}
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT `+reminderColumns+`, p.id, trim(p.given_name || ' ' || p.family_name), coalesce(p.country, '')
		  FROM reminders r JOIN persons p ON p.id = r.person_id WHERE `+w.Where()+` ORDER BY r.made_at DESC, r.id DESC LIMIT 51`, w.Args()...)
	if err != nil {
		return SentPage{}, err
	}
	type row struct {
		told told
		sent Sent
	}
	list, err := collect(rows, func(r *row) []any { return append(r.told.into(), &r.sent.Person, &r.sent.Name, &r.sent.Country) })
	if err != nil {
		return SentPage{}, err
	}
	out.Items = []Sent{}
	for i := range list {
		if i == perPage {
			last := out.Items[perPage-1]
			out.Next = mark{last.MadeAt.Format(time.RFC3339Nano), last.ID.String()}.String()
			break
		}
		list[i].sent.Reminder = list[i].told.in(actor.Language)
		out.Items = append(out.Items, list[i].sent)
	}
	return out, nil
}
