package text

// Desk words are heads and values of the desk's tables of people.
type Desk struct {
	People, Name, Latin, Country, Centre, Organisation, Kind, Job, Mail, Phone, Standing, Done, Stuck, ValidUntil, Seen string
	Yes, ForEver                                                                                                        string
	Kinds, Jobs, Standings                                                                                              map[string]string
}

// DeskIn gives the words in a language.
func DeskIn(lang string) *Desk {
	if w, ok := desk[Primary(lang)]; ok {
		return w
	}
	return desk[Default]
}

var desk = map[string]*Desk{
	"en": {
		People: "People", Name: "Name", Latin: "Name in Latin letters", Country: "Country", Centre: "Centre", Organisation: "Organisation", Kind: "Kind of organisation",
		Job: "Work", Mail: "E-mail", Phone: "Phone", Standing: "Standing", Done: "Parts done", Stuck: "Stuck", ValidUntil: "Certified until", Seen: "Last seen",
		Yes: "yes", ForEver: "without end",
		Kinds: map[string]string{
			"state": "state", "municipality": "municipality", "ngo": "NGO", "international": "international organisation", "library": "library",
			"police": "police", "education": "education", "health": "health", "other": "other",
		},
		Jobs: map[string]string{
			"not-stated": "not stated", "social-worker": "social worker", "lawyer": "lawyer", "librarian": "librarian", "police": "police",
			"civil-servant": "civil servant", "educator": "educator", "health": "health worker", "psychologist": "psychologist",
			"interpreter": "interpreter", "manager": "manager", "volunteer": "volunteer", "other": "other",
		},
		Standings: map[string]string{"none": "in no programme", "invited": "invited", "active": "active", "passed": "passed", "certified": "certified"},
	},
	"ru": {
		People: "Люди", Name: "Имя", Latin: "Имя латиницей", Country: "Страна", Centre: "Центр", Organisation: "Организация", Kind: "Вид организации",
		Job: "Работа", Mail: "Эл. почта", Phone: "Телефон", Standing: "Состояние", Done: "Частей пройдено", Stuck: "Застрял", ValidUntil: "Сертификат до", Seen: "Последний вход",
		Yes: "да", ForEver: "бессрочно",
		Kinds: map[string]string{
			"state": "государственная", "municipality": "муниципалитет", "ngo": "НКО", "international": "международная", "library": "библиотека",
			"police": "полиция", "education": "образование", "health": "здравоохранение", "other": "другая",
		},
		Jobs: map[string]string{
			"not-stated": "не указано", "social-worker": "социальный работник", "lawyer": "юрист", "librarian": "библиотекарь", "police": "полиция",
			"civil-servant": "госслужащий", "educator": "педагог", "health": "медик", "psychologist": "психолог",
			"interpreter": "переводчик", "manager": "руководитель", "volunteer": "волонтёр", "other": "другое",
		},
		Standings: map[string]string{"none": "не участвует", "invited": "приглашён", "active": "учится", "passed": "прошёл", "certified": "сертифицирован"},
	},
	"sk": {
		People: "Ľudia", Name: "Meno", Latin: "Meno latinkou", Country: "Krajina", Centre: "Centrum", Organisation: "Organizácia", Kind: "Druh organizácie",
		Job: "Práca", Mail: "E-mail", Phone: "Telefón", Standing: "Stav", Done: "Hotové časti", Stuck: "Uviazol", ValidUntil: "Certifikát do", Seen: "Naposledy videný",
		Yes: "áno", ForEver: "bez konca",
		Kinds: map[string]string{
			"state": "štát", "municipality": "samospráva", "ngo": "mimovládna organizácia", "international": "medzinárodná organizácia", "library": "knižnica",
			"police": "polícia", "education": "školstvo", "health": "zdravotníctvo", "other": "iná",
		},
		Jobs: map[string]string{
			"not-stated": "neuvedené", "social-worker": "sociálny pracovník", "lawyer": "právnik", "librarian": "knihovník", "police": "polícia",
			"civil-servant": "štátny zamestnanec", "educator": "pedagóg", "health": "zdravotník", "psychologist": "psychológ",
			"interpreter": "tlmočník", "manager": "vedúci", "volunteer": "dobrovoľník", "other": "iné",
		},
		Standings: map[string]string{"none": "v žiadnom programe", "invited": "pozvaný", "active": "študuje", "passed": "splnil", "certified": "má certifikát"},
	},
	"kk": {
		People: "Адамдар", Name: "Аты-жөні", Latin: "Аты-жөні латынша", Country: "Ел", Centre: "Орталық", Organisation: "Ұйым", Kind: "Ұйым түрі",
		Job: "Жұмысы", Mail: "Эл. пошта", Phone: "Телефон", Standing: "Жағдайы", Done: "Өткен бөліктер", Stuck: "Тұрып қалды", ValidUntil: "Сертификат мерзімі", Seen: "Соңғы кіруі",
		Yes: "иә", ForEver: "мерзімсіз",
		Kinds: map[string]string{
			"state": "мемлекеттік", "municipality": "әкімдік", "ngo": "ҮЕҰ", "international": "халықаралық ұйым", "library": "кітапхана",
			"police": "полиция", "education": "білім беру", "health": "денсаулық сақтау", "other": "басқа",
		},
		Jobs: map[string]string{
			"not-stated": "көрсетілмеген", "social-worker": "әлеуметтік қызметкер", "lawyer": "заңгер", "librarian": "кітапханашы", "police": "полиция",
			"civil-servant": "мемлекеттік қызметші", "educator": "педагог", "health": "медицина қызметкері", "psychologist": "психолог",
			"interpreter": "аудармашы", "manager": "басшы", "volunteer": "ерікті", "other": "басқа",
		},
		Standings: map[string]string{"none": "қатыспайды", "invited": "шақырылды", "active": "оқып жүр", "passed": "өтті", "certified": "сертификатталған"},
	},
	"tg": {
		People: "Одамон", Name: "Ном", Latin: "Ном бо лотинӣ", Country: "Кишвар", Centre: "Марказ", Organisation: "Ташкилот", Kind: "Навъи ташкилот",
		Job: "Кор", Mail: "Почтаи эл.", Phone: "Телефон", Standing: "Ҳолат", Done: "Қисмҳои гузашта", Stuck: "Дармондааст", ValidUntil: "Сертификат то", Seen: "Охирин даромад",
		Yes: "ҳа", ForEver: "бемуҳлат",
		Kinds: map[string]string{
			"state": "давлатӣ", "municipality": "шаҳрдорӣ", "ngo": "ташкилоти ғайридавлатӣ", "international": "ташкилоти байналмилалӣ", "library": "китобхона",
			"police": "полис", "education": "маориф", "health": "тандурустӣ", "other": "дигар",
		},
		Jobs: map[string]string{
			"not-stated": "гуфта нашудааст", "social-worker": "корманди иҷтимоӣ", "lawyer": "ҳуқуқшинос", "librarian": "китобдор", "police": "полис",
			"civil-servant": "хизматчии давлатӣ", "educator": "омӯзгор", "health": "корманди тиб", "psychologist": "равоншинос",
			"interpreter": "тарҷумон", "manager": "роҳбар", "volunteer": "ихтиёрӣ", "other": "дигар",
		},
		Standings: map[string]string{"none": "иштирок намекунад", "invited": "даъват шудааст", "active": "меомӯзад", "passed": "гузаштааст", "certified": "сертификат дорад"},
	},
	"ky": {
		People: "Адамдар", Name: "Аты-жөнү", Latin: "Аты-жөнү латынча", Country: "Өлкө", Centre: "Борбор", Organisation: "Уюм", Kind: "Уюмдун түрү",
		Job: "Иши", Mail: "Эл. почта", Phone: "Телефон", Standing: "Абалы", Done: "Өтүлгөн бөлүктөр", Stuck: "Токтоп калды", ValidUntil: "Сертификат мөөнөтү", Seen: "Акыркы кирүүсү",
		Yes: "ооба", ForEver: "мөөнөтсүз",
		Kinds: map[string]string{
			"state": "мамлекеттик", "municipality": "муниципалитет", "ngo": "ӨЭУ", "international": "эл аралык уюм", "library": "китепкана",
			"police": "полиция", "education": "билим берүү", "health": "саламаттык сактоо", "other": "башка",
		},
		Jobs: map[string]string{
			"not-stated": "көрсөтүлгөн эмес", "social-worker": "социалдык кызматкер", "lawyer": "юрист", "librarian": "китепканачы", "police": "полиция",
			"civil-servant": "мамлекеттик кызматкер", "educator": "педагог", "health": "медик", "psychologist": "психолог",
			"interpreter": "котормочу", "manager": "жетекчи", "volunteer": "ыктыярчы", "other": "башка",
		},
		Standings: map[string]string{"none": "катышпайт", "invited": "чакырылды", "active": "окуп жатат", "passed": "өттү", "certified": "сертификаты бар"},
	},
}
