package report

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/text"
)

// Outcomes are what was learnt and what became of it, after Kirkpatrick's levels: what people said at the close (1), what
// they learnt (2), what they do later (3), what changed (4).
type Outcomes struct {
	Reaction []Reaction `json:"reaction"`
	Learning []Learning `json:"learning"`
	Later    []Later    `json:"later"`
	Notes    []Note     `json:"notes"`
}

// Group is how many people a result is of, so told that nobody can tell how few are missing: where fewer than the
// threshold are, AtLeast stands instead of the number, and why they are missing is not told.
type Group struct {
	// Hidden tells that they are too few to tell anything of them.
	Hidden  bool `json:"hidden,omitempty"`
	N       int  `json:"n"`
	AtLeast bool `json:"at_least,omitempty"`
}

// groupOf tells of n people of a whole that may be known.
func groupOf(n, whole, threshold int) Group {
	switch rest := whole - n; {
	case n > 0 && n < threshold:
		return Group{Hidden: true}
	case rest > 0 && rest < threshold:
		// The largest multiple of five that leaves a threshold of people open.
		if n = (whole - threshold) / 5 * 5; n < threshold {
			return Group{Hidden: true}
		}
		return Group{N: n, AtLeast: true}
	}
	return Group{N: n}
}

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

// smallCourse is as much of a course's document as outcomes read.
type smallCourse struct {
	Course struct {
		Title   map[string]string `json:"title"`
		Modules []struct {
			Activities []struct {
				Key    string `json:"key"`
				Kind   string `json:"kind"`
				Survey string `json:"survey"`
				Quiz   *struct {
					Purpose string `json:"purpose"`
					Pair    string `json:"pair"`
				} `json:"quiz"`
			} `json:"activities"`
		} `json:"modules"`
	} `json:"course"`
	Surveys map[string]struct {
		Kind  string `json:"kind"`
		Items []struct {
			Key  string            `json:"key"`
			Kind string            `json:"kind"`
			From int               `json:"from"`
			To   int               `json:"to"`
			Stem map[string]string `json:"stem"`
		} `json:"items"`
	} `json:"surveys"`
}

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

// outcomes reads them all for a report.
func (s *Service) outcomes(ctx context.Context, q db.Queryer, sp *spec) (o Outcomes, err error) {
	o = Outcomes{Reaction: []Reaction{}, Learning: []Learning{}}
	for _, c := range sp.p.Components {
		if c.Kind != "course" {
			continue
		}
		var raw []byte
		err := db.Row(ctx, q, `SELECT v.document FROM courses c JOIN course_versions v ON v.id = c.current_version_id WHERE c.key = $1`, c.Course).Scan(&raw)
		if isNoRows(err) {
			continue
		}
		if err != nil {
			return o, db.Translate(err)
		}
		var course smallCourse
		if err := json.Unmarshal(raw, &course); err != nil {
			return o, err
		}
		l, there, err := learning(ctx, q, sp, c.Course, &course)
		if err != nil {
			return o, err
		}
		if there {
			o.Learning = append(o.Learning, l)
		}
		if len(sp.part) == 0 { // answers without names have no country either
			all, err := s.reactions(ctx, q, sp, c.Course, &course)
			if err != nil {
				return o, err
			}
			o.Reaction = append(o.Reaction, all...)
		}
	}
	if o.Later, err = s.later(ctx, q, sp); err != nil {
		return o, err
	}
	o.Notes, err = notes(ctx, q, sp)
	return o, err
}

// learning pairs the first attempts before and after of everybody of the programme who takes a course.
func learning(ctx context.Context, q db.Queryer, sp *spec, key string, course *smallCourse) (l Learning, there bool, err error) {
	before, after := course.tests()
	if len(before) == 0 || len(after) == 0 {
		return l, false, nil
	}
	type one struct {
		pre, post *float64
		country   string
	}
	everybody, err := list(ctx, q, func(from scanner) (o one, err error) { return o, from.Scan(&o.pre, &o.post, &o.country) }, `
		SELECT (max(a.percent) FILTER (WHERE a.activity_key = ANY ($2::text[])))::float8,
		       (max(a.percent) FILTER (WHERE a.activity_key = ANY ($3::text[])))::float8, coalesce(min(p.country), '')
		  FROM enrolments e JOIN courses c ON c.id = e.course_id JOIN persons p ON p.id = e.person_id
		  LEFT JOIN attempts a ON a.enrolment_id = e.id AND a.kind = 'quiz' AND a.number = 1 AND a.state <> 'open'
		       AND a.submitted_at < $5::timestamptz AND a.activity_key = ANY ($2::text[] || $3::text[])
		 WHERE c.key = $1 AND e.state <> 'withdrawn' AND p.state <> 'erased' AND e.started_at < $5::timestamptz
		   AND EXISTS (SELECT FROM participations x WHERE x.programme_id = $4 AND x.person_id = e.person_id)
		 GROUP BY e.person_id ORDER BY e.person_id`, key, before, after, sp.p.ID, sp.to.AddDate(0, 0, 1))
	all := slices.DeleteFunc(slices.Clone(everybody), func(o one) bool { return !sp.part.has(o.country) })
	if err != nil || len(all) == 0 {
		return l, false, err
	}
	var pairs []scale.Pair
	var missing Missing
	for _, o := range all {
		switch {
		case o.pre != nil && o.post != nil:
			pairs = append(pairs, scale.Pair{Pre: *o.pre / 100, Post: *o.post / 100})
		case o.pre != nil:
			missing.OnlyBefore++
		case o.post != nil:
			missing.OnlyAfter++
		default:
			missing.Neither++
		}
	}
	l = Learning{Course: key, Titles: course.Course.Title, Pairs: groupOf(len(pairs), len(all), sp.threshold)}
	if l.Pairs.Hidden || len(pairs) == 0 {
		return l, true, nil
	}
	g := scale.MatchedGain(pairs)
	l.Before, l.After = round(100*g.PreMean), round(100*g.PostMean)
	paired := map[string]int{}
	for _, o := range everybody {
		if o.pre != nil && o.post != nil {
			paired[o.country]++
		}
	}
	if sp.nearlyTold(&l, paired) {
		l.Pairs, l.Before, l.After = Group{Hidden: true}, nil, nil
		return l, true, nil
	}
	if g.Normalised != nil {
		l.Gain = round(100 * *g.Normalised)
	}
	if g.Effect != nil {
		l.Effect = round(*g.Effect * (1 - 3/(4*float64(g.N-1)-1)))
		l.Small = g.N < 20
	}
	if small := func(n int) bool { return n > 0 && n < sp.threshold }; !small(missing.OnlyBefore) && !small(missing.OnlyAfter) && !small(missing.Neither) {
		l.Missing = &missing
	}
	return l, true, nil
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

// round keeps two decimals: more would be no truth, and floating point differs in the last digits.
func round(v float64) *float64 {
	v = math.Round(v*100) / 100
	return &v
}

// Reaction is what people said of one thing at the close of a course.
type Reaction struct {
	Course string            `json:"course"`
	Item   string            `json:"item"`
	Stems  map[string]string `json:"stems"`
	From   int               `json:"from"`
	To     int               `json:"to"`
	N      int               `json:"n"`
	// Mean is nil where too few answered.
	Mean *float64 `json:"mean,omitempty"`
}

// reactions reads the scales of a course's surveys. Self-checks are no surveys: nothing of them is kept anywhere.
func (s *Service) reactions(ctx context.Context, q db.Queryer, sp *spec, key string, course *smallCourse) ([]Reaction, error) {
	var all []Reaction
	for _, m := range course.Course.Modules {
		for _, a := range m.Activities {
			survey, known := course.Surveys[a.Survey]
			if a.Kind != "survey" || !known || survey.Kind != "survey" {
				continue
			}
			answers, err := list(ctx, q, scanDated, `
				SELECT '', date_trunc('month', r.answered_on::timestamp), r.answers
				  FROM survey_responses r JOIN course_versions v ON v.id = r.version_id JOIN courses c ON c.id = v.course_id
			     WHERE c.key = $1 AND r.activity_key = $2`, key, a.Key)
			if err != nil {
				return nil, err
			}
			for _, item := range survey.Items {
				if item.Kind != "scale" {
					continue
				}
				r := Reaction{Course: key, Item: item.Key, Stems: item.Stem, From: item.From, To: item.To}
				r.N, r.Mean = meanOf(batched(answers, closed(s.now(), sp.to), sp.threshold, answering(item.Key)), item.Key, sp.threshold)
				all = append(all, r)
			}
		}
	}
	return all, nil
}

func scanDated(from scanner) (d dated, err error) {
	var raw []byte
	if err = from.Scan(&d.country, &d.month, &raw); err == nil {
		err = json.Unmarshal(raw, &d.answers)
	}
	return d, err
}

// answering counts whoever answered an item at all.
func answering(item string) func(scale.Response) bool {
	return func(r scale.Response) bool {
		v := r[item]
		return v.Number != nil || v.Choice != "" || len(v.Choices) > 0
	}
}

// meanOf is the mean of a scale; steps are whole numbers, so the order of the rows does not matter.
func meanOf(answers []scale.Response, item string, threshold int) (n int, mean *float64) {
	sum := 0.0
	for _, r := range answers {
		if v := r[item].Number; v != nil {
			sum += *v
			n++
		}
	}
	if n < threshold {
		return 0, nil
	}
	return n, round(sum / float64(n))
}

// Later is what people said some months after their certificate. The rate stands beside every result.
type Later struct {
	Months int `json:"months"`
	// By is supervisor where those were asked whom people work for; "" for the people themselves.
	By       string `json:"by,omitempty" enum:"supervisor"`
	Asked    Group  `json:"asked"`
	Answered Group  `json:"answered"`
	// Rate is the response rate in percent, of the numbers as they are told.
	Rate    *float64    `json:"rate,omitempty"`
	Results []LaterItem `json:"results"`
}

// LaterItem is the result of one question.
type LaterItem struct {
	Item string `json:"item"`
	// Of is how many of those who were asked answered this question.
	Of   Group    `json:"of"`
	Mean *float64 `json:"mean,omitempty"`
	// Shares are the percentages of the options, of those who answered.
	Shares map[string]float64 `json:"shares,omitempty"`
}

// later reads the follow-ups that were due until the report's last day.
func (s *Service) later(ctx context.Context, q db.Queryer, sp *spec) ([]Later, error) {
	all := []Later{}
	for _, months := range followupMonths {
		for _, by := range []string{"", bySupervisor} {
			l, there, err := s.laterBy(ctx, q, sp, months, by)
			if err != nil {
				return nil, err
			}
			if there {
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// bySupervisor names the answers of those whom people work for.
const bySupervisor = "supervisor"

// laterBy reads those of the people themselves, or of their supervisors.
func (s *Service) laterBy(ctx context.Context, q db.Queryer, sp *spec, months int, by string) (l Later, there bool, err error) {
	part := append([]string{}, sp.part...)
	when, joined := "f.asked_at", ""
	if by == bySupervisor {
		when, joined = "d.asked_at", " JOIN followup_doors d ON d.followup_id = f.id"
	}
	asked, err := list(ctx, q, scanDated, `
		SELECT coalesce(p.country, ''), date_trunc('month', `+when+` AT TIME ZONE 'UTC'), '{}'
		  FROM followups f JOIN participations pa ON pa.id = f.participation_id JOIN persons p ON p.id = f.person_id`+joined+`
		 WHERE pa.programme_id = $1 AND f.months = $2 AND f.asked_at IS NOT NULL AND ($3::text[] = '{}' OR p.country = ANY ($3::text[]))`, sp.p.ID, months, part)
	if err != nil || len(asked) == 0 {
		return l, false, err
	}
	answers, err := list(ctx, q, scanDated, `
		SELECT coalesce(country, ''), answered_on::timestamp, answers FROM followup_answers
		 WHERE programme_id = $1 AND months = $2 AND by_supervisor = $4 AND ($3::text[] = '{}' OR country = ANY ($3::text[]))`,
		sp.p.ID, months, part, by == bySupervisor)
	if err != nil {
		return l, false, err
	}
	l = laterOf(months, asked, answers, closed(s.now(), sp.to), sp.threshold)
	l.By = by
	return l, true, nil
}

// laterOf tells of what was asked and answered before a month, in batches.
func laterOf(months int, asked, answers []dated, before time.Time, threshold int) Later {
	answered := len(batched(answers, before, threshold, anything))
	whole := max(answered, len(batched(asked, before, threshold, anything)))
	l := Later{Months: months, Asked: groupOf(whole, whole, threshold), Answered: groupOf(answered, whole, threshold), Results: []LaterItem{}}
	if whole == 0 {
		l.Asked.Hidden = true
	}
	if l.Asked.Hidden || l.Answered.Hidden {
		l.Answered = Group{Hidden: true}
		return l
	}
	l.Rate = round(100 * float64(l.Answered.N) / float64(l.Asked.N))
	for _, item := range Followup().Items {
		r, n := LaterItem{Item: item.Key}, 0
		told := batched(answers, before, threshold, answering(item.Key))
		if item.Kind == scale.Scale {
			n, r.Mean = meanOf(told, item.Key, threshold)
		} else {
			n, r.Shares = sharesOf(told, item, threshold)
		}
		if r.Of = groupOf(n, whole, threshold); (r.Mean != nil || r.Shares != nil) && !r.Of.Hidden {
			l.Results = append(l.Results, r)
		}
	}
	return l
}

// shareSteps are what percentages of options are rounded to, the finest first.
var shareSteps = []int{10, 20, 25, 50}

// sharesOf gives the percentages of options in steps so wide that nought may stand for a threshold of people, and the
// whole for all but a threshold: a fifth of five would be one of them. Where no step is so wide nothing is told.
func sharesOf(answers []scale.Response, item scale.Item, threshold int) (n int, shares map[string]float64) {
	chosen := map[string]int{}
	for _, r := range answers {
		v := r[item.Key]
		all := v.Choices
		if v.Choice != "" {
			all = []string{v.Choice}
		}
		if len(all) > 0 {
			n++
		}
		for _, c := range all {
			chosen[c]++
		}
	}
	i := slices.IndexFunc(shareSteps, func(step int) bool { return step*n > 200*threshold })
	if i < 0 {
		return 0, nil
	}
	step := float64(shareSteps[i])
	shares = map[string]float64{}
	for _, o := range item.Options {
		shares[o.Key] = math.Round(100*float64(chosen[o.Key])/float64(n)/step) * step
	}
	return n, shares
}

// Note is what changed in the world, told by somebody.
type Note struct {
	ID     string `json:"id"`
	On     string `json:"happened_on"`
	Words  string `json:"words"`
	Source string `json:"source"`
	// Country is where, "" for all. Author wrote it down; papers do not name them.
	Country string `json:"country"`
	Author  string `json:"author,omitempty"`
	Manages bool   `json:"manages,omitempty"`
}

// notes reads those of the report's days and country.
func notes(ctx context.Context, q db.Queryer, sp *spec) ([]Note, error) {
	return list(ctx, q, func(from scanner) (n Note, err error) {
		return n, from.Scan(&n.ID, &n.On, &n.Words, &n.Source, &n.Country)
	}, `SELECT id::text, to_char(happened_on, 'YYYY-MM-DD'), words, source, coalesce(country, '') FROM outcome_notes
	     WHERE programme_id = $1 AND happened_on BETWEEN $2::date AND $3::date AND ($4::text[] = '{}' OR country = ANY ($4::text[])) ORDER BY happened_on, id`,
		sp.p.ID, sp.from, sp.to, append([]string{}, sp.part...))
}

// Outcomes tells of a programme until a day, in a country or all that the actor may ask about. Errors: NotFound.
func (s *Service) Outcomes(ctx context.Context, actor lms.Actor, key, country string) (v OutcomesView, err error) {
	defer lms.Wrap(&err, "report.Outcomes(%s, %s)", key, country)
	p, err := s.programmeFor(ctx, s.DB, actor, key)
	if err != nil {
		return v, err
	}
	if err := s.reads(actor, country); err != nil {
		return v, err
	}
	today := s.now().Truncate(24 * time.Hour)
	sp := &spec{p: &p, part: partOf(country, nil), from: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), to: today, threshold: 5}
	if v.Outcomes, err = s.outcomes(ctx, s.DB, sp); err != nil {
		return v, err
	}
	authors, err := list(ctx, s.DB, func(from scanner) (a [2]string, err error) { return a, from.Scan(&a[0], &a[1]) },
		`SELECT n.id::text, coalesce(p.given_name || ' ' || p.family_name, '') FROM outcome_notes n LEFT JOIN persons p ON p.id = n.author_id WHERE n.programme_id = $1`, p.ID)
	if err != nil {
		return v, err
	}
	for i := range v.Notes {
		n := &v.Notes[i]
		if k := slices.IndexFunc(authors, func(a [2]string) bool { return a[0] == n.ID }); k >= 0 {
			n.Author = authors[k][1]
		}
		n.Manages = actor.Can(lms.ManageReports, lms.Facts{Country: n.Country}) == nil
	}
	slices.Reverse(v.Notes)
	v.Key, v.Title, v.Country, v.Threshold = p.Key, in(p.Title, actor.Language, p.Key), country, sp.threshold
	v.Words = laterWords(actor.Language)
	v.Reader = actor.Language
	v.Manages = actor.Can(lms.ManageReports, lms.Facts{Country: country}) == nil
	return v, nil
}

// OutcomesView is what the page of outcomes shows.
type OutcomesView struct {
	Key       string `json:"programme"`
	Title     string `json:"title"`
	Country   string `json:"country"`
	Threshold int    `json:"threshold"`
	Reader    string `json:"reader"`
	Manages   bool   `json:"manages"`
	// Words are the questions of the follow-up and their options, in the reader's language.
	Words map[string]string `json:"words"`
	Outcomes
}

// laterWords names the questions of a follow-up and, as ITEM/OPTION, their options.
func laterWords(lang string) map[string]string {
	words := map[string]string{}
	for _, item := range Followup().Items {
		words[item.Key] = item.Stem.In(courseLang(lang))
		for _, o := range item.Options {
			words[item.Key+"/"+o.Key] = o.Text.In(courseLang(lang))
		}
	}
	for _, item := range Supervised().Items {
		words[bySupervisor+"/"+item.Key] = item.Stem.In(courseLang(lang))
	}
	words[bySupervisor] = text.DonorIn(lang).Supervisors
	for _, m := range followupMonths {
		words[strconv.Itoa(m)] = strconv.Itoa(m)
	}
	return words
}
