package report

import (
	"context"
	"slices"

	"mostik/courses/scale"
	"mostik/lms/db"
)

// Learning is the matched gain of one course, of everything until the report's last day.
type Learning struct {
	Course string            `json:"course"`
	Titles map[string]string `json:"titles"`
	Pairs  Group             `json:"pairs"`
	// Before and After are means in percent. Gain is the share of the possible gain (Hake 1998). Effect is the mean
	// difference over its standard deviation, corrected for small groups (Hedges 1981: 1 - 3/(4(n-1)-1)).
	Before *float64 `json:"before,omitempty"`
	After  *float64 `json:"after,omitempty"`
	Gain   *float64 `json:"gain,omitempty"`
	Effect *float64 `json:"effect,omitempty"`
	// Small says that the effect is of fewer than 20 pairs.
	Small bool `json:"small,omitempty"`
	// Missing is why others are not compared; nil where a number of it is too small to be told.
	Missing *Missing `json:"missing,omitempty"`
}

// Missing counts those who took the course and are not compared.
type Missing struct {
	OnlyBefore int `json:"only_before"`
	OnlyAfter  int `json:"only_after"`
	Neither    int `json:"neither"`
}

func (m Missing) total() int { return m.OnlyBefore + m.OnlyAfter + m.Neither }

// tests gives the keys of the tests before and after.
func (c *smallCourse) tests() (before, after []string) {
	for _, m := range c.Course.Modules {
		for _, a := range m.Activities {
			switch {
			case a.Quiz == nil || a.Quiz.Pair == "":
			case a.Quiz.Purpose == "pre":
				before = append(before, a.Key)
			case a.Quiz.Purpose == "post":
				after = append(after, a.Key)
			}
		}
	}
	return before, after
}

// tested is what somebody reached in the first attempts before and after, in percent; nil where they made none.
type tested struct {
	pre, post *float64
	country   string
}

func (t *tested) paired() bool { return t.pre != nil && t.post != nil }

// tested reads everybody of the programme who takes a course.
func (sp *spec) tested(ctx context.Context, q db.Queryer, key string, before, after []string) ([]tested, error) {
	return list(ctx, q, func(from scanner) (t tested, err error) { return t, from.Scan(&t.pre, &t.post, &t.country) }, `
		SELECT (max(a.percent) FILTER (WHERE a.activity_key = ANY ($2::text[])))::float8,
		       (max(a.percent) FILTER (WHERE a.activity_key = ANY ($3::text[])))::float8, coalesce(min(p.country), '')
		  FROM enrolments e JOIN courses c ON c.id = e.course_id JOIN persons p ON p.id = e.person_id
		  LEFT JOIN attempts a ON a.enrolment_id = e.id AND a.kind = 'quiz' AND a.number = 1 AND a.state <> 'open'
		       AND a.submitted_at < $5::timestamptz AND a.activity_key = ANY ($2::text[] || $3::text[])
		 WHERE c.key = $1 AND e.state <> 'withdrawn' AND p.state <> 'erased' AND e.started_at < $5::timestamptz
		   AND EXISTS (SELECT FROM participations x WHERE x.programme_id = $4 AND x.person_id = e.person_id)
		 GROUP BY e.person_id ORDER BY e.person_id`, key, before, after, sp.p.ID, sp.to.AddDate(0, 0, 1))
}

// learning pairs the first attempts before and after of everybody of the programme who takes a course.
func learning(ctx context.Context, q db.Queryer, sp *spec, key string, course *smallCourse) (l Learning, there bool, err error) {
	before, after := course.tests()
	if len(before) == 0 || len(after) == 0 {
		return l, false, nil
	}
	everybody, err := sp.tested(ctx, q, key, before, after)
	if err != nil {
		return l, false, err
	}
	l = Learning{Course: key, Titles: course.Course.Title}
	there = l.match(sp, everybody)
	return l, there, nil
}

// match tells of the people of the report's part of the world as much as may be told; false where nobody is there.
func (l *Learning) match(sp *spec, everybody []tested) (there bool) {
	var pairs []scale.Pair
	var missing Missing
	paired := map[string]int{} // everywhere: reports on other parts tell of them
	for _, t := range everybody {
		if t.paired() {
			paired[t.country]++
		}
		switch {
		case !sp.part.has(t.country):
		case t.paired():
			pairs = append(pairs, scale.Pair{Pre: *t.pre / 100, Post: *t.post / 100})
		case t.pre != nil:
			missing.OnlyBefore++
		case t.post != nil:
			missing.OnlyAfter++
		default:
			missing.Neither++
		}
	}
	all := len(pairs) + missing.total()
	if l.Pairs = groupOf(len(pairs), all, sp.threshold); l.Pairs.Hidden || len(pairs) == 0 {
		return all > 0
	}
	g := scale.MatchedGain(pairs)
	l.Before, l.After = round(100*g.PreMean), round(100*g.PostMean)
	if sp.nearlyTold(l, paired) {
		l.Pairs, l.Before, l.After = Group{Hidden: true}, nil, nil
		return true
	}
	if g.Normalised != nil {
		l.Gain = round(100 * *g.Normalised)
	}
	if g.Effect != nil {
		l.Effect = round(*g.Effect * (1 - 3/(4*float64(g.N-1)-1)))
		l.Small = g.N < 20
	}
	few := func(n int) bool { return n > 0 && n < sp.threshold }
	if !few(missing.OnlyBefore) && !few(missing.OnlyAfter) && !few(missing.Neither) {
		l.Missing = &missing
	}
	return true
}

// nearlyTold tells that reports handed over before told a course's gain of a few people more or less: of the same part of
// the world at another time, or of parts that leave a few of one another. Means and numbers of both would tell what those
// few reached. paired are the exact numbers of pairs by country, whatever is told of them.
func (sp *spec) nearlyTold(l *Learning, paired map[string]int) bool {
	var before []told
	for i, e := range append(slices.Clone(sp.earlier), sp.beside...) {
		for _, old := range e.learning {
			if old.Course != l.Course || old.Before == nil {
				continue
			}
			// Where "at least" so many are printed again with the same means, nothing new is told.
			alike := old.Pairs == l.Pairs && *old.Before == *l.Before && *old.After == *l.After
			for _, n := range old.Pairs.could(sp.threshold) {
				before = append(before, told{part: e.part, n: n, alike: alike, beside: i >= len(sp.earlier)})
			}
		}
	}
	return givesAway(sp.part, paired, before, sp.threshold)
}

// could lists how many people a group may have been of, for whoever reads what is told of it.
func (g Group) could(threshold int) []int {
	switch {
	case g.Hidden:
		return nil
	case !g.AtLeast:
		return []int{g.N}
	}
	var all []int
	for n := g.N; n < g.N+threshold+5; n++ { // see groupOf
		all = append(all, n)
	}
	return all
}
