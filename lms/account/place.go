package account

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Organisation is whom people work for.
type Organisation struct {
	ID      lms.ID[lms.Organisation] `json:"id"`
	Name    string                   `json:"name"`
	Kind    string                   `json:"kind" enum:"state,municipality,ngo,international,library,police,education,health,other"`
	Country string                   `json:"country"`
	People  int                      `json:"people"`
}

// Centre is where people study together.
type Centre struct {
	ID       lms.ID[lms.Centre] `json:"id"`
	Name     string             `json:"name"`
	Country  string             `json:"country"`
	TimeZone string             `json:"time_zone"`
	People   int                `json:"people"`
}

// places turns a scope into a condition on a row with a country and, for centres, an id.
func (w *where) places(s lms.Scope, country, centre string) {
	if s.All {
		return
	}
	var any []string
	if len(s.Countries) > 0 {
		any = append(any, country+" = ANY ("+w.arg(s.Countries)+"::text[])")
	}
	if centre != "" && len(s.Centres) > 0 {
		any = append(any, centre+" = ANY ("+w.arg(texts(s.Centres))+"::text[]::uuid[])")
	}
	w.any(any)
}

// Organisations lists those in the actor's scope, by name. Errors: Forbidden.
func (s *Service) Organisations(ctx context.Context, actor lms.Actor) ([]Organisation, error) {
	if err := actor.May(lms.ReadPlaces); err != nil {
		return nil, err
	}
	var w where
	w.places(actor.Scope(lms.ReadPlaces), "o.country", "")
	rows, err := db.Rows(ctx, s.db, `
		SELECT o.id, o.name, o.kind, o.country,
		       (SELECT count(*) FROM persons p WHERE p.organisation_id = o.id AND p.state <> 'erased')
		  FROM organisations o WHERE `+w.String()+` ORDER BY lower(o.name), o.id`, w.args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(scan func(...any) error) (o Organisation, err error) {
		return o, scan(&o.ID, &o.Name, &o.Kind, &o.Country, &o.People)
	})
}

// CreateOrganisation makes one in a country of the actor. Errors: Forbidden, Invalid, Conflict name-taken.
func (s *Service) CreateOrganisation(ctx context.Context, actor lms.Actor, o Organisation) (Organisation, error) {
	var f faults
	o.Name = f.name("name", o.Name, true)
	if err := f.err(); err != nil {
		return o, err
	}
	if err := within(actor.Can(lms.ManageOrganisation, lms.Facts{Country: o.Country})); err != nil {
		return o, err
	}
	o.ID = lms.NewID[lms.Organisation]()
	return o, s.recorded(ctx, actor, "organisation.create", "organisation", o.ID.String(), func(ctx context.Context, tx bun.Tx) error {
		return s.insertOrganisation(ctx, tx, o.ID, o)
	})
}

func (s *Service) insertOrganisation(ctx context.Context, tx db.Queryer, id lms.ID[lms.Organisation], o Organisation) error {
	var f faults
	name := f.name("name", o.Name, true)
	if err := f.err(); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `INSERT INTO organisations (id, name, kind, country, created_at) VALUES ($1, $2, $3, $4, $5)`,
		id, name, o.Kind, o.Country, s.now())
	return placeError(err)
}

// ChangeOrganisation changes what is not nil; moving it needs the right on both countries. Errors: NotFound,
// Forbidden, Invalid, Conflict name-taken.
func (s *Service) ChangeOrganisation(ctx context.Context, actor lms.Actor, id lms.ID[lms.Organisation], name, kind, country *string) (Organisation, error) {
	o := Organisation{ID: id}
	var f faults
	if name != nil {
		*name = f.name("name", *name, true)
	}
	if err := f.err(); err != nil {
		return o, err
	}
	err := s.recorded(ctx, actor, "organisation.change", "organisation", id.String(), func(ctx context.Context, tx bun.Tx) error {
		var before string
		err := db.Row(ctx, tx, `SELECT country FROM organisations WHERE id = $1`, id).Scan(&before)
		if err != nil {
			return db.Found(err, "organisation")
		}
		if err := actor.Can(lms.ManageOrganisation, lms.Facts{Country: before}); err != nil {
			return err
		}
		if err := within(actor.Can(lms.ManageOrganisation, lms.Facts{Country: or(country, before)})); err != nil {
			return err
		}
		err = db.Row(ctx, tx, `
			UPDATE organisations SET name = coalesce($2, name), kind = coalesce($3, kind), country = coalesce($4, country) WHERE id = $1
			RETURNING name, kind, country, (SELECT count(*) FROM persons p WHERE p.organisation_id = $1 AND p.state <> 'erased')`,
			id, name, kind, country).Scan(&o.Name, &o.Kind, &o.Country, &o.People)
		return placeError(err)
	})
	return o, err
}

// Centres lists those in the actor's scope, by country and name. Errors: Forbidden.
func (s *Service) Centres(ctx context.Context, actor lms.Actor) ([]Centre, error) {
	if err := actor.May(lms.ReadPlaces); err != nil {
		return nil, err
	}
	var w where
	w.places(actor.Scope(lms.ReadPlaces), "c.country", "c.id")
	rows, err := db.Rows(ctx, s.db, `
		SELECT c.id, c.name, c.country, c.time_zone,
		       (SELECT count(*) FROM persons p WHERE p.centre_id = c.id AND p.state <> 'erased')
		  FROM centres c WHERE `+w.String()+` ORDER BY c.country, lower(c.name), c.id`, w.args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(scan func(...any) error) (c Centre, err error) {
		return c, scan(&c.ID, &c.Name, &c.Country, &c.TimeZone, &c.People)
	})
}

// CreateCentre makes one in a country of the actor. Errors: Forbidden, Invalid, Conflict name-taken.
func (s *Service) CreateCentre(ctx context.Context, actor lms.Actor, c Centre) (Centre, error) {
	if err := checkCentre(&c.Name, &c.TimeZone); err != nil {
		return c, err
	}
	if err := within(actor.Can(lms.ManageCentre, lms.Facts{Country: c.Country})); err != nil {
		return c, err
	}
	c.ID = lms.NewID[lms.Centre]()
	return c, s.recorded(ctx, actor, "centre.create", "centre", c.ID.String(), func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO centres (id, name, country, time_zone, created_at) VALUES ($1, $2, $3, $4, $5)`,
			c.ID, c.Name, c.Country, c.TimeZone, s.now())
		return placeError(err)
	})
}

// ChangeCentre changes what is not nil; moving it needs the right on both countries. Errors: NotFound,
// Forbidden, Invalid, Conflict name-taken.
func (s *Service) ChangeCentre(ctx context.Context, actor lms.Actor, id lms.ID[lms.Centre], name, zone, country *string) (Centre, error) {
	c := Centre{ID: id}
	if err := checkCentre(name, zone); err != nil {
		return c, err
	}
	err := s.recorded(ctx, actor, "centre.change", "centre", id.String(), func(ctx context.Context, tx bun.Tx) error {
		var before string
		if err := db.Row(ctx, tx, `SELECT country FROM centres WHERE id = $1`, id).Scan(&before); err != nil {
			return db.Found(err, "centre")
		}
		if err := actor.Can(lms.ManageCentre, lms.Facts{Country: before, Centre: id}); err != nil {
			return err
		}
		if err := within(actor.Can(lms.ManageCentre, lms.Facts{Country: or(country, before), Centre: id})); err != nil {
			return err
		}
		err := db.Row(ctx, tx, `
			UPDATE centres SET name = coalesce($2, name), time_zone = coalesce($3, time_zone), country = coalesce($4, country) WHERE id = $1
			RETURNING name, time_zone, country, (SELECT count(*) FROM persons p WHERE p.centre_id = $1 AND p.state <> 'erased')`,
			id, name, zone, country).Scan(&c.Name, &c.TimeZone, &c.Country, &c.People)
		return placeError(err)
	})
	return c, err
}

func checkCentre(name, zone *string) error {
	var f faults
	if name != nil {
		*name = f.name("name", *name, true)
	}
	if zone != nil {
		// "" and "Local" are names to the time package and no places.
		if _, err := time.LoadLocation(*zone); err != nil || *zone == "" || strings.EqualFold(*zone, "local") {
			f.add("time_zone", "time-zone-unknown")
		}
	}
	return f.err()
}

// within says of things that are to be made what Can cannot say of things that are not there yet.
func within(err error) error {
	if lms.KindOf(err) == lms.NotFound {
		return &lms.Error{Kind: lms.Forbidden, Code: "beyond-scope", Field: "country", Detail: "your roles do not reach there", Err: err}
	}
	return err
}

func placeError(err error) error {
	switch db.Constraint(err) {
	case "organisations_name_key", "centres_name_key":
		return &lms.Error{Kind: lms.Conflict, Code: "name-taken", Field: "name", Detail: "there is one of this name in the country", Err: err}
	case "organisations_country_fkey", "centres_country_fkey":
		return &lms.Error{Kind: lms.Invalid, Code: "reference-unknown", Field: "country", Err: err}
	case "organisations_kind_check":
		return &lms.Error{Kind: lms.Invalid, Code: "not-one-of", Field: "kind", Err: err}
	}
	return db.Translate(err)
}

// recorded runs an act and writes it down in one transaction.
func (s *Service) recorded(ctx context.Context, actor lms.Actor, action, kind, id string, act func(context.Context, bun.Tx) error) error {
	return db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		if err := act(ctx, tx); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.event(actor, action, kind, id, nil))
	})
}

// Countries lists the codes of the programme's countries.
func (s *Service) Countries(ctx context.Context) ([]string, error) {
	rows, err := db.Rows(ctx, s.db, `SELECT code FROM countries ORDER BY code`)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(scan func(...any) error) (code string, err error) { return code, scan(&code) })
}
