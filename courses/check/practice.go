package check

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/exercise"
	"mostik/courses/lesson"
	"mostik/courses/scenario"
)

// tableRows is how many rows a worksheet's table may have.
const tableRows = 40

func (c *checker) desks() {
	used := map[string]bool{}
	for _, m := range c.p.Course.Modules {
		for _, a := range m.Activities {
			used[a.Desk] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.p.Desks)) {
		d := c.p.Desks[key]
		if !used[key] {
			c.warn(d.Pos, "unused-desk", "no activity opens the desk %q", key)
		}
		facts := c.deskFacts(d)
		c.documents(d, facts)
		c.indicators(d, facts)
		c.conclusions(d)
		for _, lang := range c.p.Course.AllLanguages() {
			c.deskWords(d, lang)
		}
	}
}

func (c *checker) deskFacts(d *desk.Desk) *keys {
	facts, elements := c.keys("fact"), map[scenario.Element]bool{}
	for _, f := range d.Facts {
		facts.add(f.Key, f.Pos)
		elements[f.Element] = true
		if !slices.Contains([]scenario.Element{scenario.Act, scenario.Means, scenario.Purpose, scenario.None}, f.Element) {
			c.fail(f.Pos, "unknown-element", "a fact is act, means, purpose or none, not %q", f.Element)
		}
		if d.Child && f.Element == scenario.Means {
			c.fail(f.Pos, "child-means", "means are not required where the person is a child: %q cannot be sorted under them", f.Key)
		}
	}
	if len(d.Facts) == 0 {
		c.fail(d.Pos, "missing-field", "the desk %q needs facts", d.Key)
	} else if !elements[scenario.None] {
		c.warn(d.Pos, "all-facts-count", "every fact of %q is an element; a file also tells things that are none", d.Key)
	}
	return facts
}

// documents holds each fact to stand in exactly one document.
func (c *checker) documents(d *desk.Desk, facts *keys) {
	documents, in := c.keys("document"), map[string]string{}
	for _, doc := range d.Documents {
		documents.add(doc.Key, doc.Pos)
		if !slices.Contains(desk.Kinds, doc.Kind) {
			c.fail(c.p.Near(doc.Pos, "kind"), "unknown-kind", "a document is one of %v, not %q", desk.Kinds, doc.Kind)
		}
		for i, f := range doc.Facts {
			at := c.p.Near(doc.Pos, fmt.Sprintf("facts/%d", i))
			if !facts.has(f) {
				c.fail(at, "unknown-fact", "there is no fact %q", f)
			} else if in[f] != "" {
				c.fail(at, "fact-twice", "the fact %q stands in %q too", f, in[f])
			}
			in[f] = doc.Key
		}
	}
	for _, f := range d.Facts {
		if in[f.Key] == "" {
			c.fail(f.Pos, "never-shown", "no document has the fact %q", f.Key)
		}
	}
}

func (c *checker) indicators(d *desk.Desk, facts *keys) {
	indicators := c.keys("indicator")
	for _, i := range d.Indicators {
		indicators.add(i.Key, i.Pos)
		if !slices.Contains(desk.Weights, i.Weight) {
			c.fail(c.p.Near(i.Pos, "weight"), "unknown-weight", "a file supports an indicator none, weak or strong, not %q", i.Weight)
		}
		for n, f := range i.Facts {
			if !facts.has(f) {
				c.fail(c.p.Near(i.Pos, fmt.Sprintf("facts/%d", n)), "unknown-fact", "there is no fact %q", f)
			}
		}
		if (i.Weight == desk.None) != (len(i.Facts) == 0) && slices.Contains(desk.Weights, i.Weight) {
			c.warn(i.Pos, "weight-and-facts", "an indicator that the file supports names the facts, and one that it does not names none (%q)", i.Key)
		}
	}
	if len(d.Indicators) == 0 {
		c.fail(d.Pos, "missing-field", "the desk %q needs indicators", d.Key)
	}
}

func (c *checker) conclusions(d *desk.Desk) {
	conclusions, right := c.keys("conclusion"), 0
	for _, x := range d.Conclusions {
		conclusions.add(x.Key, x.Pos)
		if x.Right {
			right++
		}
		if x.Right && x.Source != "" {
			c.fail(c.p.Near(x.Pos, "source"), "right-breaks-rule", "the source of %q names a rule that it breaks, and it is right", x.Key)
		}
		if x.Source != "" {
			c.cites(x.Source, c.p.Near(x.Pos, "source"))
		}
	}
	if right != 1 || len(d.Conclusions) < 2 {
		c.fail(d.Pos, "no-right-answer", "%s: there are at least two conclusions, one of them right", d.Key)
	}
}

func (c *checker) deskWords(d *desk.Desk, lang courses.Lang) {
	file := textFile(lang, d.Pos.File)
	o := c.p.LessonOptions(lang, file)
	for _, doc := range d.Documents {
		c.document(d, &doc, lang, o)
	}
	inline := func(path string, t courses.Text) { c.inline(file, path, t, lang, o) }
	for _, f := range d.Facts {
		inline("facts/"+f.Key+"/text", f.Text)
		inline("facts/"+f.Key+"/feedback", f.Feedback)
	}
	for _, i := range d.Indicators {
		inline("indicators/"+i.Key+"/text", i.Text)
		inline("indicators/"+i.Key+"/feedback", i.Feedback)
	}
	right, wrong, key := 0, 0, ""
	for _, x := range d.Conclusions {
		inline("conclusions/"+x.Key+"/text", x.Text)
		inline("conclusions/"+x.Key+"/feedback", x.Feedback)
		if n := utf8.RuneCountInString(x.Text[lang]); x.Right {
			right, key = n, x.Key
		} else {
			wrong = max(wrong, n)
		}
	}
	c.length(right, wrong, c.p.Place(file, "conclusions/"+key))
}

// length warns where what is right can be told by its length alone.
func (c *checker) length(right, wrong int, pos courses.Position) {
	if wrong > 0 && right > wrong+15 && float64(right) > 1.3*float64(wrong) {
		c.warn(pos, "right-is-longest", "the right one has %d characters, the longest wrong one %d", right, wrong)
	}
}

// inline looks at a short text and at what it refers to.
func (c *checker) inline(file, path string, t courses.Text, lang courses.Lang, o lesson.Options) {
	words, ok := t[lang]
	if !ok {
		return
	}
	o.Line = c.p.Place(file, path).Line
	_, cited, problems := lesson.Inline(words, o, nil)
	for _, s := range cited {
		c.sources[s.Source.Key] = true
	}
	c.problems = append(c.problems, problems...)
}

// document holds the marks of a document's text against its facts, and refuses what a paper of a case
// file does not have.
func (c *checker) document(d *desk.Desk, doc *desk.Document, lang courses.Lang, o lesson.Options) {
	text, ok := doc.Text[lang]
	if !ok {
		return
	}
	pos := c.p.Place(o.File, "documents/"+doc.Key+"/text")
	o.Line, o.Facts = pos.Line+1, d.FactKeys() // the words begin under the key
	l, problems := lesson.Render(text, o)
	c.problems = append(c.problems, problems...)
	if len(l.Sources) > 0 || len(l.Figures) > 0 || len(l.Overlays) > 0 || len(l.Parts) > 0 || len(l.Media) > 0 {
		c.fail(pos, "document-form", "a document has text, lists and tables, no sources, figures, overlays or parts")
	}
	marked := map[string]bool{}
	for _, f := range l.Facts {
		if !slices.Contains(doc.Facts, f.Key) {
			c.fail(f.Pos, "fact-marks", "the text marks %q, which is no fact of the document %q", f.Key, doc.Key)
		}
		marked[f.Key] = true
	}
	for _, f := range doc.Facts {
		if !marked[f] {
			c.fail(pos, "fact-marks", "the text of %q does not mark the fact %q: [words](fact:%s)", doc.Key, f, f)
		}
	}
}

func (c *checker) exercises() {
	used := map[string]bool{}
	for _, m := range c.p.Course.Modules {
		for _, a := range m.Activities {
			used[a.Exercise] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.p.Exercises)) {
		e := c.p.Exercises[key]
		if !used[key] {
			c.warn(e.Pos, "unused-exercise", "no activity sits down at the exercise %q", key)
		}
		parts := c.keys("part")
		for _, p := range e.Parts {
			parts.add(p.Key, p.Pos)
		}
		if n := len(e.Parts); n < exercise.FewestParts || n > exercise.MostParts {
			c.fail(e.Pos, "parts", "the exercise %q has %d parts; from %d to %d can sit at a table", key, n, exercise.FewestParts, exercise.MostParts)
		}
		items := c.keys("item")
		for i := range e.Proposal {
			items.add(e.Proposal[i].Key, e.Proposal[i].Pos)
			c.proposalItem(&e.Proposal[i])
		}
		if len(e.Proposal) == 0 {
			c.fail(e.Pos, "missing-field", "the exercise %q needs a proposal", key)
		}
		for _, lang := range c.p.Course.AllLanguages() {
			c.exerciseWords(e, lang)
		}
	}
}

func (c *checker) proposalItem(i *exercise.Item) {
	options, right := c.keys("option"), 0
	for _, o := range i.Options {
		options.add(o.Key, o.Pos)
		if o.Right {
			right++
		}
	}
	switch i.Kind {
	case exercise.Choice:
		if right != 1 || len(i.Options) < 2 {
			c.fail(i.Pos, "no-right-answer", "%q has at least two options, one of them right", i.Key)
		}
	case exercise.Choices:
		if right == 0 || right == len(i.Options) {
			c.fail(i.Pos, "no-right-answer", "%q has options that are right and options that are not", i.Key)
		}
	case exercise.Text:
		if len(i.Options) > 0 {
			c.fail(i.Pos, "field-options", "a text has no options (%q)", i.Key)
		}
	default:
		c.fail(c.p.Near(i.Pos, "kind"), "unknown-kind", "an item is choice, choices or text, not %q", i.Kind)
	}
}

func (c *checker) exerciseWords(e *exercise.Exercise, lang courses.Lang) {
	file := textFile(lang, e.Pos.File)
	o := c.p.LessonOptions(lang, file)
	block := func(path string, t courses.Text) {
		text, ok := t[lang]
		if !ok {
			return
		}
		o.Line = c.p.Place(file, path).Line + 1 // the words begin under the key
		l, problems := lesson.Render(text, o)
		c.problems = append(c.problems, problems...)
		c.uses(l)
	}
	for _, p := range e.Parts {
		block("parts/"+p.Key+"/card", p.Card)
	}
	block("debrief", e.Debrief)
	for _, i := range e.Proposal {
		right, wrong, key := 0, 0, ""
		for _, opt := range i.Options {
			c.inline(file, "proposal/"+i.Key+"/feedback/"+opt.Key, opt.Feedback, lang, o)
			if n := utf8.RuneCountInString(opt.Text[lang]); opt.Right {
				right, key = n, opt.Key
			} else {
				wrong = max(wrong, n)
			}
		}
		if i.Kind == exercise.Choice {
			c.length(right, wrong, c.p.Place(file, "proposal/"+i.Key+"/options/"+key))
		}
	}
}

// numberField looks at what only numbers and tables have.
func (c *checker) numberField(w *courses.WorksheetDoc, f *courses.Field) {
	if f.Unit && f.Kind != courses.Number {
		c.fail(c.p.Near(f.Pos, "unit"), "needless-field", "only a number has a unit (%q)", f.Key)
	}
	if f.Kind != courses.Table {
		if f.Rows != 0 || len(f.Columns) > 0 || len(f.Totals) > 0 || f.Capacity != "" {
			c.fail(f.Pos, "needless-field", "only a table has rows, columns, totals and a capacity (%q)", f.Key)
		}
		return
	}
	if f.Rows < 1 || f.Rows > tableRows {
		c.fail(c.p.Near(f.Pos, "rows"), "table-rows", "the table %q has from 1 to %d rows", f.Key, tableRows)
	}
	if f.Required {
		c.fail(c.p.Near(f.Pos, "required"), "needless-field", "a table may stay empty, so %q is not required", f.Key)
	}
	numbers := c.columns(f)
	for i, t := range f.Totals {
		if !numbers[t] {
			c.fail(c.p.Near(f.Pos, fmt.Sprintf("totals/%d", i)), "unknown-column", "%q is no column of numbers", t)
		}
	}
	if f.Capacity == "" {
		return
	}
	if len(f.Totals) == 0 || !slices.ContainsFunc(w.Fields, func(x courses.Field) bool { return x.Key == f.Capacity && x.Kind == courses.Number }) {
		c.fail(c.p.Near(f.Pos, "capacity"), "unknown-capacity", "the first total of %q is compared with a number of the worksheet; %q is none, or there is no total", f.Key, f.Capacity)
	}
}

// columns gives the keys of the columns of numbers.
func (c *checker) columns(f *courses.Field) map[string]bool {
	columns, numbers := c.keys("column"), map[string]bool{}
	for _, col := range f.Columns {
		columns.add(col.Key, col.Pos)
		numbers[col.Key] = col.Kind == courses.Number
		if !slices.Contains([]courses.FieldKind{courses.Line, courses.Number, courses.Choice}, col.Kind) {
			c.fail(col.Pos, "unknown-kind", "a column is line, number or choice, not %q", col.Kind)
		}
		if (col.Kind == courses.Choice) != (len(col.Options) > 0) {
			c.fail(col.Pos, "field-options", "a choice has options and nothing else has (%q)", col.Key)
		}
		options := c.keys("option")
		for _, o := range col.Options {
			options.add(o.Key, o.Pos)
		}
	}
	if len(f.Columns) == 0 {
		c.fail(f.Pos, "missing-field", "the table %q needs columns", f.Key)
	}
	return numbers
}
