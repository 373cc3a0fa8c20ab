package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/learning"
)

type postIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	ID        lms.ID[lms.Post]      `json:"id" required:"true"`
	Parent    *lms.ID[lms.Post]     `json:"parent"`
	Text      string                `json:"text" required:"true" maxLength:"8000"`
}

type hideIn struct {
	ID     lms.ID[lms.Post] `path:"id"`
	Reason string           `json:"reason" required:"true" maxLength:"500"`
}

type onePostIn struct {
	ID lms.ID[lms.Post] `path:"id"`
}

func (s *Server) discussionRoutes(r *router) {
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "discussion", Access: asks(action)}
	}
	register(r, http.MethodGet, "/enrolments/{id}/activities/{key}/posts", o("What the cohort says about an activity.", lms.Discuss),
		func(ctx context.Context, actor lms.Actor, in activityIn) (listOut[learning.Post], error) {
			return listOf(s.deps.Learning.Posts(ctx, actor, in.ID, in.Key, actor.Language))
		})
	created := o("Say something, or answer somebody.", lms.Discuss)
	created.Status = http.StatusCreated
	register(r, http.MethodPost, "/enrolments/{id}/activities/{key}/posts", created,
		func(ctx context.Context, actor lms.Actor, in postIn) (learning.Post, error) {
			return s.deps.Learning.Post(ctx, actor, learning.PostInput{
				Enrolment: in.Enrolment, Activity: in.Key, ID: in.ID, Parent: in.Parent, Text: in.Text, Lang: actor.Language,
			})
		})
	register(r, http.MethodPost, "/posts/{id}/hide", o("Take a post out of sight.", lms.Moderate),
		func(ctx context.Context, actor lms.Actor, in hideIn) (none, error) {
			return none{}, s.deps.Learning.HidePost(ctx, actor, in.ID, in.Reason)
		})
	register(r, http.MethodDelete, "/posts/{id}", o("Remove one's own post.", lms.Study),
		func(ctx context.Context, actor lms.Actor, in onePostIn) (none, error) {
			return none{}, s.deps.Learning.DeletePost(ctx, actor, in.ID)
		})
}
