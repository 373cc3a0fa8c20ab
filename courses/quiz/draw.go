package quiz

import (
	"errors"
	"fmt"
	"slices"

	"mostik/courses"
)

// ErrBank is returned, wrapped with the rule, when the bank lacks what a quiz asks for.
var ErrBank = errors.New("the bank cannot fill the quiz")

// Draw chooses the questions of one attempt. The same bank, spec and seed give the same paper. Fixed
// items keep their order unless the quiz shuffles; drawn questions stand in the order of the rules,
// mixed within and, when the quiz shuffles, across them. No question stands twice: rules that share
// candidates are filled so that each gets its count if that is possible at all.
func Draw(bank []Question, spec *courses.QuizSpec, seed Seed) (Paper, error) {
	var keys []string
	if len(spec.Items) > 0 {
		for _, k := range spec.Items {
			if !slices.ContainsFunc(bank, func(q Question) bool { return q.Key == k }) {
				return Paper{}, fmt.Errorf("%w: there is no question %q", ErrBank, k)
			}
		}
		keys = slices.Clone(spec.Items)
	} else {
		drawn, err := draw(bank, spec.Draw, seed)
		if err != nil {
			return Paper{}, err
		}
		keys = drawn
	}
	if spec.Shuffle {
		keys = shuffled(keys, seed, "questions")
	}
	paper := Paper{Questions: make([]PaperQuestion, len(keys))}
	for i, k := range keys {
		paper.Questions[i] = PaperQuestion{Key: k}
		if spec.Shuffle {
			paper.Questions[i].Seed = Seed(random(seed, "options/"+k).Uint64N(maxSeed) + 1)
		}
	}
	return paper, nil
}

// draw fills one slot after another and, where a slot finds every candidate taken, moves an earlier
// choice to another candidate (augmenting paths of a bipartite matching).
func draw(bank []Question, rules []courses.DrawRule, seed Seed) ([]string, error) {
	var slots [][]int
	var owner []int
	for i, rule := range rules {
		var candidates []int
		for j := range bank {
			if Fits(&bank[j], rule) {
				candidates = append(candidates, j)
			}
		}
		for n := range rule.Count {
			c := slices.Clone(candidates)
			random(seed, fmt.Sprintf("draw/%d/%d", i, n)).Shuffle(len(c), func(a, b int) { c[a], c[b] = c[b], c[a] })
			slots, owner = append(slots, c), append(owner, i)
		}
		if rule.Count < 0 || len(candidates) < rule.Count {
			return nil, fmt.Errorf("%w: %d questions carry %s, %d are asked for", ErrBank, len(candidates), describe(rule), rule.Count)
		}
	}
	taken := map[int]int{} // question: slot
	for s := range slots {
		if !place(s, slots, taken, map[int]bool{}) {
			return nil, fmt.Errorf("%w: too few questions carry %s once the other rules are filled", ErrBank, describe(rules[owner[s]]))
		}
	}
	keys := make([]string, len(slots))
	for q, s := range taken {
		keys[s] = bank[q].Key
	}
	return keys, nil
}

func place(slot int, slots [][]int, taken map[int]int, tried map[int]bool) bool {
	for _, q := range slots[slot] {
		if tried[q] {
			continue
		}
		tried[q] = true
		if other, busy := taken[q]; !busy || place(other, slots, taken, tried) {
			taken[q] = slot
			return true
		}
	}
	return false
}

// Fits tells whether a question is a candidate of a rule of a draw.
func Fits(q *Question, rule courses.DrawRule) bool {
	return (rule.Level == 0 || q.Level == rule.Level) && carries(q.Tags, rule.Tags)
}

func describe(rule courses.DrawRule) string {
	if rule.Level == 0 {
		return fmt.Sprint(rule.Tags)
	}
	return fmt.Sprintf("%v at level %d", rule.Tags, rule.Level)
}

func carries(tags, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(tags, w) {
			return false
		}
	}
	return true
}
