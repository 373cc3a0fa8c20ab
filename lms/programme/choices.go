package programme

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/db"
)

func itoa(i int) string { return strconv.Itoa(i) }

// Choice is one entry of a list in a form.
type Choice struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// CourseChoice is a course with its quizzes.
type CourseChoice struct {
	Choice
	// Titles are the course's own, in its languages.
	Titles  Text     `json:"titles"`
	Quizzes []Choice `json:"quizzes"`
}

// Choices are what the editor of a programme offers.
type Choices struct {
	Courses    []CourseChoice `json:"courses"`
	Programmes []Choice       `json:"programmes"`
	// Countries are those in which the reader may make programmes; All tells that they may make one of all countries.
	Countries []string `json:"countries"`
	All       bool     `json:"all"`
}

// Choices gives what the editor offers. Errors: Forbidden.
func (s *Service) Choices(ctx context.Context, actor lms.Actor) (c Choices, err error) {
	defer lms.Wrap(&err, "programme.Choices")
	if err := actor.May(lms.ManageProgramme); err != nil {
		return Choices{}, err
	}
	if c.Courses, err = s.choiceCourses(ctx, actor.Language); err != nil {
		return Choices{}, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return Choices{}, err
	}
	c.Programmes = []Choice{}
	for _, p := range all {
		if may, err := s.reads(ctx, actor, p); err != nil {
			return Choices{}, err
		} else if may {
			c.Programmes = append(c.Programmes, Choice{p.Key, p.title(actor.Language)})
		}
	}
	scope := actor.Scope(lms.ManageProgramme)
	c.All = scope.All
	c.Countries, err = list(ctx, s.DB, func(from scanner) (code string, err error) { return code, from.Scan(&code) },
		`SELECT code FROM countries WHERE $1 OR code = ANY ($2::text[]) ORDER BY code`, scope.All, scope.Countries)
	return c, err
}

func (s *Service) choiceCourses(ctx context.Context, lang string) ([]CourseChoice, error) {
	current, err := list(ctx, s.DB, func(from scanner) (id lms.ID[lms.Version], err error) { return id, from.Scan(&id) },
		`SELECT current_version_id FROM courses WHERE current_version_id IS NOT NULL ORDER BY key`)
	if err != nil {
		return nil, db.Translate(err)
	}
	all := []CourseChoice{}
	for _, id := range current {
		v, err := s.Catalog.Version(ctx, id)
		if err != nil {
			return nil, err
		}
		in := v.Lang(lang)
		c := CourseChoice{Choice: Choice{v.Course().Key, v.Course().Title.In(in)}, Titles: Text{}, Quizzes: []Choice{}}
		for l, t := range v.Course().Title {
			if slices.Contains(languages, string(l)) {
				c.Titles[string(l)] = t
			}
		}
		for _, a := range v.Activities {
			if a.Kind == courses.Quiz {
				c.Quizzes = append(c.Quizzes, Choice{a.Key, a.Title.In(in)})
			}
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b CourseChoice) int { return strings.Compare(a.Title, b.Title) })
	return all, nil
}
