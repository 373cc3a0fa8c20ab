package quiz

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"mostik/courses"
	"mostik/courses/lesson"
)

// shown is the order in which a question's parts stand before one trainee. Items and Right hold keys;
// the handle of the i-th is "s<i+1>".
type shown struct {
	options []string
	right   []string
	items   []string
	gaps    map[string][]string
}

func handle(i int) string { return "s" + strconv.Itoa(i+1) }

// order decides what stands where. Seed 0 leaves options as written.
func order(q *Question, seed Seed) shown {
	var s shown
	s.options = optionKeys(q.Options)
	if seed != 0 {
		s.options = shuffled(s.options, seed, q.Key+"/options")
	}
	if q.Kind == Matching {
		right := make([]string, 0, len(q.Pairs)+len(q.Extra))
		for _, p := range q.Pairs {
			right = append(right, p.Right)
		}
		s.right = mixed(append(unique(right), q.Extra...), seed, q.Key+"/right")
	}
	items := make([]string, len(q.Items))
	for i := range q.Items {
		items[i] = q.Items[i].Key
	}
	if len(items) > 0 {
		s.items = mixed(items, seed, q.Key+"/items")
	}
	s.gaps = map[string][]string{}
	for _, g := range q.Gaps {
		keys := optionKeys(g.Options)
		if seed != 0 {
			keys = shuffled(keys, seed, q.Key+"/gaps/"+g.Key)
		}
		s.gaps[g.Key] = keys
	}
	return s
}

func unique(list []string) []string {
	seen := map[string]bool{}
	out := list[:0:0]
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

func optionKeys(options []Option) []string {
	keys := make([]string, len(options))
	for i := range options {
		keys[i] = options[i].Key
	}
	return keys
}

// handles maps keys to the handles under which they are shown.
func handles(keys []string) map[string]string {
	m := make(map[string]string, len(keys))
	for i, k := range keys {
		m[k] = handle(i)
	}
	return m
}

// Prepared is a question with its words rendered, so that a paper costs no Markdown. It is read-only
// and may be shared.
type Prepared struct {
	q     *Question
	words map[courses.Lang]map[string]string // segment path: safe HTML
	cited map[courses.Lang][]lesson.Cited
}

// Prepare renders a question's words in every language. Sources and terms that its text refers to
// come from the package; sources may be nil, and then stand under their keys.
func Prepare(q *Question, sources map[string]courses.Source) *Prepared {
	p := &Prepared{q: q, words: map[courses.Lang]map[string]string{}, cited: map[courses.Lang][]lesson.Cited{}}
	langs := map[courses.Lang]bool{}
	for _, t := range q.Words {
		for l := range t {
			langs[l] = true
		}
	}
	paths := q.segments()
	for lang := range langs {
		o := lesson.Options{Lang: lang, Sources: sources}
		cited := lesson.Cite(q.Sources, sources)
		words := make(map[string]string, len(paths))
		for _, path := range paths {
			if text := q.Say(path, lang); text != "" {
				words[path], cited, _ = lesson.Inline(text, o, cited)
			}
		}
		if q.Kind == Cloze {
			words["stem"] = gapSpans(words["stem"])
		}
		p.words[lang], p.cited[lang] = words, cited
	}
	return p
}

// Question gives what was prepared.
func (p *Prepared) Question() *Question { return p.q }

var gapMark = regexp.MustCompile(`\{\{([a-z0-9-]+)\}\}`)

func gapSpans(stem string) string {
	return gapMark.ReplaceAllString(stem, `<span data-gap="$1"></span>`)
}

// Gaps gives the keys of the gaps that stand in a stem, in order, repeats included.
func Gaps(stem string) []string {
	var out []string
	for _, m := range gapMark.FindAllStringSubmatch(stem, -1) {
		out = append(out, m[1])
	}
	return out
}

// segments lists the paths of all words that the question may have, in a fixed order.
func (q *Question) segments() []string {
	var out []string
	for _, s := range q.Segments() {
		out = append(out, s.Path)
	}
	return out
}

// Segment is one place where a question needs words.
type Segment struct {
	Path     string
	Optional bool
	// List segments hold accepted variants, in Accepted instead of Words.
	List bool
}

// Segments lists the words that a question's structure asks for, in the order of docs/authoring.md.
func (q *Question) Segments() []Segment {
	list := []Segment{{Path: "stem"}}
	add := func(s ...Segment) { list = append(list, s...) }
	switch q.Kind {
	case Single, Multiple:
		for _, o := range q.Options {
			add(Segment{Path: "options/" + o.Key})
		}
		for _, o := range q.Options {
			add(Segment{Path: "feedback/" + o.Key})
		}
	case TrueFalse:
		add(Segment{Path: "feedback/true"}, Segment{Path: "feedback/false"})
	case Matching:
		q.matchingSegments(add)
	case Ordering:
		for _, i := range q.Items {
			add(Segment{Path: "items/" + i.Key})
		}
	case Categorise:
		for _, c := range q.Categories {
			add(Segment{Path: "categories/" + c})
		}
		for _, i := range q.Items {
			add(Segment{Path: "items/" + i.Key}, Segment{Path: "feedback/" + i.Key})
		}
	case Numeric:
		add(Segment{Path: "unit", Optional: true})
	case Short:
		add(Segment{Path: "accepted", List: true})
	case Cloze:
		for _, g := range q.Gaps {
			if g.Kind == GapText {
				add(Segment{Path: "gaps/" + g.Key, List: true})
				continue
			}
			for _, o := range g.Options {
				add(Segment{Path: "gaps/" + g.Key + "/" + o.Key})
			}
		}
	case Open:
		add(Segment{Path: "guidance"})
	}
	// Whoever has no feedback on each part needs the explanation.
	needsExplain := q.Kind == Ordering || q.Kind == Numeric || q.Kind == Short || q.Kind == Cloze
	return append(list, Segment{Path: "explain", Optional: !needsExplain})
}

func (q *Question) matchingSegments(add func(...Segment)) {
	var right []string
	for _, p := range q.Pairs {
		add(Segment{Path: "left/" + p.Left})
		right = append(right, p.Right)
	}
	for _, r := range append(unique(right), q.Extra...) {
		add(Segment{Path: "right/" + r})
	}
	for _, p := range q.Pairs {
		add(Segment{Path: "feedback/" + p.Left})
	}
}

// Prompt gives what a trainee sees under a seed, in every language.
func (p *Prepared) Prompt(seed Seed) Prompt {
	s := order(p.q, seed)
	out := p.shape(s)
	for lang := range p.words {
		out.Text[lang] = p.text(lang, s)
	}
	return out
}

// PromptIn is Prompt with the words of one language, or of one there is: what a page of that language
// shows, for half the work.
func (p *Prepared) PromptIn(seed Seed, lang courses.Lang) Prompt {
	if _, ok := p.words[lang]; !ok {
		return p.Prompt(seed).Only(lang)
	}
	s := order(p.q, seed)
	out := p.shape(s)
	out.Text[lang] = p.text(lang, s)
	return out
}

// shape is a prompt without its words.
func (p *Prepared) shape(s shown) Prompt {
	q := p.q
	out := Prompt{Key: q.Key, Kind: q.Kind, Points: q.Points, Text: make(map[courses.Lang]PromptText, len(p.words))}
	out.Categories = q.Categories
	switch q.Kind {
	case Single, Multiple:
		out.Options = s.options
	case TrueFalse:
		out.Options = []string{"true", "false"}
	case Matching:
		for _, pair := range q.Pairs {
			out.Left = append(out.Left, pair.Left)
		}
		for i := range s.right {
			out.Right = append(out.Right, handle(i))
		}
	case Ordering, Categorise:
		for i := range s.items {
			out.Items = append(out.Items, handle(i))
		}
	case Cloze:
		for _, g := range q.Gaps {
			out.Gaps = append(out.Gaps, PromptGap{Key: g.Key, Kind: g.Kind, Options: s.gaps[g.Key]})
		}
	}
	return out
}

func (p *Prepared) text(lang courses.Lang, s shown) PromptText {
	words := p.words[lang]
	t := PromptText{Stem: words["stem"], Unit: p.q.Say("unit", lang), Labels: map[string]string{}}
	for _, k := range s.options {
		t.Labels[k] = words["options/"+k]
	}
	for _, pair := range p.q.Pairs {
		t.Labels[pair.Left] = words["left/"+pair.Left]
	}
	for i, k := range s.right {
		t.Labels[handle(i)] = words["right/"+k]
	}
	for i, k := range s.items {
		t.Labels[handle(i)] = words["items/"+k]
	}
	for _, k := range p.q.Categories {
		t.Labels[k] = words["categories/"+k]
	}
	for gap, options := range s.gaps {
		for _, k := range options {
			t.Labels[gap+"/"+k] = words["gaps/"+gap+"/"+k]
		}
	}
	return t
}

// Only cuts a prompt to one language, or to one there is.
func (p Prompt) Only(lang courses.Lang) Prompt {
	text, ok := p.Text[lang]
	if !ok {
		lang = "en"
		if text, ok = p.Text[lang]; !ok {
			for l, t := range p.Text {
				if lang == "en" || l < lang {
					lang, text = l, t
				}
			}
		}
	}
	p.Text = map[courses.Lang]PromptText{lang: text}
	return p
}

// Review gives what is shown once the policy allows it: the right answer, the reason for each option
// and the sources, with the handles of the same seed's Prompt.
func (p *Prepared) Review(seed Seed, a Answer, lang courses.Lang) Review {
	q, s := p.q, order(p.q, seed)
	if _, ok := p.words[lang]; !ok {
		for l := range p.Prompt(seed).Only(lang).Text {
			lang = l
		}
	}
	words := p.words[lang]
	out := Review{
		Key: q.Key, Result: Score(q, a), Right: ShowAnswer(q, seed, RightAnswer(q)), Given: ShowAnswer(q, seed, a),
		Feedback: map[string]string{}, Explain: words["explain"], Sources: p.cited[lang],
	}
	byKey := handles(s.items)
	for path, w := range words {
		if key, ok := strings.CutPrefix(path, "feedback/"); ok {
			if h := byKey[key]; h != "" {
				key = h
			}
			out.Feedback[key] = w
		}
	}
	out.Result.Parts = renamed(out.Result.Parts, byKey)
	switch q.Kind {
	case Short:
		out.Accepted = map[string][]string{"": q.Accepted["accepted"].In(lang)}
	case Cloze:
		out.Accepted = map[string][]string{}
		for _, g := range q.Gaps {
			if g.Kind == GapText {
				out.Accepted[g.Key] = q.Accepted["gaps/"+g.Key].In(lang)
			}
		}
	}
	return out
}

func renamed(parts map[string]bool, names map[string]string) map[string]bool {
	if len(names) == 0 || parts == nil {
		return parts
	}
	out := make(map[string]bool, len(parts))
	for k, v := range parts {
		if n := names[k]; n != "" {
			k = n
		}
		out[k] = v
	}
	return out
}

// Guidance is what a marker of an open answer looks for, as safe HTML; never shown to a trainee.
func (p *Prepared) Guidance(lang courses.Lang) string {
	if w, ok := p.words[lang]; ok {
		return w["guidance"]
	}
	return html.EscapeString(p.q.Say("guidance", lang))
}

// String names the question in logs.
func (p *Prepared) String() string { return fmt.Sprintf("%s %s", p.q.Kind, p.q.Key) }
