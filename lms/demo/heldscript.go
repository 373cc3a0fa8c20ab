package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/shelf"
	"mostik/live/signal"
	"mostik/lms"
	calendar "mostik/lms/webinar"
)

// Those who come to the past webinar alone.
const (
	leads       = "trainer"
	interprets  = "interpreter"
	theGuest    = "guest"
	byOwnPhone  = "phone"
	pastMinutes = 170
)

// direct writes the story of the past webinar: when who came, by what evidence, what they said and what went wrong.
func (l *loading) direct(h *held, expected map[string][]room.Expected) {
	l.arrivals(h, expected)
	troubles(h)
	slides(h)
	speech(h)
	polls(h)
	h.at(48, func() { h.does(leads, &signal.AskPresence{}) })
	h.at(128, func() { h.does(leads, &signal.AskPresence{}) })
	for i, key := range nineCentres {
		here := func() { h.does(key, &signal.Here{}) }
		h.at(48.3+float64(i)/10, here)
		if key != "shymkent" { // whose line is away the second time, or has just come back
			h.at(128.2+float64(i)/10, here)
		}
	}
	for _, key := range []string{interprets, theGuest} {
		h.at(49, func() { h.does(key, &signal.Here{}) })
	}
	for i, key := range []string{"a1", "a2", "a3", "a4", "a5"} {
		h.at([]float64{0.5, 12, 45, 97, 150}[i], func() { h.does(leads, &signal.SetAgenda{At: key}) })
	}
	h.at(85, func() { h.does(leads, &signal.SetPause{On: true, Label: "Перерыв, чай"}) })
	h.at(97, func() { h.does(leads, &signal.SetPause{}) })
	h.at(pastMinutes, func() { h.does(leads, &signal.EndRoom{}) })
}

// arrivals is who comes, and goes, by what evidence.
func (l *loading) arrivals(h *held, expected map[string][]room.Expected) {
	for i, key := range nineCentres {
		h.at(-9+float64(i)/2, func() {
			h.connects(key)
			h.Expect(h.clock(), h.seats[key], expected[key])
			h.carry()
		})
	}
	ticks := func(minute float64, centre, state string, numbers ...int) {
		h.at(minute, func() { h.ticks(centre, state, numbers...) })
	}
	codes := func(minute float64, centre string, signedIn bool, numbers ...int) {
		h.at(minute, func() { h.checksIn(centre, signedIn, numbers...) })
	}
	codes(-2, "moscow", true, 0, 1, 2)
	ticks(-1, "moscow", "here", 3)
	ticks(14, "moscow", "late", 4)
	ticks(-3, "astana", "here", 0, 1, 2)
	codes(-1, "astana", true, 3)
	ticks(26, "astana", "late", 4)
	ticks(118, "astana", "left", 1)
	codes(-3, "almaty", true, 0)
	ticks(-2, "almaty", "here", 1, 2, 3)
	codes(17, "almaty", true, 4)
	ticks(140, "almaty", "left", 0)
	codes(-3, "aktobe", false, 0, 1, 2)
	codes(3, "aktobe", false, 3)
	codes(33, "aktobe", false, 4)
	codes(-4, "shymkent", true, 0, 1, 2)
	ticks(-2, "shymkent", "here", 3)
	ticks(8, "shymkent", "late", 4)
	ticks(-3, "karaganda", "here", 0, 1, 2, 3)
	codes(-1, "karaganda", true, 4)
	ticks(20, "karaganda", "left", 1) // by mistake: it is corrected later
	ticks(-3, "petropavlovsk", "here", 0, 1, 2)
	codes(-2, "petropavlovsk", true, 3, 4)
	ticks(55, "petropavlovsk", "left", 2)
	ticks(-2, "esik", "here", 0, 1, 2)  // two more sign a sheet of paper
	ticks(-4, "dushanbe", "here", 0, 1) // who stand on the list of the cohort
	codes(-3, "dushanbe", true, 2)
	codes(-1, "dushanbe", false, 3)
	codes(29, "dushanbe", true, 4)
	ticks(132, "dushanbe", "left", 1)

	for _, key := range []string{leads, interprets} {
		p, role := l.personOf(key), map[string]live.Role{leads: live.Host, interprets: live.Speaker}[key]
		h.at(map[string]float64{leads: 0, interprets: -1}[key], func() {
			h.comes(key, live.Ticket{Role: role, Person: p.id.String(), Name: p.fullName(), City: p.centre.name, Zone: p.centre.zone})
		})
	}
	h.at(6, func() {
		h.comes(theGuest, live.Ticket{Role: live.Viewer, Name: "Hana Dvořáková", City: "Praha", Zone: "Europe/Prague"})
		h.does(leads, &signal.SetRole{Person: h.seats[theGuest], Role: "speaker"})
	})
	// The trainee goes home before the end, and listens on by her own telephone, which she opened before she went.
	h.at(136, func() {
		p := h.centres["almaty"].people[0]
		h.comes(byOwnPhone, live.Ticket{Role: live.Viewer, Person: p.id.String(), Name: p.fullName(), City: p.centre.name, Zone: p.centre.zone})
	})
	h.at(162, func() { h.goes(byOwnPhone) })
}

// troubles are lines that fail.
func troubles(h *held) {
	// Back within the time for which people count as sitting there.
	h.at(60, func() { h.goes("esik") })
	h.at(66, func() { h.connects("esik") })
	// On by telephone, which the host writes down.
	h.at(72, func() {
		h.does("petropavlovsk", &signal.SetPhone{Number: "+7 715 200 00 00"})
		h.goes("petropavlovsk")
	})
	h.at(74, func() { h.does(leads, &signal.SetPhone{On: true, Person: h.seats["petropavlovsk"]}) })
	// Away for longer.
	h.at(106, func() { h.goes("shymkent") })
	h.at(129, func() { h.connects("shymkent") })
	// The host's own line.
	h.at(112, func() { h.goes(leads) })
	h.at(112.5, func() { h.comes(leads, h.Seats[h.seats[leads]].Ticket) })
}

// slides are presentations and files.
func slides(h *held) {
	h.at(10, func() { h.prepares(leads, "first-signs", firstSigns) })
	for i := range firstSigns {
		h.at(12+3*float64(i), func() { h.does(leads, &signal.ShowSlide{Deck: "first-signs", Page: i + 1}) })
	}
	h.at(98, func() { h.prepares(theGuest, "supervision", supervision) })
	for i := range supervision {
		h.at(100+5*float64(i), func() { h.does(theGuest, &signal.ShowSlide{Deck: "supervision", Page: i + 1}) })
	}
	for i, f := range []struct{ who, key, keep, name, text string }{
		{leads, "plan", shelf.Course, "План профилактики для центра.txt", planText},
		{"almaty", "almaty-practice", shelf.Webinar, "Алматы: что нам помогает.txt", almatyText},
		{"dushanbe", "dushanbe-rules", shelf.Webinar, "Душанбе: правила дежурств.txt", dushanbeText},
	} {
		h.at([]float64{44, 58, 80}[i], func() { h.brings(f.who, f.key, f.keep, f.name, []byte(f.text)) })
	}
}

// speech is chat, questions and notes.
func speech(h *held) {
	for i, line := range chatLines {
		h.at(line.minute, func() { h.does(line.who, &signal.SendChat{Key: fmt.Sprint("c", i), To: line.to, Text: line.text}) })
	}
	for i, q := range asked {
		key := fmt.Sprint("q", i)
		h.at(q.minute, func() { h.does(q.who, &signal.Ask{Key: key, Text: q.text, Anonymous: q.anonymous}) })
		for j, who := range nineCentres[:q.votes] {
			h.at(q.minute+1+float64(j)/4, func() { h.does(who, &signal.VoteQuestion{Key: key, On: true}) })
		}
		h.at(152+float64(i), func() { h.does(leads, &signal.SetQuestion{Key: key, State: q.state}) })
	}
	h.at(148, func() { h.does(leads, &signal.WriteNotes{Text: notesText}) })
}

// polls are one in which centres vote for their people, and one of which nobody learns who voted how.
func polls(h *held) {
	h.at(40, func() {
		h.does(leads, &signal.MakePoll{Key: "supervision", Kind: "single", Question: "Есть ли у вас в организации супервизия?", Options: []signal.Option{
			{Key: "yes", Text: "Да, регулярно"}, {Key: "rare", Text: "Иногда"}, {Key: "no", Text: "Нет"},
		}})
		h.does(leads, &signal.OpenPoll{Key: "supervision"})
	})
	for i, key := range nineCentres {
		yes, rare := []int{2, 0, 3, 0, 0, 1, 0, 0, 1}[i], []int{2, 2, 1, 1, 3, 2, 1, 2, 3}[i]
		h.at(41+float64(i)/5, func() {
			rest := h.People[h.seats[key]].Heads - yes - rare
			h.does(key, &signal.VotePoll{Key: "supervision", Heads: map[string]int{"yes": yes, "rare": rare, "no": max(rest, 0)}})
		})
	}
	h.at(44, func() { h.does(leads, &signal.ClosePoll{Key: "supervision"}) })
	h.at(142, func() {
		h.does(leads, &signal.MakePoll{
			Key: "strength", Kind: "scale", Anonymous: true, Question: "Как часто за последний месяц вы чувствовали, что сил больше нет?",
			Options: []signal.Option{{Key: "1", Text: "Ни разу"}, {Key: "2", Text: "Раз или два"}, {Key: "3", Text: "Каждую неделю"}, {Key: "4", Text: "Почти каждый день"}},
		})
		h.does(leads, &signal.OpenPoll{Key: "strength"})
	})
	for i, key := range nineCentres {
		h.at(143+float64(i)/5, func() {
			often := i % 3
			h.does(key, &signal.VotePoll{Key: "strength", Heads: map[string]int{"1": 1, "2": 2 - i%2, "3": often % 2, "4": i % 5 / 4}})
		})
	}
	h.at(147, func() { h.does(leads, &signal.ClosePoll{Key: "strength"}) })
}

// lookBack is what was put right afterwards: a sheet of paper, corrections with their reasons, and somebody's word that
// their minutes are wrong.
func (l *loading) lookBack(ctx context.Context, h *held) error {
	after := &calendar.Service{DB: l.DB, Blobs: l.Catalog.Blobs, Award: l.Webinars.Award, Now: func() time.Time { return h.moment(20 * 60) }}
	trainer := l.personOf(leads)
	actor := lms.Actor{Person: trainer.id, Grants: trainer.roles}
	esik, aktobe, karaganda := h.centres["esik"], h.centres["aktobe"], h.centres["karaganda"]
	signed := esik.people[3:]
	pdf, err := drawSheet(signed, h.begins)
	if err != nil {
		return err
	}
	sheet, err := after.AddPaper(ctx, actor, pastID, esik.centre.id, "Есик, лист присутствия.pdf", bytes.NewReader(pdf))
	if err != nil {
		return err
	}
	list := []calendar.CorrectionInput{
		{Kind: calendar.CorrectChange, Who: "entry/" + h.entry("karaganda", karaganda.people[1]), From: h.moment(0), To: h.moment(pastMinutes), Reason: "Галочка снята по ошибке: Караганда подтвердила, что человек был до конца."},
		{Kind: calendar.CorrectMatch, Who: "entry/" + h.entry("aktobe", aktobe.people[0]), Person: aktobe.people[0].id, Reason: "Имя из списка Актобе, аккаунт тот же."},
	}
	for _, p := range signed {
		list = append(list, calendar.CorrectionInput{
			Kind: calendar.CorrectAdd, Person: p.id, Centre: esik.centre.id, From: h.moment(5), To: h.moment(pastMinutes), Paper: sheet.ID, Reason: "По подписи на листе.",
		})
	}
	for _, c := range list {
		if _, err := after.Correct(ctx, actor, pastID, c); err != nil {
			return err
		}
	}
	unheard := h.centres["shymkent"].people[0]
	return after.Object(ctx, lms.Actor{Person: unheard.id, Grants: unheard.roles}, pastID,
		"Связь пропала, но мы всё время слушали по телефону коллеги. Прошу посчитать эти минуты.")
}
