package api

import (
	"context"
	"net/http"

	"mostik/lms"
)

// concernOut is where a concern can be reported.
type concernOut struct {
	Contacts []Contact `json:"contacts"`
}

func (s *Server) authRoutes(r *router) {
	register(r, http.MethodGet, "/concern", op{
		Summary: "Where a concern can be reported, outside of the line of command.", Tag: "auth", Access: public,
	}, func(context.Context, lms.Actor, none) (concernOut, error) {
		return concernOut{Contacts: s.deps.Contacts}, nil
	})
}
