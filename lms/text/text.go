// Package text holds the words that the server itself writes (printed certificates, the public page of
// verification, sign-in, heads of CSV files), in every language of the interface, with dates and
// numbers as each language writes them. The pages that run in the browser have their own catalogue.
package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Languages of the interface, in the order in which they are offered.
var Languages = []string{"en", "ru", "sk", "kk", "tg", "ky"}

// Default is spoken where nothing better is known.
const Default = "en"

// Words is everything the server says in one language. A test holds that no field is empty.
type Words struct {
	Name        string // of the language, in itself
	Certificate Certificate
	Verify      Verify
	Life        Life
	Offline     Offline
	Here        Here
	SignIn      SignIn
	Lesson      Lesson
	Report      Report
	Page        Page
	Invitation  Invitation
}

// Certificate words stand on the printed paper.
type Certificate struct {
	Title, Certifies, Completed, Hours, IssuedOn, ValidUntil, NoExpiry, LawAsOf, Serial, Check, Issuer string
}

// Verify words stand on the public page that a stranger opens.
type Verify struct {
	Title, Intro, Field, Button, Mistyped           string
	Valid, Expired, Suspended, Revoked, Superseded  string
	Unknown, Erased                                 string
	ValidNote, ExpiredNote, SuspendedNote           string
	RevokedNote, SupersededNote, UnknownNote        string
	ErasedNote                                      string
	Holder, Latin, Course, Hours, Issued, Expires   string
	LawAsOf, Issuer, Serial, NoExpiry, Offline      string
	OfflineText, Another, Busy, CheckedAt, SealFits string
}

// SignIn words stand on the pages that work before any script arrives.
type SignIn struct {
	Title, Login, Password, Button, HaveCode, HavePassword, Language     string
	CodeTitle, CodeIntro, Code, NewPassword, PasswordRule, CodeButton    string
	Failed, TooMany, CodeWrong, PasswordShort, Ended, Trouble, DemoTitle string
	DemoText, ShowPassword                                               string
}

// Lesson words stand inside lessons that Go draws.
type Lesson struct {
	ContentNote, Summary, ReadOn, Sources, AsOf, Unconfirmed, ReviewBy string
}

// Report words are heads and values of exported tables.
type Report struct {
	Name, Country, Centre, State, Done, Required, Score, LastSeen, Completed, Stuck string
	NotStarted, Active, Finished, Withdrawn                                         string
}

// Page words are common to every page that Go draws.
type Page struct {
	Concern, NoScript, Skip, NotFound, NotFoundText, Home, Loading string
}

// In gives the words of a language; an unknown language gets the default's.
func In(lang string) *Words {
	if w, ok := words[Primary(lang)]; ok {
		return w
	}
	return words[Default]
}

// Known tells whether the server speaks a language, given as a BCP 47 tag.
func Known(lang string) bool {
	_, ok := words[Primary(lang)]
	return ok
}

// Primary takes the language out of a BCP 47 tag, in lower case: "ru-KZ" is "ru".
func Primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	return tag
}

// Negotiate picks the language of an Accept-Language header (RFC 9110, 12.5.4) that the server speaks;
// the default where there is none. At most 16 entries are looked at.
func Negotiate(header string) string {
	best, bestQ := Default, 0.0
	for i, part := range strings.Split(header, ",") {
		if i == 16 {
			break
		}
		tag, params, _ := strings.Cut(part, ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			if parsed, err := strconv.ParseFloat(v, 64); err == nil {
				q = parsed
			}
		}
		if q > bestQ && q <= 1 && Known(tag) {
			best, bestQ = Primary(tag), q
		}
	}
	return best
}

// months in the case that a full date asks for.
var months = map[string][12]string{
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"ru": {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"},
	"sk": {"januára", "februára", "marca", "apríla", "mája", "júna", "júla", "augusta", "septembra", "októbra", "novembra", "decembra"},
	"kk": {"қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"},
	"tg": {"январи", "феврали", "марти", "апрели", "майи", "июни", "июли", "августи", "сентябри", "октябри", "ноябри", "декабри"},
	"ky": {"январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"},
}

// Date writes a day in full: "21 November 2026", "21 ноября 2026 г.", "2026 ж. 21 қараша".
func Date(lang string, t time.Time) string {
	lang = Primary(lang)
	if _, ok := months[lang]; !ok {
		lang = Default
	}
	y, m, d := t.Date()
	month := months[lang][m-1]
	switch lang {
	case "ru":
		return fmt.Sprintf("%d %s %d г.", d, month, y)
	case "sk":
		return fmt.Sprintf("%d. %s %d", d, month, y)
	case "kk":
		return fmt.Sprintf("%d ж. %d %s", y, d, month)
	case "tg":
		return fmt.Sprintf("%d %s соли %d", d, month, y)
	case "ky":
		return fmt.Sprintf("%d-ж. %d-%s", y, d, month)
	default:
		return fmt.Sprintf("%d %s %d", d, month, y)
	}
}

// Stopped ends a sentence with one full stop: a date may bring one of its own ("2026 г."), and what a form puts behind
// it would be a second.
func Stopped(sentence string) string {
	return strings.ReplaceAll(strings.TrimSuffix(sentence, ".")+".", "г..", "г.")
}

// Decimal writes a number given with a point as the language does: "4.5" is "4,5" outside English.
func Decimal(lang, number string) string {
	if Primary(lang) == "en" {
		return number
	}
	return strings.Replace(number, ".", ",", 1)
}

// monthNames stand alone, as the head of a calendar does.
var monthNames = map[string][12]string{
	"ru": {"Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь"},
	"sk": {"Január", "Február", "Marec", "Apríl", "Máj", "Jún", "Júl", "August", "September", "Október", "November", "December"},
	"kk": {"Қаңтар", "Ақпан", "Наурыз", "Сәуір", "Мамыр", "Маусым", "Шілде", "Тамыз", "Қыркүйек", "Қазан", "Қараша", "Желтоқсан"},
	"tg": {"Январ", "Феврал", "Март", "Апрел", "Май", "Июн", "Июл", "Август", "Сентябр", "Октябр", "Ноябр", "Декабр"},
	"ky": {"Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь"},
}

// Month writes a month and its year as the head of a calendar: "November 2026", "Ноябрь 2026".
func Month(lang string, t time.Time) string {
	names, ok := monthNames[Primary(lang)]
	if !ok {
		names = months[Default] // English has one form
	}
	return names[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

var weekdays = map[string][]string{
	"en": {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	"ru": {"пн", "вт", "ср", "чт", "пт", "сб", "вс"},
	"sk": {"po", "ut", "st", "št", "pi", "so", "ne"},
	"kk": {"дс", "сс", "ср", "бс", "жм", "сб", "жс"},
	"tg": {"дш", "сш", "чш", "пш", "ҷм", "шн", "яш"},
	"ky": {"дш", "шш", "шр", "бш", "жм", "иш", "жш"},
}

// Weekdays are the short names from Monday on.
func Weekdays(lang string) []string {
	if days, ok := weekdays[Primary(lang)]; ok {
		return days
	}
	return weekdays[Default]
}
