package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/webinar"
)

// minutesOut is one's own presence; null before anything happened.
type minutesOut struct {
	Presence *webinar.Presence `json:"presence"`
}

func (s *Server) attendanceRoutes(r *router) {
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "webinars", Access: asks(action)}
	}
	w := s.deps.Webinar
	register(r, http.MethodGet, "/webinars/{id}/minutes", o("One's own minutes.", lms.ReadWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (minutesOut, error) {
			p, err := w.Mine(ctx, actor, in.ID)
			return minutesOut{p}, err
		})
	register(r, http.MethodGet, "/webinars/{id}/attendance", o("Everybody's minutes, with the evidence.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (webinar.Attendance, error) {
			return w.Attendance(ctx, actor, in.ID)
		})
}
