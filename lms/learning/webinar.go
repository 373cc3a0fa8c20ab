package learning

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// WebinarCredit is what somebody's presence at a webinar is worth to their cohort's course.
type WebinarCredit struct {
	Webinar  string
	Cohort   lms.ID[lms.Cohort]
	Activity string
	Person   lms.ID[lms.Person]
	// Reached tells that the presence is enough; Given that an earlier credit of this webinar stands.
	Reached, Given   bool
	Minutes, Percent int
	// Evidence are grades, the strongest first.
	Evidence []string
}

// States of a credit.
const (
	CreditGiven  = "given"
	CreditTaken  = "taken"  // a correction took it back
	CreditReview = "review" // it ought to be taken back, and a certificate stands on it: somebody decides
)

// CreditWebinar completes the activity of somebody who was there long enough, and takes back what this webinar gave
// when a correction says that they were not: never what a person entered by hand, and never under a certificate, which
// a person must decide about. It may be called again and again. The state is "" when nothing is this webinar's doing:
// they do not study in the cohort, the activity is not one to attend, or it was done before.
func (s *Service) CreditWebinar(ctx context.Context, in WebinarCredit) (id lms.ID[lms.Enrolment], state string, err error) {
	defer lms.Wrap(&err, "learning.CreditWebinar(%s)", in.Webinar)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		state = ""
		found := db.Row(ctx, tx, `SELECT id FROM enrolments WHERE person_id = $1 AND cohort_id = $2 AND state <> 'withdrawn'`, in.Person, in.Cohort).Scan(&id)
		if err := db.Found(found, "enrolment"); lms.KindOf(err) == lms.NotFound {
			return nil
		} else if err != nil {
			return err
		}
		state, err = s.creditWebinar(ctx, tx, in, id)
		return err
	})
	return id, state, err
}

func (s *Service) creditWebinar(ctx context.Context, tx bun.Tx, in WebinarCredit, id lms.ID[lms.Enrolment]) (string, error) {
	st, err := s.lockStudy(ctx, tx, id)
	if err != nil {
		return "", err
	}
	a, err := st.activity(in.Activity)
	if lms.KindOf(err) == lms.NotFound || err == nil && !isKind(a, []kind{courses.InPerson, courses.Webinar}) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	done := st.Progress.State(a.Index) == Done
	c, undo, state, action := change{State: Done}, false, CreditGiven, "webinar.credit"
	switch {
	case in.Reached && done && in.Given:
		return CreditGiven, nil
	case in.Reached && done, !in.Reached && !in.Given:
		return "", nil
	case in.Reached:
	case st.Progress.Completed:
		return CreditReview, nil
	default:
		c, undo, state, action = change{State: Seen}, true, CreditTaken, "webinar.credit-taken"
	}
	if err := s.apply(ctx, tx, st, a, &c, undo); err != nil {
		return "", err
	}
	return state, audit.Write(ctx, tx, audit.Event{
		At: s.now(), Action: action, SubjectKind: "enrolment", SubjectID: id.String(),
		Detail: map[string]any{"webinar": in.Webinar, "activity": in.Activity, "minutes": in.Minutes, "percent": in.Percent, "evidence": in.Evidence},
	})
}
