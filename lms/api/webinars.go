package api

import (
	"context"
	"net/http"
	"time"

	"mostik/lms"
	"mostik/lms/webinar"
)

type webinarIn struct {
	ID string `path:"id"`
}

type admitIn struct {
	ID string `path:"id"`
	// Site is the centre for which one comes.
	Site *lms.ID[lms.Centre] `json:"site"`
}

type newWebinarIn struct {
	Title       string               `json:"title" required:"true" maxLength:"200"`
	Language    string               `json:"language" required:"true" pattern:"^(en|ru|sk|kk|tg|ky)$"`
	Agenda      []webinar.Item       `json:"agenda" maxItems:"50"`
	StartsAt    time.Time            `json:"starts_at" required:"true"`
	EndsAt      time.Time            `json:"ends_at" required:"true"`
	Cohort      *lms.ID[lms.Cohort]  `json:"cohort_id"`
	Activity    string               `json:"activity_key" maxLength:"64"`
	Country     string               `json:"country" pattern:"^([A-Z]{2})?$"`
	Centres     []lms.ID[lms.Centre] `json:"centre_ids" maxItems:"100"`
	Speakers    []lms.ID[lms.Person] `json:"speaker_ids" maxItems:"50"`
	WaitingRoom bool                 `json:"waiting_room"`
}

type guestIn struct {
	Code string `path:"code"`
}

type guestEntryIn struct {
	Code string `path:"code"`
	Name string `json:"name" required:"true" maxLength:"80"`
}

func (s *Server) webinarRoutes(r *router) {
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "webinars", Access: asks(action)}
	}
	w := s.deps.Webinar
	mine := op{Summary: "The webinars that one has to do with, the next first.", Tag: "webinars", Access: signedIn}
	register(r, http.MethodGet, "/webinars", mine,
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[webinar.View], error) {
			return listOf(w.List(ctx, actor))
		})
	created := o("Put a webinar on the calendar.", lms.ManageWebinar)
	created.Status = http.StatusCreated
	register(r, http.MethodPost, "/webinars", created,
		func(ctx context.Context, actor lms.Actor, in newWebinarIn) (webinar.View, error) {
			return w.Create(ctx, actor, webinar.Input{
				Title: in.Title, Language: in.Language, Agenda: in.Agenda, StartsAt: in.StartsAt, EndsAt: in.EndsAt, Cohort: in.Cohort,
				Activity: in.Activity, Country: in.Country, Centres: in.Centres, Speakers: in.Speakers, WaitingRoom: in.WaitingRoom,
			})
		})
	register(r, http.MethodGet, "/webinars/{id}", o("One webinar.", lms.ReadWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (webinar.View, error) {
			return w.Webinar(ctx, actor, in.ID)
		})
	register(r, http.MethodPost, "/webinars/{id}/ticket", o("A ticket into the room, for oneself or as the site of a centre.", lms.ReadWebinar),
		func(ctx context.Context, actor lms.Actor, in admitIn) (webinar.Admission, error) {
			return w.Admit(ctx, actor, in.ID, in.Site)
		})
	register(r, http.MethodGet, "/guest/{code}", op{Summary: "What a guest's link leads to.", Tag: "webinars", Access: public},
		func(ctx context.Context, _ lms.Actor, in guestIn) (webinar.Invitation, error) {
			return w.Invitation(ctx, in.Code)
		})
	register(r, http.MethodPost, "/guest/{code}", op{Summary: "A guest's ticket, by a name and no account.", Tag: "webinars", Access: public},
		func(ctx context.Context, _ lms.Actor, in guestEntryIn) (webinar.Admission, error) {
			return w.AdmitGuest(ctx, in.Code, in.Name)
		})
}
