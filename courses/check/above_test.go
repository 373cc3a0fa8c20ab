package check

import "testing"

func TestAllOfTheAbove(t *testing.T) {
	for option, want := range map[string]bool{
		"All of the above":                  true,
		"None of these answers":             true,
		"Both of the above.":                true,
		"Всё вышеперечисленное":             true,
		"Все перечисленные варианты":        true,
		"Ничего из перечисленного":          true,
		"Все ответы верны":                  true,
		"Všetky uvedené možnosti":           true,
		"Všetko z vyššie uvedeného":         true,
		"Žiadna z uvedených možností":       true,
		"Жоғарыда аталғандардың барлығы":    true,
		"Аталғандардың ешқайсысы":           true,
		"Ҳамаи ҷавобҳо дурустанд":           true,
		"Ҳеҷ яке аз номбаршуда":             true,
		"Жогоруда айтылгандардын баары":     true,
		"Саналгандардын бири да эмес":       true,
		"All of her papers":                 false,
		"Все документы у работодателя":      false,
		"Všetky doklady má zamestnávateľ":   false,
		"Барлық құжаттары жұмыс берушіде":   false,
		"Ҳамаи ҳуҷҷатҳо дар дасти корфармо": false,
		"Бардык документтери иш берүүчүдө":  false,
	} {
		if got := allOfTheAbove(option); got != want {
			t.Errorf("%q: %v", option, got)
		}
	}
}
