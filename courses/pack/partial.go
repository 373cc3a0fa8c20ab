package pack

import (
	"regexp"
	"slices"
	"strings"

	"mostik/courses"
	"mostik/courses/quiz"
)

// owed tells what a language's text files have to hold. A complete language owes everything; a partial
// one owes what its modules show, the glossary, and the titles of the papers that it has. What it gives
// beyond that is taken.
type owed struct {
	all   bool
	paths map[string]map[string]bool // text file: the outer parts that are owed whole
	files map[string]bool            // text files that are owed whole
}

var figureRef = regexp.MustCompile(`(?m)^!\[[^\]]*\]\(figure:([^)\s]*)\)\s*$`)

var cardsRef = regexp.MustCompile(`(?m)^::cards\[([^\]]*)\]\s*$`)

// owed is asked after the lessons and papers of the language were read.
func (r *reader) owed(lang courses.Lang) *owed {
	c := &r.p.Course
	o := &owed{
		all:   slices.Contains(c.Languages, lang),
		files: map[string]bool{"glossary.yaml": true},
		paths: map[string]map[string]bool{},
	}
	if o.all {
		return o
	}
	for _, head := range []string{"title", "summary", "audience", "outcomes"} {
		o.add("course.yaml", head)
	}
	for i := range c.Modules {
		if m := &c.Modules[i]; c.Has(lang, m.Key) {
			o.add("course.yaml", "modules/"+m.Key)
			for j := range m.Activities {
				r.owedActivity(o, &m.Activities[j])
			}
		}
	}
	for key, text := range r.p.Papers[lang] {
		o.add("course.yaml", "papers/"+key)
		for _, m := range cardsRef.FindAllStringSubmatch(text, -1) {
			o.files["decks/"+m[1]+".yaml"] = true
		}
		o.figures(text)
	}
	for _, text := range r.p.Lessons[lang] {
		o.figures(text)
	}
	return o
}

func (o *owed) add(file, part string) {
	if o.paths[file] == nil {
		o.paths[file] = map[string]bool{}
	}
	o.paths[file][part] = true
}

func (o *owed) figures(text string) {
	for _, m := range figureRef.FindAllStringSubmatch(text, -1) {
		o.add("figures.yaml", m[1])
	}
}

func (r *reader) owedActivity(o *owed, a *courses.Activity) {
	o.add("course.yaml", "activities/"+a.Key)
	o.add("course.yaml", "rubrics/"+a.Key)
	for _, name := range textsOf(a) {
		o.files[name] = true
	}
	if a.Quiz == nil {
		return
	}
	for i := range r.p.Bank {
		if q := &r.p.Bank[i]; asks(a.Quiz, q) {
			o.add(q.Pos.File, q.Key)
		}
	}
}

// textsOf names the text files, but those of lessons and questions, that an activity shows.
func textsOf(a *courses.Activity) []string {
	var names []string
	for folder, key := range map[string]string{"scenarios": a.Scenario, "surveys": a.Survey, "worksheets": a.Worksheet, "desks": a.Desk, "exercises": a.Exercise} {
		if key != "" {
			names = append(names, folder+"/"+key+".yaml")
		}
	}
	return names
}

func asks(spec *courses.QuizSpec, q *quiz.Question) bool {
	return slices.Contains(spec.Items, q.Key) || slices.ContainsFunc(spec.Draw, func(d courses.DrawRule) bool { return quiz.Fits(q, d) })
}

// of gives the text file with everything optional that the language does not owe.
func (o *owed) of(t *textFile) *textFile {
	if o.all || o.files[t.name] {
		return t
	}
	out := &textFile{name: t.name, segments: slices.Clone(t.segments)}
	for i := range out.segments {
		s := &out.segments[i]
		s.optional = s.optional || !o.owes(t.name, s.path)
	}
	return out
}

func (o *owed) owes(file, path string) bool {
	for part := range o.paths[file] {
		if path == part || strings.HasPrefix(path, part+"/") {
			return true
		}
	}
	return false
}
