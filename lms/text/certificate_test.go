package text

import "testing"

func TestCountriesHaveNames(t *testing.T) {
	for lang, want := range map[string]string{"en": "Kazakhstan", "ru": "Казахстан", "sk": "Kazachstan", "kk": "Қазақстан", "ky": "Казакстан", "tg": "Қазоқистон"} {
		if got := Country(lang, "KZ"); got != want {
			t.Errorf("%s: %s, want %s", lang, got, want)
		}
	}
	for _, lang := range Languages {
		for _, code := range []string{"KZ", "KG", "RU", "TJ", "SK", "CZ"} {
			if Country(lang, code) == code {
				t.Errorf("%s has no name in %s", code, lang)
			}
		}
	}
	if got := Country("en", "not a code"); got != "not a code" {
		t.Error(got)
	}
}
