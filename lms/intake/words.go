package intake

import "strings"

// words give what people write in a column a meaning, in any of the program's languages. Keys are in lower case.
func lookup(of map[string][]string) map[string]string {
	m := map[string]string{}
	for meaning, words := range of {
		m[meaning] = meaning
		for _, w := range words {
			m[strings.ToLower(w)] = meaning
		}
	}
	return m
}

var (
	sexes = lookup(map[string][]string{
		"female":     {"f", "w", "woman", "ж", "жен", "жен.", "женский", "женщина", "ž", "žena", "ženské", "әйел", "зан", "аял", "қыз"},
		"male":       {"m", "man", "м", "муж", "муж.", "мужской", "мужчина", "muž", "mužské", "ер", "еркек", "ер адам", "мард", "эркек"},
		"not-stated": {"-", "—", "n/a", "не указан", "не указано", "neuvedené", "көрсетілмеген", "көрсөтүлгөн эмес"},
	})
	languageWords = lookup(map[string][]string{
		"en": {"english", "английский", "angličtina", "ағылшын"}, "ru": {"russian", "русский", "rus", "рус", "рус.", "орыс", "орысша", "ruština", "русӣ", "орус", "орусча"},
		"sk": {"slovak", "slovenčina", "slovenský", "словацкий"}, "kk": {"kz", "kazakh", "казахский", "каз", "қазақ", "қазақша"},
		"tg": {"tj", "tajik", "таджикский", "тоҷикӣ"}, "ky": {"kg", "kyrgyz", "киргизский", "кыргызский", "кыргызча"},
	})
	countryWords = lookup(map[string][]string{
		"KZ": {"kz", "kaz", "kazakhstan", "казахстан", "рк", "республика казахстан", "қазақстан", "kazachstan", "қазоқистон", "казакстан"},
		"RU": {"ru", "rus", "russia", "россия", "рф", "российская федерация", "ресей", "rusko", "россия федерацияси", "русия", "россия федерациясы"},
		"TJ": {"tj", "tjk", "tajikistan", "таджикистан", "рт", "тоҷикистон", "тәжікстан", "tadžikistan", "тажикстан"},
		"SK": {"sk", "svk", "slovakia", "словакия", "slovensko", "slovenská republika", "словакия республикасы"},
		"CZ": {"cz", "cze", "czechia", "czech republic", "чехия", "česko", "česká republika"},
		"KG": {"kg", "kgz", "kyrgyzstan", "киргизия", "кыргызстан", "кр", "қырғызстан", "kirgizsko", "қирғизистон"},
	})
	jobs = lookup(map[string][]string{
		"social-worker": {"social worker", "социальный работник", "соцработник", "специалист по социальной работе", "sociálny pracovník", "sociálna pracovníčka", "әлеуметтік қызметкер", "корманди иҷтимоӣ", "социалдык кызматкер"},
		"lawyer":        {"lawyer", "юрист", "адвокат", "юрисконсульт", "právnik", "právnička", "advokát", "заңгер", "ҳуқуқшинос", "юрист-консультант"},
		"librarian":     {"librarian", "библиотекарь", "knihovník", "knihovníčka", "кітапханашы", "китобдор", "китепканачы"},
		"police":        {"police", "police officer", "полицейский", "сотрудник полиции", "участковый", "policajt", "policajtka", "полиция қызметкері", "милиция", "полис"},
		"civil-servant": {"civil servant", "госслужащий", "государственный служащий", "štátny zamestnanec", "мемлекеттік қызметкер", "хизматчии давлатӣ", "мамлекеттик кызматкер"},
		"educator":      {"teacher", "educator", "учитель", "педагог", "преподаватель", "воспитатель", "učiteľ", "učiteľka", "мұғалім", "омӯзгор", "мугалим"},
		"health":        {"doctor", "nurse", "врач", "медсестра", "фельдшер", "lekár", "lekárka", "дәрігер", "духтур", "дарыгер"},
		"psychologist":  {"psychologist", "психолог", "psychológ", "psychologička"},
		"interpreter":   {"interpreter", "translator", "переводчик", "tlmočník", "tlmočníčka", "аудармашы", "тарҷумон", "котормочу"},
		"manager":       {"manager", "director", "head", "руководитель", "директор", "координатор", "менеджер", "заведующий", "заведующая", "riaditeľ", "riaditeľka", "манажер", "жетекші", "роҳбар", "жетекчи"},
		"volunteer":     {"volunteer", "волонтёр", "волонтер", "доброволец", "dobrovoľník", "dobrovoľníčka", "ерікті", "ихтиёрӣ", "ыктыярчы"},
		"other":         {"other", "другое", "иное", "iné", "басқа", "дигар", "башка"},
		"not-stated":    {"-", "—", "не указано", "neuvedené"},
	})
)

// codes map themselves, in capitals or not.
func meaning(words map[string]string, text string) (string, bool) {
	if v, ok := words[strings.ToLower(text)]; ok {
		return v, true
	}
	v, ok := words[strings.ToUpper(text)]
	return v, ok
}
