package check

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/pack"
)

// languages looks at which languages are partial, and which are reviewed.
func (c *checker) languages() {
	course := &c.p.Course
	for _, lang := range slices.Sorted(maps.Keys(course.Partial)) {
		at := c.place("partial/" + string(lang))
		if slices.Contains(course.Languages, lang) {
			c.fail(at, "partial-and-complete", "%s is among the complete languages already", lang)
		}
		if len(course.Partial[lang]) == 0 {
			c.fail(at, "empty-partial", "%s names no module that is whole", lang)
		}
		for i, key := range course.Partial[lang] {
			if _, ok := c.module(key); !ok {
				c.fail(c.place(fmt.Sprintf("partial/%s/%d", lang, i)), "unknown-module", "there is no module %q", key)
			}
		}
	}
	for i, lang := range course.Reviewed {
		if !slices.Contains(course.AllLanguages(), lang) {
			c.fail(c.place(fmt.Sprintf("reviewed/%d", i)), "unknown-language", "%s is reviewed, but no language of the course", lang)
		}
	}
}

// A handout fills one sheet of A4, in words of English; other languages may be a quarter shorter or longer.
const (
	handoutFew  = 150
	handoutMany = 280
)

func (c *checker) papers() {
	all := c.keys("paper")
	for i := range c.p.Course.Papers {
		p := &c.p.Course.Papers[i]
		all.add(p.Key, p.Pos)
		if !slices.Contains(courses.PaperKinds, p.Kind) {
			c.fail(c.p.Near(p.Pos, "kind"), "unknown-kind", "a paper is handout, guide, run-sheet or game, not %q", p.Kind)
		}
		if _, ok := c.module(p.Module); p.Module != "" && !ok {
			c.fail(c.p.Near(p.Pos, "module"), "unknown-module", "there is no module %q", p.Module)
		}
		if p.Kind == courses.Handout && p.Module == "" {
			c.fail(p.Pos, "missing-field", "the handout %q names the module that it sums up", p.Key)
		}
		c.paper(p)
	}
}

func (c *checker) paper(p *courses.Paper) {
	var source []lesson.Mark
	for i, lang := range c.p.PaperLanguages(p.Key) {
		file := pack.PaperFile(lang, p.Key)
		l, problems := lesson.Render(c.p.Papers[lang][p.Key], c.p.PaperOptions(lang, file))
		c.problems = append(c.problems, problems...)
		c.uses(l)
		for _, d := range l.Decks {
			c.printed[d.Key] = true
		}
		if p.Kind == courses.Handout {
			c.handout(lang, file, l)
		}
		if i == 0 {
			source = l.Skeleton
		} else {
			c.sameSkeleton(c.p.Course.Languages[0], source, l.Skeleton, file)
		}
	}
}

func (c *checker) handout(lang courses.Lang, file string, l lesson.Lesson) {
	first := courses.Position{File: file, Line: 1}
	low, high := handoutFew, handoutMany
	if lang != "en" {
		low, high = handoutFew*3/4, handoutMany*5/4
	}
	if l.Words < low || l.Words > high {
		c.warn(first, "handout-length", "%d words; a handout of one page has %d to %d", l.Words, low, high)
	}
	if len(l.Sources) == 0 {
		c.warn(first, "uncited-paper", "the handout cites no source")
	}
	if len(l.Figures) > 1 {
		c.warn(first, "handout-figures", "%d figures; a handout of one page has one small one at most", len(l.Figures))
	}
}

// cardWords is how many words fit one face of a card.
const cardWords = 45

var kindForm = regexp.MustCompile(`^[a-z]{1,30}$`)

func (c *checker) decks() {
	for _, key := range slices.Sorted(maps.Keys(c.p.Decks)) {
		deck := c.p.Decks[key]
		cards := c.keys("card")
		for i := range deck.Cards {
			card := &deck.Cards[i]
			cards.add(card.Key, card.Pos)
			if !kindForm.MatchString(card.Kind) {
				c.fail(card.Pos, "bad-kind", "the kind of the card %q is one word of lower-case letters, not %q", card.Key, card.Kind)
			}
			c.card(deck, card)
		}
		if len(deck.Cards) == 0 {
			c.fail(deck.Pos, "missing-field", "the deck %q needs cards", key)
		}
		if !c.printed[key] {
			c.warn(deck.Pos, "unused-deck", "no paper prints the deck %q", key)
		}
	}
}

func (c *checker) card(deck *courses.Deck, card *courses.Card) {
	for _, lang := range c.p.Course.AllLanguages() {
		file := textFile(lang, deck.Pos.File)
		for part, text := range map[string]courses.Text{"text": card.Text, "back": card.Back} {
			words := text[lang]
			if words == "" {
				continue
			}
			pos := c.p.Place(file, "cards/"+card.Key+"/"+part)
			o := c.p.LessonOptions(lang, file)
			o.Line = pos.Line
			_, cited, problems := lesson.Inline(words, o, nil)
			c.problems = append(c.problems, problems...)
			if len(cited) > 0 {
				c.fail(pos, "card-cites", "a card has no room for sources; the paper that prints it cites them")
			}
			if n := len(strings.Fields(words)); n > cardWords {
				c.warn(pos, "card-length", "%d words; a card takes %d", n, cardWords)
			}
		}
		if source := card.Back[c.p.Course.Languages[0]]; source != "" && card.Text[lang] != "" && card.Back[lang] == "" {
			c.fail(c.p.Place(file, "cards/"+card.Key), "missing-text", "cards/%s/back is missing in %s", card.Key, lang)
		}
	}
}
