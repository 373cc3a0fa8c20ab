package api

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/account"
)

// listOut is a list that is sent whole.
type listOut[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

func listOf[T any](items []T, err error) (listOut[T], error) {
	return listOut[T]{Items: items, Total: len(items)}, err
}

type peopleIn struct {
	Text    string             `query:"q"`
	Role    string             `query:"role"`
	Country string             `query:"country"`
	State   string             `query:"state"`
	Centre  lms.ID[lms.Centre] `query:"centre"`
	Page    int                `query:"page"`
}

type personIn struct {
	ID lms.ID[lms.Person] `path:"id"`
}

type roleIn struct {
	Role  lms.Role          `json:"role" required:"true" enum:"trainee,trainer,author,facilitator,interpreter,coordinator,admin"`
	Scope account.ScopeView `json:"scope" required:"true"`
}

type newPersonIn struct {
	GivenName    string   `json:"given_name" required:"true" maxLength:"100"`
	FamilyName   string   `json:"family_name" required:"true" maxLength:"100"`
	LatinGiven   string   `json:"latin_given" maxLength:"100"`
	LatinFamily  string   `json:"latin_family" maxLength:"100"`
	Email        string   `json:"email" maxLength:"254"`
	Login        string   `json:"login" maxLength:"40"`
	Country      string   `json:"country" required:"true" pattern:"^[A-Z]{2}$"`
	Language     string   `json:"language" enum:"en,ru,sk,kk,tg,ky"`
	Centre       string   `json:"centre_id"`
	Organisation string   `json:"organisation_id"`
	Sex          string   `json:"sex" enum:"female,male,not-stated"`
	BirthYear    int      `json:"birth_year" minimum:"0" maximum:"2100"`
	Phone        string   `json:"phone" maxLength:"32"`
	Job          string   `json:"job" enum:"not-stated,social-worker,lawyer,librarian,police,civil-servant,educator,health,psychologist,interpreter,manager,volunteer,other"`
	Roles        []roleIn `json:"roles" maxItems:"20"`
}

type changePersonIn struct {
	ID           lms.ID[lms.Person] `path:"id"`
	GivenName    *string            `json:"given_name" maxLength:"100"`
	FamilyName   *string            `json:"family_name" maxLength:"100"`
	LatinGiven   *string            `json:"latin_given" maxLength:"100"`
	LatinFamily  *string            `json:"latin_family" maxLength:"100"`
	Email        clearable          `json:"email"`
	Login        clearable          `json:"login"`
	Country      *string            `json:"country" pattern:"^[A-Z]{2}$"`
	Language     *string            `json:"language" enum:"en,ru,sk,kk,tg,ky"`
	Centre       clearable          `json:"centre_id"`
	Organisation clearable          `json:"organisation_id"`
	Sex          *string            `json:"sex" enum:"female,male,not-stated"`
	BirthYear    clearableYear      `json:"birth_year"`
	Phone        *string            `json:"phone" maxLength:"32"`
	Job          *string            `json:"job" enum:"not-stated,social-worker,lawyer,librarian,police,civil-servant,educator,health,psychologist,interpreter,manager,volunteer,other"`
}

type grantIn struct {
	ID    lms.ID[lms.Person] `path:"id"`
	Role  lms.Role           `json:"role" required:"true" enum:"trainee,trainer,author,facilitator,interpreter,coordinator,admin"`
	Scope account.ScopeView  `json:"scope" required:"true"`
}

type membershipIn struct {
	ID         lms.ID[lms.Person]     `path:"id"`
	Membership lms.ID[lms.Membership] `path:"membership_id"`
}

type membershipOut struct {
	ID lms.ID[lms.Membership] `json:"id"`
}

type codesIn struct {
	Persons []lms.ID[lms.Person] `json:"person_ids" required:"true" minItems:"1" maxItems:"500"`
}

func (s *Server) peopleRoutes(r *router) {
	o := func(summary string, actions ...lms.Action) op {
		return op{Summary: summary, Tag: "people", Access: asks(actions...)}
	}
	register(r, http.MethodGet, "/people", o("Search those whom one may see, 50 a page, by family name.", lms.ReadPerson),
		func(ctx context.Context, actor lms.Actor, in peopleIn) (account.Page[account.PersonRow], error) {
			return s.deps.Account.People(ctx, actor, account.PeopleQuery(in))
		})
	created := o("Make an account; a one-time code sets its password. Without e-mail and login, a login is made.", lms.CreatePerson)
	created.Status = http.StatusCreated
	register(r, http.MethodPost, "/people", created, s.postPerson)
	register(r, http.MethodGet, "/people/{id}", o("One person's record.", lms.ReadPerson),
		func(ctx context.Context, actor lms.Actor, in personIn) (account.Person, error) {
			return s.titled(ctx, actor)(s.deps.Account.PersonByID(ctx, actor, in.ID))
		})
	register(r, http.MethodPatch, "/people/{id}", o("Change a record; null clears what may be empty.", lms.EditPerson),
		func(ctx context.Context, actor lms.Actor, in changePersonIn) (account.Person, error) {
			return s.titled(ctx, actor)(s.deps.Account.ChangePerson(ctx, actor, in.ID, account.PersonChange{
				GivenName: in.GivenName, FamilyName: in.FamilyName, LatinGiven: in.LatinGiven, LatinFamily: in.LatinFamily,
				Email: in.Email.value, Login: in.Login.value, Country: in.Country, Language: in.Language,
				Centre: in.Centre.value, Organisation: in.Organisation.value, Sex: in.Sex, BirthYear: in.BirthYear.value,
				Phone: in.Phone, Job: in.Job,
			}))
		})
	register(r, http.MethodDelete, "/people/{id}", o("Erase somebody who asked for it. It cannot be undone.", lms.ErasePerson),
		s.overPerson((*account.Service).ErasePerson))
	register(r, http.MethodPost, "/people/{id}/block", o("Keep somebody out, at once.", lms.BlockPerson),
		s.overPerson((*account.Service).Block))
	register(r, http.MethodPost, "/people/{id}/unblock", o("Let somebody in again.", lms.BlockPerson),
		s.overPerson((*account.Service).Unblock))
	register(r, http.MethodPost, "/people/{id}/sign-out", o("End somebody's sessions.", lms.EditPerson),
		s.overPerson((*account.Service).SignOutPerson))
	file := o("Everything that is kept about somebody who asked for it, without what no role may read.", lms.ExportPerson)
	file.Produces = fiber.MIMEApplicationJSON
	stream(r, http.MethodGet, "/people/{id}/export", file,
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in personIn, _ *boundBody) error {
			out, err := s.deps.Account.ExportPerson(ctx, actor, in.ID)
			if err != nil {
				return err
			}
			return sendFile(c, "mostik-person.json", out)
		})
	granted := o("Give a role on a ground that one's own roles cover.", lms.GrantRole)
	granted.Status = http.StatusCreated
	register(r, http.MethodPost, "/people/{id}/roles", granted,
		func(ctx context.Context, actor lms.Actor, in grantIn) (membershipOut, error) {
			g, err := in.Scope.Grant(in.Role)
			if err != nil {
				return membershipOut{}, err
			}
			id, err := s.deps.Account.GrantRole(ctx, actor, in.ID, g)
			return membershipOut{id}, err
		})
	register(r, http.MethodDelete, "/people/{id}/roles/{membership_id}", o("Take a role.", lms.GrantRole),
		func(ctx context.Context, actor lms.Actor, in membershipIn) (none, error) {
			return none{}, s.deps.Account.TakeRole(ctx, actor, in.ID, in.Membership)
		})
	register(r, http.MethodPost, "/codes", o("Make one-time codes, shown this once, to be printed as slips.", lms.IssueCode),
		func(ctx context.Context, actor lms.Actor, in codesIn) (listOut[account.IssuedCode], error) {
			return listOf(s.deps.Account.IssueCodes(ctx, actor, in.Persons))
		})
}

// overPerson makes a handler of what is done to a person and answers nothing.
func (s *Server) overPerson(do func(*account.Service, context.Context, lms.Actor, lms.ID[lms.Person]) error) func(context.Context, lms.Actor, personIn) (none, error) {
	return func(ctx context.Context, actor lms.Actor, in personIn) (none, error) {
		return none{}, do(s.deps.Account, ctx, actor, in.ID)
	}
}

func (s *Server) postPerson(ctx context.Context, actor lms.Actor, in newPersonIn) (account.Person, error) {
	p := account.NewPerson{
		GivenName: in.GivenName, FamilyName: in.FamilyName, LatinGiven: in.LatinGiven, LatinFamily: in.LatinFamily,
		Email: in.Email, Login: in.Login, Country: in.Country, Language: in.Language,
		Centre: in.Centre, Organisation: in.Organisation, Sex: in.Sex, BirthYear: in.BirthYear, Phone: in.Phone, Job: in.Job,
	}
	for _, role := range in.Roles {
		g, err := role.Scope.Grant(role.Role)
		if err != nil {
			return account.Person{}, err
		}
		p.Roles = append(p.Roles, g)
	}
	return s.deps.Account.CreatePerson(ctx, actor, p)
}

// titled gives the enrolments of a person the titles of their courses, in the reader's language.
func (s *Server) titled(ctx context.Context, actor lms.Actor) func(account.Person, error) (account.Person, error) {
	return func(p account.Person, err error) (account.Person, error) {
		for i := range p.Enrolments {
			v, err := s.deps.Catalog.Version(ctx, p.Enrolments[i].Version)
			if err != nil {
				return p, err
			}
			p.Enrolments[i].CourseTitle = v.Course().Title.In(v.Lang(actor.Language))
		}
		return p, err
	}
}
