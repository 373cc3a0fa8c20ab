package report

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/mail"
	"mostik/lms/text"
)

// followupMonths are how long after the certificate people are asked.
var followupMonths = []int{3, 6, 12}

// openFor is how long somebody is asked after the day; later answers would be of another time.
const openFor = 45 * 24 * time.Hour

func courseLang(lang string) courses.Lang { return courses.Lang(text.Primary(lang)) }

func sixWords(en, ru, sk, kk, tg, ky string) courses.Text {
	return courses.Text{"en": en, "ru": ru, "sk": sk, "kk": kk, "tg": tg, "ky": ky}
}

// Followup is what is asked some months after a certificate: what people do with what they learnt. It asks for no words,
// which could tell who wrote them.
func Followup() *scale.Survey {
	five := func(key string, stem, low, high courses.Text) scale.Item {
		return scale.Item{Key: key, Kind: scale.Scale, From: 1, To: 5, Stem: stem, Low: low, High: high}
	}
	option := func(key string, words courses.Text) courses.Named { return courses.Named{Key: key, Text: words} }
	not := sixWords("not at all", "совсем нет", "vôbec nie", "мүлде жоқ", "тамоман не", "такыр жок")
	very := sixWords("very much", "очень", "veľmi", "өте", "хеле", "абдан")
	return &scale.Survey{
		Key: "followup", Kind: "survey", Anonymous: true,
		Title: sixWords("What you do with it now", "Что вы делаете с этим сейчас", "Čo s tým robíte teraz", "Қазір мұны қалай қолданып жүрсіз", "Ҳоло бо он чӣ мекунед", "Азыр муну кантип колдонуп жүрөсүз"),
		Intro: sixWords("Four questions, two minutes. Your answers carry no name: nobody can see who gave them. You may leave any of them out.",
			"Четыре вопроса, две минуты. Ответы без имени: никто не видит, кто их дал. Любой вопрос можно пропустить.",
			"Štyri otázky, dve minúty. Odpovede sú bez mena: nikto nevidí, kto ich dal. Ktorúkoľvek môžete vynechať.",
			"Төрт сұрақ, екі минут. Жауаптарда аты жоқ: кім бергенін ешкім көрмейді. Кез келгенін қалдырып кетуге болады.",
			"Чор савол, ду дақиқа. Ҷавобҳо бе номанд: ҳеҷ кас намебинад, ки кӣ додааст. Ҳар кадомро гузаронидан мумкин аст.",
			"Төрт суроо, эки мүнөт. Жоопторунда аты жок: ким бергенин эч ким көрбөйт. Каалаганын калтырып кетсе болот."),
		Items: []scale.Item{
			five("used", sixWords("How often did you use what you learnt, in the last three months?", "Как часто за последние три месяца вы применяли то, чему научились?",
				"Ako často ste za posledné tri mesiace použili to, čo ste sa naučili?", "Соңғы үш айда үйренгеніңізді қаншалықты жиі қолдандыңыз?",
				"Дар се моҳи охир он чиро, ки омӯхтед, чӣ қадар зуд-зуд истифода бурдед?", "Акыркы үч айда үйрөнгөнүңүздү канчалык көп колдондуңуз?"),
				sixWords("never", "ни разу", "ani raz", "ешқашан", "ягон бор не", "эч качан"), sixWords("every week", "каждую неделю", "každý týždeň", "апта сайын", "ҳар ҳафта", "жума сайын")),
			five("sure", sixWords("Do you act with more certainty in such situations?", "Увереннее ли вы действуете в таких ситуациях?", "Konáte v takých situáciách istejšie?",
				"Мұндай жағдайда сенімдірек әрекет етесіз бе?", "Дар чунин вазъият бо боварии бештар амал мекунед?", "Мындай кырдаалда ишенимдүүрөөк аракеттенесизби?"), not, very),
			five("changed", sixWords("Has something changed in how your organisation works because of it?", "Изменилось ли из-за этого что-то в работе вашей организации?",
				"Zmenilo sa vďaka tomu niečo v práci vašej organizácie?", "Осының арқасында ұйымыңыздың жұмысында бірдеңе өзгерді ме?",
				"Дар кори ташкилоти шумо аз ин чизе тағйир ёфт?", "Ушунун айынан уюмуңуздун ишинде бир нерсе өзгөрдүбү?"), not, very),
			{
				Key: "hindered", Kind: scale.Multiple, Stem: sixWords("What stood in the way?", "Что мешало?", "Čo stálo v ceste?", "Не кедергі болды?", "Чӣ халал расонд?", "Эмне тоскоол болду?"),
				Options: []courses.Named{
					option("time", sixWords("no time", "нет времени", "nebol čas", "уақыт жоқ", "вақт нест", "убакыт жок")),
					option("support", sixWords("no support from above", "нет поддержки руководства", "chýbala podpora vedenia", "басшылықтан қолдау жоқ", "аз роҳбарӣ дастгирӣ нест", "жетекчиликтен колдоо жок")),
					option("cases", sixWords("no such cases", "не было таких случаев", "neboli také prípady", "ондай жағдай болмады", "чунин ҳолат набуд", "андай учур болгон жок")),
					option("partners", sixWords("partners did not take part", "партнёры не участвовали", "partneri sa nezapojili", "серіктестер қатыспады", "шарикон иштирок накарданд", "өнөктөштөр катышкан жок")),
					option("nothing", sixWords("nothing", "ничего", "nič", "ештеңе", "ҳеҷ чиз", "эч нерсе")),
				},
			},
		},
	}
}

// FollowupJob plans follow-ups and asks whoever is due. It is done daily.
type FollowupJob struct{}

// Kind names the job.
func (FollowupJob) Kind() string { return "report.followups" }

// AskFollowups asks everybody whose certificate is three, six or twelve months old: by mail where there is an address,
// and in the interface. Done twice it asks nobody twice. It gives how many it asked.
func (s *Service) AskFollowups(ctx context.Context) (n int, err error) {
	defer lms.Wrap(&err, "report.AskFollowups")
	now := s.now()
	_, err = db.Exec(ctx, s.DB, `
		INSERT INTO followups (id, participation_id, person_id, months, due_on)
		SELECT gen_random_uuid(), pa.id, pa.person_id, m.months, (pa.certified_at + make_interval(months => m.months))::date
		  FROM participations pa JOIN persons p ON p.id = pa.person_id CROSS JOIN unnest($1::int[]) AS m(months)
		 WHERE pa.certified_at IS NOT NULL AND pa.state <> 'withdrawn' AND p.state = 'active'
		   AND pa.certified_at + make_interval(months => m.months) BETWEEN $2::timestamptz - make_interval(days => $3) AND $2::timestamptz
		ON CONFLICT (participation_id, months) DO NOTHING`, followupMonths, now, int(openFor/24/time.Hour))
	if err != nil {
		return 0, err
	}
	for some := 1; some > 0; n += some {
		if some, err = s.askSome(ctx, now); err != nil {
			return n, err
		}
	}
	for some := 1; some > 0; {
		err := db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) (err error) {
			some, err = s.askSupervisors(ctx, tx, lms.ID[lms.Participation]{})
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, s.sweepSupervisors(ctx)
}

// askSome asks at most a hundred, in one transaction.
func (s *Service) askSome(ctx context.Context, now time.Time) (n int, err error) {
	type due struct {
		id, months, name, address, language string
		person                              lms.ID[lms.Person]
		programme                           []byte
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		all, err := list(ctx, tx, func(from scanner) (d due, err error) {
			return d, from.Scan(&d.id, &d.months, &d.name, &d.address, &d.language, &d.person, &d.programme)
		}, `
			WITH picked AS (
				SELECT id FROM followups WHERE asked_at IS NULL AND due_on <= $1::date ORDER BY due_on, id LIMIT 100 FOR UPDATE SKIP LOCKED
			), asked AS (
				UPDATE followups f SET asked_at = $1 FROM picked WHERE f.id = picked.id RETURNING f.*
			)
			SELECT f.id::text, f.months::text, trim(p.given_name || ' ' || p.family_name), coalesce(p.email, ''), p.language, p.id, v.definition
			  FROM asked f JOIN persons p ON p.id = f.person_id JOIN participations pa ON pa.id = f.participation_id
			  JOIN programme_versions v ON v.id = pa.version_id`, now)
		n = len(all)
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.address == "" {
				continue
			}
			var def definition
			if err := json.Unmarshal(d.programme, &def); err != nil {
				return err
			}
			if err := mail.Queue(ctx, tx, now, mail.Draft{
				Person: d.person, Name: d.name, Address: d.address, Subject: Followup().Title.In(courseLang(d.language)),
				Letter: s.followupLetter(d.language, d.id, d.months, in(def.Title, d.language, "")),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func (s *Service) followupLetter(lang, id, months, programme string) mail.Letter {
	survey, l := Followup(), courseLang(lang)
	return mail.Letter{
		Language: text.Primary(lang), Heading: survey.Title.In(l), Paragraphs: []string{survey.Intro.In(l)},
		Facts:  []mail.Fact{{Label: text.DonorIn(lang).Programme, Value: programme}, {Label: text.DonorIn(lang).Later, Value: fill(text.DonorIn(lang).Months, months)}},
		Button: sixWords("Answer", "Ответить", "Odpovedať", "Жауап беру", "Ҷавоб додан", "Жооп берүү").In(l), URL: s.PublicURL + "/followups/" + id,
	}
}

// Asked is a follow-up as the person who is asked sees it.
type Asked struct {
	ID        string `json:"id"`
	Programme string `json:"programme"`
	Months    int    `json:"months"`
	Answered  bool   `json:"answered"`
	// Closed tells that the time to answer is over.
	Closed bool        `json:"closed"`
	Title  string      `json:"title"`
	Intro  string      `json:"intro"`
	Items  []AskedItem `json:"items"`
	// Supervisor is whom the person named to be asked, too, or who was named for them; only where one is opened.
	Supervisor *Supervisor `json:"supervisor,omitempty"`
	part       lms.ID[lms.Participation]
	person     lms.ID[lms.Person]
	ours       lms.ID[lms.Programme]
	land       string
}

// AskedItem is one question in the reader's language.
type AskedItem struct {
	Key     string        `json:"key"`
	Kind    string        `json:"kind"`
	Stem    string        `json:"stem"`
	From    int           `json:"from,omitempty"`
	To      int           `json:"to,omitempty"`
	Low     string        `json:"low,omitempty"`
	High    string        `json:"high,omitempty"`
	Options []AskedOption `json:"options,omitempty"`
}

// AskedOption is one answer to choose.
type AskedOption struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

const askedSQL = `
	SELECT f.id::text, f.months, f.answered, f.due_on + $1::int < $2::date, f.person_id, pa.id, pa.programme_id, coalesce(p.country, ''), v.definition
	  FROM followups f JOIN participations pa ON pa.id = f.participation_id JOIN programme_versions v ON v.id = pa.version_id
	  JOIN persons p ON p.id = f.person_id
	 WHERE f.asked_at IS NOT NULL`

func scanAsked(lang string) func(scanner) (Asked, error) {
	return func(from scanner) (a Asked, err error) {
		var raw []byte
		var def definition
		if err = from.Scan(&a.ID, &a.Months, &a.Answered, &a.Closed, &a.person, &a.part, &a.ours, &a.land, &raw); err != nil {
			return a, err
		}
		if err = json.Unmarshal(raw, &def); err != nil {
			return a, err
		}
		a.Programme = in(def.Title, lang, "")
		survey, l := Followup(), courseLang(lang)
		a.Title, a.Intro = survey.Title.In(l), survey.Intro.In(l)
		a.Items = askedItems(survey, l)
		return a, nil
	}
}

func askedItems(survey *scale.Survey, l courses.Lang) (all []AskedItem) {
	for _, i := range survey.Items {
		item := AskedItem{Key: i.Key, Kind: string(i.Kind), Stem: i.Stem.In(l), From: i.From, To: i.To, Low: i.Low.In(l), High: i.High.In(l)}
		for _, o := range i.Options {
			item.Options = append(item.Options, AskedOption{o.Key, o.Text.In(l)})
		}
		all = append(all, item)
	}
	return all
}

// MyFollowups lists what the actor is asked and has not answered.
func (s *Service) MyFollowups(ctx context.Context, actor lms.Actor) (all []Asked, err error) {
	defer lms.Wrap(&err, "report.MyFollowups")
	return list(ctx, s.DB, scanAsked(actor.Language), askedSQL+` AND f.person_id = $3 AND NOT f.answered AND f.due_on + $1::int >= $2::date ORDER BY f.due_on`,
		int(openFor/24/time.Hour), s.now(), actor.Person)
}

// MyFollowup opens one. Errors: NotFound, also for somebody else's.
func (s *Service) MyFollowup(ctx context.Context, actor lms.Actor, id string) (a Asked, err error) {
	defer lms.Wrap(&err, "report.MyFollowup")
	if a, err = s.asked(ctx, s.DB, actor, id, ""); err != nil {
		return a, err
	}
	v, err := named(ctx, s.DB, a.part)
	a.Supervisor = &v
	return a, err
}

func (s *Service) asked(ctx context.Context, q db.Queryer, actor lms.Actor, id, lock string) (Asked, error) {
	if _, err := lms.ParseID[lms.Person](id); err != nil {
		return Asked{}, lms.ErrNotFound("follow-up")
	}
	a, err := scanAsked(actor.Language)(db.Row(ctx, q, askedSQL+` AND f.id = $3`+lock, int(openFor/24/time.Hour), s.now(), id))
	if err != nil {
		return a, db.Found(err, "follow-up")
	}
	return a, actor.Can(lms.Participate, lms.Facts{Owner: a.person})
}

// mixIn puts an answer among others of its like, so that no order tells which came last.
func (s *Service) mixIn(ctx context.Context, tx bun.Tx, programme lms.ID[lms.Programme], months int, country string, supervisor bool, answers string) error {
	_, err := db.Exec(ctx, tx, `
		WITH mixed AS (
			DELETE FROM followup_answers
			 WHERE id IN (SELECT id FROM followup_answers WHERE programme_id = $1 AND months = $2 AND by_supervisor = $6
			               ORDER BY random() LIMIT 16 FOR UPDATE SKIP LOCKED)
			RETURNING country, answers, answered_on
		)
		INSERT INTO followup_answers (programme_id, country, months, answers, answered_on, by_supervisor)
		SELECT $1, country, $2, answers, answered_on, $6
		  FROM (SELECT country, answers, answered_on FROM mixed
		        UNION ALL SELECT nullif($3, ''), $4::json, date_trunc('month', $5::timestamptz)::date) AS together
		 ORDER BY random()`, programme, months, country, answers, s.now(), supervisor)
	return err
}

// AnswerFollowup stores the answers so that they lead to nobody: without person, day or order (see
// learning.AnswerSurvey, which does alike). That somebody answered is known, once. Errors: NotFound, Invalid, Gone.
func (s *Service) AnswerFollowup(ctx context.Context, actor lms.Actor, id string, answers scale.Response) (err error) {
	defer lms.Wrap(&err, "report.AnswerFollowup")
	if err := scale.Validate(Followup(), answers); err != nil {
		return &lms.Error{Kind: lms.Invalid, Code: "answer-malformed", Field: "answers", Detail: err.Error(), Err: err}
	}
	raw, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		a, err := s.asked(ctx, tx, actor, id, " FOR UPDATE OF f")
		switch {
		case err != nil:
			return err
		case a.Answered:
			return nil
		case a.Closed:
			return &lms.Error{Kind: lms.Gone, Code: "too-late", Detail: "the time to answer is over"}
		}
		mixed := s.mixIn(ctx, tx, a.ours, a.Months, a.land, false, string(raw))
		_, told := db.Exec(ctx, tx, `UPDATE followups SET answered = true WHERE id = $1`, id)
		return errors.Join(mixed, told)
	})
}
