package demo

import (
	"context"
	"time"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

// storeAwards gives some certificates a life and the table of recognition its first lines.
func (l *loading) storeAwards(ctx context.Context) error {
	admin := l.personOf("admin")
	actor := lms.Actor{Person: admin.id, Grants: admin.roles, Language: "en"}
	for _, do := range []func(context.Context, lms.Actor) error{l.live, l.recognise, l.enterPast} {
		if err := do(ctx, actor); err != nil {
			return err
		}
	}
	return nil
}

// live takes the two oldest that are good: one is suspended, one was issued anew.
func (l *loading) live(ctx context.Context, actor lms.Actor) error {
	var serials []string
	rows, err := db.Rows(ctx, l.DB, `
		SELECT serial FROM certificates WHERE course_id IS NOT NULL AND state = 'valid' AND expires_on > $1::text::date
		 ORDER BY issued_at, serial LIMIT 2`, l.now.Format(time.DateOnly))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return db.Translate(err)
		}
		serials = append(serials, s)
	}
	if err := rows.Err(); err != nil {
		return db.Translate(err)
	}
	acts := []func(serial string) error{
		func(s string) error {
			return l.Certificates.Change(ctx, actor, s, certificate.Suspend, "A complaint is being looked into.")
		},
		func(s string) error {
			_, err := l.Certificates.IssueAnew(ctx, actor, s, certificate.Correction{}, "The paper was lost with its code.")
			return err
		},
	}
	for i, s := range serials {
		if err := acts[i](s); err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) looks(ctx context.Context, actor lms.Actor) error {
	programme, err := l.Certificates.ProgrammeOf(ctx, actor, SlovakiaKey)
	if err != nil {
		return err
	}
	for lang, t := range map[string]certificate.Template{
		"sk": {
			Layout: "band", Achievement: certificate.Document{Name: "Osvedčenie o absolvovaní"}, Participation: certificate.Document{Name: "Potvrdenie o účasti"},
			Note:       "Vzdelávací program pre štátnu správu, samosprávu a mimovládne organizácie",
			Signatures: []certificate.Signature{{Name: "Jana Vzorová", Role: "riaditeľka vzdelávacieho centra"}, {Name: "Peter Príklad", Role: "lektor"}},
		},
		"en": {
			Layout: "band", Achievement: certificate.Document{Name: "Certificate of completion"}, Participation: certificate.Document{Name: "Confirmation of attendance"},
			Signatures: []certificate.Signature{{Name: "Jana Vzorová", Role: "director of the training centre"}},
		},
	} {
		if _, err := l.Certificates.SaveTemplate(ctx, actor, programme, lang, t); err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) recognise(ctx context.Context, actor lms.Actor) error {
	end := certificate.DateOf(l.now.AddDate(2, 0, 0))
	for _, r := range []certificate.Recognition{
		{Body: "Network of shelters and helplines (made up)", Conditions: courses.Text{
			"en": "Counts as the basic training of new staff.", "ru": "Засчитывается как базовое обучение новых сотрудников.",
			"sk": "Uznáva sa ako základné školenie nových pracovníkov.",
		}},
		{Body: "Институт повышения квалификации библиотекарей (вымышленный)", Country: "RU", ValidUntil: &end, Conditions: courses.Text{
			"en": "24 hours of 72; an interview completes it.", "ru": "24 часа из 72; завершается собеседованием.",
		}, Source: "Соглашение № 12 (пример)"},
		{Body: "Центр социальной работы (вымышленный)", Country: "KZ", ValidUntil: &end},
		{Body: "Komora sociálnych pracovníkov (vymyslená)", Country: "SK", ValidUntil: &end, Conditions: courses.Text{
			"en": "24 hours a year count.", "sk": "Započíta sa 24 hodín ročne.",
		}, Source: "Dohoda č. 7 (príklad)"},
	} {
		r.Issuer = l.Certificates.Issuer
		if _, err := l.Certificates.SetRecognition(ctx, actor, r); err != nil {
			return err
		}
	}
	return nil
}
