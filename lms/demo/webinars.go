package demo

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/webinar"
)

// webinarID is the id of the open webinar, so that tools can rely on it.
const webinarID = "demo"

// pastID is the webinar of some days ago, which [loading.hold] lets happen.
const pastID = "nine-centres"

// pastCohort is the one of whose course the past webinar is a part.
const pastCohort = "burnout-dushanbe"

// lessonID is the webinar of a cohort, which stands in its course.
const lessonID = "almaty"

// invite prepares the polls of the cohort's webinar and sends its invitations, as its trainer would.
func (l *loading) invite(ctx context.Context) error {
	p := l.personOf("trainer")
	trainer := lms.Actor{Person: p.id, Grants: p.roles}
	_, err := l.Webinars.SetPolls(ctx, trainer, lessonID, []webinar.Poll{
		{Question: "Насколько уверенно вы чувствуете себя на первой беседе?", Kind: "scale", Anonymous: true, Reveal: true},
		{Question: "С чего начинается первая беседа?", Kind: "quiz", Right: []int{1}, Options: []string{"С заполнения анкеты", "С безопасности и согласия", "С рассказа о случившемся"}},
	})
	if err != nil {
		return err
	}
	_, err = l.Webinars.Invite(ctx, trainer, lessonID)
	return err
}

// nineCentres are those of the webinar that links three countries.
var nineCentres = []string{"moscow", "astana", "almaty", "aktobe", "shymkent", "karaganda", "esik", "petropavlovsk", "dushanbe"}

// storeWebinars puts one webinar on the calendar whose room is open, and one to come.
func (l *loading) storeWebinars(ctx context.Context, tx bun.IDB) error {
	type item struct {
		Key     string `json:"key"`
		Title   string `json:"title"`
		Minutes int    `json:"minutes"`
	}
	agenda, err := json.Marshal([]item{
		{"a1", "Приветствие центров", 15},
		{"a2", "Доклад: первые признаки выгорания", 30},
		{"a3", "Опыт центров: каждый по очереди", 60},
		{"a4", "Занятие: профилактика выгорания", 40},
		{"a5", "Вопросы и итоги", 15},
	})
	if err != nil {
		return err
	}
	type planned struct {
		ID        string    `json:"id"`
		Title     string    `json:"title"`
		Language  string    `json:"language"`
		Agenda    string    `json:"agenda"`
		StartsAt  time.Time `json:"starts_at"`
		EndsAt    time.Time `json:"ends_at"`
		GuestCode string    `json:"guest_code"`
		CreatedAt time.Time `json:"created_at"`
		// Of a cohort: it stands in the course.
		CohortID *string `json:"cohort_id"`
		Activity string  `json:"activity_key"`
		Country  *string `json:"country"`
	}
	type guest struct {
		ID        string `json:"id"`
		WebinarID string `json:"webinar_id"`
		Name      string `json:"name"`
		Email     string `json:"email"`
		Language  string `json:"language"`
		Code      string `json:"code"`
	}
	type person struct {
		WebinarID string `json:"webinar_id"`
		PersonID  string `json:"person_id"`
		Role      string `json:"role"`
	}
	type site struct {
		WebinarID string `json:"webinar_id"`
		CentreID  string `json:"centre_id"`
	}
	next := l.weeks(1).Truncate(time.Hour)
	shared, err := json.Marshal([]item{{"a1", "Новости групп", 10}, {"a2", "Разбор случая: первая беседа", 30}, {"a3", "Вопросы", 20}})
	if err != nil {
		return err
	}
	almaty := l.cohort("almaty")
	lesson := l.at(almaty, almaty.webinar, 14)
	cohortID := almaty.id.String()
	help := l.cohort(pastCohort)
	helpID, past := help.id.String(), l.begun()
	webinars := []planned{
		{pastID, "Помощь помогающим: профилактика выгорания", "ru", string(agenda), past, past.Add(3 * time.Hour), "expert-past", l.weeks(-3), &helpID, theirWebinar, text(help.country)},
		{webinarID, "Помощь помогающим: девять центров на связи", "ru", string(agenda), l.now.Add(-10 * time.Minute), l.weeks(8), "expert", l.weeks(-2), nil, "", nil},
		{"vladimir", "Настольные игры в работе с мигрантами", "ru", "[]", next, next.Add(90 * time.Minute), "vladimir-guest", l.weeks(-1), nil, "", nil},
		{lessonID, "Разбор случаев: первая беседа", "ru", string(shared), lesson, lesson.Add(time.Hour), "almaty-guest", l.weeks(-1), &cohortID, theirWebinar, text(almaty.country)},
	}
	var people []person
	var sites []site
	for _, w := range webinars {
		people = append(people, person{w.ID, l.personOf("trainer").id.String(), "host"}, person{w.ID, l.personOf("interpreter").id.String(), "speaker"})
		centres := nineCentres
		if w.ID == lessonID {
			centres = almaty.from
		}
		for _, key := range centres {
			sites = append(sites, site{w.ID, l.centre(key).id.String()})
		}
	}
	guests := []guest{
		{newID[person](chanceOf("guest", "prague"), l.now).String(), lessonID, "Petra Dvořáková", "petra.dvorakova@expert.example", "sk", "petra"},
		{newID[person](chanceOf("guest", "bishkek"), l.now).String(), lessonID, "Айгүл Асанова", "aigul.asanova@expert.example", "ky", "aigul"},
	}
	return l.insert(ctx, tx,
		into{`INSERT INTO webinars (id, title, language, agenda, starts_at, ends_at, waiting_room, guest_code, created_at, cohort_id, activity_key, country)
		      SELECT id, title, language, agenda::json, starts_at, ends_at, true, guest_code, created_at, cohort_id, activity_key, country
		        FROM json_to_recordset($1) AS r(id text, title text, language text, agenda text, starts_at timestamptz, ends_at timestamptz,
		                                        guest_code text, created_at timestamptz, cohort_id uuid, activity_key text, country text)`, webinars},
		into{`INSERT INTO webinar_guests (id, webinar_id, name, email, language, code)
		      SELECT * FROM json_to_recordset($1) AS r(id uuid, webinar_id text, name text, email text, language text, code text)`, guests},
		into{`INSERT INTO webinar_people (webinar_id, person_id, role)
		      SELECT webinar_id, person_id, role FROM json_to_recordset($1) AS r(webinar_id text, person_id uuid, role text)`, people},
		into{`INSERT INTO webinar_sites (webinar_id, centre_id)
		      SELECT webinar_id, centre_id FROM json_to_recordset($1) AS r(webinar_id text, centre_id uuid)`, sites},
	)
}
