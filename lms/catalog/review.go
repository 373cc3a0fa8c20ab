package catalog

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// LanguageState is one language of a course as its authors look at it.
type LanguageState struct {
	Language courses.Lang `json:"language"`
	// Modules are those that are whole in a partial language; none for a complete one.
	Modules  []string `json:"modules,omitempty"`
	Reviewed bool     `json:"reviewed"`
	// By says whose word it is: "source" for the language that the course was written in, "course" where the
	// package says so, "operator" where somebody lifted the mark here.
	By         string     `json:"by,omitempty"`
	ReviewedAt *time.Time `json:"reviewed_at,omitempty"`
}

// languageStates joins what the package says with what operators did, by language.
func (l *Loaded) languageStates(lifted map[courses.Lang]time.Time) []LanguageState {
	c := l.Course()
	list := []LanguageState{}
	for i, lang := range c.AllLanguages() {
		state := LanguageState{Language: lang, Reviewed: true}
		if !slices.Contains(c.Languages, lang) {
			state.Modules = c.Partial[lang]
		}
		at, byHand := lifted[lang]
		switch {
		case i == 0:
			state.By = "source"
		case c.IsReviewed(lang):
			state.By = "course"
		case byHand:
			state.By, state.ReviewedAt = "operator", &at
		default:
			state.Reviewed = false
		}
		list = append(list, state)
	}
	return list
}

// SetReviewed lifts the mark "not yet reviewed by a native speaker" from a language of a course, or puts it
// back. Doing it again changes nothing. Errors: NotFound (the course, or the language in it), Forbidden,
// Conflict with code reviewed-by-course where the package itself answers for the language.
func (s *Service) SetReviewed(ctx context.Context, actor lms.Actor, key string, lang courses.Lang, reviewed bool) (err error) {
	defer lms.Wrap(&err, "catalog.SetReviewed(%s, %s)", key, lang)
	var course lms.ID[lms.Course]
	var version lms.ID[lms.Version]
	err = db.Row(ctx, s.DB, `SELECT id, current_version_id FROM courses WHERE key = $1 AND current_version_id IS NOT NULL`, key).
		Scan(&course, &version)
	if err != nil {
		return db.Found(err, "course")
	}
	if err := actor.Can(lms.ReviewLanguage, lms.Facts{Course: course}); err != nil {
		return err
	}
	l, err := s.Version(ctx, version)
	if err != nil {
		return err
	}
	switch c := l.Course(); {
	case !slices.Contains(c.AllLanguages(), lang):
		return lms.ErrNotFound("language of the course")
	case c.IsReviewed(lang):
		return lms.ErrConflict("reviewed-by-course", "the course itself says that this language was reviewed")
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		sql, action := `DELETE FROM language_reviews WHERE course_id = $1 AND language = $2`, "course.mark-language"
		args := []any{course, lang}
		if reviewed {
			sql = `INSERT INTO language_reviews (course_id, language, reviewed_at, reviewed_by) VALUES ($1, $2, $3, $4)
			       ON CONFLICT DO NOTHING`
			action = "course.review-language"
			args = append(args, s.Now(), actor.Person)
		}
		n, err := db.Exec(ctx, tx, sql, args...)
		if err != nil || n == 0 {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: action, SubjectKind: "course", SubjectID: course.String(),
			Detail: map[string]any{"language": lang},
		})
	})
}
