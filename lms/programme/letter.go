package programme

import (
	"context"
	"fmt"
	"net/url"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/mail"
	"mostik/lms/text"
)

// tell queues the mail of an invitation in the caller's transaction, in the person's language, so that it goes out once
// and only if the invitation stands. Who has no address finds it in their programmes.
func (s *Service) tell(ctx context.Context, tx bun.Tx, p *programme, person lms.ID[lms.Person]) error {
	if s.PublicURL == "" {
		return nil
	}
	var name, address, lang string
	err := db.Row(ctx, tx, `SELECT trim(given_name || ' ' || family_name), coalesce(email, ''), language FROM persons WHERE id = $1 AND state = 'active'`, person).
		Scan(&name, &address, &lang)
	if err = db.Found(err, "person"); lms.KindOf(err) == lms.NotFound || err == nil && address == "" {
		return nil
	}
	if err != nil {
		return err
	}
	words, title := text.In(lang).Invitation, p.title(lang)
	return mail.Queue(ctx, tx, s.Now(), mail.Draft{
		Person: person, Name: name, Address: address, Subject: words.Invited + ": " + title,
		Letter: mail.Letter{
			Language: text.Primary(lang), Heading: title,
			Paragraphs: []string{fmt.Sprintf(words.Greeting, name), words.ProgrammeText, words.ProgrammeNext},
			Button:     words.OpenProgramme, URL: s.PublicURL + "/programmes/" + url.PathEscape(p.Key), Foot: []string{words.WhyYouGet},
		},
	})
}
