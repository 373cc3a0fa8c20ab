package api

import (
	"context"
	"io"
	"mime"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/desk"
	"mostik/lms/who"
)

type boardIn struct {
	By        string                `query:"by"`
	Country   string                `query:"country"`
	Programme lms.ID[lms.Programme] `query:"programme"`
}

// whoIn are the parameters of a filter over people, and of the page.
type whoIn struct {
	Text         string `query:"q"`
	Country      string `query:"country"`
	Centre       string `query:"centre"`
	Organisation string `query:"organisation"`
	Kind         string `query:"kind"`
	Job          string `query:"job"`
	Sex          string `query:"sex"`
	Role         string `query:"role"`
	Account      string `query:"account"`
	Programme    string `query:"programme"`
	Standing     string `query:"standing"`
	Course       string `query:"course"`
	Cohort       string `query:"cohort"`
	Certificate  string `query:"certificate"`
	ExpiresIn    string `query:"expires_in"`
	Stuck        string `query:"stuck"`
	UnseenSince  string `query:"unseen_since"`
	Reach        string `query:"reach"`
	Sort         string `query:"sort"`
	After        string `query:"after"`
	Days         int    `query:"days"`
}

func (in whoIn) filter() (who.Filter, error) {
	sent := map[string]string{
		"q": in.Text, "country": in.Country, "centre": in.Centre, "organisation": in.Organisation, "kind": in.Kind, "job": in.Job, "sex": in.Sex,
		"role": in.Role, "account": in.Account, "programme": in.Programme, "standing": in.Standing, "course": in.Course, "cohort": in.Cohort,
		"certificate": in.Certificate, "expires_in": in.ExpiresIn, "stuck": in.Stuck, "unseen_since": in.UnseenSince, "reach": in.Reach,
	}
	return who.FromQuery(func(name string) string { return sent[name] })
}

type deskActionIn struct {
	Kind      desk.Act              `json:"kind" required:"true" enum:"assign,enrol,remind,issue,extend,suspend,reinstate,revoke"`
	Programme lms.ID[lms.Programme] `json:"programme_id"`
	Cohort    lms.ID[lms.Cohort]    `json:"cohort_id"`
	Until     string                `json:"until"`
	Reason    string                `json:"reason" maxLength:"500"`
	People    []lms.ID[lms.Person]  `json:"people" maxItems:"1000"`
	Filter    *who.Filter           `json:"filter"`
	Count     int                   `json:"count" minimum:"0"`
}

type deskActionID struct {
	ID lms.ID[desk.ActionID] `path:"id"`
}

type reminderID struct {
	ID lms.ID[desk.ReminderID] `path:"id"`
}

type rangIn struct {
	ID      lms.ID[desk.ReminderID] `path:"id"`
	Outcome string                  `json:"outcome" required:"true" enum:"reached,not-reached,wrong-number"`
}

type remindersIn struct {
	Reason string `query:"reason"`
	After  string `query:"after"`
}

func (s *Server) deskRoutes(r *router) {
	o := func(summary string, access access) op { return op{Summary: summary, Tag: "desk", Access: access} }
	d := s.deps.Desk
	register(r, http.MethodGet, "/desk", o("Who is certified, by country, centre, organisation or kind.", asks(lms.ReadDesk)),
		func(ctx context.Context, actor lms.Actor, in boardIn) (desk.Board, error) {
			return d.Board(ctx, actor, desk.BoardQuery(in))
		})
	register(r, http.MethodGet, "/desk/people", o("People of a filter, 50 a page.", asks(lms.ReadPerson)),
		func(ctx context.Context, actor lms.Actor, in whoIn) (desk.People, error) {
			f, err := in.filter()
			if err != nil {
				return desk.People{}, err
			}
			return d.People(ctx, actor, desk.PeopleQuery{Filter: f, Sort: in.Sort, After: in.After})
		})
	for end, write := range map[string]func(*desk.Table, context.Context, io.Writer) error{
		"csv": (*desk.Table).WriteCSV, "xlsx": (*desk.Table).WriteXLSX,
	} {
		table := o("People of a filter as a table.", asks(lms.ReadPerson))
		table.Produces = map[string]string{"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[end]
		stream(r, http.MethodGet, "/desk/people."+end, table,
			func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in whoIn, _ *boundBody) error {
				f, err := in.filter()
				if err != nil {
					return err
				}
				t, err := d.Table(ctx, actor, f)
				if err != nil {
					return err
				}
				return s.sendTable(c, ctx, t.Name+"."+end, table.Produces, func(ctx context.Context, to io.Writer) error { return write(t, ctx, to) })
			})
	}
	register(r, http.MethodGet, "/desk/people/{id}", o("One person: programmes, certificates, minutes, reminders.", asks(lms.ReadPerson)),
		func(ctx context.Context, actor lms.Actor, in personIn) (desk.Card, error) {
			return d.Card(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/desk/expiring", o("Certificates that expire within so many days, the next first.", asks(lms.ReadPerson)),
		func(ctx context.Context, actor lms.Actor, in whoIn) (desk.Expiries, error) {
			f, err := in.filter()
			if err != nil {
				return desk.Expiries{}, err
			}
			if in.Days == 0 {
				in.Days = 90
			}
			return d.Expiring(ctx, actor, f, in.Days, in.After)
		})

	act := o("Do something with many people.", asks(lms.Remind, lms.EnrolParticipant, lms.Enrol, lms.IssueCertificate, lms.GrantAllowance, lms.ChangeCertificate))
	act.Status = http.StatusAccepted
	register(r, http.MethodPost, "/desk/actions", act,
		func(ctx context.Context, actor lms.Actor, in deskActionIn) (desk.Action, error) {
			a := desk.ActionInput{Kind: in.Kind, Programme: in.Programme, Cohort: in.Cohort, Until: in.Until, Reason: in.Reason, People: in.People, Count: in.Count}
			if in.Filter != nil {
				a.Filter = *in.Filter
			}
			return d.Start(ctx, actor, a)
		})
	register(r, http.MethodGet, "/desk/actions/{id}", o("How far an action of one's own has come.", asks(lms.ReadDesk)),
		func(ctx context.Context, actor lms.Actor, in deskActionID) (desk.Action, error) {
			return d.Action(ctx, actor, in.ID)
		})

	register(r, http.MethodGet, "/desk/reminders", o("What people were reminded of.", asks(lms.ReadPerson)),
		func(ctx context.Context, actor lms.Actor, in remindersIn) (desk.SentPage, error) {
			return d.Reminders(ctx, actor, in.Reason, in.After)
		})
	register(r, http.MethodGet, "/desk/calls", o("Whom to ring up, by centre, and what to say.", asks(lms.ReadCallList)),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[desk.CallList], error) {
			return listOf(d.Calls(ctx, actor))
		})
	register(r, http.MethodPost, "/desk/calls/{id}", o("Say what became of a call.", asks(lms.ReadCallList)),
		func(ctx context.Context, actor lms.Actor, in rangIn) (none, error) {
			return none{}, d.Rang(ctx, actor, in.ID, in.Outcome)
		})

	register(r, http.MethodGet, "/me/notices", o("What one was reminded of.", signedIn),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[desk.Reminder], error) {
			return listOf(d.Notices(ctx, actor))
		})
	register(r, http.MethodPost, "/me/notices/{id}/seen", o("Put a notice away.", asks(lms.ReadOwn)),
		func(ctx context.Context, actor lms.Actor, in reminderID) (none, error) {
			return none{}, d.PutAway(ctx, actor, in.ID)
		})
}

// sendTable sends rows as they are read. A failure in the middle breaks the connection off, so that half a table is
// never taken for the whole.
func (s *Server) sendTable(c *fiber.Ctx, ctx context.Context, name, kind string, write func(context.Context, io.Writer) error) error {
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.SendStream(piped(ctx, tableTime*s.deps.RequestTimeout, func(ctx context.Context, to io.Writer) error {
		err := write(ctx, to)
		if err != nil {
			s.log.ErrorContext(ctx, "a table broke off", "request_id", RequestID(ctx), "error", err)
		}
		return err
	}))
}
