package intake_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// planted is a fault that the generator put into a line, and the problem by which it must be told.
type planted struct {
	line   int
	column string
	code   string
}

// dirty writes a table of people as it comes from nine offices: faults of every kind in known lines, the rest fine.
type dirty struct {
	rng    *rand.Rand
	heads  []string
	rows   [][]string
	faults []planted
	taken  int // addresses of people elsewhere that were used up
}

var (
	familyNames = []string{"Серик", "Ахмет", "Ибрагим", "Каримов", "Ормон", "Рахим", "Турсун", "Жумабек", "Нурлан", "Болот", "Сапар", "Мурат", "Азиз", "Назар", "Калык", "Темир", "Эсен", "Асан", "Усен", "Данияр"}
	givenNames  = []string{"Айгерим", "Дана", "Мадина", "Гульнара", "Зарина", "Перизат", "Бермет", "Назгуль", "Фарида", "Шолпан", "Ерлан", "Тимур", "Рустам", "Бахтияр", "Канат", "Азамат", "Фаррух", "Жаныбек", "Нуржан", "Султан"}
	letterPool  = []rune("бвгдзклмнпрстф")
)

// family gives a name that no other line has, nor one like it.
func (d *dirty) family(i int) string {
	// Three consonants by number: 14³ names, each a consonant apart from the next, with a stem that varies.
	a, b, c := letterPool[i%14], letterPool[i/14%14], letterPool[i/196%14]
	return strings.ToUpper(string(a)) + "о" + string(b) + "у" + string(c) + "а" + strings.ToLower(familyNames[i%len(familyNames)]) + "ов"
}

func newDirty(n int) *dirty {
	d := &dirty{rng: rand.New(rand.NewPCG(5, 4)), heads: []string{
		"Фамилия", "Имя", "Дата рождения", "Пол", "Эл. почта", "Телефон", "Организация", "Группа", "Дата завершения", "Балл, %",
	}}
	for i := range n {
		day, month, year := 1+d.rng.IntN(28), 1+d.rng.IntN(12), 1955+d.rng.IntN(45)
		row := []string{
			d.family(i), givenNames[d.rng.IntN(len(givenNames))], fmt.Sprintf("%02d.%02d.%d", day, month, year), []string{"ж", "м"}[i%2],
			fmt.Sprintf("p%d@example.org", i), fmt.Sprintf("+7 70%d %03d %02d %02d", i%10, i%1000, i%97, i%89), "Дом надежды", "Весна", "", "",
		}
		d.rows = append(d.rows, row)
	}
	return d
}

const (
	cFamily, cGiven, cBorn, cSex, cMail, cPhone, cOrganisation, cCohort, cCompleted, cScore = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
)

// line is the line of row i in the file: two lines of title, one of heads.
func lineOf(i int) int { return i + 4 }

func (d *dirty) plant(i, column int, text, code string) {
	d.rows[i][column] = text
	d.faults = append(d.faults, planted{lineOf(i), d.heads[column], code})
}

// spoil plants every kind of fault several times. Each row gets one, but those of which everything is wrong.
func (d *dirty) spoil() {
	rows := d.rng.Perm(len(d.rows))
	next := func() int { i := rows[0]; rows = rows[1:]; return i }
	kinds := []func(i int){
		func(i int) { d.plant(i, cFamily, strings.Replace(d.rows[i][cFamily], "о", "o", 1), "script-mixed") }, // a Latin o
		func(i int) { d.plant(i, cGiven, "", "required") },
		func(i int) { d.plant(i, cGiven, "Айгерим2", "name-digits") },
		func(i int) { d.plant(i, cFamily, strings.ToUpper(d.rows[i][cFamily]), "capitals") },
		func(i int) { d.plant(i, cFamily, d.rows[i][cFamily][:2]+"\u00ad"+d.rows[i][cFamily][2:], "invisible") },
		func(i int) { d.plant(i, cGiven, "Мадина\u00a0Омаровна", "odd-space") },
		func(i int) { d.plant(i, cFamily, `=HYPERLINK("http://example.org","x")`, "formula") },
		func(i int) { d.plant(i, cBorn, "31.02.1980", "date-no-such-day") },
		func(i int) { d.plant(i, cBorn, "весной", "date-malformed") },
		func(i int) { d.plant(i, cBorn, "01.01.2020", "birth-year-implausible") },
		func(i int) { d.plant(i, cBorn, "#Н/Д", "formula-failed") },
		func(i int) { d.plant(i, cSex, "да", "sex-unknown") },
		func(i int) { d.plant(i, cMail, "нет почты", "email-malformed") },
		func(i int) { d.plant(i, cMail, fmt.Sprintf("taken%d@example.org", d.taken), "email-taken"); d.taken++ },
		func(i int) { d.plant(i, cPhone, "7,70112E+10", "number-shortened") },
		func(i int) { d.plant(i, cPhone, "'87011234567", "apostrophe") },
		func(i int) { d.plant(i, cPhone, `="87011234567"`, "quoted-number") },
		func(i int) { d.plant(i, cPhone, "позвонить Оле", "phone-malformed") },
		func(i int) { d.plant(i, cOrganisation, "Рога и копыта", "organisation-unknown") },
		func(i int) { d.plant(i, cCohort, "Лето", "cohort-unknown") },
		func(i int) { d.plant(i, cCompleted, "03/05/2024", "date-ambiguous") },
		func(i int) { d.plant(i, cCompleted, "2024", "date-year-only") },
		func(i int) { d.plant(i, cCompleted, "45356", "date-from-number") },
		func(i int) { d.plant(i, cCompleted, "01.01.2031", "date-to-come") },
		func(i int) { d.rows[i][cCompleted] = "03.05.2024"; d.plant(i, cScore, "зачёт", "score-malformed") },
		func(i int) {
			d.plant(i, cScore, "87,5%", "completion-missing")
			d.faults[len(d.faults)-1].column = "Дата завершения"
		},
		func(i int) {
			d.rows[i] = append(d.rows[i], "лишнее")
			d.faults = append(d.faults, planted{lineOf(i), "", "cells-shifted"})
		},
		func(i int) {
			d.plant(i, cGiven, "", "required")
			d.plant(i, cMail, "kovac(at)example", "email-malformed")
			d.plant(i, cPhone, "4,21E+11", "number-shortened")
			d.plant(i, cBorn, "31.02.1980", "date-no-such-day")
		},
	}
	const times = 6
	for range times {
		for _, kind := range kinds {
			kind(next())
		}
	}
	for range times {
		d.twins(next, d.rng.IntN(3))
	}
}

// twins plants a second line of somebody: with the same e-mail, in other letters, or with the name the other way round.
func (d *dirty) twins(next func() int, how int) {
	i, j := next(), next()
	i, j = min(i, j), max(i, j)
	first := d.rows[i]
	second := append([]string{}, first...)
	code := "twin-in-file"
	switch second[cMail], second[cPhone] = "", ""; how {
	case 0:
		second[cMail], code = first[cMail], "same-as-line"
	case 1:
		second[cGiven] = latin(first[cGiven])
		second[cFamily] = latin(first[cFamily])
	case 2:
		second[cFamily], second[cGiven] = first[cGiven], first[cFamily]
	}
	d.rows[j] = second
	column := "Фамилия"
	if how == 0 {
		column = "Эл. почта"
	}
	d.faults = append(d.faults, planted{lineOf(j), column, code})
}

var passport = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "y", "к", "k", "л", "l",
	"м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ш", "sh", "ь", "", "я", "ya", "ы", "y", "э", "e")

func latin(s string) string {
	l := passport.Replace(strings.ToLower(s))
	return strings.ToUpper(l[:1]) + l[1:]
}

// csv writes the table as Excel does in Russia, with a title above and empty rows and columns around.
func (d *dirty) csv() string {
	var b strings.Builder
	b.WriteString("Список участников;;;\r\n;;;\r\n")
	write := func(cells []string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteByte(';')
			}
			if strings.ContainsAny(c, `";`) {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString(";;\r\n")
	}
	write(d.heads)
	for _, row := range d.rows {
		write(row)
	}
	b.WriteString(";;;;\r\n;;;;\r\n")
	return b.String()
}
