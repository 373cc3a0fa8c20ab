package intake

import (
	"slices"
	"strings"
	"unicode"

	"mostik/lms/intake/value"
)

// Field is what a column can be.
type Field string

// The fields. The zero field is a column that is left out.
const (
	FullName    Field = "full_name"
	FamilyName  Field = "family_name"
	GivenName   Field = "given_name"
	LatinFamily Field = "latin_family"
	LatinGiven  Field = "latin_given"
	Email       Field = "email"
	Login       Field = "login"
	Phone       Field = "phone"
	Country     Field = "country"
	Centre      Field = "centre"
	Organised   Field = "organisation"
	Language    Field = "language"
	Sex         Field = "sex"
	BirthYear   Field = "birth_year"
	Job         Field = "job"

	Course      Field = "course"
	Cohort      Field = "cohort"
	Programme   Field = "programme"
	CompletedOn Field = "completed_on"
	Score       Field = "score"

	PaperTitle   Field = "paper_title"
	PaperIssuer  Field = "paper_issuer"
	PaperNumber  Field = "paper_number"
	PaperIssued  Field = "paper_issued_on"
	PaperExpires Field = "paper_expires_on"
	PaperHours   Field = "paper_hours"
)

// head is what a field is called in tables, by language; the first name of each is the one of our own tables.
type head struct {
	field Field
	names map[string][]string
	// example stands in the table that can be downloaded.
	example string
}

// heads are in the order of our own tables.
var heads = []head{
	{FamilyName, map[string][]string{
		"en": {"Family name", "Surname", "Last name"}, "ru": {"Фамилия", "Фамилия участника"}, "sk": {"Priezvisko"},
		"kk": {"Тегі", "Аты-жөні тегі"}, "tg": {"Насаб"}, "ky": {"Фамилиясы", "Теги"},
	}, "Серикова"},
	{GivenName, map[string][]string{
		"en": {"Given name", "First name", "Name"}, "ru": {"Имя", "Имя участника", "Имя и отчество", "Имя отчество"}, "sk": {"Meno", "Krstné meno"},
		"kk": {"Аты"}, "tg": {"Ном"}, "ky": {"Аты", "Ысымы"},
	}, "Айгерим"},
	{FullName, map[string][]string{
		"en": {"Full name", "Participant", "Name and surname"}, "ru": {"ФИО", "Ф.И.О.", "ФИО участника", "Фамилия, имя, отчество", "Фамилия Имя Отчество", "Участник"},
		"sk": {"Meno a priezvisko", "Priezvisko a meno", "Účastník"}, "kk": {"Аты-жөні", "ТАӘ", "Тегі, аты, әкесінің аты"},
		"tg": {"Ному насаб", "Насаб, ном"}, "ky": {"Аты-жөнү", "ФАА"},
	}, ""},
	{LatinFamily, map[string][]string{
		"en": {"Family name in Latin letters", "Surname (passport)", "Latin surname"}, "ru": {"Фамилия латиницей", "Фамилия (латиница)", "Фамилия по паспорту"},
		"sk": {"Priezvisko latinkou"}, "kk": {"Тегі латынша"}, "tg": {"Насаб бо лотинӣ"}, "ky": {"Фамилиясы латынча"},
	}, "Serikova"},
	{LatinGiven, map[string][]string{
		"en": {"Given name in Latin letters", "First name (passport)", "Latin name"}, "ru": {"Имя латиницей", "Имя (латиница)", "Имя по паспорту"},
		"sk": {"Meno latinkou"}, "kk": {"Аты латынша"}, "tg": {"Ном бо лотинӣ"}, "ky": {"Аты латынча"},
	}, "Aigerim"},
	{Email, map[string][]string{
		"en": {"E-mail", "Email", "E-mail address", "Mail"}, "ru": {"Электронная почта", "Эл. почта", "Почта", "E-mail", "Емейл", "Имейл", "Адрес эл. почты"},
		"sk": {"E-mail", "E-mailová adresa"}, "kk": {"Электрондық пошта", "Эл. пошта"}, "tg": {"Почтаи электронӣ"}, "ky": {"Электрондук почта", "Эл. почта"},
	}, "aigerim@example.org"},
	{Login, map[string][]string{
		"en": {"Login", "User name", "Username"}, "ru": {"Логин", "Имя пользователя"}, "sk": {"Prihlasovacie meno"}, "kk": {"Логин"}, "tg": {"Логин"}, "ky": {"Логин"},
	}, ""},
	{Phone, map[string][]string{
		"en": {"Phone", "Telephone", "Mobile", "Phone number"}, "ru": {"Телефон", "Мобильный", "Номер телефона", "Сотовый", "Моб. телефон", "Контактный телефон"},
		"sk": {"Telefón", "Mobil"}, "kk": {"Телефон", "Ұялы телефон"}, "tg": {"Телефон"}, "ky": {"Телефон", "Уюлдук телефон"},
	}, "+7 701 123 45 67"},
	{BirthYear, map[string][]string{
		"en": {"Year of birth", "Birth year", "Date of birth", "Birthday", "Born"}, "ru": {"Год рождения", "Дата рождения", "Г.р.", "Д.р."},
		"sk": {"Rok narodenia", "Dátum narodenia"}, "kk": {"Туған жылы", "Туған күні"}, "tg": {"Соли таваллуд", "Санаи таваллуд"}, "ky": {"Туулган жылы", "Туулган күнү"},
	}, "1987"},
	{Sex, map[string][]string{
		"en": {"Sex", "Gender"}, "ru": {"Пол"}, "sk": {"Pohlavie"}, "kk": {"Жынысы"}, "tg": {"Ҷинс"}, "ky": {"Жынысы"},
	}, "ж"},
	{Country, map[string][]string{
		"en": {"Country"}, "ru": {"Страна"}, "sk": {"Krajina", "Štát"}, "kk": {"Ел", "Мемлекет"}, "tg": {"Кишвар"}, "ky": {"Өлкө"},
	}, ""},
	{Centre, map[string][]string{
		"en": {"Centre", "Center", "Training centre"}, "ru": {"Центр", "Учебный центр"}, "sk": {"Stredisko", "Centrum"}, "kk": {"Орталық"}, "tg": {"Марказ"}, "ky": {"Борбор"},
	}, ""},
	{Organised, map[string][]string{
		"en": {"Organisation", "Organization", "Employer", "Place of work", "Institution"}, "ru": {"Организация", "Место работы", "Учреждение", "Работодатель"},
		"sk": {"Organizácia", "Zamestnávateľ", "Inštitúcia"}, "kk": {"Ұйым", "Жұмыс орны"}, "tg": {"Ташкилот", "Ҷои кор"}, "ky": {"Уюм", "Иштеген жери"},
	}, ""},
	{Job, map[string][]string{
		"en": {"Occupation", "Job", "Position", "Profession"}, "ru": {"Должность", "Профессия", "Кем работает"}, "sk": {"Pracovná pozícia", "Povolanie", "Pozícia"},
		"kk": {"Лауазымы", "Мамандығы"}, "tg": {"Вазифа", "Касб"}, "ky": {"Кызматы", "Кесиби"},
	}, "социальный работник"},
	{Language, map[string][]string{
		"en": {"Language"}, "ru": {"Язык"}, "sk": {"Jazyk"}, "kk": {"Тіл", "Тілі"}, "tg": {"Забон"}, "ky": {"Тил", "Тили"},
	}, "ru"},
	{Course, map[string][]string{
		"en": {"Course"}, "ru": {"Курс"}, "sk": {"Kurz"}, "kk": {"Курс"}, "tg": {"Курс"}, "ky": {"Курс"},
	}, ""},
	{Cohort, map[string][]string{
		"en": {"Cohort", "Group"}, "ru": {"Группа", "Поток"}, "sk": {"Skupina"}, "kk": {"Топ"}, "tg": {"Гурӯҳ"}, "ky": {"Топ"},
	}, ""},
	{Programme, map[string][]string{
		"en": {"Programme", "Program"}, "ru": {"Программа"}, "sk": {"Program"}, "kk": {"Бағдарлама"}, "tg": {"Барнома"}, "ky": {"Программа"},
	}, ""},
	{CompletedOn, map[string][]string{
		"en": {"Completed on", "Completion date", "Completed"}, "ru": {"Завершил", "Дата завершения", "Дата окончания", "Окончил"}, "sk": {"Dokončené", "Dátum dokončenia"},
		"kk": {"Аяқтаған күні"}, "tg": {"Санаи анҷом"}, "ky": {"Бүткөн күнү"},
	}, ""},
	{Score, map[string][]string{
		"en": {"Score, %", "Score", "Result", "Grade"}, "ru": {"Балл, %", "Балл", "Результат", "Оценка"}, "sk": {"Skóre, %", "Výsledok"}, "kk": {"Балл, %", "Нәтиже"},
		"tg": {"Хол, %", "Натиҷа"}, "ky": {"Балл, %", "Жыйынтык"},
	}, ""},
	{PaperTitle, map[string][]string{
		"en": {"Certificate title", "Certificate"}, "ru": {"Название сертификата", "Сертификат", "Удостоверение"}, "sk": {"Názov certifikátu", "Certifikát", "Názov osvedčenia", "Osvedčenie"},
		"kk": {"Сертификат атауы", "Сертификат"}, "tg": {"Номи сертификат", "Сертификат"}, "ky": {"Сертификаттын аталышы", "Сертификат"},
	}, ""},
	{PaperIssuer, map[string][]string{
		"en": {"Certificate issued by", "Issuer"}, "ru": {"Кем выдан", "Кем выдан сертификат"}, "sk": {"Certifikát vydal", "Osvedčenie vydal", "Vydal"}, "kk": {"Сертификатты берген", "Кім берген"},
		"tg": {"Аз ҷониби кӣ дода шудааст"}, "ky": {"Ким берген"},
	}, ""},
	{PaperNumber, map[string][]string{
		"en": {"Certificate number", "Number of the certificate"}, "ru": {"Номер сертификата", "№ сертификата", "Номер удостоверения"}, "sk": {"Číslo certifikátu", "Číslo osvedčenia"},
		"kk": {"Сертификат нөмірі"}, "tg": {"Рақами сертификат"}, "ky": {"Сертификаттын номери"},
	}, ""},
	{PaperIssued, map[string][]string{
		"en": {"Certificate issued on", "Date of issue", "Issued on"}, "ru": {"Дата выдачи", "Выдан"}, "sk": {"Certifikát vydaný dňa", "Osvedčenie vydané dňa", "Dátum vydania"},
		"kk": {"Берілген күні"}, "tg": {"Санаи додан"}, "ky": {"Берилген күнү"},
	}, ""},
	{PaperExpires, map[string][]string{
		"en": {"Certificate valid until", "Valid until", "Expires on"}, "ru": {"Действителен до", "Срок действия"}, "sk": {"Certifikát platí do", "Osvedčenie platí do", "Platné do"},
		"kk": {"Жарамды мерзімі"}, "tg": {"То кай эътибор дорад"}, "ky": {"Жарактуу мөөнөтү"},
	}, ""},
	{PaperHours, map[string][]string{
		"en": {"Hours"}, "ru": {"Часы", "Количество часов", "Часов"}, "sk": {"Hodiny", "Počet hodín"}, "kk": {"Сағат"}, "tg": {"Соат"}, "ky": {"Саат"},
	}, ""},
}

// Known tells whether it is one of the fields, or none.
func (f Field) Known() bool {
	return f == "" || slices.ContainsFunc(heads, func(h head) bool { return h.field == f })
}

// In gives what the field is called in a language.
func (f Field) In(lang string) string {
	for _, h := range heads {
		if h.field == f {
			if names := h.names[lang]; len(names) > 0 {
				return names[0]
			}
			return h.names["en"][0]
		}
	}
	return string(f)
}

// Named is a field with its name in the reader's language.
type Named struct {
	Field Field  `json:"field"`
	Name  string `json:"name"`
}

// Fields lists all in the order of our own tables.
func Fields(lang string) []Named {
	list := make([]Named, len(heads))
	for i, h := range heads {
		list[i] = Named{h.field, h.field.In(lang)}
	}
	return list
}

// plainHead is a head as heads are compared.
func plainHead(s string) string {
	s, _ = value.Clean(s)
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), " ")
}

var fieldOfHead = func() map[string]Field {
	m := map[string]Field{}
	for _, h := range heads {
		for _, names := range h.names {
			for _, name := range names {
				m[plainHead(name)] = h.field
			}
		}
		m[plainHead(string(h.field))] = h.field
	}
	return m
}()

// guess gives a field for each head; no field twice. What is called by a name of ours is that; else a head that
// begins or ends with one, the longest first: "Телефон для связи".
func guess(cells []string) (columns []Field, sure int) {
	columns = make([]Field, len(cells))
	used := map[Field]bool{}
	take := func(i int, f Field) {
		if f != "" && columns[i] == "" && !used[f] {
			columns[i], used[f] = f, true
		}
	}
	for i, c := range cells {
		take(i, fieldOfHead[plainHead(c)])
	}
	sure = len(used)
	for i, c := range cells {
		if columns[i] == "" {
			take(i, within(plainHead(c)))
		}
	}
	return columns, sure
}

func within(plain string) (best Field) {
	const shortest = 4
	longest := shortest - 1
	for name, f := range fieldOfHead {
		if n := len([]rune(name)); n > longest && (strings.HasPrefix(plain, name+" ") || strings.HasSuffix(plain, " "+name)) {
			longest, best = n, f
		}
	}
	return best
}
