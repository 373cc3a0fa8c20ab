package report

import (
	"cmp"
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

// notStated is the category of whoever did not say.
const notStated = "not-stated"

// set is one thing that is counted, with its days.
type set struct {
	Act        indicator.Act `json:"act"`
	Components []string      `json:"components,omitempty"`
	Share      int           `json:"share,omitempty"`
	What       string        `json:"what,omitempty"`
	// From and Until bound it, From zero for everything before; Until is not in it.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until"`
}

func setOf(c *indicator.Counted, from, to time.Time) set {
	s := set{Act: c.Act, Components: slices.Sorted(slices.Values(c.Components)), Share: c.Share, What: c.What, Until: to.AddDate(0, 0, 1)}
	if c.Period == indicator.Within {
		s.From = from
	}
	return s
}

// family is what sets share that count the same on other days.
func (s *set) family() string {
	return fmt.Sprint(s.Act, s.Components, s.Share, s.What)
}

func (s *set) key() string {
	return s.family() + s.From.Format(time.DateOnly) + s.Until.Format(time.DateOnly)
}

// in tells that whoever counts here counts there, whatever people do.
func (s *set) in(o *set) bool {
	c := indicator.Counted{Act: s.Act, Components: s.Components, Share: s.Share, What: s.What, Period: indicator.Within}
	d := indicator.Counted{Act: o.Act, Components: o.Components, Share: o.Share, What: o.What, Period: indicator.Within}
	if o.From.IsZero() {
		d.Period = indicator.ToDate
	}
	if s.From.IsZero() {
		c.Period = indicator.ToDate
	}
	return c.In(d) && !s.From.Before(o.From) && !o.Until.Before(s.Until)
}

// alike tells that a set of another programme counts the same act on the same days. Which components are meant is not
// looked at: their names are each programme's own. In-person days and totals belong to one programme.
func (s *set) alike(o *set) bool {
	return s.Act == o.Act && s.Act != indicator.Day && s.Act != indicator.Total && s.Share == o.Share && s.From.Equal(o.From) && s.Until.Equal(o.Until) &&
		(len(s.Components) == 0) == (len(o.Components) == 0)
}

// published is a table that was printed, as later reports need it.
type published struct {
	Set set `json:"set"`
	// Part are the countries that are merged into one category of two, where they are.
	Part        part       `json:"part,omitempty"`
	Dims        []string   `json:"dims"`
	Cats        [][]string `json:"cats"`
	Attendances bool       `json:"attendances,omitempty"`
	// Persons are the numbers that were printed; Hidden says which were not.
	Persons []int  `json:"persons"`
	Hidden  []bool `json:"hidden"`
}

// dimension of a count: an own category list, and where it comes from in SQL.
type dimension struct {
	name string
	sql  string
	cats []string
	at   map[string]int
}

func (d *dimension) add(cats ...string) {
	for _, c := range cats {
		if _, known := d.at[c]; !known {
			d.at[c] = len(d.cats)
			d.cats = append(d.cats, c)
		}
	}
}

// count is one counting of a programme.
type count struct {
	p          *programme
	dims       []*dimension
	sets       []set
	sheet      indicator.Sheet
	merged     []part // for each table that is printed now, the countries that are one category of it
	bounds     []time.Time
	components []string
	shares     []int
	classes    map[string]int
}

func newCount(p *programme) *count {
	c := &count{p: p, classes: map[string]int{}}
	for _, k := range p.Components {
		c.components = append(c.components, k.Key)
	}
	return c
}

// ageBands are staff's; those of beneficiaries begin with children.
var ageBands = []string{"0-17", "18-24", "0-24", "25-34", "35-44", "45-54", "55-64", "65+", notStated}

// dim gives the number of a dimension. Ages are as of a year.
func (c *count) dim(name string, year int) int {
	full := name
	if name == indicator.ByAge {
		full += "@" + strconv.Itoa(year)
	}
	for i, d := range c.dims {
		if d.name == full {
			return i
		}
	}
	d := &dimension{name: full, at: map[string]int{}}
	switch {
	case name == indicator.BySex:
		d.sql = `p.sex`
		d.add("female", "male", notStated)
	case name == indicator.ByAge:
		d.sql = fmt.Sprintf(`CASE WHEN p.birth_year IS NULL THEN 'not-stated' WHEN %[1]d - p.birth_year < 25 THEN '0-24' WHEN %[1]d - p.birth_year < 35 THEN '25-34'
			WHEN %[1]d - p.birth_year < 45 THEN '35-44' WHEN %[1]d - p.birth_year < 55 THEN '45-54' WHEN %[1]d - p.birth_year < 65 THEN '55-64' ELSE '65+' END`, year)
		d.add(ageBands...)
	case name == indicator.ByCountry:
		d.sql = `coalesce(p.country, '')`
	case name == indicator.ByOrganisation:
		d.sql = `coalesce(o.kind, 'none')`
		d.add("state", "municipality", "ngo", "international", "library", "police", "education", "health", "other", "none")
	case name == indicator.ByJob:
		d.sql = `p.job`
		d.add("social-worker", "lawyer", "librarian", "police", "civil-servant", "educator", "health", "psychologist", "interpreter", "manager", "volunteer", "other", notStated)
	case name == indicator.ByDisability:
		d.sql = `p.disability`
		d.add("yes", "no", notStated)
	default:
		key := strings.TrimPrefix(name, indicator.ByCategory)
		d.sql = `coalesce(w.categories->>` + quoted(key) + `, 'not-stated')`
		for _, k := range c.p.Categories {
			for _, o := range k.Options {
				if k.Key == key {
					d.add(o.Key)
				}
			}
		}
		d.add(notStated)
	}
	c.dims = append(c.dims, d)
	return len(c.dims) - 1
}

// quoted is a text for SQL; categories are checked to be of small letters, digits and hyphens.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// set gives the number of a set.
func (c *count) set(s set) int {
	for i := range c.sets {
		if c.sets[i].key() == s.key() {
			return i
		}
	}
	c.sets = append(c.sets, s)
	return len(c.sets) - 1
}

// table gives the number of a table of a set that is printed now; merged countries are one category of it.
func (c *count) table(set int, dims []int, merged part, attendances bool) int {
	for i := range c.sheet.Tables {
		if t := &c.sheet.Tables[i]; !t.Fixed && t.Set == set && slices.Equal(t.Dims, dims) && slices.Equal(c.merged[i], merged) {
			t.Attendances = t.Attendances || attendances
			return i
		}
	}
	c.sheet.Tables = append(c.sheet.Tables, indicator.Table{Set: set, Dims: dims, Attendances: attendances})
	c.merged = append(c.merged, merged)
	return len(c.sheet.Tables) - 1
}

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

// peopleSQL gives everybody of the programme with what they did as a text of codes. $3 are the components, $4 shares,
// $5 the bounds of periods, $6 the last of them.
const peopleSQL = `
	WITH who AS (
	    SELECT pa.person_id, min(pa.invited_at) AS invited, min(pa.joined_at) AS joined, min(pa.passed_at) AS passed,
	           min(pa.certified_at) AS certified, (array_agg(pa.categories ORDER BY pa.invited_at DESC))[1] AS categories
	      FROM participations pa WHERE pa.programme_id = $1 GROUP BY pa.person_id
	), acts AS (` + actsSQL + `
	), did AS (
	    SELECT a.person_id, min(a.at) AS first,
	           string_agg((((a.kind * 100 + coalesce(array_position($3::text[], a.component), 0)) * 20
	               + width_bucket(a.share, $4::int[])) * 100 + width_bucket(a.at, $5::timestamptz[]))::text, ',') AS codes
	      FROM (SELECT * FROM acts WHERE at < $6::timestamptz ORDER BY person_id, kind, component, share, at) a
	     GROUP BY a.person_id
	), people AS (
	    SELECT w.person_id, w.categories, coalesce(d.codes, '') AS codes,
	           least(w.invited, d.first) AS enrolled, least(w.joined, d.first, w.passed, w.certified) AS joined,
	           least(w.passed, w.certified) AS passed, w.certified
	      FROM who w LEFT JOIN did d USING (person_id)
	)
	SELECT %s, w.codes, coalesce(width_bucket(w.enrolled, $5::timestamptz[]), -1), coalesce(width_bucket(w.joined, $5::timestamptz[]), -1),
	       coalesce(width_bucket(w.passed, $5::timestamptz[]), -1), coalesce(width_bucket(w.certified, $5::timestamptz[]), -1), %s
	  FROM people w JOIN persons p ON p.id = w.person_id LEFT JOIN organisations o ON o.id = p.organisation_id
	 WHERE p.state <> 'erased' AND w.enrolled < $6::timestamptz %s`

// args are the arguments of peopleSQL.
func (c *count) args() ([]any, error) {
	courses := []map[string]string{}
	for _, k := range c.p.Components {
		if k.Kind == "course" {
			courses = append(courses, map[string]string{"course": k.Course, "component": k.Key})
		}
	}
	raw, err := json.Marshal(courses)
	if err != nil {
		return nil, err
	}
	return []any{c.p.ID, string(raw), c.components, c.shares, c.bounds, c.bounds[len(c.bounds)-1]}, nil
}

// prepare works out what tells acts apart.
func (c *count) prepare() {
	days, shares := map[time.Time]bool{}, map[int]bool{1: true}
	for _, s := range c.sets {
		days[s.Until] = true
		if !s.From.IsZero() {
			days[s.From] = true
		}
		if s.Share > 0 {
			shares[s.Share] = true
		}
	}
	c.bounds = slices.SortedFunc(maps.Keys(days), time.Time.Compare)
	c.shares = slices.Sorted(maps.Keys(shares))
}

// read counts the rows into groups of people who are alike.
func (c *count) read(ctx context.Context, q db.Queryer) error {
	c.prepare()
	args, err := c.args()
	if err != nil {
		return err
	}
	columns, group := make([]string, len(c.dims)), ""
	for i, d := range c.dims {
		columns[i] = d.sql
		group += strconv.Itoa(i+1) + ", "
	}
	n := len(c.dims)
	for i := range 5 {
		group += strconv.Itoa(n + i + 1)
		if i < 4 {
			group += ", "
		}
	}
	rows, err := db.Rows(ctx, q, fmt.Sprintf(peopleSQL, strings.Join(columns, ", "), "count(*)", "GROUP BY "+group), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	cats, row := make([]string, n), personRow{}
	into := row.into(cats)
	total := 0
	for rows.Next() {
		if err := rows.Scan(append(into, &total)...); err != nil {
			return db.Translate(err)
		}
		c.group(cats, c.acts(&row), total)
	}
	return db.Translate(rows.Err())
}

// personRow is what somebody did, in codes.
type personRow struct {
	codes                               string
	enrolled, joined, passed, certified int
}

func (r *personRow) into(cats []string) []any {
	var into []any
	for i := range cats {
		into = append(into, &cats[i])
	}
	return append(into, &r.codes, &r.enrolled, &r.joined, &r.passed, &r.certified)
}

// acts turns codes into classes with how often.
func (c *count) acts(r *personRow) map[int]int {
	acts := map[int]int{}
	add := func(code int) {
		if class, counted := c.class(code); counted {
			acts[class]++
		}
	}
	for code := range strings.SplitSeq(r.codes, ",") {
		if n, err := strconv.Atoi(code); err == nil {
			add(n)
		}
	}
	for kind, slice := range map[int]int{codeEnrolled: r.enrolled, codeJoined: r.joined, codePassed: r.passed, codeCertified: r.certified} {
		if slice >= 0 {
			add(kind*100*20*100 + slice)
		}
	}
	return acts
}

// class gives the class of a code: the sets that count it. What no set counts is no class.
func (c *count) class(code int) (int, bool) {
	slice, share, component, kind := code%100, code/100%20, code/2000%100, code/200000
	var sets []int
	for i := range c.sets {
		if c.counts(&c.sets[i], kind, component, share, slice) {
			sets = append(sets, i)
		}
	}
	return c.classOf(sets)
}

func (c *count) classOf(sets []int) (int, bool) {
	if len(sets) == 0 {
		return 0, false
	}
	key := fmt.Sprint(sets)
	i, known := c.classes[key]
	if !known {
		i = len(c.sheet.Classes)
		c.classes[key] = i
		c.sheet.Classes = append(c.sheet.Classes, sets)
	}
	return i, true
}

func (c *count) counts(s *set, kind, component, share, slice int) bool {
	act := codeActs[kind]
	if act != s.Act && (s.Act != indicator.Attended || !slices.Contains([]indicator.Act{indicator.Webinar, indicator.Day, indicator.Course}, act)) {
		return false
	}
	if len(s.Components) > 0 && (component == 0 || !slices.Contains(s.Components, c.components[component-1])) {
		return false
	}
	if s.Share > 0 && (share == 0 || c.shares[share-1] < s.Share) {
		return false
	}
	// slice is how many bounds lie at or before the act.
	until := slices.IndexFunc(c.bounds, s.Until.Equal)
	from := slices.IndexFunc(c.bounds, s.From.Equal) // -1 for the zero day
	return slice <= until && slice > from
}

// group adds people.
func (c *count) group(cats []string, acts map[int]int, n int) {
	g := indicator.Group{N: n, Cats: make([]int, len(cats)), Acts: nil}
	for i, cat := range cats {
		d := c.dims[i]
		if _, known := d.at[cat]; !known && d.name != indicator.ByCountry {
			cat = notStated // a category that the programme lists no more
		}
		d.add(cat)
		g.Cats[i] = d.at[cat]
	}
	for class, times := range acts {
		for len(g.Acts) <= class {
			g.Acts = append(g.Acts, 0)
		}
		g.Acts[class] = times
	}
	c.sheet.Groups = append(c.sheet.Groups, g)
}

// canonical puts categories and classes into an order that hangs on nothing but themselves, and joins groups that are
// alike: the same data give the same sheet, however the database gave its rows.
func (c *count) canonical() {
	for i, d := range c.dims {
		if d.name != indicator.ByCountry {
			continue
		}
		before := slices.Clone(d.cats)
		slices.Sort(d.cats)
		for at, cat := range d.cats {
			d.at[cat] = at
		}
		for g := range c.sheet.Groups {
			cats := c.sheet.Groups[g].Cats
			cats[i] = d.at[before[cats[i]]]
		}
	}
	order := make([]int, len(c.sheet.Classes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return slices.Compare(c.sheet.Classes[a], c.sheet.Classes[b]) })
	classes, place := make([][]int, len(order)), make([]int, len(order))
	for to, from := range order {
		classes[to], place[from] = c.sheet.Classes[from], to
	}
	c.sheet.Classes = classes
	for g := range c.sheet.Groups {
		acts := make([]int, len(classes))
		for class, n := range c.sheet.Groups[g].Acts {
			acts[place[class]] = n
		}
		c.sheet.Groups[g].Acts = acts
	}
	slices.SortFunc(c.sheet.Groups, func(a, b indicator.Group) int {
		return cmp.Or(slices.Compare(a.Cats, b.Cats), slices.Compare(a.Acts, b.Acts))
	})
	var joined []indicator.Group
	for _, g := range c.sheet.Groups {
		if n := len(joined); n > 0 && slices.Equal(joined[n-1].Cats, g.Cats) && slices.Equal(joined[n-1].Acts, g.Acts) {
			joined[n-1].N += g.N
			continue
		}
		joined = append(joined, g)
	}
	c.sheet.Groups = joined
}

// finish tells the sheet how sets lie in one another and how many categories there are.
func (c *count) finish() {
	families := map[string]int{}
	for i := range c.sets {
		f := c.sets[i].family()
		if families[f] == 0 {
			families[f] = len(families) + 1
		}
		s := indicator.Set{Family: families[f]}
		for j := range c.sets {
			if j != i && c.sets[i].in(&c.sets[j]) {
				s.Within = append(s.Within, j)
			}
		}
		c.sheet.Sets = append(c.sheet.Sets, s)
	}
	for _, d := range c.dims {
		c.sheet.Dims = append(c.sheet.Dims, len(d.cats))
	}
}
