package programme

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// sound is a definition that may be published; tests break one part of it.
const sound = `{
  "title": {"en": "Assistance to victims", "ru": "Помощь пострадавшим"}, "hours": "24.5", "validity_months": 36, "renewal_months": 6, "law_as_of": "2026-01-01",
  "components": [
    {"key": "identify", "kind": "course", "course": "trafficking", "title": {"en": "Identifying"}},
    {"key": "exchange", "kind": "webinar", "title": {"en": "Exchange"}},
    {"key": "recording", "kind": "quiz", "course": "trafficking", "activity": "final", "title": {"en": "The recording"}},
    {"key": "seminar", "kind": "day", "title": {"en": "Seminar"}},
    {"key": "meeting", "kind": "practice", "title": {"en": "Case meeting"}},
    {"key": "basic", "kind": "programme", "programme": "basic", "equivalents": ["old-basic"], "title": {"en": "Basic programme"}}],
  "achievement": {"all": [{"course": "identify"}, {"day": "seminar"}]},
  "participation": {"day": "seminar"},
  "renewal": {"quiz": "recording"},
  "categories": [{"key": "field", "title": {"en": "Field"}, "options": [{"key": "street", "title": {"en": "Street work"}}, {"key": "home", "title": {"en": "Children's home"}}]}]
}`

func faultsOf(t *testing.T, raw string) []string {
	t.Helper()
	d, err := Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for _, p := range d.Check() {
		all = append(all, p.Field+" "+p.Code)
	}
	slices.Sort(all)
	return all
}

func TestCheck(t *testing.T) {
	if got := faultsOf(t, sound); len(got) > 0 {
		t.Fatal(got)
	}
	for name, c := range map[string]struct {
		old, new string
		want     string
	}{
		"no title":                   {`{"en": "Assistance to victims", "ru": "Помощь пострадавшим"}`, `{"en": " "}`, "title required"},
		"a language nobody reads":    {`"ru": "Помощь`, `"xx": "Помощь`, "title/xx language-unknown"},
		"hours in words":             {`"24.5"`, `"a day"`, "hours hours-malformed"},
		"renewal of what stays":      {`"validity_months": 36, `, ``, "renewal_months out-of-range"},
		"no such day":                {`2026-01-01`, `2026-02-30`, "law_as_of date-malformed"},
		"a key twice":                {`"key": "exchange"`, `"key": "identify"`, "components/1/key key-twice"},
		"no course named":            {`"kind": "course", "course": "trafficking"`, `"kind": "course"`, "components/0/course required"},
		"a day of a course":          {`"key": "seminar", "kind": "day"`, `"key": "seminar", "kind": "day", "course": "trafficking"`, "components/3/course reference-unfit"},
		"an unknown component":       {`{"course": "identify"}`, `{"course": "other"}`, "achievement/all/0/course component-unknown"},
		"of another kind":            {`{"course": "identify"}`, `{"course": "exchange"}`, "achievement/all/0/course component-unfit"},
		"a fault in the rule":        {`{"course": "identify"}`, `{"course": "identify", "min_percent": 0}`, "achievement/all/0/min_percent rule-number"},
		"no rule":                    {`{"all": [{"course": "identify"}, {"day": "seminar"}]}`, `null`, "achievement required"},
		"attendance alone":           {`{"all": [{"course": "identify"}, {"day": "seminar"}]}`, `{"any": [{"course": "identify"}, {"day": "seminar"}]}`, "achievement attendance-alone"},
		"one part twice":             {`{"course": "identify"}`, `{"at_least": 2, "of": [{"course": "identify"}, {"day": "seminar"}, {"course": "identify", "min_percent": 50}]}`, "achievement/all/0/of/2/course component-twice"},
		"one course under two names": {`"key": "exchange", "kind": "webinar"`, `"key": "exchange", "kind": "course", "course": "trafficking"`, "achievement/all/1/of/1/course component-twice"},
		"renewal by attendance":      {`{"quiz": "recording"}`, `{"webinar": "exchange"}`, "renewal attendance-alone"},
		"migration status":           {`"key": "field"`, `"key": "migration-status"`, "categories/0/key category-refused"},
		"refused by its title":       {`{"en": "Field"}`, `{"en": "Gender  identity"}`, "categories/0/title category-refused"},
		"one option":                 {`, {"key": "home", "title": {"en": "Children's home"}}`, ``, "categories/0/options out-of-range"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(sound, c.old) {
				t.Fatal("there is nothing to break")
			}
			broken := strings.Replace(sound, c.old, c.new, 1)
			if name == "one course under two names" {
				broken = strings.Replace(broken, `{"day": "seminar"}]}`, `{"at_least": 2, "of": [{"course": "identify"}, {"course": "exchange"}, {"day": "seminar"}]}]}`, 1)
			}
			if got := faultsOf(t, broken); !slices.Contains(got, c.want) {
				t.Errorf("%v, want %s", got, c.want)
			}
		})
	}
}

func TestParseRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, raw := range []string{`{"titel": {}}`, `{"title": "text"}`, `{} {}`, `[]`, strings.Repeat(" ", maxDefinition+1)} {
		if _, err := Parse([]byte(raw)); err == nil {
			t.Errorf("%.30s passed", raw)
		}
	}
}

func FuzzDefinition(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(`{"components":[{"key":"a","kind":"day","title":{"en":"A"}}],"achievement":{"day":"a"},"categories":[{}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := Parse(raw)
		if err != nil || len(d.Check()) > 0 {
			return
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Parse(again)
		if err != nil || len(e.Check()) > 0 {
			t.Fatalf("%s became %s: %v", raw, again, err)
		}
	})
}
