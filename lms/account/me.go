package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Me is what a person sees of themselves.
type Me struct {
	ID           lms.ID[lms.Person] `json:"id"`
	GivenName    string             `json:"given_name"`
	FamilyName   string             `json:"family_name"`
	LatinGiven   string             `json:"latin_given"`
	LatinFamily  string             `json:"latin_family"`
	Email        *string            `json:"email"`
	Login        *string            `json:"login"`
	Language     string             `json:"language"`
	Theme        string             `json:"theme" enum:"auto,light,dark"`
	Country      string             `json:"country"`
	Countries    []string           `json:"countries"`
	Centre       *Place             `json:"centre,omitempty"`
	Organisation *Place             `json:"organisation,omitempty"`
	Sex          string             `json:"sex" enum:"female,male,not-stated"`
	BirthYear    *int               `json:"birth_year"`
	Phone        string             `json:"phone"`
	Job          string             `json:"job" enum:"not-stated,social-worker,lawyer,librarian,police,civil-servant,educator,health,psychologist,interpreter,manager,volunteer,other"`
	// Disability is told by the person alone, or not at all; nobody else writes it.
	Disability string     `json:"disability" enum:"not-stated,yes,no"`
	Roles      []RoleView `json:"roles"`
	// Can names the areas that the navigation offers: teach, coordinate, admin, author, plan (webinars),
	// calls (whom to ring up), decide (about evidence).
	Can []string `json:"can"`
}

// Profile gives the actor's own record, in one statement. Errors: Unauthorized when the account is gone.
func (s *Service) Profile(ctx context.Context, actor lms.Actor) (Me, error) {
	me, err := readMe(ctx, s.db, actor.Person)
	if lms.KindOf(err) == lms.NotFound {
		return me, errSessionEnded
	}
	me.Can = areas(actor)
	return me, err
}

func readMe(ctx context.Context, q db.Queryer, id lms.ID[lms.Person]) (Me, error) {
	var m Me
	var centreID, centre, zone, orgID, org sql.NullString
	var countries string
	var roles []byte
	err := db.Row(ctx, q, `
		SELECT p.id, p.given_name, p.family_name, p.latin_given, p.latin_family, p.email, p.login, p.language, p.theme,
		       coalesce(p.country, ''), array_to_string(p.countries, ','), c.id, c.name, c.time_zone, o.id, o.name,
		       p.sex, p.birth_year, p.phone, p.job, p.disability, `+rolesJSON+`
		  FROM persons p
		  LEFT JOIN centres c ON c.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE p.id = $1 AND p.state <> 'erased'`, id).
		Scan(&m.ID, &m.GivenName, &m.FamilyName, &m.LatinGiven, &m.LatinFamily, &m.Email, &m.Login, &m.Language, &m.Theme,
			&m.Country, &countries, &centreID, &centre, &zone, &orgID, &org, &m.Sex, &m.BirthYear, &m.Phone, &m.Job, &m.Disability, &roles)
	if err != nil {
		return m, db.Found(err, "person")
	}
	m.Centre, m.Organisation = place(centreID, centre, zone), place(orgID, org, sql.NullString{})
	if countries != "" {
		m.Countries = strings.Split(countries, ",")
	}
	if err := json.Unmarshal(roles, &m.Roles); err != nil {
		return m, fmt.Errorf("reading one's roles: %w", err)
	}
	return m, nil
}

// areas lists what the navigation offers, by the table of rights and not by the names of roles.
func areas(actor lms.Actor) []string {
	var can []string
	for _, a := range []struct {
		area   string
		action lms.Action
	}{
		{"teach", lms.ReadCohort},
		{"coordinate", lms.ManageCohort},
		{"admin", lms.ReadPerson},
		{"author", lms.ReadDraft},
		{"plan", lms.ManageWebinar},
		{"calls", lms.ReadCallList},
		{"decide", lms.DecideEvidence},
	} {
		if actor.May(a.action) == nil {
			can = append(can, a.area)
		}
	}
	return can
}

// MyChange is what a person changes about themselves; nil leaves a thing as it is. Names in the own script
// stand on certificates and are changed by administration.
type MyChange struct {
	Language, Theme, LatinGiven, LatinFamily, Sex *string
	Phone, Job, Disability                        *string
	BirthYear                                     *int // 0 takes it back
	Countries                                     *[]string
}

// ChangeMe stores it. Errors: Invalid.
func (s *Service) ChangeMe(ctx context.Context, actor lms.Actor, in MyChange) (Me, error) {
	if err := in.check(); err != nil {
		return Me{}, err
	}
	var me Me
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		err := setColumns(ctx, tx, actor.Person, []column{
			{"language", "language", in.Language, false},
			{"theme", "theme", in.Theme, false},
			{"latin_given", "latin_given", in.LatinGiven, false},
			{"latin_family", "latin_family", in.LatinFamily, false},
			{"sex", "sex", in.Sex, false},
			{"phone", "phone", in.Phone, false},
			{"job", "job", in.Job, false},
			{"disability", "disability", in.Disability, false},
		})
		if err != nil {
			return err
		}
		if in.BirthYear != nil {
			if err := setBirthYear(ctx, tx, actor.Person, *in.BirthYear); err != nil {
				return err
			}
		}
		if in.Countries != nil {
			if err := storeCountries(ctx, tx, actor.Person, *in.Countries); err != nil {
				return err
			}
		}
		me, err = readMe(ctx, tx, actor.Person)
		return err
	})
	me.Can = areas(actor)
	return me, err
}

func storeCountries(ctx context.Context, tx bun.Tx, person lms.ID[lms.Person], codes []string) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE persons SET countries = $2::text[]
		 WHERE id = $1 AND NOT EXISTS (SELECT FROM unnest($2::text[]) c WHERE c NOT IN (SELECT code FROM countries))`, person, codes)
	if err != nil {
		return err
	}
	if n == 0 {
		return lms.ErrInvalid("countries", "reference-unknown", "one of the countries is not in the programme")
	}
	return nil
}

func (c *MyChange) check() error {
	var f faults
	if c.Language != nil && !languages[*c.Language] {
		f.add("language", "not-one-of")
	}
	if c.Theme != nil && !slices.Contains([]string{"auto", "light", "dark"}, *c.Theme) {
		f.add("theme", "not-one-of")
	}
	f.told(c.Sex, c.BirthYear)
	if c.Phone != nil {
		*c.Phone = f.phone("phone", *c.Phone)
	}
	if c.Job != nil {
		f.job("job", *c.Job)
	}
	if c.Disability != nil && !slices.Contains([]string{notStated, "yes", "no"}, *c.Disability) {
		f.add("disability", "not-one-of")
	}
	if c.LatinGiven != nil {
		*c.LatinGiven = f.latin("latin_given", *c.LatinGiven)
	}
	if c.LatinFamily != nil {
		*c.LatinFamily = f.latin("latin_family", *c.LatinFamily)
	}
	if c.Countries != nil {
		if len(*c.Countries) > 20 {
			f.add("countries", "too-many-items")
		}
		slices.Sort(*c.Countries)
		*c.Countries = slices.Compact(*c.Countries)
	}
	return f.err()
}
