package text

import "strings"

// Donor words stand in reports for donors: what a number is, how it is broken down, and what is left out.
type Donor struct {
	// Acts says who is counted, by act; Totals is for numbers that were handed in.
	Acts map[string]string
	// Components, Share and the periods are added to it: "{}" is what is named.
	Components, Share, Between, Until, Totals string
	// PersonOnce and EachTime say what a number of persons and of attendances is.
	PersonOnce, EachTime, ShareOf string

	Dimensions, Sexes, Kinds, Jobs, YesNo map[string]string
	NotStated, Younger, Older, NoKind     string

	Report, Programme, Period, Countries, AllCountries, Indicator, Definition, Value, Unit           string
	Persons, Attendances, Share1, OfAll, Target, Reached, Total, By, HiddenMark, HiddenNote, Nothing string
	FrozenOn, Page, Key, Category, Draft                                                             string

	Learning, LearningNote, Course, Pairs, Before, After, Gain, Effect, SmallSample, Missing, TooFew string
	OnlyBefore, OnlyAfter, Neither                                                                   string
	Reaction, ReactionNote, Question, Mean, Answers                                                  string
	Later, LaterNote, Supervisors, Months, Asked, Answered, Rate                                     string
	Notes, Source, Beneficiaries                                                                     string
}

// AgeBand says a band: "25-34" is "25–34".
func (d *Donor) AgeBand(code string) string {
	switch {
	case code == "0-24":
		return d.Younger
	case code == "65+":
		return d.Older
	case code == "not-stated":
		return d.NotStated
	}
	return strings.ReplaceAll(code, "-", "–")
}

// DonorIn gives the words of a language; an unknown language gets the default's.
func DonorIn(lang string) *Donor {
	if d, ok := donor[Primary(lang)]; ok {
		return d
	}
	return donor[Default]
}

// named pairs keys with words, in order.
func named(keys []string, words ...string) map[string]string {
	m := make(map[string]string, len(keys))
	for i, k := range keys {
		m[k] = words[i]
	}
	return m
}

var (
	actKeys       = []string{"enrolled", "joined", "attended", "course", "webinar", "day", "passed", "certified"}
	dimensionKeys = []string{"sex", "age", "country", "organisation", "job", "disability"}
	sexKeys       = []string{"female", "male", "not-stated"}
	kindKeys      = []string{"state", "municipality", "ngo", "international", "library", "police", "education", "health", "other", "none"}
	jobKeys       = []string{"social-worker", "lawyer", "librarian", "police", "civil-servant", "educator", "health", "psychologist", "interpreter", "manager", "volunteer", "other", "not-stated"}
	yesNoKeys     = []string{"yes", "no", "not-stated"}
)

var donor = map[string]*Donor{
	"en": {
		Acts: named(actKeys, "people who are in the programme", "people who began the programme",
			"people who attended a webinar or an in-person day or completed a course", "people who completed a course",
			"people who attended a webinar", "people who attended an in-person day", "people who fulfilled the programme's rule",
			"people who hold the programme's certificate"),
		Components: "counted: {}", Share: "at least {} % of a webinar's time", Between: "from {} to {}", Until: "until {}", Totals: "a total that was handed in as a number",
		PersonOnce: "each person counts once", EachTime: "each time counts", ShareOf: "as a share of",
		Dimensions: named(dimensionKeys, "Sex", "Age", "Country", "Kind of organisation", "Work", "Disability"),
		Sexes:      named(sexKeys, "female", "male", "not stated"),
		Kinds:      named(kindKeys, "state body", "municipality", "non-governmental organisation", "international organisation", "library", "police", "education", "health care", "other", "no organisation"),
		Jobs:       named(jobKeys, "social worker", "lawyer", "librarian", "police officer", "civil servant", "educator", "health worker", "psychologist", "interpreter", "manager", "volunteer", "other", "not stated"),
		YesNo:      named(yesNoKeys, "yes", "no", "not stated"), NotStated: "not stated", Younger: "under 25", Older: "65 and over", NoKind: "no organisation",
		Report: "Report", Programme: "Programme", Period: "Period", Countries: "Countries", AllCountries: "all countries", Indicator: "Indicator", Definition: "What is counted",
		Value: "Value", Unit: "Unit", Persons: "Persons", Attendances: "Attendances", Share1: "Share", OfAll: "Of", Target: "Target", Reached: "Reached", Total: "Total", By: "by",
		HiddenMark: "hidden", HiddenNote: "“hidden” stands where fewer than {} people are behind a number, and where such a number could be worked out from others.", Nothing: "nobody",
		FrozenOn: "Frozen on", Page: "Page", Key: "Key", Category: "Category", Draft: "Draft",
		Learning: "What was learnt", LearningNote: "The same questions before and after, of those who answered both. The effect size is corrected for small groups (Hedges’ g).",
		Course: "Course", Pairs: "Pairs", Before: "Before", After: "After", Gain: "Share of the possible gain", Effect: "Effect size", SmallSample: "small group: read with care", Missing: "Not compared", TooFew: "too few to be told",
		OnlyBefore: "only before", OnlyAfter: "only after", Neither: "neither",
		Reaction: "What people said at the close", ReactionNote: "Answers without names, from 1 to the highest step.", Question: "Question", Mean: "Mean", Answers: "Answers",
		Later: "What people say later", Supervisors: "supervisors", LaterNote: "Asked 3, 6 and 12 months after the certificate; answers have no names. Those who did not answer may see it differently.",
		Months: "{} months later", Asked: "Asked", Answered: "Answered", Rate: "Response rate", Notes: "What changed", Source: "Source", Beneficiaries: "Beneficiaries",
	},
	"ru": {
		Acts: named(actKeys, "люди, включённые в программу", "люди, начавшие программу",
			"люди, которые были на вебинаре или очном дне либо прошли курс", "люди, прошедшие курс",
			"люди, которые были на вебинаре", "люди, которые были на очном дне", "люди, выполнившие условия программы",
			"люди, имеющие сертификат программы"),
		Components: "засчитывается: {}", Share: "не менее {} % времени вебинара", Between: "с {} по {}", Until: "до {}", Totals: "итог, переданный числом",
		PersonOnce: "каждый человек считается один раз", EachTime: "считается каждый раз", ShareOf: "как доля от",
		Dimensions: named(dimensionKeys, "Пол", "Возраст", "Страна", "Вид организации", "Работа", "Инвалидность"),
		Sexes:      named(sexKeys, "женский", "мужской", "не указан"),
		Kinds:      named(kindKeys, "государственный орган", "муниципалитет", "общественная организация", "международная организация", "библиотека", "полиция", "образование", "здравоохранение", "другое", "без организации"),
		Jobs:       named(jobKeys, "социальный работник", "юрист", "библиотекарь", "полицейский", "служащий", "педагог", "медицинский работник", "психолог", "переводчик", "руководитель", "волонтёр", "другое", "не указано"),
		YesNo:      named(yesNoKeys, "да", "нет", "не указано"), NotStated: "не указано", Younger: "до 25 лет", Older: "65 и старше", NoKind: "без организации",
		Report: "Отчёт", Programme: "Программа", Period: "Период", Countries: "Страны", AllCountries: "все страны", Indicator: "Показатель", Definition: "Что считается",
		Value: "Значение", Unit: "Единица", Persons: "Люди", Attendances: "Посещения", Share1: "Доля", OfAll: "Из", Target: "Цель", Reached: "Достигнуто", Total: "Всего", By: "по признаку:",
		HiddenMark: "скрыто", HiddenNote: "«Скрыто» стоит там, где за числом меньше {} человек, и там, где такое число можно вычислить из других.", Nothing: "никого",
		FrozenOn: "Зафиксировано", Page: "Страница", Key: "Ключ", Category: "Категория", Draft: "Черновик",
		Learning: "Чему научились", LearningNote: "Одни и те же вопросы до и после, у тех, кто ответил оба раза. Размер эффекта исправлен для малых групп (g Хеджеса).",
		Course: "Курс", Pairs: "Пары", Before: "До", After: "После", Gain: "Доля возможного прироста", Effect: "Размер эффекта", SmallSample: "малая группа: читать с осторожностью", Missing: "Не сравнивались", TooFew: "слишком мало, чтобы показать",
		OnlyBefore: "только до", OnlyAfter: "только после", Neither: "ни того, ни другого",
		Reaction: "Что сказали в конце", ReactionNote: "Ответы без имён, от 1 до высшей ступени.", Question: "Вопрос", Mean: "Среднее", Answers: "Ответы",
		Later: "Что говорят позже", Supervisors: "руководители", LaterNote: "Опрос через 3, 6 и 12 месяцев после сертификата; ответы без имён. Не ответившие могут думать иначе.",
		Months: "через {} мес.", Asked: "Спросили", Answered: "Ответили", Rate: "Доля ответивших", Notes: "Что изменилось", Source: "Источник", Beneficiaries: "Получатели помощи",
	},
	"sk": {
		Acts: named(actKeys, "ľudia zaradení do programu", "ľudia, ktorí program začali",
			"ľudia, ktorí boli na webinári alebo na prezenčnom dni, alebo dokončili kurz", "ľudia, ktorí dokončili kurz",
			"ľudia, ktorí boli na webinári", "ľudia, ktorí boli na prezenčnom dni", "ľudia, ktorí splnili podmienky programu",
			"ľudia s certifikátom programu"),
		Components: "započítava sa: {}", Share: "aspoň {} % času webinára", Between: "od {} do {}", Until: "do {}", Totals: "súčet odovzdaný ako číslo",
		PersonOnce: "každý človek sa počíta raz", EachTime: "počíta sa každá účasť", ShareOf: "ako podiel z",
		Dimensions: named(dimensionKeys, "Pohlavie", "Vek", "Krajina", "Druh organizácie", "Práca", "Zdravotné postihnutie"),
		Sexes:      named(sexKeys, "žena", "muž", "neuvedené"),
		Kinds:      named(kindKeys, "štátny orgán", "samospráva", "mimovládna organizácia", "medzinárodná organizácia", "knižnica", "polícia", "vzdelávanie", "zdravotníctvo", "iné", "bez organizácie"),
		Jobs:       named(jobKeys, "sociálny pracovník", "právnik", "knihovník", "policajt", "úradník", "pedagóg", "zdravotník", "psychológ", "tlmočník", "vedúci", "dobrovoľník", "iné", "neuvedené"),
		YesNo:      named(yesNoKeys, "áno", "nie", "neuvedené"), NotStated: "neuvedené", Younger: "do 25 rokov", Older: "65 a viac", NoKind: "bez organizácie",
		Report: "Správa", Programme: "Program", Period: "Obdobie", Countries: "Krajiny", AllCountries: "všetky krajiny", Indicator: "Ukazovateľ", Definition: "Čo sa počíta",
		Value: "Hodnota", Unit: "Jednotka", Persons: "Osoby", Attendances: "Účasti", Share1: "Podiel", OfAll: "Z", Target: "Cieľ", Reached: "Dosiahnuté", Total: "Spolu", By: "podľa:",
		HiddenMark: "skryté", HiddenNote: "„Skryté“ stojí tam, kde je za číslom menej ako {} ľudí, a tam, kde by sa také číslo dalo vypočítať z iných.", Nothing: "nikto",
		FrozenOn: "Uzavreté", Page: "Strana", Key: "Kľúč", Category: "Kategória", Draft: "Návrh",
		Learning: "Čo sa ľudia naučili", LearningNote: "Tie isté otázky pred a po, u tých, čo odpovedali na obe. Veľkosť účinku je opravená pre malé skupiny (Hedgesovo g).",
		Course: "Kurz", Pairs: "Dvojice", Before: "Pred", After: "Po", Gain: "Podiel možného prírastku", Effect: "Veľkosť účinku", SmallSample: "malá skupina: čítať opatrne", Missing: "Neporovnané", TooFew: "príliš málo na zverejnenie",
		OnlyBefore: "len pred", OnlyAfter: "len po", Neither: "ani jedno",
		Reaction: "Čo ľudia povedali na záver", ReactionNote: "Odpovede bez mien, od 1 po najvyšší stupeň.", Question: "Otázka", Mean: "Priemer", Answers: "Odpovede",
		Later: "Čo ľudia hovoria neskôr", Supervisors: "nadriadení", LaterNote: "Otázky 3, 6 a 12 mesiacov po certifikáte; odpovede sú bez mien. Tí, čo neodpovedali, to môžu vidieť inak.",
		Months: "po {} mesiacoch", Asked: "Opýtaní", Answered: "Odpovedali", Rate: "Návratnosť", Notes: "Čo sa zmenilo", Source: "Zdroj", Beneficiaries: "Prijímatelia pomoci",
	},
	"kk": {
		Acts: named(actKeys, "бағдарламаға енгізілген адамдар", "бағдарламаны бастаған адамдар",
			"вебинарға немесе бетпе-бет күнге қатысқан не курсты аяқтаған адамдар", "курсты аяқтаған адамдар",
			"вебинарға қатысқан адамдар", "бетпе-бет күнге қатысқан адамдар", "бағдарлама талабын орындаған адамдар",
			"бағдарлама сертификаты бар адамдар"),
		Components: "есепке алынады: {}", Share: "вебинар уақытының кемінде {} %-ы", Between: "{} – {} аралығында", Until: "{} дейін", Totals: "сан түрінде берілген қорытынды",
		PersonOnce: "әр адам бір рет саналады", EachTime: "әр қатысу саналады", ShareOf: "мынаның үлесі ретінде:",
		Dimensions: named(dimensionKeys, "Жынысы", "Жасы", "Елі", "Ұйым түрі", "Жұмысы", "Мүгедектігі"),
		Sexes:      named(sexKeys, "әйел", "ер", "көрсетілмеген"),
		Kinds:      named(kindKeys, "мемлекеттік орган", "муниципалитет", "үкіметтік емес ұйым", "халықаралық ұйым", "кітапхана", "полиция", "білім беру", "денсаулық сақтау", "басқа", "ұйымсыз"),
		Jobs:       named(jobKeys, "әлеуметтік қызметкер", "заңгер", "кітапханашы", "полицей", "мемлекеттік қызметші", "педагог", "медицина қызметкері", "психолог", "аудармашы", "басшы", "ерікті", "басқа", "көрсетілмеген"),
		YesNo:      named(yesNoKeys, "иә", "жоқ", "көрсетілмеген"), NotStated: "көрсетілмеген", Younger: "25-ке дейін", Older: "65 және одан жоғары", NoKind: "ұйымсыз",
		Report: "Есеп", Programme: "Бағдарлама", Period: "Кезең", Countries: "Елдер", AllCountries: "барлық елдер", Indicator: "Көрсеткіш", Definition: "Не саналады",
		Value: "Мәні", Unit: "Бірлігі", Persons: "Адамдар", Attendances: "Қатысулар", Share1: "Үлес", OfAll: "Барлығы", Target: "Мақсат", Reached: "Жетті", Total: "Жиыны", By: "бөлінісі:",
		HiddenMark: "жасырылған", HiddenNote: "«Жасырылған» деп санның артында {} адамнан аз тұрғанда және ондай санды басқаларынан есептеп шығаруға болатын жерде жазылады.", Nothing: "ешкім",
		FrozenOn: "Бекітілген күні", Page: "Бет", Key: "Кілт", Category: "Санат", Draft: "Жоба",
		Learning: "Не үйренді", LearningNote: "Бір сұрақтар дейін және кейін, екеуіне де жауап бергендер бойынша. Әсер мөлшері шағын топтарға түзетілген (Хеджес g).",
		Course: "Курс", Pairs: "Жұптар", Before: "Дейін", After: "Кейін", Gain: "Мүмкін өсімнің үлесі", Effect: "Әсер мөлшері", SmallSample: "шағын топ: сақ оқыңыз", Missing: "Салыстырылмағаны", TooFew: "көрсетуге тым аз",
		OnlyBefore: "тек дейін", OnlyAfter: "тек кейін", Neither: "екеуі де жоқ",
		Reaction: "Соңында не айтты", ReactionNote: "Атаусыз жауаптар, 1-ден ең жоғары сатыға дейін.", Question: "Сұрақ", Mean: "Орташа", Answers: "Жауаптар",
		Later: "Кейін не айтады", Supervisors: "басшылар", LaterNote: "Сертификаттан 3, 6 және 12 ай өткенде сұралады; жауаптарда аты жоқ. Жауап бермегендер басқаша ойлауы мүмкін.",
		Months: "{} айдан кейін", Asked: "Сұралды", Answered: "Жауап берді", Rate: "Жауап бергендер үлесі", Notes: "Не өзгерді", Source: "Дереккөз", Beneficiaries: "Көмек алушылар",
	},
	"tg": {
		Acts: named(actKeys, "одамоне, ки ба барнома дохиланд", "одамоне, ки барномаро оғоз карданд",
			"одамоне, ки дар вебинар ё рӯзи рӯ ба рӯ буданд ё курсро тамом карданд", "одамоне, ки курсро тамом карданд",
			"одамоне, ки дар вебинар буданд", "одамоне, ки дар рӯзи рӯ ба рӯ буданд", "одамоне, ки шарти барномаро иҷро карданд",
			"одамоне, ки сертификати барнома доранд"),
		Components: "ба ҳисоб меравад: {}", Share: "камаш {} % вақти вебинар", Between: "аз {} то {}", Until: "то {}", Totals: "ҷамъе, ки ҳамчун рақам дода шуд",
		PersonOnce: "ҳар кас як бор ҳисоб мешавад", EachTime: "ҳар бор ҳисоб мешавад", ShareOf: "ҳамчун ҳисса аз",
		Dimensions: named(dimensionKeys, "Ҷинс", "Синну сол", "Кишвар", "Навъи ташкилот", "Кор", "Маъюбӣ"),
		Sexes:      named(sexKeys, "зан", "мард", "гуфта нашуд"),
		Kinds:      named(kindKeys, "мақоми давлатӣ", "муниципалитет", "ташкилоти ғайриҳукуматӣ", "ташкилоти байналмилалӣ", "китобхона", "полис", "маориф", "тандурустӣ", "дигар", "бе ташкилот"),
		Jobs:       named(jobKeys, "корманди иҷтимоӣ", "ҳуқуқшинос", "китобдор", "корманди полис", "хизматчии давлатӣ", "омӯзгор", "корманди тиб", "равоншинос", "тарҷумон", "роҳбар", "ихтиёрӣ", "дигар", "гуфта нашуд"),
		YesNo:      named(yesNoKeys, "ҳа", "не", "гуфта нашуд"), NotStated: "гуфта нашуд", Younger: "то 25-сола", Older: "65 ва боло", NoKind: "бе ташкилот",
		Report: "Ҳисобот", Programme: "Барнома", Period: "Давра", Countries: "Кишварҳо", AllCountries: "ҳамаи кишварҳо", Indicator: "Нишондиҳанда", Definition: "Чӣ ҳисоб мешавад",
		Value: "Қимат", Unit: "Воҳид", Persons: "Одамон", Attendances: "Иштирокҳо", Share1: "Ҳисса", OfAll: "Аз", Target: "Ҳадаф", Reached: "Расид", Total: "Ҳамагӣ", By: "аз рӯи:",
		HiddenMark: "пинҳон", HiddenNote: "«Пинҳон» он ҷо меистад, ки дар паси рақам камтар аз {} кас бошад, ё чунин рақамро аз дигарҳо ёфтан мумкин бошад.", Nothing: "ҳеҷ кас",
		FrozenOn: "Собит шуд", Page: "Саҳифа", Key: "Калид", Category: "Гурӯҳ", Draft: "Лоиҳа",
		Learning: "Чӣ омӯхтанд", LearningNote: "Ҳамон саволҳо пеш ва пас, аз онҳое, ки ба ҳарду ҷавоб доданд. Андозаи таъсир барои гурӯҳҳои хурд ислоҳ шудааст (g-и Ҳеҷес).",
		Course: "Курс", Pairs: "Ҷуфтҳо", Before: "Пеш", After: "Пас", Gain: "Ҳиссаи афзоиши имконпазир", Effect: "Андозаи таъсир", SmallSample: "гурӯҳи хурд: бо эҳтиёт хонед", Missing: "Муқоиса нашуданд", TooFew: "барои нишон додан хеле кам",
		OnlyBefore: "танҳо пеш", OnlyAfter: "танҳо пас", Neither: "ҳеҷ кадом",
		Reaction: "Дар охир чӣ гуфтанд", ReactionNote: "Ҷавобҳои бе ном, аз 1 то зинаи болотарин.", Question: "Савол", Mean: "Миёна", Answers: "Ҷавобҳо",
		Later: "Баъдтар чӣ мегӯянд", Supervisors: "роҳбарон", LaterNote: "3, 6 ва 12 моҳ пас аз сертификат пурсида мешавад; ҷавобҳо бе номанд. Онҳое, ки ҷавоб надоданд, шояд дигар хел фикр кунанд.",
		Months: "пас аз {} моҳ", Asked: "Пурсида шуданд", Answered: "Ҷавоб доданд", Rate: "Ҳиссаи ҷавобдодагон", Notes: "Чӣ дигар шуд", Source: "Манбаъ", Beneficiaries: "Гирандагони кумак",
	},
	"ky": {
		Acts: named(actKeys, "программага киргизилген адамдар", "программаны баштаган адамдар",
			"вебинарга же бетме-бет күнгө катышкан же курсту бүтүргөн адамдар", "курсту бүтүргөн адамдар",
			"вебинарга катышкан адамдар", "бетме-бет күнгө катышкан адамдар", "программанын шартын аткарган адамдар",
			"программанын сертификаты бар адамдар"),
		Components: "эсептелет: {}", Share: "вебинар убактысынын эң аз {} %", Between: "{} – {} аралыгында", Until: "{} чейин", Totals: "сан түрүндө берилген жыйынтык",
		PersonOnce: "ар бир адам бир жолу саналат", EachTime: "ар бир катышуу саналат", ShareOf: "мунун үлүшү катары:",
		Dimensions: named(dimensionKeys, "Жынысы", "Жашы", "Өлкөсү", "Уюмдун түрү", "Иши", "Майыптыгы"),
		Sexes:      named(sexKeys, "аял", "эркек", "айтылган эмес"),
		Kinds:      named(kindKeys, "мамлекеттик орган", "муниципалитет", "өкмөттүк эмес уюм", "эл аралык уюм", "китепкана", "полиция", "билим берүү", "саламаттык сактоо", "башка", "уюму жок"),
		Jobs:       named(jobKeys, "социалдык кызматкер", "юрист", "китепканачы", "полиция кызматкери", "мамлекеттик кызматкер", "педагог", "медицина кызматкери", "психолог", "котормочу", "жетекчи", "ыктыярчы", "башка", "айтылган эмес"),
		YesNo:      named(yesNoKeys, "ооба", "жок", "айтылган эмес"), NotStated: "айтылган эмес", Younger: "25ке чейин", Older: "65 жана андан жогору", NoKind: "уюму жок",
		Report: "Отчёт", Programme: "Программа", Period: "Мезгил", Countries: "Өлкөлөр", AllCountries: "бардык өлкөлөр", Indicator: "Көрсөткүч", Definition: "Эмне саналат",
		Value: "Мааниси", Unit: "Бирдиги", Persons: "Адамдар", Attendances: "Катышуулар", Share1: "Үлүш", OfAll: "Баары", Target: "Максат", Reached: "Жетти", Total: "Жалпы", By: "бөлүнүшү:",
		HiddenMark: "жашырылган", HiddenNote: "«Жашырылган» деп сандын артында {} адамдан аз турганда жана андай санды башкалардан чыгарып алса болгон жерде жазылат.", Nothing: "эч ким",
		FrozenOn: "Бекитилген", Page: "Бет", Key: "Ачкыч", Category: "Категория", Draft: "Долбоор",
		Learning: "Эмнени үйрөндү", LearningNote: "Ошол эле суроолор чейин жана кийин, экөөнө тең жооп бергендер боюнча. Таасирдин көлөмү чакан топтор үчүн түзөтүлгөн (Хеджес g).",
		Course: "Курс", Pairs: "Жуптар", Before: "Чейин", After: "Кийин", Gain: "Мүмкүн болгон өсүштүн үлүшү", Effect: "Таасирдин көлөмү", SmallSample: "чакан топ: этият окуңуз", Missing: "Салыштырылган жок", TooFew: "көрсөтүүгө өтө аз",
		OnlyBefore: "чейин гана", OnlyAfter: "кийин гана", Neither: "экөө тең жок",
		Reaction: "Аягында эмне дешти", ReactionNote: "Аты жок жооптор, 1ден эң жогорку тепкичке чейин.", Question: "Суроо", Mean: "Орточо", Answers: "Жооптор",
		Later: "Кийин эмне дешет", Supervisors: "жетекчилер", LaterNote: "Сертификаттан 3, 6 жана 12 ай өткөндө суралат; жоопторунда аты жок. Жооп бербегендер башкача ойлошу мүмкүн.",
		Months: "{} айдан кийин", Asked: "Суралды", Answered: "Жооп берди", Rate: "Жооп бергендердин үлүшү", Notes: "Эмне өзгөрдү", Source: "Булак", Beneficiaries: "Жардам алуучулар",
	},
}
