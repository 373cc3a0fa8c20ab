package learning

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

// Thresholds of the verdicts. Difficulty: nearly everybody right tells nothing, and below chance of four
// options the item misleads. Discrimination: Ebel & Frisbie (1991), Essentials of Educational Measurement,
// take below 0.2 for poor. Fewer answers than minAnswers give no verdict on discrimination.
const (
	tooEasy    = 0.95
	tooHard    = 0.25
	weak       = 0.2
	minAnswers = 10
	// fewest is how many people must have answered before anything about their choices is told: of fewer, a figure
	// names a person to whoever knows the cohort.
	fewest = 5
)

// Statistics tells how the questions of a cohort served.
type Statistics struct {
	Questions []QuestionStats `json:"questions"`
	Gain      *GainView       `json:"gain,omitempty"`
}

// QuestionStats is one question of one activity.
type QuestionStats struct {
	Key            string       `json:"key"`
	ActivityKey    string       `json:"activity_key"`
	ActivityTitle  string       `json:"activity_title"`
	Kind           quiz.Kind    `json:"kind"`
	StemText       string       `json:"stem_text"`
	N              int          `json:"n"`
	Unanswered     int          `json:"unanswered"`
	Difficulty     float64      `json:"difficulty"`
	Discrimination *float64     `json:"discrimination"`
	Verdict        string       `json:"verdict"` // ok, too-easy, too-hard, weak, distractor
	Options        []OptionStat `json:"options"`
}

// OptionStat is how often an option was chosen, and how well those did who chose it.
type OptionStat struct {
	Key       string   `json:"key"`
	Text      string   `json:"text"`
	Count     int      `json:"count"`
	Right     bool     `json:"right"`
	MeanTotal *float64 `json:"mean_total"` // percent of the whole attempt
}

// GainView compares the pre-test with the post-test, of those who did both.
type GainView struct {
	N        int     `json:"n"`
	MeanPre  float64 `json:"mean_pre"`  // percent
	MeanPost float64 `json:"mean_post"` // percent
	// NormalisedGain and EffectSize are as courses/scale defines them.
	NormalisedGain *float64 `json:"normalised_gain"`
	EffectSize     *float64 `json:"effect_size"`
	// Unpaired counts those who did only one of the two.
	Unpaired int `json:"unpaired"`
}

// served collects what was answered to one question of one activity.
type served struct {
	answers []quiz.Answer
	totals  []float64
	percent []float64
}

type servedKey struct{ activity, question string }

// CohortStatistics tells how questions served in the first attempts of a cohort's people (a second attempt
// knows the questions), in two statements. Whoever may not see the people, as authors, is told in whole fives
// of them: else they could look before and after one person's test. Errors: NotFound, Forbidden.
func (s *Service) CohortStatistics(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], reader string) (st *Statistics, err error) {
	defer lms.Wrap(&err, "learning.CohortStatistics(%s)", id)
	c, err := s.cohortFor(ctx, actor, id, lms.ReadStatistics)
	if err != nil {
		return nil, err
	}
	st = &Statistics{Questions: []QuestionStats{}}
	if c.Version.IsZero() {
		return st, nil
	}
	v, err := s.Catalog.Version(ctx, c.Version)
	if err != nil {
		return nil, err
	}
	step := 1
	if actor.Can(lms.ReadCohort, c.facts()) != nil {
		step = fewest
	}
	all, percents, err := s.served(ctx, id, step)
	if err != nil {
		return nil, err
	}
	lang := v.Lang(reader)
	for i := range v.Activities {
		a := &v.Activities[i]
		if a.Kind != courses.Quiz {
			continue
		}
		for q := range v.Package.Bank {
			question := &v.Package.Bank[q]
			if got := all[servedKey{a.Key, question.Key}]; got != nil {
				st.Questions = append(st.Questions, questionStats(v, a, question, got, lang, step))
			}
		}
	}
	if gain := gainOf(v, percents); gain != nil && gain.N >= fewest {
		st.Gain = gain
	}
	return st, nil
}

// served reads the first attempts of everybody in a cohort: answers by question, and percent by activity
// and enrolment. Of each activity it takes as many whole steps of people as there are, in the order in which
// they handed in.
func (s *Service) served(ctx context.Context, id lms.ID[lms.Cohort], step int) (map[servedKey]*served, map[string]map[lms.ID[lms.Enrolment]]float64, error) {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT enrolment_id, activity_key, result
		  FROM (SELECT a.enrolment_id, a.activity_key, a.result,
		               row_number() OVER (PARTITION BY a.activity_key ORDER BY a.submitted_at, a.id) AS place, count(*) OVER (PARTITION BY a.activity_key) AS n
		          FROM enrolments e JOIN attempts a ON a.enrolment_id = e.id
		         WHERE e.cohort_id = $1 AND e.state <> 'withdrawn' AND a.kind = 'quiz' AND a.number = 1 AND a.state <> 'open') firsts
		 WHERE place <= n / $2 * $2`, id, step)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	all := map[servedKey]*served{}
	percents := map[string]map[lms.ID[lms.Enrolment]]float64{}
	for rows.Next() {
		var enrolment lms.ID[lms.Enrolment]
		var activity string
		var raw []byte
		var o Outcome
		if err := rows.Scan(&enrolment, &activity, &raw); err != nil {
			return nil, nil, db.Translate(err)
		}
		if err := unmarshal(raw, &o); err != nil {
			return nil, nil, err
		}
		if percents[activity] == nil {
			percents[activity] = map[lms.ID[lms.Enrolment]]float64{}
		}
		percents[activity][enrolment] = o.Percent
		for key := range o.Questions {
			k := servedKey{activity, key}
			if all[k] == nil {
				all[k] = &served{}
			}
			all[k].answers = append(all[k].answers, o.Answers[key])
			all[k].totals = append(all[k].totals, o.Points)
			all[k].percent = append(all[k].percent, o.Percent)
		}
	}
	return all, percents, db.Translate(rows.Err())
}

func questionStats(v *catalog.Loaded, a *catalog.Activity, q *quiz.Question, got *served, lang courses.Lang, step int) QuestionStats {
	st := quiz.Statistics(q, got.answers, got.totals)
	if st.N < fewest {
		return QuestionStats{
			Key: q.Key, ActivityKey: a.Key, ActivityTitle: a.Title.In(lang), Kind: q.Kind, StemText: plainStem(q.Say("stem", lang)), N: st.N,
			Verdict: "ok", Options: []OptionStat{},
		}
	}
	out := QuestionStats{
		Key: q.Key, ActivityKey: a.Key, ActivityTitle: a.Title.In(lang), Kind: q.Kind, StemText: plainStem(q.Say("stem", lang)),
		N: st.N, Unanswered: st.Unanswered, Difficulty: st.Difficulty, Discrimination: st.Discrimination,
		Verdict: verdict(q, st), Options: []OptionStat{},
	}
	for _, o := range optionsOf(q) {
		stat := OptionStat{Key: o.Key, Text: q.Say("options/"+o.Key, lang), Count: st.Chosen[o.Key], Right: o.Right}
		if stat.Count >= step {
			stat.MeanTotal = meanOf(got, o.Key)
		}
		out.Options = append(out.Options, stat)
	}
	return out
}

// optionsOf gives the options of a question that has them; true and false are options too.
func optionsOf(q *quiz.Question) []quiz.Option {
	if q.Kind == quiz.TrueFalse && q.Right != nil {
		return []quiz.Option{{Key: "true", Right: *q.Right}, {Key: "false", Right: !*q.Right}}
	}
	return q.Options
}

// meanOf is the mean percent of those who chose an option; nil if nobody did.
func meanOf(got *served, option string) *float64 {
	sum, n := 0.0, 0
	for i, a := range got.answers {
		if a.Choice == option || slices.Contains(a.Choices, option) || a.Value != nil && strconv.FormatBool(*a.Value) == option {
			sum += got.percent[i]
			n++
		}
	}
	if n == 0 {
		return nil
	}
	mean := round2(sum / float64(n))
	return &mean
}

// verdict says in a word what to look at.
func verdict(q *quiz.Question, st quiz.Stats) string {
	switch {
	case q.Kind == quiz.Open || st.N < minAnswers:
		return "ok"
	case attracts(q, st):
		return "distractor"
	case st.Difficulty > tooEasy:
		return "too-easy"
	case st.Difficulty < tooHard:
		return "too-hard"
	case st.Discrimination != nil && *st.Discrimination < weak:
		return "weak"
	}
	return "ok"
}

// attracts tells whether the best third chose a wrong option more often than a right one.
func attracts(q *quiz.Question, st quiz.Stats) bool {
	if q.Kind == quiz.Multiple {
		return false
	}
	right, wrong := 0, 0
	for _, o := range optionsOf(q) {
		if n := st.ChosenBest[o.Key]; o.Right {
			right += n
		} else {
			wrong = max(wrong, n)
		}
	}
	return wrong > right
}

// gainOf pairs each person's pre-test with the post-test of the same pair of quizzes; nil where the course
// has none or nobody did either.
func gainOf(v *catalog.Loaded, percents map[string]map[lms.ID[lms.Enrolment]]float64) *GainView {
	pre, post := map[string]string{}, map[string]string{}
	for i := range v.Activities {
		switch a := &v.Activities[i]; {
		case a.Quiz == nil || a.Quiz.Pair == "":
		case a.Quiz.Purpose == courses.Pre:
			pre[a.Quiz.Pair] = a.Key
		case a.Quiz.Purpose == courses.Post:
			post[a.Quiz.Pair] = a.Key
		}
	}
	var pairs []scale.Pair
	unpaired := 0
	for _, pair := range slices.Sorted(maps.Keys(pre)) {
		before, after := percents[pre[pair]], percents[post[pair]]
		both := 0
		for id, percent := range before {
			if later, ok := after[id]; ok {
				both++
				pairs = append(pairs, scale.Pair{Pre: percent / 100, Post: later / 100})
			}
		}
		unpaired += len(before) + len(after) - 2*both
	}
	if len(pairs)+unpaired == 0 {
		return nil
	}
	g := scale.MatchedGain(pairs)
	return &GainView{
		N: g.N, MeanPre: round2(100 * g.PreMean), MeanPost: round2(100 * g.PostMean), NormalisedGain: g.Normalised,
		EffectSize: g.Effect, Unpaired: unpaired,
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var (
	gapMark    = regexp.MustCompile(`\{\{[a-z0-9-]+\}\}`)
	citation   = regexp.MustCompile(`\s*\[@[^\]]*\]`)
	linkTarget = regexp.MustCompile(`\]\([^)]*\)`)
	emphasis   = strings.NewReplacer("*", "", "_", "", "[", "")
)

// plainStem is a question's words without Markdown, as one line of a table: gaps become dots, citations go.
func plainStem(stem string) string {
	stem = citation.ReplaceAllString(gapMark.ReplaceAllString(stem, "…"), "")
	return strings.TrimSpace(emphasis.Replace(linkTarget.ReplaceAllString(stem, "")))
}
