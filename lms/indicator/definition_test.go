package indicator_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"mostik/lms/indicator"
)

const trained = `{"key":"trained","name":{"en":"Staff trained"},"count":{"act":"attended"},"units":["persons","attendances"],
	"by":[["sex"],["country"],["sex","country"]],"target":{"value":500,"by":"2026-12-31"}}`

func TestADefinitionIsReadStrictly(t *testing.T) {
	d, faults := indicator.Parse([]byte(trained))
	if faults != nil || d.Count.Period != indicator.Within || d.Title("ru") != "Staff trained" {
		t.Fatalf("%+v, %v", d, faults)
	}
	for name, c := range map[string]struct{ from, to, path, code string }{
		"no key":                            {`"key":"trained"`, `"key":"Trained!"`, "key", "malformed"},
		"no English name":                   {`"en":"Staff trained"`, `"ru":"Обучены"`, "name/en", "required"},
		"an unknown language":               {`"en":"Staff trained"`, `"en":"Staff","xx":"?"`, "name/xx", "not-one-of"},
		"an unknown act":                    {`"act":"attended"`, `"act":"seen"`, "count/act", "not-one-of"},
		"a share of no webinar":             {`"act":"attended"`, `"act":"attended","share":85`, "count/share", "share-unfit"},
		"a total without a word":            {`"act":"attended"`, `"act":"total"`, "count/what", "what-unfit"},
		"attendances of what happens once":  {`"act":"attended"`, `"act":"certified"`, "units/1", "unit-unfit"},
		"a dimension that is never asked":   {`["country"]`, `["migration"]`, "by/1", "not-one-of"},
		"the same breakdown twice":          {`["country"]`, `["country","sex"]`, "by/2", "twice"},
		"three dimensions":                  {`["country"]`, `["country","sex","age"]`, "by/1", "by-unfit"},
		"a denominator that is too small":   {`"units":["persons","attendances"]`, `"of":{"act":"certified"}`, "of", "of-not-containing"},
		"a denominator of its own":          {`"units":["persons","attendances"]`, `"of":{"act":"attended","period":"report"}`, "of", "of-the-same"},
		"a target above all":                {`"units":["persons","attendances"]`, `"of":{"act":"enrolled"}`, "target/value", "too-big"},
		"a target on no day":                {`2026-12-31`, `2026-13-31`, "target/by", "malformed"},
		"a field that there is not":         {`"key":"trained"`, `"key":"trained","kind":1`, "kind", "unknown-field"},
		"a number for a text":               {`"act":"attended"`, `"act":7`, "count/act", "wrong-type"},
		"a period of another kind":          {`"act":"attended"`, `"act":"attended","period":"always"`, "count/period", "not-one-of"},
		"components of what has none":       {`"act":"attended"`, `"act":"joined","components":["a"]`, "count/components", "components-unfit"},
		"a number before the denominator's": {`"units":["persons","attendances"]`, `"of":{"act":"enrolled","period":"report"}`, "of", "of-not-containing"},
	} {
		t.Run(name, func(t *testing.T) {
			raw := strings.Replace(trained, c.from, c.to, 1)
			_, faults := indicator.Parse([]byte(raw))
			if !slices.ContainsFunc(faults, func(f indicator.Fault) bool { return f.Path == c.path && f.Code == c.code }) {
				t.Errorf("wanted %s at %s, got %v", c.code, c.path, faults)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(trained))
	f.Add([]byte(`{"key":"a","name":{"en":"b"},"count":{"act":"total","what":"advised"},"by":[["sex"]]}`))
	f.Add([]byte(`{"key":"a","name":{"en":"b"},"count":{"act":"certified"},"of":{"act":"enrolled"},"target":{"value":80}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, faults := indicator.Parse(raw)
		if faults != nil {
			for _, one := range faults {
				if one.Code == "" || one.Detail == "" {
					t.Errorf("a fault without words: %+v", one)
				}
			}
			return
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		e, faults := indicator.Parse(again)
		if faults != nil {
			t.Fatalf("what was read is not read again: %v", faults)
		}
		if third, _ := json.Marshal(e); string(third) != string(again) {
			t.Errorf("%s became %s", again, third)
		}
	})
}
