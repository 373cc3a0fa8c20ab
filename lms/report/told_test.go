package report

import "testing"

// Tellings of overlapping parts are told apart as far as those who have them all could.
func TestGivesAway(t *testing.T) {
	counts := map[string]int{"A": 20, "B": 3, "C": 9, "": 40}
	for name, c := range map[string]struct {
		here   part
		before []told
		want   bool
	}{
		"the first":                     {part{"A", "B"}, nil, false},
		"one of two alone":              {part{"A", "B"}, []told{{part: part{"A"}, n: 20}}, true},
		"the two before the one":        {part{"A"}, []told{{part: part{"A", "B"}, n: 23}}, true},
		"a large part beside":           {part{"A", "C"}, []told{{part: part{"A"}, n: 20}}, false},
		"the same once more":            {part{"A", "B"}, []told{{part: part{"A", "B"}, n: 23}}, false},
		"the same, two people later":    {part{"A", "B"}, []told{{part: part{"A", "B"}, n: 21}}, true},
		"all but one in three tellings": {nil, []told{{part: part{"A", "C"}, n: 29}, {part: part{"A"}, n: 20}}, false},
		"overlapping in a small part":   {part{"B", "C"}, []told{{part: part{"A", "B"}, n: 23}}, true},
		"all, and all but the small":    {part{"A", "B", "C"}, []told{{part: part{"A"}, n: 20}, {part: part{"C"}, n: 9}}, true},
		"two that left a few then":      {nil, []told{{part: part{"A"}, n: 37}, {part: part{"C"}, n: 33}}, true},
		"the same again, of as many":    {part{"A", "B"}, []told{{part: part{"A", "B"}, n: 21, alike: true}}, false},
		"of another programme":          {part{"A", "B"}, []told{{part: part{"A"}, n: 20, beside: true}}, false},
		"the same of another":           {part{"A", "B"}, []told{{part: part{"A", "B"}, n: 21, beside: true}}, true},
		"nobody there":                  {part{"A", "D"}, []told{{part: part{"A"}, n: 20}}, false},
	} {
		if got := givesAway(c.here, counts, c.before, 5); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
