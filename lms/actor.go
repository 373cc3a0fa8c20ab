package lms

import (
	"fmt"
	"strings"
	"time"
)

// Role is what a person is to the programme. Rights come from a role together with its ground.
type Role string

// The roles.
const (
	Trainee     Role = "trainee"
	Trainer     Role = "trainer"
	Author      Role = "author"
	Facilitator Role = "facilitator"
	Interpreter Role = "interpreter"
	Coordinator Role = "coordinator"
	Admin       Role = "admin"
)

// Roles lists every role, in the order in which people are shown them.
func Roles() []Role {
	return []Role{Trainee, Trainer, Author, Facilitator, Interpreter, Coordinator, Admin}
}

// Known tells a role of the list from any other word.
func (r Role) Known() bool {
	for _, k := range Roles() {
		if r == k {
			return true
		}
	}
	return false
}

// GroundKind says how a role is bounded.
type GroundKind string

// The kinds of ground.
const (
	Everywhere GroundKind = "all"
	InCountry  GroundKind = "country"
	InCourse   GroundKind = "course"
	InCohort   GroundKind = "cohort"
	InCentre   GroundKind = "centre"
)

// Ground is where a role holds: everywhere, in a country, a course, a cohort or a centre. Somebody who
// coordinates several countries has several grants.
type Ground struct {
	Kind    GroundKind
	Country string // ISO 3166-1 alpha-2, only for InCountry
	// ID is the course, cohort or centre, by Kind.
	ID ID[Ground]
}

// AllGround is the ground without a bound.
func AllGround() Ground { return Ground{Kind: Everywhere} }

// CountryGround is one country.
func CountryGround(code string) Ground { return Ground{Kind: InCountry, Country: code} }

// CourseGround is one course.
func CourseGround(id ID[Course]) Ground { return Ground{Kind: InCourse, ID: ID[Ground](id)} }

// CohortGround is one cohort.
func CohortGround(id ID[Cohort]) Ground { return Ground{Kind: InCohort, ID: ID[Ground](id)} }

// CentreGround is one centre.
func CentreGround(id ID[Centre]) Ground { return Ground{Kind: InCentre, ID: ID[Ground](id)} }

// Check refuses a ground whose parts do not fit its kind.
func (g Ground) Check() error {
	country, id := g.Country != "", !g.ID.IsZero()
	switch g.Kind {
	case Everywhere:
		if country || id {
			return ErrInvalid("scope", "scope-malformed", "a role for all has neither a country nor an id")
		}
	case InCountry:
		if !country || id {
			return ErrInvalid("scope/country", "scope-malformed", "a role in a country names the country and no id")
		}
	case InCourse, InCohort, InCentre:
		if country || !id {
			return ErrInvalid("scope/id", "scope-malformed", "a role in a course, cohort or centre names its id")
		}
	default:
		return ErrInvalid("scope/kind", "scope-malformed", "one of all, country, course, cohort, centre")
	}
	return nil
}

// String is the ground as tokens and logs carry it: all, country:KZ, cohort:<id>.
func (g Ground) String() string {
	switch g.Kind {
	case InCountry:
		return string(g.Kind) + ":" + g.Country
	case InCourse, InCohort, InCentre:
		return string(g.Kind) + ":" + g.ID.String()
	}
	return string(g.Kind)
}

// Grant is a role that somebody holds on a ground.
type Grant struct {
	Role  Role
	Scope Ground
}

// String is the grant as access tokens carry it: trainer:cohort:<id>.
func (g Grant) String() string { return string(g.Role) + ":" + g.Scope.String() }

// ParseGrant reads what String wrote.
func ParseGrant(s string) (Grant, error) {
	parts := strings.SplitN(s, ":", 3)
	if len(parts) < 2 || !Role(parts[0]).Known() {
		return Grant{}, fmt.Errorf("not a grant: %q", s)
	}
	g := Grant{Role: Role(parts[0]), Scope: Ground{Kind: GroundKind(parts[1])}}
	if len(parts) == 3 {
		if g.Scope.Kind == InCountry {
			g.Scope.Country = parts[2]
		} else {
			id, err := ParseID[Ground](parts[2])
			if err != nil {
				return Grant{}, fmt.Errorf("not a grant: %q: %w", s, err)
			}
			g.Scope.ID = id
		}
	}
	if err := g.Scope.Check(); err != nil {
		return Grant{}, fmt.Errorf("not a grant: %q: %w", s, err)
	}
	return g, nil
}

// Actor is who asks: a person in a session, with the roles that the access token names. The zero Actor is
// a stranger, who may do nothing.
type Actor struct {
	Person   ID[Person]
	Session  ID[Session]
	Grants   []Grant
	Language string
	// IssuedAt and ExpiresAt bound the token that named this actor.
	IssuedAt, ExpiresAt time.Time
}

// SignedIn tells a person from a stranger.
func (a Actor) SignedIn() bool { return !a.Person.IsZero() }
