package certificate

import (
	"context"
	"encoding/json"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/text"
)

// Preview draws a template that is being written as an SVG, with a holder who is made up and a seal that no key gave.
// Errors: NotFound, Invalid.
func (s *Service) Preview(ctx context.Context, actor lms.Actor, programme lms.ID[lms.Programme], lang string, kind Kind, t Template) (svg string, err error) {
	defer lms.Wrap(&err, "certificate.Preview")
	if err := s.mayWrite(ctx, s.DB, actor, programme); err != nil {
		return "", err
	}
	if !text.Known(lang) {
		return "", lms.ErrNotFound("language")
	}
	if err := t.check(); err != nil {
		return "", err
	}
	l, err := s.looking(ctx, programme, t)
	if err != nil {
		return "", err
	}
	title := text.In(lang).Life.Programme
	if !programme.IsZero() {
		err := db.Row(ctx, s.DB, `SELECT coalesce(draft -> 'title' ->> $2, draft -> 'title' ->> 'en', key) FROM programmes WHERE id = $1`, programme, lang).Scan(&title)
		if err != nil {
			return "", db.Found(err, "programme")
		}
	}
	claim := s.sample(lang, kind, title, t)
	body, err := json.Marshal(claim)
	if err != nil {
		return "", err
	}
	return picture(l, claim, Sealed{KeyID: "sample", Claim: body, Seal: make([]byte, 64)}, s.PublicURL, lang)
}

// sampleHolders are people who do not exist, in the letters of each language.
var sampleHolders = map[string]string{
	"en": "Anna Example", "ru": "Анна Примерова", "sk": "Anna Príkladová", "kk": "Әйгерім Мысалқызы", "tg": "Фарзона Намунаева", "ky": "Айгүл Үлгүева",
}

func (s *Service) sample(lang string, kind Kind, title string, t Template) Claim {
	today := DateOf(s.Now())
	c := Claim{
		Serial: "XXXX-XXXX-XXXXX", Holder: sampleHolders[lang], Programme: title, ProgrammeKey: "sample", Version: 1, Hours: "24", IssuedOn: today,
		Issuer: s.Issuer, Language: lang, Kind: kind, Document: t.nameOf(kind),
	}
	if lang != "en" && lang != "sk" {
		c.HolderLatin = sampleHolders["en"]
	}
	if kind == Participation {
		return c
	}
	expires := addMonths(today, 36)
	c.ExpiresOn, c.ValidMonths = &expires, 36
	return c
}
