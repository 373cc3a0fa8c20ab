package demo

import (
	"fmt"
	"slices"
	"time"

	"mostik/courses"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/catalog"
)

// talk is a way through an interview, with what an attentive learner would make of it.
type talk struct {
	path  []string
	shown []string
	facts []string
	worth int
}

// talksOf walks through a scenario many times, with more and less care, and gives the ways that came to an
// end, the worst first.
func talksOf(sc *scenario.Scenario, role string, pass int) ([]talk, error) {
	const walks = 240
	c := chanceOf("talk", sc.Key, role)
	seen := map[string]bool{}
	var list []talk
	for i := range walks {
		t, err := walk(c, sc, role, pass, float64(i)/walks)
		if err != nil {
			return nil, err
		}
		if key := fmt.Sprint(t.path); t.path != nil && !seen[key] {
			seen[key] = true
			list = append(list, t)
		}
	}
	slices.SortStableFunc(list, func(a, b talk) int { return a.worth - b.worth })
	return list, nil
}

// walk goes from the start to an end; care is the chance to say the kindest thing each time.
func walk(c chance, sc *scenario.Scenario, role string, pass int, care float64) (talk, error) {
	st, err := sc.Start(role)
	if err != nil {
		return talk{}, err
	}
	for st.End == "" && len(st.Path) < 60 {
		choices := sc.Node(st.Node).Choices
		choice := oneOf(c, choices)
		if c.in(care) {
			choice = slices.MaxFunc(choices, func(a, b scenario.Choice) int { return kindness(a) - kindness(b) })
		}
		if st, err = sc.Apply(st, choice.Key); err != nil {
			return talk{}, err
		}
	}
	if st.End == "" {
		return talk{}, nil
	}
	sorted := map[string]scenario.Element{}
	for _, f := range sc.Facts {
		if slices.Contains(st.Facts, f.Key) {
			sorted[f.Key] = f.Element
		}
	}
	scores, err := sc.Assess(scenario.Run{Role: role, Path: st.Path, Noted: st.Shown, Sorted: sorted}, pass)
	if err != nil {
		return talk{}, err
	}
	worth := scores.Ethics.Percent + scores.Referral.Percent
	if scores.Passed {
		worth += 200
	}
	return talk{st.Path, st.Shown, st.Facts, worth}, nil
}

// kindness ranks what one may say by its effects.
func kindness(ch scenario.Choice) int {
	n := ch.Trust + ch.Safety + 12*len(ch.Does)
	for _, f := range ch.Faults {
		n -= 25 * f.Weight
	}
	return n
}

// interview talks with the simulated person: the abler, the further up in the list of ways.
func (st *student) interview(a *catalog.Activity, begin time.Time) (time.Time, bool, error) {
	sc := st.version.Package.Scenarios[a.Scenario]
	role := oneOf(st.c, sc.Roles).Key
	ways := st.tools.talks[a.Scenario][role]
	if len(ways) == 0 {
		st.stopped = true
		return begin, false, nil
	}
	skill := min(max(0.7+0.13*st.skill(a)+0.12*st.c.NormFloat64(), 0), 1)
	way := ways[min(int(skill*float64(len(ways))), len(ways)-1)]
	end := begin.Add(time.Duration(len(way.path)+3) * 50 * time.Second)
	if end.After(st.now) {
		return end, false, nil
	}
	trial, err := st.h.Try(a.Key, newID[lms.Attempt](st.c, begin), 0, role, begin)
	if err != nil {
		return end, false, err
	}
	at := begin
	for _, choice := range way.path {
		at = at.Add(50 * time.Second)
		if err := trial.Say(newID[lms.Answer](st.c, at), choice, at); err != nil {
			return end, false, err
		}
	}
	noted := st.notice(sc, way, skill)
	if err := trial.Note(newID[lms.Answer](st.c, at), noted, at); err != nil {
		return end, false, err
	}
	outcome, err := trial.Assess(noted, st.sort(sc, way, skill), end)
	st.tries[a.Key]++
	if err != nil {
		return end, false, err
	}
	return end, st.takeItWell(a, outcome), nil
}

// notice gives the indicators that somebody noted: most of those shown, seldom one that was not.
func (st *student) notice(sc *scenario.Scenario, way talk, skill float64) []string {
	noted := []string{}
	for _, i := range sc.Indicators {
		shown := slices.Contains(way.shown, i.Key)
		if shown && st.c.in(0.5+0.5*skill) || !shown && st.c.in(0.1*(1-skill)) {
			noted = append(noted, i.Key)
		}
	}
	return noted
}

func (st *student) sort(sc *scenario.Scenario, way talk, skill float64) map[string]scenario.Element {
	sorted := map[string]scenario.Element{}
	for _, f := range sc.Facts {
		if !slices.Contains(way.facts, f.Key) {
			continue
		}
		sorted[f.Key] = f.Element
		if !st.c.in(0.45 + 0.55*skill) {
			sorted[f.Key] = oneOf(st.c, sc.Elements())
		}
	}
	return sorted
}

// talks prepares the ways through every interview of the course.
func talks(v *catalog.Loaded) (map[string]map[string][]talk, error) {
	all := map[string]map[string][]talk{}
	for _, a := range v.Activities {
		if a.Kind != courses.Interview {
			continue
		}
		sc := v.Package.Scenarios[a.Scenario]
		all[a.Scenario] = map[string][]talk{}
		for _, role := range sc.Roles {
			ways, err := talksOf(sc, role.Key, a.Pass)
			if err != nil {
				return nil, err
			}
			all[a.Scenario][role.Key] = ways
		}
	}
	return all, nil
}
