package text

// Attendance words are heads and grades of the tables of a webinar's attendance.
type Attendance struct {
	Sheet, Name, Centre, Country, Minutes, Percent, Evidence, First, Last, Checks, Before, Corrections string
	Number, Kind, By, Reason, At, From, To                                                             string
	Device, Code, Tick, Paper, Correction                                                              string
	Add, Change, Strike, Match, Withdraw                                                               string
}

// Grade gives a grade of evidence in words.
func (a *Attendance) Grade(by string) string {
	return map[string]string{"device": a.Device, "code": a.Code, "tick": a.Tick, "paper": a.Paper, "correction": a.Correction}[by]
}

// Act gives a kind of correction in words.
func (a *Attendance) Act(kind string) string {
	return map[string]string{"add": a.Add, "change": a.Change, "strike": a.Strike, "match": a.Match, "withdraw": a.Withdraw}[kind]
}

var attendance = map[string]*Attendance{
	"en": {
		Sheet: "Attendance", Name: "Name", Centre: "Centre", Country: "Country", Minutes: "Minutes", Percent: "Share, %", Evidence: "Evidence",
		First: "First (UTC)", Last: "Last (UTC)", Checks: "Presence checks answered", Before: "Minutes before corrections", Corrections: "Corrections",
		Number: "No.", Kind: "What", By: "Author", Reason: "Reason", At: "Made (UTC)", From: "From (UTC)", To: "To (UTC)",
		Device: "own device", Code: "code in the room", Tick: "facilitator's tick", Paper: "paper sheet", Correction: "correction",
		Add: "added", Change: "times changed", Strike: "struck out", Match: "matched to a person", Withdraw: "correction withdrawn",
	},
	"ru": {
		Sheet: "Посещаемость", Name: "Имя", Centre: "Центр", Country: "Страна", Minutes: "Минуты", Percent: "Доля, %", Evidence: "Основание",
		First: "Начало (UTC)", Last: "Конец (UTC)", Checks: "Ответы на проверки присутствия", Before: "Минуты до исправлений", Corrections: "Исправления",
		Number: "№", Kind: "Что", By: "Кто исправил", Reason: "Причина", At: "Когда исправлено (UTC)", From: "С (UTC)", To: "До (UTC)",
		Device: "своё устройство", Code: "код в зале", Tick: "отметка ведущего в центре", Paper: "бумажный лист", Correction: "исправление",
		Add: "добавлено", Change: "время изменено", Strike: "вычеркнуто", Match: "сопоставлено с человеком", Withdraw: "исправление отозвано",
	},
	"sk": {
		Sheet: "Účasť", Name: "Meno", Centre: "Centrum", Country: "Krajina", Minutes: "Minúty", Percent: "Podiel, %", Evidence: "Doklad",
		First: "Začiatok (UTC)", Last: "Koniec (UTC)", Checks: "Zodpovedané overenia prítomnosti", Before: "Minúty pred opravami", Corrections: "Opravy",
		Number: "Č.", Kind: "Čo", By: "Autor", Reason: "Dôvod", At: "Zapísané (UTC)", From: "Od (UTC)", To: "Do (UTC)",
		Device: "vlastné zariadenie", Code: "kód v miestnosti", Tick: "označenie facilitátora", Paper: "papierový hárok", Correction: "oprava",
		Add: "pridané", Change: "zmenený čas", Strike: "vyčiarknuté", Match: "priradené k osobe", Withdraw: "oprava odvolaná",
	},
	"kk": {
		Sheet: "Қатысу", Name: "Аты-жөні", Centre: "Орталық", Country: "Ел", Minutes: "Минут", Percent: "Үлесі, %", Evidence: "Дәлел",
		First: "Басы (UTC)", Last: "Соңы (UTC)", Checks: "Қатысуды тексеруге жауаптар", Before: "Түзетуге дейінгі минуттар", Corrections: "Түзетулер",
		Number: "№", Kind: "Не", By: "Авторы", Reason: "Себебі", At: "Жазылған уақыты (UTC)", From: "Басталуы (UTC)", To: "Аяқталуы (UTC)",
		Device: "өз құрылғысы", Code: "залдағы код", Tick: "фасилитатордың белгісі", Paper: "қағаз парақ", Correction: "түзету",
		Add: "қосылды", Change: "уақыты өзгертілді", Strike: "сызып тасталды", Match: "адаммен сәйкестендірілді", Withdraw: "түзету қайтарып алынды",
	},
	"tg": {
		Sheet: "Ҳозиршавӣ", Name: "Ном", Centre: "Марказ", Country: "Кишвар", Minutes: "Дақиқа", Percent: "Ҳисса, %", Evidence: "Далел",
		First: "Оғоз (UTC)", Last: "Анҷом (UTC)", Checks: "Ҷавобҳо ба санҷиши ҳузур", Before: "Дақиқаҳо пеш аз ислоҳ", Corrections: "Ислоҳҳо",
		Number: "№", Kind: "Чӣ", By: "Муаллиф", Reason: "Сабаб", At: "Вақти сабт (UTC)", From: "Аз (UTC)", To: "То (UTC)",
		Device: "дастгоҳи худ", Code: "рамз дар толор", Tick: "қайди фасилитатор", Paper: "варақаи коғазӣ", Correction: "ислоҳ",
		Add: "илова шуд", Change: "вақт тағйир ёфт", Strike: "хат зада шуд", Match: "ба шахс мувофиқ карда шуд", Withdraw: "ислоҳ бозпас гирифта шуд",
	},
	"ky": {
		Sheet: "Катышуу", Name: "Аты-жөнү", Centre: "Борбор", Country: "Өлкө", Minutes: "Мүнөт", Percent: "Үлүшү, %", Evidence: "Далил",
		First: "Башы (UTC)", Last: "Аягы (UTC)", Checks: "Катышууну текшерүүгө жооптор", Before: "Оңдоого чейинки мүнөттөр", Corrections: "Оңдоолор",
		Number: "№", Kind: "Эмне", By: "Автору", Reason: "Себеби", At: "Жазылган убактысы (UTC)", From: "Башталышы (UTC)", To: "Аягы (UTC)",
		Device: "өз түзмөгү", Code: "залдагы код", Tick: "фасилитатордун белгиси", Paper: "кагаз барак", Correction: "оңдоо",
		Add: "кошулду", Change: "убактысы өзгөртүлдү", Strike: "чийилип салынды", Match: "адамга дал келтирилди", Withdraw: "оңдоо кайтарылып алынды",
	},
}

// AttendanceIn gives the words of a language, or those of the default.
func AttendanceIn(lang string) *Attendance {
	if a := attendance[Primary(lang)]; a != nil {
		return a
	}
	return attendance[Default]
}
