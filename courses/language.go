package courses

import (
	"maps"
	"slices"
)

// AllLanguages lists the complete languages and then the partial ones in order of their tags. A course
// without a complete language has none.
func (c *Course) AllLanguages() []Lang {
	if len(c.Languages) == 0 {
		return nil
	}
	all := slices.Clone(c.Languages)
	for _, lang := range slices.Sorted(maps.Keys(c.Partial)) {
		if !slices.Contains(all, lang) {
			all = append(all, lang)
		}
	}
	return all
}

// Has tells whether the module with the key is whole in the language.
func (c *Course) Has(lang Lang, module string) bool {
	return slices.Contains(c.Languages, lang) || slices.Contains(c.Partial[lang], module)
}

// IsReviewed tells whether the language carries no mark "not yet reviewed": somebody read it, or it is
// the source language, which is no translation.
func (c *Course) IsReviewed(lang Lang) bool {
	return slices.Contains(c.Reviewed, lang) || (len(c.Languages) > 0 && c.Languages[0] == lang)
}

// readsRussian are the languages whose readers, as a rule, read Russian sooner than English.
var readsRussian = []Lang{"kk", "ky", "tg"}

// Fallbacks lists the complete languages in the order in which a reader who lacks their own is offered
// them: their own, the neighbouring one, the source language, the others.
func (c *Course) Fallbacks(reader Lang) []Lang {
	var order []Lang
	add := func(lang Lang) {
		if slices.Contains(c.Languages, lang) && !slices.Contains(order, lang) {
			order = append(order, lang)
		}
	}
	add(reader)
	if slices.Contains(readsRussian, reader) {
		add("ru")
	}
	for _, lang := range c.Languages {
		add(lang)
	}
	return order
}

// LangOf gives the language in which a reader is shown the module, whole in one language.
func (c *Course) LangOf(reader Lang, module string) Lang {
	if c.Has(reader, module) {
		return reader
	}
	if order := c.Fallbacks(reader); len(order) > 0 {
		return order[0]
	}
	return "en"
}
