package alike

import (
	"slices"
	"strings"
	"testing"
)

func compare(a, b Person) (int, []Reason) { return Compare(Prepare(a), Prepare(b)) }

func TestOneNameInManyWritings(t *testing.T) {
	for _, group := range [][]string{
		{"Айгерим Серикова", "Айгерім Серикова", "Aigerim Serikova", "Aygerim Serikova", "Серикова Айгерим", "Серикова Айгерим Маратовна"},
		{"Дмитрий Щербаков", "Dmitry Shcherbakov", "Dmitrij Ščerbakov", "Dmitrii Shcherbakov"},
		{"Жанибек Ахметов", "Жәнібек Ахметов", "Zhanibek Akhmetov", "Janibek Ahmetov", "Žanibek Achmetov"},
		{"Раҳимзода Ғаффор", "Рахимзода Гаффор", "Rahimzoda Ghaffor", "Rakhimzoda Gafor"},
		{"Юлия Цой", "Yuliya Tsoi", "Iuliia Tsoy", "Yulia Coj"},
		{"Жүсүп Токтогулов", "Жусуп Токтогулов", "Zhusup Toktogulov"},
		{"Ľubica Kováčová", "Lubica Kovacova"},
		{"Сергій Гончар", "Serhii Honchar", "Сергей Гончар"},
		{"Қасымжан Әуезов", "Касымжан Ауэзов", "Kassymzhan Auezov"},
		{"Алекса́ндр Ким", "Alexandr Kim", "Ким Александр"},
	} {
		for _, a := range group {
			for _, b := range group {
				score, why := compare(Person{Own: a, BirthYear: 1980}, Person{Own: b, BirthYear: 1980})
				if score < Likely {
					t.Errorf("%s, %s: %d %v; %v %v", a, b, score, why, Fold(a), Fold(b))
				}
				// The Slovak ch is х, the English one ч: no key can know which.
				if !strings.Contains(a+b, "Ach") && !slices.ContainsFunc(Keys(a), func(k string) bool { return slices.Contains(Keys(b), k) }) {
					t.Errorf("%s, %s have no key in common: %v %v", a, b, Keys(a), Keys(b))
				}
			}
		}
	}
}

func TestOthersAreNotTakenForOne(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Person
	}{
		{"other given names", Person{Own: "Айгерим Серикова"}, Person{Own: "Асель Серикова"}},
		{"other families", Person{Own: "Анна Ким"}, Person{Own: "Анна Цой"}},
		{"other years", Person{Own: "Анна Ким", BirthYear: 1980}, Person{Own: "Анна Ким", BirthYear: 1990}},
		{"brother and sister", Person{Own: "Саша Ким", Sex: "female"}, Person{Own: "Саша Ким", Sex: "male"}},
		{"one word is not a name", Person{Own: "Серикова"}, Person{Own: "Айгерим Серикова"}},
		{"a phone in common is a family's", Person{Own: "Анна Ким", Phone: "+7 701 1234567"}, Person{Own: "Олег Ким", Phone: "87011234567"}},
		{"nobody", Person{}, Person{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if score, why := compare(c.a, c.b); score >= Likely {
				t.Errorf("got %d %v", score, why)
			}
		})
	}
}

func TestReasonsAreTold(t *testing.T) {
	score, why := compare(
		Person{Own: "Серикова Айгерим", BirthYear: 1987, Phone: "8 (701) 123-45-67", Centre: "c"},
		Person{Own: "Айгерім Серикова", BirthYear: 1987, Phone: "+77011234567", Centre: "c"})
	want := []Reason{NameTransliterated, PhoneSame, YearSame, CentreSame, NameSwapped}
	slices.Sort(why)
	slices.Sort(want)
	if score != 100 || !slices.Equal(why, want) {
		t.Errorf("got %d %v", score, why)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("Айгерим Серикова", "Aigerim Serikova")
	f.Add("", "ž̌ ј")
	f.Fuzz(func(t *testing.T, a, b string) {
		there, _ := compare(Person{Own: a}, Person{Own: b})
		back, _ := compare(Person{Own: b}, Person{Own: a})
		if there < 0 || there > 100 || back < 0 || back > 100 {
			t.Fatalf("%q %q: %d %d", a, b, there, back)
		}
		if whole := Fold(a); len(whole) > 1 && len(whole) < 3 {
			if self, _ := compare(Person{Own: a}, Person{Own: a}); self != 60 {
				t.Fatalf("%q is %d like itself", a, self)
			}
		}
		if !slices.Equal(Keys(a), Keys(a)) {
			t.Fatal("keys change")
		}
	})
}
