package text

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestEveryWordInEveryLanguage(t *testing.T) {
	for _, lang := range Languages {
		w, ok := words[lang]
		if !ok {
			t.Fatalf("%s has no words", lang)
		}
		noneEmpty(t, lang, reflect.ValueOf(*w))
	}
	if len(words) != len(Languages) {
		t.Errorf("%d languages have words, %d are offered", len(words), len(Languages))
	}
}

func noneEmpty(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		name := path + "." + v.Type().Field(i).Name
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			noneEmpty(t, name, f)
		case reflect.String:
			if f.String() == "" {
				t.Errorf("%s is empty", name)
			}
		default:
			t.Errorf("%s is neither text nor a group of texts", name)
		}
	}
}

func TestNegotiate(t *testing.T) {
	for header, want := range map[string]string{
		"":                                   "en",
		"ru-RU,ru;q=0.9,en;q=0.8":            "ru",
		"de,fr;q=0.9":                        "en",
		"de, kk;q=0.4, en;q=0.3":             "kk",
		"en;q=0, tg":                         "tg",
		"sk-SK":                              "sk",
		"ru;q=2":                             "en",
		"x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,ru": "en",
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("Negotiate(%q) = %s, want %s", header, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for lang, want := range map[string]string{
		"en": "21 November 2026", "ru": "21 ноября 2026 г.", "sk": "21. novembra 2026",
		"kk": "2026 ж. 21 қараша", "tg": "21 ноябри соли 2026", "ky": "2026-ж. 21-ноябрь", "xx": "21 November 2026",
	} {
		if got := Date(lang, day); got != want {
			t.Errorf("Date(%s) = %q, want %q", lang, got, want)
		}
	}
}

func TestSentencesEndOnce(t *testing.T) {
	day := time.Date(2027, 2, 16, 0, 0, 0, 0, time.UTC)
	for _, lang := range []string{"en", "ru", "sk", "kk", "tg", "ky"} {
		for _, form := range []string{ReminderIn(lang).Expiring, ReminderIn(lang).Webinar, "%[1]s: %[2]s", "%[1]s, %[2]s. %[1]s"} {
			if s := Stopped(fmt.Sprintf(form, "A", Date(lang, day))); strings.Contains(s, "..") || !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q does not end once", lang, s)
			}
		}
	}
}
