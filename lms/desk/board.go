package desk

import (
	"cmp"
	"context"
	"database/sql"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/who"
)

// Service is the desk.
type Service struct {
	DB  *bun.DB
	Now func() time.Time
	// PublicURL is the site's address, for mails; Reasons are those for which the program itself reminds people.
	PublicURL string
	Reasons   []string
	// SMS sends short messages; nil where there is no gateway.
	SMS *Gateway
	// Log tells what failed and is tried again; nil is the program's.
	Log *slog.Logger
	// Invite puts somebody into a programme, Enrol into a cohort, Issue certifies whoever passed a programme. Each
	// asks for the actor's right itself, may be called twice, and gives what became of it in a word.
	Invite func(ctx context.Context, actor lms.Actor, programme string, person lms.ID[lms.Person]) (string, error)
	Enrol  func(ctx context.Context, actor lms.Actor, cohort lms.ID[lms.Cohort], person lms.ID[lms.Person]) (string, error)
	Issue  func(ctx context.Context, actor lms.Actor, participation lms.ID[lms.Participation]) (string, error)
	// Change suspends, reinstates or revokes what somebody holds for a programme, and tells how many certificates. Called
	// again it finds nothing to change.
	Change func(ctx context.Context, actor lms.Actor, person lms.ID[lms.Person], programme lms.ID[lms.Programme], act certificate.Act, reason string) (int, error)
	// Extend puts off what somebody has not done, of a cohort or of all, and tells of how many activities. Called again
	// with the same moment it changes nothing.
	Extend func(ctx context.Context, actor lms.Actor, person lms.ID[lms.Person], cohort lms.ID[lms.Cohort], until time.Time) (int, error)
}

// today is the day by which certificates are valid or not: the earliest that is not over everywhere on earth.
func (s *Service) today() string { return lms.DayInForce(s.Now()).Format(time.DateOnly) }

// date is the day in UTC.
func (s *Service) date() string { return s.Now().UTC().Format(time.DateOnly) }

// Figures are what the desk counts. Each of Invited to Certified has been all before it; they count people, whatever
// became of their certificates since.
type Figures struct {
	People    int `json:"people"`
	Invited   int `json:"invited"`
	Joined    int `json:"joined"`
	Passed    int `json:"passed"`
	Certified int `json:"certified"`
	// Stuck are people whose last try at something failed, or whose evidence was refused.
	Stuck int `json:"stuck"`
	// Valid are people with a certificate that is valid today, Lapsed those who had one and have none any more.
	Valid  int `json:"valid"`
	Lapsed int `json:"lapsed"`
	// Expiring30 to 90 are certificates that expire within so many days: of each programme and course by itself.
	Expiring30 int `json:"expiring_30"`
	Expiring60 int `json:"expiring_60"`
	Expiring90 int `json:"expiring_90"`
}

func (f *Figures) into() []any {
	return []any{
		&f.People, &f.Invited, &f.Joined, &f.Passed, &f.Certified, &f.Stuck, &f.Valid, &f.Lapsed,
		&f.Expiring30, &f.Expiring60, &f.Expiring90,
	}
}

func (f *Figures) add(o Figures) {
	mine, others := f.into(), o.into()
	for i := range mine {
		*mine[i].(*int) += *others[i].(*int)
	}
}

// Line is a country, a centre, an organisation or a kind of them, with its figures.
type Line struct {
	// Key is a country's code, an id or a kind; "" for people who have none.
	Key string `json:"key"`
	// Name is a centre's or an organisation's.
	Name    string `json:"name,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Country string `json:"country,omitempty"`
	Figures
}

// Board is the desk's table.
type Board struct {
	By    string `json:"by" enum:"country,centre,organisation,kind"`
	Today string `json:"today"`
	// Programme is the one that is looked at, null for all.
	Programme *Choice `json:"programme"`
	Totals    Figures `json:"totals"`
	// Countries is in how many countries somebody has a valid certificate.
	Countries  int      `json:"countries"`
	Items      []Line   `json:"items"`
	Programmes []Choice `json:"programmes"`
}

// Choice is a programme to look at.
type Choice struct {
	ID    lms.ID[lms.Programme] `json:"id"`
	Key   string                `json:"key"`
	Title string                `json:"title"`
}

// BoardQuery chooses what the table shows.
type BoardQuery struct {
	// By is country, centre, organisation or kind; "" is country.
	By string
	// Country opens one country, "" all.
	Country   string
	Programme lms.ID[lms.Programme]
}

// levels are what the board's lines may be.
var levels = []string{"country", "centre", "organisation", "kind"}

// Board gives the table. Errors: Forbidden; Invalid for an unknown By; NotFound for a programme that the actor may
// not see.
func (s *Service) Board(ctx context.Context, actor lms.Actor, q BoardQuery) (b Board, err error) {
	defer lms.Wrap(&err, "desk.Board(%s)", q.By)
	if err := actor.May(lms.ReadDesk); err != nil {
		return Board{}, err
	}
	q.By = cmp.Or(q.By, "country")
	if !slices.Contains(levels, q.By) {
		return Board{}, lms.ErrInvalid("by", "not-one-of", strings.Join(levels, ", "))
	}
	b = Board{By: q.By, Today: s.today(), Items: []Line{}}
	if b.Programmes, err = s.programmes(ctx, actor); err != nil {
		return Board{}, err
	}
	if !q.Programme.IsZero() {
		i := slices.IndexFunc(b.Programmes, func(c Choice) bool { return c.ID == q.Programme })
		if i < 0 {
			return Board{}, lms.ErrNotFound("programme")
		}
		b.Programme = &b.Programmes[i]
	}
	if b.Items, err = s.lines(ctx, actor.Scope(lms.ReadDesk), q); err != nil {
		return Board{}, err
	}
	countries := map[string]bool{}
	for _, l := range b.Items {
		b.Totals.add(l.Figures)
		if l.Valid > 0 {
			countries[cmp.Or(l.Country, l.Key)] = true
		}
	}
	b.Countries = len(countries)
	return b, nil
}

// programmes lists those that the actor may read, by title.
func (s *Service) programmes(ctx context.Context, actor lms.Actor) ([]Choice, error) {
	scope := actor.Scope(lms.ReadProgramme)
	rows, err := db.Rows(ctx, s.DB, `
		SELECT p.id, p.key, coalesce(v.definition -> 'title' ->> $1, v.definition -> 'title' ->> 'en', p.key)
		  FROM programmes p
		  JOIN LATERAL (SELECT definition FROM programme_versions v WHERE v.programme_id = p.id ORDER BY number DESC LIMIT 1) v ON true
		 WHERE $2 OR p.country IS NULL OR p.country = ANY ($3::text[])
		 ORDER BY 3, 2`, actor.Language, scope.All, scope.Countries)
	if err != nil {
		return nil, err
	}
	list, err := collect(rows, func(c *Choice) []any { return []any{&c.ID, &c.Key, &c.Title} })
	return list, err
}

// figures are the columns of a line, in the order of Figures.into, of rows by day; the day is the first argument. The
// row without a day counts all who have a certificate; those whose day is over are taken off.
const figures = `
	coalesce(sum(people), 0), coalesce(sum(invited), 0), coalesce(sum(joined), 0), coalesce(sum(passed), 0), coalesce(sum(certified), 0),
	coalesce(sum(stuck), 0),
	coalesce(sum(CASE WHEN day = '-infinity' THEN valid WHEN day < $1::date THEN -valid END), 0),
	coalesce(sum(valid) FILTER (WHERE day > '-infinity' AND day < $1::date), 0),
	coalesce(sum(papers) FILTER (WHERE day BETWEEN $1::date AND $1::date + 30), 0),
	coalesce(sum(papers) FILTER (WHERE day BETWEEN $1::date AND $1::date + 60), 0),
	coalesce(sum(papers) FILTER (WHERE day BETWEEN $1::date AND $1::date + 90), 0)`

// numbers are the same columns where they are kept for a day.
const numbers = `people, invited, joined, passed, certified, stuck, valid, lapsed, expiring_30, expiring_60, expiring_90`

// numbersSum adds them up.
var numbersSum = "sum(" + strings.ReplaceAll(numbers, ", ", ")::bigint, sum(") + ")::bigint"

// named gives lines the names of their places, by level.
var named = map[string]string{
	"country":      `SELECT f.country, '', '', '', f.* FROM f ORDER BY 1`,
	"kind":         `SELECT f.place, '', f.place, f.country, f.* FROM f ORDER BY f.country, 1`,
	"centre":       `SELECT f.place, coalesce(n.name, ''), '', f.country, f.* FROM f LEFT JOIN centres n ON n.id = f.place::uuid ORDER BY f.country, 2`,
	"organisation": `SELECT f.place, coalesce(n.name, ''), coalesce(n.kind, ''), f.country, f.* FROM f LEFT JOIN organisations n ON n.id = f.place::uuid ORDER BY f.country, 2`,
}

// placeOf is the column of a level in rows that are not summed up by level.
var placeOf = map[string]string{"country": "''", "kind": "d.kind", "centre": "d.centre_id::text", "organisation": "d.organisation_id::text"}

// lines takes the kept sums where the scope is made of whole countries, and counts where it is not: a centre or a
// cohort is some hundred people.
func (s *Service) lines(ctx context.Context, scope lms.Scope, q BoardQuery) ([]Line, error) {
	var w who.Query
	w.Arg(s.today()) // $1 of figures
	from := counted
	if whole(scope) {
		from = summed
	}
	rows, err := db.Rows(ctx, s.DB, `WITH f AS (`+from(&w, scope, q)+`) `+named[q.By], w.Args()...)
	if err != nil {
		return nil, err
	}
	var unused string
	list, err := collect(rows, func(l *Line) []any {
		return append([]any{&l.Key, &l.Name, &l.Kind, &l.Country, &unused, &unused}, l.into()...)
	})
	lines := make([]Line, 0, len(list))
	for _, l := range list {
		if l.Key == nobody {
			l.Key = ""
		}
		if l.Figures != (Figures{}) { // whoever was there has left
			lines = append(lines, l)
		}
	}
	return lines, err
}

// nobody is the id that stands for none: no place, and whatever somebody takes part in.
const nobody = "00000000-0000-0000-0000-000000000000"

// whole tells a scope of countries, or of all.
func whole(s lms.Scope) bool {
	return s.All || s.Self.IsZero() && len(s.Countries) > 0 && len(s.Centres)+len(s.Courses)+len(s.Cohorts) == 0
}

const counters = `day, people, invited, joined, passed, certified, stuck, valid, papers`

// summed is what was added up and what was appended since, as of one moment. The sums are kept for today; where they are
// still of another day, for a minute after midnight, those by day are added up.
func summed(w *who.Query, scope lms.Scope, q BoardQuery) string {
	w.And("subject = " + w.Arg(q.Programme))
	if !scope.All {
		w.And("country = ANY (" + w.Arg(scope.Countries) + "::text[])")
	}
	if q.Country != "" {
		w.And("country = " + w.Arg(q.Country))
	}
	const near = "day <= $1::date + 90"
	return `
		SELECT country, place, ` + numbersSum + ` FROM (
			SELECT country, place, ` + numbers + ` FROM desk_today
			 WHERE level = '` + q.By + `' AND ` + w.Where() + ` AND (SELECT day FROM desk_today_is) = $1::date
			 UNION ALL
			SELECT country, place, ` + figures + ` FROM desk_sums
			 WHERE level = '` + q.By + `' AND ` + near + ` AND ` + w.Where() + ` AND (SELECT day FROM desk_today_is) <> $1::date GROUP BY 1, 2
			 UNION ALL
			SELECT country, ` + placeOf[q.By] + `, ` + figures + ` FROM desk_changes d WHERE ` + near + ` AND ` + w.Where() + ` GROUP BY 1, 2
		) r (country, place, ` + numbers + `) GROUP BY 1, 2`
}

// counted takes the standings of people within a scope.
func counted(w *who.Query, scope lms.Scope, q BoardQuery) string {
	subject := w.Arg(q.Programme)
	w.Within(scope)
	if q.Country != "" {
		w.And("p.country = " + w.Arg(q.Country))
	}
	return `
		SELECT country, place, ` + figures + ` FROM (
		SELECT d.country, ` + placeOf[q.By] + ` AS place, r.*
		  FROM persons p
		  JOIN desk_standings d ON d.person_id = p.id,
		       LATERAL (
		           SELECT '-infinity'::date, 1, d.invited::int, d.joined::int, d.passed::int, d.certified::int, d.stuck::int, (d.valid_until IS NOT NULL)::int, 0
		            WHERE d.subject = ` + subject + `
		            UNION ALL
		           SELECT d.valid_until, 0, 0, 0, 0, 0, 0, (d.subject = ` + subject + `)::int, (d.subject <> '` + nobody + `')::int
		            WHERE d.valid_until IS NOT NULL AND (d.subject = ` + subject + ` OR ` + subject + ` = '` + nobody + `')
		       ) r (` + counters + `)
		 WHERE ` + w.Where() + `) r GROUP BY 1, 2`
}

// Fold adds up what was appended to the sums since the last time, and takes those of today anew when the day is another.
// It may run at any time, and beside itself.
func (s *Service) Fold(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "desk.Fold")
	if _, err := db.Exec(ctx, s.DB, `SELECT desk_fold($1::date)`, s.today()); err != nil {
		return err
	}
	// Days that nothing expires on any more.
	_, err = db.Exec(ctx, s.DB, `
		DELETE FROM desk_sums
		 WHERE day < $1::date AND day > '-infinity' AND (people, invited, joined, passed, certified, stuck, valid, papers) = (0, 0, 0, 0, 0, 0, 0, 0)`, s.today())
	return err
}

// collect reads rows into a list.
func collect[T any](rows *sql.Rows, into func(*T) []any) ([]T, error) {
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		var v T
		if err := rows.Scan(into(&v)...); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, v)
	}
	return list, db.Translate(rows.Err())
}
