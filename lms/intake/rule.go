package intake

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/learning"
	"mostik/lms/who"
)

// Rule says who comes into a cohort or a programme by themselves: everybody who fits a filter, within the part of the
// world of whoever made the rule.
type Rule struct {
	Filter who.Filter `json:"filter"`
	// Active rules are looked at every hour; one that is not is only kept.
	Active bool `json:"active"`
	// MadeBy names whose rights it has, RanAt when it was last looked at, Added how many came then.
	MadeBy    string     `json:"made_by,omitempty"`
	ChangedAt *time.Time `json:"changed_at,omitempty"`
	RanAt     *time.Time `json:"ran_at,omitempty"`
	Added     int        `json:"added"`
	// Failure is the code of why it stands still, "" for nothing.
	Failure string `json:"failure,omitempty"`
	// Comes are people who fit and are not there yet, Stays those who are there and do not fit: nobody is withdrawn by a
	// rule. Both are the first few, of so many.
	Comes  Crowd `json:"comes"`
	Stays  Crowd `json:"stays"`
	Exists bool  `json:"exists"`
}

// Crowd are some of so many people.
type Crowd struct {
	Total  int        `json:"total"`
	People []Somebody `json:"people"`
}

// maxCrowd bounds how many are named.
const maxCrowd = 50

// cohortFor asks for a right over a cohort.
func (s *Service) cohortFor(ctx context.Context, q db.Queryer, actor lms.Actor, id lms.ID[lms.Cohort], action lms.Action) (courseRef, error) {
	var c courseRef
	f := lms.Facts{Cohort: id}
	err := db.Row(ctx, q, `
		SELECT c.course_id, k.current_version_id, coalesce(c.country, ''), c.centre_id
		  FROM cohorts c JOIN courses k ON k.id = c.course_id WHERE c.id = $1`, id).Scan(&c.ID, &c.Version, &f.Country, &f.Centre)
	if err != nil {
		return c, db.Found(err, "cohort")
	}
	f.Course = c.ID
	return c, actor.Can(action, f)
}

// CohortRule gives a cohort's rule with who would come, or, with a filter, what that filter would do. Errors: NotFound,
// Forbidden.
func (s *Service) CohortRule(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], try *who.Filter) (r Rule, err error) {
	defer lms.Wrap(&err, "intake.CohortRule(%s)", id)
	course, err := s.cohortFor(ctx, s.DB, actor, id, lms.Enrol)
	if err != nil {
		return r, err
	}
	if err := s.readRule(ctx, &r, `r.cohort_id = $1`, id); err != nil {
		return r, err
	}
	if try != nil {
		r.Filter = *try
	}
	r.Comes, r.Stays = Crowd{People: []Somebody{}}, Crowd{People: []Somebody{}}
	if !r.Exists && try == nil {
		return r, nil
	}
	fits, err := s.fitting(ctx, s.DB, actor, r.Filter, nil)
	if err != nil {
		return r, err
	}
	return r, s.compare(ctx, actor, id, course, fits, &r)
}

// readRule reads the stored rule that a condition finds, if there is one.
func (s *Service) readRule(ctx context.Context, r *Rule, condition string, args ...any) error {
	var raw []byte
	err := db.Row(ctx, s.DB, `
		SELECT r.filter, r.active, coalesce(p.given_name || ' ' || p.family_name, ''), r.changed_at, r.ran_at, r.added, r.failure
		  FROM enrolment_rules r LEFT JOIN persons p ON p.id = r.made_by WHERE `+condition, args...).
		Scan(&raw, &r.Active, &r.MadeBy, &r.ChangedAt, &r.RanAt, &r.Added, &r.Failure)
	if err = db.Found(err, "rule"); lms.KindOf(err) == lms.NotFound {
		return nil
	} else if err != nil {
		return err
	}
	r.Exists = true
	return json.Unmarshal(raw, &r.Filter)
}

// fitting gives the ids of those who fit a filter within an actor's part of the world, and within some parts of it where
// they are given. A filter that narrows nothing fits nobody: a whole country is not enrolled by an empty form.
func (s *Service) fitting(ctx context.Context, q db.Queryer, actor lms.Actor, f who.Filter, within []part) ([]string, error) {
	list := []string{}
	if f.IsZero() {
		return list, nil
	}
	var w who.Query
	w.People(actor.Scope(lms.ReadPerson), f, s.Now())
	if within != nil {
		w.Within(scopeOf(within))
	}
	err := each(ctx, q, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		list = append(list, id)
		return err
	}, `SELECT p.id::text FROM persons p WHERE `+w.Where()+` AND p.state = 'active' ORDER BY p.id`, w.Args()...)
	return list, err
}

// compare tells who would come and who is there and does not fit.
func (s *Service) compare(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], course courseRef, fits []string, r *Rule) error {
	for _, c := range []struct {
		crowd *Crowd
		sql   string
		args  []any
	}{
		{&r.Comes, `SELECT x::text FROM unnest($1::text[]::uuid[]) x
		             WHERE NOT EXISTS (SELECT FROM enrolments e WHERE e.person_id = x AND e.course_id = $2 AND (e.state <> 'withdrawn' AND e.cohort_id IS NOT NULL OR e.state = 'withdrawn' AND e.cohort_id = $3))`, []any{fits, course.ID, id}},
		{&r.Stays, `SELECT e.person_id::text FROM enrolments e WHERE e.cohort_id = $2 AND e.state <> 'withdrawn' AND e.person_id <> ALL ($1::text[]::uuid[])`, []any{fits, id}},
	} {
		var ids []string
		err := each(ctx, s.DB, func(scan func(...any) error) error {
			var one string
			err := scan(&one)
			ids = append(ids, one)
			return err
		}, c.sql, c.args...)
		if err != nil {
			return err
		}
		c.crowd.Total = len(ids)
		if c.crowd.People, err = s.somebody(ctx, s.DB, actor, notNil(ids[:min(len(ids), maxCrowd)])); err != nil {
			return err
		}
	}
	return nil
}

// SetCohortRule keeps a rule and enrols who fits now. Errors: NotFound, Forbidden, Invalid filter-empty.
func (s *Service) SetCohortRule(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort], f who.Filter, active bool) (r Rule, err error) {
	defer lms.Wrap(&err, "intake.SetCohortRule(%s)", id)
	if f.IsZero() {
		return r, lms.ErrInvalid("filter", "filter-empty", "a rule that narrows nothing would enrol everybody")
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.cohortFor(ctx, tx, actor, id, lms.Enrol); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO enrolment_rules (id, cohort_id, filter, active, made_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (cohort_id) DO UPDATE SET filter = excluded.filter, active = excluded.active, made_by = excluded.made_by,
			   changed_at = excluded.changed_at, failure = ''`, lms.NewID[Rule](), id, f.JSON(), active, actor.Person, s.Now())
		if err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: "cohort.rule", SubjectKind: "cohort", SubjectID: id.String(), Detail: map[string]any{"active": active},
		}); err != nil || !active {
			return err
		}
		_, err = s.fill(ctx, tx, actor, id, f)
		return err
	})
	if err != nil {
		return r, err
	}
	return s.CohortRule(ctx, actor, id, nil)
}

// DropCohortRule takes a rule away; who came by it stays. Errors: NotFound, Forbidden.
func (s *Service) DropCohortRule(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort]) (err error) {
	defer lms.Wrap(&err, "intake.DropCohortRule(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.cohortFor(ctx, tx, actor, id, lms.Enrol); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM enrolment_rules WHERE cohort_id = $1`, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{At: s.Now(), Actor: actor.Person, Action: "cohort.rule-drop", SubjectKind: "cohort", SubjectID: id.String()})
	})
}

// fill enrols who fits. Whoever was withdrawn from the cohort by somebody is not brought back.
func (s *Service) fill(ctx context.Context, tx bun.Tx, actor lms.Actor, id lms.ID[lms.Cohort], f who.Filter) (added int, err error) {
	course, err := s.cohortFor(ctx, tx, actor, id, lms.Enrol)
	if err != nil {
		return 0, err
	}
	if course.Version.IsZero() {
		return 0, lms.ErrConflict("course-unpublished", "the course has no published version")
	}
	fits, err := s.fitting(ctx, tx, actor, f, nil)
	if err != nil {
		return 0, err
	}
	var people []learning.Past
	err = each(ctx, tx, func(scan func(...any) error) error {
		p := learning.Past{Cohort: id}
		err := scan(&p.Person)
		people = append(people, p)
		return err
	}, `SELECT x FROM unnest($1::text[]::uuid[]) x
	     WHERE NOT EXISTS (SELECT FROM enrolments e WHERE e.person_id = x AND e.course_id = $2
	                          AND (e.state <> 'withdrawn' AND e.cohort_id IS NOT NULL OR e.state = 'withdrawn' AND e.cohort_id = $3))`, fits, course.ID, id)
	if err != nil {
		return 0, err
	}
	if len(people) > 0 {
		v, err := s.Catalog.Version(ctx, course.Version)
		if err != nil {
			return 0, err
		}
		admitted, err := s.Learning.Admit(ctx, tx, v, people)
		if err != nil {
			return 0, err
		}
		for _, a := range admitted {
			if a.Made || a.Joined {
				added++
			}
		}
		if err := audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: "cohort.rule-enrol", SubjectKind: "cohort", SubjectID: id.String(), Detail: map[string]any{"enrolled": added},
		}); err != nil {
			return 0, err
		}
	}
	_, err = db.Exec(ctx, tx, `UPDATE enrolment_rules SET ran_at = $2, added = $3, failure = '' WHERE cohort_id = $1`, id, s.Now(), added)
	return added, err
}

// stored is a rule as it is run.
type stored struct {
	id        lms.ID[Rule]
	cohort    lms.ID[lms.Cohort]
	programme string // its key
	by        lms.ID[lms.Person]
	filter    who.Filter
	reach     []part
}

const storedColumns = `r.id, r.cohort_id, coalesce(g.key, ''), r.made_by, r.filter, r.reach`

// scan reads storedColumns, and more columns behind them.
func (r *stored) scan(scan func(...any) error, more ...any) error {
	var filter, reach []byte
	if err := scan(append([]any{&r.id, &r.cohort, &r.programme, &r.by, &filter, &reach}, more...)...); err != nil {
		return err
	}
	return errors.Join(json.Unmarshal(filter, &r.filter), json.Unmarshal(reach, &r.reach))
}

// FillAll looks at every active rule, each in a transaction of its own and with the rights that whoever made it has now.
// A rule whose maker may no longer stands still and says so.
func (s *Service) FillAll(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "intake.FillAll")
	var rules []stored
	err = each(ctx, s.DB, func(scan func(...any) error) error {
		var r stored
		err := r.scan(scan)
		rules = append(rules, r)
		return err
	}, `SELECT `+storedColumns+` FROM enrolment_rules r LEFT JOIN programmes g ON g.id = r.programme_id WHERE r.active ORDER BY r.id`)
	if err != nil {
		return err
	}
	for _, r := range rules {
		err := db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error { return s.run(ctx, tx, r) })
		code := refusal(err)
		if err != nil && code == "" {
			return err
		}
		if code == "" {
			continue
		}
		if _, err := db.Exec(ctx, s.DB, `UPDATE enrolment_rules SET failure = $2 WHERE id = $1`, r.id, code); err != nil {
			return err
		}
	}
	return nil
}

// run does what a rule says, as whoever made it may act now.
func (s *Service) run(ctx context.Context, tx bun.Tx, r stored) error {
	actor, err := s.maker(ctx, tx, r)
	if err != nil {
		return err
	}
	if r.programme != "" {
		return s.fillProgramme(ctx, tx, actor, r)
	}
	_, err = s.fill(ctx, tx, actor, r.cohort, r.filter)
	return err
}

// maker gives whoever made a rule, as they may act now. Errors: Conflict rule-maker-gone for who is blocked or erased,
// rule-rights for who answers for less than the rule reaches.
func (s *Service) maker(ctx context.Context, q db.Queryer, r stored) (lms.Actor, error) {
	actor, err := s.Accounts.ActorOf(ctx, q, r.by)
	switch {
	case lms.KindOf(err) == lms.NotFound:
		return actor, lms.ErrConflict("rule-maker-gone", "whoever made the rule has no account any more, or a blocked one")
	case err == nil && r.programme != "" && !invites(actor, r.reach):
		return actor, lms.ErrConflict("rule-rights", "whoever made the rule answers for less than it reaches")
	}
	return actor, err
}

// refusal is the code of why a rule cannot be run as things are, "" for nothing and for a failure that is ours.
func refusal(err error) string {
	e, ok := errors.AsType[*lms.Error](err)
	switch {
	case !ok || e.Kind == lms.Internal || e.Kind == lms.Unavailable:
		return ""
	case e.Kind == lms.NotFound || e.Kind == lms.Forbidden:
		return "rule-rights"
	}
	return e.Code
}
