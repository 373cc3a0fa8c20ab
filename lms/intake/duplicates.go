package intake

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/intake/alike"
	"mostik/lms/who"
)

// Pair are two records that may be of one person.
type Pair struct {
	One     Side           `json:"one"`
	Other   Side           `json:"other"`
	Score   int            `json:"score"`
	Reasons []alike.Reason `json:"reasons"`
}

// Side is one of them, as they are shown side by side.
type Side struct {
	Somebody
	Login string `json:"login,omitempty"`
	Sex   string `json:"sex" enum:"female,male,not-stated"`
	// SeenOn and MadeOn are days, "" for never.
	SeenOn       string `json:"seen_on,omitempty"`
	MadeOn       string `json:"made_on"`
	Enrolments   int    `json:"enrolments"`
	Certificates int    `json:"certificates"`
}

// Pairs is the list of them, the likeliest first.
type Pairs struct {
	Items []Pair `json:"items"`
	// More tells that there are others that are not listed.
	More bool `json:"more"`
}

const (
	// maxCandidates bounds the pairs that are compared, and maxPairs those that are listed.
	maxCandidates, maxPairs = 5000, 100
	// crowded is how many people may share a key before a name alone says nothing: then something else must agree too.
	crowded, tooCrowded = 3, 60
)

// Duplicates lists pairs of records within the part of the world in which the actor may merge. Of others nothing is
// told, nor counted. Errors: Forbidden.
func (s *Service) Duplicates(ctx context.Context, actor lms.Actor) (out Pairs, err error) {
	defer lms.Wrap(&err, "intake.Duplicates")
	if err := actor.May(lms.MergePeople); err != nil {
		return out, err
	}
	type pair struct {
		one, other lms.ID[lms.Person]
		score      int
		reasons    []alike.Reason
	}
	var found []pair
	candidates := 0
	sql, args := candidatesSQL(actor, s)
	err = each(ctx, s.DB, func(scan func(...any) error) error {
		var p pair
		var a, b alike.Person
		err := scan(&p.one, &a.Own, &a.Latin, &a.BirthYear, &a.Email, &a.Phone, &a.Centre, &a.Organisation, &a.Sex,
			&p.other, &b.Own, &b.Latin, &b.BirthYear, &b.Email, &b.Phone, &b.Centre, &b.Organisation, &b.Sex)
		if err != nil {
			return err
		}
		candidates++
		if p.score, p.reasons = alike.Compare(alike.Prepare(a), alike.Prepare(b)); p.score >= alike.Likely {
			found = append(found, p)
		}
		return nil
	}, sql, args...)
	if err != nil {
		return out, err
	}
	slices.SortStableFunc(found, func(a, b pair) int { return b.score - a.score })
	out.More = len(found) > maxPairs || candidates == maxCandidates
	found = found[:min(len(found), maxPairs)]
	ids := []string{}
	for _, p := range found {
		ids = append(ids, p.one.String(), p.other.String())
	}
	sides, err := s.sides(ctx, ids)
	if err != nil {
		return out, err
	}
	out.Items = []Pair{}
	for _, p := range found {
		out.Items = append(out.Items, Pair{sides[p.one], sides[p.other], p.score, p.reasons})
	}
	return out, nil
}

// candidatesSQL pairs people who share a key of their names. Where many share it, the year of birth, the phone or the
// centre must agree too.
func candidatesSQL(actor lms.Actor, s *Service) (string, []any) {
	var w who.Query
	w.People(actor.Scope(lms.MergePeople), who.Filter{}, s.Now())
	columns := func(p string) string { return strings.ReplaceAll(peopleColumns, "p.", p+".") }
	return `
		WITH mine AS MATERIALIZED (
			SELECT p.id, k FROM persons p, unnest(p.name_keys) k WHERE ` + w.Where() + `
		), shared AS (
			SELECT k, count(*) AS n FROM mine GROUP BY k HAVING count(*) BETWEEN 2 AND ` + w.Arg(tooCrowded) + `
		), pairs AS (
			SELECT a.id AS one, b.id AS other, min(n) AS n
			  FROM shared JOIN mine a USING (k) JOIN mine b USING (k) WHERE a.id < b.id GROUP BY 1, 2
		)
		SELECT ` + columns("a") + `, ` + columns("b") + `
		  FROM pairs x JOIN persons a ON a.id = x.one JOIN persons b ON b.id = x.other
		 WHERE (a.birth_year IS NULL OR b.birth_year IS NULL OR a.birth_year = b.birth_year)
		   AND (x.n <= ` + w.Arg(crowded) + ` OR a.birth_year = b.birth_year OR a.centre_id = b.centre_id OR a.phone <> '' AND right(a.phone, 7) = right(b.phone, 7))
		   AND NOT EXISTS (SELECT FROM distinct_people d WHERE d.one = a.id AND d.other = b.id)
		 ORDER BY a.birth_year = b.birth_year DESC NULLS LAST, x.one, x.other LIMIT ` + w.Arg(maxCandidates), w.Args()
}

func (s *Service) sides(ctx context.Context, ids []string) (map[lms.ID[lms.Person]]Side, error) {
	all := map[lms.ID[lms.Person]]Side{}
	err := each(ctx, s.DB, func(scan func(...any) error) error {
		var p Side
		err := scan(&p.ID, &p.Name, &p.LatinName, &p.BirthYear, &p.Email, &p.Phone, &p.Centre, &p.Employer, &p.Login, &p.Sex, &p.SeenOn, &p.MadeOn,
			&p.Enrolments, &p.Certificates)
		p.LatinName = strings.TrimSpace(p.LatinName)
		all[p.ID] = p
		return err
	}, `SELECT p.id, p.given_name || ' ' || p.family_name, p.latin_given || ' ' || p.latin_family, coalesce(p.birth_year, 0), coalesce(p.email, ''),
	           p.phone, coalesce(c.name, ''), coalesce(o.name, ''), coalesce(p.login, ''), p.sex, coalesce(to_char(p.last_seen_at, 'YYYY-MM-DD'), ''),
	           to_char(p.created_at, 'YYYY-MM-DD'),
	           (SELECT count(*) FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn'),
	           (SELECT count(*) FROM certificates t WHERE t.person_id = p.id AND t.state <> 'erased')
	      FROM persons p LEFT JOIN centres c ON c.id = p.centre_id LEFT JOIN organisations o ON o.id = p.organisation_id
	     WHERE p.id = ANY ($1::text[]::uuid[])`, ids)
	return all, err
}

// Distinguish remembers that two records are of two people. Errors: NotFound.
func (s *Service) Distinguish(ctx context.Context, actor lms.Actor, one, other lms.ID[lms.Person]) (err error) {
	defer lms.Wrap(&err, "intake.Distinguish")
	if err := actor.May(lms.MergePeople); err != nil {
		return err
	}
	if one == other {
		return lms.ErrInvalid("other", "merge-same", "these are one record")
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var w who.Query
		list := w.Arg([]string{one.String(), other.String()})
		w.People(actor.Scope(lms.MergePeople), who.Filter{}, s.Now())
		var n int
		err := db.Row(ctx, tx, `SELECT count(*) FROM persons p WHERE p.id = ANY (`+list+`::text[]::uuid[]) AND `+w.Where(), w.Args()...).Scan(&n)
		if err != nil {
			return db.Translate(err)
		}
		if n != 2 {
			return lms.ErrNotFound("person")
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO distinct_people (one, other, decided_by, decided_at)
			VALUES (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3, $4) ON CONFLICT DO NOTHING`, one, other, actor.Person, s.Now())
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: "person.distinguish", SubjectKind: "person", SubjectID: one.String(), Detail: map[string]any{"other": other.String()},
		})
	})
}
