package catalog

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/lms"
	"mostik/lms/db"
)

// GlossaryView is the glossary of all published courses.
type GlossaryView struct {
	Courses []GlossaryCourse `json:"courses"`
	// Languages are those that any term stands in.
	Languages []courses.Lang  `json:"languages"`
	Entries   []GlossaryEntry `json:"entries"`
}

// GlossaryCourse is a course that has a glossary.
type GlossaryCourse struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// GlossaryEntry is a term with what it is called in each language. The definition is safe inline HTML in the
// reader's language, or in the one that they are shown instead.
type GlossaryEntry struct {
	Key     string                  `json:"key"`
	Courses []string                `json:"courses"`
	Terms   map[courses.Lang]string `json:"terms"`
	// Language is that of Term and Definition.
	Language   courses.Lang `json:"language"`
	Term       string       `json:"term"`
	Definition string       `json:"definition"`
}

// Glossary joins the glossaries of the published courses: a key that several have is one entry, with the words
// of the first.
func (s *Service) Glossary(ctx context.Context, actor lms.Actor, reader string) (view *GlossaryView, err error) {
	defer lms.Wrap(&err, "catalog.Glossary")
	if err := actor.Can(lms.Browse, lms.Facts{}); err != nil {
		return nil, err
	}
	versions, err := s.currentVersions(ctx)
	if err != nil {
		return nil, err
	}
	view = &GlossaryView{Courses: []GlossaryCourse{}, Languages: []courses.Lang{}, Entries: []GlossaryEntry{}}
	at := map[string]int{}
	for _, id := range versions {
		l, err := s.Version(ctx, id)
		if err != nil {
			return nil, err
		}
		if len(l.Package.Glossary) == 0 {
			continue
		}
		c := l.Course()
		view.Courses = append(view.Courses, GlossaryCourse{c.Key, l.In(c.Title, reader)})
		for _, lang := range c.AllLanguages() {
			if !slices.Contains(view.Languages, lang) {
				view.Languages = append(view.Languages, lang)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(l.Package.Glossary)) {
			i, seen := at[key]
			if !seen {
				i = len(view.Entries)
				at[key] = i
				view.Entries = append(view.Entries, l.entry(key, reader))
			}
			e := &view.Entries[i]
			e.Courses = append(e.Courses, c.Key)
			for lang, term := range l.Package.Glossary[key].Term {
				if e.Terms[lang] == "" {
					e.Terms[lang] = term
				}
			}
		}
	}
	slices.SortFunc(view.Entries, func(a, b GlossaryEntry) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Term), strings.ToLower(b.Term)), strings.Compare(a.Key, b.Key))
	})
	return view, nil
}

func (l *Loaded) entry(key, reader string) GlossaryEntry {
	t := l.Package.Glossary[key]
	e := GlossaryEntry{Key: key, Terms: map[courses.Lang]string{}, Language: courses.Lang(reader)}
	if t.Definition[e.Language] == "" {
		e.Language, _ = l.blockWords(t.Definition, e.Language)
	}
	e.Term = l.In(t.Term, string(e.Language))
	e.Definition, _, _ = lesson.Inline(t.Definition.In(e.Language), l.Package.LessonOptions(e.Language, "glossary"), nil)
	return e
}

// currentVersions lists the current version of every published course, the oldest course first.
func (s *Service) currentVersions(ctx context.Context) (list []lms.ID[lms.Version], err error) {
	rows, err := db.Rows(ctx, s.DB, `SELECT current_version_id FROM courses WHERE current_version_id IS NOT NULL ORDER BY created_at, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id lms.ID[lms.Version]
		if err := rows.Scan(&id); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, id)
	}
	return list, db.Translate(rows.Err())
}
