package text

import (
	"reflect"
	"testing"
)

func TestWordsOfAttendanceAreThereInEveryLanguage(t *testing.T) {
	for _, lang := range Languages {
		v := reflect.ValueOf(*attendance[lang])
		for i := range v.NumField() {
			if v.Field(i).String() == "" {
				t.Errorf("%s has no %s", lang, v.Type().Field(i).Name)
			}
		}
	}
}
