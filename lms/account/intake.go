package account

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"mostik/lms"
	"mostik/lms/db"
)

// newRow is a person as persons holds one.
type newRow struct {
	ID           lms.ID[lms.Person] `json:"id"`
	GivenName    string             `json:"given_name"`
	FamilyName   string             `json:"family_name"`
	LatinGiven   string             `json:"latin_given"`
	LatinFamily  string             `json:"latin_family"`
	Email        string             `json:"email"`
	Login        string             `json:"login"`
	Language     string             `json:"language"`
	Country      string             `json:"country"`
	Organisation string             `json:"organisation"`
	Centre       string             `json:"centre"`
	Sex          string             `json:"sex"`
	BirthYear    int                `json:"birth_year"`
	Phone        string             `json:"phone"`
	Job          string             `json:"job"`
}

// InsertPeople makes many accounts in the caller's transaction, in a few statements, and gives their ids in order. The
// caller has asked Can(CreatePerson) for every place, checked each of them, and writes it down. Nobody gets a role.
// Errors: Conflict email-taken, login-taken; Invalid.
func (s *Service) InsertPeople(ctx context.Context, tx db.Queryer, people []NewPerson) ([]lms.ID[lms.Person], error) {
	logins, err := freeLogins(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	ids, rows := make([]lms.ID[lms.Person], len(people)), make([]newRow, len(people))
	for i, p := range people {
		ids[i] = lms.NewID[lms.Person]()
		rows[i] = newRow{
			ids[i], p.GivenName, p.FamilyName, p.LatinGiven, p.LatinFamily, p.Email, logins[i], p.Language, p.Country,
			p.Organisation, p.Centre, p.Sex, p.BirthYear, p.Phone, p.Job,
		}
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO persons (id, given_name, family_name, latin_given, latin_family, email, login, language, country, countries,
		                     organisation_id, centre_id, created_at, sex, birth_year, phone, job)
		SELECT id, given_name, family_name, latin_given, latin_family, nullif(email, ''), nullif(login, ''), language, nullif(country, ''),
		       array_remove(ARRAY[country], ''), nullif(organisation, '')::uuid, nullif(centre, '')::uuid, $2, sex, nullif(birth_year, 0), phone, job
		  FROM json_to_recordset($1::json) AS x (id uuid, given_name text, family_name text, latin_given text, latin_family text, email text,
		       login text, language text, country text, organisation text, centre text, sex text, birth_year int, phone text, job text)`,
		string(raw), s.now())
	return ids, personError(err)
}

// freeLogins gives each person's login; those with neither login nor e-mail get one that is made.
func freeLogins(ctx context.Context, tx db.Queryer, people []NewPerson) ([]string, error) {
	logins, taken := make([]string, len(people)), map[string]bool{}
	var open []int
	for i, p := range people {
		logins[i] = p.Login
		taken[strings.ToLower(p.Login)] = true
		if p.Login == "" && p.Email == "" {
			open = append(open, i)
		}
	}
	const tries = 20 // each leaves a few in a thousand
	for range tries {
		if len(open) == 0 {
			return logins, nil
		}
		made := make([]string, len(open))
		for j, i := range open {
			var err error
			for made[j] == "" || taken[made[j]] {
				if made[j], err = makeLogin(people[i].Country); err != nil {
					return nil, err
				}
			}
			taken[made[j]] = true
			logins[i] = made[j]
		}
		used, err := usedLogins(ctx, tx, made)
		if err != nil {
			return nil, err
		}
		var again []int
		for _, i := range open {
			if used[logins[i]] {
				again = append(again, i)
			}
		}
		open = again
	}
	return nil, fmt.Errorf("no free logins were found for %d people", len(open))
}

func usedLogins(ctx context.Context, tx db.Queryer, logins []string) (map[string]bool, error) {
	rows, err := db.Rows(ctx, tx, `
		SELECT lower(login) FROM persons WHERE lower(login) = ANY ($1::text[])
		UNION SELECT login FROM person_aliases WHERE login = ANY ($1::text[])`, logins)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, func(scan func(...any) error) (s string, err error) { return s, scan(&s) })
	used := map[string]bool{}
	for _, l := range list {
		used[l] = true
	}
	return used, err
}

// InsertOrganisations makes organisations in the caller's transaction and gives their ids in order. The caller has asked
// Can(ManageOrganisation) for every country, and writes it down. Errors: Conflict name-taken; Invalid.
func (s *Service) InsertOrganisations(ctx context.Context, tx db.Queryer, list []Organisation) ([]lms.ID[lms.Organisation], error) {
	ids := make([]lms.ID[lms.Organisation], len(list))
	for i := range list {
		ids[i] = lms.NewID[lms.Organisation]()
		if err := s.insertOrganisation(ctx, tx, ids[i], list[i]); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// RemoveOrganisations takes organisations away that an import made and that nobody uses. The caller writes it down.
func (s *Service) RemoveOrganisations(ctx context.Context, tx db.Queryer, ids []lms.ID[lms.Organisation]) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM organisations WHERE id = ANY ($1::text[]::uuid[])`, texts(ids))
	return err
}

// RemovePeople takes accounts away that an import made and on which nothing was built since; what else there is
// of them keeps them, by its foreign keys. The caller writes it down.
func (s *Service) RemovePeople(ctx context.Context, tx db.Queryer, ids []lms.ID[lms.Person]) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM persons WHERE id = ANY ($1::text[]::uuid[])`, texts(ids))
	return err
}

// ActorOf gives somebody as they may act now, for work that they asked for and that is done later. Errors: NotFound,
// also for people who are blocked.
func (s *Service) ActorOf(ctx context.Context, q db.Queryer, id lms.ID[lms.Person]) (lms.Actor, error) {
	actor := lms.Actor{Person: id}
	var grants []byte
	err := db.Row(ctx, q, `SELECT p.language, `+grantsJSON+` FROM persons p WHERE p.id = $1 AND p.state = 'active'`, id).Scan(&actor.Language, &grants)
	if err != nil {
		return actor, db.Found(err, "person")
	}
	actor.Grants, err = parseGrants(grants)
	return actor, err
}
