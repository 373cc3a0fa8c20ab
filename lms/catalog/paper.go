package catalog

import (
	"context"
	"slices"
	"strings"
	"time"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/pack"
	"mostik/lms"
	"mostik/lms/db"
)

// PaperRow is something to print, in the list of a course.
type PaperRow struct {
	Key   string            `json:"key"`
	Kind  courses.PaperKind `json:"kind"`
	Title string            `json:"title"`
	// Language is the one in which it opens, where that is not the reader's.
	Language courses.Lang `json:"language,omitempty"`

	lang   courses.Lang
	module string
}

// PaperView is a paper in one language, ready to be printed.
type PaperView struct {
	PaperRow
	Language    courses.Lang `json:"language"`
	CourseKey   string       `json:"course_key"`
	CourseTitle string       `json:"course_title"`
	// ModuleTitle stands in the paper's language where it can.
	ModuleTitle string         `json:"module_title,omitempty"`
	Languages   []courses.Lang `json:"languages"` // in which it exists
	Unreviewed  bool           `json:"unreviewed,omitempty"`
	HTML        string         `json:"html"`
	Sources     []PageSource   `json:"sources"`
	// Terms are those of the glossary that the text names.
	Terms map[string]Term `json:"terms"`
	// Cards counts those that it prints, and Backs tells whether they have something on the back.
	Cards int  `json:"cards,omitempty"`
	Backs bool `json:"backs,omitempty"`
	// Version and PublishedAt are the course's, for the foot of the page.
	Version     int       `json:"version"`
	PublishedAt time.Time `json:"published_at"`
}

// PaperRows lists the papers of the course that the actor may open, in the order of the course.
func (l *Loaded) PaperRows(actor lms.Actor, reader string) []PaperRow {
	list := []PaperRow{}
	facilitates := actor.May(lms.ReadPapers) == nil
	for i := range l.Course().Papers {
		p := &l.Course().Papers[i]
		if p.Kind.ForFacilitators() && !facilitates {
			continue
		}
		if lang, ok := l.paperLang(p.Key, reader); ok {
			row := PaperRow{Key: p.Key, Kind: p.Kind, Title: p.Title.In(lang), lang: lang, module: p.Module}
			if string(lang) != reader {
				row.Language = lang
			}
			list = append(list, row)
		}
	}
	return list
}

// paperLang gives the language in which a reader is shown a paper: their own, else the next that has it.
func (l *Loaded) paperLang(paper, reader string) (courses.Lang, bool) {
	have := l.Package.PaperLanguages(paper)
	for _, lang := range append([]courses.Lang{courses.Lang(reader)}, l.Course().Fallbacks(courses.Lang(reader))...) {
		if slices.Contains(have, lang) {
			return lang, true
		}
	}
	return "", false
}

// Paper gives a paper of a course's current version. Handouts are for everybody; the rest is not found by those
// who may not read it. Errors: NotFound.
func (s *Service) Paper(ctx context.Context, actor lms.Actor, course, key, reader string) (view *PaperView, err error) {
	defer lms.Wrap(&err, "catalog.Paper(%s, %s)", course, key)
	if err := actor.Can(lms.Browse, lms.Facts{}); err != nil {
		return nil, err
	}
	var version lms.ID[lms.Version]
	var lifted []byte
	err = db.Row(ctx, s.DB, `
		SELECT c.current_version_id,
		       (SELECT string_agg(r.language, ' ') FROM language_reviews r WHERE r.course_id = c.id)
		  FROM courses c WHERE c.key = $1 AND c.current_version_id IS NOT NULL`, course).Scan(&version, &lifted)
	if err != nil {
		return nil, db.Found(err, "course")
	}
	l, err := s.Version(ctx, version)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l.PaperRows(actor, reader), func(r PaperRow) bool { return r.Key == key })
	if i < 0 {
		return nil, lms.ErrNotFound("paper")
	}
	row := l.PaperRows(actor, reader)[i]
	view = &PaperView{
		PaperRow: row, Language: row.lang, CourseKey: l.Course().Key, CourseTitle: l.In(l.Course().Title, string(row.lang)),
		Languages:  l.Package.PaperLanguages(key),
		Unreviewed: !l.Course().IsReviewed(row.lang) && !slices.Contains(strings.Fields(string(lifted)), string(row.lang)),
		Version:    l.Number, PublishedAt: l.PublishedAt.UTC(),
	}
	for m := range l.Course().Modules {
		if l.Course().Modules[m].Key == row.module {
			view.ModuleTitle = l.In(l.Course().Modules[m].Title, string(row.lang))
		}
	}
	l.printPaper(view)
	return view, nil
}

// printPaper draws the paper's text. It is asked for seldom, so nothing of it is kept.
func (l *Loaded) printPaper(view *PaperView) {
	o := l.Package.PaperOptions(view.Language, pack.PaperFile(view.Language, view.Key))
	o.MediaURL = l.FileURL
	rendered, _ := lesson.Render(l.Package.Papers[view.Language][view.Key], o) // the check reported its problems before it was published
	var overlays []courses.Overlay
	for _, country := range l.Course().Countries {
		overlays = append(overlays, l.Package.Overlays[country])
	}
	view.HTML = lesson.FillOverlays(rendered.HTML, o, overlays, len(overlays))
	view.Sources, view.Terms = sourcesOf(rendered.Sources), map[string]Term{}
	for _, ref := range rendered.Terms {
		l.addTerm(view.Terms, ref.Key, view.Language, o)
	}
	for _, ref := range rendered.Decks {
		if deck := l.Package.Decks[ref.Key]; deck != nil {
			view.Cards += len(deck.Cards)
			view.Backs = view.Backs || slices.ContainsFunc(deck.Cards, func(c courses.Card) bool { return len(c.Back) > 0 })
		}
	}
}
