package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/report"
)

// indicators are what the demonstration counts.
var indicators = []string{
	`{"key":"staff-trained","name":{"en":"Staff who took part","ru":"Участвовавшие сотрудники","sk":"Zúčastnení pracovníci","kk":"Қатысқан қызметкерлер","tg":"Кормандони иштирокчӣ","ky":"Катышкан кызматкерлер"},
	  "count":{"act":"attended"},"units":["persons","attendances"],"by":[["sex"],["country"],["organisation"],["age"],["sex","organisation"]],"target":{"value":500,"by":"2026-12-31"}}`,
	`{"key":"seminar-days","name":{"en":"In-person seminar","ru":"Очный семинар","sk":"Prezenčný seminár","kk":"Бетпе-бет семинар","tg":"Семинари рӯ ба рӯ","ky":"Бетме-бет семинар"},
	  "count":{"act":"day"},"by":[["sex"],["organisation"]]}`,
	`{"key":"certified-staff","name":{"en":"Staff certified","ru":"Сертифицированные сотрудники","sk":"Certifikovaní pracovníci","kk":"Сертификатталған қызметкерлер","tg":"Кормандони сертификатдор","ky":"Сертификатталган кызматкерлер"},
	  "count":{"act":"certified"},"of":{"act":"enrolled"},"by":[["sex"],["organisation"]],"target":{"value":40}}`,
	`{"key":"fields-of-work","name":{"en":"Children's homes, street work, offices","ru":"Детские дома, уличная работа, учреждения","sk":"Detské domovy, terénna práca, úrady","kk":"Балалар үйлері, көшедегі жұмыс, мекемелер","tg":"Хонаҳои кӯдакон, кор дар кӯча, идораҳо","ky":"Балдар үйлөрү, көчөдөгү иш, мекемелер"},
	  "count":{"act":"attended"},"units":["persons"],"by":[["category:field"]]}`,
	`{"key":"staff-there","name":{"en":"People who were there","ru":"Кто был на занятиях","sk":"Kto prišiel","kk":"Сабақтарда болғандар","tg":"Касоне, ки дар дарсҳо буданд","ky":"Сабактарда болгондор"},
	  "count":{"act":"attended"},"by":[["sex"],["age"]]}`,
	`{"key":"people-advised","name":{"en":"People advised by partners","ru":"Люди, получившие консультацию у партнёров","sk":"Ľudia, ktorým partneri poradili","kk":"Серіктестерден кеңес алғандар","tg":"Одамоне, ки аз шарикон машварат гирифтанд","ky":"Өнөктөштөрдөн кеңеш алгандар"},
	  "count":{"act":"total","what":"advised"},"by":[["sex"],["age"]]}`,
}

// storeReports defines indicators, enters totals, asks some of those who are certified, and hands a report over.
func (l *loading) storeReports(ctx context.Context) error {
	admin := l.personOf("admin")
	actor := lms.Actor{Person: admin.id, Grants: admin.roles, Language: "en"}
	s := &report.Service{DB: l.DB, Blobs: l.Webinars.Blobs, Issuer: l.Certificates.Issuer, PublicURL: l.Certificates.PublicURL, Now: l.Deps.Now}
	var keys []string
	for _, raw := range indicators {
		i, err := s.Define(ctx, actor, "", []byte(raw))
		if err != nil {
			return err
		}
		keys = append(keys, i.Key)
	}
	from, to := l.weeks(-40).Format(time.DateOnly), l.now.Format(time.DateOnly)
	for i, n := range []int{64, 31, 7, 3} {
		_, err := s.EnterTotal(ctx, actor, report.TotalInput{
			Programme: SlovakiaKey, Country: "SK", What: "advised", From: from, To: to, Sex: []string{"female", "male", "female", "male"}[i],
			Age: []string{"25-34", "25-34", "0-17", "0-17"}[i], Count: n, Source: "Ročný výkaz partnerov",
		})
		if err != nil {
			return err
		}
	}
	for _, words := range []string{
		"Ministry and three municipalities agreed on one form for first contact.", "Two children's homes named a person to turn to.",
	} {
		if _, err := s.WriteNote(ctx, actor, report.NoteInput{Programme: SlovakiaKey, Country: "SK", On: to, Words: words, Source: "Minutes of the coordination meeting"}); err != nil {
			return err
		}
	}
	if err := l.askLater(ctx); err != nil {
		return err
	}
	in := report.Input{Title: "Prvý kontakt: správa pre donora", Programme: SlovakiaKey, Country: "", Language: "sk", From: from, To: to, Indicators: slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return key == "staff-there" })}
	id, err := s.Create(ctx, actor, in)
	if err != nil {
		return err
	}
	if _, err := s.Freeze(ctx, actor, id); err != nil {
		return err
	}
	in.Title, in.Programme, in.Language, in.Indicators = "Библиотеки: полугодие", VladimirKey, "ru", []string{"staff-there", "seminar-days", "certified-staff"}
	_, err = s.Create(ctx, actor, in)
	return err
}

// askLater makes it some months later for those of the Slovak programme: they were asked, and most answered.
func (l *loading) askLater(ctx context.Context) error {
	_, err := db.Exec(ctx, l.DB, `
		INSERT INTO followups (id, participation_id, person_id, months, due_on, asked_at, answered)
		SELECT gen_random_uuid(), pa.id, pa.person_id, 3, (pa.certified_at + interval '3 months')::date, pa.certified_at + interval '3 months',
		       row_number() OVER (ORDER BY pa.id) % 8 > 2
		  FROM participations pa JOIN programmes p ON p.id = pa.programme_id
		 WHERE p.key = $1 AND pa.certified_at < $2::timestamptz - interval '3 months'`, SlovakiaKey, l.now)
	if err != nil {
		return fmt.Errorf("asking later: %w", err)
	}
	// The trainee is asked, too, and has not answered yet.
	if _, err := db.Exec(ctx, l.DB, `
		INSERT INTO followups (id, participation_id, person_id, months, due_on, asked_at)
		SELECT gen_random_uuid(), pa.id, pa.person_id, 3, $3::date, $3 FROM participations pa JOIN programmes p ON p.id = pa.programme_id
		 WHERE p.key = $1 AND pa.person_id = $2`, VladimirKey, l.personOf("trainee").id, l.now); err != nil {
		return fmt.Errorf("asking later: %w", err)
	}
	_, err = db.Exec(ctx, l.DB, `
		INSERT INTO followup_answers (programme_id, country, months, answers, answered_on)
		SELECT p.id, 'SK', 3, json_build_object('used', json_build_object('number', 2 + n % 4), 'sure', json_build_object('number', 3 + n % 3),
		           'changed', json_build_object('number', 1 + n % 5), 'hindered', json_build_object('choices', json_build_array((ARRAY['time', 'support', 'cases', 'nothing'])[1 + n % 4]))),
		       date_trunc('month', $2::timestamptz)::date
		  FROM programmes p, generate_series(1, (SELECT count(*)::int FROM followups WHERE answered)) AS n WHERE p.key = $1`, SlovakiaKey, l.weeks(-4.5)) // a month that is over: others are not told yet
	return err
}
