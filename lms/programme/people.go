package programme

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// Invitation puts people into a programme.
type Invitation struct {
	// People are asked one by one; Cohort brings everybody who studies in it.
	People []lms.ID[lms.Person]
	Cohort lms.ID[lms.Cohort]
	// TrainedBy is who trains them, where the programme knows trainers.
	TrainedBy lms.ID[lms.Person]
	// Categories are the programme's own, by key.
	Categories map[string]string
}

// Invited tells what an invitation did.
type Invited struct {
	// Added are new; There took part before; Elsewhere belong to no country of the programme.
	Added     int `json:"added"`
	There     int `json:"there"`
	Elsewhere int `json:"elsewhere"`
}

// maxInvited bounds one invitation.
const maxInvited = 2000

// Invite puts people into a programme and writes to them. Whoever takes part already stays where they are. Errors: NotFound, Forbidden,
// Conflict not-published, programme-closed, Invalid.
func (s *Service) Invite(ctx context.Context, actor lms.Actor, key string, in Invitation) (done Invited, err error) {
	defer lms.Wrap(&err, "programme.Invite(%s)", key)
	p, err := s.taking(ctx, actor, key)
	if err != nil {
		return Invited{}, err
	}
	if err := actor.May(lms.EnrolParticipant); err != nil {
		return Invited{}, err
	}
	if err := p.Newest.choose(in.Categories); err != nil {
		return Invited{}, err
	}
	people := slices.Clone(in.People)
	if !in.Cohort.IsZero() {
		if err := s.mayName(ctx, actor, in.Cohort); err != nil {
			return Invited{}, err
		}
		more, err := list(ctx, s.DB, func(from scanner) (id lms.ID[lms.Person], err error) { return id, from.Scan(&id) },
			`SELECT person_id FROM enrolments WHERE cohort_id = $1 AND state <> 'withdrawn' ORDER BY sort_name, id`, in.Cohort)
		if err != nil {
			return Invited{}, err
		}
		if len(more) == 0 {
			return Invited{}, lms.ErrInvalid("cohort", "cohort-empty", "nobody studies in this group")
		}
		people = append(people, more...)
	}
	if len(people) > maxInvited {
		return Invited{}, lms.ErrInvalid("people", "too-many", "at most 2,000 people at once")
	}
	var ids []lms.ID[lms.Participation]
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		done, ids = Invited{}, nil
		generation, err := s.generation(ctx, tx, p.ID, in.TrainedBy)
		if err != nil {
			return err
		}
		for _, person := range people {
			m, err := personFacts(ctx, tx, person, p.courses)
			if err != nil {
				return err
			}
			if err := actor.Can(lms.EnrolParticipant, m.facts); err != nil {
				return err
			}
			if !p.Newest.takes(m.Country) {
				done.Elsewhere++
				continue
			}
			id, added, err := s.add(ctx, tx, p, person, stateInvited, in, generation)
			if err != nil {
				return err
			}
			if !added {
				done.There++
				continue
			}
			if err := s.tell(ctx, tx, p, person); err != nil {
				return err
			}
			done.Added, ids = done.Added+1, append(ids, id)
		}
		return s.write(ctx, tx, actor, "participation.invite", "programme", p.ID.String(), map[string]any{"added": done.Added})
	})
	if err != nil {
		return Invited{}, err
	}
	if len(ids) <= 20 { // more of them are the queue's
		err = s.settleNow(ctx, ids...)
	}
	return done, err
}

// mayName refuses a cohort that the actor may not read as it refuses one that does not exist, whoever studies in it.
func (s *Service) mayName(ctx context.Context, actor lms.Actor, id lms.ID[lms.Cohort]) error {
	f := lms.Facts{Cohort: id}
	err := db.Row(ctx, s.DB, `SELECT course_id, coalesce(country, ''), centre_id FROM cohorts WHERE id = $1`, id).
		Scan(&f.Course, &f.Country, &f.Centre)
	if err != nil {
		return db.Found(err, "cohort")
	}
	return actor.Can(lms.ReadCohort, f)
}

// taking loads a programme that takes people in and that the actor may read. Errors: NotFound, Conflict.
func (s *Service) taking(ctx context.Context, actor lms.Actor, key string) (*programme, error) {
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return p, p.taken()
}

func (p *programme) taken() error {
	switch {
	case p.Newest == nil:
		return lms.ErrConflict("not-published", "this programme has not been published yet")
	case p.Closed != nil:
		return lms.ErrConflict("programme-closed", "this programme takes nobody in any more")
	}
	return nil
}

// takes tells whether people of a country may come.
func (d *Definition) takes(country string) bool {
	return len(d.Countries) == 0 || slices.Contains(d.Countries, country)
}

// choose checks categories against what the programme lists.
func (d *Definition) choose(categories map[string]string) error {
	for key, option := range categories {
		i := slices.IndexFunc(d.Categories, func(c Category) bool { return c.Key == key })
		if i < 0 || !slices.ContainsFunc(d.Categories[i].Options, func(o Option) bool { return o.Key == option }) {
			return lms.ErrInvalid("categories/"+key, "category-unknown", "the programme has no such category or option")
		}
	}
	return nil
}

// add makes a participation, or gives the one that there is.
func (s *Service) add(ctx context.Context, tx db.Queryer, p *programme, person lms.ID[lms.Person], state string, in Invitation, generation *int,
) (id lms.ID[lms.Participation], added bool, err error) {
	categories := in.Categories
	if categories == nil {
		categories = map[string]string{}
	}
	raw, err := json.Marshal(categories)
	if err != nil {
		return id, false, err
	}
	var joined any
	if state == stateActive {
		joined = s.Now()
	}
	id = lms.NewID[lms.Participation]()
	n, err := db.Exec(ctx, tx, `
		INSERT INTO participations (id, programme_id, version_id, person_id, state, categories, trained_by, generation, invited_at, joined_at)
		VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10)
		ON CONFLICT (programme_id, person_id) WHERE state <> 'withdrawn' DO NOTHING`,
		id, p.ID, p.Newest.ID, person, state, string(raw), orNull(in.TrainedBy), generation, s.Now(), joined)
	if err != nil || n == 0 {
		return id, false, err
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO participations_changed (participation_id) VALUES ($1)`, id)
	return id, true, err
}

// Join lets the actor take part in an open programme, with the categories that they say of themselves; what they leave
// out is not stated. Errors: NotFound, Conflict, Invalid category-unknown.
func (s *Service) Join(ctx context.Context, actor lms.Actor, key string, categories map[string]string) (err error) {
	defer lms.Wrap(&err, "programme.Join(%s)", key)
	p, err := s.load(ctx, s.DB, key)
	if err != nil {
		return err
	}
	m, err := personFacts(ctx, s.DB, actor.Person, nil)
	if err != nil {
		return err
	}
	if err := actor.Can(lms.Participate, lms.Facts{Owner: actor.Person}); err != nil {
		return err
	}
	if !p.openTo(m.Country) {
		return lms.ErrNotFound("programme")
	}
	if err := p.taken(); err != nil {
		return err
	}
	if err := p.Newest.choose(categories); err != nil {
		return err
	}
	var id lms.ID[lms.Participation]
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var added bool
		if id, added, err = s.add(ctx, tx, p, actor.Person, stateActive, Invitation{Categories: categories}, nil); err != nil || !added {
			return err
		}
		return s.write(ctx, tx, actor, "participation.join", "programme", p.ID.String(), nil)
	})
	if err != nil {
		return err
	}
	return s.settleNow(ctx, id)
}

// openTo tells whether people of a country may come without being asked.
func (p *programme) openTo(country string) bool {
	return p.Newest != nil && p.Newest.Join == JoinOpen && p.Newest.takes(country) && (p.Country == "" || p.Country == country)
}

// one is a participation with its programme, its person, and what decides about them.
type one struct {
	participation
	p *programme
	m member
	v *version
}

// one loads a participation and asks for a right over it. Errors: NotFound, Forbidden.
func (s *Service) one(ctx context.Context, q db.Queryer, actor lms.Actor, id lms.ID[lms.Participation], action lms.Action) (*one, error) {
	o := &one{}
	var key string
	err := o.scan(db.Row(ctx, q, `
		SELECT `+participationColumns+`, g.key FROM participations pa JOIN programmes g ON g.id = pa.programme_id WHERE pa.id = $1`, id), &key)
	if err != nil {
		return nil, db.Found(err, "participation")
	}
	if o.p, err = s.load(ctx, q, key); err != nil {
		return nil, err
	}
	if o.v, err = s.version(ctx, q, o.Version); err != nil {
		return nil, err
	}
	if o.m, err = personFacts(ctx, q, o.Person, o.p.courses); err != nil {
		return nil, err
	}
	return o, actor.Can(action, o.m.facts)
}

// Withdraw takes somebody out of a programme: the person themselves, or whoever put people in. What was issued stays.
// Errors: NotFound, Forbidden.
func (s *Service) Withdraw(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation]) (err error) {
	defer lms.Wrap(&err, "programme.Withdraw(%s)", id)
	o, err := s.one(ctx, s.DB, actor, id, lms.EnrolParticipant)
	if err != nil && (o == nil || actor.Can(lms.Participate, o.m.facts) != nil) {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE participations SET state = 'withdrawn' WHERE id = $1 AND state <> 'withdrawn'`, id)
		if err != nil || n == 0 {
			return err
		}
		return s.write(ctx, tx, actor, "participation.withdraw", "participation", id.String(), nil)
	})
}

// ParticipationChange changes what was said of somebody in a programme; nil leaves it.
type ParticipationChange struct {
	Categories map[string]string
	// TrainedBy is who trained them; the zero id takes it back.
	TrainedBy *lms.ID[lms.Person]
}

// Change changes categories and trainer. People say their own categories themselves, and nothing else. Errors: NotFound,
// Forbidden, Invalid trained-in-a-circle.
func (s *Service) Change(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation], in ParticipationChange) (err error) {
	defer lms.Wrap(&err, "programme.Change(%s)", id)
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		o, err := s.one(ctx, tx, actor, id, lms.EnrolParticipant)
		if err != nil && (o == nil || in.TrainedBy != nil || actor.Can(lms.Participate, o.m.facts) != nil) {
			return err
		}
		if in.Categories != nil {
			if err := o.v.choose(in.Categories); err != nil {
				return err
			}
			raw, err := json.Marshal(in.Categories)
			if err != nil {
				return err
			}
			if _, err := db.Exec(ctx, tx, `UPDATE participations SET categories = $2::jsonb WHERE id = $1`, id, string(raw)); err != nil {
				return err
			}
		}
		if in.TrainedBy != nil {
			if err := s.trained(ctx, tx, o, *in.TrainedBy); err != nil {
				return err
			}
		}
		return s.write(ctx, tx, actor, "participation.change", "participation", id.String(), nil)
	})
}

// Certify issues the certificate of achievement of somebody who passed a programme in which that is done by hand.
// Issued twice, it is the same. Errors: NotFound, Forbidden, Conflict not-passed.
func (s *Service) Certify(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation]) (serial string, err error) {
	defer lms.Wrap(&err, "programme.Certify(%s)", id)
	if _, err := s.one(ctx, s.DB, actor, id, lms.IssueCertificate); err != nil {
		return "", err
	}
	if err := s.explain(ctx, id); err != nil {
		return "", err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) (err error) {
		serial, err = s.CertifyIn(ctx, tx, id, actor.Person)
		return err
	})
	return serial, err
}

// CertifyIn is Certify within the caller's transaction, for many at once: who may do it was asked before, and the rule
// was explained when something under it last changed. Errors: NotFound, Conflict not-passed.
func (s *Service) CertifyIn(ctx context.Context, tx bun.IDB, id lms.ID[lms.Participation], actor lms.ID[lms.Person]) (serial string, err error) {
	var pa participation
	if err := pa.scan(db.Row(ctx, tx, `SELECT `+participationColumns+` FROM participations pa WHERE pa.id = $1 FOR NO KEY UPDATE`, id)); err != nil {
		return "", db.Found(err, "participation")
	}
	if pa.State != statePassed && pa.State != stateCertified {
		return "", lms.ErrConflict("not-passed", "the rule does not hold for this person yet")
	}
	v, err := s.version(ctx, tx, pa.Version)
	if err != nil {
		return "", err
	}
	award, err := s.award(ctx, tx, &pa, v, certificate.Achievement)
	if err != nil {
		return "", err
	}
	award.Actor = actor
	if serial, err = s.Certificates.Issue(ctx, tx, award); err != nil {
		return "", err
	}
	_, err = db.Exec(ctx, tx, `UPDATE participations SET state = 'certified', certified_at = coalesce(certified_at, $2) WHERE id = $1`, id, s.Now())
	return serial, err
}

// PersonRow is somebody in a programme as the list shows them.
type PersonRow struct {
	ID           lms.ID[lms.Participation] `json:"id"`
	Person       lms.ID[lms.Person]        `json:"person_id"`
	Name         string                    `json:"name"`
	Country      string                    `json:"country"`
	Centre       string                    `json:"centre"`
	Organisation string                    `json:"organisation"`
	State        string                    `json:"state" enum:"invited,active,passed,certified,withdrawn"`
	Done         int                       `json:"done"`
	Needed       int                       `json:"needed"`
	// Missing are the titles of what could bring them further.
	Missing   []string   `json:"missing"`
	InvitedAt time.Time  `json:"invited_at"`
	Certified *time.Time `json:"certified_at,omitempty"`
	// Waiting counts what they handed in and nobody decided.
	Waiting int `json:"waiting"`
	// Review tells that the certificate was issued and the rule does not hold any more: somebody decides.
	Review bool `json:"review"`
}

// PeopleQuery narrows the list of people; empty parts do not.
type PeopleQuery struct {
	State, Text, Country string
	// Missing is the key of a component.
	Missing string
	Page    int // from 1
}

// People are a page of a programme's people.
type People struct {
	Items []PersonRow `json:"items"`
	Total int         `json:"total"`
	Page  int         `json:"page"`
	Pages int         `json:"pages"`
}

const perPage = 50

// People lists who takes part, by name, as far as the actor may see them. Errors: NotFound.
func (s *Service) People(ctx context.Context, actor lms.Actor, key string, query PeopleQuery) (page People, err error) {
	defer lms.Wrap(&err, "programme.People(%s)", key)
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return People{}, err
	}
	w := &where{}
	w.add("pa.programme_id = " + w.arg(p.ID))
	w.people(actor.Scope(lms.ReadParticipation), p.courses)
	if query.State != "" {
		w.add("pa.state = " + w.arg(query.State))
	} else {
		w.add("pa.state <> 'withdrawn'")
	}
	if query.Country != "" {
		w.add("p.country = " + w.arg(query.Country))
	}
	if query.Missing != "" {
		w.add(w.arg(query.Missing) + " = ANY (pa.missing)")
	}
	if query.Text != "" {
		w.add("(p.sort_name || ' ' || lower(p.given_name || ' ' || p.family_name || ' ' || p.latin_family || ' ' || p.latin_given)) LIKE " +
			w.arg("%"+likeText(query.Text)+"%"))
	}
	page.Page = max(1, query.Page)
	err = db.Row(ctx, s.DB, `SELECT count(*) FROM participations pa JOIN persons p ON p.id = pa.person_id WHERE `+w.String(), w.args...).Scan(&page.Total)
	if err != nil {
		return People{}, db.Translate(err)
	}
	var pinned []lms.ID[lms.ProgrammeVersion]
	var keys [][]string
	offset := w.arg((page.Page - 1) * perPage)
	// Counted apart, so that the page itself can follow the index of names and stop.
	page.Items, err = list(ctx, s.DB, func(from scanner) (r PersonRow, err error) {
		var version lms.ID[lms.ProgrammeVersion]
		var missing string
		err = from.Scan(&r.ID, &r.Person, &r.Name, &r.Country, &r.Centre, &r.Organisation, &r.State, &r.Done, &r.Needed, &missing,
			&version, &r.InvitedAt, &r.Certified, &r.Waiting)
		if err != nil {
			return r, err
		}
		r.Review, r.Missing = r.State == stateCertified && r.Done < r.Needed, []string{}
		pinned = append(pinned, version)
		keys = append(keys, strings.Fields(missing))
		return r, nil
	}, `
		SELECT pa.id, p.id, trim(p.given_name || ' ' || p.family_name), coalesce(p.country, ''), coalesce(c.name, ''), coalesce(o.name, ''),
		       pa.state, pa.done, pa.needed, array_to_string(pa.missing, ' '), pa.version_id, pa.invited_at, pa.certified_at,
		       (SELECT count(*) FROM programme_evidence v WHERE v.participation_id = pa.id AND v.state = 'waiting')
		  FROM participations pa JOIN persons p ON p.id = pa.person_id
		  LEFT JOIN centres c ON c.id = p.centre_id LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE `+w.String()+`
		 ORDER BY p.sort_name, p.id LIMIT 50 OFFSET `+offset, w.args...)
	if err != nil {
		return People{}, err
	}
	page.Pages = (page.Total + perPage - 1) / perPage
	for i := range page.Items { // when the rows are read, for a version may have to be
		v, err := s.version(ctx, s.DB, pinned[i])
		if err != nil {
			return People{}, err
		}
		for _, key := range keys[i] {
			if c, ok := v.component(key); ok {
				page.Items[i].Missing = append(page.Items[i].Missing, c.Title.In(actor.Language))
			}
		}
	}
	return page, nil
}

// likeText makes a text that people typed one that LIKE takes as it stands.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(strings.TrimSpace(s)))
}

// Candidate is somebody who could be invited.
type Candidate struct {
	ID     lms.ID[lms.Person] `json:"id"`
	Name   string             `json:"name"`
	Detail string             `json:"detail"`
}

// Candidates finds people by a part of their name who may be invited and do not take part yet. Errors: NotFound, Forbidden.
func (s *Service) Candidates(ctx context.Context, actor lms.Actor, key, text string) (all []Candidate, err error) {
	defer lms.Wrap(&err, "programme.Candidates(%s)", key)
	p, err := s.open(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	if err := actor.May(lms.EnrolParticipant); err != nil {
		return nil, err
	}
	return s.candidates(ctx, actor, p, lms.EnrolParticipant, text, `NOT EXISTS (SELECT FROM participations x
		WHERE x.programme_id = $1 AND x.person_id = p.id AND x.state <> 'withdrawn')`)
}

// candidates finds people in the scope of an action; $1 is the programme in the further condition.
func (s *Service) candidates(ctx context.Context, actor lms.Actor, p *programme, action lms.Action, text, further string) ([]Candidate, error) {
	if strings.TrimSpace(text) == "" {
		return []Candidate{}, nil
	}
	w := &where{}
	w.arg(p.ID)
	w.add("p.state = 'active' AND $1::uuid IS NOT NULL")
	w.add(further)
	w.people(actor.Scope(action), p.courses)
	w.add("(p.sort_name || ' ' || lower(p.given_name || ' ' || p.family_name || ' ' || p.latin_family || ' ' || p.latin_given || ' ' || coalesce(p.email, ''))) LIKE " +
		w.arg("%"+likeText(text)+"%"))
	return list(ctx, s.DB, func(from scanner) (c Candidate, err error) { return c, from.Scan(&c.ID, &c.Name, &c.Detail) }, `
		SELECT p.id, trim(p.given_name || ' ' || p.family_name), concat_ws(', ', p.country, c.name, o.name)
		  FROM persons p LEFT JOIN centres c ON c.id = p.centre_id LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE `+w.String()+` ORDER BY p.sort_name, p.id LIMIT 20`, w.args...)
}

// ComponentView is a part of a programme as a reader of one language sees it.
type ComponentView struct {
	Key      string    `json:"key"`
	Kind     rule.Kind `json:"kind"`
	Title    string    `json:"title"`
	Course   string    `json:"course,omitempty"`
	Activity string    `json:"activity,omitempty"`
}

// Paper is a certificate that a participation gave.
type Paper struct {
	Serial    string            `json:"serial"`
	Kind      certificate.Kind  `json:"kind"`
	IssuedAt  time.Time         `json:"issued_at"`
	ExpiresOn *certificate.Date `json:"expires_on,omitempty"`
	State     string            `json:"state"`
	Number    int               `json:"number"`
}

// Standing is where somebody stands in a programme, explained with its evidence.
type Standing struct {
	ID         lms.ID[lms.Participation] `json:"id"`
	Person     lms.ID[lms.Person]        `json:"person_id"`
	Name       string                    `json:"name"`
	Programme  string                    `json:"programme"` // its key
	Title      string                    `json:"title"`
	Aims       string                    `json:"aims"`
	Version    int                       `json:"version"`
	State      string                    `json:"state" enum:"invited,active,passed,certified,withdrawn"`
	Done       int                       `json:"done"`
	Needed     int                       `json:"needed"`
	Components []ComponentView           `json:"components"`
	// Rule is the explained tree of the rule for the certificate of achievement; Participation that of the other paper.
	Rule          rule.Standing  `json:"rule"`
	Participation *rule.Standing `json:"participation,omitempty"`
	// Renewal is the explained shorter way, for who is certified; RenewFrom the first day of its window.
	Renewal   *rule.Standing    `json:"renewal,omitempty"`
	RenewFrom *certificate.Date `json:"renew_from,omitempty"`
	// Next is the one thing to do next, null when nothing is left or all of it waits for somebody else.
	Next       *rule.Standing    `json:"next"`
	Papers     []Paper           `json:"papers"`
	Handed     []Handed          `json:"handed"`
	Categories map[string]string `json:"categories"`
	// Asked are the categories that the version knows, each with what is chosen.
	Asked      []CategoryView `json:"asked"`
	TrainedBy  string         `json:"trained_by"`
	Generation int            `json:"generation"`
	InvitedAt  time.Time      `json:"invited_at"`
	JoinedAt   *time.Time     `json:"joined_at,omitempty"`
	PassedAt   *time.Time     `json:"passed_at,omitempty"`
	// Review tells that a certificate stands that the rule would not give any more.
	Review    bool `json:"review"`
	MayEnrol  bool `json:"may_enrol"`
	MayDecide bool `json:"may_decide"`
	MayIssue  bool `json:"may_issue"`
}

// Standing explains one participation, freshly. Errors: NotFound.
func (s *Service) Standing(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation]) (v Standing, err error) {
	defer lms.Wrap(&err, "programme.Standing(%s)", id)
	o, err := s.one(ctx, s.DB, actor, id, lms.ReadParticipation)
	if err != nil {
		return Standing{}, err
	}
	return s.standing(ctx, actor, o)
}

func (s *Service) standing(ctx context.Context, actor lms.Actor, o *one) (v Standing, err error) {
	facts, err := s.facts(ctx, s.DB, &o.participation, o.v)
	if err != nil {
		return v, err
	}
	lang, now := actor.Language, s.Now()
	v = Standing{
		ID: o.ID, Person: o.Person, Name: o.m.Name, Programme: o.p.Key, Title: o.v.Title.In(lang), Aims: o.v.Aims.In(lang), Version: o.v.Number,
		State: o.State, Rule: o.v.rules.achievement.Explain(facts, now), JoinedAt: o.Joined, PassedAt: o.Passed, Components: o.v.views(lang),
		MayEnrol: actor.Can(lms.EnrolParticipant, o.m.facts) == nil, MayDecide: actor.Person != o.Person && actor.Can(lms.DecideEvidence, o.m.facts) == nil,
		MayIssue: actor.Can(lms.IssueCertificate, o.m.facts) == nil,
	}
	v.Done, v.Needed = v.Rule.Steps()
	v.Next = v.Rule.Next()
	v.Review = o.State == stateCertified && !v.Rule.Done()
	if r := o.v.rules.participation; r != nil {
		explained := r.Explain(facts, now)
		v.Participation = &explained
	}
	if err := s.said(ctx, o, lang, &v); err != nil {
		return v, err
	}
	if v.Papers, err = s.papers(ctx, o.ID); err != nil {
		return v, err
	}
	if v.Handed, err = s.handed(ctx, o, lang); err != nil {
		return v, err
	}
	return v, s.renewal(ctx, o, &v, lang)
}

// said adds what people said of a participation.
func (s *Service) said(ctx context.Context, o *one, lang string, v *Standing) error {
	var categories []byte
	var generation *int
	err := db.Row(ctx, s.DB, `
		SELECT pa.categories, coalesce(trim(t.given_name || ' ' || t.family_name), ''), pa.generation, pa.invited_at
		  FROM participations pa LEFT JOIN persons t ON t.id = pa.trained_by WHERE pa.id = $1`, o.ID).
		Scan(&categories, &v.TrainedBy, &generation, &v.InvitedAt)
	if err != nil {
		return db.Found(err, "participation")
	}
	if generation != nil {
		v.Generation = *generation
	}
	if err := json.Unmarshal(categories, &v.Categories); err != nil {
		return err
	}
	v.Asked = o.v.asks(lang, v.Categories)
	return nil
}

// CategoryView is a category as a reader of one language sees it.
type CategoryView struct {
	Choice
	Options []Choice `json:"options"`
	// Chosen is an option's key, "" where nobody said it.
	Chosen string `json:"chosen"`
}

// asks gives the categories in a language.
func (d *Definition) asks(lang string, chosen map[string]string) []CategoryView {
	all := make([]CategoryView, len(d.Categories))
	for i, c := range d.Categories {
		all[i] = CategoryView{Choice{c.Key, c.Title.In(lang)}, make([]Choice, len(c.Options)), chosen[c.Key]}
		for j, o := range c.Options {
			all[i].Options[j] = Choice{o.Key, o.Title.In(lang)}
		}
	}
	return all
}

// views gives the components in a language.
func (d *Definition) views(lang string) []ComponentView {
	all := make([]ComponentView, len(d.Components))
	for i, c := range d.Components {
		all[i] = ComponentView{c.Key, c.Kind, c.Title.In(lang), c.Course, c.Activity}
	}
	return all
}

// papers lists the certificates of a participation, the newest first.
func (s *Service) papers(ctx context.Context, id lms.ID[lms.Participation]) ([]Paper, error) {
	return list(ctx, s.DB, func(from scanner) (p Paper, err error) {
		var expires *time.Time
		if err := from.Scan(&p.Serial, &p.Kind, &p.IssuedAt, &expires, &p.State, &p.Number); err != nil {
			return p, err
		}
		if expires != nil {
			day := certificate.DateOf(*expires)
			p.ExpiresOn = &day
			if p.State == "valid" && !s.Now().Before(lms.DayOver(*expires)) {
				p.State = "expired"
			}
		}
		return p, nil
	}, `SELECT serial, kind, issued_at, expires_on, state, issue_no FROM certificates
	     WHERE participation_id = $1 AND state <> 'erased' ORDER BY issued_at DESC, serial`, id)
}

// MineRow is a programme that the actor takes part in, or may join.
type MineRow struct {
	Key    string `json:"key"`
	Title  string `json:"title"`
	State  string `json:"state" enum:"open,invited,active,passed,certified"`
	Done   int    `json:"done"`
	Needed int    `json:"needed"`
}

// Mine lists the programmes of the actor, and those that they may join.
func (s *Service) Mine(ctx context.Context, actor lms.Actor) (rows []MineRow, err error) {
	defer lms.Wrap(&err, "programme.Mine")
	type taking struct {
		row     MineRow
		version lms.ID[lms.ProgrammeVersion]
	}
	mine, err := list(ctx, s.DB, func(from scanner) (t taking, err error) {
		return t, from.Scan(&t.row.Key, &t.version, &t.row.State, &t.row.Done, &t.row.Needed)
	}, `SELECT g.key, pa.version_id, pa.state, pa.done, pa.needed FROM participations pa JOIN programmes g ON g.id = pa.programme_id
	     WHERE pa.person_id = $1 AND pa.state <> 'withdrawn' ORDER BY pa.state = 'certified', pa.invited_at`, actor.Person)
	if err != nil {
		return nil, err
	}
	rows = []MineRow{}
	for _, t := range mine {
		v, err := s.version(ctx, s.DB, t.version)
		if err != nil {
			return nil, err
		}
		t.row.Title = v.Title.In(actor.Language)
		rows = append(rows, t.row)
	}
	m, err := personFacts(ctx, s.DB, actor.Person, nil)
	if err != nil {
		return nil, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		in := slices.ContainsFunc(rows, func(r MineRow) bool { return r.Key == p.Key })
		if !in && p.openTo(m.Country) && p.Closed == nil {
			rows = append(rows, MineRow{Key: p.Key, Title: p.title(actor.Language), State: "open"})
		}
	}
	return rows, nil
}

// OwnView is a programme as the actor stands in it, or may join it.
type OwnView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Aims  string `json:"aims"`
	Hours string `json:"hours"`
	// Standing is null for who does not take part yet.
	Standing *Standing `json:"standing"`
	// Rule is what is asked, for who does not take part yet.
	Rule       *rule.Standing  `json:"rule,omitempty"`
	Components []ComponentView `json:"components"`
	// Asked are what the programme tells people apart by, for who does not take part yet.
	Asked   []CategoryView `json:"asked,omitempty"`
	MayJoin bool           `json:"may_join"`
}

// Own gives the actor's own standing in a programme, or what an open one asks for. Errors: NotFound.
func (s *Service) Own(ctx context.Context, actor lms.Actor, key string) (v OwnView, err error) {
	defer lms.Wrap(&err, "programme.Own(%s)", key)
	p, err := s.load(ctx, s.DB, key)
	if err != nil {
		return OwnView{}, err
	}
	var id lms.ID[lms.Participation]
	err = db.Row(ctx, s.DB, `SELECT id FROM participations WHERE programme_id = $1 AND person_id = $2 AND state <> 'withdrawn'`, p.ID, actor.Person).Scan(&id)
	if err = db.Found(err, "participation"); lms.KindOf(err) == lms.NotFound {
		return s.joinable(ctx, actor, p)
	} else if err != nil {
		return OwnView{}, err
	}
	o, err := s.one(ctx, s.DB, actor, id, lms.Participate)
	if err != nil {
		return OwnView{}, err
	}
	standing, err := s.standing(ctx, actor, o)
	return OwnView{Key: key, Title: standing.Title, Aims: standing.Aims, Hours: o.v.Hours, Standing: &standing, Components: standing.Components}, err
}

func (s *Service) joinable(ctx context.Context, actor lms.Actor, p *programme) (OwnView, error) {
	m, err := personFacts(ctx, s.DB, actor.Person, nil)
	if err != nil {
		return OwnView{}, err
	}
	if !p.openTo(m.Country) || p.Closed != nil {
		return OwnView{}, lms.ErrNotFound("programme")
	}
	asked := p.Newest.rules.achievement.Explain(nil, s.Now())
	return OwnView{
		Key: p.Key, Title: p.title(actor.Language), Aims: p.Newest.Aims.In(actor.Language), Hours: p.Newest.Hours, Rule: &asked,
		Components: p.Newest.views(actor.Language), Asked: p.Newest.asks(actor.Language, nil), MayJoin: true,
	}, nil
}
