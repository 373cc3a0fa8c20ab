package lesson

import "mostik/courses"

var words = map[courses.Lang]Words{
	"en": {
		Skip: "Skip this part", Summary: "Read a summary", Read: "Read this part", Table: "Table", Captions: "Captions",
		Unconfirmed: "Not yet confirmed for this country.", AsOf: "Law as of", ReviewBy: "To be reviewed by",
		Key: "Remember", Note: "Note", Practice: "In practice", Care: "Take care", Case: "Example",
	},
	"ru": {
		Skip: "Пропустить эту часть", Summary: "Прочитать кратко", Read: "Прочитать эту часть", Table: "Таблица", Captions: "Субтитры",
		Unconfirmed: "Для этой страны ещё не подтверждено.", AsOf: "Законодательство на", ReviewBy: "Пересмотреть до",
		Key: "Запомните", Note: "Заметка", Practice: "На практике", Care: "Осторожно", Case: "Пример",
	},
	"sk": {
		Skip: "Preskočiť túto časť", Summary: "Prečítať zhrnutie", Read: "Prečítať túto časť", Table: "Tabuľka", Captions: "Titulky",
		Unconfirmed: "Pre túto krajinu zatiaľ nepotvrdené.", AsOf: "Právny stav k", ReviewBy: "Preveriť do",
		Key: "Zapamätajte si", Note: "Poznámka", Practice: "V praxi", Care: "Pozor", Case: "Príklad",
	},
	"kk": {
		Skip: "Бұл бөлікті өткізіп жіберу", Summary: "Қысқаша оқу", Read: "Бұл бөлікті оқу", Table: "Кесте", Captions: "Субтитрлер",
		Unconfirmed: "Бұл ел үшін әлі расталмаған.", AsOf: "Заңнама мына күнге:", ReviewBy: "Қайта қарау мерзімі:",
		Key: "Есте сақтаңыз", Note: "Ескерту", Practice: "Іс жүзінде", Care: "Абай болыңыз", Case: "Мысал",
	},
	"tg": {
		Skip: "Гузаштан аз ин қисм", Summary: "Хондани хулоса", Read: "Хондани ин қисм", Table: "Ҷадвал", Captions: "Субтитрҳо",
		Unconfirmed: "Барои ин кишвар ҳанӯз тасдиқ нашудааст.", AsOf: "Қонунгузорӣ то санаи", ReviewBy: "Бозбинӣ то",
		Key: "Дар ёд доред", Note: "Эзоҳ", Practice: "Дар амал", Care: "Эҳтиёт шавед", Case: "Мисол",
	},
	"ky": {
		Skip: "Бул бөлүктү өткөрүп жиберүү", Summary: "Кыскача окуу", Read: "Бул бөлүктү окуу", Table: "Таблица", Captions: "Субтитрлер",
		Unconfirmed: "Бул өлкө үчүн азырынча тастыкталган эмес.", AsOf: "Мыйзамдар төмөнкү күнгө карата:", ReviewBy: "Кайра кароо мөөнөтү:",
		Key: "Эсиңизде болсун", Note: "Эскертүү", Practice: "Иш жүзүндө", Care: "Абайлаңыз", Case: "Мисал",
	},
}

// WordsFor gives the frame's words in lang, or in English where we have none.
func WordsFor(lang courses.Lang) Words {
	if w, ok := words[lang]; ok {
		return w
	}
	return words["en"]
}

// Countries by the United Nations' short forms.
var countries = map[courses.Lang]map[string]string{
	"en": {"KZ": "Kazakhstan", "RU": "Russian Federation", "TJ": "Tajikistan", "SK": "Slovakia", "CZ": "Czechia", "KG": "Kyrgyzstan"},
	"ru": {"KZ": "Казахстан", "RU": "Российская Федерация", "TJ": "Таджикистан", "SK": "Словакия", "CZ": "Чехия", "KG": "Кыргызстан"},
	"sk": {"KZ": "Kazachstan", "RU": "Ruská federácia", "TJ": "Tadžikistan", "SK": "Slovensko", "CZ": "Česko", "KG": "Kirgizsko"},
	"kk": {"KZ": "Қазақстан", "RU": "Ресей Федерациясы", "TJ": "Тәжікстан", "SK": "Словакия", "CZ": "Чехия", "KG": "Қырғызстан"},
	"tg": {"KZ": "Қазоқистон", "RU": "Федератсияи Россия", "TJ": "Тоҷикистон", "SK": "Словакия", "CZ": "Чехия", "KG": "Қирғизистон"},
	"ky": {"KZ": "Казакстан", "RU": "Россия Федерациясы", "TJ": "Тажикстан", "SK": "Словакия", "CZ": "Чехия", "KG": "Кыргызстан"},
}

// CountryName gives the short form in lang, or in English, or else the code.
func CountryName(code string, lang courses.Lang) string {
	if n := countries[lang][code]; n != "" {
		return n
	}
	if n := countries["en"][code]; n != "" {
		return n
	}
	return code
}
