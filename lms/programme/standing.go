package programme

import (
	"context"
	"encoding/json"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// ComponentView is a part of a programme as a reader of one language sees it.
type ComponentView struct {
	Key      string    `json:"key"`
	Kind     rule.Kind `json:"kind"`
	Title    string    `json:"title"`
	Course   string    `json:"course,omitempty"`
	Activity string    `json:"activity,omitempty"`
}

// Paper is a certificate that a programme gave somebody.
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
		State: o.State, Rule: o.v.rules.achievement.Explain(facts, o.asOf(now)), JoinedAt: o.Joined, PassedAt: o.Passed, Components: o.v.views(lang),
		MayEnrol: actor.Can(lms.EnrolParticipant, o.m.facts) == nil, MayDecide: actor.Person != o.Person && actor.Can(lms.DecideEvidence, o.m.facts) == nil,
		MayIssue: actor.Person != o.Person && actor.Can(lms.IssueCertificate, o.m.facts) == nil,
	}
	v.Done, v.Needed = v.Rule.Steps()
	v.Next = v.Rule.Next()
	v.Review = o.State == stateCertified && !v.Rule.Done()
	if r := o.v.rules.participation; r != nil {
		explained := r.Explain(facts, now)
		v.Participation = &explained
	}
	if err := s.said(ctx, actor, o, lang, &v); err != nil {
		return v, err
	}
	if v.Papers, err = s.papers(ctx, o); err != nil {
		return v, err
	}
	if v.Handed, err = s.handed(ctx, o, lang); err != nil {
		return v, err
	}
	return v, s.renewal(ctx, o, &v, lang)
}

// said adds what people said of a participation. Whoever was trained knows by whom; others are told it of whom they may see.
func (s *Service) said(ctx context.Context, actor lms.Actor, o *one, lang string, v *Standing) error {
	var categories []byte
	var generation *int
	var trainer lms.ID[lms.Person]
	err := db.Row(ctx, s.DB, `SELECT categories, trained_by, generation, invited_at FROM participations WHERE id = $1`, o.ID).
		Scan(&categories, &trainer, &generation, &v.InvitedAt)
	if err != nil {
		return db.Found(err, "participation")
	}
	if !trainer.IsZero() {
		m, err := personFacts(ctx, s.DB, trainer, o.p.courses)
		if err != nil && lms.KindOf(err) != lms.NotFound { // erased
			return err
		}
		if err == nil && (actor.Person == o.Person || actor.Can(lms.ReadParticipation, m.facts) == nil) {
			v.TrainedBy = m.Name
		}
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

// papers lists the certificates of a programme that somebody was given, also in an earlier participation from which they
// were withdrawn, the newest first.
func (s *Service) papers(ctx context.Context, o *one) ([]Paper, error) {
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
	     WHERE person_id = $1 AND programme_id = $2 AND origin = 'issued' AND state <> 'erased' ORDER BY issued_at DESC, serial`, o.Person, o.Programme)
}
