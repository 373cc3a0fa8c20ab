package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/account"
)

type organisationIn struct {
	Name    string `json:"name" required:"true" maxLength:"100"`
	Kind    string `json:"kind" required:"true" enum:"state,municipality,ngo,international,library,police,education,health,other"`
	Country string `json:"country" required:"true" pattern:"^[A-Z]{2}$"`
}

type changeOrganisationIn struct {
	ID      lms.ID[lms.Organisation] `path:"id"`
	Country *string                  `json:"country" pattern:"^[A-Z]{2}$"`
	Name    *string                  `json:"name" maxLength:"100"`
	Kind    *string                  `json:"kind" enum:"state,municipality,ngo,international,library,police,education,health,other"`
}

type centreIn struct {
	Name     string `json:"name" required:"true" maxLength:"100"`
	Country  string `json:"country" required:"true" pattern:"^[A-Z]{2}$"`
	TimeZone string `json:"time_zone" required:"true" maxLength:"64"`
}

type changeCentreIn struct {
	ID       lms.ID[lms.Centre] `path:"id"`
	Name     *string            `json:"name" maxLength:"100"`
	TimeZone *string            `json:"time_zone" maxLength:"64"`
	Country  *string            `json:"country" pattern:"^[A-Z]{2}$"`
}

// country is one of the programme's; its name stands in the browser's own tables.
type country struct {
	Code string `json:"code"`
}

type auditIn struct {
	Actor  lms.ID[lms.Person] `query:"actor"`
	Action string             `query:"action"`
	Page   string             `query:"page"`
}

// auditOut is a page of the record; next is the cursor of the following one.
type auditOut struct {
	Items []account.AuditRow `json:"items"`
	Next  string             `json:"next,omitempty"`
}

func (s *Server) adminRoutes(r *router) {
	o := func(summary string, access access) op { return op{Summary: summary, Tag: "admin", Access: access} }
	created := func(summary string, access access) op {
		c := o(summary, access)
		c.Status = http.StatusCreated
		return c
	}
	register(r, http.MethodGet, "/countries", o("The programme's countries.", signedIn),
		func(ctx context.Context, _ lms.Actor, _ none) (listOut[country], error) {
			codes, err := s.deps.Account.Countries(ctx)
			out := listOut[country]{Total: len(codes)}
			for _, code := range codes {
				out.Items = append(out.Items, country{code})
			}
			return out, err
		})
	register(r, http.MethodGet, "/organisations", o("Organisations in one's scope.", asks(lms.ReadPlaces)),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[account.Organisation], error) {
			return listOf(s.deps.Account.Organisations(ctx, actor))
		})
	register(r, http.MethodPost, "/organisations", created("Make an organisation.", asks(lms.ManageOrganisation)),
		func(ctx context.Context, actor lms.Actor, in organisationIn) (account.Organisation, error) {
			return s.deps.Account.CreateOrganisation(ctx, actor, account.Organisation{Name: in.Name, Kind: in.Kind, Country: in.Country})
		})
	register(r, http.MethodPatch, "/organisations/{id}", o("Change an organisation.", asks(lms.ManageOrganisation)),
		func(ctx context.Context, actor lms.Actor, in changeOrganisationIn) (account.Organisation, error) {
			return s.deps.Account.ChangeOrganisation(ctx, actor, in.ID, in.Name, in.Kind, in.Country)
		})
	register(r, http.MethodGet, "/centres", o("Centres in one's scope.", asks(lms.ReadPlaces)),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[account.Centre], error) {
			return listOf(s.deps.Account.Centres(ctx, actor))
		})
	register(r, http.MethodPost, "/centres", created("Make a centre.", asks(lms.ManageCentre)),
		func(ctx context.Context, actor lms.Actor, in centreIn) (account.Centre, error) {
			return s.deps.Account.CreateCentre(ctx, actor, account.Centre{Name: in.Name, Country: in.Country, TimeZone: in.TimeZone})
		})
	register(r, http.MethodPatch, "/centres/{id}", o("Change a centre.", asks(lms.ManageCentre)),
		func(ctx context.Context, actor lms.Actor, in changeCentreIn) (account.Centre, error) {
			return s.deps.Account.ChangeCentre(ctx, actor, in.ID, in.Name, in.TimeZone, in.Country)
		})
	register(r, http.MethodGet, "/admin/audit", o("Who did what, the newest first, 50 a page.", asks(lms.ReadAudit)),
		func(ctx context.Context, actor lms.Actor, in auditIn) (auditOut, error) {
			items, next, err := s.deps.Account.AuditLog(ctx, actor, account.AuditQuery{Actor: in.Actor, Action: in.Action, Before: in.Page})
			return auditOut{items, next}, err
		})
	register(r, http.MethodGet, "/admin/attention", o("What needs attention in one's scope.", asks(lms.ReadAttention)),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[account.Attention], error) {
			items, err := s.deps.Account.Attention(ctx, actor)
			if err == nil && len(s.deps.Contacts) == 0 && actor.May(lms.ReadAudit) == nil {
				items = append(items, account.Attention{Code: "concern-contacts", Link: "/admin"})
			}
			return listOf(items, err)
		})
}
