package text

import "time"

// Invitation words stand in mails about webinars.
type Invitation struct {
	Invited, Changed, Cancelled, Greeting              string // Greeting holds %s, the name
	AsHost, AsSpeaker, AsSite, AsMember, AsGuest       string // AsSite holds %s, the centre
	ChangedText, CancelledText, RemovedText, Reason    string
	Date, Time, Zone, LedBy, Language, Agenda, Minutes string // Minutes holds %d
	Enter, Opens, SignIn, GuestEntry, WhyYouGet        string
	CalendarName                                       string
	// Of somebody's word against their own minutes, for whoever leads the webinar.
	Objection, ObjectionText, Report string
	// To a programme: ProgrammeText says it, OpenProgramme leads there.
	ProgrammeText, ProgrammeNext, OpenProgramme string
	// On a person's first page: ProgrammeRow for who is invited, ProgrammeSteps, with %[1]d of %[2]d, for who is on the way,
	// ProgrammePassed for whom a coordinator certifies.
	ProgrammeRow, ProgrammeSteps, ProgrammePassed string
}

// Weekday is the short name of a day of the week.
func Weekday(lang string, t time.Time) string {
	return Weekdays(lang)[(int(t.Weekday())+6)%7]
}

var invitations = map[string]Invitation{
	"en": {
		Invited: "Invitation", Changed: "Changed", Cancelled: "Cancelled", Greeting: "Hello, %s.",
		AsHost: "You lead this webinar.", AsSpeaker: "You speak at this webinar.",
		AsSite:   "Your centre is invited: %s. It enters as one site, with one camera and the list of everybody in the room.",
		AsMember: "Your group is invited to this webinar.", AsGuest: "You are invited to this webinar as a guest.",
		ChangedText: "Something has changed. What stands below replaces the earlier invitation.", CancelledText: "This webinar does not take place.",
		RemovedText: "You are no longer on the list for this webinar. You need not do anything.", Reason: "Reason",
		Date: "Date", Time: "Time", Zone: "Time zone", LedBy: "Led by", Language: "Language", Agenda: "Agenda", Minutes: "%d min",
		Enter: "Enter the webinar", Opens: "The room opens an hour before the beginning.",
		SignIn:     "The link asks you to sign in and then leads to the room.",
		GuestEntry: "Open the link, check your name and enter. You need no account. The link is for you alone.",
		WhyYouGet:  "This mail comes from a training programme. Nobody reads answers to it.", CalendarName: "Webinars",
		Objection: "A word on minutes", ObjectionText: "Somebody who was at this webinar says that their minutes are not right. Who it is and what they say stands in the report, where attendance can be corrected.", Report: "Open the report",
		ProgrammeText: "You are invited to this training programme.",
		ProgrammeNext: "Its page says what is asked for the certificate, what of it you have done, and what comes next.", OpenProgramme: "See the programme",
		ProgrammeRow: "You are invited. See what it asks, and take the first step.", ProgrammeSteps: "Done: %[1]d of %[2]d", ProgrammePassed: "Everything is done. A coordinator issues the certificate.",
	},
	"ru": {
		Invited: "Приглашение", Changed: "Изменение", Cancelled: "Отмена", Greeting: "Здравствуйте, %s!",
		AsHost: "Вы ведёте этот вебинар.", AsSpeaker: "Вы выступаете на этом вебинаре.",
		AsSite:   "Приглашён ваш центр: %s. Он входит как одна площадка: одна камера и список всех, кто в комнате.",
		AsMember: "Ваша группа приглашена на этот вебинар.", AsGuest: "Вы приглашены на этот вебинар как гость.",
		ChangedText: "Кое-что изменилось. То, что написано ниже, заменяет прежнее приглашение.", CancelledText: "Этот вебинар не состоится.",
		RemovedText: "Вас больше нет в списке приглашённых на этот вебинар. Делать ничего не нужно.", Reason: "Причина",
		Date: "Дата", Time: "Время", Zone: "Часовой пояс", LedBy: "Ведёт", Language: "Язык", Agenda: "Программа", Minutes: "%d мин",
		Enter: "Войти на вебинар", Opens: "Комната открывается за час до начала.",
		SignIn:     "По ссылке нужно войти в свою учётную запись, затем откроется комната.",
		GuestEntry: "Откройте ссылку, проверьте имя и войдите. Учётная запись не нужна. Ссылка только для вас.",
		WhyYouGet:  "Это письмо отправлено учебной программой. Ответы на него никто не читает.", CalendarName: "Вебинары",
		Objection: "Возражение по минутам", ObjectionText: "Участник этого вебинара сообщает, что его минуты учтены неверно. Кто это и что сказано, видно в отчёте; там же посещаемость можно исправить.", Report: "Открыть отчёт",
		ProgrammeText: "Вы приглашены в эту учебную программу.",
		ProgrammeNext: "На её странице написано, что нужно для сертификата, что из этого вы уже сделали и что дальше.", OpenProgramme: "Открыть программу",
		ProgrammeRow: "Вы приглашены. Посмотрите, что нужно, и сделайте первый шаг.", ProgrammeSteps: "Готово: %[1]d из %[2]d", ProgrammePassed: "Всё готово. Сертификат выдаёт координатор.",
	},
	"sk": {
		Invited: "Pozvánka", Changed: "Zmena", Cancelled: "Zrušené", Greeting: "Dobrý deň, %s.",
		AsHost: "Vediete tento webinár.", AsSpeaker: "Vystupujete na tomto webinári.",
		AsSite:   "Pozvané je vaše centrum: %s. Vstupuje ako jedno pracovisko, s jednou kamerou a so zoznamom všetkých v miestnosti.",
		AsMember: "Vaša skupina je pozvaná na tento webinár.", AsGuest: "Ste pozvaní na tento webinár ako hosť.",
		ChangedText: "Niečo sa zmenilo. To, čo je uvedené nižšie, nahrádza predchádzajúcu pozvánku.", CancelledText: "Tento webinár sa neuskutoční.",
		RemovedText: "Už nie ste na zozname pozvaných na tento webinár. Nemusíte nič robiť.", Reason: "Dôvod",
		Date: "Dátum", Time: "Čas", Zone: "Časové pásmo", LedBy: "Vedie", Language: "Jazyk", Agenda: "Program", Minutes: "%d min",
		Enter: "Vstúpiť na webinár", Opens: "Miestnosť sa otvára hodinu pred začiatkom.",
		SignIn:     "Odkaz vás požiada o prihlásenie a potom vedie do miestnosti.",
		GuestEntry: "Otvorte odkaz, skontrolujte svoje meno a vstúpte. Účet nepotrebujete. Odkaz je len pre vás.",
		WhyYouGet:  "Tento e-mail posiela vzdelávací program. Odpovede naň nikto nečíta.", CalendarName: "Webináre",
		Objection: "Námietka k minútam", ObjectionText: "Účastník tohto webinára hovorí, že jeho minúty nie sú správne. Kto to je a čo píše, je v správe; tam sa dá účasť opraviť.", Report: "Otvoriť správu",
		ProgrammeText: "Ste pozvaní do tohto vzdelávacieho programu.",
		ProgrammeNext: "Na jeho stránke je napísané, čo treba na certifikát, čo z toho už máte a čo nasleduje.", OpenProgramme: "Otvoriť program",
		ProgrammeRow: "Ste pozvaní. Pozrite si, čo je potrebné, a urobte prvý krok.", ProgrammeSteps: "Hotovo: %[1]d z %[2]d", ProgrammePassed: "Všetko je hotové. Certifikát vydá koordinátor.",
	},
	"kk": {
		Invited: "Шақыру", Changed: "Өзгеріс", Cancelled: "Болмайды", Greeting: "Сәлеметсіз бе, %s!",
		AsHost: "Бұл вебинарды сіз жүргізесіз.", AsSpeaker: "Бұл вебинарда сіз сөйлейсіз.",
		AsSite:   "Сіздің орталық шақырылды: %s. Ол бір алаң болып кіреді: бір камера және бөлмедегілердің тізімі.",
		AsMember: "Сіздің топ бұл вебинарға шақырылды.", AsGuest: "Сіз бұл вебинарға қонақ ретінде шақырылдыңыз.",
		ChangedText: "Өзгеріс бар. Төменде жазылғаны бұрынғы шақырудың орнына жүреді.", CancelledText: "Бұл вебинар өтпейді.",
		RemovedText: "Сіз енді бұл вебинарға шақырылғандар тізімінде жоқсыз. Ештеңе істеудің қажеті жоқ.", Reason: "Себебі",
		Date: "Күні", Time: "Уақыты", Zone: "Уақыт белдеуі", LedBy: "Жүргізуші", Language: "Тілі", Agenda: "Бағдарлама", Minutes: "%d мин",
		Enter: "Вебинарға кіру", Opens: "Бөлме басталардан бір сағат бұрын ашылады.",
		SignIn:     "Сілтеме алдымен жүйеге кіруді сұрайды, содан кейін бөлме ашылады.",
		GuestEntry: "Сілтемені ашып, атыңызды тексеріп, кіріңіз. Тіркелгі қажет емес. Сілтеме тек сізге арналған.",
		WhyYouGet:  "Бұл хатты оқу бағдарламасы жіберді. Оған келген жауапты ешкім оқымайды.", CalendarName: "Вебинарлар",
		Objection: "Минуттарға қарсылық", ObjectionText: "Осы вебинарға қатысқан адам оның минуттары дұрыс есептелмегенін айтады. Оның кім екені және не айтқаны есепте тұр; қатысуды сол жерде түзетуге болады.", Report: "Есепті ашу",
		ProgrammeText: "Сіз осы оқу бағдарламасына шақырылдыңыз.",
		ProgrammeNext: "Оның бетінде сертификат үшін не қажет екені, соның қайсысын орындағаныңыз және әрі қарай не істеу керек екені жазылған.", OpenProgramme: "Бағдарламаны ашу",
		ProgrammeRow: "Сіз шақырылдыңыз. Не қажет екенін көріп, алғашқы қадамды жасаңыз.", ProgrammeSteps: "Орындалды: %[1]d / %[2]d", ProgrammePassed: "Барлығы орындалды. Сертификатты үйлестіруші береді.",
	},
	"tg": {
		Invited: "Даъват", Changed: "Тағйирот", Cancelled: "Бекор шуд", Greeting: "Салом, %s!",
		AsHost: "Ин вебинарро шумо мебаред.", AsSpeaker: "Шумо дар ин вебинар сухан мегӯед.",
		AsSite:   "Маркази шумо даъват шудааст: %s. Он ҳамчун як ҷой ворид мешавад: як камера ва рӯйхати ҳамаи онҳое, ки дар хонаанд.",
		AsMember: "Гурӯҳи шумо ба ин вебинар даъват шудааст.", AsGuest: "Шумо ба ин вебинар ҳамчун меҳмон даъват шудаед.",
		ChangedText: "Чизе тағйир ёфт. Он чи дар поён навишта шудааст, ҷойи даъвати пештараро мегирад.", CancelledText: "Ин вебинар баргузор намешавад.",
		RemovedText: "Шумо дигар дар рӯйхати даъватшудагони ин вебинар нестед. Ҳеҷ коре кардан лозим нест.", Reason: "Сабаб",
		Date: "Сана", Time: "Вақт", Zone: "Минтақаи вақт", LedBy: "Мебарад", Language: "Забон", Agenda: "Барнома", Minutes: "%d дақ",
		Enter: "Ба вебинар даромадан", Opens: "Хона як соат пеш аз оғоз кушода мешавад.",
		SignIn:     "Пайванд аввал воридшавиро мепурсад, баъд ба хона мебарад.",
		GuestEntry: "Пайвандро кушоед, номатонро санҷед ва дароед. Ҳисоб лозим нест. Пайванд танҳо барои шумост.",
		WhyYouGet:  "Ин номаро барномаи таълимӣ фиристод. Ҷавоби онро касе намехонад.", CalendarName: "Вебинарҳо",
		Objection: "Эътироз ба дақиқаҳо", ObjectionText: "Иштирокчии ин вебинар мегӯяд, ки дақиқаҳои ӯ дуруст ҳисоб нашудаанд. Кӣ будани ӯ ва чӣ гуфтанаш дар ҳисобот аст; ҳузурро дар ҳамон ҷо ислоҳ кардан мумкин аст.", Report: "Ҳисоботро кушодан",
		ProgrammeText: "Шумо ба ин барномаи таълимӣ даъват шудед.",
		ProgrammeNext: "Дар саҳифаи он навишта шудааст, ки барои сертификат чӣ лозим аст, аз он чиро иҷро кардед ва баъд чӣ бояд кард.", OpenProgramme: "Кушодани барнома",
		ProgrammeRow: "Шумо даъват шудаед. Бинед, ки чӣ лозим аст, ва қадами аввалро гузоред.", ProgrammeSteps: "Иҷро шуд: %[1]d аз %[2]d", ProgrammePassed: "Ҳамааш иҷро шуд. Сертификатро ҳамоҳангсоз медиҳад.",
	},
	"ky": {
		Invited: "Чакыруу", Changed: "Өзгөрүү", Cancelled: "Болбойт", Greeting: "Саламатсызбы, %s!",
		AsHost: "Бул вебинарды сиз алып барасыз.", AsSpeaker: "Бул вебинарда сиз сүйлөйсүз.",
		AsSite:   "Сиздин борбор чакырылды: %s. Ал бир аянт болуп кирет: бир камера жана бөлмөдөгүлөрдүн тизмеси.",
		AsMember: "Сиздин топ бул вебинарга чакырылды.", AsGuest: "Сиз бул вебинарга конок катары чакырылдыңыз.",
		ChangedText: "Өзгөрүү бар. Төмөндө жазылганы мурдагы чакыруунун ордуна турат.", CancelledText: "Бул вебинар өтпөйт.",
		RemovedText: "Сиз мындан ары бул вебинарга чакырылгандардын тизмесинде жоксуз. Эч нерсе кылуунун кереги жок.", Reason: "Себеби",
		Date: "Күнү", Time: "Убактысы", Zone: "Убакыт алкагы", LedBy: "Алып баруучу", Language: "Тили", Agenda: "Программа", Minutes: "%d мүн",
		Enter: "Вебинарга кирүү", Opens: "Бөлмө башталардан бир саат мурун ачылат.",
		SignIn:     "Шилтеме адегенде системага кирүүнү сурайт, андан кийин бөлмө ачылат.",
		GuestEntry: "Шилтемени ачып, атыңызды текшерип, кириңиз. Эсеп жазуусу керек эмес. Шилтеме сиз үчүн гана.",
		WhyYouGet:  "Бул катты окуу программасы жөнөттү. Ага келген жоопту эч ким окубайт.", CalendarName: "Вебинарлар",
		Objection: "Мүнөттөргө каршы пикир", ObjectionText: "Бул вебинарга катышкан адам мүнөттөрү туура эмес эсептелгенин айтат. Анын ким экени жана эмне деп айтканы отчётто турат; катышууну ошол жерден оңдоого болот.", Report: "Отчётту ачуу",
		ProgrammeText: "Сиз бул окуу программасына чакырылдыңыз.",
		ProgrammeNext: "Анын барагында сертификат үчүн эмне керек экени, анын кайсынысын аткарганыңыз жана андан ары эмне кылуу керектиги жазылган.", OpenProgramme: "Программаны ачуу",
		ProgrammeRow: "Сиз чакырылдыңыз. Эмне керек экенин көрүп, биринчи кадамды жасаңыз.", ProgrammeSteps: "Аткарылды: %[1]d / %[2]d", ProgrammePassed: "Баары аткарылды. Сертификатты координатор берет.",
	},
}
