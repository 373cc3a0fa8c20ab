package report

import (
	"context"
	"math"
	"slices"
	"time"

	"mostik/courses/scale"
	"mostik/lms/db"
)

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
