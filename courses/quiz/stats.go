package quiz

import (
	"math"
	"slices"
	"strconv"
)

// Statistics tells how a question served. Each answer stands beside the total points of the same
// attempt, this question included; answers without a total are left out. An open question is marked by
// people, so its points are not known here: it gives counts only, and a difficulty of 0 says nothing.
func Statistics(q *Question, answers []Answer, totals []float64) Stats {
	n := min(len(answers), len(totals))
	st := Stats{N: n}
	if n == 0 {
		return st
	}
	points, rest := make([]float64, n), make([]float64, n)
	for i := range n {
		r := Score(q, answers[i])
		if r.State == Unanswered {
			st.Unanswered++
		}
		points[i], rest[i] = r.Points, totals[i]-r.Points
	}
	if q.Kind == Open {
		return st
	}
	if q.Points > 0 {
		st.Difficulty = mean(points) / float64(q.Points)
	}
	if n >= 3 {
		st.Discrimination = correlation(points, rest)
	}
	if q.Kind == Single || q.Kind == Multiple || q.Kind == TrueFalse {
		best := bestThird(totals[:n])
		st.Chosen, st.ChosenBest = map[string]int{}, map[string]int{}
		for i := range n {
			for _, k := range chosen(answers[i]) {
				st.Chosen[k]++
				if best[i] {
					st.ChosenBest[k]++
				}
			}
		}
	}
	return st
}

func chosen(a Answer) []string {
	switch {
	case a.Choice != "":
		return []string{a.Choice}
	case a.Value != nil:
		return []string{strconv.FormatBool(*a.Value)}
	}
	return a.Choices
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// correlation is Pearson's; with points 0 and 1 it is the point-biserial. Nil when either has no
// spread.
func correlation(x, y []float64) *float64 {
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	if xx < 1e-12 || yy < 1e-12 {
		return nil
	}
	r := math.Max(-1, math.Min(1, xy/math.Sqrt(xx*yy)))
	return &r
}

// bestThird marks the attempts with the highest totals, ties at the edge in the order given.
func bestThird(totals []float64) []bool {
	index := make([]int, len(totals))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int {
		switch {
		case totals[a] > totals[b]:
			return -1
		case totals[a] < totals[b]:
			return 1
		}
		return 0
	})
	best := make([]bool, len(totals))
	for _, i := range index[:(len(totals)+2)/3] {
		best[i] = true
	}
	return best
}
