package webinar

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Rules are what a webinar says about counting and keeping.
type Rules struct {
	// SiteGrace is how long a site counts as present after its line dropped, in minutes.
	SiteGrace int `json:"site_grace"`
	// FloorShare is the share of the floor that completes the course's activity, in percent.
	FloorShare int `json:"floor_share"`
	// KeepDays is how long what was said is kept after the end.
	KeepDays int `json:"keep_days"`
}

func (r Rules) counting() rule { return rule{grace: time.Duration(r.SiteGrace) * time.Minute} }

func (s *Service) rules(ctx context.Context, q db.Queryer, id string) (r Rules, err error) {
	err = db.Row(ctx, q, `SELECT site_grace, floor_share, keep_days FROM webinars WHERE id = $1`, id).Scan(&r.SiteGrace, &r.FloorShare, &r.KeepDays)
	return r, db.Found(err, "webinar")
}

// KeepDays tells the server itself how many days what was said and shown at a webinar is kept after its end. Errors:
// NotFound.
func (s *Service) KeepDays(ctx context.Context, id string) (days int, err error) {
	defer lms.Wrap(&err, "webinar.KeepDays(%s)", id)
	r, err := s.rules(ctx, s.DB, id)
	return r.KeepDays, err
}

// SetRules changes how a webinar is counted; what it completed is worked out again. Errors: NotFound, Forbidden,
// Invalid.
func (s *Service) SetRules(ctx context.Context, actor lms.Actor, id string, r Rules) (err error) {
	defer lms.Wrap(&err, "webinar.SetRules(%s)", id)
	if _, err := s.load(ctx, actor, id, lms.ManageWebinar); err != nil {
		return err
	}
	for field, bad := range map[string]bool{
		"site_grace": r.SiteGrace < 0 || r.SiteGrace > 240, "floor_share": r.FloorShare < 1 || r.FloorShare > 100, "keep_days": r.KeepDays < 1 || r.KeepDays > 3650,
	} {
		if bad {
			return lms.ErrInvalid(field, "out-of-range", "this number is too small or too large")
		}
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE webinars SET site_grace = $2, floor_share = $3, keep_days = $4 WHERE id = $1`, id, r.SiteGrace, r.FloorShare, r.KeepDays)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{
			At: s.Now(), Actor: actor.Person, Action: "webinar.rules", SubjectKind: "webinar", SubjectID: id,
			Detail: map[string]any{"site_grace": r.SiteGrace, "floor_share": r.FloorShare, "keep_days": r.KeepDays},
		})
	})
	if err != nil {
		return err
	}
	return s.Settle(ctx, id)
}

// reader is how much of a webinar's report somebody may have.
type reader struct {
	actor lms.Actor
	w     *webinar
	// whole lets see everybody; otherwise only the people of some centres, where the actor is the facilitator or the
	// coordinator.
	whole   bool
	centres map[string]bool
}

// reported loads a webinar for whoever may do something with its report. Those who lead it are its owners here, and
// an invitation makes nobody one. Errors: NotFound, Forbidden to those who may come to it.
func (s *Service) reported(ctx context.Context, actor lms.Actor, id string, action lms.Action) (*reader, error) {
	w, err := scan(db.Row(ctx, s.DB, `
		SELECT`+columns+` FROM webinars w LEFT JOIN cohorts c ON c.id = w.cohort_id WHERE w.id = $2`, actor.Person, id))
	if err != nil {
		return nil, err
	}
	r := &reader{actor: actor, w: w, centres: map[string]bool{}}
	own := w.own()
	if w.people[actor.Person] == "host" {
		own.Owner = actor.Person
	}
	r.whole = actor.Can(lms.ReadReport, own) == nil
	refused := actor.Can(action, own)
	for _, site := range w.Sites {
		// What was said is everybody's: whoever answers for one centre has its people, and no more.
		if action == lms.CorrectAttendance && actor.Can(action, lms.Facts{Country: w.country, Centre: site.ID}) == nil {
			r.centres[site.ID.String()] = true
		}
	}
	switch {
	case refused == nil || len(r.centres) > 0:
		return r, nil
	case w.can(actor, lms.ReadWebinar) == nil:
		return nil, lms.ErrForbidden("you may come to this webinar and not see its report")
	}
	return nil, refused
}

// sees tells whether somebody's presence is shown to this reader.
func (r *reader) sees(p *Presence) bool {
	if r.whole {
		return true
	}
	for _, c := range p.Centres {
		if r.centres[c] {
			return true
		}
	}
	return r.centres[p.Home]
}
