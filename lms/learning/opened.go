package learning

import (
	lru "github.com/hashicorp/golang-lru/v2"

	"mostik/lms"
)

// maxOpened bounds how many enrolments are remembered between a page and its reading, of some kilobytes each.
const maxOpened = 4096

// opened remembers an enrolment as the page of an activity was made from it: whoever opens a lesson says a minute
// later that it was read. What is remembered decides nothing by itself: it is stored by a statement that asks
// whether the enrolment is still so, and whatever else comes of it is asked of the database.
type opened struct {
	studies *lru.Cache[lms.ID[lms.Enrolment], *study]
}

func newOpened() opened {
	studies, err := lru.New[lms.ID[lms.Enrolment], *study](maxOpened)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return opened{studies}
}

// keep remembers st, which nobody changes from now on.
func (o opened) keep(st *study) { o.studies.Add(st.ID, st) }

// take gives a copy of what is remembered, and forgets it: it is good for one step.
func (o opened) take(id lms.ID[lms.Enrolment]) *study {
	st, ok := o.studies.Get(id)
	if !ok {
		return nil
	}
	o.studies.Remove(id)
	mine := *st
	return &mine
}
