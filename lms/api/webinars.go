package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

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
	Hosts       []lms.ID[lms.Person] `json:"host_ids" maxItems:"50"`
	Speakers    []lms.ID[lms.Person] `json:"speaker_ids" maxItems:"50"`
	Guests      []webinar.GuestInput `json:"guests" maxItems:"100"`
	WaitingRoom bool                 `json:"waiting_room"`
}

// changeWebinarIn leaves alone what is left out. A cohort of zeros takes the webinar out of its cohort.
type changeWebinarIn struct {
	ID          string                `path:"id"`
	Title       *string               `json:"title" maxLength:"200"`
	Language    *string               `json:"language" pattern:"^(en|ru|sk|kk|tg|ky)$"`
	Agenda      *[]webinar.Item       `json:"agenda"`
	StartsAt    *time.Time            `json:"starts_at"`
	EndsAt      *time.Time            `json:"ends_at"`
	Cohort      *lms.ID[lms.Cohort]   `json:"cohort_id"`
	Activity    *string               `json:"activity_key" maxLength:"64"`
	Country     *string               `json:"country" pattern:"^([A-Z]{2})?$"`
	Centres     *[]lms.ID[lms.Centre] `json:"centre_ids"`
	Hosts       *[]lms.ID[lms.Person] `json:"host_ids"`
	Speakers    *[]lms.ID[lms.Person] `json:"speaker_ids"`
	Guests      *[]webinar.GuestInput `json:"guests"`
	WaitingRoom *bool                 `json:"waiting_room"`
}

type cancelWebinarIn struct {
	ID     string `path:"id"`
	Reason string `json:"reason" required:"true" maxLength:"500"`
}

type pollsIn struct {
	ID    string         `path:"id"`
	Polls []webinar.Poll `json:"polls" required:"true" maxItems:"50"`
}

type invitationsIn struct {
	ID       string `path:"id"`
	As       string `query:"as"`
	Language string `query:"language"`
}

type webinarPeopleIn struct {
	Q      string             `query:"q"`
	Cohort lms.ID[lms.Cohort] `query:"cohort"`
}

type guestFileIn struct {
	Code     string `path:"code"`
	Language string `query:"lang"`
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
				Activity: in.Activity, Country: in.Country, Centres: in.Centres, Hosts: in.Hosts, Speakers: in.Speakers, Guests: in.Guests,
				WaitingRoom: in.WaitingRoom,
			})
		})
	register(r, http.MethodGet, "/webinars/choices", o("What the form of a webinar offers: centres and countries.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, _ none) (webinar.Choices, error) {
			return w.Choices(ctx, actor)
		})
	register(r, http.MethodGet, "/webinars/people", o("Who may lead or speak, by a part of the name.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarPeopleIn) (listOut[webinar.Person], error) {
			return listOf(w.People(ctx, actor, in.Q, in.Cohort))
		})
	register(r, http.MethodGet, "/webinars/{id}", o("One webinar.", lms.ReadWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (webinar.View, error) {
			return w.Webinar(ctx, actor, in.ID)
		})
	register(r, http.MethodPatch, "/webinars/{id}", o("Change a webinar. Nobody is told until invitations are sent, but guests who are taken off the list.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in changeWebinarIn) (webinar.Plan, error) {
			return w.Change(ctx, actor, in.ID, webinar.Change{
				Title: in.Title, Language: in.Language, Agenda: in.Agenda, StartsAt: in.StartsAt, EndsAt: in.EndsAt, Cohort: in.Cohort,
				Activity: in.Activity, Country: in.Country, Centres: in.Centres, Hosts: in.Hosts, Speakers: in.Speakers, Guests: in.Guests,
				WaitingRoom: in.WaitingRoom,
			})
		})
	register(r, http.MethodGet, "/webinars/{id}/plan", o("A webinar as its form shows it, with guests and their links.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (webinar.Plan, error) {
			return w.Plan(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/webinars/{id}/polls", o("The polls that were prepared before the room opens.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (listOut[webinar.Poll], error) {
			return listOf(w.Polls(ctx, actor, in.ID))
		})
	register(r, http.MethodPut, "/webinars/{id}/polls", o("Write the prepared polls anew. A room that is open takes them over, but for those that have begun.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in pollsIn) (listOut[webinar.Poll], error) {
			return listOf(w.SetPolls(ctx, actor, in.ID, in.Polls))
		})
	register(r, http.MethodPost, "/webinars/{id}/cancel", o("Cancel a webinar, and tell everybody who was invited.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in cancelWebinarIn) (webinar.Queued, error) {
			return w.Cancel(ctx, actor, in.ID, in.Reason)
		})
	register(r, http.MethodGet, "/webinars/{id}/invitations", o("Who is invited, who was told, and the mail that they get.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in invitationsIn) (webinar.Invitations, error) {
			return w.Invitations(ctx, actor, in.ID, webinar.Part(in.As), in.Language)
		})
	register(r, http.MethodPost, "/webinars/{id}/invitations", o("Send what has not been sent: invitations, changes, cancellations for those no longer asked.", lms.ManageWebinar),
		func(ctx context.Context, actor lms.Actor, in webinarIn) (webinar.Queued, error) {
			return w.Invite(ctx, actor, in.ID)
		})
	stream(r, http.MethodGet, "/webinars/{id}/calendar.ics", op{
		Summary: "The webinar for one's own calendar.", Tag: "webinars", Access: asks(lms.ReadWebinar), Produces: calendarType,
	}, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in webinarIn, _ *boundBody) error {
		file, err := w.File(ctx, actor, in.ID)
		return sendCalendar(c, file, err)
	})
	register(r, http.MethodGet, "/me/calendar", op{Summary: "The private address by which a calendar program follows one's webinars.", Tag: "webinars", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (webinar.Feed, error) { return w.MyFeed(ctx, actor) })
	register(r, http.MethodPost, "/me/calendar", op{Summary: "Make that address anew; the one before leads nowhere then.", Tag: "webinars", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (webinar.Feed, error) {
			return w.MakeFeed(ctx, actor)
		})
	register(r, http.MethodDelete, "/me/calendar", op{Summary: "Take that address away.", Tag: "webinars", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (none, error) {
			return none{}, w.DropFeed(ctx, actor)
		})
	stream(r, http.MethodGet, "/calendars/{code}", op{
		Summary: "Somebody's webinars for a calendar program that follows them: the code is their private address.", Tag: "webinars", Access: public, Produces: calendarType,
	}, func(c *fiber.Ctx, ctx context.Context, _ lms.Actor, in guestIn, _ *boundBody) error {
		file, err := w.Followed(ctx, in.Code)
		return sendCalendar(c, file, err)
	})
	stream(r, http.MethodGet, "/guest/{code}/calendar.ics", op{
		Summary: "The webinar for a guest's calendar.", Tag: "webinars", Access: public, Produces: calendarType,
	}, func(c *fiber.Ctx, ctx context.Context, _ lms.Actor, in guestFileIn, _ *boundBody) error {
		file, err := w.GuestFile(ctx, in.Code, in.Language)
		return sendCalendar(c, file, err)
	})
	register(r, http.MethodPost, "/webinars/{id}/ticket", o("A ticket into the room, for oneself or as the site of a centre.", lms.ReadWebinar),
		func(ctx context.Context, actor lms.Actor, in admitIn) (webinar.Admission, error) {
			return w.Admit(ctx, actor, in.ID, in.Site)
		})
	register(r, http.MethodGet, "/guest/{code}", op{Summary: "What a guest's link leads to.", Tag: "webinars", Access: public},
		func(ctx context.Context, _ lms.Actor, in guestIn) (webinar.Invitation, error) {
			return w.Invitation(ctx, in.Code)
		})
	registerHTTP(r, http.MethodPost, "/guest/{code}", op{Summary: "A guest's ticket, by a name and no account.", Tag: "webinars", Access: public}, s.admitGuest)
}

// guestTime is how long a guest's browser is known again: as long as rooms remember whom a host took out.
const guestTime = 7 * 24 * time.Hour

var guestMark = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// admitGuest gives the browser a mark of its own, or takes the one that it has: a host who takes a guest out for good takes
// out whoever comes with it, under whatever name.
func (s *Server) admitGuest(c *fiber.Ctx, ctx context.Context, _ lms.Actor, in guestEntryIn) (webinar.Admission, error) {
	mark := c.Cookies(GuestCookie)
	if !guestMark.MatchString(mark) {
		mark = rand.Text()
	}
	a, err := s.deps.Webinar.AdmitGuest(ctx, in.Code, in.Name, mark)
	if err == nil {
		setCookie(c, GuestCookie, mark, time.Now().Add(guestTime), s.deps.Secure)
	}
	return a, err
}

// calendarType is the media type of iCalendar (RFC 5545, 8.1).
const calendarType = "text/calendar"

func sendCalendar(c *fiber.Ctx, file string, err error) error {
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, calendarType+"; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="webinar.ics"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString(file)
}
