package desk

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/text"
	"mostik/lms/who"
)

// Call is somebody to ring up.
type Call struct {
	ID     lms.ID[ReminderID] `json:"id"`
	Person lms.ID[lms.Person] `json:"person_id"`
	Name   string             `json:"name"`
	Phone  string             `json:"phone"`
	// Language is the person's, in which Say is written.
	Language string `json:"language"`
	Reason   string `json:"reason" enum:"expiring,not-started,stuck,webinar,by-hand"`
	Say      string `json:"say"`
	Tries    int    `json:"tries"`

	title, day, centre, centreName string
}

// CallList is whom to ring up from one centre; "" is of people without a centre.
type CallList struct {
	Centre string `json:"centre_id"`
	Name   string `json:"name"`
	Calls  []Call `json:"calls"`
}

// maxCalls bounds what is listed at once.
const maxCalls = 500

// Calls lists whom to ring up, by centre. Errors: Forbidden.
func (s *Service) Calls(ctx context.Context, actor lms.Actor) (lists []CallList, err error) {
	defer lms.Wrap(&err, "desk.Calls")
	if err := actor.May(lms.ReadCallList); err != nil {
		return nil, err
	}
	var w who.Query
	w.People(actor.Scope(lms.ReadCallList), who.Filter{}, s.Now())
	w.And("p.state = 'active' AND r.channel = 'call' AND r.sent_at IS NULL AND r.made_at > " + w.Arg(s.Now().AddDate(0, 0, -forgetDays)) + "::timestamptz")
	w.And(holds(w.Arg(s.Now())))
	rows, err := db.Rows(ctx, s.DB, `
		SELECT r.id, p.id, trim(p.given_name || ' ' || p.family_name), p.phone, p.language, r.reason, r.title, coalesce(r.day::text, ''), r.tries,
		       coalesce(ce.id::text, ''), coalesce(ce.name, '')
		  FROM reminders r JOIN persons p ON p.id = r.person_id LEFT JOIN centres ce ON ce.id = p.centre_id
		 WHERE `+w.Where()+` ORDER BY ce.country, ce.name, ce.id, p.sort_name, r.made_at, r.id LIMIT `+w.Arg(maxCalls), w.Args()...)
	if err != nil {
		return nil, err
	}
	calls, err := collect(rows, func(c *Call) []any {
		return []any{&c.ID, &c.Person, &c.Name, &c.Phone, &c.Language, &c.Reason, &c.title, &c.day, &c.Tries, &c.centre, &c.centreName}
	})
	if err != nil {
		return nil, err
	}
	lists = []CallList{}
	for _, c := range calls {
		c.Say = sentence(text.ReminderIn(c.Language), c.Reason, c.title, dayIn(c.Language, c.day))
		if n := len(lists); n == 0 || lists[n-1].Centre != c.centre {
			lists = append(lists, CallList{Centre: c.centre, Name: c.centreName})
		}
		last := &lists[len(lists)-1]
		last.Calls = append(last.Calls, c)
	}
	return lists, nil
}

// maxTries is how often somebody is rung up in vain before they leave the list.
const maxTries = 3

// Rang says what became of a call: reached, not-reached or wrong-number. Whoever was not reached stays on the list
// for two more tries. Errors: NotFound, Invalid, Conflict with code call-done.
func (s *Service) Rang(ctx context.Context, actor lms.Actor, id lms.ID[ReminderID], outcome string) (err error) {
	defer lms.Wrap(&err, "desk.Rang(%s)", id)
	if !slices.Contains([]string{"reached", "not-reached", "wrong-number"}, outcome) {
		return lms.ErrInvalid("outcome", "not-one-of", "reached, not-reached or wrong-number")
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var person lms.ID[lms.Person]
		var done bool
		err := db.Row(ctx, tx, `SELECT person_id, sent_at IS NOT NULL FROM reminders WHERE id = $1 AND channel = 'call' FOR UPDATE`, id).Scan(&person, &done)
		if err != nil {
			return db.Found(err, "call")
		}
		f, err := s.facts(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := actor.Can(lms.ReadCallList, f); err != nil {
			return err
		}
		if done {
			return lms.ErrConflict("call-done", "somebody has rung up already")
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE reminders SET tries = tries + 1, outcome = $2, sent_by = $3,
			       sent_at = CASE WHEN $2 <> 'not-reached' OR tries + 1 >= $4 THEN $5::timestamptz END
			 WHERE id = $1`, id, outcome, actor.Person, maxTries, s.Now())
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: "reminder.call", SubjectKind: "person", SubjectID: person.String(),
			Detail: map[string]any{"outcome": outcome},
		})
	})
}
