package learning

import (
	"slices"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/catalog"
)

// reviewed tells whether what stands in the language carries no mark: the course answers for it, or an
// operator does.
func (st *study) reviewed(lang courses.Lang) bool {
	return st.Loaded.Course().IsReviewed(lang) || slices.Contains(st.Reviews, string(lang))
}

// unreviewed lists the languages in which the reader is shown a part of the course that carries the mark.
func (st *study) unreviewed(reader string) []courses.Lang {
	var list []courses.Lang
	add := func(lang courses.Lang) {
		if !st.reviewed(lang) && !slices.Contains(list, lang) {
			list = append(list, lang)
		}
	}
	add(st.Loaded.HeadLang(reader))
	for i := range st.Loaded.Activities {
		add(st.Loaded.LangOf(reader, &st.Loaded.Activities[i]))
	}
	return list
}

// examLanguages lists the languages in which a test that certifies may be taken: complete and reviewed, those
// first that the reader reads sooner.
func (st *study) examLanguages(reader string) []courses.Lang {
	var list []courses.Lang
	for _, lang := range st.Loaded.Course().Fallbacks(courses.Lang(reader)) {
		if st.reviewed(lang) {
			list = append(list, lang)
		}
	}
	return list
}

// examLanguage gives the language in which an attempt is taken from its first question to its last, "" where it
// follows the reader. Errors: Conflict with code language-not-offered.
func (st *study) examLanguage(a *catalog.Activity, in StartInput) (courses.Lang, error) {
	if !isFinal(a.Activity) {
		return "", nil
	}
	chosen := courses.Lang(in.Language)
	if chosen == "" {
		chosen = st.Loaded.LangOf(in.Lang, a)
	}
	offered := st.examLanguages(in.Lang)
	if slices.Contains(offered, chosen) {
		return chosen, nil
	}
	refused := &lms.Error{
		Kind: lms.Conflict, Code: "language-not-offered", Field: "language",
		Detail: "a test that certifies is taken in a language in which the course is complete and reviewed",
	}
	for _, lang := range offered {
		refused.Problems = append(refused.Problems, lms.FieldProblem{Field: string(lang), Code: "language-offered"})
	}
	return "", refused
}

// lang gives the language in which the attempt is shown.
func (at *attempt) lang(reader string) courses.Lang {
	if at.Paper.Lang != "" {
		return at.Paper.Lang
	}
	if a, ok := at.loaded.Activity(at.Activity); ok {
		return at.loaded.LangOf(reader, a)
	}
	return at.loaded.Lang(reader)
}
