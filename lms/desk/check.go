package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// What the desk keeps is held against the rows beneath once a day, and by 'mostik desk check': a sum that is kept must not
// be believed for ever. Nothing of the program is known to make it wrong; an edit by hand with the triggers off would.

// Drift is by how much what is kept differs from what is counted.
type Drift struct {
	// People were looked at, and Standings of them have another standing than their rows give.
	People, Standings int
	// Sums are those that differ from a count of the standings; Today those of the present day that differ from the sums.
	Sums, Today int
}

// Any tells whether something differs.
func (d Drift) Any() bool { return d.Standings+d.Sums+d.Today > 0 }

// checkAtOnce is how many people are looked at in one transaction, for whose time nobody else changes them.
const checkAtOnce = 500

// Check compares all that is kept with a count, and with mend puts it right. It may run beside everything else.
func (s *Service) Check(ctx context.Context, mend bool) (d Drift, err error) {
	defer lms.Wrap(&err, "desk.Check")
	var after lms.ID[lms.Person]
	for {
		rows, err := db.Rows(ctx, s.DB, `SELECT id FROM persons WHERE id > $1::uuid ORDER BY id LIMIT $2`, after.String(), checkAtOnce)
		if err != nil {
			return d, err
		}
		people, err := collect(rows, func(p *lms.ID[lms.Person]) []any { return []any{p} })
		if err != nil {
			return d, err
		}
		if len(people) == 0 {
			break
		}
		wrong, err := s.checkPeople(ctx, people, mend)
		if err != nil {
			return d, err
		}
		d.People, d.Standings = d.People+len(people), d.Standings+wrong
		after = people[len(people)-1]
	}
	if d.Sums, d.Today, err = s.checkSums(ctx); err != nil || !mend || d.Sums+d.Today == 0 {
		return d, err
	}
	return d, s.sumAnew(ctx)
}

// errAsItWas takes back what a check did.
var errAsItWas = errors.New("as it was")

// checkPeople looks at people anew, as their own changes do, and counts those of whom something else was kept.
func (s *Service) checkPeople(ctx context.Context, people []lms.ID[lms.Person], mend bool) (wrong int, err error) {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.String()
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		wrong = 0
		// Whoever is changing one of them has committed then, and nobody begins.
		_, err := db.Exec(ctx, tx, `
			SELECT FROM desk_standings WHERE person_id = ANY ($1::text[]::uuid[]) AND subject = '`+nobody+`' ORDER BY person_id FOR NO KEY UPDATE`, ids)
		if err != nil {
			return err
		}
		kept, err := standings(ctx, tx, ids)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `SELECT desk_refresh($1::text[]::uuid[])`, ids); err != nil {
			return err
		}
		anew, err := standings(ctx, tx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if kept[id] != anew[id] {
				wrong++
			}
		}
		if !mend {
			return errAsItWas
		}
		return nil
	})
	if errors.Is(err, errAsItWas) {
		err = nil
	}
	return wrong, err
}

// standings gives what is kept of each person, as one text.
func standings(ctx context.Context, tx bun.Tx, ids []string) (map[string]string, error) {
	rows, err := db.Rows(ctx, tx, `
		SELECT person_id::text, string_agg(d::text, E'\n' ORDER BY subject) FROM desk_standings d WHERE person_id = ANY ($1::text[]::uuid[]) GROUP BY 1`, ids)
	if err != nil {
		return nil, err
	}
	type line struct{ id, text string }
	list, err := collect(rows, func(l *line) []any { return []any{&l.id, &l.text} })
	of := map[string]string{}
	for _, l := range list {
		of[l.id] = l.text
	}
	return of, err
}

// countedSums are those that the standings come to, as desk_sums holds them; $1 is the day. What they say of a standing
// is what the triggers of desk_standings append.
const countedSums = `
	SELECT c.subject, l.level, c.country, l.place, CASE WHEN c.day > '-infinity' AND c.day < $1::date - 2 THEN '1900-01-01' ELSE c.day END AS day,
	       sum(people) AS people, sum(invited) AS invited, sum(joined) AS joined, sum(passed) AS passed, sum(certified) AS certified,
	       sum(stuck) AS stuck, sum(valid) AS valid, sum(papers) AS papers
	  FROM (SELECT r.subject, d.country, d.centre_id, d.organisation_id, d.kind, r.day, sum(r.people) AS people,
	               sum(r.people * d.invited::int) AS invited, sum(r.people * d.joined::int) AS joined, sum(r.people * d.passed::int) AS passed,
	               sum(r.people * d.certified::int) AS certified, sum(r.people * d.stuck::int) AS stuck, sum(r.valid) AS valid, sum(r.papers) AS papers
	          FROM desk_standings d, LATERAL (
	                   SELECT d.subject, '-infinity'::date, 1, (d.valid_until IS NOT NULL)::int, 0
	                    UNION ALL
	                   SELECT d.subject, d.valid_until, 0, 1, (d.subject <> '` + nobody + `')::int WHERE d.valid_until IS NOT NULL
	                    UNION ALL
	                   SELECT '` + nobody + `', d.valid_until, 0, 0, 1 WHERE d.valid_until IS NOT NULL AND d.subject <> '` + nobody + `'
	               ) r (subject, day, people, valid, papers)
	         GROUP BY 1, 2, 3, 4, 5, 6) c,
	       LATERAL (VALUES ('country', ''), ('centre', c.centre_id::text), ('organisation', c.organisation_id::text), ('kind', c.kind)) l (level, place)
	 GROUP BY 1, 2, 3, 4, 5`

// checkSums counts the sums that differ, as of one moment each.
func (s *Service) checkSums(ctx context.Context) (sums, today int, err error) {
	err = db.Row(ctx, s.DB, `
		WITH kept AS (
			SELECT subject, level, country, place, day, people, invited, joined, passed, certified, stuck, valid, papers FROM desk_sums
			 UNION ALL
			SELECT c.subject, l.level, c.country, l.place, c.day, people, invited, joined, passed, certified, stuck, valid, papers
			  FROM desk_changes c, LATERAL (VALUES ('country', ''), ('centre', c.centre_id::text), ('organisation', c.organisation_id::text), ('kind', c.kind)) l (level, place)
		), both_of_them AS (
			SELECT 1 AS n, subject, level, country, place, CASE WHEN day > '-infinity' AND day < $1::date - 2 THEN '1900-01-01' ELSE day END AS day,
			       people, invited, joined, passed, certified, stuck, valid, papers FROM kept
			 UNION ALL
			SELECT -1, c.* FROM (`+countedSums+`) c
		)
		SELECT count(*) FROM (
			SELECT FROM both_of_them GROUP BY subject, level, country, place, day
			HAVING (sum(n * people), sum(n * invited), sum(n * joined), sum(n * passed), sum(n * certified), sum(n * stuck), sum(n * valid), sum(n * papers))
			       <> (0, 0, 0, 0, 0, 0, 0, 0)) wrong`, s.today()).Scan(&sums)
	if err != nil {
		return 0, 0, db.Translate(err)
	}
	// Until the first fold those of today are of no day, or of another: nobody reads them then.
	err = db.Row(ctx, s.DB, `
		SELECT count(*) FROM (
			SELECT FROM (
				SELECT 1 AS n, subject, level, country, place, `+numbers+` FROM desk_today
				 UNION ALL
				SELECT -1, subject, level, country, place, `+figures+` FROM desk_sums WHERE EXISTS (SELECT FROM desk_today) GROUP BY 2, 3, 4, 5
			) r (n, subject, level, country, place, `+numbers+`)
			 WHERE (SELECT day FROM desk_today_is) = $1::date
			 GROUP BY subject, level, country, place
			HAVING (sum(n * people), sum(n * invited), sum(n * joined), sum(n * passed), sum(n * certified), sum(n * stuck), sum(n * valid), sum(n * lapsed),
			        sum(n * expiring_30), sum(n * expiring_60), sum(n * expiring_90)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) wrong`, s.today()).Scan(&today)
	return sums, today, db.Translate(err)
}

// sumAnew counts all sums from the standings, as of one moment: what others append meanwhile stays to be added.
func (s *Service) sumAnew(ctx context.Context) error {
	err := db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`); err != nil {
			return err
		}
		for _, sql := range []string{
			`DELETE FROM desk_changes`, `DELETE FROM desk_sums`,
			`UPDATE desk_today_is SET day = '-infinity'`, // so that the next fold makes those of today anew
		} {
			if _, err := db.Exec(ctx, tx, sql); err != nil {
				return err
			}
		}
		_, err := db.Exec(ctx, tx, `INSERT INTO desk_sums (subject, level, country, place, day, people, invited, joined, passed, certified, stuck, valid, papers)`+countedSums, s.today())
		return err
	})
	if err != nil {
		return fmt.Errorf("counting the sums anew: %w", err)
	}
	return s.Fold(ctx)
}

// check is the job that does it every day.
type check struct{}

// Kind names the job.
func (check) Kind() string { return "desk.check" }

// watch mends what is kept and tells of it: whoever operates the program should know that it was needed. A program that is
// started often does not do it with each start.
func (s *Service) watch(ctx context.Context) error {
	var lately bool
	err := db.Row(ctx, s.DB, `
		SELECT EXISTS (SELECT FROM river_job WHERE kind = $1 AND state = 'completed' AND finalized_at > now() - interval '20 hours')`, check{}.Kind()).Scan(&lately)
	if err != nil || lately {
		return db.Translate(err)
	}
	d, err := s.Check(ctx, true)
	if d.Any() {
		s.log().WarnContext(ctx, "what the desk kept was not what its rows come to, and was counted anew", "standings", d.Standings, "sums", d.Sums, "of_today", d.Today)
	}
	return err
}

func (s *Service) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}
