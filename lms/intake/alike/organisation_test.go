package alike

import "testing"

func TestOrganisations(t *testing.T) {
	for _, c := range []struct {
		a, b string
		like bool
	}{
		{"Дом надежды", "ОО «Дом Надежды»", true},
		{"Дом надежды", `Общественное объединение "ДОМ НАДЕЖДЫ"`, true},
		{"Дом надежды", "Dom nadezhdy", true},
		{"Дом надежды", "Дом надежда", true},
		{"Slovenská katolícka charita", "Slovenska katolicka charita, n. o.", true},
		{"Úsmev ako dar", "Úsmev ako dar o.z.", true},
		{"Үміт", "«Үміт» қоғамдық бірлестігі", true},
		{"ОФ «Адилет»", "Коомдук фонд Адилет", true},
		{"Школа № 5", "школа №5", true},
		{"Школа № 5", "Школа № 6", false},
		{"Школа", "Школа № 6", false},
		{"Дом надежды", "Рога и копыта", false},
		{"Дом надежды", "Дом", false},
		{"Центр помощи женщинам Астаны", "Центр", false},
		{"Фонд", "Фонд", true}, // a form with nothing beside it is a name
		{"ОО", "ОФ", false},
		{"", "", false},
		{"«»", "…", false},
	} {
		a, b := PrepareOrganisation(c.a), PrepareOrganisation(c.b)
		score := CompareOrganisations(a, b)
		if (score >= LikelyOrganisation) != c.like || score > 100 || score != CompareOrganisations(b, a) {
			t.Errorf("%q and %q score %d, the other way round %d", c.a, c.b, score, CompareOrganisations(b, a))
		}
	}
}

func FuzzOrganisations(f *testing.F) {
	f.Add("ОО «Дом Надежды»", "o. z. Úsmev 5")
	f.Add("\xff№ 5", "ТОО ООО АО")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := PrepareOrganisation(a), PrepareOrganisation(b)
		if score := CompareOrganisations(x, y); score < 0 || score > 100 || score != CompareOrganisations(y, x) && len(x.folded) != len(y.folded) {
			t.Errorf("%q and %q score %d", a, b, score)
		}
	})
}
