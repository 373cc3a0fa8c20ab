// Package value tells what a cell of somebody's table means: a date however it was typed, a number that a
// spreadsheet has spoilt, a word in two scripts. It knows no column and no database.
package value

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Oddity is something about a cell that was put right without asking, and is told.
type Oddity string

// The oddities.
const (
	// OddSpace is a no-break space or another that is not the one of the keyboard, or several in a row.
	OddSpace Oddity = "odd-space"
	// Invisible is a character that nobody sees: a soft hyphen, a mark of direction, a byte order mark.
	Invisible Oddity = "invisible"
	// Apostrophe is the one that tells Excel that a number is a text.
	Apostrophe Oddity = "apostrophe"
	// Quoted is ="0123", with which zeros at the front are saved from Excel.
	Quoted Oddity = "quoted-number"
)

var quoted = regexp.MustCompile(`^="([^"]*)"$`)

// Clean gives a cell's text as a person would have typed it, and what had to be mended for that.
func Clean(cell string) (text string, odd []Oddity) {
	text = norm.NFC.String(strings.ToValidUTF8(cell, ""))
	told := func(o Oddity, after string) {
		if after != text {
			odd, text = append(odd, o), after
		}
	}
	told(Invisible, strings.Map(func(r rune) rune {
		// Arabic and Indic scripts need the joiners U+200C and U+200D.
		if unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text))
	text = strings.Trim(text, " \t\r\n") // nobody is told of these
	told(OddSpace, strings.Join(strings.FieldsFunc(text, unicode.IsSpace), " "))
	if m := quoted.FindStringSubmatch(text); m != nil {
		told(Quoted, m[1])
	}
	if rest, ok := strings.CutPrefix(text, "'"); ok && !strings.HasSuffix(rest, "'") {
		told(Apostrophe, strings.TrimSpace(rest))
	}
	return text, odd
}

// IsFormula tells a text that a spreadsheet would run when the table is opened there again. A number with a
// sign is none, nor is a phone.
func IsFormula(s string) bool {
	if s == "" || !strings.ContainsRune("=+-@", rune(s[0])) {
		return false
	}
	return s[0] == '=' || s[0] == '@' || !signed.MatchString(s)
}

var signed = regexp.MustCompile(`^[+-][0-9 ()./,-]*$`)

var scientific = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?[eEеЕ][+-]?[0-9]+$`)

// IsScientific tells a number as spreadsheets shorten it: 7.70E+10. Its last digits are lost.
func IsScientific(s string) bool { return scientific.MatchString(s) }

// IsError tells a cell in which a formula failed.
func IsError(s string) bool {
	return strings.HasPrefix(s, "#") && strings.ContainsAny(s, "!?/")
}

// Order is how a date with slashes is to be read.
type Order string

// The orders. The zero order is not known.
const (
	DayFirst   Order = "dmy"
	MonthFirst Order = "mdy"
)

// What can be wrong with a date.
var (
	ErrDate      = errors.New("value: this is no date")
	ErrNoSuchDay = errors.New("value: there is no such day")
	ErrAmbiguous = errors.New("value: day and month cannot be told apart")
	ErrYearOnly  = errors.New("value: this is a year, or a month of one")
)

var (
	dotted  = regexp.MustCompile(`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})\s?(?:г\.?|ж\.?|г\. ?р\.?)?$`)
	slashed = regexp.MustCompile(`^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$`)
	iso     = regexp.MustCompile(`^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$`)
	clock   = regexp.MustCompile(`[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$`)
	serial  = regexp.MustCompile(`^\d{4,7}([.,]\d+)?$`)
	partial = regexp.MustCompile(`^(\d{4}|\d{1,2}[./]\d{4})$`)
)

// IsSlashed tells a date whose order of day and month the separator does not tell.
func IsSlashed(s string) bool { return slashed.MatchString(clock.ReplaceAllString(s, "")) }

// OrderOf tells the order that a date with slashes proves, "" where it could be read both ways.
func OrderOf(s string) Order {
	m := slashed.FindStringSubmatch(clock.ReplaceAllString(s, ""))
	if m == nil {
		return ""
	}
	a, b := number(m[1]), number(m[2])
	switch {
	case a > 12 && b <= 12:
		return DayFirst
	case b > 12 && a <= 12:
		return MonthFirst
	}
	return ""
}

// Dates says how the dates of a column are read.
type Dates struct {
	// Order is that of dates with slashes; one that proves another order is read in its own.
	Order Order
	// From1904 counts serial days as Excel for Macintosh did.
	From1904 bool
	// Now tells what two digits of a year mean: none lies more than ten years ahead.
	Now time.Time
}

// Date reads a date: 3.5.2024, 03/05/24, 2024-05-03, 3 мая 2024, or the number that Excel counts days with.
// Serial tells the last, for it may be something else that was mapped by mistake.
func (d Dates) Date(s string) (t time.Time, isSerial bool, err error) {
	s = clock.ReplaceAllString(strings.TrimSpace(s), "")
	switch {
	case partial.MatchString(s) && !excelDay(s):
		return t, false, ErrYearOnly
	case serial.MatchString(s):
		t, err = d.fromSerial(s)
		return t, true, err
	}
	if m := iso.FindStringSubmatch(s); m != nil {
		t, err = day(number(m[1]), number(m[2]), number(m[3]))
		return t, false, err
	}
	if m := dotted.FindStringSubmatch(s); m != nil {
		t, err = day(d.year(m[3]), number(m[2]), number(m[1]))
		return t, false, err
	}
	if m := slashed.FindStringSubmatch(s); m != nil {
		t, err = d.slashed(m)
		return t, false, err
	}
	t, err = d.spelt(s)
	return t, false, err
}

func (d Dates) slashed(m []string) (time.Time, error) {
	a, b, y := number(m[1]), number(m[2]), d.year(m[3])
	order := OrderOf(m[0])
	if order == "" {
		order = d.Order
	}
	if order == "" && a == b {
		order = DayFirst
	}
	switch order {
	case DayFirst:
		return day(y, b, a)
	case MonthFirst:
		return day(y, a, b)
	}
	if a > 12 {
		return time.Time{}, ErrNoSuchDay
	}
	return time.Time{}, ErrAmbiguous
}

// excelDay tells a number of four digits that cannot be a year; days of Excel with four digits lie before 1928.
func excelDay(s string) bool {
	n := number(s)
	return len(s) == 4 && (n < 1900 || n > 2100)
}

// fromSerial counts from 30 December 1899: Excel believes in a 29 February 1900 (ECMA-376 part 1, 18.17.4.1).
func (d Dates) fromSerial(s string) (time.Time, error) {
	whole, _, _ := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	n := number(whole)
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if d.From1904 {
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	t := base.AddDate(0, 0, n)
	if t.Year() > 2100 || n < 61 {
		return time.Time{}, ErrDate
	}
	return t, nil
}

func (d Dates) year(s string) int {
	y := number(s)
	if len(s) > 2 {
		return y
	}
	const ahead = 10
	y += 2000
	if y > d.Now.Year()+ahead {
		y -= 100
	}
	return y
}

func day(y, m, d int) (time.Time, error) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1000 || t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return time.Time{}, ErrNoSuchDay
	}
	return t, nil
}

var spelt = regexp.MustCompile(`^(\d{1,2})[. ]+(\p{L}+)\.?[ ,]+(\d{4}) ?(?:г\.?|ж\.?|жылы?)?$|^(\p{L}+)\.? (\d{1,2}),? (\d{4})$`)

// months are the beginnings of their names in the program's languages. May has two: мая, мамыр.
var months = [12][]string{
	{"jan", "янв", "қаң", "январ", "үчт", "yan"},
	{"feb", "фев", "ақп", "бирд"},
	{"mar", "мар", "нау", "жалг"},
	{"apr", "апр", "сәу", "чын", "máj-apr"},
	{"may", "máj", "maj", "май", "мая", "мам", "буг"},
	{"jun", "jún", "июн", "мау", "кул"},
	{"jul", "júl", "июл", "шіл", "теке"},
	{"aug", "авг", "там", "баш"},
	{"sep", "сен", "қыр", "аяк"},
	{"oct", "okt", "окт", "қаз", "тог"},
	{"nov", "ноя", "қар", "жет"},
	{"dec", "дек", "жел", "беш"},
}

func (d Dates) spelt(s string) (time.Time, error) {
	m := spelt.FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return time.Time{}, ErrDate
	}
	dayOf, name, year := m[1], m[2], m[3]
	if dayOf == "" {
		name, dayOf, year = m[4], m[5], m[6]
	}
	for i, starts := range months {
		for _, start := range starts {
			if strings.HasPrefix(name, start) {
				return day(number(year), i+1, number(dayOf))
			}
		}
	}
	return time.Time{}, ErrDate
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

// Year reads a year, alone or as that of a date.
func (d Dates) Year(s string) (int, error) {
	s = strings.TrimSuffix(strings.TrimSpace(s), " г.")
	if n := number(strings.TrimSuffix(s, ".0")); n >= 1900 && n <= 2100 {
		return n, nil
	}
	t, _, err := d.Date(s)
	if errors.Is(err, ErrAmbiguous) { // the year is the same, whichever way
		t, _, err = Dates{Order: DayFirst, From1904: d.From1904, Now: d.Now}.Date(s)
	}
	return t.Year(), err
}

// Number reads a decimal number, with a comma or a point, with or without a percent sign.
func Number(s string) (float64, error) {
	s = strings.ReplaceAll(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%")), ",", ".")
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v || v > 1e9 || v < -1e9 || strings.ContainsAny(s, "xXpPnN_") {
		return 0, errors.New("value: this is no number")
	}
	return v, nil
}
