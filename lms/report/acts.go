package report

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"mostik/lms/db"
	"mostik/lms/indicator"
)

// Kinds of acts in codes.
const (
	codeWebinar = iota + 1
	codeDay
	codeCourse
	codeEnrolled
	codeJoined
	codePassed
	codeCertified
	codeTotal
)

var codeActs = map[int]indicator.Act{
	codeWebinar: indicator.Webinar, codeDay: indicator.Day, codeCourse: indicator.Course, codeEnrolled: indicator.Enrolled, codeJoined: indicator.Joined,
	codePassed: indicator.Passed, codeCertified: indicator.Certified, codeTotal: indicator.Total,
}

// actsSQL gives each act of people in the programme once: who, of what kind, in which component, with what share, when.
// $1 is the programme, $2 its courses with their components as JSON.
const actsSQL = `
	SELECT m.person_id, 1 AS kind, x.component, m.percent AS share, w.starts_at AS at
	  FROM (SELECT webinar_id, min(component) AS component FROM programme_webinars WHERE programme_id = $1 GROUP BY webinar_id) x
	  JOIN webinars w ON w.id = x.webinar_id JOIN webinar_minutes m ON m.webinar_id = w.id
	 WHERE m.minutes > 0
	UNION ALL
	SELECT a.person_id, 2, d.component, 0, d.starts_at
	  FROM programme_days d JOIN day_attendance a ON a.day_id = d.id
	 WHERE d.programme_id = $1 AND a.state IN ('present', 'part')
	UNION ALL
	SELECT e.person_id, 3, c.component, 0, e.completed_at
	  FROM json_to_recordset($2) AS c(course text, component text)
	  JOIN courses k ON k.key = c.course JOIN enrolments e ON e.course_id = k.id
	 WHERE e.state = 'completed' AND e.completed_at IS NOT NULL`

// peopleSQL gives everybody of the programme with what they did as a text of codes, see act. $3 are the components, $4 shares,
// $5 the bounds of periods, $6 the last of them. Columns that are put before the codes end in a comma.
const peopleSQL = `
	WITH who AS (
	    SELECT pa.person_id, min(pa.invited_at) AS invited, min(pa.joined_at) AS joined, min(pa.passed_at) AS passed,
	           min(pa.certified_at) AS certified, (array_agg(pa.categories ORDER BY pa.invited_at DESC))[1] AS categories
	      FROM participations pa WHERE pa.programme_id = $1 GROUP BY pa.person_id
	), acts AS (` + actsSQL + `
	), did AS (
	    SELECT a.person_id, min(a.at) AS first,
	           string_agg(concat_ws('.', a.kind, coalesce(array_position($3::text[], a.component), 0), width_bucket(a.share, $4::int[]),
	               width_bucket(a.at, $5::timestamptz[])), ',') AS codes
	      FROM (SELECT * FROM acts WHERE at < $6::timestamptz ORDER BY person_id, kind, component, share, at) a
	     GROUP BY a.person_id
	), people AS (
	    SELECT w.person_id, w.categories, coalesce(d.codes, '') AS codes,
	           least(w.invited, d.first) AS enrolled, least(w.joined, d.first, w.passed, w.certified) AS joined,
	           least(w.passed, w.certified) AS passed, w.certified
	      FROM who w LEFT JOIN did d USING (person_id)
	)
	SELECT %sw.codes, coalesce(width_bucket(w.enrolled, $5::timestamptz[]), -1), coalesce(width_bucket(w.joined, $5::timestamptz[]), -1),
	       coalesce(width_bucket(w.passed, $5::timestamptz[]), -1), coalesce(width_bucket(w.certified, $5::timestamptz[]), -1), %s
	  FROM people w JOIN persons p ON p.id = w.person_id LEFT JOIN organisations o ON o.id = p.organisation_id
	 WHERE p.state <> 'erased' AND w.enrolled < $6::timestamptz %s`

// act is something that people did, as far as sets can tell it from others.
type act struct {
	kind int
	// component is its place among the programme's and one, share how many of the lens's shares it reaches, slice how many
	// bounds of periods lie at or before it.
	component, share, slice int
}

// act reads a code: the four numbers, with dots between. There are few codes, and many people have each.
func (l *lens) act(code string) (a act, err error) {
	a, known := l.codes[code]
	if !known {
		if _, err = fmt.Sscanf(code, "%d.%d.%d.%d", &a.kind, &a.component, &a.share, &a.slice); err == nil {
			l.codes[code] = a
		}
	}
	return a, err
}

// lens is how one programme's acts are told apart for the sets of it that are counted.
type lens struct {
	p          *programme
	components []string
	shares     []int
	bounds     []time.Time
	codes      map[string]act
	// seen are the acts that there are, each with its class.
	seen map[act]class
}

// class is a class of the sheet; what no set counts is of none.
type class struct {
	number  int
	counted bool
}

func newLens(p *programme) *lens {
	l := &lens{p: p, codes: map[string]act{}, seen: map[act]class{}}
	for _, k := range p.Components {
		l.components = append(l.components, k.Key)
	}
	return l
}

// lens gives the number of a programme among those that are counted together.
func (c *count) lens(p *programme) int {
	i := slices.IndexFunc(c.lenses, func(l *lens) bool { return l.p.ID == p.ID })
	if i < 0 {
		i, c.lenses = len(c.lenses), append(c.lenses, newLens(p))
	}
	return i
}

// prepare works out what tells the acts of a programme apart.
func (c *count) prepare(number int) {
	l := c.lenses[number]
	days, shares := map[time.Time]bool{}, map[int]bool{1: true}
	for _, s := range c.sets {
		if s.lens != number {
			continue
		}
		days[s.Until] = true
		if !s.From.IsZero() {
			days[s.From] = true
		}
		if s.Share > 0 {
			shares[s.Share] = true
		}
	}
	l.bounds = slices.SortedFunc(maps.Keys(days), time.Time.Compare)
	l.shares = slices.Sorted(maps.Keys(shares))
}

// args are the arguments of peopleSQL.
func (l *lens) args() ([]any, error) {
	courses := []map[string]string{}
	for _, k := range l.p.Components {
		if k.Kind == "course" {
			courses = append(courses, map[string]string{"course": k.Course, "component": k.Key})
		}
	}
	raw, err := json.Marshal(courses)
	if err != nil {
		return nil, err
	}
	return []any{l.p.ID, string(raw), l.components, l.shares, l.bounds, l.bounds[len(l.bounds)-1]}, nil
}

// read counts the rows into groups of people who are alike; where programmes are counted together, who they are says
// whether somebody is in both.
func (c *count) read(ctx context.Context, q db.Queryer) error {
	if len(c.lenses) == 1 {
		var group []string
		for i := range len(c.dims) + 5 { // the codes and the four moments, too
			group = append(group, strconv.Itoa(i+1))
		}
		n := 0
		return c.each(ctx, q, 0, "count(*)", "GROUP BY "+strings.Join(group, ", "), &n, func(cats []string, acts map[int]int) { c.group(cats, acts, n) })
	}
	type somebody struct {
		cats []string
		acts map[int]int
	}
	all, who := map[string]*somebody{}, ""
	for i, l := range c.lenses {
		err := c.each(ctx, q, i, "w.person_id::text", "", &who, func(cats []string, acts map[int]int) {
			known := all[who]
			if known == nil {
				all[who] = &somebody{slices.Clone(cats), acts}
				return
			}
			for x, d := range c.dims {
				if d.of == l {
					known.cats[x] = cats[x]
				}
			}
			maps.Copy(known.acts, acts)
		})
		if err != nil {
			return err
		}
	}
	for _, one := range all {
		c.group(one.cats, one.acts, 1)
	}
	return nil
}

// each reads the people of a programme: their categories and classes, and a further column.
func (c *count) each(ctx context.Context, q db.Queryer, number int, column, end string, into any, see func(cats []string, acts map[int]int)) error {
	c.prepare(number)
	l := c.lenses[number]
	args, err := l.args()
	if err != nil {
		return err
	}
	columns := ""
	for _, d := range c.dims {
		if d.of == nil || d.of == l {
			columns += d.sql + ", "
		} else {
			columns += "'" + notStated + "', "
		}
	}
	rows, err := db.Rows(ctx, q, fmt.Sprintf(peopleSQL, columns, column, end), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	cats, row := make([]string, len(c.dims)), personRow{}
	fields := row.into()
	for i := range cats {
		fields = slices.Insert(fields, i, any(&cats[i]))
	}
	for rows.Next() {
		if err := rows.Scan(append(fields, into)...); err != nil {
			return db.Translate(err)
		}
		acts, err := c.acts(number, &row)
		if err != nil {
			return err
		}
		see(cats, acts)
	}
	return db.Translate(rows.Err())
}

// personRow is what somebody did, in codes.
type personRow struct {
	codes                               string
	enrolled, joined, passed, certified int
}

func (r *personRow) into() []any {
	return []any{&r.codes, &r.enrolled, &r.joined, &r.passed, &r.certified}
}

// acts turns codes into classes with how often.
func (c *count) acts(number int, r *personRow) (map[int]int, error) {
	acts := map[int]int{}
	add := func(a act) {
		if class := c.class(number, a); class.counted {
			acts[class.number]++
		}
	}
	if r.codes != "" {
		for code := range strings.SplitSeq(r.codes, ",") {
			a, err := c.lenses[number].act(code)
			if err != nil {
				return nil, err
			}
			add(a)
		}
	}
	for kind, slice := range map[int]int{codeEnrolled: r.enrolled, codeJoined: r.joined, codePassed: r.passed, codeCertified: r.certified} {
		if slice >= 0 {
			add(act{kind: kind, slice: slice})
		}
	}
	return acts, nil
}

// class gives the class of an act: the sets that count it.
func (c *count) class(number int, a act) class {
	l := c.lenses[number]
	known, seen := l.seen[a]
	if !seen {
		var sets []int
		for i := range c.sets {
			if s := &c.sets[i]; s.lens == number && l.fits(s, a) {
				if from, until := l.slices(s); a.slice > from && a.slice <= until {
					sets = append(sets, i)
				}
			}
		}
		known = c.classOf(sets)
		l.seen[a] = known
	}
	return known
}

func (c *count) classOf(sets []int) class {
	if len(sets) == 0 {
		return class{}
	}
	key := fmt.Sprint(sets)
	i, known := c.classes[key]
	if !known {
		i = len(c.sheet.Classes)
		c.classes[key] = i
		c.sheet.Classes = append(c.sheet.Classes, sets)
	}
	return class{i, true}
}

// fits tells that a set counts an act, on whatever day it was.
func (l *lens) fits(s *set, a act) bool {
	is := codeActs[a.kind]
	if is != s.Act && (s.Act != indicator.Attended || !slices.Contains([]indicator.Act{indicator.Webinar, indicator.Day, indicator.Course}, is)) {
		return false
	}
	if len(s.Components) > 0 && (a.component == 0 || !slices.Contains(s.Components, l.components[a.component-1])) {
		return false
	}
	return s.Share == 0 || a.share > 0 && l.shares[a.share-1] >= s.Share
}

// slices gives the days of a set: acts of later slices than the first of the two and not of later ones than the second.
func (l *lens) slices(s *set) (from, until int) {
	return slices.IndexFunc(l.bounds, s.From.Equal), slices.IndexFunc(l.bounds, s.Until.Equal) // -1 for the zero day
}

// stretched gives a set the longest time in which it counts the same for all that there is, and the shortest. Whoever knows
// when a programme began knows that a year's number is that of everything to date.
func (l *lens) stretched(s set) (long, short set) {
	long, short = s, s
	happened := make([]bool, len(l.bounds)+1)
	some := false
	for a := range l.seen {
		if l.fits(&s, a) {
			happened[a.slice], some = true, true
		}
	}
	if !some {
		return long, short
	}
	from, until := l.slices(&s)
	first, last := from, until
	for first >= 0 && !happened[first] {
		first--
	}
	for last+1 < len(l.bounds) && !happened[last+1] {
		last++
	}
	if long.Until = l.bounds[last]; first < 0 {
		long.From = time.Time{}
	} else {
		long.From = l.bounds[first]
	}
	for from+1 < until && !happened[from+1] {
		from++
		short.From = l.bounds[from]
	}
	for until-1 > from && !happened[until] {
		until--
		short.Until = l.bounds[until]
	}
	return long, short
}

// attendable are the acts that components are for.
var attendable = []indicator.Act{indicator.Attended, indicator.Course, indicator.Webinar, indicator.Day}

// plain says the same of a set in one way only: with all components that it counts, and by the kind of act where they are of
// one kind. To have attended a programme of courses alone is to have completed courses.
func (l *lens) plain(s set) set {
	kinds := map[string]indicator.Act{"course": indicator.Course, "webinar": indicator.Webinar, "day": indicator.Day}
	if !slices.Contains(attendable, s.Act) {
		return s
	}
	of := map[indicator.Act]bool{}
	var all []string
	for _, k := range l.p.Components {
		act, attendable := kinds[k.Kind]
		if attendable && (s.Act == indicator.Attended || s.Act == act) && (len(s.Components) == 0 || slices.Contains(s.Components, k.Key)) {
			all, of[act] = append(all, k.Key), true
		}
	}
	for a := range l.seen {
		if a.component == 0 && l.fits(&s, a) {
			return s // of a component that the programme has no more
		}
	}
	if len(all) > 0 {
		s.Components = slices.Sorted(slices.Values(all))
	}
	if s.Act == indicator.Attended && len(of) == 1 {
		for act := range of {
			s.Act = act
		}
	}
	return s
}

// totals adds beneficiaries, each of whom is somebody else.
func (c *counted) totals(ctx context.Context, q db.Queryer) error {
	if !slices.ContainsFunc(c.sets, func(s set) bool { return s.Act == indicator.Total }) {
		return nil
	}
	type total struct {
		what, country, sex, age string
		on                      time.Time
		count                   int
	}
	all, err := list(ctx, q, func(from scanner) (t total, err error) {
		return t, from.Scan(&t.what, &t.country, &t.sex, &t.age, &t.on, &t.count)
	}, `SELECT what, country, sex, age, to_day, count FROM report_totals WHERE programme_id = $1 AND count > 0`, c.spec.p.ID)
	if err != nil {
		return err
	}
	for _, t := range all {
		var sets []int
		for i, s := range c.sets {
			if s.lens == 0 && s.Act == indicator.Total && s.What == t.what && !t.on.Before(s.From) && t.on.Before(s.Until) {
				sets = append(sets, i)
			}
		}
		class := c.classOf(sets)
		if !class.counted {
			continue
		}
		cats := make([]string, len(c.dims))
		for i, d := range c.dims {
			cats[i] = notStated
			switch {
			case d.name == indicator.BySex:
				cats[i] = t.sex
			case d.name == indicator.ByCountry:
				cats[i] = t.country
			case d.name == indicator.ByOrganisation:
				cats[i] = "none"
			case len(d.name) > 4 && d.name[:4] == "age@":
				cats[i] = t.age
			}
		}
		c.group(cats, map[int]int{class.number: 1}, t.count)
	}
	return nil
}
