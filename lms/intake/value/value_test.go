package value

import (
	"errors"
	"slices"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in    string
		order Order
		want  string
		err   error
	}{
		{"3.5.2024", "", "2024-05-03", nil},
		{"03. 05. 2024", "", "2024-05-03", nil},
		{"03.05.2024 г.", "", "2024-05-03", nil},
		{"03.05.87", "", "1987-05-03", nil},
		{"03.05.31", "", "2031-05-03", nil},
		{"2024-05-03", "", "2024-05-03", nil},
		{"2024-05-03 00:00:00", "", "2024-05-03", nil},
		{"2024-05-03T09:30:00Z", "", "2024-05-03", nil},
		{"25/12/2023", "", "2023-12-25", nil},
		{"12/25/2023", "", "2023-12-25", nil},
		{"12/25/2023", DayFirst, "2023-12-25", nil},
		{"05/05/2023", "", "2023-05-05", nil},
		{"03/05/2024", "", "", ErrAmbiguous},
		{"03/05/2024", DayFirst, "2024-05-03", nil},
		{"03/05/2024", MonthFirst, "2024-03-05", nil},
		{"31.02.2024", "", "", ErrNoSuchDay},
		{"30/30/2024", "", "", ErrNoSuchDay},
		{"45356", "", "2024-03-05", nil},
		{"45356.75", "", "2024-03-05", nil},
		{"2024", "", "", ErrYearOnly},
		{"05.2024", "", "", ErrYearOnly},
		{"3 мая 2024", "", "2024-05-03", nil},
		{"3 мамыр 2024 ж.", "", "2024-05-03", nil},
		{"3. máj 2024", "", "2024-05-03", nil},
		{"May 3, 2024", "", "2024-05-03", nil},
		{"soon", "", "", ErrDate},
		{"", "", "", ErrDate},
		{"9999999", "", "", ErrDate},
	} {
		got, _, err := Dates{Order: c.order, Now: now}.Date(c.in)
		if !errors.Is(err, c.err) || err == nil && got.Format(time.DateOnly) != c.want {
			t.Errorf("%q: %v %v, want %s %v", c.in, got, err, c.want, c.err)
		}
	}
	if got, isSerial, _ := (Dates{From1904: true, Now: now}).Date("43894"); !isSerial || got.Format(time.DateOnly) != "2024-03-05" {
		t.Errorf("from 1904: %v", got)
	}
	for in, want := range map[string]int{"1987": 1987, "1987.0": 1987, "03.05.1987": 1987, "03/05/1987": 1987, "31900": 1987, "1987 г.": 1987} {
		if got, err := (Dates{Now: now}).Year(in); err != nil || got != want {
			t.Errorf("the year of %q: %d %v", in, got, err)
		}
	}
}

func TestCellsAreCleanedAndItIsTold(t *testing.T) {
	for _, c := range []struct {
		in, want string
		odd      []Oddity
	}{
		{"Айгерим", "Айгерим", nil},
		{" Айгерим ", "Айгерим", nil},
		{"Айгерим\u00a0Серикова", "Айгерим Серикова", []Oddity{OddSpace}},
		{"Айгерим  Серикова", "Айгерим Серикова", []Oddity{OddSpace}},
		{"\ufeffАйге\u00adрим", "Айгерим", []Oddity{Invisible}},
		{"'87011234567", "87011234567", []Oddity{Apostrophe}},
		{`="007"`, "007", []Oddity{Quoted}},
		{"д'Артаньян", "д'Артаньян", nil},
	} {
		if got, odd := Clean(c.in); got != c.want || !slices.Equal(odd, c.odd) {
			t.Errorf("%q: %q %v", c.in, got, odd)
		}
	}
	for in, want := range map[string]bool{"=1+1": true, "@SUM(A1)": true, "+7 (701) 123-45": false, "-5": false, "+cmd|' /C calc'!A0": true, "Ким": false, "": false} {
		if IsFormula(in) != want {
			t.Errorf("IsFormula(%q)", in)
		}
	}
	for in, want := range map[string]bool{"7.70E+10": true, "7,70112E+10": true, "1E5": true, "77011234567": false, "E5": false} {
		if IsScientific(in) != want {
			t.Errorf("IsScientific(%q)", in)
		}
	}
	if !IsError("#N/A") || !IsError("#ССЫЛКА!") || IsError("# 5") {
		t.Error("errors of formulas")
	}
}

func TestWordsInTwoScripts(t *testing.T) {
	for _, c := range []struct {
		in, want string
		mixed    bool
		whole    bool
	}{
		{"Сeрикова", "Серикова", true, true},  // a Latin e
		{"Serikоva", "Serikova", true, true},  // a Cyrillic о
		{"Kim Анна", "Kim Анна", false, true}, // two words
		{"Дwиж", "Дwиж", true, false},         // no look-alike
		{"Айгерім", "Айгерім", false, true},   // Kazakh
		{"Cepикoвa", "Серикова", true, true},  // five of eight are Latin look-alikes, and и, к, в are not
	} {
		got, whole := Mend(c.in)
		if MixedScripts(c.in) != c.mixed || c.whole && got != c.want || whole != c.whole {
			t.Errorf("%q: %q %v %v", c.in, got, MixedScripts(c.in), whole)
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range []string{"3.5.2024", "45356", "\u00a0'7,7E+10", `="007"`, "3 мая 2024", "Сeрикова"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, _ := Clean(s)
		for _, order := range []Order{"", DayFirst, MonthFirst} {
			d := Dates{Order: order, Now: now}
			if got, _, err := d.Date(clean); err == nil && (got.Year() < 1000 || got.Year() > 9999) {
				t.Fatalf("%q is %v", clean, got)
			}
			if y, err := d.Year(clean); err == nil && y < 1 {
				t.Fatalf("%q is the year %d", clean, y)
			}
		}
		if mended, whole := Mend(clean); whole && MixedScripts(mended) {
			t.Fatalf("%q became %q", clean, mended)
		}
		_, _ = Number(clean)
	})
}
