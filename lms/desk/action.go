package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/job"
	"mostik/lms/who"
)

// ActionID marks the ids of actions.
type ActionID struct{}

// Act is what can be done with many people.
type Act string

// The acts.
const (
	Assign   Act = "assign" // to a programme
	InCohort Act = "enrol"  // in a cohort
	Nudge    Act = "remind"
	Certify  Act = "issue" // the certificate of a programme, to whoever passed it
	// PutOff gives more time for what is due: to the end of a day.
	PutOff Act = "extend"
	// What is done to their certificates of a programme, with one reason.
	Suspend   Act = "suspend"
	Reinstate Act = "reinstate"
	Revoke    Act = "revoke"
)

// rights say what an act asks for, for each person.
var rights = map[Act]lms.Action{
	Assign: lms.EnrolParticipant, InCohort: lms.Enrol, Nudge: lms.Remind, Certify: lms.IssueCertificate, PutOff: lms.GrantAllowance,
	Suspend: lms.ChangeCertificate, Reinstate: lms.ChangeCertificate, Revoke: lms.ChangeCertificate,
}

// changes tells an act that is done to certificates.
func (a Act) changes() bool { return rights[a] == lms.ChangeCertificate }

// ActionInput is what is asked to be done, and with whom.
type ActionInput struct {
	Kind Act
	// Programme is for all but enrol and extend; Cohort for enrol, and for extend where only its dates are meant.
	Programme lms.ID[lms.Programme]
	Cohort    lms.ID[lms.Cohort]
	// Until is the new due day of extend, 2006-01-02, where each of them lives.
	Until string
	// Reason is why certificates are changed; only those read it who may change them.
	Reason string
	// People are chosen one by one; without them it is everybody that the filter finds, and Count is how many the
	// reader was told that they are.
	People []lms.ID[lms.Person]
	Filter who.Filter
	Count  int
}

// args is what of an input an action needs later.
type args struct {
	Programme lms.ID[lms.Programme] `json:"programme,omitzero"`
	Cohort    lms.ID[lms.Cohort]    `json:"cohort,omitzero"`
	Until     string                `json:"until,omitzero"`
	Reason    string                `json:"reason,omitzero"`
}

// Action is how far it has come.
type Action struct {
	ID         lms.ID[ActionID] `json:"id"`
	Kind       Act              `json:"kind" enum:"assign,enrol,remind,issue,extend,suspend,reinstate,revoke"`
	AskedAt    time.Time        `json:"asked_at"`
	FinishedAt *time.Time       `json:"finished_at,omitempty"`
	Total      int              `json:"total"`
	Done       int              `json:"done"`
	// Outcomes are how many people met with each: done, or a word that says why not.
	Outcomes []Outcome `json:"outcomes"`
}

// Outcome is a word with the first of those whom it met.
type Outcome struct {
	Word  string `json:"word"`
	Count int    `json:"count"`
	// Names are some of those with whom it was not done.
	Names []string `json:"names"`
}

// doAction is the job.
type doAction struct {
	ID lms.ID[ActionID] `json:"id"`
}

// Kind names the job.
func (doAction) Kind() string { return "desk.act" }

// Handle says who does the desk's jobs.
func (s *Service) Handle(q *job.Queue) {
	job.Handle(q, func(ctx context.Context, a doAction) error { return s.Do(ctx, a.ID) })
	job.Handle(q, func(ctx context.Context, _ fold) error { return s.Fold(ctx) })
	job.Every(q, time.Minute, fold{})
	job.Handle(q, func(ctx context.Context, _ remind) error { _, err := s.Remind(ctx); return err })
	job.Every(q, 15*time.Minute, remind{})
	job.Handle(q, func(ctx context.Context, _ check) error { return s.watch(ctx) })
	job.Every(q, 24*time.Hour, check{})
}

type fold struct{}

// Kind names the job.
func (fold) Kind() string { return "desk.fold" }

type remind struct{}

// Kind names the job.
func (remind) Kind() string { return "desk.remind" }

// maxPeople bounds a choice one by one.
const maxPeople = 1000

// Start writes an action down with its people and has it done. They are those whom the actor sees, as in the list whose
// number they were told; what the act asks for is asked of each when it is done. Errors: Forbidden; NotFound for somebody
// beyond the actor; Invalid; Conflict with code selection-changed where a filter finds another number of people than Count.
func (s *Service) Start(ctx context.Context, actor lms.Actor, in ActionInput) (a Action, err error) {
	defer lms.Wrap(&err, "desk.Start(%s)", in.Kind)
	right, known := rights[in.Kind]
	if !known {
		return Action{}, lms.ErrInvalid("kind", "not-one-of", "assign, enrol, remind, issue, extend, suspend, reinstate or revoke")
	}
	if err := cmp.Or(actor.May(lms.ReadDesk), actor.May(right)); err != nil {
		return Action{}, err
	}
	in.People = distinct(in.People)
	if err := s.checkAction(ctx, actor, in); err != nil {
		return Action{}, err
	}
	more, err := json.Marshal(args{in.Programme, in.Cohort, in.Until, in.Reason})
	if err != nil {
		return Action{}, err
	}
	id := lms.NewID[ActionID]()
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO desk_actions (id, kind, args, filter, asked_by, grants, language, total, asked_at)
			VALUES ($1, $2, $3, $4, $5, $6::text[], $7, 0, $8)`, id, string(in.Kind), string(more), in.Filter.JSON(), actor.Person, who.Written(actor), actor.Language, s.Now())
		if err != nil {
			return err
		}
		var w who.Query
		w.Arg(id)
		w.People(actor.Scope(lms.ReadPerson), in.Filter, s.Now())
		want := in.Count
		if len(in.People) > 0 {
			ids := make([]string, len(in.People))
			for i, p := range in.People {
				ids[i] = p.String()
			}
			want = len(ids)
			w.And("p.id = ANY (" + w.Arg(ids) + "::text[]::uuid[])")
		}
		n, err := db.Exec(ctx, tx, `INSERT INTO desk_action_people (action_id, person_id) SELECT $1, p.id FROM persons p WHERE `+w.Where(), w.Args()...)
		if err != nil {
			return err
		}
		if int(n) != want {
			if len(in.People) > 0 {
				return lms.ErrNotFound("person")
			}
			return lms.ErrConflict("selection-changed", "the filter finds another number of people now")
		}
		if _, err := db.Exec(ctx, tx, `UPDATE desk_actions SET total = $2 WHERE id = $1`, id, n); err != nil {
			return err
		}
		err = audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: "desk." + string(in.Kind), SubjectKind: "desk-action", SubjectID: id.String(),
			Detail: map[string]any{"people": n},
		})
		return errors.Join(err, job.Enqueue(ctx, tx, doAction{id}, job.Slow()))
	})
	if err != nil {
		return Action{}, err
	}
	return s.Action(ctx, actor, id)
}

// distinct leaves out who was named before.
func distinct(people []lms.ID[lms.Person]) (list []lms.ID[lms.Person]) {
	seen := map[lms.ID[lms.Person]]bool{}
	for _, p := range people {
		if !seen[p] {
			seen[p] = true
			list = append(list, p)
		}
	}
	return list
}

func (s *Service) checkAction(ctx context.Context, actor lms.Actor, in ActionInput) error {
	if len(in.People) > maxPeople {
		return lms.ErrInvalid("people", "too-many-items", "at most 1,000 people one by one; a filter takes more")
	}
	if len(in.People) == 0 && in.Count < 1 {
		return lms.ErrInvalid("people", "required", "people, or a filter with their number")
	}
	if len(in.People) > 0 && !in.Filter.IsZero() {
		return lms.ErrInvalid("filter", "value-refused", "people or a filter, not both")
	}
	if in.Kind == InCohort && in.Cohort.IsZero() {
		return lms.ErrInvalid("cohort_id", "required", "the cohort to enrol in")
	}
	if in.Kind == PutOff {
		return s.checkUntil(in.Until)
	}
	if in.Kind.changes() {
		if err := certificate.CheckChange(certificate.Act(in.Kind), in.Reason); err != nil {
			return err
		}
	}
	if in.Kind != InCohort && in.Programme.IsZero() && in.Kind != Nudge {
		return lms.ErrInvalid("programme_id", "required", "the programme")
	}
	if !in.Programme.IsZero() {
		_, err := s.programme(ctx, actor, in.Programme)
		return err
	}
	return nil
}

// maxExtension bounds how far ahead something is put off: a slip of the finger in the year shows.
const maxExtension = 2 * 366 * 24 * time.Hour

func (s *Service) checkUntil(day string) error {
	until, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil:
		return lms.ErrInvalid("until", "required", "the new day, 2006-01-02")
	case day < s.date():
		return lms.ErrInvalid("until", "date-behind", "this day has been")
	case until.After(s.Now().Add(maxExtension)):
		return lms.ErrInvalid("until", "date-too-far", "at most two years ahead")
	}
	return nil
}

// programme finds one that the actor may read. Errors: NotFound.
func (s *Service) programme(ctx context.Context, actor lms.Actor, id lms.ID[lms.Programme]) (Choice, error) {
	all, err := s.programmes(ctx, actor)
	if err != nil {
		return Choice{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return Choice{}, lms.ErrNotFound("programme")
}

// Action tells how far an action has come, to whoever asked for it. Errors: NotFound.
func (s *Service) Action(ctx context.Context, actor lms.Actor, id lms.ID[ActionID]) (a Action, err error) {
	defer lms.Wrap(&err, "desk.Action(%s)", id)
	if err := actor.May(lms.ReadDesk); err != nil {
		return Action{}, err
	}
	err = db.Row(ctx, s.DB, `SELECT id, kind, asked_at, finished_at, total FROM desk_actions WHERE id = $1 AND asked_by = $2`, id, actor.Person).
		Scan(&a.ID, &a.Kind, &a.AskedAt, &a.FinishedAt, &a.Total)
	if err != nil {
		return Action{}, db.Found(err, "action")
	}
	var w who.Query
	w.Arg(id)
	w.Within(actor.Scope(lms.ReadPerson))
	rows, err := db.Rows(ctx, s.DB, `
		SELECT x.outcome, count(*), array_to_json((array_agg(trim(p.given_name || ' ' || p.family_name) ORDER BY p.sort_name)
		           FILTER (WHERE x.outcome <> 'done' AND `+w.Where()+`))[1:20])
		  FROM desk_action_people x JOIN persons p ON p.id = x.person_id WHERE x.action_id = $1 AND x.outcome IS NOT NULL
		 GROUP BY 1 ORDER BY 2 DESC, 1`, w.Args()...)
	if err != nil {
		return Action{}, err
	}
	type outcome struct {
		Outcome
		names []byte
	}
	list, err := collect(rows, func(o *outcome) []any { return []any{&o.Word, &o.Count, &o.names} })
	a.Outcomes = []Outcome{}
	for _, o := range list {
		if o.names != nil {
			if err := json.Unmarshal(o.names, &o.Names); err != nil {
				return Action{}, err
			}
		}
		a.Done += o.Count
		a.Outcomes = append(a.Outcomes, o.Outcome)
	}
	return a, err
}

// Do does what of an action is still to be done. Whoever was done with stays so; a program that dies has at most one
// person to do again, and what is done to one twice is done once. A fault of ours with one of them leaves that one to be
// done again later, and goes on with the others. When all is done, the reason and the words of the search are forgotten.
func (s *Service) Do(ctx context.Context, id lms.ID[ActionID]) (err error) {
	defer lms.Wrap(&err, "desk.Do(%s)", id)
	var failed error
	var after lms.ID[lms.Person]
	for {
		actor, kind, more, err := s.asked(ctx, id) // again and again: a right may be taken in the middle
		if err != nil {
			return err
		}
		rows, err := db.Rows(ctx, s.DB, `
			SELECT person_id FROM desk_action_people WHERE action_id = $1 AND outcome IS NULL AND person_id > $2::uuid ORDER BY person_id LIMIT 200`, id, after.String())
		if err != nil {
			return err
		}
		people, err := collect(rows, func(p *lms.ID[lms.Person]) []any { return []any{p} })
		if err != nil {
			return err
		}
		if len(people) == 0 {
			break
		}
		for _, p := range people {
			word, err := s.one(ctx, actor, kind, more, p)
			if err != nil {
				var told bool
				if word, told = outcomeOf(err); !told {
					if lms.KindOf(err) == lms.Unavailable || ctx.Err() != nil {
						return err
					}
					failed = cmp.Or(failed, err)
					continue
				}
			}
			if _, err := db.Exec(ctx, s.DB, `UPDATE desk_action_people SET outcome = $3 WHERE action_id = $1 AND person_id = $2`, id, p, word); err != nil {
				return err
			}
		}
		after = people[len(people)-1]
	}
	if failed != nil {
		return failed
	}
	_, err = db.Exec(ctx, s.DB, `
		UPDATE desk_actions SET finished_at = coalesce(finished_at, $2), args = args - 'reason', filter = filter - 'text' WHERE id = $1`, id, s.Now())
	return err
}

// outcomeOf is the word for an error that is an outcome, and no fault of ours. What may be seen and not done is beyond
// one's rights as what may not be seen.
func outcomeOf(err error) (word string, told bool) {
	e, ok := errors.AsType[*lms.Error](err)
	switch {
	case !ok || e.Kind == lms.Internal || e.Kind == lms.Unavailable:
		return "", false
	case e.Kind == lms.Forbidden:
		return "not-found", true
	}
	return e.Code, true
}

// asked reads who asked for what. Rights are those that were held when it was asked, less what was taken since.
func (s *Service) asked(ctx context.Context, id lms.ID[ActionID]) (actor lms.Actor, kind Act, more args, err error) {
	var raw, written []byte
	var asker lms.ID[lms.Person]
	var lang string
	err = db.Row(ctx, s.DB, `SELECT kind, args, asked_by, language, array_to_json(grants) FROM desk_actions WHERE id = $1`, id).
		Scan(&kind, &raw, &asker, &lang, &written)
	if err != nil {
		if err = db.Found(err, "action"); lms.KindOf(err) == lms.NotFound {
			err = job.Permanent(err)
		}
		return actor, "", more, err
	}
	var grants []string
	if err := errors.Join(json.Unmarshal(raw, &more), json.Unmarshal(written, &grants)); err != nil {
		return actor, "", more, fmt.Errorf("reading an action: %w", err)
	}
	actor, err = who.Still(ctx, s.DB, asker, grants)
	if lms.KindOf(err) == lms.NotFound {
		err = job.Permanent(err) // whoever asked was erased or blocked
	}
	actor.Language = lang
	return actor, kind, more, err
}

// one does an act for one person and tells what became of it.
func (s *Service) one(ctx context.Context, actor lms.Actor, kind Act, more args, person lms.ID[lms.Person]) (string, error) {
	f, err := s.facts(ctx, s.DB, person)
	if err != nil {
		return "", err
	}
	if err := actor.Can(rights[kind], f); err != nil && kind != InCohort && kind != PutOff { // a cohort has facts of its own
		return "", err
	}
	switch kind {
	case Assign:
		programme, err := s.programme(ctx, actor, more.Programme)
		if err != nil {
			return "", err
		}
		return s.Invite(ctx, actor, programme.Key, person)
	case InCohort:
		return s.Enrol(ctx, actor, more.Cohort, person)
	case PutOff:
		return s.putOff(ctx, actor, more, person)
	case Suspend, Reinstate, Revoke:
		return s.changeOne(ctx, actor, kind, more, person)
	case Certify:
		return s.issueOne(ctx, actor, more.Programme, person)
	}
	return s.nudge(ctx, actor, more.Programme, person)
}

// changeOne does an act to the certificate that somebody holds for a programme.
func (s *Service) changeOne(ctx context.Context, actor lms.Actor, act Act, more args, person lms.ID[lms.Person]) (string, error) {
	n, err := s.Change(ctx, actor, person, more.Programme, certificate.Act(act), more.Reason)
	if err == nil && n == 0 {
		return "state-forbids", nil
	}
	return "done", err
}

// putOff gives somebody time to the end of a day where they live.
func (s *Service) putOff(ctx context.Context, actor lms.Actor, more args, person lms.ID[lms.Person]) (string, error) {
	var zone string
	if err := db.Row(ctx, s.DB, `SELECT `+zoneOf+` FROM persons p WHERE p.id = $1`, person).Scan(&zone); err != nil {
		return "", db.Found(err, "person")
	}
	until, err := endOfDay(more.Until, zone)
	if err != nil {
		return "", err
	}
	n, err := s.Extend(ctx, actor, person, more.Cohort, until)
	if err == nil && n == 0 {
		return "nothing-due", nil
	}
	return "done", err
}

// endOfDay is the last minute of a day in a time zone; one that is not known is UTC.
func endOfDay(day, zone string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, day)
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 0, 0, in(t, zone).Location()), err
}

func (s *Service) issueOne(ctx context.Context, actor lms.Actor, programme lms.ID[lms.Programme], person lms.ID[lms.Person]) (string, error) {
	var id lms.ID[lms.Participation]
	var state string
	err := db.Row(ctx, s.DB, `
		SELECT id, state FROM participations WHERE programme_id = $1 AND person_id = $2 AND state <> 'withdrawn'`, programme, person).Scan(&id, &state)
	if err != nil {
		if lms.KindOf(db.Found(err, "participation")) == lms.NotFound {
			return "takes-no-part", nil
		}
		return "", db.Translate(err)
	}
	switch state {
	case "certified":
		return "there", nil
	case "passed":
		return s.Issue(ctx, actor, id)
	}
	return "not-passed", nil
}

// nudge reminds somebody by hand, of a programme or of their studies, at most once a day.
func (s *Service) nudge(ctx context.Context, actor lms.Actor, programme lms.ID[lms.Programme], person lms.ID[lms.Person]) (string, error) {
	m := message{person: person, reason: "by-hand", about: programme.String(), window: s.date(), by: actor.Person}
	var blocked bool
	err := db.Row(ctx, s.DB, `
		SELECT trim(p.given_name || ' ' || p.family_name), coalesce(p.email, ''), p.phone, p.language, `+zoneOf+`,
		       coalesce((SELECT coalesce(v.definition -> 'title' ->> p.language, v.definition -> 'title' ->> 'en', g.key)
		                   FROM programmes g JOIN programme_versions v ON v.programme_id = g.id WHERE g.id = $2 ORDER BY v.number DESC LIMIT 1),
		                (SELECT coalesce(cv.document -> 'course' -> 'title' ->> p.language, cv.document -> 'course' -> 'title' ->> 'en', cu.key)
		                   FROM enrolments e JOIN courses cu ON cu.id = e.course_id JOIN course_versions cv ON cv.id = e.version_id
		                  WHERE e.person_id = p.id AND e.state = 'active' ORDER BY e.last_seen_at DESC NULLS LAST LIMIT 1), ''),
		       p.state = 'blocked'
		  FROM persons p WHERE p.id = $1`, person, programme).Scan(&m.name, &m.email, &m.phone, &m.lang, &m.zone, &m.title, &blocked)
	if err != nil {
		return "", db.Found(err, "person")
	}
	switch {
	case blocked:
		return "account-blocked", nil // they could not open what they would be told of
	case m.title == "":
		return "nothing-to-do", nil
	}
	made, err := s.make(ctx, m)
	if err == nil && !made {
		return "reminded-today", nil
	}
	return "done", err
}
