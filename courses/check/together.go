package check

import (
	"maps"
	"slices"
	"strings"

	"mostik/courses"
	"mostik/courses/pack"
)

// Together holds courses against each other that one site offers: a key of the glossary that two of them have is
// called the same in each language. Positions are in the later course; the message names the earlier one.
func Together(packages []*pack.Package) map[string][]courses.Problem {
	found := map[string][]courses.Problem{}
	type said struct{ course, term string }
	first := map[string]map[courses.Lang]said{}
	for _, p := range packages {
		c := &checker{p: p}
		for _, key := range slices.Sorted(maps.Keys(p.Glossary)) {
			if first[key] == nil {
				first[key] = map[courses.Lang]said{}
			}
			for _, lang := range p.Course.AllLanguages() {
				term := p.Glossary[key].Term[lang]
				before, known := first[key][lang]
				switch {
				case term == "":
				case !known:
					first[key][lang] = said{p.Course.Key, term}
				case !strings.EqualFold(before.term, term):
					c.fail(p.Place(textFile(lang, "glossary.yaml"), key+"/term"), "term-differs",
						"the term %q is %q here and %q in the course %s", key, term, before.term, before.course)
				}
			}
		}
		if len(c.problems) > 0 {
			found[p.Course.Key] = courses.SortProblems(c.problems)
		}
	}
	return found
}
