package webinar

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// CorrectionInput is a word on somebody's presence.
type CorrectionInput struct {
	Kind   string
	Reason string
	// Who is the key of whose presence it is about, for all but additions.
	Who    string
	Person lms.ID[lms.Person]
	Name   string
	Centre lms.ID[lms.Centre]
	From   time.Time
	To     time.Time
	Paper  string
	// Withdraws is the number of the correction to take back.
	Withdraws int
	// Key is the sender's own: with the same one again it is the same correction. "" is never the same.
	Key string
}

// Correct appends a correction, and works out again what presence completes. It is kept before that is counted, so that
// one that is sent again with its key, because something failed, is counted and not appended twice. Errors: NotFound,
// Forbidden, Invalid.
func (s *Service) Correct(ctx context.Context, actor lms.Actor, id string, in CorrectionInput) (number int, err error) {
	defer lms.Wrap(&err, "webinar.Correct(%s, %s)", id, in.Kind)
	r, err := s.reported(ctx, actor, id, lms.CorrectAttendance)
	if err != nil {
		return 0, err
	}
	if number, err = s.sentBefore(ctx, s.DB, actor, id, in.Key); err != nil {
		return 0, err
	} else if number > 0 {
		return number, s.Settle(ctx, id)
	}
	b, err := s.book(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := in.check(r, b); err != nil {
		return 0, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// One after the other: the number is the order in which they act.
		if err := db.Row(ctx, tx, `SELECT FROM webinars WHERE id = $1 FOR NO KEY UPDATE`, id).Scan(); err != nil {
			return db.Found(err, "webinar")
		}
		// The same may have come by two ways at once.
		var err error
		if number, err = s.sentBefore(ctx, tx, actor, id, in.Key); err != nil || number > 0 {
			return err
		}
		if err := in.place(ctx, tx, r, id); err != nil {
			return err
		}
		if err := db.Row(ctx, tx, `SELECT coalesce(max(number), 0) + 1 FROM webinar_corrections WHERE webinar_id = $1`, id).Scan(&number); err != nil {
			return db.Translate(err)
		}
		return s.writeCorrection(ctx, tx, actor, id, number, in)
	})
	if err != nil {
		return 0, err
	}
	return number, s.Settle(ctx, id)
}

// sentBefore gives the number of the actor's correction with a key, 0 for none.
func (s *Service) sentBefore(ctx context.Context, q db.Queryer, actor lms.Actor, id, key string) (number int, err error) {
	if key == "" {
		return 0, nil
	}
	err = db.Row(ctx, q, `SELECT coalesce(max(number), 0) FROM webinar_corrections WHERE webinar_id = $1 AND key = $2 AND author_id = $3`, id, key, actor.Person).Scan(&number)
	return number, db.Translate(err)
}

// check looks at what needs no database.
func (in *CorrectionInput) check(r *reader, b *book) error {
	in.Reason, in.Name = strings.TrimSpace(in.Reason), strings.TrimSpace(in.Name)
	if n := len([]rune(in.Reason)); n < 3 || n > 500 {
		return lms.ErrInvalid("reason", "required", "say why, in a few words")
	}
	spans := in.Kind == CorrectAdd || in.Kind == CorrectChange
	switch {
	case spans && (in.From.IsZero() || !in.To.After(in.From)):
		return lms.ErrInvalid("to", "before-start", "it ends after it begins")
	case spans && in.To.Sub(in.From) > 24*time.Hour:
		return lms.ErrInvalid("to", "too-long", "a webinar lasts a day at most")
	case in.Kind == CorrectAdd && in.Person.IsZero() && in.Name == "":
		return lms.ErrInvalid("name", "required", "say who was there")
	case in.Kind == CorrectMatch && in.Person.IsZero():
		return lms.ErrInvalid("person_id", "required", "say who it was")
	}
	switch in.Kind {
	case CorrectAdd:
		return nil // whose it is is looked at by its place
	case CorrectWithdraw:
		i := slices.IndexFunc(b.corrections, func(c Correction) bool { return c.Number == in.Withdraws })
		if i < 0 {
			return lms.ErrNotFound("correction")
		}
		in.Who = b.canonical(b.corrections[i].Who)
	}
	for i := range b.people {
		if p := &b.people[i]; p.Key == in.Who && (r.whole || r.sees(p)) {
			if in.Kind == CorrectMatch && p.Person != "" {
				return lms.ErrConflict("matched", "this is known to be a person already")
			}
			return nil
		}
	}
	if in.Kind == CorrectWithdraw && r.whole {
		return nil
	}
	return lms.ErrNotFound("presence")
}

// place looks at where somebody is added, by whom, and at the account that is named: whoever may correct for some
// centres names people of these centres, and whoever sees all names people whom the webinar may concern.
func (in *CorrectionInput) place(ctx context.Context, tx bun.Tx, r *reader, id string) error {
	if in.Kind == CorrectAdd {
		site := slices.ContainsFunc(r.w.Sites, func(s Site) bool { return s.ID == in.Centre })
		if !in.Centre.IsZero() && !site || in.Centre.IsZero() && !r.whole || !r.whole && !r.centres[in.Centre.String()] {
			return lms.ErrNotFound("centre")
		}
	}
	if in.Paper != "" {
		var centre string
		err := db.Row(ctx, tx, `SELECT coalesce(centre_id::text, '') FROM webinar_papers WHERE id::text = $1 AND webinar_id = $2`, in.Paper, id).Scan(&centre)
		if err != nil {
			return db.Found(err, "paper")
		}
		if !r.whole && !r.centres[centre] {
			return lms.ErrNotFound("paper")
		}
	}
	if in.Person.IsZero() {
		return nil
	}
	list, err := candidates(ctx, tx, r, in.Person)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return lms.ErrNotFound("person")
	}
	in.Name = list[0].Name
	return nil
}

func (s *Service) writeCorrection(ctx context.Context, tx bun.Tx, actor lms.Actor, id string, number int, in CorrectionInput) error {
	if in.Kind == CorrectAdd {
		in.Who = addedKey(number)
		if !in.Person.IsZero() {
			in.Who = "person/" + in.Person.String()
		}
	}
	name := in.Name
	if !in.Person.IsZero() {
		name = "" // the account has it
	}
	_, err := db.Exec(ctx, tx, `
		INSERT INTO webinar_corrections (webinar_id, number, kind, made_at, author_id, reason, who, person_id, name, centre_id, from_at, to_at, paper_id, withdraws, key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, (nullif($13, ''))::uuid, $14, $15)`,
		id, number, in.Kind, s.Now(), actor.Person, in.Reason, in.Who, orNull(in.Person), name, orNull(in.Centre), timeOrNull(in.From), timeOrNull(in.To), in.Paper, in.Withdraws, in.Key)
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		At: s.Now(), Actor: actor.Person, Action: "webinar.correct", SubjectKind: "webinar", SubjectID: id,
		Detail: map[string]any{"number": number, "kind": in.Kind},
	})
}

func orNull[T any](id lms.ID[T]) any {
	if id.IsZero() {
		return nil
	}
	return id
}

func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// corrections reads all corrections of a webinar, in order.
func (s *Service) corrections(ctx context.Context, id string) ([]Correction, error) {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT x.number, x.kind, x.made_at, coalesce(trim(a.given_name || ' ' || a.family_name), ''), x.reason, x.who, coalesce(x.person_id::text, ''),
		       coalesce(nullif(x.name, ''), trim(p.given_name || ' ' || p.family_name), ''), coalesce(x.centre_id::text, ''), coalesce(c.name, ''),
		       x.from_at, x.to_at, coalesce(x.paper_id::text, ''), x.withdraws
		  FROM webinar_corrections x
		  LEFT JOIN persons a ON a.id = x.author_id
		  LEFT JOIN persons p ON p.id = x.person_id
		  LEFT JOIN centres c ON c.id = x.centre_id
		 WHERE x.webinar_id = $1 ORDER BY x.number`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Correction
	for rows.Next() {
		var c Correction
		var from, to sql.NullTime
		err := rows.Scan(&c.Number, &c.Kind, &c.At, &c.Author, &c.Reason, &c.Who, &c.Person, &c.Name, &c.Centre, &c.CentreName, &from, &to, &c.Paper, &c.Withdraws)
		if err != nil {
			return nil, db.Translate(err)
		}
		c.From, c.To = from.Time, to.Time
		list = append(list, c)
	}
	return list, db.Translate(rows.Err())
}

// Candidate is a person who may be the one of an entry.
type Candidate struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Centre string `json:"centre"`
	// Likely tells that the name is like the one that was typed.
	Likely bool `json:"likely"`
}

// mostCandidates bounds the list to choose from.
const mostCandidates = 500

// Candidates lists people who may be the one of an entry without an account, the likely ones first. Errors: NotFound,
// Forbidden.
func (s *Service) Candidates(ctx context.Context, actor lms.Actor, id, name string) (list []Candidate, err error) {
	defer lms.Wrap(&err, "webinar.Candidates(%s)", id)
	r, err := s.reported(ctx, actor, id, lms.CorrectAttendance)
	if err != nil {
		return nil, err
	}
	if list, err = candidates(ctx, s.DB, r, lms.ID[lms.Person]{}); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Likely = alike(list[i].Name, name)
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return map[bool]int{true: 0, false: 1}[a.Likely] - map[bool]int{true: 0, false: 1}[b.Likely]
	})
	return list, nil
}

// candidates are the cohort's people and those of the centres that were invited, as far as the reader goes; one of them
// where an id is given.
func candidates(ctx context.Context, q db.Queryer, r *reader, only lms.ID[lms.Person]) ([]Candidate, error) {
	var centres []string
	for _, s := range r.w.Sites {
		if r.whole || r.centres[s.ID.String()] {
			centres = append(centres, s.ID.String())
		}
	}
	rows, err := db.Rows(ctx, q, `
		SELECT p.id::text, trim(p.given_name || ' ' || p.family_name), coalesce(c.name, '')
		  FROM persons p LEFT JOIN centres c ON c.id = p.centre_id
		 WHERE p.state = 'active' AND ($4::uuid IS NULL OR p.id = $4)
		   AND (p.centre_id::text = ANY($1::text[]) OR $2 AND EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.cohort_id = $3 AND e.state <> 'withdrawn')
		        OR $2 AND EXISTS (SELECT FROM webinar_people x WHERE x.person_id = p.id AND x.webinar_id = $5))
		 ORDER BY p.family_name, p.given_name, p.id LIMIT $6`, centres, r.whole, orNull(r.w.cohort), orNull(only), r.w.ID, mostCandidates)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Candidate{}
	for rows.Next() {
		var c Candidate
		if err := rows.Scan(&c.ID, &c.Name, &c.Centre); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, c)
	}
	return list, db.Translate(rows.Err())
}

// alike tells whether two names share a word, or one of at least four letters but for its last two, in whatever order
// they stand and however they are inflected.
func alike(a, b string) bool {
	for _, x := range strings.Fields(strings.ToLower(a)) {
		for _, y := range strings.Fields(strings.ToLower(b)) {
			if x == y || sameStem([]rune(x), []rune(y)) {
				return true
			}
		}
	}
	return false
}

func sameStem(x, y []rune) bool {
	n := min(len(x), len(y))
	return n >= 4 && max(len(x), len(y))-n <= 2 && string(x[:n-2]) == string(y[:n-2]) && n-2 >= 3
}
