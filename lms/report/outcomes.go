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
