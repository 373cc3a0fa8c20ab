package check

import (
	"reflect"
	"strings"
	"time"

	"mostik/courses"
	"mostik/courses/pack"
	"mostik/courses/quiz"
)

// Coverage counts the places of a package that stand in each language, and those that stand in any. It finds
// them by their type, so that a new place for words is counted without anybody thinking of it.
func Coverage(p *pack.Package) (have map[courses.Lang]int, whole int) {
	have = map[courses.Lang]int{}
	count := func(langs []courses.Lang) {
		if len(langs) > 0 {
			whole++
		}
		for _, lang := range langs {
			have[lang]++
		}
	}
	eachText(reflect.ValueOf(p).Elem(), count)
	for _, texts := range []map[courses.Lang]map[string]string{p.Lessons, p.Papers} {
		in := map[string][]courses.Lang{}
		for lang, list := range texts {
			for key, text := range list {
				if strings.TrimSpace(text) != "" {
					in[key] = append(in[key], lang)
				}
			}
		}
		for _, langs := range in {
			count(langs)
		}
	}
	return have, whole
}

// eachText calls count with the languages of every courses.Text and courses.Texts below v.
func eachText(v reflect.Value, count func([]courses.Lang)) {
	switch value := v.Interface().(type) {
	case courses.Text:
		var langs []courses.Lang
		for lang, text := range value {
			if text != "" {
				langs = append(langs, lang)
			}
		}
		count(langs)
		return
	case courses.Texts:
		var langs []courses.Lang
		for lang := range value {
			langs = append(langs, lang)
		}
		count(langs)
		return
	case quiz.Seed, time.Time:
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachText(v.Elem(), count)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachText(v.Field(i), count)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachText(v.Index(i), count)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachText(v.MapIndex(key), count)
		}
	}
}
