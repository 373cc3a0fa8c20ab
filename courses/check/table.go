package check

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/pack"
	"mostik/courses/quiz"
)

// Table writes what courses consist of as Markdown: activities by kind, words and minutes of reading by
// language, questions by kind, module and language, and how much of each language is there.
func Table(w io.Writer, packages []*pack.Package) error {
	t := &tables{}
	t.line("# What the courses hold\n\nWritten by `make course-table`; do not edit by hand.\n")
	t.overview(packages)
	for _, p := range packages {
		t.course(p)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type tables struct{ b strings.Builder }

func (t *tables) line(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }

// rows writes a table; the first row is its head. Columns but the first hold numbers.
func (t *tables) rows(list [][]string) {
	for i, r := range list {
		t.line("| %s |", strings.Join(r, " | "))
		if i == 0 {
			t.line("|---%s|", strings.Repeat("|--:", len(r)-1))
		}
	}
	t.line("")
}

func (t *tables) overview(packages []*pack.Package) {
	list := [][]string{{"Course", "Modules", "Activities", "Hours", "Questions", "Papers", "Terms", "Sources", "Complete in", "In part in"}}
	for _, p := range packages {
		c := &p.Course
		list = append(list, []string{
			c.Title.In("en"), strconv.Itoa(len(c.Modules)), strconv.Itoa(countActivities(c, "")), fmt.Sprint(c.Hours), strconv.Itoa(len(p.Bank)),
			strconv.Itoa(len(c.Papers)), strconv.Itoa(len(p.Glossary)), strconv.Itoa(len(p.Sources)), tags(c.Languages), tags(c.AllLanguages()[len(c.Languages):]),
		})
	}
	t.rows(list)
}

func tags(langs []courses.Lang) string {
	var out []string
	for _, l := range langs {
		out = append(out, string(l))
	}
	if len(out) == 0 {
		return "—"
	}
	return strings.Join(out, " ")
}

func countActivities(c *courses.Course, kind courses.Kind) int {
	n := 0
	for _, m := range c.Modules {
		for _, a := range m.Activities {
			if kind == "" || a.Kind == kind {
				n++
			}
		}
	}
	return n
}

func (t *tables) course(p *pack.Package) {
	t.line("## %s\n", p.Course.Title.In("en"))
	t.kinds(p)
	t.languages(p)
	t.questions(p)
	t.practice(p)
}

func (t *tables) kinds(p *pack.Package) {
	var parts []string
	for _, kind := range courses.Kinds {
		if n := countActivities(&p.Course, kind); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	t.line("Activities: %s.\n", strings.Join(parts, ", "))
}

// languages tells, a line a language, what there is and how it reads.
func (t *tables) languages(p *pack.Package) {
	list := [][]string{{"Language", "Texts", "Covers", "Words of lessons", "Minutes to read", "Words a sentence", "Hardest lesson", "Words of papers", "Papers", "Questions", "Reviewed"}}
	coverage, whole := Coverage(p)
	readings := Readings(p)
	for _, lang := range p.Course.AllLanguages() {
		words, minutes, sentences, inSentences, hardest := 0, 0, 0, 0.0, "—"
		worst := 0.0
		for _, r := range readings {
			if r.Lang != lang {
				continue
			}
			words, minutes, sentences, inSentences = words+r.Words, minutes+r.Minutes, sentences+r.Sentences, inSentences+r.Mean*float64(r.Sentences)
			if r.LIX > worst {
				worst, hardest = r.LIX, r.Level
			}
		}
		mean := "—"
		if sentences > 0 {
			mean = fmt.Sprintf("%.1f", inSentences/float64(sentences))
		}
		reviewed := "no"
		if p.Course.IsReviewed(lang) {
			reviewed = "yes"
		}
		list = append(list, []string{
			string(lang), strconv.Itoa(coverage[lang]), fmt.Sprintf("%.0f %%", 100*float64(coverage[lang])/float64(max(1, whole))), strconv.Itoa(words),
			strconv.Itoa(minutes), mean, hardest, strconv.Itoa(paperWords(p, lang)), strconv.Itoa(len(p.Papers[lang])), strconv.Itoa(questionsIn(p, lang)), reviewed,
		})
	}
	t.rows(list)
}

func paperWords(p *pack.Package, lang courses.Lang) int {
	n := 0
	for key, text := range p.Papers[lang] {
		l, _ := lesson.Render(text, p.PaperOptions(lang, pack.PaperFile(lang, key)))
		n += l.Words
	}
	return n
}

func questionsIn(p *pack.Package, lang courses.Lang) int {
	n := 0
	for i := range p.Bank {
		if p.Bank[i].Words["stem"][lang] != "" {
			n++
		}
	}
	return n
}

// questions crosses the kinds of question with the modules. A question belongs to the module among its tags.
func (t *tables) questions(p *pack.Package) {
	head := []string{"Questions"}
	for _, m := range p.Course.Modules {
		head = append(head, m.Key)
	}
	list := [][]string{append(head, "all")}
	add := func(name string, fits func(*quiz.Question) bool) {
		row, all := []string{name}, 0
		for _, m := range p.Course.Modules {
			n := 0
			for i := range p.Bank {
				if q := &p.Bank[i]; slices.Contains(q.Tags, m.Key) && fits(q) {
					n++
				}
			}
			row = append(row, strconv.Itoa(n))
		}
		for i := range p.Bank {
			if fits(&p.Bank[i]) {
				all++
			}
		}
		if all > 0 {
			list = append(list, append(row, strconv.Itoa(all)))
		}
	}
	for _, kind := range quiz.Kinds {
		add(string(kind), func(q *quiz.Question) bool { return q.Kind == kind })
	}
	for level := 1; level <= 3; level++ {
		add(fmt.Sprintf("level %d", level), func(q *quiz.Question) bool { return q.Level == level })
	}
	for _, lang := range p.Course.AllLanguages() {
		add("in "+string(lang), func(q *quiz.Question) bool { return q.Words["stem"][lang] != "" })
	}
	add("all", func(*quiz.Question) bool { return true })
	t.rows(list)
}

func (t *tables) practice(p *pack.Package) {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(p.Scenarios)) {
		parts = append(parts, fmt.Sprintf("the interview `%s` of %d nodes and %d roles", key, len(p.Scenarios[key].Nodes), len(p.Scenarios[key].Roles)))
	}
	for _, key := range slices.Sorted(maps.Keys(p.Encounters)) {
		parts = append(parts, fmt.Sprintf("the encounter `%s` of %d nodes", key, len(p.Encounters[key].Nodes)))
	}
	for _, key := range slices.Sorted(maps.Keys(p.Decks)) {
		parts = append(parts, fmt.Sprintf("the deck `%s` of %d cards", key, len(p.Decks[key].Cards)))
	}
	if len(parts) > 0 {
		t.line("Practice: %s.\n", strings.Join(parts, ", "))
	}
	if len(p.Course.Countries) > 0 {
		t.line("Countries: %s.\n", strings.Join(p.Course.Countries, ", "))
	}
}
