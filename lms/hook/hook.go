package hook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Kind is how a hook is told. The zero value is "not set".
type Kind string

// The kinds.
const (
	Webhook Kind = "webhook"
	XAPI    Kind = "xapi"
)

// Events that a hook may be told of.
const (
	CourseCompleted    = "course.completed"
	ProgrammeCompleted = "programme.completed"
	CertificateIssued  = "certificate.issued"
	CertificateChanged = "certificate.changed"
)

// Events lists them all. An LRS is told of all but the last: a statement is not taken back.
var Events = []string{CourseCompleted, ProgrammeCompleted, CertificateIssued, CertificateChanged}

// Service keeps hooks and tells them.
type Service struct {
	DB *bun.DB
	// PublicURL stands before ids in statements.
	PublicURL string
	// Private lets hooks lead to loopback and to private networks.
	Private bool
	// Client sends; nil means one that follows no redirection and refuses what is not public.
	Client *http.Client
	Now    func() time.Time
}

// Hook is one receiver.
type Hook struct {
	ID        lms.ID[lms.Hook] `json:"id"`
	Kind      Kind             `json:"kind" enum:"webhook,xapi"`
	URL       string           `json:"url"`
	Login     string           `json:"login,omitempty"`
	Events    []string         `json:"events"`
	Paused    bool             `json:"paused"`
	CreatedAt time.Time        `json:"created_at"`
	// Waiting and Failed count deliveries that are not done.
	Waiting int `json:"waiting"`
	Failed  int `json:"failed"`
}

// New is a hook to be. Login and Password are an LRS's.
type New struct {
	Kind            Kind
	URL             string
	Events          []string
	Login, Password string
}

// Add makes a hook, which is told of what happens from now on, and gives the secret of a webhook: it is shown this
// once. Errors: Forbidden, Invalid.
func (s *Service) Add(ctx context.Context, actor lms.Actor, n New) (h Hook, secret string, err error) {
	defer lms.Wrap(&err, "hook.Add")
	if err := actor.Can(lms.ManageHooks, lms.Facts{}); err != nil {
		return Hook{}, "", err
	}
	if err := s.check(n); err != nil {
		return Hook{}, "", err
	}
	secret, shown := n.Password, ""
	if n.Kind == Webhook {
		key := make([]byte, 32)
		rand.Read(key) // never fails: crypto/rand ends the program instead
		secret = "whsec_" + base64.StdEncoding.EncodeToString(key)
		shown = secret
	}
	h = Hook{ID: lms.NewID[lms.Hook](), Kind: n.Kind, URL: n.URL, Login: n.Login, Events: n.Events, CreatedAt: s.Now().UTC()}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO hooks (id, kind, url, secret, login, events, created_at, told)
			SELECT $1, $2, $3, $4, $5, $6::text[], $7, coalesce((SELECT max(position) FROM record_entries), 0)`,
			h.ID, string(h.Kind), h.URL, secret, h.Login, h.Events, h.CreatedAt)
		if err != nil {
			return err
		}
		return s.audit(ctx, tx, actor, "hook.add", h.ID)
	})
	return h, shown, err
}

func (s *Service) check(n New) error {
	u, err := url.Parse(n.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || len(n.URL) > 500:
		return lms.ErrInvalid("url", "url-malformed", "an address that begins with https://")
	case !s.Private && !publicPort(u.Port()):
		return lms.ErrInvalid("url", "url-malformed", "a port of the web: 443, 80, or from 1024 on")
	case u.Scheme == "http" && !s.Private:
		return lms.ErrInvalid("url", "url-open", "https only: what is told names accounts")
	case n.Kind != Webhook && n.Kind != XAPI:
		return lms.ErrInvalid("kind", "kind-unknown", "webhook or xapi")
	case n.Kind == XAPI && (u.RawQuery != "" || u.Fragment != ""):
		return lms.ErrInvalid("url", "url-malformed", "the address of an LRS, to which /statements is added")
	case n.Kind == XAPI && (n.Login == "" || n.Password == ""):
		return lms.ErrInvalid("login", "required", "an LRS asks for a login and a password")
	case len(n.Events) == 0:
		return lms.ErrInvalid("events", "required", "at least one")
	}
	for _, e := range n.Events {
		if !slices.Contains(Events, e) || n.Kind == XAPI && e == CertificateChanged {
			return lms.ErrInvalid("events", "event-unknown", "not something that such a hook is told of")
		}
	}
	return nil
}

func (s *Service) audit(ctx context.Context, tx bun.Tx, actor lms.Actor, action string, id lms.ID[lms.Hook]) error {
	return audit.Write(ctx, tx, audit.Event{At: s.Now(), Actor: actor.Person, Action: action, SubjectKind: "hook", SubjectID: id.String()})
}

// List gives all hooks, the newest first. Errors: Forbidden.
func (s *Service) List(ctx context.Context, actor lms.Actor) (list []Hook, err error) {
	defer lms.Wrap(&err, "hook.List")
	if err := actor.May(lms.ManageHooks); err != nil {
		return nil, err
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT h.id, h.kind, h.url, h.login, array_to_string(h.events, ' '), h.paused, h.created_at,
		       count(d.id) FILTER (WHERE d.state IN ('waiting', 'failing')), count(d.id) FILTER (WHERE d.state = 'given-up')
		  FROM hooks h LEFT JOIN hook_deliveries d ON d.hook_id = h.id
		 GROUP BY h.id ORDER BY h.created_at DESC, h.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list = []Hook{}
	for rows.Next() {
		var h Hook
		var events string
		if err := rows.Scan(&h.ID, &h.Kind, &h.URL, &h.Login, &events, &h.Paused, &h.CreatedAt, &h.Waiting, &h.Failed); err != nil {
			return nil, db.Translate(err)
		}
		h.Events = words(events)
		list = append(list, h)
	}
	return list, db.Translate(rows.Err())
}

// Pause stops a hook, or lets it go on: with what was waiting when it was stopped, and with what happens from then on.
// Errors: NotFound, Forbidden.
func (s *Service) Pause(ctx context.Context, actor lms.Actor, id lms.ID[lms.Hook], paused bool) error {
	if paused {
		return s.change(ctx, actor, id, "hook.pause", `UPDATE hooks SET paused = true WHERE id = $1`, nil)
	}
	return s.change(ctx, actor, id, "hook.resume", `
		UPDATE hooks SET paused = false, told = CASE WHEN paused THEN coalesce((SELECT max(position) FROM record_entries), 0) ELSE told END WHERE id = $1`,
		func(ctx context.Context, tx bun.Tx) error {
			return enqueue(ctx, tx, `SELECT id FROM hook_deliveries WHERE hook_id = $1 AND state IN ('waiting', 'failing') ORDER BY entry`, id)
		})
}

// Remove takes a hook away with its deliveries. Errors: NotFound, Forbidden.
func (s *Service) Remove(ctx context.Context, actor lms.Actor, id lms.ID[lms.Hook]) error {
	return s.change(ctx, actor, id, "hook.remove", `DELETE FROM hooks WHERE id = $1`, nil)
}

func (s *Service) change(ctx context.Context, actor lms.Actor, id lms.ID[lms.Hook], action, sql string, then func(context.Context, bun.Tx) error) (err error) {
	defer lms.Wrap(&err, "%s", action)
	if err := actor.Can(lms.ManageHooks, lms.Facts{}); err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		n, err := db.Exec(ctx, tx, sql, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return lms.ErrNotFound("hook")
		}
		if then != nil {
			if err := then(ctx, tx); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, actor, action, id)
	})
}

// Delivery is one thing that a hook was told or is to be told.
type Delivery struct {
	ID         lms.ID[Delivery] `json:"id"`
	Event      string           `json:"event"`
	HappenedAt time.Time        `json:"happened_at"`
	State      string           `json:"state" enum:"waiting,failing,done,given-up,gone"`
	Attempts   int              `json:"attempts"`
	Status     int              `json:"status,omitempty"`
	Problem    string           `json:"problem,omitempty"`
	TriedAt    *time.Time       `json:"tried_at,omitempty"`
}

// shown is how many deliveries a list has.
const shown = 100

// Deliveries lists the newest of a hook. Errors: NotFound, Forbidden.
func (s *Service) Deliveries(ctx context.Context, actor lms.Actor, id lms.ID[lms.Hook]) (list []Delivery, err error) {
	defer lms.Wrap(&err, "hook.Deliveries")
	if err := actor.Can(lms.ManageHooks, lms.Facts{}); err != nil {
		return nil, err
	}
	var there bool
	if err := db.Row(ctx, s.DB, `SELECT EXISTS (SELECT FROM hooks WHERE id = $1)`, id).Scan(&there); err != nil || !there {
		return nil, orNotFound(err)
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT id, event, happened_at, state, attempts, status, problem, tried_at FROM hook_deliveries
		 WHERE hook_id = $1 ORDER BY entry DESC LIMIT $2`, id, shown)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list = []Delivery{}
	for rows.Next() {
		var d Delivery
		if err := rows.Scan(&d.ID, &d.Event, &d.HappenedAt, &d.State, &d.Attempts, &d.Status, &d.Problem, &d.TriedAt); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, d)
	}
	return list, db.Translate(rows.Err())
}

func orNotFound(err error) error {
	if err != nil {
		return db.Translate(err)
	}
	return lms.ErrNotFound("hook")
}
