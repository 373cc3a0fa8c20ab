package check

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/quiz"
)

func (c *checker) bank() {
	questions := c.keys("question")
	for i := range c.p.Bank {
		q := &c.p.Bank[i]
		questions.add(q.Key, q.Pos)
		c.question(q)
	}
	c.spread()
	c.lengths()
}

func (c *checker) question(q *quiz.Question) {
	if !slices.Contains(quiz.Kinds, q.Kind) {
		c.fail(c.p.Near(q.Pos, "kind"), "unknown-kind", "there is no kind of question %q", q.Kind)
		return
	}
	if q.Points < 1 || q.Level < 0 || q.Level > 3 {
		c.fail(q.Pos, "bad-points", "%q has points from 1 and a level from 1 to 3", q.Key)
	}
	if len(q.Sources) == 0 {
		c.fail(q.Pos, "no-source", "the question %q cites no source", q.Key)
	}
	for _, s := range q.Sources {
		c.cites(s, c.p.Near(q.Pos, "sources"))
	}
	c.parts(q)
	for _, lang := range c.p.Course.AllLanguages() {
		c.words(q, lang)
	}
}

// parts looks at the structure: what each kind needs, and that there is a right answer.
func (c *checker) parts(q *quiz.Question) {
	noKey := func(why string) { c.fail(q.Pos, "no-right-answer", "%s: %s", q.Key, why) }
	switch q.Kind {
	case quiz.Single, quiz.Multiple:
		right := c.options(q.Options)
		if len(q.Options) < 2 {
			c.fail(q.Pos, "too-few-parts", "%q has at least two options", q.Key)
		}
		if right == 0 || (q.Kind == quiz.Single && right != 1) {
			noKey("a single choice has one right option, a multiple choice at least one")
		}
		if q.Kind == quiz.Multiple && right == len(q.Options) && right > 0 {
			c.warn(q.Pos, "all-right", "every option of %q is right", q.Key)
		} else if q.Kind == quiz.Multiple && len(q.Options) > 3 && 3*right > 2*len(q.Options) {
			c.warn(q.Pos, "mostly-right", "%d of %d options of %q are right: ticking every box pays", right, len(q.Options), q.Key)
		}
	case quiz.TrueFalse:
		if q.Right == nil {
			noKey("right is true or false")
		}
	case quiz.Matching:
		c.pairs(q)
	case quiz.Ordering, quiz.Categorise:
		c.items(q)
	case quiz.Numeric:
		if q.Answer == nil || q.Tolerance < 0 {
			noKey("a number needs an answer, and a tolerance from 0")
		}
	case quiz.Short:
		for _, lang := range c.p.Course.AllLanguages() {
			if len(q.Accepted["accepted"]) == 0 && lang == c.p.Course.Languages[0] {
				noKey("accepted variants stand in the text files")
			}
		}
	case quiz.Cloze:
		c.gaps(q, noKey)
	}
}

func (c *checker) options(options []quiz.Option) int {
	keys, right := c.keys("option"), 0
	for _, o := range options {
		keys.add(o.Key, o.Pos)
		if o.Right {
			right++
		}
	}
	return right
}

func (c *checker) pairs(q *quiz.Question) {
	left, right := c.keys("left item"), map[string]bool{}
	for _, p := range q.Pairs {
		left.add(p.Left, p.Pos)
		right[p.Right] = true
		if !keyForm.MatchString(p.Right) {
			c.fail(p.Pos, "no-right-answer", "%q has no right item", p.Left)
		}
	}
	for _, e := range q.Extra {
		if right[e] {
			c.fail(c.p.Near(q.Pos, "extra"), "duplicate-key", "the extra item %q belongs to a pair", e)
		}
	}
	if len(q.Pairs) < 2 {
		c.fail(q.Pos, "too-few-parts", "%q has at least two pairs", q.Key)
	}
}

func (c *checker) items(q *quiz.Question) {
	items := c.keys("item")
	for _, i := range q.Items {
		items.add(i.Key, i.Pos)
		if q.Kind == quiz.Categorise && !slices.Contains(q.Categories, i.In) {
			c.fail(i.Pos, "no-right-answer", "the item %q of %q stands in no category", i.Key, q.Key)
		}
	}
	if len(q.Items) < 2 || (q.Kind == quiz.Categorise && len(q.Categories) < 2) {
		c.fail(q.Pos, "too-few-parts", "%q has at least two items, and two categories if it sorts", q.Key)
	}
}

func (c *checker) gaps(q *quiz.Question, noKey func(string)) {
	gaps := c.keys("gap")
	for _, g := range q.Gaps {
		gaps.add(g.Key, g.Pos)
		switch g.Kind {
		case quiz.GapChoice:
			if right := c.options(g.Options); right != 1 || len(g.Options) < 2 {
				c.fail(g.Pos, "no-right-answer", "the gap %q of %q has two options or more, one of them right", g.Key, q.Key)
			}
		case quiz.GapText:
		default:
			c.fail(g.Pos, "unknown-kind", "a gap is a choice or a text, not %q", g.Kind)
		}
	}
	if len(q.Gaps) == 0 {
		noKey("a cloze has gaps")
	}
}

// words looks at a question's text in one language.
func (c *checker) words(q *quiz.Question, lang courses.Lang) {
	file := textFile(lang, q.Pos.File)
	o := c.p.LessonOptions(lang, file)
	for path, text := range q.Words {
		words, ok := text[lang]
		if !ok {
			continue
		}
		pos := c.p.Place(file, q.Key+"/"+path)
		o.Line = pos.Line
		_, cited, problems := lesson.Inline(words, o, nil)
		for _, s := range cited {
			c.sources[s.Source.Key] = true
		}
		c.problems = append(c.problems, problems...)
		if strings.HasPrefix(path, "options/") && allOfTheAbove(words) {
			c.fail(pos, "all-of-the-above", "%q refers to the other options: their order changes, and it can be guessed", words)
		}
		if q.Kind != quiz.Cloze {
			c.placeholders(text, lang, pos)
		}
	}
	if stem, ok := q.Words["stem"][lang]; ok && q.Kind == quiz.Cloze {
		c.gapMarks(q, stem, c.p.Place(file, q.Key+"/stem"))
	}
	c.longest(q, lang, file)
	c.unlike(q, lang, file)
}

var placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// placeholders holds the marks of a translation against those of the source language.
func (c *checker) placeholders(text courses.Text, lang courses.Lang, pos courses.Position) {
	source := c.p.Course.Languages[0]
	if lang == source || text[source] == "" {
		return
	}
	want, got := placeholder.FindAllString(text[source], -1), placeholder.FindAllString(text[lang], -1)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		c.fail(pos, "placeholder", "the marks %v differ from those in %s, %v", got, source, want)
	}
}

func (c *checker) gapMarks(q *quiz.Question, stem string, pos courses.Position) {
	var want []string
	for _, g := range q.Gaps {
		want = append(want, g.Key)
	}
	got := quiz.Gaps(stem)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		c.fail(pos, "cloze-gaps", "the text has the gaps %v, the structure %v", got, want)
	}
}

// "All of the above" and "none of the above" in the languages that we write. Word ends are left open:
// these languages bend them.
var aboveForms = regexp.MustCompile(`(?i)\b(all|none|both|any) of (the )?(above|these answers|those answers)|` +
	`вс[её] (вышеперечисленн|вышеуказанн|перечисленн|варианты|ответы верн)|вс[её] из (вышеперечисленн|перечисленн)|вс[её],? что перечислено|` +
	`(ничего|ни один|ни одно) из (вышеперечисленн|перечисленн)|` +
	`všetk[a-zýéo]* (uveden|vyššie|z vyššie|z uveden|odpovede)|(žiadn|nič)[a-zýáeé]* z (vyššie|uveden)|` +
	`(жоғарыда|жоғарғы)[а-яәғқңөұүһі]*( аталған| көрсетілген)?[а-яәғқңөұүһі]*(дың|дің|ның|нің|тың|тің)? (бәрі|барлығы|ешқайсысы)|аталғандардың (бәрі|барлығы|ешқайсысы)|` +
	`ҳамаи (ҷавобҳо|гуфтаҳо|дар боло|номбаршуда|зикршуда|мавридҳои боло)|ҳеҷ ?(кадоме|як|яке) аз (боло|дар боло|номбаршуда|зикршуда)|` +
	`(жогоруда|жогорку|саналган|аталган)[а-яөүң]*( айтылган| көрсөтүлгөн| аталган)?[а-яөүң]* (баары|бардыгы|бири да эмес|эч бири)`)

func allOfTheAbove(option string) bool { return aboveForms.MatchString(option) }

// longest warns where the right option can be told by its length alone.
func (c *checker) longest(q *quiz.Question, lang courses.Lang, file string) {
	if q.Kind != quiz.Single || len(q.Options) < 3 {
		return
	}
	right, wrong, key := 0, 0, ""
	for _, o := range q.Options {
		n := utf8.RuneCountInString(q.Words["options/"+o.Key][lang])
		if o.Right {
			right, key = n, o.Key
		} else {
			wrong = max(wrong, n)
		}
	}
	if right > wrong+15 && float64(right) > 1.3*float64(wrong) {
		c.warn(c.p.Place(file, q.Key+"/options/"+key), "right-is-longest", "the right option of %q has %d characters, the longest wrong one %d", q.Key, right, wrong)
	}
}

// unlike warns where options differ so much in length that the eye is drawn, and where nearly all of a multiple
// choice is right, so that ticking every box pays.
func (c *checker) unlike(q *quiz.Question, lang courses.Lang, file string) {
	if (q.Kind != quiz.Single && q.Kind != quiz.Multiple) || len(q.Options) < 3 {
		return
	}
	least, most := 0, 0
	for i, o := range q.Options {
		n := utf8.RuneCountInString(q.Words["options/"+o.Key][lang])
		if n == 0 {
			return // not in this language
		}
		if i == 0 || n < least {
			least = n
		}
		most = max(most, n)
	}
	if most-least > 20 && float64(most) > 1.6*float64(least) {
		c.warn(c.p.Place(file, q.Key+"/options"), "options-unlike", "the options of %q have %d to %d characters", q.Key, least, most)
	}
}

// lengths warns if in a language the right option of single choices is the longest, or the shortest, too often:
// whoever knows nothing and goes by length must not gain by it. Of four options a quarter is chance.
func (c *checker) lengths() {
	for _, lang := range c.p.Course.AllLanguages() {
		long, short, total := 0, 0, 0
		for i := range c.p.Bank {
			q := &c.p.Bank[i]
			right, least, most := lengthsOf(q, lang)
			if right == 0 {
				continue
			}
			total++
			if right > most {
				long++
			}
			if right < least {
				short++
			}
		}
		pos := courses.Position{File: "text/" + string(lang) + "/bank"}
		if total >= 8 && float64(long) > 0.4*float64(total) {
			c.warn(pos, "longest-often-right", "in %d of %d single choices the longest option is the right one", long, total)
		}
		if total >= 8 && float64(short) > 0.4*float64(total) {
			c.warn(pos, "shortest-often-right", "in %d of %d single choices the shortest option is the right one", short, total)
		}
	}
}

// lengthsOf gives the characters of the right option of a single choice, and the bounds of the wrong ones; zeros
// where it is none or does not stand in the language.
func lengthsOf(q *quiz.Question, lang courses.Lang) (right, least, most int) {
	if q.Kind != quiz.Single || len(q.Options) < 3 {
		return 0, 0, 0
	}
	for _, o := range q.Options {
		n := utf8.RuneCountInString(q.Words["options/"+o.Key][lang])
		switch {
		case n == 0:
			return 0, 0, 0
		case o.Right:
			right = n
		default:
			most = max(most, n)
			if least == 0 || n < least {
				least = n
			}
		}
	}
	return right, least, most
}

// spread warns if one place holds the right answer too often. Trainees who shuffle do not see it; those
// with a printed paper do.
func (c *checker) spread() {
	count, total := map[int]int{}, 0
	for _, q := range c.p.Bank {
		if q.Kind != quiz.Single {
			continue
		}
		for i, o := range q.Options {
			if o.Right {
				count[i]++
				total++
			}
		}
	}
	if total < 8 {
		return
	}
	for i, n := range count {
		if float64(n) > 0.45*float64(total) {
			c.warn(courses.Position{File: "bank"}, "keys-not-spread", "in %d of %d single choices the right option stands at place %d", n, total, i+1)
		}
	}
}
