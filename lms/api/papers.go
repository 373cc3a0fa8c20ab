package api

import (
	"context"
	"net/http"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/catalog"
)

type paperIn struct {
	Key   string `path:"key"`
	Paper string `path:"paper"`
}

type languageIn struct {
	Key      string `path:"key"`
	Language string `path:"language"`
}

func (s *Server) paperRoutes(r *router) {
	browse := func(summary string) op { return op{Summary: summary, Tag: "study", Access: asks(lms.Browse)} }
	register(r, http.MethodGet, "/courses/{key}/papers/{paper}", browse("A paper to print; guides, run-sheets and games only for those who facilitate."),
		func(ctx context.Context, actor lms.Actor, in paperIn) (*catalog.PaperView, error) {
			return s.deps.Catalog.Paper(ctx, actor, in.Key, in.Paper, actor.Language)
		})
	register(r, http.MethodGet, "/glossary", browse("The terms of all courses with their equivalents in each language."),
		func(ctx context.Context, actor lms.Actor, _ none) (*catalog.GlossaryView, error) {
			return s.deps.Catalog.Glossary(ctx, actor, actor.Language)
		})
	review := func(summary string) op { return op{Summary: summary, Tag: "author", Access: asks(lms.ReviewLanguage)} }
	set := func(reviewed bool) func(context.Context, lms.Actor, languageIn) (none, error) {
		return func(ctx context.Context, actor lms.Actor, in languageIn) (none, error) {
			return none{}, s.deps.Catalog.SetReviewed(ctx, actor, in.Key, courses.Lang(in.Language), reviewed)
		}
	}
	register(r, http.MethodPut, "/author/courses/{key}/reviews/{language}",
		review("Lift the mark \"not yet reviewed by a native speaker\" from a language."), set(true))
	register(r, http.MethodDelete, "/author/courses/{key}/reviews/{language}", review("Put that mark back."), set(false))
}
