package courses

import (
	"slices"
	"testing"
)

func TestTextFallsBack(t *testing.T) {
	for name, c := range map[string]struct {
		text     Text
		lang     Lang
		fallback []Lang
		want     string
	}{
		"the language itself":        {Text{"en": "a", "ru": "б"}, "ru", nil, "б"},
		"the fallback":               {Text{"en": "a", "ru": "б"}, "kk", []Lang{"ru"}, "б"},
		"an empty text is none":      {Text{"en": "a", "ru": ""}, "ru", nil, "a"},
		"English":                    {Text{"en": "a", "sk": "c"}, "kk", nil, "a"},
		"the first there is":         {Text{"sk": "c", "ru": "б"}, "kk", nil, "б"},
		"nothing at all":             {nil, "en", nil, ""},
		"nothing in any language":    {Text{"en": ""}, "en", nil, ""},
		"fallbacks in their order":   {Text{"ru": "б", "sk": "c"}, "kk", []Lang{"tg", "sk", "ru"}, "c"},
		"the language before others": {Text{"ru": "б", "sk": "c"}, "ru", []Lang{"sk"}, "б"},
	} {
		if got := c.text.In(c.lang, c.fallback...); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	texts := Texts{"en": {"a"}, "ru": {"б", "в"}}
	if got := texts.In("kk", "ru"); !slices.Equal(got, []string{"б", "в"}) {
		t.Error(got)
	}
	if got := texts.In("kk"); !slices.Equal(got, []string{"a"}) {
		t.Error(got)
	}
}

func TestParseCitation(t *testing.T) {
	for s, want := range map[string]Citation{
		"palermo":             {"palermo", ""},
		"palermo art. 3(a)":   {"palermo", "art. 3(a)"},
		" who  principle 1  ": {"who", "principle 1"},
		"":                    {"", ""},
	} {
		if got := ParseCitation(s); got != want {
			t.Errorf("%q: %+v", s, got)
		}
	}
}

func TestProblemsAreSortedOnce(t *testing.T) {
	p := func(file string, line, column int, code string) Problem {
		return Problem{Pos: Position{file, line, column}, Severity: Warning, Code: code}
	}
	got := SortProblems([]Problem{p("b", 1, 1, "x"), p("a", 10, 1, "x"), p("a", 9, 5, "x"), p("a", 9, 1, "y"), p("a", 9, 1, "x"), p("a", 9, 5, "x")})
	want := []Problem{p("a", 9, 1, "x"), p("a", 9, 1, "y"), p("a", 9, 5, "x"), p("a", 10, 1, "x"), p("b", 1, 1, "x")}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if HasErrors(got) || !HasErrors(append(got, Problem{Severity: Error})) {
		t.Error("warnings are no errors")
	}
}

func TestPosition(t *testing.T) {
	for want, pos := range map[string]Position{"a.yaml": {File: "a.yaml"}, "a.yaml:3": {File: "a.yaml", Line: 3}, "a.yaml:3:7": {"a.yaml", 3, 7}} {
		if pos.String() != want {
			t.Errorf("%s, want %s", pos, want)
		}
	}
}

func TestMinutes(t *testing.T) {
	c := Course{Modules: []Module{{Key: "m1", Activities: []Activity{{Key: "a", Minutes: 5, Required: true}, {Key: "b", Minutes: 7}}}, {Key: "m2", Activities: []Activity{{Key: "c", Minutes: 2, Required: true}}}}}
	if c.Minutes(true) != 7 || c.Minutes(false) != 14 {
		t.Error(c.Minutes(true), c.Minutes(false))
	}
	if a, m, ok := c.Activity("c"); !ok || a.Minutes != 2 || m.Key != "m2" {
		t.Error(a, m, ok)
	}
	if _, _, ok := c.Activity("z"); ok {
		t.Error("an activity that is not there was found")
	}
}
