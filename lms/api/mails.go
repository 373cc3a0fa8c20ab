package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/mail"
)

type mailsIn struct {
	State string `query:"state"`
	Page  int    `query:"page"`
}

type mailIn struct {
	ID lms.ID[mail.Mail] `path:"id"`
}

func (s *Server) mailRoutes(r *router) {
	o := func(summary string) op { return op{Summary: summary, Tag: "admin", Access: asks(lms.ReadMail)} }
	m := s.deps.Mail
	register(r, http.MethodGet, "/admin/mail", o("Mails that the program sends, the newest first, 50 a page."),
		func(ctx context.Context, actor lms.Actor, in mailsIn) (mail.List, error) {
			return m.List(ctx, actor, mail.State(in.State), in.Page)
		})
	register(r, http.MethodGet, "/admin/mail/{id}", o("One mail with its text and its calendar file."),
		func(ctx context.Context, actor lms.Actor, in mailIn) (mail.View, error) {
			return m.Mail(ctx, actor, in.ID)
		})
	register(r, http.MethodPost, "/admin/mail/{id}/retry", o("Send a mail once more that was given up."),
		func(ctx context.Context, actor lms.Actor, in mailIn) (mail.View, error) {
			return m.Retry(ctx, actor, in.ID)
		})
}
