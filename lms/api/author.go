package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/catalog"
)

func (s *Server) authorRoutes(r *router) {
	o := func(summary string) op { return op{Summary: summary, Tag: "author", Access: asks(lms.ReadDraft)} }
	register(r, http.MethodGet, "/author/courses", o("The courses that one writes."),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[catalog.AuthorRow], error) {
			return listOf(s.deps.Catalog.AuthorCourses(ctx, actor))
		})
	register(r, http.MethodGet, "/author/courses/{key}", o("Structure, coverage, problems and graphs of a course."),
		func(ctx context.Context, actor lms.Actor, in courseIn) (*catalog.AuthorView, error) {
			return s.deps.Catalog.AuthorCourse(ctx, actor, in.Key)
		})
}
