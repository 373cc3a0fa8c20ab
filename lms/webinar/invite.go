package webinar

import (
	"context"
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/uptrace/bun"

	"mostik/live"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/mail"
	"mostik/lms/text"
)

// Part is as what somebody is invited.
type Part string

// The parts, in the order in which the first counts for somebody with several.
const (
	AsHost   Part = "host"
	AsSpeak  Part = "speaker"
	AsSite   Part = "site" // facilitators of a centre that comes
	AsMember Part = "member"
	AsGuest  Part = "guest"
)

// recipient is somebody who is invited.
type recipient struct {
	person        lms.ID[lms.Person]
	guest         lms.ID[Guest]
	part          Part
	name, address string
	language      string
	zone          string // of their centre, "" for none
	centre        string // for a site: its id and name
	centreName    string
	code          string // a guest's own
	told          int    // the sequence of which they were told, -1 for none
}

// mostInvited bounds how many one webinar invites.
const mostInvited = 2000

// recipients are whom a webinar invites: who leads and speaks, facilitators of its centres, members of its cohort,
// and guests; each once.
func recipients(ctx context.Context, q bun.IDB, id string) ([]recipient, error) {
	rows, err := db.Rows(ctx, q, `
		WITH asked AS (
		    SELECT person_id, CASE role WHEN 'host' THEN 1 ELSE 2 END AS rank, NULL::uuid AS centre_id FROM webinar_people WHERE webinar_id = $1
		    UNION ALL
		    SELECT m.person_id, 3, s.centre_id FROM webinar_sites s
		      JOIN memberships m ON m.role = 'facilitator' AND m.scope_kind = 'centre' AND m.scope_id = s.centre_id WHERE s.webinar_id = $1
		    UNION ALL
		    SELECT e.person_id, 4, NULL FROM webinars w JOIN enrolments e ON e.cohort_id = w.cohort_id AND e.state <> 'withdrawn' WHERE w.id = $1),
		once AS (SELECT DISTINCT ON (person_id) * FROM asked ORDER BY person_id, rank, centre_id)
		SELECT p.id, NULL::uuid, o.rank, trim(p.given_name || ' ' || p.family_name) AS name, coalesce(p.email, ''), p.language,
		       coalesce(c.time_zone, ''), coalesce(o.centre_id::text, ''), coalesce(CASE WHEN o.centre_id IS NOT NULL THEN c.name END, ''), '', coalesce(i.sequence, -1)
		  FROM once o
		  JOIN persons p ON p.id = o.person_id AND p.state = 'active'
		  LEFT JOIN centres c ON c.id = coalesce(o.centre_id, p.centre_id)
		  LEFT JOIN webinar_invitations i ON i.webinar_id = $1 AND i.person_id = p.id
		UNION ALL
		SELECT NULL, g.id, 5, g.name, g.email, g.language, '', '', '', g.code, coalesce(i.sequence, -1)
		  FROM webinar_guests g LEFT JOIN webinar_invitations i ON i.webinar_id = $1 AND i.guest_id = g.id
		 WHERE g.webinar_id = $1
		 ORDER BY 3, 4 LIMIT $2`, id, mostInvited)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	parts := []Part{"", AsHost, AsSpeak, AsSite, AsMember, AsGuest}
	var list []recipient
	for rows.Next() {
		var r recipient
		var rank int
		if err := rows.Scan(&r.person, &r.guest, &rank, &r.name, &r.address, &r.language, &r.zone, &r.centre, &r.centreName, &r.code, &r.told); err != nil {
			return nil, db.Translate(err)
		}
		r.part = parts[rank]
		list = append(list, r)
	}
	return list, db.Translate(rows.Err())
}

// Told is what somebody knows of a webinar.
type Told string

// What somebody knows.
const (
	Nothing Told = "nothing"
	Older   Told = "older" // an invitation that a change has made untrue
	Current Told = "current"
	NoMail  Told = "no-mail" // has no address
)

// Invitee is somebody who is invited, for whoever sends the invitations.
type Invitee struct {
	Name   string `json:"name"`
	Part   Part   `json:"part"`
	Centre string `json:"centre,omitempty"`
	Told   Told   `json:"told"`
}

// Invitations are who is invited, and what a mail to one of them looks like.
type Invitations struct {
	People []Invitee `json:"people"`
	// Waiting is how many mails sending would queue; Dropped how many of them tell somebody that they are no longer invited.
	Waiting int `json:"waiting"`
	Dropped int `json:"dropped"`
	// Subject and Text are the mail that the first of the chosen part would get, in the chosen language.
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

func (r *recipient) state(sequence int) Told {
	switch {
	case r.address == "":
		return NoMail
	case r.told < 0:
		return Nothing
	case r.told < sequence:
		return Older
	}
	return Current
}

// Invitations shows who is invited and what they would read, as the given part in the given language ("" is the
// webinar's). Nothing is sent. Errors: NotFound, Forbidden.
func (s *Service) Invitations(ctx context.Context, actor lms.Actor, id string, as Part, language string) (v Invitations, err error) {
	defer lms.Wrap(&err, "webinar.Invitations(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ManageWebinar)
	if err != nil {
		return Invitations{}, err
	}
	list, err := recipients(ctx, s.DB, id)
	if err != nil {
		return Invitations{}, err
	}
	shown := recipient{part: as, name: "…", language: language, told: -1, centreName: "…"}
	for _, r := range list {
		told := r.state(w.sequence)
		if told == Nothing || told == Older {
			v.Waiting++
		}
		v.People = append(v.People, Invitee{r.name, r.part, r.centreName, told})
		if shown.name == "…" && (as == "" || r.part == as) {
			shown = r
		}
	}
	err = db.Row(ctx, s.DB, `SELECT count(*) FROM `+dropped, id).Scan(&v.Dropped)
	if err != nil {
		return Invitations{}, db.Translate(err)
	}
	v.Waiting += v.Dropped
	if shown.part == "" {
		shown.part = AsMember
	}
	if shown.language = language; language == "" {
		shown.language = w.Language
	}
	l, subject := s.letter(w, shown, invite)
	v.Subject, v.Text = subject, l.Text()
	return v, nil
}

// dropped are people who were invited and are not any more; $1 is the webinar.
const dropped = `webinar_invitations i JOIN persons p ON p.id = i.person_id LEFT JOIN centres c ON c.id = p.centre_id
	WHERE i.webinar_id = $1
	  AND NOT EXISTS (SELECT FROM webinar_people x WHERE x.webinar_id = $1 AND x.person_id = p.id)
	  AND NOT EXISTS (SELECT FROM webinar_sites x JOIN memberships m ON m.role = 'facilitator' AND m.scope_kind = 'centre' AND m.scope_id = x.centre_id
	                   WHERE x.webinar_id = $1 AND m.person_id = p.id)
	  AND NOT EXISTS (SELECT FROM webinars w JOIN enrolments e ON e.cohort_id = w.cohort_id AND e.state <> 'withdrawn'
	                   WHERE w.id = $1 AND e.person_id = p.id)`

// Queued is how many mails a press of the button has caused.
type Queued struct {
	Queued int `json:"queued"`
}

// Invite queues the mails: to who has not been told, or not of the last change, and to who is no longer asked. A
// second call finds nothing to do. Errors: NotFound, Forbidden, Conflict with code webinar-over or webinar-cancelled.
func (s *Service) Invite(ctx context.Context, actor lms.Actor, id string) (q Queued, err error) {
	defer lms.Wrap(&err, "webinar.Invite(%s)", id)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		q, err = s.invite(ctx, tx, actor, id)
		return err
	})
	return q, err
}

func (s *Service) invite(ctx context.Context, tx bun.IDB, actor lms.Actor, id string) (q Queued, err error) {
	w, err := lock(ctx, tx, actor, id)
	if err != nil {
		return q, err
	}
	if !w.EndsAt.After(s.Now()) {
		return q, lms.ErrConflict("webinar-over", "the webinar is over")
	}
	list, err := recipients(ctx, tx, id)
	if err != nil {
		return q, err
	}
	for _, r := range list {
		told := r.state(w.sequence)
		if told != Nothing && told != Older {
			continue
		}
		what := invite
		if told == Older {
			what = change
		}
		if err := s.send(ctx, tx, w, r, what); err != nil {
			return q, err
		}
		if err := remember(ctx, tx, w, r, s.Now()); err != nil {
			return q, err
		}
		q.Queued++
	}
	gone, err := told(ctx, tx, dropped, id)
	if err != nil {
		return q, err
	}
	for _, r := range gone {
		if err := s.send(ctx, tx, w, r, remove); err != nil {
			return q, err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM webinar_invitations WHERE webinar_id = $1 AND person_id = $2`, id, r.person); err != nil {
			return q, err
		}
		q.Queued++
	}
	return q, s.record(ctx, tx, actor, "webinar.invite", id, map[string]any{"mails": q.Queued})
}

// remember notes of which state somebody was told.
func remember(ctx context.Context, tx bun.IDB, w *webinar, r recipient, now time.Time) error {
	of, which := any(r.person), "person_id"
	if r.person.IsZero() {
		of, which = r.guest, "guest_id"
	}
	_, err := db.Exec(ctx, tx, `
		INSERT INTO webinar_invitations (webinar_id, `+which+`, sequence, invited_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (webinar_id, `+which+`) WHERE `+which+` IS NOT NULL DO UPDATE SET sequence = EXCLUDED.sequence, invited_at = EXCLUDED.invited_at`,
		w.ID, of, w.sequence, now)
	return err
}

// told reads people who were invited, from tables that call them p, their centre c and their invitation i.
func told(ctx context.Context, tx bun.IDB, from, id string) ([]recipient, error) {
	rows, err := db.Rows(ctx, tx, `
		SELECT p.id, trim(p.given_name || ' ' || p.family_name), coalesce(p.email, ''), p.language, coalesce(c.time_zone, ''), i.sequence FROM `+from, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []recipient
	for rows.Next() {
		r := recipient{part: AsMember}
		if err := rows.Scan(&r.person, &r.name, &r.address, &r.language, &r.zone, &r.told); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, r)
	}
	return list, db.Translate(rows.Err())
}

// Cancel takes a webinar off the calendar, and tells everybody who was invited. Errors: NotFound, Forbidden, Invalid,
// Conflict with code webinar-cancelled.
func (s *Service) Cancel(ctx context.Context, actor lms.Actor, id, reason string) (q Queued, err error) {
	defer lms.Wrap(&err, "webinar.Cancel(%s)", id)
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" {
		return q, lms.ErrInvalid("reason", "required", "say why")
	}
	if len([]rune(reason)) > maxReason {
		return q, lms.ErrInvalid("reason", "too-long", "a reason is a sentence or two")
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		q = Queued{}
		w, err := lock(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `
			UPDATE webinars SET cancelled_at = $2, cancel_reason = $3, sequence = sequence + 1 WHERE id = $1`, id, s.Now(), reason); err != nil {
			return err
		}
		w.Cancelled, w.CancelReason = true, reason
		w.sequence++
		list, err := told(ctx, tx, `webinar_invitations i JOIN persons p ON p.id = i.person_id AND p.state = 'active'
			LEFT JOIN centres c ON c.id = p.centre_id WHERE i.webinar_id = $1`, id)
		if err != nil {
			return err
		}
		guests, err := guestsTold(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, r := range append(list, guests...) {
			if w.EndsAt.Before(s.Now()) {
				break // what is over disturbs nobody's day
			}
			if err := s.send(ctx, tx, w, r, cancel); err != nil {
				return err
			}
			q.Queued++
		}
		return s.record(ctx, tx, actor, "webinar.cancel", id, map[string]any{"mails": q.Queued})
	})
	return q, err
}

// guestsTold are the guests who were invited.
func guestsTold(ctx context.Context, tx bun.IDB, id string) (list []recipient, err error) {
	all, err := recipients(ctx, tx, id)
	for _, r := range all {
		if r.part == AsGuest && r.told >= 0 {
			list = append(list, r)
		}
	}
	return list, err
}

// dropGuests takes guests off the list who are not in the new one, with a cancellation for those who were invited.
func (s *Service) dropGuests(ctx context.Context, tx bun.IDB, w *webinar, stay []GuestInput) error {
	all, err := recipients(ctx, tx, w.ID)
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, g := range stay {
		keep[strings.ToLower(g.Email)] = true
	}
	for _, r := range all {
		if r.part != AsGuest || keep[strings.ToLower(r.address)] {
			continue
		}
		if r.told >= 0 && w.EndsAt.After(s.Now()) {
			if err := s.send(ctx, tx, w, r, remove); err != nil {
				return err
			}
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM webinar_guests WHERE id = $1`, r.guest); err != nil {
			return err
		}
	}
	return nil
}

// message is why a mail is written.
type message int

const (
	invite message = iota
	change
	cancel
	remove // from the list; the webinar takes place
)

// send queues one mail with its calendar file. Whoever has no address is passed over.
func (s *Service) send(ctx context.Context, tx bun.IDB, w *webinar, r recipient, why message) error {
	if r.address == "" {
		return nil
	}
	l, subject := s.letter(w, r, why)
	method, sequence := ics.MethodRequest, w.sequence
	if why == cancel || why == remove {
		method = ics.MethodCancel
		// A cancellation counts when its sequence is not below the invitation's (RFC 5546, 3.2.5).
		sequence = max(sequence, r.told)
	}
	described := l
	described.Heading, described.Paragraphs, described.Foot = w.Title, nil, nil
	file := calendar(method, "", entry{
		w: w, method: method, sequence: sequence, organizer: s.Organizer, name: r.name, address: r.address,
		url: s.url(w, r), described: described.Text(), now: s.Now(),
	})
	return mail.Queue(ctx, tx, s.Now(), mail.Draft{
		Person: r.person, Webinar: w.ID, Name: r.name, Address: r.address, Subject: subject, Letter: l,
		Method: string(method), Calendar: file,
	})
}

// url is the recipient's way in.
func (s *Service) url(w *webinar, r recipient) string {
	switch r.part {
	case AsGuest:
		return s.PublicURL + "/guest/" + r.code
	case AsSite:
		return s.PublicURL + "/webinars/" + w.ID + "?site=" + r.centre
	}
	return s.PublicURL + "/webinars/" + w.ID
}

// letter writes a mail in the recipient's language, with the time where they are.
func (s *Service) letter(w *webinar, r recipient, why message) (l mail.Letter, subject string) {
	t := text.In(r.language).Invitation
	l = mail.Letter{Language: text.Primary(r.language), Heading: w.Title, Foot: []string{t.WhyYouGet}}
	at, zone := w.local(r.zone)
	head := map[message]string{invite: t.Invited, change: t.Changed, cancel: t.Cancelled, remove: t.Cancelled}[why]
	subject = fmt.Sprintf("%s: %s, %s", head, w.Title, text.Date(r.language, w.StartsAt.In(at)))
	l.Paragraphs = append(l.Paragraphs, fmt.Sprintf(t.Greeting, r.name))
	switch why {
	case cancel:
		l.Paragraphs = append(l.Paragraphs, t.CancelledText)
	case remove:
		l.Paragraphs = append(l.Paragraphs, t.RemovedText)
	case change:
		l.Paragraphs = append(l.Paragraphs, t.ChangedText)
	}
	day, hours := w.span(r.language, at)
	l.Facts = append(l.Facts, mail.Fact{Label: t.Date, Value: day}, mail.Fact{Label: t.Time, Value: hours + " (" + zone + ")"})
	if at != time.UTC {
		_, hours := w.span(r.language, time.UTC)
		l.Facts = append(l.Facts, mail.Fact{Label: "UTC", Value: hours})
	}
	if why == cancel {
		l.Facts = append(l.Facts, mail.Fact{Label: t.Reason, Value: w.CancelReason})
	}
	if why == cancel || why == remove {
		return l, subject
	}
	l.Paragraphs = append(l.Paragraphs, map[Part]string{
		AsHost: t.AsHost, AsSpeak: t.AsSpeaker, AsSite: fmt.Sprintf(t.AsSite, r.centreName), AsMember: t.AsMember, AsGuest: t.AsGuest,
	}[r.part])
	var hosts []string
	for _, h := range w.led {
		if h.Role == live.Host {
			hosts = append(hosts, h.Name)
		}
	}
	if len(hosts) > 0 {
		l.Facts = append(l.Facts, mail.Fact{Label: t.LedBy, Value: strings.Join(hosts, ", ")})
	}
	l.Facts = append(l.Facts, mail.Fact{Label: t.Language, Value: text.In(w.Language).Name})
	l.ListTitle = t.Agenda
	for _, a := range w.Agenda {
		item := a.Title
		if a.Minutes > 0 {
			item += " · " + fmt.Sprintf(t.Minutes, a.Minutes)
		}
		l.List = append(l.List, item)
	}
	l.Button, l.URL = t.Enter, s.url(w, r)
	entering := t.SignIn
	if r.part == AsGuest {
		entering = t.GuestEntry
	}
	l.Foot = []string{entering, t.Opens, t.WhyYouGet}
	return l, subject
}

// local is the zone in which somebody reads the time: their centre's; for a guest the one of the first host's centre
// or of the first centre that comes; UTC where there is none.
func (w *webinar) local(zone string) (*time.Location, string) {
	if zone == "" {
		zone = w.home()
	}
	at, err := time.LoadLocation(zone)
	if zone == "" || err != nil {
		return time.UTC, "UTC"
	}
	return at, zone + ", UTC" + w.StartsAt.In(at).Format("-07:00")
}

func (w *webinar) home() string {
	for _, l := range w.led {
		if l.Role == live.Host && l.Zone != "" {
			return l.Zone
		}
	}
	if len(w.Sites) > 0 {
		return w.Sites[0].Zone
	}
	return ""
}

// span writes day and hours; what ends on another day says on which.
func (w *webinar) span(language string, at *time.Location) (day, hours string) {
	from, to := w.StartsAt.In(at), w.EndsAt.In(at)
	day = text.Weekday(language, from) + ", " + text.Date(language, from)
	hours = from.Format("15:04") + "–" + to.Format("15:04")
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		hours = from.Format("15:04") + " – " + text.Date(language, to) + ", " + to.Format("15:04")
	}
	return day, hours
}

// File gives the webinar as a calendar file for whoever may see it. Errors: NotFound.
func (s *Service) File(ctx context.Context, actor lms.Actor, id string) (file string, err error) {
	defer lms.Wrap(&err, "webinar.File(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ReadWebinar)
	if err != nil {
		return "", err
	}
	r, err := s.reader(ctx, actor)
	if err != nil {
		return "", err
	}
	return s.file(w, r, ""), nil
}

func (s *Service) reader(ctx context.Context, actor lms.Actor) (r recipient, err error) {
	r.part = AsMember
	err = db.Row(ctx, s.DB, `
		SELECT p.language, coalesce(c.time_zone, '') FROM persons p LEFT JOIN centres c ON c.id = p.centre_id WHERE p.id = $1`, actor.Person).
		Scan(&r.language, &r.zone)
	return r, db.Found(err, "person")
}

// GuestFile gives the calendar file to whoever holds a guest's link. Errors: NotFound.
func (s *Service) GuestFile(ctx context.Context, code, language string) (file string, err error) {
	defer lms.Wrap(&err, "webinar.GuestFile")
	w, _, _, err := s.byCode(ctx, code)
	if err != nil {
		return "", err
	}
	return s.file(w, recipient{part: AsGuest, code: code, language: language}, ""), nil
}

// file publishes one webinar (RFC 5546, 3.2.1): nobody is asked, it is only noted.
func (s *Service) file(w *webinar, r recipient, name string) string {
	return calendar(ics.MethodPublish, name, s.noted(w, r))
}

func (s *Service) noted(w *webinar, r recipient) entry {
	l, _ := s.letter(w, r, invite)
	l.Heading, l.Paragraphs, l.Foot = w.Title, nil, nil
	return entry{w: w, method: ics.MethodPublish, sequence: w.sequence, organizer: s.Organizer, url: s.url(w, r), described: l.Text(), now: s.Now()}
}
