package programme

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/programme/rule"
)

// MaxEvidence is the largest file that is taken as evidence, in bytes.
const MaxEvidence = 20 << 20

// evidenceKinds are what evidence may be, by its content: a scan or a document.
var evidenceKinds = []string{"pdf", "jpg", "png", "webp", "docx", "odt"}

// Handed is what was handed in for a component: evidence from outside, or practice that a trainer saw.
type Handed struct {
	ID             lms.ID[lms.Evidence] `json:"id"`
	Component      string               `json:"component"`
	ComponentTitle string               `json:"component_title"`
	Kind           rule.Kind            `json:"kind"`
	Words          string               `json:"words"`
	ObtainedOn     *certificate.Date    `json:"obtained_on,omitempty"`
	FileName       string               `json:"file_name,omitempty"`
	FileType       string               `json:"file_type,omitempty"`
	FileBytes      int64                `json:"file_bytes,omitempty"`
	State          string               `json:"state" enum:"waiting,accepted,refused"`
	Reason         string               `json:"reason,omitempty"`
	HandedInAt     time.Time            `json:"handed_in_at"`
	DecidedBy      string               `json:"decided_by,omitempty"`
	DecidedAt      *time.Time           `json:"decided_at,omitempty"`
}

const handedColumns = `
	v.id, v.component, v.kind, v.words, v.obtained_on, v.file_name, v.file_type, v.file_bytes, v.state, v.reason, v.handed_in_at,
	coalesce((SELECT trim(q.given_name || ' ' || q.family_name) FROM persons q WHERE q.id = v.decided_by), ''), v.decided_at`

func (h *Handed) scan(from scanner, more ...any) error {
	var on *time.Time
	err := from.Scan(append([]any{
		&h.ID, &h.Component, &h.Kind, &h.Words, &on, &h.FileName, &h.FileType, &h.FileBytes, &h.State, &h.Reason, &h.HandedInAt,
		&h.DecidedBy, &h.DecidedAt,
	}, more...)...)
	if on != nil {
		day := certificate.DateOf(*on)
		h.ObtainedOn = &day
	}
	return err
}

// handed lists what was handed in for a participation, the newest first.
func (s *Service) handed(ctx context.Context, o *one, lang string) ([]Handed, error) {
	return list(ctx, s.DB, func(from scanner) (h Handed, err error) {
		err = h.scan(from)
		if c, ok := o.v.component(h.Component); ok {
			h.ComponentTitle = c.Title.In(lang)
		}
		return h, err
	}, `SELECT`+handedColumns+` FROM programme_evidence v WHERE v.participation_id = $1 ORDER BY v.handed_in_at DESC, v.id`, o.ID)
}

// maxWaiting bounds what one participation may have waiting for a decision: each may be a large file.
const maxWaiting = 20

// HandIn is what somebody hands in for a component; a file is attached to it afterwards.
type HandIn struct {
	Component string
	// Words say what it is.
	Words      string
	ObtainedOn string // 2006-01-02; evidence needs it
}

// HandIn hands evidence or practice in for the actor's own participation. Errors: NotFound, Invalid, Conflict withdrawn,
// too-many-waiting.
func (s *Service) HandIn(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation], in HandIn) (h Handed, err error) {
	defer lms.Wrap(&err, "programme.HandIn(%s)", id)
	o, err := s.one(ctx, s.DB, actor, id, lms.Participate)
	if err != nil {
		return Handed{}, err
	}
	return s.keep(ctx, actor, o, in, "waiting")
}

// Approve writes down practice that the actor saw, or evidence that they hold in hand, as accepted. Errors: NotFound,
// Forbidden, Invalid, Conflict withdrawn.
func (s *Service) Approve(ctx context.Context, actor lms.Actor, id lms.ID[lms.Participation], in HandIn) (h Handed, err error) {
	defer lms.Wrap(&err, "programme.Approve(%s)", id)
	o, err := s.one(ctx, s.DB, actor, id, lms.DecideEvidence)
	if err != nil {
		return Handed{}, err
	}
	if actor.Person == o.Person {
		return Handed{}, lms.ErrForbidden("nobody decides about their own evidence")
	}
	return s.keep(ctx, actor, o, in, "accepted")
}

func (s *Service) keep(ctx context.Context, actor lms.Actor, o *one, in HandIn, state string) (h Handed, err error) {
	c, ok := o.v.component(in.Component)
	if !ok || c.Kind != rule.Evidence && c.Kind != rule.Practice {
		return Handed{}, lms.ErrInvalid("component", "component-unknown", "nothing can be handed in for this")
	}
	if o.State == stateWithdrawn {
		return Handed{}, lms.ErrConflict("withdrawn", "this person does not take part any more")
	}
	h = Handed{
		ID: lms.NewID[lms.Evidence](), Component: c.Key, ComponentTitle: c.Title.In(actor.Language), Kind: c.Kind, Words: strings.TrimSpace(in.Words),
		State: state, HandedInAt: s.Now().UTC(),
	}
	if n := utf8.RuneCountInString(h.Words); n == 0 || n > 2000 {
		return Handed{}, lms.ErrInvalid("words", "required", "1 to 2,000 characters that say what it is")
	}
	on, err := s.obtained(&h, in.ObtainedOn)
	if err != nil {
		return Handed{}, err
	}
	var by, at any
	action := "evidence.hand-in"
	if state == "accepted" {
		by, at, h.DecidedAt, action = actor.Person, h.HandedInAt, &h.HandedInAt, "evidence.approve"
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if state == "waiting" {
			var waiting int
			err := db.Row(ctx, tx, `SELECT count(*) FROM programme_evidence WHERE participation_id = $1 AND state = 'waiting'`, o.ID).Scan(&waiting)
			if err != nil {
				return db.Translate(err)
			}
			if waiting >= maxWaiting {
				return lms.ErrConflict("too-many-waiting", "wait until somebody has decided about what is there, or take some of it back")
			}
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO programme_evidence (id, participation_id, component, kind, words, obtained_on, state, handed_in_at, decided_by, decided_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, h.ID, o.ID, h.Component, h.Kind, h.Words, on, state, h.HandedInAt, by, at)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, action, "evidence", h.ID.String(), map[string]any{"participation": o.ID.String(), "component": h.Component})
	})
	if err != nil {
		return Handed{}, err
	}
	return h, s.settleNow(ctx, o.ID)
}

// obtained reads the day on which evidence was obtained.
func (s *Service) obtained(h *Handed, day string) (on any, err error) {
	if day == "" {
		if h.Kind == rule.Evidence {
			return nil, lms.ErrInvalid("obtained_on", "required", "when was it obtained")
		}
		return nil, nil
	}
	d, err := certificate.ParseDate(day)
	if err != nil || !lms.DayBegun(d.Time, s.Now()) || d.Year() < 1950 {
		return nil, lms.ErrInvalid("obtained_on", "date-malformed", "a day that has been, 2006-01-02")
	}
	h.ObtainedOn = &d
	return d.Time, nil
}

// Attach adds the document to what was handed in, or replaces it, until somebody has decided: its owner, or who wrote
// it down as accepted. The type is told by the content, and what the file carries about camera, place and author is
// taken out before it is kept. Errors: NotFound, Forbidden, Invalid with the code of the refusal, TooLarge, Conflict decided.
func (s *Service) Attach(ctx context.Context, actor lms.Actor, id lms.ID[lms.Evidence], name string, body io.Reader) (h Handed, err error) {
	defer lms.Wrap(&err, "programme.Attach(%s)", id)
	h, o, _, err := s.evidence(ctx, actor, id, lms.ReadParticipation)
	if err != nil {
		return Handed{}, err
	}
	decides := actor.Person != o.Person && actor.Can(lms.DecideEvidence, o.m.facts) == nil
	if actor.Person != o.Person && !decides {
		return Handed{}, lms.ErrForbidden("you may see this and not add to it")
	}
	if !decides && h.State != "waiting" {
		return Handed{}, lms.ErrConflict("decided", "somebody has decided about this already")
	}
	kept, err := certificate.KeepFile(s.Blobs, name, body, MaxEvidence, evidenceKinds)
	if err != nil {
		return Handed{}, err
	}
	h.FileName, h.FileType, h.FileBytes = kept.Name, kept.Media, kept.Size
	return h, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `
			UPDATE programme_evidence SET file_name = $2, file_type = $3, file_bytes = $4, file_sha256 = $5 WHERE id = $1 AND state = $6`,
			id, h.FileName, h.FileType, h.FileBytes, kept.Hash, h.State)
		if err == nil && n == 0 {
			err = lms.ErrConflict("decided", "somebody has decided about this meanwhile")
		}
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "evidence.attach", "evidence", id.String(), nil)
	})
}

// TakeBack removes what the actor handed in and nobody has decided about. Errors: NotFound, Conflict decided.
func (s *Service) TakeBack(ctx context.Context, actor lms.Actor, id lms.ID[lms.Evidence]) (err error) {
	defer lms.Wrap(&err, "programme.TakeBack(%s)", id)
	_, o, _, err := s.evidence(ctx, actor, id, lms.Participate)
	if err != nil {
		return err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, `DELETE FROM programme_evidence WHERE id = $1 AND state = 'waiting'`, id)
		if err == nil && n == 0 {
			err = lms.ErrConflict("decided", "somebody has decided about this already")
		}
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "evidence.take-back", "evidence", id.String(), nil)
	})
	if err != nil {
		return err
	}
	return s.settleNow(ctx, o.ID)
}

// evidence loads what was handed in, with its participation, and asks for a right. Errors: NotFound, Forbidden.
func (s *Service) evidence(ctx context.Context, actor lms.Actor, id lms.ID[lms.Evidence], action lms.Action) (h Handed, o *one, hash string, err error) {
	var participation lms.ID[lms.Participation]
	err = h.scan(db.Row(ctx, s.DB, `SELECT`+handedColumns+`, v.participation_id, v.file_sha256 FROM programme_evidence v WHERE v.id = $1`, id), &participation, &hash)
	if err != nil {
		return h, nil, "", db.Found(err, "evidence")
	}
	o, err = s.one(ctx, s.DB, actor, participation, action)
	return h, o, hash, err
}

// Decide accepts or refuses what was handed in. A decision may be changed; refusing asks for a reason, which the person
// reads. Errors: NotFound, Forbidden, Invalid.
func (s *Service) Decide(ctx context.Context, actor lms.Actor, id lms.ID[lms.Evidence], accept bool, reason string) (err error) {
	defer lms.Wrap(&err, "programme.Decide(%s)", id)
	_, o, _, err := s.evidence(ctx, actor, id, lms.DecideEvidence)
	if err != nil {
		return err
	}
	if actor.Person == o.Person {
		return lms.ErrForbidden("nobody decides about their own evidence")
	}
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case !accept && n < 3:
		return lms.ErrInvalid("reason", "required", "say why, so that they can do better")
	case n > 500:
		return lms.ErrInvalid("reason", "too-long", "at most 500 characters")
	}
	state := "refused"
	if accept {
		state = "accepted"
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE programme_evidence SET state = $2, reason = $3, decided_by = $4, decided_at = $5 WHERE id = $1`,
			id, state, reason, actor.Person, s.Now())
		if err != nil {
			return err
		}
		return s.write(ctx, tx, actor, "evidence."+state, "evidence", id.String(), map[string]any{"participation": o.ID.String()})
	})
	if err != nil {
		return err
	}
	return s.settleNow(ctx, o.ID)
}

// OpenEvidence opens the file of what was handed in, for its owner and for who may decide. The caller closes it.
// Errors: NotFound, Forbidden.
func (s *Service) OpenEvidence(ctx context.Context, actor lms.Actor, id lms.ID[lms.Evidence]) (f *os.File, h Handed, err error) {
	defer lms.Wrap(&err, "programme.OpenEvidence(%s)", id)
	h, o, hash, err := s.evidence(ctx, actor, id, lms.ReadParticipation)
	if err != nil {
		return nil, h, err
	}
	if err := actor.Can(lms.DecideEvidence, o.m.facts); err != nil && actor.Person != o.Person {
		return nil, h, err
	}
	if hash == "" {
		return nil, h, lms.ErrNotFound("file")
	}
	kept, err := blob.ParseHash(hash)
	if err != nil {
		return nil, h, err
	}
	f, err = s.Blobs.Open(kept)
	return f, h, err
}

// QueueRow is something that waits for a decision.
type QueueRow struct {
	Handed
	Participation  lms.ID[lms.Participation] `json:"participation_id"`
	Name           string                    `json:"name"`
	Country        string                    `json:"country"`
	Programme      string                    `json:"programme"`
	ProgrammeTitle string                    `json:"programme_title"`
}

// Queue lists what waits for the actor's decision, the oldest first; of one programme where its key is given.
// Errors: Forbidden.
func (s *Service) Queue(ctx context.Context, actor lms.Actor, key string) (rows []QueueRow, err error) {
	defer lms.Wrap(&err, "programme.Queue")
	if err := actor.May(lms.DecideEvidence); err != nil {
		return nil, err
	}
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	rows = []QueueRow{}
	for _, p := range all {
		if key != "" && p.Key != key || p.Newest == nil {
			continue
		}
		w := &where{}
		w.add("v.state = 'waiting' AND pa.state <> 'withdrawn' AND pa.programme_id = " + w.arg(p.ID) + " AND p.id <> " + w.arg(actor.Person))
		w.people(actor.Scope(lms.DecideEvidence), p.courses)
		some, err := list(ctx, s.DB, func(from scanner) (r QueueRow, err error) {
			err = r.scan(from, &r.Participation, &r.Name, &r.Country)
			r.Programme, r.ProgrammeTitle = p.Key, p.title(actor.Language)
			if c, ok := p.Newest.component(r.Component); ok {
				r.ComponentTitle = c.Title.In(actor.Language)
			}
			return r, err
		}, `SELECT`+handedColumns+`, pa.id, trim(p.given_name || ' ' || p.family_name), coalesce(p.country, '')
		      FROM programme_evidence v JOIN participations pa ON pa.id = v.participation_id JOIN persons p ON p.id = pa.person_id
		     WHERE `+w.String()+` ORDER BY v.handed_in_at, v.id LIMIT 500`, w.args...)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	slices.SortStableFunc(rows, func(a, b QueueRow) int { return a.HandedInAt.Compare(b.HandedInAt) })
	return rows, nil
}
