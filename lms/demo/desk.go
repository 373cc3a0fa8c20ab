package demo

import (
	"time"

	"mostik/courses/desk"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/catalog"
)

// desk works through a case file: the abler, the more of it is right. Some confirm what nobody may confirm.
func (st *student) desk(a *catalog.Activity, t time.Time) (time.Time, bool, error) {
	prepared, ok := st.version.Desk(a.Desk)
	if !ok {
		st.stopped = true
		return t, false, nil
	}
	d := prepared.Desk
	right := min(max(0.6+0.15*st.skill(a), 0.3), 0.97)
	answer := desk.Answer{Sorted: map[string]scenario.Element{}, Weighed: map[string]desk.Weight{}}
	for _, f := range d.Facts {
		answer.Sorted[f.Key] = f.Element
		if !st.c.in(right) {
			answer.Sorted[f.Key] = oneOf(st.c, d.Elements())
		}
	}
	for _, i := range d.Indicators {
		answer.Weighed[i.Key] = i.Weight
		if !st.c.in(right) {
			answer.Weighed[i.Key] = oneOf(st.c, desk.Weights)
		}
	}
	for _, x := range d.Conclusions {
		if x.Right {
			answer.Conclusion = x.Key
		}
	}
	if !st.c.in(right) {
		answer.Conclusion = oneOf(st.c, d.Conclusions).Key
	}
	outcome, err := st.h.WorkDesk(a.Key, newID[lms.Attempt](st.c, t), answer, t)
	st.tries[a.Key]++
	if err != nil {
		return t, false, err
	}
	return t, st.takeItWell(a, outcome), nil
}
