package exercise

import (
	"slices"

	"mostik/courses"
	"mostik/courses/lesson"
)

// Prepared is an exercise with its words rendered, so that showing it costs no Markdown. It is
// read-only and may be shared.
type Prepared struct {
	Exercise *Exercise
	words    map[courses.Lang]*words
}

// words are one language's.
type words struct {
	prompt   Prompt
	cards    []PartCard
	debrief  string
	feedback map[string]string // "item/option": safe inline HTML
	cited    []lesson.Cited
}

// Prepare renders the exercise's words in every language it has a title in. Options gives what its
// texts may refer to.
func Prepare(e *Exercise, options func(courses.Lang) lesson.Options) *Prepared {
	p := &Prepared{Exercise: e, words: map[courses.Lang]*words{}}
	for lang := range e.Title {
		p.words[lang] = e.render(lang, options(lang))
	}
	return p
}

func (e *Exercise) render(lang courses.Lang, o lesson.Options) *words {
	w := &words{
		prompt:   Prompt{Title: e.Title.In(lang), Intro: e.Intro.In(lang), ContentNote: e.ContentNote.In(lang)},
		feedback: map[string]string{},
	}
	for _, p := range e.Parts {
		w.prompt.Parts = append(w.prompt.Parts, Word{p.Key, p.Title.In(lang)})
		l, _ := lesson.Render(p.Card.In(lang), o)
		w.cards = append(w.cards, PartCard{Part: p.Key, Title: p.Title.In(lang), HTML: l.HTML, Sources: l.Sources})
	}
	l, _ := lesson.Render(e.Debrief.In(lang), o)
	w.debrief, w.cited = l.HTML, l.Sources
	for _, i := range e.Proposal {
		item := ProposalItem{Key: i.Key, Kind: i.Kind, Label: i.Label.In(lang), Help: i.Help.In(lang)}
		for _, opt := range i.Options {
			item.Options = append(item.Options, Word{opt.Key, opt.Text.In(lang)})
			w.feedback[i.Key+"/"+opt.Key], w.cited, _ = lesson.Inline(opt.Feedback.In(lang), o, w.cited)
		}
		w.prompt.Proposal = append(w.prompt.Proposal, item)
	}
	return w
}

// in gives the words of a language, or of the first there is by its name.
func (p *Prepared) in(lang courses.Lang) *words {
	if w, ok := p.words[lang]; ok {
		return w
	}
	var first courses.Lang
	for l := range p.words {
		if first == "" || l == "en" || (first != "en" && l < first) {
			first = l
		}
	}
	if w, ok := p.words[first]; ok {
		return w
	}
	return &words{}
}

// Prompt gives the exercise in a language. It is shared: whoever gets it does not change it.
func (p *Prepared) Prompt(lang courses.Lang) *Prompt { return &p.in(lang).prompt }

// Cards gives the cards of some parts, in the order of the parts.
func (p *Prepared) Cards(lang courses.Lang, parts []string) []PartCard {
	var out []PartCard
	for _, c := range p.in(lang).cards {
		if slices.Contains(parts, c.Part) {
			out = append(out, c)
		}
	}
	return out
}

// Debrief looks back at what was agreed.
func (p *Prepared) Debrief(lang courses.Lang, agreed Proposal) Debrief {
	w := p.in(lang)
	out := Debrief{HTML: w.debrief, Sources: w.cited}
	for _, i := range p.Exercise.Proposal {
		if len(i.Options) == 0 {
			continue
		}
		mark := ItemMark{Key: i.Key}
		for _, o := range i.Options {
			mark.Options = append(mark.Options, OptionMark{
				Key: o.Key, Right: o.Right, Chosen: slices.Contains(agreed[i.Key].Chosen, o.Key), Feedback: w.feedback[i.Key+"/"+o.Key],
			})
		}
		out.Items = append(out.Items, mark)
	}
	return out
}
