package desk

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/who"
)

// Person is somebody in the desk's list.
type Person struct {
	ID           lms.ID[lms.Person] `json:"id"`
	Name         string             `json:"name"`
	Latin        string             `json:"latin,omitempty"`
	Country      string             `json:"country"`
	Centre       string             `json:"centre,omitempty"`
	Organisation string             `json:"organisation,omitempty"`
	Kind         string             `json:"kind,omitempty"`
	Job          string             `json:"job"`
	Email        string             `json:"email,omitempty"`
	Phone        string             `json:"phone,omitempty"`
	// Standing is where they stand in the programme that the filter names, else the best of all; none: in none.
	Standing string `json:"standing" enum:"none,invited,active,passed,certified"`
	Stuck    bool   `json:"stuck"`
	// Done of Needed parts of the programme; Missing are components. Only with a programme.
	Done    int      `json:"done"`
	Needed  int      `json:"needed"`
	Missing []string `json:"missing"`
	// ValidUntil is the last day of the longest certificate; "" where there is none. ForEver needs no day.
	ValidUntil string     `json:"valid_until"`
	ForEver    bool       `json:"for_ever"`
	LastSeenAt *time.Time `json:"last_seen_at,omitempty"`
	Blocked    bool       `json:"blocked"`

	sortName string
}

// People is a page of the list.
type People struct {
	Items []Person `json:"items"`
	// Total counts all pages; only the first page has it.
	Total *int `json:"total,omitempty"`
	// Next asks for the page that follows, "" on the last.
	Next   string     `json:"next"`
	Filter who.Filter `json:"filter"`
}

// PeopleQuery chooses a page.
type PeopleQuery struct {
	Filter who.Filter
	// Sort is name, seen or until (how long certificates are valid), with "-" before it the other way round.
	Sort string
	// After is the Next of the page before.
	After string
}

const perPage = 50

// order is how a list is sorted: by an expression that has an index, and then by the person.
type order struct {
	// by is the expression and id the person's id beside it in the index.
	by, id, cast string
	of           func(p *Person) string
}

var orders = map[string]order{
	"name": {"p.sort_name", "p.id", "text", func(p *Person) string { return p.sortName }},
	"seen": {"coalesce(p.last_seen_at, '-infinity'::timestamptz)", "p.id", "timestamptz", func(p *Person) string {
		if p.LastSeenAt == nil {
			return "-infinity"
		}
		return p.LastSeenAt.Format(time.RFC3339Nano)
	}},
	"until": {"coalesce(d.valid_until, 'infinity'::date)", "d.person_id", "date", func(p *Person) string { return cmp.Or(p.ValidUntil, "infinity") }},
}

// orderOf reads a sort. Errors: Invalid.
func orderOf(sort string) (o order, backwards bool, err error) {
	name, backwards := strings.CutPrefix(sort, "-")
	o, known := orders[cmp.Or(name, "name")]
	if !known {
		return o, false, lms.ErrInvalid("sort", "not-one-of", "name, seen or until")
	}
	return o, backwards, nil
}

func (o order) sql(backwards bool) string {
	if backwards {
		return o.by + " DESC, " + o.id + " DESC"
	}
	return o.by + ", " + o.id
}

// mark is where a page ends: its last row's place in the order.
type mark [2]string

func (m mark) String() string {
	raw, _ := json.Marshal(m) // two texts
	return base64.RawURLEncoding.EncodeToString(raw)
}

// after keeps to what follows a mark. Errors: Invalid.
func (o order) after(w *who.Query, text string, backwards bool) error {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var m mark
	if err == nil {
		err = json.Unmarshal(raw, &m)
	}
	id, err2 := lms.ParseID[lms.Person](m[1])
	if err != nil || err2 != nil || !o.good(m[0]) {
		return lms.ErrInvalid("after", "parameter-malformed", "not the mark that a page gave")
	}
	sign := " > "
	if backwards {
		sign = " < "
	}
	w.And("(" + o.by + ", " + o.id + ")" + sign + "(" + w.Arg(m[0]) + "::text::" + o.cast + ", " + w.Arg(id) + "::uuid)")
	return nil
}

// good tells whether a mark's value is one of the order's.
func (o order) good(value string) bool {
	var err error
	switch {
	case strings.ContainsRune(value, 0):
		return false
	case o.cast == "date" && value != "infinity":
		_, err = time.Parse(time.DateOnly, value)
	case o.cast == "timestamptz" && value != "-infinity":
		_, err = time.Parse(time.RFC3339Nano, value)
	}
	return err == nil
}

// People gives a page of the list. Errors: Forbidden; Invalid for an unknown sort or a mark that no page gave.
func (s *Service) People(ctx context.Context, actor lms.Actor, q PeopleQuery) (out People, err error) {
	defer lms.Wrap(&err, "desk.People")
	if err := actor.May(lms.ReadPerson); err != nil {
		return People{}, err
	}
	o, backwards, err := orderOf(q.Sort)
	if err != nil {
		return People{}, err
	}
	if others(q.Filter) {
		o.id = "p.id"
	}
	scope := actor.Scope(lms.ReadPerson)
	out = People{Filter: q.Filter}
	var w who.Query
	text := peopleSQL(&w, scope, q.Filter, s.Now())
	if q.After != "" {
		if err := o.after(&w, q.After, backwards); err != nil {
			return People{}, err
		}
	}
	// The bound stands in the text: for a parameter the planner would prepare to read a tenth of all people.
	rows, err := db.Rows(ctx, s.DB, text+w.Where()+" ORDER BY "+o.sql(backwards)+" LIMIT 51", w.Args()...)
	if err != nil {
		return People{}, err
	}
	if out.Items, err = readPeople(rows); err != nil {
		return People{}, err
	}
	if len(out.Items) > perPage {
		out.Items = out.Items[:perPage]
		last := &out.Items[perPage-1]
		out.Next = mark{o.of(last), last.ID.String()}.String()
	}
	if q.After == "" {
		total := len(out.Items)
		if out.Next != "" { // one page needs no counting
			total, err = s.Count(ctx, scope, q.Filter)
		}
		out.Total = &total
	}
	return out, err
}

// Count counts the people of a filter within a scope. What the desk keeps of whole countries is added up, anything else
// is counted.
func (s *Service) Count(ctx context.Context, scope lms.Scope, f who.Filter) (n int, err error) {
	if number := kept(f); number != nil && whole(scope) {
		lines, err := s.lines(ctx, scope, BoardQuery{By: "country", Programme: f.Programme})
		for _, l := range lines {
			if len(f.Countries) == 0 || slices.Contains(f.Countries, l.Key) {
				n += number(l.Figures)
			}
		}
		return n, err
	}
	var w who.Query
	w.People(scope, f, s.Now())
	err = db.Row(ctx, s.DB, `SELECT count(*) FROM persons p WHERE `+w.Where(), w.Args()...).Scan(&n)
	return n, db.Translate(err)
}

// kept tells how many of a country a filter finds from what the desk keeps of it, under the filter's programme; nil where
// the desk keeps no such number. It is asked for at each first page of a list to which a figure of the desk leads.
func kept(f who.Filter) func(Figures) int {
	one := !f.Programme.IsZero()
	rest := f
	rest.Countries, rest.Programme = nil, lms.ID[lms.Programme]{}
	if rest.IsZero() {
		if one {
			return func(f Figures) int { return f.Invited }
		}
		return func(f Figures) int { return f.People }
	}
	certificate, standings, days, stuck := rest.Certificate, rest.Standings, rest.ExpiresIn, rest.Stuck
	rest.Certificate, rest.Standings, rest.ExpiresIn, rest.Stuck = "", nil, 0, false
	if !rest.IsZero() {
		return nil
	}
	asked := who.Filter{Certificate: certificate, Standings: standings, ExpiresIn: days, Stuck: stuck}
	switch asked.JSON() {
	case who.Filter{Stuck: true}.JSON():
		return func(f Figures) int { return f.Stuck }
	case who.Filter{Certificate: "valid"}.JSON():
		return func(f Figures) int { return f.Valid }
	case who.Filter{Certificate: "expired"}.JSON():
		return func(f Figures) int { return f.Lapsed }
	case who.Filter{Standings: standings}.JSON():
		if one { // of all programmes together only the furthest of each person is kept
			return standing(standings)
		}
	case who.Filter{ExpiresIn: days}.JSON():
		if one { // of all together certificates are counted, and not people
			return expiring(days)
		}
	}
	return nil
}

// standing adds up who stands where; each figure holds those who have come further.
func standing(states []string) func(Figures) int {
	of := map[string]func(Figures) int{
		"invited": func(f Figures) int { return f.Invited - f.Joined }, "active": func(f Figures) int { return f.Joined - f.Passed },
		"passed": func(f Figures) int { return f.Passed - f.Certified }, "certified": func(f Figures) int { return f.Certified },
	}
	for _, s := range states {
		if of[s] == nil {
			return nil
		}
	}
	return func(f Figures) (n int) {
		for s, number := range of {
			if slices.Contains(states, s) {
				n += number(f)
			}
		}
		return n
	}
}

func expiring(days int) func(Figures) int {
	return map[int]func(Figures) int{
		30: func(f Figures) int { return f.Expiring30 }, 60: func(f Figures) int { return f.Expiring60 }, 90: func(f Figures) int { return f.Expiring90 },
	}[days]
}

// peopleSQL is the list without its conditions, which it leaves in w. Everybody has a row of their own among the
// standings; with a programme, that of the programme gives the standing, where there is one.
func peopleSQL(w *who.Query, scope lms.Scope, f who.Filter, now time.Time) string {
	// Without a programme the text has no parameter for it, so that its plan is kept: planning takes thrice as long as doing it.
	join, done := `JOIN desk_standings d ON d.person_id = p.id AND d.subject = '`+nobody+`'`, `0, 0, '[]'::json`
	if !f.Programme.IsZero() {
		subject := w.Arg(f.Programme)
		join = `JOIN desk_standings d ON d.person_id = p.id AND d.subject = ` + subject + `
		  LEFT JOIN participations pa ON pa.person_id = p.id AND pa.programme_id = ` + subject + ` AND pa.state <> 'withdrawn'`
		done = `coalesce(pa.done, 0), coalesce(pa.needed, 0), array_to_json(coalesce(pa.missing, '{}'))`
	}
	w.People(scope, f, now)
	if others(f) {
		join = `LEFT ` + join
	}
	return `
		SELECT p.id, p.sort_name, trim(p.given_name || ' ' || p.family_name), trim(p.latin_given || ' ' || p.latin_family), coalesce(p.country, ''),
		       coalesce(ce.name, ''), coalesce(o.name, ''), coalesce(o.kind, ''), p.job, coalesce(p.email, ''), p.phone,
		       CASE WHEN d.certified THEN 'certified' WHEN d.passed THEN 'passed' WHEN d.joined THEN 'active' WHEN d.invited THEN 'invited' ELSE 'none' END,
		       coalesce(d.stuck, false), ` + done + `,
		       d.valid_until::text, p.last_seen_at, p.state = 'blocked'
		  FROM persons p
		  ` + join + `
		  LEFT JOIN centres ce ON ce.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE `
}

// others tells a filter that also finds people who have nothing to do with the programme that it names.
func others(f who.Filter) bool {
	return !f.Programme.IsZero() && (slices.Contains(f.Standings, "none") || f.Certificate == "none" || f.Certificate == "suspended" ||
		f.Certificate == "revoked" || slices.Contains(f.Standings, "withdrawn"))
}

// scan reads a row of peopleSQL.
func (p *Person) scan(rows *sql.Rows) error {
	var until sql.NullString
	var missing []byte
	err := rows.Scan(&p.ID, &p.sortName, &p.Name, &p.Latin, &p.Country, &p.Centre, &p.Organisation, &p.Kind, &p.Job, &p.Email, &p.Phone,
		&p.Standing, &p.Stuck, &p.Done, &p.Needed, &missing, &until, &p.LastSeenAt, &p.Blocked)
	if err != nil {
		return db.Translate(err)
	}
	if p.ForEver = until.String == "infinity"; !p.ForEver {
		p.ValidUntil = until.String
	}
	return json.Unmarshal(missing, &p.Missing)
}

func readPeople(rows *sql.Rows) ([]Person, error) {
	defer rows.Close()
	list := []Person{}
	for rows.Next() {
		var p Person
		if err := p.scan(rows); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, db.Translate(rows.Err())
}
