package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// From is where a sign-in comes from.
type From struct {
	// Address is the peer's. It is used for limits and kept nowhere; rows are keyed by an HMAC of it.
	Address netip.Addr
	// Device is the value of the device's cookie, "" for a device that is new here.
	Device string
}

var errSignIn = &lms.Error{Kind: lms.Unauthorized, Code: "sign-in-failed", Detail: "login or password are not right"}

// SignIn opens a session for a login or e-mail and a password. Errors: Unauthorized sign-in-failed,
// whether the login is unknown or the password wrong; Forbidden account-blocked to those who know the
// password; TooMany with the seconds to wait.
func (s *Service) SignIn(ctx context.Context, login, password string, from From) (Tokens, error) {
	login = strings.TrimSpace(norm.NFC.String(login))
	if login == "" || len(login) > 320 || len(password) > 4*maxPassword {
		return Tokens{}, errSignIn
	}
	w, hash, err := s.personByLogin(ctx, login)
	if err != nil {
		return Tokens{}, err
	}
	key, own := s.budget(login, w.id, from)
	if err := s.charge(ctx, key, own, from); err != nil {
		return Tokens{}, err
	}
	right, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return Tokens{}, err
	}
	if !right || w.state == "erased" {
		s.nets.failed(network(from.Address))
		return Tokens{}, errSignIn
	}
	if w.state != "active" {
		return Tokens{}, &lms.Error{Kind: lms.Forbidden, Code: "account-blocked", Detail: "this account is blocked; ask your coordinator"}
	}
	var t Tokens
	err = db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		if _, err := db.Exec(ctx, tx, `DELETE FROM sign_in_failures WHERE key_hash = $1`, key); err != nil {
			return err
		}
		var err error
		t, err = s.begin(ctx, tx, w)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	return s.withDevice(t, w.id, from), nil
}

// personByLogin gives the zero person and no error where there is none.
func (s *Service) personByLogin(ctx context.Context, login string) (w who, hash string, err error) {
	w.read = s.now()
	var grants []byte
	var stored sql.NullString
	err = db.Row(ctx, s.db, `
		SELECT p.id, p.language, p.state, p.password_hash, `+grantsJSON+`
		  FROM persons p
		 WHERE lower(p.email) = lower($1) OR lower(p.login) = lower($1)
		    OR p.id = (SELECT a.person_id FROM person_aliases a WHERE a.login = lower($1))
		 ORDER BY coalesce(lower(p.email) = lower($1), false) OR coalesce(lower(p.login) = lower($1), false) DESC LIMIT 1`, login).
		Scan(&w.id, &w.language, &w.state, &stored, &grants)
	if errors.Is(err, sql.ErrNoRows) {
		return who{}, "", nil
	}
	if err != nil {
		return who{}, "", db.Translate(err)
	}
	w.grants, err = parseGrants(grants)
	return w, stored.String, err
}

// budget chooses the row on which a try is counted: of the device, if the person has signed in on it
// before, else of login and network. The second result tells the first case.
func (s *Service) budget(login string, person lms.ID[lms.Person], from From) (key []byte, own bool) {
	if d := parseDevice(from.Device); d != nil && !person.IsZero() && s.keys.knows(d, person) {
		return mac(s.keys.throttle, append([]byte("device\x00"+person.String()+"\x00"), d.id...)), true
	}
	return mac(s.keys.throttle, []byte("network\x00"+strings.ToLower(login)+"\x00"+network(from.Address).String())), false
}

// charge counts a try before it is looked at, so that many at once cannot slip through; success gives the
// row back. It refuses while the row waits, and while the network has used up its tries, which does not
// touch devices that the person has signed in on.
func (s *Service) charge(ctx context.Context, key []byte, own bool, from From) error {
	if !own {
		if err := s.nets.check(network(from.Address)); err != nil {
			return err
		}
	}
	return db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		now := s.now()
		var failures int
		var until sql.NullTime
		err := db.Row(ctx, tx, `
			INSERT INTO sign_in_failures (key_hash, failures, first_at) VALUES ($1, 0, $2)
			ON CONFLICT (key_hash) DO UPDATE SET key_hash = excluded.key_hash
			RETURNING CASE WHEN coalesce(blocked_until, first_at) < $3 THEN 0 ELSE failures END, blocked_until`,
			key, now, now.Add(-forgetAfter)).Scan(&failures, &until)
		if err != nil {
			return db.Translate(err)
		}
		// Asked after the row was waited for: two right tries at one moment are no failure.
		if wait := until.Time.Sub(s.now()); until.Valid && wait > 0 {
			return tooMany(wait)
		}
		failures++
		_, err = db.Exec(ctx, tx, `
			UPDATE sign_in_failures
			   SET failures = $2, blocked_until = $3, first_at = CASE WHEN $2 = 1 THEN $4 ELSE first_at END
			 WHERE key_hash = $1`, key, failures, now.Add(waitAfter(failures)), now)
		return err
	})
}

// SweepFailures forgets counts that no longer matter. It is called once in a while, by cmd.
func (s *Service) SweepFailures(ctx context.Context) error {
	_, err := db.Exec(ctx, s.db, `DELETE FROM sign_in_failures WHERE coalesce(blocked_until, first_at) < $1`, s.now().Add(-forgetAfter))
	return err
}

// device is the cookie of a device: an id made here, and for each person who signed in on it a mark that
// only the server can make. Shared computers of a centre know several people.
//
//	base64url( id, 16 bytes | mark, 8 bytes | mark … )
type device struct {
	id    []byte
	marks [][]byte
}

const (
	deviceIDLength = 16
	markLength     = 8
	// maxMarks people are known on one device; the one who came first leaves first.
	maxMarks  = 12
	deviceTTL = 365 * 24 * time.Hour
)

func parseDevice(cookie string) *device {
	raw, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || len(raw) < deviceIDLength+markLength || (len(raw)-deviceIDLength)%markLength != 0 ||
		len(raw) > deviceIDLength+maxMarks*markLength {
		return nil
	}
	d := &device{id: raw[:deviceIDLength]}
	for rest := raw[deviceIDLength:]; len(rest) > 0; rest = rest[markLength:] {
		d.marks = append(d.marks, rest[:markLength])
	}
	return d
}

func (d *device) String() string {
	raw := append([]byte(nil), d.id...)
	for _, m := range d.marks {
		raw = append(raw, m...)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (k Keys) mark(d *device, person lms.ID[lms.Person]) []byte {
	return mac(k.device, append(append([]byte(nil), d.id...), person[:]...))[:markLength]
}

func (k Keys) knows(d *device, person lms.ID[lms.Person]) bool {
	want := k.mark(d, person)
	for _, m := range d.marks {
		if hmac.Equal(m, want) {
			return true
		}
	}
	return false
}

// withDevice adds the person to the device's cookie.
func (s *Service) withDevice(t Tokens, person lms.ID[lms.Person], from From) Tokens {
	d := parseDevice(from.Device)
	if d == nil {
		d = &device{id: make([]byte, deviceIDLength)}
		_, _ = rand.Read(d.id)
	}
	if !s.keys.knows(d, person) {
		d.marks = append(d.marks, s.keys.mark(d, person))
		d.marks = d.marks[max(0, len(d.marks)-maxMarks):]
	}
	t.Device, t.DeviceExpiresAt = d.String(), s.now().Add(deviceTTL)
	return t
}

// ChangePassword sets a new password for the actor and ends the other sessions. Errors: Invalid for a wrong
// current password or a weak new one, TooMany.
func (s *Service) ChangePassword(ctx context.Context, actor lms.Actor, current, password string) error {
	if err := s.confirm(ctx, actor, "current", current); err != nil {
		return err
	}
	email, login, err := s.logins(ctx, actor.Person)
	if err != nil {
		return err
	}
	if err := checkPassword("password", password, email, login); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	var ended []lms.ID[lms.Session]
	err = db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) (err error) {
		if _, err := db.Exec(ctx, tx, `UPDATE persons SET password_hash = $2 WHERE id = $1`, actor.Person, hash); err != nil {
			return err
		}
		if ended, err = s.endSessions(ctx, tx, actor.Person, actor.Session, endPassword); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.event(actor, "person.password", "person", actor.Person.String(), nil))
	})
	if err != nil {
		return err
	}
	s.void.session(ended...)
	return nil
}

// confirm asks a signed-in person for the password again, on a budget of its own.
func (s *Service) confirm(ctx context.Context, actor lms.Actor, field, password string) error {
	key := mac(s.keys.throttle, []byte("confirm\x00"+actor.Person.String()+"\x00"+actor.Session.String()))
	if err := s.charge(ctx, key, true, From{}); err != nil {
		return err
	}
	var hash sql.NullString
	err := db.Row(ctx, s.db, `SELECT password_hash FROM persons WHERE id = $1`, actor.Person).Scan(&hash)
	if err != nil {
		return db.Found(err, "person")
	}
	right, err := s.hasher.matches(ctx, password, hash.String)
	if err != nil {
		return err
	}
	if !right {
		return lms.ErrInvalid(field, "password-wrong", "this is not the current password")
	}
	_, err = db.Exec(ctx, s.db, `DELETE FROM sign_in_failures WHERE key_hash = $1`, key)
	return err
}

func (s *Service) logins(ctx context.Context, person lms.ID[lms.Person]) (email, login string, err error) {
	err = db.Row(ctx, s.db, `SELECT coalesce(email, ''), coalesce(login, '') FROM persons WHERE id = $1`, person).Scan(&email, &login)
	return email, login, db.Found(err, "person")
}
