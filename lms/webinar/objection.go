package webinar

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/mail"
	"mostik/lms/text"
)

// Object keeps what the actor says against their own minutes, in place of an earlier word. Whoever leads the webinar gets a
// mail of the first: it tells that there is a word, and neither whose nor what, for these stand in the report. Errors:
// NotFound.
func (s *Service) Object(ctx context.Context, actor lms.Actor, id, words string) (err error) {
	defer lms.Wrap(&err, "webinar.Object(%s)", id)
	w, err := s.load(ctx, actor, id, lms.ReadWebinar)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var first bool
		err := db.Row(ctx, tx, `
			INSERT INTO webinar_objections (webinar_id, person_id, text, made_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (webinar_id, person_id) DO UPDATE SET text = excluded.text, made_at = excluded.made_at
			RETURNING xmax = 0`, id, actor.Person, words, s.Now()).Scan(&first) // a row that was updated has an xmax
		if err != nil || !first {
			return db.Translate(err)
		}
		return s.tellOfObjection(ctx, tx, w)
	})
}

// tellOfObjection mails those who lead a webinar and have an address.
func (s *Service) tellOfObjection(ctx context.Context, tx bun.Tx, w *webinar) error {
	all, err := recipients(ctx, tx, w.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.part != AsHost || r.address == "" {
			continue
		}
		t := text.In(r.language).Invitation
		l := mail.Letter{
			Language: text.Primary(r.language), Heading: w.Title, Foot: []string{t.WhyYouGet},
			Paragraphs: []string{fmt.Sprintf(t.Greeting, r.name), t.ObjectionText}, Button: t.Report, URL: s.PublicURL + "/webinars/" + w.ID + "/report",
		}
		err := mail.Queue(ctx, tx, s.Now(), mail.Draft{Person: r.person, Webinar: w.ID, Name: r.name, Address: r.address, Subject: t.Objection + ": " + w.Title, Letter: l})
		if err != nil {
			return err
		}
	}
	return nil
}
