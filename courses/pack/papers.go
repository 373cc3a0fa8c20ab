package pack

import (
	"slices"
	"strings"

	"mostik/courses"
)

func (r *reader) decks() {
	for _, name := range r.files("decks", ".yaml") {
		if d := r.yaml(name); d != nil {
			deck := &courses.Deck{}
			d.into(deck)
			r.named(name, deck.Key)
			r.p.Decks[base(name)] = deck
			r.asks(name, deckSegments(deck))
		}
	}
}

func deckSegments(d *courses.Deck) []segment {
	list := []segment{one("title", &d.Title)}
	for _, kind := range d.KindKeys() {
		list = append(list, in("kinds/"+kind, &d.Kinds, kind))
	}
	for i := range d.Cards {
		c := &d.Cards[i]
		base := "cards/" + c.Key
		list = append(list, one(base+"/title", &c.Title), one(base+"/text", &c.Text), maybe(base+"/back", &c.Back))
	}
	return list
}

// papers reads the papers of a language; a partial one may lack any.
func (r *reader) papers(lang courses.Lang, folder string) {
	texts := map[string]string{}
	for _, p := range r.p.Course.Papers {
		name := folder + "papers/" + p.Key + ".md"
		text, ok := r.text(name)
		_, there := r.sizes[name]
		switch {
		case ok && strings.TrimSpace(text) == "":
			r.fail(whole(name), "empty-text", "the paper is empty")
		case ok:
			texts[p.Key] = text
		case !there && slices.Contains(r.p.Course.Languages, lang):
			r.fail(whole(name), "missing-file", "the paper is missing in %s", lang)
		}
	}
	if len(texts) > 0 {
		r.p.Papers[lang] = texts
	}
}

// PaperFile is where a paper's text lies in the package.
func PaperFile(lang courses.Lang, paper string) string {
	return "text/" + string(lang) + "/papers/" + paper + ".md"
}

// PaperLanguages lists the languages that have a paper, in the order of the course.
func (p *Package) PaperLanguages(paper string) []courses.Lang {
	var have []courses.Lang
	for _, lang := range p.Course.AllLanguages() {
		if _, ok := p.Papers[lang][paper]; ok {
			have = append(have, lang)
		}
	}
	return have
}
