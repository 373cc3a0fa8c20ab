package api

import (
	"net/netip"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/lmstest"
)

type object = map[string]any

// accountRights are the examples of signing in, one's own record, people, places and the record of acts.
var accountRights = map[string]func(*rightsWorld) rightsCase{
	"POST /auth/login": func(w *rightsWorld) rightsCase {
		_, login := w.withPassword()
		return rightsCase{body: object{"login": login, "password": rightsPassword}}
	},
	"POST /auth/code": func(w *rightsWorld) rightsCase {
		codes, err := w.accounts.IssueCodes(w.T.Context(), w.admin(), []lms.ID[lms.Person]{w.Person(lmstest.PersonSpec{})})
		if err != nil {
			w.T.Fatal(err)
		}
		return rightsCase{body: object{"code": codes[0].Code, "password": rightsPassword}}
	},
	"POST /auth/refresh": func(w *rightsWorld) rightsCase {
		tokens, _ := w.session()
		return rightsCase{body: object{"refresh_token": tokens.Refresh}}
	},
	"POST /auth/logout":            func(w *rightsWorld) rightsCase { _, a := w.session(); return rightsCase{right: a} },
	"POST /auth/logout-everywhere": func(w *rightsWorld) rightsCase { _, a := w.session(); return rightsCase{right: a} },
	"GET /concern":                 func(w *rightsWorld) rightsCase { return rightsCase{hidden: []string{"Helpline"}} },

	"GET /me":   func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody()} },
	"PATCH /me": func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody(), body: object{"language": "kk"}} },
	"POST /me/password": func(w *rightsWorld) rightsCase {
		_, a := w.session()
		return rightsCase{right: a, body: object{"current": rightsPassword, "password": rightsPassword + "2"}}
	},
	"GET /me/export": func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody()} },
	"POST /me/erasure": func(w *rightsWorld) rightsCase {
		_, a := w.session()
		return rightsCase{right: a, body: object{"password": rightsPassword}}
	},

	"GET /people": func(w *rightsWorld) rightsCase {
		id := w.somebody()
		return rightsCase{right: w.coordinator(), facts: w.factsOf(), query: "q=" + w.nameOf(id), hidden: []string{id.String()}}
	},
	"POST /people": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, body: object{
			"given_name": "New", "family_name": "One", "country": rightsCountry,
		}}
	},
	"GET /people/{id}": func(w *rightsWorld) rightsCase { return w.onSomebody(nil) },
	"PATCH /people/{id}": func(w *rightsWorld) rightsCase {
		return w.onSomebody(object{"given_name": "Другое"})
	},
	"DELETE /people/{id}":        func(w *rightsWorld) rightsCase { return w.onSomebody(nil) },
	"GET /people/{id}/export":    func(w *rightsWorld) rightsCase { return w.onSomebody(nil) },
	"POST /people/{id}/block":    func(w *rightsWorld) rightsCase { return w.onSomebody(nil) },
	"POST /people/{id}/unblock":  func(w *rightsWorld) rightsCase { return w.onSomebody(nil) },
	"POST /people/{id}/sign-out": func(w *rightsWorld) rightsCase { return w.onSomebody(nil) },
	"POST /people/{id}/roles": func(w *rightsWorld) rightsCase {
		c := w.onSomebody(object{"role": "facilitator", "scope": object{"kind": "centre", "id": w.centre.String()}})
		c.facts.Role = lms.Facilitator
		return c
	},
	"DELETE /people/{id}/roles/{membership_id}": func(w *rightsWorld) rightsCase {
		id := w.somebody()
		membership := w.Grant(id, lms.Grant{Role: lms.Trainer, Scope: lms.CohortGround(w.cohort)})
		c := rightsCase{right: w.coordinator(), facts: w.factsOf()}
		c.params = map[string]string{"id": id.String(), "membership_id": membership.String()}
		c.facts.Role = lms.Trainer
		return c
	},
	"POST /codes": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.coordinator(), facts: w.factsOf(), body: object{"person_ids": []string{w.somebody().String()}}}
	},

	"GET /countries": func(w *rightsWorld) rightsCase { return rightsCase{right: w.nobody()} },
	"GET /organisations": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, hidden: []string{w.Organisation(rightsCountry).String()}}
	},
	"POST /organisations": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, body: object{
			"name": "A new one", "kind": "library", "country": rightsCountry,
		}}
	},
	"PATCH /organisations/{id}": func(w *rightsWorld) rightsCase {
		return rightsCase{
			right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, body: object{"name": "A better name"},
			params: map[string]string{"id": w.Organisation(rightsCountry).String()},
		}
	},
	"GET /centres": func(w *rightsWorld) rightsCase {
		return rightsCase{
			right: w.coordinator(), facts: lms.Facts{Country: rightsCountry, Centre: w.centre}, hidden: []string{w.centre.String()},
		}
	},
	"POST /centres": func(w *rightsWorld) rightsCase {
		return rightsCase{right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, body: object{
			"name": "A new centre", "country": rightsCountry, "time_zone": "Asia/Almaty",
		}}
	},
	"PATCH /centres/{id}": func(w *rightsWorld) rightsCase {
		return rightsCase{
			right: w.coordinator(), facts: lms.Facts{Country: rightsCountry, Centre: w.centre}, body: object{"time_zone": "Asia/Aqtobe"},
			params: map[string]string{"id": w.centre.String()},
		}
	},
	"GET /admin/audit":     func(w *rightsWorld) rightsCase { return rightsCase{right: w.admin()} },
	"GET /admin/attention": func(w *rightsWorld) rightsCase { return rightsCase{right: w.coordinator()} },
}

// somebody is a person in the first of everything, enrolled there.
func (w *rightsWorld) somebody() lms.ID[lms.Person] {
	id := w.Person(lmstest.PersonSpec{Country: rightsCountry, Centre: w.centre})
	w.Enrol(id, w.course, w.version, w.cohort)
	return id
}

// factsOf are those of somebody.
func (w *rightsWorld) factsOf() lms.Facts {
	return lms.Facts{
		Country: rightsCountry, Centre: w.centre, Courses: []lms.ID[lms.Course]{w.course}, Cohorts: []lms.ID[lms.Cohort]{w.cohort},
		Role: lms.Trainee,
	}
}

func (w *rightsWorld) nameOf(id lms.ID[lms.Person]) string {
	return w.Text(`SELECT given_name FROM persons WHERE id = $1`, id)
}

func (w *rightsWorld) onSomebody(body any) rightsCase {
	return rightsCase{
		right: w.coordinator(), facts: w.factsOf(), body: body, params: map[string]string{"id": w.somebody().String()},
	}
}

// withPassword makes somebody who can sign in.
func (w *rightsWorld) withPassword() (lms.ID[lms.Person], string) {
	hash, err := w.accounts.HashPassword(w.T.Context(), rightsPassword)
	if err != nil {
		w.T.Fatal(err)
	}
	id := w.Person(lmstest.PersonSpec{PasswordHash: hash})
	return id, w.Text(`SELECT login FROM persons WHERE id = $1`, id)
}

// session signs somebody in.
func (w *rightsWorld) session() (account.Tokens, lms.Actor) {
	_, login := w.withPassword()
	tokens, err := w.accounts.SignIn(w.T.Context(), login, rightsPassword, account.From{Address: netip.MustParseAddr("192.0.2.1")})
	if err != nil {
		w.T.Fatal(err)
	}
	actor, err := w.accounts.Authenticate(tokens.Access)
	if err != nil {
		w.T.Fatal(err)
	}
	return tokens, actor
}

// An operation that nobody wrote an example for must not pass: the test of the test.
func TestAnOperationWithoutAnExampleIsNoticed(t *testing.T) {
	old := routeFiles
	defer func() { routeFiles = old }()
	routeFiles = append(routeFiles[:len(routeFiles):len(routeFiles)], func(_ *Server, r *router) {
		register(r, "GET", "/forgotten", op{Summary: "x", Tag: "x", Access: signedIn}, nothing)
	})
	s, err := New(Deps{Account: bareAccount(t)})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, o := range operations(t, s.Document()) {
		found = found || strings.HasSuffix(o.path, "/forgotten")
	}
	if !found {
		t.Error("the document lacks a route of the table")
	}
}
