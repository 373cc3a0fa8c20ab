package scenario

import (
	"fmt"
	"math"
	"slices"

	"mostik/courses"
)

// What a fault of each weight takes from ethics, in percent. Two of weight 2 bring a full score under
// any pass mark above 50.
var faultCost = map[int]int{1: 10, 2: 25, 3: 60}

// graveFault fails ethics by itself.
const graveFault = 3

// Assess scores a run against a pass mark in percent. It is a pure function; errors are those of
// Follow, and ErrUnknownKey for a note or a sorting that the scenario does not know. A run that has
// not reached an end is scored as far as it went and cannot pass.
func (s *Scenario) Assess(r Run, pass int) (Scores, error) {
	st, err := s.Follow(r.Role, r.Path)
	if err != nil {
		return Scores{}, err
	}
	if err := s.known(r); err != nil {
		return Scores{}, err
	}
	out := Scores{End: st.End}
	s.assessIndicators(&out, st, r.Noted)
	s.assessReasoning(&out, st, r.Sorted)
	s.assessEthics(&out, r)
	s.assessReferral(&out, st)
	for _, score := range []*Score{&out.Indicators, &out.Reasoning, &out.Ethics, &out.Referral} {
		score.Passed = score.Percent >= pass
	}
	if slices.ContainsFunc(out.Faults, func(f FaultMark) bool { return f.Weight >= graveFault }) {
		out.Ethics.Passed = false
	}
	out.Passed = st.End != "" && out.Indicators.Passed && out.Reasoning.Passed && out.Ethics.Passed && out.Referral.Passed
	return out, nil
}

func (s *Scenario) known(r Run) error {
	for _, n := range r.Noted {
		if !slices.ContainsFunc(s.Indicators, func(i courses.Named) bool { return i.Key == n }) {
			return fmt.Errorf("%w: indicator %q", ErrUnknownKey, n)
		}
	}
	for f, e := range r.Sorted {
		if !slices.ContainsFunc(s.Facts, func(x Fact) bool { return x.Key == f }) || !slices.Contains(s.Elements(), e) {
			return fmt.Errorf("%w: fact %q under %q", ErrUnknownKey, f, e)
		}
	}
	return nil
}

func percent(share float64) int { return int(math.Round(100 * math.Max(0, math.Min(1, share)))) }

// assessIndicators compares what was noted with what showed itself on the learner's own path, by the
// F1 measure: noting everything costs as missing does. Where nothing showed itself, silence is full
// marks and any note none. How much the person disclosed does not enter.
func (s *Scenario) assessIndicators(out *Scores, st State, noted []string) {
	noted = with(nil, noted)
	for _, i := range s.Indicators {
		shown, marked := slices.Contains(st.Shown, i.Key), slices.Contains(noted, i.Key)
		switch {
		case shown && marked:
			out.Seen = append(out.Seen, i.Key)
		case shown:
			out.Missed = append(out.Missed, i.Key)
		case marked:
			out.FalseAlarms = append(out.FalseAlarms, i.Key)
		}
	}
	hits, all := len(out.Seen), 2*len(out.Seen)+len(out.Missed)+len(out.FalseAlarms)
	if all == 0 {
		out.Indicators.Percent = 100
		return
	}
	out.Indicators.Percent = percent(2 * float64(hits) / float64(all))
}

// assessReasoning counts the facts that the path showed and that were sorted rightly. Without a fact
// there is nothing to err about.
func (s *Scenario) assessReasoning(out *Scores, st State, sorted map[string]Element) {
	right := 0
	for _, f := range s.Facts {
		if !slices.Contains(st.Facts, f.Key) {
			continue
		}
		proper := f.Element
		if s.Child && proper == Means {
			proper = None
		}
		out.Sorting = append(out.Sorting, SortMark{Fact: f.Key, Given: sorted[f.Key], Proper: proper})
		if sorted[f.Key] == proper {
			right++
		}
	}
	if len(out.Sorting) == 0 {
		out.Reasoning.Percent = 100
		return
	}
	out.Reasoning.Percent = percent(float64(right) / float64(len(out.Sorting)))
}

// assessEthics starts full; each fault on the path takes its cost.
func (s *Scenario) assessEthics(out *Scores, r Run) {
	out.Ethics.Percent = 100
	st, err := s.Start(r.Role)
	for _, key := range r.Path {
		if err != nil {
			return
		}
		if n := s.Node(st.Node); n != nil {
			for _, f := range n.choice(key).Faults {
				out.Faults = append(out.Faults, FaultMark{Principle: f.Principle, Source: s.Principles[f.Principle].Source, Node: n.Key, Choice: key, Weight: f.Weight})
				out.Ethics.Percent -= faultCost[max(1, min(graveFault, f.Weight))]
			}
		}
		st, err = s.Apply(st, key)
	}
	out.Ethics.Percent = clamp(out.Ethics.Percent)
}

func (s *Scenario) assessReferral(out *Scores, st State) {
	owed := s.RoleByKey(st.Role).Owes
	out.Owed = slices.Clone(owed)
	for _, step := range owed {
		if slices.Contains(st.Done, step) {
			out.Done = append(out.Done, step)
		}
	}
	if len(owed) == 0 {
		out.Referral.Percent = 100
		return
	}
	out.Referral.Percent = percent(float64(len(out.Done)) / float64(len(owed)))
}

// Replay tells the conversation again with the comment on each choice. Errors are those of Follow.
func (s *Scenario) Replay(role string, path []string, lang courses.Lang) ([]ReplayStep, error) {
	st, err := s.Start(role)
	if err != nil {
		return nil, err
	}
	var out []ReplayStep
	var before []string
	for i := 0; ; i++ {
		n := s.Node(st.Node)
		step := ReplayStep{Node: n.Key, Scene: n.Scene.In(lang), Says: n.Says.In(lang), Ending: n.Ending.In(lang)}
		for _, k := range st.Shown[len(before):] {
			step.Shown = append(step.Shown, Label{Key: k, Text: s.indicator(k, lang)})
		}
		before = st.Shown
		if i == len(path) {
			return append(out, step), nil
		}
		next, err := s.Apply(st, path[i])
		if err != nil {
			return nil, err
		}
		s.replayChoice(&step, n.choice(path[i]), lang)
		out, st = append(out, step), next
	}
}

func (s *Scenario) replayChoice(step *ReplayStep, c *Choice, lang courses.Lang) {
	step.Choice, step.Say, step.Comment = c.Key, c.Say.In(lang), c.Comment.In(lang)
	for _, f := range c.Faults {
		p := s.Principles[f.Principle]
		step.Faults = append(step.Faults, ReplayFault{Principle: f.Principle, Text: p.Text.In(lang), Citation: courses.ParseCitation(p.Source), Weight: f.Weight})
	}
	for _, d := range c.Does {
		step.Does = append(step.Does, Label{Key: d, Text: s.Steps[d].In(lang)})
	}
}

func (s *Scenario) indicator(key string, lang courses.Lang) string {
	for _, i := range s.Indicators {
		if i.Key == key {
			return i.Text.In(lang)
		}
	}
	return key
}
