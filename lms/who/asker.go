package who

import (
	"context"
	"encoding/json"

	"mostik/lms"
	"mostik/lms/db"
)

// Written gives the actor's grants as Still reads them again.
func Written(actor lms.Actor) []string {
	all := make([]string, len(actor.Grants))
	for i, g := range actor.Grants {
		all[i] = g.String()
	}
	return all
}

// Still gives somebody who asked for something that is done later, with the rights that they wrote down then less what
// was taken from them since. Errors: NotFound for whoever was erased or blocked.
func Still(ctx context.Context, q db.Queryer, person lms.ID[lms.Person], written []string) (lms.Actor, error) {
	actor := lms.Actor{Person: person}
	var kept []byte
	err := db.Row(ctx, q, `
		SELECT p.language, array_to_json(ARRAY(
		           SELECT g FROM unnest($2::text[]) g
		            WHERE EXISTS (SELECT FROM memberships m WHERE m.person_id = p.id AND g = m.role || ':' || m.scope_kind ||
		                  CASE WHEN m.scope_kind = 'all' THEN '' ELSE ':' || coalesce(m.country, m.scope_id::text) END)))
		  FROM persons p WHERE p.id = $1 AND p.state = 'active'`, person, written).Scan(&actor.Language, &kept)
	if err != nil {
		return actor, db.Found(err, "person")
	}
	var texts []string
	if err := json.Unmarshal(kept, &texts); err != nil {
		return actor, err
	}
	for _, t := range texts {
		g, err := lms.ParseGrant(t)
		if err != nil {
			return actor, err
		}
		actor.Grants = append(actor.Grants, g)
	}
	return actor, nil
}
