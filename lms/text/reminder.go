package text

// Reminder words stand in reminders: mails, short messages, notices, and what to say on the telephone. Each sentence
// holds %[1]s, what it is about, and %[2]s, the day or time where there is one.
type Reminder struct {
	Expiring, NotStarted, Stuck, Webinar, ByHand string
	Open, Why                                    string
}

// Sentence gives what is said for a reason.
func (r *Reminder) Sentence(reason string) string {
	return map[string]string{
		"expiring": r.Expiring, "not-started": r.NotStarted, "stuck": r.Stuck, "webinar": r.Webinar, "by-hand": r.ByHand,
	}[reason]
}

// ReminderIn gives the words in a language.
func ReminderIn(lang string) *Reminder {
	if w, ok := reminders[Primary(lang)]; ok {
		return w
	}
	return reminders[Default]
}

var reminders = map[string]*Reminder{
	"en": {
		Expiring: "Your certificate “%[1]s” is valid until %[2]s. Renew it in time: the renewal is shorter than the course.", NotStarted: "You are invited to “%[1]s” and have not begun yet. The first step takes a few minutes.",
		Stuck: "You stopped at a test in “%[1]s”. You may try again, and your trainer can help.", Webinar: "The webinar “%[1]s” begins at %[2]s.",
		ByHand: "Please go on with “%[1]s”.", Open: "Open", Why: "You get this because you take part in the training. Nobody reads answers to it.",
	},
	"ru": {
		Expiring: "Ваш сертификат «%[1]s» действует до %[2]s. Продлите его вовремя: продление короче курса.", NotStarted: "Вы приглашены в «%[1]s» и ещё не начали. Первый шаг займёт несколько минут.",
		Stuck: "Вы остановились на тесте в «%[1]s». Можно попробовать ещё раз, тренер поможет.", Webinar: "Вебинар «%[1]s» начнётся %[2]s.",
		ByHand: "Пожалуйста, продолжите «%[1]s».", Open: "Открыть", Why: "Вы получили это, потому что участвуете в обучении. Ответы никто не читает.",
	},
	"sk": {
		Expiring: "Váš certifikát „%[1]s“ platí do %[2]s. Obnovte ho včas: obnovenie je kratšie ako kurz.", NotStarted: "Ste pozvaní do „%[1]s“ a ešte ste nezačali. Prvý krok trvá pár minút.",
		Stuck: "Zastavili ste sa pri teste v „%[1]s“. Môžete to skúsiť znova a lektor vám pomôže.", Webinar: "Webinár „%[1]s“ sa začína %[2]s.",
		ByHand: "Prosíme, pokračujte v „%[1]s“.", Open: "Otvoriť", Why: "Dostali ste to, lebo sa zúčastňujete na vzdelávaní. Odpovede nikto nečíta.",
	},
	"kk": {
		Expiring: "«%[1]s» сертификатыңыз %[2]s дейін жарамды. Оны уақытында ұзартыңыз: ұзарту курстан қысқа.", NotStarted: "Сіз «%[1]s» бағдарламасына шақырылдыңыз, бірақ әлі бастаған жоқсыз. Алғашқы қадам бірнеше минут алады.",
		Stuck: "Сіз «%[1]s» ішіндегі тестте тоқтап қалдыңыз. Қайта көруге болады, тренер көмектеседі.", Webinar: "«%[1]s» вебинары %[2]s басталады.",
		ByHand: "«%[1]s» оқуын жалғастырыңыз.", Open: "Ашу", Why: "Сіз оқуға қатысып жүргендіктен осы хабарды алдыңыз. Жауапты ешкім оқымайды.",
	},
	"tg": {
		Expiring: "Сертификати шумо «%[1]s» то %[2]s эътибор дорад. Онро саривақт дароз кунед: ин аз курс кӯтоҳтар аст.", NotStarted: "Шумо ба «%[1]s» даъват шудаед ва ҳанӯз оғоз накардаед. Қадами аввал чанд дақиқа мегирад.",
		Stuck: "Шумо дар санҷиши «%[1]s» истодед. Боз кӯшиш кардан мумкин аст, тренер ёрӣ медиҳад.", Webinar: "Вебинари «%[1]s» %[2]s оғоз мешавад.",
		ByHand: "Лутфан «%[1]s»-ро давом диҳед.", Open: "Кушодан", Why: "Шумо инро гирифтед, зеро дар омӯзиш иштирок мекунед. Ҷавобро касе намехонад.",
	},
	"ky": {
		Expiring: "«%[1]s» сертификатыңыз %[2]s чейин жарактуу. Аны убагында узартыңыз: узартуу курстан кыска.", NotStarted: "Сиз «%[1]s» программасына чакырылдыңыз, бирок али баштай элексиз. Биринчи кадам бир нече мүнөт алат.",
		Stuck: "Сиз «%[1]s» ичиндеги тестте токтоп калдыңыз. Кайра аракет кылса болот, тренер жардам берет.", Webinar: "«%[1]s» вебинары %[2]s башталат.",
		ByHand: "«%[1]s» окууну улантыңыз.", Open: "Ачуу", Why: "Сиз окууга катышып жаткандыктан ушул кабарды алдыңыз. Жоопту эч ким окубайт.",
	},
}
