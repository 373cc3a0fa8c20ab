package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/hook"
)

type newHookIn struct {
	Kind   hook.Kind `json:"kind" required:"true" enum:"webhook,xapi"`
	URL    string    `json:"url" required:"true" maxLength:"500"`
	Events []string  `json:"events" required:"true"`
	// Login and Password are an LRS's.
	Login    string `json:"login" maxLength:"200"`
	Password string `json:"password" maxLength:"200"`
}

// newHookOut shows the secret of a webhook, this once.
type newHookOut struct {
	hook.Hook
	Secret string `json:"secret,omitempty"`
}

type hookIn struct {
	ID lms.ID[lms.Hook] `path:"id"`
}

type changeHookIn struct {
	ID     lms.ID[lms.Hook] `path:"id"`
	Paused bool             `json:"paused" required:"true"`
}

type deliveryIn struct {
	ID lms.ID[hook.Delivery] `path:"id"`
}

func (s *Server) hookRoutes(r *router) {
	o := func(summary string) op { return op{Summary: summary, Tag: "admin", Access: asks(lms.ManageHooks)} }
	added := o("Tell another program of what happens from now on. The secret of a webhook is shown this once.")
	added.Status = http.StatusCreated
	register(r, http.MethodGet, "/admin/hooks", o("Whom the program tells of certificates and completions."),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[hook.Hook], error) {
			return listOf(s.deps.Hook.List(ctx, actor))
		})
	register(r, http.MethodPost, "/admin/hooks", added,
		func(ctx context.Context, actor lms.Actor, in newHookIn) (newHookOut, error) {
			h, secret, err := s.deps.Hook.Add(ctx, actor, hook.New{Kind: in.Kind, URL: in.URL, Events: in.Events, Login: in.Login, Password: in.Password})
			return newHookOut{h, secret}, err
		})
	register(r, http.MethodPatch, "/admin/hooks/{id}", o("Pause a hook, or let it go on with what waited and what happens from then on."),
		func(ctx context.Context, actor lms.Actor, in changeHookIn) (none, error) {
			return none{}, s.deps.Hook.Pause(ctx, actor, in.ID, in.Paused)
		})
	register(r, http.MethodDelete, "/admin/hooks/{id}", o("Remove a hook with the list of what it was told."),
		func(ctx context.Context, actor lms.Actor, in hookIn) (none, error) {
			return none{}, s.deps.Hook.Remove(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/admin/hooks/{id}/deliveries", o("What a hook was told, the newest first, a hundred at most."),
		func(ctx context.Context, actor lms.Actor, in hookIn) (listOut[hook.Delivery], error) {
			return listOf(s.deps.Hook.Deliveries(ctx, actor, in.ID))
		})
	register(r, http.MethodPost, "/admin/deliveries/{id}/again", o("Tell something once more."),
		func(ctx context.Context, actor lms.Actor, in deliveryIn) (none, error) {
			return none{}, s.deps.Hook.Again(ctx, actor, in.ID)
		})
}
