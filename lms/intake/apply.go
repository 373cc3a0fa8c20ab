package intake

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/job"
	"mostik/lms/learning"
)

// ApplyJob asks for an import to be done.
type ApplyJob struct {
	Import lms.ID[lms.Import] `json:"import"`
}

// Kind names the job.
func (ApplyJob) Kind() string { return "intake.apply" }

// ready tells whether an import may be applied: every row is taken, decided on, or left out on purpose.
func (c *checked) ready() error {
	if err := c.Mapping.check(len(c.Heads)); err != nil {
		return err
	}
	faulty, open, taken := 0, 0, 0
	for i := range c.rows {
		l := &c.rows[i]
		if l.skipped() {
			continue
		}
		switch l.level() {
		case Fault:
			faulty++
		case Question:
			open++
		default:
			taken++
		}
	}
	switch {
	case open > 0:
		return lms.ErrConflict("rows-undecided", "some rows wait for somebody's decision")
	case faulty > 0 && !c.Mapping.SkipFaulty:
		return lms.ErrConflict("rows-faulty", "some rows have faults")
	case taken == 0:
		return lms.ErrConflict("rows-none", "no row is left to be taken")
	}
	return nil
}

// errDry takes a transaction back that was only tried.
var errDry = errors.New("a dry run")

// DryRun does everything that applying would, in a transaction that is rolled back, and tells what would be made.
// Errors: NotFound, Conflict rows-undecided, rows-faulty, rows-none, import-closed.
func (s *Service) DryRun(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import]) (counts Counts, err error) {
	defer lms.Wrap(&err, "intake.DryRun(%s)", id)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		r, err := s.open(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		c, err := s.check(ctx, tx, actor, r)
		if err != nil {
			return err
		}
		if err := c.ready(); err != nil {
			return err
		}
		if counts, err = s.make(ctx, tx, actor, c); err != nil {
			return err
		}
		return errDry
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return counts, err
}

// Apply has an import done by a job. Errors: as DryRun's.
func (s *Service) Apply(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import]) (v View, err error) {
	defer lms.Wrap(&err, "intake.Apply(%s)", id)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		r, err := s.open(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		c, err := s.check(ctx, tx, actor, r)
		if err != nil {
			return err
		}
		if err := c.ready(); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE imports SET state = 'applying', failure = '', applied_by = $2 WHERE id = $1`, id, actor.Person)
		if err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, ApplyJob{id}, job.Slow())
	})
	if err != nil {
		return v, err
	}
	return s.Import(ctx, actor, id)
}

// DoApply does what Apply asked for, in one transaction: after a crash either all of it is there or nothing, and a
// second try does the rest or finds it done. Where things have changed since, so that it cannot be done, the import is
// open again and says why.
func (s *Service) DoApply(ctx context.Context, in ApplyJob) (err error) {
	defer lms.Wrap(&err, "intake.DoApply(%s)", in.Import)
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error { return s.apply(ctx, tx, in.Import) })
	refusal, ok := errors.AsType[*lms.Error](err)
	if !ok || refusal.Kind == lms.Internal || refusal.Kind == lms.Unavailable {
		return err
	}
	_, err = db.Exec(ctx, s.DB, `UPDATE imports SET state = 'open', failure = $2 WHERE id = $1 AND state = 'applying'`, in.Import, refusal.Code)
	return err
}

func (s *Service) apply(ctx context.Context, tx bun.Tx, id lms.ID[lms.Import]) error {
	var state State
	var by lms.ID[lms.Person]
	err := db.Row(ctx, tx, `SELECT state, applied_by FROM imports WHERE id = $1 FOR UPDATE`, id).Scan(&state, &by)
	if err != nil || state != Applying {
		return db.Found(err, "import")
	}
	actor, err := s.Accounts.ActorOf(ctx, tx, by) // as they may act now
	if err != nil {
		return err
	}
	r, err := s.load(ctx, tx, actor, id, true)
	if err != nil {
		return err
	}
	c, err := s.check(ctx, tx, actor, r)
	if err != nil {
		return err
	}
	if err := c.ready(); err != nil {
		return err
	}
	counts, err := s.make(ctx, tx, actor, c)
	if err != nil {
		return err
	}
	return s.finish(ctx, tx, actor, c, counts)
}

// finish takes the cells out, for their people have records of their own now, and writes the import down.
func (s *Service) finish(ctx context.Context, tx bun.Tx, actor lms.Actor, c *checked, counts Counts) error {
	raw, err := json.Marshal(counts)
	if err != nil {
		return err
	}
	totals, err := json.Marshal(notNil(c.Totals))
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `UPDATE imports SET state = 'applied', applied_at = $2, counts = $3, totals = $4, faults = 0, questions = 0 WHERE id = $1`,
		c.ID, s.Now(), string(raw), string(totals))
	if err != nil {
		return err
	}
	type row struct {
		Line   int                 `json:"line"`
		Person *lms.ID[lms.Person] `json:"person"`
	}
	rows := make([]row, 0, len(c.rows))
	for i := range c.rows {
		if l := &c.rows[i]; l.taken() {
			rows = append(rows, row{l.No, &l.known})
		}
	}
	if raw, err = json.Marshal(rows); err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE import_rows r SET cells = '{}', problems = '[]', level = 0, same_as = NULL,
		       person_id = (SELECT x.person FROM json_to_recordset($2::json) AS x (line int, person uuid) WHERE x.line = r.line)
		 WHERE import_id = $1`, c.ID, string(raw))
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, s.event(actor, "import.apply", c.record, map[string]any{"counts": counts}))
}

// taken tells that something is made of the row.
func (l *line) taken() bool { return !l.skipped() && l.level() < Question }

// made is a row that an import made.
type made struct {
	Kind   string             `json:"kind"`
	ID     string             `json:"id"`
	Person lms.ID[lms.Person] `json:"person,omitzero"` // none of an organisation
}

// make makes everything of the rows that are taken, and keeps what it made so that it can be taken back.
func (s *Service) make(ctx context.Context, tx bun.Tx, actor lms.Actor, c *checked) (counts Counts, err error) {
	var list []made
	for _, step := range []func(context.Context, bun.Tx, lms.Actor, *checked, *Counts) ([]made, error){s.makeOrganisations, s.makePeople, s.makeEnrolments, s.makeParticipations, s.makePapers} {
		more, err := step(ctx, tx, actor, c, &counts)
		if err != nil {
			return counts, err
		}
		list = append(list, more...)
	}
	for i := range c.rows {
		if !c.rows[i].taken() {
			counts.Skipped++
		}
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return counts, err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO import_made (import_id, kind, id, person_id)
		SELECT $1, kind, id, person FROM json_to_recordset($2::json) AS x (kind text, id uuid, person uuid)`, c.ID, string(raw))
	return counts, err
}

// makePeople makes accounts, and tells each row whose it is. What later rows of a person know and the first does not
// is taken from them.
func (s *Service) makePeople(ctx context.Context, tx bun.Tx, _ lms.Actor, c *checked, counts *Counts) ([]made, error) {
	var firsts []*line
	place := map[*line]int{}
	var people []account.NewPerson
	for i := range c.rows {
		l := &c.rows[i]
		if !l.taken() {
			continue
		}
		owner := l
		if l.first != nil {
			owner = l.first
		}
		if !owner.taken() { // the first row of this person was left out, and this one was not
			owner = l
			l.first = nil
		}
		if !owner.known.IsZero() {
			l.known = owner.known
			if owner == l {
				counts.Known++
			}
			continue
		}
		at, there := place[owner]
		if !there {
			at = len(people)
			place[owner] = at
			people, firsts = append(people, owner.person), append(firsts, owner)
		}
		fill(&people[at], l.person)
	}
	ids, err := s.Accounts.InsertPeople(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	list := make([]made, len(ids))
	for i, l := range firsts {
		l.known = ids[i]
		list[i] = made{"person", ids[i].String(), ids[i]}
	}
	for i := range c.rows {
		if l := &c.rows[i]; l.taken() && l.first != nil {
			l.known = l.first.known
		}
	}
	counts.People = len(ids)
	return list, nil
}

// fill takes what is known of a person from another row of theirs.
func fill(p *account.NewPerson, from account.NewPerson) {
	for to, text := range map[*string]string{
		&p.LatinGiven: from.LatinGiven, &p.LatinFamily: from.LatinFamily, &p.Email: from.Email, &p.Login: from.Login, &p.Phone: from.Phone,
		&p.Centre: from.Centre, &p.Organisation: from.Organisation,
	} {
		if *to == "" {
			*to = text
		}
	}
	const unsaid = "not-stated"
	for to, text := range map[*string]string{&p.Sex: from.Sex, &p.Job: from.Job} {
		if *to == unsaid && text != "" {
			*to = text
		}
	}
	if p.BirthYear == 0 {
		p.BirthYear = from.BirthYear
	}
}

// makeEnrolments enrols by course. Of several rows of one person about one course, the first that tells of a
// completion counts, else the first.
func (s *Service) makeEnrolments(ctx context.Context, tx bun.Tx, _ lms.Actor, c *checked, counts *Counts) ([]made, error) {
	type key struct {
		course lms.ID[lms.Course]
		person lms.ID[lms.Person]
	}
	chosen, order := map[key]*line{}, []key{}
	for i := range c.rows {
		l := &c.rows[i]
		if !l.taken() || l.course.ID.IsZero() || l.paper != nil && l.cohort.ID.IsZero() && l.completedOn == nil {
			continue // a paper of the past alone enrols nobody
		}
		k := key{l.course.ID, l.known}
		if chosen[k] == nil {
			order = append(order, k)
		}
		if chosen[k] == nil || chosen[k].completedOn == nil && l.completedOn != nil {
			chosen[k] = l
		}
	}
	byVersion, cohorts := map[lms.ID[lms.Version]][]learning.Past{}, map[lms.ID[lms.Cohort]]bool{}
	for _, k := range order {
		l := chosen[k]
		byVersion[l.course.Version] = append(byVersion[l.course.Version], learning.Past{Person: l.known, Cohort: l.cohort.ID, CompletedOn: l.completedOn, Score: l.score})
		if !l.cohort.ID.IsZero() {
			cohorts[l.cohort.ID] = true
		}
	}
	var err error
	if c.Totals, err = s.Learning.Totals(ctx, tx, slices.Collect(maps.Keys(cohorts))); err != nil {
		return nil, err
	}
	var list []made
	for version, people := range byVersion {
		v, err := s.Catalog.Version(ctx, version)
		if err != nil {
			return nil, err
		}
		admitted, err := s.Learning.Admit(ctx, tx, v, people)
		if err != nil {
			return nil, err
		}
		for i, a := range admitted {
			switch {
			case a.Made && people[i].CompletedOn != nil:
				counts.Completions++
				fallthrough
			case a.Made:
				counts.Enrolments++
				list = append(list, made{"enrolment", a.Enrolment.String(), people[i].Person})
			case a.Joined:
				counts.Enrolments++
				list = append(list, made{"joined", a.Enrolment.String(), people[i].Person})
			}
		}
	}
	return list, nil
}

func (s *Service) makeParticipations(ctx context.Context, tx bun.Tx, _ lms.Actor, c *checked, counts *Counts) ([]made, error) {
	byProgramme := map[lms.ID[lms.Programme]][]lms.ID[lms.Person]{}
	for i := range c.rows {
		l := &c.rows[i]
		if l.taken() && !l.programme.ID.IsZero() && !slices.Contains(byProgramme[l.programme.ID], l.known) {
			byProgramme[l.programme.ID] = append(byProgramme[l.programme.ID], l.known)
		}
	}
	var list []made
	for programme, people := range byProgramme {
		ids, err := s.Enlist(ctx, tx, programme, people)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			if !id.IsZero() {
				list = append(list, made{"participation", id.String(), people[i]})
			}
		}
	}
	counts.Participations = len(list)
	return list, nil
}

func (s *Service) makePapers(ctx context.Context, tx bun.Tx, actor lms.Actor, c *checked, counts *Counts) ([]made, error) {
	var papers []PastPaper
	for i := range c.rows {
		l := &c.rows[i]
		if l.taken() && l.paper != nil {
			papers = append(papers, PastPaper{Paper: *l.paper, Person: l.known, Programme: l.programme.ID, Language: l.person.Language})
		}
	}
	if len(papers) == 0 {
		return nil, nil
	}
	ids, err := s.Enter(ctx, tx, actor, papers)
	if err != nil {
		return nil, err
	}
	list := make([]made, len(ids))
	for i, id := range ids {
		list[i] = made{"paper", id.String(), papers[i].Person}
	}
	counts.Papers = len(ids)
	return list, nil
}
