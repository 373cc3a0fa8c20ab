package desk

import (
	"slices"

	"mostik/courses"
	"mostik/courses/lesson"
)

// Prepared is a desk with its words rendered, so that showing it costs no Markdown. It is read-only and
// may be shared.
type Prepared struct {
	Desk  *Desk
	words map[courses.Lang]*words
}

// words are one language's.
type words struct {
	prompt   Prompt
	feedback map[string]string // "facts/f1", "indicators/…", "conclusions/…": safe inline HTML
	cited    []lesson.Cited    // by the feedback
	broken   map[string]int    // conclusion: number in cited
}

// FactKeys gives the keys of the facts as lesson.Options wants them.
func (d *Desk) FactKeys() map[string]bool {
	keys := make(map[string]bool, len(d.Facts))
	for _, f := range d.Facts {
		keys[f.Key] = true
	}
	return keys
}

// Prepare renders the desk's words in every language it has a title in. Options gives what its texts
// may refer to.
func Prepare(d *Desk, options func(courses.Lang) lesson.Options) *Prepared {
	p := &Prepared{Desk: d, words: map[courses.Lang]*words{}}
	for lang := range d.Title {
		p.words[lang] = d.render(lang, options(lang))
	}
	return p
}

func (d *Desk) render(lang courses.Lang, o lesson.Options) *words {
	w := &words{
		prompt:   Prompt{Cover: d.Cover(lang), Elements: d.Elements(), Weights: Weights},
		feedback: map[string]string{}, broken: map[string]int{},
	}
	facts := o
	facts.Facts = d.FactKeys()
	for _, doc := range d.Documents {
		l, _ := lesson.Render(doc.Text.In(lang), facts)
		w.prompt.Documents = append(w.prompt.Documents, DocumentView{Key: doc.Key, Kind: doc.Kind, Title: doc.Title.In(lang), HTML: l.HTML, Facts: doc.Facts})
	}
	inline := func(t courses.Text) string {
		html, cited, _ := lesson.Inline(t.In(lang), o, w.prompt.Sources)
		w.prompt.Sources = cited
		return html
	}
	why := func(path string, t courses.Text) {
		w.feedback[path], w.cited, _ = lesson.Inline(t.In(lang), o, w.cited)
	}
	for _, f := range d.Facts {
		w.prompt.Facts = append(w.prompt.Facts, Entry{f.Key, inline(f.Text)})
		why("facts/"+f.Key, f.Feedback)
	}
	for _, i := range d.Indicators {
		w.prompt.Indicators = append(w.prompt.Indicators, Entry{i.Key, inline(i.Text)})
		why("indicators/"+i.Key, i.Feedback)
	}
	for _, c := range d.Conclusions {
		w.prompt.Conclusions = append(w.prompt.Conclusions, Entry{c.Key, inline(c.Text)})
		why("conclusions/"+c.Key, c.Feedback)
		if c.Source != "" {
			w.cite(c.Key, c.Source, o)
		}
	}
	return w
}

// cite numbers the rule that a conclusion breaks.
func (w *words) cite(conclusion, citation string, o lesson.Options) {
	_, w.cited, _ = lesson.Inline("[@"+citation+"]", o, w.cited)
	key := courses.ParseCitation(citation).Source
	w.broken[conclusion] = 1 + slices.IndexFunc(w.cited, func(c lesson.Cited) bool { return c.Source.Key == key })
}

// Cover gives what stands before the file is opened.
func (d *Desk) Cover(lang courses.Lang) Cover {
	return Cover{Title: d.Title.In(lang), Intro: d.Intro.In(lang), ContentNote: d.ContentNote.In(lang)}
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

// Prompt gives the open file in a language. It is shared: whoever gets it does not change it.
func (p *Prepared) Prompt(lang courses.Lang) *Prompt { return &p.in(lang).prompt }

// Review tells what was right and why. The error is Score's.
func (p *Prepared) Review(a Answer, pass int, lang courses.Lang) (Review, error) {
	s, err := p.Desk.Score(a, pass)
	if err != nil {
		return Review{}, err
	}
	w := p.in(lang)
	r := Review{Scores: s, Sources: w.cited}
	for _, f := range p.Desk.Facts {
		r.Sorting = append(r.Sorting, FactMark{Fact: f.Key, Given: a.Sorted[f.Key], Proper: f.Element, Feedback: w.feedback["facts/"+f.Key]})
	}
	for _, i := range p.Desk.Indicators {
		r.Weighing = append(r.Weighing, IndicatorMark{Indicator: i.Key, Given: a.Weighed[i.Key], Proper: i.Weight, Facts: i.Facts, Feedback: w.feedback["indicators/"+i.Key]})
	}
	for _, c := range p.Desk.Conclusions {
		r.Conclusions = append(r.Conclusions, ConclusionMark{Key: c.Key, Right: c.Right, Given: c.Key == a.Conclusion, Broken: w.broken[c.Key], Feedback: w.feedback["conclusions/"+c.Key]})
	}
	return r, nil
}
