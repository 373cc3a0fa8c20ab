package api

import (
	"mostik/lms"
	"mostik/lms/hook"
)

func init() { rightsTables = append(rightsTables, hookRights) }

// hookRights are the examples of hooks: the whole of them is administration.
var hookRights = map[string]func(*rightsWorld) rightsCase{
	"GET /admin/hooks": func(w *rightsWorld) rightsCase {
		id, _ := w.hooked()
		return rightsCase{right: w.admin(), hidden: []string{id}}
	},
	"POST /admin/hooks": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.admin(), body: object{"kind": "webhook", "url": "https://example.org/in", "events": hook.Events}}
	},
	"PATCH /admin/hooks/{id}":          ofHook(object{"paused": true}),
	"DELETE /admin/hooks/{id}":         ofHook(nil),
	"GET /admin/hooks/{id}/deliveries": ofHook(nil),
	"POST /admin/deliveries/{id}/again": func(w *rightsWorld) rightsCase {
		_, delivery := w.hooked()
		return rightsCase{right: w.admin(), params: map[string]string{"id": delivery}}
	},
}

func ofHook(body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		id, _ := w.hooked()
		return rightsCase{right: w.admin(), params: map[string]string{"id": id}, body: body}
	}
}

// hooked is a hook with one delivery.
func (w *rightsWorld) hooked() (id, delivery string) {
	w.T.Helper()
	h, d := lms.NewID[lms.Hook](), lms.NewID[hook.Delivery]()
	w.Exec(`INSERT INTO hooks (id, kind, url, secret, events, created_at, told) VALUES ($1, 'webhook', 'https://example.org/in', 'whsec_AAAA', '{course.completed}', now(), 0)`, h)
	w.Exec(`INSERT INTO hook_deliveries (id, hook_id, entry, event, happened_at, state) VALUES ($1, $2, 1, 'course.completed', now(), 'given-up')`, d, h)
	return h.String(), d.String()
}
