package text

import (
	"maps"
	"reflect"
	"slices"
	"testing"
)

func TestWordsOfReportsAreThereInEveryLanguage(t *testing.T) {
	for _, lang := range Languages {
		d, known := donor[lang]
		if !known {
			t.Fatalf("no words in %s", lang)
		}
		v, en := reflect.ValueOf(*d), reflect.ValueOf(*donor["en"])
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if words, ok := v.Field(i).Interface().(map[string]string); ok {
				want := slices.Sorted(maps.Keys(en.Field(i).Interface().(map[string]string)))
				if !slices.Equal(slices.Sorted(maps.Keys(words)), want) || slices.Contains(slices.Collect(maps.Values(words)), "") {
					t.Errorf("%s: %s does not name what English names", lang, name)
				}
			} else if v.Field(i).String() == "" {
				t.Errorf("%s: %s is empty", lang, name)
			}
		}
		if d.AgeBand("25-34") != "25–34" || d.AgeBand("65+") != d.Older {
			t.Errorf("%s: age bands", lang)
		}
	}
}

func TestWordsOfFollowupsAreThereInEveryLanguage(t *testing.T) {
	for _, lang := range Languages {
		f, known := followup[lang]
		if !known {
			t.Fatalf("no words in %s", lang)
		}
		noneEmpty(t, lang, reflect.ValueOf(f))
	}
	if FollowupIn("ru").Line(12) == FollowupIn("ru").Line(3) || FollowupIn("xx").Line(6) != FollowupIn("en").Line(6) {
		t.Error("the line does not follow months and language")
	}
}
